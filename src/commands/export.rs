//! `factmill export`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use oxrdf::{GraphName, Quad};

use super::Context;
use super::shared::{DataArgs, Level, prefixes, rdf_format, write_quads_with};
use crate::diagnostic::{Diagnostics, Result, Status};
use crate::export::reification::as_rdf11;
use crate::export::{self, HashAlgorithm, RdfFormat};
use crate::output::target::Target;
use crate::store::{Provenance, Scope, provenance};
use crate::ui::Ui;

/// Write the graph as RDF, the same bytes for the same facts
///
/// Without further options the facts are written: the default graph. --graphs adds the named graphs, --provenance only the one that tells where statements come from; both need a syntax that holds graphs: nquads, trig, or jsonld with --reification rdf11.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write to a file, packed if its name ends in .gz, .xz or .bz2; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// turtle, ntriples, nquads, trig, jsonld or rdfxml [default: by the file's ending, else turtle]
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Write the named graphs too: the ontology, the origins of every statement, and what mappings name
    #[arg(long)]
    graphs: bool,

    /// Write this much of the graph fm:provenance [default: statement with --graphs, else none]
    #[arg(long, value_enum, value_name = "LEVEL")]
    provenance: Option<Level>,

    /// How the statements that something is said of are written: as triple terms, or in the words of RDF 1.1 that every tool reads
    #[arg(long, value_enum, value_name = "VERSION", default_value_t = Reification::Rdf12)]
    reification: Reification,

    /// Write the canonical N-Quads of RDFC-1.0, which are the same for all datasets that differ only in the names of blank nodes; --canonical=sha384 takes another hash than SHA-256
    #[arg(long, value_enum, value_name = "HASH", num_args = 0..=1, require_equals = true, default_missing_value = "sha256", conflicts_with = "format")]
    canonical: Option<Hash>,

    #[command(flatten)]
    data: DataArgs,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let target = Target::from_option(args.output.as_deref());
    let format = match args.canonical {
        Some(_) => RdfFormat::NQuads,
        None => rdf_format(args.format.as_deref(), &target)?,
    };
    let project = args.data.project(context)?;
    let level = match args.provenance {
        Some(level) => level.into(),
        None if args.graphs => Provenance::Statement,
        None => Provenance::None,
    };
    if let (Some(project), Some(_)) = (&project, args.provenance) {
        project.generation()?.need(level)?;
    }
    let scope = if args.graphs || level > Provenance::None {
        Scope::All
    } else {
        Scope::Facts
    };
    let mut quads = args.data.quads(project.as_ref(), scope, ui)?;
    // A file is canonical as a whole; of a project the facts are.
    let whole = args.graphs || (args.canonical.is_some() && project.is_none());
    if !whole {
        quads.retain(|quad| {
            quad.graph_name == GraphName::DefaultGraph
                || provenance::is_provenance(&quad.graph_name)
        });
    }
    if !whole || args.provenance.is_some() {
        quads = provenance::limit(quads, level);
    }
    if args.reification == Reification::Rdf11 {
        quads = as_rdf11(quads)?;
    }
    export::refuse_named_graphs(&quads, format).map_err(|why| one_graph(why, &quads, args))?;
    let options = export::Options {
        canonical: args.canonical.map(Into::into),
        ..export::Options::default()
    };
    write_quads_with(
        &quads,
        format,
        &prefixes(project.as_ref()),
        &target,
        &options,
    )?;
    Ok(Status::Done)
}

/// Says how one graph is written, and what JSON-LD asks for, to somebody who asked for more than a syntax holds.
fn one_graph(mut why: Diagnostics, quads: &[Quad], args: &Args) -> Diagnostics {
    let graphs: BTreeSet<String> = quads
        .iter()
        .filter(|quad| quad.graph_name.is_named_node())
        .map(|quad| quad.graph_name.to_string())
        .collect();
    let triple_terms = quads.iter().any(|quad| quad.object.is_triple());
    for one in &mut why.0 {
        if triple_terms {
            one.hints.push(
                "jsonld takes statements about statements only with --reification rdf11".to_owned(),
            );
        }
        if let Some(graph) = graphs.first() {
            let data: String = args
                .data
                .data
                .iter()
                .map(|path| format!(" --data {}", path.display()))
                .collect();
            one.hints.push(format!(
                "one graph alone: `factmill query \"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {graph} {{ ?s ?p ?o }} }}\"{data}`; the facts alone: leave out --graphs and --provenance"
            ));
        }
    }
    why
}

/// How reified triples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Reification {
    /// `rdf:reifies <<( s p o )>>`
    Rdf12,
    /// `rdf:Statement` with subject, predicate and object
    Rdf11,
}

/// Hash of the canonical form.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Hash {
    /// The usual one
    Sha256,
    /// A longer one
    Sha384,
}

impl From<Hash> for HashAlgorithm {
    fn from(hash: Hash) -> Self {
        match hash {
            Hash::Sha256 => Self::Sha256,
            Hash::Sha384 => Self::Sha384,
        }
    }
}
