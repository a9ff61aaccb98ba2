//! The tokens of a SPARQL text, for what has to be known before or after the real parser: limits, prefixes, carets.
//!
//! This is no parser. It knows strings, comments, IRIs and names well enough to tell a bracket that nests from one that
//! is only text. The one character that cannot be told by looking at it is `<`, which opens an IRI, opens a triple or
//! compares; a caller chooses the reading, and [`tokens`] chooses the likely one.

use crate::diagnostic::Place;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, the name of a built-in function, `a`, `true`.
    Word,
    /// A prefixed name, `ex:thing` or `ex:`.
    Name,
    /// `?x` or `$x`.
    Variable,
    /// `<http://…>`.
    Iri,
    /// A string in any of its four quotings.
    Text,
    /// A number without its sign.
    Number,
    /// `@en`.
    Language,
    /// `_:b`.
    Blank,
    /// `(`, `{`, `[` or `<<`, which is given as `<`.
    Open(char),
    /// `)`, `}`, `]` or `>>`, which is given as `>`.
    Close(char),
    /// `||`, `+`, `=`, `^^`, a path's `|`, ….
    Operator,
    /// `.`, `;` or `,`.
    Separator,
    /// A character that starts no token, such as a typographic quote or the quote of a string that never ends.
    Stray,
}

impl Kind {
    /// Returns whether a term or an expression may end with such a token, so that an operator may follow.
    pub(crate) fn ends_operand(self) -> bool {
        !matches!(self, Self::Open(_) | Self::Operator | Self::Separator)
    }

    /// Returns whether a term may start with such a token.
    pub(crate) fn starts_term(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Variable
                | Self::Iri
                | Self::Text
                | Self::Number
                | Self::Blank
                | Self::Open('[' | '(' | '<')
        )
    }
}

/// One token: its kind and the bytes it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    /// Returns what is written there.
    pub(crate) fn text<'a>(&self, query: &'a str) -> &'a str {
        query.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns whether it is the given keyword, in any case.
    pub(crate) fn is_word(&self, query: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.text(query).eq_ignore_ascii_case(word)
    }
}

/// How to read a `<`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Angle {
    /// As the start of an IRI.
    Iri,
    /// As one half of `<<`.
    Triple,
    /// As a comparison.
    Operator,
}

/// Skips white space and comments. Remembers where the last comment ended, for texts that are read in several ways.
#[derive(Default)]
pub(crate) struct Gaps {
    /// A stretch without a line end, and the line end after it.
    line: std::ops::Range<usize>,
}

impl Gaps {
    /// Returns the place after white space and comments.
    pub(crate) fn skip(&mut self, query: &str, mut at: usize) -> usize {
        let bytes = query.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' if self.line.contains(&at) => at = self.line.end,
                b'#' => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let length = rest.iter().position(|b| matches!(b, b'\r' | b'\n'));
                    self.line = at..at + length.unwrap_or(rest.len());
                    at = self.line.end;
                }
                _ => break,
            }
        }
        at
    }
}

