//! Values: pure functions from text to dates, periods, names, languages and IRIs.
//!
//! Nothing here knows where a text came from or what it is for.

pub mod date;
pub mod dates;
pub mod iri;
pub mod language;
pub mod name;
pub mod period;
pub mod wikitext;
