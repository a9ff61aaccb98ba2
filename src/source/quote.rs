//! Quotations: where a passage stands in a text, and the nearest one when it does not.
//!
//! Two texts are the same passage when they differ only in white space, in the kind of dash, quotation mark or
//! ellipsis, in marks that show nothing (soft hyphens, zero width and direction marks), or in how Unicode composes their
//! letters.

use rapidfuzz::fuzz;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use super::text::{Lines, Span, is_blank};

/// How alike, from 0 to 1, a passage must be to a quotation to be called near.
const NEAR: f64 = 0.5;

/// Characters of a quotation that the nearest passage is looked for with.
const COMPARED: usize = 512;

/// A passage of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// First byte and the byte after the last, in the text without byte order mark.
    pub span: Span,
    /// Line of its first character, from 1.
    pub line: u32,
    /// Column of its first character, from 1.
    pub column: u32,
}

/// A text prepared to be searched for quotations.
pub struct Searchable<'t> {
    text: &'t str,
    lines: Lines,
    folded: Folded,
}

/// Returns the places of a quotation in a text; see [`Searchable::find`].
pub fn find(text: &str, quote: &str) -> Vec<Passage> {
    Searchable::new(text).find(quote)
}

/// Returns the passage most like a quotation, with its line and column; see [`Searchable::nearest`].
pub fn nearest(text: &str, quote: &str) -> Option<(String, u32, u32)> {
    let searchable = Searchable::new(text);
    let passage = searchable.nearest(quote)?;
    Some((
        passage.span.of(text).to_owned(),
        passage.line,
        passage.column,
    ))
}

impl<'t> Searchable<'t> {
    /// Prepares a text without byte order mark.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: Lines::new(text),
            folded: Folded::new(text),
        }
    }

    /// Returns the places of a quotation, in their order and without overlap; none for an empty one.
    pub fn find(&self, quote: &str) -> Vec<Passage> {
        let wanted = Folded::new(quote.trim_matches(is_blank)).text;
        let mut found = Vec::new();
        let mut from = 0;
        while !wanted.is_empty()
            && let Some(at) = self
                .folded
                .text
                .get(from..)
                .and_then(|rest| rest.find(&wanted))
        {
            let stretch = Span::new(from + at, from + at + wanted.len());
            match self.folded.source(stretch) {
                Some(span) => {
                    found.push(self.passage(span));
                    from = stretch.end;
                }
                None => from = stretch.start + wanted.chars().next().map_or(1, char::len_utf8),
            }
        }
        found
    }

    /// Returns the passage most like a quotation, if any is near enough to have been meant.
    pub fn nearest(&self, quote: &str) -> Option<Passage> {
        let wanted: String = Folded::new(quote.trim_matches(is_blank))
            .text
            .chars()
            .take(COMPARED)
            .collect();
        let words = words(&self.folded.text);
        let size = wanted.split(' ').count();
        let step = (size / 8).max(1);
        let compare = fuzz::RatioBatchComparator::new(wanted.chars());
        let score = |first: usize, last: usize| {
            let span = Span::new(words.get(first)?.start, words.get(last)?.end);
            Some((compare.similarity(span.of(&self.folded.text).chars()), span))
        };
        let last = words.len().checked_sub(1)?;
        let mut best = (0.0, 0);
        for first in (0..words.len()).step_by(step) {
            if let Some((alike, _)) = score(first, (first + size - 1).min(last))
                && alike > best.0
            {
                best = (alike, first);
            }
        }
        // Now that the region is known, the ends are moved word by word.
        let mut nearest: Option<(f64, Span)> = None;
        for first in best.1.saturating_sub(step)..=best.1 + step {
            for end in (first + size).saturating_sub(3)..=first + size + 2 {
                if let Some((alike, span)) = score(first, end.clamp(first, last.max(first)))
                    && alike >= NEAR
                    && nearest.is_none_or(|(top, _)| alike > top)
                {
                    nearest = Some((alike, span));
                }
            }
        }
        let (_, span) = nearest?;
        self.folded.source(span).map(|span| self.passage(span))
    }

    fn passage(&self, span: Span) -> Passage {
        let (line, column) = self.lines.place(self.text, span.start);
        Passage { span, line, column }
    }
}

/// Returns the words between the single spaces of a folded text.
fn words(text: &str) -> Vec<Span> {
    let mut start = 0;
    let spans = text.split(' ').map(|word| {
        let span = Span::new(start, start + word.len());
        start = span.end + 1;
        span
    });
    spans.filter(|span| !span.is_empty()).collect()
}

/// A text in the form that passages are compared in, and where each character of it comes from.
struct Folded {
    text: String,
    /// Offset in `text` and source of each character.
    characters: Vec<(usize, Source)>,
}

