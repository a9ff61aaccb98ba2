//! Datatypes of columns (CSV on the Web): what a plain reference to one becomes where the mapping says nothing else
//! (RML-IO registry, natural mapping of CSVW).

use super::checker::Checker;
use super::datatype::OF_XSD;
use super::term::Position;
use super::view::{Field, FieldForm};
use super::{Constant, Expression, Form, TermKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::mapping::LogicalSource;
use crate::mapping::syntax::{NodeId, NodeName, Object};
use crate::mapping::vocabulary::{self, CSVW, RDF, XSD};

/// Returns the datatype of a name in CSV on the Web.
fn by_name(name: &str) -> Option<String> {
    Some(match name {
        "any" => format!("{XSD}anyAtomicType"),
        "binary" => format!("{XSD}base64Binary"),
        "datetime" => format!("{XSD}dateTime"),
        "number" => format!("{XSD}double"),
        "html" => format!("{RDF}HTML"),
        "xml" => format!("{RDF}XMLLiteral"),
        "json" => format!("{CSVW}JSON"),
        name if OF_XSD.contains(&name) => format!("{XSD}{name}"),
        _ => return None,
    })
}

impl Checker<'_> {
    /// Returns the datatype that a node gives by a property, other than that of plain texts.
    pub(super) fn column_datatype(&mut self, column: NodeId, property: &str) -> Option<String> {
        let property = self.one(column, property)?;
        let base = format!("{CSVW}base");
        let datatype = match &property.object {
            Object::Literal { text, .. } => {
                let known = by_name(text);
                if known.is_none() {
                    let mut diagnostic = Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!("there is no datatype \"{text}\""),
                    )
                    .at(property.object_place.clone());
                    if let Some(near) = vocabulary::nearest(text, OF_XSD.iter().copied()) {
                        diagnostic = diagnostic.hint(format!("did you mean {near}?"));
                    }
                    self.errors.push(diagnostic);
                }
                known?
            }
            Object::Node(node) => match &self.node(*node).name {
                NodeName::Iri(iri) => {
                    self.known_datatype(iri, &property.object_place);
                    iri.clone()
                }
                NodeName::Blank(_) if property.predicate == base => {
                    self.error_with_hint(
                        &property.object_place,
                        "csvw:base takes a datatype",
                        "write a name such as \"date\", or an IRI",
                    );
                    return None;
                }
                NodeName::Blank(_) => {
                    // What else it may have, such as a format, changes the cells.
                    self.allow(*node, "a datatype", &[&base]);
                    return self.column_datatype(*node, &base);
                }
            },
        };
        (datatype.strip_prefix(XSD) != Some("string")).then_some(datatype)
    }

    /// Returns what a literal is that an expression makes by itself: of the datatype of its column, if that has one.
    pub(super) fn natural_kind(&mut self, expression: &Expression, position: Position) -> TermKind {
        let plain = TermKind::Literal;
        let (Position::Object, Form::Reference(reference)) = (position, &expression.form) else {
            return plain;
        };
        let source = self.source.as_ref();
        let Some(datatype) = source.and_then(|source| self.datatype_of(source, reference)) else {
            return plain;
        };
        let constant = Constant::Iri(datatype.to_owned());
        match self.constant(constant, &expression.place, None, false, Position::Datatype) {
            Some(datatype) => TermKind::TypedLiteral(Box::new(datatype)),
            None => plain,
        }
    }

    /// Returns the datatype of what a reference to a source leads to, be it through views.
    fn datatype_of<'a>(&'a self, source: &'a LogicalSource, reference: &str) -> Option<&'a str> {
        match source.view {
            Some(view) => self.datatype_of_field(view, reference),
            None => source
                .datatypes
                .iter()
                .find(|(column, _)| column == reference)
                .map(|(_, datatype)| datatype.as_str()),
        }
    }

    fn datatype_of_field(&self, view: usize, name: &str) -> Option<&str> {
        let view = self.logical_views.get(view)?;
        let referred = |fields: &'_ [Field]| {
            let field = fields.iter().find(|field| field.name == name)?;
            match &field.form {
                FieldForm::Expression(Expression {
                    form: Form::Reference(reference),
                    ..
                }) => Some(reference.clone()),
                _ => None,
            }
        };
        if let Some(reference) = referred(&view.fields) {
            return self.datatype_of(&view.on, &reference);
        }
        view.joins.iter().find_map(|join| {
            let reference = referred(&join.fields)?;
            self.datatype_of_field(join.parent, &reference)
        })
    }
}
