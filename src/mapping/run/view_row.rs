//! The records that a view makes, and what the other side of a join adds to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use xxhash_rust::xxh3::xxh3_128;

use super::view::index;
use crate::mapping::plan::PlannedViewJoin;
use crate::record::{Fault, Natural, Origin, Record, RecordKey, Slot, Value};
use crate::sync::lock;

/// A value of a view.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) natural: Natural,
    pub(super) origin: Origin,
}

/// Values of some slots.
pub(super) type Partial = Vec<(usize, Arc<Cell>)>;

/// The other side of a join.
#[derive(Default)]
pub(super) struct JoinRows {
    pub(super) entries: Vec<Entry>,
    pub(super) by_key: HashMap<String, Vec<usize>>,
    /// Which entries have found a partner.
    pub(super) matched: Mutex<Vec<bool>>,
}

/// What a record of the other side adds.
pub(super) struct Entry {
    pub(super) rows: Vec<Partial>,
    pub(super) origin: Origin,
}

impl JoinRows {
    /// Returns what the partners of a record add, in their order, each once.
    pub(super) fn find(&self, keys: &[String], join: &PlannedViewJoin) -> Vec<Partial> {
        let mut found: Vec<usize> = keys
            .iter()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut matched = lock(&self.matched);
        let mut rows = Vec::new();
        for number in found {
            if let Some(matched) = matched.get_mut(number) {
                *matched = true;
            }
            rows.extend(self.entries[number].rows.iter().cloned());
        }
        renumber(&mut rows, join);
        rows
    }
}

/// Gives the values of joined fields their position among the different values that the field has for one record.
pub(super) fn renumber(rows: &mut [Partial], join: &PlannedViewJoin) {
    for field in &join.fields.fields {
        let mut seen: Vec<Arc<Cell>> = Vec::new();
        for row in rows.iter_mut() {
            let Some((_, value)) = row.iter().find(|(slot, _)| *slot == field.slot) else {
                continue;
            };
            let known = seen.iter().position(|known| known.text == value.text);
            let number = known.unwrap_or_else(|| {
                seen.push(Arc::clone(value));
                seen.len() - 1
            });
            let number = index(number, &value.origin);
            if let Some(cell) = row.iter_mut().find(|(slot, _)| *slot == field.slot + 1) {
                cell.1 = number;
            }
        }
    }
}

/// A record of a view.
pub(super) struct Row {
    pub(super) cells: Vec<Option<Arc<Cell>>>,
    pub(super) origin: Origin,
    pub(super) key: RecordKey,
}

impl Row {
    pub(super) fn new(values: &Partial, width: usize, origin: &Origin, key: RecordKey) -> Self {
        let empty = Self {
            cells: vec![None; width],
            origin: origin.clone(),
            key,
        };
        empty.with(values)
    }

    /// Returns the row with further values.
    pub(super) fn with(&self, values: &Partial) -> Self {
        let mut cells = self.cells.clone();
        for (slot, value) in values {
            if let Some(cell) = cells.get_mut(*slot) {
                *cell = Some(Arc::clone(value));
            }
        }
        Self {
            cells,
            origin: self.origin.clone(),
            key: self.key,
        }
    }

    /// Gives the row a key of its own: by its values, or by its number.
    pub(super) fn identify(&mut self, base: RecordKey, number: usize, keyed: bool) {
        let mut content = base.hash.to_le_bytes().to_vec();
        if keyed {
            // The position in the source is no part of what the record is.
            for (slot, cell) in self.cells.iter().enumerate().skip(1) {
                if let Some(cell) = cell {
                    content.extend_from_slice(format!("{slot}:{}:", cell.text.len()).as_bytes());
                    content.extend_from_slice(cell.text.as_bytes());
                }
            }
        } else {
            content.extend_from_slice(&number.to_le_bytes());
        }
        self.key = RecordKey {
            hash: xxh3_128(&content),
            occurrence: base.occurrence,
        };
    }
}

impl Record for Row {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        if let Some(Some(cell)) = self.cells.get(slot) {
            into.push(Value {
                text: cell.text.as_str().into(),
                natural: cell.natural,
            });
        }
        Ok(())
    }

    fn plain(&self, slot: Slot) -> Option<&str> {
        let cell = self.cells.get(slot)?.as_ref()?;
        (cell.natural == Natural::Text).then_some(cell.text.as_str())
    }

    fn origin(&self) -> Origin {
        self.origin.clone()
    }

    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        match self.cells.get(slot) {
            Some(Some(cell)) => cell.origin.clone(),
            _ => self.origin(),
        }
    }

    fn key(&self) -> RecordKey {
        self.key
    }
}
