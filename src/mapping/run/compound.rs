//! Compound terms: heads of collections, reifiers of quoted triples, subjects of parents, terms under a condition.
//!
//! Such a term has statements of its own, which belong into every graph that the term is used in. They are kept as
//! [`Attached`] beside the term until the graphs are known.

use std::convert::Infallible;

use xxhash_rust::xxh3::xxh3_128;

use super::encode;
use super::term::{Faults, TermMaker, Terms};
use super::value::{Combinations, Use, View};
use crate::mapping::Targets;
use crate::mapping::plan::{
    Compound, GatherAs, GatherProgram, QuotedProgram, TermForm, TermProgram, Text,
};
use crate::mapping::vocabulary::{RDF, RDF_NIL, RDF_REIFIES, RDF_TYPE};

/// What a term brings with it.
#[derive(Clone, Debug)]
pub(super) enum Attached {
    /// A statement.
    Statement {
        subject: String,
        predicate: String,
        object: String,
        uses: Vec<Use>,
        targets: Targets,
    },
    /// Members of a collection that has a name, and so may go on in another record.
    Members {
        head: String,
        kind: GatherAs,
        members: Vec<(String, Vec<Use>)>,
        targets: Targets,
    },
}

impl Attached {
    /// Sends it where the term that brings it goes.
    fn send(&mut self, to: Targets) {
        let (Self::Statement { targets, .. } | Self::Members { targets, .. }) = self;
        *targets |= to;
    }
}

/// How quoted triples are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quoting {
    /// As RDF 1.2: a reifier, a blank node that `rdf:reifies` the triple.
    #[default]
    Reifiers,
    /// As RDF-star had it: `<< s p o >>` in the place of the term.
    Terms,
}

impl TermMaker<'_> {
    /// Appends every term that a compound form makes of a record.
    pub(super) fn compound(
        &mut self,
        program: &TermProgram,
        compound: &Compound,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        let start = self.attached.len();
        match compound {
            Compound::Parents(join, keys) => self.parents(*join, keys, view, into, faults),
            Compound::Gather(gather) => self.gather(gather, view, into, faults),
            Compound::Quoted(quoted) => self.quoted(quoted, view, into, faults),
            Compound::When(condition, form) => {
                let times = self.producer.holds(condition, view, &mut faults.terms);
                let program = TermProgram {
                    form: form.clone(),
                    ..program.clone()
                };
                for _ in 0..times {
                    self.make(&program, view, into, faults);
                }
            }
        }
        for attached in self.attached.iter_mut().skip(start) {
            attached.send(program.targets);
        }
    }

    fn parents(
        &mut self,
        join: usize,
        keys: &[Text],
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        let mut uses = Vec::new();
        let mut attached = Vec::new();
        let Some(index) = self.joins.get(join) else {
            return;
        };
        let groups = index.groups(keys, self, view, faults, &mut uses);
        for parent in index.parents_in(&groups) {
            into.push_with(&parent.subject, &uses);
            let brought = parent.detail.map(|detail| detail.attached.as_slice());
            attached.extend_from_slice(brought.unwrap_or_default());
        }
        self.attached.extend(attached);
    }

    fn gather(
        &mut self,
        gather: &GatherProgram,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        // A name that is null makes nothing, not a collection without a name.
        let heads = gather
            .head
            .as_ref()
            .map(|head| self.own(head, view, faults));
        let lists: Vec<Terms> = gather
            .members
            .iter()
            .map(|member| self.own(member, view, faults))
            .collect();
        let collections: Vec<Vec<(usize, usize)>> = if gather.product {
            let sizes: Vec<usize> = lists.iter().map(Terms::len).collect();
            if sizes.contains(&0) {
                vec![Vec::new()]
            } else {
                Combinations::new(&sizes)
                    .map(|choice| choice.into_iter().enumerate().collect())
                    .collect()
            }
        } else {
            let all = lists
                .iter()
                .enumerate()
                .flat_map(|(list, terms)| (0..terms.len()).map(move |term| (list, term)))
                .collect();
            vec![all]
        };
        for (number, collection) in collections.into_iter().enumerate() {
            if collection.is_empty() && !gather.allow_empty {
                continue;
            }
            let members: Vec<(String, Vec<Use>)> = collection
                .into_iter()
                .map(|(list, term)| {
                    (
                        lists[list].text(term).to_owned(),
                        lists[list].uses(term).to_vec(),
                    )
                })
                .collect();
            let nil = members.is_empty() && gather.kind == GatherAs::List;
            match &heads {
                _ if nil && heads.as_ref().is_none_or(|heads| heads.len() > 0) => {
                    into.push(&encode::iri(RDF_NIL));
                }
                Some(heads) => {
                    for index in 0..heads.len() {
                        let head = self.scoped(heads.text(index));
                        if !(gather.product && into.contains(&head)) {
                            into.push_with(&head, heads.uses(index));
                        }
                        if !gather.borrowed {
                            self.attached.push(Attached::Members {
                                head,
                                kind: gather.kind,
                                members: members.clone(),
                                targets: 0,
                            });
                        }
                    }
                }
                None => {
                    let mut head = String::new();
                    super::term::push_fresh(gather.number, view, &mut head);
                    if gather.product {
                        head.push_str(&format!("x{number}"));
                    }
                    into.push(&head);
                    statements(&head, gather.kind, &members, &mut self.attached);
                }
            }
        }
    }

    /// Returns the terms of a program by themselves.
    fn own(&mut self, program: &TermProgram, view: View<'_>, faults: &mut Faults) -> Terms {
        let mut terms = Terms::default();
        self.make(program, view, &mut terms, faults);
        terms
    }

    /// Returns a head as it is called in the graph at hand: a blank node belongs to one graph.
    fn scoped(&self, head: &str) -> String {
        match &self.graph {
            Some(graph) if head.starts_with("_:") => {
                format!("_:s{:x}", xxh3_128(format!("{head} {graph}").as_bytes()))
            }
            _ => head.to_owned(),
        }
    }

    fn quoted(
        &mut self,
        quoted: &QuotedProgram,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        let subjects = self.own(&quoted.subject, view, faults);
        if subjects.len() == 0 {
            return;
        }
        let mut classes = Terms::default();
        for class in &quoted.classes {
            classes.push(class);
        }
        let mut types = Terms::default();
        types.push(&encode::iri(RDF_TYPE));
        let mut properties = vec![(types, classes)];
        for (predicates, objects) in &quoted.properties {
            let mut made = (Terms::default(), Terms::default());
            for predicate in predicates {
                self.make(predicate, view, &mut made.0, faults);
            }
            for object in objects {
                self.make(object, view, &mut made.1, faults);
            }
            properties.push(made);
        }
        for (predicates, objects) in &properties {
            for subject in 0..subjects.len() {
                for predicate in 0..predicates.len() {
                    for object in 0..objects.len() {
                        let uses = [
                            objects.uses(object),
                            predicates.uses(predicate),
                            subjects.uses(subject),
                        ]
                        .concat();
                        let triple = format!(
                            "{} {} {}",
                            subjects.text(subject),
                            predicates.text(predicate),
                            objects.text(object)
                        );
                        self.reify(&triple, &uses, into);
                    }
                }
            }
        }
    }

    fn reify(&mut self, triple: &str, uses: &[Use], into: &mut Terms) {
        if self.quoting == Quoting::Terms {
            into.push_with(&format!("<< {triple} >>"), uses);
            return;
        }
        let reifier = format!("_:t{:x}", xxh3_128(triple.as_bytes()));
        into.push_with(&reifier, uses);
        self.attached.push(Attached::Statement {
            subject: reifier,
            predicate: encode::iri(RDF_REIFIES),
            object: format!("<<( {triple} )>>"),
            uses: uses.to_vec(),
            targets: 0,
        });
    }
}

