//! The names of the RDF syntaxes: as options, as file endings, as the parsers know them.

use std::fmt;
use std::path::Path;

use oxigraph::io::JsonLdProfileSet;
use rapidfuzz::distance::damerau_levenshtein;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// An RDF syntax that can be read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RdfFormat {
    /// Turtle: one graph, for people.
    Turtle,
    /// N-Triples: one graph, a statement a line.
    NTriples,
    /// N-Quads: a dataset, a statement a line.
    NQuads,
    /// TriG: a dataset, for people.
    TriG,
    /// JSON-LD 1.1: a dataset as JSON.
    JsonLd,
    /// RDF/XML: one graph as XML.
    RdfXml,
}

/// Largest number of wrong letters at which a name still counts as near.
const NEAR: usize = 2;

impl RdfFormat {
    /// Every syntax, in the order in which help texts list them.
    pub const ALL: [Self; 6] = [
        Self::Turtle,
        Self::NTriples,
        Self::NQuads,
        Self::TriG,
        Self::JsonLd,
        Self::RdfXml,
    ];

    /// Returns the names that options accept; the first is the usual one.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Turtle => &["turtle", "ttl"],
            Self::NTriples => &["ntriples", "nt"],
            Self::NQuads => &["nquads", "nq"],
            Self::TriG => &["trig"],
            Self::JsonLd => &["jsonld"],
            Self::RdfXml => &["rdfxml", "rdf"],
        }
    }

    /// Returns the usual name of the syntax as an option.
    pub const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Returns the name of the syntax in prose, as its specification writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Turtle => "Turtle",
            Self::NTriples => "N-Triples",
            Self::NQuads => "N-Quads",
            Self::TriG => "TriG",
            Self::JsonLd => "JSON-LD",
            Self::RdfXml => "RDF/XML",
        }
    }

    /// Returns the endings of files in this syntax, without the dot; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Turtle => &["ttl", "turtle"],
            Self::NTriples => &["nt"],
            Self::NQuads => &["nq"],
            Self::TriG => &["trig"],
            Self::JsonLd => &["jsonld"],
            Self::RdfXml => &["rdf", "owl", "xml"],
        }
    }

    /// Returns the media type of the syntax.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Turtle => "text/turtle",
            Self::NTriples => "application/n-triples",
            Self::NQuads => "application/n-quads",
            Self::TriG => "application/trig",
            Self::JsonLd => "application/ld+json",
            Self::RdfXml => "application/rdf+xml",
        }
    }

    /// Returns whether a document in this syntax can hold named graphs.
    pub const fn holds_named_graphs(self) -> bool {
        matches!(self, Self::NQuads | Self::TriG | Self::JsonLd)
    }

    /// Returns the syntax of that name, whatever its case.
    ///
    /// # Errors
    /// `UNKNOWN_FORMAT`, with the nearest names and the list of all.
    pub fn from_name(name: &str) -> Result<Self> {
        let wanted = name.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.names().contains(&wanted.as_str()))
            .ok_or_else(|| unknown_name(&wanted, name))
    }

    /// Returns the syntax that the ending of the path stands for, or `None` if it stands for no known one.
    pub fn from_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.endings().contains(&ending.as_str()))
    }

    /// Returns the name by which the parsers know the syntax.
    pub fn parser(self) -> oxigraph::io::RdfFormat {
        match self {
            Self::Turtle => oxigraph::io::RdfFormat::Turtle,
            Self::NTriples => oxigraph::io::RdfFormat::NTriples,
            Self::NQuads => oxigraph::io::RdfFormat::NQuads,
            Self::TriG => oxigraph::io::RdfFormat::TriG,
            Self::JsonLd => oxigraph::io::RdfFormat::JsonLd {
                profile: JsonLdProfileSet::empty(),
            },
            Self::RdfXml => oxigraph::io::RdfFormat::RdfXml,
        }
    }
}

impl fmt::Display for RdfFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// Returns how the parsers call the syntax that the ending of an RDF file stands for.
///
/// # Errors
/// `UNKNOWN_FORMAT` at the file, with the endings that are known.
pub fn input_format(path: &Path) -> Result<oxigraph::io::RdfFormat> {
    if let Some(format) = RdfFormat::from_path(path) {
        return Ok(format.parser());
    }
    let message = path.extension().map_or_else(
        || "the file has no ending, so its RDF syntax is not known".to_owned(),
        |ending| {
            let ending = ending.to_string_lossy();
            format!("the file ending \"{ending}\" stands for no RDF syntax")
        },
    );
    let endings: Vec<_> = RdfFormat::ALL
        .iter()
        .map(|format| format!(".{}", format.endings()[0]))
        .collect();
    Err(Diagnostic::error(codes::UNKNOWN_FORMAT, message)
        .at(Place::file(path.display().to_string()))
        .hint(format!(
            "rename the file to one of these endings: {}",
            endings.join(" ")
        ))
        .into())
}

fn unknown_name(wanted: &str, as_written: &str) -> Diagnostics {
    let names: Vec<_> = RdfFormat::ALL
        .iter()
        .flat_map(|format| format.names())
        .copied()
        .collect();
    // The names are short: of two letters nearly anything is within two changes, so a third of the name may differ.
    let mut near: Vec<_> = names
        .iter()
        .map(|name| {
            let distance = damerau_levenshtein::distance(wanted.chars(), name.chars());
            (distance, *name)
        })
        .filter(|(distance, name)| *distance <= NEAR.min(name.len().div_ceil(3)))
        .collect();
    near.sort_unstable();
    let mut error = Diagnostic::error(
        codes::UNKNOWN_FORMAT,
        format!("there is no RDF syntax named \"{as_written}\""),
    );
    if let Some((_, name)) = near.first() {
        error = error.hint(format!("did you mean \"{name}\"?"));
    }
    error
        .hint(format!("the known names are {}", names.join(" ")))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_ending_leads_to_its_syntax() {
        for format in RdfFormat::ALL {
            for name in format.names() {
                assert_eq!(RdfFormat::from_name(name), Ok(format));
                assert_eq!(RdfFormat::from_name(&name.to_ascii_uppercase()), Ok(format));
            }
            for ending in format.endings() {
                let path = format!("folder.with.dots/file.{ending}");
                assert_eq!(RdfFormat::from_path(Path::new(&path)), Some(format));
                assert_eq!(input_format(Path::new(&path)), Ok(format.parser()));
            }
            assert_eq!(
                oxigraph::io::RdfFormat::from_media_type(format.media_type()),
                Some(format.parser())
            );
        }
    }

    #[test]
    fn a_wrong_name_gets_a_near_one() {
        let error = RdfFormat::from_name("tutrle").unwrap_err();
        assert_eq!(error.0[0].code, codes::UNKNOWN_FORMAT);
        assert_eq!(error.0[0].hints[0], "did you mean \"turtle\"?");
        let error = RdfFormat::from_name("parquet").unwrap_err();
        assert_eq!(error.0[0].hints.len(), 1, "{error}");
        assert!(error.0[0].hints[0].contains("turtle ttl"));
    }

    #[test]
    fn a_wrong_ending_is_told_with_the_file() {
        let error = input_format(Path::new("data/list.csv")).unwrap_err();
        assert!(error.to_string().contains("\"csv\""), "{error}");
        assert!(error.to_string().contains("data/list.csv"), "{error}");
        assert!(input_format(Path::new("list")).is_err());
    }
}
