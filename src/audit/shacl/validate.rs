//! The validation itself (SHACL §3.4): focus nodes, value nodes, constraints, results.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use oxrdf::{Literal, NamedNode, Term};

use super::at::At;
use super::graph::ShapesGraph;
use super::literal::{compare, is_well_formed};
use super::path::{Path, as_subject};
use super::report::{ValidationReport, ValidationResult};
use super::shape::{Constraint, RangeKind, ShapeId, Shapes, Target};
use super::sparql::fill;
use super::terms::{fits, same, text_of};
use super::vocabulary::{SH, SUB_CLASS_OF, TYPE};
use crate::diagnostic::{Result, counted};
use crate::store::Graph;

/// A validation of one graph against shapes.
pub(super) struct Validation<'a> {
    data: &'a Graph,
    shapes: &'a Shapes,
    /// Class → its direct subclasses.
    below: BTreeMap<String, BTreeSet<String>>,
    rdf_type: NamedNode,
    /// Shapes and focus nodes under way; one that leads back to itself is taken to conform.
    under_way: Vec<(ShapeId, Term)>,
}

impl<'a> Validation<'a> {
    pub(super) fn new(
        data: &'a Graph,
        shapes_graph: &ShapesGraph,
        shapes: &'a Shapes,
    ) -> Result<Self> {
        let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut note = |class: &Term, above: &Term| {
            if let (Term::NamedNode(class), Term::NamedNode(above)) = (class, above) {
                below
                    .entry(above.as_str().to_owned())
                    .or_default()
                    .insert(class.as_str().to_owned());
            }
        };
        for quad in data.matching(None, Some(&NamedNode::new_unchecked(SUB_CLASS_OF)), None)? {
            note(&quad.subject.into(), &quad.object);
        }
        for node in shapes_graph.subjects() {
            for above in shapes_graph.objects(node, SUB_CLASS_OF) {
                note(node, above);
            }
        }
        Ok(Self {
            data,
            shapes,
            below,
            rdf_type: NamedNode::new_unchecked(TYPE),
            under_way: Vec::new(),
        })
    }

    pub(super) fn run(mut self) -> Result<ValidationReport> {
        let mut results = Vec::new();
        for (id, targets) in &self.shapes.targets {
            for focus in self.focus_nodes(targets)? {
                self.shape(*id, &focus, &mut results)?;
            }
        }
        Ok(ValidationReport::new(results, self.shapes.targets.len()))
    }

    /// The class and all below it.
    fn with_subclasses(&self, class: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut open = vec![class.to_owned()];
        while let Some(class) = open.pop() {
            open.extend(self.below.get(&class).into_iter().flatten().cloned());
            if !all.insert(class) {
                continue;
            }
        }
        all
    }

    fn focus_nodes(&self, targets: &[Target]) -> Result<Vec<Term>> {
        let mut nodes = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |node: Term| {
            if seen.insert(node.clone()) {
                nodes.push(node);
            }
        };
        for target in targets {
            match target {
                Target::Node(node) => add(node.clone()),
                Target::Class(class) => {
                    for class in self.with_subclasses(class.as_str()) {
                        let class = Term::NamedNode(NamedNode::new_unchecked(class));
                        for quad in self
                            .data
                            .matching(None, Some(&self.rdf_type), Some(&class))?
                        {
                            add(quad.subject.into());
                        }
                    }
                }
                Target::SubjectsOf(predicate) => {
                    for quad in self.data.matching(None, Some(predicate), None)? {
                        add(quad.subject.into());
                    }
                }
                Target::ObjectsOf(predicate) => {
                    for quad in self.data.matching(None, Some(predicate), None)? {
                        add(quad.object);
                    }
                }
            }
        }
        Ok(nodes)
    }

    fn conforms(&mut self, id: ShapeId, node: &Term) -> Result<bool> {
        let mut results = Vec::new();
        self.shape(id, node, &mut results)?;
        Ok(results.is_empty())
    }

