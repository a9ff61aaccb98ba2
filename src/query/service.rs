//! `SERVICE`: which servers a query may ask, and how their answers become rows.
//!
//! Nothing is asked unless the caller hands over a [`Remote`] and a list of addresses. The list is held against the query before
//! it runs, and again at each request. Within a query each server is asked each question once, in the order in which the
//! engine needs it. Blank nodes of different answers stay different.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use oxiri::Iri;
use oxrdf::{BlankNode, NamedNode, NamedOrBlankNode, Term, Triple, Variable};
use sparesults::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use spareval::{DefaultServiceHandler, QuerySolution, QuerySolutionIter};
use spargebra::Query;
use spargebra::algebra::GraphPattern;

use super::Limits;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::sync::lock;

/// Different requests that one query may lead to.
const REQUESTS: usize = 100;

/// What an endpoint sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The media type.
    pub kind: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks SPARQL endpoints.
pub trait Remote: Send + Sync {
    /// Sends a query to an endpoint.
    ///
    /// # Errors
    /// Why there is no answer.
    fn ask(&self, endpoint: &str, query: &str) -> Result<Fetched>;
}

/// The servers that a query may ask; none by default.
#[derive(Clone, Default)]
pub struct Services {
    allowed: BTreeSet<String>,
    remote: Option<Arc<dyn Remote>>,
    failures: Arc<Mutex<Vec<Diagnostic>>>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("allowed", &self.allowed)
            .field("online", &self.remote.is_some())
            .finish_non_exhaustive()
    }
}

impl Services {
    /// Returns leave to ask these servers, and no others.
    pub fn new(allowed: BTreeSet<String>, remote: Arc<dyn Remote>) -> Self {
        Self {
            allowed,
            remote: Some(remote),
            failures: Arc::default(),
        }
    }

    /// Returns a warning for every request that failed and that the query passed over with `SERVICE SILENT`.
    pub fn passed_over(&self) -> Vec<Diagnostic> {
        lock(&self.failures)
            .iter()
            .map(|failure| {
                let mut warning = Diagnostic::warning(
                    failure.code,
                    format!("SERVICE SILENT passes over this: {}", failure.message),
                );
                warning.place.clone_from(&failure.place);
                warning
            })
            .collect()
    }

    /// Returns why a query may not run that would ask a server off the list; `names` are those of its `SERVICE` clauses.
    pub(super) fn refusal(&self, names: &BTreeSet<Option<NamedNode>>) -> Option<Diagnostic> {
        let first = names
            .iter()
            .find(|name| name.as_ref().is_none_or(|name| !self.allows(name.as_str())))?;
        Some(match (first, &self.remote) {
            (_, None) => Diagnostic::error(
                codes::QUERY_REFUSED,
                "SERVICE asks another server, and without leave queries never use the network",
            )
            .hint("--online with --service-allow URL lets this query ask the server at URL")
            .hint("or query the other server on its own, save its answer as RDF, and load it with --data"),
            (None, Some(_)) => Diagnostic::error(
                codes::QUERY_REFUSED,
                "SERVICE names its server by a variable, so that the data would say whom to ask",
            )
            .hint("write the address of the server into the query"),
            (Some(name), Some(_)) => refused(name.as_str()),
        })
    }

    fn allows(&self, name: &str) -> bool {
        self.remote.is_some() && self.allowed.contains(name)
    }

    /// Returns what the engine calls for `SERVICE`, unless nothing may be asked.
    pub(super) fn handler(&self, limits: Limits) -> Option<Handler> {
        self.remote.as_ref().map(|remote| Handler {
            services: self.clone(),
            remote: Arc::clone(remote),
            limits,
            answered: Mutex::default(),
        })
    }
}

fn refused(name: &str) -> Diagnostic {
    Diagnostic::error(
        codes::QUERY_REFUSED,
        format!("SERVICE may not ask {name}, which is not on the list"),
    )
    .hint(format!(
        "allow it with --service-allow {name}, or under [query] services in factmill.toml"
    ))
}

/// The rows of an answer.
struct Rows {
    variables: Arc<[Variable]>,
    rows: Vec<Vec<Option<Term>>>,
}

/// What came of each request, by endpoint and query.
type Answered = BTreeMap<(String, String), Result<Arc<Rows>>>;

/// Called by the engine for each `SERVICE`.
pub(super) struct Handler {
    services: Services,
    remote: Arc<dyn Remote>,
    limits: Limits,
    answered: Mutex<Answered>,
}

impl DefaultServiceHandler for Handler {
    type Error = Diagnostics;

