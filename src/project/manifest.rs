//! `factmill.toml`: what belongs to a project.

use std::collections::BTreeMap;

use oxiri::Iri;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::engine::RuleKind;
use crate::store::Provenance;

/// The manifest, as written.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the project.
    pub name: String,
    /// IRI that relative IRIs in mappings and RDF files are resolved against.
    #[serde(default, deserialize_with = "absolute")]
    pub base: Option<String>,
    /// Patterns of RML mapping files.
    #[serde(default = "default_mappings")]
    pub mappings: Vec<String>,
    /// Patterns of RDF files that describe the terms; they go to the graph `fm:ontology`.
    #[serde(default = "default_ontology")]
    pub ontology: Vec<String>,
    /// Patterns of RDF files that are sources of facts like any other.
    #[serde(default)]
    pub rdf: Vec<String>,
    /// Kinds of rules of the ontology to apply: subclass, subproperty, inverse, symmetric, transitive. What follows goes to
    /// the graph `fm:inferred`; none by default.
    #[serde(default)]
    pub rules: Vec<RuleKind>,
    /// How much a build keeps of where statements come from: none, graph or statement, the default.
    #[serde(default = "default_provenance")]
    pub provenance: Provenance,
    /// Folder of the saved queries.
    #[serde(default = "default_queries")]
    pub queries: String,
    /// Prefixes that queries may use undeclared and that exports are written with.
    #[serde(default)]
    pub prefixes: BTreeMap<String, String>,
    /// Passages and columns of sources that are passed over for a reason.
    #[serde(default)]
    pub ignore: Vec<Ignore>,
    /// Values chosen among several that contradict one another; all of them stay in the graph.
    #[serde(default)]
    pub prefer: Vec<Prefer>,
    /// How sources are cited.
    #[serde(default)]
    pub source: Vec<Source>,
    /// How the project is linked to Wikidata.
    #[serde(default)]
    pub wikidata: Wikidata,
    /// What queries may do.
    #[serde(default)]
    pub query: Query,
    /// What `factmill demo` shows of the project.
    #[serde(default)]
    pub demo: Demo,
}

/// How a source is cited.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path of the source, or a pattern with `*`.
    pub path: String,
    /// Properties of Wikidata with their values, which together make a reference: `P143 = "Q328"`.
    #[serde(default)]
    pub reference: BTreeMap<String, String>,
}

/// How the project is linked to Wikidata.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Wikidata {
    /// The probability from which on `factmill wikidata link` makes a link by itself; without one it makes none.
    #[serde(default)]
    pub threshold: Option<f32>,
    /// File of the decisions.
    #[serde(default)]
    pub decisions: Option<String>,
    /// Address of the API that `--online` asks; that of Wikidata by default.
    #[serde(default)]
    pub api: Option<String>,
    /// Whom those who run a server can write to when `--online` troubles them: a mail address or a page.
    #[serde(default)]
    pub contact: Option<String>,
    /// Languages in which `--online` searches for names of which no language is known; English by default. New items get
    /// such names in the first of them, if it is said.
    #[serde(default)]
    pub languages: Vec<String>,
}

/// What queries may do.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// SPARQL endpoints that `SERVICE` may ask when `--online` is given.
    #[serde(default)]
    pub services: Vec<String>,
}

impl Eq for Wikidata {}

/// A passage of a text or a column of a table that is passed over.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// Path of the source.
    pub source: String,
    /// The passage, as it stands there.
    #[serde(default)]
    pub quote: Option<String>,
    /// Title of the column.
    #[serde(default)]
    pub column: Option<String>,
    /// Why nothing is made of it.
    pub reason: String,
}

/// A value that is preferred to others of the same property.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Prefer {
    /// IRI or prefixed name of what the value is said of.
    pub subject: String,
    /// IRI or prefixed name of the property.
    pub property: String,
    /// The value as it stands in the graph: text, or an IRI or prefixed name.
    pub value: String,
    /// Why it is preferred.
    pub reason: String,
}

