//! From a checked mapping to a plan.

use std::collections::BTreeMap;

use oxiri::Iri;

use super::{
    Compound, Escape, IriProgram, LiteralProgram, Plan, PlannedBody, PlannedJoin, PlannedMap,
    PlannedObject, PlannedPredicateObject, PlannedReference, PlannedSource, Suffix, TermForm,
    TermProgram, Text, TextCall, TextForm, TextPiece, UserText,
};
use crate::diagnostic::Place;
use crate::mapping::checked::{
    Constant, Expression, Form, JoinCondition, Mapping, ObjectMap, Piece, RefObjectMap, TermKind,
    TermMap, TriplesMap, UserBody, UserCall, UserParameter,
};
use crate::mapping::run::encode;
use crate::mapping::vocabulary::{RML, XSD};
use crate::mapping::{FileForm, LogicalSource, LogicalTarget, Rule, Targets};
use crate::record::Natural;
use crate::sparql::in_written_order;

/// Makes a plan of a checked mapping.
pub fn plan(mapping: &Mapping) -> Plan {
    let mut builder = Builder {
        mapping,
        plan: Plan::default(),
        source_of: Vec::new(),
        fresh: 0,
        subjects: BTreeMap::new(),
    };
    builder.sources();
    for (index, map) in mapping.triples_maps.iter().enumerate() {
        let planned = builder.map(index, map);
        builder.plan.maps.push(planned);
    }
    builder.views();
    builder.order();
    builder.plan
}

pub(super) struct Builder<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) plan: Plan,
    /// The source of each triples map.
    pub(super) source_of: Vec<usize>,
    pub(super) fresh: usize,
    /// The number of the fresh node that is the subject of a triples map.
    pub(super) subjects: BTreeMap<usize, usize>,
}

