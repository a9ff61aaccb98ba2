//! A canonical order of blank nodes by colour refinement.
//!
//! Every blank node begins with a colour made of the quads that mention it. Rounds give different colours to nodes whose
//! neighbours differ in colour, until nothing changes. If several nodes still share a colour, one of them is singled out and
//! the rounds go on. Singling out any of them is right only if all of them are interchangeable:
//!
//! - where the links among nodes that share colours form a forest, they always are;
//! - otherwise it is tried out: each in turn is singled out, and the graphs that come of it must be equal.
//!
//! If they are not, no order is given. That happens only for contrived graphs (strongly regular ones and their like).

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::Xxh3;

use super::BlankGraph;

/// Returns for each blank node its rank, the same for the same set of quads whatever its labels; `None` when there is doubt or
/// the budget is used up.
pub(super) fn ranks(graph: &BlankGraph<'_>, budget: u64) -> Option<Vec<u32>> {
    let shapes = Shapes::new(graph);
    let mut budget = budget;
    let mut colours = Colours::new(&shapes, &mut budget)?;
    // Singling out removes links, so a forest stays one.
    let mut forest = false;
    while let Some(class) = colours.smallest_open_class() {
        forest = forest || colours.open_links_form_forest(&shapes);
        let chosen = if forest {
            *class.first()?
        } else {
            interchangeable(&colours, &shapes, class, &mut budget)?
        };
        colours.single_out(&shapes, chosen, &mut budget)?;
    }
    let mut order: Vec<u32> = (0..graph.nodes.blanks()).collect();
    order.sort_unstable_by_key(|blank| colours.colour[*blank as usize]);
    let mut ranks = vec![0; order.len()];
    for (rank, blank) in (0..).zip(order) {
        ranks[blank as usize] = rank;
    }
    Some(ranks)
}

/// Returns a member of the class if singling out any of its members leads to one and the same graph.
fn interchangeable(
    colours: &Colours,
    shapes: &Shapes<'_>,
    class: &BTreeSet<u32>,
    budget: &mut u64,
) -> Option<u32> {
    let mut members = class.iter();
    let first = *members.next()?;
    let wanted = outcome(colours, shapes, first, budget)?;
    for member in members {
        if outcome(colours, shapes, *member, budget)? != wanted {
            return None;
        }
    }
    Some(first)
}

/// Returns the fingerprint of the whole graph after singling out this node and then any of each class that is left.
fn outcome(colours: &Colours, shapes: &Shapes<'_>, node: u32, budget: &mut u64) -> Option<u128> {
    let mut colours = colours.clone();
    *budget = budget.checked_sub(colours.colour.len() as u64 + shapes.graph.rows.len() as u64)?;
    colours.single_out(shapes, node, budget)?;
    while let Some(class) = colours.smallest_open_class() {
        let node = *class.first()?;
        colours.single_out(shapes, node, budget)?;
    }
    let mut rows: Vec<u128> = Vec::new();
    for (row, shape) in shapes.graph.rows.iter().zip(&shapes.of_rows) {
        let mut hasher = Fingerprint::new(*shape);
        for mention in &row.mentions {
            hasher.add(colours.colour[mention.blank as usize]);
        }
        rows.push(hasher.finish());
    }
    Some(unordered(rows))
}

/// What of the rows does not depend on colours.
struct Shapes<'g> {
    graph: &'g BlankGraph<'g>,
    /// Fingerprint of each row with every blank node alike.
    of_rows: Vec<u128>,
    /// Fingerprint of each row of each blank node, as that node sees it: itself and the others.
    seen: Vec<Vec<u128>>,
}

impl<'g> Shapes<'g> {
    fn new(graph: &'g BlankGraph<'g>) -> Self {
        let mut line = String::new();
        let mut fingerprint = |row: &super::BlankRow, blank: u32| {
            graph.line_seen_from(&row.row, blank, &mut line);
            xxhash_rust::xxh3::xxh3_128(line.as_bytes())
        };
        Self {
            of_rows: graph
                .rows
                .iter()
                .map(|row| fingerprint(row, u32::MAX))
                .collect(),
            seen: (0..graph.nodes.blanks())
                .map(|blank| {
                    graph
                        .rows_of(blank)
                        .map(|row| fingerprint(row, blank))
                        .collect()
                })
                .collect(),
            graph,
        }
    }

