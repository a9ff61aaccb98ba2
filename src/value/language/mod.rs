//! A guess at the language of a short text, by script and distinguishing letters.
//!
//! The script is that of most letters. Where several languages share it, alphabets decide (`alphabets`): the first
//! language whose alphabet has all letters of the text; for Latin script also words and endings (`latin`), as its
//! letters tell too little. A guess is a guess: callers mark what they make of it as inferred.

mod alphabets;
mod latin;
mod scripts;

use unicode_normalization::UnicodeNormalization;

use self::alphabets::{ARABIC, Alphabet, CYRILLIC};
use self::scripts::{Language, Script};

/// A guessed language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// How it was guessed, in a few words: "Arabic script with the Persian letter گ".
    pub how: String,
}

/// Returns the language a text is most likely in; `None` when nothing tells.
pub fn guess(text: &str) -> Option<Guess> {
    let text: String = text.nfc().flat_map(char::to_lowercase).collect();
    let script = scripts::dominant(&text)?;
    match script.language {
        Language::Only(tag) => Some(Guess {
            tag,
            how: format!("{} script", script.name),
        }),
        Language::Arabic => by_alphabet(&text, script, ARABIC),
        Language::Cyrillic => by_alphabet(&text, script, CYRILLIC),
        Language::Latin => latin::guess(&text),
    }
}

/// Returns the first language whose alphabet has all letters of the text.
fn by_alphabet(text: &str, script: &Script, alphabets: &[Alphabet]) -> Option<Guess> {
    let beyond_basic = |c: &char| {
        script.has(*c)
            && alphabets
                .iter()
                .any(|alphabet| alphabet.letters.contains(*c))
    };
    let covers = |alphabet: &&Alphabet| {
        text.chars()
            .filter(beyond_basic)
            .all(|c| alphabet.letters.contains(c))
    };
    let alphabet = alphabets.iter().find(covers)?;
    let how = match text.chars().find(beyond_basic) {
        Some(letter) => format!(
            "{} script with the {} letter {letter}",
            script.name, alphabet.language
        ),
        None => format!("{} script without letters of another language", script.name),
    };
    Some(Guess {
        tag: alphabet.tag,
        how,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn languages_of_short_texts() {
        for (text, tag) in [
            ("حزب کارگر", Some("fa")),
            ("حزب سبز گیلان", Some("fa")),
            ("چاپ", Some("fa")),
            ("الحزب الأخضر", Some("ar")),
            ("اشتراكي", Some("ar")),
            ("پاکستان کے لوگ", Some("ur")),
            ("پښتو", Some("ps")),
            ("Ҳизби сабз", Some("tg")),
            ("Ҷумҳурӣ", Some("tg")),
            ("Зелёная партия", Some("ru")),
            ("Партия", Some("ru")),
            ("Ўзбек халқи", Some("uz-Cyrl")),
            ("Партія зелених України", Some("uk")),
            ("Беларускі ўрад", Some("be")),
            ("Қазақстан әдебиеті", Some("kk")),
            ("Кыргызстан өлкөсү", Some("ky")),
            ("Сер Ђорђе", Some("sr")),
            ("Oʻzbekiston xalqlari", Some("uz")),
            ("Shahar Kommunistik Partiyasi", Some("uz")),
            ("O‘rta yer", Some("uz")),
            ("Yashil partiyaning aʼzolari", Some("uz")),
            ("Yosh togʻliklar", Some("uz")),
            ("Yosh toxirlar", Some("uz")),
            ("Genç dağlılar", Some("tr")),
            ("Iraqi, Qatar", None),
            ("Yeşiller Partisi", Some("tr")),
            ("Yaşıllar Azərbaycan", Some("az")),
            ("The Green Party of the North", Some("en")),
            ("Party of the People", Some("en")),
            ("Die Grünen und die Linke", Some("de")),
            ("Bündnis für das Klima", Some("de")),
            ("Parti des verts et de la gauche", Some("fr")),
            ("Zelyonaya Partiya", None),
            ("Greens", None),
            ("Mexico", None),
            ("Taxi", None),
            ("Πράσινοι", Some("el")),
            ("მწვანეები", Some("ka")),
            ("Կանաչներ", Some("hy")),
            ("ירוקים", Some("he")),
            ("녹색당", Some("ko")),
            ("みどりの党", Some("ja")),
            ("绿党", Some("zh")),
            ("1920 — !?", None),
            ("", None),
            ("Партия зелёных (Partiya)", Some("ru")),
        ] {
            let guess = guess(text);
            assert_eq!(
                guess.as_ref().map(|guess| guess.tag),
                tag,
                "{text}: {guess:?}"
            );
        }
    }

    #[test]
    fn a_guess_says_how() {
        for (text, how) in [
            ("گل", "Arabic script with the Persian letter گ"),
            ("Ҷумҳурӣ", "Cyrillic script with the Tajik letter ҷ"),
            (
                "Партия",
                "Cyrillic script without letters of another language",
            ),
            ("녹색당", "Korean script"),
            (
                "Yosh toxir xalqlar",
                "Latin script with Uzbek signs: oxi, ql, -lar",
            ),
        ] {
            assert_eq!(guess(text).unwrap().how, how);
        }
        assert_eq!(
            guess("Partiyaning aʼzolari").unwrap().how,
            "Latin script with Uzbek signs: -ning, -lari"
        );
        assert_eq!(
            guess("Party of the People").unwrap().how,
            "Latin script with English signs: the, of"
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(guess("и\u{304}д"), guess("ӣд"));
    }

    proptest! {
        #[test]
        fn any_text_is_safe(text in any::<String>()) {
            if let Some(guess) = guess(&text) {
                prop_assert!(oxilangtag::LanguageTag::parse(guess.tag).is_ok());
                prop_assert!(!guess.how.is_empty());
            }
        }
    }
}
