//! Which blank nodes are written where they are used, which are lists, and which need a label.

use std::ops::Range;

use oxrdf::vocab::rdf;

use super::nodes::{Node, Nodes, Row};

/// Blank nodes are nested this deep at most; deeper ones get a label. Bounds the recursion of the writers.
const MAX_DEPTH: u32 = 24;

/// The places of the blank nodes of a sorted table.
pub(super) struct Layout<'n> {
    nodes: &'n Nodes<'n>,
    /// Blank nodes stand last in a sorted table, from this number on.
    first_blank: u32,
    blanks: Vec<Blank>,
    first: Option<u32>,
    rest: Option<u32>,
    nil: Option<u32>,
}

#[derive(Clone, Default)]
struct Blank {
    /// The only graph it is used in.
    graph: Option<Option<u32>>,
    /// It is a graph name, in a triple term, or used in several graphs: it needs a label.
    pinned: bool,
    object_uses: u32,
    /// Index of the last row it is object of.
    owner: usize,
    rows: Range<usize>,
    nested: bool,
    /// It begins a well-formed list.
    list: bool,
    reached: bool,
}

impl<'n> Layout<'n> {
    /// Works out the places. The table must be sorted.
    pub(super) fn new(nodes: &'n Nodes<'n>) -> Self {
        let mut layout = Self {
            nodes,
            first_blank: nodes.len() - nodes.blanks(),
            blanks: vec![Blank::default(); nodes.blanks() as usize],
            first: nodes.find(rdf::FIRST.as_str()),
            rest: nodes.find(rdf::REST.as_str()),
            nil: nodes.find(rdf::NIL.as_str()),
        };
        if nodes.blanks() > 0 {
            layout.count_uses();
            layout.find_lists();
            layout.nest();
        }
        layout
    }

    /// Returns whether the term is a blank node that is written where it is used.
    pub(super) fn is_nested(&self, id: u32) -> bool {
        self.blank(id).is_some_and(|blank| blank.nested)
    }

    /// Returns whether the term is a blank node that nothing refers to, so that it needs no label.
    pub(super) fn is_anonymous(&self, id: u32) -> bool {
        self.blank(id)
            .is_some_and(|blank| !blank.pinned && blank.object_uses == 0)
    }

