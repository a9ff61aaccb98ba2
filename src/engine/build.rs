//! A build: from the files of a project to a generation.

use std::collections::BTreeMap;
use std::path::Path;

use super::collector::Collector;
use super::coverage;
use super::inference::Inference;
use super::pieces::{Cutter, Outcome};
use super::rdf;
use super::rules::{RuleKind, Rules};
use super::silence::silence;
use super::sources::Shelf;
use super::stamps;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, Severity, Status, codes};
use crate::mapping::Sink as _;
use crate::mapping::checked::check;
use crate::mapping::document::read;
use crate::mapping::plan::{Plan, plan};
use crate::mapping::run::{Options, TriplesMapReport, run};
use crate::store::{BuildInfo, GenerationInfo, Provenance, Store};

/// Graph that holds the descriptions of terms.
const ONTOLOGY_GRAPH: &str = "<https://w3id.org/factmill/ns#ontology>";

/// What a project is built from. Paths and patterns are relative to `root`.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'a> {
    /// The folder.
    pub root: &'a Path,
    /// Name of the manifest, which is a source as well.
    pub manifest: &'a str,
    /// IRI that relative IRIs are resolved against.
    pub base: Option<&'a str>,
    /// Prefixes of the project.
    pub prefixes: &'a BTreeMap<String, String>,
    /// Patterns of mapping files.
    pub mappings: &'a [String],
    /// Patterns of RDF files for the graph `fm:ontology`.
    pub ontology: &'a [String],
    /// Patterns of RDF files that are sources of facts.
    pub rdf: &'a [String],
    /// Kinds of rules of the ontology to apply.
    pub rules: &'a [RuleKind],
    /// How much is kept of where statements come from.
    pub provenance: Provenance,
}

/// How to build.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildOptions {
    /// Refuse the build when a statement would be left out.
    pub strict: bool,
    /// How much is kept of where statements come from, if not what the recipe says.
    pub provenance: Option<Provenance>,
}

/// What a build did.
#[derive(Clone, Debug)]
pub struct BuildReport {
    /// The generation that is now current.
    pub info: GenerationInfo,
    /// What was left out or is worth knowing, errors first, then in the order of places.
    pub findings: Vec<Diagnostic>,
    /// Number of errors for which something was left out: a value that makes no term, a passage that is missing, a row. One
    /// may cost several statements.
    pub left_out: usize,
    /// Number of files the generation was built from.
    pub sources: usize,
}

impl BuildReport {
    /// Returns `Findings` when something was left out or made no statement, else `Done`.
    pub fn status(&self) -> Status {
        if self
            .findings
            .iter()
            .any(|one| one.severity > Severity::Notice)
        {
            Status::Findings
        } else {
            Status::Done
        }
    }
}

/// Builds a generation and makes it the current one.
///
/// # Errors
/// Whatever refuses the whole build: a file that is missing, a mapping that is wrong, a column that is not there, a
/// store that is locked or full; with `strict`, anything that would be left out. The old generation stands then.
pub fn build(recipe: &Recipe<'_>, store: &Store, options: &BuildOptions) -> Result<BuildReport> {
    let first = match attempt(recipe, store, options, How::TakingOver) {
        // Parts that were to be taken over are damaged: they are made again.
        Err(found) if found.0.iter().any(|one| one.code == codes::STORE_DAMAGED) => {
            attempt(recipe, store, options, How::Anew)?
        }
        other => other?,
    };
    match first {
        Some(report) => Ok(report),
        // Which of two names came first shows only when the source is mapped in one go.
        None => attempt(recipe, store, options, How::InOneGo)?.ok_or_else(Diagnostics::default),
    }
}

/// How large tables are mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// In pieces, those that did not change taken over.
    TakingOver,
    /// In pieces, all of them.
    Anew,
    /// As a whole.
    InOneGo,
}

/// Builds, with large tables cut into pieces or not; `None` when two names of different pieces led to one IRI.
fn attempt(
    recipe: &Recipe<'_>,
    store: &Store,
    options: &BuildOptions,
    how: How,
) -> Result<Option<BuildReport>> {
    let shelf = Shelf::new(recipe.root);
    shelf.text(recipe.manifest)?;
    let mappings = read_mappings(recipe, &shelf)?;
    let mut inference = Inference::new(read_rules(recipe, &shelf)?);
    let mut build = store.begin("build")?;
    let level = options.provenance.unwrap_or(recipe.provenance);
    build.keep(level);
    if how == How::Anew {
        build.forget();
    }
    for (patterns, graph) in [(recipe.ontology, Some(ONTOLOGY_GRAPH)), (recipe.rdf, None)] {
        for pattern in patterns {
            for name in shelf.expand(pattern)? {
                rdf::gather(
                    &shelf.text(&name)?,
                    &name,
                    recipe.base,
                    graph,
                    build.part(&name),
                    &mut inference,
                )?;
            }
        }
    }
    let mut collector = Collector::new(&mut build, &shelf, inference, level);
    let cut = how != How::InOneGo && collector.inference.is_local();
    if run_mappings(&mappings, recipe, &shelf, cut, &mut collector)? == Outcome::NamesClash {
        return Ok(None);
    }
    for (article, synonyms) in shelf.read()? {
        let units = article.units(synonyms.as_deref());
        let left_over = coverage::left_over(&units, &collector.used, &collector.told());
        collector.findings.extend(left_over);
    }
    let Collector {
        mut findings,
        inference,
        ..
    } = collector;
    inference.finish(&mut build);
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.place.cmp(&b.place))
    });
    // Errors were sorted to the front.
    let left_out = findings.partition_point(|one| one.severity == Severity::Error);
    if options.strict && left_out > 0 {
        findings.truncate(left_out);
        return Err(Diagnostics(findings));
    }
    let asked = shelf.asked();
    let sources = asked.iter().filter(|path| !path.contains('*')).count();
    let info = build.finish(BuildInfo {
        sources: stamps::take(recipe.root, &asked),
        prefixes: recipe.prefixes.clone(),
        base: recipe.base.map(str::to_owned),
    })?;
    findings.extend(info.findings.iter().cloned());
    Ok(Some(BuildReport {
        info,
        findings,
        left_out,
        sources,
    }))
}

