//! Terms of a record, encoded. Plain values go straight into the buffer; lists and functions take the longer way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use oxiri::{Iri, IriParseError};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::Options;
use super::compound::{Attached, Quoting};
use super::encode::{
    push_blank, push_datatype, push_escaped, push_iri, push_language, push_quoted,
};
use super::join::JoinIndex;
use super::lexical;
use super::value::{Produced, Producer, TermFault, Use, View, push_value};
use crate::diagnostic::Place;
use crate::mapping::Targets;
use crate::mapping::plan::{
    Escape, IriProgram, LiteralProgram, Suffix, TermForm, TermProgram, TextForm, TextPiece,
};
use crate::mapping::vocabulary::{XSD, is_language_tag, short};
use crate::record::{Natural, Origin};
use crate::value::name;

/// Encoded terms with what they were made of, kept in one buffer.
#[derive(Debug, Default)]
pub(super) struct Terms {
    text: String,
    uses: Vec<Use>,
    /// Ends of text and uses of each term.
    ends: Vec<(usize, usize)>,
    /// Where statements with each term go.
    targets: Vec<Targets>,
    /// Where those of the term that is being written go.
    current: Targets,
}

impl Terms {
    /// Returns no terms.
    pub(super) const fn none() -> Self {
        Self {
            text: String::new(),
            uses: Vec::new(),
            ends: Vec::new(),
            targets: Vec::new(),
            current: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.uses.clear();
        self.ends.clear();
        self.targets.clear();
        self.current = 0;
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Appends a term with what it is made of.
    pub(super) fn push_with(&mut self, encoded: &str, uses: &[Use]) {
        self.text.push_str(encoded);
        self.uses.extend_from_slice(uses);
        self.end();
    }

    /// Returns whether a term is there already.
    pub(super) fn contains(&self, encoded: &str) -> bool {
        (0..self.len()).any(|index| self.text(index) == encoded)
    }

    fn start(&self, index: usize) -> (usize, usize) {
        index
            .checked_sub(1)
            .map_or((0, 0), |before| self.ends[before])
    }

    pub(super) fn text(&self, index: usize) -> &str {
        &self.text[self.start(index).0..self.ends[index].0]
    }

    pub(super) fn uses(&self, index: usize) -> &[Use] {
        &self.uses[self.start(index).1..self.ends[index].1]
    }

    /// Appends a term that is made of nothing.
    pub(super) fn push(&mut self, encoded: &str) {
        self.text.push_str(encoded);
        self.end();
    }

    /// Ends the term that is being written.
    fn end(&mut self) {
        self.ends.push((self.text.len(), self.uses.len()));
        self.targets.push(self.current);
    }

    /// Returns where statements with a term go.
    pub(super) fn targets(&self, index: usize) -> Targets {
        self.targets[index]
    }

    /// Takes back the term that is being written.
    fn take_back(&mut self) {
        let (text, uses) = self.start(self.ends.len());
        self.text.truncate(text);
        self.uses.truncate(uses);
    }
}

/// Two different names that lead to one IRI.
#[derive(Debug)]
pub(super) struct Clash {
    pub(super) iri: String,
    pub(super) name: String,
    pub(super) uses: Vec<Use>,
    /// Where the mapping asks for it.
    pub(super) place: Place,
    pub(super) first_name: String,
    pub(super) first_origin: Origin,
}

/// What went wrong while making terms.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) terms: Vec<TermFault>,
    pub(super) clashes: Vec<Clash>,
}

struct FirstName {
    folded: u64,
    name: String,
    origin: Origin,
}

/// Makes terms of records.
pub(super) struct TermMaker<'a> {
    pub(super) producer: Producer<'a>,
    pub(super) base: Option<&'a str>,
    pub(super) unsafe_iris: bool,
    pub(super) quoting: Quoting,
    pub(super) joins: Arc<Vec<JoinIndex>>,
    /// Statements of the terms made, until the graphs they belong into are known.
    pub(super) attached: Vec<Attached>,
    /// The graph that terms are made for, if they differ by graph.
    pub(super) graph: Option<String>,
    /// The name that each IRI made of names was first made of.
    first_names: HashMap<u128, FirstName>,
}

