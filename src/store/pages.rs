//! Bytes with a checksum for each page, so that a few of them can be read and trusted without reading all.
//!
//! The file is the data, then the xxh3 (64 bits, little-endian) of each page of [`PAGE`] bytes, the last page as long
//! as it is. The length of the data follows from the size of the file.

use std::fs::File;
use std::io::{self, Error, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

const PAGE: u64 = 4096;
const SUM: u64 = 8;

/// Returns the data with the checksums of its pages behind it.
pub(super) fn seal(data: Vec<u8>) -> Vec<u8> {
    let sums: Vec<u8> = data
        .chunks(PAGE as usize)
        .flat_map(|page| xxh3_64(page).to_le_bytes())
        .collect();
    let mut sealed = data;
    sealed.extend_from_slice(&sums);
    sealed
}

/// Sealed bytes, in memory or in a file.
#[derive(Debug)]
pub(super) enum Pages {
    /// All of them, checked as a whole by whoever loaded them.
    Loaded(Vec<u8>),
    /// A file, of which some whole pages are at hand.
    Paged {
        file: File,
        /// Length of the data without checksums.
        length: u64,
        /// Offset of `at_hand` in the file.
        offset: u64,
        at_hand: Vec<u8>,
    },
}

impl Pages {
    /// Takes sealed bytes that are known to be sound.
    pub(super) fn loaded(mut bytes: Vec<u8>) -> Self {
        bytes.truncate(usize::try_from(data_length(bytes.len() as u64)).unwrap_or(usize::MAX));
        Self::Loaded(bytes)
    }

    /// Opens a sealed file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = data_length(file.metadata()?.len());
        Ok(Self::Paged {
            file,
            length,
            offset: 0,
            at_hand: Vec::new(),
        })
    }

    /// Returns the length of the data.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Loaded(bytes) => bytes.len() as u64,
            Self::Paged { length, .. } => *length,
        }
    }

    /// Returns the bytes of a range of the data.
    ///
    /// # Errors
    /// `InvalidData` when a page does not fit its checksum, `UnexpectedEof` when the range leaves the data.
    pub(super) fn read(&mut self, range: Range<u64>) -> io::Result<&[u8]> {
        if range.start > range.end || range.end > self.length() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let (bytes, offset) = match self {
            Self::Loaded(bytes) => (bytes, 0),
            Self::Paged {
                file,
                length,
                offset,
                at_hand,
            } => {
                if range.start < *offset || range.end > *offset + at_hand.len() as u64 {
                    *offset = range.start / PAGE * PAGE;
                    let end = (range.end.div_ceil(PAGE) * PAGE).min(*length);
                    let loaded = load(file, *length, *offset..end);
                    // After a failed read nothing is at hand.
                    at_hand.clear();
                    *at_hand = loaded?;
                }
                (at_hand, *offset)
            }
        };
        let at = |position: u64| usize::try_from(position - offset).unwrap_or(usize::MAX);
        bytes
            .get(at(range.start)..at(range.end))
            .ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }
}

fn data_length(size: u64) -> u64 {
    size - size.div_ceil(PAGE + SUM) * SUM.min(size)
}

/// Reads whole pages and compares each with its checksum.
fn load(file: &mut File, length: u64, range: Range<u64>) -> io::Result<Vec<u8>> {
    let pages = read_at(file, range.start, range.end - range.start)?;
    let count = (range.end - range.start).div_ceil(PAGE);
    let sums = read_at(file, length + range.start / PAGE * SUM, count * SUM)?;
    let sound = pages
        .chunks(PAGE as usize)
        .zip(sums.chunks(SUM as usize))
        .all(|(page, sum)| xxh3_64(page).to_le_bytes() == sum);
    if sound {
        Ok(pages)
    } else {
        Err(Error::new(
            ErrorKind::InvalidData,
            "a part of it does not fit its checksum",
        ))
    }
}

fn read_at(file: &mut File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| ErrorKind::UnexpectedEof)?];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_data(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 7 % 251) as u8).collect()
    }

    #[test]
    fn every_range_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, 7, 4095, 4096, 4097, 10_000, 3 * 4096] {
            let path = folder.path().join("file");
            let data = some_data(length);
            std::fs::write(&path, seal(data.clone())).unwrap();
            let mut pages = Pages::open(&path).unwrap();
            assert_eq!(pages.length(), length as u64);
            assert_eq!(Pages::loaded(seal(data.clone())).length(), length as u64);
            for start in (0..=length).step_by(509) {
                for end in (start..=length).step_by(1021) {
                    let read = pages.read(start as u64..end as u64).unwrap();
                    assert_eq!(read, &data[start..end]);
                }
            }
            assert!(pages.read(0..length as u64 + 1).is_err());
        }
    }

    #[test]
    fn a_flipped_bit_is_seen_where_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let sealed = seal(some_data(10_000));
        for at in [0, 4095, 4096, 9_999, 10_000, 10_008, sealed.len() - 1] {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let mut pages = Pages::open(&path).unwrap();
            assert_eq!(
                pages.read(0..10_000).unwrap_err().kind(),
                ErrorKind::InvalidData
            );
            // A page that is whole can still be read.
            let page = if at < 4096 || (10_000..10_008).contains(&at) {
                1
            } else {
                0
            };
            assert!(pages.read(page * 4096..page * 4096 + 10).is_ok() || at == 4096);
        }
    }
}
