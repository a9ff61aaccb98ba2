//! The manifest of a generation: its sources and its parts, with counts and hashes.
//!
//! It is JSON with the fields of [`Manifest`], in the order they have here, parts and sources sorted by name. There is
//! no time in it: equal input gives equal bytes, and the sha256 of the bytes is the identity of the generation.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::files;
use super::layout::VERSION;
use super::level::Provenance;
use crate::diagnostic::{Diagnostics, Result};

const FORMAT: &str = "factmill generation";

/// A source that a generation was built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceStamp {
    /// Path, relative to the project, with `/`.
    pub path: String,
    /// Hash of the content, by whatever function the builder uses; compared, never computed, here.
    pub hash: String,
    /// Size in bytes.
    pub size: u64,
}

/// What a generation is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    /// Distinct statements of all parts together.
    pub(super) statements: u64,
    /// Derivations of all parts together.
    pub(super) derivations: u64,
    pub(super) base: Option<String>,
    pub(super) prefixes: BTreeMap<String, String>,
    /// How much is kept of where statements come from.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub(super) provenance: Provenance,
    pub(super) sources: Vec<SourceStamp>,
    pub(super) parts: Vec<PartStamp>,
}

/// A part as the manifest knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartStamp {
    /// Path of the source file the part was made of.
    pub(super) name: String,
    pub(super) statements: u64,
    pub(super) derivations: u64,
    pub(super) facts: FileStamp,
    pub(super) origins: FileStamp,
    pub(super) index: FileStamp,
    /// Set when the part is of a piece of a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) piece: Option<PieceStamp>,
}

/// A piece of a source that has a part of its own, so that an edit elsewhere in the source leaves the part alone. Lines
/// and rows in the part count from the beginning of the piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PieceStamp {
    /// The source file.
    pub(super) file: String,
    /// What the part was made of: the content of the piece and all that its mapping looks at. Empty when the part must
    /// be made again whatever happens.
    pub(super) key: String,
    /// Lines of the source before the piece.
    pub(super) lines: u32,
    /// Rows of the source before the piece.
    pub(super) rows: u64,
    /// The names that IRIs in the part were made of.
    pub(super) names: FileStamp,
}

/// A file of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileStamp {
    /// sha256 of the content, by which the file is named.
    pub(super) sha256: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// xxh3 (128 bits) of the content: cheap enough to be compared whenever the file is loaded.
    pub(super) check: String,
}

impl FileStamp {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: files::sha256(bytes),
            size: bytes.len() as u64,
            check: check(bytes),
        }
    }

    /// Returns whether the bytes are those stamped, as far as the cheap hash tells.
    pub(super) fn fits(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.size && check(bytes) == self.check
    }
}

fn all() -> Provenance {
    Provenance::Statement
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_all(level: &Provenance) -> bool {
    *level == all()
}

fn check(bytes: &[u8]) -> String {
    format!("{:032x}", xxh3_128(bytes))
}

impl Manifest {
    pub(super) fn new() -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            statements: 0,
            derivations: 0,
            base: None,
            prefixes: BTreeMap::new(),
            provenance: all(),
            sources: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Returns the bytes to be written; their sha256 is the identity of the generation.
    pub(super) fn to_bytes(&self, path: &Path) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| files::write_failed(path, &error.into()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the bytes of a manifest and checks that they are those of the given identity.
    pub(super) fn parse(bytes: &[u8], id: &str, path: &Path) -> Result<Self> {
        if files::sha256(bytes) != id {
            return Err(files::damaged(
                path,
                "the content is not what the name says",
            ));
        }
        let version = serde_json::from_slice::<Version>(bytes)
            .map_err(|error| unreadable(path, &error))?
            .version;
        if version != VERSION {
            return Err(files::newer(path, version));
        }
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| unreadable(path, &error))?;
        let named = manifest
            .parts
            .iter()
            .flat_map(|part| [&part.facts.sha256, &part.origins.sha256, &part.index.sha256])
            .all(|name| files::is_sha256(name));
        if manifest.format != FORMAT || !named {
            return Err(files::damaged(path, "this is no manifest of a generation"));
        }
        Ok(manifest)
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

fn unreadable(path: &Path, error: &serde_json::Error) -> Diagnostics {
    files::damaged(path, &format!("it cannot be read as a manifest: {error}"))
}
