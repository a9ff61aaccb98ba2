//! The queue of open cases, decided one by one in a dialogue of lines.
//!
//! Every decision is on disk before the next question, so that a review can be left and taken up again at any time.

use std::io::{BufRead, Write};
use std::path::Path;

use super::decisions::{Decision, Decisions, NEW_ITEM, Verdict};
use super::resolve::Case;
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
pub const HELP: &str = "a [N] accept candidate N (1); r [N] reject it; n none of these; w a new item is needed; s skip; u undo; q quit";

/// Asks about every case that has candidates and writes the decisions to a file.
///
/// # Errors
/// `WRITE_FAILED`; an input that ends is the same as `q`.
pub fn review(
    cases: &[Case],
    decisions: &mut Decisions,
    path: &Path,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Tally> {
    let open: Vec<&Case> = cases
        .iter()
        .filter(|case| !case.outcome.candidates.is_empty())
        .collect();
    let mut tally = Tally::default();
    let mut done: Vec<(usize, usize, Tally)> = Vec::new();
    let mut at = 0;
    let mut refused: Vec<usize> = Vec::new();
    while let Some(case) = open.get(at) {
        show(case, at + 1, open.len(), &refused, out)?;
        let mut line = String::new();
        if input.read_line(&mut line).map_err(|error| failed(&error))? == 0 {
            break;
        }
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or("");
        let number = words
            .next()
            .map_or(Some(1), |word| word.parse::<usize>().ok());
        let candidate = number
            .and_then(|number| number.checked_sub(1))
            .filter(|at| !refused.contains(at))
            .and_then(|at| case.outcome.candidates.get(at));
        let decision = |verdict, object: Option<(String, String)>, comment: &str| Decision {
            subject: case.iri.clone(),
            label: case.label.clone(),
            verdict,
            object,
            manual: true,
            confidence: 1.0,
            comment: comment.to_owned(),
        };
        let before = tally;
        match (verb, candidate) {
            ("a", Some(best)) => {
                decisions.add(&decision(
                    Verdict::Same,
                    Some((best.item.clone(), best.label.clone())),
                    &format!("score {:.3}", best.score),
                ));
                tally.accepted += 1;
            }
            ("r", Some(best)) => {
                decisions.add(&decision(
                    Verdict::Different,
                    Some((best.item.clone(), best.label.clone())),
                    "rejected in review",
                ));
                tally.rejected += 1;
                decisions.write(path)?;
                done.push((at, 1, before));
                refused.push(number.unwrap_or(1) - 1);
                if refused.len() == case.outcome.candidates.len() {
                    at += 1;
                    refused.clear();
                }
                continue;
            }
            ("n" | "w", _) => {
                let items: Vec<&str> = case
                    .outcome
                    .candidates
                    .iter()
                    .map(|one| one.item.as_str())
                    .collect();
                let mut comment = format!("none of {}", items.join(", "));
                if verb == "w" {
                    comment = format!("{NEW_ITEM}, {comment}");
                }
                decisions.add(&decision(Verdict::NoItem, None, &comment));
                tally.without += 1;
            }
            ("s", _) => {
                tally.skipped += 1;
                done.push((at, 0, before));
                at += 1;
                refused.clear();
                continue;
            }
            ("u", _) => {
                match done.pop() {
                    Some((earlier, rows, tallied)) => {
                        for _ in 0..rows {
                            decisions.undo();
                        }
                        decisions.write(path)?;
                        (at, tally) = (earlier, tallied);
                        refused.clear();
                    }
                    None => writeln!(out, "There is nothing to undo.")
                        .map_err(|error| failed(&error))?,
                }
                continue;
            }
            ("q", _) => break,
            _ => {
                writeln!(out, "{HELP}").map_err(|error| failed(&error))?;
                continue;
            }
        }
        decisions.write(path)?;
        done.push((at, 1, before));
        at += 1;
        refused.clear();
    }
    Ok(tally)
}

fn show(
    case: &Case,
    number: usize,
    of: usize,
    refused: &[usize],
    out: &mut dyn Write,
) -> Result<()> {
    let mut text = format!("\n[{number}/{of}] {}\n    <{}>\n", case.label, case.iri);
    for known in &case.known {
        text.push_str(&format!("    {known}\n"));
    }
    for (at, one) in case
        .outcome
        .candidates
        .iter()
        .enumerate()
        .filter(|(at, _)| !refused.contains(at))
    {
        text.push_str(&format!(
            "  {}. {:.2} {} ({})\n",
            at + 1,
            one.score,
            one.label,
            one.item
        ));
        for feature in &one.features {
            text.push_str(&format!(
                "       {:<10} {:+.1}  {} ~ {}\n",
                feature.id, feature.weight, feature.here, feature.there
            ));
        }
    }
    text.push_str("a/r [N], n, w, s, u, q? ");
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
    use super::super::score::{Outcome, Scored};
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
        let tally = review(&open, &mut decisions, path, &mut input.as_bytes(), &mut out).unwrap();
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
}
