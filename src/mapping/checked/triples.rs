//! Triples maps and predicate-object maps.

use std::collections::BTreeSet;

use oxiri::Iri;

use super::checker::Checker;
use super::term::Position;
use super::{
    Class, Constant, Expression, Form, JoinCondition, ObjectMap, PredicateObjectMap, RefObjectMap,
    TermMap, TriplesMap,
};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{FM, RDF_FIRST, RDF_REST, RDF_TYPE, RML, short};
use crate::mapping::{LogicalSource, vocabulary};

/// Properties that only a triples map has.
const MARKS: &[&str] = &[
    "logicalSource",
    "subjectMap",
    "subject",
    "predicateObjectMap",
];

/// Properties of a triples map and of what it is made of that lead to more of it; others lead to constants, or to what has
/// a source of its own.
const PARTS: &[&str] = &[
    "subjectMap",
    "predicateObjectMap",
    "predicateMap",
    "objectMap",
    "graphMap",
    "languageMap",
    "datatypeMap",
    "condition",
    "functionExecution",
    "functionMap",
    "input",
    "parameterMap",
    "inputValueMap",
    "returnMap",
    "gather",
];

/// IRI of `fm:inferred`.
pub(super) const INFERRED: &str = "https://w3id.org/factmill/ns#inferred";

/// A join whose parent is still only a node.
pub(super) struct PendingJoin {
    place: Place,
    parent: NodeId,
    parent_place: Place,
    child_source: Option<LogicalSource>,
    conditions: bool,
}

