//! What is left of a sentence when quotations and values are taken out, and whether it could hold a fact.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// Returns the words of a text that are names: capitalised where no sentence begins.
pub(super) fn names(
    text: &str,
    sentences: impl Iterator<Item = (usize, usize)>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (start, end) in sentences {
        for (_, word) in words(&text[start..end]).into_iter().skip(1) {
            if is_capitalised(word) {
                found.insert(folded(word));
            }
        }
    }
    found
}

/// Returns the pieces of a sentence that nothing touches and that hold a name, a number or a date.
pub(super) fn left_over<'s>(
    text: &str,
    (start, end): (usize, usize),
    touched: impl Iterator<Item = &'s (usize, usize)>,
    names: &BTreeSet<String>,
) -> Vec<String> {
    let mut covered: Vec<(usize, usize)> = touched
        .filter(|(from, to)| *from < end && start < *to)
        .map(|(from, to)| (*from.max(&start), *to.min(&end)))
        .collect();
    covered.sort_unstable();
    let mut free = Vec::new();
    let mut here = start;
    for (from, to) in covered {
        if from > here {
            free.push((here, from));
        }
        here = here.max(to);
    }
    if here < end {
        free.push((here, end));
    }
    free.into_iter()
        .filter(|(from, to)| {
            words(&text[*from..*to]).into_iter().any(|(at, word)| {
                let begins = text[start..*from + at]
                    .chars()
                    .all(|c| !c.is_alphanumeric());
                tells(word, begins, names)
            })
        })
        .map(|(from, to)| {
            format!(
                "\u{201c}{}\u{201d}",
                text[from..to]
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            )
        })
        .collect()
}

/// Whether a word may be a name, a number or a part of a date. A script without capitals gives no hint, so that any of its
/// words may.
fn tells(word: &str, begins: bool, names: &BTreeSet<String>) -> bool {
    if word.chars().any(char::is_numeric) {
        return true;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic());
    if letters.clone().count() > 1
        && letters
            .clone()
            .all(|c| !c.is_lowercase() && !c.is_uppercase())
    {
        return true;
    }
    is_capitalised(word) && (!begins || names.contains(&folded(word)))
}

fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

fn folded(word: &str) -> String {
    word.nfkc().flat_map(char::to_lowercase).collect()
}

/// The words of a text with their places in it.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str, touched: &[&str]) -> Vec<String> {
        let spans: Vec<(usize, usize)> = touched
            .iter()
            .map(|piece| text.find(piece).map(|at| (at, at + piece.len())).unwrap())
            .collect();
        let all = [(0, text.len())];
        left_over(
            text,
            all[0],
            spans.iter(),
            &names(
                "It was in Rome. There Rome fell.",
                [(0, 15), (16, 32)].into_iter(),
            ),
        )
    }

    #[test]
    fn only_what_could_be_a_fact_is_left() {
        assert_eq!(
            rest("The party met in Turin.", &["met in Turin"]),
            Vec::<String>::new()
        );
        assert_eq!(
            rest("The party met in Turin in 1921.", &["met in Turin"]),
            ["\u{201c}in 1921.\u{201d}"]
        );
        assert_eq!(
            rest("Rome saw nothing of it.", &["saw nothing"]),
            ["\u{201c}Rome\u{201d}"]
        );
        assert_eq!(
            rest("Nothing of note came of it.", &[]),
            Vec::<String>::new()
        );
        assert_eq!(
            rest("It was called حزب too.", &["It was called"]),
            ["\u{201c}حزب too.\u{201d}"]
        );
    }
}
