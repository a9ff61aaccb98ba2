//! From the text of a query to a parsed one: guard, prefixes, parser, and what can be said before it runs.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedNode, Variable};
use spargebra::algebra::GraphPattern;
use spargebra::{Query, SparqlParser};

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

use super::lex::{self, Kind, Token};
use super::near::{did_you_mean, nearest};
use super::prefixes::{self, Prefixes};
use super::{Form, Limits, Scope, Services, algebra, guard, syntax, worker};

/// A query that parses, with what is known of it before it runs.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) query: Query,
    pub(crate) file: String,
    scope: Scope,
    functions: BTreeMap<NamedNode, Diagnostic>,
    unbound: BTreeMap<String, Diagnostic>,
    pub(crate) services: Services,
}

impl Parsed {
    /// Returns which graphs have to be there to answer the query.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns what kind of answer the query asks for.
    pub fn form(&self) -> Form {
        match self.query {
            Query::Select { .. } => Form::Solutions,
            Query::Ask { .. } => Form::Boolean,
            Query::Construct { .. } | Query::Describe { .. } => Form::Graph,
        }
    }

    /// Returns a warning for each variable that is asked for but that nothing can bind, `given` ones excepted.
    pub fn warnings(&self, given: &[Variable]) -> Vec<Diagnostic> {
        self.unbound
            .iter()
            .filter(|(name, _)| !given.iter().any(|variable| variable.as_str() == *name))
            .map(|(_, warning)| warning.clone())
            .collect()
    }

    /// Returns another query in place of this one, with what is known of its file.
    pub(crate) fn with_query(&self, query: Query) -> Self {
        Self {
            query,
            file: self.file.clone(),
            scope: self.scope,
            functions: self.functions.clone(),
            unbound: BTreeMap::new(),
            services: self.services.clone(),
        }
    }

    /// Returns the query itself, for those who evaluate it many times.
    pub(crate) fn into_query(self) -> Query {
        self.query
    }

    /// Returns the finding prepared for a function that the engine turns out not to have.
    pub(crate) fn no_function(&self, name: &NamedNode) -> Diagnostic {
        self.functions
            .get(name)
            .cloned()
            .unwrap_or_else(|| Diagnostic::error(codes::QUERY_REFUSED, no_function_message(name)))
    }
}

/// Parses a query; `file` names it in messages (`query`, or a path).
///
/// Known prefixes and those in `prefixes` need no declaration; declarations in the query win. A byte order mark is passed
/// over.
///
/// # Errors
/// `QUERY_LIMIT` from the guard or the clock, `UNKNOWN_PREFIX`, `QUERY_SYNTAX` with line, column and a suggestion where
/// there is one (an update is one too: a query only reads), `QUERY_REFUSED` for `SERVICE`.
pub fn parse(text: &str, file: &str, prefixes: &Prefixes, limits: Limits) -> Result<Parsed> {
    parse_with(text, file, prefixes, limits, &Services::default())
}

/// Parses a query that may ask these servers.
///
/// # Errors
/// Those of [`parse`]; `QUERY_REFUSED` for a `SERVICE` that is not on the list, or named by a variable, silent or not.
pub fn parse_with(
    text: &str,
    file: &str,
    prefixes: &Prefixes,
    limits: Limits,
    services: &Services,
) -> Result<Parsed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    guard::check(text, file)?;
    let tokens = lex::tokens(text);
    syntax::refuse_updates(text, file, &tokens)?;
    let all = Prefixes::known().and(prefixes.iter());
    let used = used_prefixes(text, &tokens);
    if !tokens.iter().any(|token| token.kind == Kind::Stray) {
        check_prefixes(text, file, &used, &all)?;
    }
    let mut parser = SparqlParser::new();
    for (name, namespace) in used
        .keys()
        .filter_map(|name| all.get(name).map(|ns| (*name, ns)))
    {
        parser = parser.with_prefix(name, namespace).map_err(|error| {
            Diagnostic::error(
                codes::QUERY_SYNTAX,
                format!("the prefix {name}: stands for <{namespace}>, which is no IRI: {error}"),
            )
        })?;
    }
    let (owned, name) = (text.to_owned(), file.to_owned());
    let (query, contents) = worker::run(limits.timeout, move |_| {
        let query = parser
            .clone()
            .parse_query(&owned)
            .map_err(|error| syntax::explain(&owned, &name, &parser, &error.to_string()))?;
        let contents = algebra::contents(&query);
        Ok::<_, Diagnostics>((query, contents))
    })??;
    if let Some(refusal) = services.refusal(&contents.services) {
        return Err(at_service(refusal, text, file, &tokens));
    }
    Ok(Parsed {
        scope: algebra::scope_of(&query, &contents),
        functions: contents
            .functions
            .iter()
            .map(|name| (name.clone(), no_function(text, file, &tokens, name, &all)))
            .collect(),
        unbound: unbound(text, file, &tokens, &contents),
        query: in_order_of_writing(query, text, &tokens),
        file: file.to_owned(),
        services: services.clone(),
    })
}

/// The prefixes used in names and not declared before, each with the first token that uses it.
fn used_prefixes<'a>(text: &'a str, tokens: &[Token]) -> BTreeMap<&'a str, Token> {
    let mut declared = BTreeSet::new();
    let mut used = BTreeMap::new();
    let mut before = None;
    for token in tokens {
        if token.kind == Kind::Name
            && let Some((prefix, _)) = token.text(text).split_once(':')
        {
            if before.is_some_and(|word: &Token| word.is_word(text, "PREFIX")) {
                declared.insert(prefix);
            } else if !declared.contains(prefix) {
                used.entry(prefix).or_insert(*token);
            }
        }
        before = Some(token);
    }
    used
}

