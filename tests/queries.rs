//! Saved queries, their parameters and formats; free queries and their errors.

use crate::support::{Project, run_in};

const SAVED: &[(&str, &str)] = &[
    ("leaders", "organisation,post,person,start,end"),
    ("names", "entity,name,language"),
    ("lifespan", "organisation,founded,dissolved"),
    ("succession", "organisation,successor"),
    ("affiliations", "organisation,parent,start,end"),
    ("positions", "organisation,kind,value"),
    ("events", "date,event,place,participants"),
    ("contradictions", "subject,kind,detail,source"),
    ("links", "entity,item,status"),
];

#[test]
fn every_saved_query_has_its_columns_in_all_formats() {
    let project = Project::built();
    for (name, columns) in SAVED
        .iter()
        .copied()
        .chain([("leader-at", "organisation,post,person,certainty")])
    {
        let mut arguments = vec!["run", name];
        if name == "leader-at" {
            arguments.extend(["--date", "1921-03-01"]);
        }
        let csv = project
            .run(&[&arguments[..], &["--format", "csv"]].concat())
            .expect(0);
        assert_eq!(csv.lines().next(), Some(columns), "{name}");
        let rows = csv::Reader::from_reader(csv.as_bytes())
            .records()
            .map(Result::unwrap)
            .collect::<Vec<_>>();
        assert!(!rows.is_empty(), "{name}");
        for row in &rows {
            assert!(
                row.iter().all(|cell| !cell.contains(['\n', '\r'])),
                "{name}: {row:?}"
            );
        }
        for format in ["table", "tsv", "json", "xml", "markdown", "jsonl"] {
            let text = project
                .run(&[&arguments[..], &["--format", format]].concat())
                .expect(0);
            for column in columns.split(',') {
                assert!(
                    text.contains(column),
                    "{name} as {format} lacks {column}:\n{text}"
                );
            }
            assert!(text.lines().count() >= rows.len(), "{name} as {format}");
            let again = project
                .run(&[&arguments[..], &["--format", format]].concat())
                .expect(0);
            assert_eq!(again, text, "{name} as {format}");
        }
        // Piped, the default is CSV.
        assert_eq!(project.run(&arguments).expect(0), csv, "{name}");
    }
}

#[test]
fn the_leaders_are_the_seven_tenures() {
    let project = Project::built();
    let chairmen = "Communist Party of Bukhara,Chairmen of the Communist Party of Bukhara";
    let secretaries =
        "Communist Party of Bukhara,Executive Secretaries of the Communist Party of Bukhara";
    assert_eq!(
        project.rows("leaders"),
        [
            format!("{chairmen},Nadzhib Khusainov,1919-06-27,1920-10-06"),
            format!("{chairmen},Aslamkhodzha Umarkhodzhayev,1920-10-06,1921-02-23"),
            format!("{chairmen},Saidulla Tursunkhodzhayev,1921-02-23,1921-07-03"),
            format!("{secretaries},Abdurashid Mukamilov,1921-07-05,1922-01-10"),
            format!("{secretaries},Mukhtar Saidzhanov,1922,1923-06"),
            format!("{secretaries},Abdullo Rakhimbayev,1923-07-04,1923-12"),
            format!("{secretaries},Akhmetbek Mavlyanbekov,1923-12,1924-11-15"),
        ]
    );
}

#[test]
fn a_date_tells_certain_from_possible() {
    let project = Project::built();
    let at = |date: &str| -> Vec<String> {
        let text = project
            .run(&["run", "leader-at", "--date", date, "--format", "csv"])
            .expect(0);
        text.lines()
            .skip(1)
            .map(|row| row.rsplitn(3, ',').take(2).collect::<Vec<_>>().join("<"))
            .collect()
    };
    assert_eq!(at("1921-03-01"), ["certain<Saidulla Tursunkhodzhayev"]);
    // Saidzhanov began at some time of 1922: possible on any of its days, certain the year after.
    assert_eq!(at("1922-06-01"), ["possible<Mukhtar Saidzhanov"]);
    assert_eq!(at("1923-01-15"), ["certain<Mukhtar Saidzhanov"]);
    // A month, a year and a date in words are asked for as well as a day.
    assert_eq!(at("1922-05"), ["possible<Mukhtar Saidzhanov"]);
    assert_eq!(at("February 1923"), ["certain<Mukhtar Saidzhanov"]);
    assert_eq!(
        at("1922"),
        [
            "possible<Abdurashid Mukamilov",
            "possible<Mukhtar Saidzhanov"
        ]
    );
    assert_eq!(at("1915-01-01"), Vec::<String>::new());
}

