//! SPARQL 1.1 Query Results CSV (<https://www.w3.org/TR/sparql11-results-csv-tsv/>).
//!
//! Lines end with LF, which every reader of CSV takes, and not with CRLF, whose CR sticks to the last value in pipes.

use std::io::{self, Write};

use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use oxrdf::Term;

use crate::query::Solutions;

/// Writes a row of names, then a row for each solution: IRIs and literals as they are, nothing where nothing is bound.
pub(super) fn write(solutions: &Solutions, out: &mut dyn Write) -> io::Result<()> {
    if solutions.variables.is_empty() {
        // A record without fields has no form in CSV; the standard gives it an empty line.
        return (0..=solutions.rows.len()).try_for_each(|_| writeln!(out));
    }
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .quote_style(QuoteStyle::Necessary)
        .from_writer(out);
    writer.write_record(solutions.variables.iter().map(|name| name.as_str()))?;
    for row in &solutions.rows {
        for value in row {
            match value {
                None => writer.write_field("")?,
                Some(Term::NamedNode(node)) => writer.write_field(node.as_str())?,
                Some(Term::Literal(literal)) => writer.write_field(literal.value())?,
                Some(other) => writer.write_field(other.to_string())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}
