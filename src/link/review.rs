//! The queue of open cases, decided one by one in a dialogue of lines.
//!
//! Every decision is on disk before the next question, so that a review can be left and taken up again at any time.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::Path;

use super::decisions::{Decision, Decisions, NEW_ITEM, Verdict};
use super::links::Links;
use super::own::Own;
use super::project::item;
use super::resolve::Case;
use super::score::Scored;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Linked.
    pub accepted: usize,
    /// Candidates refused.
    pub rejected: usize,
    /// Without an item.
    pub without: usize,
    /// Left for later.
    pub skipped: usize,
}

/// The answers that are understood.
pub const HELP: &str = "a [N] accept candidate N (1), a Q42 that item; r [N] or r Q42 reject it; n none of these; w a new item is needed; s skip; u undo; q quit";

/// What stands before an answer and comes back with `u`.
struct Step {
    at: usize,
    rows: usize,
    tally: Tally,
    refused: BTreeSet<String>,
}

/// Asks about every case, those with candidates first, and writes the decisions to a file.
///
/// # Errors
/// `WRITE_FAILED`; an input that ends is the same as `q`.
pub fn review(
    cases: &[Case],
    own: &Own,
    decisions: &mut Decisions,
    path: &Path,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Tally> {
    let (mut open, without): (Vec<&Case>, Vec<&Case>) = cases
        .iter()
        .partition(|case| !case.outcome.candidates.is_empty());
    open.extend(without);
    let mut tally = Tally::default();
    let mut done: Vec<Step> = Vec::new();
    let mut at = 0;
    let mut refused: BTreeSet<String> = BTreeSet::new();
    if !open.is_empty() {
        ask(out, &format!("{HELP}\n"))?;
    }
    while !open.is_empty() {
        let links = Links::new(own, decisions);
        let case = open.get(at);
        match case {
            Some(case) => show(case, at + 1, open.len(), &refused, &links, out)?,
            None => ask(out, "\nThat was the last. u, q? ")?,
        }
        let mut line = String::new();
        if input.read_line(&mut line).map_err(|error| failed(&error))? == 0 {
            break;
        }
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or("");
        if verb == "u" {
            match done.pop() {
                Some(earlier) => {
                    for _ in 0..earlier.rows {
                        decisions.undo();
                    }
                    decisions.write(path)?;
                    (at, tally, refused) = (earlier.at, earlier.tally, earlier.refused);
                }
                None => ask(out, "There is nothing to undo.\n")?,
            }
            continue;
        }
        if verb == "q" {
            break;
        }
        let Some(case) = case else {
            continue;
        };
        let chosen = chosen(words.next().unwrap_or("1"), case, &refused);
        let decision = |verdict, object: Option<(String, String)>, comment: &str| Decision {
            subject: case.iri.clone(),
            label: case.label.clone(),
            verdict,
            object,
            manual: true,
            confidence: 1.0,
            comment: comment.to_owned(),
        };
        let mut step = Step {
            at,
            rows: 1,
            tally,
            refused: refused.clone(),
        };
        match (verb, chosen) {
            ("a", Some((item, candidate))) => {
                let comment = candidate.map_or_else(
                    || "entered in review".to_owned(),
                    |one| format!("score {:.3}", one.score),
                );
                if let Some(other) = links.other(&item, &case.iri) {
                    let other = links.shown(other);
                    ask(
                        out,
                        &format!("{item} is linked to {other} as well; u takes the answer back.\n"),
                    )?;
                }
                let object = (item, label(candidate));
                decisions.add(&decision(Verdict::Same, Some(object), &comment));
                tally.accepted += 1;
                at += 1;
            }
            ("r", Some((item, candidate))) => {
                let object = (item.clone(), label(candidate));
                decisions.add(&decision(
                    Verdict::Different,
                    Some(object),
                    "rejected in review",
                ));
                tally.rejected += 1;
                refused.insert(item);
            }
            ("n" | "w", _) => {
                decisions.add(&decision(
                    Verdict::NoItem,
                    None,
                    &without_item(case, verb == "w"),
                ));
                tally.without += 1;
                at += 1;
            }
            ("s", _) => {
                tally.skipped += 1;
                step.rows = 0;
                at += 1;
            }
            _ => {
                ask(out, &format!("{HELP}\n"))?;
                continue;
            }
        }
        if step.rows > 0 {
            decisions.write(path)?;
        }
        if at != step.at {
            refused.clear();
        }
        done.push(step);
    }
    Ok(tally)
}

/// Returns the item that a word means, and the candidate that it is: a number of the list, or an item that somebody knows.
fn chosen<'a>(
    word: &str,
    case: &'a Case,
    refused: &BTreeSet<String>,
) -> Option<(String, Option<&'a Scored>)> {
    let candidates = &case.outcome.candidates;
    let found = match item(word) {
        Some(item) => {
            let listed = candidates.iter().find(|one| one.item == item);
            Some((item, listed))
        }
        None => {
            let at = word.parse::<usize>().ok()?.checked_sub(1)?;
            candidates.get(at).map(|one| (one.item.clone(), Some(one)))
        }
    };
    found.filter(|(item, _)| !refused.contains(item))
}

