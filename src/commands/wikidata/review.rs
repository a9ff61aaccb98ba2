//! `factmill wikidata review`.

use std::path::PathBuf;

use super::super::Context;
use super::link::resolution;
use super::shared::open;
use crate::diagnostic::{Result, Status};
use crate::link::decisions::Decisions;
use crate::link::review;
use crate::output::target::Target;
use crate::ui::Ui;

/// Decide about open links one by one: accept, reject, none of these, new item, skip, undo
///
/// Asked is about every entity with a name that has no decision yet: first those with candidates, then those without, and why there are none. Answers are lines on standard input: `a 2` accepts the second candidate, `a Q42` an item that you know, `r 1` or `r Q42` rejects one, `n` says that no item fits, `w` that a new one is needed, `s` skips, `u` takes the last answer back, `q` leaves. Every decision is written at once, so a review can be left and taken up again. Decisions become links with the next `factmill build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Candidates: the folder of an extract or JSON Lines [default: .factmill/wikidata in the project]
    #[arg(long, value_name = "FILE")]
    candidates: Option<PathBuf>,

    /// File of the decisions [default: data/links/wikidata.sssom.tsv]
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let opened = open(context, ui)?;
    let path = args
        .decisions
        .clone()
        .unwrap_or_else(|| opened.project.decisions());
    let mut decisions = Decisions::read(&path)?;
    let found = resolution(&opened, args.candidates.as_deref(), &decisions, None)?;
    ui.findings(&found.doubts);
    ui.findings(&opened.shared_items(&decisions));
    if found.cases.is_empty() {
        ui.status(if opened.own.entities.is_empty() {
            "There is nothing to review: no entity of the graph has a name."
        } else {
            "There is nothing to review: every entity has a decision."
        });
        return Ok(Status::Done);
    }
    let mut tally = review::Tally::default();
    Target::Stdout.write(|out| {
        tally = review::review(
            &found.cases,
            &opened.own,
            &mut decisions,
            &path,
            &mut std::io::stdin().lock(),
            out,
        )?;
        Ok(())
    })?;
    ui.status(format_args!(
        "{} accepted, {} rejected, {} without an item, {} skipped.",
        tally.accepted, tally.rejected, tally.without, tally.skipped
    ));
    Ok(Status::Done)
}
