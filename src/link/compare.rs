//! Comparison of the graph with Wikidata, statement by statement.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{Literal, Term, Variable};

use super::entity::{Entity, Rank, Snak, Statement};
use super::judge::judge;
use super::own::{Own, OwnStatement, OwnValue};
use crate::query::Solutions;

/// How a statement here and one there go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The same.
    Same,
    /// The value here lies within the one there.
    MorePreciseHere,
    /// The value there lies within the one here.
    MorePreciseThere,
    /// Both may be true.
    Compatible,
    /// Both cannot be true.
    Contradiction,
    /// Wikidata has nothing like it.
    MissingThere,
    /// The graph has nothing like it.
    MissingHere,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Same,
        Self::MorePreciseHere,
        Self::MorePreciseThere,
        Self::Compatible,
        Self::Contradiction,
        Self::MissingThere,
        Self::MissingHere,
    ];

    /// Returns the words for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::MorePreciseHere => "more precise here",
            Self::MorePreciseThere => "more precise there",
            Self::Compatible => "compatible",
            Self::Contradiction => "contradiction",
            Self::MissingThere => "missing there",
            Self::MissingHere => "missing here",
        }
    }
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The entity, as named here.
    pub label: String,
    /// Its item.
    pub item: String,
    /// The property.
    pub property: String,
    /// The statement here.
    pub here: Option<OwnStatement>,
    /// The statement there, with the property it stands under.
    pub there: Option<(String, Statement)>,
    /// How they go together.
    pub class: Class,
    /// What else is worth knowing.
    pub note: String,
}

/// Properties that have one value unless sources differ.
pub(super) const SINGLE: &[&str] = &["P571", "P576", "P569", "P570"];

/// Properties that say nearly the same; a value under one answers a value under another.
const NEAR: &[&[&str]] = &[
    &["P155", "P1365"],
    &["P156", "P1366"],
    &["P361", "P463", "P749"],
    &["P1448", "P1705"],
    &["P488", "P3975"],
];

/// Properties that only serve linking.
const NOT_COMPARED: &[&str] = &["P31"];

/// Compares every linked entity that Wikidata's side has; lines come by entity and property.
#[must_use]
pub fn compare(own: &Own, theirs: &BTreeMap<String, Entity>) -> Vec<Difference> {
    let compared: BTreeSet<&str> = own
        .statements
        .iter()
        .map(|one| one.property.as_str())
        .filter(|one| !NOT_COMPARED.contains(one))
        .collect();
    let mut lines = Vec::new();
    for (iri, entity) in &own.entities {
        for item in &entity.items {
            let Some(there) = theirs.get(item) else {
                continue;
            };
            let mine: Vec<&OwnStatement> = own
                .statements
                .iter()
                .filter(|one| one.entity == *iri && compared.contains(one.property.as_str()))
                .collect();
            // Of an entity that is only mentioned everything would be missing here.
            if mine.is_empty() {
                continue;
            }
            compare_entity((&entity.label, item), &mine, there, &compared, &mut lines);
        }
    }
    lines
}

