use super::check;
use crate::diagnostic::{Diagnostic, codes};
use crate::mapping::syntax;

const PREFIXES: &str = "@prefix rml: <http://w3id.org/rml/> . @prefix fm: <https://w3id.org/factmill/ns#> . @prefix ex: <http://example.org/> .\n";

const SOURCE: &str =
    "rml:logicalSource [ rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ] ;\n";
const SUBJECT: &str = "rml:subjectMap [ rml:template \"http://example.org/{a}\" ] ;\n";

fn errors(mapping: &str) -> Vec<Diagnostic> {
    let doc = syntax::read(&format!("{PREFIXES}{mapping}"), "m.ttl", None).unwrap();
    check(&doc).err().map(|errors| errors.0).unwrap_or_default()
}

/// Checks that one error is found: on which line, and what message and hint hold.
fn one(mapping: &str, line: u32, says: &str) {
    let errors = errors(mapping);
    let [error] = errors.as_slice() else {
        panic!("{mapping}\n{errors:#?}")
    };
    let all = format!("{} | {}", error.message, error.hints.join(" | "));
    assert!(all.contains(says), "{all}");
    assert_eq!(error.place.as_ref().unwrap().line, Some(line), "{all}");
}

/// An object map within a mapping that is right otherwise; it stands on line 4.
fn object(map: &str) -> String {
    format!(
        "<#A> {SOURCE}{SUBJECT}rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {map} ] ] ."
    )
}

#[test]
fn a_right_mapping_has_no_errors() {
    assert_eq!(errors(&object("rml:reference \"a\"")), []);
}

#[test]
fn slips_are_named_with_what_was_meant() {
    one(
        &object("rml:tempalte \"a\" ; rml:reference \"a\""),
        4,
        "did you mean rml:template?",
    );
    one(
        &object("fm:infered \"x\" ; rml:reference \"a\""),
        4,
        "did you mean fm:inferred?",
    );
    one(
        &object("rml:reference \"a\" ; rml:termType rml:Litteral"),
        4,
        "did you mean rml:Literal?",
    );
    one(
        &object("rml:reference \"a\" ; a rml:ObjektMap"),
        4,
        "did you mean rml:ObjectMap?",
    );
    one(
        &object("rml:gather ( [ rml:reference \"a\" ] )"),
        4,
        "rml:gatherAs rdf:List",
    );
    one(
        &object("rml:reference \"a\" ; rml:iterator \"x\""),
        4,
        "rml:iterator has no meaning in an object map",
    );
    one(
        &object("rml:reference \"a\" ; <http://www.w3.org/ns/r2rml#column> \"a\""),
        4,
        "say two things about one value",
    );
}

#[test]
fn slips_out_of_reach_are_named_too() {
    one(
        &format!(
            "{}\n<#Lost> rml:refrence \"x\" .",
            object("rml:reference \"a\"")
        ),
        5,
        "did you mean rml:reference?",
    );
    let none = errors("<#A> ex:p ex:o .");
    assert!(none[0].message.contains("no triples map"));
}

#[test]
fn terms_must_fit_their_place() {
    one(&object("rml:template \"{a\""), 4, "not closed");
    one(
        &object("rml:constant \"a\" ; rml:termType rml:IRI"),
        4,
        "declared type",
    );
    one(
        &object("rml:reference \"a\" ; rml:language \"a-b-c d\""),
        4,
        "not a language tag",
    );
    one(
        &object("rml:reference \"a\" ; rml:termType rml:IRI ; rml:language \"en\""),
        4,
        "only a literal",
    );
    one(
        &object("rml:termType rml:Literal"),
        4,
        "nothing says what the value is",
    );
    one(
        &object("rml:reference \"a\" ; rml:template \"b\""),
        4,
        "two things",
    );
    one(
        &object("rml:constant [ ex:p 1 ]"),
        4,
        "cannot be a blank node",
    );
    one(
        &format!(
            "<#A> {SOURCE}rml:subjectMap [\n rml:reference \"a\" ; rml:termType rml:Literal ] ."
        ),
        4,
        "a subject map cannot make",
    );
    one(
        &format!(
            "<#A> {SOURCE}{SUBJECT}rml:predicateObjectMap [ rml:predicate \"p\" ; rml:object 1 ] ."
        ),
        4,
        "a predicate map cannot make a literal",
    );
}

#[test]
fn sources_must_be_whole() {
    let source =
        |source: &str| format!("<#A> rml:logicalSource [\n {source} ] ;\n{SUBJECT} ex:p 1 .");
    one(
        &source("rml:source \"a.db\" ; rml:referenceFormulation rml:SQL2008Table"),
        3,
        "rml:SQL2008Table is not supported",
    );
    one(
        &source("rml:source \"a.csv\" ; rml:referenceFormulation rml:CVS"),
        3,
        "did you mean rml:CSV?",
    );
    one(
        &source("rml:referenceFormulation rml:CSV"),
        2,
        "no rml:source",
    );
    one(
        &source("rml:source [ rml:path \"*.csv\" ] ; rml:referenceFormulation rml:CSV"),
        3,
        "fm:FileSet",
    );
    one(
        &source(
            "rml:source \"a.csv\" ; rml:referenceFormulation rml:CSV ; fm:evidence [ fm:quote \"q\" ]",
        ),
        3,
        "no fm:source",
    );
}

