//! Nodes that are records, and what references lead to from them.

use std::cell::RefCell;
use std::sync::Arc;

use super::Options;
use super::dom::{Dom, Kind, Node};
use super::xpath::{
    self, Axis, Context, Expr, Missing, Outcome, Path, Reach, Start, Test, evaluate,
};
use crate::record::{Fault, FaultKind, Natural, Origin, Scope, Single, Slot, Value};
use crate::source::keys::Keys;
use crate::source::met::{Met, missed};
use crate::source::stream;
use crate::source::tree::Tree;

/// What all stretches of a source share.
#[derive(Clone)]
pub(super) struct Head {
    file: Arc<str>,
    options: Options,
    /// How far the references look.
    pub(super) reach: Reach,
    references: Vec<Bound>,
    scopes: Vec<Expr>,
}

/// A reference with its expression.
#[derive(Clone)]
struct Bound {
    expr: Expr,
    /// Set when it is the name of a child or an attribute only.
    quick: Option<(Axis, Test)>,
    /// When it means that a name is not there if it leads to nothing.
    missing: Missing,
    /// Whether all its names were there.
    met: Met,
}

/// A document, or elements down to records, with the record at hand, which is lent again for each node of the iterator.
pub(super) struct Page {
    pub(super) head: Arc<Head>,
    pub(super) dom: Dom,
    /// The record.
    pub(super) node: Node,
    keys: Keys,
    /// For each reference, which names the test of its quick way fits, as far as it was asked; by the number of the name.
    fits: RefCell<Vec<Vec<Option<bool>>>>,
}

impl Head {
    pub(super) fn new(file: &str, options: Options) -> Self {
        Self {
            file: Arc::from(file),
            options,
            reach: Reach::Down,
            references: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Returns the file as a place.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            ..Origin::default()
        }
    }

    fn compile(&mut self, reference: &str) -> Result<Expr, Box<Fault>> {
        let expr = xpath::parse(reference, &self.options.namespaces).map_err(|message| {
            Box::new(Fault {
                message: format!("\"{reference}\" is no XPath: {message}"),
                origin: self.origin(),
                kind: FaultKind::BadReference,
                hint: Some("XPath is written as in name, @id or address/town".to_owned()),
            })
        })?;
        self.reach = self.reach.max(expr.reach());
        Ok(expr)
    }
}

impl Page {
    pub(super) fn new(head: Arc<Head>) -> Self {
        Self {
            head,
            dom: Dom::new(),
            node: 0,
            keys: Keys::default(),
            fits: RefCell::default(),
        }
    }

    /// Adds the paths to the attributes in a node that `path` leads to, and to the elements in it that hold no others.
    fn add_paths(&self, node: Node, path: &str, steps: usize, into: &mut Vec<String>) {
        if into.len() >= stream::PATHS || steps > stream::STEPS {
            return;
        }
        let mut add = |name: String| {
            if into.len() < stream::PATHS && !into.contains(&name) {
                into.push(name);
            }
        };
        for attribute in self.dom.attributes(node).take(stream::PATHS) {
            add(format!("{path}@{}", self.dom.name(attribute).written));
        }
        let is_element = |child: &Node| self.dom.data(*child).kind == Kind::Element;
        let elements: Vec<Node> = self.dom.children(node).filter(is_element).collect();
        if elements.is_empty()
            && let Some(path) = path.strip_suffix('/')
        {
            add(path.to_owned());
        }
        for child in elements {
            let step = format!("{path}{}/", self.dom.name(child).written);
            self.add_paths(child, &step, steps + 1, into);
        }
    }

    /// Returns whether a child or attribute fits the test of the quick way, which only its name decides.
    fn fits(&self, slot: Slot, (axis, test): (Axis, &Test), node: Node) -> bool {
        if !matches!(self.dom.data(node).kind, Kind::Element | Kind::Attribute) {
            return xpath::fits(test, axis, &self.dom, node);
        }
        let number = self.dom.name_number(node);
        let mut all = self.fits.borrow_mut();
        if all.len() <= slot {
            all.resize(self.head.references.len(), Vec::new());
        }
        let known = &mut all[slot];
        if known.len() <= number {
            known.resize(number + 1, None);
        }
        *known[number].get_or_insert_with(|| xpath::fits(test, axis, &self.dom, node))
    }

    fn is_null(&self, text: &str) -> bool {
        self.head.options.nulls.iter().any(|null| null == text)
    }

    /// Returns whether a name that an expression asks for is not there, once the expression has led to nothing.
    fn misses(&self, from: Node, missing: &Missing) -> bool {
        match missing {
            Missing::Never => false,
            Missing::Always => true,
            Missing::When(part) => {
                matches!(self.outcome(from, part), Outcome::Nodes(nodes) if nodes.is_empty())
            }
        }
    }

    fn outcome(&self, from: Node, expr: &Expr) -> Outcome {
        evaluate(
            expr,
            Context {
                dom: &self.dom,
                node: from,
                position: 1,
                size: 1,
            },
        )
    }
}

/// Returns axis and test of a reference that is one step without predicates to children or attributes.
fn quick(expr: &Expr) -> Option<(Axis, Test)> {
    let Expr::Path(Path {
        start: Start::Context,
        steps,
    }) = expr
    else {
        return None;
    };
    let [step] = steps.as_slice() else {
        return None;
    };
    let simple = step.predicates.is_empty()
        && matches!(step.axis, Axis::Child | Axis::Attribute)
        && matches!(
            step.test,
            Test::Named(..) | Test::Written(_) | Test::Local(_)
        );
    simple.then(|| (step.axis, step.test.clone()))
}

