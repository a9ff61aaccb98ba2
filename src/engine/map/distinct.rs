//! Lines that may come again, each let through once. Beyond a bound, hashes are no longer kept: lines that are not among
//! those kept wait in files by their hash, and are let through once when all have come.

use std::collections::HashSet;
use std::io::Read;

use super::scratch::{Scratch, ScratchFile};
use crate::diagnostic::Result;
use crate::mapping::run::hash::ByHash;

/// Bytes that a hash takes, with the room a table keeps free.
const ENTRY: usize = 40;

/// Files that lines wait in; a power of two.
const FILES: usize = 32;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    New,
    Known,
    /// It waits.
    Later,
}

/// Tells new lines from known ones.
#[derive(Debug)]
pub(super) struct Distinct {
    seen: HashSet<u128, ByHash>,
    bound: usize,
    scratch: Scratch,
    waiting: Vec<ScratchFile>,
}

impl Distinct {
    /// Returns a judge that takes about so many bytes.
    pub(super) fn new(memory: usize, scratch: Scratch) -> Self {
        Self {
            seen: HashSet::default(),
            bound: memory / ENTRY,
            scratch,
            waiting: Vec::new(),
        }
    }

    /// Judges a line.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn judge(&mut self, hash: u128, line: &str) -> Result<Verdict> {
        if self.seen.len() < self.bound {
            return Ok(if self.seen.insert(hash) {
                Verdict::New
            } else {
                Verdict::Known
            });
        }
        if self.seen.contains(&hash) {
            return Ok(Verdict::Known);
        }
        while self.waiting.len() < FILES {
            self.waiting.push(self.scratch.file()?);
        }
        // The table takes its places from the low bits.
        let file = &mut self.waiting[(hash >> 64) as usize % FILES];
        file.write(&hash.to_le_bytes())?;
        file.write(&(line.len() as u64).to_le_bytes())?;
        file.write(line.as_bytes())?;
        Ok(Verdict::Later)
    }

    /// Lets the lines through that have waited, in an order that only the lines decide.
    ///
    /// # Errors
    /// Those of `take`, and `WRITE_FAILED`.
    pub(super) fn finish(&mut self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        self.seen = HashSet::default();
        let mut line = Vec::new();
        for mut file in std::mem::take(&mut self.waiting) {
            let mut reader = file.read()?;
            let mut seen: HashSet<u128, ByHash> = HashSet::default();
            let mut head = [0; 24];
            loop {
                match reader.read_exact(&mut head) {
                    Ok(()) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                    Err(error) => return Err(file.fail(&error)),
                }
                let (hash, length) = head.split_at(16);
                let hash = hash.try_into().map_or(0, u128::from_le_bytes);
                let length = length.try_into().map_or(0, u64::from_le_bytes);
                line.clear();
                reader
                    .by_ref()
                    .take(length)
                    .read_to_end(&mut line)
                    .map_err(|error| file.fail(&error))?;
                if seen.insert(hash) {
                    take(&line)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_128;

    #[test]
    fn every_line_comes_once_whatever_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (0..3_000)
            .map(|n| format!("line {}\n", n * 7 % 1_000))
            .collect();
        for memory in [0, 4_000, 1 << 20] {
            let scratch = Scratch::beside(Some(&folder.path().join("out.nq")));
            let mut distinct = Distinct::new(memory, scratch);
            let mut found = Vec::new();
            for line in &lines {
                if distinct.judge(xxh3_128(line.as_bytes()), line).unwrap() == Verdict::New {
                    found.push(line.clone());
                }
            }
            assert_eq!(found.len(), (memory / ENTRY).min(1_000));
            distinct
                .finish(|line| {
                    found.push(String::from_utf8(line.to_vec()).unwrap());
                    Ok(())
                })
                .unwrap();
            assert_eq!(found.len(), 1_000);
            found.sort();
            found.dedup();
            assert_eq!(found.len(), 1_000);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
