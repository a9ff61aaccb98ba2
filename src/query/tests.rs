//! Queries from text to answer.

use std::time::{Duration, Instant};

use oxigraph::io::RdfFormat;
use oxrdf::{Literal, NamedNode, Term, Variable};

use super::*;
use crate::diagnostic::{Diagnostics, codes};

const DATA: &str = r#"
PREFIX ex: <http://e.x/>
ex:g1 { ex:s0 ex:p ex:o . }
ex:a ex:name "Alder" ; ex:since "1990-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; ex:knows ex:b .
ex:b ex:name "Birch"@en ; ex:since "1995-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; ex:knows ex:c .
ex:c ex:name "Cedar" ; ex:since "2000-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
"#;

fn graph() -> Graph {
    let graph = Graph::in_memory().unwrap();
    graph
        .load(DATA.as_bytes(), "data.trig", RdfFormat::TriG, None, None)
        .unwrap();
    graph
}

fn prefixes() -> Prefixes {
    Prefixes::none().and([("ex", "http://e.x/")])
}

fn ask(text: &str, bindings: &[(&str, Term)]) -> Result<Answer> {
    let bindings = bindings
        .iter()
        .map(|(name, term)| (Variable::new_unchecked(*name), term.clone()))
        .collect();
    evaluate(
        &graph(),
        text,
        "query",
        &prefixes(),
        bindings,
        Limits::default(),
    )
}

/// The rows as text, cells joined by a space, `-` for none.
fn rows(text: &str, bindings: &[(&str, Term)]) -> Vec<String> {
    match ask(text, bindings).unwrap() {
        Answer::Solutions(solutions) => solutions
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<String> = row
                    .iter()
                    .map(|cell| match cell {
                        None => "-".to_owned(),
                        Some(Term::NamedNode(node)) => node.as_str().replace("http://e.x/", ""),
                        Some(Term::Literal(literal)) => literal.value().to_owned(),
                        Some(other) => other.to_string(),
                    })
                    .collect();
                cells.join(" ")
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn code(result: Result<Answer>) -> crate::diagnostic::Code {
    result.unwrap_err().0[0].code
}

fn ex(name: &str) -> Term {
    NamedNode::new_unchecked(format!("http://e.x/{name}")).into()
}

fn day(text: &str) -> Term {
    Literal::new_typed_literal(text, oxrdf::vocab::xsd::DATE).into()
}

#[test]
fn rows_keep_their_order_and_stars_the_order_of_writing() {
    assert_eq!(
        rows("SELECT ?n { ?s ex:name ?n } ORDER BY DESC(STR(?n))", &[]),
        ["Cedar", "Birch", "Alder"]
    );
    let Ok(Answer::Solutions(solutions)) = ask(
        "SELECT DISTINCT * { ?z ex:knows ?m . ?m ex:name ?a } LIMIT 1",
        &[],
    ) else {
        panic!();
    };
    let names: Vec<&str> = solutions.variables.iter().map(Variable::as_str).collect();
    assert_eq!(names, ["z", "m", "a"]);
}

#[test]
fn the_other_forms_answer_too() {
    assert_eq!(
        ask("ASK { ex:a ex:knows ex:b }", &[]),
        Ok(Answer::Boolean(true))
    );
    let Ok(Answer::Graph(triples)) = ask("CONSTRUCT { ex:x ex:y 1 } { ?s ex:name ?n }", &[]) else {
        panic!();
    };
    assert_eq!(triples.len(), 1);
    let Ok(Answer::Graph(triples)) = ask("DESCRIBE ex:a", &[]) else {
        panic!()
    };
    assert_eq!(triples.len(), 3);
}

#[test]
fn known_prefixes_need_no_declaration_and_lines_stay() {
    assert_eq!(
        ask(
            "ASK { ?x a skos:Concept ; pol:post fm:x ; edtf:y xsd:date }",
            &[]
        ),
        Ok(Answer::Boolean(false))
    );
    let error = ask("ASK {\n  ?x skso:prefLabel ?y }", &[]).unwrap_err();
    let one = &error.0[0];
    assert_eq!(one.code, codes::UNKNOWN_PREFIX);
    let place = one.place.as_ref().unwrap();
    assert_eq!((place.to_string().as_str(), place.length), ("query:2:6", 5));
    assert_eq!(place.text.as_deref(), Some("  ?x skso:prefLabel ?y }"));
    assert_eq!(one.hints[0], "did you mean skos:?");
    let error = ask("ASK { ?x crm:P1 ?y ; qq:r ?z }", &[]).unwrap_err();
    assert_eq!(error.0.len(), 2);
    assert_eq!(
        error.0[0].hints[0],
        "add PREFIX crm: <http://www.cidoc-crm.org/cidoc-crm/> at the top"
    );
    // A declaration wins, and names in texts and comments are none.
    assert_eq!(
        rows(
            "PREFIX skos: <http://e.x/> SELECT ?n { skos:a skos:name ?n } # no:name\n",
            &[]
        ),
        ["Alder"]
    );
    assert_eq!(
        ask("\u{feff}ASK { ?x ?y 'no:name' }", &[]),
        Ok(Answer::Boolean(false))
    );
}

#[test]
fn service_is_refused_even_when_silent() {
    for query in [
        "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE SILENT ?x { ?s ?p ?o } } }",
    ] {
        let error = ask(query, &[]).unwrap_err();
        assert_eq!(error.0[0].code, codes::QUERY_REFUSED);
        assert!(error.0[0].message.contains("never use the network"));
        assert!(error.0[0].place.is_some());
    }
}

#[test]
fn unknown_functions_are_named_at_their_place() {
    let error = ask("SELECT ?x {\n BIND(xsd:dat('a') AS ?x) }", &[]).unwrap_err();
    assert_eq!(error.0[0].code, codes::QUERY_REFUSED);
    assert!(error.0[0].message.contains("XMLSchema#dat"), "{error}");
    assert_eq!(error.0[0].place.as_ref().unwrap().to_string(), "query:2:7");
}

#[test]
fn the_scope_is_all_only_when_graphs_are_named() {
    let scope_of = |text: &str| {
        parse(text, "query", &prefixes(), Limits::default())
            .unwrap()
            .scope()
    };
    for all in [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH fm:provenance { << ?s ?p ?o >> prov:wasDerivedFrom ?w } }",
        "SELECT * FROM fm:ontology { ?s ?p ?o }",
        "SELECT * FROM NAMED fm:ontology { ?s ?p ?o }",
        "ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ex:g { ?s ?p ?o } } }",
        "ASK { { SELECT ?s { OPTIONAL { GRAPH ?g { ?s ?p ?o } } } } }",
        "SELECT (EXISTS { GRAPH ?g { ?s ?p ?o } } AS ?x) {}",
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { GRAPH ?g {} })",
        "DESCRIBE ?s { MINUS { GRAPH ?g { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        "SELECT ?s { ?s ?p ?o } ORDER BY (EXISTS { GRAPH ?g { ?s ?p ?o } })",
    ] {
        assert_eq!(scope_of(all), Scope::All, "{all}");
    }
    for facts in [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { << ?s ?p ?o >> prov:wasDerivedFrom ?w }",
        "SELECT * { ?r rdf:reifies <<( ?s ?p ?o )>> }",
        "SELECT * { ?graph ?p 'GRAPH ?g' } # FROM",
    ] {
        assert_eq!(scope_of(facts), Scope::Facts, "{facts}");
    }
}

