//! Logical sources.

use super::checker::Checker;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::{self, CSVW, FM, RDF_TYPE, RML, short};
use crate::mapping::{Evidence, Formulation, LogicalSource};

const SYNONYMS: &str = "https://w3id.org/factmill/ns#synonyms";
const EVIDENCE: &str = "https://w3id.org/factmill/ns#evidence";
const QUOTE: &str = "https://w3id.org/factmill/ns#quote";
const SOURCE: &str = "https://w3id.org/factmill/ns#source";
const OCCURRENCE: &str = "https://w3id.org/factmill/ns#occurrence";
const INFERRED: &str = "https://w3id.org/factmill/ns#inferred";
const FILE_SET: &str = "https://w3id.org/factmill/ns#FileSet";
const CSVW_URL: &str = "http://www.w3.org/ns/csvw#url";
const CSVW_NULL: &str = "http://www.w3.org/ns/csvw#null";
const CSVW_DIALECT: &str = "http://www.w3.org/ns/csvw#dialect";
const CSVW_DELIMITER: &str = "http://www.w3.org/ns/csvw#delimiter";
const CSVW_ENCODING: &str = "http://www.w3.org/ns/csvw#encoding";

/// What a source node says by itself.
struct Opened {
    place: Place,
    path: String,
    several: bool,
    table: bool,
    delimiter: Option<char>,
    nulls: Vec<String>,
}

