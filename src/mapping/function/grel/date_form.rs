//! Patterns that dates are written in: the letters of Java's `DateTimeFormatter`, `y M d H h m s S a E X Z`, with quotes
//! around text.
//!
//! A pattern that names a part must name those above it (a day its month), and none twice: what would be made of it is
//! an invented date, mostly because minutes (`m`) were written for the month (`M`).

use super::dates::{Moment, days, month_length};
use crate::mapping::function::FunctionFault;
use crate::value::date;

/// The parts of a moment, from the largest to the smallest, with their letters.
const PARTS: [(&str, &str); 7] = [
    ("year", "yu"),
    ("month", "ML"),
    ("day", "d"),
    ("hour", "HkhK"),
    ("minutes", "m"),
    ("seconds", "s"),
    ("fraction of a second", "S"),
];

/// The number of the month among the parts.
const MONTH: usize = 1;
/// That of the minutes.
const MINUTES: usize = 4;

/// A piece of a pattern.
enum Piece<'p> {
    Text(&'p str),
    /// A letter, how often it stands there, and whether a number follows at once.
    Field(char, usize, bool),
}

/// The pieces of a pattern, in order.
struct Pieces<'p>(&'p str);

impl<'p> Iterator for Pieces<'p> {
    type Item = Piece<'p>;

    fn next(&mut self) -> Option<Piece<'p>> {
        let first = self.0.chars().next()?;
        if first == '\'' {
            let quoted = &self.0[1..];
            let (text, rest) = quoted.split_once('\'').unwrap_or((quoted, ""));
            self.0 = rest;
            return Some(Piece::Text(if text.is_empty() { "'" } else { text }));
        }
        let same = self.0.len() - self.0.trim_start_matches(first).len();
        let length = if first.is_ascii_alphabetic() {
            same
        } else {
            first.len_utf8()
        };
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(if first.is_ascii_alphabetic() {
            Piece::Field(first, length, rest.starts_with(|c| "yuMdHhmsS".contains(c)))
        } else {
            Piece::Text(piece)
        })
    }
}

/// Returns what is wrong with a pattern, whatever the text.
pub(in crate::mapping) fn check(pattern: &str) -> Result<(), FunctionFault> {
    let fault = |what: &str, hint: String| {
        Err(FunctionFault::new(format!("the pattern \"{pattern}\" has {what}")).hinted(hint))
    };
    let mixed_up = || "MM is the month, mm are the minutes".to_owned();
    let mut named = [false; PARTS.len()];
    for piece in Pieces(pattern) {
        let Piece::Field(letter, ..) = piece else {
            continue;
        };
        if let Some(part) = PARTS.iter().position(|(_, all)| all.contains(letter)) {
            if named[part] {
                let hint = match part {
                    MONTH | MINUTES => mixed_up(),
                    _ => "name it once".to_owned(),
                };
                return fault(&format!("the {} twice", PARTS[part].0), hint);
            }
            named[part] = true;
        } else if !"aEeXxZ".contains(letter) {
            let hint = "the letters of a pattern are y M d H h m s S a E X";
            return fault(&format!("the letter {letter}"), hint.to_owned());
        }
    }
    if !named[0] {
        return fault("no year", "a date needs one: yyyy".to_owned());
    }
    let Some(lacking) = named.windows(2).position(|pair| pair == [false, true]) else {
        return Ok(());
    };
    let (lacks, has) = (PARTS[lacking].0, PARTS[lacking + 1].0);
    let hint = if lacking == MONTH || lacking + 1 == MINUTES {
        mixed_up()
    } else {
        format!("name the {lacks} too")
    };
    fault(&format!("the {has} but not the {lacks}"), hint)
}

/// Returns the moment that a text tells in a pattern.
pub(in crate::mapping::function) fn moment(
    text: &str,
    pattern: &str,
) -> Result<Moment, FunctionFault> {
    check(pattern)?;
    read(text.trim(), pattern).ok_or_else(|| no_date(text, pattern))
}