#[test]
fn contradictions_are_exactly_two() {
    let project = Project::built();
    let rows = project.rows("contradictions");
    assert_eq!(rows.len(), 2, "{rows:?}");
    let text = rows.join("\n");
    for piece in [
        "1924-11-15",
        "1924-10-27",
        "five-year",
        "1918-09",
        "data/articles/communist-party-of-bukhara.txt:",
    ] {
        assert!(text.contains(piece), "{piece} is not in {text}");
    }
}

#[test]
fn parameters_are_checked() {
    let project = Project::built();
    let cases: &[(&[&str], &[&str])] = &[
        (&["run", "leader-at"], &["FM0304", "date"]),
        (
            &["run", "leader-at", "--date", "1921-06-31"],
            &["FM0304", "1921-06-31"],
        ),
        (&["run", "leader-at", "--dat", "1921"], &["--date"]),
        (&["run", "leader"], &["FM0303", "leaders"]),
        (&["run", "leaders", "--date", "1921"], &["--date"]),
        (&["run", "leaders", "--format", "cvs"], &["FM0602", "csv"]),
    ];
    for (arguments, pieces) in cases {
        let talk = project.run(arguments).expect_talk(2);
        for piece in *pieces {
            assert!(
                talk.contains(piece),
                "{piece:?} is not in the answer to {arguments:?}:\n{talk}"
            );
        }
    }
}

#[test]
fn saved_queries_are_listed() {
    let project = Project::built();
    let list = project.run(&["run"]).expect(0);
    for (name, _) in SAVED {
        assert!(list.contains(name), "{list}");
    }
    let help = project.run(&["run", "leader-at", "--help"]).expect(0);
    assert!(help.contains("--date"), "{help}");
    assert!(
        help.starts_with("Who held which post at a time, certainly or possibly\n"),
        "{help}"
    );
    // The options of a query stand under their own headings.
    let (_, network) = help.split_once("\nNetwork:\n").unwrap();
    assert!(!network.contains("--data <FILE>"), "{help}");
    let short = project.run(&["run", "leader-at", "-h"]).expect(0);
    assert!(short.starts_with("Who held which post"), "{short}");
}

#[test]
fn errors_have_a_caret_and_a_suggestion() {
    let project = Project::built();
    let talk = project
        .run(&["query", "SELECT ?s\nWHER { ?s a pol:Party }"])
        .expect_talk(2);
    assert!(
        talk.contains("FM0301")
            && talk.contains("query:2:1")
            && talk.contains('^')
            && talk.contains("WHERE"),
        "{talk}"
    );
    let talk = project
        .run(&["query", "SELECT * { ?s a poll:Party }"])
        .expect_talk(2);
    assert!(talk.contains("FM0302") && talk.contains("pol:"), "{talk}");
    let talk = project
        .run(&[
            "query",
            "SELECT * { SERVICE <http://localhost/sparql> { ?s ?p ?o } }",
        ])
        .expect_talk(2);
    assert!(talk.contains("SERVICE"), "{talk}");
    let talk = project
        .run(&["query", "DELETE WHERE { ?s ?p ?o }"])
        .expect_talk(2);
    assert!(talk.contains("read"), "{talk}");
}

#[test]
fn a_false_answer_is_a_status_when_asked_for() {
    let project = Project::built();
    assert_eq!(
        project
            .run(&["query", "ASK { ?s a pol:Nothing }"])
            .expect(0)
            .trim(),
        "false"
    );
    let _ = project
        .run(&["query", "ASK { ?s a pol:Nothing }", "--exit-status"])
        .expect(1);
    let _ = project
        .run(&["query", "ASK { ?s a pol:Party }", "--exit-status"])
        .expect(0);
}

#[test]
fn a_saved_query_may_follow_the_files_it_is_run_on() {
    let project = Project::built();
    let _ = project.run(&["export", "-o", "facts.ttl"]).expect(0);
    let call = ["leader-at", "--date", "1922-05", "--format", "csv"];
    let rows = project.run(&[&["run"][..], &call].concat()).expect(0);
    let data = ["run", "--data", "facts.ttl"];
    assert_eq!(project.run(&[&data[..], &call].concat()).expect(0), rows);
    for more in [&[][..], &["leader"]] {
        let talk = project.run(&[&data[..], more].concat()).expect_talk(2);
        assert!(talk.contains("put the name before it"), "{talk}");
    }
}

