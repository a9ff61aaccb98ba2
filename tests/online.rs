//! `--online`: extracts from the API of a Wikibase and candidates from reconciliation services, against servers of our own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use factmill::serve::message::{Kind, Version, check};
use serde_json::{Value, json};

use crate::serve::serve;
use crate::support::server::{Act, Asked, Server};
use crate::support::wikibase::{Wikibase, entity};
use crate::support::{Project, Run, command, run_in, shared};

const CONTACT: [&str; 2] = ["--contact", "tests@example.org"];
/// Enough to get over one trouble, without waiting.
const PATIENT: [&str; 4] = ["--tries", "2", "--pause", "0"];

fn run(folder: &Path, start: &[&str], more: &[&str]) -> Run {
    let all: Vec<&str> = start.iter().chain(&CONTACT).chain(more).copied().collect();
    run_in(folder, &all, "")
}

fn extract(folder: &Path, api: &str, into: &str, more: &[&str]) -> Run {
    run(
        folder,
        &["wikidata", "extract", "--online", "--api", api, "-o", into],
        more,
    )
}

/// Asks a service about the names in `t.csv`; the answers are kept in a folder.
fn ask_service(folder: &Path, url: &str, into: &str, more: &[&str]) -> Run {
    let start = ["wikidata", "link", "--table", "t.csv", "--name", "n"];
    let whom = ["--candidates", into, "--online", "--service", url];
    run(folder, &[&start[..], &whom].concat(), more)
}

/// The files of a folder.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let listed = fs::read_dir(folder).unwrap();
    let paths = listed.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// A party, its class and what is above it, and as many items more as make three lots.
fn held() -> Vec<Value> {
    let mut all = vec![
        entity(
            "Q4100482",
            "Communist Party of Bukhara",
            &[("P31", &["Q233591"]), ("P17", &["Q68682"])],
        ),
        entity("Q233591", "communist party", &[("P279", &["Q7278"])]),
        entity("Q7278", "political party", &[("P279", &["Q43229"])]),
        entity("Q43229", "organization", &[]),
    ];
    all.extend((0..120).map(|at| {
        entity(
            &format!("Q{}", 999_000_000 + at),
            &format!("Item {at}"),
            &[],
        )
    }));
    all
}

fn many() -> Vec<String> {
    (0..120)
        .map(|at| format!("Q{}", 999_000_000 + at))
        .collect()
}

#[test]
fn an_extract_is_fetched_in_lots_and_is_the_same_every_time() {
    let wikibase = Wikibase::start(held(), &[("Q999000500", "Q4100482")]);
    let folder = tempfile::tempdir().unwrap();
    let list = format!(
        "{}\nQ4100482 Q999000500 Q999000999 Q99999999999",
        many().join("\n")
    );
    fs::write(folder.path().join("ids.txt"), list).unwrap();
    let talk = extract(folder.path(), &wikibase.api(), "a", &["--ids", "ids.txt"]).expect_talk(1);
    assert!(
        talk.contains("FM0804") && talk.contains("Q999000999, Q99999999999 is not there"),
        "{talk}"
    );
    assert!(
        talk.contains("Q999000500 was merged into Q4100482"),
        "{talk}"
    );
    let asked = wikibase.asked();
    // 124 items are three lots; the one with an impossible number is asked again without it. Then the classes, level by level.
    assert_eq!(asked.len(), 4 + 3, "{asked:#?}");
    let a = files(&folder.path().join("a"));
    let names: Vec<&str> = a.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "entities.jsonl",
            "extract.json",
            "redirects.tsv",
            "subclasses.tsv"
        ]
    );
    assert_eq!(a["entities.jsonl"].lines().count(), 121);
    assert!(
        a["entities.jsonl"]
            .starts_with(r#"{"id":"Q4100482","labels":{"en":"Communist Party of Bukhara"}"#)
    );
    assert_eq!(a["redirects.tsv"], "Q999000500\tQ4100482\n");
    assert_eq!(a["subclasses.tsv"], "Q7278\tQ43229\nQ233591\tQ7278\n");
    let about: Value = serde_json::from_str(&a["extract.json"]).unwrap();
    assert_eq!(about["missing"], json!(["Q999000999", "Q99999999999"]));
    assert_eq!(about["revisions"]["Q4100482"], 1008);
    let _ = extract(folder.path(), &wikibase.api(), "b", &["--ids", "ids.txt"]).expect(1);
    assert_eq!(a, files(&folder.path().join("b")));
    // An extract that was fetched may be fetched again, one from a dump may not.
    let _ = extract(folder.path(), &wikibase.api(), "b", &["--id", "Q4100482"]).expect(0);
    assert_eq!(
        files(&folder.path().join("b"))["entities.jsonl"]
            .lines()
            .count(),
        1
    );
    fs::write(folder.path().join("dump.json"), held()[0].to_string()).unwrap();
    let _ = run_in(
        folder.path(),
        &["wikidata", "extract", "dump.json", "--all", "-o", "c"],
        "",
    )
    .expect(0);
    let _ = wikibase.asked();
    let talk = extract(folder.path(), &wikibase.api(), "c", &["--id", "Q4100482"]).expect_talk(2);
    assert!(talk.contains("holds an extract from a dump"), "{talk}");
    assert_eq!(wikibase.asked().len(), 0);
}

