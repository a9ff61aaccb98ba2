//! A mapping in its normal form: one way to write what can be written in many.
//!
//! [`normal_form`] takes a document in any of the vocabularies and gives the graph of the same mapping in
//! `http://w3id.org/rml/`, with shortcuts written out, one predicate and one object in each predicate-object map, classes as
//! such maps, and what is understood by itself (default term types, default iterators, classes of nodes, labels) left
//! out. Names of nodes carry no meaning, so triples maps are blank nodes and everything below them is a tree; two
//! mappings that say the same have graphs that are the same but for the labels of blank nodes.

mod graph;
mod term;
mod tree;

use oxrdf::Triple;

use super::legacy::{self, EXTENSIONS};
use super::syntax::{MappingDoc, NodeId, NodeName, Object};
use super::vocabulary::{RDF_TYPE, RML};
use tree::{Tree, Walker};

/// Prefixes that normal forms use.
pub const PREFIXES: &[(&str, &str)] = &[
    ("rml", RML),
    ("csvw", super::vocabulary::CSVW),
    ("fm", super::vocabulary::FM),
    ("grel", super::vocabulary::GREL),
    ("idlab-fn", super::vocabulary::IDLAB),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xsd", super::vocabulary::XSD),
    (
        "d2rq",
        "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#",
    ),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("formats", "http://www.w3.org/ns/formats/"),
    ("htv", "http://www.w3.org/2011/http#"),
    ("rmle", EXTENSIONS),
    ("rr", legacy::R2RML),
    ("schema", "http://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("td", "https://www.w3.org/2019/wot/td#"),
    ("void", "http://rdfs.org/ns/void#"),
];

/// Class of the node that stands for the rules as a whole.
const RULES: &str = "http://rdfs.org/ns/void#Dataset";
const CONTRIBUTOR: &str = "http://purl.org/dc/terms/contributor";

/// Returns the graph of the normal form of a mapping. Blank nodes are named in the order of their making, which is the
/// same for the same document; whoever writes the graph may give them names that depend on nothing but the graph.
pub fn normal_form(doc: &MappingDoc) -> Vec<Triple> {
    let doc = legacy::translate(doc);
    let maps: Vec<NodeId> = (0..doc.nodes.len())
        .filter(|id| is_triples_map(&doc, *id))
        .collect();
    let mut walker = Walker::new(&doc, &maps);
    let mut roots: Vec<(Option<(NodeId, usize)>, Tree)> = Vec::new();
    for id in maps {
        for (number, tree) in walker.triples_map(id).into_iter().enumerate() {
            roots.push((Some((id, number)), tree));
        }
    }
    for id in 0..doc.nodes.len() {
        if doc.nodes[id]
            .properties
            .iter()
            .any(|property| property.predicate == CONTRIBUTOR)
            && is_rules(&doc, id)
        {
            roots.push((None, walker.authors(id)));
        }
    }
    graph::triples(&roots)
}

/// Returns whether a node is a triples map: it has what only triples maps have.
fn is_triples_map(doc: &MappingDoc, id: NodeId) -> bool {
    doc.nodes[id].properties.iter().any(|property| {
        property.predicate.strip_prefix(RML).is_some_and(|local| {
            [
                "logicalSource",
                "subjectMap",
                "subject",
                "predicateObjectMap",
            ]
            .contains(&local)
        }) || (property.predicate == RDF_TYPE
            && doc
                .iri(&property.object)
                .and_then(|iri| iri.strip_prefix(RML))
                == Some("TriplesMap"))
    })
}

/// Returns whether a node stands for the rules as a whole.
fn is_rules(doc: &MappingDoc, id: NodeId) -> bool {
    doc.nodes[id]
        .properties
        .iter()
        .any(|property| property.predicate == RDF_TYPE && doc.iri(&property.object) == Some(RULES))
}

/// Returns the name of an IRI node.
fn iri_name(doc: &MappingDoc, id: NodeId) -> Option<&str> {
    match &doc.nodes[id].name {
        NodeName::Iri(iri) => Some(iri),
        NodeName::Blank(_) => None,
    }
}

/// Returns whether an object is the node of that IRI.
fn is_iri(doc: &MappingDoc, object: &Object, iri: &str) -> bool {
    doc.iri(object) == Some(iri)
}

#[cfg(test)]
mod tests;
