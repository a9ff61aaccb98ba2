//! RML mappings: text → syntax (as read) → checked (resolved) → plan (ordered) → run.
//!
//! The module owns what a mapping means. It touches no file: whoever runs a plan lends it [`Sources`] to read records
//! from and a [`Sink`] that takes the statements, each with its [`Derivation`].

pub mod checked;
pub mod document;
pub mod function;
pub mod legacy;
pub mod plan;
pub mod print;
pub mod run;
pub mod syntax;
pub mod vocabulary;
pub mod yarrrml;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::record::form::{Compression, Dialect, Encoding};
use crate::record::{Origin, RecordKey, Records};

/// The form of a logical source (`rml:referenceFormulation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Formulation {
    /// Comma or otherwise separated values (`rml:CSV`).
    Csv,
    /// JSON or JSON Lines, with JSONPath (`rml:JSONPath`).
    Json,
    /// XML, with XPath (`rml:XPath`).
    Xml,
    /// An RDF file, whose iterator is a SPARQL query (`formats:SPARQL_Results_CSV` and the like).
    Rdf,
    /// The article form (`fm:Article`), described in [`crate::source::article`].
    Article,
    /// No source: the triples map says all itself, once. The file is that of the mapping.
    Nothing,
}

/// The columns of a logical source that hold a quotation and the file it is taken from (`fm:evidence`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Reference of the quoted text (`fm:quote`).
    pub quote: String,
    /// Reference of the file that the quotation stands in (`fm:source`).
    pub source: String,
    /// Reference of the number that tells equal passages apart, from 1 (`fm:occurrence`).
    pub occurrence: Option<String>,
    /// Reference of a remark on what was inferred rather than read (`fm:inferred`).
    pub inferred: Option<String>,
}

/// What a path is relative to (`rml:root`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// Not said: the working directory, and the mapping's folder when the file is not there.
    #[default]
    Unsaid,
    /// The working directory (`rml:CurrentWorkingDirectory`).
    Working,
    /// The folder of the mapping (`rml:MappingDirectory`).
    Mapping,
}

/// Where the file of a source or a target is and how its bytes are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileForm {
    /// Where the mapping names it.
    pub declared: Place,
    /// The path as declared, after a folder that `rml:root` names.
    pub path: String,
    /// What the path is relative to.
    pub root: Root,
    /// The encoding (`rml:encoding`).
    pub encoding: Encoding,
    /// The packing (`rml:compression`).
    pub compression: Compression,
}

/// What is said of the place of a source in the mapping, beside a fault of the source.
pub const SOURCE_ASKED_FOR: &str = "asked for here";

/// A logical source, resolved and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalSource {
    /// The file; its path has `*` when [`LogicalSource::several`] is set.
    pub file: FileForm,
    /// Whether the path is a pattern for several files (`fm:FileSet`).
    pub several: bool,
    /// The form of the source.
    pub formulation: Formulation,
    /// What to iterate over, in the words of the formulation.
    pub iterator: Option<String>,
    /// Where the iterator stands.
    pub iterator_place: Option<Place>,
    /// Path of the table that makes keys and column titles one (`fm:synonyms`), relative like `path`.
    pub synonyms: Option<String>,
    /// How a table is written.
    pub dialect: Dialect,
    /// The datatypes of columns, each by a title or name of the column (`csvw:datatype`).
    pub datatypes: Vec<(String, String)>,
    /// Prefixes of namespaces in XPath.
    pub namespaces: Vec<(String, String)>,
    /// The logical view that this is, by its number in the mapping; the file is then that of the source it is on.
    pub view: Option<usize>,
    /// Whether the mapping is in the older vocabulary, which knows values as plain texts.
    pub legacy: bool,
    /// Values that stand for no value (`rml:null`).
    pub nulls: Vec<String>,
    /// Where quotations stand, if the source is curated.
    pub evidence: Option<Evidence>,
}

/// A syntax that a target can be written in (`rml:serialization`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Serialization {
    /// N-Quads, the usual one.
    NQuads,
    /// N-Triples.
    NTriples,
    /// Turtle.
    Turtle,
    /// TriG.
    TriG,
    /// JSON-LD.
    JsonLd,
    /// RDF/XML.
    RdfXml,
    /// Notation3, of which Turtle is a part.
    N3,
    /// RDF/JSON.
    RdfJson,
}

impl Serialization {
    /// The names, for messages.
    pub const NAMES: &'static str =
        "N-Quads, N-Triples, Turtle, TriG, JSON-LD, RDF_XML, N3, RDF_JSON";

