//! The statements of one triples map for one record.

use super::Report;
use super::TriplesMapReport;
use super::alike::Alike;
use super::compound::{Attached, differs_by_graph};
use super::encode;
use super::finding::{bad_value, slug_clash};
use super::gather::Gathered;
use super::join::Detail;
use super::term::{Faults, TermMaker, Terms};
use super::value::{Produced, Use, View};
use crate::diagnostic::Result;
use crate::mapping::plan::{
    Escape, Plan, PlannedObject, PlannedPredicateObject, TermProgram, Text,
};
use crate::mapping::vocabulary::RDF_TYPE;
use crate::mapping::{Derivation, RecordUse, Sink, Statement, Targets};
use crate::record::Origin;

/// Buffers that are used again for every record.
#[derive(Default)]
pub(super) struct Buffers {
    subjects: Terms,
    subject_graphs: Terms,
    predicates: Terms,
    objects: Terms,
    graphs: Terms,
    /// Statements of the subject itself, and the graphs they are in already.
    of_subject: Vec<Attached>,
    of_subject_in: Vec<String>,
}

/// The names that stand for the default graph, whatever makes them (RML-Core, graph maps).
const DEFAULT_GRAPH_NAMES: [&str; 2] = [
    "<http://w3id.org/rml/defaultGraph>",
    "<http://www.w3.org/ns/r2rml#defaultGraph>",
];

/// The default graph, which has no name.
const DEFAULT_GRAPH: &[Part<'static>] = &[Part {
    text: "",
    uses: &[],
    targets: 0,
}];

/// A record at hand.
#[derive(Clone, Copy)]
pub(super) struct Current<'r> {
    pub(super) view: View<'r>,
    /// The record as derivations tell of it; empty when nobody wants to know.
    pub(super) records: &'r [RecordUse],
}

/// A term with the values it was made of.
#[derive(Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) text: &'t str,
    pub(super) uses: &'t [Use],
    /// Where statements with it go.
    pub(super) targets: Targets,
}

impl Terms {
    fn part(&self, index: usize) -> Part<'_> {
        Part {
            text: self.text(index),
            uses: self.uses(index),
            targets: self.targets(index),
        }
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        (0..self.len()).map(|index| self.part(index))
    }
}

/// What one object is, before predicates, subjects and graphs are set beside it.
#[derive(Clone, Copy)]
pub(super) struct Object<'t> {
    pub(super) part: Part<'t>,
    /// What is known of the parent, if the object comes of a join.
    pub(super) parent: Option<Option<&'t Detail>>,
    pub(super) inferred: Option<&'t str>,
}

/// What the objects of one rule share.
#[derive(Clone, Copy)]
pub(super) struct Frame<'t> {
    pub(super) map: usize,
    pub(super) rule: usize,
    pub(super) subjects: &'t Terms,
    pub(super) predicates: &'t Terms,
    pub(super) graphs: &'t [Part<'t>],
}

/// No terms, for frames that only say where statements belong.
static NO_TERMS: Terms = Terms::none();

impl<'t> Frame<'t> {
    /// Returns a frame that only says which rule is at work in which graphs.
    pub(super) fn of_graphs(map: usize, rule: usize, graphs: &'t [Part<'t>]) -> Self {
        Self {
            map,
            rule,
            subjects: &NO_TERMS,
            predicates: &NO_TERMS,
            graphs,
        }
    }
}

/// Hands statements to the sink and counts them.
pub(super) struct Output<'a> {
    pub(super) sink: &'a mut dyn Sink,
    pub(super) wants_derivations: bool,
    pub(super) report: Report,
    uses: Vec<Use>,
    values: Vec<Origin>,
    records: Vec<RecordUse>,
    pub(super) gathered: Gathered,
    alike: Alike,
}

