//! Answers to queries, written in the formats that people and programs read: one file a format.
//!
//! [`ResultFormat`] holds their names and file endings. Every format ends its lines with LF, gives the same bytes for the
//! same rows, and knows rows without a value in some column from rows with an empty text as far as its form can.

mod csv;
mod format;
mod jsonl;
mod markdown;
mod shown;
mod sparql;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use crate::diagnostic::Result;
use crate::query::{Prefixes, Solutions};

pub use format::ResultFormat;

/// How tables for people look; the formats for programs do not depend on it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Prefixes that shorten IRIs in `table` and `markdown`.
    pub prefixes: Prefixes,
    /// Columns of the terminal that a `table` has to fit; without, rows are as wide as they are.
    pub width: Option<usize>,
}

/// Writes the rows of a `SELECT`.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_solutions(
    solutions: &Solutions,
    format: ResultFormat,
    options: &Options,
    out: &mut dyn Write,
) -> Result<()> {
    match format {
        ResultFormat::Table => table::write(solutions, options, out),
        ResultFormat::Csv => csv::write(solutions, out),
        ResultFormat::Tsv | ResultFormat::Json | ResultFormat::Xml => {
            sparql::write(solutions, format, out)
        }
        ResultFormat::Markdown => markdown::write(solutions, &options.prefixes, out),
        ResultFormat::JsonLines => jsonl::write(solutions, out),
    }
    .map_err(|error| super::failed(&error))
}

/// Writes the answer to an `ASK`.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_boolean(value: bool, format: ResultFormat, out: &mut dyn Write) -> Result<()> {
    let written: io::Result<()> = match format {
        ResultFormat::Table | ResultFormat::Csv | ResultFormat::Tsv | ResultFormat::Markdown => {
            writeln!(out, "{value}")
        }
        ResultFormat::JsonLines => writeln!(out, "{{\"boolean\":{value}}}"),
        ResultFormat::Json | ResultFormat::Xml => sparql::write_boolean(value, format, out),
    };
    written.map_err(|error| super::failed(&error))
}
