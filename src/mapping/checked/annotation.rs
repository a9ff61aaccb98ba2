//! Structural annotations of logical views (RML-LV, structural annotations): what their author knows of the records.
//!
//! They change nothing that is made; they are checked so that a slip in them does not stay.

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary;

/// The annotations that lead to another view.
const TARGETING: &[&str] = &["ForeignKeyAnnotation", "InclusionAnnotation"];

impl Checker<'_> {
    /// Checks the annotations of a view whose fields have these names.
    pub(super) fn annotations(&mut self, view: NodeId, names: &BTreeMap<String, Place>) {
        let mut key: Option<Place> = None;
        for property in self.all(view, "structuralAnnotation") {
            let Some(node) = self.object_node(property) else {
                continue;
            };
            let place = &property.object_place;
            self.allow(
                node,
                "a structural annotation",
                &["onFields", "targetView", "targetFields"],
            );
            match self.one(node, "onFields") {
                Some(list) => self.annotated_fields(list, names),
                None => self.lacking(
                    node,
                    place,
                    "the annotation does not say which fields it is about",
                    "add rml:onFields ( \"…\" )",
                ),
            }
            if TARGETING.iter().any(|class| self.is_a(node, class)) {
                self.target_of(node, place);
            }
            if self.is_a(node, "PrimaryKeyAnnotation") {
                if let Some(first) = &key {
                    self.errors.push(
                        Diagnostic::error(codes::MAPPING_TERM, "the view has a second primary key")
                            .at(place.clone())
                            .and_at("the first", first.clone())
                            .hint("make one of them a rml:UniqueAnnotation"),
                    );
                }
                key.get_or_insert_with(|| place.clone());
            }
        }
    }

    fn annotated_fields(&mut self, list: &Property, names: &BTreeMap<String, Place>) {
        for item in self.items(list).unwrap_or_default() {
            let Object::Literal { text, .. } = &item.object else {
                continue;
            };
            // A field brings the key of its index with it, and the view one of its own.
            let field = text.strip_suffix(".#").unwrap_or(text);
            if field == "#" || names.contains_key(field) {
                continue;
            }
            let mut error = Diagnostic::error(
                codes::MAPPING_TERM,
                format!("the view has no field \"{text}\""),
            )
            .at(item.object_place.clone());
            if let Some(near) = vocabulary::nearest(field, names.keys().map(String::as_str)) {
                error = error.hint(format!("did you mean \"{near}\"?"));
            }
            self.errors.push(error);
        }
    }

    /// Checks the other view that an annotation leads to; its fields are checked where it stands.
    fn target_of(&mut self, node: NodeId, place: &Place) {
        match self.one(node, "targetView") {
            Some(property) => {
                if let Some(target) = self.object_node(property)
                    && !self.is_view(target)
                {
                    let label = self.doc.label(target);
                    self.error_with_hint(
                        &property.object_place,
                        format!("{label} is no logical view"),
                        "the values are found in the fields of a view",
                    );
                }
            }
            None => self.lacking(
                node,
                place,
                "the annotation leads to no other view",
                "add rml:targetView",
            ),
        }
        match self.one(node, "targetFields") {
            Some(list) => {
                let _ = self.items(list);
            }
            None => self.lacking(
                node,
                place,
                "the annotation does not say in which fields the values are found",
                "add rml:targetFields ( \"…\" )",
            ),
        }
    }
}
