//! From trees to triples.

use std::collections::BTreeMap;

use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};

use super::tree::Tree;
use crate::mapping::syntax::NodeId;

/// Returns the triples of trees; those that are triples maps may be meant by others.
pub(super) fn triples(roots: &[(Option<(NodeId, usize)>, Tree)]) -> Vec<Triple> {
    let mut writer = Writer {
        maps: BTreeMap::new(),
        count: 0,
        triples: Vec::new(),
    };
    let mut nodes = Vec::new();
    for (map, _) in roots {
        let node = writer.blank();
        if let Some(map) = map {
            writer.maps.insert(*map, node.clone());
        }
        nodes.push(node);
    }
    for ((_, tree), node) in roots.iter().zip(nodes) {
        if let Tree::Node(properties) = tree {
            writer.properties(&node, properties.iter());
        }
    }
    writer.triples
}

struct Writer {
    maps: BTreeMap<(NodeId, usize), BlankNode>,
    count: usize,
    triples: Vec<Triple>,
}

impl Writer {
    fn blank(&mut self) -> BlankNode {
        self.count += 1;
        BlankNode::new_unchecked(format!("n{}", self.count))
    }

    fn properties<'t>(
        &mut self,
        subject: &BlankNode,
        properties: impl Iterator<Item = &'t (String, Tree)>,
    ) {
        for (predicate, object) in properties {
            let object = self.term(object);
            match (predicate.strip_prefix('^'), object) {
                (Some(predicate), Term::BlankNode(other)) => {
                    self.add(other.into(), predicate, subject.clone().into());
                }
                (_, object) => self.add(subject.clone().into(), predicate, object),
            }
        }
    }

    fn add(&mut self, subject: NamedOrBlankNode, predicate: &str, object: Term) {
        let predicate = NamedNode::new_unchecked(predicate);
        self.triples.push(Triple::new(subject, predicate, object));
    }

    fn term(&mut self, tree: &Tree) -> Term {
        match tree {
            Tree::Iri(iri) => NamedNode::new_unchecked(iri).into(),
            Tree::Literal {
                text,
                language: Some(tag),
                ..
            } => Literal::new_language_tagged_literal(text, tag)
                .unwrap_or_else(|_| Literal::new_simple_literal(text))
                .into(),
            Tree::Literal {
                text,
                datatype: Some(datatype),
                ..
            } => Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into(),
            Tree::Literal { text, .. } => Literal::new_simple_literal(text).into(),
            Tree::Map(id, number) => match self.maps.get(&(*id, *number)) {
                Some(node) => node.clone().into(),
                None => self.blank().into(),
            },
            Tree::Node(properties) => {
                let node = self.blank();
                self.properties(&node, properties.iter());
                node.into()
            }
        }
    }
}
