//! Every kind of contradiction is found in mutated copies of the example, and none where nothing contradicts.

use crate::support::Project;

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

/// Changes one file of the example, builds it, and returns the kinds of its contradictions, those of the untouched example left out.
#[track_caller]
fn kinds(file: &str, old: &str, new: &str) -> Vec<String> {
    let project = Project::example();
    project.replace(file, old, new);
    let _ = project.run(&["build"]).expect(0);
    let known = ["claimed duration", "event after dissolution"];
    let mut kinds = all(&project);
    for kind in known {
        if let Some(at) = kinds.iter().position(|one| one == kind) {
            kinds.remove(at);
        }
    }
    kinds
}

/// Returns the kind of each contradiction, and demands a place of each side.
#[track_caller]
fn all(project: &Project) -> Vec<String> {
    let text = project
        .run(&["run", "contradictions", "--format", "csv"])
        .expect(0);
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .map(|row| {
            assert!(
                row[3].split("; ").all(|place| place.starts_with("data/")),
                "{row:?}"
            );
            row[1].to_owned()
        })
        .collect()
}

#[test]
fn an_event_outside_the_lifespan_is_found() {
    let before = kinds(ARTICLE, "27 June 1919", "27 June 1917");
    assert_eq!(before, ["event before foundation"]);
    let after = kinds("data/affiliations.csv", "1922-02-01", "1925-02-01");
    assert_eq!(after, ["event after dissolution"]);
}

#[test]
fn two_holders_of_one_seat_are_found() {
    let moved = "| Abdullo Rakhimbayev | 4 January 1923 |";
    let found = kinds(ARTICLE, "| Abdullo Rakhimbayev | 4 July 1923 |", moved);
    assert_eq!(found, ["overlapping tenures"]);
    // Who only acts is no second holder.
    let acting = "| Abdullo Rakhimbayev (acting) | 4 January 1923 |";
    let found = kinds(ARTICLE, "| Abdullo Rakhimbayev | 4 July 1923 |", acting);
    assert_eq!(found, [""; 0]);
    // An overlap that is only possible is none: he may have left on the first of June.
    let possible = "| Abdullo Rakhimbayev | 4 June 1923 |";
    let found = kinds(ARTICLE, "| Abdullo Rakhimbayev | 4 July 1923 |", possible);
    assert_eq!(found, [""; 0]);
    // One more holder is also one more than the article counts.
    let row = "| Abdurashid Mukamilov |";
    let more = format!("| Somebody Else | 1 August 1921 | 1 September 1921 |\n{row}");
    let found = kinds(ARTICLE, row, &more);
    assert_eq!(found, ["claimed number", "overlapping tenures"]);
}

#[test]
fn an_end_before_its_beginning_is_found() {
    let found = kinds(ARTICLE, "| 23 February 1921 |\n", "| 23 February 1920 |\n");
    assert_eq!(found, ["end before beginning"]);
}

#[test]
fn two_sources_that_differ_are_found() {
    let found = kinds(ARTICLE, "September 1918", "September 1917");
    assert_eq!(found, ["different values"]);
    // A coarser date that holds the finer one is no contradiction.
    let found = kinds(ARTICLE, "September 1918", "May 1918");
    assert_eq!(found, [""; 0]);
}

#[test]
fn claims_are_held_against_the_graph() {
    let found = kinds("data/claims.csv", "seven leaders,7,", "seven leaders,6,");
    assert_eq!(found, ["claimed number"]);
    // Six years and one or two months round to six.
    let project = Project::example();
    project.replace("data/claims.csv", "existence,5,", "existence,6,");
    let _ = project.run(&["build"]).expect(0);
    assert_eq!(all(&project), ["event after dissolution"]);
}

#[test]
fn a_consistent_example_has_none() {
    let project = Project::example();
    project.replace(ARTICLE, "15 November 1924", "15 October 1924");
    project.replace("data/claims.csv", "existence,5,", "existence,6,");
    let _ = project.run(&["build"]).expect(0);
    assert_eq!(all(&project), [""; 0]);
}
