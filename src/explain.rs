//! Why is this statement here? Finds the statements that a user means and tells how each came about.
//!
//! A name leads to entities by their labels, a word to properties by their names; a property is looked for on the
//! entity itself and on the nodes that refer to it. The derivations come from the generation's index.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedNode, NamedOrBlankNode, Quad, Term, vocab::rdfs};

use crate::diagnostic::{Diagnostic, Result, codes};
use crate::query::Prefixes;
use crate::store::{Derivation, Generation, Graph, Statement};
use crate::value::name::fold;

/// Properties whose values name what they are said of, in the order of preference.
const LABELS: [&str; 4] = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://xmlns.com/foaf/0.1/name",
];

/// Graph of what follows by rules.
const INFERRED: &str = "https://w3id.org/factmill/ns#inferred";

/// How many near names are suggested.
const SUGGESTIONS: usize = 3;

/// A statement with all its derivations.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The statement, in the default graph or, when it follows by a rule, in `fm:inferred`.
    pub statement: Quad,
    /// How it came about, in the order of their places; never empty for a statement of the generation.
    pub derivations: Vec<Derivation>,
}

/// What was asked for, and what was found.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The entities meant, with the name shown for each.
    pub entities: Vec<(NamedNode, String)>,
    /// Their statements, sorted.
    pub statements: Vec<Explained>,
    /// Names of all nodes that the statements mention.
    pub names: BTreeMap<String, String>,
}

/// Explains the statements of an entity, or only those with one property, on it or on the nodes that refer to it.
///
/// `entity` is an IRI, a prefixed name or a label; `property` an IRI, a prefixed name, the last part of one, or a
/// label of the property.
///
/// # Errors
/// `UNKNOWN_ENTITY` with the nearest names.
pub fn explain(
    generation: &Generation,
    graph: &Graph,
    prefixes: &Prefixes,
    entity: &str,
    property: Option<&str>,
) -> Result<Explanation> {
    let labels = Labels::read(graph)?;
    let entities = labels.entities(graph, prefixes, entity)?;
    let mut quads = BTreeMap::new();
    for entity in &entities {
        for quad in neighbourhood(graph, entity, property.is_some())? {
            quads.insert(quad.to_string(), quad);
        }
    }
    let quads: Vec<Quad> = match property {
        None => quads.into_values().collect(),
        Some(word) => {
            let wanted = labels.properties(graph, prefixes, word, entity, quads.values())?;
            quads
                .into_values()
                .filter(|quad| wanted.contains(&quad.predicate))
                .collect()
        }
    };
    let mut statements = Vec::with_capacity(quads.len());
    for statement in quads {
        let graph_name =
            (!statement.graph_name.is_default_graph()).then(|| statement.graph_name.to_string());
        let mut derivations = generation.derivations(Statement {
            subject: &statement.subject.to_string(),
            predicate: &statement.predicate.to_string(),
            object: &statement.object.to_string(),
            graph: graph_name.as_deref(),
        })?;
        // The index is sorted by rule and record key; people read sources from top to bottom.
        derivations.sort_by_key(|derivation| {
            let first = derivation.records.first().map(|record| &record.origin);
            first.map(|origin| (origin.file.clone(), origin.line, origin.column))
        });
        statements.push(Explained {
            statement,
            derivations,
        });
    }
    let named = entities
        .into_iter()
        .map(|node| (node.clone(), labels.name_of(node.as_str())))
        .collect();
    Ok(Explanation {
        entities: named,
        statements,
        names: labels.first,
    })
}

/// The statements of an entity, stated and inferred, and with `beyond` those of the nodes that refer to it.
fn neighbourhood(graph: &Graph, entity: &NamedNode, beyond: bool) -> Result<Vec<Quad>> {
    let inferred = NamedNode::new_unchecked(INFERRED);
    let about = |subject: &NamedOrBlankNode| -> Result<Vec<Quad>> {
        let mut quads = graph.matching(Some(subject), None, None)?;
        quads.extend(graph.matching_in(&inferred, Some(subject), None, None)?);
        Ok(quads)
    };
    let subject = NamedOrBlankNode::from(entity.clone());
    let mut quads = about(&subject)?;
    if beyond {
        let referring: BTreeSet<String> = graph
            .matching(None, None, Some(&Term::from(entity.clone())))?
            .into_iter()
            .filter(|quad| quad.subject != subject)
            .filter_map(|quad| match quad.subject {
                NamedOrBlankNode::NamedNode(node) => Some(node.into_string()),
                NamedOrBlankNode::BlankNode(_) => None,
            })
            .collect();
        for node in referring {
            quads.extend(about(&NamedNode::new_unchecked(node).into())?);
        }
    }
    Ok(quads)
}

/// The labels of a graph.
struct Labels {
    /// Folded label → IRIs.
    meant: BTreeMap<String, BTreeSet<String>>,
    /// Labels as written, for suggestions.
    written: BTreeSet<String>,
    /// IRI → the label shown for it.
    first: BTreeMap<String, String>,
}

