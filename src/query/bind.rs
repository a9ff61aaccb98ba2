//! Binds variables of a query to terms, in its algebra and never in its text.
//!
//! The variable is replaced wherever it is read: in triples, paths, `GRAPH` names, filters, `EXISTS`, sub-selects and
//! templates. So a bound value is seen even where SPARQL's scopes would hide a `VALUES` put in front. Where the algebra names a variable instead of
//! reading it (a projection, a `GROUP BY`), it is bound again right there, so that it can be an answer column too.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{Term, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

/// Returns the query with each variable bound to its term.
///
/// # Errors
/// `QUERY_PARAMETER` when a term is neither IRI nor literal, stands where only an IRI can (a predicate, a graph name), or
/// when the query computes the variable itself (`AS ?x`).
pub(crate) fn bind(query: Query, bindings: &[(Variable, Term)]) -> Result<Query> {
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
    let query = match query {
        Query::Select {
            dataset,
            pattern,
            base_iri,
        } => Query::Select {
            dataset,
            pattern: binder.pattern(pattern),
            base_iri,
        },
        Query::Construct {
            template,
            dataset,
            pattern,
            base_iri,
        } => Query::Construct {
            template: template.into_iter().map(|t| binder.triple(t)).collect(),
            dataset,
            pattern: binder.pattern(pattern),
            base_iri,
        },
        Query::Describe {
            dataset,
            pattern,
            base_iri,
        } => Query::Describe {
            dataset,
            pattern: binder.pattern(pattern),
            base_iri,
        },
        Query::Ask {
            dataset,
            pattern,
            base_iri,
        } => Query::Ask {
            dataset,
            pattern: binder.pattern(pattern),
            base_iri,
        },
    };
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
    fn pattern(&mut self, pattern: GraphPattern) -> GraphPattern {
        match pattern {
            GraphPattern::Bgp { patterns } => GraphPattern::Bgp {
                patterns: patterns.into_iter().map(|t| self.triple(t)).collect(),
            },
            GraphPattern::Path {
                subject,
                path,
                object,
            } => GraphPattern::Path {
                subject: self.term(subject),
                path,
                object: self.term(object),
            },
            GraphPattern::Join { left, right } => GraphPattern::Join {
                left: self.boxed(left),
                right: self.boxed(right),
            },
            GraphPattern::LeftJoin {
                left,
                right,
                expression,
            } => GraphPattern::LeftJoin {
                left: self.boxed(left),
                right: self.boxed(right),
                expression: expression.map(|expression| self.expression(expression)),
            },
            GraphPattern::Lateral { left, right } => GraphPattern::Lateral {
                left: self.boxed(left),
                right: self.boxed(right),
            },
            GraphPattern::Filter { expr, inner } => GraphPattern::Filter {
                expr: self.expression(expr),
                inner: self.boxed(inner),
            },
            GraphPattern::Union { left, right } => GraphPattern::Union {
                left: self.boxed(left),
                right: self.boxed(right),
            },
            GraphPattern::Graph { name, inner } => GraphPattern::Graph {
                name: self.name(name),
                inner: self.boxed(inner),
            },
            GraphPattern::Extend {
                inner,
                variable,
                expression,
            } => {
                if self.values.contains_key(&variable) {
                    self.faults.insert(format!(
                        "{variable} cannot be a parameter: the query computes it itself"
                    ));
                }
                GraphPattern::Extend {
                    inner: self.boxed(inner),
                    variable,
                    expression: self.expression(expression),
                }
            }
            GraphPattern::Minus { left, right } => {
                // MINUS takes nothing away from a solution it shares no variable with, so a shared one has to stay.
                let shared: Vec<Variable> = variables_in(&left)
                    .intersection(&variables_in(&right))
                    .filter(|variable| self.values.contains_key(*variable))
                    .cloned()
                    .collect();
                let left = self.pattern(*left);
                let right = self.pattern(*right);
                GraphPattern::Minus {
                    left: Box::new(self.bound_again(left, &shared)),
                    right: Box::new(self.bound_again(right, &shared)),
                }
            }
            GraphPattern::Values {
                variables,
                bindings,
            } => self.values(variables, bindings),
            GraphPattern::OrderBy { inner, expression } => GraphPattern::OrderBy {
                inner: self.boxed(inner),
                expression: expression
                    .into_iter()
                    .map(|order| match order {
                        OrderExpression::Asc(by) => OrderExpression::Asc(self.expression(by)),
                        OrderExpression::Desc(by) => OrderExpression::Desc(self.expression(by)),
                    })
                    .collect(),
            },
            GraphPattern::Project { inner, variables } => {
                let inner = self.pattern(*inner);
                GraphPattern::Project {
                    inner: Box::new(self.bound_again(inner, &variables)),
                    variables,
                }
            }
            GraphPattern::Distinct { inner } => GraphPattern::Distinct {
                inner: self.boxed(inner),
            },
            GraphPattern::Reduced { inner } => GraphPattern::Reduced {
                inner: self.boxed(inner),
            },
            GraphPattern::Slice {
                inner,
                start,
                length,
            } => GraphPattern::Slice {
                inner: self.boxed(inner),
                start,
                length,
            },
            GraphPattern::Group {
                inner,
                variables,
                aggregates,
            } => {
                let inner = self.pattern(*inner);
                GraphPattern::Group {
                    inner: Box::new(self.bound_again(inner, &variables)),
                    variables,
                    aggregates: aggregates
                        .into_iter()
                        .map(|(variable, aggregate)| (variable, self.aggregate(aggregate)))
                        .collect(),
                }
            }
            GraphPattern::Service {
                name,
                inner,
                silent,
            } => GraphPattern::Service {
                name: self.name(name),
                inner: self.boxed(inner),
                silent,
            },
        }
    }

    #[expect(clippy::boxed_local, reason = "the algebra hands out and takes boxes")]
    fn boxed(&mut self, pattern: Box<GraphPattern>) -> Box<GraphPattern> {
        Box::new(self.pattern(*pattern))
    }

    /// Binds those of the variables that have a value and that the pattern does not bind any more.
    fn bound_again(&self, pattern: GraphPattern, variables: &[Variable]) -> GraphPattern {
        let there = variables_in(&pattern);
        variables
            .iter()
            .filter(|variable| !there.contains(variable))
            .filter_map(|variable| Some((variable, constant(self.values.get(variable)?)?)))
            .fold(pattern, |inner, (variable, expression)| {
                GraphPattern::Extend {
                    inner: Box::new(inner),
                    variable: variable.clone(),
                    expression,
                }
            })
    }

    /// Keeps the rows that agree with the bound variables, whose columns go.
    fn values(
        &self,
        variables: Vec<Variable>,
        bindings: Vec<Vec<Option<GroundTerm>>>,
    ) -> GraphPattern {
        let fixed: Vec<Option<Term>> = variables
            .iter()
            .map(|variable| self.values.get(variable).cloned())
            .collect();
        let free = |index: usize| fixed.get(index).is_none_or(Option::is_none);
        let agrees = |row: &Vec<Option<GroundTerm>>| {
            row.iter()
                .zip(&fixed)
                .all(|(cell, fixed)| match (cell, fixed) {
                    (Some(cell), Some(fixed)) => Term::from(cell.clone()) == *fixed,
                    _ => true,
                })
        };
        let keep = |row: Vec<Option<GroundTerm>>| {
            row.into_iter()
                .enumerate()
                .filter(|(index, _)| free(*index))
                .map(|(_, cell)| cell)
                .collect()
        };
        GraphPattern::Values {
            bindings: bindings.into_iter().filter(agrees).map(keep).collect(),
            variables: variables
                .into_iter()
                .enumerate()
                .filter(|(index, _)| free(*index))
                .map(|(_, variable)| variable)
                .collect(),
        }
    }

    fn aggregate(&mut self, aggregate: AggregateExpression) -> AggregateExpression {
        match aggregate {
            AggregateExpression::CountSolutions { .. } => aggregate,
            AggregateExpression::FunctionCall {
                name,
                expr,
                distinct,
            } => AggregateExpression::FunctionCall {
                name,
                expr: self.expression(expr),
                distinct,
            },
        }
    }

    fn expression(&mut self, expression: Expression) -> Expression {
        use Expression::*;
        let mut pair = |make: fn(Box<Expression>, Box<Expression>) -> Expression,
                        a: Expression,
                        b: Expression| {
            make(Box::new(self.expression(a)), Box::new(self.expression(b)))
        };
        match expression {
            NamedNode(_) | Literal(_) => expression,
            Variable(variable) => match self.values.get(&variable).and_then(constant) {
                Some(constant) => constant,
                None => Variable(variable),
            },
            Bound(variable) => {
                if self.values.contains_key(&variable) {
                    Literal(oxrdf::Literal::from(true))
                } else {
                    Bound(variable)
                }
            }
            Or(a, b) => pair(Or, *a, *b),
            And(a, b) => pair(And, *a, *b),
            Equal(a, b) => pair(Equal, *a, *b),
            SameTerm(a, b) => pair(SameTerm, *a, *b),
            Greater(a, b) => pair(Greater, *a, *b),
            GreaterOrEqual(a, b) => pair(GreaterOrEqual, *a, *b),
            Less(a, b) => pair(Less, *a, *b),
            LessOrEqual(a, b) => pair(LessOrEqual, *a, *b),
            Add(a, b) => pair(Add, *a, *b),
            Subtract(a, b) => pair(Subtract, *a, *b),
            Multiply(a, b) => pair(Multiply, *a, *b),
            Divide(a, b) => pair(Divide, *a, *b),
            UnaryPlus(a) => UnaryPlus(Box::new(self.expression(*a))),
            UnaryMinus(a) => UnaryMinus(Box::new(self.expression(*a))),
            Not(a) => Not(Box::new(self.expression(*a))),
            Exists(pattern) => Exists(self.boxed(pattern)),
            If(a, b, c) => If(
                Box::new(self.expression(*a)),
                Box::new(self.expression(*b)),
                Box::new(self.expression(*c)),
            ),
            In(a, list) => In(Box::new(self.expression(*a)), self.expressions(list)),
            Coalesce(list) => Coalesce(self.expressions(list)),
            FunctionCall(function, arguments) => {
                FunctionCall(function, self.expressions(arguments))
            }
        }
    }

    fn expressions(&mut self, list: Vec<Expression>) -> Vec<Expression> {
        list.into_iter().map(|e| self.expression(e)).collect()
    }

    fn triple(&mut self, triple: TriplePattern) -> TriplePattern {
        TriplePattern {
            subject: self.term(triple.subject),
            predicate: self.name(triple.predicate),
            object: self.term(triple.object),
        }
    }

    fn term(&mut self, term: TermPattern) -> TermPattern {
        match term {
            TermPattern::Variable(variable) => match self.values.get(&variable) {
                Some(Term::NamedNode(node)) => node.clone().into(),
                Some(Term::Literal(literal)) => literal.clone().into(),
                _ => variable.into(),
            },
            TermPattern::Triple(triple) => TermPattern::Triple(Box::new(self.triple(*triple))),
            _ => term,
        }
    }

    fn name(&mut self, name: NamedNodePattern) -> NamedNodePattern {
        let NamedNodePattern::Variable(variable) = name else {
            return name;
        };
        match self.values.get(&variable) {
            None => variable.into(),
            Some(Term::NamedNode(node)) => node.clone().into(),
            Some(other) => {
                self.faults.insert(format!(
                    "{variable} cannot be {other}: as a predicate or graph name it has to be an IRI"
                ));
                variable.into()
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
