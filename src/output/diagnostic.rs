//! Findings as people see them, in the look of rustc, and as JSON for programs.
//!
//! Paths are shown as the finding names them. Whatever comes from data is made safe to show first.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet,
};
use serde_json::{Value, json};

use super::text::printable;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};

/// How often findings of one kind are shown in full.
const SHOWN: usize = 3;

/// How many places of those not shown are listed.
const LISTED: usize = 5;

/// Returns a finding as a JSON object; what is not known is left out of its places.
pub fn to_json(finding: &Diagnostic) -> Value {
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|(what, place)| json!({ "what": what, "place": place_json(place) }))
        .collect();
    json!({
        "severity": finding.severity.word(),
        "code": finding.code.to_string(),
        "message": finding.message,
        "place": finding.place.as_ref().map(place_json),
        "related": related,
        "hints": finding.hints,
    })
}

fn place_json(place: &Place) -> Value {
    let mut value = json!({ "file": place.file });
    let known = [
        ("line", place.line.map(Value::from)),
        ("column", place.column.map(Value::from)),
        ("length", (place.length > 0).then(|| place.length.into())),
        ("row", place.row.map(Value::from)),
        ("cell", place.cell.clone().map(Value::from)),
        ("pointer", place.pointer.clone().map(Value::from)),
    ];
    for (name, known) in known {
        if let Some(known) = known {
            value[name] = known;
        }
    }
    value
}

/// Returns the findings as text that ends with a line break, with an empty line between two, in colour if wanted.
///
/// Of findings with one cause the first three are shown in full; the third says how many more there are and where.
pub fn render(findings: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut kinds: BTreeMap<Kind<'_>, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        kinds.entry(kind(finding)).or_default().push(index);
    }
    let mut text = String::new();
    for (index, finding) in findings.iter().enumerate() {
        let alike = &kinds[&kind(finding)];
        let nth = alike.partition_point(|&other| other < index);
        if nth >= SHOWN {
            continue;
        }
        let more = if nth + 1 == SHOWN {
            let others = alike.iter().skip(SHOWN);
            more(&others.map(|&other| &findings[other]).collect::<Vec<_>>())
        } else {
            None
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&rendered(finding, more.as_ref(), &renderer));
        text.push('\n');
    }
    text
}

/// What makes findings have one cause: weight, code and the place in the mapping, or the words where there is none.
type Kind<'a> = (Severity, Code, Option<&'a Place>, &'a str);

fn kind(finding: &Diagnostic) -> Kind<'_> {
    let asked = finding.related.first().map(|(_, place)| place);
    let words = if asked.is_some() {
        ""
    } else {
        finding.message.as_str()
    };
    (finding.severity, finding.code, asked, words)
}

/// Returns what is said of the findings that are not shown, if there are any.
fn more(others: &[&Diagnostic]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let mut text = format!("{} more like this", others.len());
    let places: Vec<String> = others
        .iter()
        .filter_map(|other| other.place.as_ref())
        .map(ToString::to_string)
        .collect();
    for (index, place) in places.iter().take(LISTED).enumerate() {
        let _ = write!(text, "{} {place}", if index == 0 { ":" } else { ";" });
    }
    if !places.is_empty() && places.len() > LISTED {
        text.push_str("; …");
    }
    Some(text)
}

fn rendered(finding: &Diagnostic, more: Option<&String>, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE.with_name("notice"),
    };
    let title = level
        .primary_title(printable(&finding.message).into_owned())
        .id(finding.code.to_string());
    let mut main = Group::with_title(title);
    if let Some(place) = &finding.place {
        main = at(main, place, AnnotationKind::Primary);
    }
    let hints = finding.hints.iter().chain(more);
    main = main.elements(hints.map(|hint| help(hint)));
    let mut groups = vec![main];
    for (what, place) in &finding.related {
        let title = Level::NOTE.secondary_title(printable(what).into_owned());
        groups.push(at(Group::with_title(title), place, AnnotationKind::Context));
    }
    renderer.render(&groups)
}

fn help(text: &str) -> Message<'static> {
    Level::HELP.message(printable(text).into_owned())
}

/// Adds a place to a group: the line with a caret where its text is at hand, else where it is.
fn at<'a>(group: Group<'a>, place: &Place, kind: AnnotationKind) -> Group<'a> {
    let path = printable(&place.file).into_owned();
    let group = match (&place.text, place.line) {
        (Some(text), Some(line)) => {
            let (shown, span) = line_with_span(text, place);
            let mark: Option<Annotation<'a>> = span.map(|span| kind.span(span));
            // A line without a place in it is shown as a whole.
            let mark = mark.unwrap_or_else(|| AnnotationKind::Visible.span(0..0));
            group.element(
                Snippet::source(shown)
                    .line_start(line as usize)
                    .path(path)
                    .fold(false)
                    .annotation(mark),
            )
        }
        (_, Some(line)) => {
            let origin = Origin::path(path).line(line as usize);
            group.element(match place.column {
                Some(column) => origin.char_column(column as usize),
                None => origin,
            })
        }
        (_, None) => group.element(Origin::path(path)),
    };
    match inside(place) {
        Some(inside) => group.element(Level::NOTE.message(inside)),
        None => group,
    }
}