#[test]
fn variables_that_nothing_binds_are_warned_about() {
    let warnings = |text: &str, given: &[&str]| {
        let given: Vec<Variable> = given
            .iter()
            .map(|name| Variable::new_unchecked(*name))
            .collect();
        parse(text, "query", &prefixes(), Limits::default())
            .unwrap()
            .warnings(&given)
    };
    let found = warnings(
        "SELECT ?name ?nmae { ?x ex:name ?name FILTER(?yaer > 3) }",
        &[],
    );
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].message,
        "nothing binds ?nmae, so it has no value in any answer"
    );
    assert_eq!(found[0].hints, ["did you mean ?name?"]);
    assert_eq!(found[1].place.as_ref().unwrap().to_string(), "query:1:46");
    assert!(warnings("SELECT ?x { ?x ?p ?o FILTER(?o <= ?date) }", &["date"]).is_empty());
    assert!(
        warnings(
            "SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o BIND(1 AS ?b) } GROUP BY ?x ORDER BY ?n ?b",
            &[]
        )
        .is_empty()
    );
    assert!(warnings("SELECT ?x (SUM(?o) AS ?n) { VALUES ?x { 1 } ?y ex:p/ex:q ?o } GROUP BY ?x HAVING (COUNT(?y) > 1)", &[]).is_empty());
    assert!(warnings("CONSTRUCT { ?s ?p [] } { ?s ?p ?o } ORDER BY STR(?s)", &[]).is_empty());
}

