//! The functions a mapping may call: one table from IRI to signature to implementation.
//!
//! Every function is pure: texts in, texts out. A null input makes a null result unless the parameter says that it can
//! be null. To add functions, write a file with a table like those here and list it in [`ALL`].

mod escape;
mod fm;
mod grel;
mod hash;
mod idlab;
mod lookup;
mod near;
mod suite;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use regex::Regex;

pub(super) use grel::check_date_form;
pub use lookup::Lookup;
pub use near::near;

use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::vocabulary::{GREL, IDLAB, nearest, short};
use crate::record::Natural;

/// What a parameter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A text of the record or a constant.
    Text,
    /// A regular expression; must be constant, is compiled when the mapping is checked.
    Pattern,
    /// A pattern that dates are written in; where it is constant, it is checked with the mapping.
    DateForm,
    /// Path of a table to look up in; must be constant.
    Table,
    /// Column of the table to find the value in; must be constant.
    From,
    /// Column of the table to give the value of; must be constant.
    To,
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its IRI, first, and others that are accepted for it.
    pub names: &'static [&'static str],
    /// What it is for.
    pub role: Role,
    /// Whether a call must give it.
    pub required: bool,
    /// Whether a call may give it several times, in order.
    pub several: bool,
    /// Whether a null here still lets the function run.
    pub nullable: bool,
    /// Whether it takes all values of an input at once; otherwise the function runs for each.
    pub list: bool,
}

impl Parameter {
    /// Returns a parameter that takes one text, which must be given.
    pub const fn text(names: &'static [&'static str]) -> Self {
        Self {
            names,
            role: Role::Text,
            required: true,
            several: false,
            nullable: false,
            list: false,
        }
    }
}

/// A function: signature and implementation.
pub struct Function {
    /// Its IRI.
    pub iri: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// IRIs that `rml:return` may name; the first is the default.
    pub outputs: &'static [&'static str],
    /// The datatype of its results by nature.
    pub natural: Natural,
    /// Whether it turns a name into a part of an IRI, so that two names must not meet in one.
    pub names: bool,
    /// Whether it gives its first input that has a value, so that those after it need not be made.
    pub first: bool,
    /// What it does.
    pub run: fn(&Arguments<'_>) -> Outcome,
}

impl Function {
    /// Returns a function whose results are plain texts.
    pub const fn new(
        iri: &'static str,
        parameters: &'static [Parameter],
        outputs: &'static [&'static str],
        run: fn(&Arguments<'_>) -> Outcome,
    ) -> Self {
        Self {
            iri,
            parameters,
            outputs,
            natural: Natural::Text,
            names: false,
            first: false,
            run,
        }
    }

    /// Returns the number of the parameter of that IRI.
    pub fn parameter(&self, iri: &str) -> Option<usize> {
        let name = canonical(iri);
        self.parameters
            .iter()
            .position(|parameter| parameter.names.contains(&&*name))
    }

    /// Returns what is to be said of a parameter that it does not have.
    pub fn no_parameter(&self, iri: &str, place: Place) -> Diagnostic {
        let names = || self.parameters.iter().map(|parameter| parameter.names[0]);
        let diagnostic = Diagnostic::error(
            codes::UNKNOWN_FUNCTION,
            format!("{} has no parameter {}", short(self.iri), short(iri)),
        )
        .at(place);
        match nearest(iri, names()) {
            Some(near) => diagnostic.hint(format!("did you mean {}?", short(near))),
            None => {
                let names: Vec<String> = names().map(short).collect();
                diagnostic.hint(format!("it takes {}", names.join(", ")))
            }
        }
    }

    /// Returns whether it has a parameter of that role.
    pub fn has(&self, role: Role) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.role == role)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.iri).finish()
    }
}

/// What a function is called with.
pub struct Arguments<'a> {
    /// Index of the parameter and the value, in the order of the call; `None` is null.
    pub inputs: &'a [(usize, Option<&'a str>)],
    /// The compiled pattern, if the function has one.
    pub pattern: Option<&'a Regex>,
    /// The table to look up in, if the function has one.
    pub table: Option<&'a Lookup>,
    /// Which of [`Function::outputs`] is asked for; 0 when the call does not say.
    pub output: usize,
}

