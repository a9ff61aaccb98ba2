//! Lists: all values of an input at once.

use super::{
    ARRAY, ARRAY_OUT, FROM, NUMBER_OUT, SEPARATOR, STRING_OUT, TO, function, integer, maths,
    offset, stretch,
};
use crate::mapping::function::{Arguments, Function, Outcome, Output, Parameter};

const BETWEEN: Parameter = Parameter {
    required: false,
    ..SEPARATOR
};

/// The functions on lists.
pub(super) static TABLE: &[Function] = &[
    function(grel!("array_get"), &[ARRAY, FROM, TO], ARRAY_OUT, get),
    function(grel!("array_slice"), &[ARRAY, FROM, TO], ARRAY_OUT, slice),
    function(grel!("array_join"), &[ARRAY, BETWEEN], STRING_OUT, |a| {
        Ok(Output::One(values(a).join(a.get(1).unwrap_or_default())))
    }),
    integer(grel!("array_length"), &[ARRAY], |a| {
        Ok(Output::One(values(a).len().to_string()))
    }),
    function(grel!("array_reverse"), &[ARRAY], ARRAY_OUT, |a| {
        Ok(many(values(a).into_iter().rev()))
    }),
    function(grel!("array_sort"), &[ARRAY], ARRAY_OUT, |a| {
        let mut values = values(a);
        values.sort_unstable();
        Ok(many(values.into_iter()))
    }),
    function(grel!("array_sum"), &[ARRAY], NUMBER_OUT, |a| {
        let mut sum = 0.0;
        for value in values(a) {
            sum += maths::number(value)?;
        }
        Ok(maths::number_output(sum))
    }),
    function(grel!("array_uniques"), &[ARRAY], ARRAY_OUT, |a| {
        let mut seen: Vec<&str> = Vec::new();
        for value in values(a) {
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        Ok(many(seen.into_iter()))
    }),
];

fn values<'a>(arguments: &Arguments<'a>) -> Vec<&'a str> {
    arguments.all(0).flatten().collect()
}

fn many<'a>(values: impl Iterator<Item = &'a str>) -> Output {
    Output::Many(values.map(str::to_owned).collect())
}

/// Returns the item at an offset, or those from one offset to another.
fn get(arguments: &Arguments<'_>) -> Outcome {
    if arguments.get(2).is_some() {
        return slice(arguments);
    }
    let values = values(arguments);
    let at = offset(arguments.text(1), values.len())?;
    let found = at.and_then(|at| values.get(at));
    Ok(found.map(|value| (*value).to_owned()).into())
}

fn slice(arguments: &Arguments<'_>) -> Outcome {
    let values = values(arguments);
    let Some((from, to)) = stretch(arguments, values.len())? else {
        return Ok(Output::Null);
    };
    Ok(many(values.into_iter().take(to).skip(from)))
}