/// What comes by the API is what comes from a dump of the same entities.
#[test]
fn an_extract_by_the_api_is_that_of_a_dump() {
    let Some(dump) = shared("data/wikidata/entities-dump.json.gz") else {
        return;
    };
    let text = std::io::read_to_string(flate2::read::MultiGzDecoder::new(
        fs::File::open(&dump).unwrap(),
    ))
    .unwrap();
    let all: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line.trim_end_matches(',')).ok())
        .collect();
    let mut ids: Vec<String> = all
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .filter(|id| id.starts_with('Q'))
        .collect();
    ids.sort_by_key(|id| (id.len(), id.clone()));
    ids.truncate(150);
    let wikibase = Wikibase::start(all, &[]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ids.txt"), ids.join(" ")).unwrap();
    let _ = extract(
        folder.path(),
        &wikibase.api(),
        "online",
        &["--ids", "ids.txt"],
    )
    .expect(0);
    assert_eq!(Wikibase::fetched(&wikibase.asked()).len(), 150);
    let _ = run_in(
        folder.path(),
        &[
            "wikidata",
            "extract",
            &dump.display().to_string(),
            "--ids",
            "ids.txt",
            "-o",
            "dump",
        ],
        "",
    )
    .expect(0);
    let lines = |name: &str| {
        let text = files(&folder.path().join(name))["entities.jsonl"].clone();
        text.lines()
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(lines("online").len(), 150);
    assert!(lines("online") == lines("dump"));
}

fn troubles() -> Vec<(&'static str, Act, &'static str, i32)> {
    let maxlag = json!({"error": {"code": "maxlag", "info": "Waiting for a database: 5.1 seconds lagged.", "lag": 5.1}});
    let limited = json!({"error": {"code": "ratelimited", "info": "As an anti-abuse measure…"}});
    vec![
        (
            "429",
            Act::of(429, "text/plain", "Too many").with("Retry-After", "0"),
            "FM0904",
            5,
        ),
        (
            "a date",
            Act::of(503, "text/html", "<html>")
                .with("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
                .with("Retry-After", "Wed, 21 Oct 2015 07:27:00 GMT"),
            "FM0904",
            5,
        ),
        ("500", Act::of(500, "text/html", "<html>"), "FM0904", 5),
        (
            "maxlag",
            Act::json(&maxlag).with("Retry-After", "0"),
            "FM0903",
            3,
        ),
        ("a limit in the body", Act::json(&limited), "FM0903", 3),
        (
            "broken JSON",
            Act::of(200, "application/json", "{\"entities\":{"),
            "FM0903",
            3,
        ),
        (
            "an answer that lacks one",
            Act::json(&json!({"entities": {}})),
            "FM0903",
            3,
        ),
        (
            "a page",
            Act::of(200, "text/html", "<html>Wikimedia Error</html>"),
            "FM0903",
            3,
        ),
        ("a torn body", Act::CutOff, "FM0902", 4),
        ("a closed connection", Act::Close, "FM0902", 4),
        ("silence", Act::Hang, "FM0902", 4),
    ]
}

#[test]
fn troubles_are_waited_out_or_told() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let wish = ["--id", "Q43229", "--answer-timeout", "2"];
    let with = |into: &str, more: &[&str]| {
        let all: Vec<&str> = wish.iter().chain(more).copied().collect();
        extract(folder.path(), &wikibase.api(), into, &all)
    };
    let _ = with("good", &[]).expect(0);
    let good = files(&folder.path().join("good"));
    assert_eq!(wikibase.asked().len(), 1);
    for (name, trouble, code, status) in troubles() {
        wikibase.trouble([trouble.clone()]);
        let talk = with("once", &PATIENT).expect_talk(0);
        assert!(talk.contains("again in 0 s"), "{name}: {talk}");
        assert_eq!(wikibase.asked().len(), 2, "{name}");
        assert_eq!(good, files(&folder.path().join("once")), "{name}");
        wikibase.trouble([trouble]);
        let talk = with("never", &["--tries", "1"]).expect_talk(status);
        assert!(
            talk.contains(code) && talk.contains("given up after one try"),
            "{name}: {talk}"
        );
        assert_eq!(wikibase.asked().len(), 1, "{name}");
        assert!(
            !folder.path().join("never/entities.jsonl").exists(),
            "{name}"
        );
    }
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let far = Act::of(429, "text/plain", "").with("Retry-After", "3600");
    let late = Act::of(503, "text/plain", "")
        .with("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
        .with("Retry-After", "Thu, 22 Oct 2015 07:28:00 GMT");
    for (trouble, wait) in [(far, "3600 s"), (late, "86400 s")] {
        wikibase.trouble([trouble]);
        let talk = extract(folder.path(), &wikibase.api(), "x", &["--id", "Q43229"]).expect_talk(5);
        assert!(talk.contains("FM0904") && talk.contains(wait), "{talk}");
        assert_eq!(wikibase.asked().len(), 1);
    }
    // What no waiting helps against is not tried again.
    let denied = json!({"error": {"code": "badtoken", "info": "Invalid token."}});
    for (trouble, status, word) in [
        (Act::json(&denied), 3, "badtoken"),
        (Act::of(404, "text/html", "<html>"), 3, "status 404"),
        (bomb(), 3, "64 MiB"),
    ] {
        wikibase.trouble([trouble]);
        let talk =
            extract(folder.path(), &wikibase.api(), "x", &["--id", "Q43229"]).expect_talk(status);
        assert!(talk.contains("FM0903") && talk.contains(word), "{talk}");
        assert_eq!(wikibase.asked().len(), 1);
    }
}

/// A small body that unpacks into a large one.
fn bomb() -> Act {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..65 {
        packed.write_all(&zeros).unwrap();
    }
    let body = packed.finish().unwrap();
    let kind = ("Content-Type", "application/json".to_owned());
    Act::Answer(
        200,
        vec![kind, ("Content-Encoding", "gzip".to_owned())],
        body,
    )
}

#[test]
fn redirections_are_followed_a_few_times() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let again = |times: usize| {
        let url = format!(
            "{}?{}",
            wikibase.api(),
            "action=wbgetentities&ids=Q43229&props=info%7Clabels&format=json&maxlag=5"
        );
        vec![Act::of(302, "text/html", "").with("Location", &url); times]
    };
    wikibase.trouble(again(2));
    let _ = extract(folder.path(), &wikibase.api(), "x", &["--id", "Q43229"]).expect(0);
    assert_eq!(wikibase.asked().len(), 3);
    wikibase.trouble(again(20));
    let talk = extract(folder.path(), &wikibase.api(), "x", &["--id", "Q43229"]).expect_talk(3);
    assert!(
        talk.contains("FM0903") && talk.contains("redirect"),
        "{talk}"
    );
    assert!(wikibase.asked().len() < 10);
}

#[test]
fn interrupted_work_goes_on_where_it_was() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ids.txt"), many().join(" ")).unwrap();
    let fetch = |into: &str, more: &[&str]| {
        let all: Vec<&str> = ["--ids", "ids.txt", "--tries", "1"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        extract(folder.path(), &wikibase.api(), into, &all)
    };
    let _ = fetch("whole", &[]).expect(0);
    let whole = Wikibase::fetched(&wikibase.asked());
    assert_eq!(whole.len(), 120);
    // The first lot comes, the second does not.
    let first = json!({"entities": (0..50).map(|at| {
        let id = format!("Q{}", 999_000_000 + at);
        (id.clone(), entity(&id, &format!("Item {at}"), &[]))
    }).collect::<serde_json::Map<_, _>>()});
    wikibase.trouble([Act::json(&first), Act::Close]);
    let _ = fetch("parts", &[]).expect(4);
    let _ = wikibase.asked();
    // What was being written when it ended is dropped.
    let journal = folder.path().join("parts/online.part");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{text}{{\"gone\":\"Q9990")).unwrap();
    let talk = fetch("parts", &[]).expect_talk(0);
    assert!(talk.contains("Taken up again; answers kept: 50."), "{talk}");
    assert_eq!(Wikibase::fetched(&wikibase.asked()), whole[50..]);
    assert_eq!(
        files(&folder.path().join("parts")),
        files(&folder.path().join("whole"))
    );
}

#[test]
fn nothing_is_asked_without_leave_and_a_contact() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let api = wikibase.api();
    let bare = [
        "wikidata", "extract", "--online", "--api", &api, "--id", "Q43229", "-o", "x",
    ];
    let talk = run_in(folder.path(), &bare, "").expect_talk(2);
    assert!(
        talk.contains("FM0001") && talk.contains("who asks") && talk.contains("--contact"),
        "{talk}"
    );
    for contact in ["nobody", "a b@example.org", "me@exämple.org"] {
        let all: Vec<&str> = bare
            .iter()
            .chain(&["--contact", contact])
            .copied()
            .collect();
        let talk = run_in(folder.path(), &all, "").expect_talk(2);
        assert!(talk.contains("is no contact"), "{talk}");
    }
    let _ = run_in(
        folder.path(),
        &["wikidata", "extract", "--api", &api, "x.json"],
        "",
    )
    .expect(2);
    let _ = run_in(folder.path(), &["wikidata", "extract", "-o", "x"], "").expect(2);
    // A project that names the API and a contact still asks nobody by itself.
    let project = Project::built();
    let toml = project.read("factmill.toml");
    let said = format!("{toml}\n[wikidata]\napi = \"{api}\"\ncontact = \"tests@example.org\"\n");
    project.write("factmill.toml", &said);
    let _ = project.run(&["build"]).expect(0);
    assert!(
        project
            .run(&["wikidata", "link"])
            .expect_talk(3)
            .contains("FM0101")
    );
    assert_eq!(wikibase.asked().len(), 0);
    assert!(!folder.path().join("x").exists());
    let _ = project
        .run(&["wikidata", "extract", "--online", "--id", "Q43229"])
        .expect(0);
    assert_eq!(wikibase.asked().len(), 1);
    assert!(
        project
            .read(".factmill/wikidata/entities.jsonl")
            .contains("Q43229")
    );
}

