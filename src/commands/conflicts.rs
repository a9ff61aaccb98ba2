//! `factmill conflicts`.

use std::path::PathBuf;

use super::Context;
use super::shared::{prefixes, without_places};
use crate::audit::conflicts;
use crate::diagnostic::{Result, Status};
use crate::output::conflicts::{write_as_json, write_as_text};
use crate::output::target::Target;
use crate::query::{Limits, Weight};
use crate::store::Scope;
use crate::ui::Ui;

/// Show where the sources contradict one another, both sides with their places
///
/// The checks are the queries in the folder conflicts of the project's saved queries; add a file there and it is run too. What disagrees stays in the graph: a value chosen under [[prefer]] in factmill.toml is shown with the reason, and so are the others. A build runs the checks by itself while the graph has at most 20,000 statements.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Tell the lesser findings too: gaps, possible overlaps and what else is worth a look
    #[arg(long)]
    notices: bool,

    /// Exit with 1 when there is a contradiction
    #[arg(long)]
    strict: bool,

    /// Write JSON
    #[arg(long)]
    json: bool,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let project = context.project()?;
    let generation = project.generation()?;
    ui.findings(&project.newer_sources(&generation));
    let prefixes = prefixes(Some(&project));
    let down_to = if args.notices {
        Weight::Notice
    } else {
        Weight::Contradiction
    };
    let found = project.conflicts(&generation, &prefixes, down_to, Limits::default())?;
    let preferences = project.preferences();
    if !preferences.is_empty() {
        let graph = generation.graph(Scope::Facts)?;
        ui.findings(&conflicts::stale(&preferences, &graph, &prefixes)?);
    }
    Target::from_option(args.output.as_deref()).write(|out| {
        if args.json {
            write_as_json(&found, out)
        } else {
            write_as_text(&found, &prefixes, out)
        }
    })?;
    if !found.is_empty() {
        ui.findings(&without_places(&generation));
    }
    if project.checks(&prefixes)?.is_empty() {
        let folder = &project.manifest().queries;
        ui.status("Nothing was checked: there are no checks.");
        ui.hint(format_args!(
            "put checks into {folder}/conflicts; `factmill demo` has some to take over"
        ));
        return Ok(Status::Done);
    }
    ui.status(conflicts::counted(&found, args.notices));
    Ok(if args.strict && conflicts::contradictions(&found) > 0 {
        Status::Findings
    } else {
        Status::Done
    })
}