/// Returns the token that starts at `at`, or `None` at the end or when `<` cannot be read as `angle` asks.
pub(crate) fn token(query: &str, at: usize, angle: Angle) -> Option<Token> {
    let rest = query.get(at..)?;
    let first = rest.chars().next()?;
    let token = |kind, length: usize| {
        Some(Token {
            kind,
            start: at,
            end: at + length,
        })
    };
    match first {
        '<' => match angle {
            Angle::Iri => iri(rest).and_then(|length| token(Kind::Iri, length)),
            Angle::Triple => rest
                .starts_with("<<")
                .then(|| token(Kind::Open('<'), 2))
                .flatten(),
            Angle::Operator => token(Kind::Operator, 1 + usize::from(rest.starts_with("<="))),
        },
        '(' | '{' | '[' => token(Kind::Open(first), 1),
        ')' | '}' | ']' => token(Kind::Close(first), 1),
        '>' if rest.starts_with(">>") => token(Kind::Close('>'), 2),
        '"' | '\'' => match string(rest) {
            Some(length) => token(Kind::Text, length),
            None => token(Kind::Stray, 1),
        },
        '?' | '$' => match run(rest.get(1..).unwrap_or_default(), in_word) {
            0 if first == '?' => token(Kind::Operator, 1),
            0 => token(Kind::Stray, 1),
            length => token(Kind::Variable, 1 + length),
        },
        '@' => match run(rest.get(1..).unwrap_or_default(), |c| {
            c.is_ascii_alphanumeric() || c == '-'
        }) {
            0 => token(Kind::Stray, 1),
            length => token(Kind::Language, 1 + length),
        },
        '_' if rest.starts_with("_:") => {
            let label = dotted(rest.get(2..).unwrap_or_default(), |c| {
                in_word(c) || c == '-'
            });
            token(Kind::Blank, 2 + label)
        }
        '0'..='9' => token(Kind::Number, number(rest)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            token(Kind::Number, number(rest))
        }
        '.' | ';' | ',' => token(Kind::Separator, 1),
        ':' => token(Kind::Name, 1 + local(&rest[1..])),
        '|' | '&' | '^' if rest[1..].starts_with(first) => token(Kind::Operator, 2),
        '!' | '>' if rest[1..].starts_with('=') => token(Kind::Operator, 2),
        '=' | '>' | '!' | '+' | '-' | '*' | '/' | '|' | '^' | '~' => token(Kind::Operator, 1),
        _ if in_word(first) => {
            let prefix = dotted(rest, |c| in_word(c) || c == '-');
            match rest.get(prefix..) {
                Some(after) if after.starts_with(':') => {
                    token(Kind::Name, prefix + 1 + local(&after[1..]))
                }
                _ => token(Kind::Word, run(rest, in_word)),
            }
        }
        _ => token(Kind::Stray, first.len_utf8()),
    }
}

/// Returns the tokens of a whole text, every `<` in its likely reading.
pub(crate) fn tokens(query: &str) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::new();
    let mut gaps = Gaps::default();
    let mut at = gaps.skip(query, 0);
    loop {
        let next = token(query, at, Angle::Iri)
            .or_else(|| token(query, at, Angle::Triple))
            .or_else(|| token(query, at, Angle::Operator));
        let Some(next) = next else {
            return all;
        };
        at = gaps.skip(query, next.end);
        all.push(next);
    }
}

/// Returns the place of a stretch of the query: line, column and length in characters, and the text of its first line.
pub(crate) fn place(query: &str, file: &str, start: usize, end: usize) -> Place {
    let start = start.min(query.len());
    let before = query.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = query
        .get(start..)
        .and_then(|rest| rest.find('\n'))
        .map_or(query.len(), |length| start + length);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let characters = |range| {
        query
            .get(range)
            .map_or(0, |stretch: &str| stretch.chars().count())
    };
    let mut place = Place::file(file)
        .at_line(count(line))
        .at_column(count(characters(line_start..start) + 1));
    place.length = count(characters(start..end.min(line_end).max(start)));
    place.text = query
        .get(line_start..line_end)
        .map(|line| line.trim_end_matches('\r').to_owned());
    place
}

/// Returns the byte at which a line and a column, both from 1 and in characters, stand.
pub(crate) fn offset(query: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => query
            .match_indices('\n')
            .nth(line - 2)
            .map_or(query.len(), |(newline, _)| newline + 1),
    };
    let rest = query.get(start..).unwrap_or_default();
    let within = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(rest.len(), |(at, _)| at);
    start + within
}

/// A character of variables and words. Wider than SPARQL's own list, which has no letter that is not alphanumeric here.
fn in_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '_' | '\u{b7}' | '\u{300}'
                ..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}'
        )
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// A run in which dots may stand, but not at the end.
fn dotted(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    let length = run(text, |c| belongs(c) || c == '.');
    text.get(..length)
        .unwrap_or_default()
        .trim_end_matches('.')
        .len()
}

/// The local part of a prefixed name, with its escapes, without a final dot.
fn local(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some((next, escaped)) => end = next + escaped.len_utf8(),
                None => return end,
            },
            '.' => {}
            ':' | '%' | '-' => end = at + 1,
            _ if in_word(c) => end = at + c.len_utf8(),
            _ => break,
        }
    }
    end
}