#[test]
fn files_are_queried_without_a_project() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("one.ttl"),
        "\u{feff}@prefix ex: <http://example.org/> .\nex:a ex:p 1 .\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("two.nt"),
        "<http://example.org/b> <http://example.org/p> \"2\" .\n",
    )
    .unwrap();
    let query = "SELECT ?s ?o { ?s <http://example.org/p> ?o } ORDER BY ?s";
    let rows = run_in(
        folder.path(),
        &["query", query, "--data", "one.ttl", "two.nt"],
        "",
    )
    .expect(0);
    assert_eq!(rows.lines().count(), 3, "{rows}");
    std::fs::write(folder.path().join("rows.rq"), query).unwrap();
    let data = ["--data", "one.ttl", "two.nt"];
    let read = run_in(
        folder.path(),
        &[&["query", "--file", "rows.rq"][..], &data].concat(),
        "",
    );
    assert_eq!(read.expect(0), rows);
    let talk = run_in(
        folder.path(),
        &[&["query", "rows.rq"][..], &data].concat(),
        "",
    )
    .expect_talk(2);
    assert!(talk.contains("--file rows.rq"), "{talk}");
    // The query may follow the files, and further files may follow it.
    for arguments in [
        &["query", "--data", "one.ttl", "two.nt", query][..],
        &[
            "query", "--data", "one.ttl", query, "two.nt", "--format", "csv",
        ],
    ] {
        assert_eq!(run_in(folder.path(), arguments, "").expect(0), rows);
    }
    for arguments in [
        &["query", "--data", "one.ttl"][..],
        &["query", "--data", "one.ttl", "missing.ttl"],
    ] {
        let talk = run_in(folder.path(), arguments, "").expect_talk(2);
        assert!(talk.contains("put the query before it"), "{talk}");
    }
    let piped = run_in(folder.path(), &["query", "-", "--data", "one.ttl"], query).expect(0);
    assert_eq!(piped.lines().count(), 2, "{piped}");
    std::fs::write(folder.path().join("bad.ttl"), "ex:a ex:p 1 .\n").unwrap();
    let talk = run_in(folder.path(), &["query", query, "--data", "bad.ttl"], "").expect_talk(3);
    assert!(
        talk.contains("FM0601") && talk.contains("bad.ttl:1:"),
        "{talk}"
    );
    let talk = run_in(folder.path(), &["query", query, "--data", "none.ttl"], "").expect_talk(3);
    assert!(talk.contains("FM0101"), "{talk}");
}

#[test]
fn facts_and_origins_are_apart() {
    let project = Project::built();
    let count = |query: &str| -> u64 {
        let text = project.run(&["query", query, "--format", "csv"]).expect(0);
        text.lines().nth(1).unwrap().parse().unwrap()
    };
    let facts = count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }");
    assert_eq!(facts as usize, project.statements().len());
    // The same count in a dataset with everything loaded, since a graph is named.
    assert_eq!(
        count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o OPTIONAL { GRAPH fm:none { ?s ?p ?x } } }"),
        facts
    );
    assert!(count("SELECT (COUNT(*) AS ?n) { GRAPH fm:provenance { ?s ?p ?o } }") > facts);
    assert!(count("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }") >= 2);
    assert_eq!(
        count("SELECT (COUNT(*) AS ?n) FROM fm:ontology { pol:Tenure a ?class }"),
        1
    );
}

#[test]
fn a_closed_pipe_is_quiet() {
    let project = Project::built();
    let mut child = crate::support::command(
        &project.path(""),
        &["export", "--graphs", "--format", "trig"],
    )
    .stdout(std::process::Stdio::piped())
    .stderr(std::process::Stdio::piped())
    .spawn()
    .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "");
}

#[test]
fn a_parameter_cannot_bear_the_name_of_an_option() {
    let project = Project::built();
    let text =
        "#+ params:\n#+   - name: contact\n#+     type: string\nSELECT ?contact { ?s ?p ?contact }";
    project.write("queries/who.rq", text);
    let talk = project.run(&["run", "who"]).expect_talk(3);
    assert!(
        talk.contains("FM0307")
            && talk.contains("the parameter contact bears the name of an option"),
        "{talk}"
    );
}
