//! The walk over the sources: opens each, binds its references and hands every record on.

use std::sync::Arc;

use super::batches::Batches;
use super::finding::{Said, no_record_has, source_fault, unbound, unmet};
use super::join::JoinIndex;
use super::statement::{Buffers, Current, Maps, Output};
use super::table::first;
use super::term::TermMaker;
use super::value::{Producer, View};
use super::view::{self, Opener};
use super::{Options, Report};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, Severity, codes};
use crate::mapping::function::Lookup;
use crate::mapping::plan::{Plan, PlannedReference, PlannedSource};
use crate::mapping::{Formulation, Quotation, RecordUse, Sink, Sources};
use crate::record::{FaultKind, Records, Slot};
use crate::sync::lock;

/// A stream with the slots of the plan's references in it.
pub(super) type Stream<'a> = (Box<dyn Records + 'a>, Vec<Option<Slot>>);

/// A run on its way.
pub(super) struct Walk<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sources: &'a dyn Sources,
    pub(super) options: &'a Options,
    pub(super) tables: &'a [Lookup],
    pub(super) maps: Maps<'a>,
    pub(super) stops: Vec<Diagnostic>,
    /// References that no record had when sources were read for their joins, before they are walked themselves.
    early: Vec<&'a PlannedReference>,
    opener: Opener<'a>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        sources: &'a dyn Sources,
        tables: &'a [Lookup],
        sink: &'a mut dyn Sink,
        options: &'a Options,
    ) -> Self {
        let keyed = sink.wants_derivations();
        Self {
            plan,
            sources,
            options,
            tables,
            maps: Maps {
                plan,
                maker: TermMaker::new(
                    Producer { tables },
                    options,
                    Arc::new(plan.joins.iter().map(JoinIndex::new).collect()),
                ),
                output: Output::new(plan, sink),
            },
            stops: Vec::new(),
            early: Vec::new(),
            opener: Opener {
                plan,
                sources,
                tables,
                lenient: options.lenient,
                keyed,
                findings: view::Findings::default(),
            },
        }
    }

    /// Walks every source.
    pub(super) fn all(mut self) -> Result<Report> {
        let mut buffers = Buffers::default();
        if self.maps.output.sink.takes_lines() {
            Batches::new(&self).all(&mut self, &mut buffers)?;
        } else {
            let wanted = |source: &usize| {
                self.options
                    .only
                    .as_ref()
                    .is_none_or(|only| only.contains(source))
            };
            let sources: Vec<usize> = (0..self.plan.sources.len()).filter(wanted).collect();
            for source in sources {
                for join in 0..self.plan.joins.len() {
                    if self.plan.joins[join].ahead && self.plan.joins[join].child == source {
                        self.read_ahead(join);
                    }
                }
                self.source(source, &mut buffers)?;
            }
        }
        self.maps.output.collections()?;
        self.maps.output.report.names = self.maps.maker.names();
        let only = self.options.only.as_ref();
        for (number, source) in self.plan.sources.iter().enumerate() {
            for map in &source.maps {
                let report = &mut self.maps.output.report.triples_maps[*map];
                report.walked = only.is_none_or(|only| only.contains(&number));
                report.iterated = source.source.iterator.is_some()
                    && source.source.formulation != Formulation::Article;
            }
        }
        if self.stops.is_empty() {
            Ok(self.maps.output.report)
        } else {
            Err(Diagnostics(self.stops))
        }
    }

    /// Opens a source and binds its references; `None` means that it cannot be read. When `quiet`, the reasons are left
    /// to the walk of the source itself.
    pub(super) fn open(&mut self, planned: &PlannedSource, quiet: bool) -> Option<Vec<Stream<'a>>> {
        let streams = match self.opener.open(&planned.source) {
            Ok(streams) => streams,
            Err(diagnostics) => {
                if !quiet {
                    self.stops.extend(diagnostics.0);
                }
                return None;
            }
        };
        let mut stopped = false;
        let mut opened = Vec::with_capacity(streams.len());
        for mut stream in streams {
            let mut slots = Vec::with_capacity(planned.references.len());
            let mut said = Said::default();
            for reference in &planned.references {
                let bound = stream.bind(&reference.name);
                if let Err(fault) = &bound {
                    let forgiven =
                        self.options.lenient && fault.kind == FaultKind::UnknownReference;
                    stopped |= !forgiven;
                    if !quiet && said.is_new(fault) {
                        let finding = unbound(reference, fault, forgiven);
                        if forgiven {
                            self.maps.output.sink.finding(finding);
                        } else {
                            self.stops.push(finding);
                        }
                    }
                }
                slots.push(bound.ok());
            }
            opened.push((stream, slots));
        }
        (!stopped).then_some(opened)
    }

    /// Fills the index of a join whose parents are read later, or are read by it.
    pub(super) fn read_ahead(&mut self, index: usize) {
        let plan = self.plan;
        let planned = &plan.sources[plan.joins[index].source];
        for (mut stream, slots) in self.open(planned, true).unwrap_or_default() {
            while let Some(next) = stream.next() {
                let Ok(record) = next else { continue };
                self.forget_findings_of_views();
                let slots = &slots;
                let view = View { record, slots };
                let used = self.record_use(planned, view, true);
                self.index(index, view, used.as_ref());
            }
            self.note_unmet(unmet(planned, &*stream, &slots));
        }
        self.finish_join(index, false, None);
    }

    /// Adds a record of the parent to the index of a join.
    fn index(&mut self, join: usize, view: View<'_>, record: Option<&RecordUse>) {
        // The index is filled outside the maker: the terms in it may be of other joins.
        let Some(mut index) = self.join(join).map(std::mem::take) else {
            return;
        };
        index.add(&self.plan.joins[join], &mut self.maps.maker, view, record);
        if let Some(place) = self.join(join) {
            *place = index;
        }
    }

    /// Returns the index of a join to be changed; there is always one, for the parts of a source that were mapped with
    /// it on other threads are done.
    pub(super) fn join(&mut self, join: usize) -> Option<&mut JoinIndex> {
        Arc::get_mut(&mut self.maps.maker.joins)?.get_mut(join)
    }

    /// Says that the index of a join is complete.
    pub(super) fn finish_join(&mut self, join: usize, single: bool, repeats: Option<bool>) {
        if let Some(index) = self.join(join) {
            index.finish(single, repeats);
        }
    }

    /// Walks a source for all its triples maps and for the joins that it is the parent of.
    pub(super) fn source(&mut self, index: usize, buffers: &mut Buffers) -> Result<()> {
        let plan = self.plan;
        let planned = &plan.sources[index];
        let joins: Vec<usize> = (0..plan.joins.len())
            .filter(|join| plan.joins[*join].source == index && !plan.joins[*join].ahead)
            .collect();
        let streams = self.open(planned, false).unwrap_or_default();
        self.walk(planned, streams, &joins, buffers)?;
        for join in joins {
            self.finish_join(join, false, None);
        }
        self.findings_of_views();
        Ok(())
    }

    /// Walks streams one record after the other.
    fn walk(
        &mut self,
        planned: &PlannedSource,
        streams: Vec<Stream<'a>>,
        joins: &[usize],
        buffers: &mut Buffers,
    ) -> Result<()> {
        for (mut stream, slots) in streams {
            while let Some(next) = stream.next() {
                if planned.source.view.is_some() {
                    self.findings_of_views();
                }
                let record = match next {
                    Ok(record) => record,
                    Err(fault) => {
                        let (finding, stops) = source_fault(&fault, &planned.source);
                        if stops {
                            self.stops.push(finding);
                        } else {
                            self.maps.output.sink.finding(finding);
                        }
                        continue;
                    }
                };
                let slots = &slots;
                let view = View { record, slots };
                let used = self.record_use(planned, view, false);
                for join in joins {
                    self.index(*join, view, used.as_ref());
                }
                self.maps.output.report.records += 1;
                let records = used.as_slice();
                for map in &planned.maps {
                    let current = Current { view, records };
                    self.maps.record(*map, &current, buffers)?;
                }
            }
            self.tell_unmet(planned, &unmet(planned, &*stream, &slots));
        }
        Ok(())
    }

    /// Hands on what views have found.
    pub(super) fn findings_of_views(&mut self) {
        for finding in lock(&self.opener.findings).drain(..) {
            self.maps.output.sink.finding(finding);
        }
    }

    /// Drops what views have found: it is told of when the source itself is walked.
    pub(super) fn forget_findings_of_views(&self) {
        lock(&self.opener.findings).clear();
    }

    /// Keeps for later which references no record has, as far as a source was read for joins alone.
    pub(super) fn note_unmet(&mut self, found: Vec<&'a PlannedReference>) {
        self.early.extend(found);
    }

    /// Says which references no record has: an error, as it is for columns, unless the run lets it pass.
    pub(super) fn tell_unmet(&mut self, planned: &PlannedSource, found: &[&PlannedReference]) {
        let passes = self.options.lenient || self.options.sparse && !planned.source.legacy;
        let is_in = |found: &[&PlannedReference], one: &PlannedReference| {
            found.iter().any(|other| std::ptr::eq(*other, one))
        };
        // In the order of the plan, each once.
        let missing: Vec<&PlannedReference> = planned
            .references
            .iter()
            .filter(|one| is_in(found, one) || is_in(&self.early, one))
            .collect();
        self.early.retain(|one| !is_in(&missing, one));
        let first = (!missing.is_empty())
            .then(|| self.first_record(planned))
            .flatten();
        for reference in missing {
            let mut finding = no_record_has(planned, reference);
            let near = first.as_ref().and_then(|first| first.near(&reference.name));
            finding.hints.extend(near);
            if !passes {
                finding.severity = Severity::Error;
                let hint = if self.options.sparse {
                    "correct the path; what may be missing can be asked for by mappings in today's vocabulary"
                } else {
                    "correct the path, or map with --lenient if it may be missing"
                };
                self.stops.push(finding.hint(hint));
            } else {
                self.maps.output.sink.finding(finding);
            }
        }
    }

    /// Returns a source anew, at its first record, if it can be read again.
    fn first_record(&self, planned: &PlannedSource) -> Option<Box<dyn Records + 'a>> {
        if planned.source.view.is_some() || !self.sources.is_lasting(&planned.source) {
            return None;
        }
        let mut stream = self
            .sources
            .open(&planned.source)
            .ok()?
            .into_iter()
            .next()?;
        let there = matches!(stream.next(), Some(Ok(_)));
        there.then_some(stream)
    }

    /// Returns what derivations say of a record; nothing when nobody wants to know.
    fn record_use(
        &mut self,
        planned: &PlannedSource,
        view: View<'_>,
        quiet: bool,
    ) -> Option<RecordUse> {
        self.maps.output.wants_derivations.then(|| RecordUse {
            key: view.record.key(),
            origin: view.record.origin(),
            quote: view.record.quote().map(|quote| Arc::from(&*quote)),
            evidence: self.quotation(planned, view, quiet),
        })
    }

    fn quotation(
        &mut self,
        planned: &PlannedSource,
        view: View<'_>,
        quiet: bool,
    ) -> Option<Quotation> {
        let read = |reference: Option<usize>| first(view.record, view.slots[reference?]?);
        let [quote, source, occurrence, inferred] = planned.evidence?;
        let occurrence = read(occurrence).and_then(|written| {
            let number = written.trim().parse::<u32>().ok().filter(|n| *n > 0);
            if number.is_none() && !quiet {
                let finding = Diagnostic::error(
                    codes::BAD_VALUE,
                    format!("\"{written}\" is not the number of an occurrence"),
                );
                self.maps.output.sink.finding(
                    finding
                        .at(Place::from(&view.record.origin()))
                        .and_at("its source", planned.source.file.declared.clone())
                        .hint("equal passages are counted from 1"),
                );
            }
            number
        });
        Some(Quotation {
            quote: read(quote)?,
            source: read(source)?,
            occurrence,
            inferred: read(inferred),
        })
    }
}
