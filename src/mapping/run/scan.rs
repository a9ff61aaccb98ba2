//! The walk over a source before its lines are made: which subjects repeat, and the parents of joins.

use std::sync::Arc;

use super::Options;
use super::join::{Harvest, hash_key, push_key};
use super::lane::{Made, hash_subject};
use super::term::{Faults, TermMaker, Terms};
use super::value::{Producer, View};
use crate::mapping::function::Lookup;
use crate::mapping::plan::{JoinLane, LaneTerm, Plan, TermProgram};
use crate::record::{Records, Single, Slot};

/// What a scan found in a part.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// For each subject that was asked for, the hashes of what records make of it.
    pub(super) hashes: Vec<Vec<u64>>,
    /// Those of them that the record before had too; they stand in `hashes` once.
    pub(super) again: Vec<Vec<u64>>,
    /// For each join that was asked for, its parents.
    pub(super) harvests: Vec<Harvest>,
    /// For each join, whether every record gave at most one subject and one key.
    pub(super) single: Vec<bool>,
}

/// What a scan looks for.
pub(super) struct Scan<'a> {
    pub(super) plan: &'a Plan,
    pub(super) tables: &'a [Lookup],
    pub(super) options: &'a Options,
    /// Subjects to count, each with the program that the general way takes.
    pub(super) subjects: Vec<(&'a LaneTerm, &'a TermProgram)>,
    /// Joins to fill, each with the plain way to take its parents in, if there is one.
    pub(super) joins: Vec<(usize, Option<&'a JoinLane>)>,
}

impl Scan<'_> {
    /// Scans a part. Faults are left to the walk that makes the lines.
    pub(super) fn work(&self, records: &mut dyn Records, slots: &[Option<Slot>]) -> Scanned {
        let mut maker = TermMaker::new(
            Producer {
                tables: self.tables,
            },
            self.options,
            // Terms of an open source are of no other join.
            Arc::default(),
        );
        let mut found = Scanned {
            hashes: self.subjects.iter().map(|_| Vec::new()).collect(),
            again: self.subjects.iter().map(|_| Vec::new()).collect(),
            harvests: self.joins.iter().map(|_| Harvest::default()).collect(),
            single: vec![true; self.joins.len()],
        };
        let mut text = String::new();
        let mut key = Vec::new();
        let mut terms = Terms::default();
        while let Some(next) = records.next() {
            let Ok(record) = next else { continue };
            let view = View { record, slots };
            for (number, (lane, program)) in self.subjects.iter().enumerate() {
                let hashes = &mut found.hashes[number];
                text.clear();
                match lane.write(view, &mut text) {
                    Made::Whole => {
                        let hash = hash_subject(&text);
                        if hashes.last() != Some(&hash) {
                            hashes.push(hash);
                        } else if found.again[number].last() != Some(&hash) {
                            found.again[number].push(hash);
                        }
                    }
                    Made::Nothing => {}
                    Made::Unknown => {
                        terms.clear();
                        maker.make(program, view, &mut terms, &mut Faults::default());
                        hashes
                            .extend((0..terms.len()).map(|index| hash_subject(terms.text(index))));
                    }
                }
            }
            for (number, (join, lane)) in self.joins.iter().enumerate() {
                let harvest = &mut found.harvests[number];
                text.clear();
                match lane.map(|lane| plain_parent(lane, view, &mut text, &mut key)) {
                    Some(Made::Whole) => harvest.push(&text, std::iter::once(hash_key(&key))),
                    Some(Made::Nothing) => {}
                    Some(Made::Unknown) | None => {
                        found.single[number] = false;
                        harvest.add(&self.plan.joins[*join], &mut maker, view, None);
                    }
                }
            }
        }
        found
    }
}

fn plain_parent(lane: &JoinLane, view: View<'_>, text: &mut String, key: &mut Vec<u8>) -> Made {
    key.clear();
    for reference in &lane.keys {
        match view.single(*reference) {
            Single::One(value, _) => push_key(value, key),
            Single::Null => return Made::Nothing,
            Single::Unknown => return Made::Unknown,
        }
    }
    lane.subject.write(view, text)
}
