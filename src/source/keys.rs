//! Keys of records: a hash of the content, and which of the records with the same content it is.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::record::RecordKey;

/// The keys of a stream of records.
#[derive(Default)]
pub(super) struct Keys {
    /// Key of the record at hand, once asked for.
    current: Cell<Option<RecordKey>>,
    /// How often each hash was seen among the records whose key was asked for.
    counts: RefCell<HashMap<u128, u32>>,
}

impl Keys {
    /// Goes to the next record.
    pub(super) fn advance(&self) {
        self.current.set(None);
    }

    /// Returns the key of the record at hand; `content` writes what tells it apart from others, and is asked once a record.
    pub(super) fn key(&self, content: impl FnOnce(&mut Vec<u8>)) -> RecordKey {
        if let Some(key) = self.current.get() {
            return key;
        }
        let mut bytes = Vec::new();
        content(&mut bytes);
        let hash = xxh3_128(&bytes);
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(hash).or_default();
        let key = RecordKey {
            hash,
            occurrence: *count,
        };
        *count += 1;
        self.current.set(Some(key));
        key
    }
}
