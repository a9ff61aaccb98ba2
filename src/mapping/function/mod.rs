//! The functions a mapping may call: one table from IRI to signature to implementation.
//!
//! Every function is pure: texts in, texts out. A null input makes a null result unless the parameter says that it can
//! be null. To add functions, write a file with a table like those here and list it in [`ALL`].

mod fm;
mod grel;
mod lookup;

use std::fmt;

use regex::Regex;

pub use lookup::Lookup;

use crate::record::Natural;

/// What a parameter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A text of the record or a constant.
    Text,
    /// A regular expression; must be constant, is compiled when the mapping is checked.
    Pattern,
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

/// A result or a fault.
pub type Outcome = Result<Output, FunctionFault>;

/// Every function, by table.
pub static ALL: FunctionTable = FunctionTable(&[fm::TABLE, grel::TABLE]);

/// Tables of functions.
pub struct FunctionTable(&'static [&'static [Function]]);

impl FunctionTable {
    /// Returns every function.
    pub fn iter(&self) -> impl Iterator<Item = &'static Function> {
        self.0.iter().flat_map(|table| table.iter())
    }
}

/// Returns the function of that IRI.
pub fn find(iri: &str) -> Option<&'static Function> {
    ALL.iter().find(|function| function.iri == iri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_is_named_twice() {
        let mut names: Vec<&str> = ALL.iter().map(|function| function.iri).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
