//! Tables, queries and the files that targets are written to.

use super::Translator;
use crate::diagnostic::Place;
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::RDF_TYPE;

const VOID_DUMP: &str = "http://rdfs.org/ns/void#dataDump";
const VOID_DATASET: &str = "http://rdfs.org/ns/void#Dataset";
const DCAT_DUMP: &str = "http://www.w3.org/ns/dcat#dataDump";
const DCAT_DATASET: &str = "http://www.w3.org/ns/dcat#Dataset";
const JDBC: &str = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#jdbcDSN";
const FIELD_NAME: &str = "http://www.w3.org/2011/http#fieldName";

impl Translator {
    /// Turns tables and SQL queries into iterators with their reference formulation.
    pub(super) fn sources(&mut self) {
        for id in 0..self.doc.nodes.len() {
            let database = self
                .nodes(id, &["source"])
                .iter()
                .any(|source| self.has(*source, &[JDBC]));
            let table = self.all(id, &["tableName"]);
            let mut query = self.all(id, &["sqlQuery"]);
            if database {
                query.extend(self.all(id, &["query"]));
            }
            let (at, formulation, old) = match (table.into_iter().next(), query.into_iter().next())
            {
                (Some(table), _) => (table, "SQL2008Table", "tableName"),
                (None, Some(query)) => (query, "SQL2008Query", "sqlQuery"),
                (None, None) => continue,
            };
            let obsolete = if database {
                vec![old, "query", "iterator", "referenceFormulation"]
            } else {
                vec![old]
            };
            self.remove(id, &obsolete);
            self.put(id, "iterator", at.object.clone(), &at);
            let word = self.word(formulation, &at.place);
            self.put(id, "referenceFormulation", word, &at);
        }
        for id in 0..self.doc.nodes.len() {
            // Headers of requests are often given their class as if they were subject maps.
            if self.has(id, &[FIELD_NAME]) {
                for property in &mut self.doc.nodes[id].properties {
                    if super::is(&property.predicate, "class") {
                        RDF_TYPE.clone_into(&mut property.predicate);
                    }
                }
            }
        }
    }

    /// Turns data sets that are a local file into that file.
    pub(super) fn targets(&mut self) {
        for id in 0..self.doc.nodes.len() {
            for target in self.nodes(id, &["target"]) {
                self.file(target);
            }
        }
    }

    fn file(&mut self, id: NodeId) {
        let dumps = self.all(id, &[VOID_DUMP, DCAT_DUMP]);
        let [dump] = dumps.as_slice() else { return };
        let Some(iri) = self.text(&dump.object) else {
            return;
        };
        let Some(path) = iri.strip_prefix("file://").map(str::to_owned) else {
            return;
        };
        self.remove(id, &[VOID_DUMP, DCAT_DUMP]);
        let mut properties = std::mem::take(&mut self.doc.nodes[id].properties);
        properties.retain(|property| {
            property.predicate != RDF_TYPE
                || !self
                    .doc
                    .iri(&property.object)
                    .is_some_and(|iri| [VOID_DATASET, DCAT_DATASET].contains(&iri))
        });
        self.doc.nodes[id].properties = properties;
        let class = self.class("FilePath", &dump.place);
        self.doc.nodes[id].properties.push(class);
        let text = Object::Literal {
            text: path,
            language: None,
            datatype: None,
        };
        self.put(id, "path", text, dump);
    }

    fn class(&mut self, local: &str, place: &Place) -> Property {
        Property {
            predicate: RDF_TYPE.to_owned(),
            place: place.clone(),
            object: self.word(local, place),
            object_place: place.clone(),
        }
    }
}
