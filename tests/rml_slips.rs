//! Slips in mappings: each is one error on its line, and nothing is made.

use std::fs;

use crate::support::rml::{JSON, makes, over, refuses, run};
use crate::support::run_in;

const CSV: &str = "rml:source \"d.csv\" ; rml:referenceFormulation rml:CSV";

/// What the specifications do not allow is refused, though something could be made of it.
#[test]
fn what_the_modules_do_not_allow_is_refused() {
    let files = [
        ("d.csv", "id\n1\n"),
        ("d.json", "[{\"id\":1,\"list\":[{\"a\":2}]}]"),
    ];
    let gathered = |more: &str| {
        format!("rml:gather ( [ rml:reference \"id\" ] ) ; rml:gatherAs rdf:List ;\n{more}")
    };
    for (object, says) in [
        ("rml:reference \"id\" ; rml:languageMap [ rml:constant \"en\" ;\nrml:termType rml:IRI ]".to_owned(), "a language map makes literals"),
        ("rml:reference \"id\" ;\nrml:return grel:stringOut".to_owned(), "none is called here"),
        (gathered("rml:language \"en\""), "rml:language has no meaning in a gather map"),
        (gathered("rml:datatype xsd:int"), "rml:datatype has no meaning in a gather map"),
    ] {
        refuses(&over(CSV, &object), &files, 5, says);
    }
    let predicate = over(CSV, "rml:reference \"id\"").replace(
        "rml:predicate ex:p ;",
        "rml:predicateMap [\nrml:gather ( [ rml:reference \"id\" ] ) ; rml:gatherAs rdf:Bag ] ;",
    );
    refuses(
        &predicate,
        &files,
        4,
        "a predicate map cannot make a blank node",
    );
    let alone = over(CSV, "rml:reference \"id\"")
        + &over(CSV, "rml:reference \"id\"")
            .replace("<#t> ", "<#u> a rml:NonAssertedTriplesMap ; ");
    refuses(&alone, &files, 5, "nothing quotes it");
}

#[test]
fn slips_in_views_are_refused() {
    let files = [("d.json", "[{\"id\":1,\"list\":[{\"a\":2}]}]")];
    let seen = |more: &str| {
        format!(
            "<#v> a rml:LogicalView ; rml:viewOn [ {JSON} ] ; rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] ;\n{more} .\n"
        ) + &over(JSON, "rml:reference \"id\"").replace(&format!("[ {JSON} ]"), "<#v>")
    };
    let noted = |more: &str| seen(&format!("rml:structuralAnnotation [ {more} ]"));
    for name in ["", "#", "a.b", "a b"] {
        let field = format!("rml:field [ rml:fieldName \"{name}\" ; rml:reference \"id\" ]");
        refuses(
            &seen(&field),
            &files,
            2,
            &format!("\"{name}\" is no name of a field"),
        );
    }
    refuses(
        &seen("rml:field [ rml:fieldName \"l\" ; rml:iterator \"list[*]\" ]"),
        &files,
        2,
        "no field within it",
    );
    for (annotation, says) in [
        ("a rml:UniqueAnnotation", "which fields it is about"),
        (
            "a rml:UniqueAnnotation ; rml:onFields ( \"ids\" )",
            "did you mean \"id\"?",
        ),
        (
            "a rml:InclusionAnnotation ; rml:onFields ( \"id\" ) ; rml:targetFields ( \"id\" )",
            "leads to no other view",
        ),
        (
            "a rml:ForeignKeyAnnotation ; rml:onFields ( \"id\" ) ; rml:targetView <#v>",
            "in which fields the values are found",
        ),
        (
            "a rml:ForeignKeyAnnotation ; rml:onFields ( \"id\" ) ; rml:targetView <#t> ; rml:targetFields ( \"id\" )",
            "is no logical view",
        ),
        (
            "a rml:PrimaryKeyAnnotation ; rml:onFields ( \"id\" ) ] , [ a rml:PrimaryKeyAnnotation ; rml:onFields ( \"id.#\" )",
            "a second primary key",
        ),
    ] {
        refuses(&noted(annotation), &files, 2, says);
    }
    makes(
        &noted(
            "a rml:ForeignKeyAnnotation ; rml:onFields ( \"id\" \"#\" ) ; rml:targetView <#v> ; rml:targetFields ( \"id\" )",
        ),
        &files,
        "<1> <p> \"1\"^^<xsd:integer> .\n",
    );
}