#[test]
fn a_graph_is_linked_online_and_again_without() {
    let mut all = held();
    all.push(entity(
        "Q999000010",
        "Communist Party of Turkestan",
        &[("P31", &["Q233591"]), ("P17", &["Q2305208"])],
    ));
    all.push(entity(
        "Q999000011",
        "Communist Party of Turkestan",
        &[("P31", &["Q5"])],
    ));
    let wikibase = Wikibase::start(all, &[]);
    let project = Project::built();
    let api = wikibase.api();
    let link = |more: &[&str]| {
        let start = ["wikidata", "link", "--online", "--api", &api];
        run(&project.path("."), &start, more)
    };
    let fetched = link(&[]);
    // Persons of the example bear names in languages that the server knows, or in none that is told.
    let asked = wikibase.asked();
    let searches: Vec<&Asked> = asked
        .iter()
        .filter(|one| one.given["action"] == "wbsearchentities")
        .collect();
    let languages: std::collections::BTreeSet<&str> = searches
        .iter()
        .map(|one| one.given["language"].as_str())
        .collect();
    assert!(languages.contains("en"), "{languages:?}");
    assert!(
        searches
            .iter()
            .any(|one| one.given["search"] == "Communist Party of Turkestan")
    );
    let names: Vec<(&str, &str)> = searches
        .iter()
        .map(|one| (one.given["search"].as_str(), one.given["language"].as_str()))
        .collect();
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(
        names.len(),
        different.len(),
        "no name is searched for twice"
    );
    let status = fetched.status;
    let text = fetched.stdout.clone();
    let party: Value = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| line["label"] == "Communist Party of Turkestan")
        .unwrap();
    let items: Vec<&str> = party["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["item"].as_str().unwrap())
        .collect();
    // A communist party is a party by the classes that were followed upward; a person is none.
    assert_eq!(items[0], "Q999000010");
    assert!(!items.contains(&"Q999000011"), "{items:?}");
    assert_eq!(party["item"], Value::Null);
    // The same from what was kept; a threshold decides there as well.
    let again = project.run(&["wikidata", "link"]);
    assert_eq!(
        (again.stdout.as_str(), again.status),
        (text.as_str(), status)
    );
    assert_eq!(wikibase.asked().len(), 0);
    let run = project.run(&["wikidata", "link", "--threshold", "0.3"]);
    assert!(
        run.stdout.contains("\"item\":\"Q999000010\""),
        "{}",
        run.stdout
    );
    assert!(
        project
            .read("data/links/wikidata.sssom.tsv")
            .contains("wd:Q999000010")
    );
}