impl Checker<'_> {
    /// Returns the triples maps of the document.
    pub(super) fn triples_maps(&mut self) -> Vec<TriplesMap> {
        let mut nodes: Vec<NodeId> = (0..self.doc.nodes.len())
            .filter(|id| self.is_triples_map(*id))
            .collect();
        nodes.sort_by(|a, b| self.node(*a).place.cmp(&self.node(*b).place));
        if nodes.is_empty() {
            self.errors.push(
                Diagnostic::error(codes::MAPPING_TERM, "the mapping has no triples map")
                    .at(Place::file(self.doc.file.clone()))
                    .hint("a triples map has rml:logicalSource, rml:subjectMap and rml:predicateObjectMap in http://w3id.org/rml/"),
            );
        }
        self.indexes = nodes
            .iter()
            .enumerate()
            .map(|(index, id)| (*id, index))
            .collect();
        let triples_maps: Vec<Option<TriplesMap>> =
            nodes.into_iter().map(|id| self.triples_map(id)).collect();
        let joins = std::mem::take(&mut self.joins);
        self.check_joins(&triples_maps, &joins);
        self.check_quotes(&triples_maps);
        self.other_views();
        self.other_functions();
        self.check_keys(&triples_maps);
        // One that is missing has left an error, so nobody will see the gap.
        triples_maps.into_iter().flatten().collect()
    }

    fn is_triples_map(&self, id: NodeId) -> bool {
        self.node(id).properties.iter().any(|property| {
            property
                .predicate
                .strip_prefix(RML)
                .is_some_and(|local| MARKS.contains(&local))
                || (property.predicate == RDF_TYPE
                    && self
                        .doc
                        .iri(&property.object)
                        .and_then(|class| class.strip_prefix(RML))
                        .is_some_and(|class| class.ends_with("TriplesMap")))
        })
    }

    fn triples_map(&mut self, id: NodeId) -> Option<TriplesMap> {
        self.allow(
            id,
            "a triples map",
            &[
                "logicalSource",
                "subjectMap",
                "subject",
                "predicateObjectMap",
                "baseIRI",
            ],
        );
        let place = self.node(id).place.clone();
        let source = match self.one(id, "logicalSource") {
            Some(property) => self.logical_source(property),
            None if self.says_all_itself(id) => Some(LogicalSource::nothing(&place)),
            None => {
                self.lacking(
                    id,
                    &place,
                    "the triples map has no logical source",
                    "add rml:logicalSource [ rml:source … ; rml:referenceFormulation … ]",
                );
                None
            }
        };
        let base = self.base(id);
        self.source.clone_from(&source);
        let (subject, classes, graphs) = self.subject(id, &place)?;
        let mut predicate_objects = Vec::new();
        for property in self.all(id, "predicateObjectMap") {
            if let Some(found) = self.predicate_object(property) {
                predicate_objects.push(found);
            }
        }
        Some(TriplesMap {
            name: self.doc.label(id),
            place,
            source: source?,
            base,
            subject,
            classes,
            graphs,
            predicate_objects,
            asserted: !self.is_a(id, "NonAssertedTriplesMap"),
        })
    }

    /// Returns the `rml:baseIRI` of a triples map.
    fn base(&mut self, id: NodeId) -> Option<String> {
        let property = self.one(id, "baseIRI")?;
        let base = match &property.object {
            // The suites write both an IRI and a text.
            Object::Literal { text, .. } => text.clone(),
            Object::Node(_) => self.iri(property)?.to_owned(),
        };
        if Iri::parse(base.as_str()).is_err() {
            self.error_with_hint(
                &property.object_place,
                format!("the base \"{base}\" is not an absolute IRI"),
                "write it whole, such as <http://example.org/>",
            );
        }
        Some(base)
    }

    /// Returns whether a triples map has terms but none that is made of a record: only constants, fresh blank nodes and
    /// functions of constants. Such a one needs no logical source (RML-Core, triples maps).
    fn says_all_itself(&self, id: NodeId) -> bool {
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for property in &self.node(id).properties {
                let leads_on = match property.predicate.strip_prefix(RML) {
                    Some("reference" | "template" | "joinCondition") => return false,
                    Some(local) => PARTS.contains(&local),
                    // What is gathered stands in a list.
                    None => matches!(&*property.predicate, RDF_FIRST | RDF_REST),
                };
                if let (true, Object::Node(node)) = (leads_on, &property.object)
                    && seen.insert(*node)
                {
                    open.push(*node);
                }
            }
        }
        seen.len() > 1
    }

    /// Returns whether a node is stated to be of a class of `rml:`.
    pub(super) fn is_a(&self, id: NodeId, class: &str) -> bool {
        self.all(id, RDF_TYPE).iter().any(|property| {
            self.doc
                .iri(&property.object)
                .and_then(|iri| iri.strip_prefix(RML))
                .is_some_and(|found| found.eq_ignore_ascii_case(class))
        })
    }

    fn subject(
        &mut self,
        id: NodeId,
        place: &Place,
    ) -> Option<(TermMap, Vec<Class>, Vec<TermMap>)> {
        let map = self.one(id, "subjectMap");
        let constant = self.one(id, "subject");
        match (map, constant) {
            (Some(property), None) => {
                let node = self.object_node(property)?;
                let subject = self.term_map(node, Position::Subject, &property.object_place);
                let mut classes = Vec::new();
                for class in self.all(node, "class") {
                    if let Some(iri) = self.iri(class) {
                        classes.push(Class {
                            iri: iri.to_owned(),
                            place: class.object_place.clone(),
                        });
                    }
                }
                let graphs = self.term_maps(node, "graphMap", "graph", Position::Graph);
                Some((subject?, classes, graphs))
            }
            (None, Some(property)) => {
                let subject = self.constant_term(property, Position::Subject)?;
                Some((subject, Vec::new(), Vec::new()))
            }
            (Some(_), Some(second)) => {
                self.error_with_hint(
                    &second.place,
                    "the triples map has both rml:subjectMap and rml:subject",
                    "keep one of them",
                );
                None
            }
            (None, None) => {
                self.lacking(
                    id,
                    place,
                    "the triples map has no subject",
                    "add rml:subjectMap [ rml:template \"…\" ]",
                );
                None
            }
        }
    }

    /// Returns the term maps of a node: those of the long form and those of the constant shortcut.
    fn term_maps(
        &mut self,
        node: NodeId,
        long: &str,
        shortcut: &str,
        position: Position,
    ) -> Vec<TermMap> {
        let mut found = Vec::new();
        for property in self.node(node).properties.iter() {
            let Some(local) = property.predicate.strip_prefix(RML) else {
                continue;
            };
            if local == long {
                if let Some(id) = self.object_node(property) {
                    found.extend(self.term_map(id, position, &property.object_place));
                }
            } else if local == shortcut {
                found.extend(self.constant_term(property, position));
            }
        }
        found
    }

    fn predicate_object(&mut self, property: &Property) -> Option<PredicateObjectMap> {
        let id = self.object_node(property)?;
        self.allow(
            id,
            "a predicate-object map",
            &[
                "predicate",
                "predicateMap",
                "object",
                "objectMap",
                "graph",
                "graphMap",
                INFERRED,
            ],
        );
        let place = match &self.node(id).name {
            NodeName::Iri(_) => self.node(id).place.clone(),
            NodeName::Blank(_) => property.object_place.clone(),
        };
        for (long, shortcut, what) in [
            ("predicateMap", "predicate", "predicate"),
            ("objectMap", "object", "object"),
        ] {
            if self.all(id, long).is_empty() && self.all(id, shortcut).is_empty() {
                self.lacking(
                    id,
                    &place,
                    format!("the predicate-object map has no {what}"),
                    format!("add rml:{shortcut} or rml:{long}"),
                );
            }
        }
        let predicates = self.term_maps(id, "predicateMap", "predicate", Position::Predicate);
        let graphs = self.term_maps(id, "graphMap", "graph", Position::Graph);
        let mut objects = Vec::new();
        for property in self.node(id).properties.iter() {
            match property.predicate.strip_prefix(RML) {
                Some("object") => {
                    let term = self.constant_term(property, Position::Object);
                    objects.extend(term.map(|term| ObjectMap::Term(Box::new(term))));
                }
                Some("objectMap") => {
                    if let Some(node) = self.object_node(property) {
                        objects.extend(self.object_map(node, &property.object_place));
                    }
                }
                _ => {}
            }
        }
        let inferred = self.inferred(id);
        Some(PredicateObjectMap {
            place,
            predicates,
            objects,
            graphs,
            inferred,
        })
    }

    /// Returns the `fm:inferred` of a node: a text, or an expression whose value is the text.
    pub(super) fn inferred(&mut self, id: NodeId) -> Option<Expression> {
        let property = self.one(id, INFERRED)?;
        match &property.object {
            Object::Literal { text, .. } => Some(Expression {
                place: property.object_place.clone(),
                form: Form::Constant(Constant::Literal {
                    text: text.clone(),
                    language: None,
                    datatype: None,
                }),
            }),
            Object::Node(node) => self.value_map(*node, "fm:inferred", &property.object_place, 0),
        }
    }

    pub(super) fn object_map(&mut self, id: NodeId, place: &Place) -> Option<ObjectMap> {
        let Some(parent) = self.one(id, "parentTriplesMap") else {
            return self
                .term_map(id, Position::Object, place)
                .map(|term| ObjectMap::Term(Box::new(term)));
        };
        self.allow(
            id,
            "a reference to another triples map",
            &["parentTriplesMap", "joinCondition"],
        );
        let (index, conditions) = self.parent(id, parent)?;
        Some(ObjectMap::Join(RefObjectMap {
            place: parent.place.clone(),
            parent: index,
            conditions,
        }))
    }

    /// Returns the triples map that a property leads to, by its index, and the join conditions beside the property.
    pub(super) fn parent(
        &mut self,
        id: NodeId,
        parent: &Property,
    ) -> Option<(usize, Vec<JoinCondition>)> {
        let conditions = self.join_conditions(id);
        let parent_node = self.object_node(parent)?;
        self.joins.push(PendingJoin {
            place: parent.place.clone(),
            parent: parent_node,
            parent_place: parent.object_place.clone(),
            child_source: self.source.clone(),
            conditions: !self.all(id, "joinCondition").is_empty(),
        });
        // A parent that is missing is reported once all joins are known.
        let index = self.indexes.get(&parent_node).copied()?;
        Some((index, conditions))
    }

    /// Returns the join conditions of a node.
    pub(super) fn join_conditions(&mut self, id: NodeId) -> Vec<JoinCondition> {
        let mut conditions = Vec::new();
        for property in self.all(id, "joinCondition") {
            if let Some(node) = self.object_node(property) {
                conditions.extend(self.join_condition(node, &property.object_place));
            }
        }
        conditions
    }

    fn join_condition(&mut self, id: NodeId, place: &Place) -> Option<JoinCondition> {
        self.allow(
            id,
            "a join condition",
            &["child", "childMap", "parent", "parentMap"],
        );
        let child = self.join_side(id, "child", "childMap", place);
        let parent = self.join_side(id, "parent", "parentMap", place);
        Some(JoinCondition {
            child: child?,
            parent: parent?,
        })
    }

    fn join_side(
        &mut self,
        id: NodeId,
        shortcut: &str,
        long: &str,
        place: &Place,
    ) -> Option<Expression> {
        let Some(property) = self.either(id, shortcut, long) else {
            self.lacking(
                id,
                place,
                format!("the join condition has no {shortcut}"),
                format!("add rml:{shortcut} or rml:{long}"),
            );
            return None;
        };
        if property.predicate.strip_prefix(RML) == Some(long) {
            let node = self.object_node(property)?;
            return self.value_map(node, &format!("rml:{long}"), &property.object_place, 0);
        }
        let reference = self.text(property)?;
        Some(Expression {
            place: property.object_place.clone(),
            form: Form::Reference(reference),
        })
    }

    fn check_joins(&mut self, triples_maps: &[Option<TriplesMap>], joins: &[PendingJoin]) {
        for join in joins {
            let Some(index) = self.indexes.get(&join.parent).copied() else {
                let name = self.doc.label(join.parent);
                let labels: Vec<String> =
                    self.indexes.keys().map(|id| self.doc.label(*id)).collect();
                let near = vocabulary::nearest(&name, labels.iter().map(String::as_str));
                let mut diagnostic = Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!("there is no triples map {name}"),
                )
                .at(join.parent_place.clone());
                if let Some(near) = near {
                    diagnostic = diagnostic.hint(format!("did you mean {near}?"));
                }
                self.errors.push(diagnostic);
                continue;
            };
            let (Some(Some(parent)), Some(child)) = (triples_maps.get(index), &join.child_source)
            else {
                continue;
            };
            if !join.conditions && !child.reads_the_same_as(&parent.source) {
                self.consequence(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!(
                            "{} reads another source, so the two must be joined",
                            parent.name
                        ),
                    )
                    .at(join.place.clone())
                    .and_at("its source", parent.source.file.declared.clone())
                    .hint("add rml:joinCondition [ rml:child \"…\" ; rml:parent \"…\" ]"),
                );
            }
        }
    }
}

/// Returns a term of `fm:` as people write it, for messages.
pub(super) fn fm(local: &str) -> String {
    short(&format!("{FM}{local}"))
}
