//! From [`Rules`] to the graph that a mapping in Turtle would give: every triple at its place in the YAML.

mod source;
mod target;
mod term;

use std::collections::BTreeMap;

use oxiri::Iri;

use super::model::{Author, Rule, Statement, Text, Use};
use super::prefixes::is_scheme;
use super::reader::Reader;
use super::value::Parts;
use crate::diagnostic::Place;
use crate::mapping::syntax::{DEFAULT_BASE, MappingDoc, NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{RDF_TYPE, RML, nearest};

const DCTERMS_CONTRIBUTOR: &str = "http://purl.org/dc/terms/contributor";
const VOID_DATASET: &str = "http://rdfs.org/ns/void#Dataset";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const RDFS_LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";

/// Writes rules as a graph.
pub(super) fn emit(reader: &mut Reader, file: &str) -> MappingDoc {
    let mut doc = MappingDoc::default();
    doc.file = file.to_owned();
    doc.legacy = true;
    let mut emitter = Emitter {
        reader,
        doc,
        fresh: 0,
        maps: BTreeMap::new(),
        sources: BTreeMap::new(),
        targets: BTreeMap::new(),
        authentications: BTreeMap::new(),
    };
    emitter.rules();
    emitter.doc
}

struct Emitter<'r> {
    reader: &'r mut Reader,
    doc: MappingDoc,
    fresh: usize,
    /// The triples maps of each mapping.
    maps: BTreeMap<String, Vec<NodeId>>,
    sources: BTreeMap<String, NodeId>,
    targets: BTreeMap<String, NodeId>,
    authentications: BTreeMap<String, NodeId>,
}

