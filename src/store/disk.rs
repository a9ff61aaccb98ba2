//! Disk stores (feature `rocksdb`): a generation as an Oxigraph store that opens in milliseconds at any size.
//!
//! They stand beside the parts, one for each scope, and hold nothing that the parts do not: one that is missing or
//! damaged is passed over, and the next build makes it anew. RocksDB takes a cut manifest of its own for an empty
//! store without a word, so a guard file tells the size of each of its files and the hash of all but the tables, which
//! carry their own checksums; what does not fit its guard is not opened.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::files;
use super::generation::{Generation, Scope};
use super::graph::Graph;
use super::layout::{Layout, VERSION};
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// From how many derivations on a disk store opens faster than the parts load.
const WORTH_IT: u64 = if cfg!(test) { 1 } else { 20_000 };

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

/// Makes the disk stores of a generation where they are missing or damaged; returns what could not be done.
pub(super) fn build(layout: &Layout, generation: &Generation) -> Vec<Diagnostic> {
    if generation.derivation_count() < WORTH_IT {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for scope in SCOPES {
        let folder = folder(layout, generation.id(), scope);
        if !is_sound(&folder)
            && let Err(fault) = make(layout, generation, scope, &folder)
        {
            findings.extend(fault.0.into_iter().map(as_warning));
            break;
        }
    }
    findings
}

fn as_warning(fault: Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        fault.code,
        format!("no disk store was made: {}", fault.message),
    )
    .at(fault.place.unwrap_or_default())
    .hint("queries load the graph into memory instead, which takes longer to begin")
}

fn make(layout: &Layout, generation: &Generation, scope: Scope, folder: &Path) -> Result<()> {
    files::create_folder(&layout.disk())?;
    let unfinished = files::unfinished(folder);
    if unfinished.exists() {
        files::remove(&unfinished);
    }
    files::create_folder(&unfinished)?;
    let made = fill(generation, scope, &unfinished).and_then(|()| {
        if folder.exists() {
            files::remove(folder);
        }
        fs::rename(&unfinished, folder).map_err(|error| files::write_failed(folder, &error))?;
        files::sync_folder(&layout.disk())
    });
    if made.is_err() {
        files::remove(&unfinished);
    }
    made
}

fn fill(generation: &Generation, scope: Scope, folder: &Path) -> Result<()> {
    let store = folder.join(STORE);
    let quads = Graph::write_to_disk(&store, generation.quads(scope))?;
    let guard = look(&store, quads, true).map_err(|error| files::write_failed(&store, &error))?;
    let path = folder.join(GUARD);
    let bytes =
        serde_json::to_vec(&guard).map_err(|error| files::write_failed(&path, &error.into()))?;
    files::replace(&path, &bytes)?;
    files::sync_folder(&store)?;
    files::sync_folder(folder)
}

/// Opens the disk store of a generation, if there is a sound one.
pub(super) fn open(layout: &Layout, id: &str, scope: Scope) -> Option<Graph> {
    let folder = folder(layout, id, scope);
    is_sound(&folder)
        .then(|| Graph::open_on_disk(&folder.join(STORE)).ok())
        .flatten()
}

/// Returns what is wrong with a disk store that is there; a missing one is no fault.
pub(super) fn verify(layout: &Layout, id: &str) -> Vec<Diagnostic> {
    SCOPES
        .into_iter()
        .filter_map(|scope| {
            let folder = folder(layout, id, scope);
            if !folder.exists() {
                return None;
            }
            let counted = open(layout, id, scope).and_then(|graph| graph.len().ok());
            let expected = read_guard(&folder).map(|guard| guard.quads);
            let sound = counted.is_some() && counted.map(|count| count as u64) == expected;
            (!sound).then(|| {
                Diagnostic::error(
                    codes::STORE_DAMAGED,
                    format!("the disk store {} is damaged", folder.display()),
                )
                .at(Place::file(folder.display().to_string()))
                .hint("run `factmill build`: it makes the disk store anew; until then queries do without it")
            })
        })
        .collect()
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
        guard.version == VERSION
            && look(&folder.join(STORE), guard.quads, false).is_ok_and(|seen| seen == guard)
    })
}

fn read_guard(folder: &Path) -> Option<Guard> {
    serde_json::from_slice(&fs::read(folder.join(GUARD)).ok()?).ok()
}

/// Looks at the files of a store; makes them durable if asked.
fn look(store: &Path, quads: u64, sync: bool) -> io::Result<Guard> {
    let mut guarded = Vec::new();
    for name in files::names(store) {
        // RocksDB writes its log and takes its lock whenever it likes; neither holds data.
        if name.starts_with("LOG") || name == "LOCK" {
            continue;
        }
        let path = store.join(&name);
        let check = if Path::new(&name).extension().is_some_and(|it| it == "sst") {
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
        version: VERSION,
        quads,
        files: guarded,
    })
}
