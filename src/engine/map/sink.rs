//! The sink of a stand-alone run: every statement once, in the syntax asked for.

use super::MapJob;
use super::destinations::Destinations;
use super::findings::Findings;
use super::output::Output;
use super::provenance::Origins;
use crate::diagnostic::{Diagnostic, Result};
use crate::mapping::{Derivation, Lines, LogicalSource, Sink, Statement};

/// Takes the statements of a run.
pub(super) struct MapSink {
    pub(super) output: Output,
    pub(super) destinations: Destinations,
    pub(super) findings: Findings,
    origins: Origins,
    /// The statement at hand as a line.
    line: String,
}

impl MapSink {
    /// `graphs` tells whether statements may stand in named graphs.
    pub(super) fn new(
        job: &MapJob,
        graphs: bool,
        destinations: Destinations,
        findings: Findings,
        origins: Origins,
    ) -> Result<Self> {
        Ok(Self {
            output: Output::new(job, graphs)?,
            destinations,
            findings,
            origins,
            line: String::new(),
        })
    }
}

impl Sink for MapSink {
    fn statement(&mut self, statement: Statement<'_>, derivation: Derivation<'_>) -> Result<()> {
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
        if self.origins.are_wanted() {
            self.origins
                .statement(statement, derivation, &mut self.output)?;
        }
        if statement.targets == 0 {
            self.output.line(&self.line)
        } else {
            self.destinations.line(statement.targets, &self.line)
        }
    }

    fn wants_derivations(&self) -> bool {
        self.origins.are_wanted()
    }

    fn takes_lines(&self) -> bool {
        // Lines do not say where they go, nor what they come from.
        self.destinations.is_empty() && !self.origins.are_wanted()
    }

    fn lines(&mut self, lines: &mut Lines, _: &LogicalSource) -> Result<()> {
        self.output.lines(lines)
    }

    fn finding(&mut self, finding: Diagnostic) {
        self.findings.add(finding);
    }
}
