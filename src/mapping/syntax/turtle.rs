//! From tokens to a [`MappingDoc`]: the grammar of Turtle without its RDF 1.2 additions, which mappings do not need.

use std::collections::BTreeMap;

use oxiri::Iri;

use super::token::{Placed, Scanner, Stuck, Token};
use super::{MappingDoc, NodeId, NodeName, Object, Property};
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::mapping::vocabulary::{RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, XSD};

/// How deep brackets may be nested; no mapping comes near.
const DEEPEST: usize = 64;

/// Reads a text that is known to be valid Turtle.
pub(super) fn walk(text: &str, file: &str, base: &str) -> Result<MappingDoc> {
    let mut walker = Walker {
        scanner: Scanner::new(text, file),
        peeked: None,
        doc: MappingDoc {
            file: file.to_owned(),
            ..MappingDoc::default()
        },
        prefixes: BTreeMap::new(),
        base: Iri::parse_unchecked(base.to_owned()),
        anonymous: 0,
        last: Place::file(file),
    };
    walker
        .document()
        .map_err(|stuck| Diagnostic::error(codes::MAPPING_SYNTAX, stuck.message).at(stuck.place))?;
    Ok(walker.doc)
}

struct Walker<'t> {
    scanner: Scanner<'t>,
    peeked: Option<Placed>,
    doc: MappingDoc,
    prefixes: BTreeMap<String, String>,
    base: Iri<String>,
    anonymous: usize,
    last: Place,
}

type Walk<T> = std::result::Result<T, Box<Stuck>>;

