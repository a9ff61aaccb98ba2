//! The `#+` header of a saved query, in the style of grlc.
//!
//! ```text
//! #+ summary: Who held an office at a date
//! #+ params:
//! #+   - name: date
//! #+     type: date
//! #+     summary: the day asked for
//! #+     default: 1990-01-01
//! SELECT ?person WHERE { … FILTER(?start <= ?date) }
//! ```
//!
//! The header is a small, strict part of YAML: what is not understood is an error with its line, never passed over.

use oxrdf::Variable;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

use super::lex::{self, Kind};
use super::near::{did_you_mean, nearest};
use super::parameter::ParameterKind;
use super::prefixes::Prefixes;
use super::saved::Parameter;

/// Keys of the header of a saved query.
pub(crate) const QUERY_KEYS: &[&str] = &["summary", "description", "params", "collects"];
const PARAMETER_KEYS: [&str; 5] = ["name", "type", "summary", "default", "required"];

/// What a header says.
pub(crate) struct Header {
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    /// Whatever else was asked for, in the order of the header.
    pub(crate) others: Vec<Entry>,
}

/// A key of a header with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: String,
    /// Where the key stands.
    pub(crate) place: Place,
}

impl Header {
    /// Returns the entry of a key.
    pub(crate) fn other(&self, key: &str) -> Option<&Entry> {
        self.others.iter().find(|entry| entry.key == key)
    }
}

/// Reads the lines that start with `#+`, wherever they stand; `keys` are those that may be there.
pub(crate) fn read(
    file: &str,
    text: &str,
    prefixes: &Prefixes,
    keys: &'static [&'static str],
) -> Result<Header> {
    let mut reader = Reader::new(file, keys);
    for (line, written) in (1_u32..).zip(text.lines()) {
        if let Some(content) = written.trim_start().strip_prefix("#+") {
            reader.line(line, written, content.trim_end());
        }
    }
    let variables: Vec<&str> = lex::tokens(text)
        .iter()
        .filter(|token| token.kind == Kind::Variable)
        .filter_map(|token| token.text(text).get(1..))
        .collect();
    reader.finish(&variables, prefixes);
    if reader.faults.is_empty() {
        Ok(Header {
            summary: reader.summary,
            description: reader.description,
            parameters: reader.parameters.into_iter().map(|(_, p)| p).collect(),
            others: reader.others,
        })
    } else {
        Err(Diagnostics(reader.faults))
    }
}

/// What a line with more indentation goes on with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Description,
    Other,
    Parameters,
}

