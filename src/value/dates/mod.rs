//! All dates of a value as sources write it: text or wikitext → EDTF dates, each with the words beside it.
//!
//! The words are the date's note: of `1946 (reopened)` the date is `1946` and the note `reopened`. What of a value is
//! read as a date is settled by [`crate::value::date`]; here dates are found among other words, in lists, lines and
//! templates. A part that looks like a date and is none (`31 June 1920`, `03/04/1920`) is a fault and never read in part.
//!
//! A day and a month without a year take the year of the date beside them (`5 May and 3 June 1920`) or, if the caller has
//! a text around the value, the only year of that text; such a date is marked as inferred. One that took its year from
//! another text is also marked in EDTF (`1920?-08-23`).

mod find;
mod note;

use std::collections::BTreeSet;

use edtf_core::Edtf;

use self::find::Found;
use super::date::{self, DateFault, Dating, FaultKind};
use super::wikitext;

/// A date of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The EDTF form, by the Gregorian calendar.
    pub edtf: String,
    /// The words beside the date, without brackets around them.
    pub note: Option<String>,
    /// The date by the Julian calendar in the form of EDTF, when the value tells it.
    pub julian: Option<String>,
    /// Whether the year is told elsewhere.
    pub inferred: bool,
}

/// The dates of a value, in the order they are told, and what could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The dates, each once; of a date that is told twice the notes are parted by a semicolon.
    pub dates: Vec<Dated>,
    /// The parts of the value that look like dates and were not read; the whole value if nothing of it is a date.
    pub unread: Vec<Unread>,
}

/// A part of a value that is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The part, as its reader sees it.
    pub text: String,
    /// Why it was not read.
    pub fault: DateFault,
}

/// Returns the dates of a value, text or wikitext.
pub fn read(value: &str) -> Dates {
    read_with(value, None)
}

/// Returns the dates of a value; one that lacks its year takes it from the text around the value, if that tells only one
/// year.
pub fn read_in(value: &str, around: &str) -> Dates {
    let years: BTreeSet<String> = read(around)
        .dates
        .into_iter()
        .filter_map(|dated| year_of(&dated.edtf))
        .collect();
    match years.len() {
        1 => read_with(value, years.first().map(String::as_str)),
        _ => read(value),
    }
}

/// Returns the four figures of the year that a date begins with.
fn year_of(edtf: &str) -> Option<String> {
    let year = edtf.get(..4)?;
    let whole = edtf
        .as_bytes()
        .get(4)
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    (whole && year.bytes().all(|byte| byte.is_ascii_digit())).then(|| year.to_owned())
}

fn read_with(value: &str, year: Option<&str>) -> Dates {
    let whole = value.trim();
    if Edtf::parse(whole).is_ok() && !find::is_years(whole) {
        let dating = Dating {
            edtf: whole.to_owned(),
            julian: None,
        };
        return Dates {
            dates: vec![dated(dating, None, false)],
            unread: Vec::new(),
        };
    }
    let shown = wikitext::shown(value);
    let mut dates = Dates::default();
    let mut waiting: Vec<String> = Vec::new();
    for line in note::joined_lines(&shown.text) {
        read_line(&line, year, &mut dates, &mut waiting);
    }
    if let (Some(first), false) = (dates.dates.first_mut(), waiting.is_empty()) {
        first.note = note::joined(
            &note::clean(&waiting.join(", ")),
            first.note.as_deref().unwrap_or_default(),
        );
    }
    for name in shown.unknown {
        let mut fault = DateFault::no_date(&format!("{{{{{name}}}}}"));
        fault = fault.hinted("write the date without this template, which is not known");
        dates.unread.push(Unread { text: name, fault });
    }
    if dates.dates.is_empty() && dates.unread.is_empty() {
        let fault = DateFault::no_date(whole);
        let text = whole.to_owned();
        dates.unread.push(Unread { text, fault });
    }
    merge(&mut dates.dates);
    dates
}

fn dated(dating: Dating, note: Option<String>, inferred: bool) -> Dated {
    Dated {
        edtf: dating.edtf,
        note,
        julian: dating.julian,
        inferred,
    }
}

