//! One date told in words or figures → EDTF.

use super::token::{Kind, Number, lex};
use super::words::{Meaning, month_name};
use super::{DateFault, LONGEST, quoted};

/// Words for what is not read, with what is the matter and what to write instead.
const REFUSED: [(Meaning, &str, &str); 4] = [
    (
        Meaning::Vague,
        "tells a part that EDTF has no form for",
        "write the months or days it may mean, such as `January – April 1920`, or only the year",
    ),
    (
        Meaning::OneOf,
        "tells several dates, of which one is meant",
        "write an EDTF set, such as `[1920,1921]` or `[1920..1924]`",
    ),
    (
        Meaning::OtherCalendar,
        "is of a calendar other than the Gregorian",
        "write the Gregorian date",
    ),
    (
        Meaning::BeforeOurEra,
        "is before our era",
        "write the year as EDTF counts: -0043 for 44 BC",
    ),
];

/// Returns the EDTF form of a date that is no range.
///
/// # Errors
/// A [`DateFault`] for a text that is no such date, an impossible one or an ambiguous one.
pub(super) fn read(text: &str) -> Result<String, DateFault> {
    let no_date = || DateFault::no_date(text);
    if text.len() > LONGEST {
        return Err(no_date());
    }
    let mut told: Vec<Kind> = lex(text)
        .ok_or_else(no_date)?
        .into_iter()
        .map(|token| token.kind)
        .filter(|kind| *kind != Kind::Word(Meaning::Filler))
        .collect();
    // `1920, May 1921` is a list; a comma after a year ends the date.
    if told
        .windows(3)
        .any(|three| matches!(three, [Kind::Number(y), Kind::Comma, _] if y.is_year()))
    {
        return Err(no_date());
    }
    told.retain(|kind| *kind != Kind::Comma);
    if let Some((_, message, hint)) = REFUSED
        .iter()
        .find(|(word, ..)| told.contains(&Kind::Word(*word)))
    {
        return Err(DateFault::new(format!("{} {message}", quoted(text))).hinted(*hint));
    }

    let (told, qualifier) = qualified(&told);
    Ok(date(told, text)? + qualifier)
}

/// Returns the EDTF form of what a text tells, without a qualifier.
fn date(told: &[Kind], text: &str) -> Result<String, DateFault> {
    use Kind::{MonthOf, Numeric, Word};
    use Meaning::{Century, Decade, Month, Roman, Season};

    Ok(match *told {
        [Kind::Number(y)] => format!("{:04}", year(y, text)?),
        [MonthOf { year, month }] => month_of(year.value, month.value)?,
        [Numeric(numbers, separator)] => numeric(numbers, separator, text)?,
        [Word(Month(m)), Kind::Number(y)] | [Kind::Number(y), Word(Month(m))] => {
            month_of(year(y, text)?, m.into())?
        }
        [Kind::Number(d), Word(Month(m)), Kind::Number(y)] if d.is_short() => {
            day_of(year(y, text)?, m.into(), d.value)?
        }
        [Word(Month(m)), Kind::Number(d), Kind::Number(y)]
        | [Kind::Number(y), Word(Month(m)), Kind::Number(d)]
        | [Kind::Number(y), Kind::Number(d), Word(Month(m))]
            if d.is_short() =>
        {
            day_of(year(y, text)?, m.into(), d.value)?
        }
        [Word(Season(s)), Kind::Number(y)] | [Kind::Number(y), Word(Season(s))] => {
            format!("{:04}-{s}", year(y, text)?)
        }
        // `winter 1920–21` is one winter.
        [
            Word(Season(24)),
            Kind::Number(y),
            Kind::Dash | Kind::Slash,
            Kind::Number(next),
        ] if y.is_year() && follows(y, next) => {
            format!("{:04}-24", y.value)
        }
        [Kind::Number(y), Word(Decade)] | [Word(Decade), Kind::Number(y)] => {
            decade(year(y, text)?, text)?
        }
        [Kind::Number(Number { value, .. }), Word(Century)]
        | [Word(Century), Kind::Number(Number { value, .. })]
            if (1..=99).contains(&value) =>
        {
            format!("{:02}XX", value - 1)
        }
        [Word(Roman(value)), Word(Century)] | [Word(Century), Word(Roman(value))] => {
            format!("{:02}XX", value - 1)
        }
        [Word(Month(_) | Season(_))] => return Err(no_year(text)),
        _ => return Err(DateFault::no_date(text)),
    })
}

