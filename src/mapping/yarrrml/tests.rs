use super::*;
use crate::mapping::syntax::{NodeId, NodeName, Object};
use crate::mapping::vocabulary::RML;

fn reading(text: &str) -> Reading {
    read(&[File {
        name: "m.yml",
        text,
    }])
    .unwrap()
}

/// The mistakes in a text: line, column, message.
fn mistakes(text: &str) -> Vec<(u32, u32, String)> {
    reading(text)
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            let place = finding.place.unwrap();
            (
                place.line.unwrap(),
                place.column.unwrap(),
                format!("{}; {}", finding.message, finding.hints.join("; ")),
            )
        })
        .collect()
}

/// The triples of a graph as text, its blank nodes written where they are used, from the triples maps down.
fn outline(doc: &MappingDoc) -> String {
    fn write(doc: &MappingDoc, id: NodeId, depth: usize, into: &mut String) {
        for property in &doc.nodes[id].properties {
            if property.predicate.ends_with("#type") {
                continue;
            }
            into.push_str(&"  ".repeat(depth));
            into.push_str(property.predicate.rsplit(['/', '#']).next().unwrap());
            match &property.object {
                Object::Literal {
                    text,
                    language,
                    datatype,
                } => {
                    into.push_str(&format!(" {text:?}"));
                    into.extend(language.iter().map(|tag| format!("@{tag}")));
                    into.extend(datatype.iter().map(|iri| format!("^^{iri}")));
                    into.push('\n');
                }
                Object::Node(node) => match &doc.nodes[*node].name {
                    NodeName::Iri(iri) => {
                        into.push_str(&format!(" <{}>\n", iri.trim_start_matches(RML)));
                    }
                    NodeName::Blank(_) => {
                        into.push('\n');
                        write(doc, *node, depth + 1, into);
                    }
                },
            }
        }
    }
    let mut text = String::new();
    for (id, node) in doc.nodes.iter().enumerate() {
        let is_map = |property: &crate::mapping::syntax::Property| {
            property.predicate.ends_with("subjectMap")
        };
        if node.properties.iter().any(is_map) {
            text.push_str(&format!("{}\n", doc.label(id)));
            write(doc, id, 1, &mut text);
        }
    }
    text
}

const HEAD: &str = "prefixes:\n  ex: http://example.org/\nmappings:\n  m:\n    sources:\n      - [a.csv~csv]\n    s: ex:$(id)\n    po:\n";

fn statements(text: &str) -> String {
    let found = reading(&format!("{HEAD}{text}"));
    assert_eq!(found.findings, [], "{text}");
    let outline = outline(&found.doc);
    let at = outline.find("  predicateObjectMap").unwrap();
    outline[at..].to_owned()
}

#[test]
fn a_mapping_becomes_a_triples_map() {
    let text = "mappings:\n  person:\n    sources:\n      - ['people.json~jsonpath', '$.people[*]']\n    s: http://a.org/$(id)\n    g: http://a.org/graph\n    po:\n      - [a, foaf:Person]\n";
    let found = reading(text);
    assert_eq!(found.findings, []);
    assert_eq!(
        outline(&found.doc),
        "#person\n  logicalSource\n    source \"people.json\"\n    iterator \"$.people[*]\"\n    referenceFormulation <JSONPath>\n  \
         subjectMap\n    template \"http://a.org/{id}\"\n    graphMap\n      constant <http://a.org/graph>\n  predicateObjectMap\n    \
         predicateMap\n      constant <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>\n    objectMap\n      constant <http://xmlns.com/foaf/0.1/Person>\n"
    );
}

