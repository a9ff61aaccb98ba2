//! Items that Wikidata should have: what was decided to need a new one, with its names and statements.
//!
//! An item that is just being made has no number, so nothing else can name it: what connects new items with others is given
//! by the next export, when they are linked. Nor does a second import make them anew: as long as the decision stands, an
//! item that bears the name and may be the one keeps it from being made, and so does another that is made just before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::compare::{Class, Difference, SINGLE, compare_entity, property_number};
use super::entity::Entity;
use super::export::{Gift, LAST, Reference, SEVERAL, check_name, gift, left_out, quickstatements};
use super::names::fold;
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

    /// Its names, folded, each after its language.
    fn names(&self) -> BTreeSet<(String, String)> {
        self.labels
            .iter()
            .chain(self.aliases.iter().map(|(language, name)| (language, name)))
            .map(|(language, name)| (language.clone(), fold(name)))
            .collect()
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

/// Returns all names of the entities that were decided to need a new item, folded.
#[must_use]
pub fn names(own: &Own, decided: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    decided
        .keys()
        .filter_map(|iri| own.entities.get(iri))
        .flat_map(|entity| &entity.names)
        .map(|(name, _)| fold(name))
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
    let bearers = bearers(wishes.theirs, &names(own, wishes.decided));
    let mut named: BTreeSet<(String, String)> = BTreeSet::new();
    let mut made = Vec::new();
    let mut left = Vec::new();
    for (iri, refused) in wishes.decided {
        let Some(entity) = own.entities.get(iri) else {
            left.push(none(
                iri,
                "the graph has no entity of that IRI",
                "build anew, or correct the decision",
            ));
            continue;
        };
        if !entity.items.is_empty() {
            continue;
        }
        let statements: Vec<&OwnStatement> = own
            .statements
            .iter()
            .filter(|one| one.entity == *iri)
            .collect();
        let twins: Vec<&str> = bearers
            .of(entity)
            .into_iter()
            .filter(|id| !refused.contains(*id))
            .filter(|id| may_be(&wishes.theirs[*id], entity, &statements, wishes.classes))
            .collect();
        if let Some(first) = twins.first() {
            let why = format!("an item of that name may be the one: {}", twins.join(", "));
            let what = format!(
                "in the decision put wd:{first} in the place of sssom:NoTermFound; if it is none of them, name them in the comment"
            );
            left.push(none(&entity.label, &why, &what));
            continue;
        }
        match new_item(entity, &statements, wishes.language, &reference) {
            // Two entities that were taken for two may be one.
            Ok((item, _)) if !named.is_disjoint(&item.names()) => left.push(none(
                &entity.label,
                "another new item bears the name and may be the one",
                "import, make a new extract, export again, and say whether it is that one",
            )),
            Ok((item, more)) => {
                named.extend(item.names());
                made.push(item);
                left.extend(more);
            }
            Err(why) => left.extend(why),
        }
    }
    (made, left)
}

/// Says why no item is made.
fn none(label: &str, why: &str, what: &str) -> Diagnostic {
    let message = format!("{label}: no item is made: {why}");
    Diagnostic::notice(codes::LINK_OPEN, message).hint(what)
}

fn new_item(
    entity: &OwnEntity,
    statements: &[&OwnStatement],
    language: Option<&str>,
    reference: &impl Fn(&[At]) -> Option<Reference>,
) -> Result<(NewItem, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut left = Vec::new();
    let mut item = NewItem::default();
    for (name, said) in entity.titles_first() {
        let Some(language) = said.as_deref().or(language) else {
            continue;
        };
        if let Err(why) = check_name(entity, name) {
            left.push(*why);
            continue;
        }
        match item.labels.get(language) {
            None => {
                item.labels.insert(language.to_owned(), name.clone());
            }
            Some(label) if label != name => {
                item.aliases.insert((language.to_owned(), name.clone()));
            }
            Some(_) => {}
        }
    }
    if item.labels.is_empty() {
        let (why, what) = if left.is_empty() {
            (
                "none of its names says its language",
                "say the language in the mapping, or name it in `languages` under [wikidata] in factmill.toml",
            )
        } else {
            ("none of its names can be given", "give it one that can")
        };
        left.push(none(&entity.label, why, what));
        return Err(left);
    }
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
        left.push(none(
            &entity.label,
            "no statement can be given with it",
            "the query `statements` should tell at least its class (P31), and its source needs a `reference` in factmill.toml",
        ));
        return Err(left);
    }
    item.gifts
        .sort_by_key(|gift| property_number(&gift.property));
    Ok((item, left))
}

