//! RDF files: as sources of a build, and as data to query without a project.

use std::path::{Path, PathBuf};

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::files;
use super::inference::{Inference, Premise};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::export::{self, input_format};
use crate::record::{Origin, RecordKey};
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
    inference: &mut Inference,
) -> Result<()> {
    let format = input_format(Path::new(name))?;
    let rule = part.rule(&Rule {
        name: "as written".to_owned(),
        file: name.to_owned(),
        line: 0,
        column: 0,
    });
    let source = SourceRecord {
        key: RecordKey {
            hash: xxh3_128(text.as_bytes()),
            occurrence: 0,
        },
        origin: Origin {
            file: name.into(),
            ..Origin::default()
        },
        quote: None,
        passage: None,
    };
    let record = part.record(&source);
    let label = format!("f{:016x}", xxh3_64(name.as_bytes()));
    for quad in relabelled(text, name, format, base, &label)? {
        let written = [
            quad.subject.to_string(),
            quad.predicate.to_string(),
            quad.object.to_string(),
        ];
        let own = (!quad.graph_name.is_default_graph()).then(|| quad.graph_name.to_string());
        let statement = Statement {
            subject: &written[0],
            predicate: &written[1],
            object: &written[2],
            graph: graph.or(own.as_deref()),
        };
        part.add(
            statement,
            DerivationEntry {
                rule,
                records: &[record],
                places: &[],
                inferred: None,
            },
        );
        let records = std::slice::from_ref(&source);
        inference.apply(
            Premise {
                statement,
                ids: &[record],
                records,
                places: &[],
            },
            part,
        );
    }
    Ok(())
}

/// The quads of a document, with blank nodes that are named by their content after `label`.
fn relabelled(
    text: &str,
    name: &str,
    format: RdfFormat,
    base: Option<&str>,
    label: &str,
) -> Result<Vec<Quad>> {
    let graph = Graph::in_memory()?;
    graph.load(text.as_bytes(), name, format, base, None)?;
    let quads = graph.quads().collect::<Result<Vec<_>>>()?;
    let blank = |id: &str| BlankNode::new_unchecked(format!("{label}{id}"));
    let canonical = export::canonical_nquads(&quads)?;
    RdfParser::from_format(RdfFormat::NQuads)
        .for_slice(canonical.as_bytes())
        .map(|quad| {
            let mut quad = quad.map_err(|error| {
                Diagnostic::error(codes::RDF_SYNTAX, error.to_string()).at(Place::file(name))
            })?;
            if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
                quad.subject = blank(node.as_str()).into();
            }
            if let Term::BlankNode(node) = &quad.object {
                quad.object = blank(node.as_str()).into();
            }
            if let GraphName::BlankNode(node) = &quad.graph_name {
                quad.graph_name = blank(node.as_str()).into();
            }
            Ok(quad)
        })
        .collect()
}

/// Returns the dataset of one or more RDF files; `-` is TriG, and so Turtle too, on standard input.
///
/// Blank nodes of different files are different.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `NOT_UTF8`, `UNKNOWN_FORMAT`, `RDF_SYNTAX`; those of all files at once.
pub fn load(paths: &[PathBuf]) -> Result<Graph> {
    let graph = Graph::in_memory()?;
    let mut found = Vec::new();
    for path in paths {
        if let Err(failure) = load_one(&graph, path) {
            found.extend(failure.0);
        }
    }
    if found.is_empty() {
        Ok(graph)
    } else {
        Err(Diagnostics(found))
    }
}

/// Returns the quads of RDF files as they are written, numbers and dates in their own spelling.
///
/// # Errors
/// As [`load`].
pub fn quads(paths: &[PathBuf]) -> Result<Vec<Quad>> {
    let mut quads = Vec::new();
    let mut found = Vec::new();
    for path in paths {
        match quads_of(path) {
            Ok(more) => quads.extend(more),
            Err(failure) => found.extend(failure.0),
        }
    }
    if found.is_empty() {
        Ok(quads)
    } else {
        Err(Diagnostics(found))
    }
}

fn quads_of(path: &Path) -> Result<Vec<Quad>> {
    let format = if path == Path::new("-") {
        RdfFormat::TriG
    } else {
        input_format(path)?
    };
    parse_quads(&files::read_text_or_stdin(path)?, path, format)
}

/// Returns the quads of an RDF document that is at hand as bytes; `path` tells its syntax and names it in messages.
///
/// # Errors
/// As [`load`].
pub fn quads_of_bytes(bytes: &[u8], path: &Path) -> Result<Vec<Quad>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Diagnostic::error(
            codes::NOT_UTF8,
            format!("{} is not UTF-8: {error}", path.display()),
        )
        .at(Place::file(path.display().to_string()))
    })?;
    parse_quads(
        text.trim_start_matches('\u{feff}'),
        path,
        input_format(path)?,
    )
}

fn parse_quads(text: &str, path: &Path, format: RdfFormat) -> Result<Vec<Quad>> {
    let shown = path.display().to_string();
    let failed = |error: &dyn std::fmt::Display, line: Option<u64>| {
        let place = Place::file(&shown);
        let place = match line.and_then(|line| u32::try_from(line + 1).ok()) {
            Some(line) => place.at_line(line),
            None => place,
        };
        Diagnostics::from(Diagnostic::error(codes::RDF_SYNTAX, error.to_string()).at(place))
    };
    let mut parser = RdfParser::from_format(format).rename_blank_nodes();
    if let Some(base) = base_of(path) {
        parser = parser
            .with_base_iri(base)
            .map_err(|error| failed(&error, None))?;
    }
    parser
        .for_slice(text.as_bytes())
        .map(|quad| {
            quad.map_err(|error| failed(&error, error.location().map(|range| range.start.line)))
        })
        .collect()
}

/// The IRI of a file, which relative IRIs in it are resolved against.
fn base_of(path: &Path) -> Option<String> {
    std::path::absolute(path)
        .ok()
        .map(|path| format!("file://{}", path.display().to_string().replace(' ', "%20")))
}

fn load_one(graph: &Graph, path: &Path) -> Result<()> {
    let format = if path == Path::new("-") {
        RdfFormat::TriG
    } else {
        input_format(path)?
    };
    let text = files::read_text_or_stdin(path)?;
    graph.load(
        text.as_bytes(),
        &path.display().to_string(),
        format,
        base_of(path).as_deref(),
        None,
    )
}
