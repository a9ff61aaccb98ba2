//! Files of facts: sorted lines of N-Quads, each statement once.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use oxrdf::Quad;
use oxttl::NQuadsParser;
use oxttl::nquads::ReaderNQuadsParser;

use super::entry::statement_hash;
use super::files;
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Returns the lines, each without its dot.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|&byte| byte == b'\n')
        .filter_map(|line| line.strip_suffix(b" ."))
}

/// Returns the statement of a line without its dot; `None` when it is not well written.
pub(super) fn parse(line: &[u8]) -> Option<Quad> {
    let line = [line, b" .\n"].concat();
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

/// Checks that each line is one statement that can be read back.
///
/// # Errors
/// `BAD_VALUE` with the first line that is not, `part` being the name of the part.
pub(super) fn check(bytes: &[u8], statements: usize, part: &str) -> Result<()> {
    let mut count = 0;
    let fault = parser().for_slice(bytes).find_map(|quad| {
        count += 1;
        quad.err()
    });
    if fault.is_none() && count == statements {
        return Ok(());
    }
    let line = lines(bytes)
        .find(|line| parse(line).is_none())
        .map(String::from_utf8_lossy)
        .unwrap_or_default();
    let why = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
    Err(Diagnostic::error(
        codes::BAD_VALUE,
        format!("a statement made from {part} is not valid N-Quads{why}: {line}"),
    )
    .at(Place::file(part))
    .into())
}

/// IRIs and language tags were checked when the terms were made, as strictly as the mapping wanted it.
fn parser() -> NQuadsParser {
    NQuadsParser::new().lenient()
}

/// The statements of a file of facts, each with its hash.
pub(super) struct Facts {
    path: PathBuf,
    bytes: Arc<[u8]>,
    /// Where the line of the next statement begins.
    at: usize,
    parser: ReaderNQuadsParser<Cursor<Arc<[u8]>>>,
}

impl Facts {
    /// Takes the bytes of a file, known to be those that were written.
    pub(super) fn new(bytes: Vec<u8>, path: PathBuf) -> Self {
        let bytes: Arc<[u8]> = bytes.into();
        Self {
            path,
            at: 0,
            parser: parser().for_reader(Cursor::new(Arc::clone(&bytes))),
            bytes,
        }
    }

    fn line(&mut self) -> &[u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(0);
        self.at += length + 1;
        let line = &rest[..length];
        line.strip_suffix(b" .").unwrap_or(line)
    }
}

impl Iterator for Facts {
    type Item = Result<(Quad, u128)>;

    fn next(&mut self) -> Option<Self::Item> {
        let quad = match self.parser.next()? {
            Ok(quad) => quad,
            Err(error) => {
                let what = format!("a statement cannot be read: {error}");
                return Some(Err(files::damaged(&self.path, &what)));
            }
        };
        Some(Ok((quad, statement_hash(self.line()))))
    }
}
