//! Join conditions that call a function over both sides. Where the function asks for equality, the two sides become a
//! child map and a parent map; another function has no counterpart today and stays.

use super::{OLD_IDLAB, Translator, is, node};
use crate::mapping::syntax::{NodeId, Object};
use crate::mapping::vocabulary::IDLAB;

/// How deep calls in a condition may be nested; no mapping comes near.
const DEEPEST: usize = 32;

impl Translator {
    /// Turns conditions that ask for equality into child and parent maps.
    pub(super) fn joins(&mut self) {
        let mut kept = Vec::new();
        for id in 0..self.doc.nodes.len() {
            for condition in self.nodes(id, &["joinCondition"]) {
                for value in self.nodes(condition, &["functionValue"]) {
                    if !self.equality(condition, value) {
                        self.below(value, 0, &mut kept);
                    }
                }
            }
        }
        // A side that is marked as the parent's where there is no parent is a plain value.
        for id in 0..self.doc.nodes.len() {
            if !kept.contains(&id) {
                self.unmark(id);
            }
        }
    }

    /// Puts the expression of `rml:parentTermMap` in its place.
    fn unmark(&mut self, id: NodeId) {
        for mark in self.all(id, &["parentTermMap"]) {
            let Some(inner) = node(&mark.object).filter(|inner| *inner != id) else {
                continue;
            };
            let expression = self.doc.nodes[inner].properties.clone();
            self.remove(id, &["parentTermMap"]);
            self.doc.nodes[id].properties.extend(expression);
        }
    }

    /// Translates a condition that asks for equality of one value of each side; returns whether it was one.
    fn equality(&mut self, condition: NodeId, value: NodeId) -> bool {
        let call = self.old_call(value);
        let equal = call.function.is_some_and(|(function, _)| {
            [IDLAB, OLD_IDLAB]
                .iter()
                .any(|namespace| function.strip_prefix(namespace) == Some("equal"))
        });
        let [(_, first), (_, second)] = call.inputs.as_slice() else {
            return false;
        };
        if !equal {
            return false;
        }
        let sides = [first, second].map(|at| self.side(at.predicate.as_str(), &at.object, 0));
        let (child, parent) = match sides {
            [Some(Side::Parent), Some(Side::Child | Side::Neither)] => (second, first),
            [Some(Side::Parent), _]
            | [_, Some(Side::Mixed) | None]
            | [Some(Side::Mixed) | None, _] => return false,
            // Without a mark the second value is the parent's, as the order of the parameters says.
            [Some(_), Some(_)] => (first, second),
        };
        for (at, long) in [(child, "childMap"), (parent, "parentMap")] {
            let map = match node(&at.object) {
                Some(map) if is(&at.predicate, "objectMap") => map,
                _ => {
                    let map = self.blank(&at.object_place);
                    self.put(map, "constant", at.object.clone(), at);
                    map
                }
            };
            self.put(condition, long, Object::Node(map), at);
        }
        self.remove(condition, &["functionValue"]);
        true
    }

    /// Returns the side that a value belongs to; `None` when calls are nested too deep.
    fn side(&self, predicate: &str, object: &Object, depth: usize) -> Option<Side> {
        let Some(map) = node(object).filter(|_| is(predicate, "objectMap")) else {
            return Some(Side::Neither);
        };
        if depth > DEEPEST {
            return None;
        }
        if self.has(map, &["parentTermMap"]) {
            return Some(Side::Parent);
        }
        let mut side = Side::Neither;
        for value in self.nodes(map, &["functionValue"]) {
            for (_, at) in self.old_call(value).inputs {
                side = side.with(self.side(&at.predicate, &at.object, depth + 1)?);
            }
        }
        if self.has(map, &["reference", "template", "column"]) {
            side = side.with(Side::Child);
        }
        Some(side)
    }

    /// Collects the object maps that a call leads to.
    fn below(&self, value: NodeId, depth: usize, into: &mut Vec<NodeId>) {
        if depth > DEEPEST {
            return;
        }
        for (_, at) in self.old_call(value).inputs {
            let Some(map) = node(&at.object) else {
                continue;
            };
            into.push(map);
            for inner in self.nodes(map, &["functionValue"]) {
                self.below(inner, depth + 1, into);
            }
        }
    }
}

/// The side of a join that a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Neither,
    Child,
    Parent,
    Mixed,
}

impl Side {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Neither, side) | (side, Self::Neither) => side,
            (a, b) if a == b => a,
            _ => Self::Mixed,
        }
    }
}
