//! `factmill build`.

use super::Context;
use super::shared::{Level, prefixes};
use crate::audit::conflicts;
use crate::diagnostic::{Result, Severity, Status, counted};
use crate::engine::{BuildOptions, BuildReport};
use crate::output::report;
use crate::output::target::Target;
use crate::project::Project;
use crate::query::{Limits, Weight};
use crate::store;
use crate::ui::Ui;

/// Build the graph of the project from its sources
///
/// A statement that cannot be made (an impossible date, a quotation that is not in its source) is left out and reported with its place, and the rest is built: exit status 1. The graph built before stays as it is until the new one is complete, and can be brought back with --rollback.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Refuse the whole build when a statement would be left out
    #[arg(long)]
    strict: bool,

    /// Bring back the graph built before; a second time undoes it
    #[arg(long, conflicts_with = "strict")]
    rollback: bool,

    /// Run the checks for contradictions however large the graph is; without this, up to 20,000 statements
    #[arg(long, conflicts_with = "rollback")]
    check: bool,

    /// Build again whenever a source, a mapping or the manifest is saved, until interrupted
    #[arg(long, conflicts_with = "rollback")]
    watch: bool,

    /// Keep this much of where statements come from; without it `why` and `coverage` have nothing to tell [default: what the manifest says, else statement]
    #[arg(long, value_enum, value_name = "LEVEL", conflicts_with = "rollback")]
    provenance: Option<Level>,

    /// Write a report in JSON to standard output
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let project = context.project()?;
    if args.rollback {
        let info = project.store().rollback()?;
        ui.status(format_args!(
            "Back to generation {}: {}.",
            short(&info.id),
            counted(info.statements, "statement")
        ));
        return Ok(Status::Done);
    }
    if args.watch {
        return watch(args, context, ui);
    }
    build_once(args, &project, ui)
}

/// Builds, waits for a change, and builds again; what is wrong is told and waits for its mending.
fn watch(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let mut project = context.project()?;
    loop {
        let before = project.snapshot();
        if let Err(found) = build_once(args, &project, ui) {
            ui.findings(&found.0);
        }
        // What the build read for the first time counts from now on.
        let after = project.snapshot();
        ui.status("Waiting for a change.");
        project.wait_for_change(if after.covers(&before) {
            &after
        } else {
            &before
        });
        match context.project() {
            Ok(changed) => project = changed,
            Err(found) => ui.findings(&found.0),
        }
    }
}

fn build_once(args: &Args, project: &Project, ui: &Ui) -> Result<Status> {
    let built = project.build(&BuildOptions {
        strict: args.strict,
        provenance: args.provenance.map(Into::into),
    })?;
    ui.findings(&built.findings);
    if args.json {
        Target::Stdout.write(|out| report::build_json(&built, out))?;
    }
    ui.status(summary(&built));
    if !store::KEEPS_DISK_STORES && built.info.statements >= store::DISK_STORE_PAYS {
        ui.hint("a factmill with the feature `rocksdb` opens a graph of this size in milliseconds");
    }
    if args.check || built.info.statements <= conflicts::SMALL {
        check(project, ui);
    }
    Ok(built.status())
}

/// Says how many contradictions there are. The graph is built whatever the checks say, and the status is that of the build.
fn check(project: &Project, ui: &Ui) {
    let prefixes = prefixes(Some(project));
    let found = project.generation().and_then(|generation| {
        if project.checks(&prefixes)?.is_empty() {
            return Ok(None);
        }
        let (weight, limits) = (Weight::Contradiction, Limits::default());
        let found = project.conflicts(&generation, &prefixes, weight, limits)?;
        Ok(Some(found))
    });
    match found {
        Ok(None) => {}
        Ok(Some(found)) if found.is_empty() => ui.status(conflicts::counted(&found, false)),
        Ok(Some(found)) => ui.status(format_args!(
            "{} `factmill conflicts` shows both sides.",
            conflicts::counted(&found, false)
        )),
        Err(mut faults) => {
            for fault in &mut faults.0 {
                fault.severity = Severity::Warning;
            }
            ui.findings(&faults.0);
            ui.status("The checks for contradictions were not run.");
        }
    }
}

/// The beginning of a generation's identity, enough to tell generations apart.
fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

pub(super) fn summary(built: &BuildReport) -> String {
    let info = &built.info;
    let left_out = match built.left_out {
        0 => String::new(),
        1 => "; 1 error names what was left out".to_owned(),
        n => format!("; {n} errors name what was left out"),
    };
    let change = if info.unchanged { " (unchanged)" } else { "" };
    let derivations = match info.derivations {
        0 if info.statements > 0 => "without derivations".to_owned(),
        n => format!("with {}", counted(n, "derivation")),
    };
    format!(
        "Built generation {}{change}: {} {derivations} from {}{left_out}.",
        short(&info.id),
        counted(info.statements, "statement"),
        counted(built.sources, "source")
    )
}
