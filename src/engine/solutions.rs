//! RDF files as sources: the iterator is a SPARQL query, its solutions are the records, its variables the references.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use oxrdf::Term;
use xxhash_rust::xxh3::xxh3_128;

use crate::diagnostic::{Diagnostic, Result, codes};
use crate::export::input_format;
use crate::mapping::LogicalSource;
use crate::query::{self, Answer, Limits, Prefixes};
use crate::record::{Fault, FaultKind, Natural, Origin, Record, RecordKey, Records, Slot, Value};
use crate::store::Graph;

/// Evaluates the iterator of a source on the text of its file.
///
/// # Errors
/// A file that is no RDF, a query that is none or no `SELECT`.
pub(super) fn open(text: &str, name: &str, source: &LogicalSource) -> Result<Box<dyn Records>> {
    let asked = || {
        source
            .iterator_place
            .clone()
            .unwrap_or_else(|| source.file.declared.clone())
    };
    let Some(query) = &source.iterator else {
        return Err(Diagnostic::error(
            codes::MAPPING_TERM,
            "a source of RDF needs a query as rml:iterator",
        )
        .at(asked())
        .hint("write rml:iterator \"SELECT …\"")
        .into());
    };
    let graph = Graph::in_memory()?;
    graph.load(
        text.as_bytes(),
        name,
        input_format(Path::new(name))?,
        None,
        None,
    )?;
    let limits = Limits {
        rows: None,
        ..Limits::default()
    };
    let answer = query::evaluate(
        &graph,
        query,
        "query",
        &Prefixes::known(),
        Vec::new(),
        limits,
    )
    .map_err(|mut found| {
        for one in &mut found.0 {
            one.related
                .push(("the query stands here".to_owned(), asked()));
        }
        found
    })?;
    let Answer::Solutions(solutions) = answer else {
        return Err(
            Diagnostic::error(codes::MAPPING_TERM, "the iterator gives no solutions")
                .at(asked())
                .hint("use SELECT")
                .into(),
        );
    };
    Ok(Box::new(Table {
        file: name.into(),
        names: solutions
            .variables
            .iter()
            .map(|variable| Arc::from(variable.as_str()))
            .collect(),
        rows: solutions.rows,
        next: 0,
        nulls: source.nulls.clone(),
        counts: RefCell::default(),
    }))
}

/// The solutions; it is its own record, lent again for each of them.
struct Table {
    file: Arc<str>,
    names: Vec<Arc<str>>,
    rows: Vec<Vec<Option<Term>>>,
    /// The number of the next solution; the record is the one before.
    next: usize,
    nulls: Vec<String>,
    counts: RefCell<BTreeMap<u128, u32>>,
}

impl Table {
    fn current(&self) -> &[Option<Term>] {
        self.next
            .checked_sub(1)
            .and_then(|at| self.rows.get(at))
            .map_or(&[], Vec::as_slice)
    }

    fn place(&self, cell: Option<Slot>) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            row: Some(self.next as u64),
            cell: cell.and_then(|cell| self.names.get(cell).cloned()),
            ..Origin::default()
        }
    }
}

impl Records for Table {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let wanted = reference.strip_prefix('?').unwrap_or(reference);
        self.names
            .iter()
            .position(|name| &**name == wanted)
            .ok_or_else(|| {
                Box::new(Fault {
                    message: format!("the query has no variable ?{wanted}"),
                    origin: Origin {
                        file: Arc::clone(&self.file),
                        ..Origin::default()
                    },
                    kind: FaultKind::UnknownReference,
                    hint: Some(format!("its variables are {}", self.names.join(", "))),
                })
            })
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        if self.next >= self.rows.len() {
            return None;
        }
        self.next += 1;
        Some(Ok(self))
    }
}

impl Record for Table {
    fn values<'r>(
        &'r self,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> std::result::Result<(), Box<Fault>> {
        let Some(Some(term)) = self.current().get(slot) else {
            return Ok(());
        };
        let (text, natural): (Cow<'r, str>, _) = match term {
            Term::NamedNode(node) => (node.as_str().into(), Natural::Text),
            Term::Literal(literal) => (
                literal.value().into(),
                natural(literal.datatype().as_str(), literal.value()),
            ),
            other => (other.to_string().into(), Natural::Text),
        };
        if !self.nulls.iter().any(|null| *null == text) {
            into.push(Value { text, natural });
        }
        Ok(())
    }

    fn origin(&self) -> Origin {
        self.place(None)
    }

    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        self.place(Some(slot))
    }

    fn key(&self) -> RecordKey {
        let content: Vec<String> = self
            .current()
            .iter()
            .map(|term| term.as_ref().map_or_else(String::new, Term::to_string))
            .collect();
        let hash = xxh3_128(content.join("\u{0}").as_bytes());
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(hash).or_default();
        let key = RecordKey {
            hash,
            occurrence: *count,
        };
        *count += 1;
        key
    }
}

/// Returns the natural datatype of a literal. A plain text that is written as a whole number is one: results in CSV, as
/// RML-IO names this form, know no datatypes but write numbers bare, and the official cases expect integers of them.
fn natural(datatype: &str, text: &str) -> Natural {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    match datatype.strip_prefix("http://www.w3.org/2001/XMLSchema#") {
        Some("integer") => Natural::Integer,
        Some("double") => Natural::Double,
        Some("boolean") => Natural::Boolean,
        Some("string") if whole => Natural::Integer,
        _ => Natural::Text,
    }
}
