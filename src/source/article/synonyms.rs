//! The table that makes keys and column titles one: `scope,written,canonical,pattern,reason`.
//!
//! `scope` is `infobox` or `column`. `written` is a key or title as articles write it; case, white space, `_`, `-` and,
//! for keys, numbers do not matter. `canonical` is the reference that the mapping uses for it; `k/label` says that the
//! value is the label of the item of `k` with the same number. A row with a `reason` says why a value is ignored:
//! always, or when `pattern` (a regular expression) matches it.

use std::collections::BTreeMap;
use std::io::Cursor;

use regex::Regex;

use super::infobox::{self, fold_key};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Result, codes};
use crate::record::{Fault, Record, Slot};
use crate::source::csv;

/// The columns of the table; the last two may be left out.
const COLUMNS: [&str; 5] = ["scope", "written", "canonical", "pattern", "reason"];

/// What a name stands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// An infobox line.
    Infobox,
    /// A table column.
    Column,
}

/// Canonical names and ignored values.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    canonical: BTreeMap<(Scope, String), String>,
    /// The canonical names by their own folded form: an article may write just that.
    own: BTreeMap<(Scope, String), String>,
    ignored: BTreeMap<(Scope, String), Vec<Ignored>>,
}

/// A reason to ignore a value.
#[derive(Clone, Debug)]
struct Ignored {
    pattern: Option<Regex>,
    reason: String,
}

impl Synonyms {
    /// Reads the table.
    ///
    /// # Errors
    /// Every row that is wrong: an unknown scope, no written name, neither a canonical name nor a reason, a pattern
    /// that is no regular expression, one written name with two canonical ones.
    pub fn read(text: &str, file: &str) -> Result<Self> {
        let mut rows = csv::open(
            Box::new(Cursor::new(text.to_owned())),
            file,
            csv::Options::default(),
        )?;
        let mut problems = Vec::new();
        let mut slots = [None; COLUMNS.len()];
        for (slot, column) in slots.iter_mut().zip(COLUMNS) {
            match rows.bind(column) {
                Ok(found) => *slot = Some(found),
                Err(_) if matches!(column, "pattern" | "reason") => {}
                Err(fault) => problems.push(finding(codes::BROKEN_ROW, &fault)),
            }
        }
        if !problems.is_empty() {
            return Err(Diagnostics(problems));
        }
        let mut synonyms = Self::default();
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => problems.extend(synonyms.add(row, slots).err().unwrap_or_default().0),
                Err(fault) => problems.push(finding(codes::BROKEN_ROW, &fault)),
            }
        }
        if problems.is_empty() {
            Ok(synonyms)
        } else {
            Err(Diagnostics(problems))
        }
    }

    fn add(&mut self, row: &dyn Record, slots: [Option<Slot>; COLUMNS.len()]) -> Result<()> {
        let [scope, written, canonical, pattern, reason] = slots.map(|slot| {
            slot.and_then(|slot| row.plain(slot))
                .unwrap_or_default()
                .trim()
        });
        let wrong = |message: String, hint: &str| {
            let origin = row.origin();
            let place = Place {
                row: origin.row,
                ..Place::file(&*origin.file).at_line(origin.line)
            };
            Err(Diagnostic::error(codes::BROKEN_ROW, message)
                .at(place)
                .hint(hint)
                .into())
        };
        let scope = match scope {
            "infobox" => Scope::Infobox,
            "column" => Scope::Column,
            other => {
                return wrong(
                    format!("the scope \"{other}\" is not known"),
                    "a scope is infobox or column",
                );
            }
        };
        let name = folded(scope, written);
        if name.is_empty() {
            return wrong(
                "a row has no written name".to_owned(),
                "write the key or column title as articles do",
            );
        }
        if canonical.is_empty() && reason.is_empty() {
            return wrong(
                format!("\"{written}\" has neither a canonical name nor a reason"),
                "write the canonical name, or why the value is ignored",
            );
        }
        if !pattern.is_empty() && reason.is_empty() {
            return wrong(
                format!("\"{written}\" has a pattern without a reason"),
                "write why a matching value is ignored",
            );
        }
        if !canonical.is_empty() {
            let known = self
                .canonical
                .entry((scope, name.clone()))
                .or_insert_with(|| canonical.to_owned());
            if known != canonical {
                let message = format!("\"{written}\" is made both \"{known}\" and \"{canonical}\"");
                return wrong(message, "keep one of the two rows");
            }
            self.own
                .entry((scope, folded(scope, canonical)))
                .or_insert_with(|| canonical.to_owned());
        }
        if !reason.is_empty() {
            let pattern = match (pattern, Regex::new(pattern)) {
                ("", _) => None,
                (_, Ok(pattern)) => Some(pattern),
                (_, Err(error)) => {
                    return wrong(
                        format!("\"{pattern}\" is no regular expression"),
                        &error.to_string(),
                    );
                }
            };
            let rule = Ignored {
                pattern,
                reason: reason.to_owned(),
            };
            self.ignored.entry((scope, name)).or_default().push(rule);
        }
        Ok(())
    }

    /// Returns the canonical name of a written one, if the table gives one or has it as canonical name itself.
    pub(super) fn canonical(&self, scope: Scope, written: &str) -> Option<&str> {
        let name = (scope, folded(scope, written));
        self.canonical
            .get(&name)
            .or_else(|| self.own.get(&name))
            .map(String::as_str)
    }

    /// Returns why a value under a written name is ignored, if it is.
    pub(super) fn ignored(&self, scope: Scope, written: &str, value: &str) -> Option<&str> {
        let rules = self.rules(scope, written).into_iter().flatten();
        let mut holding = rules.filter(|rule| {
            rule.pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(value))
        });
        holding.next().map(|rule| rule.reason.as_str())
    }

    /// Returns whether the table says anything about a written name.
    pub(super) fn knows(&self, scope: Scope, written: &str) -> bool {
        self.canonical(scope, written).is_some() || self.rules(scope, written).is_some()
    }

    fn rules(&self, scope: Scope, written: &str) -> Option<&Vec<Ignored>> {
        self.ignored
            .get(&(scope, folded(scope, written)))
            .or_else(|| {
                let canonical = self.canonical(scope, written)?;
                self.ignored.get(&(scope, folded(scope, canonical)))
            })
    }
}

