//! A Wikibase that behaves like the one of Wikidata, over a handful of entities.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use super::server::{Act, Asked, Server};

/// Returns an entity with English names, more of them after `/`, and statements whose values are items.
pub(crate) fn entity(id: &str, names: &str, claims: &[(&str, &[&str])]) -> Value {
    let mut names = names.split('/');
    let label = json!({"language": "en", "value": names.next().unwrap()});
    let aliases: Vec<Value> = names
        .map(|name| json!({"language": "en", "value": name}))
        .collect();
    let statement = |property: &str, item: &&str| {
        json!({"type": "statement", "id": format!("{id}${property}{item}"), "rank": "normal",
            "mainsnak": {"snaktype": "value", "property": property, "datatype": "wikibase-item",
                "datavalue": {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": item}}}})
    };
    let claims: Map<String, Value> = claims
        .iter()
        .map(|(property, items)| {
            let all = items.iter().map(|item| statement(property, item));
            ((*property).to_owned(), all.collect())
        })
        .collect();
    json!({"type": "item", "id": id, "lastrevid": 1000 + id.len(), "labels": {"en": label}, "aliases": {"en": aliases},
        "claims": claims, "sitelinks": {}})
}

/// What the server holds, and how it misbehaves.
pub(crate) struct Wikibase {
    pub(crate) server: Server,
    troubles: Arc<Mutex<VecDeque<Act>>>,
}

impl Wikibase {
    pub(crate) fn start(entities: Vec<Value>, merged: &[(&str, &str)]) -> Self {
        let held: BTreeMap<String, Value> = entities
            .into_iter()
            .map(|entity| (entity["id"].as_str().unwrap().to_owned(), entity))
            .collect();
        let merged: BTreeMap<String, String> = merged
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
            .collect();
        let troubles: Arc<Mutex<VecDeque<Act>>> = Arc::default();
        let of_server = Arc::clone(&troubles);
        let server = Server::start(move |asked| {
            let trouble = of_server.lock().unwrap().pop_front();
            trouble.unwrap_or_else(|| answer(asked, &held, &merged))
        });
        Self { server, troubles }
    }

    /// Lets the next requests end so, one after the other.
    pub(crate) fn trouble(&self, acts: impl IntoIterator<Item = Act>) {
        self.troubles.lock().unwrap().extend(acts);
    }

    pub(crate) fn api(&self) -> String {
        self.server.url("/w/api.php")
    }

    /// Returns what was asked so far, each request as one should be, and forgets it.
    #[track_caller]
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let all = self.server.asked();
        for one in &all {
            assert_eq!(
                (one.method.as_str(), one.path.as_str()),
                ("GET", "/w/api.php")
            );
            assert_eq!(one.given["format"], "json");
            assert_eq!(one.given["maxlag"], "5");
            let agent = &one.headers["user-agent"];
            assert!(
                agent.starts_with("factmill/") && agent.contains("(tests@example.org)"),
                "{agent}"
            );
            assert!(
                one.given
                    .get("ids")
                    .is_none_or(|ids| ids.split('|').count() <= 50)
            );
        }
        assert!(self.server.at_once() <= 1, "never two at once");
        all
    }

    /// Returns the identifiers of the entities that were asked for with their names.
    pub(crate) fn fetched(asked: &[Asked]) -> Vec<String> {
        asked
            .iter()
            .filter(|one| {
                one.given
                    .get("props")
                    .is_some_and(|props| props.contains("labels"))
            })
            .flat_map(|one| {
                one.given["ids"]
                    .split('|')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

fn answer(asked: &Asked, held: &BTreeMap<String, Value>, merged: &BTreeMap<String, String>) -> Act {
    if !asked
        .headers
        .get("user-agent")
        .is_some_and(|agent| agent.contains('@'))
    {
        return Act::of(
            403,
            "text/plain",
            "Please set a user-agent with contact information.",
        );
    }
    let given = |name: &str| asked.given.get(name).map_or("", String::as_str);
    match given("action") {
        "wbgetentities" => entities(given("ids"), held, merged),
        "wbsearchentities" => search(asked, held),
        other => Act::json(&json!({"error": {"code": "badvalue",
            "info": format!("Unrecognized value for parameter \"action\": {other}.")}})),
    }
}

fn entities(ids: &str, held: &BTreeMap<String, Value>, merged: &BTreeMap<String, String>) -> Act {
    let ids: Vec<&str> = ids.split('|').collect();
    // Numbers beyond 2^31 - 1 are refused for all.
    if let Some(id) = ids
        .iter()
        .find(|id| id[1..].parse::<u64>().is_ok_and(|number| number >= 1 << 31))
    {
        return Act::json(
            &json!({"error": {"code": "no-such-entity", "info": format!("Could not find an entity with the ID \"{id}\"."), "id": id}}),
        );
    }
    let mut found = Map::new();
    for id in ids {
        let target = merged.get(id).map_or(id, String::as_str);
        let Some(entity) = held.get(target) else {
            found.insert(id.to_owned(), json!({"id": id, "missing": true}));
            continue;
        };
        let mut entity = entity.clone();
        if target != id {
            entity["redirects"] = json!({"from": id, "to": target});
        }
        found.insert(id.to_owned(), entity);
    }
    Act::json(&json!({"entities": found, "success": 1}))
}

fn search(asked: &Asked, held: &BTreeMap<String, Value>) -> Act {
    let language = &asked.given["language"];
    if !BTreeSet::from(["en", "ru", "fa", "tg", "uz"]).contains(language.as_str()) {
        return Act::json(&json!({"error": {"code": "badvalue",
            "info": format!("Unrecognized value for parameter \"language\": {language}.")}}));
    }
    let wanted = asked.given["search"].to_lowercase();
    let limit: usize = asked.given["limit"].parse().unwrap();
    let list: Vec<Value> = held
        .iter()
        .filter(|(_, entity)| {
            let label = &entity["labels"]["en"];
            let aliases = entity["aliases"]["en"].as_array().unwrap();
            aliases.iter().chain([label]).any(|term| {
                term["value"]
                    .as_str()
                    .unwrap()
                    .to_lowercase()
                    .starts_with(&wanted)
            })
        })
        .take(limit)
        .map(|(id, entity)| json!({"id": id, "label": entity["labels"]["en"]["value"]}))
        .collect();
    Act::json(&json!({"searchinfo": {"search": wanted}, "search": list, "success": 1}))
}
