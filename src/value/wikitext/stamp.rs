//! A template of dates → the date in words, as the reader of dates takes it.
//!
//! Nothing is checked here: a day or a month that does not exist is written as it is told, so that the reader of dates
//! says what is wrong with it.

use super::names::Form;
use crate::value::date;

/// Returns what a template shows, with a space on both sides.
pub(super) fn written(form: Form, arguments: &[(Option<String>, String)]) -> String {
    let named = |names: &[&str]| {
        let is = |name: &Option<String>| name.as_deref().is_some_and(|name| names.contains(&name));
        arguments
            .iter()
            .find(|(name, value)| is(name) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    let told: Vec<&str> = arguments
        .iter()
        .filter(|(name, _)| name.is_none())
        .map(|(_, value)| value.as_str())
        .collect();
    let shown = match form {
        Form::Circa => circa(&told),
        Form::OldStyle => old_style(&told),
        Form::Range => {
            let half = if told.len() > 3 {
                told.len().div_ceil(2)
            } else {
                told.len() / 2
            };
            let (start, end) = told.split_at(half);
            format!("{} – {}", one(start, false), one(end, false))
        }
        Form::Date | Form::DayFirst => {
            let by_name = [
                named(&["year", "y", "год"]),
                named(&["month", "m", "месяц"]),
                named(&["day", "d", "день"]),
            ];
            match by_name {
                [Some(year), month, day] if told.iter().all(|part| part.is_empty()) => {
                    let parts: Vec<&str> = [Some(year), month, day].into_iter().flatten().collect();
                    one(&parts, false)
                }
                _ => one(&told, form == Form::DayFirst),
            }
        }
    };
    format!(" {shown} ")
}

/// Returns one date from its parts: year, month and day, another order, or a text.
fn one(parts: &[&str], day_first: bool) -> String {
    // The parts behind the first three are hours, another date the age is counted from, or a zone.
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| part.trim())
        .take_while(|part| !part.is_empty())
        .take(3)
        .collect();
    let number = |part: &str| {
        let digits =
            !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let is_year = |part: &str| part.len() >= 3 && number(part).is_some();
    match parts.as_slice() {
        [] => String::new(),
        [text] => (*text).to_owned(),
        [year, month, rest @ ..] if is_year(year) => {
            let day = rest.first().copied().filter(|day| number(day).is_some());
            match (number(month), day) {
                (Some(month), None) if (1..=12).contains(&month) => {
                    format!("{} {year}", date::month_name(month))
                }
                (Some(month), Some(day)) if (1..=12).contains(&month) => {
                    format!("{day} {} {year}", date::month_name(month))
                }
                (Some(month), Some(day)) => format!("{year}-{month:0>2}-{day:0>2}"),
                (Some(month), None) => format!("{year}-{month:0>2}"),
                // A month by name; what is no month is kept for the reader to refuse.
                (None, Some(day)) => format!("{day} {month} {year}"),
                (None, None) => format!("{month} {year}"),
            }
        }
        [first, second, year]
            if number(first).is_some() && number(second).is_some() && is_year(year) =>
        {
            // Two figures before the year tell day and month in an order that the name does not always settle.
            let sign = if day_first { "." } else { "/" };
            [*first, *second, *year].join(sign)
        }
        words => words.join(" "),
    }
}

/// Returns one or two approximate dates.
fn circa(told: &[&str]) -> String {
    let dates: Vec<&str> = told
        .iter()
        .copied()
        .filter(|date| !date.is_empty())
        .collect();
    match dates.as_slice() {
        [] => "c.".to_owned(),
        [date] => format!("c. {date}"),
        [start, end, ..] => format!("c. {start} – c. {end}"),
    }
}

/// Returns a day with the one of the Julian calendar.
fn old_style(told: &[&str]) -> String {
    match told {
        [day, year, julian, ..] if !julian.is_empty() => format!("{day} {year} (O.S. {julian})"),
        [day, year, ..] => format!("{day} {year}"),
        rest => rest.join(" "),
    }
}
