//! The dates among the words of a line.
//!
//! From each place the longest run of words that reads as a date is taken. A run that is a date but impossible or
//! ambiguous is a fault as a whole: no shorter part of it is read instead.

use std::ops::Range;

use crate::value::date::{self, DateFault, Dating, FaultKind, Kind, Meaning, Token};
use crate::value::name::fold;

/// The most tokens that make one date: `from about the 28th of August 1920 to the 3rd of September 1921`.
const MOST_TOKENS: usize = 16;

/// Longest line, in bytes, that dates are looked for in.
const LONGEST: usize = 16 * 1024;

/// Words behind a bare number that make it an amount.
const UNITS: &str = "|members|member|seats|seat|votes|vote|people|persons|voters|delegates|deputies|km|m|years|days|months|\
    supporters|copies|branches|mps|signatures|activists|followers|citizens|persons|soldiers|men|women|x|px|kg|ha|acres|\
    членов|человек|мест|голосов|mitglieder|sitze|stimmen|";

/// Words before a bare number that make it a number of something else than a year.
const NUMBERED: &str = "|no|nr|num|number|reg|registration|art|article|section|resolution|decree|law|act|id|isbn|p|pp|page|room|№|§|";

/// Words before a date of a person's life.
const OF_A_LIFE: &str = "|born|b|died|d|née|geb|gest|род|ум|";

/// Words that stand for an ordinal or a preposition and say nothing behind a date.
const TRAILING: &str = "|in|on|of|the|at|в|во|на|im|am|der|den|dem|des|das|дар|در|";

/// A date, or what looks like one.
pub(super) struct Found {
    pub(super) span: Range<usize>,
    pub(super) dating: Result<Dating, DateFault>,
    /// The words for a part that EDTF cannot tell: `early`.
    pub(super) vague: String,
    pub(super) inferred: bool,
}

/// Returns whether a text is two years that EDTF takes for a year and a season: `1920-21`.
pub(super) fn is_years(text: &str) -> bool {
    matches!(
        date::scan(text).as_slice(),
        [
            Token {
                kind: Kind::Number(_),
                ..
            },
            Token {
                kind: Kind::Dash,
                ..
            },
            Token {
                kind: Kind::Number(_),
                ..
            }
        ]
    )
}

