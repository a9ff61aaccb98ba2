//! Records on a tape, and what references lead to in them.

use std::sync::Arc;

use super::Options;
use super::path::Path;
use super::tape::{Kind, Node, Tape, push_step};
use crate::record::{Fault, FaultKind, Natural, Origin, Scope, Single, Slot, Value};
use crate::source::keys::Keys;
use crate::source::met::{Met, missed};
use crate::source::stream;
use crate::source::tree::Tree;

/// What all stretches of a source share.
#[derive(Clone)]
pub(super) struct Head {
    file: Arc<str>,
    pub(super) options: Options,
    references: Vec<Bound>,
    scopes: Vec<Path>,
}

/// A reference with its path.
#[derive(Clone)]
struct Bound {
    written: String,
    path: Path,
    /// Whether all its names were there, be it with null or no values.
    met: Met,
}

/// An array or object that is being read.
#[derive(Clone)]
pub(super) enum Frame {
    /// The number of the next value.
    Array(u64),
    /// The name of the member at hand, and whether there was one before.
    Object(Arc<str>, bool),
}

/// Where a record is.
#[derive(Clone, Default)]
pub(super) struct Position {
    /// The record on the tape.
    pub(super) root: Node,
    /// The value on the tape that the arrays and objects around it lead to: the record, or the document.
    pub(super) base: Node,
    /// The arrays and objects around it that are not on the tape.
    pub(super) frames: Vec<Frame>,
    /// The number of its document, from one.
    pub(super) document: u64,
}

/// A tape with the record at hand, which is lent again for each value of the iterator.
pub(super) struct Page {
    pub(super) head: Arc<Head>,
    pub(super) tape: Tape,
    pub(super) at: Position,
    pub(super) keys: Keys,
}

impl Head {
    pub(super) fn new(file: &str, options: Options) -> Self {
        Self {
            file: Arc::from(file),
            options,
            references: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Returns the file as a place.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            ..Origin::default()
        }
    }

    fn compile(&self, reference: &str) -> Result<Path, Box<Fault>> {
        Path::compile(reference, self.options.legacy).map_err(|message| {
            Box::new(Fault {
                message: format!("\"{reference}\" is no JSONPath: {message}"),
                origin: self.origin(),
                kind: FaultKind::BadReference,
                hint: Some(
                    "JSONPath is written as in RFC 9535, such as $.name or $['first name']"
                        .to_owned(),
                ),
            })
        })
    }
}

impl Page {
    pub(super) fn new(head: Arc<Head>) -> Self {
        Self {
            head,
            tape: Tape::default(),
            at: Position::default(),
            keys: Keys::default(),
        }
    }

    fn is_null(&self, node: Node) -> bool {
        self.tape.item(node).kind == Kind::Null
            || (!self.head.options.nulls.is_empty() && {
                let text = self.tape.text(node);
                self.head.options.nulls.iter().any(|null| null == text)
            })
    }

