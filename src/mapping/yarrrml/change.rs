//! Change detection: a mapping becomes one for each operation, whose subjects tell what is new, changed or gone.

use super::model::{Call, Input, Rule, Statement, Term, Text, Type, Use, What};
use super::reader::{Fields, Names, Reader};
use super::yaml::Yaml;
use crate::mapping::vocabulary::{IDLAB, RDF_TYPE};

const OPERATIONS: &[Names] = &[&["create"], &["update"], &["delete"]];
const OPERATION: &[Names] = &[
    &["explicit"],
    &["watchedProperties"],
    &["mappingAdd"],
    &["mappingRemove"],
];
const CHANGE: &[Names] = &[
    &["subjects", "subject", "s"],
    &["sources", "source"],
    &["predicateobjects", "predicateobject", "po"],
    &["graphs", "graph", "g"],
];

/// Adds the mappings that a mapping with change detection stands for.
pub(super) fn rules(reader: &mut Reader, rule: Rule, detection: &Yaml) {
    let Some(operations) = reader.fields(detection, "changeDetection", OPERATIONS) else {
        reader.rules.rules.push(rule);
        return;
    };
    for (name, function) in [
        ("create", "Create"),
        ("update", "Update"),
        ("delete", "Delete"),
    ] {
        let Some(operation) = operations.get(name) else {
            continue;
        };
        let Some(fields) = reader.fields(operation, "an operation", OPERATION) else {
            continue;
        };
        let explicit = fields.get("explicit").and_then(Yaml::text) != Some("false");
        let mut changed = rule.clone();
        changed.name.text = format!("{}-{name}", rule.name.text);
        if name == "delete" {
            only_types(reader, &mut changed, fields.get("mappingAdd"));
        }
        if let Some(remove) = fields.get("mappingRemove") {
            take(reader, &mut changed, remove);
        }
        if let Some(add) = fields.get("mappingAdd") {
            give(reader, &mut changed, add);
        }
        let function = format!(
            "{IDLAB}{}{function}",
            if explicit { "explicit" } else { "implicit" }
        );
        let watched = watched(reader, &fields).filter(|_| name == "update" && !explicit);
        for subject in &mut changed.subjects {
            detect(subject, &function, watched.as_ref());
        }
        reader.rules.rules.push(changed);
    }
}

/// What is gone has only its type, unless something is said about it.
fn only_types(reader: &Reader, rule: &mut Rule, add: Option<&Yaml>) {
    let said = add.is_some_and(|add| {
        ["po", "predicateobject", "predicateobjects"]
            .iter()
            .any(|key| add.get(key).is_some())
    });
    if said {
        rule.statements.clear();
        return;
    }
    rule.statements.retain_mut(|statement| {
        statement
            .predicates
            .retain(|predicate| match &predicate.what {
                What::Value(text) => reader.parse(text).constant().as_deref() == Some(RDF_TYPE),
                _ => false,
            });
        !statement.predicates.is_empty()
    });
}

/// Makes a subject the result of the function that detects the change.
fn detect(subject: &mut Term, function: &str, watched: Option<&Text>) {
    let place = subject.place.clone();
    let name = |local: &str| Text {
        text: format!("{IDLAB}{local}"),
        place: place.clone(),
    };
    let what = std::mem::replace(&mut subject.what, What::Fresh);
    let value = Term::new(place.clone(), Some(Type::Iri), what);
    let mut inputs = vec![Input {
        parameter: name("iri"),
        value,
        side: None,
    }];
    if let Some(watched) = watched {
        let value = Term::new(
            watched.place.clone(),
            Some(Type::Literal),
            What::Value(watched.text.clone()),
        );
        inputs.push(Input {
            parameter: name("watchedProperty"),
            value,
            side: None,
        });
    }
    let function = Text {
        text: function.to_owned(),
        place: place.clone(),
    };
    subject.what = What::Call(Box::new(Call {
        place,
        function,
        inputs,
    }));
    subject.kind = Some(Type::Iri);
}

/// Returns the watched properties as one value: `a=$(a)&b=$(b)`.
fn watched(reader: &mut Reader, fields: &Fields<'_>) -> Option<Text> {
    let yaml = fields.get("watchedProperties")?;
    let mut parts = Vec::new();
    for item in yaml.items() {
        let text = reader.text(item, "a watched property")?;
        let parsed = reader.parse(&text.text);
        let name = parsed
            .reference()
            .map_or_else(|| text.text.clone(), str::to_owned);
        let escaped = name
            .replace('\\', "\\\\")
            .replace('(', "\\(")
            .replace(')', "\\)")
            .replace(':', "\\:");
        parts.push(format!("{escaped}=$({escaped})"));
    }
    (!parts.is_empty()).then(|| Text {
        text: parts.join("&"),
        place: yaml.place.clone(),
    })
}

