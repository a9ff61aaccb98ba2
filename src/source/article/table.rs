//! Lines of `| cell | cell |` → tables: cells, headings among the rows, rows that do not fit.

use std::borrow::Cow;

use super::lines::Finding;
use crate::record::FaultKind;
use crate::source::text::{Span, fold_space};

/// A table and the section it stands in; `None` in the lead.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) section: Option<usize>,
    pub(super) header: Row,
    pub(super) rows: Vec<Row>,
}

/// A table line and its cells, trimmed; an empty cell is an empty span.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: Span,
    pub(super) cells: Vec<Span>,
}

/// What a row is among the rows of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has no filled cell.
    Empty,
    /// It has more cells than the header; see [`Table::broken`].
    Broken,
    /// Only its first cell is filled, and fuller rows follow.
    Heading,
    /// Only its first cell is filled, and no fuller row follows.
    Lonely,
    /// A record.
    Full,
}

impl Row {
    /// Returns the number of cells up to the last filled one.
    fn width(&self) -> usize {
        self.cells
            .iter()
            .rposition(|cell| !cell.is_empty())
            .map_or(0, |last| last + 1)
    }
}

impl Table {
    /// Adds a row; the rule of dashes that some write under the header holds nothing and is passed over.
    pub(super) fn push(&mut self, text: &str, row: Row) {
        let rule =
            |cell: &Span| !cell.is_empty() && cell.of(text).chars().all(|c| matches!(c, '-' | ':'));
        if !(self.rows.is_empty() && row.cells.iter().all(rule)) {
            self.rows.push(row);
        }
    }

    /// Returns what each row is.
    ///
    /// A heading holds for the rows after it; of two headings in a row the later one holds.
    pub(super) fn roles(&self) -> Vec<Role> {
        let columns = self.header.cells.len();
        let mut fuller = false;
        let mut roles: Vec<Role> = self
            .rows
            .iter()
            .rev()
            .map(|row| match row.width() {
                0 => Role::Empty,
                width if width > columns => Role::Broken,
                1 if columns > 1 => {
                    if fuller {
                        Role::Heading
                    } else {
                        Role::Lonely
                    }
                }
                _ => {
                    fuller = true;
                    Role::Full
                }
            })
            .collect();
        roles.reverse();
        roles
    }

    /// Returns a fault for each row with more filled cells than the header has columns.
    pub(super) fn broken(&self) -> impl Iterator<Item = Finding> {
        let columns = self.header.cells.len();
        self.rows
            .iter()
            .filter(move |row| row.width() > columns)
            .map(move |row| Finding {
                span: row.line,
                kind: FaultKind::BrokenRow,
                message: format!(
                    "this row has {} cells, its table has {columns} columns",
                    row.width()
                ),
                hint: "write a bar that belongs to a cell as \\|, or add the missing column title",
            })
    }
}

/// Returns the cells of a table line: what stands between its bars, trimmed. `\|` is no bar.
pub(super) fn cells(text: &str, line: Span) -> Vec<Span> {
    let body = line.of(text);
    let mut cells = Vec::new();
    let mut start = 1;
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate().skip(1) {
        if byte == b'|' && !escaped {
            cells.push(Span::new(start, at).trimmed(body).shifted(line.start));
            start = at + 1;
        }
        escaped = byte == b'\\';
    }
    let last = Span::new(start, body.len())
        .trimmed(body)
        .shifted(line.start);
    if !last.is_empty() {
        cells.push(last);
    }
    cells
}

/// Returns the text of a cell: white space folded, `\|` made a bar.
pub(super) fn cell_text(written: &str) -> Cow<'_, str> {
    let folded = fold_space(written);
    if folded.contains("\\|") {
        Cow::Owned(folded.replace("\\|", "|"))
    } else {
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        let mut start = 0;
        let mut rows = text.split('\n').map(|line| {
            let span = Span::new(start, start + line.len());
            start = span.end + 1;
            Row {
                line: span,
                cells: cells(text, span),
            }
        });
        let mut table = Table {
            section: None,
            header: rows.next().unwrap(),
            rows: Vec::new(),
        };
        for row in rows {
            table.push(text, row);
        }
        table
    }

    #[test]
    fn cells_are_exact() {
        let text = "|a| b\u{a0}|  | x \\| y |\u{200f} \u{645} |";
        let found: Vec<_> = cells(text, Span::new(0, text.len()))
            .into_iter()
            .map(|cell| cell.of(text))
            .collect();
        assert_eq!(found, ["a", "b", "", "x \\| y", "\u{645}"]);
        assert_eq!(cell_text("x \\| y"), "x | y");
        assert_eq!(cells("| a | b", Span::new(0, 7)).len(), 2);
        assert_eq!(cells("|", Span::new(0, 1)), []);
    }

    #[test]
    fn headings_need_fuller_rows_after_them() {
        use Role::*;
        let roles = |text| table(text).roles();
        assert_eq!(
            roles("|n|a|\n|:--|---|\n|H|\n|I| |\n|x|1|\n| | |\n|J||\n|y|2|\n|lonely| |"),
            [Heading, Heading, Full, Empty, Heading, Full, Lonely]
        );
        assert_eq!(roles("|n|\n|x|\n|y|"), [Full, Full]);
        assert_eq!(
            roles("|n|a|\n| |1|\n|x|1|2|\n|x|1| |"),
            [Full, Broken, Full]
        );
        let broken: Vec<_> = table("|n|a|\n|x|1|2|")
            .broken()
            .map(|fault| fault.message)
            .collect();
        assert_eq!(broken, ["this row has 3 cells, its table has 2 columns"]);
    }
}
