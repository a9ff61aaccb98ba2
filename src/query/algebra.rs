//! Walks over SPARQL algebra: which graphs a query looks in, which variables nothing binds, what it calls for.

use std::collections::BTreeSet;

use oxrdf::{NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Scope;
use crate::sparql::{Part, expression_parts, pattern_parts};

/// What a query contains, gathered in one walk.
#[derive(Default)]
pub(crate) struct Contents {
    /// Some pattern is inside `GRAPH`.
    pub(crate) graph: bool,
    /// The servers that are to answer some pattern; none for one that a variable names.
    pub(crate) services: BTreeSet<Option<NamedNode>>,
    /// Functions that are named by an IRI.
    pub(crate) functions: BTreeSet<NamedNode>,
    /// Variables that patterns, `BIND`, `VALUES` or `AS` can bind.
    pub(crate) bound: BTreeSet<Variable>,
    /// Variables whose value is asked for: projected, filtered by, grouped or ordered by, written by a template.
    pub(crate) used: BTreeSet<Variable>,
}

/// Returns which graphs a query looks in.
///
/// It is [`Scope::All`] when the query has `GRAPH` with a name or a variable, `FROM` or `FROM NAMED` anywhere, inside
/// `EXISTS` and sub-selects too; else [`Scope::Facts`], because nothing but the default graph can answer it. Triple terms
/// and `rdf:reifies` make no difference: outside `GRAPH` they are looked for in the default graph only.
pub fn scope(query: &Query) -> Scope {
    scope_of(query, &contents(query))
}

pub(crate) fn scope_of(query: &Query, contents: &Contents) -> Scope {
    if contents.graph || query.dataset().is_some() {
        Scope::All
    } else {
        Scope::Facts
    }
}

/// Returns what a query contains.
pub(crate) fn contents(query: &Query) -> Contents {
    let mut all = Contents::default();
    match query {
        Query::Select { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => all.pattern(pattern),
        Query::Construct {
            template, pattern, ..
        } => {
            let mut written = Contents::default();
            for triple in template {
                written.triple(triple);
            }
            all.used.extend(written.bound);
            // The projection of a CONSTRUCT repeats what its pattern binds.
            all.pattern(pattern);
        }
    }
    all
}

impl Contents {
    fn pattern(&mut self, pattern: &GraphPattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                for triple in patterns {
                    self.triple(triple);
                }
            }
            GraphPattern::Path {
                subject, object, ..
            } => {
                self.term(subject);
                self.term(object);
            }
            GraphPattern::Graph { name, .. } => {
                self.graph = true;
                self.name(name);
            }
            GraphPattern::Extend { variable, .. } => {
                self.bound.insert(variable.clone());
            }
            GraphPattern::Values { variables, .. } => self.bound.extend(variables.iter().cloned()),
            GraphPattern::Project { variables, .. } => self.used.extend(variables.iter().cloned()),
            GraphPattern::Group {
                variables,
                aggregates,
                ..
            } => {
                self.used.extend(variables.iter().cloned());
                let named = aggregates.iter().map(|(variable, _)| variable.clone());
                self.bound.extend(named);
            }
            GraphPattern::Service { name, .. } => {
                self.services.insert(match name {
                    NamedNodePattern::NamedNode(name) => Some(name.clone()),
                    NamedNodePattern::Variable(_) => None,
                });
            }
            _ => {}
        }
        self.parts(pattern_parts(pattern));
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Variable(variable) => {
                self.used.insert(variable.clone());
            }
            Expression::FunctionCall(Function::Custom(name), _) => {
                self.functions.insert(name.clone());
            }
            _ => {}
        }
        self.parts(expression_parts(expression));
    }

    fn parts(&mut self, parts: Vec<Part<&Expression, &GraphPattern>>) {
        for part in parts {
            match part {
                Part::Expression(expression) => self.expression(expression),
                Part::Pattern(pattern) => self.pattern(pattern),
            }
        }
    }

    fn triple(&mut self, triple: &TriplePattern) {
        self.term(&triple.subject);
        self.name(&triple.predicate);
        self.term(&triple.object);
    }

    fn term(&mut self, term: &TermPattern) {
        match term {
            TermPattern::Variable(variable) => {
                self.bound.insert(variable.clone());
            }
            TermPattern::Triple(triple) => self.triple(triple),
            TermPattern::NamedNode(_) | TermPattern::BlankNode(_) | TermPattern::Literal(_) => {}
        }
    }

    fn name(&mut self, name: &NamedNodePattern) {
        if let NamedNodePattern::Variable(variable) = name {
            self.bound.insert(variable.clone());
        }
    }
}
