//! Countries as tables name them: codes of two or three letters, English names, or the first part of a path such as the
//! name of a parliament.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::names::fold;

static KNOWN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for line in include_str!("../../tables/countries.csv").lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        let (Some(two), Some(three), Some(names)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        for one in [two, three].into_iter().chain(names.split('|')) {
            known.insert(fold(one), three.to_ascii_lowercase());
        }
    }
    known
});

/// Returns what two names of one country have in common: its code if it is known, else its folded name.
///
/// Nothing is returned for a text that names nothing.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    let whole = fold(&text.replace('_', " "));
    let code = |name: &str| KNOWN.get(name).cloned();
    if let Some(code) = code(&whole) {
        return Some(code);
    }
    let first = fold(&text.split('/').next().unwrap_or(text).replace('_', " "));
    let found = code(&first).unwrap_or(first);
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn codes_names_and_paths_agree() {
        for text in ["ITA", "it", "Italy", "Italy/House", " ITALY "] {
            assert_eq!(normal(text).as_deref(), Some("ita"), "{text}");
        }
        assert_eq!(normal("United_States_of_America/Senate"), normal("USA"));
        assert_eq!(
            normal("Nowhere_Land/Senate").as_deref(),
            Some("nowhere land")
        );
        assert_eq!(normal(" "), None);
    }
}
