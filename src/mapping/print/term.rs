//! Term maps and logical sources in their normal form.

use std::collections::BTreeSet;

use oxiri::Iri;

use super::tree::{Role, Tree};
use crate::mapping::legacy::OLD_IDLAB;
use crate::mapping::vocabulary::{IDLAB, RDF_TYPE, RML};

type Properties = BTreeSet<(String, Tree)>;

/// Writes a node in its normal form.
pub(super) fn normalise(properties: &mut Properties, role: Role, makes_targets: bool) {
    source(properties);
    templates(properties, role, makes_targets);
    constants(properties, role);
    term_type(properties, role);
}

/// Returns the objects of a property of `rml:`.
fn get<'p>(properties: &'p Properties, local: &str) -> Option<&'p Tree> {
    properties
        .iter()
        .find(|(predicate, _)| predicate.strip_prefix(RML) == Some(local))
        .map(|(_, object)| object)
}

fn take(properties: &mut Properties, local: &str) -> Option<Tree> {
    let found = get(properties, local)?.clone();
    properties.remove(&(format!("{RML}{local}"), found.clone()));
    Some(found)
}

fn put(properties: &mut Properties, local: &str, object: Tree) {
    properties.insert((format!("{RML}{local}"), object));
}

/// Leaves out an iterator that is understood by itself; white space in SQL is one blank.
fn source(properties: &mut Properties) {
    let Some(Tree::Iri(formulation)) = get(properties, "referenceFormulation") else {
        return;
    };
    let local = formulation.strip_prefix(RML).unwrap_or_default().to_owned();
    let Some(Tree::Literal { text, .. }) = get(properties, "iterator").cloned() else {
        return;
    };
    match (local.as_str(), text.as_str()) {
        ("XPath", "/") | ("JSONPath", "$") => {
            take(properties, "iterator");
        }
        ("SQL2008Query", _) => {
            take(properties, "iterator");
            let words: Vec<&str> = text.split_whitespace().collect();
            put(properties, "iterator", Tree::text(&words.join(" ")));
        }
        _ => {}
    }
}

/// A template without references is a constant; the others are escaped in one way.
///
/// One that is an IRI to be resolved when the mapping is run stays a template: a constant would be resolved when it is read.
fn templates(properties: &mut Properties, role: Role, makes_targets: bool) {
    let Some(Tree::Literal { text, .. }) = get(properties, "template").cloned() else {
        return;
    };
    let Some(pieces) = parse(&text) else { return };
    take(properties, "template");
    if pieces.iter().all(|piece| !piece.reference) {
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let constant = match made_by_template(properties, role) {
            Made::Text => Some(Tree::text(&text)),
            Made::Iri => Iri::parse(text.as_str())
                .is_ok()
                .then(|| Tree::Iri(text.clone())),
            Made::Blank => None,
        };
        if let Some(constant) = constant {
            put(properties, "constant", constant);
            return;
        }
    }
    let mut text = String::new();
    for piece in &pieces {
        let escaped = piece
            .text
            .replace('\\', "\\\\")
            .replace('{', "\\{")
            .replace('}', "\\}");
        if piece.reference {
            text.push_str(&format!("{{{escaped}}}"));
        } else {
            text.push_str(&escaped);
        }
    }
    put(
        properties,
        "template",
        Tree::text(numberless(&text, makes_targets)),
    );
}

/// What a template makes.
enum Made {
    Iri,
    Text,
    Blank,
}

fn made_by_template(properties: &Properties, role: Role) -> Made {
    let declared = match get(properties, "termType") {
        Some(Tree::Iri(iri)) => iri.strip_prefix(RML),
        _ => None,
    };
    let is_literal = ["languageMap", "datatypeMap"]
        .iter()
        .any(|local| get(properties, local).is_some());
    match (declared, role) {
        (Some("BlankNode"), _) => Made::Blank,
        (Some("Literal"), _) => Made::Text,
        (Some(_), _) => Made::Iri,
        (None, Role::Object) if is_literal => Made::Text,
        (None, Role::Subject | Role::Predicate | Role::Graph | Role::Datatype | Role::Object) => {
            Made::Iri
        }
        (None, _) => Made::Text,
    }
}

/// Returns whether an object map makes one node for a record, whatever the number of predicates: a gathered collection.
pub(super) fn makes_a_node(object: &Tree) -> bool {
    matches!(object, Tree::Node(properties) if get(properties, "gather").is_some())
}

