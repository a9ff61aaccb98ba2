//! One generation, opened for reading: its statements, their derivations, and the graph to be queried.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use memchr::memchr_iter;
use oxrdf::{NamedNode, NamedOrBlankNode, Quad, Term};
use xxhash_rust::xxh3::xxh3_64;

use super::disk;
use super::entry::{Derivation, Statement, statement_hash};
use super::facts::{self, Facts};
use super::files;
use super::graph::Graph;
use super::index::{self, Index, Table};
use super::layout::Layout;
use super::level::Provenance;
use super::lookup::Lookup;
use super::manifest::{FileStamp, Manifest, PartStamp, SourceStamp};
use super::origins::Origins;
use super::pointer::Pointer;
use super::provenance::{self, Earlier};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

/// From how many statements on the origins of a part are read as a whole.
const PAGED: usize = 64;

/// How much of a generation a [`Graph`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The statements of all parts, in the graphs they were stated in.
    Facts,
    /// These, and the graph `fm:provenance` with a reifier for each derivation.
    All,
}

/// An immutable generation.
///
/// It stays readable while later builds run, until two of them have changed the graph.
#[derive(Clone, Debug)]
pub struct Generation {
    layout: Layout,
    id: String,
    manifest: Manifest,
}

impl Generation {
    /// Opens a generation; checks the hash of its manifest, and the size of each of its files.
    pub(super) fn open(layout: &Layout, id: &str) -> Result<Self> {
        let path = layout.manifest(id);
        let bytes = fs::read(&path).map_err(|error| files::read_failed(&path, &error))?;
        let generation = Self {
            layout: layout.clone(),
            id: id.to_owned(),
            manifest: Manifest::parse(&bytes, id, &path)?,
        };
        for part in &generation.manifest.parts {
            for (path, stamp) in generation.files_of(part) {
                let size = fs::metadata(&path)
                    .map_err(|error| files::read_failed(&path, &error))?
                    .len();
                if size != stamp.size {
                    let what = format!("it has {size} bytes instead of {}", stamp.size);
                    return Err(files::damaged(&path, &what));
                }
            }
        }
        Ok(generation)
    }

    /// Returns the identity: the sha256 of the manifest, in hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the number of different statements.
    pub fn statement_count(&self) -> u64 {
        self.manifest.statements
    }

    /// Returns the number of derivations; at least one for each statement.
    pub fn derivation_count(&self) -> u64 {
        self.manifest.derivations
    }

    /// Returns how much it keeps of where statements come from.
    pub fn provenance(&self) -> Provenance {
        self.manifest.provenance
    }

    /// Says so if it keeps less of where statements come from.
    ///
    /// # Errors
    /// `NO_PROVENANCE`.
    pub fn need(&self, level: Provenance) -> Result<()> {
        let kept = match self.provenance() {
            kept if kept >= level => return Ok(()),
            Provenance::None => "without provenance",
            _ => "with the provenance of the graph only, not of each statement",
        };
        let level = if level == Provenance::Statement {
            "statement"
        } else {
            "graph"
        };
        Err(
            Diagnostic::error(codes::NO_PROVENANCE, format!("this graph was built {kept}"))
                .hint(format!(
                    "run `factmill build --provenance {level}`, and ask again"
                ))
                .into(),
        )
    }

    /// Returns the sources it was built from, sorted by path.
    pub fn sources(&self) -> &[SourceStamp] {
        &self.manifest.sources
    }

    /// Returns the prefixes to abbreviate its IRIs with.
    pub fn prefixes(&self) -> &BTreeMap<String, String> {
        &self.manifest.prefixes
    }

    /// Returns the base IRI it was built with.
    pub fn base(&self) -> Option<&str> {
        self.manifest.base.as_deref()
    }

