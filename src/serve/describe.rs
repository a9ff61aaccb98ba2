//! What the service says of itself and of its entities: manifests, previews, flyouts, values of properties.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::catalogue::{Catalogue, Thing, Value};
use super::form::html;
use super::message::Version;

/// Most queries in one request.
pub(super) const BATCH: usize = 100;
/// Types that the manifest proposes.
const DEFAULT_TYPES: usize = 20;

/// The manifest; `own` is the address of the service as its caller wrote it.
pub(super) fn manifest(catalogue: &Catalogue, version: Version, own: &str) -> Json {
    let mut types: Vec<(&String, &usize)> = catalogue.types().iter().collect();
    types.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let types: Vec<Json> = types
        .iter()
        .take(DEFAULT_TYPES)
        .map(|(id, _)| kind(catalogue, id))
        .collect();
    let wikidata = catalogue.space == crate::link::project::WIKIDATA;
    match version {
        Version::V02 => {
            let suggest = |what: &str| {
                json!({
                    "service_url": own,
                    "service_path": format!("/suggest/{what}"),
                    "flyout_service_url": own,
                    "flyout_service_path": format!("/flyout/{what}?id=${{id}}"),
                })
            };
            let view = if wikidata {
                "https://www.wikidata.org/wiki/{{id}}".to_owned()
            } else {
                format!("{own}/view?id={{{{id}}}}")
            };
            json!({
                "versions": ["0.2"],
                "name": catalogue.title,
                "identifierSpace": catalogue.space,
                "schemaSpace": catalogue.schema,
                "defaultTypes": types,
                "view": {"url": view},
                "preview": {"url": format!("{own}/preview?id={{{{id}}}}"), "width": 400, "height": 200},
                "suggest": {
                    "entity": suggest("entity"),
                    "property": suggest("property"),
                    "type": suggest("type"),
                },
                "extend": {
                    "propose_properties": {"service_url": own, "service_path": "/properties"},
                    "property_settings": [limit_setting("name", "label", "help_text")],
                },
                "batchSize": BATCH,
            })
        }
        Version::V10 => {
            let view = if wikidata {
                "https://www.wikidata.org/wiki/{id}".to_owned()
            } else {
                format!("{own}/view?id={{id}}")
            };
            json!({
                "versions": ["1.0-draft"],
                "name": catalogue.title,
                "defaultTypes": types,
                "view": {"url": view},
                "preview": {"width": 400, "height": 200},
                "suggest": {"entity": true, "property": true, "type": true},
                "extend": {
                    "proposeProperties": true,
                    "propertySettings": [limit_setting("id", "name", "helpText")],
                },
                "batchSize": BATCH,
                "standardizedScore": true,
            })
        }
    }
}

fn limit_setting(id: &str, label: &str, help: &str) -> Json {
    json!({
        id: "limit", label: "Limit", "type": "number", "default": 0,
        help: "Most values of an entity; 0 for all of them",
    })
}

/// A type with its name.
pub(super) fn kind(catalogue: &Catalogue, id: &str) -> Json {
    json!({"id": id, "name": catalogue.name(id)})
}

/// A type with its name and the types above it.
pub(super) fn kind_with_broader(catalogue: &Catalogue, id: &str) -> Json {
    let above: Vec<Json> = catalogue
        .broader(id)
        .map(|one| kind(catalogue, one))
        .collect();
    let mut found = kind(catalogue, id);
    if !above.is_empty() {
        found["broader"] = Json::Array(above);
    }
    found
}

/// The types of an entity with their names.
pub(super) fn kinds(catalogue: &Catalogue, thing: &Thing) -> Vec<Json> {
    thing.types.iter().map(|id| kind(catalogue, id)).collect()
}

/// A few words on an entity: its types and other names.
pub(super) fn description(catalogue: &Catalogue, thing: &Thing) -> String {
    let types: Vec<&str> = thing.types.iter().map(|id| catalogue.name(id)).collect();
    let others: Vec<&str> = thing
        .names
        .iter()
        .skip(1)
        .take(3)
        .map(String::as_str)
        .collect();
    [types.join(", "), others.join(", ")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The values of a property as the protocol writes them.
pub(super) fn values(catalogue: &Catalogue, thing: Option<&Thing>, property: &str) -> Vec<Json> {
    let Some(thing) = thing else {
        return Vec::new();
    };
    let values = thing.values.get(property).map_or(&[][..], Vec::as_slice);
    values
        .iter()
        .map(|value| match value {
            Value::Entity(id) => json!({"id": id, "name": catalogue.name(id)}),
            Value::Text(text, _) => json!({"str": text}),
            Value::Integer(number) => json!({"int": number}),
            Value::Number(number) => json!({"float": number}),
            Value::Day(day) => json!({"date": format!("{day}T00:00:00Z")}),
        })
        .collect()
}

fn shown(catalogue: &Catalogue, value: &Value) -> String {
    match value {
        Value::Entity(id) => catalogue.name(id).to_owned(),
        Value::Text(text, _) | Value::Day(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
    }
}

/// The short text on an entity that is shown when the mouse rests on it.
pub(super) fn flyout(catalogue: &Catalogue, id: &str) -> Json {
    let text = catalogue.thing(id).map_or_else(
        || catalogue.name(id).to_owned(),
        |thing| format!("{}: {}", thing.name(), description(catalogue, thing)),
    );
    json!({"id": id, "html": format!("<p>{}</p>", html(&text))})
}

/// A page on an entity; nothing of it is taken as markup.
pub(super) fn page(catalogue: &Catalogue, thing: &Thing, most: usize) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{0}</title></head>\n<body>\n<h1 style=\"font-size:1.1em\">{0}</h1>\n<p>{1}<br><code>{2}</code></p>\n<table>\n",
        html(thing.name()),
        html(&description(catalogue, thing)),
        html(&thing.id),
    );
    for (property, values) in thing.values.iter().take(most) {
        let all: Vec<String> = values
            .iter()
            .take(most)
            .map(|value| shown(catalogue, value))
            .collect();
        // Writing to a String never fails.
        let _ = writeln!(
            page,
            "<tr><th align=\"left\">{}</th><td>{}</td></tr>",
            html(catalogue.name(property)),
            html(&all.join(" · "))
        );
    }
    page.push_str("</table>\n</body></html>\n");
    page
}
