//! The answer to one request.
//!
//! Both versions of the protocol are served. The newer one has paths of its own (`/match`, `/extend`, `/extend/propose`)
//! and is also known by the form of its queries; its manifest stands at `/1.0-draft`, below which all its paths work too.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::catalogue::Catalogue;
use super::describe::{
    BATCH, description, flyout, kind, kind_with_broader, kinds, manifest, page, values,
};
use super::form::parameters;
use super::matching::{self, Match, Query};
use super::message::{Kind, Version, check};
use crate::link::names::fold;

/// Longest body of a request, in bytes.
pub const BODY: usize = 1 << 20;
/// Most suggestions in one answer.
const SUGGESTIONS: usize = 20;
/// Most values that an extension may ask for: entities times properties.
const CELLS: usize = 100_000;

/// A request, free of the network.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// The content of the `Host` header.
    pub host: String,
    /// The content of the `Content-Type` header.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Reply {
    fn json(body: &Json) -> Self {
        Self {
            status: 200,
            content_type: "application/json; charset=utf-8",
            body: body.to_string(),
        }
    }

    fn html(body: String) -> Self {
        Self {
            status: 200,
            content_type: "text/html; charset=utf-8",
            body,
        }
    }

    /// Returns a refusal with what is wrong.
    #[must_use]
    pub fn refused(status: u16, message: &str) -> Self {
        Self {
            status,
            ..Self::json(&json!({"status": "error", "message": message}))
        }
    }
}

type Outcome = Result<Reply, Reply>;

/// Returns whether a `Host` header names this machine. Anything else may be a page of a stranger that had its name
/// resolved to here.
#[must_use]
pub fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

/// Answers a request.
#[must_use]
pub fn reply(catalogue: &Catalogue, request: &Request) -> Reply {
    if !is_local(&request.host) {
        return Reply::refused(403, "this service answers only to names of this machine");
    }
    match request.method.as_str() {
        "OPTIONS" => {
            return Reply {
                status: 204,
                content_type: "text/plain; charset=utf-8",
                body: String::new(),
            };
        }
        "GET" | "HEAD" | "POST" => {}
        _ => return Reply::refused(405, "only GET, HEAD, POST and OPTIONS are served"),
    }
    let mut given = parameters(&request.query);
    let mut body = None;
    if request.method == "POST" {
        match body_of(request) {
            Ok(Body::Form(form)) => given.extend(form),
            Ok(Body::Json(json)) => body = Some(json),
            Err(refusal) => return refusal,
        }
    }
    let callback = given.remove("callback");
    let answered = route(catalogue, request, &given, body.as_ref());
    let answer = answered.unwrap_or_else(|refusal| refusal);
    match callback {
        Some(name) if request.method != "POST" => jsonp(&name, answer),
        _ => answer,
    }
}

enum Body {
    Form(BTreeMap<String, String>),
    Json(Json),
}

fn body_of(request: &Request) -> Result<Body, Reply> {
    let text = std::str::from_utf8(&request.body)
        .map_err(|_| Reply::refused(400, "the body is not UTF-8"))?;
    let kind = request.content_type.split(';').next().unwrap_or("").trim();
    if kind.eq_ignore_ascii_case("application/json") {
        let json = serde_json::from_str(text)
            .map_err(|error| Reply::refused(400, &format!("the body is no JSON: {error}")))?;
        return Ok(Body::Json(json));
    }
    if kind.is_empty() || kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(Body::Form(parameters(text)));
    }
    Err(Reply::refused(
        415,
        "send application/x-www-form-urlencoded or application/json",
    ))
}

