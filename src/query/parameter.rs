//! The types of parameters: what a value given as text may be, and the term it becomes.

use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode, Term};

use crate::diagnostic::{Code, Diagnostic};
use crate::value::date;

use super::near::{did_you_mean, nearest};
use super::prefixes::{self, Prefixes};

/// Schemes that a colon after them does not turn into prefixes.
const SCHEMES: [&str; 7] = ["http", "https", "urn", "mailto", "tag", "info", "doi"];

const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";

/// What is added to the name of a period for the variables of its first and its last day.
const ENDINGS: [&str; 2] = ["_earliest", "_latest"];

/// What the values of a parameter are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// One day; an `xsd:date`.
    Date,
    /// A day or anything longer; an EDTF literal, whose first and last day the query has as `NAME_earliest` and `NAME_latest`.
    Period,
    /// An IRI, written in full (with or without angle brackets) or with a known prefix.
    Iri,
    /// A thing in the graph: an IRI like [`ParameterKind::Iri`]. A caller that knows names may turn them into IRIs before.
    Entity,
    /// Any text; a string without language.
    String,
    /// A whole number; an `xsd:integer`.
    Integer,
    /// `true` or `false`; an `xsd:boolean`.
    Boolean,
    /// A BCP 47 language tag; a string in lower case, as `LANG` gives it.
    Language,
}

impl ParameterKind {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::Date,
        Self::Period,
        Self::Iri,
        Self::Entity,
        Self::String,
        Self::Integer,
        Self::Boolean,
        Self::Language,
    ];

    /// Returns the word it is written by in a header.
    pub fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Period => "period",
            Self::Iri => "iri",
            Self::Entity => "entity",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Language => "language",
        }
    }

    /// Returns the type that a word stands for.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Returns the term that a value becomes.
    pub(crate) fn term(self, value: &str, prefixes: &Prefixes) -> Result<Term, Misfit> {
        let trimmed = value.trim();
        match self {
            Self::Date => day(trimmed).map(|day| Literal::new_typed_literal(day, xsd::DATE).into()),
            Self::Period => period(trimmed).map(|(edtf, _, _)| {
                Literal::new_typed_literal(edtf, NamedNode::new_unchecked(EDTF)).into()
            }),
            Self::Iri | Self::Entity => iri(trimmed, prefixes).map(Term::from),
            Self::String => Ok(Literal::new_simple_literal(value).into()),
            Self::Integer => integer(trimmed),
            Self::Boolean => match trimmed {
                "true" => Ok(Literal::from(true).into()),
                "false" => Ok(Literal::from(false).into()),
                _ => Err(misfit(
                    trimmed,
                    "is neither true nor false",
                    "write true or false",
                )),
            },
            Self::Language => oxilangtag::LanguageTag::parse(trimmed)
                .map(|tag| Literal::new_simple_literal(tag.as_str().to_ascii_lowercase()).into())
                .map_err(|_| {
                    misfit(
                        trimmed,
                        "is not a language tag",
                        "write for example en or uz-cyrl",
                    )
                }),
        }
    }

    /// Returns what else a value binds: the ending of a variable's name, and its term.
    pub(crate) fn derived(self, value: &str) -> Result<Vec<(&'static str, Term)>, Misfit> {
        if self != Self::Period {
            return Ok(Vec::new());
        }
        let (_, first, last) = period(value.trim())?;
        let day = |day| Term::from(Literal::new_typed_literal(day, xsd::DATE));
        Ok(vec![(ENDINGS[0], day(first)), (ENDINGS[1], day(last))])
    }

    /// Returns whether a query that has a variable uses the parameter of a name.
    pub(crate) fn is_used(self, name: &str, variable: &str) -> bool {
        let ending = variable.strip_prefix(name);
        ending.is_some_and(|ending| {
            ending.is_empty() || self == Self::Period && ENDINGS.contains(&ending)
        })
    }
}

/// Why a value does not fit its type.
pub(crate) struct Misfit {
    message: String,
    hint: String,
}

impl Misfit {
    /// Returns the finding about a parameter.
    pub(crate) fn finding(self, code: Code, parameter: &str) -> Diagnostic {
        Diagnostic::error(
            code,
            format!("the value of {parameter} does not fit: {}", self.message),
        )
        .hint(self.hint)
    }
}

fn misfit(value: &str, what: &str, hint: impl Into<String>) -> Misfit {
    Misfit {
        message: format!("{value:?} {what}"),
        hint: hint.into(),
    }
}

/// A message that names the value, once.
fn naming(value: &str, message: String) -> String {
    if message.contains(value) {
        return message;
    }
    format!("{value:?}: {message}")
}