    /// Holds a focus node against a shape.
    fn shape(
        &mut self,
        id: ShapeId,
        focus: &Term,
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        let shape = &self.shapes.all[id];
        if shape.deactivated
            || self
                .under_way
                .iter()
                .any(|(known, node)| *known == id && node == focus)
        {
            return Ok(());
        }
        let values = match &shape.path {
            Some((path, _)) => path.values(self.data, focus)?,
            None => vec![focus.clone()],
        };
        self.under_way.push((id, focus.clone()));
        let done = shape.constraints.iter().try_for_each(|constraint| {
            self.constraint(At { shape, focus }, constraint, &values, results)
        });
        self.under_way.pop();
        done
    }

    fn constraint(
        &mut self,
        at: At<'_>,
        constraint: &Constraint,
        values: &[Term],
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        let mut each = |component: &str, message: &str, wrong: &dyn Fn(&Term) -> bool| {
            for value in values.iter().filter(|value| wrong(value)) {
                results.push(at.result(component, Some(value), message));
            }
        };
        match constraint {
            Constraint::Class(class) => {
                let classes = self.with_subclasses(class.as_str());
                for value in values {
                    if !self.is_instance(value, &classes)? {
                        results.push(at.result("Class", Some(value), &format!("is no {class}")));
                    }
                }
            }
            Constraint::Datatype(datatype) => each(
                "Datatype",
                &format!("is no well-formed {datatype}"),
                &|value| !matches!(value, Term::Literal(literal) if literal.datatype() == datatype.as_ref() && is_well_formed(literal)),
            ),
            Constraint::NodeKind(kind) => {
                let kind = kind.as_str().strip_prefix(SH).unwrap_or_default();
                each("NodeKind", &format!("is no {kind}"), &|value| {
                    let own = match value {
                        Term::NamedNode(_) => "IRI",
                        Term::BlankNode(_) => "BlankNode",
                        _ => "Literal",
                    };
                    !kind.split("Or").any(|allowed| allowed == own)
                });
            }
            Constraint::MinCount(least) => {
                let count = values.len() as u64;
                if count < *least {
                    results.push(at.result(
                        "MinCount",
                        None,
                        &format!("{}, at least {least} are due", counted(count, "value")),
                    ));
                }
            }
            Constraint::MaxCount(most) => {
                let count = values.len() as u64;
                if count > *most {
                    results.push(at.result(
                        "MaxCount",
                        None,
                        &format!("{}, at most {most} are allowed", counted(count, "value")),
                    ));
                }
            }
            Constraint::Range(kind, bound) => range(*kind, bound, &mut each),
            Constraint::MinLength(least) => {
                each("MinLength", &format!("is shorter than {least}"), &|value| {
                    text_of(value).is_none_or(|text| (text.chars().count() as u64) < *least)
                });
            }
            Constraint::MaxLength(most) => {
                each("MaxLength", &format!("is longer than {most}"), &|value| {
                    text_of(value).is_none_or(|text| text.chars().count() as u64 > *most)
                });
            }
            Constraint::Pattern(regex) => {
                each(
                    "Pattern",
                    &format!("does not fit the pattern {:?}", regex.as_str()),
                    &|value| text_of(value).is_none_or(|text| !regex.is_match(text)),
                );
            }
            Constraint::LanguageIn(tags) => each(
                "LanguageIn",
                &format!("is in none of the languages {}", tags.join(", ")),
                &|value| {
                    let language = match value {
                        Term::Literal(literal) => literal.language(),
                        _ => None,
                    };
                    !language.is_some_and(|language| tags.iter().any(|tag| fits(language, tag)))
                },
            ),
            Constraint::In(allowed) => each("In", "is none of the allowed values", &|value| {
                !allowed.iter().any(|known| same(known, value))
            }),
            Constraint::HasValue(due) => {
                if !values.iter().any(|value| same(value, due)) {
                    results.push(at.result(
                        "HasValue",
                        None,
                        &format!("{due} is not among the values"),
                    ));
                }
            }
            Constraint::UniqueLang => unique_languages(at, values, results),
            Constraint::Equals(other) => {
                let others = self.objects(at.focus, other)?;
                let missing = others.iter().filter(|value| !values.contains(value));
                for value in values
                    .iter()
                    .filter(|value| !others.contains(value))
                    .chain(missing)
                {
                    results.push(at.result(
                        "Equals",
                        Some(value),
                        &format!("is not on both sides with {other}"),
                    ));
                }
            }
            Constraint::Disjoint(other) => {
                let others = self.objects(at.focus, other)?;
                each(
                    "Disjoint",
                    &format!("is a value of {other} as well"),
                    &|value| others.contains(value),
                );
            }
            Constraint::LessThan(other) => {
                self.ordered(
                    at,
                    values,
                    other,
                    ("LessThan", "is not less than"),
                    &[Ordering::Less],
                    results,
                )?;
            }
            Constraint::LessThanOrEquals(other) => {
                let allowed = [Ordering::Less, Ordering::Equal];
                self.ordered(
                    at,
                    values,
                    other,
                    ("LessThanOrEquals", "is greater than"),
                    &allowed,
                    results,
                )?;
            }
            Constraint::Closed(allowed) => self.closed(at, values, allowed, results)?,
            Constraint::Sparql(constraint) => {
                for row in constraint.violations(self.data, &at.shape.node, at.focus)? {
                    let messages = if constraint.messages.is_empty() {
                        &at.shape.messages
                    } else {
                        &constraint.messages
                    };
                    let filled = fill(messages, &row, &[]);
                    let mut result = at.of_row("SPARQL", &row, filled);
                    result.constraint = Some(constraint.node.clone());
                    results.push(result);
                }
            }
            Constraint::Component(component) => {
                let validator = &component.validator;
                for row in validator.violations(
                    self.data,
                    &at.shape.node,
                    at.focus,
                    values,
                    &component.parameters,
                )? {
                    let messages = [&at.shape.messages, &validator.messages, &component.messages];
                    let messages = messages.into_iter().find(|found| !found.is_empty());
                    let filled = fill(
                        messages.map_or(&[][..], Vec::as_slice),
                        &row,
                        &component.parameters,
                    );
                    let mut result = at.of_row("", &row, filled);
                    result.component = component.component.clone();
                    results.push(result);
                }
            }
            of_shapes => self.of_shapes(at, of_shapes, values, results)?,
        }
        Ok(())
    }

