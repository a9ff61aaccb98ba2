//! Records of an article, made once and lent one by one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::Inner;
use super::lines::Finding;
use crate::record::{Fault, FaultKind, Origin, Record, RecordKey, Records, Slot, Value};
use crate::source::near;
use crate::source::text::{Span, fold_space};

/// Columns that say where a record stands; they are no part of its content, hence not of its key.
const PLACES: [&str; 5] = ["file", "table", "row", "paragraph", "sentence"];

/// One value of a record.
#[derive(Clone, Debug)]
pub(super) struct Field {
    column: Slot,
    text: Text,
    /// Where it stands; `None` for what the text does not hold, such as a number of a row.
    span: Option<Span>,
    /// Column title or infobox key that it stands under.
    cell: Option<Arc<str>>,
}

/// The text of a value.
#[derive(Clone, Debug)]
enum Text {
    /// As it stands in the article.
    Source(Span),
    Own(Box<str>),
}

/// A record, its fields by column.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: Span,
    pub(super) quote: Option<Span>,
    pub(super) row: Option<u64>,
    pub(super) cell: Option<Arc<str>>,
    fields: Vec<Field>,
    key: RecordKey,
}

impl Entry {
    /// Returns an entry without fields that stands, and is quoted, at a span.
    pub(super) fn at(span: Span) -> Self {
        Self {
            at: span,
            quote: Some(span),
            row: None,
            cell: None,
            fields: Vec::new(),
            key: RecordKey::default(),
        }
    }
}

/// What a stream gives next.
#[derive(Debug)]
enum Event {
    Entry(Entry),
    Fault(Box<Fault>),
}

/// The records of one iterator over one article.
pub(super) struct Stream {
    article: Arc<Inner>,
    kind: &'static str,
    columns: Vec<Arc<str>>,
    slots: HashMap<Arc<str>, Slot>,
    /// Whether other articles may have columns that this one has not.
    open: bool,
    events: Vec<Event>,
    counts: HashMap<u128, u32>,
    position: usize,
    lent: Option<Lent>,
}

/// The record lent last.
struct Lent {
    article: Arc<Inner>,
    entry: Entry,
}

impl Stream {
    /// Returns a stream without records whose columns are `fixed`. The faults of the whole article come first.
    pub(super) fn new(
        article: &Arc<Inner>,
        kind: &'static str,
        fixed: &[&str],
        open: bool,
    ) -> Self {
        let mut stream = Self {
            article: Arc::clone(article),
            kind,
            columns: Vec::new(),
            slots: HashMap::new(),
            open,
            events: Vec::new(),
            counts: HashMap::new(),
            position: 0,
            lent: None,
        };
        for column in fixed {
            stream.column(column);
        }
        for finding in &article.document.faults {
            stream.fault(finding);
        }
        stream
    }

    /// Returns the slot of a column, which is added if it is new.
    pub(super) fn column(&mut self, name: &str) -> Slot {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        let slot = self.columns.len();
        let name: Arc<str> = Arc::from(name);
        self.columns.push(Arc::clone(&name));
        self.slots.insert(name, slot);
        slot
    }

    /// Adds a fault.
    pub(super) fn fault(&mut self, finding: &Finding) {
        self.events
            .push(Event::Fault(Box::new(self.article.fault(finding))));
    }

    /// Sets a value that stands in the text, white space folded; an empty one is none.
    pub(super) fn set(
        &mut self,
        entry: &mut Entry,
        column: &str,
        span: Span,
        cell: Option<&Arc<str>>,
    ) {
        let article = Arc::clone(&self.article);
        self.set_text(
            entry,
            column,
            fold_space(span.of(&article.text)),
            Some(span),
            cell,
        );
    }

    /// Sets a value; an empty one is none.
    pub(super) fn set_text(
        &mut self,
        entry: &mut Entry,
        column: &str,
        text: Cow<'_, str>,
        span: Option<Span>,
        cell: Option<&Arc<str>>,
    ) {
        if text.is_empty() {
            return;
        }
        let text = match (span, text) {
            (Some(span), Cow::Borrowed(text)) if text == span.of(&self.article.text) => {
                Text::Source(span)
            }
            (_, text) => Text::Own(text.into()),
        };
        let column = self.column(column);
        entry.fields.push(Field {
            column,
            text,
            span,
            cell: cell.cloned(),
        });
    }

