//! The terms of the vocabularies a mapping is written in: `rml:`, `csvw:` and factmill's own `fm:`.
//!
//! Knows names only, not what they mean; it is how the checker tells a slip of the pen from a term that is standard
//! but not supported.

use oxilangtag::LanguageTag;
use rapidfuzz::distance::damerau_levenshtein;

/// Namespace of RML (all modules).
pub const RML: &str = "http://w3id.org/rml/";
/// Namespace of factmill's own terms.
pub const FM: &str = "https://w3id.org/factmill/ns#";
/// Namespace of CSV on the Web.
pub const CSVW: &str = "http://www.w3.org/ns/csvw#";
/// Namespace of file formats as W3C names them.
pub const FORMATS: &str = "http://www.w3.org/ns/formats/";
/// Namespace of GREL functions as RML engines name them.
pub const GREL: &str = "http://users.ugent.be/~bjdmeest/function/grel.ttl#";
/// Namespace of the IDLab functions.
pub const IDLAB: &str = "https://w3id.org/imec/idlab/function#";
/// Namespace of RDF itself.
pub const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// `rdf:reifies`.
pub const RDF_REIFIES: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies";
/// Namespace of XML Schema datatypes.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
/// `rdf:type`.
pub const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// `rdf:first`.
pub const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
/// `rdf:rest`.
pub const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
/// `rdf:nil`.
pub const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";

/// Older namespaces of the same language, which are not read.
const OLD: &[(&str, &str)] = &[
    ("http://www.w3.org/ns/r2rml#", "R2RML"),
    ("http://semweb.mmlab.be/ns/", "the older RML"),
];

/// Classes of RML that may be stated with `a`; they change nothing.
pub const RML_CLASSES: &[&str] = &[
    "AbstractLogicalSource",
    "AssertedTriplesMap",
    "BaseSource",
    "CSVReferenceFormulation",
    "ChildMap",
    "DatatypeMap",
    "Execution",
    "ExpressionField",
    "ExpressionMap",
    "Field",
    "FilePath",
    "ForeignKeyAnnotation",
    "FunctionExecution",
    "FunctionMap",
    "GatherMap",
    "GraphMap",
    "InclusionAnnotation",
    "Input",
    "InputLogicalSource",
    "InputValueMap",
    "IriSafeAnnotation",
    "IterableField",
    "JSONPathReferenceFormulation",
    "Join",
    "JoinCondition",
    "LanguageMap",
    "LogicalSource",
    "LogicalTarget",
    "LogicalView",
    "LogicalViewJoin",
    "Namespace",
    "NonAssertedTriplesMap",
    "NotNullAnnotation",
    "ObjectMap",
    "ParameterMap",
    "ParentMap",
    "PredicateMap",
    "PredicateObjectMap",
    "PrimaryKeyAnnotation",
    "RefObjectMap",
    "ReferenceFormulation",
    "ReferenceObjectMap",
    "RelativePathSource",
    "ReturnMap",
    "Source",
    "StarMap",
    "Strategy",
    "StructuralAnnotation",
    "SubjectMap",
    "Target",
    "TermMap",
    "TriplesMap",
    "UniqueAnnotation",
    "XPathReferenceFormulation",
];

/// Classes of `fm:` that may be stated with `a`.
pub const FM_CLASSES: &[&str] = &["Evidence", "FileSet", "Function"];

/// Properties of RML that the engine reads somewhere.
const RML_READ: &[&str] = &[
    "allowEmptyListAndContainer",
    "baseIRI",
    "child",
    "childMap",
    "class",
    "compression",
    "condition",
    "constant",
    "datatype",
    "datatypeMap",
    "encoding",
    "field",
    "fieldName",
    "fullJoin",
    "function",
    "functionExecution",
    "functionMap",
    "gather",
    "gatherAs",
    "graph",
    "graphMap",
    "innerJoin",
    "input",
    "inputValue",
    "inputValueMap",
    "iterator",
    "joinCondition",
    "language",
    "languageMap",
    "leftJoin",
    "logicalSource",
    "logicalTarget",
    "namespace",
    "namespacePrefix",
    "namespaceURL",
    "null",
    "object",
    "objectMap",
    "onFields",
    "outerJoin",
    "parameter",
    "parameterMap",
    "parent",
    "parentLogicalView",
    "parentMap",
    "parentTriplesMap",
    "path",
    "predicate",
    "predicateMap",
    "predicateObjectMap",
    "query",
    "quotedTriplesMap",
    "reference",
    "referenceFormulation",
    "return",
    "returnMap",
    "root",
    "serialization",
    "source",
    "strategy",
    "structuralAnnotation",
    "subject",
    "subjectMap",
    "target",
    "targetFields",
    "targetView",
    "template",
    "termType",
    "viewOn",
];

/// Properties of `fm:` that the engine reads somewhere.
const FM_READ: &[&str] = &[
    "body",
    "evidence",
    "inferred",
    "occurrence",
    "quote",
    "source",
    "sparql",
    "synonyms",
];

