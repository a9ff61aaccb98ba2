//! Rules of RML that are easy to get wrong and that none of the official cases in reach pins, run with the binary.

use std::fs;

use crate::support::{Run, run_in};

const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> .\n@prefix rr: <http://www.w3.org/ns/r2rml#> .\n\
    @prefix old: <http://semweb.mmlab.be/ns/rml#> .\n@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n\
    @prefix csvw: <http://www.w3.org/ns/csvw#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\
    @prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .\n@prefix ex: <http://e/> .\n";

/// The line on which the mapping of [`run`] begins.
const FIRST: usize = 9;

/// Maps files; returns the run and the statements in the order of their text.
fn run(mapping: &str, files: &[(&str, &str)]) -> (Run, String) {
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

#[track_caller]
fn makes(mapping: &str, files: &[(&str, &str)], expected: &str) {
    let (run, made) = run(mapping, files);
    let _ = run.expect(0);
    assert_eq!(made, expected);
}

/// Checks that a mapping is refused with one error, on a line counted from its own first.
#[track_caller]
fn refuses(mapping: &str, files: &[(&str, &str)], line: usize, says: &str) {
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

fn over(source: &str, object: &str) -> String {
    format!(
        "<#t> rml:logicalSource [ {source} ] ;\n\
         rml:subjectMap [ rml:template \"http://e/{{id}}\" ] ;\n\
         rml:predicateObjectMap [ rml:predicate ex:p ;\n\
         rml:objectMap [ {object} ] ] .\n"
    )
}

const JSON: &str =
    "rml:source \"d.json\" ; rml:referenceFormulation rml:JSONPath ; rml:iterator \"$[*]\"";
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
fn one_slip_is_one_error_on_its_line() {
    let csv = [("d.csv", "id\n1\n")];
    let source = "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV";
    let right = over(source, "rml:reference \"id\"");
    let file = over(
        "rml:source [ a rml:FilePath ;\nrml:pth \"d.csv\" ] ;\nrml:referenceFormulation rml:CSV",
        "rml:reference \"id\"",
    );
    for (mapping, line) in [
        (right.replace("rml:logicalSource", "rml:logicalSorce"), 1),
        (right.replace("rml:subjectMap", "rml:subjctMap"), 2),
        (right.replace("rml:predicate ex", "rml:predicat ex"), 3),
        (right.replace("rml:reference \"", "rml:refrence \""), 4),
        (
            over(source, "\nrml:termType rml:Literal ;\nrml:refrence \"id\""),
            6,
        ),
        (file, 2),
    ] {
        refuses(&mapping, &csv, line, "did you mean");
    }
    for object in [
        "\nrml:path \"id\"",
        "rml:reference \"id\" ; rml:languageMap [\nrml:class ex:C ]",
    ] {
        refuses(&over(source, object), &csv, 5, "has no meaning in");
    }
    for (object, line) in [
        (
            "rml:reference \"id\" ; rml:language \"en\" ;\nrml:languageMap [ rml:constant \"nl\" ]",
            5,
        ),
        (
            "rml:reference \"id\" ; rml:datatype xsd:int ;\nrml:datatypeMap [ rml:constant xsd:int ]",
            5,
        ),
        (
            "rml:functionExecution [ rml:function grel:toUpperCase ; rml:input [ rml:parameter grel:valueParam ;\n\
             rml:inputValue \"x\" ;\nrml:inputValueMap [ rml:reference \"id\" ] ] ]",
            6,
        ),
    ] {
        refuses(
            &over(source, object),
            &csv,
            line,
            "say the same thing twice",
        );
    }
    refuses(
        &over(source, "rml:reference \"id\" ;\nrml:languageMap [ ]"),
        &csv,
        5,
        "nothing says what the value is",
    );
    refuses(
        &right.replace("<#t> ", "<#t> rml:baseIRI \"x\" ;\n"),
        &csv,
        1,
        "is not an absolute IRI",
    );
    let view = right.replace(&format!("[ {source} ]"), "<#v>")
        + "<#v> a rml:LogicalView ;\nrml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] .\n";
    refuses(&view, &csv, 5, "no rml:viewOn");
}

/// What one slip leads to elsewhere, or beside it, is not reported with it.
#[test]
fn what_comes_of_a_slip_is_no_error_of_its_own() {
    let files = [
        ("d.csv", "id\n1\n"),
        ("d.json", "[{\"id\":1,\"list\":[{\"a\":2}]}]"),
    ];
    let csv = "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV";
    let joined = over(
        csv,
        "rml:parentTriplesMap <#u> ;\nrml:joinCondition [ rml:child \"id\" ; rml:parent \"id\" ]",
    ) + &over(JSON, "rml:reference \"id\"").replace("<#t>", "<#u>");
    let called = over(
        csv,
        "rml:functionExecution [ rml:function grel:toUpperCase ;\n\
         rml:input [ rml:parameter grel:valueParam ; rml:inputValue \"x\" ] ]",
    );
    let seen = format!(
        "<#v> a rml:LogicalView ; rml:viewOn [ {JSON} ] ;\nrml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] ,\n\
         [ rml:fieldName \"list\" ;\nrml:iterator \"list[*]\" ;\n\
         rml:field [ rml:fieldName \"a\" ; rml:reference \"a\" ] ] .\n"
    ) + &over(csv, "rml:reference \"list.a\"").replace(&format!("[ {csv} ]"), "<#v>");
    for (mapping, right, wrong, line) in [
        (&joined, "rml:parentTriplesMap", "rml:parentTripleMap", 4),
        (&joined, "rml:joinCondition", "rml:joinConditon", 5),
        (&joined, "rml:iterator", "rml:iteratr", 6),
        (&called, "rml:input ", "rml:inptu ", 5),
        (
            &seen,
            "\nrml:field [ rml:fieldName \"id\"",
            "\nrml:feild [ rml:fieldName \"id\"",
            2,
        ),
        (
            &seen,
            "\nrml:field [ rml:fieldName \"a\"",
            "\nrml:feild [ rml:fieldName \"a\"",
            5,
        ),
        (&seen, "\nrml:iterator", "\nrml:itertor", 4),
    ] {
        let wrong = mapping.replacen(right, wrong, 1);
        refuses(&wrong, &files, line, "did you mean");
    }
    let root = joined.replacen("rml:source \"d.json\"",
        "rml:source [ a rml:RelativePathSource ; rml:root rml:MapingDirectory ; rml:path \"d.json\" ]", 1)
        .replace(" ;\nrml:joinCondition [ rml:child \"id\" ; rml:parent \"id\" ]", "");
    refuses(&root, &files, 5, "there is no root");
    let graph = over(csv, "rml:reference \"id\"")
        .replace("{id}\" ]", "{id}\" ;\nrml:graph rml:defautGraph ]");
    refuses(&graph, &files, 3, "there is no graph rml:defautGraph");
    refuses(
        &graph
            .replace("rml:graph rml:d", "rml:graphMap [ rml:constant rml:d")
            .replace("Graph ]", "Graph ] ]"),
        &files,
        3,
        "there is no graph rml:defautGraph",
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
