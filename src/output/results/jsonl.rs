//! JSON Lines (<https://jsonlines.org/>): a row is an object of plain values, for programs that do not know RDF.
//!
//! An IRI is its text and a literal its value; booleans and numbers are JSON's own where it has them; a column without a
//! value is null. Types and languages are lost, as in CSV; `json` keeps them.

use std::borrow::Cow;
use std::io::{self, Write};

use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNodeRef, Term};

use crate::query::Solutions;

/// Integers beyond this are text, since many readers of JSON would round them (RFC 8259, section 6).
const LARGEST: u64 = (1 << 53) - 1;

/// Types whose values are integers.
const INTEGERS: [NamedNodeRef<'_>; 13] = [
    xsd::INTEGER,
    xsd::INT,
    xsd::LONG,
    xsd::SHORT,
    xsd::BYTE,
    xsd::NON_NEGATIVE_INTEGER,
    xsd::POSITIVE_INTEGER,
    xsd::NON_POSITIVE_INTEGER,
    xsd::NEGATIVE_INTEGER,
    xsd::UNSIGNED_INT,
    xsd::UNSIGNED_LONG,
    xsd::UNSIGNED_SHORT,
    xsd::UNSIGNED_BYTE,
];

/// Writes an object a row, its members in the order of the columns.
pub(super) fn write(solutions: &Solutions, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = solutions
        .variables
        .iter()
        .map(|name| text(name.as_str()))
        .collect::<io::Result<_>>()?;
    for row in &solutions.rows {
        write!(out, "{{")?;
        for (column, (name, value)) in names.iter().zip(row).enumerate() {
            let comma = if column == 0 { "" } else { "," };
            write!(out, "{comma}{name}:{}", json(value.as_ref())?)?;
        }
        writeln!(out, "}}")?;
    }
    Ok(())
}

fn json(value: Option<&Term>) -> io::Result<Cow<'static, str>> {
    Ok(Cow::Owned(match value {
        None => return Ok(Cow::Borrowed("null")),
        Some(Term::NamedNode(node)) => text(node.as_str())?,
        Some(Term::Literal(literal)) => match plain(literal) {
            Some(plain) => plain,
            None => text(literal.value())?,
        },
        Some(other) => text(&other.to_string())?,
    }))
}

fn text(text: &str) -> io::Result<String> {
    serde_json::to_string(text).map_err(io::Error::from)
}

/// Returns a boolean or number as JSON writes it, or `None` if the literal is none or JSON cannot hold it.
fn plain(literal: &Literal) -> Option<String> {
    let kind = literal.datatype();
    let value = literal.value().trim();
    if kind == xsd::BOOLEAN {
        return match value {
            "true" | "1" => Some("true".to_owned()),
            "false" | "0" => Some("false".to_owned()),
            _ => None,
        };
    }
    if INTEGERS.contains(&kind) {
        let number: i64 = value.parse().ok()?;
        return (number.unsigned_abs() <= LARGEST).then(|| number.to_string());
    }
    if kind == xsd::DECIMAL || kind == xsd::DOUBLE || kind == xsd::FLOAT {
        // The digits stay as they are written, so that none is lost.
        let number: f64 = value.parse().ok()?;
        return (number.is_finite() && is_number(value)).then(|| value.to_owned());
    }
    None
}

/// Returns whether a text is a number by the grammar of JSON.
fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}
