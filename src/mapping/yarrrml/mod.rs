//! YARRRML: mappings written in YAML.
//!
//! A document is read in three steps: `yaml` keeps the line and column of every value, `reader` writes the
//! shortcuts out as `model`, `emit` makes the graph that the same mapping in Turtle would give, each triple at its
//! place in the YAML. So checks, plans and runs need to know nothing of YARRRML, and every error points at its line.
//! What the graph means is what the older vocabulary means, as the converters of YARRRML have always written it.

mod calls;
mod change;
mod emit;
mod model;
mod prefixes;
mod reader;
mod terms;
mod value;
mod yaml;

use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::mapping::syntax::MappingDoc;

/// The text of a file and its name in messages.
#[derive(Clone, Copy, Debug)]
pub struct File<'t> {
    /// Name of the file.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// A graph and what is wrong or worth knowing about the text it was read from.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The graph, as far as it could be made.
    pub doc: MappingDoc,
    /// What was found, in the order of the text.
    pub findings: Vec<Diagnostic>,
}

/// Reads YARRRML of one or several files; prefixes, sources, targets and mappings of each count for all.
///
/// # Errors
/// `MAPPING_SYNTAX` with line and column where a file is no YAML. Slips in YARRRML are findings: the graph holds the rest.
pub fn read(files: &[File<'_>]) -> Result<Reading> {
    let mut documents = Vec::new();
    for file in files {
        documents.push(yaml::parse(file.text, file.name)?);
    }
    let mut reader = reader::Reader::default();
    reader.documents(&documents);
    let doc = emit::emit(&mut reader, files.first().map_or("", |file| file.name));
    let mut findings = reader.findings;
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    findings.dedup();
    Ok(Reading { doc, findings })
}

/// Reads YARRRML of one file; any slip is an error.
///
/// # Errors
/// Everything that is wrong, each with its line and column.
pub fn read_strictly(file: File<'_>) -> Result<MappingDoc> {
    let Reading { mut doc, findings } = read(&[file])?;
    if findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return Err(Diagnostics(findings));
    }
    doc.notices = findings;
    Ok(doc)
}

/// Returns whether the name of a file says that it holds YARRRML.
pub fn is_yarrrml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".yml", ".yaml", ".yarrrml"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests;
