//! Queries: a SPARQL text, or a saved one with parameters, becomes an answer or a finding that says what to change.
//!
//! The way of a query is [`guard`] (limits on the text) → [`parse`] (prefixes, syntax, [`Scope`]) → the caller opens the
//! graph that the scope asks for → [`Parsed::evaluate`] (parameters bound in the algebra, clock, row limit) → [`Answer`].
//! Parsing and evaluating happen on a thread with a big stack and end at their time limit whatever the engine does.
//!
//! Queries only read, and from the network only what [`Services`] allow. How an answer is written is the business of `output`.

mod algebra;
mod bind;
mod evaluate;
mod evidence;
pub mod guard;
pub(crate) mod header;
pub(crate) mod lex;
pub(crate) mod near;
mod parameter;
mod parse;
pub mod prefixes;
pub mod saved;
mod service;
mod syntax;
#[cfg(test)]
mod tests;
mod worker;

pub use algebra::scope;
pub(crate) use bind::bind;
pub use evaluate::{Answer, Limits, Solutions};
pub use parse::{Parsed, parse, parse_with};
pub use prefixes::Prefixes;
pub use saved::{Parameter, ParameterKind, SavedQuery, Weight, find};
pub use service::{Fetched, Remote, Services};

use oxrdf::{Term, Variable};

use crate::diagnostic::Result;
use crate::store::Graph;
pub use crate::store::Scope;

/// What kind of answer a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `SELECT`: rows.
    Solutions,
    /// `ASK`: true or false.
    Boolean,
    /// `CONSTRUCT` or `DESCRIBE`: triples.
    Graph,
}

/// Parses a query and evaluates it on a graph that holds all its scope asks for.
///
/// # Errors
/// Those of [`parse`] and [`Parsed::evaluate`].
pub fn evaluate(
    graph: &Graph,
    text: &str,
    file: &str,
    prefixes: &Prefixes,
    bindings: Vec<(Variable, Term)>,
    limits: Limits,
) -> Result<Answer> {
    parse(text, file, prefixes, limits)?.evaluate(graph, bindings, limits)
}

/// Runs what may need a deep stack, and returns what it returns.
///
/// # Errors
/// `QUERY_FAILED` when it broke down or no thread could be made.
pub(crate) fn on_big_stack<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    worker::run(None, move |_| work())
}
