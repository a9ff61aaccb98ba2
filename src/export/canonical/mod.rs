//! Labels for blank nodes that depend on nothing but the set of quads.
//!
//! The labels are those of RDF Dataset Canonicalization (RDFC-1.0), so that N-Quads written by factmill are the canonical
//! form that other tools compute too. Its cost is exponential for some datasets; it therefore works on a budget. When that
//! is used up, labels come from colour refinement ([`refine`]), which is quick for every dataset met in practice, or the
//! export is refused.
//!
//! Which way is taken must itself depend on the set of quads only. RDFC-1.0 visits blank nodes of equal hash in some
//! order, and the cost depends on that order; so where there are such nodes, colour refinement orders them first.
//! If it cannot tell an order for certain, no labels of its own are ever used: then it is RDFC-1.0 or nothing.
//!
//! RDFC-1.0 knows no triple terms. Blank nodes in them are treated as parts of the quad like subject and object:
//! their position is the path to them (`os`, `oo`, …) with the predicates on the way. Without triple terms the result is
//! that of the specification to the letter.

mod rdfc;
mod refine;

pub use rdfc::HashAlgorithm;

use super::Options;
use super::nodes::{Node, Nodes, Row};
use super::terms;
use crate::diagnostic::{Diagnostic, Result, codes};

/// The quads that mention blank nodes, from the side of the blank nodes.
struct BlankGraph<'n> {
    nodes: &'n Nodes<'n>,
    rows: Vec<BlankRow>,
    /// For each blank node its rows, as indices.
    of: Vec<Vec<u32>>,
}

struct BlankRow {
    row: Row,
    mentions: Vec<Mention>,
}

/// Where a row mentions a blank node.
struct Mention {
    blank: u32,
    position: Position,
}

enum Position {
    Subject,
    Object,
    Graph,
    /// In a triple term: the path to the place.
    Inside(String),
}

impl<'n> BlankGraph<'n> {
    fn new(nodes: &'n Nodes<'n>) -> Self {
        let mut rows = Vec::new();
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); nodes.blanks() as usize];
        let mentions_blank = blank_mentions(nodes);
        let mut index = 0;
        for row in nodes.rows() {
            let ids = [Some(row.subject), Some(row.object), row.graph];
            if !ids.iter().flatten().any(|id| mentions_blank[*id as usize]) {
                continue;
            }
            let mut mentions = Vec::new();
            for (id, position) in [
                (ids[0], Position::Subject),
                (ids[1], Position::Object),
                (ids[2], Position::Graph),
            ] {
                match id.map(|id| nodes.node(id)) {
                    Some(Node::Blank(blank)) => mentions.push(Mention { blank, position }),
                    Some(Node::Triple(parts)) => mentions_inside(nodes, parts, "o", &mut mentions),
                    _ => {}
                }
            }
            for mention in &mentions {
                let of = &mut of[mention.blank as usize];
                if of.last() != Some(&index) {
                    of.push(index);
                }
            }
            rows.push(BlankRow {
                row: *row,
                mentions,
            });
            // The table has checked that row numbers fit.
            index += 1;
        }
        Self { nodes, rows, of }
    }

    fn rows_of(&self, blank: u32) -> impl Iterator<Item = &BlankRow> {
        self.of[blank as usize]
            .iter()
            .map(|index| &self.rows[*index as usize])
    }

    /// Returns the row as a line of N-Quads in which this blank node is `_:a` and every other one `_:z`.
    fn line_seen_from(&self, row: &Row, blank: u32, line: &mut String) {
        line.clear();
        let label =
            |number: u32, out: &mut String| out.push(if number == blank { 'a' } else { 'z' });
        write_line(self.nodes, row, &label, line);
    }
}

/// Appends a quad as a line of canonical N-Quads.
pub(super) fn write_line(
    nodes: &Nodes<'_>,
    row: &Row,
    label: &dyn Fn(u32, &mut String),
    out: &mut String,
) {
    for id in [
        Some(row.subject),
        Some(row.predicate),
        Some(row.object),
        row.graph,
    ]
    .into_iter()
    .flatten()
    {
        terms::write_ntriples(nodes, id, label, out);
        out.push(' ');
    }
    out.push_str(".\n");
}

