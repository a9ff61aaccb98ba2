//! The guard before the parser: limits that keep a small hostile text from costing a stack, a gigabyte or a minute.
//!
//! The SPARQL parser, the optimiser and the destructors of their trees all recurse, and the parser tries some functions
//! twice, so that nesting them doubles the work each time. The guard reads tokens only and keeps its own stack.
//!
//! Only `<` leaves a doubt, and a query could hide brackets behind a wrong guess (`?x<'>'` is a comparison with a string,
//! or an IRI and an open quote). So both readings are followed where both are possible; where they meet again, the worse
//! of the two goes on. What the parser can read is thus never deeper than what was counted.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

use super::lex::{self, Angle, Kind, Token};

/// Greatest size of a query, in bytes.
pub const MAX_SIZE: usize = 1 << 20;
/// Greatest depth of brackets of all kinds.
pub const MAX_NESTING: usize = 128;
/// Greatest depth of blank node property lists: `[ … [ … ] ]`.
pub const MAX_BLANK_NODES: usize = 32;
/// Greatest number of operands in a chain (`a || b || …`) and of parts in a group (`{ … } UNION { … } UNION …`).
pub const MAX_OPERANDS: usize = 1_000;
/// Greatest depth of nested calls of those functions that the parser reads twice.
pub const MAX_CALLS: usize = 12;
/// Greatest height of the tree that chains and brackets make together.
pub const MAX_HEIGHT: usize = 4_000;

/// Functions that have two forms, of which the parser tries one after the other.
const READ_TWICE: [&str; 4] = ["REGEX", "SUBSTR", "REPLACE", "GROUP_CONCAT"];

/// Checks a query against the limits.
///
/// Takes time linear in the size of the text. Anything that is no token is left to the parser.
///
/// # Errors
/// `QUERY_LIMIT` for each limit that is passed, with its value, what was found, and where it was passed first; for the
/// depth of brackets alone where that is passed, since the rest follows from it.
pub fn check(query: &str, file: &str) -> Result<()> {
    if query.len() > MAX_SIZE {
        return Err(Diagnostic::error(
            codes::QUERY_LIMIT,
            format!(
                "the query is {} bytes long; the limit is {MAX_SIZE}",
                query.len()
            ),
        )
        .at(lex::place(query, file, MAX_SIZE, MAX_SIZE))
        .hint("long lists of values belong into the data, or into several queries")
        .into());
    }
    let mut worst = Worst::default();
    let mut gaps = lex::Gaps::default();
    let mut pending = BTreeMap::from([(gaps.skip(query, 0), State::default())]);
    while let Some((at, state)) = pending.pop_first() {
        let readings = readings(query, at, state.after_operand);
        let last = readings.len();
        let mut state = Some(state);
        for (index, token) in readings.into_iter().enumerate() {
            let next = if index + 1 == last {
                state.take()
            } else {
                state.clone()
            };
            let Some(mut next) = next else { continue };
            next.read(query, token, &mut worst);
            let after = gaps.skip(query, token.end);
            match pending.remove(&after) {
                Some(other) => pending.insert(after, next.worse(other)),
                None => pending.insert(after, next),
            };
        }
    }
    let all = worst.diagnostics(query, file);
    if all.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(all))
    }
}

/// The tokens that may stand here: one, or several at a `<`; none at the end and where the parser must stop too.
fn readings(query: &str, at: usize, after_operand: bool) -> Vec<Token> {
    if !query.get(at..).is_some_and(|rest| rest.starts_with('<')) {
        return lex::token(query, at, Angle::Operator)
            .filter(|token| token.kind != Kind::Stray)
            .into_iter()
            .collect();
    }
    let iri = lex::token(query, at, Angle::Iri);
    let triple = lex::token(query, at, Angle::Triple);
    // After `<`, `scheme://` is no expression: a name, and two operators in a row.
    let surely_iri = iri.is_some_and(|token| {
        token
            .text(query)
            .split_once("://")
            .is_some_and(|(scheme, _)| {
                scheme[1..]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            })
    });
    let operator = (after_operand && !surely_iri || iri.is_none() && triple.is_none())
        .then(|| lex::token(query, at, Angle::Operator))
        .flatten();
    [iri, triple, operator].into_iter().flatten().collect()
}

