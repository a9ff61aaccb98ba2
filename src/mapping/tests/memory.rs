//! Sources in memory: tables by the `csv` crate, JSON by `serde_json_path`, and a sink that keeps everything.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json_path::JsonPath;

use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, codes};
use crate::mapping::run::{Options, Report, run};
use crate::mapping::{
    Derivation, LogicalSource, RecordUse, Sink, Sources, Statement, checked, plan, syntax,
};
use crate::record::{Fault, FaultKind, Natural, Origin, Record, RecordKey, Records, Slot, Value};

type Fallible<T> = std::result::Result<T, Box<Fault>>;

/// Files by path.
#[derive(Default)]
pub(super) struct Memory(pub(super) BTreeMap<String, String>);

impl Memory {
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }
}

impl Sources for Memory {
    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        let paths: Vec<&String> = match source.file.path.split_once('*') {
            Some((before, after)) if source.several => self
                .0
                .keys()
                .filter(|path| path.starts_with(before) && path.ends_with(after))
                .collect(),
            _ => self
                .0
                .keys()
                .filter(|path| **path == source.file.path)
                .collect(),
        };
        if paths.is_empty() {
            return Err(
                Diagnostic::error(codes::FILE_MISSING, "the file is missing")
                    .at(source.file.declared.clone())
                    .into(),
            );
        }
        Ok(paths
            .into_iter()
            .map(|path| -> Box<dyn Records> {
                if path.ends_with(".json") {
                    Box::new(JsonRecords::new(path, &self.0[path], source))
                } else {
                    Box::new(CsvRecords::new(path, &self.0[path], source))
                }
            })
            .collect())
    }
}

fn origin(file: &str, row: usize) -> Origin {
    Origin {
        file: Arc::from(file),
        line: u32::try_from(row + 1).unwrap(),
        row: Some(row as u64),
        ..Origin::default()
    }
}

fn fault(kind: FaultKind, message: String, origin: Origin) -> Box<Fault> {
    Box::new(Fault {
        message,
        origin,
        kind,
        hint: None,
    })
}

struct CsvRecords {
    file: String,
    header: Vec<String>,
    rows: std::vec::IntoIter<Vec<String>>,
    nulls: Vec<String>,
    at: usize,
    current: Option<CsvRecord>,
}

struct CsvRecord {
    file: String,
    header: Vec<String>,
    row: usize,
    cells: Vec<Option<String>>,
}

impl CsvRecords {
    fn new(file: &str, text: &str, source: &LogicalSource) -> Self {
        let delimiter = source
            .dialect
            .delimiter
            .unwrap_or(if file.ends_with(".tsv") { b'\t' } else { b',' });
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .into_records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
            .into_iter();
        Self {
            file: file.to_owned(),
            header: rows.next().unwrap_or_default(),
            rows,
            nulls: source.nulls.clone(),
            at: 0,
            current: None,
        }
    }
}

impl Records for CsvRecords {
    fn bind(&mut self, reference: &str) -> Fallible<Slot> {
        self.header
            .iter()
            .position(|name| name == reference)
            .ok_or_else(|| {
                fault(
                    FaultKind::UnknownReference,
                    format!("there is no column \"{reference}\""),
                    origin(&self.file, 0),
                )
            })
    }

    fn next(&mut self) -> Option<Fallible<&dyn Record>> {
        let cells = self.rows.next()?;
        self.at += 1;
        if cells.len() != self.header.len() {
            return Some(Err(fault(
                FaultKind::BrokenRow,
                format!("the row has {} cells", cells.len()),
                origin(&self.file, self.at),
            )));
        }
        self.current = Some(CsvRecord {
            file: self.file.clone(),
            header: self.header.clone(),
            row: self.at,
            cells: cells
                .into_iter()
                .map(|cell| (!self.nulls.contains(&cell)).then_some(cell))
                .collect(),
        });
        self.current.as_ref().map(|record| Ok(record as _))
    }
}

impl Record for CsvRecord {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Fallible<()> {
        into.extend(self.cells[slot].as_deref().map(Value::text));
        Ok(())
    }

    fn plain(&self, slot: Slot) -> Option<&str> {
        self.cells[slot].as_deref()
    }

    fn origin(&self) -> Origin {
        origin(&self.file, self.row)
    }

    fn origin_of(&self, slot: Slot, _index: usize) -> Origin {
        Origin {
            cell: Some(Arc::from(self.header[slot].as_str())),
            ..self.origin()
        }
    }

    fn key(&self) -> RecordKey {
        RecordKey {
            hash: self.row as u128,
            occurrence: 0,
        }
    }
}

struct JsonRecords {
    file: String,
    items: std::vec::IntoIter<Json>,
    at: usize,
    paths: Arc<Vec<JsonPath>>,
    current: Option<JsonRecord>,
}

