//! What stands directly inside a pattern or an expression.

use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};

/// A piece of a query that has pieces itself.
pub(crate) enum Part<E, P> {
    /// An expression.
    Expression(E),
    /// A pattern.
    Pattern(P),
}

/// Makes the two functions for one kind of borrow: what is matched is written once for both.
macro_rules! parts {
    ($of_pattern:ident, $of_expression:ident $(, $mutable:tt)?) => {
        /// Returns the patterns and expressions directly inside a pattern, in the order in which they are written.
        pub(crate) fn $of_pattern(
            pattern: &$($mutable)? GraphPattern,
        ) -> Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> {
            use Part::{Expression as E, Pattern as P};
            match pattern {
                GraphPattern::Bgp { .. }
                | GraphPattern::Path { .. }
                | GraphPattern::Values { .. } => Vec::new(),
                GraphPattern::Join { left, right }
                | GraphPattern::Union { left, right }
                | GraphPattern::Lateral { left, right }
                | GraphPattern::Minus { left, right } => vec![P(left), P(right)],
                GraphPattern::LeftJoin {
                    left,
                    right,
                    expression,
                } => {
                    let mut all: Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> =
                        vec![P(left), P(right)];
                    all.extend(expression.into_iter().map(E));
                    all
                }
                GraphPattern::Filter { expr, inner } => vec![P(inner), E(expr)],
                GraphPattern::Extend {
                    inner, expression, ..
                } => vec![P(inner), E(expression)],
                GraphPattern::OrderBy { inner, expression } => {
                    let mut all: Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> =
                        vec![P(inner)];
                    for OrderExpression::Asc(by) | OrderExpression::Desc(by) in expression {
                        all.push(E(by));
                    }
                    all
                }
                GraphPattern::Group {
                    inner, aggregates, ..
                } => {
                    let mut all: Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> =
                        vec![P(inner)];
                    for (_, aggregate) in aggregates {
                        if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                            all.push(E(expr));
                        }
                    }
                    all
                }
                GraphPattern::Graph { inner, .. }
                | GraphPattern::Project { inner, .. }
                | GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. }
                | GraphPattern::Service { inner, .. } => vec![P(inner)],
            }
        }

        /// Returns the expressions directly inside an expression, in the order in which they are written; the pattern
        /// of an `EXISTS`.
        pub(crate) fn $of_expression(
            expression: &$($mutable)? Expression,
        ) -> Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> {
            use Part::{Expression as E, Pattern as P};
            match expression {
                Expression::NamedNode(_)
                | Expression::Literal(_)
                | Expression::Variable(_)
                | Expression::Bound(_) => Vec::new(),
                Expression::Exists(pattern) => vec![P(pattern)],
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
                | Expression::Divide(a, b) => vec![E(a), E(b)],
                Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => {
                    vec![E(a)]
                }
                Expression::If(a, b, c) => vec![E(a), E(b), E(c)],
                Expression::In(a, list) => {
                    let mut all: Vec<Part<&$($mutable)? Expression, &$($mutable)? GraphPattern>> =
                        vec![E(&$($mutable)? **a)];
                    all.extend(list.into_iter().map(E));
                    all
                }
                Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
                    list.into_iter().map(E).collect()
                }
            }
        }
    };
}

parts!(pattern_parts, expression_parts);
parts!(pattern_parts_mut, expression_parts_mut, mut);
