//! `factmill check`.

use std::path::PathBuf;

use super::Context;
use super::shared::write_quads;
use crate::diagnostic::{Diagnostic, Result, Severity, Status, counted};
use crate::engine::check::{check, print};
use crate::export::RdfFormat;
use crate::mapping::print::PREFIXES;
use crate::output::target::Target;
use crate::query::Prefixes;
use crate::ui::Ui;

/// Check mappings and the columns of their sources without running them
///
/// Mappings are RML in Turtle, in today's vocabulary or the older ones (R2RML, semweb.mmlab.be), or YARRRML. Every error is shown with its line: exit status 3. Several YARRRML files count as one mapping.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Mapping in Turtle or YARRRML; `-` is standard input
    #[arg(required = true)]
    mapping: Vec<PathBuf>,

    /// Print the mapping in its normal form: today's RML as Turtle, shortcuts written out
    ///
    /// What the mapping says is translated as far as it goes; terms that cannot be run are named as warnings. Exit status 1 when a part could not be read and is not there.
    #[arg(long)]
    print_rml: bool,

    /// Write the normal form to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE", requires = "print_rml")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, _: &Context, ui: &Ui) -> Result<Status> {
    if !args.print_rml {
        let report = check(&args.mapping)?;
        ui.findings(&report.findings);
        ui.status(format!(
            "The mapping is right: {}.",
            counted(report.triples_maps, "triples map")
        ));
        return Ok(Status::Done);
    }
    let report = print(&args.mapping)?;
    let findings: Vec<Diagnostic> = report
        .findings
        .iter()
        .cloned()
        .map(|mut finding| {
            if !report.incomplete && finding.severity == Severity::Error {
                finding.severity = Severity::Warning;
            }
            finding
        })
        .collect();
    ui.findings(&findings);
    write_quads(
        &report.normal_form,
        RdfFormat::Turtle,
        &Prefixes::none().and(PREFIXES.iter().copied()),
        &Target::from_option(args.output.as_deref()),
    )?;
    Ok(report.status())
}
