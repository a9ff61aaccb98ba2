//! Everything in an article that a mapping is expected to use or to ignore for a reason: the measure of coverage.

use std::sync::Arc;

use super::infobox;
use super::iterators::{canonical_column, canonical_key};
use super::sentences::sentences;
use super::synonyms::{Scope, Synonyms};
use super::table::{Role, cell_text};
use super::{Article, Inner};
use crate::record::Origin;
use crate::source::quote::Passage;
use crate::source::text::{Span, fold_space};

/// A value in an article, whether a mapping uses it or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands: the very place that the origin of the same value in a record gives.
    pub origin: Origin,
    /// What it is.
    pub what: UnitKind,
    /// Why the table of synonyms ignores it, if it does.
    pub ignored: Option<String>,
    /// Whether the table of synonyms knows its key or column; names need none.
    pub known: bool,
}

/// What a unit is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// An item of an infobox line, without its note.
    InfoboxItem {
        /// Canonical key, else the folded written one.
        key: String,
        /// The key as written.
        written: String,
        /// The item.
        value: String,
    },
    /// A filled cell of a table row, broken rows included.
    Cell {
        /// Canonical column title, else the written one; empty over a column without title.
        column: String,
        /// The title as written.
        written: String,
        /// The cell.
        text: String,
    },
    /// A heading among the rows of a table.
    Heading {
        /// The heading.
        text: String,
    },
    /// A name in the lead.
    Name {
        /// The name.
        text: String,
    },
}

impl Article {
    /// Returns the title with its place, if there is one.
    pub fn title(&self) -> Option<(&str, Origin)> {
        let span = self.inner.document.title.as_ref()?.text;
        Some((span.of(&self.inner.text), self.inner.origin(span)))
    }

    /// Returns every sentence of the prose with its place, in the order of the text.
    pub fn sentences(&self) -> Vec<(Span, Origin)> {
        let text = &self.inner.text;
        let paragraphs = self
            .inner
            .document
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.span);
        paragraphs
            .flat_map(|span| {
                sentences(span.of(text))
                    .into_iter()
                    .map(move |sentence| sentence.shifted(span.start))
            })
            .map(|span| (span, self.inner.origin(span)))
            .collect()
    }

    /// Returns every infobox item, filled table cell, heading row and name of the lead, in that order.
    pub fn units(&self, synonyms: Option<&Synonyms>) -> Vec<Unit> {
        let mut units = Vec::new();
        infobox_units(&self.inner, synonyms, &mut units);
        table_units(&self.inner, synonyms, &mut units);
        if let Some((base, found)) = self.inner.names() {
            units.extend(found.names.into_iter().map(|name| {
                let span = name.text.shifted(base);
                let text = fold_space(span.of(&self.inner.text)).into_owned();
                Unit {
                    origin: self.inner.origin(span),
                    what: UnitKind::Name { text },
                    ignored: None,
                    known: true,
                }
            }));
        }
        units
    }
}

fn infobox_units(article: &Inner, synonyms: Option<&Synonyms>, units: &mut Vec<Unit>) {
    for line in &article.document.infobox {
        let written: Arc<str> = Arc::from(&*fold_space(line.key.of(&article.text)));
        for item in infobox::items(line.value.of(&article.text)) {
            let span = item.text.shifted(line.value.start);
            let value = fold_space(span.of(&article.text)).into_owned();
            units.push(Unit {
                origin: Origin {
                    cell: Some(Arc::clone(&written)),
                    ..article.origin(span)
                },
                ignored: ignored(synonyms, Scope::Infobox, &written, &value),
                known: synonyms.is_some_and(|synonyms| synonyms.knows(Scope::Infobox, &written)),
                what: UnitKind::InfoboxItem {
                    key: canonical_key(synonyms, &written).into_owned(),
                    written: written.to_string(),
                    value,
                },
            });
        }
    }
}

fn table_units(article: &Inner, synonyms: Option<&Synonyms>, units: &mut Vec<Unit>) {
    for table in &article.document.tables {
        let titles: Vec<Arc<str>> = table
            .header
            .cells
            .iter()
            .map(|cell| Arc::from(&*cell_text(cell.of(&article.text))))
            .collect();
        let known: Vec<bool> = titles
            .iter()
            .map(|title| synonyms.is_some_and(|synonyms| synonyms.knows(Scope::Column, title)))
            .collect();
        let mut place = 0;
        for (row, role) in table.rows.iter().zip(table.roles()) {
            let number = matches!(role, Role::Full | Role::Lonely).then(|| {
                place += 1;
                place
            });
            for (index, &cell) in row
                .cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.is_empty())
            {
                let text = cell_text(cell.of(&article.text)).into_owned();
                let title = titles.get(index).cloned();
                let written = title.as_deref().unwrap_or_default();
                units.push(Unit {
                    ignored: ignored(synonyms, Scope::Column, written, &text),
                    known: known.get(index).copied().unwrap_or_default(),
                    what: match role {
                        Role::Heading => UnitKind::Heading { text },
                        _ => {
                            let column = canonical_column(synonyms, written).into_owned();
                            UnitKind::Cell {
                                column,
                                written: written.to_owned(),
                                text,
                            }
                        }
                    },
                    origin: Origin {
                        row: number,
                        cell: title,
                        ..article.origin(cell)
                    },
                });
            }
        }
    }
}

fn ignored(
    synonyms: Option<&Synonyms>,
    scope: Scope,
    written: &str,
    value: &str,
) -> Option<String> {
    synonyms
        .and_then(|synonyms| synonyms.ignored(scope, written, value))
        .map(str::to_owned)
}

impl Article {
    /// Returns the passages of the article in their order: sentences, and the lines of title, infobox, headings, tables.
    pub fn passages(&self) -> Vec<Passage> {
        let document = &self.inner.document;
        let headings = document
            .title
            .iter()
            .chain(&document.sections)
            .map(|heading| heading.line);
        let infobox = document.infobox.iter().map(|line| line.line);
        let rows = document
            .tables
            .iter()
            .flat_map(|table| std::iter::once(&table.header).chain(&table.rows));
        let prose = document.paragraphs.iter().flat_map(|paragraph| {
            let found = sentences(paragraph.span.of(&self.inner.text));
            found
                .into_iter()
                .map(|sentence| sentence.shifted(paragraph.span.start))
        });
        let spans = headings
            .chain(infobox)
            .chain(rows.map(|row| row.line))
            .chain(prose);
        let mut passages: Vec<Passage> = spans
            .map(|span| {
                let (line, column) = self.inner.lines.place(&self.inner.text, span.start);
                Passage { span, line, column }
            })
            .collect();
        passages.sort_unstable();
        passages
    }
}
