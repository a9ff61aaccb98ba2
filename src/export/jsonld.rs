//! JSON-LD 1.1: flattened, with a context of the prefixes used, everything in a fixed order.
//!
//! Nodes stand flat in `@graph` by IRI, named graphs after the nodes of the default graph; lists are `@list`. Values that
//! JSON-LD reads back to the letter are written as JSON strings, booleans and integers, all others as value objects.

use std::collections::BTreeMap;

use oxrdf::LiteralRef;
use oxrdf::vocab::{rdf, xsd};

use super::layout::Layout;
use super::names::Prefixes;
use super::nodes::{Node, Nodes, Row};
use super::terms::is_canonical_integer;
use crate::diagnostic::{Diagnostic, Result, codes};

/// Integers of more digits are written as strings, because JSON readers hold numbers as doubles.
const SAFE_DIGITS: usize = 15;

/// Returns the sorted table as a JSON-LD document.
///
/// # Errors
/// `UNKNOWN_FORMAT` for triple terms and base directions, which JSON-LD 1.1 cannot express.
pub(super) fn render(nodes: &Nodes<'_>, prefixes: &BTreeMap<String, String>) -> Result<String> {
    let prefixes = without_schemes(nodes, prefixes);
    let names = Prefixes::new(&prefixes, is_prefix, is_local);
    let writer = Writer {
        nodes,
        layout: Layout::new(nodes),
        prefixes: &names,
    };
    let graph = writer.dataset()?;
    let context = names
        .used()
        .into_iter()
        .map(|(prefix, namespace)| {
            // Only a namespace that ends in a delimiter is a prefix by itself.
            let definition = if namespace.ends_with([':', '/', '?', '#', '[', ']', '@']) {
                quoted(namespace)
            } else {
                Json::inline([
                    ("@id", quoted(namespace)),
                    ("@prefix", Json::Plain("true".to_owned())),
                ])
            };
            (quoted_text(prefix), definition)
        })
        .collect::<Vec<_>>();
    let document = Json::Object(vec![
        (quoted_text("@context"), Json::Object(context)),
        (quoted_text("@graph"), Json::Array(graph)),
    ]);
    let mut out = String::new();
    document.write(0, &mut out);
    out.push('\n');
    Ok(out)
}

/// A prefix that is also the scheme of some IRI of the data would change what that IRI means.
fn without_schemes(
    nodes: &Nodes<'_>,
    prefixes: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut schemes: Vec<&str> = (0..nodes.len())
        .filter_map(|id| match nodes.node(id) {
            Node::Iri(iri) => Some(iri),
            Node::Literal(literal) => Some(literal.datatype().as_str()),
            _ => None,
        })
        .filter_map(|iri| iri.split_once(':').map(|(scheme, _)| scheme))
        .collect();
    schemes.sort_unstable();
    schemes.dedup();
    prefixes
        .iter()
        .filter(|(prefix, _)| schemes.binary_search(&prefix.as_str()).is_err())
        .map(|(prefix, namespace)| (prefix.clone(), namespace.clone()))
        .collect()
}

/// JSON-LD has no empty prefix; `_` marks blank nodes, and `@` keywords.
fn is_prefix(text: &str) -> bool {
    !text.is_empty() && text != "_" && !text.contains(['@', ':', '/'])
}

/// After a colon, `//` would make an absolute IRI; an empty name is better written whole.
fn is_local(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('/')
}

struct Writer<'w> {
    nodes: &'w Nodes<'w>,
    layout: Layout<'w>,
    prefixes: &'w Prefixes<'w>,
}

