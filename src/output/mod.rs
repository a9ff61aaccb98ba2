//! What leaves the program: answers to queries, reports, rendered findings, and files that are whole or not there.

pub mod conflicts;
pub mod coverage;
pub mod diagnostic;
pub mod diff;
pub mod packing;
pub mod part;
pub mod report;
pub mod results;
pub mod target;
pub mod text;

use std::io;

use crate::diagnostic::{Diagnostic, Diagnostics, codes};

/// Returns the failure to write; [`target::Target`] replaces it by one that names the target.
fn failed(error: &io::Error) -> Diagnostics {
    Diagnostic::error(codes::WRITE_FAILED, format!("cannot write: {error}")).into()
}
