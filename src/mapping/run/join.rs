//! Joins: the parent's subjects by the values of their keys.

use std::collections::HashMap;

use super::compound::Attached;
use super::term::{Faults, TermMaker, Terms};
use super::value::{Use, View};
use crate::mapping::RecordUse;
use crate::mapping::plan::{Escape, PlannedJoin, Text};
use crate::record::Origin;

/// A subject of the parent with what it was made of.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) subject: String,
    pub(super) values: Vec<Origin>,
    pub(super) record: Option<RecordUse>,
    /// Statements of the subject itself.
    pub(super) attached: Vec<Attached>,
}

/// The parent's subjects of one join.
#[derive(Debug, Default)]
pub(super) struct JoinIndex {
    parents: Vec<Parent>,
    by_key: HashMap<String, Vec<usize>>,
}

impl JoinIndex {
    /// Adds what a record of the parent gives. Its faults are left to the parent's own triples map.
    pub(super) fn add(
        &mut self,
        join: &PlannedJoin,
        maker: &mut TermMaker<'_>,
        view: View<'_>,
        record: Option<&RecordUse>,
    ) {
        let mut key_uses = Vec::new();
        let keys = keys(
            &join.keys,
            maker,
            view,
            &mut Faults::default(),
            &mut key_uses,
        );
        if keys.is_empty() {
            return;
        }
        let mut subjects = Terms::default();
        maker.make(&join.subject, view, &mut subjects, &mut Faults::default());
        // Who finds one subject of a record finds all, so the first brings the statements of all.
        let mut attached = portable(std::mem::take(&mut maker.attached));
        for index in 0..subjects.len() {
            let values = match record {
                Some(_) => subjects
                    .uses(index)
                    .iter()
                    .chain(
                        key_uses
                            .iter()
                            .filter(|used| !subjects.uses(index).contains(used)),
                    )
                    .map(|used| view.origin_of(*used))
                    .collect(),
                None => Vec::new(),
            };
            self.parents.push(Parent {
                subject: subjects.text(index).to_owned(),
                values,
                record: record.cloned(),
                attached: std::mem::take(&mut attached),
            });
            for key in &keys {
                let parents = self.by_key.entry(key.clone()).or_default();
                parents.push(self.parents.len() - 1);
            }
        }
    }

    /// Returns the parents of a child's record, each once, in the order of the parent's source; appends the values of
    /// the child's keys to `uses`.
    pub(super) fn find(
        &self,
        child_keys: &[Text],
        maker: &TermMaker<'_>,
        view: View<'_>,
        faults: &mut Faults,
        uses: &mut Vec<Use>,
    ) -> Vec<&Parent> {
        let mut found: Vec<usize> = keys(child_keys, maker, view, faults, uses)
            .iter()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .map(|index| &self.parents[index])
            .collect()
    }
}

/// Returns what can be stated beside another record: places of values are left to the subject.
fn portable(attached: Vec<Attached>) -> Vec<Attached> {
    attached
        .into_iter()
        .filter_map(|attached| match attached {
            Attached::Statement {
                subject,
                predicate,
                object,
                ..
            } => Some(Attached::Statement {
                subject,
                predicate,
                object,
                uses: Vec::new(),
            }),
            Attached::Members { .. } => None,
        })
        .collect()
}

/// Returns the keys of a record: every combination of the values of its expressions.
fn keys(
    expressions: &[Text],
    maker: &TermMaker<'_>,
    view: View<'_>,
    faults: &mut Faults,
    uses: &mut Vec<Use>,
) -> Vec<String> {
    let mut keys = vec![String::new()];
    for expression in expressions {
        let values = maker
            .producer
            .produce(expression, view, Escape::None, &mut faults.terms);
        uses.extend(values.iter().flat_map(|value| &value.uses));
        keys = keys
            .iter()
            .flat_map(|key| {
                // The length keeps ("a", "bc") and ("ab", "c") apart.
                values
                    .iter()
                    .map(move |value| format!("{key}{}:{}", value.text.len(), value.text))
            })
            .collect();
    }
    keys
}
