//! Term maps: expression, term type, language and datatype, checked against the place the term stands in.

use oxilangtag::LanguageTag;
use oxiri::Iri;

use super::checker::{Checker, DEEPEST_CALL};
use super::gather::GATHER;
use super::triples::INFERRED;
use super::{Constant, Expression, Form, TermKind, TermMap, template};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::legacy::R2RML;
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{self, RML, short};

/// Where in a statement a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Subject,
    Predicate,
    Object,
    Graph,
    Datatype,
}

impl Position {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Subject => "a subject map",
            Self::Predicate => "a predicate map",
            Self::Object => "an object map",
            Self::Graph => "a graph map",
            Self::Datatype => "a datatype map",
        }
    }

    pub(super) fn allows(self, kind: &TermKind) -> bool {
        match kind {
            TermKind::Iri | TermKind::Uri | TermKind::UnsafeIri => true,
            TermKind::BlankNode => {
                matches!(self, Self::Subject | Self::Object | Self::Graph)
            }
            _ => self == Self::Object,
        }
    }
}

/// The properties that say what a value is made of.
pub(super) const EXPRESSIONS: &[&str] = &["constant", "reference", "template", "functionExecution"];
pub(super) const RETURNS: &[&str] = &["return", "returnMap"];
/// The properties that only literals have.
const OF_LITERALS: &[&str] = &["language", "languageMap", "datatype", "datatypeMap"];
const LANGUAGE_MAP: &str = "a language map";
const TERM_TYPES: &[&str] = &[
    "IRI",
    "URI",
    "UnsafeIRI",
    "UnsafeURI",
    "BlankNode",
    "Literal",
];

