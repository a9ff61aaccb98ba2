//! What a project says: which items it needs, which of its entities are open, where its extract is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::{GraphName, NamedOrBlankNode, Term};

use super::export::Reference;
use super::files;
use super::own::{At, EXACT};
use super::scan::Selection;
use crate::diagnostic::{Place, Result};
use crate::store::{Generation, Graph, Statement};

/// The space of Wikidata's items.
pub const WIKIDATA: &str = "http://www.wikidata.org/entity/";

/// Returns where the extract of a project is kept unless the user says otherwise.
#[must_use]
pub fn extract_folder(root: &Path) -> PathBuf {
    root.join(".factmill").join("wikidata")
}

/// Returns where the answers of a reconciliation service are kept unless the user says otherwise.
#[must_use]
pub fn answers_folder(root: &Path) -> PathBuf {
    root.join(".factmill").join("reconciliation")
}

/// Returns the item that a text names: `Q42`, `wd:Q42` or its IRI; nothing for anything else.
#[must_use]
pub fn item(text: &str) -> Option<String> {
    let text = text.trim();
    let local = text
        .strip_prefix("wd:")
        .or_else(|| text.strip_prefix(WIKIDATA))
        .unwrap_or(text);
    let digits = local.strip_prefix('Q')?;
    let number =
        !digits.is_empty() && digits.len() < 13 && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| local.to_owned())
}

/// Returns all items that stand as words of their own in a text file.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`.
pub fn items_in(path: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    files::for_each_line(path, |_, line| {
        let text = String::from_utf8_lossy(line);
        found.extend(
            text.split(|c: char| !c.is_ascii_alphanumeric())
                .filter_map(item),
        );
        Ok(())
    })?;
    Ok(found)
}

/// Returns the names of a text file, one a line.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`.
pub fn names_in(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    files::for_each_line(path, |_, line| {
        let name = String::from_utf8_lossy(line);
        names.push(name.trim_start_matches('\u{feff}').trim().to_owned());
        Ok(())
    })?;
    Ok(names)
}

/// Returns what a graph needs of Wikidata: the items it names and entities that bear the names of its own.
///
/// # Errors
/// What reading the graph fails with.
pub fn wishes(graph: &Graph) -> Result<Selection> {
    let asked = asked(graph)?;
    let mut wishes = Selection {
        ids: asked.ids,
        ..Selection::default()
    };
    for one in asked.names {
        wishes.add_name(&one.name);
    }
    Ok(wishes)
}

/// What a graph asks Wikidata for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The items it names.
    pub ids: BTreeSet<String>,
    /// The names of its entities.
    pub names: BTreeSet<Named>,
    /// The entities that are the same as an item.
    pub linked: BTreeSet<String>,
}

/// A name of an entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The IRI of the entity.
    pub entity: String,
    /// The name.
    pub name: String,
    /// Its language, if that is known.
    pub language: Option<String>,
}

/// Returns the items that a graph names, and the names of its entities with their languages.
///
/// # Errors
/// What reading the graph fails with.
pub fn asked(graph: &Graph) -> Result<Asked> {
    let mut asked = Asked::default();
    for quad in graph.quads() {
        let quad = quad?;
        if quad.graph_name != GraphName::DefaultGraph {
            continue;
        }
        if let NamedOrBlankNode::NamedNode(node) = &quad.subject {
            asked
                .ids
                .extend(node.as_str().strip_prefix(WIKIDATA).and_then(item));
        }
        match &quad.object {
            Term::NamedNode(node) => {
                let named = node.as_str().strip_prefix(WIKIDATA).and_then(item);
                if named.is_some() && quad.predicate.as_str() == EXACT {
                    asked.linked.insert(quad.subject.to_string());
                }
                asked.ids.extend(named);
            }
            Term::Literal(literal) if is_label(quad.predicate.as_str()) => {
                asked.names.insert(Named {
                    entity: quad.subject.to_string(),
                    name: literal.value().to_owned(),
                    language: literal.language().map(str::to_owned),
                });
            }
            _ => {}
        }
    }
    Ok(asked)
}

/// Whether a property gives a name.
#[must_use]
pub fn is_label(property: &str) -> bool {
    matches!(
        property,
        "http://www.w3.org/2000/01/rdf-schema#label"
            | "http://www.w3.org/2004/02/skos/core#prefLabel"
            | "http://www.w3.org/2004/02/skos/core#altLabel"
            | "http://xmlns.com/foaf/0.1/name"
            | "http://schema.org/name"
    )
}

/// Returns whether a folder holds an extract.
#[must_use]
pub fn is_extract(folder: &Path) -> bool {
    fs::metadata(folder.join(files::ENTITIES)).is_ok()
}

/// Returns the reference for the places of a statement: that of the first of its sources that has one.
///
/// A passage that a record quotes is a source before the record's own file.
#[must_use]
pub fn reference(
    generation: &Generation,
    sources: &[(String, Reference)],
    places: &[At],
) -> Option<Reference> {
    for at in places {
        let statement = Statement {
            subject: &at.subject,
            predicate: &at.predicate,
            object: &at.object,
            graph: None,
        };
        // A statement that cannot be traced has no source to cite.
        let derivations = generation.derivations(statement).unwrap_or_default();
        for record in derivations
            .iter()
            .flat_map(|derivation| &derivation.records)
        {
            let passage = record.passage.as_ref().map(|passage| &passage.origin.file);
            for file in passage.into_iter().chain([&record.origin.file]) {
                if let Some((_, found)) = sources.iter().find(|(pattern, _)| fits(pattern, file)) {
                    return Some(found.clone());
                }
            }
        }
    }
    None
}

/// Returns where the link of an entity to an item stands in the sources, if the graph knows it.
#[must_use]
pub fn link_place(generation: &Generation, iri: &str, item: &str) -> Option<Place> {
    let statement = Statement {
        subject: &format!("<{iri}>"),
        predicate: &format!("<{EXACT}>"),
        object: &format!("<{WIKIDATA}{item}>"),
        graph: None,
    };
    // A link that is not built yet has no place, nor has any without provenance.
    let derivations = generation.derivations(statement).unwrap_or_default();
    let records = derivations.iter().flat_map(|derivation| {
        let own = derivation.places.iter().filter(|place| place.line > 0);
        own.chain(derivation.records.iter().map(|record| &record.origin))
    });
    records.map(Place::from).min()
}

/// Whether a path fits a pattern, in which `*` stands for anything.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(tail) = path.strip_prefix(first) else {
        return false;
    };
    (0..=tail.len()).any(|at| tail.is_char_boundary(at) && fits(rest, &tail[at..]))
}