/// Returns a name in the form it is compared by; columns keep their numbers, because `Round 1` is not `Round 2`.
fn folded(scope: Scope, written: &str) -> String {
    match scope {
        Scope::Infobox => infobox::key(written).base,
        Scope::Column => fold_key(written),
    }
}

/// Returns what a fault of the table's reader says.
fn finding(code: Code, fault: &Fault) -> Diagnostic {
    let origin = &fault.origin;
    let place = Place {
        row: origin.row,
        ..Place::file(&*origin.file).at_line(origin.line)
    };
    let finding = Diagnostic::error(code, fault.message.clone()).at(place);
    match &fault.hint {
        Some(hint) => finding.hint(hint.clone()),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "scope,written,canonical,pattern,reason\n\
        infobox,leader name,leader,,\ninfobox,leader1_title,leader/label,,\ninfobox,Established,founded,,\n\
        infobox,logo,,^\\d+\\s*px$,\"a size, not a fact\"\ncolumn,Took seat,start,,\ncolumn,No.,,,a running number\n";

    #[test]
    fn names_are_folded() {
        let synonyms = Synonyms::read(TABLE, "keys.csv").unwrap();
        let key = |written| synonyms.canonical(Scope::Infobox, written);
        assert_eq!(key("Leader2_name"), Some("leader"));
        assert_eq!(key("LEADER 3-TITLE"), Some("leader/label"));
        assert_eq!(key("Founded"), Some("founded"));
        assert_eq!(key("Took seat"), None);
        assert_eq!(
            synonyms.canonical(Scope::Column, "took  Seat"),
            Some("start")
        );
    }

    #[test]
    fn values_are_ignored_for_a_reason() {
        let synonyms = Synonyms::read(TABLE, "keys.csv").unwrap();
        assert_eq!(
            synonyms.ignored(Scope::Infobox, "Logo", "150 px"),
            Some("a size, not a fact")
        );
        assert_eq!(synonyms.ignored(Scope::Infobox, "Logo", "oak.svg"), None);
        assert_eq!(
            synonyms.ignored(Scope::Column, "no.", "7"),
            Some("a running number")
        );
        assert!(synonyms.knows(Scope::Infobox, "logo") && !synonyms.knows(Scope::Infobox, "flag"));
    }

    #[test]
    fn wrong_rows_are_all_told() {
        let wrong = "scope,written,canonical,pattern,reason\nbox,a,b,,\ninfobox,,b,,\ninfobox,a,,,\ninfobox,a,,(,no\n\
            infobox,a,b,,\ninfobox,A_1,c,,\ncolumn,x,y,z,\ncolumn,x\n";
        let error = Synonyms::read(wrong, "keys.csv").unwrap_err();
        let lines: Vec<_> = error
            .0
            .iter()
            .map(|one| one.place.as_ref().unwrap().line.unwrap())
            .collect();
        assert_eq!(lines, [2, 3, 4, 5, 7, 8, 9]);
        let error = Synonyms::read("scope,writen,canonical\n", "keys.csv").unwrap_err();
        assert_eq!(error.0[0].hints, ["did you mean \"writen\"?"]);
    }
}