/// Returns the dates of a line in order.
pub(super) fn all(line: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    if line.len() > LONGEST {
        return found;
    }
    let tokens = date::scan(line);
    let mut at = 0;
    // Where the last date ended, as a token.
    let mut free = 0;
    while at < tokens.len() {
        if !begins(line, &tokens, at) {
            at += 1;
            continue;
        }
        match longest(line, &tokens, at) {
            Some((end, _)) if end == at + 1 && is_no_year(line, &tokens, at, !found.is_empty()) => {
                at = end;
            }
            Some((end, dating)) => {
                let span = tokens[at].span.start..tokens[end - 1].span.end;
                let dating = match dating {
                    Ok(dating) if left_over(line, &tokens, free, at, end) => {
                        let whole = surroundings(line, &tokens, free, at, end);
                        let fault =
                            DateFault::ambiguous(format!("{whole:?} tells more than one date can"));
                        Err(fault.hinted(format!("write only the date, such as {}", dating.edtf)))
                    }
                    other => other,
                };
                let vague = tokens[at..end]
                    .iter()
                    .filter(|token| token.kind == Kind::Word(Meaning::Vague))
                    .map(|token| &line[token.span.clone()])
                    .collect::<Vec<_>>()
                    .join(" ");
                let earlier = if dating.is_ok() {
                    listed_before(line, &tokens, free, at, end)
                } else {
                    Vec::new()
                };
                found.extend(earlier);
                found.push(Found {
                    span,
                    dating,
                    vague,
                    inferred: false,
                });
                at = end;
                free = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Returns the days or months that share the rest of a date with it: the first of `12 and 13 May 1848`.
fn listed_before(line: &str, tokens: &[Token], free: usize, at: usize, end: usize) -> Vec<Found> {
    let mut earlier = Vec::new();
    let date = &line[tokens[at].span.start..tokens[end - 1].span.end];
    let mut last = at;
    while let Some([told, link]) = last
        .checked_sub(2)
        .filter(|first| *first >= free)
        .and_then(|first| tokens.get(first..last))
    {
        let short = match told.kind {
            Kind::Number(number) => number.is_short(),
            Kind::Word(Meaning::Month(_)) => true,
            _ => false,
        };
        // A comma parts a list only before a word for "and": `Article 5, 3 May 1920`.
        let parted = match link.kind {
            Kind::Word(Meaning::And) => true,
            Kind::Comma => !earlier.is_empty(),
            _ => false,
        };
        if !short || !parted || !begins(line, tokens, last - 2) {
            break;
        }
        let range = format!("{} – {date}", &line[told.span.clone()]);
        let Some(start) = date::sides(&range).and_then(|sides| sides.start) else {
            break;
        };
        let Ok(dating) = date::told(&start) else {
            break;
        };
        earlier.push(Found {
            span: told.span.clone(),
            dating: Ok(dating),
            vague: String::new(),
            inferred: true,
        });
        last -= 2;
    }
    earlier.reverse();
    earlier
}

/// Returns whether a bare number is no year, or one that says nothing of what the value is about.
fn is_no_year(line: &str, tokens: &[Token], at: usize, later: bool) -> bool {
    let Kind::Number(_) = tokens[at].kind else {
        return false;
    };
    let year: u32 = line[tokens[at].span.clone()].parse().unwrap_or(2000);
    if tokens.len() > 1 && !(1000..=2200).contains(&year) {
        return true;
    }
    let word = |back: usize| {
        at.checked_sub(back)
            .map_or("", |at| &line[tokens[at].span.clone()])
    };
    let before = if word(1) == "." { word(2) } else { word(1) };
    is_listed(NUMBERED, before)
        || later && is_listed(OF_A_LIFE, before)
        || in_name(line, tokens, at)
}

/// Returns whether a bare year is part of a name: `as Unity 2023`, and in brackets `(1998 PRG)`.
fn in_name(line: &str, tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| &line[token.span.clone()]);
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let opens = at
        .checked_sub(1)
        .is_some_and(|before| tokens[before].kind == Kind::Open);
    let next = word(at + 1);
    if opens && next.chars().count() > 1 && next.chars().all(char::is_uppercase) {
        return true;
    }
    let named = tokens[..at]
        .iter()
        .rev()
        .take_while(|token| capital(&line[token.span.clone()]) || token.kind == Kind::Dash)
        .count();
    named > 0
        && at
            .checked_sub(named + 1)
            .is_some_and(|before| fold(word(before)) == "as")
}

/// Returns whether a date may begin at a token.
fn begins(line: &str, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let touches = before.filter(|before| before.span.end == token.span.start);
    match token.kind {
        Kind::Number(_) | Kind::Numeric(..) | Kind::MonthOf { .. } => {
            // Of `A1920`, `#1920`, `1,920`, `$1920`.
            let glued = touches.is_some_and(|before| match before.kind {
                Kind::Other => {
                    let sign = line[before.span.clone()].chars().next_back();
                    sign.is_some_and(|sign| {
                        sign.is_alphanumeric()
                            || matches!(sign, '#' | '$' | '€' | '£' | '№' | '_' | '=')
                    })
                }
                Kind::Comma => {
                    let number = at.checked_sub(2).and_then(|at| tokens.get(at));
                    number.is_some_and(
                        |number| matches!(number.kind, Kind::Number(number) if number.is_short()),
                    )
                }
                _ => false,
            });
            !glued
        }
        // `–1924` is the end of a period, ` - 1924` is not.
        Kind::Dash => {
            let opens = before.is_none_or(|before| before.kind == Kind::Open);
            opens
                && tokens
                    .get(at + 1)
                    .is_some_and(|next| next.span.start == token.span.end)
        }
        Kind::Uncertain => tokens
            .get(at + 1)
            .is_some_and(|next| next.kind == Kind::Dash),
        Kind::Approximate | Kind::Word(_) => {
            // A word that goes on is another word: `A.D.` of a name, `может-быть`.
            let words = !matches!(
                token.kind,
                Kind::Word(Meaning::And | Meaning::Onward | Meaning::UpTo | Meaning::Present)
            );
            words
                && !is_letters(
                    token.kind,
                    &line[token.span.clone()],
                    &line[token.span.end..],
                )
                && !touches.is_some_and(|before| {
                    before.kind == Kind::Other && ends_in_letter(line, before)
                })
        }
        _ => false,
    }
}

/// Returns whether a word is rather a letter or a short name: `S` of `U.S.`, `C` of `Section C`, `AB`.
fn is_letters(kind: Kind, word: &str, rest: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capital = word.chars().all(|c| !c.is_lowercase()) && word.chars().any(char::is_uppercase);
    match kind {
        Kind::Word(Meaning::Decade) => letters < 3,
        Kind::Word(Meaning::About) if rest.starts_with('.') => false,
        Kind::Word(
            Meaning::From
            | Meaning::Before
            | Meaning::To
            | Meaning::About
            | Meaning::Filler
            | Meaning::Or
            | Meaning::Between,
        ) => capital && letters < 4,
        _ => false,
    }
}

fn ends_in_letter(line: &str, token: &Token) -> bool {
    line[token.span.clone()]
        .chars()
        .next_back()
        .is_some_and(char::is_alphanumeric)
}

/// Returns the longest date that begins at a token, with the token behind it; or the fault of the longest run that would
/// be a date if it were possible and clear.
fn longest(line: &str, tokens: &[Token], at: usize) -> Option<(usize, Result<Dating, DateFault>)> {
    let run = tokens[at..]
        .iter()
        .take(MOST_TOKENS)
        .take_while(|token| !matches!(token.kind, Kind::Other | Kind::Semicolon))
        .count();
    let mut yearless = None;
    for end in (at + 1..=at + run).rev() {
        if !ends(line, tokens, end) {
            continue;
        }
        // The year behind it belongs to it: of `No. 1234, 5 May 1920` no date ends with `May`.
        let goes_on = tokens
            .get(end)
            .is_some_and(|next| matches!(next.kind, Kind::Number(year) if year.is_year()));
        let dated = matches!(
            tokens[end - 1].kind,
            Kind::Word(Meaning::Month(_) | Meaning::Season(_))
        ) || matches!(tokens[end - 1].kind, Kind::Number(day) if day.is_short());
        if goes_on && dated {
            continue;
        }
        if !may_be_one(&tokens[at..end]) {
            continue;
        }
        let text = &line[tokens[at].span.start..tokens[end - 1].span.end];
        match date::told(text) {
            Ok(dating) => return Some((end, Ok(dating))),
            Err(fault) => match fault.kind {
                FaultKind::NoDate => {}
                FaultKind::NoYear => {
                    // Only a day and a month can be completed.
                    if yearless.is_none() && tells_day(&tokens[at..end]) {
                        yearless = Some((end, Err(fault)));
                    }
                }
                _ if is_loose(&tokens[at..end]) => {}
                _ => return Some((end, Err(fault))),
            },
        }
    }
    yearless
}

/// Returns whether some tokens hold no more numbers and names than one date or range can.
fn may_be_one(tokens: &[Token]) -> bool {
    let (mut years, mut others, mut months, mut signs) = (0, 0, 0, 0);
    for token in tokens {
        match token.kind {
            Kind::Number(number) if number.is_year() => years += 1,
            Kind::Numeric(..) | Kind::MonthOf { .. } => years += 1,
            Kind::Number(_) => others += 1,
            Kind::Word(Meaning::Month(_) | Meaning::Season(_)) => months += 1,
            Kind::Open | Kind::Close | Kind::Dash | Kind::Slash => signs += 1,
            _ => {}
        }
    }
    years <= 2 && others <= 2 && months <= 2 && signs <= 3 && years + others > 0
}

/// Returns whether some tokens are a day and a month, in any order.
fn tells_day(tokens: &[Token]) -> bool {
    let told: Vec<Kind> = tokens
        .iter()
        .map(|token| token.kind)
        .filter(|kind| *kind != Kind::Word(Meaning::Filler))
        .collect();
    matches!(
        told.as_slice(),
        [Kind::Number(number), Kind::Word(Meaning::Month(_))]
        | [Kind::Word(Meaning::Month(_)), Kind::Number(number)]
            if number.is_short()
    )
}

/// Returns whether a fault of some tokens says little, since they are hardly one date: a name of another calendar's month
/// that is a common word too, or a list in which one part is wrong.
fn is_loose(tokens: &[Token]) -> bool {
    let count =
        |condition: fn(Kind) -> bool| tokens.iter().filter(|token| condition(token.kind)).count();
    let other = count(|kind| kind == Kind::Word(Meaning::OtherCalendar)) > 0;
    let numbers = count(|kind| matches!(kind, Kind::Number(_)));
    let years = count(|kind| matches!(kind, Kind::Number(number) if number.is_year()));
    let words = count(|kind| matches!(kind, Kind::Word(Meaning::Or | Meaning::Between)));
    other && (numbers < 2 || years == 0) || words > 0
}

/// Returns whether a date may end before a token.
fn ends(line: &str, tokens: &[Token], end: usize) -> bool {
    let last = &tokens[end - 1];
    let next = tokens.get(end);
    let text = &line[last.span.clone()];
    let glued = next.is_some_and(|next| {
        next.span.start == last.span.end
            && match next.kind {
                Kind::Other => {
                    let sign = line[next.span.clone()].chars().next();
                    sign.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '$' | '_'))
                }
                _ => false,
            }
    });
    if glued {
        return false;
    }
    match last.kind {
        Kind::Comma | Kind::Slash | Kind::Open | Kind::Other | Kind::Semicolon => false,
        Kind::Word(Meaning::Filler) => !is_listed(TRAILING, text),
        Kind::Word(Meaning::And | Meaning::Or | Meaning::Between | Meaning::To) => false,
        // `1990–` is a period without an end only where nothing follows.
        Kind::Dash => next.is_none_or(|next| matches!(next.kind, Kind::Close | Kind::Semicolon)),
        Kind::Number(number) if number.is_year() => {
            let amount = next
                .filter(|next| next.kind == Kind::Other)
                .is_some_and(|next| is_listed(UNITS, &line[next.span.clone()]));
            !amount
        }
        _ => true,
    }
}

fn is_listed(list: &str, word: &str) -> bool {
    list.contains(&format!("|{}|", fold(word)))
}

/// Returns whether a number or a month stands beside a date with nothing between that parts them, so that the date may
/// be read wrongly.
fn left_over(line: &str, tokens: &[Token], free: usize, at: usize, end: usize) -> bool {
    let before = at
        .checked_sub(1)
        .filter(|before| *before >= free && begins(line, tokens, *before))
        .and_then(|at| tokens.get(at));
    let loose = before.is_some_and(|before| match before.kind {
        Kind::Number(number) => number.is_short(),
        _ => false,
    });
    let coarse = matches!(tokens[end - 1].kind, Kind::Number(number) if number.is_year());
    let after = tokens.get(end).is_some_and(|next| match next.kind {
        Kind::Number(number) => {
            let single = tokens.get(end + 1).is_none_or(|next| {
                matches!(next.kind, Kind::Comma | Kind::Semicolon | Kind::Close)
            });
            number.is_short() && single
        }
        _ => false,
    });
    loose || coarse && after && end - at < 3
}

fn surroundings<'a>(
    line: &'a str,
    tokens: &[Token],
    free: usize,
    at: usize,
    end: usize,
) -> &'a str {
    let from = at.saturating_sub(1).max(free);
    let to = (end + 1).min(tokens.len());
    &line[tokens[from].span.start..tokens[to - 1].span.end]
}
