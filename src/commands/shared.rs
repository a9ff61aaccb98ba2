//! What several verbs share: the project they work on, the options that say where data goes, the dataset to read.

use std::path::PathBuf;

use clap::Args;

use crate::diagnostic::{Diagnostic, Result, codes};
use crate::engine::rdf;
use crate::output::results::ResultFormat;
use crate::output::target::Target;
use crate::project::Project;
use crate::query::Scope;
use crate::store::Graph;
use crate::ui::Ui;

/// Where the program was called.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The working directory.
    pub(crate) directory: PathBuf,
    /// What `--project` said.
    pub(crate) project: Option<PathBuf>,
}

impl Context {
    /// Returns the project that `--project` names, else the nearest one upward.
    pub(crate) fn project(&self) -> Result<Project> {
        match &self.project {
            Some(folder) => Project::open(&self.directory.join(folder)),
            None => Project::discover(&self.directory),
        }
    }
}

/// Where results of a query go and in which format.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ResultArgs {
    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Format: table, csv, tsv, json, xml, markdown, jsonl; for CONSTRUCT an RDF format
    ///
    /// The default is the one of the output file's ending, else a table on a terminal and CSV elsewhere.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
}

impl ResultArgs {
    pub(crate) fn target(&self) -> Target {
        Target::from_option(self.output.as_deref())
    }

    /// Returns the format of a table of results.
    pub(crate) fn table_format(&self, ui: &Ui) -> Result<ResultFormat> {
        if let Some(name) = &self.format {
            return ResultFormat::from_name(name);
        }
        if let Some(path) = self.target().path()
            && let Some(format) = ResultFormat::from_path(path)
        {
            return Ok(format);
        }
        let on_terminal = self.target() == Target::Stdout && ui.stdout_is_terminal();
        Ok(if on_terminal { ResultFormat::Table } else { ResultFormat::Csv })
    }
}

/// The dataset to read: files, or the graph of the project.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DataArgs {
    /// Read RDF files instead of the project's graph; any RDF syntax, no project needed (can be repeated)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) data: Vec<PathBuf>,
}

impl DataArgs {
    /// Returns the dataset, and says it when the sources are newer than the graph.
    pub(crate) fn open(&self, context: &Context, scope: Scope, ui: &Ui) -> Result<Graph> {
        if self.data.is_empty() {
            let project = context.project()?;
            let generation = project.generation()?;
            ui.findings(&project.newer_sources(&generation));
            generation.graph(scope)
        } else {
            rdf::load(&self.data)
        }
    }
}

/// Returns the failure of a request that makes no sense, with what to do.
pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> crate::diagnostic::Diagnostics {
    Diagnostic::error(codes::USAGE, message).hint(hint).into()
}
