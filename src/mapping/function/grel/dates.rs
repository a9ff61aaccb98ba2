//! Days and times of the Gregorian calendar, as full dates: parts that a pattern does not ask for are those of a day's
//! begin. Dates of less precision are a matter of `fm:date`.

use super::{ANY_OUT, DATE_OUT, NUMBER, STRING_OUT, VALUE, function, whole};
use crate::mapping::function::{Arguments, Function, FunctionFault, Outcome, Output, Parameter};
use crate::record::Natural;
use crate::value::date;

const PATTERN: Parameter = Parameter {
    required: false,
    several: true,
    ..named!("param_string_pattern", "p_string_pattern")
};
const DATETIME: Parameter = named!("param_datetime_d", "p_datetime_d");
const DATETIME_2: Parameter = named!("param_datetime_d2", "p_datetime_d2");
const TIME_UNIT: Parameter = named!("param_string_timeunit", "p_string_timeunit");
const DATE: Parameter = named!("param_date_d", "p_date_d");
const UNIT: Parameter = named!("param_string_unit", "p_string_unit");

/// The functions on dates.
pub(super) static TABLE: &[Function] = &[
    function(grel!("date_toDate"), &[VALUE, PATTERN], DATE_OUT, |a| {
        Ok(Output::One(to_date(a)?.to_string()))
    }),
    function(grel!("date_inc"), &[DATE, NUMBER, UNIT], DATE_OUT, |a| {
        let moment = iso(a.text(0))?;
        moment
            .plus(whole(a.text(1))?, a.text(2))
            .map(|moved| Output::One(moved.to_string()))
    }),
    function(
        grel!("date_diff"),
        &[DATETIME, DATETIME_2, TIME_UNIT],
        STRING_OUT,
        |a| {
            let (first, second) = (iso(a.text(0))?, iso(a.text(1))?);
            first
                .minus(&second, a.text(2))
                .map(|found| Output::One(found.to_string()))
        },
    ),
    function(grel!("date_datePart"), &[DATE, UNIT], ANY_OUT, |a| {
        iso(a.text(0))?.part(a.text(1))
    }),
];

/// A moment; without a time it is a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mapping::function) struct Moment {
    days: i64,
    /// Milliseconds of the day, if a time was told.
    time: Option<i64>,
    /// The offset from universal time as written, if it was told.
    zone: String,
}

const DAY: i64 = 86_400_000;

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = civil(self.days);
        if (0..=9999).contains(&year) {
            write!(f, "{year:04}-{month:02}-{day:02}")?;
        } else {
            write!(f, "{year:05}-{month:02}-{day:02}")?;
        }
        if let Some(time) = self.time {
            let seconds = time / 1000;
            write!(
                f,
                "T{:02}:{:02}:{:02}",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60
            )?;
            if time % 1000 != 0 {
                write!(f, ".{:03}", time % 1000)?;
            }
        }
        f.write_str(&self.zone)
    }
}

/// Returns a moment as a date, or with its time.
pub(in crate::mapping::function) fn format(moment: &Moment, with_time: bool) -> String {
    let zone = if with_time {
        moment.zone.clone()
    } else {
        String::new()
    };
    let time = with_time.then(|| moment.time.unwrap_or_default());
    Moment {
        time,
        zone,
        ..moment.clone()
    }
    .to_string()
}

impl Moment {
    fn plus(&self, number: i64, unit: &str) -> Result<Self, FunctionFault> {
        let far = || FunctionFault::new("the date is too far away");
        let months = match unit {
            "years" | "year" => number.checked_mul(12),
            "months" | "month" => Some(number),
            _ => None,
        };
        let moved = if let Some(months) = months {
            let (year, month, day) = civil(self.days);
            let month = (year * 12 + i64::from(month) - 1)
                .checked_add(months)
                .ok_or_else(far)?;
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            let month = u8::try_from(month).unwrap_or(1);
            let day = day.min(month_length(year, month));
            Self {
                days: days(year, month, day),
                ..self.clone()
            }
        } else {
            let step = milliseconds(unit)?;
            let all = self.days * DAY + self.time.unwrap_or_default();
            let all = number
                .checked_mul(step)
                .and_then(|step| all.checked_add(step))
                .ok_or_else(far)?;
            let time = all.rem_euclid(DAY);
            Self {
                days: all.div_euclid(DAY),
                time: (self.time.is_some() || time != 0).then_some(time),
                zone: self.zone.clone(),
            }
        };
        let (year, _, _) = civil(moved.days);
        if (-9999..=9999).contains(&year) {
            Ok(moved)
        } else {
            Err(far())
        }
    }

