//! The walk in batches: sources are cut into parts, parts become lines on all threads, lines are handed out in order.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use xxhash_rust::xxh3::Xxh3;

use super::finding::unmet;
use super::hash::ByHash;
use super::in_order::{in_order, threads};
use super::join::JoinIndex;
use super::lane::{LaneRun, write_join};
use super::lines::Lines;
use super::part::{Batch, Workshop};
use super::repeats::{Counter, Repeats};
use super::scan::{Scan, Scanned};
use super::statement::Buffers;
use super::walk::{Stream, Walk};
use crate::diagnostic::Result;
use crate::mapping::LogicalSource;
use crate::mapping::plan::{
    JoinLane, Lane, LaneObject, LaneTerm, PlannedSource, TermProgram, is_stateless,
    is_stateless_join, join_lanes, lanes,
};
use crate::record::{Cut, Fault, Record, Records, Slot};
use crate::sync::lock;

/// Hashes of subjects that are kept for one source while it is scanned.
const HASHES: usize = 1 << 24;

/// Bytes of lines that are handed out at once where a join makes many.
const FULL: usize = 1 << 20;

/// Records that are made into lines at once where a source cannot be cut.
const STRETCH: usize = 2_000;

/// What is known of a lane that nothing was found out about.
const UNKNOWN: &Repeats = &Repeats::Unknown;

/// What a scan told.
#[derive(Debug, Default)]
struct Told {
    repeats: Vec<Repeats>,
    /// For each triples map of the source, the number of its subject in `repeats`, if it was counted.
    of_map: Vec<Option<usize>>,
}

/// What the walk in batches knows beside the walk.
pub(super) struct Batches {
    lanes: Vec<Option<Lane>>,
    join_lanes: Vec<Option<JoinLane>>,
    /// Whether each source can be cut up.
    open: Vec<bool>,
    /// What the scan of each source told.
    scanned: Vec<Option<Told>>,
    /// Whether the index of each join is complete.
    built: Vec<bool>,
    threads: usize,
}

impl Batches {
    pub(super) fn new(walk: &Walk<'_>) -> Self {
        let plan = walk.plan;
        let open = plan.sources.iter().enumerate().map(|(index, source)| {
            let mut parents = plan.joins.iter().filter(|join| join.source == index);
            source.evidence.is_none()
                && source.maps.iter().all(|map| is_stateless(&plan.maps[*map]))
                && parents
                    .all(|join| is_stateless_join(join) && walk.sources.is_lasting(&source.source))
        });
        Self {
            lanes: lanes(plan),
            join_lanes: join_lanes(plan),
            open: open.collect(),
            scanned: plan.sources.iter().map(|_| None).collect(),
            built: vec![false; plan.joins.len()],
            threads: threads(walk.options.threads),
        }
    }

    /// Walks every source.
    pub(super) fn all(mut self, walk: &mut Walk<'_>, buffers: &mut Buffers) -> Result<()> {
        let plan = walk.plan;
        let wanted = |source: &usize| {
            let only = walk.options.only.as_ref();
            only.is_none_or(|only| only.contains(source))
        };
        let sources: Vec<usize> = (0..plan.sources.len()).filter(wanted).collect();
        for source in sources {
            if self.open[source] {
                self.scan(source, walk)?;
            }
            let own: Vec<usize> = (0..plan.joins.len())
                .filter(|join| plan.joins[*join].child == source)
                .collect();
            for join in &own {
                let parent = plan.joins[*join].source;
                if self.open[parent] {
                    self.scan(parent, walk)?;
                } else if plan.joins[*join].ahead {
                    walk.read_ahead(*join);
                }
            }
            if self.open[source] {
                self.source(source, walk)?;
            } else {
                walk.source(source, buffers)?;
            }
            // Nobody asks for these again.
            self.scanned[source] = Some(Told::default());
            for join in own {
                if let Some(index) = walk.join(join) {
                    *index = JoinIndex::default();
                }
            }
        }
        Ok(())
    }

