//! Pairs of blank nodes that are probably the same, by what is said of them on both sides.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::Quad;

use super::{labels, renamed};

/// Statements that more nodes than this have in common tell nothing of which is which.
const TOO_COMMON: usize = 64;
/// How often pairs are looked for anew, each time with what the pairs before have settled.
const ROUNDS: usize = 64;

/// The name that stands for the node itself in a statement about it.
const SELF: &str = "self";
/// The name of a node that has no partner yet.
const OPEN: &str = "open";

/// Returns for labels of the right side the label of the left side that is the same node.
pub(super) fn find(left: &[Quad], right: &[Quad]) -> BTreeMap<String, String> {
    let (left, right) = (by_label(left), by_label(right));
    let mut partner: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let taken: BTreeSet<&String> = partner.values().collect();
        let known_left = |label: &str| taken.contains(&label.to_owned()).then(|| label.to_owned());
        let known_right = |label: &str| partner.get(label).cloned();
        let ours = open(
            &left,
            &|label| !taken.contains(&label.to_owned()),
            &known_left,
        );
        let theirs = open(&right, &|label| !partner.contains_key(label), &known_right);
        let found = best(&ours, &theirs);
        if found.is_empty() {
            break;
        }
        partner.extend(found);
    }
    partner
}

fn by_label(quads: &[Quad]) -> BTreeMap<String, Vec<&Quad>> {
    let mut found: BTreeMap<String, Vec<&Quad>> = BTreeMap::new();
    for quad in quads {
        for label in labels(quad) {
            found.entry(label).or_default().push(quad);
        }
    }
    found
}

/// What is said of each node without a partner; the flag tells whether no other such node is in it.
type Said = BTreeMap<String, Vec<(String, bool)>>;

fn open(
    nodes: &BTreeMap<String, Vec<&Quad>>,
    is_open: &dyn Fn(&str) -> bool,
    known: &dyn Fn(&str) -> Option<String>,
) -> Said {
    nodes
        .iter()
        .filter(|(label, _)| is_open(label))
        .map(|(label, quads)| {
            let said = quads
                .iter()
                .map(|quad| {
                    let settled = labels(quad)
                        .iter()
                        .all(|other| other == label || known(other).is_some());
                    let name = |other: &str| match known(other) {
                        _ if other == label => Some(SELF.to_owned()),
                        Some(known) => Some(known),
                        None => Some(OPEN.to_owned()),
                    };
                    (renamed(quad, &name).to_string(), settled)
                })
                .collect();
            (label.clone(), said)
        })
        .collect()
}

/// Returns pairs in which each is the other's best partner, as (right, left); pairs by settled statements go first.
fn best(ours: &Said, theirs: &Said) -> Vec<(String, String)> {
    let mut by_text: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (label, said) in theirs {
        for (text, _) in said {
            by_text.entry(text).or_default().push(label);
        }
    }
    let mut scores: Vec<(usize, &str, &str)> = Vec::new();
    for (label, said) in ours {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for (text, settled) in said {
            let others = by_text.get(text.as_str()).map_or(&[][..], Vec::as_slice);
            if others.len() <= TOO_COMMON {
                for other in others {
                    *shared.entry(other).or_default() += if *settled { 1_000 } else { 1 };
                }
            }
        }
        scores.extend(
            shared
                .into_iter()
                .map(|(other, score)| (score, label.as_str(), other)),
        );
    }
    scores.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let settled = scores.first().is_some_and(|(score, ..)| *score >= 1_000);
    let (mut used_left, mut used_right) = (BTreeSet::new(), BTreeSet::new());
    let mut found = Vec::new();
    for (score, one, other) in scores {
        // Weak pairs are made one at a time, since each settles more.
        if settled && score < 1_000 || !settled && !found.is_empty() {
            break;
        }
        if used_left.contains(one) || used_right.contains(other) {
            continue;
        }
        used_left.insert(one);
        used_right.insert(other);
        found.push((other.to_owned(), one.to_owned()));
    }
    found
}
