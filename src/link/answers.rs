//! Answers of a reconciliation service: what was asked, what was offered, and what follows for names and entities.
//!
//! They stand in a folder, `answers.jsonl`: the first line says which service it was and how it was asked, then a question a
//! line with its offers. The score is the service's own, taken as parts of a hundred; nothing is linked by it alone, only
//! from a threshold on that somebody sets, and never when two offers share the first place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decisions::{Decisions, Verdict};
use super::files;
use super::index::Mention;
use super::links::Links;
use super::own::{Own, OwnStatement, OwnValue};
use super::project;
use super::resolve::{self, Case, Resolution};
use super::score::{Feature, Outcome, REPORTED, Scored};
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Name of the file in its folder.
pub const FILE: &str = "answers.jsonl";

/// How a service was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its address.
    pub service: String,
    /// What it calls itself.
    pub name: String,
    /// The version of the API.
    pub version: String,
    /// The type that was asked for.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it knows the properties and classes of Wikidata.
    pub wikidata: bool,
}

/// A name that a service is asked about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: Option<String>,
    /// Properties with values: texts, or objects with an `id`.
    pub properties: Vec<(String, Value)>,
}

impl Question {
    /// Returns the question as JSON, in the form of version 0.2.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut whole = json!({ "query": self.name });
        if let Some(kind) = &self.kind {
            whole["type"] = kind.as_str().into();
        }
        if !self.properties.is_empty() {
            let all = self.properties.iter();
            whole["properties"] = all.map(|(pid, v)| json!({"pid": pid, "v": v})).collect();
        }
        whole
    }
}

/// What a service offers for a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The score, by custom from 0 to 100.
    pub score: f64,
    /// Whether the service is sure.
    #[serde(rename = "match", default)]
    pub sure: bool,
    /// The identifiers of its types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// What the service says made the score.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<String, f64>,
}

/// The answers in a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// How the service was asked.
    pub head: Head,
    offers: BTreeMap<String, Vec<Offer>>,
}

#[derive(Deserialize)]
struct Line {
    question: Value,
    offers: Vec<Offer>,
}

/// Returns whether a folder holds answers of a service.
#[must_use]
pub fn are_in(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Returns the text of the file of answers.
#[must_use]
pub fn text(head: &Head, answered: &BTreeMap<String, (Value, Vec<Offer>)>) -> String {
    let mut text = format!("{}\n", json!(head));
    for (question, offers) in answered.values() {
        let line = json!({ "question": question, "offers": offers });
        text.push_str(&format!("{line}\n"));
    }
    text
}

impl Answers {
    /// Reads the answers in a folder.
    ///
    /// # Errors
    /// `FILE_MISSING`, `FILE_UNREADABLE`, `BROKEN_ROW`.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let mut all = Self::default();
        files::for_each_line(&path, |number, line| {
            let read = if number == 1 {
                serde_json::from_slice(line).map(|head| all.head = head)
            } else {
                serde_json::from_slice::<Line>(line).map(|line| {
                    all.offers.insert(line.question.to_string(), line.offers);
                })
            };
            read.map_err(|error| {
                let line = u32::try_from(number).unwrap_or(u32::MAX);
                Diagnostic::error(codes::BROKEN_ROW, format!("this is no answer: {error}"))
                    .at(Place::file(path.display().to_string()).at_line(line))
                    .hint("ask the service again with --online --service")
                    .into()
            })
        })?;
        Ok(all)
    }

    /// Returns the best offers for questions about one thing; an offer to several of them counts with its best score.
    fn outcome(
        &self,
        questions: &[Question],
        threshold: Option<f32>,
        own_id: &dyn Fn(&str) -> Option<String>,
    ) -> Outcome {
        let mut best: BTreeMap<String, (&str, &Offer)> = BTreeMap::new();
        for question in questions {
            let offers = self.offers.get(&question.json().to_string());
            for offer in offers.into_iter().flatten() {
                let Some(id) = own_id(&offer.id) else {
                    continue;
                };
                let known = best.entry(id).or_insert((&question.name, offer));
                if offer.score > known.1.score {
                    *known = (&question.name, offer);
                }
            }
        }
        let mut candidates: Vec<Scored> = best
            .into_iter()
            .map(|(item, (name, offer))| scored(item, name, offer))
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
        candidates.truncate(REPORTED);
        let linked = match (&candidates[..], threshold) {
            (_, None) | ([], _) => false,
            ([one], Some(least)) => one.score >= least,
            ([one, next, ..], Some(least)) => one.score >= least && next.score < one.score,
        };
        Outcome { candidates, linked }
    }
}

fn scored(item: String, asked: &str, offer: &Offer) -> Scored {
    let share = ((offer.score / 100.0) as f32).clamp(0.0, 1.0);
    let odds = share.clamp(1e-4, 1.0 - 1e-4);
    let mut there = offer.name.clone();
    if offer.sure {
        there.push_str("; match");
    }
    for (id, value) in &offer.features {
        there.push_str(&format!("; {id} {value}"));
    }
    Scored {
        item,
        label: offer.name.clone(),
        score: share,
        features: vec![Feature {
            id: "service",
            value: offer.score as f32,
            weight: (odds / (1.0 - odds)).ln(),
            here: asked.to_owned(),
            there,
        }],
    }
}

/// Returns the question about a row of a table.
#[must_use]
pub fn about_row(mention: &Mention, head: &Head) -> Vec<Question> {
    let name = mention.name.trim();
    let question = || Question {
        name: name.to_owned(),
        kind: head.kind.clone(),
        properties: Vec::new(),
    };
    (!name.is_empty()).then(question).into_iter().collect()
}

