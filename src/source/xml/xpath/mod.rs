//! XPath 1.0 with a few functions of 2.0, read and evaluated: what iterators and references of XML sources are.

mod eval;
mod function;
mod parse;

pub(super) use eval::{Context, Outcome, evaluate, fits};
pub(super) use parse::parse;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Text(String),
    Number(f64),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
    Call(&'static function::Function, Vec<Expr>),
    Path(Path),
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Union,
}

/// A location path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    /// At the document.
    Root,
    /// At the context node.
    Context,
    /// At what another expression gives, filtered by predicates.
    Of(Box<Expr>, Vec<Expr>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expr>,
}

/// The direction of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    Attribute,
    SelfNode,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
}

/// What a step selects on its axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// Any element or attribute.
    Any,
    /// By namespace and local name; `*` as local name is any.
    Named(String, String),
    /// By the name as it is written in the document; `p:*` is any with that prefix.
    Written(String),
    /// By the local name, in any namespace (`*:name`).
    Local(String),
    /// `text()`.
    Text,
    /// `node()`.
    Node,
}

/// How far from the context node an expression looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The node, its attributes and descendants.
    Down,
    /// Attributes and names of the elements that hold it too.
    Chain,
    /// The whole document.
    Everywhere,
}

impl Expr {
    /// Returns how far the expression looks.
    pub(super) fn reach(&self) -> Reach {
        match self {
            Self::Text(_) | Self::Number(_) => Reach::Down,
            Self::Binary(_, a, b) => a.reach().max(b.reach()),
            Self::Negative(inner) => inner.reach(),
            Self::Call(_, inputs) => inputs.iter().map(Self::reach).max().unwrap_or(Reach::Down),
            Self::Path(path) => path.reach(),
        }
    }

    /// Returns the steps of a path that can be followed while reading: names of elements, downward, from the document,
    /// without predicates. Each step says whether it may be any number of levels down.
    pub(super) fn stream_steps(&self) -> Option<Vec<(bool, Test)>> {
        let Self::Path(Path {
            start: Start::Root | Start::Context,
            steps,
        }) = self
        else {
            return None;
        };
        let mut found = Vec::new();
        let mut deep = false;
        for step in steps {
            if !step.predicates.is_empty() {
                return None;
            }
            match (step.axis, &step.test) {
                (Axis::DescendantOrSelf, Test::Node) => deep = true,
                (Axis::SelfNode, Test::Node) => {}
                (
                    Axis::Child,
                    test @ (Test::Any | Test::Named(..) | Test::Written(_) | Test::Local(_)),
                ) => {
                    found.push((std::mem::take(&mut deep), test.clone()));
                }
                (
                    Axis::Descendant,
                    test @ (Test::Any | Test::Named(..) | Test::Written(_) | Test::Local(_)),
                ) => {
                    deep = false;
                    found.push((true, test.clone()));
                }
                _ => return None,
            }
        }
        (!deep && !found.is_empty()).then_some(found)
    }
}

/// When it means that a name is not there if an expression gives no nodes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Missing {
    /// Never: what it selects by, such as a predicate, may select nothing.
    Never,
    /// Always: all its steps are names.
    Always,
    /// When this part of it, up to its last name, gives none either.
    When(Expr),
}

impl Expr {
    /// Returns when it means that a name is not there if the expression gives no nodes.
    pub(super) fn missing(&self) -> Missing {
        let Self::Path(path) = self else {
            return Missing::Never;
        };
        let is_name = |step: &Step| {
            matches!(
                step.test,
                Test::Named(..) | Test::Written(_) | Test::Local(_)
            )
        };
        let selects = |step: &Step| !step.predicates.is_empty();
        if matches!(path.start, Start::Of(..)) || path.steps.iter().any(selects) {
            return Missing::Never;
        }
        match path.steps.iter().rposition(is_name) {
            None => Missing::Never,
            Some(last) if last + 1 == path.steps.len() => Missing::Always,
            Some(last) => Missing::When(Self::Path(Path {
                start: path.start.clone(),
                steps: path.steps[..=last].to_vec(),
            })),
        }
    }
}

impl Path {
    fn reach(&self) -> Reach {
        let mut reach = match &self.start {
            Start::Root => return Reach::Everywhere,
            Start::Context => Reach::Down,
            Start::Of(inner, predicates) => predicates
                .iter()
                .map(Expr::reach)
                .max()
                .unwrap_or(Reach::Down)
                .max(inner.reach()),
        };
        let mut up = false;
        for (index, step) in self.steps.iter().enumerate() {
            let last = index + 1 == self.steps.len();
            match step.axis {
                Axis::Parent | Axis::Ancestor | Axis::AncestorOrSelf => {
                    up = true;
                    // The text of an element that holds the record is more than the record.
                    reach = reach.max(if last {
                        Reach::Everywhere
                    } else {
                        Reach::Chain
                    });
                }
                Axis::FollowingSibling
                | Axis::PrecedingSibling
                | Axis::Following
                | Axis::Preceding => {
                    reach = Reach::Everywhere;
                }
                Axis::Attribute => {}
                Axis::SelfNode if !last => {}
                _ if up => reach = Reach::Everywhere,
                _ => {}
            }
            for predicate in &step.predicates {
                let inner = predicate.reach();
                // Within elements that hold the record, even what lies below is beyond it.
                reach = reach.max(if up && inner != Reach::Down {
                    Reach::Everywhere
                } else {
                    inner
                });
                if up && inner == Reach::Down {
                    reach = Reach::Everywhere;
                }
            }
        }
        reach
    }
}
