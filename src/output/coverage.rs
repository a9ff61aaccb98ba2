//! The ledger of coverage, as text and as JSON.

use std::fmt::Write as _;
use std::io::Write;

use serde_json::json;

use super::failed;
use super::report::write_json;
use super::text::printable;
use crate::diagnostic::Result;
use crate::engine::coverage::{Fate, Item, SourceLedger};

/// Writes the ledger as `{"sources":[{"file","mapped","ignored","unmapped","items":[…]}]}`.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_as_json(ledger: &[SourceLedger], out: &mut dyn Write) -> Result<()> {
    let item = |item: &Item| {
        json!({
            "place": item.place.to_string(),
            "kind": item.kind,
            "text": item.text,
            "status": item.fate.word(),
            "statements": item.statements,
            "reason": item.reason,
        })
    };
    let sources: Vec<_> = ledger
        .iter()
        .map(|source| {
            json!({
                "file": source.file,
                "mapped": source.count(Fate::Mapped),
                "ignored": source.count(Fate::Ignored),
                "unmapped": source.count(Fate::Unmapped),
                "items": source.items.iter().map(item).collect::<Vec<_>>(),
            })
        })
        .collect();
    write_json(&json!({ "sources": sources }), out)
}

/// Writes the ledger for people: a line of counts a source, below it what is unmapped, and with `all` everything.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn write_as_text(ledger: &[SourceLedger], all: bool, out: &mut dyn Write) -> Result<()> {
    let mut text = String::new();
    for source in ledger {
        let _ = writeln!(
            text,
            "{}: {} mapped, {} ignored, {} unmapped",
            printable(&source.file),
            source.count(Fate::Mapped),
            source.count(Fate::Ignored),
            source.count(Fate::Unmapped)
        );
        for item in source
            .items
            .iter()
            .filter(|item| all || item.fate == Fate::Unmapped)
        {
            let why = match (&item.reason, item.statements.len()) {
                (Some(reason), _) => format!(": {reason}"),
                (None, 0) => String::new(),
                (None, 1) => ": 1 statement".to_owned(),
                (None, n) => format!(": {n} statements"),
            };
            let _ = writeln!(
                text,
                "  {} {} {:?}{}",
                item.place,
                item.fate.word(),
                printable(&item.text),
                printable(&why)
            );
        }
    }
    out.write_all(text.as_bytes())
        .map_err(|error| failed(&error))
}
