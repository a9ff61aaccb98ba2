//! What stands in an infobox line: the folded key with its number, and the items of the value with their notes.

use super::brackets::{self, Pair};
use super::lines::bullet;
use crate::source::text::{Span, fold_space, is_blank};
use crate::value::period::{self, Period};

/// The longest piece, in bytes, that is tried as part of a date that holds a comma.
const LONGEST_DATE: usize = 64;

/// A written key in the form it is looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Lower case, white space, `_` and `-` made one space, the number taken out: `leader name` for `leader2_name`.
    pub(super) base: String,
    /// The number of a numbered key.
    pub(super) number: Option<u32>,
}

/// An item of a value; the spans count from the start of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The item with its note.
    pub(super) whole: Span,
    /// The item without its note.
    pub(super) text: Span,
    /// What the closing bracket holds, if it reads as dates or periods, and those.
    pub(super) note: Option<(Span, Vec<Period>)>,
}

/// Returns a key or column title in the form names are compared by, numbers left in.
pub(super) fn fold_key(written: &str) -> String {
    let lower = written.trim_matches(is_blank).to_lowercase();
    let gap = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | '‐' | '‑' | '–');
    lower
        .split(gap)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the form that a written key is looked up by.
pub(super) fn key(written: &str) -> Key {
    let full = fold_key(written);
    let mut number = None;
    let words = full.split(' ').enumerate().filter_map(|(index, word)| {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &word[stem.len()..];
        // A year is no number of a key, and a number at the start of a key is its first word.
        let numbered = matches!(digits.len(), 1 | 2) && (index > 0 || !stem.is_empty());
        if !numbered || number.is_some() {
            return Some(word);
        }
        number = digits.parse().ok();
        (!stem.is_empty()).then_some(stem)
    });
    let base = words.collect::<Vec<_>>().join(" ");
    Key { base, number }
}

/// Returns the items of a value: the pieces of a list, or the periods of a value that is all dates.
///
/// A list is split at `,` `;` `•` `·`, their kin in other scripts, `<br>` and line breaks, never inside brackets, never
/// inside a number (`1,200`) or a date (`May 5, 1920`).
pub(super) fn items(value: &str) -> Vec<Item> {
    if value.is_empty() {
        return Vec::new();
    }
    if let Some(periods) = period::periods(value) {
        let spans = periods
            .into_iter()
            .map(|period| Span::new(period.span.start, period.span.end));
        return spans
            .map(|span| Item {
                whole: span,
                text: span,
                note: None,
            })
            .collect();
    }
    let pairs = brackets::pairs(value);
    let mut items: Vec<Item> = Vec::new();
    for piece in brackets::split(value, |at, c| separator(value, at, c)) {
        let mut span = piece.span.trimmed(value);
        if piece.before.of(value).contains('\n') {
            span = Span::new(span.start + bullet(span.of(value)), span.end).trimmed(value);
        }
        if span.is_empty() {
            continue;
        }
        let item = item(value, span, &pairs);
        match items.last_mut() {
            Some(last) if piece.before.of(value) == "," && is_one_date(value, last, &item) => {
                last.whole.end = item.whole.end;
                last.text.end = item.text.end;
                last.note = item.note;
            }
            _ => items.push(item),
        }
    }
    items
}

/// Returns whether two pieces with a comma between them are one date: `May 5` and `1920`.
fn is_one_date(value: &str, left: &Item, right: &Item) -> bool {
    let both = Span::new(left.text.start, right.text.end);
    left.note.is_none()
        && both.end - both.start <= LONGEST_DATE
        && period::periods(both.of(value)).is_some_and(|periods| periods.len() == 1)
}

/// Returns the item in a trimmed piece: a bracket at its end that is all dates or periods is its note.
fn item(value: &str, whole: Span, pairs: &[Pair]) -> Item {
    let bare = Item {
        whole,
        text: whole,
        note: None,
    };
    let first = pairs.partition_point(|pair| pair.outer.start <= whole.start);
    let inside = pairs
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|pair| pair.outer.start < whole.end);
    let Some(pair) = inside.filter(|pair| pair.outer.end == whole.end).min() else {
        return bare;
    };
    let note = pair.inner.trimmed(value);
    let text = Span::new(whole.start, pair.outer.start).trimmed(value);
    match period::periods(note.of(value)) {
        Some(periods) if !text.is_empty() && !periods.is_empty() => Item {
            whole,
            text,
            note: Some((note, periods)),
        },
        _ => bare,
    }
}

/// Returns the length of the list separator that begins at an offset, 0 for none.
fn separator(value: &str, at: usize, c: char) -> usize {
    let length = c.len_utf8();
    match c {
        ';' | '؛' | '；' | '،' | '，' | '、' | '•' | '\n' => length,
        ',' if !in_number(value, at) => length,
        '·' => {
            let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let left = value.get(..at).and_then(|left| left.chars().next_back());
            let right = value
                .get(at + length..)
                .and_then(|right| right.chars().next());
            if touches(left) && touches(right) {
                0
            } else {
                length
            }
        }
        '<' => line_break(value, at),
        _ => 0,
    }
}

