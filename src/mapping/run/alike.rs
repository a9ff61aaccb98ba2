//! Children of a join that make the same statements. Where derivations are kept there is one for each pair of child and
//! parent; of a table joined with itself that can be the square of its rows, so only the first few children tell of all
//! their parents.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3;

use super::hash::ByHash;
use super::join::GroupId;
use super::statement::{Frame, Part};

/// So many children that make the same statements tell of all their parents; each further one tells of its first parent.
/// Every record that takes part in the join is thus told of.
const TELLING: u32 = 8;

/// How many children made the same statements.
#[derive(Debug, Default)]
pub(super) struct Alike(HashMap<u128, u32, ByHash>);

impl Alike {
    /// Returns of how many parents a child is to tell, which leads to these groups by an object of a rule.
    pub(super) fn parents(&mut self, frame: Frame<'_>, object: usize, groups: &[GroupId]) -> usize {
        let mut made = Xxh3::new();
        for number in [frame.map, frame.rule, object] {
            made.update(&number.to_le_bytes());
        }
        put(&mut made, frame.subjects.parts());
        put(&mut made, frame.predicates.parts());
        put(&mut made, frame.graphs.iter().copied());
        for group in groups {
            made.update(&group.to_le_bytes());
        }
        let children = self.0.entry(made.digest128()).or_default();
        *children = children.saturating_add(1);
        if *children > TELLING { 1 } else { usize::MAX }
    }
}

/// Takes terms into a hash, so that no others look the same.
fn put<'t>(hash: &mut Xxh3, parts: impl Iterator<Item = Part<'t>>) {
    for part in parts {
        hash.update(&part.text.len().to_le_bytes());
        hash.update(part.text.as_bytes());
        hash.update(&part.targets.to_le_bytes());
    }
    hash.update(&usize::MAX.to_le_bytes());
}
