//! Prefixes: those a document declares, and those of the RDFa initial context, which need no declaration.

use std::collections::BTreeMap;

/// The prefixes of the RDFa initial context (W3C, with its most used vocabularies).
const KNOWN: &[(&str, &str)] = &[
    ("as", "https://www.w3.org/ns/activitystreams#"),
    ("cc", "http://creativecommons.org/ns#"),
    ("csvw", "http://www.w3.org/ns/csvw#"),
    ("ctag", "http://commontag.org/ns#"),
    ("dc", "http://purl.org/dc/terms/"),
    ("dc11", "http://purl.org/dc/elements/1.1/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("dqv", "http://www.w3.org/ns/dqv#"),
    ("duv", "https://www.w3.org/ns/duv#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("gr", "http://purl.org/goodrelations/v1#"),
    ("grddl", "http://www.w3.org/2003/g/data-view#"),
    ("ical", "http://www.w3.org/2002/12/cal/icaltzd#"),
    ("jsonld", "http://www.w3.org/ns/json-ld#"),
    ("ldp", "http://www.w3.org/ns/ldp#"),
    ("ma", "http://www.w3.org/ns/ma-ont#"),
    ("oa", "http://www.w3.org/ns/oa#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("og", "http://ogp.me/ns#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("qb", "http://purl.org/linked-data/cube#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfa", "http://www.w3.org/ns/rdfa#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("rev", "http://purl.org/stuff/rev#"),
    ("rif", "http://www.w3.org/2007/rif#"),
    ("rr", "http://www.w3.org/ns/r2rml#"),
    ("schema", "http://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("sioc", "http://rdfs.org/sioc/ns#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("skosxl", "http://www.w3.org/2008/05/skos-xl#"),
    ("sosa", "http://www.w3.org/ns/sosa/"),
    ("ssn", "http://www.w3.org/ns/ssn/"),
    ("time", "http://www.w3.org/2006/time#"),
    ("v", "http://rdf.data-vocabulary.org/#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("void", "http://rdfs.org/ns/void#"),
    ("wdr", "http://www.w3.org/2007/05/powder#"),
    ("wdrs", "http://www.w3.org/2007/05/powder-s#"),
    ("xhv", "http://www.w3.org/1999/xhtml/vocab#"),
    ("xml", "http://www.w3.org/XML/1998/namespace"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The beginnings of IRIs that look like a prefixed name and are none.
const SCHEMES: &[&str] = &[
    "ark", "cid", "data", "did", "doi", "file", "ftp", "geo", "hdl", "info", "isbn", "jar", "ldap",
    "mailto", "news", "ni", "tag", "tel", "urn", "ws", "wss", "xmpp",
];

/// The prefixes of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes {
    declared: BTreeMap<String, String>,
}

impl Prefixes {
    pub(super) fn declare(&mut self, prefix: &str, namespace: &str) {
        self.declared
            .entry(prefix.to_owned())
            .or_insert_with(|| namespace.to_owned());
    }

    /// Returns the namespace of a prefix.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&str> {
        let known = || {
            KNOWN
                .iter()
                .find(|(name, _)| *name == prefix)
                .map(|(_, namespace)| *namespace)
        };
        self.declared.get(prefix).map(String::as_str).or_else(known)
    }

    /// Returns the names of all prefixes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared
            .keys()
            .map(String::as_str)
            .chain(KNOWN.iter().map(|(name, _)| *name))
    }
}

/// Returns whether the word before a colon begins an IRI of its own.
pub(super) fn is_scheme(word: &str) -> bool {
    SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}
