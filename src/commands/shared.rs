//! What several verbs share: the project they work on, the options that say where an answer goes, the dataset to read.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use oxrdf::{GraphName, Quad, Term, Variable};

use super::online::ServiceArgs;
use crate::audit::conflicts::{self, Conflict};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, Status, codes, counted};
use crate::engine::rdf;
use crate::explain;
use crate::export::{self, RdfFormat};
use crate::output::report;
use crate::output::results::{self, ResultFormat};
use crate::output::target::Target;
use crate::project::Project;
use crate::query::{Answer, Form, Limits, Parsed, Prefixes, Services, Weight};
use crate::store::{Generation, Graph, Provenance, Scope};
use crate::ui::Ui;

/// How much is kept or told of where statements come from.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Level {
    /// Nothing
    None,
    /// Sources and rules
    Graph,
    /// Records and rule of each statement
    Statement,
}

impl From<Level> for Provenance {
    fn from(level: Level) -> Self {
        match level {
            Level::None => Self::None,
            Level::Graph => Self::Graph,
            Level::Statement => Self::Statement,
        }
    }
}

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
            Some(folder) => Project::open(folder),
            None => Project::discover(&self.directory),
        }
    }

    /// Returns the project as [`Context::project`] does, or nothing where there is none and none was named.
    pub(crate) fn project_if_any(&self) -> Result<Option<Project>> {
        match self.project() {
            Err(why)
                if self.project.is_none()
                    && why.0.iter().all(|one| one.code == codes::NO_PROJECT) =>
            {
                Ok(None)
            }
            found => found.map(Some),
        }
    }
}

/// Returns the prefixes that need no declaration, with those of the project.
pub(crate) fn prefixes(project: Option<&Project>) -> Prefixes {
    match project {
        Some(project) => Prefixes::known().and(project.manifest().prefixes.clone()),
        None => Prefixes::known(),
    }
}

/// Returns the failure of a request that makes no sense, with what to do.
pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Diagnostics {
    Diagnostic::error(codes::USAGE, message).hint(hint).into()
}

/// Says that findings have no places, where a graph does not keep them, and how it would.
pub(crate) fn without_places(generation: &Generation) -> Vec<Diagnostic> {
    let lacking = generation.need(Provenance::Statement).err();
    let mut told = lacking.map_or_else(Vec::new, |found| found.0);
    for one in &mut told {
        one.severity = Severity::Notice;
        one.message.push_str(": places are not shown");
    }
    told
}

/// The dataset to read: files, or the graph of the project.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DataArgs {
    /// Read RDF files instead of the project's graph; any syntax, no project needed, `-` is Turtle or TriG on standard input (can be repeated)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) data: Vec<PathBuf>,
}

impl DataArgs {
    /// Takes back what stands from the first word on that is no file but fits, as `--data FILE WORD` reads the word as a
    /// file too.
    pub(crate) fn take_back(&mut self, fits: impl Fn(&str) -> bool) -> Vec<String> {
        let is_word = |path: &PathBuf| !path.exists() && path.to_str().is_some_and(&fits);
        let at = self.data.iter().skip(1).position(is_word);
        let words = at.map_or_else(Vec::new, |at| self.data.split_off(at + 1));
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        words.into_iter().map(text).collect()
    }

    /// Returns the project, unless files are read instead.
    pub(crate) fn project(&self, context: &Context) -> Result<Option<Project>> {
        if self.data.is_empty() {
            context.project().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Returns the quads of the files or of the project's graph as they are written, each once, numbers and dates in their
    /// own spelling; says it when sources are newer than the graph.
    pub(crate) fn quads(
        &self,
        project: Option<&Project>,
        scope: Scope,
        ui: &Ui,
    ) -> Result<Vec<Quad>> {
        let Some(project) = project else {
            return rdf::quads(&self.data);
        };
        let generation = project.generation()?;
        ui.findings(&project.newer_sources(&generation));
        generation.quads(scope).collect()
    }

    /// Returns the dataset, and says it when sources are newer than the project's graph.
    pub(crate) fn open(&self, project: Option<&Project>, scope: Scope, ui: &Ui) -> Result<Graph> {
        let Some(project) = project else {
            return rdf::load(&self.data);
        };
        let generation = project.generation()?;
        ui.findings(&project.newer_sources(&generation));
        generation.graph(scope)
    }

    /// Returns what the checks of a project find in the dataset; what files say has no sources.
    pub(crate) fn conflicts(
        &self,
        project: &Project,
        prefixes: &Prefixes,
        down_to: Weight,
        limits: Limits,
        ui: &Ui,
    ) -> Result<Vec<Conflict>> {
        if self.data.is_empty() {
            let generation = project.generation()?;
            ui.findings(&project.newer_sources(&generation));
            return project.conflicts(&generation, prefixes, down_to, limits);
        }
        let request = conflicts::Request {
            down_to,
            prefixes,
            preferences: &project.preferences(),
            limits,
        };
        let open = |_| rdf::load(&self.data);
        conflicts::find(&project.checks(prefixes)?, open, None, &request)
    }
}

/// Where the answer to a query goes, in which format, and what it may cost.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct AnswerArgs {
    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// table, csv, tsv, json, xml, markdown or jsonl; for CONSTRUCT and DESCRIBE an RDF format
    ///
    /// The default is that of the output file's ending, else a table on a terminal and CSV elsewhere, and Turtle for RDF.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Stop after so many seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: Option<u64>,

    /// Refuse an answer of more rows than this [default: 1000000]
    #[arg(long, value_name = "ROWS")]
    max_rows: Option<u64>,

    /// Instead of the answer, tell why this row of it (from 1) is there: the statements it rests on, with their sources
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) why: Option<u64>,

