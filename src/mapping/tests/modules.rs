//! Views, collections, quoted triples, conditions and declared functions, each where the official cases say nothing.

use super::memory::{Keeper, Memory, map_strictly};
use crate::diagnostic::Diagnostics;
use crate::mapping::run::{Options, Quoting};

const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> . @prefix fm: <https://w3id.org/factmill/ns#> .\n\
    @prefix fno: <https://w3id.org/function/ontology#> . @prefix ex: <http://example.org/> .\n\
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n";
const SOURCE: &str =
    "rml:logicalSource [ rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ] ;\n";
const SUBJECT: &str = "rml:subjectMap [ rml:template \"http://example.org/{id}\" ] ;\n";
const TABLE: &str = "id,name,tags\n1,Ann,x\n2,Bob,y\n";

fn keep(mapping: &str, table: &str) -> Result<Keeper, Diagnostics> {
    let files = Memory::with(&[("a.csv", table)]);
    map_strictly(&format!("{PREFIXES}{mapping}"), &files, &Options::default())
}

fn lines(mapping: &str, table: &str) -> Vec<String> {
    let keeper = keep(mapping, table).unwrap_or_else(|found| panic!("{found}"));
    keeper.lines().into_iter().map(str::to_owned).collect()
}

/// Returns the columns that each statement's values stand in.
fn columns(keeper: &Keeper) -> Vec<Vec<String>> {
    let of = |origin: &crate::record::Origin| origin.cell.as_deref().unwrap_or_default().to_owned();
    keeper
        .statements
        .iter()
        .map(|kept| kept.values.iter().map(of).collect())
        .collect()
}

fn error(mapping: &str) -> String {
    keep(mapping, TABLE).err().unwrap().to_string()
}

/// A mapping of one object map.
fn object(map: &str) -> String {
    format!(
        "<#A> {SOURCE}{SUBJECT}rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {map} ] ] .\n"
    )
}

#[test]
fn a_declared_function_is_a_composition_of_others() {
    let declared = "ex:badge fno:expects ( ex:who ex:number ) ; fm:body [\n\
        rml:functionExecution [ rml:function fm:join ;\n\
          rml:input [ rml:parameter fm:value ; rml:inputValueMap [\n\
            rml:functionExecution [ rml:function fm:upper ; rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"who\" ] ] ] ] ] ,\n\
            [ rml:parameter fm:value ; rml:inputValueMap [ rml:template \"no. {number}\" ] ] ,\n\
            [ rml:parameter fm:separator ; rml:inputValue \", \" ] ] ] .\n";
    let call = "rml:functionExecution [ rml:function ex:badge ;\n\
        rml:input [ rml:parameter ex:who ; rml:inputValueMap [ rml:reference \"name\" ] ] ,\n\
        [ rml:parameter ex:number ; rml:inputValueMap [ rml:reference \"id\" ] ] ]";
    let found = lines(&format!("{declared}{}", object(call)), TABLE);
    assert_eq!(
        found,
        [
            "<http://example.org/1> <http://example.org/p> \"ANN, no. 1\"",
            "<http://example.org/2> <http://example.org/p> \"BOB, no. 2\"",
        ]
    );
    // What it was made of is told as for any other value.
    let keeper = keep(&format!("{declared}{}", object(call)), TABLE).unwrap();
    assert!(
        columns(&keeper)
            .iter()
            .any(|cells| cells.contains(&"name".to_owned()) && cells.contains(&"id".to_owned()))
    );
}

#[test]
fn a_declared_function_may_be_an_expression() {
    let declared = "ex:sum fno:expects ( ex:a [ fno:predicate ex:b ; fno:required false ] ) ;\n\
        fm:sparql \"xsd:integer(?a) * 2 + COALESCE(?b, 1)\" .\n";
    let call = "rml:functionExecution [ rml:function ex:sum ;\n\
        rml:input [ rml:parameter ex:a ; rml:inputValueMap [ rml:reference \"id\" ] ] ]";
    let found = lines(&format!("{declared}{}", object(call)), TABLE);
    let integer = "^^<http://www.w3.org/2001/XMLSchema#integer>";
    assert_eq!(
        found,
        [
            format!("<http://example.org/1> <http://example.org/p> \"3\"{integer}"),
            format!("<http://example.org/2> <http://example.org/p> \"5\"{integer}"),
        ]
    );
}

