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
//! - `early 1920` is `1920`, `late 1920s` is `192X`: EDTF has no form for the part, and the whole holds it.
//! - `1920 or 1921` is the set `[1920,1921]`, `between 1920 and 1924` the set `[1920..1924]`: one of them is meant.
//! - A Julian date is given as the Gregorian one (module `julian`); [`read`] keeps the Julian beside it.
//! - `1920–?` is `1920/`: EDTF tells an end that is not known from one that is open.
//! - `44 BC` is `-0043`: EDTF has a year 0.
//! - Dots put the day first (`3.4.1920`); with slashes or hyphens the figures must tell the month by themselves.
//!
//! The words known are a table in `words`; the grammar knows no language.

mod bounds;
mod julian;
mod range;
mod single;
mod token;
mod words;

use edtf_core::{Bound, Edtf};

pub use self::bounds::{earliest, latest};
pub(super) use self::range::sides;
pub(super) use self::token::{Kind, Token, lex, scan};
pub(super) use self::words::{Meaning, month_name};

/// Longest text, in bytes, that is read as a date told in words.
const LONGEST: usize = 400;

/// Longest part of a text, in characters, that a message repeats.
const LONGEST_QUOTE: usize = 60;

/// A date read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dating {
    /// The EDTF form, by the Gregorian calendar.
    pub edtf: String,
    /// The date by the Julian calendar in the form of EDTF, when the text tells it.
    pub julian: Option<String>,
}

/// What is the matter with a text that is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It does not tell a date.
    NoDate,
    /// It tells a day or a month of no year.
    NoYear,
    /// It may be one date or another.
    Ambiguous,
    /// It tells a date that does not exist.
    Impossible,
    /// It tells a date of a calendar that is not converted.
    OtherCalendar,
}

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFault {
    /// What is the matter.
    pub kind: FaultKind,
    /// One sentence, no full stop: "31 June 1920 does not exist: June has 30 days".
    pub message: String,
    /// What would be right, if known.
    pub hint: Option<String>,
}

impl DateFault {
    fn new(kind: FaultKind, message: String) -> Self {
        Self {
            kind,
            message,
            hint: None,
        }
    }

    pub(super) fn ambiguous(message: String) -> Self {
        Self::new(FaultKind::Ambiguous, message)
    }

    fn impossible(message: String) -> Self {
        Self::new(FaultKind::Impossible, message)
    }

    pub(super) fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn no_date(text: &str) -> Self {
        Self::new(FaultKind::NoDate, format!("{} is not a date", quoted(text)))
    }
}

/// Returns the EDTF form of a date told in words or figures; an interval if the text tells a range.
///
/// # Errors
/// A [`DateFault`] for a text that is no date, an impossible one or an ambiguous one.
pub fn parse(text: &str) -> Result<String, DateFault> {
    read(text).map(|dating| dating.edtf)
}

/// Returns a date told in words or figures with what was written of it in the Julian calendar.
///
/// # Errors
/// As of [`parse`].
pub fn read(text: &str) -> Result<Dating, DateFault> {
    let text = text.trim();
    if Edtf::parse(text).is_ok() {
        return Ok(Dating {
            edtf: text.to_owned(),
            julian: None,
        });
    }
    told(text)
}

/// Returns a date told in words or figures, a text that is EDTF by chance not excepted: `1920-21` is two years.
///
/// # Errors
/// As of [`parse`].
pub(super) fn told(text: &str) -> Result<Dating, DateFault> {
    let fault = match single::read_alone(text) {
        Ok(dating) => return Ok(dating),
        Err(fault) => fault,
    };
    let edtf = if let Some(interval) = half_known(text) {
        interval?
    } else if let Some(choice) = range::choice(text) {
        set(&choice)?
    } else if let Some(sides) = sides(text) {
        interval(&sides)?
    } else {
        return Err(fault);
    };
    Ok(Dating { edtf, julian: None })
}

/// Returns the EDTF form of a date that is no interval.
///
/// # Errors
/// As of [`parse`]; ranges are faults too.
pub(super) fn single(text: &str) -> Result<String, DateFault> {
    match Edtf::parse(text) {
        Ok(Edtf::Date(_) | Edtf::DateTime(_) | Edtf::Set(_)) => Ok(text.to_owned()),
        _ => single::read(text).map(|dating| dating.edtf),
    }
}

/// Returns the EDTF interval between two sides as written.
fn interval(sides: &range::Sides) -> Result<String, DateFault> {
    let side = |text: &Option<String>| text.as_deref().map_or_else(|| Ok("..".to_owned()), single);
    let (start, end) = (side(&sides.start)?, side(&sides.end)?);
    let interval = format!("{start}/{end}");
    if Edtf::parse(&interval).is_ok() && !after(&start, &end) {
        Ok(interval)
    } else {
        Err(DateFault::impossible(format!(
            "{interval} is no interval: it ends before it starts"
        ))
        .hinted("write the earlier date first"))
    }
}

/// Returns the EDTF interval of a range of which one side is a question mark; `None` if the text is none.
fn half_known(text: &str) -> Option<Result<String, DateFault>> {
    let dash = |c: char| super::name::is_dash(c);
    let text = text.trim();
    let (told, end_unknown) = match (text.strip_suffix('?'), text.strip_prefix('?')) {
        (Some(told), None) => (told.trim_end().strip_suffix(dash)?, true),
        (None, Some(told)) => (told.trim_start().strip_prefix(dash)?, false),
        _ => return None,
    };
    Some(single(told.trim()).map(|told| {
        if end_unknown {
            format!("{told}/")
        } else {
            format!("/{told}")
        }
    }))
}

/// Returns whether a date begins only after another has ended; also of those whose order EDTF does not check.
fn after(first: &str, second: &str) -> bool {
    let bounds = |edtf: &str| Edtf::parse(edtf).ok().map(|edtf| edtf.bounds());
    match (bounds(first), bounds(second)) {
        (Some(first), Some(second)) => {
            matches!((first.earliest, second.latest), (Bound::Date(first), Bound::Date(second)) if first > second)
        }
        _ => false,
    }
}

/// Returns the EDTF set of dates of which one is meant.
fn set(choice: &range::Choice) -> Result<String, DateFault> {
    let link = if choice.between { ".." } else { "," };
    let (first, second) = (single(&choice.first)?, single(&choice.second)?);
    let set = format!("[{first}{link}{second}]");
    if Edtf::parse(&set).is_ok() && !(choice.between && after(&first, &second)) {
        Ok(set)
    } else {
        Err(
            DateFault::ambiguous(format!("{set}, of which one is meant, has no EDTF form"))
                .hinted("write an EDTF set, such as `[1920,1921]` or `[1920..1924]`"),
        )
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
