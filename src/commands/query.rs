//! `factmill query`.

use std::path::{Path, PathBuf};

use super::Context;
use super::shared::{AnswerArgs, DataArgs, prefixes, usage};
use crate::diagnostic::{Result, Status};
use crate::engine::files;
use crate::query;
use crate::ui::Ui;

/// Answer a SPARQL query
///
/// Known prefixes need no declaration. The default graph holds the facts; GRAPH fm:provenance tells where they come from, GRAPH fm:ontology what the terms mean. Nothing is fetched from a network, unless --online is given and SERVICE asks a server that is allowed by its address.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The query; `-` reads it from standard input
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    query: Option<String>,

    /// Read the query from a file
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,

    #[command(flatten)]
    data: DataArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let (text, name) = match (&args.file, args.query.as_deref()) {
        (Some(path), _) => (files::read_text_or_stdin(path)?, path.display().to_string()),
        (None, Some("-")) => (files::read_text_or_stdin(Path::new("-"))?, "-".to_owned()),
        (None, Some(name)) if Path::new(name).is_file() => {
            return Err(usage(
                format!("{name} is a file, not a query"),
                format!("--file {name} reads the query from it"),
            ));
        }
        (None, Some(text)) => (text.to_owned(), "query".to_owned()),
        (None, None) => {
            return Err(usage(
                "there is no query",
                "give one, or a file with --file",
            ));
        }
    };
    let project = args.data.project(context)?;
    let prefixes = prefixes(project.as_ref());
    let limits = args.answer.limits();
    let services = args.answer.services(project.as_ref(), ui)?;
    let parsed = query::parse_with(&text, &name, &prefixes, limits, &services)?;
    ui.findings(&parsed.warnings(&[]));
    args.answer.check(parsed.form(), ui)?;
    args.answer.answer(
        parsed,
        Vec::new(),
        &args.data,
        project.as_ref(),
        &prefixes,
        ui,
    )
}
