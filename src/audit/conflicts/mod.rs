//! Where the sources contradict one another: saved checks are run on the graph, and each finding is told with the
//! statements of both sides and their sources.
//!
//! A [`Check`] is a query in the project's folder `conflicts`; what counts as a contradiction is said there and nowhere
//! else. This module runs the checks, puts rows that tell one thing together, fills in names, and asks the index of
//! derivations where each statement comes from. Nothing is merged or dropped in the graph: a [`Preference`] only says
//! which of several values is to be believed, and why.

mod check;
mod finding;

use std::collections::BTreeMap;

use oxrdf::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Variable, vocab::rdfs};

use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::query::{Answer, Limits, Parsed, Prefixes, Solutions, Weight, parse};
use crate::store::{Derivation, Generation, Graph, Scope, Statement};

pub use check::Check;

/// Up to how many statements a graph is small: a build runs the checks by itself.
pub const SMALL: u64 = 20_000;

/// A value chosen among several, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// IRI or prefixed name of what the value is said of.
    pub subject: String,
    /// IRI or prefixed name of the property.
    pub property: String,
    /// The value: text of a literal, IRI or prefixed name.
    pub value: String,
    /// Why it is preferred.
    pub reason: String,
    /// The file that says so.
    pub file: String,
}

/// A statement that takes part in a finding.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Subject.
    pub subject: NamedOrBlankNode,
    /// Predicate.
    pub predicate: NamedNode,
    /// Object.
    pub object: Term,
    /// How it came about, in the order of the places; none when the graph keeps no origins.
    pub derivations: Vec<Derivation>,
    /// Why it is preferred, if it is.
    pub preferred: Option<String>,
}

/// One thing that a check found.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Name of the check.
    pub check: String,
    /// What kind of finding it is.
    pub title: String,
    /// How much it weighs.
    pub weight: Weight,
    /// Why it is one.
    pub explanation: String,
    /// What it is about.
    pub subject: Term,
    /// The name of that.
    pub name: String,
    /// What is wrong, in words.
    pub detail: String,
    /// The statements of all sides.
    pub statements: Vec<Stated>,
    /// Names of the nodes that the statements mention.
    pub names: BTreeMap<String, String>,
}

impl Conflict {
    /// Returns the statements as they stand in the default graph.
    pub fn quads(&self) -> Vec<Quad> {
        let quad = |one: &Stated| {
            Quad::new(
                one.subject.clone(),
                one.predicate.clone(),
                one.object.clone(),
                GraphName::DefaultGraph,
            )
        };
        self.statements.iter().map(quad).collect()
    }
}

/// What is asked of the checks.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The lightest findings that are wanted.
    pub down_to: Weight,
    /// Prefixes that the checks need not declare.
    pub prefixes: &'a Prefixes,
    /// The values that are preferred.
    pub preferences: &'a [Preference],
    /// What one check may cost.
    pub limits: Limits,
}

