//! What `diff` compares: an RDF file, a generation, or a state of the project in git.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use oxrdf::{Quad, Term};
use oxttl::NQuadsParser;

use super::{MANIFEST_FILE, Project, STORE_FOLDER};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};
use crate::engine::{self, BuildOptions};
use crate::export::input_format;
use crate::store::{Derivation, Generation, Statement, Store};

/// Something to compare.
pub struct Revision {
    /// How it was asked for.
    pub name: String,
    /// Its statements as N-Quads lines without line ends, in any order.
    pub lines: Vec<String>,
    generation: Option<Generation>,
    /// A checkout that goes when this does.
    _checkout: Option<Checkout>,
}

impl Revision {
    /// Opens what a name stands for: a file that exists, `current`, `previous` or the beginning of a generation's identity,
    /// `REVISION:PATH` for a file in git, `REVISION` for the project as git has it, which is built for this.
    ///
    /// Without `graphs` only the default graph counts.
    ///
    /// # Errors
    /// `UNKNOWN_REVISION` when it is none of these, and what opening or building it fails with.
    pub fn open(
        name: &str,
        directory: &Path,
        project: Option<&Project>,
        graphs: bool,
    ) -> Result<Self> {
        let path = directory.join(name);
        if path.is_file() || name == "-" {
            let shown = PathBuf::from(name);
            return Self::of_quads(
                name,
                engine::rdf::quads(&[if name == "-" { shown } else { path }])?,
                graphs,
            );
        }
        if let Some(project) = project
            && let Some(generation) = generation(project, name)?
        {
            return Self::of_generation(name, generation, None, graphs);
        }
        if let Some((revision, file)) = name.split_once(':')
            && !file.is_empty()
            && input_format(Path::new(file)).is_ok()
        {
            let bytes = git(directory, &["show", &format!("{revision}:./{file}")], name)?;
            return Self::of_quads(
                name,
                engine::rdf::quads_of_bytes(&bytes, Path::new(file))?,
                graphs,
            );
        }
        let Some(project) = project else {
            return Err(unknown(
                name,
                "there is no such file, and no project here to look for generations or revisions in",
            ));
        };
        let commit = git(
            project.root(),
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{name}^{{commit}}"),
            ],
            name,
        )
        .map_err(|why| no_rdf(directory, name).unwrap_or(why))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let checkout = Checkout::make(project, &commit, name)?;
        let then = Project::open(&checkout.root)?;
        let built = then.build(&BuildOptions::default())?;
        drop(built);
        let generation = then.generation()?;
        Self::of_generation(name, generation, Some(checkout), graphs)
    }

    fn of_quads(name: &str, quads: Vec<Quad>, graphs: bool) -> Result<Self> {
        let lines = quads
            .into_iter()
            .filter(|quad| graphs || quad.graph_name.is_default_graph())
            .map(|quad| quad.to_string())
            .collect();
        Ok(Self {
            name: name.to_owned(),
            lines,
            generation: None,
            _checkout: None,
        })
    }

    fn of_generation(
        name: &str,
        generation: Generation,
        checkout: Option<Checkout>,
        graphs: bool,
    ) -> Result<Self> {
        let lines = generation
            .statements()?
            .filter(|line| graphs || !in_named_graph(line))
            .collect();
        Ok(Self {
            name: name.to_owned(),
            lines,
            generation: Some(generation),
            _checkout: checkout,
        })
    }

    /// Returns the labels of some IRIs, in English where there is a choice.
    pub fn labels(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, String> {
        let property = format!("> <{LABEL}> ");
        let mut found: BTreeMap<String, (bool, String)> = BTreeMap::new();
        for line in &self.lines {
            let Some((subject, rest)) = line
                .strip_prefix('<')
                .and_then(|line| line.split_once(&property))
            else {
                continue;
            };
            if !wanted.contains(subject) {
                continue;
            }
            let text = format!(
                "<{subject}{property}{} .",
                rest.trim_end().trim_end_matches('.').trim_end()
            );
            let Some(Ok(quad)) = NQuadsParser::new().for_slice(text.as_bytes()).next() else {
                continue;
            };
            let Term::Literal(label) = quad.object else {
                continue;
            };
            let english = label.language().is_none_or(|tag| tag.starts_with("en"));
            let entry = (!english, label.value().to_owned());
            match found.get(subject) {
                Some(known) if *known <= entry => {}
                _ => {
                    found.insert(subject.to_owned(), entry);
                }
            }
        }
        found
            .into_iter()
            .map(|(iri, (_, label))| (iri, label))
            .collect()
    }

    /// Returns how each of several statements of a build came about; nothing for a file.
    ///
    /// # Errors
    /// `STORE_DAMAGED`.
    pub fn derivations(&self, quads: &[Quad]) -> Result<Vec<Vec<Derivation>>> {
        let Some(generation) = &self.generation else {
            return Ok(vec![Vec::new(); quads.len()]);
        };
        let written: Vec<_> = quads
            .iter()
            .map(|quad| {
                let graph = &quad.graph_name;
                (
                    quad.subject.to_string(),
                    quad.predicate.to_string(),
                    quad.object.to_string(),
                    (!graph.is_default_graph()).then(|| graph.to_string()),
                )
            })
            .collect();
        let statements: Vec<Statement<'_>> = written
            .iter()
            .map(|(subject, predicate, object, graph)| Statement {
                subject,
                predicate,
                object,
                graph: graph.as_deref(),
            })
            .collect();
        generation.derivations_of(&statements)
    }
}

