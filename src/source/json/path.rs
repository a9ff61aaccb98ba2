//! JSONPath (RFC 9535), compiled: names, indexes, slices, wildcards and descendants are walked here; what has filters
//! is left to `serde_json_path`, which also decides what is valid.

use std::borrow::Cow;

use serde_json_path::{JsonPath, PathElement};

use super::tape::{Kind, Node, Tape};

/// A compiled path.
#[derive(Clone, Debug)]
pub(super) struct Path {
    segments: Vec<Segment>,
    /// Set when the path has filters: the segments mean nothing then.
    filtered: Option<JsonPath>,
    /// Set when every segment is one name.
    names: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    descendant: bool,
    selectors: Vec<Selector>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selector {
    Name(String),
    Index(i64),
    Slice(Option<i64>, Option<i64>, i64),
    Wildcard,
}

impl Path {
    /// Compiles a path. One that does not begin with `$` is taken to begin at it; `legacy` lets forms through that
    /// older engines know and the RFC does not.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn compile(written: &str, legacy: bool) -> Result<Self, String> {
        if written.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        let whole = with_whole_escapes(written).ok_or_else(|| {
            "\\u takes four hexadecimal digits, two such for a character beyond U+FFFF".to_owned()
        })?;
        let written = &*whole;
        let path = rooted(written);
        let valid = JsonPath::parse(&path)
            .map(|parsed| (path, parsed))
            .or_else(|error| {
                let path = tolerated(written, legacy);
                let parsed = path.as_deref().and_then(|path| JsonPath::parse(path).ok());
                path.map(Cow::Owned)
                    .zip(parsed)
                    .ok_or_else(|| error.message().to_owned())
            });
        let (path, parsed) = valid?;
        let Some(segments) = (Scanner { rest: &path[1..] }).segments() else {
            return Ok(Self {
                segments: Vec::new(),
                filtered: Some(parsed),
                names: None,
            });
        };
        let names = segments
            .iter()
            .map(
                |segment| match (segment.descendant, segment.selectors.as_slice()) {
                    (false, [Selector::Name(name)]) => Some(name.clone()),
                    _ => None,
                },
            )
            .collect();
        Ok(Self {
            segments,
            filtered: None,
            names,
        })
    }

    /// Returns the steps of a path that can be followed while reading: each one name, index from the start or wildcard.
    pub(super) fn steps(&self) -> Option<Vec<Selector>> {
        if self.filtered.is_some() {
            return None;
        }
        self.segments
            .iter()
            .map(
                |segment| match (segment.descendant, segment.selectors.as_slice()) {
                    (false, [step @ (Selector::Name(_) | Selector::Wildcard)]) => {
                        Some(step.clone())
                    }
                    (false, [step @ Selector::Index(0..)]) => Some(step.clone()),
                    _ => None,
                },
            )
            .collect()
    }

    /// Returns the one value that a path of names leads to; `None` as well when the path is another.
    #[inline]
    pub(super) fn quick(&self, tape: &Tape, from: Node) -> Option<Node> {
        let mut at = from;
        for name in self.names.as_ref()? {
            at = tape.member(at, name)?;
        }
        Some(at)
    }

    /// Returns whether a name that the path asks for is not there, though the value that should have it is. What selects among
    /// values (wildcards, positions, filters) may select none, so it misses nothing.
    pub(super) fn misses(&self, tape: &Tape, from: Node) -> bool {
        let is_name = |selector: &Selector| matches!(selector, Selector::Name(_));
        let mut found = vec![from];
        for segment in &self.segments {
            let next = step(segment, tape, &found);
            if next.is_empty() {
                return segment.selectors.iter().all(is_name)
                    && found.iter().any(|node| tape.item(*node).kind != Kind::Null);
            }
            found = next;
        }
        false
    }

    /// Appends the values that the path leads to.
    pub(super) fn find(&self, tape: &Tape, from: Node, into: &mut Vec<Node>) {
        if self.names.is_some() {
            into.extend(self.quick(tape, from));
        } else if let Some(filtered) = &self.filtered {
            filter(filtered, tape, from, into);
        } else {
            follow(&self.segments, tape, from, into);
        }
    }
}

