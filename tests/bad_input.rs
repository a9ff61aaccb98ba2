//! Wrong input: one clear message with place and fix, the right exit status, and the old graph still there.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::{Project, Run, command, root, run_in, shared};

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

/// Demands a refused build: its status, what the message holds, and that the graph built before answers as before.
#[track_caller]
fn refused(project: &Project, before: &[String], run: Run, status: i32, holds: &[&str]) {
    let talk = run.expect_talk(status);
    for piece in holds {
        assert!(talk.contains(piece), "{piece:?} is not in:\n{talk}");
    }
    assert_eq!(project.statements(), before, "the old graph stands");
}

#[test]
fn a_missing_file_is_named_with_its_neighbour() {
    let project = Project::built();
    let before = project.statements();
    fs::rename(
        project.path("data/events.csv"),
        project.path("data/event.csv"),
    )
    .unwrap();
    refused(
        &project,
        &before,
        project.run(&["build"]),
        3,
        &["FM0101", "data/events.csv", "did you mean event.csv?"],
    );
}

#[test]
fn an_unreadable_mapping_is_shown_with_line_and_column() {
    let project = Project::built();
    let before = project.statements();
    let mapping = project.read("data/article.rml.ttl");
    let lines = mapping.lines().count();
    project.write(
        "data/article.rml.ttl",
        &format!("{mapping}\n<#broken> a rml:TriplesMap\n<#more> .\n"),
    );
    let place = format!("data/article.rml.ttl:{}", lines + 3);
    refused(
        &project,
        &before,
        project.run(&["build"]),
        3,
        &["FM0201", &place],
    );
}

#[test]
fn an_unknown_column_is_shown_with_near_names() {
    let project = Project::built();
    let before = project.statements();
    let header = project
        .read("data/events.csv")
        .lines()
        .next()
        .unwrap()
        .to_owned();
    project.replace("data/events.csv", &header, &header.replace("date", "dat"));
    refused(
        &project,
        &before,
        project.run(&["build"]),
        3,
        &["FM0203", "date", "\"dat\""],
    );
}

#[test]
fn an_impossible_date_is_left_out_and_told() {
    let project = Project::built();
    let before = project.statements();
    project.replace(ARTICLE, "3 July 1921", "31 June 1921");
    let line = project
        .read(ARTICLE)
        .lines()
        .position(|line| line.contains("31 June"))
        .unwrap()
        + 1;
    // Strict: the old graph stays.
    refused(
        &project,
        &before,
        project.run(&["build", "--strict"]),
        3,
        &[
            "FM0205",
            &format!("{ARTICLE}:{line}"),
            "31 June 1921",
            "30 days",
        ],
    );
    // Else the rest is built.
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(
        talk.contains(&format!("{ARTICLE}:{line}")) && talk.contains("30 days"),
        "{talk}"
    );
    let rows = project.rows("leaders");
    assert_eq!(rows.len(), 7, "{rows:?}");
    assert!(
        rows.iter()
            .any(|row| row.contains("Tursunkhodzhayev,1921-02-23,") && row.ends_with(',')),
        "{rows:?}"
    );
}

#[test]
fn a_vanished_quote_is_told_with_the_nearest_passage() {
    let project = Project::built();
    let before = project.statements();
    let text = project.read(ARTICLE);
    let events = project.read("data/events.csv");
    // Take a passage that a curated fact quotes, and change one word of it in the article.
    let row: Vec<String> = csv::Reader::from_reader(events.as_bytes())
        .records()
        .map(Result::unwrap)
        .find(|row| row.iter().any(|cell| cell.contains("Sakar-Bazar")))
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let quote = row.iter().find(|cell| {
        text.contains(cell.as_str()) && cell.contains("Sakar-Bazar") && cell.len() > 12
    });
    let quote = quote.expect("the row quotes the article").clone();
    project.write(
        ARTICLE,
        &text.replace(&quote, &quote.replace("Sakar-Bazar", "Sakar Bozor")),
    );
    refused(
        &project,
        &before,
        project.run(&["build", "--strict"]),
        3,
        &["FM0503", "Sakar Bozor", "data/events.csv"],
    );
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(talk.contains("FM0503") && talk.contains(ARTICLE), "{talk}");
    assert!(project.statements().len() < before.len());
}

#[test]
fn a_store_in_use_is_said() {
    let project = Project::built();
    let before = project.statements();
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(project.path(".factmill/lock"))
        .unwrap();
    lock.lock().unwrap();
    refused(&project, &before, project.run(&["build"]), 7, &["FM0402"]);
    drop(lock);
    let _ = project.run(&["build"]).expect(0);
}

