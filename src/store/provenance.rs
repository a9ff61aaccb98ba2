//! The graph `fm:provenance`: for each derivation a reifier (RDF 1.2) that leads to its rule and its records.
//!
//! ```text
//! fm:d-HASH rdf:reifies <<( s p o )>> ; fm:inGraph g ;          one derivation; fm:inGraph unless the default graph
//!     prov:wasDerivedFrom fm:q-HASH, fm:r-HASH ;                its passages and records
//!     fm:rule fm:m-HASH ; fm:ruleLine 12 ;                      the triples map of a file, line of the rule
//!     fm:valueAt "a.csv:3, row 2, cell \"x\"" ;                 places of values, where the record has another
//!     fm:inferred "why" .
//! fm:r-HASH a fm:Record ; oa:hasSource fm:s-HASH ; fm:line 3 ; fm:column 1 ; fm:row 2 ; fm:cell "x" ; oa:exact "…" .
//! fm:q-HASH a fm:Passage ; … the same … .
//! fm:m-HASH a fm:Rule ; fm:triplesMap IRI ; fm:path "m.rml.ttl" ; rdfs:label "…" .
//! fm:s-HASH a fm:Source ; fm:path "a.csv" ; fm:hash "…" ; dcat:byteSize 120 .
//! ```
//!
//! The IRIs are made of content: a derivation's of statement, rule and record keys; a record's of file and key; a
//! passage's of file, text and occurrence; a rule's of file and name, for two files may give triples maps one IRI, and no
//! rule is called otherwise because of what another file holds. Lines and columns are only told, so that moving a row renames nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{GraphName, Literal, NamedNode, Quad, Term, Triple};
use xxhash_rust::xxh3::xxh3_128;

use super::entry::{Passage, Rule, SourceRecord};
use super::facts::Facts;
use super::level::Provenance;
use super::manifest::{PartStamp, SourceStamp};
use super::origins::Origins;
use super::rows::NONE;
use crate::diagnostic::{Place, Result};
use crate::record::Origin;

const FM: &str = "https://w3id.org/factmill/ns#";
const PROV_DERIVED: &str = "http://www.w3.org/ns/prov#wasDerivedFrom";
const OA_SOURCE: &str = "http://www.w3.org/ns/oa#hasSource";
const OA_EXACT: &str = "http://www.w3.org/ns/oa#exact";
const DCAT_SIZE: &str = "http://www.w3.org/ns/dcat#byteSize";

/// Returns whether a graph is `fm:provenance`.
pub fn is_provenance(graph: &GraphName) -> bool {
    matches!(graph, GraphName::NamedNode(name) if name.as_str().strip_prefix(FM) == Some("provenance"))
}

/// Returns the quads with so much of the graph `fm:provenance`: nothing, its sources and rules, or all. Others stay.
pub fn limit(mut quads: Vec<Quad>, level: Provenance) -> Vec<Quad> {
    let kinds = [fm("Source"), fm("Rule")].map(Term::from);
    let lasting: BTreeSet<String> = quads
        .iter()
        .filter(|quad| level == Provenance::Graph && is_provenance(&quad.graph_name))
        .filter(|quad| quad.predicate == rdf::TYPE && kinds.contains(&quad.object))
        .map(|quad| quad.subject.to_string())
        .collect();
    quads.retain(|quad| match level {
        _ if !is_provenance(&quad.graph_name) => true,
        Provenance::None => false,
        Provenance::Graph => lasting.contains(&quad.subject.to_string()),
        Provenance::Statement => true,
    });
    quads
}

/// Returns the description of the sources.
pub(super) fn sources(stamps: &[SourceStamp]) -> Vec<Quad> {
    let mut quads = Vec::new();
    for stamp in stamps {
        let node = source_node(&stamp.path);
        let mut say = |predicate: NamedNode, object: Term| {
            quads.push(provenance(node.clone(), predicate, object));
        };
        say(rdf::TYPE.into_owned(), fm("Source").into());
        say(fm("path"), text(&stamp.path));
        say(fm("hash"), text(&stamp.hash));
        say(iri(DCAT_SIZE), number(stamp.size));
    }
    quads
}

