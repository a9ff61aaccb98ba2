//! Separated values: a header line, then one record a row, read as a stream.
//!
//! References are the column titles as written. A row of another length than the header is a fault and the rows after
//! it are read on; a column title that stands twice cannot be referred to. Lines are exact also with blank lines,
//! mixed line ends and line breaks in quotes. A source whose bytes are not UTF-8 ends where that shows.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use ::csv::{ErrorKind, Reader, ReaderBuilder, StringRecord, Terminator};
use xxhash_rust::xxh3::xxh3_128;

use super::{near, text};
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::record::form::{Dialect, Trim};
use crate::record::{Fault, FaultKind, Origin, Record, RecordKey, Records, Slot, Value};

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// What is put after the last byte. It comes back as a row of its own, unless a quotation mark is left open.
const SENTINEL: &str = "\u{0}end of table\u{0}";

/// How a table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The byte between two cells.
    pub delimiter: u8,
    /// Cells that stand for no value.
    pub nulls: Vec<String>,
    /// The byte that begins the comment lines above the header, if there may be any.
    pub comment: Option<u8>,
    /// What else is unusual; its delimiter is not looked at.
    pub dialect: Dialect,
}

impl Default for Options {
    /// Returns commas, empty cells as no value, no comments.
    fn default() -> Self {
        Self {
            delimiter: b',',
            nulls: vec![String::new()],
            comment: None,
            dialect: Dialect::default(),
        }
    }
}

impl Options {
    /// Returns what the ending of a file name says: tabs for `.tsv`, and comments with `#` for `.sssom.tsv`.
    pub fn for_file(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        Self {
            delimiter: if name.ends_with(".tsv") { b'\t' } else { b',' },
            comment: name.ends_with(".sssom.tsv").then_some(b'#'),
            ..Self::default()
        }
    }
}

/// Opens a table and reads its header.
///
/// # Errors
/// `NOT_UTF8` when the bytes are in another encoding, `FILE_UNREADABLE` when they cannot be read, `BROKEN_ROW` when
/// the header cannot be one (an open quotation mark, lines that end in lone carriage returns).
pub fn open(reader: Box<dyn Read>, file: &str, options: Options) -> Result<Box<dyn Records>> {
    let (input, skipped) = prepare(reader, file, &options)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(options.delimiter)
        .quote(options.dialect.quote.unwrap_or(b'"'))
        .quoting(options.dialect.quote.is_some())
        .double_quote(options.dialect.double_quote)
        .escape((!options.dialect.double_quote).then_some(b'\\'))
        .comment(options.dialect.comment)
        // Rows end at the line feed, so that the lines passed can be told from the rows; see `Table::cell`.
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(BUFFER)
        .from_reader(input);
    let mut header = Row {
        record: StringRecord::new(),
        line: 0,
    };
    let file: Arc<str> = Arc::from(file);
    let place = |line| Place::file(&*file).at_line(line);
    let found = header
        .read(&mut reader, skipped)
        .map_err(|error| match error {
            Problem::System(message) => {
                Diagnostic::error(codes::FILE_UNREADABLE, message).at(Place::file(&*file))
            }
            Problem::Encoding { message, .. } => Diagnostic::error(codes::NOT_UTF8, message)
                .at(place(header.line))
                .hint(text::encoding_hint(None)),
        })?;
    if found && header.is_unclosed() {
        return Err(Diagnostic::error(codes::BROKEN_ROW, UNCLOSED)
            .at(place(header.line))
            .hint(UNCLOSED_HINT)
            .into());
    }
    let dialect = options.dialect;
    let titles: Vec<Arc<str>> = match (found, dialect.header_rows) {
        (false, _) => Vec::new(),
        (true, 0) => header.cells().enumerate().map(|(index, _)| numbered(&dialect, index)).collect(),
        (true, _) => header.cells().map(|title| Arc::from(trimmed(title, dialect.trim))).collect(),
    };
    if titles
        .iter()
        .any(|title| title.contains('\r') && !title.contains('\n'))
    {
        return Err(
            Diagnostic::error(codes::BROKEN_ROW, "the lines end in lone carriage returns")
                .at(place(header.line))
                .hint("convert the line ends: tr '\\r' '\\n'")
                .into(),
        );
    }
    let mut ended = !found;
    for _ in 1..dialect.header_rows {
        ended = ended || !matches!(header.read(&mut reader, skipped), Ok(true));
    }
    Ok(Box::new(Table {
        file,
        reader,
        titles,
        skipped_columns: dialect.skip_columns,
        trim: dialect.trim,
        headless: found && dialect.header_rows == 0,
        skipped,
        nulls: options.nulls,
        row: header,
        number: 0,
        ended,
        key: Cell::new(None),
        counts: RefCell::new(HashMap::new()),
    }))
}

/// Returns the name of a column of a table without header (CSV on the Web, section 4.3), counted from 0.
fn numbered(dialect: &Dialect, index: usize) -> Arc<str> {
    match index.checked_sub(dialect.skip_columns).and_then(|own| dialect.names.get(own)) {
        Some(name) => Arc::from(name.as_str()),
        None => Arc::from(format!("_col.{}", index + 1)),
    }
}