    /// Constraints that hold values against other shapes.
    fn of_shapes(
        &mut self,
        at: At<'_>,
        constraint: &Constraint,
        values: &[Term],
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        match constraint {
            Constraint::Property(id) => {
                for value in values {
                    self.shape(*id, value, results)?;
                }
            }
            Constraint::Qualified {
                shape,
                siblings,
                min,
                max,
            } => {
                let mut count = 0;
                for value in values {
                    let mut fits = self.conforms(*shape, value)?;
                    for sibling in siblings {
                        fits = fits && !self.conforms(*sibling, value)?;
                    }
                    count += u64::from(fits);
                }
                if min.is_some_and(|least| count < least) {
                    results.push(at.result(
                        "QualifiedMinCount",
                        None,
                        &format!("{count} values fit the shape, more are due"),
                    ));
                }
                if max.is_some_and(|most| count > most) {
                    results.push(at.result(
                        "QualifiedMaxCount",
                        None,
                        &format!("{count} values fit the shape, fewer are allowed"),
                    ));
                }
            }
            Constraint::Not(id) => {
                for value in values {
                    if self.conforms(*id, value)? {
                        results.push(at.result(
                            "Not",
                            Some(value),
                            "fits a shape that it must not fit",
                        ));
                    }
                }
            }
            Constraint::Node(id) => {
                for value in values {
                    if !self.conforms(*id, value)? {
                        let message = match &self.shapes.all[*id].node {
                            Term::NamedNode(shape) => format!("does not fit the shape {shape}"),
                            _ => "does not fit the shape that is due".to_owned(),
                        };
                        results.push(at.result("Node", Some(value), &message));
                    }
                }
            }
            Constraint::And(ids) => self.counted(
                at,
                ids,
                values,
                ("And", "does not fit all of the shapes"),
                &|fit| fit == ids.len(),
                results,
            )?,
            Constraint::Or(ids) => self.counted(
                at,
                ids,
                values,
                ("Or", "fits none of the shapes"),
                &|fit| fit > 0,
                results,
            )?,
            Constraint::Xone(ids) => self.counted(
                at,
                ids,
                values,
                ("Xone", "does not fit exactly one of the shapes"),
                &|fit| fit == 1,
                results,
            )?,
            _ => {}
        }
        Ok(())
    }