impl Checker<'_> {
    /// Returns the term map of a node.
    pub(super) fn term_map(
        &mut self,
        id: NodeId,
        position: Position,
        place: &Place,
    ) -> Option<TermMap> {
        let mut known = [
            EXPRESSIONS,
            RETURNS,
            &["termType", "condition", "logicalTarget"],
        ]
        .concat();
        match position {
            Position::Subject => known.extend(["class", "graph", "graphMap"]),
            Position::Object => {
                known.extend(OF_LITERALS);
                known.push(INFERRED);
            }
            _ => {}
        }
        // Its reader knows a node that has no description as a plain IRI: a slip, for this is no shortcut.
        if let (NodeName::Iri(iri), true) =
            (&self.node(id).name, self.node(id).properties.is_empty())
        {
            self.error_with_hint(
                place,
                format!("{} is described nowhere as {}", short(iri), position.name()),
                format!("for a constant write [ rml:constant {} ]", short(iri)),
            );
            return None;
        }
        let made = if self.is_gather(id) {
            known.extend(GATHER);
            // A collection is a node.
            known.retain(|property| !OF_LITERALS.contains(property));
            self.allow(id, "a gather map", &known);
            self.gather(id, position, place)
        } else if !self.all(id, "quotedTriplesMap").is_empty() {
            known.extend(["quotedTriplesMap", "joinCondition"]);
            self.allow(id, position.name(), &known);
            self.quoted(id, position, place)
        } else {
            self.allow(id, position.name(), &known);
            self.plain_term_map(id, position, place)
        };
        let condition = self.condition(id, 0);
        let targets = self.targets(id);
        let mut made = made?;
        made.targets = targets;
        made.condition = condition?;
        Some(made)
    }

    /// Returns the condition of a node: `None` after an error, `Some(None)` when there is none.
    #[expect(clippy::option_option, reason = "an error and no condition differ")]
    pub(super) fn condition(&mut self, id: NodeId, depth: usize) -> Option<Option<Expression>> {
        let Some(property) = self.one(id, "condition") else {
            return Some(None);
        };
        let place = &property.object_place;
        let node = self.object_node(property)?;
        if depth >= DEEPEST_CALL {
            self.error_with_hint(
                place,
                "conditions are nested too deep",
                "does one lead back to itself?",
            );
            return None;
        }
        self.value_map(node, "a condition", place, depth + 1)
            .map(Some)
    }

    /// Returns whether a node says what a value is made of.
    pub(super) fn has_expression(&self, id: NodeId) -> bool {
        EXPRESSIONS
            .iter()
            .any(|property| !self.all(id, property).is_empty())
    }

    /// Returns the term map of a node that is neither a gather map nor a star map; its properties have been allowed.
    pub(super) fn plain_term_map(
        &mut self,
        id: NodeId,
        position: Position,
        place: &Place,
    ) -> Option<TermMap> {
        let term_type = self.one(id, "termType");
        let declared = match term_type {
            Some(property) => Some((self.term_type(property, position)?, property)),
            None => None,
        };
        let fresh = matches!(declared, Some((TermKind::BlankNode, _)));
        let expression = self.expression(id, place, fresh, 0);
        let language = self.language(id);
        let datatype = self.datatype(id);
        let inferred = match position {
            Position::Object => self.inferred(id),
            _ => None,
        };
        let expression = expression?;
        let place = expression.place.clone();
        if let (Some(_), Some((_, second))) = (&language, &datatype) {
            self.error_with_hint(
                second,
                "a literal cannot have both a language and a datatype",
                "keep one of them",
            );
        }
        let kind = match (language, datatype) {
            (Some(language), _) => Some(TermKind::LanguageLiteral(Box::new(language))),
            (None, Some((datatype, _))) => Some(TermKind::TypedLiteral(Box::new(datatype))),
            (None, None) => None,
        };
        if let Form::Constant(constant) = &expression.form {
            return self.constant(constant.clone(), &place, declared, kind.is_some(), position);
        }
        let kind = match (declared, kind) {
            (Some((TermKind::Literal, _)) | None, Some(kind)) => kind,
            (Some((_, property)), Some(_)) => {
                self.error_with_hint(
                    &property.object_place,
                    "only a literal has a language or a datatype",
                    "use rml:termType rml:Literal, or leave it out",
                );
                return None;
            }
            (Some((declared, _)), None) => declared,
            (None, None) => match (position, &expression.form) {
                (Position::Object, Form::Reference(_) | Form::Call(_) | Form::UserCall(_)) => {
                    TermKind::Literal
                }
                _ => TermKind::Iri,
            },
        };
        let kind = match kind {
            TermKind::Literal => self.natural_kind(&expression, position),
            other => other,
        };
        Some(TermMap {
            place,
            expression,
            kind,
            condition: None,
            inferred,
            targets: Vec::new(),
        })
    }

    fn term_type(&mut self, property: &Property, position: Position) -> Option<TermKind> {
        let iri = self.iri(property)?;
        let kind = match iri.strip_prefix(RML) {
            Some("IRI") => TermKind::Iri,
            Some("URI") => TermKind::Uri,
            Some("UnsafeIRI" | "UnsafeURI") => TermKind::UnsafeIri,
            Some("BlankNode") => TermKind::BlankNode,
            Some("Literal") => TermKind::Literal,
            local => {
                let mut diagnostic = Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!("there is no term type {}", short(iri)),
                )
                .at(property.object_place.clone());
                let near = vocabulary::nearest(local.unwrap_or(iri), TERM_TYPES.iter().copied());
                if let Some(near) = near {
                    diagnostic = diagnostic.hint(format!("did you mean rml:{near}?"));
                }
                self.errors.push(diagnostic);
                return None;
            }
        };
        if !position.allows(&kind) {
            self.error(
                &property.object_place,
                format!(
                    "{} cannot make a term of type {}",
                    position.name(),
                    short(iri)
                ),
            );
            return None;
        }
        Some(kind)
    }

    /// Returns the term map of a constant shortcut such as `rml:predicate`.
    pub(super) fn constant_term(
        &mut self,
        property: &Property,
        position: Position,
    ) -> Option<TermMap> {
        let constant = self.constant_value(property)?;
        self.constant(constant, &property.object_place, None, false, position)
    }

    pub(super) fn constant(
        &mut self,
        constant: Constant,
        place: &Place,
        declared: Option<(TermKind, &Property)>,
        qualified: bool,
        position: Position,
    ) -> Option<TermMap> {
        if qualified {
            self.error_with_hint(
                place,
                "a constant cannot be given a language or a datatype by the side",
                "write it whole, such as \"text\"@en",
            );
            return None;
        }
        let kind = match &constant {
            Constant::Iri(iri) => {
                if Iri::parse(iri.as_str()).is_err() {
                    self.error(place, format!("the IRI <{iri}> is not valid"));
                }
                let of_the_vocabulary = iri.starts_with(RML) || iri.starts_with(R2RML);
                if position == Position::Graph
                    && of_the_vocabulary
                    && iri.strip_prefix(RML) != Some("defaultGraph")
                {
                    self.error_with_hint(
                        place,
                        format!("there is no graph {}", short(iri)),
                        "the one that the vocabulary knows is rml:defaultGraph",
                    );
                }
                TermKind::Iri
            }
            Constant::Literal { language, .. } => {
                if let Some(tag) = language
                    && LanguageTag::parse(tag.as_str()).is_err()
                {
                    self.error(place, format!("\"{tag}\" is not a language tag"));
                }
                TermKind::Literal
            }
        };
        if let Some((declared, property)) = declared {
            let agrees = matches!(
                (&kind, &declared),
                (TermKind::Literal, TermKind::Literal)
                    | (
                        TermKind::Iri,
                        TermKind::Iri | TermKind::Uri | TermKind::UnsafeIri
                    )
            );
            if !agrees {
                self.errors.push(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        "the constant is not a term of the declared type",
                    )
                    .at(place.clone())
                    .and_at("the declared type", property.object_place.clone())
                    .hint("leave rml:termType out: a constant is the term it is"),
                );
                return None;
            }
        }
        if !position.allows(&kind) {
            self.error_with_hint(
                place,
                format!("{} cannot make a literal", position.name()),
                "write an IRI",
            );
            return None;
        }
        Some(TermMap {
            place: place.clone(),
            expression: Expression {
                place: place.clone(),
                form: Form::Constant(constant),
            },
            kind,
            condition: None,
            inferred: None,
            targets: Vec::new(),
        })
    }

    pub(super) fn constant_value(&mut self, property: &Property) -> Option<Constant> {
        match &property.object {
            Object::Literal {
                text,
                language,
                datatype,
            } => {
                if let Some(iri) = datatype {
                    self.known_datatype(iri, &property.object_place);
                }
                Some(Constant::Literal {
                    text: text.clone(),
                    language: language.clone(),
                    datatype: datatype.clone(),
                })
            }
            Object::Node(id) => match &self.node(*id).name {
                NodeName::Iri(iri) => Some(Constant::Iri(iri.clone())),
                NodeName::Blank(_) => {
                    self.error_with_hint(
                        &property.object_place,
                        "a constant cannot be a blank node",
                        "use rml:template with rml:termType rml:BlankNode",
                    );
                    None
                }
            },
        }
    }

    /// Returns the expression of a node; with `fresh`, none is an expression too.
    pub(super) fn expression(
        &mut self,
        id: NodeId,
        place: &Place,
        fresh: bool,
        depth: usize,
    ) -> Option<Expression> {
        if !self.count_expression(place) {
            return None;
        }
        let found: Vec<&Property> = self
            .node(id)
            .properties
            .iter()
            .filter(|property| {
                property
                    .predicate
                    .strip_prefix(RML)
                    .is_some_and(|local| EXPRESSIONS.contains(&local))
            })
            .collect();
        let property = match found.as_slice() {
            [] if fresh => {
                return Some(Expression {
                    place: place.clone(),
                    form: Form::Fresh,
                });
            }
            [] => {
                self.lacking(
                    id,
                    place,
                    "nothing says what the value is",
                    "add rml:reference, rml:template, rml:constant or rml:functionExecution",
                );
                return None;
            }
            [one] => *one,
            [first, second, ..] => {
                self.errors.push(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!(
                            "{} and {} say two things about one value",
                            short(&first.predicate),
                            short(&second.predicate)
                        ),
                    )
                    .at(second.place.clone())
                    .and_at("the first", first.place.clone())
                    .hint("keep one of them"),
                );
                return None;
            }
        };
        self.returns_of_a_call(id, property);
        let form = match property.predicate.strip_prefix(RML) {
            Some("constant") => Form::Constant(self.constant_value(property)?),
            Some("reference") => Form::Reference(self.text(property)?),
            Some("template") => {
                let text = self.text(property)?;
                match template::parse(&text) {
                    Ok(pieces) => Form::Template(pieces),
                    Err(message) => {
                        self.error_with_hint(
                            &property.object_place,
                            message,
                            "references stand in single braces; a brace itself is \\\\{ or \\\\}",
                        );
                        return None;
                    }
                }
            }
            _ => self.call(property, id, depth)?,
        };
        Some(Expression {
            place: property.object_place.clone(),
            form,
        })
    }

    /// Refuses to choose an output where no function is called.
    fn returns_of_a_call(&mut self, id: NodeId, expression: &Property) {
        if expression.predicate.strip_prefix(RML) == Some("functionExecution") {
            return;
        }
        let returns = RETURNS
            .iter()
            .find_map(|name| self.all(id, name).first().copied());
        if let Some(property) = returns {
            self.errors.push(
                Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!(
                        "{} is of a function, and none is called here",
                        short(&property.predicate)
                    ),
                )
                .at(property.place.clone())
                .and_at("what is given", expression.place.clone())
                .hint("leave it out, or give the value by rml:functionExecution"),
            );
        }
    }

    /// Returns the expression of a node that makes a plain value: an input, one side of a join, a language.
    pub(super) fn value_map(
        &mut self,
        id: NodeId,
        role: &str,
        place: &Place,
        depth: usize,
    ) -> Option<Expression> {
        // A term type changes nothing here, and mappings in the wild state one.
        let mut known = [EXPRESSIONS, RETURNS, &["termType", "condition"]].concat();
        if role == LANGUAGE_MAP {
            known.push("logicalTarget");
            self.literal_only(id);
        }
        self.allow(id, role, &known);
        let value = self.expression(id, place, false, depth);
        let condition = self.condition(id, depth)?;
        let value = value?;
        Some(match condition {
            None => value,
            Some(condition) => Expression {
                place: value.place.clone(),
                form: Form::When(Box::new(condition), Box::new(value)),
            },
        })
    }

    /// Refuses a term type that is not that of literals.
    fn literal_only(&mut self, id: NodeId) {
        let Some(property) = self.one(id, "termType") else {
            return;
        };
        let iri = self.iri(property).map(str::to_owned);
        if iri.is_some_and(|iri| iri.strip_prefix(RML) != Some("Literal")) {
            self.error_with_hint(
                &property.object_place,
                "a language map makes literals",
                "leave rml:termType out",
            );
        }
    }

    fn language(&mut self, id: NodeId) -> Option<Expression> {
        let property = self.either(id, "language", "languageMap")?;
        if property.predicate.strip_prefix(RML) == Some("language") {
            let tag = self.text(property)?;
            self.language_tag(&tag, &property.object_place);
            return Some(Expression {
                place: property.object_place.clone(),
                form: Form::Constant(Constant::Literal {
                    text: tag,
                    language: None,
                    datatype: None,
                }),
            });
        }
        let node = self.object_node(property)?;
        let found = self.value_map(node, LANGUAGE_MAP, &property.object_place, 0)?;
        if let Form::Constant(constant) = &found.form {
            let tag = constant.text().to_owned();
            self.language_tag(&tag, &found.place);
        }
        Some(found)
    }

    fn language_tag(&mut self, tag: &str, place: &Place) {
        if !vocabulary::is_language_tag(tag) {
            self.error_with_hint(
                place,
                format!("\"{tag}\" is not a language tag"),
                "write a tag of BCP 47, such as en or tg-Cyrl",
            );
        }
    }

    fn datatype(&mut self, id: NodeId) -> Option<(TermMap, Place)> {
        let property = self.either(id, "datatype", "datatypeMap")?;
        if property.predicate.strip_prefix(RML) == Some("datatype") {
            let term = self.constant_term(property, Position::Datatype)?;
            self.constant_datatype(&term);
            return Some((term, property.place.clone()));
        }
        let node = self.object_node(property)?;
        let term = self.term_map(node, Position::Datatype, &property.object_place)?;
        self.constant_datatype(&term);
        Some((term, property.place.clone()))
    }
}
