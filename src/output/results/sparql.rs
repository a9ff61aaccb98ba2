//! The formats that the SPARQL standards define and a library writes: TSV, JSON and XML, a row a line in each.

use std::cell::RefCell;
use std::io::{self, Write};

use sparesults::{QueryResultsFormat, QueryResultsSerializer};

use super::ResultFormat;
use crate::query::Solutions;

/// Writes the rows in the format, and CSV for a format that is none of these.
pub(super) fn write(
    solutions: &Solutions,
    format: ResultFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = RefCell::new(Lines {
        out,
        breaks: format != ResultFormat::Tsv,
        row: false,
    });
    let serializer = QueryResultsSerializer::from_format(library(format));
    let variables = solutions.variables.clone();
    let mut writer = serializer.serialize_solutions_to_writer(Shared(&lines), variables)?;
    for row in &solutions.rows {
        lines.borrow_mut().row = true;
        let bound = solutions.variables.iter().zip(row);
        writer.serialize(bound.filter_map(|(name, value)| Some((name, value.as_ref()?))))?;
    }
    lines.borrow_mut().row = !solutions.rows.is_empty();
    writer.finish()?;
    let Lines { out, breaks, .. } = lines.into_inner();
    if breaks { writeln!(out) } else { Ok(()) }
}

/// Writes the answer to an `ASK`.
pub(super) fn write_boolean(
    value: bool,
    format: ResultFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    QueryResultsSerializer::from_format(library(format))
        .serialize_boolean_to_writer(&mut *out, value)?;
    writeln!(out)
}

fn library(format: ResultFormat) -> QueryResultsFormat {
    match format {
        ResultFormat::Json => QueryResultsFormat::Json,
        ResultFormat::Xml => QueryResultsFormat::Xml,
        ResultFormat::Tsv => QueryResultsFormat::Tsv,
        _ => QueryResultsFormat::Csv,
    }
}

/// Puts each row on a line of its own, so that answers can be compared line by line.
struct Lines<'a> {
    out: &'a mut dyn Write,
    breaks: bool,
    /// A row begins with the next bytes.
    row: bool,
}

struct Shared<'a, 'b>(&'b RefCell<Lines<'a>>);

impl Write for Shared<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut lines = self.0.borrow_mut();
        if lines.breaks && std::mem::take(&mut lines.row) {
            // The comma between two rows ends the line of the first.
            if bytes[0] == b',' {
                lines.out.write_all(b",\n")?;
                return Ok(1);
            }
            lines.out.write_all(b"\n")?;
        }
        lines.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().out.flush()
    }
}
