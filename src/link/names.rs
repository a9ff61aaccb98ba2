//! Names as text: folding, script crossing, a sound-like key for each word, and the ways a name is written.
//!
//! All functions are pure and give plain ASCII, so that a Cyrillic, Persian or accented spelling meets its romanised
//! twin on the same ground.

/// A name made ready for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The name as written.
    pub text: String,
    /// Its words, folded to ASCII lower case.
    pub words: Vec<String>,
    /// The key of each word; see [`key`].
    pub keys: Vec<String>,
    /// The folded words joined by a space.
    pub joined: String,
    /// The keys in alphabetical order joined by a space: the same for every order of words.
    pub sorted: String,
    /// The different character trigrams of the keys, sorted.
    pub grams: Vec<u32>,
}

impl Form {
    /// Returns the form of a name; it has no words if nothing of the name can be read.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words: Vec<String> = fold(text)
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(24)
            .map(str::to_owned)
            .collect();
        let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
        let joined = words.join(" ");
        let mut order = keys.clone();
        order.sort();
        let sorted = order.join(" ");
        let grams = grams(&keys.join(" "));
        Self {
            text: text.to_owned(),
            words,
            keys,
            joined,
            sorted,
            grams,
        }
    }

    /// Returns the first letters of the words, if there are at least two words.
    #[must_use]
    pub fn acronym(&self) -> Option<String> {
        (self.words.len() > 1).then(|| {
            self.words
                .iter()
                .filter_map(|word| word.chars().next())
                .collect()
        })
    }
}

/// Returns the text in ASCII lower case with single spaces between words.
///
/// Letters of other scripts are romanised, marks dropped, apostrophes and full stops inside abbreviations removed, other
/// signs become spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars().take(2000) {
        let plain = if c.is_ascii() {
            ""
        } else {
            any_ascii::any_ascii_char(c)
        };
        if c.is_ascii() {
            push(&mut folded, c);
        } else if matches!(c, 'ь' | 'ъ' | 'Ь' | 'Ъ' | 'ʻ' | 'ʼ' | '’' | '‘' | '´') {
            // Softness and glottal stops are written or not as it pleases.
        } else if matches!(c, 'е' | 'Е') && matches!(before, 'ь' | 'ъ') {
            folded.push_str("ye");
        } else if plain.is_empty() && c.is_whitespace() {
            push(&mut folded, ' ');
        } else {
            for one in plain.chars() {
                push(&mut folded, one);
            }
        }
        before = c;
    }
    while folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push(folded: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        folded.push(c.to_ascii_lowercase());
    } else if !matches!(c, '\'' | '`') && !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Spellings of one sound in different romanisations, longest first.
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "sc"),
    ("tsch", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("dzh", "j"),
    ("dsch", "j"),
    ("ough", "o"),
    ("eigh", "ei"),
    ("kh", "h"),
    ("zh", "j"),
    ("ch", "c"),
    ("sh", "s"),
    ("sz", "s"),
    ("cz", "c"),
    ("rz", "j"),
    ("ph", "f"),
    ("th", "t"),
    ("gh", "g"),
    ("dj", "j"),
    ("dz", "j"),
    ("ts", "c"),
    ("tz", "c"),
    ("ck", "k"),
    ("qu", "k"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("aye", "e"),
    ("ae", "e"),
    ("oe", "o"),
    ("ue", "u"),
    ("iy", "i"),
    ("yi", "i"),
    ("ij", "i"),
    ("ya", "a"),
    ("ja", "a"),
    ("ia", "a"),
    ("yo", "o"),
    ("jo", "o"),
    ("yu", "u"),
    ("ju", "u"),
    ("iu", "u"),
    ("ye", "e"),
    ("je", "e"),
    ("w", "v"),
    ("q", "k"),
    ("x", "s"),
    ("ks", "s"),
    ("y", "i"),
    ("z", "s"),
];

/// Case endings of Slavic family names and adjectives, with the form they stand for.
const ENDINGS: &[(&str, &str)] = &[
    ("ovym", "ov"),
    ("evym", "ev"),
    ("inym", "in"),
    ("ovoi", "ov"),
    ("ovoy", "ov"),
    ("evoi", "ev"),
    ("evoy", "ev"),
    ("ovoj", "ov"),
    ("ovu", "ov"),
    ("evu", "ev"),
    ("ova", "ov"),
    ("eva", "ev"),
    ("off", "ov"),
    ("eff", "ev"),
    ("skogo", "ski"),
    ("skomu", "ski"),
    ("skim", "ski"),
    ("skaya", "ski"),
    ("skaia", "ski"),
    ("skaja", "ski"),
    ("skij", "ski"),
    ("skiy", "ski"),
    ("skii", "ski"),
    ("sky", "ski"),
    ("ska", "ski"),
    ("aya", "i"),
    ("aia", "i"),
    ("ogo", "i"),
    ("oi", "i"),
    ("oy", "i"),
    ("yj", "i"),
    ("yy", "i"),
];

/// Returns a key that is the same for most romanisations and case forms of a folded word.
///
/// It is lossy on purpose: it brings spellings together, it does not prove that they are the same.
#[must_use]
pub fn key(word: &str) -> String {
    if word.len() < 3 || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut stem = word.to_owned();
    if word.len() >= 6
        && let Some((ending, plain)) = ENDINGS.iter().find(|(ending, _)| word.ends_with(ending))
    {
        stem.truncate(word.len() - ending.len());
        stem.push_str(plain);
    }
    let mut sounds = String::with_capacity(stem.len());
    let mut rest = stem.as_str();
    'next: while !rest.is_empty() {
        for (written, sound) in SOUNDS {
            // At the start of a word a j is mostly a sound of its own.
            if sounds.is_empty() && written.len() == 2 && written.starts_with('j') {
                continue;
            }
            if let Some(after) = rest.strip_prefix(written) {
                push_once(&mut sounds, sound);
                rest = after;
                continue 'next;
            }
        }
        let (one, after) = rest.split_at(1);
        // A hard c is a k; before e and i it hisses.
        let sound = match one {
            "c" if after.starts_with(['e', 'i', 'y']) => "c",
            "c" => "k",
            other => other,
        };
        push_once(&mut sounds, sound);
        rest = after;
    }
    // A mute h after a vowel, and a vowel at the end that declension moves.
    let mut out = String::with_capacity(sounds.len());
    for c in sounds.chars() {
        if c == 'h' && out.ends_with(['a', 'e', 'i', 'o', 'u']) {
            continue;
        }
        out.push(c);
    }
    if out.len() < 2 { word.to_owned() } else { out }
}

