//! Constraints written in SPARQL (SHACL §5), and how variables are bound beforehand (SHACL appendix A).

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{Literal, NamedNode, Term, Variable};
use spareval::{CancellationToken, QueryResults};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};

use super::graph::ShapesGraph;
use super::path::Path;
use super::shape::{is_true, literal};
use super::vocabulary::{IMPORTS, sh};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};
use crate::query::{self, Limits, Prefixes};
use crate::sparql::{Part, expression_parts, pattern_parts};
use crate::store::Graph;

/// The graph that `$shapesGraph` names.
pub const SHAPES_GRAPH: &str = "https://w3id.org/factmill/ns#ontology";

/// A query of a shapes graph, parsed and checked.
#[derive(Debug)]
pub(super) struct Prepared {
    query: Query,
    /// Variables that its text mentions.
    mentioned: BTreeSet<Variable>,
    /// The node that holds it, for messages.
    node: Term,
}

/// A row of a query's answer: what a result may be made of.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) values: BTreeMap<String, Term>,
}

impl Prepared {
    /// Parses the query of a node under `property`; `given` are the variables bound beforehand.
    fn read(
        graph: &ShapesGraph,
        node: &Term,
        property: &str,
        path: Option<&(Path, Term)>,
        given: &BTreeSet<String>,
    ) -> Result<Option<Self>> {
        let [Term::Literal(text)] = graph.sh(node, property) else {
            return Ok(None);
        };
        let mut text = text.value().to_owned();
        if let Some((path, _)) = path {
            text = text
                .replace("$PATH", &path.to_sparql())
                .replace("?PATH", &path.to_sparql());
        }
        let parsed = query::parse(
            &text,
            &format!("sh:{property} of {node}"),
            &prefixes(graph, node),
            Limits::default(),
        )?;
        let fault = |what: &str| -> Diagnostics {
            Diagnostic::error(codes::BAD_SHAPE, format!("sh:{property} of {node}: {what}"))
                .hint(
                    "SHACL, appendix A, says what a query with variables bound beforehand may hold",
                )
                .into()
        };
        let query = parsed.into_query();
        let pattern = match (&query, property) {
            (Query::Select { pattern, .. }, "select") | (Query::Ask { pattern, .. }, "ask") => {
                pattern
            }
            _ => {
                return Err(fault(&format!(
                    "this is no {} query",
                    property.to_uppercase()
                )));
            }
        };
        let mut check = Check {
            given,
            faults: BTreeSet::new(),
        };
        check.pattern(pattern, true);
        match check.faults.first() {
            Some(first) => Err(fault(first)),
            None => {
                let mentioned = given
                    .iter()
                    .filter(|name| {
                        [format!("?{name}"), format!("${name}")]
                            .iter()
                            .any(|written| text.contains(written))
                    })
                    .map(Variable::new_unchecked)
                    .collect();
                Ok(Some(Self {
                    query,
                    mentioned,
                    node: node.clone(),
                }))
            }
        }
    }

    /// Answers the query with variables bound beforehand; an `ASK` gives one row when it is true.
    fn rows(&self, data: &Graph, bindings: &[(&str, Term)]) -> Result<Vec<Row>> {
        // Terms go into the algebra; a blank node cannot stand there and is bound in the evaluation instead.
        let variable = |name: &str| Variable::new_unchecked(name);
        let (blank, plain): (Vec<_>, Vec<_>) = bindings
            .iter()
            .map(|(name, term)| (variable(name), term.clone()))
            .partition(|(_, term)| term.is_blank_node());
        let blank: Vec<_> = blank
            .into_iter()
            .filter(|(variable, _)| self.mentioned.contains(variable))
            .collect();
        let query = query::bind(self.query.clone(), &plain)?;
        let query = if blank.is_empty() {
            query
        } else {
            projecting(query, &blank)
        };
        let failed = |error: &dyn std::fmt::Display| -> Diagnostics {
            Diagnostic::error(
                codes::QUERY_FAILED,
                format!("the query of {} failed: {error}", self.node),
            )
            .into()
        };
        let results = data
            .evaluate(query, blank, CancellationToken::new())
            .map_err(|error| failed(&error))?;
        Ok(match results {
            QueryResults::Boolean(true) => vec![Row::default()],
            QueryResults::Boolean(false) | QueryResults::Graph(_) => Vec::new(),
            QueryResults::Solutions(solutions) => {
                let mut rows = Vec::new();
                for solution in solutions {
                    let solution = solution.map_err(|error| failed(&error))?;
                    let values = solution
                        .iter()
                        .map(|(variable, term)| (variable.as_str().to_owned(), term.clone()))
                        .collect();
                    rows.push(Row { values });
                }
                rows
            }
        })
    }
}

