//! Extract: what a project needs of a dump, in a folder.
//!
//! `entities.jsonl` has an entity a line, in the order of the source; `subclasses.tsv` the subclass relation as far as
//! it was seen, sorted; `redirects.tsv` items that became others; `extract.json` what was asked for and found. The same
//! source and the same wishes give the same bytes.
//!
//! The source is read once, by one thread that unpacks and as many as there are cores that look at lines. A class that
//! turns out to be a subclass of a wanted one after members of it went by makes a second reading necessary, and only
//! that. `progress.json` says up to where all is on disk, so that an interrupted extract is taken up again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::blocks::{Block, Done, SHOWN, read_blocks, work};
use super::files::{self, ENTITIES};
use super::scan::Selection;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// Blocks between two marks from which an interrupted extract goes on.
const MARK_EVERY: u64 = 64;

/// How far an extract is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Bytes of the source that were read, as they are on disk.
    pub read: u64,
    /// Bytes of the source, 0 when not known.
    pub of: u64,
    /// Entities that were looked at.
    pub entities: u64,
    /// Entities that were kept.
    pub kept: u64,
    /// Time since the start.
    pub elapsed: Duration,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entities in the source.
    pub entities: u64,
    /// Entities in the extract.
    pub kept: u64,
    /// Items that became others.
    pub redirects: u64,
    /// Times the source was read.
    pub passes: u32,
    /// Entity from which an interrupted extract was taken up again, 0 if it began anew.
    pub resumed: u64,
    /// Listed items that the source does not have.
    pub missing: Vec<String>,
    /// Lines that are no entities, the first few.
    pub findings: Vec<Diagnostic>,
}

impl std::fmt::Display for Progress {
    /// Writes how much was read, how fast, and how long it will take.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.elapsed.as_secs_f64().max(1e-3);
        let rate = self.read as f64 / seconds;
        write!(
            f,
            "{} entities, {} kept, {:.1} MB/s",
            self.entities,
            self.kept,
            rate / 1e6
        )?;
        if self.of > self.read && rate > 0.0 {
            let left = ((self.of - self.read) as f64 / rate) as u64;
            let share = self.read * 100 / self.of;
            write!(
                f,
                ", {share} %, {}:{:02}:{:02} left",
                left / 3600,
                left / 60 % 60,
                left % 60
            )?;
        }
        Ok(())
    }
}

impl Summary {
    /// Returns what happened, in a sentence or two.
    #[must_use]
    pub fn text(&self, folder: &Path) -> String {
        let mut text = format!(
            "{} of {} entities kept in {}.",
            self.kept,
            self.entities,
            folder.display()
        );
        if self.passes > 1 {
            text.push_str(
                " The source was read twice, because subclasses came after their members.",
            );
        }
        if !self.missing.is_empty() {
            let shown: Vec<&str> = self.missing.iter().take(5).map(String::as_str).collect();
            text.push_str(&format!(
                " Not in the source: {} listed items, such as {}.",
                self.missing.len(),
                shown.join(", ")
            ));
        }
        text
    }
}

/// What is on disk for sure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    wishes: String,
    pass: u32,
    blocks: u64,
    entities: u64,
    kept: u64,
    broken: u64,
    entity_bytes: u64,
    relation_bytes: u64,
}

/// Makes an extract of a source in a folder.
///
/// The source is a dump (`.json`, compressed or not, an entity a line) or the output of Special:EntityData, a file or a
/// folder of such files; `-` is standard input. `report` is called now and then.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `EMPTY_SOURCE` when there is no entity, `WRITE_FAILED`.
pub fn extract(
    source: &Path,
    wishes: &Selection,
    folder: &Path,
    report: &mut dyn FnMut(Progress),
) -> Result<Summary> {
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    let mut run = Run::open(source, wishes, folder)?;
    let sources = sources(source)?;
    let mut subclasses = closure(&wishes.classes, &run.above);
    loop {
        run.pass(&sources, wishes, &subclasses, report)?;
        let complete = closure(&wishes.classes, &run.above);
        let late = complete
            .difference(&subclasses)
            .any(|class| run.passed_by.contains(class));
        if !late {
            break;
        }
        subclasses = complete;
        run.again()?;
    }
    run.finish(source, wishes)
}