impl<'a> TermMaker<'a> {
    pub(super) fn new(
        producer: Producer<'a>,
        options: &'a Options,
        joins: Arc<Vec<JoinIndex>>,
    ) -> Self {
        Self {
            producer,
            base: options.base.as_deref(),
            unsafe_iris: options.unsafe_iris,
            quoting: options.quoting,
            joins,
            attached: Vec::new(),
            graph: None,
            first_names: HashMap::new(),
        }
    }

    /// Appends every term a program makes of a record.
    pub(super) fn make(
        &mut self,
        program: &TermProgram,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        into.current = program.targets;
        match &program.form {
            TermForm::Fixed(encoded) => into.push(encoded),
            TermForm::Fresh(number) => {
                push_fresh(*number, view, &mut into.text);
                into.end();
            }
            TermForm::BlankNode(text) => {
                let made = self
                    .producer
                    .produce(text, view, Escape::None, &mut faults.terms);
                for produced in made {
                    push_blank(&produced.text, &mut into.text);
                    into.uses.extend(produced.uses);
                    into.end();
                }
            }
            TermForm::Iri(iri) => {
                if !quick_iri(iri, view, into) {
                    into.take_back();
                    self.slow_iri(program, iri, view, into, faults);
                }
            }
            TermForm::Compound(compound) => self.compound(program, compound, view, into, faults),
            TermForm::Literal(literal) => {
                if !quick_literal(literal, view, into) {
                    into.take_back();
                    self.slow_literal(program, literal, view, into, faults);
                }
            }
        }
    }

    fn slow_iri(
        &mut self,
        program: &TermProgram,
        iri: &IriProgram,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        let made = self
            .producer
            .produce(&iri.text, view, iri.escape, &mut faults.terms);
        for produced in made {
            match self.resolve(iri, &produced.text) {
                Ok(resolved) => {
                    if let Some(clash) = self.clash(&resolved, &produced, &program.place, view) {
                        faults.clashes.push(clash);
                        continue;
                    }
                    push_iri(&resolved, &mut into.text);
                    into.uses.extend(produced.uses);
                    into.end();
                }
                Err((message, hint)) => faults.terms.push(TermFault {
                    message,
                    hint,
                    uses: produced.uses,
                    place: program.place.clone(),
                }),
            }
        }
    }

    /// Returns the text if it is an absolute IRI, else the base with the text after it (RML-Core, section on output). A URI is an
    /// IRI of ASCII characters.
    fn resolve(&self, iri: &IriProgram, text: &str) -> Result<String, (String, Option<String>)> {
        let resolved = self.resolve_iri(iri, text)?;
        if iri.escape == Escape::Uri && !resolved.is_ascii() {
            return Err((
                format!("\"{text}\" cannot become a URI: it has characters beyond ASCII"),
                Some("write them percent-encoded, or ask for rml:IRI".to_owned()),
            ));
        }
        Ok(resolved)
    }

    fn resolve_iri(
        &self,
        iri: &IriProgram,
        text: &str,
    ) -> Result<String, (String, Option<String>)> {
        let unchecked = iri.unchecked && self.unsafe_iris;
        let error = match Iri::parse(text) {
            Ok(_) => return Ok(text.to_owned()),
            Err(_) if unchecked && has_scheme(text) => return Ok(text.to_owned()),
            Err(error) => error,
        };
        let Some(base) = iri.base.as_deref().or(self.base) else {
            return Err(if has_scheme(text) {
                no_iri(text, &error)
            } else {
                (
                    format!("\"{text}\" is not an absolute IRI, and there is no base to put before it"),
                    Some("give the triples map rml:baseIRI, or the run a base: `map --base`, `base` in factmill.toml".to_owned()),
                )
            });
        };
        let resolved = format!("{base}{text}");
        match Iri::parse(resolved.as_str()) {
            Ok(_) => Ok(resolved),
            Err(_) if unchecked => Ok(resolved),
            Err(error) => Err(no_iri(text, &error)),
        }
    }

    /// Returns the IRIs that were made of names, with the names, both as hashes.
    pub(super) fn names(&self) -> BTreeMap<u128, u64> {
        self.first_names
            .iter()
            .map(|(iri, first)| (*iri, first.folded))
            .collect()
    }

