//! A build: parts gathered, written where they differ, and swapped in at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::count;
use super::disk::Filling;
use super::facts::{self, Facts};
use super::files;
use super::freeze::freeze;
use super::generation::Generation;
use super::layout::{self, Layout, UNFINISHED};
use super::level::Provenance;
use super::lock::Lock;
use super::manifest::{FileStamp, Manifest, PartStamp, SourceStamp};
use super::part::PartBuilder;
use super::piece::{self, Piece};
use super::pointer::Pointer;
use crate::diagnostic::{Diagnostic, Result, codes};

/// A build under way. It holds the lock; dropping it changes nothing that readers see.
#[derive(Debug)]
pub struct Build {
    layout: Layout,
    parts: Vec<PartBuilder>,
    /// Which part is which.
    names: BTreeMap<String, usize>,
    /// The pieces of sources that parts are of, with the names their IRIs were made of.
    pieces: BTreeMap<String, (Piece, Vec<u8>)>,
    /// How much is kept of derivations.
    level: Provenance,
    /// Parts taken over from the current generation.
    reused: BTreeMap<String, PartStamp>,
    /// The current generation.
    before: Option<Manifest>,
    /// Parts that can be taken over, by the key of their piece.
    known: BTreeMap<String, PartStamp>,
    _lock: Lock,
}

/// What a generation tells about itself besides its statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildInfo {
    /// The sources, in any order.
    pub sources: Vec<SourceStamp>,
    /// Prefixes to abbreviate IRIs with.
    pub prefixes: BTreeMap<String, String>,
    /// Base IRI.
    pub base: Option<String>,
}

/// What a build or a rollback led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationInfo {
    /// Identity of the generation that is current now.
    pub id: String,
    /// Number of different statements.
    pub statements: u64,
    /// Number of derivations.
    pub derivations: u64,
    /// Parts that were there already.
    pub reused_parts: usize,
    /// Parts that had to be written.
    pub new_parts: usize,
    /// Whether this generation was current before, so that nothing has changed.
    pub unchanged: bool,
    /// The generation that a rollback leads to.
    pub previous: Option<String>,
    /// What went wrong without harm: a disk store that could not be made.
    pub findings: Vec<Diagnostic>,
}

impl Build {
    pub(super) fn begin(layout: Layout, command: &str) -> Result<Self> {
        files::create_folder(layout.root())?;
        let lock = Lock::take(&layout, command)?;
        // A store of a later version is refused before anything is touched; a damaged one is what a build mends.
        if let Err(fault) = Pointer::read(&layout)
            && fault.0.iter().any(|one| one.code == codes::STORE_NEWER)
        {
            return Err(fault);
        }
        for folder in [layout.parts(), layout.generations()] {
            files::create_folder(&folder)?;
        }
        // What is built never belongs in version control.
        files::put(&layout.ignore(), b"*\n")?;
        sweep(&layout);
        let before = piece::current(&layout);
        let known = piece::known(before.as_ref());
        Ok(Self {
            layout,
            parts: Vec::new(),
            names: BTreeMap::new(),
            pieces: BTreeMap::new(),
            level: Provenance::Statement,
            reused: BTreeMap::new(),
            before,
            known,
            _lock: lock,
        })
    }

    /// Says how much to keep of where statements come from, before the first of them; all of it unless said.
    pub fn keep(&mut self, level: Provenance) {
        self.level = level;
        // Parts hold what was kept when they were made.
        if self
            .before
            .as_ref()
            .is_some_and(|before| before.provenance != level)
        {
            self.forget();
        }
    }

    /// Takes nothing over from the current generation: every part is made again.
    pub fn forget(&mut self) {
        self.known.clear();
        self.before = None;
    }

