//! The official cases of RML core, sources and targets, in today's vocabulary and the older one, run with the binary.
//! What passes is pinned in `conformance/rml-suites-pass.txt`; the list only grows.

use std::fs;
use std::path::Path;
use std::process::Command;

use oxrdf::Dataset;
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxttl::NQuadsParser;
use serde_json::Value as Json;

use crate::support::{root, shared};

const SUITES: &[&str] = &["rml-core", "rml-io", "rml-io-registry", "rml-legacy"];

#[test]
fn official_cases_of_core_sources_and_targets() {
    let Some(suites) = shared("suites/rml") else {
        return;
    };
    let lines = causes(&suites.join("errors.csv"));
    let mut passed = Vec::new();
    for suite in SUITES {
        let folder = suites.join(suite);
        let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
        let cases: Json = serde_json::from_str(&cases).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            let lines = lines
                .iter()
                .find(|(case, _)| case == id)
                .map(|(_, lines)| lines.as_slice());
            match run_case(
                &folder.join(id),
                case,
                lines.filter(|_| *suite == "rml-core"),
            ) {
                Ok(()) => passed.push(format!("{suite}/{id}")),
                Err(why) => println!("{suite}/{id}: {why}"),
            }
        }
    }
    let pinned = fs::read_to_string(root().join("tests/conformance/rml-suites-pass.txt")).unwrap();
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

/// The lines of the mapping that error cases are about.
fn causes(path: &Path) -> Vec<(String, Vec<u32>)> {
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
fn run_case(folder: &Path, case: &Json, lines: Option<&[u32]>) -> Result<(), String> {
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
    let run = Command::new(env!("CARGO_BIN_EXE_factmill"))
        .current_dir(copy.path())
        .args([
            "map",
            mapping,
            "--base",
            case["base"].as_str().unwrap_or("http://example.com/"),
            "-o",
        ])
        .arg(&output)
        .output()
        .unwrap();
    let talk = String::from_utf8_lossy(&run.stderr);
    let status = run.status.code().ok_or("ended by a signal")?;
    if case["error"].as_bool().unwrap() {
        if status != 3 || output.exists() {
            return Err(format!("status {status}: {talk}"));
        }
        let named = |line: &u32| talk.contains(&format!("{mapping}:{line}:"));
        return match lines {
            Some(lines) if !lines.iter().any(named) => {
                Err(format!("names none of {lines:?}: {talk}"))
            }
            _ => Ok(()),
        };
    }
    if case["either"].as_bool() == Some(true) && status == 3 {
        return Ok(());
    }
    if status != 0 {
        return Err(format!("status {status}: {talk}"));
    }
    for (key, expected) in case["expect"].as_object().unwrap() {
        let made = if key == "@output" {
            output.clone()
        } else {
            copy.path().join(key)
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

fn dataset(text: &str) -> Result<Dataset, String> {
    let mut dataset = NQuadsParser::new()
        .lenient()
        .for_slice(text)
        .collect::<Result<Dataset, _>>()
        .map_err(|error| format!("{error}\n{text}"))?;
    dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
    Ok(dataset)
}
