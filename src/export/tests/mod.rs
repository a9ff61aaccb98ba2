mod documents;
mod properties;

use std::collections::BTreeMap;

use oxigraph::io::{RdfFormat as Parser, RdfParser};
use oxrdf::Quad;

use super::*;

fn parse(text: &str, format: Parser) -> Vec<Quad> {
    RdfParser::from_format(format)
        .for_slice(text)
        .collect::<std::result::Result<_, _>>()
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn prefixes() -> BTreeMap<String, String> {
    [
        ("ex", "http://example.org/"),
        ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("unused", "http://example.org/unused/"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ]
    .into_iter()
    .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned()))
    .collect()
}

fn document(quads: &[Quad], format: RdfFormat) -> String {
    render(quads, format, &prefixes(), &Options::default()).unwrap()
}
