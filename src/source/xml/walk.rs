//! The way to the records: the iterator, followed while reading or in a whole document.

use std::sync::Arc;

use super::dom::Node;
use super::page::Page;
use super::reader::{Step, Wrong, XmlReader};
use super::xpath::{self, Axis, Context, Expr, Outcome, Reach, Test, evaluate};
use crate::record::{Fault, FaultKind, Origin};
use crate::source::stream;

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

/// What has to stay on the page when the reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// The elements that lead to the next record: records are looked at one by one.
    Way,
    /// The document: records will be put beside one another, and there is none yet.
    Document,
    /// All up to this record, which others are put beside.
    UpTo(Node),
}

impl Kept {
    /// Returns whether a node that has been closed stays.
    fn holds(self, node: Node) -> bool {
        match self {
            Self::Way => false,
            Self::Document => node == 0,
            Self::UpTo(last) => node <= last,
        }
    }

    /// Puts a record beside those that are kept.
    fn and(self, node: Node) -> Self {
        match self {
            Self::UpTo(last) => Self::UpTo(last.max(node)),
            Self::Way | Self::Document => Self::UpTo(node),
        }
    }
}

/// An element on the way to records.
struct Link {
    node: Node,
    /// Which steps of the iterator may come next within it.
    states: Vec<usize>,
}

/// A document that is being read, and how far.
pub(super) struct Walk {
    reader: XmlReader,
    iterator: Expr,
    /// The iterator's steps, if it can be followed while reading.
    steps: Option<Vec<(bool, Test)>>,
    chain: Vec<Link>,
    /// Records in the part of the document that is kept.
    found: Vec<Node>,
    at: usize,
    kept: Kept,
    state: State,
}

impl Walk {
    pub(super) fn new(reader: XmlReader, iterator: Expr) -> Self {
        Self {
            reader,
            steps: iterator.stream_steps(),
            iterator,
            chain: Vec::new(),
            found: Vec::new(),
            at: 0,
            kept: Kept::Way,
            state: State::Fresh,
        }
    }

    /// Goes to the next record; returns whether there is one.
    fn advance(&mut self, page: &mut Page) -> Result<bool, Wrong> {
        loop {
            if let Some(node) = self.found.get(self.at) {
                page.node = *node;
                self.at += 1;
                return Ok(true);
            }
            match self.state {
                State::Fresh if self.is_followed(page) => {
                    self.state = State::Streaming;
                    self.reader.keeps_text = false;
                    self.chain.push(Link {
                        node: 0,
                        states: vec![0],
                    });
                }
                State::Fresh => {
                    while self.reader.leaf(&mut page.dom)?.is_some()
                        || self.reader.step(&mut page.dom)? != Step::End
                    {}
                    let at = Context {
                        dom: &page.dom,
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
                    if !self.next_part(page)? {
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
    fn next_part(&mut self, page: &mut Page) -> Result<bool, Wrong> {
        self.found.clear();
        self.at = 0;
        if self.kept == Kept::Way {
            // What is left of the part before.
            let holder = self.chain.last().map_or(0, |link| link.node);
            page.dom.drop_after(holder);
        }
        loop {
            match self.reader.step(&mut page.dom)? {
                Step::Open(node) => {
                    let states = self.enter(node, page);
                    let is_record = self.is_record(&states);
                    self.chain.push(Link { node, states });
                    if is_record {
                        return self.part(node, page).map(|()| true);
                    }
                }
                Step::Close(node) => {
                    self.chain.pop();
                    if !self.kept.holds(node) {
                        page.dom.truncate(node);
                    }
                }
                Step::Other => {}
                Step::End => return Ok(false),
            }
        }
    }

    /// Reads the rest of a record, and notes the records within it.
    fn part(&mut self, node: Node, page: &mut Page) -> Result<(), Wrong> {
        self.found.push(node);
        self.reader.keeps_text = true;
        let depth = self.chain.len();
        while self.chain.len() >= depth {
            if let Some(leaf) = self.reader.leaf(&mut page.dom)? {
                let states = self.enter(leaf, page);
                if self.is_record(&states) {
                    self.found.push(leaf);
                }
                continue;
            }
            match self.reader.step(&mut page.dom)? {
                Step::Open(inner) => {
                    let states = self.enter(inner, page);
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
    fn enter(&self, node: Node, page: &Page) -> Vec<usize> {
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
            if xpath::fits(test, Axis::Child, &page.dom, node) {
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

    fn fault(&mut self, wrong: Wrong, page: &Page) -> Box<Fault> {
        self.state = State::Ended;
        self.found.clear();
        Box::new(Fault {
            message: wrong.message,
            origin: Origin {
                line: self.reader.line,
                column: self.reader.column(),
                ..page.head.origin()
            },
            kind: if wrong.encoding {
                FaultKind::Encoding
            } else {
                FaultKind::Unreadable
            },
            hint: wrong.hint,
        })
    }

    /// Returns whether the iterator is followed while reading.
    fn is_followed(&self, page: &Page) -> bool {
        self.steps.is_some() && page.head.reach != Reach::Everywhere
    }
}

impl stream::Walk<Page> for Walk {
    fn next(&mut self, page: &mut Page) -> Option<Result<(), Box<Fault>>> {
        if self.state == State::Ended {
            return None;
        }
        match self.advance(page) {
            Ok(true) => Some(Ok(())),
            Ok(false) => None,
            Err(wrong) => Some(Err(self.fault(wrong, page))),
        }
    }

    fn has_stretches(&self, page: &Page) -> bool {
        self.is_followed(page)
    }

    fn next_beside(&mut self, page: &mut Page) -> Option<Result<(), Box<Fault>>> {
        if self.kept == Kept::Way {
            self.kept = Kept::Document;
        }
        let next = self.next(page);
        if let Some(Ok(())) = next {
            self.kept = self.kept.and(page.node);
        }
        next
    }

    fn is_between(&self) -> bool {
        self.at >= self.found.len()
    }

    fn turn(&mut self, page: &mut Page) -> Page {
        let mut chain: Vec<Node> = self.chain.iter().map(|link| link.node).collect();
        let mut full = Page::new(Arc::clone(&page.head));
        full.dom = page.dom.turn(&mut chain);
        for (link, node) in self.chain.iter_mut().zip(&chain) {
            link.node = *node;
        }
        self.reader.renumber(chain.get(1..).unwrap_or_default());
        self.kept = Kept::Way;
        full
    }
}
