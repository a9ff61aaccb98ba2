//! Walks over SPARQL algebra: which graphs a query looks in, which variables nothing binds, what it calls for.

use std::collections::BTreeSet;

use oxrdf::{NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression,
};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Scope;

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
            GraphPattern::Join { left, right }
            | GraphPattern::Union { left, right }
            | GraphPattern::Lateral { left, right }
            | GraphPattern::Minus { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            GraphPattern::LeftJoin {
                left,
                right,
                expression,
            } => {
                self.pattern(left);
                self.pattern(right);
                if let Some(expression) = expression {
                    self.expression(expression);
                }
            }
            GraphPattern::Filter { expr, inner } => {
                self.pattern(inner);
                self.expression(expr);
            }
            GraphPattern::Graph { name, inner } => {
                self.graph = true;
                self.name(name);
                self.pattern(inner);
            }
            GraphPattern::Extend {
                inner,
                variable,
                expression,
            } => {
                self.pattern(inner);
                self.expression(expression);
                self.bound.insert(variable.clone());
            }
            GraphPattern::Values { variables, .. } => self.bound.extend(variables.iter().cloned()),
            GraphPattern::OrderBy { inner, expression } => {
                self.pattern(inner);
                for OrderExpression::Asc(by) | OrderExpression::Desc(by) in expression {
                    self.expression(by);
                }
            }
            GraphPattern::Project { inner, variables } => {
                self.pattern(inner);
                self.used.extend(variables.iter().cloned());
            }
            GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.pattern(inner),
            GraphPattern::Group {
                inner,
                variables,
                aggregates,
            } => {
                self.pattern(inner);
                self.used.extend(variables.iter().cloned());
                for (variable, aggregate) in aggregates {
                    self.bound.insert(variable.clone());
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr);
                    }
                }
            }
            GraphPattern::Service { name, inner, .. } => {
                self.services.insert(match name {
                    NamedNodePattern::NamedNode(name) => Some(name.clone()),
                    NamedNodePattern::Variable(_) => None,
                });
                self.pattern(inner);
            }
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::NamedNode(_) | Expression::Literal(_) | Expression::Bound(_) => {}
            Expression::Variable(variable) => {
                self.used.insert(variable.clone());
            }
            Expression::Exists(pattern) => self.pattern(pattern),
            Expression::Or(a, b)
            | Expression::And(a, b)
            | Expression::Equal(a, b)
            | Expression::SameTerm(a, b)
            | Expression::Greater(a, b)
            | Expression::GreaterOrEqual(a, b)
            | Expression::Less(a, b)
            | Expression::LessOrEqual(a, b)
            | Expression::Add(a, b)
            | Expression::Subtract(a, b)
            | Expression::Multiply(a, b)
            | Expression::Divide(a, b) => {
                self.expression(a);
                self.expression(b);
            }
            Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => {
                self.expression(a);
            }
            Expression::If(a, b, c) => {
                self.expression(a);
                self.expression(b);
                self.expression(c);
            }
            Expression::In(a, list) => {
                self.expression(a);
                self.expressions(list);
            }
            Expression::Coalesce(list) => self.expressions(list),
            Expression::FunctionCall(function, arguments) => {
                if let Function::Custom(name) = function {
                    self.functions.insert(name.clone());
                }
                self.expressions(arguments);
            }
        }
    }

    fn expressions(&mut self, list: &[Expression]) {
        for expression in list {
            self.expression(expression);
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
