//! Rules of RML that are easy to get wrong and that none of the official cases in reach pins, run with the binary.

use std::fs;

use crate::support::rml::{JSON, PREFIXES, makes, over, refuses, run};
use crate::support::run_in;

const XML: &str =
    "rml:source \"d.xml\" ; rml:referenceFormulation rml:XPath ; rml:iterator \"/r/i\"";

#[test]
fn a_path_whose_name_no_record_has_is_an_error() {
    let json = [("d.json", "[{\"id\":1,\"v\":{\"w\":null},\"l\":[]}]")];
    refuses(
        &over(JSON, "rml:reference \"$.x\""),
        &json,
        4,
        "no record of d.json has $.x",
    );
    refuses(&over(JSON, "rml:reference \"$.v.x\""), &json, 4, "$.v.x");
    // What is there and empty, or selected by its value, may well make nothing.
    for known in [
        "$.v.w",
        "$.v.w.x",
        "$.l[*]",
        "$.l[*].x",
        "$.l[0]",
        "$.l[?@.a==1]",
    ] {
        makes(
            &over(JSON, &format!("rml:reference \"{known}\"")),
            &json,
            "",
        );
    }
    let xml = [("d.xml", "<r><i id='1'><v/><l k='2'/></i></r>")];
    let xpath = |reference: &str| {
        over(XML, &format!("rml:reference \"{reference}\"")).replace("{id}", "{@id}")
    };
    refuses(&xpath("x"), &xml, 4, "no record of d.xml has x");
    refuses(&xpath("x/text()"), &xml, 4, "x/text()");
    refuses(&xpath("v/@k"), &xml, 4, "v/@k");
    for known in ["v/text()", "l[@k='3']", "l[@k='3']/@x", "text()"] {
        makes(&xpath(known), &xml, "");
    }
    let folder = tempfile::tempdir().unwrap();
    let mapping = over(JSON, "rml:reference \"$.x\"");
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
    fs::write(folder.path().join("d.json"), json[0].1).unwrap();
    let arguments = ["map", "m.ttl", "--lenient", "-o", "out.nq"];
    // A run that makes nothing because of it is no success.
    let talk = run_in(folder.path(), &arguments, "").expect_talk(1);
    assert!(
        talk.contains("notice") && talk.contains("has $.x"),
        "{talk}"
    );
    let class = mapping.replace("rml:subjectMap [", "rml:subjectMap [ rml:class ex:C ;");
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{class}")).unwrap();
    let _ = run_in(folder.path(), &arguments, "").expect(0);
}

#[test]
fn xpaths_to_nodes_that_are_not_kept_are_refused() {
    let xml = [("d.xml", "<r><!-- c --><?p d?><i id='1'/></r>")];
    for (reference, says) in [
        ("/r/comment()", "comment() is not supported"),
        (
            "//processing-instruction('p')",
            "processing-instruction() is not supported",
        ),
    ] {
        let object = format!("rml:reference \"{reference}\"");
        refuses(&over(XML, &object).replace("{id}", "{@id}"), &xml, 4, says);
    }
    let source = XML.replace("/r/i", "/r/comment()");
    refuses(
        &over(&source, "rml:constant 1"),
        &xml,
        1,
        "comment() is not supported",
    );
}

#[test]
fn a_zero_of_json_has_no_sign_as_a_literal() {
    let json = [("d.json", "[{\"id\":-0,\"d\":-0.0}]")];
    for (object, expected) in [
        ("rml:reference \"$.id\"", "\"0\"^^<xsd:integer>"),
        (
            "rml:reference \"$.id\" ; rml:datatype xsd:integer",
            "\"0\"^^<xsd:integer>",
        ),
        (
            "rml:reference \"$.id\" ; rml:datatypeMap [ rml:template \"http://www.w3.org/2001/XMLSchema#integer\" ]",
            "\"0\"^^<xsd:integer>",
        ),
        ("rml:reference \"$.d\"", "\"-0.0E0\"^^<xsd:double>"),
        (
            "rml:template \"{$.id}\" ; rml:termType rml:Literal",
            "\"-0\"",
        ),
    ] {
        makes(
            &over(JSON, object),
            &json,
            &format!("<-0> <p> {expected} .\n"),
        );
    }
}

