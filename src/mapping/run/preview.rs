//! A look at the sources of a plan before a record is read: whether they are there and have what the mapping refers to.

use std::collections::BTreeSet;

use super::finding::{Said, unbound};
use crate::diagnostic::{Diagnostic, Place};
use crate::mapping::Sources;
use crate::mapping::plan::{Plan, PlannedReference};

/// What a look at the sources found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// What keeps sources from being read as the mapping asks.
    pub findings: Vec<Diagnostic>,
    /// Each table with the columns that nothing refers to.
    pub unused: Vec<Unused>,
}

/// The columns of a table that nothing refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unused {
    /// Where the mapping names the table.
    pub place: Place,
    /// Its path as declared.
    pub path: String,
    /// Titles of the columns.
    pub columns: Vec<String>,
}

/// Opens every source of a plan and asks it for what the mapping refers to; no record is read.
pub fn preview(plan: &Plan, sources: &dyn Sources) -> Preview {
    let mut preview = Preview::default();
    for planned in &plan.sources {
        let streams = match sources.open(&planned.source) {
            Ok(streams) => streams,
            Err(found) => {
                preview.findings.extend(found.0);
                continue;
            }
        };
        for mut stream in streams {
            let titles: Vec<String> = stream
                .titles()
                .iter()
                .map(|title| (*title).to_owned())
                .collect();
            let mut said = Said::default();
            let mut slots = BTreeSet::new();
            for reference in &planned.references {
                match stream.bind(&reference.name) {
                    Ok(slot) => drop(slots.insert(slot)),
                    Err(fault) if said.is_new(&fault) => {
                        preview.findings.push(unbound(reference, &fault, false));
                    }
                    Err(_) => {}
                }
            }
            // A column of a table may be called otherwise than by its title, and is the same slot.
            let flat = stream.is_flat();
            let mut used = |title: &String| {
                let by_name = |reference: &PlannedReference| reference.name == *title;
                planned.references.iter().any(by_name)
                    || flat && stream.bind(title).is_ok_and(|slot| slots.contains(&slot))
            };
            preview.unused.push(Unused {
                place: planned.source.file.declared.clone(),
                path: planned.source.file.path.clone(),
                columns: titles.into_iter().filter(|title| !used(title)).collect(),
            });
        }
    }
    // A table that several triples maps read in different ways lacks only what none of them uses.
    let mut merged: Vec<Unused> = Vec::new();
    for unused in preview.unused {
        match merged.iter_mut().find(|known| known.path == unused.path) {
            Some(known) => known
                .columns
                .retain(|column| unused.columns.contains(column)),
            None => merged.push(unused),
        }
    }
    merged.retain(|unused| !unused.columns.is_empty());
    preview.unused = merged;
    preview
}
