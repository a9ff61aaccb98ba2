//! Says what is wrong with a query that does not parse, where, and how it may have been meant.
//!
//! The parser's own position is often some tokens off and its list of expectations is no help to people, so the wrong
//! token is found by asking the parser which beginnings of the query it can go on from. Repairs (a near keyword, a
//! missing dot) are suggested only if the parser gets further with them.

use spargebra::SparqlParser;

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

use super::lex::{self, Kind, Token};
use super::near::{did_you_mean, nearest};

mod words;

use words::{KEYWORDS, MEANINGLESS, UPDATES};

/// Longer queries get the parser's own position, because finding a better one takes some twenty attempts.
const MAX_EXPLAINED: usize = 64 << 10;
/// More than the longest keyword, so that an attempt to read one cannot reach over it.
const GAP: usize = 24;

/// Refuses SPARQL Update by name, because to the parser it is just a word it did not expect.
pub(crate) fn refuse_updates(query: &str, file: &str, tokens: &[Token]) -> Result<()> {
    let first = tokens.iter().find(|token| {
        token.kind == Kind::Word
            && !["PREFIX", "BASE", "VERSION"]
                .iter()
                .any(|w| token.is_word(query, w))
    });
    match first {
        Some(token) if UPDATES.iter().any(|word| token.is_word(query, word)) => {
            Err(Diagnostic::error(
                codes::QUERY_SYNTAX,
                format!("{} changes data, and a query only reads", token.text(query)),
            )
            .at(lex::place(query, file, token.start, token.end))
            .hint("facts come from sources: change a source or a mapping and build again")
            .into())
        }
        _ => Ok(()),
    }
}

/// Returns the findings on a query that the parser refused with `message`. Needs a big stack.
pub(crate) fn explain(
    query: &str,
    file: &str,
    parser: &SparqlParser,
    message: &str,
) -> Diagnostics {
    let text = Text {
        query,
        file,
        parser,
        tokens: lex::tokens(query),
    };
    text.explain(message).into()
}

/// The byte at which the parser says it failed.
fn failed_at(query: &str, message: &str) -> Option<usize> {
    let (line, rest) = message.strip_prefix("error at ")?.split_once(':')?;
    let (column, _) = rest.split_once(':')?;
    Some(lex::offset(query, line.parse().ok()?, column.parse().ok()?))
}

struct Text<'a> {
    query: &'a str,
    file: &'a str,
    parser: &'a SparqlParser,
    tokens: Vec<Token>,
}

