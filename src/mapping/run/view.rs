//! Logical views: records whose values are the fields of a view, made while the source below is read.
//!
//! A record of the source gives every combination of the values of its fields; a field without any gives null. Only the
//! other sides of joins are kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use xxhash_rust::xxh3::xxh3_128;

use super::finding::{Said, bad_value, reader_fault, source_fault, unbound};
use super::value::{MOST_COMBINATIONS, Produced, Producer, TermFault, View};
use super::view_row::{Cell, Entry, JoinRows, Partial, Row, renumber};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result};
use crate::mapping::plan::{
    Escape, JoinKind, Plan, PlannedField, PlannedFieldForm, PlannedFields, PlannedReference,
    PlannedView, PlannedViewJoin, Text,
};
use crate::mapping::{LogicalSource, Sources};
use crate::record::{Fault, FaultKind, Natural, Origin, Record, RecordKey, Records, Scope, Slot};
use crate::sync::lock;

/// Findings of views, until the walk hands them on.
pub(super) type Findings = Arc<Mutex<Vec<Diagnostic>>>;

/// What views need to be opened and read.
#[derive(Clone)]
pub(super) struct Opener<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sources: &'a dyn Sources,
    pub(super) tables: &'a [crate::mapping::function::Lookup],
    pub(super) lenient: bool,
    /// Whether keys have to tell records apart by their content.
    pub(super) keyed: bool,
    pub(super) findings: Findings,
}

/// The slots of the references that fields make, and the scopes of the parts among them.
struct Bound {
    slots: Vec<Option<Slot>>,
    /// For each field, if it is parts: the scope and what is bound in it.
    parts: Vec<Option<(Scope, Bound)>>,
}

impl<'a> Opener<'a> {
    /// Opens a logical source, a view or another.
    ///
    /// # Errors
    /// What is wrong with the source or with a source it is made of; references of fields that have nothing to refer to.
    pub(super) fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records + 'a>>> {
        let Some(view) = source.view.and_then(|view| self.plan.views.get(view)) else {
            let streams = self.sources.open(source)?;
            return Ok(streams
                .into_iter()
                .map(|stream| -> Box<dyn Records + 'a> { stream })
                .collect());
        };
        let mut joins = Vec::with_capacity(view.joins.len());
        for join in &view.joins {
            joins.push(Arc::new(self.index(join)?));
        }
        let mut opened: Vec<Box<dyn Records + 'a>> = Vec::new();
        for mut stream in self.open(&view.on)? {
            let bound = self.bind(&view.fields, &mut *stream, None)?;
            opened.push(Box::new(ViewRecords {
                opener: self.clone(),
                view,
                bound,
                stream,
                joins: joins.clone(),
                position: 0,
                rows: VecDeque::new(),
                current: None,
                unmatched: Some(0),
            }));
        }
        Ok(opened)
    }

