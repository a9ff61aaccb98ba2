//! Entities: read from Wikidata's JSON, kept in an extract in a compact form of the same shape.
//!
//! Kept are labels and aliases in all languages, sitelinks, and the statements whose values are items, times or texts in
//! a language, with rank, identifier and qualifiers. External identifiers, files, coordinates, quantities, descriptions
//! and references are left out. The layout of the JSON is that of the documentation of Wikibase, `topics/json.md`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

/// An entity of an extract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, DeriveDeserialize)]
pub struct Entity {
    /// The identifier, such as `Q42`.
    pub id: String,
    /// The label of each language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The aliases of each language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, Vec<String>>,
    /// The statements of each property.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, Vec<Statement>>,
    /// The page of each wiki.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sitelinks: BTreeMap<String, String>,
}

/// A statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, DeriveDeserialize)]
pub struct Statement {
    /// Its main value.
    #[serde(flatten)]
    pub value: Snak,
    /// Its rank; a normal one is not written.
    #[serde(default, skip_serializing_if = "Rank::is_normal")]
    pub rank: Rank,
    /// Its identifier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guid: String,
    /// Its qualifiers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub qualifiers: BTreeMap<String, Vec<Snak>>,
}

/// A value with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, DeriveDeserialize)]
pub struct Snak {
    /// An item, a time as Wikidata writes it, or a text; nothing for an unknown or absent value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The precision of a time: 9 a year, 10 a month, 11 a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// The item of the calendar of a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// The language of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `somevalue` or `novalue` when there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snak: Option<String>,
}

/// The rank of a statement.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, DeriveDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Known to be wrong or outdated.
    Deprecated,
    /// Neither.
    #[default]
    Normal,
    /// The best of its property.
    Preferred,
}

