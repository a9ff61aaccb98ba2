//! RDF files: as sources of a build, and as data to query without a project.

use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

use oxigraph::io::{RdfParseError, RdfParser};
use oxrdf::{BlankNode, Dataset, NamedOrBlankNode, Quad, Term};
use xxhash_rust::xxh3::xxh3_64;

use super::files;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::export::{RdfFormat, canonical};
use crate::record::{Origin, RecordKey};
use crate::source::text::strip_byte_order_mark;
use crate::store::{DerivationEntry, Graph, PartBuilder, Rule, SourceRecord, Statement};

/// Adds the statements of an RDF file to a part, into its own graphs or all into `graph` (written as in N-Quads).
///
/// Blank nodes get labels that follow from the content of the file, so that equal files give equal bytes and two
/// files never share one. The record of every statement is the file as a whole.
///
/// # Errors
/// `UNKNOWN_FORMAT` for an ending that is no RDF, `RDF_SYNTAX` with line and column.
pub(super) fn gather(
    text: &str,
    name: &str,
    base: Option<&str>,
    graph: Option<&str>,
    part: &mut PartBuilder,
) -> Result<()> {
    let quads = parse(text.as_bytes(), name, base)?;
    let rule = part.rule(Rule { name: "as written".to_owned(), file: name.to_owned(), line: 0, column: 0 });
    let record = part.record(SourceRecord {
        key: RecordKey { hash: xxhash_rust::xxh3::xxh3_128(text.as_bytes()), occurrence: 0 },
        origin: Origin { file: name.into(), ..Origin::default() },
        quote: None,
        passage: None,
    });
    for quad in canonical::relabel(quads, &format!("f{:016x}", xxh3_64(name.as_bytes())))? {
        let written = [quad.subject.to_string(), quad.predicate.to_string(), quad.object.to_string()];
        let own = (!quad.graph_name.is_default_graph()).then(|| quad.graph_name.to_string());
        part.add(
            Statement { subject: &written[0], predicate: &written[1], object: &written[2], graph: graph.or(own.as_deref()) },
            DerivationEntry { rule, records: &[record], places: &[], inferred: None },
        );
    }
    Ok(())
}
