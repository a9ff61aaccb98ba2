//! Matching brackets of any kind, in one pass and without recursion.

use crate::source::text::Span;

/// The kinds of bracket: opening and closing character.
const KINDS: [(char, char); 8] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('（', '）'),
    ('［', '］'),
    ('【', '】'),
    ('〈', '〉'),
    ('《', '》'),
];

/// A pair of matching brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    /// From the opening bracket through the closing one.
    pub(super) outer: Span,
    /// What stands between them.
    pub(super) inner: Span,
}

/// Returns every pair of matching brackets, by where they open.
///
/// A bracket without partner is an ordinary character: `a) b` and `((x)` hold no more than they close.
pub(super) fn pairs(text: &str) -> Vec<Pair> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut waiting = [0_usize; KINDS.len()];
    let mut pairs = Vec::new();
    for (at, c) in text.char_indices() {
        if let Some(kind) = KINDS.iter().position(|&(opening, _)| opening == c) {
            open.push((kind, at));
            waiting[kind] += 1;
        } else if let Some(kind) = KINDS.iter().position(|&(_, closing)| closing == c) {
            // Without this look a closing bracket that nothing opened would walk the whole stack each time.
            if waiting[kind] == 0 {
                continue;
            }
            while let Some((other, start)) = open.pop() {
                waiting[other] -= 1;
                if other == kind {
                    pairs.push(Pair {
                        outer: Span::new(start, at + c.len_utf8()),
                        inner: Span::new(start + KINDS[kind].0.len_utf8(), at),
                    });
                    break;
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Returns the pairs that stand in no other pair.
pub(super) fn outermost(text: &str) -> Vec<Pair> {
    let mut end = 0;
    let mut pairs = pairs(text);
    pairs.retain(|pair| {
        let kept = pair.outer.start >= end;
        if kept {
            end = pair.outer.end;
        }
        kept
    });
    pairs
}

/// Returns the pieces of a text between separators that stand outside brackets, each with its separator's span.
///
/// `separator` returns the length in bytes of the separator that begins at an offset, 0 for none.
pub(super) fn split(text: &str, mut separator: impl FnMut(usize, char) -> usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut brackets = outermost(text).into_iter().peekable();
    let mut start = 0;
    let mut skip_to = 0;
    let mut before = Span::default();
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        if let Some(pair) = brackets.next_if(|pair| pair.outer.start == at) {
            skip_to = pair.outer.end;
            continue;
        }
        let length = separator(at, c);
        if length > 0 {
            pieces.push(Piece {
                span: Span::new(start, at),
                before,
            });
            before = Span::new(at, at + length);
            start = at + length;
            skip_to = start;
        }
    }
    pieces.push(Piece {
        span: Span::new(start, text.len()),
        before,
    });
    pieces
}

/// A piece of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The piece, with the white space around it.
    pub(super) span: Span,
    /// The separator before it; empty before the first.
    pub(super) before: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Vec<&str> {
        pairs(text)
            .into_iter()
            .map(|pair| pair.inner.of(text))
            .collect()
    }

    #[test]
    fn matches_nested_and_tolerates_unbalanced() {
        assert_eq!(inner("a (b [c] d) e"), ["b [c] d", "c"]);
        assert_eq!(inner("((x)"), ["x"]);
        assert_eq!(inner("a) b (c"), Vec::<&str>::new());
        assert_eq!(inner("(a [b) c]"), ["a [b"]);
        assert_eq!(inner("（гг）"), ["гг"]);
    }

    #[test]
    fn stays_linear_on_hostile_brackets() {
        for unit in ["(", ")", "()", "([", "(])", "]("] {
            let text = unit.repeat(1_000_000);
            assert!(outermost(&text).len() <= 1_000_000);
        }
        let deep = format!("{}{}", "(".repeat(500_000), "]".repeat(500_000));
        assert_eq!(outermost(&deep), []);
    }
}