    /// Exit with 1 when the answer to an ASK is false
    #[arg(long)]
    exit_status: bool,

    #[command(flatten)]
    services: ServiceArgs,
}

impl AnswerArgs {
    /// Returns these options, completed by others where they say nothing.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            output: self.output.or_else(|| other.output.clone()),
            format: self.format.or_else(|| other.format.clone()),
            timeout: self.timeout.or(other.timeout),
            max_rows: self.max_rows.or(other.max_rows),
            why: self.why.or(other.why),
            exit_status: self.exit_status || other.exit_status,
            services: self.services.or(&other.services),
        }
    }

    /// Returns the servers that a query may ask.
    pub(crate) fn services(&self, project: Option<&Project>, ui: &Ui) -> Result<Services> {
        self.services.services(project, ui)
    }

    pub(crate) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            timeout: self.timeout.map(Duration::from_secs).or(usual.timeout),
            rows: self.max_rows.or(usual.rows),
        }
    }

    /// Fails when the answer of a query of this form cannot be written as asked, before anything is evaluated.
    pub(crate) fn check(&self, form: Form, ui: &Ui) -> Result<()> {
        match form {
            Form::Graph => self.rdf_format().map(drop),
            Form::Solutions | Form::Boolean => self.table_format(ui).map(drop),
        }
    }

    /// Answers a query, or explains a row of its answer, and returns the exit status.
    pub(crate) fn answer(
        &self,
        parsed: Parsed,
        bindings: Vec<(Variable, Term)>,
        data: &DataArgs,
        project: Option<&Project>,
        prefixes: &Prefixes,
        ui: &Ui,
    ) -> Result<Status> {
        let graph = data.open(project, parsed.scope(), ui)?;
        let limits = self.limits();
        let services = parsed.services.clone();
        let Some(number) = self.why else {
            let answer = parsed.evaluate(&graph, bindings, limits)?;
            ui.progress_done();
            ui.findings(&services.passed_over());
            return self.write(&answer, prefixes, ui);
        };
        let Some(project) = project else {
            return Err(no_origins());
        };
        let kept = parsed.with_query(parsed.query.clone());
        let evidence = match parsed.evaluate(&graph, bindings.clone(), limits)? {
            Answer::Solutions(solutions) => {
                let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
                let row = solutions
                    .rows
                    .get(index)
                    .ok_or_else(|| no_row(number, solutions.rows.len()))?;
                let values: Vec<(Variable, Term)> = solutions
                    .variables
                    .iter()
                    .zip(row)
                    .filter_map(|(variable, term)| Some((variable.clone(), term.clone()?)))
                    .collect();
                kept.evidence(&bindings, &values)?
            }
            _ => None,
        };
        let Some(evidence) = evidence else {
            return Err(usage(
                "only the answer to a SELECT has rows",
                "leave out --why",
            ));
        };
        let Answer::Graph(triples) = evidence.evaluate(&graph, Vec::new(), limits)? else {
            return Err(no_row(number, 0));
        };
        let quads = triples
            .into_iter()
            .map(|triple| triple.in_graph(GraphName::DefaultGraph))
            .collect();
        self.explain(quads, project, prefixes)
    }

    /// Answers with what the checks found, or explains one finding of it, and returns the exit status.
    pub(crate) fn collected(
        &self,
        found: &[Conflict],
        data: &DataArgs,
        project: &Project,
        prefixes: &Prefixes,
        ui: &Ui,
    ) -> Result<Status> {
        let Some(number) = self.why else {
            if data.data.is_empty() && !found.is_empty() {
                ui.findings(&without_places(&project.generation()?));
            }
            return self.write(&Answer::Solutions(conflicts::table(found)), prefixes, ui);
        };
        if !data.data.is_empty() {
            return Err(no_origins());
        }
        let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let one = found
            .get(index)
            .ok_or_else(|| no_row(number, found.len()))?;
        self.explain(one.quads(), project, prefixes)
    }

    /// Tells where statements come from.
    fn explain(&self, quads: Vec<Quad>, project: &Project, prefixes: &Prefixes) -> Result<Status> {
        let told = explain::explain_statements(&project.generation()?, quads)?;
        let json = self.format.as_deref() == Some("json");
        Target::from_option(self.output.as_deref()).write(|out| {
            if json {
                report::why_json(&told, out)
            } else {
                report::why_text(&told, prefixes, out)
            }
        })?;
        Ok(Status::Done)
    }

    /// Writes the answer and returns the exit status.
    fn write(&self, answer: &Answer, prefixes: &Prefixes, ui: &Ui) -> Result<Status> {
        let target = Target::from_option(self.output.as_deref());
        match answer {
            Answer::Solutions(solutions) => {
                let format = self.table_format(ui)?;
                let options = results::Options {
                    prefixes: prefixes.clone(),
                    width: target.path().is_none().then(|| ui.width()).flatten(),
                };
                target.write(|out| results::write_solutions(solutions, format, &options, out))?;
                if format == ResultFormat::Table {
                    let rows = solutions.rows.len();
                    ui.status(format_args!(
                        "{rows} {}.",
                        if rows == 1 { "row" } else { "rows" }
                    ));
                }
                Ok(Status::Done)
            }
            Answer::Boolean(value) => {
                let format = self.table_format(ui)?;
                target.write(|out| results::write_boolean(*value, format, out))?;
                Ok(if self.exit_status && !value {
                    Status::Findings
                } else {
                    Status::Done
                })
            }
            Answer::Graph(triples) => {
                let format = self.rdf_format()?;
                let quads: Vec<_> = triples
                    .iter()
                    .map(|triple| triple.clone().in_graph(GraphName::DefaultGraph))
                    .collect();
                write_quads(&quads, format, prefixes, &target)?;
                Ok(Status::Done)
            }
        }
    }

    fn table_format(&self, ui: &Ui) -> Result<ResultFormat> {
        if let Some(name) = &self.format {
            return ResultFormat::from_name(name);
        }
        let target = Target::from_option(self.output.as_deref());
        let by_ending = target.plain_name().and_then(ResultFormat::from_path);
        let on_terminal = target == Target::Stdout && ui.stdout_is_terminal();
        Ok(by_ending.unwrap_or(if on_terminal {
            ResultFormat::Table
        } else {
            ResultFormat::Csv
        }))
    }

    fn rdf_format(&self) -> Result<RdfFormat> {
        rdf_format(
            self.format.as_deref(),
            &Target::from_option(self.output.as_deref()),
        )
    }
}

