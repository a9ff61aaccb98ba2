//! New items: made once, connected when they are linked, never made again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::Project;
use crate::support::quickstatements::commands;
use crate::wikidata::{dumped, item_snak};

const LINKS: &str = "data/links/wikidata.sssom.tsv";
const PARTY: &str = "organisation/communist-party-of-bukhara";
const HOLDER: &str = "person/communist-party-of-bukhara.nadzhib-khusainov";
const NEW_HOLDER: &str = "person/communist-party-of-bukhara.saidulla-tursunkhodzhayev";
const POST: &str = "post/communist-party-of-bukhara.chairmen-of-the-communist-party-of-bukhara";

/// What Wikidata holds: items as a dump has them, by number.
struct World(BTreeMap<String, Value>);

impl World {
    fn add(&mut self, id: &str, label: &str, claims: &Value) {
        let item = serde_json::from_str(&dumped(id, label, claims)).unwrap();
        self.0.insert(id.to_owned(), item);
    }

    /// Imports what an export gives as Wikibase JSON; new items get the next numbers, which are returned with their labels.
    fn import(&mut self, export: &str) -> Vec<(String, String)> {
        let given: Value = serde_json::from_str(export).unwrap();
        for (id, gift) in given["entities"].as_object().unwrap() {
            let item = self.0.get_mut(id).unwrap();
            for (property, claims) in gift["claims"].as_object().unwrap() {
                let there = &mut item["claims"][property];
                if there.is_null() {
                    *there = json!([]);
                }
                let more = claims.as_array().unwrap().clone();
                there.as_array_mut().unwrap().extend(more);
            }
        }
        let mut made = Vec::new();
        for new in given["new"].as_array().into_iter().flatten() {
            let id = format!("Q{}", 999_001_000 + self.0.len());
            let label = new["labels"]["en"]["value"].as_str().unwrap().to_owned();
            let mut item = new.clone();
            item["id"] = json!(id);
            self.0.insert(id.clone(), item);
            made.push((id, label));
        }
        made
    }

    fn extract(&self, project: &Project) {
        let lines: Vec<String> = self.0.values().map(Value::to_string).collect();
        project.write("dump.json", &format!("[\n{}\n]\n", lines.join(",\n")));
        let _ = project
            .run(&["wikidata", "extract", "dump.json", "--all", "-o", "extract"])
            .expect(0);
    }
}

