//! The W3C cases of RDF Dataset Canonicalization, run with the binary.

use std::fs;

use crate::support::{run_in, shared};

#[test]
fn canonical_forms_are_those_of_the_w3c_suite() {
    let Some(folder) = shared("suites/w3c-rdf-canon/tests") else {
        return;
    };
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("manifest.jsonld")).unwrap()).unwrap();
    let (mut passed, mut refused) = (0, 0);
    for case in manifest["entries"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let text = |key: &str| case[key].as_str();
        let input = folder.join(text("action").unwrap()).display().to_string();
        let option = match text("hashAlgorithm") {
            Some("SHA384") => "--canonical=sha384",
            _ => "--canonical",
        };
        let run = run_in(&folder, &["export", option, "--data", &input], "");
        match text("type").unwrap() {
            "rdfc:RDFC10EvalTest" => {
                let due = fs::read_to_string(folder.join(text("result").unwrap())).unwrap();
                assert_eq!(run.expect(0), due, "{id}");
                passed += 1;
            }
            // A dataset made to take exponential time is refused, with the limit named.
            "rdfc:RDFC10NegativeEvalTest" => {
                assert!(run.expect_talk(5).contains("FM0604"), "{id}");
                refused += 1;
            }
            _ => {}
        }
    }
    assert!(passed >= 64 && refused >= 1, "{passed} {refused}");
}
