//! JSON and JSON Lines: a record for each value that the iterator (JSONPath, RFC 9535) leads to.
//!
//! An iterator of names, indexes and `[*]` is followed while reading, so that only one record is held at a time. Others
//! (filters, `..`, slices, indexes from the end) need the whole document. References are paths within the record, `$`
//! being the record itself. `null` and what is not there are no values; an object or an array is no value either, but
//! a fault.

mod lexer;
mod path;
mod tape;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::Read;
use std::sync::Arc;

use self::lexer::{Lexer, Wrong, WrongKind};
use self::path::{Path, Selector};
use self::tape::{Kind, Node, Tape, push_step};
use super::keys::Keys;
use super::tree::Tree;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::record::{
    Fault, FaultKind, Natural, Origin, Record, Records, Scope, Single, Slot, Value,
};

/// How a JSON source is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The path to the records; the whole document when there is none.
    pub iterator: Option<String>,
    /// Whether every line is a document of its own.
    pub lines: bool,
    /// Values that stand for no value, beside `null`.
    pub nulls: Vec<String>,
    /// Read as older engines do: numbers are plain texts, an array stands for its values, paths may be written loosely.
    pub legacy: bool,
}

impl Options {
    /// Returns whether the name of a file says that every line is a document.
    pub fn lines_by_name(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        [".jsonl", ".ndjson", ".jsonlines"]
            .iter()
            .any(|ending| name.contains(ending))
    }
}

/// Opens a JSON source.
///
/// # Errors
/// `MAPPING_TERM` when the iterator is no JSONPath.
pub fn open(
    reader: Box<dyn Read + Send>,
    file: &str,
    options: Options,
) -> Result<Box<dyn Records>> {
    let written = options.iterator.as_deref().unwrap_or("$");
    let iterator = Path::compile(written, options.legacy).map_err(|message| {
        Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the iterator \"{written}\" is no JSONPath: {message}"),
        )
        .hint("JSONPath is written as in RFC 9535, such as $.items[*]")
    })?;
    let steps = iterator.steps();
    Ok(Box::new(Json {
        file: Arc::from(file),
        lexer: Lexer::new(reader),
        mode: match steps {
            Some(steps) => Mode::Streamed {
                steps,
                frames: Vec::new(),
                begun: false,
            },
            None => Mode::Whole {
                iterator,
                found: Vec::new(),
                at: 0,
            },
        },
        options,
        tape: Tape::default(),
        root: 0,
        documents: 0,
        ended: false,
        references: Vec::new(),
        scopes: Vec::new(),
        keys: Keys::default(),
    }))
}

