//! `factmill demo`.

use super::Context;
use super::build;
use super::shared::{prefixes, write_quads};
use crate::audit::conflicts;
use crate::diagnostic::{Result, Status};
use crate::engine::BuildOptions;
use crate::export::RdfFormat;
use crate::output::results::{self, ResultFormat};
use crate::output::target::Target;
use crate::output::text;
use crate::project::{Project, example};
use crate::query::{self, Answer, Limits, Prefixes, SavedQuery};
use crate::store::{Graph, Scope};
use crate::ui::Ui;

/// Build the shipped example and show what can be done with it
///
/// Called outside the example, it writes the example to the folder factmill-demo first; what you change there stays. The facts are written to a Turtle file beside it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let project = example::open_or_write(&context.directory)?;
    let built = project.build(&BuildOptions::default())?;
    ui.findings(&built.findings);
    let generation = project.generation()?;
    let prefixes = prefixes(Some(&project));
    let facts = generation.graph(Scope::Facts)?;
    let all = generation.graph(Scope::All)?;
    let demo = &project.manifest().demo;
    let queries = project.saved_queries(&prefixes)?;
    let tables = demo
        .shows
        .iter()
        .map(|name| {
            let saved = query::find(&queries, name)?;
            match saved.collects {
                None => answer(saved, &all, &prefixes),
                Some(weight) => {
                    let limits = Limits::default();
                    let found = project.conflicts(&generation, &prefixes, weight, limits)?;
                    Ok((heading(saved), Answer::Solutions(conflicts::table(&found))))
                }
            }
        })
        .collect::<Result<Vec<_>>>()?;
    let next = next_commands(&project, context);
    Target::Stdout.write(|out| {
        let options = results::Options {
            prefixes: prefixes.clone(),
            width: ui.width(),
        };
        for (index, (heading, answer)) in tables.iter().enumerate() {
            text::write_heading(heading, index == 0, out)?;
            if let Answer::Solutions(solutions) = answer {
                results::write_solutions(solutions, ResultFormat::Table, &options, out)?;
            }
        }
        text::write_heading("What next", tables.is_empty(), out)?;
        text::write_lines(&next, out)
    })?;
    let quads = facts
        .quads()
        .filter(|quad| !matches!(quad, Ok(quad) if !quad.graph_name.is_default_graph()));
    let quads = quads.collect::<Result<Vec<_>>>()?;
    let turtle = Target::File(context.directory.join(&demo.turtle));
    write_quads(&quads, RdfFormat::Turtle, &prefixes, &turtle)?;
    ui.status(build::summary(&built));
    ui.status(format_args!(
        "Wrote {} facts to {}.",
        quads.len(),
        demo.turtle
    ));
    Ok(Status::Done)
}

/// Returns the heading and the answer of a saved query.
fn answer(saved: &SavedQuery, graph: &Graph, prefixes: &Prefixes) -> Result<(String, Answer)> {
    let limits = Limits::default();
    let parsed = query::parse(&saved.text, &saved.file, prefixes, limits)?;
    let answer = parsed.evaluate(graph, saved.bindings(&[], prefixes)?, limits)?;
    Ok((heading(saved), answer))
}

fn heading(saved: &SavedQuery) -> String {
    saved.summary.clone().unwrap_or_else(|| saved.name.clone())
}

/// The commands to try next, as they have to be typed from where the demo was called.
fn next_commands(project: &Project, context: &Context) -> Vec<String> {
    let inside = context.directory.starts_with(project.root());
    let enter = (!inside).then(|| format!("cd {}", example::FOLDER));
    let commands = project.manifest().demo.next.iter();
    enter
        .into_iter()
        .chain(commands.map(|command| format!("factmill {command}")))
        .collect()
}
