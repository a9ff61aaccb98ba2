//! The text of a mapping as a graph of nodes, each with the place it stands at.
//!
//! The document knows RDF but not RML: it keeps every property with the file, line and column of its predicate and of
//! its object, so that whoever gives it a meaning can point at what is wrong.

mod token;
mod turtle;

use std::collections::BTreeMap;

use oxttl::TurtleParser;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// The base for relative IRIs of a mapping that has none of its own. Names of triples maps are shown without it.
pub const DEFAULT_BASE: &str = "https://w3id.org/factmill/mapping/";

/// How many properties a description may have that is compared with others.
const LARGEST_DESCRIPTION: usize = 1_000;

/// The number of a node in its document.
pub type NodeId = usize;

/// What a node is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeName {
    /// An IRI.
    Iri(String),
    /// A blank node, with its label or a number.
    Blank(String),
}

/// An object: a node or a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A node of the document.
    Node(NodeId),
    /// A literal.
    Literal {
        /// Lexical form.
        text: String,
        /// Language tag.
        language: Option<String>,
        /// IRI of the datatype; `None` for plain strings.
        datatype: Option<String>,
    },
}

/// A property of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// IRI of the predicate.
    pub predicate: String,
    /// Where the predicate stands.
    pub place: Place,
    /// The object.
    pub object: Object,
    /// Where the object stands.
    pub object_place: Place,
}

/// A node with its properties in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub name: NodeName,
    /// Where it is described; where it is first mentioned when it is not.
    pub place: Place,
    /// Its properties, in the order of the text.
    pub properties: Vec<Property>,
}

/// A mapping as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingDoc {
    /// Path of the file, as the project names it.
    pub file: String,
    /// Every node, in the order of its first mention.
    pub nodes: Vec<Node>,
    /// Whether it was written in the older vocabularies and has been translated.
    pub legacy: bool,
    /// What is worth knowing about the text though nothing is wrong.
    pub notices: Vec<Diagnostic>,
    ids: BTreeMap<NodeName, NodeId>,
}

impl MappingDoc {
    /// Returns the node of that number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Returns the IRI of an object if it is one.
    pub fn iri(&self, object: &Object) -> Option<&str> {
        match object {
            Object::Node(id) => match &self.nodes[*id].name {
                NodeName::Iri(iri) => Some(iri),
                NodeName::Blank(_) => None,
            },
            Object::Literal { .. } => None,
        }
    }

    /// Returns how a node is called when talking about it: its IRI (relative to the file's own base) or its label.
    pub fn label(&self, id: NodeId) -> String {
        match &self.nodes[id].name {
            NodeName::Iri(iri) => iri.strip_prefix(DEFAULT_BASE).unwrap_or(iri).to_owned(),
            NodeName::Blank(label) => format!("_:{label}"),
        }
    }

    /// Returns a hash that is the same for nodes with the same description, whatever blank nodes in it are called; `None` for
    /// a description that is very large or leads back to itself.
    pub(in crate::mapping) fn description(&self, id: NodeId) -> Option<u128> {
        let mut left = LARGEST_DESCRIPTION;
        self.description_within(id, &mut left)
    }

    fn description_within(&self, id: NodeId, left: &mut usize) -> Option<u128> {
        let mut said = Vec::new();
        for property in &self.nodes[id].properties {
            *left = left.checked_sub(1)?;
            let mut hash = Xxh3::new();
            hash.update(property.predicate.as_bytes());
            match &property.object {
                Object::Node(inner) => match &self.nodes[*inner].name {
                    // Two names are two things, though the same may be said of both.
                    NodeName::Iri(iri) => hash.update(format!(" <{iri}>").as_bytes()),
                    NodeName::Blank(_) => {
                        hash.update(b" [");
                        hash.update(&self.description_within(*inner, left)?.to_le_bytes());
                    }
                },
                Object::Literal {
                    text,
                    language,
                    datatype,
                } => {
                    hash.update(format!(" {language:?} {datatype:?} ").as_bytes());
                    hash.update(text.as_bytes());
                }
            }
            said.push(hash.digest128());
        }
        said.sort_unstable();
        said.dedup();
        let bytes: Vec<u8> = said.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        Some(xxh3_128(&bytes))
    }

    /// Returns the number of the node of that name, which is added if it is new.
    pub(in crate::mapping) fn intern(&mut self, name: NodeName, place: &Place) -> NodeId {
        let next = self.nodes.len();
        let id = *self.ids.entry(name.clone()).or_insert(next);
        if id == next {
            self.nodes.push(Node {
                name,
                place: place.clone(),
                properties: Vec::new(),
            });
        }
        id
    }
}

