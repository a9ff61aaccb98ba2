//! XML: a record for each node that the iterator (XPath) leads to.
//!
//! An iterator of element names without predicates is followed while reading, so that only one record and the elements
//! that hold it are kept; references may then look at attributes of those (`../@id`). Whatever looks further needs the
//! whole document. References are XPath 1.0 with the record as context; every node is a value by its text.

mod dom;
mod encoding;
mod leaf;
mod reader;
#[cfg(test)]
mod tests;
mod xpath;

use std::cell::{Cell, RefCell};
use std::io::Read;
use std::sync::Arc;

use self::dom::{Dom, Kind, Node};
use self::encoding::declared_encoding;
use self::reader::{Step, Wrong, XmlReader};
use self::xpath::{Axis, Context, Expr, Missing, Outcome, Path, Reach, Start, Test, evaluate};
use super::keys::Keys;
use super::tree::Tree;
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::record::{
    Fault, FaultKind, Natural, Origin, Record, Records, Scope, Single, Slot, Value,
};

/// How an XML source is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The path to the records; the document when there is none.
    pub iterator: Option<String>,
    /// Prefixes and their namespaces; with none, names are compared as the document writes them.
    pub namespaces: Vec<(String, String)>,
    /// Values that stand for no value.
    pub nulls: Vec<String>,
}

/// Opens an XML source.
///
/// # Errors
/// `MAPPING_TERM` when the iterator is no XPath that leads to nodes, `FILE_UNREADABLE`.
pub fn open(
    reader: Box<dyn Read + Send>,
    file: &str,
    options: Options,
) -> Result<Box<dyn Records>> {
    let written = options.iterator.as_deref().unwrap_or("/");
    let refuse = |message: String| {
        Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the iterator \"{written}\" is no XPath: {message}"),
        )
        .hint("XPath is written as in /list/item or //item[@kind = 'x']")
    };
    let iterator = xpath::parse(written, &options.namespaces).map_err(refuse)?;
    if !matches!(
        iterator,
        Expr::Path(_) | Expr::Binary(xpath::Operator::Union, ..)
    ) {
        return Err(refuse("it leads to no nodes".to_owned()).into());
    }
    let input = declared_encoding(reader).map_err(|error| {
        Diagnostic::error(codes::FILE_UNREADABLE, error.to_string()).at(Place::file(file))
    })?;
    Ok(Box::new(Xml {
        file: Arc::from(file),
        reader: XmlReader::new(input),
        steps: iterator.stream_steps(),
        iterator,
        options,
        dom: Dom::new(),
        chain: Vec::new(),
        found: Vec::new(),
        at: 0,
        node: 0,
        reach: Reach::Down,
        state: State::Fresh,
        references: Vec::new(),
        scopes: Vec::new(),
        keys: Keys::default(),
    }))
}

/// How far a stream has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing has been read; references may still be bound.
    Fresh,
    /// Records are found while reading.
    Streaming,
    /// The whole document has been read.
    Whole,
    /// There are no more records.
    Ended,
}

/// An element on the way to records.
struct Link {
    node: Node,
    /// Which steps of the iterator may come next within it.
    states: Vec<usize>,
}

/// A reference with its expression.
struct Bound {
    expr: Expr,
    /// Set when it is the name of a child or an attribute only.
    quick: Option<(Axis, Test)>,
    /// When it means that a name is not there if it leads to nothing.
    missing: Missing,
    /// Whether all its names were there; `None` while nobody has asked.
    met: Cell<Option<bool>>,
    /// Which names the test of the quick way fits, as far as it was asked; by the number of the name.
    fits: RefCell<Vec<Option<bool>>>,
}

impl Bound {
    /// Returns whether a child or attribute fits the test, which only its name decides.
    fn fits(&self, test: &Test, axis: Axis, dom: &Dom, node: Node) -> bool {
        if !matches!(dom.data(node).kind, Kind::Element | Kind::Attribute) {
            return xpath::fits(test, axis, dom, node);
        }
        let number = dom.name_number(node);
        let mut known = self.fits.borrow_mut();
        if known.len() <= number {
            known.resize(number + 1, None);
        }
        *known[number].get_or_insert_with(|| xpath::fits(test, axis, dom, node))
    }
}

