//! Lines of N-Quads that were made together, and what is known of them.

use super::lane::hash_line;

/// A line that may have been made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubtful {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its line break.
    pub end: usize,
    /// Hash of it.
    pub hash: u128,
}

/// Lines of N-Quads. A line that is not among [`Lines::doubtful`] is like no other line of the run.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The lines, each with its line break.
    pub text: String,
    /// The lines that may have been made before, in their order.
    pub doubtful: Vec<Doubtful>,
    /// Number of all lines.
    pub count: u64,
    /// Number of lines that were left out because one like them is here already.
    pub again: u64,
}

/// A place in lines to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    text: usize,
    doubtful: usize,
    count: u64,
    again: u64,
}

impl Lines {
    /// Takes the text out and leaves room for as much.
    pub fn take_text(&mut self) -> String {
        // The next batch is about as long; what is reserved beyond costs nothing before it is written to.
        let room = self.text.len() + self.text.len() / 8;
        std::mem::replace(&mut self.text, String::with_capacity(room))
    }

    /// Takes all lines out.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.doubtful.clear();
        self.count = 0;
        self.again = 0;
    }

    /// Ends the line that begins at `start`.
    #[inline]
    pub(super) fn end(&mut self, start: usize, doubtful: bool) {
        self.count += 1;
        if doubtful {
            self.doubtful.push(Doubtful {
                start,
                end: self.text.len(),
                hash: hash_line(&self.text[start..]),
            });
        }
    }

    /// Returns the place that is reached.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            doubtful: self.doubtful.len(),
            count: self.count,
            again: self.again,
        }
    }

    /// Goes back to a place.
    pub(super) fn reset(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.doubtful.truncate(mark.doubtful);
        self.count = mark.count;
        self.again = mark.again;
    }
}
