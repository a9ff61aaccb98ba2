//! Sums whose operands stay where they were written.
//!
//! The engine's optimizer takes `+` to be commutative and orders the operands by a hash, but its evaluator knows the sum
//! of a date and a duration only in that order. So `?date + "P1D"^^xsd:dayTimeDuration` has a value or none as the name of
//! the variable falls out; with an aggregate, whose name is drawn by lot, from run to run. A difference is not turned
//! round: `a + b` is handed over as `a - (-b)`, which is the same for numbers too.

use oxrdf::vocab::xsd;
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};

use super::{Part, expression_parts_mut, pattern_parts_mut};

/// Returns the query with each sum that may be one of a date and a duration written as a difference.
///
/// What stands inside `SERVICE` is left alone: another engine reads it, as it is written.
pub(crate) fn in_written_order(mut query: Query) -> Query {
    match &mut query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => pattern_sums(pattern),
    }
    query
}

fn pattern_sums(pattern: &mut GraphPattern) {
    if matches!(pattern, GraphPattern::Service { .. }) {
        return;
    }
    for part in pattern_parts_mut(pattern) {
        match part {
            Part::Expression(expression) => expression_sums(expression),
            Part::Pattern(pattern) => pattern_sums(pattern),
        }
    }
}

fn expression_sums(expression: &mut Expression) {
    for part in expression_parts_mut(expression) {
        match part {
            Part::Expression(expression) => expression_sums(expression),
            Part::Pattern(pattern) => pattern_sums(pattern),
        }
    }
    if let Expression::Add(left, right) = expression
        && !is_number(left)
        && !is_number(right)
    {
        let taken = |operand: &mut Expression| {
            Box::new(std::mem::replace(operand, Expression::Coalesce(Vec::new())))
        };
        let (left, right) = (taken(left), taken(right));
        *expression = Expression::Subtract(left, Box::new(Expression::UnaryMinus(right)));
    }
}

/// Whether an operand is seen to be a number, so that its sum can be turned round.
fn is_number(operand: &Expression) -> bool {
    match operand {
        Expression::Literal(literal) => {
            [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::Dataset;
    use spareval::{QueryEvaluator, QueryResults};
    use spargebra::SparqlParser;

    use super::*;

    /// Returns the first value of a query, evaluated over nothing.
    fn value(query: &str) -> Option<String> {
        let query = in_written_order(SparqlParser::new().parse_query(query).unwrap());
        let nothing = Dataset::new();
        let QueryResults::Solutions(mut rows) = QueryEvaluator::new()
            .prepare(&query)
            .execute(&nothing)
            .unwrap()
        else {
            panic!("not a SELECT")
        };
        let row = rows.next()?.unwrap();
        row.get(0).map(ToString::to_string)
    }

    const DAY: &str = "\"P1D\"^^<http://www.w3.org/2001/XMLSchema#dayTimeDuration>";
    const DATE: &str = "\"1924-10-27\"^^<http://www.w3.org/2001/XMLSchema#date>";

    #[test]
    fn the_day_after_does_not_hang_on_the_name_of_a_variable() {
        for name in 0..64 {
            let sum = value(&format!(
                "SELECT ?next {{ VALUES ?d{name} {{ {DATE} }} BIND(?d{name} + {DAY} AS ?next) }}"
            ));
            assert_eq!(
                sum.as_deref(),
                Some("\"1924-10-28\"^^<http://www.w3.org/2001/XMLSchema#date>"),
                "d{name}"
            );
        }
    }

    #[test]
    fn sums_over_aggregates_are_the_same_at_each_run() {
        for run in 0..64 {
            let kept = value(&format!(
                "SELECT (MAX(?d) AS ?last) {{ VALUES ?d {{ {DATE} }} }} HAVING(MAX(?d) + {DAY} > MAX(?d))"
            ));
            assert!(kept.is_some(), "run {run}");
        }
    }

    #[test]
    fn numbers_add_up_as_before() {
        for (sum, expected) in [
            ("?a + ?b + ?a", "4"),
            ("?a + 2", "3"),
            ("?a + ?b * 3", "7"),
            ("?a + -?b", "-1"),
        ] {
            let found = value(&format!(
                "SELECT ?sum {{ VALUES (?a ?b) {{ (1 2) }} BIND({sum} AS ?sum) }}"
            ));
            let expected = format!("\"{expected}\"^^<http://www.w3.org/2001/XMLSchema#integer>");
            assert_eq!(found, Some(expected), "{sum}");
        }
    }

    #[test]
    fn sums_are_found_wherever_an_expression_may_stand() {
        let everywhere = "SELECT (SUM(?x + ?y) AS ?s) {
            OPTIONAL { ?x ?p ?y FILTER(?x + ?y = ?y) }
            FILTER EXISTS { ?x ?q ?z BIND(COALESCE(IF(?x IN (?x + ?y), ?x + ?y, 1)) AS ?w) }
        } GROUP BY (?x + ?y AS ?k) HAVING(!(SUM(?x + ?y) > 1)) ORDER BY DESC(?k + ?k)";
        let query = in_written_order(SparqlParser::new().parse_query(everywhere).unwrap());
        assert!(!format!("{query:?}").contains("Add("), "{query:?}");
    }

    #[test]
    fn what_another_server_reads_stays_as_it_is_written() {
        let sent = "SELECT * { SERVICE <http://example.org/> { ?x ?p ?y FILTER(?x + ?y > 1) } }";
        let query = SparqlParser::new().parse_query(sent).unwrap();
        assert_eq!(in_written_order(query.clone()), query);
    }
}