/// The row, cell and pointer of a place, in words.
fn inside(place: &Place) -> Option<String> {
    let row = place.row.map(|row| format!("row {row}"));
    let cell = place.cell.as_ref().map(|cell| format!("cell \"{cell}\""));
    let pointer = place
        .pointer
        .as_ref()
        .map(|pointer| format!("at {pointer}"));
    let parts: Vec<String> = [row, cell, pointer].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| printable(&parts.join(", ")).into_owned())
}

/// Returns the line as it can be shown, and the bytes of it that the place spans.
fn line_with_span(text: &str, place: &Place) -> (String, Option<Range<usize>>) {
    let safe = |text: &str| printable(&text.replace('\t', "    ")).into_owned();
    let Some(column) = place.column else {
        return (safe(text), None);
    };
    let byte = |characters: usize| {
        text.char_indices()
            .nth(characters)
            .map_or(text.len(), |(byte, _)| byte)
    };
    let from = (column as usize).saturating_sub(1);
    let start = byte(from);
    let end = byte(from + (place.length as usize).max(1));
    let mut shown = safe(&text[..start]);
    let first = shown.len();
    shown.push_str(&safe(&text[start..end]));
    let last = shown.len();
    shown.push_str(&safe(&text[end..]));
    (shown, Some(first..last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    fn at_text(text: &str, column: u32, length: u32) -> Place {
        Place {
            length,
            text: Some(text.to_owned()),
            ..Place::file("query").at_line(2).at_column(column)
        }
    }

    #[test]
    fn a_caret_stands_under_what_is_wrong() {
        let finding = Diagnostic::error(codes::QUERY_SYNTAX, "WHER is no word of SPARQL")
            .at(at_text("WHER { ?s ?p ?o }", 1, 4))
            .and_at("the rule", Place::file("m.ttl").at_line(7).at_column(3))
            .hint("did you mean WHERE?");
        let expected = "\
error[FM0301]: WHER is no word of SPARQL
 --> query:2:1
  |
2 | WHER { ?s ?p ?o }
  | ^^^^
  |
  = help: did you mean WHERE?
note: the rule
 --> m.ttl:7:3
";
        assert_eq!(render(&[finding], false), expected);
    }

    #[test]
    fn places_without_text_are_told_in_words() {
        let place = Place {
            row: Some(4),
            cell: Some("start".to_owned()),
            ..Place::file("data/x.csv").at_line(5)
        };
        let finding = Diagnostic::warning(codes::BAD_VALUE, "no date").at(place);
        let text = render(&[finding], false);
        assert!(text.contains("warning[FM0205]: no date"), "{text}");
        assert!(text.contains("--> data/x.csv:5\n"), "{text}");
        assert!(text.contains("row 4, cell \"start\""), "{text}");
    }

    #[test]
    fn data_drives_no_terminal_and_the_caret_keeps_its_place() {
        let place = at_text("\t\u{1b}[2J ҳ x", 7, 1);
        let finding = Diagnostic::error(codes::BAD_VALUE, "a\u{1b}[31m\nb")
            .at(place)
            .hint("\u{202e}c");
        let text = render(&[finding], false);
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
        let lines: Vec<&str> = text.lines().collect();
        let (line, caret) = (lines[3], lines[4]);
        let letter = line.chars().position(|c| c == 'ҳ').unwrap();
        assert_eq!(caret.chars().position(|c| c == '^'), Some(letter), "{text}");
        // Places beyond the text do not matter.
        for column in [0, 1, 99, u32::MAX] {
            for length in [0, 1, u32::MAX] {
                let finding =
                    Diagnostic::error(codes::BAD_VALUE, "x").at(at_text("é", column, length));
                assert!(render(&[finding], true).contains("FM0205"));
            }
        }
    }

    #[test]
    fn the_same_is_shown_three_times_and_counted() {
        let mut all: Vec<Diagnostic> = (1..=12)
            .map(|line| {
                Diagnostic::error(codes::BAD_VALUE, format!("bad {line}"))
                    .at(Place::file("a.csv").at_line(line))
                    .and_at("asked for here", Place::file("m.ttl").at_line(9))
            })
            .collect();
        all.push(Diagnostic::error(codes::BAD_VALUE, "another"));
        let text = render(&all, false);
        assert_eq!(text.matches("FM0205").count(), 4, "{text}");
        let more = "9 more like this: a.csv:4; a.csv:5; a.csv:6; a.csv:7; a.csv:8; …";
        assert!(text.contains(more), "{text}");
    }

    #[test]
    fn colour_only_where_wanted() {
        let finding = Diagnostic::error(codes::USAGE, "no");
        assert!(!render(std::slice::from_ref(&finding), false).contains('\u{1b}'));
        assert!(render(&[finding], true).contains('\u{1b}'));
    }

    #[test]
    fn json_has_what_is_known() {
        let place = Place {
            row: Some(2),
            ..Place::file("a.csv").at_line(3)
        };
        let finding = Diagnostic::error(codes::BROKEN_ROW, "short")
            .at(place)
            .hint("mend it");
        let expected = json!({
            "severity": "error", "code": "FM0104", "message": "short",
            "place": { "file": "a.csv", "line": 3, "row": 2 },
            "related": [], "hints": ["mend it"],
        });
        assert_eq!(to_json(&finding), expected);
    }
}
