//! Values: text with references `$(…)`, prefixes, escapes and external references.

use std::collections::BTreeMap;

use super::prefixes::Prefixes;

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Reference(String),
}

/// A value as written, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) pieces: Vec<Piece>,
    /// A prefix that is declared nowhere, if the value begins like a prefixed name.
    pub(super) unknown_prefix: Option<String>,
    /// The beginning of a reference that nothing closes, which is taken as text.
    pub(super) unclosed: Option<String>,
}

impl Parts {
    /// Returns the reference if the value is nothing else.
    pub(super) fn reference(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Reference(reference)] => Some(reference),
            _ => None,
        }
    }

    /// Returns the text if the value holds no reference.
    pub(super) fn constant(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Reference(_) => None,
            })
            .collect()
    }

    /// Returns the value as a template of RML.
    pub(super) fn template(&self) -> String {
        let escape = |text: &str| {
            text.replace('\\', "\\\\")
                .replace('{', "\\{")
                .replace('}', "\\}")
        };
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => escape(text),
                Piece::Reference(reference) => format!("{{{}}}", escape(reference)),
            })
            .collect()
    }

    /// Returns the references, in order.
    pub(super) fn references(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference.as_str()),
            Piece::Text(_) => None,
        })
    }
}

/// How many characters of a reference that nothing closes are shown.
const SHOWN: usize = 30;

/// A character of a value, and whether a backslash took its meaning away.
type Mark = (char, bool);

/// Takes a value apart.
///
/// A backslash before `\`, `(`, `)`, `:`, `$` or `_` takes its meaning away. The prefix of a value is replaced wherever
/// the value begins with one that is known and holds no `http://` or `https://`; a blank after the colon means that it
/// is none. References that begin with `_` are external: they are replaced by their values where there are any.
pub(super) fn parse(text: &str, prefixes: &Prefixes, external: &BTreeMap<String, String>) -> Parts {
    let marks = marks(text);
    let absolute = text.contains("http://") || text.contains("https://");
    let mut pieces: Vec<Piece> = Vec::new();
    let mut unknown_prefix = None;
    let mut unclosed = None;
    let mut plain: Vec<Mark> = Vec::new();
    let mut at = 0;
    while at < marks.len() {
        let opens = marks[at] == ('$', false) && marks.get(at + 1) == Some(&('(', false));
        let close = opens
            .then(|| {
                marks[at + 2..]
                    .iter()
                    .position(|mark| *mark == (')', false))
            })
            .flatten()
            .map(|length| at + 2 + length);
        let Some(close) = close else {
            if opens && unclosed.is_none() {
                unclosed = Some(marks[at..].iter().take(SHOWN).map(|mark| mark.0).collect());
            }
            plain.push(marks[at]);
            at += 1;
            continue;
        };
        flush(
            &mut plain,
            &mut pieces,
            prefixes,
            absolute,
            &mut unknown_prefix,
        );
        let inside = &marks[at + 2..close];
        let name: String = inside.iter().map(|mark| mark.0).collect();
        let outside = inside.first() == Some(&('_', false));
        match external
            .get(name.trim_start_matches('_'))
            .filter(|_| outside)
        {
            Some(value) => push_text(&mut pieces, value),
            None => pieces.push(Piece::Reference(name)),
        }
        // A reference that is the whole value may itself begin with a prefix, as the names of XML do.
        if at == 0
            && close + 1 == marks.len()
            && let [Piece::Reference(reference)] = pieces.as_mut_slice()
            && !absolute
            && let Some(expanded) = expand(inside, prefixes)
        {
            *reference = expanded;
        }
        at = close + 1;
    }
    flush(
        &mut plain,
        &mut pieces,
        prefixes,
        absolute,
        &mut unknown_prefix,
    );
    Parts {
        pieces,
        unknown_prefix,
        unclosed,
    }
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && "\\():$_".contains(*next) => {
                marks.push((*next, true));
                chars.next();
            }
            _ => marks.push((c, false)),
        }
    }
    marks
}