impl Walker<'_> {
    fn stuck<T>(&self, message: &'static str) -> Walk<T> {
        Err(Box::new(Stuck {
            place: self.last.clone(),
            message,
        }))
    }

    fn peek(&mut self) -> Walk<Option<&Token>> {
        if self.peeked.is_none() {
            self.peeked = self.scanner.next().transpose()?;
        }
        Ok(self.peeked.as_ref().map(|placed| &placed.token))
    }

    fn take(&mut self) -> Walk<Placed> {
        self.peek()?;
        match self.peeked.take() {
            Some(placed) => {
                self.last = placed.place.clone();
                Ok(placed)
            }
            None => self.stuck("the text ends too early"),
        }
    }

    fn mark(&mut self, mark: char) -> Walk<bool> {
        let found = self.peek()? == Some(&Token::Mark(mark));
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn expect(&mut self, mark: char) -> Walk<()> {
        if self.mark(mark)? {
            Ok(())
        } else {
            self.stuck("a bracket or full stop is missing after this")
        }
    }

    fn document(&mut self) -> Walk<()> {
        while self.peek()?.is_some() {
            if !self.directive()? {
                self.triples()?;
            }
        }
        Ok(())
    }

    fn directive(&mut self) -> Walk<bool> {
        let (word, dot) = match self.peek()? {
            Some(Token::At(word)) => (word.to_ascii_lowercase(), true),
            Some(Token::Word(word)) => (word.to_ascii_lowercase(), false),
            _ => return Ok(false),
        };
        self.take()?;
        match word.as_str() {
            "prefix" => {
                let Token::Name { prefix, .. } = self.take()?.token else {
                    return self.stuck("a prefix is missing");
                };
                let iri = self.iri_reference()?;
                self.prefixes.insert(prefix, iri);
            }
            "base" => self.base = Iri::parse_unchecked(self.iri_reference()?),
            "version" => {
                self.take()?;
            }
            _ => return self.stuck("this is no directive of Turtle"),
        }
        if dot {
            self.expect('.')?;
        }
        Ok(true)
    }

    fn iri_reference(&mut self) -> Walk<String> {
        match self.take()?.token {
            Token::Iri(iri) => self.resolve(&iri),
            _ => self.stuck("an IRI is missing"),
        }
    }

    fn resolve(&self, reference: &str) -> Walk<String> {
        match self.base.resolve(reference) {
            Ok(iri) => Ok(iri.into_inner()),
            Err(_) => self.stuck("the IRI is not valid"),
        }
    }

    fn named(&self, prefix: &str, local: &str) -> Walk<String> {
        match self.prefixes.get(prefix) {
            Some(namespace) => Ok(format!("{namespace}{local}")),
            None => self.stuck("the prefix is not declared"),
        }
    }

    fn blank(&mut self, place: &Place) -> NodeId {
        self.anonymous += 1;
        // Brackets cannot be part of a label that was written, so the two kinds never meet.
        let label = format!("[{}]", self.anonymous);
        self.doc.intern(NodeName::Blank(label), place)
    }

    fn triples(&mut self) -> Walk<()> {
        let (object, place) = self.object(0)?;
        let Object::Node(subject) = object else {
            return self.stuck("a literal cannot be a subject");
        };
        if self.doc.nodes[subject].properties.is_empty() {
            self.doc.nodes[subject].place = place;
        }
        if self.peek()? != Some(&Token::Mark('.')) {
            self.properties(subject, 0)?;
        }
        self.expect('.')
    }

    fn properties(&mut self, subject: NodeId, depth: usize) -> Walk<()> {
        loop {
            while self.mark(';')? {}
            if matches!(
                self.peek()?,
                None | Some(Token::Mark(']') | Token::Mark('.'))
            ) {
                return Ok(());
            }
            let Placed { token, place } = self.take()?;
            let predicate = match token {
                Token::Iri(iri) => self.resolve(&iri)?,
                Token::Name { prefix, local } => self.named(&prefix, &local)?,
                Token::Word(word) if word == "a" => RDF_TYPE.to_owned(),
                _ => return self.stuck("this is no property"),
            };
            loop {
                let (object, object_place) = self.object(depth)?;
                self.doc.nodes[subject].properties.push(Property {
                    predicate: predicate.clone(),
                    place: place.clone(),
                    object,
                    object_place,
                });
                if !self.mark(',')? {
                    break;
                }
            }
            if self.peek()? != Some(&Token::Mark(';')) {
                return Ok(());
            }
        }
    }

    fn object(&mut self, depth: usize) -> Walk<(Object, Place)> {
        let Placed { token, place } = self.take()?;
        let typed = |text: String, name: &str| Object::Literal {
            text,
            language: None,
            datatype: Some(format!("{XSD}{name}")),
        };
        let object = match token {
            Token::Iri(iri) => {
                let iri = self.resolve(&iri)?;
                Object::Node(self.doc.intern(NodeName::Iri(iri), &place))
            }
            Token::Name { prefix, local } => {
                let iri = self.named(&prefix, &local)?;
                Object::Node(self.doc.intern(NodeName::Iri(iri), &place))
            }
            Token::Blank(label) => Object::Node(self.doc.intern(NodeName::Blank(label), &place)),
            Token::Mark('[') => {
                if depth >= DEEPEST {
                    return self.stuck("brackets are nested too deep");
                }
                let node = self.blank(&place);
                self.properties(node, depth + 1)?;
                self.expect(']')?;
                Object::Node(node)
            }
            Token::Mark('(') => {
                if depth >= DEEPEST {
                    return self.stuck("brackets are nested too deep");
                }
                Object::Node(self.collection(depth + 1, &place)?)
            }
            Token::Text(text) => self.literal(text)?,
            Token::Integer(text) => typed(text, "integer"),
            Token::Decimal(text) => typed(text, "decimal"),
            Token::Double(text) => typed(text, "double"),
            Token::Word(word) if word == "true" || word == "false" => typed(word, "boolean"),
            _ => return self.stuck("this is no value"),
        };
        Ok((object, place))
    }

    fn literal(&mut self, text: String) -> Walk<Object> {
        let (mut language, mut datatype) = (None, None);
        match self.peek()? {
            Some(Token::At(_)) => {
                if let Token::At(tag) = self.take()?.token {
                    language = Some(tag);
                }
            }
            Some(Token::Datatype) => {
                self.take()?;
                datatype = Some(match self.take()?.token {
                    Token::Iri(iri) => self.resolve(&iri)?,
                    Token::Name { prefix, local } => self.named(&prefix, &local)?,
                    _ => return self.stuck("a datatype is missing"),
                });
            }
            _ => {}
        }
        Ok(Object::Literal {
            text,
            language,
            datatype,
        })
    }

    fn collection(&mut self, depth: usize, place: &Place) -> Walk<NodeId> {
        let nil = NodeName::Iri(RDF_NIL.to_owned());
        let mut items = Vec::new();
        while !self.mark(')')? {
            items.push(self.object(depth)?);
        }
        let mut rest = self.doc.intern(nil, place);
        for (object, object_place) in items.into_iter().rev() {
            let cell = self.blank(&object_place);
            for (predicate, object) in [(RDF_FIRST, object), (RDF_REST, Object::Node(rest))] {
                self.doc.nodes[cell].properties.push(Property {
                    predicate: predicate.to_owned(),
                    place: object_place.clone(),
                    object,
                    object_place: object_place.clone(),
                });
            }
            rest = cell;
        }
        Ok(rest)
    }
}
