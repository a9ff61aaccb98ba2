//! Days and times of the Gregorian calendar, as full dates: parts that a pattern does not ask for are those of a day's
//! begin. Dates of less precision are a matter of `fm:date`.

use super::date_form::{check, moment, no_date};
use super::{ANY_OUT, DATE_OUT, NUMBER, STRING_OUT, VALUE, function, whole};
use crate::mapping::function::{
    Arguments, Function, FunctionFault, Outcome, Output, Parameter, Role,
};
use crate::record::Natural;

const PATTERN: Parameter = Parameter {
    role: Role::DateForm,
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
    pub(super) days: i64,
    /// Milliseconds of the day, if a time was told.
    pub(super) time: Option<i64>,
    /// The offset from universal time as written, if it was told.
    pub(super) zone: String,
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
pub(super) fn days(year: i64, month: u8, day: u8) -> i64 {
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

pub(super) fn month_length(year: i64, month: u8) -> u8 {
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
    // What is wrong with one of them is told even where another fits.
    patterns.iter().try_for_each(|pattern| check(pattern))?;
    let mut last = None;
    for pattern in patterns {
        match moment(text, pattern) {
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
        .find_map(|form| moment(text, form).ok())
        .ok_or_else(|| {
            FunctionFault::new(format!("\"{text}\" is no date"))
                .hinted("write it as 1919-06-27 or 1919-06-27T10:00:00")
        })
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
}
