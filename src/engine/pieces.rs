//! Incremental builds: large tables are cut into pieces where their content says so, and a piece whose part the current
//! generation has is not mapped again.
//!
//! Only tables whose records are mapped by themselves are cut ([`Plan::stands_alone`]); all else is mapped at every
//! build. The parts are the same in a clean build, which cuts as well. What crosses pieces is looked at for all of them:
//! names that lead to one IRI, and equal records, which the store tells apart when it reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use xxhash_rust::xxh3::Xxh3;

use super::build::{Mapping, Recipe};
use super::collector::Collector;
use super::sources::{Shelf, table_options};
use crate::diagnostic::Result;
use crate::mapping::run::{Options, run};
use crate::mapping::{Formulation, LogicalSource, Sources};
use crate::record::Records;
use crate::record::form::{Compression, Dialect, Encoding};
use crate::source::csv;
use crate::store::Piece;

/// Rows of a piece on average: few enough that mapping them again costs little, enough that a table has few parts.
const ROWS: u64 = 768;
/// Tables below this size are not cut; mapping them costs less than keeping books.
const SMALLEST: u64 = 256 * 1_024;

/// Whether two names led to one IRI in different pieces, which only a build in one go can tell in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    NamesClash,
}

/// Runs a mapping over those of its sources that can be cut; returns the numbers of the others as well.
pub(super) struct Cutter<'a> {
    recipe: &'a Recipe<'a>,
    shelf: &'a Shelf<'a>,
    mapping: &'a Mapping,
    /// Hash of all that what a piece makes depends on, besides its content.
    around: u128,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(
        recipe: &'a Recipe<'a>,
        shelf: &'a Shelf<'a>,
        mapping: &'a Mapping,
    ) -> Result<Self> {
        let mut hash = Xxh3::new();
        let mut add = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(env!("CARGO_PKG_VERSION"));
        add(&mapping.name);
        add(&shelf.text(&mapping.name)?);
        add(recipe.base.unwrap_or_default());
        for table in mapping.plan.tables() {
            for name in shelf.files_of(table)? {
                add(&name);
                add(&shelf.text(&name)?);
            }
        }
        if !recipe.rules.is_empty() {
            add(&format!("{:?}", recipe.rules));
            for pattern in recipe.ontology {
                for name in shelf.expand(pattern)? {
                    add(&shelf.text(&name)?);
                }
            }
        }
        Ok(Self {
            recipe,
            shelf,
            mapping,
            around: hash.digest128(),
        })
    }

    /// Returns the sources that can be cut, each with its files.
    pub(super) fn sources(&self) -> Result<BTreeMap<usize, Vec<String>>> {
        let plan = &self.mapping.plan;
        let mut found = BTreeMap::new();
        for number in (0..plan.source_count()).filter(|number| plan.stands_alone(*number)) {
            let source = plan.source(number);
            if !is_plain_table(source) {
                continue;
            }
            let files = self.shelf.files_of(source)?;
            let large = |name: &String| {
                self.shelf
                    .size_of(name)
                    .is_some_and(|size| size >= SMALLEST)
                    && table_options(source, name).comment.is_none()
            };
            if !files.is_empty() && files.iter().all(large) {
                found.insert(number, files);
            }
        }
        Ok(found)
    }

    /// Maps the pieces of a source that are not there yet and takes over the others.
    ///
    /// `names` are the IRIs that other sources of the mapping have made of names; those of the pieces are added.
    pub(super) fn run(
        &self,
        number: usize,
        files: &[String],
        names: &mut BTreeMap<u128, u64>,
        collector: &mut Collector<'_>,
    ) -> Result<Outcome> {
        let source = self.mapping.plan.source(number);
        let options = Options {
            base: self.recipe.base.map(str::to_owned),
            only: Some(BTreeSet::from([number])),
            // A piece is too small to be divided.
            threads: 1,
            ..Options::default()
        };
        for file in files {
            let bytes = self.shelf.read_bytes(file)?;
            let (header, pieces) = csv::pieces(&bytes, source.dialect.quote, ROWS);
            let header = &bytes[header];
            for (index, piece) in pieces.into_iter().enumerate() {
                let text = &bytes[piece.range.clone()];
                let part = format!("{file}#{}-{number}.{index:06}", self.mapping.name);
                let stored = Piece {
                    file: file.clone(),
                    key: self.key(number, file, header, text),
                    lines: piece.lines,
                    rows: piece.rows,
                };
                let of_piece = match collector.reuse(&part, &stored) {
                    Some(names) => read_names(&names),
                    None => {
                        let sources = OnePiece {
                            shelf: self.shelf,
                            source,
                            file,
                            bytes: [header, text].concat(),
                        };
                        collector.begin_piece(&part, &stored);
                        let done = run(&self.mapping.plan, &sources, collector, &options);
                        let clean = collector.end_piece();
                        // What is wrong with one piece as a whole is wrong with all.
                        let report = done?;
                        collector.tell_rules(&part, &report);
                        let key = if clean {
                            stored.key.clone()
                        } else {
                            String::new()
                        };
                        collector.keep_piece(
                            &part,
                            Piece { key, ..stored },
                            write_names(&report.names),
                        );
                        report.names
                    }
                };
                for (iri, folded) in of_piece {
                    if *names.entry(iri).or_insert(folded) != folded {
                        return Ok(Outcome::NamesClash);
                    }
                }
            }
        }
        Ok(Outcome::Done)
    }

    fn key(&self, number: usize, file: &str, header: &[u8], piece: &[u8]) -> String {
        let mut hash = Xxh3::new();
        hash.update(&self.around.to_le_bytes());
        hash.update(&(number as u64).to_le_bytes());
        for bytes in [file.as_bytes(), header, piece] {
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        format!("{:032x}", hash.digest128())
    }
}

/// Whether a source is a table in the usual form, whose rows end where quotation marks say.
fn is_plain_table(source: &LogicalSource) -> bool {
    source.formulation == Formulation::Csv
        && source.file.compression == Compression::default()
        && source.file.encoding == Encoding::default()
        && Dialect {
            delimiter: source.dialect.delimiter,
            ..Dialect::default()
        } == source.dialect
}

fn write_names(names: &BTreeMap<u128, u64>) -> Vec<u8> {
    names
        .iter()
        .flat_map(|(iri, folded)| iri.to_le_bytes().into_iter().chain(folded.to_le_bytes()))
        .collect()
}

fn read_names(bytes: &[u8]) -> BTreeMap<u128, u64> {
    let (rows, _) = bytes.as_chunks::<24>();
    rows.iter()
        .map(|row| {
            let (mut iri, mut folded) = ([0; 16], [0; 8]);
            iri.copy_from_slice(&row[..16]);
            folded.copy_from_slice(&row[16..]);
            (u128::from_le_bytes(iri), u64::from_le_bytes(folded))
        })
        .collect()
}

/// The sources of a run over one piece: the piece for its table, the shelf for all else.
struct OnePiece<'a> {
    shelf: &'a Shelf<'a>,
    source: &'a LogicalSource,
    file: &'a str,
    bytes: Vec<u8>,
}

impl Sources for OnePiece<'_> {
    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        if source != self.source {
            return self.shelf.open(source);
        }
        let reader = Box::new(Cursor::new(self.bytes.clone()));
        Ok(vec![csv::open(
            reader,
            self.file,
            table_options(source, self.file),
        )?])
    }
}