/// Reads the dates of a line; what a line without a date says is a note of the date before it.
fn read_line(line: &str, year: Option<&str>, dates: &mut Dates, waiting: &mut Vec<String>) {
    let mut found = find::all(line);
    for at in 0..found.len() {
        if let Err(fault) = &found[at].dating
            && fault.kind == FaultKind::NoYear
        {
            fill_year(line, &mut found, at, year);
        }
    }
    let spans: Vec<_> = found.iter().map(|found| found.span.clone()).collect();
    if found.iter().all(|found| found.dating.is_err()) {
        if found.is_empty() {
            say(line, dates, waiting);
        }
        dates
            .unread
            .extend(found.into_iter().filter_map(|found| unread(line, found)));
        return;
    }
    for (found, beside) in found.into_iter().zip(note::beside(line, &spans)) {
        match found.dating {
            Ok(dating) => {
                let note = note::joined(&found.vague, &beside);
                dates.dates.push(dated(dating, note, found.inferred));
            }
            Err(_) => dates.unread.extend(unread(line, found)),
        }
    }
    if !waiting.is_empty()
        && let Some(first) = dates.dates.first_mut()
    {
        let before = note::clean(&waiting.join(", "));
        waiting.clear();
        first.note = note::joined(&before, first.note.as_deref().unwrap_or_default());
    }
}

fn unread(line: &str, found: Found) -> Option<Unread> {
    let text = line.get(found.span)?.to_owned();
    found.dating.err().map(|fault| Unread { text, fault })
}

/// Makes a line without a date the note of the date before it, or of the one to come.
fn say(line: &str, dates: &mut Dates, waiting: &mut Vec<String>) {
    let clean = note::clean(line);
    // Tools that lose braces repeat the inner templates behind the outer one.
    let said = |part: &str| {
        dates
            .dates
            .iter()
            .any(|dated| dated.note.as_deref() == Some(part))
    };
    let new: Vec<&str> = clean.split(", ").filter(|part| !said(part)).collect();
    let new = if said(&clean) {
        String::new()
    } else {
        new.join(", ")
    };
    match dates.dates.last_mut() {
        Some(last) => last.note = note::joined(last.note.as_deref().unwrap_or_default(), &new),
        None => waiting.push(line.to_owned()),
    }
}

/// Gives a date without a year the one of its neighbour in a list, or else the one of the text around the value.
fn fill_year(line: &str, found: &mut [Found], at: usize, year: Option<&str>) {
    let only_parted = |from: usize, to: usize| {
        let between = line.get(from..to).unwrap_or_default();
        date::scan(between).iter().all(|token| {
            matches!(
                token.kind,
                date::Kind::Comma | date::Kind::Word(date::Meaning::And)
            )
        })
    };
    let span = found[at].span.clone();
    let neighbour = |other: &Found| {
        other
            .dating
            .as_ref()
            .ok()
            .and_then(|dating| year_of(&dating.edtf))
    };
    let next = found
        .get(at + 1)
        .filter(|next| only_parted(span.end, next.span.start))
        .and_then(neighbour);
    let before = at
        .checked_sub(1)
        .and_then(|at| found.get(at))
        .filter(|before| only_parted(before.span.end, span.start))
        .and_then(neighbour);
    let told = &line[span];
    if let Some(dating) = next
        .or(before)
        .and_then(|year| date::read(&format!("{told} {year}")).ok())
    {
        found[at].dating = Ok(dating);
        found[at].inferred = true;
    } else if let Some(year) = year
        && let Ok(dating) = date::read(&format!("{told} {year}"))
        && dating.julian.is_none()
        && let Some(rest) = dating.edtf.strip_prefix(year)
    {
        let edtf = format!("{year}?{rest}");
        if Edtf::parse(&edtf).is_ok() {
            found[at].dating = Ok(Dating { edtf, julian: None });
            found[at].inferred = true;
        }
    }
}

/// Makes one of the dates that are told twice; their notes are kept side by side.
fn merge(dates: &mut Vec<Dated>) {
    let mut kept: Vec<Dated> = Vec::with_capacity(dates.len());
    for dated in dates.drain(..) {
        let Some(one) = kept.iter_mut().find(|one| one.edtf == dated.edtf) else {
            kept.push(dated);
            continue;
        };
        one.julian = one.julian.take().or(dated.julian);
        one.inferred &= dated.inferred;
        one.note = match (one.note.take(), dated.note) {
            (Some(one), Some(other)) if one.contains(&other) => Some(one),
            (Some(one), Some(other)) if other.contains(&one) => Some(other),
            (Some(one), Some(other)) => Some(format!("{one}; {other}")),
            (one, other) => one.or(other),
        };
    }
    *dates = kept;
}

#[cfg(test)]
mod tests;
