//! Reading an `.origins` file: from a statement to its derivations, without loading it, or loaded as a whole.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::{Derivation, Passage, Rule, SourceRecord};
use super::files;
use super::manifest::{PartStamp, PieceStamp};
use super::pages::Pages;
use super::rows::{
    DerivationRow, Header, MAGIC, NONE, PassageRow, PlaceRow, RecordRow, Row, RuleRow,
    StatementRow, StringRow,
};
use crate::diagnostic::Result;
use crate::record::{Origin, RecordKey};

/// An opened `.origins` file.
#[derive(Debug)]
pub(super) struct Origins {
    path: PathBuf,
    pages: Pages,
    header: Header,
    starts: Starts,
    /// The piece of a source that the places count from.
    piece: Option<PieceStamp>,
}

/// Where each table begins.
#[derive(Clone, Copy, Debug)]
struct Starts {
    statements: u64,
    derivations: u64,
    places: u64,
    records: u64,
    passages: u64,
    rules: u64,
    strings: u64,
    text: u64,
}

impl Origins {
    /// Opens a file; little more than its header is read.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let pages = Pages::open(path).map_err(|error| files::read_failed(path, &error))?;
        Self::new(path, pages)
    }

    /// Takes the bytes of a file, known to be those that were written.
    pub(super) fn loaded(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        Self::new(path, Pages::loaded(bytes))
    }

    fn new(path: &Path, mut pages: Pages) -> Result<Self> {
        let header = pages
            .read(0..Header::WIDTH as u64)
            .map(Header::get)
            .map_err(|error| files::read_failed(path, &error))?;
        if header.magic != MAGIC {
            return Err(files::damaged(path, "this is no file of origins"));
        }
        let (starts, end) = layout(&header);
        if end != Some(pages.length()) {
            return Err(files::damaged(path, "its size is not what it says"));
        }
        Ok(Self {
            path: path.to_owned(),
            pages,
            header,
            starts,
            piece: None,
        })
    }

    /// Returns the same file, read as that of a part: with the places of a piece as places of the whole source.
    #[must_use]
    pub(super) fn of(mut self, part: &PartStamp) -> Self {
        self.piece.clone_from(&part.piece);
        self
    }

    /// Returns the hashes of all statements, in rising order.
    pub(super) fn hashes(&mut self) -> Result<Vec<u128>> {
        let start = self.starts.statements;
        let length = u64::from(self.header.statements) * StatementRow::WIDTH as u64;
        let bytes = self
            .pages
            .read(start..start + length)
            .map_err(|error| files::read_failed(&self.path, &error))?;
        Ok(bytes
            .chunks(StatementRow::WIDTH)
            .map(|row| StatementRow::get(row).hash)
            .collect())
    }

    pub(super) fn statement_count(&self) -> u64 {
        u64::from(self.header.statements)
    }

    pub(super) fn derivation_count(&self) -> u64 {
        u64::from(self.header.derivations)
    }

    pub(super) fn record_count(&self) -> u32 {
        self.header.records
    }

    pub(super) fn rule_count(&self) -> u32 {
        self.header.rules
    }

    /// Returns the numbers of the derivations of a statement; none when the statement is not here, or none are kept.
    pub(super) fn find(&mut self, hash: u128) -> Result<Range<u32>> {
        let Some(number) = self.position(hash)? else {
            return Ok(0..0);
        };
        let end = if number + 1 < self.header.statements {
            self.statement(number + 1)?.derivations
        } else {
            self.header.derivations
        };
        Ok(self.statement(number)?.derivations..end)
    }

    /// Returns whether a statement is here.
    pub(super) fn contains(&mut self, hash: u128) -> Result<bool> {
        Ok(self.position(hash)?.is_some())
    }

    fn position(&mut self, hash: u128) -> Result<Option<u32>> {
        let (mut low, mut high) = (0, self.header.statements);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.statement(middle)?.hash.cmp(&hash) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Ok(Some(middle)),
            }
        }
        Ok(None)
    }

    fn statement(&mut self, number: u32) -> Result<StatementRow> {
        self.row(self.starts.statements, self.header.statements, number)
    }

    /// Returns the row of a derivation.
    pub(super) fn derivation_row(&mut self, number: u32) -> Result<DerivationRow> {
        self.row(self.starts.derivations, self.header.derivations, number)
    }

    /// Returns a derivation.
    pub(super) fn derivation(&mut self, number: u32) -> Result<Derivation> {
        let row = self.derivation_row(number)?;
        let mut records = Vec::new();
        for record in [row.record, row.joined] {
            if record != NONE {
                records.push(self.record(record)?);
            }
        }
        Ok(Derivation {
            rule: self.rule(row.rule)?,
            records,
            places: self.places(number, &row)?,
            inferred: self.optional_string(row.inferred)?,
        })
    }

    /// Returns the places of a derivation.
    pub(super) fn places(&mut self, number: u32, row: &DerivationRow) -> Result<Vec<Origin>> {
        let end = if number + 1 < self.header.derivations {
            self.derivation_row(number + 1)?.places
        } else {
            self.header.places
        };
        (row.places..end)
            .map(|number| {
                let place = self.row(self.starts.places, self.header.places, number)?;
                self.origin(place)
            })
            .collect()
    }

    /// Returns a record.
    pub(super) fn record(&mut self, number: u32) -> Result<SourceRecord> {
        let row: RecordRow = self.row(self.starts.records, self.header.records, number)?;
        let origin = self.origin(PlaceRow {
            file: row.file,
            line: row.line,
            column: row.column,
            row: row.row,
            cell: row.cell,
            pointer: row.pointer,
        })?;
        let passage = if row.passage == NONE {
            None
        } else {
            Some(self.passage(row.passage)?)
        };
        Ok(SourceRecord {
            key: RecordKey {
                hash: row.hash,
                occurrence: row.occurrence,
            },
            origin,
            quote: self.optional_string(row.quote)?.map(Arc::from),
            passage,
        })
    }

    fn passage(&mut self, number: u32) -> Result<Passage> {
        let row: PassageRow = self.row(self.starts.passages, self.header.passages, number)?;
        Ok(Passage {
            origin: self.origin(PlaceRow {
                file: row.file,
                line: row.line,
                column: row.column,
                row: row.row,
                cell: row.cell,
                pointer: row.pointer,
            })?,
            quote: self.string(row.quote)?.into(),
            occurrence: row.occurrence,
        })
    }

    /// Returns a rule.
    pub(super) fn rule(&mut self, number: u32) -> Result<Rule> {
        let row: RuleRow = self.row(self.starts.rules, self.header.rules, number)?;
        Ok(Rule {
            name: self.string(row.name)?,
            file: self.string(row.file)?,
            line: row.line,
            column: row.column,
        })
    }

    fn origin(&mut self, row: PlaceRow) -> Result<Origin> {
        let origin = Origin {
            file: self.string(row.file)?.into(),
            line: row.line,
            column: row.column,
            row: (row.row != 0).then_some(row.row),
            cell: self.optional_string(row.cell)?.map(Arc::from),
            pointer: self.optional_string(row.pointer)?.map(Arc::from),
            span: None,
        };
        Ok(match &self.piece {
            Some(piece) => piece.shifted(origin),
            None => origin,
        })
    }

    /// Returns a string; `None` for [`NONE`].
    pub(super) fn optional_string(&mut self, number: u32) -> Result<Option<String>> {
        (number != NONE).then(|| self.string(number)).transpose()
    }

    fn string(&mut self, number: u32) -> Result<String> {
        let (table, count) = (self.starts.strings, self.header.strings);
        let end = self.row::<StringRow>(table, count, number)?.end;
        let start = match number.checked_sub(1) {
            Some(before) => self.row::<StringRow>(table, count, before)?.end,
            None => 0,
        };
        let text = self.starts.text;
        let range = text.saturating_add(start)..text.saturating_add(end);
        let bytes = self
            .pages
            .read(range)
            .map_err(|error| files::read_failed(&self.path, &error))?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(files::damaged(&self.path, "a text in it is not UTF-8")),
        }
    }

    fn row<R: Row>(&mut self, table: u64, count: u32, number: u32) -> Result<R> {
        if number >= count {
            return Err(files::damaged(&self.path, "it refers to a row it lacks"));
        }
        let start = table + u64::from(number) * R::WIDTH as u64;
        self.pages
            .read(start..start + R::WIDTH as u64)
            .map(R::get)
            .map_err(|error| files::read_failed(&self.path, &error))
    }
}

/// Returns where the tables begin and where the data ends; no end when that is more than a number can hold.
fn layout(header: &Header) -> (Starts, Option<u64>) {
    let mut end = Header::WIDTH as u64;
    let mut table = |count: u32, width: usize| {
        let start = end;
        // Widths are below a hundred, so eight tables stay far below the greatest number.
        end += u64::from(count) * width as u64;
        start
    };
    let starts = Starts {
        statements: table(header.statements, StatementRow::WIDTH),
        derivations: table(header.derivations, DerivationRow::WIDTH),
        places: table(header.places, PlaceRow::WIDTH),
        records: table(header.records, RecordRow::WIDTH),
        passages: table(header.passages, PassageRow::WIDTH),
        rules: table(header.rules, RuleRow::WIDTH),
        strings: table(header.strings, StringRow::WIDTH),
        text: end,
    };
    (starts, starts.text.checked_add(header.text))
}