fn label(candidate: Option<&Scored>) -> String {
    candidate.map_or_else(String::new, |one| one.label.clone())
}

/// Says of a decision for no item what it was decided against.
fn without_item(case: &Case, new: bool) -> String {
    let items: Vec<&str> = case
        .outcome
        .candidates
        .iter()
        .map(|one| one.item.as_str())
        .collect();
    let against = (!items.is_empty()).then(|| format!("none of {}", items.join(", ")));
    let new = new.then(|| NEW_ITEM.to_owned());
    let words: Vec<String> = new.into_iter().chain(against).collect();
    if words.is_empty() {
        return "no candidates".to_owned();
    }
    words.join(", ")
}

fn show(
    case: &Case,
    number: usize,
    of: usize,
    refused: &BTreeSet<String>,
    links: &Links<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let mut text = format!("\n[{number}/{of}] {}\n    <{}>\n", case.label, case.iri);
    for known in &case.known {
        text.push_str(&format!("    {known}\n"));
    }
    let mut left = false;
    for (at, one) in case.outcome.candidates.iter().enumerate() {
        if refused.contains(&one.item) {
            continue;
        }
        left = true;
        let taken = links
            .other(&one.item, &case.iri)
            .map(|other| links.shown(other));
        text.push_str(&format!(
            "  {}. {:.2} {} ({}){}\n",
            at + 1,
            one.score,
            one.label,
            one.item,
            taken.map_or_else(String::new, |other| format!(", linked to {other}"))
        ));
        for feature in &one.features {
            text.push_str(&format!(
                "       {:<10} {:+.1}  {} ~ {}\n",
                feature.id, feature.weight, feature.here, feature.there
            ));
        }
    }
    if left {
        text.push_str("a/r [N], n, w, s, u, q? ");
    } else {
        let why = match &case.lack {
            Some(why) => format!("no candidates: {why}"),
            None => "no candidates are left".to_owned(),
        };
        text.push_str(&format!("  {why}\na Q42, n, w, s, u, q? "));
    }
    ask(out, &text)
}

