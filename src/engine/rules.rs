//! Rules of the ontology: what follows from a statement by a subclass, a subproperty, an inverse, a symmetric or a
//! transitive property. What follows goes to the graph `fm:inferred`, derived from the same records as the statement.
//!
//! All but transitivity look at one statement at a time, so that what follows lives in the part of its premise. Rules are
//! off unless the manifest names them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Deserialize;

use crate::diagnostic::Result;
use crate::mapping::syntax::{self, NodeName, Object};
use crate::store;

/// Graph of what follows by rules, as N-Quads writes it.
pub const INFERRED_GRAPH: &str = "<https://w3id.org/factmill/ns#inferred>";

const RDF_TYPE: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
const SUB_CLASS: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const SUB_PROPERTY: &str = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf";
const INVERSE: &str = "http://www.w3.org/2002/07/owl#inverseOf";
const SYMMETRIC: &str = "http://www.w3.org/2002/07/owl#SymmetricProperty";
const TRANSITIVE: &str = "http://www.w3.org/2002/07/owl#TransitiveProperty";

/// A kind of rule, as the manifest names it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// `rdfs:subClassOf`.
    Subclass,
    /// `rdfs:subPropertyOf`.
    Subproperty,
    /// `owl:inverseOf`.
    Inverse,
    /// `owl:SymmetricProperty`.
    Symmetric,
    /// `owl:TransitiveProperty`.
    Transitive,
}

/// One thing that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Implied {
    /// The class or the property that follows, encoded.
    term: String,
    /// Whether subject and object change places.
    swapped: bool,
    /// The axiom it follows by, the last of several: an index into [`Rules::axioms`].
    pub(super) axiom: usize,
    /// All axioms on the way, in words.
    pub(super) how: String,
}

/// The axioms of an ontology, ready to be applied.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) axioms: Vec<store::Rule>,
    /// Class → the classes above it.
    classes: BTreeMap<String, Vec<Implied>>,
    /// Property → the properties that follow.
    properties: BTreeMap<String, Vec<Implied>>,
    /// Transitive property → its axiom.
    transitive: BTreeMap<String, usize>,
}

/// A statement that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conclusion<'a> {
    pub(super) subject: &'a str,
    pub(super) predicate: &'a str,
    pub(super) object: &'a str,
    pub(super) by: &'a Implied,
}