#[test]
fn objects_in_all_their_forms() {
    let objects = |text: &str| {
        let all = statements(text);
        all[all.find("    objectMap").unwrap()..].to_owned()
    };
    for (yaml, expected) in [
        (
            "      - [ex:p, $(a)]\n",
            "    objectMap\n      reference \"a\"\n      termType <Literal>\n",
        ),
        (
            "      - [ex:p, ex:$(a)~iri]\n",
            "    objectMap\n      template \"http://example.org/{a}\"\n      termType <IRI>\n",
        ),
        (
            "      - [ex:p, ex:a~iri]\n",
            "    objectMap\n      constant <http://example.org/a>\n",
        ),
        (
            "      - [ex:p, x, en~lang]\n",
            "    objectMap\n      constant \"x\"@en\n",
        ),
        (
            "      - [ex:p, 5, xsd:integer]\n",
            "    objectMap\n      constant \"5\"^^http://www.w3.org/2001/XMLSchema#integer\n",
        ),
        (
            "      - [ex:p, $(a), $(l)~lang]\n",
            "    objectMap\n      reference \"a\"\n      languageMap\n        reference \"l\"\n      termType <Literal>\n",
        ),
        (
            "      - [ex:p, [[$(a), xsd:date]]]\n",
            "    objectMap\n      reference \"a\"\n      datatype <http://www.w3.org/2001/XMLSchema#date>\n      termType <Literal>\n",
        ),
        (
            "      - {p: ex:p, o: {v: $(a), type: blank}}\n",
            "    objectMap\n      reference \"a\"\n      termType <BlankNode>\n",
        ),
        (
            "      - {p: ex:p, o: {type: blank}}\n",
            "    objectMap\n      termType <BlankNode>\n",
        ),
        (
            "      - {p: ex:p, o: $(a), g: ex:g}\n",
            "    objectMap\n      reference \"a\"\n      termType <Literal>\n    graphMap\n      constant <http://example.org/g>\n",
        ),
    ] {
        assert_eq!(objects(yaml), expected, "{yaml}");
    }
}

#[test]
fn functions_and_their_shortcut_are_the_same() {
    let long = statements(
        "      - p: ex:p\n        o:\n          f: ex:lower\n          pms:\n            - [ex:value, $(a)]\n            - {pm: ex:mode, v: {f: ex:mode, pms: []}}\n",
    );
    let short = statements(
        "      - p: ex:p\n        o:\n          function: 'ex:lower(value = $(a), mode = ex:mode())'\n",
    );
    let colon = statements(
        "      - p: ex:p\n        o:\n          function: 'ex:lower(value: $(a), ex:mode: ex:mode())'\n",
    );
    assert_eq!(long, short);
    assert_eq!(long, colon);
    assert!(long.contains("      functionExecution\n        function <http://example.org/lower>\n        input\n          parameter <http://example.org/value>\n          inputValueMap\n            reference \"a\"\n"), "{long}");
}

#[test]
fn conditions_guard_what_they_stand_at() {
    let found = statements(
        "      - p: ex:p\n        o: $(a)\n        condition:\n          function: equal\n          parameters:\n            - [str1, $(b)]\n            - [str2, '1']\n",
    );
    let inputs: Vec<&str> = found
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.starts_with("parameter")
                || line.starts_with("function ")
                || line.starts_with("reference")
        })
        .collect();
    assert_eq!(
        inputs,
        [
            "function <https://w3id.org/imec/idlab/function#trueCondition>",
            "parameter <https://w3id.org/imec/idlab/function#strBoolean>",
            "function <https://w3id.org/imec/idlab/function#equal>",
            "parameter <http://users.ugent.be/~bjdmeest/function/grel.ttl#valueParameter>",
            "reference \"b\"",
            "parameter <http://users.ugent.be/~bjdmeest/function/grel.ttl#valueParameter2>",
            "parameter <https://w3id.org/imec/idlab/function#str>",
            "reference \"a\"",
        ]
    );
}

#[test]
fn joins_lead_to_every_source_of_the_other_mapping() {
    let text = format!(
        "{HEAD}      - p: ex:p\n        o:\n          mapping: n\n          condition:\n            function: equal\n            parameters:\n              - [str1, $(a)]\n              - [str2, $(b)]\n  n:\n    sources: [b.csv~csv, c.csv~csv]\n    s: ex:$(b)\n"
    );
    let found = reading(&text);
    assert_eq!(found.findings, []);
    let outline = outline(&found.doc);
    for parent in ["#n", "#n-2"] {
        assert!(outline.contains(&format!("    objectMap\n      parentTriplesMap <https://w3id.org/factmill/mapping/{parent}>\n      joinCondition\n        childMap\n          reference \"a\"\n        parentMap\n          reference \"b\"\n")), "{outline}");
    }
}

