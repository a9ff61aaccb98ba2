//! A statement lives as long as something supports it.

use crate::support::Project;

fn gone(before: &[String], after: &[String]) -> Vec<String> {
    before
        .iter()
        .filter(|line| !after.contains(line))
        .cloned()
        .collect()
}

#[test]
fn a_removed_row_takes_its_statements_and_nothing_else() {
    let project = Project::built();
    let before = project.statements();
    let article = "data/articles/communist-party-of-bukhara.txt";
    let row = project
        .read(article)
        .lines()
        .find(|line| line.contains("Mukhtar Saidzhanov"))
        .unwrap()
        .to_owned();
    project.replace(article, &format!("{row}\n"), "");
    let _ = project.run(&["build"]).expect(0);
    let after = project.statements();
    let gone = gone(&before, &after);
    assert!(gone.len() >= 5, "{gone:?}");
    // The person, the tenure, and the days of a date that no other row gives.
    for line in &gone {
        assert!(
            line.to_lowercase().contains("saidzhanov") || line.contains("/date/1923-06>"),
            "{line}"
        );
    }
    assert!(
        after.iter().all(|line| before.contains(line)),
        "nothing is new"
    );
    assert!(
        !after
            .iter()
            .any(|line| line.to_lowercase().contains("saidzhanov"))
    );
}

/// Two tables that name the same city, and a join of both.
fn small(project: &Project) {
    project.write(
        "factmill.toml",
        "name = \"small\"\nmappings = [\"map/*.ttl\"]\nontology = []\n[prefixes]\nex = \"http://example.org/\"\n",
    );
    project.write("data/one.csv", "id,city\n1,Oslo\n2,Bergen\n");
    project.write("data/two.csv", "id,city\n7,Oslo\n");
    project.write("data/ties.csv", "from,to\n1,7\n");
    let table = |name: &str| {
        format!(
            "<#{name}> a rml:TriplesMap ;\n  rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:path \"data/{name}.csv\" ] ; rml:referenceFormulation rml:CSV ] ;\n  rml:subjectMap [ rml:template \"http://example.org/{{city}}\" ] ;\n  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference \"city\" ] ] .\n"
        )
    };
    project.write(
        "map/small.rml.ttl",
        &format!(
            "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://example.org/> .\n@base <http://example.org/map> .\n{}{}\
             <#ties> a rml:TriplesMap ;\n  rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:path \"data/ties.csv\" ] ; rml:referenceFormulation rml:CSV ] ;\n  rml:subjectMap [ rml:template \"http://example.org/tie/{{from}}-{{to}}\" ] ;\n  rml:predicateObjectMap [ rml:predicate ex:to ; rml:objectMap [ rml:parentTriplesMap <#two> ; rml:joinCondition [ rml:child \"to\" ; rml:parent \"id\" ] ] ] .\n",
            table("one"),
            table("two")
        ),
    );
}

#[test]
fn a_statement_of_two_sources_survives_the_loss_of_either() {
    let project = Project::example();
    small(&project);
    let oslo = "<http://example.org/Oslo> <http://example.org/name> \"Oslo\" .".to_owned();
    let tie = "<http://example.org/tie/1-7> <http://example.org/to> <http://example.org/Oslo> ."
        .to_owned();
    let build = || {
        let _ = project.run(&["build"]).expect(0);
        project.statements()
    };
    let both = build();
    assert!(both.contains(&oslo) && both.contains(&tie), "{both:?}");
    assert_eq!(both.len(), 3);
    // Without the first source's row the second still says it.
    project.write("data/one.csv", "id,city\n2,Bergen\n");
    let second = build();
    assert!(second.contains(&oslo) && second.contains(&tie));
    // Without the second source's row the first still says it, and the join has lost its parent.
    project.write("data/one.csv", "id,city\n1,Oslo\n2,Bergen\n");
    project.write("data/two.csv", "id,city\n8,Hamar\n");
    let first = build();
    assert!(first.contains(&oslo) && !first.contains(&tie), "{first:?}");
    // Without both it is gone.
    project.write("data/one.csv", "id,city\n2,Bergen\n");
    assert!(!build().contains(&oslo));
    // A joined statement goes with its child as well.
    small(&project);
    assert!(build().contains(&tie));
    project.write("data/ties.csv", "from,to\n1,9\n");
    assert!(!build().contains(&tie));
}
