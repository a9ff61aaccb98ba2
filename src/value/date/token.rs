//! Text → tokens of dates, each with its place.

use std::ops::Range;

use super::words::{self, Meaning};
use crate::value::name::{is_apostrophe, is_dash, is_ignorable};

/// A number as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::value) struct Number {
    pub(super) value: u32,
    pub(super) digits: usize,
}

impl Number {
    /// Returns whether the number may be that of a day or a month.
    pub(in crate::value) fn is_short(self) -> bool {
        self.digits <= 2
    }

    /// Returns whether the number is written as a full year.
    pub(in crate::value) fn is_year(self) -> bool {
        self.digits == 4
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::value) enum Kind {
    Number(Number),
    /// Three numbers with the same separator: `27.10.1924`, `1924-10-27`.
    Numeric([Number; 3], char),
    /// A month in figures: `1924-10`, `10.1924`, `10/1924`.
    MonthOf {
        year: Number,
        month: Number,
    },
    Word(Meaning),
    Dash,
    Slash,
    Comma,
    Semicolon,
    /// `?`
    Uncertain,
    /// `~`
    Approximate,
    /// `%`
    UncertainAndApproximate,
    /// A bracket that opens.
    Open,
    /// A bracket that closes.
    Close,
    /// What cannot be part of a date; only [`scan`] gives it.
    Other,
}

/// A token and its byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::value) struct Token {
    pub(in crate::value) kind: Kind,
    pub(in crate::value) span: Range<usize>,
}

/// Returns the tokens of a text; `None` if any of it cannot be part of a date.
pub(in crate::value) fn lex(text: &str) -> Option<Vec<Token>> {
    tokens(text, true)
}

/// Returns the tokens of any text: a word or sign that cannot be part of a date is [`Kind::Other`], and so is the full
/// stop that ends a sentence.
pub(in crate::value) fn scan(text: &str) -> Vec<Token> {
    tokens(text, false).unwrap_or_default()
}

/// Returns the tokens of a text; `None` if it is read strictly and any of it cannot be part of a date.
fn tokens(text: &str, strict: bool) -> Option<Vec<Token>> {
    let known = |found: Option<(Kind, usize)>, length: usize| match found {
        None if strict => None,
        found => Some(found.map_or((Some(Kind::Other), length), |(kind, length)| {
            (Some(kind), length)
        })),
    };
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let touches = tokens.last().filter(|last| last.span.end == at);
        let (kind, length) = match c {
            _ if c.is_whitespace() || is_ignorable(c) => (None, c.len_utf8()),
            _ if digit(c).is_some() => figures(rest).map(|(kind, length)| (Some(kind), length))?,
            _ if words::is_letter(c) => {
                let word =
                    words::phrase(rest).map(|(meaning, length)| (Kind::Word(meaning), length));
                known(word, words::letters(rest))?
            }
            '.' if !strict
                && rest[1..].starts_with(char::is_whitespace)
                && touches.is_some_and(
                    |last| matches!(last.kind, Kind::Number(number) if number.is_year()),
                ) =>
            {
                (Some(Kind::Other), 1)
            }
            // Of an abbreviation or an ordinal number.
            '.' if touches
                .is_some_and(|last| matches!(last.kind, Kind::Word(_) | Kind::Number(_))) =>
            {
                (None, 1)
            }
            // Of `1920's`.
            _ if is_apostrophe(c)
                && touches.is_some_and(|last| matches!(last.kind, Kind::Number(_))) =>
            {
                (None, c.len_utf8())
            }
            _ if is_dash(c) => (
                Some(Kind::Dash),
                rest.len() - rest.trim_start_matches(is_dash).len(),
            ),
            _ => known(sign(c).map(|kind| (kind, c.len_utf8())), c.len_utf8())?,
        };
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                span: at..at + length,
            });
        }
        at += length;
    }
    drop_joining_hyphens(text, &mut tokens);
    Some(tokens)
}

