//! Tests of the store as a whole. With the feature `rocksdb` they run against disk stores.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxigraph::sparql::{CancellationToken, QueryResults};
use spargebra::SparqlParser;
use tempfile::TempDir;

use super::files::fault::{self, Fault};
use super::*;
use crate::diagnostic::{Diagnostics, Status};
use crate::record::{Origin, RecordKey};

/// A statement of a test: terms without brackets, the line its record stands in.
type Line = (&'static str, &'static str, &'static str, u32);

const RIVERS: &[Line] = &[
    (
        "<http://e/volga>",
        "<http://e/length>",
        "\"3530\"^^<http://www.w3.org/2001/XMLSchema#integer>",
        2,
    ),
    ("<http://e/volga>", "<http://e/name>", "\"Волга\"@ru", 2),
    (
        "<http://e/ural>",
        "<http://e/name>",
        "\"Урал \\\"Яик\\\"\"@ru",
        3,
    ),
];
const LAKES: &[Line] = &[
    ("<http://e/aral>", "<http://e/name>", "\"Aral\"", 5),
    ("<http://e/volga>", "<http://e/name>", "\"Волга\"@ru", 6),
];

fn folder() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join(".factmill"));
    (folder, store)
}

fn origin(file: &str, line: u32) -> Origin {
    Origin {
        file: file.into(),
        line,
        column: 1,
        ..Origin::default()
    }
}

fn record(file: &str, line: u32) -> SourceRecord {
    SourceRecord {
        key: RecordKey {
            hash: u128::from(line) << 70,
            occurrence: 0,
        },
        origin: origin(file, line),
        quote: Some(format!("line {line} of {file}").into()),
        passage: None,
    }
}

fn rule() -> Rule {
    Rule {
        name: "http://e/map#Names".to_owned(),
        file: "map.rml.ttl".to_owned(),
        line: 7,
        column: 3,
    }
}

fn add(part: &mut PartBuilder, file: &str, &(subject, predicate, object, line): &Line) {
    let rule = part.rule(&rule());
    let record = part.record(&record(file, line));
    part.add(
        Statement {
            subject,
            predicate,
            object,
            graph: None,
        },
        DerivationEntry {
            rule,
            records: &[record],
            places: &[Origin {
                cell: Some("name".into()),
                column: 9,
                ..origin(file, line)
            }],
            inferred: None,
        },
    );
}

fn fill(build: &mut Build, parts: &[(&str, &[Line])]) {
    for (name, lines) in parts {
        for line in *lines {
            add(build.part(name), name, line);
        }
    }
}

fn info(parts: &[(&str, &[Line])]) -> BuildInfo {
    BuildInfo {
        sources: parts
            .iter()
            .map(|(name, lines)| SourceStamp {
                path: (*name).to_owned(),
                hash: format!("{:x}", lines.len()),
                size: 10,
            })
            .collect(),
        prefixes: BTreeMap::from([("e".to_owned(), "http://e/".to_owned())]),
        base: Some("http://e/".to_owned()),
    }
}

fn built(store: &Store, parts: &[(&str, &[Line])]) -> Result<GenerationInfo> {
    let mut build = store.begin("build --quiet")?;
    fill(&mut build, parts);
    build.finish(info(parts))
}

fn code(fault: &Diagnostics) -> String {
    fault.0[0].code.to_string()
}

fn damaged() -> String {
    codes::STORE_DAMAGED.to_string()
}

fn lines(generation: &Generation) -> Vec<String> {
    generation.statements().unwrap().collect()
}

fn statement((subject, predicate, object, _): Line) -> Statement<'static> {
    Statement {
        subject,
        predicate,
        object,
        graph: None,
    }
}

/// Returns every file below a folder with its bytes, but the lock.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(snapshot(&path));
        } else if path.file_name().unwrap() != "lock" {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Returns the snapshot without disk stores, whose bytes RocksDB makes differently each time.
fn own_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    snapshot(folder)
        .into_iter()
        .map(|(path, bytes)| (path.strip_prefix(folder).unwrap().to_owned(), bytes))
        .filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "disk"))
        .collect()
}