/// The stream; it is its own record, lent again for each node of the iterator.
struct Xml {
    file: Arc<str>,
    reader: XmlReader,
    iterator: Expr,
    /// The iterator's steps, if it can be followed while reading.
    steps: Option<Vec<(bool, Test)>>,
    options: Options,
    dom: Dom,
    chain: Vec<Link>,
    /// Records in the part of the document that is kept.
    found: Vec<Node>,
    at: usize,
    /// The record.
    node: Node,
    /// How far the references look.
    reach: Reach,
    state: State,
    references: Vec<Bound>,
    scopes: Vec<Expr>,
    keys: Keys,
}

impl Xml {
    /// Goes to the next record; returns whether there is one.
    fn advance(&mut self) -> std::result::Result<bool, Wrong> {
        loop {
            if let Some(node) = self.found.get(self.at) {
                self.node = *node;
                self.at += 1;
                return Ok(true);
            }
            match self.state {
                State::Fresh if self.steps.is_some() && self.reach != Reach::Everywhere => {
                    self.state = State::Streaming;
                    self.reader.keeps_text = false;
                    self.chain.push(Link {
                        node: 0,
                        states: vec![0],
                    });
                }
                State::Fresh => {
                    while self.reader.leaf(&mut self.dom)?.is_some()
                        || self.reader.step(&mut self.dom)? != Step::End
                    {}
                    let at = Context {
                        dom: &self.dom,
                        node: 0,
                        position: 1,
                        size: 1,
                    };
                    if let Outcome::Nodes(nodes) = evaluate(&self.iterator, at) {
                        self.found = nodes;
                    }
                    self.state = State::Whole;
                }
                State::Streaming => {
                    if !self.next_part()? {
                        self.state = State::Ended;
                    }
                }
                State::Whole | State::Ended => {
                    self.state = State::Ended;
                    return Ok(false);
                }
            }
        }
    }

    /// Reads on to the next element that is a record, and all of it; returns whether there is one.
    fn next_part(&mut self) -> std::result::Result<bool, Wrong> {
        self.found.clear();
        self.at = 0;
        // What is left of the part before.
        let kept = self.chain.last().map_or(0, |link| link.node);
        self.drop_after(kept);
        loop {
            match self.reader.step(&mut self.dom)? {
                Step::Open(node) => {
                    let states = self.enter(node);
                    let is_record = self.is_record(&states);
                    self.chain.push(Link { node, states });
                    if is_record {
                        return self.part(node).map(|()| true);
                    }
                }
                Step::Close(node) => {
                    self.chain.pop();
                    self.dom.truncate(node);
                }
                Step::Other => {}
                Step::End => return Ok(false),
            }
        }
    }

    /// Drops all nodes after an element and its attributes.
    fn drop_after(&mut self, node: Node) {
        let mut end = node + 1;
        while end < self.dom.len() && self.dom.data(end).kind == Kind::Attribute {
            end += 1;
        }
        self.dom.truncate(end);
    }

    /// Reads the rest of a record, and notes the records within it.
    fn part(&mut self, node: Node) -> std::result::Result<(), Wrong> {
        self.found.push(node);
        self.reader.keeps_text = true;
        let depth = self.chain.len();
        while self.chain.len() >= depth {
            if let Some(leaf) = self.reader.leaf(&mut self.dom)? {
                let states = self.enter(leaf);
                if self.is_record(&states) {
                    self.found.push(leaf);
                }
                continue;
            }
            match self.reader.step(&mut self.dom)? {
                Step::Open(inner) => {
                    let states = self.enter(inner);
                    if self.is_record(&states) {
                        self.found.push(inner);
                    }
                    self.chain.push(Link {
                        node: inner,
                        states,
                    });
                }
                Step::Close(_) => {
                    self.chain.pop();
                }
                Step::Other | Step::End => {}
            }
        }
        self.reader.keeps_text = false;
        Ok(())
    }