/// Takes the number off the name of a generated target: it only tells apart what its name tells apart already.
fn numberless(text: &str, makes_targets: bool) -> &str {
    let generated = ["generated_lt_", "generated_t_"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    match text.rsplit_once('_') {
        Some((name, number))
            if makes_targets
                && generated
                && number.len() == 3
                && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => text,
    }
}

struct Piece {
    text: String,
    reference: bool,
}

/// Takes a template apart; `None` when its braces do not match.
fn parse(template: &str) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut inside = false;
    let mut text = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next @ ('\\' | '{' | '}')) => text.push(next),
                Some(next) => text.extend(['\\', next]),
                None => text.push('\\'),
            },
            '{' | '}' if inside == (c == '{') => return None,
            '{' | '}' => {
                if inside || !text.is_empty() {
                    pieces.push(Piece {
                        text: std::mem::take(&mut text),
                        reference: inside,
                    });
                }
                inside = !inside;
            }
            _ => text.push(c),
        }
    }
    if inside {
        return None;
    }
    if !text.is_empty() || pieces.is_empty() {
        pieces.push(Piece {
            text,
            reference: false,
        });
    }
    Some(pieces)
}

/// Constants are the terms they stand for, with their language and datatype in them.
fn constants(properties: &mut Properties, role: Role) {
    let Some(constant) = get(properties, "constant").cloned() else {
        return;
    };
    let term_type = match get(properties, "termType") {
        Some(Tree::Iri(iri)) => iri.strip_prefix(RML).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let wants_iri = matches!(
        term_type.as_str(),
        "IRI" | "URI" | "UnsafeIRI" | "UnsafeURI"
    ) || (term_type.is_empty()
        && matches!(
            role,
            Role::Subject | Role::Predicate | Role::Graph | Role::Datatype
        ));
    let new = match constant.clone() {
        Tree::Iri(iri) => Tree::Iri(match iri.strip_prefix(OLD_IDLAB) {
            Some(local) if role == Role::Predicate => format!("{IDLAB}{local}"),
            _ => iri,
        }),
        Tree::Literal { text, .. } if wants_iri && Iri::parse(text.as_str()).is_ok() => {
            let iri = Tree::Iri(text);
            if let (Role::Predicate, Tree::Iri(iri)) = (role, &iri)
                && let Some(local) = iri.strip_prefix(OLD_IDLAB)
            {
                Tree::Iri(format!("{IDLAB}{local}"))
            } else {
                iri
            }
        }
        Tree::Literal { text, .. } if role == Role::Language => Tree::text(&text.to_lowercase()),
        Tree::Literal {
            text,
            mut language,
            mut datatype,
        } => {
            if let Some(Tree::Literal { text: tag, .. }) = only_constant(properties, "languageMap")
            {
                take(properties, "languageMap");
                language = Some(tag.to_lowercase());
            }
            if let Some(Tree::Iri(iri)) = only_constant(properties, "datatypeMap") {
                take(properties, "datatypeMap");
                datatype = Some(iri);
            }
            Tree::Literal {
                text,
                language,
                datatype,
            }
        }
        other => other,
    };
    let settled = match &new {
        Tree::Iri(_) => wants_iri,
        Tree::Literal { .. } => term_type == "Literal" || (wants_iri && role != Role::Object),
        _ => true,
    };
    if settled {
        take(properties, "termType");
    }
    take(properties, "constant");
    put(properties, "constant", new);
}

/// Returns the constant of a map that says nothing else.
fn only_constant(properties: &Properties, local: &str) -> Option<Tree> {
    let Some(Tree::Node(inner)) = get(properties, local) else {
        return None;
    };
    if inner.len() == 1 {
        get(inner, "constant").cloned()
    } else {
        None
    }
}

/// Leaves out a term type that is understood by itself.
fn term_type(properties: &mut Properties, role: Role) {
    let Some(Tree::Iri(iri)) = get(properties, "termType") else {
        return;
    };
    let kind = iri.strip_prefix(RML).unwrap_or_default();
    let literal = [
        "reference",
        "functionExecution",
        "languageMap",
        "datatypeMap",
    ]
    .iter()
    .any(|local| get(properties, local).is_some());
    let default = match role {
        Role::Subject | Role::Predicate | Role::Graph | Role::Datatype => kind == "IRI",
        Role::Object => kind == if literal { "Literal" } else { "IRI" },
        Role::Input => kind == "Literal",
        Role::Value | Role::Language => true,
        Role::Other => false,
    };
    if default {
        take(properties, "termType");
    }
}

/// Returns the object of a type: an IRI, also where it is written as a text.
pub(super) fn of_type(predicate: &Tree, object: &Tree) -> Tree {
    let types = *predicate == Tree::with("constant", Tree::Iri(RDF_TYPE.to_owned()));
    let (true, Tree::Node(properties)) = (types, object) else {
        return object.clone();
    };
    match get(properties, "constant") {
        Some(Tree::Literal { text, .. }) if Iri::parse(text.as_str()).is_ok() => {
            Tree::with("constant", Tree::Iri(text.clone()))
        }
        _ => object.clone(),
    }
}