fn trimmed(cell: &str, trim: Trim) -> &str {
    match trim {
        Trim::No => cell,
        Trim::Start => cell.trim_start(),
        Trim::End => cell.trim_end(),
        Trim::Both => cell.trim(),
    }
}

const UNCLOSED: &str = "a quotation mark in this row is not closed before the end of the file";
const UNCLOSED_HINT: &str = "close the quotation mark, or double it if it belongs to the cell";

type Input = Box<dyn Read>;

/// Returns the bytes after the byte order mark and the comment lines, the sentinel at their end, and the number of
/// lines passed over.
fn prepare(mut reader: Box<dyn Read>, file: &str, options: &Options) -> Result<(Input, u32)> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::error(codes::FILE_UNREADABLE, error.to_string()).at(Place::file(file))
    };
    let mut head = Vec::new();
    reader
        .by_ref()
        .take(4)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    if let Some(encoding) = text::wide_encoding(&head) {
        return Err(Diagnostic::error(
            codes::NOT_UTF8,
            format!("the file is {encoding}, not UTF-8"),
        )
        .at(Place::file(file))
        .hint(text::encoding_hint(Some(encoding)))
        .into());
    }
    if head.starts_with("\u{feff}".as_bytes()) {
        head.drain(..3);
    }
    let end = Cursor::new(format!("\n{SENTINEL}"));
    let whole = Cursor::new(head).chain(reader).chain(end);
    if options.comment.is_none() && options.dialect.skip_rows == 0 {
        return Ok((Box::new(whole), 0));
    }
    let mut whole = BufReader::with_capacity(BUFFER, whole);
    let mut skipped = 0;
    for _ in 0..options.dialect.skip_rows {
        if whole.fill_buf().map_err(unreadable)?.is_empty() {
            break;
        }
        whole.skip_until(b'\n').map_err(unreadable)?;
        skipped += 1;
    }
    let Some(comment) = options.comment else {
        return Ok((Box::new(whole), skipped));
    };
    while whole.fill_buf().map_err(unreadable)?.first() == Some(&comment) {
        whole.skip_until(b'\n').map_err(unreadable)?;
        skipped += 1;
    }
    Ok((Box::new(whole), skipped))
}

/// Why a row could not be read.
enum Problem {
    System(String),
    Encoding { message: String, cell: usize },
}

/// A row and the line it begins on.
struct Row {
    record: StringRecord,
    line: u32,
}

impl Row {
    /// Reads the next row that is not blank; returns whether there was one.
    fn read(
        &mut self,
        reader: &mut Reader<Input>,
        skipped: u32,
    ) -> std::result::Result<bool, Problem> {
        loop {
            let before = reader.position().line();
            let read = reader.read_record(&mut self.record);
            let passed = reader.position().line();
            // The row has just passed the line breaks inside its cells and, unless it swallowed the end, its own.
            let own = u64::from(!self.is_unclosed());
            let inside = self
                .record
                .as_slice()
                .bytes()
                .filter(|&b| b == b'\n')
                .count();
            let line = match read {
                Ok(_) => passed.saturating_sub(own + inside as u64),
                Err(_) => before,
            };
            self.line = u32::try_from(line)
                .unwrap_or(u32::MAX)
                .saturating_add(skipped);
            match read {
                Ok(false) => return Ok(false),
                Ok(true)
                    if self.record.len() == 1
                        && matches!(self.record.get(0), Some("\r" | SENTINEL)) => {}
                Ok(true) => return Ok(true),
                Err(error) => return Err(problem(error)),
            }
        }
    }

    /// Returns a cell. The carriage return of a line end belongs to none.
    fn cell(&self, index: usize) -> Option<&str> {
        let cell = self.record.get(index)?;
        if index + 1 == self.record.len() {
            Some(cell.strip_suffix('\r').unwrap_or(cell))
        } else {
            Some(cell)
        }
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.record.len()).filter_map(|index| self.cell(index))
    }

    /// Returns whether an open quotation mark has swallowed the end of the file.
    fn is_unclosed(&self) -> bool {
        self.record
            .len()
            .checked_sub(1)
            .and_then(|last| self.record.get(last))
            .is_some_and(|last| last.ends_with(SENTINEL))
    }
}

fn problem(error: ::csv::Error) -> Problem {
    match error.into_kind() {
        ErrorKind::Utf8 { err, .. } => Problem::Encoding {
            message: format!(
                "cell {} is not UTF-8 after its first {} bytes",
                err.field() + 1,
                err.valid_up_to()
            ),
            cell: err.field(),
        },
        ErrorKind::Io(error) => Problem::System(error.to_string()),
        other => Problem::System(format!("{other:?}")),
    }
}

