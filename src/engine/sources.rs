//! The shelf that lends sources to mapping plans: each article and each table of synonyms is read once a build.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::files;
use crate::diagnostic::{Diagnostic, Result, codes};
use crate::mapping::{Formulation, LogicalSource, Sources};
use crate::record::Records;
use crate::source::article::{Article, Synonyms};
use crate::source::csv;

/// The sources below one folder.
pub(super) struct Shelf<'a> {
    root: &'a Path,
    texts: RefCell<BTreeMap<String, Arc<str>>>,
    articles: RefCell<BTreeMap<String, Article>>,
    synonyms: RefCell<BTreeMap<String, Arc<Synonyms>>>,
    /// Every path and every pattern that was asked for.
    asked: RefCell<BTreeSet<String>>,
    /// The articles that a plan has read, with the synonyms it read them by.
    read: RefCell<BTreeSet<(String, Option<String>)>>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        Self {
            root,
            texts: RefCell::default(),
            articles: RefCell::default(),
            synonyms: RefCell::default(),
            asked: RefCell::default(),
            read: RefCell::default(),
        }
    }

    /// Returns the text of a file, read once.
    pub(super) fn text(&self, name: &str) -> Result<Arc<str>> {
        self.asked.borrow_mut().insert(name.to_owned());
        if let Some(text) = self.texts.borrow().get(name) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = files::read_text(&self.root.join(name), name)?.into();
        self.texts.borrow_mut().insert(name.to_owned(), Arc::clone(&text));
        Ok(text)
    }

    /// Returns the files of a pattern and remembers that it was asked for.
    pub(super) fn expand(&self, pattern: &str) -> Result<Vec<String>> {
        self.asked.borrow_mut().insert(pattern.to_owned());
        let found = files::expand(self.root, pattern)?;
        self.asked.borrow_mut().extend(found.iter().cloned());
        Ok(found)
    }

    /// Returns every path and pattern that was asked for, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.borrow().iter().cloned().collect()
    }

    /// Returns the articles that were read, each with the synonyms it was read by.
    pub(super) fn read(&self) -> Result<Vec<(Article, Option<Arc<Synonyms>>)>> {
        let read = self.read.borrow().clone();
        read.iter().map(|(name, synonyms)| Ok((self.article(name)?, self.synonyms(synonyms.as_deref())?))).collect()
    }

    fn article(&self, name: &str) -> Result<Article> {
        if let Some(article) = self.articles.borrow().get(name) {
            return Ok(article.clone());
        }
        let article = Article::parse(self.text(name)?, name.into());
        self.articles.borrow_mut().insert(name.to_owned(), article.clone());
        Ok(article)
    }

    fn synonyms(&self, name: Option<&str>) -> Result<Option<Arc<Synonyms>>> {
        let Some(name) = name else { return Ok(None) };
        if let Some(table) = self.synonyms.borrow().get(name) {
            return Ok(Some(Arc::clone(table)));
        }
        let table = Arc::new(Synonyms::read(&self.text(name)?, name)?);
        self.synonyms.borrow_mut().insert(name.to_owned(), Arc::clone(&table));
        Ok(Some(table))
    }

    fn open_one(&self, source: &LogicalSource, name: &str) -> Result<Box<dyn Records>> {
        match source.formulation {
            Formulation::Article => {
                let synonyms = source.synonyms.clone();
                self.read.borrow_mut().insert((name.to_owned(), synonyms.clone()));
                let iterator = source.iterator.as_deref().unwrap_or("article");
                self.article(name)?.records(iterator, self.synonyms(synonyms.as_deref())?)
            }
            Formulation::Csv => {
                self.asked.borrow_mut().insert(name.to_owned());
                let path = self.root.join(name);
                let file = File::open(&path).map_err(|error| files::unreadable(&path, name, &error))?;
                let options = csv::Options {
                    delimiter: source.delimiter,
                    nulls: source.nulls.clone(),
                    ..csv::Options::for_file(name)
                };
                csv::open(Box::new(file), name, options)
            }
        }
    }
}

impl Sources for Shelf<'_> {
    fn open(&self, source: &LogicalSource) -> Result<Vec<Box<dyn Records>>> {
        let names = if source.several { self.expand(&source.path)? } else { vec![source.path.clone()] };
        if names.is_empty() {
            return Err(Diagnostic::error(codes::FILE_MISSING, format!("no file fits {}", source.path))
                .at(source.declared.clone())
                .hint("put a file there, or correct the pattern")
                .into());
        }
        names
            .iter()
            .map(|name| self.open_one(source, name).map_err(|found| with_mapping(found, source)))
            .collect()
    }
}

/// Adds the place in the mapping that asked for the source.
fn with_mapping(mut found: crate::diagnostic::Diagnostics, source: &LogicalSource) -> crate::diagnostic::Diagnostics {
    for one in &mut found.0 {
        one.related.push(("asked for here".to_owned(), source.declared.clone()));
    }
    found
}
