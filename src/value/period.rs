//! Periods: a text such as `1922–1924` or `since May 1990` → its two ends, still as text.
//!
//! The ends are read by [`date::parse`]; each reported one is a date. Text that only begins or ends with a date is no
//! period, so nothing of it is lost to the caller.
//!
//! A year and two figures with a hyphen (`1920-21`) are two years here if the figures are no month and later than the
//! year's own, as in notes written by people; as a date alone, [`date::parse`] takes them for EDTF.

use std::ops::Range;

use super::date::{self, Kind, Meaning};

/// Longest text, in bytes, that is read as periods.
const LONGEST: usize = 16 * 1024;

/// The most parts between commas that make one period: `August 28, 1920 – September 3, 1921`.
const MOST_PARTS: usize = 3;

/// A period as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Byte range of the whole period in the text it was read from.
    pub span: Range<usize>,
    /// The start as written, completed where the text shortens it (`16` in `16–18 August 1920` → `16 August 1920`); `None` when open.
    pub start: Option<String>,
    /// The end as written, likewise completed; `None` when open. A bare date is start and end both.
    pub end: Option<String>,
}

/// Returns the periods of a text if all of it reads as dates and periods (`1920–1921, 1922`), else `None`.
///
/// Periods are parted by commas, semicolons or a word for "and". A comma within a date parts nothing.
pub fn periods(text: &str) -> Option<Vec<Period>> {
    if text.len() > LONGEST {
        return None;
    }
    let Some(tokens) = date::lex(text) else {
        // EDTF has forms that are not told in words, such as `192X` and `1990/..`.
        let edtf = text.trim();
        if !edtf_core::is_valid(edtf) {
            return None;
        }
        let start = text.len() - text.trim_start().len();
        return Some(vec![period(edtf, start..start + edtf.len())?]);
    };
    // What is parted, and whether a comma (else something stronger) follows.
    let mut parts: Vec<(Range<usize>, bool)> = Vec::new();
    for part in tokens.split_inclusive(|token| is_separator(token.kind)) {
        let (told, comma) = match part {
            [told @ .., last] if is_separator(last.kind) => (told, last.kind == Kind::Comma),
            told => (told, false),
        };
        parts.push((told.first()?.span.start..told.last()?.span.end, comma));
    }
    let mut periods = Vec::new();
    let mut rest = parts.as_slice();
    while !rest.is_empty() {
        let joinable = rest.iter().take_while(|(_, comma)| *comma).count() + 1;
        let most = joinable.min(rest.len()).min(MOST_PARTS);
        let (found, count) = (1..=most).rev().find_map(|count| {
            let span = rest[0].0.start..rest[count - 1].0.end;
            Some((period(&text[span.clone()], span)?, count))
        })?;
        periods.push(found);
        rest = &rest[count..];
    }
    (!periods.is_empty()).then_some(periods)
}

/// Returns whether a token stands between two periods.
fn is_separator(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Comma | Kind::Semicolon | Kind::Word(Meaning::And)
    )
}