/// Returns whether the comma at an offset groups digits: `1,200`, but not `1920, 1922` or `1920,1922`.
fn in_number(value: &str, at: usize) -> bool {
    let bytes = value.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    at > 0 && digit(at - 1) && (1..=3).all(|step| digit(at + step)) && !digit(at + 4)
}

/// Returns the length of a `<br>`, `<br/>`, `<br />` or `</br>` at an offset, 0 for none.
fn line_break(value: &str, at: usize) -> usize {
    let window = value
        .as_bytes()
        .get(at..value.len().min(at + 8))
        .unwrap_or_default();
    let Some(end) = window.iter().position(|&b| b == b'>') else {
        return 0;
    };
    let name: Vec<u8> = window
        .iter()
        .take(end)
        .skip(1)
        .filter(|b| !matches!(b, b'/' | b' '))
        .copied()
        .collect();
    if name.eq_ignore_ascii_case(b"br") {
        end + 1
    } else {
        0
    }
}

/// A side of a period: its text, and where it stands in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) text: String,
    pub(super) span: Span,
}

/// Returns the start and the end of a period, `written` being its text and `base` where that begins.
///
/// A side that the text shortens (`16` in `16–18 May`) is given in full, and its place is that of the period.
pub(super) fn sides(period: &Period, written: &str, base: usize) -> (Option<Side>, Option<Side>) {
    let whole = Span::new(0, written.len());
    let side = |text: &String, place: Option<Span>| Side {
        text: fold_space(text).into_owned(),
        span: place.unwrap_or(whole).trimmed(written).shifted(base),
    };
    let start = period.start.as_ref().map(|start| {
        let at = written
            .find(start.as_str())
            .map(|at| Span::new(at, at + start.len()));
        side(start, at)
    });
    let end = period.end.as_ref().map(|end| {
        let at = written
            .rfind(end.as_str())
            .map(|at| Span::new(at, at + end.len()));
        side(end, at)
    });
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(value: &str) -> Vec<&str> {
        items(value)
            .into_iter()
            .map(|item| item.text.of(value))
            .collect()
    }

    #[test]
    fn keys_lose_their_number() {
        let of = |written| {
            let key = key(written);
            (key.base, key.number)
        };
        assert_eq!(of("Leader2_name"), ("leader name".to_owned(), Some(2)));
        assert_eq!(
            of(" LEADER  12-Name "),
            ("leader name".to_owned(), Some(12))
        );
        assert_eq!(of("leader1"), ("leader".to_owned(), Some(1)));
        assert_eq!(of("Took seat"), ("took seat".to_owned(), None));
        assert_eq!(of("seats 2010"), ("seats 2010".to_owned(), None));
        assert_eq!(of("2 houses"), ("2 houses".to_owned(), None));
    }

    #[test]
    fn lists_split_outside_brackets_only() {
        assert_eq!(
            texts("A, B (C, D); E [f (g, h] i), j) • K·L · M"),
            ["A", "B (C, D)", "E [f (g, h] i)", "j)", "K·L", "M"]
        );
        assert_eq!(
            texts("A<br>B<BR />C</br>D<b>,E"),
            ["A", "B", "C", "D<b>", "E"]
        );
        assert_eq!(
            texts("- one: 1\n  - two,\n - three"),
            ["- one: 1", "two", "three"]
        );
        assert_eq!(texts("1,200 members, 30"), ["1,200 members", "30"]);
        assert_eq!(texts("الف، ب؛ ج"), ["الف", "ب", "ج"]);
        assert_eq!(texts(", ,A,,"), ["A"]);
        assert_eq!(texts(""), Vec::<&str>::new());
    }

    #[test]
    fn sides_are_found_in_the_period() {
        let written = "May 1920 – June 1921";
        let period = Period {
            span: 0..written.len(),
            start: Some("May 1920".to_owned()),
            end: Some("June 1921".to_owned()),
        };
        let (start, end) = sides(&period, written, 10);
        assert_eq!(start.unwrap().span, Span::new(10, 18));
        assert_eq!(
            end.unwrap().span,
            Span::new(23, 32).shifted(written.len() - 22)
        );
    }

    #[test]
    fn hostile_values_are_linear() {
        for unit in ["(", ",", "(,)", "(1920),", "<br", "1,", "·a", "1920, "] {
            let value = unit.repeat(200_000);
            assert!(items(&value).len() <= 200_000);
        }
    }

    proptest! {
        #[test]
        fn items_lie_in_order_and_are_trimmed(value in "[ab1,;()\\[\\] ·\n<>br/ا،]{0,60}") {
            let found = items(&value);
            prop_assert!(found.windows(2).all(|two| two[0].whole.end <= two[1].whole.start));
            for item in found {
                prop_assert!(!item.text.is_empty());
                prop_assert_eq!(item.text.trimmed(&value), item.text);
            }
        }
    }
}