    /// Returns the clash if another name has led to this IRI before; remembers the name otherwise.
    fn clash(
        &mut self,
        iri: &str,
        produced: &Produced,
        place: &Place,
        view: View<'_>,
    ) -> Option<Clash> {
        // A name that went into a condition only has left no slug.
        let names: BTreeSet<&str> = produced
            .names
            .iter()
            .map(String::as_str)
            .filter(|name| iri.contains(&name::slug(name)))
            .collect();
        if names.is_empty() {
            return None;
        }
        let told = || names.iter().copied().collect::<Vec<_>>().join(", ");
        let folded: BTreeSet<String> = names.iter().map(|name| name::fold(name)).collect();
        let folded = folded.into_iter().collect::<Vec<_>>().join("\u{1f}");
        let folded = xxh3_64(folded.as_bytes());
        let key = xxh3_128(iri.as_bytes());
        match self.first_names.get(&key) {
            Some(first) if first.folded == folded => None,
            Some(first) => Some(Clash {
                iri: iri.to_owned(),
                name: told(),
                uses: produced.uses.clone(),
                place: place.clone(),
                first_name: first.name.clone(),
                first_origin: first.origin.clone(),
            }),
            None => {
                let origin = produced
                    .uses
                    .first()
                    .map_or_else(|| view.record.origin(), |used| view.origin_of(*used));
                self.first_names.insert(
                    key,
                    FirstName {
                        folded,
                        name: told(),
                        origin,
                    },
                );
                None
            }
        }
    }

    fn slow_literal(
        &mut self,
        program: &TermProgram,
        literal: &LiteralProgram,
        view: View<'_>,
        into: &mut Terms,
        faults: &mut Faults,
    ) {
        let made = self
            .producer
            .produce(&literal.text, view, Escape::None, &mut faults.terms);
        if made.is_empty() {
            return;
        }
        match &literal.suffix {
            Suffix::Natural => {
                for produced in made {
                    let datatype = match produced.natural {
                        Natural::Text => "string",
                        Natural::Integer => "integer",
                        Natural::Double => "double",
                        Natural::Boolean => "boolean",
                    };
                    let datatype = format!("{XSD}{datatype}");
                    typed(program, &produced, &[], &datatype, into, faults);
                }
            }
            Suffix::Datatype(datatype) => {
                for produced in made {
                    typed(program, &produced, &[], datatype, into, faults);
                }
            }
            Suffix::Language(tag) => {
                for produced in made {
                    tagged(&produced, &[], tag, into);
                }
            }
            Suffix::LanguageOf(text) => {
                let tags = self
                    .producer
                    .produce(text, view, Escape::None, &mut faults.terms);
                for tag in tags {
                    if !is_language_tag(&tag.text) {
                        faults.terms.push(TermFault {
                            message: format!("\"{}\" is not a language tag", tag.text),
                            hint: Some("write a tag of BCP 47, such as en or tg-Cyrl".to_owned()),
                            uses: tag.uses,
                            place: text.place.clone(),
                        });
                        continue;
                    }
                    for produced in &made {
                        tagged(produced, &tag.uses, &tag.text, into);
                    }
                }
            }
            Suffix::DatatypeOf(datatype) => {
                let mut datatypes = Terms::default();
                self.make(datatype, view, &mut datatypes, faults);
                for index in 0..datatypes.len() {
                    let iri = datatypes.text(index).trim_matches(['<', '>']);
                    for produced in &made {
                        typed(program, produced, datatypes.uses(index), iri, into, faults);
                    }
                }
            }
        }
    }
}

/// Returns whether a text begins as an absolute IRI does.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// Returns what is said of a text that is no IRI, be there a base or not.
fn no_iri(text: &str, error: &IriParseError) -> (String, Option<String>) {
    (
        format!("\"{text}\" cannot become an IRI: {error}"),
        Some(
            "values in rml:template are percent-encoded, those of rml:reference are not".to_owned(),
        ),
    )
}

fn tagged(produced: &Produced, further: &[Use], tag: &str, into: &mut Terms) {
    push_quoted(&produced.text, &mut into.text);
    push_language(tag, &mut into.text);
    into.uses.extend_from_slice(&produced.uses);
    into.uses.extend_from_slice(further);
    into.end();
}

