use super::*;
use crate::mapping::document::read;

const NEW: &str = "@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n";
const OLD: &str = "@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> . \
    @prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n";

/// The normal form, its blank nodes named by what is said about them.
fn form(text: &str, file: &str) -> String {
    let doc = read(text, file, None).unwrap();
    let quads: Vec<oxrdf::Quad> = normal_form(&doc)
        .into_iter()
        .map(|triple| triple.in_graph(oxrdf::GraphName::DefaultGraph))
        .collect();
    crate::export::canonical_nquads(&quads).unwrap()
}

#[track_caller]
fn same(a: (&str, &str), b: (&str, &str)) {
    let (a, b) = (form(a.0, a.1), form(b.0, b.1));
    assert!(!a.is_empty());
    assert_eq!(a, b);
}

#[test]
fn one_mapping_in_three_languages() {
    let new = format!(
        "{NEW}<#a> rml:logicalSource [ rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ] ; \
         rml:subjectMap [ rml:template \"http://example.org/{{id}}\" ; rml:class ex:A ] ; \
         rml:predicateObjectMap [ rml:predicate ex:p , ex:q ; rml:objectMap [ rml:reference \"x\" ; rml:language \"EN\" ] ] ."
    );
    let old = format!(
        "{OLD}<#other> a rr:TriplesMap ; rdfs:label \"a\" ; rml:logicalSource <#s> ; rr:subjectMap <#t> ; rr:predicateObjectMap <#u> , <#v> , <#w> .\n\
         <#s> a rml:LogicalSource ; rml:source \"a.csv\" ; rml:referenceFormulation ql:CSV .\n\
         <#t> a rr:SubjectMap ; rr:template \"http://example.org/{{id}}\" ; rr:termType rr:IRI .\n\
         <#u> rr:predicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ; rr:objectMap [ rr:constant \"http://example.org/A\" ; rr:termType rr:IRI ] .\n\
         <#v> rr:predicateMap [ rr:constant ex:p ] ; rr:objectMap [ rml:reference \"x\" ; rr:termType rr:Literal ; rml:languageMap [ rr:constant \"en\" ] ] .\n\
         <#w> rr:predicate ex:q ; rr:objectMap [ rml:reference \"x\" ; rr:language \"en\" ] ."
    );
    let yarrrml = "prefixes: {ex: http://example.org/}\nmappings:\n  x:\n    sources: [[a.csv~csv]]\n    s: ex:$(id)\n    po:\n      - [a, ex:A]\n      - [[ex:p, ex:q], $(x), en~lang]\n";
    same((&new, "m.ttl"), (&old, "o.ttl"));
    same((&new, "m.ttl"), (yarrrml, "m.yml"));
}

#[test]
fn what_differs_stays_different() {
    let text = |subject: &str, object: &str| {
        format!(
            "{NEW}<#a> rml:subjectMap [ {subject} ] ; rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {object} ] ] ."
        )
    };
    let forms = [
        text("rml:reference \"a\"", "rml:reference \"b\""),
        text("rml:template \"{a}\"", "rml:reference \"b\""),
        text(
            "rml:reference \"a\" ; rml:termType rml:BlankNode",
            "rml:reference \"b\"",
        ),
        text(
            "rml:reference \"a\"",
            "rml:reference \"b\" ; rml:termType rml:IRI",
        ),
        text(
            "rml:reference \"a\"",
            "rml:template \"{b}\" ; rml:termType rml:Literal",
        ),
        text("rml:reference \"a\"", "rml:template \"{b}\""),
        text("rml:reference \"a\"", "rml:constant \"b\""),
        text("rml:reference \"a\"", "rml:constant ex:b"),
        text(
            "rml:reference \"a\"",
            "rml:reference \"b\" ; rml:datatype xsd:date",
        ),
        text(
            "rml:reference \"a\" ; rml:graph ex:g",
            "rml:reference \"b\"",
        ),
    ];
    let texts: std::collections::BTreeSet<String> =
        forms.iter().map(|text| form(text, "m.ttl")).collect();
    assert_eq!(texts.len(), forms.len());
}

#[test]
fn joins_keep_their_parents_apart() {
    let text = |parent: &str| {
        format!(
            "{NEW}<#a> rml:subjectMap [ rml:reference \"a\" ] ; rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:parentTriplesMap <#{parent}> ; rml:joinCondition [ rml:child \"x\" ; rml:parent \"y\" ] ] ] . \
             <#b> rml:subjectMap [ rml:reference \"b\" ] . <#c> rml:subjectMap [ rml:reference \"c\" ] ."
        )
    };
    assert_ne!(form(&text("b"), "m.ttl"), form(&text("c"), "m.ttl"));
}

#[test]
fn a_mapping_that_leads_to_itself_ends() {
    let text = format!(
        "{NEW}<#a> rml:subjectMap <#s> . <#s> rml:functionExecution <#e> . <#e> rml:input [ rml:inputValueMap <#s> ] ."
    );
    assert!(!form(&text, "m.ttl").is_empty());
}
