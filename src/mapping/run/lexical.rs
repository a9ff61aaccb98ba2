//! The lexical spaces of the datatypes that data most often gets wrong: those of XML Schema and EDTF.

use crate::mapping::vocabulary::XSD;

/// The datatype of dates of any precision.
const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";

/// Returns whether a text is a lexical form of a datatype; true for datatypes that are not known here.
pub(super) fn is_valid(datatype: &str, text: &str) -> bool {
    let Some(local) = datatype.strip_prefix(XSD) else {
        return datatype != EDTF || edtf_core::is_valid(text);
    };
    match local {
        "integer" => is_integer(text),
        "nonNegativeInteger" => is_integer(text) && (!text.starts_with('-') || is_zero(text)),
        "positiveInteger" => is_integer(text) && !text.starts_with('-') && !is_zero(text),
        "nonPositiveInteger" => is_integer(text) && (text.starts_with('-') || is_zero(text)),
        "negativeInteger" => is_integer(text) && text.starts_with('-') && !is_zero(text),
        "long" => in_range(text, i64::MIN.into(), i64::MAX.into()),
        "int" => in_range(text, i32::MIN.into(), i32::MAX.into()),
        "short" => in_range(text, i16::MIN.into(), i16::MAX.into()),
        "byte" => in_range(text, i8::MIN.into(), i8::MAX.into()),
        "unsignedLong" => in_range(text, 0, u64::MAX.into()),
        "unsignedInt" => in_range(text, 0, u32::MAX.into()),
        "unsignedShort" => in_range(text, 0, u16::MAX.into()),
        "unsignedByte" => in_range(text, 0, u8::MAX.into()),
        "decimal" => is_decimal(text),
        "double" | "float" => is_double(text),
        "boolean" => is_boolean(text),
        "hexBinary" => {
            text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        "date" => without_zone(text).is_some_and(is_date),
        "gYear" => without_zone(text).is_some_and(is_year),
        "gYearMonth" => without_zone(text).is_some_and(|text| year_month(text).is_some()),
        "time" => without_zone(text).is_some_and(is_time),
        "dateTime" | "dateTimeStamp" => text.split_once('T').is_some_and(|(date, time)| {
            let stamped = local == "dateTime" || time.ends_with('Z') || time.contains(['+', '-']);
            stamped && is_date(date) && without_zone(time).is_some_and(is_time)
        }),
        _ => true,
    }
}

/// A check of one datatype, found once for many values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mapping) enum Check {
    Any,
    Integer,
    Decimal,
    Double,
    Boolean,
    Date,
    /// By the IRI of the datatype.
    Other(String),
}

impl Check {
    /// Returns the check of a datatype.
    pub(in crate::mapping) fn of(datatype: &str) -> Self {
        match datatype.strip_prefix(XSD) {
            Some("integer") => Self::Integer,
            Some("decimal") => Self::Decimal,
            Some("double" | "float") => Self::Double,
            Some("boolean") => Self::Boolean,
            Some("date") => Self::Date,
            Some("string" | "anyURI") => Self::Any,
            _ => Self::Other(datatype.to_owned()),
        }
    }

    /// Returns what [`is_valid`] says of a value of the datatype.
    #[inline]
    pub(super) fn passes(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Integer => is_integer(text),
            Self::Decimal => is_decimal(text),
            Self::Double => is_double(text),
            Self::Boolean => is_boolean(text),
            Self::Date => without_zone(text).is_some_and(is_date),
            Self::Other(datatype) => is_valid(datatype, text),
        }
    }
}

/// Returns the canonical form of a double, such as `3.0E1`; the text itself when it is no number.
pub(super) fn canonical_double(text: &str) -> String {
    let Ok(number) = text.parse::<f64>() else {
        return text.to_owned();
    };
    if !number.is_finite() {
        return text.to_owned();
    }
    let written = format!("{number:E}");
    match written.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => {
            format!("{mantissa}.0E{exponent}")
        }
        _ => written,
    }
}