fn sources(source: &Path) -> Result<Vec<PathBuf>> {
    if !source.is_dir() {
        return Ok(vec![source.to_owned()]);
    }
    let listed = fs::read_dir(source).map_err(|error| files::failed(source, &error))?;
    let mut found: Vec<PathBuf> = listed
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            [".json", ".json.gz", ".json.bz2"]
                .iter()
                .any(|ending| name.ends_with(ending))
        })
        .collect();
    found.sort();
    Ok(found)
}

/// The numbers of the wanted classes and of all that are below them.
fn closure(classes: &BTreeSet<String>, above: &BTreeSet<(u64, u64)>) -> BTreeSet<u64> {
    let mut below: Vec<(u64, u64)> = above
        .iter()
        .map(|(class, wider)| (*wider, *class))
        .collect();
    below.sort_unstable();
    let mut all: BTreeSet<u64> = classes.iter().filter_map(|class| number(class)).collect();
    let mut open: Vec<u64> = all.iter().copied().collect();
    while let Some(class) = open.pop() {
        let first = below.partition_point(|(wider, _)| *wider < class);
        for (_, one) in below[first..]
            .iter()
            .take_while(|(wider, _)| *wider == class)
        {
            if all.insert(*one) {
                open.push(*one);
            }
        }
    }
    all
}

struct Run {
    folder: PathBuf,
    mark: Mark,
    resumed: u64,
    entities: File,
    relations: File,
    /// Class and wider class, by their numbers: millions of them must fit into memory.
    above: BTreeSet<(u64, u64)>,
    passed_by: BTreeSet<u64>,
    redirects: BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
    total: u64,
}

impl Run {
    fn open(source: &Path, wishes: &Selection, folder: &Path) -> Result<Self> {
        let total = if source.is_dir() {
            0
        } else {
            fs::metadata(source).map_or(0, |known| known.len())
        };
        let wanted = format!("{:016x}-{total}", fingerprint(source, wishes));
        let mark = fs::read(folder.join("progress.json"))
            .ok()
            .and_then(|text| serde_json::from_slice::<Mark>(&text).ok())
            .filter(|mark| mark.wishes == wanted && source != Path::new("-"));
        let resumed = mark.as_ref().map_or(0, |mark| mark.entities);
        let mark = mark.unwrap_or(Mark {
            wishes: wanted,
            pass: 1,
            ..Mark::default()
        });
        let reopen = |name: &str, length: u64| -> Result<File> {
            let path = folder.join(name);
            let done = (|| {
                let mut file = OpenOptions::new()
                    .create(true)
                    .read(true)
                    .write(true)
                    .truncate(false)
                    .open(&path)?;
                file.set_len(length)?;
                file.seek(std::io::SeekFrom::End(0))?;
                Ok(file)
            })();
            done.map_err(|error: std::io::Error| unwritten(&path, &error))
        };
        let entities = reopen(ENTITIES, mark.entity_bytes)?;
        let relations = reopen("relations.part", mark.relation_bytes)?;
        let mut run = Self {
            folder: folder.to_owned(),
            mark,
            resumed,
            entities,
            relations,
            above: BTreeSet::new(),
            passed_by: BTreeSet::new(),
            redirects: BTreeMap::new(),
            findings: Vec::new(),
            total,
        };
        let noted = fs::read_to_string(folder.join("relations.part")).unwrap_or_default();
        for line in noted.lines() {
            run.note(line);
        }
        Ok(run)
    }

