//! How many different statements the parts of a generation hold together: counted anew, or from the count before and
//! what changed.

use std::collections::BTreeSet;

use super::layout::Layout;
use super::manifest::{Manifest, PartStamp};
use super::origins::Origins;
use crate::diagnostic::Result;

/// Look-ups that are cheaper than counting anew, for each statement that is counted.
const SHARE: u64 = 16;

/// Returns the number of different statements in new parts, whose hashes are given, and parts taken over.
///
/// `before` is the generation that the parts were taken from.
///
/// # Errors
/// `STORE_DAMAGED` when a part taken over cannot be read.
pub(super) fn statements(
    layout: &Layout,
    new: Vec<u128>,
    reused: &[PartStamp],
    before: Option<&Manifest>,
) -> Result<u64> {
    if let Some(before) = before
        && !reused.is_empty()
    {
        let changed = changes(layout, &new.iter().copied().collect(), reused, before)?;
        if let Some((more, fewer)) = changed {
            return Ok((before.statements + more).saturating_sub(fewer));
        }
    }
    let mut all = new;
    for part in reused {
        all.extend(open(layout, part)?.hashes()?);
    }
    // A stable sort takes the sorted runs that the parts are as they are.
    all.sort();
    all.dedup();
    Ok(all.len() as u64)
}

/// How many statements came and how many went; `None` when counting anew is cheaper.
fn changes(
    layout: &Layout,
    new: &BTreeSet<u128>,
    reused: &[PartStamp],
    before: &Manifest,
) -> Result<Option<(u64, u64)>> {
    let kept: BTreeSet<&str> = reused
        .iter()
        .map(|part| part.origins.sha256.as_str())
        .collect();
    let mut old = BTreeSet::new();
    for part in before
        .parts
        .iter()
        .filter(|part| !kept.contains(part.origins.sha256.as_str()))
    {
        // What cannot be read any more is no ground to count on.
        match open(layout, part).and_then(|mut origins| origins.hashes()) {
            Ok(hashes) => old.extend(hashes),
            Err(_) => return Ok(None),
        }
    }
    let mut came: Vec<u128> = new.difference(&old).copied().collect();
    let mut went: Vec<u128> = old.difference(new).copied().collect();
    let statements: u64 = reused.iter().map(|part| part.statements).sum();
    if ((came.len() + went.len()) * reused.len()) as u64 * SHARE > statements {
        return Ok(None);
    }
    for part in reused {
        let mut origins = open(layout, part)?;
        for hashes in [&mut came, &mut went] {
            let mut elsewhere = Vec::with_capacity(hashes.len());
            for hash in hashes.iter() {
                if !origins.contains(*hash)? {
                    elsewhere.push(*hash);
                }
            }
            *hashes = elsewhere;
        }
    }
    Ok(Some((came.len() as u64, went.len() as u64)))
}

fn open(layout: &Layout, part: &PartStamp) -> Result<Origins> {
    Origins::open(&layout.origins(&part.origins.sha256))
}
