//! The functions of XPath: those of 1.0, and those of 2.0 that need no further types.

use super::eval::{Context, Outcome};

/// A function with the number of inputs it takes.
#[derive(Debug)]
pub(in crate::source::xml) struct Function {
    name: &'static str,
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) run: fn(&Context<'_>, Vec<Outcome>) -> Outcome,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Returns the function of that name.
///
/// # Errors
/// A message when there is none.
pub(super) fn find(name: &str) -> Result<&'static Function, String> {
    let local = name.strip_prefix("fn:").unwrap_or(name);
    FUNCTIONS
        .iter()
        .find(|function| function.name == local)
        .ok_or_else(|| format!("there is no function {name}() here"))
}

const fn function(
    name: &'static str,
    least: usize,
    most: usize,
    run: fn(&Context<'_>, Vec<Outcome>) -> Outcome,
) -> Function {
    Function {
        name,
        least,
        most,
        run,
    }
}

const MANY: usize = 1000;

static FUNCTIONS: &[Function] = &[
    function("position", 0, 0, |at, _| {
        Outcome::Number(at.position as f64)
    }),
    function("last", 0, 0, |at, _| Outcome::Number(at.size as f64)),
    function("count", 1, 1, |_, inputs| {
        Outcome::Number(inputs[0].nodes().len() as f64)
    }),
    function("name", 0, 1, |at, inputs| {
        Outcome::Text(
            node(at, &inputs).map_or_else(String::new, |node| at.dom.name(node).written.clone()),
        )
    }),
    function("local-name", 0, 1, |at, inputs| {
        Outcome::Text(
            node(at, &inputs).map_or_else(String::new, |node| at.dom.name(node).local().to_owned()),
        )
    }),
    function("namespace-uri", 0, 1, |at, inputs| {
        Outcome::Text(
            node(at, &inputs).map_or_else(String::new, |node| at.dom.name(node).namespace.clone()),
        )
    }),
    function("string", 0, 1, |at, inputs| {
        Outcome::Text(text(at, &inputs, 0))
    }),
    function("data", 0, 1, |at, inputs| {
        Outcome::Text(text(at, &inputs, 0))
    }),
    function("concat", 2, MANY, |at, inputs| {
        Outcome::Text(inputs.iter().map(|input| input.to_text(at.dom)).collect())
    }),
    function("string-join", 1, 2, |at, inputs| {
        let separator = inputs
            .get(1)
            .map_or_else(String::new, |input| input.to_text(at.dom));
        Outcome::Text(inputs[0].texts(at.dom).join(&separator))
    }),
    function("starts-with", 2, 2, |at, inputs| {
        Outcome::Truth(text(at, &inputs, 0).starts_with(&text(at, &inputs, 1)))
    }),
    function("ends-with", 2, 2, |at, inputs| {
        Outcome::Truth(text(at, &inputs, 0).ends_with(&text(at, &inputs, 1)))
    }),
    function("contains", 2, 2, |at, inputs| {
        Outcome::Truth(text(at, &inputs, 0).contains(&text(at, &inputs, 1)))
    }),
    function("substring-before", 2, 2, |at, inputs| {
        let (whole, part) = (text(at, &inputs, 0), text(at, &inputs, 1));
        Outcome::Text(
            whole
                .split_once(&part)
                .map_or_else(String::new, |(before, _)| before.to_owned()),
        )
    }),
    function("substring-after", 2, 2, |at, inputs| {
        let (whole, part) = (text(at, &inputs, 0), text(at, &inputs, 1));
        Outcome::Text(
            whole
                .split_once(&part)
                .map_or_else(String::new, |(_, after)| after.to_owned()),
        )
    }),
    function("substring", 2, 3, |at, inputs| {
        let start = round(inputs[1].to_number(at.dom));
        let end = inputs.get(2).map_or(f64::INFINITY, |length| {
            start + round(length.to_number(at.dom))
        });
        let whole = text(at, &inputs, 0);
        let within = |(index, _): &(usize, char)| {
            let place = (*index + 1) as f64;
            place >= start && place < end
        };
        Outcome::Text(
            whole
                .chars()
                .enumerate()
                .filter(within)
                .map(|(_, c)| c)
                .collect(),
        )
    }),
    function("string-length", 0, 1, |at, inputs| {
        Outcome::Number(text(at, &inputs, 0).chars().count() as f64)
    }),
    function("normalize-space", 0, 1, |at, inputs| {
        Outcome::Text(
            text(at, &inputs, 0)
                .split_ascii_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    }),
    function("translate", 3, 3, |at, inputs| {
        let (from, to) = (text(at, &inputs, 1), text(at, &inputs, 2));
        let turned = |c: char| match from.chars().position(|known| known == c) {
            Some(index) => to.chars().nth(index),
            None => Some(c),
        };
        Outcome::Text(text(at, &inputs, 0).chars().filter_map(turned).collect())
    }),
    function("lower-case", 1, 1, |at, inputs| {
        Outcome::Text(text(at, &inputs, 0).to_lowercase())
    }),
    function("upper-case", 1, 1, |at, inputs| {
        Outcome::Text(text(at, &inputs, 0).to_uppercase())
    }),
    function("boolean", 1, 1, |_, inputs| {
        Outcome::Truth(inputs[0].to_truth())
    }),
    function("not", 1, 1, |_, inputs| {
        Outcome::Truth(!inputs[0].to_truth())
    }),
    function("exists", 1, 1, |_, inputs| {
        Outcome::Truth(!inputs[0].nodes().is_empty())
    }),
    function("empty", 1, 1, |_, inputs| {
        Outcome::Truth(inputs[0].nodes().is_empty())
    }),
    function("true", 0, 0, |_, _| Outcome::Truth(true)),
    function("false", 0, 0, |_, _| Outcome::Truth(false)),
    function("number", 0, 1, |at, inputs| {
        Outcome::Number(match inputs.first() {
            Some(input) => input.to_number(at.dom),
            None => Outcome::Nodes(vec![at.node]).to_number(at.dom),
        })
    }),
    function("sum", 1, 1, |at, inputs| {
        Outcome::Number(
            inputs[0]
                .texts(at.dom)
                .into_iter()
                .map(|text| Outcome::Text(text).to_number(at.dom))
                .sum(),
        )
    }),
    function("floor", 1, 1, |at, inputs| {
        Outcome::Number(inputs[0].to_number(at.dom).floor())
    }),
    function("ceiling", 1, 1, |at, inputs| {
        Outcome::Number(inputs[0].to_number(at.dom).ceil())
    }),
    function("round", 1, 1, |at, inputs| {
        Outcome::Number(round(inputs[0].to_number(at.dom)))
    }),
];

/// Rounds as XPath does: halves upward.
fn round(number: f64) -> f64 {
    if number.is_finite() {
        (number + 0.5).floor()
    } else {
        number
    }
}

/// The text of an input, or of the context node when there is none.
fn text(at: &Context<'_>, inputs: &[Outcome], index: usize) -> String {
    match inputs.get(index) {
        Some(input) => input.to_text(at.dom),
        None => Outcome::Nodes(vec![at.node]).to_text(at.dom),
    }
}

/// The first node of the input, or the context node when there is none.
fn node(at: &Context<'_>, inputs: &[Outcome]) -> Option<usize> {
    match inputs.first() {
        Some(input) => input.nodes().first().copied(),
        None => Some(at.node),
    }
}
