//! Which subjects of a source come more than once: found out by one walk over the source before its lines are made.
//!
//! The answer may say "perhaps" of a subject that comes once, never "once" of one that comes again: hashes are compared,
//! and beyond a bound they are only counted by their places in a table of fixed size. So memory has an end, and lines
//! are lost to no collision.

use std::collections::HashSet;

use super::hash::ByHash;

/// Slots of the table that counts hashes beyond the bound; two bits each.
const SLOTS: u64 = 1 << 28;

/// What is known of the subjects of a lane.
#[derive(Debug)]
pub(super) enum Repeats {
    /// Nothing; any may come again.
    Unknown,
    /// All but these come once.
    Only(HashSet<u64, ByHash>),
    /// Those whose slots were hit once come once.
    Table(Table),
}

impl Repeats {
    /// Returns whether any subject may come more than once.
    pub(super) fn any(&self) -> bool {
        !matches!(self, Self::Only(known) if known.is_empty())
    }

    /// Returns whether a subject may come more than once.
    #[inline]
    pub(super) fn may_repeat(&self, hash: impl FnOnce() -> u64) -> bool {
        match self {
            Self::Unknown => true,
            Self::Only(known) => !known.is_empty() && known.contains(&hash()),
            Self::Table(table) => table.may_repeat(hash()),
        }
    }
}

/// Counts hashes.
#[derive(Debug)]
pub(super) struct Counter {
    bound: usize,
    hashes: Vec<u64>,
    /// Hashes that are known to come again.
    again: HashSet<u64, ByHash>,
    table: Option<Table>,
}

impl Counter {
    /// Returns a counter that keeps so many hashes before it takes to a table.
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            hashes: Vec::new(),
            again: HashSet::default(),
            table: None,
        }
    }

    /// Counts hashes.
    pub(super) fn add(&mut self, hashes: &[u64]) {
        match &mut self.table {
            Some(table) => table.add(hashes),
            None => {
                self.hashes.extend_from_slice(hashes);
                if self.hashes.len() > self.bound {
                    let mut table = Table::new(SLOTS);
                    table.add(&std::mem::take(&mut self.hashes));
                    table.add(&self.again.iter().copied().collect::<Vec<_>>());
                    self.table = Some(table);
                }
            }
        }
    }

    /// Takes hashes that were counted once but come again.
    pub(super) fn add_again(&mut self, hashes: &[u64]) {
        self.again.extend(hashes);
        if let Some(table) = &mut self.table {
            table.add(hashes);
        }
    }

    /// Returns what is known in the end.
    pub(super) fn finish(mut self) -> Repeats {
        if let Some(table) = self.table {
            return Repeats::Table(table);
        }
        // A table small enough for the caches tells most hashes that come once; the others are sorted.
        let mut table = Table::new(self.hashes.len() as u64 * 8);
        table.add(&self.hashes);
        let mut rest = self.hashes;
        rest.retain(|hash| table.may_repeat(*hash));
        rest.sort_unstable();
        let again = rest.windows(2).filter(|pair| pair[0] == pair[1]);
        self.again.extend(again.map(|pair| pair[0]));
        Repeats::Only(self.again)
    }
}

/// How often each slot was hit: never, once, more often.
#[derive(Debug)]
pub(super) struct Table {
    words: Vec<u64>,
    /// One less than the number of slots, which is a power of two.
    mask: u64,
}

impl Table {
    /// Returns a table of at least so many slots.
    fn new(slots: u64) -> Self {
        let slots = slots.clamp(32, SLOTS).next_power_of_two();
        Self {
            words: vec![0; (slots / 32) as usize],
            mask: slots - 1,
        }
    }

    fn places(&self, hash: u64) -> [(usize, u32); 2] {
        [hash, hash >> 32].map(|hash| {
            let slot = hash & self.mask;
            ((slot / 32) as usize, (slot % 32) as u32 * 2)
        })
    }

    fn add(&mut self, hashes: &[u64]) {
        for hash in hashes {
            for (word, shift) in self.places(*hash) {
                let hits = (self.words[word] >> shift) & 3;
                if hits < 2 {
                    self.words[word] += 1 << shift;
                }
            }
        }
    }

    fn may_repeat(&self, hash: u64) -> bool {
        self.places(hash)
            .into_iter()
            .all(|(word, shift)| (self.words[word] >> shift) & 3 > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    #[test]
    fn what_repeats_is_known() {
        let hashes: Vec<u64> = (0..20_000_u32)
            .map(|n| xxh3_64(&(n % 19_000).to_le_bytes()))
            .collect();
        for bound in [100_000, 5_000] {
            let mut counter = Counter::new(bound);
            hashes.chunks(999).for_each(|some| counter.add(some));
            counter.add_again(&[hashes[1_500]]);
            let repeats = counter.finish();
            let told = hashes
                .iter()
                .filter(|hash| repeats.may_repeat(|| **hash))
                .count();
            // A table may err on the safe side, a little.
            assert!((2_001..2_010).contains(&told), "{told}");
            assert!(
                hashes[..1_000]
                    .iter()
                    .chain(&hashes[1_500..1_501])
                    .all(|hash| repeats.may_repeat(|| *hash))
            );
        }
        assert!(Repeats::Unknown.may_repeat(|| 1));
    }
}
