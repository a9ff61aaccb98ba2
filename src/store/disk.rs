//! Disk stores (feature `rocksdb`): a generation as an Oxigraph store that opens in milliseconds at any size.
//!
//! They stand beside the parts, one for each scope, and hold nothing that the parts do not: one that is missing or
//! not sound is passed over. That of the facts is filled while a build writes the parts ([`Filling`]); that of facts and
//! origins is made when a query first asks for it. RocksDB takes a cut manifest of its own for an empty store without
//! a word, so a guard file tells the size of each of its files and the hash of all but the tables, which carry their
//! own checksums; what does not fit its guard is not opened. The guard of a store whose tables turn out to be damaged is
//! removed when that is seen, so it is passed over from then on and filled anew by the next build.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::difference::{self, Difference};
use super::facts::Facts;
use super::files;
use super::generation::{Generation, Scope};
use super::graph::{BATCH, Graph};
use super::layout::{Layout, UNFINISHED};
use super::level::Provenance;
use super::manifest::PartStamp;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// From how many quads on a disk store opens faster than the parts load.
const WORTH_IT: u64 = if cfg!(test) { 1 } else { 20_000 };

/// What disk stores hold and how: raised when the same parts make other quads, such as those of origins.
const SHAPE: u32 = 2;

const SCOPES: [Scope; 2] = [Scope::Facts, Scope::All];
const GUARD: &str = "guard.json";
const STORE: &str = "store";

/// What a disk store must look like to be opened.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Guard {
    version: u32,
    quads: u64,
    files: Vec<GuardedFile>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct GuardedFile {
    name: String,
    size: u64,
    /// xxh3 (128 bits) of the content; none for tables, which check themselves.
    check: Option<String>,
}

/// A disk store on its way: the facts of parts go to the engine's loader while they are written.
///
/// Nothing is begun before there is much that is new, for then no store of an earlier build can be near that of this
/// generation.
#[derive(Debug)]
pub(super) struct Filling {
    layout: Layout,
    /// New parts that no writer has been begun for.
    waiting: Vec<Facts>,
    /// Number of their statements.
    statements: usize,
    writer: Option<Writer>,
    /// Parts that were written by earlier builds.
    later: Vec<PartStamp>,
    /// Why there will be no disk store.
    fault: Option<Diagnostics>,
}

/// A thread that fills a store with what is sent to it. It makes the terms too: they are many, and would be out of the
/// processor's reach again if they came from elsewhere.
#[derive(Debug)]
struct Writer {
    folder: PathBuf,
    parts: SyncSender<Facts>,
    thread: JoinHandle<Result<()>>,
}

impl Filling {
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            layout: layout.clone(),
            waiting: Vec::new(),
            statements: 0,
            writer: None,
            later: Vec::new(),
            fault: None,
        }
    }

    /// Takes the facts of a part that is new, and how many they are.
    pub(super) fn part(&mut self, facts: Facts, statements: usize) {
        self.waiting.push(facts);
        self.statements += statements;
        if self.statements >= BATCH {
            self.send();
        }
    }

    /// Leaves a part that is on disk already for later.
    pub(super) fn later(&mut self, part: &PartStamp) {
        self.later.push(part.clone());
    }

    /// Hands the parts at hand to the writer.
    fn send(&mut self) {
        for facts in std::mem::take(&mut self.waiting) {
            if self.fault.is_some() {
                return;
            }
            let sent = match self.writer() {
                Ok(writer) => writer.parts.send(facts).is_ok(),
                Err(fault) => {
                    self.fault = Some(fault);
                    return;
                }
            };
            if !sent {
                // The writer has given up; it says why when it is waited for.
                let told = self.end().err();
                self.fault = told.or_else(|| Some(gave_up(&self.layout.disk())));
            }
        }
    }

    fn writer(&mut self) -> Result<&Writer> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => Writer::begin(&self.layout)?,
        };
        Ok(self.writer.insert(writer))
    }

    /// Waits for the writer; returns the folder that it has filled.
    fn end(&mut self) -> Result<Option<PathBuf>> {
        let Some(Writer {
            folder,
            parts,
            thread,
        }) = self.writer.take()
        else {
            return Ok(None);
        };
        drop(parts);
        let outcome = thread.join().unwrap_or_else(|_| Err(gave_up(&folder)));
        match outcome {
            Ok(()) => Ok(Some(folder)),
            Err(fault) => {
                files::remove(&folder);
                Err(fault)
            }
        }
    }

    /// Ends the disk store as that of the facts of a generation, unless there is a sound one or it would not pay; returns
    /// what could not be done.
    ///
    /// After a small change it is that of the generation before, changed likewise.
    pub(super) fn finish(
        mut self,
        generation: &Generation,
        previous: Option<&str>,
    ) -> Vec<Diagnostic> {
        let place = folder(&self.layout, generation.id(), Scope::Facts);
        if generation.statement_count() < WORTH_IT || (self.writer.is_none() && is_sound(&place)) {
            return Vec::new();
        }
        // As many new statements as the writer begins with are no small change.
        let changed = match previous {
            Some(previous) if self.writer.is_none() => changed(&self.layout, previous, generation),
            _ => None,
        };
        let filled = match changed {
            Some(folder) => Ok(Some(folder)),
            None => self.fill(generation),
        };
        let made = filled.and_then(|filled| {
            let Some(filled) = filled else { return Ok(()) };
            settle(&filled, generation.statement_count(), &place)
                .inspect_err(|_| files::remove(&filled))
        });
        let faults = made.err().map(|fault| fault.0).unwrap_or_default();
        faults.into_iter().map(as_warning).collect()
    }

    /// Fills the store with what is still to come; returns its folder.
    fn fill(&mut self, generation: &Generation) -> Result<Option<PathBuf>> {
        self.send();
        for part in std::mem::take(&mut self.later) {
            let path = self.layout.facts(&part.facts.sha256);
            let facts = Facts::new(generation.load_facts(&part)?, path);
            self.waiting.push(facts);
            self.send();
        }
        match self.fault.take() {
            None => self.end(),
            Some(fault) => Err(fault),
        }
    }
}