#[test]
fn a_table_is_linked_online_and_again_without() {
    let wikibase = Wikibase::start(held(), &[]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("t.csv"),
        "n\nCommunist Party of Bukhara\nNothing of the kind\n\n",
    )
    .unwrap();
    let api = wikibase.api();
    let offline = [
        "wikidata",
        "link",
        "--table",
        "t.csv",
        "--name",
        "n",
        "--candidates",
        "c",
    ];
    let online: Vec<&str> = offline
        .iter()
        .chain(&[
            "--online",
            "--api",
            &api,
            "--language",
            "en",
            "--language",
            "ru",
            "--language",
            "xx",
        ])
        .copied()
        .collect();
    let fetched = run(folder.path(), &online, &[]);
    assert!(
        fetched
            .stderr
            .contains("the language \"xx\" is not known there"),
        "{}",
        fetched.stderr
    );
    let text = fetched.expect(1);
    assert!(text.contains("1,Q4100482,"), "{text}");
    let asked = wikibase.asked();
    let languages: Vec<&str> = asked
        .iter()
        .filter_map(|one| one.given.get("language").map(String::as_str))
        .collect();
    // A language that is not known is asked for once.
    assert_eq!(languages, ["en", "en", "ru", "ru", "xx"]);
    assert_eq!(run_in(folder.path(), &offline, "").expect(0), text);
    assert_eq!(wikibase.asked().len(), 0);
}

