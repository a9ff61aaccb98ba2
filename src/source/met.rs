//! Whether a reference has led to something in any record; all threads that read records note it.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::record::Slot;

/// Whether a reference has led to something.
#[derive(Debug, Default)]
pub(super) struct Met(AtomicU8);

const NOT_MET: u8 = 1;
const MET: u8 = 2;

impl Met {
    /// Notes what a reference has led to in a record.
    pub(super) fn note(&self, found: bool) {
        let now = if found { MET } else { NOT_MET };
        // Mostly it is known, and what is only read is not fought for by the threads.
        if self.0.load(Ordering::Relaxed) < now {
            self.0.fetch_max(now, Ordering::Relaxed);
        }
    }

    /// Returns whether it is known to lead to something.
    pub(super) fn is_met(&self) -> bool {
        self.0.load(Ordering::Relaxed) == MET
    }

    /// Returns whether it was asked for and has led to nothing.
    fn is_missed(&self) -> bool {
        self.0.load(Ordering::Relaxed) == NOT_MET
    }
}

impl Clone for Met {
    fn clone(&self) -> Self {
        Self(AtomicU8::new(self.0.load(Ordering::Relaxed)))
    }
}

/// Returns the slots of the references that were asked for and have led to nothing, given all in the order of their slots.
pub(super) fn missed<'m>(references: impl Iterator<Item = &'m Met>) -> Vec<Slot> {
    references
        .enumerate()
        .filter(|(_, met)| met.is_missed())
        .map(|(slot, _)| slot)
        .collect()
}
