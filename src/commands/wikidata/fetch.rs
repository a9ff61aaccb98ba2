//! What the verbs that fetch from a server share: the API of a Wikibase, or a reconciliation service.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::online::OnlineArgs;
use super::super::shared::usage;
use crate::diagnostic::{Result, Status};
use crate::link::answers::{Head, Question};
use crate::link::project;
use crate::online::fetch::{self, Wishes};
use crate::online::reconcile::Service;
use crate::project::Project;
use crate::store::Scope;
use crate::ui::Ui;

/// The API that is asked when nothing else is said.
const API: &str = "https://www.wikidata.org/w/api.php";

/// From where to fetch, and how.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Network")]
pub(super) struct FetchArgs {
    #[command(flatten)]
    pub(super) online: OnlineArgs,

    /// Address of the API of a Wikibase [default: api under [wikidata] in factmill.toml, else that of Wikidata]
    #[arg(long, value_name = "URL")]
    api: Option<String>,

    /// Search in this language for names of which no language is known (can be repeated) [default: languages under [wikidata] in factmill.toml, else en]
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,

    /// Take so many results of each search [default: 10]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=50))]
    search_limit: Option<u8>,
}

impl FetchArgs {
    /// Fails when something is said of the network and nothing may be asked there.
    pub(super) fn check(&self) -> Result<()> {
        let said = [
            ("--api", self.api.is_some()),
            ("--language", !self.language.is_empty()),
            ("--search-limit", self.search_limit.is_some()),
        ];
        match said.iter().find(|(_, said)| *said && !self.online.online) {
            None => Ok(()),
            Some((option, _)) => Err(usage(
                format!("{option} says whom and how to ask, but the network is not used"),
                "add --online, or leave the option out",
            )),
        }
    }

    /// Returns what a project asks for: the items it names, and the names of those of its entities that are linked to none.
    pub(super) fn of_project(&self, project: &Project) -> Result<Wishes> {
        let graph = project.generation()?.graph(Scope::Facts)?;
        let asked = project::asked(&graph)?;
        let usual = self.languages(Some(project));
        let mut wishes = self.of_names(&[], Some(project));
        for one in asked.names {
            if asked.linked.contains(&one.entity) {
                continue;
            }
            match &one.language {
                Some(language) => wishes.add_name(&one.name, language),
                None => usual
                    .iter()
                    .for_each(|language| wishes.add_name(&one.name, language)),
            }
        }
        wishes.ids = asked.ids;
        Ok(wishes)
    }

    /// Returns what names ask for of which no language is known.
    pub(super) fn of_names(&self, names: &[String], project: Option<&Project>) -> Wishes {
        let mut wishes = Wishes {
            limit: self.search_limit.map_or(10, usize::from),
            ..Wishes::default()
        };
        for language in self.languages(project) {
            names
                .iter()
                .for_each(|name| wishes.add_name(name, &language));
        }
        wishes
    }

    fn languages(&self, project: Option<&Project>) -> BTreeSet<String> {
        let of_project = project.map_or(&[][..], |project| &project.manifest().wikidata.languages);
        match (&self.language[..], of_project) {
            ([], []) => BTreeSet::from(["en".to_owned()]),
            ([], some) | (some, _) => some.iter().cloned().collect(),
        }
    }

    /// Fills the folder of an extract from the API.
    pub(super) fn fill(
        &self,
        wishes: &Wishes,
        folder: &Path,
        project: Option<&Project>,
        ui: &Ui,
    ) -> Result<Status> {
        let client = self.online.client(project, ui)?;
        let of_project = project.and_then(|project| project.manifest().wikidata.api.clone());
        let api = self.api.clone().or(of_project);
        let filled = fetch::fill(&client, api.as_deref().unwrap_or(API), wishes, folder);
        ui.progress_done();
        let summary = filled?;
        tell_kept(summary.kept, ui);
        for (from, to) in &summary.merged {
            ui.status(format_args!("{from} was merged into {to}."));
        }
        ui.findings(&summary.findings);
        ui.status(format_args!(
            "{} entities fetched into {} with {} requests.",
            summary.entities,
            folder.display(),
            summary.requests
        ));
        Ok(super::shared::found(!summary.findings.is_empty()))
    }

    /// Fills a folder with the answers of a reconciliation service to questions that are made when it is known how it is asked.
    pub(super) fn ask(
        &self,
        service: &ReconcileArgs,
        folder: &Path,
        project: Option<&Project>,
        questions: impl FnOnce(&Head) -> Vec<Question>,
        ui: &Ui,
    ) -> Result<()> {
        let url = service
            .service
            .as_deref()
            .ok_or_else(|| usage("there is no service to ask", "name one with --service"))?;
        let client = self.online.client(project, ui)?;
        let service = Service::open(&client, url, service.kind.as_deref())?;
        let filled = service.fill(&client, &questions(&service.head), folder);
        ui.progress_done();
        let summary = filled?;
        tell_kept(summary.kept, ui);
        ui.status(format_args!(
            "{} questions answered by {} with {} offers, kept in {}.",
            summary.questions,
            service.head.name,
            summary.offers,
            folder.display()
        ));
        Ok(())
    }
}

fn tell_kept(answers: usize, ui: &Ui) {
    if answers > 0 {
        ui.status(format_args!("Taken up again; answers kept: {answers}."));
    }
}

/// Which reconciliation service to ask.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Network")]
pub(super) struct ReconcileArgs {
    /// Ask the reconciliation service at this address (0.2 or 1.0-draft) instead of the API of a Wikibase
    #[arg(long, value_name = "URL", requires = "online", conflicts_with_all = ["api", "language", "search_limit"])]
    pub(super) service: Option<String>,

    /// Ask the service for entities of this type
    #[arg(long = "type", value_name = "TYPE", requires = "service")]
    kind: Option<String>,
}
