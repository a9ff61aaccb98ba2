//! Files of facts: sorted lines of N-Quads, each statement once.

use std::path::PathBuf;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};
use oxrdf::Quad;
use oxttl::NQuadsParser;

use super::entry::statement_hash;
use super::files;
use super::index;
use super::plain::Plain;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// What stands behind each statement: a space, the dot and the line break.
pub(super) const END: &[u8] = b" .\n";

/// Returns the lines, each without its dot.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr_iter(b'\n', bytes).filter_map(move |end| {
        let line = &bytes[start..end];
        start = end + 1;
        line.strip_suffix(b" .")
    })
}

/// Returns the statement of a line without its dot; `None` when it is not well written.
pub(super) fn parse(line: &[u8]) -> Option<Quad> {
    if let Some(plain) = std::str::from_utf8(line).ok().and_then(Plain::cut) {
        return Some(plain.to_quad());
    }
    let line = [line, END].concat();
    let mut quads = parser().for_slice(&line);
    let quad = quads.next()?.ok()?;
    quads.next().is_none().then_some(quad)
}

/// Returns the text of the object of a quad, if it is a literal.
pub(super) fn literal(quad: &Quad) -> Option<String> {
    match &quad.object {
        oxrdf::Term::Literal(literal) => Some(literal.value().to_owned()),
        _ => None,
    }
}

/// Returns the lines of several files, sorted, each once.
pub(super) fn merge(parts: &[Vec<u8>]) -> Vec<String> {
    let mut all: Vec<&[u8]> = parts.iter().flat_map(|part| lines(part)).collect();
    // A stable sort takes the sorted runs that the parts are as they are.
    all.sort();
    all.dedup();
    all.into_iter()
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect()
}

/// Goes once over the lines of a part that is to be written: checks that each is one statement that can be read back, and
/// returns the bytes of the index.
///
/// # Errors
/// `BAD_VALUE` with the first line that is not, `part` being the name of the part.
pub(super) fn survey(bytes: &[u8], statements: usize, part: &str) -> Result<Vec<u8>> {
    let mut rows = index::Rows::default();
    let (mut count, mut offset) = (0, 0);
    for line in lines(bytes) {
        let cut = std::str::from_utf8(line).ok().and_then(Plain::cut);
        rows.line(line, offset, cut.as_ref());
        if cut.is_none() && parse(line).is_none() {
            return Err(unreadable(line, part));
        }
        count += 1;
        offset += (line.len() + END.len()) as u64;
    }
    if count == statements && offset == bytes.len() as u64 {
        Ok(rows.finish())
    } else {
        Err(unreadable(b"", part))
    }
}

fn unreadable(line: &[u8], part: &str) -> Diagnostics {
    let written = [line, END].concat();
    let fault = parser()
        .for_slice(&written)
        .find_map(std::result::Result::err);
    let why = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    Diagnostic::error(
        codes::BAD_VALUE,
        format!("a statement made from {part} is not valid N-Quads{why}: {line}"),
    )
    .at(Place::file(part))
    .into()
}

/// IRIs and language tags were checked when the terms were made, as strictly as the mapping wanted it.
fn parser() -> NQuadsParser {
    NQuadsParser::new().lenient()
}

/// The statements of a file of facts, each with its hash.
#[derive(Debug)]
pub(super) struct Facts {
    path: PathBuf,
    bytes: Arc<Vec<u8>>,
    /// Where the line of the next statement begins.
    at: usize,
}

impl Facts {
    /// Takes the bytes of a file, known to be those that were written or are to be.
    pub(super) fn new(bytes: impl Into<Arc<Vec<u8>>>, path: PathBuf) -> Self {
        Self {
            path,
            bytes: bytes.into(),
            at: 0,
        }
    }

    /// Returns the statements without their hashes.
    #[cfg(feature = "rocksdb")]
    pub(super) fn quads(mut self) -> impl Iterator<Item = Result<Quad>> {
        std::iter::from_fn(move || self.next_with(|quad, _| quad))
    }

    /// Makes something of the next statement and its line.
    fn next_with<T>(&mut self, make: impl FnOnce(Quad, &[u8]) -> T) -> Option<Result<T>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += length + 1;
        let line = &rest[..length];
        let line = line.strip_suffix(b" .").unwrap_or(line);
        Some(match parse(line) {
            Some(quad) => Ok(make(quad, line)),
            None => Err(files::damaged(&self.path, "a line in it is no statement")),
        })
    }
}

impl Iterator for Facts {
    type Item = Result<(Quad, u128)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_with(|quad, line| (quad, statement_hash(line)))
    }
}
