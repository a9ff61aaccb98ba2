//! What may have been meant by a name that no function has.

use super::{ALL, canonical};
use crate::mapping::vocabulary;

/// More names than these are no help.
const MOST: usize = 4;
/// Shorter names stand within others by chance.
const SHORTEST_PART: usize = 4;

/// Returns the functions that a name may have been meant for. The local name counts, in its own namespace first: one that
/// is a word of another (`trim` of `string_trim`), that is near to it, or that stands within it; then one that functions
/// elsewhere have.
pub fn near(iri: &str) -> Vec<&'static str> {
    let iri = canonical(iri);
    let (namespace, local) = parted(&iri);
    if local.is_empty() {
        return Vec::new();
    }
    let local = local.to_lowercase();
    let all = || ALL.iter().map(|function| function.iri);
    let own = || all().filter(|known| parted(known).0 == namespace);
    let is_word = |known: &&str| {
        let known = parted(known).1.to_lowercase();
        known == local || known.split('_').any(|word| word == local)
    };
    let is_part = |known: &&str| {
        local.len() >= SHORTEST_PART && parted(known).1.to_lowercase().contains(&local)
    };
    let slip = || {
        let meant = vocabulary::nearest(&local, own().map(|known| parted(known).1))?;
        own().find(|known| parted(known).1 == meant)
    };
    let tiers: [Vec<&'static str>; 5] = [
        own().filter(is_word).collect(),
        slip().into_iter().collect(),
        own().filter(is_part).collect(),
        all().filter(is_word).collect(),
        vocabulary::nearest(&iri, all()).into_iter().collect(),
    ];
    let fitting = |found: &Vec<&str>| (1..=MOST).contains(&found.len());
    tiers.into_iter().find(fitting).unwrap_or_default()
}

/// Returns the namespace of an IRI and the rest.
fn parted(iri: &str) -> (&str, &str) {
    iri.split_at(iri.rfind(['#', '/']).map_or(0, |end| end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::vocabulary::{FM, GREL, IDLAB, short};

    #[test]
    fn a_name_is_sought_by_its_end() {
        for (namespace, local, expected) in [
            (GREL, "trim", "grel:string_trim"),
            (GREL, "Substring", "grel:string_substring"),
            (GREL, "abs", "grel:math_abs"),
            (GREL, "uppercase", "grel:toUpperCase"),
            (GREL, "string_trimm", "grel:string_trim"),
            (GREL, "unique", "grel:array_uniques"),
            (GREL, "slice", "grel:array_slice"),
            (GREL, "startsWith", "grel:string_startsWith"),
            (GREL, "slug", "fm:slug"),
            (FM, "slgu", "fm:slug"),
            (IDLAB, "trim", "fm:trim grel:string_trim"),
            ("http://example.com/x#", "date_toDate", "grel:date_toDate"),
            (GREL, "somethingElse", ""),
            (GREL, "", ""),
        ] {
            let found: Vec<String> = near(&format!("{namespace}{local}"))
                .into_iter()
                .map(short)
                .collect();
            assert_eq!(found.join(" "), expected, "{namespace}{local}");
        }
    }
}
