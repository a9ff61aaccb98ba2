//! Function executions.

use regex::{Regex, RegexBuilder};

use super::checker::{Checker, DEEPEST_CALL};
use super::triples::fm;
use super::{Call, Constant, Expression, Form, Table};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::function::{self, Function, Role};
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::{GREL, RML, short};
use crate::mapping::{FileForm, Formulation, LogicalSource};

/// How large a compiled pattern may be, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

impl Checker<'_> {
    /// Returns the call that `rml:functionExecution` of the node `map` leads to.
    pub(super) fn call(&mut self, property: &Property, map: NodeId, depth: usize) -> Option<Form> {
        let id = self.object_node(property)?;
        let place = &property.object_place;
        if depth >= DEEPEST_CALL {
            self.error_with_hint(
                place,
                "function executions are nested too deep",
                "does one lead back to itself?",
            );
            return None;
        }
        self.allow(
            id,
            "a function execution",
            &["function", "functionMap", "input"],
        );
        let (iri, at) = self.function_name(id, place)?;
        if let Some(declared) = self.declaration(&iri) {
            let function = self.user_function(declared, &at)?;
            return self.user_call(function, id, map, place, depth);
        }
        let function = self.function(&iri, at)?;
        let output = self.output(function, map);
        let inputs = self.inputs(function, id, depth)?;
        self.required(function, id, &inputs, place)?;
        self.date_forms(function, &inputs);
        let pattern = self.pattern(function, &inputs);
        let table = self.table(function, &inputs, place);
        Some(Form::Call(Box::new(Call {
            function,
            output,
            pattern: pattern?,
            table: table?,
            inputs,
        })))
    }

    /// Returns a property that takes an IRI directly or as the constant of a map.
    pub(super) fn direct_or_map(
        &mut self,
        id: NodeId,
        shortcut: &str,
        long: &str,
    ) -> Option<(String, Place)> {
        let property = self.either(id, shortcut, long)?;
        if property.predicate.strip_prefix(RML) == Some(shortcut) {
            let iri = self.iri(property)?;
            return Some((iri.to_owned(), property.object_place.clone()));
        }
        let node = self.object_node(property)?;
        let found = self.value_map(node, &format!("rml:{long}"), &property.object_place, 0)?;
        match found.form {
            Form::Constant(Constant::Iri(iri)) => Some((iri, found.place)),
            _ => {
                self.error_with_hint(
                    &found.place,
                    format!("rml:{long} must be a constant IRI"),
                    "use rml:constant",
                );
                None
            }
        }
    }

    /// Returns the IRI of the function that an execution names, and where.
    fn function_name(&mut self, id: NodeId, place: &Place) -> Option<(String, Place)> {
        if self.all(id, "function").is_empty() && self.all(id, "functionMap").is_empty() {
            self.lacking(
                id,
                place,
                "the function execution names no function",
                "add rml:function",
            );
            return None;
        }
        self.direct_or_map(id, "function", "functionMap")
    }

    fn function(&mut self, iri: &str, place: Place) -> Option<&'static Function> {
        let found = function::find(iri);
        if found.is_none() {
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_FUNCTION,
                format!("there is no function {}", short(iri)),
            )
            .at(place);
            let near: Vec<String> = function::near(iri).into_iter().map(short).collect();
            if let Some(why) = function::refused(iri) {
                diagnostic = diagnostic.hint(why);
            } else if !near.is_empty() {
                diagnostic = diagnostic.hint(format!("did you mean {}?", near.join(" or ")));
            }
            self.errors.push(diagnostic);
        }
        found
    }

    /// Returns the number of the output that a map asks for: the first when it does not say.
    fn output(&mut self, function: &Function, map: NodeId) -> usize {
        let Some((iri, place)) = self.direct_or_map(map, "return", "returnMap") else {
            return 0;
        };
        let name = function::canonical(&iri);
        let found = function.outputs.iter().position(|output| *output == name);
        if found.is_none() {
            let names: Vec<String> = function.outputs.iter().map(|iri| short(iri)).collect();
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_FUNCTION,
                format!("{} does not return {}", short(function.iri), short(&iri)),
            )
            .at(place);
            diagnostic = if names.is_empty() {
                diagnostic.hint("leave rml:return out")
            } else {
                diagnostic.hint(format!("it returns {}", names.join(", ")))
            };
            self.errors.push(diagnostic);
        }
        found.unwrap_or_default()
    }

    fn inputs(
        &mut self,
        function: &Function,
        id: NodeId,
        depth: usize,
    ) -> Option<Vec<(usize, Expression)>> {
        let mut inputs: Vec<(usize, Expression)> = Vec::new();
        let mut complete = true;
        for property in self.all(id, "input") {
            let Some(input) = self.input(function, property, depth) else {
                complete = false;
                continue;
            };
            let parameter = &function.parameters[input.0];
            if !parameter.several
                && let Some((_, first)) = inputs.iter().find(|(index, _)| *index == input.0)
            {
                let name = short(parameter.names[0]);
                let first = first.place.clone();
                self.errors.push(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!("{} takes {name} once", short(function.iri)),
                    )
                    .at(property.object_place.clone())
                    .and_at("the first", first),
                );
                complete = false;
            }
            inputs.push(input);
        }
        complete.then_some(inputs)
    }

    fn input(
        &mut self,
        function: &Function,
        property: &Property,
        depth: usize,
    ) -> Option<(usize, Expression)> {
        let named = self.input_parameter(property);
        let id = self.object_node(property)?;
        let value = self.input_value(id, &property.object_place, depth);
        let (_, iri, place) = named?;
        let Some(index) = function.parameter(&iri) else {
            self.errors.push(function.no_parameter(&iri, place));
            return None;
        };
        Some((index, value?))
    }

    /// Returns the node of an input, the parameter it names, and where.
    pub(super) fn input_parameter(
        &mut self,
        property: &Property,
    ) -> Option<(NodeId, String, Place)> {
        let id = self.object_node(property)?;
        self.allow(
            id,
            "an input",
            &["parameter", "parameterMap", "inputValue", "inputValueMap"],
        );
        let named = self.direct_or_map(id, "parameter", "parameterMap");
        if self.all(id, "parameter").is_empty() && self.all(id, "parameterMap").is_empty() {
            self.lacking(
                id,
                &property.object_place,
                "the input names no parameter",
                "add rml:parameter",
            );
        }
        named.map(|(iri, place)| (id, iri, place))
    }

    pub(super) fn input_value(
        &mut self,
        id: NodeId,
        place: &Place,
        depth: usize,
    ) -> Option<Expression> {
        let Some(property) = self.either(id, "inputValue", "inputValueMap") else {
            self.lacking(
                id,
                place,
                "the input has no value",
                "add rml:inputValue or rml:inputValueMap",
            );
            return None;
        };
        if property.predicate.strip_prefix(RML) == Some("inputValue") {
            let constant = match &property.object {
                Object::Node(_) => Constant::Iri(self.iri(property)?.to_owned()),
                Object::Literal { .. } => self.constant_value(property)?,
            };
            return Some(Expression {
                place: property.object_place.clone(),
                form: Form::Constant(constant),
            });
        }
        let node = self.object_node(property)?;
        self.value_map(
            node,
            "an input value map",
            &property.object_place,
            depth + 1,
        )
    }

    fn required(
        &mut self,
        function: &Function,
        id: NodeId,
        inputs: &[(usize, Expression)],
        place: &Place,
    ) -> Option<()> {
        let missing: Vec<String> = function
            .parameters
            .iter()
            .enumerate()
            .filter(|(index, parameter)| {
                parameter.required && !inputs.iter().any(|(given, _)| given == index)
            })
            .map(|(_, parameter)| short(parameter.names[0]))
            .collect();
        if missing.is_empty() {
            return Some(());
        }
        if self.slipped(id) {
            return None;
        }
        self.errors.push(
            Diagnostic::error(
                codes::UNKNOWN_FUNCTION,
                format!("{} needs {}", short(function.iri), missing.join(", ")),
            )
            .at(place.clone())
            .hint("add rml:input [ rml:parameter … ; rml:inputValue … ]"),
        );
        None
    }

    /// Returns the text of the constant input with that role.
    fn constant_input<'e>(
        &mut self,
        function: &Function,
        inputs: &'e [(usize, Expression)],
        role: Role,
    ) -> Option<(&'e str, &'e Place)> {
        let (index, expression) = inputs
            .iter()
            .find(|(index, _)| function.parameters[*index].role == role)?;
        match &expression.form {
            Form::Constant(constant) => Some((constant.text(), &expression.place)),
            _ => {
                let name = short(function.parameters[*index].names[0]);
                self.error_with_hint(
                    &expression.place,
                    format!("{name} must be a constant"),
                    "use rml:inputValue \"…\"",
                );
                None
            }
        }
    }

    /// Returns the compiled pattern of a call: `None` after an error, `Some(None)` when there is none.
    #[expect(clippy::option_option, reason = "an error and no pattern differ")]
    fn pattern(
        &mut self,
        function: &Function,
        inputs: &[(usize, Expression)],
    ) -> Option<Option<Regex>> {
        if !function.has(Role::Pattern) {
            return Some(None);
        }
        let (pattern, place) = self.constant_input(function, inputs, Role::Pattern)?;
        // GREL writes patterns between slashes.
        let pattern = pattern
            .strip_prefix('/')
            .and_then(|pattern| pattern.strip_suffix('/'))
            .filter(|_| function.iri.starts_with(GREL))
            .unwrap_or(pattern);
        match RegexBuilder::new(pattern)
            .size_limit(LARGEST_PATTERN)
            .build()
        {
            Ok(regex) => Some(Some(regex)),
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().to_owned();
                self.error(
                    place,
                    format!("the pattern \"{pattern}\" is not valid: {why}"),
                );
                None
            }
        }
    }

    /// Refuses patterns of dates that would be wrong for every value.
    fn date_forms(&mut self, function: &Function, inputs: &[(usize, Expression)]) {
        for (index, expression) in inputs {
            if function.parameters[*index].role == Role::DateForm
                && let Form::Constant(constant) = &expression.form
                && let Err(fault) = function::check_date_form(constant.text())
            {
                let mut diagnostic = Diagnostic::error(codes::MAPPING_TERM, fault.message)
                    .at(expression.place.clone());
                diagnostic.hints.extend(fault.hint);
                self.errors.push(diagnostic);
            }
        }
    }

    /// Returns the table of a call: `None` after an error, `Some(None)` when there is none.
    #[expect(clippy::option_option, reason = "an error and no table differ")]
    fn table(
        &mut self,
        function: &Function,
        inputs: &[(usize, Expression)],
        place: &Place,
    ) -> Option<Option<Table>> {
        if !function.has(Role::Table) {
            return Some(None);
        }
        let path = self.constant_input(function, inputs, Role::Table);
        let from = self.constant_input(function, inputs, Role::From);
        let to = self.constant_input(function, inputs, Role::To);
        let (path, declared) = path?;
        if path.is_empty() {
            self.error(place, format!("{} is empty", fm("table")));
        }
        Some(Some(Table {
            source: LogicalSource {
                nulls: vec![String::new()],
                ..LogicalSource::of_file(
                    FileForm {
                        declared: declared.clone(),
                        path: path.to_owned(),
                        ..FileForm::default()
                    },
                    Formulation::Csv,
                )
            },
            from: from?.0.to_owned(),
            to: to?.0.to_owned(),
        }))
    }
}
