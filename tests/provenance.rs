//! How much a build keeps of where statements come from: the facts are the same, whatever it is.

use std::fs;

use factmill::store::Store;

use crate::support::Project;

const MAPPING: &str = r#"
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://example.org/> .
<#stops> rml:source [ rml:path "data/stops.csv" ] ; rml:referenceFormulation rml:CSV .
<#times> rml:source [ rml:path "data/times.csv" ] ; rml:referenceFormulation rml:CSV .
<#lines> rml:source [ rml:path "data/lines.csv" ] ; rml:referenceFormulation rml:CSV .
<#Stop> a rml:TriplesMap ; rml:logicalSource <#stops> ;
    rml:subjectMap [ rml:template "http://example.org/stop/{id}" ; rml:class ex:Stop ] ;
    rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] ,
        [ rml:predicate ex:zone ; rml:objectMap [ rml:template "http://example.org/zone/{zone}" ] ] .
<#Zone> a rml:TriplesMap ; rml:logicalSource <#stops> ;
    rml:subjectMap [ rml:template "http://example.org/zone/{zone}" ; rml:class ex:Zone ] .
<#Time> a rml:TriplesMap ; rml:logicalSource <#times> ;
    rml:subjectMap [ rml:template "http://example.org/line/{line}" ] ;
    rml:predicateObjectMap [ rml:predicate ex:calls ; rml:objectMap [ rml:reference "at" ] ] ,
        [ rml:predicate ex:line ; rml:objectMap [ rml:parentTriplesMap <#Line> ;
            rml:joinCondition [ rml:child "line" ; rml:parent "id" ] ] ] .
<#Line> a rml:TriplesMap ; rml:logicalSource <#lines> ;
    rml:subjectMap [ rml:template "http://example.org/line/{id}" ; rml:class ex:Line ] ;
    rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] .
"#;

/// Rows of the large table; with three statements each, so many that a disk store pays.
const STOPS: usize = 8_000;

fn stop(number: usize) -> String {
    format!(
        "{number},\"Stop {number}, \"\"north\"\" side of the long road\",{}\n",
        number % 40
    )
}

