//! Functions that a mapping declares itself: a composition of others (`fm:body`) or a SPARQL expression (`fm:sparql`).
//!
//! Within a body, `rml:reference` and the references of templates name parameters, by the end of their IRI.

use std::sync::Arc;

use spargebra::algebra::{Expression as Sparql, Function, GraphPattern};
use spargebra::{Query, SparqlParser};

use super::checker::{Checker, DEEPEST_CALL};
use super::{Expression, Form, view_keys};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{self, short};

const BODY: &str = "https://w3id.org/factmill/ns#body";
const SPARQL: &str = "https://w3id.org/factmill/ns#sparql";
const EXPECTS: &str = "https://w3id.org/function/ontology#expects";
const RETURNS: &str = "https://w3id.org/function/ontology#returns";
const PREDICATE: &str = "https://w3id.org/function/ontology#predicate";
const REQUIRED: &str = "https://w3id.org/function/ontology#required";

/// Longest SPARQL expression, in bytes, and how deep its brackets and signs may go: the parser calls itself.
const LONGEST: usize = 4096;
const DEEPEST: usize = 64;

/// The variable that an expression's value is bound to.
pub const RESULT: &str = "fm_result";

/// A function that a mapping declares.
#[derive(Debug)]
pub struct UserFunction {
    /// Its IRI.
    pub iri: String,
    /// Its parameters.
    pub parameters: Vec<UserParameter>,
    /// What `rml:return` may name.
    pub outputs: Vec<String>,
    /// What it does.
    pub body: UserBody,
}

/// A parameter of a declared function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserParameter {
    /// Its IRI and that of its predicate.
    pub names: Vec<String>,
    /// What the body calls it: the end of its IRI.
    pub local: String,
    /// Whether the function gives null without it.
    pub required: bool,
}

/// What a declared function does.
#[derive(Debug)]
pub enum UserBody {
    /// An expression whose references are parameters.
    Expression(Expression),
    /// A query that gives the value of an expression whose variables are parameters.
    Sparql(Box<Query>),
}

/// A call of a declared function.
#[derive(Clone, Debug)]
pub struct UserCall {
    /// The function.
    pub function: Arc<UserFunction>,
    /// The number of a parameter, and its value.
    pub inputs: Vec<(usize, Expression)>,
}

