//! Questions about terms that constraints ask.

use std::cmp::Ordering;

use oxrdf::Term;

use super::literal::compare;

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

/// Returns a term as messages show it.
pub(super) fn short(term: &Term) -> String {
    match term {
        Term::Literal(literal) => format!("{:?}", literal.value()),
        other => other.to_string(),
    }
}
