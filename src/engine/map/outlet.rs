//! An outlet: bytes that become visible all at once, when the run has succeeded.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Result};
use crate::output::packing::{Packer, Packing};
use crate::output::part;
use crate::output::target::Target;

/// How many bytes are held back for standard output before they begin to flow.
const HELD_BACK: usize = 64 << 20;

/// Bytes on their way to a file or to standard output.
#[derive(Debug)]
pub(super) enum Outlet {
    /// Held back until the run has succeeded or there are too many.
    Stdout(Vec<u8>),
    /// A file beside its place.
    Part {
        file: Packer<BufWriter<File>>,
        part: PathBuf,
        path: PathBuf,
        done: bool,
    },
    /// A device or pipe, written to as it is.
    Special(Packer<BufWriter<File>>, PathBuf),
}

impl Outlet {
    /// Opens an outlet whose bytes are packed on their way.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn open(target: &Target, packing: Option<Packing>) -> Result<Self> {
        let Some(path) = target.path() else {
            return Ok(Self::Stdout(Vec::new()));
        };
        let fail = |error| refused(path, &error);
        if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
            let file = File::create(path).map_err(fail)?;
            let file = Packer::new(packing, BufWriter::new(file)).map_err(fail)?;
            return Ok(Self::Special(file, path.to_owned()));
        }
        let (file, part) = part::create(path).map_err(fail)?;
        let file = BufWriter::with_capacity(1 << 16, file);
        let file = Packer::new(packing, file).map_err(fail)?;
        Ok(Self::Part {
            file,
            part,
            path: path.to_owned(),
            done: false,
        })
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Stdout(held) => {
                held.extend_from_slice(bytes);
                if held.len() > HELD_BACK {
                    flow(held)?;
                    held.clear();
                }
                Ok(())
            }
            Self::Part { file, path, .. } => file
                .write_all(bytes)
                .map_err(|error| refused(path, &error).into()),
            Self::Special(file, path) => file
                .write_all(bytes)
                .map_err(|error| refused(path, &error).into()),
        }
    }

    /// Makes the bytes visible.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn finish(mut self) -> Result<()> {
        match &mut self {
            Self::Stdout(held) => flow(held),
            Self::Special(file, path) => file.close().map_err(|error| refused(path, &error).into()),
            Self::Part {
                file,
                part,
                path,
                done,
            } => {
                let fail = |error: io::Error| refused(path, &error);
                file.close().map_err(fail)?;
                fs::rename(&*part, &*path).map_err(fail)?;
                *done = true;
                Ok(())
            }
        }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        if let Self::Part {
            part, done: false, ..
        } = self
        {
            // Nothing can be done about a part that cannot be removed.
            let _ = fs::remove_file(part);
        }
    }
}

/// Writes to standard output; a reader that closed it has what it wanted.
fn flow(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(refused(Path::new("standard output"), &error).into())
        }
        _ => Ok(()),
    }
}

/// Words the refusal of the system to write a file.
pub(super) fn refused(path: &Path, error: &io::Error) -> Diagnostic {
    part::refused(&path.display().to_string(), error)
}
