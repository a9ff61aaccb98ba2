//! Logical targets: the files that statements go to beside or instead of the usual output (RML-IO, targets).

use super::checker::Checker;
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::{FORMATS, RDF_TYPE, short};
use crate::mapping::{FileForm, LogicalTarget, Serialization};

/// Classes of targets that are no files.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "http://www.w3.org/ns/sparql-service-description#",
        "SPARQL services",
    ),
    (
        "http://www.w3.org/ns/dcat#",
        "distributions without an address",
    ),
    ("http://rdfs.org/ns/void#", "datasets without a dump"),
];

impl Checker<'_> {
    /// Returns the targets of a term map and of its language and datatype maps.
    pub(super) fn targets(&mut self, id: NodeId) -> Vec<LogicalTarget> {
        let mut found = Vec::new();
        let mut nodes = vec![id];
        for long in ["languageMap", "datatypeMap"] {
            nodes.extend(
                self.all(id, long)
                    .iter()
                    .filter_map(|property| match property.object {
                        Object::Node(node) => Some(node),
                        Object::Literal { .. } => None,
                    }),
            );
        }
        for node in nodes {
            for property in self.all(node, "logicalTarget") {
                found.extend(self.target(property));
            }
        }
        found
    }

    fn target(&mut self, property: &Property) -> Option<LogicalTarget> {
        let id = self.object_node(property)?;
        self.allow(
            id,
            "a logical target",
            &["target", "serialization", "encoding", "compression"],
        );
        let Some(target) = self.one(id, "target") else {
            self.lacking(
                id,
                &property.object_place,
                "the logical target has no rml:target",
                "add rml:target [ a rml:FilePath ; rml:path \"out.nq\" ]",
            );
            return None;
        };
        let mut file = self.target_file(target)?;
        self.bytes_of(id, &mut file);
        let serialization = match self.one(id, "serialization") {
            Some(property) => self.serialization(property)?,
            None => Serialization::NQuads,
        };
        Some(LogicalTarget {
            file,
            serialization,
        })
    }

    fn target_file(&mut self, property: &Property) -> Option<FileForm> {
        let id = match &property.object {
            Object::Literal { text, .. } => return self.file_at(text, &property.object_place),
            Object::Node(id) => *id,
        };
        if let Some(property) = self.address_of(id) {
            self.allow(id, "a target", &["encoding", "compression"]);
            let mut file = self.file_of_address(property)?;
            self.bytes_of(id, &mut file);
            return Some(file);
        }
        let other = self.all(id, RDF_TYPE).into_iter().find_map(|class| {
            let iri = self.doc.iri(&class.object)?;
            let (_, what) = ELSEWHERE
                .iter()
                .find(|(namespace, _)| iri.starts_with(namespace))?;
            Some((class.object_place.clone(), *what))
        });
        if let (Some((place, what)), true) = (other, self.all(id, "path").is_empty()) {
            self.error_with_hint(
                &place,
                format!("{what} are not written to"),
                "name a file: [ a rml:FilePath ; rml:path \"out.nq\" ]",
            );
            return None;
        }
        self.allow(id, "a target", &["path", "root", "encoding", "compression"]);
        let Some(path) = self.one(id, "path") else {
            self.lacking(
                id,
                &property.object_place,
                "the target has no rml:path",
                "add rml:path \"out.nq\"",
            );
            return None;
        };
        let mut file = self.file(id, path)?;
        self.bytes_of(id, &mut file);
        Some(file)
    }

    fn serialization(&mut self, property: &Property) -> Option<Serialization> {
        let iri = self.iri(property)?;
        let found = iri.strip_prefix(FORMATS).and_then(Serialization::from_name);
        if found.is_none() {
            self.error_with_hint(
                &property.object_place,
                format!("the serialization {} is not supported", short(iri)),
                format!("these of {FORMATS} are: {}", Serialization::NAMES),
            );
        }
        found
    }
}
