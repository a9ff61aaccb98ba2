//! The names of an article's subject: the list in the bracket after its first mention in the lead.

use std::collections::BTreeSet;

use super::brackets;
use super::sentences::sentences;
use crate::source::text::{Span, fold_space};
use crate::value::period;

/// A name in the lead; the spans count from the start of the paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: Span,
    /// What is written before its colon: `German` in `German: Eiche`.
    pub(super) label: Option<Span>,
}

/// The names and the sentence they stand in.
pub(super) struct Names {
    pub(super) sentence: Span,
    pub(super) names: Vec<Name>,
}

/// Returns the names in the first sentence of a paragraph that introduces `title`.
///
/// They stand in the first bracket after the mention of the title, or in one right behind it, if that bracket holds a list
/// with semicolons, a labelled name, or a single name in a script the title is not written in. Dates in it are no names.
pub(super) fn names(paragraph: &str, title: &str) -> Option<Names> {
    let sentence = sentences(paragraph).into_iter().next()?;
    let text = sentence.of(paragraph);
    let mention = text.find(title).map_or(0, |at| at + title.len());
    let scripts = scripts(title);
    let mut end = None;
    for pair in brackets::outermost(text) {
        if pair.outer.start < mention || !text[pair.outer.start..].starts_with(['(', '（']) {
            continue;
        }
        // A bracket further on belongs to something else.
        if end.is_some_and(|end| !Span::new(end, pair.outer.start).trimmed(text).is_empty()) {
            return None;
        }
        end = Some(pair.outer.end);
        let (names, separated) = listed(text, pair.inner);
        let foreign = |name: &Name| {
            name.label.is_some() || self::scripts(name.text.of(text)).is_disjoint(&scripts)
        };
        if !names.is_empty() && (separated || names.iter().any(foreign)) {
            let shift = |span: Span| span.shifted(sentence.start);
            let names = names.into_iter().map(|name| Name {
                text: shift(name.text),
                label: name.label.map(shift),
            });
            return Some(Names {
                sentence,
                names: names.collect(),
            });
        }
    }
    None
}

/// Returns the names in a bracket, and whether semicolons separate them.
fn listed(text: &str, bracket: Span) -> (Vec<Name>, bool) {
    let inside = bracket.of(text);
    let semicolon = |_, c: char| {
        if matches!(c, ';' | '；' | '؛') {
            c.len_utf8()
        } else {
            0
        }
    };
    let pieces = brackets::split(inside, semicolon);
    let separated = pieces.len() > 1;
    let mut names = Vec::new();
    for piece in pieces {
        let comma = |_, c: char| {
            if matches!(c, ',' | '،') {
                c.len_utf8()
            } else {
                0
            }
        };
        let whole = piece.span.of(inside);
        let mut open: Option<Name> = None;
        for part in brackets::split(whole, comma) {
            let part = part.span.shifted(piece.span.start + bracket.start);
            let name = labelled(text, part);
            // A comma begins a further name only where a label follows: "Russian: Дуб, romanized: Dub".
            match &mut open {
                Some(last) if name.label.is_none() => {
                    last.text.end = name.text.end.max(last.text.end);
                }
                _ => names.extend(open.replace(name)),
            }
        }
        names.extend(open);
    }
    names.retain(|name| !name.text.is_empty() && !is_date(name.text.of(text)));
    (names, separated)
}

/// Returns a name and its label, if a short one of letters stands before a colon.
fn labelled(text: &str, span: Span) -> Name {
    let body = span.of(text);
    let colon = body.char_indices().find(|&(_, c)| matches!(c, ':' | '：'));
    if let Some((at, sign)) = colon {
        let label = Span::new(0, at).trimmed(body);
        let rest = Span::new(at + sign.len_utf8(), body.len()).trimmed(body);
        let words = label.of(body).split_whitespace().count();
        let wordy = label.of(body).chars().all(|c| !c.is_numeric());
        if (1..=4).contains(&words) && wordy && !rest.is_empty() {
            return Name {
                text: rest.shifted(span.start),
                label: Some(label.shifted(span.start)),
            };
        }
    }
    Name {
        text: span.trimmed(text),
        label: None,
    }
}

/// Returns whether a piece of the bracket dates the subject rather than names it.
fn is_date(text: &str) -> bool {
    let year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4);
    period::periods(&fold_space(text)).is_some()
        || (year && scripts(text).iter().all(|&script| script == Script::Latin))
}

/// A script, as far as names need to be told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Block(u32),
}

/// Returns the scripts of the letters of a text.
fn scripts(text: &str) -> BTreeSet<Script> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).map(u32::from);
    letters
        .map(|c| match c {
            0..=0x024f
            | 0x0250..=0x02ff
            | 0x1e00..=0x1eff
            | 0x2c60..=0x2c7f
            | 0xa720..=0xa7ff
            | 0xff21..=0xff5a => Script::Latin,
            0x0370..=0x03ff | 0x1f00..=0x1fff => Script::Block(0x0370),
            0x0400..=0x052f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => {
                Script::Block(0x0400)
            }
            0x0600..=0x06ff
            | 0x0750..=0x077f
            | 0x08a0..=0x08ff
            | 0xfb50..=0xfdff
            | 0xfe70..=0xfeff => Script::Block(0x0600),
            0x2e80..=0x9fff | 0xac00..=0xd7ff | 0x20000..=0x3ffff => Script::Block(0x2e80),
            other => Script::Block(other & !0x7f),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'t>(text: &'t str, title: &str) -> Vec<(&'t str, Option<&'t str>)> {
        let found = names(text, title)
            .map(|found| found.names)
            .unwrap_or_default();
        found
            .into_iter()
            .map(|name| (name.text.of(text), name.label.map(|label| label.of(text))))
            .collect()
    }

    #[test]
    fn lists_labels_and_foreign_names() {
        assert_eq!(
            of(
                "The Oak (дуб; بلوط ; Eiche (Baum)) is a tree (A; B). It (C; D) grows.",
                "Oak"
            ),
            [("дуб", None), ("بلوط", None), ("Eiche (Baum)", None)]
        );
        assert_eq!(
            of(
                "Oak (Red) (Russian: Дуб, красный, romanized: Dub; German: Eiche) is",
                "Oak (Red)"
            ),
            [
                ("Дуб, красный", Some("Russian")),
                ("Dub", Some("romanized")),
                ("Eiche", Some("German"))
            ]
        );
        assert_eq!(of("Oak (дуб) is", "Oak"), [("дуб", None)]);
        assert_eq!(of("Oak (tall) (дуб) is", "Oak"), [("дуб", None)]);
        assert_eq!(
            of("Jan Oak (Ян Дуб; born 5 May 1870) is", "Jan Oak"),
            [("Ян Дуб", None)]
        );
    }

    #[test]
    fn other_brackets_hold_no_names() {
        for text in [
            "Oak (a tall tree) is",
            "Oak is a tree (дуб",
            "Oak (tall) is a tree (дуб).",
            "Oak is.",
            "",
        ] {
            assert_eq!(of(text, "Oak"), []);
        }
    }
}
