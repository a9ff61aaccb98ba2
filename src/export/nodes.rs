//! A set of quads as numbers: each term stands once in a table, so that ordering a large graph compares integers.

use std::cmp::Ordering;
use std::collections::HashMap;

use oxrdf::{GraphName, LiteralRef, NamedOrBlankNode, Quad, Term, TermRef, Triple};

use crate::diagnostic::{Diagnostic, Result, codes};

/// Triple terms may stand in triple terms this deep; no real data comes near it.
const MAX_TRIPLE_DEPTH: usize = 64;

/// An RDF term in the table. Triple terms refer to their parts by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node<'a> {
    /// An IRI.
    Iri(&'a str),
    /// A literal.
    Literal(LiteralRef<'a>),
    /// A triple term: the numbers of subject, predicate and object.
    Triple([u32; 3]),
    /// A blank node: its number among the blank nodes.
    Blank(u32),
}

/// A quad as numbers of nodes. The default graph sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) graph: Option<u32>,
    pub(super) subject: u32,
    pub(super) predicate: u32,
    pub(super) object: u32,
}

/// The terms of a set of quads, and the quads as numbers of these terms, each once.
#[derive(Clone, Debug)]
pub(super) struct Nodes<'a> {
    nodes: Vec<Node<'a>>,
    rows: Vec<Row>,
    blanks: u32,
    prefix: &'static str,
}

impl<'a> Nodes<'a> {
    /// Returns the table of the quads. Blank nodes are numbered as they come.
    ///
    /// # Errors
    /// `EXPORT_LIMIT` when there are too many terms or quads or triple terms are nested too deeply.
    pub(super) fn new(quads: &'a [Quad]) -> Result<Self> {
        let mut interner = Interner::default();
        let mut rows = Vec::with_capacity(quads.len());
        for quad in quads {
            let graph = match &quad.graph_name {
                GraphName::DefaultGraph => None,
                GraphName::NamedNode(node) => Some(interner.number(Node::Iri(node.as_str()))?),
                GraphName::BlankNode(node) => Some(interner.blank(node.as_str())?),
            };
            rows.push(Row {
                graph,
                subject: interner.subject(&quad.subject)?,
                predicate: interner.number(Node::Iri(quad.predicate.as_str()))?,
                object: interner.term(quad.object.as_ref(), 0)?,
            });
        }
        rows.sort_unstable();
        rows.dedup();
        size(rows.len())?;
        Ok(Self {
            blanks: size(interner.blanks.len())?,
            nodes: interner.nodes,
            rows,
            prefix: "c14n",
        })
    }

    /// Returns the term of that number.
    pub(super) fn node(&self, id: u32) -> Node<'a> {
        self.nodes[id as usize]
    }

    /// Returns how many terms there are; their numbers are those below.
    pub(super) fn len(&self) -> u32 {
        // `new` has checked that the count fits.
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Returns how many blank nodes there are.
    pub(super) fn blanks(&self) -> u32 {
        self.blanks
    }

    /// Returns the quads in order of their numbers.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the number of an IRI, if it stands in the table. Only after [`Nodes::sort`].
    pub(super) fn find(&self, iri: &str) -> Option<u32> {
        let index = self
            .nodes
            .binary_search_by(|node| match node {
                Node::Iri(this) => (*this).cmp(iri),
                _ => Ordering::Greater,
            })
            .ok()?;
        u32::try_from(index).ok()
    }

    /// Gives blank nodes their final numbers (`numbers[i]` for the one now numbered `i`) and the letters before them.
    pub(super) fn relabel(&mut self, prefix: &'static str, numbers: &[u32]) {
        self.prefix = prefix;
        for node in &mut self.nodes {
            if let Node::Blank(number) = node {
                *number = numbers[*number as usize];
            }
        }
    }

    /// Appends the label of a blank node, without `_:`.
    pub(super) fn write_label(&self, number: u32, out: &mut String) {
        out.push_str(self.prefix);
        out.push_str(&number.to_string());
    }

    /// Numbers the terms in the order in which they are to be written, and orders the quads by these numbers:
    /// IRIs by text, literals by text, then datatype, language and direction, triple terms by their parts, and blank nodes
    /// by their number at last.
    pub(super) fn sort(&mut self) {
        let mut order: Vec<u32> = (0..self.len()).collect();
        order.sort_unstable_by(|a, b| self.compare(*a, *b));
        self.renumber(&order);
        self.rows.sort_unstable();
    }

    fn renumber(&mut self, order: &[u32]) {
        let mut new = vec![0; order.len()];
        for (number, old) in (0..).zip(order) {
            new[*old as usize] = number;
        }
        let number = |old: u32| new[old as usize];
        self.nodes = order
            .iter()
            .map(|old| match self.nodes[*old as usize] {
                Node::Triple(parts) => Node::Triple(parts.map(number)),
                other => other,
            })
            .collect();
        for row in &mut self.rows {
            *row = Row {
                graph: row.graph.map(number),
                subject: number(row.subject),
                predicate: number(row.predicate),
                object: number(row.object),
            };
        }
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        fn kind(node: &Node<'_>) -> u8 {
            match node {
                Node::Iri(_) => 0,
                Node::Literal(_) => 1,
                Node::Triple(_) => 2,
                Node::Blank(_) => 3,
            }
        }
        if a == b {
            return Ordering::Equal;
        }
        match (self.node(a), self.node(b)) {
            (Node::Iri(a), Node::Iri(b)) => a.cmp(b),
            (Node::Literal(a), Node::Literal(b)) => literal_key(a).cmp(&literal_key(b)),
            (Node::Triple(a), Node::Triple(b)) => (0..3)
                .map(|part| self.compare(a[part], b[part]))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal),
            (Node::Blank(a), Node::Blank(b)) => a.cmp(&b),
            (a, b) => kind(&a).cmp(&kind(&b)),
        }
    }
}