    /// Takes over the part of a piece from the current generation, if it has one of that key; returns the names that its
    /// IRIs were made of, as they were handed in.
    ///
    /// A part whose files are not as they were written is not taken over.
    pub fn reuse(&mut self, name: &str, piece: &Piece) -> Option<Vec<u8>> {
        let known = self.known.get(&piece.key)?;
        let stamp = &known.piece.as_ref()?.names;
        let names = fs::read(self.layout.names(&stamp.sha256)).ok()?;
        let whole = |path: &Path, stamp: &FileStamp| {
            fs::metadata(path).is_ok_and(|found| found.len() == stamp.size)
        };
        let there = stamp.fits(&names)
            && whole(&self.layout.facts(&known.facts.sha256), &known.facts)
            && whole(&self.layout.origins(&known.origins.sha256), &known.origins)
            && whole(&self.layout.index(&known.index.sha256), &known.index);
        if !there {
            return None;
        }
        let part = PartStamp {
            name: name.to_owned(),
            piece: Some(piece.stamp(stamp.clone())),
            ..known.clone()
        };
        self.reused.insert(name.to_owned(), part);
        Some(names)
    }

    /// Says that a part is of a piece of a source, and which names its IRIs were made of.
    pub fn of_piece(&mut self, name: &str, piece: Piece, names: Vec<u8>) {
        self.pieces.insert(name.to_owned(), (piece, names));
    }

    /// Returns the part of a source file, or of a piece of one, to add statements to.
    pub fn part(&mut self, name: &str) -> &mut PartBuilder {
        let number = match self.names.get(name) {
            Some(&number) => number,
            None => {
                self.names.insert(name.to_owned(), self.parts.len());
                self.parts.push(PartBuilder::new(self.level));
                self.parts.len() - 1
            }
        };
        &mut self.parts[number]
    }

    /// Writes what differs from the parts that are there, and makes the new generation current.
    ///
    /// The swap is the last step: on an error, readers keep what they had, and what was written is swept up. Parts
    /// without statements are left out.
    ///
    /// # Errors
    /// `WRITE_FAILED`; `BAD_VALUE` when a statement is not well written.
    pub fn finish(mut self, info: BuildInfo) -> Result<GenerationInfo> {
        let result = self.write(info);
        sweep(&self.layout);
        result
    }

    fn write(&mut self, info: BuildInfo) -> Result<GenerationInfo> {
        let layout = &self.layout;
        let mut manifest = Manifest::new();
        manifest.base = info.base;
        manifest.prefixes = info.prefixes;
        manifest.provenance = self.level;
        manifest.sources = info.sources;
        manifest.sources.sort_unstable();
        manifest.sources.dedup();

        let mut filling = Filling::new(layout);
        let mut hashes = Vec::new();
        let mut new_parts = 0;
        for (name, number) in std::mem::take(&mut self.names) {
            // Taken one by one, so that the memory of each is free again once it is written.
            let part = std::mem::replace(&mut self.parts[number], PartBuilder::new(self.level));
            if part.is_empty() {
                continue;
            }
            let piece = self.pieces.remove(&name);
            let (stamp, known, new) = write_part(layout, name, part, piece.as_ref(), &mut filling)?;
            manifest.derivations += stamp.derivations;
            manifest.parts.push(stamp);
            hashes.extend(known);
            new_parts += usize::from(new);
        }
        let reused: Vec<PartStamp> = std::mem::take(&mut self.reused).into_values().collect();
        for part in &reused {
            filling.later(part);
        }
        manifest.statements = count::statements(layout, hashes, &reused, self.before.as_ref())?;
        manifest.derivations += reused.iter().map(|part| part.derivations).sum::<u64>();
        manifest.parts.extend(reused);
        manifest.parts.sort_by(|a, b| a.name.cmp(&b.name));
        if new_parts > 0 {
            files::sync_folder(&layout.parts())?;
        }

        let bytes = manifest.to_bytes(&layout.generations())?;
        let id = files::sha256(&bytes);
        if files::put(&layout.manifest(&id), &bytes)? {
            files::sync_folder(&layout.generations())?;
        }
        // What can fail comes before the swap.
        let generation = Generation::open(layout, &id)?;
        let (previous, unchanged) = swap(layout, &id)?;
        let findings = filling.finish(&generation, previous.as_deref());
        Ok(GenerationInfo {
            id,
            statements: manifest.statements,
            derivations: manifest.derivations,
            reused_parts: manifest.parts.len() - new_parts,
            new_parts,
            unchanged,
            previous,
            findings,
        })
    }
}

