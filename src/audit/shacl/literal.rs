//! Literals by value: whether one is well-formed, and which of two is the greater (SPARQL §17.3, operator `<`).

use std::cmp::Ordering;
use std::str::FromStr;

use oxrdf::Literal;
use oxsdatatypes::{
    Boolean, Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth,
    GMonthDay, GYear, GYearMonth, Time, YearMonthDuration,
};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The whole-number types with their bounds.
const INTEGERS: &[(&str, Option<i128>, Option<i128>)] = &[
    ("integer", None, None),
    ("long", Some(i64::MIN as i128), Some(i64::MAX as i128)),
    ("int", Some(i32::MIN as i128), Some(i32::MAX as i128)),
    ("short", Some(i16::MIN as i128), Some(i16::MAX as i128)),
    ("byte", Some(i8::MIN as i128), Some(i8::MAX as i128)),
    ("nonNegativeInteger", Some(0), None),
    ("positiveInteger", Some(1), None),
    ("unsignedLong", Some(0), Some(u64::MAX as i128)),
    ("unsignedInt", Some(0), Some(u32::MAX as i128)),
    ("unsignedShort", Some(0), Some(u16::MAX as i128)),
    ("unsignedByte", Some(0), Some(u8::MAX as i128)),
    ("nonPositiveInteger", None, Some(0)),
    ("negativeInteger", None, Some(-1)),
];

