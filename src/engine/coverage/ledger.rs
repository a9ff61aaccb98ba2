//! The ledger of a built generation: each value and each sentence of its sources with the statements that came of it.
//!
//! A value is mapped when a statement came of its place. A sentence is mapped when what no quotation and no value
//! touches holds no name, number or date. What is ignored has a reason: in the table of synonyms, the manifest, or
//! because a column only says where a fact stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{prose, tree};
use crate::diagnostic::{Diagnostics, Place, Result};
use crate::engine::build::{Recipe, read_mappings};
use crate::engine::rules::INFERRED_GRAPH;
use crate::engine::sources::Shelf;
use crate::mapping::{Formulation, LogicalSource};
use crate::record::{Origin, Value};
use crate::source::article::UnitKind;
use crate::source::quote;
use crate::store::{Derivation, Generation, Provenance};

/// What became of a value or a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Statements came of it.
    Mapped,
    /// It is ignored for a stated reason.
    Ignored,
    /// Nothing came of it, and nobody said why.
    Unmapped,
}

impl Fate {
    /// Returns the word shown and written into JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Ignored => "ignored",
            Self::Unmapped => "unmapped",
        }
    }
}

/// A value or a sentence of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it stands.
    pub place: Place,
    /// What it is: `infobox`, `cell`, `heading`, `name`, `sentence`, `value`.
    pub kind: &'static str,
    /// Its text.
    pub text: String,
    /// What became of it.
    pub fate: Fate,
    /// The statements that came of it, as N-Quads lines, sorted.
    pub statements: Vec<String>,
    /// Why it is ignored; for an unmapped sentence what in it nothing touches.
    pub reason: Option<String>,
}

/// The items of a source file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLedger {
    /// Path of the file.
    pub file: String,
    /// Its items.
    pub items: Vec<Item>,
}

impl SourceLedger {
    /// Returns the number of items with a fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.items.iter().filter(|item| item.fate == fate).count()
    }
}

/// A passage or a column that the manifest ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The file.
    pub source: String,
    /// The passage.
    pub quote: Option<String>,
    /// The title of the column.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
}

/// Returns the ledger of every article, table and JSON or XML document that the mappings of a project read.
///
/// # Errors
/// What is wrong with mappings or sources; `STORE_DAMAGED`, `NO_PROVENANCE`.
pub fn ledger(
    recipe: &Recipe<'_>,
    generation: &Generation,
    ignored: &[Ignored],
) -> Result<Vec<SourceLedger>> {
    generation.need(Provenance::Statement)?;
    let shelf = Shelf::new(recipe.root);
    let uses = Uses::gather(generation)?;
    let mut articles = BTreeSet::new();
    let mut tables: BTreeMap<String, Vec<LogicalSource>> = BTreeMap::new();
    let mut trees: BTreeMap<String, LogicalSource> = BTreeMap::new();
    for mapping in read_mappings(recipe, &shelf)? {
        for source in mapping.plan.sources() {
            for name in shelf.files_of(source)? {
                match source.formulation {
                    Formulation::Article => {
                        articles.insert((name, source.synonyms.clone()));
                    }
                    Formulation::Csv => tables.entry(name).or_default().push(source.clone()),
                    Formulation::Json | Formulation::Xml => {
                        trees.entry(name).or_insert_with(|| source.clone());
                    }
                    Formulation::Rdf | Formulation::Nothing => {}
                }
            }
        }
    }
    let mut found: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    let mut errors = Vec::new();
    for (name, synonyms) in articles {
        match article_items(&shelf, &name, synonyms.as_deref(), &uses, ignored) {
            Ok(items) => found.entry(name).or_default().extend(items),
            Err(failure) => errors.extend(failure.0),
        }
    }
    for (name, sources) in tables {
        match table_items(&shelf, &name, &sources, &uses, ignored) {
            Ok(items) => found.entry(name).or_default().extend(items),
            Err(failure) => errors.extend(failure.0),
        }
    }
    for (name, source) in trees {
        match tree::items(&shelf, &name, &source, &uses, ignored) {
            Ok(items) => found.entry(name).or_default().extend(items),
            Err(failure) => errors.extend(failure.0),
        }
    }
    if !errors.is_empty() {
        return Err(Diagnostics(errors));
    }
    Ok(found
        .into_iter()
        .map(|(file, mut items)| {
            items.sort_by(|a, b| a.place.cmp(&b.place));
            items.dedup();
            SourceLedger { file, items }
        })
        .collect())
}

/// Statements, as text.
type Names = BTreeSet<Arc<str>>;

/// File → place in it → statements.
type ByFile<Place> = BTreeMap<Arc<str>, BTreeMap<Place, Names>>;

/// What statements were made of, by place.
#[derive(Default)]
pub(super) struct Uses {
    /// File → (line, column) → statements.
    places: ByFile<(u32, u32)>,
    /// File → (line, column, pointer) → statements; in XML attributes stand where their element does.
    nodes: ByFile<(u32, u32, Arc<str>)>,
    /// File → (data row, cell) → statements.
    cells: ByFile<(u64, Arc<str>)>,
    /// File → rows that any statement rests on.
    rows: BTreeMap<Arc<str>, BTreeSet<u64>>,
    /// File → quoted passage with its place → statements.
    passages: ByFile<(u32, u32, Arc<str>)>,
}

