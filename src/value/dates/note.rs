//! The words beside a date → its note.

use std::ops::Range;

use crate::value::name::{fold, is_dash};

/// Longest note, in bytes, that is cleaned.
const LONGEST: usize = 1024;

/// Words at an end of a note that only join it with a date.
const JOINING: &str = "|and|or|in|on|at|then|und|и|или|&|dated|";

/// Returns the lines of a text; a bracket that was broken over lines is one line.
pub(super) fn joined_lines(text: &str) -> Vec<String> {
    /// The most lines that are put together.
    const MOST: usize = 4;

    let lines: Vec<&str> = text.lines().collect();
    let mut joined = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let closed = (at + 1..=(at + MOST).min(lines.len()))
            .find(|end| lines[at..*end].iter().map(|line| depth(line)).sum::<i32>() == 0);
        let end = match closed {
            Some(end) if depth(lines[at]) > 0 => end,
            _ => at + 1,
        };
        joined.push(lines[at..end].join(" "));
        at = end;
    }
    joined
}

/// Returns how many brackets stay open at the end of a line.
fn depth(line: &str) -> i32 {
    line.chars().fold(0, |depth, c| match c {
        '(' => depth + 1,
        ')' => depth - 1,
        _ => depth,
    })
}

/// Returns the note of each date of a line, empty for none.
///
/// What stands before the first date belongs to it, what stands behind the last to the last. Between two dates, the text
/// behind the last comma, semicolon, full stop or dash belongs to the later one.
pub(super) fn beside(line: &str, spans: &[Range<usize>]) -> Vec<String> {
    let mut before: Vec<&str> = vec![""; spans.len()];
    let mut after: Vec<&str> = vec![""; spans.len()];
    for (at, span) in spans.iter().enumerate() {
        let from = at.checked_sub(1).map_or(0, |at| spans[at].end);
        let gap = &line[from..span.start];
        if at == 0 {
            before[0] = gap;
            continue;
        }
        let cut = cut(gap);
        after[at - 1] = &gap[..cut];
        before[at] = &gap[cut..];
    }
    if let (Some(last), Some(span)) = (after.last_mut(), spans.last()) {
        *last = &line[span.end..];
    }
    before
        .iter()
        .zip(&after)
        .map(|(before, after)| joined(&clean(before), &clean(after)).unwrap_or_default())
        .collect()
}

/// Returns where the text between two dates is cut.
fn cut(gap: &str) -> usize {
    let mut depth = 0;
    let mut cut = None;
    for (at, c) in gap.char_indices() {
        match c {
            '(' | '[' => {
                // A bracket that is left open holds the later date.
                if depth == 0 && !gap[at..].contains([')', ']']) {
                    return at;
                }
                depth += 1;
            }
            ')' | ']' => {
                depth -= 1;
                if depth <= 0 {
                    cut = Some(at + c.len_utf8());
                }
            }
            ',' | ';' | '.' if depth <= 0 => cut = Some(at),
            c if is_dash(c) && depth <= 0 && gap[..at].ends_with(' ') => cut = Some(at),
            _ => {}
        }
    }
    if let Some(cut) = cut {
        return cut;
    }
    // `1995 and refounded 1999`.
    let first = gap.split_whitespace().next().unwrap_or_default();
    if is_joining(first) {
        return 0;
    }
    [" and ", " und ", " и "]
        .iter()
        .filter_map(|word| gap.rfind(word))
        .max()
        .unwrap_or(gap.len())
}

/// Returns two notes as one; `None` if both are empty.
pub(super) fn joined(first: &str, second: &str) -> Option<String> {
    match (first.is_empty(), second.is_empty()) {
        (true, true) => None,
        (false, true) => Some(first.to_owned()),
        (true, false) => Some(second.to_owned()),
        (false, false) if second.starts_with('(') => Some(format!("{first} {second}")),
        (false, false) => Some(format!("{first}, {second}")),
    }
}