/// The one day that a date names, as `YYYY-MM-DD`.
fn day(value: &str) -> Result<String, Misfit> {
    let edtf = date::parse(value).map_err(|fault| Misfit {
        message: naming(value, fault.message),
        hint: fault
            .hint
            .unwrap_or_else(|| "write year, month and day: 1990-01-31".to_owned()),
    })?;
    match (date::earliest(&edtf), date::latest(&edtf)) {
        (Some(first), Some(last)) if first == last && edtf == first => Ok(first),
        (Some(first), Some(last)) if first != last => Err(misfit(
            value,
            "is more than one day",
            format!("name one between {first} and {last}"),
        )),
        _ => Err(misfit(
            value,
            "is not one certain day",
            "write year, month and day: 1990-01-31",
        )),
    }
}

/// A date of any precision as EDTF, with its first and its last day.
fn period(value: &str) -> Result<(String, String, String), Misfit> {
    let edtf = date::parse(value).map_err(|fault| Misfit {
        message: naming(value, fault.message),
        hint: fault
            .hint
            .unwrap_or_else(|| "write for example 1990-01-31, 1990-01 or 1990".to_owned()),
    })?;
    match (date::earliest(&edtf), date::latest(&edtf)) {
        (Some(first), Some(last)) => Ok((edtf, first, last)),
        _ => Err(misfit(
            value,
            "is open at one end",
            "name a first and a last day: 1990-01-31/1990-02-03",
        )),
    }
}

fn integer(value: &str) -> Result<Term, Misfit> {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(misfit(
            value,
            "is not a whole number",
            "write for example 10",
        ));
    }
    value
        .parse::<i64>()
        .map(|number| Literal::from(number).into())
        .map_err(|_| {
            misfit(
                value,
                "is too large a number",
                format!("at most {}", i64::MAX),
            )
        })
}

fn iri(value: &str, prefixes: &Prefixes) -> Result<NamedNode, Misfit> {
    let all = Prefixes::known().and(prefixes.iter());
    let full = |text: &str| {
        NamedNode::new(text).map_err(|error| {
            misfit(
                text,
                &format!("is not an IRI: {error}"),
                "write it in full or with a known prefix",
            )
        })
    };
    if let Some(inside) = value
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
    {
        return full(inside);
    }
    let Some((prefix, rest)) = value.split_once(':') else {
        return Err(misfit(
            value,
            "is not an IRI",
            "write it in full (http://…) or with a known prefix (wd:Q1)",
        ));
    };
    if all.get(prefix).is_some() {
        return all
            .expand(value)
            .ok_or_else(|| misfit(value, "does not become an IRI", "write it in full"));
    }
    if rest.starts_with("//") || SCHEMES.contains(&prefix) {
        return full(value);
    }
    let near: Vec<String> = nearest(prefix, all.iter().map(|(name, _)| name))
        .into_iter()
        .map(|name| format!("{name}:"))
        .collect();
    let hint = match prefixes::usual(prefix) {
        Some(namespace) => format!("write it in full: {namespace}{rest}"),
        None => {
            did_you_mean(&near).unwrap_or_else(|| format!("if this is a full IRI, write <{value}>"))
        }
    };
    Err(misfit(
        value,
        &format!("has the prefix {prefix}:, which is not known"),
        hint,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(kind: ParameterKind, value: &str) -> Result<String, String> {
        kind.term(value, &Prefixes::none().and([("ex", "http://e.x/")]))
            .map(|term| term.to_string())
            .map_err(|misfit| format!("{} | {}", misfit.message, misfit.hint))
    }

    #[test]
    fn iris_come_in_three_forms() {
        let iri = |value: &str| term(ParameterKind::Iri, value);
        assert_eq!(iri("ex:a/b"), Ok("<http://e.x/a/b>".into()));
        assert_eq!(iri(" <http://e.x/a> "), Ok("<http://e.x/a>".into()));
        assert_eq!(iri("urn:x:1"), Ok("<urn:x:1>".into()));
        assert_eq!(iri("https://e.x/Ақ"), Ok("<https://e.x/Ақ>".into()));
        assert!(iri("http://e.x/> . ?s ?p ?o } #").is_err());
        assert!(iri("ex:a b").is_err());
        assert!(iri("<a>").is_err());
        assert!(iri("skso:a").unwrap_err().ends_with("did you mean skos:?"));
        assert!(
            iri("crm:P1")
                .unwrap_err()
                .contains("http://www.cidoc-crm.org/cidoc-crm/P1")
        );
    }

    #[test]
    fn other_types() {
        assert_eq!(
            term(ParameterKind::String, " a\"b "),
            Ok("\" a\\\"b \"".into())
        );
        assert_eq!(
            term(ParameterKind::Language, "uz-Cyrl"),
            Ok("\"uz-cyrl\"".into())
        );
        assert!(term(ParameterKind::Language, "e n").is_err());
        assert!(term(ParameterKind::Integer, "99999999999999999999").is_err());
        assert!(term(ParameterKind::Integer, "+").is_err());
        assert!(term(ParameterKind::Boolean, "yes").is_err());
        assert_eq!(
            term(ParameterKind::Boolean, "true"),
            Ok("\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>".into())
        );
    }
}