    /// Returns the parts, sorted: name (the path of the source file), statements, derivations.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = (&str, u64, u64)> {
        self.manifest
            .parts
            .iter()
            .map(|part| (part.name.as_str(), part.statements, part.derivations))
    }

    /// Returns the parts as the manifest has them.
    #[cfg(feature = "rocksdb")]
    pub(super) fn stamps(&self) -> &[PartStamp] {
        &self.manifest.parts
    }

    /// Returns the graph, to be queried: opened on disk where a build has put it there, else loaded into memory.
    ///
    /// # Errors
    /// `STORE_DAMAGED` with the file.
    pub fn graph(&self, scope: Scope) -> Result<Graph> {
        match disk::open(&self.layout, self, scope) {
            Some(graph) => Ok(graph),
            None => Graph::from_quads(self.quads(scope)),
        }
    }

    /// Returns the quads of a scope as they are written; those that several parts state come several times.
    ///
    /// # Errors
    /// Each item may be `STORE_DAMAGED`.
    pub fn quads(&self, scope: Scope) -> impl Iterator<Item = Result<Quad>> + '_ {
        let mut earlier = Earlier::default();
        let told = scope == Scope::All && self.provenance() > Provenance::None;
        let sources = told.then(|| provenance::sources(self.sources()));
        self.manifest
            .parts
            .iter()
            .flat_map(move |part| self.quads_of(part, scope, &mut earlier))
            .chain(sources.into_iter().flatten().map(Ok))
    }

    fn quads_of(
        &self,
        part: &PartStamp,
        scope: Scope,
        earlier: &mut Earlier,
    ) -> Box<dyn Iterator<Item = Result<Quad>> + '_> {
        let mut quads = || -> Result<Box<dyn Iterator<Item = Result<Quad>> + '_>> {
            let path = self.layout.facts(&part.facts.sha256);
            let facts = Facts::new(self.load(&path, &part.facts)?, path);
            Ok(match scope {
                Scope::Facts => Box::new(facts.map(|fact| fact.map(|(quad, _)| quad))),
                Scope::All => {
                    let path = self.layout.origins(&part.origins.sha256);
                    let bytes = self.load(&path, &part.origins)?;
                    let origins = Origins::loaded(&path, bytes)?.of(part);
                    earlier.begin(part);
                    Box::new(provenance::with_origins(facts, origins, earlier)?)
                }
            })
        };
        quads().unwrap_or_else(|fault| Box::new(std::iter::once(Err(fault))))
    }

    /// Returns the derivations of a statement: of each part in the order of parts, sorted by rule and record.
    ///
    /// The terms are compared as text first. If no part has the statement in this writing, it is also found by its value
    /// as the query engine sees it (`"01"^^xsd:integer` for `"1"^^xsd:integer`). None when it is not in the generation.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn derivations(&self, statement: Statement<'_>) -> Result<Vec<Derivation>> {
        let mut found = self.derivations_of(&[statement])?;
        Ok(found.pop().unwrap_or_default())
    }

    /// Returns the derivations of each of several statements, as [`Generation::derivations`] does; every part is opened
    /// once, or twice when some are not found as they are written.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn derivations_of(&self, statements: &[Statement<'_>]) -> Result<Vec<Vec<Derivation>>> {
        let written: Vec<Vec<u8>> = statements
            .iter()
            .map(|statement| {
                let mut written = Vec::new();
                statement.write(&mut written);
                written
            })
            .collect();
        let mut found = self.derivations_as_written(&written)?;
        // An IRI or a blank node has one writing only.
        let missing: Vec<(usize, &[u8])> = (0..statements.len())
            .filter(|&index| found[index].is_empty())
            .filter(|&index| !statements[index].object.starts_with(['<', '_']))
            .map(|index| (index, &*written[index]))
            .collect();
        let (owners, others): (Vec<usize>, Vec<Vec<u8>>) =
            self.same_values(&missing)?.into_iter().unzip();
        let derivations = self.derivations_as_written(&others)?;
        for (index, derivations) in owners.into_iter().zip(derivations) {
            found[index].extend(derivations);
        }
        Ok(found)
    }

    /// Returns the statements, of all graphs, that have a node as their subject; nothing but their lines is read.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn about(&self, subject: &NamedOrBlankNode) -> Result<Vec<Quad>> {
        let key = format!("{subject} ");
        let mut found = Vec::new();
        for part in &self.manifest.parts {
            found.extend(self.lines_of(part, |lookup| lookup.beginning_with(key.as_bytes()))?);
        }
        Ok(found)
    }

    /// Returns the statements, of all graphs, that have a node as their object; nothing but their lines is read.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn referring(&self, object: &NamedNode) -> Result<Vec<Quad>> {
        let hash = xxh3_64(object.to_string().as_bytes());
        let wanted = Term::from(object.clone());
        let mut quads = self.indexed(Table::Objects, Some(hash))?;
        quads.retain(|quad| quad.object == wanted);
        Ok(quads)
    }

    /// Returns the statements that give something a label ([`LABELS`](super::LABELS)), all or those with a label that is
    /// the same when folded; nothing but their lines is read.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn labels(&self, label: Option<&str>) -> Result<Vec<Quad>> {
        self.indexed(Table::Labels, label.map(index::hash_of_label))
    }

    fn indexed(&self, table: Table, hash: Option<u64>) -> Result<Vec<Quad>> {
        let mut found = Vec::new();
        for part in &self.manifest.parts {
            let path = self.layout.index(&part.index.sha256);
            let mut index = Index::open(&path).map_err(|fault| self.or_replaced(fault))?;
            let offsets = match hash {
                Some(hash) => index.find(table, hash, &path)?,
                None => index.all(table, &path)?,
            };
            if !offsets.is_empty() {
                found.extend(self.lines_of(part, |lookup| {
                    offsets.iter().map(|offset| lookup.line(*offset)).collect()
                })?);
            }
        }
        Ok(found)
    }

    /// Reads some lines of a part as quads.
    fn lines_of(
        &self,
        part: &PartStamp,
        read: impl FnOnce(&mut Lookup) -> io::Result<Vec<Vec<u8>>>,
    ) -> Result<Vec<Quad>> {
        let path = self.layout.facts(&part.facts.sha256);
        let failed = |error: io::Error| self.or_replaced(files::read_failed(&path, &error));
        let lines = Lookup::open(&path)
            .and_then(|mut lookup| read(&mut lookup))
            .map_err(failed)?;
        lines
            .iter()
            .map(|line| {
                let body = line.strip_suffix(b" .").unwrap_or(line);
                facts::parse(body)
                    .ok_or_else(|| files::damaged(&path, "a line in it is no statement"))
            })
            .collect()
    }

    /// Hands every statement, as a line of N-Quads without line end, with each of its derivations to `visit`: part by part,
    /// in the order of the lines.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn each_derivation(&self, visit: &mut dyn FnMut(&str, &Derivation)) -> Result<()> {
        for part in &self.manifest.parts {
            let bytes = self.load_facts(part)?;
            let path = self.layout.origins(&part.origins.sha256);
            let mut origins = Origins::loaded(&path, self.load(&path, &part.origins)?)?.of(part);
            for line in facts::lines(&bytes) {
                let text = String::from_utf8_lossy(line);
                for number in origins.find(statement_hash(line))? {
                    visit(&text, &origins.derivation(number)?);
                }
            }
        }
        Ok(())
    }

    /// Returns the derivations of each of several lines.
    fn derivations_as_written(&self, written: &[Vec<u8>]) -> Result<Vec<Vec<Derivation>>> {
        let mut found = vec![Vec::new(); written.len()];
        let hashes = written.iter().map(|line| statement_hash(line));
        let mut asked: Vec<(u128, usize)> = hashes.zip(0..).collect();
        asked.sort_unstable();
        for part in self.parts_with_derivations().filter(|_| !asked.is_empty()) {
            let path = self.layout.origins(&part.origins.sha256);
            // For a few statements a few pages are enough.
            let opened = if asked.len() < PAGED {
                Origins::open(&path).map_err(|fault| self.or_replaced(fault))?
            } else {
                Origins::loaded(&path, self.load(&path, &part.origins)?)?
            };
            let mut origins = opened.of(part);
            // The fewer are looked for among the others: many of many parts, each in all parts, take far too long.
            let here = if part.statements < asked.len() as u64 {
                asked_among(&asked, &origins.hashes()?)
            } else {
                asked.clone()
            };
            for (hash, index) in here {
                for number in origins.find(hash)? {
                    found[index].push(origins.derivation(number)?);
                }
            }
        }
        Ok(found)
    }

    /// Returns the parts that know where their statements come from.
    fn parts_with_derivations(&self) -> impl Iterator<Item = &PartStamp> {
        let parts = self.manifest.parts.iter();
        parts.filter(|part| part.derivations > 0)
    }

    /// Returns for statements, given with a number, the writings that the query engine cannot tell from theirs; sorted.
    fn same_values(&self, wanted: &[(usize, &[u8])]) -> Result<Vec<(usize, Vec<u8>)>> {
        let mut by_beginning: HashMap<&[u8], Vec<(usize, Quad)>> = HashMap::new();
        for (number, written) in wanted {
            if let Some(quad) = facts::parse(written) {
                let same = by_beginning.entry(beginning(written)).or_default();
                same.push((*number, quad));
            }
        }
        let mut same = Vec::new();
        for part in self
            .parts_with_derivations()
            .filter(|_| !by_beginning.is_empty())
        {
            let bytes = self.load_facts(part)?;
            for line in facts::lines(&bytes) {
                let Some(candidates) = by_beginning.get(beginning(line)) else {
                    continue;
                };
                let Some(quad) = facts::parse(line) else {
                    continue;
                };
                for (number, wanted) in candidates {
                    if Graph::same(&quad, wanted)? {
                        same.push((*number, line.to_vec()));
                    }
                }
            }
        }
        same.sort_unstable();
        same.dedup();
        Ok(same)
    }

    /// Returns the statements as lines of N-Quads without line ends, sorted, each once.
    ///
    /// # Errors
    /// `STORE_DAMAGED` with the file.
    pub fn statements(&self) -> Result<impl Iterator<Item = String> + use<>> {
        let parts: Vec<Vec<u8>> = self
            .manifest
            .parts
            .iter()
            .map(|part| self.load_facts(part))
            .collect::<Result<_>>()?;
        Ok(facts::merge(&parts).into_iter())
    }

    /// Reads every file of the generation and compares it with its hash.
    ///
    /// # Errors
    /// `STORE_DAMAGED`, once for each file.
    pub fn verify(&self) -> Result<()> {
        let mut faults = self.faults_of_parts();
        faults.extend(disk::verify(&self.layout, self));
        told(faults)
    }

    /// As [`Generation::verify`], but removes disk stores that are damaged, which hold nothing that the parts do not.
    ///
    /// # Errors
    /// `STORE_DAMAGED`, once for each file.
    pub(super) fn mend(&self) -> Result<()> {
        told(self.faults_of_parts())?;
        disk::sweep(&self.layout, self);
        Ok(())
    }

    fn faults_of_parts(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for part in &self.manifest.parts {
            for (path, stamp) in self.files_of(part) {
                match fs::read(&path) {
                    Err(error) => faults.extend(files::read_failed(&path, &error).0),
                    Ok(bytes) if files::sha256(&bytes) != stamp.sha256 => faults
                        .extend(files::damaged(&path, "the content is not what the name says").0),
                    Ok(_) => {}
                }
            }
            let path = self.layout.origins(&part.origins.sha256);
            if let Ok(origins) = Origins::open(&path)
                && (origins.statement_count(), origins.derivation_count())
                    != (part.statements, part.derivations)
            {
                let what = "it does not hold as many statements as the manifest says";
                faults.extend(files::damaged(&path, what).0);
            }
        }
        faults
    }

    fn files_of<'a>(&self, part: &'a PartStamp) -> Vec<(PathBuf, &'a FileStamp)> {
        let names = part.piece.as_ref().map(|piece| &piece.names);
        let names = names.map(|stamp| (self.layout.names(&stamp.sha256), stamp));
        let mut files = vec![
            (self.layout.index(&part.index.sha256), &part.index),
            (self.layout.facts(&part.facts.sha256), &part.facts),
            (self.layout.origins(&part.origins.sha256), &part.origins),
        ];
        files.extend(names);
        files
    }

    pub(super) fn load_facts(&self, part: &PartStamp) -> Result<Vec<u8>> {
        self.load(&self.layout.facts(&part.facts.sha256), &part.facts)
    }

    fn load(&self, path: &Path, stamp: &FileStamp) -> Result<Vec<u8>> {
        let bytes =
            fs::read(path).map_err(|error| self.or_replaced(files::read_failed(path, &error)))?;
        if stamp.fits(&bytes) {
            Ok(bytes)
        } else {
            Err(files::damaged(path, "the content is not what was written"))
        }
    }

    /// Words a missing file rightly when later builds have done away with this generation.
    fn or_replaced(&self, fault: Diagnostics) -> Diagnostics {
        match Pointer::read(&self.layout) {
            Ok(Some(now))
                if now.current != self.id && now.previous.as_deref() != Some(&self.id) =>
            {
                Diagnostic::error(
                    codes::NO_GRAPH,
                    "the graph was replaced by later builds while it was read",
                )
                .hint("run the command again")
                .into()
            }
            _ => fault,
        }
    }
}

/// Returns those of sorted questions that are about one of these statements.
fn asked_among(asked: &[(u128, usize)], statements: &[u128]) -> Vec<(u128, usize)> {
    let about = |hash: u128| {
        let start = asked.partition_point(|(other, _)| *other < hash);
        let rest = asked[start..].iter().copied();
        rest.take_while(move |(other, _)| *other == hash)
    };
    statements.iter().copied().flat_map(about).collect()
}

/// The subject and the predicate of a line; they hold no spaces.
fn beginning(line: &[u8]) -> &[u8] {
    let end = memchr_iter(b' ', line).nth(1).unwrap_or(line.len());
    &line[..end]
}

fn told(faults: Vec<Diagnostic>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(faults))
    }
}
