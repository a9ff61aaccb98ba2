//! Inference during a build: applies [`super::rules`] to each statement as it is gathered, and to all of them at the end.

use std::collections::BTreeMap;

use super::rules::{Conclusion, INFERRED_GRAPH, Rules, chains};
use crate::record::Origin;
use crate::store::{Build, DerivationEntry, PartBuilder, RecordId, SourceRecord, Statement};

/// Name of the part that holds what follows from several statements together.
const PART: &str = "fm:inferred";

/// Applies rules and remembers what transitive properties will need.
pub(super) struct Inference {
    rules: Rules,
    /// Transitive property → (subject, object) → a record that says so.
    premises: BTreeMap<String, BTreeMap<(String, String), SourceRecord>>,
}

/// A statement that was gathered, with how it came about.
#[derive(Clone, Copy)]
pub(super) struct Premise<'p> {
    pub(super) statement: Statement<'p>,
    pub(super) ids: &'p [RecordId],
    pub(super) records: &'p [SourceRecord],
    pub(super) places: &'p [Origin],
}

impl Inference {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            premises: BTreeMap::new(),
        }
    }

    /// Returns whether nothing follows from anything.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Returns whether what follows from a statement depends on that statement alone.
    pub(super) fn is_local(&self) -> bool {
        !self.rules.has_transitive()
    }

    /// Adds what follows from a statement to the part it stands in.
    pub(super) fn apply(&mut self, premise: Premise<'_>, part: &mut PartBuilder) {
        if self.rules.is_empty() || premise.statement.graph.is_some() {
            return;
        }
        let Statement {
            subject,
            predicate,
            object,
            ..
        } = premise.statement;
        remember(
            &self.rules,
            &mut self.premises,
            (subject, predicate, object),
            premise.records,
        );
        for Conclusion {
            subject,
            predicate,
            object,
            by,
        } in self.rules.conclusions(subject, predicate, object)
        {
            let rule = part.rule(&self.rules.axioms[by.axiom]);
            part.add(
                Statement {
                    subject,
                    predicate,
                    object,
                    graph: Some(INFERRED_GRAPH),
                },
                DerivationEntry {
                    rule,
                    records: premise.ids,
                    places: premise.places,
                    inferred: Some(&by.how),
                },
            );
            remember(
                &self.rules,
                &mut self.premises,
                (subject, predicate, object),
                premise.records,
            );
        }
    }

    /// Adds what follows from several statements together.
    pub(super) fn finish(self, build: &mut Build) {
        for (predicate, premises) in &self.premises {
            let Some(axiom) = self.rules.transitive(predicate) else {
                continue;
            };
            let pairs = premises.keys().cloned().collect();
            for (from, to, way) in chains(&pairs) {
                let part = build.part(PART);
                let rule = part.rule(&self.rules.axioms[axiom]);
                let mut here = &from;
                let mut records = Vec::with_capacity(way.len());
                for next in &way {
                    if let Some(record) = premises.get(&(here.clone(), next.clone())) {
                        records.push(part.record(record));
                    }
                    here = next;
                }
                let how = &self.rules.axioms[axiom].name;
                part.add(
                    Statement {
                        subject: &from,
                        predicate,
                        object: &to,
                        graph: Some(INFERRED_GRAPH),
                    },
                    DerivationEntry {
                        rule,
                        records: &records,
                        places: &[],
                        inferred: Some(how),
                    },
                );
            }
        }
    }
}

fn remember(
    rules: &Rules,
    premises: &mut BTreeMap<String, BTreeMap<(String, String), SourceRecord>>,
    (subject, predicate, object): (&str, &str, &str),
    records: &[SourceRecord],
) {
    if rules.transitive(predicate).is_none() || object.starts_with('"') {
        return;
    }
    let Some(record) = records.first() else {
        return;
    };
    let known = premises.entry(predicate.to_owned()).or_default();
    known
        .entry((subject.to_owned(), object.to_owned()))
        .or_insert_with(|| record.clone());
}
