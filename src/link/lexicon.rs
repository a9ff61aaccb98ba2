//! Words that stand for each other in different languages, learned from the names of the candidates themselves.
//!
//! An item with names in several languages says that these names mean the same. A word that turns up in one of them
//! whenever another turns up in the other is taken for its translation (expectation maximisation over word pairs, as in
//! the first of the classic alignment models). Nothing but the candidates at hand goes in.

use std::collections::{BTreeMap, HashMap};

use super::names::Form;

/// How often a pair of words stands for each other, from the left word to the right one.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    pairs: HashMap<(u32, u32), f32>,
    words: HashMap<String, u32>,
}

/// Rounds of estimation; more change nothing that matters.
const ROUNDS: usize = 6;
/// Most pairs of names that are looked at.
const MOST_PAIRS: usize = 60_000;
/// A pair below this probability is noise.
const LEAST: f32 = 0.12;

impl Lexicon {
    /// Learns from groups of names, each group the names of one item.
    #[must_use]
    pub fn learn<'a>(groups: impl Iterator<Item = &'a [Form]>) -> Self {
        let mut words: HashMap<String, u32> = HashMap::new();
        let mut texts: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
        for group in groups {
            let mut number = |form: &Form| -> Vec<u32> {
                form.keys
                    .iter()
                    .map(|key| {
                        let next = u32::try_from(words.len()).unwrap_or(u32::MAX);
                        *words.entry(key.clone()).or_insert(next)
                    })
                    .collect()
            };
            let usable: Vec<Vec<u32>> = group
                .iter()
                .filter(|form| (1..=8).contains(&form.keys.len()))
                .take(6)
                .map(&mut number)
                .collect();
            for (i, a) in usable.iter().enumerate() {
                for b in usable.iter().skip(i + 1) {
                    if texts.len() < MOST_PAIRS
                        && a.iter()
                            .all(|word| b.len() == 1 || !b.contains(word) || a.len() > 1)
                    {
                        texts.push((a.clone(), b.clone()));
                        texts.push((b.clone(), a.clone()));
                    }
                }
            }
        }
        let mut chance: BTreeMap<(u32, u32), f32> = BTreeMap::new();
        let mut support: BTreeMap<(u32, u32), f32> = BTreeMap::new();
        for _ in 0..ROUNDS {
            let mut counts: BTreeMap<(u32, u32), f32> = BTreeMap::new();
            let mut totals: BTreeMap<u32, f32> = BTreeMap::new();
            for (from, to) in &texts {
                for target in to {
                    let sum: f32 = from
                        .iter()
                        .map(|word| chance.get(&(*word, *target)).copied().unwrap_or(1e-3))
                        .sum();
                    for word in from {
                        let part = chance.get(&(*word, *target)).copied().unwrap_or(1e-3) / sum;
                        *counts.entry((*word, *target)).or_default() += part;
                        *totals.entry(*word).or_default() += part;
                    }
                }
            }
            chance = counts
                .iter()
                .map(|(pair, count)| (*pair, count / totals[&pair.0].max(1.0)))
                .collect();
            support = counts;
        }
        let pairs = chance
            .into_iter()
            .filter(|(pair, chance)| *chance >= LEAST && support[pair] >= 1.5)
            .collect();
        Self { pairs, words }
    }

    /// Returns how likely two keys stand for each other, 0 when nothing speaks for it.
    #[must_use]
    pub fn translates(&self, a: &str, b: &str) -> f32 {
        let (Some(a), Some(b)) = (self.words.get(a), self.words.get(b)) else {
            return 0.0;
        };
        let chance = |pair: (u32, u32)| self.pairs.get(&pair).copied().unwrap_or(0.0);
        chance((*a, *b)).max(chance((*b, *a)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_keeps_company_is_a_translation() {
        let item = |a: &str, b: &str| vec![Form::new(a), Form::new(b)];
        let items = [
            item("Green Party", "Zelena Strana"),
            item("Peasant Party", "Rolnicka Strana"),
            item("Green Union", "Zelena Unie"),
            item("Peasant Union", "Rolnicka Unie"),
            item("Labour Party", "Delnicka Strana"),
        ];
        let lexicon = Lexicon::learn(items.iter().map(Vec::as_slice));
        let key = super::super::names::key;
        assert!(lexicon.translates(&key("party"), &key("strana")) > 0.5);
        assert!(lexicon.translates(&key("green"), &key("zelena")) > 0.5);
        assert!(lexicon.translates(&key("green"), &key("strana")) < 0.3);
    }
}
