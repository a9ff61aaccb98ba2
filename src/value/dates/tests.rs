use super::*;
use proptest::prelude::*;

/// The dates of a value as `1920 (note); 1921`.
fn told(value: &str) -> String {
    read(value)
        .dates
        .into_iter()
        .map(|dated| match dated.note {
            Some(note) => format!("{} ({note})", dated.edtf),
            None => dated.edtf,
        })
        .collect::<Vec<_>>()
        .join("; ")
}
