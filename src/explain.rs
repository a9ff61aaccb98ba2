//! Why is this statement here? Finds the statements that a user means and tells how each came about.
//!
//! A name leads to entities by their labels, a word to properties by their names; a property is looked for on the
//! entity itself and on the nodes that refer to it. Statements and derivations are looked up in the generation's files;
//! no graph is loaded.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, vocab::rdfs};

use crate::diagnostic::{Diagnostic, Result, codes, counted};
use crate::query::Prefixes;
use crate::store::{Derivation, Generation, LABELS, Provenance, Scope, Statement};
use crate::value::name::fold;

/// Graph of what follows by rules.
const INFERRED: &str = "https://w3id.org/factmill/ns#inferred";

/// Graph of the ontology.
const ONTOLOGY: &str = "https://w3id.org/factmill/ns#ontology";

/// How many near names are suggested.
const SUGGESTIONS: usize = 3;

/// How like a name has to be to be suggested; IRIs share much even where they mean different things.
const LIKE: f64 = 0.5;
const LIKE_IRI: f64 = 0.75;

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
/// `UNKNOWN_ENTITY` with the nearest names, or with what the graph has of a node that it says nothing of; `NO_PROVENANCE`.
pub fn explain(
    generation: &Generation,
    prefixes: &Prefixes,
    entity: &str,
    property: Option<&str>,
) -> Result<Explanation> {
    generation.need(Provenance::Statement)?;
    let entities = entities(generation, prefixes, entity, property.is_some())?;
    let mut quads = BTreeMap::new();
    for entity in &entities {
        for quad in neighbourhood(generation, entity, property.is_some())? {
            quads.insert(quad.to_string(), quad);
        }
    }
    let quads: Vec<Quad> = match property {
        None => quads.into_values().collect(),
        Some(word) => {
            let wanted = properties(generation, prefixes, word, entity, quads.values())?;
            quads
                .into_values()
                .filter(|quad| wanted.contains(&quad.predicate))
                .collect()
        }
    };
    tell(generation, entities, quads)
}

/// Explains statements, such as those that a row of an answer rests on; those that the generation does not have are left out.
///
/// # Errors
/// `STORE_DAMAGED`, `NO_PROVENANCE`.
pub fn explain_statements(generation: &Generation, mut quads: Vec<Quad>) -> Result<Explanation> {
    generation.need(Provenance::Statement)?;
    quads.sort_by_cached_key(ToString::to_string);
    let mut told = tell(generation, Vec::new(), quads)?;
    told.statements.retain(|one| !one.derivations.is_empty());
    Ok(told)
}

fn tell(
    generation: &Generation,
    entities: Vec<NamedNode>,
    quads: Vec<Quad>,
) -> Result<Explanation> {
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
    let mut names = BTreeMap::new();
    for node in entities
        .iter()
        .cloned()
        .chain(statements.iter().flat_map(|one| nodes(&one.statement)))
    {
        if !names.contains_key(node.as_str())
            && let Some(name) = name_of(generation, &node)?
        {
            names.insert(node.into_string(), name);
        }
    }
    let named = entities
        .into_iter()
        .map(|node| {
            let name = names
                .get(node.as_str())
                .cloned()
                .unwrap_or_else(|| node.as_str().to_owned());
            (node, name)
        })
        .collect();
    Ok(Explanation {
        entities: named,
        statements,
        names,
    })
}

/// The nodes that a statement is about and leads to.
fn nodes(quad: &Quad) -> Vec<NamedNode> {
    let mut found = Vec::new();
    if let NamedOrBlankNode::NamedNode(node) = &quad.subject {
        found.push(node.clone());
    }
    if let Term::NamedNode(node) = &quad.object {
        found.push(node.clone());
    }
    found
}

/// Whether a statement is a fact or follows from facts; what the ontology says is neither.
fn is_fact(quad: &Quad) -> bool {
    match &quad.graph_name {
        GraphName::DefaultGraph => true,
        GraphName::NamedNode(graph) => graph.as_str() == INFERRED,
        GraphName::BlankNode(_) => false,
    }
}

