//! RDF/XML: one `rdf:Description` a subject, one property a line, everything in a fixed order.
//!
//! XML restricts what can be said: a predicate must split into a namespace and an XML name, and a text must do without most
//! control characters. What cannot be said is refused with the reason.

use std::collections::BTreeMap;

use oxrdf::vocab::xsd;
use oxrdf::{BaseDirection, LiteralRef};

use super::names::{Prefixes, is_xml_name, is_xml_name_char, is_xml_name_start};
use super::nodes::{Node, Nodes, Row};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const ITS: &str = "http://www.w3.org/2005/11/its";

/// Namespaces to which XML forbids to bind a prefix.
const FORBIDDEN_NAMESPACES: [&str; 2] = [
    "http://www.w3.org/2000/xmlns/",
    "http://www.w3.org/XML/1998/namespace",
];

/// Names of `rdf:` that the grammar keeps for itself, so that they cannot be property elements.
const RESERVED: [&str; 12] = [
    "Description",
    "RDF",
    "ID",
    "about",
    "aboutEach",
    "aboutEachPrefix",
    "bagID",
    "datatype",
    "li",
    "nodeID",
    "parseType",
    "resource",
];

/// Returns the sorted table as an RDF/XML document.
///
/// # Errors
/// `UNKNOWN_FORMAT` when a predicate is no XML name or a text holds a character that XML forbids.
pub(super) fn render(nodes: &Nodes<'_>, prefixes: &BTreeMap<String, String>) -> Result<String> {
    let prefixes = element_prefixes(nodes, prefixes)?;
    let names = Prefixes::new(&prefixes, |_| true, is_xml_name);
    let mut writer = Writer {
        nodes,
        prefixes: &names,
        version: None,
        out: String::new(),
    };
    for rows in nodes.rows().chunk_by(|a, b| a.subject == b.subject) {
        writer.subject(rows)?;
    }
    let mut document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF\n".to_owned();
    let mut namespaces = names.used();
    namespaces.retain(|(_, namespace)| *namespace != RDF);
    namespaces.push(("rdf", RDF));
    if writer.version.is_some() {
        namespaces.push(("its", ITS));
    }
    namespaces.sort_unstable();
    for (prefix, namespace) in namespaces {
        document.push_str(if prefix.is_empty() {
            "  xmlns"
        } else {
            "  xmlns:"
        });
        document.push_str(prefix);
        document.push_str("=\"");
        escape(namespace, &mut document)?;
        document.push_str("\"\n");
    }
    if let Some(version) = writer.version {
        document.push_str("  rdf:version=\"");
        document.push_str(version);
        document.push_str("\"\n  its:version=\"2.0\"\n");
    }
    document.truncate(document.trim_end().len());
    document.push_str(">\n");
    document.push_str(&writer.out);
    document.push_str("</rdf:RDF>\n");
    Ok(document)
}

/// Returns a prefix for the namespace of every predicate: the given one, or `ns1`, `ns2`, … in order of the namespace.
fn element_prefixes(
    nodes: &Nodes<'_>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut prefixes: BTreeMap<String, String> = given
        .iter()
        .filter(|(prefix, namespace)| is_prefix(prefix) && !is_forbidden(namespace))
        .map(|(prefix, namespace)| (prefix.clone(), namespace.clone()))
        .collect();
    prefixes.insert("rdf".to_owned(), RDF.to_owned());
    let mut missing: Vec<&str> = Vec::new();
    {
        let names = Prefixes::new(&prefixes, |_| true, is_xml_name);
        for predicate in predicates(nodes) {
            let reserved = predicate
                .strip_prefix(RDF)
                .is_some_and(|local| RESERVED.contains(&local));
            let namespace = namespace_of(predicate).filter(|namespace| !is_forbidden(namespace));
            match namespace {
                Some(_) if !reserved && names.shorten(predicate).is_some() => {}
                Some(namespace) if !reserved => missing.push(namespace),
                _ => return Err(no_element(predicate, reserved)),
            }
        }
    }
    missing.sort_unstable();
    missing.dedup();
    let mut number = 0;
    for namespace in missing {
        let prefix = loop {
            number += 1;
            let prefix = format!("ns{number}");
            if !prefixes.contains_key(&prefix) {
                break prefix;
            }
        };
        prefixes.insert(prefix, namespace.to_owned());
    }
    Ok(prefixes)
}

fn predicates<'n>(nodes: &'n Nodes<'_>) -> impl Iterator<Item = &'n str> {
    let mut is_predicate = vec![false; nodes.len() as usize];
    for row in nodes.rows() {
        is_predicate[row.predicate as usize] = true;
    }
    for id in 0..nodes.len() {
        if let Node::Triple(parts) = nodes.node(id) {
            is_predicate[parts[1] as usize] = true;
        }
    }
    (0..nodes.len())
        .filter(move |id| is_predicate[*id as usize])
        .filter_map(|id| match nodes.node(id) {
            Node::Iri(iri) => Some(iri),
            _ => None,
        })
}

