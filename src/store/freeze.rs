//! From what a part gathered to the bytes of its two files, the same whatever the order it was gathered in.
//!
//! Strings, passages, rules and records are sorted and numbered anew, each table after those its rows refer to, so that
//! the order of numbers is the order of content.

use super::entry::statement_hash;
use super::facts::{self, END};
use super::pages;
use super::part::{Gathered, PartBuilder, number_of};
use super::rows::{
    DerivationRow, Header, MAGIC, NONE, PassageRow, PlaceRow, RecordRow, Row, RuleRow,
    StatementRow, StringRow,
};
use super::sort::sort;

/// The content of a part, ready to be written.
pub(super) struct Frozen {
    /// Sorted N-Quads, a line each.
    pub(super) facts: Vec<u8>,
    /// The `.origins` file.
    pub(super) origins: Vec<u8>,
    /// Hashes of the statements, sorted.
    pub(super) hashes: Vec<u128>,
    /// Number of derivations.
    pub(super) derivations: u64,
}

/// Returns the files of a part.
pub(super) fn freeze(mut part: PartBuilder) -> Frozen {
    let strings = renumber(&part.strings.all);
    let text = |number: u32| mapped(&strings, number);

    for row in &mut part.places {
        row.file = text(row.file);
        row.cell = text(row.cell);
        row.pointer = text(row.pointer);
    }
    for row in &mut part.passages.all {
        row.file = text(row.file);
        row.cell = text(row.cell);
        row.pointer = text(row.pointer);
        row.quote = text(row.quote);
    }
    for row in &mut part.rules.all {
        row.name = text(row.name);
        row.file = text(row.file);
    }
    let passages = renumber(&part.passages.all);
    for row in &mut part.records {
        row.file = text(row.file);
        row.cell = text(row.cell);
        row.pointer = text(row.pointer);
        row.quote = text(row.quote);
        row.passage = mapped(&passages, row.passage);
    }
    let rules = renumber(&part.rules.all);
    let records = renumber(&part.records);
    for row in &mut part.derivations {
        row.rule = mapped(&rules, row.rule);
        row.record = mapped(&records, row.record);
        row.joined = mapped(&records, row.joined);
        row.inferred = text(row.inferred);
    }

    let (facts, alone) = facts(&part);
    let tables = derivations(&mut part, alone);
    part.strings.all.sort_unstable();
    part.passages.all.sort_unstable();
    part.rules.all.sort_unstable();
    part.records.sort_unstable();
    Frozen {
        facts,
        hashes: tables.statements.iter().map(|row| row.hash).collect(),
        derivations: tables.derivations.len() as u64,
        origins: origins(&part, &tables),
    }
}

/// Returns for each thing its number in sorted order.
fn renumber<T: Ord>(things: &[T]) -> Vec<u32> {
    let mut sorted: Vec<usize> = (0..things.len()).collect();
    sorted.sort_unstable_by(|&a, &b| things[a].cmp(&things[b]));
    let mut numbers = vec![0; things.len()];
    for (new, old) in sorted.into_iter().enumerate() {
        numbers[old] = number_of(new);
    }
    numbers
}

fn mapped(numbers: &[u32], old: u32) -> u32 {
    numbers.get(old as usize).copied().unwrap_or(NONE)
}

/// Returns the statements as sorted lines, and the hashes of those that have no derivations.
fn facts(part: &PartBuilder) -> (Vec<u8>, Vec<u128>) {
    let mut start = 0;
    let mut lines: Vec<&[u8]> = part
        .statements
        .iter()
        .map(|&(_, end)| {
            let line = &part.text[start..end];
            start = end;
            line
        })
        .collect();
    lines.extend(part.lines.iter().flat_map(|piece| facts::lines(piece)));
    sort(&mut lines);
    lines.dedup();
    let size = lines.iter().map(|line| line.len() + END.len()).sum();
    let mut facts = Vec::with_capacity(size);
    let mut alone = Vec::new();
    for line in lines {
        facts.extend_from_slice(line);
        facts.extend_from_slice(END);
        if !part.lines.is_empty() {
            alone.push(statement_hash(line));
        }
    }
    (facts, alone)
}

