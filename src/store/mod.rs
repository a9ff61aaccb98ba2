//! The store: immutable generations of a graph, each statement with its derivations.
//!
//! This is the only module that names `oxigraph::store`, and the only one that knows how `.factmill/` is laid out:
//!
//! ```text
//! .factmill/
//!   current              which generation readers use and which one came before; swapped by rename
//!   generations/ID.json  manifest of a generation; ID is the sha256 of its bytes
//!   parts/HASH.nq        the statements of one source file: sorted, unique N-Quads; HASH is the sha256 of the bytes
//!   parts/HASH.origins   for each of these statements its derivations; see `rows`
//!   parts/HASH.index     from a node or a label to the statements that have it; see `index`
//!   parts/HASH.names     for a part of a piece of a source: the names that IRIs in it were made of
//!   disk/ID-SCOPE/       the same as an Oxigraph store on disk (feature `rocksdb`); may be dropped at any time
//!   lock                 held by a build; tells which process
//! ```
//!
//! A build gathers statements in parts, one a source file, writes the parts that changed, and swaps `current` as its
//! last step. Nothing that a reader uses is ever changed: a build that fails or is killed leaves the graph as it was,
//! and the next build sweeps up after it. A statement is in a generation as long as one part derives it.
//!
//! ```no_run
//! use factmill::store::{BuildInfo, Scope, Store};
//!
//! # fn main() -> factmill::diagnostic::Result<()> {
//! let store = Store::at(".factmill");
//! let build = store.begin("build")?;
//! let info = build.finish(BuildInfo::default())?;
//! let graph = store.current()?.graph(Scope::Facts)?;
//! assert_eq!(graph.len()? as u64, info.statements);
//! # Ok(())
//! # }
//! ```

mod build;
mod count;
#[cfg(feature = "rocksdb")]
mod difference;
#[cfg_attr(not(feature = "rocksdb"), path = "no_disk.rs")]
mod disk;
mod entry;
mod facts;
mod files;
mod freeze;
mod generation;
pub mod graph;
mod index;
mod layout;
mod level;
mod lock;
mod lookup;
mod manifest;
mod origins;
mod pages;
mod part;
mod piece;
mod plain;
mod pointer;
pub mod provenance;
mod rows;
mod sort;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use build::{Build, BuildInfo, GenerationInfo};
pub use entry::{Derivation, DerivationEntry, Passage, Rule, SourceRecord, Statement};
pub use generation::{Generation, Scope};
pub use graph::Graph;
pub use index::LABELS;
pub use level::Provenance;
pub use manifest::SourceStamp;
pub use part::{PartBuilder, RecordId, RuleId};
pub use piece::Piece;

use crate::diagnostic::{Diagnostic, Result, codes};
use layout::Layout;
use lock::Lock;
use pointer::Pointer;

/// Whether this binary keeps disk stores beside the parts (feature `rocksdb`).
pub const KEEPS_DISK_STORES: bool = cfg!(feature = "rocksdb");

/// From how many statements on loading the parts takes a second or more, so that a disk store pays.
pub const DISK_STORE_PAYS: u64 = 300_000;

/// The folder in which generations are kept.
#[derive(Clone, Debug)]
pub struct Store {
    layout: Layout,
}

impl Store {
    /// Returns the store in a folder (`.factmill` of a project); the folder need not exist.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            layout: Layout::new(folder.into()),
        }
    }

    /// Begins a build: makes the folder, takes the lock and sweeps up what a killed build left behind.
    ///
    /// `command` is told to whoever finds the store locked. Dropping the build releases the lock and changes nothing.
    ///
    /// # Errors
    /// `STORE_LOCKED` while another build runs, `WRITE_FAILED`, `STORE_NEWER`.
    pub fn begin(&self, command: &str) -> Result<Build> {
        Build::begin(self.layout.clone(), command)
    }

    /// Opens the generation that readers use.
    ///
    /// Sizes, counts and the hash of the manifest are checked; [`Generation::verify`] checks every byte.
    ///
    /// # Errors
    /// `NO_GRAPH` before the first build, `STORE_DAMAGED` with the file, `STORE_NEWER`.
    pub fn current(&self) -> Result<Generation> {
        // A build may swap and sweep between the two reads; then the new pointer tells where to look.
        let seen = self.pointer()?;
        match Generation::open(&self.layout, &seen.current) {
            Err(fault) => match self.pointer() {
                Ok(now) if now.current != seen.current => {
                    Generation::open(&self.layout, &now.current)
                }
                _ => Err(fault),
            },
            opened => opened,
        }
    }

    /// Opens the generation before the current one.
    ///
    /// # Errors
    /// `NO_PREVIOUS`, `NO_GRAPH`, `STORE_DAMAGED`, `STORE_NEWER`.
    pub fn previous(&self) -> Result<Generation> {
        let pointer = self.pointer()?;
        Generation::open(&self.layout, &previous_of(&pointer)?)
    }

    /// Makes the previous generation current again and the current one previous; doing it twice returns.
    ///
    /// Every byte of the previous generation is checked first; its disk stores are removed if they are damaged.
    ///
    /// # Errors
    /// `NO_PREVIOUS`, `NO_GRAPH`, `STORE_LOCKED`, `STORE_DAMAGED`, `WRITE_FAILED`.
    pub fn rollback(&self) -> Result<GenerationInfo> {
        // Without a graph there is no folder to lock.
        self.pointer()?;
        let _lock = Lock::take(&self.layout, "build --rollback")?;
        let pointer = self.pointer()?;
        let target = Generation::open(&self.layout, &previous_of(&pointer)?)?;
        target.mend()?;
        Pointer {
            current: target.id().to_owned(),
            previous: Some(pointer.current.clone()),
        }
        .write(&self.layout)?;
        Ok(GenerationInfo {
            id: target.id().to_owned(),
            statements: target.statement_count(),
            derivations: target.derivation_count(),
            reused_parts: target.parts().count(),
            new_parts: 0,
            unchanged: false,
            previous: Some(pointer.current),
            findings: Vec::new(),
        })
    }

    fn pointer(&self) -> Result<Pointer> {
        Pointer::read(&self.layout)?.ok_or_else(|| {
            Diagnostic::error(codes::NO_GRAPH, "nothing has been built yet")
                .hint("run `factmill build`")
                .into()
        })
    }
}

fn previous_of(pointer: &Pointer) -> Result<String> {
    pointer.previous.clone().ok_or_else(|| {
        Diagnostic::error(codes::NO_PREVIOUS, "there is no previous generation")
            .hint("a generation is kept when a later build changes the graph")
            .into()
    })
}
