//! What a validation found, as results in a fixed order and as a `sh:ValidationReport`.

use std::collections::BTreeMap;

use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

use super::path::Path;
use super::vocabulary::{FIRST, NIL, REST, TYPE, sh};

/// One violation (SHACL §3.6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationResult {
    /// The node that was held against the shape.
    pub focus: Term,
    /// The path of the property shape.
    pub path: Option<Path>,
    /// The value that is wrong, where a single one is.
    pub value: Option<Term>,
    /// `sh:Violation`, `sh:Warning`, `sh:Info` or another.
    pub severity: NamedNode,
    /// The constraint component, by IRI.
    pub component: NamedNode,
    /// The shape.
    pub shape: Term,
    /// The shape by name: its own, or that of the nearest shape around it.
    pub named: Option<NamedNode>,
    /// The SPARQL constraint, if it is one.
    pub constraint: Option<Term>,
    /// What to say: the messages of the shapes graph, else one in English.
    pub messages: Vec<Literal>,
}

/// The outcome of a validation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationReport {
    /// The results, in the order of focus nodes, shapes, paths and values.
    pub results: Vec<ValidationResult>,
    /// How many shapes say which nodes they are for; without any nothing was checked.
    pub targeting: usize,
}

impl ValidationReport {
    pub(super) fn new(mut results: Vec<ValidationResult>, targeting: usize) -> Self {
        results.sort_by_cached_key(|result| {
            (
                result.focus.to_string(),
                // Labels of blank nodes are others in every run.
                result.named.as_ref().map(NamedNode::to_string),
                result.component.as_str().to_owned(),
                result.path.as_ref().map(Path::to_sparql),
                result.value.as_ref().map(ToString::to_string),
                result
                    .messages
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            )
        });
        Self { results, targeting }
    }

    /// Returns whether nothing was found (SHACL §3.6.1.1).
    pub fn conforms(&self) -> bool {
        self.results.is_empty()
    }

    /// Returns the report as RDF in the default graph (SHACL §3.6).
    pub fn to_quads(&self) -> Vec<Quad> {
        let mut writer = Writer::default();
        let report = writer.blank("report");
        writer.add(&report, TYPE, named("ValidationReport"));
        writer.add(
            &report,
            &sh("conforms"),
            Literal::from(self.conforms()).into(),
        );
        for result in &self.results {
            let node = writer.blank("result");
            writer.add(&report, &sh("result"), node.clone().into());
            writer.add(&node, TYPE, named("ValidationResult"));
            writer.add(&node, &sh("focusNode"), result.focus.clone());
            writer.add(&node, &sh("resultSeverity"), result.severity.clone().into());
            writer.add(
                &node,
                &sh("sourceConstraintComponent"),
                result.component.clone().into(),
            );
            writer.add(&node, &sh("sourceShape"), result.shape.clone());
            if let Some(path) = &result.path {
                let path = writer.path(path);
                writer.add(&node, &sh("resultPath"), path);
            }
            if let Some(value) = &result.value {
                writer.add(&node, &sh("value"), value.clone());
            }
            if let Some(constraint) = &result.constraint {
                writer.add(&node, &sh("sourceConstraint"), constraint.clone());
            }
            for message in &result.messages {
                writer.add(&node, &sh("resultMessage"), message.clone().into());
            }
        }
        writer.quads
    }
}

fn named(name: &str) -> Term {
    NamedNode::new_unchecked(sh(name)).into()
}

#[derive(Default)]
struct Writer {
    quads: Vec<Quad>,
    numbers: BTreeMap<&'static str, usize>,
}

impl Writer {
    /// Returns a new blank node; its label cannot be one of the data's.
    fn blank(&mut self, what: &'static str) -> NamedOrBlankNode {
        let number = self.numbers.entry(what).or_default();
        *number += 1;
        BlankNode::new_unchecked(format!("validation-{what}-{number}")).into()
    }

    fn add(&mut self, subject: &NamedOrBlankNode, predicate: &str, object: Term) {
        self.quads.push(Quad::new(
            subject.clone(),
            NamedNode::new_unchecked(predicate),
            object,
            GraphName::DefaultGraph,
        ));
    }

    fn path(&mut self, path: &Path) -> Term {
        let mut around = |name: &str, inner: &Path| {
            let inner = self.path(inner);
            let node = self.blank("path");
            self.add(&node, &sh(name), inner);
            node.into()
        };
        match path {
            Path::Predicate(predicate) => predicate.clone().into(),
            Path::Inverse(inner) => around("inversePath", inner),
            Path::ZeroOrMore(inner) => around("zeroOrMorePath", inner),
            Path::OneOrMore(inner) => around("oneOrMorePath", inner),
            Path::ZeroOrOne(inner) => around("zeroOrOnePath", inner),
            Path::Sequence(paths) => self.list(paths),
            Path::Alternative(paths) => {
                let list = self.list(paths);
                let node = self.blank("path");
                self.add(&node, &sh("alternativePath"), list);
                node.into()
            }
        }
    }

    fn list(&mut self, paths: &[Path]) -> Term {
        let mut rest: Term = NamedNode::new_unchecked(NIL).into();
        for path in paths.iter().rev() {
            let first = self.path(path);
            let node = self.blank("path");
            self.add(&node, FIRST, first);
            self.add(&node, REST, rest);
            rest = node.into();
        }
        rest
    }
}
