//! The official cases of the RML modules beyond core, run with the binary: logical views, collections, functions, quoted
//! triples. What passes is pinned in `conformance/rml-modules-pass.txt`.

use std::fs;
use std::path::Path;
use std::process::Command;

use oxrdf::Dataset;
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxttl::NQuadsParser;
use serde_json::Value as Json;

use crate::support::{root, shared};

const SUITES: &[&str] = &["rml-lv", "rml-cc", "rml-fnml", "rml-star"];

/// What the expected outputs of a suite were made with where its cases do not say.
const BASE: &str = "http://example.com/base/";

#[test]
fn official_cases_of_the_modules() {
    let Some(suites) = shared("suites/rml") else {
        return;
    };
    let mut passed = Vec::new();
    for suite in SUITES {
        let folder = suites.join(suite);
        let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
        let cases: Json = serde_json::from_str(&cases).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            match run_case(&folder.join(id), case) {
                Ok(()) => passed.push(format!("{suite}/{id}")),
                Err(why) => println!("{suite}/{id}: {why}"),
            }
        }
    }
    let pinned = fs::read_to_string(root().join("tests/conformance/rml-modules-pass.txt")).unwrap();
    let pinned: Vec<&str> = pinned
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let lost: Vec<&&str> = pinned
        .iter()
        .filter(|name| !passed.iter().any(|passed| passed == *name))
        .collect();
    let gained: Vec<&String> = passed
        .iter()
        .filter(|name| !pinned.contains(&name.as_str()))
        .collect();
    assert!(lost.is_empty(), "no longer pass: {lost:#?}");
    assert!(gained.is_empty(), "pass but are not listed: {gained:#?}");
}

/// Runs a case in a copy of its folder.
fn run_case(folder: &Path, case: &Json) -> Result<(), String> {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let mapping = case["mapping"].as_str().unwrap();
    let output = copy.path().join("made.nq");
    let run = Command::new(env!("CARGO_BIN_EXE_factmill"))
        .current_dir(copy.path())
        .args([
            "map",
            mapping,
            "--base",
            case["base"].as_str().unwrap_or(BASE),
            "-o",
        ])
        .arg(&output)
        .output()
        .unwrap();
    let talk = String::from_utf8_lossy(&run.stderr);
    let status = run.status.code().ok_or("ended by a signal")?;
    if case["error"].as_bool().unwrap() {
        // A message without a line of the mapping is no help.
        let named = talk.contains(&format!("{mapping}:"));
        return match status {
            3 if named => Ok(()),
            _ => Err(format!("status {status}: {talk}")),
        };
    }
    if status != 0 {
        return Err(format!("status {status}: {talk}"));
    }
    let expected = case["expect"]["@output"].as_str().unwrap();
    let expected = dataset(&fs::read_to_string(folder.join(expected)).unwrap())?;
    let made = fs::read_to_string(&output).unwrap();
    if dataset(&made)? == expected {
        Ok(())
    } else {
        Err(format!("differs:\n{made}"))
    }
}

/// Returns a dataset in canonical form. A quoted triple, and a reifier in its place, is a blank node with three parts.
fn dataset(text: &str) -> Result<Dataset, String> {
    const REIFIES: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>";
    let mut text = text.to_owned();
    let mut quoted = 0;
    while let Some(start) = text.rfind("<<") {
        let end = text[start..].find(">>").ok_or("an open quoted triple")? + start;
        let whole = text[start..end + 2].to_owned();
        let inner = whole.trim_matches(['<', '>', '(', ')', ' ']);
        let inner = format!("{}{inner}{}", open(&whole), close(&whole));
        let (subject, rest) = inner.split_once(' ').ok_or("no predicate")?;
        let (predicate, object) = rest.split_once(' ').ok_or("no object")?;
        let name = format!("_:quoted{quoted}");
        quoted += 1;
        // The reifier is the triple it stands for.
        let reifier = text
            .lines()
            .find(|line| line.contains(&whole) && line.contains(REIFIES))
            .and_then(|line| line.split(' ').next())
            .map(str::to_owned);
        text = text.replace(&whole, &name);
        if let Some(reifier) = reifier {
            let line = format!("{reifier} {REIFIES} {name} .");
            text = text
                .replace(&line, "")
                .replace(&format!("{reifier} "), &format!("{name} "));
        }
        for (part, term) in [("s", subject), ("p", predicate), ("o", object)] {
            text.push_str(&format!("\n{name} <test:{part}> {term} ."));
        }
    }
    let mut dataset = NQuadsParser::new()
        .lenient()
        .for_slice(&text)
        .collect::<Result<Dataset, _>>()
        .map_err(|error| format!("{error}\n{text}"))?;
    dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
    Ok(dataset)
}

/// Returns the angle bracket that trimming has taken off the first term.
fn open(whole: &str) -> &'static str {
    let first = whole
        .trim_start_matches("<<")
        .trim_start_matches('(')
        .trim_start();
    if first.starts_with('<') { "<" } else { "" }
}

/// Returns the angle bracket that trimming has taken off the last term.
fn close(whole: &str) -> &'static str {
    let last = whole
        .trim_end_matches(">>")
        .trim_end_matches(')')
        .trim_end();
    if last.ends_with('>') { ">" } else { "" }
}
