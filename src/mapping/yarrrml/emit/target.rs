//! Logical targets: fixed ones, and dynamic ones whose address holds references, so that each record may have its own.

use super::{Emitter, literal};
use crate::diagnostic::Place;
use crate::mapping::legacy::{EXTENSIONS, OLD_TARGET};
use crate::mapping::syntax::{NodeId, Object};
use crate::mapping::vocabulary::{RDF_FIRST, RDF_NIL, RDF_REST, RML, XSD};
use crate::mapping::yarrrml::model::{Entry, Term, Text, Type, Use, What};
use crate::mapping::yarrrml::yaml::{Value, Yaml};

const FORMATS: &str = "http://www.w3.org/ns/formats/";
const HTTP: &str = "http://www.w3.org/2011/http#";
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const VOID: &str = "http://rdfs.org/ns/void#";
const DCAT: &str = "http://www.w3.org/ns/dcat#";
const LDES: &str = "https://w3id.org/ldes#";
const TREE: &str = "https://w3id.org/tree#";

const KEYS: &[&str] = &[
    "access",
    "authentication",
    "compression",
    "contentType",
    "headers",
    "id",
    "ldes",
    "methodName",
    "rel",
    "serialization",
    "source",
    "sources",
    "type",
    "accept",
];

/// Name in YARRRML, name of the format.
const SERIALIZATIONS: &[(&str, &str)] = &[
    ("jsonld", "JSON-LD"),
    ("n3", "N3"),
    ("ntriples", "N-Triples"),
    ("nquads", "N-Quads"),
    ("ldpatch", "LD_Patch"),
    ("microdata", "microdata"),
    ("owlxml", "OWL_XML"),
    ("owlfunctional", "OWL_Functional"),
    ("owlmanchester", "OWL_Manchester"),
    ("powder", "POWDER"),
    ("powder-s", "POWDER-S"),
    ("prov-n", "PROV-N"),
    ("prov-xml", "PROV-XML"),
    ("rdfa", "RDFa"),
    ("rdfjson", "RDF_JSON"),
    ("rdfxml", "RDF_XML"),
    ("rifxml", "RIF_XML"),
    ("sparqlxml", "SPARQL_Results_XML"),
    ("sparqljson", "SPARQL_Results_JSON"),
    ("sparqlcsv", "SPARQL_Results_CSV"),
    ("sparqltsv", "SPARQL_Results_TSV"),
    ("turtle", "Turtle"),
    ("trig", "TriG"),
];

const COMPRESSIONS: &[&str] = &["gzip", "zip", "targzip", "tarxz"];