    fn neighbours(&self, blank: u32) -> impl Iterator<Item = u32> {
        self.graph
            .rows_of(blank)
            .flat_map(|row| &row.mentions)
            .map(|mention| mention.blank)
            .filter(move |other| *other != blank)
    }
}

/// A colouring, and the classes of nodes of one colour.
#[derive(Clone)]
struct Colours {
    colour: Vec<u128>,
    classes: BTreeMap<u128, BTreeSet<u32>>,
    /// Size and colour of the classes with more than one member.
    open: BTreeSet<(usize, u128)>,
    /// Counts the steps, so that no colour is ever given twice.
    step: u64,
}

impl Colours {
    fn new(shapes: &Shapes<'_>, budget: &mut u64) -> Option<Self> {
        let colour: Vec<u128> = shapes
            .seen
            .iter()
            .map(|seen| unordered(seen.clone()))
            .collect();
        let mut classes: BTreeMap<u128, BTreeSet<u32>> = BTreeMap::new();
        for (blank, colour) in (0..).zip(&colour) {
            classes.entry(*colour).or_default().insert(blank);
        }
        let open = classes
            .iter()
            .filter(|(_, members)| members.len() > 1)
            .map(|(colour, members)| (members.len(), *colour))
            .collect();
        let all = (0..).take(colour.len()).collect();
        let mut colours = Self {
            colour,
            classes,
            open,
            step: 0,
        };
        colours.refine(shapes, all, budget)?;
        Some(colours)
    }

    fn smallest_open_class(&self) -> Option<&BTreeSet<u32>> {
        let (_, colour) = self.open.first()?;
        self.classes.get(colour)
    }

    fn is_open(&self, blank: u32) -> bool {
        self.classes
            .get(&self.colour[blank as usize])
            .is_some_and(|class| class.len() > 1)
    }

    fn single_out(&mut self, shapes: &Shapes<'_>, blank: u32, budget: &mut u64) -> Option<()> {
        self.step += 1;
        let colour = Fingerprint::new(self.colour[blank as usize])
            .with(u128::from(self.step))
            .finish();
        self.repaint(&[blank], colour);
        self.refine(shapes, shapes.neighbours(blank).collect(), budget)
    }

    fn repaint(&mut self, blanks: &[u32], new: u128) {
        for blank in blanks {
            let old = std::mem::replace(&mut self.colour[*blank as usize], new);
            for (colour, joins) in [(old, false), (new, true)] {
                let class = self.classes.entry(colour).or_default();
                self.open.remove(&(class.len(), colour));
                if joins {
                    class.insert(*blank);
                } else {
                    class.remove(blank);
                }
                if class.len() > 1 {
                    self.open.insert((class.len(), colour));
                }
            }
        }
    }

    /// Gives new colours until every two nodes of one colour see the same colours around them. Only nodes that `dirty`
    /// holds can see something new; the largest part of a class keeps its colour, so that few nodes see something new next.
    fn refine(&mut self, shapes: &Shapes<'_>, dirty: Vec<u32>, budget: &mut u64) -> Option<()> {
        let mut dirty = dirty;
        loop {
            dirty.sort_unstable();
            dirty.dedup();
            dirty.retain(|blank| self.is_open(*blank));
            if dirty.is_empty() {
                return Some(());
            }
            self.step += 1;
            let mut signed = Vec::with_capacity(dirty.len());
            for blank in dirty {
                let seen = &shapes.seen[blank as usize];
                *budget = budget.checked_sub(seen.len() as u64)?;
                let rows = shapes.graph.rows_of(blank).zip(seen).map(|(row, shape)| {
                    let mut hasher = Fingerprint::new(*shape);
                    for mention in &row.mentions {
                        if mention.blank != blank {
                            hasher.add(self.colour[mention.blank as usize]);
                        }
                    }
                    hasher.finish()
                });
                let signature = unordered(rows.collect());
                signed.push((self.colour[blank as usize], signature, blank));
            }
            signed.sort_unstable();
            let mut changed = Vec::new();
            for class in signed.chunk_by(|a, b| a.0 == b.0) {
                self.split(class, &mut changed);
            }
            dirty = changed
                .iter()
                .flat_map(|blank| shapes.neighbours(*blank))
                .collect();
        }
    }

