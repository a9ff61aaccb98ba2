//! A quick look at a line of a dump: enough to decide whether the entity is wanted, without building it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::names::fold;

/// What is wanted from a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Identifiers of entities.
    pub ids: BTreeSet<String>,
    /// Classes; members of their subclasses are wanted too.
    pub classes: BTreeSet<String>,
    /// Names, folded; see [`Selection::add_name`].
    pub names: BTreeSet<String>,
    /// Whether everything is wanted.
    pub all: bool,
}

impl Selection {
    /// Adds a name: entities with such a label or alias in any language are wanted.
    pub fn add_name(&mut self, name: &str) {
        let name = fold(name);
        if name.len() > 1 {
            self.names.insert(name);
        }
    }

    /// Returns whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.ids.is_empty() && self.classes.is_empty() && self.names.is_empty()
    }
}

/// What the quick look finds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Glance<'a> {
    /// The identifier.
    #[serde(borrow, default)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default)]
    claims: Classes<'a>,
    #[serde(borrow, default)]
    labels: Texts<'a>,
    #[serde(borrow, default)]
    aliases: Texts<'a>,
}

impl Glance<'_> {
    /// The classes it is a member of, those of deprecated statements left out.
    pub(super) fn classes(&self) -> &[String] {
        &self.claims.of
    }

    /// The classes it is a subclass of.
    pub(super) fn above(&self) -> &[String] {
        &self.claims.above
    }

    /// Whether one of its names is wanted.
    pub(super) fn named(&self, names: &BTreeSet<String>) -> bool {
        if names.is_empty() {
            return false;
        }
        // Most languages repeat one label: each text is folded once.
        let mut texts: Vec<&str> = self
            .labels
            .all
            .iter()
            .chain(&self.aliases.all)
            .map(Cow::as_ref)
            .collect();
        texts.sort_unstable();
        texts.dedup();
        texts.into_iter().any(|text| names.contains(&fold(text)))
    }
}

#[derive(Debug, Default)]
struct Classes<'a> {
    of: Vec<String>,
    above: Vec<String>,
    lifetime: std::marker::PhantomData<&'a ()>,
}

#[derive(Deserialize)]
struct Claim<'a> {
    #[serde(borrow, default)]
    mainsnak: Option<Main<'a>>,
    #[serde(borrow, default)]
    rank: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Main<'a> {
    #[serde(borrow, default)]
    datavalue: Option<DataValue<'a>>,
}

#[derive(Deserialize)]
struct DataValue<'a> {
    #[serde(borrow, default)]
    value: Option<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(default, rename = "numeric-id")]
    number: Option<u64>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Classes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Wanted;
        impl<'de> Visitor<'de> for Wanted {
            type Value = (Vec<String>, Vec<String>);
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("statements by property")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found = (Vec::new(), Vec::new());
                while let Some(property) = map.next_key::<Cow<'de, str>>()? {
                    let into = match property.as_ref() {
                        "P31" => &mut found.0,
                        "P279" => &mut found.1,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    for claim in map.next_value::<Vec<Claim<'de>>>()? {
                        if claim.rank == "deprecated" {
                            continue;
                        }
                        let item = claim
                            .mainsnak
                            .and_then(|main| main.datavalue)
                            .and_then(|data| data.value);
                        into.extend(item.and_then(|item| {
                            item.id
                                .map(Cow::into_owned)
                                .or_else(|| item.number.map(|number| format!("Q{number}")))
                        }));
                    }
                }
                Ok(found)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok((Vec::new(), Vec::new()))
            }
        }
        let (of, above) = deserializer.deserialize_any(Wanted)?;
        Ok(Self {
            of,
            above,
            lifetime: std::marker::PhantomData,
        })
    }
}

/// All texts of a map from languages to terms or lists of terms.
#[derive(Debug, Default)]
struct Texts<'a> {
    all: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Term<'a> {
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByLanguage;
        impl<'de> Visitor<'de> for ByLanguage {
            type Value = Vec<Cow<'de, str>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("terms by language")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while map.next_key::<IgnoredAny>()?.is_some() {
                    match map.next_value::<OneOrMore<'de>>()? {
                        OneOrMore::One(text) => all.push(text),
                        OneOrMore::More(texts) => all.extend(texts),
                    }
                }
                Ok(all)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Vec::new())
            }
        }
        Ok(Self {
            all: deserializer.deserialize_any(ByLanguage)?,
        })
    }
}

enum OneOrMore<'a> {
    One(Cow<'a, str>),
    More(Vec<Cow<'a, str>>),
}

impl<'de> Deserialize<'de> for OneOrMore<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OneOrMore<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a term or a list of terms")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let term = Term::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(OneOrMore::One(term.value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(term) = list.next_element::<Term<'de>>()? {
                    all.push(term.value);
                }
                Ok(OneOrMore::More(all))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_sees_names_and_classes() {
        let json = r#"{"id":"Q7","labels":{"ru":{"value":"Семь \"7\""}},"aliases":{"en":[{"value":"Seven"},{"value":"VII"}]},
            "claims":{"P1":[{"x":[{}]}],"P31":[{"rank":"normal","mainsnak":{"datavalue":{"value":{"id":"Q5"}}}},
            {"rank":"deprecated","mainsnak":{"datavalue":{"value":{"id":"Q6"}}}},{"mainsnak":{"snaktype":"novalue"}}],
            "P279":[{"mainsnak":{"datavalue":{"value":{"numeric-id":8}}}}]}}"#;
        let glance: Glance<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(glance.classes(), ["Q5"]);
        assert_eq!(glance.above(), ["Q8"]);
        let mut wanted = Selection::default();
        wanted.add_name("SEVEN");
        assert!(glance.named(&wanted.names));
        wanted.names.clear();
        wanted.add_name("sem 7");
        assert!(glance.named(&wanted.names));
        let empty: Glance<'_> =
            serde_json::from_str(r#"{"id":"Q1","labels":[],"claims":[]}"#).unwrap();
        assert!(empty.classes().is_empty());
    }
}