fn literal_key(literal: LiteralRef<'_>) -> (&str, &str, &str, u8) {
    use oxrdf::BaseDirection;
    let direction = match literal.direction() {
        None => 0,
        Some(BaseDirection::Ltr) => 1,
        Some(BaseDirection::Rtl) => 2,
    };
    (
        literal.value(),
        literal.language().unwrap_or_default(),
        literal.datatype().as_str(),
        direction,
    )
}

#[derive(Default)]
struct Interner<'a> {
    numbers: HashMap<Node<'a>, u32>,
    nodes: Vec<Node<'a>>,
    blanks: HashMap<&'a str, u32>,
}

impl<'a> Interner<'a> {
    fn number(&mut self, node: Node<'a>) -> Result<u32> {
        if let Some(number) = self.numbers.get(&node) {
            return Ok(*number);
        }
        let number = size(self.nodes.len())?;
        self.nodes.push(node);
        self.numbers.insert(node, number);
        Ok(number)
    }

    fn blank(&mut self, label: &'a str) -> Result<u32> {
        let next = size(self.blanks.len())?;
        let number = *self.blanks.entry(label).or_insert(next);
        self.number(Node::Blank(number))
    }

    fn subject(&mut self, subject: &'a NamedOrBlankNode) -> Result<u32> {
        match subject {
            NamedOrBlankNode::NamedNode(node) => self.number(Node::Iri(node.as_str())),
            NamedOrBlankNode::BlankNode(node) => self.blank(node.as_str()),
        }
    }

    fn term(&mut self, term: TermRef<'a>, depth: usize) -> Result<u32> {
        match term {
            TermRef::NamedNode(node) => self.number(Node::Iri(node.as_str())),
            TermRef::BlankNode(node) => self.blank(node.as_str()),
            TermRef::Literal(literal) => self.number(Node::Literal(literal)),
            TermRef::Triple(triple) => self.triple(triple, depth + 1),
        }
    }

    fn triple(&mut self, triple: &'a Triple, depth: usize) -> Result<u32> {
        if depth > MAX_TRIPLE_DEPTH {
            return Err(Diagnostic::error(
                codes::EXPORT_LIMIT,
                format!("triple terms are nested more than {MAX_TRIPLE_DEPTH} deep"),
            )
            .hint("describe the inner statements with reifiers of their own")
            .into());
        }
        let parts = [
            self.subject(&triple.subject)?,
            self.number(Node::Iri(triple.predicate.as_str()))?,
            self.term(Term::as_ref(&triple.object), depth)?,
        ];
        self.number(Node::Triple(parts))
    }
}

fn size(count: usize) -> Result<u32> {
    u32::try_from(count).map_err(|_| {
        Diagnostic::error(
            codes::EXPORT_LIMIT,
            "there are more than four billion terms or quads to write at once",
        )
        .hint("write the graphs one by one")
        .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};

    fn quads(text: &str) -> Vec<Quad> {
        RdfParser::from_format(RdfFormat::TriG)
            .for_slice(text)
            .collect::<std::result::Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn terms_are_numbered_in_the_order_of_writing() {
        let quads = quads(
            r#"<ex:b> <ex:p> "b", "a"@fr, "a"@en, "a", 1, _:x, <<( <ex:a> <ex:p> 2 )>>, <ex:a> .
            <ex:g> { <ex:a> <ex:p> <ex:b> }"#,
        );
        let mut nodes = Nodes::new(&quads).unwrap();
        nodes.sort();
        let kinds: Vec<_> = (0..nodes.len()).map(|id| nodes.node(id)).collect();
        assert!(matches!(kinds[0], Node::Iri("ex:a")));
        let literals: Vec<_> = kinds
            .iter()
            .filter_map(|node| match node {
                Node::Literal(literal) => Some(literal.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(
            literals,
            [
                "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>",
                "\"2\"^^<http://www.w3.org/2001/XMLSchema#integer>",
                "\"a\"",
                "\"a\"@en",
                "\"a\"@fr",
                "\"b\"",
            ]
        );
        assert!(matches!(kinds[kinds.len() - 2], Node::Triple(_)));
        assert!(matches!(kinds[kinds.len() - 1], Node::Blank(0)));
        assert!(nodes.rows()[0].graph.is_none() && nodes.rows()[8].graph.is_some());
        assert_eq!(nodes.find("ex:b"), Some(1));
        assert_eq!(nodes.find("ex:zz"), None);
    }

    #[test]
    fn equal_quads_stand_once() {
        let mut twice = quads("<ex:a> <ex:p> 1 .");
        twice.extend(quads("<ex:a> <ex:p> 1 ."));
        assert_eq!(Nodes::new(&twice).unwrap().rows().len(), 1);
    }

    #[test]
    fn triple_terms_too_deep_are_refused() {
        let mut quads = quads("<ex:a> <ex:p> 1 .");
        for _ in 0..=MAX_TRIPLE_DEPTH {
            let inner = Triple::from(quads.remove(0));
            quads.push(Quad::new(
                inner.subject.clone(),
                inner.predicate.clone(),
                inner,
                GraphName::DefaultGraph,
            ));
        }
        let error = Nodes::new(&quads).unwrap_err();
        assert_eq!(error.0[0].code, codes::EXPORT_LIMIT);
    }
}
