//! Differences between two datasets, as text, JSON, a page of HTML, or an RDF Patch.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use oxrdf::{GraphName, Quad, Term};
use serde_json::{Value, json};

use super::failed;
use super::report::{derivation_json, derivation_text, write_json};
use super::text::printable;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::query::Prefixes;
use crate::store::Derivation;

/// How a difference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For people, grouped by entity.
    Text,
    /// One object: `{"before", "after", "removed": […], "added": […]}`.
    Json,
    /// A page that stands alone.
    Html,
    /// RDF Patch, which Jena and RDF Delta apply.
    Patch,
}

impl DiffFormat {
    /// Returns the format of a name.
    ///
    /// # Errors
    /// `UNKNOWN_FORMAT` with the names there are.
    pub fn from_name(name: &str) -> Result<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" | "txt" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            "patch" | "rdfp" | "rdf-patch" => Ok(Self::Patch),
            _ => Err(Diagnostic::error(
                codes::UNKNOWN_FORMAT,
                format!("differences cannot be written as {name:?}"),
            )
            .hint("use text, json, html or patch")
            .into()),
        }
    }
}

/// A statement that only one side has, with how it came about where that is known.
#[derive(Clone, Debug)]
pub struct Change {
    /// The statement.
    pub statement: Quad,
    /// How it came about, on the side that has it; empty for files.
    pub derivations: Vec<Derivation>,
}

/// All there is to show.
#[derive(Clone, Debug)]
pub struct Changes<'a> {
    /// What was compared.
    pub before: &'a str,
    /// With what.
    pub after: &'a str,
    /// Statements of the first only.
    pub removed: Vec<Change>,
    /// Statements of the second only.
    pub added: Vec<Change>,
    /// IRI → label.
    pub labels: BTreeMap<String, String>,
    /// Prefixes to shorten IRIs with.
    pub prefixes: &'a Prefixes,
}

/// Writes a difference.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write(changes: &Changes<'_>, format: DiffFormat, out: &mut dyn Write) -> Result<()> {
    let text = match format {
        DiffFormat::Text => text(changes),
        DiffFormat::Json => return write_json(&json(changes), out),
        DiffFormat::Html => html(changes),
        DiffFormat::Patch => patch(changes),
    };
    out.write_all(text.as_bytes())
        .map_err(|error| failed(&error))
}

/// The changes of one entity: statements with whether they were added.
type Group<'c> = Vec<(bool, &'c Change)>;

impl Changes<'_> {
    /// Subject → its changes, removed ones before added ones of the same property.
    fn groups(&self) -> BTreeMap<String, Group<'_>> {
        let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
        let all = self
            .removed
            .iter()
            .map(|change| (false, change))
            .chain(self.added.iter().map(|change| (true, change)));
        for (added, change) in all {
            groups
                .entry(change.statement.subject.to_string())
                .or_default()
                .push((added, change));
        }
        for group in groups.values_mut() {
            group.sort_by_cached_key(|(added, change)| {
                (
                    change.statement.predicate.as_str().to_owned(),
                    *added,
                    change.statement.to_string(),
                )
            });
        }
        groups
    }

    /// A node as N-Triples writes it → what people call it.
    fn heading(&self, written: &str) -> String {
        let Some(iri) = written
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        else {
            return written.to_owned();
        };
        let short = self.short(iri);
        self.labels
            .get(iri)
            .map_or(short.clone(), |label| format!("{label} ({short})"))
    }

    fn short(&self, iri: &str) -> String {
        self.prefixes
            .shorten(iri)
            .unwrap_or_else(|| format!("<{iri}>"))
    }

    fn object(&self, term: &Term) -> String {
        match term {
            Term::NamedNode(node) => self.heading(&node.to_string()),
            Term::Literal(literal) => match (literal.language(), literal.datatype().as_str()) {
                (Some(language), _) => format!("{:?}@{language}", literal.value()),
                (None, "http://www.w3.org/2001/XMLSchema#string") => {
                    format!("{:?}", literal.value())
                }
                (None, datatype) => format!("{:?}^^{}", literal.value(), self.short(datatype)),
            },
            other => other.to_string(),
        }
    }

    fn graph(&self, statement: &Quad) -> String {
        match &statement.graph_name {
            GraphName::DefaultGraph => String::new(),
            GraphName::NamedNode(node) => format!(" in {}", self.short(node.as_str())),
            GraphName::BlankNode(node) => format!(" in {node}"),
        }
    }
}

