//! A canonical order of blank nodes by colour refinement.
//!
//! Every blank node begins with a colour made of the quads that mention it. Rounds give different colours to nodes whose
//! neighbours differ in colour, until nothing changes. If several nodes still share a colour, one of them is singled out and
//! the rounds go on. Singling out any of them is right only if all of them are interchangeable. Only links among nodes that
//! still share colours matter for that:
//!
//! - where these links form a tree around a node, nodes of its colour sit in equal trees, and are interchangeable;
//! - otherwise it is tried out: each in turn is singled out, and what comes of its surroundings must be equal.
//!
//! If it is not, no order is given. That happens only for contrived graphs (strongly regular ones and their like).

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::Xxh3;

use super::BlankGraph;

/// Returns for each blank node its rank, the same for the same set of quads whatever its labels; `None` when there is doubt or
/// the budget is used up.
pub(super) fn ranks(graph: &BlankGraph<'_>, budget: u64) -> Option<Vec<u32>> {
    let shapes = Shapes::new(graph);
    let mut budget = budget;
    let mut colours = Colours::new(&shapes, &mut budget)?;
    while let Some(class) = colours.smallest_open_class() {
        let first = *class.first()?;
        let chosen = if colours.surroundings(&shapes, first, &mut budget)?.is_tree {
            first
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

/// Returns the fingerprint of a node's surroundings after singling it out, and then any of each class left there.
fn outcome(colours: &Colours, shapes: &Shapes<'_>, node: u32, budget: &mut u64) -> Option<u128> {
    let around = colours.surroundings(shapes, node, budget)?.nodes;
    *budget = budget.checked_sub(colours.colour.len() as u64)?;
    let mut colours = colours.clone();
    colours.single_out(shapes, node, budget)?;
    loop {
        // The smallest class by size and colour, as seen from here: what is elsewhere has no say.
        let mut sizes: BTreeMap<u128, (usize, u32)> = BTreeMap::new();
        for blank in around.iter().filter(|blank| colours.is_open(**blank)) {
            let (size, any) = sizes
                .entry(colours.colour[*blank as usize])
                .or_insert((0, *blank));
            *size += 1;
            *any = *blank;
        }
        *budget = budget.checked_sub(around.len() as u64)?;
        let smallest = sizes
            .iter()
            .min_by_key(|(colour, (size, _))| (*size, **colour));
        let Some((_, (_, next))) = smallest else {
            break;
        };
        colours.single_out(shapes, *next, budget)?;
    }
    let rows = around
        .iter()
        .map(|blank| colours.seen_from(shapes, *blank))
        .collect();
    Some(unordered(rows))
}

/// What of the rows does not depend on colours.
struct Shapes<'g> {
    graph: &'g BlankGraph<'g>,
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
                *budget = budget.checked_sub(shapes.seen[blank as usize].len() as u64)?;
                let signature = self.seen_from(shapes, blank);
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

    /// Returns the fingerprint of what a node sees around it.
    fn seen_from(&self, shapes: &Shapes<'_>, blank: u32) -> u128 {
        let rows = shapes
            .graph
            .rows_of(blank)
            .zip(&shapes.seen[blank as usize]);
        unordered(
            rows.map(|(row, shape)| {
                let mut hasher = Fingerprint::new(*shape);
                for mention in &row.mentions {
                    if mention.blank != blank {
                        hasher.add(self.colour[mention.blank as usize]);
                    }
                }
                hasher.finish()
            })
            .collect(),
        )
    }

    /// Returns what can be reached from a node through rows that link nodes of shared colours.
    fn surroundings(
        &self,
        shapes: &Shapes<'_>,
        start: u32,
        budget: &mut u64,
    ) -> Option<Surroundings> {
        let mut nodes = BTreeSet::from([start]);
        let mut pending = vec![start];
        // Each link is met from both of its ends.
        let mut link_ends = 0;
        let mut is_tree = true;
        while let Some(blank) = pending.pop() {
            for row in shapes.graph.rows_of(blank) {
                *budget = budget.checked_sub(1)?;
                let mut others: Vec<u32> = row
                    .mentions
                    .iter()
                    .map(|mention| mention.blank)
                    .filter(|other| *other != blank && self.is_open(*other))
                    .collect();
                others.sort_unstable();
                others.dedup();
                // A row that links three is no tree; neither are two rows between two nodes, by the count below.
                is_tree &= others.len() < 2;
                link_ends += others.len();
                pending.extend(others.into_iter().filter(|other| nodes.insert(*other)));
            }
        }
        Some(Surroundings {
            is_tree: is_tree && link_ends == 2 * (nodes.len() - 1),
            nodes,
        })
    }
}

/// Nodes that are linked, and whether without rings.
struct Surroundings {
    nodes: BTreeSet<u32>,
    is_tree: bool,
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
