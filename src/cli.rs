//! The command line: the clap tree, dispatch, and what becomes of a failure.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::commands::{self, Command, Context};
use crate::diagnostic::{Severity, Status};
use crate::ui::{Colour, Ui};

/// Turn source facts into a knowledge graph that can be trusted
///
/// Articles, tables and curated facts are mapped to RDF by RML mappings, kept in a graph beside the project, queried with SPARQL, exported as clean Turtle, and explained: every statement answers why it is there.
#[derive(Debug, Parser)]
#[command(name = "factmill", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    /// Project folder [default: the nearest folder upward with factmill.toml]
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,

    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,

    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum When {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

const AFTER_HELP: &str = "\
Exit status: 0 done; 1 done with findings; 2 wrong usage; 3 bad input; 4 the system refused to write;
5 limit hit; 6 store damaged; 7 another build is running.

Start with `factmill demo`.";

/// Runs the program with the given arguments, the program's name first, and returns its exit status.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is nobody reading the help: not an error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let colour = match cli.color {
        When::Auto => Colour::Auto,
        When::Always => Colour::Always,
        When::Never => Colour::Never,
    };
    let ui = Ui::new(colour, cli.quiet);
    let status = run(cli, &ui);
    ExitCode::from(status as u8)
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command()
        .color(ColorChoice::Auto)
        .try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn run(cli: Cli, ui: &Ui) -> Status {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for the working directory"
    )]
    let directory = std::env::current_dir().unwrap_or_default();
    let context = Context {
        directory,
        project: cli.project,
    };
    match commands::run(cli.command, &context, ui) {
        Ok(status) => status,
        Err(findings) => {
            ui.findings(&findings.0);
            let failed = findings.0.iter().any(|one| one.severity == Severity::Error);
            if failed {
                findings.status()
            } else {
                Status::Done
            }
        }
    }
}
