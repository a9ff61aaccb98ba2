//! Whole documents, to the letter, and what is refused.

use std::collections::BTreeMap;

use oxigraph::io::RdfFormat as Parser;
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, Quad, Term};

use super::super::*;
use super::{document, parse, prefixes};

fn turtle(text: &str) -> String {
    let head = "@prefix : <http://example.org/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . \
                @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .";
    let quads = parse(&format!("{head}\n{text}"), Parser::TriG);
    let format = if quads
        .iter()
        .any(|quad| quad.graph_name != GraphName::DefaultGraph)
    {
        RdfFormat::TriG
    } else {
        RdfFormat::Turtle
    };
    let written = document(&quads, format);
    assert!(
        isomorphic(&quads, &parse(&written, format.parser())).unwrap(),
        "{written}"
    );
    written
}

#[test]
fn subjects_predicates_and_objects_stand_in_order() {
    assert_eq!(
        turtle(
            r#":lake rdfs:label "Lake"@en, "lac"@fr, "Lac"@de ; :depth 12.5 ; a :Water, :Place ; <http://other.org/p> :z .
               :boat :length 7 ; :name "Swan", "Duck", "Swan"@en ; :sails true, "1"^^xsd:boolean, 07 .
               <http://example.org/a/b> :near :lake, <urn:x:y> ."#
        ),
        r#"@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<http://example.org/a/b> ex:near
        ex:lake ,
        <urn:x:y> .

ex:boat ex:length 7 ;
    ex:name
        "Duck" ,
        "Swan" ,
        "Swan"@en ;
    ex:sails
        "07"^^xsd:integer ,
        "1"^^xsd:boolean ,
        true .

ex:lake a ex:Place , ex:Water ;
    <http://other.org/p> ex:z ;
    ex:depth 12.5 ;
    rdfs:label
        "Lac"@de ,
        "Lake"@en ,
        "lac"@fr .
"#
    );
}

#[test]
fn blank_nodes_are_nested_where_they_are_used_once() {
    assert_eq!(
        turtle(
            r#":s :one [ a :B ; :deep [ :value 2 ] ; :empty [] ] ; :many [ :name "z" ], [ :name "a" ], :iri ; :twice _:x .
               :t :twice _:x . _:x :name "x" .
               [] :name "nobody" ; a :B . [] :name "anybody" ; a :B ."#
        ),
        r#"@prefix ex: <http://example.org/> .

ex:s ex:many
        ex:iri ,
        [
            ex:name "a"
        ] ,
        [
            ex:name "z"
        ] ;
    ex:one [
        a ex:B ;
        ex:deep [
            ex:value 2
        ] ;
        ex:empty []
    ] ;
    ex:twice _:c14n7 .

ex:t ex:twice _:c14n7 .

_:c14n7 ex:name "x" .

[] a ex:B ;
    ex:name "anybody" .

[] a ex:B ;
    ex:name "nobody" .
"#
    );
}

#[test]
fn rings_of_blank_nodes_are_cut_once() {
    assert_eq!(
        turtle(
            "_:a :p _:b . _:b :p _:c . _:c :p _:a ; :q :o ; :r [ :name 1 ] . _:self :p _:self ."
        ),
        r#"@prefix ex: <http://example.org/> .

_:c14n1 ex:p [
        ex:p [
            ex:p _:c14n1
        ]
    ] ;
    ex:q ex:o ;
    ex:r [
        ex:name 1
    ] .

_:c14n2 ex:p _:c14n2 .
"#
    );
}

#[test]
fn lists_are_lists_only_when_well_formed() {
    assert_eq!(
        turtle(
            r#":s :list (1 2 (:a) [ :b "c" ] ()) ; :short (:a "b"@en) ; :none () ;
                 :broken [ rdf:first 1 ; rdf:rest :elsewhere ] ;
                 :typed [ a rdf:List ; rdf:first 1 ; rdf:rest (2) ] ; :one _:l ; :two _:l .
               _:l rdf:first 1 ; rdf:rest (2) .
               _:ring rdf:first _:item ; rdf:rest () . _:item :in _:ring ."#
        ),
        r#"@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .

ex:s ex:broken [
        rdf:first 1 ;
        rdf:rest ex:elsewhere
    ] ;
    ex:list (
        1
        2
        ( ex:a )
        [
            ex:b "c"
        ]
        ()
    ) ;
    ex:none () ;
    ex:one _:c14n8 ;
    ex:short ( ex:a "b"@en ) ;
    ex:two _:c14n8 ;
    ex:typed [
        a rdf:List ;
        rdf:first 1 ;
        rdf:rest ( 2 )
    ] .

_:c14n5 rdf:first [
        ex:in _:c14n5
    ] ;
    rdf:rest () .

_:c14n8 rdf:first 1 ;
    rdf:rest ( 2 ) .
"#
    );
}

