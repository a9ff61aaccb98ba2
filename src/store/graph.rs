//! A dataset that can be queried: a generation loaded into memory or opened on disk, or plain RDF files.

use std::io::Read;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::sparql::{
    CancellationToken, DefaultServiceHandler, QueryEvaluationError, QueryResults, SparqlEvaluator,
};
use oxigraph::store::{LoaderError, StorageError, Store};
use oxrdf::{GraphNameRef, NamedNode, NamedOrBlankNode, Quad, Term, Variable};

#[cfg(feature = "rocksdb")]
use oxrdf::NamedOrBlankNodeRef;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::sparql;

/// A dataset that can be queried.
#[derive(Clone)]
pub struct Graph {
    store: Store,
    /// The file without which nobody opens the disk store, if it is one.
    guard: Option<std::path::PathBuf>,
}

impl Graph {
    /// Returns an empty dataset in memory.
    ///
    /// # Errors
    /// `WRITE_FAILED` when the engine cannot set itself up.
    pub fn in_memory() -> Result<Self> {
        let store = Store::new().map_err(|error| {
            Diagnostic::error(
                codes::WRITE_FAILED,
                format!("the store cannot be made: {error}"),
            )
        })?;
        Ok(Self { store, guard: None })
    }

    /// Returns a dataset in memory with the given quads.
    ///
    /// # Errors
    /// The first error among the items; `WRITE_FAILED` when the engine refuses.
    pub(super) fn from_quads(quads: impl Iterator<Item = Result<Quad>>) -> Result<Self> {
        let graph = Self::in_memory()?;
        graph.fill(quads)?;
        Ok(graph)
    }

    /// Writes quads to a new disk store in the given folder.
    ///
    /// # Errors
    /// The first error among the items; `WRITE_FAILED` when the engine refuses.
    #[cfg(feature = "rocksdb")]
    pub(super) fn write_to_disk(
        folder: &std::path::Path,
        quads: impl Iterator<Item = Result<Quad>>,
    ) -> Result<()> {
        let failed = |error: StorageError| -> Diagnostics {
            Diagnostic::error(
                codes::WRITE_FAILED,
                format!("cannot write {}: {error}", folder.display()),
            )
            .at(Place::file(folder.display().to_string()))
            .into()
        };
        let graph = Self {
            store: Store::open(folder).map_err(failed)?,
            guard: None,
        };
        graph.fill(quads)?;
        graph.store.flush().map_err(failed)
    }

    /// Changes a disk store that nobody else has opened.
    ///
    /// # Errors
    /// `WRITE_FAILED` when the engine refuses.
    #[cfg(feature = "rocksdb")]
    pub(super) fn change_on_disk(
        folder: &std::path::Path,
        gone: &[Quad],
        come: &[Quad],
    ) -> Result<()> {
        let change = || -> std::result::Result<(), StorageError> {
            let store = Store::open(folder)?;
            let mut transaction = store.start_transaction()?;
            for quad in gone {
                transaction.remove(quad);
            }
            transaction.extend(come);
            transaction.commit()?;
            // The engine keeps the names of graphs that are empty.
            for quad in gone {
                let graph = quad.graph_name.as_ref();
                let name = match graph {
                    GraphNameRef::NamedNode(name) => NamedOrBlankNodeRef::from(name),
                    GraphNameRef::BlankNode(name) => name.into(),
                    GraphNameRef::DefaultGraph => continue,
                };
                let mut left = store.quads_for_pattern(None, None, None, Some(graph));
                if left.next().is_none() {
                    store.remove_named_graph(name)?;
                }
            }
            store.flush()
        };
        change().map_err(|error| {
            Diagnostic::error(
                codes::WRITE_FAILED,
                format!("cannot write {}: {error}", folder.display()),
            )
            .at(Place::file(folder.display().to_string()))
            .into()
        })
    }

    /// Opens a disk store to be read only; `guard` is the file without which nobody does.
    #[cfg(feature = "rocksdb")]
    pub(super) fn open_on_disk(
        folder: &std::path::Path,
        guard: std::path::PathBuf,
    ) -> Result<Self> {
        let store = Store::open_read_only(folder).map_err(|error| {
            Diagnostics::from(
                Diagnostic::error(
                    codes::STORE_DAMAGED,
                    format!("cannot open {}: {error}", folder.display()),
                )
                .at(Place::file(folder.display().to_string())),
            )
        })?;
        Ok(Self {
            store,
            guard: Some(guard),
        })
    }