#[test]
fn filters_of_json_compare_as_the_rfc_says() {
    let json = [(
        "d.json",
        "[{\"id\":\"a\",\"t\":[1,\"y\"],\"m\":[1.0,\"y\"]},\n{\"id\":\"b\",\"t\":[\"y\",\"xx\"],\"m\":[]}]",
    )];
    const A: &str = "<a> <p> \"y\" .\n";
    const B: &str = "<b> <p> \"xx\" .\n";
    for (filter, expected) in [
        ("@.t[-1] == 'y'", A),
        ("@.t[0] == $[0].t[-1]", B),
        ("length(@.t[-1]) == 1", A),
        ("@.t == @.m", A),
        ("@.zz <= @.yy && @.id > 'a'", B),
    ] {
        let source = JSON.replace("$[*]", &format!("$[?{filter}]"));
        makes(
            &over(&source, "rml:reference \"$.t[?@ == $.t[-1]]\""),
            &json,
            expected,
        );
    }
    refuses(
        &over(JSON, "rml:reference \"$.t[?@.* == 1]\""),
        &json,
        4,
        "a path with several values cannot be compared",
    );
}

#[test]
fn constants_need_no_logical_source() {
    let map = |subject: &str, object: &str| {
        format!(
            "<#t> rml:subjectMap [ {subject} ] ;\n\
             rml:predicateObjectMap [ rml:predicate ex:p ;\n{object} ] .\n"
        )
    };
    makes(
        &map(
            "rml:constant ex:s ; rml:graph ex:g",
            "rml:object 1 , \"x\"@en",
        ),
        &[],
        "<s> <p> \"1\"^^<xsd:integer> <g> .\n<s> <p> \"x\"@en <g> .\n",
    );
    // Two of them are made once each; beside sources, and of functions.
    let both = map(
        "rml:constant ex:s",
        "rml:objectMap [ rml:functionExecution [ rml:function grel:toUpperCase ;\n\
         rml:input [ rml:parameter grel:valueParam ; rml:inputValue \"x\" ] ] ] , [ rml:parentTriplesMap <#u> ]",
    ) + &map("rml:constant ex:u", "rml:object 2").replace("<#t>", "<#u>")
        + &over(
            "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV",
            "rml:reference \"id\"",
        )
        .replace("<#t>", "<#v>");
    makes(
        &both,
        &[("d.csv", "id\n7\n")],
        "<7> <p> \"7\" .\n<s> <p> \"X\" .\n<s> <p> <u> .\n<u> <p> \"2\"^^<xsd:integer> .\n",
    );
    let (run, made) = run(
        &map(
            "rml:termType rml:BlankNode",
            "rml:objectMap [ rml:constant 1 ]",
        ),
        &[],
    );
    let _ = run.expect(0);
    assert_eq!(made.lines().count(), 1);
    for needy in [
        "rml:objectMap [ rml:reference \"x\" ]",
        "rml:objectMap [ rml:template \"x\" ]",
        "rml:objectMap [ rml:constant \"x\" ] ; rml:graphMap [ rml:template \"{x}\" ]",
    ] {
        refuses(
            &map("rml:constant ex:s", needy),
            &[],
            1,
            "no logical source",
        );
    }
}

#[test]
fn the_default_graph_may_be_named_by_data() {
    let data = [(
        "d.json",
        "[{\"id\":1,\"g\":\"http://w3id.org/rml/defaultGraph\"},{\"id\":2,\"g\":\"http://e/g\"}]",
    )];
    let mapping = over(JSON, "rml:constant 1").replace(
        "rml:template \"http://e/{id}\"",
        "rml:template \"http://e/{id}\" ; rml:graphMap [ rml:reference \"$.g\" ]",
    );
    makes(
        &mapping,
        &data,
        "<1> <p> \"1\"^^<xsd:integer> .\n<2> <p> \"1\"^^<xsd:integer> <g> .\n",
    );
}