/// Returns the quads of a part: the facts, and what is known of their derivations.
///
/// Equal records of one source are told apart by their number in it; `earlier` counts those in the pieces before.
pub(super) fn with_origins(
    facts: Facts,
    mut origins: Origins,
    earlier: &mut Earlier,
) -> Result<impl Iterator<Item = Result<Quad>> + use<>> {
    let mut waiting = VecDeque::new();
    let rules = (0..origins.rule_count())
        .map(|number| {
            let rule = origins.rule(number)?;
            Ok(RuleNode::new(&rule, &mut waiting))
        })
        .collect::<Result<Vec<_>>>()?;
    let records = (0..origins.record_count())
        .map(|number| {
            let record = earlier.counted(origins.record(number)?);
            Ok(RecordNode::new(record, &mut waiting))
        })
        .collect::<Result<Vec<_>>>()?;
    earlier.end_of_piece();
    Ok(WithOrigins {
        facts,
        origins,
        rules,
        records,
        waiting,
    })
}

/// How many records of each content the pieces of a source before held.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// What the counts are of; another source begins anew.
    source: Option<String>,
    before: HashMap<u128, u32>,
    here: HashMap<u128, u32>,
}

impl Earlier {
    /// Says which part comes next. Pieces of one source, read by one mapping, follow each other and have names that are
    /// the same up to the last dot.
    pub(super) fn begin(&mut self, part: &PartStamp) {
        let source = part
            .piece
            .as_ref()
            .and_then(|_| part.name.rsplit_once('.'))
            .map(|(source, _)| source.to_owned());
        if source != self.source {
            self.before.clear();
        }
        self.source = source;
        self.here.clear();
    }

    fn counted(&mut self, mut record: SourceRecord) -> SourceRecord {
        if self.source.is_some() {
            let own = record.key.occurrence;
            let most = self.here.entry(record.key.hash).or_default();
            *most = (*most).max(own + 1);
            record.key.occurrence += self
                .before
                .get(&record.key.hash)
                .copied()
                .unwrap_or_default();
        }
        record
    }

    fn end_of_piece(&mut self) {
        #[expect(
            clippy::iter_over_hash_type,
            reason = "sums do not depend on the order"
        )]
        for (hash, count) in self.here.drain() {
            *self.before.entry(hash).or_default() += count;
        }
    }
}

struct WithOrigins {
    facts: Facts,
    origins: Origins,
    rules: Vec<RuleNode>,
    records: Vec<RecordNode>,
    waiting: VecDeque<Quad>,
}

impl Iterator for WithOrigins {
    type Item = Result<Quad>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(quad) = self.waiting.pop_front() {
            return Some(Ok(quad));
        }
        let (quad, hash) = match self.facts.next()? {
            Ok(fact) => fact,
            Err(fault) => return Some(Err(fault)),
        };
        match self.derivations(&quad, hash) {
            Ok(()) => Some(Ok(quad)),
            Err(fault) => Some(Err(fault)),
        }
    }
}

impl WithOrigins {
    fn derivations(&mut self, quad: &Quad, hash: u128) -> Result<()> {
        let triple = Triple::new(
            quad.subject.clone(),
            quad.predicate.clone(),
            quad.object.clone(),
        );
        // Two rules of one triples map may make a statement from one record.
        let mut seen = BTreeMap::new();
        for number in self.origins.find(hash)? {
            let row = self.origins.derivation_row(number)?;
            let places = self.origins.places(number, &row)?;
            let inferred = self.origins.optional_string(row.inferred)?;
            let Some(rule) = self.rules.get(row.rule as usize) else {
                continue;
            };
            let records: Vec<&RecordNode> = [row.record, row.joined]
                .into_iter()
                .filter(|&record| record != NONE)
                .filter_map(|record| self.records.get(record as usize))
                .collect();

            let mut identity = hash.to_le_bytes().to_vec();
            identity.extend_from_slice(&rule.hash.to_le_bytes());
            for record in &records {
                identity.extend_from_slice(&record.hash.to_le_bytes());
            }
            let before = seen.entry(xxh3_128(&identity)).or_insert(0_u32);
            if *before > 0 {
                identity.extend_from_slice(&before.to_le_bytes());
            }
            *before += 1;
            let node = node('d', xxh3_128(&identity));

            let waiting = &mut self.waiting;
            let mut say = |predicate: NamedNode, object: Term| {
                waiting.push_back(provenance(node.clone(), predicate, object));
            };
            say(rdf::REIFIES.into_owned(), triple.clone().into());
            if let GraphName::NamedNode(graph) = &quad.graph_name {
                say(fm("inGraph"), graph.clone().into());
            }
            for record in &records {
                if let Some(passage) = &record.passage {
                    say(iri(PROV_DERIVED), passage.clone().into());
                }
                say(iri(PROV_DERIVED), record.node.clone().into());
            }
            say(fm("rule"), rule.node.clone().into());
            if rule.line > 0 {
                say(fm("ruleLine"), number_of(rule.line));
            }
            for place in &places {
                if !records.iter().any(|record| record.origin == *place) {
                    say(fm("valueAt"), text(&place_text(place)));
                }
            }
            if let Some(inferred) = &inferred {
                say(fm("inferred"), text(inferred));
            }
        }
        Ok(())
    }
}