/// Returns the path with `$` at its front.
fn rooted(written: &str) -> Cow<'_, str> {
    if written.starts_with('$') {
        Cow::Borrowed(written)
    } else if written.starts_with(['[', '.']) {
        Cow::Owned(format!("${written}"))
    } else if let Some(rest) = written.strip_prefix('@') {
        Cow::Owned(format!("${rest}"))
    } else {
        Cow::Owned(format!("$.{written}"))
    }
}

/// Returns a path with each character beyond U+FFFF that is written as two escapes in their place; `None` when a `\u` has not
/// its digits, or a high surrogate not its low one (RFC 9535, section 2.3.1.1). The parser waits for more input where escapes
/// break off at the end, and does not know pairs.
fn with_whole_escapes(written: &str) -> Option<Cow<'_, str>> {
    let unit = |rest: &str| {
        let digits = rest.strip_prefix('u')?.get(..4)?;
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)
    };
    let mut path = String::new();
    let (mut taken, mut at) = (0, 0);
    while let Some(found) = written[at..].find('\\') {
        let start = at + found;
        let escaped = &written[start + 1..];
        at = start + 1 + usize::from(escaped.starts_with('\\'));
        if !escaped.starts_with('u') {
            continue;
        }
        let high = unit(escaped)?;
        if (0xd800..=0xdbff).contains(&high) {
            let low = escaped[5..].strip_prefix('\\').and_then(unit)?;
            let pair = char::decode_utf16([high, low]).next()?.ok()?;
            path.push_str(&written[taken..start]);
            path.push(pair);
            taken = start + "\\uhhhh\\uhhhh".len();
            at = taken;
        }
    }
    if taken == 0 {
        return Some(Cow::Borrowed(written));
    }
    path.push_str(&written[taken..]);
    Some(Cow::Owned(path))
}

/// Returns what the RFC writes for a path in the manner of other engines: `$.['a b']` for all, names with spaces and
/// hyphens where there is no `$` (`first name`), and with `legacy` there too (`$.first-name`).
fn tolerated(written: &str, legacy: bool) -> Option<String> {
    let rooted = rooted(written).replace(".[", "[");
    if JsonPath::parse(&rooted).is_ok() {
        return Some(rooted);
    }
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    let plain = !written.starts_with('$') && written.chars().all(is_plain);
    if !(plain || legacy) || rooted.contains(['?', '\'', '"', ';']) {
        return None;
    }
    let mut path = String::from("$");
    for part in rooted[1..].split('.').filter(|part| !part.is_empty()) {
        let (name, brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
        match name {
            "" => {}
            "*" => path.push_str("[*]"),
            name => {
                path.push_str("['");
                path.push_str(&name.replace('\\', "\\\\"));
                path.push_str("']");
            }
        }
        path.push_str(brackets);
    }
    Some(path)
}

fn filter(path: &JsonPath, tape: &Tape, from: Node, into: &mut Vec<Node>) {
    let value = tape.to_serde(from);
    for located in path.query_located(&value).iter() {
        let mut at = Some(from);
        for step in located.location().iter() {
            at = at.and_then(|at| match step {
                PathElement::Name(name) => tape.member(at, name),
                PathElement::Index(index) => tape.children(at).nth(*index).map(|(_, value)| value),
            });
        }
        into.extend(at);
    }
}

fn follow(segments: &[Segment], tape: &Tape, from: Node, into: &mut Vec<Node>) {
    let mut found = vec![from];
    for segment in segments {
        found = step(segment, tape, &found);
    }
    into.extend(found);
}

/// Returns what a segment leads to.
fn step(segment: &Segment, tape: &Tape, found: &[Node]) -> Vec<Node> {
    let mut next = Vec::new();
    for &node in found {
        if segment.descendant {
            // A tape holds the descendants of a value in the order that the RFC asks for.
            for at in node..tape.item(node).next as usize {
                if tape.item(at).kind != Kind::Name {
                    select(&segment.selectors, tape, at, &mut next);
                }
            }
        } else {
            select(&segment.selectors, tape, node, &mut next);
        }
    }
    next
}

fn select(selectors: &[Selector], tape: &Tape, node: Node, into: &mut Vec<Node>) {
    let is_array = tape.item(node).kind == Kind::Array;
    for selector in selectors {
        match selector {
            Selector::Name(name) => into.extend(tape.member(node, name)),
            Selector::Wildcard => into.extend(tape.children(node).map(|(_, value)| value)),
            Selector::Index(index) if is_array => {
                let found = match usize::try_from(*index) {
                    Ok(index) => tape.children(node).nth(index),
                    Err(_) => {
                        let length = tape.children(node).count() as i64;
                        usize::try_from(length + index)
                            .ok()
                            .and_then(|index| tape.children(node).nth(index))
                    }
                };
                into.extend(found.map(|(_, value)| value));
            }
            Selector::Slice(start, end, step) if is_array => {
                let values: Vec<Node> = tape.children(node).map(|(_, value)| value).collect();
                slice(&values, *start, *end, *step, into);
            }
            Selector::Index(_) | Selector::Slice(..) => {}
        }
    }
}

/// Appends the values of a slice (RFC 9535, section 2.3.4.2.2).
fn slice(values: &[Node], start: Option<i64>, end: Option<i64>, step: i64, into: &mut Vec<Node>) {
    let length = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let normal = |index: i64| {
        if index < 0 {
            length.saturating_add(index)
        } else {
            index
        }
    };
    let mut push = |index: i64| {
        into.extend(
            usize::try_from(index)
                .ok()
                .and_then(|index| values.get(index))
                .copied(),
        );
    };
    if step > 0 {
        let mut at = normal(start.unwrap_or(0)).clamp(0, length);
        let end = normal(end.unwrap_or(length)).clamp(0, length);
        while at < end {
            push(at);
            at = at.saturating_add(step);
        }
    } else if step < 0 {
        let mut at = start.map_or(length - 1, normal).clamp(-1, length - 1);
        let end = end.map_or(-1, |end| normal(end).clamp(-1, length - 1));
        while at > end {
            push(at);
            at = at.saturating_add(step);
        }
    }
}

/// Reads the segments of a path that is known to be valid.
struct Scanner<'p> {
    rest: &'p str,
}

