//! The names of the formats: as options and as file endings.

use std::fmt;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Result, codes};
use crate::export::RdfFormat;
use crate::query::near::{did_you_mean, nearest};

/// A format for the answer to a `SELECT` or an `ASK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResultFormat {
    /// A table with lines around its cells, for a terminal.
    Table,
    /// SPARQL 1.1 Query Results CSV: plain values, types and languages are lost.
    Csv,
    /// SPARQL 1.1 Query Results TSV: terms as in Turtle.
    Tsv,
    /// SPARQL 1.1 Query Results JSON.
    Json,
    /// SPARQL Query Results XML.
    Xml,
    /// A table in GitHub's Markdown.
    Markdown,
    /// JSON Lines: a row is an object of plain values.
    JsonLines,
}

impl ResultFormat {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Self; 7] = [
        Self::Table,
        Self::Csv,
        Self::Tsv,
        Self::Json,
        Self::Xml,
        Self::Markdown,
        Self::JsonLines,
    ];

    /// Returns the names that options accept; the first is the usual one.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["table"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
            Self::Json => &["json", "srj"],
            Self::Xml => &["xml", "srx"],
            Self::Markdown => &["markdown", "md"],
            Self::JsonLines => &["jsonl", "ndjson"],
        }
    }

    /// Returns the usual name of the format as an option.
    pub const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Returns the endings of files in this format, without the dot; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["txt"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
            Self::Json => &["json", "srj"],
            Self::Xml => &["xml", "srx"],
            Self::Markdown => &["md", "markdown"],
            Self::JsonLines => &["jsonl", "ndjson"],
        }
    }

    /// Returns the format of that name, whatever its case.
    ///
    /// # Errors
    /// `UNKNOWN_FORMAT`, with the nearest names and the list of all.
    pub fn from_name(name: &str) -> Result<Self> {
        let wanted = name.to_ascii_lowercase();
        let known = Self::ALL
            .into_iter()
            .find(|format| format.names().contains(&wanted.as_str()));
        known.ok_or_else(|| unknown(&wanted, name).into())
    }

    /// Returns the format that the ending of the path stands for, or `None` if it stands for no known one.
    pub fn from_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.endings().contains(&ending.as_str()))
    }
}

impl fmt::Display for ResultFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn unknown(wanted: &str, as_written: &str) -> Diagnostic {
    let names: Vec<&str> = ResultFormat::ALL
        .iter()
        .map(|format| format.name())
        .collect();
    let list = format!("the known names are {}", names.join(" "));
    let message = |what: &str| format!("there is no format for {what} named \"{as_written}\"");
    if RdfFormat::from_name(wanted).is_ok() {
        return Diagnostic::error(codes::UNKNOWN_FORMAT, message("rows and yes or no"))
            .hint("RDF formats are for the answers to CONSTRUCT and DESCRIBE")
            .hint(list);
    }
    let mut error = Diagnostic::error(codes::UNKNOWN_FORMAT, message("query results"));
    if let Some(hint) = did_you_mean(&nearest(wanted, names)) {
        error = error.hint(hint);
    }
    error.hint(list)
}