    /// Returns the syntax of a name as W3C's list of formats has it.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "N-Quads" => Self::NQuads,
            "N-Triples" => Self::NTriples,
            "Turtle" => Self::Turtle,
            "TriG" => Self::TriG,
            "JSON-LD" => Self::JsonLd,
            "RDF_XML" => Self::RdfXml,
            "N3" => Self::N3,
            "RDF_JSON" => Self::RdfJson,
            _ => return None,
        })
    }
}

/// A file that statements go to (`rml:logicalTarget`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalTarget {
    /// The file.
    pub file: FileForm,
    /// Its syntax.
    pub serialization: Serialization,
}

/// Numbers of targets in [`plan::Plan::targets`], a bit each; none is the usual output.
pub type Targets = u64;

pub use run::lines::{Doubtful, Lines};

/// Whatever opens the sources that a plan asks for.
pub trait Sources: Sync {
    /// Returns whether a source can be opened twice and gives the same records; a pipe cannot.
    fn is_lasting(&self, _source: &LogicalSource) -> bool {
        true
    }

    /// Opens a logical source: one stream of records for each of its files, in the order of their names.
    ///
    /// # Errors
    /// A file that is missing or unreadable, an iterator that the form does not know.
    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>>;

    /// Opens a text that is itself a document, such as JSON in a cell; formulation and iterator are the source's, its
    /// path means nothing. `shown` is what to call the text in messages.
    ///
    /// # Errors
    /// A text that is not of that form, an iterator that the form does not know.
    fn open_text(
        &self,
        source: &LogicalSource,
        _text: &str,
        shown: &str,
    ) -> Result<Box<dyn Records>> {
        Err(Diagnostic::error(
            codes::MAPPING_TERM,
            format!("texts of this form cannot be read ({shown})"),
        )
        .at(source.file.declared.clone())
        .into())
    }
}

/// A record that a statement came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordUse {
    /// The key of the record in its source.
    pub key: RecordKey,
    /// The place of the record.
    pub origin: Origin,
    /// The text to show for it, if its source is prose or a small table.
    pub quote: Option<Arc<str>>,
    /// The quotation a curated record declares, not yet looked for.
    pub evidence: Option<Quotation>,
}

/// A quotation that a curated record rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quotation {
    /// The quoted text.
    pub quote: String,
    /// The file it is taken from, as written in the record.
    pub source: String,
    /// Which of several equal passages, from 1.
    pub occurrence: Option<u32>,
    /// What was inferred rather than read.
    pub inferred: Option<String>,
}

/// A statement, its terms written as in N-Triples and N-Quads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement<'a> {
    /// IRI or blank node.
    pub subject: &'a str,
    /// IRI.
    pub predicate: &'a str,
    /// IRI, blank node or literal.
    pub object: &'a str,
    /// Named graph; `None` for the default graph.
    pub graph: Option<&'a str>,
    /// Where it goes.
    pub targets: Targets,
}

/// How a statement came about.
#[derive(Clone, Copy, Debug)]
pub struct Derivation<'a> {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// The record, or the child and the parent record of a join.
    pub records: &'a [RecordUse],
    /// Places of the values that the terms were made of, the object's first; empty when all terms are constant.
    pub values: &'a [Origin],
    /// What was inferred rather than read (`fm:inferred`), in words.
    pub inferred: Option<&'a str>,
}

/// A rule of a mapping: a predicate-object map, or the class of a subject map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// IRI of the triples map, or its label in the mapping file.
    pub name: String,
    /// Where the rule stands in its mapping file.
    pub place: Place,
}

/// Whatever takes the statements a plan makes.
pub trait Sink: Send {
    /// Takes a statement. The same statement comes once for each derivation.
    ///
    /// # Errors
    /// Only what must end the run: no room, no permission.
    fn statement(&mut self, statement: Statement<'_>, derivation: Derivation<'_>) -> Result<()>;

    /// Returns whether derivations are of use; without, they come empty and the run is faster.
    fn wants_derivations(&self) -> bool {
        true
    }

    /// Returns whether [`Sink::lines`] is what this sink would rather have; derivations do not come with lines.
    fn takes_lines(&self) -> bool {
        false
    }

    /// Takes many statements of a source at once, written as N-Quads. Statements come in the order of the records, whatever the
    /// number of threads; those that cannot be made in lines come to [`Sink::statement`] all the same. The text may be taken
    /// out ([`Lines::take_text`]).
    ///
    /// # Errors
    /// As [`Sink::statement`].
    fn lines(&mut self, lines: &mut Lines, source: &LogicalSource) -> Result<()> {
        let _ = (lines, source);
        Ok(())
    }

    /// Takes a finding: something left out or worth knowing. The run goes on.
    fn finding(&mut self, finding: Diagnostic);
}

#[cfg(test)]
mod tests;
