//! The keys of logical views, and whether what refers to a view refers to them.
//!
//! A view has a finite set of keys, so a reference to it can be checked before anything is read.

use super::checker::Checker;
use super::view::{Field, FieldForm, LogicalView};
use super::{
    Call, Expression, Form, JoinCondition, ObjectMap, Piece, TermKind, TermMap, TriplesMap,
};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::LogicalSource;
use crate::mapping::vocabulary;

/// A key of a view and whether it can be referred to.
pub(in crate::mapping) type Key = (String, bool);

/// The key of the record itself, which cannot be referred to.
const RECORD: &str = "<it>";

impl LogicalView {
    /// Returns the keys of the view: `#`, then two for each field in the order of the text, the value before the index.
    pub(in crate::mapping) fn keys(&self) -> Vec<Key> {
        let mut keys = vec![("#".to_owned(), true)];
        let joined = self.joins.iter().flat_map(|join| &join.fields);
        for field in self.fields.iter().chain(joined) {
            add_keys(field, &mut keys);
        }
        keys
    }
}

fn add_keys(field: &Field, keys: &mut Vec<Key>) {
    let value = matches!(field.form, FieldForm::Expression(_));
    keys.push((field.name.clone(), value));
    keys.push((format!("{}.#", field.name), true));
    for inner in &field.fields {
        add_keys(inner, keys);
    }
}

/// A reference with its place.
type Reference<'m> = (&'m str, &'m Place);

