//! What an article can be iterated over, and the records each iterator makes.

use std::borrow::Cow;
use std::sync::Arc;

use super::Inner;
use super::dates;
use super::infobox::{self, Item};
use super::lines::{Finding, InfoboxLine};
use super::records::{Entry, Stream};
use super::sentences::sentences;
use super::synonyms::{Scope, Synonyms};
use super::table::{Role, Table, cell_text};
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::record::FaultKind;
use crate::source::near;
use crate::source::text::{Span, fold_space};

/// The iterators without an argument, as written.
const PLAIN: [&str; 7] = [
    "article",
    "infobox",
    "names",
    "rows",
    "paragraphs",
    "sentences",
    "sections",
];

/// The references that every table row has beside its columns.
const ROW: [&str; 6] = ["title", "file", "heading", "section", "table", "row"];

/// What to iterate over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Iterator {
    Article,
    Infobox,
    /// The items under one canonical key, given folded.
    Items(String),
    /// The dates of the values under one canonical key, given folded.
    Dates(String),
    Names,
    Rows,
    Paragraphs,
    Sentences,
    Sections,
}

/// Returns the iterator that a mapping writes.
///
/// # Errors
/// `MAPPING_TERM` when there is none of that name, with the nearest one or all of them.
pub(super) fn parse(written: &str) -> Result<Iterator> {
    let name = written.trim();
    for (prefix, iterator) in [
        ("infobox", Iterator::Items as fn(String) -> Iterator),
        ("dates", Iterator::Dates),
    ] {
        let Some(rest) = name
            .strip_prefix(prefix)
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix('['))
        else {
            continue;
        };
        let key = rest
            .strip_suffix(']')
            .map(|key| infobox::key(key).base)
            .filter(|key| !key.is_empty());
        return key.map(iterator).ok_or_else(|| {
            Diagnostic::error(
                codes::MAPPING_TERM,
                format!("the iterator \"{name}\" names no key"),
            )
            .hint(format!(
                "write the canonical key in brackets: {prefix}[key]"
            ))
            .into()
        });
    }
    Ok(match name {
        "article" => Iterator::Article,
        "infobox" => Iterator::Infobox,
        "names" => Iterator::Names,
        "rows" => Iterator::Rows,
        "paragraphs" => Iterator::Paragraphs,
        "sentences" => Iterator::Sentences,
        "sections" => Iterator::Sections,
        _ => {
            let known = format!(
                "an article is iterated over by infobox[key], dates[key], {}",
                PLAIN.join(", ")
            );
            let nearest = near::hint(name, PLAIN.iter().copied(), "iterators");
            let error = Diagnostic::error(
                codes::MAPPING_TERM,
                format!("the article form has no iterator \"{name}\""),
            );
            let error = if nearest.starts_with("did") {
                error.hint(nearest)
            } else {
                error
            };
            return Err(error.hint(known).into());
        }
    })
}

/// Returns the records of an iterator.
pub(super) fn records(
    article: &Arc<Inner>,
    iterator: &Iterator,
    synonyms: Option<&Synonyms>,
) -> Stream {
    match iterator {
        Iterator::Article => titles(article),
        Iterator::Infobox => infobox_lines(article, synonyms),
        Iterator::Items(key) => infobox_items(article, key, synonyms),
        Iterator::Dates(key) => dates::dated(article, key, synonyms),
        Iterator::Names => named(article),
        Iterator::Rows => rows(article, synonyms),
        Iterator::Paragraphs => paragraphs(article),
        Iterator::Sentences => prose(article),
        Iterator::Sections => sections(article),
    }
}

fn titles(article: &Arc<Inner>) -> Stream {
    let mut stream = Stream::new(article, "article", &["title", "file"], false);
    if let Some(title) = article.document.title {
        stream.push(Entry::at(title.line));
    }
    stream
}

