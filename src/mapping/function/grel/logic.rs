//! True and false, choices, kinds of values.

use super::{ANY, ANY_OUT, STRING_OUT, boolean, function, maths, truth};
use crate::mapping::function::{Function, Output, Parameter};

const BOOLEANS: Parameter = Parameter {
    list: true,
    several: true,
    ..named!("bool_array_b", "param_rep_b")
};
const BOOLEAN: Parameter = named!("param_b", "bool_b");
const IF_TRUE: Parameter = Parameter {
    nullable: true,
    ..named!("param_true", "any_true")
};
const IF_FALSE: Parameter = Parameter {
    nullable: true,
    required: false,
    ..named!("param_false", "any_false")
};
const ANYTHING: Parameter = Parameter {
    several: true,
    nullable: true,
    ..named!("param_any_rep_e", "p_any_rep_e")
};

/// The functions of logic.
pub(super) static TABLE: &[Function] = &[
    boolean(grel!("boolean_and"), &[BOOLEANS], |a| {
        let values = a
            .all(0)
            .flatten()
            .map(truth)
            .collect::<Result<Vec<bool>, _>>()?;
        Ok(Output::One(values.iter().all(|value| *value).to_string()))
    }),
    boolean(grel!("boolean_or"), &[BOOLEANS], |a| {
        let values = a
            .all(0)
            .flatten()
            .map(truth)
            .collect::<Result<Vec<bool>, _>>()?;
        Ok(Output::One(values.iter().any(|value| *value).to_string()))
    }),
    boolean(grel!("boolean_xor"), &[BOOLEANS], |a| {
        let values = a
            .all(0)
            .flatten()
            .map(truth)
            .collect::<Result<Vec<bool>, _>>()?;
        let odd = values.iter().filter(|value| **value).count() % 2 == 1;
        Ok(Output::One(odd.to_string()))
    }),
    boolean(grel!("boolean_not"), &[BOOLEAN], |a| {
        Ok(Output::One((!truth(a.text(0))?).to_string()))
    }),
    function(
        grel!("controls_if"),
        &[BOOLEAN, IF_TRUE, IF_FALSE],
        ANY_OUT,
        |a| {
            let chosen = if truth(a.text(0))? { 1 } else { 2 };
            Ok(a.get(chosen).map(str::to_owned).into())
        },
    ),
    Function {
        first: true,
        ..function(grel!("other_coalesce"), &[ANYTHING], ANY_OUT, |a| {
            Ok(a.all(0).flatten().next().map(str::to_owned).into())
        })
    },
    function(grel!("other_type"), &[ANY], STRING_OUT, |a| {
        let kind = if maths::number(a.text(0)).is_ok() {
            "number"
        } else if truth(a.text(0)).is_ok() {
            "boolean"
        } else {
            "string"
        };
        Ok(Output::One(kind.to_owned()))
    }),
];
