//! `factmill wikidata link`.

use std::path::{Path, PathBuf};

use super::super::Context;
use super::super::shared::usage;
use super::fetch::{FetchArgs, ReconcileArgs};
use super::shared::{Opened, found, need_extract, open};
use crate::diagnostic::{Result, Status};
use crate::link::answers::{self, Answers, Head};
use crate::link::candidates;
use crate::link::decisions::Decisions;
use crate::link::index::Index;
use crate::link::project::{answers_folder, extract_folder};
use crate::link::resolve::{self, Classes, Resolution};
use crate::link::score::{self, Options};
use crate::link::table::{self, Columns};
use crate::output::target::Target;
use crate::ui::Ui;

/// Find the Wikidata items that names stand for, with the evidence, and abstain where unsure
///
/// With --table the names are those of a table, and a row of the answer has the number of the row (from 1) or the column of --id, the item (empty when the linker abstains), the score, which is the probability that the best candidate is the right one, and the features that made the score, as JSON with both values compared. Columns that no option names are never read. Without --threshold the thresholds of the models hold, 0.777 for organisations and such; they were chosen on development data.
///
/// Without --table the names are those of the graph that have no decision yet. Items above the threshold of the project ([wikidata] threshold in factmill.toml, or --threshold) are written to the file of decisions; without a threshold none is. Decisions that do not agree with the extract any more are told, and items that are linked to several entities, with exit status 1.
///
/// With --online the folder of candidates is filled first: from the API of Wikidata, or from the reconciliation service that --service names. Without --online the same command then gives the same answer again. What a service offers is linked only with a threshold, because the scores are its own.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Table of names: CSV or TSV, compressed or not; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "name", requires = "candidates")]
    table: Option<PathBuf>,

    /// Column of the names
    #[arg(long, value_name = "COLUMN", requires = "table")]
    name: Option<String>,

    /// Column of the countries: codes, names, or paths that begin with one
    #[arg(long, value_name = "COLUMN", requires = "table")]
    country: Option<String>,

    /// Column of the dates: birth or first year
    #[arg(long, value_name = "COLUMN", requires = "table")]
    date: Option<String>,

    /// Column that identifies a row [default: the number of the row]
    #[arg(long, value_name = "COLUMN", requires = "table")]
    id: Option<String>,

    /// Candidates: JSON Lines, compressed or not, the folder of an extract, or that of the answers of a service [default: .factmill/wikidata in the project; with --service .factmill/reconciliation]
    #[arg(long, value_name = "FILE")]
    candidates: Option<PathBuf>,

    /// Link from this probability on
    #[arg(long, value_name = "PROBABILITY")]
    threshold: Option<f32>,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    fetch: FetchArgs,

    #[command(flatten)]
    reconcile: ReconcileArgs,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    if args
        .threshold
        .is_some_and(|threshold| !(0.0..=1.0).contains(&threshold))
    {
        return Err(usage(
            "a threshold is a probability between 0 and 1",
            "0.9 links what is right nine times of ten",
        ));
    }
    args.fetch.check()?;
    if let Some(file) = args.candidates.as_ref().filter(|path| path.is_file())
        && args.fetch.online.online
    {
        return Err(usage(
            format!("{} is a file", file.display()),
            "with --online --candidates names the folder that is filled",
        ));
    }
    match (&args.table, &args.name, &args.candidates) {
        (Some(table), Some(name), Some(candidates)) => {
            link_table(args, table, name, candidates, context, ui)
        }
        _ => link_graph(args, context, ui),
    }
}

