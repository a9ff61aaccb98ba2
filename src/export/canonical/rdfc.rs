//! RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation), with SHA-256 or SHA-384 and on a budget.
//!
//! Section numbers in comments are those of the recommendation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use sha2::{Digest, Sha256, Sha384};

use super::{BlankGraph, BlankRow, Mention, Position};

/// Recursion deeper than this counts as a used-up budget: it stands for a long chain of blank nodes that look alike,
/// and the stack must hold it.
const MAX_DEPTH: usize = 256;

/// The hash that the algorithm is parametrised with (section 4.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// SHA-256, which the recommendation has unless another is asked for.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
}

impl HashAlgorithm {
    fn of<'t>(self, texts: impl IntoIterator<Item = &'t str>) -> String {
        fn all<'t, D: Digest>(texts: impl IntoIterator<Item = &'t str>) -> String {
            let mut hasher = D::new();
            for text in texts {
                hasher.update(text);
            }
            hex(&hasher.finalize())
        }
        match self {
            Self::Sha256 => all::<Sha256>(texts),
            Self::Sha384 => all::<Sha384>(texts),
        }
    }
}

/// Returns for each blank node its hash as section 4.6 has it (Hash First Degree Quads).
pub(super) fn first_degree(graph: &BlankGraph<'_>, algorithm: HashAlgorithm) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    (0..graph.nodes.blanks())
        .map(|blank| {
            lines.clear();
            lines.extend(graph.rows_of(blank).map(|row| {
                let mut line = String::new();
                graph.line_seen_from(&row.row, blank, &mut line);
                line
            }));
            lines.sort_unstable();
            algorithm.of(lines.iter().map(String::as_str))
        })
        .collect()
}

/// Returns for each blank node its number after `c14n`, or `None` when the budget is used up.
///
/// `order[i]` is the rank of blank node `i` among all; nodes of equal hash are visited in that order. It has no influence on
/// the result, but on the cost.
pub(super) fn label(
    graph: &BlankGraph<'_>,
    hashes: &[String],
    order: &[u32],
    budget: u64,
    algorithm: HashAlgorithm,
) -> Option<Vec<u32>> {
    let mut by_hash: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (blank, hash) in (0..).zip(hashes) {
        by_hash.entry(hash).or_default().push(blank);
    }
    let mut run = Run {
        graph,
        hashes,
        order,
        budget,
        algorithm,
        canonical: Issuer::default(),
    };
    // 4.4.3 (4): unique hashes first, in order of hash.
    for blanks in by_hash.values() {
        if let [blank] = blanks[..] {
            run.canonical.issue(blank);
        }
    }
    // 4.4.3 (5)
    for mut blanks in by_hash.into_values().filter(|blanks| blanks.len() > 1) {
        blanks.sort_unstable_by_key(|blank| order[*blank as usize]);
        let mut results = Vec::new();
        for blank in blanks {
            if run.canonical.get(blank).is_none() {
                let mut issuer = Issuer::default();
                issuer.issue(blank);
                results.push(run.hash_n_degree(blank, &issuer, 0)?);
            }
        }
        results.sort_by(|(_, a), (_, b)| a.cmp(b));
        for (issuer, _) in results {
            for blank in issuer.order {
                run.canonical.issue(blank);
            }
        }
    }
    (0..graph.nodes.blanks())
        .map(|blank| run.canonical.get(blank))
        .collect()
}

/// Section 4.5: numbers in the order of being asked for.
#[derive(Clone, Default)]
struct Issuer {
    numbers: HashMap<u32, u32>,
    order: Vec<u32>,
}

impl Issuer {
    fn get(&self, blank: u32) -> Option<u32> {
        self.numbers.get(&blank).copied()
    }

    fn issue(&mut self, blank: u32) -> u32 {
        // There are no more numbers than blank nodes.
        let next = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        let order = &mut self.order;
        *self.numbers.entry(blank).or_insert_with(|| {
            order.push(blank);
            next
        })
    }
}

struct Run<'r, 'n> {
    graph: &'r BlankGraph<'n>,
    hashes: &'r [String],
    order: &'r [u32],
    budget: u64,
    algorithm: HashAlgorithm,
    canonical: Issuer,
}

impl Run<'_, '_> {
    fn spend(&mut self, cost: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(cost as u64)?;
        Some(())
    }

