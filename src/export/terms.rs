//! How single terms are spelt in N-Triples and Turtle.

use std::fmt::Write as _;

use oxrdf::vocab::xsd;
use oxrdf::{BaseDirection, LiteralRef};

use super::names::Prefixes;
use super::nodes::{Node, Nodes};

/// Appends a term as canonical N-Triples; `label` appends what stands after `_:` of a blank node.
pub(super) fn write_ntriples(
    nodes: &Nodes<'_>,
    id: u32,
    label: &dyn Fn(u32, &mut String),
    out: &mut String,
) {
    match nodes.node(id) {
        Node::Iri(iri) => write_iri(iri, out),
        Node::Blank(number) => {
            out.push_str("_:");
            label(number, out);
        }
        Node::Literal(literal) => {
            write_quoted(literal.value(), out);
            write_suffix(literal, write_iri, out);
        }
        Node::Triple(parts) => {
            out.push_str("<<( ");
            for part in parts {
                write_ntriples(nodes, part, label, out);
                out.push(' ');
            }
            out.push_str(")>>");
        }
    }
}

/// Appends a term as Turtle: prefixed where possible, numbers short where canonical, long quotes for several lines.
/// Blank nodes are written by their label. Triple terms stay on one line; not every parser takes long quotes in them.
pub(super) fn write_turtle(nodes: &Nodes<'_>, prefixes: &Prefixes<'_>, id: u32, out: &mut String) {
    match nodes.node(id) {
        Node::Iri(iri) => write_name(prefixes, iri, out),
        Node::Blank(number) => {
            out.push_str("_:");
            nodes.write_label(number, out);
        }
        Node::Literal(literal) => {
            if reads_well_in_lines(literal.value()) {
                write_long_quoted(literal.value(), out);
                write_suffix(literal, |iri, out| write_name(prefixes, iri, out), out);
            } else {
                write_literal(prefixes, literal, out);
            }
        }
        Node::Triple(parts) => {
            out.push_str("<<( ");
            for part in parts {
                match nodes.node(part) {
                    Node::Literal(literal) => write_literal(prefixes, literal, out),
                    _ => write_turtle(nodes, prefixes, part, out),
                }
                out.push(' ');
            }
            out.push_str(")>>");
        }
    }
}

/// Appends a literal as Turtle on one line.
fn write_literal(prefixes: &Prefixes<'_>, literal: LiteralRef<'_>, out: &mut String) {
    if is_short(literal) {
        out.push_str(literal.value());
    } else {
        write_quoted(literal.value(), out);
        write_suffix(literal, |iri, out| write_name(prefixes, iri, out), out);
    }
}

/// Appends an IRI as a prefixed name, or whole.
pub(super) fn write_name(prefixes: &Prefixes<'_>, iri: &str, out: &mut String) {
    match prefixes.shorten(iri) {
        Some((prefix, local)) => {
            out.push_str(prefix);
            out.push(':');
            out.push_str(local);
        }
        None => write_iri(iri, out),
    }
}

/// Appends an IRI in angle brackets. What the grammar forbids there is escaped, so that no IRI can break out.
pub(super) fn write_iri(iri: &str, out: &mut String) {
    out.push('<');
    let forbidden = |c: char| {
        matches!(
            c,
            '\0'..=' ' | '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\'
        )
    };
    if iri.contains(forbidden) {
        for c in iri.chars() {
            if forbidden(c) {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            } else {
                out.push(c);
            }
        }
    } else {
        out.push_str(iri);
    }
    out.push('>');
}

fn write_suffix(literal: LiteralRef<'_>, iri: impl Fn(&str, &mut String), out: &mut String) {
    if let Some(language) = literal.language() {
        out.push('@');
        out.push_str(language);
        match literal.direction() {
            Some(BaseDirection::Ltr) => out.push_str("--ltr"),
            Some(BaseDirection::Rtl) => out.push_str("--rtl"),
            None => {}
        }
    } else if literal.datatype() != xsd::STRING {
        out.push_str("^^");
        iri(literal.datatype().as_str(), out);
    }
}

/// Appends a string in quotes, escaped as canonical N-Triples asks.
fn write_quoted(value: &str, out: &mut String) {
    out.push('"');
    let plain = |c: char| {
        !matches!(
            c,
            '\0'..='\u{1F}' | '"' | '\\' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}'
        )
    };
    if value.chars().all(plain) {
        out.push_str(value);
    } else {
        for c in value.chars() {
            write_escaped(c, out);
        }
    }
    out.push('"');
}

fn write_escaped(c: char, out: &mut String) {
    match c {
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{C}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\0'..='\u{1F}' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}' => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        _ => out.push(c),
    }
}

