//! A fresh project in a temporary folder, and the binary run in it with a cleared environment.

pub(crate) mod server;
pub(crate) mod wikibase;

pub(crate) mod quickstatements;
pub(crate) mod rml;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository, which is the shipped example.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns a file beside the project that only some machines have; says "skipped" where it is absent.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(name);
    if !path.exists() {
        println!("skipped: ../shared/{name} is not on this machine");
        return None;
    }
    Some(path)
}

/// What a run of the binary left.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Returns standard output of a run that must have ended with the given status.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> String {
        assert_eq!(
            self.status, status,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stdout
    }

    /// Returns standard error of a run that must have ended with the given status.
    #[track_caller]
    pub(crate) fn expect_talk(self, status: i32) -> String {
        let talk = self.stderr.clone();
        let _ = self.expect(status);
        talk
    }
}

/// A copy of the shipped example in a temporary folder.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Returns a fresh copy, not yet built.
    pub(crate) fn example() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["factmill.toml", "ontology", "data", "queries"] {
            copy(&root().join(name), &project.path(name));
        }
        project
    }

    /// Returns a fresh copy, built.
    pub(crate) fn built() -> Self {
        let project = Self::example();
        let _ = project.run(&["build"]).expect(0);
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces one piece of text in a file; the piece must be there once.
    #[track_caller]
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {name}");
        self.write(name, &text.replace(old, new));
    }

    /// Runs the binary in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.folder.path(), arguments, "")
    }

    /// Returns the statements of the default graph as sorted N-Quads lines.
    pub(crate) fn statements(&self) -> Vec<String> {
        let text = self.run(&["export", "--format", "nquads"]).expect(0);
        text.lines().map(str::to_owned).collect()
    }

    /// Returns the rows of a saved query as CSV.
    #[track_caller]
    pub(crate) fn rows(&self, name: &str) -> Vec<String> {
        let text = self.run(&["run", name, "--format", "csv"]).expect(0);
        text.lines().skip(1).map(str::to_owned).collect()
    }
}

/// Runs the binary in a folder.
pub(crate) fn run_in(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The binary may end without having read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Returns the binary as a command in a folder, with nothing of this process's environment.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_factmill"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}