impl Emitter<'_> {
    fn rules(&mut self) {
        let rules = std::mem::take(&mut self.reader.rules.rules);
        let mut places = Vec::new();
        for rule in &rules {
            let count = rule.sources.len().max(1) * rule.subjects.len().max(1);
            let nodes: Vec<NodeId> = (1..=count)
                .map(|number| self.map_node(&rule.name, number))
                .collect();
            self.maps.insert(rule.name.text.clone(), nodes.clone());
            // Whoever means a mapping with change detection means all that it stands for.
            for operation in ["-create", "-update", "-delete"] {
                if let Some(name) = rule.name.text.strip_suffix(operation) {
                    self.maps.entry(name.to_owned()).or_default().extend(&nodes);
                }
            }
            places.push(nodes);
        }
        for (rule, nodes) in rules.iter().zip(places) {
            self.rule(rule, &nodes);
        }
        self.dynamic_targets();
        let authors = std::mem::take(&mut self.reader.rules.authors);
        self.authors(&authors);
    }

    /// Returns the node of a triples map: the name of the mapping behind the base.
    fn map_node(&mut self, name: &Text, number: usize) -> NodeId {
        let safe: String = name
            .text
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "-_.".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let base = match self
            .reader
            .base
            .as_deref()
            .filter(|base| Iri::parse(*base).is_ok())
        {
            Some(base) => base.to_owned(),
            None => format!("{DEFAULT_BASE}#"),
        };
        let mut number = number;
        loop {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let node = NodeName::Iri(format!("{base}{safe}{suffix}"));
            let known = self.doc.nodes.len();
            let id = self.doc.intern(node, &name.place);
            if id == known {
                return id;
            }
            number += 1;
        }
    }

    fn rule(&mut self, rule: &Rule, nodes: &[NodeId]) {
        if rule.sources.is_empty() {
            self.reader.warning(
                &rule.name.place,
                format!("the mapping {} has no source", rule.name.text),
            );
        }
        let sources: Vec<Option<&Use>> = if rule.sources.is_empty() {
            vec![None]
        } else {
            rule.sources.iter().map(Some).collect()
        };
        let mut nodes = nodes.iter();
        for source in sources {
            let source = source.and_then(|source| self.source_use(source));
            for subject in &rule.subjects {
                let Some(map) = nodes.next().copied() else {
                    return;
                };
                let place = &rule.name.place;
                self.class(map, "TriplesMap", place);
                if let Some((source, place)) = &source {
                    self.rml(map, "logicalSource", Object::Node(*source), place);
                }
                let subject_map = self.term(subject, term::Position::Subject);
                self.rml(map, "subjectMap", Object::Node(subject_map), &subject.place);
                for graph in &rule.graphs {
                    let graph_map = self.term(graph, term::Position::Graph);
                    self.rml(
                        subject_map,
                        "graphMap",
                        Object::Node(graph_map),
                        &graph.place,
                    );
                }
                for statement in &rule.statements {
                    self.statement(map, statement);
                }
            }
        }
    }

    fn statement(&mut self, map: NodeId, statement: &Statement) {
        let place = &statement.place;
        let pom = self.blank(place);
        self.rml(map, "predicateObjectMap", Object::Node(pom), place);
        for predicate in &statement.predicates {
            let node = self.term(predicate, term::Position::Predicate);
            self.rml(pom, "predicateMap", Object::Node(node), &predicate.place);
        }
        for object in &statement.objects {
            for node in self.object(object) {
                self.rml(pom, "objectMap", Object::Node(node), &object.place);
            }
        }
        for graph in &statement.graphs {
            let node = self.term(graph, term::Position::Graph);
            self.rml(pom, "graphMap", Object::Node(node), &graph.place);
        }
    }

    /// Returns the triples maps of a mapping.
    fn maps_named(&mut self, name: &Text) -> Vec<NodeId> {
        if let Some(found) = self.maps.get(&name.text) {
            return found.clone();
        }
        let names: Vec<String> = self.maps.keys().cloned().collect();
        self.missing("mapping", name, &names);
        Vec::new()
    }

    /// Says that something is defined nowhere, and what may have been meant.
    fn missing(&mut self, what: &str, name: &Text, names: &[String]) {
        let hint = match nearest(&name.text, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}?"),
            None if names.is_empty() => format!("no {what} has a name"),
            None => format!("there are {}", names.join(", ")),
        };
        self.reader.error(
            &name.place,
            format!("there is no {what} {}", name.text),
            hint,
        );
    }

    fn authors(&mut self, authors: &[Author]) {
        let Some(first) = authors.first() else { return };
        let rules = self.blank(&first.place);
        self.typed(rules, VOID_DATASET, &first.place);
        for author in authors {
            let place = &author.place;
            let person = match author
                .webid
                .as_deref()
                .filter(|webid| Iri::parse(*webid).is_ok())
            {
                Some(webid) => self.iri(webid, place),
                None => Object::Node(self.blank(place)),
            };
            self.add(rules, DCTERMS_CONTRIBUTOR, person.clone(), place);
            if author.webid.is_some() {
                continue;
            }
            let Object::Node(person) = person else {
                continue;
            };
            if let Some(name) = &author.name {
                self.add(person, RDFS_LABEL, literal(name), place);
            }
            let mail = author
                .email
                .as_ref()
                .map(|email| ("mbox", format!("mailto:{email}")));
            let page = author.website.clone().map(|page| ("homepage", page));
            for (property, value) in mail.into_iter().chain(page) {
                let object = self.iri_or_text(&value, place);
                self.add(person, &format!("{FOAF}{property}"), object, place);
            }
        }
    }

    /// Returns a new blank node.
    fn blank(&mut self, place: &Place) -> NodeId {
        self.fresh += 1;
        self.doc
            .intern(NodeName::Blank(format!("y{}", self.fresh)), place)
    }

    fn iri(&mut self, iri: &str, place: &Place) -> Object {
        Object::Node(self.doc.intern(NodeName::Iri(iri.to_owned()), place))
    }

    /// Returns an IRI, or the text as it is if it cannot be one.
    fn iri_or_text(&mut self, text: &str, place: &Place) -> Object {
        if Iri::parse(text).is_ok() {
            self.iri(text, place)
        } else {
            literal(text)
        }
    }

    /// Takes a value apart; says so if a reference in it is not closed.
    fn parsed(&mut self, text: &str, place: &Place) -> Parts {
        let parts = self.reader.parse(text);
        if let Some(reference) = &parts.unclosed {
            self.reader.error(
                place,
                format!("the reference {reference} is not closed"),
                "close it with ), or write $\\( where the text itself is meant",
            );
        }
        parts
    }

    /// Returns the IRI of a name with a prefix; says so if the prefix is not known.
    fn named(&mut self, text: &Text) -> String {
        let parts = self.parsed(&text.text, &text.place);
        self.known_prefix(parts.unknown_prefix.as_deref(), &text.place);
        parts.constant().unwrap_or_else(|| text.text.clone())
    }

    fn known_prefix(&mut self, unknown: Option<&str>, place: &Place) {
        let Some(prefix) = unknown.filter(|prefix| !is_scheme(prefix)) else {
            return;
        };
        let hint = match nearest(prefix, self.reader.prefixes.names()) {
            Some(near) => format!("did you mean {near}:?"),
            None => format!("declare it: prefixes: {{ {prefix}: \"…\" }}"),
        };
        self.reader
            .error(place, format!("the prefix {prefix} is not declared"), hint);
    }

    fn add(&mut self, subject: NodeId, predicate: &str, object: Object, place: &Place) {
        self.doc.nodes[subject].properties.push(Property {
            predicate: predicate.to_owned(),
            place: place.clone(),
            object,
            object_place: place.clone(),
        });
    }

    fn rml(&mut self, subject: NodeId, local: &str, object: Object, place: &Place) {
        self.add(subject, &format!("{RML}{local}"), object, place);
    }

    fn typed(&mut self, subject: NodeId, class: &str, place: &Place) {
        let class = self.iri(class, place);
        self.add(subject, RDF_TYPE, class, place);
    }

    fn class(&mut self, subject: NodeId, local: &str, place: &Place) {
        self.typed(subject, &format!("{RML}{local}"), place);
    }
}

fn literal(text: &str) -> Object {
    Object::Literal {
        text: text.to_owned(),
        language: None,
        datatype: None,
    }
}
