//! Blocks of whole rows: the bytes of a table, read as a stream and cut where a row ends.

use std::io::{self, Read};

use super::rows::{Extent, Form, extent};

/// Bytes that a block aims at. Small enough that a block and what is made of it stay in the caches of a processor;
/// smaller still in tests, so that short tables have several blocks.
const BLOCK: usize = if cfg!(test) { 1 << 8 } else { 1 << 17 };

/// Bytes that the first block aims at, which tells the header.
const FIRST: usize = if cfg!(test) { 1 << 6 } else { 1 << 13 };

/// A stretch of whole rows.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) text: String,
    pub(super) rows: u64,
    pub(super) lines: u32,
    /// Why nothing can be read after these rows.
    pub(super) problem: Option<Problem>,
}

/// Why a table ends early.
#[derive(Debug)]
pub(super) enum Problem {
    System(String),
    /// Bytes that are not UTF-8; the text before them in their row.
    Encoding {
        before: String,
    },
}

/// Reads blocks.
pub(super) struct Blocks {
    input: Box<dyn Read + Send>,
    form: Form,
    /// Bytes of a row whose end is not yet read.
    carry: Vec<u8>,
    ended: bool,
    size: usize,
}

impl Blocks {
    pub(super) fn new(input: Box<dyn Read + Send>, form: Form) -> Self {
        Self {
            input,
            form,
            carry: Vec::new(),
            ended: false,
            size: FIRST,
        }
    }

    /// Returns the next block; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Block> {
        let mut bytes = std::mem::take(&mut self.carry);
        let mut problem = None;
        let mut wanted = self.size;
        self.size = BLOCK;
        let found = loop {
            if !self.ended
                && bytes.len() < wanted
                && let Err(error) = self.fill(&mut bytes, wanted)
            {
                problem = Some(Problem::System(error.to_string()));
                self.ended = true;
            }
            let found = extent(&bytes, self.form, self.ended);
            if found.end > 0 || self.ended {
                break found;
            }
            wanted = bytes.len().saturating_mul(2);
        };
        self.carry = bytes.split_off(found.end);
        if bytes.is_empty() && problem.is_none() {
            return None;
        }
        Some(self.block(bytes, found, problem))
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        let missing = (wanted - bytes.len()) as u64;
        bytes.reserve(wanted - bytes.len());
        let read = self.input.by_ref().take(missing).read_to_end(bytes)?;
        self.ended |= (read as u64) < missing;
        Ok(())
    }

    fn block(&mut self, bytes: Vec<u8>, found: Extent, problem: Option<Problem>) -> Block {
        match String::from_utf8(bytes) {
            Ok(text) => Block {
                text,
                rows: found.rows,
                lines: found.lines,
                problem,
            },
            Err(error) => {
                self.ended = true;
                self.carry.clear();
                let valid = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                bytes.truncate(valid);
                let whole = extent(&bytes, self.form, false);
                let before = bytes.split_off(whole.end);
                let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
                Block {
                    text: lossy(bytes),
                    rows: whole.rows,
                    lines: whole.lines,
                    problem: Some(Problem::Encoding {
                        before: lossy(before),
                    }),
                }
            }
        }
    }
}
