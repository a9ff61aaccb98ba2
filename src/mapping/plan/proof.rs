//! Which rules may write the same line: what can be proven from the mapping alone.
//!
//! A rule is a pattern of four terms. Two rules cannot meet if in one of the places both have different constants,
//! different kinds, or templates whose beginnings or ends contradict each other. What is not known meets everything.

use std::collections::HashMap;

use super::lane::{fixed_all, graphs_of};
use super::{
    Plan, PlannedBody, PlannedJoin, PlannedMap, PlannedObject, Suffix, TermForm, TermProgram, Text,
    TextForm, TextPiece,
};
use crate::mapping::run::encode;
use crate::mapping::vocabulary::{RDF, RDF_TYPE};

/// What is known of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// All of it.
    Exact(String),
    /// An IRI with this beginning and this end, brackets included.
    Iri(String, String),
    Blank,
    /// A literal with this after its quotes; `None` when it depends on the value.
    Literal(Option<String>),
    Anything,
}

impl Shape {
    fn may_equal(&self, other: &Self) -> bool {
        use Shape::{Anything, Blank, Exact, Iri, Literal};
        match (self, other) {
            (Anything, _) | (_, Anything) => true,
            (Exact(one), Exact(two)) => one == two,
            (Exact(text), Iri(before, after)) | (Iri(before, after), Exact(text)) => {
                text.starts_with(before.as_str()) && text.ends_with(after.as_str())
            }
            (Exact(text), Blank) | (Blank, Exact(text)) => text.starts_with("_:"),
            (Exact(text), Literal(end)) | (Literal(end), Exact(text)) => {
                text.starts_with('"') && end.as_ref().is_none_or(|end| text.ends_with(end.as_str()))
            }
            (Iri(before, after), Iri(other_before, other_after)) => {
                let starts = before.starts_with(other_before.as_str())
                    || other_before.starts_with(before.as_str());
                let ends =
                    after.ends_with(other_after.as_str()) || other_after.ends_with(after.as_str());
                starts && ends
            }
            (Blank, Blank) => true,
            (Literal(one), Literal(two)) => match (one, two) {
                (Some(one), Some(two)) => one == two,
                _ => true,
            },
            _ => false,
        }
    }
}

/// What is known of a rule.
#[derive(Clone, Debug)]
struct Pattern {
    subject: Shape,
    predicate: Shape,
    object: Shape,
    graph: Shape,
}

/// The patterns of all rules of a plan.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// For each triples map, whether each of its rules is shared; in the order that a lane makes them.
    shared: Vec<Vec<bool>>,
}

impl Patterns {
    pub(super) fn of(plan: &Plan) -> Self {
        let all: Vec<Vec<Pattern>> = plan.maps.iter().map(|map| patterns(map, plan)).collect();
        // Compound terms bring statements with them, all of them with predicates of the RDF vocabulary.
        let brought = Pattern {
            subject: Shape::Anything,
            predicate: Shape::Iri(format!("<{RDF}"), ">".to_owned()),
            object: Shape::Anything,
            graph: Shape::Anything,
        };
        let mut flat: Vec<&Pattern> = all.iter().flatten().collect();
        if plan.maps.iter().any(has_compounds)
            || plan.joins.iter().any(|join| is_compound(&join.subject))
        {
            flat.push(&brought);
        }
        // Rules of one constant predicate are compared with each other and with those whose predicate is not constant.
        let mut by_predicate: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        for (index, pattern) in flat.iter().enumerate() {
            match &pattern.predicate {
                Shape::Exact(predicate) => by_predicate.entry(predicate).or_default().push(index),
                _ => open.push(index),
            }
        }
        let meets = |index: usize| {
            let own = flat[index];
            let near: Box<dyn Iterator<Item = usize>> = match &own.predicate {
                Shape::Exact(predicate) => {
                    let same = by_predicate.get(predicate.as_str()).into_iter().flatten();
                    Box::new(same.chain(&open).copied())
                }
                _ => Box::new(0..flat.len()),
            };
            near.into_iter().any(|other| {
                other != index
                    && own.subject.may_equal(&flat[other].subject)
                    && own.object.may_equal(&flat[other].object)
                    && own.predicate.may_equal(&flat[other].predicate)
                    && own.graph.may_equal(&flat[other].graph)
            })
        };
        let mut index = 0;
        let shared = all
            .iter()
            .map(|rules| {
                rules
                    .iter()
                    .map(|_| {
                        index += 1;
                        meets(index - 1)
                    })
                    .collect()
            })
            .collect();
        Self { shared }
    }

    /// Returns whether another rule may write what the rule of that number in a triples map writes.
    pub(super) fn is_shared(&self, map: usize, rule: usize) -> bool {
        self.shared
            .get(map)
            .and_then(|rules| rules.get(rule))
            .copied()
            .unwrap_or(true)
    }
}

/// Returns the patterns of a triples map, in the order in which its lane has rules.
fn patterns(map: &PlannedMap, plan: &Plan) -> Vec<Pattern> {
    let subject = shape(&map.subject);
    let mut found = Vec::new();
    let mut add = |predicate: Shape, object: Shape, graphs: &[Shape]| {
        for graph in graphs {
            found.push(Pattern {
                subject: subject.clone(),
                predicate: predicate.clone(),
                object: object.clone(),
                graph: graph.clone(),
            });
        }
    };
    let rdf_type = Shape::Exact(encode::iri(RDF_TYPE));
    for (_, class) in &map.classes {
        add(
            rdf_type.clone(),
            Shape::Exact(class.clone()),
            &graphs(map, &[]),
        );
    }
    for rule in &map.predicate_objects {
        let graphs = graphs(map, &rule.graphs);
        for object in &rule.objects {
            let object = match object {
                PlannedObject::Term(program) => shape(program),
                PlannedObject::Join(join, _) => shape(&plan.joins[*join].subject),
            };
            for predicate in &rule.predicates {
                add(shape(predicate), object.clone(), &graphs);
            }
        }
    }
    found
}

