//! Scripts: which characters they have, and what language one alone tells.

use std::ops::RangeInclusive;

/// What the script of a text says about its language.
#[derive(Debug)]
pub(super) enum Language {
    /// One language is written in it, or one so much more than all others that it may be guessed.
    Only(&'static str),
    /// Several; see the tables of that name.
    Arabic,
    /// As [`Language::Arabic`].
    Cyrillic,
    /// As [`Language::Arabic`].
    Latin,
}

/// A script.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) name: &'static str,
    pub(super) language: Language,
    ranges: &'static [RangeInclusive<char>],
}

impl Script {
    /// Returns whether a letter is of the script.
    pub(super) fn has(&self, letter: char) -> bool {
        self.ranges.iter().any(|range| range.contains(&letter))
    }
}

/// The scripts; of those with equally many letters in a text the first counts.
const SCRIPTS: &[Script] = &[
    script(
        "Arabic",
        Language::Arabic,
        &[
            '\u{620}'..='\u{6ff}',
            '\u{750}'..='\u{77f}',
            '\u{fb50}'..='\u{fdff}',
            '\u{fe70}'..='\u{fefc}',
        ],
    ),
    script("Cyrillic", Language::Cyrillic, &['\u{400}'..='\u{52f}']),
    script(
        "Greek",
        Language::Only("el"),
        &['\u{370}'..='\u{3ff}', '\u{1f00}'..='\u{1fff}'],
    ),
    script(
        "Georgian",
        Language::Only("ka"),
        &['\u{10a0}'..='\u{10ff}', '\u{1c90}'..='\u{1cbf}'],
    ),
    script("Armenian", Language::Only("hy"), &['\u{531}'..='\u{587}']),
    script("Hebrew", Language::Only("he"), &['\u{5d0}'..='\u{5ea}']),
    script(
        "Korean",
        Language::Only("ko"),
        &['\u{1100}'..='\u{11ff}', '\u{ac00}'..='\u{d7a3}'],
    ),
    script("Japanese", Language::Only("ja"), &['\u{3041}'..='\u{30ff}']),
    script(
        "Chinese",
        Language::Only("zh"),
        &['\u{3400}'..='\u{4dbf}', '\u{4e00}'..='\u{9fff}'],
    ),
    script("Thai", Language::Only("th"), &['\u{e01}'..='\u{e4e}']),
    script(
        "Latin",
        Language::Latin,
        &[
            'a'..='z',
            '\u{df}'..='\u{24f}',
            '\u{259}'..='\u{259}',
            '\u{1e00}'..='\u{1eff}',
        ],
    ),
];

const fn script(
    name: &'static str,
    language: Language,
    ranges: &'static [RangeInclusive<char>],
) -> Script {
    Script {
        name,
        language,
        ranges,
    }
}

/// Returns the script of most letters of a text in lower case; `None` if none is known.
pub(super) fn dominant(text: &str) -> Option<&'static Script> {
    let mut counts = [0_usize; SCRIPTS.len()];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        if let Some(i) = SCRIPTS.iter().position(|script| script.has(c)) {
            counts[i] += 1;
        }
    }
    let most = *counts.iter().max()?;
    let first = counts.iter().position(|count| *count == most)?;
    (most > 0).then(|| &SCRIPTS[first])
}
