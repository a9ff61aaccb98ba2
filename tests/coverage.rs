//! Nothing of a source is lost in silence.

use std::fs;

use crate::support::{Project, run_in};

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

#[test]
fn the_shipped_sources_are_covered() {
    let project = Project::built();
    let text = project.run(&["coverage"]).expect(0);
    assert!(text.lines().count() >= 9, "{text}");
    assert!(
        text.lines().all(|line| line.ends_with(" 0 unmapped")),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.run(&["coverage", "--json"]).expect(0)).unwrap();
    let sources = json["sources"].as_array().unwrap();
    let article = sources
        .iter()
        .find(|source| source["file"] == ARTICLE)
        .unwrap();
    let items = article["items"].as_array().unwrap();
    let of = |status: &str| items.iter().filter(|item| item["status"] == status).count() as u64;
    for status in ["mapped", "ignored", "unmapped"] {
        assert_eq!(article[status].as_u64(), Some(of(status)), "{status}");
    }
    // Each mapped infobox line names its statements, and the size of the logo its reason.
    let mapped = items
        .iter()
        .filter(|item| item["status"] == "mapped" && item["kind"] == "infobox");
    assert!(mapped.clone().count() >= 8);
    assert!(
        mapped
            .into_iter()
            .all(|item| !item["statements"].as_array().unwrap().is_empty())
    );
    let logo = items.iter().find(|item| item["text"] == "150px").unwrap();
    assert_eq!(
        (logo["status"].as_str(), logo["reason"].is_string()),
        (Some("ignored"), true)
    );
}

#[test]
fn what_nothing_is_made_of_is_listed() {
    let project = Project::example();
    project.replace(
        ARTICLE,
        "It called on the workers",
        "Envoys of Khiva came in 1921. It called on the workers",
    );
    project.replace(
        ARTICLE,
        "- Logo: 150px\n",
        "- Logo: 150px\n- Zodiac sign: Libra\n",
    );
    let _ = project.run(&["build"]).expect_talk(1);
    let text = project.run(&["coverage"]).expect(1);
    assert!(
        text.contains("Envoys of Khiva came in 1921.") && text.contains("Libra"),
        "{text}"
    );
    assert!(text.contains(", 2 unmapped"), "{text}");
}

/// Members, attributes and texts are values too; in XML an element that is taken as a whole takes what is in it along.
#[test]
fn json_and_xml_are_gone_over_by_their_values() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "factmill.toml",
        "name = \"x\"\nbase = \"http://e/\"\nmappings = [\"m.ttl\"]\n\
         [[ignore]]\nsource = \"d.json\"\ncolumn = \"age\"\nreason = \"not asked for\"\n\
         [[ignore]]\nsource = \"d.xml\"\ncolumn = \"@v\"\nreason = \"a version\"\n",
    );
    let map = |name: &str, source: &str, objects: &str| {
        format!(
            "<#{name}> rml:logicalSource [ {source} ] ; rml:subjectMap [ rml:template \"http://e/{{{name}}}\" ] ;\n\
             rml:predicateObjectMap [ rml:predicate <http://e/p> ; rml:objectMap {objects} ] .\n"
        )
    };
    write(
        "m.ttl",
        &("@prefix rml: <http://w3id.org/rml/> .\n".to_owned()
            + &map(
                "id",
                "rml:source \"d.json\" ; rml:referenceFormulation rml:JSONPath ; rml:iterator \"$.people[*]\"",
                "[ rml:reference \"$.tags[*]\" ]",
            )
            + &map(
                "@id",
                "rml:source \"d.xml\" ; rml:referenceFormulation rml:XPath ; rml:iterator \"/r/i\"",
                "[ rml:reference \"p\" ] , [ rml:reference \"t/text()\" ]",
            )),
    );
    write(
        "d.json",
        "{\"people\":[{\"id\":1,\"tags\":[\"a\",\"b\"],\"age\":7,\"no\":null,\"e\":\"\"},{\"id\":2,\"tags\":[]}]}",
    );
    write(
        "d.xml",
        "<r v=\"1\"><i id=\"3\" k=\"z\"><p>mixed <b>bold</b></p><t>T</t><u>left</u></i></r>",
    );
    let _ = run_in(folder.path(), &["build"], "").expect_talk(0);
    let text = run_in(folder.path(), &["coverage"], "").expect(1);
    assert_eq!(
        text,
        "d.json: 3 mapped, 1 ignored, 1 unmapped\n  d.json:1:69, at /people/1/id unmapped \"2\"\n\
         d.xml: 4 mapped, 1 ignored, 2 unmapped\n  d.xml:1:10, at /r/i/@k unmapped \"z\"\n  \
         d.xml:1:61, at /r/i/u unmapped \"left\"\n"
    );
}
