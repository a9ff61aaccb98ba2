//! What holds for all functions: names, documentation, and that nothing makes them panic.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use regex::Regex;

use super::{ALL, Arguments, Function, Lookup, OTHER_NAMES, Outcome, Output, Role, find, refused};
use crate::mapping::vocabulary::short;

#[test]
fn no_function_is_named_twice() {
    let mut names = BTreeSet::new();
    for function in ALL.iter() {
        assert!(names.insert(function.iri), "{}", function.iri);
        assert!(refused(function.iri).is_none(), "{}", function.iri);
        let parameters: Vec<&str> = function
            .parameters
            .iter()
            .flat_map(|one| one.names)
            .copied()
            .collect();
        let different: BTreeSet<&str> = parameters.iter().copied().collect();
        assert_eq!(parameters.len(), different.len(), "{}", function.iri);
    }
    assert!(names.len() > 90, "{}", names.len());
}

#[test]
fn other_names_lead_to_the_same_function() {
    let grel = |local: &str| find(&format!("{}{local}", crate::mapping::vocabulary::GREL)).unwrap();
    assert_eq!(grel("toUppercase").iri, grel("toUpperCase").iri);
    let old = find("http://example.com/idlab/function/equal").unwrap();
    assert_eq!(old.iri, "https://w3id.org/imec/idlab/function#equal");
}

/// Runs a function on texts by parameter, as a call of the mapping would.
fn run(function: &Function, inputs: &[(usize, Option<&str>)]) -> Outcome {
    let pattern = inputs
        .iter()
        .find(|(index, _)| function.parameters[*index].role == Role::Pattern)
        .and_then(|(_, text)| Regex::new(text.unwrap()).ok());
    let mut table = Lookup::default();
    table.insert("one", "eins");
    (function.run)(&Arguments {
        inputs,
        pattern: pattern.as_ref(),
        table: Some(&table),
        output: 0,
    })
}

fn documentation() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/functions.md");
    fs::read_to_string(path).unwrap()
}

/// Returns the cells of the row about a function.
fn row(documentation: &str, function: &Function) -> Vec<String> {
    let name = short(function.iri);
    let start = format!("| `{name}` |");
    let row = documentation
        .lines()
        .find(|line| line.starts_with(&start))
        .unwrap_or_else(|| panic!("docs/functions.md has no row for {name}"));
    row.replace("\\|", "\u{0}")
        .trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().replace('\u{0}', "|"))
        .collect()
}

/// Returns the namespace of an IRI and its local name.
fn parted(iri: &str) -> (&str, &str) {
    iri.split_at(iri.rfind(['#', '/']).unwrap() + 1)
}

/// Returns a parameter as a row has it: with its prefix where that is not its function's.
fn shown(function: &Function, parameter: &str) -> String {
    let (namespace, local) = parted(parameter);
    if namespace == parted(function.iri).0 {
        local.to_owned()
    } else {
        short(parameter)
    }
}

/// Every second name of a parameter, and of a function, has its row; that of IDLab with `_` before it needs none.
#[test]
fn every_other_name_is_documented() {
    let mut rows = BTreeSet::new();
    for parameter in ALL.iter().flat_map(|function| function.parameters) {
        let first = parameter.names[0];
        let (namespace, local) = parted(first);
        for other in &parameter.names[1..] {
            if *other != format!("{namespace}_{local}") {
                rows.insert(format!("| `{}` | `{}` |", short(first), short(other)));
            }
        }
    }
    for (other, name) in OTHER_NAMES {
        rows.insert(format!("| `grel:{name}` | `grel:{other}` |"));
    }
    let documentation = documentation();
    let told: BTreeSet<String> = documentation
        .lines()
        .skip_while(|line| *line != "## Other names")
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| line.starts_with("| `"))
        .map(str::to_owned)
        .collect();
    let expected = rows.iter().cloned().collect::<Vec<_>>().join("\n");
    assert!(told == rows, "docs/functions.md should have\n{expected}");
}

