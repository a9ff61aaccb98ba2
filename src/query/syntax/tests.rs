//! Broken queries, and what is said about them.

use crate::query::{Limits, Prefixes, parse};

/// The place, the message and the hints of the only finding.
fn findings(query: &str) -> (u32, u32, String, Vec<String>) {
    let prefixes = Prefixes::none().and([("ex", "http://e.x/")]);
    let errors = parse(query, "query", &prefixes, Limits::default()).unwrap_err();
    assert_eq!(errors.0.len(), 1, "{errors}");
    let one = errors.0[0].clone();
    let place = one.place.unwrap();
    (
        place.line.unwrap(),
        place.column.unwrap(),
        one.message,
        one.hints,
    )
}

/// Checks line:column, message and the hint of a list of broken queries.
fn check(cases: &[(&str, &str, &str, &str)]) {
    for (query, place, message, hint) in cases {
        let (line, column, said, hints) = findings(query);
        assert_eq!(format!("{line}:{column}"), *place, "{query}\n{said}");
        assert_eq!(said, *message, "{query}");
        assert!(
            if hint.is_empty() {
                hints.is_empty()
            } else {
                hints.iter().any(|h| h.contains(hint))
            },
            "{query}\n{hints:?}"
        );
    }
}

#[test]
fn slips_in_keywords_are_found_at_their_place() {
    check(&[
        (
            "SELCT ?x { ?x ?p ?o }",
            "1:1",
            "SELCT is not expected here",
            "did you mean SELECT?",
        ),
        (
            "SELECT ?x WHRE { ?x ?p ?o }",
            "1:11",
            "WHRE is not expected here",
            "did you mean WHERE?",
        ),
        (
            "SELECT ?x\n{ OPTINAL { ?x ?p ?o } }",
            "2:3",
            "OPTINAL is not expected here",
            "did you mean OPTIONAL?",
        ),
        (
            "SELECT ?x { ?x ?p ?o } ORDR BY ?x",
            "1:24",
            "ORDR is not expected here",
            "did you mean ORDER?",
        ),
        (
            "SELECT ?x { FILTER(STRLENGTH(?x) > 3) ?x a ?y }",
            "1:20",
            "STRLENGTH is not expected here",
            "STRLEN",
        ),
        (
            "SELECT ?x { ?x a ?y } ORDER ?x",
            "1:29",
            "?x is not expected here",
            "BY is missing",
        ),
        (
            "?x a ?y",
            "1:1",
            "?x is not expected here",
            "a query starts with SELECT",
        ),
    ]);
}

#[test]
fn brackets_are_named_with_their_partner() {
    check(&[
        (
            "SELECT ?x { ?x ?p ?o ",
            "1:21",
            "the query ends too early",
            "add } where",
        ),
        (
            "SELECT ?x { ?x ?p ?o }}",
            "1:23",
            "} closes nothing",
            "leave it out",
        ),
        (
            "SELECT ?x { FILTER(?x > (3 + 4) }",
            "1:33",
            "} is not what closes (",
            "add ) before",
        ),
        (
            "SELECT * { ?s ?p [ ?x ?y }",
            "1:26",
            "} is not what closes [",
            "add ] before",
        ),
        (
            "SELECT ?x { ?x ?p ?o ORDER BY ?x",
            "1:22",
            "ORDER is not expected here",
            "a } is missing",
        ),
        (
            "SELECT * WHERE ?s ?p ?o",
            "1:16",
            "?s is not expected here",
            "a { is missing",
        ),
        (
            "SELECT (COUNT(*) as ?n ?x) {}",
            "1:24",
            "?x is not expected here",
            "a ) is missing",
        ),
    ]);
    let errors = parse(
        "ASK {\n  ?a ?b ?c",
        "q.rq",
        &Prefixes::none(),
        Limits::default(),
    )
    .unwrap_err();
    let (what, place) = &errors.0[0].related[0];
    assert_eq!(
        (what.as_str(), place.to_string().as_str()),
        ("opened here and never closed", "q.rq:1:5")
    );
}

