//! What a build changed, as long as it is little: the statements that came and those that went.

use std::collections::BTreeSet;

use oxrdf::{NamedOrBlankNode, Quad};

use super::facts;
use super::generation::Generation;
use super::manifest::PartStamp;
use crate::diagnostic::Result;

/// Statements of changed parts up to which they are compared.
const STATEMENTS: u64 = 50_000;

/// Look-ups that cost as much as comparing so many statements.
const LOOKUPS: usize = 20_000;

/// What has to be done to a graph that holds one generation so that it holds another.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// To be taken out first.
    pub(super) gone: Vec<Quad>,
    /// To be put in then; some of it may be there.
    pub(super) come: Vec<Quad>,
}

/// Returns the difference of two generations, from `before` to `after`; `None` when it is not little.
///
/// # Errors
/// `STORE_DAMAGED`.
pub(super) fn between(before: &Generation, after: &Generation) -> Result<Option<Difference>> {
    let (old, new) = (alone(before, after), alone(after, before));
    let statements: u64 = old.iter().chain(&new).map(|part| part.statements).sum();
    if statements > STATEMENTS {
        return Ok(None);
    }
    let (old, new) = (lines(before, &old)?, lines(after, &new)?);
    let quads = |these: &BTreeSet<Vec<u8>>, without: &BTreeSet<Vec<u8>>| {
        let lines = these.difference(without);
        lines
            .map(|line| facts::parse(line))
            .collect::<Option<Vec<Quad>>>()
    };
    let (Some(gone), Some(mut come)) = (quads(&old, &new), quads(&new, &old)) else {
        return Ok(None);
    };
    // Lines are sorted, so those of one subject follow each other.
    let mut subjects: Vec<&NamedOrBlankNode> = gone.iter().map(|quad| &quad.subject).collect();
    subjects.dedup();
    if subjects.len() * after.stamps().len() > LOOKUPS {
        return Ok(None);
    }
    // What goes may stand in another part too, or be to the engine what another statement is: "01" and "1" as numbers.
    for subject in subjects {
        come.extend(after.about(subject)?);
        if come.len() as u64 > STATEMENTS {
            return Ok(None);
        }
    }
    Ok(Some(Difference { gone, come }))
}

/// Returns the parts of one generation that the other does not have.
fn alone<'a>(one: &'a Generation, other: &Generation) -> Vec<&'a PartStamp> {
    let known: BTreeSet<&str> = other
        .stamps()
        .iter()
        .map(|part| part.facts.sha256.as_str())
        .collect();
    one.stamps()
        .iter()
        .filter(|part| !known.contains(part.facts.sha256.as_str()))
        .collect()
}