    /// Returns the steps that may come next within an element that has just begun.
    fn enter(&self, node: Node) -> Vec<usize> {
        let (Some(steps), Some(outer)) = (&self.steps, self.chain.last()) else {
            return Vec::new();
        };
        let mut states = Vec::new();
        if outer
            .states
            .first()
            .is_none_or(|first| *first >= steps.len())
        {
            // States are sorted: nothing leads further from here.
            return states;
        }
        for state in &outer.states {
            let Some((deep, test)) = steps.get(*state) else {
                continue;
            };
            if *deep {
                states.push(*state);
            }
            if xpath::fits(test, Axis::Child, &self.dom, node) {
                states.push(state + 1);
            }
        }
        states.sort_unstable();
        states.dedup();
        states
    }

    fn is_record(&self, states: &[usize]) -> bool {
        self.steps
            .as_ref()
            .is_some_and(|steps| states.contains(&steps.len()))
    }

    fn fault(&mut self, wrong: Wrong) -> Box<Fault> {
        self.state = State::Ended;
        self.found.clear();
        Box::new(Fault {
            message: wrong.message,
            origin: Origin {
                file: Arc::clone(&self.file),
                line: self.reader.line,
                column: self.reader.column(),
                ..Origin::default()
            },
            kind: if wrong.encoding {
                FaultKind::Encoding
            } else {
                FaultKind::Unreadable
            },
            hint: wrong.hint,
        })
    }

    fn compile(&mut self, reference: &str) -> std::result::Result<Expr, Box<Fault>> {
        let expr = xpath::parse(reference, &self.options.namespaces).map_err(|message| {
            Box::new(Fault {
                message: format!("\"{reference}\" is no XPath: {message}"),
                origin: Origin {
                    file: Arc::clone(&self.file),
                    ..Origin::default()
                },
                kind: FaultKind::BadReference,
                hint: Some("XPath is written as in name, @id or address/town".to_owned()),
            })
        })?;
        self.reach = self.reach.max(expr.reach());
        Ok(expr)
    }

    fn is_null(&self, text: &str) -> bool {
        self.options.nulls.iter().any(|null| null == text)
    }

    /// Returns whether a name that an expression asks for is not there, once the expression has led to nothing.
    fn misses(&self, from: Node, missing: &Missing) -> bool {
        match missing {
            Missing::Never => false,
            Missing::Always => true,
            Missing::When(part) => {
                matches!(self.outcome(from, part), Outcome::Nodes(nodes) if nodes.is_empty())
            }
        }
    }

    fn outcome(&self, from: Node, expr: &Expr) -> Outcome {
        evaluate(
            expr,
            Context {
                dom: &self.dom,
                node: from,
                position: 1,
                size: 1,
            },
        )
    }
}

/// Returns axis and test of a reference that is one step without predicates to children or attributes.
fn quick(expr: &Expr) -> Option<(Axis, Test)> {
    let Expr::Path(Path {
        start: Start::Context,
        steps,
    }) = expr
    else {
        return None;
    };
    let [step] = steps.as_slice() else {
        return None;
    };
    let simple = step.predicates.is_empty()
        && matches!(step.axis, Axis::Child | Axis::Attribute)
        && matches!(
            step.test,
            Test::Named(..) | Test::Written(_) | Test::Local(_)
        );
    simple.then(|| (step.axis, step.test.clone()))
}

