//! The functions of IDLab (`idlab-fn:`), in their new namespace and the one they had before.

use super::grel::{format_date, moment, truth};
use super::{Arguments, Function, FunctionFault, Outcome, Output, Parameter, Role};
use crate::record::Natural;
use crate::value::name;

macro_rules! idlab {
    ($local:literal) => {
        concat!("https://w3id.org/imec/idlab/function#", $local)
    };
}

macro_rules! grel {
    ($local:literal) => {
        concat!("http://users.ugent.be/~bjdmeest/function/grel.ttl#", $local)
    };
}

macro_rules! named {
    ($name:literal) => {
        Parameter::text(&[
            idlab!($name),
            concat!("https://w3id.org/imec/idlab/function#_", $name),
        ])
    };
}

const STRING: Parameter = named!("str");
const OTHER: Parameter = named!("otherStr");
const DELIMITER: Parameter = named!("delimiter");
const OPTIONAL_DELIMITER: Parameter = Parameter {
    required: false,
    ..DELIMITER
};
const LIST: Parameter = Parameter {
    list: true,
    several: true,
    ..named!("list")
};
const SEQUENCE: Parameter = Parameter {
    list: true,
    several: true,
    ..named!("seq")
};
const BOOLEAN: Parameter = named!("strBoolean");
const EXPECTED: Parameter = named!("expectedStr");
const RESULT: Parameter = named!("result");
const DATE: Parameter = named!("strDate");
const PATTERN: Parameter = Parameter {
    role: Role::DateForm,
    ..named!("pattern")
};
const LANGUAGE: Parameter = named!("lang");
const TEST: Parameter = Parameter::text(&[idlab!("_test"), idlab!("p_test")]);
const FROM: Parameter = Parameter {
    required: false,
    ..Parameter::text(&[idlab!("_from"), idlab!("p_from")])
};
const TO: Parameter = Parameter {
    required: false,
    ..Parameter::text(&[idlab!("_to"), idlab!("p_to")])
};
const FIRST: Parameter = Parameter::text(&[grel!("valueParam"), grel!("valueParameter")]);
const SECOND: Parameter = Parameter::text(&[grel!("valueParam2"), grel!("valueParameter2")]);
const NULLABLE: Parameter = Parameter {
    nullable: true,
    ..STRING
};
const FILE: Parameter = Parameter {
    role: Role::Table,
    ..named!("inputFile")
};
const FROM_COLUMN: Parameter = Parameter {
    role: Role::From,
    ..named!("fromColumn")
};
const TO_COLUMN: Parameter = Parameter {
    role: Role::To,
    ..named!("toColumn")
};

const STRING_OUT: &[&str] = &[idlab!("_stringOut"), idlab!("stringOut")];
const BOOL_OUT: &[&str] = &[idlab!("_boolOut"), idlab!("o_boolOut"), idlab!("boolOut")];

const fn function(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function::new(iri, parameters, STRING_OUT, run)
}

const fn boolean(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        natural: Natural::Boolean,
        ..Function::new(iri, parameters, BOOL_OUT, run)
    }
}

fn says(value: bool) -> Outcome {
    Ok(Output::One(value.to_string()))
}

