//! The entities served: names, types and values, read once from a graph or from an extract of Wikidata.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oxrdf::{GraphName, NamedOrBlankNode, Term};

use crate::diagnostic::Result;
use crate::link::candidates::{self, Candidate};
use crate::link::entity::{Entity, Rank, Snak};
use crate::link::index::Index;
use crate::link::moment::Moment;
use crate::link::names::fold;
use crate::link::project::{WIKIDATA, is_label};
use crate::link::theirs::{self, Wanted};
use crate::store::Graph;

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const SUBCLASS: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// A value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An entity, by its id.
    Entity(String),
    /// A text, in a language if it is known; dates coarser than a day too.
    Text(String, Option<String>),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// A day, as `1918-09-01`.
    Day(String),
}

/// An entity that can be found by name.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    /// Its id: an IRI in a graph, an item in an extract.
    pub id: String,
    /// Its names, the one to show first.
    pub names: Vec<String>,
    /// Its types, without the broader ones.
    pub types: BTreeSet<String>,
    /// The values of each property.
    pub values: BTreeMap<String, Vec<Value>>,
}

impl Thing {
    /// Returns the name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or(&self.id, String::as_str)
    }
}

/// Everything that is served.
#[derive(Debug)]
pub struct Catalogue {
    /// What it is called.
    pub title: String,
    /// The space of the ids; empty when they are IRIs of their own.
    pub space: String,
    /// The space of types and properties.
    pub schema: String,
    /// The entities, in the order of their ids.
    pub things: Vec<Thing>,
    /// Where to look for names.
    pub index: Index,
    labels: BTreeMap<String, String>,
    broader: BTreeMap<String, BTreeSet<String>>,
    /// Folded names with the places of their entities, sorted.
    prefixes: Vec<(String, usize)>,
    types: BTreeMap<String, usize>,
    properties: BTreeMap<String, usize>,
}

