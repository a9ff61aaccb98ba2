//! The files of sources and targets: path, root, encoding, compression.

use super::checker::Checker;
use crate::diagnostic::Place;
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::{RML, short};
use crate::mapping::{FileForm, Root};
use crate::record::form::{Compression, Encoding};

impl Checker<'_> {
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
