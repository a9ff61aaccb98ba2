//! The page of codes says what the code says.

use std::fs;

use factmill::diagnostic::codes::ALL;

use crate::support::root;

#[test]
fn every_code_is_on_the_page_with_its_status() {
    let page = fs::read_to_string(root().join("docs/codes.md")).unwrap();
    let rows: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with("| FM"))
        .map(str::to_owned)
        .collect();
    let expected: Vec<String> = ALL
        .iter()
        .map(|code| format!("| {code} | {} | {} |", code.status() as u8, code.title()))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_code_says_what_to_do() {
    let page = fs::read_to_string(root().join("docs/codes.md")).unwrap();
    for code in ALL {
        let advice = page.split(&format!("\n### {code}\n\n")).nth(1);
        let advice = advice.and_then(|text| text.lines().next()).unwrap_or("");
        let meaning = format!("{}. ", code.title());
        let fix = advice.get(meaning.len()..).unwrap_or("");
        assert!(!fix.trim().is_empty(), "{code}: {advice}");
    }
}

#[test]
fn codes_are_in_order_and_never_twice() {
    let numbers: Vec<String> = ALL.iter().map(ToString::to_string).collect();
    let mut sorted = numbers.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(numbers, sorted);
}