    fn minus(&self, other: &Self, unit: &str) -> Result<i64, FunctionFault> {
        if matches!(unit, "years" | "year" | "months" | "month") {
            let months = |moment: &Self| {
                let (year, month, day) = civil(moment.days);
                (
                    year * 12 + i64::from(month),
                    i64::from(day) * DAY + moment.time.unwrap_or_default(),
                )
            };
            let ((late, late_rest), (early, early_rest)) = (months(self), months(other));
            let mut found = late - early;
            // A month that is not full does not count.
            if found > 0 && late_rest < early_rest {
                found -= 1;
            } else if found < 0 && late_rest > early_rest {
                found += 1;
            }
            return Ok(if unit.starts_with("year") {
                found / 12
            } else {
                found
            });
        }
        let step = milliseconds(unit)?;
        let all = |moment: &Self| moment.days * DAY + moment.time.unwrap_or_default();
        Ok((all(self) - all(other)) / step)
    }

    fn part(&self, unit: &str) -> Outcome {
        const WEEKDAYS: [&str; 7] = [
            "THURSDAY",
            "FRIDAY",
            "SATURDAY",
            "SUNDAY",
            "MONDAY",
            "TUESDAY",
            "WEDNESDAY",
        ];
        let (year, month, day) = civil(self.days);
        let time = self.time.unwrap_or_default();
        let number = match unit {
            "years" | "year" => year,
            "months" | "month" => i64::from(month),
            "weeks" | "week" | "w" => (i64::from(day) - 1) / 7 + 1,
            "days" | "day" | "d" => i64::from(day),
            "weekday" => {
                let index = usize::try_from(self.days.rem_euclid(7)).unwrap_or_default();
                return Ok(Output::One(WEEKDAYS[index].to_owned()));
            }
            "hours" | "hour" | "h" => time / 3_600_000,
            "minutes" | "minute" | "min" => time / 60_000 % 60,
            "seconds" | "sec" | "s" => time / 1000 % 60,
            "milliseconds" | "ms" | "S" => time % 1000,
            "time" => self.days * DAY + time,
            _ => return Err(no_unit(unit)),
        };
        Ok(Output::Typed(number.to_string(), Natural::Integer))
    }
}

fn milliseconds(unit: &str) -> Result<i64, FunctionFault> {
    Ok(match unit {
        "weeks" | "week" | "w" => 7 * DAY,
        "days" | "day" | "d" => DAY,
        "hours" | "hour" | "h" => 3_600_000,
        "minutes" | "minute" | "min" => 60_000,
        "seconds" | "sec" | "s" => 1000,
        "milliseconds" | "ms" | "S" => 1,
        _ => return Err(no_unit(unit)),
    })
}

fn no_unit(unit: &str) -> FunctionFault {
    FunctionFault::new(format!("\"{unit}\" is no unit of time"))
        .hinted("use years, months, weeks, days, hours, minutes, seconds or milliseconds")
}

