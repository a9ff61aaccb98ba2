//! `factmill export`.

use std::path::PathBuf;

use oxrdf::GraphName;

use super::Context;
use super::shared::{DataArgs, prefixes, rdf_format, write_quads};
use crate::diagnostic::{Result, Status};
use crate::output::target::Target;
use crate::store::Scope;
use crate::ui::Ui;

/// Write the graph as RDF, the same bytes for the same facts
///
/// Without further options the facts are written: the default graph. --graphs adds the named graphs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// turtle, ntriples, nquads, trig, jsonld or rdfxml [default: by the file's ending, else turtle]
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Write the named graphs too: the ontology, the origins of every statement, and what mappings name
    #[arg(long)]
    graphs: bool,

    #[command(flatten)]
    data: DataArgs,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let target = Target::from_option(args.output.as_deref());
    let format = rdf_format(args.format.as_deref(), &target)?;
    let project = args.data.project(context)?;
    let scope = if args.graphs {
        Scope::All
    } else {
        Scope::Facts
    };
    let graph = args.data.open(project.as_ref(), scope, ui)?;
    let mut quads = Vec::with_capacity(graph.len()?);
    for quad in graph.quads() {
        let quad = quad?;
        if args.graphs || quad.graph_name == GraphName::DefaultGraph {
            quads.push(quad);
        }
    }
    write_quads(&quads, format, &prefixes(project.as_ref()), &target)?;
    Ok(Status::Done)
}