/// Returns a note without the signs and the words around it that say nothing, and without brackets.
pub(super) fn clean(raw: &str) -> String {
    if raw.len() > LONGEST {
        return raw.trim().to_owned();
    }
    let mut note = raw;
    loop {
        let mut shorter = note.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(c, ',' | ';' | ':' | '/' | '&' | '*' | '|' | '=' | '.')
                || is_dash(c)
        });
        // An abbreviation keeps its full stop.
        if shorter.len() < note.len()
            && abbreviated(shorter)
            && note[note.find(shorter).unwrap_or(0) + shorter.len()..].starts_with('.')
        {
            shorter = &note[note.find(shorter).unwrap_or(0)
                ..note.find(shorter).unwrap_or(0) + shorter.len() + 1];
        }
        if let Some(unmatched) = without_loose_bracket(shorter) {
            shorter = unmatched;
        }
        let first = shorter.split_whitespace().next().unwrap_or_default();
        if is_joining(first) && first.len() == shorter.len() {
            shorter = "";
        }
        let last = shorter.split_whitespace().next_back().unwrap_or_default();
        if is_joining(last) {
            shorter = &shorter[..shorter.len() - last.len()];
        }
        if matches!(fold(first).as_str(), "and" | "und" | "&" | "then" | "и") {
            shorter = shorter.get(first.len()..).unwrap_or_default();
        }
        if shorter.len() == note.len() {
            break;
        }
        note = shorter;
    }
    let note = unwrapped(&balanced(note));
    if says_nothing(&note) {
        String::new()
    } else {
        note
    }
}

/// Returns whether a text ends in letters parted by full stops: `U.S`.
fn abbreviated(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    last.contains('.') && last.split('.').all(|part| part.chars().count() == 1)
}

/// Returns a text without a bracket at one of its ends that has no partner.
fn without_loose_bracket(text: &str) -> Option<&str> {
    let mut depth = 0;
    let mut lowest = 0;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        lowest = depth.min(lowest);
    }
    if lowest < 0 {
        return text
            .strip_prefix([')', ']'])
            .or_else(|| text.strip_suffix([')', ']']));
    }
    if depth > 0 {
        return text
            .strip_suffix(['(', '['])
            .or_else(|| text.strip_prefix(['(', '[']));
    }
    None
}

/// Returns a note in which no bracket lacks its partner: one that opens parts the words instead.
fn balanced(note: &str) -> String {
    let mut open: Vec<usize> = Vec::new();
    let mut loose: Vec<usize> = Vec::new();
    for (at, c) in note.char_indices() {
        match c {
            '(' => open.push(at),
            ')' if open.pop().is_none() => loose.push(at),
            _ => {}
        }
    }
    loose.extend(open);
    let mut out = String::with_capacity(note.len());
    for (at, c) in note.char_indices() {
        if !loose.contains(&at) {
            out.push(c);
        } else if c == '(' {
            let words = out.trim_end().len();
            out.truncate(words);
            out.push_str(", ");
        }
    }
    out.trim().to_owned()
}

/// Returns a note that is all brackets as what they hold.
fn unwrapped(note: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = note;
    while let Some(inner) = rest.strip_prefix(['(', '[']) {
        let mut depth = 1;
        let end = inner.char_indices().find(|(_, c)| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some((end, _)) = end else {
            return note.to_owned();
        };
        let part = clean(&inner[..end]);
        if !part.is_empty() {
            parts.push(part);
        }
        rest = inner[end + 1..].trim_start();
    }
    if rest.is_empty() {
        parts.join(", ")
    } else {
        note.to_owned()
    }
}

/// Returns whether a note only counts from the date: `79 years ago`.
fn says_nothing(note: &str) -> bool {
    let folded = fold(note);
    let words: Vec<&str> = folded.split(' ').collect();
    match words.as_slice() {
        ["ago"] | ["age" | "aged", _] | ["aged"] => true,
        [.., unit, "ago"] => {
            unit.starts_with("year") || unit.starts_with("month") || unit.starts_with("day")
        }
        _ => !folded.chars().any(char::is_alphabetic),
    }
}

fn is_joining(word: &str) -> bool {
    !word.is_empty() && JOINING.contains(&format!("|{}|", fold(word)))
}