impl Checker<'_> {
    /// Reports what refers to a view but to none of its keys.
    pub(super) fn check_keys(&mut self, maps: &[Option<TriplesMap>]) {
        let views = std::mem::take(&mut self.logical_views);
        let all: Vec<&TriplesMap> = maps.iter().flatten().collect();
        for map in &all {
            let mut own = Vec::new();
            let mut of_parents = Vec::new();
            of_map(map, &mut own, &mut of_parents);
            self.check_references(&views, &map.source, &own);
            // Without all maps the numbers of the parents mean nothing, and there has been an error.
            if all.len() == self.indexes.len() {
                for (parent, conditions) in of_parents {
                    let mut found = Vec::new();
                    for condition in conditions {
                        of_expression(&condition.parent, &mut found);
                    }
                    self.check_references(&views, &all[parent].source, &found);
                }
            }
        }
        for view in &views {
            let mut own = Vec::new();
            for field in &view.fields {
                of_field(field, &mut own);
            }
            self.check_references(&views, &view.on, &own);
            for join in &view.joins {
                let mut of_parent = Vec::new();
                let mut of_child = Vec::new();
                for condition in &join.conditions {
                    of_expression(&condition.parent, &mut of_parent);
                    of_expression(&condition.child, &mut of_child);
                }
                for field in &join.fields {
                    of_field(field, &mut of_parent);
                }
                self.check_against(&views[join.parent], &of_parent);
                self.check_against(view, &of_child);
            }
        }
        self.logical_views = views;
    }

    fn check_references(
        &mut self,
        views: &[LogicalView],
        source: &LogicalSource,
        references: &[Reference<'_>],
    ) {
        if let Some(view) = source.view.and_then(|view| views.get(view)) {
            self.check_against(view, references);
        }
    }

    fn check_against(&mut self, view: &LogicalView, references: &[Reference<'_>]) {
        let keys = view.keys();
        for (name, place) in references {
            let key = keys.iter().find(|(key, _)| key == name);
            let (message, hint) = match key {
                Some((_, true)) => continue,
                Some((_, false)) => {
                    let within = format!("{name}.");
                    let inner = keys
                        .iter()
                        .find(|(key, can)| *can && key.starts_with(&within) && !key.ends_with('#'));
                    (
                        format!("the field \"{name}\" is iterated over and has no value"),
                        match inner {
                            Some((inner, _)) => format!("refer to a field in it, such as {inner}"),
                            None => format!("refer to its index, {name}.#"),
                        },
                    )
                }
                None if *name == RECORD => (
                    format!("{RECORD} stands for the record itself, which has no value"),
                    "refer to a field, or to # for the number of the record".to_owned(),
                ),
                None => {
                    let known = keys
                        .iter()
                        .filter(|(_, can)| *can)
                        .map(|(key, _)| key.as_str());
                    let hint = match vocabulary::nearest(name, known.clone()) {
                        Some(near) => format!("did you mean {near}?"),
                        None => format!("it has {}", known.collect::<Vec<_>>().join(", ")),
                    };
                    (
                        format!("the view {} has no field \"{name}\"", view.name),
                        hint,
                    )
                }
            };
            self.consequence(
                Diagnostic::error(codes::UNKNOWN_REFERENCE, message)
                    .at((*place).clone())
                    .hint(hint),
            );
        }
    }
}

/// Collects the references of a triples map to its own source, and its join conditions by parent.
fn of_map<'m>(
    map: &'m TriplesMap,
    own: &mut Vec<Reference<'m>>,
    of_parents: &mut Vec<(usize, &'m [JoinCondition])>,
) {
    of_term(&map.subject, own, of_parents);
    for graph in &map.graphs {
        of_term(graph, own, of_parents);
    }
    for found in &map.predicate_objects {
        for term in found.predicates.iter().chain(&found.graphs) {
            of_term(term, own, of_parents);
        }
        for object in &found.objects {
            of_object(object, own, of_parents);
        }
        if let Some(inferred) = &found.inferred {
            of_expression(inferred, own);
        }
    }
}

fn of_object<'m>(
    object: &'m ObjectMap,
    own: &mut Vec<Reference<'m>>,
    of_parents: &mut Vec<(usize, &'m [JoinCondition])>,
) {
    match object {
        ObjectMap::Term(term) => of_term(term, own, of_parents),
        ObjectMap::Join(join) => of_conditions(join.parent, &join.conditions, own, of_parents),
    }
}

fn of_conditions<'m>(
    parent: usize,
    conditions: &'m [JoinCondition],
    own: &mut Vec<Reference<'m>>,
    of_parents: &mut Vec<(usize, &'m [JoinCondition])>,
) {
    for condition in conditions {
        of_expression(&condition.child, own);
    }
    of_parents.push((parent, conditions));
}

fn of_term<'m>(
    term: &'m TermMap,
    own: &mut Vec<Reference<'m>>,
    of_parents: &mut Vec<(usize, &'m [JoinCondition])>,
) {
    match &term.expression.form {
        Form::Gather(gather) => {
            if let Some(head) = &gather.head {
                of_term(head, own, of_parents);
            }
            for member in &gather.members {
                of_object(member, own, of_parents);
            }
        }
        Form::Quoted(quoted) => {
            of_conditions(quoted.parent, &quoted.conditions, own, of_parents);
        }
        _ => of_expression(&term.expression, own),
    }
    match &term.kind {
        TermKind::LanguageLiteral(language) => of_expression(language, own),
        TermKind::TypedLiteral(datatype) => of_term(datatype, own, of_parents),
        _ => {}
    }
    for expression in [&term.condition, &term.inferred].into_iter().flatten() {
        of_expression(expression, own);
    }
}

pub(super) fn of_expression<'m>(expression: &'m Expression, found: &mut Vec<Reference<'m>>) {
    match &expression.form {
        Form::Reference(name) => found.push((name, &expression.place)),
        Form::Template(pieces) => {
            for piece in pieces {
                if let Piece::Reference(name) = piece {
                    found.push((name, &expression.place));
                }
            }
        }
        Form::Call(call) => of_call(call, found),
        Form::UserCall(call) => {
            for (_, input) in &call.inputs {
                of_expression(input, found);
            }
        }
        Form::When(condition, value) => {
            of_expression(condition, found);
            of_expression(value, found);
        }
        Form::Constant(_) | Form::Fresh | Form::Gather(_) | Form::Quoted(_) => {}
    }
}

fn of_call<'m>(call: &'m Call, found: &mut Vec<Reference<'m>>) {
    for (_, input) in &call.inputs {
        of_expression(input, found);
    }
}

/// Collects the references of a field to the records around it; those of fields within it are to its own records.
fn of_field<'m>(field: &'m Field, found: &mut Vec<Reference<'m>>) {
    match &field.form {
        FieldForm::Expression(expression) => of_expression(expression, found),
        FieldForm::Text { of: Some(of), .. } => of_expression(of, found),
        FieldForm::Text { of: None, .. } | FieldForm::Parts { .. } => {}
    }
}