/// `ulimit -f` stands in for a full disk: every write beyond so many blocks fails (with EFBIG once SIGXFSZ is ignored).
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_graph() {
    let project = Project::built();
    let before = project.statements();
    project.replace(ARTICLE, "15 November 1924", "16 November 1924");
    let shell = std::process::Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 4; exec \"$0\" build",
            env!("CARGO_BIN_EXE_factmill"),
        ])
        .current_dir(project.path(""))
        .env_clear()
        .output()
        .unwrap();
    let talk = String::from_utf8(shell.stderr).unwrap();
    assert_eq!(shell.status.code(), Some(4), "{talk}");
    assert!(
        talk.contains("FM0404") && talk.contains("File too large"),
        "{talk}"
    );
    assert_eq!(project.statements(), before);
    let _ = project.run(&["build"]).expect(0);
    assert_ne!(project.statements(), before);
}

/// A real full disk, where this process may mount one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_tmpfs_leaves_the_old_graph() {
    let mount = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        std::process::Command::new(program)
            .args(arguments)
            .output()
            .is_ok_and(|done| done.status.success())
    };
    let folder = mount.path().to_str().unwrap();
    if !run("mount", &["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]) {
        println!("skipped: a tmpfs cannot be mounted here");
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        let project = Project::example();
        for name in ["factmill.toml", "data", "ontology", "queries"] {
            assert!(run(
                "cp",
                &["-r", project.path(name).to_str().unwrap(), folder]
            ));
        }
        let _ = run_in(mount.path(), &["build"], "").expect(0);
        let before = run_in(mount.path(), &["export", "--format", "nq"], "").expect(0);
        let article = mount.path().join(ARTICLE);
        let text = fs::read_to_string(&article).unwrap();
        fs::write(
            &article,
            text.replace("15 November 1924", "16 November 1924"),
        )
        .unwrap();
        // Fill what is left.
        let filler = mount.path().join("filler");
        let mut size = 4_000_000_usize;
        while size > 0 {
            if fs::write(&filler, vec![b'x'; size]).is_ok() {
                break;
            }
            size = size * 9 / 10;
        }
        let _ = fs::write(mount.path().join("more"), vec![b'x'; 300_000]);
        let talk = run_in(mount.path(), &["build"], "").expect_talk(4);
        assert!(
            talk.contains("FM0404") && talk.contains("No space left"),
            "{talk}"
        );
        assert_eq!(
            run_in(mount.path(), &["export", "--format", "nq"], "").expect(0),
            before
        );
        fs::remove_file(&filler).unwrap();
        let _ = fs::remove_file(mount.path().join("more"));
        let _ = run_in(mount.path(), &["build"], "").expect(0);
        assert_ne!(
            run_in(mount.path(), &["export", "--format", "nq"], "").expect(0),
            before
        );
    });
    assert!(run("umount", &[folder]));
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_for_output_is_status_4() {
    let project = Project::built();
    let talk = project.run(&["export", "-o", "/dev/full"]).expect_talk(4);
    assert!(
        talk.contains("FM0404") && talk.contains("No space left"),
        "{talk}"
    );
    let talk = project
        .run(&["run", "leaders", "-o", "/dev/full", "--format", "csv"])
        .expect_talk(4);
    assert!(talk.contains("FM0404"), "{talk}");
}

#[test]
fn a_deep_query_is_stopped_by_name() {
    let project = Project::built();
    let nested = format!(
        "ASK {{ FILTER({}1{}) }}",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    let talk = project.run(&["query", &nested]).expect_talk(5);
    assert!(talk.contains("FM0305") && talk.contains("128"), "{talk}");
}

#[test]
fn no_graph_says_how_to_get_one() {
    let project = Project::example();
    let talk = project.run(&["run", "leaders"]).expect_talk(3);
    assert!(
        talk.contains("FM0401") && talk.contains("factmill build"),
        "{talk}"
    );
}

#[test]
fn no_project_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let talk = run_in(folder.path(), &["build"], "").expect_talk(3);
    assert!(
        talk.contains("FM0501") && talk.contains("factmill demo"),
        "{talk}"
    );
}

#[test]
fn newer_sources_are_said_on_one_line() {
    let project = Project::built();
    assert_eq!(project.run(&["run", "leaders"]).stderr, "");
    project.replace(ARTICLE, "15 November 1924", "16 November 1924");
    let run = project.run(&["run", "leaders"]);
    assert!(
        run.stderr.contains(ARTICLE) && run.stderr.contains("factmill build"),
        "{}",
        run.stderr
    );
    assert!(run.expect(0).contains("1924-11-15"));
}

/// A killed build leaves the graph as it was or as it would have been, whenever the kill comes.
#[cfg(unix)]
#[test]
fn a_killed_build_leaves_a_whole_graph() {
    let project = Project::built();
    let before = project.statements();
    let started = Instant::now();
    project.replace(ARTICLE, "15 November 1924", "16 November 1924");
    let _ = project.run(&["build"]).expect(0);
    let whole = started.elapsed();
    let after = project.statements();
    assert_ne!(before, after);
    for step in 0..20_u32 {
        let (old, new) = if step % 2 == 0 {
            ("16 Nov", "15 Nov")
        } else {
            ("15 Nov", "16 Nov")
        };
        project.replace(
            ARTICLE,
            &format!("{old}ember 1924"),
            &format!("{new}ember 1924"),
        );
        let mut child = command(&project.path(""), &["build", "-q"])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs_f64(
            whole.as_secs_f64() * f64::from(step) / 20.0,
        ));
        let _ = child.kill();
        child.wait().unwrap();
        let now = project.statements();
        assert!(now == before || now == after, "a mixture after kill {step}");
    }
    let _ = project.run(&["build"]).expect(0);
    // Nothing is left lying about: what is there is what a first build makes, for two generations.
    let leftovers = walk(&project.path(".factmill"))
        .into_iter()
        .filter(|name| name.contains("tmp") || name.contains("part-"))
        .count();
    assert_eq!(leftovers, 0);
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(walk(&path));
        } else {
            names.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    names
}

