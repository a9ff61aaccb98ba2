//! Terms that are more than a text: collections, quoted triples, subjects of parents, and terms under a condition.

use super::build::Builder;
use super::{PlannedObject, TermForm, TermProgram, Text};
use crate::mapping::checked::{Gather, ObjectMap, Quoted, RefObjectMap};
use crate::mapping::run::encode;

/// The forms of a compound term.
#[derive(Clone, Debug)]
pub(in crate::mapping) enum Compound {
    /// The subjects of the parent's records whose keys are equal: index of the join and the child's side of it.
    Parents(usize, Vec<Text>),
    /// The head of a collection or container.
    Gather(GatherProgram),
    /// Reifiers of the triples of another triples map.
    Quoted(QuotedProgram),
    /// The term once for each time that the condition holds.
    When(Text, TermForm),
}

/// What a gather map makes (`rml:gatherAs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GatherAs {
    /// `rdf:List`.
    List,
    /// `rdf:Bag`.
    Bag,
    /// `rdf:Seq`.
    Seq,
    /// `rdf:Alt`.
    Alt,
}

/// How to make a collection or container.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct GatherProgram {
    /// Tells such terms apart, as for fresh blank nodes.
    pub(in crate::mapping) number: usize,
    /// The name of the head; a fresh blank node otherwise.
    pub(in crate::mapping) head: Option<TermProgram>,
    pub(in crate::mapping) members: Vec<TermProgram>,
    pub(in crate::mapping) kind: GatherAs,
    /// `rml:cartesianProduct`: a collection for each combination of members, not one of all.
    pub(in crate::mapping) product: bool,
    pub(in crate::mapping) allow_empty: bool,
    /// Whether the collection is that of another triples map, which makes its members.
    pub(in crate::mapping) borrowed: bool,
}

/// How to make the triples of another triples map.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct QuotedProgram {
    pub(in crate::mapping) subject: TermProgram,
    /// Encoded classes.
    pub(in crate::mapping) classes: Vec<String>,
    /// Predicates and objects of each predicate-object map.
    pub(in crate::mapping) properties: Vec<(Vec<TermProgram>, Vec<TermProgram>)>,
}

impl Builder<'_> {
    /// Plans a collection or container.
    pub(super) fn gather(
        &mut self,
        gather: &Gather,
        source: usize,
        base: Option<&str>,
    ) -> TermForm {
        self.fresh += 1;
        let number = self.fresh;
        let head = gather
            .head
            .as_ref()
            .map(|head| self.term(head, source, base));
        let members = gather
            .members
            .iter()
            .map(|member| self.member(member, source, base))
            .collect();
        TermForm::Compound(Box::new(Compound::Gather(GatherProgram {
            number,
            head,
            members,
            kind: gather.kind,
            product: gather.product,
            allow_empty: gather.allow_empty,
            borrowed: false,
        })))
    }

    /// Plans the subject of a triples map, for itself or, with `borrowed`, as an object of another. What is fresh for
    /// each record is the same node in both.
    pub(super) fn subject(&mut self, map: usize, source: usize, borrowed: bool) -> TermProgram {
        let planned = &self.mapping.triples_maps[map];
        let mut term = self.term(&planned.subject, source, planned.base.as_deref());
        match &mut term.form {
            TermForm::Fresh(number) => {
                *number = *self.subjects.entry(map).or_insert(*number);
            }
            TermForm::Compound(compound) => {
                if let Compound::Gather(gather) = &mut **compound {
                    gather.number = *self.subjects.entry(map).or_insert(gather.number);
                    gather.borrowed = borrowed;
                }
            }
            _ => {}
        }
        term
    }

    /// Plans the triples of another triples map.
    pub(super) fn quoted(&mut self, quoted: &Quoted, child: usize) -> TermForm {
        let joined = !quoted.conditions.is_empty();
        let source = if joined {
            self.source_of[quoted.parent]
        } else {
            child
        };
        let map = &self.mapping.triples_maps[quoted.parent];
        let base = map.base.as_deref();
        let properties = map
            .predicate_objects
            .iter()
            .map(|found| {
                let predicates = found
                    .predicates
                    .iter()
                    .map(|predicate| self.term(predicate, source, base))
                    .collect();
                let objects = found
                    .objects
                    .iter()
                    .map(|object| self.member(object, source, base))
                    .collect();
                (predicates, objects)
            })
            .collect();
        let program = QuotedProgram {
            subject: self.subject(quoted.parent, source, true),
            classes: map
                .classes
                .iter()
                .map(|class| encode::iri(&class.iri))
                .collect(),
            properties,
        };
        let form = TermForm::Compound(Box::new(Compound::Quoted(program)));
        if !joined {
            return form;
        }
        let term = TermProgram {
            place: map.place.clone(),
            form,
            inferred: None,
            targets: 0,
        };
        let (join, keys) = self.join_to(term, quoted.parent, &quoted.conditions, child);
        TermForm::Compound(Box::new(Compound::Parents(join, keys)))
    }

    /// Plans an object as a term.
    fn member(&mut self, object: &ObjectMap, source: usize, base: Option<&str>) -> TermProgram {
        match object {
            ObjectMap::Term(term) => self.term(term, source, base),
            ObjectMap::Join(join) => self.parents(join, source),
        }
    }

    fn parents(&mut self, join: &RefObjectMap, source: usize) -> TermProgram {
        match self.join(join, source) {
            PlannedObject::Term(term) => *term,
            PlannedObject::Join(number, keys) => TermProgram {
                place: join.place.clone(),
                form: TermForm::Compound(Box::new(Compound::Parents(number, keys))),
                inferred: None,
                targets: 0,
            },
        }
    }
}
