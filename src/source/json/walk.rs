//! The way to the records: the iterator, followed while reading or in a whole document.

use std::sync::Arc;

use super::lexer::{Lexer, Wrong, WrongKind};
use super::page::{Frame, Page, Position};
use super::path::{Path, Selector};
use super::tape::Node;
use crate::record::{Fault, FaultKind, Origin};
use crate::source::stream;

/// How the iterator is followed.
enum Mode {
    /// While reading.
    Streamed {
        steps: Vec<Selector>,
        /// Whether the document has begun.
        begun: bool,
    },
    /// In a document on the tape.
    Whole {
        iterator: Path,
        found: Vec<Node>,
        at: usize,
    },
}

/// A text that is being read, and how far.
pub(super) struct Walk {
    lexer: Lexer,
    mode: Mode,
    /// Documents begun.
    documents: u64,
    /// The name of a member.
    name: String,
    /// Whether there are no more records.
    ended: bool,
}

impl Walk {
    pub(super) fn new(lexer: Lexer, iterator: Path) -> Self {
        Self {
            lexer,
            mode: match iterator.steps() {
                Some(steps) => Mode::Streamed {
                    steps,
                    begun: false,
                },
                None => Mode::Whole {
                    iterator,
                    found: Vec::new(),
                    at: 0,
                },
            },
            documents: 0,
            name: String::new(),
            ended: false,
        }
    }

