//! The project's side: its entities with their names and links, and its statements in the terms of Wikidata.
//!
//! What a term of the graph is in Wikidata is said by a saved query of the project, [`QUERY`]: it has the columns
//! `entity`, `property`, `value`, further columns named by the property of a qualifier, and `node`, `predicate` and
//! `object`, which say where in the graph the statement stands: `node` if that is not the entity, `object` if that is not
//! the value.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{GraphName, NamedOrBlankNode, Term};

use super::project::{WIKIDATA, is_label, item};
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::query::Solutions;
use crate::store::Graph;
use crate::value::date;

/// The name of the saved query that tells the statements.
pub const QUERY: &str = "statements";

pub(super) const EXACT: &str = "http://www.w3.org/2004/02/skos/core#exactMatch";

/// An entity of the graph that has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnEntity {
    /// The name to show.
    pub label: String,
    /// All names, with their language if it is known.
    pub names: BTreeSet<(String, Option<String>)>,
    /// Those of the names that are labels and not only alternatives.
    pub labels: BTreeSet<(String, Option<String>)>,
    /// The items that it is linked to as the same.
    pub items: BTreeSet<String>,
}

impl OwnEntity {
    /// Returns all names, labels before alternatives, and of the labels those first that say their language.
    pub fn titles_first(&self) -> impl Iterator<Item = &(String, Option<String>)> {
        let labels = |said: bool| {
            let of = move |(_, language): &&(String, Option<String>)| language.is_some() == said;
            self.labels.iter().filter(of)
        };
        let others = self.names.difference(&self.labels);
        labels(true).chain(labels(false)).chain(others)
    }
}

/// A value of the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnValue {
    /// An entity, with its item if it is linked.
    Entity {
        /// Its IRI.
        iri: String,
        /// The name to show.
        label: String,
        /// The item.
        item: Option<String>,
    },
    /// A date in EDTF.
    Date(String),
    /// A text, in a language if it is known.
    Text(String, Option<String>),
}

impl OwnValue {
    /// Returns the value as people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Entity {
                label,
                item: Some(item),
                ..
            } => format!("{label} ({item})"),
            Self::Entity { label, .. } => label.clone(),
            Self::Date(edtf) => edtf.clone(),
            Self::Text(text, Some(language)) => format!("{text} ({language})"),
            Self::Text(text, None) => text.clone(),
        }
    }
}

/// Where in the graph a statement stands, in the syntax of N-Triples.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The subject.
    pub subject: String,
    /// The predicate.
    pub predicate: String,
    /// The object.
    pub object: String,
}

/// A statement in the terms of Wikidata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnStatement {
    /// The IRI of the entity.
    pub entity: String,
    /// The property.
    pub property: String,
    /// The value.
    pub value: OwnValue,
    /// The qualifiers.
    pub qualifiers: BTreeMap<String, OwnValue>,
    /// Where it comes from; several places when coarser statements went into it.
    pub at: Vec<At>,
}

/// The project's side.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The entities by IRI.
    pub entities: BTreeMap<String, OwnEntity>,
    /// The entities that are linked to each item, also those without a name.
    pub links: BTreeMap<String, BTreeSet<String>>,
    /// The statements, those that only repeat a finer one left out.
    pub statements: Vec<OwnStatement>,
}

