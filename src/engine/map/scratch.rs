//! Files for what does not fit into memory; they are gone when the run is, whatever its end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::outlet::refused;
use crate::diagnostic::Result;

/// Bytes that are written and read at once.
const BUFFER: usize = 1 << 16;

/// A folder for such files.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    made: usize,
}

impl Scratch {
    /// Returns the folder of the output, else that of the system.
    pub(super) fn beside(path: Option<&Path>) -> Self {
        let folder = match path.and_then(Path::parent) {
            Some(folder) if folder == Path::new("") => PathBuf::from("."),
            Some(folder) => folder.to_owned(),
            None => std::env::temp_dir(),
        };
        Self { folder, made: 0 }
    }

    /// Makes a file.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn file(&mut self) -> Result<ScratchFile> {
        self.made += 1;
        let name = format!(".factmill.{}.{}.part", std::process::id(), self.made);
        let path = self.folder.join(name);
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|error| refused(&path, &error))?;
        // Where an open file may be removed, nothing is left behind even by a process that is killed.
        let removed = fs::remove_file(&path).is_ok();
        Ok(ScratchFile {
            file: BufWriter::with_capacity(BUFFER, file),
            path,
            removed,
        })
    }
}

/// A file that is removed in the end.
#[derive(Debug)]
pub(super) struct ScratchFile {
    file: BufWriter<File>,
    path: PathBuf,
    removed: bool,
}

impl ScratchFile {
    /// Writes bytes.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        io::Write::write_all(&mut self.file, bytes).map_err(|error| self.fail(&error))
    }

    /// Returns a reader of all that was written.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn read(&mut self) -> Result<BufReader<File>> {
        let opened = io::Write::flush(&mut self.file)
            .and_then(|()| self.file.get_mut().seek(SeekFrom::Start(0)))
            .and_then(|_| self.file.get_ref().try_clone());
        let file = opened.map_err(|error| self.fail(&error))?;
        Ok(BufReader::with_capacity(BUFFER, file))
    }

    /// Returns the failure that an error on this file is.
    pub(super) fn fail(&self, error: &io::Error) -> crate::diagnostic::Diagnostics {
        refused(&self.path, error).into()
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        if !self.removed {
            // Nothing can be done about a file that cannot be removed.
            let _ = fs::remove_file(&self.path);
        }
    }
}
