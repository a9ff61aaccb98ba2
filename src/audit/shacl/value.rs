//! What a result says, and the constraints that look at one value at a time.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use oxrdf::{Literal, NamedNode, Term};

use super::literal::compare;
use super::path::Path;
use super::report::ValidationResult;
use super::shape::{RangeKind, Shape};
use super::sparql::Row;
use super::vocabulary::sh;

/// A focus node held against a shape.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) shape: &'t Shape,
    pub(super) focus: &'t Term,
}

impl At<'_> {
    /// Returns a result of a component of SHACL, by the beginning of its name.
    pub(super) fn result(&self, component: &str, value: Option<&Term>, message: &str) -> ValidationResult {
        let messages = if self.shape.messages.is_empty() {
            let text = value.map_or_else(
                || message.to_owned(),
                |value| format!("{} {message}", short(value)),
            );
            vec![Literal::new_language_tagged_literal_unchecked(text, "en")]
        } else {
            self.shape.messages.clone()
        };
        ValidationResult {
            focus: self.focus.clone(),
            path: self.shape.path.as_ref().map(|(path, _)| path.clone()),
            value: value.cloned(),
            severity: self.shape.severity.clone(),
            component: NamedNode::new_unchecked(sh(&format!("{component}ConstraintComponent"))),
            shape: self.shape.node.clone(),
            constraint: None,
            messages,
        }
    }

    /// Returns the result that a row of a query stands for (SHACL §5.3.2).
    pub(super) fn of_row(&self, component: &str, row: &Row, messages: Vec<Literal>) -> ValidationResult {
        let focus = (self.shape.path.is_none()).then_some(self.focus);
        let value = row.values.get("value").or(focus);
        let mut result = self.result(component, value, "breaks a rule written in SPARQL");
        match row.values.get("message") {
            Some(Term::Literal(message)) if messages.is_empty() => {
                result.messages = vec![message.clone()];
            }
            _ if messages.is_empty() => {}
            _ => result.messages = messages,
        }
        if let Some(Term::NamedNode(path)) = row.values.get("path") {
            result.path = Some(Path::Predicate(path.clone()));
        }
        result
    }
}

pub(super) type Each<'e> = dyn FnMut(&str, &str, &dyn Fn(&Term) -> bool) + 'e;

pub(super) fn range(kind: RangeKind, bound: &Literal, each: &mut Each<'_>) {
    let (component, words, allowed): (_, _, &[Ordering]) = match kind {
        RangeKind::MinExclusive => ("MinExclusive", "is not greater than", &[Ordering::Greater]),
        RangeKind::MinInclusive => (
            "MinInclusive",
            "is less than",
            &[Ordering::Greater, Ordering::Equal],
        ),
        RangeKind::MaxExclusive => ("MaxExclusive", "is not less than", &[Ordering::Less]),
        RangeKind::MaxInclusive => (
            "MaxInclusive",
            "is greater than",
            &[Ordering::Less, Ordering::Equal],
        ),
    };
    each(component, &format!("{words} {bound}"), &|value| {
        let order = match value {
            Term::Literal(value) => compare(value, bound),
            _ => None,
        };
        !order.is_some_and(|order| allowed.contains(&order))
    });
}

/// One result for each language that more than one value is in (SHACL §4.4.5).
pub(super) fn unique_languages(at: At<'_>, values: &[Term], results: &mut Vec<ValidationResult>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        if let Term::Literal(literal) = value
            && let Some(language) = literal.language()
        {
            *counts.entry(language.to_lowercase()).or_default() += 1;
        }
    }
    for (language, count) in counts.iter().filter(|(_, count)| **count > 1) {
        results.push(at.result(
            "UniqueLang",
            None,
            &format!("{count} values are in the language {language}"),
        ));
    }
}

/// Returns whether two terms are the same, as far as a store that keeps numbers and dates by their value can tell.
pub(super) fn same(one: &Term, other: &Term) -> bool {
    one == other
        || match (one, other) {
            (Term::Literal(one), Term::Literal(other)) => {
                one.datatype() == other.datatype() && compare(one, other) == Some(Ordering::Equal)
            }
            _ => false,
        }
}

/// Returns whether a language tag fits a range, as `langMatches` has it.
pub(super) fn fits(language: &str, range: &str) -> bool {
    let (language, range) = (language.to_lowercase(), range.to_lowercase());
    range == "*"
        || language == range
        || language
            .strip_prefix(&range)
            .is_some_and(|rest| rest.starts_with('-'))
}

/// Returns the text that lengths and patterns look at; a blank node has none.
pub(super) fn text_of(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn short(term: &Term) -> String {
    match term {
        Term::Literal(literal) => format!("{:?}", literal.value()),
        other => other.to_string(),
    }
}