impl Own {
    /// Reads the entities from a graph and the statements from the answer to [`QUERY`].
    ///
    /// # Errors
    /// `QUERY_HEADER` when the answer lacks a column; what reading the graph fails with.
    pub fn read(graph: &Graph, answer: &Solutions) -> Result<Self> {
        let mut own = Self::default();
        for quad in graph.quads() {
            let quad = quad?;
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
                continue;
            };
            if quad.graph_name != GraphName::DefaultGraph || subject.as_str().starts_with(WIKIDATA)
            {
                continue;
            }
            match &quad.object {
                Term::Literal(literal) if is_label(quad.predicate.as_str()) => {
                    let one = own.entities.entry(subject.as_str().to_owned()).or_default();
                    let main = quad.predicate.as_str().ends_with("#label")
                        || quad.predicate.as_str().ends_with("#prefLabel");
                    let text = one_line(literal.value());
                    if text.is_empty() {
                        continue;
                    }
                    if main && (one.label.is_empty() || text < one.label) {
                        one.label.clone_from(&text);
                    }
                    let name = (text, literal.language().map(str::to_owned));
                    if main {
                        one.labels.insert(name.clone());
                    }
                    one.names.insert(name);
                }
                Term::NamedNode(object) if quad.predicate.as_str() == EXACT => {
                    if let Some(item) = object.as_str().strip_prefix(WIKIDATA).and_then(item) {
                        own.entities
                            .entry(subject.as_str().to_owned())
                            .or_default()
                            .items
                            .insert(item.clone());
                        own.links
                            .entry(item)
                            .or_default()
                            .insert(subject.as_str().to_owned());
                    }
                }
                _ => {}
            }
        }
        own.entities.retain(|_, one| !one.names.is_empty());
        for one in own.entities.values_mut().filter(|one| one.label.is_empty()) {
            one.label = one
                .names
                .first()
                .map(|(name, _)| name.clone())
                .unwrap_or_default();
        }
        own.statements = own.read_statements(answer)?;
        Ok(own)
    }

    /// Returns all items that entities are linked to.
    #[must_use]
    pub fn items(&self) -> BTreeSet<String> {
        self.entities
            .values()
            .flat_map(|entity| entity.items.iter().cloned())
            .collect()
    }

    fn read_statements(&self, answer: &Solutions) -> Result<Vec<OwnStatement>> {
        let column = |name: &str| -> Result<usize> {
            answer.variables.iter().position(|variable| variable.as_str() == name).ok_or_else(|| {
                Diagnostic::error(codes::QUERY_HEADER, format!("the query of statements has no column {name}"))
                    .hint("it needs entity, property and value; node, predicate and object say where a statement stands")
                    .into()
            })
        };
        let (entity, property, value) = (column("entity")?, column("property")?, column("value")?);
        let optional = |name: &str| column(name).ok();
        let (node, predicate, stands) =
            (optional("node"), optional("predicate"), optional("object"));
        let qualifiers: Vec<(usize, String)> = answer
            .variables
            .iter()
            .enumerate()
            .filter(|(_, variable)| is_property(variable.as_str()))
            .map(|(at, variable)| (at, variable.as_str().to_owned()))
            .collect();
        let mut found = Vec::new();
        for row in &answer.rows {
            let cell = |at: usize| row.get(at).and_then(Option::as_ref);
            let (Some(Term::NamedNode(subject)), Some(Term::Literal(property)), Some(object)) =
                (cell(entity), cell(property), cell(value))
            else {
                continue;
            };
            let Some(read) = self.value(object) else {
                continue;
            };
            let at = predicate.and_then(cell).map(|predicate| At {
                subject: node
                    .and_then(cell)
                    .map_or_else(|| subject.to_string(), ToString::to_string),
                predicate: predicate.to_string(),
                object: stands.and_then(cell).unwrap_or(object).to_string(),
            });
            found.push(OwnStatement {
                entity: subject.as_str().to_owned(),
                property: property.value().to_owned(),
                value: read,
                qualifiers: qualifiers
                    .iter()
                    .filter_map(|(at, name)| Some((name.clone(), self.value(cell(*at)?)?)))
                    .collect(),
                at: at.into_iter().collect(),
            });
        }
        Ok(finest(found))
    }

    fn value(&self, term: &Term) -> Option<OwnValue> {
        match term {
            Term::NamedNode(node) => {
                let iri = node.as_str();
                let direct = iri.strip_prefix(WIKIDATA).and_then(item);
                let entity = self.entities.get(iri);
                let label = entity.map_or_else(
                    || direct.clone().unwrap_or_else(|| iri.to_owned()),
                    |one| one.label.clone(),
                );
                // Two items for one entity are as good as none until somebody decides.
                let linked = entity
                    .filter(|one| one.items.len() == 1)
                    .and_then(|one| one.items.first().cloned());
                Some(OwnValue::Entity {
                    iri: iri.to_owned(),
                    label,
                    item: direct.or(linked),
                })
            }
            Term::Literal(literal) => {
                let value = literal.value();
                let dated = date::earliest(value).is_some() || date::latest(value).is_some();
                match literal.language() {
                    Some(language) => {
                        Some(OwnValue::Text(one_line(value), Some(language.to_owned())))
                    }
                    None if dated && !literal.datatype().as_str().ends_with("#string") => {
                        Some(OwnValue::Date(value.to_owned()))
                    }
                    None => Some(OwnValue::Text(one_line(value), None)),
                }
            }
            _ => None,
        }
    }
}

