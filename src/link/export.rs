//! What Wikidata lacks, in the forms that it takes: QuickStatements V1, Wikibase JSON, Wikibase RDF; and contradictions for
//! the Mismatch Finder.
//!
//! Every statement has a reference made from what the project says about its source; nothing in it is made up. Statements
//! that are there already are not given again. Items that are not there yet are made by [`super::create`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::compare::{Class, Difference, SINGLE, shown};
use super::create::NewItem;
use super::entity::Entity;
use super::own::{At, Own, OwnEntity, OwnStatement, OwnValue, one_line};
use super::project::item;
use super::wikibase::{wikibase_json, wikibase_rdf};
use crate::diagnostic::{Diagnostic, codes};

/// A reference: properties with items or texts, in the order given.
pub type Reference = Vec<(String, String)>;

/// What stands for an item that is made just before, as it has no number yet.
pub const LAST: &str = "LAST";

/// A statement ready to be given to Wikidata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The item it is about; [`LAST`] for one that is made just before.
    pub item: String,
    /// Its property.
    pub property: String,
    /// Its value.
    pub value: Part,
    /// Its qualifiers.
    pub qualifiers: Vec<(String, Part)>,
    /// Its reference.
    pub reference: Reference,
    /// Whether there is a statement with that value already, so that this one must be made apart.
    pub apart: bool,
}

/// A value as Wikidata has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// An item.
    Item(String),
    /// A time with its precision.
    Time(String, u8),
    /// A text in a language.
    Text(String, String),
}

/// Chooses what can be given, and says why the rest cannot.
///
/// `reference` returns the reference for the places of a statement, if one of its sources has one.
pub fn gifts(
    lines: &[Difference],
    reference: impl Fn(&[At]) -> Option<Reference>,
) -> (Vec<Gift>, Vec<Diagnostic>) {
    let mut gifts: Vec<Gift> = Vec::new();
    let mut left = Vec::new();
    let mut known: BTreeSet<(String, String, Part)> = BTreeSet::new();
    for line in lines {
        if let (Some((property, there)), Some(value)) = (
            &line.there,
            line.there
                .as_ref()
                .and_then(|(_, one)| one.value.value.clone()),
        ) && there.value.precision.is_none()
            && there.value.language.is_none()
        {
            known.insert((line.item.clone(), property.clone(), Part::Item(value)));
        }
    }
    let mut values: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.here.is_some()) {
        *values.entry((&line.item, &line.property)).or_default() += 1;
    }
    for line in lines
        .iter()
        .filter(|line| line.class == Class::MissingThere)
    {
        let Some(here) = &line.here else { continue };
        let several = values[&(line.item.as_str(), line.property.as_str())] > 1;
        if several && SINGLE.contains(&line.property.as_str()) {
            left.push(left_out(&line.label, here, SEVERAL));
            continue;
        }
        match gift(&line.item, here, &reference) {
            Ok(mut gift) => {
                let value = gift.value.clone();
                gift.apart = !known.insert((line.item.clone(), line.property.clone(), value));
                gifts.push(gift);
            }
            Err(why) => left.push(left_out(&line.label, here, why)),
        }
    }
    (gifts, left)
}

/// Of a property with one value the graph has several: one may be a refounding, a merger, a change of name.
pub(super) const SEVERAL: Why = (
    "the graph has several, and which one the property means is not known",
    "keep the one that is meant in the source",
);

/// Why a statement cannot be given, and what would help.
pub(super) type Why = (&'static str, &'static str);

/// Makes a statement ready to be given, apart from no other.
pub(super) fn gift(
    item: &str,
    here: &OwnStatement,
    reference: &impl Fn(&[At]) -> Option<Reference>,
) -> Result<Gift, Why> {
    let (value, mut qualifiers) = part(&here.value)?;
    for (property, value) in &here.qualifiers {
        let (part, more) = part(value)?;
        qualifiers.push((property.clone(), part));
        qualifiers.extend(more);
    }
    let reference = reference(&here.at)
        .filter(|reference| !reference.is_empty())
        .ok_or((
            "none of its sources has a reference",
            "give the source a `reference` in factmill.toml, such as { P143 = \"Q328\" }",
        ))?;
    Ok(Gift {
        item: item.to_owned(),
        property: here.property.clone(),
        value,
        qualifiers,
        reference,
        apart: false,
    })
}

