//! Plain text for people: headings, lists, and values made safe to show.

use std::borrow::Cow;
use std::io::Write;

use super::failed;
use crate::diagnostic::Result;
use crate::query::SavedQuery;

/// Returns a text with its control characters written as escapes, so that data cannot drive a terminal.
///
/// Characters that turn the direction of what follows are escaped as well; the letters of right-to-left scripts are not.
pub fn printable(text: &str) -> Cow<'_, str> {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Writes a heading with an empty line above it, unless it is the first.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_heading(heading: &str, first: bool, out: &mut dyn Write) -> Result<()> {
    let above = if first { "" } else { "\n" };
    writeln!(out, "{above}{}:", printable(heading)).map_err(|error| failed(&error))
}

/// Writes lines, each indented.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_lines(lines: &[String], out: &mut dyn Write) -> Result<()> {
    for line in lines {
        writeln!(out, "  {}", printable(line)).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Writes saved queries, one a line: name, parameters, summary.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_queries(queries: &[SavedQuery], out: &mut dyn Write) -> Result<()> {
    let calls: Vec<String> = queries.iter().map(call).collect();
    let width = calls
        .iter()
        .map(|call| call.chars().count())
        .max()
        .unwrap_or(0);
    for (query, call) in queries.iter().zip(&calls) {
        let summary = query.summary.as_deref().unwrap_or_default();
        writeln!(out, "{call:width$}  {}", printable(summary)).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// A query as it is called: its name and its parameters.
fn call(query: &SavedQuery) -> String {
    let mut call = query.name.clone();
    for parameter in &query.parameters {
        let option = format!(
            "--{} {}",
            parameter.name,
            parameter.kind.word().to_uppercase()
        );
        call.push_str(&if parameter.required {
            format!(" {option}")
        } else {
            format!(" [{option}]")
        });
    }
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_letters_are_not_touched() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}"), "a\\u{1b}[31mb\\u{202e}");
        assert_eq!(printable("حزب ҳ é"), "حزب ҳ é");
    }
}