/// The tables that only exist once derivations are sorted.
struct Tables {
    statements: Vec<StatementRow>,
    derivations: Vec<DerivationRow>,
    places: Vec<PlaceRow>,
}

/// Sorts the derivations by statement, and makes one of those with the same rule and records.
///
/// `alone` are the hashes of statements that have none.
fn derivations(part: &mut PartBuilder, alone: Vec<u128>) -> Tables {
    let mut gathered = std::mem::take(&mut part.derivations);
    let hash = |one: &Gathered| part.statements[one.statement as usize].0;
    let identity = |one: &Gathered| (hash(one), one.rule, one.record, one.joined);
    let places = |one: &Gathered| &part.places[one.places.0..one.places.1];
    gathered.sort_unstable_by(|a, b| {
        identity(a)
            .cmp(&identity(b))
            .then_with(|| a.inferred.cmp(&b.inferred))
            .then_with(|| places(a).cmp(places(b)))
    });

    let mut tables = Tables {
        statements: Vec::with_capacity(part.statements.len()),
        derivations: Vec::with_capacity(gathered.len()),
        places: Vec::with_capacity(part.places.len()),
    };
    for group in gathered.chunk_by(|a, b| identity(a) == identity(b)) {
        // A group is never empty; NONE is the greatest number, so a remark comes first if there is one.
        let one = group[0];
        if tables.statements.last().map(|row| row.hash) != Some(hash(&one)) {
            tables.statements.push(StatementRow {
                hash: hash(&one),
                derivations: number_of(tables.derivations.len()),
            });
        }
        let first = tables.places.len();
        tables.derivations.push(DerivationRow {
            rule: one.rule,
            record: one.record,
            joined: one.joined,
            inferred: one.inferred,
            places: number_of(first),
        });
        for place in group.iter().flat_map(places) {
            if !tables.places[first..].contains(place) {
                tables.places.push(*place);
            }
        }
    }
    let none = number_of(tables.derivations.len());
    tables
        .statements
        .extend(alone.into_iter().map(|hash| StatementRow {
            hash,
            derivations: none,
        }));
    tables.statements.sort_unstable_by_key(|row| row.hash);
    tables
}

fn origins(part: &PartBuilder, tables: &Tables) -> Vec<u8> {
    let mut strings = Vec::with_capacity(part.strings.all.len());
    let mut text = Vec::new();
    for string in &part.strings.all {
        text.extend_from_slice(string.as_bytes());
        strings.push(StringRow {
            end: text.len() as u64,
        });
    }
    let header = Header {
        magic: MAGIC,
        statements: number_of(tables.statements.len()),
        derivations: number_of(tables.derivations.len()),
        places: number_of(tables.places.len()),
        records: number_of(part.records.len()),
        passages: number_of(part.passages.all.len()),
        rules: number_of(part.rules.all.len()),
        strings: number_of(strings.len()),
        text: text.len() as u64,
    };
    let mut bytes = Vec::with_capacity(
        Header::WIDTH
            + tables.statements.len() * StatementRow::WIDTH
            + tables.derivations.len() * DerivationRow::WIDTH
            + tables.places.len() * PlaceRow::WIDTH
            + part.records.len() * RecordRow::WIDTH
            + part.passages.all.len() * PassageRow::WIDTH
            + part.rules.all.len() * RuleRow::WIDTH
            + strings.len() * StringRow::WIDTH
            + text.len(),
    );
    header.put(&mut bytes);
    put_all(&tables.statements, &mut bytes);
    put_all(&tables.derivations, &mut bytes);
    put_all(&tables.places, &mut bytes);
    put_all(&part.records, &mut bytes);
    put_all(&part.passages.all, &mut bytes);
    put_all(&part.rules.all, &mut bytes);
    put_all(&strings, &mut bytes);
    bytes.extend_from_slice(&text);
    pages::seal(bytes)
}

fn put_all<R: Row>(rows: &[R], into: &mut Vec<u8>) {
    for row in rows {
        row.put(into);
    }
}
