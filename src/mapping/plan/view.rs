//! Logical views made ready: keys numbered, references numbered per record they are asked of.

use super::build::Builder;
use super::{PlannedReference, PlannedSource, Text};
use crate::diagnostic::Place;
use crate::mapping::LogicalSource;
use crate::mapping::checked::{Field, FieldForm, LogicalView, ViewJoin};

/// What becomes of records without a partner in a join of views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JoinKind {
    /// They are left out (`rml:innerJoin`).
    Inner,
    /// Those of the view itself stay, with nulls (`rml:leftJoin`).
    Left,
    /// Those of both views stay, with nulls (`rml:outerJoin`, in earlier drafts `rml:fullJoin`).
    Full,
}

/// A logical view.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct PlannedView {
    pub(in crate::mapping) name: String,
    pub(in crate::mapping) place: Place,
    pub(in crate::mapping) on: LogicalSource,
    /// Its keys; the number of a key is its slot. Slot 0 is `#`.
    pub(in crate::mapping) keys: Vec<(String, bool)>,
    pub(in crate::mapping) fields: PlannedFields,
    pub(in crate::mapping) joins: Vec<PlannedViewJoin>,
}

/// Fields over one kind of record, with the references that are asked of it.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct PlannedFields {
    pub(in crate::mapping) references: Vec<PlannedReference>,
    pub(in crate::mapping) fields: Vec<PlannedField>,
}

/// A field.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct PlannedField {
    /// The slot of the value; that of the index is the next.
    pub(in crate::mapping) slot: usize,
    pub(in crate::mapping) place: Place,
    pub(in crate::mapping) form: PlannedFieldForm,
}

/// The forms of a field.
#[derive(Clone, Debug)]
pub(in crate::mapping) enum PlannedFieldForm {
    /// Values, and what is within each: always texts.
    Expression(Text, Vec<PlannedField>),
    /// Parts of the record.
    Parts(String, PlannedFields),
    /// Records of a text: of the value around it, or of an expression.
    Text(Option<Text>, Box<LogicalSource>, PlannedFields),
}

/// A join with another view.
#[derive(Clone, Debug)]
pub(in crate::mapping) struct PlannedViewJoin {
    pub(in crate::mapping) kind: JoinKind,
    /// The source that the other view is.
    pub(in crate::mapping) parent: LogicalSource,
    pub(in crate::mapping) child_keys: Vec<Text>,
    pub(in crate::mapping) child_references: Vec<PlannedReference>,
    pub(in crate::mapping) parent_keys: Vec<Text>,
    /// What is taken of the other view; its references are those of the parent's keys too.
    pub(in crate::mapping) fields: PlannedFields,
}

impl Builder<'_> {
    /// Plans every view.
    pub(super) fn views(&mut self) {
        for view in &self.mapping.views {
            let planned = self.view(view);
            self.plan.views.push(planned);
        }
    }

    fn view(&mut self, view: &LogicalView) -> PlannedView {
        let keys = view.keys();
        let mut slot = 1;
        let fields = self.fields(&view.fields, &view.on, &mut slot);
        let joins = view
            .joins
            .iter()
            .map(|join| self.view_join(join, view, &mut slot))
            .collect();
        PlannedView {
            name: view.name.clone(),
            place: view.place.clone(),
            on: view.on.clone(),
            keys,
            fields,
            joins,
        }
    }

    fn view_join(
        &mut self,
        join: &ViewJoin,
        view: &LogicalView,
        slot: &mut usize,
    ) -> PlannedViewJoin {
        let (child_keys, child_references) = self.scoped(&view.on, |builder| {
            let side = |condition: &crate::mapping::checked::JoinCondition| {
                builder.text(&condition.child, 0)
            };
            join.conditions.iter().map(side).collect()
        });
        let parent = LogicalSource {
            view: Some(join.parent),
            ..self.mapping.views[join.parent].on.clone()
        };
        let ((parent_keys, fields), references) = self.scoped(&parent, |builder| {
            let side = |condition: &crate::mapping::checked::JoinCondition| {
                builder.text(&condition.parent, 0)
            };
            let keys: Vec<Text> = join.conditions.iter().map(side).collect();
            let fields: Vec<PlannedField> = join
                .fields
                .iter()
                .map(|field| builder.field(field, slot))
                .collect();
            (keys, fields)
        });
        PlannedViewJoin {
            kind: join.kind,
            parent,
            child_keys,
            child_references,
            parent_keys,
            fields: PlannedFields { references, fields },
        }
    }

    fn fields(&mut self, fields: &[Field], on: &LogicalSource, slot: &mut usize) -> PlannedFields {
        let (fields, references) = self.scoped(on, |builder| {
            fields
                .iter()
                .map(|field| builder.field(field, slot))
                .collect()
        });
        PlannedFields { references, fields }
    }

    /// Plans a field over the source at hand, which is the only one.
    fn field(&mut self, field: &Field, slot: &mut usize) -> PlannedField {
        let own = *slot;
        *slot += 2;
        let form = match &field.form {
            FieldForm::Expression(value) => {
                let value = self.text(value, 0);
                let within = field
                    .fields
                    .iter()
                    .map(|field| self.field(field, slot))
                    .collect();
                PlannedFieldForm::Expression(value, within)
            }
            FieldForm::Parts { iterator, .. } => {
                let on = self.plan.sources[0].source.clone();
                PlannedFieldForm::Parts(iterator.clone(), self.fields(&field.fields, &on, slot))
            }
            FieldForm::Text { of, source } => {
                let of = of.as_ref().map(|of| self.text(of, 0));
                let within = self.fields(&field.fields, source, slot);
                PlannedFieldForm::Text(of, source.clone(), within)
            }
        };
        PlannedField {
            slot: own,
            place: match &field.form {
                FieldForm::Parts { place, .. } => place.clone(),
                _ => field.place.clone(),
            },
            form,
        }
    }

    /// Plans with one source of its own; returns what was made and the references to that source.
    pub(super) fn scoped<T>(
        &mut self,
        source: &LogicalSource,
        make: impl FnOnce(&mut Self) -> T,
    ) -> (T, Vec<PlannedReference>) {
        let own = PlannedSource {
            source: source.clone(),
            references: Vec::new(),
            maps: Vec::new(),
            evidence: None,
        };
        let others = std::mem::replace(&mut self.plan.sources, vec![own]);
        let made = make(self);
        let own = std::mem::replace(&mut self.plan.sources, others);
        let references = own.into_iter().next().map(|own| own.references);
        (made, references.unwrap_or_default())
    }
}
