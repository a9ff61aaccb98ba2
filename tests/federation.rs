//! `SERVICE`: asked only with `--online` and by a list of addresses, against SPARQL endpoints of our own.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::server::{Act, Asked, Server};
use crate::support::{Project, Run, run_in};

const DATA: &str = "@prefix : <http://e.x/> . :a :knows :b . :b :knows :c . _:n :knows :a .";
const JSON: &str = "application/sparql-results+json";

fn ask(folder: &Path, query: &str, more: &[&str]) -> Run {
    fs::write(folder.join("data.ttl"), DATA).unwrap();
    let mut all = vec!["query", query, "--data", "data.ttl", "--format", "csv"];
    all.extend(more);
    run_in(folder, &all, "")
}

fn online<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let start = [
        "--online",
        "--contact",
        "tests@example.org",
        "--pause",
        "0",
        "--tries",
        "2",
        "--service-allow",
        url,
    ];
    start.iter().chain(more).copied().collect()
}

/// What an endpoint says of things and their ages.
fn ages() -> Act {
    let row = |name: &str, age: &str| json!({"who": {"type": "uri", "value": format!("http://e.x/{name}")}, "age": {"type": "literal", "value": age}});
    let body = json!({"head": {"vars": ["who", "age"]}, "results": {"bindings": [row("b", "20"), row("c", "30"), row("d", "40")]}});
    Act::of(200, JSON, &body.to_string())
}

fn query(url: &str) -> String {
    format!(
        "SELECT ?x ?who ?age {{ ?x <http://e.x/knows> ?who SERVICE <{url}> {{ ?who <http://e.x/age> ?age FILTER(?age > \"1\") }} }} ORDER BY ?age"
    )
}

#[track_caller]
fn polite(asked: &[Asked]) {
    for one in asked {
        assert_eq!(one.method, "POST");
        assert!(one.headers["user-agent"].contains("(tests@example.org)"));
        assert!(one.headers["accept"].starts_with("application/sparql-results+json"));
        assert!(
            one.given["query"].starts_with("SELECT"),
            "{}",
            one.given["query"]
        );
    }
}

#[test]
fn rows_of_another_server_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| ages());
    let url = server.url("/sparql");
    let text = ask(folder.path(), &query(&url), &online(&url, &[])).expect(0);
    assert_eq!(
        text,
        "x,who,age\nhttp://e.x/a,http://e.x/b,20\nhttp://e.x/b,http://e.x/c,30\n"
    );
    let asked = server.asked();
    polite(&asked);
    // However many rows it is joined with, a server is asked once.
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0].given["query"].contains("<http://e.x/age>"),
        "{}",
        asked[0].given["query"]
    );
    // Nor where the engine comes back to it for each row.
    let each = format!(
        "SELECT ?who {{ ?x <http://e.x/knows> ?who FILTER EXISTS {{ SERVICE <{url}> {{ ?who <http://e.x/age> ?age }} }} }} ORDER BY ?who"
    );
    let text = ask(folder.path(), &each, &online(&url, &[])).expect(0);
    assert_eq!(text, "who\nhttp://e.x/b\nhttp://e.x/c\n");
    assert_eq!(server.asked().len(), 1);
    // The list of a project counts as well, for saved queries too.
    let project = Project::built();
    let toml = project.read("factmill.toml");
    project.write("factmill.toml", &format!("{toml}\n[query]\nservices = [\"{url}\"]\n\n[wikidata]\ncontact = \"tests@example.org\"\n"));
    project.write("queries/ages.rq", &format!("#+ summary: Ages\nSELECT ?who ?age {{ SERVICE <{url}> {{ ?who <http://e.x/age> ?age }} }} ORDER BY ?age"));
    let _ = project.run(&["build"]).expect(0);
    assert!(
        project
            .run(&["run", "ages"])
            .expect_talk(2)
            .contains("FM0308")
    );
    assert_eq!(server.asked().len(), 0);
    let rows = project
        .run(&["run", "ages", "--online", "--format", "csv"])
        .expect(0);
    assert_eq!(rows.lines().count(), 4, "{rows}");
    let rows = project
        .run(&["run", "--online", "ages", "--format", "csv"])
        .expect(0);
    assert_eq!(rows.lines().count(), 4, "{rows}");
}

