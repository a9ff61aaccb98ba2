//! The text of a source: bytes → text, byte offsets → lines and columns, white space.
//!
//! Everything here is linear in the size of the text, whatever the text is.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// A stretch of a text: first byte and the byte after the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// Returns the span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Returns the stretch of `text`; empty when the span does not fit it.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns whether the span holds nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Returns the same span counted from `base` bytes earlier.
    #[must_use]
    pub fn shifted(self, base: usize) -> Self {
        Self::new(self.start + base, self.end + base)
    }

    /// Returns the span without white space and invisible marks at its ends.
    #[must_use]
    pub fn trimmed(self, text: &str) -> Self {
        let inside = self.of(text);
        let left = inside.trim_start_matches(is_blank);
        let start = self.start + (inside.len() - left.len());
        Self::new(start, start + left.trim_end_matches(is_blank).len())
    }
}

/// Returns whether a character is white space or a mark that shows nothing: zero width, direction, byte order.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns the text with each run of white space made one space, and none at the ends.
pub fn fold_space(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_blank);
    let mut before = false;
    let plain = text.chars().all(|c| {
        let space = c.is_whitespace();
        let fine = !space || (c == ' ' && !before);
        before = space;
        fine
    });
    if plain {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    Cow::Owned(folded)
}

/// Returns the text without a byte order mark.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns the name of the wide encoding that the first bytes of a file betray, if they do.
pub(super) fn wide_encoding(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        // Without a mark: two letters of a small alphabet, each with its zero byte.
        &[a, 0, b, 0, ..] if a != 0 && b != 0 => Some("UTF-16LE"),
        &[0, a, 0, b, ..] if a != 0 && b != 0 => Some("UTF-16BE"),
        _ => None,
    }
}

/// Returns what to do about a file in another encoding.
pub(super) fn encoding_hint(encoding: Option<&str>) -> String {
    match encoding {
        Some(encoding) => format!("convert it: iconv -f {encoding} -t UTF-8"),
        None => "save it as UTF-8, or convert it: iconv -f ENCODING -t UTF-8".to_owned(),
    }
}

/// Returns what to do about a source in another encoding, which a mapping may declare.
pub(super) fn declared_encoding_hint(encoding: Option<&str>) -> String {
    format!("write rml:encoding, or {}", encoding_hint(encoding))
}

/// Returns the text of a file, without its byte order mark.
///
/// # Errors
/// `NOT_UTF8`, with the encoding if it can be told, else with the line and column of the first bad byte.
pub fn decode<'b>(bytes: &'b [u8], file: &str) -> Result<&'b str> {
    if let Some(encoding) = wide_encoding(bytes) {
        return Err(Diagnostic::error(
            codes::NOT_UTF8,
            format!("the file is {encoding}, not UTF-8"),
        )
        .at(Place::file(file))
        .hint(encoding_hint(Some(encoding)))
        .into());
    }
    std::str::from_utf8(bytes).map(without_mark).map_err(|bad| {
        let (good, rest) = bytes.split_at(bad.valid_up_to());
        let good = std::str::from_utf8(good)
            .map(without_mark)
            .unwrap_or_default();
        let (line, column) = Lines::new(good).place(good, good.len());
        let byte = rest.first().copied().unwrap_or_default();
        Diagnostic::error(
            codes::NOT_UTF8,
            format!(
                "the byte 0x{byte:02X} at offset {} is not UTF-8",
                bad.valid_up_to()
            ),
        )
        .at(Place::file(file).at_line(line).at_column(column))
        .hint(encoding_hint(None))
        .into()
    })
}

/// Bytes between two marks of [`Lines`].
const STEP: usize = 256;

/// Where the lines of a text begin, and how many characters stand before each step of it.
///
/// A line ends at a line feed; a carriage return before it is white space of the line.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    characters: Vec<usize>,
}

impl Lines {
    /// Returns the index of a text.
    pub fn new(text: &str) -> Self {
        let feeds = text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
        let starts = std::iter::once(0)
            .chain(feeds.map(|(at, _)| at + 1))
            .collect();
        let mut sum = 0;
        let mut characters = vec![0];
        for block in text.as_bytes().chunks(STEP) {
            sum += count(block);
            characters.push(sum);
        }
        Self { starts, characters }
    }

    /// Returns the line and the column (in characters) of a byte offset in the text of this index, both from 1.
    pub fn place(&self, text: &str, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = self
            .before(text, offset)
            .saturating_sub(self.before(text, start))
            + 1;
        (narrow(line), narrow(column))
    }

    /// Returns the spans of the lines, without their line feeds.
    pub fn spans(&self, text: &str) -> impl Iterator<Item = Span> {
        let ends = self
            .starts
            .iter()
            .skip(1)
            .map(|next| next - 1)
            .chain([text.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| Span::new(start, end))
    }

    fn before(&self, text: &str, offset: usize) -> usize {
        let offset = offset.min(text.len());
        let mark = offset / STEP;
        let rest = text.as_bytes().get(mark * STEP..offset).unwrap_or_default();
        self.characters.get(mark).copied().unwrap_or_default() + count(rest)
    }
}

/// Returns the number of characters that begin in a stretch of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strips_the_mark_and_names_wide_encodings() {
        assert_eq!(
            decode("\u{feff}= A =".as_bytes(), "a.txt").unwrap(),
            "= A ="
        );
        let wide: Vec<u8> = "= A =".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [wide.clone(), [vec![0xff, 0xfe], wide].concat()] {
            let error = decode(&bytes, "a.txt").unwrap_err();
            assert_eq!(
                error.to_string(),
                "error[FM0103]: the file is UTF-16LE, not UTF-8 (a.txt)"
            );
            assert!(error.0[0].hints[0].contains("iconv -f UTF-16LE"));
        }
    }

    #[test]
    fn places_the_bad_byte() {
        let error = decode(b"one\ntw\xc3\xb6 \xff\n", "a.txt").unwrap_err();
        assert_eq!(
            error.to_string(),
            "error[FM0103]: the byte 0xFF at offset 9 is not UTF-8 (a.txt:2:5)"
        );
        assert!(decode(b"cut \xd0", "a.txt").is_err());
    }

    #[test]
    fn trims_no_break_spaces_and_direction_marks() {
        let text = "\u{a0}\t\u{200f}ab \u{301}c\u{200e}\r";
        assert_eq!(
            Span::new(0, text.len()).trimmed(text).of(text),
            "ab \u{301}c"
        );
        assert_eq!(fold_space("a\u{a0}b \t\r\n c"), "a b c");
        assert!(matches!(fold_space("a b"), Cow::Borrowed("a b")));
    }

    proptest! {
        #[test]
        fn columns_count_characters(text in "[aбة\n\u{301}]{0,900}") {
            let lines = Lines::new(&text);
            let (mut line, mut column) = (1, 1);
            for (offset, c) in text.char_indices() {
                prop_assert_eq!(lines.place(&text, offset), (line, column));
                if c == '\n' { line += 1; column = 1 } else { column += 1 }
            }
            prop_assert_eq!(lines.spans(&text).count(), text.split('\n').count());
        }
    }
}
