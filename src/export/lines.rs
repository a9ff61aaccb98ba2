//! N-Triples and N-Quads in canonical form: sorted lines.

use super::canonical::write_line;
use super::nodes::{Nodes, Row};
use super::terms::write_ntriples;

/// Returns the quads as lines of canonical N-Quads, sorted by code point; N-Triples when there are no named graphs.
pub(super) fn render(nodes: &Nodes<'_>) -> String {
    let label = |number: u32, out: &mut String| nodes.write_label(number, out);
    let mut texts: Vec<(String, u32)> = (0..nodes.len())
        .map(|id| {
            let mut text = String::new();
            write_ntriples(nodes, id, &label, &mut text);
            (text, id)
        })
        .collect();
    texts.sort_unstable();
    let mut ranks = vec![0_u32; texts.len()];
    for (rank, (_, id)) in (0..).zip(&texts) {
        ranks[*id as usize] = rank;
    }
    drop(texts);
    // Lines sort as their terms do: where one term begins another, what follows it in the line is a space, which sorts
    // before every character that a longer term can go on with. The default graph has the `.` where others have a name.
    let mut rows: Vec<&Row> = nodes.rows().iter().collect();
    rows.sort_unstable_by_key(|row| {
        let rank = |id: u32| ranks[id as usize];
        (
            rank(row.subject),
            rank(row.predicate),
            rank(row.object),
            row.graph.map(rank),
        )
    });
    let mut out = String::new();
    for row in rows {
        write_line(nodes, row, &label, &mut out);
    }
    out
}