fn ask(graph: &Graph, query: &str) -> usize {
    let query = SparqlParser::new().parse_query(query).unwrap();
    match graph.evaluate(query, Vec::new(), CancellationToken::new()) {
        Ok(QueryResults::Solutions(solutions)) => {
            solutions.inspect(|row| assert!(row.is_ok())).count()
        }
        _ => panic!("no solutions"),
    }
}

#[test]
fn what_is_built_is_read_back() {
    let (_folder, store) = folder();
    let parts = [("rivers.csv", RIVERS), ("lakes.csv", LAKES)];
    let info = built(&store, &parts).unwrap();
    assert_eq!((info.statements, info.derivations), (4, 5));
    assert_eq!((info.new_parts, info.reused_parts), (2, 0));
    assert!(!info.unchanged && info.previous.is_none() && info.findings.is_empty());

    let generation = store.current().unwrap();
    assert_eq!(generation.id(), info.id);
    assert_eq!(generation.base(), Some("http://e/"));
    assert_eq!(generation.prefixes()["e"], "http://e/");
    let sources: Vec<&str> = generation
        .sources()
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(sources, ["lakes.csv", "rivers.csv"]);
    let parts: Vec<_> = generation.parts().collect();
    assert_eq!(parts, [("lakes.csv", 2, 2), ("rivers.csv", 3, 3)]);
    assert_eq!(
        lines(&generation),
        [
            "<http://e/aral> <http://e/name> \"Aral\"",
            "<http://e/ural> <http://e/name> \"Урал \\\"Яик\\\"\"@ru",
            "<http://e/volga> <http://e/length> \"3530\"^^<http://www.w3.org/2001/XMLSchema#integer>",
            "<http://e/volga> <http://e/name> \"Волга\"@ru",
        ]
    );
    assert_eq!(generation.graph(Scope::Facts).unwrap().len().unwrap(), 4);
    generation.verify().unwrap();
}

#[test]
fn a_query_over_everything_finds_where_a_statement_came_from() {
    let (_folder, store) = folder();
    built(&store, &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)]).unwrap();
    let graph = store.current().unwrap().graph(Scope::All).unwrap();
    let where_from = "PREFIX fm: <https://w3id.org/factmill/ns#> \
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#> \
        SELECT * { GRAPH fm:provenance { << <http://e/volga> <http://e/name> \"Волга\"@ru >> \
        prov:wasDerivedFrom ?record ; fm:rule [ fm:triplesMap <http://e/map#Names> ] ; fm:ruleLine 7 ; fm:valueAt ?at . \
        ?record fm:line ?line ; oa:exact ?quote ; oa:hasSource ?source . ?source fm:path ?path } }";
    assert_eq!(ask(&graph, where_from), 2);
    assert_eq!(ask(&graph, "SELECT * { ?s ?p ?o }"), 4);
    let reifiers = "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> \
        SELECT * { GRAPH ?g { ?d rdf:reifies ?t } }";
    assert_eq!(ask(&graph, reifiers), 5);
}

#[test]
fn a_derivation_keeps_all_it_was_told() {
    let (_folder, store) = folder();
    let mut build = store.begin("build").unwrap();
    let part = build.part("people.csv");
    let rule_id = part.rule(&rule());
    let child = SourceRecord {
        key: RecordKey {
            hash: u128::MAX,
            occurrence: 3,
        },
        origin: Origin {
            row: Some(12),
            cell: Some("who".into()),
            pointer: Some("/a/0".into()),
            ..origin("people.csv", 14)
        },
        quote: None,
        passage: Some(Passage {
            origin: origin("text.txt", 40),
            quote: "so it was".into(),
            occurrence: 2,
        }),
    };
    let parent = record("towns.csv", 2);
    let records = [part.record(&child), part.record(&parent)];
    let places = [origin("people.csv", 14), origin("towns.csv", 2)];
    let told = Statement {
        subject: "<http://e/s>",
        predicate: "<http://e/p>",
        object: "_:b",
        graph: Some("<http://e/g>"),
    };
    let entry = DerivationEntry {
        rule: rule_id,
        records: &records,
        places: &places,
        inferred: Some("the year is that of the sentence before"),
    };
    part.add(told, entry);
    // Told again, it is still one derivation.
    part.add(told, entry);
    let info = build.finish(BuildInfo::default()).unwrap();
    assert_eq!((info.statements, info.derivations), (1, 1));

    let generation = store.current().unwrap();
    let expected = Derivation {
        rule: rule(),
        records: vec![child, parent],
        places: places.to_vec(),
        inferred: Some("the year is that of the sentence before".to_owned()),
    };
    assert_eq!(generation.derivations(told).unwrap(), [expected]);
    let elsewhere = Statement {
        graph: None,
        ..told
    };
    assert!(generation.derivations(elsewhere).unwrap().is_empty());
    let graph = generation.graph(Scope::All).unwrap();
    let passages = "PREFIX fm: <https://w3id.org/factmill/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> \
        SELECT * { GRAPH fm:provenance { ?d prov:wasDerivedFrom ?q ; fm:inGraph <http://e/g> ; \
        fm:inferred ?why . ?q a fm:Passage ; fm:line 40 } }";
    assert_eq!(ask(&graph, passages), 1);
}

