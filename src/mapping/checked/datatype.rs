//! Datatypes in the namespaces of XML Schema and RDF that those do not have: a slip of the pen, most likely.

use super::checker::Checker;
use super::{Constant, Form, TermMap};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::vocabulary::{RDF, XSD, nearest};

/// The datatypes of XML Schema 1.1.
pub(super) const OF_XSD: &[&str] = &[
    "ENTITIES",
    "ENTITY",
    "ID",
    "IDREF",
    "IDREFS",
    "NCName",
    "NMTOKEN",
    "NMTOKENS",
    "NOTATION",
    "Name",
    "QName",
    "anyAtomicType",
    "anySimpleType",
    "anyType",
    "anyURI",
    "base64Binary",
    "boolean",
    "byte",
    "date",
    "dateTime",
    "dateTimeStamp",
    "dayTimeDuration",
    "decimal",
    "double",
    "duration",
    "float",
    "gDay",
    "gMonth",
    "gMonthDay",
    "gYear",
    "gYearMonth",
    "hexBinary",
    "int",
    "integer",
    "language",
    "long",
    "negativeInteger",
    "nonNegativeInteger",
    "nonPositiveInteger",
    "normalizedString",
    "positiveInteger",
    "short",
    "string",
    "time",
    "token",
    "unsignedByte",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
    "yearMonthDuration",
];

/// The datatypes of RDF.
const OF_RDF: &[&str] = &[
    "HTML",
    "JSON",
    "PlainLiteral",
    "XMLLiteral",
    "dirLangString",
    "langString",
];

/// A namespace of datatypes.
struct Namespace {
    iri: &'static str,
    prefix: &'static str,
    names: &'static [&'static str],
    /// What is said of a name that it does not have.
    message: &'static str,
    /// What is said where no name is near.
    hint: &'static str,
}

const NAMESPACES: &[Namespace] = &[
    Namespace {
        iri: XSD,
        prefix: "xsd",
        names: OF_XSD,
        message: "XML Schema has no datatype",
        hint: "it has xsd:string, xsd:boolean, xsd:integer, xsd:decimal, xsd:double, xsd:date, xsd:dateTime and others",
    },
    Namespace {
        iri: RDF,
        prefix: "rdf",
        names: OF_RDF,
        message: "RDF has no datatype",
        hint: "it has rdf:HTML, rdf:JSON, rdf:XMLLiteral, rdf:langString and rdf:dirLangString",
    },
];

impl Checker<'_> {
    /// Warns of a term map that is a constant datatype which there is not.
    pub(super) fn constant_datatype(&mut self, term: &TermMap) {
        if let Form::Constant(Constant::Iri(iri)) = &term.expression.form {
            self.known_datatype(iri, &term.place);
        }
    }

    /// Warns of a datatype in a namespace that does not have it.
    pub(super) fn known_datatype(&mut self, iri: &str, place: &Place) {
        let Some(warning) = unknown(iri) else {
            return;
        };
        let warning = warning.at(place.clone());
        // A map is looked at for every use that is made of it.
        if !self.notices.contains(&warning) {
            self.notices.push(warning);
        }
    }
}

fn unknown(iri: &str) -> Option<Diagnostic> {
    let found = |known: &'static Namespace| Some((known, local_name(iri, known.iri)?));
    let (known, local) = NAMESPACES.iter().find_map(found)?;
    let Namespace { prefix, .. } = known;
    let warning = if iri.strip_prefix(known.iri) == Some(local) {
        if known.names.contains(&local) {
            return None;
        }
        let message = format!("{} {prefix}:{local}", known.message);
        Diagnostic::warning(codes::MAPPING_TERM, message)
    } else {
        Diagnostic::warning(codes::MAPPING_TERM, format!("{} <{iri}>", known.message))
            .hint(format!("the prefix is {prefix}: <{}>", known.iri))
    };
    Some(match nearest(local, known.names.iter().copied()) {
        Some(near) => warning.hint(format!("did you mean {prefix}:{near}?")),
        None => warning.hint(known.hint),
    })
}

/// Returns the end of an IRI in a namespace, also of one written with `https:`, or without the `#`.
fn local_name<'i>(iri: &'i str, namespace: &str) -> Option<&'i str> {
    let bare = namespace.strip_prefix("http://")?.strip_suffix('#')?;
    let rest = iri
        .strip_prefix("http://")
        .or_else(|| iri.strip_prefix("https://"))?;
    let local = rest.strip_prefix(bare)?;
    Some(local.trim_start_matches(['#', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(iri: &str) -> Option<String> {
        unknown(iri).map(|found| format!("{}; {}", found.message, found.hints.join("; ")))
    }

    #[test]
    fn slips_are_told_from_datatypes() {
        for iri in [
            "http://www.w3.org/2001/XMLSchema#gYear",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
            "http://www.opengis.net/ont/geosparql#wktLiteral",
            "http://id.loc.gov/datatypes/edtf/EDTF",
        ] {
            assert_eq!(told(iri), None, "{iri}");
        }
        let of = |iri: &str| told(iri).unwrap();
        assert_eq!(
            of("http://www.w3.org/2001/XMLSchema#decimla"),
            "XML Schema has no datatype xsd:decimla; did you mean xsd:decimal?"
        );
        assert_eq!(
            of("http://www.w3.org/2001/XMLSchema#datetime"),
            "XML Schema has no datatype xsd:datetime; did you mean xsd:dateTime?"
        );
        assert_eq!(
            of("http://www.w3.org/1999/02/22-rdf-syntax-ns#HTLM"),
            "RDF has no datatype rdf:HTLM; did you mean rdf:HTML?"
        );
        assert_eq!(
            of("http://www.w3.org/2001/XMLSchemadate"),
            "XML Schema has no datatype <http://www.w3.org/2001/XMLSchemadate>; \
             the prefix is xsd: <http://www.w3.org/2001/XMLSchema#>; did you mean xsd:date?"
        );
        assert!(of("https://www.w3.org/2001/XMLSchema#date").contains("did you mean xsd:date?"));
        assert!(of("http://www.w3.org/2001/XMLSchema#bool").contains("it has xsd:string"));
    }
}
