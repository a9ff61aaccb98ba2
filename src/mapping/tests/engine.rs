//! What the engine does with made-up data: statements, derivations, findings.

use super::memory::{Keeper, Memory, map};
use crate::diagnostic::{Diagnostic, codes};
use crate::mapping::run::{Options, Report};

const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> .\n\
    @prefix fm: <https://w3id.org/factmill/ns#> .\n\
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\
    @prefix ex: <http://example.org/> .\n";

/// The line on which the text after [`PREFIXES`] begins.
const FIRST: u32 = 5;

fn run_with(mapping: &str, files: &[(&str, &str)], options: &Options) -> (Keeper, Report) {
    let files = Memory::with(files);
    let (keeper, report, _) = map(&format!("{PREFIXES}{mapping}"), &files, options).unwrap();
    (keeper, report)
}

fn run(mapping: &str, files: &[(&str, &str)]) -> Keeper {
    run_with(mapping, files, &Options::default()).0
}

fn fails(mapping: &str, files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let files = Memory::with(files);
    let result = map(&format!("{PREFIXES}{mapping}"), &files, &Options::default());
    result.err().unwrap().0
}

/// A triples map over a table: its name, its file, its subject template and the rest.
fn triples_map(name: &str, file: &str, template: &str, rest: &str) -> String {
    format!(
        "<#{name}> rml:logicalSource [ rml:source \"{file}\" ; rml:referenceFormulation rml:CSV ] ;\n\
         rml:subjectMap [ rml:template \"{template}\" ] ;\n{rest} .\n"
    )
}

const TREES: &str = "name,kind,height\nOld oak,oak,21\nTall fir,fir,40\n";

#[test]
fn a_statement_tells_what_it_was_made_of() {
    let mapping = triples_map(
        "Trees",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:label ; rml:objectMap [ rml:template \"{kind}, {height} m\" ; rml:termType rml:Literal ] ]",
    );
    let files = Memory::with(&[("trees.csv", TREES)]);
    let (keeper, report, rules) =
        map(&format!("{PREFIXES}{mapping}"), &files, &Options::default()).unwrap();
    assert_eq!(
        keeper.lines(),
        [
            "<http://example.org/tree/Old%20oak> <http://example.org/label> \"oak, 21 m\"",
            "<http://example.org/tree/Tall%20fir> <http://example.org/label> \"fir, 40 m\"",
        ]
    );
    let first = &keeper.statements[0];
    let cells: Vec<_> = first
        .values
        .iter()
        .map(|origin| origin.cell.as_deref().unwrap())
        .collect();
    assert_eq!(cells, ["kind", "height", "name"], "the object's first");
    assert_eq!(first.records.len(), 1);
    assert_eq!(first.records[0].origin.row, Some(1));
    let rule = &rules[first.rule];
    assert_eq!(
        (rule.name.as_str(), rule.place.line),
        ("#Trees", Some(FIRST + 2))
    );
    assert_eq!((report.records, report.statements), (2, 2));
}

#[test]
fn constants_and_graphs_are_written_out() {
    let mapping = "<#Trees> rml:logicalSource [ rml:source \"trees.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"{name}\" ; rml:termType rml:BlankNode ; rml:class ex:Tree ; rml:graph ex:g ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:note ; rml:object \"alive\"@EN , 5 , ex:x ; rml:graph rml:defaultGraph , ex:g ] .";
    let keeper = run(mapping, &[("trees.csv", "name\nOak 1\n")]);
    let integer = "\"5\"^^<http://www.w3.org/2001/XMLSchema#integer>";
    let node = "_:bOak_201";
    let mut expected = vec![format!(
        "{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Tree> <http://example.org/g>"
    )];
    for object in ["\"alive\"@en", integer, "<http://example.org/x>"] {
        for graph in ["", " <http://example.org/g>"] {
            expected.push(format!("{node} <http://example.org/note> {object}{graph}"));
        }
    }
    expected.sort_unstable();
    assert_eq!(keeper.lines(), expected);
}

#[test]
fn a_bad_value_leaves_out_only_its_own_statement() {
    let mapping = triples_map(
        "Trees",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:height ;\n rml:objectMap [ rml:reference \"height\" ; rml:datatype xsd:integer ] ] ;\n\
         rml:predicateObjectMap [ rml:predicate ex:planted ; rml:objectMap [\n rml:functionExecution [ rml:function fm:date ; rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"planted\" ] ] ] ] ]",
    );
    let keeper = run(
        &mapping,
        &[(
            "trees.csv",
            "name,height,planted\na,tall,31 June 1900\nb,12,May 1901\n",
        )],
    );
    assert_eq!(
        keeper.lines(),
        [
            "<http://example.org/tree/b> <http://example.org/height> \"12\"^^<http://www.w3.org/2001/XMLSchema#integer>",
            "<http://example.org/tree/b> <http://example.org/planted> \"1901-05\"",
        ]
    );
    let told: Vec<_> = keeper
        .findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().unwrap();
            (
                finding.code,
                place.file.as_str(),
                place.row,
                place.cell.as_deref().unwrap(),
                finding.related[0].1.line,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                codes::BAD_VALUE,
                "trees.csv",
                Some(1),
                "height",
                Some(FIRST + 3)
            ),
            (
                codes::BAD_VALUE,
                "trees.csv",
                Some(1),
                "planted",
                Some(FIRST + 5)
            ),
        ]
    );
    assert!(keeper.findings[0].message.contains("\"tall\""));
}

