//! Property paths (SHACL §2.3.1): read from a shapes graph, walked over the data, written as SPARQL.

use std::collections::HashSet;

use oxrdf::{NamedNode, NamedOrBlankNode, Term};

use super::graph::{ShapesGraph, is_iri};
use super::vocabulary::{FIRST, NIL, REST};
use crate::diagnostic::Result;
use crate::store::Graph;

/// Deepest nesting of a path; a deeper or endless one counts as ill-formed.
const DEEPEST: usize = 64;

/// A property path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// From subject to object.
    Predicate(NamedNode),
    /// The other way round.
    Inverse(Box<Path>),
    /// One after the other.
    Sequence(Vec<Path>),
    /// Any of them.
    Alternative(Vec<Path>),
    /// Any number of times.
    ZeroOrMore(Box<Path>),
    /// At least once.
    OneOrMore(Box<Path>),
    /// At most once.
    ZeroOrOne(Box<Path>),
}

impl Path {
    /// Reads the path that a node stands for; `None` when it is ill-formed.
    pub(super) fn read(shapes: &ShapesGraph, node: &Term) -> Option<Self> {
        Self::read_at(shapes, node, 0)
    }

    fn read_at(shapes: &ShapesGraph, node: &Term, depth: usize) -> Option<Self> {
        if depth > DEEPEST {
            return None;
        }
        match node {
            Term::NamedNode(predicate) if predicate.as_str() != NIL => {
                return Some(Self::Predicate(predicate.clone()));
            }
            Term::BlankNode(_) => {}
            _ => return None,
        }
        let members = |head: &Term| -> Option<Vec<Self>> {
            let members = shapes.list(head)?;
            if members.len() < 2 {
                return None;
            }
            members
                .iter()
                .map(|member| Self::read_at(shapes, member, depth + 1))
                .collect()
        };
        if !shapes.objects(node, FIRST).is_empty() || !shapes.objects(node, REST).is_empty() {
            return members(node).map(Self::Sequence);
        }
        if let [list] = shapes.sh(node, "alternativePath") {
            return members(list).map(Self::Alternative);
        }
        let inner = |name: &str| -> Option<Box<Self>> {
            let [inner] = shapes.sh(node, name) else {
                return None;
            };
            Self::read_at(shapes, inner, depth + 1).map(Box::new)
        };
        if let Some(path) = inner("inversePath") {
            return Some(Self::Inverse(path));
        }
        if let Some(path) = inner("zeroOrMorePath") {
            return Some(Self::ZeroOrMore(path));
        }
        if let Some(path) = inner("oneOrMorePath") {
            return Some(Self::OneOrMore(path));
        }
        inner("zeroOrOnePath").map(Self::ZeroOrOne)
    }

    /// Returns the predicate, if the path is one.
    pub fn predicate(&self) -> Option<&NamedNode> {
        match self {
            Self::Predicate(predicate) => Some(predicate),
            _ => None,
        }
    }

    /// Returns the nodes that the path leads to, each once.
    pub(super) fn values(&self, data: &Graph, from: &Term) -> Result<Vec<Term>> {
        let mut found = Found::default();
        self.walk(data, from, false, &mut found)?;
        Ok(found.terms)
    }

    fn walk(&self, data: &Graph, from: &Term, backwards: bool, into: &mut Found) -> Result<()> {
        match self {
            Self::Predicate(predicate) => step(data, from, predicate, backwards, into),
            Self::Inverse(path) => path.walk(data, from, !backwards, into),
            Self::Alternative(paths) => paths
                .iter()
                .try_for_each(|path| path.walk(data, from, backwards, into)),
            Self::Sequence(paths) => {
                let mut here = vec![from.clone()];
                let ordered: Vec<&Self> = if backwards {
                    paths.iter().rev().collect()
                } else {
                    paths.iter().collect()
                };
                for path in ordered {
                    let mut next = Found::default();
                    for node in &here {
                        path.walk(data, node, backwards, &mut next)?;
                    }
                    here = next.terms;
                }
                here.into_iter().for_each(|node| into.add(node));
                Ok(())
            }
            Self::ZeroOrOne(path) => {
                into.add(from.clone());
                path.walk(data, from, backwards, into)
            }
            Self::ZeroOrMore(path) => {
                into.add(from.clone());
                path.closure(data, from, backwards, into)
            }
            Self::OneOrMore(path) => path.closure(data, from, backwards, into),
        }
    }

    /// Adds all that repeating the path reaches.
    fn closure(&self, data: &Graph, from: &Term, backwards: bool, into: &mut Found) -> Result<()> {
        let mut reached = Found::default();
        self.walk(data, from, backwards, &mut reached)?;
        let mut next = 0;
        while let Some(node) = reached.terms.get(next).cloned() {
            next += 1;
            self.walk(data, &node, backwards, &mut reached)?;
        }
        reached.terms.into_iter().for_each(|node| into.add(node));
        Ok(())
    }

    /// Returns the path as SPARQL writes it.
    pub fn to_sparql(&self) -> String {
        let all = |paths: &[Self], between: &str| {
            let paths: Vec<String> = paths.iter().map(Self::to_sparql).collect();
            format!("({})", paths.join(between))
        };
        match self {
            Self::Predicate(predicate) => predicate.to_string(),
            Self::Inverse(path) => format!("(^{})", path.to_sparql()),
            Self::Sequence(paths) => all(paths, "/"),
            Self::Alternative(paths) => all(paths, "|"),
            Self::ZeroOrMore(path) => format!("({}*)", path.to_sparql()),
            Self::OneOrMore(path) => format!("({}+)", path.to_sparql()),
            Self::ZeroOrOne(path) => format!("({}?)", path.to_sparql()),
        }
    }
}

fn step(
    data: &Graph,
    from: &Term,
    predicate: &NamedNode,
    backwards: bool,
    into: &mut Found,
) -> Result<()> {
    if backwards {
        for quad in data.matching(None, Some(predicate), Some(from))? {
            into.add(quad.subject.into());
        }
    } else if let Some(subject) = as_subject(from) {
        for quad in data.matching(Some(&subject), Some(predicate), None)? {
            into.add(quad.object);
        }
    }
    Ok(())
}

/// Returns the term as a subject; a literal is none.
pub(super) fn as_subject(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}

/// Terms in the order they were found, each once.
#[derive(Default)]
struct Found {
    terms: Vec<Term>,
    seen: HashSet<Term>,
}

impl Found {
    fn add(&mut self, term: Term) {
        // A handful is the rule; a set pays only beyond.
        if self.terms.len() < 8 {
            if !self.terms.contains(&term) {
                self.terms.push(term);
            }
            return;
        }
        if self.seen.is_empty() {
            self.seen.extend(self.terms.iter().cloned());
        }
        if self.seen.insert(term.clone()) {
            self.terms.push(term);
        }
    }
}

/// Returns whether a node may be a path although it names nothing: an IRI other than `rdf:nil` always is.
pub(super) fn is_simple(node: &Term) -> bool {
    matches!(node, Term::NamedNode(_)) && !is_iri(node, NIL)
}