/// Reads a mapping in Turtle.
///
/// `file` is the name used in messages; `base` resolves relative IRIs (default: [`DEFAULT_BASE`]).
///
/// # Errors
/// `MAPPING_SYNTAX` with line and column.
pub fn read(text: &str, file: &str, base: Option<&str>) -> Result<MappingDoc> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = base.unwrap_or(DEFAULT_BASE);
    let fault = |line: u64, column: u64, message: String| {
        let number = u32::try_from(line).unwrap_or(u32::MAX - 1);
        let mut place = Place::file(file)
            .at_line(number + 1)
            .at_column(u32::try_from(column).map_or(1, |column| column.saturating_add(1)));
        place.text = text.lines().nth(number as usize).map(str::to_owned);
        Diagnostic::error(codes::MAPPING_SYNTAX, message).at(place)
    };
    let parser = TurtleParser::new().with_base_iri(base).map_err(|error| {
        Diagnostic::error(
            codes::MAPPING_SYNTAX,
            format!("the base IRI \"{base}\" is not valid: {error}"),
        )
        .at(Place::file(file))
    })?;
    // The standard reader decides what is valid; the walk over the tokens below only adds the places.
    for triple in parser.for_slice(text) {
        if let Err(error) = triple {
            let at = error.location().start;
            return Err(fault(at.line, at.column, error.message().to_owned()).into());
        }
    }
    turtle::walk(text, file, base)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "@prefix ex: <http://example.org/> .\n\
        # a comment with [ brackets\n\
        <#a> ex:p [\n  ex:q \"x\"@en ,\n    5 ; a ex:T\n] ; ex:r ( ex:one \"\"\"two\nlines\"\"\" ) .\n";

    #[test]
    fn keeps_the_place_of_everything() {
        let doc = read(TEXT, "m.ttl", None).unwrap();
        assert_eq!(doc.label(0), "#a");
        let outer = &doc.nodes[0].properties[0];
        assert_eq!((outer.place.line, outer.place.column), (Some(3), Some(6)));
        let Object::Node(inner) = outer.object else {
            panic!("a node")
        };
        let lines: Vec<_> = doc.nodes[inner]
            .properties
            .iter()
            .map(|p| (p.object_place.line, p.object_place.column))
            .collect();
        assert_eq!(
            lines,
            [(Some(4), Some(8)), (Some(5), Some(5)), (Some(5), Some(11))]
        );
        assert_eq!(outer.object_place.text.as_deref(), Some("<#a> ex:p ["));
    }

    #[test]
    fn a_slip_is_shown_with_its_line() {
        let error = read("<#a> <#b> .\n", "m.ttl", None).unwrap_err();
        assert_eq!(error.0[0].code, codes::MAPPING_SYNTAX);
        assert_eq!(error.0[0].place.as_ref().unwrap().line, Some(1));
        let error = read("<#a> <#b>\n  \"N\\ame\" .\n", "m.ttl", None).unwrap_err();
        assert_eq!(error.0[0].place.as_ref().unwrap().line, Some(2));
    }

    /// The walk over the tokens must see what the standard reader sees.
    #[test]
    fn agrees_with_the_standard_reader() {
        for text in [
            TEXT,
            "BASE <http://example.org/a/> PREFIX : <#> <b> a :c.d ; :e -1.5e3, .5, true, 'q\\u00e9\\n'^^:t . _:x :y _:x.",
            "@prefix p: <http://example.org/> . p:a\\,b p:%41 [], () . [ p:c p:d ] . ( 1 2 ) p:e '''it''s''' . [] p:f 3. ",
        ] {
            let expected = TurtleParser::new()
                .with_base_iri(DEFAULT_BASE)
                .unwrap()
                .for_slice(text)
                .collect::<std::result::Result<oxrdf::Graph, _>>();
            let mut expected = expected.unwrap();
            let doc = read(text, "m.ttl", None).unwrap();
            let node = |id: NodeId| -> oxrdf::NamedOrBlankNode {
                match &doc.nodes[id].name {
                    NodeName::Iri(iri) => oxrdf::NamedNode::new_unchecked(iri).into(),
                    NodeName::Blank(label) => oxrdf::BlankNode::new_unchecked(label).into(),
                }
            };
            let mut found = oxrdf::Graph::new();
            for (id, subject) in doc.nodes.iter().enumerate() {
                for property in &subject.properties {
                    let object: oxrdf::Term = match &property.object {
                        Object::Node(id) => node(*id).into(),
                        Object::Literal {
                            text,
                            language: Some(tag),
                            ..
                        } => {
                            oxrdf::Literal::new_language_tagged_literal_unchecked(text, tag).into()
                        }
                        Object::Literal {
                            text,
                            datatype: Some(iri),
                            ..
                        } => oxrdf::Literal::new_typed_literal(
                            text,
                            oxrdf::NamedNode::new_unchecked(iri),
                        )
                        .into(),
                        Object::Literal { text, .. } => {
                            oxrdf::Literal::new_simple_literal(text).into()
                        }
                    };
                    found.insert(&oxrdf::Triple::new(
                        node(id),
                        oxrdf::NamedNode::new_unchecked(&property.predicate),
                        object,
                    ));
                }
            }
            let algorithm = oxrdf::graph::CanonicalizationAlgorithm::Unstable;
            expected.canonicalize(algorithm);
            found.canonicalize(algorithm);
            assert_eq!(expected, found, "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends_in_a_message() {
        let text = format!("<#a> <#b> {}{} .", "[ <#b> ".repeat(5000), "]".repeat(5000));
        let error = read(&text, "m.ttl", None).unwrap_err();
        assert_eq!(error.0[0].code, codes::MAPPING_SYNTAX);
    }
}
