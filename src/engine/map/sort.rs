//! Lines in the order of their text, each once. Beyond a bound, sorted runs wait in files and are merged in the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::BufRead;

use rayon::slice::ParallelSliceMut;

use super::scratch::{Scratch, ScratchFile};
use crate::diagnostic::Result;

/// Bytes that the place of a line takes.
const PLACE: usize = size_of::<(usize, usize)>();

/// Runs that are merged at once.
const RUNS: usize = 64;

/// Sorts lines.
#[derive(Debug)]
pub(super) struct Sorter {
    text: String,
    places: Vec<(usize, usize)>,
    bound: usize,
    runs: Vec<ScratchFile>,
    scratch: Scratch,
}

impl Sorter {
    /// Returns a sorter that takes about so many bytes.
    pub(super) fn new(memory: usize, scratch: Scratch) -> Self {
        Self {
            text: String::new(),
            places: Vec::new(),
            bound: memory,
            runs: Vec::new(),
            scratch,
        }
    }

    /// Takes lines, each with its line break.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub(super) fn add(&mut self, lines: &str) -> Result<()> {
        for line in lines.split_inclusive('\n') {
            let start = self.text.len();
            self.text.push_str(line);
            self.places.push((start, self.text.len()));
        }
        // Room that a growing text leaves unused counts too.
        if self.text.capacity() + self.places.capacity() * PLACE > self.bound {
            self.run()?;
        }
        Ok(())
    }

    fn sort(&mut self) {
        let text = &self.text;
        let line = |place: &(usize, usize)| &text[place.0..place.1];
        self.places
            .par_sort_unstable_by(|one, two| line(one).cmp(line(two)));
        self.places.dedup_by(|one, two| line(one) == line(two));
    }

    fn run(&mut self) -> Result<()> {
        self.sort();
        let mut file = self.scratch.file()?;
        for (start, end) in &self.places {
            file.write(&self.text.as_bytes()[*start..*end])?;
        }
        self.text.clear();
        self.places.clear();
        self.runs.push(file);
        if self.runs.len() >= RUNS {
            let mut merged = self.scratch.file()?;
            merge(std::mem::take(&mut self.runs), |line| merged.write(line))?;
            self.runs.push(merged);
        }
        Ok(())
    }

    /// Gives every line once, in order.
    ///
    /// # Errors
    /// Those of `take`, and `WRITE_FAILED`.
    pub(super) fn finish(mut self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if self.runs.is_empty() {
            self.sort();
            for (start, end) in &self.places {
                take(&self.text.as_bytes()[*start..*end])?;
            }
            return Ok(());
        }
        if !self.places.is_empty() {
            self.run()?;
        }
        (self.text, self.places) = Default::default();
        merge(self.runs, take)
    }
}

/// Merges sorted runs.
fn merge(mut runs: Vec<ScratchFile>, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let count = runs.len();
    let mut readers = Vec::with_capacity(count);
    for run in &mut runs {
        readers.push(run.read()?);
    }
    let mut next = |run: usize, line: &mut Vec<u8>| -> Result<bool> {
        line.clear();
        let read = readers[run].read_until(b'\n', line);
        Ok(read.map_err(|error| runs[run].fail(&error))? > 0)
    };
    let mut heap = BinaryHeap::with_capacity(count);
    for run in 0..count {
        let mut line = Vec::new();
        if next(run, &mut line)? {
            heap.push(Reverse((line, run)));
        }
    }
    let mut last: Vec<u8> = Vec::new();
    while let Some(mut top) = heap.peek_mut() {
        let Reverse((line, run)) = &mut *top;
        if *line != last {
            take(line)?;
            last.clone_from(line);
        }
        if !next(*run, line)? {
            PeekMut::pop(top);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_whatever_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (0..5_000)
            .map(|n| format!("line {}\n", n * 7 % 2_000))
            .collect();
        let mut expected = lines.clone();
        expected.sort();
        expected.dedup();
        // The least memory makes a run of every few lines, and merges runs on the way.
        for memory in [0, 100_000, 1 << 20] {
            let mut sorter =
                Sorter::new(memory, Scratch::beside(Some(&folder.path().join("out.nq"))));
            for some in lines.chunks(30) {
                sorter.add(&some.concat()).unwrap();
            }
            let mut found = Vec::new();
            sorter
                .finish(|line| {
                    found.push(String::from_utf8(line.to_vec()).unwrap());
                    Ok(())
                })
                .unwrap();
            assert_eq!(found, expected);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