fn check_prefixes(
    text: &str,
    file: &str,
    used: &BTreeMap<&str, Token>,
    all: &Prefixes,
) -> Result<()> {
    let mut unknown: Vec<(usize, Diagnostic)> = used
        .iter()
        .filter(|(name, _)| all.get(name).is_none())
        .map(|(name, token)| (token.start, unknown_prefix(text, file, name, *token, all)))
        .collect();
    unknown.sort_by_key(|(start, _)| *start);
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(
            unknown.into_iter().map(|(_, finding)| finding).collect(),
        ))
    }
}

fn unknown_prefix(text: &str, file: &str, name: &str, token: Token, all: &Prefixes) -> Diagnostic {
    let end = token.start + name.len() + 1;
    let finding = Diagnostic::error(
        codes::UNKNOWN_PREFIX,
        format!("the prefix {name}: is not known"),
    )
    .at(lex::place(text, file, token.start, end));
    if text.get(end..).is_some_and(|rest| rest.starts_with("//")) {
        return finding.hint(format!("a full IRI stands in angle brackets: <{name}://…>"));
    }
    if let Some(namespace) = prefixes::usual(name) {
        return finding.hint(format!("add PREFIX {name}: <{namespace}> at the top"));
    }
    let near: Vec<String> = nearest(name, all.iter().map(|(known, _)| known))
        .into_iter()
        .map(|known| format!("{known}:"))
        .collect();
    let declare = format!("declare it: PREFIX {name}: <http://…>");
    match did_you_mean(&near) {
        Some(question) => finding.hint(question).hint(format!("or {declare}")),
        None => finding.hint(declare),
    }
}

fn at_service(refusal: Diagnostic, text: &str, file: &str, tokens: &[Token]) -> Diagnostics {
    match tokens.iter().find(|token| token.is_word(text, "SERVICE")) {
        Some(token) => refusal.at(lex::place(text, file, token.start, token.end)),
        None => refusal,
    }
    .into()
}

fn no_function_message(name: &NamedNode) -> String {
    format!("there is no function {name}")
}

fn no_function(
    text: &str,
    file: &str,
    tokens: &[Token],
    name: &NamedNode,
    all: &Prefixes,
) -> Diagnostic {
    let mut finding = Diagnostic::error(codes::QUERY_REFUSED, no_function_message(name)).hint(
        "functions that have a name with a prefix are casts only, such as xsd:integer(…) and xsd:date(…)",
    );
    let written = tokens.windows(2).find(|pair| {
        pair[1].kind == Kind::Open('(')
            && match pair[0].kind {
                Kind::Iri => pair[0].text(text) == *name,
                Kind::Name => {
                    let short = pair[0].text(text);
                    all.expand(short).as_ref() == Some(name)
                        || short.split_once(':').is_some_and(|(_, local)| {
                            !local.is_empty() && name.as_str().ends_with(local)
                        })
                }
                _ => false,
            }
    });
    if let Some(pair) = written {
        finding = finding.at(lex::place(text, file, pair[0].start, pair[0].end));
    }
    finding
}

/// A warning for each variable that is asked for and never bound.
fn unbound(
    text: &str,
    file: &str,
    tokens: &[Token],
    contents: &algebra::Contents,
) -> BTreeMap<String, Diagnostic> {
    contents
        .used
        .difference(&contents.bound)
        .filter_map(|variable| {
            // Variables that the parser made up are nowhere in the text.
            let token = tokens.iter().find(|token| {
                token.kind == Kind::Variable && token.text(text).get(1..) == Some(variable.as_str())
            })?;
            let name = variable.as_str();
            let mut warning = Diagnostic::warning(
                codes::QUERY_SYNTAX,
                format!("nothing binds ?{name}, so it has no value in any answer"),
            )
            .at(lex::place(text, file, token.start, token.end));
            let near: Vec<String> = nearest(name, contents.bound.iter().map(Variable::as_str))
                .into_iter()
                .map(|near| format!("?{near}"))
                .collect();
            if let Some(question) = did_you_mean(&near) {
                warning = warning.hint(question);
            }
            Some((name.to_owned(), warning))
        })
        .collect()
}

/// Puts the columns of `SELECT *` into the order in which the variables are written; the parser sorts them by name.
fn in_order_of_writing(query: Query, text: &str, tokens: &[Token]) -> Query {
    let star = tokens
        .iter()
        .position(|token| token.is_word(text, "SELECT"))
        .and_then(|select| {
            tokens[select + 1..]
                .iter()
                .find(|token| !token.is_word(text, "DISTINCT") && !token.is_word(text, "REDUCED"))
        })
        .is_some_and(|token| token.text(text) == "*");
    let Query::Select {
        dataset,
        mut pattern,
        base_iri,
    } = query
    else {
        return query;
    };
    if star && let Some(variables) = projection(&mut pattern) {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for token in tokens.iter().filter(|token| token.kind == Kind::Variable) {
            places
                .entry(token.text(text).get(1..).unwrap_or_default())
                .or_insert(token.start);
        }
        variables.sort_by_key(|variable| places.get(variable.as_str()).copied());
    }
    Query::Select {
        dataset,
        pattern,
        base_iri,
    }
}

fn projection(pattern: &mut GraphPattern) -> Option<&mut Vec<Variable>> {
    match pattern {
        GraphPattern::Project { variables, .. } => Some(variables),
        GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => projection(inner),
        _ => None,
    }
}