/// Returns for each term whether it is a blank node or a triple term that mentions one.
fn blank_mentions(nodes: &Nodes<'_>) -> Vec<bool> {
    let mut mentions: Vec<bool> = Vec::with_capacity(nodes.len() as usize);
    for id in 0..nodes.len() {
        // The parts of a triple term stand before it in the table.
        let mentioned = match nodes.node(id) {
            Node::Blank(_) => true,
            Node::Triple(parts) => parts.iter().any(|part| mentions[*part as usize]),
            Node::Iri(_) | Node::Literal(_) => false,
        };
        mentions.push(mentioned);
    }
    mentions
}

fn mentions_inside(nodes: &Nodes<'_>, parts: [u32; 3], path: &str, mentions: &mut Vec<Mention>) {
    let mut predicate = String::new();
    terms::write_ntriples(nodes, parts[1], &|_, _| {}, &mut predicate);
    for (part, letter) in [(parts[0], 's'), (parts[2], 'o')] {
        let path = format!("{path}{predicate}{letter}");
        match nodes.node(part) {
            Node::Blank(blank) => mentions.push(Mention {
                blank,
                position: Position::Inside(path),
            }),
            Node::Triple(parts) => mentions_inside(nodes, parts, &path, mentions),
            Node::Iri(_) | Node::Literal(_) => {}
        }
    }
}

/// Gives the blank nodes of the table labels that depend on nothing but the set of quads. To be called on a table as
/// [`Nodes::new`] makes it.
///
/// `budget` bounds the work, in hashes or the like; quads with blank nodes add to it, so that a large harmless dataset is
/// never refused for its size.
///
/// # Errors
/// `EXPORT_LIMIT` when the blank nodes are too alike to be told apart within the budget.
pub(super) fn label(nodes: &mut Nodes<'_>, options: &Options) -> Result<()> {
    if nodes.blanks() == 0 {
        return Ok(());
    }
    let algorithm = options.canonical.unwrap_or_default();
    let (prefix, numbers) = labels(&BlankGraph::new(nodes), options.label_budget, algorithm)?;
    if options.canonical.is_some() && prefix != "c14n" {
        return Err(too_alike());
    }
    nodes.relabel(prefix, &numbers);
    Ok(())
}

fn labels(
    graph: &BlankGraph<'_>,
    budget: u64,
    algorithm: HashAlgorithm,
) -> Result<(&'static str, Vec<u32>)> {
    let hashes = rdfc::first_degree(graph, algorithm);
    let mut sorted: Vec<&String> = hashes.iter().collect();
    sorted.sort_unstable();
    let all_differ = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    let mentions: usize = graph.of.iter().map(Vec::len).sum();
    let budget = budget.saturating_add(32 * mentions as u64);
    if all_differ {
        // Nothing to search for: the order below is not asked for, and the budget is not touched.
        let order: Vec<u32> = (0..graph.nodes.blanks()).collect();
        return rdfc::label(graph, &hashes, &order, budget, algorithm)
            .map(|numbers| ("c14n", numbers))
            .ok_or_else(too_alike);
    }
    let ranks = refine::ranks(graph, budget);
    let order = ranks
        .clone()
        .unwrap_or_else(|| (0..graph.nodes.blanks()).collect());
    if let Some(numbers) = rdfc::label(graph, &hashes, &order, budget, algorithm) {
        return Ok(("c14n", numbers));
    }
    ranks.map(|ranks| ("b", ranks)).ok_or_else(too_alike)
}

fn too_alike() -> crate::diagnostic::Diagnostics {
    Diagnostic::error(
        codes::EXPORT_LIMIT,
        "the blank nodes are too alike to be labelled: telling them apart would take exponential time",
    )
    .hint("give some of the blank nodes IRIs, or leave out the graph they stand in")
    .into()
}

#[cfg(test)]
mod tests;