impl<'a> Output<'a> {
    pub(super) fn new(plan: &Plan, sink: &'a mut dyn Sink) -> Self {
        let triples_maps = plan
            .maps
            .iter()
            .map(|map| TriplesMapReport {
                name: map.name.clone(),
                place: map.place.clone(),
                rules: map.classes.len() + map.predicate_objects.len(),
                ..TriplesMapReport::default()
            })
            .collect();
        Self {
            wants_derivations: sink.wants_derivations(),
            sink,
            report: Report {
                triples_maps,
                ..Report::default()
            },
            uses: Vec::new(),
            values: Vec::new(),
            records: Vec::new(),
            gathered: Gathered::default(),
            alike: Alike::default(),
        }
    }

    /// Hands out the statements of one object: every predicate, subject and graph.
    fn object(
        &mut self,
        frame: Frame<'_>,
        object: Object<'_>,
        current: &Current<'_>,
    ) -> Result<()> {
        for subject in frame.subjects.parts() {
            for predicate in frame.predicates.parts() {
                for graph in frame.graphs {
                    let parts = [object.part, predicate, subject, *graph];
                    self.statement(frame, parts, object, current)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn statement(
        &mut self,
        frame: Frame<'_>,
        parts: [Part<'_>; 4],
        object: Object<'_>,
        current: &Current<'_>,
    ) -> Result<()> {
        let [_, predicate, subject, graph] = parts;
        self.report.statements += 1;
        self.report.triples_maps[frame.map].statements += 1;
        self.values.clear();
        self.records.clear();
        if self.wants_derivations {
            self.trace(&parts, object.parent.flatten(), current);
        }
        self.sink.statement(
            Statement {
                subject: subject.text,
                predicate: predicate.text,
                object: object.part.text,
                graph: (!graph.text.is_empty()).then_some(graph.text),
                targets: parts.iter().fold(0, |all, part| all | part.targets),
            },
            Derivation {
                rule: frame.rule,
                records: match object.parent {
                    Some(_) => &self.records,
                    None => current.records,
                },
                values: &self.values,
                inferred: object.inferred,
            },
        )
    }

    /// Collects the places of the values a statement was made of, each once.
    fn trace(&mut self, parts: &[Part<'_>], parent: Option<&Detail>, current: &Current<'_>) {
        if let Some(parent) = parent {
            self.values.extend_from_slice(&parent.values);
            self.records.extend_from_slice(current.records);
            self.records.extend(parent.record.clone());
        }
        self.uses.clear();
        for used in parts.iter().flat_map(|part| part.uses) {
            if !self.uses.contains(used) {
                self.uses.push(*used);
                self.values.push(current.view.origin_of(*used));
            }
        }
    }

    /// Says what went wrong.
    fn report_faults(&mut self, faults: Faults, view: View<'_>) {
        for fault in faults.terms {
            self.sink.finding(bad_value(fault, view));
        }
        for clash in faults.clashes {
            self.sink.finding(slug_clash(clash, view));
        }
    }

    /// Makes the terms of a program and says what went wrong with them.
    fn make(
        &mut self,
        maker: &mut TermMaker<'_>,
        program: &TermProgram,
        view: View<'_>,
        into: &mut Terms,
    ) {
        let mut faults = Faults::default();
        maker.make(program, view, into, &mut faults);
        self.report_faults(faults, view);
    }

    /// Makes the texts of an expression and says what went wrong with them.
    fn produce(
        &mut self,
        maker: &TermMaker<'_>,
        text: Option<&Text>,
        view: View<'_>,
    ) -> Vec<Produced> {
        let Some(text) = text else {
            return Vec::new();
        };
        let mut faults = Faults::default();
        let made = maker
            .producer
            .produce(text, view, Escape::None, &mut faults.terms);
        self.report_faults(faults, view);
        made
    }
}

/// What makes statements of records: the plan, the maker of terms, and where statements go.
pub(super) struct Maps<'a> {
    pub(super) plan: &'a Plan,
    pub(super) maker: TermMaker<'a>,
    pub(super) output: Output<'a>,
}

impl Maps<'_> {
    /// Makes the statements of a triples map for a record.
    pub(super) fn record(
        &mut self,
        index: usize,
        current: &Current<'_>,
        buffers: &mut Buffers,
    ) -> Result<()> {
        let map = &self.plan.maps[index];
        let (maker, output) = (&mut self.maker, &mut self.output);
        output.report.triples_maps[index].records += 1;
        buffers.subjects.clear();
        output.make(maker, &map.subject, current.view, &mut buffers.subjects);
        buffers.of_subject.clear();
        buffers.of_subject.append(&mut maker.attached);
        buffers.of_subject_in.clear();
        if buffers.subjects.len() == 0 {
            return Ok(());
        }
        buffers.subject_graphs.clear();
        for graph in &map.graphs {
            output.make(maker, graph, current.view, &mut buffers.subject_graphs);
        }
        if !map.classes.is_empty() {
            buffers.predicates.clear();
            buffers.predicates.push(&encode::iri(RDF_TYPE));
            buffers.graphs.clear();
            let union = union(&buffers.subject_graphs, &buffers.graphs);
            let graphs = if map.graphs.is_empty() {
                DEFAULT_GRAPH
            } else {
                &union
            };
            let of_subject = (
                map.subject_rule,
                &buffers.of_subject,
                &mut buffers.of_subject_in,
            );
            output.of_subject(index, graphs, of_subject, current)?;
            for (rule, class) in &map.classes {
                let frame = Frame {
                    map: index,
                    rule: *rule,
                    subjects: &buffers.subjects,
                    predicates: &buffers.predicates,
                    graphs,
                };
                let object = Object {
                    part: Part {
                        text: class,
                        uses: &[],
                        targets: 0,
                    },
                    parent: None,
                    inferred: from_evidence(current),
                };
                output.object(frame, object, current)?;
            }
        }
        for found in &map.predicate_objects {
            self.predicate_object(index, found, current, buffers)?;
        }
        if !buffers.of_subject.is_empty() && buffers.of_subject_in.is_empty() {
            buffers.graphs.clear();
            let union = union(&buffers.subject_graphs, &buffers.graphs);
            let graphs = if map.graphs.is_empty() {
                DEFAULT_GRAPH
            } else {
                &union
            };
            let of_subject = (
                map.subject_rule,
                &buffers.of_subject,
                &mut buffers.of_subject_in,
            );
            self.output.of_subject(index, graphs, of_subject, current)?;
        }
        Ok(())
    }

    fn predicate_object(
        &mut self,
        index: usize,
        found: &PlannedPredicateObject,
        current: &Current<'_>,
        buffers: &mut Buffers,
    ) -> Result<()> {
        let view = current.view;
        let (maker, output) = (&mut self.maker, &mut self.output);
        let Buffers {
            subjects,
            subject_graphs,
            predicates,
            objects,
            graphs,
            of_subject,
            of_subject_in,
        } = buffers;
        predicates.clear();
        for predicate in &found.predicates {
            output.make(maker, predicate, view, predicates);
        }
        graphs.clear();
        for graph in &found.graphs {
            output.make(maker, graph, view, graphs);
        }
        let unnamed = found.graphs.is_empty() && self.plan.maps[index].graphs.is_empty();
        let union = union(subject_graphs, graphs);
        let frame = Frame {
            map: index,
            rule: found.rule,
            subjects,
            predicates,
            graphs: if unnamed { DEFAULT_GRAPH } else { &union },
        };
        let of_subject = (
            self.plan.maps[index].subject_rule,
            &*of_subject,
            of_subject_in,
        );
        output.of_subject(index, frame.graphs, of_subject, current)?;
        output.attach(frame, &std::mem::take(&mut maker.attached), current)?;
        let remarks = output.produce(maker, found.inferred.as_ref(), view);
        for (number, object) in found.objects.iter().enumerate() {
            match object {
                PlannedObject::Term(program) if differs_by_graph(program) => {
                    for graph in frame.graphs {
                        maker.graph = (!graph.text.is_empty()).then(|| graph.text.to_owned());
                        objects.clear();
                        output.make(maker, program, view, objects);
                        maker.graph = None;
                        let frame = Frame {
                            graphs: std::slice::from_ref(graph),
                            ..frame
                        };
                        output.attach(frame, &std::mem::take(&mut maker.attached), current)?;
                        for part in objects.parts() {
                            let inferred = remark(current, [&remarks, &[]], part.uses);
                            let object = Object {
                                part,
                                parent: None,
                                inferred: inferred.as_deref(),
                            };
                            output.object(frame, object, current)?;
                        }
                    }
                }
                PlannedObject::Term(program) => {
                    objects.clear();
                    output.make(maker, program, view, objects);
                    if !maker.attached.is_empty() {
                        output.attach(frame, &std::mem::take(&mut maker.attached), current)?;
                    }
                    let own_remarks = output.produce(maker, program.inferred.as_ref(), view);
                    for part in objects.parts() {
                        let inferred = remark(current, [&remarks, &own_remarks], part.uses);
                        let object = Object {
                            part,
                            parent: None,
                            inferred: inferred.as_deref(),
                        };
                        output.object(frame, object, current)?;
                    }
                }
                PlannedObject::Join(join, keys) => {
                    let mut faults = Faults::default();
                    let mut uses = Vec::new();
                    let maker = &*maker;
                    let index = &maker.joins[*join];
                    let groups = index.groups(keys, maker, view, &mut faults, &mut uses);
                    output.report_faults(faults, view);
                    let parents = index.parents_in(&groups);
                    let quotes = |record: &RecordUse| record.evidence.is_some();
                    // A statement whose passage is missing is left out, and then others have to tell of it.
                    let alike = output.wants_derivations
                        && parents.len() > 1
                        && !index.quotes
                        && !current.records.iter().any(quotes);
                    let most = if alike {
                        output.alike.parents(frame, number, &groups)
                    } else {
                        usize::MAX
                    };
                    for parent in parents.take(most) {
                        if let Some(detail) = parent.detail {
                            output.attach(frame, &detail.attached, current)?;
                        }
                        let inferred = remark(current, [&remarks, &[]], &uses);
                        let object = Object {
                            part: Part {
                                text: &parent.subject,
                                uses: &uses,
                                targets: 0,
                            },
                            parent: Some(parent.detail),
                            inferred: inferred.as_deref(),
                        };
                        output.object(frame, object, current)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Returns the graphs of the subject and of the predicate-object map, each once.
fn union<'t>(of_subject: &'t Terms, own: &'t Terms) -> Vec<Part<'t>> {
    let mut found: Vec<Part<'_>> = Vec::new();
    for mut graph in of_subject.parts().chain(own.parts()) {
        if DEFAULT_GRAPH_NAMES.contains(&graph.text) {
            graph.text = "";
        }
        if !found.iter().any(|known| known.text == graph.text) {
            found.push(graph);
        }
    }
    found
}

/// Returns the remark of a curated record on what in it was inferred.
pub(super) fn from_evidence<'r>(current: &Current<'r>) -> Option<&'r str> {
    let evidence = current.records.first()?.evidence.as_ref()?;
    evidence.inferred.as_deref()
}

/// Returns what was inferred of an object: the remarks that were made of its values where there are several.
fn remark(current: &Current<'_>, remarks: [&[Produced]; 2], uses: &[Use]) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    let chosen = remarks.into_iter().filter_map(|remarks| {
        remarks
            .iter()
            .find(|remark| remark.uses.iter().any(|used| uses.contains(used)))
            .or_else(|| remarks.first())
            .map(|remark| remark.text.as_str())
    });
    for word in chosen.chain(from_evidence(current)) {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    (!words.is_empty()).then(|| words.join("; "))
}
