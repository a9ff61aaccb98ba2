//! What is exported is the same bytes for the same facts, and reads back as the same graph.

use std::fs;

use crate::support::{Project, run_in};

const FORMATS: &[(&str, &str)] = &[
    ("turtle", "ttl"),
    ("ntriples", "nt"),
    ("nquads", "nq"),
    ("trig", "trig"),
    ("jsonld", "jsonld"),
    ("rdfxml", "rdf"),
];

#[test]
fn every_syntax_reads_back_as_the_same_graph() {
    let project = Project::built();
    let facts = project.run(&["export", "--format", "nt"]).expect(0);
    assert!(facts.lines().count() > 200);
    for (format, ending) in FORMATS {
        let file = format!("out.{ending}");
        let _ = project
            .run(&["export", "--format", format, "-o", &file])
            .expect(0);
        // Sorted N-Triples with canonical labels are equal exactly when the graphs are isomorphic.
        let back = run_in(
            &project.path(""),
            &["export", "--data", &file, "--format", "nt"],
            "",
        )
        .expect(0);
        assert_eq!(back, facts, "{format}");
        // The file's ending names the format as well as --format does.
        let by_ending = format!("again.{ending}");
        let _ = project.run(&["export", "-o", &by_ending]).expect(0);
        assert_eq!(project.read(&by_ending), project.read(&file), "{format}");
    }
}

#[test]
fn turtle_is_byte_equal_over_ten_builds() {
    let first = Project::built()
        .run(&["export", "--format", "turtle"])
        .expect(0);
    for _ in 1..10 {
        let again = Project::built()
            .run(&["export", "--format", "turtle"])
            .expect(0);
        assert!(again == first);
    }
}

/// Both feature sets are held against this file, and so against each other.
#[test]
fn turtle_is_what_it_was() {
    let turtle = Project::built()
        .run(&["export", "--format", "turtle"])
        .expect(0);
    let golden = crate::support::root().join("tests/golden/bukhara.ttl");
    if std::env::var_os("FACTMILL_BLESS").is_some() {
        fs::write(&golden, &turtle).unwrap();
    }
    assert!(
        turtle == fs::read_to_string(&golden).unwrap(),
        "differs from tests/golden/bukhara.ttl; FACTMILL_BLESS=1 renews it"
    );
}

#[test]
fn shuffled_rows_give_the_same_bytes() {
    let project = Project::built();
    let turtle = project.run(&["export", "--format", "turtle"]).expect(0);
    // The rows of every curated table in reverse.
    for entry in fs::read_dir(project.path("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let header = reader.headers().unwrap().clone();
        let mut rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        rows.reverse();
        let mut writer = csv::Writer::from_path(&path).unwrap();
        writer.write_record(&header).unwrap();
        for row in rows {
            writer.write_record(&row).unwrap();
        }
        writer.flush().unwrap();
    }
    // The infobox of the article in reverse, and the rows below each heading.
    let article = "data/articles/communist-party-of-bukhara.txt";
    let lines: Vec<String> = project.read(article).lines().map(str::to_owned).collect();
    let mut shuffled: Vec<String> = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let full =
        |line: &str| line.starts_with("- ") || (line.starts_with('|') && line.contains("19"));
    for line in lines {
        if full(&line) {
            run.push(line);
        } else {
            shuffled.extend(run.drain(..).rev());
            shuffled.push(line);
        }
    }
    shuffled.extend(run.drain(..).rev());
    project.write(article, &format!("{}\n", shuffled.join("\n")));
    let _ = project.run(&["build"]).expect(0);
    assert!(project.run(&["export", "--format", "turtle"]).expect(0) == turtle);
}

#[test]
fn graphs_are_never_dropped_in_silence() {
    let project = Project::built();
    let all = project
        .run(&["export", "--graphs", "--format", "trig"])
        .expect(0);
    assert!(all.contains("fm:ontology {"), "{}", &all[..400]);
    let talk = project
        .run(&["export", "--graphs", "--format", "turtle"])
        .expect_talk(2);
    assert!(talk.contains("use trig, nquads or jsonld"), "{talk}");
    // The hints lead on: the query writes one graph, and JSON-LD takes all with what it asks for.
    let query = talk.split('"').nth(1).unwrap();
    assert!(query.contains("GRAPH <https://w3id.org/factmill/ns#inferred>"));
    let one = project.run(&["query", query]).expect(0);
    assert!(one.starts_with("@prefix"), "{one}");
    assert!(talk.contains("only with --reification rdf11"), "{talk}");
    let _ = project
        .run(&["export", "--graphs", "--format", "jsonld"])
        .expect_talk(2);
    let arguments = ["export", "--graphs", "--format", "jsonld", "--reification"];
    let _ = project
        .run(&[&arguments[..], &["rdf11"]].concat())
        .expect(0);
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_killed_run_left_of_an_output_is_swept_up() {
    let project = Project::built();
    let parts = || {
        let mut names: Vec<String> = fs::read_dir(project.path("."))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".part"))
            .collect();
        names.sort();
        names
    };
    // Where a file may not grow, the system ends the process.
    let call = format!(
        "ulimit -f 1; exec {:?} export -o facts.nt",
        env!("CARGO_BIN_EXE_factmill")
    );
    let killed = std::process::Command::new("sh")
        .args(["-c", &call])
        .current_dir(project.path("."))
        .status()
        .unwrap();
    assert!(!killed.success());
    assert_eq!(parts().len(), 1, "{:?}", parts());
    assert!(!project.path("facts.nt").exists());
    // Only parts of the same output that nobody writes are removed, and nothing of other names.
    let kept = [
        "facts.nt.999999999.part",
        "facts.nt.factmill-7.part",
        "other.nt.factmill-999999999.part",
    ];
    for name in kept.iter().chain(&["mapped.nq.factmill-999999999.part"]) {
        project.write(name, "half");
    }
    let written = fs::File::open(project.path(kept[1])).unwrap();
    written.lock().unwrap();
    let _ = project.run(&["export", "-o", "facts.nt"]).expect(0);
    let mapping = "data/curated.rml.ttl";
    let _ = project.run(&["map", mapping, "-o", "mapped.nq"]);
    assert_eq!(parts(), kept);
    drop(written);
}

