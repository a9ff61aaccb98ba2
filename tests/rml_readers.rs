//! Readers of form against what is hard: every JSON text that must be taken or refused, tables that spread badly, texts
//! that break programs.

use std::fs;
use std::path::Path;

use oxrdf::Term;
use oxttl::NQuadsParser;
use serde_json::Value as Json;

use crate::support::{run_in, shared};

fn mapping(source: &str, formulation: &str, iterator: &str, key: &str, reference: &str) -> String {
    format!(
        "@prefix rml: <http://w3id.org/rml/> .\n\
         <#map> rml:logicalSource [ rml:source \"{source}\" ; rml:referenceFormulation rml:{formulation} {iterator} ] ;\n\
         rml:subjectMap [ rml:template \"http://example.org/{{{key}}}\" ] ;\n\
         rml:predicateObjectMap [ rml:predicate <http://example.org/p> ; rml:objectMap [ rml:reference \"{reference}\" ] ] .\n"
    )
}

/// Returns the objects by the number at the end of their subject.
fn objects(folder: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(folder.join("out.nq")).unwrap();
    let mut found: Vec<(usize, String)> = NQuadsParser::new()
        .for_slice(&text)
        .map(|quad| {
            let quad = quad.unwrap();
            let subject = quad.subject.to_string();
            let number = subject
                .trim_end_matches('>')
                .rsplit('/')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            let Term::Literal(literal) = quad.object else {
                panic!("a literal")
            };
            (number, literal.value().to_owned())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn json_is_taken_and_refused_as_it_must_be() {
    let Some(suite) = shared("suites/JSONTestSuite/test_parsing") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let text = "@prefix rml: <http://w3id.org/rml/> .\n\
        <#map> rml:logicalSource [ rml:source \"case.json\" ; rml:referenceFormulation rml:JSONPath ; rml:iterator \"$\" ] ;\n\
        rml:subject <http://example.org/s> ; rml:predicateObjectMap [ rml:predicate <http://example.org/p> ; rml:object 1 ] .\n";
    fs::write(folder.path().join("map.ttl"), text).unwrap();
    let (mut taken, mut refused, mut wrong) = (0, 0, Vec::new());
    let mut names: Vec<_> = fs::read_dir(suite)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        fs::copy(&path, folder.path().join("case.json")).unwrap();
        let run = run_in(folder.path(), &["map", "map.ttl", "-o", "out.nq"], "");
        assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
        match (name.as_bytes()[0], run.status) {
            (b'y', 0) => taken += 1,
            (b'n', 3) => refused += 1,
            (b'i', 0 | 3) => {}
            (_, status) => wrong.push(format!("{name}: {status} {}", run.stderr)),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!((taken, refused), (95, 188));
}

#[test]
fn tables_of_every_spread_are_read() {
    let Some(suite) = shared("suites/csv-spectrum") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut cells = 0;
    for entry in fs::read_dir(suite.join("json")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let rows: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let rows = rows.as_array().unwrap();
        let table = fs::read_to_string(suite.join("csvs").join(format!("{stem}.csv"))).unwrap();
        fs::write(folder.path().join("table.csv"), &table).unwrap();
        let titles: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        for title in titles {
            let escaped = title.replace('\\', "\\\\").replace('"', "\\\"");
            let text = format!(
                "@prefix rml: <http://w3id.org/rml/> .\n\
                 <#map> rml:logicalSource [ rml:source \"table.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
                 rml:subjectMap [ rml:termType rml:BlankNode ] ;\n\
                 rml:predicateObjectMap [ rml:predicate <http://example.org/p> ; rml:objectMap [ rml:reference \"{escaped}\" ] ] .\n"
            );
            fs::write(folder.path().join("map.ttl"), text).unwrap();
            let _ = run_in(folder.path(), &["map", "map.ttl", "-o", "out.nq"], "").expect(0);
            let text = fs::read_to_string(folder.path().join("out.nq")).unwrap();
            let mut found: Vec<String> = NQuadsParser::new()
                .for_slice(&text)
                .map(|quad| match quad.unwrap().object {
                    Term::Literal(literal) => literal.value().to_owned(),
                    other => panic!("{other}"),
                })
                .collect();
            let mut expected: Vec<String> = rows
                .iter()
                .map(|row| row[title].as_str().unwrap().to_owned())
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{stem}, {title}");
            cells += found.len();
        }
    }
    assert!(cells > 50, "{cells}");
}

#[test]
fn naughty_strings_come_out_unchanged() {
    let Some(path) = shared("suites/blns/blns.json") else {
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let expected: Vec<(usize, String)> = strings.iter().cloned().enumerate().collect();
    let folder = tempfile::tempdir().unwrap();

    let rows: Vec<Json> = expected
        .iter()
        .map(|(id, text)| serde_json::json!({ "id": id, "text": text }))
        .collect();
    fs::write(
        folder.path().join("a.json"),
        serde_json::to_string(&rows).unwrap(),
    )
    .unwrap();
    fs::write(
        folder.path().join("map.ttl"),
        mapping(
            "a.json",
            "JSONPath",
            "; rml:iterator \"$[*]\"",
            "$.id",
            "$.text",
        ),
    )
    .unwrap();
    let _ = run_in(folder.path(), &["map", "map.ttl", "-o", "out.nq"], "").expect(0);
    assert_eq!(objects(folder.path()), expected);

    let mut writer = csv::Writer::from_path(folder.path().join("a.csv")).unwrap();
    writer.write_record(["id", "text"]).unwrap();
    for (id, text) in &expected {
        writer.write_record([&id.to_string(), text]).unwrap();
    }
    writer.flush().unwrap();
    fs::write(
        folder.path().join("map.ttl"),
        mapping("a.csv", "CSV", "", "id", "text"),
    )
    .unwrap();
    let _ = run_in(folder.path(), &["map", "map.ttl", "-o", "out.nq"], "").expect(0);
    assert_eq!(objects(folder.path()), expected);

    // XML has no way to write most control characters; those strings stay out.
    let fits = |text: &str| {
        text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
    };
    let expected: Vec<(usize, String)> = expected
        .into_iter()
        .filter(|(_, text)| fits(text))
        .collect();
    let mut document = String::from("<list>");
    for (id, text) in &expected {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('\r', "&#13;");
        document.push_str(&format!("<one id=\"{id}\">{text}</one>"));
    }
    document.push_str("</list>");
    fs::write(folder.path().join("a.xml"), document).unwrap();
    fs::write(
        folder.path().join("map.ttl"),
        mapping("a.xml", "XPath", "; rml:iterator \"/list/one\"", "@id", "."),
    )
    .unwrap();
    let _ = run_in(folder.path(), &["map", "map.ttl", "-o", "out.nq"], "").expect(0);
    assert_eq!(objects(folder.path()), expected);
    assert!(expected.len() > 400, "{}", expected.len());
}
