//! Coverage: every value of an article made a statement, is ignored for a stated reason, or is reported.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::place;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::record::Origin;
use crate::source::article::{Unit, UnitKind};

/// The places that statements were made of.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// File → byte ranges.
    spans: BTreeMap<String, BTreeSet<(u64, u64)>>,
}

impl Used {
    /// Notes that a statement was made of the value at a place.
    pub(super) fn note(&mut self, origin: &Origin) {
        let Some(span) = origin.span else { return };
        match self.spans.get_mut(&*origin.file) {
            Some(spans) => {
                spans.insert(span);
            }
            None => {
                self.spans.insert(origin.file.to_string(), BTreeSet::from([span]));
            }
        }
    }

    /// Whether a statement was made of the value at a place, of a part of it, or of something that holds it.
    fn covers(&self, origin: &Origin) -> bool {
        let (Some((start, end)), Some(spans)) = (origin.span, self.spans.get(&*origin.file)) else { return false };
        spans.iter().any(|&(from, to)| from < end && start < to)
    }
}

/// Returns a finding for each unit that made no statement, unless it is ignored or `told` of already.
pub(super) fn left_over(units: &[Unit], used: &Used, told: &BTreeSet<Place>) -> Vec<Diagnostic> {
    let is_told = |unit: &Unit| {
        let here = place(&unit.origin);
        told.iter().any(|place| place.file == here.file && place.line == here.line && place.column == here.column)
    };
    units
        .iter()
        .filter(|unit| unit.ignored.is_none() && !used.covers(&unit.origin) && !is_told(unit))
        .map(|unit| {
            let finding = |message: String| Diagnostic::warning(codes::UNMAPPED, message).at(place(&unit.origin));
            match &unit.kind {
                UnitKind::InfoboxLine { written, value } if unit.known => {
                    finding(format!("{value:?} under {written:?} made no statement"))
                        .hint("map the key, or state a reason to ignore it in the table of synonyms")
                }
                UnitKind::InfoboxLine { written, value } => {
                    finding(format!("the key {written:?} is not known; its value {value:?} made no statement"))
                        .hint("add the key to the table of synonyms, with a canonical key or a reason to ignore it")
                }
                UnitKind::Cell { column, text } => finding(format!("{text:?} in column {column:?} made no statement"))
                    .hint("map the column, or state a reason to ignore it in the table of synonyms"),
                UnitKind::Name { text } => finding(format!("the name {text:?} made no statement")),
            }
        })
        .collect()
}
