//! The shelf that lends sources to mapping plans: each article and each table of synonyms is read once a build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{files, solutions};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::mapping::{FileForm, Formulation, LogicalSource, Root, SOURCE_ASKED_FOR, Sources};
use crate::record::Records;
use crate::source::article::{Article, Synonyms};
use crate::source::{alone, bytes, csv, json, xml};
use crate::sync::lock;

/// The sources below one folder.
pub(super) struct Shelf<'a> {
    root: &'a Path,
    texts: Mutex<BTreeMap<String, Arc<str>>>,
    articles: Mutex<BTreeMap<String, Article>>,
    synonyms: Mutex<BTreeMap<String, Arc<Synonyms>>>,
    /// Every path and every pattern that was asked for.
    asked: Mutex<BTreeSet<String>>,
    /// The articles that a plan has read, with the synonyms it read them by.
    read: Mutex<BTreeSet<(String, Option<String>)>>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        Self {
            root,
            texts: Mutex::default(),
            articles: Mutex::default(),
            synonyms: Mutex::default(),
            asked: Mutex::default(),
            read: Mutex::default(),
        }
    }

    /// Returns the text of a file, read once.
    pub(super) fn text(&self, name: &str) -> Result<Arc<str>> {
        lock(&self.asked).insert(name.to_owned());
        if let Some(text) = lock(&self.texts).get(name) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = files::read_text(&self.root.join(name), name)?.into();
        lock(&self.texts).insert(name.to_owned(), Arc::clone(&text));
        Ok(text)
    }

    /// Returns the files of a pattern and remembers that it was asked for.
    pub(super) fn expand(&self, pattern: &str) -> Result<Vec<String>> {
        lock(&self.asked).insert(pattern.to_owned());
        let found = files::expand(self.root, pattern)?;
        lock(&self.asked).extend(found.iter().cloned());
        Ok(found)
    }

    /// Returns every path and pattern that was asked for, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        lock(&self.asked).iter().cloned().collect()
    }

    /// Returns the articles that were read, each with the synonyms it was read by.
    pub(super) fn read(&self) -> Result<Vec<(Article, Option<Arc<Synonyms>>)>> {
        let read = lock(&self.read).clone();
        read.iter()
            .map(|(name, synonyms)| Ok((self.article(name)?, self.synonyms(synonyms.as_deref())?)))
            .collect()
    }

    /// Returns an article with the table of synonyms it is read by.
    pub(super) fn opened(
        &self,
        name: &str,
        synonyms: Option<&str>,
    ) -> Result<(Article, Option<Arc<Synonyms>>)> {
        Ok((self.article(name)?, self.synonyms(synonyms)?))
    }

    /// Returns the size of a file in bytes, if it is there.
    pub(super) fn size_of(&self, name: &str) -> Option<u64> {
        std::fs::metadata(self.root.join(name))
            .ok()
            .map(|found| found.len())
    }

    /// Returns the bytes of a file and remembers that it was asked for.
    pub(super) fn read_bytes(&self, name: &str) -> Result<Vec<u8>> {
        lock(&self.asked).insert(name.to_owned());
        files::read_bytes(&self.root.join(name), name)
    }

    /// Returns the files of a logical source.
    pub(super) fn files_of(&self, source: &LogicalSource) -> Result<Vec<String>> {
        let path = self.located(&source.file);
        if source.several {
            self.expand(&path)
        } else {
            Ok(vec![path])
        }
    }

    /// Opens one file of a logical source.
    pub(super) fn open_file(&self, source: &LogicalSource, name: &str) -> Result<Box<dyn Records>> {
        self.open_one(source, name)
    }

    fn article(&self, name: &str) -> Result<Article> {
        if let Some(article) = lock(&self.articles).get(name) {
            return Ok(article.clone());
        }
        let article = Article::parse(self.text(name)?, name.into());
        lock(&self.articles).insert(name.to_owned(), article.clone());
        Ok(article)
    }

    fn synonyms(&self, name: Option<&str>) -> Result<Option<Arc<Synonyms>>> {
        let Some(name) = name else { return Ok(None) };
        if let Some(table) = lock(&self.synonyms).get(name) {
            return Ok(Some(Arc::clone(table)));
        }
        let table = Arc::new(Synonyms::read(&self.text(name)?, name)?);
        lock(&self.synonyms).insert(name.to_owned(), Arc::clone(&table));
        Ok(Some(table))
    }

    fn open_one(&self, source: &LogicalSource, name: &str) -> Result<Box<dyn Records>> {
        match source.formulation {
            Formulation::Article => {
                let synonyms = source.synonyms.clone();
                lock(&self.read).insert((name.to_owned(), synonyms.clone()));
                let iterator = source.iterator.as_deref().unwrap_or("article");
                self.article(name)?
                    .records(iterator, self.synonyms(synonyms.as_deref())?.as_deref())
            }
            Formulation::Csv => {
                csv::open(self.bytes(source, name)?, name, table_options(source, name))
            }
            Formulation::Json => {
                let opened =
                    json::open(self.bytes(source, name)?, name, json_options(source, name));
                opened.map_err(|found| at_iterator(found, source))
            }
            Formulation::Xml => {
                let opened = xml::open(self.bytes(source, name)?, name, xml_options(source));
                opened.map_err(|found| at_iterator(found, source))
            }
            Formulation::Nothing => {
                lock(&self.asked).insert(name.to_owned());
                let line = source.file.declared.line.unwrap_or_default();
                Ok(alone::open(name, line))
            }
            Formulation::Rdf => {
                let text = self.text(name)?;
                solutions::open(&text, name, source)
            }
        }
    }

    /// Opens the file of a source, unpacked and decoded.
    fn bytes(&self, source: &LogicalSource, name: &str) -> Result<Box<dyn Read + Send>> {
        lock(&self.asked).insert(name.to_owned());
        let path = self.root.join(name);
        let file = File::open(&path).map_err(|error| files::unreadable(&path, name, &error))?;
        bytes::open(file, name, source.file.compression, source.file.encoding)
    }

    /// Returns the path of a source's file, relative to the root of the shelf, with `/`.
    pub(super) fn located(&self, file: &FileForm) -> String {
        let path = file
            .path
            .strip_prefix("./")
            .unwrap_or(&file.path)
            .to_owned();
        let folder = match file.declared.file.rsplit_once('/') {
            Some((folder, _)) if !path.starts_with('/') => format!("{folder}/"),
            _ => String::new(),
        };
        let beside = format!("{folder}{path}");
        match file.root {
            Root::Mapping => beside,
            Root::Working => path,
            Root::Unsaid if !self.root.join(&path).exists() && self.root.join(&beside).exists() => {
                beside
            }
            Root::Unsaid => path,
        }
    }
}

