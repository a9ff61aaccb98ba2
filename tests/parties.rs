//! The example of the parties: infoboxes against Wikidata, thousands of dates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::quickstatements::commands;
use crate::support::{root, run_in, shared};

#[test]
fn years_of_parties_are_classified() {
    let (Some(infoboxes), Some(statements)) = (
        shared("data/wikidata/party-infobox.csv.gz"),
        shared("data/wikidata/party-statements.csv.gz"),
    ) else {
        return;
    };
    let example = root().join("examples/parties");
    let project = tempfile::tempdir().unwrap();
    fs::create_dir(project.path().join("queries")).unwrap();
    for file in ["factmill.toml", "parties.rml.ttl", "queries/statements.rq"] {
        fs::copy(example.join(file), project.path().join(file)).unwrap();
    }
    fs::copy(infoboxes, project.path().join("party-infobox.csv.gz")).unwrap();
    let _ = run_in(project.path(), &["build"], "").expect(0);
    let table = statements.display().to_string();
    let arguments = [
        "wikidata",
        "diff",
        "--statements",
        &table,
        "--format",
        "csv",
    ];
    let lines = run_in(project.path(), &arguments, "").expect(1);

    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut contradictions = BTreeSet::new();
    for row in csv::Reader::from_reader(lines.as_bytes()).records() {
        let row = row.unwrap();
        let cell = |at: usize| row[at].to_owned();
        *counts.entry((cell(2), cell(5))).or_default() += 1;
        if &row[5] == "contradiction" {
            contradictions.insert([cell(1), cell(2), cell(3), cell(4)]);
        }
    }
    let count = |property: &str, class: &str| {
        counts
            .get(&(property.to_owned(), class.to_owned()))
            .copied()
            .unwrap_or(0)
    };
    let classes = [
        "same",
        "more precise there",
        "contradiction",
        "missing there",
        "missing here",
    ];
    let found = |property: &str| classes.map(|class| count(property, class));
    assert_eq!(found("P571"), [285, 1462, 192, 231, 11]);
    assert_eq!(found("P576"), [186, 436, 76, 239, 83]);
    assert_eq!(counts.len(), 10, "{counts:?}");

    // Dates of which a party has several are not given: which of them is the founding is not known.
    let arguments = ["wikidata", "export", "--statements", &table];
    let export = run_in(project.path(), &arguments, "");
    let left = |why: &str| export.stderr.matches(why).count();
    let left = (
        left("the graph has several"),
        left("Wikidata has no form for such a date"),
    );
    assert_eq!(left, (209, 10));
    let given = export.expect(1);
    let given = commands(&given);
    let of = |property: &str| {
        let with = format!("\t{property}\t");
        given.iter().filter(|line| line.contains(&with)).count()
    };
    assert_eq!((of("P571"), of("P576"), given.len()), (57, 194, 251));
    assert!(given.iter().all(|line| line.ends_with("\tS143\tQ328")));

    let checked = fs::read_to_string(example.join("checked.csv")).unwrap();
    let mut real = 0;
    for row in csv::Reader::from_reader(checked.as_bytes()).records() {
        let row = row.unwrap();
        let key = [0, 1, 2, 3].map(|at| row[at].to_owned());
        assert!(contradictions.contains(&key), "{key:?} is none any more");
        real += usize::from(&row[4] == "yes");
    }
    assert_eq!(real, 49);
}