fn is_prefix(prefix: &str) -> bool {
    let reserved = prefix
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("xml"));
    (prefix.is_empty() || is_xml_name(prefix)) && !reserved && prefix != "rdf" && prefix != "its"
}

fn is_forbidden(namespace: &str) -> bool {
    FORBIDDEN_NAMESPACES.contains(&namespace)
}

/// Returns what stands before the longest XML name at the end of the IRI.
fn namespace_of(iri: &str) -> Option<&str> {
    let name = iri
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_xml_name_char(*c))
        .filter(|(_, c)| is_xml_name_start(*c))
        .last()
        .map(|(index, _)| index)?;
    (name > 0).then_some(&iri[..name])
}

fn no_element(predicate: &str, reserved: bool) -> Diagnostics {
    let reason = if reserved {
        "RDF/XML keeps this name for its own grammar"
    } else {
        "it does not end in an XML name"
    };
    Diagnostic::error(
        codes::UNKNOWN_FORMAT,
        format!("RDF/XML cannot express the predicate <{predicate}>: {reason}"),
    )
    .hint("use turtle or ntriples, which take any predicate")
    .into()
}

struct Writer<'w> {
    nodes: &'w Nodes<'w>,
    prefixes: &'w Prefixes<'w>,
    /// The version of RDF that a reader must know, when it is not 1.1.
    version: Option<&'static str>,
    out: String,
}

impl Writer<'_> {
    fn subject(&mut self, rows: &[Row]) -> Result<()> {
        self.out.push_str("  <rdf:Description");
        self.reference(rows[0].subject, "rdf:about")?;
        self.out.push_str(">\n");
        for row in rows {
            self.out.push_str("    ");
            self.property(row.predicate, row.object)?;
            self.out.push('\n');
        }
        self.out.push_str("  </rdf:Description>\n");
        Ok(())
    }

    fn property(&mut self, predicate: u32, object: u32) -> Result<()> {
        let element = match self.nodes.node(predicate) {
            Node::Iri(iri) => match self.prefixes.shorten(iri) {
                Some(("", local)) => local.to_owned(),
                Some((prefix, local)) => format!("{prefix}:{local}"),
                None => return Err(no_element(iri, false)),
            },
            // Predicates are IRIs.
            _ => return Ok(()),
        };
        self.out.push('<');
        self.out.push_str(&element);
        match self.nodes.node(object) {
            Node::Iri(_) | Node::Blank(_) => {
                self.reference(object, "rdf:resource")?;
                self.out.push_str("/>");
                return Ok(());
            }
            Node::Literal(literal) => self.literal(literal)?,
            Node::Triple([subject, predicate, object]) => {
                self.version = Some("1.2");
                self.out
                    .push_str(" rdf:parseType=\"Triple\"><rdf:Description");
                self.reference(subject, "rdf:about")?;
                self.out.push('>');
                self.property(predicate, object)?;
                self.out.push_str("</rdf:Description>");
            }
        }
        self.out.push_str("</");
        self.out.push_str(&element);
        self.out.push('>');
        Ok(())
    }

    /// Writes the attributes and the text of a literal property.
    fn literal(&mut self, literal: LiteralRef<'_>) -> Result<()> {
        if let Some(language) = literal.language() {
            self.attribute("xml:lang", language)?;
        } else if literal.datatype() != xsd::STRING {
            self.attribute("rdf:datatype", literal.datatype().as_str())?;
        }
        if let Some(direction) = literal.direction() {
            self.version.get_or_insert("1.2-basic");
            let direction = match direction {
                BaseDirection::Ltr => "ltr",
                BaseDirection::Rtl => "rtl",
            };
            self.attribute("its:dir", direction)?;
        }
        self.out.push('>');
        escape(literal.value(), &mut self.out)
    }

    /// Writes the attribute that names an IRI or a blank node.
    fn reference(&mut self, id: u32, attribute: &str) -> Result<()> {
        match self.nodes.node(id) {
            Node::Blank(number) => {
                let mut label = String::new();
                self.nodes.write_label(number, &mut label);
                self.attribute("rdf:nodeID", &label)
            }
            Node::Iri(iri) => self.attribute(attribute, iri),
            Node::Literal(_) | Node::Triple(_) => Ok(()),
        }
    }

    fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out)?;
        self.out.push('"');
        Ok(())
    }
}

/// Appends text so that an XML reader gives it back to the letter.
fn escape(text: &str, out: &mut String) -> Result<()> {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would turn a bare one into a line feed.
            '\r' => out.push_str("&#xD;"),
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                return Err(Diagnostic::error(
                    codes::UNKNOWN_FORMAT,
                    format!(
                        "XML forbids the character U+{:04X}, which a text holds",
                        u32::from(c)
                    ),
                )
                .hint("use turtle or ntriples, which take any character")
                .into());
            }
            _ => out.push(c),
        }
    }
    Ok(())
}
