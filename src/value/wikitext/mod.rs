//! Wikitext → the text a reader of the page sees, as far as it may tell dates.
//!
//! Links become their labels, templates of layout what they hold, templates of dates the date in words; references,
//! footnotes, comments, marks of maintenance and what is computed from a date (`7 years ago`) vanish. Items of a list and
//! line breaks part lines. A template that is not known is left out and named, unless it holds nothing but a date.
//!
//! Values that went through a tool which lost the braces of inner templates are read as well: there the name and the
//! parameters of the inner template are parameters of the outer one (`{{nowrap|start date|1911|7|10|df|=|yes}}`).

mod names;
mod parameters;
mod stamp;
mod strip;

use std::collections::HashMap;

use self::names::Sort;
use self::parameters::Parameter;

/// Longest wikitext, in bytes, that is read.
const LONGEST: usize = 64 * 1024;

/// Deepest nesting of templates and links that is read.
const DEEPEST: usize = 24;

/// What wikitext shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text, one line for each item.
    pub text: String,
    /// The names of the templates that were left out because they are not known, in order.
    pub unknown: Vec<String>,
}

/// Returns what wikitext shows; nothing of a text longer than 64 KiB.
pub fn shown(text: &str) -> Shown {
    if text.len() > LONGEST {
        return Shown::default();
    }
    let visible = strip::hidden(text);
    let mut writer = Writer {
        text: &visible,
        closers: strip::closers(&visible),
        unknown: Vec::new(),
    };
    let raw = writer.span(0, visible.len(), 0);
    Shown {
        text: strip::lines(&raw),
        unknown: writer.unknown,
    }
}

/// Walks a text without references and comments.
struct Writer<'a> {
    text: &'a str,
    /// Where the `{{` or `[[` at an offset is closed.
    closers: HashMap<usize, usize>,
    unknown: Vec<String>,
}

impl<'a> Writer<'a> {
    /// Returns what a part of the text shows.
    fn span(&mut self, start: usize, end: usize, depth: usize) -> String {
        let mut out = String::new();
        if depth > DEEPEST {
            return out;
        }
        let mut at = start;
        while at < end {
            let rest = &self.text[at..end];
            if rest.starts_with("{{") || rest.starts_with("[[") {
                let close = self
                    .closers
                    .get(&at)
                    .copied()
                    .filter(|close| close + 2 <= end);
                if let Some(close) = close {
                    let inner = if rest.starts_with('{') {
                        self.template(at + 2, close, depth + 1)
                    } else {
                        self.link(at + 2, close, depth + 1)
                    };
                    out.push_str(&inner);
                    at = close + 2;
                } else {
                    at += 2;
                }
                continue;
            }
            let (shown, length) = strip::markup(rest);
            out.push_str(&shown);
            at += length;
        }
        out
    }

    /// Returns the label of a link.
    fn link(&mut self, start: usize, end: usize, depth: usize) -> String {
        let parts = self.split(start, end);
        match parts.as_slice() {
            [] => String::new(),
            [(from, to)] => {
                let target = self.text[*from..*to].trim_start_matches(':');
                let lower = target.to_lowercase();
                if ["file:", "image:", "category:", "файл:", "datei:"]
                    .iter()
                    .any(|space| lower.starts_with(space))
                {
                    return String::new();
                }
                self.span(*to - target.len(), *to, depth)
            }
            [_, labels @ ..] => {
                let labels = labels.to_vec();
                self.walk(&labels, false, depth)
            }
        }
    }

