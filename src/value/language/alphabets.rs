//! Alphabets of the languages in Arabic and Cyrillic script: the letters each has beyond those all share.

/// The alphabet of a language.
pub(super) struct Alphabet {
    pub(super) tag: &'static str,
    pub(super) language: &'static str,
    /// The letters beyond the basic ones of the script, in lower case.
    pub(super) letters: &'static str,
}

const fn alphabet(tag: &'static str, language: &'static str, letters: &'static str) -> Alphabet {
    Alphabet {
        tag,
        language,
        letters,
    }
}

/// Languages in Arabic script; the first that has all letters of a text counts. Letters of other keyboards (`ك` for
/// `ک`) are basic, so they exclude none.
pub(super) const ARABIC: &[Alphabet] = &[
    alphabet("ar", "Arabic", ""),
    alphabet("fa", "Persian", "پچژگکیۀ"),
    alphabet("ur", "Urdu", "پچژگکیٹڈڑںھہۂۃےۓ"),
    alphabet("ps", "Pashto", "پچژگکیټځڅډړږښڼېۍۀ"),
    alphabet("ckb", "Central Kurdish", "پچژگکیڕڤڵۆێەھ"),
    alphabet("ug", "Uyghur", "پچژگکڭۇۆۈۋېەھ"),
    alphabet("sd", "Sindhi", "پچگکٻڀڄڃڇڊڌڍڏڙٿٽٺڪڦڱڳڻھ"),
];

/// Languages in Cyrillic script; the first that has all letters of a text counts.
pub(super) const CYRILLIC: &[Alphabet] = &[
    alphabet("ru", "Russian", ""),
    alphabet("tg", "Tajik", "ғӣқӯҳҷ"),
    alphabet("uz-Cyrl", "Uzbek", "ўқғҳ"),
    alphabet("uk", "Ukrainian", "іїєґ"),
    alphabet("be", "Belarusian", "іў"),
    alphabet("ky", "Kyrgyz", "ңөү"),
    alphabet("kk", "Kazakh", "әғқңөұүһі"),
    alphabet("tt", "Tatar", "әҗңөүһ"),
    alphabet("ba", "Bashkir", "әғҙҡңөҫүһ"),
    alphabet("mk", "Macedonian", "ѓѕјљњќџ"),
    alphabet("sr", "Serbian", "ђјљњћџ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a language would never be guessed.
    #[test]
    fn no_alphabet_is_within_an_earlier_one() {
        for alphabets in [ARABIC, CYRILLIC] {
            for (i, later) in alphabets.iter().enumerate() {
                for earlier in &alphabets[..i] {
                    let within = later.letters.chars().all(|c| earlier.letters.contains(c));
                    assert!(!within, "{} is within {}", later.tag, earlier.tag);
                }
            }
        }
    }
}