impl Writer<'_> {
    fn dataset(&self) -> Result<Vec<Json>> {
        let mut members = Vec::new();
        for graph in self.nodes.rows().chunk_by(|a, b| a.graph == b.graph) {
            let nodes = self.graph(graph)?;
            match graph[0].graph {
                None => members.extend(nodes),
                Some(name) => members.push(Json::Object(vec![
                    (quoted_text("@id"), quoted(&self.name(name))),
                    (quoted_text("@graph"), Json::Array(nodes)),
                ])),
            }
        }
        Ok(members)
    }

    fn graph(&self, rows: &[Row]) -> Result<Vec<Json>> {
        rows.chunk_by(|a, b| a.subject == b.subject)
            .filter(|rows| !self.layout.is_list_cell(rows[0].subject))
            .map(|rows| self.subject(rows))
            .collect()
    }

    fn subject(&self, rows: &[Row]) -> Result<Json> {
        let mut types = Vec::new();
        let mut properties = BTreeMap::<String, Vec<Json>>::new();
        for row in rows {
            let predicate = self.nodes.node(row.predicate);
            if predicate == Node::Iri(rdf::TYPE.as_str()) && self.is_name(row.object) {
                types.push(quoted(&self.name(row.object)));
            } else {
                let value = self.value(row.object)?;
                properties
                    .entry(quoted_text(&self.name(row.predicate)))
                    .or_default()
                    .push(value);
            }
        }
        let mut members = vec![(quoted_text("@id"), quoted(&self.name(rows[0].subject)))];
        if !types.is_empty() {
            members.push((quoted_text("@type"), one_or_more(types)));
        }
        members.extend(
            properties
                .into_iter()
                .map(|(name, values)| (name, one_or_more(values))),
        );
        Ok(Json::Object(members))
    }

    /// Returns whether the term can stand in `@type`.
    fn is_name(&self, id: u32) -> bool {
        matches!(self.nodes.node(id), Node::Iri(_) | Node::Blank(_))
            && self.layout.list(id).is_none()
    }

    fn name(&self, id: u32) -> String {
        match self.nodes.node(id) {
            Node::Iri(iri) => self.iri(iri),
            Node::Blank(number) => {
                let mut label = "_:".to_owned();
                self.nodes.write_label(number, &mut label);
                label
            }
            // Only IRIs and blank nodes have names; nothing else is asked for.
            Node::Literal(_) | Node::Triple(_) => String::new(),
        }
    }

    fn iri(&self, iri: &str) -> String {
        match self.prefixes.shorten(iri) {
            Some((prefix, local)) => format!("{prefix}:{local}"),
            None => iri.to_owned(),
        }
    }

    fn value(&self, id: u32) -> Result<Json> {
        if let Some(items) = self.layout.list(id) {
            let items = items
                .into_iter()
                .map(|item| self.value(item))
                .collect::<Result<Vec<_>>>()?;
            return Ok(Json::inline([("@list", Json::Array(items))]));
        }
        match self.nodes.node(id) {
            Node::Iri(_) | Node::Blank(_) => Ok(Json::inline([("@id", quoted(&self.name(id)))])),
            Node::Literal(literal) => self.literal(literal),
            Node::Triple(_) => Err(inexpressible(
                "a statement about a statement (a triple term)",
            )),
        }
    }

    fn literal(&self, literal: LiteralRef<'_>) -> Result<Json> {
        let value = literal.value();
        let datatype = literal.datatype();
        if literal.direction().is_some() {
            return Err(inexpressible("a text with a base direction"));
        }
        if let Some(language) = literal.language() {
            return Ok(Json::inline([
                ("@language", quoted(language)),
                ("@value", quoted(value)),
            ]));
        }
        let digits = value.trim_start_matches('-').len();
        if datatype == xsd::STRING {
            Ok(quoted(value))
        } else if datatype == xsd::BOOLEAN && matches!(value, "true" | "false")
            || datatype == xsd::INTEGER && is_canonical_integer(value) && digits <= SAFE_DIGITS
        {
            Ok(Json::Plain(value.to_owned()))
        } else {
            Ok(Json::inline([
                ("@type", quoted(&self.iri(datatype.as_str()))),
                ("@value", quoted(value)),
            ]))
        }
    }
}

fn inexpressible(what: &str) -> crate::diagnostic::Diagnostics {
    Diagnostic::error(
        codes::UNKNOWN_FORMAT,
        format!("JSON-LD 1.1 cannot express {what}"),
    )
    .hint("use trig or nquads, which can; `export --reification rdf11` says of statements in words of RDF 1.1 where they come from")
    .into()
}

/// As much of JSON as is written here; keys and plain values are JSON text already.
enum Json {
    Plain(String),
    Array(Vec<Json>),
    /// An object with a member a line.
    Object(Vec<(String, Json)>),
    /// An object that stands for one value, on one line.
    Inline(Vec<(String, Json)>),
}

impl Json {
    fn inline<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Inline(
            members
                .into_iter()
                .map(|(key, value)| (quoted_text(key), value))
                .collect(),
        )
    }

    fn write(&self, indent: usize, out: &mut String) {
        match self {
            Self::Plain(text) => out.push_str(text),
            Self::Array(items) => {
                brackets(['[', ']'], items, indent, out, |item, out| {
                    item.write(indent + 1, out);
                });
            }
            Self::Inline(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    out.push_str(key);
                    out.push_str(": ");
                    value.write(indent, out);
                }
                out.push('}');
            }
            Self::Object(members) => {
                brackets(['{', '}'], members, indent, out, |(key, value), out| {
                    out.push_str(key);
                    out.push_str(": ");
                    value.write(indent + 1, out);
                });
            }
        }
    }
}

fn brackets<T>(
    [open, close]: [char; 2],
    items: &[T],
    indent: usize,
    out: &mut String,
    write: impl Fn(&T, &mut String),
) {
    let new_line = |indent: usize, out: &mut String| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", indent));
    };
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(indent + 1, out);
        write(item, out);
    }
    if !items.is_empty() {
        new_line(indent, out);
    }
    out.push(close);
}

fn one_or_more(mut values: Vec<Json>) -> Json {
    match values.pop() {
        Some(only) if values.is_empty() => only,
        Some(last) => {
            values.push(last);
            Json::Array(values)
        }
        None => Json::Array(values),
    }
}

fn quoted(text: &str) -> Json {
    Json::Plain(quoted_text(text))
}

fn quoted_text(text: &str) -> String {
    // Writing a string into memory cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}