fn lines(generation: &Generation, parts: &[&PartStamp]) -> Result<BTreeSet<Vec<u8>>> {
    let mut found = BTreeSet::new();
    for part in parts {
        found.extend(facts::lines(&generation.load_facts(part)?).map(<[u8]>::to_vec));
    }
    Ok(found)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::store::{BuildInfo, Provenance, Scope, Store};

    const NUMBER: &str = "^^<http://www.w3.org/2001/XMLSchema#integer>";

    fn build(store: &Store, parts: &[(&str, String)]) -> Generation {
        let mut build = store.begin("build").unwrap();
        build.keep(Provenance::None);
        for (name, lines) in parts {
            build.part(name).add_lines(lines.clone());
        }
        let info = build.finish(BuildInfo::default()).unwrap();
        assert_eq!(info.findings, []);
        store.current().unwrap()
    }

    /// The quads and the named graphs of the store on disk.
    fn on_disk(generation: &Generation) -> (Vec<String>, Vec<String>) {
        let graph = generation.graph(Scope::Facts).unwrap();
        let mut quads: Vec<String> = graph
            .quads()
            .map(|quad| quad.unwrap().to_string())
            .collect();
        quads.sort();
        let mut graphs: Vec<String> = graph.graph_names().unwrap();
        graphs.sort();
        (quads, graphs)
    }

    fn disk(folder: &Path) -> Vec<u64> {
        let stores = folder.join("disk");
        let mut tables = Vec::new();
        for store in fs::read_dir(stores).unwrap() {
            for file in fs::read_dir(store.unwrap().path().join("store")).unwrap() {
                let file = file.unwrap();
                if file.path().extension().is_some_and(|it| it == "sst") {
                    use std::os::unix::fs::MetadataExt as _;
                    tables.push(file.metadata().unwrap().nlink());
                }
            }
        }
        tables
    }

    /// Builds one set of parts after another, and compares with a store that was filled with the second alone.
    fn after(before: &[(&str, String)], then: &[(&str, String)]) -> (Vec<String>, Vec<String>) {
        let changed = tempfile::tempdir().unwrap();
        let store = Store::at(changed.path());
        let _ = build(&store, before);
        let changed_to = build(&store, then);
        // Tables of the first store are the second's too, so it was not filled anew.
        assert!(disk(changed.path()).iter().any(|links| *links > 1));

        let anew = tempfile::tempdir().unwrap();
        let filled = build(&Store::at(anew.path()), then);
        assert_eq!(changed_to.id(), filled.id());
        assert_eq!(on_disk(&changed_to), on_disk(&filled));
        changed_to.verify().unwrap();
        // The first store is as it was.
        store.previous().unwrap().verify().unwrap();
        on_disk(&changed_to)
    }

    #[test]
    fn a_changed_store_is_that_of_a_clean_build() {
        let rest: String = (0..500).map(|n| format!("<r{n}> <p> <o> .\n")).collect();
        let (quads, graphs) = after(
            &[
                (
                    "a",
                    format!("<s> <p> \"01\"{NUMBER} .\n<s> <q> <x> .\n<t> <p> <o> <g> .\n"),
                ),
                (
                    "b",
                    format!("<s> <p> \"1\"{NUMBER} .\n<s> <q> <x> .\n<s> <q> <y> <h> .\n"),
                ),
                ("c", rest.clone()),
            ],
            &[
                ("a", "<u> <p> \"new\" .\n".to_owned()),
                (
                    "b",
                    format!("<s> <p> \"1\"{NUMBER} .\n<s> <q> <x> .\n<s> <q> <y> <h> .\n"),
                ),
                ("c", rest),
            ],
        );
        // The number stays although another writing of it went, and the statement that the second part has too; the graph
        // that is empty went.
        assert!(quads.contains(&format!("<s> <p> \"1\"{NUMBER}")));
        assert!(quads.contains(&"<s> <q> <x>".to_owned()));
        assert_eq!(quads.len(), 504);
        assert_eq!(graphs, ["<h>"]);
    }

    #[test]
    fn a_part_that_goes_takes_its_statements_along() {
        let kept: String = (0..400)
            .map(|n| format!("<k{n}> <p> \"{n}\" .\n"))
            .collect();
        let both = [
            ("a", kept.clone()),
            ("b", "<s> <p> <o> .\n<k1> <p> \"1\" .\n".to_owned()),
        ];
        let (quads, _) = after(&both, &both[..1]);
        assert_eq!(quads.len(), 400);
        assert!(quads.contains(&"<k1> <p> \"1\"".to_owned()));
    }

    #[test]
    fn one_change_of_a_subject_with_many_statements_is_no_little_difference() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let hub: String = (0..=STATEMENTS)
            .map(|n| format!("<hub> <p> \"{n}\" .\n"))
            .collect();
        let parts = |value: &str| {
            [
                ("hub", hub.clone()),
                ("note", format!("<hub> <note> \"{value}\" .\n")),
            ]
        };
        let before = build(&store, &parts("one"));
        let then = build(&store, &parts("two"));
        assert!(between(&before, &then).unwrap().is_none());
    }

    #[test]
    fn many_changes_are_no_little_difference() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let lines = |range: std::ops::Range<u64>| -> String {
            range.map(|n| format!("<s{n}> <p> <o> .\n")).collect()
        };
        let before = build(&store, &[("a", lines(0..STATEMENTS))]);
        let then = build(&store, &[("a", lines(5..STATEMENTS))]);
        assert!(between(&before, &then).unwrap().is_none());
        assert_eq!(on_disk(&then).0.len() as u64, STATEMENTS - 5);
    }
}
