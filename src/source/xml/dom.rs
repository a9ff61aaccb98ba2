//! The nodes of a document or of a part of it, in document order in one list, used again for every record.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

/// The number of a node. Attributes stand right after their element, then the children; a node's descendants are the
/// stretch up to its end.
pub(super) use crate::source::tree::Node;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Element,
    Attribute,
    Text,
}

/// A name as it is written, with its namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    /// Empty for none.
    pub(super) namespace: String,
    /// With its prefix, if it is written with one.
    pub(super) written: String,
}

/// A name that is lent.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameRef<'n> {
    pub(super) namespace: &'n str,
    pub(super) written: &'n str,
}

impl Name {
    /// Returns the name without prefix.
    pub(super) fn local(&self) -> &str {
        self.written.rsplit(':').next().unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Data {
    pub(super) kind: Kind,
    pub(super) parent: u32,
    /// Index into the names; 0 for nodes without.
    name: u32,
    /// Text of a text node or an attribute.
    start: u32,
    text_end: u32,
    /// The node after it and all that it holds.
    pub(super) end: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A document, or the chain of elements down to a part of it and that part.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Data>,
    text: String,
    names: Vec<Name>,
    /// By a hash of all of a name, so that a known one is found without making it anew.
    by_name: HashMap<u128, u32>,
    /// For each name, its hash; for the first, which is none, one that no name has.
    hashes: Vec<u128>,
    /// For each name, the one that followed it last: documents repeat themselves.
    followers: Vec<u32>,
    last_name: u32,
}

/// Nodes or text have grown beyond what their offsets can say.
#[derive(Debug)]
pub(super) struct TooLarge;

impl Dom {
    /// Returns a document without anything in it.
    pub(super) fn new() -> Self {
        let document = Data {
            kind: Kind::Document,
            parent: 0,
            name: 0,
            start: 0,
            text_end: 0,
            end: 1,
            line: 1,
            column: 1,
        };
        let none = Name {
            namespace: String::new(),
            written: String::new(),
        };
        Self {
            nodes: vec![document],
            text: String::new(),
            names: vec![none],
            by_name: HashMap::new(),
            hashes: vec![0],
            followers: vec![0],
            last_name: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Takes back the nodes from `node` on; the names stay known.
    pub(super) fn truncate(&mut self, node: Node) {
        if let Some(first) = self.nodes.get(node) {
            self.text.truncate(first.start as usize);
            self.nodes.truncate(node);
        }
    }

    /// Takes back all nodes after an element and its attributes.
    pub(super) fn drop_after(&mut self, node: Node) {
        self.truncate(self.after_attributes(node));
    }

    fn after_attributes(&self, node: Node) -> Node {
        let attributes = self.nodes[node + 1..].iter();
        let count = attributes
            .take_while(|data| data.kind == Kind::Attribute)
            .count();
        node + 1 + count
    }

    /// Returns about how many bytes the nodes take.
    pub(super) fn size(&self) -> usize {
        self.nodes.len() * size_of::<Data>() + self.text.len()
    }

    /// Returns all nodes; only the document and a chain of elements in it stay, with their attributes and no other names.
    /// `chain` has their old numbers, the document's first, and is given their new ones.
    pub(super) fn turn(&mut self, chain: &mut [Node]) -> Self {
        let mut left = Self::new();
        left.nodes.reserve(self.nodes.len());
        left.text.reserve(self.text.len());
        let mut parent = 0;
        for node in chain.iter_mut().skip(1) {
            let own = left.len();
            for at in *node..self.after_attributes(*node) {
                let holder = if at == *node { parent } else { own };
                // A part of what has fitted fits.
                let _ = left.copy(self, at, holder);
            }
            let _ = left.close(own);
            (parent, *node) = (own, own);
        }
        std::mem::replace(self, left)
    }

    /// Appends a node of another document.
    fn copy(&mut self, other: &Self, node: Node, parent: Node) -> Result<(), TooLarge> {
        let data = other.data(node);
        let name = other.name(node);
        let name = NameRef {
            namespace: &name.namespace,
            written: &name.written,
        };
        self.open(data.kind, parent, Some(name), (data.line, data.column))?;
        self.push_text(other.own_text(node))
    }

    fn intern(&mut self, name: NameRef<'_>) -> Result<u32, TooLarge> {
        let of_namespace = if name.namespace.is_empty() {
            0
        } else {
            xxh3_128(name.namespace.as_bytes())
        };
        let hash = xxh3_128(name.written.as_bytes()).wrapping_add(of_namespace.rotate_left(1));
        let guess = self.followers[self.last_name as usize];
        // Hashes are compared, not texts: a text that has just been copied is slow to be read again.
        let number = if self.hashes[guess as usize] == hash {
            guess
        } else {
            self.look_up(hash, name)?
        };
        self.followers[self.last_name as usize] = number;
        self.last_name = number;
        Ok(number)
    }

    fn look_up(&mut self, hash: u128, name: NameRef<'_>) -> Result<u32, TooLarge> {
        if let Some(known) = self.by_name.get(&hash) {
            return Ok(*known);
        }
        let next = u32::try_from(self.names.len()).map_err(|_| TooLarge)?;
        self.names.push(Name {
            namespace: name.namespace.to_owned(),
            written: name.written.to_owned(),
        });
        self.hashes.push(hash);
        self.followers.push(0);
        self.by_name.insert(hash, next);
        Ok(next)
    }

    /// Returns the number of a node's name, the same for equal names.
    pub(super) fn name_number(&self, node: Node) -> usize {
        self.nodes[node].name as usize
    }

    /// Appends a node; [`Dom::close`] says where it ends.
    pub(super) fn open(
        &mut self,
        kind: Kind,
        parent: Node,
        name: Option<NameRef<'_>>,
        place: (u32, u32),
    ) -> Result<Node, TooLarge> {
        let name = match name {
            Some(name) => self.intern(name)?,
            None => 0,
        };
        let start = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        let end = u32::try_from(self.nodes.len() + 1).map_err(|_| TooLarge)?;
        let parent = u32::try_from(parent).map_err(|_| TooLarge)?;
        let (line, column) = place;
        self.nodes.push(Data {
            kind,
            parent,
            name,
            start,
            text_end: start,
            end,
            line,
            column,
        });
        Ok(self.nodes.len() - 1)
    }

    pub(super) fn close(&mut self, node: Node) -> Result<(), TooLarge> {
        self.nodes[node].end = u32::try_from(self.nodes.len()).map_err(|_| TooLarge)?;
        Ok(())
    }

    /// Appends to the text of the last node.
    pub(super) fn push_text(&mut self, text: &str) -> Result<(), TooLarge> {
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        if let Some(last) = self.nodes.last_mut() {
            last.text_end = end;
        }
        Ok(())
    }

    pub(super) fn last_kind(&self) -> Option<(Kind, Node)> {
        self.nodes
            .last()
            .map(|last| (last.kind, last.parent as usize))
    }

    pub(super) fn data(&self, node: Node) -> &Data {
        &self.nodes[node]
    }

    pub(super) fn name(&self, node: Node) -> &Name {
        &self.names[self.nodes[node].name as usize]
    }

    pub(super) fn parent(&self, node: Node) -> Option<Node> {
        (node != 0).then(|| self.nodes[node].parent as usize)
    }

    fn own_text(&self, node: Node) -> &str {
        let data = &self.nodes[node];
        &self.text[data.start as usize..data.text_end as usize]
    }

    /// Returns the string value of a node if it stands in one piece (XPath 1.0, section 5).
    pub(super) fn plain_text(&self, node: Node) -> Option<&str> {
        let data = &self.nodes[node];
        if matches!(data.kind, Kind::Attribute | Kind::Text) {
            return Some(self.own_text(node));
        }
        let mut texts =
            (node + 1..data.end as usize).filter(|at| self.nodes[*at].kind == Kind::Text);
        match (texts.next(), texts.next()) {
            (None, _) => Some(""),
            (Some(one), None) => Some(self.own_text(one)),
            _ => None,
        }
    }

    /// Appends the string value of a node.
    pub(super) fn push_value(&self, node: Node, into: &mut String) {
        if let Some(text) = self.plain_text(node) {
            into.push_str(text);
            return;
        }
        for at in node + 1..self.nodes[node].end as usize {
            if self.nodes[at].kind == Kind::Text {
                into.push_str(self.own_text(at));
            }
        }
    }

    /// Returns the attributes of an element.
    pub(super) fn attributes(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        let end = self.nodes[node].end as usize;
        (node + 1..end).take_while(|at| self.nodes[*at].kind == Kind::Attribute)
    }

    /// Returns the children of a node, attributes left out.
    pub(super) fn children(&self, node: Node) -> Children<'_> {
        let data = &self.nodes[node];
        let holds = matches!(data.kind, Kind::Document | Kind::Element);
        Children {
            dom: self,
            at: node + 1,
            end: if holds { data.end as usize } else { 0 },
        }
    }

    /// Appends the way to a node, as an XPath.
    pub(super) fn path(&self, node: Node, into: &mut String) {
        let mut chain = vec![node];
        while let Some(parent) = self
            .parent(chain[chain.len() - 1])
            .filter(|parent| *parent != 0)
        {
            chain.push(parent);
        }
        for at in chain.into_iter().rev() {
            into.push('/');
            match self.nodes[at].kind {
                Kind::Element => into.push_str(&self.name(at).written),
                Kind::Attribute => {
                    into.push('@');
                    into.push_str(&self.name(at).written);
                }
                Kind::Text => into.push_str("text()"),
                Kind::Document => {}
            }
        }
    }

    /// Appends what tells the content of a node apart from others.
    pub(super) fn content(&self, node: Node, into: &mut Vec<u8>) {
        for at in node..self.nodes[node].end as usize {
            let name = self.name(at);
            into.push(self.nodes[at].kind as u8);
            into.extend_from_slice(&(self.nodes[at].end as usize - at).to_le_bytes());
            for text in [&name.namespace, name.local(), self.own_text(at)] {
                into.extend_from_slice(&text.len().to_le_bytes());
                into.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// The children of a node.
pub(super) struct Children<'d> {
    dom: &'d Dom,
    at: Node,
    end: Node,
}

impl Iterator for Children<'_> {
    type Item = Node;

    fn next(&mut self) -> Option<Node> {
        while self.at < self.end {
            let at = self.at;
            self.at = self.dom.nodes[at].end as usize;
            if self.dom.nodes[at].kind != Kind::Attribute {
                return Some(at);
            }
        }
        None
    }
}
