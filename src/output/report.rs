//! Reports: what a build did and why statements are there, as text for people and as JSON for programs.

use std::fmt::Write as _;
use std::io::Write;

use oxrdf::{NamedOrBlankNode, Term};
use serde_json::{Value, json};

use super::text::printable;
use super::{diagnostic, failed};
use crate::diagnostic::{Diagnostic, Result};
use crate::engine::BuildReport;
use crate::engine::map::MapReport;
use crate::explain::{Explained, Explanation};
use crate::query::Prefixes;
use crate::record::Origin;
use crate::store::Derivation;

/// Writes the report of a build as one JSON object.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn build_json(report: &BuildReport, out: &mut dyn Write) -> Result<()> {
    let info = &report.info;
    let value = json!({
        "generation": info.id,
        "unchanged": info.unchanged,
        "statements": info.statements,
        "derivations": info.derivations,
        "sources": report.sources,
        "parts": { "new": info.new_parts, "reused": info.reused_parts },
        "leftOut": report.left_out,
        "findings": report.findings.iter().map(diagnostic::to_json).collect::<Vec<_>>(),
    });
    write_json(&value, out)
}

/// Writes findings as one JSON object: `{"findings": […]}`.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn findings_json(findings: &[Diagnostic], out: &mut dyn Write) -> Result<()> {
    let findings: Vec<Value> = findings.iter().map(diagnostic::to_json).collect();
    write_json(&json!({ "findings": findings }), out)
}

/// Writes findings as text for people, without colour.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn findings_text(findings: &[Diagnostic], out: &mut dyn Write) -> Result<()> {
    out.write_all(diagnostic::render(findings, false).as_bytes())
        .map_err(|error| failed(&error))
}

/// Writes what a mapping did, or why it was refused, as one JSON object.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn map_json(outcome: &Result<MapReport>, out: &mut dyn Write) -> Result<()> {
    let findings = |all: &[Diagnostic]| all.iter().map(diagnostic::to_json).collect::<Vec<_>>();
    let value = match outcome {
        Err(refused) => json!({ "written": false, "findings": findings(&refused.0) }),
        Ok(report) => {
            let maps: Vec<Value> = report
                .triples_maps
                .iter()
                .map(|map| {
                    json!({
                        "name": map.name,
                        "file": map.place.file,
                        "line": map.place.line,
                        "records": map.records,
                        "statements": map.statements,
                    })
                })
                .collect();
            let dead = report
                .triples_maps
                .iter()
                .filter(|map| map.statements == 0 && map.rules > 0);
            json!({
                "written": true,
                "records": report.records,
                "statements": report.statements,
                "made": report.made,
                "leftOut": report.left_out,
                "triplesMaps": maps,
                "deadMaps": dead.map(|map| map.name.as_str()).collect::<Vec<_>>(),
                "unusedColumns": report
                    .unused
                    .iter()
                    .map(|unused| json!({ "source": unused.path, "columns": unused.columns }))
                    .collect::<Vec<_>>(),
                "findings": findings(&report.findings),
            })
        }
    };
    write_json(&value, out)
}

/// Writes an explanation as one JSON object.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn why_json(explanation: &Explanation, out: &mut dyn Write) -> Result<()> {
    let statements: Vec<Value> = explanation
        .statements
        .iter()
        .map(|one| {
            json!({
                "subject": one.statement.subject.to_string(),
                "predicate": one.statement.predicate.to_string(),
                "object": one.statement.object.to_string(),
                "derivations": one.derivations.iter().map(derivation_json).collect::<Vec<_>>(),
            })
        })
        .collect();
    let entities: Vec<Value> = explanation
        .entities
        .iter()
        .map(|(node, name)| json!({ "iri": node.as_str(), "name": name }))
        .collect();
    write_json(
        &json!({ "entities": entities, "statements": statements }),
        out,
    )
}

pub(super) fn derivation_json(derivation: &Derivation) -> Value {
    let places: Vec<Value> = derivation
        .sources()
        .into_iter()
        .map(|(origin, quote)| {
            json!({
                "file": &*origin.file,
                "line": (origin.line > 0).then_some(origin.line),
                "column": (origin.column > 0).then_some(origin.column),
                "quote": quote,
            })
        })
        .collect();
    json!({
        "places": places,
        "rule": {
            "name": derivation.rule.name,
            "file": derivation.rule.file,
            "line": (derivation.rule.line > 0).then_some(derivation.rule.line),
        },
        "inferred": derivation.inferred,
    })
}

/// Writes an explanation for people.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn why_text(explanation: &Explanation, prefixes: &Prefixes, out: &mut dyn Write) -> Result<()> {
    let mut text = String::new();
    for (index, one) in explanation.statements.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        statement_text(one, explanation, prefixes, &mut text);
    }
    out.write_all(text.as_bytes())
        .map_err(|error| failed(&error))
}

fn statement_text(
    one: &Explained,
    explanation: &Explanation,
    prefixes: &Prefixes,
    text: &mut String,
) {
    let statement = &one.statement;
    let node = |iri: &str| {
        let name = explanation.names.get(iri).cloned();
        name.or_else(|| prefixes.shorten(iri))
            .unwrap_or_else(|| format!("<{iri}>"))
    };
    let subject = match &statement.subject {
        NamedOrBlankNode::NamedNode(iri) => node(iri.as_str()),
        NamedOrBlankNode::BlankNode(blank) => blank.to_string(),
    };
    let predicate = statement.predicate.as_str();
    let predicate = prefixes
        .shorten(predicate)
        .unwrap_or_else(|| format!("<{predicate}>"));
    let object = match &statement.object {
        Term::NamedNode(iri) => node(iri.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(language) => format!("{} @{language}", literal.value()),
            None => literal.value().to_owned(),
        },
        other => other.to_string(),
    };
    let _ = writeln!(
        text,
        "{} · {predicate} · {}",
        printable(&subject),
        printable(&object)
    );
    for derivation in &one.derivations {
        derivation_text(derivation, "    ", text);
    }
}

/// Writes where a statement came from and by which rule, each line after `indent`.
pub(super) fn derivation_text(derivation: &Derivation, indent: &str, text: &mut String) {
    for (origin, quote) in derivation.sources() {
        let _ = write!(text, "{indent}{}", place(&origin));
        match quote {
            Some(quote) => {
                let _ = writeln!(text, "  {}", printable(quote.trim()));
            }
            None => text.push('\n'),
        }
    }
    if let Some(how) = &derivation.inferred {
        let _ = writeln!(text, "{indent}inferred: {}", printable(how));
    }
    let rule = &derivation.rule;
    let line = if rule.line > 0 {
        format!(":{}", rule.line)
    } else {
        String::new()
    };
    // The file is told beside it, so what tells a rule apart within it is enough.
    let name = rule
        .name
        .rsplit_once('#')
        .map_or(&*rule.name, |(_, name)| name);
    let _ = writeln!(text, "{indent}by {} ({}{line})", printable(name), rule.file);
}

fn place(origin: &Origin) -> String {
    match (origin.line, origin.column) {
        (0, _) => origin.file.to_string(),
        (line, 0) => format!("{}:{line}", origin.file),
        (line, column) => format!("{}:{line}:{column}", origin.file),
    }
}

pub(super) fn write_json(value: &Value, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|error| failed(&error))
}
