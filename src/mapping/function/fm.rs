//! factmill's own functions (`fm:`): names, dates, periods, languages, patterns, tables.

use md5::Md5;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use super::grel::truth;
use super::hash::{hex, uuid5};
use super::{Arguments, Function, FunctionFault, Outcome, Output, Parameter, Role};
use crate::record::Natural;
use crate::value::date::FaultKind;
use crate::value::iri::encode_component;
use crate::value::{date, dates, language, name, period};

macro_rules! fm {
    ($local:literal) => {
        concat!("https://w3id.org/factmill/ns#", $local)
    };
}

const fn parameter(names: &'static [&'static str]) -> Parameter {
    Parameter::text(names)
}

const fn with_role(names: &'static [&'static str], role: Role) -> Parameter {
    Parameter {
        role,
        ..parameter(names)
    }
}

const VALUE: Parameter = parameter(&[fm!("value")]);
const VALUES: Parameter = Parameter {
    several: true,
    ..VALUE
};
const NULLABLE_VALUES: Parameter = Parameter {
    nullable: true,
    ..VALUES
};
const CONTEXT: Parameter = parameter(&[fm!("context")]);
const PATTERN: Parameter = with_role(&[fm!("pattern")], Role::Pattern);
const GROUP: Parameter = Parameter {
    required: false,
    ..parameter(&[fm!("group")])
};
const SEPARATOR: Parameter = parameter(&[fm!("separator")]);
const REPLACEMENT: Parameter = parameter(&[fm!("replacement")]);
const TABLE_PATH: Parameter = with_role(&[fm!("table")], Role::Table);
const FROM: Parameter = with_role(&[fm!("from")], Role::From);
const TO: Parameter = with_role(&[fm!("to")], Role::To);
const DEFAULT: Parameter = Parameter {
    required: false,
    nullable: true,
    ..parameter(&[fm!("default")])
};

const fn function(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        iri,
        parameters,
        outputs: &[],
        natural: Natural::Text,
        names: false,
        first: false,
        run,
    }
}

/// The functions of this namespace.
pub(super) static TABLE: &[Function] = &[
    Function {
        names: true,
        ..function(fm!("slug"), &[VALUE], slug)
    },
    function(fm!("date"), &[VALUE], |a| {
        parse_date(a.text(0)).map(Output::One)
    }),
    function(fm!("dates"), &[VALUE], |a| {
        let read = all_dates(dates::read(a.text(0)))?;
        Ok(Output::Many(read.into_iter().map(|one| one.edtf).collect()))
    }),
    function(fm!("dateNotes"), &[VALUE], |a| {
        let read = all_dates(dates::read(a.text(0)))?;
        Ok(Output::Many(
            read.into_iter().filter_map(|one| one.note).collect(),
        ))
    }),
    function(fm!("dateIn"), &[VALUE, CONTEXT], |a| {
        let read = all_dates(dates::read_in(a.text(0), a.text(1)))?;
        Ok(Output::Many(read.into_iter().map(|one| one.edtf).collect()))
    }),
    function(fm!("earliest"), &[VALUE], |a| {
        Ok(date::earliest(&parse_date(a.text(0))?).into())
    }),
    function(fm!("latest"), &[VALUE], |a| {
        Ok(date::latest(&parse_date(a.text(0))?).into())
    }),
    function(fm!("periodStart"), &[VALUE], |a| {
        period_ends(a.text(0), |period| period.start)
    }),
    function(fm!("periodEnd"), &[VALUE], |a| {
        period_ends(a.text(0), |period| period.end)
    }),
    function(fm!("capture"), &[VALUE, PATTERN, GROUP], capture),
    function(fm!("matches"), &[VALUE, PATTERN], matches),
    function(fm!("replace"), &[VALUE, PATTERN, REPLACEMENT], replace),
    function(fm!("split"), &[VALUE, SEPARATOR], split),
    function(fm!("language"), &[VALUE, DEFAULT], |a| {
        let guess = language::guess(a.text(0)).map(|guess| guess.tag.to_owned());
        Ok(guess.or_else(|| a.get(1).map(str::to_owned)).into())
    }),
    function(fm!("languageReason"), &[VALUE], |a| {
        Ok(language::guess(a.text(0)).map(|guess| guess.how).into())
    }),
    function(
        fm!("lookup"),
        &[VALUE, TABLE_PATH, FROM, TO, DEFAULT],
        lookup,
    ),
    Function {
        first: true,
        ..function(fm!("coalesce"), &[NULLABLE_VALUES], |a| {
            Ok(a.all(0).flatten().next().map(str::to_owned).into())
        })
    },
    function(fm!("concat"), &[VALUES], |a| {
        Ok(Output::One(a.all(0).flatten().collect()))
    }),
    function(fm!("trim"), &[VALUE], |a| {
        Ok(Output::One(a.text(0).trim().to_owned()))
    }),
    function(fm!("lower"), &[VALUE], |a| {
        Ok(Output::One(a.text(0).to_lowercase()))
    }),
    function(fm!("upper"), &[VALUE], |a| {
        Ok(Output::One(a.text(0).to_uppercase()))
    }),
];