/// Asks our own service, by each version of the API, and again without it.
#[test]
fn our_own_service_is_one_of_them() {
    let served = serve();
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("t.csv"),
        "n\nGuild of <Bakers>\nЦех ткачей\nGuild of Weavers\nNothing\n",
    )
    .unwrap();
    for (path, version) in [("", "0.2"), ("/1.0-draft", "1.0-draft")] {
        let url = format!("http://{}{path}/", served.address);
        let offline = [
            "wikidata",
            "link",
            "--table",
            "t.csv",
            "--name",
            "n",
            "--candidates",
            version,
        ];
        let ask = |more: &[&str]| ask_service(folder.path(), &url, version, more);
        let unlinked = ask(&[]).expect(0);
        assert!(
            unlinked
                .lines()
                .skip(1)
                .all(|line| line.split(',').nth(1) == Some("")),
            "{unlinked}"
        );
        let text = ask(&["--threshold", "0.9"]).expect(0);
        let items: Vec<String> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).unwrap().to_owned())
            .collect();
        // Two entities bear the third name.
        assert_eq!(
            items,
            ["http://example.org/b", "http://example.org/a", "", ""],
            "{version}: {text}"
        );
        let text = ask(&["--threshold", "0.9", "--type", "http://example.org/Ship"]).expect(0);
        assert!(text.contains("3,http://example.org/c,"), "{text}");
        let again: Vec<&str> = offline
            .iter()
            .chain(&["--threshold", "0.9"])
            .copied()
            .collect();
        assert_eq!(
            run_in(folder.path(), &again, "").expect(0),
            text,
            "{version}"
        );
        let kept = files(&folder.path().join(version));
        assert!(kept["answers.jsonl"].starts_with(&format!("{{\"name\":\"factmill\",\"service\":\"{url}\",\"type\":\"http://example.org/Ship\",\"version\":\"{version}\"")), "{kept:?}");
    }
}

