//! Function calls: what was a triples map that executes a function becomes a function execution with inputs.

use super::{Translator, node};
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::RDF_TYPE;

/// A call as the older vocabulary writes it.
pub(super) struct OldCall {
    /// The function, with the property it stands in.
    pub(super) function: Option<(String, Property)>,
    /// The inputs: IRI of the parameter, and the property that holds the value.
    pub(super) inputs: Vec<(String, Property)>,
}

impl Translator {
    /// Turns every `fnml:functionValue` into a function execution.
    pub(super) fn calls(&mut self) {
        for id in 0..self.doc.nodes.len() {
            for value in self.all(id, &["functionValue"]) {
                let Some(old) = node(&value.object) else {
                    continue;
                };
                let call = self.old_call(old);
                let execution = self.blank(&value.object_place);
                if let Some((function, at)) = call.function {
                    let object =
                        Object::Node(self.doc.intern(NodeName::Iri(function), &at.object_place));
                    self.put(execution, "function", object, &at);
                }
                for (parameter, at) in call.inputs {
                    let input = self.blank(&at.place);
                    self.put(execution, "input", Object::Node(input), &at);
                    let object = Object::Node(self.doc.intern(NodeName::Iri(parameter), &at.place));
                    self.put(input, "parameter", object, &at);
                    match node(&at.object) {
                        Some(map) if super::is(&at.predicate, "objectMap") => {
                            self.put(input, "inputValueMap", Object::Node(map), &at);
                        }
                        _ => self.put(input, "inputValue", at.object.clone(), &at),
                    }
                }
                self.remove(id, &["functionValue"]);
                self.put(id, "functionExecution", Object::Node(execution), &value);
            }
        }
        self.forget_calls();
    }

    /// Returns what a call says: one predicate-object map for the function and one for each input.
    pub(super) fn old_call(&self, value: NodeId) -> OldCall {
        let mut call = OldCall {
            function: None,
            inputs: Vec::new(),
        };
        for pom in self.nodes(value, &["predicateObjectMap"]) {
            let mut predicates: Vec<String> = self
                .all(pom, &["predicate"])
                .iter()
                .filter_map(|property| self.text(&property.object))
                .collect();
            for map in self.nodes(pom, &["predicateMap"]) {
                predicates.extend(
                    self.all(map, &["constant"])
                        .iter()
                        .filter_map(|property| self.text(&property.object)),
                );
            }
            let objects = self.all(pom, &["object", "objectMap"]);
            for predicate in predicates {
                if predicate.ends_with("#executes") || predicate.ends_with("/executes") {
                    let found = objects
                        .iter()
                        .find_map(|property| Some((self.constant(property)?, property.clone())));
                    call.function = found.or(call.function);
                } else {
                    call.inputs.extend(
                        objects
                            .iter()
                            .map(|property| (predicate.clone(), property.clone())),
                    );
                }
            }
        }
        call
    }

    /// Returns the text of an object that is a constant, at once or as the constant of its map.
    fn constant(&self, property: &Property) -> Option<String> {
        if super::is(&property.predicate, "object") {
            return self.text(&property.object);
        }
        let constants = self.all(node(&property.object)?, &["constant"]);
        self.text(&constants.first()?.object)
    }

    /// Empties the nodes that were calls: nothing leads to them any more, and nothing should be said about them.
    fn forget_calls(&mut self) {
        for id in self.unmentioned() {
            let poms = self.nodes(id, &["predicateObjectMap"]);
            if self.has(id, &["subjectMap", "subject"])
                || !poms.iter().any(|pom| self.executes(*pom))
            {
                continue;
            }
            for pom in poms {
                for part in self.nodes(pom, &["predicateMap"]).into_iter().chain([pom]) {
                    self.doc.nodes[part].properties.clear();
                }
            }
            self.doc.nodes[id].properties.clear();
        }
        // The object maps that named the functions.
        for id in self.unmentioned() {
            let only = |property: &Property| {
                property.predicate == RDF_TYPE
                    || ["constant", "termType"]
                        .iter()
                        .any(|name| super::is(&property.predicate, name))
            };
            if self.has(id, &["constant"]) && self.doc.nodes[id].properties.iter().all(only) {
                self.doc.nodes[id].properties.clear();
            }
        }
    }

    /// Returns the nodes that no property leads to.
    fn unmentioned(&self) -> Vec<NodeId> {
        let mut mentioned = vec![false; self.doc.nodes.len()];
        for property in self.doc.nodes.iter().flat_map(|node| &node.properties) {
            if let Some(id) = node(&property.object) {
                mentioned[id] = true;
            }
        }
        (0..self.doc.nodes.len())
            .filter(|id| !mentioned[*id])
            .collect()
    }

    /// Returns whether a predicate-object map says which function is executed.
    fn executes(&self, pom: NodeId) -> bool {
        self.nodes(pom, &["predicateMap"])
            .iter()
            .chain([&pom])
            .any(|map| {
                let found = self.all(*map, &["constant", "predicate"]);
                found.iter().any(|property| {
                    self.text(&property.object)
                        .is_some_and(|iri| iri.ends_with("executes"))
                })
            })
    }
}
