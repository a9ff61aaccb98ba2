//! A check: a query whose `#+` header says what its rows mean, and whose columns name the statements of both sides.

use std::collections::BTreeMap;

use oxrdf::Variable;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::query::{Prefixes, Weight, header};

/// Keys of the header of a check.
const KEYS: &[&str] = &["title", "severity", "explanation", "sources"];
/// Those that have to be there.
const REQUIRED: [(&str, &str); 3] = [
    ("title", "what kind of finding it is"),
    ("severity", "contradiction or notice"),
    (
        "explanation",
        "why what it finds cannot be, or is worth a look",
    ),
];

/// A query that finds what does not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Name: that of its file.
    pub name: String,
    /// The file it stands in, as named in messages.
    pub file: String,
    /// What kind of finding it makes.
    pub title: String,
    /// How much its findings weigh.
    pub weight: Weight,
    /// Why what it finds is a contradiction, or worth a look.
    pub explanation: String,
    /// Whether only different places contradict: a source that says all of it at one place means all of it.
    pub apart: bool,
    /// The whole file.
    pub text: String,
}

/// Where in a row of a check's answer the parts of a finding stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) subject: usize,
    pub(super) detail: usize,
    /// Subject, predicate and object of each statement.
    pub(super) statements: Vec<[usize; 3]>,
    /// Every column by its name, to be used in the detail.
    pub(super) all: BTreeMap<String, usize>,
}

impl Check {
    /// Reads a check; `name` is that of its file without ending, `file` its path in messages. A check has no parameters.
    ///
    /// # Errors
    /// `QUERY_HEADER` for every line of the header that is not understood and every key that lacks. The query itself is
    /// not parsed.
    pub fn read(name: &str, file: &str, text: &str, prefixes: &Prefixes) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = header::read(file, text, prefixes, KEYS)?;
        let mut faults = Vec::new();
        let mut values = Vec::new();
        for (key, meaning) in REQUIRED {
            match header.other(key) {
                Some(entry) if !entry.value.is_empty() => values.push(entry),
                found => {
                    let place = found.map_or_else(
                        || Place::file(file).at_line(1).at_column(1),
                        |entry| entry.place.clone(),
                    );
                    faults.push(
                        Diagnostic::error(
                            codes::QUERY_HEADER,
                            format!("the header of this check does not say its {key}"),
                        )
                        .at(place)
                        .hint(format!("write a line #+ {key}: {meaning}")),
                    );
                }
            }
        }
        let weight = header.other("severity").map(Weight::of).transpose();
        let weight = weight.unwrap_or_else(|fault| {
            faults.extend(fault.0);
            None
        });
        let apart = match header.other("sources") {
            None => false,
            Some(entry) if entry.value == "different" => true,
            Some(entry) => {
                faults.push(
                    Diagnostic::error(
                        codes::QUERY_HEADER,
                        format!("{:?} says nothing about sources", entry.value),
                    )
                    .at(entry.place.clone())
                    .hint("write #+ sources: different, or drop the line"),
                );
                false
            }
        };
        match (values.as_slice(), weight) {
            ([title, _, explanation], Some(weight)) if faults.is_empty() => Ok(Self {
                name: name.to_owned(),
                file: file.to_owned(),
                title: title.value.clone(),
                weight,
                explanation: explanation.value.clone(),
                apart,
                text: text.to_owned(),
            }),
            _ => Err(Diagnostics(faults)),
        }
    }

    /// Finds the columns that a check has to give among those of its answer.
    ///
    /// # Errors
    /// `CHECK_COLUMNS`, once for each that lacks.
    pub(super) fn columns(&self, variables: &[Variable]) -> Result<Columns> {
        let all: BTreeMap<String, usize> = variables
            .iter()
            .enumerate()
            .map(|(index, variable)| (variable.as_str().to_owned(), index))
            .collect();
        let mut lacking = Vec::new();
        let mut column = |name: String| {
            all.get(&name).copied().unwrap_or_else(|| {
                lacking.push(name);
                0
            })
        };
        let (subject, detail) = (column("subject".to_owned()), column("detail".to_owned()));
        let mut numbers: Vec<u32> = all.keys().filter_map(|name| number(name)).collect();
        numbers.push(1);
        numbers.sort_unstable();
        numbers.dedup();
        let statements = numbers
            .into_iter()
            .map(|number| ["s", "p", "o"].map(|part| column(format!("{part}{number}"))))
            .collect();
        if lacking.is_empty() {
            return Ok(Columns {
                subject,
                detail,
                statements,
                all,
            });
        }
        let faults = lacking
            .into_iter()
            .map(|name| self.fault(format!("this check gives no column {name}")))
            .collect();
        Err(Diagnostics(faults))
    }

    /// Returns what to say of a check that is no `SELECT`.
    pub(super) fn no_rows(&self) -> Diagnostics {
        self.fault("a check is a SELECT".to_owned()).into()
    }

    fn fault(&self, message: String) -> Diagnostic {
        Diagnostic::error(codes::CHECK_COLUMNS, message)
            .at(Place::file(&self.file))
            .hint("SELECT ?subject ?detail and the statements of both sides: ?s1 ?p1 ?o1 ?s2 ?p2 ?o2 …")
    }
}

/// The number in the name of a column that is part of a statement.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(['s', 'p', 'o'])?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}