    /// Adds a record, with its title and file, its fields in order and its key.
    pub(super) fn push(&mut self, mut entry: Entry) {
        let article = Arc::clone(&self.article);
        if let Some(title) = article.document.title {
            self.set(&mut entry, "title", title.text, None);
        }
        self.set_text(&mut entry, "file", Cow::Borrowed(&article.file), None, None);
        entry.fields.sort_by_key(|field| field.column);
        let hash = self.hash(&entry);
        let count = self.counts.entry(hash).or_default();
        entry.key = RecordKey {
            hash,
            occurrence: *count,
        };
        *count += 1;
        self.events.push(Event::Entry(entry));
    }

    /// Returns the hash of what the record holds, wherever it stands.
    fn hash(&self, entry: &Entry) -> u128 {
        let mut fields: Vec<(&str, &str)> = entry
            .fields
            .iter()
            .filter_map(|field| {
                Some((
                    &**self.columns.get(field.column)?,
                    field.text(&self.article),
                ))
            })
            .filter(|(column, _)| !PLACES.contains(column))
            .collect();
        fields.sort_unstable();
        let mut content = Vec::new();
        let parts = fields.into_iter().flat_map(|(column, text)| [column, text]);
        for part in std::iter::once(self.kind).chain(parts) {
            content.extend_from_slice(&(part.len() as u64).to_le_bytes());
            content.extend_from_slice(part.as_bytes());
        }
        xxh3_128(&content)
    }
}

impl Field {
    fn text<'f>(&'f self, article: &'f Inner) -> &'f str {
        match &self.text {
            Text::Source(span) => span.of(&article.text),
            Text::Own(text) => text,
        }
    }
}

impl Records for Stream {
    /// Returns the slot of a column. Table columns that this article lacks are null in all its records.
    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>> {
        let name = fold_space(reference);
        if let Some(&slot) = self.slots.get(&*name) {
            return Ok(slot);
        }
        if self.open && !name.is_empty() {
            return Ok(self.column(&name));
        }
        Err(Box::new(Fault {
            message: format!("the records of {} have no \"{reference}\"", self.kind),
            origin: Origin {
                file: Arc::clone(&self.article.file),
                ..Origin::default()
            },
            kind: if name.is_empty() {
                FaultKind::BadReference
            } else {
                FaultKind::UnknownReference
            },
            hint: Some(near::hint(
                &name,
                self.columns.iter().map(|column| &**column),
                "references",
            )),
        }))
    }

    fn next(&mut self) -> Option<Result<&dyn Record, Box<Fault>>> {
        let event = self.events.get_mut(self.position)?;
        self.position += 1;
        let event = std::mem::replace(event, Event::Entry(Entry::at(Span::default())));
        match event {
            Event::Fault(fault) => Some(Err(fault)),
            Event::Entry(entry) => {
                let article = Arc::clone(&self.article);
                Some(Ok(self.lent.insert(Lent { article, entry })))
            }
        }
    }
}

impl Lent {
    fn field(&self, slot: Slot) -> Option<&Field> {
        let fields = &self.entry.fields;
        fields
            .binary_search_by_key(&slot, |field| field.column)
            .ok()
            .and_then(|at| fields.get(at))
    }
}

impl Record for Lent {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        into.extend(self.plain(slot).map(Value::text));
        Ok(())
    }

    fn plain(&self, slot: Slot) -> Option<&str> {
        self.field(slot).map(|field| field.text(&self.article))
    }

    fn origin(&self) -> Origin {
        let cell = self.entry.cell.clone();
        Origin {
            row: self.entry.row,
            cell,
            ..self.article.origin(self.entry.at)
        }
    }

    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        match self.field(slot) {
            Some(Field {
                span: Some(span),
                cell,
                ..
            }) => Origin {
                row: self.entry.row,
                cell: cell.clone(),
                ..self.article.origin(*span)
            },
            _ => self.origin(),
        }
    }

    fn key(&self) -> RecordKey {
        self.entry.key
    }

    fn quote(&self) -> Option<Cow<'_, str>> {
        self.entry
            .quote
            .map(|span| fold_space(span.of(&self.article.text)))
    }
}
