//! What somebody meets who begins: a project with little in it, and what is missing told with the way to it.

use std::process::Command;

use crate::support::{Project, run_in};

const MAPPING: &str = "@prefix rml: <http://w3id.org/rml/> .\n\
    <#People> a rml:TriplesMap ;\n\
    rml:logicalSource [ rml:source [ rml:path \"data/people.csv\" ] ; rml:referenceFormulation rml:CSV ] ;\n\
    rml:subjectMap [ rml:template \"person/{id}\" ] ;\n\
    rml:predicateObjectMap [ rml:predicate <http://example.org/name> ; rml:objectMap [ rml:reference \"name\" ] ] .\n";

#[test]
fn a_project_of_ones_own_says_what_it_does_not_have() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    write(
        "factmill.toml",
        "name = \"own\"\nbase = \"https://example.org/\"\n",
    );
    write("data/people.csv", "id,name\n1,Ada\n");
    write("data/people.rml.ttl", MAPPING);
    let told = |arguments: &[&str], status: i32, pieces: &[&str]| {
        let talk = run_in(folder.path(), arguments, "").expect_talk(status);
        for piece in pieces {
            assert!(talk.contains(piece), "{piece} is not in\n{talk}");
        }
    };
    told(
        &["build"],
        0,
        &[
            "Built generation",
            ": 1 statement with 1 derivation from 3 sources.",
        ],
    );
    let mapping = [
        "map",
        "data/people.rml.ttl",
        "--base",
        "https://example.org/",
    ];
    told(&mapping, 0, &["Wrote 1 statement from 1 record.\n"]);
    // Nothing to check by is no clean bill.
    told(
        &["validate"],
        0,
        &["Nothing was checked: no shape has a target.", "--shapes"],
    );
    told(
        &["conflicts"],
        0,
        &[
            "Nothing was checked: there are no checks.",
            "queries/conflicts",
        ],
    );
    told(&["why", "Ada"], 2, &["nothing in the graph has a name"]);
    for verb in ["link", "review", "diff", "export"] {
        told(
            &["wikidata", verb],
            2,
            &[
                "there is no saved query statements",
                "write queries/statements.rq",
            ],
        );
    }
}

#[test]
fn an_extract_that_is_not_there_is_told_with_the_way_to_one() {
    let project = Project::built();
    for verb in ["link", "review", "diff", "export"] {
        let talk = project.run(&["wikidata", verb]).expect_talk(3);
        for piece in [
            "FM0101",
            "there is no extract of Wikidata here",
            "`factmill wikidata extract DUMP`",
        ] {
            assert!(talk.contains(piece), "{piece} is not in\n{talk}");
        }
    }
    let shapes = "ontology/shapes.ttl";
    let talk = project
        .run(&["validate", "--shapes", shapes])
        .expect_talk(0);
    assert!(talk.contains("The data fits its shapes."), "{talk}");
}

#[test]
fn the_shipped_mappings_are_without_blame() {
    let project = Project::example();
    let mappings = ["article", "curated", "links"].map(|name| format!("data/{name}.rml.ttl"));
    let arguments = ["check", &mappings[0], &mappings[1], &mappings[2]];
    let talk = project.run(&arguments).expect_talk(0);
    assert!(!talk.contains("warning"), "{talk}");
}

#[test]
fn limits_and_prefixes_are_told_with_what_changes_them() {
    let project = Project::built();
    let query = "SELECT * { ?s ?p ?o } LIMIT 5";
    let talk = project
        .run(&["query", query, "--max-rows", "2"])
        .expect_talk(5);
    assert!(talk.contains("allow more rows with --max-rows"), "{talk}");
    let talk = project
        .run(&["query", "ASK { ?s zzzz:p ?o }"])
        .expect_talk(2);
    assert!(talk.contains("help: declare it: PREFIX zzzz:"), "{talk}");
}

#[test]
fn a_date_that_is_none_is_named_once() {
    let project = Project::built();
    let talk = project
        .run(&["run", "leader-at", "--date", "nix"])
        .expect_talk(2);
    assert!(
        talk.contains("the value of date does not fit: \"nix\" is not a date\n"),
        "{talk}"
    );
}

#[test]
fn a_file_of_git_that_is_no_rdf_is_told_as_such() {
    let project = Project::built();
    let git = |arguments: &[&str]| {
        let user = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let done = Command::new("git")
            .current_dir(project.path("."))
            .args(user)
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "data", "ontology", "factmill.toml"]);
    git(&["commit", "-qm", "one"]);
    for (name, status, piece) in [
        (
            "HEAD:data/persons.csv",
            2,
            "the file ending \"csv\" stands for no RDF syntax",
        ),
        (
            "HEAD:data/none.csv",
            2,
            "path 'data/none.csv' does not exist in 'HEAD'",
        ),
        ("HEAD:ontology/polity.ttl", 0, "No difference."),
    ] {
        let run = project.run(&["diff", name, "ontology/polity.ttl"]);
        let talk = run.expect_talk(status);
        assert!(talk.contains(piece), "{piece} is not in\n{talk}");
    }
}
