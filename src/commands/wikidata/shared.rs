//! What the verbs that work on a project's graph share: the graph in the terms of Wikidata, and Wikidata's side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::Context;
use super::super::shared::prefixes;
use crate::diagnostic::{Diagnostic, Place, Result, Status, codes};
use crate::link::decisions::Decisions;
use crate::link::entity::Entity;
use crate::link::links::Links;
use crate::link::own::{self, Own};
use crate::link::project::{extract_folder, is_extract, link_place};
use crate::link::theirs::{self, Wanted};
use crate::project::Project;
use crate::query::{self, Answer, Limits, Solutions};
use crate::store::{Generation, Scope};
use crate::ui::Ui;

/// A project with its graph in the terms of Wikidata.
pub(super) struct Opened {
    pub(super) project: Project,
    pub(super) generation: Generation,
    pub(super) own: Own,
}

/// Opens the project and reads its statements with its own query.
pub(super) fn open(context: &Context, ui: &Ui) -> Result<Opened> {
    let project = context.project()?;
    let generation = project.generation()?;
    ui.findings(&project.newer_sources(&generation));
    let graph = generation.graph(Scope::Facts)?;
    let prefixes = prefixes(Some(&project));
    let queries = project.saved_queries(&prefixes)?;
    let saved = query::find(&queries, own::QUERY).map_err(|mut why| {
        for one in &mut why.0 {
            one.hints = vec![format!(
                "write {}/{}.rq, which says what the terms of the graph are in Wikidata: columns entity, property (P571) and value; `factmill demo` has one",
                project.manifest().queries,
                own::QUERY
            )];
        }
        why
    })?;
    let parsed = query::parse(&saved.text, &saved.file, &prefixes, Limits::default())?;
    let answer =
        match parsed.evaluate(&graph, saved.bindings(&[], &prefixes)?, Limits::default())? {
            Answer::Solutions(answer) => answer,
            _ => Solutions::default(),
        };
    let own = Own::read(&graph, &answer)?;
    Ok(Opened {
        project,
        generation,
        own,
    })
}

/// Fails where there is no extract, nor a file that may be one.
pub(super) fn need_extract(folder: &Path) -> Result<()> {
    let is_other = folder.exists() && !folder.is_dir();
    if is_other || folder == Path::new("-") || is_extract(folder) {
        return Ok(());
    }
    Err(
        Diagnostic::error(codes::FILE_MISSING, "there is no extract of Wikidata here")
            .at(Place::file(folder.display().to_string()))
            .hint("make one: `factmill wikidata extract DUMP`, or `factmill wikidata extract --online --contact MAIL`")
            .hint("or name the folder of one")
            .into(),
    )
}

/// Where Wikidata's side comes from.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct TheirArgs {
    /// Folder of the extract [default: .factmill/wikidata in the project]
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,

    /// Table of statements instead of an extract: CSV with the columns qid, field and value
    #[arg(long, value_name = "FILE", conflicts_with = "extract")]
    statements: Option<PathBuf>,
}

impl TheirArgs {
    /// Returns the folder of the extract.
    pub(super) fn folder(&self, project: &Project) -> PathBuf {
        self.extract
            .clone()
            .unwrap_or_else(|| extract_folder(project.root()))
    }

    /// Reads the items that entities are linked to, and those that bear one of the names.
    pub(super) fn read(
        &self,
        opened: &Opened,
        names: BTreeSet<String>,
    ) -> Result<BTreeMap<String, Entity>> {
        let wanted = Wanted {
            ids: opened.own.items(),
            names,
        };
        if let Some(table) = &self.statements {
            return theirs::from_table(table, &wanted);
        }
        let folder = self.folder(&opened.project);
        need_extract(&folder)?;
        theirs::from_extract(&folder, &wanted)
    }
}

impl Opened {
    /// Says which items are linked to several entities, and where.
    pub(super) fn shared_items(&self, decisions: &Decisions) -> Vec<Diagnostic> {
        Links::new(&self.own, decisions).shared(|iri, item| link_place(&self.generation, iri, item))
    }
}

/// Returns the status that tells whether there was anything to see.
pub(super) fn found(any: bool) -> Status {
    if any { Status::Findings } else { Status::Done }
}
