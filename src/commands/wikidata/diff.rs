//! `factmill wikidata diff`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::Context;
use super::super::shared::prefixes;
use super::shared::{TheirArgs, found, open};
use crate::diagnostic::{Result, Status};
use crate::link::compare::{self, Class};
use crate::link::decisions::Decisions;
use crate::output::results::{self, Options, ResultFormat};
use crate::output::target::Target;
use crate::ui::Ui;

/// Compare the graph with Wikidata: same, more precise, compatible, contradiction, missing
///
/// Every linked entity that the extract has is compared statement by statement, dates by their precision and calendar, terms of office by their dates. The saved query `statements` of the project says what the terms of the graph are in Wikidata. Exit status 1 when something contradicts, or an item is linked to several entities.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    theirs: TheirArgs,

    /// Show only lines of this class, such as `contradiction` (can be repeated)
    #[arg(long, value_name = "CLASS", value_parser = class)]
    class: Vec<Class>,

    /// table, csv, tsv, json, xml, markdown or jsonl [default: a table on a terminal, else CSV]
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let target = Target::from_option(args.output.as_deref());
    let format = match &args.format {
        Some(name) => ResultFormat::from_name(name)?,
        None => target
            .plain_name()
            .and_then(ResultFormat::from_path)
            .unwrap_or(if target == Target::Stdout && ui.stdout_is_terminal() {
                ResultFormat::Table
            } else {
                ResultFormat::Csv
            }),
    };
    let opened = open(context, ui)?;
    let decisions = Decisions::read(&opened.project.decisions())?;
    let shared = opened.shared_items(&decisions);
    ui.findings(&shared);
    let theirs = args.theirs.read(&opened, BTreeSet::new())?;
    let lines = compare::compare(&opened.own, &theirs);
    let shown: Vec<_> = lines
        .iter()
        .filter(|line| args.class.is_empty() || args.class.contains(&line.class))
        .cloned()
        .collect();
    let options = Options {
        prefixes: prefixes(Some(&opened.project)),
        width: ui.width(),
    };
    target.write(|out| {
        results::write_solutions(&compare::solutions(&shown), format, &options, out)
    })?;
    ui.status(compare::summary(&lines));
    let contradicts = lines.iter().any(|line| line.class == Class::Contradiction);
    Ok(found(contradicts || !shared.is_empty()))
}

fn class(name: &str) -> std::result::Result<Class, String> {
    let known = Class::ALL.into_iter().find(|class| class.name() == name);
    known.ok_or_else(|| {
        let names: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
        format!("the classes are: {}", names.join(", "))
    })
}