    /// Says that the dataset could not be read: a disk store is not opened again then, until a build makes it anew.
    pub fn distrust(&self) {
        if let Some(guard) = &self.guard {
            // Where nothing can be removed, it is met again.
            let _ = std::fs::remove_file(guard);
        }
    }

    fn fill(&self, quads: impl Iterator<Item = Result<Quad>>) -> Result<()> {
        // The other half makes the quads.
        let threads = (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1);
        // The loader counts a thousand quads a megabyte, and divides them among its threads.
        let mut loader = self
            .store
            .bulk_loader()
            .with_num_threads(threads)
            .with_max_memory_size_in_megabytes(BATCH / 1_000 * threads);
        loader
            .load_ok_quads::<_, FillFault>(quads)
            .and_then(|()| Ok(loader.commit()?))
            .map_err(|fault| match fault {
                FillFault::Engine(error) => Diagnostic::error(
                    codes::WRITE_FAILED,
                    format!("the store refused the data: {error}"),
                )
                .into(),
                FillFault::Item(fault) => fault,
            })
    }

    /// Returns whether the engine takes two quads for the same: it reads numbers and dates by their value.
    pub(super) fn same(one: &Quad, other: &Quad) -> Result<bool> {
        let graph = Self::from_quads(std::iter::once(Ok(one.clone())))?;
        graph
            .store
            .contains(other)
            .map_err(|error| unreadable(&error))
    }

    /// Loads one RDF document, named `file` in messages, into the default graph or the given one.
    ///
    /// Blank nodes are renamed, so that two documents never share one.
    ///
    /// # Errors
    /// `RDF_SYNTAX` with line and column; nothing of the document is loaded then.
    pub fn load(
        &self,
        reader: impl Read,
        file: &str,
        format: RdfFormat,
        base: Option<&str>,
        graph: Option<&NamedNode>,
    ) -> Result<()> {
        let mut parser = RdfParser::from_format(format).rename_blank_nodes();
        if let Some(base) = base {
            parser = parser.with_base_iri(base).map_err(|error| {
                Diagnostic::error(
                    codes::RDF_SYNTAX,
                    format!("the base IRI <{base}> is not valid: {error}"),
                )
                .at(Place::file(file))
            })?;
        }
        if let Some(graph) = graph {
            parser = parser
                .without_named_graphs()
                .with_default_graph(graph.clone());
        }
        let mut loader = self.store.bulk_loader();
        loader
            .load_from_reader(parser, reader)
            .and_then(|()| loader.commit().map_err(LoaderError::Storage))
            .map_err(|error| load_failure(&error, file))
    }

    /// Adds quads.
    ///
    /// # Errors
    /// `WRITE_FAILED` when the engine refuses.
    pub fn extend(&self, quads: impl IntoIterator<Item = Quad>) -> Result<()> {
        let mut loader = self.store.bulk_loader();
        loader
            .load_quads(quads)
            .and_then(|()| loader.commit())
            .map_err(|error| {
                Diagnostic::error(
                    codes::WRITE_FAILED,
                    format!("the store refused the data: {error}"),
                )
                .into()
            })
    }

    /// Returns every quad, in no particular order.
    ///
    /// # Errors
    /// Each item may be `STORE_DAMAGED`.
    pub fn quads(&self) -> impl Iterator<Item = Result<Quad>> + use<> {
        self.store
            .iter()
            .map(|quad| quad.map_err(|error| unreadable(&error)))
    }

    /// Returns the names of the named graphs, as N-Quads has them.
    #[cfg(all(test, feature = "rocksdb"))]
    pub(super) fn graph_names(&self) -> Result<Vec<String>> {
        let names = self.store.named_graphs();
        names
            .map(|name| Ok(name.map_err(|error| unreadable(&error))?.to_string()))
            .collect()
    }

