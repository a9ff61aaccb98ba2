//! Where data goes: standard output, or a file that is whole or not there, packed if its name says so.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::packing::{Packer, Packing};
use super::part::{self, refused};
use crate::diagnostic::{Diagnostic, Result, codes};

/// Where data goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    #[default]
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// Returns the target that an `-o` option names: nothing and `-` are standard output.
    pub fn from_option(option: Option<&Path>) -> Self {
        match option {
            None => Self::Stdout,
            Some(path) if path == Path::new("-") => Self::Stdout,
            Some(path) => Self::File(path.to_owned()),
        }
    }

    /// Returns the path of the file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File(path) => Some(path),
        }
    }

    /// Returns whether both are one file, however it is written.
    pub fn is_same_file(&self, other: &Self) -> bool {
        let whole = |target: &Self| {
            let path = target.path()?;
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
            Some(folder.join(path.file_name()?))
        };
        whole(self).is_some_and(|path| whole(other) == Some(path))
    }

    /// Removes what processes that were killed have left of this output.
    pub fn sweep(&self) {
        if let Some(path) = self.path() {
            part::sweep(path);
        }
    }

    /// Returns how the file is packed.
    ///
    /// # Errors
    /// `UNKNOWN_FORMAT` for a name that promises a packing that is not written.
    pub fn packing(&self) -> Result<Option<Packing>> {
        self.path().map_or(Ok(None), Packing::of)
    }

    /// Returns the name of the file, if it is one, that tells the syntax: without the ending of its packing.
    pub fn plain_name(&self) -> Option<&Path> {
        let name = Path::new(self.path()?.file_name()?);
        match self.packing() {
            Ok(Some(_)) => name.file_stem().map(Path::new),
            _ => Some(name),
        }
    }

    /// Makes sure that the target can be written, before the work whose result it is to take; what is there stays.
    ///
    /// # Errors
    /// `WRITE_FAILED`, `UNKNOWN_FORMAT`.
    pub fn try_out(&self) -> Result<()> {
        let Self::File(path) = self else {
            return Ok(());
        };
        self.packing()?;
        let fail = |error: io::Error| refused(&path.display().to_string(), &error);
        match fs::metadata(path) {
            Ok(known) if known.is_dir() => {
                Err(fail(io::Error::from(io::ErrorKind::IsADirectory)).into())
            }
            // A device is tried when it is written to: to open a pipe is to wait for its reader.
            Ok(known) if !known.is_file() => Ok(()),
            _ => {
                let (_, part) = part::create(path).map_err(fail)?;
                fs::remove_file(&part).map_err(fail)?;
                Ok(())
            }
        }
    }

    /// Lets `write` write, and makes the result visible only when all of it was written.
    ///
    /// A regular file is written beside its place and renamed; a device or pipe is written to as it is. A reader that
    /// closed standard output has what it wanted: that is no error.
    ///
    /// # Errors
    /// What `write` returned, or `WRITE_FAILED` when the system refused.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        match self {
            Self::Stdout => {
                let mut out = Watched::new(BufWriter::new(io::stdout().lock()));
                let written = write(&mut out);
                // A failed flush is remembered by the writer itself.
                let _ = out.flush();
                match out.failed {
                    Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    Some(error) => Err(refused("standard output", &error).into()),
                    None => written,
                }
            }
            Self::File(path) => self.write_file(path, write),
        }
    }

    fn write_file(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        let shown = path.display().to_string();
        let fail = |error: &io::Error| refused(&shown, error);
        let packing = self.packing()?;
        let special = fs::metadata(path).is_ok_and(|known| !known.is_file());
        if special {
            let file = File::create(path).map_err(|error| fail(&error))?;
            let mut out = Watched::new(BufWriter::new(file));
            let written = packed(packing, &mut out, write);
            return out.failed.map_or(written, |error| Err(fail(&error).into()));
        }
        self.sweep();
        let (file, part) = part::create(path).map_err(|error| fail(&error))?;
        let done = (|| {
            let mut out = Watched::new(BufWriter::new(file));
            let written = packed(packing, &mut out, write);
            if let Some(error) = out.failed {
                return Err(fail(&error).into());
            }
            written?;
            let file = out
                .inner
                .into_inner()
                .map_err(|error| fail(error.error()))?;
            file.sync_all().map_err(|error| fail(&error))?;
            fs::rename(&part, path).map_err(|error| fail(&error))?;
            Ok(())
        })();
        if done.is_err() {
            // Nothing can be done about a part that cannot be removed.
            let _ = fs::remove_file(&part);
        }
        done
    }
}

/// Lets `write` write to a packer, and closes it; what the system refused is remembered by `out`.
fn packed<W: Write>(
    packing: Option<Packing>,
    out: &mut Watched<W>,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let unpackable =
        |error: io::Error| Diagnostic::error(codes::WRITE_FAILED, format!("cannot pack: {error}"));
    let mut packer = Packer::new(packing, out).map_err(unpackable)?;
    let written = write(&mut packer);
    let closed = packer.close().map_err(unpackable);
    written.and(closed.map_err(Into::into))
}

/// Remembers the first error, since writers above may word it in their own way.
struct Watched<W> {
    inner: W,
    failed: Option<io::Error>,
}

impl<W: Write> Watched<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            failed: None,
        }
    }

    fn watch<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failed
                .get_or_insert_with(|| io::Error::new(error.kind(), error.to_string()));
        }
        done
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.inner.write(bytes);
        self.watch(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.inner.flush();
        self.watch(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, "old").unwrap();
        let target = Target::from_option(Some(&path));
        let failed = target.write(|out| {
            out.write_all(b"half").unwrap();
            Err(Diagnostic::error(codes::QUERY_FAILED, "stopped").into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        target
            .write(|out| {
                let _: () = out.write_all(b"new").unwrap();
                Ok(())
            })
            .unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_said() {
        let target = Target::from_option(Some(Path::new("/dev/full")));
        let failure = target
            .write(|out| {
                out.write_all(&[b'x'; 100_000])
                    .map_err(|error| refused("/dev/full", &error))?;
                Ok(())
            })
            .unwrap_err();
        assert_eq!(failure.0[0].code, codes::WRITE_FAILED);
        assert!(failure.0[0].message.contains("No space left"), "{failure}");
    }
}
