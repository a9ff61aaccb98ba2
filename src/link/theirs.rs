//! Wikidata's side of a comparison: the entities of an extract, or of a table of statements.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::Path;

use super::entity::{Entity, Snak, Statement};
use super::extract::id_of;
use super::files;
use super::names::fold;
use super::own::is_property;
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Which entities are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those with these ids.
    pub ids: BTreeSet<String>,
    /// Those that have one of these, folded, as a label or an alias in any language.
    pub names: BTreeSet<String>,
}

impl Wanted {
    fn takes(&self, entity: &Entity) -> bool {
        self.ids.contains(&entity.id)
            || (!self.names.is_empty()
                && entity
                    .labels
                    .values()
                    .chain(entity.aliases.values().flatten())
                    .any(|name| self.names.contains(&fold(name))))
    }
}

/// Reads the wanted entities from an extract.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `BROKEN_ROW`.
pub fn from_extract(path: &Path, wanted: &Wanted) -> Result<BTreeMap<String, Entity>> {
    let path = files::candidates_in(path);
    let mut found = BTreeMap::new();
    files::for_each_line(&path, |number, line| {
        if !wanted.names.is_empty() || id_of(line).is_some_and(|id| wanted.ids.contains(id)) {
            let entity: Entity = serde_json::from_slice(line).map_err(|error| {
                Diagnostic::error(
                    codes::BROKEN_ROW,
                    format!("a line of the extract is no entity: {error}"),
                )
                .at(Place::file(path.display().to_string())
                    .at_line(u32::try_from(number).unwrap_or(u32::MAX)))
                .hint("make the extract anew with `factmill wikidata extract`")
            })?;
            if wanted.takes(&entity) {
                found.insert(entity.id.clone(), entity);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Reads the wanted entities from a table of statements.
///
/// The table has the columns `qid`, `field` and `value`; a field is `label` or ends with its property in brackets, a value
/// that is an item ends with the item in brackets. Ranks are normal, precisions follow from the zeros of a date. An empty
/// value was lost and says nothing.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, `UNKNOWN_REFERENCE`, `BROKEN_ROW`.
pub fn from_table(path: &Path, wanted: &Wanted) -> Result<BTreeMap<String, Entity>> {
    let shown = path.display().to_string();
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(BufReader::new(files::open(path)?));
    let broken = |error: &csv::Error| {
        Diagnostic::error(codes::BROKEN_ROW, format!("a row cannot be read: {error}"))
            .at(Place::file(shown.clone()))
            .hint("the table must be CSV in UTF-8")
    };
    let headers = reader.headers().map_err(|error| broken(&error))?.clone();
    let column = |title: &str| -> Result<usize> {
        headers
            .iter()
            .position(|one| one.trim_start_matches('\u{feff}') == title)
            .ok_or_else(|| {
                Diagnostic::error(
                    codes::UNKNOWN_REFERENCE,
                    format!("the table has no column \"{title}\""),
                )
                .at(Place::file(shown.clone()).at_line(1))
                .hint("a table of statements has the columns qid, field and value")
                .into()
            })
    };
    let (qid, field, value) = (column("qid")?, column("field")?, column("value")?);
    let mut found: BTreeMap<String, Entity> = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| broken(&error))?;
        let cell = |at: usize| row.get(at).unwrap_or("").trim();
        // What an item is called may stand in any of its rows.
        if wanted.names.is_empty() && !wanted.ids.contains(cell(qid)) {
            continue;
        }
        let entity = found.entry(cell(qid).to_owned()).or_default();
        cell(qid).clone_into(&mut entity.id);
        if cell(field) == "label" {
            entity
                .labels
                .insert("en".to_owned(), cell(value).to_owned());
            continue;
        }
        let Some(property) = in_brackets(cell(field)).filter(|property| is_property(property))
        else {
            continue;
        };
        if cell(value).is_empty() {
            continue;
        }
        let statement = Statement {
            value: table_value(cell(value)),
            ..Statement::default()
        };
        // One item may stand in the table several times.
        let known = entity.claims.entry(property.to_owned()).or_default();
        if !known.contains(&statement) {
            known.push(statement);
        }
    }
    found.retain(|_, entity| wanted.takes(entity));
    Ok(found)
}

fn in_brackets(text: &str) -> Option<&str> {
    text.strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
        .map(|(_, inside)| inside)
}

fn table_value(text: &str) -> Snak {
    let item = in_brackets(text)
        .and_then(super::project::item)
        .or_else(|| super::project::item(text));
    if let Some(item) = item {
        return Snak {
            value: Some(item),
            ..Snak::default()
        };
    }
    let dated = text.starts_with(['+', '-']) && text.ends_with('Z');
    match super::moment::Moment::read(text).filter(|_| dated) {
        Some(moment) => {
            let precision = match (moment.month, moment.day) {
                (0, _) => 9,
                (_, 0) => 10,
                _ => 11,
            };
            Snak {
                value: Some(text.to_owned()),
                precision: Some(precision),
                ..Snak::default()
            }
        }
        None => Snak {
            value: Some(text.to_owned()),
            ..Snak::default()
        },
    }
}
