//! Logical sources.

use super::{Emitter, literal};
use crate::diagnostic::Place;
use crate::mapping::legacy::{EXTENSIONS, OLD_QL, R2RML};
use crate::mapping::syntax::{NodeId, Object};
use crate::mapping::vocabulary::{CSVW, RML, nearest};
use crate::mapping::yarrrml::model::{Entry, Text, Use};
use crate::mapping::yarrrml::yaml::Yaml;

const D2RQ: &str = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#";
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const TD: &str = "https://www.w3.org/2019/wot/td#";
const HCTL: &str = "https://www.w3.org/2019/wot/hypermedia#";
const WOTSEC: &str = "https://www.w3.org/2019/wot/security#";
const IDSA: &str = "https://w3id.org/idsa/core/";

const KEYS: &[&str] = &[
    "access",
    "accept",
    "authentication",
    "contentType",
    "credentials",
    "delimiter",
    "encoding",
    "headers",
    "iterator",
    "methodName",
    "operationType",
    "query",
    "queryFormulation",
    "referenceFormulation",
    "rel",
    "security",
    "table",
    "type",
];

/// Name in YARRRML, IRI of the formulation.
const FORMULATIONS: &[(&str, &str, &str)] = &[
    ("csv", RML, "CSV"),
    ("jsonpath", RML, "JSONPath"),
    ("xpath", RML, "XPath"),
    ("xquery", OLD_QL, "XQuery"),
    ("css3", OLD_QL, "CSS3"),
];

const DIALECTS: &[(&str, &str)] = &[
    ("sql2008", "SQL2008"),
    ("oracle", "Oracle"),
    ("mysql", "MySQL"),
    ("mssql", "MSSQLServer"),
    ("mssqlserver", "MSSQLServer"),
    ("sqlserver", "MSSQLServer"),
    ("hsql", "HSQLDB"),
    ("postgresql", "PostgreSQL"),
    ("db2", "DB2"),
    ("informix", "Informix"),
    ("ingres", "Ingres"),
    ("progress", "Progress"),
    ("sybasease", "SybaseASE"),
    ("sybasesqlanywhere", "SybaseSQLAnywhere"),
    ("virtuoso", "Virtuoso"),
    ("firebird", "Firebird"),
];

const DRIVERS: &[(&str, &str)] = &[
    ("mysql", "com.mysql.cj.jdbc.Driver"),
    ("oracle", "oracle.jdbc.driver.OracleDriver"),
    ("postgresql", "org.postgresql.Driver"),
    ("sqlserver", "com.microsoft.sqlserver.jdbc.SQLServerDriver"),
    ("mssql", "com.microsoft.sqlserver.jdbc.SQLServerDriver"),
];