    /// Returns the quads of a nested blank node.
    pub(super) fn rows_of(&self, id: u32) -> &'n [Row] {
        self.blank(id)
            .map_or(&[], |blank| &self.nodes.rows()[blank.rows.clone()])
    }

    /// Returns the items of a list that may be written as one: the empty list, or a nested well-formed one.
    pub(super) fn list(&self, id: u32) -> Option<Vec<u32>> {
        if Some(id) == self.nil {
            return Some(Vec::new());
        }
        if !self.is_list_cell(id) {
            return None;
        }
        Some(self.cells(id).map(|(_, item)| item).collect())
    }

    /// Returns whether the term is a cell of a list that is written as a list.
    pub(super) fn is_list_cell(&self, id: u32) -> bool {
        self.blank(id)
            .is_some_and(|blank| blank.nested && blank.list)
    }

    fn blank(&self, id: u32) -> Option<&Blank> {
        self.blanks.get(id.checked_sub(self.first_blank)? as usize)
    }

    fn blank_mut(&mut self, id: u32) -> Option<&mut Blank> {
        self.blanks
            .get_mut(id.checked_sub(self.first_blank)? as usize)
    }

    fn blank_ids(&self) -> Range<u32> {
        self.first_blank..self.nodes.len()
    }

    fn count_uses(&mut self) {
        let nodes = self.nodes;
        for (index, row) in nodes.rows().iter().enumerate() {
            for id in [row.subject, row.object] {
                if let Some(blank) = self.blank_mut(id) {
                    blank.pinned |= *blank.graph.get_or_insert(row.graph) != row.graph;
                }
            }
            if let Some(subject) = self.blank_mut(row.subject) {
                if subject.rows.is_empty() {
                    subject.rows.start = index;
                }
                subject.rows.end = index + 1;
            }
            if let Some(object) = self.blank_mut(row.object) {
                object.object_uses += 1;
                object.owner = index;
            }
            if let Some(graph) = row.graph.and_then(|graph| self.blank_mut(graph)) {
                graph.pinned = true;
            }
        }
        for id in 0..self.first_blank {
            if let Node::Triple(parts) = nodes.node(id) {
                for part in parts {
                    if let Some(blank) = self.blank_mut(part) {
                        blank.pinned = true;
                    }
                }
            }
        }
        for blank in &mut self.blanks {
            blank.nested = !blank.pinned && blank.object_uses == 1;
        }
    }

    /// Returns the item and the rest of a cell with nothing but these two.
    fn cell(&self, id: u32) -> Option<(u32, u32)> {
        match self.rows_of(id) {
            // Both predicates are IRIs, so `first` sorts before `rest`.
            [item, rest]
                if Some(item.predicate) == self.first && Some(rest.predicate) == self.rest =>
            {
                Some((item.object, rest.object))
            }
            _ => None,
        }
    }

    /// Returns the cells of a list with their items.
    fn cells(&self, head: u32) -> impl Iterator<Item = (u32, u32)> {
        let mut next = Some(head);
        std::iter::from_fn(move || {
            let id = next?;
            let (item, rest) = self.cell(id)?;
            next = (Some(rest) != self.nil).then_some(rest);
            Some((id, item))
        })
    }

    /// Marks well-formed lists from their ends, so that each cell is seen once.
    fn find_lists(&mut self) {
        for last in self.blank_ids() {
            if self
                .cell(last)
                .is_none_or(|(_, rest)| Some(rest) != self.nil)
            {
                continue;
            }
            let mut cell = last;
            while let Some(blank) = self.blank(cell)
                && blank.nested
                && !blank.list
                && self.cell(cell).is_some()
            {
                let owner = self.nodes.rows()[blank.owner];
                if let Some(blank) = self.blank_mut(cell) {
                    blank.list = true;
                }
                if Some(owner.predicate) != self.rest {
                    break;
                }
                cell = owner.subject;
            }
        }
    }

    /// Decides what is nested: what can be reached from a subject with a name or label. Rings are cut at their first node.
    fn nest(&mut self) {
        let nodes = self.nodes;
        let mut pending = Vec::new();
        for row in nodes.rows() {
            if !self.is_nested(row.subject) {
                self.reach(row.object, 1, &mut pending);
                self.walk(&mut pending);
            }
        }
        for id in self.blank_ids() {
            if self
                .blank(id)
                .is_some_and(|blank| blank.nested && !blank.reached)
            {
                self.cut_ring(id);
                self.walk(&mut pending);
            }
        }
    }

    fn walk(&mut self, pending: &mut Vec<(u32, u32)>) {
        while let Some((id, depth)) = pending.pop() {
            if self.is_list_cell(id) {
                let cells: Vec<_> = self.cells(id).collect();
                for (cell, item) in cells {
                    if let Some(blank) = self.blank_mut(cell) {
                        blank.reached = true;
                    }
                    self.reach(item, depth + 1, pending);
                }
            } else {
                for row in self.rows_of(id) {
                    self.reach(row.object, depth + 1, pending);
                }
            }
        }
    }

    fn reach(&mut self, id: u32, depth: u32, pending: &mut Vec<(u32, u32)>) {
        if let Some(blank) = self.blank_mut(id)
            && blank.nested
            && !blank.reached
        {
            blank.reached = true;
            if depth > MAX_DEPTH {
                blank.nested = false;
                blank.list = false;
                pending.push((id, 0));
            } else {
                pending.push((id, depth));
            }
        }
    }

    /// Gives a label to the first node of the ring that this node hangs on, and nests the rest below it.
    fn cut_ring(&mut self, start: u32) {
        let owner = |layout: &Self, id: u32| {
            layout
                .blank(id)
                .map_or(id, |blank| layout.nodes.rows()[blank.owner].subject)
        };
        // One step and two steps at a time: they meet on the ring.
        let (mut slow, mut fast) = (start, start);
        loop {
            slow = owner(self, slow);
            fast = owner(self, owner(self, fast));
            if slow == fast {
                break;
            }
        }
        let mut cut = slow;
        let mut id = slow;
        loop {
            if let Some(blank) = self.blank_mut(id) {
                blank.list = false;
            }
            cut = cut.min(id);
            id = owner(self, id);
            if id == slow {
                break;
            }
        }
        let mut pending = Vec::new();
        if let Some(blank) = self.blank_mut(cut) {
            blank.nested = false;
            blank.reached = true;
            pending.push((cut, 0));
        }
        self.walk(&mut pending);
    }
}
