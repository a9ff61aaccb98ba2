//! Lanes and batches against the general way: the same statements, each once, and the same findings.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::io::Cursor;

use proptest::prelude::*;

use crate::diagnostic::{Diagnostic, Result, codes};
use crate::mapping::checked::check;
use crate::mapping::plan::plan;
use crate::mapping::run::{Options, Report, run};
use crate::mapping::syntax::read;
use crate::mapping::{Derivation, Lines, LogicalSource, Sink, Sources, Statement};
use crate::record::Records;
use crate::source::{csv, json};

/// Tables by name.
struct Tables {
    texts: BTreeMap<String, String>,
    lasting: bool,
}

impl Sources for Tables {
    fn is_lasting(&self, _: &LogicalSource) -> bool {
        self.lasting
    }

    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        let text = self
            .texts
            .get(&source.file.path)
            .ok_or_else(|| Diagnostic::error(codes::FILE_MISSING, "missing"))?;
        if source.file.path.ends_with(".json") {
            let options = json::Options {
                iterator: source.iterator.clone(),
                ..json::Options::default()
            };
            return Ok(vec![json::open(
                Box::new(Cursor::new(text.clone().into_bytes())),
                &source.file.path,
                options,
            )?]);
        }
        let options = csv::Options {
            nulls: source.nulls.clone(),
            ..csv::Options::default()
        };
        Ok(vec![csv::open(
            Box::new(Cursor::new(text.clone().into_bytes())),
            &source.file.path,
            options,
        )?])
    }
}

/// Takes everything, one way or the other.
#[derive(Default)]
struct Taker {
    by_lines: bool,
    lines: Vec<String>,
    seen: HashSet<u128>,
    findings: Vec<Diagnostic>,
}

impl Sink for Taker {
    fn statement(&mut self, statement: Statement<'_>, _: Derivation<'_>) -> Result<()> {
        let Statement {
            subject,
            predicate,
            object,
            graph,
            ..
        } = statement;
        let graph = graph.map(|graph| format!(" {graph}")).unwrap_or_default();
        let line = format!("{subject} {predicate} {object}{graph} .\n");
        if self
            .seen
            .insert(xxhash_rust::xxh3::xxh3_128(line.as_bytes()))
        {
            self.lines.push(line);
        }
        Ok(())
    }

    fn wants_derivations(&self) -> bool {
        false
    }

    fn takes_lines(&self) -> bool {
        self.by_lines
    }

    fn lines(&mut self, lines: &mut Lines, _: &LogicalSource) -> Result<()> {
        assert_eq!(lines.count as usize, lines.text.lines().count());
        let mut doubtful = lines.doubtful.iter().peekable();
        let mut at = 0;
        for line in lines.text.split_inclusive('\n') {
            let end = at + line.len();
            let told = doubtful.next_if(|told| told.start == at);
            assert!(told.is_none_or(|told| told.end == end));
            if told.is_none_or(|told| self.seen.insert(told.hash)) {
                self.lines.push(line.to_owned());
            }
            at = end;
        }
        assert!(doubtful.next().is_none());
        Ok(())
    }

    fn finding(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }
}

fn map(mapping: &str, tables: &Tables, by_lines: bool, threads: usize) -> (Taker, Option<Report>) {
    let plan = plan(&check(&read(mapping, "m.ttl", None).unwrap()).unwrap());
    let mut taker = Taker {
        by_lines,
        ..Taker::default()
    };
    let options = Options {
        lenient: true,
        threads,
        ..Options::default()
    };
    let report = run(&plan, tables, &mut taker, &options).ok();
    (taker, report)
}