/// How the iterator is followed.
enum Mode {
    /// While reading.
    Streamed {
        steps: Vec<Selector>,
        /// The arrays and objects that are open.
        frames: Vec<Frame>,
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

/// An array or object that is being read.
enum Frame {
    /// The number of the next value.
    Array(u64),
    /// The name of the member at hand, and whether there was one before.
    Object(String, bool),
}

/// A reference with its path.
struct Bound {
    written: String,
    path: Path,
    /// Whether all its names were there, be it with null or no values; `None` while nobody has asked.
    met: Cell<Option<bool>>,
}

/// The stream; it is its own record, lent again for each value of the iterator.
struct Json {
    file: Arc<str>,
    lexer: Lexer,
    mode: Mode,
    options: Options,
    tape: Tape,
    /// The record on the tape.
    root: Node,
    /// Documents begun.
    documents: u64,
    ended: bool,
    references: Vec<Bound>,
    scopes: Vec<Path>,
    keys: Keys,
}

impl Json {
    /// Goes to the next record; returns whether there is one.
    fn advance(&mut self) -> std::result::Result<bool, Wrong> {
        loop {
            if let Mode::Whole { found, at, .. } = &mut self.mode {
                if let Some(node) = found.get(*at) {
                    self.root = *node;
                    *at += 1;
                    return Ok(true);
                }
                if !self.document()? {
                    return Ok(false);
                }
                self.tape.clear();
                self.lexer.value(Some(&mut self.tape), 0)?;
                if let Mode::Whole {
                    iterator,
                    found,
                    at,
                } = &mut self.mode
                {
                    found.clear();
                    *at = 0;
                    iterator.find(&self.tape, 0, found);
                }
            } else {
                let begun = matches!(self.mode, Mode::Streamed { begun: true, .. });
                if !begun {
                    if !self.document()? {
                        return Ok(false);
                    }
                    if let Mode::Streamed { begun, .. } = &mut self.mode {
                        *begun = true;
                    }
                    if self.enter()? {
                        return Ok(true);
                    }
                }
                if self.step()? {
                    return Ok(true);
                }
            }
        }
    }

    /// Begins a document; returns whether there is one.
    fn document(&mut self) -> std::result::Result<bool, Wrong> {
        self.lexer.keeps_to_line = false;
        let next = self.lexer.space()?;
        self.lexer.keeps_to_line = self.options.lines;
        if next.is_none() && (self.options.lines || self.documents > 0) {
            return Ok(false);
        }
        if self.documents > 0 && !self.options.lines {
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
    fn enter(&mut self) -> std::result::Result<bool, Wrong> {
        let Mode::Streamed { steps, frames, .. } = &mut self.mode else {
            return Ok(false);
        };
        let Some(step) = steps.get(frames.len()) else {
            self.tape.clear();
            self.root = 0;
            self.lexer.value(Some(&mut self.tape), frames.len())?;
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
                frames.push(Frame::Object(String::new(), false));
            }
            _ => self.lexer.value(None, frames.len())?,
        }
        Ok(false)
    }

    /// Goes to the next value in the innermost array or object, or out of it; returns whether it is a record.
    fn step(&mut self) -> std::result::Result<bool, Wrong> {
        let Mode::Streamed {
            steps,
            frames,
            begun,
        } = &mut self.mode
        else {
            return Ok(false);
        };
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
                self.lexer.name(name)?;
                self.lexer.expect(b':', "a colon")?;
                match step {
                    Selector::Name(wanted) => wanted == name,
                    _ => true,
                }
            }
        };
        if wanted {
            return self.enter();
        }
        self.lexer.value(None, depth)?;
        Ok(false)
    }

    fn fault(&mut self, wrong: Wrong) -> Box<Fault> {
        let kind = match wrong.kind {
            WrongKind::Encoding => FaultKind::Encoding,
            WrongKind::Grammar if self.options.lines => FaultKind::BrokenRow,
            WrongKind::Grammar | WrongKind::System => FaultKind::Unreadable,
        };
        let origin = Origin {
            file: Arc::clone(&self.file),
            line: self.lexer.line,
            column: self.lexer.column(),
            ..Origin::default()
        };
        self.ended = true;
        if kind == FaultKind::BrokenRow && self.lexer.skip_line().is_ok() {
            // The lines after it are documents of their own.
            self.ended = false;
            match &mut self.mode {
                Mode::Streamed { frames, begun, .. } => {
                    frames.clear();
                    *begun = false;
                }
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

    fn compile(&self, reference: &str) -> std::result::Result<Path, Box<Fault>> {
        Path::compile(reference, self.options.legacy).map_err(|message| {
            Box::new(Fault {
                message: format!("\"{reference}\" is no JSONPath: {message}"),
                origin: Origin {
                    file: Arc::clone(&self.file),
                    ..Origin::default()
                },
                kind: FaultKind::BadReference,
                hint: Some(
                    "JSONPath is written as in RFC 9535, such as $.name or $['first name']"
                        .to_owned(),
                ),
            })
        })
    }

    fn is_null(&self, node: Node) -> bool {
        self.tape.item(node).kind == Kind::Null
            || (!self.options.nulls.is_empty() && {
                let text = self.tape.text(node);
                self.options.nulls.iter().any(|null| null == text)
            })
    }

    fn push_value<'r>(&'r self, node: Node, into: &mut Vec<Value<'r>>) {
        if !self.is_null(node) {
            let natural = if self.options.legacy {
                Natural::Text
            } else {
                self.tape.natural(node)
            };
            into.push(Value {
                text: self.tape.text(node).into(),
                natural,
            });
        }
    }

    fn no_value(&self, bound: &Bound, node: Node, kind: Kind) -> Box<Fault> {
        let (what, hint) = if kind == Kind::Array {
            (
                "an array",
                format!("{}[*] leads to its values", bound.written),
            )
        } else {
            (
                "an object",
                format!("{}.name leads to a member of it", bound.written),
            )
        };
        Box::new(Fault {
            message: format!("{} leads to {what}, which is no value", bound.written),
            origin: self.origin_at(node),
            kind: FaultKind::NotAValue,
            hint: Some(hint),
        })
    }
}

impl Tree for Json {
    fn record(&self) -> Node {
        self.root
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
        let mut found = Vec::new();
        bound.path.find(&self.tape, from, &mut found);
        if bound.met.get() != Some(true) {
            let met = !found.is_empty() || !bound.path.misses(&self.tape, from);
            bound.met.set(Some(met));
        }
        for node in found {
            match self.tape.item(node).kind {
                Kind::Array if self.options.legacy => {
                    for (_, value) in self.tape.children(node) {
                        if !matches!(self.tape.item(value).kind, Kind::Array | Kind::Object) {
                            self.push_value(value, into);
                        }
                    }
                }
                kind @ (Kind::Array | Kind::Object) => return Err(self.no_value(bound, node, kind)),
                _ => self.push_value(node, into),
            }
        }
        Ok(())
    }

    /// Returns the one plain text that a reference leads to.
    #[inline]
    fn plain_at(&self, from: Node, slot: Slot) -> Option<&str> {
        let bound = self.references.get(slot)?;
        let node = bound.path.quick(&self.tape, from)?;
        let plain = match self.tape.item(node).kind {
            Kind::Text => true,
            Kind::Number | Kind::True | Kind::False => self.options.legacy,
            _ => false,
        };
        if !plain || self.is_null(node) {
            return None;
        }
        bound.met.set(Some(true));
        Some(self.tape.text(node))
    }

    /// Returns what a reference that is a path of names leads to, if that is at most one value.
    #[inline]
    fn single_at(&self, from: Node, slot: Slot) -> Single<'_> {
        let Some(bound) = self.references.get(slot) else {
            return Single::Null;
        };
        // What is not met is noted by the longer way.
        let Some(node) = bound.path.quick(&self.tape, from) else {
            return Single::Unknown;
        };
        let kind = self.tape.item(node).kind;
        if matches!(kind, Kind::Array | Kind::Object) {
            return Single::Unknown;
        }
        bound.met.set(Some(true));
        if self.is_null(node) {
            return Single::Null;
        }
        let natural = if self.options.legacy {
            Natural::Text
        } else {
            self.tape.natural(node)
        };
        Single::One(self.tape.text(node), natural)
    }

    fn origin_at(&self, node: Node) -> Origin {
        let mut pointer = String::new();
        match &self.mode {
            Mode::Streamed { frames, .. } => {
                for frame in frames {
                    match frame {
                        Frame::Array(count) => {
                            push_step(&count.saturating_sub(1).to_string(), &mut pointer);
                        }
                        Frame::Object(name, _) => push_step(name, &mut pointer),
                    }
                }
                self.tape.pointer(0, node, &mut pointer);
            }
            Mode::Whole { .. } => self.tape.pointer(0, node, &mut pointer),
        }
        let item = self.tape.item(node);
        Origin {
            file: Arc::clone(&self.file),
            line: item.line,
            column: item.column,
            row: self.options.lines.then_some(self.documents),
            pointer: (!pointer.is_empty()).then(|| Arc::from(pointer)),
            ..Origin::default()
        }
    }

    fn origin_of_value(&self, from: Node, slot: Slot, index: usize) -> Origin {
        let mut found = Vec::new();
        if let Some(bound) = self.references.get(slot) {
            bound.path.find(&self.tape, from, &mut found);
        }
        let values = found
            .into_iter()
            .flat_map(|node| match self.tape.item(node).kind {
                Kind::Array if self.options.legacy => {
                    self.tape.children(node).map(|(_, value)| value).collect()
                }
                _ => vec![node],
            });
        let mut values = values.filter(|node| !self.is_null(*node));
        self.origin_at(values.nth(index).unwrap_or(from))
    }

    fn content(&self, node: Node, into: &mut Vec<u8>) {
        self.tape.content(node, into);
    }

    fn nodes_of(&self, from: Node, scope: Scope) -> Vec<Node> {
        let mut found = Vec::new();
        if let Some(path) = self.scopes.get(scope) {
            path.find(&self.tape, from, &mut found);
        }
        found
    }
}

impl Records for Json {
    fn bind(&mut self, reference: &str) -> std::result::Result<Slot, Box<Fault>> {
        let path = self.compile(reference)?;
        self.references.push(Bound {
            written: reference.to_owned(),
            path,
            met: Cell::new(None),
        });
        Ok(self.references.len() - 1)
    }

    fn bind_parts(
        &mut self,
        _outer: Option<Scope>,
        iterator: &str,
    ) -> std::result::Result<Scope, Box<Fault>> {
        let path = self.compile(iterator)?;
        self.scopes.push(path);
        Ok(self.scopes.len() - 1)
    }

    fn next(&mut self) -> Option<std::result::Result<&dyn Record, Box<Fault>>> {
        if self.ended {
            return None;
        }
        self.keys.advance();
        match self.advance() {
            Ok(true) => Some(Ok(self)),
            Ok(false) => {
                self.ended = true;
                None
            }
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
