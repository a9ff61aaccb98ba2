//! One date told in words or figures → EDTF.

use super::token::{Kind, Number, lex};
use super::words::{Meaning, month_name};
use super::{DateFault, Dating, FaultKind, LONGEST, julian, quoted};

/// Returns the EDTF form of a date that is no range.
///
/// # Errors
/// A [`DateFault`] for a text that is no such date, an impossible one or an ambiguous one.
pub(super) fn read(text: &str) -> Result<Dating, DateFault> {
    read_form(text, false)
}

/// Returns what [`read`] does, and also a date with a comma behind the year: `1988, February 20`. In a list that would
/// be two dates.
///
/// # Errors
/// As of [`read`].
pub(super) fn read_alone(text: &str) -> Result<Dating, DateFault> {
    read_form(text, true)
}

fn read_form(text: &str, alone: bool) -> Result<Dating, DateFault> {
    let no_date = || DateFault::no_date(text);
    if text.len() > LONGEST {
        return Err(no_date());
    }
    let tokens = lex(text).ok_or_else(no_date)?;
    if let Some(pair) = julian::pair(text, &tokens) {
        return pair;
    }
    let mut told: Vec<Kind> = tokens
        .into_iter()
        .map(|token| token.kind)
        .filter(|kind| *kind != Kind::Word(Meaning::Filler))
        .collect();
    // Of `5 April 1917 (O.S.)`.
    while let Some(at) = told.windows(3).position(|three| {
        matches!(
            three,
            [
                Kind::Open,
                Kind::Word(Meaning::OldStyle | Meaning::NewStyle),
                Kind::Close
            ]
        )
    }) {
        told.remove(at + 2);
        told.remove(at);
    }
    // `1920, May 1921` is a list; a comma after a year ends the date.
    let listed = told
        .windows(3)
        .any(|three| matches!(three, [Kind::Number(y), Kind::Comma, _] if y.is_year()));
    if listed && !(alone && year_first(&told)) {
        return Err(no_date());
    }
    told.retain(|kind| *kind != Kind::Comma);
    if told.contains(&Kind::Word(Meaning::OtherCalendar)) {
        let message = format!("{} is of a calendar other than the Gregorian", quoted(text));
        return Err(
            DateFault::new(FaultKind::OtherCalendar, message).hinted("write the Gregorian date")
        );
    }
    let old_style = told.contains(&Kind::Word(Meaning::OldStyle));
    told.retain(|kind| !matches!(kind, Kind::Word(Meaning::OldStyle | Meaning::NewStyle)));
    if told
        .iter()
        .any(|kind| matches!(kind, Kind::Number(y) if y.is_year()))
    {
        told.retain(|kind| *kind != Kind::Word(Meaning::OurEra));
    }

    let (told, qualifier) = qualified(&told);
    let edtf = date(told, text)? + qualifier;
    if old_style {
        julian::converted(&edtf, text)
    } else {
        Ok(Dating { edtf, julian: None })
    }
}

/// Returns whether what is told has the form of `1988, February 20` or `1988, 20 February`.
fn year_first(told: &[Kind]) -> bool {
    use Kind::{Comma, Word};
    match told {
        [
            Kind::Number(y),
            Comma,
            Word(Meaning::Month(_)),
            Kind::Number(d),
        ]
        | [
            Kind::Number(y),
            Comma,
            Kind::Number(d),
            Word(Meaning::Month(_)),
        ] => y.is_year() && d.is_short(),
        _ => false,
    }
}

/// Returns the EDTF form of what a text tells, without a qualifier.
fn date(told: &[Kind], text: &str) -> Result<String, DateFault> {
    use Kind::{MonthOf, Numeric, Word};
    use Meaning::{Century, Decade, Month, Season};

    if let Some((told, before)) = era(told) {
        return match *told {
            [Kind::Number(y)] if (1..=9999).contains(&y.value) => {
                let year = i64::from(y.value);
                // There is no year 0: 1 BC is the EDTF year 0000.
                Ok(counted(if before { 1 - year } else { year }))
            }
            [_, _] => match (century(told), before) {
                // EDTF masks no years before 0000; the second century before our era is -0199 to -0100.
                (Some(number), true) => {
                    let last = 100 - 100 * i64::from(number);
                    Ok(format!("[{}..{}]", counted(last - 99), counted(last)))
                }
                (Some(number), false) => Ok(format!("{:02}XX", number - 1)),
                (None, _) => Err(DateFault::no_date(text)),
            },
            _ => Err(DateFault::no_date(text)
                .hinted("before our era, write the year as EDTF counts: -0043 for 44 BC")),
        };
    }
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
        [_, Word(Century)] | [Word(Century), _] => match century(told) {
            Some(number) => format!("{:02}XX", number - 1),
            None => return Err(DateFault::no_date(text)),
        },
        [Word(Month(_) | Season(_))] => return Err(no_year(text)),
        _ => return Err(DateFault::no_date(text)),
    })
}

/// Returns what is told without the word for the era, and whether that is the one before ours; `None` without a word.
fn era(told: &[Kind]) -> Option<(&[Kind], bool)> {
    let word = |kind: Kind| match kind {
        Kind::Word(Meaning::BeforeOurEra) => Some(true),
        Kind::Word(Meaning::OurEra) => Some(false),
        _ => None,
    };
    match told {
        [rest @ .., last] if word(*last).is_some() => Some((rest, word(*last)?)),
        [first, rest @ ..] => Some((rest, word(*first)?)),
        [] => None,
    }
}

/// Returns a year as EDTF writes it.
fn counted(year: i64) -> String {
    if year < 0 {
        format!("-{:04}", -year)
    } else {
        format!("{year:04}")
    }
}

/// Returns the number of the century that a number and a word tell.
fn century(told: &[Kind]) -> Option<u32> {
    use Kind::Word;
    use Meaning::{Century, Roman};
    match *told {
        [Kind::Number(number), Word(Century)] | [Word(Century), Kind::Number(number)] => {
            Some(number.value)
        }
        [Word(Roman(number)), Word(Century)] | [Word(Century), Word(Roman(number))] => {
            Some(number.into())
        }
        _ => None,
    }
    .filter(|number| (1..=99).contains(number))
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
            // A part of a year or a decade has no EDTF form; the whole it is part of holds it.
            [Kind::Word(Meaning::Vague), rest @ ..] => told = rest,
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
    DateFault::new(
        FaultKind::NoYear,
        format!("{} has no year of four digits", quoted(text)),
    )
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
        return Err(DateFault::new(
            FaultKind::Impossible,
            format!("{} is no decade: {year} does not end in 0", quoted(text)),
        )
        .hinted("write the year alone, or the first year of the decade"));
    }
    // Of the century that has only begun, `2000s` is the decade.
    if year.is_multiple_of(100) && year < 2000 {
        let (decade, century) = (year / 10, year / 100);
        return Err(
            DateFault::ambiguous(format!("{} may be a decade or a century", quoted(text))).hinted(
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
        (a, b) => Err(DateFault::ambiguous(format!(
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
        Err(DateFault::impossible(format!(
            "month {month} of {year:04} does not exist: a year has 12 months"
        )))
    }
}

/// Returns a day of a month.
pub(super) fn day_of(year: u32, month: u32, day: u32) -> Result<String, DateFault> {
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
    Err(DateFault::impossible(format!(
        "{day} {name} {year:04} does not exist: {why}"
    )))
}

/// Returns how many days a month of the Gregorian calendar has.
pub(super) fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
