//! Logical sources: what is read, in which form, and what is iterated over.

use super::checker::Checker;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::{NodeId, NodeName, Object, Property};
use crate::mapping::vocabulary::{self, CSVW, FM, FORMATS, RDF_TYPE, RML, short};
use crate::mapping::{Evidence, FileForm, Formulation, LogicalSource, Root};
use crate::record::form::{Dialect, unpacked_name};

const SYNONYMS: &str = "https://w3id.org/factmill/ns#synonyms";
const EVIDENCE: &str = "https://w3id.org/factmill/ns#evidence";
const QUOTE: &str = "https://w3id.org/factmill/ns#quote";
const SOURCE: &str = "https://w3id.org/factmill/ns#source";
const OCCURRENCE: &str = "https://w3id.org/factmill/ns#occurrence";
const INFERRED: &str = "https://w3id.org/factmill/ns#inferred";
/// The reference formulations of databases.
const DATABASES: &[&str] = &["SQL2008Table", "SQL2008Query"];
const FILE_SET: &str = "https://w3id.org/factmill/ns#FileSet";
const CSVW_URL: &str = "http://www.w3.org/ns/csvw#url";

/// Vocabularies of sources that are no files, with what they describe.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#",
        "databases",
    ),
    (
        "http://www.w3.org/ns/sparql-service-description#",
        "SPARQL services",
    ),
    ("https://www.w3.org/2019/wot/td#", "web services"),
    ("http://www.w3.org/2019/wot/td#", "web services"),
    ("https://w3id.org/rml/sources#", "such sources"),
];

/// What a source node says by itself.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub(super) file: FileForm,
    pub(super) several: bool,
    /// Whether it is a csvw:Table.
    pub(super) table: bool,
    pub(super) dialect: Dialect,
    /// Columns with the datatypes of their cells.
    pub(super) datatypes: Vec<(String, String)>,
    pub(super) nulls: Vec<String>,
}