/// One open bracket.
#[derive(Clone, Default)]
struct Frame {
    /// It is `[`.
    square: bool,
    /// It is the `{` of a VALUES block, whose rows are data.
    rows: bool,
    /// A VALUES was read and its `{` not yet.
    awaits_rows: bool,
    /// How often the parser may read what is inside, as a power of two.
    calls: usize,
    /// Operators and parts read so far.
    parts: usize,
    /// Height of the tallest bracket inside.
    tallest: usize,
}

impl Frame {
    fn worse(&self, other: &Self) -> Self {
        Self {
            square: self.square || other.square,
            rows: self.rows && other.rows,
            awaits_rows: self.awaits_rows && other.awaits_rows,
            calls: self.calls.max(other.calls),
            parts: self.parts.max(other.parts),
            tallest: self.tallest.max(other.tallest),
        }
    }
}

/// What is known at one place of the text.
#[derive(Clone)]
struct State {
    /// The open brackets up to one more than the limit; the first stands for the query itself and is never closed.
    frames: Vec<Frame>,
    /// Number of open brackets beyond, of which only the number matters.
    beyond: usize,
    /// The token before may end an operand.
    after_operand: bool,
    /// A call of a function that is read twice has begun.
    call: bool,
    /// Number of `!` just before.
    negations: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            frames: vec![Frame::default()],
            beyond: 0,
            after_operand: false,
            call: false,
            negations: 0,
        }
    }
}

impl State {
    fn read(&mut self, query: &str, token: Token, worst: &mut Worst) {
        match token.kind {
            Kind::Open(bracket) => self.open(bracket, token, worst),
            Kind::Close(_) => self.close(token, worst),
            Kind::Operator => {
                let sign = token.text(query);
                if sign == "!" {
                    self.negations += 1;
                    worst.calls.note(self.calls(), token);
                }
                let compares = matches!(sign, "=" | "!=" | "<" | "<=" | ">" | ">=" | "^^");
                let is_sign = matches!(sign, "+" | "-") && !self.after_operand;
                if !compares && !is_sign {
                    self.part(token, worst);
                }
            }
            Kind::Word => {
                let word = token.text(query);
                if word.eq_ignore_ascii_case("VALUES")
                    && let Some(top) = self.frames.last_mut()
                {
                    top.awaits_rows = true;
                }
            }
            // `DESCRIBE <a> <b> …` nests at every term.
            Kind::Iri | Kind::Name if self.frames.len() == 1 => self.part(token, worst),
            _ => {}
        }
        self.call = match token.kind {
            Kind::Name | Kind::Iri => true,
            Kind::Word => {
                let word = token.text(query);
                READ_TWICE.iter().any(|name| {
                    word.len() >= name.len()
                        && word
                            .get(word.len() - name.len()..)
                            .is_some_and(|end| end.eq_ignore_ascii_case(name))
                })
            }
            _ => false,
        };
        let goes_on = match token.kind {
            Kind::Word | Kind::Name | Kind::Iri => true,
            Kind::Operator => token.text(query) == "!",
            _ => false,
        };
        if !goes_on {
            self.negations = 0;
        }
        self.after_operand = token.kind.ends_operand();
    }