fn sections(article: &Arc<Inner>) -> Stream {
    let mut stream = Stream::new(
        article,
        "sections",
        &["title", "file", "heading", "level"],
        false,
    );
    for section in &article.document.sections {
        let mut entry = Entry::at(section.line);
        stream.set(&mut entry, "heading", section.text, None);
        number(&mut stream, &mut entry, "level", section.level);
        stream.push(entry);
    }
    stream
}

fn paragraphs(article: &Arc<Inner>) -> Stream {
    let columns = ["title", "file", "text", "section", "paragraph"];
    let mut stream = Stream::new(article, "paragraphs", &columns, false);
    for (index, paragraph) in article.document.paragraphs.iter().enumerate() {
        let mut entry = Entry::at(paragraph.span);
        stream.set(&mut entry, "text", paragraph.span, None);
        section(&mut stream, &mut entry, article, paragraph.section);
        number(&mut stream, &mut entry, "paragraph", index + 1);
        stream.push(entry);
    }
    stream
}

fn prose(article: &Arc<Inner>) -> Stream {
    let columns = ["title", "file", "text", "section", "paragraph", "sentence"];
    let mut stream = Stream::new(article, "sentences", &columns, false);
    for (index, paragraph) in article.document.paragraphs.iter().enumerate() {
        for (place, sentence) in sentences(paragraph.span.of(&article.text))
            .into_iter()
            .enumerate()
        {
            let span = sentence.shifted(paragraph.span.start);
            let mut entry = Entry::at(span);
            stream.set(&mut entry, "text", span, None);
            section(&mut stream, &mut entry, article, paragraph.section);
            number(&mut stream, &mut entry, "paragraph", index + 1);
            number(&mut stream, &mut entry, "sentence", place + 1);
            stream.push(entry);
        }
    }
    stream
}

fn named(article: &Arc<Inner>) -> Stream {
    let mut stream = Stream::new(article, "names", &["title", "file", "name", "label"], false);
    let Some((base, found)) = article.names() else {
        return stream;
    };
    for name in found.names {
        let mut entry = Entry::at(name.text.shifted(base));
        entry.quote = Some(found.sentence.shifted(base));
        stream.set(&mut entry, "name", name.text.shifted(base), None);
        if let Some(label) = name.label {
            stream.set(&mut entry, "label", label.shifted(base), None);
        }
        stream.push(entry);
    }
    stream
}

/// Returns the canonical form of a written key: what the table of synonyms says, else the folded key.
pub(super) fn canonical_key<'s>(synonyms: Option<&'s Synonyms>, written: &str) -> Cow<'s, str> {
    let known = synonyms.and_then(|synonyms| synonyms.canonical(Scope::Infobox, written));
    known.map_or_else(|| Cow::Owned(infobox::key(written).base), Cow::Borrowed)
}

/// Returns the canonical form of a column title: what the table of synonyms says, else the title as written.
pub(super) fn canonical_column<'s>(
    synonyms: Option<&'s Synonyms>,
    written: &'s str,
) -> Cow<'s, str> {
    let known = synonyms.and_then(|synonyms| synonyms.canonical(Scope::Column, written));
    known.map_or_else(|| cell_text(written), Cow::Borrowed)
}

fn infobox_lines(article: &Arc<Inner>, synonyms: Option<&Synonyms>) -> Stream {
    let mut stream = Stream::new(
        article,
        "infobox",
        &["title", "file", "key", "written", "value"],
        false,
    );
    for line in &article.document.infobox {
        let (mut entry, written) = keyed(&mut stream, article, line, synonyms, line.line);
        let value = fold_space(line.value.of(&article.text));
        if synonyms
            .and_then(|synonyms| synonyms.ignored(Scope::Infobox, &written, &value))
            .is_none()
        {
            stream.set(&mut entry, "value", line.value, Some(&written));
        }
        stream.push(entry);
    }
    stream
}

