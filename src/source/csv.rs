//! Separated values: a header line, then one record a row, read as a stream.
//!
//! References are the column titles as written. A row of another length than the header is a fault and the rows after
//! it are read on; a column title that stands twice cannot be referred to. Lines are exact also with blank lines,
//! mixed line ends and line breaks in quotes. A source whose bytes are not UTF-8 ends where that shows.
//!
//! Bytes come in blocks of whole rows. A block is walked row by row, or handed out as a stream of its own to be walked
//! on another thread; both go through the same code.

mod blocks;
mod comments;
mod header;
mod pieces;
mod rows;

pub use pieces::{Piece, pieces};

use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use self::blocks::{Block, Blocks, Problem};
use self::comments::without_comments;
use self::header::numbered;
use self::rows::{Form, Row, breaks, is_blank};
use super::keys::Keys;
use super::text;
use crate::diagnostic::{Diagnostic, Place, Result, codes, counted};
use crate::record::form::{Dialect, Trim, unpacked_name};
use crate::record::{
    Cut, Fault, FaultKind, Natural, Origin, Record, RecordKey, Records, Single, Slot, Value,
};

/// Bytes read at once while comment lines are passed over.
const BUFFER: usize = 1 << 13;

/// How a table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The byte between two cells.
    pub delimiter: u8,
    /// The byte around a cell that holds delimiters or line breaks, if there may be any.
    pub quote: Option<u8>,
    /// The byte before a quotation mark inside quotation marks; without, the mark is doubled.
    pub escape: Option<u8>,
    /// Cells that stand for no value.
    pub nulls: Vec<String>,
    /// The byte that begins the comment lines above the header, if there may be any.
    pub comment: Option<u8>,
    /// Comments anywhere, header lines, lines and columns passed over, white space, names of columns.
    pub dialect: Dialect,
}

impl Default for Options {
    /// Returns commas, empty cells as no value, no comments.
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
            nulls: vec![String::new()],
            comment: None,
            dialect: Dialect::default(),
        }
    }
}

impl Options {
    /// Returns what the ending of a file name says, whatever the file is packed by: tabs for `.tsv`, and comments with `#` for
    /// `.sssom.tsv`.
    pub fn for_file(name: &str) -> Self {
        let name = unpacked_name(name);
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
pub fn open(
    reader: Box<dyn Read + Send>,
    file: &str,
    options: Options,
) -> Result<Box<dyn Records>> {
    let (input, skipped) = prepare(reader, file, &options)?;
    let form = Form {
        delimiter: options.delimiter,
        quote: options.quote,
        escape: options.escape,
    };
    let mut blocks = Blocks::new(input, form);
    let file: Arc<str> = Arc::from(file);
    let place = |line| Place::file(&*file).at_line(line);
    let mut part = Part::new(blocks.next().unwrap_or_default(), skipped + 1, 0);
    let found = part.advance(form);
    match &part.problem {
        Some(Problem::System(message)) => {
            return Err(Diagnostic::error(codes::FILE_UNREADABLE, message.clone())
                .at(Place::file(&*file))
                .into());
        }
        Some(Problem::Encoding { before }) if !found => {
            let (_, message) = not_utf8(before, form);
            return Err(Diagnostic::error(codes::NOT_UTF8, message)
                .at(place(part.line))
                .hint(text::declared_encoding_hint(None))
                .into());
        }
        _ => {}
    }
    if found && part.row.unclosed {
        return Err(Diagnostic::error(codes::BROKEN_ROW, UNCLOSED)
            .at(place(part.row_line))
            .hint(UNCLOSED_HINT)
            .into());
    }
    let dialect = options.dialect;
    let titles: Vec<Arc<str>> = if dialect.header_rows == 0 {
        (0..part.row.len())
            .map(|index| numbered(&dialect, index))
            .collect()
    } else {
        part.cells()
            .map(|title| Arc::from(trimmed(title, dialect.trim)))
            .collect()
    };
    if titles
        .iter()
        .any(|title| title.contains('\r') && !title.contains('\n'))
    {
        return Err(
            Diagnostic::error(codes::BROKEN_ROW, "the lines end in lone carriage returns")
                .at(place(part.row_line))
                .hint("convert the line ends: tr '\\r' '\\n'")
                .into(),
        );
    }
    if dialect.header_rows == 0 {
        // The first row was read to count the columns only.
        (part.at, part.line) = (0, skipped + 1);
    }
    for _ in 1..dialect.header_rows {
        part.advance(form);
    }
    part.number = 0;
    let head = Head {
        file,
        titles,
        aliases: dialect.aliases,
        skipped_columns: dialect.skip_columns,
        trim: dialect.trim,
        skipped,
        form,
        empty_is_null: options.nulls.iter().any(String::is_empty),
        nulls: options
            .nulls
            .into_iter()
            .filter(|null| !null.is_empty())
            .collect(),
    };
    Ok(Box::new(Table::new(Arc::new(head), Some(blocks), part)))
}

#[inline]
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

const LOOSE: &str = "text stands after the closing quotation mark of a cell";
const LOOSE_HINT: &str =
    "the text is taken into the cell; double a quotation mark that belongs to the cell";

type Input = Box<dyn Read + Send>;

/// Returns the bytes after the byte order mark and the comment lines, and the number of lines passed over.
fn prepare(mut reader: Input, file: &str, options: &Options) -> Result<(Input, u32)> {
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
        .hint(text::declared_encoding_hint(Some(encoding)))
        .into());
    }
    if head.starts_with("\u{feff}".as_bytes()) {
        head.drain(..3);
    }
    let whole = Cursor::new(head).chain(reader);
    let skip_rows = options.dialect.skip_rows;
    if options.comment.is_none() && skip_rows == 0 {
        return Ok((without_comments(whole, &options.dialect), 0));
    }
    let mut whole = BufReader::with_capacity(BUFFER, whole);
    let mut skipped = 0;
    for _ in 0..skip_rows {
        if whole.fill_buf().map_err(unreadable)?.is_empty() {
            break;
        }
        whole.skip_until(b'\n').map_err(unreadable)?;
        skipped += 1;
    }
    let Some(comment) = options.comment else {
        return Ok((without_comments(whole, &options.dialect), skipped));
    };
    while whole.fill_buf().map_err(unreadable)?.first() == Some(&comment) {
        whole.skip_until(b'\n').map_err(unreadable)?;
        skipped += 1;
    }
    Ok((without_comments(whole, &options.dialect), skipped))
}

