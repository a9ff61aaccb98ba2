//! Dates told in the Julian calendar, alone (`5 April 1917 O.S.`) or beside the Gregorian (`5 (18) April 1917`).
//!
//! EDTF counts by the Gregorian calendar, so a Julian date is converted; what was written is kept beside it. A pair of
//! dates without a word for the calendars is taken for both calendars only if they are the same day, and only up to
//! [`LAST_UNMARKED`], when the last churches and states had changed.

use super::single::{self, days_in};
use super::token::{Kind, Token};
use super::words::Meaning;
use super::{DateFault, Dating, quoted};

/// The last year in which two dates are read as one day in both calendars without a word that says so.
const LAST_UNMARKED: u32 = 1930;

/// A day as a year, a month and a day of the month.
type Day = (u32, u32, u32);

/// Returns a date given by the Julian calendar, of the precision of its EDTF form.
///
/// A month and a year are no whole month and year of the Gregorian calendar; they become the days they may mean.
pub(super) fn converted(edtf: &str, text: &str) -> Result<Dating, DateFault> {
    let (date, qualifier) = match edtf.strip_suffix(['?', '~', '%']) {
        Some(date) => (date, &edtf[date.len()..]),
        None => (edtf, ""),
    };
    let numbers: Option<Vec<u32>> = date.split('-').map(|part| part.parse().ok()).collect();
    let (first, last) = match numbers.as_deref() {
        Some(&[year, month, day]) => ((year, month, day), (year, month, day)),
        Some(&[year, month]) if month <= 12 => {
            ((year, month, 1), (year, month, days_in(year, month)))
        }
        Some(&[year]) => ((year, 1, 1), (year, 12, 31)),
        _ => {
            return Err(DateFault::ambiguous(format!(
                "{} is of the Julian calendar and not exact enough to convert",
                quoted(text)
            ))
            .hinted("write a Julian year, month or day, or the Gregorian date"));
        }
    };
    let (first, last) = (gregorian(first), gregorian(last));
    let edtf = if first == last {
        format!("{}{qualifier}", written(first))
    } else {
        format!("[{}..{}]", written(first), written(last))
    };
    Ok(Dating {
        edtf,
        julian: Some(date.to_owned()),
    })
}

/// Returns the one day that two dates, one of them in brackets, tell in both calendars; `None` if the text has another
/// form.
pub(super) fn pair(text: &str, tokens: &[Token]) -> Option<Result<Dating, DateFault>> {
    let (outer, inner) = parts(tokens)?;
    if inner.0.day.is_none() || outer.0.day.is_none() {
        return None;
    }
    let month = |part: &Part, other: &Part| part.month.or(other.month);
    let year = outer.0.year.or(inner.0.year)?;
    let bare = inner.0.month.is_none() && inner.0.year.is_none();
    let day = |part: &Part, other: &Part, year: u32| {
        Some((part.year.unwrap_or(year), month(part, other)?, part.day?))
    };
    let (outside, inside) = (
        day(&outer.0, &inner.0, year)?,
        day(&inner.0, &outer.0, year)?,
    );
    for (year, month, day) in [outside, inside] {
        // A wrong day is told by the date on its own.
        if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            // Julian century years have a leap day more.
            if (month, day) != (2, 29) || !year.is_multiple_of(4) {
                return Some(Err(single::day_of(year, month, day).err()?));
            }
        }
    }
    let marked = match (outer.1, inner.1) {
        (Some(true), Some(true)) | (Some(false), Some(false)) => return None,
        (outer, inner) => outer.or(inner.map(|julian| !julian)),
    };
    let months_differ = |day: Day, told: &Part| told.year.is_none() && day.1 == 12;
    let try_days = |julian: Day, other: Day, julian_part: &Part, other_part: &Part| {
        // Around New Year the year told belongs to one of both.
        let mut candidates = vec![(julian, other)];
        if months_differ(julian, other_part) {
            candidates.push((julian, (other.0 + 1, other.1, other.2)));
        }
        if months_differ(julian, julian_part) {
            candidates.push(((julian.0.saturating_sub(1), julian.1, julian.2), other));
        }
        candidates
            .into_iter()
            .find(|(julian, other)| gregorian(*julian) == *other)
    };
    let found = match marked {
        Some(true) => try_days(outside, inside, &outer.0, &inner.0),
        Some(false) => try_days(inside, outside, &inner.0, &outer.0),
        None if year > LAST_UNMARKED => None,
        None => try_days(outside, inside, &outer.0, &inner.0)
            .or_else(|| try_days(inside, outside, &inner.0, &outer.0)),
    };
    match found {
        Some((julian, other)) => Some(Ok(Dating {
            edtf: written(other),
            julian: Some(written(julian)),
        })),
        None if marked.is_some() || bare => Some(Err(DateFault::ambiguous(format!(
            "the dates of {} are not the same day in the Julian and the Gregorian calendar",
            quoted(text)
        ))
        .hinted(format!(
            "{} of the Julian calendar is {}",
            written(if marked == Some(false) {
                inside
            } else {
                outside
            }),
            written(gregorian(if marked == Some(false) {
                inside
            } else {
                outside
            }))
        )))),
        None => None,
    }
}

