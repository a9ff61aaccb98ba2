//! The older vocabularies in the words of today.
//!
//! R2RML, the RML of `semweb.mmlab.be` and its function, target and compression vocabularies say what
//! `http://w3id.org/rml/` says, in other words and sometimes in another shape. [`translate`] rewrites the graph of a
//! document, each triple keeping its place: words are renamed, function calls written as triples maps become function
//! executions, tables and queries become logical sources, constants become the terms that their place asks for.
//! What has no counterpart stays in its old words, so that the checker can name it.

mod function;
mod join;
mod source;
mod term;

use std::borrow::Cow;

use super::syntax::{MappingDoc, NodeId, NodeName, Object, Property};
use super::vocabulary::{RDF_TYPE, RML};
use crate::diagnostic::Place;

/// Namespace of R2RML.
pub const R2RML: &str = "http://www.w3.org/ns/r2rml#";
/// Namespace of the older RML.
pub const OLD_RML: &str = "http://semweb.mmlab.be/ns/rml#";
/// Namespace of the older reference formulations.
pub const OLD_QL: &str = "http://semweb.mmlab.be/ns/ql#";
/// Namespace of the older functions module.
pub const OLD_FNML: &str = "http://semweb.mmlab.be/ns/fnml#";
/// Namespace of the older targets.
pub const OLD_TARGET: &str = "http://semweb.mmlab.be/ns/rml-target#";
/// Namespace of the older compressions.
pub const OLD_COMPRESSION: &str = "http://semweb.mmlab.be/ns/rml-compression#";
/// Namespace of the extensions of the IDLab engines.
pub const EXTENSIONS: &str = "https://w3id.org/imec/rml/ns/extensions#";
/// Namespace of the functions of IDLab before they moved to `w3id.org`.
pub const OLD_IDLAB: &str = "http://example.com/idlab/function/";

/// Properties whose objects are words of the vocabularies, not of the data.
const TAKES_WORDS: &[&str] = &[
    "termType",
    "referenceFormulation",
    "compression",
    "graph",
    "logicalTarget",
];

/// Returns a document in the words of today; the document itself when it is in them already.
pub fn translate(doc: &MappingDoc) -> Cow<'_, MappingDoc> {
    let old = |iri: &str| {
        [R2RML, OLD_RML, OLD_FNML]
            .iter()
            .any(|namespace| iri.starts_with(namespace))
    };
    let old_word = |iri: &str| {
        old(iri)
            || [OLD_QL, OLD_COMPRESSION]
                .iter()
                .any(|namespace| iri.starts_with(namespace))
    };
    let found = doc
        .nodes
        .iter()
        .flat_map(|node| &node.properties)
        .any(|property| {
            let takes_word = property
                .predicate
                .strip_prefix(RML)
                .is_some_and(|local| TAKES_WORDS.contains(&local));
            let object = doc.iri(&property.object);
            old(&property.predicate)
                || (property.predicate == RDF_TYPE && object.is_some_and(old))
                || (takes_word && object.is_some_and(old_word))
        });
    if !found {
        return Cow::Borrowed(doc);
    }
    let mut translator = Translator {
        doc: doc.clone(),
        fresh: 0,
    };
    // A document that mixes both is one of today with old words in it.
    let new = |property: &Property| property.predicate.starts_with(RML);
    translator.doc.legacy |= !doc.nodes.iter().any(|node| node.properties.iter().any(new));
    translator.joins();
    translator.calls();
    translator.sources();
    translator.rename();
    translator.constants();
    translator.targets();
    Cow::Owned(translator.doc)
}

/// A document under translation.
struct Translator {
    doc: MappingDoc,
    fresh: usize,
}

impl Translator {
    /// Returns a new blank node.
    fn blank(&mut self, place: &Place) -> NodeId {
        self.fresh += 1;
        // No label that was written holds a brace.
        self.doc
            .intern(NodeName::Blank(format!("{{{}}}", self.fresh)), place)
    }

    /// Returns the properties of a node with any of these predicates, in the order of the text.
    fn all(&self, id: NodeId, predicates: &[&str]) -> Vec<Property> {
        self.doc.nodes[id]
            .properties
            .iter()
            .filter(|property| predicates.iter().any(|name| is(&property.predicate, name)))
            .cloned()
            .collect()
    }

    /// Returns the nodes that a property with any of these predicates leads to.
    fn nodes(&self, id: NodeId, predicates: &[&str]) -> Vec<NodeId> {
        self.all(id, predicates)
            .iter()
            .filter_map(|property| node(&property.object))
            .collect()
    }

    /// Returns whether a node has any of these properties.
    fn has(&self, id: NodeId, predicates: &[&str]) -> bool {
        self.doc.nodes[id]
            .properties
            .iter()
            .any(|property| predicates.iter().any(|name| is(&property.predicate, name)))
    }

    /// Takes the properties with any of these predicates away.
    fn remove(&mut self, id: NodeId, predicates: &[&str]) {
        self.doc.nodes[id]
            .properties
            .retain(|property| !predicates.iter().any(|name| is(&property.predicate, name)));
    }

