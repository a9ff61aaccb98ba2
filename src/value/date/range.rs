//! A range of dates → the text of its two sides.
//!
//! A side that leaves out what the other tells is completed from it, and stays text: of `16–18 August 1920` the start is
//! `16 August 1920`.

use edtf_core::Edtf;

use super::LONGEST;
use super::single;
use super::token::{Kind, Token, lex};
use super::words::Meaning;

/// The two sides of a range as written, completed; an open side is `None`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::value) struct Sides {
    pub(in crate::value) start: Option<String>,
    pub(in crate::value) end: Option<String>,
}

impl Sides {
    fn new(start: Option<&str>, end: Option<&str>) -> Self {
        Self {
            start: start.map(str::to_owned),
            end: end.map(str::to_owned),
        }
    }
}

/// Returns the sides of a range; `None` if the text has not the form of one. Whether a side is a date is not checked.
pub(in crate::value) fn sides(text: &str) -> Option<Sides> {
    use Kind::{Dash, Word};
    use Meaning::{Before, From, Onward, Present, To, UpTo};

    if let (Ok(Edtf::Interval(_)), Some((start, end))) = (Edtf::parse(text), text.split_once('/')) {
        let closed = |side| Some(side).filter(|side| !matches!(*side, "" | ".."));
        return Some(Sides::new(closed(start), closed(end)));
    }
    if text.len() > LONGEST || single::read(text).is_ok() {
        return None;
    }
    let tokens = lex(text)?;
    let (opening, tokens) = match tokens.as_slice() {
        [first, rest @ ..] if matches!(first.kind, Dash | Word(From | Before | To)) => {
            (Some(first.kind), rest)
        }
        rest => (None, rest),
    };
    let (closing, tokens) = match tokens {
        [rest @ .., link, last] if is_link(link) && last.kind == Word(Present) => {
            (Some(Word(Present)), rest)
        }
        [rest @ .., last] if matches!(last.kind, Dash | Word(Present | Onward | UpTo)) => {
            (Some(last.kind), rest)
        }
        rest => (None, rest),
    };
    let mut told = tokens.split(is_link).map(|side| Told::new(text, side));
    let first = told.next()??;
    let second = match told.next() {
        Some(second) => Some(second?),
        None => None,
    };
    if told.next().is_some() {
        return None;
    }
    match (opening, second, closing) {
        (None | Some(Word(From)), Some(second), None) | (None, Some(second), Some(Word(UpTo))) => {
            Some(completed(&first, &second))
        }
        (None | Some(Word(From)), None, Some(Dash | Word(Present | Onward)))
        | (Some(Word(From)), None, None) => Some(Sides::new(Some(first.text), None)),
        (Some(Dash | Word(Before | To)), None, None) | (None, None, Some(Word(UpTo))) => {
            Some(Sides::new(None, Some(first.text)))
        }
        _ => None,
    }
}

/// Two dates as written, completed, of which one is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) first: String,
    pub(super) second: String,
    /// Whether a day between them may be meant too.
    pub(super) between: bool,
}

/// Returns the dates of `1920 or 1921` and `between 1920 and 1924`; `None` if the text has another form.
pub(super) fn choice(text: &str) -> Option<Choice> {
    use Meaning::{And, Between, Or};

    if text.len() > LONGEST {
        return None;
    }
    let tokens = lex(text)?;
    let (between, tokens) = match tokens.as_slice() {
        [first, rest @ ..] if first.kind == Kind::Word(Between) => (true, rest),
        // Of `either 1920 or 1921`.
        [first, rest @ ..] if first.kind == Kind::Word(Or) => (false, rest),
        rest => (false, rest),
    };
    let mut told = tokens
        .split(|token| {
            if between {
                token.kind == Kind::Word(And) || is_link(token)
            } else {
                token.kind == Kind::Word(Or)
            }
        })
        .map(|side| Told::new(text, side));
    let (first, second) = (told.next()??, told.next()??);
    if told.next().is_some() {
        return None;
    }
    let sides = completed(&first, &second);
    Some(Choice {
        first: sides.start?,
        second: sides.end?,
        between,
    })
}

/// Returns whether a token parts the two sides of a range.
fn is_link(token: &Token) -> bool {
    use Meaning::{Onward, To};
    matches!(
        token.kind,
        Kind::Dash | Kind::Slash | Kind::Word(To | Onward)
    )
}