impl Emitter<'_> {
    /// Adds the targets of a term.
    pub(super) fn targets_of(&mut self, node: NodeId, targets: &[Use]) {
        for target in targets {
            match target {
                Use::Inline(entry) => {
                    let target = self.target(entry);
                    self.rml(node, "logicalTarget", Object::Node(target), &entry.place);
                }
                Use::Named(name) => self.named_target(node, name),
            }
        }
    }

    fn named_target(&mut self, node: NodeId, name: &Text) {
        let known = |entry: &Entry| entry.text("id").is_some_and(|id| id.text == name.text);
        let found = self
            .reader
            .rules
            .targets
            .iter()
            .position(|(target, entry)| target.text == name.text || known(entry));
        let Some(position) = found else {
            let names: Vec<String> = self
                .reader
                .rules
                .targets
                .iter()
                .map(|(name, _)| name.text.clone())
                .collect();
            self.missing("target", name, &names);
            return;
        };
        let (target_name, entry) = self.reader.rules.targets[position].clone();
        if self.is_dynamic(&entry) {
            let (key, _) = self.dynamic_keys(&target_name, &entry, position);
            let map = self.blank(&name.place);
            self.add(
                node,
                &format!("{EXTENSIONS}logicalTargetMap"),
                Object::Node(map),
                &name.place,
            );
            self.typed(map, &format!("{EXTENSIONS}LogicalTargetMap"), &name.place);
            let template = self.reader.parse(&key).template();
            self.rml(map, "template", literal(&template), &name.place);
            return;
        }
        let target = match self.targets.get(&target_name.text) {
            Some(node) => *node,
            None => {
                let node = self.target(&entry);
                self.targets.insert(target_name.text, node);
                node
            }
        };
        self.rml(node, "logicalTarget", Object::Node(target), &name.place);
    }

    fn target(&mut self, entry: &Entry) -> NodeId {
        let place = &entry.place;
        let node = self.blank(place);
        self.class(node, "LogicalTarget", place);
        self.keys(entry, "a target", KEYS);
        let serialization = self.serialization(entry);
        self.rml(node, "serialization", serialization.0, &serialization.1);
        if let Some((compression, place)) = self.compression(entry, RML) {
            self.rml(node, "compression", compression, &place);
        }
        let kind = entry.text("type");
        let target = match kind.as_ref().map(|kind| kind.text.as_str()) {
            None | Some("void" | "dcat" | "localfile" | "file") => {
                let file = self.blank(place);
                self.class(file, "FilePath", place);
                let access = self.needed(entry, "access", "the target");
                self.text_at(file, &format!("{RML}path"), access.as_ref());
                file
            }
            Some("sd" | "sparql") => {
                let service = self.blank(place);
                self.typed(service, &format!("{SD}Service"), place);
                let language = self.iri(&format!("{SD}SPARQL11Update"), place);
                self.add(service, &format!("{SD}supportedLanguage"), language, place);
                if let Some(access) = self.needed(entry, "access", "the target") {
                    let endpoint = self.iri_or_text(&access.text, &access.place);
                    self.add(service, &format!("{SD}endpoint"), endpoint, &access.place);
                }
                service
            }
            Some(request @ ("directhttprequest" | "linkedhttprequest")) => {
                self.request(entry, request == "directhttprequest")
            }
            Some(_) => {
                if let Some(kind) = &kind {
                    let names = [
                        "void",
                        "dcat",
                        "sd",
                        "sparql",
                        "localfile",
                        "directhttprequest",
                        "linkedhttprequest",
                    ];
                    self.missing("type of target", kind, &names.map(str::to_owned));
                }
                self.blank(place)
            }
        };
        self.rml(node, "target", Object::Node(target), place);
        if let Some(ldes) = entry.get("ldes") {
            self.event_stream(node, ldes);
        }
        node
    }

    fn serialization(&mut self, entry: &Entry) -> (Object, Place) {
        let Some(name) = entry.text("serialization") else {
            return (
                self.iri(&format!("{FORMATS}N-Quads"), &entry.place),
                entry.place.clone(),
            );
        };
        let found = SERIALIZATIONS.iter().find(|(known, _)| *known == name.text);
        if found.is_none() {
            let names: Vec<String> = SERIALIZATIONS
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect();
            self.missing("serialization", &name, &names);
        }
        let local = found.map_or("N-Quads", |(_, local)| local);
        (
            self.iri(&format!("{FORMATS}{local}"), &name.place),
            name.place,
        )
    }

    fn compression(&mut self, entry: &Entry, namespace: &str) -> Option<(Object, Place)> {
        let name = entry.text("compression")?;
        if !COMPRESSIONS.contains(&name.text.as_str()) {
            self.missing(
                "compression",
                &name,
                &COMPRESSIONS
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            );
            return None;
        }
        Some((
            self.iri(&format!("{namespace}{}", name.text), &name.place),
            name.place,
        ))
    }

    /// A target that is a stream of events.
    fn event_stream(&mut self, node: NodeId, ldes: &Yaml) {
        let place = &ldes.place;
        self.typed(node, &format!("{OLD_TARGET}EventStreamTarget"), place);
        let stream = self.blank(place);
        let text = |key: &str| {
            let value = ldes.get(key)?;
            Some(Text {
                text: value.text()?.to_owned(),
                place: value.place.clone(),
            })
        };
        match text("id") {
            Some(id) => {
                let iri = self.named(&id);
                let iri = self.iri_or_text(&iri, &id.place);
                self.add(node, &format!("{OLD_TARGET}ldesBaseIRI"), iri, &id.place);
            }
            None => self.reader.error(place, "the stream has no id", "add id:"),
        }
        if let Some(immutable) =
            text("generateImmutableIRI").filter(|immutable| immutable.text == "true")
        {
            let object = Object::Literal {
                text: immutable.text,
                language: None,
                datatype: Some(format!("{XSD}boolean")),
            };
            self.add(
                node,
                &format!("{OLD_TARGET}ldesGenerateImmutableIRI"),
                object,
                &immutable.place,
            );
        }
        self.add(
            node,
            &format!("{OLD_TARGET}ldes"),
            Object::Node(stream),
            place,
        );
        for (key, property) in [
            ("shape", format!("{TREE}shape")),
            ("timestampPath", format!("{LDES}timestampPath")),
            ("versionOfPath", format!("{LDES}versionOfPath")),
        ] {
            if let Some(value) = text(key) {
                let iri = self.named(&value);
                let iri = self.iri_or_text(&iri, &value.place);
                self.add(stream, &property, iri, &value.place);
            }
        }
    }

    /// Returns the list of the headers of a request.
    pub(super) fn headers(&mut self, entry: &Entry) -> Option<(NodeId, Place)> {
        let yaml = entry.get("headers")?;
        let Value::Map(entries) = &yaml.value else {
            self.reader
                .error(&yaml.place, "headers must be a map", "write name: value");
            return None;
        };
        let place = yaml.place.clone();
        let mut rest = self.iri(RDF_NIL, &place);
        for (key, value) in entries.iter().rev() {
            let header = self.blank(&key.place);
            self.typed(header, &format!("{HTTP}RequestHeader"), &key.place);
            self.add(
                header,
                &format!("{HTTP}fieldName"),
                literal(&key.text),
                &key.place,
            );
            self.add(
                header,
                &format!("{HTTP}fieldValue"),
                literal(value.text().unwrap_or_default()),
                &value.place,
            );
            let cell = self.blank(&key.place);
            self.add(cell, RDF_FIRST, Object::Node(header), &key.place);
            self.add(cell, RDF_REST, rest, &key.place);
            rest = Object::Node(cell);
        }
        match rest {
            Object::Node(list) => Some((list, place)),
            Object::Literal { .. } => None,
        }
    }

    /// Returns the node of the authentication that a request names.
    pub(super) fn authentication(&mut self, entry: &Entry) -> Option<(NodeId, Place)> {
        let name = entry.text("authentication")?;
        if let Some(node) = self.authentications.get(&name.text) {
            return Some((*node, name.place));
        }
        let found = self
            .reader
            .rules
            .authentications
            .iter()
            .find(|(known, _)| known.text == name.text);
        let Some((_, login)) = found.cloned() else {
            let names: Vec<String> = self
                .reader
                .rules
                .authentications
                .iter()
                .map(|(name, _)| name.text.clone())
                .collect();
            self.missing("authentication", &name, &names);
            return None;
        };
        let node = self.blank(&login.place);
        if let Some(kind) = self.needed(&login, "type", "the authentication")
            && kind.text != "cssclientcredentials"
        {
            self.missing(
                "type of authentication",
                &kind,
                &["cssclientcredentials".to_owned()],
            );
        }
        self.typed(
            node,
            &format!("{EXTENSIONS}CssClientCredentialsAuthentication"),
            &login.place,
        );
        for (key, property, iri) in [
            ("email", "authEmail", false),
            ("password", "authPassword", false),
            ("oidcIssuer", "authOidcIssuer", true),
            ("webId", "authWebId", true),
        ] {
            if let Some(value) = self.needed(&login, key, "the authentication") {
                let object = if iri {
                    self.iri_or_text(&value.text, &value.place)
                } else {
                    literal(&value.text)
                };
                self.add(
                    node,
                    &format!("{EXTENSIONS}{property}"),
                    object,
                    &value.place,
                );
            }
        }
        self.authentications.insert(name.text, node);
        Some((node, name.place))
    }

    fn is_dynamic(&mut self, entry: &Entry) -> bool {
        ["access", "id"].iter().any(|key| {
            entry.text(key).is_some_and(|text| {
                let parts = self.parsed(&text.text, &text.place);
                parts.references().next().is_some()
            })
        })
    }

    /// Returns the names, as values of YARRRML, of the logical target and the target that a record makes.
    fn dynamic_keys(&self, name: &Text, entry: &Entry, position: usize) -> (String, String) {
        let access = entry
            .text("access")
            .map(|access| access.text)
            .unwrap_or_default();
        let parts = self.reader.parse(&access);
        let references: Vec<String> = parts
            .references()
            .map(|reference| format!("$({reference})"))
            .collect();
        // The number only tells apart; a target takes two, as it is made by two mappings.
        let key = format!("{}_{}_{:03}", name.text, references.join("_"), position * 2);
        let own = entry.text("id").map(|id| id.text);
        (
            own.unwrap_or_else(|| format!("generated_lt_{key}")),
            format!("generated_t_{key}"),
        )
    }

    /// Adds the triples maps that make the dynamic targets.
    pub(super) fn dynamic_targets(&mut self) {
        for (position, (name, entry)) in self.reader.rules.targets.clone().into_iter().enumerate() {
            if self.is_dynamic(&entry) {
                self.dynamic_target(&name, &entry, position);
            }
        }
    }

    fn dynamic_target(&mut self, name: &Text, entry: &Entry, position: usize) {
        self.keys(entry, "a target", KEYS);
        let place = &entry.place;
        let Some(source) = entry.get("source").or_else(|| entry.get("sources")) else {
            self.reader.error(
                place,
                format!(
                    "the target {} depends on records but has no source",
                    name.text
                ),
                "add source:",
            );
            return;
        };
        let sources = self.reader.sources(source);
        let Some((source, source_place)) =
            sources.first().and_then(|source| self.source_use(source))
        else {
            return;
        };
        let (logical_key, key) = self.dynamic_keys(name, entry, position);
        let value = |text: &str, kind: Type| {
            Term::new(place.clone(), Some(kind), What::Value(text.to_owned()))
        };
        let mut maps = Vec::new();
        for (key, suffix) in [(&logical_key, "logical-target"), (&key, "target")] {
            let map_name = Text {
                text: format!("{}-{suffix}", name.text),
                place: name.place.clone(),
            };
            let map = self.map_node(&map_name, 1);
            self.class(map, "TriplesMap", place);
            self.rml(map, "logicalSource", Object::Node(source), &source_place);
            let subject = self.term(&value(key, Type::Iri), super::term::Position::Subject);
            self.rml(map, "subjectMap", Object::Node(subject), place);
            let this = self.iri(&format!("{EXTENSIONS}ThisMapping"), place);
            self.rml(subject, "logicalTarget", this, place);
            maps.push((map, subject));
        }
        let [(logical, logical_subject), (target, subject)] = maps[..] else {
            return;
        };
        self.made_class(logical_subject, &format!("{RML}LogicalTarget"), place);
        self.say(logical, &format!("{RML}target"), &value(&key, Type::Iri));
        let (serialization, at) = self.serialization(entry);
        self.say_object(logical, &format!("{RML}serialization"), serialization, &at);
        if let Some((compression, at)) = self.compression(entry, RML) {
            self.say_object(logical, &format!("{RML}compression"), compression, &at);
        }
        self.made_class(subject, &format!("{RML}Target"), place);
        let Some(access) = self.needed(entry, "access", "the target") else {
            return;
        };
        let kind = entry.text("type");
        match kind.as_ref().map_or("void", |kind| kind.text.as_str()) {
            "void" => {
                self.made_class(subject, &format!("{VOID}Dataset"), place);
                self.say(
                    target,
                    &format!("{VOID}dataDump"),
                    &value(&format!("file://{}", access.text), Type::Literal),
                );
            }
            "dcat" => {
                self.made_class(subject, &format!("{DCAT}Dataset"), place);
                self.say(
                    target,
                    &format!("{DCAT}dataDump"),
                    &value(&access.text, Type::Iri),
                );
            }
            "sd" | "sparql" => {
                self.made_class(subject, &format!("{SD}Service"), place);
                let language = self.iri(&format!("{SD}SPARQL11Update"), place);
                self.say_object(target, &format!("{SD}supportedLanguage"), language, place);
                self.say(
                    target,
                    &format!("{SD}endpoint"),
                    &value(&access.text, Type::Iri),
                );
            }
            request @ ("directhttprequest" | "linkedhttprequest") => {
                let direct = request == "directhttprequest";
                let class = if direct {
                    "DirectHttpRequest"
                } else {
                    "LinkedHttpRequest"
                };
                self.made_class(subject, &format!("{EXTENSIONS}{class}"), place);
                let address = if direct {
                    format!("{HTTP}absoluteURI")
                } else {
                    format!("{EXTENSIONS}linkingAbsoluteURI")
                };
                self.say(target, &address, &value(&access.text, Type::Literal));
                for (key, property) in [
                    ("rel", format!("{EXTENSIONS}linkRelation")),
                    ("methodName", format!("{HTTP}methodName")),
                    ("contentType", format!("{EXTENSIONS}contentTypeHeader")),
                ] {
                    if let Some(text) = entry.text(key) {
                        self.say(target, &property, &value(&text.text, Type::Literal));
                    }
                }
                if let Some((headers, at)) = self.headers(entry) {
                    self.say_object(
                        target,
                        &format!("{HTTP}headers"),
                        Object::Node(headers),
                        &at,
                    );
                }
                if let Some((user, at)) = self.authentication(entry) {
                    self.say_object(
                        target,
                        &format!("{EXTENSIONS}userAuthentication"),
                        Object::Node(user),
                        &at,
                    );
                }
            }
            _ => {
                if let Some(kind) = kind {
                    let names = [
                        "void",
                        "dcat",
                        "sd",
                        "sparql",
                        "directhttprequest",
                        "linkedhttprequest",
                    ];
                    self.missing("type of target", &kind, &names.map(str::to_owned));
                }
            }
        }
    }

    fn made_class(&mut self, subject: NodeId, class: &str, place: &Place) {
        let class = self.iri(class, place);
        self.rml(subject, "class", class, place);
    }

    /// Adds a predicate-object map with a constant predicate and a constant object.
    fn say_object(&mut self, map: NodeId, predicate: &str, object: Object, place: &Place) {
        let node = self.blank(place);
        self.rml(node, "constant", object, place);
        self.say_node(map, predicate, node, place);
    }
}
