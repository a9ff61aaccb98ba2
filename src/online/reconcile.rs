//! The client side of the Reconciliation Service API, 0.2 and 1.0-draft: a manifest says which, questions go in lots.
//!
//! What comes back is read leniently, because services differ in what they leave out; what cannot be missing is demanded. Answers
//! stand in `answers.part` until all questions are answered.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::http::{Answer, Request, Sent};
use super::journal::{Journal, replace, unwritten};
use super::polite::{Client, Reading, Talk, failed};
use crate::diagnostic::{Diagnostics, Result, codes};
use crate::link::answers::{self, Head, Offer, Question};
use crate::link::project::WIKIDATA;

/// Questions in one request when the service does not say.
const LOT: usize = 10;
/// Questions in one request whatever the service says.
const LARGEST_LOT: usize = 100;
/// Offers that are asked for.
const OFFERS: usize = 5;
const JOURNAL: &str = "answers.part";

/// A service, as its manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// How it is asked.
    pub head: Head,
    address: String,
    draft: bool,
    lot: usize,
}

/// What came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Questions that were answered.
    pub questions: usize,
    /// Those of them that an interrupted run had asked already.
    pub kept: usize,
    /// Offers.
    pub offers: usize,
}

impl Service {
    /// Reads the manifest of the service at an address.
    ///
    /// # Errors
    /// What the client gives up on; `BAD_ANSWER` when there is no manifest, or none of a version that is spoken here.
    pub fn open(client: &Client, url: &str, kind: Option<&str>) -> Result<Self> {
        let request = Request {
            url: url.to_owned(),
            query: Vec::new(),
            body: Sent::Nothing,
            accept: "application/json",
        };
        let (manifest, address) = client.ask(&request, |answer| match json_of(answer) {
            Ok(Value::Object(manifest)) if answer.status == 200 => {
                Reading::Done((manifest, answer.url.clone()))
            }
            _ if answer.status == 200 => Reading::Again("there is no manifest".to_owned(), None),
            _ => Reading::Never(no_service(url, &format!("status {}", answer.status))),
        })?;
        let listed: Vec<&str> = match manifest.get("versions").and_then(Value::as_array) {
            Some(list) => list.iter().filter_map(Value::as_str).collect(),
            // Services older than the list of versions speak what became 0.2.
            None => vec!["0.1"],
        };
        let settled = listed.iter().any(|one| matches!(*one, "0.1" | "0.2"));
        let draft = listed.iter().any(|one| one.starts_with("1.0"));
        if !settled && !draft {
            return Err(no_service(
                url,
                &format!(
                    "it speaks version {}, not 0.2 or 1.0-draft",
                    listed.join(", ")
                ),
            ));
        }
        let text = |key: &str| {
            manifest
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let lot = manifest.get("batchSize").and_then(Value::as_u64);
        let lot = lot.and_then(|lot| usize::try_from(lot).ok()).unwrap_or(LOT);
        Ok(Self {
            head: Head {
                service: url.to_owned(),
                name: text("name").to_owned(),
                version: if settled { "0.2" } else { "1.0-draft" }.to_owned(),
                kind: kind.map(str::to_owned),
                wikidata: text("identifierSpace") == WIKIDATA,
            },
            address,
            draft: !settled,
            lot: lot.clamp(1, LARGEST_LOT),
        })
    }

    /// Asks all questions and writes the answers into a folder.
    ///
    /// # Errors
    /// What the client gives up on, with all that was answered kept for the next run; `WRITE_FAILED`.
    pub fn fill(&self, client: &Client, questions: &[Question], folder: &Path) -> Result<Summary> {
        fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
        let asked = format!("{} {}", self.head.service, self.head.version);
        let (mut journal, facts) =
            Journal::open::<(Value, Vec<Offer>)>(&folder.join(JOURNAL), &asked)?;
        let mut known: BTreeMap<String, (Value, Vec<Offer>)> = facts
            .into_iter()
            .map(|(question, offers)| (question.to_string(), (question, offers)))
            .collect();
        let wanted: BTreeMap<String, &Question> = questions
            .iter()
            .map(|question| (question.json().to_string(), question))
            .collect();
        known.retain(|key, _| wanted.contains_key(key));
        let kept = known.len();
        let open: Vec<&Question> = wanted
            .iter()
            .filter(|(key, _)| !known.contains_key(*key))
            .map(|(_, question)| *question)
            .collect();
        let (mut at, mut size) = (0, self.lot);
        while at < open.len() {
            client.tell(Talk::Progress(&format!(
                "{at} of {} questions answered",
                open.len()
            )));
            let lot = &open[at..(at + size).min(open.len())];
            let Some(offers) = self.ask(client, lot)? else {
                // More than it takes, whatever its manifest says.
                size = lot.len() / 2;
                continue;
            };
            let facts: Vec<(Value, Vec<Offer>)> = lot
                .iter()
                .map(|question| question.json())
                .zip(offers)
                .collect();
            journal.add(&facts)?;
            at += lot.len();
            known.extend(facts.into_iter().map(|fact| (fact.0.to_string(), fact)));
        }
        let text = answers::text(&self.head, &known);
        replace(&folder.join(answers::FILE), text.as_bytes())?;
        journal.close();
        Ok(Summary {
            questions: known.len(),
            kept,
            offers: known.values().map(|(_, offers)| offers.len()).sum(),
        })
    }

    /// Asks a lot; nothing when it is too large.
    fn ask(&self, client: &Client, lot: &[&Question]) -> Result<Option<Vec<Vec<Offer>>>> {
        let request = if self.draft {
            let queries: Vec<Value> = lot.iter().map(|one| draft_query(one)).collect();
            Request {
                url: format!("{}/match", self.address.trim_end_matches('/')),
                query: Vec::new(),
                body: Sent::Json(json!({ "queries": queries }).to_string()),
                accept: "application/json",
            }
        } else {
            let queries: Map<String, Value> = lot
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    let mut query = one.json();
                    query["limit"] = OFFERS.into();
                    (format!("q{at}"), query)
                })
                .collect();
            let queries = Value::Object(queries).to_string();
            Request {
                url: self.address.clone(),
                query: Vec::new(),
                body: Sent::Form(vec![("queries".to_owned(), queries)]),
                accept: "application/json",
            }
        };
        client.ask(&request, |answer| {
            if answer.status == 413 && lot.len() > 1 {
                return Reading::Done(None);
            }
            let whole = match json_of(answer) {
                Ok(whole) if answer.status == 200 => whole,
                Err(why) if answer.status == 200 => return Reading::Again(why, None),
                told => {
                    let told = told.ok();
                    let told = told.as_ref().and_then(|told| told.get("message"));
                    let why = match told.and_then(Value::as_str) {
                        Some(told) => format!("status {}: {told}", answer.status),
                        None => format!("status {}", answer.status),
                    };
                    return Reading::Never(no_service(&request.url, &why));
                }
            };
            let all = (0..lot.len()).map(|at| {
                let one = if self.draft {
                    whole.pointer(&format!("/results/{at}/candidates"))
                } else {
                    whole.pointer(&format!("/q{at}/result"))
                };
                let list = one.and_then(Value::as_array);
                let list =
                    list.ok_or_else(|| format!("the answer to question {} is missing", at + 1))?;
                list.iter()
                    .map(offer)
                    .collect::<std::result::Result<Vec<_>, _>>()
            });
            match all.collect() {
                Ok(all) => Reading::Done(Some(all)),
                Err(why) => Reading::Again(why, None),
            }
        })
    }
}