/// A service that offers for each name the same candidates, a hundred for the first, and takes so many at once.
fn service(versions: Value, said: usize, takes: usize) -> Server {
    let draft = !versions.to_string().contains("0.2");
    Server::start(move |asked| {
        if asked.method == "GET" {
            return Act::json(
                &json!({"versions": versions, "name": "Test", "identifierSpace": "http://www.wikidata.org/entity/",
                "schemaSpace": "http://www.wikidata.org/prop/direct/", "batchSize": said}),
            );
        }
        let body: Value = if draft {
            serde_json::from_str(&asked.body).unwrap()
        } else {
            serde_json::from_str(&asked.given["queries"]).unwrap()
        };
        let version = if draft { Version::V10 } else { Version::V02 };
        check(Kind::QueryBatch, version, &body).unwrap();
        let candidates = json!([{"id": "Q999000010", "name": "One", "score": 97, "match": true, "type": [{"id": "Q7278", "name": "party"}], "features": [{"id": "name", "value": 97}]},
            {"id": "Q999000011", "name": "Two", "score": 40, "match": false}, {"id": "L7", "name": "no item", "score": 99}]);
        let of = |count: usize| {
            if count > takes {
                Act::of(413, "application/json", "{}")
            } else {
                Act::json(&json!(null))
            }
        };
        if draft {
            let queries = body["queries"].as_array().unwrap();
            match of(queries.len()) {
                Act::Answer(200, ..) => Act::json(
                    &json!({"results": queries.iter().map(|_| json!({"candidates": candidates})).collect::<Vec<_>>()}),
                ),
                refused => refused,
            }
        } else {
            let queries = body.as_object().unwrap();
            match of(queries.len()) {
                Act::Answer(200, ..) => Act::json(&Value::Object(
                    queries
                        .keys()
                        .map(|key| (key.clone(), json!({"result": candidates})))
                        .collect(),
                )),
                refused => refused,
            }
        }
    })
}

