//! The dates of infobox values, each a record with the words beside it.

use std::borrow::Cow;
use std::sync::Arc;

use super::Inner;
use super::infobox;
use super::iterators::{canonical_key, keyed};
use super::records::Stream;
use super::synonyms::{Scope, Synonyms};
use crate::source::text::{Span, fold_space};
use crate::value::date::FaultKind;
use crate::value::dates::{self, Dated};

const COLUMNS: [&str; 8] = [
    "title", "file", "key", "written", "item", "date", "note", "julian",
];

/// Returns a record for each date of the values under a canonical key, given folded.
///
/// A part that looks like a date and is none is a record too, with that part as its date: whoever reads it says what is
/// wrong, at its place.
pub(super) fn dated(article: &Arc<Inner>, key: &str, synonyms: Option<&Synonyms>) -> Stream {
    let mut stream = Stream::new(article, "infobox dates", &COLUMNS, false);
    for line in &article.document.infobox {
        let name = line.key.of(&article.text);
        if infobox::key(&canonical_key(synonyms, name)).base != key {
            continue;
        }
        let value = line.value.of(&article.text);
        let shown = fold_space(value);
        let ignored = synonyms.and_then(|table| table.ignored(Scope::Infobox, name, &shown));
        if ignored.is_some() || shown.is_empty() {
            continue;
        }
        let places = Places::of(article, line.value);
        let read = dates::read(value);
        let none = read.dates.is_empty();
        let mut parts: Vec<(String, Option<Dated>)> = Vec::new();
        for part in read.unread {
            if none
                || !matches!(
                    part.fault.kind,
                    FaultKind::NoDate | FaultKind::OtherCalendar
                )
            {
                parts.push((part.text, None));
            }
        }
        for one in read.dates {
            parts.push((one.edtf.clone(), Some(one)));
        }
        for (date, read) in parts {
            let span = places.date(&date);
            let (mut entry, written) = keyed(&mut stream, article, line, synonyms, span);
            let cell = Some(&written);
            stream.set(&mut entry, "item", span, cell);
            stream.set_text(&mut entry, "date", Cow::Owned(date), Some(span), cell);
            if let Some(read) = read {
                if let Some(note) = read.note {
                    let place = places.note(&note).unwrap_or(span);
                    stream.set_text(&mut entry, "note", Cow::Owned(note), Some(place), cell);
                }
                if let Some(julian) = read.julian {
                    stream.set_text(&mut entry, "julian", Cow::Owned(julian), Some(span), cell);
                }
            }
            stream.push(entry);
        }
    }
    stream
}

/// Where the dates and the notes of a value stand: the items of the value, each with its dates.
struct Places {
    whole: Span,
    items: Vec<(Span, String, Vec<String>)>,
}

impl Places {
    fn of(article: &Inner, value: Span) -> Self {
        let items = infobox::items(value.of(&article.text))
            .into_iter()
            .map(|item| {
                let span = item.text.shifted(value.start);
                let text = item.whole.shifted(value.start).of(&article.text);
                let read = dates::read(text);
                let dates = read.dates.into_iter().map(|one| one.edtf);
                let unread = read.unread.into_iter().map(|part| part.text);
                (span, text.to_owned(), dates.chain(unread).collect())
            })
            .collect();
        Self {
            whole: value,
            items,
        }
    }

    /// Returns the place of the item that tells a date; of the whole value if no item alone tells it.
    fn date(&self, date: &str) -> Span {
        let told =
            |(_, _, dates): &&(Span, String, Vec<String>)| dates.iter().any(|one| one == date);
        match self.items.as_slice() {
            [(only, ..)] => *only,
            items => items
                .iter()
                .find(told)
                .map_or(self.whole, |(span, ..)| *span),
        }
    }

    /// Returns the place of the item without a date that a note is made of.
    fn note(&self, note: &str) -> Option<Span> {
        self.items
            .iter()
            .find(|(_, text, dates)| {
                let words = text.trim_matches(|c: char| !c.is_alphanumeric());
                !words.is_empty() && dates.iter().all(|one| one == text) && note.contains(words)
            })
            .map(|(span, ..)| *span)
    }
}
