//! From text to segments (RFC 9535, section 2). What is not well-typed (section 2.4.3) is refused here too.

use super::filter::{Filter, Number, Operand, Operator, Query, Test, pattern};
use super::{Segment, Selector};

/// How deep brackets, queries and calls may stand in each other.
const DEEPEST: usize = 64;

/// The largest index (RFC 9535, section 2.1).
const LARGEST: i64 = (1 << 53) - 1;

/// Reads a path.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(path: &str) -> Result<Vec<Segment>, String> {
    let mut parser = Parser {
        rest: path,
        depth: 0,
    };
    if !parser.eat("$") {
        return Err(parser.stuck("$"));
    }
    let segments = parser.segments()?;
    if parser.rest.is_empty() {
        Ok(segments)
    } else {
        Err(parser.stuck("a dot or a bracket"))
    }
}

/// What a test begins with: a value to compare, or what is true or false by itself.
enum Term {
    Operand(Operand),
    Test(Test),
}

struct Parser<'p> {
    rest: &'p str,
    depth: usize,
}

impl<'p> Parser<'p> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        self.space();
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.stuck(token))
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes what comes next for as long as it fits.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'p str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn stuck(&self, what: &str) -> String {
        if self.rest.is_empty() {
            format!("{what} is missing at the end")
        } else {
            format!("{what} should come before \"{}\"", self.rest)
        }
    }

    /// Reads what stands within something else.
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<T, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let found = read(self)?;
        self.depth -= 1;
        Ok(found)
    }

    /// Reads segments for as long as there are any.
    fn segments(&mut self) -> Result<Vec<Segment>, String> {
        let mut segments = Vec::new();
        loop {
            let before = self.rest;
            self.space();
            let descendant = self.eat("..");
            let dotted = descendant || self.eat(".");
            let selectors = if (descendant || !dotted) && self.eat("[") {
                self.deeper(Self::bracketed)?
            } else if !dotted {
                self.rest = before;
                return Ok(segments);
            } else if self.eat("*") {
                vec![Selector::Wildcard]
            } else {
                let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
                if !self.rest.starts_with(starts) {
                    return Err(self.stuck("a name, * or a bracket"));
                }
                let name = self.take(|c| starts(c) || c.is_ascii_digit());
                vec![Selector::Name(name.to_owned())]
            };
            segments.push(Segment {
                descendant,
                selectors,
            });
        }
    }

    fn bracketed(&mut self) -> Result<Vec<Selector>, String> {
        let mut selectors = Vec::new();
        loop {
            self.space();
            selectors.push(self.selector()?);
            self.space();
            if self.eat("]") {
                return Ok(selectors);
            }
            if !self.eat(",") {
                return Err(self.stuck("]"));
            }
        }
    }

    fn selector(&mut self) -> Result<Selector, String> {
        if self.eat("*") {
            return Ok(Selector::Wildcard);
        }
        if self.eat("?") {
            return Ok(Selector::Filter(Filter::new(self.any()?)));
        }
        if let Some(quote @ ('\'' | '"')) = self.rest.chars().next() {
            return self.quoted(quote).map(Selector::Name);
        }
        let start = self.index()?;
        let after = self.rest;
        self.space();
        if !self.eat(":") {
            self.rest = after;
            return start
                .map(Selector::Index)
                .ok_or_else(|| self.stuck("a selector"));
        }
        self.space();
        let end = self.index()?;
        let after = self.rest;
        self.space();
        let mut step = None;
        if self.eat(":") {
            let after = self.rest;
            self.space();
            step = self.index()?;
            if step.is_none() {
                self.rest = after;
            }
        } else {
            self.rest = after;
        }
        Ok(Selector::Slice(start, end, step.unwrap_or(1)))
    }

    /// Reads an index, if there is one.
    fn index(&mut self) -> Result<Option<i64>, String> {
        let before = self.rest;
        let negative = self.eat("-");
        let digits = self.take(|c| c.is_ascii_digit());
        if digits.is_empty() && !negative {
            return Ok(None);
        }
        let written = &before[..before.len() - self.rest.len()];
        let canonical = !digits.starts_with('0') || written == "0";
        written
            .parse()
            .ok()
            .filter(|index: &i64| canonical && (-LARGEST..=LARGEST).contains(index))
            .map(Some)
            .ok_or_else(|| format!("{written} is no index"))
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest[1..].chars();
        loop {
            match chars.next() {
                None => return Err("a text is not closed".to_owned()),
                Some(c) if c == quote => break,
                Some('\\') => text.push(match chars.next() {
                    Some('b') => '\u{8}',
                    Some('f') => '\u{c}',
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('u') => unicode(&mut chars).ok_or_else(|| {
                        "\\u takes four hexadecimal digits, two such for a character beyond U+FFFF"
                            .to_owned()
                    })?,
                    Some(c) if matches!(c, '/' | '\\') || c == quote => c,
                    other => {
                        let other = other.map(String::from).unwrap_or_default();
                        return Err(format!("there is no escape \\{other}"));
                    }
                }),
                Some(c) if c < ' ' => {
                    return Err("a control character in a text is written as an escape".to_owned());
                }
                Some(c) => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Ok(text)
    }

    /// Reads tests of which one has to hold.
    fn any(&mut self) -> Result<Test, String> {
        self.deeper(|parser| {
            let mut tests = vec![parser.all()?];
            while parser.eat_operator("||") {
                tests.push(parser.all()?);
            }
            Ok(single_or(tests, Test::Any))
        })
    }

    /// Reads tests that all have to hold.
    fn all(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.test()?];
        while self.eat_operator("&&") {
            tests.push(self.test()?);
        }
        Ok(single_or(tests, Test::All))
    }

    /// Takes an operator and the space before it; leaves both where there is none.
    fn eat_operator(&mut self, token: &str) -> bool {
        let before = self.rest;
        self.space();
        let found = self.eat(token);
        if !found {
            self.rest = before;
        }
        found
    }

    fn test(&mut self) -> Result<Test, String> {
        self.space();
        let not = self.eat("!");
        if not {
            self.space();
        }
        let test = if self.eat("(") {
            let inner = self.any()?;
            self.expect(")")?;
            inner
        } else {
            match self.term()? {
                Term::Test(test) => test,
                Term::Operand(left) => {
                    let operator = if not { None } else { self.comparison() };
                    match (operator, left) {
                        (Some(operator), left) => {
                            self.space();
                            let right = self.operand()?;
                            Test::Compare(comparable(left)?, operator, comparable(right)?)
                        }
                        (None, Operand::Query(query)) => Test::Exists(query),
                        (None, _) => return Err(self.stuck("a comparison")),
                    }
                }
            }
        };
        Ok(if not { Test::Not(Box::new(test)) } else { test })
    }

    fn comparison(&mut self) -> Option<Operator> {
        [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ]
        .into_iter()
        .find_map(|(token, operator)| self.eat_operator(token).then_some(operator))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        match self.term()? {
            Term::Operand(operand) => Ok(operand),
            Term::Test(_) => Err("what is true or false is no value to compare".to_owned()),
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        let first = self.rest.chars().next().unwrap_or_default();
        Ok(Term::Operand(match first {
            '\'' | '"' => Operand::Text(self.quoted(first)?),
            '-' | '0'..='9' => Operand::Number(self.number()?),
            '$' | '@' => Operand::Query(self.query()?),
            'a'..='z' => {
                let word = self.take(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'));
                if self.eat("(") {
                    return self.deeper(|parser| parser.call(word));
                }
                match word {
                    "true" => Operand::True,
                    "false" => Operand::False,
                    "null" => Operand::Null,
                    _ => return Err(format!("{word} is neither true, false, null nor a call")),
                }
            }
            _ => return Err(self.stuck("a test")),
        }))
    }

    fn number(&mut self) -> Result<Number, String> {
        let before = self.rest;
        self.eat("-");
        let digits = self.take(|c| c.is_ascii_digit());
        let mut valid = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
        if self.eat(".") {
            valid &= !self.take(|c| c.is_ascii_digit()).is_empty();
        }
        if self.eat("e") || self.eat("E") {
            let _ = self.eat("+") || self.eat("-");
            valid &= !self.take(|c| c.is_ascii_digit()).is_empty();
        }
        let written = &before[..before.len() - self.rest.len()];
        if valid {
            Ok(Number::new(written))
        } else {
            Err(format!("{written} is no number"))
        }
    }

    fn query(&mut self) -> Result<Query, String> {
        let absolute = self.eat("$");
        if !absolute {
            self.eat("@");
        }
        self.segments()
            .map(|segments| Query::new(absolute, segments))
    }

    /// Reads the inputs of a function; its bracket is open.
    fn call(&mut self, function: &str) -> Result<Term, String> {
        let term = match function {
            "length" => Term::Operand(Operand::Length(Box::new(self.value()?))),
            "count" => Term::Operand(Operand::Count(self.nodes()?)),
            "value" => Term::Operand(Operand::Value(self.nodes()?)),
            "match" | "search" => {
                let whole = function == "match";
                let text = self.value()?;
                self.expect(",")?;
                Term::Test(match self.value()? {
                    Operand::Text(written) => Test::Matches(text, pattern(&written, whole)),
                    written => Test::MatchesAny(text, written, whole),
                })
            }
            _ => return Err(format!("there is no function {function}()")),
        };
        self.expect(")")?;
        Ok(term)
    }

    /// Reads an input that is one value.
    fn value(&mut self) -> Result<Operand, String> {
        self.space();
        self.operand().and_then(comparable)
    }

    /// Reads an input that is a list of nodes.
    fn nodes(&mut self) -> Result<Query, String> {
        self.space();
        if self.rest.starts_with(['$', '@']) {
            self.query()
        } else {
            Err(self.stuck("a path"))
        }
    }
}

/// Returns the one test, or what holds several.
fn single_or(mut tests: Vec<Test>, several: fn(Vec<Test>) -> Test) -> Test {
    match tests.pop() {
        Some(only) if tests.is_empty() => only,
        last => {
            tests.extend(last);
            several(tests)
        }
    }
}

/// Lets through what gives at most one value.
fn comparable(operand: Operand) -> Result<Operand, String> {
    match &operand {
        Operand::Query(query) if !query.is_singular() => {
            Err("a path with several values cannot be compared".to_owned())
        }
        _ => Ok(operand),
    }
}

/// Returns the character of the digits after `\u`, and of a second escape when the first is half of one.
fn unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let high = unit(chars)?;
    if !(0xd800..=0xdbff).contains(&high) {
        return char::from_u32(u32::from(high));
    }
    if chars.next()? != '\\' || chars.next()? != 'u' {
        return None;
    }
    char::decode_utf16([high, unit(chars)?]).next()?.ok()
}

fn unit(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let code = (0..4).try_fold(0, |code, _| Some(code * 16 + chars.next()?.to_digit(16)?))?;
    u16::try_from(code).ok()
}
