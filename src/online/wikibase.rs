//! The messages of Wikibase's API, `action=wbsearchentities` and `action=wbgetentities`: parameters, answers, errors.
//!
//! Errors come with the status 200 and an object `error`; what is worth another try is told apart from what is not.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::http::Answer;
use super::polite::{Reading, failed};
use crate::diagnostic::codes;

/// Most identifiers in one request.
pub const LOT: usize = 50;
/// Seconds of replication lag from which on the API is to refuse: those who edit go first.
const MAX_LAG: &str = "5";

/// What one request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// Items that bear a name, or one that begins so, as label or alias in a language.
    Named {
        /// The name.
        name: &'a str,
        /// The code of the language.
        language: &'a str,
        /// How many at most.
        limit: usize,
    },
    /// Entities with their statements.
    Entities {
        /// Their identifiers.
        ids: &'a [String],
        /// Whether names and pages are wanted too.
        whole: bool,
    },
}

impl Question<'_> {
    /// Returns the parameters of the request.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut all = match self {
            Self::Named {
                name,
                language,
                limit,
            } => vec![
                ("action", "wbsearchentities".to_owned()),
                ("search", (*name).to_owned()),
                ("language", (*language).to_owned()),
                ("type", "item".to_owned()),
                ("limit", limit.to_string()),
            ],
            Self::Entities { ids, whole } => {
                let props = if *whole {
                    "info|labels|aliases|claims|sitelinks"
                } else {
                    "info|claims"
                };
                vec![
                    ("action", "wbgetentities".to_owned()),
                    ("ids", ids.join("|")),
                    ("props", props.to_owned()),
                    ("redirects", "yes".to_owned()),
                ]
            }
        };
        all.extend([
            ("format", "json".to_owned()),
            ("formatversion", "2".to_owned()),
            ("maxlag", MAX_LAG.to_owned()),
        ]);
        all.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// What was asked for.
    Given(Map<String, Value>),
    /// No entity can have this identifier; the others of the request were not looked at.
    NoSuchEntity(String),
    /// The language is not known there.
    NoSuchLanguage,
}

/// Reads an answer.
#[must_use]
pub fn read(answer: &Answer) -> Reading<Reply> {
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(&answer.body) else {
        let why = if answer.kind.starts_with("text/html") {
            format!("a page (status {}) instead of JSON", answer.status)
        } else {
            format!("the answer (status {}) is no JSON object", answer.status)
        };
        // An error page that comes in place of an answer passes; one that says whose fault it is does not.
        return if (400..500).contains(&answer.status) {
            Reading::Never(
                failed(codes::BAD_ANSWER, &answer.url, &why)
                    .hint("the API of Wikidata is https://www.wikidata.org/w/api.php")
                    .into(),
            )
        } else {
            Reading::Again(why, None)
        };
    };
    let Some(error) = object.get("error") else {
        return Reading::Done(Reply::Given(object));
    };
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let (code, told) = (text("code"), text("info"));
    let why = format!("{code}: {told}");
    match code {
        "maxlag" => {
            let lag = error.get("lag").and_then(Value::as_f64);
            let lag = lag.filter(|lag| (0.0..86_400.0).contains(lag));
            Reading::Again(why, lag.map(|lag| Duration::from_secs_f64(lag.ceil())))
        }
        "ratelimited" | "readonly" => Reading::Again(why, None),
        _ if code.starts_with("internal_api_error") => Reading::Again(why, None),
        "no-such-entity" if !text("id").is_empty() => {
            Reading::Done(Reply::NoSuchEntity(text("id").to_owned()))
        }
        "badvalue" | "unknown_language" if told.contains("language") => {
            Reading::Done(Reply::NoSuchLanguage)
        }
        _ => Reading::Never(
            failed(codes::BAD_ANSWER, &answer.url, &why)
                .hint("the API refuses this request; check that the address is that of a Wikibase")
                .into(),
        ),
    }
}

/// Returns the identifiers that a search found, best first.
///
/// # Errors
/// What is wrong with the answer.
pub fn found(answer: &Map<String, Value>) -> Result<Vec<String>, String> {
    let list = answer
        .get("search")
        .and_then(Value::as_array)
        .ok_or("the answer has no list \"search\"")?;
    list.iter()
        .map(|one| {
            let id = one.get("id").and_then(Value::as_str);
            id.map(str::to_owned)
                .ok_or_else(|| "a result of the search has no id".to_owned())
        })
        .collect()
}

/// What there is under an identifier.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// An entity; its own identifier differs from the one asked for when that was merged into it.
    Entity(Box<Value>),
    /// Nothing: it never was, or was deleted.
    Nothing,
}

