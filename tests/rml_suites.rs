//! The official RML cases (core, sources and targets, views, collections, functions, quoted triples; today's vocabulary
//! and the older one), run with the binary. What passes is pinned in `conformance/rml-pass.txt`; the list only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use oxrdf::Dataset;
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxttl::NQuadsParser;
use serde_json::Value as Json;

use crate::support::{root, shared};

/// The suites, and what their expected outputs were made with where a case names no base.
const SUITES: &[(&str, &str)] = &[
    ("rml-core", "http://example.com/"),
    ("rml-io", "http://example.com/"),
    ("rml-io-registry", "http://example.com/"),
    ("rml-legacy", "http://example.com/"),
    ("rml-lv", "http://example.com/base/"),
    ("rml-cc", "http://example.com/base/"),
    ("rml-fnml", "http://example.com/base/"),
    ("rml-star", "http://example.com/base/"),
];

#[test]
fn official_cases() {
    let Some(suites) = shared("suites/rml") else {
        return;
    };
    let lines = causes(&suites.join("errors.csv"));
    let mut passed = BTreeSet::new();
    for (suite, base) in SUITES {
        let folder = suites.join(suite);
        let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
        let cases: Json = serde_json::from_str(&cases).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            // The lines of the list are those of the mappings of core; other suites use the same names again.
            let lines = lines.get(id).filter(|_| *suite == "rml-core");
            match run_case(&folder.join(id), case, base, lines) {
                Ok(()) => {
                    passed.insert(format!("{suite}/{id}"));
                }
                Err(why) => println!("{suite}/{id}: {why}"),
            }
        }
    }
    let pinned = fs::read_to_string(root().join("tests/conformance/rml-pass.txt")).unwrap();
    let pinned: BTreeSet<String> = pinned
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let lost: Vec<_> = pinned.difference(&passed).collect();
    let gained: Vec<_> = passed.difference(&pinned).collect();
    assert!(lost.is_empty(), "no longer pass: {lost:#?}");
    assert!(gained.is_empty(), "pass but are not listed: {gained:#?}");
}

/// The lines of the mapping that error cases are about.
fn causes(path: &Path) -> BTreeMap<String, Vec<u32>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let number = |text: &str| text.trim().parse::<u32>().ok();
            let mut lines: Vec<u32> = row[4].split(',').filter_map(number).collect();
            if let (Some(first), Some(last)) = (number(&row[5]), number(&row[6])) {
                lines.extend(first..=last);
            }
            (row[0].to_owned(), lines)
        })
        .collect()
}

/// Runs a case in a copy of its folder without what is expected of it.
fn run_case(
    folder: &Path,
    case: &Json,
    base: &str,
    lines: Option<&Vec<u32>>,
) -> Result<(), String> {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("dump") && !name.ends_with(".nq") {
            fs::copy(entry.path(), copy.path().join(name)).unwrap();
        }
    }
    let mapping = case["mapping"].as_str().unwrap();
    let output = copy.path().join("made.nq");
    let base = case["base"].as_str().unwrap_or(base);
    let run = Command::new(env!("CARGO_BIN_EXE_factmill"))
        .current_dir(copy.path())
        .args(["map", mapping, "--base", base, "-o"])
        .arg(&output)
        .output()
        .unwrap();
    let talk = String::from_utf8_lossy(&run.stderr);
    let status = run.status.code().ok_or("ended by a signal")?;
    if case["error"].as_bool().unwrap() {
        if status != 3 || output.exists() {
            return Err(format!("status {status}: {talk}"));
        }
        // A message without a line of the mapping is no help; one with another line is worse.
        // What is wrong with a source in the cases of rml-io stands in the source.
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let named = match lines {
            None if folder
                .parent()
                .is_some_and(|suite| suite.ends_with("rml-io")) =>
            {
                files
                    .map(|file| file.file_name().to_string_lossy().into_owned())
                    .any(|name| talk.contains(&format!("{name}:")))
            }
            Some(lines) => lines
                .iter()
                .any(|line| talk.contains(&format!("{mapping}:{line}:"))),
            None => talk.contains(&format!("{mapping}:")),
        };
        return named
            .then_some(())
            .ok_or_else(|| format!("names none of {lines:?}: {talk}"));
    }
    if case["either"].as_bool() == Some(true) && status == 3 {
        return Ok(());
    }
    if status != 0 {
        return Err(format!("status {status}: {talk}"));
    }
    for (key, expected) in case["expect"].as_object().unwrap() {
        let made = match key.as_str() {
            "@output" => output.clone(),
            file => copy.path().join(file),
        };
        let expected = folder.join(expected.as_str().unwrap());
        let (Ok(made), Ok(expected)) = (fs::read_to_string(&made), fs::read_to_string(&expected))
        else {
            // Packed targets are told apart by the tests of the packer.
            return Err(format!("{key} is no plain text"));
        };
        if dataset(&made)? != dataset(&expected)? {
            return Err(format!("{key} differs:\n{made}"));
        }
    }
    Ok(())
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
