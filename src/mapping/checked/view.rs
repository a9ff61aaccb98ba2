//! Logical views (RML-LV): fields over another source, with joins between views.

use std::collections::BTreeMap;

use super::checker::Checker;
use super::term::{EXPRESSIONS, RETURNS};
use super::{Expression, JoinCondition};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::plan::JoinKind;
use crate::mapping::syntax::{NodeId, NodeName, Property};
use crate::mapping::vocabulary::{RML, short};
use crate::mapping::{Formulation, LogicalSource};

/// A logical view.
#[derive(Clone, Debug)]
pub struct LogicalView {
    /// Its IRI (relative to the file's own base) or label.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it is a view on.
    pub on: LogicalSource,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its joins, in the order of the text.
    pub joins: Vec<ViewJoin>,
}

/// A field of a view or of another field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Where its name stands.
    pub place: Place,
    /// Its name, after those of the fields it is within, with dots between them.
    pub name: String,
    /// What it is.
    pub form: FieldForm,
    /// The fields within it.
    pub fields: Vec<Field>,
}

/// The forms of a field.
#[derive(Clone, Debug)]
pub enum FieldForm {
    /// The values of an expression (`rml:ExpressionField`).
    Expression(Expression),
    /// The parts of a record that an iterator leads to (`rml:IterableField`).
    Parts {
        /// The iterator, in the words of the source.
        iterator: String,
        /// Where it stands.
        place: Place,
    },
    /// The records of a text that is a document of its own form: the value of the field around it, or of an expression.
    Text {
        /// What gives the text, if not the field around it.
        of: Option<Expression>,
        /// The form of the text; its path means nothing.
        source: Box<LogicalSource>,
    },
}

/// A join of a view with another.
#[derive(Clone, Debug)]
pub struct ViewJoin {
    /// Where it stands.
    pub place: Place,
    /// What becomes of records without a partner.
    pub kind: JoinKind,
    /// Index of the other view in [`super::Mapping::views`].
    pub parent: usize,
    /// What must be equal.
    pub conditions: Vec<JoinCondition>,
    /// The fields that the records of the other view add.
    pub fields: Vec<Field>,
}

/// How deep views and fields may be nested in all.
const DEEPEST_VIEW: usize = 64;
const TOO_DEEP: &str = "views and fields are nested too deep";

