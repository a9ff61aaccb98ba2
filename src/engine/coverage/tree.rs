//! The values of JSON and XML sources with what became of them.
//!
//! A value is a text, number or boolean of JSON, an attribute of XML or a text within an element. It is mapped when a
//! statement came of it or, in XML, of an element around it, whose text it is part of.

use super::ledger::{Ignored, Item, Uses, fate};
use crate::diagnostic::{Place, Result};
use crate::engine::sources::Shelf;
use crate::mapping::{Formulation, LogicalSource};
use crate::record::{Origin, Record, Slot, Value};

/// Everything in a document, containers before what is in them.
const ALL_OF_JSON: &str = "$..*";
const ALL_OF_XML: &str = "//* | //@* | //text()";

/// How the place of a text within an element ends.
const TEXT: &str = "/text()";

/// Returns the values of a source in the order of the file.
///
/// # Errors
/// What is wrong with the file; a fault within it was told of when the graph was built.
pub(super) fn items(
    shelf: &Shelf<'_>,
    name: &str,
    source: &LogicalSource,
    uses: &Uses,
    ignored: &[Ignored],
) -> Result<Vec<Item>> {
    let is_xml = source.formulation == Formulation::Xml;
    let (all, itself) = if is_xml {
        (ALL_OF_XML, ".")
    } else {
        (ALL_OF_JSON, "$")
    };
    let whole = LogicalSource {
        iterator: Some(all.to_owned()),
        legacy: false,
        ..source.clone()
    };
    let mut stream = shelf.open_file(&whole, name)?;
    let Ok(slot) = stream.bind(itself) else {
        return Ok(Vec::new());
    };
    let mut around = Around::default();
    let mut items = Vec::new();
    while let Some(next) = stream.next() {
        let Ok(record) = next else { continue };
        let origin = record.origin();
        let mut statements = uses.of_node(&origin);
        if is_xml {
            if around.enter(&origin, &statements) {
                continue;
            }
            if statements.is_empty() {
                statements.extend_from_slice(around.statements());
            }
        }
        let Some(text) = value(record, slot) else {
            continue;
        };
        let place = place(&origin);
        let reason = ignored
            .iter()
            .find(|one| one.source == name && one.column.as_deref() == Some(key(&place)))
            .map(|one| one.reason.as_str());
        let (fate, reason) = fate(&statements, reason);
        items.push(Item {
            place,
            kind: "value",
            text,
            fate,
            statements,
            reason,
        });
    }
    Ok(items)
}

/// Returns the text of a record that is a value and not empty.
fn value(record: &dyn Record, slot: Slot) -> Option<String> {
    let mut values: Vec<Value<'_>> = Vec::new();
    // What holds others is no value.
    record.values(slot, &mut values).ok()?;
    let text = values.first()?.text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The elements around the node at hand: how deep each is, and what was made of it or of one around it.
#[derive(Default)]
struct Around(Vec<(usize, Vec<String>)>);

impl Around {
    /// Takes the next node of a document with the statements made of it; returns whether it is an element.
    fn enter(&mut self, origin: &Origin, statements: &[String]) -> bool {
        let path = origin.pointer.as_deref().unwrap_or_default();
        let depth = path.matches('/').count();
        while self.0.last().is_some_and(|(outer, _)| *outer >= depth) {
            self.0.pop();
        }
        let step = path.rsplit('/').next().unwrap_or_default();
        let is_element = !path.ends_with(TEXT) && !step.starts_with('@');
        if is_element {
            let made = if statements.is_empty() {
                self.statements().to_vec()
            } else {
                statements.to_vec()
            };
            self.0.push((depth, made));
        }
        is_element
    }

    fn statements(&self) -> &[String] {
        self.0.last().map_or(&[], |(_, made)| made)
    }
}

/// Returns the place of a value; a text is shown by its element.
fn place(origin: &Origin) -> Place {
    let mut place = Place::from(origin);
    if let Some(pointer) = &mut place.pointer
        && let Some(element) = pointer.strip_suffix(TEXT)
    {
        *pointer = element.to_owned();
    }
    place
}

/// Returns what the manifest calls a value by: the name of its member, element or attribute; positions have none.
fn key(place: &Place) -> &str {
    let pointer = place.pointer.as_deref().unwrap_or_default();
    let is_name = |step: &&str| !step.bytes().all(|byte| byte.is_ascii_digit());
    pointer.rsplit('/').find(is_name).unwrap_or_default()
}
