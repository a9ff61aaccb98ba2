//! Terms as people read them in a cell.

use oxrdf::{NamedNode, NamedOrBlankNode, Term};

use crate::output::text::printable;
use crate::query::Prefixes;

/// Returns a term for a cell: a literal is its text, an IRI is short where a prefix fits and in angle brackets elsewhere.
///
/// Line breaks and other control characters are written as escapes, so a cell is one line and drives no terminal.
pub(super) fn shown(term: &Term, prefixes: &Prefixes) -> String {
    let text = match term {
        Term::Literal(literal) => literal.value().to_owned(),
        other => inner(other, prefixes),
    };
    printable(&text).into_owned()
}

/// A term inside a triple term, where a literal needs its quotation marks.
fn inner(term: &Term, prefixes: &Prefixes) -> String {
    match term {
        Term::NamedNode(node) => short(node, prefixes),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => literal.to_string(),
        Term::Triple(triple) => {
            let subject = match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => short(node, prefixes),
                NamedOrBlankNode::BlankNode(node) => node.to_string(),
            };
            let predicate = short(&triple.predicate, prefixes);
            format!(
                "<<( {subject} {predicate} {} )>>",
                inner(&triple.object, prefixes)
            )
        }
    }
}

fn short(node: &NamedNode, prefixes: &Prefixes) -> String {
    prefixes
        .shorten(node.as_str())
        .unwrap_or_else(|| node.to_string())
}