fn push_once(sounds: &mut String, sound: &str) {
    for c in sound.chars() {
        if !sounds.ends_with(c) {
            sounds.push(c);
        }
    }
}

/// Returns the different trigrams of a folded text, each packed into a number, sorted.
#[must_use]
pub fn grams(text: &str) -> Vec<u32> {
    let mut bytes = Vec::with_capacity(text.len() + 2);
    bytes.push(b' ');
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(b' ');
    let mut grams: Vec<u32> = bytes
        .windows(3)
        .map(|three| {
            three
                .iter()
                .fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
        })
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Returns the ways to read what stands in a name field: the whole, without brackets, what is in brackets, and the
/// names on both sides of a slash or semicolon.
#[must_use]
pub fn readings(text: &str) -> Vec<String> {
    let mut found = vec![text.trim().to_owned()];
    let mut add = |one: String| {
        let one = one.trim().trim_matches(['-', '–', ',']).trim().to_owned();
        if one.chars().filter(|c| c.is_alphanumeric()).count() >= 2
            && !found.contains(&one)
            && found.len() < 8
        {
            found.push(one);
        }
    };
    let mut outside = String::new();
    let mut inside = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(c),
            _ => outside.push(c),
        }
        if matches!(c, ')' | ']') && depth == 0 {
            inside.push(';');
        }
    }
    let bracketed = !inside.is_empty();
    if bracketed {
        add(outside.clone());
    }
    for part in outside.split(['/', ';', '|']) {
        add(part.to_owned());
    }
    if bracketed {
        for part in inside.split([';', '/']) {
            add(part.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_marks_meet() {
        assert_eq!(
            fold("  Niezależny „Związek”, D’Ambrosio & Ó "),
            "niezalezny zwiazek dambrosio o"
        );
        assert_eq!(fold("Олланд, Франсуа"), "olland fransua");
        assert_eq!(fold("\u{202b}حزب\u{202c}"), fold("حزب"));
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn romanisations_and_case_forms_share_a_key() {
        let same = |a: &str, b: &str| assert_eq!(key(&fold(a)), key(&fold(b)), "{a} {b}");
        same("Khusainov", "Husainovym");
        same("Rakhimbaev", "Rahimbayev");
        same("Хусаинов", "Khusainov");
        same("Zhukov", "Jukov");
        same("Kurbanova", "Kurbanovym");
        same("Chernyshevsky", "Chernyshevskii");
        same("Szczepanski", "Shchepanski");
        assert_ne!(key("ivanov"), key("petrov"));
    }

    #[test]
    fn a_field_is_read_in_every_way_it_may_be_meant() {
        assert_eq!(
            readings("Vlaams Blok / Belang"),
            ["Vlaams Blok / Belang", "Vlaams Blok", "Belang"]
        );
        assert_eq!(readings("Left (1990)"), ["Left (1990)", "Left", "1990"]);
        assert_eq!(readings("plain"), ["plain"]);
    }

    #[test]
    fn hostile_names_do_not_break() {
        for text in [
            "",
            "((((",
            "))))",
            "\u{0}\u{301}\u{301}",
            "😀😀",
            &"a".repeat(100_000),
            "ʻʻʻ",
        ] {
            let _ = Form::new(text);
            let _ = readings(text);
        }
    }
}
