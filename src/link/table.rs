//! Mentions in a table, and the table of predictions.

use std::io::{BufReader, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::files;
use super::index::Mention;
use super::resolve::Case;
use super::score::{Feature, Outcome};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// Which columns of a table are read; no other is.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The column of names.
    pub name: String,
    /// The column of countries.
    pub country: Option<String>,
    /// The column of dates.
    pub date: Option<String>,
    /// The column that identifies a row; the number of the row if there is none.
    pub id: Option<String>,
}

/// Reads mentions with their identifiers from a CSV or TSV file, compressed or not; `-` is standard input.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `UNKNOWN_REFERENCE` for every column that is not there, `BROKEN_ROW`.
pub fn read(path: &Path, columns: &Columns) -> Result<Vec<(String, Mention)>> {
    let shown = path.display().to_string();
    let tabs = path
        .to_string_lossy()
        .trim_end_matches(".gz")
        .ends_with(".tsv");
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(BufReader::with_capacity(1 << 18, files::open(path)?));
    let broken = |error: &csv::Error| -> Diagnostics {
        let line = error.position().map_or(1, |position| {
            u32::try_from(position.line()).unwrap_or(u32::MAX)
        });
        Diagnostic::error(codes::BROKEN_ROW, format!("a row cannot be read: {error}"))
            .at(Place::file(shown.clone()).at_line(line))
            .hint("the table must be CSV or TSV in UTF-8")
            .into()
    };
    let headers: Vec<String> = reader
        .headers()
        .map_err(|error| broken(&error))?
        .iter()
        .map(|title| title.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let mut missing = Vec::new();
    let mut find = |title: Option<&String>| -> Option<usize> {
        let title = title?;
        let at = headers.iter().position(|one| one == title);
        if at.is_none() {
            missing.push(
                Diagnostic::error(
                    codes::UNKNOWN_REFERENCE,
                    format!("the table has no column \"{title}\""),
                )
                .at(Place::file(shown.clone()).at_line(1))
                .hint(format!("its columns are {}", headers.join(", "))),
            );
        }
        at
    };
    let name = find(Some(&columns.name));
    let (country, date, id) = (
        find(columns.country.as_ref()),
        find(columns.date.as_ref()),
        find(columns.id.as_ref()),
    );
    let Some(name) = name.filter(|_| missing.is_empty()) else {
        return Err(Diagnostics(missing));
    };
    let mut mentions = Vec::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(|error| broken(&error))?;
        let cell = |at: Option<usize>| -> Option<String> {
            at.and_then(|at| row.get(at))
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned)
        };
        let key = cell(id).unwrap_or_else(|| {
            if id.is_some() {
                String::new()
            } else {
                (number + 1).to_string()
            }
        });
        mentions.push((
            key,
            Mention {
                name: cell(Some(name)).unwrap_or_default(),
                also: Vec::new(),
                country: cell(country),
                date: cell(date),
            },
        ));
    }
    Ok(mentions)
}

/// Writes predictions as CSV: the identifier, `item` (empty when the linker abstains), `score` and `features` (JSON).
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write(
    first: &str,
    keys: &[String],
    outcomes: &[Outcome],
    out: &mut dyn Write,
) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let failed = |error: &dyn std::fmt::Display| -> Diagnostics {
        Diagnostic::error(codes::WRITE_FAILED, format!("cannot write: {error}")).into()
    };
    writer
        .write_record([first, "item", "score", "features"])
        .map_err(|error| failed(&error))?;
    for (key, outcome) in keys.iter().zip(outcomes) {
        let best = outcome.candidates.first();
        let mut evidence: Vec<Value> = best
            .map(|best| best.features.iter().map(feature_json).collect())
            .unwrap_or_default();
        if let Some(best) = best {
            evidence.insert(
                0,
                json!({ "id": "candidate", "there": best.item, "label": best.label }),
            );
        }
        let score = format!("{:.4}", outcome.score());
        let evidence = Value::Array(evidence).to_string();
        writer
            .write_record([
                key.as_str(),
                outcome.item().unwrap_or(""),
                &score,
                &evidence,
            ])
            .map_err(|error| failed(&error))?;
    }
    writer.flush().map_err(|error| failed(&error))
}

/// Writes the open cases of a graph as JSON Lines: the entity with all its candidates and their evidence.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_cases(cases: &[Case], out: &mut dyn Write) -> Result<()> {
    for case in cases {
        let candidates: Vec<Value> = case
            .outcome
            .candidates
            .iter()
            .map(|one| {
                json!({
                    "item": one.item,
                    "label": one.label,
                    "score": (f64::from(one.score) * 10_000.0).round() / 10_000.0,
                    "features": one.features.iter().map(feature_json).collect::<Vec<_>>(),
                })
            })
            .collect();
        let line = json!({
            "entity": case.iri,
            "label": case.label,
            "item": case.outcome.item(),
            "takenBy": case.taken_by,
            "candidates": candidates,
        });
        writeln!(out, "{line}").map_err(|error| -> Diagnostics {
            Diagnostic::error(codes::WRITE_FAILED, format!("cannot write: {error}")).into()
        })?;
    }
    Ok(())
}

/// Returns a piece of evidence as JSON: what was compared, how it came out, its weight, and both values.
#[must_use]
pub fn feature_json(feature: &Feature) -> Value {
    let short = |number: f32| (f64::from(number) * 1000.0).round() / 1000.0;
    json!({
        "id": feature.id,
        "value": short(feature.value),
        "weight": short(feature.weight),
        "here": feature.here,
        "there": feature.there,
    })
}
