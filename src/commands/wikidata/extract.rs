//! `factmill wikidata extract`.

use std::path::{Path, PathBuf};

use super::super::Context;
use super::super::shared::usage;
use super::fetch::FetchArgs;
use crate::diagnostic::{Result, Severity, Status};
use crate::link::{Selection, extract, project};
use crate::ui::Ui;

/// Take from a dump, or from the API with --online, what the project needs: listed items, members of classes, items with certain names
///
/// SOURCE is a JSON dump with an entity a line (.json, .json.gz, .json.bz2), the output of Special:EntityData, or a folder of such files. Without --id, --ids, --class, --names and --all the project says what is needed: the items it links to and the names of its entities.
///
/// The extract is a folder of text files, the same bytes for the same source and wishes. An interrupted extract is taken up again by the same command.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Dump, file or folder of Special:EntityData, `-` for standard input
    #[arg(
        value_name = "SOURCE",
        required_unless_present = "online",
        conflicts_with = "online"
    )]
    source: Option<PathBuf>,

    /// Keep this item (can be repeated)
    #[arg(long, value_name = "ITEM")]
    id: Vec<String>,

    /// Keep the items that stand in this file, wherever in it
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,

    /// Keep the members of this class and of its subclasses, and the classes (can be repeated)
    #[arg(long, value_name = "ITEM", conflicts_with = "online")]
    class: Vec<String>,

    /// Keep items that bear one of these names in any language, one a line
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// Keep every entity
    #[arg(long, conflicts_with = "online")]
    all: bool,

    /// Folder of the extract [default: .factmill/wikidata in the project]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    fetch: FetchArgs,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    args.fetch.check()?;
    match &args.source {
        Some(source) => from_dump(args, source, context, ui),
        None => online(args, context, ui),
    }
}

fn online(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let mut listed = Vec::new();
    for item in &args.id {
        listed.push(item_of("--id", item)?);
    }
    if let Some(file) = &args.ids {
        listed.extend(project::items_in(file)?);
    }
    let names = match &args.names {
        Some(file) => project::names_in(file)?,
        None => Vec::new(),
    };
    let project = context.project_if_any()?;
    let project = project.as_ref();
    let own = args.id.is_empty() && args.ids.is_none() && args.names.is_none();
    let wishes = match project {
        Some(project) if own => args.fetch.of_project(project)?,
        // Fails with what to do about it.
        None if own => args.fetch.of_project(&context.project()?)?,
        _ => {
            let mut wishes = args.fetch.of_names(&names, project);
            wishes.ids.extend(listed);
            wishes
        }
    };
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => project::extract_folder(context.project()?.root()),
    };
    args.fetch.fill(&wishes, &folder, project, ui)
}

fn item_of(option: &str, item: &str) -> Result<String> {
    project::item(item)
        .ok_or_else(|| usage(format!("{option} {item} is no item"), "write it as in Q42"))
}

fn from_dump(args: &Args, source: &Path, context: &Context, ui: &Ui) -> Result<Status> {
    let mut wishes = Selection {
        all: args.all,
        ..Selection::default()
    };
    for (option, items, into) in [
        ("--id", &args.id, &mut wishes.ids),
        ("--class", &args.class, &mut wishes.classes),
    ] {
        for item in items {
            into.insert(item_of(option, item)?);
        }
    }
    if let Some(file) = &args.ids {
        wishes.ids.extend(project::items_in(file)?);
    }
    if let Some(file) = &args.names {
        for name in project::names_in(file)? {
            wishes.add_name(&name);
        }
    }
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => project::extract_folder(context.project()?.root()),
    };
    if wishes.is_empty() && !source.is_dir() {
        let project = context.project()?;
        let graph = project.generation()?.graph(crate::store::Scope::Facts)?;
        wishes = project::wishes(&graph)?;
    }
    let summary = extract::extract(source, &wishes, &folder, &mut |progress| {
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