#[test]
fn bound_variables_reach_every_corner() {
    let a = || [("who", ex("a"))];
    assert_eq!(rows("SELECT ?n { ?who ex:name ?n }", &a()), ["Alder"]);
    assert_eq!(rows("SELECT * { ?who ex:name ?n }", &a()), ["a Alder"]);
    assert_eq!(
        rows("SELECT $who ?n { $who ex:name ?n }", &a()),
        ["a Alder"]
    );
    assert_eq!(
        rows("SELECT ?n { ?s ex:name ?n FILTER(?s = ?who) }", &a()),
        ["Alder"]
    );
    assert_eq!(
        rows(
            "SELECT ?n { ?s ex:name ?n FILTER(BOUND(?who) && ?s != ?who) } ORDER BY STR(?n)",
            &a()
        ),
        ["Birch", "Cedar"]
    );
    assert_eq!(
        rows("SELECT ?n { { SELECT ?n { ?who ex:name ?n } } }", &a()),
        ["Alder"]
    );
    assert_eq!(
        rows(
            "SELECT ?who ?c { { SELECT ?who (COUNT(*) AS ?c) { ?who ?p ?o } GROUP BY ?who } }",
            &a()
        ),
        ["a 3"]
    );
    assert_eq!(
        rows(
            "SELECT ?s { ?s ex:name ?n FILTER EXISTS { ?who ex:knows ?s } }",
            &a()
        ),
        ["b"]
    );
    assert_eq!(
        rows(
            "SELECT ?s { ?s ex:name ?n OPTIONAL { ?s ex:knows ?k FILTER(?who = ?s) } FILTER(BOUND(?k)) }",
            &a()
        ),
        ["a"]
    );
    assert_eq!(
        rows(
            "SELECT ?s { ?s ex:knows ?o MINUS { ?who ex:knows ?o } }",
            &a()
        ),
        ["b"]
    );
    assert_eq!(
        rows(
            "SELECT ?o { ?who ex:knows ?o MINUS { ?who ex:name 'Alder' } }",
            &a()
        ),
        [""; 0]
    );
    assert_eq!(
        rows("SELECT ?o { ?who ex:knows+ ?o } ORDER BY ?o", &a()),
        ["b", "c"]
    );
    assert_eq!(
        rows(
            "SELECT ?n { VALUES (?who ?n) { (ex:a 1) (ex:b 2) (UNDEF 3) } }",
            &a()
        ),
        ["1", "3"]
    );
    assert_eq!(
        rows(
            "SELECT ?s { GRAPH ?who { ?s ?p ?o } }",
            &[("who", ex("g1"))]
        ),
        ["s0"]
    );
    assert_eq!(
        rows("SELECT ?o { ex:a ?who ?o }", &[("who", ex("knows"))]),
        ["b"]
    );
    assert_eq!(
        rows(
            "SELECT ?p { ?p ex:since ?d FILTER(?d <= ?day) } ORDER BY ?p",
            &[("day", day("1995-06-01"))]
        ),
        ["a", "b"]
    );
    assert_eq!(
        rows(
            "SELECT ?p ?day { ?p ex:since ?day } ORDER BY ?day",
            &[("day", day("1995-01-01"))]
        ),
        ["b 1995-01-01"]
    );
    assert_eq!(
        rows("SELECT ?s { ?s ex:name ?n } ORDER BY ?who STR(?n)", &a()),
        ["a", "b", "c"]
    );
    assert_eq!(
        rows("SELECT (CONCAT(STR(?who), '!') AS ?t) {}", &a()),
        ["http://e.x/a!"]
    );
    // A literal where a subject belongs finds nothing, as joining it would.
    assert_eq!(
        rows(
            "SELECT ?n { ?who ex:name ?n }",
            &[("who", day("1995-01-01"))]
        ),
        [""; 0]
    );
    let Ok(Answer::Graph(triples)) = ask("CONSTRUCT { ?who ex:is ?n } { ?who ex:name ?n }", &a())
    else {
        panic!()
    };
    assert_eq!(triples[0].subject.to_string(), "<http://e.x/a>");
    let Ok(Answer::Graph(triples)) = ask("DESCRIBE ?who", &a()) else {
        panic!()
    };
    assert_eq!(triples.len(), 3);
}

#[test]
fn values_are_terms_and_never_query_text() {
    for hostile in [
        "x> . ?s ?p ?o } #",
        "\") || true || (\"",
        "' } UNION { ?s ?p ?o } #",
        "?s",
        "\\u0022 ) }",
        "a\nb\u{0}c",
    ] {
        let literal = Term::from(Literal::new_simple_literal(hostile));
        assert_eq!(
            rows(
                "SELECT ?s { ?s ex:name ?n FILTER(STR(?n) = ?x) }",
                &[("x", literal.clone())]
            ),
            [""; 0]
        );
        assert_eq!(
            rows("SELECT (STR(?x) AS ?y) {}", &[("x", literal)]),
            [hostile]
        );
    }
}

