//! A table for a terminal: it fits the width, a cell is one line or wrapped, and data cannot break its lines.

use std::io::{self, Write};

use comfy_table::{Cell, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use super::Options;
use super::shown::shown;
use crate::query::Solutions;

/// Stands for the upright lines until a row is laid out. Cells have no control characters, so it is in none of them.
const UPRIGHT: char = '\u{1f}';

/// Writes the head, a line, and the rows; where a cell is wrapped, lines between the rows too.
pub(super) fn write(
    solutions: &Solutions,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if solutions.variables.is_empty() {
        return Ok(());
    }
    let mut table = Table::new();
    match options.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table.load_style(style(false));
    table.set_header(
        solutions
            .variables
            .iter()
            .map(|name| Cell::new(name.as_str())),
    );
    for row in &solutions.rows {
        table.add_row(row.iter().map(|value| {
            Cell::new(
                value
                    .as_ref()
                    .map(|term| shown(term, &options.prefixes))
                    .unwrap_or_default(),
            )
        }));
    }
    // Above and below the head a line each, below the rows one.
    let mut lines: Vec<String> = table.lines().collect();
    if lines.len() > solutions.rows.len() + 4 && !solutions.rows.is_empty() {
        table.load_style(style(true));
        lines = table.lines().collect();
    }
    for line in lines {
        writeln!(out, "{}", laid_out(&line))?;
    }
    Ok(())
}

fn style(lines_between: bool) -> TableStyle {
    let content = ContentLineStyle::new(UPRIGHT, UPRIGHT, UPRIGHT);
    let style = TableStyle::new()
        .top_border(LineStyle::new('┌', '─', '┬', '┐'))
        .header_lines(content)
        .header_separator(LineStyle::new('├', '─', '┼', '┤'))
        .content_lines(content)
        .bottom_border(LineStyle::new('└', '─', '┴', '┘'));
    if lines_between {
        style.row_separator(LineStyle::new('├', '─', '┼', '┤'))
    } else {
        style
    }
}

/// Draws the upright lines and isolates cells with right-to-left letters, which would else pull their neighbours along.
fn laid_out(line: &str) -> String {
    let mut cells = line.split(UPRIGHT);
    let mut drawn = cells.next().unwrap_or_default().to_owned();
    for cell in cells {
        drawn.push('│');
        if cell.contains(is_right_to_left) {
            let text = cell.trim();
            let start = cell.len() - cell.trim_start().len();
            drawn.push_str(&cell[..start]);
            drawn.push('\u{2068}');
            drawn.push_str(text);
            drawn.push('\u{2069}');
            drawn.push_str(&cell[start + text.len()..]);
        } else {
            drawn.push_str(cell);
        }
    }
    drawn
}

/// Blocks of scripts written from right to left, and the marks that act like their letters.
fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{200f}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}