impl Checker<'_> {
    /// Returns the logical source that `rml:logicalSource` leads to.
    pub(super) fn logical_source(&mut self, property: &Property) -> Option<LogicalSource> {
        let id = self.object_node(property)?;
        if self.is_view(id) {
            return self.view(id, &property.object_place);
        }
        self.allow(
            id,
            "a logical source",
            &[
                "source",
                "referenceFormulation",
                "iterator",
                "query",
                "null",
                "encoding",
                "compression",
                SYNONYMS,
                EVIDENCE,
            ],
        );
        let place = property.object_place.clone();
        if self.all(id, "source").is_empty() && self.is_of_a_database(id) {
            return None;
        }
        let mut opened = match self.one(id, "source") {
            Some(source) => self.source(source),
            None => {
                self.lacking(
                    id,
                    &place,
                    "the logical source has no rml:source",
                    "add rml:source \"file.csv\"",
                );
                None
            }
        };
        if let Some(opened) = &mut opened {
            self.bytes_of(id, &mut opened.file);
        }
        let mut namespaces = Vec::new();
        let formulation = match self.one(id, "referenceFormulation") {
            Some(property) => self.formulation(property, &mut namespaces),
            None => self.formulation_of_file(id, opened.as_ref(), &place),
        };
        let iterator = match self.one(id, "iterator").or_else(|| self.one(id, "query")) {
            Some(property) => self
                .text(property)
                .map(|text| (text, property.object_place.clone())),
            None => None,
        };
        let synonyms = match self.one(id, SYNONYMS) {
            Some(property) => self.text(property),
            None => None,
        };
        let evidence = match self.one(id, EVIDENCE) {
            Some(property) => self.evidence(property),
            None => None,
        };
        let mut nulls = self.texts(id, "null");
        let opened = opened?;
        nulls.extend(opened.nulls);
        if self.doc.legacy && nulls.is_empty() {
            // The older RML takes an empty cell for no value.
            nulls.push(String::new());
        }
        // Sources are compared with each other, and this is a set.
        nulls.sort_unstable();
        nulls.dedup();
        let (iterator, iterator_place) = iterator.unzip();
        Some(LogicalSource {
            file: opened.file,
            several: opened.several,
            formulation: formulation?,
            iterator: iterator.filter(|iterator| !iterator.trim().is_empty()),
            iterator_place,
            synonyms,
            dialect: opened.dialect,
            datatypes: opened.datatypes,
            nulls,
            evidence,
            namespaces,
            view: None,
            legacy: self.doc.legacy,
        })
    }

    pub(super) fn texts(&mut self, id: NodeId, predicate: &str) -> Vec<String> {
        self.all(id, predicate)
            .into_iter()
            .filter_map(|property| self.text(property))
            .collect()
    }

    fn source(&mut self, property: &Property) -> Option<Opened> {
        let id = match &property.object {
            Object::Literal { text, .. } => {
                let file = self.file_at(text, &property.object_place)?;
                self.one_file(&file);
                return Some(Opened {
                    file,
                    ..Opened::default()
                });
            }
            Object::Node(id) => *id,
        };
        let classes: Vec<&str> = self
            .all(id, RDF_TYPE)
            .iter()
            .filter_map(|property| self.doc.iri(&property.object))
            .collect();
        if classes.iter().any(|class| class.starts_with(CSVW)) || !self.all(id, CSVW_URL).is_empty()
        {
            return self.csvw_table(id, &property.object_place);
        }
        let named = |iri: &str| {
            ELSEWHERE
                .iter()
                .find(|(namespace, _)| iri.starts_with(namespace))
        };
        let elsewhere = self.node(id).properties.iter().find_map(|one| {
            named(&one.predicate)
                .or_else(|| {
                    self.doc
                        .iri(&one.object)
                        .filter(|_| one.predicate == RDF_TYPE)
                        .and_then(named)
                })
                .map(|(_, what)| (one.place.clone(), *what))
        });
        if let Some((place, what)) = elsewhere {
            self.error_with_hint(
                &place,
                format!("{what} are not read"),
                "export the data to a file and map that",
            );
            return None;
        }
        if let Some(distribution) = self.distribution(id) {
            return distribution;
        }
        self.allow(
            id,
            "a source",
            &["path", "root", "null", "encoding", "compression"],
        );
        let Some(path) = self.one(id, "path") else {
            self.lacking(
                id,
                &property.object_place,
                "the source has no rml:path",
                "add rml:path \"file.csv\"",
            );
            return None;
        };
        let mut file = self.file(id, path)?;
        self.bytes_of(id, &mut file);
        let several = classes.contains(&FILE_SET);
        if !several {
            self.one_file(&file);
        }
        Some(Opened {
            file,
            several,
            nulls: self.texts(id, "null"),
            ..Opened::default()
        })
    }

    /// Refuses a path that means several files.
    fn one_file(&mut self, file: &FileForm) {
        if file.path.contains('*') {
            self.error_with_hint(
                &file.declared,
                format!("the path \"{}\" means several files", file.path),
                format!(
                    "write rml:source [ a fm:FileSet ; rml:path \"{}\" ]",
                    file.path
                ),
            );
        }
    }

    /// Refuses a table or query of a database that stands for the source itself, as in R2RML.
    fn is_of_a_database(&mut self, id: NodeId) -> bool {
        let asks = |property: &&Property| {
            let iri = self.doc.iri(&property.object);
            iri.and_then(|iri| iri.strip_prefix(RML))
                .is_some_and(|local| DATABASES.contains(&local))
        };
        let formulations = self.all(id, "referenceFormulation");
        let Some(place) = formulations
            .into_iter()
            .find(asks)
            .map(|property| property.object_place.clone())
        else {
            return false;
        };
        self.visit_all(id);
        self.error_with_hint(
            &place,
            "databases are not read",
            "export the table to a file, and name it: rml:source \"table.csv\" ; rml:referenceFormulation rml:CSV",
        );
        true
    }

    /// Returns the file of a `dcat:Distribution`, if the node is one; only files of this machine are read.
    fn distribution(&mut self, id: NodeId) -> Option<Option<Opened>> {
        let property = self.address_of(id)?;
        self.allow(id, "a distribution", &["null", "encoding", "compression"]);
        let opened = self.file_of_address(property).map(|mut file| {
            self.bytes_of(id, &mut file);
            Opened {
                file,
                nulls: self.texts(id, "null"),
                ..Opened::default()
            }
        });
        Some(opened)
    }

    pub(super) fn formulation(
        &mut self,
        property: &Property,
        namespaces: &mut Vec<(String, String)>,
    ) -> Option<Formulation> {
        if let Object::Node(id) = property.object
            && matches!(self.node(id).name, NodeName::Blank(_))
                | !self.node(id).properties.is_empty()
        {
            return self.described_formulation(id, property, namespaces);
        }
        let iri = self.iri(property)?;
        if let Some(known) = formulation_of(iri) {
            return Some(known);
        }
        let mut diagnostic = Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the reference formulation {} is not supported", short(iri)),
        )
        .at(property.object_place.clone());
        let known = ["CSV", "JSONPath", "XPath"].map(|local| format!("{RML}{local}"));
        let article = format!("{FM}Article");
        let names = known.iter().chain([&article]).map(String::as_str);
        diagnostic = match vocabulary::nearest(iri, names) {
            Some(near) => diagnostic.hint(format!("did you mean {}?", short(near))),
            None => diagnostic.hint("rml:CSV, rml:JSONPath, rml:XPath and fm:Article are"),
        };
        self.errors.push(diagnostic);
        None
    }

    /// Returns the formulation of a node that is described by its class, such as `rml:XPathReferenceFormulation`.
    fn described_formulation(
        &mut self,
        id: NodeId,
        property: &Property,
        namespaces: &mut Vec<(String, String)>,
    ) -> Option<Formulation> {
        self.allow(id, "a reference formulation", &["namespace"]);
        let found = self
            .all(id, RDF_TYPE)
            .iter()
            .filter_map(|property| {
                self.doc
                    .iri(&property.object)?
                    .strip_prefix(RML)?
                    .strip_suffix("ReferenceFormulation")
            })
            .find_map(|local| formulation_of(&format!("{RML}{local}")));
        for property in self.all(id, "namespace") {
            let Some(node) = self.object_node(property) else {
                continue;
            };
            self.allow(node, "a namespace", &["namespacePrefix", "namespaceURL"]);
            let prefix = self
                .one(node, "namespacePrefix")
                .and_then(|property| self.text(property));
            let iri = self
                .one(node, "namespaceURL")
                .and_then(|property| match &property.object {
                    Object::Literal { text, .. } => Some(text.clone()),
                    Object::Node(_) => self.iri(property).map(str::to_owned),
                });
            match (prefix, iri) {
                (Some(prefix), Some(iri)) => namespaces.push((prefix, iri)),
                _ => self.lacking(
                    node,
                    &property.object_place,
                    "the namespace lacks its prefix or its URL",
                    "add rml:namespacePrefix \"ex\" and rml:namespaceURL \"http://…\"",
                ),
            }
        }
        if found.is_none() {
            self.error_with_hint(
                &property.object_place,
                "the reference formulation has no class that is known",
                "write a rml:XPathReferenceFormulation, or rml:CSV, rml:JSONPath, rml:XPath",
            );
        }
        found
    }

    /// Returns the formulation that a file's ending stands for when the mapping names none (RML-IO, logical sources).
    fn formulation_of_file(
        &mut self,
        id: NodeId,
        opened: Option<&Opened>,
        place: &Place,
    ) -> Option<Formulation> {
        let opened = opened?;
        if opened.table {
            return Some(Formulation::Csv);
        }
        let path = unpacked_name(&opened.file.path);
        let known = [
            (".csv", Formulation::Csv),
            (".tsv", Formulation::Csv),
            (".json", Formulation::Json),
            (".jsonl", Formulation::Json),
            (".ndjson", Formulation::Json),
            (".xml", Formulation::Xml),
        ];
        let found = known
            .iter()
            .find(|(ending, _)| path.ends_with(ending))
            .map(|(_, found)| *found);
        if found.is_none() {
            self.lacking(
                id,
                place,
                "the logical source has no rml:referenceFormulation",
                "add rml:referenceFormulation rml:CSV, rml:JSONPath, rml:XPath or fm:Article",
            );
        }
        found
    }

    fn evidence(&mut self, property: &Property) -> Option<Evidence> {
        let id = self.object_node(property)?;
        self.allow(id, "fm:evidence", &[QUOTE, SOURCE, OCCURRENCE, INFERRED]);
        let mut column = |predicate: &str, needed: bool| match self.one(id, predicate) {
            Some(property) => self.text(property),
            None => {
                if needed {
                    self.error_with_hint(
                        &property.object_place,
                        format!("fm:evidence has no {}", short(predicate)),
                        format!("add {} \"column\"", short(predicate)),
                    );
                }
                None
            }
        };
        let quote = column(QUOTE, true);
        let source = column(SOURCE, true);
        let occurrence = column(OCCURRENCE, false);
        let inferred = column(INFERRED, false);
        Some(Evidence {
            quote: quote?,
            source: source?,
            occurrence,
            inferred,
        })
    }
}