#[test]
fn texts_keep_their_lines_where_that_is_safe() {
    assert_eq!(
        turtle(
            r#":s :a "one\ntwo \"\"\"\"" ; :b "one\r\ntwo" ; :c "blank \nend" ; :d "tab\there\u0007" ; :e "back\\slash" ."#
        ),
        "@prefix ex: <http://example.org/> .

ex:s ex:a \"\"\"one
two \"\"\\\"\\\"\"\"\" ;
    ex:b \"one\\r\\ntwo\" ;
    ex:c \"blank \\nend\" ;
    ex:d \"tab\\there\\u0007\" ;
    ex:e \"back\\\\slash\" .
"
    );
}

#[test]
fn triple_terms_and_base_directions_are_written_as_rdf_12_has_them() {
    assert_eq!(
        turtle(
            r#":r rdf:reifies <<( :s :p <<( :a :b 1 )>> )>> ; :text "salom"@uz--ltr .
               _:r rdf:reifies <<( _:x :p "o" )>> ."#
        ),
        r#"@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .

ex:r ex:text "salom"@uz--ltr ;
    rdf:reifies <<( ex:s ex:p <<( ex:a ex:b 1 )>> )>> .

[] rdf:reifies <<( _:c14n1 ex:p "o" )>> .
"#
    );
}

#[test]
fn trig_has_the_default_graph_first_then_graphs_by_name() {
    assert_eq!(
        turtle(
            ":z { :s :p [ :q 1 ] , _:shared } :a { :s a :T . :t :p 2 } _:g { :s :p 3 } :s :p _:g , _:shared ."
        ),
        r#"@prefix ex: <http://example.org/> .

ex:s ex:p
        _:c14n0 ,
        _:c14n2 .

ex:a {
    ex:s a ex:T .

    ex:t ex:p 2 .
}

ex:z {
    ex:s ex:p
            _:c14n0 ,
            [
                ex:q 1
            ] .
}

_:c14n2 {
    ex:s ex:p 3 .
}
"#
    );
}

#[test]
fn json_ld_is_flat_with_a_context_of_used_prefixes() {
    let quads = parse(
        r#"@prefix : <http://example.org/> .
        :s a :T ; :n 5 , "05"^^<http://www.w3.org/2001/XMLSchema#integer> ; :name "a", "b"@en ; :list (1 "x") ; :node [ :q true ] .
        :g { :s :p :o }"#,
        Parser::TriG,
    );
    assert_eq!(
        document(&quads, RdfFormat::JsonLd),
        r#"{
  "@context": {
    "ex": "http://example.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  },
  "@graph": [
    {
      "@id": "ex:s",
      "@type": "ex:T",
      "ex:list": {"@list": [
        1,
        "x"
      ]},
      "ex:n": [
        {"@type": "xsd:integer", "@value": "05"},
        5
      ],
      "ex:name": [
        "a",
        {"@language": "en", "@value": "b"}
      ],
      "ex:node": {"@id": "_:c14n2"}
    },
    {
      "@id": "_:c14n2",
      "ex:q": true
    },
    {
      "@id": "ex:g",
      "@graph": [
        {
          "@id": "ex:s",
          "ex:p": {"@id": "ex:o"}
        }
      ]
    }
  ]
}
"#
    );
}

#[test]
fn json_ld_prefixes_never_change_an_iri() {
    let quads = parse(
        "<urn:a> <http://example.org/p> <urn:b> .\n<http://example.org//x> <http://example.org/p> <http://ex.net/vocab1> .",
        Parser::NTriples,
    );
    let prefixes: BTreeMap<String, String> = [
        ("urn", "http://example.org/"),
        ("", "http://ex.net/"),
        ("ex", "http://example.org/"),
        ("v", "http://ex.net/vocab"),
    ]
    .into_iter()
    .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned()))
    .collect();
    let text = render(&quads, RdfFormat::JsonLd, &prefixes, &Options::default()).unwrap();
    assert!(
        text.contains("\"v:1\"") && !text.contains("\"urn\""),
        "{text}"
    );
    assert!(isomorphic(&quads, &parse(&text, RdfFormat::JsonLd.parser())).unwrap());
}

#[test]
fn rdf_xml_is_one_property_a_line() {
    let quads = parse(
        r#"@prefix : <http://example.org/> .
        :s a :T ; :name "a < b & \"c\"\r\n", "d"@en ; :n 5 ; <http://other.org/x/1p> :o ; <http://other.org/a/q> [ :p 1 ] ."#,
        Parser::Turtle,
    );
    assert_eq!(
        document(&quads, RdfFormat::RdfXml),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF
  xmlns:ex="http://example.org/"
  xmlns:ns1="http://other.org/a/"
  xmlns:ns2="http://other.org/x/1"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="http://example.org/s">
    <ex:n rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">5</ex:n>
    <ex:name>a &lt; b &amp; &quot;c&quot;&#xD;
</ex:name>
    <ex:name xml:lang="en">d</ex:name>
    <ns1:q rdf:nodeID="c14n0"/>
    <ns2:p rdf:resource="http://example.org/o"/>
    <rdf:type rdf:resource="http://example.org/T"/>
  </rdf:Description>
  <rdf:Description rdf:nodeID="c14n0">
    <ex:p rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">1</ex:p>
  </rdf:Description>
</rdf:RDF>
"#
    );
}

