//! A mapping made ready to run: references numbered per source, each source read once, joins and tables known.
//!
//! A plan holds no data and opens nothing; it says what to open and what to make of it.

mod alone;
mod build;
mod compound;
mod lane;
mod proof;
mod view;

use super::checked::UserParameter;
use super::function::Function;
use super::{LogicalSource, LogicalTarget, Rule, Targets};
use crate::diagnostic::Place;
use crate::record::Natural;
use regex::Regex;

pub use build::plan;
pub use compound::GatherAs;
pub(super) use compound::{Compound, GatherProgram, QuotedProgram};
pub(super) use lane::{JoinLane, Lane, LaneObject, LaneRule, LaneTerm, join_lanes, lanes};
pub(super) use proof::{is_stateless, is_stateless_join};
pub use view::JoinKind;
pub(super) use view::{
    PlannedField, PlannedFieldForm, PlannedFields, PlannedView, PlannedViewJoin,
};

/// A plan.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every rule, by the number that derivations give.
    pub(super) rules: Vec<Rule>,
    /// Every source, in the order they are to be read.
    pub(super) sources: Vec<PlannedSource>,
    /// Every triples map.
    pub(super) maps: Vec<PlannedMap>,
    /// Every join.
    pub(super) joins: Vec<PlannedJoin>,
    /// Every logical view.
    pub(super) views: Vec<PlannedView>,
    /// Every table that functions look up in.
    pub(super) tables: Vec<super::checked::Table>,
    /// Every target, by the number of its bit.
    pub(super) targets: Vec<LogicalTarget>,
    /// The target that is one too many, if there is one.
    pub(super) excess: Option<Place>,
}

impl Plan {
    /// Returns the rules: [`super::Derivation::rule`] is an index into them.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Returns the targets that statements may go to; bits of [`super::Statement::targets`] are indexes into them.
    pub fn targets(&self) -> &[LogicalTarget] {
        &self.targets
    }

    /// Returns where the mapping names more targets than a statement can tell apart.
    pub fn excess_target(&self) -> Option<&Place> {
        self.excess.as_ref()
    }

    /// Returns whether statements may stand in named graphs.
    pub fn has_graphs(&self) -> bool {
        self.maps.iter().any(|map| {
            let of_rules = map.predicate_objects.iter().flat_map(|rule| &rule.graphs);
            map.graphs
                .iter()
                .chain(of_rules)
                .any(|graph| match &graph.form {
                    TermForm::Fixed(encoded) => !encoded.is_empty(),
                    _ => true,
                })
        })
    }

    /// Returns the logical sources, in the order they are read.
    ///
    /// A view stands for the source it is on; those of all views follow.
    pub fn sources(&self) -> impl Iterator<Item = &LogicalSource> {
        let views = self.views.iter().map(|view| &view.on);
        self.sources
            .iter()
            .map(|source| &source.source)
            .chain(views)
    }

    /// Returns the tables that functions look up in, as logical sources.
    pub fn tables(&self) -> impl Iterator<Item = &LogicalSource> {
        self.tables.iter().map(|table| &table.source)
    }
}

/// A source with all that is asked of it.
#[derive(Clone, Debug)]
pub(super) struct PlannedSource {
    pub(super) source: LogicalSource,
    pub(super) references: Vec<PlannedReference>,
    /// Indexes of its triples maps.
    pub(super) maps: Vec<usize>,
    /// The numbers of the references of `fm:evidence`: quote, source, occurrence, inferred.
    pub(super) evidence: Option<[Option<usize>; 4]>,
}

/// A reference and every place it is used at.
#[derive(Clone, Debug)]
pub(super) struct PlannedReference {
    pub(super) name: String,
    pub(super) places: Vec<Place>,
}

/// A triples map.
#[derive(Clone, Debug)]
pub(super) struct PlannedMap {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) subject: TermProgram,
    /// The rule of the subject map, if the subject has statements of its own.
    pub(super) subject_rule: Option<usize>,
    pub(super) graphs: Vec<TermProgram>,
    /// Rule and encoded class.
    pub(super) classes: Vec<(usize, String)>,
    pub(super) predicate_objects: Vec<PlannedPredicateObject>,
}

/// A predicate-object map.
#[derive(Clone, Debug)]
pub(super) struct PlannedPredicateObject {
    pub(super) rule: usize,
    pub(super) predicates: Vec<TermProgram>,
    pub(super) objects: Vec<PlannedObject>,
    pub(super) graphs: Vec<TermProgram>,
    pub(super) inferred: Option<Text>,
}