/// What one of two dates tells.
#[derive(Default)]
struct Part {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
}

/// A part, and whether it says to be Julian.
type Marked = (Part, Option<bool>);

/// Returns what stands outside and inside of the only pair of brackets, or before and behind the only slash.
fn parts(tokens: &[Token]) -> Option<(Marked, Marked)> {
    let at = |kind: Kind| {
        let mut places = (0..tokens.len()).filter(|at| tokens[*at].kind == kind);
        (places.next(), places.next())
    };
    match (at(Kind::Open), at(Kind::Close), at(Kind::Slash)) {
        ((Some(open), None), (Some(close), None), (None, _)) if open < close && open > 0 => {
            let (front, back) = (&tokens[..open], &tokens[close + 1..]);
            let inner = part(&tokens[open + 1..close])?;
            // Of `5 December 2003 (1st)` the bracket is no day: one without a month stands before the month or the year.
            if inner.0.month.is_none() && !back.iter().any(|token| is_month_or_year(token.kind)) {
                return None;
            }
            Some((part(front.iter().chain(back))?, inner))
        }
        ((None, _), (None, _), (Some(slash), None)) => {
            let (outer, inner) = (part(&tokens[..slash])?, part(&tokens[slash + 1..])?);
            // `23/24 January` is two days; only the same day in both calendars is one.
            let apart = outer.0.day? + 9 < inner.0.day? || outer.0.month.is_some();
            (apart && inner.0.year.is_some()).then_some((outer, inner))
        }
        _ => None,
    }
}

fn is_month_or_year(kind: Kind) -> bool {
    match kind {
        Kind::Word(Meaning::Month(_)) => true,
        Kind::Number(number) => number.is_year(),
        _ => false,
    }
}

fn part<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Option<Marked> {
    let (mut part, mut julian) = (Part::default(), None);
    for token in tokens {
        let (place, value) = match token.kind {
            Kind::Number(number) if number.is_year() => (&mut part.year, number.value),
            Kind::Number(number) if number.is_short() => (&mut part.day, number.value),
            Kind::Word(Meaning::Month(month)) => (&mut part.month, month.into()),
            Kind::Numeric([day, month, year], '.') if year.is_year() => {
                part.month = Some(month.value);
                part.year = Some(year.value);
                (&mut part.day, day.value)
            }
            Kind::Word(Meaning::OldStyle) => {
                julian = Some(true);
                continue;
            }
            Kind::Word(Meaning::NewStyle) => {
                julian = Some(false);
                continue;
            }
            Kind::Comma | Kind::Word(Meaning::Filler) => continue,
            _ => return None,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    Some((part, julian))
}

/// Returns the Gregorian day of a Julian one.
fn gregorian((year, month, day): Day) -> Day {
    // Days since 1 March of the year 0, both calendars beginning their years in March so that the leap day is last.
    let (y, m) = if month > 2 {
        (i64::from(year), i64::from(month) - 3)
    } else {
        (i64::from(year) - 1, i64::from(month) + 9)
    };
    let in_year = (153 * m + 2) / 5 + i64::from(day) - 1;
    let days = 365 * y + y.div_euclid(4) + in_year - 2;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    (small(year), small(month), small(day))
}

fn written((year, month, day): Day) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_calendars() {
        for (julian, expected) in [
            ((1917, 10, 25), (1917, 11, 7)),
            ((1917, 4, 5), (1917, 4, 18)),
            ((1900, 2, 28), (1900, 3, 12)),
            ((1900, 2, 29), (1900, 3, 13)),
            ((1900, 2, 17), (1900, 3, 1)),
            ((1899, 12, 20), (1900, 1, 1)),
            ((1582, 10, 5), (1582, 10, 15)),
            ((200, 3, 1), (200, 3, 1)),
            ((1732, 2, 11), (1732, 2, 22)),
        ] {
            assert_eq!(gregorian(julian), expected, "{julian:?}");
        }
    }
}