/// A condition that is neither true nor false would take statements away without a word.
#[test]
fn a_condition_is_a_boolean() {
    let object = |condition: &str| {
        over(
            CSV,
            &format!("rml:reference \"id\" ;\nrml:condition [ rml:reference \"{condition}\" ]"),
        )
    };
    let files = [("d.csv", "id,is,maybe\n1,true,yes\n2,false,\n3,1,true\n")];
    makes(&object("is"), &files, "<1> <p> \"1\" .\n<3> <p> \"3\" .\n");
    let (run, made) = run(&object("maybe"), &files);
    let talk = run.expect_talk(3);
    assert_eq!(made, "");
    assert!(
        talk.contains("neither true nor false but \"yes\"") && talk.contains("d.csv:2"),
        "{talk}"
    );
}

/// Why a source cannot be read may be what the mapping says of it.
#[test]
fn an_unreadable_source_is_shown_where_it_is_asked_for() {
    for (source, name, text) in [
        (JSON, "d.json", "[{\"id\":1},]"),
        (
            "\nrml:source [ a rml:FilePath ; rml:path \"d.json\" ;\nrml:compression rml:gzip ] ; rml:referenceFormulation rml:JSONPath",
            "d.json",
            "{}",
        ),
        (
            "rml:source \"d.xml\" ; rml:referenceFormulation rml:XPath ; rml:iterator \"/r\"",
            "d.xml",
            "<r><id>1</r>",
        ),
    ] {
        let line = 1 + source.matches('\n').count().min(1);
        refuses(
            &over(source, "rml:reference \"id\""),
            &[(name, text)],
            line,
            "asked for here",
        );
    }
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

/// A slip in YARRRML is told in words that were written, and once.
#[test]
fn a_slip_in_a_join_of_yarrrml_is_one_error() {
    let mapping = |function: &str, first: &str, second: &str| {
        format!(
            "prefixes:\n  idlab-fn: https://w3id.org/imec/idlab/function#\n  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#\n\
             mappings:\n  m:\n    sources:\n      - [d.csv~csv]\n    s: http://e/$(id)\n    po:\n      - p: http://e/p\n        o:\n\
             \u{20}         mapping: m\n          condition:\n            function: {function}\n            parameters:\n\
             \u{20}             - [{first}, $(id)]\n              - [{second}, $(id), o]\n"
        )
    };
    for (function, first, second) in [
        ("equal", "str1", "strr2"),
        (
            "idlab-fn:equal",
            "grel:valueParameter",
            "grel:valueParamater2",
        ),
        (
            "idlab-fn:equal",
            "grel:valueParameter",
            "grl:valueParameter2",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("d.csv"), "id\n1\n").unwrap();
        fs::write(
            folder.path().join("m.yml"),
            mapping(function, first, second),
        )
        .unwrap();
        let talk = run_in(folder.path(), &["map", "m.yml"], "").expect_talk(3);
        assert_eq!(talk.matches("error[").count(), 1, "{talk}");
        assert!(
            talk.contains("m.yml:17:") && talk.contains("did you mean"),
            "{talk}"
        );
    }
}

/// Near names are a help, and cost no more than that.
#[test]
fn a_slip_beside_many_attributes_is_told_at_once() {
    let attributes: String = (0..200_000).map(|n| format!(" a{n}='1'")).collect();
    let source = "rml:source \"d.xml\" ; rml:referenceFormulation rml:XPath ; rml:iterator \"/r\"";
    let (run, _) = run(
        &over(source, "rml:reference \"@b\""),
        &[("d.xml", &format!("<r{attributes}><id>1</id></r>"))],
    );
    let talk = run.expect_talk(3);
    assert!(talk.contains("@b"), "{talk}");
}

/// What a join asks of its parents is looked for as everything else is, whichever of the two sources comes first.
#[test]
fn a_path_of_a_join_that_no_parent_has_is_an_error() {
    let files = [
        ("d.csv", "id,dept\n1,a\n"),
        ("d.json", "[{\"code\":\"a\",\"title\":\"A\"}]"),
        ("d.xml", "<r><i><code>a</code><title>A</title></i></r>"),
    ];
    let xml = "rml:source \"d.xml\" ; rml:referenceFormulation rml:XPath ; rml:iterator \"/r/i\"";
    for parent in [JSON, xml] {
        let child = over(
            CSV,
            "rml:parentTriplesMap <#u> ; rml:joinCondition [ rml:child \"dept\" ;\nrml:parent \"cod\" ]",
        );
        let other = format!(
            "<#u> rml:logicalSource [ {parent} ] ; rml:subjectMap [ rml:template \"http://e/{{code}}\" ] ; \
             rml:predicateObjectMap [ rml:predicate ex:t ; rml:objectMap [ rml:reference \"title\" ] ] .\n"
        );
        refuses(&format!("{child}{other}"), &files, 5, "has cod");
        refuses(&format!("{other}{child}"), &files, 6, "has cod");
    }
}

/// A name beyond a list is looked for in what the lists hold; an empty list says nothing of it.
#[test]
fn a_name_beyond_a_list_that_nothing_in_it_has_is_an_error() {
    let object = |path: &str| over(JSON, &format!("rml:reference \"{path}\""));
    let files = |text: &'static str| [("d.json", text)];
    let people = files("[{\"id\":1,\"people\":[{\"n\":\"a\"}]},{\"id\":2,\"people\":[]}]");
    refuses(&object("people[*].name"), &people, 4, "has people[*].name");
    makes(&object("people[*].n"), &people, "<1> <p> \"a\" .\n");
    let nobody = files("[{\"id\":1,\"people\":[]},{\"id\":2,\"people\":null}]");
    makes(&object("people[*].name"), &nobody, "");
}

#[test]
fn what_is_no_single_file_is_refused_by_name() {
    let table = "<#t> rr:logicalTable [ rr:tableName \"T\" ] ; rr:subjectMap [ rr:template \"http://e/{id}\" ] .\n";
    refuses(table, &[], 1, "databases are not read");
    let several = over(
        "rml:source \"d*.csv\" ; rml:referenceFormulation rml:CSV",
        "rml:reference \"id\"",
    );
    refuses(&several, &[("d.csv", "id\n1\n")], 1, "fm:FileSet");
}

/// A pattern that would invent the month of every date is refused where it stands; one that comes of the data, for its
/// value.
#[test]
fn a_pattern_of_dates_with_minutes_for_the_month_is_refused() {
    let files = [("d.csv", "id,form,v\n1,dd/mm/yyyy,31/12/1985\n")];
    let dated = |[function, value, pattern]: [String; 3], given: &str| {
        over(
            CSV,
            &format!(
                "rml:functionExecution [ rml:function {function} ;\n\
                 rml:input [ rml:parameter {value} ; rml:inputValueMap [ rml:reference \"v\" ] ] ;\n\
                 rml:input [ rml:parameter {pattern} ; {given} ] ]"
            ),
        )
    };
    let idlab = |given: &str| {
        let names = ["normalizeDate", "strDate", "pattern"];
        dated(
            names.map(|name| format!("<https://w3id.org/imec/idlab/function#{name}>")),
            given,
        )
    };
    let grel = |given: &str| {
        let names = ["date_toDate", "valueParam", "param_string_pattern"];
        dated(names.map(|name| format!("grel:{name}")), given)
    };
    for mapping in [
        idlab("rml:inputValue \"dd/mm/yyyy\""),
        grel("rml:inputValue \"dd/mm/yyyy\""),
    ] {
        let says = "the pattern \"dd/mm/yyyy\" has the day but not the month";
        refuses(&mapping, &files, 6, says);
        let (told, _) = run(&mapping, &files);
        assert!(told.expect_talk(3).contains("MM is the month"), "{mapping}");
    }
    let (told, made) = run(
        &idlab("rml:inputValueMap [ rml:reference \"form\" ]"),
        &files,
    );
    let talk = told.expect_talk(3);
    assert!(talk.contains("has the day but not the month"), "{talk}");
    assert!(talk.contains("d.csv:2"), "{talk}");
    assert_eq!(made, "");
    makes(
        &grel("rml:inputValue \"dd/MM/yyyy\""),
        &files,
        "<1> <p> \"1985-12-31\" .\n",
    );
}