/// Returns what is told without the words and signs of doubt at both ends, and the EDTF qualifier they amount to.
fn qualified(mut told: &[Kind]) -> (&[Kind], &'static str) {
    let (mut about, mut perhaps) = (false, false);
    loop {
        match told {
            [Kind::Approximate | Kind::Word(Meaning::About), rest @ ..]
            | [rest @ .., Kind::Approximate | Kind::Word(Meaning::About)] => {
                about = true;
                told = rest;
            }
            [Kind::Uncertain | Kind::Word(Meaning::Perhaps), rest @ ..]
            | [rest @ .., Kind::Uncertain | Kind::Word(Meaning::Perhaps)] => {
                perhaps = true;
                told = rest;
            }
            [rest @ .., Kind::UncertainAndApproximate] => {
                (about, perhaps) = (true, true);
                told = rest;
            }
            _ => break,
        }
    }
    let qualifier = match (about, perhaps) {
        (true, true) => "%",
        (true, false) => "~",
        (false, true) => "?",
        (false, false) => "",
    };
    (told, qualifier)
}

/// Returns the year a number tells.
fn year(number: Number, text: &str) -> Result<u32, DateFault> {
    if number.is_year() {
        Ok(number.value)
    } else {
        Err(no_year(text))
    }
}

fn no_year(text: &str) -> DateFault {
    DateFault::new(format!("{} has no year of four digits", quoted(text)))
        .hinted("write the year with all four digits")
}

/// Returns whether a number, perhaps shortened to two digits, is the year after another.
fn follows(year: Number, next: Number) -> bool {
    let expected = year.value + 1;
    next.is_year() && next.value == expected || next.digits == 2 && next.value == expected % 100
}

/// Returns a decade as a masked year; the 1900s may also be a century.
fn decade(year: u32, text: &str) -> Result<String, DateFault> {
    if !year.is_multiple_of(10) {
        return Err(DateFault::new(format!(
            "{} is no decade: {year} does not end in 0",
            quoted(text)
        ))
        .hinted("write the year alone, or the first year of the decade"));
    }
    if year.is_multiple_of(100) {
        let (decade, century) = (year / 10, year / 100);
        return Err(
            DateFault::new(format!("{} may be a decade or a century", quoted(text))).hinted(
                format!("write {decade:03}X for the decade or {century:02}XX for the century"),
            ),
        );
    }
    Ok(format!("{:03}X", year / 10))
}

/// Returns a date told by three numbers alone.
fn numeric(numbers: [Number; 3], separator: char, text: &str) -> Result<String, DateFault> {
    let [first, second, third] = numbers;
    if first.is_year() {
        return day_of(first.value, second.value, third.value);
    }
    let year = year(third, text)?;
    match (first.value, second.value) {
        (day, month) if separator == '.' || day > 12 || day == month => day_of(year, month, day),
        (month, day) if day > 12 => day_of(year, month, day),
        (a, b) => Err(DateFault::new(format!(
            "{} may be {a} {} or {b} {} {year:04}",
            quoted(text),
            month_name(b),
            month_name(a)
        ))
        .hinted(format!(
            "write {year:04}-{b:02}-{a:02} or {year:04}-{a:02}-{b:02}"
        ))),
    }
}

/// Returns a month of a year.
fn month_of(year: u32, month: u32) -> Result<String, DateFault> {
    if (1..=12).contains(&month) {
        Ok(format!("{year:04}-{month:02}"))
    } else {
        Err(DateFault::new(format!(
            "month {month} of {year:04} does not exist: a year has 12 months"
        )))
    }
}

/// Returns a day of a month.
fn day_of(year: u32, month: u32, day: u32) -> Result<String, DateFault> {
    let month_of_year = month_of(year, month)?;
    let days = days_in(year, month);
    if (1..=days).contains(&day) {
        return Ok(format!("{month_of_year}-{day:02}"));
    }
    let name = month_name(month);
    let why = if month == 2 {
        let leap = if days == 29 { "a" } else { "no" };
        format!("{year:04} is {leap} leap year, so February has {days} days")
    } else {
        format!("{name} has {days} days")
    };
    Err(DateFault::new(format!(
        "{day} {name} {year:04} does not exist: {why}"
    )))
}

/// Returns how many days a month of the Gregorian calendar has.
fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
