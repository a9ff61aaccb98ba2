//! Evidence: whether the passage that a curated record quotes stands in the source it names.

use std::collections::BTreeMap;

use super::sources::Shelf;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::{Quotation, RecordUse};
use crate::record::{Origin, RecordKey};
use crate::source::quote;
use crate::store::Passage;

/// What a look at a quotation found; each record is looked at once.
pub(super) struct Evidence<'a> {
    shelf: &'a Shelf<'a>,
    seen: BTreeMap<(String, RecordKey), Option<Passage>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(shelf: &'a Shelf<'a>) -> Self {
        Self {
            shelf,
            seen: BTreeMap::new(),
        }
    }

    /// Returns the passage that a record rests on, or `None` when it is not there; the reason is told the first time.
    pub(super) fn passage(
        &mut self,
        record: &RecordUse,
        quotation: &Quotation,
        tell: &mut dyn FnMut(Diagnostic),
    ) -> Option<Passage> {
        let key = (record.origin.file.to_string(), record.key);
        if let Some(known) = self.seen.get(&key) {
            return known.clone();
        }
        let found = match self.look(&record.origin, quotation) {
            Ok(passage) => Some(passage),
            Err(finding) => {
                tell(*finding);
                None
            }
        };
        self.seen.insert(key, found.clone());
        found
    }

    fn look(&self, row: &Origin, quotation: &Quotation) -> Result<Passage, Box<Diagnostic>> {
        let here = Place::from(row);
        let missing =
            |message: String| Diagnostic::error(codes::QUOTE_MISSING, message).at(here.clone());
        if quotation.quote.trim().is_empty() {
            return Err(Box::new(
                missing("the record quotes nothing".to_owned())
                    .hint("quote the passage it rests on"),
            ));
        }
        let text = self.shelf.text(&quotation.source).map_err(|found| {
            let cause = found
                .0
                .into_iter()
                .next()
                .map(|one| one.message)
                .unwrap_or_default();
            Box::new(missing(format!(
                "the source of the quotation cannot be read: {cause}"
            )))
        })?;
        let spans = quote::find(&text, &quotation.quote);
        let chosen = match (spans.len(), quotation.occurrence) {
            (0, _) => {
                let finding = missing(format!(
                    "the quote \u{201c}{}\u{201d} is not in {}",
                    quotation.quote, quotation.source
                ));
                return Err(Box::new(match quote::nearest(&text, &quotation.quote) {
                    Some((near, line, column)) => finding
                        .and_at(
                            format!("nearest: \u{201c}{near}\u{201d}"),
                            Place::file(&quotation.source)
                                .at_line(line)
                                .at_column(column),
                        )
                        .hint("quote the passage as it stands, or remove the record"),
                    None => finding.hint("nothing in the source is like it; remove the record"),
                }));
            }
            (1, None | Some(1)) => 0,
            (count, None) => {
                return Err(Box::new(
                    missing(format!(
                        "the quote \u{201c}{}\u{201d} stands {count} times in {}",
                        quotation.quote, quotation.source
                    ))
                    .hint("quote more of it, or say which one with an occurrence number"),
                ));
            }
            (count, Some(number)) => match usize::try_from(number) {
                Ok(number @ 1..) if number <= count => number - 1,
                _ => {
                    return Err(Box::new(missing(format!(
                        "there is no occurrence {number} of the quote \u{201c}{}\u{201d}; it stands {count} times in {}",
                        quotation.quote, quotation.source
                    ))));
                }
            },
        };
        let found = spans[chosen];
        Ok(Passage {
            origin: Origin {
                file: quotation.source.as_str().into(),
                line: found.line,
                column: found.column,
                span: Some((found.span.start as u64, found.span.end as u64)),
                ..Origin::default()
            },
            quote: found.span.of(&text).into(),
            occurrence: u32::try_from(chosen + 1).unwrap_or(u32::MAX),
        })
    }
}