/// Runs the checks and returns what they find, sorted by weight, subject, kind and detail.
///
/// `open` gives the graph that the checks need; the generation tells the sources, where there is one.
///
/// # Errors
/// What a check is refused for, of all checks at once; what the graph fails with.
pub fn find(
    checks: &[Check],
    open: impl FnOnce(Scope) -> Result<Graph>,
    generation: Option<&Generation>,
    request: &Request<'_>,
) -> Result<Vec<Conflict>> {
    let mut parsed = Vec::new();
    let mut faults = Vec::new();
    for check in checks
        .iter()
        .filter(|check| check.weight <= request.down_to)
    {
        match parse(&check.text, &check.file, request.prefixes, request.limits) {
            Ok(query) => parsed.push((check, query)),
            Err(found) => faults.extend(found.0),
        }
    }
    if !faults.is_empty() {
        return Err(crate::diagnostic::Diagnostics(faults));
    }
    let scope = parsed.iter().map(|(_, query)| query.scope()).max();
    let graph = open(scope.unwrap_or(Scope::Facts))?;
    let mut names = Names::new(&graph, request.prefixes);
    let mut conflicts = Vec::new();
    for (check, query) in parsed {
        let solutions = solutions(check, query, &graph, request.limits)?;
        let columns = check.columns(&solutions.variables)?;
        let mut gathered = finding::gather(&columns, &solutions, &mut names)?;
        let all = gathered.iter_mut().flat_map(|found| &mut found.statements);
        source(all.collect(), generation, request)?;
        for found in gathered {
            let statements = found.statements;
            if check.apart && finding::one_place_says_all(&statements) {
                continue;
            }
            let nodes = statements.iter().flat_map(|one| {
                let object = match &one.object {
                    Term::NamedNode(node) => Some(node.clone()),
                    _ => None,
                };
                let subject = match &one.subject {
                    NamedOrBlankNode::NamedNode(node) => Some(node.clone()),
                    NamedOrBlankNode::BlankNode(_) => None,
                };
                subject.into_iter().chain(object)
            });
            let mut mentioned = BTreeMap::new();
            for node in nodes {
                if let Some(label) = names.label(&node)? {
                    mentioned.insert(node.into_string(), label);
                }
            }
            conflicts.push(Conflict {
                check: check.name.clone(),
                title: check.title.clone(),
                weight: check.weight,
                explanation: check.explanation.clone(),
                subject: found.subject,
                name: found.name,
                detail: found.detail,
                statements,
                names: mentioned,
            });
        }
    }
    conflicts.sort_by(|a, b| {
        let key = |one: &Conflict| (one.weight, one.name.clone(), one.title.clone());
        key(a).cmp(&key(b)).then_with(|| a.detail.cmp(&b.detail))
    });
    Ok(conflicts)
}

/// Returns a warning for each preference whose value the graph does not hold.
///
/// # Errors
/// `STORE_DAMAGED`.
pub fn stale(
    preferences: &[Preference],
    graph: &Graph,
    prefixes: &Prefixes,
) -> Result<Vec<Diagnostic>> {
    let mut warnings = Vec::new();
    for one in preferences {
        let found = match (node(&one.subject, prefixes), node(&one.property, prefixes)) {
            (Some(subject), Some(property)) => graph
                .matching(Some(&subject.into()), Some(&property), None)?
                .iter()
                .any(|quad| means(&quad.object, &one.value, prefixes)),
            _ => false,
        };
        if !found {
            let message = format!(
                "the preferred value {:?} of {} {} is not in the graph",
                one.value, one.subject, one.property
            );
            warnings.push(
                Diagnostic::warning(codes::STALE_PREFERENCE, message)
                    .at(Place::file(&one.file))
                    .hint("name a statement of the graph: subject and property as IRI or prefixed name, the value as it is written there"),
            );
        }
    }
    Ok(warnings)
}

/// Returns how many of the findings are contradictions.
pub fn contradictions(conflicts: &[Conflict]) -> usize {
    conflicts
        .iter()
        .filter(|one| one.weight == Weight::Contradiction)
        .count()
}

/// Returns one line on how many findings there are; with `notices` the lesser ones are counted too.
pub fn counted(conflicts: &[Conflict], notices: bool) -> String {
    let many = |number: usize, word: &str| match number {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        n => format!("{n} {word}s"),
    };
    let heavy = contradictions(conflicts);
    let mut text = many(heavy, "contradiction");
    if notices {
        text.push_str(" and ");
        text.push_str(&many(conflicts.len() - heavy, "notice"));
    }
    if let Some(first) = text.get(..1) {
        text = format!("{}{}", first.to_uppercase(), &text[1..]);
    }
    text.push('.');
    text
}

/// Returns findings as rows, one each: subject, kind, detail and source.
pub fn table(conflicts: &[Conflict]) -> Solutions {
    let text = |text: &str| Some(Term::from(Literal::new_simple_literal(text)));
    let mut rows: Vec<Vec<Option<Term>>> = Vec::with_capacity(conflicts.len());
    for one in conflicts {
        let places = finding::places(&one.statements).join("; ");
        rows.push(vec![
            text(&one.name),
            text(&one.title),
            text(&one.detail),
            text(&places),
        ]);
    }
    Solutions {
        variables: ["subject", "kind", "detail", "source"]
            .map(Variable::new_unchecked)
            .to_vec(),
        rows,
    }
}

