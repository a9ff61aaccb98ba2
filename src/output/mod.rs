//! What leaves the program: tables of results, reports, rendered findings, and files that are whole or not there.
pub mod diagnostic;
pub mod diff;
pub mod report;
pub mod results;
pub mod target;
pub mod text;