#[test]
fn joins_need_a_parent_and_a_condition() {
    one(&object("rml:parentTriplesMap <#B>"), 4, "no triples map #B");
    let other = format!(
        "<#B> rml:logicalSource [ rml:source \"b.csv\" ; rml:referenceFormulation rml:CSV ] ; {SUBJECT} ex:p 1 ."
    );
    one(
        &format!("{}\n{other}", object("rml:parentTriplesMap <#B>")),
        4,
        "must be joined",
    );
    one(
        &format!(
            "{}\n{other}",
            object("rml:parentTriplesMap <#B> ; rml:joinCondition [ rml:child \"a\" ]")
        ),
        4,
        "no parent",
    );
}

#[test]
fn calls_must_fit_their_function() {
    let call = |rest: &str| object(&format!("rml:functionExecution [ {rest} ]"));
    let value = "rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference \"a\" ] ]";
    assert_eq!(
        errors(&call(&format!("rml:function fm:slug ; {value}"))),
        []
    );
    one(
        &call(&format!("rml:function fm:slgu ; {value}")),
        4,
        "did you mean fm:slug?",
    );
    let trim = "<http://users.ugent.be/~bjdmeest/function/grel.ttl#trim>";
    one(
        &call(&format!("rml:function {trim} ; {value}")),
        4,
        "there is no function grel:trim | did you mean grel:string_trim?",
    );
    one(&call("rml:function fm:slug"), 4, "fm:slug needs fm:value");
    one(
        &call(&format!(
            "rml:function fm:slug ; {value} , [ rml:parameter fm:valeu ; rml:inputValue 1 ]"
        )),
        4,
        "did you mean fm:value?",
    );
    one(
        &call(&format!(
            "rml:function fm:matches ; {value} , [ rml:parameter fm:pattern ; rml:inputValue \"(\" ]"
        )),
        4,
        "is not valid",
    );
    one(
        &call(&format!(
            "rml:function fm:matches ; {value} , [ rml:parameter fm:pattern ; rml:inputValueMap [ rml:reference \"a\" ] ]"
        )),
        4,
        "must be a constant",
    );
    one(
        &call(&format!(
            "rml:function fm:matches ; {value} , [ rml:parameter fm:pattern ; rml:inputValue \"(a{{1000}}){{1000}}\" ]"
        )),
        4,
        "is not valid",
    );
}

#[test]
fn a_call_that_leads_back_to_itself_ends() {
    let mapping = format!(
        "{}\n<#F> rml:function fm:trim ; rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:functionExecution <#F> ] ] .",
        object("rml:functionExecution <#F>")
    );
    one(&mapping, 5, "nested too deep");
    // Shared executions that double at every level.
    let mut mapping = object("rml:functionExecution <#F0>");
    for level in 0..30 {
        let next = format!(
            "rml:parameter fm:value ; rml:inputValueMap [ rml:functionExecution <#F{}> ]",
            level + 1
        );
        mapping.push_str(&format!(
            "\n<#F{level}> rml:function fm:concat ; rml:input [ {next} ] , [ {next} ] ."
        ));
    }
    mapping.push_str("\n<#F30> rml:function fm:concat .");
    let errors = errors(&mapping);
    assert!(
        errors
            .iter()
            .any(|error| error.message.contains("too many expressions"))
    );
}

#[test]
fn all_errors_are_told_at_once_in_order() {
    let mapping = format!(
        "<#A> {SOURCE}rml:subjectMap [ rml:template \"}}\" ] ;\n\
         rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"a\" ; rml:lang \"en\" ] ] ."
    );
    let errors = errors(&mapping);
    let lines: Vec<_> = errors
        .iter()
        .map(|e| e.place.as_ref().unwrap().line)
        .collect();
    assert_eq!(lines, [Some(3), Some(4)]);
    assert!(errors.iter().all(|error| error.code == codes::MAPPING_TERM));
}

#[test]
fn what_leads_nowhere_is_a_notice() {
    let text = format!(
        "{PREFIXES}{}\n<#Lost> rml:reference \"x\" .",
        object("rml:reference \"a\"")
    );
    let mapping = check(&syntax::read(&text, "m.ttl", None).unwrap()).unwrap();
    assert_eq!(mapping.notices.len(), 1);
    assert_eq!(mapping.notices[0].place.as_ref().unwrap().line, Some(5));
}

#[test]
fn what_is_within_a_node_that_leads_nowhere_goes_without_saying() {
    let call = "<#f> rml:functionExecution [ rml:function ex:f ; rml:input [ rml:parameter ex:p ;\n\
        rml:inputValueMap [ rml:reference \"a\" ] ] ] .";
    let text = format!("{PREFIXES}{}\n{call}", object("rml:reference \"a\""));
    let doc = syntax::read(&text, "m.ttl", None).unwrap();
    let told: Vec<String> = check(&doc)
        .unwrap()
        .notices
        .into_iter()
        .map(|notice| notice.message)
        .collect();
    assert_eq!(told, ["no triples map leads to #f"]);
    // A ring has no outermost node; its first stands for it.
    let ring = "<#f> rml:functionExecution <#g> .\n<#g> rml:input [ rml:inputValueMap <#f> ] .";
    let text = format!("{PREFIXES}{}\n{ring}", object("rml:reference \"a\""));
    let notices = check(&syntax::read(&text, "m.ttl", None).unwrap())
        .unwrap()
        .notices;
    assert_eq!(notices.len(), 1, "{notices:?}");
    // A slip in it is told all the same.
    let slip = call.replace("rml:inputValueMap", "rml:inputValeMap");
    one(
        &format!("{}\n{slip}", object("rml:reference \"a\"")),
        6,
        "did you mean rml:inputValueMap?",
    );
}
