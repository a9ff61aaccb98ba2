//! The older vocabularies: R2RML and the RML of `semweb.mmlab.be` said the same in other words. A document written in
//! them is translated to the words of today, each at its place; what has no counterpart is left for the checker to name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::mapping::syntax::{MappingDoc, NodeName, Object};
use crate::mapping::vocabulary::RML;

const R2RML: &str = "http://www.w3.org/ns/r2rml#";
const OLD_RML: &str = "http://semweb.mmlab.be/ns/rml#";
const OLD_QL: &str = "http://semweb.mmlab.be/ns/ql#";
const OLD_TARGET: &str = "http://semweb.mmlab.be/ns/rml-target#";
const OLD_COMPRESSION: &str = "http://semweb.mmlab.be/ns/rml-compression#";

/// Returns a document in the words of today; the document itself when it is in them already.
pub(super) fn translate(doc: &MappingDoc) -> Cow<'_, MappingDoc> {
    let old = |iri: &str| {
        [R2RML, OLD_RML, OLD_QL]
            .iter()
            .any(|namespace| iri.starts_with(namespace))
    };
    if !doc.nodes.iter().any(|node| {
        node.properties
            .iter()
            .any(|property| old(&property.predicate))
    }) {
        return Cow::Borrowed(doc);
    }
    let mut doc = doc.clone();
    let new = |iri: &str| iri.starts_with(RML);
    // A document that mixes both is one of today with old words in it.
    doc.legacy = !doc.nodes.iter().any(|node| {
        node.properties
            .iter()
            .any(|property| new(&property.predicate))
    });
    for node in &mut doc.nodes {
        if let NodeName::Iri(iri) = &mut node.name {
            renew(iri);
        }
        for property in &mut node.properties {
            renew(&mut property.predicate);
        }
    }
    merge(&mut doc);
    Cow::Owned(doc)
}

/// Puts the word of today in the place of an old one.
fn renew(iri: &mut String) {
    let local = [R2RML, OLD_RML, OLD_QL, OLD_TARGET, OLD_COMPRESSION]
        .iter()
        .find_map(|namespace| iri.strip_prefix(namespace));
    let Some(local) = local else { return };
    let local = match local {
        "column" => "reference",
        "termtype" => "termType",
        other => other,
    };
    *iri = format!("{RML}{local}");
}

/// Leads mentions of nodes that have become one by the translation to the first of them.
fn merge(doc: &mut MappingDoc) {
    let mut first = BTreeMap::new();
    let target: Vec<usize> = doc
        .nodes
        .iter()
        .enumerate()
        .map(|(id, node)| *first.entry(node.name.clone()).or_insert(id))
        .collect();
    for node in &mut doc.nodes {
        for property in &mut node.properties {
            if let Object::Node(id) = &mut property.object {
                *id = target[*id];
            }
        }
    }
}
