//! The shapes graph as a table: for each node its statements, in a fixed order.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedOrBlankNode, Quad, Term};

use super::vocabulary::{FIRST, NIL, REST, SUB_CLASS_OF, TYPE, sh};

/// Longest list that is read; a longer or endless one counts as ill-formed.
const LONGEST_LIST: usize = 100_000;

/// The statements of a shapes graph.
#[derive(Debug, Default)]
pub(super) struct ShapesGraph {
    /// Subject as N-Triples writes it → the node, and predicate → objects.
    nodes: BTreeMap<String, (Term, BTreeMap<String, Vec<Term>>)>,
}

impl ShapesGraph {
    pub(super) fn new(quads: impl IntoIterator<Item = Quad>) -> Self {
        let mut nodes: BTreeMap<String, (Term, BTreeMap<String, Vec<Term>>)> = BTreeMap::new();
        for quad in quads {
            let subject = match quad.subject {
                NamedOrBlankNode::NamedNode(node) => Term::NamedNode(node),
                NamedOrBlankNode::BlankNode(node) => Term::BlankNode(node),
            };
            let (_, statements) = nodes
                .entry(subject.to_string())
                .or_insert_with(|| (subject, BTreeMap::new()));
            statements
                .entry(quad.predicate.into_string())
                .or_default()
                .push(quad.object);
        }
        for objects in nodes
            .values_mut()
            .flat_map(|(_, statements)| statements.values_mut())
        {
            objects.sort_by_cached_key(ToString::to_string);
            objects.dedup();
        }
        Self { nodes }
    }

    /// Returns every subject, in the order of its writing.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &Term> {
        self.nodes.values().map(|(node, _)| node)
    }

    /// Returns the objects of a node under a predicate.
    pub(super) fn objects(&self, node: &Term, predicate: &str) -> &[Term] {
        self.nodes
            .get(&node.to_string())
            .and_then(|(_, statements)| statements.get(predicate))
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the objects of a node under a SHACL property.
    pub(super) fn sh(&self, node: &Term, name: &str) -> &[Term] {
        self.objects(node, &sh(name))
    }

    /// Returns the predicates that a node has.
    pub(super) fn predicates(&self, node: &Term) -> impl Iterator<Item = &str> {
        self.nodes
            .get(&node.to_string())
            .into_iter()
            .flat_map(|(_, statements)| statements.keys().map(String::as_str))
    }

    /// Returns the subjects that have an object under a SHACL property.
    pub(super) fn subjects_with<'g>(
        &'g self,
        name: &str,
        object: &'g Term,
    ) -> impl Iterator<Item = &'g Term> {
        let property = sh(name);
        self.nodes
            .values()
            .filter(move |(_, statements)| {
                statements
                    .get(&property)
                    .is_some_and(|found| found.contains(object))
            })
            .map(|(node, _)| node)
    }

    /// Returns the members of a list, or `None` when it is ill-formed.
    pub(super) fn list(&self, head: &Term) -> Option<Vec<Term>> {
        let mut members = Vec::new();
        let mut seen = BTreeSet::new();
        let mut node = head.clone();
        while !is_iri(&node, NIL) {
            if members.len() >= LONGEST_LIST || !seen.insert(node.to_string()) {
                return None;
            }
            let [first] = self.objects(&node, FIRST) else {
                return None;
            };
            let [rest] = self.objects(&node, REST) else {
                return None;
            };
            members.push(first.clone());
            node = rest.clone();
        }
        Some(members)
    }

    /// Returns whether a node is an instance of a class or of one of its subclasses.
    pub(super) fn is_a(&self, node: &Term, class: &str) -> bool {
        let mut open: Vec<Term> = self.objects(node, TYPE).to_vec();
        let mut seen = BTreeSet::new();
        while let Some(found) = open.pop() {
            if is_iri(&found, class) {
                return true;
            }
            if seen.insert(found.to_string()) {
                open.extend(self.objects(&found, SUB_CLASS_OF).iter().cloned());
            }
        }
        false
    }
}

/// Returns whether a term is a certain IRI.
pub(super) fn is_iri(term: &Term, iri: &str) -> bool {
    matches!(term, Term::NamedNode(node) if node.as_str() == iri)
}