#[test]
fn two_names_may_not_meet_in_one_iri() {
    let mapping = "<#Places> rml:logicalSource [ rml:source \"places.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:functionExecution [ rml:function fm:concat ;\n\
          rml:input [ rml:parameter fm:value ; rml:inputValue \"http://example.org/place/\" ] ,\n\
            [ rml:parameter fm:value ; rml:inputValueMap [ rml:functionExecution [ rml:function fm:slug ;\n\
              rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"name\" ] ] ] ] ] ] ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:label ; rml:objectMap [ rml:reference \"name\" ] ] .";
    let keeper = run(
        mapping,
        &[(
            "places.csv",
            "name\nUpper Lake\nupper  lake\nUpper (Lake)\n",
        )],
    );
    assert_eq!(
        keeper.lines(),
        [
            "<http://example.org/place/upper-lake> <http://example.org/label> \"Upper Lake\"",
            "<http://example.org/place/upper-lake> <http://example.org/label> \"upper  lake\"",
        ]
    );
    let [clash] = keeper.findings.as_slice() else {
        panic!("one clash")
    };
    assert_eq!(clash.code, codes::SLUG_CLASH);
    assert_eq!(clash.place.as_ref().unwrap().row, Some(3));
    assert_eq!(clash.related[0].1.row, Some(1));
}

#[test]
fn null_makes_nothing_and_lists_make_many() {
    let mapping = "<#Trees> rml:logicalSource [ rml:source [ rml:path \"trees.csv\" ; rml:null \"-\" ] ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{name}\" ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:use ; rml:objectMap [ rml:functionExecution [ rml:function fm:split ;\n\
          rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"uses\" ] ] ,\n\
            [ rml:parameter fm:separator ; rml:inputValue \";\" ] ] ; rml:languageMap [ rml:reference \"tag\" ] ] ] .";
    let keeper = run(
        mapping,
        &[(
            "trees.csv",
            "name,uses,tag\na,wood; fruit,en\nb,-,en\nc,shade,-\nd,shade,not a tag\n-,shade,en\n",
        )],
    );
    assert_eq!(
        keeper.lines(),
        [
            "<http://example.org/a> <http://example.org/use> \"fruit\"@en",
            "<http://example.org/a> <http://example.org/use> \"wood\"@en",
        ]
    );
    assert_eq!(keeper.findings.len(), 1, "{:?}", keeper.findings);
    assert!(keeper.findings[0].message.contains("not a tag"));
}