#[test]
fn a_uri_is_of_ascii() {
    let data = [("d.json", "[{\"id\":1,\"v\":\"http://e/é\"}]")];
    refuses(
        &over(JSON, "rml:reference \"$.v\" ; rml:termType rml:URI"),
        &data,
        4,
        "cannot become a URI",
    );
    refuses(
        &over(
            JSON,
            "rml:template \"http://e/é{id}\" ; rml:termType rml:URI",
        ),
        &data,
        4,
        "cannot become a URI",
    );
    makes(
        &over(
            JSON,
            "rml:template \"http://e/{$.v}\" ; rml:termType rml:URI",
        ),
        &data,
        "<1> <p> <http%3A%2F%2Fe%2F%C3%A9> .\n",
    );
    makes(
        &over(JSON, "rml:reference \"$.v\" ; rml:termType rml:IRI"),
        &data,
        "<1> <p> <é> .\n",
    );
}

/// A base helps where there is no scheme; elsewhere the character is at fault.
#[test]
fn an_absolute_iri_with_a_bad_character_needs_no_base() {
    let object = "rml:reference \"$.v\" ; rml:termType rml:IRI";
    let told = |value: &str| {
        let data = format!("[{{\"id\":1,\"v\":\"{value}\"}}]");
        run(&over(JSON, object), &[("d.json", &data)])
            .0
            .expect_talk(3)
    };
    let talk = told("http://x.org/a b");
    assert!(
        talk.contains("\"http://x.org/a b\" cannot become an IRI: Invalid IRI code point ' '"),
        "{talk}"
    );
    assert!(!talk.contains("base"), "{talk}");
    let talk = told("a");
    assert!(talk.contains("there is no base to put before it"), "{talk}");
}

#[test]
fn nulls_of_the_source_are_stronger_than_those_of_its_table() {
    let source = |own: &str| {
        format!(
            "rml:source [ a csvw:Table ; csvw:url \"d.csv\" ; csvw:dialect [ csvw:delimiter \";\" ; csvw:null \"NULL\" ] {own} ] ;\n\
             rml:referenceFormulation rml:CSV"
        )
    };
    let data = [("d.csv", "id;v\n1;\n2;NULL\n")];
    makes(
        &over(&source(""), "rml:reference \"v\""),
        &data,
        "<1> <p> \"\" .\n",
    );
    makes(
        &over(&source("; rml:null \"\""), "rml:reference \"v\""),
        &data,
        "<2> <p> \"NULL\" .\n",
    );
}

#[test]
fn the_older_rml_lets_constants_be_qualified() {
    let mapping = |object: &str| {
        format!(
            "<#t> old:logicalSource [ old:source \"d.csv\" ; old:referenceFormulation ql:CSV ] ;\n\
             rr:subjectMap [ rr:template \"http://e/{{id}}\" ] ;\n\
             rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ {object} ] ] .\n"
        )
    };
    let data = [("d.csv", "id\n1\n")];
    for (object, made) in [
        ("rr:constant \"x\" ; rr:language \"en\"", "\"x\"@en"),
        (
            "rr:constant \"x\" ; rr:termType rr:Literal ; old:languageMap [ rr:constant \"en\" ]",
            "\"x\"@en",
        ),
        (
            "rr:constant \"5\" ; rr:datatype xsd:integer",
            "\"5\"^^<xsd:integer>",
        ),
    ] {
        makes(&mapping(object), &data, &format!("<1> <p> {made} .\n"));
    }
    refuses(
        &mapping("rr:constant \"x\" ; rr:language \"e n\""),
        &data,
        3,
        "is not a language tag",
    );
}