impl Uses {
    fn gather(generation: &Generation) -> Result<Self> {
        let mut uses = Self::default();
        generation.each_derivation(&mut |line, derivation| {
            if !line.ends_with(INFERRED_GRAPH) {
                uses.note(&Arc::from(line), derivation);
            }
        })?;
        Ok(uses)
    }

    fn note(&mut self, statement: &Arc<str>, derivation: &Derivation) {
        let records = derivation.records.iter().map(|record| &record.origin);
        for record in records.clone() {
            if let Some(row) = record.row {
                self.rows
                    .entry(Arc::clone(&record.file))
                    .or_default()
                    .insert(row);
            }
        }
        for origin in &derivation.places {
            if let (Some(row), Some(cell)) = (origin.row, &origin.cell) {
                let cells = self.cells.entry(Arc::clone(&origin.file)).or_default();
                cells
                    .entry((row, Arc::clone(cell)))
                    .or_default()
                    .insert(Arc::clone(statement));
            }
            if let Some(pointer) = &origin.pointer {
                let nodes = self.nodes.entry(Arc::clone(&origin.file)).or_default();
                nodes
                    .entry((origin.line, origin.column, Arc::clone(pointer)))
                    .or_default()
                    .insert(Arc::clone(statement));
            }
            let places = self.places.entry(Arc::clone(&origin.file)).or_default();
            places
                .entry((origin.line, origin.column))
                .or_default()
                .insert(Arc::clone(statement));
        }
        for passage in derivation
            .records
            .iter()
            .filter_map(|record| record.passage.as_ref())
        {
            let origin = &passage.origin;
            let passages = self.passages.entry(Arc::clone(&origin.file)).or_default();
            let key = (origin.line, origin.column, Arc::clone(&passage.quote));
            passages
                .entry(key)
                .or_default()
                .insert(Arc::clone(statement));
        }
    }

    /// Returns the statements that were made of a node of a document.
    pub(super) fn of_node(&self, origin: &Origin) -> Vec<String> {
        let pointer = origin.pointer.clone().unwrap_or_default();
        let here = self
            .nodes
            .get(&origin.file)
            .and_then(|nodes| nodes.get(&(origin.line, origin.column, pointer)));
        listed(here)
    }

    fn at(&self, origin: &Origin) -> Vec<String> {
        let here = self
            .places
            .get(&origin.file)
            .and_then(|places| places.get(&(origin.line, origin.column)));
        listed(here)
    }
}

fn listed(statements: Option<&BTreeSet<Arc<str>>>) -> Vec<String> {
    statements
        .into_iter()
        .flatten()
        .map(|line| line.to_string())
        .collect()
}

/// Returns what became of a value that these statements came of, and the reason that counts if none did.
pub(super) fn fate(statements: &[String], reason: Option<&str>) -> (Fate, Option<String>) {
    match (statements.is_empty(), reason) {
        (false, _) => (Fate::Mapped, None),
        (true, Some(reason)) => (Fate::Ignored, Some(reason.to_owned())),
        (true, None) => (Fate::Unmapped, None),
    }
}

