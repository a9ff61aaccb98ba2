//! A project: a folder with `factmill.toml`, its sources, and the graph built from them beside it.
//!
//! The module owns the manifest, the way a project is found, and the question whether the graph is older than its
//! sources. It reads no source itself: [`crate::engine`] does.

pub mod example;
pub mod manifest;
pub mod revision;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::audit::conflicts::{self, Check, Conflict, Preference, Request};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};
use crate::engine::coverage::{Ignored, SourceLedger};
use crate::engine::stamps::Snapshot;
use crate::engine::{self, BuildOptions, BuildReport, Recipe};
use crate::query::{Limits, Prefixes, SavedQuery, Weight};
use crate::store::{Generation, Store};

pub use manifest::Manifest;
pub use revision::Revision;

/// Name of the file that makes a folder a project.
pub const MANIFEST_FILE: &str = "factmill.toml";

/// How often files are looked at while a build waits for a change.
const POLL: Duration = Duration::from_millis(200);

/// Name of the folder that holds what is built.
pub const STORE_FOLDER: &str = ".factmill";

/// A project folder with its manifest.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    manifest: Manifest,
}

impl Project {
    /// Opens the project in a folder.
    ///
    /// # Errors
    /// `NO_PROJECT` when there is no manifest, `MANIFEST` when it is wrong.
    pub fn open(root: &Path) -> Result<Self> {
        let path = root.join(MANIFEST_FILE);
        if !path.is_file() {
            return Err(Diagnostic::error(
                codes::NO_PROJECT,
                format!("{} has no {MANIFEST_FILE}", root.display()),
            )
            .hint("`factmill demo` writes an example to start from")
            .into());
        }
        let text = engine::files::read_text(&path, MANIFEST_FILE)?;
        Ok(Self {
            root: root.to_owned(),
            manifest: Manifest::read(&text, MANIFEST_FILE)?,
        })
    }

    /// Opens the nearest project upward from a folder.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn discover(start: &Path) -> Result<Self> {
        match start
            .ancestors()
            .find(|folder| folder.join(MANIFEST_FILE).is_file())
        {
            Some(root) => Self::open(root),
            None => Err(Diagnostic::error(
                codes::NO_PROJECT,
                format!(
                    "neither {} nor a folder above it has a {MANIFEST_FILE}",
                    start.display()
                ),
            )
            .hint("name one with --project, query files with --data, or start with `factmill demo`")
            .into()),
        }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the store beside the sources.
    pub fn store(&self) -> Store {
        Store::at(self.root.join(STORE_FOLDER))
    }

    /// Returns the graph built last.
    ///
    /// # Errors
    /// `NO_GRAPH`, `STORE_DAMAGED`.
    pub fn generation(&self) -> Result<Generation> {
        self.store().current()
    }

    /// Builds the graph from the sources and makes it the current one.
    ///
    /// # Errors
    /// Whatever refuses the whole build; what only leaves a statement out is in the report. The old graph stands then.
    pub fn build(&self, options: &BuildOptions) -> Result<BuildReport> {
        engine::build(&self.recipe(), &self.store(), options)
    }

    /// Returns a warning when a source was changed, added or removed after the build.
    pub fn newer_sources(&self, generation: &Generation) -> Vec<Diagnostic> {
        let changed = engine::stamps::changed(&self.root, generation.sources());
        let Some(first) = changed.first() else {
            return Vec::new();
        };
        let others = match changed.len() - 1 {
            0 => String::new(),
            1 => " and 1 other source".to_owned(),
            n => format!(" and {n} other sources"),
        };
        vec![
            Diagnostic::warning(
                codes::SOURCES_NEWER,
                format!("{first}{others} changed after the graph was built"),
            )
            .hint("run `factmill build`"),
        ]
    }

    /// Returns the saved queries in the order of their names, each read from `<name>.rq`.
    ///
    /// # Errors
    /// An unreadable file or a wrong header; all at once.
    pub fn saved_queries(&self, prefixes: &Prefixes) -> Result<Vec<SavedQuery>> {
        self.queries_in("", |name, file, text| {
            SavedQuery::read(name, file, text, prefixes)
        })
    }

    /// Returns the checks in the order of their names, each read from `conflicts/<name>.rq` below the saved queries.
    ///
    /// # Errors
    /// An unreadable file or a wrong header; all at once.
    pub fn checks(&self, prefixes: &Prefixes) -> Result<Vec<Check>> {
        self.queries_in("conflicts/", |name, file, text| {
            Check::read(name, file, text, prefixes)
        })
    }

