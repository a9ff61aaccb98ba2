//! What holds for every dataset.

use oxrdf::{
    BaseDirection, BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple,
};
use proptest::prelude::*;

use super::super::*;
use super::{document, parse};

/// Terms from small sets, so that rings, shared nodes, lists and look-alikes come about.
#[derive(Clone, Debug)]
enum Pick {
    Iri(u8),
    Blank(u8),
    Literal(u8),
    Triple(Box<(Pick, u8, Pick)>),
}

const IRIS: [&str; 6] = [
    "http://example.org/a",
    "http://example.org/b.",
    "http://example.org/x/y(z)",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
    "urn:a:b",
    "http://example.org/",
];

const PREDICATES: [&str; 5] = [
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#first",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://example.org/p",
    "urn:other#p",
];

fn literal(number: u8) -> Literal {
    let xsd =
        |name: &str| NamedNode::new_unchecked(format!("http://www.w3.org/2001/XMLSchema#{name}"));
    match number {
        0 => Literal::new_simple_literal("two\nlines \"\"\"\" and \\"),
        1 => Literal::new_simple_literal("\r\n\t<&>]]>"),
        2 => Literal::new_language_tagged_literal_unchecked("text", "en-us"),
        3 => Literal::new_typed_literal("5", xsd("integer")),
        4 => Literal::new_typed_literal("05", xsd("integer")),
        5 => Literal::new_typed_literal("1.50", xsd("decimal")),
        6 => Literal::new_typed_literal("1.5", xsd("decimal")),
        7 => Literal::new_typed_literal("true", xsd("boolean")),
        8 => Literal::new_typed_literal("x", NamedNode::new_unchecked("http://example.org/type")),
        9 => Literal::new_typed_literal("1e3", xsd("double")),
        10 => Literal::new_typed_literal("1234567890123456789", xsd("integer")),
        _ => Literal::new_directional_language_tagged_literal_unchecked(
            "text",
            "ar",
            BaseDirection::Rtl,
        ),
    }
}

fn named_or_blank() -> impl Strategy<Value = Pick> {
    prop_oneof![
        1 => (0..6_u8).prop_map(Pick::Iri),
        3 => (0..6_u8).prop_map(Pick::Blank),
    ]
}

fn rdf_11_object() -> impl Strategy<Value = Pick> {
    prop_oneof![
        3 => named_or_blank(),
        1 => Just(Pick::Iri(3)),
        2 => (0..11_u8).prop_map(Pick::Literal),
    ]
}

fn rdf_12_object() -> impl Strategy<Value = Pick> {
    let leaf = prop_oneof![4 => rdf_11_object(), 1 => Just(Pick::Literal(11))];
    leaf.prop_recursive(2, 4, 1, |inner| {
        (named_or_blank(), 0..5_u8, inner).prop_map(|(s, p, o)| Pick::Triple(Box::new((s, p, o))))
    })
}

type Picked = (Pick, u8, Pick, Option<Pick>);

fn rdf_11() -> impl Strategy<Value = Vec<Picked>> {
    let quad = (
        named_or_blank(),
        0..5_u8,
        rdf_11_object(),
        prop_oneof![3 => Just(None), 1 => named_or_blank().prop_map(Some)],
    );
    prop::collection::vec(quad, 0..16)
}

fn rdf_12() -> impl Strategy<Value = Vec<Picked>> {
    let quad = (
        named_or_blank(),
        0..5_u8,
        rdf_12_object(),
        prop_oneof![3 => Just(None), 1 => named_or_blank().prop_map(Some)],
    );
    prop::collection::vec(quad, 0..12)
}

fn iri(number: u8) -> NamedNode {
    NamedNode::new_unchecked(IRIS[usize::from(number)])
}

fn subject(pick: &Pick, names: &[u32]) -> NamedOrBlankNode {
    match pick {
        Pick::Blank(n) => BlankNode::new_unchecked(format!("n{}", names[usize::from(*n)])).into(),
        Pick::Iri(n) => iri(*n).into(),
        Pick::Literal(_) | Pick::Triple(_) => unreachable!("no subject"),
    }
}

fn predicate(number: u8) -> NamedNode {
    NamedNode::new_unchecked(PREDICATES[usize::from(number)])
}

fn object(pick: &Pick, names: &[u32]) -> Term {
    match pick {
        Pick::Literal(n) => literal(*n).into(),
        Pick::Triple(parts) => Triple::new(
            subject(&parts.0, names),
            predicate(parts.1),
            object(&parts.2, names),
        )
        .into(),
        node => subject(node, names).into(),
    }
}

fn quads(picked: &[Picked], names: &[u32]) -> Vec<Quad> {
    picked
        .iter()
        .map(|(s, p, o, g)| {
            let graph = g.as_ref().map_or(GraphName::DefaultGraph, |graph| {
                subject(graph, names).into()
            });
            Quad::new(subject(s, names), predicate(*p), object(o, names), graph)
        })
        .collect()
}

fn without_graphs(picked: &[Picked]) -> Vec<Picked> {
    picked
        .iter()
        .map(|(s, p, o, _)| (s.clone(), *p, o.clone(), None))
        .collect()
}

fn check(
    picked: &[Picked],
    order: &[u32],
    rotation: usize,
    format: RdfFormat,
) -> std::result::Result<(), TestCaseError> {
    let mut shuffled = picked.to_vec();
    if !shuffled.is_empty() {
        let middle = rotation % shuffled.len();
        shuffled.rotate_left(middle);
        shuffled.swap(0, middle);
    }
    let original = quads(picked, &[0, 1, 2, 3, 4, 5]);
    let renamed = quads(&shuffled, order);
    let text = document(&original, format);
    prop_assert_eq!(&text, &document(&renamed, format), "{}", format);
    let read = parse(&text, format.parser());
    prop_assert!(
        isomorphic(&original, &read).unwrap(),
        "{}\n{}",
        format,
        text
    );
    prop_assert_eq!(&text, &document(&read, format), "{}", format);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_labels_of_the_input_never_show(
        picked in rdf_11(),
        order in Just((10..16_u32).collect::<Vec<_>>()).prop_shuffle(),
        rotation in 0..16_usize,
    ) {
        for format in RdfFormat::ALL {
            if format.holds_named_graphs() {
                check(&picked, &order, rotation, format)?;
            } else {
                check(&without_graphs(&picked), &order, rotation, format)?;
            }
        }
    }

    #[test]
    fn order_and_labels_never_show_with_triple_terms(
        picked in rdf_12(),
        order in Just((10..16_u32).collect::<Vec<_>>()).prop_shuffle(),
        rotation in 0..16_usize,
    ) {
        for format in [RdfFormat::TriG, RdfFormat::NQuads] {
            check(&picked, &order, rotation, format)?;
        }
        for format in [RdfFormat::Turtle, RdfFormat::NTriples, RdfFormat::RdfXml] {
            check(&without_graphs(&picked), &order, rotation, format)?;
        }
    }
}
