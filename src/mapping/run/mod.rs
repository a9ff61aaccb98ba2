//! Runs a plan: walks the records of each source once, makes terms and hands statements to the sink.
//!
//! Nothing is kept but join indexes, lookup tables and the names that IRIs were made of, so memory does not grow with a
//! source that none of these need.

mod alike;
mod batches;
mod compound;
pub(super) mod encode;
mod finding;
mod gather;
pub(crate) mod hash;
mod in_order;
mod join;
mod lane;
pub(super) mod lexical;
pub(super) mod lines;
mod part;
mod preview;
mod repeats;
mod scan;
mod statement;
mod table;
mod term;
mod user;
mod value;
mod view;
mod view_row;
mod walk;

pub use compound::Quoting;
pub use preview::{Preview, Unused, preview};

use std::collections::{BTreeMap, BTreeSet};

use super::plan::Plan;
use super::{Sink, Sources};
use crate::diagnostic::{Place, Result};

/// How to run a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What stands before an IRI that is not absolute, unless the triples map has its own `rml:baseIRI`.
    pub base: Option<String>,
    /// Take a reference that the source does not have for null, with a warning, instead of stopping that source.
    pub lenient: bool,
    /// Take a path with a name that no record has for null, and say so, instead of stopping: what a source does not have today it
    /// may have tomorrow. The older RML stops all the same.
    pub sparse: bool,
    /// The numbers of the sources to read; none is all of them.
    pub only: Option<BTreeSet<usize>>,
    /// Threads to make lines with; 0 is as many as the machine has.
    pub threads: usize,
    /// Let `rml:UnsafeIRI` make IRIs that are not valid. A store refuses such statements.
    pub unsafe_iris: bool,
    /// How quoted triples are written.
    pub quoting: Quoting,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Records walked, each once for its source.
    pub records: u64,
    /// Statements handed out, one for each derivation.
    pub statements: u64,
    /// What each triples map did, in the order of the mapping.
    pub triples_maps: Vec<TriplesMapReport>,
    /// The IRIs that were made of names, each with the names it was made of, both as hashes: two names for one IRI clash.
    pub names: BTreeMap<u128, u64>,
}

impl Report {
    /// Returns the triples maps that made no statement at all although they have rules and their source was walked.
    pub fn silent(&self) -> impl Iterator<Item = &TriplesMapReport> {
        self.triples_maps
            .iter()
            .filter(|map| map.walked && map.statements == 0 && map.rules > 0)
    }
}

/// What one triples map did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriplesMapReport {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether its source was walked; see [`Options::only`].
    pub walked: bool,
    /// Whether an iterator leads to its records, in a document that is not an article, where much may be absent.
    pub iterated: bool,
    /// Its rules; a triples map without any only lends its subject to joins.
    pub rules: usize,
    /// Records of its source.
    pub records: u64,
    /// Statements it made.
    pub statements: u64,
}

/// Runs a plan over the sources.
///
/// A source that cannot be read, or that lacks a reference the mapping makes, makes no statement; the others run all
/// the same. Values that cannot become terms are findings: their statements are left out and the run goes on.
///
/// # Errors
/// Whatever kept sources from being read, all together, after the others have run; what the sink refuses, at once.
pub fn run(
    plan: &Plan,
    sources: &dyn Sources,
    sink: &mut dyn Sink,
    options: &Options,
) -> Result<Report> {
    let tables = table::read(plan, sources, sink)?;
    walk::Walk::new(plan, sources, &tables, sink, options).all()
}
