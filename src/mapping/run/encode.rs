//! Terms as N-Triples writes them, with the escapes that oxrdf's `Display` uses.

use crate::mapping::checked::Constant;
use crate::mapping::vocabulary::XSD;

/// Returns an encoded IRI.
pub(in crate::mapping) fn iri(iri: &str) -> String {
    let mut into = String::with_capacity(iri.len() + 2);
    push_iri(iri, &mut into);
    into
}

/// Returns an encoded constant.
pub(in crate::mapping) fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Iri(text) => iri(text),
        Constant::Literal {
            text,
            language,
            datatype,
        } => {
            let mut into = String::new();
            push_quoted(text, &mut into);
            match (language, datatype) {
                (Some(tag), _) => push_language(tag, &mut into),
                (None, Some(datatype)) => push_datatype(datatype, &mut into),
                (None, None) => {}
            }
            into
        }
    }
}

/// Appends an IRI in angle brackets; characters that cannot stand between them are written as escapes.
pub(in crate::mapping) fn push_iri(iri: &str, into: &mut String) {
    into.push('<');
    for c in iri.chars() {
        match c {
            '\0'..=' ' | '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' => {
                push_code(c, into);
            }
            _ => into.push(c),
        }
    }
    into.push('>');
}

/// Appends a text in quotes.
pub(in crate::mapping) fn push_quoted(text: &str, into: &mut String) {
    into.push('"');
    push_escaped(text, into);
    into.push('"');
}

/// Appends a text as it stands between quotes.
pub(in crate::mapping) fn push_escaped(text: &str, into: &mut String) {
    // Most texts need no escape at all; bytes tell that faster than characters.
    let special = |byte: &u8| matches!(byte, 0..=0x1f | b'"' | b'\\' | 0x7f | 0xef);
    if !text.as_bytes().iter().any(special) {
        into.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '\u{8}' => into.push_str("\\b"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\u{c}' => into.push_str("\\f"),
            '\r' => into.push_str("\\r"),
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => push_code(c, into),
            _ => into.push(c),
        }
    }
}

fn push_code(c: char, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    into.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(c) >> shift) & 0xf;
        into.push(char::from(DIGITS[digit as usize]));
    }
}

/// Appends a language tag, in lower case: tags are the same in any.
pub(in crate::mapping) fn push_language(tag: &str, into: &mut String) {
    into.push('@');
    into.extend(tag.chars().map(|c| c.to_ascii_lowercase()));
}

/// Appends a datatype; `xsd:string` is what a literal without one has.
pub(in crate::mapping) fn push_datatype(datatype: &str, into: &mut String) {
    if datatype.strip_prefix(XSD) != Some("string") {
        into.push_str("^^");
        push_iri(datatype, into);
    }
}

/// Appends a blank node named by a value: equal values give one label, different values different ones.
pub(in crate::mapping) fn push_blank(value: &str, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    into.push_str("_:b");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() {
            into.push(char::from(byte));
        } else {
            into.push('_');
            into.push(char::from(DIGITS[usize::from(byte >> 4)]));
            into.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_literals_as_the_rdf_library_does() {
        for text in ["plain", "a\"b\\c\nd\te\u{7f}\u{1}", "ö\u{fffe}ﬁ", ""] {
            let mut own = String::new();
            push_quoted(text, &mut own);
            assert_eq!(own, oxrdf::Literal::new_simple_literal(text).to_string());
        }
    }

    #[test]
    fn blank_labels_do_not_meet() {
        let label = |value| {
            let mut into = String::new();
            push_blank(value, &mut into);
            into
        };
        assert_eq!(label("10"), "_:b10");
        assert_ne!(label("a b"), label("a_20b"));
        assert!(oxrdf::BlankNode::new(&label("é/ .x")[2..]).is_ok());
    }
}