#[test]
fn a_query_that_constructs_writes_rdf() {
    let project = Project::built();
    let query = "CONSTRUCT { ?tenure pol:start ?start } WHERE { ?tenure pol:start ?start }";
    let turtle = project.run(&["query", query, "--format", "ttl"]).expect(0);
    assert!(turtle.starts_with("@prefix"), "{turtle}");
    let lines = project.run(&["query", query, "--format", "nt"]).expect(0);
    assert!(lines.lines().count() >= 7, "{lines}");
    let talk = project
        .run(&["query", query, "--format", "csv"])
        .expect_talk(2);
    assert!(talk.contains("turtle"), "{talk}");
}

#[test]
fn provenance_goes_along_as_far_as_asked_for_and_in_the_words_asked_for() {
    let project = Project::built();
    let export = |options: &[&str]| {
        let arguments = [&["export", "--format", "nquads"], options].concat();
        project.run(&arguments).expect(0)
    };
    let count = |text: &str, what: &str| text.matches(what).count();
    let (facts, all) = (export(&[]), export(&["--graphs"]));
    let reified = count(&all, "#reifies> <<(");
    assert!(reified > 300, "{reified}");

    let statement = export(&["--provenance", "statement"]);
    assert_eq!(count(&statement, "#reifies> <<("), reified);
    assert_eq!(count(&statement, "ns#ontology> ."), 0);
    let of_facts = |text: &str| {
        text.lines()
            .filter(|line| !line.ends_with("provenance> ."))
            .count()
    };
    assert_eq!(of_facts(&statement), facts.lines().count());

    let graph = export(&["--provenance", "graph"]);
    assert_eq!(count(&graph, "#reifies>"), 0);
    assert!(count(&graph, "ns#Source>") > 3 && count(&graph, "ns#Rule>") > 3);
    let without = export(&["--graphs", "--provenance", "none"]);
    assert_eq!(count(&without, "provenance> ."), 0);
    assert!(count(&without, "ns#ontology> .") > 100);

    // Nothing but the reified triples is said in other words.
    let older = export(&["--graphs", "--reification", "rdf11"]);
    assert_eq!(count(&older, "<<("), 0);
    let classes = |text: &str| count(text, "rdf-syntax-ns#Statement> ");
    assert_eq!(classes(&older), classes(&all) + reified);
    assert_eq!(older.lines().count(), all.lines().count() + 3 * reified);

    let _ = project.run(&["build", "--provenance", "none"]).expect(0);
    let told = project
        .run(&["export", "--format", "trig", "--provenance", "graph"])
        .expect_talk(3);
    assert!(
        told.contains("FM0407") && told.contains("--provenance graph"),
        "{told}"
    );
}
