//! Files that are packed as their names say: `.gz`, `.xz`, `.bz2`. Equal content gives equal bytes, for no time is kept.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};

use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Endings of names that promise what is not written.
const NOT_WRITTEN: [&str; 11] = [
    "zip", "tar", "tgz", "txz", "tbz2", "zst", "lz4", "lzma", "br", "7z", "z",
];

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip.
    Gzip,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
}

impl Packing {
    /// Returns the packing that the ending of a file's name stands for.
    ///
    /// # Errors
    /// `UNKNOWN_FORMAT` for an ending that promises an archive, or a packing that is not written.
    pub fn of(path: &Path) -> Result<Option<Self>> {
        let packing = match ending(path).as_deref() {
            Some("gz") => Some(Self::Gzip),
            Some("xz") => Some(Self::Xz),
            Some("bz2") => Some(Self::Bzip2),
            _ => None,
        };
        let inner = packing.and_then(|_| ending(Path::new(path.file_stem()?)));
        let promised = inner.filter(|inner| inner == "tar").or(ending(path));
        match promised.filter(|ending| NOT_WRITTEN.contains(&ending.as_str())) {
            None => Ok(packing),
            Some(ending) => Err(Diagnostic::error(
                codes::UNKNOWN_FORMAT,
                format!("a file is not written as .{ending}"),
            )
            .at(Place::file(path.display().to_string()))
            .hint("names that end in .gz, .xz or .bz2 are packed")
            .into()),
        }
    }
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// Packs what is written to it.
pub enum Packer<W: Write> {
    /// As it is.
    Plain(W),
    /// By gzip.
    Gzip(GzEncoder<W>),
    /// By xz; `None` when it has been closed.
    Xz(Option<Box<XzWriter<W>>>),
    /// By bzip2.
    Bzip2(BzEncoder<W>),
}

impl<W: Write> fmt::Debug for Packer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl<W: Write> Packer<W> {
    /// Returns a packer that writes to `out`.
    ///
    /// # Errors
    /// What the packing says.
    pub fn new(packing: Option<Packing>, out: W) -> io::Result<Self> {
        Ok(match packing {
            None => Self::Plain(out),
            Some(Packing::Gzip) => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Some(Packing::Xz) => {
                Self::Xz(Some(Box::new(XzWriter::new(out, XzOptions::default())?)))
            }
            Some(Packing::Bzip2) => Self::Bzip2(BzEncoder::new(out, bzip2::Compression::default())),
        })
    }

    /// Writes the end of what is packed, and all of it to where it goes.
    ///
    /// # Errors
    /// What the system says.
    pub fn close(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(packer) => {
                packer.try_finish()?;
                packer.get_mut().flush()
            }
            Self::Xz(packer) => packer
                .take()
                .map_or(Ok(()), |packer| packer.finish()?.flush()),
            Self::Bzip2(packer) => {
                packer.try_finish()?;
                packer.get_mut().flush()
            }
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(packer) => packer.write(bytes),
            Self::Xz(Some(packer)) => packer.write(bytes),
            Self::Xz(None) => Err(io::ErrorKind::BrokenPipe.into()),
            Self::Bzip2(packer) => packer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            // What is held back packs better with what follows; it is written at the end.
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn packed(packing: Packing) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut packer = Packer::new(Some(packing), &mut bytes).unwrap();
        packer.write_all(b"some ").unwrap();
        packer.flush().unwrap();
        packer.write_all(b"text").unwrap();
        packer.close().unwrap();
        drop(packer);
        bytes
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_same_each_time() {
        for packing in [Packing::Gzip, Packing::Xz, Packing::Bzip2] {
            let bytes = packed(packing);
            assert_eq!(bytes, packed(packing));
            let mut reader: Box<dyn Read> = match packing {
                Packing::Gzip => Box::new(flate2::read::GzDecoder::new(&*bytes)),
                Packing::Xz => Box::new(lzma_rust2::XzReader::new(&*bytes, false)),
                Packing::Bzip2 => Box::new(bzip2::read::BzDecoder::new(&*bytes)),
            };
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            assert_eq!(text, "some text", "{packing:?}");
        }
    }

    #[test]
    fn the_name_says_how_a_file_is_packed() {
        let of = |name: &str| Packing::of(Path::new(name)).map_err(|error| error.to_string());
        assert_eq!(of("a.nt.gz"), Ok(Some(Packing::Gzip)));
        assert_eq!(of("a.ttl.XZ"), Ok(Some(Packing::Xz)));
        assert_eq!(of("a.bz2"), Ok(Some(Packing::Bzip2)));
        assert_eq!(of("a.gz/b.nt"), Ok(None));
        assert_eq!(of("gz"), Ok(None));
        for (name, promised) in [
            ("a.zip", ".zip"),
            ("a.nt.zst", ".zst"),
            ("a.tar.gz", ".tar"),
        ] {
            assert!(of(name).unwrap_err().contains(promised), "{name}");
        }
    }
}
