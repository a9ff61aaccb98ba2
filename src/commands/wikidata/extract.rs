//! `factmill wikidata extract`.

use std::path::PathBuf;

use super::super::Context;
use super::super::shared::usage;
use crate::diagnostic::{Result, Severity, Status};
use crate::link::{Selection, extract, project};
use crate::ui::Ui;

/// Take from a dump what the project needs: listed items, members of classes, items with certain names
///
/// SOURCE is a JSON dump with an entity a line (.json, .json.gz, .json.bz2), the output of Special:EntityData, or a folder of such files. Without --id, --ids, --class, --names and --all the project says what is needed: the items it links to and the names of its entities.
///
/// The extract is a folder of text files, the same bytes for the same source and wishes. An interrupted extract is taken up again by the same command.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Dump, file or folder of Special:EntityData, `-` for standard input
    #[arg(value_name = "SOURCE")]
    source: PathBuf,

    /// Keep this item (can be repeated)
    #[arg(long, value_name = "ITEM")]
    id: Vec<String>,

    /// Keep the items that stand in this file, wherever in it
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,

    /// Keep the members of this class and of its subclasses, and the classes (can be repeated)
    #[arg(long, value_name = "ITEM")]
    class: Vec<String>,

    /// Keep items that bear one of these names in any language, one a line
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// Keep every entity
    #[arg(long)]
    all: bool,

    /// Folder of the extract [default: .factmill/wikidata in the project]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let mut wishes = Selection {
        all: args.all,
        ..Selection::default()
    };
    for (option, items, into) in [
        ("--id", &args.id, &mut wishes.ids),
        ("--class", &args.class, &mut wishes.classes),
    ] {
        for item in items {
            let item = project::item(item).ok_or_else(|| {
                usage(format!("{option} {item} is no item"), "write it as in Q42")
            })?;
            into.insert(item);
        }
    }
    if let Some(file) = &args.ids {
        wishes.ids.extend(project::items_in(file)?);
    }
    if let Some(file) = &args.names {
        project::add_names(file, &mut wishes)?;
    }
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => project::extract_folder(context.project()?.root()),
    };
    if wishes.is_empty() && !args.source.is_dir() {
        let project = context.project()?;
        let graph = project.generation()?.graph(crate::store::Scope::Facts)?;
        wishes = project::wishes(&graph)?;
    }
    let summary = extract::extract(&args.source, &wishes, &folder, &mut |progress| {
        ui.progress(progress);
    })?;
    ui.progress_done();
    ui.findings(&summary.findings);
    if summary.resumed > 0 {
        ui.status(format_args!(
            "Taken up again after {} entities.",
            summary.resumed
        ));
    }
    ui.status(summary.text(&folder));
    let left_out = summary
        .findings
        .iter()
        .any(|finding| finding.severity >= Severity::Warning);
    Ok(if left_out {
        Status::Findings
    } else {
        Status::Done
    })
}
