//! Items that Wikidata should have: what was decided to need a new one, with its names and statements.
//!
//! An item that is just being made has no number, so nothing else can name it: what connects new items with others is given
//! by the next export, when they are linked. Nor does a second import make them anew: as long as the decision stands, an
//! item that bears the name and may be the one keeps it from being made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::compare::{Class, Difference, SINGLE, compare_entity, property_number};
use super::entity::Entity;
use super::export::{Gift, LAST, Reference, SEVERAL, clean, gift, left_out, quickstatements};
use super::own::{At, Own, OwnEntity, OwnStatement, OwnValue};
use super::resolve::{CLASS, Classes};
use crate::diagnostic::{Diagnostic, codes};

/// An item to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewItem {
    /// The label of each language.
    pub labels: BTreeMap<String, String>,
    /// Further names, each after its language.
    pub aliases: BTreeSet<(String, String)>,
    /// Its statements.
    pub gifts: Vec<Gift>,
}

impl NewItem {
    /// Writes it in QuickStatements V1.
    #[must_use]
    pub fn quickstatements(&self) -> String {
        let mut text = "CREATE\n".to_owned();
        for (language, name) in &self.labels {
            let _ = writeln!(text, "{LAST}\tL{language}\t\"{name}\"");
        }
        for (language, name) in &self.aliases {
            let _ = writeln!(text, "{LAST}\tA{language}\t\"{name}\"");
        }
        text + &quickstatements(&self.gifts)
    }
}

/// What decides which items are made.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// The entities that were decided to need a new item, with the items that were refused for them.
    pub decided: &'a BTreeMap<String, BTreeSet<String>>,
    /// Wikidata's side; it holds every item that bears a name of one of those entities.
    pub theirs: &'a BTreeMap<String, Entity>,
    /// The subclasses there.
    pub classes: &'a Classes,
    /// The language of names that say none, if the project says it.
    pub language: Option<&'a str>,
}

/// Returns all names of the entities that were decided to need a new item, as they are and as they are given.
#[must_use]
pub fn names(own: &Own, decided: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    decided
        .keys()
        .filter_map(|iri| own.entities.get(iri))
        .flat_map(|entity| &entity.names)
        .flat_map(|(name, _)| [clean(name), name.clone()])
        .collect()
}

/// Makes the items that were decided to be new, and says what cannot be made or given, and why.
///
/// `reference` returns the reference for the places of a statement, if one of its sources has one.
pub fn new_items(
    own: &Own,
    wishes: &Wishes<'_>,
    reference: impl Fn(&[At]) -> Option<Reference>,
) -> (Vec<NewItem>, Vec<Diagnostic>) {
    let taken = own.items();
    let mut made = Vec::new();
    let mut left = Vec::new();
    for (iri, refused) in wishes.decided {
        let Some(entity) = own.entities.get(iri).filter(|one| one.items.is_empty()) else {
            continue;
        };
        let statements: Vec<&OwnStatement> = own
            .statements
            .iter()
            .filter(|one| one.entity == *iri)
            .collect();
        let not: BTreeSet<&String> = refused.union(&taken).collect();
        match new_item(entity, &statements, &not, wishes, &reference) {
            Ok((item, more)) => {
                made.push(item);
                left.extend(more);
            }
            Err(why) => left.push(*why),
        }
    }
    (made, left)
}

