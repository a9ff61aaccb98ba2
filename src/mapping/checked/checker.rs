//! The state of a check and the questions every part of it asks of a node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::triples::PendingJoin;
use super::{LogicalView, UserFunction};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::LogicalSource;
use crate::mapping::syntax::{MappingDoc, Node, NodeId, Object, Property};
use crate::mapping::vocabulary::{
    self, FM, FM_CLASSES, RDF_TYPE, RML, RML_CLASSES, Standing, short, siblings,
};

/// How many expressions a mapping may unfold to; shared function executions count each time they are used.
const MOST_EXPRESSIONS: usize = 100_000;
/// How deep function executions may be nested.
pub(super) const DEEPEST_CALL: usize = 32;

/// Walks a document and collects what is wrong with it.
pub(super) struct Checker<'d> {
    pub(super) doc: &'d MappingDoc,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) notices: Vec<Diagnostic>,
    /// The index of each triples map, by node.
    pub(super) indexes: BTreeMap<NodeId, usize>,
    /// The source of the triples map at hand.
    pub(super) source: Option<LogicalSource>,
    pub(super) joins: Vec<PendingJoin>,
    /// The source that each view is, by node; `None` for one that is wrong.
    pub(super) views: BTreeMap<NodeId, Option<LogicalSource>>,
    /// The views by their descriptions.
    pub(super) twins: BTreeMap<u128, LogicalSource>,
    pub(super) logical_views: Vec<LogicalView>,
    /// The functions that the mapping declares, by node; `None` for one that is wrong.
    pub(super) functions: BTreeMap<NodeId, Option<Arc<UserFunction>>>,
    /// The views and fields that the node at hand is within.
    pub(super) within: Vec<NodeId>,
    /// How deep the gather map at hand is nested.
    pub(super) nesting: usize,
    visited: BTreeSet<NodeId>,
    /// The nodes with a property that there is not, or not there.
    slips: BTreeSet<NodeId>,
    /// What is wrong unless a slip elsewhere is the reason.
    consequences: Vec<Diagnostic>,
    expressions: usize,
}

impl<'d> Checker<'d> {
    pub(super) fn new(doc: &'d MappingDoc) -> Self {
        Self {
            doc,
            errors: Vec::new(),
            notices: Vec::new(),
            indexes: BTreeMap::new(),
            source: None,
            joins: Vec::new(),
            views: BTreeMap::new(),
            twins: BTreeMap::new(),
            logical_views: Vec::new(),
            functions: BTreeMap::new(),
            within: Vec::new(),
            nesting: 0,
            visited: BTreeSet::new(),
            slips: BTreeSet::new(),
            consequences: Vec::new(),
            expressions: 0,
        }
    }

    /// Returns what is wrong and what is worth knowing, in the order of the text, each once.
    pub(super) fn finish(mut self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let mut notices = std::mem::take(&mut self.notices);
        notices.extend(self.unvisited());
        if self.slips.is_empty() {
            self.errors.append(&mut self.consequences);
        }
        self.errors.sort_by(|a, b| a.place.cmp(&b.place));
        self.errors.dedup();
        (self.errors, notices)
    }

