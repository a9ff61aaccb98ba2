//! Constants: the older vocabulary writes IRIs as texts and lets the term type or the place make them IRIs.

use oxiri::Iri;

use super::Translator;
use crate::mapping::syntax::{NodeId, NodeName, Object};
use crate::mapping::vocabulary::RML;

impl Translator {
    /// Makes constants the terms that their term type or their place asks for.
    pub(super) fn constants(&mut self) {
        let mut iris: Vec<NodeId> = Vec::new();
        for id in 0..self.doc.nodes.len() {
            iris.extend(self.nodes(
                id,
                &[
                    "subjectMap",
                    "predicateMap",
                    "graphMap",
                    "functionMap",
                    "parameterMap",
                ],
            ));
            self.shortcuts(id);
        }
        for id in 0..self.doc.nodes.len() {
            let declared = self
                .all(id, &["termType"])
                .first()
                .and_then(|property| self.text(&property.object));
            match declared.as_deref().and_then(|iri| iri.strip_prefix(RML)) {
                Some("IRI" | "URI") => self.iri_constant(id),
                Some("BlankNode") => self.blank_constant(id),
                Some(_) => {}
                None if iris.contains(&id) => self.iri_constant(id),
                None => {}
            }
            self.qualified_constant(id);
        }
    }

    /// A constant text with a constant language or datatype beside it: the literal that both make.
    fn qualified_constant(&mut self, id: NodeId) {
        let language = match self.all(id, &["language", "languageMap"]).as_slice() {
            [one] => match one.object {
                Object::Literal { .. } => self.text(&one.object),
                Object::Node(map) => match self.all(map, &["constant"]).as_slice() {
                    [constant] => self.text(&constant.object),
                    _ => None,
                },
            },
            _ => None,
        };
        let datatype = match self.all(id, &["datatype"]).as_slice() {
            [one] => self.doc.iri(&one.object).map(str::to_owned),
            _ => None,
        };
        // Both are one too many, which the checker says.
        if language.is_some() == datatype.is_some() {
            return;
        }
        for property in &mut self.doc.nodes[id].properties {
            if let (
                true,
                Object::Literal {
                    language: own @ None,
                    datatype: declared @ None,
                    ..
                },
            ) = (
                super::is(&property.predicate, "constant"),
                &mut property.object,
            ) {
                *own = language;
                *declared = datatype;
                self.remove(id, &["language", "languageMap", "datatype"]);
                return;
            }
        }
    }

    /// Texts where a shortcut takes an IRI.
    fn shortcuts(&mut self, id: NodeId) {
        for position in 0..self.doc.nodes[id].properties.len() {
            let property = &self.doc.nodes[id].properties[position];
            let takes_iri = property.predicate.strip_prefix(RML).is_some_and(|local| {
                [
                    "subject",
                    "predicate",
                    "graph",
                    "class",
                    "datatype",
                    "function",
                ]
                .contains(&local)
            });
            if takes_iri {
                self.make_iri(id, position);
            }
        }
    }

    fn iri_constant(&mut self, id: NodeId) {
        for position in 0..self.doc.nodes[id].properties.len() {
            if super::is(
                &self.doc.nodes[id].properties[position].predicate,
                "constant",
            ) {
                self.make_iri(id, position);
            }
        }
    }

    /// Makes a text an IRI if it can be one.
    fn make_iri(&mut self, id: NodeId, position: usize) {
        let property = &self.doc.nodes[id].properties[position];
        let (
            Object::Literal {
                text,
                language: None,
                ..
            },
            place,
        ) = (&property.object, property.object_place.clone())
        else {
            return;
        };
        if Iri::parse(text.as_str()).is_ok() {
            let name = NodeName::Iri(text.clone());
            self.doc.nodes[id].properties[position].object =
                Object::Node(self.doc.intern(name, &place));
        }
    }

    /// A blank node that is the same for every record: a template without references.
    fn blank_constant(&mut self, id: NodeId) {
        for property in &mut self.doc.nodes[id].properties {
            if let (true, Object::Literal { text, .. }) = (
                super::is(&property.predicate, "constant"),
                &mut property.object,
            ) {
                property.predicate = format!("{RML}template");
                *text = text
                    .replace('\\', "\\\\")
                    .replace('{', "\\{")
                    .replace('}', "\\}");
            }
        }
    }
}
