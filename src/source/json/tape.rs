//! A JSON value as a flat list of items, used again for every record: no item is a box of its own.

use std::cell::Cell;

use crate::record::Natural;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    /// The name of a member; the item after it is the member's value.
    Name,
    Array,
    Object,
}

/// An item of a tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Its text in the tape's text: a string without escapes, a number as written.
    start: u32,
    end: u32,
    /// The item after it and all that it holds; for a name, after the member.
    pub(super) next: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A value and everything in it.
#[derive(Debug, Default)]
pub(super) struct Tape {
    items: Vec<Item>,
    text: String,
    /// The name of a member that was asked for and stands in its object a second time.
    twice: Cell<Option<Node>>,
}

/// A tape has grown beyond what its offsets can say.
#[derive(Debug)]
pub(super) struct TooLarge;

/// The number of an item.
pub(super) use crate::source::tree::Node;

impl Tape {
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.text.clear();
    }

    /// Returns the number of items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns about how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.items.len() * size_of::<Item>() + self.text.len()
    }

    /// Takes all items away; what comes next has as much room.
    pub(super) fn take(&mut self) -> Self {
        let next = Self {
            items: Vec::with_capacity(self.items.len()),
            text: String::with_capacity(self.text.len()),
            twice: Cell::default(),
        };
        std::mem::replace(self, next)
    }

    /// Begins an item; [`Tape::end`] ends it.
    pub(super) fn begin(&mut self, kind: Kind, line: u32, column: u32) -> Result<Node, TooLarge> {
        let start = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        let next = u32::try_from(self.items.len() + 1).map_err(|_| TooLarge)?;
        self.items.push(Item {
            kind,
            start,
            end: start,
            next,
            line,
            column,
        });
        Ok(self.items.len() - 1)
    }

    pub(super) fn end(&mut self, node: Node) -> Result<(), TooLarge> {
        let end = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        let next = u32::try_from(self.items.len()).map_err(|_| TooLarge)?;
        let item = &mut self.items[node];
        item.end = end;
        item.next = next;
        Ok(())
    }

    /// Ends a name, whose text is over before the value of its member begins.
    pub(super) fn end_text(&mut self, node: Node) -> Result<(), TooLarge> {
        self.items[node].end = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        Ok(())
    }

    /// Ends a member after its value.
    pub(super) fn end_member(&mut self, name: Node) -> Result<(), TooLarge> {
        self.items[name].next = u32::try_from(self.items.len()).map_err(|_| TooLarge)?;
        Ok(())
    }

    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Returns the texts of all items, one after the other.
    pub(super) fn all_text(&self) -> &str {
        &self.text
    }

    pub(super) fn item(&self, node: Node) -> &Item {
        &self.items[node]
    }

    /// Returns the text of a string, name or number, and what `null`, `true` and `false` are written as.
    pub(super) fn text(&self, node: Node) -> &str {
        let item = &self.items[node];
        match item.kind {
            Kind::Null => "null",
            Kind::True => "true",
            Kind::False => "false",
            _ => &self.text[item.start as usize..item.end as usize],
        }
    }

    /// Returns the natural datatype of a value (RML-IO registry, JSONPath).
    pub(super) fn natural(&self, node: Node) -> Natural {
        match self.items[node].kind {
            Kind::True | Kind::False => Natural::Boolean,
            Kind::Number if self.text(node).contains(['.', 'e', 'E']) => Natural::Double,
            Kind::Number => Natural::Integer,
            _ => Natural::Text,
        }
    }

    /// Returns the values of an array, or of an object with their names.
    pub(super) fn children(&self, node: Node) -> Children<'_> {
        let item = &self.items[node];
        let holds = matches!(item.kind, Kind::Array | Kind::Object);
        Children {
            tape: self,
            at: node + 1,
            end: if holds { item.next as usize } else { 0 },
        }
    }

    /// Returns the value of the member of that name; the last one when there are several, as other readers do.
    pub(super) fn member(&self, node: Node, name: &str) -> Option<Node> {
        if self.items[node].kind != Kind::Object {
            return None;
        }
        let mut found = None;
        for (known, value) in self.children(node) {
            if known.is_some_and(|known| self.text(known) == name) {
                if found.is_some() {
                    self.twice.set(known);
                }
                found = Some(value);
            }
        }
        found
    }

    /// Returns the name of a member that was asked for and stands in its object a second time, once.
    pub(super) fn twice(&self) -> Option<Node> {
        self.twice.take()
    }

    /// Appends the way from one node to another within it, as a JSON pointer.
    pub(super) fn pointer(&self, from: Node, to: Node, into: &mut String) {
        let mut at = from;
        while at != to {
            let holds = |value: Node| (value..self.items[value].next as usize).contains(&to);
            let Some((index, (name, value))) = self
                .children(at)
                .enumerate()
                .find(|(_, (_, value))| holds(*value))
            else {
                return;
            };
            match name {
                Some(name) => push_step(self.text(name), into),
                None => push_step(&index.to_string(), into),
            }
            at = value;
        }
    }

    /// Appends what tells the content of a value apart from others.
    pub(super) fn content(&self, node: Node, into: &mut Vec<u8>) {
        for at in node..self.items[node].next as usize {
            let text = match self.items[at].kind {
                Kind::Array | Kind::Object => "",
                _ => self.text(at),
            };
            into.push(self.items[at].kind as u8);
            into.extend_from_slice(&(self.items[at].next as usize - at).to_le_bytes());
            into.extend_from_slice(&text.len().to_le_bytes());
            into.extend_from_slice(text.as_bytes());
        }
    }
}

/// Appends a step to a JSON pointer (RFC 6901).
pub(super) fn push_step(step: &str, into: &mut String) {
    into.push('/');
    for c in step.chars() {
        match c {
            '~' => into.push_str("~0"),
            '/' => into.push_str("~1"),
            other => into.push(other),
        }
    }
}

/// The values of an array or object.
pub(super) struct Children<'t> {
    tape: &'t Tape,
    at: Node,
    end: Node,
}

impl Iterator for Children<'_> {
    type Item = (Option<Node>, Node);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let at = self.at;
        self.at = self.tape.items[at].next as usize;
        Some(match self.tape.items[at].kind {
            Kind::Name => (Some(at), at + 1),
            _ => (None, at),
        })
    }
}
