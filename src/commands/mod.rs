//! One verb a file: `Args`, whose doc comments are the help, and `run`, which calls the library and has no logic of
//! its own. What several verbs share stands in [`shared`].

mod build;
mod check;
mod conflicts;
mod coverage;
mod demo;
mod diff;
mod export;
mod map;
mod online;
mod query;
mod run;
mod serve;
mod shared;
mod validate;
mod why;
mod wikidata;

use clap::Subcommand;

use crate::diagnostic::{Result, Status};
use crate::ui::Ui;

pub(crate) use shared::Context;

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(build::Args),
    Demo(demo::Args),
    Query(query::Args),
    Run(run::Args),
    Serve(serve::Args),
    Export(export::Args),
    Map(map::Args),
    Check(check::Args),
    Coverage(coverage::Args),
    Validate(validate::Args),
    Diff(diff::Args),
    Why(why::Args),
    Conflicts(conflicts::Args),
    Wikidata(wikidata::Args),
}

/// Runs a verb and returns the exit status.
///
/// # Errors
/// Whatever stopped it; the status comes from the codes.
pub(crate) fn run(command: Command, context: &Context, ui: &Ui) -> Result<Status> {
    match command {
        Command::Build(args) => build::run(&args, context, ui),
        Command::Demo(args) => demo::run(&args, context, ui),
        Command::Query(args) => query::run(&args, context, ui),
        Command::Run(args) => run::run(&args, context, ui),
        Command::Serve(args) => serve::run(&args, context, ui),
        Command::Export(args) => export::run(&args, context, ui),
        Command::Check(args) => check::run(&args, context, ui),
        Command::Map(args) => map::run(&args, context, ui),
        Command::Diff(args) => diff::run(&args, context, ui),
        Command::Coverage(args) => coverage::run(&args, context, ui),
        Command::Validate(args) => validate::run(&args, context, ui),
        Command::Why(args) => why::run(&args, context, ui),
        Command::Conflicts(args) => conflicts::run(&args, context, ui),
        Command::Wikidata(args) => wikidata::run(&args, context, ui),
    }
}