    /// Adds a property where another one stood.
    fn put(&mut self, id: NodeId, predicate: &str, object: Object, at: &Property) {
        self.doc.nodes[id].properties.push(Property {
            predicate: format!("{RML}{predicate}"),
            place: at.place.clone(),
            object,
            object_place: at.object_place.clone(),
        });
    }

    /// Returns the object that is a word of today's vocabulary.
    fn word(&mut self, local: &str, place: &Place) -> Object {
        Object::Node(
            self.doc
                .intern(NodeName::Iri(format!("{RML}{local}")), place),
        )
    }

    /// Returns the text of a literal, or the IRI of a node.
    fn text(&self, object: &Object) -> Option<String> {
        match object {
            Object::Literal { text, .. } => Some(text.clone()),
            Object::Node(_) => self.doc.iri(object).map(str::to_owned),
        }
    }

    /// Puts the words of today in the place of the old ones.
    fn rename(&mut self) {
        // A mapping that makes targets speaks of them in its constants.
        let makes_targets = self
            .doc
            .nodes
            .iter()
            .any(|node| node.name == NodeName::Iri(format!("{EXTENSIONS}ThisMapping")));
        for id in 0..self.doc.nodes.len() {
            let mut properties = std::mem::take(&mut self.doc.nodes[id].properties);
            for property in &mut properties {
                if let Some(new) = renewed_property(&property.predicate) {
                    property.predicate = new;
                }
                let local = property.predicate.strip_prefix(RML);
                let words = property.predicate == RDF_TYPE
                    || local.is_some_and(|local| TAKES_WORDS.contains(&local));
                let constant = matches!(local, Some("constant" | "class"));
                let Some(iri) = self.doc.iri(&property.object) else {
                    continue;
                };
                let of_targets = iri.starts_with(OLD_TARGET) || iri.starts_with(OLD_COMPRESSION);
                let default_graph = iri.strip_prefix(R2RML) == Some("defaultGraph");
                if !(words || constant && (default_graph || makes_targets && of_targets)) {
                    continue;
                }
                if let Some(new) = renewed_word(iri) {
                    property.object =
                        Object::Node(self.doc.intern(NodeName::Iri(new), &property.object_place));
                }
            }
            properties.retain(|property| {
                property.predicate != RDF_TYPE
                    || self
                        .doc
                        .iri(&property.object)
                        .and_then(|iri| iri.strip_prefix(OLD_FNML))
                        != Some("FunctionTermMap")
            });
            self.doc.nodes[id].properties = properties;
        }
    }
}

/// Returns the node of an object.
fn node(object: &Object) -> Option<NodeId> {
    match object {
        Object::Node(id) => Some(*id),
        Object::Literal { .. } => None,
    }
}

/// Returns whether a predicate is that word, old or new; a name with a colon is a whole IRI.
fn is(predicate: &str, name: &str) -> bool {
    if name.contains(':') {
        return predicate == name;
    }
    [RML, R2RML, OLD_RML, OLD_FNML, OLD_TARGET]
        .iter()
        .any(|namespace| predicate.strip_prefix(namespace) == Some(name))
}

/// Returns the property of today for an old one.
fn renewed_property(iri: &str) -> Option<String> {
    let local = if let Some(local) = iri.strip_prefix(R2RML) {
        match local {
            "column" => "reference",
            "termtype" => "termType",
            "logicalTable" => "logicalSource",
            "sqlVersion" | "inverseExpression" | "tableName" | "sqlQuery" => return None,
            other => other,
        }
    } else if let Some(local) = iri.strip_prefix(OLD_RML) {
        local
    } else if let Some(local) = iri.strip_prefix(OLD_FNML) {
        match local {
            "execution" => "functionExecution",
            "valueMap" => "inputValueMap",
            "value" => "inputValue",
            other => other,
        }
    } else if let Some(local) = iri.strip_prefix(OLD_TARGET) {
        match local {
            "target" | "serialization" | "compression" | "source" => local,
            _ => return None,
        }
    } else {
        return None;
    };
    Some(format!("{RML}{local}"))
}

/// Returns the class or individual of today for an old one.
fn renewed_word(iri: &str) -> Option<String> {
    let local = if let Some(local) = iri.strip_prefix(R2RML) {
        match local {
            "LogicalTable" | "BaseTableOrView" | "R2RMLView" => "LogicalSource",
            other => other,
        }
    } else if let Some(local) = iri.strip_prefix(OLD_RML) {
        local
    } else if let Some(local) = iri.strip_prefix(OLD_QL) {
        match local {
            "CSV" | "JSONPath" | "XPath" => local,
            _ => return None,
        }
    } else if let Some(local) = iri.strip_prefix(OLD_TARGET) {
        match local {
            "LogicalTarget" | "Target" | "target" | "serialization" | "compression" => local,
            _ => return None,
        }
    } else {
        iri.strip_prefix(OLD_COMPRESSION)?
    };
    Some(format!("{RML}{local}"))
}

#[cfg(test)]
mod tests;