    /// Returns what a template shows.
    fn template(&mut self, start: usize, end: usize, depth: usize) -> String {
        let parts = self.split(start, end);
        let Some(((from, to), rest)) = parts.split_first() else {
            return String::new();
        };
        let written = self.text[*from..*to].trim();
        let name = names::folded(written);
        match names::sort(&name) {
            Sort::Hidden => String::new(),
            Sort::Break => "\n".to_owned(),
            Sort::Sign(sign) => sign.to_owned(),
            Sort::List => format!("\n{}\n", self.walk(rest, true, depth)),
            Sort::Text => self.walk(rest, false, depth),
            Sort::Argument(index) => {
                let parameters = self.parameters(rest);
                let told: Vec<_> = parameters.iter().filter(|one| one.name.is_none()).collect();
                let chosen = told.get(index).or(told.last()).map(|one| one.span);
                chosen.map_or_else(String::new, |(from, to)| self.span(from, to, depth))
            }
            Sort::Date(form) => {
                let arguments = self.arguments(rest, depth);
                stamp::written(form, &arguments)
            }
            Sort::Unknown => {
                let arguments = self.arguments(rest, depth);
                let told = stamp::written(names::Form::Date, &arguments);
                let only = arguments.iter().all(|(name, _)| name.is_none());
                if only && crate::value::date::parse(told.trim()).is_ok() {
                    return told;
                }
                self.unknown.push(written.to_owned());
                String::new()
            }
        }
    }

    /// Returns the parameters of a template with what their values show.
    fn arguments(
        &mut self,
        parts: &[(usize, usize)],
        depth: usize,
    ) -> Vec<(Option<String>, String)> {
        self.parameters(parts)
            .into_iter()
            .map(|one| {
                let value = self.span(one.span.0, one.span.1, depth);
                (one.name, value.trim().to_owned())
            })
            .collect()
    }

    fn parameters(&self, parts: &[(usize, usize)]) -> Vec<Parameter> {
        parameters::read(self.text, parts)
    }

    /// Returns what the parameters of a template of layout show, those of inner templates that lost their braces too.
    fn walk(&mut self, parts: &[(usize, usize)], list: bool, depth: usize) -> String {
        let mut out = String::new();
        let mut list = list;
        let mut at = 0;
        // After an inner template without braces, the next part goes on with its line.
        let mut joined = true;
        while let Some(&(from, to)) = parts.get(at) {
            let part = &self.text[from..to];
            if let Some(length) = parameters::named(self.text, &parts[at..]) {
                at += length;
                continue;
            }
            let bare =
                part.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '#'));
            let broken = part
                .trim_start_matches([' ', '\t'])
                .starts_with(['\n', '*', '#']);
            let name = names::folded(bare);
            let alone = at + 1 == parts.len();
            match names::inner(&name).filter(|_| !alone) {
                Some(Sort::Date(form)) => {
                    if broken || list && !joined {
                        out.push('\n');
                    }
                    let length = parameters::of_date(self.text, &parts[at + 1..]);
                    let arguments = self.arguments(&parts[at + 1..at + 1 + length], depth);
                    out.push_str(&stamp::written(form, &arguments));
                    at += 1 + length;
                    joined = true;
                }
                Some(Sort::Hidden) => {
                    at += 1 + parameters::of_footnote(self.text, &name, &parts[at + 1..]);
                    joined = true;
                }
                Some(Sort::List) => {
                    list = true;
                    at += 1;
                }
                Some(_) => {
                    if broken {
                        out.push('\n');
                    }
                    at += 1;
                    joined = true;
                }
                None => {
                    let goes_on = joined && !bare.starts_with(char::is_alphanumeric) && !broken;
                    if list && !goes_on {
                        out.push('\n');
                    }
                    let shown = self.span(from, to, depth);
                    let apart = out.ends_with(char::is_alphanumeric)
                        && shown.starts_with(char::is_alphanumeric);
                    if apart {
                        out.push(' ');
                    }
                    out.push_str(&shown);
                    // A part that is blank parts items; it is no item itself.
                    joined = bare.is_empty() && !broken && !list;
                    at += 1;
                }
            }
        }
        out
    }

    /// Returns the parts between the bars of a template or a link.
    fn split(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let (mut from, mut at) = (start, start);
        while at < end {
            let rest = &self.text[at..end];
            if rest.starts_with("{{") || rest.starts_with("[[") {
                let close = self.closers.get(&at).filter(|close| **close + 2 <= end);
                at = close.map_or(at, |close| *close) + 2;
            } else if rest.starts_with('|') {
                parts.push((from, at));
                at += 1;
                from = at;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        parts.push((from, end));
        parts
    }
}

#[cfg(test)]
mod tests;
