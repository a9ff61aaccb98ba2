//! Another article of the same form is dropped into the folder; nothing else changes.

use std::fs;

use crate::support::{Project, root, shared};

const OURS: &str = "data/articles/communist-party-of-bukhara.txt";

#[test]
fn the_real_article_gives_the_same_rows() {
    let Some(real) = shared("data/communist-party-of-bukhara.txt") else {
        return;
    };
    let project = Project::built();
    // What comes from infobox, names or table: whole queries, and of the others the rows that the article alone makes.
    let whole = ["leaders", "lifespan", "succession", "positions"];
    let ours: Vec<Vec<String>> = whole.iter().map(|name| project.rows(name)).collect();
    let names = project.rows("names");
    let affiliations = project.rows("affiliations");
    let end_of_tenure = contradictions(&project);
    fs::copy(real, project.path(OURS)).unwrap();
    // The quotations of the curated facts are not in the real article: those are left out and told.
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(talk.contains("FM0503"), "{talk}");
    for (name, rows) in whole.iter().zip(&ours) {
        assert_eq!(&project.rows(name), rows, "{name}");
    }
    let party = |rows: &[String]| -> Vec<String> {
        rows.iter()
            .filter(|row| row.starts_with("Communist Party of Bukhara,"))
            .cloned()
            .collect()
    };
    assert_eq!(party(&project.rows("names")), party(&names));
    let from_infobox =
        "Communist Party of Bukhara,Russian Communist Party (Bolsheviks),1922,1924".to_owned();
    assert!(
        affiliations.contains(&from_infobox)
            && project.rows("affiliations").contains(&from_infobox)
    );
    // The same contradiction, from other lines.
    assert_eq!(contradictions(&project), end_of_tenure);
}

/// The contradictions found in infobox and table alone, without their places.
fn contradictions(project: &Project) -> Vec<String> {
    let text = project
        .run(&["run", "contradictions", "--format", "csv"])
        .expect(0);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(Result::unwrap)
        .filter(|row| !row[2].contains("five-year"))
        .map(|row| format!("{}|{}|{}", &row[0], &row[1], &row[2]))
        .collect()
}

#[test]
fn a_second_article_builds_without_any_change() {
    let project = Project::built();
    let leaders = project.rows("leaders");
    let conflicts = project.rows("contradictions");
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    fs::copy(
        root().join("tests/fixtures/second-article.txt"),
        project.path("data/articles/second.txt"),
    )
    .unwrap();
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(!talk.contains("error"), "{talk}");
    let title = "Harbour Workers' Party";
    let rows: Vec<String> = project
        .rows("leaders")
        .into_iter()
        .filter(|row| !leaders.contains(row))
        .collect();
    let of_key: Vec<&String> = rows
        .iter()
        .filter(|row| row.starts_with(&format!("{title},Leader,")))
        .collect();
    assert_eq!(
        of_key,
        [
            "Harbour Workers' Party,Leader,Ana Berg,1920,1922",
            "Harbour Workers' Party,Leader,Bo Dahl,1920,1921",
            "Harbour Workers' Party,Leader,Bo Dahl,1922,1922",
            "Harbour Workers' Party,Leader,Cay Eng,1923,1924",
        ]
    );
    // The table of the article, whose column of notes is kept.
    assert!(rows.len() > of_key.len(), "{rows:?}");
    let note = project
        .run(&[
            "query",
            "ASK { ?tenure a pol:Tenure ; skos:note ?note }",
            "--format",
            "csv",
        ])
        .expect(0);
    assert_eq!(note.trim(), "true");
    assert!(
        project
            .rows("succession")
            .contains(&format!("Dock Union,{title}")),
        "{:?}",
        project.rows("succession")
    );
    assert!(
        project
            .rows("lifespan")
            .iter()
            .any(|row| row.starts_with(&format!("{title},")))
    );
    assert_eq!(
        project.rows("contradictions"),
        conflicts,
        "overlapping periods without a stated seat are none"
    );
    // The first article's rows are as before.
    assert!(
        leaders
            .iter()
            .all(|row| project.rows("leaders").contains(row))
    );
}

#[test]
fn an_unknown_key_is_told_and_the_rest_is_built() {
    let project = Project::example();
    project.replace(
        OURS,
        "- Logo: 150px\n",
        "- Logo: 150px\n- Zodiac sign: Libra\n",
    );
    let line = project
        .read(OURS)
        .lines()
        .position(|line| line.contains("Zodiac"))
        .unwrap()
        + 1;
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(
        talk.contains("FM0504")
            && talk.contains("Zodiac sign")
            && talk.contains(&format!("{OURS}:{line}")),
        "{talk}"
    );
    // What is ignored for a stated reason is not told as unmapped.
    assert!(!talk.contains("150px"), "{talk}");
}

#[test]
fn a_value_with_several_dates_gives_several_statements_each_with_its_note() {
    let project = Project::built();
    let path = project.path("data/articles/second.txt");
    let article = fs::read_to_string(root().join("tests/fixtures/second-article.txt")).unwrap();
    let value =
        "{{start date|1919|5|1}} (as a club)<br>3 May 1921 (as a party), 1924, refounded in 1926";
    fs::write(
        &path,
        article.replace("Founded: 1 May 1919", &format!("Founded: {value}")),
    )
    .unwrap();
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(!talk.contains("error"), "{talk}");
    let rows = |query: &str| project.run(&["query", query, "--format", "csv"]).expect(0);
    let founded = rows(
        "SELECT ?d ?n { ?o pol:founded ?d ; rdfs:label \"Harbour Workers' Party\"@en \
         OPTIONAL { ?r rdf:subject ?o ; rdf:predicate pol:founded ; rdf:object ?d ; skos:note ?n } } ORDER BY STR(?d)",
    );
    let lines: Vec<&str> = founded.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "1919-05-01,as a club",
            "1921-05-03,as a party",
            "1924,",
            "1926,refounded"
        ]
    );
    // One source that tells of several beginnings contradicts neither itself nor what came between them.
    assert_eq!(project.rows("contradictions").len(), 2);
    // A wrong date is told at its place, and nothing of it is read.
    fs::write(
        &path,
        article.replace("Founded: 1 May 1919", "Founded: 1919, 31 June 1920"),
    )
    .unwrap();
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(
        talk.contains("31 June 1920 does not exist") && talk.contains("second.txt:5:18"),
        "{talk}"
    );
}