/// Several lines are written as lines unless that hides something: a carriage return, or blanks that end a line and that an
/// editor would drop.
fn reads_well_in_lines(value: &str) -> bool {
    value.contains('\n')
        && !value.contains('\r')
        && !value.contains(" \n")
        && !value.contains("\t\n")
}

fn write_long_quoted(value: &str, out: &mut String) {
    out.push_str("\"\"\"");
    let mut rest = value.chars().peekable();
    let mut quotes = 0;
    while let Some(c) = rest.next() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '\n' => out.push('\n'),
            // Two quotes in a row are harmless inside; a third, or one before the closing quotes, is not.
            '"' if quotes < 3 && rest.peek().is_some() => out.push('"'),
            '"' => {
                out.push_str("\\\"");
                quotes = 0;
            }
            c => write_escaped(c, out),
        }
    }
    out.push_str("\"\"\"");
}

/// Returns whether Turtle may write the bare lexical form: only canonical forms, so that what is short looks alike.
pub(super) fn is_short(literal: LiteralRef<'_>) -> bool {
    let value = literal.value();
    let datatype = literal.datatype();
    if datatype == xsd::BOOLEAN {
        matches!(value, "true" | "false")
    } else if datatype == xsd::INTEGER {
        is_canonical_integer(value)
    } else if datatype == xsd::DECIMAL {
        is_canonical_decimal(value)
    } else {
        false
    }
}

/// Returns whether the text is the canonical form of an `xsd:integer`.
pub(super) fn is_canonical_integer(value: &str) -> bool {
    value == "0" || is_positive_integer(value.strip_prefix('-').unwrap_or(value))
}

fn is_positive_integer(digits: &str) -> bool {
    !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_canonical_decimal(value: &str) -> bool {
    let Some((whole, fraction)) = value.strip_prefix('-').unwrap_or(value).split_once('.') else {
        return false;
    };
    let whole_is_canonical = whole == "0" || is_positive_integer(whole);
    let fraction_is_canonical = fraction == "0"
        || !fraction.is_empty()
            && !fraction.ends_with('0')
            && fraction.bytes().all(|b| b.is_ascii_digit());
    whole_is_canonical && fraction_is_canonical && value != "-0.0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numbers_are_short() {
        let short =
            |value: &str, datatype| is_short(LiteralRef::new_typed_literal(value, datatype));
        for value in ["0", "1", "-1", "100", "123456789012345678901234567890"] {
            assert!(short(value, xsd::INTEGER), "{value}");
        }
        for value in ["", "-", "-0", "+1", "01", "1.0", "1 ", "١"] {
            assert!(!short(value, xsd::INTEGER), "{value}");
        }
        for value in ["0.0", "1.0", "-1.5", "0.05", "10.25"] {
            assert!(short(value, xsd::DECIMAL), "{value}");
        }
        for value in [
            "1", "1.", ".5", "1.50", "-0.0", "+1.5", "01.5", "1.5.5", "1e5",
        ] {
            assert!(!short(value, xsd::DECIMAL), "{value}");
        }
        assert!(short("true", xsd::BOOLEAN) && !short("1", xsd::BOOLEAN));
        assert!(!short("1", xsd::INT) && !short("1.0E0", xsd::DOUBLE));
    }

    #[test]
    fn strings_are_escaped_as_canonical_n_triples_asks() {
        let mut out = String::new();
        write_quoted("a\"b\\c\n\r\t\u{8}\u{c}\0\u{b}\u{7f}é\u{fffe}", &mut out);
        assert_eq!(out, r#""a\"b\\c\n\r\t\b\f\u0000\u000B\u007Fé\uFFFE""#);
    }

    #[test]
    fn long_strings_never_close_early() {
        for value in [
            "a\nb",
            "\"\"\"\n\"\"\"\"",
            "\n\"",
            "\n\"\"",
            "\\\n\\",
            "\n\"\"a\"\"\"\"\"\"\"b",
        ] {
            let mut out = String::new();
            write_long_quoted(value, &mut out);
            let document = format!("<ex:s> <ex:p> {out} .");
            let quad = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle)
                .for_slice(&document)
                .next()
                .unwrap()
                .unwrap();
            assert_eq!(
                quad.object,
                oxrdf::Literal::new_simple_literal(value).into(),
                "{out}"
            );
        }
    }

    #[test]
    fn an_iri_cannot_break_out_of_its_brackets() {
        let mut out = String::new();
        write_iri("http://ex.org/a b> <c", &mut out);
        assert_eq!(out, r"<http://ex.org/a\u0020b\u003E\u0020\u003Cc>");
    }
}