/// Returns whether the lexical form is one of its datatype; a datatype that is not known takes anything.
pub(super) fn is_well_formed(literal: &Literal) -> bool {
    let text = literal.value();
    let Some(name) = literal.datatype().as_str().strip_prefix(XSD) else {
        return true;
    };
    if let Some((_, least, most)) = INTEGERS.iter().find(|(known, ..)| *known == name) {
        return whole(text, *least, *most);
    }
    match name {
        "boolean" => Boolean::from_str(text).is_ok(),
        "decimal" => is_decimal(text),
        "double" => Double::from_str(text).is_ok(),
        "float" => Float::from_str(text).is_ok(),
        "date" => Date::from_str(text).is_ok(),
        "dateTime" => DateTime::from_str(text).is_ok(),
        "dateTimeStamp" => has_zone(text) && DateTime::from_str(text).is_ok(),
        "time" => Time::from_str(text).is_ok(),
        "gYear" => GYear::from_str(text).is_ok(),
        "gYearMonth" => GYearMonth::from_str(text).is_ok(),
        "gMonth" => GMonth::from_str(text).is_ok(),
        "gMonthDay" => GMonthDay::from_str(text).is_ok(),
        "gDay" => GDay::from_str(text).is_ok(),
        "duration" => Duration::from_str(text).is_ok(),
        "dayTimeDuration" => DayTimeDuration::from_str(text).is_ok(),
        "yearMonthDuration" => YearMonthDuration::from_str(text).is_ok(),
        "hexBinary" => {
            text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        _ => true,
    }
}

fn digits(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn whole(text: &str, least: Option<i128>, most: Option<i128>) -> bool {
    let digits = digits(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match text.parse::<i128>() {
        Ok(number) => {
            least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
        }
        // Beyond 128 bits only the sign decides, and only where there is a bound on that side.
        Err(_) if text.starts_with('-') => least.is_none(),
        Err(_) => most.is_none(),
    }
}

/// Any number of digits, unlike the engine's own decimals.
fn is_decimal(text: &str) -> bool {
    let digits = digits(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    !(whole.is_empty() && part.is_empty())
        && [whole, part]
            .iter()
            .all(|some| some.bytes().all(|byte| byte.is_ascii_digit()))
}

fn has_zone(text: &str) -> bool {
    let time = text.split_once('T').map_or("", |(_, time)| time);
    time.ends_with('Z') || time.contains(['+', '-'])
}

/// A value that can be compared with others of its kind.
enum Comparable {
    Decimal(Decimal),
    Double(Double),
    Text(String),
    Boolean(Boolean),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
    Year(GYear),
    YearMonth(GYearMonth),
    Duration(Duration),
}

impl Comparable {
    fn read(literal: &Literal) -> Option<Self> {
        let text = literal.value();
        if literal.language().is_some() {
            return None;
        }
        let name = literal.datatype().as_str().strip_prefix(XSD)?;
        if INTEGERS.iter().any(|(known, ..)| *known == name) {
            if !is_well_formed(literal) {
                return None;
            }
            return Decimal::from_str(text)
                .map(Self::Decimal)
                .or_else(|_| Double::from_str(text).map(Self::Double))
                .ok();
        }
        match name {
            "decimal" => Decimal::from_str(text).ok().map(Self::Decimal),
            "double" => Double::from_str(text).ok().map(Self::Double),
            "float" => Float::from_str(text)
                .ok()
                .map(|value| Self::Double(value.into())),
            "string" => Some(Self::Text(text.to_owned())),
            "boolean" => Boolean::from_str(text).ok().map(Self::Boolean),
            "date" => Date::from_str(text).ok().map(Self::Date),
            "dateTime" | "dateTimeStamp" => DateTime::from_str(text).ok().map(Self::DateTime),
            "time" => Time::from_str(text).ok().map(Self::Time),
            "gYear" => GYear::from_str(text).ok().map(Self::Year),
            "gYearMonth" => GYearMonth::from_str(text).ok().map(Self::YearMonth),
            "duration" | "dayTimeDuration" | "yearMonthDuration" => {
                Duration::from_str(text).ok().map(Self::Duration)
            }
            _ => None,
        }
    }
}

/// Returns how two literals compare by value; `None` when they cannot be compared.
pub(super) fn compare(one: &Literal, other: &Literal) -> Option<Ordering> {
    match (Comparable::read(one)?, Comparable::read(other)?) {
        (Comparable::Decimal(a), Comparable::Decimal(b)) => a.partial_cmp(&b),
        (Comparable::Decimal(a), Comparable::Double(b)) => Double::from(a).partial_cmp(&b),
        (Comparable::Double(a), Comparable::Decimal(b)) => a.partial_cmp(&Double::from(b)),
        (Comparable::Double(a), Comparable::Double(b)) => a.partial_cmp(&b),
        (Comparable::Text(a), Comparable::Text(b)) => Some(a.cmp(&b)),
        (Comparable::Boolean(a), Comparable::Boolean(b)) => Some(bool::from(a).cmp(&bool::from(b))),
        (Comparable::Date(a), Comparable::Date(b)) => a.partial_cmp(&b),
        (Comparable::DateTime(a), Comparable::DateTime(b)) => a.partial_cmp(&b),
        (Comparable::Time(a), Comparable::Time(b)) => a.partial_cmp(&b),
        (Comparable::Year(a), Comparable::Year(b)) => a.partial_cmp(&b),
        (Comparable::YearMonth(a), Comparable::YearMonth(b)) => a.partial_cmp(&b),
        (Comparable::Duration(a), Comparable::Duration(b)) => a.partial_cmp(&b),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::NamedNode;

    use super::*;

    fn typed(text: &str, name: &str) -> Literal {
        Literal::new_typed_literal(text, NamedNode::new_unchecked(format!("{XSD}{name}")))
    }

    #[test]
    fn lexical_forms_are_checked() {
        for (text, name, good) in [
            ("300", "byte", false),
            ("-1", "nonNegativeInteger", false),
            (
                "99999999999999999999999999999999999999999999",
                "integer",
                true,
            ),
            ("1.5", "integer", false),
            (".5", "decimal", true),
            (".", "decimal", false),
            ("2020-02-30", "date", false),
            ("2020-02-29", "date", true),
            ("yes", "boolean", false),
            ("anything", "unheardOf", true),
        ] {
            assert_eq!(is_well_formed(&typed(text, name)), good, "{text} {name}");
        }
    }

    #[test]
    fn values_are_compared_across_number_types() {
        assert_eq!(
            compare(&typed("2", "integer"), &typed("10.5", "double")),
            Some(Ordering::Less)
        );
        assert_eq!(
            compare(&typed("2.0", "decimal"), &typed("2", "byte")),
            Some(Ordering::Equal)
        );
        assert_eq!(compare(&typed("a", "string"), &typed("2", "byte")), None);
        // One with a time zone and one without may be either way round.
        let zoned = typed("2002-10-10T12:00:00-05:00", "dateTime");
        assert_eq!(
            compare(&zoned, &typed("2002-10-10T12:00:01", "dateTime")),
            None
        );
    }
}
