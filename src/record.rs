//! Records: what a reader makes of a source and a mapping plan asks for, each value with the place it came from.
//!
//! This module is the wall between the readers (`source`), which know the form of a file, and the mapping, which knows
//! what the values mean. Neither sees the other. A plan first binds the references it needs ([`Records::bind`]), then
//! walks the records; a record lends its values, it does not own them for longer than one step.

pub mod form;

use std::borrow::Cow;
use std::sync::Arc;

/// Where a value stands in its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Path of the file, as the project names it (relative to the project, with `/`).
    pub file: Arc<str>,
    /// Line, from 1; 0 when lines mean nothing in this source.
    pub line: u32,
    /// Column in characters, from 1; 0 when unknown.
    pub column: u32,
    /// Data row of a table, from 1, the header not counted.
    pub row: Option<u64>,
    /// Name of the cell: column title, infobox key.
    pub cell: Option<Arc<str>>,
    /// JSON pointer or XPath.
    pub pointer: Option<Arc<str>>,
    /// First byte and the byte after the last, counted in the text without a byte order mark.
    pub span: Option<(u64, u64)>,
}

/// The datatype a value has by nature in its source (RML-IO registry); text where the source knows none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Natural {
    /// Plain text.
    #[default]
    Text,
    /// A whole number, such as a JSON number without fraction.
    Integer,
    /// A number with fraction or exponent.
    Double,
    /// True or false.
    Boolean,
}

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'r> {
    /// The lexical form.
    pub text: Cow<'r, str>,
    /// The natural datatype.
    pub natural: Natural,
}

impl<'r> Value<'r> {
    /// Returns a plain text value.
    pub fn text(text: impl Into<Cow<'r, str>>) -> Self {
        Self {
            text: text.into(),
            natural: Natural::Text,
        }
    }
}

/// What a record has for a reference, at first sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Single<'r> {
    /// No value.
    Null,
    /// One value.
    One(&'r str, Natural),
    /// More than can be told at first sight: ask [`Record::values`].
    Unknown,
}

/// The number under which a reader knows a bound reference.
pub type Slot = usize;

/// The number under which a reader knows the parts that an iterator leads to within each record.
pub type Scope = usize;

/// The content hash that names a record, whatever its place in the source.
///
/// It is the same for equal content; [`RecordKey::occurrence`] tells equal records of one source apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// Hash of the declared key, or of the whole content.
    pub hash: u128,
    /// 0 for the first record with this hash in its source, 1 for the next.
    pub occurrence: u32,
}

/// A fault in a source or a reference: what is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// One sentence, no full stop.
    pub message: String,
    /// Place in the source.
    pub origin: Origin,
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// A fix or near names.
    pub hint: Option<String>,
}

/// What kind of fault a reader found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The source has no such column or path.
    UnknownReference,
    /// The reference or iterator is not valid in this reference formulation.
    BadReference,
    /// A row or line is broken; the records after it can be read.
    BrokenRow,
    /// A line of unknown form was passed over.
    UnknownLine,
    /// The form does not provide for what stands here, so it may be meant otherwise; its record is read all the same.
    Loose,
    /// A row with only its first cell filled that heads no rows; it is a record all the same.
    LonelyCell,
    /// The source as a whole cannot be read.
    Unreadable,
    /// The text is not in the declared encoding.
    Encoding,
    /// The reference leads to an object or array where a single value is needed.
    NotAValue,
}

/// A record: one row, one item of a JSON array, one infobox entry.
pub trait Record {
    /// Appends the values of a bound reference; none when the source has no value there (null).
    ///
    /// # Errors
    /// A [`Fault`] when the reference leads to something that is no value (a JSON object).
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>>;

    /// Returns the value of a bound reference if it is exactly one plain text: the quick way for tables.
    ///
    /// The default is `None`, which means "ask [`Record::values`]".
    fn plain(&self, _slot: Slot) -> Option<&str> {
        None
    }