/// Returns the one period that a text tells.
fn period(text: &str, span: Range<usize>) -> Option<Period> {
    let is_date = |side: &Option<String>| {
        side.as_deref()
            .is_none_or(|side| date::single(side).is_ok())
    };
    if let Some(sides) =
        date::sides(text).filter(|sides| is_date(&sides.start) && is_date(&sides.end))
    {
        return Some(Period {
            span,
            start: sides.start,
            end: sides.end,
        });
    }
    date::single(text).ok()?;
    Some(Period {
        span,
        start: Some(text.to_owned()),
        end: Some(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The periods as `start..end`, with nothing for an open end.
    fn told(text: &str) -> Option<Vec<String>> {
        let side = |side: Option<String>| side.unwrap_or_default();
        let periods = periods(text)?;
        Some(
            periods
                .into_iter()
                .map(|p| format!("{}..{}", side(p.start), side(p.end)))
                .collect(),
        )
    }

    #[test]
    fn one_period() {
        for (text, expected) in [
            ("1922–1924", "1922..1924"),
            ("1922-1924", "1922..1924"),
            ("1922 — 1924", "1922..1924"),
            ("1922--1924", "1922..1924"),
            ("1922 to 1924", "1922..1924"),
            ("1922 until 1924", "1922..1924"),
            ("from 1922 to 1924", "1922..1924"),
            ("с 1922 по 1924 г.", "1922..1924 г"),
            ("от 5 мая 1922 до 1924 года", "5 мая 1922..1924 года"),
            ("аз соли 1922 то соли 1924", "соли 1922..соли 1924"),
            ("۱۹۲۲–۱۹۲۴", "۱۹۲۲..۱۹۲۴"),
            ("از ۱۹۲۲ تا ۱۹۲۴", "۱۹۲۲..۱۹۲۴"),
            ("۱۹۲۲–۲۴", "۱۹۲۲..۱۹۲۴"),
            ("1920–21", "1920..1921"),
            ("1920-21", "1920..1921"),
            ("1920/21", "1920..1921"),
            ("c. 1920–21?", "c. 1920..1921?"),
            ("early 1920", "early 1920..early 1920"),
            ("1000 BC", "1000 BC..1000 BC"),
            ("1905–12", "1905..1912"),
            ("1905-12", "1905-12..1905-12"),
            ("June 1919 – 6 October 1920", "June 1919..6 October 1920"),
            ("16–18 August 1920", "16 August 1920..18 August 1920"),
            (
                "16th to 18th of August 1920",
                "16th August 1920..18th of August 1920",
            ),
            ("August 16–18, 1920", "August 16 1920..August 18, 1920"),
            (
                "28 August – 3 September 1920",
                "28 August 1920..3 September 1920",
            ),
            (
                "August 28 – September 3, 1920",
                "August 28 1920..September 3, 1920",
            ),
            (
                "August 28, 1920 – September 3, 1921",
                "August 28, 1920..September 3, 1921",
            ),
            ("June–August 1920", "June 1920..August 1920"),
            ("1920 May 3–5", "1920 May 3..5 May 1920"),
            ("1920 May 3 – June 4", "1920 May 3..June 4 1920"),
            (
                "winter 1920 – 1921",
                "winter 1920 – 1921..winter 1920 – 1921",
            ),
            ("16–18.08.1920", "16.08.1920..18.08.1920"),
            ("1920-yildan 1924-yilgacha", "1920..1924"),
            ("spring – autumn 1920", "spring 1920..autumn 1920"),
            ("winter of 1920–21", "winter of 1920–21..winter of 1920–21"),
            ("since 1990", "1990.."),
            ("from May 1990", "May 1990.."),
            ("after c. 1990", "c. 1990.."),
            ("1990–present", "1990.."),
            ("1990 – the present day", "1990.."),
            ("since 1990 to date", "1990.."),
            ("с 1990 г. по настоящее время", "1990 г.."),
            ("از ۱۹۹۰ تا کنون", "۱۹۹۰.."),
            ("1990-yildan hozirgacha", "1990.."),
            ("1990 onwards", "1990.."),
            ("1990–", "1990.."),
            ("1990/..", "1990.."),
            ("until 1924", "..1924"),
            ("before 1924", "..1924"),
            ("–1924", "..1924"),
            ("-1924", "..1924"),
            ("1924-yilgacha", "..1924"),
            ("../1924", "..1924"),
            ("1922", "1922..1922"),
            ("1 May 1920", "1 May 1920..1 May 1920"),
            ("October 27, 1924", "October 27, 1924..October 27, 1924"),
            ("1920s", "1920s..1920s"),
            ("1920s–1930s", "1920s..1930s"),
            ("192X", "192X..192X"),
            ("1920-08-16/1920-08-18", "1920-08-16..1920-08-18"),
            ("1920-08-16-1920-08-18", "1920-08-16..1920-08-18"),
            ("1920-08–1921-09", "1920-08..1921-09"),
            ("1.5.1920–3.6.1921", "1.5.1920..3.6.1921"),
            ("16-Aug-1920 – 18-Aug-1920", "16-Aug-1920..18-Aug-1920"),
        ] {
            assert_eq!(told(text), Some(vec![expected.to_owned()]), "{text}");
            let found = periods(text).unwrap();
            assert_eq!(
                &text[found[0].span.clone()],
                text.strip_suffix(" г.")
                    .map_or(text, |_| text.trim_end_matches('.')),
                "{text}"
            );
        }
    }

    #[test]
    fn several_periods_with_their_places() {
        for (text, expected) in [
            (
                "1920–1921, 1922",
                vec![(0..11, "1920..1921"), (13..17, "1922..1922")],
            ),
            (
                " 1920 ; 1922 ",
                vec![(1..5, "1920..1920"), (8..12, "1922..1922")],
            ),
            (
                "1920, 1922 and 1924",
                vec![
                    (0..4, "1920..1920"),
                    (6..10, "1922..1922"),
                    (15..19, "1924..1924"),
                ],
            ),
            (
                "May 5, 1920, 1921",
                vec![(0..11, "May 5, 1920..May 5, 1920"), (13..17, "1921..1921")],
            ),
            (
                "1920, May–June 1921",
                vec![(0..4, "1920..1920"), (6..21, "May 1921..June 1921")],
            ),
            (
                "1920, 3 May 1921,",
                vec![(0..4, "1920..1920"), (6..16, "3 May 1921..3 May 1921")],
            ),
            (
                "October 27, 1924, since May 3, 1990",
                vec![
                    (0..16, "October 27, 1924..October 27, 1924"),
                    (18..35, "May 3, 1990.."),
                ],
            ),
            (
                "August 28, 1920 – September 3, 1921, 1923–24",
                vec![
                    (0..37, "August 28, 1920..September 3, 1921"),
                    (39..48, "1923..1924"),
                ],
            ),
            (
                "۱۹۲۰، ۱۹۲۲",
                vec![(0..8, "۱۹۲۰..۱۹۲۰"), (11..19, "۱۹۲۲..۱۹۲۲")],
            ),
        ] {
            let spans: Vec<_> = periods(text).unwrap().into_iter().map(|p| p.span).collect();
            let (expected_spans, expected_told): (Vec<_>, Vec<_>) = expected.into_iter().unzip();
            assert_eq!(spans, expected_spans, "{text}");
            assert_eq!(told(text).unwrap(), expected_told, "{text}");
        }
    }

    #[test]
    fn text_that_is_not_all_dates_is_no_period() {
        for text in [
            "",
            " ",
            ",",
            "Greens",
            "Northern League",
            "10 members",
            "150px",
            "150",
            "since",
            "–",
            "since present",
            "present",
            "1920, Greens",
            "1920,, 1921",
            ", 1920",
            "1920, May",
            "Greens 1920",
            "1920 Greens",
            "31 June 1920",
            "1920–31 June 1921",
            "between 1920 and 1924",
            "before 1920–1924",
            "May–June",
            "May 1920 – June",
            "20–1920",
            "1920–1922–1924",
            "03/04/1920",
            "1920 [2]",
            "1898–02",
            "1990 – 1995 –",
        ] {
            assert_eq!(periods(text), None, "{text}");
        }
    }

    #[test]
    fn long_text_is_no_period() {
        assert_eq!(periods(&"1920, ".repeat(1_000_000)), None);
        assert_eq!(periods(&"9".repeat(LONGEST)), None);
        assert_eq!(periods(&"1920, 1921, May 3, ".repeat(800)), None);
        assert_eq!(
            periods(&format!("{}1920", "1920, ".repeat(2000)))
                .unwrap()
                .len(),
            2001
        );
    }

    proptest! {
        #[test]
        fn any_text_is_safe_and_each_side_is_a_date(text in any_text()) {
            for period in periods(&text).unwrap_or_default() {
                prop_assert!(period.start.is_some() || period.end.is_some());
                prop_assert!(!text[period.span].is_empty());
                for side in [period.start, period.end].into_iter().flatten() {
                    prop_assert!(date::parse(&side).is_ok(), "{side}");
                }
            }
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), date::date_like()]
    }
}
