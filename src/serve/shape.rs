//! Shapes of JSON: what a value must look like, and the first deviation from it.

use serde_json::Value;

/// What a value must look like.
pub(super) enum Shape {
    Text,
    Number,
    Integer,
    Bool,
    Word(&'static [&'static str]),
    /// A text that a test accepts, and how to say what it wants.
    Such(fn(&str) -> bool, &'static str),
    /// A list with at least so many items.
    List(Box<Shape>, usize),
    /// A list of different items.
    Set(Box<Shape>),
    /// A list of texts with this one among them.
    Holds(&'static str),
    /// An object whose values all look like this.
    Map(Box<Shape>),
    /// Fields with whether they must be there, and whether others may be there.
    Object(Vec<(&'static str, bool, Shape)>, bool),
    /// Any of these.
    Either(Vec<Shape>, &'static str),
    /// A type, with the broader ones.
    Type(bool),
    /// Both.
    And(Box<Shape>, fn(&Value) -> bool, &'static str),
}

use Shape::{
    And, Bool, Either, Holds, Integer, List, Map, Number, Object, Set, Such, Text, Type, Word,
};

pub(super) const MUST: bool = true;
pub(super) const MAY: bool = false;

/// Fields that tell the language and direction of the texts beside them, in the newer version.
pub(super) fn described(
    mut fields: Vec<(&'static str, bool, Shape)>,
    new: bool,
) -> Vec<(&'static str, bool, Shape)> {
    if new {
        fields.push(("lang", MAY, Text));
        fields.push(("dir", MAY, Word(&["ltr", "rtl", "auto"])));
    }
    fields
}

pub(super) fn open(fields: Vec<(&'static str, bool, Shape)>) -> Shape {
    Object(fields, true)
}

pub(super) fn closed(fields: Vec<(&'static str, bool, Shape)>) -> Shape {
    Object(fields, false)
}

pub(super) fn list(of: Shape) -> Shape {
    List(Box::new(of), 0)
}

pub(super) fn named(id: bool, name: bool, new: bool) -> Shape {
    open(described(vec![("id", id, Text), ("name", name, Text)], new))
}

impl Shape {
    pub(super) fn check(&self, value: &Value, path: &mut Vec<String>) -> Result<(), String> {
        let wants = |what: &str, path: &[String]| Err(format!("{} must be {what}", shown(path)));
        match self {
            Text if value.is_string() => Ok(()),
            Text => wants("a text", path),
            Number if value.is_number() => Ok(()),
            Number => wants("a number", path),
            Integer if value.as_f64().is_some_and(|number| number.fract() == 0.0) => Ok(()),
            Integer => wants("a whole number", path),
            Bool if value.is_boolean() => Ok(()),
            Bool => wants("true or false", path),
            Word(words) if value.as_str().is_some_and(|text| words.contains(&text)) => Ok(()),
            Word(words) => wants(&format!("one of {}", words.join(", ")), path),
            Such(test, _) if value.as_str().is_some_and(test) => Ok(()),
            Such(_, what) => wants(what, path),
            List(of, least) => {
                let Some(items) = value.as_array() else {
                    return wants("a list", path);
                };
                if items.len() < *least {
                    return wants("a list that is not empty", path);
                }
                each(of, items, path)
            }
            Set(of) => {
                let Some(items) = value.as_array() else {
                    return wants("a list", path);
                };
                if (1..items.len()).any(|at| items[..at].contains(&items[at])) {
                    return wants("a list of different things", path);
                }
                each(of, items, path)
            }
            Holds(word) => {
                let Some(items) = value.as_array() else {
                    return wants("a list", path);
                };
                each(&Text, items, path)?;
                if items.iter().any(|item| item.as_str() == Some(word)) {
                    Ok(())
                } else {
                    wants(&format!("a list with \"{word}\" in it"), path)
                }
            }
            Map(of) => {
                let Some(fields) = value.as_object() else {
                    return wants("an object", path);
                };
                for (name, value) in fields {
                    within(of, value, name, path)?;
                }
                Ok(())
            }
            Object(fields, others) => {
                let Some(object) = value.as_object() else {
                    return wants("an object", path);
                };
                for (name, must, shape) in fields {
                    match object.get(*name) {
                        Some(value) => within(shape, value, name, path)?,
                        None if *must => {
                            return Err(format!("{} lacks \"{name}\"", shown(path)));
                        }
                        None => {}
                    }
                }
                let known = |name: &String| fields.iter().any(|(field, ..)| field == name);
                match object.keys().find(|name| !known(name)) {
                    Some(name) if !others => Err(format!(
                        "{} has \"{name}\", which does not belong there",
                        shown(path)
                    )),
                    _ => Ok(()),
                }
            }
            Either(shapes, what) => {
                if shapes.iter().any(|shape| shape.check(value, path).is_ok()) {
                    Ok(())
                } else {
                    wants(what, path)
                }
            }
            Type(new) => open(described(
                vec![
                    ("id", MUST, Text),
                    ("name", MUST, Text),
                    ("description", MAY, Text),
                ],
                *new,
            ))
            .check(value, path)
            .and_then(|()| match value.get("broader") {
                Some(broader) => within(&list(Type(*new)), broader, "broader", path),
                None => Ok(()),
            }),
            And(shape, test, what) => {
                shape.check(value, path)?;
                if test(value) {
                    Ok(())
                } else {
                    Err(format!("{}: {what}", shown(path)))
                }
            }
        }
    }
}

fn each(shape: &Shape, items: &[Value], path: &mut Vec<String>) -> Result<(), String> {
    for (at, item) in items.iter().enumerate() {
        within(shape, item, &at.to_string(), path)?;
    }
    Ok(())
}

fn within(shape: &Shape, value: &Value, name: &str, path: &mut Vec<String>) -> Result<(), String> {
    let depth = path.len();
    path.push(name.to_owned());
    let outcome = shape.check(value, path);
    path.truncate(depth);
    outcome
}

fn shown(path: &[String]) -> String {
    if path.is_empty() {
        "the message".to_owned()
    } else {
        format!("/{}", path.join("/"))
    }
}