    /// Returns the value of a bound reference if there is at most one: the quick way for tables and flat documents.
    ///
    /// What it says is what [`Record::values`] would say.
    fn single(&self, slot: Slot) -> Single<'_> {
        match self.plain(slot) {
            Some(text) => Single::One(text, Natural::Text),
            None => Single::Unknown,
        }
    }

    /// Returns the place of the record.
    fn origin(&self) -> Origin;

    /// Returns the place of the `index`th value of a bound reference; the record's own place when unknown.
    fn origin_of(&self, _slot: Slot, _index: usize) -> Origin {
        self.origin()
    }

    /// Returns the key of the record: the hash of its content with the number of its occurrence in the source.
    fn key(&self) -> RecordKey;

    /// Returns the text to quote as evidence for what was made of this record, if the source is prose or a small table.
    fn quote(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Returns the parts of this record that a bound iterator leads to, in order; each answers for the slots that were
    /// bound in that scope, and is itself the record of the scopes within.
    ///
    /// # Errors
    /// A [`Fault`] when the iterator leads to something that has no values of its own.
    fn parts(&self, _scope: Scope) -> Result<Vec<Box<dyn Record + '_>>, Box<Fault>> {
        Ok(Vec::new())
    }
}

/// A stream of records of one logical source.
pub trait Records: Send {
    /// Returns the names of all references that every record has, where the form has such a set: the columns of a table.
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the slot of a reference, to be asked for in every record.
    ///
    /// # Errors
    /// A [`Fault`] of kind `UnknownReference` (with the near names as hint) or `BadReference`.
    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>>;

    /// Returns the scope of the parts that an iterator leads to: within each record, or within the parts of `outer`.
    ///
    /// # Errors
    /// A [`Fault`] of kind `BadReference`: the iterator is not valid, or records of this form have no parts.
    fn bind_parts(&mut self, _outer: Option<Scope>, iterator: &str) -> Result<Scope, Box<Fault>> {
        Err(Box::new(Fault {
            message: format!(
                "records of this form have no parts that \"{iterator}\" could lead to"
            ),
            origin: Origin::default(),
            kind: FaultKind::BadReference,
            hint: Some("only JSON and XML have parts within a record".to_owned()),
        }))
    }

    /// Returns the slot of a reference that is relative to the parts of a scope, to be asked for in every part.
    ///
    /// # Errors
    /// As [`Records::bind`].
    fn bind_in(&mut self, _scope: Scope, reference: &str) -> Result<Slot, Box<Fault>> {
        self.bind(reference)
    }

    /// Returns the next record, `None` at the end.
    ///
    /// # Errors
    /// A [`Fault`]; after `BrokenRow`, `UnknownLine`, `Loose` and `LonelyCell` the stream goes on, after others it has ended.
    fn next(&mut self) -> Option<Result<&dyn Record, Box<Fault>>>;

    /// Returns the titles of all columns, if the source is a table that has any.
    fn titles(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Returns the slots that were asked for and have led to nothing in any record so far, not even to null: what a
    /// reader of nested forms can say instead of [`FaultKind::UnknownReference`].
    fn unmet(&self) -> Vec<Slot> {
        Vec::new()
    }

    /// Returns a hint for a reference that has led to nothing: what is like it in the record at hand. The default is none.
    fn near(&self, _reference: &str) -> Option<String> {
        None
    }

    /// Returns whether no record ever has more than one plain text for a reference: [`Record::single`] always knows.
    fn is_flat(&self) -> bool {
        false
    }

    /// Takes the next stretch of records away, to be walked elsewhere; the slots bound so far hold in it.
    ///
    /// The records of all parts, in the order the parts were taken, are those that [`Records::next`] would give, with
    /// the same places and faults; only keys count their occurrences in each part anew. A stream is either cut or
    /// walked, not both.
    fn cut(&mut self) -> Cut {
        Cut::Whole
    }
}

/// What [`Records::cut`] gives.
pub enum Cut {
    /// Nothing: the stream cannot be cut and has to be walked.
    Whole,
    /// A stretch of records.
    Part(Box<dyn Records + Send>),
    /// Nothing: there are no more records.
    End,
}