    /// Binds what fields ask of the records of a stream, or of the parts of a scope.
    fn bind(
        &self,
        fields: &PlannedFields,
        stream: &mut (dyn Records + 'a),
        scope: Option<Scope>,
    ) -> Result<Bound> {
        let mut errors = Vec::new();
        let slots = self.slots(&fields.references, &mut errors, |name| match scope {
            Some(scope) => stream.bind_in(scope, name),
            None => stream.bind(name),
        });
        let mut parts = Vec::with_capacity(fields.fields.len());
        for field in &fields.fields {
            let PlannedFieldForm::Parts(iterator, within) = &field.form else {
                parts.push(None);
                continue;
            };
            match stream.bind_parts(scope, iterator) {
                Ok(inner) => match self.bind(within, stream, Some(inner)) {
                    Ok(bound) => parts.push(Some((inner, bound))),
                    Err(found) => errors.extend(found.0),
                },
                Err(fault) => {
                    let asked = PlannedReference {
                        name: iterator.clone(),
                        places: vec![field.place.clone()],
                    };
                    errors.push(unbound(&asked, &fault, false));
                }
            }
        }
        if errors.is_empty() {
            Ok(Bound { slots, parts })
        } else {
            Err(Diagnostics(errors))
        }
    }

    fn slots(
        &self,
        references: &[PlannedReference],
        errors: &mut Vec<Diagnostic>,
        mut bind: impl FnMut(&str) -> std::result::Result<Slot, Box<Fault>>,
    ) -> Vec<Option<Slot>> {
        let mut slots = Vec::with_capacity(references.len());
        let mut said = Said::default();
        for reference in references {
            let bound = bind(&reference.name);
            if let Err(fault) = &bound
                && said.is_new(fault)
            {
                let forgiven = self.lenient && fault.kind == FaultKind::UnknownReference;
                let finding = unbound(reference, fault, forgiven);
                if forgiven {
                    lock(&self.findings).push(finding);
                } else {
                    errors.push(finding);
                }
            }
            slots.push(bound.ok());
        }
        slots
    }

    /// Reads the other side of a join.
    fn index(&self, join: &PlannedViewJoin) -> Result<JoinRows> {
        let mut index = JoinRows::default();
        let mut errors = Vec::new();
        for mut stream in self.open(&join.parent)? {
            let bound = self.bind(&join.fields, &mut *stream, None)?;
            while let Some(next) = stream.next() {
                let record = match next {
                    Ok(record) => record,
                    Err(fault) => {
                        let (finding, stops) = source_fault(&fault, &join.parent);
                        if stops {
                            errors.push(finding);
                        } else {
                            lock(&self.findings).push(finding);
                        }
                        continue;
                    }
                };
                let slots = &bound.slots;
                let keys = self.keys(&join.parent_keys, View { record, slots });
                let rows = self.rows(&join.fields, &bound, record);
                let number = index.entries.len();
                for key in keys {
                    index.by_key.entry(key).or_default().push(number);
                }
                let origin = record.origin();
                index.entries.push(Entry { rows, origin });
            }
        }
        if errors.is_empty() {
            index.matched = Mutex::new(vec![false; index.entries.len()]);
            Ok(index)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Returns the keys of a record in a join: every combination of the values of its expressions.
    fn keys(&self, expressions: &[Text], view: View<'_>) -> Vec<String> {
        let mut keys = vec![String::new()];
        for expression in expressions {
            let values = self.produce(expression, view);
            keys = keys
                .iter()
                .flat_map(|key| {
                    values
                        .iter()
                        .map(move |value| format!("{key}{}:{}", value.text.len(), value.text))
                })
                .collect();
        }
        keys
    }

    fn produce(&self, text: &Text, view: View<'_>) -> Vec<Produced> {
        let mut faults = Vec::new();
        let producer = Producer {
            tables: self.tables,
        };
        let made = producer.produce(text, view, Escape::None, &mut faults);
        for fault in faults {
            lock(&self.findings).push(bad_value(fault, view));
        }
        made
    }

    /// Returns every combination of the values of fields for a record.
    fn rows(&self, fields: &PlannedFields, bound: &Bound, record: &dyn Record) -> Vec<Partial> {
        let mut rows = vec![Partial::new()];
        for (field, parts) in fields.fields.iter().zip(&bound.parts) {
            let slots = &bound.slots;
            let view = View { record, slots };
            let found = match &field.form {
                PlannedFieldForm::Expression(text, within) => {
                    self.values(field, text, within, view)
                }
                PlannedFieldForm::Parts(_, within) => match parts {
                    Some((scope, bound)) => self.parts(field, within, (*scope, bound), view),
                    None => Vec::new(),
                },
                PlannedFieldForm::Text(of, source, within) => {
                    let mut found = Vec::new();
                    let texts = of
                        .as_ref()
                        .map(|of| self.produce(of, view))
                        .unwrap_or_default();
                    let mut index = 0;
                    for produced in texts {
                        let cell = cell(&produced, view);
                        found.extend(self.document(field, source, within, &cell, &mut index));
                    }
                    found
                }
            };
            rows = self.product(rows, &found, field, view);
        }
        rows
    }

    /// Returns the rows of a field of values, with what is within each.
    fn values(
        &self,
        field: &PlannedField,
        text: &Text,
        within: &[PlannedField],
        view: View<'_>,
    ) -> Vec<Partial> {
        let mut found = Vec::new();
        for (number, produced) in self.produce(text, view).iter().enumerate() {
            let value = Arc::new(cell(produced, view));
            let mut rows = vec![vec![
                (field.slot, Arc::clone(&value)),
                (field.slot + 1, index(number, &value.origin)),
            ]];
            for inner in within {
                if let PlannedFieldForm::Text(_, source, fields) = &inner.form {
                    let documents = self.document(inner, source, fields, &value, &mut 0);
                    rows = self.product(rows, &documents, inner, view);
                }
            }
            found.extend(rows);
        }
        found
    }

    fn parts(
        &self,
        field: &PlannedField,
        within: &PlannedFields,
        (scope, bound): (Scope, &Bound),
        view: View<'_>,
    ) -> Vec<Partial> {
        let parts = match view.record.parts(scope) {
            Ok(parts) => parts,
            Err(fault) => {
                let (finding, _) = reader_fault(&fault);
                let finding = finding.and_at("the mapping asks for it here", field.place.clone());
                lock(&self.findings).push(finding);
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let number = index(number, &part.origin());
            for mut row in self.rows(within, bound, &**part) {
                row.push((field.slot + 1, Arc::clone(&number)));
                found.push(row);
            }
        }
        found
    }

    /// Returns the rows of the records of a text; its values stand where the text stands.
    fn document(
        &self,
        field: &PlannedField,
        source: &LogicalSource,
        within: &PlannedFields,
        text: &Cell,
        next: &mut usize,
    ) -> Vec<Partial> {
        let mut found = Vec::new();
        let shown = &*text.origin.file;
        let mut stream: Box<dyn Records + 'a> =
            match self.sources.open_text(source, &text.text, shown) {
                Ok(stream) => stream,
                Err(diagnostics) => {
                    self.inside(diagnostics.0, field, text);
                    return found;
                }
            };
        let bound = match self.bind(within, &mut *stream, None) {
            Ok(bound) => bound,
            Err(diagnostics) => {
                self.inside(diagnostics.0, field, text);
                return found;
            }
        };
        while let Some(record) = stream.next() {
            match record {
                Ok(record) => {
                    let number = index(*next, &text.origin);
                    *next += 1;
                    for row in self.rows(within, &bound, record) {
                        let mut row: Partial = row
                            .into_iter()
                            .map(|(slot, value)| (slot, moved(&value, &text.origin)))
                            .collect();
                        row.push((field.slot + 1, Arc::clone(&number)));
                        found.push(row);
                    }
                }
                Err(fault) => self.inside(vec![reader_fault(&fault).0], field, text),
            }
        }
        found
    }

    /// Reports what is wrong within a text at the place of the text.
    fn inside(&self, found: Vec<Diagnostic>, field: &PlannedField, text: &Cell) {
        for mut finding in found {
            let in_mapping = finding
                .place
                .as_ref()
                .is_some_and(|place| place.file == field.place.file);
            if !in_mapping {
                finding.place = Some(Place::from(&text.origin));
                finding.related = vec![(
                    "the mapping asks for it here".to_owned(),
                    field.place.clone(),
                )];
            }
            lock(&self.findings).push(finding);
        }
    }

    /// Sets further values beside rows: every one beside every row, nulls where there are none.
    fn product(
        &self,
        rows: Vec<Partial>,
        further: &[Partial],
        field: &PlannedField,
        view: View<'_>,
    ) -> Vec<Partial> {
        if further.is_empty() {
            return rows;
        }
        if rows.len().saturating_mul(further.len()) > MOST_COMBINATIONS {
            let fault = TermFault {
                message: format!(
                    "the fields have more than {MOST_COMBINATIONS} combinations of values"
                ),
                hint: Some(
                    "put lists that do not belong together into views of their own".to_owned(),
                ),
                uses: Vec::new(),
                place: field.place.clone(),
            };
            lock(&self.findings).push(bad_value(fault, view));
            return rows;
        }
        rows.iter()
            .flat_map(|row| {
                further
                    .iter()
                    .map(move |more| [row.as_slice(), more].concat())
            })
            .collect()
    }
}

/// Returns a value with its place.
fn cell(produced: &Produced, view: View<'_>) -> Cell {
    Cell {
        text: produced.text.clone(),
        natural: produced.natural,
        origin: produced
            .uses
            .first()
            .map_or_else(|| view.record.origin(), |used| view.origin_of(*used)),
    }
}

/// Returns an index, which stands where its value stands.
pub(super) fn index(number: usize, origin: &Origin) -> Arc<Cell> {
    Arc::new(Cell {
        text: number.to_string(),
        natural: Natural::Integer,
        origin: origin.clone(),
    })
}

/// Returns a value at another place.
fn moved(value: &Cell, origin: &Origin) -> Arc<Cell> {
    Arc::new(Cell {
        text: value.text.clone(),
        natural: value.natural,
        origin: origin.clone(),
    })
}

/// The records of a view.
struct ViewRecords<'a> {
    opener: Opener<'a>,
    view: &'a PlannedView,
    bound: Bound,
    stream: Box<dyn Records + 'a>,
    joins: Vec<Arc<JoinRows>>,
    /// The number of the next record below.
    position: usize,
    rows: VecDeque<Row>,
    current: Option<Row>,
    /// The next full join whose records without a partner are to come, once the records below have ended.
    unmatched: Option<usize>,
}

impl<'a> ViewRecords<'a> {
    /// Makes the rows of what the fields of a record have given, from the `first` join on.
    fn join(&mut self, rows: Vec<Partial>, origin: &Origin, base: RecordKey, first: usize) {
        let width = self.view.keys.len();
        let mut made: Vec<Row> = rows
            .into_iter()
            .map(|row| Row::new(&row, width, origin, base))
            .collect();
        for (join, index) in self.view.joins.iter().zip(&self.joins).skip(first) {
            // A child is asked for keys by their name.
            let slots: Vec<Option<Slot>> = join
                .child_references
                .iter()
                .map(|reference| {
                    self.view
                        .keys
                        .iter()
                        .position(|(key, _)| *key == reference.name)
                })
                .collect();
            let mut joined = Vec::new();
            for row in made {
                let slots = &slots;
                let keys = self.opener.keys(
                    &join.child_keys,
                    View {
                        record: &row,
                        slots,
                    },
                );
                let partners = index.find(&keys, join);
                if partners.is_empty() {
                    if join.kind != JoinKind::Inner {
                        joined.push(row);
                    }
                    continue;
                }
                for partner in &partners {
                    joined.push(row.with(partner));
                }
            }
            made = joined;
        }
        for (number, row) in made.iter_mut().enumerate() {
            row.identify(base, number, self.opener.keyed);
        }
        self.rows.extend(made);
    }

    /// Makes the rows of the records of a full join that have found no partner.
    fn unmatched(&mut self, number: usize) {
        let (Some(join), Some(index)) = (self.view.joins.get(number), self.joins.get(number))
        else {
            return;
        };
        if join.kind != JoinKind::Full {
            return;
        }
        let index = Arc::clone(index);
        for (entry, found) in index.entries.iter().enumerate() {
            if lock(&index.matched).get(entry).copied().unwrap_or_default() {
                continue;
            }
            let base = RecordKey {
                hash: xxh3_128(format!("unmatched {number} {entry}").as_bytes()),
                occurrence: 0,
            };
            let mut rows = found.rows.clone();
            renumber(&mut rows, join);
            self.join(rows, &found.origin, base, number + 1);
        }
    }
}

impl Records for ViewRecords<'_> {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let found = self
            .view
            .keys
            .iter()
            .position(|(key, can)| *can && key == reference);
        found.ok_or_else(|| {
            Box::new(Fault {
                message: format!("the view {} has no field \"{reference}\"", self.view.name),
                origin: Origin {
                    file: Arc::from(self.view.place.file.as_str()),
                    line: self.view.place.line.unwrap_or_default(),
                    ..Origin::default()
                },
                kind: FaultKind::UnknownReference,
                hint: None,
            })
        })
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                let row = self.current.insert(row);
                return Some(Ok(row));
            }
            let next = match self.stream.next() {
                Some(Ok(record)) => {
                    let mut rows = self.opener.rows(&self.view.fields, &self.bound, record);
                    let origin = record.origin();
                    let number = index(self.position, &origin);
                    for row in &mut rows {
                        row.push((0, Arc::clone(&number)));
                    }
                    let base = if self.opener.keyed {
                        record.key()
                    } else {
                        RecordKey {
                            hash: self.position as u128,
                            occurrence: 0,
                        }
                    };
                    self.position += 1;
                    Some((rows, origin, base))
                }
                Some(Err(fault)) => return Some(Err(fault)),
                None => None,
            };
            match (next, self.unmatched) {
                (Some((rows, origin, base)), _) => self.join(rows, &origin, base, 0),
                (None, Some(number)) => {
                    self.unmatched = (number < self.view.joins.len()).then_some(number + 1);
                    self.unmatched(number);
                }
                (None, None) => return None,
            }
        }
    }
}