const NULLABLE: Parameter = Parameter {
    nullable: true,
    ..VALUE
};
const OTHER: Parameter = parameter(&[fm!("other")]);
const NAMESPACE: Parameter = parameter(&[fm!("namespace")]);
const CONDITION: Parameter = parameter(&[fm!("condition")]);
const THEN: Parameter = Parameter {
    nullable: true,
    ..parameter(&[fm!("then")])
};
const ELSE: Parameter = Parameter {
    nullable: true,
    required: false,
    ..parameter(&[fm!("else")])
};
const LIST: Parameter = Parameter {
    list: true,
    ..VALUES
};

const fn boolean(
    iri: &'static str,
    parameters: &'static [Parameter],
    run: fn(&Arguments<'_>) -> Outcome,
) -> Function {
    Function {
        natural: Natural::Boolean,
        ..function(iri, parameters, run)
    }
}

/// Hashes, identifiers and conditions.
pub(super) static MORE: &[Function] = &[
    function(fm!("md5"), &[VALUE], |a| {
        Ok(Output::One(hex(&Md5::digest(a.text(0)))))
    }),
    function(fm!("sha1"), &[VALUE], |a| {
        Ok(Output::One(hex(&Sha1::digest(a.text(0)))))
    }),
    function(fm!("sha256"), &[VALUE], |a| {
        Ok(Output::One(hex(&Sha256::digest(a.text(0)))))
    }),
    function(fm!("sha512"), &[VALUE], |a| {
        Ok(Output::One(hex(&Sha512::digest(a.text(0)))))
    }),
    function(fm!("uuid5"), &[NAMESPACE, VALUE], |a| {
        uuid5(a.text(0), a.text(1)).map(Output::One)
    }),
    function(fm!("encode"), &[VALUE], |a| {
        Ok(Output::One(encode_component(a.text(0), false)))
    }),
    function(fm!("join"), &[LIST, SEPARATOR], |a| {
        let values: Vec<&str> = a.all(0).flatten().collect();
        Ok(Output::One(values.join(a.text(1))))
    }),
    boolean(fm!("isNull"), &[NULLABLE], |a| {
        Ok(Output::One(a.get(0).is_none().to_string()))
    }),
    boolean(fm!("isNotNull"), &[NULLABLE], |a| {
        Ok(Output::One(a.get(0).is_some().to_string()))
    }),
    boolean(fm!("equal"), &[VALUE, OTHER], |a| {
        Ok(Output::One((a.text(0) == a.text(1)).to_string()))
    }),
    boolean(fm!("notEqual"), &[VALUE, OTHER], |a| {
        Ok(Output::One((a.text(0) != a.text(1)).to_string()))
    }),
    function(fm!("if"), &[CONDITION, THEN, ELSE], |a| {
        let chosen = if truth(a.text(0))? { 1 } else { 2 };
        Ok(a.get(chosen).map(str::to_owned).into())
    }),
];

fn slug(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.text(0);
    let slug = name::slug(value);
    if slug.is_empty() {
        return Err(FunctionFault {
            message: format!("nothing of \"{value}\" can stand in an IRI"),
            hint: Some("a name needs a letter or a digit".to_owned()),
        });
    }
    Ok(Output::One(slug))
}

/// Returns the one date of a text, which may stand among other words.
fn parse_date(text: &str) -> Result<String, FunctionFault> {
    let fault = match date::parse(text) {
        Ok(edtf) => return Ok(edtf),
        Err(fault) if fault.kind == FaultKind::NoDate => fault,
        Err(fault) => return Err(date_fault(fault)),
    };
    let read = dates::read(text);
    let told = read.dates.len();
    if told == 0 && read.unread.is_empty() {
        return Err(date_fault(fault));
    }
    let mut read = all_dates(read)?;
    match read.pop() {
        Some(only) if told == 1 => Ok(only.edtf),
        _ => Err(FunctionFault {
            message: format!("the value tells {told} dates"),
            hint: Some("fm:dates gives all of them".to_owned()),
        }),
    }
}

/// Returns the dates of a value.
///
/// # Errors
/// When a part of it looks like a date and is none, or nothing of it is a date. A date of a calendar that is not
/// converted is passed over beside one that is read.
fn all_dates(read: dates::Dates) -> Result<Vec<dates::Dated>, FunctionFault> {
    let none = read.dates.is_empty();
    let matters = |kind| none || !matches!(kind, FaultKind::NoDate | FaultKind::OtherCalendar);
    match read
        .unread
        .into_iter()
        .find(|part| matters(part.fault.kind))
    {
        Some(part) => Err(date_fault(part.fault)),
        None => Ok(read.dates),
    }
}

fn date_fault(fault: date::DateFault) -> FunctionFault {
    FunctionFault {
        message: fault.message,
        hint: fault.hint,
    }
}

/// Returns one end of each period as EDTF; what is no period may still be a date, which is both ends.
fn period_ends(text: &str, end: fn(period::Period) -> Option<String>) -> Outcome {
    let Some(periods) = period::periods(text) else {
        return parse_date(text).map(Output::One);
    };
    let ends = periods
        .into_iter()
        .filter_map(end)
        .map(|raw| parse_date(&raw))
        .collect::<Result<Vec<String>, FunctionFault>>()?;
    Ok(Output::Many(ends))
}

fn capture(arguments: &Arguments<'_>) -> Outcome {
    let Some(pattern) = arguments.pattern else {
        return Ok(Output::Null);
    };
    let Some(found) = pattern.captures(arguments.text(0)) else {
        return Ok(Output::Null);
    };
    let group = match arguments.get(2) {
        None => found.get(usize::from(found.len() > 1)),
        Some(group) => match group.parse::<usize>() {
            Ok(number) if number < found.len() => found.get(number),
            Err(_) if pattern.capture_names().flatten().any(|name| name == group) => {
                found.name(group)
            }
            _ => {
                return Err(FunctionFault {
                    message: format!("the pattern \"{pattern}\" has no group {group}"),
                    hint: None,
                });
            }
        },
    };
    Ok(group.map(|group| group.as_str().to_owned()).into())
}

fn matches(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.text(0);
    let matches = arguments
        .pattern
        .is_some_and(|pattern| pattern.is_match(value));
    Ok(matches.then(|| value.to_owned()).into())
}

fn replace(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.text(0);
    let replaced = match arguments.pattern {
        Some(pattern) => pattern.replace_all(value, arguments.text(2)).into_owned(),
        None => value.to_owned(),
    };
    Ok(Output::One(replaced))
}

fn split(arguments: &Arguments<'_>) -> Outcome {
    let separator = arguments.text(1);
    if separator.is_empty() {
        return Err(FunctionFault {
            message: "the separator is empty".to_owned(),
            hint: Some("give one, such as \";\"".to_owned()),
        });
    }
    let parts = arguments
        .text(0)
        .split(separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    Ok(Output::Many(parts))
}

fn lookup(arguments: &Arguments<'_>) -> Outcome {
    let found = arguments
        .table
        .map_or(&[][..], |table| table.get(arguments.text(0)));
    if found.is_empty() {
        return Ok(arguments.get(4).map(str::to_owned).into());
    }
    Ok(Output::Many(found.to_vec()))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::mapping::function::{Lookup, find};

    fn call(local: &str, inputs: &[(usize, Option<&str>)], pattern: Option<&str>) -> Outcome {
        let function = find(&format!("https://w3id.org/factmill/ns#{local}")).unwrap();
        let pattern = pattern.map(|pattern| Regex::new(pattern).unwrap());
        let mut table = Lookup::default();
        table.insert("one", "eins");
        table.insert("one", "eine");
        (function.run)(&Arguments {
            inputs,
            pattern: pattern.as_ref(),
            table: Some(&table),
            output: 0,
        })
    }

    fn one(text: &str) -> Outcome {
        Ok(Output::One(text.to_owned()))
    }

    fn many(texts: &[&str]) -> Outcome {
        Ok(Output::Many(
            texts.iter().map(|&text| text.to_owned()).collect(),
        ))
    }

    #[test]
    fn captures_the_first_group_or_the_one_asked_for() {
        let value = [(0, Some("7 of 12"))];
        assert_eq!(call("capture", &value, Some(r"(\d+) of (\d+)")), one("7"));
        let second = [(0, Some("7 of 12")), (2, Some("2"))];
        assert_eq!(call("capture", &second, Some(r"(\d+) of (\d+)")), one("12"));
        let named = [(0, Some("7 of 12")), (2, Some("n"))];
        assert_eq!(call("capture", &named, Some(r"of (?<n>\d+)")), one("12"));
        assert_eq!(call("capture", &value, Some(r"\d+")), one("7"));
        assert_eq!(call("capture", &value, Some("x")), Ok(Output::Null));
        assert!(call("capture", &second, Some("7")).is_err());
    }

    #[test]
    fn reads_the_dates_of_a_value() {
        let dates = [(
            0,
            Some("{{start date|1946|5|1}} (reopened)<br>1990 (again)"),
        )];
        assert_eq!(call("dates", &dates, None), many(&["1946-05-01", "1990"]));
        assert_eq!(
            call("dateNotes", &dates, None),
            many(&["reopened", "again"])
        );
        assert!(call("date", &dates, None).is_err());
        assert_eq!(
            call("date", &[(0, Some("1946 (reopened)"))], None),
            one("1946")
        );
        for wrong in [
            "31 June 1920",
            "1919, 31 June 1920",
            "03/04/1920",
            "Greens",
            "",
        ] {
            assert!(call("dates", &[(0, Some(wrong))], None).is_err(), "{wrong}");
            assert!(call("date", &[(0, Some(wrong))], None).is_err(), "{wrong}");
        }
        let with_context = [(0, Some("23 August")), (1, Some("It met in August 1920."))];
        assert_eq!(call("dateIn", &with_context, None), many(&["1920?-08-23"]));
    }

    #[test]
    fn splits_trims_and_drops_the_empty() {
        let inputs = [(0, Some(" a ; b ;; c")), (1, Some(";"))];
        assert_eq!(call("split", &inputs, None), many(&["a", "b", "c"]));
    }

    #[test]
    fn looks_up_and_falls_back() {
        assert_eq!(
            call("lookup", &[(0, Some("one"))], None),
            many(&["eins", "eine"])
        );
        assert_eq!(call("lookup", &[(0, Some("two"))], None), Ok(Output::Null));
        let inputs = [(0, Some("two")), (4, Some("?"))];
        assert_eq!(call("lookup", &inputs, None), one("?"));
    }

    #[test]
    fn coalesces_and_joins_in_order() {
        let inputs = [(0, None), (0, Some("b")), (0, Some("c"))];
        assert_eq!(call("coalesce", &inputs, None), one("b"));
        assert_eq!(call("concat", &inputs[1..], None), one("bc"));
    }
}
