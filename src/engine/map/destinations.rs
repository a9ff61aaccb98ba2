//! Logical targets: statements on their way to the files that the mapping names, each once in each.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use oxrdf::Quad;
use oxttl::NQuadsParser;
use xxhash_rust::xxh3::xxh3_128;

use super::outlet::Outlet;
use super::pack::pack;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::export::{self, RdfFormat};
use crate::mapping::{FileForm, LogicalTarget, Root, Serialization, Targets};
use crate::output::target::Target;
use crate::record::form::{Compression, Encoding};

/// The targets of a run.
#[derive(Debug, Default)]
pub(super) struct Destinations(Vec<Destination>);

/// Statements on their way to one file.
#[derive(Debug)]
struct Destination {
    target: LogicalTarget,
    path: PathBuf,
    outlet: Outlet,
    seen: HashSet<u128>,
    /// The lines, if they have to be complete before they are written.
    kept: Option<String>,
}

impl Destinations {
    /// Opens the targets.
    ///
    /// # Errors
    /// `WRITE_FAILED`; `MAPPING_TERM` for two targets that write to one file in two ways.
    pub(super) fn open(targets: &[LogicalTarget]) -> Result<Self> {
        let mut found: Vec<Destination> = Vec::with_capacity(targets.len());
        for target in targets {
            let path = located(&target.file);
            if let Some(known) = found.iter().find(|known| known.path == path) {
                return Err(Diagnostic::error(
                    codes::MAPPING_TERM,
                    format!(
                        "two targets write to {} in different ways",
                        target.file.path
                    ),
                )
                .at(target.file.declared.clone())
                .and_at("the other", known.target.file.declared.clone())
                .hint("give each a file of its own, or say the same in both")
                .into());
            }
            let lines = matches!(target.serialization, Serialization::NQuads);
            let plain = target.file.compression == Compression::None
                && target.file.encoding == Encoding::Utf8;
            found.push(Destination {
                outlet: Outlet::open(&Target::File(path.clone()), None)
                    .map_err(|failed| at_target(failed, target))?,
                target: target.clone(),
                path,
                seen: HashSet::new(),
                kept: (!lines || !plain).then(String::new),
            });
        }
        Ok(Self(found))
    }

    /// Returns whether there are no targets.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a line for some of the targets.
    pub(super) fn line(&mut self, targets: Targets, line: &str) -> Result<()> {
        let hash = xxh3_128(line.as_bytes());
        for (number, destination) in self.0.iter_mut().enumerate() {
            if targets >> number & 1 == 1 && destination.seen.insert(hash) {
                match &mut destination.kept {
                    Some(kept) => kept.push_str(line),
                    None => destination.outlet.write(line.as_bytes())?,
                }
            }
        }
        Ok(())
    }

    /// Writes what is left and makes all of it visible; returns the number of statements, counted in each file.
    ///
    /// # Errors
    /// `WRITE_FAILED`; `UNKNOWN_FORMAT` for statements that a syntax cannot hold.
    pub(super) fn finish(mut self) -> Result<u64> {
        let mut statements = 0;
        // All documents are made before the first file changes.
        for destination in &mut self.0 {
            statements += destination.seen.len() as u64;
            if let Some(lines) = destination.kept.take() {
                let target = &destination.target;
                let document = document(&lines, target.serialization)
                    .map_err(|failed| at_target(failed, target))?;
                let name = destination
                    .path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy();
                let bytes = pack(
                    &document,
                    &name,
                    target.file.compression,
                    target.file.encoding,
                )
                .map_err(|error| {
                    Diagnostic::error(codes::WRITE_FAILED, error.to_string())
                        .at(Place::file(destination.path.display().to_string()))
                })?;
                destination.outlet.write(&bytes)?;
            }
        }
        for destination in self.0 {
            destination.outlet.finish()?;
        }
        Ok(statements)
    }
}

fn at_target(mut failed: Diagnostics, target: &LogicalTarget) -> Diagnostics {
    for one in &mut failed.0 {
        one.related.push((
            "the mapping names the target here".to_owned(),
            target.file.declared.clone(),
        ));
    }
    failed
}

/// Returns where the file of a target is: in the working directory, unless its root is the mapping's folder.
fn located(file: &FileForm) -> PathBuf {
    let path = file.path.strip_prefix("./").unwrap_or(&file.path);
    match file.declared.file.rsplit_once('/') {
        Some((folder, _)) if file.root == Root::Mapping => PathBuf::from(folder).join(path),
        _ => PathBuf::from(path),
    }
}

/// Returns lines of N-Quads as a document.
fn document(lines: &str, serialization: Serialization) -> Result<String> {
    let quads: Vec<Quad> = NQuadsParser::new()
        .lenient()
        .for_slice(lines)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| {
            Diagnostic::error(
                codes::RDF_SYNTAX,
                format!("a statement cannot be written: {error}"),
            )
        })?;
    let format = match serialization {
        Serialization::NQuads => return Ok(lines.to_owned()),
        Serialization::RdfJson => return export::rdf_json(&quads),
        Serialization::NTriples => RdfFormat::NTriples,
        // Turtle is a part of Notation3.
        Serialization::Turtle | Serialization::N3 => RdfFormat::Turtle,
        Serialization::TriG => RdfFormat::TriG,
        Serialization::JsonLd => RdfFormat::JsonLd,
        Serialization::RdfXml => RdfFormat::RdfXml,
    };
    export::render(
        &quads,
        format,
        &BTreeMap::new(),
        &export::Options::default(),
    )
}
