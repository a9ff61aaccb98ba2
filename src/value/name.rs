//! Names: slugs for IRIs and a folded form to compare by.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Returns the slug of a name: ASCII, lower case, words joined by `-`; empty when nothing is left.
///
/// Other scripts are transliterated character by character. Apostrophes vanish, as do the signs that transliteration
/// puts for a letter without a Latin one (`ь`, `ع`); whatever else is no letter or digit parts words.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    let mut parted = false;
    for c in name.nfkc() {
        if is_apostrophe(c) || is_ignorable(c) {
            continue;
        }
        if !c.is_alphanumeric() && !is_combining_mark(c) {
            parted = true;
            continue;
        }
        for letter in any_ascii_char(c)
            .chars()
            .filter(char::is_ascii_alphanumeric)
        {
            if parted && !slug.is_empty() {
                slug.push('-');
            }
            parted = false;
            slug.push(letter.to_ascii_lowercase());
        }
    }
    slug
}

/// Returns the form of a name to compare by: compatibility composed, case, white space, apostrophes and dashes made one.
///
/// Combining marks are kept; characters without width are dropped. Folding a folded name changes nothing.
pub fn fold(name: &str) -> String {
    // Signs are made one before composing too, which would take some of them apart (`´`).
    let lower = name
        .chars()
        .filter(|c| !is_ignorable(*c))
        .map(one_sign)
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .filter(|c| !is_ignorable(*c))
        .map(one_sign)
        .collect::<String>();
    let mut folded = String::with_capacity(lower.len());
    for word in lower.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Returns the sign that stands for all variants of an apostrophe or a dash; any other character as it is.
fn one_sign(c: char) -> char {
    match c {
        _ if is_apostrophe(c) => '\'',
        _ if is_dash(c) => '-',
        _ => c,
    }
}

/// Returns whether a character is an apostrophe or used as one.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | 'ʹ'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | 'ˈ'
            | '‘'
            | '’'
            | '‛'
            | '′'
            | '＇'
    )
}

/// Returns whether a character is a hyphen, a dash or a minus.
pub(super) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Returns whether a character has no width and says nothing: joiners, soft hyphens, marks of direction.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slugs() {
        for (name, expected) in [
            ("Green Party of the North", "green-party-of-the-north"),
            ("  Green\u{a0}—  Party!  ", "green-party"),
            ("Workers’ Union", "workers-union"),
            ("Oʻrta O'rta", "orta-orta"),
            ("\"Red\" & Blue (1920)", "red-blue-1920"),
            ("Société générale", "societe-generale"),
            ("Cafe\u{301}", "cafe"),
            ("Партия объединения", "partiya-obedineniya"),
            ("и\u{306}од", "yod"),
            ("Ҷумҳурӣ", "jumhuri"),
            ("北京", "beijing"),
            ("می\u{200c}روم", slug("میروم").as_str()),
            ("½", "1-2"),
            ("№ 5", "no-5"),
            ("İ", "i"),
            ("!?", ""),
            ("", ""),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
        assert!(!slug("حزب").is_empty());
    }

    #[test]
    fn folding_makes_variants_one() {
        for (one, other) in [
            ("Green Party", "  green\u{a0}\u{2009}PARTY\u{200b} "),
            ("Workers’ Union", "workers' union"),
            ("Oʻrta", "o`rta"),
            ("o´rta", "oʼrta"),
            ("A–B", "a-b"),
            ("A−B", "a\u{2011}b"),
            ("Café", "cafe\u{301}"),
            ("ﬁnal", "final"),
            ("ＡＢＣ", "abc"),
            ("می\u{200c}روم", "میروم"),
            ("ПАРТИЯ", "партия"),
            ("so\u{ad}ft", "soft"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        for (one, other) in [
            ("Café", "Cafe"),
            ("и", "й"),
            ("Green-Party", "Green Party"),
            ("ҳ", "х"),
        ] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn slugs_are_clean_and_stable(name in any::<String>()) {
            let slug = slug(&name);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert_eq!(&super::slug(&slug), &slug);
        }

        #[test]
        fn folding_is_idempotent(name in any::<String>()) {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