impl Labels {
    fn read(graph: &Graph) -> Result<Self> {
        let mut labels = Self {
            meant: BTreeMap::new(),
            written: BTreeSet::new(),
            first: BTreeMap::new(),
        };
        // Nodes whose shown label is in another language than English: an English one is better.
        let mut foreign = BTreeSet::new();
        for property in LABELS {
            let property = NamedNode::new_unchecked(property);
            let mut quads = graph.matching(None, Some(&property), None)?;
            quads.sort_by_cached_key(ToString::to_string);
            for quad in quads {
                let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) =
                    (quad.subject, quad.object)
                else {
                    continue;
                };
                labels
                    .meant
                    .entry(fold(label.value()))
                    .or_default()
                    .insert(node.as_str().to_owned());
                labels.written.insert(label.value().to_owned());
                let english = label
                    .language()
                    .is_none_or(|language| language.starts_with("en"));
                let better = !labels.first.contains_key(node.as_str())
                    || (english && foreign.remove(node.as_str()));
                if better {
                    if !english {
                        foreign.insert(node.as_str().to_owned());
                    }
                    labels
                        .first
                        .insert(node.as_str().to_owned(), label.value().to_owned());
                }
            }
        }
        Ok(labels)
    }

    fn name_of(&self, iri: &str) -> String {
        self.first
            .get(iri)
            .cloned()
            .unwrap_or_else(|| iri.to_owned())
    }

    /// The entities that an IRI, a prefixed name or a label means.
    fn entities(&self, graph: &Graph, prefixes: &Prefixes, asked: &str) -> Result<Vec<NamedNode>> {
        let mut meant: BTreeSet<String> = self.meant.get(&fold(asked)).cloned().unwrap_or_default();
        if meant.is_empty()
            && let Some(node) = resolve(prefixes, asked)
        {
            let known = !graph
                .matching(Some(&node.clone().into()), None, None)?
                .is_empty()
                || !graph
                    .matching(None, None, Some(&node.clone().into()))?
                    .is_empty();
            if known {
                meant.insert(node.into_string());
            }
        }
        if meant.is_empty() {
            return Err(unknown(
                &format!("no entity is named {asked:?}"),
                asked,
                self.written.iter().map(String::as_str),
            ));
        }
        Ok(meant.into_iter().map(NamedNode::new_unchecked).collect())
    }

    /// The properties among those of `quads` that a word means.
    fn properties<'q>(
        &self,
        graph: &Graph,
        prefixes: &Prefixes,
        asked: &str,
        entity: &str,
        quads: impl Iterator<Item = &'q Quad>,
    ) -> Result<BTreeSet<NamedNode>> {
        let there: BTreeSet<NamedNode> = quads.map(|quad| quad.predicate.clone()).collect();
        if let Some(node) = resolve(prefixes, asked)
            && there.contains(&node)
        {
            return Ok(BTreeSet::from([node]));
        }
        let wanted = fold(asked);
        let mut meant = BTreeSet::new();
        for property in &there {
            let labels =
                graph.matching_anywhere(&property.clone().into(), &rdfs::LABEL.into_owned())?;
            let labelled = labels.iter().any(|quad| match &quad.object {
                Term::Literal(label) => fold(label.value()) == wanted,
                _ => false,
            });
            if labelled || fold(local_name(property.as_str())) == wanted {
                meant.insert(property.clone());
            }
        }
        if meant.is_empty() {
            return Err(unknown(
                &format!("neither {entity:?} nor what refers to it has a property {asked:?}"),
                asked,
                there.iter().map(|property| local_name(property.as_str())),
            ));
        }
        Ok(meant)
    }
}

/// The node that an IRI, in angle brackets or not, or a prefixed name stands for.
fn resolve(prefixes: &Prefixes, text: &str) -> Option<NamedNode> {
    let bare = text
        .strip_prefix('<')
        .and_then(|iri| iri.strip_suffix('>'))
        .unwrap_or(text);
    prefixes.expand(text).or_else(|| NamedNode::new(bare).ok())
}

/// The part of an IRI after its last `#`, `/` or `:`.
fn local_name(iri: &str) -> &str {
    iri.rsplit(['#', '/', ':']).next().unwrap_or(iri)
}

fn unknown<'n>(
    message: &str,
    asked: &str,
    names: impl Iterator<Item = &'n str>,
) -> crate::diagnostic::Diagnostics {
    let wanted = fold(asked);
    let mut near: Vec<(f64, &str)> = names
        .map(|name| {
            (
                rapidfuzz::fuzz::ratio(wanted.chars(), fold(name).chars()),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.5)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.dedup_by_key(|(_, name)| *name);
    let near: Vec<&str> = near
        .into_iter()
        .map(|(_, name)| name)
        .take(SUGGESTIONS)
        .collect();
    let finding = Diagnostic::error(codes::UNKNOWN_ENTITY, message);
    if near.is_empty() {
        finding.hint("`factmill run names` lists the names").into()
    } else {
        finding
            .hint(format!("did you mean {}?", near.join(", ")))
            .into()
    }
}
