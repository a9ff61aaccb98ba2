//! Terms, statements and conditions.

use super::model::{Call, Input, Statement, Term, Text, Type, What};
use super::reader::{Names, Reader};
use super::yaml::{Value, Yaml};
use crate::mapping::vocabulary::{IDLAB, RDF_TYPE};

const TERM: &[Names] = &[
    &["value", "v"],
    &["function", "fn", "f"],
    &["parameters", "pms"],
    &["type"],
    &["datatype"],
    &["language"],
    &["targets", "target", "t"],
    &["conditions", "condition", "c"],
    &["mappings", "mapping", "m"],
];

const STATEMENT: &[Names] = &[
    &["predicates", "predicate", "p"],
    &["objects", "object", "o"],
    &["graphs", "graph", "g"],
    &["conditions", "condition", "c"],
    &["datatype"],
    &["language"],
];

const CALL: &[Names] = &[&["function", "fn", "f"], &["parameters", "pms"]];

impl Reader {
    /// Returns the term of a text or a map.
    pub(super) fn term(&mut self, yaml: &Yaml, default: Option<Type>, what: &str) -> Option<Term> {
        if let Some(text) = yaml.text() {
            let (text, kind) = suffix(text);
            return Some(Term::new(
                yaml.place.clone(),
                kind.or(default),
                What::Value(text.to_owned()),
            ));
        }
        let fields = self.fields(yaml, what, TERM)?;
        let kind = match fields.get("type") {
            Some(kind) => self.kind(kind),
            None => None,
        };
        let mut conditions = fields
            .get("conditions")
            .map(|yaml| self.conditions(yaml))
            .unwrap_or_default();
        let (content, suffixed) = if fields.get("function").is_some() {
            (
                What::Call(Box::new(self.call(
                    fields.get("function"),
                    fields.get("parameters"),
                    &yaml.place,
                )?)),
                None,
            )
        } else if let Some(names) = fields.get("mappings") {
            let names = names
                .items()
                .iter()
                .filter_map(|name| self.text(name, "the name of a mapping"))
                .collect();
            (
                What::Mappings {
                    names,
                    conditions: std::mem::take(&mut conditions),
                },
                None,
            )
        } else if let Some(value) = fields.get("value") {
            let text = self.text(value, "a value")?;
            let (text, kind) = suffix(&text.text);
            (What::Value(text.to_owned()), kind)
        } else if kind == Some(Type::Blank) {
            (What::Fresh, None)
        } else if fields.get("targets").is_some() {
            // Only in a change of another mapping: targets for all its subjects.
            (What::Fresh, None)
        } else {
            self.error(
                &yaml.place,
                format!("nothing says what {what} is"),
                "add value: or function:",
            );
            return None;
        };
        let mut term = Term::new(yaml.place.clone(), kind.or(suffixed).or(default), content);
        term.datatype = fields
            .get("datatype")
            .and_then(|yaml| self.text(yaml, "a datatype"));
        term.language = fields
            .get("language")
            .and_then(|yaml| self.language(yaml))
            .map(Box::new);
        if let Some(targets) = fields.get("targets") {
            term.targets = self.target_uses(targets);
        }
        guard(&mut term, &conditions);
        Some(term)
    }

    pub(super) fn kind(&mut self, yaml: &Yaml) -> Option<Type> {
        match yaml.text() {
            Some("iri" | "IRI") => Some(Type::Iri),
            Some("literal") => Some(Type::Literal),
            Some("blank" | "blanknode" | "bnode") => Some(Type::Blank),
            _ => {
                let name = yaml.text().unwrap_or(yaml.kind());
                self.error(
                    &yaml.place,
                    format!("there is no type {name}"),
                    "types are iri, literal and blank",
                );
                None
            }
        }
    }

    /// Returns a language: a tag or a value with references, perhaps with targets of its own.
    fn language(&mut self, yaml: &Yaml) -> Option<Term> {
        let mut term = self.term(yaml, Some(Type::Literal), "a language")?;
        if let What::Value(text) = &mut term.what
            && let Some(tag) = text.strip_suffix("~lang")
        {
            *text = tag.to_owned();
        }
        Some(term)
    }

    /// Returns predicate objects: a list of them, or one.
    pub(super) fn statements(&mut self, yaml: &Yaml) -> Vec<Statement> {
        let one = matches!(
            yaml.items().first().map(|first| &first.value),
            Some(Value::Text(_))
        );
        let items = if one {
            std::slice::from_ref(yaml)
        } else {
            yaml.items()
        };
        items
            .iter()
            .filter_map(|item| self.statement(item))
            .collect()
    }

