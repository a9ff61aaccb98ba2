//! JSON and JSON Lines: a record for each value that the iterator (JSONPath, RFC 9535) leads to.
//!
//! An iterator of names, indexes and `[*]` is followed while reading, so that only one record is held at a time. Others
//! (filters, `..`, slices, indexes from the end) need the whole document. References are paths within the record, `$`
//! being the record itself. `null` and what is not there are no values; an object or an array is no value either, but
//! a fault.

mod lexer;
mod page;
mod path;
mod tape;
#[cfg(test)]
mod tests;
mod walk;

use std::io::Read;
use std::sync::Arc;

use self::lexer::Lexer;
use self::page::{Head, Page};
use self::path::Path;
use self::walk::Walk;
use super::stream::Stream;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::record::Records;
use crate::record::form::unpacked_name;

/// How a JSON source is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The path to the records; the whole document when there is none.
    pub iterator: Option<String>,
    /// Whether every line is a document of its own.
    pub lines: bool,
    /// Values that stand for no value, beside `null`.
    pub nulls: Vec<String>,
    /// Read as older engines do: numbers are plain texts, an array stands for its values, paths may be written loosely.
    pub legacy: bool,
}

impl Options {
    /// Returns whether the name of a file says that every line is a document.
    pub fn lines_by_name(name: &str) -> bool {
        let name = unpacked_name(name);
        [".jsonl", ".ndjson", ".jsonlines"]
            .iter()
            .any(|ending| name.ends_with(ending))
    }
}

/// Opens a JSON source.
///
/// # Errors
/// `MAPPING_TERM` when the iterator is no JSONPath.
pub fn open(
    reader: Box<dyn Read + Send>,
    file: &str,
    options: Options,
) -> Result<Box<dyn Records>> {
    let written = options.iterator.as_deref().unwrap_or("$");
    let iterator = Path::compile(written, options.legacy).map_err(|message| {
        Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the iterator \"{written}\" is no JSONPath: {message}"),
        )
        .hint("JSONPath is written as in RFC 9535, such as $.items[*]")
    })?;
    let page = Page::new(Arc::new(Head::new(file, options)));
    Ok(Box::new(Stream::new(
        Walk::new(Lexer::new(reader), iterator),
        page,
    )))
}
