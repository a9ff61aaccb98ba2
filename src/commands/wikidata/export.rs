//! `factmill wikidata export`.

use std::path::PathBuf;

use super::super::Context;
use super::shared::{TheirArgs, differences, open};
use crate::diagnostic::{Result, Status};
use crate::link::export::{self, Form};
use crate::link::project::reference;
use crate::output::target::Target;
use crate::ui::Ui;

/// Write what Wikidata lacks: QuickStatements, Wikibase JSON or RDF; or contradictions for the Mismatch Finder
///
/// Only statements that are missing there are written, each with a reference made from the `[[source]]` entry of its source in factmill.toml; what cannot be given is told with the reason. After an import, with a new extract, nothing is left to write.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    theirs: TheirArgs,

    /// quickstatements, json, rdf or mismatch
    #[arg(long, value_name = "FORMAT", default_value = "quickstatements")]
    format: Form,

    /// Write labels and aliases that are missing there too, in all languages
    #[arg(long)]
    labels: bool,

    /// Address of the source, for the Mismatch Finder
    #[arg(long, value_name = "URL", default_value = "")]
    url: String,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let opened = open(context, ui)?;
    let lines = differences(&opened, &args.theirs)?;
    let sources = opened.project.manifest().references();
    let (gifts, left) = export::gifts(&lines, |places| {
        reference(&opened.generation, &sources, places)
    });
    let labels = if args.labels {
        args.theirs.labels(&opened)?
    } else {
        String::new()
    };
    let text = export::text(args.format, &gifts, &lines, &labels, &args.url);
    Target::from_option(args.output.as_deref()).write(|out| export::put(&text, out))?;
    ui.findings(&left);
    ui.status(format_args!(
        "{} statements can be given, {} cannot.",
        gifts.len(),
        left.len()
    ));
    Ok(Status::Done)
}
