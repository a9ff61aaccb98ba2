//! Every fact of the article is in the graph, with its origin at the expected line.

use crate::support::{Project, root};

/// A row of `tests/facts.csv`.
#[derive(serde::Deserialize)]
struct Fact {
    id: String,
    fact: String,
    ask: String,
    subject: String,
    predicate: String,
    object: String,
    file: String,
    line: u64,
}

#[test]
fn every_fact_is_there_with_its_origin() {
    let project = Project::built();
    let facts: Vec<Fact> = csv::Reader::from_path(root().join("tests/facts.csv"))
        .unwrap()
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let ids: Vec<String> = facts.iter().map(|fact| fact.id.clone()).collect();
    let mut wrong = Vec::new();
    for number in 1..=48 {
        if !ids.contains(&format!("F{number}")) {
            wrong.push(format!("F{number} has no row"));
        }
    }
    for fact in &facts {
        let asked = project.run(&["query", &fact.ask, "--format", "csv"]);
        if asked.status != 0 || asked.stdout.trim() != "true" {
            wrong.push(format!(
                "{} ({}) is not in the graph: {}{}",
                fact.id, fact.fact, asked.stdout, asked.stderr
            ));
            continue;
        }
        let why = format!(
            "SELECT DISTINCT ?file ?line {{ GRAPH fm:provenance {{ \
               ?why rdf:reifies <<( {} {} {} )>> ; prov:wasDerivedFrom ?from . \
               {{ ?from oa:hasSource/fm:path ?file ; fm:line ?line }} UNION \
               {{ ?why fm:valueAt ?at \
                  BIND(REPLACE(?at, \"^([^:]*):([0-9]+).*$\", \"$1\") AS ?file) \
                  BIND(REPLACE(?at, \"^([^:]*):([0-9]+).*$\", \"$2\") AS ?line) }} }} }}",
            fact.subject, fact.predicate, fact.object
        );
        let found = project.run(&["query", &why, "--format", "csv"]);
        let expected = format!("{},{}", fact.file, fact.line);
        if found.status != 0 || !found.stdout.lines().any(|row| row == expected) {
            wrong.push(format!(
                "{} ({}) does not come from {expected} but from: {}{}",
                fact.id, fact.fact, found.stdout, found.stderr
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_statement_has_an_origin() {
    let project = Project::built();
    let orphans = project.run(&[
        "query",
        "SELECT ?s ?p ?o { ?s ?p ?o BIND(TRIPLE(?s, ?p, ?o) AS ?statement) FILTER NOT EXISTS { GRAPH fm:provenance { \
           ?why rdf:reifies ?statement ; prov:wasDerivedFrom ?from } } } LIMIT 5",
        "--format",
        "csv",
    ]);
    assert_eq!(
        orphans.expect(0).lines().count(),
        1,
        "some statements have no origin"
    );
}