/// Returns a folder with the disk store of an earlier generation, changed to that of `after`; `None` when there is none,
/// when the change is not small, or when it fails, for then the store is filled anew.
fn changed(layout: &Layout, before: &str, after: &Generation) -> Option<PathBuf> {
    let known = folder(layout, before, Scope::Facts);
    if !is_sound(&known) {
        return None;
    }
    let before = Generation::open(layout, before).ok()?;
    let Difference { gone, come } = difference::between(&before, after).ok()??;
    let unfinished = layout.disk().join(format!("change.{UNFINISHED}"));
    if unfinished.exists() {
        files::remove(&unfinished);
    }
    let store = unfinished.join(STORE);
    let made = files::create_folder(&store).and_then(|()| {
        link(&known.join(STORE), &store).map_err(|error| files::write_failed(&store, &error))?;
        Graph::change_on_disk(&store, &gone, &come)
    });
    if made.is_err() {
        files::remove(&unfinished);
    }
    made.ok().map(|()| unfinished)
}

/// Copies a store; tables, which RocksDB never changes once they are written, are linked where the system can.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    for name in files::names(from).iter().filter(|name| holds_data(name)) {
        let (from, to) = (from.join(name), to.join(name));
        if !(is_table(name) && fs::hard_link(&from, &to).is_ok()) {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// RocksDB writes its log and takes its lock whenever it likes; neither holds data.
fn holds_data(name: &str) -> bool {
    !name.starts_with("LOG") && name != "LOCK"
}

fn is_table(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "sst")
}

impl Drop for Filling {
    fn drop(&mut self) {
        // A build that fails leaves nothing behind.
        if let Ok(Some(folder)) = self.end() {
            files::remove(&folder);
        }
    }
}

impl Writer {
    fn begin(layout: &Layout) -> Result<Self> {
        let folder = layout.disk().join(format!("build.{UNFINISHED}"));
        if folder.exists() {
            files::remove(&folder);
        }
        files::create_folder(&folder)?;
        let store = folder.join(STORE);
        // One part waits while another is on its way: more would only take memory.
        let (sender, receiver) = sync_channel::<Facts>(0);
        let thread = thread::spawn(move || {
            Graph::write_to_disk(&store, receiver.into_iter().flat_map(Facts::quads))
        });
        Ok(Self {
            folder,
            parts: sender,
            thread,
        })
    }
}

fn gave_up(folder: &Path) -> Diagnostics {
    files::write_failed(folder, &io::Error::other("the engine gave up"))
}

fn as_warning(fault: Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        fault.code,
        format!("no disk store was made: {}", fault.message),
    )
    .at(fault.place.unwrap_or_default())
    .hint("queries load the graph into memory instead, which takes longer to begin")
}

/// Guards a filled store and puts it where readers look for it.
fn settle(filled: &Path, quads: u64, place: &Path) -> Result<()> {
    let store = filled.join(STORE);
    let guard = look(&store, quads, true).map_err(|error| files::write_failed(&store, &error))?;
    let path = filled.join(GUARD);
    let bytes =
        serde_json::to_vec(&guard).map_err(|error| files::write_failed(&path, &error.into()))?;
    files::replace(&path, &bytes)?;
    files::sync_folder(&store)?;
    files::sync_folder(filled)?;
    if place.exists() {
        files::remove(place);
    }
    fs::rename(filled, place).map_err(|error| files::write_failed(place, &error))?;
    place.parent().map_or(Ok(()), files::sync_folder)
}

