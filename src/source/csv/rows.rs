//! Rows of separated values in a text: where each cell stands, without copying it unless quotation marks stand inside.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};

/// The bytes that give a table its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Between two cells.
    pub(super) delimiter: u8,
    /// Around a cell that holds one of these bytes.
    pub(super) quote: Option<u8>,
    /// Before a quotation mark inside quotation marks; without, the mark is doubled.
    pub(super) escape: Option<u8>,
}

/// Where a cell stands.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: u32,
    end: u32,
    /// Whether it stands in the rewritten text, not in the text itself.
    rewritten: bool,
}

/// The cells of one row.
#[derive(Debug, Default)]
pub(super) struct Row {
    cells: Vec<Cell>,
    /// Cells that had quotation marks inside.
    rewritten: String,
    /// Whether a quotation mark was still open at the end of the text.
    pub(super) unclosed: bool,
    /// Whether text stands between a closing quotation mark and the end of its cell.
    pub(super) loose: bool,
    /// Whether a cell began with a quotation mark, so that line breaks may stand inside.
    pub(super) has_quotes: bool,
}

impl Row {
    /// Returns the number of cells.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Returns a cell of the row in `text`, the text it was read from.
    #[inline]
    pub(super) fn cell<'t>(&'t self, text: &'t str, index: usize) -> Option<&'t str> {
        let cell = self.cells.get(index)?;
        let text = if cell.rewritten {
            &self.rewritten
        } else {
            text
        };
        text.get(cell.start as usize..cell.end as usize)
    }

    /// Reads the row that begins at `at`; returns where the next one begins.
    pub(super) fn read(&mut self, text: &str, mut at: usize, form: Form) -> usize {
        self.cells.clear();
        self.rewritten.clear();
        self.unclosed = false;
        self.loose = false;
        self.has_quotes = false;
        let bytes = text.as_bytes();
        loop {
            let quoted = form.quote.is_some() && bytes.get(at).copied() == form.quote;
            let (cell, after) = if quoted {
                self.quoted(text, at, form)
            } else {
                plain(bytes, at, form)
            };
            match bytes.get(after) {
                Some(byte) if *byte == form.delimiter => {
                    self.cells.push(cell);
                    at = after + 1;
                }
                Some(_) => {
                    self.cells
                        .push(without_return(cell, text, &self.rewritten, quoted));
                    return after + 1;
                }
                None => {
                    self.cells
                        .push(without_return(cell, text, &self.rewritten, quoted));
                    return after;
                }
            }
        }
    }

    /// Reads a cell that begins with a quotation mark at `at`; returns it and where it ends.
    fn quoted(&mut self, text: &str, at: usize, form: Form) -> (Cell, usize) {
        self.has_quotes = true;
        let bytes = text.as_bytes();
        let quote = form.quote.unwrap_or_default();
        let first = at + 1;
        let Some(close) = closing(bytes, first, quote, form.escape) else {
            self.unclosed = true;
            return (cell(first, bytes.len(), false), bytes.len());
        };
        let end = memchr2(form.delimiter, b'\n', &bytes[close.end..])
            .map_or(bytes.len(), |found| close.end + found);
        let rest = text.get(close.end..end).unwrap_or_default();
        if !close.inside
            && (rest.is_empty() || (rest == "\r" && bytes.get(end) != Some(&form.delimiter)))
        {
            return (cell(first, close.end - 1, false), end);
        }
        let start = self.rewritten.len();
        let inside = text.get(first..close.end - 1).unwrap_or_default();
        self.rewritten
            .push_str(&unescape(inside, quote, form.escape));
        self.loose |= !rest.is_empty() && !rest.trim_ascii().is_empty();
        // What stands between the quotation mark and the delimiter belongs to the cell, as it does for other readers.
        self.rewritten.push_str(rest);
        (cell(start, self.rewritten.len(), true), end)
    }
}

fn cell(start: usize, end: usize, rewritten: bool) -> Cell {
    // Blocks are kept below 4 GiB by the reader of blocks; beyond, a row reads as empty rather than as another.
    let place = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Cell {
        start: place(start),
        end: place(end),
        rewritten,
    }
}

