//! What a YARRRML document says, its shortcuts written out; values are still texts.

use super::yaml::Yaml;
use crate::diagnostic::Place;

/// A text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

/// A source or a target as a map of keys.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) fields: Vec<(String, Yaml)>,
}

impl Entry {
    pub(super) fn get(&self, key: &str) -> Option<&Yaml> {
        self.fields
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    pub(super) fn text(&self, key: &str) -> Option<Text> {
        let value = self.get(key)?;
        Some(Text {
            text: value.text()?.to_owned(),
            place: value.place.clone(),
        })
    }
}

/// A source or target where it is used.
#[derive(Clone, Debug)]
pub(super) enum Use {
    Named(Text),
    Inline(Entry),
}

/// Who wrote the rules.
#[derive(Clone, Debug, Default)]
pub(super) struct Author {
    pub(super) place: Place,
    pub(super) webid: Option<String>,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) website: Option<String>,
}

/// A mapping.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: Text,
    pub(super) sources: Vec<Use>,
    pub(super) subjects: Vec<Term>,
    pub(super) graphs: Vec<Term>,
    pub(super) statements: Vec<Statement>,
}

/// A predicate object.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) place: Place,
    pub(super) predicates: Vec<Term>,
    pub(super) objects: Vec<Term>,
    pub(super) graphs: Vec<Term>,
}

/// The type of a term, as far as it is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Iri,
    Literal,
    Blank,
}

/// How a term is made.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) place: Place,
    pub(super) kind: Option<Type>,
    pub(super) what: What,
    pub(super) datatype: Option<Text>,
    pub(super) language: Option<Box<Term>>,
    pub(super) targets: Vec<Use>,
}

/// What a term is made of.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Nothing: a new blank node for each record.
    Fresh,
    /// Text with references.
    Value(String),
    /// The result of a function.
    Call(Box<Call>),
    /// The subjects of other mappings.
    Mappings {
        names: Vec<Text>,
        conditions: Vec<Call>,
    },
}

impl Term {
    pub(super) fn new(place: Place, kind: Option<Type>, what: What) -> Self {
        Self {
            place,
            kind,
            what,
            datatype: None,
            language: None,
            targets: Vec::new(),
        }
    }
}

/// A function with its parameters.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) place: Place,
    pub(super) function: Text,
    pub(super) inputs: Vec<Input>,
}

/// A parameter with its value.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) parameter: Text,
    pub(super) value: Term,
    pub(super) side: Option<Side>,
}

/// The side of a join that a value is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Subject,
    Object,
}

/// Everything that a document, or several read as one, says.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) sources: Vec<(Text, Entry)>,
    pub(super) targets: Vec<(Text, Entry)>,
    pub(super) authentications: Vec<(Text, Entry)>,
    pub(super) authors: Vec<Author>,
    pub(super) rules: Vec<Rule>,
}
