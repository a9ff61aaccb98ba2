//! From the rows of a check to findings: rows that tell one thing are put together, and their words are filled in.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedOrBlankNode, Term};

use super::check::Columns;
use super::{Names, Stated};
use crate::diagnostic::Result;
use crate::query::Solutions;
use crate::record::Origin;

/// A finding whose statements have no sources yet.
pub(super) struct Found {
    pub(super) subject: Term,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) statements: Vec<Stated>,
}

/// Statements by the number of their column and their text, so that their order does not depend on the rows'.
type Statements = BTreeMap<(usize, String), Stated>;

/// Returns the findings of an answer: one for each subject and detail, with the statements of all rows that tell it.
pub(super) fn gather(
    columns: &Columns,
    solutions: &Solutions,
    names: &mut Names<'_>,
) -> Result<Vec<Found>> {
    let mut found: BTreeMap<(String, String), (Term, Statements)> = BTreeMap::new();
    for row in &solutions.rows {
        let term = |column: usize| row.get(column).and_then(Option::as_ref);
        let Some(subject) = term(columns.subject) else {
            continue;
        };
        let detail = match term(columns.detail) {
            Some(Term::Literal(template)) => filled(template.value(), columns, &term, names)?,
            Some(other) => names.of(other)?,
            None => String::new(),
        };
        let key = (subject.to_string(), detail);
        let (_, statements) = found
            .entry(key)
            .or_insert_with(|| (subject.clone(), Statements::new()));
        for (number, parts) in columns.statements.iter().enumerate() {
            // A side that is not known has no statement.
            let [s, p, o] = parts.map(&term);
            let (Some(s), Some(Term::NamedNode(predicate)), Some(object)) = (s, p, o) else {
                continue;
            };
            let subject = match s {
                Term::NamedNode(node) => NamedOrBlankNode::from(node.clone()),
                Term::BlankNode(node) => NamedOrBlankNode::from(node.clone()),
                Term::Literal(_) | Term::Triple(_) => continue,
            };
            let written = format!("{subject} {predicate} {object}");
            if statements.keys().any(|(_, other)| *other == written) {
                continue;
            }
            statements.insert(
                (number, written),
                Stated {
                    subject,
                    predicate: predicate.clone(),
                    object: object.clone(),
                    derivations: Vec::new(),
                    preferred: None,
                },
            );
        }
    }
    found
        .into_iter()
        .map(|((_, detail), (subject, statements))| {
            Ok(Found {
                name: one_line(&names.of(&subject)?),
                subject,
                detail,
                statements: statements.into_values().collect(),
            })
        })
        .collect()
}

/// Returns a text in which `{column}` is replaced by the name of the value in that column.
fn filled<'t>(
    template: &str,
    columns: &Columns,
    term: &impl Fn(usize) -> Option<&'t Term>,
    names: &mut Names<'_>,
) -> Result<String> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        text.push_str(before);
        let named = after[1..].split_once('}').and_then(|(name, behind)| {
            let column = columns.all.get(name)?;
            Some((term(*column), behind))
        });
        match named {
            Some((value, behind)) => {
                if let Some(value) = value {
                    text.push_str(&names.of(value)?);
                }
                rest = behind;
            }
            None => {
                text.push('{');
                rest = &after[1..];
            }
        }
    }
    text.push_str(rest);
    Ok(one_line(&text))
}

/// A cell holds no line breaks.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns where the statements come from, each place once, in the order of files and lines.
pub(super) fn places(statements: &[Stated]) -> Vec<String> {
    let origins: BTreeSet<(String, u32, u32)> = statements
        .iter()
        .flat_map(|one| &one.derivations)
        .flat_map(crate::store::Derivation::sources)
        .map(|(origin, _)| (origin.file.to_string(), origin.line, origin.column))
        .collect();
    origins
        .into_iter()
        .map(|(file, line, column)| match (line, column) {
            (0, _) => file,
            (line, 0) => format!("{file}:{line}"),
            (line, column) => format!("{file}:{line}:{column}"),
        })
        .collect()
}

/// Returns whether some line of a source says all of the statements.
pub(super) fn one_place_says_all(statements: &[Stated]) -> bool {
    let lines = |one: &Stated| -> BTreeSet<(String, u32)> {
        let records = one.derivations.iter().flat_map(|one| &one.records);
        records
            .map(|record| &record.origin)
            .filter(|origin: &&Origin| origin.line > 0)
            .map(|origin| (origin.file.to_string(), origin.line))
            .collect()
    };
    let Some((first, others)) = statements.split_first() else {
        return false;
    };
    let mut common = lines(first);
    for other in others {
        let lines = lines(other);
        common.retain(|place| lines.contains(place));
    }
    !common.is_empty()
}
