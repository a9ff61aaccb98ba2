//! What the fuzz targets do with their bytes: one function a target, each through the public way into the library.
//!
//! A target fails by a panic, be it the library's or that of a statement here about what must hold for every input.
//! The project's own tests run the same functions over the seeds and over small changes of them.

mod answers;
mod mappings;
mod sources;

pub use answers::answers;
pub use mappings::{mapping, yarrrml};
pub use sources::{article, csv, json, xml};

use std::collections::BTreeMap;
use std::path::Path;

use factmill::engine::rdf::quads_of_bytes;
use factmill::export::{Options, RdfFormat, diff, isomorphic, render};
use factmill::query::{self, Limits, Prefixes};
use factmill::value::date;
use factmill::value::{dates, iri, language, name, period, wikitext};

/// Cuts a line off the front of a text.
fn line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Reads a value as a date, as several, as wikitext, as a name, and the rest of the text around it.
pub fn date(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(dating) = date::read(&text) {
        has_bounds(&dating.edtf);
    }
    let (value, around) = line(&text);
    for read in [dates::read(&text), dates::read_in(value, around)] {
        for dated in &read.dates {
            has_bounds(&dated.edtf);
        }
    }
    let _ = date::earliest(&text);
    let _ = date::latest(&text);
    let _ = period::periods(&text);
    let _ = wikitext::shown(&text);
    let _ = language::guess(&text);
    let slug = name::slug(&text);
    assert_eq!(name::slug(&slug), slug, "a slug is its own slug");
    let _ = name::fold(&text);
    let _ = iri::encode_component(&text, value.len() % 2 == 0);
    let _ = iri::is_absolute(&text);
}

/// A date that was read has an earliest and a latest day, in that order.
fn has_bounds(edtf: &str) {
    if let (Some(earliest), Some(latest)) = (date::earliest(edtf), date::latest(edtf)) {
        let plain = |day: &str| day.len() == 10 && !day.starts_with('-');
        if plain(&earliest) && plain(&latest) {
            assert!(earliest <= latest, "{edtf}: {earliest} is after {latest}");
        }
    }
}

/// Parses a query behind its guard, and reads it as a saved one.
pub fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let prefixes = Prefixes::known();
    if let Ok(parsed) = query::parse(&text, "query.rq", &prefixes, Limits::default()) {
        let _ = (parsed.scope(), parsed.form(), parsed.warnings(&[]));
    }
    let _ = query::SavedQuery::read("query", "query.rq", &text, &prefixes);
}

/// Compares two halves of the input, parted by an empty line, as N-Quads.
pub fn diff(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (before, after) = text.split_once("\n\n").unwrap_or((&text, ""));
    let lines = |part: &str| -> Vec<String> {
        part.lines()
            .filter(|line| !line.trim().is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (lines(before), lines(after));
    if let Ok(found) = diff::compare(&before, &before) {
        assert!(found.is_empty(), "a dataset differs from itself");
    }
    if let (Ok(there), Ok(back)) = (
        diff::compare(&before, &after),
        diff::compare(&after, &before),
    ) {
        assert_eq!(
            there.is_empty(),
            back.is_empty(),
            "a difference that is there from one side only"
        );
    }
}

/// Parses a document whose syntax the first byte tells, writes it in every syntax and parses it again.
pub fn rdf(bytes: &[u8]) {
    const NAMES: [&str; 6] = ["a.ttl", "a.trig", "a.nt", "a.nq", "a.jsonld", "a.rdf"];
    let Some((choice, document)) = bytes.split_first() else {
        return;
    };
    let file = NAMES[usize::from(*choice) % NAMES.len()];
    let Ok(quads) = quads_of_bytes(document, Path::new(file)) else {
        return;
    };
    let prefixes: BTreeMap<String, String> = [
        ("ex", "http://example.org/"),
        ("", "http://example.org/a#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ]
    .map(|(name, namespace)| (name.to_owned(), namespace.to_owned()))
    .into();
    for format in RdfFormat::ALL {
        let Ok(written) = render(&quads, format, &prefixes, &Options::default()) else {
            continue;
        };
        let name = format!("b.{}", format.endings()[0]);
        let again = match quads_of_bytes(written.as_bytes(), Path::new(&name)) {
            Ok(again) => again,
            Err(error) => panic!("{format} cannot be read again: {error:?}\n{written}"),
        };
        if let Ok(same) = isomorphic(&quads, &again) {
            assert!(same, "{format} tells something else\n{written}");
        }
    }
}
