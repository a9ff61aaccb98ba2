//! From text to expressions (XPath 1.0, section 3).

use super::function;
use super::{Axis, Expr, Operator, Path, Start, Step, Test};

/// How deep expressions may be nested.
const DEEPEST: usize = 64;

/// Reads an expression.
///
/// `namespaces` gives prefixes their namespaces; with none, names are compared as they are written in the document.
///
/// # Errors
/// What is wrong with it, in words.
pub(in crate::source::xml) fn parse(
    text: &str,
    namespaces: &[(String, String)],
) -> Result<Expr, String> {
    let mut parser = Parser {
        rest: text,
        namespaces,
        depth: 0,
    };
    let found = parser.binary(0)?;
    parser.space();
    if parser.rest.is_empty() {
        Ok(found)
    } else {
        Err(parser.stuck("the end"))
    }
}

/// The operators by strength, weakest first.
const OPERATORS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("=", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Plus), ("-", Operator::Minus)],
    &[
        ("*", Operator::Times),
        ("div", Operator::Divide),
        ("mod", Operator::Modulo),
    ],
];

struct Parser<'p> {
    rest: &'p str,
    namespaces: &'p [(String, String)],
    depth: usize,
}

impl<'p> Parser<'p> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn stuck(&self, what: &str) -> String {
        match self.rest.chars().next() {
            Some(_) => format!("{what} should come before \"{}\"", self.rest),
            None => format!("{what} is missing at the end"),
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.stuck(&format!("\"{token}\"")))
        }
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = OPERATORS.get(level) else {
            return self.unary();
        };
        if level == 0 {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err("the expression is nested too deep".to_owned());
            }
        }
        let mut left = self.binary(level + 1)?;
        let mut count = 0;
        while let Some(operator) = self.operator(operators) {
            count += 1;
            // A chain is a tree as deep as it is long, and is evaluated as such.
            if count > DEEPEST {
                return Err("the expression has too many operators in a row".to_owned());
            }
            let right = self.binary(level + 1)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        if level == 0 {
            self.depth -= 1;
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        self.space();
        let (word, operator) = operators
            .iter()
            .find(|(word, _)| self.rest.starts_with(word))?;
        let after = &self.rest[word.len()..];
        // A word must end where it ends: "ordinal" is no "or".
        if word.starts_with(char::is_alphabetic) && after.starts_with(is_name_char) {
            return None;
        }
        self.rest = after;
        Some(*operator)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        if self.eat("-") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err("the expression is nested too deep".to_owned());
            }
            let inner = self.unary()?;
            self.depth -= 1;
            return Ok(Expr::Negative(Box::new(inner)));
        }
        let mut left = self.path()?;
        let mut count = 0;
        while self.eat("|") {
            count += 1;
            if count > DEEPEST {
                return Err("the expression has too many operators in a row".to_owned());
            }
            let right = self.path()?;
            left = Expr::Binary(Operator::Union, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn path(&mut self) -> Result<Expr, String> {
        self.space();
        if self.starts_primary() {
            let primary = self.primary()?;
            let predicates = self.predicates()?;
            self.space();
            let goes_on = self.rest.starts_with('/');
            if predicates.is_empty() && !goes_on {
                return Ok(primary);
            }
            let mut steps = Vec::new();
            if goes_on {
                self.steps_after_slash(&mut steps)?;
            }
            return Ok(Expr::Path(Path {
                start: Start::Of(Box::new(primary), predicates),
                steps,
            }));
        }
        let mut steps = Vec::new();
        let start = if self.rest.starts_with('/') {
            if !self.rest.starts_with("//") && !self.step_follows(&self.rest[1..]) {
                self.rest = &self.rest[1..];
                return Ok(Expr::Path(Path {
                    start: Start::Root,
                    steps,
                }));
            }
            self.steps_after_slash(&mut steps)?;
            Start::Root
        } else {
            steps.push(self.step()?);
            self.space();
            if self.rest.starts_with('/') {
                self.steps_after_slash(&mut steps)?;
            }
            Start::Context
        };
        Ok(Expr::Path(Path { start, steps }))
    }

    fn step_follows(&self, rest: &str) -> bool {
        rest.trim_start()
            .starts_with(|c: char| c == '@' || c == '.' || c == '*' || is_name_start(c))
    }

    fn steps_after_slash(&mut self, steps: &mut Vec<Step>) -> Result<(), String> {
        loop {
            if self.eat("//") {
                steps.push(Step {
                    axis: Axis::DescendantOrSelf,
                    test: Test::Node,
                    predicates: Vec::new(),
                });
            } else if !self.eat("/") {
                return Ok(());
            }
            steps.push(self.step()?);
        }
    }

    /// Returns whether what comes next is no location path: a literal, a number, a bracket, a function.
    fn starts_primary(&self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if matches!(first, '\'' | '"' | '(' | '$') || first.is_ascii_digit() {
            return true;
        }
        if first == '.' {
            return self.rest[1..].starts_with(|c: char| c.is_ascii_digit());
        }
        let name = name_at(self.rest);
        !name.is_empty()
            && self.rest[name.len()..].trim_start().starts_with('(')
            && !matches!(name, "text" | "node" | "comment" | "processing-instruction")
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let first = self.rest.chars().next().unwrap_or_default();
        if matches!(first, '\'' | '"') {
            let inside = &self.rest[1..];
            let end = inside.find(first).ok_or("a text is not closed")?;
            self.rest = &inside[end + 1..];
            return Ok(Expr::Text(inside[..end].to_owned()));
        }
        if first == '$' {
            return Err("variables are not known here".to_owned());
        }
        if first.is_ascii_digit() || first == '.' {
            let end = self
                .rest
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(self.rest.len());
            let (number, rest) = self.rest.split_at(end);
            self.rest = rest;
            return number
                .parse()
                .map(Expr::Number)
                .map_err(|_| format!("{number} is no number"));
        }
        if self.eat("(") {
            let inner = self.binary(0)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let name = name_at(self.rest);
        self.rest = &self.rest[name.len()..];
        self.expect("(")?;
        let mut inputs = Vec::new();
        if !self.eat(")") {
            loop {
                inputs.push(self.binary(0)?);
                if self.eat(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        let function = function::find(name)?;
        if !(function.least..=function.most).contains(&inputs.len()) {
            return Err(format!("{name}() cannot take {} inputs", inputs.len()));
        }
        Ok(Expr::Call(function, inputs))
    }

    fn predicates(&mut self) -> Result<Vec<Expr>, String> {
        let mut found = Vec::new();
        while self.eat("[") {
            found.push(self.binary(0)?);
            self.expect("]")?;
        }
        Ok(found)
    }

    fn step(&mut self) -> Result<Step, String> {
        if self.eat("..") {
            return Ok(Step {
                axis: Axis::Parent,
                test: Test::Node,
                predicates: self.predicates()?,
            });
        }
        if self.eat(".") {
            return Ok(Step {
                axis: Axis::SelfNode,
                test: Test::Node,
                predicates: self.predicates()?,
            });
        }
        let axis = if self.eat("@") {
            Axis::Attribute
        } else {
            self.axis()?.unwrap_or(Axis::Child)
        };
        let test = self.test(axis)?;
        Ok(Step {
            axis,
            test,
            predicates: self.predicates()?,
        })
    }

    fn axis(&mut self) -> Result<Option<Axis>, String> {
        self.space();
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let Some(rest) = rest.trim_start().strip_prefix("::") else {
            return Ok(None);
        };
        let axis = match word {
            "child" => Axis::Child,
            "descendant" => Axis::Descendant,
            "descendant-or-self" => Axis::DescendantOrSelf,
            "attribute" => Axis::Attribute,
            "self" => Axis::SelfNode,
            "parent" => Axis::Parent,
            "ancestor" => Axis::Ancestor,
            "ancestor-or-self" => Axis::AncestorOrSelf,
            "following-sibling" => Axis::FollowingSibling,
            "preceding-sibling" => Axis::PrecedingSibling,
            "following" => Axis::Following,
            "preceding" => Axis::Preceding,
            _ => return Err(format!("there is no axis \"{word}\"")),
        };
        self.rest = rest;
        Ok(Some(axis))
    }

    fn test(&mut self, axis: Axis) -> Result<Test, String> {
        self.space();
        if self.eat("*") {
            let local = self.rest.strip_prefix(':').map_or("", name_at);
            if local.is_empty() || local.contains(':') {
                return Ok(Test::Any);
            }
            self.rest = &self.rest[1 + local.len()..];
            return Ok(Test::Local(local.to_owned()));
        }
        let name = name_at(self.rest);
        if name.is_empty() {
            return Err(self.stuck("a name"));
        }
        self.rest = &self.rest[name.len()..];
        if self.rest.trim_start().starts_with('(') {
            if matches!(name, "comment" | "processing-instruction") {
                return Err(format!(
                    "{name}() is not supported: such nodes are not kept"
                ));
            }
            self.expect("(")?;
            self.expect(")")?;
            return match name {
                "text" => Ok(Test::Text),
                "node" => Ok(Test::Node),
                _ => Err(format!("{name}() cannot stand in a path")),
            };
        }
        if let Some(prefix) = name.strip_suffix(':')
            && self.eat("*")
        {
            return Ok(self.named(prefix, "*"));
        }
        Ok(match name.split_once(':') {
            Some((prefix, local)) => self.named(prefix, local),
            // Names of attributes without prefix are in no namespace, whatever the mapping declares.
            None if self.namespaces.is_empty() && axis != Axis::Attribute => {
                Test::Written(name.to_owned())
            }
            None => Test::Named(String::new(), name.to_owned()),
        })
    }

    fn named(&self, prefix: &str, local: &str) -> Test {
        match self.namespaces.iter().find(|(known, _)| known == prefix) {
            Some((_, namespace)) => Test::Named(namespace.clone(), local.to_owned()),
            None => Test::Written(format!("{prefix}:{local}")),
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}')
}

/// Returns the name at the beginning of a text, with its prefix; `p:` when a star follows.
fn name_at(text: &str) -> &str {
    if !text.starts_with(is_name_start) {
        return "";
    }
    let end = text.find(|c| !is_name_char(c)).unwrap_or(text.len());
    let after = &text[end..];
    let Some(local) = after
        .strip_prefix(':')
        .filter(|local| !local.starts_with(':'))
    else {
        return &text[..end];
    };
    if local.starts_with('*') {
        return &text[..=end];
    }
    if !local.starts_with(is_name_start) {
        return &text[..end];
    }
    let length = local.find(|c| !is_name_char(c)).unwrap_or(local.len());
    &text[..end + 1 + length]
}
