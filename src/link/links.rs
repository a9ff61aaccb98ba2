//! Which entities are linked to which items: by the graph, and by decisions that are not built yet.
//!
//! A link says that an entity *is* its item, so two entities with one item are one thing that the graph has twice, or one of
//! the links is wrong. Either way it is said.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::Decisions;
use super::own::Own;
use crate::diagnostic::{Diagnostic, Place, codes};

/// The entities of each item that is linked.
#[derive(Clone, Debug)]
pub struct Links<'a> {
    own: &'a Own,
    by_item: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Links<'a> {
    /// Gathers the links of the graph and those decided for entities of it.
    #[must_use]
    pub fn new(own: &'a Own, decisions: &Decisions) -> Self {
        let mut by_item = own.links.clone();
        for (iri, item, _) in decisions.links() {
            if own.entities.contains_key(&iri) {
                by_item.entry(item).or_default().insert(iri);
            }
        }
        Self { own, by_item }
    }

    /// Returns an entity other than `iri` that is linked to an item: the first by its IRI.
    #[must_use]
    pub fn other(&self, item: &str, iri: &str) -> Option<&str> {
        let mut linked = self.by_item.get(item)?.iter().map(String::as_str);
        linked.find(|one| *one != iri)
    }

    /// Returns an entity as people read it: its name, and its IRI, which tells namesakes apart.
    #[must_use]
    pub fn shown(&self, iri: &str) -> String {
        match self.own.entities.get(iri) {
            Some(entity) => format!("{} <{iri}>", entity.label),
            None => format!("<{iri}>"),
        }
    }

    /// Says which items are linked to several entities; `place` returns where a link stands, if that is known.
    #[must_use]
    pub fn shared(&self, place: impl Fn(&str, &str) -> Option<Place>) -> Vec<Diagnostic> {
        let several = self.by_item.iter().filter(|(_, iris)| iris.len() > 1);
        several
            .map(|(item, iris)| {
                let names: Vec<String> = iris.iter().map(|iri| self.shown(iri)).collect();
                let mut places = iris.iter().filter_map(|iri| place(iri, item));
                let mut finding = Diagnostic::warning(
                    codes::LINK_DOUBT,
                    format!(
                        "{item} is linked to {} entities: {}",
                        names.len(),
                        names.join(" and ")
                    ),
                );
                finding.place = places.next();
                for other in places {
                    finding = finding.and_at("and here", other);
                }
                finding.hint("take the wrong link out; if the entities are one, name them alike in the sources, or link the others by skos:closeMatch")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::own::OwnEntity;
    use super::*;

    #[test]
    fn an_item_of_two_entities_is_told_with_both() {
        let named = |label: &str| OwnEntity {
            label: label.to_owned(),
            ..OwnEntity::default()
        };
        let own = Own {
            entities: [
                ("https://e/a".to_owned(), named("A")),
                ("https://e/b".to_owned(), named("B")),
            ]
            .into(),
            links: [
                (
                    "Q1".to_owned(),
                    ["https://e/b".to_owned(), "https://e/x".to_owned()].into(),
                ),
                ("Q2".to_owned(), ["https://e/a".to_owned()].into()),
            ]
            .into(),
            ..Own::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sssom.tsv");
        let rows = "subject_id\tpredicate_id\tobject_id\nhttps://e/a\tskos:exactMatch\twd:Q1\nhttps://e/gone\tskos:exactMatch\twd:Q2\n";
        std::fs::write(&path, rows).unwrap();
        let links = Links::new(&own, &Decisions::read(&path).unwrap());
        assert_eq!(links.other("Q1", "https://e/a"), Some("https://e/b"));
        assert_eq!(links.other("Q2", "https://e/a"), None);
        let place = |iri: &str, _: &str| {
            (iri != "https://e/a").then(|| Place::file(iri.trim_start_matches("https://e/")))
        };
        let told = links.shared(place);
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].message,
            "Q1 is linked to 3 entities: A <https://e/a> and B <https://e/b> and <https://e/x>"
        );
        assert_eq!(told[0].place, Some(Place::file("b")));
        assert_eq!(told[0].related, [("and here".to_owned(), Place::file("x"))]);
    }
}
