//! From YAML to [`Rules`]: keys and their shortcuts, with everything that is wrong collected on the way.

use std::collections::BTreeMap;

use super::model::{Author, Entry, Rule, Rules, Term, Text, Type, Use, What};
use super::prefixes::Prefixes;
use super::yaml::{Value, Yaml};
use super::{change, value};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::vocabulary::nearest;

/// The names of a key: the one that is meant, then its shortcuts.
pub(super) type Names = &'static [&'static str];

const DOCUMENT: &[Names] = &[
    &["prefixes", "prefix"],
    &["base"],
    &["external"],
    &["authors", "author"],
    &["sources", "source"],
    &["targets", "target", "t"],
    &["authentications"],
    &["mappings", "mapping", "m"],
];

const MAPPING: &[Names] = &[
    &["subjects", "subject", "s"],
    &["sources", "source"],
    &["predicateobjects", "predicateobject", "po"],
    &["graphs", "graph", "g"],
    &["conditions", "condition", "c"],
    &["changeDetection"],
];

/// Reads documents that are one, and remembers what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) prefixes: Prefixes,
    pub(super) external: BTreeMap<String, String>,
    pub(super) base: Option<String>,
    pub(super) rules: Rules,
    pub(super) findings: Vec<Diagnostic>,
}

/// The entries of a map by the name that is meant; those that hold nothing are left out.
pub(super) struct Fields<'y> {
    entries: Vec<(&'static str, &'y Yaml)>,
}

impl<'y> Fields<'y> {
    pub(super) fn get(&self, name: &str) -> Option<&'y Yaml> {
        self.entries
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| *value)
    }
}

impl Reader {
    pub(super) fn error(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.findings.push(
            Diagnostic::error(codes::MAPPING_TERM, message)
                .at(place.clone())
                .hint(hint),
        );
    }

    pub(super) fn warning(&mut self, place: &Place, message: impl Into<String>) {
        self.findings
            .push(Diagnostic::warning(codes::MAPPING_TERM, message).at(place.clone()));
    }