/// Links the rows of a table by the answers.
#[must_use]
pub fn link(mentions: &[Mention], answers: &Answers, threshold: Option<f32>) -> Vec<Outcome> {
    let as_is = |id: &str| Some(id.to_owned());
    mentions
        .iter()
        .map(|mention| answers.outcome(&about_row(mention, &answers.head), threshold, &as_is))
        .collect()
}

/// Returns the questions about each entity of a graph that has no decision.
#[must_use]
pub fn about_graph(
    own: &Own,
    decisions: &Decisions,
    head: &Head,
) -> BTreeMap<String, Vec<Question>> {
    let mut by_entity: BTreeMap<&str, Vec<&OwnStatement>> = BTreeMap::new();
    for one in &own.statements {
        by_entity.entry(&one.entity).or_default().push(one);
    }
    own.entities
        .iter()
        .filter(|(iri, entity)| resolve::is_open(iri, entity, decisions))
        .map(|(iri, entity)| {
            let statements = by_entity.get(iri.as_str()).map_or(&[][..], Vec::as_slice);
            let names: BTreeSet<&str> =
                entity.names.iter().map(|(name, _)| name.as_str()).collect();
            let questions = names.into_iter().map(|name| Question {
                name: name.to_owned(),
                kind: head.kind.clone().or_else(|| class(statements, head)),
                properties: properties(statements, head),
            });
            (iri.clone(), questions.collect())
        })
        .collect()
}

/// The class of an entity, if there is one and the service knows it.
fn class(statements: &[&OwnStatement], head: &Head) -> Option<String> {
    let mut classes = statements
        .iter()
        .filter(|one| head.wikidata && one.property == resolve::CLASS)
        .filter_map(|one| match &one.value {
            OwnValue::Entity { item, .. } => item.clone(),
            _ => None,
        });
    classes.next().filter(|_| classes.next().is_none())
}

/// Country and beginning, which tell namesakes apart.
fn properties(statements: &[&OwnStatement], head: &Head) -> Vec<(String, Value)> {
    let told = |one: &&&OwnStatement| {
        let property = one.property.as_str();
        head.wikidata
            && (resolve::STARTS.contains(&property) || resolve::COUNTRIES.contains(&property))
    };
    let value = |one: &&OwnStatement| match &one.value {
        OwnValue::Entity {
            item: Some(item), ..
        } => Some(json!({ "id": item })),
        OwnValue::Date(edtf) if edtf.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
            Some(json!(edtf))
        }
        _ => None,
    };
    statements
        .iter()
        .filter(told)
        .filter_map(|one| Some((one.property.clone(), value(one)?)))
        .collect()
}

/// Finds items for the entities of a graph that have no decision, by the answers; offers that are no items are passed over.
#[must_use]
pub fn resolve(
    own: &Own,
    answers: &Answers,
    decisions: &Decisions,
    threshold: Option<f32>,
) -> Resolution {
    let known = resolve::known(own);
    let mut cases: Vec<Case> = about_graph(own, decisions, &answers.head)
        .into_iter()
        .map(|(iri, questions)| {
            let refused: BTreeSet<String> = decisions
                .about(&iri)
                .into_iter()
                .filter(|(verdict, _)| *verdict == Verdict::Different)
                .filter_map(|(_, item)| item)
                .collect();
            let item = |id: &str| project::item(id).filter(|item| !refused.contains(item));
            let outcome = answers.outcome(&questions, threshold, &item);
            let lack = outcome.candidates.is_empty().then(|| {
                if refused.is_empty() {
                    "the service offered no item".to_owned()
                } else {
                    "the service offered no item that was not refused before".to_owned()
                }
            });
            Case {
                label: own.entities[&iri].label.clone(),
                known: known.get(iri.as_str()).cloned().unwrap_or_default(),
                outcome,
                taken_by: None,
                lack,
                iri,
            }
        })
        .collect();
    resolve::one_to_one(&mut cases, &Links::new(own, decisions));
    Resolution {
        cases,
        doubts: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(id: &str, score: f64) -> Offer {
        Offer {
            id: id.to_owned(),
            name: id.to_lowercase(),
            score,
            ..Offer::default()
        }
    }

    fn outcome(offers: &[(&str, Vec<Offer>)], threshold: Option<f32>) -> Outcome {
        let question = |name: &str| Question {
            name: name.to_owned(),
            ..Question::default()
        };
        let answers = Answers {
            head: Head::default(),
            offers: offers
                .iter()
                .map(|(name, offers)| (question(name).json().to_string(), offers.clone()))
                .collect(),
        };
        let questions: Vec<Question> = offers.iter().map(|(name, _)| question(name)).collect();
        answers.outcome(&questions, threshold, &|id| Some(id.to_owned()))
    }

    #[test]
    fn only_a_threshold_links_and_no_tie_does() {
        let one = [("a", vec![offer("Q1", 99.0), offer("Q2", 40.0)])];
        assert_eq!(outcome(&one, None).item(), None);
        assert_eq!(outcome(&one, Some(0.9)).item(), Some("Q1"));
        assert_eq!(outcome(&one, Some(0.995)).item(), None);
        let tie = [("a", vec![offer("Q2", 100.0), offer("Q1", 120.0)])];
        assert_eq!(outcome(&tie, Some(0.5)).item(), None);
        assert_eq!(outcome(&[("a", Vec::new())], Some(0.0)).item(), None);
    }

    #[test]
    fn names_of_one_entity_share_their_offers() {
        let two = [
            ("a", vec![offer("Q1", 30.0), offer("Q2", 50.0)]),
            ("b", vec![offer("Q1", 80.0)]),
        ];
        let found = outcome(&two, Some(0.7));
        assert_eq!(found.item(), Some("Q1"));
        assert_eq!(found.candidates.len(), 2);
        assert_eq!(found.candidates[0].features[0].here, "b");
    }
}
