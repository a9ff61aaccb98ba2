//! Filters of JSONPath, evaluated on the tape (RFC 9535, sections 2.3.5 and 2.4).

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

use super::{Segment, Selector, element, follow};
use crate::source::json::tape::{Kind, Node, Tape};

/// A filter among the selectors of a path.
#[derive(Clone, Debug)]
pub(in crate::source::json) struct Filter(Test);

impl Filter {
    pub(super) fn new(test: Test) -> Self {
        Self(test)
    }

    /// Returns whether a value is what the filter asks for.
    pub(super) fn holds(&self, at: At<'_>) -> bool {
        self.0.holds(at)
    }
}

/// What a filter asks of a value.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    Exists(Query),
    Compare(Operand, Operator, Operand),
    /// Whether a text matches a pattern; nothing matches one that is none.
    Matches(Operand, Option<Regex>),
    /// Whether a text matches the pattern that is found in the document, be it as a whole.
    MatchesAny(Operand, Operand, bool),
}

/// What can be compared.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Null,
    True,
    False,
    Number(Number),
    Text(String),
    /// A path to one value at most, except within [`Test::Exists`].
    Query(Query),
    Length(Box<Self>),
    Count(Query),
    Value(Query),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A path in a filter.
#[derive(Clone, Debug)]
pub(super) struct Query {
    /// Whether it begins at the root, not at the value that is tested.
    absolute: bool,
    segments: Vec<Segment>,
    /// Whether every segment is one name or index.
    singular: bool,
}

impl Query {
    pub(super) fn new(absolute: bool, segments: Vec<Segment>) -> Self {
        let singular = segments.iter().all(|segment| {
            let selectors = segment.selectors.as_slice();
            !segment.descendant && matches!(selectors, [Selector::Name(_) | Selector::Index(_)])
        });
        Self {
            absolute,
            segments,
            singular,
        }
    }

    pub(super) fn is_singular(&self) -> bool {
        self.singular
    }

    fn start(&self, at: At<'_>) -> Node {
        if self.absolute { at.root } else { at.node }
    }

    /// Returns the value that a singular path leads to.
    fn one(&self, at: At<'_>) -> Option<Node> {
        let mut node = self.start(at);
        for segment in &self.segments {
            node = match segment.selectors.as_slice() {
                [Selector::Name(name)] => at.tape.member(node, name)?,
                [Selector::Index(index)] => element(at.tape, node, *index)?,
                _ => return None,
            };
        }
        Some(node)
    }

    fn all(&self, at: At<'_>) -> Vec<Node> {
        follow(&self.segments, at.tape, at.root, self.start(at))
    }
}

/// A number as exact as it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    /// Takes a number as JSON writes it.
    pub(super) fn new(written: &str) -> Self {
        match written.parse() {
            Ok(whole) => Self::Whole(whole),
            Err(_) => Self::Real(written.parse().unwrap_or(f64::NAN)),
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        let real = |number| match number {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        };
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (a, b) => real(a).partial_cmp(&real(b)),
        }
    }
}

/// Where a filter is evaluated.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) tape: &'t Tape,
    pub(super) root: Node,
    pub(super) node: Node,
}

/// What an operand is at a place.
#[derive(Clone, Copy)]
enum Found<'t> {
    Nothing,
    Null,
    True,
    False,
    Number(Number),
    Text(&'t str),
    /// An array or an object.
    Holder(Node),
}

impl<'t> Found<'t> {
    fn of(tape: &'t Tape, node: Node) -> Self {
        match tape.item(node).kind {
            Kind::Null => Self::Null,
            Kind::True => Self::True,
            Kind::False => Self::False,
            Kind::Number => Self::Number(Number::new(tape.text(node))),
            Kind::Text | Kind::Name => Self::Text(tape.text(node)),
            Kind::Array | Kind::Object => Self::Holder(node),
        }
    }

    fn equals(self, other: Self, tape: &Tape) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing)
            | (Self::Null, Self::Null)
            | (Self::True, Self::True)
            | (Self::False, Self::False) => true,
            (Self::Number(a), Self::Number(b)) => a.compare(b) == Some(Ordering::Equal),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Holder(a), Self::Holder(b)) => same_content(tape, a, b),
            _ => false,
        }
    }

    fn is_less(self, other: Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(b) == Some(Ordering::Less),
            (Self::Text(a), Self::Text(b)) => a < b,
            _ => false,
        }
    }
}

