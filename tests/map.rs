//! `map` and `check` from end to end: what is refused and what then stays, targets, dialects, packings, provenance.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::support::run_in;

const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://example.org/> .\n\
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix csvw: <http://www.w3.org/ns/csvw#> .\n\
    @prefix formats: <http://www.w3.org/ns/formats/> .\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let text = if name.ends_with(".ttl") {
            format!("{PREFIXES}{text}")
        } else {
            (*text).to_owned()
        };
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

const PEOPLE: &str = "id,name,age\n1,Ann,33\n2,Bob,old\n3,Cy,\n4,Dee,x\n5,Eve,y\n6,Flo,z\n";
const AGES: &str = "<#p> rml:logicalSource [ rml:source \"p.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
    rml:subjectMap [ rml:template \"http://example.org/{id}\" ] ;\n\
    rml:predicateObjectMap [ rml:predicate ex:age ;\n\
      rml:objectMap [ rml:reference \"age\" ; rml:datatype xsd:integer ] ] .\n";

#[test]
fn a_bad_value_refuses_the_run_and_the_old_file_stays() {
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", AGES), ("out.nq", "old\n")]);
    let run = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "");
    let talk = run.expect_talk(3);
    assert_eq!(read(folder.path(), "out.nq"), "old\n");
    assert!(
        talk.contains("p.csv:3") && talk.contains("m.ttl:9:"),
        "{talk}"
    );
    // Five values are bad; three are shown, the others counted.
    assert_eq!(talk.matches("is no xsd:integer").count(), 3, "{talk}");
    assert!(talk.contains("2 more like this"), "{talk}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn lenient_leaves_out_and_counts() {
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", AGES)]);
    let arguments = [
        "map",
        "m.ttl",
        "-o",
        "out.nq",
        "--lenient",
        "--report",
        "r.json",
    ];
    let talk = run_in(folder.path(), &arguments, "").expect_talk(1);
    assert!(talk.contains("5 left out"), "{talk}");
    assert_eq!(read(folder.path(), "out.nq").lines().count(), 1);
    let report: serde_json::Value = serde_json::from_str(&read(folder.path(), "r.json")).unwrap();
    assert_eq!(report["leftOut"], 5);
    assert_eq!(report["records"], 6);
    assert_eq!(report["unusedColumns"][0]["columns"][0], "name");
    assert_eq!(report["triplesMaps"][0]["line"], 6);
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn an_output_is_packed_as_its_name_says() {
    let folder = folder(&[("p.csv", "id,age\n1,33\n2,44\n"), ("m.ttl", AGES)]);
    let path = |name: &str| folder.path().join(name);
    let map = |name: &str| run_in(folder.path(), &["map", "m.ttl", "-o", name], "");
    let _ = map("out.nt").expect(0);
    let _ = map("out.nt.gz").expect(0);
    assert_eq!(unpacked(&path("out.nt.gz")), read(folder.path(), "out.nt"));
    let bytes = fs::read(path("out.nt.gz")).unwrap();
    let _ = map("out.nt.gz").expect(0);
    assert_eq!(fs::read(path("out.nt.gz")).unwrap(), bytes);
    // The ending before says the syntax, here and where results are written.
    let _ = map("out.ttl.gz").expect(0);
    assert!(unpacked(&path("out.ttl.gz")).contains("age> 33"));
    for (name, magic) in [("out.nq.xz", &b"\xfd7zXZ"[..]), ("out.nq.bz2", b"BZh")] {
        let _ = map(name).expect(0);
        assert!(fs::read(path(name)).unwrap().starts_with(magic), "{name}");
    }
    let export = |name: &str| {
        let arguments = ["export", "--data", "out.nt", "-o", name];
        run_in(folder.path(), &arguments, "").expect(0)
    };
    let (_, _) = (export("e.ttl"), export("e.ttl.gz"));
    assert_eq!(unpacked(&path("e.ttl.gz")), read(folder.path(), "e.ttl"));
    let query = "SELECT ?o { ?s ?p ?o } ORDER BY ?o";
    let arguments = ["query", query, "--data", "out.nt", "-o", "rows.csv.gz"];
    let _ = run_in(folder.path(), &arguments, "").expect(0);
    assert_eq!(unpacked(&path("rows.csv.gz")), "o\n33\n44\n");

    let refused = map("out.nt.zst");
    let talk = refused.expect_talk(2);
    assert!(
        talk.contains("FM0602") && talk.contains(".gz, .xz or .bz2"),
        "{talk}"
    );
    assert!(!path("out.nt.zst").exists());
}

#[test]
fn a_report_that_cannot_be_written_is_noticed_before_the_run() {
    let folder = folder(&[
        ("p.csv", "id,age\n1,33\n"),
        ("m.ttl", AGES),
        ("out.nq", "old\n"),
    ]);
    for (report, status) in [("none/r.json", 4), (".", 4), ("out.nq", 2), ("./out.nq", 2)] {
        let arguments = ["map", "m.ttl", "-o", "out.nq", "--report", report];
        let talk = run_in(folder.path(), &arguments, "").expect_talk(status);
        assert!(!talk.contains("Wrote"), "{talk}");
        assert_eq!(read(folder.path(), "out.nq"), "old\n");
    }
    // The report of before stays until the run has ended, and a refused run is reported too.
    let report = |mapping: &str| {
        let arguments = ["map", mapping, "-o", "out.nq", "--report", "r.json"];
        let run = run_in(folder.path(), &arguments, "");
        (run.status, read(folder.path(), "r.json"))
    };
    assert_eq!(report("m.ttl").0, 0);
    let (status, told) = report("none.ttl");
    assert!(status == 3 && told.contains("\"written\": false"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn a_lenient_run_that_makes_nothing_for_want_of_a_column_has_findings() {
    let wrong = AGES.replace("\"age\"", "\"agge\"");
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", &wrong)]);
    let arguments = ["map", "m.ttl", "-o", "out.nq", "--lenient"];
    let talk = run_in(folder.path(), &arguments, "").expect_talk(1);
    assert!(
        talk.contains("Wrote 0 statements") && talk.contains("did you mean \"age\"?"),
        "{talk}"
    );
    // Where the rest is made, the column is what may be missing.
    let class = wrong.replace("rml:subjectMap [", "rml:subjectMap [ rml:class ex:C ;");
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{class}")).unwrap();
    let talk = run_in(folder.path(), &arguments, "").expect_talk(0);
    assert!(
        talk.contains("Wrote 6 statements") && talk.contains("did you mean"),
        "{talk}"
    );
}

#[test]
fn a_mapping_is_checked_before_a_row_is_read() {
    let wrong = AGES.replace("\"age\"", "\"agge\"");
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", &wrong)]);
    let talk = run_in(folder.path(), &["check", "m.ttl"], "").expect_talk(3);
    assert!(
        talk.contains("m.ttl:9:") && talk.contains("did you mean \"age\"?"),
        "{talk}"
    );
}

#[test]
fn a_datatype_that_there_is_not_is_a_warning_with_its_line() {
    let wrong = AGES
        .replace("xsd:integer", "xsd:decimla")
        .replace("ex:age ;", "ex:age ; rml:object \"x\"^^xsd:stirng ;");
    let folder = folder(&[("p.csv", "id,age\n1,33\n"), ("m.ttl", &wrong)]);
    for arguments in [&["check", "m.ttl"][..], &["map", "m.ttl", "-o", "out.nq"]] {
        let talk = run_in(folder.path(), arguments, "").expect_talk(0);
        for told in [
            "warning[FM0202]: XML Schema has no datatype xsd:decimla",
            "m.ttl:9:",
            "did you mean xsd:decimal?",
            "XML Schema has no datatype xsd:stirng",
            "m.ttl:8:",
        ] {
            assert_eq!(talk.matches(told).count(), 1, "{told}: {talk}");
        }
    }
}

#[test]
fn a_table_that_is_written_otherwise_or_empty_is_one_error() {
    let folder = folder(&[("p.csv", ""), ("m.ttl", AGES)]);
    let told = |text: &str| {
        fs::write(folder.path().join("p.csv"), text).unwrap();
        let talk = run_in(folder.path(), &["map", "m.ttl"], "").expect_talk(3);
        assert_eq!(talk.matches("error[FM0203]").count(), 1, "{talk}");
        assert!(talk.contains("m.ttl:") && talk.contains("p.csv"), "{talk}");
        let checked = run_in(folder.path(), &["check", "m.ttl"], "").expect_talk(3);
        assert_eq!(checked.matches("error[FM0203]").count(), 1, "{checked}");
        talk
    };
    for (text, delimiter) in [
        ("id;name;age\n1;Ann;33\n", "csvw:delimiter \";\""),
        ("id\tage\n1\t33\n", "csvw:delimiter \"\\t\""),
        ("id|age\n", "csvw:delimiter \"|\""),
    ] {
        let talk = told(text);
        assert!(talk.contains("the header is one cell"), "{talk}");
        assert!(talk.contains(delimiter), "{talk}");
    }
    for text in ["", "\n\n"] {
        assert!(told(text).contains("the file is empty"), "{text:?}");
    }
    assert!(told("id\n1\n").contains("no column \"age\""));
    // What the hint says is what helps.
    let declared = AGES.replace(
        "rml:source \"p.csv\"",
        "rml:source [ a csvw:Table ; csvw:url \"p.csv\" ; csvw:dialect [ csvw:delimiter \"\\t\" ] ]",
    );
    fs::write(folder.path().join("p.csv"), "id\tage\n1\t33\n").unwrap();
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{declared}")).unwrap();
    assert!(
        run_in(folder.path(), &["map", "m.ttl"], "")
            .expect(0)
            .contains("33")
    );
}

#[test]
fn a_packed_source_that_nobody_declared_is_named() {
    let folder = folder(&[("p.csv", "id,age\n1,33\n2,44\n"), ("m.ttl", AGES)]);
    let map = |arguments: &[&str]| run_in(folder.path(), arguments, "");
    let _ = map(&["map", "m.ttl", "-o", "plain.nq"]).expect(0);
    for (ending, packing) in [("gz", "gzip"), ("xz", "xz"), ("bz2", "bzip2")] {
        // The output of a run is bytes of that packing.
        let packed = format!("out.nq.{ending}");
        let _ = map(&["map", "m.ttl", "-o", &packed]).expect(0);
        let mapping = read(folder.path(), "m.ttl").replace("p.csv", &packed);
        fs::write(folder.path().join("packed.ttl"), mapping).unwrap();
        let talk = map(&["map", "packed.ttl"]).expect_talk(3);
        let named = format!("packed by {packing}");
        let hint = format!("rml:compression rml:{packing}");
        assert!(talk.contains(&named) && talk.contains(&hint), "{talk}");
        assert!(talk.contains("packed.ttl:"), "{talk}");
    }
}

#[test]
fn a_path_that_no_record_has_is_told_with_near_ones() {
    let json = "[{\"id\": 1, \"name\": \"Ann\", \"home town\": {\"street\": [{\"nr\": 3}]}}]";
    let xml = "<l><p id='1'><name>Ann</name><home><street nr='3'/></home></p></l>";
    let folder = folder(&[("d.json", json), ("d.xml", xml)]);
    let near = |file: &str, form: &str, iterator: &str, reference: &str| {
        let mapping = format!(
            "{PREFIXES}<#p> rml:logicalSource [ rml:source \"{file}\" ; rml:referenceFormulation rml:{form} ;\n\
             rml:iterator \"{iterator}\" ] ; rml:subjectMap [ rml:constant ex:s ] ;\n\
             rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"{reference}\" ] ] .\n"
        );
        fs::write(folder.path().join("m.ttl"), mapping).unwrap();
        let talk = run_in(folder.path(), &["map", "m.ttl"], "").expect_talk(3);
        let hint = talk.lines().find(|line| line.contains("help: ")).unwrap();
        hint.trim().trim_start_matches("= help: ").to_owned()
    };
    let of_json = |reference: &str| near("d.json", "JSONPath", "$[*]", reference);
    assert_eq!(of_json("$.nmae"), "did you mean \"$.name\"?");
    assert_eq!(
        of_json("$['home town'].streets[*].nr"),
        "did you mean \"$['home town'].street[*].nr\"?"
    );
    assert_eq!(
        of_json("$.zzz"),
        "the paths of the first record are $.id, $.name, $['home town'].street[*].nr"
    );
    let of_xml = |reference: &str| near("d.xml", "XPath", "/l/p", reference);
    assert_eq!(of_xml("nmae"), "did you mean \"name\"?");
    assert_eq!(
        of_xml("home/street/@nummer"),
        "did you mean \"home/street/@nr\"?"
    );
    assert_eq!(
        of_xml("zzz"),
        "the paths of the first record are @id, name, home/street/@nr, home/street"
    );
}

#[test]
fn what_a_form_does_not_provide_for_is_a_warning_with_its_line() {
    let rows: String = (2..9).map(|n| format!("\"{n}\"x,{n}\n")).collect();
    let csv = format!("id,age\n1,1\n{rows}\"9\",9\n\"a \"\"b\"\"\" ,10\n");
    let members: Vec<String> = (1..6)
        .map(|n| format!("{{\"id\": {n}, \"age\": 0, \"b\": 1, \"b\": 2,\n \"age\": {n}}}"))
        .collect();
    let json = format!("[{},\n{{\"id\": 6, \"age\": 6}}]", members.join(",\n"));
    let of_json = AGES
        .replace("p.csv", "d.json")
        .replace("rml:CSV", "rml:JSONPath ; rml:iterator \"$[*]\"")
        .replace("{id}", "{$.id}")
        .replace("\"age\"", "\"$.age\"");
    let folder = folder(&[
        ("p.csv", &csv),
        ("d.json", &json),
        ("m.ttl", AGES),
        ("j.ttl", &of_json),
    ]);
    let told = |mapping: &str, message: &str, places: [&str; 3], more: &str, lines: usize| {
        for arguments in [
            &["map", mapping, "-o", "out.nq"][..],
            &["map", mapping, "-o", "out.nq", "--provenance", "graph"],
        ] {
            let talk = run_in(folder.path(), arguments, "").expect_talk(0);
            assert_eq!(talk.matches("warning[FM0104]").count(), 3, "{talk}");
            assert_eq!(talk.matches(message).count(), 3, "{talk}");
            assert!(places.iter().all(|place| talk.contains(place)), "{talk}");
            assert!(talk.contains(more), "{talk}");
            let out = read(folder.path(), "out.nq");
            assert_eq!(out.matches("/age>").count(), lines, "{out}");
        }
    };
    let after = "text stands after the closing quotation mark";
    let places = ["p.csv:3\n", "p.csv:4\n", "p.csv:5\n"];
    told("m.ttl", after, places, "4 more like this", 10);
    assert!(read(folder.path(), "out.nq").contains("/2x> "), "as it was");
    // Only what a mapping asks for is looked at.
    let twice = "the name \"age\" stands twice";
    let places = ["d.json:2:2", "d.json:4:2", "d.json:6:2"];
    told("j.ttl", twice, places, "2 more like this", 6);
    assert!(
        read(folder.path(), "out.nq").contains("\"5\"^^"),
        "the last one"
    );
}

#[test]
fn one_thing_is_told_in_the_singular() {
    let folder = folder(&[("p.csv", "id,age\n1,33\n"), ("m.ttl", AGES)]);
    let talk = run_in(folder.path(), &["check", "m.ttl"], "").expect_talk(0);
    assert!(talk.contains("right: 1 triples map.\n"), "{talk}");
    let talk = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "").expect_talk(0);
    assert_eq!(talk, "Wrote 1 statement from 1 record.\n");
}

#[test]
fn an_empty_output_is_said() {
    let folder = folder(&[("p.csv", "id,name,age\n"), ("m.ttl", AGES)]);
    let talk = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "").expect_talk(0);
    assert!(talk.contains("has no records"), "{talk}");
}

#[test]
fn statements_go_to_their_targets() {
    let target = |name: &str, path: &str, rest: &str| {
        format!(
            "<#{name}> a rml:LogicalTarget ; rml:target [ a rml:FilePath ; rml:path \"{path}\" ] ; {rest} .\n"
        )
    };
    let mapping = "<#p> rml:logicalSource [ rml:source \"p.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{id}\" ; rml:logicalTarget <#gz> ] ;\n\
        rml:predicateObjectMap [ rml:predicateMap [ rml:constant ex:name ; rml:logicalTarget <#nt> ] ;\n\
          rml:objectMap [ rml:reference \"name\" ] ] .\n\
        <#q> rml:logicalSource [ rml:source \"p.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{id}\" ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:age ; rml:objectMap [ rml:reference \"age\" ] ] .\n"
        .to_owned()
        + &target("gz", "a.nq.gz", "rml:compression rml:gzip")
        + &target("nt", "b.nt", "rml:serialization formats:N-Triples");
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", &mapping)]);
    let _ = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "").expect(0);
    let packed = unpacked(&folder.path().join("a.nq.gz"));
    assert_eq!(packed.lines().count(), 6);
    assert_eq!(read(folder.path(), "b.nt").lines().count(), 6);
    let rest = read(folder.path(), "out.nq");
    assert_eq!(rest.lines().count(), 6);
    assert!(!rest.contains("Ann"), "{rest}");
}

#[test]
fn tables_are_read_in_their_dialect() {
    let mapping = "<#p> rml:logicalSource [ rml:source [ a csvw:Table ; csvw:url \"p.txt\" ;\n\
          csvw:dialect [ csvw:delimiter \"|\" ; csvw:quoteChar \"'\" ; csvw:commentPrefix \"#\" ; csvw:header false ;\n\
            csvw:skipRows 1 ; csvw:trim true ; csvw:encoding \"ISO-8859-1\" ] ; csvw:null \"-\" ] ;\n\
          rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{_col.1}\" ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference \"_col.2\" ] ] .\n";
    let folder = folder(&[("m.ttl", mapping)]);
    let table = b"a title\n1| Caf\xe9 \n# a comment's mark\n2|'a|b'\n3|-\n";
    fs::write(folder.path().join("p.txt"), table).unwrap();
    let _ = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "").expect(0);
    let out = read(folder.path(), "out.nq");
    let objects: Vec<&str> = out
        .lines()
        .map(|line| line.split('"').nth(1).unwrap())
        .collect();
    assert_eq!(objects, ["Café", "a|b"]);
}

#[test]
fn provenance_leads_from_each_statement_to_its_record() {
    let text = AGES.replace(" ; rml:datatype xsd:integer", "");
    let folder = folder(&[("p.csv", PEOPLE), ("m.ttl", &text)]);
    let arguments = ["map", "m.ttl", "-o", "out.nq", "--provenance", "statement"];
    let _ = run_in(folder.path(), &arguments, "").expect(0);
    let query = "SELECT ?o ?l { GRAPH fm:provenance { ?d rdf:reifies <<( ?s ?p ?o )>> ; \
        prov:wasDerivedFrom ?r . ?r fm:line ?l } } ORDER BY ?l";
    let rows = run_in(folder.path(), &["query", query, "--data", "out.nq"], "").expect(0);
    let rows: Vec<&str> = rows.lines().map(str::trim).collect();
    assert_eq!(rows[..4], ["o,l", "33,2", "old,3", ",4"]);
    let refused = ["map", "m.ttl", "-o", "out.nt", "--provenance", "graph"];
    let _ = run_in(folder.path(), &refused, "").expect_talk(2);
}

#[test]
fn the_older_words_mean_the_same() {
    let mapping = "@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix old: <http://semweb.mmlab.be/ns/rml#> .\n\
        @prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n\
        <#p> a rr:TriplesMap ; old:logicalSource [ old:source \"p.json\" ; old:referenceFormulation ql:JSONPath ;\n\
          old:iterator \"$.list[*]\" ] ;\n\
        rr:subjectMap [ rr:template \"http://example.org/{id}\" ] ;\n\
        rr:predicateObjectMap [ rr:predicate ex:age ; rr:objectMap [ old:reference \"AGE\" ] ] .\n";
    let json =
        "{\"list\":[{\"id\":1,\"age\":33},{\"id\":2,\"age\":[4,5]},{\"id\":3,\"age\":null}]}";
    let right = mapping.replace("AGE", "age");
    let folder = folder(&[("p.json", json), ("m.ttl", &right), ("wrong.ttl", mapping)]);
    let _ = run_in(folder.path(), &["map", "m.ttl", "-o", "out.nq"], "").expect(0);
    let out = read(folder.path(), "out.nq");
    let objects: Vec<&str> = out
        .lines()
        .map(|line| line.split("age> ").nth(1).unwrap())
        .collect();
    assert_eq!(objects, ["\"33\" .", "\"4\" .", "\"5\" ."]);
    let talk = run_in(folder.path(), &["map", "wrong.ttl", "-o", "no.nq"], "").expect_talk(3);
    assert!(talk.contains("wrong.ttl:12:"), "{talk}");
}

#[test]
fn what_is_not_read_is_named_with_its_line() {
    let mapping = "<#p> rml:logicalSource [ rml:source [ a <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#Database> ] ;\n\
          rml:referenceFormulation rml:SQL2008Table ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{id}\" ] .\n\
        <#w> rml:logicalSource [ rml:source \"https://example.org/a.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{id}\" ; rml:class ex:A ] .\n";
    let folder = folder(&[("m.ttl", mapping)]);
    let talk = run_in(folder.path(), &["check", "m.ttl"], "").expect_talk(3);
    for expected in [
        "m.ttl:6:",
        "m.ttl:7:",
        "m.ttl:9:",
        "databases are not read",
        "of the network",
    ] {
        assert!(talk.contains(expected), "{expected}: {talk}");
    }
}

/// Several mappings are one run: sources are read once for all, and a slip in each is told.
#[test]
fn several_mappings_are_run_as_one() {
    let other = AGES.replace("age", "id");
    let people = "id,age\n1,33\n2,44\n";
    let folder = folder(&[("p.csv", people), ("a.ttl", AGES), ("b.ttl", &other)]);
    let run = |arguments: &[&str]| run_in(folder.path(), arguments, "");
    let lines = |text: String| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let mut apart = lines(run(&["map", "a.ttl"]).expect(0));
    apart.extend(lines(run(&["map", "b.ttl"]).expect(0)));
    apart.sort();
    apart.dedup();
    assert_eq!(
        lines(run(&["map", "a.ttl", "b.ttl", "--sorted"]).expect(0)),
        apart
    );
    let talk = run(&["map", "none.ttl", "a.ttl", "nor.ttl"]).expect_talk(3);
    assert!(
        talk.contains("none.ttl") && talk.contains("nor.ttl"),
        "{talk}"
    );
}
