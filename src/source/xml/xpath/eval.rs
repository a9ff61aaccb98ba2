//! Expressions on a document (XPath 1.0, sections 2 to 4).

use super::{Axis, Expr, Operator, Path, Start, Step, Test};
use crate::source::xml::dom::{Dom, Kind, Node};

/// What an expression is evaluated at.
#[derive(Clone, Copy, Debug)]
pub(in crate::source::xml) struct Context<'d> {
    pub(in crate::source::xml) dom: &'d Dom,
    pub(in crate::source::xml) node: Node,
    pub(in crate::source::xml) position: usize,
    pub(in crate::source::xml) size: usize,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source::xml) enum Outcome {
    /// Nodes in document order, each once.
    Nodes(Vec<Node>),
    Text(String),
    Number(f64),
    Truth(bool),
}

impl Outcome {
    pub(super) fn nodes(&self) -> &[Node] {
        match self {
            Self::Nodes(nodes) => nodes,
            _ => &[],
        }
    }

    pub(super) fn to_text(&self, dom: &Dom) -> String {
        match self {
            Self::Nodes(nodes) => nodes
                .first()
                .map_or_else(String::new, |node| value(dom, *node)),
            Self::Text(text) => text.clone(),
            Self::Number(number) => written(*number),
            Self::Truth(truth) => truth.to_string(),
        }
    }

    /// Returns the text of every node, or of the one value.
    pub(in crate::source::xml) fn texts(&self, dom: &Dom) -> Vec<String> {
        match self {
            Self::Nodes(nodes) => nodes.iter().map(|node| value(dom, *node)).collect(),
            other => vec![other.to_text(dom)],
        }
    }

    pub(super) fn to_number(&self, dom: &Dom) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Truth(truth) => f64::from(u8::from(*truth)),
            other => {
                let text = other.to_text(dom);
                let text = text.trim_matches([' ', '\t', '\n', '\r']);
                // Neither exponents nor words such as "inf" are numbers here.
                let plain = text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
                if plain {
                    text.parse().unwrap_or(f64::NAN)
                } else {
                    f64::NAN
                }
            }
        }
    }

    pub(super) fn to_truth(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Truth(truth) => *truth,
        }
    }
}

fn value(dom: &Dom, node: Node) -> String {
    let mut text = String::new();
    dom.push_value(node, &mut text);
    text
}

/// Returns a number as XPath writes it.
fn written(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    number.to_string()
}

/// Evaluates an expression.
pub(in crate::source::xml) fn evaluate(expr: &Expr, at: Context<'_>) -> Outcome {
    match expr {
        Expr::Text(text) => Outcome::Text(text.clone()),
        Expr::Number(number) => Outcome::Number(*number),
        Expr::Negative(inner) => Outcome::Number(-evaluate(inner, at).to_number(at.dom)),
        Expr::Call(function, inputs) => {
            let inputs = inputs.iter().map(|input| evaluate(input, at)).collect();
            (function.run)(&at, inputs)
        }
        Expr::Path(path) => Outcome::Nodes(follow(path, at)),
        Expr::Binary(operator, left, right) => binary(*operator, left, right, at),
    }
}

fn binary(operator: Operator, left: &Expr, right: &Expr, at: Context<'_>) -> Outcome {
    let left = evaluate(left, at);
    match operator {
        Operator::Or => return Outcome::Truth(left.to_truth() || evaluate(right, at).to_truth()),
        Operator::And => return Outcome::Truth(left.to_truth() && evaluate(right, at).to_truth()),
        _ => {}
    }
    let right = evaluate(right, at);
    let arithmetic = |operate: fn(f64, f64) -> f64| {
        Outcome::Number(operate(left.to_number(at.dom), right.to_number(at.dom)))
    };
    match operator {
        Operator::Union => {
            let mut nodes = [left.nodes(), right.nodes()].concat();
            nodes.sort_unstable();
            nodes.dedup();
            Outcome::Nodes(nodes)
        }
        Operator::Plus => arithmetic(|a, b| a + b),
        Operator::Minus => arithmetic(|a, b| a - b),
        Operator::Times => arithmetic(|a, b| a * b),
        Operator::Divide => arithmetic(|a, b| a / b),
        Operator::Modulo => arithmetic(|a, b| a % b),
        other => Outcome::Truth(compare(other, &left, &right, at.dom)),
    }
}

/// Compares: a set of nodes agrees when one of them does (XPath 1.0, section 3.4).
fn compare(operator: Operator, left: &Outcome, right: &Outcome, dom: &Dom) -> bool {
    let numbers = |a: f64, b: f64| match operator {
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        Operator::Less => a < b,
        Operator::LessOrEqual => a <= b,
        Operator::Greater => a > b,
        _ => a >= b,
    };
    let by_order = !matches!(operator, Operator::Equal | Operator::NotEqual);
    let single = |a: &Outcome, b: &Outcome| match (a, b) {
        (Outcome::Truth(_), _) | (_, Outcome::Truth(_)) if !by_order => {
            (a.to_truth() == b.to_truth()) == (operator == Operator::Equal)
        }
        (Outcome::Text(a), Outcome::Text(b)) if !by_order => {
            (a == b) == (operator == Operator::Equal)
        }
        _ => numbers(a.to_number(dom), b.to_number(dom)),
    };
    let against_truth = |a: &Outcome, b: &Outcome| {
        matches!((a, b), (Outcome::Truth(_), _) | (_, Outcome::Truth(_)))
    };
    if against_truth(left, right) {
        return single(
            &Outcome::Truth(left.to_truth()),
            &Outcome::Truth(right.to_truth()),
        );
    }
    let spread = |outcome: &Outcome| match outcome {
        Outcome::Nodes(_) => outcome.texts(dom).into_iter().map(Outcome::Text).collect(),
        other => vec![other.clone()],
    };
    let right = spread(right);
    spread(left)
        .iter()
        .any(|a| right.iter().any(|b| single(a, b)))
}