impl Builder<'_> {
    fn sources(&mut self) {
        for (index, map) in self.mapping.triples_maps.iter().enumerate() {
            let known = self
                .plan
                .sources
                .iter()
                .position(|planned| planned.source.reads_the_same_as(&map.source));
            let source = known.unwrap_or_else(|| self.source(&map.source));
            if map.asserted {
                self.plan.sources[source].maps.push(index);
            }
            self.source_of.push(source);
        }
    }

    fn source(&mut self, source: &LogicalSource) -> usize {
        self.plan.sources.push(PlannedSource {
            source: source.clone(),
            references: Vec::new(),
            maps: Vec::new(),
            evidence: None,
        });
        let index = self.plan.sources.len() - 1;
        if let Some(evidence) = &source.evidence {
            let columns = [
                Some(&evidence.quote),
                Some(&evidence.source),
                evidence.occurrence.as_ref(),
                evidence.inferred.as_ref(),
            ];
            let columns = columns.map(|column| {
                column.map(|name| self.reference(index, name, &source.file.declared))
            });
            self.plan.sources[index].evidence = Some(columns);
        }
        index
    }

    /// Returns the number of a reference in its source.
    fn reference(&mut self, source: usize, name: &str, place: &Place) -> usize {
        let references = &mut self.plan.sources[source].references;
        match references
            .iter()
            .position(|reference| reference.name == name)
        {
            Some(known) => {
                if !references[known].places.contains(place) {
                    references[known].places.push(place.clone());
                }
                known
            }
            None => {
                references.push(PlannedReference {
                    name: name.to_owned(),
                    places: vec![place.clone()],
                });
                references.len() - 1
            }
        }
    }

    fn rule(&mut self, map: &TriplesMap, place: &Place) -> usize {
        self.plan.rules.push(Rule {
            name: map.name.clone(),
            place: place.clone(),
        });
        self.plan.rules.len() - 1
    }

    fn map(&mut self, index: usize, map: &TriplesMap) -> PlannedMap {
        let source = self.source_of[index];
        let base = map.base.as_deref();
        let subject = self.subject(index, source, false);
        let bare = TriplesMap {
            classes: Vec::new(),
            predicate_objects: Vec::new(),
            ..map.clone()
        };
        // What is not asserted is there to be quoted only.
        let map = if map.asserted { map } else { &bare };
        let classes = map
            .classes
            .iter()
            .map(|class| (self.rule(map, &class.place), encode::iri(&class.iri)))
            .collect();
        PlannedMap {
            name: map.name.clone(),
            place: map.place.clone(),
            subject_rule: matches!(subject.form, TermForm::Compound(_))
                .then(|| self.rule(map, &map.subject.place)),
            subject,
            graphs: self.graphs(&map.graphs, source, base),
            classes,
            predicate_objects: map
                .predicate_objects
                .iter()
                .map(|found| PlannedPredicateObject {
                    rule: self.rule(map, &found.place),
                    predicates: found
                        .predicates
                        .iter()
                        .map(|predicate| self.term(predicate, source, base))
                        .collect(),
                    objects: found
                        .objects
                        .iter()
                        .map(|object| match object {
                            ObjectMap::Term(term) => {
                                PlannedObject::Term(Box::new(self.term(term, source, base)))
                            }
                            ObjectMap::Join(join) => self.join(join, source),
                        })
                        .collect(),
                    graphs: self.graphs(&found.graphs, source, base),
                    inferred: found
                        .inferred
                        .as_ref()
                        .map(|inferred| self.text(inferred, source)),
                })
                .collect(),
        }
    }

    fn graphs(
        &mut self,
        graphs: &[TermMap],
        source: usize,
        base: Option<&str>,
    ) -> Vec<TermProgram> {
        graphs
            .iter()
            .map(|graph| {
                let mut program = self.term(graph, source, base);
                if let Form::Constant(Constant::Iri(iri)) = &graph.expression.form
                    && graph.condition.is_none()
                    && iri.strip_prefix(RML) == Some("defaultGraph")
                {
                    program.form = TermForm::Fixed(String::new());
                }
                program
            })
            .collect()
    }

    pub(super) fn join(&mut self, join: &RefObjectMap, child: usize) -> PlannedObject {
        if join.conditions.is_empty() {
            let mut subject = self.subject(join.parent, child, true);
            // As an object it goes where the child's statements go.
            subject.targets = 0;
            return PlannedObject::Term(Box::new(subject));
        }
        let subject = self.subject(join.parent, self.source_of[join.parent], true);
        let (join, keys) = self.join_to(subject, join.parent, &join.conditions, child);
        PlannedObject::Join(join, keys)
    }

    /// Plans the join with the terms that a parent makes; returns its number and the child's side of it.
    pub(super) fn join_to(
        &mut self,
        subject: TermProgram,
        parent: usize,
        conditions: &[JoinCondition],
        child: usize,
    ) -> (usize, Vec<Text>) {
        let source = self.source_of[parent];
        let (child_keys, keys) = conditions
            .iter()
            .map(|condition| {
                (
                    self.text(&condition.child, child),
                    self.text(&condition.parent, source),
                )
            })
            .unzip();
        self.plan.joins.push(PlannedJoin {
            source,
            child,
            keys,
            subject,
            ahead: false,
        });
        (self.plan.joins.len() - 1, child_keys)
    }

    pub(super) fn term(
        &mut self,
        term: &TermMap,
        source: usize,
        base: Option<&str>,
    ) -> TermProgram {
        let form = match (&term.expression.form, &term.kind) {
            (Form::Gather(gather), _) => self.gather(gather, source, base),
            (Form::Quoted(quoted), _) => self.quoted(quoted, source),
            (Form::Constant(constant), _) => TermForm::Fixed(encode::constant(constant)),
            (Form::Fresh, _) => {
                self.fresh += 1;
                TermForm::Fresh(self.fresh)
            }
            (_, TermKind::BlankNode) => TermForm::BlankNode(self.text(&term.expression, source)),
            (_, TermKind::Iri) => self.iri(term, source, base, Escape::Iri, false),
            (_, TermKind::Uri) => self.iri(term, source, base, Escape::Uri, false),
            (_, TermKind::UnsafeIri) => self.iri(term, source, base, Escape::None, true),
            (_, kind) => {
                let suffix = match kind {
                    TermKind::LanguageLiteral(language) => match &language.form {
                        Form::Constant(constant) => {
                            Suffix::Language(constant.text().to_ascii_lowercase())
                        }
                        _ => Suffix::LanguageOf(self.text(language, source)),
                    },
                    TermKind::TypedLiteral(datatype) => match &datatype.expression.form {
                        Form::Constant(constant) if datatype.condition.is_none() => {
                            Suffix::Datatype(constant.text().to_owned())
                        }
                        _ => Suffix::DatatypeOf(Box::new(self.term(datatype, source, base))),
                    },
                    _ => Suffix::Natural,
                };
                TermForm::Literal(LiteralProgram {
                    text: self.text(&term.expression, source),
                    suffix,
                })
            }
        };
        let form = match &term.condition {
            None => form,
            Some(condition) => {
                let condition = self.text(condition, source);
                TermForm::Compound(Box::new(Compound::When(condition, form)))
            }
        };
        let targets = self.targets(&term.targets);
        TermProgram {
            place: term.place.clone(),
            form,
            targets,
            inferred: term
                .inferred
                .as_ref()
                .map(|inferred| self.text(inferred, source)),
        }
    }

    /// Returns the bits of targets; two that write the same way to the same file are one.
    fn targets(&mut self, targets: &[LogicalTarget]) -> Targets {
        let mut bits = 0;
        for target in targets {
            let same = |known: &LogicalTarget| {
                let placed = FileForm {
                    declared: target.file.declared.clone(),
                    ..known.file.clone()
                };
                placed == target.file && known.serialization == target.serialization
            };
            let number = self.plan.targets.iter().position(same).unwrap_or_else(|| {
                self.plan.targets.push(target.clone());
                self.plan.targets.len() - 1
            });
            match u32::try_from(number)
                .ok()
                .and_then(|number| Targets::checked_shl(1, number))
            {
                Some(bit) => bits |= bit,
                None => self.plan.excess = Some(target.file.declared.clone()),
            }
        }
        bits
    }

    fn iri(
        &mut self,
        term: &TermMap,
        source: usize,
        base: Option<&str>,
        escape: Escape,
        unchecked: bool,
    ) -> TermForm {
        TermForm::Iri(IriProgram {
            safe: match escape {
                Escape::None => false,
                Escape::Uri => is_safe(&term.expression.form) && is_ascii(&term.expression.form),
                _ => is_safe(&term.expression.form),
            },
            text: self.text(&term.expression, source),
            escape,
            unchecked,
            base: base.map(str::to_owned),
        })
    }

    pub(super) fn text(&mut self, expression: &Expression, source: usize) -> Text {
        let place = &expression.place;
        let form = match &expression.form {
            Form::Constant(constant) => {
                TextForm::Constant(constant.text().to_owned(), natural(constant))
            }
            // A value is none of these; the checker lets only terms be.
            Form::Fresh | Form::Gather(_) | Form::Quoted(_) => {
                TextForm::Constant(String::new(), Natural::Text)
            }
            Form::UserCall(call) => TextForm::User(Box::new(self.user_text(call, source))),
            Form::When(condition, value) => TextForm::When(
                Box::new(self.text(condition, source)),
                Box::new(self.text(value, source)),
            ),
            Form::Reference(name) => TextForm::Reference(self.reference(source, name, place)),
            Form::Template(pieces) => TextForm::Template(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => TextPiece::Text(text.clone()),
                        Piece::Reference(name) => {
                            TextPiece::Reference(self.reference(source, name, place))
                        }
                    })
                    .collect(),
            ),
            Form::Call(call) => TextForm::Call(Box::new(TextCall {
                function: call.function,
                inputs: call
                    .inputs
                    .iter()
                    .map(|(parameter, input)| (*parameter, self.text(input, source)))
                    .collect(),
                pattern: call.pattern.clone(),
                output: call.output,
                table: call.table.as_ref().map(|table| {
                    let known = self.plan.tables.iter().position(|known| {
                        known.source.reads_the_same_as(&table.source)
                            && known.from == table.from
                            && known.to == table.to
                    });
                    known.unwrap_or_else(|| {
                        self.plan.tables.push(table.clone());
                        self.plan.tables.len() - 1
                    })
                }),
            })),
        };
        Text {
            place: place.clone(),
            form,
        }
    }

    fn user_text(&mut self, call: &UserCall, source: usize) -> UserText {
        let function = &call.function;
        let inputs = call
            .inputs
            .iter()
            .map(|(parameter, input)| (*parameter, self.text(input, source)))
            .collect();
        let body = match &function.body {
            UserBody::Sparql(query) => {
                PlannedBody::Sparql(Box::new(in_written_order(query.as_ref().clone())))
            }
            UserBody::Expression(body) => {
                // Its references are parameters: it needs a scope of its own, whatever the source.
                let own = self.plan.sources[source].source.clone();
                let (text, references) = self.scoped(&own, |builder| builder.text(body, 0));
                let parameter = |reference: &PlannedReference| {
                    let named = |one: &UserParameter| one.local == reference.name;
                    function.parameters.iter().position(named)
                };
                PlannedBody::Text(text, references.iter().map(parameter).collect())
            }
        };
        UserText {
            parameters: function.parameters.clone(),
            inputs,
            body,
        }
    }

    /// Orders the sources so that parents come before children; where that cannot be, the join reads ahead.
    fn order(&mut self) {
        let mut order: Vec<usize> = Vec::new();
        let mut entered = vec![false; self.plan.sources.len()];
        for source in 0..self.plan.sources.len() {
            self.visit(source, &mut entered, &mut order);
        }
        let mut position = vec![0; order.len()];
        for (place, source) in order.iter().enumerate() {
            position[*source] = place;
        }
        for join in &mut self.plan.joins {
            join.source = position[join.source];
            join.child = position[join.child];
            join.ahead = join.source >= join.child;
        }
        self.plan.sources = order
            .iter()
            .map(|source| self.plan.sources[*source].clone())
            .collect();
    }

    fn visit(&self, source: usize, entered: &mut [bool], order: &mut Vec<usize>) {
        // A stack of its own: a chain of joins is as long as the mapping likes.
        let mut stack = vec![(source, false)];
        while let Some((source, done)) = stack.pop() {
            if done {
                order.push(source);
                continue;
            }
            if std::mem::replace(&mut entered[source], true) {
                continue;
            }
            stack.push((source, true));
            for join in &self.plan.joins {
                if join.child == source && !entered[join.source] {
                    stack.push((join.source, false));
                }
            }
        }
    }
}

fn natural(constant: &Constant) -> Natural {
    match constant {
        Constant::Literal {
            datatype: Some(datatype),
            ..
        } => match datatype.strip_prefix(XSD) {
            Some("integer") => Natural::Integer,
            Some("double") => Natural::Double,
            Some("boolean") => Natural::Boolean,
            _ => Natural::Text,
        },
        _ => Natural::Text,
    }
}

/// Returns whether a template has no text beyond ASCII around its values.
fn is_ascii(form: &Form) -> bool {
    let Form::Template(pieces) = form else {
        return false;
    };
    pieces
        .iter()
        .all(|piece| !matches!(piece, Piece::Text(text) if !text.is_ascii()))
}

/// Returns whether percent-encoded values can never make the template an invalid IRI: its own text is a valid absolute
/// IRI that has left scheme and authority behind before the first value.
fn is_safe(form: &Form) -> bool {
    let Form::Template(pieces) = form else {
        return false;
    };
    let Some(Piece::Text(first)) = pieces.first() else {
        return false;
    };
    let past_authority = first
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains(['/', '#', '?']));
    let whole: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Reference(_) => "a",
        })
        .collect();
    past_authority && Iri::parse(whole).is_ok()
}