/// Returns the moment that a text tells in a pattern that is right.
fn read(text: &str, pattern: &str) -> Option<Moment> {
    let mut rest = text;
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut hour, mut minute, mut second, mut milli) = (None, None, None, None);
    let (mut afternoon, mut zone) = (None, String::new());
    for piece in Pieces(pattern) {
        let (letter, count, packed) = match piece {
            Piece::Text(text) => {
                rest = rest.strip_prefix(text)?;
                continue;
            }
            Piece::Field(letter, count, packed) => (letter, count, packed),
        };
        // A number right before another number has exactly as many digits as letters.
        let most = if packed { count } else { 2 };
        match letter {
            'y' | 'u' => year = Some(year_number(&mut rest, count)?),
            'M' | 'L' if count > 2 => month = Some(month_word(&mut rest)?),
            'M' | 'L' => month = Some(number(&mut rest, most)?),
            'd' => day = Some(number(&mut rest, most)?),
            'H' | 'k' | 'h' | 'K' => hour = Some(number(&mut rest, most)?),
            'm' => minute = Some(number(&mut rest, most)?),
            's' => second = Some(number(&mut rest, most)?),
            'S' => milli = Some(fraction(&mut rest)?),
            'a' => {
                afternoon = Some(match word(&mut rest)?.to_ascii_lowercase().as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
            }
            'E' | 'e' => {
                word(&mut rest)?;
            }
            _ => zone = offset(&mut rest)?,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    let year = year?;
    let month = u8::try_from(month.unwrap_or(1))
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    let day = u8::try_from(day.unwrap_or(1))
        .ok()
        .filter(|day| (1..=month_length(year, month)).contains(day))?;
    let timed = hour.is_some();
    let mut hour = hour.unwrap_or_default();
    if let Some(afternoon) = afternoon {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let (minute, second) = (minute.unwrap_or_default(), second.unwrap_or_default());
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1000 + milli.unwrap_or_default();
    Some(Moment {
        days: days(year, month, day),
        time: timed.then_some(time),
        zone,
    })
}

pub(super) fn no_date(text: &str, pattern: &str) -> FunctionFault {
    FunctionFault::new(format!("\"{text}\" is no date of the form \"{pattern}\""))
}

/// Takes a year: as many digits as letters, two of them of the years from 2000 to 2099; one letter takes up to four.
fn year_number(rest: &mut &str, count: usize) -> Option<i64> {
    let before = rest.len();
    let found = number(rest, if count == 1 { 4 } else { count })?;
    let full = count == 1 || before - rest.len() == count;
    (full && found <= 9999).then_some(if count == 2 { found + 2000 } else { found })
}

/// Takes a number of at most that many digits.
fn number(rest: &mut &str, most: usize) -> Option<i64> {
    let length = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let found = rest[..length].parse().ok()?;
    *rest = &rest[length..];
    Some(found)
}

/// Takes the digits of a fraction of a second, as milliseconds.
fn fraction(rest: &mut &str) -> Option<i64> {
    let length = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let digits = format!("{:0<3}", &rest[..length]);
    *rest = &rest[length..];
    digits.get(..3)?.parse().ok().filter(|_| length > 0)
}

fn word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let (found, left) = rest.split_at(end);
    *rest = left
        .strip_prefix('.')
        .filter(|_| !found.is_empty())
        .unwrap_or(left);
    (!found.is_empty()).then_some(found)
}

/// Takes the name of a month, in any language that dates are read in.
fn month_word(rest: &mut &str) -> Option<i64> {
    let name = word(rest)?;
    let date = date::parse(&format!("{name} 2000")).ok()?;
    date.strip_prefix("2000-")?
        .parse()
        .ok()
        .filter(|month| (1..=12).contains(month))
}

/// Takes an offset from universal time.
fn offset(rest: &mut &str) -> Option<String> {
    if let Some(left) = rest.strip_prefix(['Z', 'z']) {
        *rest = left;
        return Some("Z".to_owned());
    }
    let sign = rest.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let mut left = &rest[1..];
    let hours = number(&mut left, 2)?;
    left = left.strip_prefix(':').unwrap_or(left);
    let minutes = number(&mut left, 2).unwrap_or_default();
    *rest = left;
    (hours <= 14 && minutes <= 59).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_java() {
        let read = |text, pattern| moment(text, pattern).map(|moment| moment.to_string());
        let is = |text, pattern, expected: &str| {
            assert_eq!(
                read(text, pattern).as_deref(),
                Ok(expected),
                "{text} {pattern}"
            );
        };
        is("27/06/1919", "dd/MM/yyyy", "1919-06-27");
        is("19190627", "yyyyMMdd", "1919-06-27");
        is("7 June 1919", "d MMMM yyyy", "1919-06-07");
        is("Fri, 27 Jun. 1919", "EEE, dd MMM yyyy", "1919-06-27");
        is(
            "1919-06-27 2:05 PM",
            "yyyy-MM-dd h:mm a",
            "1919-06-27T14:05:00",
        );
        is(
            "1919-06-27T10:00:00.25+0200",
            "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
            "1919-06-27T10:00:00.250+02:00",
        );
        is("1/2/1990", "dd/MM/yyyy", "1990-02-01");
        is("1/2/85", "d/M/yy", "2085-02-01");
        is("1/2/985", "d/M/y", "0985-02-01");
        is("1919", "yyyy", "1919-01-01");
        is("le 1'2'1990", "'le 'd''M''yyyy", "1990-02-01");
        for (text, pattern) in [
            ("31/06/1919", "dd/MM/yyyy"),
            ("27/06/1919 x", "dd/MM/yyyy"),
            ("1/2/90", "dd/MM/yyyy"),
            ("1/2/19900", "dd/MM/yyyy"),
            ("1/2/1990", "dd/MM/yy"),
            ("1/2/5", "dd/MM/yy"),
            ("999999999999999999-01-01", "yyyyyyyyyyyyyyyyyy-MM-dd"),
        ] {
            assert!(read(text, pattern).is_err(), "{text} {pattern}");
        }
    }

    #[test]
    fn patterns_that_would_invent_a_part_are_refused() {
        for (pattern, says) in [
            ("dd/mm/yyyy", "has the day but not the month"),
            ("yyyy-mm", "has the minutes but not the hour"),
            ("dd/MM/yyyy mm", "has the minutes but not the hour"),
            ("dd/MM/yyyy HH:MM", "has the month twice"),
            ("yyyy-MM HH:mm", "has the hour but not the day"),
            ("dd/MM", "has no year"),
            ("HH:mm", "has no year"),
            ("", "has no year"),
            ("DD/MM/YYYY", "has the letter D"),
        ] {
            let message = check(pattern).unwrap_err().message;
            assert_eq!(message, format!("the pattern \"{pattern}\" {says}"));
        }
    }
}
