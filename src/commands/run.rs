//! `factmill run`.

use clap::{Arg, ArgMatches, Args as _, ColorChoice, FromArgMatches};

use super::Context;
use super::shared::{AnswerArgs, DataArgs, prefixes, usage};
use crate::diagnostic::{Diagnostic, Place, Result, Status, codes};
use crate::output::target::Target;
use crate::output::text;
use crate::query::{self, Form, SavedQuery};
use crate::ui::Ui;

/// Run a saved query; without a name, list them
///
/// The parameters of a query are options after its name: `factmill run NAME --help` tells them.
#[derive(Debug, clap::Args)]
#[command(override_usage = "factmill run [OPTIONS] [NAME [--PARAMETER VALUE]...]")]
pub(crate) struct Args {
    #[command(flatten)]
    data: DataArgs,

    #[command(flatten)]
    answer: AnswerArgs,

    /// Name of the query, then its parameters and any of the options above
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "NAME"
    )]
    call: Vec<String>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    // Saved queries stand in a project, whatever data they are run on.
    let project = context.project()?;
    let prefixes = prefixes(Some(&project));
    let queries = project.saved_queries(&prefixes)?;
    let mut before = args.data.clone();
    let mut call = args.call.clone();
    if call.is_empty() {
        call = before.take_back(|word| queries.iter().any(|query| query.name == word));
    }
    let Some((name, rest)) = call.split_first() else {
        if !before.data.is_empty() {
            return Err(usage(
                "there is no name of a saved query",
                "--data takes all that follows as files: put the name before it",
            ));
        }
        Target::Stdout.write(|out| text::write_queries(&queries, out))?;
        return Ok(Status::Done);
    };
    let saved = query::find(&queries, name)?;
    let matches = match command(saved)?.try_get_matches_from(rest) {
        Ok(matches) => matches,
        Err(told) => {
            // A closed pipe is nobody reading the help: not an error.
            let _ = told.print();
            return Ok(if told.use_stderr() {
                Status::Usage
            } else {
                Status::Done
            });
        }
    };
    let answer = options::<AnswerArgs>(&matches).or(&args.answer);
    let mut data = options::<DataArgs>(&matches);
    data.data.splice(0..0, before.data);
    let given: Vec<(String, String)> = saved
        .parameters
        .iter()
        .filter_map(|parameter| {
            let value = matches.get_one::<String>(&parameter.name)?;
            Some((parameter.name.clone(), value.clone()))
        })
        .collect();
    let bindings = saved.bindings(&given, &prefixes)?;
    let limits = answer.limits();
    if let Some(weight) = saved.collects {
        answer.check(Form::Solutions, ui)?;
        let found = data.conflicts(&project, &prefixes, weight, limits, ui)?;
        return answer.collected(&found, &data, &project, &prefixes, ui);
    }
    let services = answer.services(Some(&project), ui)?;
    let parsed = query::parse_with(&saved.text, &saved.file, &prefixes, limits, &services)?;
    answer.check(parsed.form(), ui)?;
    let project = data.data.is_empty().then_some(project);
    answer.answer(parsed, bindings, &data, project.as_ref(), &prefixes, ui)
}

/// The command line of a saved query: its parameters beside the options that all have.
fn command(saved: &SavedQuery) -> Result<clap::Command> {
    let mut command = clap::Command::new(format!("factmill run {}", saved.name))
        .no_binary_name(true)
        .color(ColorChoice::Auto);
    // The parameters come last, so that a misspelt one is not taken for another option that is as near.
    command = AnswerArgs::augment_args(DataArgs::augment_args(command));
    // Groups of options bring summaries of their own, so this one comes after them.
    let summary = saved.summary.clone().unwrap_or_default();
    command = command.long_about(match &saved.description {
        Some(description) => format!("{summary}\n\n{description}"),
        None => summary.clone(),
    });
    command = command.about(summary);
    let taken = command.get_arguments().filter_map(Arg::get_long);
    let taken: Vec<String> = taken.map(str::to_owned).collect();
    for parameter in &saved.parameters {
        if taken.contains(&parameter.name) {
            let message = format!(
                "the parameter {} bears the name of an option",
                parameter.name
            );
            return Err(Diagnostic::error(codes::QUERY_HEADER, message)
                .at(Place::file(&saved.file))
                .hint("give it another name, here and in the query")
                .into());
        }
        let default = match &parameter.default {
            Some(value) => format!(" [default: {value}]"),
            None if parameter.required => String::new(),
            None => " [optional]".to_owned(),
        };
        let summary = parameter.summary.as_deref().unwrap_or_default();
        command = command.arg(
            Arg::new(parameter.name.clone())
                .long(parameter.name.clone())
                .value_name(parameter.kind.word().to_uppercase())
                .allow_hyphen_values(true)
                .help(format!("{summary}{default}"))
                .help_heading("Parameters"),
        );
    }
    Ok(command)
}

/// Reads back the options that [`command`] was augmented with.
fn options<T: FromArgMatches + Default>(matches: &ArgMatches) -> T {
    T::from_arg_matches(matches).unwrap_or_default()
}
