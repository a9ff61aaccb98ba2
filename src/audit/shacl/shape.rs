//! Shapes, read from a shapes graph and checked: targets, constraints, and what a result says of them.
//!
//! Only shapes that a target leads to are read, so that what nobody uses may be ill-formed.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{Literal, NamedNode, Term};
use regex::{Regex, RegexBuilder};

use super::component::{self, Component};
use super::graph::ShapesGraph;
use super::path::{Path, is_simple};
use super::sparql::SparqlConstraint;
use super::vocabulary::{CLASS, OWL_CLASS, SH, sh};
use crate::diagnostic::{Diagnostic, Diagnostics, codes};

/// Deepest nesting of shapes within shapes.
const DEEPEST: usize = 128;

/// The number of a shape in [`Shapes::all`].
pub(super) type ShapeId = usize;

/// A shape.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) node: Term,
    /// The shape with a name that this one was first met in; its own name if it has one.
    pub(super) named: Option<NamedNode>,
    /// The path of a property shape, with the node that stands for it.
    pub(super) path: Option<(Path, Term)>,
    pub(super) severity: NamedNode,
    pub(super) messages: Vec<Literal>,
    pub(super) deactivated: bool,
    pub(super) constraints: Vec<Constraint>,
}

/// What the focus nodes of a shape are (SHACL §2.1.3).
#[derive(Debug)]
pub(super) enum Target {
    Node(Term),
    Class(NamedNode),
    SubjectsOf(NamedNode),
    ObjectsOf(NamedNode),
}

/// A constraint (SHACL §4, §5, §6).
#[derive(Debug)]
pub(super) enum Constraint {
    Class(NamedNode),
    Datatype(NamedNode),
    NodeKind(NamedNode),
    MinCount(u64),
    MaxCount(u64),
    Range(RangeKind, Literal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Regex),
    LanguageIn(Vec<String>),
    UniqueLang,
    Equals(NamedNode),
    Disjoint(NamedNode),
    LessThan(NamedNode),
    LessThanOrEquals(NamedNode),
    Not(ShapeId),
    And(Vec<ShapeId>),
    Or(Vec<ShapeId>),
    Xone(Vec<ShapeId>),
    Node(ShapeId),
    Property(ShapeId),
    Qualified {
        shape: ShapeId,
        siblings: Vec<ShapeId>,
        min: Option<u64>,
        max: Option<u64>,
    },
    Closed(BTreeSet<String>),
    HasValue(Term),
    In(Vec<Term>),
    Sparql(Box<SparqlConstraint>),
    Component(Box<Component>),
}

/// Which side of a range a bound is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RangeKind {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

/// The shapes that are used.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    pub(super) all: Vec<Shape>,
    /// Each shape that has targets, with them.
    pub(super) targets: Vec<(ShapeId, Vec<Target>)>,
}

impl Shapes {
    /// Reads the shapes that have targets and those they use.
    ///
    /// # Errors
    /// `BAD_SHAPE` for each shape that is ill-formed.
    pub(super) fn read(graph: &ShapesGraph) -> Result<Self, Diagnostics> {
        let mut reader = Reader {
            graph,
            shapes: Self::default(),
            known: BTreeMap::new(),
            within: None,
            components: component::declared(graph),
            faults: Vec::new(),
        };
        for node in graph.subjects() {
            let targets = reader.targets(node);
            if !targets.is_empty() {
                let id = reader.shape(node, 0);
                reader.shapes.targets.push((id, targets));
            }
        }
        if reader.faults.is_empty() {
            Ok(reader.shapes)
        } else {
            Err(Diagnostics(reader.faults))
        }
    }
}

/// The parameters that make a node a shape (SHACL §2.1).
const PARAMETERS: &[&str] = &[
    "and",
    "class",
    "closed",
    "datatype",
    "disjoint",
    "equals",
    "hasValue",
    "in",
    "languageIn",
    "lessThan",
    "lessThanOrEquals",
    "maxCount",
    "maxExclusive",
    "maxInclusive",
    "maxLength",
    "minCount",
    "minExclusive",
    "minInclusive",
    "minLength",
    "node",
    "nodeKind",
    "not",
    "or",
    "path",
    "pattern",
    "property",
    "qualifiedValueShape",
    "sparql",
    "uniqueLang",
    "xone",
];

