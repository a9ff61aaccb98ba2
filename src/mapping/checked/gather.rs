//! Gather maps: term maps that make a collection or container of other term maps (RML-CC).

use super::checker::Checker;
use super::term::Position;
use super::{Constant, Expression, Form, Gather, ObjectMap, TermKind, TermMap};
use crate::diagnostic::Place;
use crate::mapping::plan::GatherAs;
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{RDF, RDF_FIRST, RDF_NIL, RDF_REST, RML, short};

/// The properties that make a term map a gather map.
pub(super) const GATHER: &[&str] = &[
    "gather",
    "gatherAs",
    "strategy",
    "allowEmptyListAndContainer",
];

/// How deep gather maps may be nested.
const DEEPEST_GATHER: usize = 32;

impl Checker<'_> {
    /// Returns whether a node is a gather map.
    pub(super) fn is_gather(&self, id: NodeId) -> bool {
        GATHER
            .iter()
            .any(|property| !self.all(id, property).is_empty())
    }

    /// Returns the term map of a gather map; its own properties have been allowed.
    pub(super) fn gather(
        &mut self,
        id: NodeId,
        position: Position,
        place: &Place,
    ) -> Option<TermMap> {
        if position == Position::Datatype {
            self.error(place, "a datatype cannot be a collection");
            return None;
        }
        self.nesting += 1;
        let made = if self.nesting > DEEPEST_GATHER {
            self.error_with_hint(
                place,
                "gather maps are nested too deep",
                "does one lead back to itself?",
            );
            None
        } else {
            self.gather_within(id, place)
        };
        self.nesting -= 1;
        let made = made?;
        if !position.allows(&made.kind) {
            self.error_with_hint(
                &made.place,
                format!("{} cannot make a blank node", position.name()),
                "name the collection: add rml:template with the IRI of its head",
            );
            return None;
        }
        Some(made)
    }

    fn gather_within(&mut self, id: NodeId, place: &Place) -> Option<TermMap> {
        let kind = self.gather_as(id, place);
        let product = self.strategy(id);
        let allow_empty = self.allows_empty(id);
        let members = match self.one(id, "gather") {
            Some(property) => self.members(property),
            None => {
                self.lacking(
                    id,
                    place,
                    "the gather map has no rml:gather",
                    "add rml:gather ( [ rml:reference \"…\" ] )",
                );
                None
            }
        };
        let head = if self.has_expression(id) {
            // The head is a node, whatever a reference would be elsewhere.
            Some(self.plain_term_map(id, Position::Subject, place)?)
        } else {
            self.head_type(id);
            None
        };
        let at = self
            .all(id, "gather")
            .first()
            .map_or(place, |property| &property.place)
            .clone();
        let kind_of_head = head
            .as_ref()
            .map_or(TermKind::BlankNode, |head| head.kind.clone());
        Some(TermMap {
            place: at.clone(),
            expression: Expression {
                place: at,
                form: Form::Gather(Box::new(Gather {
                    head,
                    members: members?,
                    kind: kind?,
                    product: product?,
                    allow_empty: allow_empty?,
                })),
            },
            kind: kind_of_head,
            condition: None,
            inferred: None,
            targets: Vec::new(),
        })
    }

    /// Refuses a term type that an unnamed head cannot have.
    fn head_type(&mut self, id: NodeId) {
        let Some(property) = self.one(id, "termType") else {
            return;
        };
        let iri = self.iri(property).map(str::to_owned);
        if iri.is_some_and(|iri| iri.strip_prefix(RML) != Some("BlankNode")) {
            self.error_with_hint(
                &property.object_place,
                "a collection without a name is headed by a blank node",
                "add rml:template with the name of the head, or leave rml:termType out",
            );
        }
    }

    fn gather_as(&mut self, id: NodeId, place: &Place) -> Option<GatherAs> {
        let Some(property) = self.one(id, "gatherAs") else {
            self.lacking(
                id,
                place,
                "the gather map does not say what it makes",
                "add rml:gatherAs rdf:List, rdf:Bag, rdf:Seq or rdf:Alt",
            );
            return None;
        };
        let iri = self.iri(property)?;
        match iri.strip_prefix(RDF) {
            Some("List") => Some(GatherAs::List),
            Some("Bag") => Some(GatherAs::Bag),
            Some("Seq") => Some(GatherAs::Seq),
            Some("Alt") => Some(GatherAs::Alt),
            _ => {
                self.error_with_hint(
                    &property.object_place,
                    format!("{} is no collection or container", short(iri)),
                    "use rdf:List, rdf:Bag, rdf:Seq or rdf:Alt",
                );
                None
            }
        }
    }

    /// Returns whether the strategy is the Cartesian product.
    fn strategy(&mut self, id: NodeId) -> Option<bool> {
        let Some(property) = self.one(id, "strategy") else {
            return Some(false);
        };
        let iri = self.iri(property)?;
        match iri.strip_prefix(RML) {
            Some("append") => Some(false),
            Some("cartesianProduct" | "cartesian-product") => Some(true),
            _ => {
                self.error_with_hint(
                    &property.object_place,
                    format!("there is no strategy {}", short(iri)),
                    "use rml:append or rml:cartesianProduct",
                );
                None
            }
        }
    }

    fn allows_empty(&mut self, id: NodeId) -> Option<bool> {
        let Some(property) = self.one(id, "allowEmptyListAndContainer") else {
            return Some(false);
        };
        match self.text(property)?.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                self.error_with_hint(
                    &property.object_place,
                    format!("\"{other}\" is no boolean"),
                    "write true or false",
                );
                None
            }
        }
    }

    fn members(&mut self, property: &Property) -> Option<Vec<ObjectMap>> {
        let found = self.items(property)?;
        if found.is_empty() {
            self.error_with_hint(
                &property.object_place,
                "the gather map gathers nothing",
                "list at least one term map: ( [ rml:reference \"…\" ] )",
            );
            return None;
        }
        let mut members = Vec::with_capacity(found.len());
        for member in found {
            let place = member.object_place.clone();
            members.push(match &member.object {
                Object::Literal {
                    text,
                    language,
                    datatype,
                } => {
                    let constant = Constant::Literal {
                        text: text.clone(),
                        language: language.clone(),
                        datatype: datatype.clone(),
                    };
                    self.constant(constant, &place, None, false, Position::Object)
                        .map(|term| ObjectMap::Term(Box::new(term)))
                }
                Object::Node(id) => self.object_map(*id, &place),
            });
        }
        // One that is missing has left an error.
        members.into_iter().collect()
    }

    /// Returns the items of an RDF list, each as the property that leads to it; a broken list is an error.
    pub(super) fn items(&mut self, property: &Property) -> Option<Vec<Property>> {
        let mut items = Vec::new();
        let mut at = self.object_node(property)?;
        // A list is as long as the document has nodes, or it leads back to itself.
        for _ in 0..=self.doc.nodes.len() {
            if matches!(&self.node(at).name, NodeName::Iri(iri) if iri == RDF_NIL) {
                return Some(items);
            }
            self.visit(at);
            let first = self.one(at, RDF_FIRST).cloned();
            let rest = self.one(at, RDF_REST).map(|rest| rest.object.clone());
            let (Some(first), Some(Object::Node(rest))) = (first, rest) else {
                break;
            };
            items.push(first);
            at = rest;
        }
        self.error_with_hint(
            &property.object_place,
            format!("{} takes a list", short(&property.predicate)),
            "write the items in round brackets: ( … )",
        );
        None
    }
}
