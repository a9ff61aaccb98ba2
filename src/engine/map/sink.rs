//! The sink of a stand-alone run: every statement once, in the syntax asked for.

use std::collections::{BTreeMap, HashSet};

use oxttl::NQuadsParser;
use xxhash_rust::xxh3::xxh3_128;

use super::MapJob;
use super::findings::Findings;
use super::outlet::Outlet;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::export::{self, RdfFormat};
use crate::mapping::{Derivation, Sink, Statement};

/// Takes the statements of a run.
pub(super) struct MapSink {
    pub(super) output: Output,
    pub(super) findings: Findings,
    /// The statement at hand as a line.
    line: String,
}

impl MapSink {
    pub(super) fn new(job: &MapJob, findings: Findings) -> Result<Self> {
        Ok(Self {
            output: Output::new(job)?,
            findings,
            line: String::new(),
        })
    }
}

impl Sink for MapSink {
    fn statement(&mut self, statement: Statement<'_>, _: Derivation<'_>) -> Result<()> {
        self.line.clear();
        let terms = [
            Some(statement.subject),
            Some(statement.predicate),
            Some(statement.object),
            statement.graph,
        ];
        for term in terms.into_iter().flatten() {
            self.line.push_str(term);
            self.line.push(' ');
        }
        self.line.push_str(".\n");
        self.output.line(&self.line)
    }

    fn wants_derivations(&self) -> bool {
        false
    }

    fn finding(&mut self, finding: Diagnostic) {
        self.findings.add(finding);
    }
}

/// Statements on their way to one file.
pub(super) struct Output {
    outlet: Outlet,
    /// Hashes of the lines written.
    seen: HashSet<u128>,
    /// Lines that have to be complete before they are written: for another syntax, or to be sorted.
    kept: Option<Vec<String>>,
}

impl Output {
    fn new(job: &MapJob) -> Result<Self> {
        let streams = job.format == RdfFormat::NQuads && !job.sorted;
        Ok(Self {
            outlet: Outlet::open(&job.output)?,
            seen: HashSet::new(),
            kept: (!streams).then(Vec::new),
        })
    }

    fn line(&mut self, line: &str) -> Result<()> {
        if !self.seen.insert(xxh3_128(line.as_bytes())) {
            return Ok(());
        }
        match &mut self.kept {
            Some(kept) => {
                kept.push(line.to_owned());
                Ok(())
            }
            None => self.outlet.write(line.as_bytes()),
        }
    }

    /// Writes what is left and makes all of it visible; returns the number of statements.
    pub(super) fn finish(mut self, job: &MapJob) -> Result<u64> {
        if let Some(mut kept) = self.kept.take() {
            if job.format == RdfFormat::NQuads {
                kept.sort_unstable();
                for line in &kept {
                    self.outlet.write(line.as_bytes())?;
                }
            } else {
                let document = document(&kept.concat(), job.format)?;
                self.outlet.write(document.as_bytes())?;
            }
        }
        let statements = self.seen.len() as u64;
        self.outlet.finish()?;
        Ok(statements)
    }
}

/// Returns lines of N-Quads as a document of another syntax.
fn document(lines: &str, format: RdfFormat) -> Result<String> {
    let quads: Vec<oxrdf::Quad> = NQuadsParser::new()
        .for_slice(lines)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| {
            Diagnostic::error(
                codes::RDF_SYNTAX,
                format!("a statement cannot be written: {error}"),
            )
        })?;
    export::render(
        &quads,
        format,
        &BTreeMap::new(),
        &export::Options::default(),
    )
}