/// Returns the number of days since 1 January 1970.
fn days(year: i64, month: u8, day: u8) -> i64 {
    // Years begin in March here, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = (i64::from(month) + 9) % 12;
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Returns year, month and day.
fn civil(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    (
        year,
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}

fn month_length(year: i64, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn to_date(arguments: &Arguments<'_>) -> Result<Moment, FunctionFault> {
    let text = arguments.text(0);
    let patterns: Vec<&str> = arguments.all(1).flatten().collect();
    if patterns.is_empty() {
        return iso(text);
    }
    let mut last = None;
    for pattern in patterns {
        match civil_from_text(text, pattern) {
            Ok(moment) => return Ok(moment),
            Err(fault) => last = Some(fault),
        }
    }
    Err(last.unwrap_or_else(|| no_date(text, "")))
}

/// Returns a moment written as ISO 8601 has it.
fn iso(text: &str) -> Result<Moment, FunctionFault> {
    const FORMS: [&str; 6] = [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ssX",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.SSSX",
        "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "yyyy-MM-dd'T'HH:mm",
    ];
    FORMS
        .iter()
        .find_map(|form| civil_from_text(text, form).ok())
        .ok_or_else(|| {
            FunctionFault::new(format!("\"{text}\" is no date"))
                .hinted("write it as 1919-06-27 or 1919-06-27T10:00:00")
        })
}

/// Returns the moment that a text tells in a pattern of Java's letters: `y M d H h m s S a E X Z`, quotes around text.
pub(in crate::mapping::function) fn civil_from_text(
    text: &str,
    pattern: &str,
) -> Result<Moment, FunctionFault> {
    let mut rest = text.trim();
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut hour, mut minute, mut second, mut milli) = (None, None, None, None);
    let (mut afternoon, mut zone) = (None, String::new());
    let fault = || no_date(text, pattern);
    let mut chars = pattern.chars().peekable();
    while let Some(letter) = chars.next() {
        if letter == '\'' {
            let mut quoted = String::new();
            for c in chars.by_ref() {
                if c == '\'' {
                    break;
                }
                quoted.push(c);
            }
            if quoted.is_empty() {
                quoted.push('\'');
            }
            rest = rest.strip_prefix(quoted.as_str()).ok_or_else(fault)?;
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            rest = rest.strip_prefix(letter).ok_or_else(fault)?;
            continue;
        }
        let mut count = 1;
        while chars.next_if_eq(&letter).is_some() {
            count += 1;
        }
        // A number right before another number has exactly as many digits as letters.
        let packed = chars.peek().is_some_and(|next| "yuMdHhmsS".contains(*next));
        let digits = |most: usize| if packed { count } else { most };
        match letter {
            'y' | 'u' => {
                let found = number(&mut rest, digits(4)).ok_or_else(fault)?;
                year = Some(if count == 2 && found < 100 {
                    found + 2000
                } else {
                    found
                });
            }
            'M' | 'L' if count > 2 => month = Some(month_word(&mut rest).ok_or_else(fault)?),
            'M' | 'L' => month = Some(number(&mut rest, digits(2)).ok_or_else(fault)?),
            'd' => day = Some(number(&mut rest, digits(2)).ok_or_else(fault)?),
            'H' | 'k' | 'h' | 'K' => hour = Some(number(&mut rest, digits(2)).ok_or_else(fault)?),
            'm' => minute = Some(number(&mut rest, digits(2)).ok_or_else(fault)?),
            's' => second = Some(number(&mut rest, digits(2)).ok_or_else(fault)?),
            'S' => milli = Some(fraction(&mut rest).ok_or_else(fault)?),
            'a' => {
                let word = word(&mut rest).ok_or_else(fault)?.to_ascii_lowercase();
                afternoon = Some(match word.as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return Err(fault()),
                });
            }
            'E' | 'e' => {
                word(&mut rest).ok_or_else(fault)?;
            }
            'X' | 'x' | 'Z' => zone = offset(&mut rest).ok_or_else(fault)?,
            _ => {
                return Err(FunctionFault::new(format!(
                    "the pattern \"{pattern}\" has the letter {letter}"
                ))
                .hinted("the letters of a pattern are y M d H h m s S a E X"));
            }
        }
    }
    if !rest.is_empty() {
        return Err(fault());
    }
    let (year, month, day) = (
        year.ok_or_else(fault)?,
        month.unwrap_or(1),
        day.unwrap_or(1),
    );
    let month = u8::try_from(month)
        .ok()
        .filter(|month| (1..=12).contains(month))
        .ok_or_else(fault)?;
    let day = u8::try_from(day)
        .ok()
        .filter(|day| (1..=month_length(year, month)).contains(day))
        .ok_or_else(fault)?;
    let timed = [hour, minute, second].iter().any(Option::is_some);
    let mut hour = hour.unwrap_or_default();
    if let Some(afternoon) = afternoon {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let (minute, second) = (minute.unwrap_or_default(), second.unwrap_or_default());
    if hour > 23 || minute > 59 || second > 59 {
        return Err(fault());
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1000 + milli.unwrap_or_default();
    Ok(Moment {
        days: days(year, month, day),
        time: timed.then_some(time),
        zone,
    })
}

fn no_date(text: &str, pattern: &str) -> FunctionFault {
    FunctionFault::new(format!("\"{text}\" is no date of the form \"{pattern}\""))
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
    fn days_and_dates_agree() {
        for (date, number) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((1600, 3, 1), -135_080),
        ] {
            let (year, month, day) = date;
            assert_eq!(days(year, month, day), number);
            assert_eq!(civil(number), date);
        }
        for number in (-800_000..800_000).step_by(97) {
            let (year, month, day) = civil(number);
            assert_eq!(days(year, month, day), number);
        }
    }

    #[test]
    fn patterns_are_those_of_java() {
        let read = |text, pattern| civil_from_text(text, pattern).map(|moment| moment.to_string());
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
        assert!(read("31/06/1919", "dd/MM/yyyy").is_err());
        assert!(read("27/06/1919 x", "dd/MM/yyyy").is_err());
    }
}
