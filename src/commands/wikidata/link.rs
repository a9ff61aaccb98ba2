//! `factmill wikidata link`.

use std::path::PathBuf;

use super::super::Context;
use super::super::shared::usage;
use crate::diagnostic::{Result, Status};
use crate::link::candidates;
use crate::link::index::Index;
use crate::link::score::{self, Options};
use crate::link::table::{self, Columns};
use crate::output::target::Target;
use crate::ui::Ui;

/// Find the Wikidata items that names stand for, with the evidence, and abstain where unsure
///
/// A row of the answer has the number of the row (from 1) or the column of --id, the item (empty when the linker abstains), the score, which is the probability that the best candidate is the right one, and the features that made the score, as JSON with both values compared. Columns that no option names are never read.
///
/// Without --threshold a person is linked from 0.9 and anything else from 0.8 on or so; the tables of the models have the exact numbers, which were chosen on development data.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Table of names: CSV or TSV, compressed or not; `-` is standard input
    #[arg(long, value_name = "FILE")]
    table: PathBuf,

    /// Column of the names
    #[arg(long, value_name = "COLUMN")]
    name: String,

    /// Column of the countries: codes, names, or paths that begin with one
    #[arg(long, value_name = "COLUMN")]
    country: Option<String>,

    /// Column of the dates: birth or first year
    #[arg(long, value_name = "COLUMN")]
    date: Option<String>,

    /// Column that identifies a row [default: the number of the row]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,

    /// Candidates: JSON Lines, compressed or not, or the folder of an extract
    #[arg(long, value_name = "FILE")]
    candidates: PathBuf,

    /// Link from this probability on
    #[arg(long, value_name = "PROBABILITY")]
    threshold: Option<f32>,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, _: &Context, ui: &Ui) -> Result<Status> {
    if args
        .threshold
        .is_some_and(|threshold| !(0.0..=1.0).contains(&threshold))
    {
        return Err(usage(
            "a threshold is a probability between 0 and 1",
            "0.9 links what is right nine times of ten",
        ));
    }
    let columns = Columns {
        name: args.name.clone(),
        country: args.country.clone(),
        date: args.date.clone(),
        id: args.id.clone(),
    };
    let rows = table::read(&args.table, &columns)?;
    let index = Index::new(candidates::read(&args.candidates)?);
    let (keys, mentions): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let outcomes = score::link(
        &mentions,
        &index,
        &Options {
            threshold: args.threshold,
        },
    );
    Target::from_option(args.output.as_deref())
        .write(|out| table::write(args.id.as_deref().unwrap_or("row"), &keys, &outcomes, out))?;
    let linked = outcomes.iter().filter(|outcome| outcome.linked).count();
    ui.status(format_args!(
        "{linked} of {} names linked, {} left open.",
        keys.len(),
        keys.len() - linked
    ));
    Ok(Status::Done)
}