/// The items there by their folded names, each after the language of the name.
struct Bearers<'a>(BTreeMap<String, BTreeSet<(&'a str, &'a str)>>);

fn bearers<'a>(theirs: &'a BTreeMap<String, Entity>, names: &BTreeSet<String>) -> Bearers<'a> {
    let mut found: BTreeMap<String, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for there in theirs.values() {
        let labels = there.labels.iter();
        let aliases = there
            .aliases
            .iter()
            .flat_map(|(language, names)| names.iter().map(move |name| (language, name)));
        for (language, name) in labels.chain(aliases) {
            let name = fold(name);
            if names.contains(&name) {
                found.entry(name).or_default().insert((language, &there.id));
            }
        }
    }
    Bearers(found)
}

impl<'a> Bearers<'a> {
    /// Returns the items that bear a name of an entity in its language. One under "mul" stands for all languages.
    fn of(&self, entity: &OwnEntity) -> BTreeSet<&'a str> {
        let mut all = BTreeSet::new();
        for (name, said) in &entity.names {
            let bearers = self.0.get(&fold(name)).into_iter().flatten();
            let in_language = bearers.filter(|(language, _)| {
                *language == "mul" || said.as_deref().is_none_or(|said| said == *language)
            });
            all.extend(in_language.map(|(_, id)| *id));
        }
        all
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(names: &[(&str, Option<&str>)]) -> OwnEntity {
        let names: BTreeSet<(String, Option<String>)> = names
            .iter()
            .map(|(name, language)| ((*name).to_owned(), language.map(str::to_owned)))
            .collect();
        OwnEntity {
            label: "E".to_owned(),
            labels: names.clone(),
            names,
            ..OwnEntity::default()
        }
    }

    fn make(entities: &[OwnEntity]) -> (Vec<NewItem>, Vec<String>) {
        let mut own = Own::default();
        let mut decided = BTreeMap::new();
        for (number, entity) in entities.iter().enumerate() {
            let iri = format!("https://e/{number}");
            own.statements.push(OwnStatement {
                entity: iri.clone(),
                property: CLASS.to_owned(),
                value: OwnValue::Entity {
                    iri: "class".to_owned(),
                    label: "class".to_owned(),
                    item: Some("Q5".to_owned()),
                },
                qualifiers: BTreeMap::new(),
                at: Vec::new(),
            });
            own.entities.insert(iri.clone(), entity.clone());
            decided.insert(iri, BTreeSet::new());
        }
        let wishes = Wishes {
            decided: &decided,
            theirs: &BTreeMap::new(),
            classes: &Classes::default(),
            language: Some("en"),
        };
        let reference = |_: &[At]| Some(vec![("P143".to_owned(), "Q328".to_owned())]);
        let (made, left) = new_items(&own, &wishes, reference);
        (made, left.into_iter().map(|one| one.message).collect())
    }

    #[test]
    fn the_label_is_the_name_that_says_its_language() {
        let (made, left) = make(&[entity(&[
            ("A", None),
            ("B", Some("en")),
            ("C", Some("en")),
            ("D", Some("ru")),
        ])]);
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(
            made[0].quickstatements(),
            "CREATE\nLAST\tLen\t\"B\"\nLAST\tLru\t\"D\"\nLAST\tAen\t\"A\"\nLAST\tAen\t\"C\"\nLAST\tP31\tQ5\tS143\tQ328\n"
        );
    }

    #[test]
    fn two_entities_of_one_name_do_not_become_two_items_at_once() {
        let (made, left) = make(&[
            entity(&[("Ivan Petrov", None), ("Иван Петров", Some("ru"))]),
            entity(&[("IVAN PETROV", Some("en"))]),
            entity(&[("Ivan Petrov", Some("de"))]),
        ]);
        assert_eq!(made.len(), 2);
        assert_eq!(
            left,
            ["E: no item is made: another new item bears the name and may be the one"]
        );
    }

    #[test]
    fn names_that_cannot_be_written_are_told() {
        let long = "x".repeat(251);
        let (made, left) = make(&[entity(&[("a|b", None), ("c \"d\"", None), (&long, None)])]);
        assert_eq!(made[0].labels["en"], "c \"d\"");
        assert!(made[0].aliases.is_empty());
        assert_eq!(left.len(), 2, "{left:?}");
        let (made, left) = make(&[entity(&[(&long, None)])]);
        assert!(made.is_empty());
        assert!(left[0].contains("250 characters at most"), "{left:?}");
        assert!(
            left[1].contains("none of its names can be given"),
            "{left:?}"
        );
    }
}