    fn open(&mut self, bracket: char, token: Token, worst: &mut Worst) {
        let outermost = self.frames.len() == 1;
        let Some(top) = self.frames.last_mut() else {
            return;
        };
        let rows = bracket == '{' && std::mem::take(&mut top.awaits_rows);
        let is_part = bracket == '{' || (bracket == '(' && (outermost || !top.rows));
        if is_part {
            self.part(token, worst);
        }
        if self.frames.len() > MAX_NESTING + 1 {
            self.beyond += 1;
            worst
                .nesting
                .note(self.frames.len() - 1 + self.beyond, token);
            return;
        }
        let calls = match bracket {
            '(' => usize::from(self.call) + self.negations,
            _ => 0,
        };
        self.frames.push(Frame {
            square: bracket == '[',
            rows,
            calls,
            ..Frame::default()
        });
        worst.nesting.note(self.frames.len() - 1, token);
        worst.calls.note(self.calls() - self.negations, token);
        let squares = self.frames.iter().filter(|frame| frame.square).count();
        worst.blank_nodes.note(squares, token);
    }

    fn close(&mut self, token: Token, worst: &mut Worst) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.frames.len() > 1
            && let Some(closed) = self.frames.pop()
            && let Some(top) = self.frames.last_mut()
        {
            top.tallest = top.tallest.max(closed.tallest + closed.parts + 1);
            worst.height.note(top.tallest + top.parts, token);
        }
    }

    fn part(&mut self, token: Token, worst: &mut Worst) {
        if let Some(top) = self.frames.last_mut()
            && !top.rows
        {
            top.parts += 1;
            worst.operands.note(top.parts + 1, token);
            worst.height.note(top.tallest + top.parts, token);
        }
    }

    fn calls(&self) -> usize {
        self.negations + self.frames.iter().map(|frame| frame.calls).sum::<usize>()
    }

    /// Returns a state that counts at least what either would count from here on: frames are compared from the innermost.
    fn worse(self, other: Self) -> Self {
        let (mut deeper, flatter) = if self.frames.len() >= other.frames.len() {
            (self, other)
        } else {
            (other, self)
        };
        let shift = deeper.frames.len() - flatter.frames.len();
        for (index, frame) in flatter.frames.into_iter().enumerate() {
            if let Some(slot) = deeper.frames.get_mut(index + shift) {
                *slot = slot.worse(&frame);
            }
        }
        deeper.beyond = deeper.beyond.max(flatter.beyond);
        deeper.after_operand |= flatter.after_operand;
        deeper.call |= flatter.call;
        deeper.negations = deeper.negations.max(flatter.negations);
        deeper
    }
}

/// The greatest value of one measure, and where its limit was passed first.
struct Measure {
    limit: usize,
    found: usize,
    place: Option<Token>,
}

impl Measure {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            found: 0,
            place: None,
        }
    }

    fn note(&mut self, value: usize, token: Token) {
        self.found = self.found.max(value);
        if value > self.limit && self.place.is_none() {
            self.place = Some(token);
        }
    }
}

struct Worst {
    nesting: Measure,
    blank_nodes: Measure,
    operands: Measure,
    calls: Measure,
    height: Measure,
}

impl Default for Worst {
    fn default() -> Self {
        Self {
            nesting: Measure::new(MAX_NESTING),
            blank_nodes: Measure::new(MAX_BLANK_NODES),
            operands: Measure::new(MAX_OPERANDS),
            calls: Measure::new(MAX_CALLS),
            height: Measure::new(MAX_HEIGHT),
        }
    }
}

