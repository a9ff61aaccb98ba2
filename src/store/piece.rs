//! Pieces: parts of a source that have a part of the store each, taken over from build to build while nothing they were
//! made of changes.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::manifest::{FileStamp, Manifest, PartStamp, PieceStamp};
use super::pointer::Pointer;
use crate::record::Origin;

/// A piece of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The source file.
    pub file: String,
    /// What its part is made of: equal keys mean equal parts. Empty for a part that is to be made at every build.
    pub key: String,
    /// Lines of the source before the piece, beyond those that its reader saw.
    pub lines: u32,
    /// Rows of the source before the piece.
    pub rows: u64,
}

impl Piece {
    pub(super) fn stamp(&self, names: FileStamp) -> PieceStamp {
        PieceStamp {
            file: self.file.clone(),
            key: self.key.clone(),
            lines: self.lines,
            rows: self.rows,
            names,
        }
    }
}

impl PieceStamp {
    /// Returns a place of the piece as a place of the whole source.
    pub(super) fn shifted(&self, mut origin: Origin) -> Origin {
        if *origin.file == *self.file {
            if origin.line > 0 {
                origin.line = origin.line.saturating_add(self.lines);
            }
            origin.row = origin.row.map(|row| row.saturating_add(self.rows));
        }
        origin
    }
}

/// The manifest of the current generation; none when it cannot be read.
pub(super) fn current(layout: &Layout) -> Option<Manifest> {
    let id = Pointer::read(layout).ok()??.current;
    let path = layout.manifest(&id);
    Manifest::parse(&std::fs::read(&path).ok()?, &id, &path).ok()
}

/// The parts of pieces that a generation has, by key.
pub(super) fn known(manifest: Option<&Manifest>) -> BTreeMap<String, PartStamp> {
    let parts = manifest
        .map(|manifest| manifest.parts.as_slice())
        .unwrap_or_default();
    let keyed = parts.iter().filter_map(|part| {
        let key = part.piece.as_ref()?.key.clone();
        (!key.is_empty()).then(|| (key, part.clone()))
    });
    keyed.collect()
}
