//! Small mappings by the name of `m.ttl`, run with the binary over files written for them.

use std::fs;

use super::{Run, run_in};

/// What stands before every mapping.
pub(crate) const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> .\n@prefix rr: <http://www.w3.org/ns/r2rml#> .\n\
    @prefix old: <http://semweb.mmlab.be/ns/rml#> .\n@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n\
    @prefix csvw: <http://www.w3.org/ns/csvw#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\
    @prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .\n@prefix ex: <http://e/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n";

/// The line on which the mapping of [`run`] begins.
pub(crate) const FIRST: usize = 9;

/// Maps files; returns the run and the statements in the order of their text.
pub(crate) fn run(mapping: &str, files: &[(&str, &str)]) -> (Run, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let run = run_in(
        folder.path(),
        &["map", "m.ttl", "--sorted", "-o", "out.nq"],
        "",
    );
    let made = fs::read_to_string(folder.path().join("out.nq")).unwrap_or_default();
    (
        run,
        made.replace("<http://e/", "<")
            .replace("<http://www.w3.org/2001/XMLSchema#", "<xsd:"),
    )
}

/// Checks what a mapping makes.
#[track_caller]
pub(crate) fn makes(mapping: &str, files: &[(&str, &str)], expected: &str) {
    let (run, made) = run(mapping, files);
    let _ = run.expect(0);
    assert_eq!(made, expected);
}

/// Checks that a mapping is refused with one error, on a line counted from its own first.
#[track_caller]
pub(crate) fn refuses(mapping: &str, files: &[(&str, &str)], line: usize, says: &str) {
    let (run, made) = run(mapping, files);
    let talk = run.expect_talk(3);
    assert_eq!(made, "");
    assert_eq!(talk.matches("error[").count(), 1, "{talk}");
    assert!(talk.contains(says), "{talk}");
    assert!(
        talk.contains(&format!("m.ttl:{}:", FIRST + line - 1)),
        "{talk}"
    );
}

/// A mapping over a source, with one object map.
pub(crate) fn over(source: &str, object: &str) -> String {
    format!(
        "<#t> rml:logicalSource [ {source} ] ;\n\
         rml:subjectMap [ rml:template \"http://e/{{id}}\" ] ;\n\
         rml:predicateObjectMap [ rml:predicate ex:p ;\n\
         rml:objectMap [ {object} ] ] .\n"
    )
}

/// A source of JSON.
pub(crate) const JSON: &str =
    "rml:source \"d.json\" ; rml:referenceFormulation rml:JSONPath ; rml:iterator \"$[*]\"";
