//! Audit: what a built graph is held against. It reads the generation and changes nothing.
//!
//! [`conflicts`] finds where the sources contradict one another; [`shacl`] validates a graph against shapes.

pub mod conflicts;
pub mod shacl;
