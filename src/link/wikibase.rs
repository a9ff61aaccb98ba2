//! Statements in the JSON and the RDF of Wikibase.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::create::NewItem;
use super::export::{Gift, Part, quickstatements};
use super::own::one_line;
use super::project::item;

/// The base of Wikidata's RDF.
const BASE: &str = "http://www.wikidata.org/";
/// The proleptic Gregorian calendar.
const GREGORIAN: &str = "http://www.wikidata.org/entity/Q1985727";

fn data_value(part: &Part) -> Value {
    match part {
        Part::Item(item) => json!({
            "type": "wikibase-entityid",
            "value": { "entity-type": "item", "numeric-id": item.trim_start_matches('Q').parse::<u64>().unwrap_or(0), "id": item },
        }),
        Part::Time(time, precision) => json!({
            "type": "time",
            "value": { "time": time, "timezone": 0, "before": 0, "after": 0, "precision": precision, "calendarmodel": GREGORIAN },
        }),
        Part::Text(text, language) => {
            json!({ "type": "monolingualtext", "value": { "text": text, "language": language } })
        }
    }
}

fn snak(property: &str, value: &Value) -> Value {
    json!({ "snaktype": "value", "property": property, "datavalue": value })
}

fn reference_data(value: &str) -> Value {
    match item(value) {
        Some(item) => data_value(&Part::Item(item)),
        None => match value.split_once('/').filter(|_| value.starts_with('+')) {
            Some((time, precision)) => data_value(&Part::Time(
                time.to_owned(),
                precision.parse().unwrap_or(11),
            )),
            None => json!({ "type": "string", "value": one_line(value) }),
        },
    }
}

/// Returns statements as `claims` of Wikibase JSON: of the items there are under `entities`, of those to be made under `new`.
#[must_use]
pub fn wikibase_json(gifts: &[Gift], new: &[NewItem]) -> Value {
    let mut items: BTreeMap<&str, Vec<&Gift>> = BTreeMap::new();
    for gift in gifts {
        items.entry(&gift.item).or_default().push(gift);
    }
    let entities: BTreeMap<&str, Value> = items
        .into_iter()
        .map(|(item, gifts)| {
            let claims = claims(gifts);
            (
                item,
                json!({ "id": item, "type": "item", "claims": claims }),
            )
        })
        .collect();
    let mut all = json!({ "entities": entities });
    if !new.is_empty() {
        all["new"] = new.iter().map(new_json).collect();
    }
    all
}

fn new_json(new: &NewItem) -> Value {
    let text = |language: &str, name: &str| json!({ "language": language, "value": name });
    let labels: BTreeMap<&str, Value> = new
        .labels
        .iter()
        .map(|(language, name)| (language.as_str(), text(language, name)))
        .collect();
    let mut aliases: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (language, name) in &new.aliases {
        aliases
            .entry(language)
            .or_default()
            .push(text(language, name));
    }
    let claims = claims(&new.gifts);
    json!({ "type": "item", "labels": labels, "aliases": aliases, "claims": claims })
}

fn claims<'a>(gifts: impl IntoIterator<Item = &'a Gift>) -> BTreeMap<&'a str, Vec<Value>> {
    let mut claims: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for gift in gifts {
        let mut qualifiers: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (property, value) in &gift.qualifiers {
            qualifiers
                .entry(property)
                .or_default()
                .push(snak(property, &data_value(value)));
        }
        let mut snaks: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (property, value) in &gift.reference {
            snaks
                .entry(property)
                .or_default()
                .push(snak(property, &reference_data(value)));
        }
        let mut claim = json!({
            "type": "statement",
            "rank": "normal",
            "mainsnak": snak(&gift.property, &data_value(&gift.value)),
            "references": [{ "snaks": snaks }],
        });
        if !qualifiers.is_empty() {
            claim["qualifiers"] = json!(qualifiers);
        }
        claims.entry(&gift.property).or_default().push(claim);
    }
    claims
}

/// Returns statements in the RDF of Wikibase as N-Triples, with full time values.
#[must_use]
pub fn wikibase_rdf(gifts: &[Gift]) -> String {
    let mut text = String::new();
    let iri = |path: &str| format!("<{BASE}{path}>");
    for gift in gifts {
        let lines = quickstatements(std::slice::from_ref(gift));
        let node = iri(&format!(
            "entity/statement/{}-{:016x}",
            gift.item,
            hash(&lines)
        ));
        let _ = writeln!(
            text,
            "{} {} {node} .",
            iri(&format!("entity/{}", gift.item)),
            iri(&format!("prop/{}", gift.property))
        );
        let _ = writeln!(
            text,
            "{node} <http://wikiba.se/ontology#rank> <http://wikiba.se/ontology#NormalRank> ."
        );
        values(&node, "statement", &gift.property, &gift.value, &mut text);
        for (property, value) in &gift.qualifiers {
            values(&node, "qualifier", property, value, &mut text);
        }
        let words: String = gift
            .reference
            .iter()
            .map(|(property, value)| format!("{property}={value};"))
            .collect();
        let reference = iri(&format!("reference/{:016x}", hash(&words)));
        let _ = writeln!(
            text,
            "{node} <http://www.w3.org/ns/prov#wasDerivedFrom> {reference} ."
        );
        for (property, value) in &gift.reference {
            let object = match item(value) {
                Some(item) => iri(&format!("entity/{item}")),
                None => format!("\"{}\"", escape(&one_line(value))),
            };
            let _ = writeln!(
                text,
                "{reference} {} {object} .",
                iri(&format!("prop/reference/{property}"))
            );
        }
    }
    // References shared by statements are said once.
    let mut seen = BTreeSet::new();
    text.lines()
        .filter(|line| seen.insert((*line).to_owned()))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn values(node: &str, kind: &str, property: &str, part: &Part, text: &mut String) {
    let simple = format!("<{BASE}prop/{kind}/{property}>");
    match part {
        Part::Item(item) => {
            let _ = writeln!(text, "{node} {simple} <{BASE}entity/{item}> .");
        }
        Part::Text(words, language) => {
            let _ = writeln!(text, "{node} {simple} \"{}\"@{language} .", escape(words));
        }
        Part::Time(time, precision) => {
            // In RDF unknown months and days are written as the first.
            let day = time.trim_start_matches('+').replace("-00", "-01");
            let literal = format!("\"{day}\"^^<http://www.w3.org/2001/XMLSchema#dateTime>");
            let _ = writeln!(text, "{node} {simple} {literal} .");
            let value = format!(
                "<{BASE}value/{:016x}>",
                hash(&format!("{time}/{precision}"))
            );
            let _ = writeln!(
                text,
                "{node} <{BASE}prop/{kind}/value/{property}> {value} ."
            );
            let ontology = "http://wikiba.se/ontology#";
            let integer = "http://www.w3.org/2001/XMLSchema#integer";
            let _ = writeln!(
                text,
                "{value} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ontology}TimeValue> ."
            );
            let _ = writeln!(text, "{value} <{ontology}timeValue> {literal} .");
            let _ = writeln!(
                text,
                "{value} <{ontology}timePrecision> \"{precision}\"^^<{integer}> ."
            );
            let _ = writeln!(
                text,
                "{value} <{ontology}timeTimezone> \"0\"^^<{integer}> ."
            );
            let _ = writeln!(
                text,
                "{value} <{ontology}timeCalendarModel> <{GREGORIAN}> ."
            );
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