#[test]
fn every_mistake_has_its_place() {
    let found = mistakes(
        "prefixes:\n  ex: http://example.org/\nmapings:\n  m: {}\nmappings:\n  m:\n    sources: people\n    subject: exx:$(id)\n    po:\n      - [ex:p]\n      - p: ex:q\n        o: {mapping: n}\n        q: 1\n      - [ex:p, {value: $(a), type: uri}]\n",
    );
    let expected = [
        (
            3,
            1,
            "the key mapings has no meaning in a YARRRML document; did you mean mappings?",
        ),
        (7, 14, "there is no source people; no source has a name"),
        (8, 14, "the prefix exx is not declared; did you mean ex:?"),
        (10, 9, "the predicate object has no object; add objects:"),
        (12, 22, "there is no mapping n; did you mean m?"),
        (
            13,
            9,
            "the key q has no meaning in a predicate object; a predicate object takes predicates, objects, graphs, conditions, datatype, language",
        ),
        (
            14,
            36,
            "there is no type uri; types are iri, literal and blank",
        ),
    ];
    let found: Vec<(u32, u32, &str)> = found
        .iter()
        .map(|(line, column, text)| (*line, *column, text.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_reference_that_nothing_closes_is_an_error_at_its_value() {
    let found = mistakes(&format!(
        "{HEAD}      - [ex:p, $(a]\n      - p: ex:q\n        o: {{value: \"a $(b) $(c\", datatype: ex:$(d}}\n      - [ex:r, '$\\(a (b']\n"
    ));
    let close = "close it with ), or write $\\( where the text itself is meant";
    let expected = [
        (9, 16, format!("the reference $(a is not closed; {close}")),
        (11, 12, format!("the reference $(c is not closed; {close}")),
        (11, 44, format!("the reference $(d is not closed; {close}")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn parameters_that_equality_does_not_have_are_errors() {
    let head = HEAD.replacen(
        "prefixes:\n",
        "prefixes:\n  idlab-fn: https://w3id.org/imec/idlab/function#\n  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#\n",
        1,
    );
    let join = |function: &str, first: &str, second: &str| {
        mistakes(&format!(
            "{head}      - p: ex:p\n        o:\n          mapping: m\n          condition:\n            function: {function}\n            parameters:\n              - [{first}, $(a)]\n              - [{second}, $(b), o]\n"
        ))
    };
    assert_eq!(join("equal", "str1", "str2"), []);
    assert_eq!(
        join("idlab-fn:equal", "grel:valueParameter", "grel:valueParam2"),
        []
    );
    let told = |found: Vec<(u32, u32, String)>| -> Vec<String> {
        found.into_iter().map(|(_, _, text)| text).collect()
    };
    assert_eq!(
        told(join("equal", "str", "other")),
        [
            "equal has no parameter str; did you mean str1?",
            "equal has no parameter other; it takes str1 and str2"
        ]
    );
    assert_eq!(
        told(join(
            "idlab-fn:equal",
            "grel:valueParameter",
            "grel:valueParamater2"
        )),
        ["idlab-fn:equal has no parameter grel:valueParamater2; did you mean grel:valueParam2?"]
    );
    let condition = mistakes(&format!(
        "{head}      - [ex:p, $(a)]\n    condition:\n      function: notEqual\n      parameters: [[str1, $(a)], [st2, b]]\n"
    ));
    assert_eq!(
        condition,
        [(
            14,
            35,
            "notEqual has no parameter st2; did you mean str2?".to_owned()
        )]
    );
}

#[test]
fn the_checker_points_into_the_yaml() {
    let doc = read_strictly(File {
        name: "m.yml",
        text: &format!("{HEAD}      - [ex:p, $(a), english_~lang]\n"),
    })
    .unwrap();
    let errors = crate::mapping::checked::check(&doc).unwrap_err();
    let place = errors.0[0].place.clone().unwrap();
    assert_eq!(
        (place.file.as_str(), place.line, place.column),
        ("m.yml", Some(9), Some(22))
    );
}

#[test]
fn change_detection_makes_a_mapping_for_each_operation() {
    let text = "mappings:\n  m:\n    sources: [[a.csv~csv]]\n    s: http://a.org/$(id)\n    changeDetection:\n      create: {explicit: false}\n      update: {explicit: false, watchedProperties: [$(a), $(b)]}\n      delete: {mappingAdd: {graphs: http://a.org/gone}}\n    po:\n      - [a, foaf:Person]\n      - [foaf:name, $(a)]\n";
    let found = reading(text);
    assert_eq!(found.findings, []);
    let outline = outline(&found.doc);
    for expected in [
        "function <https://w3id.org/imec/idlab/function#implicitCreate>",
        "function <https://w3id.org/imec/idlab/function#implicitUpdate>",
        "template \"a={a}&b={b}\"",
        "function <https://w3id.org/imec/idlab/function#explicitDelete>",
        "constant <http://a.org/gone>",
    ] {
        assert_eq!(
            outline.matches(expected).count(),
            1,
            "{expected}\n{outline}"
        );
    }
    assert_eq!(
        outline
            .matches("constant <http://xmlns.com/foaf/0.1/name>")
            .count(),
        2,
        "what is gone has its type only"
    );
}

#[test]
fn files_are_read_as_one() {
    let one = "prefixes: {ex: http://example.org/}\nsources: {s: [a.csv~csv]}\nmappings:\n  m: {sources: s, s: ex:$(a), po: [[a, ex:A]]}\n";
    let two = "mappings:\n  n: {sources: s, s: ex:$(b), po: [[ex:p, {mapping: m}]]}\n";
    let found = read(&[
        File {
            name: "1.yml",
            text: one,
        },
        File {
            name: "2.yml",
            text: two,
        },
    ])
    .unwrap();
    assert_eq!(found.findings, []);
    assert_eq!(outline(&found.doc).matches("logicalSource").count(), 2);
}

/// Whatever is read, no text makes the reader fall over.
#[test]
fn mutated_texts_end_in_findings() {
    let seed = format!(
        "{HEAD}      - p: [ex:p, a]\n        o:\n          - {{mapping: n, condition: {{function: equal, parameters: [[str1, $(a), s], [str2, \"$(b)\", o]]}}}}\n          - function: ex:f(ex:p = $(c))\n            language: {{value: en, targets: t}}\n  n: &x\n    sources: [s, [b.json~jsonpath, '$']]\n    subjects: [{{value: ex:$(b), targets: [t, ['o.nt~void', turtle, gzip]]}}]\n    changeDetection: {{update: {{explicit: false, watchedProperties: [$(a)], mappingRemove: {{po: []}}}}}}\nsources:\n  s: {{access: a, type: mysql, query: 'select 1', credentials: {{username: u}}}}\ntargets:\n  t: {{access: $(x).nt, source: s, type: directhttprequest, headers: {{A: b}}}}\nexternal: {{y: z}}\nauthors: [A <b@c.org> (http://d.org)]\n"
    );
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let pieces = [
        "[", "]", "{", "}", ":", ": ", "- ", "\n", "  ", "$(", ")", "~iri", "&x ", "*x", "'", "\"",
        "\\", "\u{e9}", "null", ",", "|", ">", "#", "%", "<<: *x", "\t",
    ];
    let mut read_well = 0;
    for _ in 0..3000 {
        let mut chars: Vec<char> = seed.chars().collect();
        for _ in 0..=random(4) {
            let at = random(chars.len());
            match random(3) {
                0 => drop(chars.drain(at..(at + random(12)).min(chars.len()))),
                1 => drop(chars.splice(at..at, pieces[random(pieces.len())].chars())),
                _ => {
                    let from = random(chars.len());
                    let part: Vec<char> =
                        chars[from..(from + random(40)).min(chars.len())].to_vec();
                    drop(chars.splice(at..at, part));
                }
            }
        }
        let text: String = chars.into_iter().collect();
        if let Ok(found) = read(&[File {
            name: "m.yml",
            text: &text,
        }]) {
            read_well += 1;
            let _ = crate::mapping::checked::check(&found.doc);
            let _ = crate::mapping::print::normal_form(&found.doc);
        }
    }
    assert!(read_well > 500, "{read_well}");
}