impl Checker<'_> {
    /// Checks the declared functions that nothing calls.
    pub(super) fn other_functions(&mut self) {
        for id in 0..self.doc.nodes.len() {
            if self.declares_function(id) {
                let place = self.node(id).place.clone();
                self.user_function(id, &place);
            }
        }
    }

    fn declares_function(&self, id: NodeId) -> bool {
        !self.all(id, BODY).is_empty() || !self.all(id, SPARQL).is_empty()
    }

    /// Returns the node that declares a function of that IRI.
    pub(super) fn declaration(&self, iri: &str) -> Option<NodeId> {
        let named =
            |id: &NodeId| matches!(&self.node(*id).name, NodeName::Iri(name) if name == iri);
        (0..self.doc.nodes.len()).find(|id| named(id) && self.declares_function(*id))
    }

    /// Returns a declared function; `place` is where it is called.
    pub(super) fn user_function(&mut self, id: NodeId, place: &Place) -> Option<Arc<UserFunction>> {
        if let Some(known) = self.functions.get(&id) {
            return known.clone();
        }
        if self.within.contains(&id) || self.within.len() >= DEEPEST_CALL {
            let name = self.doc.label(id);
            self.error_with_hint(
                place,
                format!("the function {name} calls itself"),
                "functions cannot be recursive",
            );
            return None;
        }
        self.within.push(id);
        let made = self.user_function_within(id).map(Arc::new);
        self.within.pop();
        self.functions.insert(id, made.clone());
        made
    }

    fn user_function_within(&mut self, id: NodeId) -> Option<UserFunction> {
        self.allow(id, "a function", &[BODY, SPARQL, EXPECTS, RETURNS]);
        let parameters = match self.one(id, EXPECTS) {
            Some(property) => self
                .items(property)?
                .iter()
                .map(|item| self.user_parameter(item))
                .collect::<Option<Vec<UserParameter>>>()?,
            None => Vec::new(),
        };
        let outputs = match self.one(id, RETURNS) {
            Some(property) => {
                let items = self.items(property)?;
                items.iter().flat_map(|item| self.names_of(item)).collect()
            }
            None => Vec::new(),
        };
        let body = match (self.one(id, BODY), self.one(id, SPARQL)) {
            (Some(property), None) => {
                let node = self.object_node(property)?;
                let body = self.value_map(node, "a function body", &property.object_place, 1)?;
                let mut references = Vec::new();
                view_keys::of_expression(&body, &mut references);
                for (name, place) in references {
                    self.known_parameter(name, &parameters, place)?;
                }
                UserBody::Expression(body)
            }
            (None, Some(property)) => self.sparql(property, &parameters)?,
            (_, second) => {
                let place =
                    second.map_or_else(|| self.node(id).place.clone(), |one| one.place.clone());
                self.error_with_hint(
                    &place,
                    "a function has fm:body or fm:sparql, not both",
                    "keep one of them",
                );
                return None;
            }
        };
        Some(UserFunction {
            iri: self.doc.label(id),
            parameters,
            outputs,
            body,
        })
    }

    fn known_parameter(
        &mut self,
        name: &str,
        parameters: &[UserParameter],
        place: &Place,
    ) -> Option<()> {
        let known = || parameters.iter().map(|parameter| parameter.local.as_str());
        if known().any(|local| local == name) {
            return Some(());
        }
        let diagnostic = Diagnostic::error(
            codes::UNKNOWN_FUNCTION,
            format!("the function has no parameter \"{name}\""),
        );
        let hint = match vocabulary::nearest(name, known()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!(
                "it has {}; list parameters in fno:expects",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        self.errors.push(diagnostic.at(place.clone()).hint(hint));
        None
    }

    fn names_of(&self, item: &Property) -> Vec<String> {
        let Object::Node(id) = item.object else {
            return Vec::new();
        };
        let own = self.doc.iri(&item.object).map(str::to_owned);
        let predicate = self.all(id, PREDICATE);
        let predicate = predicate
            .first()
            .and_then(|property| self.doc.iri(&property.object));
        own.into_iter()
            .chain(predicate.map(str::to_owned))
            .collect()
    }

    fn user_parameter(&mut self, item: &Property) -> Option<UserParameter> {
        let id = self.object_node(item)?;
        self.visit(id);
        let names = self.names_of(item);
        let Some(name) = names.first() else {
            self.error_with_hint(
                &item.object_place,
                "the parameter has no name",
                "write its IRI, or [ fno:predicate … ]",
            );
            return None;
        };
        let local = name
            .rsplit(['#', '/'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let required = match self.one(id, REQUIRED) {
            Some(property) => self.text(property)?.trim() != "false",
            None => true,
        };
        Some(UserParameter {
            names,
            local,
            required,
        })
    }

    fn sparql(&mut self, property: &Property, parameters: &[UserParameter]) -> Option<UserBody> {
        let text = self.text(property)?;
        let place = &property.object_place;
        if text.len() > LONGEST || depth(&text) > DEEPEST {
            self.error_with_hint(
                place,
                "the expression is too long or too deep",
                "declare a function for a part of it",
            );
            return None;
        }
        let query = SparqlParser::new()
            .with_prefix("xsd", vocabulary::XSD)
            .and_then(|parser| parser.with_prefix("fn", "http://www.w3.org/2005/xpath-functions#"));
        let parser = match query {
            Ok(parser) => parser,
            Err(error) => {
                self.error(place, format!("the expression cannot be read: {error}"));
                return None;
            }
        };
        // What is not selected cannot be given a value from outside.
        let selected: String = parameters
            .iter()
            .filter(|one| oxrdf::Variable::new(one.local.as_str()).is_ok())
            .map(|one| format!(" ?{}", one.local))
            .collect();
        let whole = format!("SELECT ?{RESULT}{selected} WHERE {{ BIND(({text}\n) AS ?{RESULT}) }}");
        let query = match parser.parse_query(&whole) {
            Ok(query) => query,
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().to_owned();
                self.error_with_hint(
                    place,
                    format!("\"{text}\" is no SPARQL expression: {why}"),
                    "write what stands between BIND ( and AS, with ?name for the parameter that ends in name",
                );
                return None;
            }
        };
        let Some(expression) = expression_of(&query) else {
            self.error(place, "fm:sparql takes an expression, not a query");
            return None;
        };
        let mut variables = Vec::new();
        if let Err(why) = allowed(expression, &mut variables) {
            self.error_with_hint(
                place,
                format!("{why} cannot stand in a function"),
                "the same values must give the same result",
            );
            return None;
        }
        for variable in variables {
            self.known_parameter(&variable, parameters, place)?;
        }
        Some(UserBody::Sparql(Box::new(query)))
    }

    /// Returns the call of a declared function that an execution is; its properties have been allowed.
    pub(super) fn user_call(
        &mut self,
        function: Arc<UserFunction>,
        id: NodeId,
        map: NodeId,
        place: &Place,
        depth: usize,
    ) -> Option<Form> {
        if let Some((iri, place)) = self.direct_or_map(map, "return", "returnMap")
            && !function.outputs.contains(&iri)
        {
            self.errors.push(
                Diagnostic::error(
                    codes::UNKNOWN_FUNCTION,
                    format!("{} does not return {}", function.iri, short(&iri)),
                )
                .at(place)
                .hint("leave rml:return out, or list it in fno:returns"),
            );
            return None;
        }
        let mut inputs: Vec<(usize, Expression)> = Vec::new();
        for property in self.all(id, "input") {
            let (node, iri, at) = self.input_parameter(property)?;
            let value = self.input_value(node, &property.object_place, depth);
            let known = function
                .parameters
                .iter()
                .position(|parameter| parameter.names.contains(&iri));
            let Some(index) = known else {
                let names: Vec<String> = function
                    .parameters
                    .iter()
                    .filter_map(|one| one.names.first())
                    .map(|name| short(name))
                    .collect();
                self.errors.push(
                    Diagnostic::error(
                        codes::UNKNOWN_FUNCTION,
                        format!("{} has no parameter {}", function.iri, short(&iri)),
                    )
                    .at(at)
                    .hint(format!("it takes {}", names.join(", "))),
                );
                return None;
            };
            inputs.push((index, value?));
        }
        let given = |index: usize| inputs.iter().filter(|(given, _)| *given == index).count();
        for (index, parameter) in function.parameters.iter().enumerate() {
            if given(index) > 1 || (parameter.required && given(index) == 0) {
                let verb = if given(index) == 0 {
                    "needs"
                } else {
                    "takes once"
                };
                let message = format!("{} {verb} {}", function.iri, parameter.local);
                self.errors
                    .push(Diagnostic::error(codes::UNKNOWN_FUNCTION, message).at(place.clone()));
                return None;
            }
        }
        Some(Form::UserCall(Box::new(UserCall { function, inputs })))
    }
}

/// Returns how deep brackets and signs in a row go.
fn depth(text: &str) -> usize {
    let (mut brackets, mut signs, mut most) = (0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        match c {
            '(' => brackets += 1,
            ')' => brackets = brackets.saturating_sub(1),
            '!' | '-' | '+' => signs += 1,
            _ => {}
        }
        most = most.max(brackets + signs);
    }
    most
}

fn expression_of(query: &Query) -> Option<&Sparql> {
    let Query::Select { pattern, .. } = query else {
        return None;
    };
    let GraphPattern::Project { inner, .. } = pattern else {
        return None;
    };
    let GraphPattern::Extend {
        inner, expression, ..
    } = &**inner
    else {
        return None;
    };
    let empty = matches!(&**inner, GraphPattern::Bgp { patterns } if patterns.is_empty());
    empty.then_some(expression)
}

/// Collects the variables of an expression.
///
/// # Errors
/// The name of what depends on more than its values.
fn allowed(expression: &Sparql, variables: &mut Vec<String>) -> Result<(), String> {
    let mut inner: Vec<&Sparql> = Vec::new();
    match expression {
        Sparql::NamedNode(_) | Sparql::Literal(_) => {}
        Sparql::Variable(variable) | Sparql::Bound(variable) => {
            variables.push(variable.as_str().to_owned());
        }
        Sparql::Or(a, b)
        | Sparql::And(a, b)
        | Sparql::Equal(a, b)
        | Sparql::SameTerm(a, b)
        | Sparql::Greater(a, b)
        | Sparql::GreaterOrEqual(a, b)
        | Sparql::Less(a, b)
        | Sparql::LessOrEqual(a, b)
        | Sparql::Add(a, b)
        | Sparql::Subtract(a, b)
        | Sparql::Multiply(a, b)
        | Sparql::Divide(a, b) => inner.extend([&**a, &**b]),
        Sparql::UnaryPlus(a) | Sparql::UnaryMinus(a) | Sparql::Not(a) => inner.push(a),
        Sparql::In(a, list) => {
            inner.push(a);
            inner.extend(list);
        }
        Sparql::If(a, b, c) => inner.extend([&**a, &**b, &**c]),
        Sparql::Coalesce(list) => inner.extend(list),
        Sparql::FunctionCall(function, list) => {
            match function {
                Function::Rand
                | Function::Now
                | Function::Uuid
                | Function::StrUuid
                | Function::BNode => {
                    return Err(function.to_string());
                }
                Function::Custom(iri) if !iri.as_str().starts_with(vocabulary::XSD) => {
                    return Err(iri.to_string());
                }
                _ => {}
            }
            inner.extend(list);
        }
        Sparql::Exists(_) => return Err("EXISTS".to_owned()),
    }
    inner
        .into_iter()
        .try_for_each(|inner| allowed(inner, variables))
}
