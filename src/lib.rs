//! factmill turns source facts into a knowledge graph that can be trusted.
//!
//! A fact goes one way: a reader of form ([`source`]) makes records with their origins ([`record`]), a mapping plan
//! ([`mapping`]) makes quads with their derivations, the [`store`] keeps them in immutable generations, and everything
//! after that ([`query`], [`export`]) reads one snapshot. [`engine`] drives the first half, `commands` the whole.
//! `ARCHITECTURE.md` walks the modules and the walls between them.

pub mod audit;
pub mod cli;
mod commands;
pub mod diagnostic;
pub mod engine;
pub mod explain;
pub mod export;
pub mod link;
pub mod mapping;
pub mod online;
pub mod output;
pub mod project;
pub mod query;
pub mod record;
pub mod serve;
pub mod source;
mod sparql;
pub mod store;
mod sync;
pub mod ui;
pub mod value;