/// Returns whether two arrays hold the same, or two objects, whatever the order of their members.
fn same_content(tape: &Tape, a: Node, b: Node) -> bool {
    if tape.item(a).kind != tape.item(b).kind {
        return false;
    }
    let (a, b) = (content(tape, a), content(tape, b));
    a.len() == b.len()
        && a.into_iter().zip(b).all(|((name, a), (other, b))| {
            name == other && Found::of(tape, a).equals(Found::of(tape, b), tape)
        })
}

/// Returns the values of an array, or of an object by name: the last of each, as [`Tape::member`] has it.
fn content(tape: &Tape, node: Node) -> Vec<(Option<&str>, Node)> {
    let mut found: Vec<_> = tape
        .children(node)
        .map(|(name, value)| (name.map(|name| tape.text(name)), value))
        .collect();
    if tape.item(node).kind == Kind::Object {
        found.sort_unstable_by_key(|(name, value)| (*name, std::cmp::Reverse(*value)));
        found.dedup_by_key(|(name, _)| *name);
    }
    found
}

impl Operand {
    fn at<'t>(&'t self, at: At<'t>) -> Found<'t> {
        let value =
            |node: Option<Node>| node.map_or(Found::Nothing, |node| Found::of(at.tape, node));
        let count = |count: usize| Found::Number(Number::Whole(count as i128));
        match self {
            Self::Null => Found::Null,
            Self::True => Found::True,
            Self::False => Found::False,
            Self::Number(number) => Found::Number(*number),
            Self::Text(text) => Found::Text(text),
            Self::Query(query) => value(query.one(at)),
            Self::Length(inner) => match inner.at(at) {
                Found::Text(text) => count(text.chars().count()),
                Found::Holder(holder) => count(at.tape.children(holder).count()),
                _ => Found::Nothing,
            },
            Self::Count(query) => count(query.all(at).len()),
            Self::Value(query) => match query.all(at).as_slice() {
                [only] => value(Some(*only)),
                _ => Found::Nothing,
            },
        }
    }
}

impl Test {
    fn holds(&self, at: At<'_>) -> bool {
        match self {
            Self::Any(tests) => tests.iter().any(|test| test.holds(at)),
            Self::All(tests) => tests.iter().all(|test| test.holds(at)),
            Self::Not(test) => !test.holds(at),
            Self::Exists(query) if query.singular => query.one(at).is_some(),
            Self::Exists(query) => !query.all(at).is_empty(),
            Self::Compare(left, operator, right) => {
                compare(left.at(at), *operator, right.at(at), at.tape)
            }
            Self::Matches(text, pattern) => matches(text.at(at), pattern.as_ref()),
            Self::MatchesAny(text, written, whole) => match written.at(at) {
                Found::Text(written) => matches(text.at(at), pattern(written, *whole).as_ref()),
                _ => false,
            },
        }
    }
}

/// Compares (RFC 9535, section 2.3.5.2.2): only numbers and texts have an order, what is equal is also `<=` and `>=`.
fn compare(a: Found<'_>, operator: Operator, b: Found<'_>, tape: &Tape) -> bool {
    match operator {
        Operator::Equal => a.equals(b, tape),
        Operator::NotEqual => !a.equals(b, tape),
        Operator::Less => a.is_less(b),
        Operator::LessOrEqual => a.is_less(b) || a.equals(b, tape),
        Operator::Greater => b.is_less(a),
        Operator::GreaterOrEqual => b.is_less(a) || a.equals(b, tape),
    }
}

fn matches(text: Found<'_>, pattern: Option<&Regex>) -> bool {
    match (text, pattern) {
        (Found::Text(text), Some(pattern)) => pattern.is_match(text),
        _ => false,
    }
}

/// Returns a pattern (RFC 9485), whose dot is neither of the line ends; `None` when it is none.
pub(super) fn pattern(written: &str, whole: bool) -> Option<Regex> {
    let build = |pattern: &str| RegexBuilder::new(pattern).crlf(true).build().ok();
    let found = build(written)?;
    if whole {
        // Built alone before, so that its brackets cannot close the one around it.
        build(&format!("^(?:{written})$"))
    } else {
        Some(found)
    }
}
