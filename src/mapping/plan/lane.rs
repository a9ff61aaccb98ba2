//! Lanes: triples maps of the plain kind, made into small programs that write whole lines.
//!
//! A lane copies constant text and single values, nothing else. Whatever a record has beyond that (a list, a value that
//! is no valid term) is left to the general way, which is the measure of what a lane may do: both make the same lines.

use super::proof::Patterns;
use super::{
    Escape, IriProgram, LiteralProgram, Plan, PlannedMap, PlannedObject, PlannedPredicateObject,
    Suffix, TermForm, TermProgram, Text, TextForm, TextPiece,
};
use crate::mapping::run::encode;
use crate::mapping::run::lexical::Check;
use crate::mapping::vocabulary::RDF_TYPE;

/// How a triples map writes its lines.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct Lane {
    /// Index of the triples map.
    pub(in crate::mapping) map: usize,
    pub(in crate::mapping) subject: LaneTerm,
    pub(in crate::mapping) rules: Vec<LaneRule>,
    /// Whether the general way is never needed for records that hold at most one plain text for each reference.
    pub(in crate::mapping) sure: bool,
}

/// A line for each record: subject, head, what the object is, tail.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct LaneRule {
    /// From the space after the subject to where the value begins.
    pub(in crate::mapping) head: String,
    pub(in crate::mapping) object: LaneObject,
    /// From where the value ends to the line break.
    pub(in crate::mapping) tail: String,
    /// Whether another rule, of this or another triples map, may write the same line.
    pub(in crate::mapping) shared: bool,
}

/// What stands between head and tail.
#[derive(Clone, Debug)]
pub(in crate::mapping) enum LaneObject {
    /// A term.
    Term(LaneTerm),
    /// The subjects of a join, by references whose values are its key.
    Join(usize, Vec<usize>),
}

/// A term without what is constant at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mapping) enum LaneTerm {
    /// Nothing: all of it is constant.
    Fixed,
    /// Values and text between them, in an IRI.
    Iri(Vec<TextPiece>, Escape),
    /// A value that is an absolute IRI as it stands.
    WholeIri(usize),
    /// Values and text between them (escaped already), in quotes.
    Literal(Vec<TextPiece>),
    /// A value in quotes, of a datatype.
    Typed(usize, Check),
    /// A value, the quotation mark after it, and the datatype it has by nature.
    Natural(usize),
    /// A blank node named by a value.
    Blank(usize),
}

/// Returns the lanes of a plan: one for each triples map that is plain enough.
pub(in crate::mapping) fn lanes(plan: &Plan) -> Vec<Option<Lane>> {
    let patterns = Patterns::of(plan);
    plan.maps
        .iter()
        .enumerate()
        .map(|(index, map)| lane(index, map, &patterns))
        .collect()
}

/// A term in three: what is constant before, the program, what is constant after.
type Split = (String, LaneTerm, String);