impl Emitter<'_> {
    /// Returns the logical source of a use, and where it is used.
    pub(super) fn source_use(&mut self, source: &Use) -> Option<(NodeId, Place)> {
        match source {
            Use::Inline(entry) => Some((self.source(entry), entry.place.clone())),
            Use::Named(name) => {
                if let Some(node) = self.sources.get(&name.text) {
                    return Some((*node, name.place.clone()));
                }
                let found = self
                    .reader
                    .rules
                    .sources
                    .iter()
                    .find(|(known, _)| known.text == name.text);
                let Some((_, entry)) = found.cloned() else {
                    let names: Vec<String> = self
                        .reader
                        .rules
                        .sources
                        .iter()
                        .map(|(name, _)| name.text.clone())
                        .collect();
                    self.missing("source", name, &names);
                    return None;
                };
                let node = self.source(&entry);
                self.sources.insert(name.text.clone(), node);
                Some((node, name.place.clone()))
            }
        }
    }

    fn source(&mut self, entry: &Entry) -> NodeId {
        let place = &entry.place;
        let node = self.blank(place);
        self.class(node, "LogicalSource", place);
        self.keys(entry, "a source", KEYS);
        let kind = entry.text("type");
        match kind.as_ref().map(|kind| kind.text.as_str()) {
            Some("wot") => self.thing(node, entry),
            Some("sparql") => self.endpoint(node, entry),
            Some(request @ ("directhttprequest" | "linkedhttprequest")) => {
                let request = self.request(entry, request == "directhttprequest");
                self.rml(node, "source", Object::Node(request), place);
                self.iterator(node, entry);
                self.formulation(node, entry);
            }
            Some("localfile" | "file" | "csvw") => self.file(node, entry),
            None if entry.get("access").is_some()
                || (entry.get("table").is_none() && entry.get("query").is_none()) =>
            {
                self.file(node, entry);
            }
            _ => self.database(node, entry, kind.as_ref()),
        }
        node
    }

    /// Reports keys of a source or target that have no meaning.
    pub(super) fn keys(&mut self, entry: &Entry, what: &str, known: &[&str]) {
        for (key, value) in &entry.fields {
            if !known.contains(&key.as_str()) {
                let hint = match nearest(key, known.iter().copied()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("{what} takes {}", known.join(", ")),
                };
                self.reader.error(
                    &value.place,
                    format!("the key {key} has no meaning in {what}"),
                    hint,
                );
            }
        }
    }

    /// Returns the text of a key that must be there.
    pub(super) fn needed(&mut self, entry: &Entry, key: &str, what: &str) -> Option<Text> {
        let found = entry.text(key);
        if found.is_none() {
            self.reader.error(
                &entry.place,
                format!("{what} has no {key}"),
                format!("add {key}:"),
            );
        }
        found
    }

    fn file(&mut self, node: NodeId, entry: &Entry) {
        let Some(access) = self.needed(entry, "access", "the source") else {
            return;
        };
        let delimiter = entry
            .text("delimiter")
            .filter(|delimiter| delimiter.text != ",");
        let is_csv = entry
            .text("referenceFormulation")
            .is_some_and(|form| form.text == "csv");
        let encoding = entry.text("encoding");
        if (delimiter.is_some() && is_csv) || encoding.is_some() {
            let table = self.blank(&access.place);
            self.rml(node, "source", Object::Node(table), &access.place);
            self.typed(table, &format!("{CSVW}Table"), &access.place);
            self.add(
                table,
                &format!("{CSVW}url"),
                literal(&access.text),
                &access.place,
            );
            let dialect = self.blank(&access.place);
            self.add(
                table,
                &format!("{CSVW}dialect"),
                Object::Node(dialect),
                &access.place,
            );
            self.typed(dialect, &format!("{CSVW}Dialect"), &access.place);
            self.text_at(dialect, &format!("{CSVW}delimiter"), delimiter.as_ref());
            self.text_at(dialect, &format!("{CSVW}encoding"), encoding.as_ref());
        } else {
            self.rml(node, "source", literal(&access.text), &access.place);
        }
        self.iterator(node, entry);
        self.formulation(node, entry);
    }

    fn iterator(&mut self, node: NodeId, entry: &Entry) {
        self.text_at(
            node,
            &format!("{RML}iterator"),
            entry.text("iterator").as_ref(),
        );
    }

    fn formulation(&mut self, node: NodeId, entry: &Entry) {
        let Some(name) = self.needed(entry, "referenceFormulation", "the source") else {
            return;
        };
        let Some((_, namespace, local)) = FORMULATIONS
            .iter()
            .find(|(known, _, _)| *known == name.text)
        else {
            let names: Vec<String> = FORMULATIONS
                .iter()
                .map(|(name, _, _)| (*name).to_owned())
                .collect();
            self.missing("reference formulation", &name, &names);
            return;
        };
        let formulation = self.iri(&format!("{namespace}{local}"), &name.place);
        self.rml(node, "referenceFormulation", formulation, &name.place);
    }

    fn database(&mut self, node: NodeId, entry: &Entry, kind: Option<&Text>) {
        let place = &entry.place;
        if let Some(kind) = kind {
            let database = self.blank(place);
            self.rml(node, "source", Object::Node(database), place);
            self.typed(database, &format!("{D2RQ}Database"), place);
            let access = self.needed(entry, "access", "the database");
            self.text_at(database, &format!("{D2RQ}jdbcDSN"), access.as_ref());
            match DRIVERS.iter().find(|(name, _)| *name == kind.text) {
                Some((_, driver)) => self.add(
                    database,
                    &format!("{D2RQ}jdbcDriver"),
                    literal(driver),
                    &kind.place,
                ),
                None => {
                    let names: Vec<String> =
                        DRIVERS.iter().map(|(name, _)| (*name).to_owned()).collect();
                    self.missing("type of source", kind, &names);
                }
            }
            for key in ["username", "password"] {
                let value = entry
                    .get("credentials")
                    .and_then(|credentials| credentials.get(key));
                if let Some(text) = value.and_then(Yaml::text) {
                    let text = Text {
                        text: text.to_owned(),
                        place: value.map_or(place, |yaml| &yaml.place).clone(),
                    };
                    self.text_at(database, &format!("{D2RQ}{key}"), Some(&text));
                }
            }
        }
        let (text, formulation) = match (entry.text("table"), entry.text("query")) {
            (Some(table), _) => (table, "SQL2008Table"),
            (None, Some(query)) => {
                let words: Vec<&str> = query.text.split_whitespace().collect();
                (
                    Text {
                        text: words.join(" "),
                        place: query.place,
                    },
                    "SQL2008Query",
                )
            }
            (None, None) => {
                self.reader.error(
                    place,
                    "the database is not asked for anything",
                    "add table: or query:",
                );
                return;
            }
        };
        self.rml(node, "iterator", literal(&text.text), &text.place);
        let formulation = self.iri(&format!("{RML}{formulation}"), &text.place);
        self.rml(node, "referenceFormulation", formulation, &text.place);
        if let Some(dialect) = entry.text("queryFormulation") {
            match DIALECTS.iter().find(|(name, _)| *name == dialect.text) {
                Some((_, local)) => {
                    let version = self.iri(&format!("{R2RML}{local}"), &dialect.place);
                    self.add(node, &format!("{R2RML}sqlVersion"), version, &dialect.place);
                }
                None => {
                    let names: Vec<String> = DIALECTS
                        .iter()
                        .map(|(name, _)| (*name).to_owned())
                        .collect();
                    self.missing("query formulation", &dialect, &names);
                }
            }
        }
    }

    fn endpoint(&mut self, node: NodeId, entry: &Entry) {
        let place = &entry.place;
        let service = self.blank(place);
        self.rml(node, "source", Object::Node(service), place);
        self.typed(service, &format!("{SD}Service"), place);
        if let Some(access) = self.needed(entry, "access", "the endpoint") {
            let iri = self.iri_or_text(&access.text, &access.place);
            self.add(service, &format!("{SD}endpoint"), iri, &access.place);
        }
        let language = self.iri(&format!("{SD}SPARQL11Query"), place);
        self.add(service, &format!("{SD}supportedLanguage"), language, place);
        self.text_at(node, &format!("{RML}query"), entry.text("query").as_ref());
        self.iterator(node, entry);
        if entry.get("referenceFormulation").is_some() {
            self.formulation(node, entry);
        }
    }

    /// A source of the Web of Things.
    fn thing(&mut self, node: NodeId, entry: &Entry) {
        let place = &entry.place;
        let affordance = self.blank(place);
        self.rml(node, "source", Object::Node(affordance), place);
        let thing = self.blank(place);
        self.typed(thing, &format!("{TD}Thing"), place);
        self.add(
            thing,
            &format!("{TD}hasPropertyAffordance"),
            Object::Node(affordance),
            place,
        );
        self.typed(affordance, &format!("{TD}PropertyAffordance"), place);
        let form = self.blank(place);
        self.add(
            affordance,
            &format!("{TD}hasForm"),
            Object::Node(form),
            place,
        );
        self.typed(form, &format!("{TD}Form"), place);
        let access = self.needed(entry, "access", "the source");
        self.text_at(form, &format!("{HCTL}hasTarget"), access.as_ref());
        self.text_at(
            form,
            &format!("{HCTL}forContentType"),
            entry.text("contentType").as_ref(),
        );
        if let Some(operation) = entry.text("operationType") {
            let local = match operation.text.as_str() {
                "read" => "readproperty",
                "write" => "writeproperty",
                other => other,
            };
            let iri = self.iri(&format!("{TD}{local}"), &operation.place);
            self.add(
                form,
                &format!("{HCTL}hasOperationType"),
                iri,
                &operation.place,
            );
        }
        for security in entry.get("security").map_or(&[][..], Yaml::items) {
            self.security(thing, security);
        }
        self.iterator(node, entry);
        self.formulation(node, entry);
    }

    fn security(&mut self, thing: NodeId, yaml: &Yaml) {
        let place = &yaml.place;
        let node = self.blank(place);
        self.add(
            thing,
            &format!("{TD}hasSecurityConfiguration"),
            Object::Node(node),
            place,
        );
        let text = |key: &str| {
            let value = yaml.get(key)?;
            Some(Text {
                text: value.text()?.to_owned(),
                place: value.place.clone(),
            })
        };
        match yaml
            .text()
            .map(str::to_owned)
            .or_else(|| text("type").map(|text| text.text))
            .as_deref()
        {
            Some("none") => self.typed(node, &format!("{TD}NoSecurityScheme"), place),
            Some("apikey") => {
                self.typed(node, &format!("{TD}APISecurityScheme"), place);
                self.text_at(node, &format!("{WOTSEC}in"), text("in").as_ref());
                self.text_at(node, &format!("{WOTSEC}name"), text("name").as_ref());
                self.text_at(node, &format!("{IDSA}tokenValue"), text("value").as_ref());
            }
            _ => self.reader.error(
                place,
                "the security scheme is not known",
                "schemes are none and apikey",
            ),
        }
    }

    /// Returns the node of an HTTP request, for a source or a target.
    pub(super) fn request(&mut self, entry: &Entry, direct: bool) -> NodeId {
        let place = &entry.place;
        let node = self.blank(place);
        let class = if direct {
            "DirectHttpRequest"
        } else {
            "LinkedHttpRequest"
        };
        self.typed(node, &format!("{EXTENSIONS}{class}"), place);
        let access = self.needed(entry, "access", "the request");
        let address = if direct {
            "http://www.w3.org/2011/http#absoluteURI".to_owned()
        } else {
            format!("{EXTENSIONS}linkingAbsoluteURI")
        };
        self.text_at(node, &address, access.as_ref());
        if !direct {
            let relation = self.needed(entry, "rel", "the linked request");
            self.text_at(
                node,
                &format!("{EXTENSIONS}linkRelation"),
                relation.as_ref(),
            );
        }
        self.text_at(
            node,
            "http://www.w3.org/2011/http#methodName",
            entry.text("methodName").as_ref(),
        );
        self.text_at(
            node,
            &format!("{EXTENSIONS}contentTypeHeader"),
            entry.text("contentType").as_ref(),
        );
        self.text_at(
            node,
            &format!("{EXTENSIONS}acceptTypeHeader"),
            entry.text("accept").as_ref(),
        );
        if let Some((headers, place)) = self.headers(entry) {
            self.add(
                node,
                "http://www.w3.org/2011/http#headers",
                Object::Node(headers),
                &place,
            );
        }
        if let Some((user, place)) = self.authentication(entry) {
            self.add(
                node,
                &format!("{EXTENSIONS}userAuthentication"),
                Object::Node(user),
                &place,
            );
        }
        node
    }
}