fn follow(path: &Path, at: Context<'_>) -> Vec<Node> {
    let mut found = match &path.start {
        Start::Root => vec![0],
        Start::Context => vec![at.node],
        Start::Of(inner, predicates) => {
            let nodes = match evaluate(inner, at) {
                Outcome::Nodes(nodes) => nodes,
                _ => Vec::new(),
            };
            predicates
                .iter()
                .fold(nodes, |nodes, predicate| filter(at.dom, nodes, predicate))
        }
    };
    for step in &path.steps {
        let mut next = Vec::new();
        for node in &found {
            take(step, at.dom, *node, &mut next);
        }
        if found.len() > 1 || is_reverse(step.axis) {
            next.sort_unstable();
            next.dedup();
        }
        found = next;
    }
    found
}

fn is_reverse(axis: Axis) -> bool {
    matches!(
        axis,
        Axis::Ancestor | Axis::AncestorOrSelf | Axis::PrecedingSibling | Axis::Preceding
    )
}

/// Keeps the nodes that a predicate is true of; their order is that of the axis.
fn filter(dom: &Dom, nodes: Vec<Node>, predicate: &Expr) -> Vec<Node> {
    let size = nodes.len();
    nodes
        .into_iter()
        .enumerate()
        .filter(|(index, node)| {
            let position = index + 1;
            match evaluate(
                predicate,
                Context {
                    dom,
                    node: *node,
                    position,
                    size,
                },
            ) {
                Outcome::Number(number) => number == position as f64,
                other => other.to_truth(),
            }
        })
        .map(|(_, node)| node)
        .collect()
}

/// Appends what a step selects from a node, in the order of its axis.
fn take(step: &Step, dom: &Dom, node: Node, into: &mut Vec<Node>) {
    let mut push = |candidate: Node| {
        if fits(&step.test, step.axis, dom, candidate) {
            into.push(candidate);
        }
    };
    if !step.predicates.is_empty() {
        let bare = Step {
            axis: step.axis,
            test: step.test.clone(),
            predicates: Vec::new(),
        };
        let mut nodes = Vec::new();
        take(&bare, dom, node, &mut nodes);
        let kept = step
            .predicates
            .iter()
            .fold(nodes, |nodes, predicate| filter(dom, nodes, predicate));
        into.extend(kept);
        return;
    }
    let data = dom.data(node);
    let is_attribute = |at: &Node| dom.data(*at).kind == Kind::Attribute;
    match step.axis {
        Axis::Child => dom.children(node).for_each(push),
        Axis::Attribute => dom.attributes(node).for_each(push),
        Axis::SelfNode => push(node),
        Axis::Parent => dom.parent(node).into_iter().for_each(push),
        Axis::Descendant => (node + 1..data.end as usize)
            .filter(|at| !is_attribute(at))
            .for_each(push),
        Axis::DescendantOrSelf => {
            push(node);
            (node + 1..data.end as usize)
                .filter(|at| !is_attribute(at))
                .for_each(push);
        }
        Axis::Ancestor | Axis::AncestorOrSelf => {
            if step.axis == Axis::AncestorOrSelf {
                push(node);
            }
            let mut at = node;
            while let Some(parent) = dom.parent(at) {
                push(parent);
                at = parent;
            }
        }
        Axis::FollowingSibling | Axis::PrecedingSibling => {
            if data.kind == Kind::Attribute {
                return;
            }
            let siblings = dom
                .parent(node)
                .map(|parent| dom.children(parent).collect::<Vec<_>>())
                .unwrap_or_default();
            if step.axis == Axis::FollowingSibling {
                siblings.into_iter().filter(|at| *at > node).for_each(push);
            } else {
                siblings
                    .into_iter()
                    .rev()
                    .filter(|at| *at < node)
                    .for_each(push);
            }
        }
        Axis::Following => (data.end as usize..dom.len())
            .filter(|at| !is_attribute(at))
            .for_each(push),
        Axis::Preceding => {
            let before = |at: &Node| !is_attribute(at) && dom.data(*at).end as usize <= node;
            (1..node).rev().filter(before).for_each(push);
        }
    }
}

/// Returns whether a node is what a step asks for.
pub(in crate::source::xml) fn fits(test: &Test, axis: Axis, dom: &Dom, node: Node) -> bool {
    let kind = dom.data(node).kind;
    let principal = if axis == Axis::Attribute {
        Kind::Attribute
    } else {
        Kind::Element
    };
    match test {
        Test::Node => true,
        Test::Text => kind == Kind::Text,
        Test::Any => kind == principal,
        Test::Named(namespace, local) => {
            kind == principal && {
                let name = dom.name(node);
                name.namespace == *namespace && (local == "*" || name.local() == local)
            }
        }
        Test::Local(local) => kind == principal && dom.name(node).local() == local,
        Test::Written(written) => {
            kind == principal && {
                let name = &dom.name(node).written;
                match written.strip_suffix('*') {
                    Some(prefix) => name.starts_with(prefix),
                    None => name == written,
                }
            }
        }
    }
}