#[test]
fn a_statement_is_found_by_its_value_too() {
    let (_folder, store) = folder();
    const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
    let written = "\"007\"^^<http://www.w3.org/2001/XMLSchema#integer>";
    built(
        &store,
        &[("a", &[("<http://e/a>", "<http://e/b>", written, 4)])],
    )
    .unwrap();
    let generation = store.current().unwrap();
    let object = format!("\"7\"^^<{INTEGER}>");
    let asked = |object: &str| {
        generation
            .derivations(Statement {
                subject: "<http://e/a>",
                predicate: "<http://e/b>",
                object,
                graph: None,
            })
            .unwrap()
            .len()
    };
    assert_eq!(asked(written), 1);
    assert_eq!(asked(&object), 1);
    assert_eq!(asked(&format!("\"8\"^^<{INTEGER}>")), 0);
    assert_eq!(asked("\"not closed"), 0);
}

#[test]
fn the_order_of_input_does_not_matter() {
    let ((one, first), (other, second)) = (folder(), folder());
    let parts: &[(&str, &[Line])] = &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)];
    let in_order = built(&first, parts).unwrap();
    let (mut rivers, mut lakes) = (RIVERS.to_vec(), LAKES.to_vec());
    rivers.reverse();
    rivers.extend(RIVERS);
    lakes.reverse();
    let mut build = second.begin("build").unwrap();
    fill(
        &mut build,
        &[("lakes.csv", &lakes), ("rivers.csv", &rivers)],
    );
    let mut description = info(parts);
    description.sources.reverse();
    let shuffled = build.finish(description).unwrap();
    assert_eq!(in_order.id, shuffled.id);
    assert_eq!(own_files(one.path()), own_files(other.path()));
}

#[test]
fn a_record_told_in_two_ways_is_the_same_whichever_comes_first() {
    let ((one, first), (other, second)) = (folder(), folder());
    let mut early = record("rivers.csv", 2);
    early.quote = Some("as it stands".into());
    let mut late = early.clone();
    late.origin.line = 1000;
    for (store, order) in [(&first, [&early, &late]), (&second, [&late, &early])] {
        let mut build = store.begin("build").unwrap();
        let part = build.part("rivers.csv");
        for record in order {
            part.record(record);
        }
        add(part, "rivers.csv", &RIVERS[0]);
        build.finish(BuildInfo::default()).unwrap();
    }
    assert_eq!(own_files(one.path()), own_files(other.path()));
    let found = first.current().unwrap().derivations(statement(RIVERS[0]));
    assert_eq!(found.unwrap()[0].records, [early]);
}

#[test]
fn nothing_changes_when_nothing_has_changed() {
    let (folder, store) = folder();
    let parts = [("rivers.csv", RIVERS), ("lakes.csv", LAKES)];
    let first = built(&store, &parts).unwrap();
    let before = own_files(folder.path());
    let again = built(&store, &parts).unwrap();
    assert!(again.unchanged);
    assert_eq!(again.id, first.id);
    assert_eq!((again.new_parts, again.reused_parts), (0, 2));
    assert_eq!(before, own_files(folder.path()));
}

