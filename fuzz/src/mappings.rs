//! The readers of mappings, and what their plans do with a few records.

use std::collections::BTreeMap;
use std::io::Cursor;

use factmill::diagnostic::{Diagnostic, Result, codes};
use factmill::export::{Options, RdfFormat, render};
use factmill::mapping::checked;
use factmill::mapping::document::read_all;
use factmill::mapping::plan::plan;
use factmill::mapping::print::normal_form;
use factmill::mapping::run::{self, preview, run};
use factmill::mapping::yarrrml::File;
use factmill::mapping::{Derivation, Formulation, LogicalSource, Sink, Sources, Statement};
use factmill::record::Records;
use factmill::source::{alone, article, csv, json, xml};
use oxrdf::{GraphName, Quad};

const TABLE: &str = "a,b,c\n1,June 1919,\nx y,\"q, r\",é\n";
const DOCUMENT: &str =
    r#"{"a": 1, "b": [{"a": "x", "c": null}, {"a": [2, true]}], "c": "a,b\n1,2\n"}"#;
const TREE: &str = r#"<a b="1"><b a="x">y</b><b/><c>z</c></a>"#;
const ARTICLE: &str = "Infobox\na: 1 June 1919\nb: x, y\n\nA thing is a thing. It began in 1919.\n";

/// Reads a mapping in Turtle, in whatever vocabulary.
pub fn mapping(bytes: &[u8]) {
    whole(bytes, "mapping.ttl");
}

/// Reads a mapping in YARRRML.
pub fn yarrrml(bytes: &[u8]) {
    whole(bytes, "mapping.yml");
}

/// Reads, checks and prints a mapping, plans it, previews it and runs it over sources in memory.
fn whole(bytes: &[u8], name: &str) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(readings) = read_all(&[File { name, text: &text }]) else {
        return;
    };
    for reading in readings {
        let quads: Vec<Quad> = normal_form(&reading.doc)
            .into_iter()
            .map(|triple| {
                Quad::new(
                    triple.subject,
                    triple.predicate,
                    triple.object,
                    GraphName::DefaultGraph,
                )
            })
            .collect();
        let _ = render(
            &quads,
            RdfFormat::Turtle,
            &BTreeMap::new(),
            &Options::default(),
        );
        let Ok(mapping) = checked::check(&reading.doc) else {
            continue;
        };
        let plan = plan(&mapping);
        let _ = preview(&plan, &Memory);
        for derived in [true, false] {
            let options = run::Options {
                lenient: true,
                threads: 1,
                ..run::Options::default()
            };
            let _ = run(
                &plan,
                &Memory,
                &mut Count {
                    derived,
                    ..Count::default()
                },
                &options,
            );
        }
    }
}

/// The same few records for every source of a form.
struct Memory;

impl Memory {
    fn records(source: &LogicalSource, text: &str) -> Result<Box<dyn Records>> {
        let reader = Box::new(Cursor::new(text.as_bytes().to_vec()));
        match source.formulation {
            Formulation::Csv => csv::open(
                reader,
                "table.csv",
                csv::Options {
                    nulls: source.nulls.clone(),
                    dialect: source.dialect.clone(),
                    ..csv::Options::default()
                },
            ),
            Formulation::Json => json::open(
                reader,
                "data.json",
                json::Options {
                    iterator: source.iterator.clone(),
                    lines: false,
                    nulls: source.nulls.clone(),
                    legacy: source.legacy,
                },
            ),
            Formulation::Xml => xml::open(
                reader,
                "data.xml",
                xml::Options {
                    iterator: source.iterator.clone(),
                    namespaces: source.namespaces.clone(),
                    nulls: source.nulls.clone(),
                },
            ),
            Formulation::Article => article::open(
                text,
                "article.txt",
                source.iterator.as_deref().unwrap_or("article"),
                None,
            ),
            Formulation::Rdf => Err(Diagnostic::error(codes::FILE_MISSING, "not here").into()),
            Formulation::Nothing => Ok(alone::open("mapping.ttl", 1)),
        }
    }
}

impl Sources for Memory {
    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        let text = match source.formulation {
            Formulation::Csv | Formulation::Rdf | Formulation::Nothing => TABLE,
            Formulation::Json => DOCUMENT,
            Formulation::Xml => TREE,
            Formulation::Article => ARTICLE,
        };
        Ok(vec![Self::records(source, text)?])
    }

    fn open_text(
        &self,
        source: &LogicalSource,
        text: &str,
        _shown: &str,
    ) -> Result<Box<dyn Records>> {
        Self::records(source, text)
    }
}

/// Takes statements and keeps nothing.
#[derive(Default)]
struct Count {
    derived: bool,
    bytes: usize,
}

impl Sink for Count {
    fn statement(&mut self, statement: Statement<'_>, _: Derivation<'_>) -> Result<()> {
        self.bytes += statement.object.len();
        Ok(())
    }

    fn wants_derivations(&self) -> bool {
        self.derived
    }

    fn takes_lines(&self) -> bool {
        !self.derived
    }

    fn finding(&mut self, finding: Diagnostic) {
        self.bytes += finding.message.len();
    }
}