#[test]
fn what_a_syntax_cannot_say_is_refused_with_the_reason() {
    let refused = |text: &str, format: RdfFormat, reason: &str| {
        let error = render(
            &parse(text, Parser::TriG),
            format,
            &prefixes(),
            &Options::default(),
        )
        .unwrap_err();
        assert_eq!(error.0[0].code, codes::UNKNOWN_FORMAT);
        assert!(error.to_string().contains(reason), "{error}");
        assert!(!error.0[0].hints.is_empty());
    };
    let graphs = "<ex:a> { <ex:s> <ex:p> 1 } <ex:b> { <ex:s> <ex:p> 1 } <ex:c> { <ex:s> <ex:p> 1 } \
                  <ex:d> { <ex:s> <ex:p> 1 } _:x { <ex:s> <ex:p> 1 }";
    for format in [RdfFormat::Turtle, RdfFormat::NTriples, RdfFormat::RdfXml] {
        refused(graphs, format, "<ex:a>, <ex:b>, <ex:c> and 2 more");
        refused("_:x { <ex:s> <ex:p> 1 }", format, "a blank node");
    }
    refused(
        "<ex:s> <http://ex.org/12> 1 .",
        RdfFormat::RdfXml,
        "<http://ex.org/12>",
    );
    refused(
        "<ex:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1 .",
        RdfFormat::RdfXml,
        "grammar",
    );
    refused(
        "<ex:s> <http://www.w3.org/XML/1998/namespace> 1 . <ex:s> <http://www.w3.org/2000/xmlns/a> 1 .",
        RdfFormat::RdfXml,
        "xmlns",
    );
    refused(r#"<ex:s> <ex:p> "\u0001" ."#, RdfFormat::RdfXml, "U+0001");
    refused(
        "<ex:s> <ex:p> <<( <ex:s> <ex:p> 1 )>> .",
        RdfFormat::JsonLd,
        "triple term",
    );
    refused(
        r#"<ex:s> <ex:p> "a"@ar--rtl ."#,
        RdfFormat::JsonLd,
        "direction",
    );
}

#[test]
fn nothing_makes_an_empty_document() {
    for format in RdfFormat::ALL {
        let text = document(&[], format);
        assert_eq!(parse(&text, format.parser()), [], "{text}");
    }
    assert_eq!(document(&[], RdfFormat::Turtle), "");
}

#[test]
fn a_writer_that_fails_is_reported() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space left"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let quads = parse("<ex:s> <ex:p> 1 .", Parser::Turtle);
    let write = |out: &mut dyn Write| {
        write(
            &quads,
            RdfFormat::Turtle,
            &prefixes(),
            &Options::default(),
            out,
        )
    };
    let error = write(&mut Full).unwrap_err();
    assert_eq!(error.0[0].code, codes::WRITE_FAILED);
    assert!(error.to_string().contains("no space left"));
    let mut out = Vec::new();
    write(&mut out).unwrap();
    assert_eq!(out, b"<ex:s> <ex:p> 1 .\n");
}

#[test]
fn deep_nesting_and_long_lists_are_bounded() {
    let mut quads = Vec::new();
    let rest = NamedNode::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest");
    let first = NamedNode::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#first");
    let nil = NamedNode::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil");
    let next = NamedNode::new_unchecked("http://example.org/next");
    let node = |prefix: &str, n: u32| BlankNode::new_unchecked(format!("{prefix}{n}"));
    let mut add = |s: &BlankNode, p: &NamedNode, o: Term| {
        quads.push(Quad::new(s.clone(), p.clone(), o, GraphName::DefaultGraph));
    };
    for n in 0..3000 {
        add(&node("deep", n), &next, node("deep", n + 1).into());
        add(&node("list", n), &first, Literal::from(n % 7).into());
        let tail = if n == 2999 {
            nil.clone().into()
        } else {
            node("list", n + 1).into()
        };
        add(&node("list", n), &rest, tail);
        // A list that never ends well, hung below another one.
        add(&node("bad", n), &first, Literal::from(n).into());
        add(&node("bad", n), &rest, node("bad", n + 1).into());
    }
    add(&node("top", 0), &next, node("list", 0).into());
    let text = document(&quads, RdfFormat::Turtle);
    assert!(isomorphic(&quads, &parse(&text, Parser::Turtle)).unwrap());
    assert!(text.lines().map(str::len).max() < Some(300));
    let text = document(&quads, RdfFormat::JsonLd);
    assert!(isomorphic(&quads, &parse(&text, RdfFormat::JsonLd.parser())).unwrap());
}
