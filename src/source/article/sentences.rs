//! Prose → sentences: where a full stop ends one and where it only shortens a word.

use super::brackets;
use crate::source::text::Span;

/// Words, lower case and without their full stop, that are shortened when a full stop follows them.
///
/// Only words that seldom end a sentence: "etc." before a capital letter does, so it is not here.
const SHORTENED: &[&str] = &[
    "adm", "approx", "art", "assoc", "aug", "ave", "blvd", "bros", "bzw", "ca", "capt", "cf",
    "chap", "cmdr", "col", "comp", "cpl", "dept", "dipl", "dr", "ed", "eds", "esp", "est", "fig",
    "figs", "fl", "ft", "gen", "gov", "hon", "ibid", "incl", "lt", "maj", "messrs", "mlle", "mme",
    "mr", "mrs", "ms", "mt", "mts", "nos", "nr", "pp", "pres", "prof", "pseud", "pt", "pvt", "rep",
    "repr", "resp", "rev", "sen", "sgt", "st", "ste", "supt", "transl", "trans", "univ", "viz",
    "vol", "vols", "vs", "акад", "вв", "гг", "им", "изд", "кн", "млн", "млрд", "напр", "обл",
    "проф", "пос", "ред", "род", "руб", "св", "см", "соч", "ср", "стр", "тов", "тыс", "ул", "чл",
];

/// Words that are shortened only before a number: `No. 5`, `Sept. 14`.
const SHORTENED_BEFORE_NUMBER: &[&str] = &[
    "apr", "ch", "dec", "feb", "jan", "jul", "jun", "mar", "no", "nov", "oct", "sep", "sept",
    "sec", "tab",
];

/// Returns the sentences of a paragraph, without the white space around them.
///
/// Initials (`J. K. Smith`), shortened words, decimal and ordinal numbers, and what stands in brackets end no sentence.
pub(super) fn sentences(text: &str) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut brackets = brackets::outermost(text).into_iter().peekable();
    let mut start = Span::new(0, text.len()).trimmed(text).start;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let (stop, after) = if let Some(pair) = brackets.next_if(|pair| pair.outer.start == at) {
            skip_to = pair.outer.end;
            // A sentence wholly in brackets ends with them: "(She left.) He stayed."
            let whole = at == start;
            match pair.inner.of(text).char_indices().next_back() {
                Some((last, stop)) if whole && is_stop(stop) => (pair.inner.start + last, skip_to),
                _ => continue,
            }
        } else if is_stop(c) {
            (at, at + c.len_utf8())
        } else {
            continue;
        };
        let end = closers(text, after);
        skip_to = end;
        if ends(text, start, stop, end) {
            push(&mut sentences, text, Span::new(start, end));
            start = Span::new(end, text.len()).trimmed(text).start;
        }
    }
    push(&mut sentences, text, Span::new(start, text.len()));
    sentences
}

fn push(sentences: &mut Vec<Span>, text: &str, span: Span) {
    let span = span.trimmed(text);
    if !span.is_empty() {
        sentences.push(span);
    }
}

/// Returns whether a character can end a sentence, in any script.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔' | '।' | '։' | '።') || is_wide_stop(c)
}

/// Returns whether a character ends a sentence in a script that puts no space after it.
fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
}

/// Returns where the further stops, closing quotes and brackets, and note marks (`[1]`) after a stop end.
fn closers(text: &str, mut at: usize) -> usize {
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if is_stop(c)
            || matches!(
                c,
                '"' | '\'' | '”' | '’' | '»' | '›' | '」' | '』' | ')' | ']' | '}' | '）'
            )
        {
            at += c.len_utf8();
        } else if let Some(length) = note_mark(text, at) {
            at += length;
        } else {
            break;
        }
    }
    at
}

/// Returns the length of a note mark such as `[12]` at an offset.
fn note_mark(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?.strip_prefix(b"[")?;
    let length = rest.iter().take(5).position(|&b| b == b']')?;
    let mark = rest.get(..length)?;
    (!mark.is_empty() && mark.iter().all(u8::is_ascii_alphanumeric)).then_some(length + 2)
}

