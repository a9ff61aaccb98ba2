//! SHACL: a graph held against shapes, in place (W3C SHACL, Core and SHACL-SPARQL).
//!
//! A shapes graph is read into shapes (`shape`, `path`, `component`, `sparql`), the data is asked for the focus
//! nodes of those that have targets, and each is checked ([`validate`]). The data stays where it is: every look-up is one
//! of the store's indexes. Subclasses are those that the data and the shapes graph state.

mod at;
mod component;
mod graph;
mod literal;
mod locate;
mod path;
mod report;
mod shape;
mod sparql;
mod terms;
#[cfg(test)]
mod tests;
mod validate;
mod vocabulary;

pub use locate::findings;
pub use path::Path;
pub use report::{ValidationReport, ValidationResult};
pub use sparql::SHAPES_GRAPH;

use oxrdf::Quad;

use crate::diagnostic::Result;
use crate::store::Graph;

/// Validates the default graph of `data` against shapes.
///
/// SPARQL constraints that look into `$shapesGraph` find it if `data` holds it under [`SHAPES_GRAPH`].
///
/// # Errors
/// `BAD_SHAPE` for shapes that are ill-formed, all at once; what the store or a query fails with.
pub fn validate(data: &Graph, shapes: impl IntoIterator<Item = Quad>) -> Result<ValidationReport> {
    let graph = graph::ShapesGraph::new(shapes);
    let data = data.clone();
    // Shapes may be nested and queries deep: both need a big stack.
    crate::query::on_big_stack(move || {
        let shapes = shape::Shapes::read(&graph)?;
        validate::Validation::new(&data, &graph, &shapes)?.run()
    })?
}