/// What `factmill demo` shows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// File that the facts are written to.
    pub turtle: String,
    /// Names of the saved queries whose answers are shown.
    pub shows: Vec<String>,
    /// Commands to try next, without the program's name.
    pub next: Vec<String>,
}

fn default_mappings() -> Vec<String> {
    [
        "data/*.rml.ttl",
        "data/*.yarrrml.yml",
        "data/*.yarrrml.yaml",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn default_ontology() -> Vec<String> {
    vec!["ontology/*.ttl".to_owned()]
}

fn default_provenance() -> Provenance {
    Provenance::Statement
}

fn default_queries() -> String {
    "queries".to_owned()
}

/// Reads an IRI that others can be resolved against.
fn absolute<'de, D: Deserializer<'de>>(input: D) -> std::result::Result<Option<String>, D::Error> {
    let base = String::deserialize(input)?;
    match Iri::parse(base.as_str()) {
        Ok(_) => Ok(Some(base)),
        Err(error) => Err(D::Error::custom(format!(
            "the base \"{base}\" is no absolute IRI, such as \"https://example.org/\": {error}"
        ))),
    }
}

impl Manifest {
    /// Returns the reference of every source that has one, with the pattern of its path.
    pub fn references(&self) -> Vec<(String, Vec<(String, String)>)> {
        self.source
            .iter()
            .filter(|source| !source.reference.is_empty())
            .map(|source| {
                (
                    source.path.clone(),
                    source.reference.clone().into_iter().collect(),
                )
            })
            .collect()
    }

    /// Reads a manifest; `file` is its name in messages.
    ///
    /// # Errors
    /// `MANIFEST` with line and column.
    pub fn read(text: &str, file: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let mut place = Place::file(file);
            if let Some(span) = error.span() {
                let before = &text[..span.start.min(text.len())];
                let line = before.matches('\n').count() + 1;
                let start = before.rfind('\n').map_or(0, |at| at + 1);
                let column = before[start..].chars().count() + 1;
                place = place
                    .at_line(u32::try_from(line).unwrap_or(u32::MAX))
                    .at_column(u32::try_from(column).unwrap_or(u32::MAX));
                place.length = u32::try_from(span.len()).unwrap_or(0);
                place.text = text.lines().nth(line - 1).map(str::to_owned);
            }
            Diagnostic::error(codes::MANIFEST, error.message().to_owned())
                .at(place)
                .hint("known keys: name, base, mappings, ontology, rdf, rules, provenance, queries, [prefixes], [[ignore]], [[prefer]], [[source]], [wikidata], [query], [demo]")
                .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_shown_in_its_place() {
        let failure = Manifest::read("name = \"x\"\nmapings = []\n", "factmill.toml").unwrap_err();
        let place = failure.0[0].place.clone().unwrap();
        assert_eq!((place.line, place.column), (Some(2), Some(1)));
        assert_eq!(place.text.as_deref(), Some("mapings = []"));
        assert!(failure.0[0].message.contains("mapings"));
    }

    #[test]
    fn what_is_not_said_has_the_usual_value() {
        let manifest = Manifest::read("name = \"x\"", "factmill.toml").unwrap();
        assert_eq!(manifest.mappings[0], "data/*.rml.ttl");
        assert_eq!(manifest.queries, "queries");
    }

    #[test]
    fn a_base_is_an_absolute_iri() {
        let read =
            |base: &str| Manifest::read(&format!("name = \"x\"\nbase = \"{base}\"\n"), "f.toml");
        assert!(read("https://e/").is_ok());
        let error = read("lib").unwrap_err().0.remove(0);
        assert_eq!(error.code, codes::MANIFEST);
        assert_eq!(error.place.unwrap().line, Some(2));
        assert!(
            error.message.contains("no absolute IRI"),
            "{}",
            error.message
        );
    }
}