/// Returns the query as a `SELECT` that gives the variables too: the engine binds only what a query gives.
fn projecting(query: Query, bindings: &[(Variable, Term)]) -> Query {
    let wanted = bindings.iter().map(|(variable, _)| variable.clone());
    match query {
        Query::Select {
            dataset,
            pattern,
            base_iri,
        } => Query::Select {
            dataset,
            pattern: with_variables(pattern, wanted.collect()),
            base_iri,
        },
        Query::Ask {
            dataset,
            pattern,
            base_iri,
        } => {
            let pattern = GraphPattern::Project {
                inner: Box::new(pattern),
                variables: wanted.collect(),
            };
            Query::Select {
                dataset,
                pattern,
                base_iri,
            }
        }
        other => other,
    }
}

fn with_variables(pattern: GraphPattern, wanted: Vec<Variable>) -> GraphPattern {
    match pattern {
        GraphPattern::Project {
            inner,
            mut variables,
        } => {
            variables.extend(
                wanted
                    .into_iter()
                    .filter(|variable| !variables.contains(variable))
                    .collect::<Vec<_>>(),
            );
            GraphPattern::Project { inner, variables }
        }
        GraphPattern::Distinct { inner } => GraphPattern::Distinct {
            inner: Box::new(with_variables(*inner, wanted)),
        },
        GraphPattern::Reduced { inner } => GraphPattern::Reduced {
            inner: Box::new(with_variables(*inner, wanted)),
        },
        GraphPattern::Slice {
            inner,
            start,
            length,
        } => GraphPattern::Slice {
            inner: Box::new(with_variables(*inner, wanted)),
            start,
            length,
        },
        other => other,
    }
}

/// The prefixes that a node declares by `sh:prefixes` (SHACL §5.2.1).
fn prefixes(graph: &ShapesGraph, node: &Term) -> Prefixes {
    let mut open: Vec<Term> = graph.sh(node, "prefixes").to_vec();
    let mut seen = BTreeSet::new();
    let mut found: Vec<(String, String)> = Vec::new();
    while let Some(ontology) = open.pop() {
        if !seen.insert(ontology.to_string()) {
            continue;
        }
        for declaration in graph.sh(&ontology, "declare") {
            let one = |name: &str| graph.sh(declaration, name).iter().find_map(literal);
            if let (Some(prefix), Some(namespace)) = (one("prefix"), one("namespace")) {
                found.push((prefix.value().to_owned(), namespace.value().to_owned()));
            }
        }
        open.extend(graph.objects(&ontology, IMPORTS).iter().cloned());
    }
    Prefixes::known().and(found)
}

/// Looks for what must not stand in a query whose variables are bound beforehand.
struct Check<'v> {
    given: &'v BTreeSet<String>,
    faults: BTreeSet<String>,
}

impl Check<'_> {
    fn pattern(&mut self, pattern: &GraphPattern, outermost: bool) {
        let mut fault = |what: &str| {
            self.faults.insert(what.to_owned());
        };
        match pattern {
            GraphPattern::Minus { .. } => return fault("MINUS is not allowed"),
            GraphPattern::Values { .. } => return fault("VALUES is not allowed"),
            GraphPattern::Service { .. } => return fault("SERVICE is not allowed"),
            GraphPattern::Extend { variable, .. } if self.given.contains(variable.as_str()) => {
                fault(&format!(
                    "{variable} is bound beforehand and cannot be computed"
                ));
            }
            GraphPattern::Project { variables, .. } if !outermost => {
                for name in self
                    .given
                    .iter()
                    .filter(|name| !OPTIONAL.contains(&name.as_str()))
                {
                    if !variables.iter().any(|variable| variable.as_str() == name) {
                        fault(&format!(
                            "a sub-select must give ?{name}, which is bound beforehand"
                        ));
                    }
                }
            }
            _ => {}
        }
        // What only orders, cuts or extends the rows of a SELECT stands outside its projection.
        let outermost = outermost
            && matches!(
                pattern,
                GraphPattern::Extend { .. }
                    | GraphPattern::OrderBy { .. }
                    | GraphPattern::Distinct { .. }
                    | GraphPattern::Reduced { .. }
                    | GraphPattern::Slice { .. }
            );
        self.parts(pattern_parts(pattern), outermost);
    }

    fn parts(&mut self, parts: Vec<Part<&Expression, &GraphPattern>>, outermost: bool) {
        for part in parts {
            match part {
                Part::Expression(expression) => self.parts(expression_parts(expression), false),
                Part::Pattern(pattern) => self.pattern(pattern, outermost),
            }
        }
    }
}

/// Variables that a sub-select need not give.
const OPTIONAL: &[&str] = &["shapesGraph", "currentShape"];

