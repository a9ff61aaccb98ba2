//! The bytes of a source: unpacked and decoded to UTF-8, as a stream where the packing allows it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::record::form::{Compression, Encoding};

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// Returns the text of a file as a stream of UTF-8 bytes.
///
/// UTF-8 itself is handed on as it is, its mark and its faults left to the reader of the form. An archive must hold one
/// file.
///
/// # Errors
/// `FILE_UNREADABLE` for an archive that is damaged, or holds no file or several.
pub fn open(
    file: File,
    name: &str,
    compression: Compression,
    encoding: Encoding,
) -> Result<Box<dyn Read + Send>> {
    Ok(decoded(unpack(file, name, compression)?, encoding))
}

/// Returns bytes of an encoding as UTF-8.
pub(super) fn decoded(input: Box<dyn Read + Send>, encoding: Encoding) -> Box<dyn Read + Send> {
    match encoding {
        Encoding::Utf8 => input,
        other => Box::new(Decoder::new(input, other)),
    }
}

fn unpack(file: File, name: &str, compression: Compression) -> Result<Box<dyn Read + Send>> {
    let input = BufReader::with_capacity(BUFFER, file);
    Ok(match compression {
        Compression::None => unpacked(input.into_inner(), name)?,
        Compression::Gzip => Box::new(MultiGzDecoder::new(input)),
        Compression::Xz => Box::new(XzReader::new(input, true)),
        Compression::Bzip2 => Box::new(MultiBzDecoder::new(input)),
        Compression::TarGz => only_member(MultiGzDecoder::new(input), name)?,
        Compression::TarXz => only_member(XzReader::new(input, true), name)?,
        Compression::TarBzip2 => only_member(MultiBzDecoder::new(input), name)?,
        Compression::Zip => only_zipped(input, name)?,
    })
}

/// Returns what packed the bytes that a file begins with.
fn packing_of(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x1f, 0x8b, 8, ..] => Some("gzip"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("xz"),
        [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] if block == b"1AY&SY" => Some("bzip2"),
        [b'P', b'K', 3, 4, ..] => Some("zip"),
        _ => None,
    }
}

/// Returns a file that is not packed, as the mapping says.
fn unpacked(mut file: File, name: &str) -> Result<Box<dyn Read + Send>> {
    let unreadable = |error: io::Error| {
        Diagnostic::error(codes::FILE_UNREADABLE, error.to_string()).at(Place::file(name))
    };
    let mut head = Vec::new();
    (&file)
        .take(10)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    if let Some(packing) = packing_of(&head) {
        return Err(Diagnostic::error(
            codes::FILE_UNREADABLE,
            format!("the file is packed by {packing}"),
        )
        .at(Place::file(name))
        .hint(format!(
            "say so at the source: rml:compression rml:{packing}"
        ))
        .into());
    }
    // A pipe cannot be read again.
    if file.rewind().is_ok() {
        Ok(Box::new(file))
    } else {
        Ok(Box::new(io::Cursor::new(head).chain(file)))
    }
}

fn damaged(name: &str, what: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        codes::FILE_UNREADABLE,
        format!("{name} is no {what}: {error}"),
    )
    .at(Place::file(name))
    .hint("does rml:compression say how the file is packed?")
}

fn not_one(name: &str, files: usize) -> Diagnostic {
    Diagnostic::error(
        codes::FILE_UNREADABLE,
        format!("the archive holds {files} files, not one"),
    )
    .at(Place::file(name))
    .hint("unpack it and name the file that is meant")
}

/// Returns the only file of a tar archive. It is read whole, for only its end tells that no other follows.
fn only_member(archive: impl Read, name: &str) -> Result<Box<dyn Read + Send>> {
    let fail = |error: io::Error| damaged(name, "tar archive", &error);
    let mut archive = tar::Archive::new(archive);
    let mut found = Vec::new();
    let mut files = 0;
    for entry in archive.entries().map_err(fail)? {
        let mut entry = entry.map_err(fail)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        files += 1;
        if files == 1 {
            entry.read_to_end(&mut found).map_err(fail)?;
        }
    }
    if files == 1 {
        Ok(Box::new(io::Cursor::new(found)))
    } else {
        Err(not_one(name, files).into())
    }
}

fn only_zipped(archive: impl Read + Seek, name: &str) -> Result<Box<dyn Read + Send>> {
    let fail = |error: &dyn std::fmt::Display| damaged(name, "zip archive", error);
    let mut archive = zip::ZipArchive::new(archive).map_err(|error| fail(&error))?;
    let files: Vec<usize> = (0..archive.len())
        .filter(|index| {
            archive
                .by_index_raw(*index)
                .is_ok_and(|file| file.is_file())
        })
        .collect();
    let [index] = files.as_slice() else {
        return Err(not_one(name, files.len()).into());
    };
    let mut found = Vec::new();
    let mut file = archive.by_index(*index).map_err(|error| fail(&error))?;
    file.read_to_end(&mut found).map_err(|error| fail(&error))?;
    Ok(Box::new(io::Cursor::new(found)))
}