#[test]
fn lots_are_as_large_as_a_service_takes() {
    let folder = tempfile::tempdir().unwrap();
    let names: String = (0..20).map(|at| format!("name {at}\n")).collect();
    fs::write(folder.path().join("t.csv"), format!("n\n{names}")).unwrap();
    for (versions, said, takes, lots) in [
        (json!(["0.2"]), 8, 8, 3),
        (json!(["0.2", "1.0-draft"]), 8, 8, 3),
        (json!(["1.0-draft"]), 7, 7, 3),
        (json!(["0.2"]), 16, 4, 2 + 5),
    ] {
        let server = service(versions.clone(), said, takes);
        let url = server.url("/reconcile");
        let into = format!("{versions}-{said}-{takes}");
        let text = ask_service(folder.path(), &url, &into, &["--threshold", "0.9"]).expect(0);
        assert_eq!(text.lines().count(), 21, "{text}");
        // In a table all identifiers count, in a graph only items.
        assert!(
            text.lines()
                .skip(1)
                .all(|line| line.contains(",L7,0.9900,")),
            "{text}"
        );
        let asked = server.asked();
        assert_eq!(asked.len(), 1 + lots, "{versions}");
        assert!(
            asked
                .iter()
                .all(|one| one.headers["user-agent"].contains("tests@example.org"))
        );
        assert!(server.at_once() <= 1);
        let path = if versions == json!(["1.0-draft"]) {
            "/reconcile/match"
        } else {
            "/reconcile"
        };
        assert!(asked.iter().skip(1).all(|one| one.path == path));
    }
}

#[test]
fn offers_wait_for_a_decision_or_a_threshold() {
    let project = Project::built();
    let server = service(json!(["0.2"]), 100, 100);
    let url = server.url("/");
    let before = project.read("data/links/wikidata.sssom.tsv");
    let start = ["wikidata", "link", "--online", "--service", &url];
    let text = run(&project.path("."), &start, &[]).expect(0);
    assert_eq!(project.read("data/links/wikidata.sssom.tsv"), before);
    let asked = server.asked();
    let queries: Value = serde_json::from_str(&asked[1].given["queries"]).unwrap();
    let party = queries
        .as_object()
        .unwrap()
        .values()
        .find(|query| query["query"] == "Communist Party of Turkestan")
        .unwrap();
    assert_eq!(
        (&party["type"], &party["limit"]),
        (&json!("Q7278"), &json!(5))
    );
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let items: Vec<&str> = first["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["item"].as_str().unwrap())
        .collect();
    assert_eq!(
        items,
        ["Q999000010", "Q999000011"],
        "what is no item is none for a graph"
    );
    let service = &first["candidates"][0]["features"][0];
    assert_eq!(
        (&service["id"], &service["value"]),
        (&json!("service"), &json!(97.0))
    );
    assert_eq!(service["there"], "One; match; name 97");
    // Answers and extracts do not mix.
    let api = [
        "wikidata",
        "link",
        "--online",
        "--api",
        &url,
        "--candidates",
        ".factmill/reconciliation",
    ];
    let talk = run(&project.path("."), &api, &[]).expect_talk(2);
    assert!(talk.contains("holds the answers of a service"), "{talk}");
    // A review reads what was kept.
    let shown = run_in(
        &project.path("."),
        &[
            "wikidata",
            "review",
            "--candidates",
            ".factmill/reconciliation",
        ],
        "a 2\nq\n",
    )
    .expect(0);
    assert!(shown.contains("Q999000011"), "{shown}");
    assert!(
        project
            .read("data/links/wikidata.sssom.tsv")
            .contains("wd:Q999000011")
    );
    // By a threshold one entity gets the item, as everywhere.
    let run = project.run(&[
        "wikidata",
        "link",
        "--candidates",
        ".factmill/reconciliation",
        "--threshold",
        "0.9",
    ]);
    let _ = run.expect(0);
    let links = project.read("data/links/wikidata.sssom.tsv");
    assert_eq!(links.matches("wd:Q999000010").count(), 1, "{links}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_service_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "n\na\nb\n").unwrap();
    let ask = |server: &Server| ask_service(folder.path(), &server.url("/"), "c", &PATIENT);
    let old = Server::start(|_| Act::json(&json!({"versions": ["3.0"], "name": "x"})));
    assert!(ask(&old).expect_talk(3).contains("it speaks version 3.0"));
    let page = Server::start(|_| Act::of(200, "text/html", "<html>"));
    assert!(ask(&page).expect_talk(3).contains("there is no manifest"));
    let gone = Server::start(|_| Act::of(404, "text/html", ""));
    assert!(ask(&gone).expect_talk(3).contains("status 404"));
    let wrong = |body: Value| {
        Server::start(move |asked| {
            if asked.method == "GET" {
                Act::json(&json!({"versions": ["0.2"], "name": "x"}))
            } else {
                Act::json(&body)
            }
        })
    };
    assert!(
        ask(&wrong(json!({"q0": {"result": []}})))
            .expect_talk(3)
            .contains("the answer to question 2 is missing")
    );
    assert!(
        ask(&wrong(
            json!({"q0": {"result": [{"name": "x"}]}, "q1": {"result": []}})
        ))
        .expect_talk(3)
        .contains("a candidate has no id")
    );
    let refuses = Server::start(|asked| {
        if asked.method == "GET" {
            Act::json(&json!({"versions": ["0.2"], "name": "x"}))
        } else {
            Act::of(
                400,
                "application/json",
                r#"{"status":"error","message":"no such type"}"#,
            )
        }
    });
    assert!(
        ask(&refuses)
            .expect_talk(3)
            .contains("status 400: no such type")
    );
}

#[test]
fn answers_that_came_survive_an_interruption() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "n\na\nb\nc\n").unwrap();
    let limited = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |asked| {
        if asked.method == "GET" {
            return Act::json(&json!({"versions": ["0.2"], "name": "x", "batchSize": 1}));
        }
        if limited.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 {
            return Act::of(429, "text/plain", "").with("Retry-After", "7200");
        }
        Act::json(&json!({"q0": {"result": [{"id": "x", "score": 50}]}}))
    });
    let url = server.url("/");
    let ask = || ask_service(folder.path(), &url, "c", &[]);
    assert!(ask().expect_talk(5).contains("7200 s"));
    let _ = server.asked();
    let talk = ask().expect_talk(0);
    assert!(talk.contains("Taken up again; answers kept: 1."), "{talk}");
    let asked: Vec<String> = server
        .asked()
        .iter()
        .filter_map(|one| one.given.get("queries").cloned())
        .collect();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].contains("\"b\"") && asked[1].contains("\"c\""));
}

