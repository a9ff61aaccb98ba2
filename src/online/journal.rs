//! What was fetched, a line a fact, on disk before the next request, so that interrupted work goes on where it was.
//!
//! The first line says who was asked; a journal of another server is begun anew. A line that was not written to its end is
//! dropped, and so is what follows one that cannot be read.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::output::target::Target;

/// A journal that is written to.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens the journal at a path and returns the facts that it holds.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn open<T: DeserializeOwned>(path: &Path, asked: &str) -> Result<(Self, Vec<T>)> {
        let head = format!("{}\n", serde_json::Value::from(asked));
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut facts = Vec::new();
        let mut good = 0;
        if text.starts_with(&head) {
            good = head.len();
            for line in text[head.len()..].split_inclusive('\n') {
                match serde_json::from_str(line) {
                    Ok(fact) if line.ends_with('\n') => facts.push(fact),
                    _ => break,
                }
                good += line.len();
            }
        }
        let opened = (|| {
            let mut file = OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(false)
                .open(path)?;
            file.set_len(good as u64)?;
            file.seek(SeekFrom::End(0))?;
            if good == 0 {
                file.write_all(head.as_bytes())?;
            }
            Ok(file)
        })();
        let file = opened.map_err(|error| unwritten(path, &error))?;
        let journal = Self {
            path: path.to_owned(),
            file,
        };
        Ok((journal, facts))
    }

    /// Writes facts, all in one go.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn add<T: Serialize>(&mut self, facts: &[T]) -> Result<()> {
        let mut text = Vec::new();
        let written = facts.iter().try_for_each(|fact| {
            serde_json::to_writer(&mut text, fact)?;
            text.push(b'\n');
            Ok(())
        });
        written
            .and_then(|()| self.file.write_all(&text))
            .map_err(|error| unwritten(&self.path, &error))
    }

    /// Removes the journal, when what it holds stands elsewhere.
    pub(super) fn close(self) {
        // One that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes a file that is whole or not there.
///
/// # Errors
/// `WRITE_FAILED`.
pub(super) fn replace(path: &Path, text: &[u8]) -> Result<()> {
    Target::File(path.to_owned()).write(|out| {
        // The target remembers a write that failed.
        let _ = out.write_all(text);
        Ok(())
    })
}

pub(super) fn unwritten(path: &Path, error: &std::io::Error) -> Diagnostics {
    let shown = path.display().to_string();
    Diagnostic::error(
        codes::WRITE_FAILED,
        format!("cannot write {shown}: {error}"),
    )
    .at(Place::file(shown))
    .hint("free some space or choose another folder")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_dropped_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, facts) = Journal::open::<u32>(&path, "here").unwrap();
        assert_eq!(facts, [0; 0]);
        journal.add(&[1, 2]).unwrap();
        drop(journal);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}3")).unwrap();
        let (mut journal, facts) = Journal::open::<u32>(&path, "here").unwrap();
        assert_eq!(facts, [1, 2]);
        journal.add(&[4]).unwrap();
        drop(journal);
        let (journal, facts) = Journal::open::<u32>(&path, "here").unwrap();
        assert_eq!(facts, [1, 2, 4]);
        drop(journal);
        let (journal, facts) = Journal::open::<u32>(&path, "elsewhere").unwrap();
        assert_eq!(facts, [0; 0]);
        journal.close();
        assert!(!path.exists());
    }
}