struct Reader<'a> {
    file: &'a str,
    known: &'static [&'static str],
    others: Vec<Entry>,
    summary: Option<String>,
    description: Option<String>,
    /// Each with the line of its name.
    parameters: Vec<(u32, Parameter)>,
    keys: Vec<String>,
    parameter_keys: Vec<String>,
    open: Open,
    faults: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a str, known: &'static [&'static str]) -> Self {
        Self {
            file,
            known,
            others: Vec::new(),
            summary: None,
            description: None,
            parameters: Vec::new(),
            keys: Vec::new(),
            parameter_keys: Vec::new(),
            open: Open::Nothing,
            faults: Vec::new(),
        }
    }

    fn fault(
        &mut self,
        line: u32,
        written: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let mut place = Place::file(self.file).at_line(line).at_column(1);
        place.text = Some(written.to_owned());
        self.faults.push(
            Diagnostic::error(codes::QUERY_HEADER, message)
                .at(place)
                .hint(hint),
        );
    }

    fn line(&mut self, line: u32, written: &str, content: &str) {
        let rest = content.trim_start_matches([' ', '\t']);
        let indentation = &content[..content.len() - rest.len()];
        if rest.is_empty() {
            return;
        }
        if indentation.contains('\t') {
            self.fault(
                line,
                written,
                "a tab indents this line",
                "indent with spaces",
            );
        } else if indentation.len() > 1 {
            self.inner(line, written, rest);
        } else {
            self.outer(line, written, rest);
        }
    }

    /// A line of the header itself: `key: value`.
    fn outer(&mut self, line: u32, written: &str, rest: &str) {
        let Some((key, value)) = pair(rest) else {
            return self.fault(
                line,
                written,
                format!("{rest:?} is not of the form key: value"),
                "write for example: #+ summary: What it answers",
            );
        };
        self.open = Open::Nothing;
        if self.keys.iter().any(|earlier| earlier == key) {
            return self.fault(
                line,
                written,
                format!("{key} is given twice"),
                "drop one of the two",
            );
        }
        if !self.known.contains(&key) {
            return self.fault(
                line,
                written,
                format!("{key} is no key of a header"),
                known(key, self.known),
            );
        }
        match key {
            "summary" => self.summary = Some(value),
            "description" => {
                self.description = Some(value);
                self.open = Open::Description;
            }
            "params" => {
                self.open = Open::Parameters;
                if !value.is_empty() {
                    self.fault(
                        line,
                        written,
                        "the parameters stand on lines of their own",
                        "write #+ params: and then for each #+   - name: …",
                    );
                }
            }
            _ => {
                let mut place = Place::file(self.file).at_line(line).at_column(1);
                place.text = Some(written.to_owned());
                self.others.push(Entry {
                    key: key.to_owned(),
                    value,
                    place,
                });
                self.open = Open::Other;
            }
        }
        self.keys.push(key.to_owned());
    }

    /// An indented line: more of the description, or something about a parameter.
    fn inner(&mut self, line: u32, written: &str, rest: &str) {
        match self.open {
            Open::Nothing => self.fault(
                line,
                written,
                "this line is indented but belongs to nothing",
                "write it with one space after #+",
            ),
            Open::Description => {
                if let Some(description) = &mut self.description {
                    go_on(description, rest);
                }
            }
            Open::Other => {
                if let Some(entry) = self.others.last_mut() {
                    go_on(&mut entry.value, rest);
                }
            }
            Open::Parameters => {
                let (item, rest) = match rest.strip_prefix("- ") {
                    Some(rest) => (true, rest.trim_start()),
                    None => (false, rest),
                };
                let Some((key, value)) = pair(rest) else {
                    return self.fault(
                        line,
                        written,
                        format!("{rest:?} is not of the form key: value"),
                        "write for example: #+   - name: date",
                    );
                };
                if item {
                    self.begin(line, written, key, value);
                } else {
                    self.detail(line, written, key, value);
                }
            }
        }
    }

    fn begin(&mut self, line: u32, written: &str, key: &str, value: String) {
        if key != "name" {
            self.fault(
                line,
                written,
                "a parameter starts with its name",
                "write for example: #+   - name: date",
            );
        } else if Variable::new(&value).is_err() {
            self.fault(
                line,
                written,
                format!("{value:?} cannot be the name of a variable"),
                "use letters, digits and _",
            );
        } else if self
            .parameters
            .iter()
            .any(|(_, parameter)| parameter.name == value)
        {
            self.fault(
                line,
                written,
                format!("the parameter {value} is described twice"),
                "drop one of the two",
            );
        }
        self.parameter_keys = vec!["name".to_owned()];
        let name = if key == "name" { value } else { String::new() };
        self.parameters.push((
            line,
            Parameter {
                name,
                kind: ParameterKind::String,
                default: None,
                required: true,
                summary: None,
            },
        ));
    }

    fn detail(&mut self, line: u32, written: &str, key: &str, value: String) {
        let Some((_, parameter)) = self.parameters.last_mut() else {
            return self.fault(
                line,
                written,
                "this belongs to no parameter",
                "start with #+   - name: …",
            );
        };
        if self.parameter_keys.iter().any(|earlier| earlier == key) {
            return self.fault(
                line,
                written,
                format!("{key} is given twice"),
                "drop one of the two",
            );
        }
        self.parameter_keys.push(key.to_owned());
        match key {
            "type" => match ParameterKind::named(&value) {
                Some(kind) => parameter.kind = kind,
                None => {
                    let words: Vec<&str> =
                        ParameterKind::ALL.iter().map(|kind| kind.word()).collect();
                    self.fault(
                        line,
                        written,
                        format!("{value} is no type of parameter"),
                        known(&value, &words),
                    );
                }
            },
            "summary" => parameter.summary = Some(value),
            "default" => {
                parameter.default = Some(value);
                parameter.required = false;
            }
            "required" => match value.as_str() {
                "true" => parameter.required = true,
                "false" => parameter.required = false,
                _ => self.fault(
                    line,
                    written,
                    format!("{value:?} is neither true nor false"),
                    "write true or false",
                ),
            },
            _ => self.fault(
                line,
                written,
                format!("{key} says nothing about a parameter"),
                known(key, &PARAMETER_KEYS),
            ),
        }
    }

    /// Checks what can be checked only when all is read.
    fn finish(&mut self, variables: &[&str], prefixes: &Prefixes) {
        let mut faults = Vec::new();
        for (line, parameter) in &self.parameters {
            let place = || Place::file(self.file).at_line(*line).at_column(1);
            if parameter.name.is_empty() {
                continue;
            }
            if !variables
                .iter()
                .any(|variable| parameter.kind.is_used(&parameter.name, variable))
            {
                let finding = Diagnostic::error(
                    codes::QUERY_HEADER,
                    format!("the query does not use its parameter {}", parameter.name),
                )
                .at(place());
                let near: Vec<String> = nearest(&parameter.name, variables.iter().copied())
                    .into_iter()
                    .map(|name| format!("?{name}"))
                    .collect();
                faults.push(match did_you_mean(&near) {
                    Some(question) => finding.hint(question),
                    None => finding.hint(format!("use it as ?{}, or drop it", parameter.name)),
                });
            }
            if let Some(default) = &parameter.default
                && let Err(fault) = parameter.kind.term(default, prefixes)
            {
                faults.push(
                    fault
                        .finding(codes::QUERY_HEADER, &parameter.name)
                        .at(place()),
                );
            }
        }
        self.faults.append(&mut faults);
    }
}

