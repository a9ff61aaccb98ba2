//! Deterministic RDF: the same set of quads gives the same bytes, in whatever order it comes and however its blank nodes
//! are named, so that graphs can be compared and reviewed line by line.
//!
//! The module turns quads into documents of the six syntaxes ([`RdfFormat`]) and knows their names. Where quads come from,
//! which are wanted, and where the bytes go is decided by its callers.
//!
//! ```
//! use std::collections::BTreeMap;
//! use factmill::export::{Options, RdfFormat, render};
//! use oxrdf::{GraphName, Literal, NamedNode, Quad};
//!
//! let name = |local: &str| NamedNode::new_unchecked(format!("http://example.org/{local}"));
//! let quads = [2, 1].map(|depth| {
//!     Quad::new(name("lake"), name("depth"), Literal::from(depth), GraphName::DefaultGraph)
//! });
//! let prefixes = BTreeMap::from([("ex".to_owned(), "http://example.org/".to_owned())]);
//! let text = render(&quads, RdfFormat::Turtle, &prefixes, &Options::default())?;
//! assert_eq!(
//!     text,
//!     "@prefix ex: <http://example.org/> .\n\nex:lake ex:depth\n        1 ,\n        2 .\n"
//! );
//! # Ok::<(), factmill::diagnostic::Diagnostics>(())
//! ```

mod canonical;
pub mod diff;
mod format;
mod jsonld;
mod layout;
mod lines;
mod names;
mod nodes;
mod rdfjson;
pub mod reification;
mod terms;
mod turtle;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use oxrdf::{GraphName, Quad};

use crate::diagnostic::{Diagnostic, Result, codes};

pub use canonical::HashAlgorithm;
pub use format::{RdfFormat, input_format};
pub use rdfjson::rdf_json;

/// How documents are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much work may go into telling blank nodes apart that look alike, in hashes computed. The quads with blank nodes
    /// add to it, so only datasets made to be hard run into the limit.
    pub label_budget: u64,
    /// Ask for the labels of RDFC-1.0 with this hash, or an error where they would take too long.
    pub canonical: Option<HashAlgorithm>,
}

impl Default for Options {
    /// Returns a budget that the data of no ordinary source uses up.
    fn default() -> Self {
        Self {
            label_budget: 200_000,
            canonical: None,
        }
    }
}

/// Returns the quads as a document. Quads given twice stand in it once.
///
/// `prefixes` maps prefixes to namespaces; those used stand in the document, those whose names the syntax forbids are passed
/// over. Blank nodes have the labels of RDFC-1.0 (`c14n0`, …), or `b0`, … where that would take too long. IRIs are absolute.
///
/// # Errors
/// `UNKNOWN_FORMAT` when the syntax cannot hold the quads: named graphs in Turtle, N-Triples and RDF/XML, predicates that are no
/// XML names, triple terms in JSON-LD and the like. `EXPORT_LIMIT` when blank nodes cannot be told apart within the budget.
pub fn render(
    quads: &[Quad],
    format: RdfFormat,
    prefixes: &BTreeMap<String, String>,
    options: &Options,
) -> Result<String> {
    refuse_named_graphs(quads, format)?;
    let mut nodes = nodes::Nodes::new(quads)?;
    canonical::label(&mut nodes, options)?;
    match format {
        RdfFormat::NTriples | RdfFormat::NQuads => Ok(lines::render(&nodes)),
        RdfFormat::Turtle | RdfFormat::TriG => {
            nodes.sort();
            Ok(turtle::render(&nodes, prefixes))
        }
        RdfFormat::JsonLd => {
            nodes.sort();
            jsonld::render(&nodes, prefixes)
        }
        RdfFormat::RdfXml => {
            nodes.sort();
            xml::render(&nodes, prefixes)
        }
    }
}

/// Writes the quads as a document: [`render`], then one write.
///
/// # Errors
/// Those of [`render`], when nothing has been written, and `WRITE_FAILED` when the system refuses. A caller that wants to
/// see a broken pipe as such renders and writes itself.
pub fn write(
    quads: &[Quad],
    format: RdfFormat,
    prefixes: &BTreeMap<String, String>,
    options: &Options,
    out: &mut dyn Write,
) -> Result<()> {
    let document = render(quads, format, prefixes, options)?;
    out.write_all(document.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| {
            Diagnostic::error(
                codes::WRITE_FAILED,
                format!("the {format} document cannot be written: {error}"),
            )
            .into()
        })
}

/// Returns the canonical N-Quads of the quads: equal texts mean equal datasets, whatever their blank nodes are called.
///
/// # Errors
/// `EXPORT_LIMIT` as with [`render`].
pub fn canonical_nquads(quads: &[Quad]) -> Result<String> {
    render(
        quads,
        RdfFormat::NQuads,
        &BTreeMap::new(),
        &Options::default(),
    )
}

/// Returns whether two sets of quads are the same but for the names of blank nodes.
///
/// # Errors
/// `EXPORT_LIMIT` as with [`render`].
pub fn isomorphic(a: &[Quad], b: &[Quad]) -> Result<bool> {
    Ok(canonical_nquads(a)? == canonical_nquads(b)?)
}

/// Fails when there are named graphs and a document in the syntax holds one graph only.
///
/// # Errors
/// `UNKNOWN_FORMAT` with some of the graphs.
pub fn refuse_named_graphs(quads: &[Quad], format: RdfFormat) -> Result<()> {
    const SHOWN: usize = 3;
    if format.holds_named_graphs() {
        return Ok(());
    }
    let graphs: BTreeSet<String> = quads
        .iter()
        .filter(|quad| quad.graph_name != GraphName::DefaultGraph)
        .map(|quad| match &quad.graph_name {
            // A label may differ from run to run, and so may say nothing.
            GraphName::BlankNode(_) => "a blank node".to_owned(),
            name => name.to_string(),
        })
        .collect();
    if graphs.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = graphs.iter().take(SHOWN).map(String::as_str).collect();
    let more = match graphs.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(Diagnostic::error(
        codes::UNKNOWN_FORMAT,
        format!(
            "{format} holds one graph only, but there are statements in {}{more}",
            shown.join(", ")
        ),
    )
    .hint("use trig, nquads or jsonld, which hold named graphs")
    .into())
}