/// An object map.
#[derive(Clone, Debug)]
pub(super) enum PlannedObject {
    /// A term of the record.
    Term(Box<TermProgram>),
    /// The subjects of the parent's records whose keys are equal: index of the join and the child's side of it.
    Join(usize, Vec<Text>),
}

/// The parent's side of a join.
#[derive(Clone, Debug)]
pub(super) struct PlannedJoin {
    /// Index of the parent's source in [`Plan::sources`].
    pub(super) source: usize,
    /// Index of the child's source.
    pub(super) child: usize,
    pub(super) keys: Vec<Text>,
    pub(super) subject: TermProgram,
    /// Whether the child's source comes first, so that the parent's has to be read beforehand for this join alone.
    pub(super) ahead: bool,
}

/// How to make a term.
#[derive(Clone, Debug)]
pub(super) struct TermProgram {
    /// Where the mapping asks for it.
    pub(super) place: Place,
    pub(super) form: TermForm,
    pub(super) inferred: Option<Text>,
    pub(super) targets: Targets,
}

/// The forms of a term.
#[derive(Clone, Debug)]
pub(super) enum TermForm {
    /// The same for all records, encoded; empty is the default graph.
    Fixed(String),
    /// A fresh blank node for each record; the number tells such terms apart.
    Fresh(usize),
    /// An IRI.
    Iri(IriProgram),
    /// A blank node named by a value.
    BlankNode(Text),
    /// A literal.
    Literal(LiteralProgram),
    /// Something made of other terms.
    Compound(Box<Compound>),
}

/// How to make an IRI.
#[derive(Clone, Debug)]
pub(super) struct IriProgram {
    pub(super) text: Text,
    pub(super) escape: Escape,
    /// Set when every value gives a valid absolute IRI because values are percent-encoded.
    pub(super) safe: bool,
    /// `rml:UnsafeIRI`: what is not valid may be let through.
    pub(super) unchecked: bool,
    /// The base of the triples map.
    pub(super) base: Option<String>,
}

/// How to make a literal.
#[derive(Clone, Debug)]
pub(super) struct LiteralProgram {
    pub(super) text: Text,
    pub(super) suffix: Suffix,
}

/// What follows the quotes of a literal.
#[derive(Clone, Debug)]
pub(super) enum Suffix {
    /// What the value is by nature.
    Natural,
    /// A constant language: `@en`.
    Language(String),
    /// A constant datatype, by IRI.
    Datatype(String),
    /// A language from the record.
    LanguageOf(Text),
    /// A datatype from the record.
    DatatypeOf(Box<TermProgram>),
}

/// How values in a template are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// Not at all.
    None,
    /// All but `iunreserved`.
    Iri,
    /// All but ASCII `unreserved`.
    Uri,
}

/// How to make a text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) place: Place,
    pub(super) form: TextForm,
}

/// The forms of a text.
#[derive(Clone, Debug)]
pub(super) enum TextForm {
    /// A constant with the datatype it has by nature.
    Constant(String, Natural),
    /// The values of a reference, by its number in the source.
    Reference(usize),
    /// Text with references in it.
    Template(Vec<TextPiece>),
    /// The result of a function.
    Call(Box<TextCall>),
    /// A value, once for each time that a condition holds.
    When(Box<Text>, Box<Text>),
    /// The result of a function that the mapping declares.
    User(Box<UserText>),
}

/// A call of a function that the mapping declares.
#[derive(Clone, Debug)]
pub(super) struct UserText {
    pub(super) parameters: Vec<UserParameter>,
    pub(super) inputs: Vec<(usize, Text)>,
    pub(super) body: PlannedBody,
}

/// What a declared function does.
#[derive(Clone, Debug)]
pub(super) enum PlannedBody {
    /// A text of the parameters, with the number of the parameter that each of its references is.
    Text(Text, Vec<Option<usize>>),
    /// A query that gives the value.
    Sparql(Box<spargebra::Query>),
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextPiece {
    Text(String),
    Reference(usize),
}

/// A call of a function.
#[derive(Clone, Debug)]
pub(super) struct TextCall {
    pub(super) function: &'static Function,
    pub(super) inputs: Vec<(usize, Text)>,
    pub(super) pattern: Option<Regex>,
    /// Which output of the function is asked for.
    pub(super) output: usize,
    /// Index in [`Plan::tables`].
    pub(super) table: Option<usize>,
}
