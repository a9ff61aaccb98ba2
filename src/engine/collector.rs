//! The collector takes the statements of a plan, leaves out those whose evidence is missing, and sorts the others into
//! parts, one a source file, each statement with its derivation.

use std::collections::BTreeMap;

use super::coverage::Used;
use super::evidence::Evidence;
use super::sources::Shelf;
use crate::diagnostic::{Diagnostic, Place, Result, Severity};
use crate::mapping::{self, RecordUse, Sink};
use crate::record::RecordKey;
use crate::store::{self, Build, DerivationEntry, PartBuilder, RecordId, RuleId, SourceRecord};

/// What a source file has made so far.
struct Gathered {
    part: PartBuilder,
    /// (plan, rule) → the part's own number.
    rules: BTreeMap<(usize, usize), RuleId>,
    /// (file, key) → the part's own number.
    records: BTreeMap<(String, RecordKey), RecordId>,
}

/// Takes statements and findings of all plans of a build.
pub(super) struct Collector<'a> {
    build: &'a Build,
    evidence: Evidence<'a>,
    parts: BTreeMap<String, Gathered>,
    /// Rules of the plan that is running, and its number.
    rules: Vec<mapping::Rule>,
    plan: usize,
    pub(super) used: Used,
    pub(super) findings: Vec<Diagnostic>,
    /// Statements left out because their evidence is missing.
    pub(super) left_out: usize,
}

impl<'a> Collector<'a> {
    pub(super) fn new(build: &'a Build, shelf: &'a Shelf<'a>) -> Self {
        Self {
            build,
            evidence: Evidence::new(shelf),
            parts: BTreeMap::new(),
            rules: Vec::new(),
            plan: 0,
            used: Used::default(),
            findings: Vec::new(),
            left_out: 0,
        }
    }

    /// Says whose rules the next statements follow.
    pub(super) fn begin_plan(&mut self, rules: &[mapping::Rule]) {
        self.plan += 1;
        self.rules = rules.to_vec();
    }

    /// Returns the part of a file, made when it is first asked for.
    pub(super) fn part(&mut self, file: &str) -> &mut PartBuilder {
        &mut self.gathered(file).part
    }

    /// Returns the parts, in the order of their files.
    pub(super) fn into_parts(self) -> Vec<PartBuilder> {
        self.parts.into_values().map(|gathered| gathered.part).collect()
    }

    /// Returns the places that findings were told of.
    pub(super) fn told(&self) -> std::collections::BTreeSet<Place> {
        self.findings.iter().filter_map(|one| one.place.clone()).collect()
    }

    fn gathered(&mut self, file: &str) -> &mut Gathered {
        if !self.parts.contains_key(file) {
            let part = self.build.part(file);
            self.parts.insert(file.to_owned(), Gathered { part, rules: BTreeMap::new(), records: BTreeMap::new() });
        }
        // Just inserted where it was missing.
        self.parts.entry(file.to_owned()).or_insert_with(|| unreachable!("the part was made above"))
    }
}

impl Sink for Collector<'_> {
    fn statement(&mut self, statement: mapping::Statement<'_>, derivation: mapping::Derivation<'_>) -> Result<()> {
        let mut passages = Vec::with_capacity(derivation.records.len());
        for record in derivation.records {
            let Some(quotation) = &record.evidence else {
                passages.push(None);
                continue;
            };
            let findings = &mut self.findings;
            match self.evidence.passage(record, quotation, &mut |finding| findings.push(finding)) {
                Some(passage) => passages.push(Some(passage)),
                None => {
                    self.left_out += 1;
                    return Ok(());
                }
            }
        }
        for origin in derivation.values {
            self.used.note(origin);
        }
        let Some(first) = derivation.records.first() else { return Ok(()) };
        let told = derivation
            .inferred
            .map(str::to_owned)
            .or_else(|| derivation.records.iter().find_map(|record| record.evidence.as_ref()?.inferred.clone()));
        let plan = self.plan;
        let rule = self.rules[derivation.rule].clone();
        let file = first.origin.file.clone();
        let gathered = self.gathered(&file);
        let rule = *gathered.rules.entry((plan, derivation.rule)).or_insert_with(|| gathered.part.rule(stored(rule)));
        let records: Vec<RecordId> = derivation
            .records
            .iter()
            .zip(passages)
            .map(|(record, passage)| {
                let key = (record.origin.file.to_string(), record.key);
                *gathered.records.entry(key).or_insert_with(|| gathered.part.record(entry(record, passage)))
            })
            .collect();
        gathered.part.add(
            store::Statement {
                subject: statement.subject,
                predicate: statement.predicate,
                object: statement.object,
                graph: statement.graph,
            },
            DerivationEntry { rule, records: &records, places: derivation.values, inferred: told.as_deref() },
        );
        Ok(())
    }

    fn finding(&mut self, finding: Diagnostic) {
        if finding.severity == Severity::Error {
            self.left_out += 1;
        }
        // Several triples maps that read one source meet the same fault.
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

fn stored(rule: mapping::Rule) -> store::Rule {
    store::Rule {
        name: rule.name,
        line: rule.place.line.unwrap_or(0),
        column: rule.place.column.unwrap_or(0),
        file: rule.place.file,
    }
}

fn entry(record: &RecordUse, passage: Option<store::Passage>) -> SourceRecord {
    SourceRecord { key: record.key, origin: record.origin.clone(), quote: record.quote.clone(), passage }
}
