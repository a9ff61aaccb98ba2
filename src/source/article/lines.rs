//! Text of the article form → its blocks: title, infobox lines, sections, paragraphs, tables.
//!
//! One pass over the lines. Nothing is interpreted beyond its form, and every line ends up in a block or in a fault.

use super::table::{self, Table};
use crate::record::FaultKind;
use crate::source::text::{Lines, Span};

/// The blocks of an article, as spans of its text.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) title: Option<Heading>,
    pub(super) infobox: Vec<InfoboxLine>,
    pub(super) sections: Vec<Heading>,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) tables: Vec<Table>,
    pub(super) faults: Vec<Finding>,
}

/// A heading line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    pub(super) line: Span,
    pub(super) text: Span,
    pub(super) level: usize,
}

/// A `- Key: value` line with the lines that continue it.
#[derive(Clone, Copy, Debug)]
pub(super) struct InfoboxLine {
    pub(super) line: Span,
    pub(super) key: Span,
    pub(super) value: Span,
}

/// A paragraph and the section it stands in; `None` in the lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paragraph {
    pub(super) span: Span,
    pub(super) section: Option<usize>,
}

/// Something wrong with a stretch of the text.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) span: Span,
    pub(super) kind: FaultKind,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

/// The block that the lines before belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    /// An infobox: how far its last key line is indented, whether its value was empty, so that any line
    /// indented further belongs to it, and whether a blank line came since.
    Infobox {
        indent: usize,
        open: bool,
        blank: bool,
    },
    Table,
    Paragraph,
}

/// Returns the blocks of an article.
pub(super) fn parse(text: &str, lines: &Lines) -> Document {
    let mut parser = Parser {
        text,
        document: Document::default(),
        block: Block::None,
    };
    let mut spans = lines.spans(text).peekable();
    while let Some(line) = spans.next() {
        let next = spans.peek().map(|next| next.trimmed(text).of(text));
        parser.line(line, next.unwrap_or_default());
    }
    parser.finish()
}

struct Parser<'t> {
    text: &'t str,
    document: Document,
    block: Block,
}

impl Parser<'_> {
    fn line(&mut self, whole: Span, next: &str) {
        let line = whole.trimmed(self.text);
        let body = line.of(self.text);
        if body.is_empty() {
            self.blank();
        } else if let Some(heading) = heading(line, body) {
            self.heading(heading);
        } else if body.starts_with("==") {
            self.block = Block::None;
            self.fault(
                line,
                "this heading is not closed",
                "end the line with as many = as it begins with",
            );
        } else if body.starts_with('|') {
            self.row(line);
        } else if is_infobox_start(body, next) {
            self.block = Block::Infobox {
                indent: 0,
                open: false,
                blank: false,
            };
        } else if let Block::Infobox { .. } = self.block {
            self.infobox(line, line.start - whole.start);
        } else {
            self.prose(line, body);
        }
    }

    fn blank(&mut self) {
        self.block = match self.block {
            Block::Infobox { indent, open, .. } => Block::Infobox {
                indent,
                open,
                blank: true,
            },
            _ => Block::None,
        };
    }

    fn heading(&mut self, heading: Heading) {
        self.block = Block::None;
        if heading.level == 1 && self.document.title.is_none() {
            self.document.title = Some(heading);
            return;
        }
        if heading.level == 1 {
            self.fault(
                heading.line,
                "this is a second title",
                "put each article in a file of its own, or write a section with ==",
            );
        }
        self.document.sections.push(heading);
    }

    fn row(&mut self, line: Span) {
        let cells = table::cells(self.text, line);
        let row = table::Row { line, cells };
        if self.block == Block::Table
            && let Some(table) = self.document.tables.last_mut()
        {
            table.push(self.text, row);
            return;
        }
        self.block = Block::Table;
        let section = self.document.sections.len().checked_sub(1);
        self.document.tables.push(Table {
            section,
            header: row,
            rows: Vec::new(),
        });
    }

    fn infobox(&mut self, line: Span, indented: usize) {
        let Block::Infobox {
            indent,
            open,
            blank,
        } = self.block
        else {
            return;
        };
        let entry = entry(self.text, line);
        let continues = !blank && indented > indent && (open || entry.is_none());
        if continues && let Some(last) = self.document.infobox.last_mut() {
            let start = if last.value.is_empty() {
                line.start
            } else {
                last.value.start
            };
            last.value = Span::new(start, line.end);
            last.line.end = line.end;
        } else if let Some(entry) = entry {
            self.document.infobox.push(entry);
            self.block = Block::Infobox {
                indent: indented,
                open: entry.value.is_empty(),
                blank: false,
            };
        } else if blank {
            self.prose(line, line.of(self.text));
        } else {
            self.fault(
                line,
                "this infobox line has no key",
                "write it as \"- Key: value\", or put a blank line after the infobox",
            );
        }
    }

    fn prose(&mut self, line: Span, body: &str) {
        let bullet = bullet(body);
        let section = self.document.sections.len().checked_sub(1);
        if let (Block::Paragraph, 0, Some(last)) =
            (self.block, bullet, self.document.paragraphs.last_mut())
        {
            last.span.end = line.end;
        } else {
            let span = Span::new(line.start + bullet, line.end).trimmed(self.text);
            self.document.paragraphs.push(Paragraph { span, section });
        }
        self.block = Block::Paragraph;
    }

    fn fault(&mut self, span: Span, message: &str, hint: &'static str) {
        let message = message.to_owned();
        self.document.faults.push(Finding {
            span,
            kind: FaultKind::UnknownLine,
            message,
            hint,
        });
    }

    fn finish(mut self) -> Document {
        if self.document.title.is_none() {
            self.fault(
                Span::default(),
                "the article has no title",
                "begin the file with a line \"= Title =\"",
            );
        }
        for table in &self.document.tables {
            self.document.faults.extend(table.broken());
        }
        self.document.faults.sort_by_key(|fault| fault.span);
        self.document
    }
}