/// A stream in another encoding as UTF-8.
struct Decoder<R> {
    input: R,
    encoding: Encoding,
    /// Bytes read and not decoded yet.
    raw: Vec<u8>,
    begun: bool,
    ended: bool,
    /// Text decoded and not handed out yet.
    text: Vec<u8>,
    at: usize,
}

impl<R: Read> Decoder<R> {
    fn new(input: R, encoding: Encoding) -> Self {
        Self {
            input,
            encoding,
            raw: Vec::new(),
            begun: false,
            ended: false,
            text: Vec::new(),
            at: 0,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !self.ended {
            let before = self.raw.len();
            self.raw.resize(before + BUFFER, 0);
            let read = match self.input.read(&mut self.raw[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                Err(error) => return Err(error),
                Ok(0) => {
                    self.ended = true;
                    0
                }
                Ok(read) => read,
            };
            self.raw.truncate(before + read);
            if !self.begun && (self.raw.len() >= 2 || self.ended) {
                self.begin();
            }
            if self.begun {
                self.decode()?;
            }
        }
        Ok(())
    }

    /// Settles the order of bytes and takes away the mark.
    fn begin(&mut self) {
        self.begun = true;
        let head = self.raw.get(..2).unwrap_or_default();
        let marked = match head {
            [0xff, 0xfe] => Some(Encoding::Utf16Le),
            [0xfe, 0xff] => Some(Encoding::Utf16Be),
            _ => None,
        };
        match (self.encoding, marked) {
            (Encoding::Utf16, Some(order)) => {
                self.encoding = order;
                self.raw.drain(..2);
            }
            (Encoding::Utf16, None) => {
                let little = matches!(head, [first, 0] if *first != 0);
                self.encoding = if little {
                    Encoding::Utf16Le
                } else {
                    Encoding::Utf16Be
                };
            }
            (declared, Some(order)) if declared == order => {
                self.raw.drain(..2);
            }
            _ => {}
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        let mut text = String::new();
        let used = match self.encoding {
            Encoding::Latin1 => {
                text.extend(self.raw.iter().map(|byte| char::from(*byte)));
                self.raw.len()
            }
            Encoding::Windows1252 => {
                text.extend(self.raw.iter().map(|byte| windows_1252(*byte)));
                self.raw.len()
            }
            Encoding::Utf16Le => self.units(u16::from_le_bytes, &mut text)?,
            _ => self.units(u16::from_be_bytes, &mut text)?,
        };
        self.raw.drain(..used);
        self.text = text.into_bytes();
        Ok(())
    }

    /// Decodes whole characters of UTF-16 and returns the number of bytes they took.
    fn units(&self, unit: fn([u8; 2]) -> u16, text: &mut String) -> io::Result<usize> {
        let broken = |what: &str| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{what} in text of UTF-16"),
            )
        };
        let units: Vec<u16> = self
            .raw
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        let mut whole = units.len();
        let half = units
            .last()
            .is_some_and(|last| (0xd800..0xdc00).contains(last));
        if half && !self.ended {
            whole -= 1;
        }
        if self.ended && self.raw.len() % 2 == 1 {
            return Err(broken("half a unit"));
        }
        for decoded in char::decode_utf16(units[..whole].iter().copied()) {
            text.push(decoded.map_err(|_| broken("half a pair of surrogates"))?);
        }
        Ok(2 * whole)
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.fill()?;
        }
        let left = &self.text[self.at..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.at += count;
        Ok(count)
    }
}

/// The characters of windows-1252 that ISO 8859-1 has not, from 0x80 to 0x9f; those without one stay as they are.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: Encoding) -> io::Result<String> {
        let mut text = String::new();
        Decoder::new(bytes, encoding)
            .read_to_string(&mut text)
            .map(|_| text)
    }

    #[test]
    fn wide_encodings_are_decoded() {
        let text = "a,ö\n𝄞";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(
            decoded(&[&[0xff, 0xfe], &little[..]].concat(), Encoding::Utf16).unwrap(),
            text
        );
        assert_eq!(
            decoded(&[&[0xfe, 0xff], &big[..]].concat(), Encoding::Utf16).unwrap(),
            text
        );
        assert_eq!(decoded(&little, Encoding::Utf16).unwrap(), text);
        assert_eq!(decoded(&big, Encoding::Utf16).unwrap(), text);
        assert_eq!(decoded(&big, Encoding::Utf16Be).unwrap(), text);
        assert!(decoded(&little[..little.len() - 2], Encoding::Utf16Le).is_err());
        assert!(decoded(&little[..3], Encoding::Utf16Le).is_err());
    }

    #[test]
    fn single_bytes_are_decoded() {
        assert_eq!(
            decoded(b"caf\xe9 \x80", Encoding::Windows1252).unwrap(),
            "café €"
        );
        assert_eq!(decoded(b"\xff", Encoding::Latin1).unwrap(), "ÿ");
    }
}