/// Wraps an answer for a script of another origin, as 0.2 has it. A name that is no plain one could carry a script.
fn jsonp(name: &str, answer: Reply) -> Reply {
    let plain = (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.'));
    if !plain {
        return Reply::refused(400, "the callback is no plain name of a function");
    }
    if !answer.content_type.starts_with("application/json") {
        return answer;
    }
    Reply {
        status: 200,
        content_type: "application/javascript; charset=utf-8",
        body: format!("/**/{name}({});", answer.body),
    }
}

fn route(
    catalogue: &Catalogue,
    request: &Request,
    given: &BTreeMap<String, String>,
    body: Option<&Json>,
) -> Outcome {
    let full = request.path.trim_end_matches('/');
    let (path, new) = match full.strip_prefix("/1.0-draft") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (rest, true),
        _ => match full.strip_prefix("/0.2") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => (rest, false),
            _ => (full, false),
        },
    };
    let version = if new { Version::V10 } else { Version::V02 };
    let own = format!("http://{}", request.host);
    match path {
        "" | "/reconcile" => {
            if let Some(body) = body {
                // Told by its form: only the newer version has a list of queries.
                return match body.get("queries") {
                    Some(Json::Array(_)) => match_10(catalogue, body),
                    Some(queries) if !new => match_02(catalogue, queries),
                    _ if new || body.get("queries").is_some() => match_10(catalogue, body),
                    _ if body.get("ids").is_some() => extend(catalogue, body, version),
                    _ => match_02(catalogue, body),
                };
            }
            if let Some(queries) = given.get("queries") {
                return match_02(catalogue, &parsed(queries, "queries")?);
            }
            if let Some(query) = given.get("query") {
                return single(catalogue, query);
            }
            if let Some(wanted) = given.get("extend") {
                return extend(catalogue, &parsed(wanted, "extend")?, version);
            }
            let base = if new { format!("{own}/1.0-draft") } else { own };
            Ok(Reply::json(&manifest(catalogue, version, &base)))
        }
        "/match" => match body {
            Some(body) => match_10(catalogue, body),
            None => Err(Reply::refused(400, "send the queries as application/json")),
        },
        "/extend" => match (body, given.get("extend")) {
            (Some(body), _) => extend(catalogue, body, Version::V10),
            (None, Some(text)) => extend(catalogue, &parsed(text, "extend")?, version),
            (None, None) => Err(Reply::refused(400, "send the query as application/json")),
        },
        "/extend/propose" | "/properties" => Ok(propose(catalogue, given)),
        "/suggest/entity" => suggest(catalogue, given, &entities),
        "/suggest/type" => suggest(catalogue, given, &types),
        "/suggest/property" => suggest(catalogue, given, &properties),
        "/flyout/entity" | "/flyout/type" | "/flyout/property" => {
            Ok(Reply::json(&flyout(catalogue, required(given, "id")?)))
        }
        "/preview" | "/view" => {
            let id = required(given, "id")?;
            let thing = catalogue
                .thing(id)
                .ok_or_else(|| Reply::refused(404, "there is no entity with this id"))?;
            let most = if path == "/view" { 1000 } else { 6 };
            Ok(Reply::html(page(catalogue, thing, most)))
        }
        _ => Err(Reply::refused(404, "there is nothing at this path")),
    }
}

fn parsed(text: &str, what: &str) -> Result<Json, Reply> {
    serde_json::from_str(text)
        .map_err(|error| Reply::refused(400, &format!("\"{what}\" is no JSON: {error}")))
}

fn required<'a>(given: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Reply> {
    given
        .get(name)
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Reply::refused(400, &format!("the parameter \"{name}\" is missing")))
}

fn checked(kind: Kind, version: Version, message: &Json) -> Result<(), Reply> {
    check(kind, version, message).map_err(|wrong| Reply::refused(400, &wrong))
}

fn small_enough(count: usize) -> Result<(), Reply> {
    if count > BATCH {
        return Err(Reply::refused(
            413,
            &format!("a batch holds at most {BATCH} queries, this one {count}"),
        ));
    }
    Ok(())
}

fn match_02(catalogue: &Catalogue, queries: &Json) -> Outcome {
    checked(Kind::QueryBatch, Version::V02, queries)?;
    let queries = queries.as_object().cloned().unwrap_or_default();
    small_enough(queries.len())?;
    let answers: Map<String, Json> = queries
        .iter()
        .map(|(key, query)| {
            let found = matching::candidates(catalogue, &Query::of_02(query));
            (key.clone(), result_02(catalogue, &found))
        })
        .collect();
    Ok(Reply::json(&Json::Object(answers)))
}

/// One query on its own, a JSON object or the bare name, as older clients send it.
fn single(catalogue: &Catalogue, text: &str) -> Outcome {
    let query = match serde_json::from_str::<Json>(text) {
        Ok(query @ Json::Object(_)) => query,
        _ => json!({"query": text}),
    };
    checked(Kind::QueryBatch, Version::V02, &json!({"q": &query}))?;
    let found = matching::candidates(catalogue, &Query::of_02(&query));
    Ok(Reply::json(&result_02(catalogue, &found)))
}