/// One side as written, with the tokens that tell the date.
struct Told<'a> {
    text: &'a str,
    parts: Vec<(Kind, &'a str)>,
    /// The last word, if it tells the era before ours.
    era: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// Returns the side that some tokens of a text make; `None` if there are none.
    fn new(text: &'a str, tokens: &[Token]) -> Option<Self> {
        let span = tokens.first()?.span.start..tokens.last()?.span.end;
        let parts = tokens
            .iter()
            .map(|token| (token.kind, &text[token.span.clone()]))
            .filter(|(kind, _)| {
                matches!(
                    kind,
                    Kind::Number(_)
                        | Kind::Numeric(..)
                        | Kind::Word(Meaning::Month(_) | Meaning::Season(_))
                )
            })
            .collect();
        let era = tokens
            .last()
            .filter(|last| last.kind == Kind::Word(Meaning::BeforeOurEra))
            .map(|last| &text[last.span.clone()]);
        Some(Self {
            text: &text[span],
            parts,
            era,
        })
    }

    fn find(&self, condition: impl Fn(Kind) -> bool) -> Option<&'a str> {
        self.parts
            .iter()
            .find(|(kind, _)| condition(*kind))
            .map(|(_, text)| *text)
    }

    fn year(&self) -> Option<&'a str> {
        self.find(|kind| matches!(kind, Kind::Number(number) if number.is_year()))
    }

    /// Returns the month or the season.
    fn month(&self) -> Option<&'a str> {
        self.find(|kind| matches!(kind, Kind::Word(_)))
    }

    fn day(&self) -> Option<&'a str> {
        self.find(|kind| matches!(kind, Kind::Number(number) if number.is_short()))
    }

    /// Returns what follows the day in a date of figures: `.08.1920` of `18.08.1920`.
    fn after_day(&self) -> Option<&'a str> {
        let figures = self.find(|kind| matches!(kind, Kind::Numeric(_, '.')))?;
        Some(&figures[figures.find('.')?..])
    }

    /// Returns whether finer parts follow the year, so that a range may go on with them: `1920 May 3 – June 4`.
    fn leads_with_year(&self) -> bool {
        matches!(self.parts.as_slice(), [(Kind::Number(number), _), _, ..] if number.is_year())
    }
}

/// Returns the text of two sides, each with the parts that only the other tells.
fn completed(start: &Told<'_>, end: &Told<'_>) -> Sides {
    if let (None, Some(era)) = (start.era, end.era) {
        return Sides::new(Some(&format!("{} {era}", start.text)), Some(end.text));
    }
    let start_text = filled(start, end);
    let end_text = if end.year().is_some() || start.leads_with_year() {
        filled(end, start)
    } else {
        lengthened(start, end)
    };
    Sides::new(
        Some(start_text.as_deref().unwrap_or(start.text)),
        Some(end_text.as_deref().unwrap_or(end.text)),
    )
}

/// Returns a side with the month and the year it lacks, in an order that reads as a date; `None` if it lacks none, or
/// the other side has not what it lacks.
fn filled(side: &Told<'_>, other: &Told<'_>) -> Option<String> {
    let text = side.text;
    match (side.year(), side.month(), side.day()) {
        (None, Some(_), _) => Some(format!("{text} {}", other.year()?)),
        (None, None, Some(_)) => Some(match other.after_day() {
            Some(rest) => format!("{text}{rest}"),
            None => format!("{text} {} {}", other.month()?, other.year()?),
        }),
        (Some(_), None, Some(_)) if side.leads_with_year() => {
            Some(format!("{text} {}", other.month()?))
        }
        (Some(_), None, Some(_)) => Some(format!("{} {text}", other.month()?)),
        _ => None,
    }
}

/// Returns the second year of `1920–21` with the century of the first; `None` if the sides are other than two years, or
/// that would put the second before the first.
fn lengthened(start: &Told<'_>, end: &Told<'_>) -> Option<String> {
    let ([(Kind::Number(first), year)], [(Kind::Number(second), short)]) =
        (&start.parts[..], &end.parts[..])
    else {
        return None;
    };
    let later = second.value > first.value % 100;
    if !first.is_year() || second.digits != 2 || !later || !end.text.starts_with(short) {
        return None;
    }
    let century: String = year.chars().take(2).collect();
    Some(century + end.text)
}
