//! The lines of a source in blocks: unpacked by one thread, looked at by many.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::entity::Entity;
use super::extract::number;
use super::files;
use super::scan::{Glance, Selection};
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Bytes of lines that are handed to a worker at once.
const BLOCK: usize = 2 << 20;
/// The longest line that is taken for an entity.
const LONGEST: usize = 256 << 20;
/// Broken lines that are shown.
pub(super) const SHOWN: usize = 5;

/// Whole lines of a source.
pub(super) struct Block {
    number: u64,
    file: Arc<str>,
    first_line: u64,
    lines: Vec<u8>,
}

/// What came of a block.
#[derive(Default)]
pub(super) struct Done {
    pub(super) number: u64,
    pub(super) lines: Vec<u8>,
    pub(super) entities: u64,
    pub(super) kept: u64,
    pub(super) broken: u64,
    pub(super) relations: Vec<String>,
    pub(super) findings: Vec<Diagnostic>,
}

/// Unpacks the sources and hands out blocks of whole lines.
pub(super) fn read_blocks(
    sources: &[PathBuf],
    read: &Arc<AtomicU64>,
    to: &SyncSender<Block>,
) -> Result<()> {
    let mut number = 0;
    for source in sources {
        let shown: Arc<str> = source.display().to_string().into();
        let mut input = files::open_counted(source, Arc::clone(read))?;
        let mut rest: Vec<u8> = Vec::new();
        let mut line = 1;
        loop {
            let mut block = std::mem::take(&mut rest);
            let ended =
                fill(&mut *input, &mut block).map_err(|error| files::failed(source, &error))?;
            if !ended {
                match block.iter().rposition(|byte| *byte == b'\n') {
                    Some(end) => rest = block.split_off(end + 1),
                    None if block.len() < LONGEST => {
                        rest = block;
                        continue;
                    }
                    None => {
                        return Err(Diagnostic::error(
                            codes::BROKEN_ROW,
                            "a line is longer than any entity",
                        )
                        .at(Place::file(shown.to_string())
                            .at_line(u32::try_from(line).unwrap_or(u32::MAX)))
                        .hint("a dump has one entity a line")
                        .into());
                    }
                }
            }
            let lines = block.iter().filter(|byte| **byte == b'\n').count() as u64;
            let sent = to.send(Block {
                number,
                file: Arc::clone(&shown),
                first_line: line,
                lines: block,
            });
            number += 1;
            line += lines;
            if sent.is_err() || ended {
                break;
            }
        }
    }
    Ok(())
}

/// Reads about a block more; returns whether the input ended.
fn fill(input: &mut dyn Read, block: &mut Vec<u8>) -> std::io::Result<bool> {
    let wanted = BLOCK.max(block.len());
    let read = input.take(wanted as u64).read_to_end(block)?;
    Ok(read < wanted)
}

/// Looks at blocks until there are no more; those before `skip` were dealt with earlier.
pub(super) fn work(
    blocks: &Mutex<Receiver<Block>>,
    to: &SyncSender<Done>,
    wishes: &Selection,
    classes: &BTreeSet<u64>,
    skip: u64,
) {
    loop {
        let block = match blocks.lock() {
            Ok(blocks) => blocks.recv(),
            Err(_) => return,
        };
        let Ok(block) = block else { return };
        let mut done = Done {
            number: block.number,
            ..Done::default()
        };
        if block.number >= skip {
            look(&block, wishes, classes, &mut done);
        }
        if to.send(done).is_err() {
            return;
        }
    }
}

fn look(block: &Block, wishes: &Selection, classes: &BTreeSet<u64>, done: &mut Done) {
    for (at, line) in block.lines.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        let line = line.strip_suffix(b",").unwrap_or(line);
        if line.is_empty() || line == b"[" || line == b"]" {
            continue;
        }
        let outcome = if line.starts_with(b"{\"entities\"") || line.starts_with(b"{\"success\"") {
            entity_data(line, wishes, classes, done)
        } else {
            one(line, wishes, classes, done)
        };
        if let Err(error) = outcome {
            done.broken += 1;
            if done.findings.len() < SHOWN {
                let number = block.first_line + at as u64;
                done.findings.push(
                    Diagnostic::warning(codes::BROKEN_ROW, format!("a line is no entity: {error}"))
                        .at(Place::file(block.file.to_string())
                            .at_line(u32::try_from(number).unwrap_or(u32::MAX)))
                        .hint("the line was passed over; is the dump whole?"),
                );
            }
        }
    }
}

fn one(
    line: &[u8],
    wishes: &Selection,
    classes: &BTreeSet<u64>,
    done: &mut Done,
) -> std::result::Result<(), serde_json::Error> {
    let glance: Glance<'_> = serde_json::from_slice(line)?;
    if glance.id.is_empty() {
        return Err(serde::de::Error::missing_field("id"));
    }
    done.entities += 1;
    for wider in glance.above() {
        done.relations.push(format!("{}\t{wider}", glance.id));
    }
    let wanted = |class: &str| number(class).is_some_and(|class| classes.contains(&class));
    let member = glance.classes().iter().any(|class| wanted(class));
    let is_class = !glance.above().is_empty() && wanted(glance.id.as_ref());
    if wishes.all
        || member
        || is_class
        || wishes.ids.contains(glance.id.as_ref())
        || glance.named(&wishes.names)
    {
        let entity = Entity::from_dump(line)?;
        serde_json::to_writer(&mut done.lines, &entity)?;
        done.lines.push(b'\n');
        done.kept += 1;
    } else if !wishes.classes.is_empty() {
        // A wanted class may turn out only later to be above one of these.
        done.relations.extend(glance.classes().iter().cloned());
        if !glance.above().is_empty() {
            done.relations.push(glance.id.into_owned());
        }
    }
    Ok(())
}

/// The answer of Special:EntityData: entities by the identifier asked for, which differs from their own after a merge.
fn entity_data(
    line: &[u8],
    wishes: &Selection,
    classes: &BTreeSet<u64>,
    done: &mut Done,
) -> std::result::Result<(), serde_json::Error> {
    let whole: Value = serde_json::from_slice(line)?;
    for (asked, entity) in whole
        .get("entities")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if entity.get("missing").is_some() {
            continue;
        }
        let text = serde_json::to_vec(entity)?;
        let own = entity.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut wished = wishes.clone();
        // What was fetched by its identifier is wanted unless something else was asked for.
        wished.all |= wishes.is_empty() || wishes.ids.contains(asked);
        if own != asked {
            done.relations.push(format!("={asked}\t{own}"));
        }
        one(&text, &wished, classes, done)?;
    }
    Ok(())
}