    /// Returns the fields of a map and reports keys that have no meaning in it.
    pub(super) fn fields<'y>(
        &mut self,
        yaml: &'y Yaml,
        what: &str,
        known: &[Names],
    ) -> Option<Fields<'y>> {
        let Value::Map(entries) = &yaml.value else {
            self.error(
                &yaml.place,
                format!("{what} must be a map, not {}", yaml.kind()),
                "write key: value",
            );
            return None;
        };
        let mut fields: Vec<(&'static str, &Yaml)> = Vec::new();
        for (key, value) in entries {
            let Some(names) = known
                .iter()
                .find(|names| names.contains(&key.text.as_str()))
            else {
                let all = known.iter().copied().flatten().copied();
                let hint = match nearest(&key.text, all).filter(|_| key.text.len() > 2) {
                    Some(near) => format!("did you mean {near}?"),
                    None => {
                        let names: Vec<&str> = known.iter().map(|names| names[0]).collect();
                        format!("{what} takes {}", names.join(", "))
                    }
                };
                self.error(
                    &key.place,
                    format!("the key {} has no meaning in {what}", key.text),
                    hint,
                );
                continue;
            };
            if value.is_null() {
                continue;
            }
            if fields.iter().any(|(name, _)| *name == names[0]) {
                self.error(
                    &key.place,
                    format!("{what} has {} twice", names[0]),
                    "keep one of them",
                );
                continue;
            }
            fields.push((names[0], value));
        }
        Some(Fields { entries: fields })
    }

    /// Returns a text; anything else is an error.
    pub(super) fn text(&mut self, yaml: &Yaml, what: &str) -> Option<Text> {
        match yaml.text() {
            Some(text) => Some(Text {
                text: text.to_owned(),
                place: yaml.place.clone(),
            }),
            None => {
                self.error(
                    &yaml.place,
                    format!("{what} must be a text, not {}", yaml.kind()),
                    "write one value",
                );
                None
            }
        }
    }

    /// Reads documents whose prefixes, sources and mappings count for all of them.
    pub(super) fn documents(&mut self, documents: &[Yaml]) {
        let mut found = Vec::new();
        for document in documents {
            if document.is_null() {
                self.error(
                    &document.place,
                    "the document is empty",
                    "write mappings: with a mapping in it",
                );
            } else if let Some(fields) = self.fields(document, "a YARRRML document", DOCUMENT) {
                self.head(&fields);
                found.push((fields, &document.place));
            }
        }
        for (fields, _) in &found {
            self.definitions(fields);
        }
        for (fields, place) in &found {
            match fields.get("mappings") {
                Some(mappings) => self.mappings(mappings),
                None => self.warning(place, "the document has no mappings"),
            }
        }
    }

    fn head(&mut self, fields: &Fields<'_>) {
        for (key, into_prefixes) in [("prefixes", true), ("external", false)] {
            for (name, value) in self.map(fields.get(key), key) {
                if into_prefixes {
                    self.prefixes.declare(&name.text, &value.text);
                } else {
                    self.external.entry(name.text).or_insert(value.text);
                }
            }
        }
        if let Some(base) = fields.get("base").and_then(|yaml| self.text(yaml, "base"))
            && self.base.is_none()
        {
            self.base = Some(base.text);
        }
    }

    /// Returns the names and texts of a map.
    fn map(&mut self, yaml: Option<&Yaml>, what: &str) -> Vec<(Text, Text)> {
        let mut found = Vec::new();
        match yaml.map(|yaml| (&yaml.value, yaml)) {
            None => {}
            Some((Value::Map(entries), _)) => {
                for (key, value) in entries {
                    if let Some(value) = self.text(value, what) {
                        found.push((
                            Text {
                                text: key.text.clone(),
                                place: key.place.clone(),
                            },
                            value,
                        ));
                    }
                }
            }
            Some((_, yaml)) => {
                self.error(
                    &yaml.place,
                    format!("{what} must be a map, not {}", yaml.kind()),
                    "write name: value",
                );
            }
        }
        found
    }

    fn definitions(&mut self, fields: &Fields<'_>) {
        for (key, yaml) in
            ["sources", "targets", "authentications"].map(|key| (key, fields.get(key)))
        {
            let Some(yaml) = yaml else { continue };
            let Value::Map(entries) = &yaml.value else {
                self.error(
                    &yaml.place,
                    format!("{key} must be a map, not {}", yaml.kind()),
                    "give each a name",
                );
                continue;
            };
            for (name, value) in entries {
                let name = Text {
                    text: name.text.clone(),
                    place: name.place.clone(),
                };
                let entry = match key {
                    "sources" => self.source(value),
                    "targets" => self.target(value),
                    _ => self.entry(value, "an authentication"),
                };
                let Some(entry) = entry else { continue };
                let list = match key {
                    "sources" => &mut self.rules.sources,
                    "targets" => &mut self.rules.targets,
                    _ => &mut self.rules.authentications,
                };
                if list.iter().any(|(known, _)| known.text == name.text) {
                    self.warning(
                        &name.place,
                        format!("{} is there already; the first one counts", name.text),
                    );
                } else {
                    list.push((name, entry));
                }
            }
        }
        if let Some(authors) = fields.get("authors") {
            for author in authors.items() {
                let read = self.author(author);
                self.rules.authors.extend(read);
            }
        }
    }

    fn entry(&mut self, yaml: &Yaml, what: &str) -> Option<Entry> {
        let Value::Map(entries) = &yaml.value else {
            self.error(
                &yaml.place,
                format!("{what} must be a map, not {}", yaml.kind()),
                "write key: value",
            );
            return None;
        };
        let fields = entries
            .iter()
            .map(|(key, value)| (key.text.clone(), value.clone()))
            .collect();
        Some(Entry {
            place: yaml.place.clone(),
            fields,
        })
    }

    /// Returns a source: a map, or the list `[access~formulation, iterator]`.
    pub(super) fn source(&mut self, yaml: &Yaml) -> Option<Entry> {
        if let Value::Map(_) = yaml.value {
            return self.entry(yaml, "a source");
        }
        let (first, rest) = yaml.items().split_first()?;
        let access = self.text(first, "a source")?;
        let Some((path, formulation)) = access.text.rsplit_once('~') else {
            self.error(
                &access.place,
                format!("the source {} does not say its form", access.text),
                "write file.csv~csv, file.json~jsonpath or file.xml~xpath",
            );
            return None;
        };
        let text = |text: &str| Yaml {
            place: access.place.clone(),
            value: Value::Text(text.to_owned()),
        };
        let mut fields = vec![
            ("access".to_owned(), text(path)),
            ("referenceFormulation".to_owned(), text(formulation)),
        ];
        if let Some(iterator) = rest.first() {
            fields.push(("iterator".to_owned(), iterator.clone()));
        }
        if let Some(more) = rest.get(1) {
            self.error(
                &more.place,
                "a source in brackets has two parts",
                "write [access~form, iterator]",
            );
        }
        Some(Entry {
            place: yaml.place.clone(),
            fields,
        })
    }

    /// Returns a target: a map, or the list `[access~type, serialization, compression]`.
    pub(super) fn target(&mut self, yaml: &Yaml) -> Option<Entry> {
        if let Value::Map(_) = yaml.value {
            return self.entry(yaml, "a target");
        }
        let (first, rest) = yaml.items().split_first()?;
        let access = self.text(first, "a target")?;
        let (path, kind) = access
            .text
            .rsplit_once('~')
            .unwrap_or((&access.text, "void"));
        let text = |text: &str| Yaml {
            place: access.place.clone(),
            value: Value::Text(text.to_owned()),
        };
        let mut fields = vec![
            ("access".to_owned(), text(path)),
            ("type".to_owned(), text(kind)),
        ];
        for (name, value) in ["serialization", "compression"].into_iter().zip(rest) {
            fields.push((name.to_owned(), value.clone()));
        }
        if let Some(more) = rest.get(2) {
            self.error(
                &more.place,
                "a target in brackets has three parts",
                "write [access~type, serialization, compression]",
            );
        }
        Some(Entry {
            place: yaml.place.clone(),
            fields,
        })
    }

    /// Returns the author of a text such as `Name <mail> (page)`, of an IRI, or of a map.
    fn author(&mut self, yaml: &Yaml) -> Option<Author> {
        let mut author = Author {
            place: yaml.place.clone(),
            ..Author::default()
        };
        let Some(text) = yaml.text() else {
            let fields = self.fields(
                yaml,
                "an author",
                &[&["name"], &["email"], &["website", "url"], &["webid"]],
            )?;
            let mut text = |name: &str| {
                fields
                    .get(name)
                    .and_then(|yaml| self.text(yaml, name))
                    .map(|text| text.text)
            };
            author.name = text("name");
            author.email = text("email");
            author.website = text("website");
            author.webid = text("webid");
            return Some(author);
        };
        let cut = |open: char, close: char| {
            let (_, rest) = text.split_once(open)?;
            rest.split_once(close)
                .map(|(inside, _)| inside.trim().to_owned())
        };
        let name = text.split(['<', '(']).next().unwrap_or_default().trim();
        if name.contains("://") {
            author.webid = Some(text.trim().to_owned());
        } else {
            author.name = (!name.is_empty()).then(|| name.to_owned());
            author.email = cut('<', '>');
            author.website = cut('(', ')');
        }
        Some(author)
    }

    fn mappings(&mut self, yaml: &Yaml) {
        let Value::Map(entries) = &yaml.value else {
            self.error(
                &yaml.place,
                format!("mappings must be a map, not {}", yaml.kind()),
                "give each mapping a name",
            );
            return;
        };
        for (key, value) in entries {
            let name = Text {
                text: key.text.clone(),
                place: key.place.clone(),
            };
            if value.is_null() {
                self.warning(&name.place, format!("the mapping {} is empty", name.text));
            } else if self
                .rules
                .rules
                .iter()
                .any(|rule| rule.name.text == name.text)
            {
                self.warning(
                    &name.place,
                    format!("{} is there already; the first one counts", name.text),
                );
            } else if let Some(fields) = self.fields(value, "a mapping", MAPPING) {
                let rule = self.rule(name, &fields);
                match fields.get("changeDetection") {
                    Some(detection) => change::rules(self, rule, detection),
                    None => self.rules.rules.push(rule),
                }
            }
        }
    }

    /// Reads the parts of a mapping.
    pub(super) fn rule(&mut self, name: Text, fields: &Fields<'_>) -> Rule {
        let mut rule = self.parts(name, fields);
        if rule.subjects.is_empty() {
            rule.subjects.push(Term::new(
                rule.name.place.clone(),
                Some(Type::Blank),
                What::Fresh,
            ));
        }
        if let Some(conditions) = fields.get("conditions") {
            let calls = self.conditions(conditions);
            for subject in &mut rule.subjects {
                super::terms::guard(subject, &calls);
            }
        }
        rule
    }

    /// Reads what stands in a mapping, without what is meant when something does not.
    pub(super) fn parts(&mut self, name: Text, fields: &Fields<'_>) -> Rule {
        let mut rule = Rule {
            name,
            sources: Vec::new(),
            subjects: Vec::new(),
            graphs: Vec::new(),
            statements: Vec::new(),
        };
        if let Some(sources) = fields.get("sources") {
            rule.sources = self.sources(sources);
        }
        for subject in fields.get("subjects").map_or(&[][..], Yaml::items) {
            rule.subjects
                .extend(self.term(subject, Some(Type::Iri), "a subject"));
        }
        for graph in fields.get("graphs").map_or(&[][..], Yaml::items) {
            rule.graphs
                .extend(self.term(graph, Some(Type::Iri), "a graph"));
        }
        if let Some(statements) = fields.get("predicateobjects") {
            rule.statements = self.statements(statements);
        }
        rule
    }

    /// Returns the sources of a mapping: names, maps, and lists in brackets.
    pub(super) fn sources(&mut self, yaml: &Yaml) -> Vec<Use> {
        let items = yaml.items();
        // `[file~form, iterator]` without a list around it.
        if let [first, second] = items
            && first.text().is_some_and(|text| text.contains('~'))
            && second
                .text()
                .is_some_and(|text| !text.contains('~') && !self.is_source(text))
        {
            return self.source(yaml).map(Use::Inline).into_iter().collect();
        }
        let mut found = Vec::new();
        for item in items {
            match item.text() {
                Some(text) if !text.contains('~') || self.is_source(text) => {
                    found.push(Use::Named(Text {
                        text: text.to_owned(),
                        place: item.place.clone(),
                    }));
                }
                _ => found.extend(self.source(item).map(Use::Inline)),
            }
        }
        found
    }

    fn is_source(&self, name: &str) -> bool {
        self.rules
            .sources
            .iter()
            .any(|(known, _)| known.text == name)
    }

    /// Returns the targets of a term: names, maps, and lists in brackets.
    pub(super) fn target_uses(&mut self, yaml: &Yaml) -> Vec<Use> {
        let items = yaml.items();
        let inline = |yaml: &Yaml| yaml.text().is_some_and(|text| text.contains('~'));
        if items.first().is_some_and(inline) && !items[1..].iter().any(inline) {
            return self.target(yaml).map(Use::Inline).into_iter().collect();
        }
        let mut found = Vec::new();
        for item in items {
            match item.text() {
                Some(text) if !text.contains('~') => {
                    found.push(Use::Named(Text {
                        text: text.to_owned(),
                        place: item.place.clone(),
                    }));
                }
                _ => found.extend(self.target(item).map(Use::Inline)),
            }
        }
        found
    }

    /// Takes a value apart.
    pub(super) fn parse(&self, text: &str) -> value::Parts {
        value::parse(text, &self.prefixes, &self.external)
    }
}
