//! YAML as a tree in which every value knows its line and column.
//!
//! Only what YARRRML needs: texts, lists and maps. Aliases and merge keys are resolved; depth and size are bounded, so
//! that a text of a few lines cannot unfold without end.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// How deep lists and maps may be nested; no mapping comes near.
const DEEPEST: usize = 64;
/// How many texts with escapes unknown to YAML are mended.
const MOST_PATCHES: usize = 200;
/// What YAML lets follow a backslash in double quotes.
const ESCAPES: &str = "0abtnvfre \"/\\N_LPxuU\t\n\r";
/// How many values a document may hold once its aliases are resolved.
const MOST_VALUES: usize = 200_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Yaml {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// The forms of a value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    /// A scalar as it is written, whatever type other readers of YAML see in it.
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(Key, Yaml)>),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Yaml {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Returns the values of a list; a value that is no list is a list of one, null an empty one.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the value of a key of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|(found, _)| found.text == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns what the value is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, value)| 1 + value.size()).sum(),
            Value::Null | Value::Text(_) => 0,
        }
    }

    fn depth(&self) -> usize {
        1 + match &self.value {
            Value::List(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            Value::Map(entries) => entries
                .iter()
                .map(|(_, value)| value.depth())
                .max()
                .unwrap_or(0),
            Value::Null | Value::Text(_) => 0,
        }
    }
}

/// Reads the first document of a text; an empty text is null.
///
/// YARRRML takes the meaning of a colon or a bracket away with a backslash, which YAML does not know in double quotes.
/// Readers of YARRRML have always let such a backslash stand, and so does this one.
///
/// # Errors
/// `MAPPING_SYNTAX` with line and column; a second document, a key given twice, too deep or too large a text.
pub(super) fn parse(text: &str, file: &str) -> Result<Yaml> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(text, file);
    let mut patched = text.to_owned();
    loop {
        match builder.read(&patched)? {
            None => {
                return Ok(builder.root.unwrap_or(Yaml {
                    place: Place::file(file).at_line(1),
                    value: Value::Null,
                }));
            }
            Some(quote) => {
                let mut next = Builder::new(text, file);
                next.patches = builder.patches;
                if next.patches.len() >= MOST_PATCHES || !next.patch(&mut patched, quote) {
                    let place = next.place(quote.0, quote.1, 0);
                    return Err(Diagnostic::error(
                        codes::MAPPING_SYNTAX,
                        "this is no YAML: an escape is not known",
                    )
                    .at(place)
                    .hint("write the text in single quotes")
                    .into());
                }
                builder = next;
            }
        }
    }
}

struct Open {
    place: Place,
    anchor: usize,
    items: Vec<Yaml>,
    map: bool,
}

