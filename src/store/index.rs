//! The index of a part: from a node to the statements that have it as object, and from a label to its statements.
//!
//! Statements of a subject need none: the lines of a part are sorted by subject. With both, a question about one entity
//! reads a few pages of each part and loads no graph.

use std::path::Path;

use memchr::memchr;
use xxhash_rust::xxh3::xxh3_64;

use super::facts;
use super::files;
use super::pages::{self, Pages};
use super::plain::Plain;
use super::rows::{INDEX_MAGIC, IndexHeader, IndexRow, Row};
use crate::diagnostic::Result;
use crate::value::name::fold;

/// Properties whose values name what they are said of, in the order of preference.
pub const LABELS: [&str; 4] = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://xmlns.com/foaf/0.1/name",
];

/// Which of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Objects,
    Labels,
}

/// The rows of an index that is being made.
#[derive(Debug, Default)]
pub(super) struct Rows {
    objects: Vec<IndexRow>,
    labels: Vec<IndexRow>,
}

impl Rows {
    /// Takes a line that begins at an offset, without its dot, and as it was cut if it is of the plain form.
    pub(super) fn line(&mut self, line: &[u8], offset: u64, cut: Option<&Plain<'_>>) {
        let (predicate, object) = match cut {
            Some(plain) => (
                plain.predicate().as_bytes(),
                plain.written_object().as_bytes(),
            ),
            None => match predicate_and_rest(line) {
                Some(found) => found,
                None => return,
            },
        };
        if object.starts_with(b"<") && !object.starts_with(b"<<") {
            let end = memchr(b'>', object).map_or(object.len(), |at| at + 1);
            self.objects.push(IndexRow {
                hash: xxh3_64(&object[..end]),
                offset,
            });
        } else if object.starts_with(b"\"")
            && LABELS.iter().any(|label| label.as_bytes() == predicate)
            && let Some(label) = facts::parse(line).and_then(|quad| facts::literal(&quad))
        {
            self.labels.push(IndexRow {
                hash: hash_of_label(&label),
                offset,
            });
        }
    }

    /// Returns the bytes of the index.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.objects.sort_unstable();
        self.labels.sort_unstable();
        let header = IndexHeader {
            magic: INDEX_MAGIC,
            objects: self.objects.len() as u64,
            labels: self.labels.len() as u64,
        };
        let rows = self.objects.len() + self.labels.len();
        let mut bytes = Vec::with_capacity(IndexHeader::WIDTH + rows * IndexRow::WIDTH);
        header.put(&mut bytes);
        for row in self.objects.iter().chain(&self.labels) {
            row.put(&mut bytes);
        }
        pages::seal(bytes)
    }
}

/// Returns the IRI of the predicate of a line, and what follows it.
fn predicate_and_rest(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let subject = line.iter().position(|byte| *byte == b' ')?;
    let after = line.get(subject + 2..)?;
    let end = after.iter().position(|byte| *byte == b'>')?;
    Some((&after[..end], after.get(end + 2..)?))
}

/// Returns the hash under which a label stands: that of its folded form.
pub(super) fn hash_of_label(label: &str) -> u64 {
    xxh3_64(fold(label).as_bytes())
}

/// An opened index.
#[derive(Debug)]
pub(super) struct Index {
    pages: Pages,
    header: IndexHeader,
}

impl Index {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let failed = |error| files::read_failed(path, &error);
        let mut pages = Pages::open(path).map_err(failed)?;
        let header = pages
            .read(0..IndexHeader::WIDTH as u64)
            .map(IndexHeader::get)
            .map_err(failed)?;
        if header.magic != INDEX_MAGIC {
            return Err(files::damaged(path, "this is no index of a part"));
        }
        Ok(Self { pages, header })
    }

    /// Returns the offsets of the lines that may have what `hash` stands for.
    pub(super) fn find(&mut self, table: Table, hash: u64, path: &Path) -> Result<Vec<u64>> {
        let count = self.count(table);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.row(table, middle, path)?.hash < hash {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut found = Vec::new();
        while low < count {
            let row = self.row(table, low, path)?;
            if row.hash != hash {
                break;
            }
            found.push(row.offset);
            low += 1;
        }
        Ok(found)
    }

    /// Returns the offsets of all lines of a table.
    pub(super) fn all(&mut self, table: Table, path: &Path) -> Result<Vec<u64>> {
        (0..self.count(table))
            .map(|number| Ok(self.row(table, number, path)?.offset))
            .collect()
    }

    fn count(&self, table: Table) -> u64 {
        match table {
            Table::Objects => self.header.objects,
            Table::Labels => self.header.labels,
        }
    }

    fn row(&mut self, table: Table, number: u64, path: &Path) -> Result<IndexRow> {
        let before = match table {
            Table::Objects => 0,
            Table::Labels => self.header.objects,
        };
        let start = (before.saturating_add(number)).saturating_mul(IndexRow::WIDTH as u64)
            + IndexHeader::WIDTH as u64;
        self.pages
            .read(start..start + IndexRow::WIDTH as u64)
            .map(IndexRow::get)
            .map_err(|error| files::read_failed(path, &error))
    }
}