/// Holds both ways against each other.
fn agree(mapping: &str, tables: &mut Tables) {
    let mut bytes = BTreeSet::new();
    let mut ways = BTreeSet::new();
    for (lasting, threads) in [(true, 1), (true, 3), (false, 2)] {
        tables.lasting = lasting;
        // Of a source that can be read once only, less can be told of paths that no record has.
        let (general, report) = map(mapping, tables, false, 1);
        let expected: BTreeSet<&String> = general.lines.iter().collect();
        assert!(report.is_some(), "{:?}", general.findings);
        ways.insert(general.lines.clone());
        let (taker, own) = map(mapping, tables, true, threads);
        let found: BTreeSet<&String> = taker.lines.iter().collect();
        assert_eq!(found, expected, "{mapping}\n{:?}", tables.texts);
        assert_eq!(
            found.len(),
            taker.lines.len(),
            "a line came twice\n{mapping}\n{:?}",
            tables.texts
        );
        let (mut told, mut known) = (taker.findings, general.findings.clone());
        told.sort_by_key(|finding| format!("{finding:?}"));
        known.sort_by_key(|finding| format!("{finding:?}"));
        assert_eq!(told, known);
        let (own, report) = (own.unwrap(), report.as_ref().unwrap());
        assert_eq!(own.records, report.records);
        for (own, general) in own.triples_maps.iter().zip(&report.triples_maps) {
            assert_eq!((&own.name, own.records), (&general.name, general.records));
            assert_eq!(own.statements == 0, general.statements == 0, "{}", own.name);
        }
        if lasting {
            bytes.insert(taker.lines);
        }
    }
    assert_eq!(bytes.len(), 1, "the order depends on the threads");
    assert_eq!(ways.len(), 1, "how often a source can be read matters");
}

const SUBJECTS: &[&str] = &[
    "rml:template \"http://e.x/{a}\"",
    "rml:template \"http://e.x/{a}\"",
    "rml:template \"http://e.x/{a}-{b}\"",
    "rml:template \"http://e.x/s/{a}/{b}/{c}/end\"",
    "rml:reference \"d\"",
    "rml:constant <http://e.x/one>",
    "rml:reference \"a\" ; rml:termType rml:BlankNode",
];

const OBJECTS: &[&str] = &[
    "[ rml:reference \"a\" ]",
    "[ rml:reference \"b\" ]",
    "[ rml:reference \"c\" ; rml:datatype xsd:integer ]",
    "[ rml:reference \"c\" ; rml:language \"en\" ]",
    "[ rml:template \"{a} is {b}\" ; rml:termType rml:Literal ]",
    "[ rml:template \"http://e.x/{c}\" ]",
    "[ rml:template \"http://e.x/{a}-{c}\" ]",
    "[ rml:reference \"d\" ; rml:termType rml:IRI ]",
    "[ rml:constant \"x\" ]",
    "[ rml:constant <http://e.x/K> ]",
    "[ rml:reference \"b\" ; rml:termType rml:BlankNode ]",
    "[ rml:reference \"a\" ; rml:languageMap [ rml:reference \"e\" ] ]",
];

const JOINS: &[&str] = &[
    "[ rml:child \"a\" ; rml:parent \"a\" ]",
    "[ rml:child \"b\" ; rml:parent \"c\" ]",
    "[ rml:child \"a\" ; rml:parent \"b\" ] , [ rml:child \"c\" ; rml:parent \"c\" ]",
];

const GRAPHS: &[&str] = &[
    "",
    "",
    "",
    " ; rml:graph <http://e.x/g>",
    " ; rml:graphMap [ rml:template \"http://e.x/g/{b}\" ]",
];

/// What a triples map is made of: table, subject, class, graph, and its rules as predicate, object, graph.
type Parts = (usize, usize, bool, usize, Vec<(usize, usize, usize)>);

fn mapping_text(maps: &[Parts]) -> String {
    let mut text = String::from(
        "@prefix rml: <http://w3id.org/rml/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix e: <http://e.x/> .\n",
    );
    for (number, (table, subject, class, graph, rules)) in maps.iter().enumerate() {
        let class = if *class { " ; rml:class e:C" } else { "" };
        let _ = write!(
            text,
            "<#m{number}> rml:logicalSource [ rml:source \"t{table}.csv\" ; rml:referenceFormulation rml:CSV ] ; \
             rml:subjectMap [ {}{class}{} ]",
            SUBJECTS[*subject], GRAPHS[*graph]
        );
        for (predicate, object, graph) in rules {
            let object = match OBJECTS.get(*object) {
                Some(object) => (*object).to_owned(),
                None => {
                    let number = object - OBJECTS.len();
                    let (parent, join) = (number / JOINS.len() % maps.len(), number % JOINS.len());
                    format!(
                        "[ rml:parentTriplesMap <#m{parent}> ; rml:joinCondition {} ]",
                        JOINS[join]
                    )
                }
            };
            let _ = write!(
                text,
                " ; rml:predicateObjectMap [ rml:predicate e:p{predicate} ; rml:objectMap {object}{} ]",
                GRAPHS[*graph]
            );
        }
        text.push_str(" .\n");
    }
    text
}

