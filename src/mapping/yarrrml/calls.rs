//! Calls of functions: written out, or as the shortcut `ex:lower(ex:value = $(name))`.

use super::model::{Call, Input, Side, Term, Text, Type, What};
use super::reader::{Names, Reader};
use super::yaml::{Value, Yaml};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::vocabulary::{GREL, IDLAB, nearest};

const PARAMETER: &[Names] = &[&["parameter", "pm"], &["value", "v"], &["type"], &["from"]];

/// How deep functions may be nested in a shortcut; nested maps are bounded by the YAML.
const DEEPEST: usize = 32;

impl Reader {
    /// Returns the call of a function with parameters, written as a map or beside it.
    pub(super) fn call(
        &mut self,
        function: Option<&Yaml>,
        parameters: Option<&Yaml>,
        place: &Place,
    ) -> Option<Call> {
        let Some(function) = function else {
            self.error(place, "the condition names no function", "add function:");
            return None;
        };
        let function = self.text(function, "a function")?;
        let mut call = self.shortcut(&function, 0)?;
        call.place = place.clone();
        match parameters.map(|yaml| &yaml.value) {
            Some(Value::Map(entries))
                if !entries
                    .iter()
                    .any(|(key, _)| ["parameter", "pm"].contains(&key.text.as_str())) =>
            {
                for (key, value) in entries {
                    let parameter = Text {
                        text: key.text.clone(),
                        place: key.place.clone(),
                    };
                    if let Some(value) = self.term(value, Some(Type::Literal), "a value") {
                        call.inputs.push(Input {
                            parameter,
                            value,
                            side: None,
                        });
                    }
                }
            }
            _ => {
                for item in parameters.map_or(&[][..], Yaml::items) {
                    let input = self.input(item);
                    call.inputs.extend(input);
                }
            }
        }
        self.equality(&mut call);
        Some(call)
    }

    fn input(&mut self, yaml: &Yaml) -> Option<Input> {
        let (parameter, value, from, kind);
        match &yaml.value {
            Value::List(parts) => {
                parameter = parts.first();
                value = parts.get(1);
                from = parts.get(2);
                kind = None;
            }
            _ => {
                let fields = self.fields(yaml, "a parameter", PARAMETER)?;
                parameter = fields.get("parameter");
                value = fields.get("value");
                from = fields.get("from");
                kind = fields.get("type");
            }
        }
        let Some(parameter) = parameter else {
            self.error(
                &yaml.place,
                "the parameter has no name",
                "write [name, value]",
            );
            return None;
        };
        let parameter = self.text(parameter, "the name of a parameter")?;
        let empty = Yaml {
            place: yaml.place.clone(),
            value: Value::Text(String::new()),
        };
        let value = match value {
            Some(value) if !value.is_null() => self.term(value, Some(Type::Literal), "a value")?,
            _ => self.term(&empty, Some(Type::Literal), "a value")?,
        };
        let kind = kind.and_then(|kind| self.kind(kind));
        let side = match from.and_then(Yaml::text) {
            Some("s" | "subject") => Some(Side::Subject),
            Some("o" | "object") => Some(Side::Object),
            None if from.is_none() => None,
            _ => {
                self.error(
                    &yaml.place,
                    "a value is taken from the subject or the object",
                    "write s, subject, o or object",
                );
                None
            }
        };
        Some(Input {
            parameter,
            value: Term {
                kind: kind.or(value.kind),
                ..value
            },
            side,
        })
    }

    /// Returns a function that may carry its parameters: `ex:lower(ex:value = $(name))`.
    pub(super) fn shortcut(&mut self, text: &Text, depth: usize) -> Option<Call> {
        let bare = |name: &str| Call {
            place: text.place.clone(),
            function: Text {
                text: name.trim().to_owned(),
                place: text.place.clone(),
            },
            inputs: Vec::new(),
        };
        let open = text.text.find('(');
        let Some((open, close)) = open
            .zip(text.text.rfind(')'))
            .filter(|(open, close)| open < close)
        else {
            return Some(bare(&text.text));
        };
        let mut call = bare(&text.text[..open]);
        if depth >= DEEPEST {
            self.error(
                &text.place,
                "functions are nested too deep",
                "write them as maps",
            );
            return None;
        }
        let namespace = namespace(&call.function.text).to_owned();
        for part in split(&text.text[open + 1..close]) {
            let Some((name, value)) = assignment(part) else {
                self.error(
                    &text.place,
                    format!("{} is no parameter with a value", part.trim()),
                    "write function(parameter = value, …)",
                );
                continue;
            };
            let bare_name = !name.contains(':') && !["str1", "str2"].contains(&name);
            let name = if bare_name {
                format!("{namespace}{name}")
            } else {
                name.to_owned()
            };
            let place = text.place.clone();
            let what = if is_call(value) {
                let inner = Text {
                    text: value.to_owned(),
                    place: place.clone(),
                };
                What::Call(Box::new(self.shortcut(&inner, depth + 1)?))
            } else {
                What::Value(unquoted(value).to_owned())
            };
            let kind = matches!(what, What::Value(_)).then_some(Type::Literal);
            call.inputs.push(Input {
                parameter: Text {
                    text: name,
                    place: place.clone(),
                },
                value: Term::new(place, kind, what),
                side: None,
            });
        }
        self.equality(&mut call);
        Some(call)
    }