struct JsonRecord {
    file: String,
    item: Json,
    at: usize,
    paths: Arc<Vec<JsonPath>>,
}

impl JsonRecords {
    fn new(file: &str, text: &str, source: &LogicalSource) -> Self {
        let json: Json = serde_json::from_str(text).unwrap();
        let iterator = JsonPath::parse(source.iterator.as_deref().unwrap_or("$")).unwrap();
        let items: Vec<Json> = iterator.query(&json).all().into_iter().cloned().collect();
        Self {
            file: file.to_owned(),
            items: items.into_iter(),
            at: 0,
            paths: Arc::default(),
            current: None,
        }
    }
}

impl Records for JsonRecords {
    fn bind(&mut self, reference: &str) -> Fallible<Slot> {
        let rooted = match reference.starts_with('$') {
            true => reference.to_owned(),
            false if reference.contains(';') => reference.to_owned(),
            false => format!("$.{reference}"),
        };
        let path = JsonPath::parse(&rooted).map_err(|error| {
            let place = origin(&self.file, 0);
            fault(FaultKind::BadReference, error.to_string(), place)
        })?;
        Arc::get_mut(&mut self.paths).unwrap().push(path);
        Ok(self.paths.len() - 1)
    }

    fn next(&mut self) -> Option<Fallible<&dyn Record>> {
        self.at += 1;
        self.current = Some(JsonRecord {
            file: self.file.clone(),
            item: self.items.next()?,
            at: self.at,
            paths: Arc::clone(&self.paths),
        });
        self.current.as_ref().map(|record| Ok(record as _))
    }
}

impl Record for JsonRecord {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Fallible<()> {
        for found in self.paths[slot].query(&self.item).all() {
            let (text, natural) = match found {
                Json::Null => continue,
                Json::Bool(value) => (value.to_string(), Natural::Boolean),
                Json::Number(number) if number.is_f64() => (number.to_string(), Natural::Double),
                Json::Number(number) => (number.to_string(), Natural::Integer),
                Json::String(text) => (text.clone(), Natural::Text),
                Json::Array(_) | Json::Object(_) => {
                    return Err(fault(
                        FaultKind::NotAValue,
                        "this is no single value".to_owned(),
                        self.origin(),
                    ));
                }
            };
            into.push(Value {
                text: text.into(),
                natural,
            });
        }
        Ok(())
    }

    fn origin(&self) -> Origin {
        origin(&self.file, self.at)
    }

    fn key(&self) -> RecordKey {
        RecordKey {
            hash: self.at as u128,
            occurrence: 0,
        }
    }
}

/// A statement with its derivation, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// As a line of N-Quads, without the full stop.
    pub(super) line: String,
    pub(super) rule: usize,
    pub(super) records: Vec<RecordUse>,
    pub(super) values: Vec<Origin>,
    pub(super) inferred: Option<String>,
}

/// A sink that keeps everything.
#[derive(Default)]
pub(super) struct Keeper {
    pub(super) statements: Vec<Kept>,
    pub(super) findings: Vec<Diagnostic>,
}

impl Sink for Keeper {
    fn statement(&mut self, statement: Statement<'_>, derivation: Derivation<'_>) -> Result<()> {
        let Statement {
            subject,
            predicate,
            object,
            graph,
            ..
        } = statement;
        let mut line = format!("{subject} {predicate} {object}");
        if let Some(graph) = graph {
            line.push(' ');
            line.push_str(graph);
        }
        self.statements.push(Kept {
            line,
            rule: derivation.rule,
            records: derivation.records.to_vec(),
            values: derivation.values.to_vec(),
            inferred: derivation.inferred.map(str::to_owned),
        });
        Ok(())
    }

    fn finding(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }
}

impl Keeper {
    /// Returns the statements as sorted lines, each once.
    pub(super) fn lines(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = self
            .statements
            .iter()
            .map(|kept| kept.line.as_str())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// Reads, checks, plans and runs a mapping.
pub(super) fn map(
    mapping: &str,
    files: &Memory,
    options: &Options,
) -> Result<(Keeper, Report, Vec<crate::mapping::Rule>)> {
    let doc = syntax::read(mapping, "mapping.ttl", None)?;
    let plan = plan::plan(&checked::check(&doc)?);
    let mut keeper = Keeper::default();
    let report = run(&plan, files, &mut keeper, options)?;
    Ok((keeper, report, plan.rules().to_vec()))
}

/// Runs a mapping as a strict caller does: any finding that is an error fails it.
pub(super) fn map_strictly(mapping: &str, files: &Memory, options: &Options) -> Result<Keeper> {
    let (keeper, _, _) = map(mapping, files, options)?;
    let errors: Vec<Diagnostic> = keeper
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect();
    if errors.is_empty() {
        Ok(keeper)
    } else {
        Err(Diagnostics(errors))
    }
}