#[test]
fn declared_functions_are_checked() {
    let call = object(
        "rml:functionExecution [ rml:function ex:f ; rml:input [ rml:parameter ex:a ; rml:inputValue \"1\" ] ]",
    );
    let says = |declared: &str, message: &str| {
        let found = error(&format!("ex:f fno:expects ( ex:a ) ; {declared} .\n{call}"));
        assert!(found.contains(message), "{found}");
    };
    says("fm:sparql \"NOW()\"", "NOW cannot stand in a function");
    says("fm:sparql \"?a + ?c\"", "has no parameter \"c\"");
    says(
        "fm:sparql \"1 AS ?x) WHERE { ?s ?p ?o } #\"",
        "no SPARQL expression",
    );
    says(
        "fm:sparql \"EXISTS { ?s ?p ?a }\"",
        "EXISTS cannot stand in a function",
    );
    says(
        &format!("fm:sparql \"{}1\"", "!".repeat(3000)),
        "too long or too deep",
    );
    says("fm:body [ rml:reference \"b\" ]", "has no parameter \"b\"");
    says(
        "fm:body [ rml:functionExecution [ rml:function ex:f ; rml:input [ rml:parameter ex:a ; rml:inputValue \"1\" ] ] ]",
        "calls itself",
    );
    says(
        "fm:body [ rml:reference \"a\" ] ; fm:sparql \"?a\"",
        "not both",
    );
}

#[test]
fn a_condition_keeps_or_drops_a_term() {
    let only_ann = "rml:condition [ rml:functionExecution [ rml:function fm:equal ;\n\
        rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"name\" ] ] ,\n\
        [ rml:parameter fm:other ; rml:inputValue \"Ann\" ] ] ]";
    for (map, expected) in [
        (format!("rml:constant \"yes\" ; {only_ann}"), "\"yes\""),
        (
            format!("rml:template \"http://example.org/{{name}}-{{id}}\" ; {only_ann}"),
            "<http://example.org/Ann-1>",
        ),
        (
            format!(
                "rml:reference \"tags\" ; rml:languageMap [ rml:constant \"en\" ; {only_ann} ]"
            ),
            "\"x\"@en",
        ),
    ] {
        let found = lines(&object(&map), TABLE);
        // The last has no language for Bob, and so no literal.
        assert_eq!(
            found,
            [format!(
                "<http://example.org/1> <http://example.org/p> {expected}"
            )],
            "{map}"
        );
    }
    let subject = format!(
        "<#A> {SOURCE}rml:subjectMap [ rml:template \"http://example.org/{{id}}\" ; {only_ann} ; rml:class ex:C ] ."
    );
    assert_eq!(lines(&subject, TABLE).len(), 1);
}

#[test]
fn quoted_triples_are_reifiers_unless_told_otherwise() {
    let mapping = format!(
        "<#Q> a rml:NonAssertedTriplesMap ; {SOURCE}{SUBJECT}rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"name\" ] ] .\n\
         <#A> {SOURCE}rml:subjectMap [ rml:quotedTriplesMap <#Q> ] ; rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:reference \"tags\" ] ] ."
    );
    let found = lines(&mapping, "id,name,tags\n1,Ann,x\n");
    // Both are about the reifier; `example.org` comes before `w3.org`.
    let [says, reifies] = found.as_slice() else {
        panic!("{found:#?}")
    };
    let (reifier, _) = says.split_once(' ').unwrap();
    assert!(says.ends_with("<http://example.org/q> \"x\""), "{says}");
    let expected = format!(
        "{reifier} <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <http://example.org/1> <http://example.org/p> \"Ann\" )>>"
    );
    assert_eq!(*reifies, expected);
    let options = Options {
        quoting: Quoting::Terms,
        ..Options::default()
    };
    let files = Memory::with(&[("a.csv", "id,name,tags\n1,Ann,x\n")]);
    let old = map_strictly(&format!("{PREFIXES}{mapping}"), &files, &options)
        .ok()
        .unwrap();
    assert_eq!(
        old.lines(),
        [
            "<< <http://example.org/1> <http://example.org/p> \"Ann\" >> <http://example.org/q> \"x\""
        ]
    );
}