fn lane(index: usize, map: &PlannedMap, patterns: &Patterns) -> Option<Lane> {
    // Every field is named, so that a new one cannot be passed over here.
    let PlannedMap {
        name: _,
        place: _,
        subject,
        subject_rule,
        graphs: of_subject,
        classes,
        predicate_objects,
    } = map;
    if subject_rule.is_some() {
        return None;
    }
    let (before, subject, after) = term(subject)?;
    let mut rules: Vec<LaneRule> = Vec::new();
    let of_subject = fixed_all(of_subject)?;
    let mut number = 0;
    let mut rule =
        |object: Option<Split>, join: Option<(usize, Vec<usize>)>, predicate: &str, graph: &str| {
            let shared = patterns.is_shared(index, number);
            number += 1;
            let graph = if graph.is_empty() {
                String::new()
            } else {
                format!(" {graph}")
            };
            let (object_before, object, object_after) = match (object, join) {
                (Some((before, term, after)), _) => (before, LaneObject::Term(term), after),
                (None, Some((join, keys))) => {
                    (String::new(), LaneObject::Join(join, keys), String::new())
                }
                (None, None) => (
                    String::new(),
                    LaneObject::Term(LaneTerm::Fixed),
                    String::new(),
                ),
            };
            rules.push(LaneRule {
                head: format!(" {predicate} {object_before}"),
                object,
                tail: format!("{object_after}{graph} .\n"),
                shared,
            });
        };
    let rdf_type = encode::iri(RDF_TYPE);
    for (_, class) in classes {
        for graph in graphs_of(&of_subject, &[]) {
            rule(
                Some((class.clone(), LaneTerm::Fixed, String::new())),
                None,
                &rdf_type,
                graph,
            );
        }
    }
    for found in predicate_objects {
        let PlannedPredicateObject {
            rule: _,
            predicates,
            objects,
            graphs,
            inferred,
        } = found;
        if inferred.is_some() {
            return None;
        }
        let predicates = fixed_all(predicates)?;
        let own = fixed_all(graphs)?;
        for object in objects {
            let (split, join) = match object {
                PlannedObject::Term(program) => (Some(term(program)?), None),
                PlannedObject::Join(join, keys) => (None, Some((*join, references(keys)?))),
            };
            for predicate in &predicates {
                for graph in graphs_of(&of_subject, &own) {
                    rule(split.clone(), join.clone(), predicate, graph);
                }
            }
        }
    }
    let subject = whole(subject, before, after)?;
    let is_sure = |rule: &LaneRule| match &rule.object {
        LaneObject::Term(term) => term.takes_any_text(),
        LaneObject::Join(..) => true,
    };
    Some(Lane {
        map: index,
        sure: subject.takes_any_text() && rules.iter().all(is_sure),
        subject,
        rules,
    })
}

/// How a join takes the parent's records in.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct JoinLane {
    pub(in crate::mapping) subject: LaneTerm,
    /// References whose values are the key.
    pub(in crate::mapping) keys: Vec<usize>,
}

/// Returns how each join takes its parents in, where the plain way will do.
pub(in crate::mapping) fn join_lanes(plan: &Plan) -> Vec<Option<JoinLane>> {
    plan.joins
        .iter()
        .map(|join| {
            let (before, subject, after) = term(&join.subject)?;
            Some(JoinLane {
                subject: whole(subject, before, after)?,
                keys: references(&join.keys)?,
            })
        })
        .collect()
}

/// Returns the subject with its beginning and its end inside.
fn whole(subject: LaneTerm, before: String, after: String) -> Option<LaneTerm> {
    Some(match subject {
        LaneTerm::Iri(mut pieces, escape) => {
            pieces.insert(0, TextPiece::Text(before));
            pieces.push(TextPiece::Text(after));
            LaneTerm::Iri(pieces, escape)
        }
        LaneTerm::Fixed => LaneTerm::Iri(vec![TextPiece::Text(before + &after)], Escape::None),
        LaneTerm::WholeIri(_) | LaneTerm::Blank(_) => subject,
        LaneTerm::Literal(_) | LaneTerm::Typed(..) | LaneTerm::Natural(_) => return None,
    })
}