fn no_service(url: &str, why: &str) -> Diagnostics {
    failed(codes::BAD_ANSWER, url, why)
        .hint("give the address of a service of the Reconciliation Service API")
        .into()
}

fn json_of(answer: &Answer) -> std::result::Result<Value, String> {
    serde_json::from_slice(&answer.body).map_err(|error| format!("the answer is no JSON: {error}"))
}

/// A question as 1.0-draft has it.
fn draft_query(question: &Question) -> Value {
    let mut conditions = vec![json!({"matchType": "name", "propertyValue": question.name})];
    conditions.extend(question.properties.iter().map(
        |(id, value)| json!({"matchType": "property", "propertyId": id, "propertyValue": value}),
    ));
    let mut query = json!({ "limit": OFFERS, "conditions": conditions });
    if let Some(kind) = &question.kind {
        query["type"] = kind.as_str().into();
    }
    query
}

fn offer(one: &Value) -> std::result::Result<Offer, String> {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let number = |value: Option<&Value>| match value {
        Some(Value::Bool(yes)) => Some(f64::from(u8::from(*yes))),
        Some(Value::String(text)) => text.parse().ok().filter(|score: &f64| score.is_finite()),
        other => other.and_then(Value::as_f64),
    };
    let id = text(one.get("id")).ok_or("a candidate has no id")?;
    let sure = one.get("match") == Some(&Value::Bool(true));
    let list = |key: &str| {
        let list = one.get(key).and_then(Value::as_array);
        list.map_or(&[][..], Vec::as_slice)
    };
    Ok(Offer {
        name: text(one.get("name")).unwrap_or_else(|| id.clone()),
        // Where scores are left out, the service says only of what it is sure.
        score: number(one.get("score")).unwrap_or(if sure { 100.0 } else { 0.0 }),
        sure,
        types: list("type")
            .iter()
            .filter_map(|kind| text(Some(kind)).or_else(|| text(kind.get("id"))))
            .collect(),
        features: list("features")
            .iter()
            .filter_map(|feature| {
                let name = text(feature.get("id")).or_else(|| text(feature.get("name")))?;
                Some((name, number(feature.get("value"))?))
            })
            .collect(),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_of_all_kinds_are_read() {
        let full = json!({"id": "Q1", "name": "One", "score": "81.5", "match": true, "type": ["a", {"id": "b", "name": "B"}, 3],
            "features": [{"id": "f", "value": 2}, {"name": "g", "value": true}, {"value": 1}, {"id": "h", "value": "x"}]});
        let read = offer(&full).unwrap();
        assert_eq!((read.score, read.sure), (81.5, true));
        assert_eq!(read.types, ["a", "b", "3"]);
        let features: Vec<_> = read.features.into_iter().collect();
        assert_eq!(features, [("f".to_owned(), 2.0), ("g".to_owned(), 1.0)]);
        let bare = offer(&json!({"id": 7})).unwrap();
        assert_eq!(
            (bare.id.as_str(), bare.name.as_str(), bare.score),
            ("7", "7", 0.0)
        );
        assert_eq!(
            offer(&json!({"id": "x", "match": true})).unwrap().score,
            100.0
        );
        assert!(offer(&json!({"name": "x"})).is_err());
        assert!(offer(&json!("x")).is_err());
    }
}