pub(super) fn compare_entity(
    (label, item): (&str, &str),
    mine: &[&OwnStatement],
    theirs: &Entity,
    compared: &BTreeSet<&str>,
    lines: &mut Vec<Difference>,
) {
    let mut taken: BTreeSet<(String, usize)> = BTreeSet::new();
    let line =
        |property: &str, class, note: String, here: Option<&OwnStatement>, there| Difference {
            label: label.to_owned(),
            item: item.to_owned(),
            property: property.to_owned(),
            here: here.cloned(),
            there,
            class,
            note,
        };
    // Statements that fit best choose first, so that of two terms each finds its own.
    let mut pairs: Vec<(Class, bool, usize, String, usize, String)> = Vec::new();
    for (at, one) in mine.iter().enumerate() {
        for property in near(&one.property) {
            for (place, other) in theirs.statements(property).iter().enumerate() {
                let same_property = property == one.property;
                if let Some((class, note)) = judge(one, other, same_property) {
                    pairs.push((class, !same_property, at, property.to_owned(), place, note));
                }
            }
        }
    }
    // Where several dates stand on a side and one is agreed upon, the others tell of something else (a refounding, a name).
    let agreed: BTreeSet<String> = pairs
        .iter()
        .filter(|(class, .., property, _, _)| {
            *class < Class::Contradiction && SINGLE.contains(&property.as_str())
        })
        .map(|(.., property, _, _)| property.clone())
        .collect();
    pairs.retain(|(class, _, _, property, place, _)| {
        *class != Class::Contradiction
            || !agreed.contains(property)
            || theirs
                .statements(property)
                .get(*place)
                .is_some_and(|other| other.rank == Rank::Deprecated)
    });
    pairs.sort_by(|a, b| (a.0, a.1, a.2, &a.3, a.4).cmp(&(b.0, b.1, b.2, &b.3, b.4)));
    let mut found: BTreeMap<usize, (Class, String, (String, Statement))> = BTreeMap::new();
    for (class, _, at, property, place, note) in pairs {
        if found.contains_key(&at) || taken.contains(&(property.clone(), place)) {
            continue;
        }
        let statement = theirs.statements(&property)[place].clone();
        taken.insert((property.clone(), place));
        found.insert(at, (class, note, (property, statement)));
    }
    let mut own_lines = Vec::new();
    for (at, one) in mine.iter().enumerate() {
        own_lines.push(match found.remove(&at) {
            Some((class, note, there)) => line(&one.property, class, note, Some(one), Some(there)),
            None => {
                let open = matches!(one.value, OwnValue::Entity { item: None, .. });
                let note = if open {
                    "the value has no item yet"
                } else {
                    ""
                };
                line(
                    &one.property,
                    Class::MissingThere,
                    note.to_owned(),
                    Some(one),
                    None,
                )
            }
        });
    }
    for property in compared {
        for (place, other) in theirs.statements(property).iter().enumerate() {
            let answered = SINGLE.contains(property)
                && own_lines.iter().any(|line| line.property == *property);
            if other.rank != Rank::Deprecated
                && !taken.contains(&((*property).to_owned(), place))
                && !answered
            {
                let there = Some(((*property).to_owned(), other.clone()));
                own_lines.push(line(
                    property,
                    Class::MissingHere,
                    String::new(),
                    None,
                    there,
                ));
            }
        }
    }
    own_lines.sort_by(|a, b| {
        property_number(&a.property)
            .cmp(&property_number(&b.property))
            .then(a.class.cmp(&b.class))
    });
    lines.extend(own_lines);
}

pub(super) fn property_number(property: &str) -> u64 {
    property.trim_start_matches('P').parse().unwrap_or(u64::MAX)
}

fn near(property: &str) -> Vec<&str> {
    let mut all = vec![property];
    for group in NEAR.iter().filter(|group| group.contains(&property)) {
        all.extend(group.iter().filter(|one| **one != property));
    }
    all
}

/// Returns a value there as people read it: items by their id, times by their precision.
#[must_use]
pub fn shown(snak: &Snak) -> String {
    let Some(text) = &snak.value else {
        return snak.snak.clone().unwrap_or_default();
    };
    match (snak.precision, super::moment::Moment::read(text)) {
        (Some(9), Some(moment)) => format!("{:04}", moment.year),
        (Some(10), Some(moment)) => format!("{:04}-{:02}", moment.year, moment.month),
        (Some(11), Some(moment)) => moment.to_string(),
        (Some(precision), _) => format!("{text}/{precision}"),
        (None, _) => snak
            .language
            .as_ref()
            .map_or_else(|| text.clone(), |language| format!("{text} ({language})")),
    }
}

/// The columns of a comparison.
pub const COLUMNS: [&str; 7] = [
    "entity", "item", "property", "here", "there", "class", "note",
];

