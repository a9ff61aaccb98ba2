//! Statements on their way to one file: each once, streamed where the syntax allows it.

use std::collections::BTreeMap;

use oxttl::NQuadsParser;
use xxhash_rust::xxh3::xxh3_128;

use super::MapJob;
use super::distinct::{Distinct, Verdict};
use super::outlet::Outlet;
use super::scratch::Scratch;
use super::sort::Sorter;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::export::{self, RdfFormat};
use crate::mapping::Lines;

/// What is done with lines.
enum Way {
    /// They are written as they come.
    Stream,
    /// They are written in the order of their text.
    Sorted(Sorter),
    /// They are kept until all are there, to be written in another syntax.
    Document(String),
}

/// Statements on their way to one file.
pub(super) struct Output {
    outlet: Outlet,
    distinct: Distinct,
    /// Number of lines written.
    written: u64,
    way: Way,
}

impl Output {
    /// Opens the output; `graphs` tells whether statements may stand in named graphs, which not every syntax can hold.
    pub(super) fn new(job: &MapJob, graphs: bool) -> Result<Self> {
        let is_lines = match job.format {
            RdfFormat::NQuads => true,
            RdfFormat::NTriples => !graphs,
            _ => false,
        };
        let scratch = Scratch::beside(job.output.path());
        Ok(Self {
            outlet: Outlet::open(&job.output, job.output.packing()?)?,
            written: 0,
            way: match (is_lines, job.sorted) {
                (true, false) => Way::Stream,
                (true, true) => Way::Sorted(Sorter::new(job.memory, scratch.clone())),
                (false, _) => Way::Document(String::new()),
            },
            distinct: Distinct::new(job.memory, scratch),
        })
    }

    /// Takes a line that may have been made before.
    pub(super) fn line(&mut self, line: &str) -> Result<()> {
        if let Way::Sorted(sorter) = &mut self.way {
            return sorter.add(line);
        }
        match self.distinct.judge(xxh3_128(line.as_bytes()), line)? {
            Verdict::New => self.put(line, 1),
            Verdict::Known | Verdict::Later => Ok(()),
        }
    }

    /// Takes lines.
    pub(super) fn lines(&mut self, lines: &Lines) -> Result<()> {
        if let Way::Sorted(sorter) = &mut self.way {
            return sorter.add(&lines.text);
        }
        let mut start = 0;
        let mut count = lines.count;
        for line in &lines.doubtful {
            let text = &lines.text[line.start..line.end];
            if self.distinct.judge(line.hash, text)? != Verdict::New {
                self.put(&lines.text[start..line.start], 0)?;
                start = line.end;
                count -= 1;
            }
        }
        self.put(&lines.text[start..], count)
    }

    fn put(&mut self, lines: &str, count: u64) -> Result<()> {
        self.written += count;
        match &mut self.way {
            Way::Document(kept) => {
                kept.push_str(lines);
                Ok(())
            }
            _ if lines.is_empty() => Ok(()),
            _ => self.outlet.write(lines.as_bytes()),
        }
    }

    /// Writes what is left and makes all of it visible; returns the number of statements.
    pub(super) fn finish(self, job: &MapJob) -> Result<u64> {
        let Self {
            mut outlet,
            mut distinct,
            mut written,
            way,
        } = self;
        match way {
            Way::Stream => distinct.finish(|line| {
                written += 1;
                outlet.write(line)
            })?,
            Way::Sorted(sorter) => sorter.finish(|line| {
                written += 1;
                outlet.write(line)
            })?,
            Way::Document(mut kept) => {
                distinct.finish(|line| {
                    written += 1;
                    kept.push_str(&String::from_utf8_lossy(line));
                    Ok(())
                })?;
                outlet.write(document(&kept, job.format)?.as_bytes())?;
            }
        }
        outlet.finish()?;
        Ok(written)
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