/// Reads the rules of the ontology that the recipe asks for.
fn read_rules(recipe: &Recipe<'_>, shelf: &Shelf<'_>) -> Result<Rules> {
    let mut texts = Vec::new();
    if !recipe.rules.is_empty() {
        for pattern in recipe.ontology {
            for name in shelf.expand(pattern)? {
                texts.push((shelf.text(&name)?, name));
            }
        }
    }
    Rules::read(
        texts.iter().map(|(text, name)| (&**name, &**text)),
        recipe.base,
        recipe.rules,
    )
}

/// A mapping file, ready to be run.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) name: String,
    pub(super) plan: Plan,
}

/// Reads and checks every mapping, all errors of all files at once.
pub(super) fn read_mappings(recipe: &Recipe<'_>, shelf: &Shelf<'_>) -> Result<Vec<Mapping>> {
    let mut names = Vec::new();
    for pattern in recipe.mappings {
        names.extend(shelf.expand(pattern)?);
    }
    if names.is_empty() {
        return Err(Diagnostic::error(
            codes::FILE_MISSING,
            format!("no file fits {}", recipe.mappings.join(", ")),
        )
        .at(Place::file(recipe.manifest))
        .hint("put an RML mapping there, or name it under `mappings`")
        .into());
    }
    names.sort();
    names.dedup();
    let mut mappings = Vec::new();
    let mut found = Vec::new();
    for name in names {
        match shelf
            .text(&name)
            .and_then(|text| compile(&text, &name, recipe.base))
        {
            Ok(plan) => mappings.push(Mapping { name, plan }),
            Err(failure) => found.extend(failure.0),
        }
    }
    if found.is_empty() {
        Ok(mappings)
    } else {
        Err(Diagnostics(found))
    }
}

fn compile(text: &str, name: &str, base: Option<&str>) -> Result<Plan> {
    Ok(plan(&check(&read(text, name, base)?)?))
}

/// Runs every mapping; those that fail as a whole are all told.
fn run_mappings(
    mappings: &[Mapping],
    recipe: &Recipe<'_>,
    shelf: &Shelf<'_>,
    cut: bool,
    collector: &mut Collector<'_>,
) -> Result<Outcome> {
    let mut failed = Vec::new();
    for mapping in mappings {
        collector.begin_plan(&mapping.plan);
        match run_mapping(mapping, recipe, shelf, cut, collector) {
            Ok(Outcome::Done) => {}
            Ok(Outcome::NamesClash) => return Ok(Outcome::NamesClash),
            Err(failure) => failed.extend(failure.0),
        }
    }
    if failed.is_empty() {
        Ok(Outcome::Done)
    } else {
        Err(Diagnostics(failed))
    }
}

fn run_mapping(
    mapping: &Mapping,
    recipe: &Recipe<'_>,
    shelf: &Shelf<'_>,
    cut: bool,
    collector: &mut Collector<'_>,
) -> Result<Outcome> {
    let mut options = Options {
        base: recipe.base.map(str::to_owned),
        sparse: true,
        ..Options::default()
    };
    let cutter = Cutter::new(recipe, shelf, mapping)?;
    let large = if cut {
        cutter.sources()?
    } else {
        BTreeMap::new()
    };
    if !large.is_empty() {
        let others = (0..mapping.plan.source_count()).filter(|number| !large.contains_key(number));
        options.only = Some(others.collect());
    }
    let report = run(&mapping.plan, shelf, collector, &options)?;
    collector.tell_rules(&mapping.name, &report);
    // A rule of a project may wait for rows and values that are not there yet; an iterator that leads nowhere is a slip.
    let empty = |map: &&TriplesMapReport| map.records == 0 && map.iterated;
    for silent in report.silent().filter(empty) {
        collector.finding(silence(silent));
    }
    let mut names = report.names;
    for (number, files) in large {
        if cutter.run(number, &files, &mut names, collector)? == Outcome::NamesClash {
            return Ok(Outcome::NamesClash);
        }
    }
    Ok(Outcome::Done)
}
