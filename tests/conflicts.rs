//! `conflicts`: both sides with their sources, notices, checks of one's own, preferred values, and the word of a build;
//! passages that move or vanish; spellings of one key.

use serde_json::Value;

use crate::support::Project;

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

/// A check of one's own: a congress that an organisation takes part in before it says that it was founded.
const OWN: &str = "#+ title: congress of a movement\n\
    #+ severity: contradiction\n\
    #+ explanation: Only parties hold congresses\n\
    #+   in this example.\n\
    SELECT ?subject ?detail ?s1 ?p1 ?o1 {\n\
    ?s1 a pol:Congress ; pol:participant ?subject .\n\
    BIND(pol:participant AS ?p1)\n\
    BIND(?subject AS ?o1)\n\
    BIND(\"{subject} takes part in {s1}, not in {nothing}\" AS ?detail)\n\
    }\n";

fn json(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["conflicts", "--json"], arguments].concat();
    let text = project.run(&arguments).expect(0);
    let value: Value = serde_json::from_str(&text).unwrap();
    value["conflicts"].as_array().unwrap().clone()
}

#[test]
fn both_sides_are_shown_with_their_sources() {
    let project = Project::built();
    let run = project.run(&["conflicts"]);
    assert_eq!(run.status, 0);
    assert!(run.stderr.contains("2 contradictions."), "{}", run.stderr);
    for piece in [
        "contradiction: event after dissolution · Communist Party of Bukhara: the tenure of Akhmetbek Mavlyanbekov ends \
         1924-11-15, after the dissolution 1924-10-27",
        "pol:end · 1924-11-15",
        "data/articles/communist-party-of-bukhara.txt:46:44  | Akhmetbek Mavlyanbekov | December 1923 | 15 November 1924 |",
        "Communist Party of Bukhara · pol:dissolved · 1924-10-27",
        "data/articles/communist-party-of-bukhara.txt:6:16  - Dissolution: 27 October 1924",
        "by Tenure (data/article.rml.ttl:",
        "by Dissolved (data/article.rml.ttl:",
        "why: ",
    ] {
        assert!(
            run.stdout.contains(piece),
            "{piece} is not in\n{}",
            run.stdout
        );
    }
    assert!(!run.stdout.contains("notice:"), "{}", run.stdout);
    assert_eq!(project.run(&["conflicts"]).stdout, run.stdout);
    // As a file, as findings of status 1.
    let _ = project.run(&["conflicts", "-o", "found.txt"]).expect(0);
    assert_eq!(project.read("found.txt"), run.stdout);
    assert_eq!(
        project.run(&["conflicts", "--strict"]).expect(1),
        run.stdout
    );
}