/// Returns the graphs of a rule, each once; the default graph has no name.
pub(super) fn graphs_of<'g>(of_subject: &[&'g str], own: &[&'g str]) -> Vec<&'g str> {
    let mut found: Vec<&str> = Vec::new();
    for graph in of_subject.iter().chain(own) {
        if !found.contains(graph) {
            found.push(graph);
        }
    }
    if found.is_empty() {
        found.push("");
    }
    found
}

/// Returns the terms if all of them are constant.
pub(super) fn fixed_all(programs: &[TermProgram]) -> Option<Vec<&str>> {
    programs
        .iter()
        .map(|program| match program {
            TermProgram {
                place: _,
                form: TermForm::Fixed(encoded),
                inferred: None,
                targets: 0,
            } => Some(encoded.as_str()),
            _ => None,
        })
        .collect()
}

fn term(program: &TermProgram) -> Option<Split> {
    let TermProgram {
        place: _,
        form,
        inferred,
        targets,
    } = program;
    if inferred.is_some() || *targets != 0 {
        return None;
    }
    match form {
        TermForm::Fixed(encoded) => Some((encoded.clone(), LaneTerm::Fixed, String::new())),
        TermForm::Iri(iri) => self::iri(iri),
        TermForm::Literal(literal) => self::literal(literal),
        TermForm::BlankNode(Text {
            form: TextForm::Reference(reference),
            ..
        }) => Some((String::new(), LaneTerm::Blank(*reference), String::new())),
        _ => None,
    }
}

fn iri(program: &IriProgram) -> Option<Split> {
    match &program.text.form {
        TextForm::Template(pieces) if program.safe => {
            let (before, pieces, after) = split(pieces.clone());
            let term = LaneTerm::Iri(pieces, program.escape);
            Some((format!("<{before}"), term, format!("{after}>")))
        }
        TextForm::Reference(reference) if program.escape != Escape::Uri => {
            Some((String::new(), LaneTerm::WholeIri(*reference), String::new()))
        }
        _ => None,
    }
}

fn literal(program: &LiteralProgram) -> Option<Split> {
    let mut tail = String::from("\"");
    match &program.suffix {
        Suffix::Natural => {}
        Suffix::Language(tag) => encode::push_language(tag, &mut tail),
        Suffix::Datatype(datatype) => encode::push_datatype(datatype, &mut tail),
        _ => return None,
    }
    let start = String::from("\"");
    match (&program.text.form, &program.suffix) {
        (TextForm::Reference(reference), Suffix::Datatype(datatype)) => Some((
            start,
            LaneTerm::Typed(*reference, Check::of(datatype)),
            tail,
        )),
        (TextForm::Reference(reference), Suffix::Natural) => {
            Some((start, LaneTerm::Natural(*reference), String::new()))
        }
        (TextForm::Reference(reference), _) => Some((
            start,
            LaneTerm::Literal(vec![TextPiece::Reference(*reference)]),
            tail,
        )),
        (TextForm::Template(pieces), Suffix::Natural | Suffix::Language(_)) => {
            let escaped = pieces
                .iter()
                .map(|piece| match piece {
                    TextPiece::Text(text) => {
                        let mut escaped = String::new();
                        encode::push_escaped(text, &mut escaped);
                        TextPiece::Text(escaped)
                    }
                    TextPiece::Reference(reference) => TextPiece::Reference(*reference),
                })
                .collect();
            let (before, pieces, after) = split(escaped);
            Some((start + &before, LaneTerm::Literal(pieces), after + &tail))
        }
        _ => None,
    }
}

/// Returns pieces without the text at their ends, and that text.
fn split(mut pieces: Vec<TextPiece>) -> (String, Vec<TextPiece>, String) {
    let is_text = |piece: Option<&TextPiece>| matches!(piece, Some(TextPiece::Text(_)));
    let text = |piece| match piece {
        Some(TextPiece::Text(text)) => text,
        _ => String::new(),
    };
    let after = if is_text(pieces.last()) {
        text(pieces.pop())
    } else {
        String::new()
    };
    let before = if is_text(pieces.first()) {
        text(Some(pieces.remove(0)))
    } else {
        String::new()
    };
    (before, pieces, after)
}

/// Returns the references of a join's keys if they are nothing but references.
fn references(keys: &[Text]) -> Option<Vec<usize>> {
    keys.iter()
        .map(|key| match key.form {
            TextForm::Reference(reference) => Some(reference),
            _ => None,
        })
        .collect()
}

impl LaneTerm {
    /// Returns whether every plain text makes the term.
    fn takes_any_text(&self) -> bool {
        match self {
            Self::WholeIri(_) => false,
            Self::Typed(_, check) => *check == Check::Any,
            Self::Fixed | Self::Iri(..) | Self::Literal(_) | Self::Natural(_) | Self::Blank(_) => {
                true
            }
        }
    }

    /// Returns whether the term is the same for all records.
    pub(in crate::mapping) fn is_fixed(&self) -> bool {
        match self {
            Self::Fixed => true,
            Self::Iri(pieces, _) | Self::Literal(pieces) => !pieces
                .iter()
                .any(|piece| matches!(piece, TextPiece::Reference(_))),
            _ => false,
        }
    }
}