    /// Finds out which subjects of a source repeat, and fills the joins that it is the parent of; once.
    fn scan(&mut self, source: usize, walk: &mut Walk<'_>) -> Result<()> {
        if self.scanned[source].is_some() {
            return Ok(());
        }
        let plan = walk.plan;
        let planned = &plan.sources[source];
        let mut subjects: Vec<(&LaneTerm, &TermProgram)> = Vec::new();
        // The number of its subject for each triples map that has a lane worth a scan.
        let mut asked: Vec<Option<usize>> = Vec::new();
        // To make the records of a view twice costs more than to remember what was written.
        let lasting = planned.source.view.is_none() && walk.sources.is_lasting(&planned.source);
        for map in &planned.maps {
            let subject = match &self.lanes[*map] {
                Some(lane) if lasting && !lane.subject.is_fixed() && !lane.rules.is_empty() => {
                    &lane.subject
                }
                _ => {
                    asked.push(None);
                    continue;
                }
            };
            let known = subjects.iter().position(|(known, _)| *known == subject);
            asked.push(Some(known.unwrap_or_else(|| {
                subjects.push((subject, &plan.maps[*map].subject));
                subjects.len() - 1
            })));
        }
        let joins: Vec<(usize, Option<&JoinLane>)> = (0..plan.joins.len())
            .filter(|join| plan.joins[*join].source == source && !self.built[*join])
            .map(|join| (join, self.join_lanes[join].as_ref()))
            .collect();
        let mut counters: Vec<Counter> = subjects
            .iter()
            .map(|_| Counter::new(HASHES / subjects.len()))
            .collect();
        // A join whose parents have a subject that is counted anyway.
        let counted: Vec<Option<usize>> = joins
            .iter()
            .map(|(_, lane)| {
                let subject = &lane.as_ref()?.subject;
                subjects.iter().position(|(known, _)| *known == subject)
            })
            .collect();
        let mut single = vec![true; joins.len()];
        let mut not_met = Vec::new();
        if !subjects.is_empty() || !joins.is_empty() {
            let streams = walk.open(planned, true).unwrap_or_default();
            let scan = Scan {
                plan,
                tables: walk.tables,
                options: walk.options,
                subjects,
                joins: joins.clone(),
            };
            let mut take = |found: Scanned| {
                for (number, counter) in counters.iter_mut().enumerate() {
                    counter.add(&found.hashes[number]);
                    counter.add_again(&found.again[number]);
                }
                for (single, found) in single.iter_mut().zip(&found.single) {
                    *single &= found;
                }
                for (number, harvest) in found.harvests.into_iter().enumerate() {
                    if let Some(index) = walk.join(joins[number].0) {
                        index.take(harvest, counted[number].is_none());
                    }
                }
                Ok(())
            };
            for (mut stream, slots) in streams {
                let work = |mut part: Box<dyn Records + Send>| scan.work(&mut *part, &slots);
                if parts(self.threads, &mut *stream, |part| part, work, &mut take)? {
                    not_met.extend(unmet(planned, &*stream, &slots));
                    continue;
                }
                let mut stretch = Stretch::of(&mut *stream);
                while stretch.go_on() {
                    take(scan.work(&mut stretch, &slots))?;
                }
                not_met.extend(unmet(planned, &*stream, &slots));
            }
        }
        walk.note_unmet(not_met);
        walk.forget_findings_of_views();
        let repeats: Vec<Repeats> = counters.into_iter().map(Counter::finish).collect();
        for (number, (join, _)) in joins.iter().enumerate() {
            let known = counted[number].map(|subject| repeats[subject].any());
            walk.finish_join(*join, single[number], known);
            self.built[*join] = true;
        }
        self.scanned[source] = Some(Told {
            repeats,
            of_map: asked,
        });
        Ok(())
    }

    /// Makes the lines of a source and hands them out.
    fn source(&self, source: usize, walk: &mut Walk<'_>) -> Result<()> {
        let planned = &walk.plan.sources[source];
        let streams = walk.open(planned, false).unwrap_or_default();
        let joins = Arc::clone(&walk.maps.maker.joins);
        self.streams(source, walk, &joins, streams)?;
        walk.findings_of_views();
        Ok(())
    }

    fn streams(
        &self,
        source: usize,
        walk: &mut Walk<'_>,
        joins: &Arc<Vec<JoinIndex>>,
        streams: Vec<Stream>,
    ) -> Result<()> {
        let plan = walk.plan;
        let planned = &plan.sources[source];
        let workshop = Workshop {
            plan,
            planned,
            tables: walk.tables,
            options: walk.options,
            joins: Arc::clone(joins),
            lanes: self.lane_runs(
                source,
                planned,
                joins,
                streams.iter().all(|(stream, _)| stream.is_flat()),
            ),
        };
        let used = Mutex::new(Vec::new());
        let mut counter = Output {
            walk,
            source: &planned.source,
            lanes: &workshop.lanes,
            joins,
            seen: HashSet::default(),
            lines: Lines::default(),
        };
        let mut take = |mut batch: Batch| {
            let outcome = counter.take(&mut batch);
            lock(&used).push(batch);
            outcome
        };
        let mut not_met = Vec::new();
        for (mut stream, slots) in streams {
            let fresh = || lock(&used).pop().unwrap_or_default();
            let work = |(mut part, batch): (Box<dyn Records + Send>, Batch)| {
                workshop.work(&mut *part, &slots, batch)
            };
            let with_batch = |part| (part, fresh());
            if !parts(self.threads, &mut *stream, with_batch, work, &mut take)? {
                let mut stretch = Stretch::of(&mut *stream);
                while stretch.go_on() {
                    take(workshop.work(&mut stretch, &slots, fresh()))?;
                }
            }
            not_met.extend(unmet(planned, &*stream, &slots));
        }
        walk.tell_unmet(planned, &not_met);
        Ok(())
    }