impl Catalogue {
    /// Reads the named entities of a graph; terms of other graphs, such as the ontology, give labels and broader types.
    ///
    /// # Errors
    /// What reading the graph fails with.
    pub fn of_graph(graph: &Graph, title: &str, space: &str) -> Result<Self> {
        let mut labels: BTreeMap<String, String> = BTreeMap::new();
        let mut main: BTreeMap<String, (bool, String)> = BTreeMap::new();
        let mut broader: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut things: BTreeMap<String, Thing> = BTreeMap::new();
        let mut quads = graph.quads().collect::<Result<Vec<_>>>()?;
        quads.sort_by_cached_key(ToString::to_string);
        for quad in &quads {
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
                continue;
            };
            let (subject, predicate) = (subject.as_str(), quad.predicate.as_str());
            if let (SUBCLASS, Term::NamedNode(object)) = (predicate, &quad.object) {
                let above = broader.entry(subject.to_owned()).or_default();
                above.insert(object.as_str().to_owned());
            }
            let name = match &quad.object {
                Term::Literal(literal) if is_label(predicate) => Some(literal),
                _ => None,
            };
            if let Some(literal) = name {
                let english = literal.language().is_none_or(|tag| tag.starts_with("en"));
                let preferred = predicate.ends_with("abel") && !predicate.ends_with("altLabel");
                let found = main.get(subject);
                if found.is_none_or(|(good, _)| !good && english && preferred) {
                    let label = literal.value().to_owned();
                    main.insert(subject.to_owned(), (english && preferred, label));
                }
            }
            if quad.graph_name != GraphName::DefaultGraph {
                continue;
            }
            let thing = things.entry(subject.to_owned()).or_default();
            if let Some(literal) = name {
                let name = literal.value().to_owned();
                if !thing.names.contains(&name) {
                    thing.names.push(name);
                }
            }
            match (&quad.object, predicate) {
                (Term::NamedNode(object), TYPE) => {
                    thing.types.insert(object.as_str().to_owned());
                }
                (object, _) => {
                    let value = value_of(object);
                    let values = thing.values.entry(predicate.to_owned()).or_default();
                    values.extend(value);
                }
            }
        }
        labels.extend(main.into_iter().map(|(id, (_, label))| (id, label)));
        let things: Vec<Thing> = things
            .into_iter()
            .filter(|(_, thing)| !thing.names.is_empty())
            .map(|(id, mut thing)| {
                if let Some(label) = labels.get(&id) {
                    thing.names.retain(|name| name != label);
                    thing.names.insert(0, label.clone());
                }
                Thing { id, ..thing }
            })
            .collect();
        let candidates = things.iter().map(candidate).collect();
        Ok(Self::of(
            title,
            space,
            "http://www.w3.org/2000/01/rdf-schema#",
            things,
            candidates,
            labels,
            broader,
        ))
    }

    /// Reads an extract, or a file of candidates in one of the other layouts that the linker reads.
    ///
    /// # Errors
    /// `FILE_MISSING`, `FILE_UNREADABLE`, `BROKEN_ROW`.
    pub fn of_extract(path: &Path) -> Result<Self> {
        let candidates = candidates::read(path)?;
        let ids = candidates.iter().map(|one| one.id.clone()).collect();
        // An extract is a folder. The other layouts hold no statements in its form: names and classes are all there is.
        let entities = if path.is_dir() {
            let wanted = Wanted {
                ids,
                ..Wanted::default()
            };
            theirs::from_extract(path, &wanted)?
        } else {
            BTreeMap::new()
        };
        let mut broader: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut things: BTreeMap<String, Thing> = BTreeMap::new();
        for one in &candidates {
            let thing = things.entry(one.id.clone()).or_default();
            one.id.clone_into(&mut thing.id);
            thing.names.clone_from(&one.names);
            thing.types = one.classes.iter().cloned().collect();
            if let Some(entity) = entities.get(&one.id) {
                thing.values = statements(entity);
                for value in thing.values.get("P279").into_iter().flatten() {
                    if let Value::Entity(above) = value {
                        let entry = broader.entry(one.id.clone()).or_default();
                        entry.insert(above.clone());
                    }
                }
            }
        }
        let labels = things
            .values()
            .filter(|thing| !thing.names.is_empty())
            .map(|thing| (thing.id.clone(), thing.name().to_owned()))
            .collect();
        Ok(Self::of(
            "Wikidata (extract)",
            WIKIDATA,
            "http://www.wikidata.org/prop/direct/",
            things.into_values().collect(),
            candidates,
            labels,
            broader,
        ))
    }

    fn of(
        title: &str,
        space: &str,
        schema: &str,
        things: Vec<Thing>,
        candidates: Vec<Candidate>,
        labels: BTreeMap<String, String>,
        broader: BTreeMap<String, BTreeSet<String>>,
    ) -> Self {
        let mut prefixes = Vec::new();
        let mut types = BTreeMap::new();
        let mut properties = BTreeMap::new();
        for (at, thing) in things.iter().enumerate() {
            prefixes.extend(thing.names.iter().map(|name| (fold(name), at)));
            for one in &thing.types {
                *types.entry(one.clone()).or_default() += 1;
            }
            for one in thing.values.keys() {
                *properties.entry(one.clone()).or_default() += 1;
            }
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        Self {
            title: title.to_owned(),
            space: space.to_owned(),
            schema: schema.to_owned(),
            index: Index::new(candidates),
            things,
            labels,
            broader,
            prefixes,
            types,
            properties,
        }
    }

    /// Returns the entity with an id.
    #[must_use]
    pub fn thing(&self, id: &str) -> Option<&Thing> {
        self.things
            .binary_search_by(|thing| thing.id.as_str().cmp(id))
            .ok()
            .map(|at| &self.things[at])
    }

    /// Returns the name of an entity, type or property: its label, else the last part of its IRI, else the id.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.labels.get(id).map_or_else(
            || {
                id.rsplit(['/', '#'])
                    .find(|part| !part.is_empty())
                    .unwrap_or(id)
            },
            String::as_str,
        )
    }

    /// Returns whether an entity is of a type or one below it.
    #[must_use]
    pub fn is_a(&self, thing: &Thing, wanted: &str) -> bool {
        let mut open: Vec<&str> = thing.types.iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        while let Some(one) = open.pop() {
            if one == wanted {
                return true;
            }
            if seen.insert(one) {
                let above = self.broader.get(one).into_iter().flatten();
                open.extend(above.map(String::as_str));
            }
        }
        false
    }

    /// Returns the types directly above one.
    pub fn broader(&self, id: &str) -> impl Iterator<Item = &str> {
        self.broader
            .get(id)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Returns the types with the number of their entities.
    #[must_use]
    pub fn types(&self) -> &BTreeMap<String, usize> {
        &self.types
    }

    /// Returns the properties with the number of entities that have them.
    #[must_use]
    pub fn properties(&self) -> &BTreeMap<String, usize> {
        &self.properties
    }

    /// Returns the property that a text means: by its id or its name.
    #[must_use]
    pub fn property<'a>(&'a self, text: &'a str) -> &'a str {
        if self.properties.contains_key(text) {
            return text;
        }
        let folded = fold(text);
        self.properties
            .keys()
            .find(|id| fold(self.name(id)) == folded)
            .map_or(text, String::as_str)
    }

    /// Returns the properties of the entities of a type (of all, if none is given), the most frequent first.
    #[must_use]
    pub fn properties_of(&self, of: Option<&str>) -> Vec<(String, usize)> {
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for thing in &self.things {
            if of.is_none_or(|of| self.is_a(thing, of)) {
                for property in thing.values.keys() {
                    *found.entry(property).or_default() += 1;
                }
            }
        }
        let mut found: Vec<(String, usize)> = found
            .into_iter()
            .map(|(id, count)| (id.to_owned(), count))
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    }

    /// Returns the entities that a name begins with a text, or whose id it is, in the order of these names.
    #[must_use]
    pub fn starting_with(&self, prefix: &str, most: usize) -> Vec<&Thing> {
        let folded = fold(prefix);
        let start = self.prefixes.partition_point(|(name, _)| *name < folded);
        let mut seen = BTreeSet::new();
        let by_id = self
            .things
            .binary_search_by(|thing| thing.id.as_str().cmp(prefix.trim()))
            .ok();
        by_id
            .into_iter()
            .chain(
                self.prefixes[start..]
                    .iter()
                    .take_while(|(name, _)| name.starts_with(&folded))
                    .map(|(_, at)| *at),
            )
            .filter(|at| seen.insert(*at))
            .take(most)
            .map(|at| &self.things[at])
            .collect()
    }
}

