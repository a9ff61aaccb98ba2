//! Mappings that were written twice, in YARRRML and in RML or R2RML, and must have one normal form. What passes is
//! pinned in `tests/conformance/yarrrml-pass.txt`, with the reason for what cannot.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oxrdf::{GraphName, Quad, Triple};
use serde_json::Value as Json;

use crate::export::canonical_nquads;
use crate::mapping::document::read_all;
use crate::mapping::print::normal_form;
use crate::mapping::syntax;
use crate::mapping::yarrrml::File;

/// Returns the normal form of mappings, comparable as text.
fn form(paths: &[std::path::PathBuf]) -> Result<String, String> {
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    let files: Vec<File<'_>> = texts
        .iter()
        .map(|(name, text)| File { name, text })
        .collect();
    let readings = read_all(&files).map_err(|errors| errors.to_string())?;
    Ok(text(
        readings
            .iter()
            .flat_map(|reading| normal_form(&reading.doc)),
    ))
}

fn text(triples: impl Iterator<Item = Triple>) -> String {
    let quads: Vec<Quad> = triples
        .map(|triple| triple.in_graph(GraphName::DefaultGraph))
        .collect();
    canonical_nquads(&quads).unwrap()
}

/// Returns the triples as N-Triples, which are Turtle too.
fn document(triples: &[Triple]) -> String {
    triples
        .iter()
        .map(|triple| format!("{triple} .\n"))
        .collect()
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[test]
fn twins_have_one_normal_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suite = root.join("../shared/suites/yarrrml");
    if !suite.is_dir() {
        println!("skipped: no suites beside the checkout");
        return;
    }
    let pairs: Json =
        serde_json::from_str(&fs::read_to_string(suite.join("pairs.json")).unwrap()).unwrap();
    let mut passed = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for pair in pairs["pairs"].as_array().unwrap() {
        let id = pair["id"].as_str().unwrap();
        let names = |key: &str| -> Vec<&str> {
            pair[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect()
        };
        let (yarrrml, rml) = (names("yarrrml"), names("rml"));
        let path = |name: &&str| suite.join(id).join(name);
        // Files that are numbered are read together; otherwise those of the same name are twins.
        let together = yarrrml
            .iter()
            .all(|name| stem(name).ends_with(|c: char| c.is_ascii_digit()));
        for other in &rml {
            let mine: Vec<Vec<&str>> = if together {
                vec![yarrrml.clone()]
            } else {
                let same: Vec<&str> = yarrrml
                    .iter()
                    .copied()
                    .filter(|name| stem(name) == stem(other))
                    .collect();
                let chosen = if same.is_empty() || rml.len() == 1 {
                    yarrrml.clone()
                } else {
                    same
                };
                chosen.into_iter().map(|name| vec![name]).collect()
            };
            for files in mine {
                let name = match (rml.len(), yarrrml.len()) {
                    (1, 1) => id.to_owned(),
                    _ => format!("{id} {} {other}", files.join("+")),
                };
                let left = form(&files.iter().map(path).collect::<Vec<_>>());
                let right = form(&[path(other)]);
                match (left, right) {
                    (Ok(left), Ok(right)) if left == right && !left.is_empty() => {
                        passed.insert(name)
                    }
                    (Err(why), _) | (_, Err(why)) => {
                        println!("{name}: {why}");
                        failed.insert(name)
                    }
                    _ => failed.insert(name),
                };
            }
        }
    }
    let pinned = fs::read_to_string(root.join("tests/conformance/yarrrml-pass.txt")).unwrap();
    let mut reason = false;
    let (mut expected, mut excused) = (BTreeSet::new(), BTreeSet::new());
    for line in pinned.lines().filter(|line| !line.is_empty()) {
        if let Some(line) = line.strip_prefix("! ") {
            assert!(reason, "{line} has no reason above it");
            excused.insert(line.to_owned());
        } else if line.starts_with('#') {
            reason = line.starts_with("# Reason: ") || reason;
        } else {
            expected.insert(line.to_owned());
        }
    }
    assert_eq!(
        passed, expected,
        "the list of what passes is not true any more"
    );
    assert_eq!(
        failed, excused,
        "the list of what cannot pass is not true any more"
    );
}

/// The normal form of a normal form is itself, for every mapping of every suite.
#[test]
fn a_normal_form_stays_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/suites");
    if !root.is_dir() {
        println!("skipped: no suites beside the checkout");
        return;
    }
    let mut seen = 0;
    let mut folders = vec![root.join("yarrrml"), root.join("rml")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with("mapping") {
                let Ok(text_read) = fs::read_to_string(&path) else {
                    continue;
                };
                let Ok(readings) = read_all(&[File {
                    name: &name,
                    text: &text_read,
                }]) else {
                    continue;
                };
                let once = normal_form(&readings[0].doc);
                let again = syntax::read(&document(&once), "again.ttl", None)
                    .unwrap_or_else(|errors| panic!("{}: {errors}", path.display()));
                let twice = normal_form(&again);
                assert_eq!(
                    text(once.into_iter()),
                    text(twice.into_iter()),
                    "{}",
                    path.display()
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
}
