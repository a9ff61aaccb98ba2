//! `factmill wikidata`: extract, link, and what follows from links.

mod diff;
mod export;
mod extract;
mod fetch;
mod link;
mod review;
mod shared;

use clap::Subcommand;

use super::Context;
use crate::diagnostic::{Result, Status};
use crate::ui::Ui;

/// Link the graph with Wikidata, offline unless --online is given: extract what is needed, find the items, compare
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Extract(extract::Args),
    Link(link::Args),
    Review(review::Args),
    Diff(diff::Args),
    Export(export::Args),
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    match &args.command {
        Command::Extract(args) => extract::run(args, context, ui),
        Command::Link(args) => link::run(args, context, ui),
        Command::Review(args) => review::run(args, context, ui),
        Command::Diff(args) => diff::run(args, context, ui),
        Command::Export(args) => export::run(args, context, ui),
    }
}
