//! Names of the files and folders of a store; nothing here touches the disk.

use std::path::{Path, PathBuf};

/// Version of everything below the folder; a store of a later version is refused and left alone.
pub(super) const VERSION: u32 = 1;

/// Ending of a file that is being written; whatever has it outside a build is a leftover.
pub(super) const UNFINISHED: &str = "tmp";

/// The folder of a store.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn ignore(&self) -> PathBuf {
        self.root.join(".gitignore")
    }

    pub(super) fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }

    pub(super) fn parts(&self) -> PathBuf {
        self.root.join("parts")
    }

    pub(super) fn disk(&self) -> PathBuf {
        self.root.join("disk")
    }

    pub(super) fn manifest(&self, id: &str) -> PathBuf {
        self.generations().join(manifest_name(id))
    }

    pub(super) fn facts(&self, sha256: &str) -> PathBuf {
        self.parts().join(facts_name(sha256))
    }

    pub(super) fn origins(&self, sha256: &str) -> PathBuf {
        self.parts().join(origins_name(sha256))
    }

    pub(super) fn index(&self, sha256: &str) -> PathBuf {
        self.parts().join(index_name(sha256))
    }

    pub(super) fn names(&self, sha256: &str) -> PathBuf {
        self.parts().join(names_name(sha256))
    }
}

pub(super) fn index_name(sha256: &str) -> String {
    format!("{sha256}.index")
}

pub(super) fn names_name(sha256: &str) -> String {
    format!("{sha256}.names")
}

pub(super) fn manifest_name(id: &str) -> String {
    format!("{id}.json")
}

pub(super) fn facts_name(sha256: &str) -> String {
    format!("{sha256}.nq")
}

pub(super) fn origins_name(sha256: &str) -> String {
    format!("{sha256}.origins")
}