/// A project with a table that is cut into pieces, and two that are joined.
fn transport(manifest: &str) -> Project {
    let project = Project::example();
    for folder in ["data", "ontology", "queries"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write(
        "factmill.toml",
        &format!("name = \"transport\"\n{manifest}"),
    );
    project.write("data/transport.rml.ttl", MAPPING);
    let stops: String = (0..STOPS).map(stop).collect();
    project.write("data/stops.csv", &format!("id,name,zone\n{stops}"));
    let times: String = (0..300)
        .map(|n| format!("{},{}:{:02}\n", n % 7, n % 24, n % 60))
        .collect();
    project.write("data/times.csv", &format!("line,at\n{times}"));
    project.write("data/lines.csv", "id,name\n0,Zero\n1,One\n1,Uno\n2,Two\n");
    project
}

/// The statements of all graphs but that of provenance, as the generation holds them.
fn all_graphs(project: &Project) -> Vec<String> {
    let generation = Store::at(project.path(".factmill")).current().unwrap();
    generation.statements().unwrap().collect()
}

fn count(project: &Project, pattern: &str) -> String {
    let query = format!("SELECT (COUNT(*) AS ?n) {{ {pattern} }}");
    let text = project.run(&["query", &query, "--format", "csv"]).expect(0);
    text.lines().nth(1).unwrap().to_owned()
}

#[test]
fn the_example_has_the_same_facts_with_and_without_provenance() {
    let project = Project::built();
    let (facts, graphs) = (project.statements(), all_graphs(&project));
    let leaders = project.rows("leaders");
    assert!(facts.len() > 300 && graphs.len() > 2 * facts.len());
    for level in ["graph", "none"] {
        let talk = project
            .run(&["build", "--provenance", level])
            .expect_talk(0);
        assert!(talk.contains("without derivations"), "{talk}");
        assert_eq!(project.statements(), facts, "{level}");
        assert_eq!(all_graphs(&project), graphs, "{level}");
        assert_eq!(project.rows("leaders"), leaders, "{level}");
    }
}

#[test]
fn a_large_table_has_the_same_facts_and_the_same_identity_however_it_is_built() {
    let project = transport("");
    let _ = project.run(&["build"]).expect(0);
    let facts = project.statements();
    assert!(facts.len() > 3 * STOPS, "{}", facts.len());
    let none = project
        .run(&["build", "--provenance", "none"])
        .expect_talk(0);
    assert_eq!(project.statements(), facts);
    assert_eq!(count(&project, "?s ?p ?o"), facts.len().to_string());
    assert_eq!(count(&project, "GRAPH ?g { ?s ?p ?o }"), "0");

    // The same in a folder of its own, and again in this one.
    let clean = transport("provenance = \"none\"\n");
    let report = clean.run(&["build", "--json"]).expect(0);
    assert!(report.contains("\"derivations\": 0"), "{report}");
    assert_eq!(clean.statements(), facts);
    let again = project
        .run(&["build", "--provenance", "none"])
        .expect_talk(0);
    let unchanged = again.replacen(" (unchanged):", ":", 1);
    assert_ne!(again, unchanged);
    assert_eq!(unchanged, none);

    // A changed row changes its own statements only, and the graph is that of a clean build.
    let edit = |project: &Project| {
        project.replace("data/stops.csv", "4711,\"Stop 4711,", "4711,\"Halt 4711,");
    };
    edit(&project);
    edit(&clean);
    fs::remove_dir_all(clean.path(".factmill")).unwrap();
    let after = project
        .run(&["build", "--provenance", "none"])
        .expect_talk(0);
    let _ = clean.run(&["build"]).expect(0);
    assert_ne!(after, none);
    let changed = project.statements();
    assert_eq!(changed, clean.statements());
    let gone: Vec<&String> = facts
        .iter()
        .filter(|line| changed.binary_search(line).is_err())
        .collect();
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert!(gone[0].contains("Stop 4711"), "{gone:?}");
    assert_eq!(count(&project, "?s ?p ?o"), facts.len().to_string());
    assert_eq!(
        count(
            &project,
            "?s <http://example.org/name> ?n FILTER(CONTAINS(?n, \"4711\"))"
        ),
        "1"
    );
}

#[test]
fn what_has_nothing_to_tell_says_so_and_says_how_to_get_it() {
    let project = Project::example();
    let _ = project.run(&["build", "--provenance", "none"]).expect(0);
    for arguments in [
        &["why", "Nadzhib Khusainov"][..],
        &["coverage"],
        &["run", "leaders", "--why", "1"],
        &["wikidata", "export", "--statements", "statements.csv"],
    ] {
        project.write("statements.csv", "qid,field,value\n");
        let told = project.run(arguments).expect_talk(3);
        assert!(told.contains("FM0407"), "{told}");
        assert!(
            told.contains("this graph was built without provenance"),
            "{told}"
        );
        assert!(
            told.contains("factmill build --provenance statement"),
            "{told}"
        );
    }
    // Findings are told without places, and that is said once.
    let shape = "<http://e/s> a sh:NodeShape ; sh:targetClass <https://w3id.org/factmill/polity#Party> ; sh:nodeKind sh:Literal .";
    let prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> .";
    project.write("shape.ttl", &format!("{prefix}\n{shape}\n"));
    let findings = [
        (&["conflicts"][..], 0),
        (&["run", "contradictions"], 0),
        (&["validate", "--shapes", "shape.ttl"], 1),
    ];
    let notice = "notice[FM0407]: this graph was built without provenance: places are not shown\n";
    for (arguments, status) in findings {
        let told = project.run(arguments).expect_talk(status);
        assert_eq!(told.matches(notice).count(), 1, "{told}");
    }
    let _ = project
        .run(&["build", "--provenance", "statement"])
        .expect(0);
    for (arguments, status) in findings {
        let told = project.run(arguments).expect_talk(status);
        assert!(!told.contains("FM0407"), "{told}");
    }
    let told = project
        .run(&["why", "Nadzhib Khusainov", "start"])
        .expect(0);
    assert!(told.contains("27 June 1919"), "{told}");
}

#[test]
fn the_provenance_of_a_graph_is_its_sources_and_rules() {
    let project = transport("provenance = \"graph\"\n");
    let _ = project.run(&["build"]).expect(0);
    let rows = |class: &str, label: &str| {
        let query = format!(
            "SELECT ?it {{ GRAPH fm:provenance {{ ?node a fm:{class} ; {label} ?it }} }} ORDER BY ?it"
        );
        let text = project.run(&["query", &query, "--format", "csv"]).expect(0);
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(rows("Source", "fm:path").contains(&"data/stops.csv".to_owned()));
    assert_eq!(rows("Rule", "fm:path"), ["data/transport.rml.ttl"; 4]);
    assert_eq!(
        count(&project, "GRAPH fm:provenance { ?d rdf:reifies ?t }"),
        "0"
    );
    let told = project
        .run(&["why", "http://example.org/stop/1"])
        .expect_talk(3);
    assert!(told.contains("not of each statement"), "{told}");
}

#[test]
fn a_source_that_goes_takes_its_statements_along() {
    let project = transport("provenance = \"none\"\n");
    let _ = project.run(&["build"]).expect(0);
    let before = project.statements();
    // One line of one source, and a name that another row gives as well.
    project.write("data/lines.csv", "id,name\n0,Zero\n1,One\n2,Two\n");
    let _ = project.run(&["build"]).expect(0);
    let after = project.statements();
    let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    assert_eq!(
        gone,
        ["<http://example.org/line/1> <http://example.org/name> \"Uno\" ."]
    );

    let mapping = project.read("data/transport.rml.ttl");
    project.write(
        "data/transport.rml.ttl",
        &mapping.replace("data/stops.csv", "data/few.csv"),
    );
    fs::remove_file(project.path("data/stops.csv")).unwrap();
    project.write("data/few.csv", &format!("id,name,zone\n{}", stop(41)));
    let _ = project.run(&["build"]).expect(0);
    let left = project.statements();
    assert!(left.iter().all(|line| after.contains(line)));
    let places = |name: &str| left.iter().filter(|line| line.contains(name)).count();
    // The stop with its zone, and the class of the zone.
    assert_eq!((places("/stop/"), places("/zone/1>")), (3, 2));
    assert_eq!(count(&project, "?s ?p ?o"), left.len().to_string());
}

#[test]
fn a_statement_whose_passage_is_missing_is_left_out_without_provenance_too() {
    let project = Project::example();
    project.replace(
        "data/events.csv",
        "From 16 to 18 August 1920 the party held",
        "From 16 to 18 August 1920 nobody held",
    );
    let kept = project.run(&["build"]);
    let facts = project.statements();
    let none = project.run(&["build", "--provenance", "none"]);
    assert_eq!((kept.status, none.status), (1, 1), "{}", kept.stderr);
    assert_eq!(project.statements(), facts);
    assert!(none.stderr.contains("FM0503"), "{}", none.stderr);
}

#[test]
fn a_level_that_does_not_exist_is_refused() {
    let project = Project::example();
    let _ = project.run(&["build", "--provenance", "some"]).expect(2);
    project.replace("factmill.toml", "base = ", "provenance = \"some\"\nbase = ");
    let told = project.run(&["build"]).expect_talk(3);
    assert!(
        told.contains("provenance") && told.contains("statement"),
        "{told}"
    );
}

/// The stores on disk of the current and the previous generation, by scope.
#[cfg(feature = "rocksdb")]
fn disk_stores(project: &Project) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(project.path(".factmill/disk"))
        .map(|entries| {
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
        .iter()
        .map(|name| name.rsplit('-').next().unwrap().to_owned())
        .collect()
}

#[cfg(feature = "rocksdb")]
#[test]
fn a_build_fills_one_disk_store_and_the_first_question_about_origins_makes_the_other() {
    let project = transport("");
    let _ = project.run(&["build", "--provenance", "none"]).expect(0);
    assert_eq!(disk_stores(&project), ["facts"]);
    assert_eq!(count(&project, "GRAPH ?g { ?s ?p ?o }"), "0");
    assert_eq!(disk_stores(&project), ["facts"]);
    let facts = project.statements();

    let _ = project
        .run(&["build", "--provenance", "statement"])
        .expect(0);
    assert_eq!(disk_stores(&project), ["facts", "facts"]);
    assert_eq!(count(&project, "?s ?p ?o"), facts.len().to_string());
    assert_eq!(disk_stores(&project).len(), 2);
    let reified = "GRAPH fm:provenance { ?d rdf:reifies ?t }";
    let derivations = count(&project, reified);
    let mut stores = disk_stores(&project);
    stores.sort();
    assert_eq!(stores, ["all", "facts", "facts"]);
    assert_eq!(count(&project, reified), derivations);
    // Without it the parts are loaded.
    fs::remove_dir_all(project.path(".factmill/disk")).unwrap();
    fs::write(project.path(".factmill/disk"), "in the way").unwrap();
    assert_eq!(count(&project, reified), derivations);
    assert_eq!(count(&project, "?s ?p ?o"), facts.len().to_string());
}

const WALK: &str = r#"
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://example.org/> .
<#points> rml:source [ rml:path "data/points.csv" ] ; rml:referenceFormulation rml:CSV .
<#Walk> a rml:TriplesMap ; rml:logicalSource <#points> ;
    rml:subjectMap [ rml:template "http://example.org/walk/{walk}" ] ;
    rml:predicateObjectMap [ rml:predicate ex:through ; rml:objectMap [ rml:parentTriplesMap <#Point> ;
        rml:joinCondition [ rml:child "walk" ; rml:parent "walk" ] ] ] .
<#Point> a rml:TriplesMap ; rml:logicalSource <#points> ;
    rml:subjectMap [ rml:template "http://example.org/walk/{walk}/{at}" ] .
"#;

#[test]
fn a_table_joined_with_itself_does_not_make_a_derivation_for_each_pair_of_rows() {
    const POINTS: usize = 300;
    let project = Project::example();
    for folder in ["data", "ontology", "queries"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write("factmill.toml", "name = \"walks\"\n");
    project.write("data/walks.rml.ttl", WALK);
    let points: String = (0..POINTS)
        .map(|n| format!("{},{n}\n", n * 2 / POINTS))
        .collect();
    project.write("data/points.csv", &format!("walk,at\n{points}"));
    let report = project.run(&["build", "--json"]).expect(0);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["statements"], POINTS);
    // Eight rows of each walk tell of all its points, the others of one.
    let all = 2 * (8 * POINTS / 2) + 2 * (POINTS / 2 - 8);
    assert_eq!(report["derivations"], all);
    let facts = project.statements();
    // No cell is missing in what is told.
    let coverage = project.run(&["coverage"]).expect(0);
    assert_eq!(
        coverage.trim(),
        "data/points.csv: 600 mapped, 0 ignored, 0 unmapped"
    );
    let _ = project.run(&["build", "--provenance", "none"]).expect(0);
    assert_eq!(project.statements(), facts);
}

const FRIENDS: &str = r#"
@prefix rml: <http://w3id.org/rml/> .
@prefix fm: <https://w3id.org/factmill/ns#> .
@prefix ex: <http://example.org/> .
<#said> a fm:Evidence ; fm:quote "quote" ; fm:source "source" .
<#people> rml:source [ rml:path "data/people.csv" ] ; rml:referenceFormulation rml:CSV ; fm:evidence <#said> .
<#clubs> rml:source [ rml:path "data/clubs.csv" ] ; rml:referenceFormulation rml:CSV .
<#Person> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "http://example.org/person/{person}" ] ;
    rml:predicateObjectMap [ rml:predicate ex:member ; rml:objectMap [ rml:parentTriplesMap <#Club> ;
        rml:joinCondition [ rml:child "town" ; rml:parent "town" ] ] ] .
<#Club> a rml:TriplesMap ; rml:logicalSource <#clubs> ;
    rml:subjectMap [ rml:template "http://example.org/club/{club}" ] .
"#;

#[test]
fn a_record_whose_passage_is_missing_takes_nothing_from_those_whose_is_there() {
    let project = Project::example();
    for folder in ["data", "ontology", "queries"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write("factmill.toml", "name = \"friends\"\n");
    project.write("data/friends.rml.ttl", FRIENDS);
    project.write("data/clubs.csv", "town,club\nA,1\nA,2\nA,3\n");
    project.write("data/text.md", "He was seen in all clubs of the town.\n");
    let wrong: String = (0..12)
        .map(|n| format!("x,A,{n},nobody said this,data/text.md\n"))
        .collect();
    project.write(
        "data/people.csv",
        &format!(
            "person,town,n,quote,source\n{wrong}x,A,12,He was seen in all clubs,data/text.md\n"
        ),
    );
    let told = project.run(&["build"]).expect_talk(1);
    assert!(told.contains("FM0503"), "{told}");
    assert_eq!(project.statements().len(), 3, "{told}");
}

/// Two mappings may call their triples maps alike: in a project all relative names have one base.
#[test]
fn rules_of_one_name_in_two_files_are_two_rules() {
    let project = Project::example();
    for folder in ["data", "ontology", "queries"] {
        fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write(
        "factmill.toml",
        "name = \"two\"\nbase = \"http://example.org/\"\n",
    );
    let add = |name: &str| {
        let mapping = format!(
            "@prefix rml: <http://w3id.org/rml/> .\n\
             <#Map> a rml:TriplesMap ; rml:logicalSource [ rml:source [ rml:path \"data/{name}.csv\" ] ;\n\
             rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template \"http://example.org/{{id}}\" ] ;\n\
             rml:predicateObjectMap [ rml:predicate <http://example.org/in> ; rml:object \"{name}\" ] .\n"
        );
        project.write(&format!("data/{name}.rml.ttl"), &mapping);
        project.write(&format!("data/{name}.csv"), "id\n1\n");
    };
    let rules = || {
        let query = "SELECT ?rule ?path ?map { GRAPH fm:provenance { \
            ?rule a fm:Rule ; fm:path ?path ; fm:triplesMap ?map } } ORDER BY ?path";
        let text = project.run(&["query", query, "--format", "csv"]).expect(0);
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    add("b");
    for level in ["graph", "statement"] {
        let _ = project.run(&["build", "--provenance", level]).expect(0);
        let alone = rules();
        assert_eq!(alone.len(), 1, "{alone:?}");
        add("a");
        let _ = project.run(&["build", "--provenance", level]).expect(0);
        let both = rules();
        // What the new file brings changes nothing about the rule that was there.
        assert_eq!(both.len(), 2, "{both:?}");
        assert_eq!(both[1..], alone);
        assert!(both[0].contains("data/a.rml.ttl"), "{both:?}");
        for rule in &both {
            assert!(rule.ends_with(",http://example.org/#Map"), "{both:?}");
        }
        fs::remove_file(project.path("data/a.rml.ttl")).unwrap();
    }
    add("a");
    let _ = project.run(&["build"]).expect(0);
    let query = "SELECT ?object ?path { GRAPH fm:provenance { \
        ?d rdf:reifies <<( ?s ?p ?object )>> ; fm:rule/fm:path ?path } } ORDER BY ?object";
    let text = project.run(&["query", query, "--format", "csv"]).expect(0);
    let paths: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(paths, ["a,data/a.rml.ttl", "b,data/b.rml.ttl"]);
}

const LIBRARY: &str = r#"
@prefix rml: <http://w3id.org/rml/> .
@prefix lib: <http://example.org/lib#> .
<#books> rml:source [ rml:path "data/books.csv" ; rml:null "" ] ; rml:referenceFormulation rml:CSV .
<#authors> rml:source [ rml:path "data/authors.csv" ] ; rml:referenceFormulation rml:CSV .
<#Book> a rml:TriplesMap ; rml:logicalSource <#books> ;
    rml:subjectMap [ rml:template "http://example.org/book/{id}" ; rml:class lib:Book ] ;
    rml:predicateObjectMap [ rml:predicate lib:pages ; rml:objectMap [ rml:reference "pages" ] ] ,
        [ rml:predicate lib:author ; rml:objectMap [ rml:parentTriplesMap <#Author> ;
            rml:joinCondition [ rml:child "author" ; rml:parent "id" ] ] ] .
<#Author> a rml:TriplesMap ; rml:logicalSource <#authors> ;
    rml:subjectMap [ rml:template "http://example.org/author/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate lib:name ; rml:objectMap [ rml:reference "name" ] ] .
"#;

const LIBRARY_SHAPES: &str = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix lib: <http://example.org/lib#> .
lib:BookShape a sh:NodeShape ; sh:targetClass lib:Book ; sh:property [ sh:path lib:pages ; sh:minCount 1 ] .
";

#[test]
fn a_missing_value_is_told_with_the_row_of_its_subject_and_the_shape_by_name() {
    let project = transport("[prefixes]\nlib = \"http://example.org/lib#\"\n");
    fs::remove_dir_all(project.path("data")).unwrap();
    project.write("data/library.rml.ttl", LIBRARY);
    project.write("shapes.ttl", LIBRARY_SHAPES);
    project.write("data/books.csv", "id,pages,author\n1,100,7\n2,,8\n");
    project.write("data/authors.csv", "id,name\n7,Ada\n8,Bo\n");
    let validated = || {
        let _ = project.run(&["build"]).expect(0);
        project
            .run(&["validate", "--shapes", "shapes.ttl"])
            .expect(1)
    };
    let text = validated();
    assert!(text.contains("data/books.csv:3"), "{text}");
    assert!(!text.contains("authors.csv"), "{text}");
    let named = "MinCount of lib:pages in the shape lib:BookShape";
    assert!(text.contains(named), "{text}");
    assert!(!text.contains("_:"), "{text}");
    // Where all that is known of the subject is joined, it is the row that the rule goes by.
    project.replace("data/library.rml.ttl", " ; rml:class lib:Book ]", " ]");
    project.replace(
        "shapes.ttl",
        "sh:targetClass lib:Book",
        "sh:targetSubjectsOf lib:author",
    );
    let text = validated();
    assert!(text.contains("data/books.csv:3"), "{text}");
    assert!(!text.contains("authors.csv"), "{text}");
}
