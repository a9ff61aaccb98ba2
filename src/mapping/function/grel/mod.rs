//! The functions of GREL, OpenRefine's language, under the names that RML engines know them by.
//!
//! A parameter may be named by its own IRI or by that of its predicate (`grel:valueParam`, `grel:valueParameter`). What
//! depends on the clock or on chance is not here: a graph must be the same on each run.

use super::{Arguments, Function, FunctionFault, Outcome, Parameter, Role};
use crate::record::Natural;

macro_rules! grel {
    ($local:literal) => {
        concat!("http://users.ugent.be/~bjdmeest/function/grel.ttl#", $local)
    };
}

/// Returns a parameter with its own name and that of its predicate.
macro_rules! named {
    ($name:literal, $predicate:literal) => {
        Parameter::text(&[grel!($name), grel!($predicate)])
    };
}

mod arrays;
mod date_form;
mod dates;
mod logic;
mod maths;
mod strings;

pub(in crate::mapping) use date_form::check as check_date_form;
pub(super) use date_form::moment;
pub(super) use dates::format as format_date;

/// The functions of this namespace, a table a topic.
pub(super) static TABLES: &[&[Function]] = &[
    strings::TABLE,
    strings::SPLITTING,
    arrays::TABLE,
    logic::TABLE,
    maths::TABLE,
    dates::TABLE,
];

const VALUE: Parameter = named!("valueParam", "valueParameter");
const ARRAY: Parameter = Parameter {
    list: true,
    several: true,
    ..named!("param_a", "p_array_a")
};
const SEPARATOR: Parameter = named!("param_string_sep", "p_string_sep");
const FROM: Parameter = named!("p_int_i_from", "param_int_i_from");
const TO: Parameter = Parameter {
    required: false,
    ..named!("p_int_i_opt_to", "param_int_i_opt_to")
};
const ANY: Parameter = named!("param_any_e", "p_any_e");
const NUMBER: Parameter = named!("param_dec_n", "p_dec_n");
const INTEGER: Parameter = named!("param_int_i", "p_int_i");
const INTEGER_2: Parameter = named!("param_int_i2", "p_int_i2");

const STRING_OUT: &[&str] = &[grel!("stringOut"), grel!("stringOutput")];
const NUMBER_OUT: &[&str] = &[grel!("output_number"), grel!("o_number")];
const ARRAY_OUT: &[&str] = &[grel!("output_array"), grel!("o_array")];
const BOOL_OUT: &[&str] = &[grel!("output_bool"), grel!("o_bool")];
const ANY_OUT: &[&str] = &[grel!("output_any"), grel!("o_any")];
const DATE_OUT: &[&str] = &[grel!("output_date"), grel!("o_date")];

const fn function(
    iri: &'static str,
    parameters: &'static [Parameter],
    outputs: &'static [&'static str],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function::new(iri, parameters, outputs, run)
}

const fn boolean(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        natural: Natural::Boolean,
        ..function(iri, parameters, BOOL_OUT, run)
    }
}

const fn integer(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        natural: Natural::Integer,
        ..function(iri, parameters, NUMBER_OUT, run)
    }
}

/// Returns the position of an offset in a list of that length; a negative offset counts from the end, one outside gives
/// none.
fn offset(text: &str, length: usize) -> Result<Option<usize>, FunctionFault> {
    let offset = whole(text)?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let offset = if offset < 0 {
        length.saturating_add(offset)
    } else {
        offset
    };
    Ok((0..=length)
        .contains(&offset)
        .then(|| usize::try_from(offset).unwrap_or_default()))
}

/// Returns a whole number.
fn whole(text: &str) -> Result<i64, FunctionFault> {
    text.trim()
        .parse()
        .map_err(|_| FunctionFault::new(format!("\"{text}\" is not a whole number")))
}

/// Returns what a text says of true and false.
pub(super) fn truth(text: &str) -> Result<bool, FunctionFault> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(FunctionFault::new(format!(
            "\"{text}\" is neither true nor false"
        ))),
    }
}

/// Returns a start and an end within a length: what lies beyond either end is cut to it, as OpenRefine does. `None` when
/// the start lies beyond the end, where the test cases of RML-FNML want null.
fn stretch(
    arguments: &Arguments<'_>,
    length: usize,
) -> Result<Option<(usize, usize)>, FunctionFault> {
    let from = from_start(arguments.text(1), length)?;
    let to = arguments
        .get(2)
        .map(|to| from_start(to, length))
        .transpose()?
        .unwrap_or(length);
    Ok((from <= length).then(|| (from, to.clamp(from.min(length), length))))
}

/// Returns an offset counted from the start; a negative one counts from the end, and no further than to the start.
fn from_start(text: &str, length: usize) -> Result<usize, FunctionFault> {
    let offset = whole(text)?;
    let far = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(if offset < 0 {
        length.saturating_sub(far)
    } else {
        far
    })
}

/// Tells that a regular expression must be a constant, compiled with the mapping.
const REGEX: Parameter = Parameter {
    role: Role::Pattern,
    ..named!("param_regex", "p_string_regex")
};