/// What fields are within.
#[derive(Clone, Copy)]
enum Around<'a> {
    /// Records, with the source that they are of.
    Records(&'a LogicalSource),
    /// The value of an expression, with the source that it is of.
    Value(&'a LogicalSource),
}

const FIELD: &[&str] = &[
    "fieldName",
    "field",
    "iterator",
    "referenceFormulation",
    "condition",
];

impl Checker<'_> {
    /// Returns whether a node is a logical view.
    pub(super) fn is_view(&self, id: NodeId) -> bool {
        !self.all(id, "viewOn").is_empty() || self.is_a(id, "LogicalView")
    }

    /// Checks the views that no triples map leads to.
    pub(super) fn other_views(&mut self) {
        for id in 0..self.doc.nodes.len() {
            if self.is_view(id) && !self.views.contains_key(&id) {
                let place = self.node(id).place.clone();
                self.view(id, &place);
            }
        }
    }

    /// Returns the source that a logical view is.
    pub(super) fn view(&mut self, id: NodeId, place: &Place) -> Option<LogicalSource> {
        if let Some(known) = self.views.get(&id) {
            return known.clone();
        }
        if self.within.contains(&id) {
            self.error_with_hint(
                place,
                format!("the logical view {} is made of itself", self.doc.label(id)),
                "a view is on a source, or on a view that does not lead back to it",
            );
            return None;
        }
        if self.within.len() >= DEEPEST_VIEW {
            self.error_with_hint(place, TOO_DEEP, "put fewer views on each other");
            return None;
        }
        // Views with the same description are one and the same.
        let description = self.doc.description(id);
        let twin = description.as_ref().and_then(|it| self.twins.get(it));
        if let Some(twin) = twin.cloned() {
            self.visit_all(id);
            self.views.insert(id, Some(twin.clone()));
            return Some(twin);
        }
        self.within.push(id);
        let made = self.view_within(id, place);
        self.within.pop();
        self.views.insert(id, made.clone());
        if let (Some(description), Some(made)) = (description, &made) {
            self.twins.insert(description, made.clone());
        }
        made
    }

    fn view_within(&mut self, id: NodeId, place: &Place) -> Option<LogicalSource> {
        self.allow(
            id,
            "a logical view",
            &[
                "viewOn",
                "field",
                "leftJoin",
                "innerJoin",
                "fullJoin",
                "outerJoin",
                "structuralAnnotation",
            ],
        );
        let on = match self.one(id, "viewOn") {
            Some(property) => self.logical_source(property),
            None => {
                // Many may lead to the view; what it lacks is lacking where it stands.
                let place = match &self.node(id).name {
                    NodeName::Iri(_) => self.node(id).place.clone(),
                    NodeName::Blank(_) => place.clone(),
                };
                self.lacking(
                    id,
                    &place,
                    "the logical view has no rml:viewOn",
                    "add rml:viewOn with a logical source or another view",
                );
                None
            }
        };
        // Without its source nothing can be said of its fields.
        let on = on?;
        let mut names = BTreeMap::new();
        let fields = self.fields(id, Around::Records(&on), "", &mut names);
        if fields.as_ref().is_some_and(Vec::is_empty) {
            self.lacking(
                id,
                place,
                "the logical view has no field",
                "add rml:field [ rml:fieldName \"…\" ; rml:reference \"…\" ]",
            );
            return None;
        }
        let mut joins = Some(Vec::new());
        for property in &self.node(id).properties {
            let kind = match property.predicate.strip_prefix(RML) {
                Some("leftJoin") => JoinKind::Left,
                Some("innerJoin") => JoinKind::Inner,
                Some("fullJoin" | "outerJoin") => JoinKind::Full,
                _ => continue,
            };
            match (self.view_join(property, kind, &mut names), &mut joins) {
                (Some(join), Some(joins)) => joins.push(join),
                _ => joins = None,
            }
        }
        if fields.is_some() && joins.is_some() {
            self.annotations(id, &names);
        }
        let source = LogicalSource {
            view: Some(self.logical_views.len()),
            evidence: None,
            ..on.clone()
        };
        self.logical_views.push(LogicalView {
            name: self.doc.label(id),
            place: self.node(id).place.clone(),
            on,
            fields: fields?,
            joins: joins?,
        });
        Some(source)
    }

    /// Returns the fields of a node: `None` after an error.
    fn fields(
        &mut self,
        id: NodeId,
        around: Around<'_>,
        prefix: &str,
        names: &mut BTreeMap<String, Place>,
    ) -> Option<Vec<Field>> {
        let mut found = Some(Vec::new());
        for property in self.all(id, "field") {
            match (self.field(property, around, prefix, names), &mut found) {
                (Some(field), Some(found)) => found.push(field),
                _ => found = None,
            }
        }
        found
    }

    fn field(
        &mut self,
        property: &Property,
        around: Around<'_>,
        prefix: &str,
        names: &mut BTreeMap<String, Place>,
    ) -> Option<Field> {
        let id = self.object_node(property)?;
        let place = &property.object_place;
        if self.within.contains(&id) {
            self.error_with_hint(
                place,
                format!("the field {} is within itself", self.doc.label(id)),
                "fields are nested like a tree",
            );
            return None;
        }
        if self.within.len() >= DEEPEST_VIEW {
            self.error_with_hint(place, TOO_DEEP, "nest fewer fields");
            return None;
        }
        self.within.push(id);
        let made = self.field_within(id, place, around, prefix, names);
        self.within.pop();
        made
    }

    fn field_within(
        &mut self,
        id: NodeId,
        place: &Place,
        around: Around<'_>,
        prefix: &str,
        names: &mut BTreeMap<String, Place>,
    ) -> Option<Field> {
        let known = [EXPRESSIONS, RETURNS, FIELD].concat();
        self.allow(id, "a field", &known);
        let name = match self.one(id, "fieldName") {
            Some(property) => self
                .field_name(property)
                .map(|name| (format!("{prefix}{name}"), property.object_place.clone())),
            None => {
                self.lacking(
                    id,
                    place,
                    "the field has no name",
                    "add rml:fieldName \"…\"",
                );
                None
            }
        };
        if let Some((name, place)) = &name {
            if let Some(first) = names.get(name) {
                self.errors.push(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!("there is a field \"{name}\" already"),
                    )
                    .at(place.clone())
                    .and_at("the first", first.clone())
                    .hint("give the fields different names"),
                );
                return None;
            }
            names.insert(name.clone(), place.clone());
        }
        let nested = self.all(id, "field").into_iter().any(|property| {
            matches!(property.object, crate::mapping::syntax::Object::Node(inner)
                if self.has_expression(inner))
        });
        let iterable = self.is_a(id, "IterableField")
            || !self.all(id, "iterator").is_empty()
            || !self.all(id, "referenceFormulation").is_empty()
            || (nested && !self.is_a(id, "ExpressionField"));
        let (form, inner) = if iterable {
            self.iterable(id, place, around)?
        } else {
            let Around::Records(source) = around else {
                self.error_with_hint(
                    place,
                    "a value has no values within it",
                    "put a rml:IterableField with a rml:referenceFormulation between the two",
                );
                return None;
            };
            let mut value = self.expression(id, place, false, 0)?;
            if let Some(condition) = self.condition(id, 0)? {
                value = Expression {
                    place: value.place.clone(),
                    form: super::Form::When(Box::new(condition), Box::new(value)),
                };
            }
            (FieldForm::Expression(value), source.clone())
        };
        let (name, place) = name?;
        let around = match form {
            FieldForm::Expression(_) => Around::Value(&inner),
            FieldForm::Parts { .. } | FieldForm::Text { .. } => Around::Records(&inner),
        };
        let fields = self.fields(id, around, &format!("{name}."), names)?;
        if fields.is_empty() && !matches!(form, FieldForm::Expression(_)) {
            self.lacking(
                id,
                &place,
                "the field is iterated over and has no field within it",
                "add rml:field [ rml:fieldName \"…\" ; rml:reference \"…\" ]",
            );
            return None;
        }
        Some(Field {
            place,
            name,
            form,
            fields,
        })
    }

    /// Returns the name of a field; dots and `#` are what keys are put together with.
    fn field_name(&mut self, property: &Property) -> Option<String> {
        let name = self.text(property)?;
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if !name.is_empty() && name.chars().all(allowed) {
            return Some(name);
        }
        self.error_with_hint(
            &property.object_place,
            format!("\"{name}\" is no name of a field"),
            "use letters, digits, underscores and hyphens",
        );
        None
    }

    /// Returns the form of an iterable field and the source that its records are of.
    fn iterable(
        &mut self,
        id: NodeId,
        place: &Place,
        around: Around<'_>,
    ) -> Option<(FieldForm, LogicalSource)> {
        let (outer, in_value) = match around {
            Around::Records(source) => (source, false),
            Around::Value(source) => (source, true),
        };
        let of = if self.has_expression(id) {
            Some(self.expression(id, place, false, 0)?)
        } else {
            None
        };
        let iterator = match self.one(id, "iterator") {
            Some(property) => Some((self.text(property)?, property.object_place.clone())),
            None => None,
        };
        let mut namespaces = outer.namespaces.clone();
        let declared = match self.one(id, "referenceFormulation") {
            Some(property) => {
                let formulation = self.formulation(property, &mut namespaces)?;
                Some((formulation, property.object_place.clone()))
            }
            None => None,
        };
        let same =
            |formulation: Formulation| outer.view.is_none() && outer.formulation == formulation;
        match declared {
            None if in_value => {
                self.lacking(
                    id,
                    place,
                    "nothing says of what form the value is",
                    "add rml:referenceFormulation rml:JSONPath, rml:CSV or rml:XPath",
                );
                None
            }
            Some((formulation, place)) if !in_value && of.is_none() && !same(formulation) => {
                self.error_with_hint(
                    &place,
                    "the form of the records around it cannot be changed here",
                    "name the text with a rml:ExpressionField, and put this field within it",
                );
                None
            }
            Some((formulation, _)) if in_value || of.is_some() => {
                let (iterator, iterator_place) = iterator.unzip();
                let source = LogicalSource {
                    formulation,
                    iterator,
                    iterator_place: iterator_place.or_else(|| Some(place.clone())),
                    namespaces,
                    view: None,
                    several: false,
                    evidence: None,
                    synonyms: None,
                    ..outer.clone()
                };
                let form = FieldForm::Text {
                    of,
                    source: Box::new(source.clone()),
                };
                Some((form, source))
            }
            _ => {
                let (iterator, place) = match (iterator, of) {
                    (Some(found), None) => found,
                    // Earlier drafts wrote the iterator as a reference.
                    (
                        None,
                        Some(Expression {
                            place,
                            form: super::Form::Reference(iterator),
                        }),
                    ) => (iterator, place),
                    (_, Some(of)) => {
                        self.error_with_hint(
                            &of.place,
                            "a field that is iterated over has no value of its own",
                            "keep rml:iterator",
                        );
                        return None;
                    }
                    (None, None) => {
                        self.lacking(
                            id,
                            place,
                            "nothing says what to iterate over",
                            "add rml:iterator \"…\"",
                        );
                        return None;
                    }
                };
                if outer.view.is_some() {
                    self.error_with_hint(
                        &place,
                        "records of a view have no parts to iterate over",
                        "iterate in the view itself",
                    );
                    return None;
                }
                Some((FieldForm::Parts { iterator, place }, outer.clone()))
            }
        }
    }

    fn view_join(
        &mut self,
        property: &Property,
        kind: JoinKind,
        names: &mut BTreeMap<String, Place>,
    ) -> Option<ViewJoin> {
        let id = self.object_node(property)?;
        let place = &property.object_place;
        self.allow(
            id,
            "a join of views",
            &["parentLogicalView", "joinCondition", "field"],
        );
        let parent = match self.one(id, "parentLogicalView") {
            Some(property) => match self.object_node(property) {
                Some(node) if self.is_view(node) => self.view(node, &property.object_place),
                Some(node) => {
                    self.error_with_hint(
                        &property.object_place,
                        format!("{} is no logical view", self.doc.label(node)),
                        "a view can only be joined with a view",
                    );
                    None
                }
                None => None,
            },
            None => {
                self.lacking(
                    id,
                    place,
                    "the join has no rml:parentLogicalView",
                    "add the view that is joined",
                );
                None
            }
        };
        let wanted = self.all(id, "joinCondition").len();
        let conditions = self.join_conditions(id);
        if wanted == 0 {
            self.lacking(
                id,
                place,
                "the join has no condition",
                "add rml:joinCondition [ rml:child \"…\" ; rml:parent \"…\" ]",
            );
            return None;
        }
        let parent = parent?;
        let fields = self.fields(id, Around::Records(&parent), "", names)?;
        if fields.is_empty() {
            self.lacking(
                id,
                place,
                "the join adds no field",
                format!(
                    "add {} with what is taken of the other view",
                    short("http://w3id.org/rml/field")
                ),
            );
            return None;
        }
        (conditions.len() == wanted).then_some(ViewJoin {
            place: place.clone(),
            kind,
            parent: parent.view?,
            conditions,
            fields,
        })
    }
}