/// A constraint of `sh:sparql`.
#[derive(Debug)]
pub(super) struct SparqlConstraint {
    pub(super) node: Term,
    pub(super) messages: Vec<Literal>,
    query: Prepared,
}

impl SparqlConstraint {
    /// Reads the constraint that a node stands for; `None` when it is deactivated.
    ///
    /// # Errors
    /// `BAD_SHAPE`, `QUERY_SYNTAX` and what else a query can be refused for.
    pub(super) fn read(
        graph: &ShapesGraph,
        node: &Term,
        path: Option<&(Path, Term)>,
    ) -> Result<Option<Self>> {
        if graph.sh(node, "deactivated").iter().any(is_true) {
            return Ok(None);
        }
        let given: BTreeSet<String> = ["this", "shapesGraph", "currentShape"]
            .map(str::to_owned)
            .into();
        let Some(query) = Prepared::read(graph, node, "select", path, &given)? else {
            return Err(
                Diagnostic::error(codes::BAD_SHAPE, format!("{node} needs one sh:select")).into(),
            );
        };
        let messages = graph
            .sh(node, "message")
            .iter()
            .filter_map(literal)
            .collect();
        Ok(Some(Self {
            node: node.clone(),
            messages,
            query,
        }))
    }

    /// Returns the rows of the query for a focus node: each is a violation.
    pub(super) fn violations(&self, data: &Graph, shape: &Term, focus: &Term) -> Result<Vec<Row>> {
        self.query.rows(data, &always(shape, focus))
    }
}

/// The variables that every query may use.
fn always(shape: &Term, focus: &Term) -> Vec<(&'static str, Term)> {
    vec![
        ("this", focus.clone()),
        ("shapesGraph", NamedNode::new_unchecked(SHAPES_GRAPH).into()),
        ("currentShape", shape.clone()),
    ]
}

/// A validator of a constraint component (SHACL §6.2.3).
#[derive(Debug)]
pub(super) struct Validator {
    ask: bool,
    pub(super) messages: Vec<Literal>,
    query: Prepared,
}

impl Validator {
    /// Reads the validator that a node stands for; `parameters` are the names of the component's parameters.
    ///
    /// # Errors
    /// As [`SparqlConstraint::read`].
    pub(super) fn read(
        graph: &ShapesGraph,
        node: &Term,
        path: Option<&(Path, Term)>,
        parameters: &BTreeSet<String>,
    ) -> Result<Self> {
        let ask = !graph.sh(node, "ask").is_empty();
        let mut given = parameters.clone();
        given.extend(["this", "shapesGraph", "currentShape"].map(str::to_owned));
        if ask {
            given.insert("value".to_owned());
        }
        let property = if ask { "ask" } else { "select" };
        let Some(query) = Prepared::read(graph, node, property, path, &given)? else {
            return Err(Diagnostic::error(
                codes::BAD_SHAPE,
                format!("the validator {node} needs one {}", sh(property)),
            )
            .into());
        };
        let messages = graph
            .sh(node, "message")
            .iter()
            .filter_map(literal)
            .collect();
        Ok(Self {
            ask,
            messages,
            query,
        })
    }

    /// Returns the violations: rows of a `SELECT`, or the value nodes for which an `ASK` is false.
    pub(super) fn violations(
        &self,
        data: &Graph,
        shape: &Term,
        focus: &Term,
        values: &[Term],
        parameters: &[(String, Term)],
    ) -> Result<Vec<Row>> {
        let mut bindings = always(shape, focus);
        bindings.extend(
            parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone())),
        );
        if !self.ask {
            return self.query.rows(data, &bindings);
        }
        let mut found = Vec::new();
        for value in values {
            let mut bindings = bindings.clone();
            bindings.push(("value", value.clone()));
            if self.query.rows(data, &bindings)?.is_empty() {
                found.push(Row {
                    values: BTreeMap::from([("value".to_owned(), value.clone())]),
                });
            }
        }
        Ok(found)
    }
}

/// Returns messages with the variables in braces replaced by their values (SHACL §5.3.2).
pub(super) fn fill(messages: &[Literal], row: &Row, further: &[(String, Term)]) -> Vec<Literal> {
    let shown = |term: &Term| match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => other.to_string(),
    };
    messages
        .iter()
        .map(|message| {
            let mut text = message.value().to_owned();
            let values = row.values.iter().map(|(name, term)| (name.as_str(), term));
            for (name, term) in
                values.chain(further.iter().map(|(name, term)| (name.as_str(), term)))
            {
                for braced in [format!("{{?{name}}}"), format!("{{${name}}}")] {
                    if text.contains(&braced) {
                        text = text.replace(&braced, &shown(term));
                    }
                }
            }
            match message.language() {
                Some(language) => Literal::new_language_tagged_literal_unchecked(text, language),
                None => Literal::new_simple_literal(text),
            }
        })
        .collect()
}