/// Takes parts away from a mapping.
fn take(reader: &mut Reader, rule: &mut Rule, yaml: &Yaml) {
    let Some(fields) = reader.fields(yaml, "mappingRemove", CHANGE) else {
        return;
    };
    if let Some(sources) = fields.get("sources") {
        inline_sources(reader, rule);
        for name in sources.items().iter().filter_map(Yaml::text) {
            rule.sources
                .retain(|source| !matches!(source, Use::Named(known) if known.text == name));
            for source in &mut rule.sources {
                if let Use::Inline(entry) = source {
                    entry.fields.retain(|(key, _)| key != name);
                }
            }
        }
    }
    if let Some(graphs) = fields.get("graphs") {
        let gone: Vec<&str> = graphs.items().iter().filter_map(Yaml::text).collect();
        rule.graphs
            .retain(|graph| !gone.contains(&id(graph).as_str()));
    }
    if let Some(subjects) = fields.get("subjects") {
        let parts = reader.parts(rule.name.clone(), &fields);
        let (targets, gone): (Vec<Term>, Vec<Term>) = parts
            .subjects
            .into_iter()
            .partition(|subject| matches!(subject.what, What::Fresh));
        if !targets.is_empty() {
            rule.subjects
                .iter_mut()
                .for_each(|subject| subject.targets.clear());
        }
        let gone: Vec<String> = gone.iter().map(id).collect();
        rule.subjects.retain(|subject| !gone.contains(&id(subject)));
        if subjects.items().is_empty() {
            rule.subjects.clear();
        }
    }
    if let Some(statements) = fields.get("predicateobjects") {
        let gone = reader.statements(statements);
        if gone.is_empty() {
            rule.statements.clear();
        }
        let pairs: Vec<(String, String)> = gone
            .iter()
            .flat_map(|gone| {
                gone.predicates
                    .iter()
                    .flat_map(|p| gone.objects.iter().map(|o| (id(p), id(o))))
            })
            .collect();
        let mut kept = Vec::new();
        for statement in &rule.statements {
            for predicate in &statement.predicates {
                for object in &statement.objects {
                    if !pairs.contains(&(id(predicate), id(object))) {
                        kept.push(Statement {
                            place: statement.place.clone(),
                            predicates: vec![predicate.clone()],
                            objects: vec![object.clone()],
                            graphs: statement.graphs.clone(),
                        });
                    }
                }
            }
        }
        rule.statements = kept;
    }
}

/// Adds parts to a mapping.
fn give(reader: &mut Reader, rule: &mut Rule, yaml: &Yaml) {
    let Some(fields) = reader.fields(yaml, "mappingAdd", CHANGE) else {
        return;
    };
    let mut more = reader.parts(rule.name.clone(), &fields);
    for source in more.sources {
        match source {
            // Keys without a place to read from are meant for all sources.
            Use::Inline(entry)
                if ["access", "table", "query"]
                    .iter()
                    .all(|key| entry.get(key).is_none()) =>
            {
                inline_sources(reader, rule);
                for known in &mut rule.sources {
                    if let Use::Inline(known) = known {
                        known.fields.retain(|(key, _)| entry.get(key).is_none());
                        known.fields.extend(entry.fields.iter().cloned());
                    }
                }
            }
            other => rule.sources.push(other),
        }
    }
    let (targets, subjects): (Vec<Term>, Vec<Term>) = more
        .subjects
        .drain(..)
        .partition(|subject| matches!(subject.what, What::Fresh) && !subject.targets.is_empty());
    rule.subjects.extend(subjects);
    for added in targets {
        for subject in &mut rule.subjects {
            subject.targets.clone_from(&added.targets);
        }
    }
    rule.graphs.extend(more.graphs);
    rule.statements.extend(more.statements);
}

/// Puts named sources in the place of their names, so that they can be changed for one mapping alone.
fn inline_sources(reader: &Reader, rule: &mut Rule) {
    for source in &mut rule.sources {
        if let Use::Named(name) = source
            && let Some((_, entry)) = reader
                .rules
                .sources
                .iter()
                .find(|(known, _)| known.text == name.text)
        {
            *source = Use::Inline(entry.clone());
        }
    }
}

/// Returns what a term is known by.
fn id(term: &Term) -> String {
    match &term.what {
        What::Value(text) => text.clone(),
        What::Call(call) => call.function.text.clone(),
        What::Mappings { names, .. } => names
            .iter()
            .map(|name| name.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        What::Fresh => String::new(),
    }
}