#[test]
fn quoting_that_leads_back_is_refused() {
    let map = |name: &str, quoted: &str| {
        format!(
            "<#{name}> {SOURCE}rml:subjectMap [ rml:quotedTriplesMap <#{quoted}> ] ; rml:predicateObjectMap [ rml:predicate ex:q ; rml:object ex:o ] .\n"
        )
    };
    let found = error(&format!("{}{}", map("A", "B"), map("B", "A")));
    assert!(found.contains("quote themselves"), "{found}");
}

#[test]
fn gather_maps_are_checked() {
    for (map, says) in [
        (
            "rml:gather ( [ rml:reference \"tags\" ] ) ; rml:gatherAs rdf:Lisst",
            "no collection or container",
        ),
        ("rml:gather () ; rml:gatherAs rdf:List", "gathers nothing"),
        (
            "rml:gather ex:x ; rml:gatherAs rdf:List",
            "rml:gather takes a list",
        ),
        (
            "rml:gather ( [ rml:reference \"tags\" ] ) ; rml:gatherAs rdf:List ; rml:strategy rml:apend",
            "no strategy",
        ),
        (
            "rml:gather ( [ rml:reference \"tags\" ] ) ; rml:gatherAs rdf:List ; rml:allowEmptyListAndContainer \"maybe\"",
            "no boolean",
        ),
    ] {
        let found = error(&object(map));
        assert!(found.contains(says), "{found}");
        assert!(
            found.contains("m.ttl:") || found.contains("mapping.ttl:"),
            "{found}"
        );
    }
}

#[test]
fn a_view_tells_where_its_values_stand() {
    let mapping = format!(
        "<#view> a rml:LogicalView ; rml:viewOn [ rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
         rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] , [ rml:fieldName \"label\" ; rml:reference \"name\" ] .\n\
         <#A> rml:logicalSource <#view> ; {SUBJECT}rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"label\" ] ] ."
    );
    let keeper = keep(&mapping, TABLE).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(keeper.lines().len(), 2);
    assert!(
        columns(&keeper)
            .iter()
            .all(|cells| cells == &["name", "id"]),
        "{:?}",
        columns(&keeper)
    );
}

#[test]
fn a_view_joined_with_another_fills_what_is_missing_with_nulls() {
    let view = |name: &str, more: &str| {
        format!(
            "<#{name}> a rml:LogicalView ; rml:viewOn [ rml:source \"{name}.csv\" ; rml:referenceFormulation rml:CSV ] ;\n\
                 rml:field [ rml:fieldName \"id\" ; rml:reference \"id\" ] , [ rml:fieldName \"v\" ; rml:reference \"v\" ] {more} .\n"
        )
    };
    let files = Memory::with(&[
        ("a.csv", "id,v\n1,a\n2,b\n"),
        ("b.csv", "id,v\n2,x\n2,y\n3,z\n"),
    ]);
    let found = |kind: &str| {
        let join = format!(
            "; rml:{kind} [ rml:parentLogicalView <#b> ; rml:joinCondition [ rml:child \"id\" ; rml:parent \"id\" ] ;\n\
             rml:field [ rml:fieldName \"w\" ; rml:reference \"v\" ] ]"
        );
        let map = "<#A> rml:logicalSource <#a> ; rml:subject ex:s ;\n\
            rml:predicateObjectMap [ rml:predicate ex:v ; rml:objectMap [ rml:reference \"v\" ] ] ,\n\
            [ rml:predicate ex:w ; rml:objectMap [ rml:template \"{w.#}{w}\" ; rml:termType rml:Literal ] ] .";
        let mapping = format!("{PREFIXES}{}{}{map}", view("a", &join), view("b", ""));
        let keeper = map_strictly(&mapping, &files, &Options::default())
            .ok()
            .unwrap();
        let mut values: Vec<String> = keeper
            .lines()
            .iter()
            .map(|line| line.rsplit('"').nth(1).unwrap().to_owned())
            .collect();
        values.sort();
        values.dedup();
        values.join(" ")
    };
    assert_eq!(found("innerJoin"), "0x 1y b");
    assert_eq!(found("leftJoin"), "0x 1y a b");
    assert_eq!(found("fullJoin"), "0x 0z 1y a b");
}
