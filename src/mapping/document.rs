//! Mapping files of any language: which one a file is written in, and its graph.

use super::syntax::{self, MappingDoc};
use super::yarrrml::{self, File, Reading};
use crate::diagnostic::Result;

/// Reads a mapping: YARRRML if the name of the file or, for standard input, its text says so, else Turtle.
///
/// `base` resolves relative IRIs of Turtle.
///
/// # Errors
/// `MAPPING_SYNTAX` and, for YARRRML, everything else that is wrong, each with line and column.
pub fn read(text: &str, file: &str, base: Option<&str>) -> Result<MappingDoc> {
    if is_yarrrml(text, file) {
        yarrrml::read_strictly(File { name: file, text })
    } else {
        syntax::read(text, file, base)
    }
}

/// Reads mappings as far as they can be read. YARRRML files are read as one; each Turtle file is a mapping of its own.
///
/// # Errors
/// `MAPPING_SYNTAX` where a file is neither YAML nor Turtle.
pub fn read_all(files: &[File<'_>]) -> Result<Vec<Reading>> {
    let (yarrrml, turtle): (Vec<File<'_>>, Vec<File<'_>>) = files
        .iter()
        .partition(|file| is_yarrrml(file.text, file.name));
    let mut readings = Vec::new();
    if !yarrrml.is_empty() {
        readings.push(yarrrml::read(&yarrrml)?);
    }
    for file in turtle {
        let doc = syntax::read(file.text, file.name, None)?;
        readings.push(Reading {
            doc,
            findings: Vec::new(),
        });
    }
    Ok(readings)
}

fn is_yarrrml(text: &str, file: &str) -> bool {
    let top = |line: &str| {
        ["prefixes:", "mappings:", "mapping:", "sources:", "targets:"]
            .iter()
            .any(|key| line.starts_with(key))
    };
    yarrrml::is_yarrrml(file) || (file == "-" && text.lines().any(top))
}
