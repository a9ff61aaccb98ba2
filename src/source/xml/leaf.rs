//! Elements that hold nothing but plain text, found in the bytes that come next without the parser.
//!
//! What is anything else (attributes, references, prefixes, line breaks, blanks in a tag, an element not yet read to its
//! end) is none; the parser reads it and says what is wrong with it.

use memchr::memchr3;

/// An element without attributes and its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaf<'b> {
    /// Its name, in ASCII and without prefix.
    pub(super) name: &'b str,
    pub(super) text: &'b str,
    /// Bytes from the beginning of its first tag to the end of its last.
    pub(super) length: usize,
    /// Bytes of the text that begin no character.
    pub(super) continuing: u64,
}

impl<'b> Leaf<'b> {
    /// Returns the element at the start of these bytes.
    pub(super) fn first_of(bytes: &'b [u8]) -> Option<Self> {
        let inside = bytes.strip_prefix(b"<")?;
        let end = inside.iter().position(|byte| !in_a_name(*byte))?;
        let (name, rest) = inside.split_at(end);
        if !name
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        {
            return None;
        }
        let rest = rest.strip_prefix(b">")?;
        // A reference or a line break before the next tag: not plain.
        let end = memchr3(b'<', b'&', b'\n', rest)?;
        let (text, rest) = rest.split_at(end);
        let rest = rest
            .strip_prefix(b"</")?
            .strip_prefix(name)?
            .strip_prefix(b">")?;
        let (name, text) = (str::from_utf8(name).ok()?, str::from_utf8(text).ok()?);
        if text.contains('\r') {
            return None;
        }
        let continuing = if text.is_ascii() {
            0
        } else {
            text.bytes().filter(|byte| byte & 0xc0 == 0x80).count() as u64
        };
        Some(Self {
            name,
            text,
            length: bytes.len() - rest.len(),
            continuing,
        })
    }
}

fn in_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_elements_are_taken_whole() {
        let found = |bytes: &'static str| {
            Leaf::first_of(bytes.as_bytes()).map(|leaf| (leaf.name, leaf.text, leaf.length))
        };
        assert_eq!(found("<a>1</a><b>"), Some(("a", "1", 8)));
        assert_eq!(found("<a_b-c.1></a_b-c.1>"), Some(("a_b-c.1", "", 19)));
        assert_eq!(found("<a>\u{e4}</a>").map(|found| found.1), Some("\u{e4}"));
        for other in [
            "",
            "<",
            "<a",
            "<a>",
            "<a>1",
            "<a>1</a",
            "<a>1</b>",
            "<a>1</ab>",
            "<a/>",
            "<a b='1'>1</a>",
            "<a >1</a>",
            "<a>1</a >",
            "<a>&lt;</a>",
            "<a><b/></a>",
            "<a>1\n</a>",
            "<a>1\r</a>",
            "<p:a>1</p:a>",
            "<1>1</1>",
            "<!--a-->",
            "<?a?>",
            " <a>1</a>",
        ] {
            assert_eq!(found(other), None, "{other:?}");
        }
        assert_eq!(Leaf::first_of(b"<a>\xff</a>"), None);
    }
}