/// The stream of rows; it is its own record, lent again for each row.
struct Table {
    file: Arc<str>,
    reader: Reader<Input>,
    titles: Vec<Arc<str>>,
    skipped: u32,
    skipped_columns: usize,
    trim: Trim,
    /// Whether the row at hand is the first of a table without header, and still to be handed out.
    headless: bool,
    nulls: Vec<String>,
    row: Row,
    number: u64,
    ended: bool,
    /// Key of this row, once asked for.
    key: Cell<Option<RecordKey>>,
    /// How often each hash was seen among the rows whose key was asked for. Rows of equal content are treated alike,
    /// so a plan asks for the keys of all of them or of none.
    counts: RefCell<HashMap<u128, u32>>,
}

impl Table {
    fn place(&self, cell: Option<usize>) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            line: self.row.line,
            row: Some(self.number),
            cell: cell.and_then(|cell| self.titles.get(cell).cloned()),
            ..Origin::default()
        }
    }

    fn fault(
        &self,
        kind: FaultKind,
        message: String,
        origin: Origin,
        hint: Option<String>,
    ) -> Box<Fault> {
        Box::new(Fault {
            message,
            origin,
            kind,
            hint,
        })
    }

    fn broken(&self) -> Option<Box<Fault>> {
        if self.row.is_unclosed() {
            let hint = Some(UNCLOSED_HINT.to_owned());
            return Some(self.fault(
                FaultKind::BrokenRow,
                UNCLOSED.to_owned(),
                self.place(None),
                hint,
            ));
        }
        let (cells, columns) = (self.row.record.len(), self.titles.len());
        (cells != columns).then(|| {
            let message = format!("this row has {cells} cells, the header has {columns}");
            let hint =
                "quote a cell that holds the separator, or write the missing separators".to_owned();
            self.fault(FaultKind::BrokenRow, message, self.place(None), Some(hint))
        })
    }
}

impl Records for Table {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let mut found = self
            .titles
            .iter()
            .enumerate()
            .skip(self.skipped_columns)
            .filter(|(_, title)| &***title == reference);
        let header = Origin {
            file: Arc::clone(&self.file),
            line: self.skipped + 1,
            ..Origin::default()
        };
        match (found.next(), found.next()) {
            (Some((slot, _)), None) => Ok(slot),
            (Some((first, _)), Some((second, _))) => {
                let message = format!(
                    "the column title \"{reference}\" stands twice, over columns {} and {}",
                    first + 1,
                    second + 1
                );
                let hint = Some("give each column a title of its own".to_owned());
                Err(self.fault(FaultKind::BadReference, message, header, hint))
            }
            (None, _) => {
                let message = format!("there is no column \"{reference}\"");
                let hint = near::hint(
                    reference,
                    self.titles.iter().map(|title| &**title),
                    "columns",
                );
                Err(self.fault(FaultKind::UnknownReference, message, header, Some(hint)))
            }
        }
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        if self.ended {
            return None;
        }
        self.key.set(None);
        self.number += 1;
        if std::mem::take(&mut self.headless) {
            return Some(Ok(self));
        }
        match self.row.read(&mut self.reader, self.skipped) {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return None;
            }
            Err(problem) => {
                self.ended = true;
                return Some(Err(match problem {
                    Problem::System(message) => {
                        self.fault(FaultKind::Unreadable, message, self.place(None), None)
                    }
                    Problem::Encoding { message, cell } => self.fault(
                        FaultKind::Encoding,
                        message,
                        self.place(Some(cell)),
                        Some(text::encoding_hint(None)),
                    ),
                }));
            }
        }
        match self.broken() {
            Some(fault) => Some(Err(fault)),
            None => Some(Ok(self)),
        }
    }
}

impl Record for Table {
    fn values<'r>(
        &'r self,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> std::result::Result<(), Box<Fault>> {
        into.extend(self.plain(slot).map(Value::text));
        Ok(())
    }

    fn plain(&self, slot: Slot) -> Option<&str> {
        self.row
            .cell(slot)
            .map(|cell| trimmed(cell, self.trim))
            .filter(|cell| !self.nulls.iter().any(|null| null == cell))
    }

    fn origin(&self) -> Origin {
        self.place(None)
    }

    /// Returns the row with the title of the cell, and the line of the cell where line breaks stand in cells before it.
    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        let mut origin = self.place(Some(slot));
        let breaks: usize = (0..slot)
            .filter_map(|before| self.row.record.get(before))
            .map(|cell| cell.bytes().filter(|&b| b == b'\n').count())
            .sum();
        origin.line = origin
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        origin
    }

    fn key(&self) -> RecordKey {
        if let Some(key) = self.key.get() {
            return key;
        }
        let mut content =
            Vec::with_capacity(self.row.record.as_slice().len() + 8 * self.titles.len());
        for cell in self.row.cells() {
            content.extend_from_slice(&(cell.len() as u64).to_le_bytes());
            content.extend_from_slice(cell.as_bytes());
        }
        let hash = xxh3_128(&content);
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(hash).or_default();
        let key = RecordKey {
            hash,
            occurrence: *count,
        };
        *count += 1;
        self.key.set(Some(key));
        key
    }
}

#[cfg(test)]
mod tests;