/// Returns the number of the cell that is not UTF-8, and the message.
fn not_utf8(before: &str, form: Form) -> (usize, String) {
    let mut row = Row::default();
    row.read(before, 0, form);
    let cell = row.len().saturating_sub(1);
    let length = row.cell(before, cell).map_or(0, str::len);
    (
        cell,
        format!(
            "cell {} is not UTF-8 after its first {length} bytes",
            cell + 1
        ),
    )
}

/// A block on its way through.
struct Part {
    text: String,
    at: usize,
    row: Row,
    /// Line that the row at hand begins on.
    row_line: u32,
    /// Line that the next row begins on.
    line: u32,
    /// Number of the row at hand.
    number: u64,
    /// Whether the row at hand is a record that was not given yet.
    waiting: bool,
    problem: Option<Problem>,
}

impl Part {
    fn new(block: Block, line: u32, number: u64) -> Self {
        Self {
            text: block.text,
            at: 0,
            row: Row::default(),
            row_line: line,
            line,
            number,
            waiting: false,
            problem: block.problem,
        }
    }

    /// Goes to the next row that is not blank; returns whether there is one.
    #[inline]
    fn advance(&mut self, form: Form) -> bool {
        let bytes = self.text.as_bytes();
        while is_blank(&bytes[self.at..]) {
            self.at += 1 + usize::from(bytes[self.at] == b'\r' && self.at + 1 < bytes.len());
            self.line = self.line.saturating_add(1);
        }
        if self.at >= bytes.len() {
            return false;
        }
        let begin = self.at;
        self.at = self.row.read(&self.text, begin, form);
        self.row_line = self.line;
        self.number += 1;
        let passed = if self.row.has_quotes {
            breaks(&self.text, begin..self.at)
        } else {
            1
        };
        self.line = self.line.saturating_add(passed);
        true
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.row.len()).filter_map(|index| self.row.cell(&self.text, index))
    }
}

/// What all rows of a table share.
struct Head {
    file: Arc<str>,
    titles: Vec<Arc<str>>,
    /// What the mapping calls columns beside their titles, each with a title.
    aliases: Vec<(String, String)>,
    skipped: u32,
    skipped_columns: usize,
    trim: Trim,
    form: Form,
    empty_is_null: bool,
    nulls: Vec<String>,
}

/// The stream of rows; it is its own record, lent again for each row.
struct Table {
    head: Arc<Head>,
    /// What is left to read; nothing more for a part that was cut off.
    blocks: Option<Blocks>,
    part: Part,
    /// Rows of equal content are treated alike, so a plan asks for the keys of all of them or of none.
    keys: Keys,
}

impl Table {
    fn new(head: Arc<Head>, blocks: Option<Blocks>, part: Part) -> Self {
        Self {
            head,
            blocks,
            part,
            keys: Keys::default(),
        }
    }

    fn place(&self, cell: Option<usize>) -> Origin {
        Origin {
            file: Arc::clone(&self.head.file),
            line: self.part.row_line,
            row: Some(self.part.number),
            cell: cell.and_then(|cell| self.head.titles.get(cell).cloned()),
            ..Origin::default()
        }
    }