#[test]
fn a_statement_goes_with_its_last_derivation() {
    let (folder, store) = folder();
    let volga = statement(LAKES[1]);
    built(&store, &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)]).unwrap();
    assert_eq!(
        store.current().unwrap().derivations(volga).unwrap().len(),
        2
    );

    let info = built(
        &store,
        &[("rivers.csv", &RIVERS[2..]), ("lakes.csv", LAKES)],
    )
    .unwrap();
    assert_eq!((info.new_parts, info.reused_parts), (1, 1));
    assert_eq!(
        store.current().unwrap().derivations(volga).unwrap().len(),
        1
    );

    built(
        &store,
        &[("rivers.csv", &RIVERS[2..]), ("lakes.csv", &LAKES[..1])],
    )
    .unwrap();
    let generation = store.current().unwrap();
    assert!(generation.derivations(volga).unwrap().is_empty());
    assert_eq!(lines(&generation).len(), 2);
    // Two generations are kept: four different parts of facts, one of them shared.
    let kept = own_files(folder.path());
    let count = |ending| {
        kept.keys()
            .filter(|path| path.extension().is_some_and(|it| it == ending))
            .count()
    };
    assert_eq!((count("nq"), count("origins"), count("json")), (3, 3, 2));
}

#[test]
fn rolling_back_twice_returns() {
    let (_folder, store) = folder();
    assert_eq!(
        code(&store.rollback().unwrap_err()),
        codes::NO_GRAPH.to_string()
    );
    let first = built(&store, &[("rivers.csv", RIVERS)]).unwrap();
    assert_eq!(
        code(&store.rollback().unwrap_err()),
        codes::NO_PREVIOUS.to_string()
    );
    assert_eq!(
        code(&store.previous().unwrap_err()),
        codes::NO_PREVIOUS.to_string()
    );
    let second = built(&store, &[("lakes.csv", LAKES)]).unwrap();
    assert_eq!(second.previous.as_ref(), Some(&first.id));
    assert_eq!(store.previous().unwrap().id(), first.id);

    let back = store.rollback().unwrap();
    assert_eq!(
        (&back.id, back.previous.as_ref()),
        (&first.id, Some(&second.id))
    );
    assert_eq!(store.current().unwrap().statement_count(), 3);
    let forth = store.rollback().unwrap();
    assert_eq!(forth.id, second.id);
    assert_eq!(store.current().unwrap().statement_count(), 2);
    // A build after a rollback keeps what was rolled back to.
    store.rollback().unwrap();
    let third = built(&store, &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)]).unwrap();
    assert_eq!(third.previous, Some(first.id));
}

#[test]
fn without_a_build_there_is_no_graph() {
    let (folder, store) = folder();
    let fault = store.current().unwrap_err();
    assert_eq!(code(&fault), codes::NO_GRAPH.to_string());
    assert_eq!(fault.status(), Status::Input);
    assert!(fault.0[0].hints[0].contains("factmill build"));
    assert!(!folder.path().join(".factmill").exists());
    // A build that is dropped leaves no graph either.
    drop(store.begin("build").unwrap());
    assert_eq!(
        code(&store.current().unwrap_err()),
        codes::NO_GRAPH.to_string()
    );
}

#[test]
fn an_empty_build_is_a_generation() {
    let (_folder, store) = folder();
    let info = built(&store, &[("rivers.csv", &[])]).unwrap();
    assert_eq!(info.statements, 0);
    let generation = store.current().unwrap();
    assert_eq!(generation.parts().len(), 0);
    assert!(generation.graph(Scope::Facts).unwrap().is_empty().unwrap());
}

#[test]
fn a_second_build_is_told_who_holds_the_lock() {
    let (_folder, store) = folder();
    built(&store, &[("rivers.csv", RIVERS)]).unwrap();
    let build = store.begin("build --strict").unwrap();
    for fault in [
        store.begin("build").unwrap_err(),
        built(&store, &[("lakes.csv", LAKES)]).unwrap_err(),
    ] {
        assert_eq!(fault.status(), Status::Locked);
        let message = &fault.0[0].message;
        assert!(
            message.contains(&std::process::id().to_string()),
            "{message}"
        );
        assert!(message.contains("factmill build --strict"), "{message}");
    }
    // Readers are not in its way.
    assert_eq!(store.current().unwrap().statement_count(), 3);
    drop(build);
    store.begin("build").unwrap();
}