/// Makes the disk store of facts and origins; `None` when that does not pay or cannot be done.
///
/// Several processes may try at once, and a build may sweep up what they make; the first that ends has made it.
fn make_all(layout: &Layout, generation: &Generation) -> Option<()> {
    if generation
        .statement_count()
        .max(generation.derivation_count())
        < WORTH_IT
    {
        return None;
    }
    let place = folder(layout, generation.id(), Scope::All);
    let mut name = place.file_name()?.to_owned();
    name.push(format!(".{}.{UNFINISHED}", std::process::id()));
    let unfinished = place.with_file_name(name);
    let store = unfinished.join(STORE);
    let made = files::create_folder(&unfinished)
        .and_then(|()| Graph::write_to_disk(&store, generation.quads(Scope::All)))
        .and_then(|()| Graph::open_on_disk(&store, unfinished.join(GUARD))?.len())
        .and_then(|quads| {
            if is_sound(&place) {
                // Another process was faster, and may be reading what it made.
                files::remove(&unfinished);
                return Ok(());
            }
            settle(&unfinished, quads as u64, &place)
        });
    if made.is_err() {
        files::remove(&unfinished);
    }
    made.ok()
}

/// Opens the disk store of a generation, if there is a sound one or it can be made.
pub(super) fn open(layout: &Layout, generation: &Generation, scope: Scope) -> Option<Graph> {
    let scope = match generation.provenance() {
        // There is nothing but facts.
        Provenance::None => Scope::Facts,
        _ => scope,
    };
    open_sound(layout, generation.id(), scope).or_else(|| {
        if scope == Scope::All {
            make_all(layout, generation)?;
            open_sound(layout, generation.id(), scope)
        } else {
            None
        }
    })
}

fn open_sound(layout: &Layout, id: &str, scope: Scope) -> Option<Graph> {
    let folder = folder(layout, id, scope);
    is_sound(&folder)
        .then(|| Graph::open_on_disk(&folder.join(STORE), folder.join(GUARD)).ok())
        .flatten()
}

/// Returns the folders of disk stores that are there and damaged.
fn damaged(layout: &Layout, generation: &Generation) -> Vec<PathBuf> {
    let wrong = |scope| {
        let folder = folder(layout, generation.id(), scope);
        (folder.exists() && !holds_all(layout, generation, scope)).then_some(folder)
    };
    SCOPES.into_iter().filter_map(wrong).collect()
}

/// Removes the disk stores of a generation that are damaged; it does without them.
pub(super) fn sweep(layout: &Layout, generation: &Generation) {
    for folder in damaged(layout, generation) {
        files::remove(&folder);
    }
}

/// Returns what is wrong with disk stores that are there; a missing one is no fault.
pub(super) fn verify(layout: &Layout, generation: &Generation) -> Vec<Diagnostic> {
    damaged(layout, generation)
        .into_iter()
        .map(|folder| {
            Diagnostic::error(
                codes::STORE_DAMAGED,
                format!("the disk store {} is damaged", folder.display()),
            )
            .at(Place::file(folder.display().to_string()))
            .hint("remove this folder and run `factmill build`, which makes it anew; until then queries do without it")
        })
        .collect()
}

/// Returns whether the disk store of a scope has as many quads as it must.
fn holds_all(layout: &Layout, generation: &Generation, scope: Scope) -> bool {
    let opened = open_sound(layout, generation.id(), scope);
    let Some(counted) = opened.and_then(|graph| graph.len().ok()) else {
        return false;
    };
    let folder = folder(layout, generation.id(), scope);
    if read_guard(&folder).is_some_and(|guard| guard.quads == counted as u64) {
        return true;
    }
    // The engine takes some statements for one, such as those of "01" and "1" as numbers.
    let loaded = Graph::from_quads(generation.quads(scope));
    loaded
        .and_then(|graph| graph.len())
        .is_ok_and(|count| count == counted)
}

fn folder(layout: &Layout, id: &str, scope: Scope) -> PathBuf {
    let scope = match scope {
        Scope::Facts => "facts",
        Scope::All => "all",
    };
    layout.disk().join(format!("{id}-{scope}"))
}

fn is_sound(folder: &Path) -> bool {
    read_guard(folder).is_some_and(|guard| {
        guard.version == SHAPE
            && look(&folder.join(STORE), guard.quads, false).is_ok_and(|seen| seen == guard)
    })
}

fn read_guard(folder: &Path) -> Option<Guard> {
    serde_json::from_slice(&fs::read(folder.join(GUARD)).ok()?).ok()
}

/// Looks at the files of a store; makes them durable if asked.
fn look(store: &Path, quads: u64, sync: bool) -> io::Result<Guard> {
    let mut guarded = Vec::new();
    for name in files::names(store)
        .into_iter()
        .filter(|name| holds_data(name))
    {
        let path = store.join(&name);
        let check = if is_table(&name) {
            None
        } else {
            Some(format!("{:032x}", xxh3_128(&fs::read(&path)?)))
        };
        if sync {
            File::open(&path)?.sync_all()?;
        }
        guarded.push(GuardedFile {
            size: fs::metadata(&path)?.len(),
            name,
            check,
        });
    }
    Ok(Guard {
        version: SHAPE,
        quads,
        files: guarded,
    })
}
