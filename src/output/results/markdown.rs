//! A table in GitHub's Markdown (<https://github.github.com/gfm/>, section 4.10).

use std::io::{self, Write};

use super::shown::shown;
use crate::query::{Prefixes, Solutions};

/// Writes a heading row, the line below it and a row for each solution.
pub(super) fn write(
    solutions: &Solutions,
    prefixes: &Prefixes,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heads = solutions
        .variables
        .iter()
        .map(|name| escaped(name.as_str()));
    line(heads, out)?;
    line(solutions.variables.iter().map(|_| "---".to_owned()), out)?;
    for row in &solutions.rows {
        let cells = row.iter().map(|value| {
            value
                .as_ref()
                .map(|term| escaped(&shown(term, prefixes)))
                .unwrap_or_default()
        });
        line(cells, out)?;
    }
    Ok(())
}

fn line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "|")?;
    for cell in cells {
        write!(out, " {cell} |")?;
    }
    writeln!(out)
}

/// Returns a text whose characters mean themselves: none ends the cell, begins markup or an entity.
fn escaped(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut escaped = String::with_capacity(text.len());
    for (at, &c) in characters.iter().enumerate() {
        let word = |at: Option<usize>| {
            at.and_then(|at| characters.get(at))
                .is_some_and(|c| c.is_alphanumeric())
        };
        let markup = match c {
            '\\' | '|' | '`' | '*' | '[' | ']' | '<' | '~' | '&' => true,
            // Between letters an underscore is one.
            '_' => !word(at.checked_sub(1)) || !word(Some(at + 1)),
            _ => false,
        };
        if markup {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
