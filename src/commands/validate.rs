//! `factmill validate`.

use std::path::PathBuf;

use oxrdf::{GraphName, NamedNode, Quad};

use super::Context;
use super::shared::{DataArgs, prefixes, rdf_format, without_places, write_quads};
use crate::audit::shacl::{self, SHAPES_GRAPH};
use crate::diagnostic::{Result, Status};
use crate::engine::rdf;
use crate::output::report;
use crate::output::target::Target;
use crate::store::{Graph, Scope};
use crate::ui::Ui;

/// Hold the graph against SHACL shapes
///
/// SHACL Core, SPARQL constraints and constraint components of the shapes' own. Each violation is told with the place in the source that the offending value came from. The shapes are those among the project's ontology files, or those of --shapes; for --data without --shapes they are looked for in the data. Exit status 1 when something does not fit.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Take the shapes from this RDF file (can be repeated)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    shapes: Vec<PathBuf>,

    #[command(flatten)]
    data: DataArgs,

    /// Write a sh:ValidationReport in this RDF format [default: by the output file's ending, else findings as text]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<String>,

    /// Write the findings in JSON
    #[arg(long)]
    json: bool,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let target = Target::from_option(args.output.as_deref());
    let as_report = args.format.is_some() || (!args.json && target.path().is_some());
    let format = if as_report {
        Some(rdf_format(args.format.as_deref(), &target)?)
    } else {
        None
    };
    let project = args.data.project(context)?;
    let (data, shapes, generation) = match &project {
        Some(project) => {
            let files = if args.shapes.is_empty() {
                project.ontology_files()?
            } else {
                args.shapes.clone()
            };
            let generation = project.generation()?;
            ui.findings(&project.newer_sources(&generation));
            (
                generation.graph(Scope::Facts)?,
                rdf::quads(&files)?,
                Some(generation),
            )
        }
        None => {
            let data = Graph::in_memory()?;
            let quads = rdf::quads(&args.data.data)?;
            let shapes = if args.shapes.is_empty() {
                quads.clone()
            } else {
                rdf::quads(&args.shapes)?
            };
            data.extend(quads)?;
            let name = GraphName::from(NamedNode::new_unchecked(SHAPES_GRAPH));
            data.extend(shapes.iter().map(|quad| Quad {
                graph_name: name.clone(),
                ..quad.clone()
            }))?;
            (data, shapes, None)
        }
    };
    let report = shacl::validate(&data, shapes)?;
    let prefixes = prefixes(project.as_ref());
    match format {
        Some(format) => write_quads(&report.to_quads(), format, &prefixes, &target)?,
        None => {
            let findings = shacl::findings(&report, &data, generation.as_ref(), &prefixes)?;
            target.write(|out| {
                if args.json {
                    report::findings_json(&findings, out)
                } else {
                    report::findings_text(&findings, out)
                }
            })?;
        }
    }
    if let Some(generation) = generation.filter(|_| format.is_none() && !report.results.is_empty())
    {
        ui.findings(&without_places(&generation));
    }
    ui.status(match report.results.len() {
        0 if report.targeting == 0 => "Nothing was checked: no shape has a target.".to_owned(),
        0 => "The data fits its shapes.".to_owned(),
        1 => "1 value does not fit its shape.".to_owned(),
        n => format!("{n} values do not fit their shapes."),
    });
    if report.targeting == 0 {
        let place = if project.is_some() {
            "among the ontology files of factmill.toml"
        } else {
            "in the data"
        };
        ui.hint(format_args!(
            "name shapes with --shapes, or put them {place}"
        ));
    }
    Ok(if report.conforms() {
        Status::Done
    } else {
        Status::Findings
    })
}
