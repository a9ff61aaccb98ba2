//! Everything below a triples map as a tree: nodes that are shared are written where they are used.

use std::collections::{BTreeMap, BTreeSet};

use super::{iri_name, is_iri};
use crate::mapping::legacy::EXTENSIONS;
use crate::mapping::syntax::{MappingDoc, NodeId, Object, Property};
use crate::mapping::vocabulary::{RDF_FIRST, RDF_TYPE, RML};

/// How deep a mapping may lead; one that leads to itself ends there.
const DEEPEST: usize = 48;
/// How many nodes a mapping may unfold to.
const MOST: usize = 200_000;

/// A term with all that is said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tree {
    /// An IRI.
    Iri(String),
    /// A literal.
    Literal {
        /// Lexical form.
        text: String,
        /// Language tag.
        language: Option<String>,
        /// IRI of the datatype.
        datatype: Option<String>,
    },
    /// A triples map, by its node and the number of its subject.
    Map(NodeId, usize),
    /// A node without a name. A predicate that begins with `^` leads to it.
    Node(BTreeSet<(String, Tree)>),
}

impl Tree {
    pub(super) fn text(text: &str) -> Self {
        Self::Literal {
            text: text.to_owned(),
            language: None,
            datatype: None,
        }
    }

    /// Returns a node with one property of `rml:`.
    pub(super) fn with(local: &str, object: Self) -> Self {
        Self::Node(BTreeSet::from([(format!("{RML}{local}"), object)]))
    }
}

/// What a node is to the one that leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Predicate,
    Object,
    Graph,
    Datatype,
    Input,
    /// A language tag.
    Language,
    /// A plain value: a side of a join.
    Value,
    /// Anything else.
    Other,
}

/// Properties that say the same as a longer one with a constant: short name, long name, what the constant is.
const SHORTCUTS: &[(&str, &str, &str)] = &[
    ("child", "childMap", "reference"),
    ("parent", "parentMap", "reference"),
    ("language", "languageMap", "constant"),
    ("datatype", "datatypeMap", "constant"),
    ("function", "functionMap", "constant"),
    ("parameter", "parameterMap", "constant"),
    ("inputValue", "inputValueMap", "constant"),
    ("return", "returnMap", "constant"),
    ("graph", "graphMap", "constant"),
];

/// Classes that say something about a node that its place does not.
const TELLING_CLASSES: &[&str] = &[
    "FilePath",
    "LogicalView",
    "XPathReferenceFormulation",
    "NonAssertedTriplesMap",
    "AssertedTriplesMap",
];

/// What annotates a mapping and changes nothing.
const ANNOTATIONS: &[&str] = &[
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://purl.org/dc/",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2002/07/owl#",
];

const AFFORDANCE: &str = "https://www.w3.org/2019/wot/td#hasPropertyAffordance";

/// Walks a document in today's vocabulary.
pub(super) struct Walker<'d> {
    pub(super) doc: &'d MappingDoc,
    /// The number of subjects of each triples map.
    maps: BTreeMap<NodeId, usize>,
    /// Whether the mapping makes its own targets, whose names were generated.
    makes_targets: bool,
    path: Vec<NodeId>,
    nodes: usize,
}

impl<'d> Walker<'d> {
    pub(super) fn new(doc: &'d MappingDoc, maps: &[NodeId]) -> Self {
        let this = format!("{EXTENSIONS}ThisMapping");
        let mut walker = Self {
            doc,
            maps: BTreeMap::new(),
            makes_targets: (0..doc.nodes.len()).any(|id| iri_name(doc, id) == Some(&this)),
            path: Vec::new(),
            nodes: 0,
        };
        for id in maps {
            let subjects = walker.all(*id, &["subjectMap", "subject"]).len();
            walker.maps.insert(*id, subjects.max(1));
        }
        walker
    }

