//! `serve`: the reconciliation service in both versions, its limits, and the conformance examples where they are given.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use factmill::serve::message::{Kind, Version, check};
use serde_json::{Value, json};

use crate::support::root;

const DATA: &str = r#"@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Guild rdfs:label "Guild"@en ; rdfs:subClassOf :Body .
:founded rdfs:label "founded"@en .
:a a :Guild ; rdfs:label "Guild of Weavers"@en , "Цех ткачей"@ru ; :founded "1402-05-03"^^xsd:date ; :members 12 ; :seat :town .
:b a :Guild ; rdfs:label "Guild of <Bakers>"@en ; :founded "1500" ; :seat :town .
:c a :Ship ; rdfs:label "Guild of Weavers"@en .
:town a :Town ; rdfs:label "Oldtown" .
"#;

pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn serve() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.ttl");
    fs::write(&file, DATA).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_factmill"))
        .args(["serve", "--port", "0", "--data"])
        .arg(&file)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_else(|| panic!("no address in {line:?}"))
        .parse()
        .unwrap();
    Served {
        child,
        address,
        _folder: folder,
    }
}

impl Served {
    fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        // The service may refuse and close before it has read all.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> (u16, String, String) {
        let answer = self.raw(
            format!(
                "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
                self.address,
                body.len()
            )
            .as_bytes(),
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    fn json(&self, method: &str, path: &str, kind: &str, body: &str) -> Value {
        let (status, head, body) = self.send(method, path, kind, body);
        assert_eq!(status, 200, "{path}: {body}");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        serde_json::from_str(&body).unwrap()
    }

    fn get(&self, path: &str) -> Value {
        self.json("GET", path, "text/plain", "")
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn version_0_2_is_served() {
    let served = serve();
    let manifest = served.get("/");
    check(Kind::Manifest, Version::V02, &manifest).unwrap();
    let queries = json!({
        "q0": {"query": "Guild of Weavers", "type": "http://example.org/Guild"},
        "q1": {"query": "цех ткачей"},
        "q2": {"query": "Guild of Weavers", "properties": [{"pid": "founded", "v": "1402"}]},
        "q3": {"query": "Nothing of the kind"},
        "q4": {"properties": [{"pid": "http://example.org/seat", "v": {"id": "http://example.org/town"}}]},
        "q5": {"query": "http://example.org/b"},
        "q6": {"query": "Guild of Weavers", "type": "http://example.org/Body", "limit": 1},
        "q7": {"query": "Guild of Weavers"},
    })
    .to_string();
    let answer = served.json("POST", "/", FORM, &format!("queries={}", escaped(&queries)));
    check(Kind::ResultBatch, Version::V02, &answer).unwrap();
    let by_address = served.get(&format!("/reconcile?queries={}", escaped(&queries)));
    assert_eq!(answer, by_address);
    let first = |key: &str| {
        let one = &answer[key]["result"][0];
        (
            one["id"].as_str().unwrap_or("none").to_owned(),
            one["match"] == true,
        )
    };
    let a = || "http://example.org/a".to_owned();
    assert_eq!(first("q0"), (a(), true));
    assert_eq!(first("q1"), (a(), true));
    assert_eq!(first("q2"), (a(), true));
    assert!(!first("q3").1);
    assert_eq!(answer["q4"]["result"].as_array().unwrap().len(), 2);
    assert_eq!(first("q5"), ("http://example.org/b".to_owned(), true));
    assert_eq!(answer["q6"]["result"].as_array().unwrap().len(), 1);
    assert_eq!(first("q6").0, a());
    // Two entities bear the name: nothing tells which is meant.
    assert!(!first("q7").1);

    for (path, kind) in [
        ("/suggest/entity?prefix=guild", Kind::SuggestEntities),
        ("/suggest/type?prefix=gui", Kind::SuggestTypes),
        ("/suggest/property?prefix=foun", Kind::SuggestProperties),
        ("/properties?type=http://example.org/Guild", Kind::Proposal),
        ("/flyout/entity?id=http://example.org/b", Kind::Flyout),
    ] {
        let answer = served.get(path);
        check(kind, Version::V02, &answer).unwrap();
        let list = answer.get("result").or(answer.get("properties"));
        assert!(
            list.is_none_or(|list| !list.as_array().unwrap().is_empty()),
            "{path}"
        );
    }
    assert_eq!(
        served.get("/suggest/entity?prefix=guild")["result"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let extend = json!({"ids": ["http://example.org/a", "http://example.org/none"],
        "properties": [{"id": "http://example.org/founded"}, {"id": "http://example.org/members"}, {"id": "http://example.org/seat"}]})
    .to_string();
    let answer = served.json("POST", "/", FORM, &format!("extend={}", escaped(&extend)));
    check(Kind::ExtensionResponse, Version::V02, &answer).unwrap();
    let row = &answer["rows"]["http://example.org/a"];
    assert_eq!(
        row["http://example.org/founded"][0]["date"],
        "1402-05-03T00:00:00Z"
    );
    assert_eq!(row["http://example.org/members"][0]["int"], 12);
    assert_eq!(row["http://example.org/seat"][0]["name"], "Oldtown");
    let (status, _, page) = served.send("GET", "/preview?id=http://example.org/b", "", "");
    assert_eq!(status, 200);
    assert!(
        page.contains("&lt;Bakers&gt;") && !page.contains("<Bakers>"),
        "{page}"
    );
    let (_, head, script) = served.send("GET", "/?callback=take.it", "", "");
    assert!(head.contains("application/javascript") && script.starts_with("/**/take.it({"));
    assert_eq!(served.send("GET", "/?callback=alert(1)", "", "").0, 400);
}

#[test]
fn version_1_0_is_served() {
    let served = serve();
    check(Kind::Manifest, Version::V10, &served.get("/1.0-draft/")).unwrap();
    let queries = json!({"queries": [
        {"type": "http://example.org/Guild", "conditions": [{"matchType": "name", "propertyValue": "Guild of Weavers"}]},
        {"conditions": [{"matchType": "name", "propertyValue": "Guild of Weavers"},
            {"matchType": "property", "propertyId": "http://example.org/seat", "propertyValue": "Oldtown", "matchQuantifier": "none", "required": true}]},
        {"conditions": [{"matchType": "id", "propertyValue": "http://example.org/b"}]},
    ]})
    .to_string();
    for path in ["/match", "/1.0-draft/match", "/"] {
        let answer = served.json("POST", path, JSON, &queries);
        check(Kind::ResultBatch, Version::V10, &answer).unwrap();
        let ids: Vec<&str> = answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["candidates"][0]["id"].as_str().unwrap())
            .collect();
        assert_eq!(
            ids,
            [
                "http://example.org/a",
                "http://example.org/c",
                "http://example.org/b"
            ]
        );
    }
    let extend = json!({"ids": ["http://example.org/a"], "properties": [{"id": "http://example.org/members"}]}).to_string();
    let answer = served.json("POST", "/extend", JSON, &extend);
    check(Kind::ExtensionResponse, Version::V10, &answer).unwrap();
    assert_eq!(answer["rows"][0]["properties"][0]["values"][0]["int"], 12);
    check(
        Kind::Proposal,
        Version::V10,
        &served.get("/extend/propose?type=http://example.org/Guild"),
    )
    .unwrap();
}

#[test]
fn hostile_requests_are_refused_and_the_service_lives_on() {
    let served = serve();
    let get = |host: &str| {
        served
            .raw(format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
    };
    for host in ["evil.example", "127.0.0.1.evil.example:80", ""] {
        assert!(get(host).starts_with("HTTP/1.1 403"), "{host}");
    }
    assert!(get("localhost:1").starts_with("HTTP/1.1 200"));
    let many: serde_json::Map<String, Value> = (0..101)
        .map(|at| (format!("q{at}"), json!({"query": "x"})))
        .collect();
    let queries = format!("queries={}", escaped(&Value::Object(many).to_string()));
    assert_eq!(served.send("POST", "/", FORM, &queries).0, 413);
    assert_eq!(
        served.send("POST", "/", FORM, &"x".repeat((1 << 20) + 1)).0,
        413
    );
    let deep = "[".repeat(100_000);
    for (method, path, kind, body, status) in [
        ("POST", "/match", JSON, deep.as_str(), 400),
        ("POST", "/match", JSON, "{\"queries\":{}}", 400),
        ("POST", "/match", "text/plain", "x", 415),
        ("POST", "/", FORM, "queries=%7B%22a%22:%7B%7D%7D", 400),
        ("POST", "/", FORM, "queries=%FF", 400),
        ("GET", "/suggest/entity", "", "", 400),
        ("GET", "/preview?id=nothing", "", "", 404),
        ("GET", "/../../etc/passwd", "", "", 404),
        ("DELETE", "/", "", "", 405),
        ("OPTIONS", "/match", "", "", 204),
    ] {
        assert_eq!(
            served.send(method, path, kind, body).0,
            status,
            "{method} {path}"
        );
    }
    assert!(
        served
            .raw(b"\x16\x03\x01nonsense\r\n\r\n")
            .starts_with("HTTP/1.1 400")
    );
    for text in [
        "\u{0}",
        "\u{202e}x",
        "ﷺ",
        "%",
        "𒐫",
        " ",
        "((((",
        "a\u{301}\u{301}",
    ] {
        let queries = json!({"q": {"query": text, "limit": -1, "type": []}}).to_string();
        let answer = served.json("POST", "/", FORM, &format!("queries={}", escaped(&queries)));
        check(Kind::ResultBatch, Version::V02, &answer).unwrap();
    }
    assert_eq!(served.send("GET", "/", "", "").0, 200);
}

#[cfg(unix)]
#[test]
fn it_stops_when_asked_to() {
    let mut served = serve();
    let _idle = TcpStream::connect(served.address).unwrap();
    let asked = Command::new("sh")
        .args(["-c", &format!("kill -TERM {}", served.child.id())])
        .status()
        .unwrap();
    assert!(asked.success());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = served.child.try_wait().unwrap() {
            break status;
        }
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it does not stop"
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_port_in_use_is_said() {
    let served = serve();
    let output = Command::new(env!("CARGO_BIN_EXE_factmill"))
        .args([
            "serve",
            "--port",
            &served.address.port().to_string(),
            "--data",
            "-",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("FM0901"));
}

fn kind_of(folder: &str) -> Option<Kind> {
    Some(match folder {
        "manifest" => Kind::Manifest,
        "reconciliation-query-batch" => Kind::QueryBatch,
        "reconciliation-result-batch" => Kind::ResultBatch,
        "reconciliation-candidate" => Kind::Candidate,
        "suggest-entities-response" => Kind::SuggestEntities,
        "suggest-types-response" => Kind::SuggestTypes,
        "suggest-properties-response" => Kind::SuggestProperties,
        "data-extension-property-proposal" => Kind::Proposal,
        "data-extension-query" => Kind::ExtensionQuery,
        "data-extension-response" => Kind::ExtensionResponse,
        "preview-metadata" => Kind::Preview,
        "data-extension-metadata" => Kind::Extension,
        "suggest-metadata" => Kind::SuggestService,
        "security-scheme" => Kind::Security,
        "flyout-response" => Kind::Flyout,
        _ => return None,
    })
}

#[test]
fn the_examples_of_the_specification_are_told_apart() {
    let archive: PathBuf = root().join("../shared/data/wikidata/reconciliation-conformance.tar.gz");
    let Ok(file) = fs::File::open(&archive) else {
        eprintln!("skipped: {} is not there", archive.display());
        return;
    };
    let mut counts = (0, 0);
    let mut wrong = Vec::new();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let parts: Vec<&str> = path.trim_start_matches("./").split('/').collect();
        let [version, "examples", folder, verdict, name] = parts[..] else {
            continue;
        };
        if !name.ends_with(".json") {
            continue;
        }
        let version = if version == "0.2" {
            Version::V02
        } else {
            Version::V10
        };
        let kind = kind_of(folder).unwrap_or_else(|| panic!("unknown kind {folder}"));
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        let outcome = check(kind, version, &serde_json::from_str(&text).unwrap());
        match verdict {
            "valid" => counts.0 += 1,
            _ => counts.1 += 1,
        }
        if outcome.is_ok() != (verdict == "valid") {
            wrong.push(format!("{path}: {outcome:?}"));
        }
    }
    eprintln!("{} valid and {} invalid examples", counts.0, counts.1);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(counts.0 >= 70 && counts.1 >= 25, "{counts:?}");
}