/// The functions of this namespace.
pub(super) static TABLE: &[Function] = &[
    boolean(idlab!("equal"), &[FIRST, SECOND], |a| {
        says(a.text(0) == a.text(1))
    }),
    boolean(idlab!("notEqual"), &[FIRST, SECOND], |a| {
        says(a.text(0) != a.text(1))
    }),
    boolean(idlab!("isNull"), &[NULLABLE], |a| says(a.get(0).is_none())),
    boolean(idlab!("isNotNull"), &[NULLABLE], |a| {
        says(a.get(0).is_some())
    }),
    boolean(
        idlab!("stringContainsOtherString"),
        &[STRING, OTHER, DELIMITER],
        |a| says(parts(a.text(0), a.text(2)).contains(&a.text(1))),
    ),
    boolean(idlab!("listContainsElement"), &[LIST, STRING], |a| {
        says(a.all(0).flatten().any(|value| value == a.text(1)))
    }),
    boolean(idlab!("inRange"), &[TEST, FROM, TO], |a| {
        let number = |text: &str| {
            text.trim()
                .parse::<f64>()
                .map_err(|_| FunctionFault::new(format!("\"{text}\" is not a number")))
        };
        let test = number(a.text(0))?;
        let from = a.get(1).map(number).transpose()?;
        let to = a.get(2).map(number).transpose()?;
        says(from.is_none_or(|from| from <= test) && to.is_none_or(|to| test < to))
    }),
    function(idlab!("trueCondition"), &[BOOLEAN, STRING], |a| {
        Ok(truth(a.text(0))?.then(|| a.text(1).to_owned()).into())
    }),
    function(idlab!("IF"), &[BOOLEAN, STRING], |a| {
        Ok(truth(a.text(0))?.then(|| a.text(1).to_owned()).into())
    }),
    function(idlab!("decide"), &[STRING, EXPECTED, RESULT], |a| {
        Ok((a.text(0) == a.text(1))
            .then(|| a.text(2).to_owned())
            .into())
    }),
    function(idlab!("toUpperCaseURL"), &[STRING], |a| {
        let upper = a.text(0).to_uppercase();
        let absolute = upper.starts_with("HTTP://") || upper.starts_with("HTTPS://");
        Ok(Output::One(if absolute {
            upper
        } else {
            format!("http://{upper}")
        }))
    }),
    function(idlab!("alwaysReturnsABC"), &[], |_| {
        Ok(Output::One("ABC".to_owned()))
    }),
    function(
        idlab!("concat"),
        &[STRING, OTHER, OPTIONAL_DELIMITER],
        |a| Ok(Output::One([a.text(0), a.text(1)].join(a.text(2)))),
    ),
    function(
        idlab!("concatSequence"),
        &[SEQUENCE, OPTIONAL_DELIMITER],
        |a| {
            let values: Vec<&str> = a.all(0).flatten().collect();
            Ok(Output::One(values.join(a.text(1))))
        },
    ),
    Function {
        names: true,
        ..function(idlab!("slugify"), &[STRING], |a| {
            Ok(Output::One(name::slug(a.text(0))))
        })
    },
    function(idlab!("getMIMEType"), &[STRING], |a| {
        Ok(media_type(a.text(0)).into())
    }),
    function(idlab!("normalizeDate"), &[DATE, PATTERN], |a| {
        normalize(a, false)
    }),
    function(
        idlab!("normalizeDateWithLang"),
        &[DATE, PATTERN, LANGUAGE],
        |a| normalize(a, false),
    ),
    function(idlab!("normalizeDateTime"), &[DATE, PATTERN], |a| {
        normalize(a, true)
    }),
    function(
        idlab!("normalizeDateTimeWithLang"),
        &[DATE, PATTERN, LANGUAGE],
        |a| normalize(a, true),
    ),
    function(
        idlab!("lookup"),
        &[STRING, FILE, FROM_COLUMN, TO_COLUMN],
        |a| {
            let found = a.table.and_then(|table| table.get(a.text(0)).first());
            Ok(found.cloned().into())
        },
    ),
];

fn parts<'t>(text: &'t str, delimiter: &str) -> Vec<&'t str> {
    if delimiter.is_empty() {
        return vec![text];
    }
    text.split(delimiter).collect()
}

/// Month names are read in every language that is known, so the language given changes nothing.
fn normalize(arguments: &Arguments<'_>, with_time: bool) -> Outcome {
    let moment = moment(arguments.text(0), arguments.text(1))?;
    Ok(Output::One(format_date(&moment, with_time)))
}

/// Returns the media type that the ending of a file name stands for.
fn media_type(name: &str) -> Option<String> {
    const TYPES: &[(&str, &str)] = &[
        ("csv", "text/csv"),
        ("gif", "image/gif"),
        ("html", "text/html"),
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("json", "application/json"),
        ("jsonld", "application/ld+json"),
        ("mp3", "audio/mpeg"),
        ("mp4", "video/mp4"),
        ("n3", "text/n3"),
        ("nq", "application/n-quads"),
        ("nt", "application/n-triples"),
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("rdf", "application/rdf+xml"),
        ("svg", "image/svg+xml"),
        ("trig", "application/trig"),
        ("tsv", "text/tab-separated-values"),
        ("ttl", "text/turtle"),
        ("txt", "text/plain"),
        ("xml", "application/xml"),
        ("zip", "application/zip"),
    ];
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let found = TYPES.iter().find(|(known, _)| *known == ending);
    found.map(|(_, kind)| (*kind).to_owned())
}