struct Reader<'g> {
    graph: &'g ShapesGraph,
    shapes: Shapes,
    known: BTreeMap<String, ShapeId>,
    /// The nearest shape with a name around what is read.
    within: Option<NamedNode>,
    components: Vec<component::Declaration>,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn fault(&mut self, node: &Term, message: impl Into<String>) {
        let fault = Diagnostic::error(
            codes::BAD_SHAPE,
            format!("the shape {node}: {}", message.into()),
        );
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn targets(&self, node: &Term) -> Vec<Target> {
        let graph = self.graph;
        let named = |name: &str| graph.sh(node, name).iter().filter_map(named_node);
        let mut targets: Vec<Target> = graph
            .sh(node, "targetNode")
            .iter()
            .cloned()
            .map(Target::Node)
            .collect();
        targets.extend(named("targetClass").map(Target::Class));
        targets.extend(named("targetSubjectsOf").map(Target::SubjectsOf));
        targets.extend(named("targetObjectsOf").map(Target::ObjectsOf));
        let is_class = || graph.is_a(node, CLASS) || graph.is_a(node, OWL_CLASS);
        if let Term::NamedNode(class) = node
            && is_class()
            && self.is_shape(node)
        {
            targets.push(Target::Class(class.clone()));
        }
        targets
    }

    fn is_shape(&self, node: &Term) -> bool {
        self.graph.is_a(node, &sh("NodeShape"))
            || self.graph.is_a(node, &sh("PropertyShape"))
            || self.graph.predicates(node).any(|predicate| {
                predicate
                    .strip_prefix(SH)
                    .is_some_and(|name| PARAMETERS.contains(&name))
            })
    }

    /// Returns the shape of a node, read if it was not yet.
    fn shape(&mut self, node: &Term, depth: usize) -> ShapeId {
        if let Some(known) = self.known.get(&node.to_string()) {
            return *known;
        }
        let id = self.shapes.all.len();
        self.known.insert(node.to_string(), id);
        let named = named_node(node).or_else(|| self.within.clone());
        self.shapes.all.push(Shape {
            node: node.clone(),
            named: named.clone(),
            path: None,
            severity: NamedNode::new_unchecked(sh("Violation")),
            messages: Vec::new(),
            deactivated: false,
            constraints: Vec::new(),
        });
        if depth > DEEPEST {
            self.fault(node, format!("shapes are nested more than {DEEPEST} deep"));
            return id;
        }
        let graph = self.graph;
        let path = match graph.sh(node, "path") {
            [] => None,
            [path] => match Path::read(graph, path) {
                Some(read) => Some((read, path.clone())),
                None => {
                    self.fault(node, "its sh:path is ill-formed");
                    None
                }
            },
            _ => {
                self.fault(node, "it has more than one sh:path");
                None
            }
        };
        if path.is_none()
            && graph.sh(node, "path").is_empty()
            && graph.is_a(node, &sh("PropertyShape"))
        {
            self.fault(node, "a property shape needs a sh:path");
        }
        let severity = graph.sh(node, "severity").iter().find_map(named_node);
        let messages = graph
            .sh(node, "message")
            .iter()
            .filter_map(literal)
            .collect();
        let deactivated = graph.sh(node, "deactivated").iter().any(is_true);
        let shape = &mut self.shapes.all[id];
        shape.severity = severity.unwrap_or_else(|| shape.severity.clone());
        shape.messages = messages;
        shape.deactivated = deactivated;
        shape.path = path;
        if !deactivated {
            let is_property = shape.path.is_some();
            let around = std::mem::replace(&mut self.within, named);
            let constraints = self.constraints(node, is_property, depth);
            self.within = around;
            self.shapes.all[id].constraints = constraints;
        }
        id
    }

    fn constraints(&mut self, node: &Term, is_property: bool, depth: usize) -> Vec<Constraint> {
        let mut found = Vec::new();
        let graph = self.graph;
        for (name, make) in SIMPLE {
            for value in graph.sh(node, name) {
                match make(graph, value) {
                    Some(constraint) => found.push(constraint),
                    None => self.fault(node, format!("sh:{name} cannot be {value}")),
                }
            }
        }
        for value in graph.sh(node, "uniqueLang") {
            // The literal "1" is true as well, but not what the specification asks for here (§4.4.5).
            if literal(value).is_some_and(|value| value.value() == "true") {
                found.push(Constraint::UniqueLang);
            }
        }
        for pattern in graph.sh(node, "pattern") {
            let flags = graph.sh(node, "flags").first().and_then(literal);
            match regex(pattern, flags.as_ref().map_or("", Literal::value)) {
                Ok(regex) => found.push(Constraint::Pattern(regex)),
                Err(message) => self.fault(node, format!("sh:pattern {message}")),
            }
        }
        for (name, make) in [
            ("not", Constraint::Not as fn(ShapeId) -> Constraint),
            ("node", Constraint::Node),
            ("property", Constraint::Property),
        ] {
            for value in graph.sh(node, name) {
                if matches!(value, Term::Literal(_)) {
                    self.fault(node, format!("sh:{name} cannot be {value}"));
                    continue;
                }
                let id = self.shape(value, depth + 1);
                if name == "property"
                    && self.shapes.all[id].path.is_none()
                    && graph.sh(value, "path").is_empty()
                {
                    self.fault(value, "it is used as a property shape and has no sh:path");
                }
                found.push(make(id));
            }
        }
        for (name, make) in [
            ("and", Constraint::And as fn(Vec<ShapeId>) -> Constraint),
            ("or", Constraint::Or),
            ("xone", Constraint::Xone),
        ] {
            for value in graph.sh(node, name) {
                match graph.list(value) {
                    Some(members) => found.push(make(
                        members
                            .iter()
                            .map(|member| self.shape(member, depth + 1))
                            .collect(),
                    )),
                    None => self.fault(node, format!("sh:{name} needs a list")),
                }
            }
        }
        if is_property {
            self.qualified(node, depth, &mut found);
        }
        if graph.sh(node, "closed").iter().any(is_true) {
            found.extend(self.closed(node));
        }
        for value in graph.sh(node, "sparql") {
            match SparqlConstraint::read(
                graph,
                value,
                self.shapes
                    .all
                    .iter()
                    .find(|shape| shape.node == *node)
                    .and_then(|shape| shape.path.as_ref()),
            ) {
                Ok(Some(constraint)) => found.push(Constraint::Sparql(Box::new(constraint))),
                Ok(None) => {}
                Err(diagnostics) => self.faults.extend(diagnostics.0),
            }
        }
        let path = self
            .shapes
            .all
            .iter()
            .find(|shape| shape.node == *node)
            .and_then(|shape| shape.path.clone());
        for declaration in &self.components {
            match declaration.used_by(graph, node, path.as_ref()) {
                Ok(components) => found.extend(
                    components
                        .into_iter()
                        .map(|one| Constraint::Component(Box::new(one))),
                ),
                Err(diagnostics) => self.faults.extend(diagnostics.0),
            }
        }
        found
    }

    /// Qualified value shapes (SHACL §4.7.3), each with the shapes it must be disjoint from.
    fn qualified(&mut self, node: &Term, depth: usize, found: &mut Vec<Constraint>) {
        let graph = self.graph;
        let number = |name: &str| graph.sh(node, name).first().and_then(count);
        let (min, max) = (number("qualifiedMinCount"), number("qualifiedMaxCount"));
        let disjoint = graph
            .sh(node, "qualifiedValueShapesDisjoint")
            .iter()
            .any(is_true);
        for value in graph.sh(node, "qualifiedValueShape") {
            let mut siblings = BTreeSet::new();
            if disjoint {
                let parents: Vec<&Term> = graph.subjects_with("property", node).collect();
                for parent in parents {
                    for property in graph.sh(parent, "property") {
                        for sibling in graph
                            .sh(property, "qualifiedValueShape")
                            .iter()
                            .filter(|sibling| *sibling != value)
                        {
                            siblings.insert(self.shape(sibling, depth + 1));
                        }
                    }
                }
            }
            let shape = self.shape(value, depth + 1);
            found.push(Constraint::Qualified {
                shape,
                siblings: siblings.into_iter().collect(),
                min,
                max,
            });
        }
    }

    fn closed(&mut self, node: &Term) -> Option<Constraint> {
        let graph = self.graph;
        let mut allowed: BTreeSet<String> = graph
            .sh(node, "property")
            .iter()
            .flat_map(|property| graph.sh(property, "path"))
            .filter(|path| is_simple(path))
            .filter_map(|path| named_node(path).map(NamedNode::into_string))
            .collect();
        for list in graph.sh(node, "ignoredProperties") {
            match graph.list(list) {
                Some(members) => allowed.extend(
                    members
                        .iter()
                        .filter_map(named_node)
                        .map(NamedNode::into_string),
                ),
                None => self.fault(node, "sh:ignoredProperties needs a list"),
            }
        }
        Some(Constraint::Closed(allowed))
    }
}