/// What the linker compares of an entity of the graph.
fn candidate(thing: &Thing) -> Candidate {
    Candidate {
        id: thing.id.clone(),
        names: thing.names.clone(),
        classes: thing.types.iter().cloned().collect(),
        person: thing
            .types
            .iter()
            .any(|one| one.rsplit(['/', '#']).next() == Some("Person")),
        ..Candidate::default()
    }
}

fn value_of(term: &Term) -> Option<Value> {
    let literal = match term {
        Term::NamedNode(node) => return Some(Value::Entity(node.as_str().to_owned())),
        Term::Literal(literal) => literal,
        _ => return None,
    };
    let text = literal.value();
    let plain = || Value::Text(text.to_owned(), literal.language().map(str::to_owned));
    Some(match literal.datatype().as_str().strip_prefix(XSD) {
        Some("integer" | "int" | "long" | "nonNegativeInteger" | "positiveInteger") => {
            text.parse().map_or_else(|_| plain(), Value::Integer)
        }
        Some("decimal" | "double" | "float") => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map_or_else(plain, Value::Number),
        _ if is_day(text) => Value::Day(text.to_owned()),
        _ => plain(),
    })
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && Moment::read(text).is_some_and(|moment| moment.month > 0 && moment.day > 0)
}

/// The values of an entity of an extract: those of the best rank of each property, none that are deprecated.
fn statements(entity: &Entity) -> BTreeMap<String, Vec<Value>> {
    entity
        .claims
        .iter()
        .map(|(property, all)| {
            let best = all.iter().map(|one| one.rank).max().unwrap_or_default();
            let values = all
                .iter()
                .filter(|one| one.rank == best && best != Rank::Deprecated)
                .filter_map(|one| snak(&one.value))
                .collect::<Vec<_>>();
            (property.clone(), values)
        })
        .filter(|(_, values)| !values.is_empty())
        .collect()
}

fn snak(snak: &Snak) -> Option<Value> {
    let text = snak.value.clone()?;
    let Some(precision) = snak.precision else {
        return Some(match snak.language {
            Some(_) => Value::Text(text, snak.language.clone()),
            None => Value::Entity(text),
        });
    };
    let moment = Moment::read(&text)?;
    let year = if moment.year < 0 {
        format!("-{:04}", moment.year.unsigned_abs())
    } else {
        format!("{:04}", moment.year)
    };
    Some(match precision {
        11.. if moment.month > 0 && moment.day > 0 => {
            Value::Day(format!("{year}-{:02}-{:02}", moment.month, moment.day))
        }
        10 if moment.month > 0 => Value::Text(format!("{year}-{:02}", moment.month), None),
        _ => Value::Text(year, None),
    })
}
