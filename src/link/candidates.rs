//! Candidates: the items a name may stand for, read from JSON Lines of several layouts or from an extract.
//!
//! Which key of a line plays which role stands in `tables/candidate-layouts.csv`; keys that it does not list are
//! passed over. Statements are looked for under `claims`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::files;
use super::moment::Moment;
use crate::diagnostic::{Diagnostic, Place, Result, codes};

const LAYOUTS: &str = include_str!("../../tables/candidate-layouts.csv");

/// The class of human beings, whose members are compared as persons.
const HUMAN: &str = "Q5";

/// An item that a name may stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The item, such as `Q42`.
    pub id: String,
    /// Its different names, the first the one to show.
    pub names: Vec<String>,
    /// Its short names and acronyms.
    pub short: Vec<String>,
    /// Countries, by code, name or item.
    pub countries: Vec<String>,
    /// When it began: foundation, birth.
    pub starts: Vec<Moment>,
    /// When it ended: dissolution, death.
    pub ends: Vec<Moment>,
    /// The items of its classes.
    pub classes: Vec<String>,
    /// The items that its statements lead to.
    pub related: BTreeSet<String>,
    /// Whether it is a human being.
    pub person: bool,
}

/// Reads candidates from a file of JSON Lines, gzip or bzip2 or plain, or from the folder of an extract.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`; `BROKEN_ROW` for lines that are no JSON object with an `id`, up to ten of them.
pub fn read(path: &Path) -> Result<Vec<Candidate>> {
    let layout = Layout::new();
    let shown = path.display().to_string();
    let mut found = Vec::new();
    let mut broken = Vec::new();
    files::for_each_line(&files::candidates_in(path), |number, line| {
        match serde_json::from_slice::<Value>(line) {
            Ok(Value::Object(object)) if object.get("id").is_some_and(Value::is_string) => {
                found.extend(layout.candidate(&object));
            }
            _ if line.trim_ascii().is_empty() => {}
            _ if broken.len() < 10 => broken.push(
                Diagnostic::error(
                    codes::BROKEN_ROW,
                    "a line of the candidates is no JSON object with an \"id\"",
                )
                .at(Place::file(shown.clone()).at_line(u32::try_from(number).unwrap_or(u32::MAX)))
                .hint(
                    "give one JSON object a line, as an extract or one of the known layouts has it",
                ),
            ),
            _ => {}
        }
        Ok(())
    })?;
    if broken.is_empty() {
        Ok(found)
    } else {
        Err(crate::diagnostic::Diagnostics(broken))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Name,
    Alias,
    Short,
    Page,
    Pages,
    Country,
    Start,
    End,
    Class,
    Refuse,
}

struct Layout {
    rows: Vec<(&'static str, Role, bool)>,
}

impl Layout {
    fn new() -> Self {
        let rows = LAYOUTS
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split(',');
                let (key, role, class) = (cells.next()?, cells.next()?, cells.next().unwrap_or(""));
                let role = match role {
                    "name" => Role::Name,
                    "alias" => Role::Alias,
                    "short" => Role::Short,
                    "page" => Role::Page,
                    "pages" => Role::Pages,
                    "country" => Role::Country,
                    "start" => Role::Start,
                    "end" => Role::End,
                    "class" => Role::Class,
                    "refuse" => Role::Refuse,
                    _ => return None,
                };
                Some((key, role, class == "person"))
            })
            .collect();
        Self { rows }
    }

    fn candidate(&self, object: &serde_json::Map<String, Value>) -> Option<Candidate> {
        let mut one = Candidate {
            id: object.get("id")?.as_str()?.to_owned(),
            ..Candidate::default()
        };
        let mut names = Vec::new();
        let mut aliases = Vec::new();
        let claims = object.get("claims").and_then(Value::as_object);
        let mut leads = Vec::new();
        claims
            .into_iter()
            .flat_map(serde_json::Map::values)
            .for_each(|value| texts(value, &mut leads));
        one.related = leads
            .iter()
            .filter_map(|text| super::project::item(text))
            .collect();
        for (key, role, person) in &self.rows {
            let Some(value) = object
                .get(*key)
                .or_else(|| claims.and_then(|claims| claims.get(*key)))
            else {
                continue;
            };
            match role {
                Role::Refuse if value.as_bool() == Some(true) => return None,
                Role::Refuse => {}
                Role::Name => names_in(value, &mut names),
                Role::Alias => texts(value, &mut aliases),
                Role::Short => texts(value, &mut one.short),
                Role::Page => aliases.extend(value.as_str().and_then(page_title)),
                Role::Pages => {
                    if let Some(map) = value.as_object() {
                        aliases.extend(
                            map.values()
                                .filter_map(Value::as_str)
                                .map(without_namespace),
                        );
                    }
                }
                Role::Country => texts(value, &mut one.countries),
                Role::Class => texts(value, &mut one.classes),
                Role::Start | Role::End => {
                    let mut written = Vec::new();
                    texts(value, &mut written);
                    one.person |= *person && !written.is_empty();
                    let into = if *role == Role::Start {
                        &mut one.starts
                    } else {
                        &mut one.ends
                    };
                    for moment in written.iter().filter_map(|text| Moment::read(text)) {
                        if !into.contains(&moment) {
                            into.push(moment);
                        }
                    }
                }
            }
        }
        // The kind of an undated person shows by a key that only the layout of persons has.
        one.person |= one.classes.iter().any(|class| class == HUMAN)
            || (one.classes.is_empty() && object.contains_key("legislature"));
        let mut seen = BTreeSet::new();
        one.names = names
            .into_iter()
            .chain(aliases)
            .filter(|name| seen.insert(name.clone()))
            .collect();
        Some(one)
    }
}

