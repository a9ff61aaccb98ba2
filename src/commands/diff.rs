//! `factmill diff`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use oxrdf::{NamedOrBlankNode, Quad, Term};

use super::Context;
use super::shared::prefixes;
use crate::diagnostic::{Result, Status, counted};
use crate::export::diff;
use crate::output::diff::{Change, Changes, DiffFormat, write};
use crate::output::target::Target;
use crate::project::Revision;
use crate::ui::Ui;

/// Show what is different between two files, builds or git revisions
///
/// Each side is an RDF file, `current` or `previous` for builds of the project, the beginning of a generation's identity, a git revision such as HEAD~1 (the project is built as it was there), or REVISION:FILE. Names of blank nodes and the order of statements make no difference. For builds each change is told with the row and the rule behind it. Exit status 1 when there is a difference.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to compare [default: previous]
    #[arg(default_value = "previous")]
    before: String,

    /// What to compare it with [default: current]
    #[arg(default_value = "current")]
    after: String,

    /// Compare the named graphs too
    #[arg(long)]
    graphs: bool,

    /// text, json, html or patch [default: by the output file's ending, else text]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<String>,

    /// Write JSON
    #[arg(long)]
    json: bool,

    /// Write to a file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &Context, ui: &Ui) -> Result<Status> {
    let target = Target::from_option(args.output.as_deref());
    let format = format(args, &target)?;
    // Two files can be compared anywhere.
    let project = context.project().ok();
    if context.project.is_some() {
        context.project()?;
    }
    let open = |name: &str| Revision::open(name, &context.directory, project.as_ref(), args.graphs);
    let (before, after) = (open(&args.before)?, open(&args.after)?);
    let found = diff::compare(&before.lines, &after.lines)?;
    let mentioned: BTreeSet<String> = found
        .removed
        .iter()
        .chain(&found.added)
        .flat_map(named)
        .collect();
    let mut labels = before.labels(&mentioned);
    labels.extend(after.labels(&mentioned));
    let side = |quads: Vec<Quad>, revision: &Revision| -> Result<Vec<Change>> {
        // A patch does not say where statements come from.
        let derivations = match format {
            DiffFormat::Patch => vec![Vec::new(); quads.len()],
            _ => revision.derivations(&quads)?,
        };
        let changes = quads.into_iter().zip(derivations);
        Ok(changes
            .map(|(statement, derivations)| Change {
                statement,
                derivations,
            })
            .collect())
    };
    let empty = found.is_empty();
    let changes = Changes {
        before: &before.name,
        after: &after.name,
        removed: side(found.removed, &before)?,
        added: side(found.added, &after)?,
        labels,
        prefixes: &prefixes(project.as_ref()),
    };
    target.write(|out| write(&changes, format, out))?;
    ui.status(match (changes.removed.len(), changes.added.len()) {
        (0, 0) => "No difference.".to_owned(),
        (removed, added) => {
            format!("{} removed, {added} added.", counted(removed, "statement"))
        }
    });
    Ok(if empty {
        Status::Done
    } else {
        Status::Findings
    })
}

fn format(args: &Args, target: &Target) -> Result<DiffFormat> {
    if args.json {
        return Ok(DiffFormat::Json);
    }
    if let Some(name) = &args.format {
        return DiffFormat::from_name(name);
    }
    let ending = target
        .plain_name()
        .and_then(|path| path.extension())
        .and_then(|ending| ending.to_str());
    Ok(ending
        .and_then(|ending| DiffFormat::from_name(ending).ok())
        .unwrap_or(DiffFormat::Text))
}

/// The IRIs that a statement mentions.
fn named(quad: &Quad) -> Vec<String> {
    let mut found = vec![quad.predicate.as_str().to_owned()];
    if let NamedOrBlankNode::NamedNode(node) = &quad.subject {
        found.push(node.as_str().to_owned());
    }
    if let Term::NamedNode(node) = &quad.object {
        found.push(node.as_str().to_owned());
    }
    found
}