/// Properties of `csvw:` that the engine reads somewhere.
const CSVW_READ: &[&str] = &[
    "base",
    "column",
    "columns",
    "commentPrefix",
    "datatype",
    "delimiter",
    "dialect",
    "doubleQuote",
    "encoding",
    "header",
    "headerRowCount",
    "lineTerminators",
    "name",
    "null",
    "quoteChar",
    "required",
    "separator",
    "skipBlankRows",
    "skipColumns",
    "skipInitialSpace",
    "skipRows",
    "tableSchema",
    "title",
    "titles",
    "trim",
    "url",
    "virtual",
];

/// Properties of `csvw:` that say what its own conversion makes of a table, or something about the table: whatever they
/// say, the cells are read alike.
const CSVW_BESIDE: &[&str] = &[
    "aboutUrl",
    "columnReference",
    "foreignKey",
    "foreignKeys",
    "note",
    "notes",
    "primaryKey",
    "propertyUrl",
    "reference",
    "resource",
    "rowTitle",
    "rowTitles",
    "schemaReference",
    "suppressOutput",
    "tableDirection",
    "textDirection",
    "transformations",
    "valueUrl",
];

/// Returns an IRI as people write it: with its usual prefix where it has one, else in angle brackets.
pub fn short(iri: &str) -> String {
    const PREFIXES: &[(&str, &str)] = &[
        (RML, "rml"),
        (FM, "fm"),
        (CSVW, "csvw"),
        (GREL, "grel"),
        (IDLAB, "idlab-fn"),
        (XSD, "xsd"),
    ];
    PREFIXES
        .iter()
        .find_map(|(namespace, prefix)| {
            let local = iri.strip_prefix(namespace)?;
            Some(format!("{prefix}:{local}"))
        })
        .unwrap_or_else(|| format!("<{iri}>"))
}

/// What a property is to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Of no concern: some other vocabulary.
    Foreign,
    /// Read, in its right place.
    Read,
    /// A term of a standard module that is not supported.
    NotSupported,
    /// A term of an older vocabulary; the text names it.
    Old(&'static str),
    /// In one of the namespaces but no term of it.
    Unknown,
}

/// Returns what a property is to the engine.
pub fn standing(property: &str) -> Standing {
    let within = |local: &str, read: &[&str], not_read: &[&str]| {
        if read.contains(&local) {
            Standing::Read
        } else if not_read.contains(&local) {
            Standing::NotSupported
        } else {
            Standing::Unknown
        }
    };
    if let Some(local) = property.strip_prefix(RML) {
        return within(local, RML_READ, &[]);
    }
    if let Some(local) = property.strip_prefix(FM) {
        return within(local, FM_READ, &[]);
    }
    if let Some(local) = property.strip_prefix(CSVW) {
        return if CSVW_BESIDE.contains(&local) {
            Standing::Foreign
        } else if CSVW_READ.contains(&local) {
            Standing::Read
        } else {
            Standing::NotSupported
        };
    }
    OLD.iter()
        .find(|(namespace, _)| property.starts_with(namespace))
        .map_or(Standing::Foreign, |(_, name)| Standing::Old(name))
}

/// Returns the properties of the namespace of `property` that the engine reads, as IRIs: what may have been meant.
pub fn siblings(property: &str) -> Vec<String> {
    [(RML, RML_READ), (FM, FM_READ), (CSVW, CSVW_READ)]
        .into_iter()
        .filter(|(namespace, _)| property.starts_with(namespace))
        .flat_map(|(namespace, names)| names.iter().map(move |name| format!("{namespace}{name}")))
        .collect()
}

/// Returns whether a text is a language tag (BCP 47) whose language can be registered: of two or three letters, private,
/// or grandfathered. Longer first parts are well-formed, but none was ever registered; they are words such as "english".
pub fn is_language_tag(text: &str) -> bool {
    let first = text.split('-').next().unwrap_or_default();
    LanguageTag::parse(text).is_ok() && (first.len() <= 3)
}

/// Returns the candidate nearest to a word, if it is near enough to have been meant.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| {
            let distance =
                damerau_levenshtein::distance(lower.chars(), candidate.to_lowercase().chars());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_slips_from_terms() {
        assert_eq!(standing("http://w3id.org/rml/template"), Standing::Read);
        assert_eq!(
            standing("http://www.w3.org/ns/csvw#default"),
            Standing::NotSupported
        );
        assert_eq!(
            standing("http://www.w3.org/ns/csvw#aboutUrl"),
            Standing::Foreign
        );
        assert_eq!(standing("http://w3id.org/rml/tempalte"), Standing::Unknown);
        assert_eq!(
            standing("http://www.w3.org/ns/r2rml#template"),
            Standing::Old("R2RML")
        );
        assert_eq!(
            standing("http://purl.org/dc/terms/title"),
            Standing::Foreign
        );
    }

    #[test]
    fn finds_near_names() {
        assert_eq!(
            nearest("tempalte", ["template", "termType"]),
            Some("template")
        );
        assert_eq!(nearest("colour", ["template", "termType"]), None);
    }
}
