//! Coverage: every value of a source made a statement, is ignored for a stated reason, or is reported.

mod ledger;
mod prose;
mod tree;

pub use ledger::{Fate, Ignored, Item, SourceLedger, ledger};

use std::collections::{BTreeMap, BTreeSet};

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
                self.spans
                    .insert(origin.file.to_string(), BTreeSet::from([span]));
            }
        }
    }

    /// Whether a statement was made of the value at a place, of a part of it, or of something that holds it.
    fn covers(&self, origin: &Origin) -> bool {
        let (Some((start, end)), Some(spans)) = (origin.span, self.spans.get(&*origin.file)) else {
            return false;
        };
        spans.iter().any(|&(from, to)| from < end && start < to)
    }
}

/// Returns a finding for each unit that made no statement, unless it is ignored or `told` of already.
pub(super) fn left_over(units: &[Unit], used: &Used, told: &BTreeSet<Place>) -> Vec<Diagnostic> {
    let is_told = |unit: &Unit| {
        let here = Place::from(&unit.origin);
        told.iter().any(|place| {
            place.file == here.file && place.line == here.line && place.column == here.column
        })
    };
    units
        .iter()
        .filter(|unit| unit.ignored.is_none() && !used.covers(&unit.origin) && !is_told(unit))
        .map(|unit| finding(unit).at(Place::from(&unit.origin)))
        .collect()
}

fn finding(unit: &Unit) -> Diagnostic {
    let warning = |message: String| Diagnostic::warning(codes::UNMAPPED, message);
    let add = "add it to the table of synonyms, with a canonical name that is mapped or a reason to ignore it";
    let map = "map it, or state a reason to ignore it in the table of synonyms";
    match &unit.what {
        UnitKind::InfoboxItem { written, value, .. } if unit.known => warning(format!(
            "{value:?} under the key {written:?} made no statement"
        ))
        .hint(map),
        UnitKind::InfoboxItem { written, value, .. } => warning(format!(
            "the key {written:?} is not known, so {value:?} made no statement"
        ))
        .hint(add),
        UnitKind::Cell { written, text, .. } if unit.known => warning(format!(
            "{text:?} in the column {written:?} made no statement"
        ))
        .hint(map),
        UnitKind::Cell { written, text, .. } => warning(format!(
            "the column {written:?} is not known, so {text:?} made no statement"
        ))
        .hint(add),
        UnitKind::Heading { text } => warning(format!("the heading {text:?} made no statement"))
            .hint("rows below it have no column that is mapped"),
        UnitKind::Name { text } => {
            warning(format!("the name {text:?} made no statement")).hint("map the names")
        }
    }
}
