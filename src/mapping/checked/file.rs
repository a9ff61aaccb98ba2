//! The files of sources and targets: path, root, encoding, compression.

use super::checker::Checker;
use crate::diagnostic::Place;
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{RML, short};
use crate::mapping::{FileForm, Root};
use crate::record::form::{Compression, Encoding};

/// The properties by which vocabularies of datasets name files.
const ADDRESSES: &[&str] = &[
    "http://www.w3.org/ns/dcat#accessURL",
    "http://www.w3.org/ns/dcat#downloadURL",
    "http://rdfs.org/ns/void#dataDump",
];

impl<'d> Checker<'d> {
    /// Returns the file of a node with `rml:path` and perhaps `rml:root`.
    pub(super) fn file(&mut self, id: NodeId, path: &Property) -> Option<FileForm> {
        let place = &path.object_place;
        let text = self.text(path)?;
        let mut file = self.file_at(&text, place)?;
        let Some(property) = self.one(id, "root") else {
            return Some(file);
        };
        match &property.object {
            Object::Literal { text, .. } => {
                if !file.path.starts_with('/') {
                    file.path = format!("{}/{}", text.trim_end_matches('/'), file.path);
                }
            }
            Object::Node(_) => {
                let iri = self.iri(property)?;
                match iri.strip_prefix(RML) {
                    Some("MappingDirectory") => file.root = Root::Mapping,
                    Some("CurrentWorkingDirectory") => file.root = Root::Working,
                    _ => {
                        self.slip(id);
                        self.error_with_hint(
                            &property.object_place,
                            format!("there is no root {}", short(iri)),
                            "use rml:MappingDirectory, rml:CurrentWorkingDirectory or a folder in quotes",
                        );
                    }
                }
            }
        }
        Some(file)
    }

    /// Returns the file of a path or of a `file:` address; other addresses are refused.
    pub(super) fn file_at(&mut self, path: &str, place: &Place) -> Option<FileForm> {
        let path = match path.split_once(':') {
            Some(("file", rest)) => rest.strip_prefix("//").unwrap_or(rest),
            Some((scheme, rest)) if rest.starts_with("//") => {
                self.error_with_hint(
                    place,
                    format!("addresses of the network ({scheme}:) are not read"),
                    "download the file and name its path",
                );
                return None;
            }
            _ => path,
        };
        Some(FileForm {
            declared: place.clone(),
            path: path.to_owned(),
            ..FileForm::default()
        })
    }

    /// Returns the property by which a distribution (DCAT) or a dataset (VoID) names its file.
    pub(super) fn address_of(&self, id: NodeId) -> Option<&'d Property> {
        let is_address = |property: &&Property| ADDRESSES.contains(&property.predicate.as_str());
        self.node(id).properties.iter().find(is_address)
    }

    /// Returns the file that such a property names, as a text or an IRI.
    pub(super) fn file_of_address(&mut self, property: &Property) -> Option<FileForm> {
        let place = &property.object_place;
        let address = match &property.object {
            Object::Literal { text, .. } => text.clone(),
            Object::Node(node) => match &self.node(*node).name {
                NodeName::Iri(iri) => iri.clone(),
                NodeName::Blank(_) => {
                    self.error_with_hint(
                        place,
                        "a file has an address, this is a blank node",
                        "write <file:///path/to/file>",
                    );
                    return None;
                }
            },
        };
        self.file_at(&address, place)
    }

    /// Takes over what a node says of the bytes of a file: `rml:encoding`, `rml:compression`.
    pub(super) fn bytes_of(&mut self, id: NodeId, file: &mut FileForm) {
        if let Some(encoding) = self.encoding(id, "encoding") {
            file.encoding = encoding;
        }
        let Some(property) = self.one(id, "compression") else {
            return;
        };
        let Some(name) = self.local_name(property) else {
            return;
        };
        match Compression::from_name(&name) {
            Some(known) => file.compression = known,
            None => self.error_with_hint(
                &property.object_place,
                format!("the compression {name} is not supported"),
                format!("these are: {}", Compression::NAMES),
            ),
        }
    }

    /// Returns the encoding that a property names.
    pub(super) fn encoding(&mut self, id: NodeId, predicate: &str) -> Option<Encoding> {
        let property = self.one(id, predicate)?;
        let name = self.local_name(property)?;
        let found = Encoding::from_name(&name);
        if found.is_none() {
            self.error_with_hint(
                &property.object_place,
                format!("the encoding {name} is not supported"),
                format!("these are: {}", Encoding::NAMES),
            );
        }
        found
    }

    /// Returns a text, or the last part of an IRI: both are written.
    pub(super) fn local_name(&mut self, property: &Property) -> Option<String> {
        match &property.object {
            Object::Literal { text, .. } => Some(text.clone()),
            Object::Node(_) => {
                let iri = self.iri(property)?;
                Some(iri.rsplit(['/', '#']).next().unwrap_or(iri).to_owned())
            }
        }
    }
}