impl Rules {
    /// Reads the axioms of the wanted kinds from Turtle documents: name and text of each.
    ///
    /// # Errors
    /// `MAPPING_SYNTAX` for a document that is no Turtle.
    pub(super) fn read<'t>(
        documents: impl IntoIterator<Item = (&'t str, &'t str)>,
        base: Option<&str>,
        wanted: &[RuleKind],
    ) -> Result<Self> {
        let mut rules = Self::default();
        if wanted.is_empty() {
            return Ok(rules);
        }
        let mut direct = Direct::default();
        for (name, text) in documents {
            let document = syntax::read(text, name, base)?;
            for node in &document.nodes {
                let NodeName::Iri(subject) = &node.name else {
                    continue;
                };
                let subject = format!("<{subject}>");
                for property in &node.properties {
                    let Object::Node(object) = property.object else {
                        continue;
                    };
                    let NodeName::Iri(object) = &document.node(object).name else {
                        continue;
                    };
                    let place = &property.object_place;
                    let axiom = |what: &str| store::Rule {
                        name: format!("{} {what} {}", local(&subject), local(object)),
                        file: place.file.clone(),
                        line: place.line.unwrap_or(0),
                        column: place.column.unwrap_or(0),
                    };
                    let object = format!("<{object}>");
                    let kind = match (property.predicate.as_str(), object.trim_matches(['<', '>']))
                    {
                        (SUB_CLASS, _) => RuleKind::Subclass,
                        (SUB_PROPERTY, _) => RuleKind::Subproperty,
                        (INVERSE, _) => RuleKind::Inverse,
                        (_, SYMMETRIC) => RuleKind::Symmetric,
                        (_, TRANSITIVE) => RuleKind::Transitive,
                        _ => continue,
                    };
                    if !wanted.contains(&kind) {
                        continue;
                    }
                    match kind {
                        RuleKind::Subclass => {
                            direct.class(&subject, &object, rules.axiom(axiom("is a subclass of")));
                        }
                        RuleKind::Subproperty => {
                            direct.property(
                                &subject,
                                &object,
                                false,
                                rules.axiom(axiom("is a subproperty of")),
                            );
                        }
                        RuleKind::Inverse => {
                            let axiom = rules.axiom(axiom("is the inverse of"));
                            direct.property(&subject, &object, true, axiom);
                            direct.property(&object, &subject, true, axiom);
                        }
                        RuleKind::Symmetric => {
                            direct.property(&subject, &subject, true, rules.axiom(axiom("is a")));
                        }
                        RuleKind::Transitive => {
                            let axiom = rules.axiom(axiom("is a"));
                            rules.transitive.insert(subject.clone(), axiom);
                        }
                    }
                }
            }
        }
        rules.classes = closure(&direct.classes, &rules.axioms);
        rules.properties = closure(&direct.properties, &rules.axioms);
        Ok(rules)
    }

    fn axiom(&mut self, axiom: store::Rule) -> usize {
        self.axioms.push(axiom);
        self.axioms.len() - 1
    }

    /// Returns whether nothing follows from anything.
    pub(super) fn is_empty(&self) -> bool {
        self.axioms.is_empty()
    }

    /// Returns what follows from a statement by itself; terms are encoded as in N-Quads.
    pub(super) fn conclusions<'a>(
        &'a self,
        subject: &'a str,
        predicate: &'a str,
        object: &'a str,
    ) -> impl Iterator<Item = Conclusion<'a>> {
        let of_class = if predicate == RDF_TYPE {
            self.classes.get(object)
        } else {
            None
        };
        let classes = of_class.into_iter().flatten().map(move |by| Conclusion {
            subject,
            predicate,
            object: &by.term,
            by,
        });
        let of_property = self.properties.get(predicate);
        // A literal is no subject.
        let literal = object.starts_with('"');
        let properties = of_property
            .into_iter()
            .flatten()
            .filter(move |by| !(by.swapped && literal))
            .map(move |by| {
                let (subject, object) = if by.swapped {
                    (object, subject)
                } else {
                    (subject, object)
                };
                Conclusion {
                    subject,
                    predicate: &by.term,
                    object,
                    by,
                }
            });
        classes.chain(properties)
    }

    /// Returns whether any property is transitive.
    pub(super) fn has_transitive(&self) -> bool {
        !self.transitive.is_empty()
    }

    /// Returns the axiom that makes a property transitive.
    pub(super) fn transitive(&self, predicate: &str) -> Option<usize> {
        self.transitive.get(predicate).copied()
    }
}

/// Returns pairs that follow by transitivity: (from, to, the nodes on a shortest way between them).
pub(super) fn chains(pairs: &BTreeSet<(String, String)>) -> Vec<(String, String, Vec<String>)> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in pairs {
        next.entry(from).or_default().push(to);
    }
    let mut found = Vec::new();
    for from in next.keys() {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = VecDeque::from([*from]);
        while let Some(node) = open.pop_front() {
            for to in next.get(node).into_iter().flatten() {
                if *to != *from && !before.contains_key(to) {
                    before.insert(to, node);
                    open.push_back(to);
                }
            }
        }
        for (to, last) in &before {
            if *last == *from {
                continue;
            }
            let mut way = vec![(*to).to_owned()];
            let mut node = *to;
            while let Some(previous) = before.get(node) {
                way.push((*previous).to_owned());
                node = previous;
            }
            way.reverse();
            found.push(((*from).to_owned(), (*to).to_owned(), way));
        }
    }
    found
}

/// Term → (what follows, swapped, axiom).
type Edges = BTreeMap<String, Vec<(String, bool, usize)>>;

#[derive(Default)]
struct Direct {
    classes: Edges,
    properties: Edges,
}

impl Direct {
    fn class(&mut self, below: &str, above: &str, axiom: usize) {
        self.classes
            .entry(below.to_owned())
            .or_default()
            .push((above.to_owned(), false, axiom));
    }

