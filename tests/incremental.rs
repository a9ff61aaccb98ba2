//! A build after an edit is the build of a clean start, and takes over what the edit left alone.

use std::fs;
use std::path::Path;

use factmill::engine::{BuildOptions, BuildReport};
use factmill::project::Project;

const MAPPING: &str = r#"
@prefix rml: <http://w3id.org/rml/> .
@prefix fm: <https://w3id.org/factmill/ns#> .
@prefix ex: <http://example.org/> .
<#rows> rml:source [ rml:path "data/rows.csv" ; rml:null "" ] ; rml:referenceFormulation rml:CSV .
<#Row> a rml:TriplesMap ; rml:logicalSource <#rows> ;
    rml:subjectMap [ rml:template "http://example.org/row/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate ex:text ; rml:objectMap [ rml:reference "text" ] ] ,
        [ rml:predicate ex:city ; rml:objectMap [ rml:functionExecution <#city> ; rml:termType rml:IRI ] ] .
<#city> rml:function fm:concat ; rml:input
    [ rml:parameter fm:value ; rml:inputValue "http://example.org/city/" ] ,
    [ rml:parameter fm:value ; rml:inputValueMap [
        rml:functionExecution [ rml:function fm:slug ; rml:input [ rml:parameter fm:value ; rml:inputValueMap [ rml:reference "city" ] ] ] ] ] .
"#;

struct Table {
    rows: Vec<String>,
}

impl Table {
    fn new(rows: usize) -> Self {
        let filler = "x".repeat(60);
        let row = |n: usize| format!("{n},\"Row, {n}\nof {filler}\",City {}", n % 90);
        Self {
            rows: (0..rows).map(row).collect(),
        }
    }

    fn write(&self, project: &Path) {
        let text = format!("id,text,city\n{}\n", self.rows.join("\n"));
        fs::write(project.join("data/rows.csv"), text).unwrap();
    }
}

fn project(folder: &Path) -> Project {
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(
        folder.join("factmill.toml"),
        "name = \"rows\"\nbase = \"http://example.org/\"\n",
    )
    .unwrap();
    fs::write(folder.join("data/rows.rml.ttl"), MAPPING).unwrap();
    Project::open(folder).unwrap()
}

fn build(project: &Project) -> BuildReport {
    project.build(&BuildOptions::default()).unwrap()
}

/// The identity of a generation is a hash over its parts, so equal identities are equal graphs, origins included.
fn clean(table: &Table) -> BuildReport {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    table.write(folder.path());
    build(&project)
}

#[test]
fn an_edited_table_gives_the_graph_of_a_clean_build() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    let mut table = Table::new(6_000);
    table.write(folder.path());
    let first = build(&project);
    assert!(first.info.new_parts > 3, "{:?}", first.info);
    // A small generator with a fixed seed; what matters is that places and kinds of edits vary.
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for step in 0..12 {
        let at = random(table.rows.len());
        match step % 6 {
            0 => table.rows[at] = table.rows[at].replace("Row", "Edited row"),
            1 => table.rows.insert(0, format!("new{step},first,City 1")),
            2 => {
                table.rows.remove(0);
            }
            3 => table.rows.insert(at, table.rows[random(at + 1)].clone()),
            4 => {
                table.rows.remove(at);
            }
            _ => table.rows.push(format!("last{step},,City 2")),
        }
        table.write(folder.path());
        let after = build(&project);
        let clean = clean(&table);
        assert_eq!(
            (after.info.id, after.info.statements),
            (clean.info.id, clean.info.statements),
            "step {step}"
        );
        assert_eq!(after.findings, clean.findings, "step {step}");
        assert!(
            after.info.reused_parts > after.info.new_parts,
            "step {step}: {} of {}",
            after.info.reused_parts,
            after.info.new_parts
        );
    }
}

#[test]
fn findings_stand_where_the_whole_table_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    let mut table = Table::new(6_000);
    table.rows[4_321] = "4321,too,many,cells".to_owned();
    table.write(folder.path());
    for _ in 0..2 {
        let report = build(&project);
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        // Each row but the broken one takes two lines, and the header one.
        assert_eq!(
            report.findings[0].place.as_ref().unwrap().line,
            Some(1 + 4_321 * 2 + 1)
        );
    }
}

#[test]
fn names_that_clash_over_pieces_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    let mut table = Table::new(6_000);
    table.rows[10] = "10,x,St. John's".to_owned();
    table.rows[5_990] = "5990,x,St Johns".to_owned();
    table.write(folder.path());
    let report = build(&project);
    assert!(
        report
            .findings
            .iter()
            .any(|one| one.code == factmill::diagnostic::codes::SLUG_CLASH),
        "{:?}",
        report.findings
    );
    table.rows.remove(10);
    table.write(folder.path());
    assert_eq!(build(&project).findings, Vec::new());
}

