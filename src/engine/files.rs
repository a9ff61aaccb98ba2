//! Files: reading them whole, and the patterns that stand for several.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::source::text;

/// Returns the bytes of a file; `shown` is its name in messages.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`.
pub fn read_bytes(path: &Path, shown: &str) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| unreadable(path, shown, &error).into())
}

/// Returns the text of a UTF-8 file without its byte order mark; `shown` is its name in messages.
///
/// # Errors
/// As [`read_bytes`], and `NOT_UTF8` with the line of the first wrong byte.
pub fn read_text(path: &Path, shown: &str) -> Result<String> {
    let bytes = read_bytes(path, shown)?;
    text::decode(&bytes, shown).map(str::to_owned)
}

/// Returns the text of a file or, for `-`, of standard input.
///
/// # Errors
/// As [`read_text`].
pub fn read_text_or_stdin(path: &Path) -> Result<String> {
    if path != Path::new("-") {
        return read_text(path, &path.display().to_string());
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Diagnostic::error(
                codes::FILE_UNREADABLE,
                format!("cannot read standard input: {error}"),
            )
        })?;
    text::decode(&bytes, "-").map(str::to_owned)
}

/// Returns the finding for a file that cannot be read, with the names that are near it in its folder.
pub fn unreadable(path: &Path, shown: &str, error: &io::Error) -> Diagnostic {
    if error.kind() != io::ErrorKind::NotFound {
        return Diagnostic::error(
            codes::FILE_UNREADABLE,
            format!("cannot read {shown}: {error}"),
        )
        .at(Place::file(shown));
    }
    let missing = Diagnostic::error(codes::FILE_MISSING, format!("there is no file {shown}"))
        .at(Place::file(shown));
    match nearest_file(path) {
        Some(name) => missing.hint(format!("did you mean {name}?")),
        None => missing.hint("check the path, or remove what refers to it"),
    }
}

fn nearest_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy().into_owned();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let likeness = |name: &String| rapidfuzz::fuzz::ratio(wanted.chars(), name.chars());
    names
        .into_iter()
        .map(|name| (likeness(&name), name))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Returns the files that a pattern stands for, relative to `root` with `/`, in the order of their names.
///
/// `*` stands for any characters within one name, in any part of the path; a pattern without `*` stands for itself,
/// whether the file exists or not. Files whose names begin with a dot are meant only when the pattern says so.
///
/// # Errors
/// `FILE_UNREADABLE` for a folder that cannot be listed. A folder that does not exist holds no files.
pub fn expand(root: &Path, pattern: &str) -> Result<Vec<String>> {
    if !pattern.contains('*') {
        return Ok(vec![pattern.to_owned()]);
    }
    let mut found = vec![String::new()];
    let parts: Vec<&str> = pattern.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let mut next = Vec::new();
        for prefix in &found {
            if part.contains('*') {
                for name in names_in(&root.join(prefix), prefix, last)? {
                    if matches(part, &name) {
                        next.push(join(prefix, &name));
                    }
                }
            } else {
                next.push(join(prefix, part));
            }
        }
        found = next;
    }
    found.retain(|path| root.join(path).is_file());
    found.sort();
    Ok(found)
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}/{name}")
    }
}

fn names_in(folder: &Path, shown: &str, files: bool) -> Result<Vec<String>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(Diagnostic::error(
                codes::FILE_UNREADABLE,
                format!("cannot list {shown}: {error}"),
            )
            .at(Place::file(shown))
            .into());
        }
    };
    let wanted = |path: &Path| if files { path.is_file() } else { path.is_dir() };
    Ok(listing
        .flatten()
        .filter(|entry| wanted(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect())
}

/// Whether a name fits a pattern with `*`: first and last pieces at the ends, the others in order between them.
fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        let Some(at) = name.find(piece) else {
            return false;
        };
        name = &name[at + piece.len()..];
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_its_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "data/b.txt",
            "data/a.txt",
            "data/.hidden.txt",
            "data/c.csv",
            "more/deep/d.txt",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = |pattern| expand(folder.path(), pattern).unwrap();
        assert_eq!(found("data/*.txt"), ["data/a.txt", "data/b.txt"]);
        assert_eq!(found("*/*/d*t"), ["more/deep/d.txt"]);
        assert_eq!(found("nowhere/*.txt"), Vec::<String>::new());
        assert_eq!(found("nowhere/x.txt"), ["nowhere/x.txt"]);
    }

    #[test]
    fn stars_match_pieces_in_order() {
        assert!(matches("*", "x"));
        assert!(matches("a*b*c", "a-b-c"));
        assert!(!matches("a*b*c", "a-c-b"));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn a_missing_file_is_told_with_its_neighbour() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("events.csv"), "").unwrap();
        let failure = read_text(&folder.path().join("event.csv"), "event.csv").unwrap_err();
        assert_eq!(failure.0[0].code, codes::FILE_MISSING);
        assert_eq!(failure.0[0].hints, ["did you mean events.csv?"]);
    }
}
