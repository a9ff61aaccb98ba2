//! Reads the tables that functions look up in, each once.

use super::finding::source_fault;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, codes};
use crate::mapping::checked::Table;
use crate::mapping::function::Lookup;
use crate::mapping::plan::Plan;
use crate::mapping::{Sink, Sources};
use crate::record::{Record, Slot};

/// Reads every table of a plan; what is worth knowing of one goes to the sink.
///
/// # Errors
/// What is wrong with any of them: a missing file or column, a broken row.
pub(super) fn read(plan: &Plan, sources: &dyn Sources, sink: &mut dyn Sink) -> Result<Vec<Lookup>> {
    let mut errors = Vec::new();
    let mut tables = Vec::with_capacity(plan.tables.len());
    for table in &plan.tables {
        match read_one(table, sources, sink) {
            Ok(found) => tables.push(found),
            Err(diagnostics) => errors.extend(diagnostics.0),
        }
    }
    if errors.is_empty() {
        Ok(tables)
    } else {
        Err(Diagnostics(errors))
    }
}

fn read_one(table: &Table, sources: &dyn Sources, sink: &mut dyn Sink) -> Result<Lookup> {
    let mut lookup = Lookup::default();
    let mut errors = Vec::new();
    for mut stream in sources.open(&table.source)? {
        let mut bind = |column: &str| match stream.bind(column) {
            Ok(slot) => Some(slot),
            Err(fault) => {
                let error = Diagnostic::error(codes::UNKNOWN_REFERENCE, fault.message);
                let mut error = error.at(table.source.file.declared.clone());
                error.hints.extend(fault.hint);
                errors.push(error);
                None
            }
        };
        let (Some(from), Some(to)) = (bind(&table.from), bind(&table.to)) else {
            continue;
        };
        while let Some(next) = stream.next() {
            match next {
                Ok(record) => {
                    if let (Some(key), Some(value)) = (first(record, from), first(record, to)) {
                        lookup.insert(&key, &value);
                    }
                }
                Err(fault) => {
                    let (finding, _) = source_fault(&fault, &table.source);
                    match finding.severity {
                        Severity::Error => errors.push(finding),
                        _ => sink.finding(finding),
                    }
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(lookup)
    } else {
        Err(Diagnostics(errors))
    }
}

/// Returns the first value of a slot as text.
pub(super) fn first(record: &dyn Record, slot: Slot) -> Option<String> {
    if let Some(plain) = record.plain(slot) {
        return Some(plain.to_owned());
    }
    let mut values = Vec::new();
    record.values(slot, &mut values).ok()?;
    values
        .into_iter()
        .next()
        .map(|value| value.text.into_owned())
}