/// Returns the heading that a trimmed line makes, if it is one.
fn heading(line: Span, body: &str) -> Option<Heading> {
    let left = body.len() - body.trim_start_matches('=').len();
    let right = body.len() - body.trim_end_matches('=').len();
    let level = left.min(right);
    if level == 0 || level * 2 >= body.len() {
        return None;
    }
    let inside = Span::new(level, body.len() - level).trimmed(body);
    (!inside.is_empty()).then(|| Heading {
        line,
        text: inside.shifted(line.start),
        level,
    })
}

/// Returns whether a line opens an infobox: the word alone, or with what kind it is if a `- Key: value` line follows.
fn is_infobox_start(body: &str, next: &str) -> bool {
    const WORD: &str = "infobox";
    let Some(word) = body.get(..WORD.len()) else {
        return false;
    };
    let rest = body
        .get(WORD.len()..)
        .unwrap_or_default()
        .trim_end_matches(':');
    word.eq_ignore_ascii_case(WORD)
        && (rest.is_empty()
            || (rest.starts_with(char::is_whitespace)
                && entry(next, Span::new(0, next.len())).is_some()))
}

/// Returns the length of the list mark at the start of a line, 0 when there is none.
pub(super) fn bullet(body: &str) -> usize {
    let mut characters = body.chars();
    match (characters.next(), characters.next()) {
        (Some(mark @ ('-' | '*' | '•')), Some(space)) if space.is_whitespace() => mark.len_utf8(),
        _ => 0,
    }
}

/// Returns the infobox line that a trimmed line makes: a list mark, a key, a colon.
fn entry(text: &str, line: Span) -> Option<InfoboxLine> {
    let body = line.of(text);
    let mark = body
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '*' | '•'))?
        .len_utf8();
    let (colon, sign) = body
        .char_indices()
        .find(|&(_, c)| matches!(c, ':' | '：'))?;
    let key = Span::new(mark, colon).trimmed(body);
    let value = Span::new(colon + sign.len_utf8(), body.len()).trimmed(body);
    (!key.is_empty()).then(|| InfoboxLine {
        line,
        key: key.shifted(line.start),
        value: value.shifted(line.start),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Document {
        parse(text, &Lines::new(text))
    }

    fn faults(text: &str) -> Vec<(&str, String)> {
        of(text)
            .faults
            .into_iter()
            .map(|fault| (fault.span.of(text), fault.message))
            .collect()
    }

    #[test]
    fn tells_the_blocks_apart() {
        let text = "= Oak =\r\n\r\nInfobox\r\n- Type: tree\r\n-Height : 30 m\r\n\r\n- Age: 500\r\n\r\nOak is\r\na tree.\r\n\r\n\
                    ==Kinds==\r\n| A | B |\r\n| 1 | 2 |\r\nText.\r\n=== Red ===\r\n* one\r\n* two\r\n";
        let document = of(text);
        assert_eq!(document.title.unwrap().text.of(text), "Oak");
        let lines: Vec<_> = document
            .infobox
            .iter()
            .map(|line| (line.key.of(text), line.value.of(text)))
            .collect();
        assert_eq!(
            lines,
            [("Type", "tree"), ("Height", "30 m"), ("Age", "500")]
        );
        let sections: Vec<_> = document
            .sections
            .iter()
            .map(|section| (section.text.of(text), section.level))
            .collect();
        assert_eq!(sections, [("Kinds", 2), ("Red", 3)]);
        let paragraphs: Vec<_> = document
            .paragraphs
            .iter()
            .map(|p| (p.span.of(text), p.section))
            .collect();
        assert_eq!(
            paragraphs,
            [
                ("Oak is\r\na tree.", None),
                ("Text.", Some(0)),
                ("one", Some(1)),
                ("two", Some(1))
            ]
        );
        assert_eq!(
            (document.tables.len(), document.tables[0].rows.len()),
            (1, 1)
        );
        assert!(document.faults.is_empty());
    }

    #[test]
    fn continued_values_keep_their_lines() {
        let text = "= A =\nInfobox person\n- Parts:\n  - one: 1\n  - two\n- Rest: x,\n  y\n - Odd: indent\n";
        let document = of(text);
        let values: Vec<_> = document
            .infobox
            .iter()
            .map(|line| line.value.of(text))
            .collect();
        assert_eq!(values, ["- one: 1\n  - two", "x,\n  y", "indent"]);
    }

    #[test]
    fn what_fits_no_form_is_a_fault() {
        let text = "= A =\nInfobox\n- Key: value\nstray\n- no colon\n- : nothing\n- Next: value\n\n== open\n= B =\n";
        assert_eq!(of(text).infobox.len(), 2);
        let found: Vec<_> = faults(text).into_iter().map(|(at, _)| at).collect();
        assert_eq!(
            found,
            ["stray", "- no colon", "- : nothing", "== open", "= B ="]
        );
        assert_eq!(faults("text only")[0].1, "the article has no title");
        assert!(faults("= A =\n====\n").iter().any(|(at, _)| *at == "===="));
    }
}