#[test]
fn any_namespace_is_written_with_a_star() {
    let data = [(
        "d.xml",
        "<r xmlns='http://n/'><i id='1'><v>a</v><w>b</w></i></r>",
    )];
    let source = XML.replace("/r/i", "/*:r/*:i");
    makes(
        &over(&source, "rml:reference \"*:v\"").replace("{id}", "{@id}"),
        &data,
        "<1> <p> \"a\" .\n",
    );
}

#[test]
fn an_outer_join_keeps_both_sides() {
    let view = |name: &str, file: &str, rest: &str| {
        format!(
            "<#{name}> a rml:LogicalView ; rml:viewOn [ rml:source \"{file}\" ; rml:referenceFormulation rml:CSV ] ;\n\
             rml:field [ rml:fieldName \"k\" ; rml:reference \"k\" ] , [ rml:fieldName \"v\" ; rml:reference \"v\" ] {rest} .\n"
        )
    };
    let join = "; rml:outerJoin [ rml:parentLogicalView <#b> ; rml:joinCondition [ rml:child \"k\" ; rml:parent \"k\" ] ;\n\
                rml:field [ rml:fieldName \"bk\" ; rml:reference \"k\" ] , [ rml:fieldName \"bv\" ; rml:reference \"v\" ] ]";
    let map = |name: &str, key: &str, value: &str| {
        format!(
            "<#{name}> rml:logicalSource <#a> ; rml:subjectMap [ rml:template \"http://e/{{{key}}}\" ] ;\n\
             rml:predicateObjectMap [ rml:predicate ex:{name} ; rml:objectMap [ rml:reference \"{value}\" ] ] .\n"
        )
    };
    let mapping = view("a", "a.csv", join)
        + &view("b", "b.csv", "")
        + &map("m", "k", "v")
        + &map("n", "bk", "bv");
    makes(
        &mapping,
        &[("a.csv", "k,v\n1,x\n2,y\n"), ("b.csv", "k,v\n2,z\n3,w\n")],
        "<1> <m> \"x\" .\n<2> <m> \"y\" .\n<2> <n> \"z\" .\n<3> <n> \"w\" .\n",
    );
}

