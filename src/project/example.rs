//! The shipped example, embedded in the binary, so that `demo` works wherever it is called.

use std::fs;
use std::path::{Path, PathBuf};

use super::{MANIFEST_FILE, Project};
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Path and text of every file of the example, in the order of their paths.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/example.rs"));

/// Name of the folder the example is written to.
pub const FOLDER: &str = "factmill-demo";

/// Returns the project called from if it is the example, else writes the example to [`FOLDER`] below `start`.
///
/// The folder is written anew only where files are missing: what a user changed in it stays.
///
/// # Errors
/// `WRITE_FAILED`, or `FILE_UNREADABLE` when something else bears the folder's name.
pub fn open_or_write(start: &Path) -> Result<Project> {
    if let Ok(project) = Project::discover(start)
        && is_example(project.root())
    {
        return Ok(project);
    }
    let folder: PathBuf = start.join(FOLDER);
    if folder.exists() && !folder.is_dir() {
        return Err(Diagnostic::error(
            codes::FILE_UNREADABLE,
            format!("{FOLDER} exists and is not a folder"),
        )
        .at(Place::file(FOLDER))
        .hint("remove it or run the demo elsewhere")
        .into());
    }
    let missing: Vec<(&str, &str)> = FILES
        .iter()
        .filter(|(name, _)| !folder.join(name).exists())
        .copied()
        .collect();
    write_files(&folder, &missing)?;
    Project::open(&folder)
}

fn is_example(root: &Path) -> bool {
    let shipped = FILES
        .iter()
        .find(|(name, _)| *name == MANIFEST_FILE)
        .map(|(_, text)| *text);
    fs::read_to_string(root.join(MANIFEST_FILE)).ok().as_deref() == shipped
}

fn write_files(folder: &Path, files: &[(&str, &str)]) -> Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| {
                Diagnostic::error(
                    codes::WRITE_FAILED,
                    format!("cannot write {}: {error}", path.display()),
                )
                .at(Place::file(path.display().to_string()))
                .hint("run the command in a folder that you may write to")
            })?;
    }
    Ok(())
}