fn new_item(
    entity: &OwnEntity,
    statements: &[&OwnStatement],
    not: &BTreeSet<&String>,
    wishes: &Wishes<'_>,
    reference: &impl Fn(&[At]) -> Option<Reference>,
) -> Result<(NewItem, Vec<Diagnostic>), Box<Diagnostic>> {
    let none = |why: String, what: String| {
        let message = format!("{}: no item is made: {why}", entity.label);
        Box::new(Diagnostic::notice(codes::LINK_OPEN, message).hint(what))
    };
    let twin = wishes.theirs.values().find(|there| {
        !not.contains(&there.id)
            && bears_a_name(there, entity)
            && may_be(there, entity, statements, wishes.classes)
    });
    if let Some(twin) = twin {
        let id = &twin.id;
        return Err(none(
            format!("{id} bears its name and may be the one"),
            format!(
                "put wd:{id} in the place of sssom:NoTermFound in the decision, or add {id} to its comment if it is another"
            ),
        ));
    }
    let mut item = NewItem::default();
    for (name, language) in entity.titles_first() {
        let Some(language) = language.as_deref().or(wishes.language) else {
            continue;
        };
        let name = clean(name);
        match item.labels.get(language) {
            None => {
                item.labels.insert(language.to_owned(), name);
            }
            Some(label) if *label != name => {
                item.aliases.insert((language.to_owned(), name));
            }
            Some(_) => {}
        }
    }
    if item.labels.is_empty() {
        return Err(none(
            "none of its names says its language".to_owned(),
            "say the language in the mapping, or name it in `languages` under [wikidata] in factmill.toml".to_owned(),
        ));
    }
    let mut left = Vec::new();
    for here in statements {
        let of_property = statements
            .iter()
            .filter(|one| one.property == here.property);
        if SINGLE.contains(&here.property.as_str()) && of_property.count() > 1 {
            left.push(left_out(&entity.label, here, SEVERAL));
            continue;
        }
        match gift(LAST, here, reference) {
            // Statements with one value cannot be told apart before they are there.
            Ok(gift)
                if item
                    .gifts
                    .iter()
                    .any(|one| (&one.property, &one.value) == (&gift.property, &gift.value)) =>
            {
                let why = (
                    "the new item gets another statement with that value first",
                    "import, link the item and export again",
                );
                left.push(left_out(&entity.label, here, why));
            }
            Ok(gift) => item.gifts.push(gift),
            Err(why) => left.push(left_out(&entity.label, here, why)),
        }
    }
    if item.gifts.is_empty() {
        return Err(none(
            "no statement can be given with it".to_owned(),
            "the query `statements` should tell at least its class (P31), and its source needs a `reference` in factmill.toml".to_owned(),
        ));
    }
    item.gifts
        .sort_by_key(|gift| property_number(&gift.property));
    Ok((item, left))
}

fn bears_a_name(there: &Entity, entity: &OwnEntity) -> bool {
    entity.names.iter().any(|(name, language)| {
        // A label under "mul" stands for all languages.
        let in_language =
            |one: &str| one == "mul" || language.as_deref().is_none_or(|own| own == one);
        let labels = there
            .labels
            .iter()
            .filter(|(one, _)| in_language(one))
            .map(|(_, label)| label);
        let aliases = there
            .aliases
            .iter()
            .filter(|(one, _)| in_language(one))
            .flat_map(|(_, aliases)| aliases);
        labels
            .chain(aliases)
            .any(|one| one == name || *one == clean(name))
    })
}

/// Whether classes and dates allow that an item is the one.
fn may_be(
    there: &Entity,
    entity: &OwnEntity,
    statements: &[&OwnStatement],
    classes: &Classes,
) -> bool {
    let wanted: BTreeSet<String> = statements
        .iter()
        .filter(|one| one.property == CLASS)
        .filter_map(|one| match &one.value {
            OwnValue::Entity { item, .. } => item.clone(),
            _ => None,
        })
        .collect();
    let their: Vec<String> = there
        .statements(CLASS)
        .iter()
        .filter_map(|one| one.value.value.clone())
        .collect();
    if !classes.fits(&their, &wanted) {
        return false;
    }
    let mut lines: Vec<Difference> = Vec::new();
    let subject = (entity.label.as_str(), there.id.as_str());
    compare_entity(subject, statements, there, &BTreeSet::new(), &mut lines);
    lines.iter().all(|line| line.class != Class::Contradiction)
}
