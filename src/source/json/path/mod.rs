//! JSONPath (RFC 9535), compiled and followed on the tape.

mod filter;
mod parse;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use self::filter::{At, Filter};
use self::parse::parse;
use super::tape::{Kind, Node, Tape};

/// A compiled path.
#[derive(Clone, Debug)]
pub(super) struct Path {
    segments: Vec<Segment>,
    /// Whether it has filters.
    filtered: bool,
    /// Set when every segment is one name.
    names: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub(super) struct Segment {
    descendant: bool,
    selectors: Vec<Selector>,
}

#[derive(Clone, Debug)]
pub(super) enum Selector {
    Name(String),
    Index(i64),
    Slice(Option<i64>, Option<i64>, i64),
    Wildcard,
    Filter(Filter),
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
        let segments = parse(&rooted(written)).or_else(|message| {
            tolerated(written, legacy)
                .and_then(|path| parse(&path).ok())
                .ok_or(message)
        })?;
        let filtered = segments
            .iter()
            .flat_map(|segment| &segment.selectors)
            .any(|selector| matches!(selector, Selector::Filter(_)));
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
            filtered,
            names,
        })
    }

    /// Returns the steps of a path that can be followed while reading: each one name, index from the start or wildcard.
    pub(super) fn steps(&self) -> Option<Vec<Selector>> {
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
        if self.filtered {
            return false;
        }
        let is_name = |selector: &Selector| matches!(selector, Selector::Name(_));
        let mut found = vec![from];
        for segment in &self.segments {
            let next = step(segment, tape, from, &found);
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
        } else {
            into.extend(follow(&self.segments, tape, from, from));
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

/// Returns what the RFC writes for a path in the manner of other engines: `$.['a b']` for all, names with spaces and
/// hyphens where there is no `$` (`first name`), and with `legacy` there too (`$.first-name`).
fn tolerated(written: &str, legacy: bool) -> Option<String> {
    let rooted = rooted(written).replace(".[", "[");
    if parse(&rooted).is_ok() {
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

/// Returns what segments lead to from a value, `root` being what `$` is in filters.
fn follow(segments: &[Segment], tape: &Tape, root: Node, from: Node) -> Vec<Node> {
    let mut found = vec![from];
    for segment in segments {
        found = step(segment, tape, root, &found);
    }
    found
}

/// Returns what a segment leads to.
fn step(segment: &Segment, tape: &Tape, root: Node, found: &[Node]) -> Vec<Node> {
    let mut next = Vec::new();
    for &node in found {
        if segment.descendant {
            // A tape holds the descendants of a value in the order that the RFC asks for.
            for at in node..tape.item(node).next as usize {
                if tape.item(at).kind != Kind::Name {
                    select(&segment.selectors, tape, root, at, &mut next);
                }
            }
        } else {
            select(&segment.selectors, tape, root, node, &mut next);
        }
    }
    next
}

fn select(selectors: &[Selector], tape: &Tape, root: Node, node: Node, into: &mut Vec<Node>) {
    let values = || tape.children(node).map(|(_, value)| value);
    for selector in selectors {
        match selector {
            Selector::Name(name) => into.extend(tape.member(node, name)),
            Selector::Wildcard => into.extend(values()),
            Selector::Index(index) => into.extend(element(tape, node, *index)),
            Selector::Slice(start, end, step) => {
                if tape.item(node).kind == Kind::Array {
                    let values: Vec<Node> = values().collect();
                    slice(&values, *start, *end, *step, into);
                }
            }
            Selector::Filter(filter) => {
                into.extend(values().filter(|node| {
                    filter.holds(At {
                        tape,
                        root,
                        node: *node,
                    })
                }));
            }
        }
    }
}

/// Returns the value of an array at an index, which counts from the end when it is negative.
fn element(tape: &Tape, node: Node, index: i64) -> Option<Node> {
    if tape.item(node).kind != Kind::Array {
        return None;
    }
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => {
            let length = i64::try_from(tape.children(node).count()).unwrap_or(i64::MAX);
            usize::try_from(length.saturating_add(index)).ok()?
        }
    };
    tape.children(node).nth(index).map(|(_, value)| value)
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