fn result_02(catalogue: &Catalogue, found: &[Match<'_>]) -> Json {
    let all: Vec<Json> = found
        .iter()
        .map(|one| candidate(catalogue, one, Version::V02))
        .collect();
    json!({"result": all})
}

fn match_10(catalogue: &Catalogue, body: &Json) -> Outcome {
    checked(Kind::QueryBatch, Version::V10, body)?;
    let queries = body["queries"].as_array().map_or(&[][..], Vec::as_slice);
    small_enough(queries.len())?;
    let answers: Vec<Json> = queries
        .iter()
        .map(|query| {
            let found = matching::candidates(catalogue, &Query::of_10(query));
            let all: Vec<Json> = found
                .iter()
                .map(|one| candidate(catalogue, one, Version::V10))
                .collect();
            json!({"candidates": all})
        })
        .collect();
    Ok(Reply::json(&json!({"results": answers})))
}

fn candidate(catalogue: &Catalogue, one: &Match<'_>, version: Version) -> Json {
    let features: Vec<Json> = one
        .features
        .iter()
        .map(|(id, name, value)| match version {
            Version::V02 => json!({"id": id, "value": value}),
            Version::V10 => json!({"id": id, "name": name, "value": value}),
        })
        .collect();
    json!({
        "id": one.thing.id,
        "name": one.thing.name(),
        "description": description(catalogue, one.thing),
        "score": one.score,
        "match": one.sure,
        "type": kinds(catalogue, one.thing),
        "features": features,
    })
}

fn extend(catalogue: &Catalogue, wanted: &Json, version: Version) -> Outcome {
    checked(Kind::ExtensionQuery, version, wanted)?;
    let ids: Vec<&str> = wanted["ids"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let columns: Vec<(&str, usize)> = wanted["properties"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| {
            let limit = &one["settings"]["limit"];
            let limit = limit
                .as_u64()
                .or_else(|| limit.as_str().and_then(|text| text.parse().ok()))
                .and_then(|limit| usize::try_from(limit).ok())
                .filter(|limit| *limit > 0)
                .unwrap_or(usize::MAX);
            Some((one["id"].as_str()?, limit))
        })
        .collect();
    if ids.len().saturating_mul(columns.len()) > CELLS {
        return Err(Reply::refused(
            413,
            &format!("an extension holds at most {CELLS} cells"),
        ));
    }
    let cell = |id: &str, (property, limit): (&str, usize)| {
        let mut found = values(catalogue, catalogue.thing(id), catalogue.property(property));
        found.truncate(limit);
        found
    };
    let meta: Vec<Json> = columns
        .iter()
        .map(|(id, _)| json!({"id": id, "name": catalogue.name(catalogue.property(id))}))
        .collect();
    let rows = match version {
        Version::V02 => Json::Object(
            ids.iter()
                .map(|id| {
                    let row: Map<String, Json> = columns
                        .iter()
                        .map(|column| (column.0.to_owned(), Json::Array(cell(id, *column))))
                        .collect();
                    ((*id).to_owned(), Json::Object(row))
                })
                .collect(),
        ),
        Version::V10 => Json::Array(
            ids.iter()
                .map(|id| {
                    let row: Vec<Json> = columns
                        .iter()
                        .map(|column| json!({"id": column.0, "values": cell(id, *column)}))
                        .collect();
                    json!({"id": id, "properties": row})
                })
                .collect(),
        ),
    };
    Ok(Reply::json(&json!({"meta": meta, "rows": rows})))
}

fn propose(catalogue: &Catalogue, given: &BTreeMap<String, String>) -> Reply {
    let of = given
        .get("type")
        .map(String::as_str)
        .filter(|text| !text.is_empty());
    let limit = given
        .get("limit")
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_usize)
        .clamp(1, 1000);
    let all: Vec<Json> = catalogue
        .properties_of(of)
        .iter()
        .take(limit)
        .map(|(id, _)| kind(catalogue, id))
        .collect();
    let mut answer = json!({"properties": all, "limit": limit});
    if let Some(of) = of {
        answer["type"] = of.into();
    }
    Reply::json(&answer)
}

type Suggest = dyn Fn(&Catalogue, &str, usize) -> Vec<Json>;

fn suggest(catalogue: &Catalogue, given: &BTreeMap<String, String>, find: &Suggest) -> Outcome {
    let prefix: String = required(given, "prefix")?.chars().take(400).collect();
    let from = given
        .get("cursor")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or_default()
        .min(10_000);
    let found = find(catalogue, &prefix, from + SUGGESTIONS);
    let page: Vec<Json> = found.into_iter().skip(from).take(SUGGESTIONS).collect();
    Ok(Reply::json(&json!({"result": page})))
}

fn entities(catalogue: &Catalogue, prefix: &str, most: usize) -> Vec<Json> {
    let mut found = catalogue.starting_with(prefix, most);
    if found.len() < most {
        let query = Query {
            names: vec![prefix.to_owned()],
            ..Query::default()
        };
        for one in matching::candidates(catalogue, &query) {
            if !found.iter().any(|thing| thing.id == one.thing.id) {
                found.push(one.thing);
            }
        }
    }
    found
        .iter()
        .map(|thing| {
            json!({
                "id": thing.id,
                "name": thing.name(),
                "description": description(catalogue, thing),
                "notable": kinds(catalogue, thing),
            })
        })
        .collect()
}

/// The ids whose name holds a text; those that begin with it first, then the more frequent.
fn holding<'a>(
    catalogue: &Catalogue,
    all: &'a BTreeMap<String, usize>,
    text: &str,
    most: usize,
) -> Vec<&'a str> {
    let folded = fold(text);
    let mut found: Vec<(bool, usize, &str)> = all
        .iter()
        .filter_map(|(id, count)| {
            let name = fold(catalogue.name(id));
            (name.contains(&folded) || id == text).then(|| {
                let begins = name.starts_with(&folded) || id == text;
                (!begins, usize::MAX - count, id.as_str())
            })
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(most).map(|(.., id)| id).collect()
}

fn types(catalogue: &Catalogue, prefix: &str, most: usize) -> Vec<Json> {
    holding(catalogue, catalogue.types(), prefix, most)
        .into_iter()
        .map(|id| kind_with_broader(catalogue, id))
        .collect()
}

fn properties(catalogue: &Catalogue, prefix: &str, most: usize) -> Vec<Json> {
    holding(catalogue, catalogue.properties(), prefix, most)
        .into_iter()
        .map(|id| kind(catalogue, id))
        .collect()
}