    /// Goes to the next record; returns whether there is one.
    fn advance(&mut self, page: &mut Page) -> Result<bool, Wrong> {
        loop {
            match &mut self.mode {
                Mode::Whole { found, at, .. } => {
                    if let Some(node) = found.get(*at) {
                        page.at = Position {
                            root: *node,
                            document: self.documents,
                            ..Position::default()
                        };
                        *at += 1;
                        return Ok(true);
                    }
                    if !self.document(page)? {
                        return Ok(false);
                    }
                    page.tape.clear();
                    self.lexer.value(Some(&mut page.tape), 0)?;
                    if let Mode::Whole {
                        iterator,
                        found,
                        at,
                    } = &mut self.mode
                    {
                        found.clear();
                        *at = 0;
                        iterator.find(&page.tape, 0, found);
                    }
                }
                Mode::Streamed { begun: false, .. } => {
                    if !self.document(page)? {
                        return Ok(false);
                    }
                    if let Mode::Streamed { begun, .. } = &mut self.mode {
                        *begun = true;
                    }
                    if self.enter(page)? {
                        return Ok(true);
                    }
                }
                Mode::Streamed { .. } => {
                    if self.step(page)? {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Begins a document; returns whether there is one.
    fn document(&mut self, page: &Page) -> Result<bool, Wrong> {
        let lines = page.head.options.lines;
        self.lexer.keeps_to_line = false;
        let next = self.lexer.space()?;
        self.lexer.keeps_to_line = lines;
        if next.is_none() && (lines || self.documents > 0) {
            return Ok(false);
        }
        if self.documents > 0 && !lines {
            return Err(Wrong {
                hint: Some("a file of many documents is JSON Lines: name it .jsonl".to_owned()),
                ..self.lexer.unexpected("the end of the text")
            });
        }
        self.documents += 1;
        Ok(true)
    }

    /// Reads the value that comes next: as a record when the steps lead to it, else into it, else over it. Returns
    /// whether it is a record.
    fn enter(&mut self, page: &mut Page) -> Result<bool, Wrong> {
        let Mode::Streamed { steps, .. } = &self.mode else {
            return Ok(false);
        };
        let frames = &mut page.at.frames;
        let Some(step) = steps.get(frames.len()) else {
            page.at.root = page.tape.len();
            page.at.base = page.at.root;
            page.at.document = self.documents;
            self.lexer.value(Some(&mut page.tape), frames.len())?;
            return Ok(true);
        };
        let next = self.lexer.space()?;
        match (next, step) {
            (Some(b'['), Selector::Wildcard | Selector::Index(_)) => {
                self.lexer.take(b'[')?;
                frames.push(Frame::Array(0));
            }
            (Some(b'{'), Selector::Wildcard | Selector::Name(_)) => {
                self.lexer.take(b'{')?;
                frames.push(Frame::Object(Arc::default(), false));
            }
            _ => self.lexer.value(None, frames.len())?,
        }
        Ok(false)
    }

    /// Goes to the next value in the innermost array or object, or out of it; returns whether it is a record.
    fn step(&mut self, page: &mut Page) -> Result<bool, Wrong> {
        let Mode::Streamed { steps, begun } = &mut self.mode else {
            return Ok(false);
        };
        let frames = &mut page.at.frames;
        let depth = frames.len();
        let Some(frame) = frames.last_mut() else {
            *begun = false;
            return Ok(false);
        };
        let step = &steps[depth - 1];
        let wanted = match frame {
            Frame::Array(count) => {
                if self.lexer.take(b']')? {
                    frames.pop();
                    return Ok(false);
                }
                if *count > 0 {
                    self.lexer.expect(b',', "a comma or ]")?;
                }
                *count += 1;
                match step {
                    Selector::Index(index) => {
                        u64::try_from(*index).is_ok_and(|index| index + 1 == *count)
                    }
                    _ => true,
                }
            }
            Frame::Object(name, before) => {
                if self.lexer.take(b'}')? {
                    frames.pop();
                    return Ok(false);
                }
                if std::mem::replace(before, true) {
                    self.lexer.expect(b',', "a comma or }")?;
                }
                self.lexer.name(&mut self.name)?;
                self.lexer.expect(b':', "a colon")?;
                let wanted = match step {
                    Selector::Name(wanted) => *wanted == self.name,
                    _ => true,
                };
                if wanted {
                    *name = Arc::from(self.name.as_str());
                }
                wanted
            }
        };
        if wanted {
            return self.enter(page);
        }
        self.lexer.value(None, depth)?;
        Ok(false)
    }

    fn fault(&mut self, wrong: Wrong, page: &mut Page) -> Box<Fault> {
        let lines = page.head.options.lines;
        let kind = match wrong.kind {
            WrongKind::Encoding => FaultKind::Encoding,
            WrongKind::Grammar if lines => FaultKind::BrokenRow,
            WrongKind::Grammar | WrongKind::System => FaultKind::Unreadable,
        };
        let origin = Origin {
            line: self.lexer.line,
            column: self.lexer.column(),
            ..page.head.origin()
        };
        self.ended = true;
        if kind == FaultKind::BrokenRow && self.lexer.skip_line().is_ok() {
            // The lines after it are documents of their own.
            self.ended = false;
            page.at.frames.clear();
            match &mut self.mode {
                Mode::Streamed { begun, .. } => *begun = false,
                Mode::Whole { found, .. } => found.clear(),
            }
        }
        Box::new(Fault {
            message: wrong.message,
            origin,
            kind,
            hint: wrong.hint,
        })
    }
}

impl stream::Walk<Page> for Walk {
    fn next(&mut self, page: &mut Page) -> Option<Result<(), Box<Fault>>> {
        if matches!(self.mode, Mode::Streamed { .. }) {
            page.tape.clear();
        }
        self.next_beside(page)
    }

    fn has_stretches(&self, _: &Page) -> bool {
        matches!(self.mode, Mode::Streamed { .. })
    }

    fn next_beside(&mut self, page: &mut Page) -> Option<Result<(), Box<Fault>>> {
        if self.ended {
            return None;
        }
        match self.advance(page) {
            Ok(true) => Some(Ok(())),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(wrong) => Some(Err(self.fault(wrong, page))),
        }
    }

    fn is_between(&self) -> bool {
        true
    }

    fn turn(&mut self, page: &mut Page) -> Page {
        let mut full = Page::new(Arc::clone(&page.head));
        full.tape = page.tape.take();
        full
    }
}