/// Tells why a statement about an entity of that name is left out.
pub(super) fn left_out(label: &str, here: &OwnStatement, (why, what): Why) -> Diagnostic {
    Diagnostic::notice(
        codes::LINK_OPEN,
        format!("{label} {} {}: {why}", here.property, here.value.shown()),
    )
    .hint(what)
}

type Parted = (Part, Vec<(String, Part)>);

/// A value in Wikidata's terms, with the qualifiers that say what its precision cannot.
fn part(value: &OwnValue) -> Result<Parted, Why> {
    match value {
        OwnValue::Entity {
            item: Some(item), ..
        } => Ok((Part::Item(item.clone()), Vec::new())),
        OwnValue::Entity { .. } => Err((
            "the value has no item",
            "link it with `factmill wikidata link` and `review`",
        )),
        OwnValue::Text(text, Some(language)) => {
            writable(text)?;
            Ok((Part::Text(text.clone(), language.clone()), Vec::new()))
        }
        OwnValue::Text(..) => Err((
            "the text has no language",
            "say its language in the mapping",
        )),
        OwnValue::Date(edtf) => time(edtf).ok_or((
            "Wikidata has no form for such a date",
            "only years, months, days, decades and seasons can be given",
        )),
    }
}

fn time(edtf: &str) -> Option<Parted> {
    let plain =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = edtf.split('-').collect();
    let at = |year: &str, month: &str, day: &str| format!("+{year}-{month}-{day}T00:00:00Z");
    match parts.as_slice() {
        [year] if plain(year, 4) => Some((Part::Time(at(year, "00", "00"), 9), Vec::new())),
        [decade] if decade.len() == 4 && decade.ends_with('X') && plain(&decade[..3], 3) => Some((
            Part::Time(at(&format!("{}0", &decade[..3]), "00", "00"), 8),
            Vec::new(),
        )),
        [year, season] if plain(year, 4) && matches!(*season, "21" | "22" | "23" | "24") => {
            let (first, last) = super::own::days(edtf);
            let bound = |day: &str| Part::Time(format!("+{day}T00:00:00Z"), 11);
            let bounds = vec![
                ("P1319".to_owned(), bound(&first)),
                ("P1326".to_owned(), bound(&last)),
            ];
            Some((Part::Time(at(year, "00", "00"), 9), bounds))
        }
        [year, month] if plain(year, 4) && plain(month, 2) && *month <= "12" => {
            Some((Part::Time(at(year, month, "00"), 10), Vec::new()))
        }
        [year, month, day] if plain(year, 4) && plain(month, 2) && plain(day, 2) => {
            Some((Part::Time(at(year, month, day), 11), Vec::new()))
        }
        _ => None,
    }
}

/// Checks that a text can be written. A quotation mark within it does no harm, as a field ends with its last one.
fn writable(text: &str) -> Result<(), Why> {
    if text.is_empty() {
        return Err(("the text is empty", "give it words in the source"));
    }
    if text.contains('|') {
        return Err((
            "QuickStatements takes the | in it for the end of a field",
            "write it without one in the source or the mapping",
        ));
    }
    Ok(())
}

/// How many characters a label or an alias may have in Wikidata.
const LONGEST_NAME: usize = 250;

/// Checks that a text can be a label or an alias; if not, says so.
pub(super) fn check_name(entity: &OwnEntity, name: &str) -> Result<(), Box<Diagnostic>> {
    let checked = writable(name).and_then(|()| match name.chars().count() {
        0..=LONGEST_NAME => Ok(()),
        _ => Err((
            "Wikidata takes names of 250 characters at most",
            "give it a shorter name in the source or the mapping",
        )),
    });
    checked.map_err(|(why, what)| {
        let start: String = name.chars().take(60).collect();
        let message = format!("{}: the name \"{start}\" is left out: {why}", entity.label);
        Box::new(Diagnostic::notice(codes::LINK_OPEN, message).hint(what))
    })
}

fn quick(part: &Part) -> String {
    match part {
        Part::Item(item) => item.clone(),
        Part::Time(time, precision) => format!("{time}/{precision}"),
        Part::Text(text, language) => format!("{language}:\"{text}\""),
    }
}