impl Rank {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// What a dump writes as a map, or as an empty list when there is nothing in it.
struct Loose<T>(T);

impl<T: Default> Default for Loose<T> {
    fn default() -> Self {
        Self(T::default())
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Either<T> {
            type Value = Loose<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map or an empty list")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Loose)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Loose(T::default()))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Loose(T::default()))
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

#[derive(DeriveDeserialize)]
struct Full {
    id: String,
    #[serde(default)]
    labels: Loose<BTreeMap<String, Term>>,
    #[serde(default)]
    aliases: Loose<BTreeMap<String, Vec<Term>>>,
    #[serde(default)]
    claims: Loose<BTreeMap<String, Vec<FullStatement>>>,
    #[serde(default)]
    sitelinks: Loose<BTreeMap<String, Page>>,
}

#[derive(DeriveDeserialize)]
struct Term {
    value: String,
}

#[derive(DeriveDeserialize)]
struct Page {
    title: String,
}

#[derive(DeriveDeserialize)]
struct FullStatement {
    mainsnak: FullSnak,
    #[serde(default)]
    rank: Rank,
    #[serde(default)]
    id: String,
    #[serde(default)]
    qualifiers: Loose<BTreeMap<String, Vec<FullSnak>>>,
}

#[derive(DeriveDeserialize)]
struct FullSnak {
    snaktype: String,
    #[serde(default)]
    datatype: String,
    #[serde(default)]
    datavalue: Option<DataValue>,
}

#[derive(DeriveDeserialize)]
struct DataValue {
    value: Data,
}

#[derive(Default, DeriveDeserialize)]
struct DataMap {
    #[serde(default)]
    id: Option<String>,
    #[serde(default, rename = "numeric-id")]
    number: Option<u64>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    precision: Option<f64>,
    #[serde(default)]
    calendarmodel: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Default)]
struct Data(DataMap);

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Data;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the value of a snak")
            }
            fn visit_str<E>(self, _: &str) -> Result<Data, E> {
                Ok(Data::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Data, A::Error> {
                DataMap::deserialize(de::value::MapAccessDeserializer::new(map)).map(Data)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl FullSnak {
    /// The snak in its compact form, unless its kind is not kept.
    fn compact(self) -> Option<Snak> {
        if !matches!(
            self.datatype.as_str(),
            "wikibase-item" | "time" | "monolingualtext" | ""
        ) {
            return None;
        }
        if self.snaktype != "value" {
            return Some(Snak {
                snak: Some(self.snaktype),
                ..Snak::default()
            });
        }
        let data = self.datavalue?.value.0;
        let last = |iri: String| iri.rsplit('/').next().map(str::to_owned).unwrap_or(iri);
        if let Some(time) = data.time {
            // Precisions are small whole numbers from 0 to 14.
            let precision = data
                .precision
                .map(|precision| precision.clamp(0.0, 14.0) as u8);
            return Some(Snak {
                value: Some(time),
                precision,
                calendar: data.calendarmodel.map(last),
                ..Snak::default()
            });
        }
        if let Some(text) = data.text {
            return Some(Snak {
                value: Some(text),
                language: data.language,
                ..Snak::default()
            });
        }
        let item = data
            .id
            .or_else(|| data.number.map(|number| format!("Q{number}")))?;
        Some(Snak {
            value: Some(item),
            ..Snak::default()
        })
    }
}

impl Entity {
    /// Reads an entity as a dump or Special:EntityData writes it.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn from_dump(json: &[u8]) -> Result<Self, serde_json::Error> {
        let full: Full = serde_json::from_slice(json)?;
        let mut claims = BTreeMap::new();
        for (property, statements) in full.claims.0 {
            let kept: Vec<Statement> = statements.into_iter().filter_map(statement).collect();
            if !kept.is_empty() {
                claims.insert(property, kept);
            }
        }
        Ok(Self {
            id: full.id,
            labels: full
                .labels
                .0
                .into_iter()
                .map(|(language, term)| (language, term.value))
                .collect(),
            aliases: full
                .aliases
                .0
                .into_iter()
                .map(|(language, terms)| {
                    (language, terms.into_iter().map(|term| term.value).collect())
                })
                .collect(),
            claims,
            sitelinks: full
                .sitelinks
                .0
                .into_iter()
                .map(|(wiki, page)| (wiki, page.title))
                .collect(),
        })
    }

    /// Returns the label in English, else the first there is.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.labels
            .get("en")
            .or_else(|| self.labels.get("mul"))
            .or_else(|| self.labels.values().next())
            .map(String::as_str)
    }

    /// Returns the statements of a property, those of the rank "deprecated" included.
    #[must_use]
    pub fn statements(&self, property: &str) -> &[Statement] {
        self.claims.get(property).map_or(&[], Vec::as_slice)
    }
}

fn statement(full: FullStatement) -> Option<Statement> {
    let value = full.mainsnak.compact()?;
    let mut qualifiers = BTreeMap::new();
    for (property, snaks) in full.qualifiers.0 {
        let kept: Vec<Snak> = snaks.into_iter().filter_map(FullSnak::compact).collect();
        if !kept.is_empty() {
            qualifiers.insert(property, kept);
        }
    }
    Some(Statement {
        value,
        rank: full.rank,
        guid: full.id,
        qualifiers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMPED: &str = r#"{"type":"item","id":"Q7","labels":{"en":{"language":"en","value":"Seven"}},"aliases":[],"descriptions":{},
        "claims":{"P571":[{"mainsnak":{"snaktype":"value","property":"P571","datatype":"time","datavalue":{"value":{"time":"+1918-09-00T00:00:00Z",
        "timezone":0,"before":0,"after":0,"precision":10,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"},"type":"time"}},
        "type":"statement","id":"Q7$A","rank":"preferred","qualifiers":{"P17":[{"snaktype":"somevalue","property":"P17","datatype":"wikibase-item"}]}}],
        "P1":[{"mainsnak":{"snaktype":"value","property":"P1","datatype":"external-id","datavalue":{"value":"x","type":"string"}},"rank":"normal"}],
        "P31":[{"mainsnak":{"snaktype":"value","property":"P31","datatype":"wikibase-item","datavalue":{"value":{"entity-type":"item","numeric-id":5},"type":"wikibase-entityid"}},"rank":"normal"}]},
        "sitelinks":{"enwiki":{"site":"enwiki","title":"Seven","badges":[]}}}"#;

    #[test]
    fn a_dumped_entity_survives_the_way_through_the_extract() {
        let entity = Entity::from_dump(DUMPED.as_bytes()).unwrap();
        let founded = &entity.statements("P571")[0];
        assert_eq!(
            (founded.value.precision, founded.rank),
            (Some(10), Rank::Preferred)
        );
        assert_eq!(
            founded.qualifiers["P17"][0].snak.as_deref(),
            Some("somevalue")
        );
        assert_eq!(
            entity.statements("P31")[0].value.value.as_deref(),
            Some("Q5")
        );
        assert!(entity.statements("P1").is_empty());
        let written = serde_json::to_string(&entity).unwrap();
        assert_eq!(serde_json::from_str::<Entity>(&written).unwrap(), entity);
        assert!(
            written.starts_with(r#"{"id":"Q7","labels":{"en":"Seven"}"#),
            "{written}"
        );
    }
}