    fn handle(
        &self,
        name: &NamedNode,
        pattern: &GraphPattern,
        base: Option<&Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>> {
        let query = Query::Select {
            dataset: None,
            pattern: pattern.clone(),
            base_iri: base.cloned(),
        };
        let rows = self.rows(name.as_str(), query.to_string())?;
        let variables = Arc::clone(&rows.variables);
        let named = Arc::clone(&variables);
        let solutions = (0..rows.rows.len()).map(move |at| {
            Ok(QuerySolution::from((
                Arc::clone(&named),
                rows.rows[at].clone(),
            )))
        });
        Ok(QuerySolutionIter::new(variables, solutions))
    }
}

impl Handler {
    fn rows(&self, endpoint: &str, query: String) -> Result<Arc<Rows>> {
        if !self.services.allows(endpoint) {
            return Err(refused(endpoint).into());
        }
        let mut answered = lock(&self.answered);
        let key = (endpoint.to_owned(), query);
        if let Some(known) = answered.get(&key) {
            return known.clone();
        }
        let number = answered.len();
        let rows = if number >= REQUESTS {
            Err(Diagnostic::error(
                codes::QUERY_LIMIT,
                format!("the query asks other servers more than {REQUESTS} different questions"),
            )
            .hint("ask for more at once, with VALUES inside SERVICE")
            .into())
        } else {
            self.remote
                .ask(endpoint, &key.1)
                .and_then(|fetched| read(&fetched, endpoint, number, self.limits))
                .map(Arc::new)
        };
        if let Err(why) = &rows {
            lock(&self.services.failures).extend(why.0.iter().cloned());
        }
        answered.insert(key, rows.clone());
        rows
    }
}

/// Reads an answer in one of the formats that lose nothing.
fn read(fetched: &Fetched, endpoint: &str, number: usize, limits: Limits) -> Result<Rows> {
    let wrong = |why: String| -> Diagnostics {
        Diagnostic::error(codes::BAD_ANSWER, why)
            .at(Place::file(endpoint))
            .hint("check that the address is that of a SPARQL endpoint")
            .into()
    };
    let format = QueryResultsFormat::from_media_type(&fetched.kind)
        .filter(|format| *format != QueryResultsFormat::Csv)
        .ok_or_else(|| {
            wrong(format!(
                "the answer has the media type \"{}\", not results in JSON, XML or TSV",
                fetched.kind
            ))
        })?;
    let broken = |error: &dyn fmt::Display| wrong(format!("the answer cannot be read: {error}"));
    let parsed = QueryResultsParser::from_format(format)
        .for_slice(&fetched.body)
        .map_err(|error| broken(&error))?;
    let SliceQueryResultsParserOutput::Solutions(solutions) = parsed else {
        return Err(wrong("the answer is true or false, not rows".to_owned()));
    };
    let variables: Arc<[Variable]> = solutions.variables().into();
    let mut rows = Vec::new();
    for solution in solutions {
        let solution = solution.map_err(|error| broken(&error))?;
        if limits.rows.is_some_and(|most| rows.len() as u64 >= most) {
            return Err(Diagnostic::error(
                codes::QUERY_LIMIT,
                format!(
                    "the answer of {endpoint} has more rows than the limit of {}",
                    rows.len()
                ),
            )
            .hint("ask it for less, or allow more rows with --max-rows")
            .into());
        }
        let row = solution.values().iter();
        rows.push(
            row.map(|term| term.as_ref().map(|term| own(term, number)))
                .collect(),
        );
    }
    Ok(Rows { variables, rows })
}

/// The term, blank nodes renamed so that they are those of this answer alone.
fn own(term: &Term, number: usize) -> Term {
    let blank = |node: &BlankNode| BlankNode::new_unchecked(format!("s{number}x{}", node.as_str()));
    match term {
        Term::BlankNode(node) => blank(node).into(),
        Term::Triple(triple) => {
            let subject = match &triple.subject {
                NamedOrBlankNode::BlankNode(node) => blank(node).into(),
                named => named.clone(),
            };
            let object = own(&triple.object, number);
            Term::Triple(Box::new(Triple::new(
                subject,
                triple.predicate.clone(),
                object,
            )))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(kind: &str, body: &str, limits: Limits) -> std::result::Result<Vec<String>, String> {
        let fetched = Fetched {
            kind: kind.to_owned(),
            body: body.as_bytes().to_vec(),
        };
        let read = read(&fetched, "http://e.x/", 3, limits).map_err(|error| error.to_string())?;
        let shown = |row: &Vec<Option<Term>>| {
            let cells = row
                .iter()
                .map(|cell| cell.as_ref().map_or("-".to_owned(), ToString::to_string));
            cells.collect::<Vec<_>>().join(" ")
        };
        Ok(read.rows.iter().map(shown).collect())
    }

    #[test]
    fn three_formats_are_read_and_others_refused() {
        let usual = Limits::default();
        let json = r#"{"head":{"vars":["a","b"]},"results":{"bindings":[{"a":{"type":"uri","value":"http://e.x/1"}},{"b":{"type":"bnode","value":"n"}}]}}"#;
        let xml = r#"<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/></head><results><result><binding name="a"><literal>x</literal></binding></result></results></sparql>"#;
        assert_eq!(
            rows(
                "application/sparql-results+json; charset=utf-8",
                json,
                usual
            )
            .unwrap(),
            ["<http://e.x/1> -", "- _:s3xn"]
        );
        assert_eq!(
            rows("application/sparql-results+xml", xml, usual).unwrap(),
            ["\"x\""]
        );
        assert_eq!(
            rows("text/tab-separated-values", "?a\n1\n", usual)
                .unwrap()
                .len(),
            1
        );
        for (kind, body, why) in [
            ("text/html", "<html>", "media type"),
            ("text/csv", "a\n1\n", "media type"),
            ("", json, "media type"),
            ("application/sparql-results+json", "{", "cannot be read"),
            (
                "application/sparql-results+json",
                &json[..json.len() - 20],
                "cannot be read",
            ),
            (
                "application/sparql-results+json",
                r#"{"head":{},"boolean":true}"#,
                "true or false",
            ),
        ] {
            let told = rows(kind, body, usual).unwrap_err();
            assert!(told.contains("FM0903") && told.contains(why), "{told}");
        }
        let few = Limits {
            rows: Some(1),
            ..usual
        };
        assert!(
            rows("application/sparql-results+json", json, few)
                .unwrap_err()
                .contains("FM0305")
        );
    }
}
