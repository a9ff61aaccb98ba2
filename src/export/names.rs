//! Prefixes: which one an IRI is shortened with, which names are legal where, and which prefixes were used.

use std::cell::Cell;
use std::collections::BTreeMap;

/// Prefixes of a document, ready to look up the longest namespace of an IRI.
pub(super) struct Prefixes<'p> {
    /// Sorted by namespace.
    entries: Vec<Entry<'p>>,
    legal_local: fn(&str) -> bool,
}

struct Entry<'p> {
    namespace: &'p str,
    prefix: &'p str,
    /// The longest other namespace that this one begins with.
    parent: Option<usize>,
    used: Cell<bool>,
}

impl<'p> Prefixes<'p> {
    /// Takes the prefixes whose names `legal_prefix` admits; local names are admitted by `legal_local`.
    ///
    /// Of two prefixes for one namespace the first by name is taken, so that the choice depends on nothing else.
    pub(super) fn new(
        prefixes: &'p BTreeMap<String, String>,
        legal_prefix: fn(&str) -> bool,
        legal_local: fn(&str) -> bool,
    ) -> Self {
        let mut pairs: Vec<(&str, &str)> = prefixes
            .iter()
            .filter(|(prefix, namespace)| !namespace.is_empty() && legal_prefix(prefix))
            .map(|(prefix, namespace)| (namespace.as_str(), prefix.as_str()))
            .collect();
        pairs.sort_unstable();
        pairs.dedup_by_key(|(namespace, _)| *namespace);
        let mut entries: Vec<Entry<'p>> = Vec::with_capacity(pairs.len());
        for (namespace, prefix) in pairs {
            // What begins a namespace sorts before it, and begins the one just before it as well.
            let mut parent = entries.len().checked_sub(1);
            while let Some(index) = parent
                && !namespace.starts_with(entries[index].namespace)
            {
                parent = entries[index].parent;
            }
            entries.push(Entry {
                namespace,
                prefix,
                parent,
                used: Cell::new(false),
            });
        }
        Self {
            entries,
            legal_local,
        }
    }

    /// Splits an IRI into prefix and legal local name, by the longest namespace that allows it, and notes the use.
    pub(super) fn shorten<'i>(&self, iri: &'i str) -> Option<(&'p str, &'i str)> {
        let mut candidate = self
            .entries
            .partition_point(|entry| entry.namespace <= iri)
            .checked_sub(1);
        while let Some(index) = candidate {
            let entry = &self.entries[index];
            if let Some(local) = iri.strip_prefix(entry.namespace)
                && (self.legal_local)(local)
            {
                entry.used.set(true);
                return Some((entry.prefix, local));
            }
            candidate = entry.parent;
        }
        None
    }

    /// Returns the prefixes used so far with their namespaces, by prefix.
    pub(super) fn used(&self) -> Vec<(&'p str, &'p str)> {
        let mut used: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.used.get())
            .map(|entry| (entry.prefix, entry.namespace))
            .collect();
        used.sort_unstable();
        used
    }
}

/// `PN_CHARS_BASE` of the Turtle grammar.
fn is_base(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `PN_CHARS` of the Turtle grammar.
fn is_name_char(c: char) -> bool {
    is_base(c)
        || matches!(c, '_' | '-' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Returns whether the text is a prefix of Turtle (`PN_PREFIX`) or empty.
pub(super) fn is_turtle_prefix(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return true;
    };
    is_base(first) && !text.ends_with('.') && text.chars().all(|c| c == '.' || is_name_char(c))
}

/// Returns whether the text is a local name of Turtle that needs no backslash.
///
/// Backslashes would allow more names, but read worse than the whole IRI.
pub(super) fn is_turtle_local(text: &str) -> bool {
    let starts = |c: char| is_base(c) || matches!(c, '_' | ':' | '0'..='9' | '%');
    if text.ends_with('.') || text.chars().next().is_some_and(|first| !starts(first)) {
        return false;
    }
    let bytes = text.as_bytes();
    text.char_indices().all(|(index, c)| match c {
        '%' => {
            bytes.get(index + 1).is_some_and(u8::is_ascii_hexdigit)
                && bytes.get(index + 2).is_some_and(u8::is_ascii_hexdigit)
        }
        '.' | ':' => true,
        _ => is_name_char(c),
    })
}

/// Returns whether the text is an XML name without a colon (`NCName`).
pub(super) fn is_xml_name(text: &str) -> bool {
    text.chars().next().is_some_and(is_xml_name_start) && text.chars().all(is_xml_name_char)
}

/// Returns whether an `NCName` may begin with the character.
pub(super) fn is_xml_name_start(c: char) -> bool {
    c == '_' || is_base(c)
}

/// Returns whether an `NCName` may hold the character.
pub(super) fn is_xml_name_char(c: char) -> bool {
    c == '.' || is_name_char(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(prefix, namespace)| ((*prefix).to_owned(), (*namespace).to_owned()))
            .collect()
    }

    #[test]
    fn the_longest_namespace_wins_and_only_uses_are_told() {
        let map = map(&[
            ("a", "http://ex.org/"),
            ("b", "http://ex.org/deep/"),
            ("c", "http://ex.org/deep/er#"),
            ("d", "http://ex.org/deep/er#"),
            ("e", "http://ex.org/de"),
            ("f", "http://ex.net/"),
            ("", "http://ex.com/"),
            ("no good", "http://ex.org/deep/er#x"),
        ]);
        let prefixes = Prefixes::new(&map, is_turtle_prefix, is_turtle_local);
        assert_eq!(
            prefixes.shorten("http://ex.org/deep/er#x"),
            Some(("c", "x"))
        );
        assert_eq!(prefixes.shorten("http://ex.org/deep/zz"), Some(("b", "zz")));
        assert_eq!(prefixes.shorten("http://ex.org/dz"), Some(("a", "dz")));
        assert_eq!(prefixes.shorten("http://ex.com/x"), Some(("", "x")));
        assert_eq!(prefixes.shorten("http://ex.org/deep/er"), Some(("b", "er")));
        assert_eq!(prefixes.shorten("http://other.org/x"), None);
        assert_eq!(prefixes.shorten("http://ex.org/x/y"), None);
        assert_eq!(
            prefixes.used(),
            [
                ("", "http://ex.com/"),
                ("a", "http://ex.org/"),
                ("b", "http://ex.org/deep/"),
                ("c", "http://ex.org/deep/er#"),
            ]
        );
    }

    #[test]
    fn local_names_follow_the_grammar() {
        for good in [
            "", "a", "1a", "_", "a.b", "a:b", ":", "%20a", "a%C3", "имя", "a-b",
        ] {
            assert!(is_turtle_local(good), "{good}");
        }
        for bad in [
            "a.", ".a", "-a", "a/b", "a#b", "%2", "%zz", "a b", "(a)", "a'b", "a~",
        ] {
            assert!(!is_turtle_local(bad), "{bad}");
        }
        for good in ["", "a", "a.b", "a-1", "имя"] {
            assert!(is_turtle_prefix(good), "{good}");
        }
        for bad in ["1a", "_a", "a.", "a:b", ".a"] {
            assert!(!is_turtle_prefix(bad), "{bad}");
        }
        assert!(
            is_xml_name("_a.b-1") && !is_xml_name("1a") && !is_xml_name("") && !is_xml_name("a:b")
        );
    }
}
