//! `factmill wikidata export`.

use std::path::PathBuf;

use super::super::Context;
use super::shared::{TheirArgs, found, open};
use crate::diagnostic::{Result, Status};
use crate::link::compare;
use crate::link::create::{self, Wishes};
use crate::link::decisions::Decisions;
use crate::link::export::{self, Form};
use crate::link::own::At;
use crate::link::project::reference;
use crate::link::resolve::Classes;
use crate::output::target::Target;
use crate::store::Provenance;
use crate::ui::Ui;

/// Write what Wikidata lacks: QuickStatements, Wikibase JSON or RDF; or contradictions for the Mismatch Finder
///
/// Only statements that are missing there are written, each with a reference made from the `[[source]]` entry of its source in factmill.toml; what cannot be given is left out and told with the reason: exit status 1. What `wikidata review` decided to need a new item is made, with its names in all languages (`CREATE`); statements that name it follow with the export after the import, once it is linked. After an import, with a new extract, nothing is left to write.
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
    let own = &opened.own;
    let manifest = opened.project.manifest();
    let decisions = Decisions::read(&opened.project.decisions())?;
    let shared = opened.shared_items(&decisions);
    ui.findings(&shared);
    let decided = decisions.new_items();
    let theirs = args.theirs.read(&opened, create::names(own, &decided))?;
    let lines = compare::compare(own, &theirs);
    let target = Target::from_option(args.output.as_deref());
    if args.format == Form::Mismatch {
        // What cannot be given has no part in it.
        let text = export::text(args.format, &[], &[], &lines, "", &args.url);
        target.write(|out| export::put(&text, out))?;
        ui.status(compare::summary(&lines));
        return Ok(found(!shared.is_empty()));
    }
    // A reference is that of the source.
    opened.generation.need(Provenance::Statement)?;
    let sources = manifest.references();
    let cited = |places: &[At]| reference(&opened.generation, &sources, places);
    let (gifts, mut left) = export::gifts(&lines, cited);
    let language = manifest.wikidata.languages.first();
    let language = language.map(|one| one.to_ascii_lowercase());
    let wishes = Wishes {
        decided: &decided,
        theirs: &theirs,
        classes: &Classes::read(&args.theirs.folder(&opened.project))?,
        language: language.as_deref(),
    };
    let (new, more) = create::new_items(own, &wishes, cited);
    left.extend(more);
    let (labels, unnamed) = if args.labels {
        export::labels(own, &theirs)
    } else {
        Default::default()
    };
    left.extend(unnamed);
    let text = export::text(args.format, &gifts, &new, &lines, &labels, &args.url);
    target.write(|out| export::put(&text, out))?;
    ui.findings(&left);
    let with_new: usize = new.iter().map(|item| item.gifts.len()).sum();
    let made = match new.len() {
        0 => String::new(),
        items => format!(" ({with_new} of them on {items} new items)"),
    };
    ui.status(format_args!(
        "{} statements can be given{made}, {} cannot.",
        gifts.len() + with_new,
        left.len()
    ));
    if !new.is_empty() && args.format == Form::Rdf {
        ui.hint("new items are written as quickstatements or json only");
    }
    Ok(found(!left.is_empty() || !shared.is_empty()))
}