/// Returns a comparison as rows of [`COLUMNS`].
#[must_use]
pub fn rows(lines: &[Difference]) -> Vec<[String; 7]> {
    let qualified = |value: String, qualifiers: Vec<String>| {
        if qualifiers.is_empty() {
            value
        } else {
            format!("{value} [{}]", qualifiers.join(", "))
        }
    };
    lines
        .iter()
        .map(|line| {
            let here = line.here.as_ref().map_or_else(String::new, |one| {
                let of = one
                    .qualifiers
                    .iter()
                    .map(|(name, value)| format!("{name} {}", value.shown()))
                    .collect();
                qualified(one.value.shown(), of)
            });
            let there = line
                .there
                .as_ref()
                .map_or_else(String::new, |(property, one)| {
                    let snaks =
                        |list: &[Snak]| list.iter().map(shown).collect::<Vec<_>>().join(" or ");
                    let of = one
                        .qualifiers
                        .iter()
                        .map(|(name, list)| format!("{name} {}", snaks(list)))
                        .collect();
                    let value = qualified(shown(&one.value), of);
                    if *property == line.property {
                        value
                    } else {
                        format!("{property} {value}")
                    }
                });
            let class = line.class.name().to_owned();
            [
                line.label.clone(),
                line.item.clone(),
                line.property.clone(),
                here,
                there,
                class,
                line.note.clone(),
            ]
        })
        .collect()
}

/// Returns a comparison as the rows of a table.
#[must_use]
pub fn solutions(lines: &[Difference]) -> Solutions {
    Solutions {
        variables: COLUMNS
            .iter()
            .map(|name| Variable::new_unchecked(*name))
            .collect(),
        rows: rows(lines)
            .into_iter()
            .map(|row| {
                row.into_iter()
                    .map(|cell| Some(Term::from(Literal::from(cell))))
                    .collect()
            })
            .collect(),
    }
}

/// Returns how many lines there are of each class, in words.
#[must_use]
pub fn summary(lines: &[Difference]) -> String {
    let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(line.class).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(class, count)| format!("{count} {}", class.name()))
        .collect();
    if parts.is_empty() {
        "No linked entity is on Wikidata's side.".to_owned()
    } else {
        format!("{}.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{date, inception, time};
    use super::*;

    #[test]
    fn terms_of_office_find_their_own_statement() {
        let term = |start: &str, end: &str| OwnStatement {
            property: "P488".to_owned(),
            value: OwnValue::Entity {
                iri: "p".into(),
                label: "P".into(),
                item: Some("Q9".into()),
            },
            qualifiers: [
                ("P580".to_owned(), date(start)),
                ("P582".to_owned(), date(end)),
            ]
            .into(),
            ..inception("1918")
        };
        let their = |start: &str, end: &str| Statement {
            value: Snak {
                value: Some("Q9".into()),
                ..Snak::default()
            },
            qualifiers: [
                ("P580".to_owned(), vec![time(start, 9)]),
                ("P582".to_owned(), vec![time(end, 9)]),
            ]
            .into(),
            ..Statement::default()
        };
        let mut entity = Entity::default();
        entity.claims.insert(
            "P488".into(),
            vec![
                their("+1930-00-00T00:00:00Z", "+1931-00-00T00:00:00Z"),
                their("+1920-00-00T00:00:00Z", "+1921-00-00T00:00:00Z"),
            ],
        );
        let (first, second) = (term("1920", "1921"), term("1930", "1931"));
        let mut lines = Vec::new();
        compare_entity(
            ("E", "Q1"),
            &[&first, &second],
            &entity,
            &["P488"].into(),
            &mut lines,
        );
        assert_eq!(
            lines.iter().map(|line| line.class).collect::<Vec<_>>(),
            [Class::Same, Class::Same]
        );
        let swapped = term("1922", "1923");
        lines.clear();
        compare_entity(
            ("E", "Q1"),
            &[&swapped],
            &entity,
            &["P488"].into(),
            &mut lines,
        );
        assert!(
            lines
                .iter()
                .any(|line| line.class == Class::Contradiction && line.note.contains("P580")),
            "{lines:?}"
        );
    }
}
