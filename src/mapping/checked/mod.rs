//! A mapping resolved and checked: triples maps, term maps, logical sources, joins and function calls with their types.
//!
//! [`check`] says everything that is wrong at once, each with its place, and never passes over a term of the `rml:` or
//! `fm:` vocabulary in silence.

mod annotation;
mod call;
mod checker;
mod column;
mod csvw;
mod datatype;
mod file;
mod gather;
mod source;
mod star;
mod target;
mod template;
mod term;
mod triples;
mod user;
mod view;
mod view_keys;

use regex::Regex;

pub use user::{RESULT, UserBody, UserCall, UserFunction, UserParameter};
pub use view::{Field, FieldForm, LogicalView, ViewJoin};

use super::function::Function;
use super::legacy;
use super::plan::GatherAs;
use super::syntax::MappingDoc;
use super::{LogicalSource, LogicalTarget};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result};

/// A checked mapping.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Its triples maps, in the order of the text.
    pub triples_maps: Vec<TriplesMap>,
    /// Its logical views; a view comes after those it is made of.
    pub views: Vec<LogicalView>,
    /// Whether it is in the older vocabulary, whose engines leave out what cannot be made.
    pub legacy: bool,
    /// What is worth knowing though nothing is wrong.
    pub notices: Vec<Diagnostic>,
}

impl Mapping {
    /// Takes over the triples maps of another mapping, so that one plan reads what both read only once.
    pub fn append(&mut self, other: Self) {
        let shift = self.triples_maps.len();
        let views = self.views.len();
        let renumber = |source: &mut LogicalSource| {
            if let Some(view) = &mut source.view {
                *view += views;
            }
        };
        self.views.extend(other.views.into_iter().map(|mut view| {
            renumber(&mut view.on);
            for join in &mut view.joins {
                join.parent += views;
            }
            view
        }));
        self.triples_maps
            .extend(other.triples_maps.into_iter().map(|mut map| {
                renumber(&mut map.source);
                map.subject.shift(shift);
                for object in map
                    .predicate_objects
                    .iter_mut()
                    .flat_map(|found| &mut found.objects)
                {
                    object.shift(shift);
                }
                map
            }));
        self.legacy |= other.legacy;
        self.notices.extend(other.notices);
    }
}

/// A triples map.
#[derive(Clone, Debug)]
pub struct TriplesMap {
    /// Its IRI (relative to the file's own base) or label.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it reads.
    pub source: LogicalSource,
    /// The base of its relative IRIs (`rml:baseIRI`), stronger than that of the run.
    pub base: Option<String>,
    /// The subject.
    pub subject: TermMap,
    /// Classes of the subject.
    pub classes: Vec<Class>,
    /// Graphs of all its statements.
    pub graphs: Vec<TermMap>,
    /// What it says of the subject.
    pub predicate_objects: Vec<PredicateObjectMap>,
    /// Whether its statements are made, not only quoted (`rml:NonAssertedTriplesMap`).
    pub asserted: bool,
}

/// A class of a subject map (`rml:class`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// IRI of the class.
    pub iri: String,
    /// Where it stands.
    pub place: Place,
}

/// A predicate-object map.
#[derive(Clone, Debug)]
pub struct PredicateObjectMap {
    /// Where it stands.
    pub place: Place,
    /// The predicates.
    pub predicates: Vec<TermMap>,
    /// The objects.
    pub objects: Vec<ObjectMap>,
    /// Further graphs of its statements.
    pub graphs: Vec<TermMap>,
    /// What is inferred rather than read (`fm:inferred`).
    pub inferred: Option<Expression>,
}

/// An object map.
#[derive(Clone, Debug)]
pub enum ObjectMap {
    /// A term of the record.
    Term(Box<TermMap>),
    /// The subject of another triples map.
    Join(RefObjectMap),
}

impl ObjectMap {
    /// Renumbers the triples maps it leads to.
    fn shift(&mut self, by: usize) {
        match self {
            Self::Term(term) => term.shift(by),
            Self::Join(join) => join.parent += by,
        }
    }
}

/// An object that is the subject of another triples map (`rml:parentTriplesMap`).
#[derive(Clone, Debug)]
pub struct RefObjectMap {
    /// Where it stands.
    pub place: Place,
    /// Index of the parent in [`Mapping::triples_maps`].
    pub parent: usize,
    /// What must be equal; without conditions the parent's subject is made of the same record.
    pub conditions: Vec<JoinCondition>,
}

/// A join condition.
#[derive(Clone, Debug)]
pub struct JoinCondition {
    /// Evaluated on the record at hand.
    pub child: Expression,
    /// Evaluated on the parent's records.
    pub parent: Expression,
}

