//! Periods: a text such as `1922–1924` or `since May 1990` → its two ends, still as text.

use std::ops::Range;

/// A period as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Byte range of the whole period in the text it was read from.
    pub span: Range<usize>,
    /// The start as written, completed where the text shortens it (`16` in `16–18 August 1920` → `16 August 1920`); `None` when open.
    pub start: Option<String>,
    /// The end as written, likewise completed; `None` when open. A bare date is start and end both.
    pub end: Option<String>,
}

/// Returns the periods of a text if all of it reads as dates and periods (`1920–1921, 1922`), else `None`.
pub fn periods(_text: &str) -> Option<Vec<Period>> {
    None
}
