//! Single lines of a facts file, found by their beginning or read at an offset, without loading the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes read at once: most lines are shorter.
const STEP: usize = 2_048;
/// A line is not longer than this; what is, is no line of ours.
const LONGEST: usize = 64 << 20;

/// A facts file.
#[derive(Debug)]
pub(super) struct Lookup {
    file: File,
    length: u64,
}

impl Lookup {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }

    /// Returns the line that begins at an offset, without its end.
    pub(super) fn line(&mut self, offset: u64) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.file.seek(SeekFrom::Start(offset))?;
        loop {
            let before = line.len();
            line.resize(before + STEP, 0);
            let read = self.file.read(&mut line[before..])?;
            line.truncate(before + read);
            if let Some(end) = line[before..].iter().position(|byte| *byte == b'\n') {
                line.truncate(before + end);
                return Ok(line);
            }
            if read == 0 || line.len() > LONGEST {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Returns the lines that begin with a key, in order; the lines of the file are sorted.
    pub(super) fn beginning_with(&mut self, key: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = low + (high - low) / 2;
            let start = self.next_line(middle, low)?;
            if start >= high {
                high = middle;
                continue;
            }
            let line = self.line(start)?;
            if line.as_slice() < key {
                low = start + line.len() as u64 + 1;
            } else {
                high = middle;
            }
        }
        let mut found = Vec::new();
        while low < self.length {
            let line = self.line(low)?;
            if !line.starts_with(key) {
                break;
            }
            low += line.len() as u64 + 1;
            found.push(line);
        }
        Ok(found)
    }

    /// Returns where the first line begins that begins at `from` or later; `known` is the beginning of a line at or before.
    fn next_line(&mut self, from: u64, known: u64) -> io::Result<u64> {
        if from == known {
            return Ok(known);
        }
        // The line begins here if the byte before ends one.
        let line = self.line(from - 1)?;
        Ok(from + line.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn lines_are_found_by_their_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facts.nq");
        let mut lines: Vec<String> = (0..300)
            .map(|n| format!("<s{:03}> <p> \"{}\" .", n / 3, "x".repeat(n * 17 % 5_000)))
            .collect();
        lines.sort();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        let mut lookup = Lookup::open(&path).unwrap();
        for n in 0..100 {
            let key = format!("<s{n:03}> ");
            let due: Vec<&String> = lines.iter().filter(|line| line.starts_with(&key)).collect();
            let found = lookup.beginning_with(key.as_bytes()).unwrap();
            let found: Vec<String> = found
                .into_iter()
                .map(|line| String::from_utf8(line).unwrap())
                .collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), due, "{key}");
        }
        for key in ["<r", "<t", "<s0000"] {
            assert_eq!(
                lookup.beginning_with(key.as_bytes()).unwrap().len(),
                0,
                "{key}"
            );
        }
        fs::write(&path, "").unwrap();
        assert_eq!(
            Lookup::open(&path)
                .unwrap()
                .beginning_with(b"<s")
                .unwrap()
                .len(),
            0
        );
    }
}