#[test]
fn a_build_takes_both_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mapping = over(JSON, "rml:reference \"$.x\" ] , [ rml:reference \"$.id\"")
        + "<#c> rml:subjectMap [ rml:constant ex:s ] ;\n\
           rml:predicateObjectMap [ rml:predicate ex:p ; rml:object 7 ] .\n";
    fs::write(path("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
    fs::write(path("d.json"), "[{\"id\":1}]").unwrap();
    fs::write(
        path("factmill.toml"),
        "name = \"x\"\nbase = \"http://e/\"\nmappings = [\"m.ttl\"]\n",
    )
    .unwrap();
    let talk = run_in(folder.path(), &["build"], "").expect_talk(0);
    assert!(
        talk.contains("notice") && talk.contains("no record of d.json has $.x"),
        "{talk}"
    );
    let why = run_in(folder.path(), &["why", "http://e/s", "http://e/p"], "").expect(0);
    assert!(why.contains("7") && why.contains("m.ttl:13"), "{why}");
}

/// Packing does not hide of what form a file is.
#[test]
fn a_packed_table_of_tabs_is_one() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let source = "rml:source [ a rml:FilePath ; rml:path \"d.tsv.gz\" ; rml:compression rml:gzip ] ; rml:referenceFormulation rml:CSV";
    let mapping = over(source, "rml:reference \"v\"");
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
    let file = fs::File::create(folder.path().join("d.tsv.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::default());
    packed.write_all(b"id\tv\n1\tx,y\n").unwrap();
    packed.finish().unwrap();
    let made = run_in(folder.path(), &["map", "m.ttl"], "").expect(0);
    assert_eq!(made, "<http://e/1> <http://e/p> \"x,y\" .\n");
}

/// A document of JSON-LD is no JSON Lines, whatever its name begins like.
#[test]
fn jsonld_is_read_as_one_document() {
    let source = JSON.replace("d.json", "d.jsonld");
    makes(
        &over(&source, "rml:reference \"v\""),
        &[("d.jsonld", "[\n{\"id\": 1,\n\"v\": \"x\"}\n]\n")],
        "<1> <p> \"x\" .\n",
    );
}

/// Today's words may lead to words of before.
#[test]
fn words_of_before_are_taken_where_words_of_today_lead_to_them() {
    let mapping = over(
        &JSON.replace("rml:JSONPath", "ql:JSONPath"),
        "rml:template \"http://e/{v}\" ; rml:termType rr:IRI ] ; rml:graphMap [ rml:constant rr:defaultGraph",
    );
    makes(
        &mapping,
        &[("d.json", "[{\"id\":1,\"v\":2}]")],
        "<1> <p> <2> .\n",
    );
}

/// Two descriptions of one thing are one thing, whatever the order of what they say.
#[test]
fn sources_that_are_described_alike_need_no_join() {
    let view = |id: &str| {
        let [a, b] = [
            "rml:viewOn [ rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV ]",
            "rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ]",
        ];
        if id == "a" {
            format!("a rml:LogicalView ; {a} ; {b}")
        } else {
            format!("{b} ; {a} ; a rml:LogicalView")
        }
    };
    let nulls = |nulls: &str| {
        format!(
            "rml:source [ a rml:FilePath ; rml:path \"d.csv\" ; rml:null {nulls} ] ; rml:referenceFormulation rml:CSV"
        )
    };
    for (child, parent) in [
        (view("a"), view("b")),
        (nulls("\"-\", \"x\""), nulls("\"x\", \"-\"")),
    ] {
        let mapping = over(&child, "rml:parentTriplesMap <#u>")
            + &format!(
                "<#u> rml:logicalSource [ {parent} ] ; rml:subjectMap [ rml:template \"http://e/u{{id}}\" ] .\n"
            );
        makes(
            &mapping,
            &[("d.csv", "id\n1\n-\n")],
            if child.contains("null") {
                "<1> <p> <u1> .\n"
            } else {
                "<-> <p> <u-> .\n<1> <p> <u1> .\n"
            },
        );
    }
}

/// What `check --print-rml` prints means what the mapping means.
#[test]
fn a_printed_mapping_makes_the_same() {
    let spaces = "rml:source \"d.xml\" ; rml:iterator \"/r/e:i\" ; rml:referenceFormulation [ a rml:XPathReferenceFormulation ; \
        rml:namespace [ rml:namespacePrefix \"e\" ; rml:namespaceURL \"http://e.org/\" ] ]";
    let gathered = over(
        JSON,
        "rml:gather ( [ rml:reference \"l[*]\" ] ) ; rml:gatherAs rdf:List",
    )
    .replace("rml:predicate ex:p", "rml:predicate ex:p , ex:q");
    let view = "<#v> a rml:LogicalView ; rml:viewOn [ rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV ] ; \
        rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] .\n\
        <#u> rml:logicalSource <#v> ; rml:subjectMap [ rml:template \"http://e/u{id}\" ] .\n";
    let seen = over("", "rml:parentTriplesMap <#u>").replace("[  ]", "<#v>") + view;
    let files = [
        (
            "d.xml",
            "<r xmlns:e='http://e.org/'><e:i><id>1</id></e:i></r>",
        ),
        ("d.json", "[{\"id\":1,\"l\":[2,3]}]"),
        ("d.csv", "id\n1\n"),
    ];
    for mapping in [over(spaces, "rml:template \"http://e/o\""), gathered, seen] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let run = |args: &[&str]| run_in(folder.path(), args, "").expect(0);
        let made = run(&["map", "m.ttl", "--sorted"]);
        assert!(!made.is_empty());
        fs::write(
            folder.path().join("printed.ttl"),
            run(&["check", "--print-rml", "m.ttl"]),
        )
        .unwrap();
        assert_eq!(run(&["map", "printed.ttl", "--sorted"]), made);
    }
}

/// What differs by a name differs, though the same may be said of both names.
#[test]
fn views_of_different_constants_are_different() {
    let view = |name: &str, class: &str| {
        format!(
            "<#{name}> a rml:LogicalView ; rml:viewOn [ rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
             rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] , [ rml:fieldName \"is\" ; rml:constant ex:{class} ] .\n\
             <#m{name}> rml:logicalSource <#{name}> ; rml:subjectMap [ rml:template \"http://e/{name}{{id}}\" ] ;\n\
             rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"is\" ] ] .\n\
             ex:{class} a <http://www.w3.org/2002/07/owl#Class> .\n"
        )
    };
    makes(
        &(view("v", "A") + &view("w", "B")),
        &[("d.csv", "id\n1\n")],
        "<v1> <p> \"http://e/A\" .\n<w1> <p> \"http://e/B\" .\n",
    );
}

/// A table that is looked up in is a source too: what is doubtful in it is told.
#[test]
fn what_is_doubtful_in_a_lookup_table_is_told() {
    let mapping = over(
        "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV",
        "rml:functionExecution [ rml:function fm:lookup ;\n\
         rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"id\" ] ] , [ rml:parameter fm:table ; rml:inputValue \"t.csv\" ] ,\n\
         [ rml:parameter fm:from ; rml:inputValue \"k\" ] , [ rml:parameter fm:to ; rml:inputValue \"v\" ] ]",
    );
    let mapping = format!("@prefix fm: <https://w3id.org/factmill/ns#> .\n{mapping}");
    let (run, made) = run(
        &mapping,
        &[("d.csv", "id\n1\n"), ("t.csv", "k,v\n1,\"x\"y\n")],
    );
    let talk = run.expect_talk(0);
    assert_eq!(made, "<1> <p> \"xy\" .\n");
    assert!(
        talk.contains("warning[FM0104]") && talk.contains("t.csv:2"),
        "{talk}"
    );
}

/// Datasets and distributions name their files by addresses, in either vocabulary.
#[test]
fn a_target_may_be_a_dataset_or_a_distribution() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("<file://{}/dump.nt>", folder.path().display());
    let prefixes = PREFIXES.replace(
        "@prefix ex:",
        "@prefix void: <http://rdfs.org/ns/void#> . @prefix dcat: <http://www.w3.org/ns/dcat#> . \
         @prefix rmlt: <http://semweb.mmlab.be/ns/rml-target#> . @prefix ex:",
    );
    let today = |target: &str| {
        over(
            "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV",
            &format!("rml:reference \"id\" ; rml:logicalTarget [ rml:target [ {target} ] ]"),
        )
    };
    let before = format!(
        "<#t> old:logicalSource [ old:source \"d.csv\" ; old:referenceFormulation ql:CSV ] ; rr:subjectMap [ rr:template \"http://e/{{id}}\" ] ;\n\
         rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ old:reference \"id\" ; \
         old:logicalTarget [ a rmlt:LogicalTarget ; rmlt:target [ a void:Dataset ; void:dataDump {address} ] ] ] ] .\n"
    );
    fs::write(folder.path().join("d.csv"), "id\n1\n").unwrap();
    for mapping in [
        today(&format!("a void:Dataset ; void:dataDump {address}")),
        today(&format!("a dcat:Distribution ; dcat:accessURL {address}")),
        before,
    ] {
        fs::write(folder.path().join("m.ttl"), format!("{prefixes}{mapping}")).unwrap();
        let usual = run_in(folder.path(), &["map", "m.ttl"], "").expect(0);
        assert_eq!(usual, "", "{mapping}");
        let dump = folder.path().join("dump.nt");
        assert_eq!(
            fs::read_to_string(&dump).unwrap(),
            "<http://e/1> <http://e/p> \"1\" .\n"
        );
        fs::remove_file(dump).unwrap();
    }
}
