//! Turtle and TriG that people read and version control compares: one predicate a line, one object a line where there are
//! several, everything in a fixed order.
//!
//! Subjects stand by IRI, then blank nodes with labels, then those without, by their text. Within a subject `a` comes
//! first, then predicates as they are spelt. Objects: IRIs, literals, triple terms, labelled blank nodes, nested ones by their
//! text. So a change of one statement changes few lines, even among blank nodes.

use std::collections::BTreeMap;

use oxrdf::vocab::rdf;

use super::layout::Layout;
use super::names::{Prefixes, is_turtle_local, is_turtle_prefix};
use super::nodes::{Nodes, Row};
use super::terms::{write_name, write_turtle};

/// A list is written on one line up to this many characters.
const LIST_WIDTH: usize = 80;

/// Spaces of one step of indentation.
const STEP: usize = 4;

/// Returns the sorted table as a TriG document, which is Turtle when there are no named graphs.
pub(super) fn render(nodes: &Nodes<'_>, prefixes: &BTreeMap<String, String>) -> String {
    let names = Prefixes::new(prefixes, is_turtle_prefix, is_turtle_local);
    let writer = Writer {
        nodes,
        layout: Layout::new(nodes),
        prefixes: &names,
        ranks: predicate_ranks(nodes, prefixes),
        rdf_type: nodes.find(rdf::TYPE.as_str()),
    };
    let body = writer.document();
    let mut document = String::with_capacity(body.len() + 1024);
    let used = names.used();
    for (prefix, namespace) in &used {
        document.push_str("@prefix ");
        document.push_str(prefix);
        document.push_str(": ");
        super::terms::write_iri(namespace, &mut document);
        document.push_str(" .\n");
    }
    if !used.is_empty() && !body.is_empty() {
        document.push('\n');
    }
    document.push_str(&body);
    document
}

/// Returns for each predicate its place within a subject; `a` has the first.
fn predicate_ranks(nodes: &Nodes<'_>, prefixes: &BTreeMap<String, String>) -> Vec<u32> {
    // Prefixes of their own: a predicate that is never spelt out must not count as a use.
    let names = Prefixes::new(prefixes, is_turtle_prefix, is_turtle_local);
    let mut is_predicate = vec![false; nodes.len() as usize];
    for row in nodes.rows() {
        is_predicate[row.predicate as usize] = true;
    }
    let mut spelt: Vec<(String, u32)> = (0..nodes.len())
        .filter(|id| is_predicate[*id as usize])
        .map(|id| {
            let mut text = String::new();
            if let super::nodes::Node::Iri(iri) = nodes.node(id)
                && iri != rdf::TYPE.as_str()
            {
                write_name(&names, iri, &mut text);
            }
            (text, id)
        })
        .collect();
    spelt.sort_unstable();
    let mut ranks = vec![0; nodes.len() as usize];
    for (rank, (_, id)) in (0..).zip(spelt) {
        ranks[id as usize] = rank;
    }
    ranks
}

struct Writer<'w> {
    nodes: &'w Nodes<'w>,
    layout: Layout<'w>,
    prefixes: &'w Prefixes<'w>,
    ranks: Vec<u32>,
    rdf_type: Option<u32>,
}