    fn push_value<'r>(&'r self, node: Node, into: &mut Vec<Value<'r>>) {
        if !self.is_null(node) {
            let natural = if self.head.options.legacy {
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

    /// Adds the paths to the values in a node that `path` leads to.
    fn add_paths(&self, node: Node, path: &str, steps: usize, into: &mut Vec<String>) {
        if into.len() >= stream::PATHS || steps > stream::STEPS {
            return;
        }
        let mut children = self.tape.children(node);
        match self.tape.item(node).kind {
            Kind::Array => {
                if let Some((_, first)) = children.next() {
                    self.add_paths(first, &format!("{path}[*]"), steps + 1, into);
                }
            }
            Kind::Object => {
                for (name, value) in children {
                    let name = name.map_or("", |name| self.tape.text(name));
                    self.add_paths(value, &member(path, name), steps + 1, into);
                }
            }
            _ => into.push(path.to_owned()),
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

/// Returns the path to a member, with the shorthand for its name where there is one (RFC 9535, section 2.5).
fn member(path: &str, name: &str) -> String {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let short = name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit());
    match (short, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => {
            let escaped = name.replace('\\', "\\\\").replace('\'', "\\'");
            format!("{path}['{escaped}']")
        }
    }
}

impl Tree for Page {
    fn record(&self) -> Node {
        self.at.root
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn values_at<'r>(
        &'r self,
        from: Node,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> Result<(), Box<Fault>> {
        let Some(bound) = self.head.references.get(slot) else {
            return Ok(());
        };
        let mut found = Vec::new();
        bound.path.find(&self.tape, from, &mut found);
        if !bound.met.is_met() {
            // A record with nothing to select from, such as an empty list, tells nothing of the names beyond.
            if !found.is_empty() {
                bound.met.note(true);
            } else if bound.path.misses(&self.tape, from) {
                bound.met.note(false);
            }
        }
        for node in found {
            match self.tape.item(node).kind {
                Kind::Array if self.head.options.legacy => {
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
        let bound = self.head.references.get(slot)?;
        let node = bound.path.quick(&self.tape, from)?;
        let plain = match self.tape.item(node).kind {
            Kind::Text => true,
            Kind::Number | Kind::True | Kind::False => self.head.options.legacy,
            _ => false,
        };
        if !plain || self.is_null(node) {
            return None;
        }
        bound.met.note(true);
        Some(self.tape.text(node))
    }

    /// Returns what a reference that is a path of names leads to, if that is at most one value.
    #[inline]
    fn single_at(&self, from: Node, slot: Slot) -> Single<'_> {
        let Some(bound) = self.head.references.get(slot) else {
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
        bound.met.note(true);
        if self.is_null(node) {
            return Single::Null;
        }
        let natural = if self.head.options.legacy {
            Natural::Text
        } else {
            self.tape.natural(node)
        };
        Single::One(self.tape.text(node), natural)
    }

    fn origin_at(&self, node: Node) -> Origin {
        let mut pointer = String::new();
        for frame in &self.at.frames {
            match frame {
                Frame::Array(count) => {
                    push_step(&count.saturating_sub(1).to_string(), &mut pointer);
                }
                Frame::Object(name, _) => push_step(name, &mut pointer),
            }
        }
        self.tape.pointer(self.at.base, node, &mut pointer);
        let item = self.tape.item(node);
        Origin {
            line: item.line,
            column: item.column,
            row: self.head.options.lines.then_some(self.at.document),
            pointer: (!pointer.is_empty()).then(|| Arc::from(pointer)),
            ..self.head.origin()
        }
    }

    fn origin_of_value(&self, from: Node, slot: Slot, index: usize) -> Origin {
        let mut found = Vec::new();
        if let Some(bound) = self.head.references.get(slot) {
            bound.path.find(&self.tape, from, &mut found);
        }
        let values = found
            .into_iter()
            .flat_map(|node| match self.tape.item(node).kind {
                Kind::Array if self.head.options.legacy => {
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
        if let Some(path) = self.head.scopes.get(scope) {
            path.find(&self.tape, from, &mut found);
        }
        found
    }
}

impl stream::Page for Page {
    type Position = Position;

    fn position(&self) -> Position {
        self.at.clone()
    }

    fn go_to(&mut self, position: Position) {
        self.at = position;
    }

    fn size(&self) -> usize {
        self.tape.size()
    }

    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>> {
        let head = Arc::make_mut(&mut self.head);
        let path = head.compile(reference)?;
        head.references.push(Bound {
            written: reference.to_owned(),
            path,
            met: Met::default(),
        });
        Ok(head.references.len() - 1)
    }

    fn bind_parts(&mut self, iterator: &str) -> Result<Scope, Box<Fault>> {
        let head = Arc::make_mut(&mut self.head);
        let path = head.compile(iterator)?;
        head.scopes.push(path);
        Ok(head.scopes.len() - 1)
    }

    fn unmet(&self) -> Vec<Slot> {
        missed(self.head.references.iter().map(|bound| &bound.met))
    }

    fn doubt(&self) -> Option<Box<Fault>> {
        let name = self.tape.twice()?;
        Some(Box::new(Fault {
            message: format!(
                "the name \"{}\" stands twice in an object",
                self.tape.text(name)
            ),
            origin: self.origin_at(name),
            kind: FaultKind::Loose,
            hint: Some("the last of the values is taken; give each a name of its own".to_owned()),
        }))
    }

    fn paths(&self, reference: &str) -> Vec<String> {
        let mut found = Vec::new();
        // Older mappings leave the root out.
        let root = if reference.starts_with('$') { "$" } else { "" };
        self.add_paths(self.at.root, root, 0, &mut found);
        found
    }
}
