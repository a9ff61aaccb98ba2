//! What is different between two datasets, whatever their blank nodes are called and in whatever order they come.
//!
//! Statements without blank nodes are compared as they are. Blank nodes hang together in groups; a group that both sides
//! have costs nothing more, and in the groups that are left blank nodes are paired by what they have in common
//! (`pairs`), so that a change of one statement shows as that statement and not as two strange nodes.

mod pairs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};
use oxttl::NQuadsParser;

use super::canonical_nquads;
use crate::diagnostic::{Diagnostic, Result, codes};

/// The difference between two datasets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Statements of the first only, sorted as N-Quads.
    pub removed: Vec<Quad>,
    /// Statements of the second only, sorted as N-Quads. A blank node that both sides have bears the name it has in
    /// `removed`.
    pub added: Vec<Quad>,
}

impl Diff {
    /// Returns whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

/// Compares two datasets given as lines of N-Quads, in any order.
///
/// # Errors
/// `RDF_SYNTAX` for a line that is none; `EXPORT_LIMIT` when blank nodes are made to be hard to tell apart.
pub fn compare(before: &[String], after: &[String]) -> Result<Diff> {
    let (ground_before, blank_before) = split(before)?;
    let (ground_after, blank_after) = split(after)?;
    let mut removed: Vec<Quad> = Vec::new();
    let mut added: Vec<Quad> = Vec::new();
    only_in(&ground_before, &ground_after, &mut removed)?;
    only_in(&ground_after, &ground_before, &mut added)?;
    let (mut left, mut right) = (groups(blank_before)?, groups(blank_after)?);
    drop_common(&mut left, &mut right);
    let (left, mut right) = (named(&left, "x")?, named(&right, "y")?);
    let paired = pairs::find(&left, &right);
    for quad in &mut right {
        *quad = renamed(quad, &|label| paired.get(label).cloned());
    }
    let keyed = |quads: Vec<Quad>| -> BTreeMap<String, Quad> {
        quads
            .into_iter()
            .map(|quad| (quad.to_string(), quad))
            .collect()
    };
    let (left, right) = (keyed(left), keyed(right));
    removed.extend(
        left.iter()
            .filter(|(line, _)| !right.contains_key(*line))
            .map(|(_, quad)| quad.clone()),
    );
    added.extend(
        right
            .iter()
            .filter(|(line, _)| !left.contains_key(*line))
            .map(|(_, quad)| quad.clone()),
    );
    for side in [&mut removed, &mut added] {
        side.sort_by_cached_key(ToString::to_string);
    }
    Ok(Diff { removed, added })
}

/// Returns the lines without blank nodes, sorted and each once, and the quads with some.
fn split(lines: &[String]) -> Result<(Vec<&str>, Vec<Quad>)> {
    let mut ground = Vec::new();
    let mut blank = Vec::new();
    for line in lines {
        if line.contains("_:") {
            let quad = parse(line)?;
            if !labels(&quad).is_empty() {
                blank.push(quad);
                continue;
            }
        }
        ground.push(line.as_str());
    }
    ground.sort_unstable();
    ground.dedup();
    Ok((ground, blank))
}

/// Adds the quads of lines that are in one sorted list and not in the other.
fn only_in(these: &[&str], others: &[&str], into: &mut Vec<Quad>) -> Result<()> {
    let mut others = others.iter().peekable();
    for line in these {
        while others.next_if(|other| *other < line).is_some() {}
        if others.peek() != Some(&line) {
            into.push(parse(line)?);
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<Quad> {
    let text = if line.trim_end().ends_with('.') {
        line.to_owned()
    } else {
        format!("{line} .")
    };
    let mut quads = NQuadsParser::new().for_slice(text.as_bytes());
    match quads.next() {
        Some(Ok(quad)) => Ok(quad),
        Some(Err(error)) => {
            Err(Diagnostic::error(codes::RDF_SYNTAX, format!("{error}: {line}")).into())
        }
        None => Err(Diagnostic::error(codes::RDF_SYNTAX, format!("no statement: {line}")).into()),
    }
}

/// The labels of the blank nodes that a quad mentions.
fn labels(quad: &Quad) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
        found.insert(node.as_str().to_owned());
    }
    in_term(&quad.object, &mut found);
    if let GraphName::BlankNode(node) = &quad.graph_name {
        found.insert(node.as_str().to_owned());
    }
    found
}

fn in_term(term: &Term, found: &mut BTreeSet<String>) {
    match term {
        Term::BlankNode(node) => {
            found.insert(node.as_str().to_owned());
        }
        Term::Triple(triple) => {
            if let NamedOrBlankNode::BlankNode(node) = &triple.subject {
                found.insert(node.as_str().to_owned());
            }
            in_term(&triple.object, found);
        }
        _ => {}
    }
}

/// Returns a quad with its blank nodes renamed where a new name is given.
fn renamed(quad: &Quad, name: &dyn Fn(&str) -> Option<String>) -> Quad {
    let node = |node: &BlankNode| {
        name(node.as_str()).map_or_else(|| node.clone(), BlankNode::new_unchecked)
    };
    let subject = |subject: &NamedOrBlankNode| match subject {
        NamedOrBlankNode::BlankNode(blank) => node(blank).into(),
        other => other.clone(),
    };
    fn object(
        term: &Term,
        node: &dyn Fn(&BlankNode) -> BlankNode,
        subject: &dyn Fn(&NamedOrBlankNode) -> NamedOrBlankNode,
    ) -> Term {
        match term {
            Term::BlankNode(blank) => node(blank).into(),
            Term::Triple(triple) => {
                let mut triple = triple.as_ref().clone();
                triple.subject = subject(&triple.subject);
                triple.object = object(&triple.object, node, subject);
                Term::Triple(Box::new(triple))
            }
            other => other.clone(),
        }
    }
    Quad {
        subject: subject(&quad.subject),
        predicate: quad.predicate.clone(),
        object: object(&quad.object, &node, &subject),
        graph_name: match &quad.graph_name {
            GraphName::BlankNode(blank) => node(blank).into(),
            other => other.clone(),
        },
    }
}

/// Returns the canonical texts of the groups that hang together by blank nodes, sorted.
fn groups(quads: Vec<Quad>) -> Result<Vec<String>> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut parents: Vec<usize> = Vec::new();
    fn root(parents: &mut [usize], mut of: usize) -> usize {
        while parents[of] != of {
            parents[of] = parents[parents[of]];
            of = parents[of];
        }
        of
    }
    let mut of_quads = Vec::with_capacity(quads.len());
    for quad in &quads {
        let mut first = None;
        for label in labels(quad) {
            let number = *numbers.entry(label).or_insert_with(|| {
                parents.push(parents.len());
                parents.len() - 1
            });
            let own = root(&mut parents, number);
            match first {
                None => first = Some(own),
                Some(known) => parents[own] = root(&mut parents, known),
            }
        }
        of_quads.push(first.unwrap_or(0));
    }
    let mut members: BTreeMap<usize, Vec<Quad>> = BTreeMap::new();
    for (quad, number) in quads.into_iter().zip(of_quads) {
        members
            .entry(root(&mut parents, number))
            .or_default()
            .push(quad);
    }
    let mut texts = members
        .into_values()
        .map(|group| canonical_nquads(&group))
        .collect::<Result<Vec<_>>>()?;
    texts.sort_unstable();
    Ok(texts)
}

/// Drops what both sorted lists have, as often as both have it.
fn drop_common(left: &mut Vec<String>, right: &mut Vec<String>) {
    let mut kept = (Vec::new(), Vec::new());
    let (mut ours, mut theirs) = (left.drain(..).peekable(), right.drain(..).peekable());
    loop {
        match (ours.peek(), theirs.peek()) {
            (Some(one), Some(other)) if one == other => {
                ours.next();
                theirs.next();
            }
            (Some(one), Some(other)) if one < other => kept.0.extend(ours.next()),
            (Some(_), None) => kept.0.extend(ours.next()),
            (_, Some(_)) => kept.1.extend(theirs.next()),
            (None, None) => break,
        }
    }
    drop((ours, theirs));
    (*left, *right) = kept;
}

/// Returns the quads of groups, their blank nodes named by a letter, the group and their place in it.
fn named(groups: &[String], letter: &str) -> Result<Vec<Quad>> {
    let mut quads = Vec::new();
    for (index, text) in groups.iter().enumerate() {
        for line in text.lines() {
            let name = |label: &str| Some(format!("{letter}{index}-{label}"));
            quads.push(renamed(&parse(line)?, &name));
        }
    }
    Ok(quads)
}
