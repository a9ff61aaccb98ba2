//! Names near to a wrong one.

use std::cmp::Reverse;

use rapidfuzz::distance::osa;

/// Returns up to three of the candidates that a slip of the fingers may have turned into `wrong`, nearest first, of equal ones
/// that with the longer common start.
///
/// Case does not count. A third of the letters may differ, at least one and at most three.
pub(crate) fn nearest<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let most = (wrong.chars().count() / 3).clamp(1, 3);
    let mut near: Vec<(usize, Reverse<usize>, &str)> = candidates
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let distance = osa::distance(wrong.chars(), lower.chars());
            let start = wrong.chars().zip(lower.chars()).take_while(|(a, b)| a == b);
            (distance, Reverse(start.count()), name)
        })
        .filter(|(distance, ..)| *distance <= most)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(.., name)| name).collect()
}

/// Returns `did you mean a, b or c?`, or `None` when nothing is near.
pub(crate) fn did_you_mean(near: &[impl AsRef<str>]) -> Option<String> {
    let (last, others) = near.split_last()?;
    let last = last.as_ref();
    if others.is_empty() {
        return Some(format!("did you mean {last}?"));
    }
    let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
    Some(format!("did you mean {} or {last}?", others.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_strangers_are_not() {
        assert_eq!(nearest("SELCT", ["SELECT", "SERVICE"]), ["SELECT"]);
        assert_eq!(
            nearest("lable", ["label", "table", "x"]),
            ["label", "table"]
        );
        assert!(nearest("ab", ["xyz", "cd"]).is_empty());
        assert_eq!(
            did_you_mean(&["a", "b", "c"]).as_deref(),
            Some("did you mean a, b or c?")
        );
        assert_eq!(did_you_mean(&[""; 0]), None);
    }
}
