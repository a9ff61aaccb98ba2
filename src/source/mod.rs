//! Readers of form: bytes → stream of records. A reader knows how a file is laid out, never what it means.

pub mod article;
pub mod csv;
pub mod quote;
