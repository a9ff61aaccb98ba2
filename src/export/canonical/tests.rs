use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{Dataset, Quad};
use proptest::prelude::*;

use super::*;

const BUDGET: u64 = 200_000;

fn parse(text: &str) -> Vec<Quad> {
    RdfParser::from_format(RdfFormat::NQuads)
        .for_slice(text)
        .collect::<std::result::Result<_, _>>()
        .unwrap()
}

/// Labels and canonical lines, or the error.
fn canonical(quads: &[Quad], budget: u64) -> Result<(&'static str, String)> {
    let mut nodes = Nodes::new(quads)?;
    let (prefix, numbers) = labels(&BlankGraph::new(&nodes), budget, HashAlgorithm::Sha256)?;
    nodes.relabel(prefix, &numbers);
    Ok((prefix, crate::export::lines::render(&nodes)))
}

fn suite() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/suites/w3c-rdf-canon/tests");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the W3C suite rdf-canon is not beside the project");
    None
}

/// The cases of the W3C suite that use SHA-256, by their kind.
fn cases(folder: &Path, kind: &str) -> Vec<(String, PathBuf, Option<PathBuf>)> {
    let text = std::fs::read_to_string(folder.join("manifest.jsonld")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["type"].as_str() == Some(kind))
        .filter(|case| {
            case["hashAlgorithm"]
                .as_str()
                .is_none_or(|name| name == "SHA256")
        })
        .map(|case| {
            (
                case["id"].as_str().unwrap().to_owned(),
                folder.join(case["action"].as_str().unwrap()),
                case["result"].as_str().map(|path| folder.join(path)),
            )
        })
        .collect()
}

#[test]
fn canonical_lines_are_those_of_the_w3c_suite() {
    let Some(folder) = suite() else { return };
    let cases = cases(&folder, "rdfc:RDFC10EvalTest");
    assert!(cases.len() >= 60, "{}", cases.len());
    for (id, input, result) in cases {
        let quads = parse(&std::fs::read_to_string(input).unwrap());
        let (prefix, lines) = canonical(&quads, BUDGET).unwrap();
        let wanted = std::fs::read_to_string(result.unwrap()).unwrap();
        assert_eq!((prefix, lines), ("c14n", wanted), "{id}");
    }
}

#[test]
fn labels_are_those_of_the_w3c_suite() {
    let Some(folder) = suite() else { return };
    let cases = cases(&folder, "rdfc:RDFC10MapTest");
    assert!(cases.len() >= 15, "{}", cases.len());
    for (id, input, result) in cases {
        let quads = parse(&std::fs::read_to_string(input).unwrap());
        let nodes = Nodes::new(&quads).unwrap();
        let (prefix, numbers) =
            labels(&BlankGraph::new(&nodes), BUDGET, HashAlgorithm::Sha256).unwrap();
        let text = std::fs::read_to_string(result.unwrap()).unwrap();
        let wanted: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        // Labels of isomorphic parts may be swapped, so the lines decide; here every label must be used once.
        let mut found: Vec<String> = numbers.iter().map(|n| format!("{prefix}{n}")).collect();
        found.sort_unstable();
        let mut wanted: Vec<String> = wanted.into_values().collect();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{id}");
    }
}

#[test]
fn the_poisoned_dataset_of_the_w3c_suite_is_too_much_for_the_algorithm_but_not_for_the_export() {
    let Some(folder) = suite() else { return };
    for (id, input, _) in cases(&folder, "rdfc:RDFC10NegativeEvalTest") {
        let text = std::fs::read_to_string(input).unwrap();
        let quads = parse(&text);
        let nodes = Nodes::new(&quads).unwrap();
        let graph = BlankGraph::new(&nodes);
        let hashes = rdfc::first_degree(&graph, HashAlgorithm::Sha256);
        let order: Vec<u32> = (0..nodes.blanks()).collect();
        assert_eq!(
            rdfc::label(&graph, &hashes, &order, BUDGET, HashAlgorithm::Sha256),
            None,
            "{id}"
        );

        let mut lines: Vec<&str> = text.lines().collect();
        lines.reverse();
        let reversed = lines.join("\n").replace("_:e", "_:zz");
        assert_eq!(
            canonical(&quads, BUDGET).unwrap(),
            canonical(&parse(&reversed), BUDGET).unwrap()
        );
    }
}

/// `count` like cells in a row.
fn chain(count: usize) -> String {
    (0..count)
        .map(|n| format!("_:n{n} <ex:next> _:n{} .\n", n + 1))
        .collect()
}

#[test]
fn a_long_chain_is_labelled_without_recursion() {
    let (prefix, lines) = canonical(&parse(&chain(20_000)), BUDGET).unwrap();
    assert_eq!(prefix, "b");
    assert_eq!(lines.lines().count(), 20_000);
}

#[test]
fn like_children_of_like_parents_are_labelled() {
    let children: String = (0..40)
        .map(|n| format!("_:a <ex:child> _:a{n} .\n_:b <ex:child> _:b{n} .\n"))
        .collect();
    let (prefix, _) = canonical(&parse(&children), BUDGET).unwrap();
    assert_eq!(prefix, "b");
}

#[test]
fn like_nodes_that_are_not_linked_cost_little() {
    let many: String = (0..20_000)
        .map(|n| format!("_:n{n} <ex:kind> <ex:Thing> .\n"))
        .collect();
    let (prefix, lines) = canonical(&parse(&many), 1).unwrap();
    assert_eq!(prefix, "c14n");
    assert_eq!(lines.lines().count(), 20_000);
}

