//! `factmill why`.

use super::Context;
use super::shared::prefixes;
use crate::diagnostic::{Result, Status};
use crate::explain;
use crate::output::report;
use crate::output::target::Target;
use crate::ui::Ui;

/// Tell why a statement is in the graph: its source, quoted with file, line and column, and the rule that made it
///
/// Without a property every statement about the entity is explained. A property is looked for on the entity and on what refers to it, such as the tenures of a person. What is no subject of any statement, such as a class, is told for what it is, with exit status 2.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Label, prefixed name or IRI
    entity: String,

    /// Name, label, prefixed name or IRI of a property
    property: Option<String>,

    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let project = context.project()?;
    let generation = project.generation()?;
    ui.findings(&project.newer_sources(&generation));
    let prefixes = prefixes(Some(&project));
    let found = explain::explain(
        &generation,
        &prefixes,
        &args.entity,
        args.property.as_deref(),
    )?;
    Target::Stdout.write(|out| {
        if args.json {
            report::why_json(&found, out)
        } else {
            report::why_text(&found, &prefixes, out)
        }
    })?;
    Ok(Status::Done)
}
