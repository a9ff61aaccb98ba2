//! `why`: each statement with its passage, its place and its rule.

use crate::support::Project;

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

#[test]
fn a_property_is_found_on_the_tenure_of_a_person() {
    let project = Project::built();
    let line = project
        .read(ARTICLE)
        .lines()
        .position(|line| line.contains("| Nadzhib Khusainov"))
        .unwrap()
        + 1;
    let shown = project
        .run(&["why", "Nadzhib Khusainov", "start"])
        .expect(0);
    assert!(shown.contains("1919-06-27"), "{shown}");
    assert!(shown.contains(&format!("{ARTICLE}:{line}:")), "{shown}");
    assert!(shown.contains("27 June 1919"), "{shown}");
    assert!(shown.contains("data/article.rml.ttl:"), "{shown}");
    // An IRI does as well as a label, and a prefixed name as well as a word.
    let iri = project
        .run(&[
            "query",
            "SELECT ?p { ?p rdfs:label ?name FILTER(STR(?name) = \"Nadzhib Khusainov\") }",
            "--format",
            "csv",
        ])
        .expect(0);
    let iri = iri.lines().nth(1).unwrap().to_owned();
    assert_eq!(project.run(&["why", &iri, "pol:start"]).expect(0), shown);
}

#[test]
fn a_fact_of_the_prose_shows_the_passage_first() {
    let project = Project::built();
    let shown = project
        .run(&["why", "Communist Party of Bukhara", "start", "--json"])
        .expect(0);
    let report: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let statements = report["statements"].as_array().unwrap();
    assert!(statements.len() >= 9, "{shown}");
    // The finer date of the affiliation rests on a sentence, and on the row that quotes it.
    let finer = statements
        .iter()
        .find(|one| one["object"].as_str().unwrap().contains("1922-02-01"))
        .expect("F34");
    let derivation = &finer["derivations"][0];
    assert_eq!(derivation["places"][0]["file"], ARTICLE);
    assert!(
        derivation["places"][0]["quote"]
            .as_str()
            .unwrap()
            .contains("1922"),
        "{derivation}"
    );
    assert!(
        derivation["places"][1]["file"]
            .as_str()
            .unwrap()
            .ends_with(".csv"),
        "{derivation}"
    );
}

#[test]
fn what_was_inferred_is_said() {
    let project = Project::built();
    let shown = project
        .run(&["why", "Communist Party of Bukhara", "label"])
        .expect(0);
    assert!(shown.contains("inferred"), "{shown}");
}

#[test]
fn near_names_are_suggested() {
    let project = Project::built();
    let talk = project.run(&["why", "Nadzhib Khusainof"]).expect_talk(2);
    assert!(
        talk.contains("FM0603") && talk.contains("Nadzhib Khusainov"),
        "{talk}"
    );
    let talk = project
        .run(&["why", "Nadzhib Khusainov", "strat"])
        .expect_talk(2);
    assert!(talk.contains("start"), "{talk}");
    // Where nothing is near, what there is is told.
    let talk = project
        .run(&["why", "Nadzhib Khusainov", "xyz"])
        .expect_talk(2);
    assert!(
        talk.contains("there are amongOthers, candidate, end, label, "),
        "{talk}"
    );
    let talk = project.run(&["why", "xyz"]).expect_talk(2);
    assert!(
        talk.contains(" names, such as 2nd World Congress"),
        "{talk}"
    );
}

#[test]
fn a_node_that_no_fact_is_about_is_told_for_what_it_is() {
    let project = Project::built();
    let told = |asked: &str, pieces: &[&str]| {
        let run = project.run(&["why", asked]);
        assert_eq!(run.stdout, "", "{asked}");
        let talk = run.expect_talk(2);
        for piece in ["FM0603"].iter().chain(pieces) {
            assert!(talk.contains(piece), "{piece} is not in\n{talk}");
        }
        talk
    };
    let talk = told(
        "pol:Party",
        &["no fact is about pol:Party; it is the object of 5 statements"],
    );
    // What the hint says leads to the places.
    let query = "SELECT * { ?s ?p pol:Party }";
    assert!(
        talk.contains(&format!("`factmill query \"{query}\"`")),
        "{talk}"
    );
    let first = project.run(&["query", query, "--why", "1"]).expect(0);
    assert!(
        first.contains("· rdf:type · pol:Party\n    data/"),
        "{first}"
    );
    let _ = told("wd:Q4100482", &["it is the object of 1 statement\n"]);
    let _ = told(
        "<https://w3id.org/factmill/polity#start>",
        &[
            "no fact is about pol:start; it is the predicate of 10 statements",
            "SELECT * { ?s pol:start ?o }",
        ],
    );
    let talk = told("xsd:date", &["only the ontology does"]);
    let query = talk.split('"').nth(1).unwrap();
    let rows = project.run(&["query", query]).expect(0);
    assert!(rows.lines().count() > 1, "{rows}");
    let _ = told(
        "pol:Partz",
        &["no entity is named", "did you mean pol:Party"],
    );
    let _ = told(
        "id:organisation/communist-party-of-bukhar",
        &["did you mean https://w3id.org/factmill/id/organisation/communist-party-of-bukhara,"],
    );
    let _ = told("wd:Q1", &["no entity is named \"wd:Q1\""]);
    // With a property it leads to what refers to it, as before.
    let text = project.run(&["why", "pol:Party", "label"]).expect(0);
    assert!(
        text.contains("Communist Party of Bukhara · rdfs:label"),
        "{text}"
    );
}

#[test]
fn a_row_of_an_answer_is_explained() {
    let project = Project::built();
    // The fifth tenure, whose dates stand in one line of the table.
    let text = project.run(&["run", "leaders", "--why", "5"]).expect(0);
    assert!(
        text.contains("pol:start · 1922\n") && text.contains("pol:end · 1923-06\n"),
        "{text}"
    );
    assert!(
        text.contains("communist-party-of-bukhara.txt:44:24"),
        "{text}"
    );
    assert!(
        !text.contains("1919-06-27"),
        "no other row is told of: {text}"
    );
    let counted = "SELECT ?post (COUNT(?tenure) AS ?n) { ?tenure pol:post ?post } GROUP BY ?post ORDER BY ?post";
    let text = project.run(&["query", counted, "--why", "1"]).expect(0);
    assert_eq!(text.matches("· pol:post ·").count(), 3, "{text}");
    assert!(
        project
            .run(&["run", "leaders", "--why", "8"])
            .expect_talk(2)
            .contains("7 rows")
    );
    assert!(
        project
            .run(&["query", "ASK { ?s ?p ?o }", "--why", "1"])
            .expect_talk(2)
            .contains("SELECT")
    );
}
