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
use std::vec::IntoIter;

use self::lexer::Lexer;
use self::page::{Bound, Head, Page, Position};
use self::path::Path;
use self::walk::Walk;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::record::{Cut, Fault, Record, Records, Scope, Slot};

/// Bytes on the tape from which on a stretch of records ends; small in tests, so that short texts have several.
const STRETCH: usize = if cfg!(test) { 1 << 8 } else { 1 << 18 };

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
        let name = name.to_ascii_lowercase();
        [".jsonl", ".ndjson", ".jsonlines"]
            .iter()
            .any(|ending| name.contains(ending))
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
    Ok(Box::new(Json {
        page: Page::new(Arc::new(Head {
            file: Arc::from(file),
            options,
            references: Vec::new(),
            scopes: Vec::new(),
        })),
        source: Source::Text(Walk::new(Lexer::new(reader), iterator)),
    }))
}

/// A stream of records, or a stretch of one.
struct Json {
    /// The record at hand.
    page: Page,
    source: Source,
}

/// Where records come from.
enum Source {
    /// A text; each record takes the place of the one before on the tape.
    Text(Walk),
    /// The tape, which holds all of them.
    Tape(IntoIter<Item>),
}

/// What a stretch holds.
enum Item {
    Record(Position),
    Fault(Box<Fault>),
}

impl Records for Json {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let head = Arc::make_mut(&mut self.page.head);
        let path = head.compile(reference)?;
        head.references.push(Bound::new(reference, path));
        Ok(head.references.len() - 1)
    }

    fn bind_parts(
        &mut self,
        _outer: Option<Scope>,
        iterator: &str,
    ) -> std::result::Result<Scope, Box<Fault>> {
        let head = Arc::make_mut(&mut self.page.head);
        let path = head.compile(iterator)?;
        head.scopes.push(path);
        Ok(head.scopes.len() - 1)
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        self.page.keys.advance();
        let next = match &mut self.source {
            Source::Text(walk) => {
                if walk.is_streamed() {
                    self.page.tape.clear();
                }
                walk.next(&mut self.page)?
            }
            Source::Tape(items) => match items.next()? {
                Item::Record(position) => {
                    self.page.at = position;
                    Ok(())
                }
                Item::Fault(fault) => Err(fault),
            },
        };
        Some(next.map(|()| -> &dyn Record { &self.page }))
    }

    fn unmet(&self) -> Vec<Slot> {
        self.page.head.unmet()
    }

    fn cut(&mut self) -> Cut {
        let walk = match &mut self.source {
            Source::Text(walk) if walk.is_streamed() => walk,
            _ => return Cut::Whole,
        };
        let page = &mut self.page;
        let mut items = Vec::new();
        while page.tape.size() < STRETCH
            && let Some(next) = walk.next(page)
        {
            items.push(match next {
                Ok(()) => Item::Record(page.at.clone()),
                Err(fault) => Item::Fault(fault),
            });
        }
        if items.is_empty() {
            return Cut::End;
        }
        let mut stretch = Page::new(Arc::clone(&page.head));
        stretch.tape = page.tape.take();
        Cut::Part(Box::new(Json {
            page: stretch,
            source: Source::Tape(items.into_iter()),
        }))
    }
}