    fn broken(&self) -> Option<Box<Fault>> {
        let row = &self.part.row;
        if row.unclosed {
            let hint = Some(UNCLOSED_HINT.to_owned());
            let origin = self.place(None);
            return Some(fault(
                FaultKind::BrokenRow,
                UNCLOSED.to_owned(),
                origin,
                hint,
            ));
        }
        let (cells, columns) = (row.len(), self.head.titles.len());
        (cells != columns).then(|| {
            let message = format!(
                "this row has {}, the header has {columns}",
                counted(cells, "cell")
            );
            let hint =
                "quote a cell that holds the separator, or write the missing separators".to_owned();
            fault(FaultKind::BrokenRow, message, self.place(None), Some(hint))
        })
    }

    /// Returns what is doubtful about the row at hand, which is given as a record next.
    #[cold]
    fn loose(&mut self) -> Box<Fault> {
        self.part.waiting = true;
        let hint = Some(LOOSE_HINT.to_owned());
        fault(FaultKind::Loose, LOOSE.to_owned(), self.place(None), hint)
    }

    /// Returns why the table ends here, when it ends before its time.
    fn problem(&mut self) -> Option<Box<Fault>> {
        let problem = self.part.problem.take()?;
        self.blocks = None;
        self.part.number += 1;
        self.part.row_line = self.part.line;
        Some(match problem {
            Problem::System(message) => {
                fault(FaultKind::Unreadable, message, self.place(None), None)
            }
            Problem::Encoding { before } => {
                let (cell, message) = not_utf8(&before, self.head.form);
                let hint = Some(text::declared_encoding_hint(None));
                fault(FaultKind::Encoding, message, self.place(Some(cell)), hint)
            }
        })
    }
}

fn fault(kind: FaultKind, message: String, origin: Origin, hint: Option<String>) -> Box<Fault> {
    Box::new(Fault {
        message,
        origin,
        kind,
        hint,
    })
}

impl Records for Table {
    fn columns(&self) -> Vec<String> {
        let titles = self.head.titles.iter().skip(self.head.skipped_columns);
        titles.map(|title| title.to_string()).collect()
    }

    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        header::find(&self.head, reference)
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        self.keys.advance();
        // The row that the fault before was about.
        if self.part.waiting {
            self.part.waiting = false;
            return Some(Ok(self));
        }
        while !self.part.advance(self.head.form) {
            if let Some(problem) = self.problem() {
                return Some(Err(problem));
            }
            let block = self.blocks.as_mut()?.next()?;
            self.part.text = block.text;
            self.part.at = 0;
            self.part.problem = block.problem;
        }
        match self.broken() {
            Some(fault) => Some(Err(fault)),
            None if self.part.row.loose => Some(Err(self.loose())),
            None => Some(Ok(self)),
        }
    }

    fn titles(&self) -> Vec<&str> {
        let titles = self.head.titles.iter().skip(self.head.skipped_columns);
        titles.map(|title| &**title).collect()
    }

    fn is_flat(&self) -> bool {
        true
    }

    fn cut(&mut self) -> Cut {
        let Some(blocks) = &mut self.blocks else {
            return Cut::End;
        };
        let Some(block) = (if self.part.at < self.part.text.len() || self.part.problem.is_some() {
            // What is left of the block that the header came with.
            let text = self.part.text.split_off(self.part.at);
            let found = rows::extent(text.as_bytes(), self.head.form, true);
            Some(Block {
                text,
                rows: found.rows,
                lines: found.lines,
                problem: self.part.problem.take(),
            })
        } else {
            blocks.next()
        }) else {
            return Cut::End;
        };
        if block.problem.is_some() {
            self.blocks = None;
        }
        let (line, number) = (self.part.line, self.part.number);
        self.part.line = line.saturating_add(block.lines);
        self.part.number = number + block.rows;
        let part = Part::new(block, line, number);
        Cut::Part(Box::new(Self::new(Arc::clone(&self.head), None, part)))
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

    #[inline]
    fn plain(&self, slot: Slot) -> Option<&str> {
        let cell = trimmed(self.part.row.cell(&self.part.text, slot)?, self.head.trim);
        if cell.is_empty() {
            return (!self.head.empty_is_null).then_some(cell);
        }
        let null = !self.head.nulls.is_empty() && self.head.nulls.iter().any(|null| null == cell);
        (!null).then_some(cell)
    }

    #[inline]
    fn single(&self, slot: Slot) -> Single<'_> {
        match self.plain(slot) {
            Some(text) => Single::One(text, Natural::Text),
            None => Single::Null,
        }
    }

    fn origin(&self) -> Origin {
        self.place(None)
    }

    /// Returns the row with the title of the cell, and the line of the cell where line breaks stand in cells before it.
    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        let mut origin = self.place(Some(slot));
        let breaks: usize = (0..slot)
            .filter_map(|before| self.part.row.cell(&self.part.text, before))
            .map(|cell| cell.bytes().filter(|&b| b == b'\n').count())
            .sum();
        origin.line = origin
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        origin
    }

    fn key(&self) -> RecordKey {
        self.keys.key(|content| {
            for cell in self.part.cells() {
                content.extend_from_slice(&(cell.len() as u64).to_le_bytes());
                content.extend_from_slice(cell.as_bytes());
            }
        })
    }
}

#[cfg(test)]
mod tests;
