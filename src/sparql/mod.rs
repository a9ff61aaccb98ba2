//! The shape of SPARQL algebra, for all who read or rewrite a query: what a pattern or an expression is made of, and
//! what has to be rewritten before the engine sees it.
//!
//! Pure functions over `spargebra`. What a query means to factmill (graphs, saved queries, pre-bound variables) is known
//! to `query` and `audit`; who evaluates it, to `store` and `mapping`.

mod addition;
mod parts;

pub(crate) use addition::in_written_order;
pub(crate) use parts::{
    Part, expression_parts, expression_parts_mut, pattern_parts, pattern_parts_mut,
};
