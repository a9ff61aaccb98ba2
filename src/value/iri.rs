//! IRIs: what may stand in one, and percent-encoding as RML asks of templates.

use oxiri::Iri;

/// Characters beyond ASCII that an IRI may hold unencoded (`ucschar`, RFC 3987 §2.2), below plane 1.
const UCSCHAR: [(char, char); 3] = [
    ('\u{a0}', '\u{d7ff}'),
    ('\u{f900}', '\u{fdcf}'),
    ('\u{fdf0}', '\u{ffef}'),
];

/// Returns the text with everything but `iunreserved` characters (RFC 3987) percent-encoded (RML-Core, template maps);
/// with `ascii_only`, letters beyond ASCII too (for `rml:URI`).
pub fn encode_component(text: &str, ascii_only: bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unreserved(c) || !ascii_only && is_ucschar(c) {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            encoded.push('%');
            encoded.push(HEX[usize::from(byte >> 4)].into());
            encoded.push(HEX[usize::from(byte & 15)].into());
        }
    }
    encoded
}

/// Returns whether a text is an IRI with a scheme (RFC 3987 §2.2), so needs no base.
pub fn is_absolute(text: &str) -> bool {
    Iri::parse(text).is_ok()
}

/// Returns whether a character is `unreserved` (RFC 3986 §2.3).
fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

/// Returns whether a character is a `ucschar` (RFC 3987 §2.2).
fn is_ucschar(c: char) -> bool {
    let code = u32::from(c);
    match code >> 16 {
        0 => UCSCHAR
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&c)),
        // The last two of each plane are no characters, plane 14 begins with tags, the last two planes are private.
        1..=13 => code & 0xffff <= 0xfffd,
        14 => (0xe1000..=0xefffd).contains(&code),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoding_keeps_what_is_unreserved() {
        for (text, iri, uri) in [
            ("abc-XYZ_0.9~", "abc-XYZ_0.9~", "abc-XYZ_0.9~"),
            ("a b/c?d#e", "a%20b%2Fc%3Fd%23e", "a%20b%2Fc%3Fd%23e"),
            ("50%", "50%25", "50%25"),
            (
                "{\"a\":'b'}",
                "%7B%22a%22%3A%27b%27%7D",
                "%7B%22a%22%3A%27b%27%7D",
            ),
            ("Zoë", "Zoë", "Zo%C3%AB"),
            ("путь", "путь", "%D0%BF%D1%83%D1%82%D1%8C"),
            ("😀", "😀", "%F0%9F%98%80"),
            ("\u{e000}", "%EE%80%80", "%EE%80%80"),
            (
                "\u{fffe}\u{1ffff}",
                "%EF%BF%BE%F0%9F%BF%BF",
                "%EF%BF%BE%F0%9F%BF%BF",
            ),
            ("\u{7f}\n", "%7F%0A", "%7F%0A"),
            ("", "", ""),
        ] {
            assert_eq!(encode_component(text, false), iri);
            assert_eq!(encode_component(text, true), uri);
        }
    }

    #[test]
    fn absolute_iris_have_a_scheme() {
        for iri in [
            "http://example.com/a",
            "urn:isbn:1",
            "mailto:a@example.com",
            "http://example.com/ö#x",
        ] {
            assert!(is_absolute(iri), "{iri}");
        }
        for other in [
            "",
            "a/b",
            "/a",
            "#a",
            "//example.com/a",
            "http://example.com/a b",
            "1http:a",
            "http://a/%zz",
        ] {
            assert!(!is_absolute(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn encoded_text_makes_a_valid_iri(text in any::<String>(), ascii_only: bool) {
            let iri = format!("http://example.com/{}", encode_component(&text, ascii_only));
            prop_assert!(is_absolute(&iri), "{iri}");
        }
    }
}
