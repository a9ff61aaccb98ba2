//! Checks of mappings that are not run.

use std::path::{Path, PathBuf};

use oxrdf::{GraphName, Quad};

use super::files;
use super::sources::Shelf;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, Status, codes};
use crate::mapping::checked::{self, Mapping};
use crate::mapping::document;
use crate::mapping::plan::plan;
use crate::mapping::print::normal_form;
use crate::mapping::run::preview;
use crate::mapping::yarrrml::{File, Reading};

/// What a check of mappings found.
#[derive(Clone, Debug, Default)]
pub struct CheckReport {
    /// What is wrong or worth knowing, in the order of the text.
    pub findings: Vec<Diagnostic>,
    /// The normal form of the mappings in today's RML.
    pub normal_form: Vec<Quad>,
    /// How many triples maps the mappings have.
    pub triples_maps: usize,
    /// The mappings that are right.
    mappings: Vec<Mapping>,
    /// Whether parts of a mapping could not be read.
    pub incomplete: bool,
}

impl CheckReport {
    /// Returns `Findings` when the normal form lacks something, else `Done`.
    pub fn status(&self) -> Status {
        if self.incomplete {
            Status::Findings
        } else {
            Status::Done
        }
    }
}

/// Reads mappings and checks them, and their sources for what they refer to; YARRRML files count as one mapping. No
/// record is read.
///
/// # Errors
/// Files that cannot be read; everything that is wrong with the mappings; sources that are not there, columns that they
/// do not have.
pub fn check(mappings: &[PathBuf]) -> Result<CheckReport> {
    let mut report = print(mappings)?;
    let shelf = Shelf::new(Path::new(""));
    for mapping in &report.mappings {
        let preview = preview(&plan(mapping), &shelf);
        report.findings.extend(preview.findings);
        for unused in preview.unused {
            let columns: Vec<String> = unused
                .columns
                .iter()
                .map(|column| format!("\"{column}\""))
                .collect();
            let message = format!(
                "nothing refers to {} of {}",
                columns.join(", "),
                unused.path
            );
            report
                .findings
                .push(Diagnostic::notice(codes::UNMAPPED, message).at(unused.place));
        }
    }
    let wrong = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if wrong {
        return Err(Diagnostics(std::mem::take(&mut report.findings)));
    }
    Ok(report)
}

/// Reads mappings and gives their normal form as far as they go; what cannot be run is a finding.
///
/// # Errors
/// Files that cannot be read or are neither Turtle nor YAML.
pub fn print(mappings: &[PathBuf]) -> Result<CheckReport> {
    let mut texts = Vec::new();
    for path in mappings {
        texts.push((path.display().to_string(), files::read_text_or_stdin(path)?));
    }
    let files: Vec<File<'_>> = texts
        .iter()
        .map(|(name, text)| File { name, text })
        .collect();
    let mut report = CheckReport::default();
    for (number, Reading { doc, findings }) in document::read_all(&files)?.into_iter().enumerate() {
        report.incomplete |= findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        report.findings.extend(findings);
        match checked::check(&doc) {
            Ok(mapping) => {
                report.triples_maps += mapping.triples_maps.len();
                report.findings.extend(mapping.notices.iter().cloned());
                report.mappings.push(mapping);
            }
            Err(errors) => report.findings.extend(errors.0),
        }
        for mut triple in normal_form(&doc) {
            relabel(&mut triple, number);
            report.normal_form.push(Quad::new(
                triple.subject,
                triple.predicate,
                triple.object,
                GraphName::DefaultGraph,
            ));
        }
    }
    Ok(report)
}

/// Keeps the blank nodes of several mappings apart.
fn relabel(triple: &mut oxrdf::Triple, number: usize) {
    let new = |node: &oxrdf::BlankNode| {
        oxrdf::BlankNode::new_unchecked(format!("m{number}{}", node.as_str()))
    };
    if let oxrdf::NamedOrBlankNode::BlankNode(node) = &triple.subject {
        triple.subject = new(node).into();
    }
    if let oxrdf::Term::BlankNode(node) = &triple.object {
        triple.object = new(node).into();
    }
}
