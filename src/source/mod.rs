//! Readers of form: bytes → stream of records. A reader knows how a file is laid out, never what it means.
//!
//! [`text`] turns bytes into text and offsets into lines and columns, [`article`] and [`csv`] make records, [`quote`]
//! finds passages. What the values of a record stand for is the business of the mapping, which this module never sees.

pub mod alone;
pub mod article;
pub mod bytes;
pub mod csv;
pub mod json;
mod keys;
mod met;
mod near;
pub mod quote;
mod stream;
#[cfg(test)]
mod testing;
pub mod text;
mod tree;
pub mod xml;