fn typed(
    program: &TermProgram,
    produced: &Produced,
    further: &[Use],
    datatype: &str,
    into: &mut Terms,
    faults: &mut Faults,
) {
    let number = matches!(produced.natural, Natural::Integer | Natural::Double);
    let canonical = number && datatype.strip_prefix(XSD) == Some("double");
    if canonical {
        push_quoted(&lexical::canonical_double(&produced.text), &mut into.text);
    } else if lexical::is_valid(datatype, &produced.text) {
        let text = match produced.natural {
            Natural::Integer => lexical::canonical_integer(&produced.text),
            _ => &produced.text,
        };
        push_quoted(text, &mut into.text);
    } else {
        faults.terms.push(TermFault {
            message: format!("\"{}\" is no {}", produced.text, short(datatype)),
            hint: None,
            uses: [&produced.uses, further].concat(),
            place: program.place.clone(),
        });
        return;
    }
    push_datatype(datatype, &mut into.text);
    into.uses.extend_from_slice(&produced.uses);
    into.uses.extend_from_slice(further);
    into.end();
}

/// Writes an IRI of plain values; returns false, with the buffer in disorder, when it takes the longer way.
fn quick_iri(iri: &IriProgram, view: View<'_>, into: &mut Terms) -> bool {
    match &iri.text.form {
        TextForm::Template(pieces) if iri.safe => {
            into.text.push('<');
            for piece in pieces {
                match piece {
                    TextPiece::Text(text) => into.text.push_str(text),
                    TextPiece::Reference(reference) => {
                        let Some(value) = view.plain(*reference) else {
                            return false;
                        };
                        push_value(value, iri.escape, &mut into.text);
                        into.uses.push((*reference, 0));
                    }
                }
            }
            into.text.push('>');
        }
        TextForm::Reference(reference) => {
            let Some(value) = view.plain(*reference) else {
                return false;
            };
            if Iri::parse(value).is_err() || (iri.escape == Escape::Uri && !value.is_ascii()) {
                return false;
            }
            into.text.push('<');
            into.text.push_str(value);
            into.text.push('>');
            into.uses.push((*reference, 0));
        }
        _ => return false,
    }
    into.end();
    true
}

/// Writes a literal of plain values; returns false, with the buffer in disorder, when it takes the longer way.
fn quick_literal(literal: &LiteralProgram, view: View<'_>, into: &mut Terms) -> bool {
    match &literal.text.form {
        TextForm::Reference(reference) => {
            let Some(value) = view.plain(*reference) else {
                return false;
            };
            if let Suffix::Datatype(datatype) = &literal.suffix
                && !lexical::is_valid(datatype, value)
            {
                return false;
            }
            push_quoted(value, &mut into.text);
            into.uses.push((*reference, 0));
        }
        TextForm::Template(pieces) if !matches!(literal.suffix, Suffix::Datatype(_)) => {
            into.text.push('"');
            for piece in pieces {
                match piece {
                    TextPiece::Text(text) => push_escaped(text, &mut into.text),
                    TextPiece::Reference(reference) => {
                        let Some(value) = view.plain(*reference) else {
                            return false;
                        };
                        push_escaped(value, &mut into.text);
                        into.uses.push((*reference, 0));
                    }
                }
            }
            into.text.push('"');
        }
        _ => return false,
    }
    match &literal.suffix {
        Suffix::Natural => {}
        Suffix::Language(tag) => push_language(tag, &mut into.text),
        Suffix::Datatype(datatype) => push_datatype(datatype, &mut into.text),
        Suffix::LanguageOf(_) | Suffix::DatatypeOf(_) => return false,
    }
    into.end();
    true
}

/// Writes a blank node that no other record and no other term map has, the same in every run.
pub(super) fn push_fresh(number: usize, view: View<'_>, into: &mut String) {
    let key = view.record.key();
    let file = xxh3_64(view.record.origin().file.as_bytes());
    let label = format!("_:f{number}x{file:x}x{:x}x{}", key.hash, key.occurrence);
    into.push_str(&label);
}
