//! Cutting a table into pieces where its content says so, so that an edit changes the pieces around it and no others.

use std::ops::Range;

use memchr::memchr2_iter;
use xxhash_rust::xxh3::xxh3_64;

use super::rows::is_blank;

/// A piece of a table: whole rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes.
    pub range: Range<usize>,
    /// Line ends between the header and the piece.
    pub lines: u32,
    /// Rows between the header and the piece.
    pub rows: u64,
}

/// Returns the bytes of the header row and the pieces below it, of `size` rows each on average.
///
/// A piece ends after a row whose hash says so, which depends on that row alone, but has at least half and at most twice
/// `size` rows, so that no piece costs much more than another. Quotation marks are doubled inside quotation marks; `quote` is the mark, if there is one.
pub fn pieces(bytes: &[u8], quote: Option<u8>, size: u64) -> (Range<usize>, Vec<Piece>) {
    let mut rows = Rows {
        bytes,
        quote,
        at: 0,
    };
    // Blank lines above the header are passed over by the reader as well.
    let header = loop {
        match rows.next() {
            None => return (0..bytes.len(), Vec::new()),
            Some(row) if is_blank(&bytes[row.clone()]) => {}
            Some(row) => break 0..row.end,
        }
    };
    let half = (size / 2).max(1);
    let mut found = Vec::new();
    let mut piece = Piece {
        range: header.end..header.end,
        lines: 0,
        rows: 0,
    };
    let (mut lines, mut count, mut here) = (0_u32, 0_u64, 0_u64);
    for row in rows {
        let text = &bytes[row.clone()];
        piece.range.end = row.end;
        let ends = memchr::memchr_iter(b'\n', text).count();
        lines = lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        if !is_blank(text) {
            count += 1;
            here += 1;
        }
        let wanted = xxh3_64(text).is_multiple_of(half);
        if (wanted && here >= half) || here >= size * 2 {
            let next = Piece {
                range: row.end..row.end,
                lines,
                rows: count,
            };
            found.push(std::mem::replace(&mut piece, next));
            here = 0;
        }
    }
    if !piece.range.is_empty() {
        found.push(piece);
    }
    (header, found)
}

/// The rows of a table with their line ends.
struct Rows<'b> {
    bytes: &'b [u8],
    quote: Option<u8>,
    at: usize,
}

impl Iterator for Rows<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        if start >= self.bytes.len() {
            return None;
        }
        let mut quoted = false;
        for found in memchr2_iter(b'\n', self.quote.unwrap_or(b'\n'), &self.bytes[start..]) {
            if self.bytes[start + found] != b'\n' {
                quoted = !quoted;
            } else if !quoted {
                self.at = start + found + 1;
                return Some(start..self.at);
            }
        }
        self.at = self.bytes.len();
        Some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: usize) -> String {
        let row = |n: usize| format!("{n},\"a \"\"b\"\"\nc\",{}\n", n * 7);
        format!("id,text,n\n{}", (0..rows).map(row).collect::<String>())
    }

    fn texts(text: &str) -> Vec<String> {
        let (_, found) = pieces(text.as_bytes(), Some(b'"'), 16);
        found
            .iter()
            .map(|piece| text[piece.range.clone()].to_owned())
            .collect()
    }

    #[test]
    fn pieces_are_the_whole_and_begin_where_they_say() {
        let text = table(500);
        let (header, found) = pieces(text.as_bytes(), Some(b'"'), 16);
        assert_eq!(&text[header], "id,text,n\n");
        assert!(found.len() > 8, "{}", found.len());
        for piece in &found {
            let before = &text["id,text,n\n".len()..piece.range.start];
            assert_eq!(piece.lines as usize, before.matches('\n').count());
            assert_eq!(piece.rows, before.matches("c\",").count() as u64);
            assert!(text[piece.range.clone()].ends_with('\n'));
        }
        assert_eq!(texts(&text).concat(), text["id,text,n\n".len()..]);
    }

    #[test]
    fn an_edit_changes_few_pieces() {
        let text = table(500);
        let before = texts(&text);
        for edited in [
            text.replace("\n250,", "\n250 x,"),
            text.replacen("0,\"a", "new,\"z\",1\n0,\"a", 1),
        ] {
            let after = texts(&edited);
            let changed = after.iter().filter(|piece| !before.contains(piece)).count();
            assert!((1..=2).contains(&changed), "{changed}");
        }
    }
}
