//! The readers of sources.

use std::io::{Cursor, Read};
use std::sync::Arc;

use factmill::record::form::Trim;
use factmill::record::{Cut, Record, Records, Single, Value};
use factmill::source::article::{Article, Synonyms};
use factmill::source::{csv, json, quote, xml};

use super::line;

/// Keys and titles that are one, for articles.
const SYNONYMS: &str = "scope,written,canonical,reason\ninfobox,Founded,foundation,\ninfobox,Leader,leaders,\ntable,Term,period,\n";

/// Names of all records of an article.
const ITERATORS: &[&str] = &[
    "article",
    "infobox",
    "infobox[foundation]",
    "infobox[leaders]",
    "dates[foundation]",
    "names",
    "rows",
    "paragraphs",
    "sentences",
    "sections",
];

fn boxed(bytes: &[u8]) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(bytes.to_vec()))
}

/// Asks a record for all it has.
fn look(record: &dyn Record, slots: &[usize]) {
    let _ = (record.origin(), record.key(), record.quote());
    for &slot in slots {
        let single = match record.single(slot) {
            Single::Null => Some(None),
            Single::One(text, _) => Some(Some(text.to_owned())),
            Single::Unknown => None,
        };
        let mut values: Vec<Value<'_>> = Vec::new();
        let given = record.values(slot, &mut values);
        if let (Some(single), Ok(())) = (single, given) {
            let text = values.first().map(|value| value.text.to_string());
            assert!(
                values.len() < 2 && single == text,
                "first sight and second sight differ: {single:?}, {text:?}"
            );
        }
        for index in 0..values.len() {
            let _ = record.origin_of(slot, index);
        }
    }
}

/// Walks a stream to its end and returns the number of its records.
fn walk(records: &mut dyn Records, slots: &[usize], scope: Option<(usize, &[usize])>) -> usize {
    let mut count = 0;
    while let Some(next) = records.next() {
        let Ok(record) = next else { continue };
        count += 1;
        look(record, slots);
        if let Some((scope, inner)) = scope
            && let Ok(parts) = record.parts(scope)
        {
            for part in parts {
                look(part.as_ref(), inner);
            }
        }
    }
    let _ = records.unmet();
    count
}

/// As [`walk`], stretch by stretch where the stream can be cut.
fn walk_stretches(
    records: &mut dyn Records,
    slots: &[usize],
    scope: Option<(usize, &[usize])>,
) -> usize {
    let mut count = 0;
    loop {
        match records.cut() {
            Cut::Part(mut part) => count += walk(part.as_mut(), slots, scope),
            Cut::End => return count,
            Cut::Whole => return count + walk(records, slots, scope),
        }
    }
}

/// Binds what can be bound.
fn bind(records: &mut dyn Records, references: &[&str]) -> Vec<usize> {
    references
        .iter()
        .filter_map(|reference| records.bind(reference).ok())
        .collect()
}

/// Reads a table; the first two bytes tell how it is written. Cut in stretches it has as many records as in one.
pub fn csv(bytes: &[u8]) {
    let [first, second, table @ ..] = bytes else {
        return;
    };
    let mut options = csv::Options {
        delimiter: [b',', b'\t', b';', b'|'][usize::from(first & 3)],
        quote: (first & 4 == 0).then_some(b'"'),
        escape: (first & 8 != 0).then_some(b'\\'),
        comment: (first & 16 != 0).then_some(b'#'),
        ..csv::Options::default()
    };
    options.dialect.header_rows = usize::from(second & 3);
    options.dialect.skip_columns = usize::from((second >> 2) & 1);
    options.dialect.trim = if second & 8 == 0 {
        Trim::No
    } else {
        Trim::Both
    };
    let open = || csv::open(boxed(table), "table.csv", options.clone());
    let (Ok(mut walked), Ok(mut cut)) = (open(), open()) else {
        return;
    };
    let titles = walked.columns();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let slots = bind(walked.as_mut(), &titles);
    let rows = walk(walked.as_mut(), &slots, None);
    let same = bind(cut.as_mut(), &titles);
    assert_eq!(slots, same);
    let rows_cut = walk_stretches(cut.as_mut(), &slots, None);
    assert_eq!(rows, rows_cut, "stretches have other rows than the whole");
}

/// Reads JSON after three lines: an iterator, a reference, an iterator of parts. Without an iterator it is `$`.
pub fn json(bytes: &[u8]) {
    let Some((flags, rest)) = bytes.split_first() else {
        return;
    };
    let (head, document) = head(rest);
    let options = json::Options {
        iterator: (!head[0].is_empty()).then(|| head[0].clone()),
        lines: flags & 1 != 0,
        nulls: vec![String::new()],
        legacy: flags & 2 != 0,
    };
    nested(&head, || {
        json::open(boxed(document), "data.json", options.clone()).ok()
    });
}

/// Reads XML after three lines: an iterator, a reference, an iterator of parts. Without an iterator it is `/`.
pub fn xml(bytes: &[u8]) {
    let (head, document) = head(bytes);
    let options = xml::Options {
        iterator: (!head[0].is_empty()).then(|| head[0].clone()),
        namespaces: vec![("ex".to_owned(), "http://example.org/".to_owned())],
        nulls: vec![String::new()],
    };
    nested(&head, || {
        xml::open(boxed(document), "data.xml", options.clone()).ok()
    });
}

/// Cuts three lines off and leaves the rest as it is.
fn head(mut rest: &[u8]) -> ([String; 3], &[u8]) {
    let head = [(); 3].map(|()| {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        rest = after;
        String::from_utf8_lossy(line).into_owned()
    });
    (head, rest)
}

/// Walks a stream that may have parts, in one and in stretches, which has to give as many records.
fn nested([_, reference, parts]: &[String; 3], open: impl Fn() -> Option<Box<dyn Records>>) {
    let counts = [walk, walk_stretches].map(|walk| {
        let mut records = open()?;
        let slots = bind(records.as_mut(), &[reference, "a", "@b", "."]);
        let scope = records.bind_parts(None, parts).ok();
        let inner: Vec<usize> = scope
            .map(|scope| {
                [reference.as_str(), "a", "."]
                    .iter()
                    .filter_map(|reference| records.bind_in(scope, reference).ok())
                    .collect()
            })
            .unwrap_or_default();
        let scope = scope.map(|scope| (scope, inner.as_slice()));
        Some(walk(records.as_mut(), &slots, scope))
    });
    assert_eq!(
        counts[0], counts[1],
        "stretches have other records than the whole"
    );
}

/// Reads an article by all its iterators, its units and passages, and looks for its last line as a quotation.
pub fn article(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let synonyms = Synonyms::read(SYNONYMS, "synonyms.csv").ok();
    let _ = Synonyms::read(&text, "synonyms.csv");
    let article = Article::parse(Arc::from(&*text), Arc::from("article.txt"));
    for table in [None, synonyms.as_ref()] {
        for iterator in ITERATORS {
            if let Ok(mut records) = article.records(iterator, table) {
                let columns = records.columns();
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                let slots = bind(records.as_mut(), &columns);
                walk(records.as_mut(), &slots, None);
            }
        }
        let _ = article.units(table);
    }
    let _ = article.passages();
    let (first, _) = line(&text);
    let _ = article.records(first, synonyms.as_ref());
    let sought = text.lines().last().unwrap_or_default();
    for passage in quote::find(&text, sought) {
        let _ = passage;
    }
    let _ = quote::nearest(&text, sought);
}