#[test]
fn readers_keep_what_they_opened() {
    let (_folder, store) = folder();
    built(&store, &[("rivers.csv", RIVERS)]).unwrap();
    let old = store.current().unwrap();
    let mut build = store.begin("build").unwrap();
    fill(&mut build, &[("lakes.csv", LAKES)]);
    assert_eq!(store.current().unwrap().id(), old.id());
    build.finish(BuildInfo::default()).unwrap();
    assert_ne!(store.current().unwrap().id(), old.id());
    assert_eq!(lines(&old).len(), 3);
    assert_eq!(old.graph(Scope::Facts).unwrap().len().unwrap(), 3);
    // After one more change it is gone, and that is said as it is.
    built(&store, &[("lakes.csv", &LAKES[..1])]).unwrap();
    let fault = old.derivations(statement(RIVERS[0])).unwrap_err();
    assert_eq!(code(&fault), codes::NO_GRAPH.to_string());
    assert!(old.graph(Scope::Facts).is_err());
}

/// Builds over a sound generation with a fault after each number of steps, until none is met.
fn with_faults(fault: Fault) {
    let old_parts: &[(&str, &[Line])] = &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)];
    let new_parts: &[(&str, &[Line])] = &[("rivers.csv", &RIVERS[1..]), ("seas.csv", LAKES)];
    let mut failures = 0;
    for steps in 0.. {
        let (folder, store) = folder();
        let old = built(&store, old_parts).unwrap();
        let before = own_files(folder.path());
        let (result, met) = fault::with(steps, fault, || built(&store, new_parts));
        if !met {
            assert!(result.is_ok());
            assert!(failures > 20, "only {failures} steps can fail");
            return;
        }
        let current = store.current().unwrap();
        current.verify().unwrap();
        if let Err(error) = &result {
            failures += 1;
            assert_eq!(error.status(), Status::System, "{error}");
            assert!(
                error.0[0].message.contains("No space left on device"),
                "{error}"
            );
        }
        // Once the pointer is renamed a build may fail, but what it made is whole.
        if current.id() == old.id {
            assert_eq!(lines(&current).len(), 4);
            if fault == Fault::DiskFull {
                assert_eq!(before, own_files(folder.path()), "after {steps} steps");
            }
        } else {
            assert_eq!(lines(&current).len(), 3);
        }
        // The next build succeeds and leaves just what a build without a fault leaves.
        built(&store, new_parts).unwrap();
        let (clean, other) = self::folder();
        built(&other, old_parts).unwrap();
        built(&other, new_parts).unwrap();
        assert_eq!(
            own_files(clean.path()),
            own_files(folder.path()),
            "after {steps} steps"
        );
        assert_eq!(store.rollback().unwrap().id, old.id);
    }
}

#[test]
fn a_full_disk_at_any_step_leaves_the_old_graph() {
    with_faults(Fault::DiskFull);
}

#[test]
fn a_build_killed_at_any_step_leaves_the_old_graph() {
    with_faults(Fault::Killed);
}

#[test]
fn a_folder_that_cannot_be_made_is_a_failed_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "not a folder").unwrap();
    for place in [path.clone(), path.join("below")] {
        let fault = Store::at(place).begin("build").unwrap_err();
        assert_eq!(fault.status(), Status::System);
        assert!(!fault.0[0].hints.is_empty());
    }
}

#[test]
fn a_statement_that_cannot_be_read_back_is_refused() {
    let (_folder, store) = folder();
    let old = built(&store, &[("rivers.csv", RIVERS)]).unwrap();
    let hostile: &[Line] = &[
        ("<http://e/a>", "<http://e/b>", "\"not closed", 1),
        (
            "<http://e/a>",
            "<http://e/b>",
            "\"two\" .\n<http://e/c> <http://e/d> \"lines\"",
            1,
        ),
        ("", "", "", 1),
        ("<http://e/a>", "_:b", "<http://e/c>", 1),
    ];
    for line in hostile {
        let fault = built(&store, &[("lakes.csv", LAKES), ("bad.csv", &[*line])]).unwrap_err();
        assert_eq!(code(&fault), codes::BAD_VALUE.to_string(), "{line:?}");
        assert!(fault.0[0].message.contains("bad.csv"));
        assert_eq!(store.current().unwrap().id(), old.id);
    }
}

