//! Gathering the statements of one source file, each with its derivations, in the order they come.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::entry::{DerivationEntry, Rule, SourceRecord, Statement, statement_hash};
use super::facts::END;
use super::level::Provenance;
use super::rows::{NONE, PassageRow, PlaceRow, RecordRow, RuleRow};
use crate::record::Origin;

/// From how many bytes on a piece of lines that come one by one is full: growing it further would move it.
const PIECE: usize = 1 << 16;

/// Number of a rule within its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u32);

/// Number of a record within its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(u32);

/// Gathers the statements of one source file.
///
/// Rules, records and statements may come in any order and any number of times; what is written does not depend on it.
#[derive(Debug)]
pub struct PartBuilder {
    /// How much is kept of derivations; what is beyond is passed over.
    level: Provenance,
    pub(super) strings: Numbered<Arc<str>>,
    pub(super) rules: Numbered<RuleRow>,
    pub(super) passages: Numbered<PassageRow>,
    pub(super) records: Vec<RecordRow>,
    record_ids: HashMap<(u32, u128, u32), u32>,
    /// The statements one after the other, as lines of N-Quads without dots.
    pub(super) text: Vec<u8>,
    /// Hash of each statement and where it ends in the text.
    pub(super) statements: Vec<(u128, usize)>,
    statement_ids: HashMap<u128, u32>,
    /// Statements whose derivations are not kept, as lines of N-Quads, in the pieces they came in; some may come again.
    pub(super) lines: Vec<Vec<u8>>,
    pub(super) derivations: Vec<Gathered>,
    pub(super) places: Vec<PlaceRow>,
}

/// A derivation as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathered {
    pub(super) statement: u32,
    pub(super) rule: u32,
    pub(super) record: u32,
    pub(super) joined: u32,
    pub(super) inferred: u32,
    /// Where its places begin and end.
    pub(super) places: (usize, usize),
}