fn no_origins() -> Diagnostics {
    usage(
        "files have no origins to tell",
        "leave out --data, or --why",
    )
}

fn no_row(number: u64, rows: usize) -> Diagnostics {
    usage(
        format!("the answer has no row {number}"),
        format!("it has {}, counted from 1", counted(rows, "row")),
    )
}

/// Returns the RDF format that an option or else the ending of the file names; Turtle when neither does.
pub(crate) fn rdf_format(option: Option<&str>, target: &Target) -> Result<RdfFormat> {
    target.packing()?;
    match option {
        Some(name) => RdfFormat::from_name(name),
        None => Ok(target
            .plain_name()
            .and_then(RdfFormat::from_path)
            .unwrap_or(RdfFormat::Turtle)),
    }
}

/// Writes quads to a target.
pub(crate) fn write_quads(
    quads: &[Quad],
    format: RdfFormat,
    prefixes: &Prefixes,
    target: &Target,
) -> Result<()> {
    write_quads_with(quads, format, prefixes, target, &export::Options::default())
}

/// Writes quads to a target in a certain way.
pub(crate) fn write_quads_with(
    quads: &[Quad],
    format: RdfFormat,
    prefixes: &Prefixes,
    target: &Target,
    options: &export::Options,
) -> Result<()> {
    let prefixes = prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect();
    target.write(|out| export::write(quads, format, &prefixes, options, out))
}
