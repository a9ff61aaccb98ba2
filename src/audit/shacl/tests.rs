//! The W3C SHACL cases, where they are at hand, and what they leave open. What passes is pinned in
//! `tests/conformance/shacl-pass.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::{Dataset, GraphName, NamedNode, Quad, Term, dataset::CanonicalizationAlgorithm};

use super::validate;
use super::vocabulary::{TYPE, sh};
use crate::store::Graph;

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const SHT: &str = "http://www.w3.org/ns/shacl-test#";

fn parsed(path: &Path) -> Vec<Quad> {
    let base = format!("file://{}", path.display());
    let text = fs::read(path).unwrap();
    let parser = oxttl::TurtleParser::new().with_base_iri(base).unwrap();
    parser
        .for_slice(&text)
        .map(|triple| triple.unwrap().in_graph(GraphName::DefaultGraph))
        .collect()
}

fn object(quads: &[Quad], subject: &Term, predicate: &str) -> Option<Term> {
    let is = |quad: &&Quad| {
        Term::from(quad.subject.clone()) == *subject && quad.predicate.as_str() == predicate
    };
    quads.iter().find(is).map(|quad| quad.object.clone())
}

/// The statements that a report consists of: what the report node leads to, paths included.
fn reachable(all: &[Quad], report: &Term, messages: bool) -> Vec<Quad> {
    let followed = [
        "result",
        "resultPath",
        "inversePath",
        "alternativePath",
        "zeroOrMorePath",
        "oneOrMorePath",
        "zeroOrOnePath",
    ]
    .map(sh);
    let mut open = vec![report.clone()];
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        if !seen.insert(node.to_string()) {
            continue;
        }
        for quad in all
            .iter()
            .filter(|quad| Term::from(quad.subject.clone()) == node)
        {
            let name = quad.predicate.as_str();
            if name == sh("resultMessage") && !messages {
                continue;
            }
            let list =
                name.contains("22-rdf-syntax-ns#first") || name.contains("22-rdf-syntax-ns#rest");
            if (followed.iter().any(|known| known == name) || list) && quad.object.is_blank_node() {
                open.push(quad.object.clone());
            }
            found.push(Quad {
                graph_name: GraphName::DefaultGraph,
                ..quad.clone()
            });
        }
    }
    found
}

fn canonical(quads: &[Quad]) -> BTreeSet<String> {
    let mut dataset: Dataset = quads.iter().cloned().collect();
    dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
    dataset.iter().map(|quad| quad.to_string()).collect()
}

fn run(path: &Path) -> Result<(), String> {
    // As written: the store keeps numbers and booleans by their value.
    let all = parsed(path);
    let case = all
        .iter()
        .find(|quad| {
            quad.predicate.as_str() == TYPE && quad.object.to_string() == format!("<{SHT}Validate>")
        })
        .map(|quad| Term::from(quad.subject.clone()))
        .ok_or("no case")?;
    let action = object(&all, &case, &format!("{MF}action")).ok_or("no action")?;
    let file = |name: &str| -> PathBuf {
        let Some(Term::NamedNode(node)) = object(&all, &action, &format!("{SHT}{name}")) else {
            return path.to_owned();
        };
        PathBuf::from(node.as_str().trim_start_matches("file://"))
    };
    let (data_file, shapes_file) = (file("dataGraph"), file("shapesGraph"));
    let open = |file: &Path| {
        if file == path {
            all.clone()
        } else {
            parsed(file)
        }
    };
    let shapes = open(&shapes_file);
    let data = Graph::in_memory().unwrap();
    data.extend(open(&data_file)).unwrap();
    let name = GraphName::from(NamedNode::new(super::SHAPES_GRAPH).unwrap());
    data.extend(shapes.iter().map(|quad| Quad {
        graph_name: name.clone(),
        ..quad.clone()
    }))
    .unwrap();
    let outcome = validate(&data, shapes);
    let expected = object(&all, &case, &format!("{MF}result")).ok_or("no result")?;
    if expected.to_string() == format!("<{SHT}Failure>") {
        return match outcome {
            Err(_) => Ok(()),
            Ok(_) => Err("a failure is due".to_owned()),
        };
    }
    let report = outcome.map_err(|error| error.to_string())?.to_quads();
    let says = all
        .iter()
        .any(|quad| quad.predicate.as_str() == sh("resultMessage"));
    let due = canonical(&reachable(&all, &expected, says));
    let head = Term::from(report[0].subject.clone());
    let made = canonical(&reachable(&report, &head, says));
    if due == made {
        Ok(())
    } else {
        Err(format!("due:\n{due:#?}\nmade:\n{made:#?}"))
    }
}

fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            cases(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "ttl")
            && fs::read_to_string(&path).unwrap().contains("sht:Validate")
        {
            found.push(path);
        }
    }
}

#[test]
fn w3c_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suite = root.join("../shared/suites/shacl");
    if !suite.is_dir() {
        println!("skipped: no suites beside the checkout");
        return;
    }
    let suite = fs::canonicalize(suite).unwrap();
    let mut paths = Vec::new();
    cases(&suite, &mut paths);
    let mut passed = BTreeSet::new();
    let mut failed = Vec::new();
    for path in &paths {
        let name = path
            .strip_prefix(&suite)
            .unwrap()
            .with_extension("")
            .display()
            .to_string();
        match run(path) {
            Ok(()) => {
                passed.insert(name);
            }
            Err(why) => failed.push(format!("{name}: {why}")),
        }
    }
    let pinned = fs::read_to_string(root.join("tests/conformance/shacl-pass.txt")).unwrap();
    let pinned: BTreeSet<String> = pinned
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    println!(
        "{} of {} cases pass\n{}",
        passed.len(),
        paths.len(),
        failed.join("\n")
    );
    let lost: Vec<_> = pinned.difference(&passed).collect();
    let gained: Vec<_> = passed.difference(&pinned).collect();
    assert!(lost.is_empty(), "no longer pass: {lost:#?}");
    assert!(gained.is_empty(), "pass but are not listed: {gained:#?}");
}