/// Adds a further line to a text.
fn go_on(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

/// Splits `key: value`; the value may stand in quotes.
fn pair(text: &str) -> Option<(&str, String)> {
    let (key, value) = text.split_once(':')?;
    if !(value.is_empty() || value.starts_with(' '))
        || key.is_empty()
        || key.contains(char::is_whitespace)
    {
        return None;
    }
    let value = value.trim();
    let bare = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    Some((key, bare.to_owned()))
}

fn known(wrong: &str, names: &[&str]) -> String {
    did_you_mean(&nearest(wrong, names.iter().copied()))
        .unwrap_or_else(|| format!("there are {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "#+ summary: Who held an office at a date\n\
        #+ description: One line\n\
        #+   and another: with a colon\n\
        #+ params:\n\
        #+   - name: date\n\
        #+     type: date\n\
        #+     summary: the day asked for\n\
        #+   - name: who\n\
        #+     type: entity\n\
        #+     required: false\n\
        #+   - name: most\n\
        #+     type: integer\n\
        #+     default: \"10\"\n\
        SELECT ?p { ?p ?q ?date, ?who, $most } # #+ no: header\n";

    #[test]
    fn a_header_is_read_whole() {
        let query = read("q.rq", TEXT, &Prefixes::known(), QUERY_KEYS).unwrap();
        assert_eq!(
            query.summary.as_deref(),
            Some("Who held an office at a date")
        );
        assert_eq!(
            query.description.as_deref(),
            Some("One line and another: with a colon")
        );
        let names: Vec<_> = query
            .parameters
            .iter()
            .map(|p| (p.name.as_str(), p.kind, p.required))
            .collect();
        assert_eq!(
            names,
            [
                ("date", ParameterKind::Date, true),
                ("who", ParameterKind::Entity, false),
                ("most", ParameterKind::Integer, false),
            ]
        );
        assert_eq!(query.parameters[2].default.as_deref(), Some("10"));
        assert_eq!(
            read("q.rq", "ASK {}", &Prefixes::known(), QUERY_KEYS)
                .unwrap()
                .parameters,
            []
        );
    }

    #[test]
    fn every_wrong_line_of_a_header_is_told_with_its_line() {
        let text = "#+ sumary: Who\n\
            #+ summary: One\n\
            #+ summary: Two\n\
            #+\tdescription: x\n\
            #+ loose\n\
            #+ params: x\n\
            #+     type: date\n\
            #+   - type: date\n\
            #+   - name: a b\n\
            #+   - name: x\n\
            #+     type: dat\n\
            #+     typ: date\n\
            #+     required: yes\n\
            #+   - name: x\n\
            #+   - name: count\n\
            #+     type: integer\n\
            #+     default: ten\n\
            #+ description: y\n\
            #+ tags: z\n\
            #+   indented\n\
            SELECT ?x { ?x ?y ?cuont }\n";
        let faults = read("q.rq", text, &Prefixes::known(), QUERY_KEYS)
            .err()
            .unwrap();
        let told: Vec<(u32, &str)> = faults
            .0
            .iter()
            .map(|one| {
                assert_eq!(one.code, codes::QUERY_HEADER);
                assert!(!one.hints.is_empty());
                (
                    one.place.as_ref().unwrap().line.unwrap(),
                    one.message.as_str(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (1, "sumary is no key of a header"),
                (3, "summary is given twice"),
                (4, "a tab indents this line"),
                (5, "\"loose\" is not of the form key: value"),
                (6, "the parameters stand on lines of their own"),
                (7, "this belongs to no parameter"),
                (8, "a parameter starts with its name"),
                (9, "\"a b\" cannot be the name of a variable"),
                (11, "dat is no type of parameter"),
                (12, "typ says nothing about a parameter"),
                (13, "\"yes\" is neither true nor false"),
                (14, "the parameter x is described twice"),
                (19, "tags is no key of a header"),
                (20, "this line is indented but belongs to nothing"),
                (9, "the query does not use its parameter a b"),
                (15, "the query does not use its parameter count"),
                (
                    15,
                    "the value of count does not fit: \"ten\" is not a whole number"
                ),
            ]
        );
        assert_eq!(faults.0[0].hints, ["did you mean summary?"]);
        assert_eq!(faults.0[15].hints, ["did you mean ?cuont?"]);
    }
}
