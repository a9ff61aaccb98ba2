//! What factmill says about its input: one type for every finding, from a broken CSV row to a vanished quote.
//!
//! Readers, the mapping, the store and the checks all make [`Diagnostic`]s; `output` is the only module that renders
//! them. Each carries a stable [`Code`], and the code decides the exit status, so a message and a status cannot
//! disagree. Modules hand a failure up as [`Diagnostics`], many at once rather than the first only.

pub mod codes;

use std::fmt;

pub use codes::{Code, Status};

/// Returns a number of things in words: `1 statement`, `2 statements`.
pub fn counted(count: impl TryInto<u64>, what: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is missing because of it.
    Notice,
    /// Something was probably meant otherwise, but nothing was left out.
    Warning,
    /// Something was refused or left out.
    Error,
}

impl Severity {
    /// Returns the word shown to people and written into JSON reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where something stands: a file and, as far as known, the line, column, row, cell or pointer in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path as the user or the project names it; `-` is standard input, `query` the text of a query.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in characters, from 1.
    pub column: Option<u32>,
    /// Number of characters the finding spans from `column` on; 0 when unknown.
    pub length: u32,
    /// Data row of a table, from 1, the header not counted.
    pub row: Option<u64>,
    /// Name of the cell (column title, infobox key).
    pub cell: Option<String>,
    /// JSON pointer or XPath.
    pub pointer: Option<String>,
    /// The text of the line, so that it can be shown with a caret under the column.
    pub text: Option<String>,
}

impl Place {
    /// Returns a place that names the file only.
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// Returns the same place with a line (from 1).
    #[must_use]
    pub fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Returns the same place with a column in characters (from 1).
    #[must_use]
    pub fn at_column(mut self, column: u32) -> Self {
        self.column = Some(column);
        self
    }
}

impl fmt::Display for Place {
    /// Writes `file:line:column`, then the row, cell or pointer in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(cell) = &self.cell {
            write!(f, ", cell \"{cell}\"")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, ", at {pointer}")?;
        }
        Ok(())
    }
}

/// One finding: what, where, how bad, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// Stable code; see [`codes`].
    pub code: Code,
    /// One sentence: what is wrong, with the value in it. No full stop at the end.
    pub message: String,
    /// The place to look at first.
    pub place: Option<Place>,
    /// Further places, each with what stands there ("the rule", "first seen here").
    pub related: Vec<(String, Place)>,
    /// What to do: a fix, a near name.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// Returns an error with the given code and message.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Returns a warning with the given code and message.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Returns a notice with the given code and message.
    pub fn notice(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Notice, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            place: None,
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Returns the same finding with its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Returns the same finding with a further place and what stands there.
    #[must_use]
    pub fn and_at(mut self, what: impl Into<String>, place: Place) -> Self {
        self.related.push((what.into(), place));
        self
    }

    /// Returns the same finding with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

/// Several findings that together made an operation fail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Returns the status a program that stops on these findings exits with: that of the first error.
    pub fn status(&self) -> Status {
        self.0
            .iter()
            .find(|d| d.severity == Severity::Error)
            .map_or(Status::Done, |d| d.code.status())
    }
}

impl fmt::Display for Diagnostics {
    /// Writes one `code: message (place)` a line, for logs and tests; people see what `output` renders.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}[{}]: {}", one.severity.word(), one.code, one.message)?;
            if let Some(place) = &one.place {
                write!(f, " ({place})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// What every fallible operation of the library returns.
pub type Result<T> = std::result::Result<T, Diagnostics>;
