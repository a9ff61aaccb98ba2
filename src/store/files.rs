//! Writing so that a reader sees a whole file or none, and wording what goes wrong with files.
//!
//! Every step that can fail passes `step`, which tests make fail at will: a full disk or a killed process at each
//! point of a build.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::layout::UNFINISHED;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// Returns the sha256 of some bytes in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Returns whether a text is a sha256 as this module writes it, and so safe as a file name.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Makes a folder and those above it.
pub(super) fn create_folder(path: &Path) -> Result<()> {
    step()
        .and_then(|()| fs::create_dir_all(path))
        .map_err(|error| write_failed(path, &error))
}

/// Writes a file unless it is there with just these bytes; returns whether it had to be written.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<bool> {
    let there = fs::metadata(path).is_ok_and(|found| found.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes);
    if !there {
        replace(path, bytes)?;
    }
    Ok(!there)
}

/// Writes a file under another name, makes it durable, and renames it: it is there as a whole or not at all.
///
/// The rename itself is durable after [`sync_folder`].
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let unfinished = unfinished(path);
    write_durably(&unfinished, bytes)
        .and_then(|()| step())
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|error| {
            remove(&unfinished);
            write_failed(path, &error)
        })
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    step()?;
    let mut file = File::create(path)?;
    // Half of it before a failing step, so that tests meet half-written files.
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    step()?;
    file.write_all(second)?;
    step()?;
    file.sync_all()
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    step()
        .and_then(|()| {
            // Only Unix lets a folder be opened and synced; elsewhere the file system sees to it.
            if cfg!(unix) {
                File::open(path)?.sync_all()?;
            }
            Ok(())
        })
        .map_err(|error| write_failed(path, &error))
}

/// Removes a file or folder that nobody refers to. Failing is no harm: the next build tries again.
pub(super) fn remove(path: &Path) {
    if step().is_ok() {
        let _ = match fs::symlink_metadata(path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
    }
}

/// Returns the names in a folder, sorted; none when it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    names
}

/// Returns the name under which a file is written before it is complete.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(UNFINISHED);
    name.into()
}

/// Words a failed write.
pub(super) fn write_failed(path: &Path, error: &io::Error) -> Diagnostics {
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space and run the command again; the graph built before is untouched"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "make the folder writable, or run the command where it is"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "move away the file that stands where a folder is needed"
        }
        _ => "see to the cause and run the command again; the graph built before is untouched",
    };
    Diagnostic::error(
        codes::WRITE_FAILED,
        format!("cannot write {}: {}", path.display(), cause(error)),
    )
    .at(Place::file(path.display().to_string()))
    .hint(hint)
    .into()
}

/// Words a failed read of a file that the store itself has written.
pub(super) fn read_failed(path: &Path, error: &io::Error) -> Diagnostics {
    match error.kind() {
        ErrorKind::NotFound => damaged(path, "the file is missing"),
        ErrorKind::UnexpectedEof => damaged(path, "the file is cut off"),
        ErrorKind::InvalidData => damaged(path, &cause(error)),
        _ => Diagnostic::error(
            codes::FILE_UNREADABLE,
            format!("cannot read {}: {}", path.display(), cause(error)),
        )
        .at(Place::file(path.display().to_string()))
        .into(),
    }
}

/// Words damage to a file of the store.
pub(super) fn damaged(path: &Path, what: &str) -> Diagnostics {
    Diagnostic::error(
        codes::STORE_DAMAGED,
        format!("the store is damaged: {}: {what}", path.display()),
    )
    .at(Place::file(path.display().to_string()))
    .hint("run `factmill build`: it makes the store anew from the sources")
    .into()
}

/// Words a file of a version that this program does not know.
pub(super) fn newer(path: &Path, version: u32) -> Diagnostics {
    Diagnostic::error(
        codes::STORE_NEWER,
        format!(
            "{} is of version {version}, made by a newer factmill; this one reads version {}",
            path.display(),
            super::layout::VERSION
        ),
    )
    .at(Place::file(path.display().to_string()))
    .hint("use the newer factmill, or remove the folder and run `factmill build`")
    .into()
}

/// Returns the system's words for an error, without its number.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "tests make it fail")]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(super) use fault::step;

/// Makes the steps of writing fail, in the tests of this thread.
#[cfg(test)]
pub(super) mod fault {
    use std::cell::Cell;
    use std::io;

    /// How writing goes wrong.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::store) enum Fault {
        /// One step finds the disk full; what comes after works again.
        DiskFull,
        /// The process is killed: from that step on nothing is done, no clearing up either.
        Killed,
    }

    thread_local! {
        static PLAN: Cell<Option<(u32, Fault)>> = const { Cell::new(None) };
    }

    /// Runs something with a fault after `steps` good steps; returns its result and whether the fault was met.
    pub(in crate::store) fn with<T>(
        steps: u32,
        fault: Fault,
        run: impl FnOnce() -> T,
    ) -> (T, bool) {
        PLAN.set(Some((steps, fault)));
        let result = run();
        let met = !matches!(PLAN.replace(None), Some((left, _)) if left > 0);
        (result, met)
    }

    pub(in crate::store) fn step() -> io::Result<()> {
        match PLAN.get() {
            None => Ok(()),
            Some((0, fault)) => {
                if fault == Fault::DiskFull {
                    PLAN.set(None);
                }
                Err(io::Error::from_raw_os_error(28))
            }
            Some((left, fault)) => {
                PLAN.set(Some((left - 1, fault)));
                Ok(())
            }
        }
    }
}
