//! The store: the only module that names `oxigraph::store`.

pub mod graph;

pub use graph::Graph;