fn flush(
    plain: &mut Vec<Mark>,
    pieces: &mut Vec<Piece>,
    prefixes: &Prefixes,
    absolute: bool,
    unknown: &mut Option<String>,
) {
    if plain.is_empty() {
        return;
    }
    let first = pieces.is_empty() && !absolute;
    let text = match first.then(|| expand(plain, prefixes)).flatten() {
        Some(expanded) => expanded,
        None => {
            if first && let Some((prefix, _)) = prefix(plain) {
                *unknown = Some(prefix);
            }
            plain.iter().map(|mark| mark.0).collect()
        }
    };
    push_text(pieces, &text);
    plain.clear();
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// Returns the word before the first colon and the number of characters with the colon.
fn prefix(marks: &[Mark]) -> Option<(String, usize)> {
    let colon = marks.iter().position(|mark| *mark == (':', false))?;
    if marks.get(colon + 1).is_some_and(|mark| mark.0 == ' ') {
        return None;
    }
    Some((
        marks[..colon].iter().map(|mark| mark.0).collect(),
        colon + 1,
    ))
}

fn expand(marks: &[Mark], prefixes: &Prefixes) -> Option<String> {
    let (prefix, length) = prefix(marks)?;
    let mut expanded = prefixes.namespace(&prefix)?.to_owned();
    expanded.extend(marks[length..].iter().map(|mark| mark.0));
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Parts {
        let mut prefixes = Prefixes::default();
        prefixes.declare("ex", "http://example.org/");
        let external = BTreeMap::from([("name".to_owned(), "John".to_owned())]);
        parse(text, &prefixes, &external)
    }

    #[test]
    fn templates_references_and_constants() {
        assert_eq!(parts("$(a)").reference(), Some("a"));
        assert_eq!(
            parts("ex:$(a)/{b}\\:c").template(),
            "http://example.org/{a}/\\{b\\}:c"
        );
        assert_eq!(
            parts("ex:thing").constant().as_deref(),
            Some("http://example.org/thing")
        );
        assert_eq!(parts("$($.a['b'])").reference(), Some("$.a['b']"));
        assert_eq!(parts("$(a\\(b\\))").reference(), Some("a(b)"));
        assert_eq!(parts("$(ex:a)").reference(), Some("http://example.org/a"));
        assert_eq!(parts("$(ex\\:a)").reference(), Some("ex:a"));
        assert_eq!(parts("").constant().as_deref(), Some(""));
    }

    #[test]
    fn a_reference_that_nothing_closes_is_told() {
        assert_eq!(parts("a $(b) $(c").unclosed.as_deref(), Some("$(c"));
        assert_eq!(parts("$(a\\)").unclosed.as_deref(), Some("$(a)"));
        for text in ["$\\(a", "\\$(a", "(a", "$a", "$(a)(", "$(_name)"] {
            assert_eq!(parts(text).unclosed, None, "{text}");
        }
    }

    #[test]
    fn what_is_no_prefix_stays() {
        for text in ["note: this", "http://a.org/ex:b", "12:30", "ex\\:a"] {
            let expected = text.replace('\\', "");
            assert_eq!(parts(text).constant(), Some(expected), "{text}");
        }
        assert_eq!(parts("foo:bar").unknown_prefix.as_deref(), Some("foo"));
        assert_eq!(
            parts("ex:a:b").constant().as_deref(),
            Some("http://example.org/a:b")
        );
    }

    #[test]
    fn external_references_are_replaced() {
        assert_eq!(parts("$(_name)").constant().as_deref(), Some("John"));
        assert_eq!(
            parts("ex:$(_name)/$(b)").template(),
            "http://example.org/John/{b}"
        );
        assert_eq!(parts("$(\\_name)").reference(), Some("_name"));
        assert_eq!(parts("$(_other)").reference(), Some("_other"));
    }
}