type Make = fn(&ShapesGraph, &Term) -> Option<Constraint>;

/// Constraints of one parameter that need nothing but its value.
const SIMPLE: &[(&str, Make)] = &[
    ("class", |_, value| named_node(value).map(Constraint::Class)),
    ("datatype", |_, value| {
        named_node(value).map(Constraint::Datatype)
    }),
    ("nodeKind", |_, value| {
        named_node(value)
            .filter(|kind| NODE_KINDS.contains(&kind.as_str().strip_prefix(SH).unwrap_or("")))
            .map(Constraint::NodeKind)
    }),
    ("minCount", |_, value| {
        count(value).map(Constraint::MinCount)
    }),
    ("maxCount", |_, value| {
        count(value).map(Constraint::MaxCount)
    }),
    ("minExclusive", |_, value| {
        range(RangeKind::MinExclusive, value)
    }),
    ("minInclusive", |_, value| {
        range(RangeKind::MinInclusive, value)
    }),
    ("maxExclusive", |_, value| {
        range(RangeKind::MaxExclusive, value)
    }),
    ("maxInclusive", |_, value| {
        range(RangeKind::MaxInclusive, value)
    }),
    ("minLength", |_, value| {
        count(value).map(Constraint::MinLength)
    }),
    ("maxLength", |_, value| {
        count(value).map(Constraint::MaxLength)
    }),
    ("languageIn", |graph, value| {
        let members = graph.list(value)?;
        members
            .iter()
            .map(|member| literal(member).map(|tag| tag.value().to_owned()))
            .collect::<Option<_>>()
            .map(Constraint::LanguageIn)
    }),
    ("equals", |_, value| {
        named_node(value).map(Constraint::Equals)
    }),
    ("disjoint", |_, value| {
        named_node(value).map(Constraint::Disjoint)
    }),
    ("lessThan", |_, value| {
        named_node(value).map(Constraint::LessThan)
    }),
    ("lessThanOrEquals", |_, value| {
        named_node(value).map(Constraint::LessThanOrEquals)
    }),
    ("hasValue", |_, value| {
        Some(Constraint::HasValue(value.clone()))
    }),
    ("in", |graph, value| graph.list(value).map(Constraint::In)),
];

