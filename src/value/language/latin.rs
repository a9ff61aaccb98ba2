//! Languages in Latin script, by letters, frequent words and endings.
//!
//! A language whose alphabet lacks a letter of the text is out. Of the others the one with the heaviest signs counts, if
//! they are heavy enough and no other language has as heavy ones.

use super::Guess;
use crate::value::name::is_apostrophe;

/// The least weight of signs that makes a guess.
const ENOUGH: usize = 2;

/// What texts of a language look like.
struct Profile {
    tag: &'static str,
    language: &'static str,
    /// The letters beyond a–z.
    letters: &'static str,
    /// What speaks for the language against the others here, parted by spaces; each counts once:
    /// `the` a word (weight 2), `!ş` a letter (2), `-ning` the end of a word (1), `~VxV` letters in a row (1), where `V`
    /// is a vowel and `U` is not u.
    signs: &'static str,
}

const PROFILES: &[Profile] = &[
    Profile {
        tag: "en",
        language: "English",
        letters: "",
        signs: "the of and for from with to by who was were -tion -ness -ship -ing",
    },
    Profile {
        tag: "uz",
        language: "Uzbek",
        letters: "",
        signs: "va uchun bilan hamda !oʻ !gʻ !o‘ !g‘ ~o' ~g' ~o’ ~g’ ~VxV ~qU \
                -si -ning -lar -lari -larning -lik -liklar -ligi -chi -chilar -dagi -iy -iyasi -istik -iston",
    },
    Profile {
        tag: "tr",
        language: "Turkish",
        letters: "çğıöşüâîû",
        signs: "ve için ile !ğ !ı !ş -si -sı -ler -leri -lar -ları -lik -lık",
    },
    Profile {
        tag: "az",
        language: "Azerbaijani",
        letters: "çəğıöşü",
        signs: "və üçün ilə !ə -si -sı -lər -ləri -lar -ları",
    },
    Profile {
        tag: "de",
        language: "German",
        letters: "äöüß",
        signs: "der die das und für von dem zur zum !ß -ung -ische -ischen -lich -keit -schaft",
    },
    Profile {
        tag: "fr",
        language: "French",
        letters: "àâæçéèêëîïôœùûüÿ",
        signs: "le la les des du et pour une aux !è !ê -isme -iste -ique -ement",
    },
];

/// Returns the language of a text in lower case that is mostly in Latin script; `None` when nothing tells.
pub(super) fn guess(text: &str) -> Option<Guess> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
    let mut weighed: Vec<_> = PROFILES
        .iter()
        .filter(|profile| profile.can_spell(text))
        .map(|profile| {
            let signs = profile.signs.split_whitespace();
            let found: Vec<_> = signs
                .filter_map(|sign| Some((sign, shown(text, &words, sign)?)))
                .collect();
            let weight: usize = found.iter().map(|(sign, _)| weight(sign)).sum();
            (weight, profile, found)
        })
        .collect();
    weighed.sort_by_key(|(weight, ..)| *weight);
    let (most, profile, found) = weighed.pop()?;
    let next = weighed.last().map_or(0, |(weight, ..)| *weight);
    (most >= ENOUGH && most > next).then(|| {
        let found: Vec<&str> = found.into_iter().map(|(_, found)| found).collect();
        Guess {
            tag: profile.tag,
            how: format!(
                "Latin script with {} signs: {}",
                profile.language,
                found.join(", ")
            ),
        }
    })
}

impl Profile {
    /// Returns whether the alphabet has all letters of a text.
    fn can_spell(&self, text: &str) -> bool {
        text.chars()
            .filter(|c| c.is_alphabetic() && !is_apostrophe(*c))
            .all(|c| c.is_ascii() || self.letters.contains(c))
    }
}

fn weight(sign: &str) -> usize {
    if sign.starts_with(['-', '~']) { 1 } else { 2 }
}

/// Returns what a text, given with its words, shows of a sign; `None` if it does not show it.
fn shown<'a>(text: &'a str, words: &[&str], sign: &'a str) -> Option<&'a str> {
    if let Some(letter) = sign.strip_prefix('!') {
        text.contains(letter).then_some(letter)
    } else if let Some(row) = sign.strip_prefix('~') {
        find_row(text, row)
    } else if let Some(ending) = sign.strip_prefix('-') {
        // A stem has two letters at least.
        let ends = |word: &&str| {
            word.strip_suffix(ending)
                .is_some_and(|stem| stem.chars().nth(1).is_some())
        };
        words.iter().any(ends).then_some(sign)
    } else {
        words.contains(&sign).then_some(sign)
    }
}

/// Returns the first letters of a text that stand together and fit a row.
fn find_row<'a>(text: &'a str, row: &str) -> Option<&'a str> {
    let fits = |class: char, letter: char| match class {
        'V' => "aeiou".contains(letter),
        'U' => letter != 'u',
        _ => class == letter,
    };
    text.char_indices().find_map(|(at, _)| {
        let mut letters = text[at..].chars();
        let all_fit = row
            .chars()
            .all(|class| fits(class, letters.next().unwrap_or(' ')));
        all_fit.then(|| text[at..text.len() - letters.as_str().len()].trim_end())
    })
}
