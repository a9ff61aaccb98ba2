//! Stamps: what the sources of a generation were when it was built, and whether they are so still.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use xxhash_rust::xxh3::xxh3_128;

use super::files;
use crate::store::SourceStamp;

/// Returns the stamps of paths and patterns relative to `root`; a pattern stands for the list of its files.
pub(super) fn take(root: &Path, asked: &[String]) -> Vec<SourceStamp> {
    asked.iter().map(|path| stamp(root, path)).collect()
}

/// Returns the paths whose files changed, appeared or went since the stamps were taken.
///
/// A new or lost file of a pattern is named by the pattern.
pub fn changed(root: &Path, stamps: &[SourceStamp]) -> Vec<String> {
    stamps
        .iter()
        .filter(|old| !same(root, old))
        .map(|old| old.path.clone())
        .collect()
}

fn same(root: &Path, old: &SourceStamp) -> bool {
    // The size is known without reading.
    let size = fs::metadata(root.join(&old.path))
        .map(|known| known.len())
        .ok();
    if !old.path.contains('*') && size.is_some_and(|size| size != old.size) {
        return false;
    }
    stamp(root, &old.path) == *old
}

fn stamp(root: &Path, path: &str) -> SourceStamp {
    let bytes = if path.contains('*') {
        files::expand(root, path)
            .unwrap_or_default()
            .join("\n")
            .into_bytes()
    } else {
        fs::read(root.join(path)).unwrap_or_default()
    };
    SourceStamp {
        path: path.to_owned(),
        hash: format!("{:032x}", xxh3_128(&bytes)),
        size: bytes.len() as u64,
    }
}

/// What files look like from outside: cheap to take, and different after every save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    files: BTreeMap<String, Option<(u64, SystemTime)>>,
}

impl Snapshot {
    /// Returns whether this is `before` with further files: nothing in it was saved in between.
    pub fn covers(&self, before: &Self) -> bool {
        before
            .files
            .iter()
            .all(|(name, seen)| self.files.get(name) == Some(seen))
    }

    /// Takes a snapshot of paths and patterns relative to `root`.
    pub fn take<'p>(root: &Path, asked: impl IntoIterator<Item = &'p str>) -> Self {
        let mut files = BTreeMap::new();
        for path in asked {
            let names = if path.contains('*') {
                files::expand(root, path).unwrap_or_default()
            } else {
                vec![path.to_owned()]
            };
            for name in names {
                let known = fs::metadata(root.join(&name)).ok();
                let seen = known.and_then(|known| Some((known.len(), known.modified().ok()?)));
                files.insert(name, seen);
            }
        }
        Self { files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_and_a_new_one_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.csv", "1");
        write("b.csv", "2");
        let stamps = take(
            folder.path(),
            &["*.csv".to_owned(), "a.csv".to_owned(), "b.csv".to_owned()],
        );
        assert_eq!(changed(folder.path(), &stamps), Vec::<String>::new());
        write("b.csv", "3");
        assert_eq!(changed(folder.path(), &stamps), ["b.csv"]);
        write("c.csv", "");
        assert_eq!(changed(folder.path(), &stamps), ["*.csv", "b.csv"]);
    }
}
