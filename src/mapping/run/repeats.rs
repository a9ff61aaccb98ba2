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
    table: Option<Table>,
}

impl Counter {
    /// Returns a counter that keeps so many hashes before it takes to a table.
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            hashes: Vec::new(),
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
                    let mut table = Table::new();
                    table.add(&std::mem::take(&mut self.hashes));
                    self.table = Some(table);
                }
            }
        }
    }

    /// Returns what is known in the end.
    pub(super) fn finish(mut self) -> Repeats {
        if let Some(table) = self.table {
            return Repeats::Table(table);
        }
        self.hashes.sort_unstable();
        let again = self
            .hashes
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0]);
        Repeats::Only(again.collect())
    }
}

/// How often each slot was hit: never, once, more often.
#[derive(Debug)]
pub(super) struct Table(Vec<u64>);

impl Table {
    fn new() -> Self {
        Self(vec![0; (SLOTS / 32) as usize])
    }

    fn places(hash: u64) -> [(usize, u32); 2] {
        [hash % SLOTS, (hash >> 32) % SLOTS]
            .map(|slot| ((slot / 32) as usize, (slot % 32) as u32 * 2))
    }

    fn add(&mut self, hashes: &[u64]) {
        for hash in hashes {
            for (word, shift) in Self::places(*hash) {
                let hits = (self.0[word] >> shift) & 3;
                if hits < 2 {
                    self.0[word] += 1 << shift;
                }
            }
        }
    }

    fn may_repeat(&self, hash: u64) -> bool {
        Self::places(hash)
            .into_iter()
            .all(|(word, shift)| (self.0[word] >> shift) & 3 > 1)
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
            let repeats = counter.finish();
            let told = hashes
                .iter()
                .filter(|hash| repeats.may_repeat(|| **hash))
                .count();
            // A table may err on the safe side, a little.
            assert!((2_000..2_010).contains(&told), "{told}");
            assert!(
                hashes[..1_000]
                    .iter()
                    .all(|hash| repeats.may_repeat(|| *hash))
            );
        }
        assert!(Repeats::Unknown.may_repeat(|| 1));
    }
}
