//! `factmill serve`.

use std::path::PathBuf;

use super::Context;
use super::shared::DataArgs;
use crate::diagnostic::{Result, Status};
use crate::serve::catalogue::Catalogue;
use crate::serve::listen;
use crate::store::Scope;
use crate::ui::Ui;

/// Let OpenRefine and other programs on this machine find entities by name
///
/// Serves the Reconciliation Service API, 0.2 and 1.0-draft, over the project's graph or over an extract of Wikidata. It listens on 127.0.0.1 only, changes nothing, and needs no network. Stop it with Ctrl-C.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data: DataArgs,

    /// Serve an extract of Wikidata (its folder) or a file of candidates instead
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    extract: Option<PathBuf>,

    /// The port; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8787)]
    port: u16,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let catalogue = if let Some(path) = &args.extract {
        Catalogue::of_extract(path)?
    } else {
        let project = args.data.project(context)?;
        let title = project
            .as_ref()
            .map_or("factmill", |project| &project.manifest().name);
        let base = project
            .as_ref()
            .and_then(|project| project.manifest().base.clone());
        let graph = args.data.open(project.as_ref(), Scope::Facts, ui)?;
        // The ids are whole IRIs; a space that they do not begin with would mislead.
        Catalogue::of_graph(
            &graph,
            title,
            base.as_deref()
                .unwrap_or("http://www.w3.org/2000/01/rdf-schema#Resource"),
        )?
    };
    let entities = catalogue.things.len();
    listen::serve(catalogue, args.port, |address| {
        ui.status(format_args!(
            "Serving {entities} entities for reconciliation at http://{address}/ (1.0-draft: http://{address}/1.0-draft/). Ctrl-C stops."
        ));
    })?;
    Ok(Status::Done)
}