fn number(text: &str) -> usize {
    let digits = |from: usize| run(text.get(from..).unwrap_or_default(), |c| c.is_ascii_digit());
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        let fraction = digits(end + 1);
        if fraction > 0 {
            end += 1 + fraction;
        }
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// The length of an IRI in its brackets, if no character forbids the reading.
fn iri(text: &str) -> Option<usize> {
    let end = text[1..].find(|c: char| c <= ' ' || "<>\"{}|^`".contains(c))? + 1;
    text[end..].starts_with('>').then_some(end + 1)
}

/// The length of a string with its quotes, if it ends.
fn string(text: &str) -> Option<usize> {
    let quote = text.get(..1)?;
    for (fence, one_line) in [(quote.repeat(3), false), (quote.to_owned(), true)] {
        if let Some(inner) = text.strip_prefix(fence.as_str())
            && let Some(length) = until(inner, &fence, one_line)
        {
            return Some(length + 2 * fence.len());
        }
    }
    None
}

/// The length of a string's content up to its closing quotes, or `None` when an escape is wrong or they are missing.
fn until(text: &str, fence: &str, one_line: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(fence) {
            return Some(at);
        }
        match rest.chars().next()? {
            '\\' => at += escape(rest)?,
            '\n' | '\r' if one_line => return None,
            c => at += c.len_utf8(),
        }
    }
}

fn escape(text: &str) -> Option<usize> {
    let hexadecimal = |digits: usize| {
        text.get(2..2 + digits)?
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then_some(2 + digits)
    };
    match text.as_bytes().get(1)? {
        b't' | b'b' | b'n' | b'r' | b'f' | b'"' | b'\'' | b'\\' => Some(2),
        b'u' => hexadecimal(4),
        b'U' => hexadecimal(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Vec<(Kind, &str)> {
        tokens(query)
            .iter()
            .map(|token| (token.kind, token.text(query)))
            .collect()
    }

    #[test]
    fn strings_comments_and_iris_hide_their_brackets() {
        use Kind::*;
        assert_eq!(
            read("SELECT ?x { ?x <http://e.x/(a> \"({[\", '''it's (''' # ((\n}"),
            [
                (Word, "SELECT"),
                (Variable, "?x"),
                (Open('{'), "{"),
                (Variable, "?x"),
                (Iri, "<http://e.x/(a>"),
                (Text, "\"({[\""),
                (Separator, ","),
                (Text, "'''it's ('''"),
                (Close('}'), "}"),
            ]
        );
    }

    #[test]
    fn names_numbers_and_operators() {
        use Kind::*;
        assert_eq!(
            read(r"ex:a.b. ex:c\(d :e _:b.1 1.5e-3 2. a||b !=?y @en--ltr << >>"),
            [
                (Name, "ex:a.b"),
                (Separator, "."),
                (Name, r"ex:c\(d"),
                (Name, ":e"),
                (Blank, "_:b.1"),
                (Number, "1.5e-3"),
                (Number, "2"),
                (Separator, "."),
                (Word, "a"),
                (Operator, "||"),
                (Word, "b"),
                (Operator, "!="),
                (Variable, "?y"),
                (Language, "@en--ltr"),
                (Open('<'), "<<"),
                (Close('>'), ">>"),
            ]
        );
    }

    #[test]
    fn a_string_that_never_ends_is_stray() {
        assert_eq!(read("'abc\ndef'")[0], (Kind::Stray, "'"));
        assert_eq!(read("'''' ''''")[0], (Kind::Text, "'''' '''"));
        assert_eq!(read(r"'\x'")[0], (Kind::Stray, "'"));
        assert_eq!(read("“a”")[0], (Kind::Stray, "“"));
    }

    #[test]
    fn a_comparison_is_not_an_iri() {
        assert_eq!(read("?a < ?b && ?c > 3")[1], (Kind::Operator, "<"));
        assert_eq!(read("?a <= 3")[1], (Kind::Operator, "<="));
    }

    #[test]
    fn places_count_characters() {
        let query = "SELECT ?x\n{ \"Ақ\" ?р }\r\n";
        let at = query.find("?р").unwrap();
        let place = place(query, "query", at, at + "?р".len());
        assert_eq!(
            (place.line, place.column, place.length),
            (Some(2), Some(8), 2)
        );
        assert_eq!(place.text.as_deref(), Some("{ \"Ақ\" ?р }"));
        assert_eq!(offset(query, 2, 8), at);
        assert_eq!(offset(query, 9, 9), query.len());
    }
}