/// Returns the formulation that an IRI names.
fn formulation_of(iri: &str) -> Option<Formulation> {
    if let Some(local) = iri.strip_prefix(FORMATS) {
        return local
            .starts_with("SPARQL_Results_")
            .then_some(Formulation::Rdf);
    }
    match (iri.strip_prefix(RML), iri.strip_prefix(FM)) {
        (Some("CSV" | "CSVW" | "TSV"), _) => Some(Formulation::Csv),
        (Some("JSONPath" | "JSONL" | "JSONLines" | "NDJSON"), _) => Some(Formulation::Json),
        (Some("XPath"), _) => Some(Formulation::Xml),
        (_, Some("Article")) => Some(Formulation::Article),
        _ => None,
    }
}

impl LogicalSource {
    /// Returns the logical source of a file in its usual form.
    pub fn of_file(file: FileForm, formulation: Formulation) -> Self {
        Self {
            file,
            several: false,
            formulation,
            iterator: None,
            iterator_place: None,
            synonyms: None,
            dialect: Dialect::default(),
            datatypes: Vec::new(),
            nulls: Vec::new(),
            namespaces: Vec::new(),
            view: None,
            legacy: false,
            evidence: None,
        }
    }

    /// Returns the logical source of a triples map that needs none, whose place is given.
    pub(super) fn nothing(place: &Place) -> Self {
        let name = place.file.rsplit('/').next().unwrap_or_default();
        let file = FileForm {
            declared: place.clone(),
            path: name.to_owned(),
            root: Root::Mapping,
            ..FileForm::default()
        };
        Self::of_file(file, Formulation::Nothing)
    }

    /// Returns whether another logical source gives the same records, wherever the two are declared.
    pub(in crate::mapping) fn reads_the_same_as(&self, other: &Self) -> bool {
        let placeless = |source: &Self| Self {
            file: FileForm {
                declared: Place::default(),
                ..source.file.clone()
            },
            iterator_place: None,
            ..source.clone()
        };
        placeless(self) == placeless(other)
    }
}