/// In a network namespace without any interface that is up, all works that does not ask for the network.
#[cfg(target_os = "linux")]
#[test]
fn with_the_network_cut_all_else_works() {
    let cut = |project: &Project, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        let binary = command_path();
        command
            .args(["--map-root-user", "--net", &binary])
            .args(arguments)
            .current_dir(project.path("."));
        let output = command.output().ok()?;
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        (!talk.contains("unshare")).then(|| (output.status.code().unwrap_or(-1), talk))
    };
    let project = Project::example();
    if cut(&project, &["--version"]).is_none() {
        println!("skipped: this machine does not let a test cut its network");
        return;
    }
    project.write("dump.json", &held()[0].to_string());
    let mapping = fs::read_dir(project.path("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .find(|name| name.ends_with(".rml.ttl"))
        .unwrap();
    for (arguments, status) in [
        (&["build"][..], 0),
        (&["run", "leaders"], 0),
        (&["query", "SELECT * { ?s ?p ?o } LIMIT 1"], 0),
        (&["export", "-o", "all.ttl"], 0),
        (&["validate"], 0),
        (&["conflicts"], 0),
        (&["coverage"], 0),
        (&["check", &format!("data/{mapping}")], 0),
        (&["map", &format!("data/{mapping}"), "-o", "mapped.nt"], 0),
        (&["why", "Nadzhib Khusainov", "start"], 0),
        (&["wikidata", "extract", "dump.json", "--all"], 0),
        (&["wikidata", "link"], 1),
        (&["wikidata", "diff"], 0),
        (&["wikidata", "export"], 1),
        (
            &[
                "wikidata",
                "extract",
                "--online",
                "--id",
                "Q5",
                "--contact",
                "tests@example.org",
                "--tries",
                "1",
                "-o",
                "x",
            ],
            4,
        ),
    ] {
        let (ended, talk) = cut(&project, arguments).unwrap();
        assert_eq!(ended, status, "{arguments:?}: {talk}");
    }
}

fn command_path() -> String {
    let command = command(Path::new("."), &[]);
    command.get_program().to_string_lossy().into_owned()
}
