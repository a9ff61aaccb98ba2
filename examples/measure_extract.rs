//! What `docs/scale.md` is measured with: a large dump made of a small one, and the bare parse that the extract is held
//! against.
//!
//! ```text
//! cargo run --release --example measure_extract -- repeat DUMP.json.gz 1000000 BIG.json.gz
//! zcat BIG.json.gz | target/release/examples/measure_extract parse
//! ```
//!
//! `repeat` writes the entities of a dump over and over, each time under ids of their own (Q900000000 and on), until there
//! are as many as asked for; the same dump and number give the same bytes. `parse` reads the lines of a dump from standard
//! input and parses each as JSON of which nothing is kept.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::de::IgnoredAny;

const USAGE: &str = "give `repeat DUMP.json.gz NUMBER BIG.json.gz`, or `parse`";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["repeat", dump, number, out] => repeat(Path::new(dump), number.parse()?, Path::new(out))?,
        ["parse"] => parse()?,
        _ => return Err(USAGE.into()),
    };
    writeln!(std::io::stderr(), "{count} entities")?;
    Ok(())
}

/// The entity of a line of a dump, if it has one.
fn entity(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let line = line.strip_suffix(b",").unwrap_or(line);
    line.starts_with(b"{").then_some(line)
}

fn repeat(dump: &Path, number: usize, out: &Path) -> Result<usize, Box<dyn Error>> {
    const ID: &[u8] = b"\"id\":\"";
    // What stands before and after the first id of an entity, which is its own.
    let mut entities: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in BufReader::new(MultiGzDecoder::new(File::open(dump)?)).split(b'\n') {
        let line = line?;
        let Some(entity) = entity(&line) else {
            continue;
        };
        let start = entity.windows(ID.len()).position(|part| part == ID);
        let start = start.ok_or("an entity has no id")? + ID.len();
        let end = entity[start..].iter().position(|byte| *byte == b'"');
        let end = start + end.ok_or("an id does not end")?;
        entities.push((entity[..start].to_owned(), entity[end..].to_owned()));
    }
    if entities.is_empty() {
        return Err("the dump has no entity".into());
    }
    let mut out = GzEncoder::new(BufWriter::new(File::create(out)?), Compression::new(4));
    out.write_all(b"[\n")?;
    for (at, (before, after)) in entities.iter().cycle().take(number).enumerate() {
        out.write_all(before)?;
        write!(out, "Q{}", 900_000_000 + at)?;
        out.write_all(after)?;
        out.write_all(if at + 1 < number { b",\n" } else { b"\n" })?;
    }
    out.write_all(b"]\n")?;
    out.finish()?.flush()?;
    Ok(number)
}

fn parse() -> Result<usize, Box<dyn Error>> {
    let mut input = BufReader::with_capacity(1 << 20, std::io::stdin().lock());
    let (mut line, mut count) = (Vec::new(), 0);
    while input.read_until(b'\n', &mut line)? > 0 {
        if let Some(entity) = entity(&line) {
            let _: IgnoredAny = serde_json::from_slice(entity)?;
            count += 1;
        }
        line.clear();
    }
    Ok(count)
}