#[test]
fn only_servers_on_the_list_are_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (server, other) = (Server::start(|_| ages()), Server::start(|_| ages()));
    let (url, stranger) = (server.url("/sparql"), other.url("/sparql"));
    let refused = |query: &str, more: &[&str], word: &str| {
        let talk = ask(folder.path(), query, more).expect_talk(2);
        assert!(
            talk.contains("FM0308") && talk.contains(word),
            "{query}: {talk}"
        );
    };
    let allow =
        |silent: &str, url: &str| format!("ASK {{ SERVICE {silent} <{url}> {{ ?s ?p ?o }} }}");
    refused(&allow("", &url), &[], "--service-allow");
    refused(
        &allow("SILENT", &url),
        &["--service-allow", &url],
        "--online",
    );
    refused(&allow("", &stranger), &online(&url, &[]), &stranger);
    refused(&allow("SILENT", &stranger), &online(&url, &[]), &stranger);
    refused(
        &allow("", &format!("{url}/")),
        &online(&url, &[]),
        "not on the list",
    );
    refused(
        "ASK { ?x ?y ?s SERVICE ?s { ?a ?b ?c } }",
        &online(&url, &[]),
        "by a variable",
    );
    refused(
        "ASK { ?x ?y ?s SERVICE SILENT ?s { ?a ?b ?c } }",
        &online(&url, &[]),
        "by a variable",
    );
    let hidden = format!(
        "ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {{ SELECT * {{ SERVICE SILENT <{stranger}> {{ ?s ?p ?o }} }} }} }} }}"
    );
    refused(&hidden, &online(&url, &[]), &stranger);
    let nested =
        format!("ASK {{ SERVICE <{url}> {{ ?s ?p ?o SERVICE <{stranger}> {{ ?s ?p ?o }} }} }}");
    refused(&nested, &online(&url, &[]), &stranger);
    assert_eq!(server.asked().len() + other.asked().len(), 0);
    let contact = ["--online", "--service-allow", &url];
    assert!(
        ask(folder.path(), &allow("", &url), &contact)
            .expect_talk(2)
            .contains("who asks")
    );
    // An endpoint that is allowed cannot send the query elsewhere.
    let sly = Server::start(move |_| Act::of(307, "text/html", "").with("Location", &stranger));
    let url = sly.url("/");
    let talk = ask(folder.path(), &allow("", &url), &online(&url, &[])).expect_talk(3);
    assert!(
        talk.contains("FM0903") && talk.contains("sends elsewhere"),
        "{talk}"
    );
    assert_eq!((sly.asked().len(), other.asked().len()), (1, 0));
}

#[test]
fn three_formats_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let xml = r#"<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="who"/></head><results><result><binding name="who"><uri>http://e.x/b</uri></binding></result></results></sparql>"#;
    let acts = [
        Act::of(
            200,
            "application/sparql-results+json; charset=utf-8",
            r#"{"head":{"vars":["who"]},"results":{"bindings":[{"who":{"type":"uri","value":"http://e.x/b"}}]}}"#,
        ),
        Act::of(200, "application/sparql-results+xml", xml),
        Act::of(200, "text/tab-separated-values", "?who\n<http://e.x/b>\n"),
    ];
    for act in acts {
        let server = Server::start(move |_| act.clone());
        let url = server.url("/");
        let query = format!(
            "SELECT ?x {{ SERVICE <{url}> {{ ?who a <http://e.x/T> }} ?x <http://e.x/knows> ?who }}"
        );
        assert_eq!(
            ask(folder.path(), &query, &online(&url, &[])).expect(0),
            "x\nhttp://e.x/a\n"
        );
    }
}

#[test]
fn failures_are_told_or_passed_over_in_the_open() {
    let folder = tempfile::tempdir().unwrap();
    for (act, code, status, requests) in [
        (
            Act::of(429, "text/plain", "slow down").with("Retry-After", "0"),
            "FM0904",
            5,
            2,
        ),
        (
            Act::of(429, "text/plain", "slow down").with("Retry-After", "9999"),
            "FM0904",
            5,
            1,
        ),
        (Act::of(500, "text/plain", ""), "FM0904", 5, 2),
        (
            Act::of(400, "text/plain", "MALFORMED QUERY"),
            "FM0903",
            3,
            1,
        ),
        (Act::of(200, "text/html", "<html>"), "FM0903", 3, 1),
        (Act::of(200, JSON, "{\"head\":"), "FM0903", 3, 1),
        (Act::Close, "FM0902", 4, 2),
        (Act::CutOff, "FM0902", 4, 2),
    ] {
        let told = format!("{act:?}");
        let server = Server::start(move |_| act.clone());
        let url = server.url("/sparql");
        let talk = ask(folder.path(), &query(&url), &online(&url, &[])).expect_talk(status);
        assert!(talk.contains(code), "{told}: {talk}");
        assert_eq!(server.asked().len(), requests, "{told}");
        // Silent: the rows of here without those of there, and a warning.
        let silent = query(&url)
            .replace("SERVICE", "SERVICE SILENT")
            .replace("ORDER BY ?age", "ORDER BY ?who");
        let run = ask(folder.path(), &silent, &online(&url, &[]));
        assert!(
            run.stderr.contains("SERVICE SILENT passes over"),
            "{told}: {}",
            run.stderr
        );
        assert_eq!(run.expect(0).lines().count(), 4, "{told}");
        assert_eq!(server.asked().len(), requests, "{told}");
    }
    // A limit that passes is waited out.
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |_| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            Act::of(429, "text/plain", "").with("Retry-After", "0")
        } else {
            ages()
        }
    });
    let url = server.url("/sparql");
    let text = ask(folder.path(), &query(&url), &online(&url, &[])).expect(0);
    assert_eq!(text.lines().count(), 3);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn limits_hold_for_what_others_send() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| ages());
    let url = server.url("/");
    let talk = ask(
        folder.path(),
        &query(&url),
        &online(&url, &["--max-rows", "2"]),
    )
    .expect_talk(5);
    assert!(
        talk.contains("FM0305") && talk.contains("more rows than the limit of 2"),
        "{talk}"
    );
    let silence = Server::start(|_| Act::Hang);
    let url = silence.url("/");
    let talk = ask(
        folder.path(),
        &query(&url),
        &online(&url, &["--timeout", "1"]),
    )
    .expect_talk(5);
    assert!(
        talk.contains("FM0305") && talk.contains("limit of 1 s"),
        "{talk}"
    );
    let talk = ask(
        folder.path(),
        &query(&url),
        &online(&url, &["--answer-timeout", "0.2"]),
    )
    .expect_talk(4);
    assert!(
        talk.contains("FM0902") && talk.contains("no answer within 0.2 s"),
        "{talk}"
    );
}
