//! The first and the last day that an EDTF date may mean.
//!
//! Seasons are those of the northern hemisphere, in whole months: spring (21) is March to May, summer (22) June to
//! August, autumn (23) September to November, winter (24) December to the end of February of the next year. Qualifiers
//! (`?`, `~`, `%`) do not move bounds.

use edtf_core::{Bound, Bounds, Edtf};

/// Returns the first day an EDTF date may mean, as `YYYY-MM-DD`; `None` when it is open or not EDTF.
pub fn earliest(edtf: &str) -> Option<String> {
    day(bounds(edtf)?.earliest)
}

/// Returns the last day an EDTF date may mean, as `YYYY-MM-DD`; `None` when it is open or not EDTF.
pub fn latest(edtf: &str) -> Option<String> {
    day(bounds(edtf)?.latest)
}

fn bounds(edtf: &str) -> Option<Bounds> {
    Some(Edtf::parse(edtf.trim()).ok()?.bounds())
}

fn day(bound: Bound) -> Option<String> {
    match bound {
        Bound::Date(day) => Some(day.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_each_precision() {
        for (edtf, first, last) in [
            ("1920-08-23", "1920-08-23", "1920-08-23"),
            ("1920-04", "1920-04-01", "1920-04-30"),
            ("1920-02", "1920-02-01", "1920-02-29"),
            ("1900-02", "1900-02-01", "1900-02-28"),
            ("2000-02", "2000-02-01", "2000-02-29"),
            ("1920", "1920-01-01", "1920-12-31"),
            ("1920-21", "1920-03-01", "1920-05-31"),
            ("1920-22", "1920-06-01", "1920-08-31"),
            ("1920-23", "1920-09-01", "1920-11-30"),
            ("1920-24", "1920-12-01", "1921-02-28"),
            ("1919-24", "1919-12-01", "1920-02-29"),
            ("192X", "1920-01-01", "1929-12-31"),
            ("18XX", "1800-01-01", "1899-12-31"),
            ("1920-XX", "1920-01-01", "1920-12-31"),
            ("1920-08-16/1920-08-18", "1920-08-16", "1920-08-18"),
            ("1920~/1924-02?", "1920-01-01", "1924-02-29"),
            ("1920-08%", "1920-08-01", "1920-08-31"),
        ] {
            assert_eq!(earliest(edtf).as_deref(), Some(first), "{edtf}");
            assert_eq!(latest(edtf).as_deref(), Some(last), "{edtf}");
        }
    }

    #[test]
    fn open_and_unknown_ends_have_no_bound() {
        assert_eq!(earliest("../1920"), None);
        assert_eq!(latest("../1920").as_deref(), Some("1920-12-31"));
        assert_eq!(earliest("1990/..").as_deref(), Some("1990-01-01"));
        assert_eq!(latest("1990/.."), None);
        assert_eq!(latest("1990/"), None);
        assert_eq!(earliest("summer 1920"), None);
        assert_eq!(latest(""), None);
    }
}