/// A text as Wikidata has it: in one line, with single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is a property such as `P580`.
pub(super) fn is_property(text: &str) -> bool {
    text.strip_prefix('P')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// How two dates go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// The same days.
    Same,
    /// The first lies within the second.
    Within,
    /// The second lies within the first.
    Around,
    /// They overlap.
    Overlap,
    /// They do not meet.
    Apart,
}

/// Compares the days that two dates may mean, each given by its first and last day.
#[must_use]
pub fn span(a: (&str, &str), b: (&str, &str)) -> Span {
    let day = |text: &str| -> (i64, String) {
        let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (year, tail) = rest.split_once('-').unwrap_or((rest, ""));
        (sign * year.parse::<i64>().unwrap_or(0), tail.to_owned())
    };
    let (a, b) = ((day(a.0), day(a.1)), (day(b.0), day(b.1)));
    match () {
        () if a == b => Span::Same,
        () if a.1 < b.0 || b.1 < a.0 => Span::Apart,
        () if a.0 >= b.0 && a.1 <= b.1 => Span::Within,
        () if b.0 >= a.0 && b.1 <= a.1 => Span::Around,
        () => Span::Overlap,
    }
}

/// Returns the first and last day of a date in EDTF; an open side lies very far.
#[must_use]
pub fn days(edtf: &str) -> (String, String) {
    (
        date::earliest(edtf).unwrap_or_else(|| "-999999-01-01".to_owned()),
        date::latest(edtf).unwrap_or_else(|| "999999-12-31".to_owned()),
    )
}

/// Compares two dates in EDTF.
#[must_use]
pub fn dates(a: &str, b: &str) -> Span {
    let (a, b) = (days(a), days(b));
    span((&a.0, &a.1), (&b.0, &b.1))
}

/// Joins statements that say the same in finer and coarser dates; the finest stays, with the places of all.
fn finest(statements: Vec<OwnStatement>) -> Vec<OwnStatement> {
    let mut kept: Vec<OwnStatement> = Vec::new();
    for one in statements {
        let twin = kept.iter_mut().find(|other| {
            other.entity == one.entity
                && other.property == one.property
                && joins(&other.value, &one.value)
                && {
                    // Terms of office are the same only if their beginnings may be.
                    let both = |name: &str| (other.qualifiers.get(name), one.qualifiers.get(name));
                    other
                        .qualifiers
                        .keys()
                        .chain(one.qualifiers.keys())
                        .all(|name| match both(name) {
                            (Some(a), Some(b)) => joins(a, b),
                            _ => name != "P580",
                        })
                }
        });
        match twin {
            None => kept.push(one),
            Some(twin) => {
                twin.value = finer(twin.value.clone(), one.value);
                for (name, value) in one.qualifiers {
                    let value = match twin.qualifiers.remove(&name) {
                        Some(known) => finer(known, value),
                        None => value,
                    };
                    twin.qualifiers.insert(name, value);
                }
                twin.at.extend(one.at);
            }
        }
    }
    kept
}

fn joins(a: &OwnValue, b: &OwnValue) -> bool {
    match (a, b) {
        (OwnValue::Date(a), OwnValue::Date(b)) => {
            matches!(dates(a, b), Span::Same | Span::Within | Span::Around)
        }
        _ => a == b,
    }
}

fn finer(a: OwnValue, b: OwnValue) -> OwnValue {
    match (&a, &b) {
        (OwnValue::Date(one), OwnValue::Date(other)) if dates(one, other) == Span::Around => b,
        _ => a,
    }
}
