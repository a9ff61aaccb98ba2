//! Comment lines among the rows of a table.

use std::io::Read;

use super::Input;
use crate::record::form::Dialect;

/// Returns the bytes of a table without its comments.
pub(super) fn without_comments(whole: impl Read + Send + 'static, dialect: &Dialect) -> Input {
    match dialect.comment {
        Some(prefix) => Box::new(Comments {
            input: whole,
            prefix,
            at_start: true,
            inside: false,
        }),
        None => Box::new(whole),
    }
}

/// Makes comment lines blank ones, which are no rows, so that the lines keep their numbers.
struct Comments<R> {
    input: R,
    prefix: u8,
    at_start: bool,
    inside: bool,
}

impl<R: Read> Read for Comments<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.input.read(into)?;
            let mut kept = 0;
            for index in 0..read {
                let byte = into[index];
                self.inside |= self.at_start && byte == self.prefix;
                self.at_start = byte == b'\n';
                self.inside &= !self.at_start;
                if !self.inside {
                    into[kept] = byte;
                    kept += 1;
                }
            }
            // Nothing kept is not the end.
            if read == 0 || kept > 0 {
                return Ok(kept);
            }
        }
    }
}