struct RuleNode {
    node: NamedNode,
    hash: u128,
    line: u32,
}

impl RuleNode {
    fn new(rule: &Rule, quads: &mut VecDeque<Quad>) -> Self {
        let hash = hash(&[rule.name.as_bytes(), rule.file.as_bytes()]);
        let node = node('m', hash);
        let mut say = |predicate: NamedNode, object: Term| {
            quads.push_back(provenance(node.clone(), predicate, object));
        };
        say(rdf::TYPE.into_owned(), fm("Rule").into());
        if let Ok(written) = NamedNode::new(&rule.name) {
            say(fm("triplesMap"), written.into());
        }
        say(fm("path"), text(&rule.file));
        say(rdfs::LABEL.into_owned(), text(&rule.name));
        Self {
            node,
            hash,
            line: rule.line,
        }
    }
}

struct RecordNode {
    node: NamedNode,
    hash: u128,
    passage: Option<NamedNode>,
    origin: Origin,
}

impl RecordNode {
    fn new(record: SourceRecord, quads: &mut VecDeque<Quad>) -> Self {
        let hash = hash(&[
            record.origin.file.as_bytes(),
            &record.key.hash.to_le_bytes(),
            &record.key.occurrence.to_le_bytes(),
        ]);
        let node = node('r', hash);
        describe(
            &node,
            "Record",
            &record.origin,
            record.quote.as_deref(),
            quads,
        );
        let passage = record.passage.as_ref().map(|passage| {
            let node = passage_node(passage);
            describe(
                &node,
                "Passage",
                &passage.origin,
                Some(&passage.quote),
                quads,
            );
            node
        });
        Self {
            node,
            hash,
            passage,
            origin: record.origin,
        }
    }
}

/// Says where something stands and what is written there.
fn describe(
    node: &NamedNode,
    class: &str,
    origin: &Origin,
    quote: Option<&str>,
    quads: &mut VecDeque<Quad>,
) {
    let mut say = |predicate: NamedNode, object: Term| {
        quads.push_back(provenance(node.clone(), predicate, object));
    };
    say(rdf::TYPE.into_owned(), fm(class).into());
    say(iri(OA_SOURCE), source_node(&origin.file).into());
    if origin.line > 0 {
        say(fm("line"), number_of(origin.line));
    }
    if origin.column > 0 {
        say(fm("column"), number_of(origin.column));
    }
    if let Some(row) = origin.row {
        say(fm("row"), number(row));
    }
    if let Some(cell) = &origin.cell {
        say(fm("cell"), text(cell));
    }
    if let Some(pointer) = &origin.pointer {
        say(fm("pointer"), text(pointer));
    }
    if let Some(quote) = quote {
        say(iri(OA_EXACT), text(quote));
    }
}

fn place_text(origin: &Origin) -> String {
    let known = |number: u32| (number > 0).then_some(number);
    Place {
        file: origin.file.to_string(),
        line: known(origin.line),
        column: known(origin.column),
        row: origin.row,
        cell: origin.cell.as_deref().map(str::to_owned),
        pointer: origin.pointer.as_deref().map(str::to_owned),
        ..Place::default()
    }
    .to_string()
}

fn passage_node(passage: &Passage) -> NamedNode {
    let file = passage.origin.file.as_bytes();
    let occurrence = passage.occurrence.to_le_bytes();
    node('q', hash(&[file, passage.quote.as_bytes(), &occurrence]))
}

fn source_node(path: &str) -> NamedNode {
    node('s', hash(&[path.as_bytes()]))
}

fn hash(fields: &[&[u8]]) -> u128 {
    let mut bytes = Vec::new();
    for field in fields {
        // With its length before it, no field can be taken for part of another.
        bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
        bytes.extend_from_slice(field);
    }
    xxh3_128(&bytes)
}

fn node(kind: char, hash: u128) -> NamedNode {
    NamedNode::new_unchecked(format!("{FM}{kind}-{hash:032x}"))
}

fn fm(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{FM}{name}"))
}

fn iri(iri: &str) -> NamedNode {
    NamedNode::new_unchecked(iri)
}

fn text(text: &str) -> Term {
    Literal::new_simple_literal(text).into()
}

fn number(number: u64) -> Term {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER).into()
}

fn number_of(small: u32) -> Term {
    number(small.into())
}

fn provenance(subject: NamedNode, predicate: NamedNode, object: Term) -> Quad {
    Quad::new(subject, predicate, object, fm("provenance"))
}