    /// Section 4.7 (Hash Related Blank Node).
    fn hash_related(&self, row: &BlankRow, mention: &Mention, issuer: &Issuer) -> String {
        let mut input = match &mention.position {
            Position::Subject => "s".to_owned(),
            Position::Object => "o".to_owned(),
            Position::Graph => "g".to_owned(),
            Position::Inside(path) => path.clone(),
        };
        if !matches!(mention.position, Position::Graph) {
            super::terms::write_ntriples(
                self.graph.nodes,
                row.row.predicate,
                &|_, _| {},
                &mut input,
            );
        }
        if let Some(number) = self.canonical.get(mention.blank) {
            let _ = write!(input, "_:c14n{number}");
        } else if let Some(number) = issuer.get(mention.blank) {
            let _ = write!(input, "_:b{number}");
        } else {
            input.push_str(&self.hashes[mention.blank as usize]);
        }
        self.algorithm.of([input.as_str()])
    }

    /// Section 4.8 (Hash N-Degree Quads).
    fn hash_n_degree(
        &mut self,
        blank: u32,
        issuer: &Issuer,
        depth: usize,
    ) -> Option<(Issuer, String)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let graph = self.graph;
        let mut issuer = issuer.clone();
        // 4.8.3 (1–3): related blank nodes by their hashes.
        let mut related: BTreeMap<String, BTreeSet<(u32, u32)>> = BTreeMap::new();
        for row in graph.rows_of(blank) {
            for mention in &row.mentions {
                if mention.blank != blank {
                    self.spend(1)?;
                    let rank = self.order[mention.blank as usize];
                    related
                        .entry(self.hash_related(row, mention, &issuer))
                        .or_default()
                        .insert((rank, mention.blank));
                }
            }
        }
        let mut data = String::new();
        // 4.8.3 (5)
        for (hash, blanks) in related {
            data.push_str(&hash);
            let mut chosen: Option<(String, Issuer)> = None;
            let mut permutation: Vec<(u32, u32)> = blanks.into_iter().collect();
            loop {
                self.spend(1 + issuer.order.len() / 8)?;
                let best = chosen.as_ref().map(|(path, _)| path.as_str());
                if let Some((path, found)) = self.follow(&permutation, &issuer, best, depth)?
                    && best.is_none_or(|best| path.as_str() < best)
                {
                    chosen = Some((path, found));
                }
                if !next_permutation(&mut permutation) {
                    break;
                }
            }
            if let Some((path, found)) = chosen {
                data.push_str(&path);
                issuer = found;
            }
        }
        Some((issuer, self.algorithm.of([data.as_str()])))
    }

    /// 4.8.3 (5.4): the path that one order of the related nodes gives, or `Some(None)` as soon as it is worse than the best.
    fn follow(
        &mut self,
        permutation: &[(u32, u32)],
        issuer: &Issuer,
        best: Option<&str>,
        depth: usize,
    ) -> Option<Option<(String, Issuer)>> {
        let worse = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        let mut issuer = issuer.clone();
        let mut path = String::new();
        let mut pending = Vec::new();
        for (_, blank) in permutation {
            if let Some(number) = self.canonical.get(*blank) {
                let _ = write!(path, "_:c14n{number}");
            } else {
                if issuer.get(*blank).is_none() {
                    pending.push(*blank);
                }
                let _ = write!(path, "_:b{}", issuer.issue(*blank));
            }
            if worse(&path) {
                return Some(None);
            }
        }
        for blank in pending {
            let (found, hash) = self.hash_n_degree(blank, &issuer, depth + 1)?;
            let _ = write!(path, "_:b{}<{hash}>", issuer.issue(blank));
            issuer = found;
            if worse(&path) {
                return Some(None);
            }
        }
        Some(Some((path, issuer)))
    }
}

/// Steps to the next permutation in lexicographic order; returns whether there was one.
fn next_permutation(items: &mut [(u32, u32)]) -> bool {
    let Some(pivot) = items.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        return false;
    };
    if let Some(swap) = items.iter().rposition(|item| *item > items[pivot]) {
        items.swap(pivot, swap);
    }
    items[pivot + 1..].reverse();
    true
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_permutations_come_once_in_order() {
        let mut items = [(0, 0), (1, 1), (2, 2)];
        let mut seen = vec![items];
        while next_permutation(&mut items) {
            seen.push(items);
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.is_sorted());
        assert!(!next_permutation(&mut []));
    }
}
