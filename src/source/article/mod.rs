//! The article form: the plain text that extracts of encyclopaedia articles come in.
//!
//! ```text
//! = Title =
//!
//! Infobox
//! - Key: item, item (1920–1922)
//!
//! The lead, one or more paragraphs. Its first sentence may give other names (Name; Имя) in a bracket.
//!
//! == Section ==
//! | Column | Column |
//! | a heading for the rows below it | |
//! | cell | cell |
//! ```
//!
//! A record has `title` and `file` beside these references, each null where the article says nothing:
//!
//! | iterator | a record is | references |
//! | --- | --- | --- |
//! | `article` | the article | |
//! | `infobox` | an infobox line | `key` `written` `value` |
//! | `infobox[k]` | an item (for each of its periods) under the canonical key `k` | `key` `written` `item` `note` `period` `start` `end` `number` `label` |
//! | `dates[k]` | a date of the values under the canonical key `k`, in text or wikitext | `key` `written` `item` `date` (EDTF) `note` `julian` |
//! | `names` | a name in the lead | `name` `label` |
//! | `rows` | a table row that is no heading | `heading` `section` `table` `row` and the column titles |
//! | `paragraphs` | a paragraph | `text` `section` `paragraph` |
//! | `sentences` | a sentence | `text` `section` `paragraph` `sentence` |
//! | `sections` | a section heading | `heading` `level` |
//!
//! Keys and column titles go through a table of [`Synonyms`], so that articles that write them otherwise need no other
//! mapping. White space in values is folded; places are exact. Lines of no known form are faults, never lost in silence.

mod brackets;
mod dates;
mod infobox;
mod iterators;
mod lines;
mod names;
mod records;
mod sentences;
mod synonyms;
mod table;
mod units;

use std::sync::Arc;

pub use synonyms::Synonyms;
pub use units::{Unit, UnitKind};

use self::lines::{Document, Finding};
use self::names::Names;
use super::quote::Passage;
use super::text::{self, Lines, Span};
use crate::diagnostic::Result;
use crate::record::{Fault, Origin, Records};

/// A parsed article, cheap to clone and shared by the iterators over it.
#[derive(Clone)]
pub struct Article {
    inner: Arc<Inner>,
}

/// The text of an article and where its blocks stand in it.
struct Inner {
    text: Arc<str>,
    file: Arc<str>,
    lines: Lines,
    document: Document,
}

impl Article {
    /// Parses an article. What is wrong with it comes as faults among the records.
    pub fn parse(text: Arc<str>, file: Arc<str>) -> Self {
        let bare = text::without_mark(&text);
        let text = if bare.len() == text.len() {
            text
        } else {
            Arc::from(bare)
        };
        let lines = Lines::new(&text);
        let document = lines::parse(&text, &lines);
        Self {
            inner: Arc::new(Inner {
                text,
                file,
                lines,
                document,
            }),
        }
    }

    /// Returns the records of an iterator. The faults of the whole article come first, whatever the iterator.
    ///
    /// # Errors
    /// `MAPPING_TERM` when the form has no such iterator.
    pub fn records(&self, iterator: &str, synonyms: Option<&Synonyms>) -> Result<Box<dyn Records>> {
        let iterator = iterators::parse(iterator)?;
        Ok(Box::new(iterators::records(
            &self.inner,
            &iterator,
            synonyms,
        )))
    }

    /// Returns the text of the article, without byte order mark: what spans count in.
    pub fn text(&self) -> &Arc<str> {
        &self.inner.text
    }
}

impl Inner {
    fn origin(&self, span: Span) -> Origin {
        let (line, column) = self.lines.place(&self.text, span.start);
        Origin {
            file: Arc::clone(&self.file),
            line,
            column,
            span: Some((span.start as u64, span.end as u64)),
            ..Origin::default()
        }
    }

    fn fault(&self, finding: &Finding) -> Fault {
        Fault {
            message: finding.message.clone(),
            origin: self.origin(finding.span),
            kind: finding.kind,
            hint: Some(finding.hint.to_owned()),
        }
    }

    /// Returns the names in the first paragraph of the lead, and where that begins.
    fn names(&self) -> Option<(usize, Names)> {
        let lead = self
            .document
            .paragraphs
            .first()
            .filter(|paragraph| paragraph.section.is_none())?;
        let title = self
            .document
            .title
            .map(|title| title.text.of(&self.text))
            .unwrap_or_default();
        names::names(lead.span.of(&self.text), title).map(|names| (lead.span.start, names))
    }
}

/// Parses an article and returns the records of an iterator; see [`Article::records`].
///
/// # Errors
/// `MAPPING_TERM` when the form has no such iterator.
pub fn open(
    text: impl Into<Arc<str>>,
    file: &str,
    iterator: &str,
    synonyms: Option<&Synonyms>,
) -> Result<Box<dyn Records>> {
    Article::parse(text.into(), Arc::from(file)).records(iterator, synonyms)
}

/// Returns the units of an article; see [`Article::units`].
pub fn units(text: &str, file: &str, synonyms: Option<&Synonyms>) -> Vec<Unit> {
    Article::parse(Arc::from(text), Arc::from(file)).units(synonyms)
}

/// Returns the passages of an article; see [`Article::passages`].
pub fn passages(text: &str) -> Vec<Passage> {
    Article::parse(Arc::from(text), Arc::default()).passages()
}

#[cfg(test)]
mod tests;
