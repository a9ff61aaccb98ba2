//! Wikidata: extract, index, candidates, scores.
//!
//! [`candidates`] reads the items that names may stand for, [`index`] finds the few worth a look, [`features`] compares
//! them with a mention, [`model`] turns that into a probability, and [`score`] decides or abstains. Nothing here touches
//! the network.

pub mod candidates;
pub mod compare;
pub mod compare_names;
pub mod country;
pub mod decisions;
pub mod entity;
pub mod export;
pub mod extract;
pub mod features;
mod files;
pub mod index;
pub mod lexicon;
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

pub use scan::Selection;
