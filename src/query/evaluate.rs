//! Running a parsed query on a graph, within its limits.

use std::collections::HashSet;
use std::time::Duration;

use oxrdf::{Term, Triple, Variable};
use spareval::{CancellationToken, QueryEvaluationError, QueryResults};

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};
use crate::store::Graph;

use super::{Parsed, bind::bind, evidence, worker};

/// What a query may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time for parsing and time for evaluating, each; none is no limit.
    pub timeout: Option<Duration>,
    /// Greatest number of rows or triples in the answer; none is no limit.
    pub rows: Option<u64>,
}

impl Default for Limits {
    /// A minute and a million rows.
    fn default() -> Self {
        Self {
            timeout: Some(Duration::from_secs(60)),
            rows: Some(1_000_000),
        }
    }
}

/// The rows of a `SELECT` in the order the query gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solutions {
    /// The columns: as listed, and for `SELECT *` in the order of their first mention.
    pub variables: Vec<Variable>,
    /// One value or none for each column, row by row.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// A whole answer; there are no partial ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Of `SELECT`.
    Solutions(Solutions),
    /// Of `ASK`.
    Boolean(bool),
    /// Of `CONSTRUCT` and `DESCRIBE`, without repetitions, in the order they came.
    Graph(Vec<Triple>),
}

impl Parsed {
    /// Evaluates the query with some variables bound to terms, and gives the answer only if it is complete.
    ///
    /// Bound variables are replaced in the algebra, so no value can change what the query does. Rows keep the order of
    /// `ORDER BY`; without one they come as the store gives them.
    ///
    /// # Errors
    /// `QUERY_LIMIT` when it takes too long or has too many rows, `QUERY_PARAMETER` for a value that cannot stand where
    /// its variable does, `QUERY_REFUSED` for a function that there is not, `QUERY_FAILED` when the engine gives up.
    pub fn evaluate(
        self,
        graph: &Graph,
        bindings: Vec<(Variable, Term)>,
        limits: Limits,
    ) -> Result<Answer> {
        let graph = graph.clone();
        worker::run(limits.timeout, move |stop| {
            answer(&self, &graph, &bindings, limits, stop)
        })?
    }
}

impl Parsed {
    /// Returns the query for the statements that a row of the answer rests on, given what the parameters were bound to and
    /// the row's values by variable; `None` when this query has no rows.
    ///
    /// # Errors
    /// `QUERY_PARAMETER` for a value that cannot stand where its variable does.
    pub fn evidence(
        &self,
        bindings: &[(Variable, Term)],
        row: &[(Variable, Term)],
    ) -> Result<Option<Self>> {
        let query = bind(self.query.clone(), bindings)?;
        Ok(evidence::of_row(&query, row)?.map(|query| self.with_query(query)))
    }
}

fn answer(
    parsed: &Parsed,
    graph: &Graph,
    bindings: &[(Variable, Term)],
    limits: Limits,
    stop: &CancellationToken,
) -> Result<Answer> {
    let query = bind(parsed.query.clone(), bindings)?;
    let failed = |error: QueryEvaluationError| {
        if matches!(error, QueryEvaluationError::Dataset(_)) {
            graph.distrust();
        }
        failure(&error, parsed, limits)
    };
    let mut taken = 0;
    let mut count = || {
        taken += 1;
        match limits.rows {
            Some(rows) if taken > rows => Err(Diagnostics::from(too_many(rows))),
            _ => Ok(()),
        }
    };
    let results = match parsed.services.handler(limits) {
        Some(services) => graph.evaluate_with(query, services, stop.clone()),
        None => graph.evaluate(query, Vec::new(), stop.clone()),
    }
    .map_err(failed)?;
    Ok(match results {
        QueryResults::Boolean(value) => Answer::Boolean(value),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let mut rows = Vec::new();
            for solution in solutions {
                count()?;
                rows.push(solution.map_err(failed)?.values().to_vec());
            }
            Answer::Solutions(Solutions { variables, rows })
        }
        QueryResults::Graph(triples) => {
            let mut seen = HashSet::new();
            let mut all = Vec::new();
            for triple in triples {
                let triple = triple.map_err(failed)?;
                if seen.insert(triple.clone()) {
                    count()?;
                    all.push(triple);
                }
            }
            Answer::Graph(all)
        }
    })
}

fn too_many(rows: u64) -> Diagnostic {
    Diagnostic::error(
        codes::QUERY_LIMIT,
        format!("the answer has more rows than its limit of {rows}; nothing of it is given"),
    )
    .hint("add LIMIT to the query, or allow more rows with --max-rows")
}

fn failure(error: &QueryEvaluationError, parsed: &Parsed, limits: Limits) -> Diagnostics {
    match error {
        QueryEvaluationError::Cancelled => {
            worker::too_slow(limits.timeout.unwrap_or_default()).into()
        }
        // What came of a request was told where it was made.
        QueryEvaluationError::Service(cause) if cause.is::<Diagnostics>() => cause
            .downcast_ref::<Diagnostics>()
            .cloned()
            .unwrap_or_default(),
        QueryEvaluationError::UnsupportedCustomFunction(name) => parsed.no_function(name).into(),
        QueryEvaluationError::Dataset(cause) => Diagnostic::error(
            codes::STORE_DAMAGED,
            format!("the graph cannot be read: {cause}"),
        )
        .hint("ask again: the store on disk is passed over from now on; `factmill build` makes it anew")
        .into(),
        other => Diagnostic::error(
            codes::QUERY_FAILED,
            format!("the query could not be evaluated: {other}"),
        )
        .at(crate::diagnostic::Place::file(&parsed.file))
        .into(),
    }
}
