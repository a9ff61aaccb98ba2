//! Statements on their way to one file: each once, streamed where the syntax allows it.

use std::collections::{BTreeMap, HashSet};

use oxttl::NQuadsParser;
use xxhash_rust::xxh3::xxh3_128;

use super::MapJob;
use super::outlet::Outlet;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::export::{self, RdfFormat};
use crate::mapping::Lines;
use crate::mapping::run::hash::ByHash;

/// Statements on their way to one file.
pub(super) struct Output {
    outlet: Outlet,
    /// Hashes of the lines written.
    seen: HashSet<u128, ByHash>,
    /// Number of lines written.
    written: u64,
    /// Lines that have to be complete before they are written: for another syntax, or to be sorted.
    kept: Option<Vec<String>>,
    /// Whether the syntax is lines.
    is_lines: bool,
}

impl Output {
    /// Opens the output; `graphs` tells whether statements may stand in named graphs, which not every syntax can hold.
    pub(super) fn new(job: &MapJob, graphs: bool) -> Result<Self> {
        let lines = match job.format {
            RdfFormat::NQuads => true,
            RdfFormat::NTriples => !graphs,
            _ => false,
        };
        Ok(Self {
            outlet: Outlet::open(&job.output)?,
            seen: HashSet::default(),
            written: 0,
            is_lines: lines,
            kept: (!lines || job.sorted).then(Vec::new),
        })
    }

    /// Takes a line that may have been made before.
    pub(super) fn line(&mut self, line: &str) -> Result<()> {
        if self.seen.insert(xxh3_128(line.as_bytes())) {
            self.put(line, 1)
        } else {
            Ok(())
        }
    }

    /// Takes lines.
    pub(super) fn lines(&mut self, lines: &Lines) -> Result<()> {
        let mut start = 0;
        let mut count = lines.count;
        for line in &lines.doubtful {
            if !self.seen.insert(line.hash) {
                self.put(&lines.text[start..line.start], 0)?;
                start = line.end;
                count -= 1;
            }
        }
        self.put(&lines.text[start..], count)
    }

    fn put(&mut self, lines: &str, count: u64) -> Result<()> {
        self.written += count;
        match &mut self.kept {
            Some(kept) => {
                kept.extend(lines.split_inclusive('\n').map(str::to_owned));
                Ok(())
            }
            None if lines.is_empty() => Ok(()),
            None => self.outlet.write(lines.as_bytes()),
        }
    }

    /// Writes what is left and makes all of it visible; returns the number of statements.
    pub(super) fn finish(mut self, job: &MapJob) -> Result<u64> {
        if let Some(mut kept) = self.kept.take() {
            if self.is_lines {
                kept.sort_unstable();
                for line in &kept {
                    self.outlet.write(line.as_bytes())?;
                }
            } else {
                let document = document(&kept.concat(), job.format)?;
                self.outlet.write(document.as_bytes())?;
            }
        }
        self.outlet.finish()?;
        Ok(self.written)
    }
}

/// Returns lines of N-Quads as a document of another syntax.
fn document(lines: &str, format: RdfFormat) -> Result<String> {
    let quads: Vec<oxrdf::Quad> = NQuadsParser::new()
        .for_slice(lines)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| {
            Diagnostic::error(
                codes::RDF_SYNTAX,
                format!("a statement cannot be written: {error}"),
            )
        })?;
    export::render(
        &quads,
        format,
        &BTreeMap::new(),
        &export::Options::default(),
    )
}
