//! Saved queries: a `.rq` file whose `#+` header says what it answers and which parameters it takes.

use oxrdf::{Term, Variable};

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

use super::header;
use super::lex;
use super::near::{did_you_mean, nearest};
use super::parameter::Misfit;
use super::prefixes::Prefixes;

pub use super::parameter::ParameterKind;

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuery {
    /// The name it is run by.
    pub name: String,
    /// The file it stands in, as named in messages.
    pub file: String,
    /// One line: what it answers.
    pub summary: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// What it has to be told, in the order of the header.
    pub parameters: Vec<Parameter>,
    /// The whole file, header and all, so that places in it are right.
    pub text: String,
    /// The findings it collects from the project's checks, in place of an answer to a text of its own.
    pub collects: Option<Weight>,
}

/// How much the finding of a check weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It cannot all be true.
    Contradiction,
    /// Worth a look; it may all be true.
    Notice,
}

impl Weight {
    /// Both, the heavier one first.
    pub const ALL: [Self; 2] = [Self::Contradiction, Self::Notice];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Notice => "notice",
        }
    }

    /// Returns the weight that an entry of a header names.
    pub(crate) fn of(entry: &header::Entry) -> Result<Self> {
        let named = |one: &Self| one.word() == entry.value;
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let words = Self::ALL.map(Self::word);
            let message = format!("{:?} is no {}", entry.value, entry.key);
            let near = did_you_mean(&nearest(&entry.value, words));
            Diagnostic::error(codes::QUERY_HEADER, message)
                .at(entry.place.clone())
                .hint(near.unwrap_or_else(|| format!("write {}", words.join(" or "))))
                .into()
        })
    }
}

/// A parameter of a saved query: the query's variable of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name of the variable, without `?`.
    pub name: String,
    /// What its values are.
    pub kind: ParameterKind,
    /// Its value when none is given, checked already.
    pub default: Option<String>,
    /// Whether a value has to be given. One that is not required and has no default leaves its variable unbound.
    pub required: bool,
    /// One line about it.
    pub summary: Option<String>,
}

impl Parameter {
    /// Returns the variables that a value binds, with their terms.
    fn terms(
        &self,
        value: &str,
        prefixes: &Prefixes,
    ) -> std::result::Result<Vec<(Variable, Term)>, Misfit> {
        let variable = |ending: &str| Variable::new_unchecked(format!("{}{ending}", self.name));
        let own = (variable(""), self.kind.term(value, prefixes)?);
        let derived = self.kind.derived(value)?;
        let derived = derived
            .into_iter()
            .map(|(ending, term)| (variable(ending), term));
        Ok(std::iter::once(own).chain(derived).collect())
    }
}

/// Returns the saved query of that name.
///
/// # Errors
/// `UNKNOWN_QUERY` with the nearest names, or all of them when none is near.
pub fn find<'a>(queries: &'a [SavedQuery], name: &str) -> Result<&'a SavedQuery> {
    if let Some(query) = queries.iter().find(|query| query.name == name) {
        return Ok(query);
    }
    let names = || queries.iter().map(|query| query.name.as_str());
    let finding = Diagnostic::error(
        codes::UNKNOWN_QUERY,
        format!("there is no saved query {name}"),
    );
    let mut all: Vec<&str> = names().collect();
    all.sort_unstable();
    Err(match did_you_mean(&nearest(name, names())) {
        Some(question) => finding.hint(question),
        None if all.is_empty() => {
            finding.hint("there are none; put a .rq file into the folder of queries")
        }
        None => finding.hint(format!("there are {}", all.join(", "))),
    }
    .into())
}