    fn statement(&mut self, yaml: &Yaml) -> Option<Statement> {
        let (predicates, objects, third, fields);
        match &yaml.value {
            Value::List(parts) => {
                if let Some(more) = parts.get(3) {
                    self.error(
                        &more.place,
                        "a predicate object in brackets has three parts",
                        "write [predicate, object, datatype or language~lang]",
                    );
                }
                predicates = parts.first();
                objects = parts.get(1);
                third = parts.get(2);
                fields = None;
            }
            _ => {
                let found = self.fields(yaml, "a predicate object", STATEMENT)?;
                predicates = found.get("predicates");
                objects = found.get("objects");
                third = None;
                fields = Some(found);
            }
        }
        let field = |name: &str| fields.as_ref().and_then(|fields| fields.get(name));
        let (Some(predicates), Some(objects)) =
            (predicates, objects.filter(|objects| !objects.is_null()))
        else {
            let missing = if predicates.is_none() {
                "predicate"
            } else {
                "object"
            };
            self.error(
                &yaml.place,
                format!("the predicate object has no {missing}"),
                format!("add {missing}s:"),
            );
            return None;
        };
        let predicates = self.predicates(predicates);
        let of_type = predicates.iter().any(|term| match &term.what {
            What::Value(text) => self.parse(text).constant().as_deref() == Some(RDF_TYPE),
            _ => false,
        });
        let (mut datatype, mut language) = match third {
            Some(third) => self.qualifier(third),
            None => (None, None),
        };
        if let Some(yaml) = field("datatype") {
            datatype = self.text(yaml, "a datatype");
        }
        if let Some(yaml) = field("language") {
            language = self.language(yaml);
        }
        let calls = field("conditions")
            .map(|yaml| self.conditions(yaml))
            .unwrap_or_default();
        let mut terms = Vec::new();
        for object in objects.items() {
            let Some(mut term) = self.object(object, of_type) else {
                continue;
            };
            term.datatype = term.datatype.or_else(|| datatype.clone());
            term.language = term.language.or_else(|| language.clone().map(Box::new));
            if let (What::Mappings { .. }, false) = (&term.what, calls.is_empty()) {
                self.error(
                    &term.place,
                    "a condition cannot guard the reference to another mapping",
                    "put the condition into the object: it says then what must be equal",
                );
            } else {
                guard(&mut term, &calls);
            }
            terms.push(term);
        }
        let graphs = field("graphs").map_or(&[][..], Yaml::items);
        let graphs = graphs
            .iter()
            .filter_map(|graph| self.term(graph, Some(Type::Iri), "a graph"))
            .collect();
        Some(Statement {
            place: yaml.place.clone(),
            predicates,
            objects: terms,
            graphs,
        })
    }

    fn predicates(&mut self, yaml: &Yaml) -> Vec<Term> {
        let mut found = Vec::new();
        for item in yaml.items() {
            let Some(mut term) = self.term(item, Some(Type::Iri), "a predicate") else {
                continue;
            };
            if let What::Value(text) = &mut term.what
                && text == "a"
            {
                RDF_TYPE.clone_into(text);
            }
            found.push(term);
        }
        found
    }

    /// Returns an object: a text, a map, or a list of value and datatype or language.
    fn object(&mut self, yaml: &Yaml, of_type: bool) -> Option<Term> {
        let default = if of_type {
            Some(Type::Iri)
        } else {
            Some(Type::Literal)
        };
        match &yaml.value {
            Value::List(parts) => {
                let mut term = self.term(parts.first()?, default, "an object")?;
                if let Some(second) = parts.get(1) {
                    let (datatype, language) = self.qualifier(second);
                    term.datatype = datatype;
                    term.language = language.map(Box::new);
                }
                Some(term)
            }
            Value::Null => None,
            _ => self.term(yaml, default, "an object"),
        }
    }

    /// Returns the datatype or language that a text such as `xsd:date` or `en~lang` stands for.
    fn qualifier(&mut self, yaml: &Yaml) -> (Option<Text>, Option<Term>) {
        if yaml.text().is_some_and(|text| !text.contains("~lang")) {
            return (self.text(yaml, "a datatype"), None);
        }
        (None, self.language(yaml))
    }

    /// Returns the functions of one condition or a list of them.
    pub(super) fn conditions(&mut self, yaml: &Yaml) -> Vec<Call> {
        let mut calls = Vec::new();
        for item in yaml.items() {
            let call = match &item.value {
                Value::Text(_) => self.call(Some(item), None, &item.place),
                _ => self.fields(item, "a condition", CALL).and_then(|fields| {
                    self.call(
                        fields.get("function"),
                        fields.get("parameters"),
                        &item.place,
                    )
                }),
            };
            calls.extend(call);
        }
        calls
    }
}

/// Lets a term be made only when the conditions hold.
pub(super) fn guard(term: &mut Term, calls: &[Call]) {
    for call in calls {
        let place = call.place.clone();
        let name = |local: &str| Text {
            text: format!("{IDLAB}{local}"),
            place: place.clone(),
        };
        let what = std::mem::replace(&mut term.what, What::Fresh);
        let condition = Term::new(place.clone(), None, What::Call(Box::new(call.clone())));
        let value = Term::new(term.place.clone(), term.kind, what);
        term.what = What::Call(Box::new(Call {
            place: place.clone(),
            function: name("trueCondition"),
            inputs: vec![
                Input {
                    parameter: name("strBoolean"),
                    value: condition,
                    side: None,
                },
                Input {
                    parameter: name("str"),
                    value,
                    side: None,
                },
            ],
        }));
    }
}

/// Takes the type off the end of a value.
fn suffix(text: &str) -> (&str, Option<Type>) {
    match text.strip_suffix("~iri") {
        Some(text) => (text, Some(Type::Iri)),
        None => match text.strip_suffix("~literal") {
            Some(text) => (text, Some(Type::Literal)),
            None => (text, None),
        },
    }
}
