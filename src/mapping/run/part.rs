//! A part of a source made into lines, on whatever thread.

use std::sync::{Arc, Mutex, PoisonError};

use super::finding::source_fault;
use super::join::JoinIndex;
use super::lane::{LaneRun, Later, Made, Scratch};
use super::lines::Lines;
use super::statement::{Buffers, Current, Maps, Output};
use super::term::TermMaker;
use super::value::{Producer, View};
use super::{Options, TriplesMapReport};
use crate::diagnostic::{Diagnostic, Result};
use crate::mapping::function::Lookup;
use crate::mapping::plan::{Plan, PlannedSource};
use crate::mapping::{Derivation, Sink, Statement};
use crate::record::{Records, Slot};
use crate::sync::lock;

/// What is made of a part.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) lines: Lines,
    pub(super) later: Later,
    /// What was found, and whether the source has ended because of it.
    pub(super) findings: Vec<(Diagnostic, bool)>,
    pub(super) records: u64,
    /// Records and statements of each triples map.
    pub(super) counts: Vec<(u64, u64)>,
}

impl Batch {
    fn clear(&mut self, maps: usize) {
        self.lines.clear();
        self.later.subjects.clear();
        self.later.joins.clear();
        self.findings.clear();
        self.records = 0;
        self.counts.clear();
        self.counts.resize(maps, (0, 0));
    }
}

/// What all parts of a source share.
pub(super) struct Workshop<'a> {
    pub(super) plan: &'a Plan,
    pub(super) planned: &'a PlannedSource,
    pub(super) tables: &'a [Lookup],
    pub(super) options: &'a Options,
    pub(super) joins: Arc<Vec<JoinIndex>>,
    /// The lane of each triples map of the source, if it has one.
    pub(super) lanes: Vec<Option<LaneRun<'a>>>,
}

/// Takes what the general way makes, as lines that may have been made before.
struct General<'b>(&'b Mutex<Batch>);

impl Sink for General<'_> {
    fn statement(&mut self, statement: Statement<'_>, _: Derivation<'_>) -> Result<()> {
        let lines = &mut lock(self.0).lines;
        let start = lines.text.len();
        push_line(statement, &mut lines.text);
        lines.end(start, true);
        Ok(())
    }

    fn wants_derivations(&self) -> bool {
        false
    }

    fn finding(&mut self, finding: Diagnostic) {
        lock(self.0).findings.push((finding, false));
    }
}

/// Appends a statement as a line of N-Quads.
fn push_line(statement: Statement<'_>, into: &mut String) {
    let Statement {
        subject,
        predicate,
        object,
        graph,
        targets: _,
    } = statement;
    let terms = [Some(subject), Some(predicate), Some(object), graph];
    for term in terms.into_iter().flatten() {
        into.push_str(term);
        into.push(' ');
    }
    into.push_str(".\n");
}

impl Workshop<'_> {
    /// Makes lines of a part; `used` is a batch whose buffers are used again.
    pub(super) fn work(
        &self,
        records: &mut dyn Records,
        slots: &[Option<Slot>],
        mut used: Batch,
    ) -> Batch {
        used.clear(self.plan.maps.len());
        let batch = Mutex::new(used);
        let mut general = General(&batch);
        let mut maps = Maps {
            plan: self.plan,
            maker: TermMaker::new(
                Producer {
                    tables: self.tables,
                },
                self.options,
                Arc::clone(&self.joins),
            ),
            output: Output::new(self.plan, &mut general),
        };
        let (mut buffers, mut scratch) = (Buffers::default(), Scratch::new(&self.lanes));
        // Lanes write to the batch themselves; the general way, which is rare, has to be let in.
        let mut held = Some(lock(&batch));
        while let Some(next) = records.next() {
            let own = held.get_or_insert_with(|| lock(&batch));
            let record = match next {
                Ok(record) => record,
                Err(fault) => {
                    own.findings
                        .push(source_fault(&fault, &self.planned.source));
                    continue;
                }
            };
            let view = View { record, slots };
            own.records += 1;
            for (map, lane) in self.planned.maps.iter().zip(&self.lanes) {
                if let Some(lane) = lane {
                    let batch = &mut **held.get_or_insert_with(|| lock(&batch));
                    let before = batch.lines.count + batch.lines.again;
                    let made = lane.record(view, &mut scratch, &mut batch.lines, &mut batch.later);
                    if made != Made::Unknown {
                        let (records, statements) = &mut batch.counts[*map];
                        *records += 1;
                        *statements += batch.lines.count + batch.lines.again - before;
                        continue;
                    }
                }
                held = None;
                let current = Current { view, records: &[] };
                // This sink refuses nothing.
                let _ = maps.record(*map, &current, &mut buffers);
            }
        }
        drop(held);
        let reports: Vec<TriplesMapReport> = std::mem::take(&mut maps.output.report.triples_maps);
        let mut batch = batch.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (count, report) in batch.counts.iter_mut().zip(&reports) {
            count.0 += report.records;
            count.1 += report.statements;
        }
        batch
    }
}
