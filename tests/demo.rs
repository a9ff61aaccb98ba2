//! `demo`: the first thing a user sees.

use crate::support::{Project, run_in};

#[test]
fn the_demo_shows_tenures_contradictions_and_what_comes_next() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run_in(folder.path(), &["demo"], "").expect(0);
    for person in [
        "Nadzhib Khusainov",
        "Aslamkhodzha Umarkhodzhayev",
        "Saidulla Tursunkhodzhayev",
        "Abdurashid Mukamilov",
        "Mukhtar Saidzhanov",
        "Abdullo Rakhimbayev",
        "Akhmetbek Mavlyanbekov",
    ] {
        assert!(shown.contains(person), "{shown}");
    }
    assert!(shown.contains("five-year"), "{shown}");
    assert!(shown.contains("factmill why"), "{shown}");
    let turtle = std::fs::read_to_string(folder.path().join("bukhara.ttl")).unwrap();
    assert!(turtle.contains("pol:Tenure"), "{turtle}");
    // A second run finds the example and says the same.
    assert_eq!(run_in(folder.path(), &["demo"], "").expect(0), shown);
}

#[test]
fn the_demo_uses_the_example_it_stands_in() {
    let project = Project::example();
    let _ = project.run(&["demo"]).expect(0);
    assert!(!project.path("factmill-demo").exists());
    assert!(project.path(".factmill").exists());
    assert!(project.path("bukhara.ttl").exists());
}

#[test]
fn a_changed_demo_keeps_the_changes() {
    let folder = tempfile::tempdir().unwrap();
    let _ = run_in(folder.path(), &["demo"], "").expect(0);
    let article = folder
        .path()
        .join("factmill-demo/data/articles/communist-party-of-bukhara.txt");
    let text = std::fs::read_to_string(&article).unwrap();
    std::fs::write(
        &article,
        text.replace("15 November 1924", "16 November 1924"),
    )
    .unwrap();
    let shown = run_in(folder.path(), &["demo"], "").expect(0);
    assert!(shown.contains("1924-11-16"), "{shown}");
}
