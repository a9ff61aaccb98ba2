//! Parts: files that are written beside their places and renamed when they are whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Place, codes};

/// What stands between the name of a file and the number of the process that writes its part.
const MARK: &str = ".factmill-";
/// How the name of a part ends.
const END: &str = ".part";

/// Makes the part of a file; returns it with its path.
///
/// It is locked while it is open, so that others see that somebody writes it.
///
/// # Errors
/// Those of the system.
pub fn create(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!("{MARK}{}{END}", std::process::id()));
    let part = path.with_file_name(name);
    let file = File::create(&part)?;
    // Where files cannot be locked, none are swept either.
    let _ = file.try_lock();
    Ok((file, part))
}

/// Removes the parts of a file that nobody writes any more: processes that were killed have left them.
pub fn sweep(path: &Path) {
    let Some(name) = path.file_name() else {
        return;
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // What cannot be looked at or removed stays, and does no harm.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let left = entry.file_name();
        let is_part = left
            .as_encoded_bytes()
            .strip_prefix(name.as_encoded_bytes())
            .and_then(|rest| rest.strip_prefix(MARK.as_bytes()))
            .and_then(|rest| rest.strip_suffix(END.as_bytes()))
            .is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit));
        let is_left = || {
            let opened = File::options().write(true).open(entry.path());
            opened.is_ok_and(|file| file.try_lock().is_ok())
        };
        if is_part && is_left() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Words the refusal of the system to write something.
pub fn refused(what: &str, error: &io::Error) -> Diagnostic {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space or write elsewhere"
        }
        io::ErrorKind::PermissionDenied => "choose a place that you may write to",
        io::ErrorKind::NotFound => "make the folder first",
        _ => "write elsewhere",
    };
    Diagnostic::error(codes::WRITE_FAILED, format!("cannot write {what}: {error}"))
        .at(Place::file(what))
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_that_nobody_writes_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.nt");
        let (held, part) = create(&path).unwrap();
        let others = [
            "a.nt.2024.part",
            "a.nt.factmill-x.part",
            "a.nt.factmill-.part",
            "b.nt.factmill-1.part",
        ];
        for name in others.iter().chain(&["a.nt.factmill-1.part"]) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        sweep(&path);
        assert!(!folder.path().join("a.nt.factmill-1.part").exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
        assert!(part.exists());
        drop(held);
        sweep(&path);
        assert!(!part.exists());
    }
}
