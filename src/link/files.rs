//! Files of lines, plain or compressed, read as a stream.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// Name of the file that holds the entities of an extract.
pub(super) const ENTITIES: &str = "entities.jsonl";

/// Returns the file of candidates that a path names: itself, or the entities of the extract in that folder.
pub(super) fn candidates_in(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(ENTITIES)
    } else {
        path.to_owned()
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Opens a file, unpacking gzip and bzip2 by its first bytes; `-` is standard input.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>> {
    open_counted(path, Arc::default())
}

/// Opens a file as [`open`] does and counts the bytes read from it.
pub(super) fn open_counted(path: &Path, count: Arc<AtomicU64>) -> Result<Box<dyn Read + Send>> {
    let raw: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| failed(path, &error))?)
    };
    let mut raw = Counted { inner: raw, count };
    let mut start = [0; 3];
    let mut filled = 0;
    while filled < start.len() {
        match raw
            .read(&mut start[filled..])
            .map_err(|error| failed(path, &error))?
        {
            0 => break,
            some => filled += some,
        }
    }
    let whole = io::Cursor::new(start[..filled].to_vec()).chain(raw);
    Ok(match &start[..filled] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(
            1 << 20,
            whole,
        ))),
        b"BZh" => Box::new(bzip2::read::MultiBzDecoder::new(BufReader::with_capacity(
            1 << 20,
            whole,
        ))),
        _ => Box::new(whole),
    })
}

/// Calls a function with the number (from 1) and bytes of every line, without its end.
///
/// # Errors
/// `FILE_MISSING`, `FILE_UNREADABLE`, and what the function returns.
pub(super) fn for_each_line(
    path: &Path,
    mut each: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut reader = BufReader::with_capacity(1 << 20, open(path)?);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        if reader
            .read_until(b'\n', &mut line)
            .map_err(|error| failed(path, &error))?
            == 0
        {
            return Ok(());
        }
        number += 1;
        each(number, line.trim_ascii_end())?;
    }
}

/// Returns the failure to read a file.
pub(super) fn failed(path: &Path, error: &io::Error) -> Diagnostics {
    let shown = path.display().to_string();
    let code = if error.kind() == io::ErrorKind::NotFound {
        codes::FILE_MISSING
    } else {
        codes::FILE_UNREADABLE
    };
    Diagnostic::error(code, format!("cannot read {shown}: {error}"))
        .at(Place::file(shown))
        .hint("check the path and that the file is whole")
        .into()
}