/// Names under a key: a text, a list, a map from language to text, or a map from text to its languages.
fn names_in(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            // The English label leads, because it is the one to show.
            let english = map.get("en").and_then(Value::as_str);
            into.extend(english.map(str::to_owned));
            for (key, value) in map {
                match value {
                    Value::Array(_) => into.push(key.clone()),
                    other => texts(other, into),
                }
            }
        }
        other => texts(other, into),
    }
}

/// All texts in a value, statements of an extract included.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.trim().is_empty() => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| texts(one, into)),
        Value::Object(map) if map.get("rank").and_then(Value::as_str) == Some("deprecated") => {}
        Value::Object(map) if map.contains_key("value") => texts(&map["value"], into),
        Value::Object(map) => map.values().for_each(|one| texts(one, into)),
        Value::Number(number) => into.push(number.to_string()),
        _ => {}
    }
}

/// The title in the address of a wiki page.
fn page_title(address: &str) -> Option<String> {
    let title = address.rsplit_once("/wiki/")?.1;
    let mut bytes = Vec::with_capacity(title.len());
    let mut rest = title.bytes();
    while let Some(byte) = rest.next() {
        let ahead = rest.as_slice_hex();
        match (byte, ahead) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest.nth(1);
            }
            (b'_', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

trait Hex {
    fn as_slice_hex(&self) -> Option<u8>;
}

impl Hex for std::str::Bytes<'_> {
    /// The byte that the next two hexadecimal digits stand for.
    fn as_slice_hex(&self) -> Option<u8> {
        let mut ahead = self.clone();
        let high = char::from(ahead.next()?).to_digit(16)?;
        let low = char::from(ahead.next()?).to_digit(16)?;
        u8::try_from(high * 16 + low).ok()
    }
}

fn without_namespace(title: &str) -> String {
    title
        .split_once(':')
        .map_or(title, |(_, name)| name)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(json: &str) -> Option<Candidate> {
        match serde_json::from_str(json).unwrap() {
            Value::Object(object) => Layout::new().candidate(&object),
            _ => None,
        }
    }

    #[test]
    fn both_layouts_and_the_extract_are_read() {
        let party = one(r#"{"id":"Q1","names":["A","Б"],"short":["AB"],"countries":["POL"],"claims":{"P31":["Q7278"],"P571":["+1980-09-00T00:00:00Z"]},
            "year_founded":"1980","labels":{"de":"C","en":"A"},"wikipedia":"https://en.wikipedia.org/wiki/A_%28b%29"}"#).unwrap();
        assert_eq!(party.names, ["A", "Б", "C", "A (b)"]);
        assert_eq!((party.starts.len(), party.person), (2, false));
        let person = one(r#"{"id":"Q2","name":"N","labels":{"N":["en"],"Н":["ru","uk"]},"birth_date":"1954-08-12","legislature":["X/Y"]}"#).unwrap();
        assert_eq!(person.names, ["N", "Н"]);
        assert!(person.person);
        let extract = one(r#"{"id":"Q3","labels":{"en":"E"},"aliases":{"en":["F","G"]},"claims":{"P31":[{"value":"Q5","rank":"normal"}],
            "P569":[{"value":"+1900-00-00T00:00:00Z","rank":"deprecated"},{"value":"+1901-00-00T00:00:00Z","precision":9}]}}"#).unwrap();
        assert_eq!(extract.names, ["E", "F", "G"]);
        assert_eq!(
            extract.starts,
            [Moment {
                year: 1901,
                month: 0,
                day: 0
            }]
        );
        assert!(extract.person);
        assert_eq!(one(r#"{"id":"Q4","not_a_party":true}"#), None);
    }
}
