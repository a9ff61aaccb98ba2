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
    #[arg(conflicts_with = "file")]
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
    let mut data = args.data.clone();
    let mut given = args.query.clone();
    if given.is_none() && args.file.is_none() {
        // Every query has braces but DESCRIBE, and more than one word.
        let is_query = |text: &str| {
            let keyword = text.split_whitespace().next().unwrap_or_default();
            text.contains('{') || keyword.eq_ignore_ascii_case("DESCRIBE") && text.trim() != keyword
        };
        let mut words = data.take_back(is_query).into_iter();
        given = words.next();
        data.data.extend(words.map(PathBuf::from));
    }
    let (text, name) = match (&args.file, given.as_deref()) {
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
            let hint = if data.data.is_empty() {
                "give one, or a file with --file"
            } else {
                "--data takes all that follows as files: put the query before it, or a file of it with --file"
            };
            return Err(usage("there is no query", hint));
        }
    };
    let project = data.project(context)?;
    let prefixes = prefixes(project.as_ref());
    let limits = args.answer.limits();
    let services = args.answer.services(project.as_ref(), ui)?;
    let parsed = query::parse_with(&text, &name, &prefixes, limits, &services)?;
    ui.findings(&parsed.warnings(&[]));
    args.answer.check(parsed.form(), ui)?;
    args.answer
        .answer(parsed, Vec::new(), &data, project.as_ref(), &prefixes, ui)
}
