//! Records of documents with parts within parts: each node of a tree may be a record, or a part of one.
//!
//! A reader says what its nodes hold; how that becomes records is written here once for JSON and XML.

use xxhash_rust::xxh3::xxh3_128;

use super::keys::Keys;
use crate::record::{Fault, Origin, Record, RecordKey, Scope, Single, Slot, Value};

/// The number of a node.
pub(super) type Node = usize;

/// A stream whose record at hand is a node of a tree.
pub(super) trait Tree: Sized {
    /// The record at hand.
    fn record(&self) -> Node;
    /// The keys of the stream.
    fn keys(&self) -> &Keys;
    /// What a reference leads to from a node.
    fn values_at<'r>(
        &'r self,
        from: Node,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> Result<(), Box<Fault>>;
    /// As [`Record::plain`], from a node.
    fn plain_at(&self, from: Node, slot: Slot) -> Option<&str>;
    /// As [`Record::single`], from a node.
    fn single_at(&self, from: Node, slot: Slot) -> Single<'_>;
    /// Where a node stands.
    fn origin_at(&self, node: Node) -> Origin;
    /// As [`Record::origin_of`], from a node.
    fn origin_of_value(&self, from: Node, slot: Slot, index: usize) -> Origin;
    /// Appends what tells a node apart from others.
    fn content(&self, node: Node, into: &mut Vec<u8>);
    /// The nodes that an iterator of parts leads to from a node.
    fn nodes_of(&self, from: Node, scope: Scope) -> Vec<Node>;

    /// Returns the parts of a node as records.
    fn parts_of(&self, from: Node, scope: Scope) -> Vec<Box<dyn Record + '_>> {
        self.nodes_of(from, scope)
            .into_iter()
            .map(|node| -> Box<dyn Record + '_> { Box::new(Part { tree: self, node }) })
            .collect()
    }
}

impl<T: Tree> Record for T {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        self.values_at(self.record(), slot, into)
    }

    #[inline]
    fn plain(&self, slot: Slot) -> Option<&str> {
        self.plain_at(self.record(), slot)
    }

    #[inline]
    fn single(&self, slot: Slot) -> Single<'_> {
        self.single_at(self.record(), slot)
    }

    fn origin(&self) -> Origin {
        self.origin_at(self.record())
    }

    fn origin_of(&self, slot: Slot, index: usize) -> Origin {
        self.origin_of_value(self.record(), slot, index)
    }

    fn key(&self) -> RecordKey {
        self.keys().key(|into| self.content(self.record(), into))
    }

    fn parts(&self, scope: Scope) -> Result<Vec<Box<dyn Record + '_>>, Box<Fault>> {
        Ok(self.parts_of(self.record(), scope))
    }
}

/// A node within a record.
struct Part<'t, T> {
    tree: &'t T,
    node: Node,
}

impl<T: Tree> Record for Part<'_, T> {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        self.tree.values_at(self.node, slot, into)
    }

    fn plain(&self, slot: Slot) -> Option<&str> {
        self.tree.plain_at(self.node, slot)
    }

    fn single(&self, slot: Slot) -> Single<'_> {
        self.tree.single_at(self.node, slot)
    }

    fn origin(&self) -> Origin {
        self.tree.origin_at(self.node)
    }

    fn origin_of(&self, slot: Slot, index: usize) -> Origin {
        self.tree.origin_of_value(self.node, slot, index)
    }

    fn key(&self) -> RecordKey {
        let mut content = Vec::new();
        self.tree.content(self.node, &mut content);
        RecordKey {
            hash: xxh3_128(&content),
            occurrence: 0,
        }
    }

    fn parts(&self, scope: Scope) -> Result<Vec<Box<dyn Record + '_>>, Box<Fault>> {
        Ok(self.tree.parts_of(self.node, scope))
    }
}