impl PartBuilder {
    pub(super) fn new(level: Provenance) -> Self {
        Self {
            level,
            strings: Numbered::default(),
            rules: Numbered::default(),
            passages: Numbered::default(),
            records: Vec::new(),
            record_ids: HashMap::new(),
            text: Vec::new(),
            statements: Vec::new(),
            statement_ids: HashMap::new(),
            lines: Vec::new(),
            derivations: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Returns the number of a rule, the same for an equal one.
    pub fn rule(&mut self, rule: &Rule) -> RuleId {
        if self.level < Provenance::Graph {
            return RuleId(NONE);
        }
        let row = RuleRow {
            name: self.string(&rule.name),
            file: self.string(&rule.file),
            line: rule.line,
            column: rule.column,
        };
        RuleId(self.rules.number(row))
    }

    /// Returns the number of a record, the same for one with the same file and key.
    pub fn record(&mut self, record: &SourceRecord) -> RecordId {
        if self.level < Provenance::Statement {
            return RecordId(NONE);
        }
        let place = self.place(&record.origin);
        let quote = self.string_or_none(record.quote.as_deref());
        let passage = match &record.passage {
            None => NONE,
            Some(passage) => {
                let place = self.place(&passage.origin);
                let quote = self.string(&passage.quote);
                self.passages.number(PassageRow {
                    file: place.file,
                    line: place.line,
                    column: place.column,
                    row: place.row,
                    cell: place.cell,
                    pointer: place.pointer,
                    quote,
                    occurrence: passage.occurrence,
                })
            }
        };
        let row = RecordRow {
            file: place.file,
            hash: record.key.hash,
            occurrence: record.key.occurrence,
            line: place.line,
            column: place.column,
            row: place.row,
            cell: place.cell,
            pointer: place.pointer,
            quote,
            passage,
        };
        let next = number_of(self.records.len());
        let id = *self
            .record_ids
            .entry((row.file, row.hash, row.occurrence))
            .or_insert(next);
        let position = id as usize;
        match self.records.get(position).copied() {
            None => self.records.push(row),
            // The same record told differently: which telling is kept must not depend on which came first.
            Some(kept) if kept != row && self.telling(&row) < self.telling(&kept) => {
                self.records[position] = row;
            }
            Some(_) => {}
        }
        RecordId(id)
    }

    /// Returns what a record's row says, so that two can be compared whatever the numbers of their strings.
    fn telling(&self, row: &RecordRow) -> impl PartialOrd {
        let text = |number: u32| self.strings.all.get(number as usize).cloned();
        let passage = self.passages.all.get(row.passage as usize);
        (
            (row.line, row.column, row.row),
            (text(row.cell), text(row.pointer), text(row.quote)),
            passage.map(|passage| {
                let file = text(passage.file);
                (file, passage.line, passage.column, text(passage.quote))
            }),
        )
    }

    /// Adds a statement with one of its derivations.
    ///
    /// Whether the terms are well written is checked when the part is written.
    pub fn add(&mut self, statement: Statement<'_>, derivation: DerivationEntry<'_>) {
        if self.level < Provenance::Statement {
            let piece = self.last_piece();
            statement.write(piece);
            piece.extend_from_slice(END);
            return;
        }
        let inferred = self.string_or_none(derivation.inferred);
        let first = self.places.len();
        for origin in derivation.places {
            let place = self.place(origin);
            self.places.push(place);
        }
        let mut records = derivation.records.iter().map(|record| record.0);
        let gathered = Gathered {
            statement: self.statement(statement),
            rule: derivation.rule.0,
            record: records.next().unwrap_or(NONE),
            joined: records.next().unwrap_or(NONE),
            inferred,
            places: (first, self.places.len()),
        };
        self.derivations.push(gathered);
    }

    /// Adds statements that come without derivations, as lines of N-Quads, each with its line break.
    ///
    /// Whether they are well written is checked when the part is written.
    pub fn add_lines(&mut self, lines: String) {
        if !lines.is_empty() {
            self.lines.push(lines.into_bytes());
        }
    }

    /// Returns the piece to write a single statement to.
    fn last_piece(&mut self) -> &mut Vec<u8> {
        let full = |last: &Vec<u8>| last.len() >= PIECE;
        if self.lines.last().is_none_or(full) {
            self.lines.push(Vec::new());
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    /// Returns whether there is nothing to be written.
    pub fn is_empty(&self) -> bool {
        let told = self.level == Provenance::Graph && !self.rules.all.is_empty();
        self.statements.is_empty() && self.lines.is_empty() && !told
    }

    fn statement(&mut self, statement: Statement<'_>) -> u32 {
        // Written where it would stay, and taken back when it is there already.
        let start = self.text.len();
        statement.write(&mut self.text);
        let hash = statement_hash(&self.text[start..]);
        let next = number_of(self.statements.len());
        let id = *self.statement_ids.entry(hash).or_insert(next);
        if id == next {
            self.statements.push((hash, self.text.len()));
        } else {
            self.text.truncate(start);
        }
        id
    }

    fn place(&mut self, origin: &Origin) -> PlaceRow {
        PlaceRow {
            file: self.string(&origin.file),
            line: origin.line,
            column: origin.column,
            row: origin.row.unwrap_or(0),
            cell: self.string_or_none(origin.cell.as_deref()),
            pointer: self.string_or_none(origin.pointer.as_deref()),
        }
    }

    fn string(&mut self, text: &str) -> u32 {
        match self.strings.get(text) {
            Some(number) => number,
            None => self.strings.number(text.into()),
        }
    }

    fn string_or_none(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.string(text))
    }
}

/// Different things, numbered in the order they came.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    pub(super) all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, thing: T) -> u32 {
        let next = number_of(self.all.len());
        let number = *self.numbers.entry(thing.clone()).or_insert(next);
        if number == next {
            self.all.push(thing);
        }
        number
    }

    fn get<Q: Eq + Hash + ?Sized>(&self, thing: &Q) -> Option<u32>
    where
        T: std::borrow::Borrow<Q>,
    {
        self.numbers.get(thing).copied()
    }
}

/// Returns a length as the number of the next row. Memory ends long before four thousand million rows.
pub(super) fn number_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}