#[test]
fn a_changed_mapping_maps_all_again() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    Table::new(6_000).write(folder.path());
    let first = build(&project);
    fs::write(
        folder.path().join("data/rows.rml.ttl"),
        MAPPING.replace("ex:text ;", "ex:words ;"),
    )
    .unwrap();
    let second = build(&project);
    assert_eq!(
        (second.info.reused_parts, second.info.statements),
        (0, first.info.statements)
    );
}

#[test]
fn places_are_those_of_the_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    let table = Table::new(6_000);
    table.write(folder.path());
    build(&project);
    let statement = factmill::store::Statement {
        subject: "<http://example.org/row/5555>",
        predicate: "<http://example.org/city>",
        object: "<http://example.org/city/city-65>",
        graph: None,
    };
    let derivations = project
        .generation()
        .unwrap()
        .derivations(statement)
        .unwrap();
    let record = &derivations[0].records[0].origin;
    assert_eq!((record.line, record.row), (1 + 5_555 * 2 + 1, Some(5_556)));
}

#[test]
fn a_watched_project_is_built_again_after_a_save() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let mut table = Table::new(3);
    table.write(folder.path());
    let mut child = crate::support::command(folder.path(), &["build", "--watch"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, lines) = std::sync::mpsc::channel();
    let talk = BufReader::new(child.stderr.take().unwrap());
    std::thread::spawn(move || {
        talk.lines()
            .map_while(Result::ok)
            .try_for_each(|line| sender.send(line))
    });
    let wait = |wanted: &str| {
        let mut said = Vec::new();
        while let Ok(line) = lines.recv_timeout(std::time::Duration::from_secs(60)) {
            said.push(line);
            if said.iter().any(|line| line.contains(wanted))
                && said.iter().any(|line| line.contains("Waiting"))
            {
                return;
            }
        }
        panic!("{wanted} was not said: {said:?}");
    };
    wait("6 statements");
    table.rows.push("3,more,City 9".to_owned());
    table.write(folder.path());
    wait("8 statements");
    // A mapping that cannot be read is told, and mended.
    fs::write(folder.path().join("data/rows.rml.ttl"), "@prefix").unwrap();
    wait("FM0201");
    fs::write(folder.path().join("data/rows.rml.ttl"), MAPPING).unwrap();
    wait("8 statements");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn damaged_parts_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    let mut table = Table::new(6_000);
    table.write(folder.path());
    let first = build(&project);
    // Same length, other content: a fault that sizes do not show.
    for entry in fs::read_dir(folder.path().join(".factmill/parts")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "origins") {
            let mut bytes = fs::read(&path).unwrap();
            bytes.iter_mut().for_each(|byte| *byte ^= 0x5a);
            fs::write(&path, bytes).unwrap();
        }
    }
    table.rows[0].push_str(" and more");
    table.write(folder.path());
    let second = build(&project);
    assert_eq!(second.info.id, clean(&table).info.id);
    assert_ne!(second.info.id, first.info.id);
    project.generation().unwrap().verify().unwrap();
}

#[test]
fn a_difference_of_many_statements_is_told_with_the_row_of_each_and_a_patch_without() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path());
    Table::new(3_000).write(folder.path());
    let _ = build(&project);
    let changed = MAPPING.replace("ex:text", "ex:words");
    fs::write(folder.path().join("data/rows.rml.ttl"), changed).unwrap();
    assert!(build(&project).info.new_parts > 2);
    let diff = |format: &str, status: i32| {
        let run = crate::support::run_in(folder.path(), &["diff", "--format", format], "");
        run.expect(status)
    };
    let text = diff("text", 1);
    // Two lines each row of the table, after the header.
    for row in [0_usize, 1_234, 2_999] {
        let entity = text
            .split_once(&format!("<http://example.org/row/{row}>\n"))
            .and_then(|(_, rest)| rest.split("\n\n").next())
            .unwrap();
        let line = format!("data/rows.csv:{}\n", 2 * row + 2);
        assert_eq!(entity.matches(&line).count(), 2, "{entity}");
    }
    // No origin can be read any more; a patch tells of none.
    let patch = diff("patch", 1);
    for part in fs::read_dir(folder.path().join(".factmill/parts")).unwrap() {
        let path = part.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "origins") {
            let mut bytes = fs::read(&path).unwrap();
            bytes.iter_mut().for_each(|byte| *byte ^= 1);
            fs::write(&path, bytes).unwrap();
        }
    }
    let _ = diff("text", 6);
    assert_eq!(diff("patch", 1), patch);
}
