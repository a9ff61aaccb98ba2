//! What the verbs that may use the network share: the options, who asks, and what is told meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::shared::usage;
use crate::diagnostic::{Diagnostics, Result};
use crate::online::polite::Listener;
use crate::online::sparql::Endpoints;
use crate::online::{Client, Manners, Talk};
use crate::project::Project;
use crate::query::Services;
use crate::ui::Ui;

/// Whether the network may be used, and how patiently.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Network")]
pub(crate) struct OnlineArgs {
    /// Use the network; without this nothing ever does
    #[arg(long)]
    pub(crate) online: bool,

    /// Whom those who run the server can write to: a mail address or a page [default: contact under [wikidata] in factmill.toml]
    #[arg(long, value_name = "CONTACT")]
    contact: Option<String>,

    /// Wait so long for an answer [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    answer_timeout: Option<Duration>,

    /// Try so often when a server is busy or does not answer [default: 5]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    tries: Option<u32>,

    /// Wait so long before the second try if the server does not say, then twice as long each time [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pause: Option<Duration>,

    /// Give up when a server wants to be left alone for longer [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    longest_pause: Option<Duration>,
}

fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| time.as_secs() <= 86_400)
        .ok_or_else(|| "give seconds, a day at most".to_owned())
}

impl OnlineArgs {
    /// Returns these options, completed by others where they say nothing.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            online: self.online || other.online,
            contact: self.contact.or_else(|| other.contact.clone()),
            answer_timeout: self.answer_timeout.or(other.answer_timeout),
            tries: self.tries.or(other.tries),
            pause: self.pause.or(other.pause),
            longest_pause: self.longest_pause.or(other.longest_pause),
        }
    }

    /// Returns what asks the network.
    ///
    /// # Errors
    /// `USAGE` when nobody is named who asks.
    pub(crate) fn client(&self, project: Option<&Project>, ui: &Ui) -> Result<Client> {
        Client::new(self.manners(project)?, listener(ui))
    }

    fn manners(&self, project: Option<&Project>) -> Result<Manners> {
        let known = project.and_then(|project| project.manifest().wikidata.contact.clone());
        let contact = self.contact.clone().or(known).ok_or_else(nobody)?;
        Ok(Manners {
            contact,
            timeout: self.answer_timeout.unwrap_or(Duration::from_secs(30)),
            tries: self.tries.unwrap_or(5),
            pause: self.pause.unwrap_or(Duration::from_secs(5)),
            longest: self.longest_pause.unwrap_or(Duration::from_secs(120)),
        })
    }
}

fn nobody() -> Diagnostics {
    usage(
        "--online needs to say who asks: Wikimedia and others turn away programs that do not",
        "give --contact, a mail address or a page of yours, or set contact under [wikidata] in factmill.toml",
    )
}

fn listener(ui: &Ui) -> Listener {
    let ui = *ui;
    Arc::new(move |talk| match talk {
        Talk::Progress(text) => ui.progress(text),
        Talk::Note(text) => {
            ui.progress_done();
            ui.status(text);
        }
    })
}

/// Which other servers a query may ask.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServiceArgs {
    #[command(flatten)]
    online: OnlineArgs,

    /// Let SERVICE ask the SPARQL endpoint at this address, with --online, besides those under [query] services in factmill.toml (can be repeated)
    #[arg(long, value_name = "URL")]
    service_allow: Vec<String>,
}

impl ServiceArgs {
    /// Returns these options, completed by others where they say nothing.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.service_allow
            .extend(other.service_allow.iter().cloned());
        Self {
            online: self.online.or(&other.online),
            service_allow: self.service_allow,
        }
    }

    /// Returns the servers that may be asked; none without `--online`.
    ///
    /// # Errors
    /// `USAGE` when nobody is named who asks.
    pub(crate) fn services(&self, project: Option<&Project>, ui: &Ui) -> Result<Services> {
        if !self.online.online {
            return Ok(Services::default());
        }
        let mut allowed: BTreeSet<String> = self.service_allow.iter().cloned().collect();
        if let Some(project) = project {
            allowed.extend(project.manifest().query.services.iter().cloned());
        }
        let endpoints = Endpoints::new(self.online.manners(project)?, listener(ui))?;
        Ok(Services::new(allowed, Arc::new(endpoints)))
    }
}
