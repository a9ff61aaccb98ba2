//! RDF/JSON: one graph as a JSON object of subjects, predicates and objects, in the order of their text.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedOrBlankNode, Quad, Term};
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Result, codes};

/// The members of an object's JSON object.
type Members<'a> = Vec<(&'a str, &'a str)>;

/// Returns the quads as RDF/JSON. Blank nodes keep their labels.
///
/// # Errors
/// `UNKNOWN_FORMAT` for named graphs and triple terms, which the syntax cannot hold.
pub fn rdf_json(quads: &[Quad]) -> Result<String> {
    let mut subjects: BTreeMap<String, BTreeMap<&str, BTreeSet<Members<'_>>>> = BTreeMap::new();
    let labels: BTreeMap<&str, String> = quads
        .iter()
        .filter_map(|quad| match &quad.object {
            Term::BlankNode(node) => Some((node.as_str(), node.to_string())),
            _ => None,
        })
        .collect();
    for quad in quads {
        if !quad.graph_name.is_default_graph() {
            return Err(cannot_hold("named graphs"));
        }
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        };
        let object = match &quad.object {
            Term::NamedNode(node) => vec![("type", "uri"), ("value", node.as_str())],
            Term::BlankNode(node) => vec![
                ("type", "bnode"),
                (
                    "value",
                    labels.get(node.as_str()).map_or("", String::as_str),
                ),
            ],
            Term::Literal(literal) => {
                let mut members = vec![("type", "literal"), ("value", literal.value())];
                if let Some(language) = literal.language() {
                    members.push(("lang", language));
                } else if literal.datatype() != oxrdf::vocab::xsd::STRING {
                    members.push(("datatype", literal.datatype().as_str()));
                }
                members
            }
            Term::Triple(_) => return Err(cannot_hold("triple terms")),
        };
        subjects
            .entry(subject)
            .or_default()
            .entry(quad.predicate.as_str())
            .or_default()
            .insert(object);
    }
    let object = |members: &Vec<(&str, &str)>| {
        Value::Object(
            members
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect(),
        )
    };
    let whole: Map<String, Value> = subjects
        .iter()
        .map(|(subject, predicates)| {
            let predicates: Map<String, Value> = predicates
                .iter()
                .map(|(predicate, objects)| {
                    (
                        (*predicate).to_owned(),
                        objects.iter().map(object).collect(),
                    )
                })
                .collect();
            (subject.clone(), Value::Object(predicates))
        })
        .collect();
    let text = serde_json::to_string_pretty(&whole)
        .map_err(|error| Diagnostic::error(codes::WRITE_FAILED, error.to_string()))?;
    Ok(text + "\n")
}

fn cannot_hold(what: &str) -> crate::diagnostic::Diagnostics {
    Diagnostic::error(codes::UNKNOWN_FORMAT, format!("RDF/JSON holds no {what}"))
        .hint("use N-Quads or TriG")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::{GraphName, Literal, NamedNode};

    #[test]
    fn writes_each_statement_once_and_refuses_graphs() {
        let node = |local: &str| NamedNode::new_unchecked(format!("http://example.org/{local}"));
        let quad = |graph| {
            Quad::new(
                node("a"),
                node("p"),
                Literal::new_language_tagged_literal_unchecked("x", "en"),
                graph,
            )
        };
        let text =
            rdf_json(&[quad(GraphName::DefaultGraph), quad(GraphName::DefaultGraph)]).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value["http://example.org/a"]["http://example.org/p"],
            json!([{ "type": "literal", "value": "x", "lang": "en" }])
        );
        assert!(rdf_json(&[quad(node("g").into())]).is_err());
    }
}
