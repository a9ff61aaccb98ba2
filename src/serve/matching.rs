//! Candidates for a query: by the linker's index where there is a name, narrowed by types, weighed by conditions.

use serde_json::Value as Json;

use super::catalogue::{Catalogue, Thing, Value};
use crate::link::index::Mention;
use crate::link::names::fold;
use crate::link::score::{self, Options};

/// Longest name that is looked for, in characters; what is beyond is not compared.
const NAME: usize = 400;
/// Most candidates for a query.
const MOST: usize = 100;
/// Candidates for a query that asks for no number.
const USUAL: usize = 10;

/// How the types of a query bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strict {
    /// One of them must be there.
    #[default]
    Any,
    /// All must be there.
    All,
    /// One of them should be there.
    Should,
}

/// How many of the values of a condition must be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantifier {
    /// One of them.
    #[default]
    Any,
    /// Each.
    All,
    /// None.
    None,
}

/// What a property should be.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// The property, by id or name.
    pub property: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether a candidate that fails it is left out.
    pub required: bool,
    /// How many of the values count.
    pub quantifier: Quantifier,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Names, or ids.
    pub names: Vec<String>,
    /// An id that is asked for as such.
    pub ids: Vec<String>,
    /// Types.
    pub types: Vec<String>,
    /// How they bind.
    pub strict: Strict,
    /// Most candidates.
    pub limit: Option<f64>,
    /// Conditions on properties.
    pub conditions: Vec<Condition>,
}

/// A candidate.
#[derive(Clone, Debug)]
pub struct Match<'a> {
    /// The entity.
    pub thing: &'a Thing,
    /// How well it fits, 0 to 100.
    pub score: f64,
    /// Whether it is sure enough to be taken without asking.
    pub sure: bool,
    /// What went into the score: id, name, value.
    pub features: Vec<(String, String, f64)>,
}

impl Query {
    /// Reads a query of 0.2 that has the right shape.
    #[must_use]
    pub fn of_02(query: &Json) -> Self {
        let types = match &query["type"] {
            Json::String(one) => vec![one.clone()],
            Json::Array(all) => all
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        Self {
            names: query["query"].as_str().map(clean).into_iter().collect(),
            types,
            strict: match query["type_strict"].as_str() {
                Some("all") => Strict::All,
                Some("should") => Strict::Should,
                _ => Strict::Any,
            },
            limit: query["limit"].as_f64(),
            conditions: query["properties"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| Condition {
                    property: one["pid"].as_str().unwrap_or_default().to_owned(),
                    values: texts(&one["v"]),
                    ..Condition::default()
                })
                .collect(),
            ..Self::default()
        }
    }

    /// Reads a query of 1.0-draft that has the right shape.
    #[must_use]
    pub fn of_10(query: &Json) -> Self {
        let mut read = Self {
            types: query["type"]
                .as_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            limit: query["limit"].as_f64(),
            ..Self::default()
        };
        for one in query["conditions"].as_array().into_iter().flatten() {
            let values = texts(&one["propertyValue"]);
            match one["matchType"].as_str() {
                Some("name") => read.names.extend(values.iter().map(|text| clean(text))),
                Some("id") => read.ids.extend(values),
                _ => read.conditions.push(Condition {
                    property: one["propertyId"].as_str().unwrap_or_default().to_owned(),
                    values,
                    required: one["required"].as_bool().unwrap_or_default(),
                    quantifier: match one["matchQuantifier"].as_str() {
                        Some("all") => Quantifier::All,
                        Some("none") => Quantifier::None,
                        _ => Quantifier::Any,
                    },
                }),
            }
        }
        read
    }
}

fn clean(text: &str) -> String {
    text.trim().chars().take(NAME).collect()
}

fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::Array(all) => all.iter().flat_map(texts).collect(),
        Json::String(text) => vec![clean(text)],
        Json::Object(one) => one
            .get("id")
            .and_then(Json::as_str)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        Json::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// Returns the candidates for a query, best first.
#[must_use]
pub fn candidates<'a>(catalogue: &'a Catalogue, query: &Query) -> Vec<Match<'a>> {
    let limit = query
        .limit
        .filter(|limit| *limit >= 1.0)
        .map_or(USUAL, |limit| limit.min(MOST as f64) as usize);
    let allowed = |thing: &Thing| match query.strict {
        Strict::Any => {
            query.types.is_empty() || query.types.iter().any(|one| catalogue.is_a(thing, one))
        }
        Strict::All => query.types.iter().all(|one| catalogue.is_a(thing, one)),
        Strict::Should => true,
    };
    let mut found = by_id(catalogue, query);
    if found.is_empty() {
        found = if query.names.iter().any(|name| !name.is_empty()) {
            by_name(catalogue, query, &allowed)
        } else if query.conditions.is_empty() {
            Vec::new()
        } else {
            catalogue.things.iter().map(|thing| (thing, 1.0)).collect()
        };
    }
    let named = !query.names.is_empty();
    let folded: Vec<String> = query.names.iter().map(|name| fold(name)).collect();
    let mut all: Vec<Match<'a>> = found
        .into_iter()
        .filter(|(thing, _)| allowed(thing))
        .filter_map(|(thing, likely)| weigh(catalogue, query, thing, likely, named, &folded))
        .collect();
    all.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.thing.id.cmp(&b.thing.id))
    });
    all.truncate(limit);
    // Sure is only the first, and only when no other comes near it.
    let near = all.get(1).map_or(0.0, |second| second.score);
    for (at, one) in all.iter_mut().enumerate() {
        one.sure &= at == 0 && one.score - near > 5.0;
    }
    all
}

