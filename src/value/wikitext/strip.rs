//! What wikitext hides, marks up or breaks, below the level of templates and links.

use std::collections::HashMap;

/// Returns a text without comments and references.
pub(super) fn hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let (mut comments, mut references) = (true, true);
    while let Some(found) = text[at..].find('<') {
        out.push_str(&text[at..at + found]);
        at += found;
        let rest = &text[at..];
        let end = if comments && rest.starts_with("<!--") {
            let end = rest.find("-->").map(|end| end + 3);
            comments = end.is_some();
            end
        } else if references && is_reference(rest) {
            let end = reference(rest);
            references = end.is_some();
            end
        } else {
            None
        };
        match end {
            Some(end) => at += end,
            None => {
                out.push('<');
                at += 1;
            }
        }
    }
    out.push_str(&text[at..]);
    out
}

fn is_reference(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|tag| tag.eq_ignore_ascii_case("<ref"))
        && text[4..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
}

/// Returns the length of the reference at the start of a text.
fn reference(text: &str) -> Option<usize> {
    let open = text.find('>')?;
    if text[..open].ends_with('/') {
        return Some(open + 1);
    }
    let close = ["</ref", "</REF", "</Ref"]
        .iter()
        .filter_map(|tag| text.find(tag))
        .min()?;
    Some(close + text[close..].find('>')? + 1)
}

/// Returns where each `{{` and `[[` of a text is closed.
pub(super) fn closers(text: &str) -> HashMap<usize, usize> {
    let bytes = text.as_bytes();
    let mut closers = HashMap::new();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut counts = [0_usize; 2];
    let slot = |kind: u8| usize::from(kind == b'[');
    let mut at = 0;
    while at + 1 < bytes.len() {
        let pair = (bytes[at], bytes[at + 1]);
        match pair {
            (b'{', b'{') | (b'[', b'[') => {
                open.push((pair.0, at));
                counts[slot(pair.0)] += 1;
                at += 2;
            }
            (b'}', b'}') | (b']', b']') => {
                let kind = if pair.0 == b'}' { b'{' } else { b'[' };
                // A link does not reach out of the template it stands in.
                let reaches = kind == b'{' || open.last().is_some_and(|(last, _)| *last == kind);
                if reaches && counts[slot(kind)] > 0 {
                    while let Some((last, place)) = open.pop() {
                        counts[slot(last)] -= 1;
                        if last == kind {
                            closers.insert(place, at);
                            break;
                        }
                    }
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    closers
}

/// Returns what the markup or the character at the start of a text shows, and its length in bytes.
pub(super) fn markup(text: &str) -> (String, usize) {
    let first = text.chars().next().unwrap_or_default();
    let plain = (first.to_string(), first.len_utf8().max(1));
    match first {
        '<' => tag(text).unwrap_or(plain),
        '&' => entity(text).unwrap_or(plain),
        '\'' => {
            let length = text.len() - text.trim_start_matches('\'').len();
            if length > 1 {
                (String::new(), length)
            } else {
                plain
            }
        }
        '[' => external(text).unwrap_or(plain),
        '}' if text.starts_with("}}") => (String::new(), 2),
        ']' if text.starts_with("]]") => (String::new(), 2),
        ' ' if text.starts_with(" * ") || text.starts_with(" • ") || text.starts_with(" · ") => {
            (
                "\n".to_owned(),
                text[1..].find(' ').map_or(1, |end| end + 1),
            )
        }
        _ => plain,
    }
}

fn tag(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('<')?.trim_start_matches('/');
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    // A tag is short; a sign for "less" is not followed by one that closes.
    let end = text.bytes().take(300).position(|byte| byte == b'>')?;
    let name: String = inner
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .flat_map(char::to_lowercase)
        .collect();
    let breaks = matches!(
        name.as_str(),
        "br" | "li" | "ul" | "ol" | "p" | "div" | "tr" | "hr"
    );
    let shown = if breaks { "\n" } else { "" };
    Some((shown.to_owned(), end + 1))
}

fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let shown = match name {
        "nbsp" | "thinsp" | "ensp" | "emsp" | "hairsp" => ' ',
        "ndash" | "mdash" | "minus" => '–',
        "amp" => '&',
        "quot" => '"',
        "lt" => '<',
        "gt" => '>',
        "lpar" => '(',
        "rpar" => ')',
        "middot" | "bull" => '\n',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            match char::from_u32(number)? {
                c if c.is_control() || c.is_whitespace() => ' ',
                c => c,
            }
        }
    };
    Some((shown.to_string(), end + 1))
}

/// Returns the label of an external link.
fn external(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('[')?;
    if !["http://", "https://", "//"]
        .iter()
        .any(|scheme| inner.starts_with(scheme))
    {
        return None;
    }
    let end = inner.find(']')?;
    let label = inner[..end]
        .split_once(char::is_whitespace)
        .map_or("", |(_, label)| label);
    Some((label.to_owned(), end + 2))
}

/// Returns the lines that are not blank, without marks of lists, white space made one.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim().trim_start_matches(['*', '#', ':']);
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        for (index, word) in words.enumerate() {
            if index > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}