    /// Takes a noted relation to memory: a class with a wider one, or a class whose members were passed by.
    fn note(&mut self, line: &str) -> bool {
        match line.split_once('\t') {
            // A merge is noted beside the classes, with a mark; see `blocks`.
            Some((from, to)) => match (from.strip_prefix('='), number(from), number(to)) {
                (Some(from), _, _) => self
                    .redirects
                    .insert(from.to_owned(), to.to_owned())
                    .is_none(),
                (None, Some(class), Some(wider)) => self.above.insert((class, wider)),
                _ => false,
            },
            None => number(line).is_some_and(|class| self.passed_by.insert(class)),
        }
    }

    /// Forgets the entities, not the classes, for another reading.
    fn again(&mut self) -> Result<()> {
        self.mark = Mark {
            wishes: self.mark.wishes.clone(),
            pass: self.mark.pass + 1,
            relation_bytes: self.mark.relation_bytes,
            ..Mark::default()
        };
        self.findings.clear();
        let path = self.folder.join(ENTITIES);
        self.entities
            .set_len(0)
            .and_then(|()| self.entities.rewind())
            .map_err(|error| unwritten(&path, &error))
    }

    /// Reads the source once and returns the classes whose members were passed by.
    fn pass(
        &mut self,
        sources: &[PathBuf],
        wishes: &Selection,
        classes: &BTreeSet<u64>,
        report: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let read = Arc::new(AtomicU64::new(0));
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let (to_workers, blocks) = sync_channel::<Block>(workers + 1);
        let (to_writer, done) = sync_channel::<Done>(workers * 2);
        let blocks = Mutex::new(blocks);
        let skip = self.mark.blocks;
        let started = Instant::now();
        std::thread::scope(|scope| {
            let counter = Arc::clone(&read);
            let reader = scope.spawn(move || read_blocks(sources, &counter, &to_workers));
            for _ in 0..workers {
                let to_writer = to_writer.clone();
                let blocks = &blocks;
                scope.spawn(move || work(blocks, &to_writer, wishes, classes, skip));
            }
            drop(to_writer);
            let written = self.write(&done, &read, started, report);
            // A writer that gave up must not leave the others waiting for room.
            drop(done);
            if written.is_err() {
                while blocks.lock().is_ok_and(|blocks| blocks.recv().is_ok()) {}
            }
            let unread = reader.join().unwrap_or(Ok(()));
            written.and(unread)
        })?;
        Ok(())
    }

    fn write(
        &mut self,
        done: &Receiver<Done>,
        read: &AtomicU64,
        started: Instant,
        report: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let path = self.folder.join(ENTITIES);
        let mut waiting: BTreeMap<u64, Done> = BTreeMap::new();
        let mut next = 0;
        let mut spoken = started;
        for one in done {
            waiting.insert(one.number, one);
            while let Some(one) = waiting.remove(&next) {
                next += 1;
                if next <= self.mark.blocks {
                    continue;
                }
                self.entities
                    .write_all(&one.lines)
                    .map_err(|error| unwritten(&path, &error))?;
                self.mark.entity_bytes += one.lines.len() as u64;
                self.mark.entities += one.entities;
                self.mark.kept += one.kept;
                let mut noted = String::new();
                for line in one.relations {
                    if self.note(&line) {
                        noted.push_str(&line);
                        noted.push('\n');
                    }
                }
                self.relations
                    .write_all(noted.as_bytes())
                    .map_err(|error| unwritten(&path, &error))?;
                self.mark.relation_bytes += noted.len() as u64;
                self.mark.broken += one.broken;
                let room = SHOWN.saturating_sub(self.findings.len());
                self.findings.extend(one.findings.into_iter().take(room));
                self.mark.blocks = next;
                if next % MARK_EVERY == 0 {
                    self.save_mark()?;
                }
            }
            if spoken.elapsed() > Duration::from_millis(200) {
                spoken = Instant::now();
                report(Progress {
                    read: read.load(Ordering::Relaxed),
                    of: self.total,
                    entities: self.mark.entities,
                    kept: self.mark.kept,
                    elapsed: started.elapsed(),
                });
            }
        }
        Ok(())
    }

