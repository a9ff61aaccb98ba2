//! The official RML cases, run in memory. What passes is pinned in `tests/conformance/rml-pass.txt`.
//!
//! The suites are no part of the package; without them beside the checkout nothing is run. JSON cases run with a reader
//! of this test, their reference formulation written as `rml:CSV`, so that the engine is tested before there is a JSON
//! reader.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::Dataset;
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxttl::NQuadsParser;
use serde_json::Value as Json;

use super::memory::{Memory, map_strictly};
use crate::diagnostic::{Diagnostics, Place};
use crate::mapping::run::{Options, Quoting};

const SUITES: &[&str] = &[
    "rml-core",
    "rml-fnml",
    "rml-io",
    "rml-io-registry",
    "rml-cc",
    "rml-star",
];

#[test]
fn official_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suites = root.join("../shared/suites/rml");
    if !suites.is_dir() {
        println!("skipped: no suites beside the checkout");
        return;
    }
    let lines = expected_lines(&suites.join("errors.csv"));
    let mut passed = Vec::new();
    for suite in SUITES {
        let folder = suites.join(suite);
        let cases: Json =
            serde_json::from_str(&fs::read_to_string(folder.join("cases.json")).unwrap()).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            let format = case["format"].as_str().unwrap();
            if !matches!(format, "CSV" | "JSON") || case.get("skip").is_some_and(Json::is_string) {
                continue;
            }
            match run_case(&folder.join(id), case, lines.get(id)) {
                Ok(()) => passed.push(format!("{suite}/{id}")),
                Err(why) => println!("{suite}/{id}: {why}"),
            }
        }
    }
    let pinned_path = root.join("tests/conformance/rml-pass.txt");
    let pinned = fs::read_to_string(pinned_path).unwrap();
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
    println!("{} cases pass", passed.len());
    assert!(lost.is_empty(), "no longer pass: {lost:#?}");
    assert!(gained.is_empty(), "pass but are not listed: {gained:#?}");
}

/// Returns the lines of the mapping that an error case is about.
fn expected_lines(path: &Path) -> BTreeMap<String, Vec<u32>> {
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

fn run_case(folder: &Path, case: &Json, lines: Option<&Vec<u32>>) -> Result<(), String> {
    let mapping = fs::read_to_string(folder.join(case["mapping"].as_str().unwrap())).unwrap();
    let mapping = mapping.replace("rml:JSONPath", "rml:CSV");
    let mut files = Memory::default();
    let entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Ok(text) = fs::read_to_string(&path)
            && [".csv", ".tsv", ".json"]
                .iter()
                .any(|end| name.ends_with(end))
        {
            files.0.insert(name, text);
        }
    }
    let options = Options {
        // The cases of rml-cc do not say what their expected output was made with.
        base: case["base"]
            .as_str()
            .or(Some("http://example.com/base/"))
            .map(str::to_owned),
        unsafe_iris: true,
        quoting: Quoting::Terms,
        ..Options::default()
    };
    let result = map_strictly(&mapping, &files, &options);
    if case["error"].as_bool().unwrap() {
        return match result {
            Ok(_) => Err("an error was expected".to_owned()),
            Err(errors) => names_a_line(&errors, lines),
        };
    }
    let keeper = result.map_err(|errors| errors.to_string())?;
    let Some(expected) = case["expect"]["@output"].as_str() else {
        return Err("writes targets".to_owned());
    };
    let expected = dataset(&fs::read_to_string(folder.join(expected)).unwrap())?;
    let found: String = keeper
        .lines()
        .iter()
        .map(|line| format!("{line} .\n"))
        .collect();
    if dataset(&found)? == expected {
        Ok(())
    } else {
        Err(format!("differs:\n{found}"))
    }
}

fn names_a_line(errors: &Diagnostics, lines: Option<&Vec<u32>>) -> Result<(), String> {
    let Some(lines) = lines else {
        return Ok(());
    };
    let places: Vec<&Place> = errors
        .0
        .iter()
        .flat_map(|error| {
            error
                .place
                .iter()
                .chain(error.related.iter().map(|(_, place)| place))
        })
        .filter(|place| place.file == "mapping.ttl")
        .collect();
    let named = places
        .iter()
        .any(|place| place.line.is_some_and(|line| lines.contains(&line)));
    if named {
        Ok(())
    } else {
        Err(format!("does not name one of lines {lines:?}: {errors}"))
    }
}

/// Returns the dataset in canonical form, each quoted triple replaced by a blank node with its three parts.
fn dataset(text: &str) -> Result<Dataset, String> {
    let mut text = text.to_owned();
    let mut quoted = 0;
    while let Some(start) = text.rfind("<< ") {
        let end = text[start..].find(" >>").unwrap() + start;
        let whole = text[start..end + 3].to_owned();
        let (subject, rest) = whole[3..whole.len() - 3].trim().split_once(' ').unwrap();
        let (predicate, object) = rest.trim().split_once(' ').unwrap();
        text = text.replace(&whole, &format!("_:quoted{quoted}"));
        for (part, term) in [("s", subject), ("p", predicate), ("o", object)] {
            text.push_str(&format!("\n_:quoted{quoted} <test:{part}> {term} ."));
        }
        quoted += 1;
    }
    let mut dataset = NQuadsParser::new()
        .lenient()
        .for_slice(&text)
        .collect::<Result<Dataset, _>>()
        .map_err(|error| format!("{error}\n{text}"))?;
    dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
    Ok(dataset)
}
