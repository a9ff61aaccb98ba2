//! Wikidata: extract, link, review, compare, give back. Nothing here touches the network; what [`crate::online`] fetches comes
//! here as files.
//!
//! | module | owns |
//! | --- | --- |
//! | [`extract`], `blocks`, `scan`, [`entity`] | from a dump to the folder of an extract |
//! | [`candidates`], [`index`], [`lexicon`] | the items that names may stand for, and the few worth a look |
//! | [`names`], [`compare_names`], [`country`], [`moment`] | pure comparisons of names, countries, dates |
//! | [`features`], [`model`], [`score`] | evidence, the fixed models, the decision or abstention |
//! | [`table`] | mentions in a table and predictions for them |
//! | [`own`], [`project`] | the graph in the terms of Wikidata, what a project says |
//! | [`answers`] | what a reconciliation service offered, as candidates |
//! | [`resolve`], [`decisions`], [`links`], [`review`] | links for the graph, kept as SSSOM, decided by people or a threshold |
//! | [`theirs`], [`compare`], `judge` | Wikidata's side, and both sides statement by statement |
//! | [`export`], [`create`], [`wikibase`] | what Wikidata lacks: statements and items |
//!
//! The tables that it works by (layouts of candidates, countries, honorifics, the models) stand in `tables/`.

pub mod answers;
mod blocks;
pub mod candidates;
pub mod compare;
pub mod compare_names;
pub mod country;
pub mod create;
pub mod decisions;
pub mod entity;
pub mod export;
pub mod extract;
pub mod features;
mod files;
pub mod index;
mod judge;
pub mod lexicon;
pub mod links;
pub mod model;
pub mod moment;
pub mod names;
pub mod own;
pub mod project;
pub mod resolve;
pub mod review;
mod scan;
pub mod score;
pub mod table;
#[cfg(test)]
mod testing;
pub mod theirs;
pub mod wikibase;

pub use scan::Selection;