const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";

/// Whether a line of N-Quads names a graph: after the object, which ends in `>`, `"`, a tag or a label.
fn in_named_graph(line: &str) -> bool {
    let body = line.trim_end().trim_end_matches('.').trim_end();
    let Some((before, last)) = body.rsplit_once(' ') else {
        return false;
    };
    if !(last.starts_with('<') || last.starts_with("_:")) || last.contains('"') {
        return false;
    }
    // Subject and predicate hold no spaces: a third term before the last one makes it a graph.
    before.splitn(3, ' ').nth(2).is_some_and(|object| {
        !object.is_empty() && !object.starts_with("<<(") || object.ends_with(")>>")
    })
}

/// Says of `REVISION:PATH` that git has no such file, or that the file is no RDF; nothing of other names.
fn no_rdf(directory: &Path, name: &str) -> Option<Diagnostics> {
    let (revision, file) = name.split_once(':').filter(|(_, file)| !file.is_empty())?;
    let object = format!("{revision}:./{file}");
    let there = git(directory, &["cat-file", "-e", &object], name);
    there.and_then(|_| input_format(Path::new(file))).err()
}

fn generation(project: &Project, name: &str) -> Result<Option<Generation>> {
    let store: Store = project.store();
    match name {
        "current" => return store.current().map(Some),
        "previous" => return store.previous().map(Some),
        _ => {}
    }
    if name.len() < 6 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let wanted = name.to_ascii_lowercase();
    let all = [store.current(), store.previous()];
    Ok(all
        .into_iter()
        .flatten()
        .find(|generation| generation.id().starts_with(&wanted)))
}

fn unknown(name: &str, why: &str) -> Diagnostics {
    Diagnostic::error(
        codes::UNKNOWN_REVISION,
        format!("{name:?} is nothing to compare: {why}"),
    )
    .hint(
        "name an RDF file, `current`, `previous`, the beginning of a generation, or a git revision",
    )
    .into()
}

/// Runs git and returns what it printed.
fn git(folder: &Path, arguments: &[&str], name: &str) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            unknown(
                name,
                &format!("it is no file and no generation, and git cannot be asked: {error}"),
            )
        })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said
        .lines()
        .next()
        .unwrap_or("git does not know it")
        .trim_start_matches("fatal: ")
        .to_owned();
    Err(unknown(
        name,
        &format!("it is no file and no generation, and for git: {said}"),
    ))
}

/// The project's files as git had them, in a folder beside its store.
struct Checkout {
    root: PathBuf,
}

impl Checkout {
    fn make(project: &Project, commit: &str, name: &str) -> Result<Self> {
        let root = project
            .root()
            .join(STORE_FOLDER)
            .join("revisions")
            .join(format!("{commit}-{}", std::process::id()));
        let checkout = Self { root };
        let listed = git(project.root(), &["ls-tree", "-r", "-z", commit], name)?;
        let mut wanted = Vec::new();
        for entry in listed
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty())
        {
            let entry = String::from_utf8_lossy(entry);
            let Some((head, path)) = entry.split_once('\t') else {
                continue;
            };
            let mut words = head.split(' ');
            let (Some(mode), Some("blob"), Some(object)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let plain = Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            // Links could lead out of the folder.
            if plain && mode != "120000" {
                wanted.push((object.to_owned(), path.to_owned()));
            }
        }
        if !wanted.iter().any(|(_, path)| path == MANIFEST_FILE) {
            return Err(unknown(
                name,
                &format!("the project had no {MANIFEST_FILE} there"),
            ));
        }
        for (object, path) in wanted {
            let bytes = git(project.root(), &["cat-file", "blob", &object], name)?;
            let target = checkout.root.join(&path);
            let failed = |error: std::io::Error| -> Diagnostics {
                Diagnostic::error(
                    codes::WRITE_FAILED,
                    format!("cannot write {}: {error}", target.display()),
                )
                .at(Place::file(target.display().to_string()))
                .into()
            };
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            let mut file = fs::File::create(&target).map_err(failed)?;
            file.write_all(&bytes).map_err(failed)?;
        }
        Ok(checkout)
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // What is left behind is in the ignored folder and does no harm.
        let _ = fs::remove_dir_all(&self.root);
        if let Some(folder) = self.root.parent() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_told_from_an_object() {
        for (line, named) in [
            ("<http://a> <http://b> <http://c>", false),
            ("<http://a> <http://b> <http://c> <http://g>", true),
            ("<http://a> <http://b> \"x <http://g>\"", false),
            ("<http://a> <http://b> \"x\"^^<http://d>", false),
            ("<http://a> <http://b> \"x y\"@en <http://g>", true),
            ("<http://a> <http://b> \"x y\" _:g", true),
            ("<http://a> <http://b> _:c", false),
            (
                "<http://a> <http://b> <<( <http://c> <http://d> <http://e> )>>",
                false,
            ),
            (
                "<http://a> <http://b> <<( <http://c> <http://d> <http://e> )>> <http://g>",
                true,
            ),
        ] {
            assert_eq!(in_named_graph(line), named, "{line}");
        }
    }
}