/// Six nodes in one ring, or in two: colour refinement alone cannot tell their nodes apart.
#[test]
fn rings_of_different_length_are_not_mixed_up() {
    let ring = |names: &[&str]| -> String {
        (0..names.len())
            .map(|n| {
                format!(
                    "_:{} <ex:p> _:{} .\n",
                    names[n],
                    names[(n + 1) % names.len()]
                )
            })
            .collect()
    };
    let one = ring(&["a", "b", "c", "d", "e", "f"]);
    let two = ring(&["a", "b", "c"]) + &ring(&["d", "e", "f"]);
    let mixed = ring(&["f", "b", "a"]) + &ring(&["c", "e", "d"]);
    let lines = |text: &str| canonical(&parse(text), BUDGET).unwrap();
    assert_ne!(lines(&one), lines(&two));
    assert_eq!(lines(&two), lines(&mixed));

    // A ring of three and one of four: no node of one can stand for a node of the other, and RDFC-1.0 must do it alone.
    let uneven = ring(&["a", "b", "c"]) + &ring(&["d", "e", "f", "g"]);
    let nodes_of = parse(&uneven);
    let nodes = Nodes::new(&nodes_of).unwrap();
    assert_eq!(refine::ranks(&BlankGraph::new(&nodes), BUDGET), None);
    assert_eq!(lines(&uneven).0, "c14n");
}

#[test]
fn a_budget_used_up_is_an_error_with_a_hint() {
    let ring = |prefix: &str, count: usize| -> String {
        (0..count)
            .map(|n| format!("_:{prefix}{n} <ex:p> _:{prefix}{} .\n", (n + 1) % count))
            .collect()
    };
    let error = canonical(&parse(&(ring("a", 300) + &ring("b", 301))), 1).unwrap_err();
    assert_eq!(error.0[0].code, codes::EXPORT_LIMIT);
    assert!(!error.0[0].hints.is_empty());
}

#[test]
fn blank_nodes_in_triple_terms_are_told_apart_by_what_is_said_in_them() {
    let text = |x: &str, y: &str| {
        format!(
            "<ex:r> <ex:p> <<( _:{x} <ex:p> _:{y} )>> .\n<ex:r> <ex:p> <<( _:{y} <ex:q> <<( _:{y} <ex:p> _:{x} )>> )>> .\n"
        )
    };
    let lines = |text: &str| canonical(&parse(text), BUDGET).unwrap().1;
    assert_eq!(lines(&text("a", "b")), lines(&text("b", "a")));
    assert_eq!(lines(&text("a", "b")), lines(&text("k", "j")));
    assert!(lines(&text("a", "b")).contains("_:c14n1"));
}

/// Lines over few blank nodes, so that many datasets have nodes that look alike.
fn datasets() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    prop::collection::vec((0..6_u8, 0..2_u8, 0..9_u8, 0..8_u8), 0..14)
}

fn text(rows: &[(u8, u8, u8, u8)], names: &[&str]) -> String {
    rows.iter()
        .map(|(s, p, o, g)| {
            let object = match o {
                0..6 => format!("_:{}", names[*o as usize]),
                6 => "<ex:o>".to_owned(),
                7 => "\"text\"@en".to_owned(),
                _ => "\"1\"^^<ex:t>".to_owned(),
            };
            let graph = match g {
                0 => " <ex:g>".to_owned(),
                1 => format!(" _:{}", names[0]),
                _ => String::new(),
            };
            format!("_:{} <ex:p{p}> {object}{graph} .\n", names[*s as usize])
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_result_is_that_of_another_implementation(rows in datasets()) {
        let quads = parse(&text(&rows, &["a", "b", "c", "d", "e", "f"]));
        let mut other: Dataset = quads.iter().cloned().collect();
        other.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
            hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
        });
        let mut wanted: Vec<String> = other.iter().map(|quad| format!("{quad} .")).collect();
        wanted.sort_unstable();
        let (prefix, lines) = canonical(&quads, 10_000_000).unwrap();
        prop_assert_eq!(prefix, "c14n");
        prop_assert_eq!(lines.lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn refinement_gives_one_order_or_none(
        rows in datasets(),
        names in Just(vec!["a", "b", "c", "d", "e", "f"]).prop_shuffle(),
    ) {
        let ordered = |names: &[&str], reverse: bool| {
            let mut quads = parse(&text(&rows, names));
            if reverse {
                quads.reverse();
            }
            let mut nodes = Nodes::new(&quads).unwrap();
            let ranks = refine::ranks(&BlankGraph::new(&nodes), BUDGET)?;
            nodes.relabel("b", &ranks);
            Some(crate::export::lines::render(&nodes))
        };
        prop_assert_eq!(
            ordered(&["a", "b", "c", "d", "e", "f"], false),
            ordered(&names, true)
        );
    }
}

#[test]
fn a_ring_somewhere_does_not_spoil_the_order_of_the_rest() {
    let mut text = chain(1_000);
    text.push_str("_:x <ex:p> _:y .\n_:y <ex:p> _:x .\n");
    for n in 0..2_000 {
        text.push_str(&format!("_:t{n} <ex:part> _:u{n} .\n"));
    }
    let (prefix, lines) = canonical(&parse(&text), BUDGET).unwrap();
    assert_eq!(prefix, "b");
    let mut reversed: Vec<&str> = text.lines().collect();
    reversed.reverse();
    let reversed = reversed.join("\n").replace("_:t", "_:x0");
    assert_eq!(canonical(&parse(&reversed), BUDGET).unwrap().1, lines);
}