#[inline]
fn plain(bytes: &[u8], at: usize, form: Form) -> (Cell, usize) {
    let end = memchr2(form.delimiter, b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
    (cell(at, end, false), end)
}

/// Returns the last cell of a row without the carriage return of the line end.
#[inline]
fn without_return(mut cell: Cell, text: &str, rewritten: &str, quoted: bool) -> Cell {
    if quoted && !cell.rewritten {
        return cell;
    }
    let bytes = if cell.rewritten {
        rewritten.as_bytes()
    } else {
        text.as_bytes()
    };
    if cell.end > cell.start && bytes.get(cell.end as usize - 1) == Some(&b'\r') {
        cell.end -= 1;
    }
    cell
}

/// Where a quotation ends.
struct Close {
    /// Offset after the closing mark.
    end: usize,
    /// Whether marks or escapes stand inside.
    inside: bool,
}

fn closing(bytes: &[u8], mut at: usize, quote: u8, escape: Option<u8>) -> Option<Close> {
    let mut inside = false;
    loop {
        let found = match escape {
            Some(escape) => memchr2(quote, escape, bytes.get(at..)?),
            None => memchr(quote, bytes.get(at..)?),
        };
        let mark = at + found?;
        if bytes[mark] != quote || (escape.is_none() && bytes.get(mark + 1) == Some(&quote)) {
            inside = true;
            at = mark + 2;
        } else {
            return Some(Close {
                end: mark + 1,
                inside,
            });
        }
    }
}

fn unescape(text: &str, quote: u8, escape: Option<u8>) -> Cow<'_, str> {
    let mark = char::from(quote);
    match escape {
        None => Cow::Owned(text.replace(&format!("{mark}{mark}"), &mark.to_string())),
        Some(escape) => {
            let escape = char::from(escape);
            let mut plain = String::with_capacity(text.len());
            let mut chars = text.chars();
            while let Some(c) = chars.next() {
                plain.extend(if c == escape { chars.next() } else { Some(c) });
            }
            Cow::Owned(plain)
        }
    }
}

/// What stands in a block of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Offset after the last row that is whole.
    pub(super) end: usize,
    /// Rows that are not blank.
    pub(super) rows: u64,
    /// Line breaks.
    pub(super) lines: u32,
}

/// Returns how far the bytes hold whole rows; with `last`, all of them are.
pub(super) fn extent(bytes: &[u8], form: Form, last: bool) -> Extent {
    let quotes = form
        .quote
        .is_some_and(|quote| memchr(quote, bytes).is_some());
    if quotes {
        quoted_extent(bytes, form, last)
    } else {
        plain_extent(bytes, last)
    }
}

fn plain_extent(bytes: &[u8], last: bool) -> Extent {
    let end = if last {
        bytes.len()
    } else {
        memchr::memrchr(b'\n', bytes).map_or(0, |found| found + 1)
    };
    let bytes = &bytes[..end];
    let lines = memchr_iter(b'\n', bytes).count();
    let has_blank = is_blank(bytes)
        || memmem::find(bytes, b"\n\n").is_some()
        || memmem::find(bytes, b"\n\r\n").is_some()
        || bytes.ends_with(b"\n\r");
    let rows = if has_blank {
        bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !matches!(line, [] | [b'\r']))
            .count()
    } else {
        lines + usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
    };
    Extent {
        end,
        rows: rows as u64,
        lines: u32::try_from(lines).unwrap_or(u32::MAX),
    }
}

/// Returns whether a row that begins here is blank.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    matches!(bytes, [b'\n', ..] | [b'\r', b'\n', ..] | [b'\r'])
}

/// Counts row by row, since a line break may stand between quotation marks.
fn quoted_extent(bytes: &[u8], form: Form, last: bool) -> Extent {
    let quote = form.quote.unwrap_or_default();
    let mut found = Extent::default();
    let mut at = 0;
    // Where the cell at hand may begin with a quotation mark.
    let mut begin = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr2(quote, b'\n', rest)) {
        let next = at + next;
        at = next + 1;
        if bytes[next] == b'\n' {
            found.rows += u64::from(!is_blank(&bytes[found.end..=next]));
            found.end = at;
            begin = at;
        } else if next == begin
            || next
                .checked_sub(1)
                .is_some_and(|before| bytes[before] == form.delimiter)
        {
            match closing(bytes, next + 1, quote, form.escape) {
                Some(close) => {
                    // What follows the closing mark belongs to this cell, quotation marks and all.
                    at = close.end
                        + memchr2(form.delimiter, b'\n', &bytes[close.end..])
                            .unwrap_or(bytes.len() - close.end);
                    begin = usize::MAX;
                }
                None => break,
            }
        }
    }
    if last && found.end < bytes.len() {
        found.rows += u64::from(!is_blank(&bytes[found.end..]));
        found.end = bytes.len();
    }
    let lines = memchr_iter(b'\n', &bytes[..found.end]).count();
    found.lines = u32::try_from(lines).unwrap_or(u32::MAX);
    found
}

/// Returns the number of line breaks in a stretch.
pub(super) fn breaks(text: &str, range: Range<usize>) -> u32 {
    let count = text
        .as_bytes()
        .get(range)
        .map_or(0, |bytes| memchr_iter(b'\n', bytes).count());
    u32::try_from(count).unwrap_or(u32::MAX)
}
