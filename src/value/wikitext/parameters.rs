//! The parameters of a template, also where a tool wrote the sign between name and value as a parameter of its own.

use super::names;
use crate::value::date;

/// A parameter of a template.
pub(super) struct Parameter {
    /// The name, folded; `None` for one that is told by its place.
    pub(super) name: Option<String>,
    /// Where the value stands.
    pub(super) span: (usize, usize),
}

/// Returns the parameters that some parts of a text make.
pub(super) fn read(text: &str, parts: &[(usize, usize)]) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let mut at = 0;
    while let Some(&(from, to)) = parts.get(at) {
        let part = &text[from..to];
        if let Some(value) = parts.get(at + 2).filter(|_| is_sign(text, parts, at + 1)) {
            parameters.push(parameter(part, *value));
            at += 3;
            continue;
        }
        if is_sign(text, parts, at + 1) {
            at += 2;
            continue;
        }
        match key(part) {
            Some(length) => {
                parameters.push(parameter(&part[..length], (from + length + 1, to)));
            }
            None => parameters.push(Parameter {
                name: None,
                span: (from, to),
            }),
        }
        at += 1;
    }
    parameters
}

fn parameter(name: &str, span: (usize, usize)) -> Parameter {
    let name = names::folded(name);
    // `1=` tells a place.
    let place =
        !name.is_empty() && name.len() <= 2 && name.bytes().all(|byte| byte.is_ascii_digit());
    Parameter {
        name: (!place).then_some(name),
        span,
    }
}

/// Returns how many parts the parameter with a name at the start of some parts takes; `None` if it has no name.
pub(super) fn named(text: &str, parts: &[(usize, usize)]) -> Option<usize> {
    let &(from, to) = parts.first()?;
    if is_sign(text, parts, 1) {
        return Some(3);
    }
    let part = &text[from..to];
    let length = key(part)?;
    // What stands behind `1=` is shown.
    (!part[..length]
        .trim()
        .bytes()
        .all(|byte| byte.is_ascii_digit()))
    .then_some(1)
}

fn is_sign(text: &str, parts: &[(usize, usize)], at: usize) -> bool {
    parts
        .get(at)
        .is_some_and(|&(from, to)| text[from..to].trim() == "=")
}

/// Returns the length of the name in `name=value`.
fn key(part: &str) -> Option<usize> {
    let length = part.find('=')?;
    let name = part[..length].trim();
    let fits = !name.is_empty()
        && name.len() <= 24
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
    fits.then_some(length)
}

/// Returns how many parts belong to a template of dates whose name stands before them.
pub(super) fn of_date(text: &str, parts: &[(usize, usize)]) -> usize {
    let mut at = 0;
    while let Some(&(from, to)) = parts.get(at) {
        if let Some(length) = named(text, &parts[at..]) {
            at = (at + length).min(parts.len());
            continue;
        }
        let part = text[from..to].trim();
        let number =
            !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        let month = date::parse(&format!("1 {part} 2000")).is_ok();
        if !(number || month || at == 0 && date::parse(part).is_ok()) {
            break;
        }
        at += 1;
    }
    at
}

/// Returns how many parts belong to a footnote or a reference whose name stands before them.
pub(super) fn of_footnote(text: &str, name: &str, parts: &[(usize, usize)]) -> usize {
    if name == "ref" {
        let end = parts
            .iter()
            .position(|&(from, to)| text[from..to].trim() == "</ref>");
        return end.map_or(0, |end| end + 1);
    }
    let mut at = 0;
    while let Some(&(from, to)) = parts.get(at) {
        if let Some(length) = named(text, &parts[at..]) {
            at = (at + length).min(parts.len());
            continue;
        }
        let part = &text[from..to];
        let several = name.starts_with("sfn");
        if part.trim().is_empty()
            || part.starts_with('\n')
            || several && part.starts_with([' ', '('])
        {
            break;
        }
        at += 1;
        if !several {
            // The names may stand behind the text as well.
            while let Some(length) = named(text, &parts[at.min(parts.len())..]) {
                at = (at + length).min(parts.len());
            }
            break;
        }
    }
    at
}