    /// Splits one class by signature; its members without signature are the part that saw nothing new.
    fn split(&mut self, signed: &[(u128, u128, u32)], changed: &mut Vec<u32>) {
        let old = signed[0].0;
        let size = self.classes.get(&old).map_or(0, BTreeSet::len);
        let mut parts: Vec<(Option<u128>, Vec<u32>)> = signed
            .chunk_by(|a, b| a.1 == b.1)
            .map(|part| {
                (
                    Some(part[0].1),
                    part.iter().map(|(_, _, blank)| *blank).collect(),
                )
            })
            .collect();
        let unseen = size - signed.len();
        let largest = parts.iter().map(|(_, part)| part.len()).max().unwrap_or(0);
        if unseen > 0 && unseen < largest {
            let seen: BTreeSet<u32> = signed.iter().map(|(_, _, blank)| *blank).collect();
            if let Some(class) = self.classes.get(&old) {
                parts.push((None, class.difference(&seen).copied().collect()));
            }
        }
        if unseen < largest {
            // Of equally large parts the first by signature stays.
            if let Some(stays) = parts.iter().position(|(_, part)| part.len() == largest) {
                parts.remove(stays);
            }
        }
        for (signature, part) in parts {
            let new = Fingerprint::new(old)
                .with(signature.unwrap_or(0))
                .with(u128::from(self.step))
                .finish();
            self.repaint(&part, new);
            changed.extend(part);
        }
    }

    /// Returns whether the rows that link nodes of shared colours form a forest. Two rows between two nodes count as a ring.
    fn open_links_form_forest(&self, shapes: &Shapes<'_>) -> bool {
        let mut trees = Trees::new(self.colour.len());
        shapes.graph.rows.iter().all(|row| {
            let mut linked: Vec<u32> = row
                .mentions
                .iter()
                .map(|mention| mention.blank)
                .filter(|blank| self.is_open(*blank))
                .collect();
            linked.sort_unstable();
            linked.dedup();
            match linked[..] {
                [] | [_] => true,
                [a, b] => trees.join(a, b),
                _ => false,
            }
        })
    }
}

/// Union–find over blank nodes.
struct Trees(Vec<u32>);

impl Trees {
    fn new(count: usize) -> Self {
        Self((0..).take(count).collect())
    }

    fn root(&mut self, node: u32) -> u32 {
        let mut node = node;
        while self.0[node as usize] != node {
            let above = self.0[node as usize];
            self.0[node as usize] = self.0[above as usize];
            node = above;
        }
        node
    }

    /// Joins two trees; returns whether they were two.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a as usize] = b;
        a != b
    }
}

/// A hash of a sequence of hashes.
struct Fingerprint(Xxh3);

impl Fingerprint {
    fn new(first: u128) -> Self {
        Self(Xxh3::new()).with(first)
    }

    fn with(mut self, next: u128) -> Self {
        self.add(next);
        self
    }

    fn add(&mut self, next: u128) {
        self.0.update(&next.to_le_bytes());
    }

    fn finish(&self) -> u128 {
        self.0.digest128()
    }
}

/// Returns one hash for several whatever their order.
fn unordered(mut hashes: Vec<u128>) -> u128 {
    hashes.sort_unstable();
    let mut hasher = Xxh3::new();
    for hash in hashes {
        hasher.update(&hash.to_le_bytes());
    }
    hasher.digest128()
}
