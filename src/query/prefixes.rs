//! Prefixes: those every query may use undeclared, those a project adds, and well-known ones for hints.

use std::collections::BTreeMap;

use oxrdf::NamedNode;

/// Prefixes that need no declaration in a query.
pub const KNOWN: &[(&str, &str)] = &[
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("edtf", "http://id.loc.gov/datatypes/edtf/"),
    ("fm", "https://w3id.org/factmill/ns#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("oa", "http://www.w3.org/ns/oa#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("pol", "https://w3id.org/factmill/polity#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "http://schema.org/"),
    ("sh", "http://www.w3.org/ns/shacl#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("void", "http://rdfs.org/ns/void#"),
    ("wd", "http://www.wikidata.org/entity/"),
    ("wdt", "http://www.wikidata.org/prop/direct/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Well-known prefixes that a query has to declare; hints give the line to write.
pub const COMMON: &[(&str, &str)] = &[
    ("bd", "http://www.bigdata.com/rdf#"),
    ("bf", "http://id.loc.gov/ontologies/bibframe/"),
    ("bibo", "http://purl.org/ontology/bibo/"),
    ("bio", "http://purl.org/vocab/bio/0.1/"),
    ("cc", "http://creativecommons.org/ns#"),
    ("crm", "http://www.cidoc-crm.org/cidoc-crm/"),
    ("csvw", "http://www.w3.org/ns/csvw#"),
    ("dbo", "http://dbpedia.org/ontology/"),
    ("dbp", "http://dbpedia.org/property/"),
    ("dbr", "http://dbpedia.org/resource/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcmitype", "http://purl.org/dc/dcmitype/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("doap", "http://usefulinc.com/ns/doap#"),
    ("dqv", "http://www.w3.org/ns/dqv#"),
    ("event", "http://purl.org/NET/c4dm/event.owl#"),
    ("fn", "http://www.w3.org/2005/xpath-functions#"),
    ("frbr", "http://purl.org/vocab/frbr/core#"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("geof", "http://www.opengis.net/def/function/geosparql/"),
    ("gn", "http://www.geonames.org/ontology#"),
    ("gnd", "https://d-nb.info/standards/elementset/gnd#"),
    ("ldp", "http://www.w3.org/ns/ldp#"),
    ("locn", "http://www.w3.org/ns/locn#"),
    ("mads", "http://www.loc.gov/mads/rdf/v1#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("p", "http://www.wikidata.org/prop/"),
    ("pq", "http://www.wikidata.org/prop/qualifier/"),
    ("pr", "http://www.wikidata.org/prop/reference/"),
    ("ps", "http://www.wikidata.org/prop/statement/"),
    ("psv", "http://www.wikidata.org/prop/statement/value/"),
    ("qb", "http://purl.org/linked-data/cube#"),
    ("rdaa", "http://rdaregistry.info/Elements/a/"),
    ("rico", "https://www.ica.org/standards/RiC/ontology#"),
    ("rml", "http://w3id.org/rml/"),
    ("rr", "http://www.w3.org/ns/r2rml#"),
    ("schemas", "https://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("sioc", "http://rdfs.org/sioc/ns#"),
    ("skosxl", "http://www.w3.org/2008/05/skos-xl#"),
    ("sosa", "http://www.w3.org/ns/sosa/"),
    ("sssom", "https://w3id.org/sssom/"),
    ("time", "http://www.w3.org/2006/time#"),
    ("vann", "http://purl.org/vocab/vann/"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("viaf", "http://viaf.org/viaf/"),
    ("wgs", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("wikibase", "http://wikiba.se/ontology#"),
    ("wdref", "http://www.wikidata.org/reference/"),
    ("wds", "http://www.wikidata.org/entity/statement/"),
    ("wdv", "http://www.wikidata.org/value/"),
    ("xhv", "http://www.w3.org/1999/xhtml/vocab#"),
];

/// A set of prefixes, used to read names and to shorten IRIs for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes {
    names: BTreeMap<String, String>,
}

impl Prefixes {
    /// Returns the prefixes that need no declaration.
    pub fn known() -> Self {
        Self::none().and(KNOWN.iter().copied())
    }

    /// Returns a set without any prefix: no IRI is shortened by it.
    pub fn none() -> Self {
        Self {
            names: BTreeMap::new(),
        }
    }

    /// Returns the set with further prefixes; a later one replaces an earlier one of the same name.
    #[must_use]
    pub fn and(
        mut self,
        prefixes: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        for (name, namespace) in prefixes {
            self.names.insert(name.into(), namespace.into());
        }
        self
    }

    /// Returns the namespace of a prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// Returns every prefix with its namespace, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names
            .iter()
            .map(|(name, namespace)| (name.as_str(), namespace.as_str()))
    }

    /// Returns the IRI in its short form (`ex:thing`), if a namespace fits and the rest needs no escape.
    ///
    /// The longest namespace wins.
    pub fn shorten(&self, iri: &str) -> Option<String> {
        let (name, namespace) = self
            .iter()
            .filter(|(_, namespace)| iri.starts_with(namespace))
            .max_by_key(|(_, namespace)| namespace.len())?;
        let local = &iri[namespace.len()..];
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let fits = !local.is_empty() && !local.starts_with('-') && local.chars().all(plain);
        fits.then(|| format!("{name}:{local}"))
    }

    /// Returns the IRI of a prefixed name, or `None` when the prefix is not known or the outcome is no IRI.
    pub fn expand(&self, name: &str) -> Option<NamedNode> {
        let (prefix, local) = name.split_once(':')?;
        NamedNode::new(format!("{}{local}", self.get(prefix)?)).ok()
    }
}

/// Returns the namespace that a prefix usually stands for, of those known and those merely common.
pub(crate) fn usual(name: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .chain(COMMON)
        .find(|(known, _)| *known == name)
        .map(|(_, namespace)| *namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_namespace_is_an_iri_and_no_prefix_is_listed_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for (name, namespace) in KNOWN.iter().chain(COMMON) {
            assert!(NamedNode::new(*namespace).is_ok(), "{namespace}");
            assert!(seen.insert(name), "{name} twice");
        }
    }

    #[test]
    fn shortens_by_the_longest_namespace_and_only_what_can_be_read_back() {
        let prefixes = Prefixes::known().and([("wdx", "http://www.wikidata.org/entity/X")]);
        assert_eq!(
            prefixes
                .shorten("http://www.wikidata.org/entity/Q1")
                .as_deref(),
            Some("wd:Q1")
        );
        assert_eq!(
            prefixes
                .shorten("http://www.wikidata.org/entity/X1")
                .as_deref(),
            Some("wdx:1")
        );
        assert_eq!(prefixes.shorten("http://schema.org/"), None);
        assert_eq!(prefixes.shorten("http://schema.org/a/b"), None);
        assert_eq!(
            prefixes.expand("wd:Q1").unwrap().as_str(),
            "http://www.wikidata.org/entity/Q1"
        );
        assert_eq!(prefixes.expand("wd:Q 1"), None);
        assert_eq!(prefixes.expand("nope:Q1"), None);
    }
}
