//! `factmill coverage`.

use std::path::PathBuf;

use super::Context;
use crate::diagnostic::{Result, Status};
use crate::engine::coverage::Fate;
use crate::output::coverage::{write_as_json, write_as_text};
use crate::output::target::Target;
use crate::ui::Ui;

/// Tell what became of each value and sentence of the sources
///
/// Every infobox line, table cell and sentence is mapped, ignored for a stated reason, or unmapped. A sentence is mapped when what no quotation touches holds no name, number or date. Reasons stand in the table of synonyms, in the mapping, or in factmill.toml under [[ignore]]. Exit status 1 when something is unmapped.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// List what is mapped and ignored too
    #[arg(long, short)]
    all: bool,

    /// Write JSON, everything in it with its statements
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
    let ledger = project.coverage(&generation)?;
    Target::from_option(args.output.as_deref()).write(|out| {
        if args.json {
            write_as_json(&ledger, out)
        } else {
            write_as_text(&ledger, args.all, out)
        }
    })?;
    let unmapped: usize = ledger
        .iter()
        .map(|source| source.count(Fate::Unmapped))
        .sum();
    ui.status(match unmapped {
        0 => "Nothing is unmapped.".to_owned(),
        n => format!("{n} unmapped."),
    });
    Ok(if unmapped == 0 {
        Status::Done
    } else {
        Status::Findings
    })
}