/// Returns what there is under each identifier that was asked for.
///
/// # Errors
/// What is wrong with the answer; an identifier that it says nothing about is an error.
pub fn held(
    answer: &Map<String, Value>,
    asked: &[String],
) -> Result<BTreeMap<String, Held>, String> {
    let entities = answer
        .get("entities")
        .and_then(Value::as_object)
        .ok_or("the answer has no \"entities\"")?;
    let mut by_id: BTreeMap<&str, &Value> = BTreeMap::new();
    for (key, entity) in entities {
        by_id.insert(key, entity);
        // Which of the two identifiers is the key differs between versions.
        let from = entity.pointer("/redirects/from").and_then(Value::as_str);
        by_id.extend(from.map(|from| (from, entity)));
    }
    asked
        .iter()
        .map(|id| {
            let entity = by_id
                .get(id.as_str())
                .ok_or_else(|| format!("the answer says nothing about {id}"))?;
            let missing = entity.get("missing").is_some_and(|told| *told != false);
            let held = match entity.get("id").and_then(Value::as_str) {
                _ if missing => Held::Nothing,
                Some(_) => Held::Entity(Box::new((*entity).clone())),
                None => return Err(format!("what the answer says about {id} has no id")),
            };
            Ok((id.clone(), held))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, kind: &str, body: &str) -> Answer {
        Answer {
            status,
            kind: kind.to_owned(),
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        }
    }

    fn reading(status: u16, kind: &str, body: &str) -> String {
        match read(&answer(status, kind, body)) {
            Reading::Done(reply) => format!("done {reply:?}"),
            Reading::Again(why, wait) => format!("again {why} {wait:?}"),
            Reading::Never(why) => format!("never {why}"),
        }
    }

    #[test]
    fn errors_that_pass_are_told_from_those_that_stay() {
        let error = |code: &str, info: &str| {
            json!({"error": {"code": code, "info": info, "lag": 5.2, "id": "Q0"}}).to_string()
        };
        let json = "application/json";
        assert_eq!(
            reading(
                200,
                json,
                &error("maxlag", "Waiting for a host: 5.2 seconds lagged.")
            ),
            "again maxlag: Waiting for a host: 5.2 seconds lagged. Some(6s)"
        );
        for code in ["ratelimited", "readonly", "internal_api_error_DBQueryError"] {
            assert!(
                reading(200, json, &error(code, "x")).starts_with("again"),
                "{code}"
            );
        }
        assert!(reading(200, json, &error("no-such-entity", "x")).contains("NoSuchEntity(\"Q0\")"));
        let language = "Unrecognized value for parameter \"language\": xx.";
        assert!(reading(200, json, &error("badvalue", language)).contains("NoSuchLanguage"));
        assert!(
            reading(
                200,
                json,
                &error("badvalue", "Unrecognized value for parameter \"props\"")
            )
            .starts_with("never")
        );
        for body in ["", "{", "[]", "null", "<html>Error</html>"] {
            assert!(
                reading(200, "text/html", body).starts_with("again"),
                "{body}"
            );
            assert!(
                reading(404, "text/html", body).starts_with("never"),
                "{body}"
            );
        }
    }

    #[test]
    fn every_identifier_is_answered_for() {
        let asked: Vec<String> = ["Q1", "Q2", "Q3"].map(str::to_owned).to_vec();
        let of = |entities: Value| {
            let object = json!({ "entities": entities });
            held(object.as_object().unwrap(), &asked)
        };
        let (one, gone) = (json!({"id": "Q1"}), json!({"id": "Q3", "missing": true}));
        let merged = json!({"id": "Q9", "redirects": {"from": "Q2", "to": "Q9"}});
        for key in ["Q2", "Q9"] {
            let all = of(json!({"Q1": &one, key: &merged, "Q3": &gone})).unwrap();
            assert_eq!(all["Q2"], Held::Entity(Box::new(merged.clone())));
            assert_eq!(all["Q3"], Held::Nothing);
        }
        let old =
            of(json!({"Q1": &one, "Q2": &merged, "Q3": {"id": "Q3", "missing": ""}})).unwrap();
        assert_eq!(old["Q3"], Held::Nothing);
        assert_eq!(
            of(json!({"Q1": &one, "Q2": &merged})).unwrap_err(),
            "the answer says nothing about Q3"
        );
        assert!(of(json!([])).is_err());
        assert!(of(json!({"Q1": {}, "Q2": {}, "Q3": {}})).is_err());
    }
}