fn solutions(check: &Check, query: Parsed, graph: &Graph, limits: Limits) -> Result<Solutions> {
    match query.evaluate(graph, Vec::new(), limits)? {
        Answer::Solutions(solutions) => Ok(solutions),
        Answer::Boolean(_) | Answer::Graph(_) => Err(check.no_rows()),
    }
}

/// Adds to statements where they come from and whether they are preferred.
fn source(
    mut all: Vec<&mut Stated>,
    generation: Option<&Generation>,
    request: &Request<'_>,
) -> Result<()> {
    if let Some(generation) = generation.filter(|_| !all.is_empty()) {
        let written: Vec<[String; 3]> = all
            .iter()
            .map(|one| {
                let subject = one.subject.to_string();
                [subject, one.predicate.to_string(), one.object.to_string()]
            })
            .collect();
        let statements: Vec<Statement<'_>> = written
            .iter()
            .map(|[subject, predicate, object]| Statement {
                subject,
                predicate,
                object,
                graph: None,
            })
            .collect();
        let found = generation.derivations_of(&statements)?;
        for (stated, mut derivations) in all.iter_mut().zip(found) {
            // The index is sorted by rule and record key; people read sources from top to bottom.
            derivations.sort_by_key(|derivation| {
                let first = derivation.records.first().map(|record| &record.origin);
                first.map(|origin| (origin.file.clone(), origin.line, origin.column))
            });
            stated.derivations = derivations;
        }
    }
    for stated in all {
        let preferred = request.preferences.iter().find(|one| {
            let subject = node(&one.subject, request.prefixes).map(NamedOrBlankNode::from);
            subject.as_ref() == Some(&stated.subject)
                && node(&one.property, request.prefixes).as_ref() == Some(&stated.predicate)
                && means(&stated.object, &one.value, request.prefixes)
        });
        stated.preferred = preferred.map(|one| one.reason.clone());
    }
    Ok(())
}

/// Returns the node that an IRI or a prefixed name stands for.
fn node(text: &str, prefixes: &Prefixes) -> Option<NamedNode> {
    prefixes
        .expand(text)
        .or_else(|| NamedNode::new(text.trim_matches(['<', '>'])).ok())
}

fn means(term: &Term, value: &str, prefixes: &Prefixes) -> bool {
    match term {
        Term::Literal(literal) => literal.value() == value,
        Term::NamedNode(iri) => node(value, prefixes).as_ref() == Some(iri),
        Term::BlankNode(_) | Term::Triple(_) => false,
    }
}

/// Names of nodes, asked for once each.
struct Names<'a> {
    graph: &'a Graph,
    prefixes: &'a Prefixes,
    known: BTreeMap<String, Option<String>>,
}

impl<'a> Names<'a> {
    fn new(graph: &'a Graph, prefixes: &'a Prefixes) -> Self {
        Self {
            graph,
            prefixes,
            known: BTreeMap::new(),
        }
    }

    /// Returns the first of the labels of a node in the order of their text, as the other saved queries do.
    fn label(&mut self, node: &NamedNode) -> Result<Option<String>> {
        if let Some(known) = self.known.get(node.as_str()) {
            return Ok(known.clone());
        }
        let quads = self.graph.matching(
            Some(&node.clone().into()),
            Some(&rdfs::LABEL.into_owned()),
            None,
        )?;
        let labels = quads.into_iter().filter_map(|quad| match quad.object {
            Term::Literal(label) => Some(label.value().to_owned()),
            _ => None,
        });
        let first = labels.min();
        self.known.insert(node.as_str().to_owned(), first.clone());
        Ok(first)
    }

    /// Returns how a term is written in a sentence: the label of a node, the text of a literal.
    fn of(&mut self, term: &Term) -> Result<String> {
        Ok(match term {
            Term::NamedNode(node) => match self.label(node)? {
                Some(label) => label,
                None => self
                    .prefixes
                    .shorten(node.as_str())
                    .unwrap_or_else(|| node.as_str().to_owned()),
            },
            Term::Literal(literal) => literal.value().to_owned(),
            Term::BlankNode(_) | Term::Triple(_) => term.to_string(),
        })
    }
}