/// How the values of a JSON source are read.
fn json_options(source: &LogicalSource, name: &str) -> json::Options {
    json::Options {
        iterator: source.iterator.clone(),
        lines: json::Options::lines_by_name(name),
        nulls: source.nulls.clone(),
        legacy: source.legacy,
    }
}

fn xml_options(source: &LogicalSource) -> xml::Options {
    xml::Options {
        iterator: source.iterator.clone(),
        namespaces: source.namespaces.clone(),
        nulls: source.nulls.clone(),
    }
}

impl Sources for Shelf<'_> {
    fn is_lasting(&self, source: &LogicalSource) -> bool {
        let path = self.root.join(self.located(&source.file));
        source.several || path.metadata().is_ok_and(|known| known.is_file())
    }

    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        let path = self.located(&source.file);
        let names = if source.several {
            self.expand(&path)?
        } else {
            vec![path]
        };
        if names.is_empty() {
            return Err(Diagnostic::error(
                codes::FILE_MISSING,
                format!("no file fits {}", source.file.path),
            )
            .at(source.file.declared.clone())
            .hint("put a file there, or correct the pattern")
            .into());
        }
        names
            .iter()
            .map(|name| {
                self.open_one(source, name)
                    .map_err(|found| with_mapping(found, source))
            })
            .collect()
    }

    fn open_text(
        &self,
        source: &LogicalSource,
        text: &str,
        shown: &str,
    ) -> Result<Box<dyn Records>> {
        let bytes: Box<dyn Read + Send> = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let opened = match source.formulation {
            Formulation::Csv => csv::open(bytes, shown, table_options(source, shown)),
            Formulation::Json => json::open(bytes, shown, json_options(source, shown)),
            Formulation::Xml => xml::open(bytes, shown, xml_options(source)),
            Formulation::Rdf | Formulation::Article | Formulation::Nothing => Err(
                Diagnostic::error(codes::MAPPING_TERM, "texts of this form cannot be read").into(),
            ),
        };
        opened.map_err(|found| with_mapping(at_iterator(found, source), source))
    }
}

/// How the table of a logical source is written: what its file's ending says, unless the mapping says otherwise.
pub(super) fn table_options(source: &LogicalSource, name: &str) -> csv::Options {
    let mut options = csv::Options {
        nulls: source.nulls.clone(),
        ..csv::Options::for_file(name)
    };
    if let Some(delimiter) = source.dialect.delimiter {
        options.delimiter = delimiter;
    }
    options.quote = source.dialect.quote;
    options.escape = (!source.dialect.double_quote).then_some(b'\\');
    options.dialect = source.dialect.clone();
    options
}

/// Puts a fault of the iterator where the mapping has it.
fn at_iterator(mut found: Diagnostics, source: &LogicalSource) -> Diagnostics {
    for one in found.0.iter_mut().filter(|one| one.place.is_none()) {
        one.place = Some(
            source
                .iterator_place
                .clone()
                .unwrap_or_else(|| source.file.declared.clone()),
        );
    }
    found
}

/// Adds the place in the mapping that asked for the source.
fn with_mapping(mut found: Diagnostics, source: &LogicalSource) -> Diagnostics {
    let in_mapping = |place: &Place| place.file == source.file.declared.file;
    for one in found
        .0
        .iter_mut()
        .filter(|one| !one.place.as_ref().is_some_and(in_mapping))
    {
        one.related
            .push((SOURCE_ASKED_FOR.to_owned(), source.file.declared.clone()));
    }
    found
}