/// Writes a part; returns its stamp, the hashes of its statements, and whether any of it is new.
fn write_part(
    layout: &Layout,
    name: String,
    part: PartBuilder,
    piece: Option<&(Piece, Vec<u8>)>,
    filling: &mut Filling,
) -> Result<(PartStamp, Vec<u128>, bool)> {
    let frozen = freeze(part);
    let facts = FileStamp::of(&frozen.facts);
    let path = layout.facts(&facts.sha256);
    // What is there under this name is what an earlier build wrote, and may be in its disk store.
    let new = !path.exists();
    let bytes = Arc::new(frozen.facts);
    if new {
        filling.part(
            Facts::new(Arc::clone(&bytes), path.clone()),
            frozen.hashes.len(),
        );
    }
    let index = facts::survey(&bytes, frozen.hashes.len(), &name)?;
    let stamp = PartStamp {
        statements: frozen.hashes.len() as u64,
        derivations: frozen.derivations,
        facts,
        origins: FileStamp::of(&frozen.origins),
        index: FileStamp::of(&index),
        piece: piece.map(|(piece, names)| piece.stamp(FileStamp::of(names))),
        name,
    };
    let new_facts = files::put(&path, &bytes)?;
    files::put(&layout.index(&stamp.index.sha256), &index)?;
    if let (Some(stamp), Some((_, names))) = (&stamp.piece, piece) {
        files::put(&layout.names(&stamp.names.sha256), names)?;
    }
    let new_origins = files::put(&layout.origins(&stamp.origins.sha256), &frozen.origins)?;
    if !new {
        filling.later(&stamp);
    }
    Ok((stamp, frozen.hashes, new_facts || new_origins))
}

/// Makes a generation current; returns the previous one, and whether the generation was current before.
fn swap(layout: &Layout, id: &str) -> Result<(Option<String>, bool)> {
    let before = Pointer::read(layout).ok().flatten();
    let unchanged = before.as_ref().is_some_and(|pointer| pointer.current == id);
    // A generation that no longer opens is none to go back to.
    let previous = before
        .iter()
        .flat_map(|pointer| [Some(&pointer.current), pointer.previous.as_ref()])
        .flatten()
        .find(|&other| other != id && Generation::open(layout, other).is_ok())
        .cloned();
    let now = Pointer {
        current: id.to_owned(),
        previous: previous.clone(),
    };
    if before.as_ref() != Some(&now) {
        now.write(layout)?;
    }
    Ok((previous, unchanged))
}

/// Removes what neither the current nor the previous generation needs. Only under the lock.
///
/// When the pointer or a manifest it names cannot be read, only unfinished files go: what they would have named is unknown.
fn sweep(layout: &Layout) {
    let kept = kept(layout);
    for folder in [layout.parts(), layout.generations(), layout.disk()] {
        for name in files::names(&folder) {
            let unfinished = name.ends_with(&format!(".{UNFINISHED}"));
            let unneeded = kept.as_ref().is_some_and(|kept| {
                // A disk store is named by its generation and scope.
                let name = name.split_once('-').map_or(name.as_str(), |(id, _)| id);
                !kept.contains(name)
            });
            if unfinished || unneeded {
                files::remove(&folder.join(name));
            }
        }
    }
    for path in [layout.current(), layout.ignore()] {
        let unfinished = files::unfinished(&path);
        if unfinished.exists() {
            files::remove(&unfinished);
        }
    }
}

/// Returns the names of the files that are needed, and the identities of the generations they belong to.
fn kept(layout: &Layout) -> Option<BTreeSet<String>> {
    let mut kept = BTreeSet::new();
    let Some(pointer) = Pointer::read(layout).ok()? else {
        return Some(kept);
    };
    for id in [Some(pointer.current), pointer.previous]
        .into_iter()
        .flatten()
    {
        let path = layout.manifest(&id);
        let manifest = Manifest::parse(&fs::read(&path).ok()?, &id, &path).ok()?;
        kept.insert(layout::manifest_name(&id));
        kept.insert(id);
        for part in &manifest.parts {
            kept.insert(layout::facts_name(&part.facts.sha256));
            kept.insert(layout::origins_name(&part.origins.sha256));
            kept.insert(layout::index_name(&part.index.sha256));
            kept.extend(
                part.piece
                    .iter()
                    .map(|piece| layout::names_name(&piece.names.sha256)),
            );
        }
    }
    Some(kept)
}
