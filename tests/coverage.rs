//! Nothing of a source is lost in silence.

use crate::support::Project;

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";

#[test]
fn the_shipped_sources_are_covered() {
    let project = Project::built();
    let text = project.run(&["coverage"]).expect(0);
    assert!(text.lines().count() >= 9, "{text}");
    assert!(
        text.lines().all(|line| line.ends_with(" 0 unmapped")),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.run(&["coverage", "--json"]).expect(0)).unwrap();
    let sources = json["sources"].as_array().unwrap();
    let article = sources
        .iter()
        .find(|source| source["file"] == ARTICLE)
        .unwrap();
    let items = article["items"].as_array().unwrap();
    let of = |status: &str| items.iter().filter(|item| item["status"] == status).count() as u64;
    for status in ["mapped", "ignored", "unmapped"] {
        assert_eq!(article[status].as_u64(), Some(of(status)), "{status}");
    }
    // Each mapped infobox line names its statements, and the size of the logo its reason.
    let mapped = items
        .iter()
        .filter(|item| item["status"] == "mapped" && item["kind"] == "infobox");
    assert!(mapped.clone().count() >= 8);
    assert!(
        mapped
            .into_iter()
            .all(|item| !item["statements"].as_array().unwrap().is_empty())
    );
    let logo = items.iter().find(|item| item["text"] == "150px").unwrap();
    assert_eq!(
        (logo["status"].as_str(), logo["reason"].is_string()),
        (Some("ignored"), true)
    );
}

#[test]
fn what_nothing_is_made_of_is_listed() {
    let project = Project::example();
    project.replace(
        ARTICLE,
        "It called on the workers",
        "Envoys of Khiva came in 1921. It called on the workers",
    );
    project.replace(
        ARTICLE,
        "- Logo: 150px\n",
        "- Logo: 150px\n- Zodiac sign: Libra\n",
    );
    let _ = project.run(&["build"]).expect_talk(1);
    let text = project.run(&["coverage"]).expect(1);
    assert!(
        text.contains("Envoys of Khiva came in 1921.") && text.contains("Libra"),
        "{text}"
    );
    assert!(text.contains(", 2 unmapped"), "{text}");
}
