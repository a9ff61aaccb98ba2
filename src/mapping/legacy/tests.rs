use super::*;
use crate::mapping::syntax::read;

const PREFIXES: &str = "@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> . \
    @prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix fnml: <http://semweb.mmlab.be/ns/fnml#> . \
    @prefix fno: <https://w3id.org/function/ontology#> . @prefix rmlt: <http://semweb.mmlab.be/ns/rml-target#> . \
    @prefix void: <http://rdfs.org/ns/void#> . @prefix idlab: <https://w3id.org/imec/idlab/function#> . \
    @prefix ex: <http://example.org/> .\n";

/// Every triple of the translation, one a line, in the order of its text; blank nodes as `_`.
fn lines(text: &str) -> Vec<String> {
    let doc = read(&format!("{PREFIXES}{text}"), "m.ttl", None).unwrap();
    let doc = translate(&doc);
    let name = |id: NodeId| match &doc.nodes[id].name {
        NodeName::Iri(iri) => iri.replace(RML, "rml:"),
        NodeName::Blank(_) => "_".to_owned(),
    };
    let mut lines: Vec<String> = Vec::new();
    for (id, node) in doc.nodes.iter().enumerate() {
        for property in &node.properties {
            let object = match &property.object {
                Object::Node(id) => name(*id),
                Object::Literal { text, .. } => format!("{text:?}"),
            };
            lines.push(format!(
                "{} {} {object}",
                name(id),
                property.predicate.replace(RML, "rml:")
            ));
        }
    }
    lines.sort();
    lines
}

#[test]
fn words_become_those_of_today() {
    let found = lines(
        "ex:m rml:logicalSource [ rml:source \"a.csv\" ; rml:referenceFormulation ql:CSV ] ; \
        rr:subjectMap [ rr:template \"x{a}\" ; rr:class rr:Foo ; rr:termType rr:BlankNode ] .",
    );
    assert!(
        found.contains(&"_ rml:referenceFormulation rml:CSV".to_owned()),
        "{found:#?}"
    );
    assert!(found.contains(&"_ rml:termType rml:BlankNode".to_owned()));
    assert!(
        found.contains(&"_ rml:class http://www.w3.org/ns/r2rml#Foo".to_owned()),
        "a class of the data stays"
    );
}

#[test]
fn a_document_of_today_is_left_alone() {
    let doc = read("<#a> <http://w3id.org/rml/subject> <#b> .", "m.ttl", None).unwrap();
    assert!(matches!(translate(&doc), Cow::Borrowed(_)));
}

#[test]
fn calls_become_executions() {
    let found = lines(
        "ex:o rr:termType rr:IRI ; fnml:functionValue [ rr:predicateObjectMap \
        [ rr:predicate fno:executes ; rr:objectMap [ rr:constant \"http://example.org/f\" ] ] , \
        [ rr:predicate ex:p ; rr:objectMap [ rml:reference \"a\" ] ] , [ rr:predicate ex:q ; rr:object \"1\" ] ] .",
    );
    let expected = [
        "_ rml:function http://example.org/f",
        "_ rml:input _",
        "_ rml:input _",
        "_ rml:inputValue \"1\"",
        "_ rml:inputValueMap _",
        "_ rml:parameter http://example.org/p",
        "_ rml:parameter http://example.org/q",
        "_ rml:reference \"a\"",
        "http://example.org/o rml:functionExecution _",
        "http://example.org/o rml:termType rml:IRI",
    ];
    assert_eq!(found, expected);
}

#[test]
fn equality_over_both_sides_becomes_child_and_parent() {
    let found = lines(
        "ex:o rr:parentTriplesMap ex:m ; rml:joinCondition [ fnml:functionValue [ rr:predicateObjectMap \
        [ rr:predicate fno:executes ; rr:object idlab:equal ] , \
        [ rr:predicate ex:p ; rr:objectMap [ rml:parentTermMap [ rml:reference \"a\" ] ] ] , \
        [ rr:predicate ex:q ; rr:objectMap [ rr:constant \"0\" ] ] ] ] .",
    );
    assert!(
        found.contains(&"_ rml:parentMap _".to_owned())
            && found.contains(&"_ rml:childMap _".to_owned()),
        "{found:#?}"
    );
    assert!(
        !found
            .iter()
            .any(|line| line.contains("parentTermMap") || line.contains("unctionValue"))
    );
}

#[test]
fn another_function_over_both_sides_is_kept() {
    let found = lines(
        "ex:o rr:parentTriplesMap ex:m ; rml:joinCondition [ fnml:functionValue [ rr:predicateObjectMap \
        [ rr:predicate fno:executes ; rr:object ex:similar ] , \
        [ rr:predicate ex:p ; rr:objectMap [ rml:parentTermMap [ rml:reference \"a\" ] ] ] ] ] .",
    );
    assert!(
        found.iter().any(|line| line.contains("rml:parentTermMap")),
        "{found:#?}"
    );
}

#[test]
fn tables_and_files() {
    let found = lines(
        "ex:m rr:logicalTable [ rr:tableName \"T\" ] ; rr:subjectMap [ rml:logicalTarget \
        [ rmlt:target [ a void:Dataset ; void:dataDump <file://out.nq> ] ] ] .",
    );
    assert!(
        found.contains(&"_ rml:referenceFormulation rml:SQL2008Table".to_owned()),
        "{found:#?}"
    );
    assert!(found.contains(&"_ rml:iterator \"T\"".to_owned()));
    assert!(found.contains(&"_ rml:path \"out.nq\"".to_owned()));
}

#[test]
fn constants_become_what_their_place_asks_for() {
    let found = lines(
        "ex:m rr:subjectMap [ rr:constant \"http://example.org/s\" ] ; rr:predicateObjectMap \
        [ rr:predicate ex:p ; rr:objectMap [ rr:constant \"http://example.org/o\" ; rr:termType rr:Literal ] , \
        [ rr:constant \"b{\" ; rr:termType rr:BlankNode ] ] .",
    );
    assert!(
        found.contains(&"_ rml:constant http://example.org/s".to_owned()),
        "{found:#?}"
    );
    assert!(found.contains(&"_ rml:constant \"http://example.org/o\"".to_owned()));
    assert!(found.contains(&"_ rml:template \"b\\\\{\"".to_owned()));
}
