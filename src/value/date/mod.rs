//! Dates of any precision: natural text → EDTF (ISO 8601-2), and the bounds of an EDTF date.
//!
//! A date keeps the precision it is told with: `September 1918` is `1918-09`, never its first day. What cannot be told
//! in EDTF without guessing is a [`DateFault`], which says why and what to write instead.
//!
//! Readings that the text alone does not settle:
//! - Valid EDTF of any level is returned as it is. So `1920-21` with a hyphen is spring 1920 and `-1924` a year before
//!   our era, while `1920–21` with a dash is the interval `1920/1921`.
//! - `before 1920` and `until 1920` are both `../1920`; `after 1920` and `since 1920` are both `1920/..`. The level 1
//!   interval keeps the year told as its bound; EDTF has no form that leaves it out.
//! - `winter 1920` begins in December 1920.
//! - Dots put the day first (`3.4.1920`); with slashes or hyphens the figures must tell the month by themselves.
//!
//! The words known are a table in `words`; the grammar knows no language.

mod bounds;
mod range;
mod single;
mod token;
mod words;

use edtf_core::Edtf;

pub use self::bounds::{earliest, latest};
pub(super) use self::range::sides;
pub(super) use self::token::{Kind, lex};
pub(super) use self::words::Meaning;

/// Longest text, in bytes, that is read as a date told in words.
const LONGEST: usize = 400;

/// Longest part of a text, in characters, that a message repeats.
const LONGEST_QUOTE: usize = 60;

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFault {
    /// One sentence, no full stop: "31 June 1920 does not exist: June has 30 days".
    pub message: String,
    /// What would be right, if known.
    pub hint: Option<String>,
}

impl DateFault {
    fn new(message: String) -> Self {
        Self {
            message,
            hint: None,
        }
    }

    fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn no_date(text: &str) -> Self {
        Self::new(format!("{} is not a date", quoted(text)))
    }
}

/// Returns the EDTF form of a date told in words or figures; an interval if the text tells a range.
///
/// # Errors
/// A [`DateFault`] for a text that is no date, an impossible one or an ambiguous one.
pub fn parse(text: &str) -> Result<String, DateFault> {
    let text = text.trim();
    if Edtf::parse(text).is_ok() {
        return Ok(text.to_owned());
    }
    single(text).or_else(|fault| sides(text).map_or(Err(fault), |sides| interval(&sides)))
}

/// Returns the EDTF form of a date that is no interval.
///
/// # Errors
/// As of [`parse`]; ranges are faults too.
pub(super) fn single(text: &str) -> Result<String, DateFault> {
    match Edtf::parse(text) {
        Ok(Edtf::Date(_) | Edtf::DateTime(_) | Edtf::Set(_)) => Ok(text.to_owned()),
        _ => single::read(text),
    }
}

/// Returns the EDTF interval between two sides as written.
fn interval(sides: &range::Sides) -> Result<String, DateFault> {
    let side = |text: &Option<String>| text.as_deref().map_or_else(|| Ok("..".to_owned()), single);
    let interval = format!("{}/{}", side(&sides.start)?, side(&sides.end)?);
    if Edtf::parse(&interval).is_ok() {
        Ok(interval)
    } else {
        Err(DateFault::new(format!(
            "{interval} is no interval: it ends before it starts"
        ))
        .hinted("write the earlier date first"))
    }
}

/// Returns a text in quotation marks for a message, shortened if it is long.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use self::tests::date_like;