    pub(super) fn node(&self, id: NodeId) -> &'d Node {
        &self.doc.nodes[id]
    }

    pub(super) fn error(&mut self, place: &Place, message: impl Into<String>) {
        self.errors
            .push(Diagnostic::error(codes::MAPPING_TERM, message).at(place.clone()));
    }

    pub(super) fn error_with_hint(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.errors.push(
            Diagnostic::error(codes::MAPPING_TERM, message)
                .at(place.clone())
                .hint(hint),
        );
    }

    /// Reports that a node lacks something, unless a property of it was reported that there is not: one slip is one
    /// error.
    pub(super) fn lacking(
        &mut self,
        id: NodeId,
        place: &Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if !self.slipped(id) {
            self.error_with_hint(place, message, hint);
        }
    }

    /// Returns whether a property of a node was reported that there is not.
    pub(super) fn slipped(&self, id: NodeId) -> bool {
        self.slips.contains(&id)
    }

    /// Marks a node whose own mistake was reported.
    pub(super) fn slip(&mut self, id: NodeId) {
        self.slips.insert(id);
    }

    /// Reports what is wrong between nodes, unless a slip in any of them may be the reason.
    pub(super) fn consequence(&mut self, diagnostic: Diagnostic) {
        self.consequences.push(diagnostic);
    }

    /// Marks a node as read though it is only a link of the document.
    pub(super) fn visit(&mut self, id: NodeId) {
        self.visited.insert(id);
    }

    /// Marks a node and those that describe it as read.
    pub(super) fn visit_all(&mut self, id: NodeId) {
        let mut open = vec![id];
        while let Some(at) = open.pop() {
            if self.visited.insert(at) {
                let objects = self.doc.node(at).properties.iter().map(|one| &one.object);
                open.extend(objects.filter_map(|object| match object {
                    Object::Node(inner) => Some(*inner),
                    Object::Literal { .. } => None,
                }));
            }
        }
    }

    /// Counts an expression; returns false, with an error, when there are too many to be meant.
    pub(super) fn count_expression(&mut self, place: &Place) -> bool {
        self.expressions += 1;
        if self.expressions == MOST_EXPRESSIONS {
            self.error(place, "the mapping unfolds to too many expressions");
        }
        self.expressions < MOST_EXPRESSIONS
    }

    /// Returns the properties of a node with that predicate, in the order of the text.
    pub(super) fn all(&self, node: NodeId, predicate: &str) -> Vec<&'d Property> {
        self.node(node)
            .properties
            .iter()
            .filter(|property| {
                property
                    .predicate
                    .strip_prefix(RML)
                    .is_some_and(|local| local == predicate)
                    || property.predicate == predicate
            })
            .collect()
    }

    /// Returns the one property of a node with that predicate; a second one is an error.
    pub(super) fn one(&mut self, node: NodeId, predicate: &str) -> Option<&'d Property> {
        let found = self.all(node, predicate);
        if let Some(second) = found.get(1) {
            let name = short(&second.predicate);
            let first = found[0].place.clone();
            self.errors.push(
                Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!("there is a second {name} here"),
                )
                .at(second.place.clone())
                .and_at("the first", first)
                .hint(format!("keep one {name}")),
            );
        }
        found.first().copied()
    }

    /// Returns the one property of a node that is a shortcut or its long form; to have both is an error.
    pub(super) fn either(
        &mut self,
        node: NodeId,
        shortcut: &str,
        long: &str,
    ) -> Option<&'d Property> {
        let short_one = self.one(node, shortcut);
        let long_one = self.one(node, long);
        if let (Some(first), Some(second)) = (short_one, long_one) {
            self.errors.push(
                Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!(
                        "{} and {} say the same thing twice",
                        short(&first.predicate),
                        short(&second.predicate)
                    ),
                )
                .at(second.place.clone())
                .and_at("the first", first.place.clone())
                .hint("keep one of them"),
            );
        }
        short_one.or(long_one)
    }

    /// Returns the text of a literal object; anything else is an error.
    pub(super) fn text(&mut self, property: &Property) -> Option<String> {
        match &property.object {
            Object::Literal { text, .. } => Some(text.clone()),
            Object::Node(_) => {
                let name = short(&property.predicate);
                self.error_with_hint(
                    &property.object_place,
                    format!("{name} takes a text"),
                    "write it in quotes",
                );
                None
            }
        }
    }

    /// Returns the IRI of an object; anything else is an error.
    pub(super) fn iri(&mut self, property: &Property) -> Option<&'d str> {
        let found = match &property.object {
            Object::Node(id) => match &self.node(*id).name {
                crate::mapping::syntax::NodeName::Iri(iri) => Some(iri.as_str()),
                crate::mapping::syntax::NodeName::Blank(_) => None,
            },
            Object::Literal { .. } => None,
        };
        if found.is_none() {
            let name = short(&property.predicate);
            self.error_with_hint(
                &property.object_place,
                format!("{name} takes an IRI"),
                "write it in angle brackets or with a prefix",
            );
        }
        found
    }

    /// Returns the node of an object; a literal is an error.
    pub(super) fn object_node(&mut self, property: &Property) -> Option<NodeId> {
        match property.object {
            Object::Node(id) => Some(id),
            Object::Literal { .. } => {
                let name = short(&property.predicate);
                self.error_with_hint(
                    &property.object_place,
                    format!("{name} takes a node, not a text"),
                    "write [ … ] with its properties",
                );
                None
            }
        }
    }

    /// Marks a node as read in a role and reports every property and class of it that has no place there.
    ///
    /// `known` are local names of `rml:` and whole IRIs of other vocabularies.
    pub(super) fn allow(&mut self, id: NodeId, role: &str, known: &[&str]) {
        self.visited.insert(id);
        let mut strangers = Vec::new();
        for property in &self.node(id).properties {
            if property.predicate == RDF_TYPE {
                self.class(property);
                continue;
            }
            let allowed = known.iter().any(|name| {
                *name == property.predicate || property.predicate.strip_prefix(RML) == Some(*name)
            });
            let standing = vocabulary::standing(&property.predicate);
            if !allowed && standing != Standing::Foreign {
                strangers.push((property, standing));
            }
        }
        // Beside a misspelt property another may only seem to be out of place.
        let misspelt = strangers
            .iter()
            .any(|(_, standing)| *standing != Standing::Read);
        for (property, standing) in strangers {
            self.slips.insert(id);
            if !misspelt || standing != Standing::Read {
                self.misplaced(property, Some((role, known)));
            }
        }
    }

    fn misplaced(&mut self, property: &Property, role: Option<(&str, &[&str])>) {
        let name = short(&property.predicate);
        let standing = vocabulary::standing(&property.predicate);
        let mut diagnostic = match standing {
            Standing::Foreign => return,
            Standing::Read => match role {
                Some((role, _)) => Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!("{name} has no meaning in {role}"),
                ),
                None => return,
            },
            Standing::NotSupported => {
                Diagnostic::error(codes::MAPPING_TERM, format!("{name} is not supported"))
                    .hint("take it out, or map the source in another way")
            }
            Standing::Old(vocabulary) => Diagnostic::error(
                codes::MAPPING_TERM,
                format!("{name} belongs to {vocabulary}, which is not supported"),
            )
            .hint("use the rml: vocabulary, http://w3id.org/rml/"),
            Standing::Unknown => {
                Diagnostic::error(codes::MAPPING_TERM, format!("there is no property {name}"))
            }
        };
        if matches!(standing, Standing::Read | Standing::Unknown) {
            let of_role: Vec<String> = role
                .iter()
                .flat_map(|(_, known)| known.iter())
                .map(|local| {
                    if local.contains(':') {
                        (*local).to_owned()
                    } else {
                        format!("{RML}{local}")
                    }
                })
                .collect();
            let near = [of_role, siblings(&property.predicate)]
                .into_iter()
                .find_map(|names| {
                    let names = names.iter().map(String::as_str);
                    vocabulary::nearest(&property.predicate, names).map(short)
                });
            if let (Standing::Unknown, Some(near)) = (standing, near) {
                diagnostic = diagnostic.hint(format!("did you mean {near}?"));
            }
            if let (Some((role, known)), true) = (role, diagnostic.hints.is_empty()) {
                let names: Vec<String> = known
                    .iter()
                    .map(|name| {
                        if name.contains(':') {
                            short(name)
                        } else {
                            format!("rml:{name}")
                        }
                    })
                    .collect();
                diagnostic = diagnostic.hint(format!("{role} takes {}", names.join(", ")));
            }
        }
        self.errors.push(diagnostic.at(property.place.clone()));
    }

    fn class(&mut self, property: &Property) {
        let Some(iri) = self.doc.iri(&property.object) else {
            return;
        };
        let (local, known, namespace) = if let Some(local) = iri.strip_prefix(RML) {
            (local, RML_CLASSES, RML)
        } else if let Some(local) = iri.strip_prefix(FM) {
            (local, FM_CLASSES, FM)
        } else {
            return;
        };
        if known.contains(&local) {
            return;
        }
        if let Some(meant) = known.iter().find(|class| class.eq_ignore_ascii_case(local)) {
            // Published mappings have it so; nothing else can be meant.
            let meant = short(&format!("{namespace}{meant}"));
            self.notices.push(
                Diagnostic::warning(
                    codes::MAPPING_TERM,
                    format!("the class {} is taken for {meant}", short(iri)),
                )
                .at(property.object_place.clone()),
            );
            return;
        }
        let mut diagnostic = Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the class {} is not known or not supported", short(iri)),
        )
        .at(property.object_place.clone());
        if let Some(near) = vocabulary::nearest(local, known.iter().copied()) {
            diagnostic = diagnostic.hint(format!(
                "did you mean {}?",
                short(&format!("{namespace}{near}"))
            ));
        }
        self.errors.push(diagnostic);
    }

    /// Reports slips in nodes that no triples map leads to: a misspelt property is often why none does. Returns a
    /// warning for each that is right but leads nowhere; what is only within such a node goes without saying.
    fn unvisited(&mut self) -> Vec<Diagnostic> {
        let left: Vec<NodeId> = (0..self.doc.nodes.len())
            .filter(|id| !self.visited.contains(id))
            .collect();
        let mut within = BTreeSet::new();
        for id in &left {
            for property in &self.node(*id).properties {
                if property.predicate == RDF_TYPE {
                    self.class(property);
                } else {
                    self.misplaced(property, None);
                }
                if let Object::Node(inner) = property.object {
                    within.insert(inner);
                }
            }
        }
        let read =
            |property: &&Property| vocabulary::standing(&property.predicate) == Standing::Read;
        let roots = left.iter().filter(|id| !within.contains(*id));
        let mut notices = Vec::new();
        // Nodes in a ring are all within one another; the first of them stands for it.
        for id in roots.chain(&left) {
            if self.visited.contains(id) {
                continue;
            }
            self.visit_all(*id);
            if let Some(property) = self.node(*id).properties.iter().find(read) {
                notices.push(
                    Diagnostic::warning(
                        codes::MAPPING_TERM,
                        format!("no triples map leads to {}", self.doc.label(*id)),
                    )
                    .at(property.place.clone()),
                );
            }
        }
        notices
    }
}