    /// Returns the properties of a node with any of these local names of `rml:`.
    pub(super) fn all(&self, id: NodeId, names: &[&str]) -> Vec<&'d Property> {
        let doc = self.doc;
        doc.nodes[id]
            .properties
            .iter()
            .filter(|property| {
                property
                    .predicate
                    .strip_prefix(RML)
                    .is_some_and(|local| names.contains(&local))
            })
            .collect()
    }

    /// Returns a triples map for each of its subjects.
    pub(super) fn triples_map(&mut self, id: NodeId) -> Vec<Tree> {
        self.path.push(id);
        let mut common: BTreeSet<(String, Tree)> = BTreeSet::new();
        common.insert((RDF_TYPE.to_owned(), Tree::Iri(format!("{RML}TriplesMap"))));
        let own = ["subjectMap", "subject", "predicateObjectMap"];
        let mut predicate_objects = BTreeSet::new();
        let doc = self.doc;
        for property in &doc.nodes[id].properties {
            match property.predicate.strip_prefix(RML) {
                Some(local) if own.contains(&local) => {}
                Some("baseIRI") => {
                    let object = match self.object(&property.object, Role::Other) {
                        Tree::Literal { text, .. } => Tree::Iri(text),
                        other => other,
                    };
                    common.insert((property.predicate.clone(), object));
                }
                _ => self.property(property, &mut common),
            }
        }
        for property in self.all(id, &["predicateObjectMap"]) {
            if let Object::Node(pom) = property.object {
                predicate_objects.extend(self.predicate_object_map(pom));
            }
        }
        let subjects = self.all(id, &["subjectMap", "subject"]);
        let mut found = Vec::new();
        for property in &subjects {
            let mut tree = common.clone();
            let mut statements = predicate_objects.clone();
            let subject = match property.object {
                Object::Node(node) if property.predicate.ends_with("Map") => {
                    for class in self.all(node, &["class"]) {
                        statements.insert(self.class(class));
                    }
                    self.node(node, Role::Subject)
                }
                _ => self.constant(&property.object, Role::Subject),
            };
            tree.insert((format!("{RML}subjectMap"), subject));
            for statement in statements {
                tree.insert((format!("{RML}predicateObjectMap"), statement));
            }
            found.push(Tree::Node(tree));
        }
        if found.is_empty() {
            for statement in predicate_objects {
                common.insert((format!("{RML}predicateObjectMap"), statement));
            }
            found.push(Tree::Node(common));
        }
        self.path.pop();
        found
    }

    /// Returns the predicate-object map that says what a class says.
    fn class(&mut self, property: &Property) -> Tree {
        let predicate = Tree::with("constant", Tree::Iri(RDF_TYPE.to_owned()));
        let object = self.constant(&property.object, Role::Object);
        Tree::Node(BTreeSet::from([
            (format!("{RML}predicateMap"), predicate),
            (format!("{RML}objectMap"), object),
        ]))
    }

    /// Returns a map for each predicate and object of a predicate-object map; objects that are one node for all predicates
    /// stay together with these.
    fn predicate_object_map(&mut self, id: NodeId) -> Vec<Tree> {
        let mut predicates = BTreeSet::new();
        let mut objects = BTreeSet::new();
        let mut rest = BTreeSet::new();
        let doc = self.doc;
        if self.path.contains(&id) {
            return Vec::new();
        }
        self.path.push(id);
        for property in &doc.nodes[id].properties {
            let node = match property.object {
                Object::Node(node) => Some(node),
                Object::Literal { .. } => None,
            };
            match (property.predicate.strip_prefix(RML), node) {
                (Some("predicate"), _) => {
                    predicates.insert(self.constant(&property.object, Role::Predicate));
                }
                (Some("predicateMap"), Some(node)) => {
                    predicates.insert(self.node(node, Role::Predicate));
                }
                (Some("object"), _) => {
                    objects.insert(self.constant(&property.object, Role::Object));
                }
                (Some("objectMap"), Some(node)) => objects.extend(self.object_maps(node)),
                _ => self.property(property, &mut rest),
            }
        }
        self.path.pop();
        let (shared, objects): (Vec<Tree>, Vec<Tree>) =
            objects.into_iter().partition(super::term::makes_a_node);
        let mut found = Vec::new();
        for object in shared {
            let mut tree = rest.clone();
            let maps = predicates.iter().cloned();
            tree.extend(maps.map(|predicate| (format!("{RML}predicateMap"), predicate)));
            tree.insert((format!("{RML}objectMap"), object));
            found.push(Tree::Node(tree));
        }
        for predicate in &predicates {
            for object in &objects {
                let mut tree = rest.clone();
                let object = super::term::of_type(predicate, object);
                tree.insert((format!("{RML}predicateMap"), predicate.clone()));
                tree.insert((format!("{RML}objectMap"), object));
                found.push(Tree::Node(tree));
            }
        }
        found
    }

    /// Returns an object map, once for each subject of the triples map that it leads to.
    fn object_maps(&mut self, id: NodeId) -> Vec<Tree> {
        let parents = self.all(id, &["parentTriplesMap"]);
        let tree = self.node(id, Role::Object);
        let Some(Object::Node(parent)) = parents.first().map(|property| &property.object) else {
            return vec![tree];
        };
        let count = self.maps.get(parent).copied().unwrap_or(1);
        let Tree::Node(properties) = tree else {
            return vec![tree];
        };
        (0..count)
            .map(|number| {
                let renumber = |(predicate, object): &(String, Tree)| match object {
                    Tree::Map(map, _) if map == parent => {
                        (predicate.clone(), Tree::Map(*map, number))
                    }
                    other => (predicate.clone(), other.clone()),
                };
                Tree::Node(properties.iter().map(renumber).collect())
            })
            .collect()
    }

    /// Returns the constant of a shortcut as the map it stands for.
    fn constant(&mut self, object: &Object, role: Role) -> Tree {
        let mut properties = BTreeSet::from([(format!("{RML}constant"), self.leaf(object))]);
        super::term::normalise(&mut properties, role, self.makes_targets);
        Tree::Node(properties)
    }

    /// Returns a node with everything below it.
    pub(super) fn node(&mut self, id: NodeId, role: Role) -> Tree {
        if let Some(count) = self.maps.get(&id) {
            debug_assert!(*count > 0);
            return Tree::Map(id, 0);
        }
        self.nodes += 1;
        if self.path.contains(&id) || self.path.len() > DEEPEST || self.nodes > MOST {
            return Tree::Node(BTreeSet::new());
        }
        self.path.push(id);
        let mut properties = BTreeSet::new();
        let doc = self.doc;
        for property in &doc.nodes[id].properties {
            if role == Role::Subject && property.predicate.strip_prefix(RML) == Some("class") {
                continue;
            }
            self.property(property, &mut properties);
        }
        for (thing, node) in doc.nodes.iter().enumerate() {
            let leads_here = node.properties.iter().any(|property| {
                property.predicate == AFFORDANCE && property.object == Object::Node(id)
            });
            if leads_here && !self.path.contains(&thing) {
                let tree = self.node(thing, Role::Other);
                properties.insert((format!("^{AFFORDANCE}"), tree));
            }
        }
        self.path.pop();
        super::term::normalise(&mut properties, role, self.makes_targets);
        Tree::Node(properties)
    }

    /// Adds a property in its long form.
    fn property(&mut self, property: &Property, into: &mut BTreeSet<(String, Tree)>) {
        let predicate = &property.predicate;
        if predicate == RDF_TYPE {
            into.extend(self.type_of(property));
            return;
        }
        if ANNOTATIONS
            .iter()
            .any(|namespace| predicate.starts_with(namespace))
        {
            return;
        }
        if predicate == AFFORDANCE && self.path.len() > 1 {
            // It leads back to the node that this one is written below.
            let last = self.path.iter().rev().nth(1).copied();
            if last.is_some_and(|last| property.object == Object::Node(last)) {
                return;
            }
        }
        let Some(local) = predicate.strip_prefix(RML) else {
            let tree = self.object(&property.object, Role::Other);
            into.insert((predicate.clone(), tree));
            return;
        };
        if let Some((_, long, kind)) = SHORTCUTS.iter().find(|(short, _, _)| *short == local) {
            let mut inner = BTreeSet::from([(format!("{RML}{kind}"), self.leaf(&property.object))]);
            super::term::normalise(&mut inner, role_of(long), self.makes_targets);
            into.insert((format!("{RML}{long}"), Tree::Node(inner)));
            return;
        }
        let tree = match (local, &property.object) {
            ("source", Object::Literal { text, .. }) if !text.contains("://") => file(text),
            ("constant" | "class", object) => self.constant_object(object),
            ("termType" | "referenceFormulation" | "serialization" | "compression", object) => {
                match self.doc.iri(object) {
                    Some(_) => self.leaf(object),
                    None => self.object(object, Role::Other),
                }
            }
            (local, object) => self.object(object, role_of(local)),
        };
        into.insert((predicate.clone(), tree));
    }

    /// Returns the class of a node if its place does not say it.
    fn type_of(&self, property: &Property) -> Option<(String, Tree)> {
        let iri = self.doc.iri(&property.object)?;
        let told = match iri.strip_prefix(RML) {
            Some("RelativePathSource") => format!("{RML}FilePath"),
            Some(local) if !TELLING_CLASSES.contains(&local) => return None,
            _ => iri.to_owned(),
        };
        Some((RDF_TYPE.to_owned(), Tree::Iri(told)))
    }

    /// Returns a constant: the term it is, unless it is a node of the mapping that a mapping makes targets of.
    fn constant_object(&mut self, object: &Object) -> Tree {
        let Object::Node(id) = object else {
            return self.leaf(object);
        };
        let part = self.doc.nodes[*id].properties.iter().any(|property| {
            property.predicate == RDF_FIRST
                || (property.predicate == RDF_TYPE
                    && is_iri(
                        self.doc,
                        &property.object,
                        &format!("{EXTENSIONS}CssClientCredentialsAuthentication"),
                    ))
        });
        if part {
            self.node(*id, Role::Other)
        } else {
            self.leaf(object)
        }
    }

    /// Returns an object: a node that is described with what is said about it, anything else as it is.
    fn object(&mut self, object: &Object, role: Role) -> Tree {
        match object {
            Object::Node(id)
                if !self.doc.nodes[*id].properties.is_empty()
                    || iri_name(self.doc, *id).is_none() =>
            {
                self.node(*id, role)
            }
            _ => self.leaf(object),
        }
    }

    /// Returns a term without what is said about it.
    fn leaf(&self, object: &Object) -> Tree {
        match object {
            Object::Literal {
                text,
                language,
                datatype,
            } => Tree::Literal {
                text: text.clone(),
                language: language.as_ref().map(|tag| tag.to_lowercase()),
                datatype: datatype.clone(),
            },
            Object::Node(id) => match iri_name(self.doc, *id) {
                Some(iri) => Tree::Iri(iri.to_owned()),
                None => Tree::Node(BTreeSet::new()),
            },
        }
    }

    /// Returns who wrote the rules.
    pub(super) fn authors(&mut self, id: NodeId) -> Tree {
        let class = Tree::Iri(super::RULES.to_owned());
        let mut properties = BTreeSet::from([(RDF_TYPE.to_owned(), class)]);
        let doc = self.doc;
        for property in &doc.nodes[id].properties {
            if property.predicate != super::CONTRIBUTOR {
                continue;
            }
            let Object::Node(person) = property.object else {
                properties.insert((property.predicate.clone(), self.leaf(&property.object)));
                continue;
            };
            let said: BTreeSet<(String, Tree)> = doc.nodes[person]
                .properties
                .iter()
                .filter(|said| {
                    said.predicate.contains("foaf") || said.predicate.ends_with("#label")
                })
                .map(|said| (said.predicate.clone(), self.leaf(&said.object)))
                .collect();
            let tree = if said.is_empty() {
                self.leaf(&property.object)
            } else {
                Tree::Node(said)
            };
            properties.insert((property.predicate.clone(), tree));
        }
        Tree::Node(properties)
    }
}

fn file(path: &str) -> Tree {
    Tree::Node(BTreeSet::from([
        (RDF_TYPE.to_owned(), Tree::Iri(format!("{RML}FilePath"))),
        (format!("{RML}path"), Tree::text(path)),
    ]))
}

/// Returns what an object is to a property of `rml:`.
fn role_of(local: &str) -> Role {
    match local {
        "subjectMap" => Role::Subject,
        "predicateMap" | "functionMap" | "parameterMap" | "returnMap" => Role::Predicate,
        "objectMap" => Role::Object,
        "graphMap" => Role::Graph,
        "datatypeMap" => Role::Datatype,
        "inputValueMap" => Role::Input,
        "languageMap" => Role::Language,
        "childMap" | "parentMap" => Role::Value,
        _ => Role::Other,
    }
}
