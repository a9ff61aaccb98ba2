//! Findings of a run, the same one three times at most: a column of a million bad dates is one thing to mend.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Place, Severity};

/// How often the same finding is shown.
const SHOWN: u64 = 3;

/// What makes two findings the same: weight, code, and the place in the mapping, or the words when there is none.
type Kind = (Severity, Code, Option<Place>, String);

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Findings {
    shown: Vec<(Kind, Diagnostic)>,
    counts: BTreeMap<Kind, u64>,
    errors: u64,
}

impl Findings {
    /// Takes a finding.
    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.errors += u64::from(finding.severity == Severity::Error);
        let kind = kind(&finding);
        let count = self.counts.entry(kind.clone()).or_default();
        *count += 1;
        if *count <= SHOWN && !self.shown.iter().any(|(_, known)| *known == finding) {
            self.shown.push((kind, finding));
        }
    }

    /// Returns the number of errors so far.
    pub(super) fn errors(&self) -> u64 {
        self.errors
    }

    /// Returns what is shown, in the order it came; the last of its kind says how many more there are.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut left: BTreeMap<&Kind, usize> = BTreeMap::new();
        for (kind, _) in &self.shown {
            *left.entry(kind).or_default() += 1;
        }
        let mut found = Vec::with_capacity(self.shown.len());
        for (kind, finding) in &self.shown {
            let mut finding = finding.clone();
            if let Some(left) = left.get_mut(kind) {
                *left -= 1;
                let more = self
                    .counts
                    .get(kind)
                    .copied()
                    .unwrap_or_default()
                    .saturating_sub(SHOWN);
                if *left == 0 && more > 0 {
                    finding = finding.hint(format!("{more} more like this"));
                }
            }
            found.push(finding);
        }
        found
    }
}

fn kind(finding: &Diagnostic) -> Kind {
    let asked = finding.related.first().map(|(_, place)| place.clone());
    let words = if asked.is_some() {
        String::new()
    } else {
        finding.message.clone()
    };
    (finding.severity, finding.code, asked, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    #[test]
    fn the_same_thing_is_said_three_times() {
        let mut findings = Findings::default();
        for row in 0..1000 {
            findings.add(
                Diagnostic::error(codes::BAD_VALUE, format!("\"{row}\" is no date"))
                    .at(Place::file("a.csv").at_line(row))
                    .and_at("asked for", Place::file("m.ttl").at_line(7)),
            );
        }
        findings.add(Diagnostic::error(codes::BROKEN_ROW, "broken").at(Place::file("a.csv")));
        assert_eq!(findings.errors(), 1001);
        let shown = findings.finish();
        assert_eq!(shown.len(), 4);
        assert_eq!(shown[2].hints, ["997 more like this"]);
        assert!(shown[1].hints.is_empty() && shown[3].hints.is_empty());
    }
}