#[test]
fn every_function_is_documented_with_its_parameters() {
    let documentation = documentation();
    for function in ALL.iter() {
        let cells = row(&documentation, function);
        assert_eq!(cells.len(), 4, "{cells:?}");
        let expected: Vec<String> = function
            .parameters
            .iter()
            .map(|parameter| {
                let name = shown(function, parameter.names[0]);
                let optional = if parameter.required { "" } else { "?" };
                let several = if parameter.list || parameter.several {
                    "…"
                } else {
                    ""
                };
                let nullable = if parameter.nullable { "~" } else { "" };
                format!("{name}{several}{nullable}{optional}")
            })
            .collect();
        assert_eq!(cells[1], expected.join(", "), "{}", function.iri);
    }
}

/// An argument in an example: values, or null.
type Example = (Vec<Option<Vec<String>>>, Option<Vec<String>>);

/// Reads an example such as `("a", ["b", "c"], null) → "d"`.
fn example(text: &str) -> Option<Example> {
    let (inputs, result) = text.trim_matches('`').split_once(" → ")?;
    let json = inputs.strip_prefix('(')?.strip_suffix(')')?;
    let inputs: Vec<serde_json::Value> = serde_json::from_str(&format!("[{json}]")).ok()?;
    let values = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::Array(items) => Some(
            items
                .iter()
                .map(|item| item.as_str().unwrap().to_owned())
                .collect(),
        ),
        other => Some(vec![other.as_str().unwrap().to_owned()]),
    };
    let result = serde_json::from_str(result).ok()?;
    Some((inputs.iter().map(values).collect(), values(&result)))
}

#[test]
fn every_example_of_the_documentation_is_true() {
    let documentation = documentation();
    let mut wrong = Vec::new();
    for function in ALL.iter() {
        let cell = row(&documentation, function)[3].clone();
        for text in cell.split("<br>") {
            let text = text.trim();
            let (inputs, expected) =
                example(text).unwrap_or_else(|| panic!("{}: {text}", function.iri));
            assert!(inputs.len() <= function.parameters.len(), "{text}");
            let mut given: Vec<(usize, Option<&str>)> = Vec::new();
            let mut null = false;
            for (index, input) in inputs.iter().enumerate() {
                match input {
                    Some(values) => {
                        given.extend(values.iter().map(|value| (index, Some(value.as_str()))));
                    }
                    None => {
                        null |= !function.parameters[index].nullable
                            && function.parameters[index].required;
                        given.push((index, None));
                    }
                }
            }
            let found = if null {
                Ok(Output::Null)
            } else {
                run(function, &given)
            };
            let found = match found {
                Ok(Output::Null) => None,
                Ok(Output::One(text) | Output::Typed(text, _)) => Some(vec![text]),
                Ok(Output::Many(texts)) => Some(texts),
                Err(fault) => Some(vec![fault.message]),
            };
            if found != expected {
                wrong.push(format!("{} {text}, not {found:?}", function.iri));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the texts are, a function gives a result or says what is wrong.
    #[test]
    fn no_text_makes_a_function_panic(texts in prop::collection::vec(texts(), 6)) {
        for function in ALL.iter() {
            let inputs: Vec<(usize, Option<&str>)> = (0..function.parameters.len())
                .map(|index| {
                    let text = match function.parameters[index].role {
                        Role::Pattern => "(.)",
                        _ => texts[index].as_str(),
                    };
                    (index, Some(text))
                })
                .collect();
            let _ = run(function, &inputs);
            let _ = run(function, &inputs[..inputs.len().min(1)]);
        }
    }
}

/// Texts that functions may stumble over: odd characters, numbers at the edge, dates, escapes.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+]?[0-9]{1,20}",
        "-?[0-9]{1,5}(\\.[0-9]{1,5})?(e[0-9]{1,3})?",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?",
        "[&%\\\\][a-z#x0-9]{0,6};?",
        "(years|months|days|weekday|html|url|javascript|csv|true|false|dns)",
        "[yMdHhmsSaEX'./ -]{0,12}",
    ]
}