#[test]
fn habits_from_other_languages_are_translated() {
    check(&[
        (
            "ASK { ?x ?p ?o FILTER(?x == 3) }",
            "1:27",
            "= is not expected here",
            "one = is enough",
        ),
        (
            "ASK { ?x a ?y FILTER(?x <> 3) }",
            "1:25",
            "<> is not expected here",
            "write != instead",
        ),
        (
            "ASK { FILTER(?x AND ?y) }",
            "1:17",
            "AND is not expected here",
            "write && instead",
        ),
        (
            "ASK { ?x a ?y FILTER(?y like 'a') }",
            "1:25",
            "like is not expected here",
            "CONTAINS",
        ),
        (
            "ASK { ?x a ?y FILTER ?x = 3 }",
            "1:22",
            "?x is not expected here",
            "FILTER(…)",
        ),
        (
            "SELECT ?x, ?y { ?x ?p ?y }",
            "1:10",
            ", is not expected here",
            "leave the comma out",
        ),
        (
            "SELECT COUNT(?x) { ?x a ?y }",
            "1:8",
            "COUNT is not expected here",
            "(COUNT(…) AS ?name)",
        ),
        (
            "SELECT ?x { ?x a ?y } LIMIT ten",
            "1:29",
            "ten is not expected here",
            "whole number",
        ),
        (
            "PREFIX ex <http://e.x/> ASK {}",
            "1:8",
            "ex is not expected here",
            "PREFIX ex: <",
        ),
        (
            "ASK FROM { ?x a ?y }",
            "1:10",
            "{ is not expected here",
            "FROM <http",
        ),
    ]);
}

#[test]
fn triples_texts_and_quotes() {
    check(&[
        (
            "ASK { ?x ?p ?o ?a ?b ?c }",
            "1:16",
            "?a is not expected here",
            "a . between two triples",
        ),
        (
            "ASK { ?x ?p ?o . ?x ?p }",
            "1:24",
            "something is missing before }",
            "a subject",
        ),
        (
            "ASK { ?x ex:p foo }",
            "1:15",
            "foo is not expected here",
            "\"foo\"",
        ),
        (
            "ASK { ?x ?p “a” }",
            "1:13",
            "“ is a typographic quote",
            "\"…\"",
        ),
        (
            "ASK { ?x ?p 'a }",
            "1:13",
            "the text that starts with ' here never ends",
            "close it",
        ),
        (
            "ASK { ?x a <foo> }",
            "1:12",
            "this is not a full IRI",
            "write it out",
        ),
        (
            "ASK { ?x a 'x'@en-toolongsubtagx }",
            "1:15",
            "this is not a language tag",
            "@en",
        ),
        ("", "1:1", "there is no query", "SELECT *"),
    ]);
}

#[test]
fn queries_that_mean_nothing_are_told_why() {
    let unbound = "SELECT asks for a variable that is neither in GROUP BY nor inside an aggregate";
    check(&[
        (
            "SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }",
            "1:1",
            unbound,
            "GROUP BY",
        ),
        (
            "SELECT * {\n{ SELECT ?x { ?x a ?y } GROUP BY ?y } }",
            "2:3",
            unbound,
            "GROUP BY",
        ),
        (
            "ASK { BIND(1 AS ?x) BIND(2 AS ?x) }",
            "1:35",
            "BIND sets a variable that has a value already",
            "another name",
        ),
        (
            "SELECT ?x ?x { ?x a ?y }",
            "1:1",
            "SELECT names a variable twice",
            "drop one",
        ),
        (
            "SELECT * { ?x a ?y } GROUP BY ?x",
            "1:1",
            "SELECT * cannot be used with GROUP BY",
            "list the variables",
        ),
    ]);
}

#[test]
fn updates_are_refused_by_name() {
    for update in [
        "PREFIX ex: <http://e.x/> INSERT DATA { ex:a ex:b ex:c }",
        "CLEAR ALL",
        "LOAD <http://127.0.0.1/>",
        "WITH <http://e.x/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ] {
        assert!(
            findings(update).2.contains("a query only reads"),
            "{update}"
        );
    }
}

#[test]
fn a_large_broken_query_is_still_answered_at_once() {
    let query = format!(
        "SELECT * {{ {} ?x }}",
        "?s ?p \"some text\" . ".repeat(5_000)
    );
    let (line, column, message, _) = findings(&query);
    assert_eq!(line, 1);
    assert!(column > 100_000, "{column} {message}");
}