/// Returns the value of a reference: an item, a time or a quoted text.
fn reference_value(value: &str) -> String {
    if item(value).is_some() || (value.starts_with('+') && value.contains("T00:00:00Z/")) {
        value.to_owned()
    } else {
        format!("\"{}\"", one_line(value))
    }
}

/// Writes statements in QuickStatements V1, one a line.
#[must_use]
pub fn quickstatements(gifts: &[Gift]) -> String {
    let mut text = String::new();
    for gift in gifts {
        let mark = if gift.apart { "+" } else { "" };
        let _ = write!(
            text,
            "{mark}{}\t{}\t{}",
            gift.item,
            gift.property,
            quick(&gift.value)
        );
        for (property, value) in &gift.qualifiers {
            let _ = write!(text, "\t{property}\t{}", quick(value));
        }
        for (property, value) in &gift.reference {
            let _ = write!(
                text,
                "\tS{}\t{}",
                property.trim_start_matches('P'),
                reference_value(value)
            );
        }
        text.push('\n');
    }
    text
}

/// The forms that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// QuickStatements V1.
    QuickStatements,
    /// Wikibase JSON.
    Json,
    /// Wikibase RDF, as N-Triples.
    Rdf,
    /// CSV for the Mismatch Finder.
    Mismatch,
}

impl std::str::FromStr for Form {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "quickstatements" | "qs" => Ok(Self::QuickStatements),
            "json" | "wikibase-json" => Ok(Self::Json),
            "rdf" | "wikibase-rdf" => Ok(Self::Rdf),
            "mismatch" => Ok(Self::Mismatch),
            _ => Err("it is one of quickstatements, json, rdf and mismatch".to_owned()),
        }
    }
}

/// Returns the text of an export; `labels` are commands that precede the statements of QuickStatements. New items have no
/// place in RDF, where everything has its number, nor among mismatches.
#[must_use]
pub fn text(
    form: Form,
    gifts: &[Gift],
    new: &[NewItem],
    lines: &[Difference],
    labels: &str,
    address: &str,
) -> String {
    match form {
        Form::QuickStatements => {
            let made: String = new.iter().map(NewItem::quickstatements).collect();
            format!("{labels}{}{made}", quickstatements(gifts))
        }
        Form::Json => {
            let json = wikibase_json(gifts, new);
            let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
            text.push('\n');
            text
        }
        Form::Rdf => wikibase_rdf(gifts),
        Form::Mismatch => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            // Writing to memory does not fail.
            let _ = writer.write_record(MISMATCH);
            for row in mismatches(lines, address) {
                let _ = writer.write_record(row);
            }
            writer
                .into_inner()
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default()
        }
    }
}

/// Writes a text.
///
/// # Errors
/// `WRITE_FAILED`.
pub fn put(text: &str, out: &mut dyn std::io::Write) -> crate::diagnostic::Result<()> {
    out.write_all(text.as_bytes()).map_err(|error| {
        Diagnostic::error(codes::WRITE_FAILED, format!("cannot write: {error}")).into()
    })
}

/// Returns commands for the labels and aliases that items lack, in all languages, and says which cannot be given.
///
/// A name becomes the label where there is none in its language, else an alias.
#[must_use]
pub fn labels(own: &Own, theirs: &BTreeMap<String, Entity>) -> (String, Vec<Diagnostic>) {
    let mut text = String::new();
    let mut left = Vec::new();
    for entity in own.entities.values() {
        for (item, there) in entity
            .items
            .iter()
            .filter_map(|item| Some((item, theirs.get(item)?)))
        {
            let mut labelled: BTreeSet<&str> = there.labels.keys().map(String::as_str).collect();
            for (name, language) in entity.titles_first() {
                let Some(language) = language else { continue };
                let known = there
                    .labels
                    .get(language)
                    .into_iter()
                    .chain(there.aliases.get(language).into_iter().flatten());
                if known.into_iter().any(|one| one == name) {
                    continue;
                }
                if let Err(why) = check_name(entity, name) {
                    left.push(*why);
                    continue;
                }
                let kind = if labelled.insert(language) { 'L' } else { 'A' };
                let _ = writeln!(text, "{item}\t{kind}{language}\t\"{name}\"");
            }
        }
    }
    (text, left)
}

/// The columns of the Mismatch Finder.
pub const MISMATCH: [&str; 8] = [
    "item_id",
    "statement_guid",
    "property_id",
    "wikidata_value",
    "meta_wikidata_value",
    "external_value",
    "external_url",
    "type",
];