/// Appends the statements that a collection consists of.
fn statements(
    head: &str,
    kind: GatherAs,
    members: &[(String, Vec<Use>)],
    into: &mut Vec<Attached>,
) {
    let Ok(()) = each(head, kind, members.len(), |link| {
        let member = members.get(link.member);
        let (object, uses) = match (link.object, member) {
            (Some(object), _) => (object, &[][..]),
            (None, Some((text, uses))) => (text.as_str(), uses.as_slice()),
            (None, None) => return Ok::<(), Infallible>(()),
        };
        into.push(Attached::Statement {
            subject: link.subject.to_owned(),
            predicate: link.predicate.to_owned(),
            object: object.to_owned(),
            uses: uses.to_vec(),
            targets: 0,
        });
        Ok(())
    });
}

/// A statement of a collection.
pub(super) struct Link<'l> {
    pub(super) subject: &'l str,
    pub(super) predicate: &'l str,
    /// The object; the member itself if there is none.
    pub(super) object: Option<&'l str>,
    /// The number of the member that the statement is there for.
    pub(super) member: usize,
}

/// Hands out the statements of a collection with that many members.
///
/// # Errors
/// What the taker refuses, at once.
pub(super) fn each<E>(
    head: &str,
    kind: GatherAs,
    members: usize,
    mut take: impl FnMut(Link<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let property = |local: &str| encode::iri(&format!("{RDF}{local}"));
    let class = match kind {
        GatherAs::List => {
            let (first, rest) = (property("first"), property("rest"));
            let nil = encode::iri(RDF_NIL);
            let cells = xxh3_128(head.as_bytes());
            let mut subject = head.to_owned();
            for member in 0..members {
                let next = if member + 1 == members {
                    nil.clone()
                } else {
                    format!("_:l{cells:x}x{}", member + 1)
                };
                for (predicate, object) in [(&first, None), (&rest, Some(next.as_str()))] {
                    take(Link {
                        subject: &subject,
                        predicate,
                        object,
                        member,
                    })?;
                }
                subject = next;
            }
            return Ok(());
        }
        GatherAs::Bag => "Bag",
        GatherAs::Seq => "Seq",
        GatherAs::Alt => "Alt",
    };
    take(Link {
        subject: head,
        predicate: &encode::iri(RDF_TYPE),
        object: Some(&property(class)),
        member: 0,
    })?;
    for member in 0..members {
        take(Link {
            subject: head,
            predicate: &property(&format!("_{}", member + 1)),
            object: None,
            member,
        })?;
    }
    Ok(())
}

/// Returns whether a term is another in each graph: a collection whose head may be a named blank node.
pub(super) fn differs_by_graph(program: &TermProgram) -> bool {
    let TermForm::Compound(compound) = &program.form else {
        return false;
    };
    match &**compound {
        Compound::Gather(gather) => {
            let blank = |head: &TermProgram| matches!(head.form, TermForm::BlankNode(_));
            gather.head.as_ref().is_some_and(blank) || gather.members.iter().any(differs_by_graph)
        }
        Compound::When(_, form) => differs_by_graph(&TermProgram {
            form: form.clone(),
            ..program.clone()
        }),
        Compound::Parents(..) | Compound::Quoted(_) => false,
    }
}