impl Tree for Page {
    fn record(&self) -> Node {
        self.node
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn values_at<'r>(
        &'r self,
        from: Node,
        slot: Slot,
        into: &mut Vec<Value<'r>>,
    ) -> Result<(), Box<Fault>> {
        let Some(bound) = self.head.references.get(slot) else {
            return Ok(());
        };
        match self.outcome(from, &bound.expr) {
            Outcome::Nodes(nodes) => {
                if !bound.met.is_met() {
                    let missing = nodes.is_empty() && self.misses(from, &bound.missing);
                    bound.met.note(!missing);
                }
                for node in nodes {
                    match self.dom.plain_text(node) {
                        Some(text) if !self.is_null(text) => into.push(Value::text(text)),
                        Some(_) => {}
                        None => {
                            let mut text = String::new();
                            self.dom.push_value(node, &mut text);
                            if !self.is_null(&text) {
                                into.push(Value::text(text));
                            }
                        }
                    }
                }
            }
            other => {
                bound.met.note(true);
                into.extend(
                    other
                        .texts(&self.dom)
                        .into_iter()
                        .filter(|text| !self.is_null(text))
                        .map(Value::text),
                );
            }
        }
        Ok(())
    }

    /// Returns the text of the only child or attribute of a name.
    fn plain_at(&self, from: Node, slot: Slot) -> Option<&str> {
        let bound = self.head.references.get(slot)?;
        let (axis, test) = bound.quick.as_ref()?;
        let fits = |node: &Node| self.fits(slot, (*axis, test), *node);
        let node = if *axis == Axis::Attribute {
            self.dom.attributes(from).find(fits)?
        } else {
            let mut found = self.dom.children(from).filter(fits);
            let first = found.next()?;
            if found.next().is_some() {
                return None;
            }
            first
        };
        let text = self.dom.plain_text(node)?;
        bound.met.note(true);
        (!self.is_null(text)).then_some(text)
    }

    /// Returns what a reference to a child or attribute leads to, if that is at most one value.
    fn single_at(&self, from: Node, slot: Slot) -> Single<'_> {
        let Some(bound) = self.head.references.get(slot) else {
            return Single::Null;
        };
        let Some((axis, test)) = bound.quick.as_ref() else {
            return Single::Unknown;
        };
        let fits = |node: &Node| self.fits(slot, (*axis, test), *node);
        let node = if *axis == Axis::Attribute {
            self.dom.attributes(from).find(fits)
        } else {
            let mut found = self.dom.children(from).filter(fits);
            let first = found.next();
            if found.next().is_some() {
                return Single::Unknown;
            }
            first
        };
        // What is not met is noted by the longer way.
        let Some(text) = node.and_then(|node| self.dom.plain_text(node)) else {
            return Single::Unknown;
        };
        bound.met.note(true);
        if self.is_null(text) {
            Single::Null
        } else {
            Single::One(text, Natural::Text)
        }
    }

    fn origin_at(&self, node: Node) -> Origin {
        let mut path = String::new();
        self.dom.path(node, &mut path);
        let data = self.dom.data(node);
        Origin {
            line: data.line,
            column: data.column,
            pointer: (!path.is_empty()).then(|| Arc::from(path)),
            ..self.head.origin()
        }
    }

    fn origin_of_value(&self, from: Node, slot: Slot, index: usize) -> Origin {
        let Some(bound) = self.head.references.get(slot) else {
            return self.origin_at(from);
        };
        let Outcome::Nodes(nodes) = self.outcome(from, &bound.expr) else {
            return self.origin_at(from);
        };
        let mut valued = nodes.into_iter().filter(|node| {
            let mut text = String::new();
            self.dom.push_value(*node, &mut text);
            !self.is_null(&text)
        });
        self.origin_at(valued.nth(index).unwrap_or(from))
    }

    fn content(&self, node: Node, into: &mut Vec<u8>) {
        self.dom.content(node, into);
    }

    fn nodes_of(&self, from: Node, scope: Scope) -> Vec<Node> {
        match self
            .head
            .scopes
            .get(scope)
            .map(|expr| self.outcome(from, expr))
        {
            Some(Outcome::Nodes(nodes)) => nodes,
            _ => Vec::new(),
        }
    }
}

impl stream::Page for Page {
    type Position = Node;

    fn position(&self) -> Node {
        self.node
    }

    fn go_to(&mut self, position: Node) {
        self.node = position;
    }

    fn size(&self) -> usize {
        self.dom.size()
    }

    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>> {
        let head = Arc::make_mut(&mut self.head);
        let expr = head.compile(reference)?;
        head.references.push(Bound {
            quick: quick(&expr),
            missing: expr.missing(),
            expr,
            met: Met::default(),
        });
        Ok(head.references.len() - 1)
    }

    fn bind_parts(&mut self, iterator: &str) -> Result<Scope, Box<Fault>> {
        let head = Arc::make_mut(&mut self.head);
        let expr = head.compile(iterator)?;
        head.scopes.push(expr);
        Ok(head.scopes.len() - 1)
    }

    fn unmet(&self) -> Vec<Slot> {
        missed(self.head.references.iter().map(|bound| &bound.met))
    }

    fn paths(&self, _reference: &str) -> Vec<String> {
        let mut found = Vec::new();
        self.add_paths(self.node, "", 0, &mut found);
        found
    }
}