/// Returns the contradictions as rows of [`MISMATCH`].
///
/// A statement whose identifier is not known cannot be named there with its value, so value and identifier stay empty
/// together, as the format asks.
#[must_use]
pub fn mismatches(lines: &[Difference], address: &str) -> Vec<[String; 8]> {
    let short = |text: String| text.chars().take(1500).collect::<String>();
    lines
        .iter()
        .filter(|line| line.class == Class::Contradiction)
        .filter_map(|line| {
            let here: &OwnStatement = line.here.as_ref()?;
            let (property, there) = line.there.as_ref()?;
            let value = if there.guid.is_empty() {
                String::new()
            } else {
                short(shown(&there.value))
            };
            Some([
                line.item.clone(),
                there.guid.clone(),
                property.clone(),
                value,
                String::new(),
                short(here.value.shown()),
                address.to_owned(),
                "statement".to_owned(),
            ])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(value: OwnValue) -> Difference {
        Difference {
            label: "E".into(),
            item: "Q1".into(),
            property: "P361".into(),
            here: Some(OwnStatement {
                entity: "e".into(),
                property: "P361".into(),
                value,
                qualifiers: [("P580".to_owned(), OwnValue::Date("1922-02-01".into()))].into(),
                at: Vec::new(),
            }),
            there: None,
            class: Class::MissingThere,
            note: String::new(),
        }
    }

    fn linked(item: &str) -> OwnValue {
        OwnValue::Entity {
            iri: "x".into(),
            label: "X".into(),
            item: Some(item.into()),
        }
    }

    #[test]
    fn a_statement_has_its_qualifiers_and_its_reference() {
        let lines = [missing(linked("Q2")), missing(linked("Q2"))];
        let (given, left) = gifts(&lines, |_| Some(vec![("P143".into(), "Q328".into())]));
        assert!(left.is_empty());
        let text = quickstatements(&given);
        let expected = "Q1\tP361\tQ2\tP580\t+1922-02-01T00:00:00Z/11\tS143\tQ328\n";
        assert_eq!(text, format!("{expected}+{expected}"));
        assert_eq!(
            wikibase_json(&given, &[])["entities"]["Q1"]["claims"]["P361"][0]["qualifiers"]["P580"]
                [0]["datavalue"]["value"]["precision"],
            11
        );
        assert!(wikibase_rdf(&given).contains("prop/qualifier/value/P580"));
    }

    #[test]
    fn what_cannot_be_given_is_told() {
        let open = OwnValue::Entity {
            iri: "x".into(),
            label: "X".into(),
            item: None,
        };
        assert_eq!(
            gifts(&[missing(open)], |_| Some(vec![(
                "P143".into(),
                "Q328".into()
            )]))
            .1
            .len(),
            1
        );
        let (given, left) = gifts(&[missing(linked("Q2"))], |_| None);
        assert!(
            given.is_empty() && left[0].message.contains("reference"),
            "{left:?}"
        );
        assert!(time("1920~").is_none() && time("1920/1921").is_none());
    }

    #[test]
    fn of_several_foundings_none_is_given() {
        let founded = |year: &str, class| {
            let mut line = missing(OwnValue::Date(year.into()));
            line.property = "P571".into();
            line.class = class;
            line
        };
        let reference = |_: &[At]| Some(vec![("P143".to_owned(), "Q328".to_owned())]);
        for other in [Class::Same, Class::MissingThere] {
            let lines = [founded("1918", other), founded("1922", Class::MissingThere)];
            let (given, left) = gifts(&lines, reference);
            assert!(given.is_empty(), "{given:?}");
            assert!(left.iter().all(|why| why.message.contains("several")) && !left.is_empty());
        }
        let (given, left) = gifts(&[founded("1918", Class::MissingThere)], reference);
        assert_eq!((given.len(), left.len()), (1, 0));
    }

    #[test]
    fn a_season_becomes_a_year_with_bounds() {
        let (value, bounds) = time("1920-22").unwrap();
        assert_eq!(quick(&value), "+1920-00-00T00:00:00Z/9");
        assert_eq!(quick(&bounds[0].1), "+1920-06-01T00:00:00Z/11");
        assert_eq!(quick(&bounds[1].1), "+1920-08-31T00:00:00Z/11");
    }
}
