//! What a row of an answer rests on: the statements that the patterns of its query met.
//!
//! The query becomes a `CONSTRUCT` of its own patterns, held to the row. Patterns in named graphs, in `EXISTS` and along
//! paths of several steps name no single statement and are left out.

use std::collections::BTreeSet;

use oxrdf::{Term, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{TermPattern, TriplePattern};

use super::bind::bind;
use crate::diagnostic::Result;

/// Returns the query for the statements that a row of a `SELECT` rests on; `None` when the query is no `SELECT`.
///
/// # Errors
/// As binding the values of the row has them.
pub(crate) fn of_row(query: &Query, row: &[(Variable, Term)]) -> Result<Option<Query>> {
    let Query::Select {
        dataset,
        pattern,
        base_iri,
    } = query
    else {
        return Ok(None);
    };
    let mut computed = BTreeSet::new();
    let mut counted = BTreeSet::new();
    let pattern = open(pattern.clone(), &mut computed, &mut counted);
    let mut template = Vec::new();
    triples(&pattern, &mut template);
    let mut pattern = pattern;
    let mut bound = Vec::new();
    for (variable, term) in row {
        if counted.contains(variable) {
            continue;
        }
        if computed.contains(variable) {
            let value = match term {
                Term::NamedNode(node) => Expression::NamedNode(node.clone()),
                Term::Literal(literal) => Expression::Literal(literal.clone()),
                _ => continue,
            };
            let expr = Expression::Equal(
                Box::new(Expression::Variable(variable.clone())),
                Box::new(value),
            );
            pattern = GraphPattern::Filter {
                expr,
                inner: Box::new(pattern),
            };
        } else if !term.is_blank_node() {
            bound.push((variable.clone(), term.clone()));
        }
    }
    let construct = Query::Construct {
        template,
        dataset: dataset.clone(),
        pattern,
        base_iri: base_iri.clone(),
    };
    bind(construct, &bound).map(Some)
}

/// Takes away what hides variables or folds rows: projections, groups, order, limits. Notes which variables are computed
/// by `BIND` and which by aggregates, and makes variables of blank nodes.
fn open(
    pattern: GraphPattern,
    computed: &mut BTreeSet<Variable>,
    counted: &mut BTreeSet<Variable>,
) -> GraphPattern {
    let mut boxed = |pattern: Box<GraphPattern>| Box::new(open(*pattern, computed, counted));
    match pattern {
        GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::OrderBy { inner, .. } => *boxed(inner),
        GraphPattern::Group {
            inner, aggregates, ..
        } => {
            let inner = *boxed(inner);
            counted.extend(aggregates.into_iter().map(|(variable, _)| variable));
            inner
        }
        GraphPattern::Extend {
            inner,
            variable,
            expression,
        } => {
            let inner = boxed(inner);
            // What is computed of an aggregate went with it.
            if matches!(&expression, Expression::Variable(of) if counted.contains(of)) {
                counted.insert(variable);
                return *inner;
            }
            computed.insert(variable.clone());
            GraphPattern::Extend {
                inner,
                variable,
                expression,
            }
        }
        GraphPattern::Join { left, right } => GraphPattern::Join {
            left: boxed(left),
            right: boxed(right),
        },
        GraphPattern::Lateral { left, right } => GraphPattern::Lateral {
            left: boxed(left),
            right: boxed(right),
        },
        GraphPattern::Union { left, right } => GraphPattern::Union {
            left: boxed(left),
            right: boxed(right),
        },
        GraphPattern::LeftJoin {
            left,
            right,
            expression,
        } => GraphPattern::LeftJoin {
            left: boxed(left),
            right: boxed(right),
            expression,
        },
        GraphPattern::Minus { left, right } => GraphPattern::Minus {
            left: boxed(left),
            right,
        },
        GraphPattern::Filter { expr, inner } => GraphPattern::Filter {
            expr,
            inner: boxed(inner),
        },
        GraphPattern::Bgp { patterns } => GraphPattern::Bgp {
            patterns: patterns.into_iter().map(named).collect(),
        },
        GraphPattern::Path {
            subject,
            path,
            object,
        } => GraphPattern::Path {
            subject: variable_of(subject),
            path,
            object: variable_of(object),
        },
        other => other,
    }
}

fn named(triple: TriplePattern) -> TriplePattern {
    TriplePattern {
        subject: variable_of(triple.subject),
        predicate: triple.predicate,
        object: variable_of(triple.object),
    }
}

fn variable_of(term: TermPattern) -> TermPattern {
    match term {
        TermPattern::BlankNode(node) => {
            Variable::new_unchecked(format!("node_{}", node.as_str())).into()
        }
        other => other,
    }
}

fn triples(pattern: &GraphPattern, into: &mut Vec<TriplePattern>) {
    match pattern {
        GraphPattern::Bgp { patterns } => into.extend(patterns.iter().cloned()),
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::LeftJoin { left, right, .. } => {
            triples(left, into);
            triples(right, into);
        }
        GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. } => triples(inner, into),
        _ => {}
    }
}