/// Returns an entry at a span of an infobox line, its key and written key set, and the written key.
pub(super) fn keyed(
    stream: &mut Stream,
    article: &Inner,
    line: &InfoboxLine,
    synonyms: Option<&Synonyms>,
    at: Span,
) -> (Entry, Arc<str>) {
    let written: Arc<str> = Arc::from(&*fold_space(line.key.of(&article.text)));
    let mut entry = Entry::at(at);
    entry.quote = Some(line.line);
    entry.cell = Some(Arc::clone(&written));
    stream.set_text(
        &mut entry,
        "key",
        canonical_key(synonyms, &written),
        Some(line.key),
        Some(&written),
    );
    stream.set(&mut entry, "written", line.key, Some(&written));
    (entry, written)
}

fn infobox_items(article: &Arc<Inner>, key: &str, synonyms: Option<&Synonyms>) -> Stream {
    const COLUMNS: [&str; 11] = [
        "title", "file", "key", "written", "item", "note", "period", "start", "end", "number",
        "label",
    ];
    let mut stream = Stream::new(article, "infobox items", &COLUMNS, false);
    let labels = format!("{key}/label");
    let (mut lines, mut label_lines) = (Vec::new(), Vec::new());
    for line in &article.document.infobox {
        let written = infobox::key(line.key.of(&article.text));
        let canonical = infobox::key(&canonical_key(synonyms, line.key.of(&article.text))).base;
        if canonical == key {
            lines.push((line, written.number));
        } else if canonical == labels {
            label_lines.push((line, written.number));
        }
    }
    // The first label of a number holds.
    label_lines.sort_by_key(|&(line, number)| (number, line.line.start));
    for (line, number) in lines {
        let first = label_lines.partition_point(|&(_, other)| other < number);
        let label = label_lines
            .get(first)
            .filter(|&&(_, other)| other == number)
            .map(|&(label, _)| label);
        for item in infobox::items(line.value.of(&article.text)) {
            push_item(&mut stream, article, line, &item, (number, label), synonyms);
        }
    }
    stream
}

/// Adds the records of an item: one for each period of its note, or one.
fn push_item(
    stream: &mut Stream,
    article: &Inner,
    line: &InfoboxLine,
    item: &Item,
    (numbered, label): (Option<u32>, Option<&InfoboxLine>),
    synonyms: Option<&Synonyms>,
) {
    let base = line.value.start;
    let written = line.key.of(&article.text);
    let text = fold_space(item.text.shifted(base).of(&article.text));
    if synonyms
        .and_then(|synonyms| synonyms.ignored(Scope::Infobox, written, &text))
        .is_some()
    {
        return;
    }
    let periods = item
        .note
        .as_ref()
        .map(|(_, periods)| periods.as_slice())
        .unwrap_or_default();
    for index in 0..periods.len().max(1) {
        let (mut entry, written) = keyed(stream, article, line, synonyms, item.whole.shifted(base));
        let cell = Some(&written);
        stream.set(&mut entry, "item", item.text.shifted(base), cell);
        if let Some((note, _)) = &item.note {
            stream.set(&mut entry, "note", note.shifted(base), cell);
            if let Some(period) = periods.get(index) {
                let from = note.start + base;
                let span = Span::new(period.span.start, period.span.end).shifted(from);
                stream.set(&mut entry, "period", span, cell);
                let (start, end) = infobox::sides(period, span.of(&article.text), span.start);
                for (column, side) in [("start", start), ("end", end)] {
                    if let Some(side) = side {
                        stream.set_text(
                            &mut entry,
                            column,
                            Cow::Owned(side.text),
                            Some(side.span),
                            cell,
                        );
                    }
                }
            }
        }
        if let Some(numbered) = numbered {
            stream.set_text(
                &mut entry,
                "number",
                Cow::Owned(numbered.to_string()),
                Some(line.key),
                cell,
            );
        }
        match label.filter(|label| !label.value.is_empty()) {
            Some(label) => {
                let over: Arc<str> = Arc::from(&*fold_space(label.key.of(&article.text)));
                stream.set(&mut entry, "label", label.value, Some(&over));
            }
            None => stream.set(&mut entry, "label", line.key, cell),
        }
        stream.push(entry);
    }
}

