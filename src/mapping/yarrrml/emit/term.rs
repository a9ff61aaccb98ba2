//! Term maps, function executions and joins.

use oxiri::Iri;

use super::{Emitter, literal};
use crate::diagnostic::Place;
use crate::mapping::function;
use crate::mapping::legacy::OLD_IDLAB;
use crate::mapping::syntax::{NodeId, Object};
use crate::mapping::vocabulary::IDLAB;
use crate::mapping::yarrrml::model::{Call, Input, Side, Term, Text, Type, What};
use crate::mapping::yarrrml::value::Parts;

const LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Subject,
    Predicate,
    Object,
    Graph,
    /// A language, an input of a function, a side of a join: only a value.
    Value,
}

impl Emitter<'_> {
    /// Returns the object maps of an object: one, or one for each triples map of the mappings it leads to.
    pub(super) fn object(&mut self, term: &Term) -> Vec<NodeId> {
        let What::Mappings { names, conditions } = &term.what else {
            return vec![self.term(term, Position::Object)];
        };
        let mut found = Vec::new();
        for name in names {
            for parent in self.maps_named(name) {
                let node = self.blank(&term.place);
                self.rml(node, "parentTriplesMap", Object::Node(parent), &name.place);
                for condition in conditions {
                    self.join(node, condition);
                }
                self.targets_of(node, &term.targets);
                found.push(node);
            }
        }
        found
    }

    /// Returns the term map of a term.
    pub(super) fn term(&mut self, term: &Term, position: Position) -> NodeId {
        let node = self.blank(&term.place);
        let place = &term.place;
        match &term.what {
            What::Fresh => {}
            What::Value(text) => self.value(node, term, text, position),
            What::Call(call) => {
                let execution = self.call(call, false);
                self.rml(
                    node,
                    "functionExecution",
                    Object::Node(execution),
                    &call.place,
                );
                self.qualify(node, term);
            }
            What::Mappings { .. } => {
                self.reader.error(
                    place,
                    "only an object can be the subject of another mapping",
                    "write value: or function:",
                );
            }
        }
        let constant = self.doc.nodes[node]
            .properties
            .iter()
            .any(|property| property.predicate.ends_with("/constant"));
        let stated = match term.kind {
            Some(Type::Iri) if position == Position::Object || position == Position::Value => {
                Some("IRI")
            }
            Some(Type::Blank) => Some("BlankNode"),
            Some(Type::Literal) if position == Position::Object => Some("Literal"),
            _ => None,
        };
        if let Some(kind) = stated.filter(|_| !constant) {
            let kind = self.iri(&format!("{}{kind}", crate::mapping::vocabulary::RML), place);
            self.rml(node, "termType", kind, place);
        }
        self.targets_of(node, &term.targets);
        node
    }

    fn value(&mut self, node: NodeId, term: &Term, text: &str, position: Position) {
        let place = &term.place;
        let parts = self.parsed(text, place);
        let wants_iri = term.kind == Some(Type::Iri)
            || matches!(
                position,
                Position::Subject | Position::Predicate | Position::Graph
            ) && term.kind != Some(Type::Blank);
        if wants_iri {
            self.known_prefix(parts.unknown_prefix.as_deref(), place);
        }
        match (parts.reference(), parts.constant()) {
            (Some(reference), _) => {
                let reference = literal(reference);
                self.rml(node, "reference", reference, place);
            }
            (None, Some(_)) if term.kind == Some(Type::Blank) => {
                self.rml(node, "template", literal(&parts.template()), place);
            }
            (None, Some(constant)) => {
                self.constant(node, term, &constant, wants_iri);
                return;
            }
            (None, None) => self.rml(node, "template", literal(&parts.template()), place),
        }
        self.qualify(node, term);
    }

    /// Adds a constant, with its language or datatype in it.
    fn constant(&mut self, node: NodeId, term: &Term, constant: &str, wants_iri: bool) {
        let place = &term.place;
        if wants_iri && Iri::parse(constant).is_ok() {
            let iri = self.iri(constant, place);
            self.rml(node, "constant", iri, place);
            return;
        }
        let fixed = |parts: &Parts| parts.constant();
        let datatype = term
            .datatype
            .as_ref()
            .map(|datatype| self.named(datatype))
            .filter(|iri| iri != LANG_STRING);
        let language = term.language.as_deref().filter(|_| datatype.is_none());
        let tag = language
            .filter(|language| language.targets.is_empty())
            .and_then(|language| match &language.what {
                What::Value(text) => fixed(&self.parsed(text, &language.place)),
                _ => None,
            });
        if language.is_some() && tag.is_none()
            || datatype
                .as_ref()
                .is_some_and(|iri| Iri::parse(iri.as_str()).is_err())
        {
            // A language that varies or has targets of its own needs a text that is no constant of RML.
            self.rml(node, "template", literal(&escape(constant)), place);
            self.qualify(node, term);
            return;
        }
        let object = Object::Literal {
            text: constant.to_owned(),
            language: tag,
            datatype,
        };
        self.rml(node, "constant", object, place);
    }

    /// Adds the datatype or the language of a term.
    fn qualify(&mut self, node: NodeId, term: &Term) {
        if let Some(datatype) = &term.datatype {
            let parts = self.parsed(&datatype.text, &datatype.place);
            let ignored =
                term.language.is_some() && parts.constant().as_deref() == Some(LANG_STRING);
            if !ignored {
                self.known_prefix(parts.unknown_prefix.as_deref(), &datatype.place);
                match parts.constant() {
                    Some(iri) => {
                        let iri = self.iri_or_text(&iri, &datatype.place);
                        self.rml(node, "datatype", iri, &datatype.place);
                    }
                    None => {
                        let what = What::Value(datatype.text.clone());
                        let map = self.term(
                            &Term::new(datatype.place.clone(), None, what),
                            Position::Value,
                        );
                        self.rml(node, "datatypeMap", Object::Node(map), &datatype.place);
                    }
                }
                return;
            }
        }
        if let Some(language) = &term.language {
            let map = self.term(
                &Term {
                    kind: None,
                    ..(**language).clone()
                },
                Position::Value,
            );
            self.rml(node, "languageMap", Object::Node(map), &language.place);
        }
    }

    /// Returns the execution of a function; in a join, values of the other side are marked.
    fn call(&mut self, call: &Call, join: bool) -> NodeId {
        let execution = self.blank(&call.place);
        let function = self.function_name(&call.function);
        let function = self.iri_or_text(&function, &call.function.place);
        self.rml(execution, "function", function, &call.function.place);
        for input in &call.inputs {
            let place = &input.parameter.place;
            let node = self.blank(place);
            self.rml(execution, "input", Object::Node(node), place);
            let parameter = self.named(&input.parameter);
            let parameter = self.iri_or_text(&parameter, place);
            self.rml(node, "parameter", parameter, place);
            let mut value = match &input.value.what {
                What::Call(inner) => self.nested(&input.value, inner, join),
                _ => self.term(&input.value, Position::Value),
            };
            if join
                && input.side == Some(Side::Object)
                && !matches!(input.value.what, What::Call(_))
            {
                let marked = self.blank(&input.value.place);
                self.rml(
                    marked,
                    "parentTermMap",
                    Object::Node(value),
                    &input.value.place,
                );
                value = marked;
            }
            self.rml(
                node,
                "inputValueMap",
                Object::Node(value),
                &input.value.place,
            );
        }
        execution
    }

    fn nested(&mut self, term: &Term, call: &Call, join: bool) -> NodeId {
        if !join {
            return self.term(term, Position::Value);
        }
        let node = self.blank(&term.place);
        let execution = self.call(call, join);
        self.rml(
            node,
            "functionExecution",
            Object::Node(execution),
            &call.place,
        );
        node
    }

    fn function_name(&mut self, function: &Text) -> String {
        let name = self.named(function);
        if Iri::parse(name.as_str()).is_err() {
            self.reader.error(
                &function.place,
                format!("the function {name} is no IRI"),
                "write it with a prefix, such as grel:toUpperCase",
            );
        }
        name
    }

    /// Adds a join condition: equality of one value of each side, or a function that has no place in RML of today.
    fn join(&mut self, node: NodeId, call: &Call) {
        let condition = self.blank(&call.place);
        self.rml(node, "joinCondition", Object::Node(condition), &call.place);
        let name = self.named(&call.function);
        let equal = [IDLAB, OLD_IDLAB]
            .iter()
            .any(|namespace| name.strip_prefix(namespace) == Some("equal"));
        let right = !equal || self.has_parameters(&name, call);
        if let (true, [first, second]) = (equal, call.inputs.as_slice()) {
            let (child, parent) = match (self.side(first), self.side(second)) {
                (Share::Object, Share::Subject | Share::Neither) => (Some(second), Some(first)),
                (Share::Object | Share::Both, _) | (_, Share::Both) => (None, None),
                // Without a word on sides the second value is the parent's, as the order of the parameters says.
                _ => (Some(first), Some(second)),
            };
            if let (Some(child), Some(parent)) = (child, parent) {
                for (input, long) in [(child, "childMap"), (parent, "parentMap")] {
                    let value = self.term(
                        &Term {
                            kind: None,
                            ..input.value.clone()
                        },
                        Position::Value,
                    );
                    self.rml(condition, long, Object::Node(value), &input.value.place);
                }
                return;
            }
        }
        if !right {
            return;
        }
        let execution = self.call(call, true);
        self.rml(
            condition,
            "functionExecution",
            Object::Node(execution),
            &call.place,
        );
    }

    /// Returns whether a function has the parameters of all inputs; says so of those that it does not have.
    fn has_parameters(&mut self, function: &str, call: &Call) -> bool {
        let function = function::find(function);
        let before = self.reader.findings.len();
        for input in &call.inputs {
            let told = self.reader.findings.len();
            let iri = self.named(&input.parameter);
            let unknown = function.filter(|function| function.parameter(&iri).is_none());
            // Of a prefix that is not known nothing more is to be said.
            if let (Some(function), true) = (unknown, self.reader.findings.len() == told) {
                let finding = function.no_parameter(&iri, input.parameter.place.clone());
                self.reader.findings.push(finding);
            }
        }
        self.reader.findings.len() == before
    }

    /// Returns the sides that an input is taken from, as far as it or what it is made of says.
    fn side(&self, input: &Input) -> Share {
        match &input.value.what {
            What::Call(call) => {
                let shares = call.inputs.iter().map(|input| self.side(input));
                shares.fold(Share::Neither, Share::with)
            }
            _ if input.side == Some(Side::Object) => Share::Object,
            What::Value(text) if self.reader.parse(text).references().next().is_some() => {
                Share::Subject
            }
            _ => Share::Neither,
        }
    }

    /// Returns the text of a place, for what is written where nothing stands in the YAML.
    pub(super) fn text_at(&mut self, subject: NodeId, predicate: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.add(subject, predicate, literal(&text.text), &text.place);
        }
    }

    /// Adds a predicate-object map with a constant predicate.
    pub(super) fn say(&mut self, map: NodeId, predicate: &str, object: &Term) {
        let place = object.place.clone();
        let node = self.term(object, Position::Object);
        self.say_node(map, predicate, node, &place);
    }

    /// Adds a predicate-object map with a constant predicate and an object map.
    pub(super) fn say_node(
        &mut self,
        map: NodeId,
        predicate: &str,
        object_map: NodeId,
        place: &Place,
    ) {
        let pom = self.blank(place);
        self.rml(map, "predicateObjectMap", Object::Node(pom), place);
        let predicate_map = self.blank(place);
        self.rml(pom, "predicateMap", Object::Node(predicate_map), place);
        let predicate = self.iri(predicate, place);
        self.rml(predicate_map, "constant", predicate, place);
        self.rml(pom, "objectMap", Object::Node(object_map), place);
    }
}

/// The sides of a join that a value is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Neither,
    Subject,
    Object,
    Both,
}

impl Share {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Neither, share) | (share, Self::Neither) => share,
            (a, b) if a == b => a,
            _ => Self::Both,
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('{', "\\{")
        .replace('}', "\\}")
}