struct Builder<'t> {
    file: &'t str,
    lines: Vec<&'t str>,
    /// Line and column of every backslash that was put in, as the parser counts.
    patches: Vec<(usize, usize)>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Yaml>,
    values: usize,
    root: Option<Yaml>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, file: &'t str) -> Self {
        Self {
            file,
            lines: text.lines().collect(),
            patches: Vec::new(),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            values: 0,
            root: None,
        }
    }

    /// Reads a text; returns the line and column of a quoted scalar that holds an escape unknown to YAML.
    fn read(&mut self, text: &str) -> Result<Option<(usize, usize)>> {
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let (line, column) = (error.marker().line(), error.marker().col());
                    if error.info().contains("unknown escape") {
                        return Ok(Some((line, column)));
                    }
                    let message = format!("this is no YAML: {}", error.info());
                    return Err(Diagnostic::error(codes::MAPPING_SYNTAX, message)
                        .at(self.place(line, column, 0))
                        .into());
                }
            };
            let end = matches!(event, Event::StreamEnd);
            self.event(event, span)?;
            if end {
                break;
            }
        }
        Ok(None)
    }

    /// Puts a backslash before each unknown escape of the scalar that begins there; returns whether there was one.
    fn patch(&mut self, text: &mut String, (line, column): (usize, usize)) -> bool {
        let mut patched = String::with_capacity(text.len() + 8);
        let (mut at, mut within, mut found) = ((1, 0), false, false);
        let mut chars = text.chars().peekable();
        let mut closed = false;
        while let Some(c) = chars.next() {
            within |= at == (line, column);
            if within && !closed && at != (line, column) {
                if c == '"' {
                    closed = true;
                } else if c == '\\' {
                    match chars.peek() {
                        Some(next) if !ESCAPES.contains(*next) => {
                            patched.push(c);
                            self.patches.push(at);
                            at.1 += 1;
                            found = true;
                        }
                        Some('\n') | None => {}
                        Some(_) => {
                            // A known escape: what follows the backslash closes nothing.
                            patched.push(c);
                            at.1 += 1;
                            patched.extend(chars.next());
                            at.1 += 1;
                            continue;
                        }
                    }
                }
            }
            patched.push(c);
            at = if c == '\n' {
                (at.0 + 1, 0)
            } else {
                (at.0, at.1 + 1)
            };
        }
        *text = patched;
        found
    }

    fn place(&self, line: usize, column: usize, length: usize) -> Place {
        let before = |patch: &&(usize, usize)| patch.0 == line && patch.1 < column;
        let column = column.saturating_sub(self.patches.iter().filter(before).count());
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let mut place = Place::file(self.file)
            .at_line(number(line.max(1)))
            .at_column(number(column.saturating_add(1)));
        place.length = number(length);
        place.text = self
            .lines
            .get(line.saturating_sub(1))
            .map(|line| (*line).to_owned());
        place
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<()> {
        let lines = span.end.line().saturating_sub(span.start.line());
        let length = if lines == 0 {
            span.end.col().saturating_sub(span.start.col())
        } else {
            0
        };
        let place = self.place(span.start.line(), span.start.col(), length);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let null = style == ScalarStyle::Plain
                    && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if null {
                    Value::Null
                } else {
                    Value::Text(text.into_owned())
                };
                self.add(Yaml { place, value }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.start(place, anchor, false),
            Event::MappingStart(anchor, _) => self.start(place, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let value = if open.map {
                    Value::Map(self.entries(open.items)?)
                } else {
                    Value::List(open.items)
                };
                self.add(
                    Yaml {
                        place: open.place,
                        value,
                    },
                    open.anchor,
                )
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(found) => {
                    self.values += found.size();
                    if self.open.len() + found.depth() > DEEPEST {
                        return too_deep(place);
                    }
                    let copy = (self.values <= MOST_VALUES).then(|| found.clone());
                    self.add(
                        copy.unwrap_or(Yaml {
                            place,
                            value: Value::Null,
                        }),
                        0,
                    )
                }
                None => Err(
                    Diagnostic::error(codes::MAPPING_SYNTAX, "the alias leads to itself")
                        .at(place)
                        .into(),
                ),
            },
            Event::DocumentStart(_) if self.root.is_some() => Err(Diagnostic::error(
                codes::MAPPING_SYNTAX,
                "a second YAML document begins here",
            )
            .at(place)
            .hint("put it into a file of its own")
            .into()),
            _ => Ok(()),
        }
    }

    fn start(&mut self, place: Place, anchor: usize, map: bool) -> Result<()> {
        if self.open.len() >= DEEPEST {
            return too_deep(place);
        }
        self.open.push(Open {
            place,
            anchor,
            items: Vec::new(),
            map,
        });
        Ok(())
    }

    fn add(&mut self, value: Yaml, anchor: usize) -> Result<()> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Diagnostic::error(
                codes::MAPPING_SYNTAX,
                "the YAML unfolds to too many values",
            )
            .at(value.place)
            .hint("do its aliases lead to each other?")
            .into());
        }
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(value),
            None => self.root = Some(value),
        }
        Ok(())
    }

    /// Returns the entries of a map from its keys and values in turn.
    fn entries(&self, items: Vec<Yaml>) -> Result<Vec<(Key, Yaml)>> {
        let mut entries: Vec<(Key, Yaml)> = Vec::with_capacity(items.len() / 2);
        let mut merged = Vec::new();
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let text = match key.value {
                Value::Text(text) => text,
                Value::Null => String::new(),
                Value::List(_) | Value::Map(_) => {
                    return Err(
                        Diagnostic::error(codes::MAPPING_SYNTAX, "a key must be a text")
                            .at(key.place)
                            .into(),
                    );
                }
            };
            if text == "<<" {
                merged.push(value);
                continue;
            }
            if let Some(first) = seen.insert(text.clone(), key.place.clone()) {
                return Err(Diagnostic::error(
                    codes::MAPPING_SYNTAX,
                    format!("the key {text} stands here twice"),
                )
                .at(key.place)
                .and_at("the first", first)
                .hint("keep one of them")
                .into());
            }
            entries.push((
                Key {
                    text,
                    place: key.place,
                },
                value,
            ));
        }
        for map in merged.iter().flat_map(Yaml::items) {
            if let Value::Map(more) = &map.value {
                for (key, value) in more {
                    if !seen.contains_key(&key.text) {
                        seen.insert(key.text.clone(), key.place.clone());
                        entries.push((key.clone(), value.clone()));
                    }
                }
            }
        }
        Ok(entries)
    }
}