impl Worst {
    fn diagnostics(&self, query: &str, file: &str) -> Vec<Diagnostic> {
        let lists = "VALUES takes any number of values, and IN any list, without nesting";
        let measures = [
            (
                &self.nesting,
                "brackets nest",
                "deep",
                "take the query apart, or drop brackets that only group",
            ),
            (
                &self.blank_nodes,
                "blank node property lists nest",
                "deep",
                "name the inner nodes by variables",
            ),
            (&self.operands, "one chain or group has", "operands", lists),
            (
                &self.calls,
                "calls and negations that are read twice nest",
                "deep",
                "BIND the inner results to variables",
            ),
            (
                &self.height,
                "chains and brackets add up to",
                "levels",
                lists,
            ),
        ];
        // Beyond the deepest bracket allowed, parts and heights are no longer counted apart.
        let told = match self.nesting.place {
            Some(_) => 1,
            None => measures.len(),
        };
        measures
            .into_iter()
            .take(told)
            .filter_map(|(measure, what, unit, hint)| {
                let token = measure.place?;
                Some(
                    Diagnostic::error(
                        codes::QUERY_LIMIT,
                        format!(
                            "{what} {} {unit}; the limit is {}",
                            measure.found, measure.limit
                        ),
                    )
                    .at(lex::place(query, file, token.start, token.end))
                    .hint(hint),
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn messages(query: &str) -> Vec<String> {
        match check(query, "query") {
            Ok(()) => Vec::new(),
            Err(all) => {
                assert_eq!(all.status(), crate::diagnostic::Status::Limit);
                all.0.into_iter().map(|one| one.message).collect()
            }
        }
    }

    fn refused(query: &str, by: &str) {
        let all = messages(query);
        assert!(all.iter().any(|one| one.contains(by)), "{by}: {all:?}");
    }

    fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    }

    #[test]
    fn deep_brackets_are_refused_with_their_depth_and_place() {
        for depth in [1_148, 5_000, 200_000] {
            let query = format!("ASK {{\n FILTER{}}}", nested("(", "1", ")", depth));
            let error = check(&query, "query").unwrap_err();
            let one = &error.0[0];
            assert_eq!(
                one.message,
                format!("brackets nest {} deep; the limit is 128", depth + 1)
            );
            assert_eq!(one.place.as_ref().unwrap().to_string(), "query:2:135");
        }
        refused(
            &format!("ASK {}", nested("{", "", "}", 1_000)),
            "brackets nest 1000 deep",
        );
        refused(
            &format!(
                "SELECT * {{ ?s ?p {} }}",
                nested("<<", "?a ?b ?c", ">>", 200)
            ),
            "nest 201",
        );
        refused(
            &format!("SELECT * {{ ?s ?p {} }}", nested("( ", "1", " )", 200)),
            "nest 201",
        );
        refused(&"(".repeat(MAX_SIZE), "nest 1048576 deep");
        assert_eq!(
            messages(&format!("ASK {{ FILTER{} }}", nested("(", "1", ")", 127))),
            [""; 0]
        );
    }

    #[test]
    fn deep_blank_nodes_are_refused() {
        let query = |depth| {
            format!(
                "ASK {{ ?s ?p {} }}",
                nested("[ <http://e.x/p> ", "1", " ]", depth)
            )
        };
        refused(
            &query(100),
            "blank node property lists nest 100 deep; the limit is 32",
        );
        assert_eq!(messages(&query(32)), [""; 0]);
    }

    #[test]
    fn long_chains_are_refused() {
        refused(
            &format!("ASK {{ FILTER({}) }}", vec!["?x"; 2_291].join(" || ")),
            "2291 operands",
        );
        refused(
            &format!("ASK {{ FILTER({}) }}", vec!["?x"; 5_000].join("+")),
            "5000 operands",
        );
        refused(
            &format!("ASK {{ {} }}", vec!["{ ?s ?p ?o }"; 1_611].join(" UNION ")),
            "1612 operands",
        );
        refused(
            &format!("ASK {{ {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(1_500)),
            "operands",
        );
        refused(
            &format!(
                "ASK {{ ?s {} ?o }}",
                vec!["<http://e.x/p>"; 3_000].join("/")
            ),
            "3000 operands",
        );
        refused(
            &format!("DESCRIBE {}", "<http://e.x/p> ".repeat(3_000)),
            "operands",
        );
        refused(
            &format!("SELECT {} {{}}", "(1 AS ?x) ".repeat(3_000)),
            "operands",
        );
        let half = |rest: &str| vec![rest; 500].join("||");
        let steps = (0..20).fold("?x".to_owned(), |inner, _| {
            format!("({inner})||{}", half("?y"))
        });
        refused(
            &format!("ASK {{ FILTER({steps}) }}"),
            "levels; the limit is 4000",
        );
    }

    #[test]
    fn long_lists_are_not_chains() {
        let numbers: Vec<String> = (0..20_000).map(|n| format!("-{n}")).collect();
        let rows: String = numbers
            .iter()
            .map(|n| format!("({n} <http://e.x/a#b>)\n"))
            .collect();
        for query in [
            format!("ASK {{ FILTER(?x IN ({})) }}", numbers.join(", ")),
            format!("ASK {{ VALUES ?x {{ {} }} }}", numbers.join(" ")),
            format!("ASK {{ VALUES (?x ?y) {{ {rows} }} }}"),
            format!(
                "ASK {{ {} }}",
                "?s <http://e.x/(a> \"(((\" . # ((( \n".repeat(5_000)
            ),
        ] {
            assert_eq!(messages(&query), [""; 0], "{}", &query[..60]);
        }
    }

    #[test]
    fn functions_that_are_read_twice_nest_only_so_far() {
        let replace = |depth| {
            format!(
                "ASK {{ FILTER({}) }}",
                nested("REPLACE(", "?x", ", 'a', 'b')", depth)
            )
        };
        refused(
            &replace(30),
            "calls and negations that are read twice nest 30 deep",
        );
        assert_eq!(messages(&replace(12)), [""; 0]);
        refused(
            &format!(
                "ASK {{ FILTER({}) }}",
                nested("<http://e.x/f>(", "?x", ")", 40)
            ),
            "read twice",
        );
        refused(
            &format!("ASK {{ FILTER({}?x) }}", "!".repeat(40)),
            "read twice",
        );
        refused(
            &format!("ASK {{ FILTER{} }}", nested("(!", "?x", ")", 40)),
            "read twice",
        );
    }

    #[test]
    fn brackets_cannot_hide_behind_a_comparison_that_looks_like_an_iri() {
        let deep = nested("(", "1", ")", 1_000);
        for query in [
            // Read as an IRI, `<'>` leaves a quote that swallows the brackets.
            format!("ASK {{ FILTER(?x<'>' + {deep} || ?y = 'a') }}"),
            format!("ASK {{ FILTER(?x<'>''' + {deep} || ?y = '''a''') }}"),
            // Read as an IRI, the brackets belong to it.
            format!("ASK {{ FILTER(?x<{deep}&&?y>1) }}"),
            format!("ASK {{ FILTER(?x<ex:f{deep}&&?y>1) }}"),
            // Read as a comment, what follows on the line is hidden; it is an IRI.
            format!("BASE <http://e.x/> ASK {{ ?s <#p> ?o FILTER{deep} }}"),
            format!("BASE <http://e.x/> ASK {{ VALUES (?a ?b) {{ (<a> <#b>) }} FILTER{deep} }}"),
        ] {
            refused(&query, "deep; the limit is 128");
        }
    }

    #[test]
    fn relative_iris_in_rows_are_allowed() {
        let rows = "(<#a> <#b>)\n".repeat(120);
        let query = format!("BASE <http://e.x/> ASK {{ VALUES (?a ?b) {{ {rows} }} }}");
        assert_eq!(messages(&query), [""; 0]);
    }

    #[test]
    fn large_texts_are_refused_and_large_allowed_ones_checked_fast() {
        refused(&" ".repeat(MAX_SIZE + 1), "1048577 bytes");
        for part in ["?x<?y&&?z>?a ", "<a", "[", "'", "?x<'", "<<", "?x <#a> '"] {
            let query = part.repeat(MAX_SIZE / part.len());
            let started = Instant::now();
            let _ = check(&query, "query");
            let took = started.elapsed();
            assert!(took < Duration::from_secs(20), "{part} took {took:?}");
        }
    }
}