fn by_id<'a>(catalogue: &'a Catalogue, query: &Query) -> Vec<(&'a Thing, f64)> {
    query
        .ids
        .iter()
        .chain(&query.names)
        .filter_map(|id| {
            let id = id
                .strip_prefix(&catalogue.space)
                .filter(|_| catalogue.thing(id).is_none())
                .unwrap_or(id);
            catalogue.thing(id)
        })
        .map(|thing| (thing, 1.0))
        .collect()
}

fn by_name<'a>(
    catalogue: &'a Catalogue,
    query: &Query,
    allowed: &dyn Fn(&Thing) -> bool,
) -> Vec<(&'a Thing, f64)> {
    let mention = Mention {
        name: query.names.first().cloned().unwrap_or_default(),
        also: query.names.iter().skip(1).cloned().collect(),
        ..Mention::default()
    };
    let outcome = score::link_among(&mention, &catalogue.index, &Options::default(), &|one| {
        catalogue.thing(&one.id).is_some_and(allowed)
    });
    let mut found: Vec<(&Thing, f64)> = outcome
        .candidates
        .iter()
        .filter_map(|one| Some((catalogue.thing(&one.item)?, f64::from(one.score))))
        .collect();
    // The linker reports a handful; further names that begin alike, or are the same, are worth showing after them.
    for name in &query.names {
        for thing in catalogue.starting_with(name, MOST) {
            if !found.iter().any(|(other, _)| other.id == thing.id) {
                found.push((thing, 0.0));
            }
        }
    }
    found
}

fn weigh<'a>(
    catalogue: &Catalogue,
    query: &Query,
    thing: &'a Thing,
    likely: f64,
    named: bool,
    folded: &[String],
) -> Option<Match<'a>> {
    let mut features = Vec::new();
    let mut total = 1.0;
    let mut reached = likely;
    let mut same_name = false;
    if named {
        same_name = thing.names.iter().any(|name| folded.contains(&fold(name)));
        // A name that is the same letter for letter is never a poor match, however many bear it.
        reached = likely.max(if same_name { 0.8 } else { 0.0 });
        features.push(("link".to_owned(), "probability".to_owned(), likely));
        features.push((
            "name".to_owned(),
            "same name".to_owned(),
            f64::from(u8::from(same_name)),
        ));
    }
    let mut against = false;
    let mut for_it = 0.0;
    for condition in &query.conditions {
        let property = catalogue.property(&condition.property);
        let agreement = agreement(catalogue, thing, property, condition);
        if condition.required && agreement < 1.0 {
            return None;
        }
        against |= agreement == 0.0 && thing.values.contains_key(property);
        for_it += agreement;
        features.push((
            property.to_owned(),
            catalogue.name(property).to_owned(),
            agreement,
        ));
    }
    if !query.conditions.is_empty() {
        let count = query.conditions.len() as f64;
        if named {
            reached += for_it * 0.5;
            total += count * 0.5;
        } else {
            if for_it == 0.0 {
                return None;
            }
            reached = for_it;
            total = count;
        }
    }
    let fits = query.types.is_empty() || query.types.iter().any(|one| catalogue.is_a(thing, one));
    let share = if fits { 1.0 } else { 0.5 };
    let score = (reached / total * share * 1e4).round() / 100.0;
    let sure = named && fits && !against && (same_name || likely >= 0.95);
    let asked_for = query.ids.contains(&thing.id) || query.names.contains(&thing.id);
    Some(Match {
        thing,
        score,
        sure: sure || (asked_for && fits && !against),
        features,
    })
}

/// How far a condition is met, 0 to 1.
fn agreement(catalogue: &Catalogue, thing: &Thing, property: &str, wanted: &Condition) -> f64 {
    let values = thing.values.get(property).map_or(&[][..], Vec::as_slice);
    let meets = |text: &String| values.iter().any(|value| same(catalogue, value, text));
    let met = match wanted.quantifier {
        Quantifier::Any => wanted.values.iter().any(meets),
        Quantifier::All => !wanted.values.is_empty() && wanted.values.iter().all(meets),
        Quantifier::None => !wanted.values.iter().any(meets),
    };
    f64::from(u8::from(met))
}

/// Whether a value is what a text says: an entity by id or any of its names, a date when one holds the other.
fn same(catalogue: &Catalogue, value: &Value, text: &str) -> bool {
    let within = |a: &str, b: &str| {
        a == b
            || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('-'))
            || b.strip_prefix(a).is_some_and(|rest| rest.starts_with('-'))
    };
    let date = |written: &str| within(written, text.split('T').next().unwrap_or(text));
    match value {
        Value::Entity(id) => {
            id == text
                || id.strip_prefix(&catalogue.space) == Some(text)
                || catalogue.thing(id).map_or_else(
                    || fold(catalogue.name(id)) == fold(text),
                    |thing| thing.names.iter().any(|name| fold(name) == fold(text)),
                )
        }
        Value::Day(day) => date(day),
        Value::Text(written, _) => {
            fold(written) == fold(text)
                || (written.starts_with(|c: char| c.is_ascii_digit()) && date(written))
        }
        Value::Integer(number) => text.parse() == Ok(*number),
        Value::Number(number) => text.parse() == Ok(*number),
    }
}