    fn queries_in<T>(
        &self,
        folder: &str,
        read: impl Fn(&str, &str, &str) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut queries = Vec::new();
        let mut findings = Vec::new();
        let pattern = format!("{}/{folder}*.rq", self.manifest.queries);
        for name in engine::files::expand(&self.root, &pattern)? {
            let stem = name
                .rsplit('/')
                .next()
                .and_then(|last| last.strip_suffix(".rq"))
                .unwrap_or(&name);
            match engine::files::read_text(&self.root.join(&name), &name)
                .and_then(|text| read(stem, &name, &text))
            {
                Ok(query) => queries.push(query),
                Err(found) => findings.extend(found.0),
            }
        }
        if findings.is_empty() {
            Ok(queries)
        } else {
            Err(Diagnostics(findings))
        }
    }

    /// Returns where the sources contradict one another in the graph built last: findings of this weight and heavier ones.
    ///
    /// # Errors
    /// A wrong check, all of them at once; what the graph fails with.
    pub fn conflicts(
        &self,
        generation: &Generation,
        prefixes: &Prefixes,
        down_to: Weight,
        limits: Limits,
    ) -> Result<Vec<Conflict>> {
        let request = Request {
            down_to,
            prefixes,
            preferences: &self.preferences(),
            limits,
        };
        let open = |scope| generation.graph(scope);
        conflicts::find(&self.checks(prefixes)?, open, Some(generation), &request)
    }

    /// Returns the values that the manifest prefers to others.
    pub fn preferences(&self) -> Vec<Preference> {
        self.manifest
            .prefer
            .iter()
            .map(|one| Preference {
                subject: one.subject.clone(),
                property: one.property.clone(),
                value: one.value.clone(),
                reason: one.reason.clone(),
                file: MANIFEST_FILE.to_owned(),
            })
            .collect()
    }

    /// Returns the file of the decisions on links to Wikidata.
    pub fn decisions(&self) -> PathBuf {
        let named = self.manifest.wikidata.decisions.as_deref();
        self.root
            .join(named.unwrap_or("data/links/wikidata.sssom.tsv"))
    }

    /// Waits until a file of the project is saved, added or removed after `since`.
    pub fn wait_for_change(&self, since: &Snapshot) {
        while self.snapshot() == *since {
            std::thread::sleep(POLL);
        }
    }

    /// Returns what the files of the project look like: manifest, mappings, ontology and all that the graph was built from.
    pub fn snapshot(&self) -> Snapshot {
        let built = self
            .generation()
            .map(|generation| generation.sources().to_vec())
            .unwrap_or_default();
        let manifest = &self.manifest;
        let named = [&manifest.mappings, &manifest.ontology, &manifest.rdf]
            .into_iter()
            .flatten()
            .map(String::as_str);
        let all = named
            .chain(built.iter().map(|source| source.path.as_str()))
            .chain([MANIFEST_FILE]);
        Snapshot::take(&self.root, all)
    }

    /// Returns what became of each value and sentence of the sources in the graph built last.
    ///
    /// # Errors
    /// What is wrong with mappings or sources; `NO_GRAPH`, `STORE_DAMAGED`.
    pub fn coverage(&self, generation: &Generation) -> Result<Vec<SourceLedger>> {
        let ignored: Vec<Ignored> = self
            .manifest
            .ignore
            .iter()
            .map(|one| Ignored {
                source: one.source.clone(),
                quote: one.quote.clone(),
                column: one.column.clone(),
                reason: one.reason.clone(),
            })
            .collect();
        engine::coverage::ledger(&self.recipe(), generation, &ignored)
    }

    /// Returns the files of the ontology, shapes among them.
    ///
    /// # Errors
    /// An unreadable folder.
    pub fn ontology_files(&self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for pattern in &self.manifest.ontology {
            paths.extend(
                engine::files::expand(&self.root, pattern)?
                    .into_iter()
                    .map(|name| self.root.join(name)),
            );
        }
        Ok(paths)
    }

    fn recipe(&self) -> Recipe<'_> {
        Recipe {
            root: &self.root,
            manifest: MANIFEST_FILE,
            base: self.manifest.base.as_deref(),
            prefixes: &self.manifest.prefixes,
            mappings: &self.manifest.mappings,
            ontology: &self.manifest.ontology,
            rdf: &self.manifest.rdf,
            rules: &self.manifest.rules,
            provenance: self.manifest.provenance,
        }
    }
}
