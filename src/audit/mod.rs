//! Audit: what a built graph is held against. It reads the generation and changes nothing.
//!
//! [`shacl`] validates a graph against shapes.

pub mod shacl;
