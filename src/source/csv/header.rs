//! The names of columns, and what is said when there is no such column.

use std::sync::Arc;

use crate::record::form::Dialect;
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

/// Returns what is wrong when a table has no column of a name, and a hint.
///
/// What the message says does not depend on the name where the table as a whole is the reason.
pub(super) fn missing(reference: &str, titles: &[Arc<str>], delimiter: u8) -> (String, String) {
    let [only] = titles else {
        if titles.is_empty() {
            let message = "the file is empty, so it has no columns".to_owned();
            return (message, "write a header line with the titles".to_owned());
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
