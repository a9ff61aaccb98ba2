//! Findings of a run: faults of readers and of terms as diagnostics, the place in the source first.

use super::term::Clash;
use super::value::{TermFault, Use, View};
use crate::diagnostic::{Diagnostic, Place, Severity, codes};
use crate::mapping::plan::{PlannedReference, PlannedSource};
use crate::mapping::{LogicalSource, SOURCE_ASKED_FOR};
use crate::record::{Fault, FaultKind, Origin, Records, Slot};

/// What is said beside a place in a mapping.
const ASKED_HERE: &str = "the mapping asks for it here";

impl From<&Origin> for Place {
    /// Returns where a value came from as the place of a diagnostic.
    fn from(origin: &Origin) -> Self {
        Self {
            file: origin.file.to_string(),
            line: (origin.line > 0).then_some(origin.line),
            column: (origin.column > 0).then_some(origin.column),
            row: origin.row,
            cell: origin.cell.as_deref().map(str::to_owned),
            pointer: origin.pointer.as_deref().map(str::to_owned),
            ..Self::default()
        }
    }
}

/// Returns a fault of a reader as a diagnostic, and whether its source has ended because of it.
pub(super) fn reader_fault(fault: &Fault) -> (Diagnostic, bool) {
    let (severity, code, stops) = match fault.kind {
        FaultKind::UnknownReference => (Severity::Error, codes::UNKNOWN_REFERENCE, true),
        FaultKind::BadReference => (Severity::Error, codes::MAPPING_TERM, true),
        FaultKind::BrokenRow => (Severity::Error, codes::BROKEN_ROW, false),
        FaultKind::UnknownLine => (Severity::Warning, codes::UNKNOWN_LINE, false),
        FaultKind::Loose => (Severity::Warning, codes::BROKEN_ROW, false),
        FaultKind::LonelyCell => (Severity::Notice, codes::LONELY_CELL, false),
        FaultKind::Unreadable => (Severity::Error, codes::FILE_UNREADABLE, true),
        FaultKind::Encoding => (Severity::Error, codes::NOT_UTF8, true),
        FaultKind::NotAValue => (Severity::Error, codes::BAD_VALUE, false),
    };
    let mut diagnostic =
        Diagnostic::error(code, fault.message.clone()).at(Place::from(&fault.origin));
    diagnostic.severity = severity;
    diagnostic.hints.extend(fault.hint.clone());
    (diagnostic, stops)
}

/// Returns a fault met while a source is read as a diagnostic, and whether the source has ended because of it: then the
/// mapping may say wrongly how it is to be read, and its place is told too.
pub(super) fn source_fault(fault: &Fault, source: &LogicalSource) -> (Diagnostic, bool) {
    let (diagnostic, stops) = reader_fault(fault);
    if stops {
        let place = source.file.declared.clone();
        (diagnostic.and_at(SOURCE_ASKED_FOR, place), stops)
    } else {
        (diagnostic, stops)
    }
}

/// What was said of a source: what is wrong with a table as a whole is the same for all its columns, and said once.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<String>);

impl Said {
    /// Returns whether a fault says something new.
    pub(super) fn is_new(&mut self, fault: &Fault) -> bool {
        let new = !self.0.contains(&fault.message);
        if new {
            self.0.push(fault.message.clone());
        }
        new
    }
}

/// Returns what to say of a reference that its source does not have. The mapping comes first: it is what to mend.
pub(super) fn unbound(reference: &PlannedReference, fault: &Fault, forgiven: bool) -> Diagnostic {
    let (mut diagnostic, _) = reader_fault(fault);
    let source = diagnostic.place.take();
    if forgiven {
        diagnostic.severity = Severity::Warning;
        diagnostic
            .hints
            .push("every value is taken for null".to_owned());
    }
    let mut places = reference.places.iter();
    diagnostic.place = places.next().cloned();
    let others = places.count();
    if others > 0 {
        let times = if others == 1 {
            "once more".to_owned()
        } else {
            format!("{others} times more")
        };
        diagnostic
            .hints
            .push(format!("the mapping asks for it {times}"));
    }
    match source {
        Some(source) => diagnostic.and_at("the source", source),
        None => diagnostic,
    }
}

/// Returns the references that no record of a source has.
pub(super) fn unmet<'p>(
    planned: &'p PlannedSource,
    stream: &dyn Records,
    slots: &[Option<Slot>],
) -> Vec<&'p PlannedReference> {
    let unmet = stream.unmet();
    planned
        .references
        .iter()
        .zip(slots)
        .filter(|(_, slot)| slot.is_some_and(|slot| unmet.contains(&slot)))
        .map(|(reference, _)| reference)
        .collect()
}

/// Returns what to say of a reference that no record of a source has.
pub(super) fn no_record_has(planned: &PlannedSource, reference: &PlannedReference) -> Diagnostic {
    let path = &planned.source.file.path;
    let mut diagnostic = Diagnostic::notice(
        codes::UNKNOWN_REFERENCE,
        format!("no record of {path} has {}", reference.name),
    );
    diagnostic.place = reference.places.first().cloned();
    diagnostic
}

/// Returns what to say of a value that cannot become a term.
pub(super) fn bad_value(fault: TermFault, view: View<'_>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(codes::BAD_VALUE, fault.message)
        .at(place_of_use(&fault.uses, view))
        .and_at(ASKED_HERE, fault.place);
    diagnostic.hints.extend(fault.hint);
    diagnostic
}

/// Returns what to say of two names that lead to one IRI.
pub(super) fn slug_clash(clash: Clash, view: View<'_>) -> Diagnostic {
    Diagnostic::error(
        codes::SLUG_CLASH,
        format!(
            "\"{}\" leads to <{}>, as \"{}\" does",
            clash.name, clash.iri, clash.first_name
        ),
    )
    .at(place_of_use(&clash.uses, view))
    .and_at("the other name", Place::from(&clash.first_origin))
    .and_at(ASKED_HERE, clash.place)
    .hint("write equal names alike, or make different ones differ in letters or digits")
}

fn place_of_use(uses: &[Use], view: View<'_>) -> Place {
    let origin = uses
        .first()
        .map_or_else(|| view.record.origin(), |used| view.origin_of(*used));
    Place::from(&origin)
}