#[test]
fn notices_are_told_when_asked_for() {
    let project = Project::built();
    let found = json(&project, &["--notices"]);
    let told = |severity: &str, kind: &str| {
        found
            .iter()
            .filter(|one| one["severity"] == severity && one["kind"] == kind)
            .filter_map(|one| one["detail"].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(found.len(), 5, "{found:#?}");
    assert_eq!(
        told("notice", "gap between tenures"),
        [
            "nobody is told to have been Executive Secretaries of the Communist Party of Bukhara between 1923-06 and 1923-07-04"
        ]
    );
    assert_eq!(told("notice", "possible overlap of tenures").len(), 2);
    // Notices alone are no reason for a status.
    project.replace(ARTICLE, "15 November 1924", "15 October 1924");
    project.replace(
        "data/claims.csv",
        "five-year existence,5,five-year existence",
        "six-year existence,6,six-year existence",
    );
    project.replace(ARTICLE, "five-year", "six-year");
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(talk.contains("No contradictions."), "{talk}");
    let _ = project
        .run(&["conflicts", "--strict", "--notices"])
        .expect(0);
}

#[test]
fn a_check_of_ones_own_is_run() {
    let project = Project::built();
    project.write("queries/conflicts/own.rq", OWN);
    let found = json(&project, &[]);
    assert_eq!(found.len(), 5, "{found:#?}");
    let own: Vec<&Value> = found.iter().filter(|one| one["check"] == "own").collect();
    assert_eq!(own.len(), 3);
    assert_eq!(own[0]["kind"], "congress of a movement");
    assert_eq!(
        own[0]["explanation"],
        "Only parties hold congresses in this example."
    );
    assert_eq!(
        own[1]["detail"],
        "Communist Party of Bukhara takes part in 2nd World Congress of the Communist International, not in {nothing}"
    );
    // The saved query collects it too.
    let rows = project.rows("contradictions");
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows.iter().any(
        |row| row.contains("congress of a movement") && row.contains("data/participants.csv:")
    ));
}

#[test]
fn a_wrong_check_is_told_with_its_line() {
    let project = Project::built();
    let cases = [
        (
            OWN.replace("#+ severity: contradiction", "#+ severity: contradicton"),
            "own.rq:2",
            "FM0307",
            "contradiction",
        ),
        (
            OWN.replace("#+ title:", "#+ titel:"),
            "own.rq:1",
            "FM0307",
            "title",
        ),
        (
            OWN.replace("#+ severity: contradiction\n", ""),
            "own.rq:1",
            "FM0307",
            "severity",
        ),
        (
            OWN.replace("?detail ?s1", "?s1"),
            "own.rq",
            "FM0309",
            "detail",
        ),
        (
            OWN.replace("?s1 ?p1 ?o1", "?s1 ?p1"),
            "own.rq",
            "FM0309",
            "o1",
        ),
        (
            OWN.replace("pol:Congress", "poll:Congress"),
            "own.rq:6",
            "FM0302",
            "pol",
        ),
        (
            OWN.replace("SELECT ?subject ?detail ?s1 ?p1 ?o1", "ASK"),
            "own.rq",
            "FM0309",
            "SELECT",
        ),
    ];
    for (text, place, code, piece) in cases {
        project.write("queries/conflicts/own.rq", &text);
        let run = project.run(&["conflicts"]);
        assert!(run.status == 3 || run.status == 2, "{text}\n{run:?}");
        for piece in [place, code, piece] {
            assert!(
                run.stderr.contains(piece),
                "{piece} is not in\n{}",
                run.stderr
            );
        }
        // A build is no worse for it.
        let talk = project.run(&["build"]).expect_talk(0);
        assert!(talk.contains("not run"), "{talk}");
    }
    project.write("queries/own.rq", "#+ summary: x\n#+ collects: notices\n");
    let talk = project.run(&["run", "own"]).expect_talk(3);
    assert!(
        talk.contains("queries/own.rq:2") && talk.contains("notice?"),
        "{talk}"
    );
    project.write(
        "queries/own.rq",
        "#+ summary: x\n#+ collects: notice\nASK {}\n",
    );
    let talk = project.run(&["run", "own"]).expect_talk(3);
    assert!(talk.contains("queries/own.rq:3"), "{talk}");
}

#[test]
fn a_preferred_value_is_told_with_the_reason_and_both_stay() {
    let project = Project::example();
    project.replace(ARTICLE, "September 1918", "September 1917");
    let manifest = project.read("factmill.toml");
    let prefer = |value: &str| {
        format!(
            "{manifest}\n[[prefer]]\nsubject = \"https://w3id.org/factmill/id/organisation/communist-party-of-bukhara\"\n\
             property = \"pol:founded\"\nvalue = \"{value}\"\nreason = \"the prose cites the minutes\"\n"
        )
    };
    project.write("factmill.toml", &prefer("1918"));
    let _ = project.run(&["build"]).expect(0);
    let run = project.run(&["conflicts"]);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let after = run.stdout.split("pol:founded · 1918\n").nth(1).unwrap();
    let side = after.split("why:").next().unwrap();
    assert!(
        side.contains("preferred: the prose cites the minutes"),
        "{}",
        run.stdout
    );
    let found = json(&project, &[]);
    let different = found
        .iter()
        .find(|one| one["kind"] == "different values")
        .unwrap();
    let preferred: Vec<&Value> = different["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["preferred"])
        .collect();
    assert_eq!(
        preferred.iter().filter(|reason| reason.is_null()).count(),
        1,
        "{different:#}"
    );
    // Nothing is merged or dropped: a row each.
    let spans: Vec<String> = project
        .rows("lifespan")
        .into_iter()
        .filter(|row| row.contains("Bukhara"))
        .collect();
    assert_eq!(
        spans,
        [
            "Communist Party of Bukhara,1917-09,1924-10-27",
            "Communist Party of Bukhara,1918,1924-10-27"
        ]
    );
    // A preference for what is not there is told.
    project.write("factmill.toml", &prefer("1916"));
    let talk = project.run(&["conflicts"]).expect_talk(0);
    assert!(talk.contains("FM0506") && talk.contains("1916"), "{talk}");
    project.write(
        "factmill.toml",
        &prefer("1918").replace("reason", "because"),
    );
    let talk = project.run(&["conflicts"]).expect_talk(3);
    assert!(
        talk.contains("FM0502") && talk.contains("because"),
        "{talk}"
    );
}

#[test]
fn a_large_graph_is_checked_only_when_asked_for() {
    let project = Project::example();
    let mut lines = String::new();
    for number in 0..20_000 {
        lines.push_str(&format!(
            "<http://example.org/{number}> <http://example.org/p> \"{number}\" .\n"
        ));
    }
    project.write("data/large.nt", &lines);
    project.replace(
        "factmill.toml",
        "queries = \"queries\"",
        "queries = \"queries\"\nrdf = [\"data/large.nt\"]",
    );
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(
        talk.contains("Built") && !talk.contains("contradiction"),
        "{talk}"
    );
    let talk = project.run(&["build", "--check"]).expect_talk(0);
    assert!(talk.contains("2 contradictions."), "{talk}");
}

#[test]
fn a_row_is_explained() {
    let project = Project::built();
    let why = project
        .run(&["run", "contradictions", "--why", "2"])
        .expect(0);
    for piece in [
        "pol:dissolved · 1924-10-27",
        "pol:end · 1924-11-15",
        ".txt:46:44",
    ] {
        assert!(why.contains(piece), "{why}");
    }
    let talk = project
        .run(&["run", "contradictions", "--why", "3"])
        .expect_talk(2);
    assert!(talk.contains("2 rows"), "{talk}");
}

#[test]
fn what_files_say_is_checked_too() {
    let project = Project::built();
    let _ = project.run(&["export", "-o", "facts.nt"]).expect(0);
    let text = project
        .run(&[
            "run",
            "contradictions",
            "--data",
            "facts.nt",
            "--format",
            "csv",
        ])
        .expect(0);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(!text.contains("data/"), "files tell no sources: {text}");
}

#[test]
fn a_passage_that_moves_is_followed() {
    let project = Project::built();
    let before = project.statements();
    let place = |project: &Project| -> String {
        let why = project
            .run(&["why", "Uprising in Bukhara", "start"])
            .expect(0);
        why.lines()
            .nth(1)
            .unwrap()
            .split("  ")
            .find(|piece| piece.contains(".txt"))
            .unwrap()
            .trim()
            .to_owned()
    };
    let first = place(&project);
    // New paragraphs before, and the sentence moves within its own.
    let text = project.read(ARTICLE);
    let sentence = "Sakar-Bazar saw the first day of the uprising, 23 August.\n";
    assert_eq!(text.matches(sentence).count(), 1);
    let moved = text.replace(sentence, "").replace(
        "\nFrom 1 February 1922",
        &format!(
            "\n{sentence}\nIn between stands\na paragraph of its own.\n\nFrom 1 February 1922"
        ),
    );
    project.write(ARTICLE, &moved);
    let run = project.run(&["build"]);
    assert!(!run.stderr.contains("FM0503"), "{}", run.stderr);
    let now = place(&project);
    assert_ne!(first, now);
    let line = moved
        .lines()
        .position(|line| line.starts_with("Sakar-Bazar"))
        .unwrap()
        + 1;
    assert!(now.starts_with(&format!("{ARTICLE}:{line}:")), "{now}");
    assert_eq!(project.statements(), before, "no fact came or went");
}

#[test]
fn a_passage_that_vanishes_is_told_and_its_fact_left_out() {
    let project = Project::built();
    let before = project.statements();
    project.replace(
        ARTICLE,
        "seven leaders in a five-year existence",
        "seven heads in a five-year existence",
    );
    let talk = project.run(&["build", "--strict"]).expect_talk(3);
    assert!(
        talk.contains("FM0503") && talk.contains("seven heads"),
        "{talk}"
    );
    assert_eq!(project.statements(), before, "the old graph stays");
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(
        talk.contains("FM0503")
            && talk.contains("data/claims.csv:2")
            && talk.contains("seven heads"),
        "{talk}"
    );
    let after = project.statements();
    assert!(after.len() < before.len());
    assert!(before.iter().any(|line| line.contains("leadercount")));
    assert!(
        !after.iter().any(|line| line.contains("leadercount")),
        "the fact rests on nothing now"
    );
    assert!(
        after.iter().any(|line| line.contains("yearsofexistence")),
        "the others are there"
    );
}

#[test]
fn spellings_of_one_key_lose_nothing() {
    let project = Project::built();
    let facts = |project: &Project| project.statements().len();
    let before = facts(&project);
    project.write(
        "data/articles/mill.txt",
        "= Mill Party =\n\nInfobox\n- womens_wing: Mill Women\n- Women's wing: Mill Women's League\n- Youth-wing: Mill Youth\n\
         - youth_wing: Young Millers\n- Membership: 1,200\n- membership: 1 200\n\nMill Party is a party.\n",
    );
    let run = project.run(&["build"]);
    assert!(!run.stderr.contains("FM0206"), "{}", run.stderr);
    assert!(facts(&project) > before);
    let rows = project.run(&["query", "SELECT ?name { ?wing org:subOrganizationOf/rdfs:label \"Mill Party\"@en ; rdfs:label ?name } ORDER BY ?name"]);
    assert_eq!(
        rows.expect(0).lines().skip(1).collect::<Vec<_>>(),
        [
            "Mill Women",
            "Mill Women's League",
            "Mill Youth",
            "Young Millers"
        ]
    );
}
