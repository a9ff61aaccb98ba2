//! Findings of the checks, as text for people and as JSON for programs: both sides, each with its sources.

use std::fmt::Write as _;
use std::io::Write;

use oxrdf::{NamedOrBlankNode, Term};
use serde_json::json;

use super::failed;
use super::report::{derivation_json, derivation_text, write_json};
use super::text::printable;
use crate::audit::conflicts::{Conflict, Stated};
use crate::diagnostic::Result;
use crate::query::Prefixes;

/// Writes findings as `{"conflicts":[{"check","kind","severity","explanation","subject","detail","statements":[…]}]}`.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_as_json(conflicts: &[Conflict], out: &mut dyn Write) -> Result<()> {
    let stated = |one: &Stated| {
        json!({
            "subject": one.subject.to_string(),
            "predicate": one.predicate.to_string(),
            "object": one.object.to_string(),
            "preferred": one.preferred,
            "derivations": one.derivations.iter().map(derivation_json).collect::<Vec<_>>(),
        })
    };
    let found: Vec<_> = conflicts
        .iter()
        .map(|one| {
            json!({
                "check": one.check,
                "kind": one.title,
                "severity": one.weight.word(),
                "explanation": one.explanation,
                "subject": { "term": one.subject.to_string(), "name": one.name },
                "detail": one.detail,
                "statements": one.statements.iter().map(stated).collect::<Vec<_>>(),
            })
        })
        .collect();
    write_json(&json!({ "conflicts": found }), out)
}

/// Writes findings for people.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_as_text(
    conflicts: &[Conflict],
    prefixes: &Prefixes,
    out: &mut dyn Write,
) -> Result<()> {
    let mut text = String::new();
    for (index, one) in conflicts.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "{}: {} · {}: {}",
            one.weight.word(),
            printable(&one.title),
            printable(&one.name),
            printable(&one.detail)
        );
        for stated in &one.statements {
            side_text(stated, one, prefixes, &mut text);
        }
        let _ = writeln!(text, "  why: {}", printable(&one.explanation));
    }
    out.write_all(text.as_bytes())
        .map_err(|error| failed(&error))
}

fn side_text(stated: &Stated, conflict: &Conflict, prefixes: &Prefixes, text: &mut String) {
    let node = |iri: &str| {
        let name = conflict.names.get(iri).cloned();
        name.or_else(|| prefixes.shorten(iri))
            .unwrap_or_else(|| format!("<{iri}>"))
    };
    let subject = match &stated.subject {
        NamedOrBlankNode::NamedNode(iri) => node(iri.as_str()),
        NamedOrBlankNode::BlankNode(blank) => blank.to_string(),
    };
    let predicate = stated.predicate.as_str();
    let predicate = prefixes
        .shorten(predicate)
        .unwrap_or_else(|| format!("<{predicate}>"));
    let object = match &stated.object {
        Term::NamedNode(iri) => node(iri.as_str()),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    };
    let _ = writeln!(
        text,
        "  {} · {predicate} · {}",
        printable(&subject),
        printable(&object)
    );
    for derivation in &stated.derivations {
        derivation_text(derivation, "      ", text);
    }
    if let Some(reason) = &stated.preferred {
        let _ = writeln!(text, "      preferred: {}", printable(reason));
    }
}