    fn save_mark(&mut self) -> Result<()> {
        let path = self.folder.join("progress.json");
        let part = self.folder.join("progress.json.part");
        let saved = (|| {
            self.entities.sync_data()?;
            self.relations.sync_data()?;
            fs::write(&part, serde_json::to_vec(&self.mark)?)?;
            fs::rename(&part, &path)
        })();
        saved.map_err(|error: std::io::Error| unwritten(&path, &error))
    }

    fn finish(mut self, source: &Path, wishes: &Selection) -> Result<Summary> {
        if self.mark.entities == 0 {
            return Err(Diagnostic::error(codes::EMPTY_SOURCE, "the source has no entity")
                .at(Place::file(source.display().to_string()))
                .hint("give a JSON dump with one entity a line, or what Special:EntityData returns")
                .into());
        }
        self.entities
            .sync_all()
            .map_err(|error| unwritten(&self.folder, &error))?;
        let mut found = BTreeSet::new();
        files::for_each_line(&self.folder.join(ENTITIES), |_, line| {
            if let Some(id) = id_of(line).filter(|id| wishes.ids.contains(*id)) {
                found.insert(id.to_owned());
            }
            Ok(())
        })?;
        let redirects = std::mem::take(&mut self.redirects);
        let missing: Vec<String> = wishes
            .ids
            .iter()
            .filter(|id| !found.contains(*id) && !redirects.contains_key(*id))
            .cloned()
            .collect();
        let subclasses: String = self
            .above
            .iter()
            .map(|(class, wider)| format!("Q{class}\tQ{wider}\n"))
            .collect();
        let redirected: String = redirects
            .iter()
            .map(|(from, to)| format!("{from}\t{to}\n"))
            .collect();
        let about = json!({
            "version": 1,
            "tool": concat!("factmill ", env!("CARGO_PKG_VERSION")),
            "source": source.file_name().unwrap_or_default().to_string_lossy(),
            "wishes": self.mark.wishes,
            "classes": wishes.classes,
            "listed": wishes.ids.len(),
            "names": wishes.names.len(),
            "entities": self.mark.entities,
            "kept": self.mark.kept,
            "broken": self.mark.broken,
            "missing": missing,
        });
        let mut text = serde_json::to_string_pretty(&about).unwrap_or_default();
        text.push('\n');
        for (name, text) in [
            ("subclasses.tsv", &subclasses),
            ("redirects.tsv", &redirected),
            ("extract.json", &text),
        ] {
            let path = self.folder.join(name);
            fs::write(&path, text).map_err(|error| unwritten(&path, &error))?;
        }
        for name in ["progress.json", "relations.part"] {
            // Neither may be there.
            let _ = fs::remove_file(self.folder.join(name));
        }
        Ok(Summary {
            entities: self.mark.entities,
            kept: self.mark.kept,
            redirects: redirects.len() as u64,
            passes: self.mark.pass,
            resumed: self.resumed,
            missing,
            findings: self.findings,
        })
    }
}

/// The identifier at the start of a line of an extract.
pub(super) fn id_of(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(b"{\"id\":\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()
}

/// The number of an item.
pub(super) fn number(item: &str) -> Option<u64> {
    item.strip_prefix('Q')?.parse().ok()
}

/// A number that differs when the wishes or the source do.
fn fingerprint(source: &Path, wishes: &Selection) -> u64 {
    let mut text = format!("{}|{}|", source.display(), wishes.all);
    for list in [&wishes.ids, &wishes.classes, &wishes.names] {
        for one in list {
            text.push_str(one);
            text.push('\u{1}');
        }
        text.push('\u{2}');
    }
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn unwritten(path: &Path, error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(
        codes::WRITE_FAILED,
        format!("cannot write {}: {error}", path.display()),
    )
    .at(Place::file(path.display().to_string()))
    .hint("free some space or choose another folder with -o")
    .into()
}
