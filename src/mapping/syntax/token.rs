//! Turtle as a row of tokens with their places.
//!
//! The text has been found valid before, so the scan only has to tell tokens apart, not to judge them; on what it does
//! not know it stops with a fault.

use crate::diagnostic::Place;

/// A token of Turtle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `<iri>`, escapes resolved.
    Iri(String),
    /// `prefix:local`, escapes resolved.
    Name { prefix: String, local: String },
    /// `_:label`.
    Blank(String),
    /// A string of any of the four kinds, escapes resolved.
    Text(String),
    /// `@en`, or the directives `@prefix` and `@base`.
    At(String),
    /// An integer.
    Integer(String),
    /// A decimal.
    Decimal(String),
    /// A double.
    Double(String),
    /// `a`, `true`, `false`, `PREFIX`, `BASE`.
    Word(String),
    /// `^^`.
    Datatype,
    /// One of `[ ] ( ) ; , .`
    Mark(char),
}

/// A token with its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) place: Place,
}

/// A place where the scan cannot go on.
#[derive(Debug)]
pub(super) struct Stuck {
    pub(super) place: Place,
    pub(super) message: &'static str,
}

/// Walks a text and hands out its tokens.
pub(super) struct Scanner<'t> {
    text: &'t str,
    file: &'t str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, file: &'t str) -> Self {
        Self {
            text,
            file,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Moves on, counting lines.
    fn advance(&mut self, bytes: usize) {
        let passed = &self.text[self.at..self.at + bytes];
        for (offset, _) in passed.match_indices('\n') {
            self.line += 1;
            self.line_start = self.at + offset + 1;
        }
        self.at += bytes;
    }

    fn place(&self) -> Place {
        let column = self.text[self.line_start..self.at].chars().count() + 1;
        let line = self.text[self.line_start..]
            .lines()
            .next()
            .unwrap_or_default();
        Place {
            file: self.file.to_owned(),
            line: Some(self.line),
            column: u32::try_from(column).ok(),
            length: 1,
            text: Some(line.to_owned()),
            ..Place::default()
        }
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            self.advance(rest.len() - trimmed.len());
            if !trimmed.starts_with('#') {
                return;
            }
            self.advance(trimmed.find(['\n', '\r']).unwrap_or(trimmed.len()));
        }
    }

    /// Returns the next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<Placed, Box<Stuck>>> {
        self.skip_blank();
        if self.rest().is_empty() {
            return None;
        }
        let mut place = self.place();
        Some(match self.token() {
            Some((token, bytes)) => {
                let source = &self.rest()[..bytes];
                let shown = source.lines().next().unwrap_or_default().chars().count();
                place.length = u32::try_from(shown).unwrap_or(1);
                self.advance(bytes);
                Ok(Placed { token, place })
            }
            None => Err(Box::new(Stuck {
                place,
                message: "this form of Turtle is not supported in mappings",
            })),
        })
    }

    /// Returns the token at the current place and the number of its bytes.
    fn token(&self) -> Option<(Token, usize)> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        match first {
            '<' => {
                let end = rest.find('>')?;
                Some((Token::Iri(unescape(&rest[1..end], false)?), end + 1))
            }
            '"' | '\'' => string(rest, first),
            '@' => {
                let end = rest[1..]
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                    .map_or(rest.len(), |end| end + 1);
                Some((Token::At(rest[1..end].to_owned()), end))
            }
            '^' => rest.starts_with("^^").then_some((Token::Datatype, 2)),
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                Some((Token::Mark('.'), 1))
            }
            '0'..='9' | '+' | '-' | '.' => Some(number(rest)),
            '[' | ']' | '(' | ')' | ';' | ',' => Some((Token::Mark(first), 1)),
            _ => name(rest),
        }
    }
}

fn string(rest: &str, quote: char) -> Option<(Token, usize)> {
    let long = [quote; 3].iter().collect::<String>();
    let (body_start, close) = if rest.starts_with(&long) {
        (3, long)
    } else {
        (1, quote.to_string())
    };
    let body = &rest[body_start..];
    let mut at = 0;
    loop {
        let step = body[at..].find(['\\', quote])?;
        at += step;
        if body[at..].starts_with('\\') {
            at += 1 + body[at + 1..].chars().next()?.len_utf8();
        } else if body[at..].starts_with(&close) {
            // In a long string, quotes directly before the closing ones belong to the text.
            if close.len() == 3 && body[at + 1..].starts_with(&close) {
                at += 1;
                continue;
            }
            let text = unescape(&body[..at], true)?;
            return Some((Token::Text(text), body_start + at + close.len()));
        } else {
            at += 1;
        }
    }
}

fn number(rest: &str) -> (Token, usize) {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let exponent = |at: usize| {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        (matches!(bytes.get(at), Some(b'e' | b'E'))
            && bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit))
        .then(|| digits(at + 1 + sign))
    };
    let whole = digits(usize::from(matches!(bytes[0], b'+' | b'-')));
    let mut end = whole;
    let mut fraction = false;
    if bytes.get(whole) == Some(&b'.') {
        let after = digits(whole + 1);
        if after > whole + 1 || exponent(after).is_some() {
            fraction = true;
            end = after;
        }
    }
    if let Some(end) = exponent(end) {
        return (Token::Double(rest[..end].to_owned()), end);
    }
    let text = rest[..end].to_owned();
    if fraction {
        (Token::Decimal(text), end)
    } else {
        (Token::Integer(text), end)
    }
}

/// A prefixed name, a blank node label or a word.
fn name(rest: &str) -> Option<(Token, usize)> {
    let mut end = 0;
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            end = at + 1 + chars.next()?.1.len_utf8();
        } else if c.is_ascii_alphanumeric() || "_-:.%".contains(c) || !c.is_ascii() {
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    while rest[..end].ends_with('.') && !rest[..end].ends_with("\\.") {
        end -= 1;
    }
    if end == 0 {
        return None;
    }
    let source = &rest[..end];
    let token = match source.split_once(':') {
        Some(("_", label)) => Token::Blank(label.to_owned()),
        Some((prefix, local)) => Token::Name {
            prefix: prefix.to_owned(),
            local: local.replace('\\', ""),
        },
        None => Token::Word(source.to_owned()),
    };
    Some((token, end))
}

/// Resolves `\u0041`, `\U00000041` and, in strings, `\n` and its like.
fn unescape(source: &str, string: bool) -> Option<String> {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        let kind = chars.next()?;
        rest = chars.as_str();
        let digits = match kind {
            'u' => 4,
            'U' => 8,
            _ if !string => return None,
            't' | 'b' | 'n' | 'r' | 'f' | '"' | '\'' | '\\' => {
                text.push(match kind {
                    't' => '\t',
                    'b' => '\u{8}',
                    'n' => '\n',
                    'r' => '\r',
                    'f' => '\u{c}',
                    other => other,
                });
                continue;
            }
            _ => return None,
        };
        let code = u32::from_str_radix(rest.get(..digits)?, 16).ok()?;
        text.push(char::from_u32(code)?);
        rest = &rest[digits..];
    }
    text.push_str(rest);
    Some(text)
}