/// The statements of an entity, stated and inferred, and with `beyond` those of the nodes that refer to it.
fn neighbourhood(generation: &Generation, entity: &NamedNode, beyond: bool) -> Result<Vec<Quad>> {
    let about = |subject: &NamedOrBlankNode| -> Result<Vec<Quad>> {
        let mut quads = generation.about(subject)?;
        quads.retain(is_fact);
        Ok(quads)
    };
    let subject = NamedOrBlankNode::from(entity.clone());
    let mut quads = about(&subject)?;
    if beyond {
        let referring: BTreeSet<String> = generation
            .referring(entity)?
            .into_iter()
            .filter(|quad| quad.graph_name.is_default_graph() && quad.subject != subject)
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

/// Returns the label to show for a node: the first property that gives one, in English where there is a choice.
fn name_of(generation: &Generation, node: &NamedNode) -> Result<Option<String>> {
    let mut found: Vec<(usize, bool, String)> = Vec::new();
    for quad in generation.about(&node.clone().into())? {
        let Some(rank) = LABELS
            .iter()
            .position(|label| *label == quad.predicate.as_str())
        else {
            continue;
        };
        if let Term::Literal(label) = &quad.object
            && quad.graph_name.is_default_graph()
        {
            let english = label
                .language()
                .is_none_or(|language| language.starts_with("en"));
            found.push((rank, !english, label.value().to_owned()));
        }
    }
    Ok(found
        .into_iter()
        .min_by(|a, b| (a.1, a.0, &a.2).cmp(&(b.1, b.0, &b.2)))
        .map(|(_, _, label)| label))
}

/// The entities that an IRI, a prefixed name or a label means; with `beyond` also one that is only referred to.
fn entities(
    generation: &Generation,
    prefixes: &Prefixes,
    asked: &str,
    beyond: bool,
) -> Result<Vec<NamedNode>> {
    let folded = fold(asked);
    let mut meant: BTreeSet<String> = BTreeSet::new();
    for quad in generation.labels(Some(asked))? {
        if let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) =
            (quad.subject, quad.object)
            && quad.graph_name.is_default_graph()
            && fold(label.value()) == folded
        {
            meant.insert(node.into_string());
        }
    }
    let node = resolve(prefixes, asked).filter(|_| meant.is_empty());
    if let Some(node) = &node {
        let known = generation.about(&node.clone().into())?.iter().any(is_fact)
            || beyond && generation.referring(node)?.iter().any(is_fact);
        if known {
            meant.insert(node.as_str().to_owned());
        } else if let Some(used) = used(generation, prefixes, node)? {
            return Err(used.into());
        }
    }
    if meant.is_empty() {
        let labels = generation.labels(None)?;
        let mut names: BTreeSet<String> = BTreeSet::new();
        for quad in labels {
            match (quad.subject, quad.object) {
                // Who asks by an IRI means one, be it of a fact or a term of the ontology.
                (NamedOrBlankNode::NamedNode(subject), _) if node.is_some() => {
                    let short = prefixes.shorten(subject.as_str());
                    names.insert(short.unwrap_or_else(|| subject.into_string()));
                }
                (_, Term::Literal(label)) if quad.graph_name.is_default_graph() => {
                    names.insert(label.value().to_owned());
                }
                _ => {}
            }
        }
        let asked_whole = node.as_ref().map_or(asked, NamedNode::as_str);
        let wanted = prefixes.shorten(asked_whole);
        return Err(unknown(
            &format!("no entity is named {asked:?}"),
            if node.is_some() { LIKE_IRI } else { LIKE },
            wanted.as_deref().unwrap_or(asked_whole),
            names.iter().map(String::as_str),
            || {
                let some: Vec<&str> = names.iter().take(SUGGESTIONS).map(String::as_str).collect();
                match names.len() {
                    0 if node.is_some() => {
                        "nothing in the graph has a name; `factmill query` shows what there is"
                            .to_owned()
                    }
                    0 => "nothing in the graph has a name: ask by an IRI".to_owned(),
                    n if n > some.len() => {
                        format!("there are {n} names, such as {}", some.join(", "))
                    }
                    _ => format!("the names are {}", some.join(", ")),
                }
            },
        ));
    }
    Ok(meant.into_iter().map(NamedNode::new_unchecked).collect())
}

/// Says what the graph has of a node that is the subject of no fact, and how to ask for it; nothing if it does not have it.
fn used(
    generation: &Generation,
    prefixes: &Prefixes,
    node: &NamedNode,
) -> Result<Option<Diagnostic>> {
    let referring = generation.referring(node)?;
    let facts: BTreeSet<String> = referring
        .iter()
        .filter(|quad| quad.graph_name.is_default_graph())
        .map(ToString::to_string)
        .collect();
    // No index knows predicates.
    let predicate = generation
        .graph(Scope::Facts)?
        .matching(None, Some(node), None)?
        .len();
    let short = prefixes.shorten(node.as_str());
    let short = short.unwrap_or_else(|| node.to_string());
    let (role, query) = if predicate > 0 {
        (
            format!("the predicate of {}", counted(predicate, "statement")),
            format!("SELECT * {{ ?s {short} ?o }}"),
        )
    } else if !facts.is_empty() {
        (
            format!("the object of {}", counted(facts.len(), "statement")),
            format!("SELECT * {{ ?s ?p {short} }}"),
        )
    } else {
        let mut elsewhere = referring;
        elsewhere.extend(generation.about(&node.clone().into())?);
        elsewhere.extend(generation.graph(Scope::Facts)?.with_predicate(node)?);
        return Ok(named_elsewhere(prefixes, &short, &elsewhere));
    };
    let finding = Diagnostic::error(
        codes::UNKNOWN_ENTITY,
        format!("no fact is about {short}; it is {role}"),
    );
    Ok(Some(finding.hint(format!(
        "`factmill query \"{query}\"` shows which, with `--why 1` where the first comes from"
    ))))
}

/// Says in which graphs a node is named that no fact names; nothing if in none.
fn named_elsewhere(prefixes: &Prefixes, short: &str, quads: &[Quad]) -> Option<Diagnostic> {
    let graphs: BTreeSet<String> = quads
        .iter()
        .filter_map(|quad| match &quad.graph_name {
            GraphName::NamedNode(name) if name.as_str() == ONTOLOGY => {
                Some("the ontology".to_owned())
            }
            GraphName::NamedNode(name) => {
                let name = prefixes
                    .shorten(name.as_str())
                    .unwrap_or_else(|| name.to_string());
                Some(format!("the graph {name}"))
            }
            _ => None,
        })
        .collect();
    if graphs.is_empty() {
        return None;
    }
    let graphs: Vec<String> = graphs.into_iter().collect();
    let verb = if graphs.len() == 1 { "does" } else { "do" };
    let message = format!(
        "no fact names {short}; only {} {verb}",
        graphs.join(" and ")
    );
    let query = format!("SELECT * {{ GRAPH ?g {{ ?s ?p ?o FILTER({short} IN (?s, ?p, ?o)) }} }}");
    Some(
        Diagnostic::error(codes::UNKNOWN_ENTITY, message)
            .hint(format!("`factmill query \"{query}\"` shows what it says")),
    )
}

/// The properties among those of `quads` that a word means.
fn properties<'q>(
    generation: &Generation,
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
        let labelled = generation
            .about(&property.clone().into())?
            .iter()
            .any(|quad| match &quad.object {
                Term::Literal(label) => {
                    quad.predicate == rdfs::LABEL && fold(label.value()) == wanted
                }
                _ => false,
            });
        if labelled || fold(local_name(property.as_str())) == wanted {
            meant.insert(property.clone());
        }
    }
    if meant.is_empty() {
        return Err(unknown(
            &format!("neither {entity:?} nor what refers to it has a property {asked:?}"),
            LIKE,
            asked,
            there.iter().map(|property| local_name(property.as_str())),
            || {
                let names: BTreeSet<&str> =
                    there.iter().map(|one| local_name(one.as_str())).collect();
                format!("there are {}", Vec::from_iter(names).join(", "))
            },
        ));
    }
    Ok(meant)
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
    like: f64,
    asked: &str,
    names: impl Iterator<Item = &'n str>,
    otherwise: impl FnOnce() -> String,
) -> crate::diagnostic::Diagnostics {
    let wanted = fold(asked);
    let mut near: Vec<(f64, &str)> = names
        .map(|name| {
            (
                rapidfuzz::fuzz::ratio(wanted.chars(), fold(name).chars()),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness > like)
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
        finding.hint(otherwise()).into()
    } else {
        finding
            .hint(format!("did you mean {}?", near.join(", ")))
            .into()
    }
}