impl<'a> Arguments<'a> {
    /// Returns the value of a parameter; `None` when it is null or not given.
    pub fn get(&self, parameter: usize) -> Option<&'a str> {
        self.all(parameter).next().flatten()
    }

    /// Returns the value of a required parameter, which the checker and the run have made sure of.
    pub fn text(&self, parameter: usize) -> &'a str {
        self.get(parameter).unwrap_or_default()
    }

    /// Returns all values of a parameter, in order.
    pub fn all(&self, parameter: usize) -> impl Iterator<Item = Option<&'a str>> {
        self.inputs
            .iter()
            .filter(move |(index, _)| *index == parameter)
            .map(|(_, value)| *value)
    }
}

/// What a function gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// No value.
    Null,
    /// One value.
    One(String),
    /// One value of a datatype that depends on it.
    Typed(String, Natural),
    /// Several values, in order.
    Many(Vec<String>),
}

impl From<Option<String>> for Output {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Null, Self::One)
    }
}

/// Why a function could not do its work on these values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionFault {
    /// One sentence, no full stop.
    pub message: String,
    /// What would be right, if known.
    pub hint: Option<String>,
}

impl FunctionFault {
    /// Returns a fault without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    /// Says what would be right.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A result or a fault.
pub type Outcome = Result<Output, FunctionFault>;

/// Every function, by table.
pub static ALL: FunctionTable = FunctionTable(&[
    &[fm::TABLE, fm::MORE, idlab::TABLE, suite::TABLE],
    grel::TABLES,
]);

/// Tables of functions.
pub struct FunctionTable(&'static [&'static [&'static [Function]]]);

impl FunctionTable {
    /// Returns every function.
    pub fn iter(&self) -> impl Iterator<Item = &'static Function> {
        self.0.iter().copied().flatten().copied().flatten()
    }
}

/// The namespace that the functions of IDLab had before.
const OLD_IDLAB: &str = "http://example.com/idlab/function/";
/// Functions that are known by a second name.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("string_toUppercase", "toUpperCase"),
    ("toUppercase", "toUpperCase"),
    ("string_toLowercase", "toLowerCase"),
    ("toLowercase", "toLowerCase"),
    ("toTitleCase", "string_toTitlecase"),
    ("string_reverse", "reverse"),
    ("string_escape", "escape"),
    ("string_slice", "string_substring"),
    ("string_get", "string_substring"),
    ("string_strip", "string_trim"),
    ("string_lastIndex", "string_lastIndexOf"),
    ("length", "string_length"),
];

/// Returns the name by which a function, parameter or output is known here.
pub fn canonical(iri: &str) -> Cow<'_, str> {
    if let Some(local) = iri.strip_prefix(OLD_IDLAB) {
        return Cow::Owned(format!("{IDLAB}{local}"));
    }
    let second = iri
        .strip_prefix(GREL)
        .and_then(|local| OTHER_NAMES.iter().find(|(other, _)| *other == local));
    match second {
        Some((_, name)) => Cow::Owned(format!("{GREL}{name}")),
        None => Cow::Borrowed(iri),
    }
}

/// Returns the function of that IRI.
pub fn find(iri: &str) -> Option<&'static Function> {
    let iri = canonical(iri);
    ALL.iter().find(|function| function.iri == iri)
}

/// Returns why a function that other engines have is not here.
pub fn refused(iri: &str) -> Option<&'static str> {
    let iri = canonical(iri);
    let local = iri.strip_prefix(GREL).or(iri.strip_prefix(IDLAB))?;
    Some(match local {
        "random" | "math_randomNumber" => {
            "chance would make another graph on each run; fm:uuid5 makes identifiers of content"
        }
        "date_now" => "the clock would make another graph on each run; give the date as a constant",
        "readFile" | "dbpediaSpotlight" => "a mapping reads nothing but its sources",
        "generateUniqueIRI" | "implicitCreate" | "implicitUpdate" | "implicitDelete"
        | "explicitCreate" | "explicitUpdate" | "explicitDelete" => {
            "a mapping keeps nothing between runs"
        }
        _ => return None,
    })
}
