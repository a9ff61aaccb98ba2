//! What goes into a part and comes out of a generation: statements, rules, records, derivations.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::part::{RecordId, RuleId};
use crate::record::{Origin, RecordKey};

/// A statement, its terms written as in canonical N-Quads (as `oxrdf` displays them).
///
/// Blank nodes keep their labels: two parts that use one label mean one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement<'a> {
    /// IRI in angle brackets, or blank node.
    pub subject: &'a str,
    /// IRI in angle brackets.
    pub predicate: &'a str,
    /// IRI in angle brackets, blank node, literal or triple term.
    pub object: &'a str,
    /// Named graph; `None` for the default graph.
    pub graph: Option<&'a str>,
}

impl Statement<'_> {
    /// Appends the statement as a line of N-Quads without the final dot.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.subject.as_bytes());
        into.push(b' ');
        into.extend_from_slice(self.predicate.as_bytes());
        into.push(b' ');
        into.extend_from_slice(self.object.as_bytes());
        if let Some(graph) = self.graph {
            into.push(b' ');
            into.extend_from_slice(graph.as_bytes());
        }
    }
}

/// Returns the hash under which a statement, written as by [`Statement::write`], is found.
pub(super) fn statement_hash(written: &[u8]) -> u128 {
    xxh3_128(written)
}

/// A rule that statements came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// IRI of the triples map, or its label in the mapping file.
    pub name: String,
    /// Path of the mapping file.
    pub file: String,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column in characters, from 1; 0 when unknown.
    pub column: u32,
}

/// A record that statements came from.
///
/// It is the file and the key that name it. Byte spans of origins are not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceRecord {
    /// Key of the record in its file.
    pub key: RecordKey,
    /// Place of the record.
    pub origin: Origin,
    /// Text to show for it, if its source is prose or a small table.
    pub quote: Option<Arc<str>>,
    /// The passage that a curated record rests on.
    pub passage: Option<Passage>,
}

/// A passage of a source, found where a curated record says it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// Place of the passage.
    pub origin: Origin,
    /// The quoted text.
    pub quote: Arc<str>,
    /// Which of several equal passages of the file it is, from 1.
    pub occurrence: u32,
}

/// How a statement came about, as told to a [`PartBuilder`](super::PartBuilder).
#[derive(Clone, Copy, Debug)]
pub struct DerivationEntry<'a> {
    /// The rule.
    pub rule: RuleId,
    /// The record, or the child and the parent record of a join; further ones are ignored.
    pub records: &'a [RecordId],
    /// Places of the values that the terms were made of.
    pub places: &'a [Origin],
    /// What was inferred rather than read, in words.
    pub inferred: Option<&'a str>,
}

/// How a statement came about, as a generation tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// The rule.
    pub rule: Rule,
    /// The record, or the child and the parent record of a join.
    pub records: Vec<SourceRecord>,
    /// Places of the values that the terms were made of, in the order they were told.
    pub places: Vec<Origin>,
    /// What was inferred rather than read, in words.
    pub inferred: Option<String>,
}

impl Derivation {
    /// Returns the places it rests on with what stands there: the passage first, then the record that rests on it.
    ///
    /// For a record without a passage the place is that of the value, if the value stands in the record's own file.
    pub fn sources(&self) -> Vec<(Origin, Option<String>)> {
        let mut found = Vec::new();
        for record in &self.records {
            if let Some(passage) = &record.passage {
                found.push((passage.origin.clone(), Some(passage.quote.to_string())));
            }
            // A value that the record shares with others, such as a title, stands elsewhere than what is quoted.
            let within = |place: &&Origin| {
                place.file == record.origin.file && place.line == record.origin.line
            };
            let value = self
                .places
                .iter()
                .filter(|place| place.line > 0)
                .find(within);
            let origin = match value {
                Some(value) if record.passage.is_none() => value.clone(),
                _ => record.origin.clone(),
            };
            let quote = if record.passage.is_none() {
                record.quote.as_deref().map(str::to_owned)
            } else {
                None
            };
            found.push((origin, quote));
        }
        found
    }
}