fn article_items(
    shelf: &Shelf<'_>,
    name: &str,
    synonyms: Option<&str>,
    uses: &Uses,
    ignored: &[Ignored],
) -> Result<Vec<Item>> {
    let (article, synonyms) = shelf.opened(name, synonyms)?;
    let units = article.units(synonyms.as_deref());
    let mut items = Vec::new();
    let mut touched: Vec<(usize, usize)> = Vec::new();
    for unit in units {
        let statements = uses.at(&unit.origin);
        let (kind, text) = match unit.what {
            UnitKind::InfoboxItem { value, .. } => ("infobox", value),
            UnitKind::Cell { text, .. } => ("cell", text),
            UnitKind::Heading { text } => ("heading", text),
            UnitKind::Name { text } => ("name", text),
        };
        let fate = match (&unit.ignored, statements.is_empty()) {
            (_, false) => Fate::Mapped,
            (Some(_), true) => Fate::Ignored,
            (None, true) => Fate::Unmapped,
        };
        if let Some((start, end)) = unit.origin.span
            && fate != Fate::Unmapped
        {
            touched.push((start as usize, end as usize));
        }
        let reason = unit.ignored.filter(|_| fate == Fate::Ignored);
        items.push(Item {
            place: Place::from(&unit.origin),
            kind,
            text,
            fate,
            statements,
            reason,
        });
    }
    let text = article.text();
    let mut quoted: Vec<((usize, usize), &Names)> = Vec::new();
    for ((line, column, quote), statements) in uses.passages.get(name).into_iter().flatten() {
        let found = quote::find(text, quote)
            .into_iter()
            .find(|found| (found.line, found.column) == (*line, *column));
        if let Some(found) = found {
            quoted.push(((found.span.start, found.span.end), statements));
        }
    }
    touched.extend(quoted.iter().map(|(span, _)| *span));
    // The prose names what the article is about by its title, of which something was made already.
    if let Some((title, origin)) = article.title()
        && !uses.at(&origin).is_empty()
    {
        touched.extend(
            quote::find(text, title)
                .into_iter()
                .map(|found| (found.span.start, found.span.end)),
        );
    }
    let mut passed_over: Vec<((usize, usize), &str)> = Vec::new();
    for passage in ignored.iter().filter(|passage| passage.source == name) {
        let Some(words) = &passage.quote else {
            continue;
        };
        let found = quote::find(text, words);
        passed_over.extend(
            found
                .into_iter()
                .map(|found| ((found.span.start, found.span.end), passage.reason.as_str())),
        );
    }
    let sentences = article.sentences();
    let names = prose::names(
        text,
        sentences.iter().map(|(span, _)| (span.start, span.end)),
    );
    for (span, origin) in &sentences {
        let span = (span.start, span.end);
        let meets = |other: (usize, usize)| other.0 < span.1 && span.0 < other.1;
        let mut statements: BTreeSet<Arc<str>> = BTreeSet::new();
        for (_, made) in quoted.iter().filter(|(other, _)| meets(*other)) {
            statements.extend(made.iter().cloned());
        }
        statements.extend(uses.at(origin).into_iter().map(Arc::from));
        let reasons: BTreeSet<&str> = passed_over
            .iter()
            .filter(|(other, _)| meets(*other))
            .map(|(_, reason)| *reason)
            .collect();
        let spared: Vec<(usize, usize)> = passed_over.iter().map(|(other, _)| *other).collect();
        let rest = prose::left_over(text, span, touched.iter().chain(&spared), &names);
        // A statement made of the sentence as a whole touches all of it.
        let whole =
            !uses.at(origin).is_empty() && !touched.iter().any(|(start, _)| *start == span.0);
        let (fate, reason) = match (
            rest.is_empty() || whole,
            statements.is_empty(),
            reasons.is_empty(),
        ) {
            (false, ..) => (
                Fate::Unmapped,
                Some(format!("nothing touches {}", rest.join(" … "))),
            ),
            (true, false, _) => (Fate::Mapped, None),
            (true, true, false) => (
                Fate::Ignored,
                Some(reasons.into_iter().collect::<Vec<_>>().join("; ")),
            ),
            (true, true, true) if touched.iter().any(|other| meets(*other)) => (Fate::Mapped, None),
            (true, true, true) => (
                Fate::Ignored,
                Some("holds no name, number or date".to_owned()),
            ),
        };
        items.push(Item {
            place: Place::from(origin),
            kind: "sentence",
            text: text[span.0..span.1]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            fate,
            statements: statements.iter().map(|line| line.to_string()).collect(),
            reason,
        });
    }
    Ok(items)
}

fn table_items(
    shelf: &Shelf<'_>,
    name: &str,
    sources: &[LogicalSource],
    uses: &Uses,
    ignored: &[Ignored],
) -> Result<Vec<Item>> {
    let Some(source) = sources.first() else {
        return Ok(Vec::new());
    };
    let evidence: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.evidence.as_ref())
        .flat_map(|evidence| {
            [
                Some(&evidence.quote),
                Some(&evidence.source),
                evidence.occurrence.as_ref(),
                evidence.inferred.as_ref(),
            ]
        })
        .flatten()
        .map(String::as_str)
        .collect();
    let none = BTreeMap::new();
    let cells = uses.cells.get(name).unwrap_or(&none);
    let mut items = Vec::new();
    let mut stream = shelf.open_file(source, name)?;
    let columns = stream.columns();
    let slots: Vec<_> = columns
        .iter()
        .map(|column| stream.bind(column).ok())
        .collect();
    while let Some(next) = stream.next() {
        // A broken row was told of when the graph was built.
        let Ok(record) = next else { continue };
        for (column, slot) in columns.iter().zip(&slots) {
            let Some(slot) = *slot else { continue };
            let mut values: Vec<Value<'_>> = Vec::new();
            if record.values(slot, &mut values).is_err() {
                continue;
            }
            for (index, value) in values.iter().enumerate() {
                let origin = record.origin_of(slot, index);
                let row = origin.row.unwrap_or_default();
                let statements = listed(cells.get(&(row, Arc::from(column.as_str()))));
                let row_used = uses.rows.get(name).is_some_and(|rows| rows.contains(&row));
                let tells_where = row_used && evidence.contains(column.as_str());
                let passed_over = ignored
                    .iter()
                    .find(|one| one.source == name && one.column.as_ref() == Some(column))
                    .map(|one| one.reason.as_str());
                let reason =
                    passed_over.or_else(|| tells_where.then_some("says where the fact stands"));
                // An empty cell says nothing that could be lost.
                if statements.is_empty() && value.text.trim().is_empty() {
                    continue;
                }
                let (fate, reason) = fate(&statements, reason);
                let text = value.text.clone().into_owned();
                items.push(Item {
                    place: Place::from(&origin),
                    kind: "cell",
                    text,
                    fate,
                    statements,
                    reason,
                });
            }
        }
    }
    Ok(items)
}