fn too_deep(place: Place) -> Result<()> {
    Err(
        Diagnostic::error(codes::MAPPING_SYNTAX, "lists and maps are nested too deep")
            .at(place)
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let yaml = parse("a:\n  - [x, 'y: z']\n  - b: 1.0\n", "m.yml").unwrap();
        let list = yaml.get("a").unwrap();
        let place = |yaml: &Yaml| (yaml.place.line.unwrap(), yaml.place.column.unwrap());
        let inner = &list.items()[0].items()[1];
        assert_eq!((place(inner), inner.text()), ((2, 9), Some("y: z")));
        let number = list.items()[1].get("b").unwrap();
        assert_eq!((place(number), number.text()), ((3, 8), Some("1.0")));
        assert_eq!(number.place.text.as_deref(), Some("  - b: 1.0"));
    }

    #[test]
    fn aliases_and_merge_keys() {
        let yaml = parse("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: *x\n", "m.yml").unwrap();
        let b = yaml.get("b").unwrap();
        assert_eq!(b.get("p").and_then(Yaml::text), Some("1"));
        assert_eq!(b.get("q").and_then(Yaml::text), Some("3"));
        assert_eq!(
            yaml.get("c").and_then(|c| c.get("q")).and_then(Yaml::text),
            Some("2")
        );
    }

    fn error(text: &str) -> (String, Option<u32>) {
        let error = parse(text, "m.yml").unwrap_err().0.remove(0);
        (error.message, error.place.and_then(|place| place.line))
    }

    #[test]
    fn slips_have_a_line() {
        assert_eq!(
            error("a: 1\na: 2\n"),
            ("the key a stands here twice".to_owned(), Some(2))
        );
        assert_eq!(error("a: [1\nb: 2\n").1, Some(2));
        assert_eq!(
            error("a: 1\n---\nb: 1\n").0,
            "a second YAML document begins here"
        );
    }

    #[test]
    fn a_backslash_that_yaml_does_not_know_stands() {
        let yaml = parse("a: [\"x\\:y\\\\z\\\"\", b]\nc: \"\\(\"\n", "m.yml").unwrap();
        let items = yaml.get("a").unwrap().items();
        assert_eq!(items[0].text(), Some("x\\:y\\z\""));
        assert_eq!(items[1].place.column, Some(18));
        assert_eq!(yaml.get("c").and_then(Yaml::text), Some("\\("));
        assert!(parse(&"- \"\\:\"\n".repeat(1000), "m.yml").is_err());
    }

    #[test]
    fn bombs_end_in_a_message() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!(
                "a{level}: &a{level} [{}]\n",
                before.trim_end_matches(", ")
            ));
        }
        assert_eq!(error(&bomb).0, "the YAML unfolds to too many values");
        let deep = format!("{}x{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(error(&deep).0, "lists and maps are nested too deep");
        assert!(parse(&"[".repeat(100_000), "m.yml").is_err());
        assert!(parse(&"- ".repeat(100_000), "m.yml").is_err());
        assert!(parse(&"{a: ".repeat(100_000), "m.yml").is_err());
        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..100 {
            chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
        }
        assert_eq!(error(&chain).0, "lists and maps are nested too deep");
    }
}
