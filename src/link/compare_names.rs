//! How alike two names are, word by word and as a whole.

use std::collections::HashMap;

use rapidfuzz::distance::indel;

use super::index::Index;
use super::names::Form;

/// What a comparison of two names found. Shares are between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Likeness {
    /// One number for all of it, to rank by.
    pub overall: f32,
    /// Share of common trigrams of the keys.
    pub trigrams: f32,
    /// Whether the folded names are equal: 1; equal but for the order of words: 0.5.
    pub equal: f32,
    /// Likeness of the letters in order.
    pub letters: f32,
    /// Likeness of the letters without spaces, words in alphabetical order.
    pub reordered: f32,
    /// Share of the words here that are found there, rare words counting more.
    pub here: f32,
    /// Share of the words there that are found here.
    pub there: f32,
    /// The same two with translated words.
    pub translated_here: f32,
    /// See `translated_here`.
    pub translated_there: f32,
    /// Words here that nothing there answers.
    pub open_here: f32,
    /// Words there that nothing here answers.
    pub open_there: f32,
    /// Rarity of the rarest open word here.
    pub rare_here: f32,
    /// Rarity of the rarest open word there.
    pub rare_there: f32,
    /// Words that only an initial answers.
    pub initials: f32,
    /// Words that are the same letter for letter.
    pub same_words: f32,
    /// The least likeness among the answered words.
    pub weakest: f32,
    /// Likeness of the last word here to its best answer.
    pub last: f32,
    /// Likeness of the first word here to its best answer.
    pub first: f32,
}

/// Likeness of two words; the flag says that only an initial speaks for it.
fn words_alike(a: (&str, &str), b: (&str, &str)) -> (f32, bool) {
    if a.0 == b.0 {
        return (1.0, false);
    }
    let (short, long) = if a.0.len() <= b.0.len() {
        (a, b)
    } else {
        (b, a)
    };
    if short.0.len() == 1 {
        let same = long.0.starts_with(short.0) || long.1.starts_with(short.1);
        return (if same { 0.6 } else { 0.0 }, same);
    }
    if a.1 == b.1 {
        return (0.96, false);
    }
    if short.0.len() >= 3 && long.0.starts_with(short.0) {
        return (0.8, false);
    }
    if short.0.len() < 3 {
        return (0.0, false);
    }
    let alike = indel::normalized_similarity(a.1.bytes(), b.1.bytes()) as f32;
    let letters = indel::normalized_similarity(a.0.bytes(), b.0.bytes()) as f32;
    let alike = alike.max(letters);
    (if alike >= 0.72 { alike * 0.95 } else { 0.0 }, false)
}

/// Compares two names.
#[must_use]
pub fn likeness(a: &Form, b: &Form, index: &Index) -> Likeness {
    let mut one = Likeness {
        trigrams: dice(&a.grams, &b.grams),
        ..Likeness::default()
    };
    one.equal = if a.joined == b.joined {
        1.0
    } else if a.sorted == b.sorted {
        0.5
    } else {
        0.0
    };
    one.letters = indel::normalized_similarity(a.joined.bytes(), b.joined.bytes()) as f32;
    let squeezed = |form: &Form| form.sorted.replace(' ', "");
    one.reordered = indel::normalized_similarity(squeezed(a).bytes(), squeezed(b).bytes()) as f32;
    let mut pairs: Vec<(f32, bool, usize, usize)> = Vec::new();
    let mut translated: Vec<(f32, usize, usize)> = Vec::new();
    for i in 0..a.words.len() {
        for j in 0..b.words.len() {
            let (alike, initial) =
                words_alike((&a.words[i], &a.keys[i]), (&b.words[j], &b.keys[j]));
            if alike > 0.0 {
                pairs.push((alike, initial, i, j));
            }
            let other = index.lexicon.translates(&a.keys[i], &b.keys[j]).sqrt();
            let best = alike.max(other * 0.95);
            if best > 0.3 {
                translated.push((best, i, j));
            }
        }
    }
    let rarity = |form: &Form| -> Vec<f32> {
        form.keys
            .iter()
            .map(|key| index.rarity(key) + 0.05)
            .collect()
    };
    let (ra, rb) = (rarity(a), rarity(b));
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.2, x.3).cmp(&(y.2, y.3))));
    let mut answers: HashMap<usize, f32> = HashMap::new();
    let mut taken: HashMap<usize, f32> = HashMap::new();
    one.weakest = 1.0;
    for (alike, initial, i, j) in pairs {
        if answers.contains_key(&i) || taken.contains_key(&j) {
            continue;
        }
        answers.insert(i, alike);
        taken.insert(j, alike);
        one.initials += f32::from(u8::from(initial));
        one.same_words += f32::from(u8::from(alike == 1.0));
        one.weakest = one.weakest.min(alike);
    }
    let share = |rarities: &[f32], got: &HashMap<usize, f32>| -> (f32, f32, f32) {
        let (mut all, mut some, mut open, mut rare) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
        for (at, weight) in rarities.iter().enumerate() {
            all += weight;
            match got.get(&at) {
                Some(alike) => some += weight * alike,
                None => {
                    open += 1.0;
                    rare = rare.max(*weight);
                }
            }
        }
        (if all > 0.0 { some / all } else { 0.0 }, open, rare)
    };
    (one.here, one.open_here, one.rare_here) = share(&ra, &answers);
    (one.there, one.open_there, one.rare_there) = share(&rb, &taken);
    one.first = answers.get(&0).copied().unwrap_or(0.0);
    one.last = answers
        .get(&a.words.len().saturating_sub(1))
        .copied()
        .unwrap_or(0.0);
    translated.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let (mut answers, mut taken) = (HashMap::new(), HashMap::new());
    for (alike, i, j) in translated {
        if !answers.contains_key(&i) && !taken.contains_key(&j) {
            answers.insert(i, alike);
            taken.insert(j, alike);
        }
    }
    one.translated_here = share(&ra, &answers).0;
    one.translated_there = share(&rb, &taken).0;
    let harmonic = |x: f32, y: f32| {
        if x + y > 0.0 {
            2.0 * x * y / (x + y)
        } else {
            0.0
        }
    };
    let words = harmonic(one.here, one.there);
    let meaning = harmonic(one.translated_here, one.translated_there);
    let letters = one.trigrams.max(one.letters).max(one.reordered);
    one.overall = (0.4 * letters + 0.4 * words + 0.2 * meaning)
        .max(0.8 * meaning)
        .max(one.equal.min(0.97) + 0.03 * one.equal);
    one
}

/// The share of common members of two sorted lists.
fn dice(a: &[u32], b: &[u32]) -> f32 {
    let (mut i, mut j, mut shared) = (0, 0, 0_u32);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = a.len() + b.len();
    if all == 0 {
        0.0
    } else {
        2.0 * shared as f32 / all as f32
    }
}