/// Where a folded character comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Source {
    span: Span,
    /// Canonical combining class; more than 0 for a mark on the character before.
    class: u8,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut characters: Vec<(char, Source)> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let span = Span::new(at, at + c.len_utf8());
            let plain = |c| (c, Source { span, class: 0 });
            match c {
                '\u{ad}' => {}
                _ if c.is_whitespace() => match characters.last_mut() {
                    Some((' ', source)) => source.span.end = span.end,
                    _ => characters.push(plain(' ')),
                },
                _ if is_blank(c) => {}
                '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '－' => {
                    characters.push(plain('-'));
                }
                '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | 'ʻ' | '`' | '´' | '‹' | '›' | '＇' =>
                {
                    characters.push(plain('\''));
                }
                '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂' => {
                    characters.push(plain('"'));
                }
                '…' => characters.extend([plain('.'); 3]),
                _ => decompose_canonical(c, |part| {
                    characters.push((
                        part,
                        Source {
                            span,
                            class: canonical_combining_class(part),
                        },
                    ));
                }),
            }
        }
        // Marks on one letter come in the order that Unicode calls canonical.
        for marks in
            characters.chunk_by_mut(|(_, left), (_, right)| left.class > 0 && right.class > 0)
        {
            marks.sort_by_key(|(_, source)| source.class);
        }
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            characters: Vec::with_capacity(characters.len()),
        };
        for (c, source) in characters {
            folded.characters.push((folded.text.len(), source));
            folded.text.push(c);
        }
        folded
    }

    /// Returns the source of a stretch of the folded text, if it neither begins nor ends within a character of the source.
    fn source(&self, stretch: Span) -> Option<Span> {
        let index = |offset| self.characters.partition_point(|&(at, _)| at < offset);
        let (first, after) = (index(stretch.start), index(stretch.end));
        let (_, start) = self.characters.get(first)?;
        let (_, end) = self.characters.get(after.checked_sub(1)?)?;
        let before = first
            .checked_sub(1)
            .and_then(|before| self.characters.get(before));
        let cut_left = before.is_some_and(|(_, before)| before.span == start.span);
        let next = self.characters.get(after);
        let cut_right = next.is_some_and(|(_, next)| next.span == end.span || next.class > 0);
        let whole = self.characters.get(first..after)?.iter();
        let (from, to) = whole.fold((usize::MAX, 0), |(from, to), (_, source)| {
            (from.min(source.span.start), to.max(source.span.end))
        });
        (!cut_left && !cut_right).then_some(Span::new(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str, quote: &str) -> Vec<(u32, u32, String)> {
        find(text, quote)
            .iter()
            .map(|found| (found.line, found.column, found.span.of(text).to_owned()))
            .collect()
    }

    #[test]
    fn folds_space_dashes_quotes_and_composition() {
        let text = "One.\nThe “Old\u{a0}\n  Oak” – 1900\u{2013}10 – gr\u{fc}nt… soft\u{ad}ly.";
        assert_eq!(at(text, "the"), []);
        assert_eq!(
            at(text, "\"Old Oak\" -"),
            [(2, 5, "“Old\u{a0}\n  Oak” –".to_owned())]
        );
        assert_eq!(
            at(text, "1900-10 — gru\u{308}nt... softly"),
            [(3, 10, "1900–10 – grünt… soft\u{ad}ly".to_owned())]
        );
        assert_eq!(at(text, ""), []);
        assert_eq!(at(text, " \n "), []);
    }

    #[test]
    fn never_cuts_a_character() {
        assert_eq!(at("gr\u{fc}n", "gru"), []);
        assert_eq!(at("gru\u{308}n grun", "grun"), [(1, 7, "grun".to_owned())]);
        assert_eq!(at("wait…", "wait."), []);
        assert_eq!(at("aaaa", "aa").len(), 2);
        assert_eq!(at("q\u{323}\u{307}", "q\u{307}\u{323}").len(), 1);
    }

    #[test]
    fn the_nearest_passage_is_cut_at_words() {
        let text = "The mill was built in 1871 by the river.\nIn the spring of 1899 the old wooden mill burnt down. It was rebuilt.";
        let (passage, line, column) =
            nearest(text, "in spring of 1899 the wooden mill burned down").unwrap();
        assert_eq!(passage, "spring of 1899 the old wooden mill burnt down.");
        assert_eq!((line, column), (2, 8));
        assert_eq!(nearest(text, "zzz qqq xxx"), None);
        assert_eq!(nearest("", "a"), None);
    }

    #[test]
    fn long_texts_are_searched_quickly() {
        let text = "lorem ipsum dolor sit amet ".repeat(20_000);
        assert_eq!(find(&text, "amet lorem").len(), 19_999);
        assert!(nearest(&text, &"dolor sit amed ".repeat(100)).is_some());
        assert!(find(&"\u{301}".repeat(300_000), "a").is_empty());
    }

    proptest! {
        #[test]
        fn what_stands_in_a_text_is_found(text in "[a-c \u{a0}\n\u{301}–“ü…]{1,40}", from in 0_usize..40, length in 1_usize..20) {
            let quote: String = text.chars().skip(from).take(length).collect();
            let wanted = Folded::new(quote.trim_matches(is_blank)).text;
            for found in find(&text, &quote) {
                prop_assert_eq!(&Folded::new(found.span.of(&text)).text, &wanted);
            }
            if !wanted.is_empty() && !text.contains('\u{301}') {
                prop_assert!(!find(&text, &quote).is_empty());
            }
            let _ = nearest(&text, &quote);
        }
    }
}