/// Returns what a single sign means.
fn sign(c: char) -> Option<Kind> {
    Some(match c {
        '/' => Kind::Slash,
        ',' | '،' => Kind::Comma,
        ';' | '؛' => Kind::Semicolon,
        '&' => Kind::Word(Meaning::And),
        '?' | '؟' => Kind::Uncertain,
        '~' => Kind::Approximate,
        '%' => Kind::UncertainAndApproximate,
        '(' | '[' => Kind::Open,
        ')' | ']' => Kind::Close,
        _ => return None,
    })
}

/// Removes the hyphens that join a number with its word (`16-Aug-1920`, `1920-е`, `mid-1920s`) and so part no two dates.
fn drop_joining_hyphens(text: &str, tokens: &mut Vec<Token>) {
    let joining: Vec<bool> = (0..tokens.len())
        .map(|i| {
            let (Some(before), Some(after)) = (
                i.checked_sub(1).and_then(|i| tokens.get(i)),
                tokens.get(i + 1),
            ) else {
                return false;
            };
            let span = &tokens[i].span;
            matches!(&text[span.clone()], "-" | "\u{2010}" | "\u{2011}")
                && before.span.end == span.start
                && after.span.start == span.end
                && joins(before.kind, after.kind)
        })
        .collect();
    let mut joining = joining.into_iter();
    tokens.retain(|_| !joining.next().unwrap_or(false));
}

fn joins(before: Kind, after: Kind) -> bool {
    use Meaning::{About, Before, Century, Decade, Filler, From, Month, Onward, UpTo, Vague};
    match (before, after) {
        (Kind::Word(Vague | About | Before | From), _)
        | (Kind::Word(Month(_)), Kind::Number(_)) => true,
        (Kind::Number(_), Kind::Word(Filler | Decade | Century | Onward | UpTo)) => true,
        (Kind::Number(number), Kind::Word(Month(_))) => number.is_short(),
        _ => false,
    }
}

/// Returns the token that a text begins with, whose first character is a digit.
fn figures(text: &str) -> Option<(Kind, usize)> {
    let (first, end) = number(text)?;
    let alone = Some((Kind::Number(first), end));
    let Some((separator, second, end)) = next_number(text, end) else {
        return alone;
    };
    if let Some((_, third, end)) = next_number(text, end).filter(|next| next.0 == separator)
        && second.is_short()
        && (first.is_short() && (third.is_short() || third.is_year())
            || first.is_year() && third.is_short())
    {
        return Some((Kind::Numeric([first, second, third], separator), end));
    }
    let (year, month) = match separator {
        '-' if first.is_year() && second.digits == 2 && !shortens(first, second) => (first, second),
        '.' | '/' if first.is_short() && second.is_year() => (second, first),
        _ => return alone,
    };
    Some((Kind::MonthOf { year, month }, end))
}

/// Returns whether `1920-21` is two years: the second is no month, and later than the first.
fn shortens(year: Number, short: Number) -> bool {
    short.value > 12 && short.value > year.value % 100
}

/// Returns the separator, the number and where it ends, if a number joined by a separator follows.
fn next_number(text: &str, at: usize) -> Option<(char, Number, usize)> {
    let separator = text[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '.' | '/'))?;
    let (number, length) = number(&text[at + 1..])?;
    Some((separator, number, at + 1 + length))
}

/// Returns the number at the start of a text and its length in bytes.
fn number(text: &str) -> Option<(Number, usize)> {
    let mut number = Number {
        value: 0,
        digits: 0,
    };
    let mut length = 0;
    for (c, digit) in text.chars().map_while(|c| Some((c, digit(c)?))) {
        number.value = number.value.saturating_mul(10).saturating_add(digit);
        number.digits += 1;
        length += c.len_utf8();
    }
    (number.digits > 0).then_some((number, length))
}

/// Returns the value of a European (also full-width), Arabic or Persian digit.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [char; 4] = ['0', '\u{660}', '\u{6f0}', '\u{ff10}'];
    ZEROS
        .iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)))
        .find(|value| *value < 10)
}
