//! Near names: what a reader says beside "there is no such name".

use rapidfuzz::fuzz;

/// How alike two names must be, from 0 to 1, for one to be offered in place of the other.
const ALIKE: f64 = 0.6;

/// How many names a hint lists at most.
const LISTED: usize = 12;

/// Returns a hint for an unknown name: the nearest of the known names, else all of them.
///
/// `what` names the known things in the plural ("columns").
pub(super) fn hint<'n>(
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    what: &str,
) -> String {
    hint_beyond("", name, known, what)
}

/// As [`hint`], for names of which all may have the same beginning, which says nothing about how alike they are.
pub(super) fn hint_beyond<'n>(
    beginning: &str,
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    what: &str,
) -> String {
    let own = |name: &str| {
        let own = name.strip_prefix(beginning).unwrap_or(name);
        own.to_lowercase()
    };
    let lower = own(name);
    let mut best: Option<(f64, &str)> = None;
    for candidate in known.clone() {
        let score = fuzz::ratio(lower.chars(), own(candidate).chars());
        if score >= ALIKE && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    if let Some((_, nearest)) = best {
        return format!("did you mean \"{nearest}\"?");
    }
    let count = known.clone().count();
    if count == 0 {
        return format!("there are no {what}");
    }
    let listed: Vec<&str> = known.take(LISTED).collect();
    let more = if count > LISTED { ", …" } else { "" };
    format!("the {what} are {}{more}", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn offers_the_nearest_name_or_all() {
        let known = ["name", "birth year", "town"];
        assert_eq!(
            hint("nmae", known.iter().copied(), "columns"),
            "did you mean \"name\"?"
        );
        assert_eq!(
            hint("NAME", known.iter().copied(), "columns"),
            "did you mean \"name\"?"
        );
        assert_eq!(
            hint("zzz", known.iter().copied(), "columns"),
            "the columns are name, birth year, town"
        );
        assert_eq!(
            hint("zzz", std::iter::empty(), "columns"),
            "there are no columns"
        );
    }
}