impl SavedQuery {
    /// Reads a `.rq` file; `name` is what it is run by, `file` names it in messages.
    ///
    /// # Errors
    /// `QUERY_HEADER` for every line of the header that is not understood, for a parameter that the query does not use,
    /// and for a default that its type does not allow. The query itself is not parsed.
    pub fn read(name: &str, file: &str, text: &str, prefixes: &Prefixes) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = header::read(file, text, prefixes, header::QUERY_KEYS)?;
        let collects = header.other("collects").map(Weight::of).transpose()?;
        if collects.is_some()
            && let Some(token) = lex::tokens(text).first()
        {
            let message = "a query that collects findings has no text of its own";
            return Err(Diagnostic::error(codes::QUERY_HEADER, message)
                .at(lex::place(text, file, token.start, token.end))
                .hint("drop the text, or the line with collects")
                .into());
        }
        Ok(Self {
            name: name.to_owned(),
            file: file.to_owned(),
            summary: header.summary,
            description: header.description,
            parameters: header.parameters,
            text: text.to_owned(),
            collects,
        })
    }

    /// Turns the values given for parameters into bindings of the query's variables.
    ///
    /// # Errors
    /// `QUERY_PARAMETER` for every name that is no parameter or is given twice, every value that its type does not allow,
    /// and every required parameter without a value.
    pub fn bindings(
        &self,
        given: &[(String, String)],
        prefixes: &Prefixes,
    ) -> Result<Vec<(Variable, Term)>> {
        let mut faults = Vec::new();
        for (index, (name, _)) in given.iter().enumerate() {
            if !self
                .parameters
                .iter()
                .any(|parameter| parameter.name == *name)
            {
                faults.push(self.unknown(name));
            } else if given[..index].iter().any(|(earlier, _)| earlier == name) {
                faults.push(wrong(format!("the parameter {name} is given twice")));
            }
        }
        let mut bindings = Vec::new();
        for parameter in &self.parameters {
            let value = given
                .iter()
                .find(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value.as_str())
                .or(parameter.default.as_deref());
            match value {
                Some(value) => match parameter.terms(value, prefixes) {
                    Ok(terms) => bindings.extend(terms),
                    Err(fault) => {
                        faults.push(fault.finding(codes::QUERY_PARAMETER, &parameter.name));
                    }
                },
                None if parameter.required => faults.push(self.missing(parameter)),
                None => {}
            }
        }
        if faults.is_empty() {
            Ok(bindings)
        } else {
            Err(Diagnostics(faults))
        }
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let finding = wrong(format!("{} has no parameter {name}", self.name));
        let names = self
            .parameters
            .iter()
            .map(|parameter| parameter.name.as_str());
        match did_you_mean(&nearest(name, names)) {
            Some(question) => finding.hint(question),
            None => finding.hint(self.takes()),
        }
    }

    fn missing(&self, parameter: &Parameter) -> Diagnostic {
        let finding = wrong(format!(
            "{} needs a value for {} ({})",
            self.name,
            parameter.name,
            parameter.kind.word()
        ));
        finding.hint(self.takes())
    }

    /// One sentence on the parameters it takes.
    fn takes(&self) -> String {
        if self.parameters.is_empty() {
            return "it takes no parameters".to_owned();
        }
        let list: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| {
                let mut about = format!("{}: {}", parameter.name, parameter.kind.word());
                if let Some(summary) = &parameter.summary {
                    about = format!("{about}, {summary}");
                }
                match &parameter.default {
                    Some(default) => format!("{about} (default {default})"),
                    None if parameter.required => about,
                    None => format!("{about} (optional)"),
                }
            })
            .collect();
        format!("it takes {}", list.join("; "))
    }
}

fn wrong(message: String) -> Diagnostic {
    Diagnostic::error(codes::QUERY_PARAMETER, message)
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

    fn read(text: &str) -> Result<SavedQuery> {
        SavedQuery::read("holders", "queries/holders.rq", text, &Prefixes::known())
    }

    fn bound(given: &[(&str, &str)]) -> Result<Vec<String>> {
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let bindings = read(TEXT).unwrap().bindings(&given, &Prefixes::known())?;
        Ok(bindings
            .iter()
            .map(|(variable, term)| format!("{variable} {term}"))
            .collect())
    }

    #[test]
    fn values_become_typed_terms() {
        assert_eq!(
            bound(&[("date", "1990-01-31"), ("who", "wd:Q1"), ("most", "-7")]).unwrap(),
            [
                "?date \"1990-01-31\"^^<http://www.w3.org/2001/XMLSchema#date>",
                "?who <http://www.wikidata.org/entity/Q1>",
                "?most \"-7\"^^<http://www.w3.org/2001/XMLSchema#integer>",
            ]
        );
        let plain = bound(&[("date", "31 January 1990")]).unwrap();
        assert_eq!(plain.len(), 2, "an optional parameter stays unbound");
        assert!(plain[0].contains("1990-01-31"));
        assert!(plain[1].contains("\"10\""), "the default is used");
    }

    #[test]
    fn wrong_names_and_values_are_told_together() {
        let error = bound(&[
            ("dat", "1990"),
            ("who", "nobody"),
            ("who", "x"),
            ("most", "1e3"),
        ])
        .unwrap_err();
        let told: Vec<&str> = error.0.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "holders has no parameter dat",
                "the parameter who is given twice",
                "holders needs a value for date (date)",
                "the value of who does not fit: \"nobody\" is not an IRI",
                "the value of most does not fit: \"1e3\" is not a whole number",
            ]
        );
        assert_eq!(error.0[0].hints, ["did you mean date?"]);
        assert_eq!(
            error.0[2].hints,
            [
                "it takes date: date, the day asked for; who: entity (optional); most: integer (default 10)"
            ]
        );
        assert_eq!(error.status(), crate::diagnostic::Status::Usage);
    }

    #[test]
    fn an_uncertain_date_is_not_one_day() {
        let hint = |value: &str| {
            bound(&[("date", value)])
                .unwrap_err()
                .0
                .remove(0)
                .hints
                .remove(0)
        };
        assert_eq!(
            hint("1990-02"),
            "name one between 1990-02-01 and 1990-02-28"
        );
        assert!(!hint("1990-02-31").is_empty());
        assert!(!hint("someday").is_empty());
        assert!(!hint("1990-02-03~").is_empty());
    }

    #[test]
    fn unknown_queries_are_told_with_near_names() {
        let queries = [read(TEXT).unwrap()];
        assert_eq!(find(&queries, "holders").unwrap().name, "holders");
        let hint = |name: &str| {
            find(&queries, name)
                .unwrap_err()
                .0
                .remove(0)
                .hints
                .remove(0)
        };
        assert_eq!(hint("holder"), "did you mean holders?");
        assert_eq!(hint("x"), "there are holders");
        assert!(find(&[], "x").unwrap_err().0[0].hints[0].contains(".rq"));
    }
}