fn link_table(
    args: &Args,
    table: &Path,
    name: &str,
    candidates: &Path,
    context: &Context,
    ui: &Ui,
) -> Result<Status> {
    let columns = Columns {
        name: name.to_owned(),
        country: args.country.clone(),
        date: args.date.clone(),
        id: args.id.clone(),
    };
    let rows = table::read(table, &columns)?;
    let (keys, mentions): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let mut status = Status::Done;
    if args.fetch.online.online {
        // A table needs no project; one that is there may say who asks.
        let project = context.project_if_any()?;
        if args.reconcile.service.is_some() {
            let questions = |head: &Head| {
                let of = |mention| answers::about_row(mention, head);
                mentions.iter().flat_map(of).collect()
            };
            args.fetch
                .ask(&args.reconcile, candidates, project.as_ref(), questions, ui)?;
        } else {
            let names: Vec<String> = mentions.iter().map(|one| one.name.clone()).collect();
            let wishes = args.fetch.of_names(&names, project.as_ref());
            status = args.fetch.fill(&wishes, candidates, project.as_ref(), ui)?;
        }
    }
    let outcomes = if answers::are_in(candidates) {
        answers::link(&mentions, &Answers::read(candidates)?, args.threshold)
    } else {
        let index = Index::new(candidates::read(candidates)?);
        let threshold = args.threshold;
        score::link(&mentions, &index, &Options { threshold })
    };
    Target::from_option(args.output.as_deref())
        .write(|out| table::write(args.id.as_deref().unwrap_or("row"), &keys, &outcomes, out))?;
    let linked = outcomes.iter().filter(|outcome| outcome.linked).count();
    ui.status(format_args!(
        "{linked} of {} names linked, {} left open.",
        keys.len(),
        keys.len() - linked
    ));
    Ok(status)
}

fn link_graph(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let opened = open(context, ui)?;
    let path = opened.project.decisions();
    let mut decisions = Decisions::read(&path)?;
    let threshold = args
        .threshold
        .or(opened.project.manifest().wikidata.threshold);
    let folder = args.candidates.clone().unwrap_or_else(|| {
        if args.reconcile.service.is_some() {
            answers_folder(opened.project.root())
        } else {
            extract_folder(opened.project.root())
        }
    });
    let project = Some(&opened.project);
    let mut status = Status::Done;
    if args.reconcile.service.is_some() {
        let questions = |head: &Head| {
            let all = answers::about_graph(&opened.own, &decisions, head);
            all.into_values().flatten().collect()
        };
        args.fetch
            .ask(&args.reconcile, &folder, project, questions, ui)?;
    } else if args.fetch.online.online {
        let wishes = args.fetch.of_project(&opened.project)?;
        status = args.fetch.fill(&wishes, &folder, project, ui)?;
    }
    let mut resolution = resolution(&opened, Some(&folder), &decisions, threshold)?;
    resolution.doubts.extend(opened.shared_items(&decisions));
    Target::from_option(args.output.as_deref())
        .write(|out| table::write_cases(&resolution.cases, out))?;
    ui.findings(&resolution.doubts);
    let made = resolve::automatic(&resolution);
    for decision in &made {
        decisions.add(decision);
    }
    if !made.is_empty() {
        decisions.write(&path)?;
    }
    ui.status(format_args!(
        "{} linked, {} open.",
        made.len(),
        resolution.cases.len() - made.len()
    ));
    if threshold.is_none() {
        ui.hint("set a threshold or decide with `factmill wikidata review`");
    }
    Ok(status.max(found(!resolution.doubts.is_empty())))
}

/// Finds candidates for the entities of a project that have no decision.
pub(super) fn resolution(
    opened: &Opened,
    candidates: Option<&Path>,
    decisions: &Decisions,
    threshold: Option<f32>,
) -> Result<Resolution> {
    let folder = candidates.map_or_else(|| extract_folder(opened.project.root()), Path::to_owned);
    if answers::are_in(&folder) {
        let answers = Answers::read(&folder)?;
        return Ok(answers::resolve(
            &opened.own,
            &answers,
            decisions,
            threshold,
        ));
    }
    need_extract(&folder)?;
    let index = Index::new(candidates::read(&folder)?);
    Ok(resolve::resolve(
        &opened.own,
        &index,
        &Classes::read(&folder)?,
        decisions,
        threshold,
    ))
}
