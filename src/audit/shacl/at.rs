//! A focus node held against a shape, and the results that come of it.

use oxrdf::{Literal, NamedNode, Term};

use super::path::Path;
use super::report::ValidationResult;
use super::shape::Shape;
use super::sparql::Row;
use super::terms::short;
use super::vocabulary::sh;

/// A focus node held against a shape.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) shape: &'t Shape,
    pub(super) focus: &'t Term,
}

impl At<'_> {
    /// Returns a result of a component of SHACL, by the beginning of its name.
    pub(super) fn result(
        &self,
        component: &str,
        value: Option<&Term>,
        message: &str,
    ) -> ValidationResult {
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
            named: self.shape.named.clone(),
            constraint: None,
            messages,
        }
    }

    /// Returns the result that a row of a query stands for (SHACL §5.3.2).
    pub(super) fn of_row(
        &self,
        component: &str,
        row: &Row,
        messages: Vec<Literal>,
    ) -> ValidationResult {
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
