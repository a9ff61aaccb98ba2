//! `factmill map`.

use std::path::PathBuf;

use super::Context;
use super::shared::Level;
use crate::diagnostic::{Diagnostic, Result, Status, codes, counted};
use crate::engine::map::{MapJob, MapReport, map};
use crate::export::RdfFormat;
use crate::output::report;
use crate::output::target::Target;
use crate::ui::Ui;

/// Run an RML mapping over its sources and write RDF
///
/// No project is needed. Sources are found relative to the working directory, else to the mapping. An error in mapping or data means that nothing is written, and a file that stood there before stays: exit status 3. With --lenient a term that cannot be made is left out and counted: exit status 1, also when nothing at all is made because a column or path is not there. A mapping in an older vocabulary, YARRRML too, leaves out what cannot be made with a warning, unless --strict.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Mappings in Turtle or YARRRML, run as one; `-` is standard input
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,

    /// Write to a file, packed if its name ends in .gz, .xz or .bz2; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// nquads, ntriples, turtle, trig, jsonld or rdfxml [default: by the file's ending, else nquads]
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Put this before IRIs that are not absolute; rml:baseIRI of a triples map is stronger
    #[arg(long, value_name = "IRI")]
    base: Option<String>,

    /// Leave out what cannot be made, and say so
    #[arg(long)]
    lenient: bool,

    /// Refuse the run of a mapping in the older vocabulary (YARRRML too) when a term cannot be made; others are strict by themselves
    #[arg(long, conflicts_with = "lenient")]
    strict: bool,

    /// Write statements in the order of their text, the same bytes for the same data
    #[arg(long)]
    sorted: bool,

    /// Write quoted triples as RDF-star had them, << s p o >>, not as reifiers of RDF 1.2; only in N-Quads
    #[arg(long)]
    rdf_star: bool,

    /// Tell where statements come from, in the graph fm:provenance
    #[arg(long, value_enum, default_value_t = Level::None, value_name = "LEVEL")]
    provenance: Level,

    /// Write a report in JSON to a file, also when the run is refused; `-` is standard output
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Memory for statements that have to be remembered, in MiB; what is beyond waits in files beside the output. Only N-Quads and N-Triples are written as they come: other formats are put together in memory
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    memory: usize,
}

pub(crate) fn run(args: &Args, _: &Context, ui: &Ui) -> Result<Status> {
    let output = Target::from_option(args.output.as_deref());
    let format = match &args.format {
        Some(name) => RdfFormat::from_name(name)?,
        None => output
            .plain_name()
            .and_then(RdfFormat::from_path)
            .unwrap_or(RdfFormat::NQuads),
    };
    if args.rdf_star && format != RdfFormat::NQuads {
        return Err(
            Diagnostic::error(codes::USAGE, "--rdf-star writes N-Quads only")
                .hint("leave --rdf-star or --format out")
                .into(),
        );
    }
    output.sweep();
    let report_to = args.report.as_deref();
    let report_to = report_to.map(|path| Target::from_option(Some(path)));
    if let Some(target) = &report_to {
        if target.is_same_file(&output) {
            return Err(
                Diagnostic::error(codes::USAGE, "--report and -o name the same file")
                    .hint("give each a file of its own")
                    .into(),
            );
        }
        target.try_out()?;
    }
    let outcome = map(&MapJob {
        rdf_star: args.rdf_star,
        mappings: args.mappings.clone(),
        output,
        format,
        base: args.base.clone(),
        lenient: args.lenient,
        strict: args.strict,
        sorted: args.sorted,
        memory: args.memory.saturating_mul(1 << 20),
        unused: args.report.is_some(),
        provenance: args.provenance.into(),
    });
    if let Some(target) = report_to {
        target.write(|out| report::map_json(&outcome, out))?;
    }
    let report = outcome?;
    ui.findings(&report.findings);
    ui.status(summary(&report));
    Ok(report.status())
}

fn summary(report: &MapReport) -> String {
    let left_out = match report.left_out {
        0 => String::new(),
        n => format!("; {n} left out"),
    };
    format!(
        "Wrote {} from {}{left_out}.",
        counted(report.statements, "statement"),
        counted(report.records, "record")
    )
}