fn text(changes: &Changes<'_>) -> String {
    let mut text = String::new();
    for (subject, group) in changes.groups() {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", printable(&changes.heading(&subject)));
        for (added, change) in group {
            let statement = &change.statement;
            let _ = writeln!(
                text,
                "  {} {} {}{}",
                if added { '+' } else { '-' },
                changes.short(statement.predicate.as_str()),
                printable(&changes.object(&statement.object)),
                changes.graph(statement)
            );
            for derivation in &change.derivations {
                derivation_text(derivation, "      ", &mut text);
            }
        }
    }
    text
}

fn json(changes: &Changes<'_>) -> Value {
    let side = |changes: &[Change]| -> Vec<Value> {
        changes
            .iter()
            .map(|change| {
                let statement = &change.statement;
                let graph = (!statement.graph_name.is_default_graph()).then(|| statement.graph_name.to_string());
                json!({
                    "subject": statement.subject.to_string(),
                    "predicate": statement.predicate.to_string(),
                    "object": statement.object.to_string(),
                    "graph": graph,
                    "derivations": change.derivations.iter().map(derivation_json).collect::<Vec<_>>(),
                })
            })
            .collect()
    };
    json!({
        "before": changes.before,
        "after": changes.after,
        "removed": side(&changes.removed),
        "added": side(&changes.added),
    })
}

/// RDF Patch: a transaction of rows that delete, then rows that add.
fn patch(changes: &Changes<'_>) -> String {
    let mut text = String::from("TX .\n");
    for (letter, side) in [('D', &changes.removed), ('A', &changes.added)] {
        for change in side {
            let _ = writeln!(text, "{letter} {} .", change.statement);
        }
    }
    text.push_str("TC .\n");
    text
}

/// A page without scripts or anything from elsewhere.
fn html(changes: &Changes<'_>) -> String {
    let mut page = String::from(HEAD);
    let _ = writeln!(
        page,
        "<h1>{} → {}</h1>\n<p>{} removed, {} added.</p>",
        escaped(changes.before),
        escaped(changes.after),
        changes.removed.len(),
        changes.added.len()
    );
    for (subject, group) in changes.groups() {
        let _ = writeln!(
            page,
            "<section>\n<h2><bdi>{}</bdi></h2>\n<table>",
            escaped(&changes.heading(&subject))
        );
        for (added, change) in group {
            let statement = &change.statement;
            let (element, sign) = if added { ("ins", '+') } else { ("del", '−') };
            let mut causes = String::new();
            for derivation in &change.derivations {
                derivation_text(derivation, "", &mut causes);
            }
            let _ = writeln!(
                page,
                "<tr><td>{sign}</td><td>{}</td><td><{element}><bdi>{}</bdi></{element}>{}</td><td><pre>{}</pre></td></tr>",
                escaped(&changes.short(statement.predicate.as_str())),
                escaped(&changes.object(&statement.object)),
                escaped(&changes.graph(statement)),
                escaped(causes.trim_end())
            );
        }
        page.push_str("</table>\n</section>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>Differences</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #ccc; padding: .25rem .5rem; vertical-align: top; overflow-wrap: anywhere; }
del { background: #fde2e1; text-decoration: none; } ins { background: #dcf5dd; text-decoration: none; }
pre { margin: 0; font-size: .85rem; white-space: pre-wrap; }
</style>
</head>
<body>
";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