    /// Counts how many of the shapes each value fits.
    fn counted(
        &mut self,
        at: At<'_>,
        ids: &[ShapeId],
        values: &[Term],
        (component, message): (&str, &str),
        good: &dyn Fn(usize) -> bool,
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        for value in values {
            let mut fit = 0;
            for id in ids {
                fit += usize::from(self.conforms(*id, value)?);
            }
            if !good(fit) {
                results.push(at.result(component, Some(value), message));
            }
        }
        Ok(())
    }

    fn is_instance(&self, value: &Term, classes: &BTreeSet<String>) -> Result<bool> {
        let types = self.objects(value, &self.rdf_type)?;
        Ok(types.iter().any(
            |class| matches!(class, Term::NamedNode(class) if classes.contains(class.as_str())),
        ))
    }

    fn objects(&self, node: &Term, predicate: &NamedNode) -> Result<Vec<Term>> {
        let Some(subject) = as_subject(node) else {
            return Ok(Vec::new());
        };
        Ok(self
            .data
            .matching(Some(&subject), Some(predicate), None)?
            .into_iter()
            .map(|quad| quad.object)
            .collect())
    }

    fn ordered(
        &self,
        at: At<'_>,
        values: &[Term],
        other: &NamedNode,
        (component, message): (&str, &str),
        allowed: &[Ordering],
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        let others = self.objects(at.focus, other)?;
        for value in values {
            for bound in &others {
                let order = match (value, bound) {
                    (Term::Literal(value), Term::Literal(bound)) => compare(value, bound),
                    _ => None,
                };
                if !order.is_some_and(|order| allowed.contains(&order)) {
                    results.push(at.result(
                        component,
                        Some(value),
                        &format!("{message} {bound}, a value of {other}"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn closed(
        &self,
        at: At<'_>,
        values: &[Term],
        allowed: &BTreeSet<String>,
        results: &mut Vec<ValidationResult>,
    ) -> Result<()> {
        for value in values {
            let Some(subject) = as_subject(value) else {
                continue;
            };
            for quad in self.data.matching(Some(&subject), None, None)? {
                if !allowed.contains(quad.predicate.as_str()) {
                    let message =
                        format!("the shape is closed and does not allow {}", quad.predicate);
                    let mut result = at.result("Closed", Some(&quad.object), &message);
                    result.path = Some(Path::Predicate(quad.predicate));
                    results.push(result);
                }
            }
        }
        Ok(())
    }
}

type Each<'e> = dyn FnMut(&str, &str, &dyn Fn(&Term) -> bool) + 'e;

fn range(kind: RangeKind, bound: &Literal, each: &mut Each<'_>) {
    let (component, words, allowed): (_, _, &[Ordering]) = match kind {
        RangeKind::MinExclusive => ("MinExclusive", "is not greater than", &[Ordering::Greater]),
        RangeKind::MinInclusive => (
            "MinInclusive",
            "is less than",
            &[Ordering::Greater, Ordering::Equal],
        ),
        RangeKind::MaxExclusive => ("MaxExclusive", "is not less than", &[Ordering::Less]),
        RangeKind::MaxInclusive => (
            "MaxInclusive",
            "is greater than",
            &[Ordering::Less, Ordering::Equal],
        ),
    };
    each(component, &format!("{words} {bound}"), &|value| {
        let order = match value {
            Term::Literal(value) => compare(value, bound),
            _ => None,
        };
        !order.is_some_and(|order| allowed.contains(&order))
    });
}

/// One result for each language that more than one value is in (SHACL §4.4.5).
fn unique_languages(at: At<'_>, values: &[Term], results: &mut Vec<ValidationResult>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        if let Term::Literal(literal) = value
            && let Some(language) = literal.language()
        {
            *counts.entry(language.to_lowercase()).or_default() += 1;
        }
    }
    for (language, count) in counts.iter().filter(|(_, count)| **count > 1) {
        results.push(at.result(
            "UniqueLang",
            None,
            &format!("{count} values are in the language {language}"),
        ));
    }
}