#[test]
fn damage_is_seen_and_mended() {
    let parts: &[(&str, &[Line])] = &[("rivers.csv", RIVERS), ("lakes.csv", LAKES)];
    let (folder, store) = folder();
    built(&store, &[("lakes.csv", LAKES)]).unwrap();
    let info = built(&store, parts).unwrap();
    let current = store.current().unwrap();
    let needed: Vec<PathBuf> = snapshot(folder.path())
        .into_keys()
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = String::from_utf8(
                fs::read(
                    folder
                        .path()
                        .join(".factmill/generations")
                        .join(format!("{}.json", info.id)),
                )
                .unwrap(),
            )
            .unwrap();
            let stem = name.split('.').next().unwrap_or_default();
            name == "current" || stem == info.id || (stem.len() == 64 && text.contains(stem))
        })
        .collect();
    // The pointer, the manifest, three files for each of two parts; two of those that hold no object are the same.
    assert!((7..=8).contains(&needed.len()), "{}", needed.len());
    let truth = (
        lines(&current),
        current.derivations(statement(RIVERS[0])).unwrap(),
    );
    // Where there are disk stores, both are made by now.
    let all = current.graph(Scope::All).unwrap();
    assert_eq!(ask(&all, "SELECT * { ?s ?p ?o }"), truth.0.len());
    drop(all);
    for path in &needed {
        let whole = fs::read(path).unwrap();
        let mut wounds: Vec<Option<Vec<u8>>> = vec![None, Some(Vec::new())];
        for at in (0..whole.len()).step_by(1 + whole.len() / 97) {
            wounds.push(Some(whole[..at].to_vec()));
            for bit in [0, 2, 7] {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                wounds.push(Some(flipped));
            }
        }
        wounds.push(Some([whole.as_slice(), b"x"].concat()));
        wounds.push(Some(vec![0; whole.len()]));
        for wound in wounds {
            match &wound {
                None => fs::remove_file(path).unwrap(),
                Some(bytes) => fs::write(path, bytes).unwrap(),
            }
            let fault = match store.current() {
                Ok(generation) => {
                    // Whatever is read is true or an error.
                    if let Ok(found) = generation.derivations(statement(RIVERS[0])) {
                        assert_eq!(found, truth.1);
                    }
                    if let Ok(found) = generation.statements() {
                        assert_eq!(found.collect::<Vec<_>>(), truth.0);
                    }
                    if let Ok(graph) = generation.graph(Scope::All) {
                        assert_eq!(ask(&graph, "SELECT * { ?s ?p ?o }"), truth.0.len());
                    }
                    // A wound in the pointer may only hit the way back.
                    match generation.verify() {
                        Ok(()) => store.previous().unwrap_err(),
                        Err(fault) => fault,
                    }
                }
                Err(fault) => fault,
            };
            // A flipped version may also look like that of a later factmill.
            if code(&fault) != codes::STORE_NEWER.to_string() {
                assert_eq!(code(&fault), damaged(), "{fault}");
                assert_eq!(fault.status(), Status::Damaged);
                assert!(fault.0[0].place.is_some() && !fault.0[0].hints.is_empty());
            }
            fs::write(path, &whole).unwrap();
        }
        // A build mends it from the sources.
        fs::write(path, b"broken").unwrap();
        let mended = built(&store, parts).unwrap();
        assert_eq!(mended.id, info.id);
        store.current().unwrap().verify().unwrap();
        assert_eq!(&fs::read(path).unwrap()[..8], &whole[..8]);
    }
}