    /// Writes the shortcut `equal` out: the function of IDLab, whose values come from the two sides of a join.
    fn equality(&mut self, call: &mut Call) {
        let function = match call.function.text.as_str() {
            "equal" => "equal",
            "notEqual" => "notEqual",
            _ => return,
        };
        call.function.text = format!("{IDLAB}{function}");
        let given: Vec<String> = (call.inputs.iter())
            .map(|input| input.parameter.text.clone())
            .collect();
        let mut free = EQUALITY
            .iter()
            .filter(|(name, ..)| !given.iter().any(|text| text == name));
        call.inputs.retain_mut(|input| {
            let name = input.parameter.text.as_str();
            let known = EQUALITY.iter().find(|(known, ..)| *known == name);
            let meant = match known {
                // The parameters of IDLab may be named too.
                None if name.contains(':') => return true,
                None => {
                    self.findings.push(no_parameter(function, input));
                    free.next()
                }
                known => known,
            };
            if let Some((_, local, side)) = meant {
                input.parameter.text = format!("{GREL}{local}");
                input.side = input.side.or(Some(*side));
            }
            meant.is_some()
        });
    }
}

/// The parameters of the shortcuts `equal` and `notEqual`, those of IDLab that they stand for, and their sides in a join.
const EQUALITY: [(&str, &str, Side); 2] = [
    ("str1", "valueParameter", Side::Subject),
    ("str2", "valueParameter2", Side::Object),
];

/// Returns what is to be said of a parameter that a shortcut does not have.
fn no_parameter(function: &str, input: &Input) -> Diagnostic {
    let parameter = &input.parameter;
    let names = EQUALITY.map(|(name, ..)| name);
    let hint = match nearest(&parameter.text, names) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it takes {}", names.join(" and ")),
    };
    Diagnostic::error(
        codes::UNKNOWN_FUNCTION,
        format!("{function} has no parameter {}", parameter.text),
    )
    .at(parameter.place.clone())
    .hint(hint)
}

/// Returns the part of a function's name that its parameters share.
fn namespace(function: &str) -> &str {
    let end = match function.contains("://") {
        true => function.rfind(['#', '/']),
        false => function.find(':'),
    };
    end.map_or("", |end| &function[..=end])
}

/// Cuts parameters at the commas that stand in no quotes and no brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start, mut escaped) = (0_usize, None, 0, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Returns the two sides of `name = value` or `name: value`.
fn assignment(part: &str) -> Option<(&str, &str)> {
    let equals = part.find('=');
    let colon = part.match_indices(": ").map(|(at, _)| at).next();
    let at = match (equals, colon) {
        (Some(equals), Some(colon)) => equals.min(colon),
        (found, other) => found.or(other)?,
    };
    Some((part[..at].trim(), part[at + 1..].trim()))
}

/// Returns whether a value is a function with parameters: `prefix:name(…)`.
fn is_call(value: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    value.ends_with(')')
        && value
            .split_once('(')
            .and_then(|(head, _)| head.split_once(':'))
            .is_some_and(|(prefix, local)| {
                !prefix.is_empty()
                    && !local.is_empty()
                    && prefix.chars().all(name)
                    && local.chars().all(name)
            })
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_cut_where_they_end() {
        assert_eq!(
            split("a = $(x), b = \"1,2\", c = f(d, e)"),
            ["a = $(x)", " b = \"1,2\"", " c = f(d, e)"]
        );
        assert_eq!(assignment(" ex:a = $(x) "), Some(("ex:a", "$(x)")));
        assert_eq!(assignment("value: $(x)"), Some(("value", "$(x)")));
        assert_eq!(assignment("$(x)"), None);
        assert!(is_call("ex:f(a = 1)") && !is_call("$(x)") && !is_call("ex:$(x)"));
        assert_eq!(unquoted("\"a\""), "a");
        assert_eq!(namespace("http://a.org/f#g"), "http://a.org/f#");
    }
}
