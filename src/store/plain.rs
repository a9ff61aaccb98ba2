//! Statements in their plain form, cut into terms where they stand: without escapes, quoted triples or unusual labels.
//!
//! Nearly all lines are of that form, and cutting them costs a fraction of what parsing does. Whatever else is N-Quads
//! is left to the parser; nothing is cut here that the parser would read differently.

use memchr::{memchr, memchr2};
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

/// A term that is no literal.
#[derive(Clone, Copy)]
enum Node<'a> {
    Iri(&'a str),
    Blank(&'a str),
}

#[derive(Clone, Copy)]
enum Object<'a> {
    Node(Node<'a>),
    Text(&'a str),
    Typed(&'a str, &'a str),
    Tagged(&'a str, &'a str),
}

/// A statement whose terms lie in its line.
#[derive(Clone, Copy)]
pub(super) struct Plain<'a> {
    subject: Node<'a>,
    predicate: &'a str,
    object: Object<'a>,
    /// The object as it stands in the line.
    written: &'a str,
    graph: Option<Node<'a>>,
}

impl<'a> Plain<'a> {
    /// Cuts a line without its dot; `None` when it is not of the plain form.
    pub(super) fn cut(line: &'a str) -> Option<Self> {
        let (subject, rest) = node(line)?;
        let (predicate, rest) = iri(rest.strip_prefix(' ')?)?;
        let from = rest.strip_prefix(' ')?;
        let (object, rest) = object(from)?;
        let graph = match rest.strip_prefix(' ') {
            None if rest.is_empty() => None,
            None => return None,
            Some(rest) => match node(rest)? {
                (graph, "") => Some(graph),
                _ => return None,
            },
        };
        Some(Self {
            subject,
            predicate,
            object,
            written: &from[..from.len() - rest.len()],
            graph,
        })
    }

    /// Returns the IRI of the predicate.
    pub(super) fn predicate(&self) -> &'a str {
        self.predicate
    }

    /// Returns the object as N-Quads has it.
    pub(super) fn written_object(&self) -> &'a str {
        self.written
    }

    /// Returns the statement with terms of its own.
    pub(super) fn to_quad(self) -> Quad {
        Quad {
            subject: self.subject.to_term(),
            predicate: NamedNode::new_unchecked(self.predicate),
            object: match self.object {
                Object::Node(node) => match node.to_term() {
                    NamedOrBlankNode::NamedNode(node) => Term::NamedNode(node),
                    NamedOrBlankNode::BlankNode(node) => Term::BlankNode(node),
                },
                Object::Text(value) => Literal::new_simple_literal(value).into(),
                Object::Typed(value, datatype) => {
                    Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype)).into()
                }
                Object::Tagged(value, language) => {
                    // As the parser has it, tags are compared without case.
                    let language = language.to_ascii_lowercase();
                    Literal::new_language_tagged_literal_unchecked(value, language).into()
                }
            },
            graph_name: self
                .graph
                .map_or(GraphName::DefaultGraph, |graph| graph.to_term().into()),
        }
    }
}

impl Node<'_> {
    fn to_term(self) -> NamedOrBlankNode {
        match self {
            Self::Iri(iri) => NamedNode::new_unchecked(iri).into(),
            Self::Blank(label) => BlankNode::new_unchecked(label).into(),
        }
    }
}

fn node(text: &str) -> Option<(Node<'_>, &str)> {
    if let Some(rest) = text.strip_prefix("_:") {
        let end = memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
        let (label, rest) = rest.split_at(end);
        // What a number may become as a blank node, and which marks a label may have, the parser knows.
        let plain = label.starts_with(|first: char| first.is_ascii_alphabetic())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return plain.then_some((Node::Blank(label), rest));
    }
    let (iri, rest) = iri(text)?;
    Some((Node::Iri(iri), rest))
}

fn iri(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('<')?;
    // A quoted triple, or the beginning of one.
    if rest.starts_with('<') {
        return None;
    }
    let end = memchr2(b'>', b'\\', rest.as_bytes())?;
    let (iri, rest) = rest.split_at(end);
    Some((iri, rest.strip_prefix('>')?))
}

fn object(text: &str) -> Option<(Object<'_>, &str)> {
    let Some(rest) = text.strip_prefix('"') else {
        let (node, rest) = node(text)?;
        return Some((Object::Node(node), rest));
    };
    let end = memchr2(b'"', b'\\', rest.as_bytes())?;
    let (value, rest) = rest.split_at(end);
    let rest = rest.strip_prefix('"')?;
    if let Some(rest) = rest.strip_prefix("^^") {
        let (datatype, rest) = iri(rest)?;
        return Some((Object::Typed(value, datatype), rest));
    }
    let Some(rest) = rest.strip_prefix('@') else {
        return Some((Object::Text(value), rest));
    };
    let end = memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
    let (language, rest) = rest.split_at(end);
    let mut parts = language.split('-');
    let letters =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    // An empty part is before a direction.
    let plain = parts.next().is_some_and(letters)
        && parts
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    plain.then_some((Object::Tagged(value, language), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(line: &str) -> Option<Quad> {
        let text = format!("{line} .\n");
        let mut quads = oxttl::NQuadsParser::new().lenient().for_slice(&text);
        let quad = quads.next()?.ok()?;
        quads.next().is_none().then_some(quad)
    }

    fn cut(line: &str) -> Option<Quad> {
        Plain::cut(line).map(Plain::to_quad)
    }

    #[test]
    fn plain_lines_are_cut_as_the_parser_reads_them() {
        for line in [
            "<http://e/s> <http://e/p> <http://e/o>",
            "_:b1 <http://e/p> _:c <http://e/g>",
            "<s> <p> \"text > with . signs\" _:g",
            "<s> <p> \"\"",
            "<s> <p> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> <g>",
            "<s> <p> \"Бухара\"@ru",
            "<s> <p> \"x\"@en-GB <g>",
            "<a b> <p> \"x\"^^<http://www.w3.org/2001/XMLSchema#string>",
        ] {
            assert!(cut(line).is_some(), "{line}");
            assert_eq!(cut(line), parsed(line), "{line}");
        }
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for line in [
            "<s> <p> \"a\\nb\"",
            "<s\\u0041> <p> <o>",
            "<s> <p> <<( <a> <b> <c> )>>",
            "<s> <p> \"x\"@ar--rtl",
            "<s> <p> \"x\"@",
            "_:1 <p> <o>",
            "_:a.b <p> <o>",
            "<s> _:p <o>",
            "<s> <p> <o> \"g\"",
            "<s> <p> <o> <g> <h>",
            "<s>  <p> <o>",
            "<s> <p>",
            "",
        ] {
            assert!(cut(line).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_cut_that_the_parser_reads_differently(
            line in r#"(<[a-z<>\\ "]{0,3}>|_:[a-z0-9.-]{0,3}) <[a-z]{0,2}> (<[a-z]{0,2}>|_:[a-z0-9]{1,2}|"[a-z<>\\" ]{0,4}"(@[a-zA-Z0-9-]{0,5}|\^\^<[a-z]{0,2}>)?)( <[a-z]{0,2}>| _:[a-z.]{0,2})?"#
        ) {
            if let Some(quad) = cut(&line) {
                prop_assert_eq!(Some(quad), parsed(&line), "{}", line);
            }
        }
    }
}