    fn lane_runs<'a>(
        &'a self,
        source: usize,
        planned: &PlannedSource,
        joins: &'a [JoinIndex],
        flat: bool,
    ) -> Vec<Option<LaneRun<'a>>> {
        let told = self.scanned[source].as_ref();
        planned
            .maps
            .iter()
            .enumerate()
            .map(|(number, map)| {
                let repeats = told.and_then(|told| {
                    let subject = told.of_map.get(number).copied().flatten()?;
                    told.repeats.get(subject)
                });
                let lane = self.lanes[*map].as_ref()?;
                Some(LaneRun {
                    number,
                    lane,
                    sure: flat && lane.sure,
                    repeats: repeats.unwrap_or(UNKNOWN),
                    joins,
                })
            })
            .collect()
    }
}

/// Where batches go, in order.
struct Output<'w, 'a> {
    walk: &'w mut Walk<'a>,
    source: &'w LogicalSource,
    lanes: &'w [Option<LaneRun<'w>>],
    joins: &'w [JoinIndex],
    /// The joins that were written for a subject that may come again.
    seen: HashSet<u128, ByHash>,
    lines: Lines,
}

impl Output<'_, '_> {
    fn take(&mut self, batch: &mut Batch) -> Result<()> {
        let output = &mut self.walk.maps.output;
        for (finding, stops) in &batch.findings {
            if *stops {
                self.walk.stops.push(finding.clone());
            } else {
                output.sink.finding(finding.clone());
            }
        }
        output.report.records += batch.records;
        for ((records, statements), report) in
            batch.counts.iter().zip(&mut output.report.triples_maps)
        {
            report.records += records;
            report.statements += statements;
            output.report.statements += statements;
        }
        output.sink.lines(&mut batch.lines, self.source)?;
        let mut start = 0;
        self.lines.clear();
        for join in &batch.later.joins {
            let subject = &batch.later.subjects[start..join.end];
            start = join.end;
            let Some(lane) = self.lanes.get(join.rule.0).and_then(Option::as_ref) else {
                continue;
            };
            let rule = &lane.lane.rules[join.rule.1];
            let LaneObject::Join(index, _) = &rule.object else {
                continue;
            };
            let mut pair = Xxh3::new();
            pair.update(subject.as_bytes());
            for number in [
                join.rule.0 as u64,
                join.rule.1 as u64,
                u64::from(join.group),
            ] {
                pair.update(&number.to_le_bytes());
            }
            if !self.seen.insert(pair.digest128()) {
                continue;
            }
            let before = self.lines.count;
            let index = &self.joins[*index];
            // The general way may have made the same for another record, and does not tell by which key.
            let doubtful = index.repeats || !lane.sure;
            write_join(index, join.group, rule, subject, doubtful, &mut self.lines);
            let made = self.lines.count - before;
            output.report.statements += made;
            output.report.triples_maps[lane.lane.map].statements += made;
            if self.lines.text.len() > FULL {
                output.sink.lines(&mut self.lines, self.source)?;
                self.lines.clear();
            }
        }
        output.sink.lines(&mut self.lines, self.source)
    }
}

/// Does the work on every part of a stream and takes the results in order; returns false if it cannot be cut.
fn parts<J: Send, R: Send>(
    threads: usize,
    stream: &mut dyn Records,
    job: impl Fn(Box<dyn Records + Send>) -> J + Sync,
    work: impl Fn(J) -> R + Sync,
    take: &mut (impl FnMut(R) -> Result<()> + Send),
) -> Result<bool> {
    let first = match stream.cut() {
        Cut::Whole => return Ok(false),
        Cut::End => return Ok(true),
        Cut::Part(part) => part,
    };
    let mut first = Some(first);
    let next = || {
        let part = first.take().or_else(|| match stream.cut() {
            Cut::Part(part) => Some(part),
            Cut::Whole | Cut::End => None,
        })?;
        Some(job(part))
    };
    in_order(threads, next, work, take)?;
    Ok(true)
}

/// Some records of a stream.
struct Stretch<'s> {
    records: &'s mut dyn Records,
    left: usize,
    ended: bool,
}

impl<'s> Stretch<'s> {
    fn of(records: &'s mut dyn Records) -> Self {
        Self {
            records,
            left: 0,
            ended: false,
        }
    }

    /// Begins the next stretch; returns whether there may be one.
    fn go_on(&mut self) -> bool {
        self.left = STRETCH;
        !self.ended
    }
}

impl Records for Stretch<'_> {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        self.records.bind(reference)
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let next = self.records.next();
        self.ended |= next.is_none();
        next
    }
}