#[test]
fn values_that_cannot_stand_there_are_refused() {
    let one = || Term::from(Literal::from(1));
    assert_eq!(
        code(ask("ASK { ?s ?x ?o }", &[("x", one())])),
        codes::QUERY_PARAMETER
    );
    assert_eq!(
        code(ask("ASK { GRAPH ?x { ?s ?p ?o } }", &[("x", one())])),
        codes::QUERY_PARAMETER
    );
    assert_eq!(
        code(ask("ASK { BIND(2 AS ?x) }", &[("x", one())])),
        codes::QUERY_PARAMETER
    );
    assert_eq!(
        code(ask("ASK {}", &[("x", oxrdf::BlankNode::default().into())])),
        codes::QUERY_PARAMETER
    );
}

#[test]
fn limits_end_a_query_without_a_part_of_its_answer() {
    let limited = |text: &str, timeout: Option<u64>, rows: Option<u64>| {
        let limits = Limits {
            timeout: timeout.map(Duration::from_millis),
            rows,
        };
        evaluate(&graph(), text, "query", &prefixes(), Vec::new(), limits)
    };
    let all = "SELECT * { ?s ?p ?o }";
    assert_eq!(code(limited(all, None, Some(7))), codes::QUERY_LIMIT);
    assert!(limited(all, None, Some(8)).is_ok());
    let error: Diagnostics = limited("CONSTRUCT WHERE { ?s ?p ?o }", None, Some(2)).unwrap_err();
    assert!(error.0[0].message.contains("limit of 2"), "{error}");
    let cross =
        "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s . ?t ?u ?v . ?w ?x ?y";
    for slow in [
        format!("SELECT (COUNT(*) AS ?n) {{ {cross} }}"),
        format!("SELECT * {{ {cross} }} ORDER BY ?a ?b LIMIT 1"),
        format!("SELECT * {{ {cross} FILTER(?a = ?y && ?y != ?a) }}"),
    ] {
        let started = Instant::now();
        assert_eq!(
            code(limited(&slow, Some(200), None)),
            codes::QUERY_LIMIT,
            "{slow}"
        );
        assert!(started.elapsed() < Duration::from_secs(10), "{slow}");
    }
}

#[test]
fn queries_just_inside_the_guard_are_parsed_in_time() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    for query in [
        format!("ASK {{ FILTER{} }}", nested("(", "1", ")", 127)),
        format!("ASK {{ FILTER{} ", nested("(", "1", ")", 127)),
        format!("ASK {}", nested("{", "?s ?p ?o", "}", 128)),
        format!("ASK {{ FILTER{} }}", nested("(", "", "", 127)),
        format!("ASK {{ ?s ?p {} }}", nested("[ ?p ", "1", " ]", 32)),
        format!("ASK {{ ?s ?p {} ", nested("[ ?p ", "1", " ]", 32)),
        format!(
            "ASK {{ ?s ?p {} }}",
            nested("<< ", "?a ?b ?c", " ?p ?o >>", 126)
        ),
        format!(
            "ASK {{ FILTER({}) }}",
            nested("REPLACE(", "?x", ", 'a', 'b')", 12)
        ),
        format!(
            "ASK {{ FILTER({} }}",
            nested("REPLACE(", "?x", ", 'a', 'b')", 12)
        ),
        format!("ASK {{ FILTER({} }}", nested("xsd:integer(", "?x", ")", 12)),
        format!("ASK {{ FILTER({}?x }}", "!".repeat(12)),
        format!("ASK {{ FILTER({}) }}", vec!["?x"; 1_000].join(" || ")),
        format!("ASK {{ {} }}", vec!["{ ?s ?p ?o }"; 900].join(" UNION ")),
        format!("ASK {{ {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(900)),
        format!("ASK {{ {} }}", "FILTER(1 = 1) ".repeat(900)),
        format!(
            "ASK {{ {} }}",
            "{ SELECT ?s { ".repeat(63) + &"} }".repeat(63)
        ),
        format!(
            "SELECT {} {{}}",
            (0..900)
                .map(|n| format!("(1 AS ?x{n}) "))
                .collect::<String>()
        ),
        format!("ASK {{ ?s {} ?o }}", vec!["ex:p"; 200].join("/")),
    ] {
        let started = Instant::now();
        let limits = Limits {
            timeout: None,
            ..Limits::default()
        };
        let _ = evaluate(
            &graph(),
            &query,
            "query",
            &prefixes(),
            vec![(Variable::new_unchecked("unused"), ex("a"))],
            limits,
        );
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?} {}", &query[..60]);
    }
}