impl Writer<'_> {
    fn document(&self) -> String {
        let mut out = String::new();
        for graph in self.nodes.rows().chunk_by(|a, b| a.graph == b.graph) {
            let Some(name) = graph[0].graph else {
                self.subjects(graph, 0, &mut out);
                continue;
            };
            if !out.is_empty() {
                out.push('\n');
            }
            self.term(name, &mut out);
            out.push_str(" {\n");
            let mut body = String::new();
            self.subjects(graph, STEP, &mut body);
            out.push_str(&body);
            out.push_str("}\n");
        }
        out
    }

    /// Writes the subjects of one graph, with an empty line between them.
    fn subjects(&self, graph: &[Row], indent: usize, out: &mut String) {
        let mut anonymous = Vec::new();
        let mut first = true;
        for rows in graph.chunk_by(|a, b| a.subject == b.subject) {
            let subject = rows[0].subject;
            if self.layout.is_nested(subject) {
                continue;
            }
            if self.layout.is_anonymous(subject) {
                let mut text = "[] ".to_owned();
                self.predicates(rows, indent + STEP, &mut text);
                anonymous.push(text);
                continue;
            }
            start_block(&mut first, indent, out);
            self.term(subject, out);
            out.push(' ');
            self.predicates(rows, indent + STEP, out);
            out.push_str(" .\n");
        }
        anonymous.sort_unstable();
        for text in anonymous {
            start_block(&mut first, indent, out);
            out.push_str(&text);
            out.push_str(" .\n");
        }
    }

    /// Writes predicates and objects of one subject, ready for the closing mark.
    fn predicates(&self, rows: &[Row], indent: usize, out: &mut String) {
        let mut groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.predicate == b.predicate).collect();
        groups.sort_unstable_by_key(|group| self.ranks[group[0].predicate as usize]);
        for (index, group) in groups.into_iter().enumerate() {
            if index > 0 {
                out.push_str(" ;");
                new_line(indent, out);
            }
            let predicate = group[0].predicate;
            let is_type = Some(predicate) == self.rdf_type;
            if is_type {
                out.push('a');
            } else {
                self.term(predicate, out);
            }
            self.objects(group, is_type, indent + STEP, out);
        }
    }

    fn objects(&self, rows: &[Row], on_one_line: bool, indent: usize, out: &mut String) {
        if let [row] = rows {
            out.push(' ');
            self.object(row.object, indent - STEP, out);
            return;
        }
        let mut nested = Vec::new();
        let mut first = true;
        let mut separate = |out: &mut String| {
            if !std::mem::take(&mut first) {
                out.push_str(" ,");
            }
            if on_one_line {
                out.push(' ');
            } else {
                new_line(indent, out);
            }
        };
        for row in rows {
            if self.layout.is_nested(row.object) {
                let mut text = String::new();
                self.object(row.object, indent, &mut text);
                nested.push(text);
            } else {
                separate(out);
                self.object(row.object, indent, out);
            }
        }
        nested.sort_unstable();
        for text in nested {
            separate(out);
            out.push_str(&text);
        }
    }

    /// Writes an object that begins on a line of this indentation.
    fn object(&self, id: u32, indent: usize, out: &mut String) {
        if let Some(items) = self.layout.list(id) {
            self.list(&items, indent, out);
        } else if self.layout.is_nested(id) {
            let rows = self.layout.rows_of(id);
            if rows.is_empty() {
                out.push_str("[]");
                return;
            }
            out.push('[');
            new_line(indent + STEP, out);
            self.predicates(rows, indent + STEP, out);
            new_line(indent, out);
            out.push(']');
        } else {
            self.term(id, out);
        }
    }

    fn list(&self, items: &[u32], indent: usize, out: &mut String) {
        if items.is_empty() {
            out.push_str("()");
            return;
        }
        let mut texts = Vec::with_capacity(items.len());
        let mut width = 0;
        let mut one_line = true;
        for item in items {
            let mut text = String::new();
            self.object(*item, indent + STEP, &mut text);
            width += 1 + text.chars().count();
            one_line &= width <= LIST_WIDTH && !text.contains('\n');
            texts.push(text);
        }
        out.push('(');
        for text in texts {
            if one_line {
                out.push(' ');
            } else {
                new_line(indent + STEP, out);
            }
            out.push_str(&text);
        }
        if one_line {
            out.push(' ');
        } else {
            new_line(indent, out);
        }
        out.push(')');
    }

    fn term(&self, id: u32, out: &mut String) {
        write_turtle(self.nodes, self.prefixes, id, out);
    }
}

fn start_block(first: &mut bool, indent: usize, out: &mut String) {
    if !std::mem::take(first) {
        out.push('\n');
    }
    push_spaces(indent, out);
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    push_spaces(indent, out);
}

fn push_spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}