    /// Returns the statements of the default graph that have the given terms, in no particular order.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn matching(
        &self,
        subject: Option<&NamedOrBlankNode>,
        predicate: Option<&NamedNode>,
        object: Option<&Term>,
    ) -> Result<Vec<Quad>> {
        self.pattern(subject, predicate, object, Some(GraphNameRef::DefaultGraph))
    }

    /// Returns the statements of a named graph that have the given terms, in no particular order.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn matching_in(
        &self,
        graph: &NamedNode,
        subject: Option<&NamedOrBlankNode>,
        predicate: Option<&NamedNode>,
        object: Option<&Term>,
    ) -> Result<Vec<Quad>> {
        self.pattern(subject, predicate, object, Some(graph.as_ref().into()))
    }

    /// Returns the statements of all graphs that have the given subject and predicate, in no particular order.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn matching_anywhere(
        &self,
        subject: &NamedOrBlankNode,
        predicate: &NamedNode,
    ) -> Result<Vec<Quad>> {
        self.pattern(Some(subject), Some(predicate), None, None)
    }

    /// Returns the statements of all graphs that have the given predicate, in no particular order.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn with_predicate(&self, predicate: &NamedNode) -> Result<Vec<Quad>> {
        self.pattern(None, Some(predicate), None, None)
    }

    fn pattern(
        &self,
        subject: Option<&NamedOrBlankNode>,
        predicate: Option<&NamedNode>,
        object: Option<&Term>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Result<Vec<Quad>> {
        self.store
            .quads_for_pattern(
                subject.map(Into::into),
                predicate.map(Into::into),
                object.map(Into::into),
                graph,
            )
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| unreadable(&error))
    }

    /// Returns the number of quads.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn len(&self) -> Result<usize> {
        self.store.len().map_err(|error| unreadable(&error))
    }

    /// Returns whether there is no quad.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Evaluates a parsed query, with some variables bound beforehand. Nothing is fetched: `SERVICE` is refused.
    ///
    /// # Errors
    /// The engine's own; `query` words them.
    pub fn evaluate(
        &self,
        query: spargebra::Query,
        bindings: Vec<(Variable, Term)>,
        stop: CancellationToken,
    ) -> std::result::Result<QueryResults<'static>, QueryEvaluationError> {
        self.run(SparqlEvaluator::new(), query, bindings, stop)
    }

    /// Evaluates a parsed query whose `SERVICE` clauses are answered by `services`.
    ///
    /// # Errors
    /// The engine's own, and those of the services; `query` words them.
    pub fn evaluate_with(
        &self,
        query: spargebra::Query,
        services: impl DefaultServiceHandler + 'static,
        stop: CancellationToken,
    ) -> std::result::Result<QueryResults<'static>, QueryEvaluationError> {
        let evaluator = SparqlEvaluator::new().with_default_service_handler(services);
        self.run(evaluator, query, Vec::new(), stop)
    }

    fn run(
        &self,
        evaluator: SparqlEvaluator,
        query: spargebra::Query,
        bindings: Vec<(Variable, Term)>,
        stop: CancellationToken,
    ) -> std::result::Result<QueryResults<'static>, QueryEvaluationError> {
        let mut prepared = evaluator
            .with_cancellation_token(stop)
            .for_query(sparql::in_written_order(query));
        for (variable, term) in bindings {
            prepared = prepared.substitute_variable(variable, term);
        }
        prepared.on_store(&self.store).execute()
    }
}

/// How many quads are loaded at once: so few that the loader's tables stay small, so many that a store has few files. Its
/// tables double in size just beyond this.
pub(super) const BATCH: usize = 28_000;

/// Why a dataset could not be filled.
enum FillFault {
    Engine(StorageError),
    Item(Diagnostics),
}

impl From<StorageError> for FillFault {
    fn from(error: StorageError) -> Self {
        Self::Engine(error)
    }
}

impl From<Diagnostics> for FillFault {
    fn from(fault: Diagnostics) -> Self {
        Self::Item(fault)
    }
}

fn load_failure(error: &LoaderError, file: &str) -> Diagnostics {
    match error {
        LoaderError::Parsing(error) => {
            let mut place = Place::file(file);
            if let oxigraph::io::RdfParseError::Syntax(syntax) = error
                && let Some(location) = syntax.location()
            {
                let number = |n: u64| u32::try_from(n + 1).unwrap_or(u32::MAX);
                place = place
                    .at_line(number(location.start.line))
                    .at_column(number(location.start.column));
            }
            Diagnostic::error(codes::RDF_SYNTAX, format!("{error}"))
                .at(place)
                .into()
        }
        other => Diagnostic::error(
            codes::WRITE_FAILED,
            format!("the store refused the data: {other}"),
        )
        .at(Place::file(file))
        .into(),
    }
}

fn unreadable(error: &StorageError) -> Diagnostics {
    Diagnostic::error(
        codes::STORE_DAMAGED,
        format!("the store cannot be read: {error}"),
    )
    .into()
}