const NODE_KINDS: &[&str] = &[
    "IRI",
    "BlankNode",
    "Literal",
    "BlankNodeOrIRI",
    "BlankNodeOrLiteral",
    "IRIOrLiteral",
];

fn range(kind: RangeKind, value: &Term) -> Option<Constraint> {
    literal(value).map(|bound| Constraint::Range(kind, bound))
}

fn regex(pattern: &Term, flags: &str) -> Result<Regex, String> {
    let Term::Literal(pattern) = pattern else {
        return Err(format!("cannot be {pattern}"));
    };
    let quoted;
    let text = if flags.contains('q') {
        quoted = regex::escape(pattern.value());
        &quoted
    } else {
        pattern.value()
    };
    RegexBuilder::new(text)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .ignore_whitespace(flags.contains('x'))
        .build()
        .map_err(|error| format!("{text:?} is no regular expression: {error}"))
}

pub(super) fn named_node(term: &Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone()),
        _ => None,
    }
}

pub(super) fn literal(term: &Term) -> Option<Literal> {
    match term {
        Term::Literal(literal) => Some(literal.clone()),
        _ => None,
    }
}

pub(super) fn is_true(term: &Term) -> bool {
    matches!(term, Term::Literal(literal) if matches!(literal.value(), "true" | "1"))
}

fn count(term: &Term) -> Option<u64> {
    literal(term)?.value().parse().ok()
}
