//! Functions that other RML engines know: GREL and IDLab.

use super::{Arguments, Function, FunctionFault, Outcome, Output, Parameter, Role};
use crate::record::Natural;

macro_rules! grel {
    ($local:literal) => {
        concat!("http://users.ugent.be/~bjdmeest/function/grel.ttl#", $local)
    };
}

macro_rules! idlab {
    ($local:literal) => {
        concat!("https://w3id.org/imec/idlab/function#", $local)
    };
}

const fn parameter(names: &'static [&'static str]) -> Parameter {
    Parameter {
        names,
        role: Role::Text,
        required: true,
        several: false,
        nullable: false,
    }
}

// Mappings name a parameter by its own IRI or by that of its predicate.
const VALUE: Parameter = parameter(&[grel!("valueParam"), grel!("valueParameter")]);
const FIND: Parameter = parameter(&[grel!("param_find"), grel!("p_string_find")]);
const REPLACE: Parameter = parameter(&[grel!("param_replace"), grel!("p_string_replace")]);
const FROM: Parameter = parameter(&[grel!("p_int_i_from"), grel!("param_int_i_from")]);
const TO: Parameter = Parameter {
    required: false,
    ..parameter(&[grel!("p_int_i_opt_to"), grel!("param_int_i_opt_to")])
};
const SEPARATOR: Parameter = parameter(&[grel!("p_string_sep"), grel!("param_string_sep")]);
const STRING: Parameter = parameter(&[idlab!("str"), idlab!("_str")]);

const STRING_OUT: &[&str] = &[grel!("stringOut"), grel!("stringOutput")];
const NUMBER_OUT: &[&str] = &[grel!("output_number"), grel!("numberOutput")];
const ARRAY_OUT: &[&str] = &[grel!("output_array"), grel!("arrayOutput")];
const IDLAB_OUT: &[&str] = &[idlab!("_stringOut"), idlab!("stringOut")];

const fn function(
    iri: &'static str,
    parameters: &'static [Parameter],
    outputs: &'static [&'static str],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        iri,
        parameters,
        outputs,
        natural: Natural::Text,
        names: false,
        first: false,
        run,
    }
}

/// The functions of these namespaces.
pub(super) static TABLE: &[Function] = &[
    function(grel!("toUpperCase"), &[VALUE], STRING_OUT, |a| {
        Ok(Output::One(a.text(0).to_uppercase()))
    }),
    function(grel!("string_toUppercase"), &[VALUE], STRING_OUT, |a| {
        Ok(Output::One(a.text(0).to_uppercase()))
    }),
    function(grel!("toLowerCase"), &[VALUE], STRING_OUT, |a| {
        Ok(Output::One(a.text(0).to_lowercase()))
    }),
    function(grel!("string_toLowercase"), &[VALUE], STRING_OUT, |a| {
        Ok(Output::One(a.text(0).to_lowercase()))
    }),
    function(grel!("string_trim"), &[VALUE], STRING_OUT, |a| {
        Ok(Output::One(a.text(0).trim().to_owned()))
    }),
    function(
        grel!("string_replace"),
        &[VALUE, FIND, REPLACE],
        STRING_OUT,
        |a| Ok(Output::One(a.text(0).replace(a.text(1), a.text(2)))),
    ),
    function(
        grel!("string_substring"),
        &[VALUE, FROM, TO],
        STRING_OUT,
        substring,
    ),
    function(grel!("string_split"), &[VALUE, SEPARATOR], ARRAY_OUT, split),
    Function {
        natural: Natural::Integer,
        ..function(grel!("string_length"), &[VALUE], NUMBER_OUT, |a| {
            Ok(Output::One(a.text(0).chars().count().to_string()))
        })
    },
    function(idlab!("toUpperCaseURL"), &[STRING], IDLAB_OUT, |a| {
        let upper = a.text(0).to_uppercase();
        let absolute = upper.starts_with("HTTP://") || upper.starts_with("HTTPS://");
        Ok(Output::One(if absolute {
            upper
        } else {
            format!("http://{upper}")
        }))
    }),
    function(idlab!("alwaysReturnsABC"), &[], IDLAB_OUT, |_| {
        Ok(Output::One("ABC".to_owned()))
    }),
];

/// Returns the text between two offsets in characters; a negative offset counts from the end, one outside gives null.
fn substring(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0);
    let length = text.chars().count();
    let (Some(from), to) = (
        offset(arguments.text(1), length)?,
        match arguments.get(2) {
            Some(to) => offset(to, length)?,
            None => Some(length),
        },
    ) else {
        return Ok(Output::Null);
    };
    let Some(to) = to else {
        return Ok(Output::Null);
    };
    Ok(Output::One(
        text.chars()
            .skip(from)
            .take(to.saturating_sub(from))
            .collect(),
    ))
}

fn offset(text: &str, length: usize) -> Result<Option<usize>, FunctionFault> {
    let Ok(offset) = text.trim().parse::<i64>() else {
        return Err(FunctionFault {
            message: format!("\"{text}\" is not a whole number"),
            hint: None,
        });
    };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let offset = if offset < 0 { length + offset } else { offset };
    Ok((0..=length)
        .contains(&offset)
        .then(|| usize::try_from(offset).unwrap_or_default()))
}

fn split(arguments: &Arguments<'_>) -> Outcome {
    let separator = arguments.text(1);
    let parts = if separator.is_empty() {
        vec![arguments.text(0).to_owned()]
    } else {
        arguments
            .text(0)
            .split(separator)
            .map(str::to_owned)
            .collect()
    };
    Ok(Output::Many(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sub(text: &str, from: &str, to: Option<&str>) -> Outcome {
        let inputs = [(0, Some(text)), (1, Some(from)), (2, to)];
        substring(&Arguments {
            inputs: &inputs,
            pattern: None,
            table: None,
        })
    }

    #[test]
    fn cuts_by_characters() {
        assert_eq!(sub("öabc", "1", Some("3")), Ok(Output::One("ab".into())));
        assert_eq!(sub("abc", "-2", None), Ok(Output::One("bc".into())));
        assert_eq!(sub("abc", "3", None), Ok(Output::One(String::new())));
        assert_eq!(sub("abc", "4", None), Ok(Output::Null));
        assert!(sub("abc", "x", None).is_err());
    }
}
