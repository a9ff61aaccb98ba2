//! Triples maps that made nothing, which is never passed over.

use crate::diagnostic::{Diagnostic, Severity, codes, counted};
use crate::mapping::run::TriplesMapReport;

/// Says that a triples map made nothing, and why that may be.
pub(super) fn silence(map: &TriplesMapReport) -> Diagnostic {
    let (message, hint) = if map.records == 0 {
        (
            format!("{} made no statement: its source has no records", map.name),
            "look at the source and the iterator",
        )
    } else {
        (
            format!(
                "{} made no statement of {}",
                map.name,
                counted(map.records, "record")
            ),
            "every record lacks a value that its subject or its objects need, or its joins found no partner",
        )
    };
    let mut notice = Diagnostic::warning(codes::EMPTY_SOURCE, message)
        .at(map.place.clone())
        .hint(hint);
    notice.severity = Severity::Notice;
    notice
}