/// Returns whether the sentence from `start` ends with the stop at `stop`, its closers ending at `end`.
fn ends(text: &str, start: usize, stop: usize, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let sign = text.get(stop..).and_then(|rest| rest.chars().next());
    if rest.is_empty() || sign.is_some_and(is_wide_stop) {
        return true;
    }
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let opening = |c: &char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '‘' | '«' | '„' | '(' | '[' | '「')
    };
    // A few characters are looked over, no more: a text of a million quotes must not be walked once for each.
    let next = rest.chars().take(8).find(|c| !opening(c));
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    sign != Some('.')
        || stop + 1 != end
        || !shortens(text.get(start..stop).unwrap_or_default(), next)
}

/// Returns whether the last word before a full stop is shortened by it rather than ended.
fn shortens(before: &str, next: Option<char>) -> bool {
    let word_start = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | '[' | '{' | '"' | '“' | '«' | '‘' | '\'' | '–' | '—' | '-' | '/'
            )
    };
    let word = before.rsplit(word_start).next().unwrap_or_default();
    let mut characters = word.chars();
    match (characters.next(), characters.next()) {
        (None, _) => return false,
        (Some(only), None) if only.is_alphabetic() => return true,
        _ => {}
    }
    // An ordinal, as in "4. Kongress"; years and larger numbers end sentences.
    if word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    // "i.e", "U.S", "т.е": single letters with full stops between them; marks that combine with a letter belong to it.
    if word.contains('.')
        && word
            .split('.')
            .all(|part| part.chars().filter(|c| c.is_alphabetic()).count() <= 2)
        && !word.starts_with(|c: char| c.is_ascii_digit())
    {
        return true;
    }
    let word = word.to_lowercase();
    SHORTENED.contains(&word.as_str())
        || (next.is_some_and(char::is_numeric) && SHORTENED_BEFORE_NUMBER.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<&str> {
        sentences(text)
            .into_iter()
            .map(|span| span.of(text))
            .collect()
    }

    #[test]
    fn initials_and_shortened_words_end_nothing() {
        for one in [
            "It was led by N. Oakov, A. Birch, J.R.R. Elm and others.",
            "A council (i.e. a body of five. Or six) met.",
            "Dr. Elm met Prof. Oak at Mt. Hazel near St. Ives c. 1920.",
            "It grew by 4.5 percent.",
            "The 4. Congress met.",
            "See No. 5 and Sept. 14 for more.",
            "Masons, smiths, etc. and others came.",
            "He lived in the U.S. Army camp.",
            "He said... nothing.",
            "“Why?” he asked.",
            "Он родился в 1920 г. в селе им. Дуба.",
            "version 1.2.3 of example.org is out",
        ] {
            assert_eq!(of(one), [one]);
        }
    }

    #[test]
    fn stops_end_sentences() {
        assert_eq!(
            of("One. Two! Three? Four… Five"),
            ["One.", "Two!", "Three?", "Four…", "Five"]
        );
        assert_eq!(
            of("He left in 1920. She\nstayed."),
            ["He left in 1920.", "She\nstayed."]
        );
        assert_eq!(
            of("“He left.” She stayed.[1] (He came.) “So.”"),
            ["“He left.”", "She stayed.[1]", "(He came.)", "“So.”"]
        );
        assert_eq!(
            of("He (a smith.) left. Rest."),
            ["He (a smith.) left.", "Rest."]
        );
        assert_eq!(
            of("He said no. Then he left etc. The end."),
            ["He said no.", "Then he left etc.", "The end."]
        );
        assert_eq!(
            of("یک رفت؟ دو آمد۔ سه ماند."),
            ["یک رفت؟", "دو آمد۔", "سه ماند."]
        );
        assert_eq!(of("一人去。二人来！"), ["一人去。", "二人来！"]);
        assert_eq!(
            of("Broken ( bracket. Goes on."),
            ["Broken ( bracket.", "Goes on."]
        );
        assert_eq!(of(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn hostile_text_is_linear() {
        for unit in [".", ". ", ". (", "a. ", "\"", ". \"", "[1", "A.a"] {
            let text = unit.repeat(400_000);
            assert!(sentences(&text).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_lost(text in "[a-cA-C.!?…。 ()\n\"”1\u{301}]{0,80}") {
            let found = sentences(&text);
            let kept: String = found.iter().flat_map(|span| span.of(&text).chars()).filter(|c| !c.is_whitespace()).collect();
            let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(kept, whole);
            prop_assert!(found.windows(2).all(|two| two[0].end <= two[1].start));
        }
    }
}
