//! The file `current`: which generation readers use, and which one came before it.

use std::fs;
use std::io::ErrorKind;

use super::files;
use super::layout::{Layout, VERSION};
use crate::diagnostic::Result;

const FIRST_WORDS: &str = "factmill store ";

/// The generation in use and the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) current: String,
    pub(super) previous: Option<String>,
}

impl Pointer {
    /// Reads the pointer; `None` when nothing has been built.
    pub(super) fn read(layout: &Layout) -> Result<Option<Self>> {
        let path = layout.current();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                // A pointer that has vanished is damage, not a store that never was.
                let built = files::names(&layout.generations())
                    .iter()
                    .any(|name| name.ends_with(".json"));
                return if built && layout.root().is_dir() {
                    Err(files::damaged(&path, "the file is missing"))
                } else {
                    Ok(None)
                };
            }
            Err(error) => return Err(files::read_failed(&path, &error)),
        };
        let text = String::from_utf8_lossy(&bytes);
        let version = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix(FIRST_WORDS))
            .and_then(|version| version.parse::<u32>().ok());
        match version {
            Some(VERSION) => Self::parse(&text)
                .map(Some)
                .ok_or_else(|| files::damaged(&path, "it does not name a generation")),
            Some(later) if later > VERSION => Err(files::newer(&path, later)),
            _ => Err(files::damaged(&path, "it does not begin as it should")),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        // The last line must be whole: a cut file must not look like one without a previous generation.
        let mut lines = text.strip_suffix('\n')?.split('\n').skip(1);
        let current = lines.next()?.strip_prefix("current ")?;
        let previous = lines.next()?.strip_prefix("previous ")?;
        let valid = files::is_sha256(current)
            && (previous == "-" || files::is_sha256(previous))
            && lines.next().is_none();
        valid.then(|| Self {
            current: current.to_owned(),
            previous: (previous != "-").then(|| previous.to_owned()),
        })
    }

    /// Swaps the pointer: the moment a build takes effect.
    pub(super) fn write(&self, layout: &Layout) -> Result<()> {
        let text = format!(
            "{FIRST_WORDS}{VERSION}\ncurrent {}\nprevious {}\n",
            self.current,
            self.previous.as_deref().unwrap_or("-")
        );
        files::replace(&layout.current(), text.as_bytes())?;
        files::sync_folder(layout.root())
    }
}