fn a_table() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        4 => "[0-3]".boxed(),
        1 => "[a-b]".boxed(),
        1 => Just(String::new()).boxed(),
        1 => "\"[0-1é \n]{0,3}\"".boxed(),
    ];
    let iri = prop_oneof![
        Just("http://e.x/1"),
        Just("http://e.x/2-1"),
        Just("no iri"),
        Just("")
    ];
    let tag = prop_oneof![Just("en"), Just("de"), Just("?")];
    proptest::collection::vec((cell.clone(), cell.clone(), cell, iri, tag), 0..40).prop_map(
        |rows| {
            let mut text = String::from("a,b,c,d,e\n");
            for (a, b, c, d, e) in rows {
                let _ = writeln!(text, "{a},{b},{c},{d},{e}");
            }
            text
        },
    )
}

fn some_maps() -> impl Strategy<Value = Vec<Parts>> {
    let objects = OBJECTS.len() + 9;
    let rule = (0..3_usize, 0..objects, 0..GRAPHS.len());
    let map = (
        0..2_usize,
        0..SUBJECTS.len(),
        any::<bool>(),
        0..GRAPHS.len(),
        proptest::collection::vec(rule, 0..4),
    );
    proptest::collection::vec(map, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn both_ways_make_the_same(maps in some_maps(), one in a_table(), two in a_table()) {
        let texts = BTreeMap::from([("t0.csv".to_owned(), one), ("t1.csv".to_owned(), two)]);
        agree(&mapping_text(&maps), &mut Tables { texts, lasting: true });
    }
}

/// The same rows as JSON, with numbers, `true`, lists and `null` for what looks like them.
fn as_json(table: &str) -> String {
    let rows = table.lines().skip(1).map(|line| {
        let cells = line
            .split(',')
            .zip(["a", "b", "c", "d", "e"])
            .map(|(cell, name)| {
                let value = match cell {
                    "" => "null".to_owned(),
                    "0" => "[\"0\", 1]".to_owned(),
                    "3" => "1.50".to_owned(),
                    "b" => "true".to_owned(),
                    "1" | "2" => cell.to_owned(),
                    _ => format!("\"{}\"", cell.replace('"', "")),
                };
                format!("\"{name}\": {value}")
            });
        format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(",\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn both_ways_make_the_same_of_json(maps in some_maps(), one in a_table(), two in a_table()) {
        let texts = BTreeMap::from([("t0.json".to_owned(), as_json(&one)), ("t1.json".to_owned(), as_json(&two))]);
        let mut mapping = mapping_text(&maps)
            .replace(".csv", ".json")
            .replace("rml:CSV", "rml:JSONPath ; rml:iterator \"$[*]\"");
        for name in ["a", "b", "c", "d", "e"] {
            mapping = mapping.replace(&format!("{{{name}}}"), &format!("{{$.{name}}}")).replace(&format!("\"{name}\""), &format!("\"$.{name}\""));
        }
        agree(&mapping, &mut Tables { texts, lasting: true });
    }
}

#[test]
fn a_join_of_a_repeating_subject_does_not_explode() {
    let mut table = String::from("a,b,c,d,e\n");
    for number in 0..4_000 {
        let _ = writeln!(table, "{},{number},x,y,z", number % 3);
    }
    let texts = BTreeMap::from([("t0.csv".to_owned(), table)]);
    let mapping = mapping_text(&[
        (0, 0, true, 0, vec![(0, OBJECTS.len() + 3, 0)]),
        (0, 2, false, 0, vec![]),
    ]);
    let mut tables = Tables {
        texts,
        lasting: true,
    };
    let (taker, report) = map(&mapping, &tables, true, 2);
    assert_eq!(taker.lines.len(), 3 + 4_000);
    // A line for each pair is made once; only the class is made again for every record.
    assert_eq!(report.unwrap().statements, 8_000);
    tables
        .texts
        .values_mut()
        .for_each(|text| text.truncate(1_000));
    tables
        .texts
        .values_mut()
        .for_each(|text| text.truncate(text.rfind('\n').unwrap() + 1));
    agree(&mapping, &mut tables);
}