fn ask(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(
        codes::WRITE_FAILED,
        format!("the review cannot go on: {error}"),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::super::own::OwnEntity;
    use super::super::score::Outcome;
    use super::*;

    fn case(name: &str) -> Case {
        let scored = |item: &str| Scored {
            item: item.into(),
            label: item.into(),
            score: 0.5,
            features: Vec::new(),
        };
        Case {
            iri: format!("https://e/{name}"),
            label: name.into(),
            known: vec!["P571 1918".into()],
            outcome: Outcome {
                candidates: vec![scored("Q1"), scored("Q2")],
                linked: false,
            },
            taken_by: None,
            lack: None,
        }
    }

    fn own() -> Own {
        let named = |name: &str| {
            let entity = OwnEntity {
                label: name.to_owned(),
                ..OwnEntity::default()
            };
            (format!("https://e/{name}"), entity)
        };
        Own {
            entities: ["a", "b", "c", "d"].map(named).into(),
            ..Own::default()
        }
    }

    fn run(input: &str, path: &Path) -> (Tally, String) {
        let mut decisions = Decisions::read(path).unwrap();
        let mut out = Vec::new();
        let cases = [case("a"), case("b"), case("c")];
        let open: Vec<Case> = cases
            .into_iter()
            .filter(|case| decisions.about(&case.iri).is_empty())
            .collect();
        let tally = review(
            &open,
            &own(),
            &mut decisions,
            path,
            &mut input.as_bytes(),
            &mut out,
        )
        .unwrap();
        (tally, std::fs::read_to_string(path).unwrap_or_default())
    }

    #[test]
    fn a_review_can_be_left_and_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sssom.tsv");
        let (tally, text) = run("a 2\nq\n", &path);
        assert_eq!(tally.accepted, 1);
        assert!(
            text.contains("https://e/a\ta\tskos:exactMatch\twd:Q2"),
            "{text}"
        );
        let (tally, text) = run("n\nu\nr 1\nw\ns\n", &path);
        assert_eq!((tally.rejected, tally.without, tally.skipped), (1, 1, 1));
        assert!(
            text.contains("owl:differentFrom\twd:Q1")
                && text.contains("a new item is needed, none of Q1, Q2"),
            "{text}"
        );
        assert!(!text.contains("\tnone of"), "{text}");
        let refused = Decisions::read(&path).unwrap().new_items();
        assert_eq!(
            refused,
            [(
                "https://e/b".to_owned(),
                ["Q1".to_owned(), "Q2".to_owned()].into()
            )]
            .into()
        );
    }

    #[test]
    fn what_has_no_candidates_is_asked_last_and_can_be_made_new_or_entered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sssom.tsv");
        let lacking = |name: &str| Case {
            outcome: Outcome::default(),
            lack: Some("the extract has no item with a name like it".into()),
            ..case(name)
        };
        let cases = [lacking("a"), lacking("b"), case("c"), lacking("d")];
        let ask = |input: &str| {
            let mut decisions = Decisions::read(&path).unwrap();
            let mut out = Vec::new();
            let tally = review(
                &cases,
                &own(),
                &mut decisions,
                &path,
                &mut input.as_bytes(),
                &mut out,
            );
            (tally.unwrap(), String::from_utf8(out).unwrap())
        };
        let (_, shown) = ask("s\nq\n");
        assert!(shown.contains("[1/4] c\n"), "{shown}");
        assert!(
            shown.contains("[2/4] a\n    <https://e/a>\n    P571 1918\n  no candidates: the extract has no item with a name like it\na Q42, n, w, s, u, q? "),
            "{shown}"
        );
        // Nothing is left of the first, so a new item may be needed; what was refused stays so when later answers are undone.
        let (tally, shown) = ask("r\nr 2\nu\nr 1\nr Q2\nr Q3\nw\na\na 1\na wd:Q42\nn\nu\nw\ns\n");
        assert_eq!(shown.matches("  no candidates are left\n").count(), 3);
        assert_eq!(shown.matches(HELP).count(), 4, "{shown}");
        assert_eq!(
            (tally.accepted, tally.rejected, tally.without, tally.skipped),
            (1, 3, 2, 1)
        );
        let text = std::fs::read_to_string(&path).unwrap();
        for row in [
            "https://e/a\ta\tskos:exactMatch\twd:Q42\t\tsemapv:ManualMappingCuration\t1.000\tentered in review\t",
            "https://e/b\tb\tskos:exactMatch\tsssom:NoTermFound\t\tsemapv:ManualMappingCuration\t1.000\ta new item is needed\t",
            "https://e/c\tc\tskos:exactMatch\tsssom:NoTermFound\t\tsemapv:ManualMappingCuration\t1.000\ta new item is needed, none of Q1, Q2\t",
        ] {
            assert!(text.contains(row), "{text}");
        }
        assert_eq!(text.matches("owl:differentFrom").count(), 3, "{text}");
        assert!(!text.contains("https://e/d"), "{text}");
        let new = Decisions::read(&path).unwrap().new_items();
        assert_eq!(new["https://e/b"], BTreeSet::new());
        let refused: Vec<&str> = new["https://e/c"].iter().map(String::as_str).collect();
        assert_eq!(refused, ["Q1", "Q2", "Q3"]);
    }

    #[test]
    fn an_item_that_is_linked_already_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sssom.tsv");
        let mut decisions = Decisions::default();
        let mut out = Vec::new();
        let cases = [case("a"), case("b")];
        let mut input = "a 1\na 1\nu\na 2\n".as_bytes();
        review(&cases, &own(), &mut decisions, &path, &mut input, &mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        let told = "Q1 is linked to a <https://e/a> as well; u takes the answer back.\n";
        assert_eq!(shown.matches(told).count(), 1, "{shown}");
        assert!(shown.contains("1. 0.50 Q1 (Q1), linked to a <https://e/a>\n"));
        assert!(shown.contains("2. 0.50 Q2 (Q2)\n"), "{shown}");
        let links = decisions.links();
        let links: Vec<(&str, &str)> = links.iter().map(|(a, b, _)| (&a[..], &b[..])).collect();
        assert_eq!(links, [("https://e/a", "Q1"), ("https://e/b", "Q2")]);
    }
}
