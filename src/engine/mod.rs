//! The engine opens sources, runs mapping plans, checks quotations, records what was covered, and writes a generation.
//!
//! It is the one place where the readers of form, the mapping and the store meet; each of them knows only its own
//! border. Data flows one way: `sources` lends records to a plan, `collector` takes its statements, checks their
//! `evidence` and sorts them into parts, `coverage` tells what was left over, and `build` puts the parts in place.

mod build;
pub mod check;
mod collector;
pub mod coverage;
mod evidence;
pub mod files;
mod inference;
pub mod map;
mod pieces;
pub mod rdf;
mod rules;
mod silence;
mod solutions;
mod sources;
pub mod stamps;

pub use build::{BuildOptions, BuildReport, Recipe, build};
pub use rules::{INFERRED_GRAPH, RuleKind};