/// How a term is made.
#[derive(Clone, Debug)]
pub struct TermMap {
    /// Where its expression stands.
    pub place: Place,
    /// What its text is made of.
    pub expression: Expression,
    /// What kind of term it becomes.
    pub kind: TermKind,
    /// What must be true for the term to be made (`rml:condition`).
    pub condition: Option<Expression>,
    /// What is inferred rather than read (`fm:inferred`).
    pub inferred: Option<Expression>,
    /// Where statements with this term go (`rml:logicalTarget`), those of its language or datatype map too.
    pub targets: Vec<LogicalTarget>,
}

impl TermMap {
    /// Renumbers the triples maps it leads to.
    fn shift(&mut self, by: usize) {
        match &mut self.expression.form {
            Form::Quoted(quoted) => quoted.parent += by,
            Form::Gather(gather) => {
                for member in &mut gather.members {
                    member.shift(by);
                }
            }
            _ => {}
        }
    }
}

/// The kind of a term (`rml:termType`).
#[derive(Clone, Debug)]
pub enum TermKind {
    /// IRI; values in templates keep letters beyond ASCII, all else unsafe is percent-encoded.
    Iri,
    /// As `Iri`, letters beyond ASCII percent-encoded too (`rml:URI`).
    Uri,
    /// An IRI whose values are not percent-encoded (`rml:UnsafeIRI`, `rml:UnsafeURI`).
    UnsafeIri,
    /// Blank node.
    BlankNode,
    /// Literal with the datatype that its value has by nature.
    Literal,
    /// Literal with a language tag.
    LanguageLiteral(Box<Expression>),
    /// Literal with a datatype.
    TypedLiteral(Box<TermMap>),
}

/// A constant term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// An IRI.
    Iri(String),
    /// A literal.
    Literal {
        /// Lexical form.
        text: String,
        /// Language tag.
        language: Option<String>,
        /// IRI of the datatype; `None` for plain strings.
        datatype: Option<String>,
    },
}

impl Constant {
    /// Returns the text of the constant as a value: the IRI or the lexical form.
    pub fn text(&self) -> &str {
        match self {
            Self::Iri(iri) => iri,
            Self::Literal { text, .. } => text,
        }
    }
}

/// What the text of a term or an input is made of.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub form: Form,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum Form {
    /// Always the same.
    Constant(Constant),
    /// The values of a reference.
    Reference(String),
    /// Text with references in it.
    Template(Vec<Piece>),
    /// The result of a function.
    Call(Box<Call>),
    /// The result of a function that the mapping declares.
    UserCall(Box<UserCall>),
    /// Nothing: a fresh blank node for each record.
    Fresh,
    /// A value, once for each time that a condition holds (`rml:condition`).
    When(Box<Expression>, Box<Expression>),
    /// A collection or container; only terms are.
    Gather(Box<Gather>),
    /// The triples of another triples map; only terms are.
    Quoted(Quoted),
}

/// A collection or container (`rml:gather`).
#[derive(Clone, Debug)]
pub struct Gather {
    /// The name of its head; a fresh blank node otherwise.
    pub head: Option<TermMap>,
    /// What it is gathered of, in order.
    pub members: Vec<ObjectMap>,
    /// What it is.
    pub kind: GatherAs,
    /// Whether each combination of members makes a collection of its own (`rml:cartesianProduct`).
    pub product: bool,
    /// Whether it is made without members too.
    pub allow_empty: bool,
}

/// Quoted triples (`rml:quotedTriplesMap`).
#[derive(Clone, Debug)]
pub struct Quoted {
    /// Index in [`Mapping::triples_maps`] of the triples map that is quoted.
    pub parent: usize,
    /// What must be equal; without conditions the triples are those of the same record.
    pub conditions: Vec<JoinCondition>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stays, escapes resolved.
    Text(String),
    /// A reference.
    Reference(String),
}

/// A call of a function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// Its inputs in the order of the text: the index of the parameter and the value.
    pub inputs: Vec<(usize, Expression)>,
    /// Which of the function's outputs is asked for.
    pub output: usize,
    /// The compiled pattern, if the function has one.
    pub pattern: Option<Regex>,
    /// The table to look up in, if the function has one.
    pub table: Option<Table>,
}

/// A table that a function looks values up in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Where the call stands and what to open.
    pub source: LogicalSource,
    /// Column to find the value in.
    pub from: String,
    /// Column to give the value of.
    pub to: String,
}

/// Gives a mapping document its meaning.
///
/// # Errors
/// Everything that is wrong with it: `MAPPING_TERM`, `UNKNOWN_FUNCTION`.
pub fn check(doc: &MappingDoc) -> Result<Mapping> {
    let doc = legacy::translate(doc);
    let mut checker = checker::Checker::new(&doc);
    let triples_maps = checker.triples_maps();
    let views = std::mem::take(&mut checker.logical_views);
    let (errors, mut notices) = checker.finish();
    notices.extend(doc.notices.iter().cloned());
    if errors.is_empty() {
        Ok(Mapping {
            triples_maps,
            views,
            legacy: doc.legacy,
            notices,
        })
    } else {
        Err(Diagnostics(errors))
    }
}

#[cfg(test)]
mod tests;