#[test]
fn a_join_tells_both_records() {
    let children = triples_map(
        "Trees",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:kind ; rml:objectMap [ rml:parentTriplesMap <#Kinds> ;\n\
           rml:joinCondition [ rml:child \"kind\" ; rml:parent \"id\" ] ] ]",
    );
    let parents = triples_map(
        "Kinds",
        "kinds.csv",
        "http://example.org/kind/{latin}",
        "rml:predicateObjectMap [ rml:predicate ex:label ; rml:objectMap [ rml:reference \"id\" ] ]",
    );
    let files = [
        ("trees.csv", TREES),
        ("kinds.csv", "id,latin\noak,Quercus\nfir,Abies\nyew,Taxus\n"),
    ];
    // Whichever comes first in the mapping.
    for mapping in [
        format!("{children}{parents}"),
        format!("{parents}{children}"),
    ] {
        let keeper = run(&mapping, &files);
        assert_eq!(
            keeper.lines(),
            [
                "<http://example.org/kind/Abies> <http://example.org/label> \"fir\"",
                "<http://example.org/kind/Quercus> <http://example.org/label> \"oak\"",
                "<http://example.org/kind/Taxus> <http://example.org/label> \"yew\"",
                "<http://example.org/tree/Old%20oak> <http://example.org/kind> <http://example.org/kind/Quercus>",
                "<http://example.org/tree/Tall%20fir> <http://example.org/kind> <http://example.org/kind/Abies>",
            ]
        );
        let joined = keeper
            .statements
            .iter()
            .find(|kept| kept.line.ends_with("Quercus>"))
            .unwrap();
        let files: Vec<&str> = joined
            .records
            .iter()
            .map(|record| record.origin.file.as_ref())
            .collect();
        assert_eq!(files, ["trees.csv", "kinds.csv"]);
        let cells: Vec<_> = joined
            .values
            .iter()
            .map(|origin| origin.cell.as_deref().unwrap())
            .collect();
        assert_eq!(cells, ["latin", "id", "kind", "name"]);
    }
}

#[test]
fn joins_may_go_round_in_a_circle() {
    let side = |name: &str, file: &str, other: &str| {
        triples_map(
            name,
            file,
            &format!("http://example.org/{name}/{{id}}"),
            &format!(
                "rml:predicateObjectMap [ rml:predicate ex:to ; rml:objectMap [ rml:parentTriplesMap <#{other}> ; rml:joinCondition [ rml:child \"id\" ; rml:parent \"id\" ] ] ]"
            ),
        )
    };
    let mapping = format!("{}{}", side("A", "a.csv", "B"), side("B", "b.csv", "A"));
    let keeper = run(
        &mapping,
        &[("a.csv", "id\n1\n2\n"), ("b.csv", "id\n2\n3\n")],
    );
    assert_eq!(
        keeper.lines(),
        [
            "<http://example.org/A/2> <http://example.org/to> <http://example.org/B/2>",
            "<http://example.org/B/2> <http://example.org/to> <http://example.org/A/2>",
        ]
    );
}

#[test]
fn looks_values_up_in_a_table() {
    let mapping = triples_map(
        "Trees",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:latin ; rml:objectMap [ rml:functionExecution [ rml:function fm:lookup ;\n\
           rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"kind\" ] ] ,\n\
             [ rml:parameter fm:table ; rml:inputValue \"kinds.csv\" ] ,\n\
             [ rml:parameter fm:from ; rml:inputValue \"id\" ] ,\n\
             [ rml:parameter fm:to ; rml:inputValue \"latin\" ] ] ] ]",
    );
    let keeper = run(
        &mapping,
        &[
            ("trees.csv", TREES),
            ("kinds.csv", "id,latin\noak,Quercus\n"),
        ],
    );
    assert_eq!(
        keeper.lines(),
        ["<http://example.org/tree/Old%20oak> <http://example.org/latin> \"Quercus\""]
    );
    let errors = fails(
        &mapping,
        &[("trees.csv", TREES), ("kinds.csv", "id,Latin\n")],
    );
    assert_eq!(errors[0].code, codes::UNKNOWN_REFERENCE);
    assert_eq!(errors[0].place.as_ref().unwrap().line, Some(FIRST + 4));
}

#[test]
fn evidence_and_inference_are_told() {
    let mapping = "<#Facts> rml:logicalSource [ rml:source \"facts.csv\" ; rml:referenceFormulation rml:CSV ; rml:null \"\" ;\n\
          fm:evidence [ fm:quote \"quote\" ; fm:source \"source\" ; fm:occurrence \"nth\" ; fm:inferred \"inferred\" ] ] ;\n\
        rml:subjectMap [ rml:template \"http://example.org/{id}\" ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:year ; rml:objectMap [ rml:reference \"year\" ] ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:label ; fm:inferred \"by hand\" ;\n\
          rml:objectMap [ rml:reference \"label\" ; fm:inferred [ rml:reference \"why\" ] ] ] .";
    let keeper = run(
        mapping,
        &[(
            "facts.csv",
            "id,year,label,why,quote,source,nth,inferred\n\
             1,1900,One,,in that year,a.txt,2,year from before\n\
             2,1901,Two,guess,next,a.txt,x,\n",
        )],
    );
    let inferred: Vec<Option<&str>> = keeper
        .statements
        .iter()
        .map(|kept| kept.inferred.as_deref())
        .collect();
    assert_eq!(
        inferred,
        [
            Some("year from before"),
            Some("by hand; year from before"),
            None,
            Some("by hand; guess"),
        ]
    );
    let quotation = keeper.statements[0].records[0].evidence.as_ref().unwrap();
    assert_eq!(quotation.quote, "in that year");
    assert_eq!(
        (quotation.source.as_str(), quotation.occurrence),
        ("a.txt", Some(2))
    );
    assert_eq!(
        keeper.findings.len(),
        1,
        "x is not the number of an occurrence"
    );
}

#[test]
fn an_unknown_column_stops_its_source_only() {
    let good = triples_map(
        "Good",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:kind ; rml:objectMap [ rml:reference \"kind\" ] ]",
    );
    let bad = triples_map(
        "Bad",
        "kinds.csv",
        "http://example.org/kind/{id}",
        "rml:predicateObjectMap [ rml:predicate ex:label ; rml:objectMap [ rml:reference \"labl\" ] ]",
    );
    let files = [("trees.csv", TREES), ("kinds.csv", "id,label\noak,Oak\n")];
    let errors = fails(&format!("{good}{bad}"), &files);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, codes::UNKNOWN_REFERENCE);
    assert_eq!(errors[0].place.as_ref().unwrap().line, Some(FIRST + 5));
    assert_eq!(errors[0].related[0].1.file, "kinds.csv");

    let lenient = Options {
        lenient: true,
        ..Options::default()
    };
    let (keeper, report) = run_with(&format!("{good}{bad}"), &files, &lenient);
    assert_eq!(keeper.lines().len(), 2);
    assert_eq!(keeper.findings.len(), 1);
    let silent: Vec<&str> = report.silent().map(|map| map.name.as_str()).collect();
    assert_eq!(silent, ["#Bad"], "an empty result is never silent");
}

#[test]
fn a_broken_row_is_told_and_passed_over() {
    let mapping = triples_map(
        "Trees",
        "trees.csv",
        "http://example.org/tree/{name}",
        "rml:predicateObjectMap [ rml:predicate ex:kind ; rml:objectMap [ rml:reference \"kind\" ] ]",
    );
    let keeper = run(&mapping, &[("trees.csv", "name,kind\na\nb,oak\n")]);
    assert_eq!(keeper.lines().len(), 1);
    assert_eq!(keeper.findings[0].code, codes::BROKEN_ROW);
}

#[test]
fn sets_of_files_are_one_source() {
    let mapping = "<#All> rml:logicalSource [ rml:source [ a fm:FileSet ; rml:path \"d/*.csv\" ] ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:termType rml:BlankNode ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference \"name\" ] ] .";
    let files = [
        ("d/a.csv", "name\nx\n"),
        ("d/b.csv", "id,name\n1,x\n"),
        ("e.csv", "name\nz\n"),
    ];
    let keeper = run(mapping, &files);
    assert_eq!(keeper.lines().len(), 2, "fresh nodes differ between files");
    assert_eq!(
        keeper.lines(),
        run(mapping, &files).lines(),
        "and not between runs"
    );
}

#[test]
fn relative_iris_get_the_base() {
    let mapping = "<#A> rml:logicalSource [ rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
        rml:subjectMap [ rml:reference \"id\" ] ;\n\
        rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:template \"{id}\" ] ] .";
    let files = [("a.csv", "id\na/../b\nhttp://example.org/c\nd e\n")];
    let options = Options {
        base: Some("http://base.example/".to_owned()),
        ..Options::default()
    };
    let (keeper, _) = run_with(mapping, &files, &options);
    assert_eq!(
        keeper.lines(),
        [
            "<http://base.example/a/../b> <http://example.org/p> <http://base.example/a%2F..%2Fb>",
            "<http://example.org/c> <http://example.org/p> <http://base.example/http%3A%2F%2Fexample.org%2Fc>",
        ]
    );
    assert_eq!(keeper.findings.len(), 1);
    // Without a base, both the subjects and the objects that are not absolute are findings.
    let keeper = run(mapping, &files);
    assert!(keeper.lines().is_empty());
    assert_eq!(keeper.findings.len(), 3);
}