impl Checker<'_> {
    /// Returns the logical source that `rml:logicalSource` leads to.
    pub(super) fn logical_source(&mut self, property: &Property) -> Option<LogicalSource> {
        let id = self.object_node(property)?;
        self.allow(
            id,
            "a logical source",
            &[
                "source",
                "referenceFormulation",
                "iterator",
                "null",
                "encoding",
                SYNONYMS,
                EVIDENCE,
            ],
        );
        let place = property.object_place.clone();
        let opened = match self.one(id, "source") {
            Some(source) => self.source(source),
            None => {
                self.error_with_hint(
                    &place,
                    "the logical source has no rml:source",
                    "add rml:source \"file.csv\"",
                );
                None
            }
        };
        self.encoding(id, "encoding");
        let formulation = match self.one(id, "referenceFormulation") {
            Some(property) => self.formulation(property),
            None if opened.as_ref().is_some_and(|opened| opened.table) => Some(Formulation::Csv),
            None => {
                self.error_with_hint(
                    &place,
                    "the logical source has no rml:referenceFormulation",
                    "add rml:referenceFormulation rml:CSV or fm:Article",
                );
                None
            }
        };
        let iterator = match self.one(id, "iterator") {
            Some(property) => self.text(property),
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
        Some(LogicalSource {
            declared: opened.place,
            path: opened.path,
            several: opened.several,
            formulation: formulation?,
            iterator,
            synonyms,
            delimiter: opened.delimiter,
            nulls,
            evidence,
        })
    }

    fn texts(&mut self, id: NodeId, predicate: &str) -> Vec<String> {
        self.all(id, predicate)
            .into_iter()
            .filter_map(|property| self.text(property))
            .collect()
    }

    fn source(&mut self, property: &Property) -> Option<Opened> {
        let id = match &property.object {
            Object::Literal { text, .. } => {
                return Some(Opened {
                    place: property.object_place.clone(),
                    path: text.clone(),
                    several: false,
                    table: false,
                    delimiter: None,
                    nulls: Vec::new(),
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
        self.allow(id, "a source", &["path", "root", "null", "encoding"]);
        self.encoding(id, "encoding");
        let root = self.root(id);
        let Some(path) = self.one(id, "path") else {
            self.error_with_hint(
                &property.object_place,
                "the source has no rml:path",
                "add rml:path \"file.csv\"",
            );
            return None;
        };
        let place = path.object_place.clone();
        let path = self.text(path)?;
        let several = classes.contains(&FILE_SET);
        if path.contains('*') && !several {
            self.error_with_hint(
                &place,
                format!("the path \"{path}\" means several files"),
                "write a fm:FileSet beside rml:path",
            );
        }
        Some(Opened {
            place,
            path: match root {
                Some(root) => format!("{}/{path}", root.trim_end_matches('/')),
                None => path,
            },
            several,
            table: false,
            delimiter: None,
            nulls: self.texts(id, "null"),
        })
    }

    /// Returns the root of a path if it is a folder; paths are relative to the mapping otherwise.
    fn root(&mut self, id: NodeId) -> Option<String> {
        let property = self.one(id, "root")?;
        match &property.object {
            Object::Literal { text, .. } => Some(text.clone()),
            Object::Node(_) => {
                let iri = self.iri(property)?;
                if iri.strip_prefix(RML) != Some("MappingDirectory") {
                    self.error_with_hint(
                        &property.object_place,
                        format!("the root {} is not supported", short(iri)),
                        "use rml:MappingDirectory, or leave rml:root out",
                    );
                }
                None
            }
        }
    }

    fn csvw_table(&mut self, id: NodeId, place: &Place) -> Option<Opened> {
        self.allow(
            id,
            "a csvw:Table",
            &[CSVW_URL, CSVW_NULL, CSVW_DIALECT, "null", "encoding"],
        );
        self.encoding(id, "encoding");
        let mut nulls = self.texts(id, CSVW_NULL);
        nulls.extend(self.texts(id, "null"));
        let mut delimiter = None;
        if let Some(property) = self.one(id, CSVW_DIALECT)
            && let Some(dialect) = self.object_node(property)
        {
            self.allow(dialect, "a csvw:Dialect", &[CSVW_DELIMITER, CSVW_ENCODING]);
            self.encoding(dialect, CSVW_ENCODING);
            if let Some(property) = self.one(dialect, CSVW_DELIMITER)
                && let Some(text) = self.text(property)
            {
                let mut chars = text.chars();
                delimiter = chars.next();
                if delimiter.is_none_or(|c| !c.is_ascii()) || chars.next().is_some() {
                    self.error(
                        &property.object_place,
                        format!("the delimiter \"{text}\" is not one ASCII character"),
                    );
                }
            }
        }
        let Some(url) = self.one(id, CSVW_URL) else {
            self.error_with_hint(
                place,
                "the csvw:Table has no csvw:url",
                "add csvw:url \"file.csv\"",
            );
            return None;
        };
        let declared = url.object_place.clone();
        Some(Opened {
            place: declared,
            path: self.text(url)?,
            several: false,
            table: true,
            delimiter,
            nulls,
        })
    }

    /// Refuses encodings other than UTF-8.
    fn encoding(&mut self, id: NodeId, predicate: &str) {
        let Some(property) = self.one(id, predicate) else {
            return;
        };
        let name = match &property.object {
            Object::Literal { text, .. } => text.clone(),
            Object::Node(_) => match self.iri(property) {
                Some(iri) => iri.strip_prefix(RML).unwrap_or(iri).to_owned(),
                None => return,
            },
        };
        if !name.eq_ignore_ascii_case("UTF-8") {
            self.error_with_hint(
                &property.object_place,
                format!("the encoding {name} is not supported"),
                "convert the file to UTF-8",
            );
        }
    }

    fn formulation(&mut self, property: &Property) -> Option<Formulation> {
        let iri = self.iri(property)?;
        match (iri.strip_prefix(RML), iri.strip_prefix(FM)) {
            (Some("CSV"), _) => Some(Formulation::Csv),
            (_, Some("Article")) => Some(Formulation::Article),
            _ => {
                let mut diagnostic = Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!("the reference formulation {} is not supported", short(iri)),
                )
                .at(property.object_place.clone());
                let known = [format!("{RML}CSV"), format!("{FM}Article")];
                diagnostic = match vocabulary::nearest(iri, known.iter().map(String::as_str)) {
                    Some(near) => diagnostic.hint(format!("did you mean {}?", short(near))),
                    None => diagnostic.hint("rml:CSV and fm:Article are"),
                };
                self.errors.push(diagnostic);
                None
            }
        }
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

impl LogicalSource {
    /// Returns whether another logical source gives the same records, wherever the two are declared.
    pub(in crate::mapping) fn reads_the_same_as(&self, other: &Self) -> bool {
        let placeless = |source: &Self| Self {
            declared: Place::default(),
            ..source.clone()
        };
        placeless(self) == placeless(other)
    }
}