#[test]
fn a_rolled_back_build_is_the_one_before() {
    let project = Project::built();
    let first = project.statements();
    let talk = project.run(&["build", "--rollback"]).expect_talk(3);
    assert!(talk.contains("FM0405"), "{talk}");
    project.replace(ARTICLE, "15 November 1924", "16 November 1924");
    let _ = project.run(&["build"]).expect(0);
    let second = project.statements();
    let _ = project.run(&["build", "--rollback"]).expect(0);
    assert_eq!(project.statements(), first);
    let _ = project.run(&["build", "--rollback"]).expect(0);
    assert_eq!(project.statements(), second);
}

#[test]
fn a_damaged_store_is_status_6() {
    let project = Project::built();
    let part = fs::read_dir(project.path(".factmill/parts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap();
    let bytes = fs::read(&part).unwrap();
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    let talk = project.run(&["export"]).expect_talk(6);
    assert!(
        talk.contains("FM0403") && talk.contains("factmill build"),
        "{talk}"
    );
    // A build mends it.
    let _ = project.run(&["build"]).expect(0);
    let _ = project.run(&["export"]).expect(0);
}

#[test]
fn hostile_articles_are_told_not_crashed() {
    let Some(strings) = shared("suites/blns") else {
        return;
    };
    let list: Vec<String> =
        serde_json::from_slice(&fs::read(strings.join("blns.json")).unwrap()).unwrap();
    let text: String = list
        .iter()
        .map(|one| format!("- {one}: {one}\n{one}\n| {one} | {one} |\n"))
        .collect();
    let project = Project::example();
    project.write(
        "data/articles/hostile.txt",
        &format!("= Hostile =\n\nInfobox\n{text}\n\n== T ==\n| a | b |\n{text}\n"),
    );
    let run = project.run(&["build"]);
    assert!(
        run.status == 0 || run.status == 1,
        "{}: {}",
        run.status,
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert!(root().join(ARTICLE).exists());
}

#[test]
fn a_build_says_which_iterator_led_to_no_record() {
    let project = Project::example();
    project.write("data/keepers.json", "{\"keepers\": [{\"id\": 1}]}");
    let mapping = |iterator: &str| {
        format!(
            "@prefix rml: <http://w3id.org/rml/> .\n\
             <#keepers> rml:source [ rml:path \"data/keepers.json\" ] ;\n\
             rml:referenceFormulation rml:JSONPath ; rml:iterator \"{iterator}\" .\n\
             <#Keeper> a rml:TriplesMap ; rml:logicalSource <#keepers> ;\n\
             rml:subjectMap [ rml:template \"http://example.org/{{$.id}}\" ; rml:class <http://example.org/K> ] .\n"
        )
    };
    project.write("data/keepers.rml.ttl", &mapping("$.keepers[*]"));
    assert!(!project.run(&["build"]).expect_talk(0).contains("FM0107"));
    project.write("data/keepers.rml.ttl", &mapping("$.keeper[*]"));
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(
        talk.contains("FM0107") && talk.contains("its source has no records"),
        "{talk}"
    );
}

#[test]
fn a_build_counts_the_errors_for_which_something_was_left_out() {
    let project = Project::example();
    for folder in ["data", "ontology", "queries"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write("factmill.toml", "name = \"books\"\n");
    project.write(
        "data/books.rml.ttl",
        "@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
<#Book> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path \"data/books.csv\" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:reference \"iri\" ; rml:class ex:Book ] ;
    rml:predicateObjectMap [ rml:predicate ex:title ; rml:objectMap [ rml:reference \"title\" ] ] .
",
    );
    let rows = |iri: &str| format!("iri,title\nhttp://example.org/1,One\n{iri},Two\n");
    project.write("data/books.csv", &rows("http://example.org/a b"));
    // Of the row that has no subject two statements are missing, for one error.
    let talk = project.run(&["build"]).expect_talk(1);
    assert!(talk.contains(": 2 statements with"), "{talk}");
    assert!(
        talk.contains("; 1 error names what was left out."),
        "{talk}"
    );
    assert_eq!(talk.matches("error[").count(), 1, "{talk}");
    project.write("data/books.csv", &rows("http://example.org/2"));
    let talk = project.run(&["build"]).expect_talk(0);
    assert!(!talk.contains("left out"), "{talk}");
}
