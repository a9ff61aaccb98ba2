//! Binds variables of a query to terms, in its algebra and never in its text.
//!
//! The variable is replaced wherever it is read: in triples, paths, `GRAPH` names, filters, `EXISTS`, sub-selects and
//! templates. So a bound value is seen even where SPARQL's scopes would hide a `VALUES` put in front. Where the algebra names a variable instead of
//! reading it (a projection, a `GROUP BY`), it is bound again right there, so that it can be an answer column too.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{Term, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};
use crate::sparql::{Part, expression_parts_mut, pattern_parts_mut};

/// Returns the query with each variable bound to its term.
///
/// # Errors
/// `QUERY_PARAMETER` when a term is neither IRI nor literal, stands where only an IRI can (a predicate, a graph name), or
/// when the query computes the variable itself (`AS ?x`).
pub(crate) fn bind(mut query: Query, bindings: &[(Variable, Term)]) -> Result<Query> {
    if bindings.is_empty() {
        return Ok(query);
    }
    let mut binder = Binder {
        values: bindings.iter().cloned().collect(),
        faults: BTreeSet::new(),
    };
    for (variable, term) in bindings {
        if !matches!(term, Term::NamedNode(_) | Term::Literal(_)) {
            binder.faults.insert(format!(
                "{variable} cannot be bound to {term}: only IRIs and literals can"
            ));
        }
    }
    match &mut query {
        Query::Construct {
            template, pattern, ..
        } => {
            for triple in template {
                binder.triple(triple);
            }
            binder.pattern(pattern);
        }
        Query::Select { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => binder.pattern(pattern),
    }
    if binder.faults.is_empty() {
        return Ok(query);
    }
    Err(Diagnostics(
        binder
            .faults
            .into_iter()
            .map(|message| Diagnostic::error(codes::QUERY_PARAMETER, message))
            .collect(),
    ))
}

struct Binder {
    values: BTreeMap<Variable, Term>,
    faults: BTreeSet<String>,
}

impl Binder {
    fn pattern(&mut self, pattern: &mut GraphPattern) {
        // What is to be bound again after the variables are gone from the parts.
        let mut shared = Vec::new();
        match pattern {
            GraphPattern::Bgp { patterns } => patterns.iter_mut().for_each(|t| self.triple(t)),
            GraphPattern::Path {
                subject, object, ..
            } => {
                self.term(subject);
                self.term(object);
            }
            GraphPattern::Graph { name, .. } | GraphPattern::Service { name, .. } => {
                self.name(name);
            }
            GraphPattern::Extend { variable, .. } if self.values.contains_key(variable) => {
                self.faults.insert(format!(
                    "{variable} cannot be a parameter: the query computes it itself"
                ));
            }
            GraphPattern::Values {
                variables,
                bindings,
            } => self.values(variables, bindings),
            // MINUS takes nothing away from a solution it shares no variable with, so a shared one has to stay.
            GraphPattern::Minus { left, right } => {
                shared = variables_in(left)
                    .intersection(&variables_in(right))
                    .filter(|variable| self.values.contains_key(*variable))
                    .cloned()
                    .collect();
            }
            _ => {}
        }
        self.parts(pattern_parts_mut(pattern));
        match pattern {
            GraphPattern::Minus { left, right } => {
                self.bind_again(left, &shared);
                self.bind_again(right, &shared);
            }
            GraphPattern::Project { inner, variables }
            | GraphPattern::Group {
                inner, variables, ..
            } => self.bind_again(inner, variables),
            _ => {}
        }
    }

    fn parts(&mut self, parts: Vec<Part<&mut Expression, &mut GraphPattern>>) {
        for part in parts {
            match part {
                Part::Expression(expression) => self.expression(expression),
                Part::Pattern(pattern) => self.pattern(pattern),
            }
        }
    }

    /// Binds those of the variables that have a value and that the pattern does not bind any more.
    fn bind_again(&self, pattern: &mut GraphPattern, variables: &[Variable]) {
        let there = variables_in(pattern);
        for variable in variables
            .iter()
            .filter(|variable| !there.contains(variable))
        {
            if let Some(expression) = self.values.get(variable).and_then(constant) {
                let inner = std::mem::take(pattern);
                *pattern = GraphPattern::Extend {
                    inner: Box::new(inner),
                    variable: variable.clone(),
                    expression,
                };
            }
        }
    }

    /// Keeps the rows that agree with the bound variables, whose columns go.
    fn values(&self, variables: &mut Vec<Variable>, bindings: &mut Vec<Vec<Option<GroundTerm>>>) {
        let fixed: Vec<Option<&Term>> = variables
            .iter()
            .map(|variable| self.values.get(variable))
            .collect();
        bindings.retain(|row| {
            row.iter()
                .zip(&fixed)
                .all(|(cell, fixed)| match (cell, fixed) {
                    (Some(cell), Some(fixed)) => Term::from(cell.clone()) == **fixed,
                    _ => true,
                })
        });
        for row in bindings {
            let mut fixed = fixed.iter();
            row.retain(|_| fixed.next().is_none_or(Option::is_none));
        }
        variables.retain(|variable| !self.values.contains_key(variable));
    }

    fn expression(&mut self, expression: &mut Expression) {
        match expression {
            Expression::Variable(variable) => {
                if let Some(constant) = self.values.get(variable).and_then(constant) {
                    *expression = constant;
                }
            }
            Expression::Bound(variable) if self.values.contains_key(variable) => {
                *expression = Expression::Literal(oxrdf::Literal::from(true));
            }
            _ => self.parts(expression_parts_mut(expression)),
        }
    }

    fn triple(&mut self, triple: &mut TriplePattern) {
        self.term(&mut triple.subject);
        self.name(&mut triple.predicate);
        self.term(&mut triple.object);
    }

    fn term(&mut self, term: &mut TermPattern) {
        match term {
            TermPattern::Variable(variable) => match self.values.get(variable) {
                Some(Term::NamedNode(node)) => *term = node.clone().into(),
                Some(Term::Literal(literal)) => *term = literal.clone().into(),
                _ => {}
            },
            TermPattern::Triple(triple) => self.triple(triple),
            TermPattern::NamedNode(_) | TermPattern::BlankNode(_) | TermPattern::Literal(_) => {}
        }
    }

    fn name(&mut self, name: &mut NamedNodePattern) {
        let NamedNodePattern::Variable(variable) = name else {
            return;
        };
        match self.values.get(variable) {
            None => {}
            Some(Term::NamedNode(node)) => *name = node.clone().into(),
            Some(other) => {
                self.faults.insert(format!(
                    "{variable} cannot be {other}: as a predicate or graph name it has to be an IRI"
                ));
            }
        }
    }
}

fn variables_in(pattern: &GraphPattern) -> BTreeSet<Variable> {
    let mut all = BTreeSet::new();
    pattern.on_in_scope_variable(|variable| {
        all.insert(variable.clone());
    });
    all
}

fn constant(term: &Term) -> Option<Expression> {
    match term {
        Term::NamedNode(node) => Some(Expression::NamedNode(node.clone())),
        Term::Literal(literal) => Some(Expression::Literal(literal.clone())),
        _ => None,
    }
}