impl Text<'_> {
    fn explain(&self, message: &str) -> Diagnostic {
        if self.tokens.is_empty() {
            return self
                .finding("there is no query", self.query.len(), self.query.len())
                .hint("try SELECT * { ?subject ?predicate ?object } LIMIT 10");
        }
        if self.query.len() > MAX_EXPLAINED {
            let at = failed_at(self.query, message).unwrap_or_default();
            return self.finding(
                "the query does not parse; the fault is here or a little before",
                at,
                at,
            );
        }
        let wrong = self.first_wrong();
        let stray = self
            .tokens
            .iter()
            .position(|token| token.kind == Kind::Stray);
        if let Some(index) = stray
            && wrong.is_none_or(|wrong| index <= wrong)
        {
            return self.stray(self.tokens[index]);
        }
        if let Some(finding) = self.meaningless(wrong) {
            return finding;
        }
        match wrong {
            Some(index) => self.unexpected(index),
            None => self.too_short(),
        }
    }

    fn finding(&self, message: impl Into<String>, start: usize, end: usize) -> Diagnostic {
        Diagnostic::error(codes::QUERY_SYNTAX, message)
            .at(lex::place(self.query, self.file, start, end))
    }

    fn parse(&self, text: &str) -> Option<String> {
        self.parser
            .clone()
            .parse_query(text)
            .err()
            .map(|error| error.to_string())
    }

    /// Whether the parser can go on from this beginning: it then fails only at what is put after it.
    fn goes_on(&self, beginning: &str) -> bool {
        let text = format!("{beginning}{:GAP$}{}", "", "\u{1}".repeat(GAP));
        self.parse(&text)
            .and_then(|message| failed_at(&text, &message))
            .is_none_or(|at| at >= beginning.len() + GAP)
    }

    /// The first token that no query may have at its place.
    fn first_wrong(&self) -> Option<usize> {
        let (mut right, mut wrong) = (0, self.tokens.len());
        while right < wrong {
            let middle = usize::midpoint(right, wrong);
            if self.goes_on(&self.query[..self.tokens[middle].end]) {
                right = middle + 1;
            } else {
                wrong = middle;
            }
        }
        (wrong < self.tokens.len()).then_some(wrong)
    }

    fn stray(&self, token: Token) -> Diagnostic {
        let written = token.text(self.query);
        let finding = |message: String| self.finding(message, token.start, token.end);
        match written {
            "“" | "”" | "„" | "«" | "»" => finding(format!("{written} is a typographic quote"))
                .hint("write texts in straight quotes: \"…\""),
            "‘" | "’" | "‚" | "`" => finding(format!("{written} is a typographic quote"))
                .hint("write texts in straight quotes: '…'"),
            "\"" | "'" => finding(format!("the text that starts with {written} here never ends"))
                .hint(format!(
                    "close it with {written} on the same line, and write {written} inside it as \\{written}; \
                     \\ itself is written \\\\"
                )),
            "–" | "—" | "−" => finding(format!("{written} is a dash, not a minus sign")).hint("write -"),
            _ => finding(format!("{written:?} means nothing in a query")).hint("leave it out"),
        }
    }

    /// What the parser has against the meaning rather than the form, if that is what stopped it.
    fn meaningless(&self, wrong: Option<usize>) -> Option<Diagnostic> {
        let last = wrong.unwrap_or(self.tokens.len() - 1);
        let token = self.tokens[last];
        let depth = wrong.map_or(0, |wrong| self.open_brackets(wrong).len());
        // The sentence is in the list of expectations only if nothing is read beyond the place it is about.
        [token.end, token.start].into_iter().find_map(|cut| {
            let message = self.parse(self.query[..cut].trim_end())?;
            let (_, said, hint) = MEANINGLESS
                .iter()
                .find(|(sentence, ..)| message.contains(sentence))?;
            let place = if said.contains("SELECT") {
                self.clause("SELECT", last, depth).unwrap_or(token)
            } else {
                token
            };
            Some(self.finding(*said, place.start, place.end).hint(*hint))
        })
    }

    /// The last such keyword before a token, inside as many brackets as given.
    fn clause(&self, word: &str, before: usize, depth: usize) -> Option<Token> {
        (0..before)
            .rev()
            .find(|index| {
                self.tokens[*index].is_word(self.query, word)
                    && self.open_brackets(*index).len() == depth
            })
            .map(|index| self.tokens[index])
    }

    fn too_short(&self) -> Diagnostic {
        let end = self.query.trim_end().len();
        let open = self.open_brackets(self.tokens.len());
        let finding = self.finding("the query ends too early", end, end);
        let Some(bracket) = open.last() else {
            return finding;
        };
        let close = closing(bracket.text(self.query));
        finding
            .and_at(
                "opened here and never closed",
                lex::place(self.query, self.file, bracket.start, bracket.end),
            )
            .hint(format!("add {close} where the part ends"))
    }

    fn unexpected(&self, index: usize) -> Diagnostic {
        let token = self.tokens[index];
        let written = token.text(self.query);
        if let Kind::Close(_) = token.kind {
            return self.wrong_close(index);
        }
        let finding = self.finding(
            format!("{written} is not expected here"),
            token.start,
            token.end,
        );
        match self.repair(index) {
            Some(hint) => finding.hint(hint),
            None => finding,
        }
    }

    fn wrong_close(&self, index: usize) -> Diagnostic {
        let token = self.tokens[index];
        let written = token.text(self.query);
        let finding = |message| self.finding(message, token.start, token.end);
        let Some(open) = self.open_brackets(index).last().copied() else {
            return finding(format!("{written} closes nothing")).hint("leave it out");
        };
        let close = closing(open.text(self.query));
        if close == written {
            return finding(format!("something is missing before {written}"))
                .hint("a triple has a subject, a predicate and an object; an operator has something on both sides");
        }
        finding(format!(
            "{written} is not what closes {}",
            open.text(self.query)
        ))
        .and_at(
            "opened here",
            lex::place(self.query, self.file, open.start, open.end),
        )
        .hint(format!("add {close} before it"))
    }

    /// The brackets that are open before a token.
    fn open_brackets(&self, index: usize) -> Vec<Token> {
        let mut open = Vec::new();
        for token in &self.tokens[..index] {
            match token.kind {
                Kind::Open(_) => open.push(*token),
                Kind::Close(_) => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    /// The first change at a wrong token with which the parser gets beyond it.
    fn repair(&self, index: usize) -> Option<String> {
        let token = self.tokens[index];
        let written = token.text(self.query);
        let before = &self.query[..token.start];
        let after = self
            .tokens
            .get(index + 1)
            .map_or(token.end, |next| next.end);
        let with = |replacement: &str| {
            self.goes_on(&format!(
                "{before}{replacement}{}",
                &self.query[token.end..after]
            ))
        };
        let inserted = |insertion: &str| self.goes_on(&format!("{before}{insertion}{written}"));
        let previous = index.checked_sub(1).map(|i| self.tokens[i]);
        let follows = |word| previous.is_some_and(|token| token.is_word(self.query, word));

        if token.kind == Kind::Word {
            let near: Vec<&str> = nearest(written, KEYWORDS.iter().copied())
                .into_iter()
                .filter(|keyword| with(keyword))
                .collect();
            if let Some(question) = did_you_mean(&near) {
                return Some(question);
            }
        }
        let instead = match written.to_ascii_uppercase().as_str() {
            "AND" => "&&",
            "OR" => "||",
            "<>" | "NE" => "!=",
            "EQ" => "=",
            "LIKE" | "MATCHES" => {
                return Some(
                    "search in texts with CONTAINS(?text, \"part\") or REGEX(?text, \"pattern\")"
                        .into(),
                );
            }
            "NULL" => "UNDEF",
            _ => "",
        };
        if !instead.is_empty() && with(instead) {
            return Some(format!("write {instead} instead"));
        }
        if written == "=" && previous.is_some_and(|token| token.text(self.query) == "=") {
            return Some("one = is enough to compare".into());
        }
        if follows("PREFIX") && token.kind == Kind::Word {
            return Some(format!(
                "a prefix is declared as PREFIX {written}: <http://…>"
            ));
        }
        if self.tokens[..index].iter().all(|t| {
            t.is_word(self.query, "PREFIX")
                || t.is_word(self.query, "BASE")
                || matches!(t.kind, Kind::Name | Kind::Iri)
        }) {
            return Some("a query starts with SELECT, ASK, CONSTRUCT or DESCRIBE".into());
        }
        for limit in ["LIMIT", "OFFSET"] {
            if follows(limit) {
                return Some(format!("{limit} takes a whole number"));
            }
        }
        if follows("FROM") || follows("NAMED") {
            return Some("FROM takes the IRI of a graph: FROM <http://…>".into());
        }
        if inserted("BY ") {
            return Some("BY is missing before it".into());
        }
        if follows("FILTER") && inserted("(") {
            return Some("a condition needs brackets: FILTER(…)".into());
        }
        if token.kind == Kind::Word && inserted("(") && self.next_is_open(index) {
            return Some(format!(
                "an expression needs brackets and a name: ({written}(…) AS ?name)"
            ));
        }
        if written == "," && with(" ") {
            return Some("leave the comma out".into());
        }
        if token.kind.starts_term() && inserted(" . ") {
            return Some("a . between two triples is missing before it".into());
        }
        if token.kind == Kind::Word && with("\"\"") {
            return Some(format!(
                "write a text in quotes (\"{written}\"), a name with its prefix (ex:{written})"
            ));
        }
        for bracket in [" )", " }", " ]", "{"] {
            if inserted(bracket) {
                return Some(format!("a {} is missing before it", bracket.trim()));
            }
        }
        (with(" ") && index + 1 < self.tokens.len())
            .then(|| "the query goes on without it".to_owned())
    }

    fn next_is_open(&self, index: usize) -> bool {
        self.tokens
            .get(index + 1)
            .is_some_and(|token| token.kind == Kind::Open('('))
    }
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "{" => "}",
        "[" => "]",
        _ => ">>",
    }
}

#[cfg(test)]
mod tests;
