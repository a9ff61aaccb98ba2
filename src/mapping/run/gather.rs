//! Statements that terms bring with them, and collections that go on over records: a named head that is seen again is
//! appended to (RML-CC, section on well-formed collections), so the statements of such a collection come last.

use std::collections::BTreeMap;

use super::compound::{Attached, each};
use super::statement::{Current, Frame, Object, Output, Part, from_evidence};
use super::value::Use;
use crate::diagnostic::Result;
use crate::mapping::plan::GatherAs;
use crate::mapping::{Derivation, RecordUse, Statement, Targets};
use crate::record::Origin;

/// The collections with names, by graph (empty for the default graph), head and kind.
#[derive(Default)]
pub(super) struct Gathered(BTreeMap<(String, String, GatherAs), Collection>);

/// A collection with what it is made of.
#[derive(Default)]
struct Collection {
    /// Encoded members, each with the number of its cause.
    members: Vec<(String, usize)>,
    causes: Vec<Cause>,
    targets: Targets,
}

/// What derivations say of members.
struct Cause {
    map: usize,
    rule: usize,
    records: Vec<RecordUse>,
    values: Vec<Origin>,
    inferred: Option<String>,
}

impl Output<'_> {
    /// Hands out the statements that the subject of a triples map brings with it, in the graphs that have none of them.
    pub(super) fn of_subject(
        &mut self,
        map: usize,
        graphs: &[Part<'_>],
        (rule, attached, done): (Option<usize>, &Vec<Attached>, &mut Vec<String>),
        current: &Current<'_>,
    ) -> Result<()> {
        let (Some(rule), false) = (rule, attached.is_empty()) else {
            return Ok(());
        };
        for graph in graphs {
            if done.iter().any(|known| known == graph.text) {
                continue;
            }
            done.push(graph.text.to_owned());
            let frame = Frame::of_graphs(map, rule, std::slice::from_ref(graph));
            self.attach(frame, attached, current)?;
        }
        Ok(())
    }

    /// Hands out the statements that terms bring with them; keeps the members of collections that may go on.
    pub(super) fn attach(
        &mut self,
        frame: Frame<'_>,
        attached: &[Attached],
        current: &Current<'_>,
    ) -> Result<()> {
        for one in attached {
            for graph in frame.graphs {
                match one {
                    Attached::Statement {
                        subject,
                        predicate,
                        object,
                        uses,
                        targets,
                    } => {
                        let part = |text, uses| Part {
                            text,
                            uses,
                            targets: *targets,
                        };
                        let object = part(object.as_str(), uses);
                        let parts = [object, part(predicate, &[]), part(subject, &[]), *graph];
                        let object = Object {
                            part: object,
                            parent: None,
                            inferred: from_evidence(current),
                        };
                        self.statement(frame, parts, object, current)?;
                    }
                    Attached::Members {
                        head,
                        kind,
                        members,
                        targets,
                    } => {
                        let key = (graph.text.to_owned(), head.clone(), *kind);
                        let targets = *targets | graph.targets;
                        self.members(frame, key, (members, targets), current);
                    }
                }
            }
        }
        Ok(())
    }

    fn members(
        &mut self,
        frame: Frame<'_>,
        key: (String, String, GatherAs),
        (members, targets): (&[(String, Vec<Use>)], Targets),
        current: &Current<'_>,
    ) {
        let wanted = self.wants_derivations;
        let collection = self.gathered.0.entry(key).or_default();
        collection.targets |= targets;
        let mut cause = |uses: &[Use]| {
            collection.causes.push(Cause {
                map: frame.map,
                rule: frame.rule,
                records: current.records.to_vec(),
                values: uses
                    .iter()
                    .map(|used| current.view.origin_of(*used))
                    .collect(),
                inferred: from_evidence(current).map(str::to_owned),
            });
            collection.causes.len() - 1
        };
        // Without derivations one cause does for all.
        let first = cause(&[]);
        let causes: Vec<usize> = members
            .iter()
            .map(|(_, uses)| if wanted { cause(uses) } else { first })
            .collect();
        for ((member, _), cause) in members.iter().zip(causes) {
            collection.members.push((member.clone(), cause));
        }
    }

    /// Hands out the collections that have names, now that nothing can be appended to them.
    pub(super) fn collections(&mut self) -> Result<()> {
        for ((graph, head, kind), collection) in std::mem::take(&mut self.gathered).0 {
            each(&head, kind, collection.members.len(), |link| {
                let member = collection.members.get(link.member);
                let cause = member.map_or(0, |(_, cause)| *cause);
                let (Some(cause), Some(object)) = (
                    collection.causes.get(cause),
                    link.object.or(member.map(|(text, _)| text.as_str())),
                ) else {
                    return Ok(());
                };
                self.report.statements += 1;
                self.report.triples_maps[cause.map].statements += 1;
                self.sink.statement(
                    Statement {
                        subject: link.subject,
                        predicate: link.predicate,
                        object,
                        graph: (!graph.is_empty()).then_some(graph.as_str()),
                        targets: collection.targets,
                    },
                    Derivation {
                        rule: cause.rule,
                        records: &cause.records,
                        values: &cause.values,
                        inferred: cause.inferred.as_deref(),
                    },
                )
            })?;
        }
        Ok(())
    }
}