impl Scanner<'_> {
    /// Returns the segments; `None` when there is a filter.
    fn segments(&mut self) -> Option<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            self.space();
            if self.rest.is_empty() {
                return Some(segments);
            }
            let descendant = self.eat("..");
            if !descendant && self.eat(".") {
                self.space();
            }
            let selectors = if self.eat("[") {
                self.bracketed()?
            } else if self.eat("*") {
                vec![Selector::Wildcard]
            } else {
                let end = self
                    .rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || !c.is_ascii()));
                let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                if name.is_empty() {
                    return None;
                }
                self.rest = rest;
                vec![Selector::Name(name.to_owned())]
            };
            segments.push(Segment {
                descendant,
                selectors,
            });
        }
    }

    fn bracketed(&mut self) -> Option<Vec<Selector>> {
        let mut selectors = Vec::new();
        loop {
            self.space();
            selectors.push(self.selector()?);
            self.space();
            if self.eat("]") {
                return Some(selectors);
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn selector(&mut self) -> Option<Selector> {
        if self.eat("*") {
            return Some(Selector::Wildcard);
        }
        if let Some(quote @ ('\'' | '"')) = self.rest.chars().next() {
            return self.quoted(quote).map(Selector::Name);
        }
        let start = self.number();
        self.space();
        if !self.eat(":") {
            return start.map(Selector::Index);
        }
        self.space();
        let end = self.number();
        self.space();
        let mut step = None;
        if self.eat(":") {
            self.space();
            step = self.number();
        }
        Some(Selector::Slice(start, end, step.unwrap_or(1)))
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut name = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[1 + at + 1..];
                return Some(name);
            }
            if c != '\\' {
                name.push(c);
                continue;
            }
            match chars.next()?.1 {
                'b' => name.push('\u{8}'),
                'f' => name.push('\u{c}'),
                'n' => name.push('\n'),
                'r' => name.push('\r'),
                't' => name.push('\t'),
                'u' => {
                    let code = (0..4)
                        .try_fold(0, |code, _| Some(code * 16 + chars.next()?.1.to_digit(16)?))?;
                    name.push(char::from_u32(code)?);
                }
                other => name.push(other),
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_digit() || c == '-'))
            .unwrap_or(self.rest.len());
        let number = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        Some(number)
    }

    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}
