//! The stand-alone engine: one mapping, its sources, and the files that its statements go to.
//!
//! [`map`] reads a mapping, runs it over files, and writes what it makes. It is strict unless told otherwise: any error
//! in mapping or data, and nothing is written; what stood there before stays.

mod destinations;
mod distinct;
mod findings;
mod outlet;
mod output;
mod pack;
mod provenance;
mod scratch;
mod sink;
mod sort;

use std::path::{Path, PathBuf};

use super::files;
use super::silence::silence;
use super::sources::Shelf;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, Status, codes};
use crate::export::RdfFormat;
use crate::mapping::Targets;
use crate::mapping::checked::{Mapping, check};
use crate::mapping::document::read;
use crate::mapping::plan::plan;
use crate::mapping::run::{self, TriplesMapReport, Unused};
use crate::output::target::Target;
use crate::store::Provenance;

use destinations::Destinations;
use findings::Findings;
use provenance::Origins;
use sink::MapSink;

/// What to map, and how.
#[derive(Clone, Debug)]
pub struct MapJob {
    /// The mappings, run as one; `-` is standard input.
    pub mappings: Vec<PathBuf>,
    /// Where statements without a target of their own go.
    pub output: Target,
    /// Their syntax.
    pub format: RdfFormat,
    /// What stands before IRIs that are not absolute.
    pub base: Option<String>,
    /// Leave out terms that cannot be made instead of refusing the run.
    pub lenient: bool,
    /// Refuse the run of a mapping in the older vocabulary too when a term cannot be made.
    pub strict: bool,
    /// Write statements in the order of their text.
    pub sorted: bool,
    /// Write quoted triples as `<< s p o >>`; only N-Quads can hold them.
    pub rdf_star: bool,
    /// Look for columns that nothing refers to.
    pub unused: bool,
    /// What is told of where statements come from.
    pub provenance: Provenance,
    /// Bytes for what has to be remembered of statements; what is beyond waits in files beside the output.
    pub memory: usize,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct MapReport {
    /// Records walked, each once for its source.
    pub records: u64,
    /// Distinct statements written.
    pub statements: u64,
    /// Statements made, those made twice counted twice.
    pub made: u64,
    /// What each triples map did, in the order of the mapping.
    pub triples_maps: Vec<TriplesMapReport>,
    /// What was found, the same thing three times at most, with the number of the others.
    pub findings: Vec<Diagnostic>,
    /// Terms left out: when lenient, or when the mapping is in the older vocabulary.
    pub left_out: u64,
    /// Whether leaving out was asked for.
    pub lenient: bool,
    /// Columns that nothing refers to, if that was asked for.
    pub unused: Vec<Unused>,
}

impl MapReport {
    /// Returns `Findings` when something was left out because that was asked for, or when nothing was made and a column or
    /// path is not there; else `Done`.
    pub fn status(&self) -> Status {
        let missing = || {
            let mut findings = self.findings.iter();
            findings.any(|finding| finding.code == codes::UNKNOWN_REFERENCE)
        };
        if self.lenient && (self.left_out > 0 || self.made == 0 && missing()) {
            Status::Findings
        } else {
            Status::Done
        }
    }
}

/// Runs a mapping and writes its statements.
///
/// # Errors
/// Everything that is wrong with the mapping; unless lenient, everything that is wrong with the data too; what keeps
/// the output from being written. Nothing has been written then.
pub fn map(job: &MapJob) -> Result<MapReport> {
    let checked = read_all(&job.mappings)?;
    let mut findings = Findings::default();
    for notice in &checked.notices {
        findings.add(notice.clone());
    }
    let plan = plan(&checked);
    let shelf = Shelf::new(Path::new(""));
    let options = run::Options {
        base: job.base.clone(),
        lenient: job.lenient,
        threads: 0,
        unsafe_iris: true,
        quoting: if job.rdf_star {
            run::Quoting::Terms
        } else {
            run::Quoting::Reifiers
        },
        ..run::Options::default()
    };
    if let Some(place) = plan.excess_target() {
        return Err(Diagnostic::error(
            codes::MAPPING_TERM,
            format!("a mapping can have {} targets", Targets::BITS),
        )
        .at(place.clone())
        .hint("divide the mapping")
        .into());
    }
    let destinations = Destinations::open(plan.targets())?;
    let origins = Origins::new(job.provenance, plan.rules());
    if origins.are_wanted() && !job.format.holds_named_graphs() {
        return Err(Diagnostic::error(
            codes::UNKNOWN_FORMAT,
            format!(
                "{} cannot hold provenance, which is a graph of its own",
                job.format
            ),
        )
        .hint("use nquads or trig")
        .into());
    }
    let graphs = plan.has_graphs() || origins.are_wanted();
    let mut sink = MapSink::new(job, graphs, destinations, findings, origins)?;
    let outcome = run::run(&plan, &shelf, &mut sink, &options);
    let MapSink {
        output,
        destinations,
        mut findings,
        ..
    } = sink;
    let report = match outcome {
        Ok(report) => report,
        Err(failure) => {
            for one in failure.0 {
                findings.add(one);
            }
            return Err(Diagnostics(findings.finish()));
        }
    };
    let left_out = findings.errors();
    // The older RML leaves out what cannot be made; its mappings mean that.
    let goes_on = checked.legacy && !job.strict;
    if left_out > 0 && !job.lenient && !goes_on {
        return Err(Diagnostics(findings.finish()));
    }
    let statements = destinations.finish()? + output.finish(job)?;
    let unused = if job.unused {
        run::preview(&plan, &shelf).unused
    } else {
        Vec::new()
    };
    for silent in report.silent() {
        findings.add(silence(silent));
    }
    let mut findings = findings.finish();
    if !job.lenient {
        // What is left had no error that refused the run.
        for finding in &mut findings {
            finding.severity = finding.severity.min(Severity::Warning);
        }
    }
    Ok(MapReport {
        records: report.records,
        statements,
        made: report.statements,
        triples_maps: report.triples_maps,
        findings,
        left_out,
        lenient: job.lenient,
        unused,
    })
}

/// Returns several mappings as one.
///
/// # Errors
/// What is wrong with any of them.
fn read_all(paths: &[PathBuf]) -> Result<Mapping> {
    let mut all: Option<Mapping> = None;
    let mut errors = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let checked = files::read_text_or_stdin(path)
            .and_then(|text| read(&text, &name, None))
            .and_then(|doc| check(&doc));
        match (checked, &mut all) {
            (Ok(checked), None) => all = Some(checked),
            (Ok(checked), Some(all)) => {
                // One that is strict makes the run strict.
                let legacy = all.legacy && checked.legacy;
                all.append(checked);
                all.legacy = legacy;
            }
            (Err(found), _) => errors.extend(found.0),
        }
    }
    match all {
        Some(all) if errors.is_empty() => Ok(all),
        _ => Err(Diagnostics(errors)),
    }
}

#[cfg(test)]
mod tests;