/// Writes decisions, in the place of what was decided of those entities before, and builds.
fn decide(project: &Project, decisions: &[(&str, &str, &str)]) {
    let mut text: String = project
        .read(LINKS)
        .lines()
        .filter(|line| {
            !decisions
                .iter()
                .any(|(entity, ..)| line.starts_with(&format!("id:{entity}\t")))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    for (entity, object, comment) in decisions {
        text.push_str(&format!(
            "id:{entity}\t\tskos:exactMatch\t{object}\t\tsemapv:ManualMappingCuration\t1.0\t{comment}\n"
        ));
    }
    project.write(LINKS, &text);
    let _ = project.run(&["build"]).expect(0);
}

/// Exports twice, as QuickStatements and as JSON; the status says whether something was left out.
fn export(project: &Project) -> (String, String, String) {
    let arguments = ["wikidata", "export", "--extract", "extract"];
    let run = project.run(&arguments);
    let told = run.stderr.clone();
    let json = [&arguments[..], &["--format", "json"]].concat();
    let status = i32::from(told.contains("[FM0802]"));
    (run.expect(status), project.run(&json).expect(status), told)
}

/// The shipped example with a second term of a holder and the language of its names, and a Wikidata of two items.
fn beginning() -> (Project, World) {
    let project = Project::example();
    let last = "| Saidulla Tursunkhodzhayev | 23 February 1921 | 3 July 1921 |\n";
    project.replace(
        "data/articles/communist-party-of-bukhara.txt",
        last,
        &format!("{last}| Nadzhib Khusainov | 3 July 1921 | 4 July 1921 |\n"),
    );
    let manifest = project.read("factmill.toml");
    project.write(
        "factmill.toml",
        &format!("{manifest}\n[wikidata]\nlanguages = [\"en\"]\n"),
    );
    let mut world = World(BTreeMap::new());
    world.add("Q4100482", "Communist Party of Bukhara", &json!({}));
    let person = json!([{ "mainsnak": item_snak("P31", "Q5"), "rank": "normal" }]);
    world.add("Q999000001", "A holder", &json!({ "P31": person }));
    (project, world)
}

#[test]
fn new_items_are_made_once_and_connected_when_linked() {
    let (project, mut world) = beginning();
    decide(
        &project,
        &[
            (HOLDER, "wd:Q999000001", ""),
            (NEW_HOLDER, "sssom:NoTermFound", "a new item is needed"),
            (POST, "sssom:NoTermFound", "a new item is needed"),
        ],
    );
    world.extract(&project);

    // First the items themselves: nothing can name them before they have a number.
    let (text, json, told) = export(&project);
    let lines = commands(&text);
    let made = lines.iter().position(|line| *line == "CREATE").unwrap();
    assert_eq!(
        lines[made..],
        [
            "CREATE",
            "LAST\tLen\t\"Saidulla Tursunkhodzhayev\"",
            "LAST\tP31\tQ5\tS143\tQ328",
            "CREATE",
            "LAST\tLen\t\"Chairmen of the Communist Party of Bukhara\"",
            "LAST\tP31\tQ4164871\tS143\tQ328",
            "LAST\tP2389\tQ4100482\tS143\tQ328",
        ]
    );
    assert!(!text.contains("\tP39\t"), "{text}");
    assert!(told.contains("(3 of them on 2 new items)"), "{told}");
    // Two terms of one person are two statements.
    let terms: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| line.contains("\tP488\t"))
        .collect();
    assert_eq!(
        terms,
        [
            "Q4100482\tP488\tQ999000001\tP580\t+1919-06-27T00:00:00Z/11\tP582\t+1920-10-06T00:00:00Z/11\tS143\tQ328",
            "+Q4100482\tP488\tQ999000001\tP580\t+1921-07-03T00:00:00Z/11\tP582\t+1921-07-04T00:00:00Z/11\tS143\tQ328",
        ]
    );
    let made = world.import(&json);
    world.extract(&project);

    // As long as nobody has linked them, they are recognised and nothing is made again.
    let (text, _, told) = export(&project);
    assert_eq!(text, "", "{told}");
    for (id, _) in &made {
        let told_of = format!("an item of that name may be the one: {id}\n");
        assert!(told.contains(&told_of), "{told}");
    }

    // Linked, they are connected, from the person's side and from the party's.
    let id_of = |label: &str| {
        let found = made.iter().find(|(_, one)| one.starts_with(label));
        format!("wd:{}", found.unwrap().0)
    };
    let (person, post) = (id_of("Saidulla"), id_of("Chairmen"));
    decide(&project, &[(NEW_HOLDER, &person, ""), (POST, &post, "")]);
    let (person, post) = (&person[3..], &post[3..]);
    let (text, json, told) = export(&project);
    let end = "\tS143\tQ328";
    let first = "P580\t+1919-06-27T00:00:00Z/11\tP582\t+1920-10-06T00:00:00Z/11";
    let second = "P580\t+1921-07-03T00:00:00Z/11\tP582\t+1921-07-04T00:00:00Z/11";
    let other = "P580\t+1921-02-23T00:00:00Z/11\tP582\t+1921-07-03T00:00:00Z/11";
    let mut lines = commands(&text);
    lines.sort_unstable();
    let mut expected = [
        format!("Q999000001\tP39\t{post}\t{first}{end}"),
        format!("+Q999000001\tP39\t{post}\t{second}{end}"),
        format!("{person}\tP39\t{post}\t{other}{end}"),
        format!("Q4100482\tP488\t{person}\t{other}{end}"),
    ];
    expected.sort_unstable();
    assert_eq!(lines, expected, "{told}");
    assert!(world.import(&json).is_empty());
    world.extract(&project);
    let (text, _, told) = export(&project);
    assert_eq!(text, "", "{told}");
}

#[test]
fn a_new_item_is_named_in_all_languages() {
    let (project, mut world) = beginning();
    let article = "data/articles/communist-party-of-bukhara.txt";
    project.replace(
        article,
        "Бухарская коммунистическая партия",
        "Бухарская \"коммунистическая\" партия",
    );
    decide(
        &project,
        &[(PARTY, "sssom:NoTermFound", "a new item is needed")],
    );
    let _ = world.0.remove("Q4100482");
    world.extract(&project);
    let (text, json, told) = export(&project);
    let labels: Vec<&str> = commands(&text)
        .into_iter()
        .filter(|line| line.starts_with("LAST\tL"))
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    assert_eq!(labels, ["Len", "Lfa", "Lru", "Ltg", "Luz"], "{told}");
    for line in [
        "LAST\tP31\tQ7278\tS143\tQ328\n",
        "LAST\tP571\t+1918-09-00T00:00:00Z/10\tS143\tQ328\n",
        "LAST\tP1448\tru:\"Бухарская \"коммунистическая\" партия\"\tS143\tQ328\n",
    ] {
        assert!(text.contains(line), "{text}");
    }

    // When it is there and linked, neither statements nor names are given again.
    let mut other = World(BTreeMap::new());
    let made = other.import(&json);
    other.extract(&project);
    decide(&project, &[(PARTY, &format!("wd:{}", made[0].0), "")]);
    let arguments = ["wikidata", "export", "--extract", "extract", "--labels"];
    let run = project.run(&arguments);
    assert!(run.stderr.contains("the value has no item"), "{run:?}");
    assert_eq!(run.expect(1), "");
    decide(
        &project,
        &[(PARTY, "sssom:NoTermFound", "a new item is needed")],
    );
    world.extract(&project);

    // Of two foundings neither is given, and a label for all languages is one in each.
    project.replace(
        article,
        "- Founded: September 1918\n",
        "- Founded: September 1918; 5 May 1920\n",
    );
    let _ = project.run(&["build"]).expect(0);
    let (text, _, told) = export(&project);
    assert!(!text.contains("\tP571\t"), "{text}");
    assert!(told.contains("the graph has several"), "{told}");
    world.add("Q999000009", "another", &json!({}));
    let name = json!({ "mul": { "language": "mul", "value": "Communist Party of Bukhara" } });
    world.0.get_mut("Q999000009").unwrap()["labels"] = name;
    world.extract(&project);
    let (text, _, told) = export(&project);
    assert!(!text.contains("CREATE"), "{text}");
    assert!(told.contains("may be the one: Q999000009"), "{told}");
}

#[test]
fn two_terms_of_a_new_item_in_one_post_stay_two() {
    let (project, mut world) = beginning();
    world.add("Q999000005", "The chair", &json!({}));
    decide(
        &project,
        &[
            (HOLDER, "sssom:NoTermFound", "a new item is needed"),
            (POST, "wd:Q999000005", ""),
        ],
    );
    world.extract(&project);
    // While it is made, the second would be merged into the first.
    let (text, json, told) = export(&project);
    let terms = commands(&text)
        .into_iter()
        .filter(|line| line.contains("\tP39\t"));
    assert_eq!(
        terms.collect::<Vec<_>>(),
        [
            "LAST\tP39\tQ999000005\tP580\t+1919-06-27T00:00:00Z/11\tP582\t+1920-10-06T00:00:00Z/11\tS143\tQ328"
        ]
    );
    assert!(
        told.contains("another statement with that value first"),
        "{told}"
    );
    let made = world.import(&json);
    world.extract(&project);
    let id = &made[0].0;
    decide(&project, &[(HOLDER, &format!("wd:{id}"), "")]);
    let (text, json, _) = export(&project);
    let terms = commands(&text)
        .into_iter()
        .filter(|line| line.contains("\tP39\t"));
    let second = format!(
        "+{id}\tP39\tQ999000005\tP580\t+1921-07-03T00:00:00Z/11\tP582\t+1921-07-04T00:00:00Z/11\tS143\tQ328"
    );
    assert_eq!(terms.collect::<Vec<_>>(), [second]);
    world.import(&json);
    world.extract(&project);
    let (text, _, told) = export(&project);
    assert_eq!(text, "", "{told}");
}

#[test]
fn a_new_item_needs_a_language_and_a_source() {
    let (project, mut world) = beginning();
    let manifest = project.read("factmill.toml");
    project.write(
        "factmill.toml",
        &manifest.replace("languages = [\"en\"]\n", ""),
    );
    decide(
        &project,
        &[(NEW_HOLDER, "sssom:NoTermFound", "a new item is needed")],
    );
    world.extract(&project);
    let (text, json, told) = export(&project);
    assert!(!text.contains("CREATE"), "{text}");
    assert!(
        told.contains("none of its names says its language"),
        "{told}"
    );
    assert!(world.import(&json).is_empty());

    project.write(
        "factmill.toml",
        &manifest.replace("reference = { P143 = \"Q328\" }\n", ""),
    );
    let _ = project.run(&["build"]).expect(0);
    let (text, _, told) = export(&project);
    assert_eq!(text, "");
    assert!(told.contains("no statement can be given with it"), "{told}");
}

#[test]
fn an_item_of_the_name_is_passed_over_when_refused_or_of_another_kind() {
    let (project, mut world) = beginning();
    let class =
        |class: &str| json!({ "P31": [{ "mainsnak": item_snak("P31", class), "rank": "normal" }] });
    let name = "Saidulla Tursunkhodzhayev";
    world.add("Q999000002", name, &class("Q515"));
    world.add("Q999000003", "Saidulla TURSUNKHODZHAYEV", &class("Q5"));
    world.extract(&project);
    let made = |comment: &str| {
        decide(&project, &[(NEW_HOLDER, "sssom:NoTermFound", comment)]);
        export(&project).0.contains("CREATE\n")
    };
    assert!(!made("a new item is needed"), "a namesake may be the one");
    assert!(made("a new item is needed, none of Q999000003"));
    assert!(!made("none of Q999000003"), "no item was asked for");
    decide(&project, &[(NEW_HOLDER, "wd:Q999000003", "")]);
    assert!(!export(&project).0.contains("CREATE"));
    // That another entity is linked to it does not tell it from this one.
    decide(&project, &[(HOLDER, "wd:Q999000003", "")]);
    assert!(!made("a new item is needed"), "a namesake may be the one");
    decide(
        &project,
        &[("person/nobody", "sssom:NoTermFound", "a new item is needed")],
    );
    let told = export(&project).2;
    assert!(told.contains("no entity of that IRI"), "{told}");
}