fn rows(article: &Arc<Inner>, synonyms: Option<&Synonyms>) -> Stream {
    let mut stream = Stream::new(article, "rows", &ROW, true);
    for (index, table) in article.document.tables.iter().enumerate() {
        push_table(&mut stream, article, index + 1, table, synonyms);
    }
    stream
}

fn push_table(
    stream: &mut Stream,
    article: &Arc<Inner>,
    index: usize,
    table: &Table,
    synonyms: Option<&Synonyms>,
) {
    let columns = columns(stream, article, table, synonyms);
    let mut heading = None;
    let mut place = 0;
    for (row, role) in table.rows.iter().zip(table.roles()) {
        match role {
            Role::Empty | Role::Broken => continue,
            Role::Heading => {
                heading = row.cells.first().zip(columns.first());
                continue;
            }
            Role::Lonely => stream.fault(&Finding {
                span: row.line,
                kind: FaultKind::LonelyCell,
                message: "this row has only its first cell filled and heads no rows; it is read as a record".to_owned(),
                hint: "a heading stands above the rows it is for",
            }),
            Role::Full => {}
        }
        place += 1;
        let mut entry = Entry::at(row.line);
        entry.row = Some(place);
        if let Some((&span, (_, title))) = heading {
            stream.set_text(
                &mut entry,
                "heading",
                cell_text(span.of(&article.text)),
                Some(span),
                Some(title),
            );
        }
        section(stream, &mut entry, article, table.section);
        number(stream, &mut entry, "table", index);
        stream.set_text(&mut entry, "row", Cow::Owned(place.to_string()), None, None);
        for (&cell, (column, title)) in row.cells.iter().zip(&columns) {
            let text = cell_text(cell.of(&article.text));
            let ignored = synonyms
                .and_then(|synonyms| synonyms.ignored(Scope::Column, title, &text))
                .is_some();
            if let (Some(column), false) = (column, ignored) {
                stream.set_text(&mut entry, column, text, Some(cell), Some(title));
            }
        }
        stream.push(entry);
    }
}

/// Returns the columns of a table: the reference of each, if it can have one, and its title as written.
///
/// A title that stands twice, or means one of the fixed references, is a fault; the cells under it have no reference.
fn columns(
    stream: &mut Stream,
    article: &Inner,
    table: &Table,
    synonyms: Option<&Synonyms>,
) -> Vec<(Option<Arc<str>>, Arc<str>)> {
    let mut taken = std::collections::BTreeSet::new();
    let mut columns = Vec::with_capacity(table.header.cells.len());
    for &cell in &table.header.cells {
        let title: Arc<str> = Arc::from(&*cell_text(cell.of(&article.text)));
        let column: Arc<str> = Arc::from(&*canonical_column(synonyms, &title));
        let problem = if column.is_empty() {
            None
        } else if ROW.contains(&&*column) {
            Some(format!(
                "the column title \"{title}\" is also a reference that every row has"
            ))
        } else if !taken.insert(Arc::clone(&column)) {
            Some(format!(
                "the column title \"{title}\" stands twice in its table"
            ))
        } else {
            stream.column(&column);
            columns.push((Some(column), title));
            continue;
        };
        if let Some(message) = problem {
            let hint =
                "give the column another title, or another canonical name in the table of synonyms";
            stream.fault(&Finding {
                span: cell,
                kind: FaultKind::BrokenRow,
                message,
                hint,
            });
        }
        columns.push((None, title));
    }
    columns
}

/// Sets the title of the section, in the lead that of the article.
fn section(stream: &mut Stream, entry: &mut Entry, article: &Inner, section: Option<usize>) {
    let section = section.and_then(|section| article.document.sections.get(section));
    if let Some(heading) = section.or(article.document.title.as_ref()) {
        stream.set(entry, "section", heading.text, None);
    }
}

fn number(stream: &mut Stream, entry: &mut Entry, column: &str, number: usize) {
    stream.set_text(entry, column, Cow::Owned(number.to_string()), None, None);
}