fn is_compound(program: &TermProgram) -> bool {
    match &program.form {
        TermForm::Compound(_) => true,
        TermForm::Literal(literal) => match &literal.suffix {
            Suffix::DatatypeOf(program) => is_compound(program),
            _ => false,
        },
        _ => false,
    }
}

fn has_compounds(map: &PlannedMap) -> bool {
    let any = |programs: &[TermProgram]| programs.iter().any(is_compound);
    is_compound(&map.subject)
        || any(&map.graphs)
        || map.predicate_objects.iter().any(|rule| {
            let of_object = |object: &PlannedObject| match object {
                PlannedObject::Term(program) => is_compound(program),
                PlannedObject::Join(..) => false,
            };
            any(&rule.predicates) || any(&rule.graphs) || rule.objects.iter().any(of_object)
        })
}

fn graphs(map: &PlannedMap, own: &[TermProgram]) -> Vec<Shape> {
    match (fixed_all(&map.graphs), fixed_all(own)) {
        (Some(of_subject), Some(own)) => graphs_of(&of_subject, &own)
            .into_iter()
            .map(|graph| Shape::Exact(graph.to_owned()))
            .collect(),
        _ => vec![Shape::Anything],
    }
}

fn shape(program: &TermProgram) -> Shape {
    match &program.form {
        TermForm::Fixed(encoded) => Shape::Exact(encoded.clone()),
        TermForm::Fresh(_) | TermForm::BlankNode(_) => Shape::Blank,
        TermForm::Iri(iri) => match &iri.text.form {
            TextForm::Template(pieces) if iri.safe => {
                let text = |piece: Option<&TextPiece>| match piece {
                    Some(TextPiece::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                let before = format!("<{}", text(pieces.first()));
                if pieces.len() == 1 {
                    Shape::Exact(before + ">")
                } else {
                    Shape::Iri(before, text(pieces.last()) + ">")
                }
            }
            _ => Shape::Iri("<".to_owned(), ">".to_owned()),
        },
        TermForm::Literal(literal) => Shape::Literal(match &literal.suffix {
            Suffix::Language(tag) => {
                let mut end = String::from("\"");
                encode::push_language(tag, &mut end);
                Some(end)
            }
            Suffix::Datatype(datatype) => {
                let mut end = String::from("\"");
                encode::push_datatype(datatype, &mut end);
                Some(end)
            }
            _ => None,
        }),
        TermForm::Compound(_) => Shape::Anything,
    }
}

/// Returns whether what a triples map makes of a record depends on nothing but the record: then records can be taken
/// by several threads. Fresh blank nodes count records, and names that become IRIs are compared with those before.
pub(in crate::mapping) fn is_stateless(map: &PlannedMap) -> bool {
    let terms = |programs: &[TermProgram]| programs.iter().all(term_is_stateless);
    map.subject_rule.is_none()
        && term_is_stateless(&map.subject)
        && terms(&map.graphs)
        && map.predicate_objects.iter().all(|rule| {
            let objects = rule.objects.iter().all(|object| match object {
                PlannedObject::Term(program) => term_is_stateless(program),
                PlannedObject::Join(_, keys) => keys.iter().all(text_is_stateless),
            });
            objects && terms(&rule.predicates) && terms(&rule.graphs) && rule.inferred.is_none()
        })
}

fn term_is_stateless(program: &TermProgram) -> bool {
    if program.inferred.is_some() {
        return false;
    }
    match &program.form {
        TermForm::Fixed(_) => true,
        TermForm::Iri(iri) => text_is_stateless(&iri.text),
        TermForm::BlankNode(text) => text_is_stateless(text),
        TermForm::Literal(literal) => {
            text_is_stateless(&literal.text)
                && match &literal.suffix {
                    Suffix::LanguageOf(text) => text_is_stateless(text),
                    Suffix::DatatypeOf(program) => term_is_stateless(program),
                    _ => true,
                }
        }
        TermForm::Fresh(_) | TermForm::Compound(_) => false,
    }
}

fn text_is_stateless(text: &Text) -> bool {
    match &text.form {
        TextForm::Call(call) => {
            !call.function.names
                && call
                    .inputs
                    .iter()
                    .all(|(_, input)| text_is_stateless(input))
        }
        TextForm::User(call) => {
            let inputs = call
                .inputs
                .iter()
                .all(|(_, input)| text_is_stateless(input));
            let body = match &call.body {
                PlannedBody::Text(text, _) => text_is_stateless(text),
                PlannedBody::Sparql(_) => true,
            };
            inputs && body
        }
        TextForm::When(condition, text) => text_is_stateless(condition) && text_is_stateless(text),
        _ => true,
    }
}

/// Returns whether what a join takes of a parent's record depends on nothing but the record.
pub(in crate::mapping) fn is_stateless_join(join: &PlannedJoin) -> bool {
    term_is_stateless(&join.subject) && join.keys.iter().all(text_is_stateless)
}