/// Returns the canonical form of an integer that is written as JSON writes it: only zero can be written in two ways.
#[inline]
pub(super) fn canonical_integer(text: &str) -> &str {
    if text == "-0" { "0" } else { text }
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false" | "1" | "0")
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_integer(text: &str) -> bool {
    digits(unsigned(text))
}

fn is_zero(text: &str) -> bool {
    unsigned(text).bytes().all(|byte| byte == b'0')
}

fn in_range(text: &str, lowest: i128, highest: i128) -> bool {
    is_integer(text)
        && text
            .parse::<i128>()
            .is_ok_and(|number| (lowest..=highest).contains(&number))
}

fn is_decimal(text: &str) -> bool {
    match unsigned(text).split_once('.') {
        None => digits(unsigned(text)),
        Some((whole, fraction)) => {
            (digits(whole) || whole.is_empty())
                && (digits(fraction) || fraction.is_empty())
                && whole.len() + fraction.len() > 0
        }
    }
}

fn is_double(text: &str) -> bool {
    if matches!(text, "INF" | "+INF" | "-INF" | "NaN") {
        return true;
    }
    match text.split_once(['e', 'E']) {
        None => is_decimal(text),
        Some((mantissa, exponent)) => is_decimal(mantissa) && is_integer(exponent),
    }
}

/// Returns a date or time without its time zone; `None` when the zone is not valid.
fn without_zone(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_suffix('Z') {
        return Some(rest);
    }
    let at = text.len().saturating_sub(6);
    let Some(zone) = text.get(at..) else {
        return Some(text);
    };
    let Some((hours, minutes)) = zone.get(1..).and_then(|zone| zone.split_once(':')) else {
        return Some(text);
    };
    if !zone.starts_with(['+', '-']) {
        return Some(text);
    }
    let valid = number(hours, 2, 0, 13) && number(minutes, 2, 0, 59) || zone[1..] == *"14:00";
    valid.then(|| &text[..at])
}

fn number(text: &str, length: usize, lowest: u32, highest: u32) -> bool {
    text.len() == length
        && digits(text)
        && text
            .parse::<u32>()
            .is_ok_and(|number| (lowest..=highest).contains(&number))
}

fn is_year(text: &str) -> bool {
    let year = text.strip_prefix('-').unwrap_or(text);
    digits(year) && (year.len() == 4 || (year.len() > 4 && !year.starts_with('0')))
}

/// Returns year and month of `YYYY-MM` if they are valid.
fn year_month(text: &str) -> Option<(&str, u32)> {
    let (year, month) = text.rsplit_once('-')?;
    (is_year(year) && number(month, 2, 1, 12)).then(|| (year, month.parse().unwrap_or_default()))
}

fn is_date(text: &str) -> bool {
    let Some((rest, day)) = text.rsplit_once('-') else {
        return false;
    };
    let Some((year, month)) = year_month(rest) else {
        return false;
    };
    // The last two digits decide but for whole centuries; years may have any length.
    let remainder = |divisor: u32| {
        year.bytes()
            .filter(u8::is_ascii_digit)
            .fold(0, |rest, byte| {
                (rest * 10 + u32::from(byte - b'0')) % divisor
            })
    };
    let leap = remainder(4) == 0 && (remainder(100) != 0 || remainder(400) == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    number(day, 2, 1, days)
}

fn is_time(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let (Some(hours), Some(minutes), Some(seconds)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let usual = number(hours, 2, 0, 23) && number(minutes, 2, 0, 59) && number(whole, 2, 0, 59);
    let midnight = hours == "24" && minutes == "00" && whole == "00";
    (usual || midnight) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_valid() {
        let good = [
            ("integer", "-007"),
            ("unsignedByte", "255"),
            ("decimal", ".5"),
            ("double", "-1.5E3"),
            ("date", "2024-02-29"),
            ("date", "1920-06-30+05:00"),
            ("gYear", "1920"),
            ("gYear", "-0044"),
            ("gYearMonth", "1920-06"),
            ("dateTime", "1920-06-30T24:00:00Z"),
            ("boolean", "1"),
            ("anyURI", "whatever"),
            ("hexBinary", "5232524d4C"),
            ("hexBinary", ""),
        ];
        for (datatype, text) in good {
            assert!(
                is_valid(&format!("{XSD}{datatype}"), text),
                "{datatype} {text}"
            );
            assert!(Check::of(&format!("{XSD}{datatype}")).passes(text));
        }
    }

    #[test]
    fn knows_what_is_not() {
        let bad = [
            ("integer", "1.0"),
            ("integer", " 1"),
            ("unsignedByte", "256"),
            ("positiveInteger", "0"),
            ("decimal", "."),
            ("double", "1e"),
            ("date", "1920-06-31"),
            ("date", "2023-02-29"),
            ("date", "1920"),
            ("gYear", "c. 1920"),
            ("gYear", "192"),
            ("dateTime", "1920-06-30 10:00:00"),
            ("dateTimeStamp", "1920-06-30T10:00:00"),
            ("time", "25:00:00"),
            ("boolean", "yes"),
            ("hexBinary", "5Z"),
            ("hexBinary", "123"),
        ];
        for (datatype, text) in bad {
            assert!(
                !is_valid(&format!("{XSD}{datatype}"), text),
                "{datatype} {text}"
            );
            assert!(!Check::of(&format!("{XSD}{datatype}")).passes(text));
        }
    }

    #[test]
    fn knows_uncertain_dates() {
        for good in [
            "1920-08-16/1920-08-18",
            "1920-22",
            "1920~",
            "192X",
            "../1920",
        ] {
            assert!(is_valid(EDTF, good), "{good}");
        }
        assert!(!is_valid(EDTF, "1920-13"));
        assert!(!is_valid(EDTF, "summer 1920"));
    }

    #[test]
    fn doubles_are_canonical() {
        assert_eq!(canonical_double("33"), "3.3E1");
        assert_eq!(canonical_double("1"), "1.0E0");
        assert_eq!(canonical_double("0.25"), "2.5E-1");
    }
}
