//! Provenance of a stand-alone run, in the graph `fm:provenance` of its output and in the words that builds use too
//! (`docs/provenance.md`): which files and rules it rests on, and for each statement the record and the rule.

use std::collections::HashSet;

use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{Literal, NamedNode};
use xxhash_rust::xxh3::xxh3_128;

use super::output::Output;
use crate::diagnostic::Result;
use crate::mapping::{Derivation, RecordUse, Rule, Statement};
use crate::store::Provenance;

const FM: &str = "https://w3id.org/factmill/ns#";
const DERIVED: &str = "<http://www.w3.org/ns/prov#wasDerivedFrom>";
const SOURCE: &str = "<http://www.w3.org/ns/oa#hasSource>";
const GRAPH: &str = "<https://w3id.org/factmill/ns#provenance>";

/// Tells where statements come from.
#[derive(Debug)]
pub(super) struct Origins {
    level: Provenance,
    rules: Vec<Rule>,
    /// What has been described.
    told: HashSet<u128>,
}

impl Origins {
    pub(super) fn new(level: Provenance, rules: &[Rule]) -> Self {
        Self {
            level,
            rules: rules.to_vec(),
            told: HashSet::new(),
        }
    }

    /// Returns whether anything is told.
    pub(super) fn are_wanted(&self) -> bool {
        self.level > Provenance::None
    }

    /// Tells of a derivation.
    pub(super) fn statement(
        &mut self,
        statement: Statement<'_>,
        derivation: Derivation<'_>,
        out: &mut Output,
    ) -> Result<()> {
        let Some(rule) = self.rules.get(derivation.rule).cloned() else {
            return Ok(());
        };
        let rule_node = self.rule(&rule, out)?;
        for record in derivation.records {
            self.source(record, out)?;
        }
        if self.level < Provenance::Statement {
            return Ok(());
        }
        let triple = format!(
            "<<( {} {} {} )>>",
            statement.subject, statement.predicate, statement.object
        );
        let mut identity = format!(
            "{triple} {} {rule_node}",
            statement.graph.unwrap_or_default()
        );
        let mut records = Vec::new();
        for record in derivation.records {
            let node = self.record(record, out)?;
            identity.push_str(&node);
            records.push(node);
        }
        let node = hashed('d', identity.as_bytes());
        say(&node, &format!("<{}>", rdf::REIFIES.as_str()), &triple, out)?;
        if let Some(graph) = statement.graph {
            say(&node, &fm("inGraph"), graph, out)?;
        }
        for record in records {
            say(&node, DERIVED, &record, out)?;
        }
        say(&node, &fm("rule"), &rule_node, out)?;
        if let Some(line) = rule.place.line {
            say(&node, &fm("ruleLine"), &number(line.into()), out)?;
        }
        if let Some(inferred) = derivation.inferred {
            say(&node, &fm("inferred"), &text(inferred), out)?;
        }
        Ok(())
    }

    fn is_new(&mut self, node: &str) -> bool {
        self.told.insert(xxh3_128(node.as_bytes()))
    }

    fn rule(&mut self, rule: &Rule, out: &mut Output) -> Result<String> {
        let identity = format!("{}\u{0}{}", rule.name, rule.place.file);
        let node = hashed('m', identity.as_bytes());
        if self.is_new(&node) {
            say(&node, &type_of(), &fm("Rule"), out)?;
            if let Ok(written) = NamedNode::new(&rule.name) {
                say(&node, &fm("triplesMap"), &written.to_string(), out)?;
            }
            say(&node, &fm("path"), &text(&rule.place.file), out)?;
            say(
                &node,
                &format!("<{}>", rdfs::LABEL.as_str()),
                &text(&rule.name),
                out,
            )?;
        }
        Ok(node)
    }

    fn source(&mut self, record: &RecordUse, out: &mut Output) -> Result<String> {
        let file = &record.origin.file;
        let node = hashed('s', file.as_bytes());
        if self.is_new(&node) {
            say(&node, &type_of(), &fm("Source"), out)?;
            say(&node, &fm("path"), &text(file), out)?;
        }
        Ok(node)
    }

    fn record(&mut self, record: &RecordUse, out: &mut Output) -> Result<String> {
        let origin = &record.origin;
        let identity = format!(
            "{}\u{0}{:x}\u{0}{}",
            origin.file, record.key.hash, record.key.occurrence
        );
        let node = hashed('r', identity.as_bytes());
        if self.is_new(&node) {
            let source = self.source(record, out)?;
            say(&node, &type_of(), &fm("Record"), out)?;
            say(&node, SOURCE, &source, out)?;
            let numbers = [
                ("line", u64::from(origin.line)),
                ("column", u64::from(origin.column)),
                ("row", origin.row.unwrap_or_default()),
            ];
            for (name, value) in numbers.into_iter().filter(|(_, value)| *value > 0) {
                say(&node, &fm(name), &number(value), out)?;
            }
            if let Some(pointer) = &origin.pointer {
                say(&node, &fm("pointer"), &text(pointer), out)?;
            }
        }
        Ok(node)
    }
}

fn say(subject: &str, predicate: &str, object: &str, out: &mut Output) -> Result<()> {
    out.line(&format!("{subject} {predicate} {object} {GRAPH} .\n"))
}

fn hashed(kind: char, content: &[u8]) -> String {
    format!("<{FM}{kind}-{:032x}>", xxh3_128(content))
}

fn fm(name: &str) -> String {
    format!("<{FM}{name}>")
}

fn type_of() -> String {
    format!("<{}>", rdf::TYPE.as_str())
}

fn text(text: &str) -> String {
    Literal::new_simple_literal(text).to_string()
}

fn number(number: u64) -> String {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER).to_string()
}
