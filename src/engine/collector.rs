//! The collector takes the statements of a plan, leaves out those whose evidence is missing, and sorts the others into
//! parts, one a source file, each statement with its derivation.

use std::collections::{BTreeSet, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use super::coverage::Used;
use super::evidence::Evidence;
use super::inference::{Inference, Premise};
use super::sources::Shelf;
use crate::diagnostic::{Diagnostic, Place, Result};
use crate::mapping::plan::Plan;
use crate::mapping::run::Report;
use crate::mapping::{self, Formulation, Lines, LogicalSource, RecordUse, Sink};
use crate::store::{self, Build, DerivationEntry, Piece, Provenance, RecordId, SourceRecord};

/// Takes statements and findings of all plans of a build.
pub(super) struct Collector<'a> {
    build: &'a mut Build,
    shelf: &'a Shelf<'a>,
    /// How much of the derivations is kept.
    level: Provenance,
    evidence: Evidence<'a>,
    /// What the rules of the ontology make of the statements.
    pub(super) inference: Inference,
    /// Rules of the plan that is running.
    rules: Vec<store::Rule>,
    /// Whether the plan that is running makes lines: nothing is asked of its derivations.
    by_lines: bool,
    /// The piece of a source that is running, with the name of its part and the number of findings before it.
    piece: Option<(String, Piece, usize)>,
    /// The places that statements were made of.
    pub(super) used: Used,
    /// What was found, each once, in the order it came.
    pub(super) findings: Vec<Diagnostic>,
    /// The hashes of the findings.
    found: HashSet<u128>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        build: &'a mut Build,
        shelf: &'a Shelf<'a>,
        inference: Inference,
        level: Provenance,
    ) -> Self {
        Self {
            build,
            shelf,
            level,
            evidence: Evidence::new(shelf),
            inference,
            rules: Vec::new(),
            by_lines: false,
            piece: None,
            used: Used::default(),
            findings: Vec::new(),
            found: HashSet::new(),
        }
    }

    /// Says which plan makes the next statements.
    pub(super) fn begin_plan(&mut self, plan: &Plan) {
        self.rules = plan.rules().iter().map(stored).collect();
        // Rules of the ontology want statements one by one; quotations and the coverage of articles want their origins.
        let plain = |source: &LogicalSource| {
            source.evidence.is_none() && source.formulation != Formulation::Article
        };
        self.by_lines = self.level < Provenance::Statement
            && self.inference.is_empty()
            && plan.sources().all(plain);
    }

    /// Tells of the rules that made statements, if rules are kept and statements do not tell of them.
    pub(super) fn tell_rules(&mut self, part: &str, report: &Report) {
        if self.level != Provenance::Graph {
            return;
        }
        let made = report.triples_maps.iter().filter(|map| map.statements > 0);
        let made: BTreeSet<&str> = made.map(|map| map.name.as_str()).collect();
        for rule in self.rules.iter().filter(|rule| made.contains(&*rule.name)) {
            self.build.part(part).rule(rule);
        }
    }

    /// Takes over the part of a piece; see [`Build::reuse`].
    pub(super) fn reuse(&mut self, part: &str, piece: &Piece) -> Option<Vec<u8>> {
        self.build.reuse(part, piece)
    }

    /// Says that the next statements are of a piece of a source and go to a part of their own; findings are moved to where
    /// the piece stands.
    pub(super) fn begin_piece(&mut self, part: &str, piece: &Piece) {
        self.piece = Some((part.to_owned(), piece.clone(), self.findings.len()));
    }

    /// Ends the piece; returns whether nothing was found in it.
    pub(super) fn end_piece(&mut self) -> bool {
        self.piece
            .take()
            .is_none_or(|(_, _, before)| before == self.findings.len())
    }

    /// Says what the part of a piece was made of.
    pub(super) fn keep_piece(&mut self, part: &str, piece: Piece, names: Vec<u8>) {
        self.build.of_piece(part, piece, names);
    }

    /// Returns the places that findings were told of.
    pub(super) fn told(&self) -> BTreeSet<Place> {
        self.findings
            .iter()
            .filter_map(|one| one.place.clone())
            .collect()
    }
}

impl Sink for Collector<'_> {
    fn statement(
        &mut self,
        statement: mapping::Statement<'_>,
        derivation: mapping::Derivation<'_>,
    ) -> Result<()> {
        let Some(first) = derivation.records.first() else {
            return Ok(());
        };
        let mut records: Vec<SourceRecord> = Vec::with_capacity(derivation.records.len());
        for record in derivation.records {
            let passage = match &record.evidence {
                None => None,
                Some(quotation) => {
                    let findings = &mut self.findings;
                    match self
                        .evidence
                        .passage(record, quotation, &mut |finding| findings.push(finding))
                    {
                        Some(passage) => Some(passage),
                        None => return Ok(()),
                    }
                }
            };
            records.push(SourceRecord {
                key: record.key,
                origin: record.origin.clone(),
                quote: record.quote.clone(),
                passage,
            });
        }
        for origin in derivation.values {
            self.used.note(origin);
        }
        let told = derivation
            .inferred
            .or_else(|| derivation.records.iter().find_map(remark));
        let name = self
            .piece
            .as_ref()
            .map_or(&*first.origin.file, |(part, ..)| part);
        let part = self.build.part(name);
        let rule = part.rule(&self.rules[derivation.rule]);
        let ids: Vec<RecordId> = records.iter().map(|record| part.record(record)).collect();
        let statement = store::Statement {
            subject: statement.subject,
            predicate: statement.predicate,
            object: statement.object,
            graph: statement.graph,
        };
        part.add(
            statement,
            DerivationEntry {
                rule,
                records: &ids,
                places: derivation.values,
                inferred: told,
            },
        );
        self.inference.apply(
            Premise {
                statement,
                ids: &ids,
                records: &records,
                places: derivation.values,
            },
            part,
        );
        Ok(())
    }

    fn takes_lines(&self) -> bool {
        self.by_lines
    }

    fn lines(&mut self, lines: &mut Lines, source: &LogicalSource) -> Result<()> {
        let own = self.shelf.located(&source.file);
        let name = self.piece.as_ref().map_or(&*own, |(part, ..)| part);
        self.build.part(name).add_lines(lines.take_text());
        Ok(())
    }

    fn finding(&mut self, mut finding: Diagnostic) {
        if let Some((_, piece, _)) = &self.piece {
            let related = finding.related.iter_mut().map(|(_, place)| place);
            for place in finding
                .place
                .iter_mut()
                .chain(related)
                .filter(|place| place.file == piece.file)
            {
                place.line = place.line.map(|line| line.saturating_add(piece.lines));
                place.row = place.row.map(|row| row.saturating_add(piece.rows));
            }
        }
        // Several triples maps that read one source meet the same fault.
        let hash = xxh3_128(format!("{finding:?}").as_bytes());
        if self.found.insert(hash) {
            self.findings.push(finding);
        }
    }
}

/// What a curated record says was inferred.
fn remark(record: &RecordUse) -> Option<&str> {
    record.evidence.as_ref()?.inferred.as_deref()
}

fn stored(rule: &mapping::Rule) -> store::Rule {
    store::Rule {
        name: rule.name.clone(),
        file: rule.place.file.clone(),
        line: rule.place.line.unwrap_or(0),
        column: rule.place.column.unwrap_or(0),
    }
}