impl Tree for Xml {
    fn record(&self) -> Node {
        self.node
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn values_at<'r>(
        &'r self,
        from: Node,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> std::result::Result<(), Box<Fault>> {
        let Some(bound) = self.references.get(slot) else {
            return Ok(());
        };
        match self.outcome(from, &bound.expr) {
            Outcome::Nodes(nodes) => {
                if bound.met.get() != Some(true) {
                    let missing = nodes.is_empty() && self.misses(from, &bound.missing);
                    bound.met.set(Some(!missing));
                }
                for node in nodes {
                    match self.dom.plain_text(node) {
                        Some(text) if !self.is_null(text) => into.push(Value::text(text)),
                        Some(_) => {}
                        None => {
                            let mut text = String::new();
                            self.dom.push_value(node, &mut text);
                            if !self.is_null(&text) {
                                into.push(Value::text(text));
                            }
                        }
                    }
                }
            }
            other => {
                bound.met.set(Some(true));
                into.extend(
                    other
                        .texts(&self.dom)
                        .into_iter()
                        .filter(|text| !self.is_null(text))
                        .map(Value::text),
                );
            }
        }
        Ok(())
    }

    /// Returns the text of the only child or attribute of a name.
    fn plain_at(&self, from: Node, slot: Slot) -> Option<&str> {
        let bound = self.references.get(slot)?;
        let (axis, test) = bound.quick.as_ref()?;
        let fits = |node: &Node| bound.fits(test, *axis, &self.dom, *node);
        let node = if *axis == Axis::Attribute {
            self.dom.attributes(from).find(fits)?
        } else {
            let mut found = self.dom.children(from).filter(fits);
            let first = found.next()?;
            if found.next().is_some() {
                return None;
            }
            first
        };
        let text = self.dom.plain_text(node)?;
        bound.met.set(Some(true));
        (!self.is_null(text)).then_some(text)
    }

    /// Returns what a reference to a child or attribute leads to, if that is at most one value.
    fn single_at(&self, from: Node, slot: Slot) -> Single<'_> {
        let Some(bound) = self.references.get(slot) else {
            return Single::Null;
        };
        let Some((axis, test)) = bound.quick.as_ref() else {
            return Single::Unknown;
        };
        let fits = |node: &Node| bound.fits(test, *axis, &self.dom, *node);
        let node = if *axis == Axis::Attribute {
            self.dom.attributes(from).find(fits)
        } else {
            let mut found = self.dom.children(from).filter(fits);
            let first = found.next();
            if found.next().is_some() {
                return Single::Unknown;
            }
            first
        };
        // What is not met is noted by the longer way.
        let Some(text) = node.and_then(|node| self.dom.plain_text(node)) else {
            return Single::Unknown;
        };
        bound.met.set(Some(true));
        if self.is_null(text) {
            Single::Null
        } else {
            Single::One(text, Natural::Text)
        }
    }

    fn origin_at(&self, node: Node) -> Origin {
        let mut path = String::new();
        self.dom.path(node, &mut path);
        let data = self.dom.data(node);
        Origin {
            file: Arc::clone(&self.file),
            line: data.line,
            column: data.column,
            pointer: (!path.is_empty()).then(|| Arc::from(path)),
            ..Origin::default()
        }
    }

    fn origin_of_value(&self, from: Node, slot: Slot, index: usize) -> Origin {
        let Some(bound) = self.references.get(slot) else {
            return self.origin_at(from);
        };
        let Outcome::Nodes(nodes) = self.outcome(from, &bound.expr) else {
            return self.origin_at(from);
        };
        let mut valued = nodes.into_iter().filter(|node| {
            let mut text = String::new();
            self.dom.push_value(*node, &mut text);
            !self.is_null(&text)
        });
        self.origin_at(valued.nth(index).unwrap_or(from))
    }

    fn content(&self, node: Node, into: &mut Vec<u8>) {
        self.dom.content(node, into);
    }

    fn nodes_of(&self, from: Node, scope: Scope) -> Vec<Node> {
        match self.scopes.get(scope).map(|expr| self.outcome(from, expr)) {
            Some(Outcome::Nodes(nodes)) => nodes,
            _ => Vec::new(),
        }
    }
}

impl Records for Xml {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let expr = self.compile(reference)?;
        self.references.push(Bound {
            quick: quick(&expr),
            missing: expr.missing(),
            expr,
            met: Cell::new(None),
            fits: RefCell::default(),
        });
        Ok(self.references.len() - 1)
    }

    fn bind_parts(
        &mut self,
        _outer: Option<Scope>,
        iterator: &str,
    ) -> std::result::Result<Scope, Box<Fault>> {
        let expr = self.compile(iterator)?;
        self.scopes.push(expr);
        Ok(self.scopes.len() - 1)
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        if self.state == State::Ended {
            return None;
        }
        self.keys.advance();
        match self.advance() {
            Ok(true) => Some(Ok(self)),
            Ok(false) => None,
            Err(wrong) => Some(Err(self.fault(wrong))),
        }
    }

    fn unmet(&self) -> Vec<Slot> {
        self.references
            .iter()
            .enumerate()
            .filter(|(_, bound)| bound.met.get() == Some(false))
            .map(|(slot, _)| slot)
            .collect()
    }
}