    fn property(&mut self, from: &str, to: &str, swapped: bool, axiom: usize) {
        self.properties
            .entry(from.to_owned())
            .or_default()
            .push((to.to_owned(), swapped, axiom));
    }
}

/// Returns for each term all that follows, over any number of axioms, by a shortest way.
fn closure(direct: &Edges, axioms: &[store::Rule]) -> BTreeMap<String, Vec<Implied>> {
    direct
        .keys()
        .map(|start| {
            let mut seen = BTreeSet::from([(start.clone(), false)]);
            let mut open = VecDeque::from([(start.clone(), false, Vec::<usize>::new())]);
            let mut found = Vec::new();
            while let Some((term, swapped, way)) = open.pop_front() {
                for (to, swaps, axiom) in direct.get(&term).into_iter().flatten() {
                    let reached = (to.clone(), swapped ^ swaps);
                    if !seen.insert(reached.clone()) {
                        continue;
                    }
                    let mut way = way.clone();
                    way.push(*axiom);
                    let how: Vec<&str> = way
                        .iter()
                        .map(|axiom| axioms[*axiom].name.as_str())
                        .collect();
                    found.push(Implied {
                        term: reached.0.clone(),
                        swapped: reached.1,
                        axiom: *axiom,
                        how: how.join("; "),
                    });
                    open.push_back((reached.0, reached.1, way));
                }
            }
            (start.clone(), found)
        })
        .collect()
}

/// The part of an IRI that people read.
fn local(iri: &str) -> &str {
    let iri = iri.trim_matches(['<', '>']);
    iri.rsplit(['#', '/']).next().unwrap_or(iri)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONTOLOGY: &str = "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Cat rdfs:subClassOf :Animal . :Animal rdfs:subClassOf :Thing . :Thing rdfs:subClassOf :Cat .
:mother rdfs:subPropertyOf :parent . :parent owl:inverseOf :child .
:near a owl:SymmetricProperty . :before a owl:TransitiveProperty .
";
    const ALL: &[RuleKind] = &[
        RuleKind::Subclass,
        RuleKind::Subproperty,
        RuleKind::Inverse,
        RuleKind::Symmetric,
        RuleKind::Transitive,
    ];

    fn follows(wanted: &[RuleKind], subject: &str, predicate: &str, object: &str) -> Vec<String> {
        let rules = Rules::read([("o.ttl", ONTOLOGY)], None, wanted).unwrap();
        let found = rules.conclusions(subject, predicate, object);
        found
            .map(|one| {
                format!(
                    "{} {} {} by line {}",
                    one.subject,
                    local(one.predicate),
                    one.object,
                    rules.axioms[one.by.axiom].line
                )
            })
            .collect()
    }

    #[test]
    fn what_follows_is_found_over_several_axioms_and_circles_end() {
        assert_eq!(
            follows(ALL, "<a>", RDF_TYPE, "<http://e/Cat>"),
            [
                "<a> type <http://e/Animal> by line 3",
                "<a> type <http://e/Thing> by line 3"
            ]
        );
        assert_eq!(
            follows(ALL, "<a>", "<http://e/mother>", "<b>"),
            ["<a> parent <b> by line 4", "<b> child <a> by line 4"]
        );
        assert_eq!(
            follows(ALL, "<a>", "<http://e/near>", "<b>"),
            ["<b> near <a> by line 5"]
        );
        assert_eq!(
            follows(ALL, "<a>", "<http://e/near>", "\"b\""),
            Vec::<String>::new()
        );
    }

    #[test]
    fn kinds_that_are_not_wanted_make_nothing() {
        assert_eq!(
            follows(&[RuleKind::Inverse], "<a>", "<http://e/mother>", "<b>"),
            Vec::<String>::new()
        );
        assert_eq!(
            follows(&[], "<a>", RDF_TYPE, "<http://e/Cat>"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn chains_give_what_is_not_stated_yet() {
        let pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into();
        let found: Vec<String> = chains(&pairs)
            .into_iter()
            .map(|(a, b, way)| format!("{a}{b}:{}", way.concat()))
            .collect();
        assert_eq!(found, ["ac:abc", "ad:abcd", "ba:bca", "bd:bcd", "cb:cab"]);
    }
}
