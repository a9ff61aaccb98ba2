//! The names of columns: which one a reference means, and what is said when there is no such column.

use std::sync::Arc;

use super::{Head, fault};
use crate::record::form::Dialect;
use crate::record::{Fault, FaultKind, Origin, Slot};
use crate::source::near;

/// What separates cells, beside the comma, and how a dialect writes it.
const OTHERS: [(char, &str); 4] = [(';', ";"), ('\t', "\\t"), ('|', "|"), (',', ",")];

/// Returns the name of a column of a table without header (CSV on the Web, section 4.3), counted from 0.
pub(super) fn numbered(dialect: &Dialect, index: usize) -> Arc<str> {
    match index
        .checked_sub(dialect.skip_columns)
        .and_then(|own| dialect.names.get(own))
    {
        Some(name) => Arc::from(name.as_str()),
        None => Arc::from(format!("_col.{}", index + 1)),
    }
}

/// Returns the column that a reference means: the one of that title, or one that the mapping calls so.
///
/// # Errors
/// What is wrong with the reference when there is no such column, or several.
pub(super) fn find(head: &Head, reference: &str) -> Result<Slot, Box<Fault>> {
    let meant: Vec<&str> = head
        .aliases
        .iter()
        .filter(|(alias, _)| alias == reference)
        .map(|(_, title)| title.as_str())
        .collect();
    let mut titled = Vec::new();
    let mut called = Vec::new();
    for (slot, title) in head.titles.iter().enumerate().skip(head.skipped_columns) {
        if **title == *reference {
            titled.push(slot);
        } else if meant.contains(&&**title) {
            called.push(slot);
        }
    }
    let (message, hint) = match (titled.as_slice(), called.as_slice()) {
        ([slot], []) | ([], [slot]) => return Ok(*slot),
        ([first, second, ..], _) => (
            format!(
                "the column title \"{reference}\" stands twice, over columns {} and {}",
                first + 1,
                second + 1
            ),
            "give each column a title of its own",
        ),
        ([first], [second, ..]) => (
            format!(
                "\"{reference}\" is the title of column {}, and csvw:name gives it to column {}",
                first + 1,
                second + 1
            ),
            "give the column a csvw:name that is no title of another",
        ),
        ([], [first, second, ..]) => (
            format!(
                "csvw:name gives \"{reference}\" to columns {} and {}",
                first + 1,
                second + 1
            ),
            "give each column a csvw:name of its own",
        ),
        ([], []) => {
            let (message, hint) = missing(reference, &head.titles, head.form.delimiter);
            return Err(at_header(head, FaultKind::UnknownReference, message, hint));
        }
    };
    Err(at_header(
        head,
        FaultKind::BadReference,
        message,
        hint.to_owned(),
    ))
}

fn at_header(head: &Head, kind: FaultKind, message: String, hint: String) -> Box<Fault> {
    let header = Origin {
        file: Arc::clone(&head.file),
        line: head.skipped + 1,
        ..Origin::default()
    };
    fault(kind, message, header, Some(hint))
}

/// Returns what is wrong when a table has no column of a name, and a hint.
///
/// What the message says does not depend on the name where the table as a whole is the reason.
fn missing(reference: &str, titles: &[Arc<str>], delimiter: u8) -> (String, String) {
    let [only] = titles else {
        if titles.is_empty() {
            let message = "the file is empty, so it has no columns".to_owned();
            return (
                message,
                "is it the right file? a table has a line of titles, or else a row".to_owned(),
            );
        }
        let names = titles.iter().map(|title| &**title);
        let message = format!("there is no column \"{reference}\"");
        return (message, near::hint(reference, names, "columns"));
    };
    let other = |&&(separator, _): &&(char, &str)| {
        separator != char::from(delimiter) && only.contains(separator)
    };
    match OTHERS.iter().find(other) {
        Some((_, written)) => (
            format!("the header is one cell, \"{}\"", only.escape_debug()),
            format!(
                "if \"{written}\" separates cells, say so: csvw:dialect [ csvw:delimiter \"{written}\" ], \
                 or in YARRRML delimiter: \"{written}\""
            ),
        ),
        None => (
            format!("there is no column \"{reference}\""),
            near::hint(reference, std::iter::once(&**only), "columns"),
        ),
    }
}
