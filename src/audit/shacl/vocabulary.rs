//! The names of SHACL that the validator reads and writes.

/// Namespace of SHACL.
pub(super) const SH: &str = "http://www.w3.org/ns/shacl#";
/// `rdf:type`.
pub(super) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// `rdf:first`.
pub(super) const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
/// `rdf:rest`.
pub(super) const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
/// `rdf:nil`.
pub(super) const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
/// `rdfs:subClassOf`.
pub(super) const SUB_CLASS_OF: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
/// `rdfs:Class`.
pub(super) const CLASS: &str = "http://www.w3.org/2000/01/rdf-schema#Class";
/// `owl:Class`.
pub(super) const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";
/// `owl:imports`.
pub(super) const IMPORTS: &str = "http://www.w3.org/2002/07/owl#imports";

/// Returns the IRI of a SHACL term.
pub(super) fn sh(name: &str) -> String {
    format!("{SH}{name}")
}
