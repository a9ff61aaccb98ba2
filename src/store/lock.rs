//! The lock of a store: one build at a time.
//!
//! The system holds the lock and drops it when the process ends, however it ends. The file only tells who holds it.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::files;
use super::layout::Layout;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// A held lock; dropping it lets the next build in.
#[derive(Debug)]
pub(super) struct Lock {
    // Never removed: another process may have opened it already, and would then lock a file without a name.
    _file: File,
}

impl Lock {
    /// Takes the lock, for a command to be told to whoever finds it taken.
    pub(super) fn take(layout: &Layout, command: &str) -> Result<Self> {
        let path = layout.lock();
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| files::write_failed(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(files::write_failed(&path, &error)),
        }
        let holder = format!("{}\n{}\n", std::process::id(), one_line(command));
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(holder.as_bytes()))
            .map_err(|error| files::write_failed(&path, &error))?;
        Ok(Self { _file: file })
    }
}

fn one_line(command: &str) -> String {
    command.replace(['\n', '\r'], " ")
}

fn held(path: &Path, file: &mut File) -> Diagnostics {
    let mut text = String::new();
    // The holder may be writing its name just now; the message then does without.
    let _ = file.take(4096).read_to_string(&mut text);
    let mut lines = text.lines();
    let holder = match (lines.next().filter(|line| !line.is_empty()), lines.next()) {
        (Some(process), Some(command)) => format!("process {process} (`factmill {command}`)"),
        (Some(process), None) => format!("process {process}"),
        (None, _) => "another process".to_owned(),
    };
    Diagnostic::error(
        codes::STORE_LOCKED,
        format!("{holder} is building in this project"),
    )
    .at(Place::file(path.display().to_string()))
    .hint("wait until it has ended and run the command again; queries can run meanwhile")
    .into()
}