#[test]
fn a_store_of_a_later_version_is_left_alone() {
    let (folder, store) = folder();
    built(&store, &[("rivers.csv", RIVERS)]).unwrap();
    let current = folder.path().join(".factmill/current");
    let text = fs::read_to_string(&current)
        .unwrap()
        .replace("store 1", "store 2");
    fs::write(&current, &text).unwrap();
    let before = snapshot(folder.path());
    assert_eq!(
        code(&store.current().unwrap_err()),
        codes::STORE_NEWER.to_string()
    );
    assert_eq!(
        code(&store.begin("build").unwrap_err()),
        codes::STORE_NEWER.to_string()
    );
    assert_eq!(before, snapshot(folder.path()));
}

#[test]
fn thousands_of_statements_are_found_one_by_one() {
    let (_folder, store) = folder();
    let mut build = store.begin("build").unwrap();
    let part = build.part("table.csv");
    let rule = part.rule(&rule());
    for number in 0..3000_u32 {
        let record = part.record(&record("table.csv", number + 2));
        part.add(
            Statement {
                subject: &format!("<http://e/{number}>"),
                predicate: "<http://e/p>",
                object: &format!("\"{}\"", number % 7),
                graph: None,
            },
            DerivationEntry {
                rule,
                records: &[record],
                places: &[],
                inferred: None,
            },
        );
    }
    let info = build.finish(BuildInfo::default()).unwrap();
    assert_eq!(info.statements, 3000);
    let generation = store.current().unwrap();
    for number in (0..3000_u32).step_by(37) {
        let found = generation
            .derivations(Statement {
                subject: &format!("<http://e/{number}>"),
                predicate: "<http://e/p>",
                object: &format!("\"{}\"", number % 7),
                graph: None,
            })
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].records[0].origin.line, number + 2);
        let quote: Arc<str> = format!("line {} of table.csv", number + 2).into();
        assert_eq!(found[0].records[0].quote, Some(quote));
    }
    // 5 quads a record, 4 a derivation, 4 the rule.
    let all = generation.graph(Scope::All).unwrap();
    assert_eq!(all.len().unwrap(), 3000 * (1 + 5 + 4) + 4);
}

#[test]
fn many_statements_of_many_parts_are_asked_for_as_one_is() {
    let (_folder, store) = folder();
    let number = "^^<http://www.w3.org/2001/XMLSchema#integer>";
    let subjects: Vec<String> = (0..300).map(|n| format!("<http://e/{n}>")).collect();
    let mut build = store.begin("build").unwrap();
    for (index, subject) in subjects.iter().enumerate() {
        // Parts of different sizes, and every tenth statement is in two of them.
        let value = format!("\"0{index}\"{number}");
        let homes = [index % 7, (index + 1) % 7];
        for home in &homes[..1 + usize::from(index % 10 == 0)] {
            let name = format!("part-{}.csv", home.min(&4));
            let part = build.part(&name);
            let rule = part.rule(&rule());
            let record = part.record(&record(&name, u32::try_from(index).unwrap() + 2));
            part.add(
                Statement {
                    subject,
                    predicate: "<http://e/p>",
                    object: &value,
                    graph: None,
                },
                DerivationEntry {
                    rule,
                    records: &[record],
                    places: &[],
                    inferred: None,
                },
            );
        }
    }
    build.finish(BuildInfo::default()).unwrap();
    let generation = store.current().unwrap();
    // As written, by value, of another value, and twice.
    let objects: Vec<String> = (0..300)
        .map(|n| match n % 3 {
            0 => format!("\"{n}\"{number}"),
            1 => format!("\"0{n}\"{number}"),
            _ => format!("\"1{n}\"{number}"),
        })
        .collect();
    let mut asked: Vec<Statement<'_>> = subjects
        .iter()
        .zip(&objects)
        .map(|(subject, object)| Statement {
            subject,
            predicate: "<http://e/p>",
            object,
            graph: None,
        })
        .collect();
    asked.extend_from_within(..30);
    let together = generation.derivations_of(&asked).unwrap();
    for (index, (statement, found)) in asked.iter().zip(&together).enumerate() {
        assert_eq!(generation.derivations(*statement).unwrap(), *found);
        assert_eq!(found.is_empty(), index % 300 % 3 == 2, "{statement:?}");
    }
    assert_eq!(together[0].len(), 2);
}
