//! Streams of records of documents: a walk over a text puts them on a page one by one, or, in stretches, many on one page.

use std::vec::IntoIter;

use super::near;
use super::tree::Tree;
use crate::record::{Cut, Fault, Record, Records, Scope, Slot};

/// Bytes on a page from which on a stretch of records ends; few in tests, so that short texts have several.
const STRETCH: usize = if cfg!(test) { 1 << 8 } else { 1 << 18 };

/// Records and faults from which on a stretch ends, however small they are.
const RECORDS: usize = 4_096;

/// How many paths of a record are looked at, and how many steps they have, for near ones.
pub(super) const PATHS: usize = 500;
pub(super) const STEPS: usize = 8;

/// A part of a document with the record at hand, which is lent again for each.
pub(super) trait Page: Tree + Send {
    /// Where a record is on it.
    type Position: Send;

    fn position(&self) -> Self::Position;
    fn go_to(&mut self, position: Self::Position);
    /// Returns about how many bytes it takes.
    fn size(&self) -> usize;
    /// As [`Records::bind`].
    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>>;
    /// As [`Records::bind_parts`].
    fn bind_parts(&mut self, iterator: &str) -> Result<Scope, Box<Fault>>;
    /// As [`Records::unmet`].
    fn unmet(&self) -> Vec<Slot>;
    /// Returns what is doubtful about the record at hand as far as it was looked at, each once.
    fn doubt(&self) -> Option<Box<Fault>> {
        None
    }
    /// Returns paths that lead to something in the record at hand, [`PATHS`] at most, written as a reference is.
    fn paths(&self, reference: &str) -> Vec<String>;
}

/// A way through a text.
///
/// Records are asked for one by one ([`Walk::next`]), each in the place of the one before; or, if [`Walk::has_stretches`],
/// beside each other ([`Walk::next_beside`]) until the page is full and [`Walk::is_between`], when [`Walk::turn`] gives the page
/// away. The two ways are not mixed.
pub(super) trait Walk<P>: Send {
    /// Goes to the next record and puts it on the page.
    fn next(&mut self, page: &mut P) -> Option<Result<(), Box<Fault>>>;
    /// Returns whether no record needs the whole document, so that many can be on one page.
    fn has_stretches(&self, page: &P) -> bool;
    /// As [`Walk::next`], but keeps the records that are on the page.
    fn next_beside(&mut self, page: &mut P) -> Option<Result<(), Box<Fault>>>;
    /// Returns whether records that lie in each other may be divided here.
    fn is_between(&self) -> bool;
    /// Returns the page with its records, and leaves one to go on with.
    fn turn(&mut self, page: &mut P) -> P;
}

/// A stream of records, or a stretch of one.
pub(super) struct Stream<W, P: Page> {
    page: P,
    source: Source<W, P::Position>,
}

/// Where records come from.
enum Source<W, T> {
    /// A text; each record takes the place of the one before on the page.
    Text(W),
    /// The page, which holds all of them.
    Page(IntoIter<Result<T, Box<Fault>>>),
}

impl<W, P: Page> Stream<W, P> {
    pub(super) fn new(walk: W, page: P) -> Self {
        Self {
            page,
            source: Source::Text(walk),
        }
    }
}

impl<W: Walk<P> + 'static, P: Page + 'static> Records for Stream<W, P> {
    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>> {
        self.page.bind(reference)
    }

    fn bind_parts(&mut self, _outer: Option<Scope>, iterator: &str) -> Result<Scope, Box<Fault>> {
        self.page.bind_parts(iterator)
    }

    fn next(&mut self) -> Option<Result<&dyn Record, Box<Fault>>> {
        if let Some(fault) = self.page.doubt() {
            return Some(Err(fault));
        }
        self.page.keys().advance();
        let next = match &mut self.source {
            Source::Text(walk) => walk.next(&mut self.page)?,
            Source::Page(items) => items.next()?.map(|position| self.page.go_to(position)),
        };
        Some(next.map(|()| -> &dyn Record { &self.page }))
    }

    fn unmet(&self) -> Vec<Slot> {
        self.page.unmet()
    }

    fn near(&self, reference: &str) -> Option<String> {
        let paths = self.page.paths(reference);
        let known = paths.iter().map(String::as_str);
        let what = "paths of the first record";
        (!paths.is_empty()).then(|| near::hint_beyond("$.", reference, known, what))
    }

    fn cut(&mut self) -> Cut {
        let page = &mut self.page;
        let walk = match &mut self.source {
            Source::Text(walk) if walk.has_stretches(page) => walk,
            _ => return Cut::Whole,
        };
        // What holds the records may itself be long; it is on every page.
        let full = page.size() + page.size().max(STRETCH);
        let mut items = Vec::new();
        while items.is_empty()
            || !walk.is_between()
            || (page.size() < full && items.len() < RECORDS)
        {
            let Some(next) = walk.next_beside(page) else {
                break;
            };
            items.push(next.map(|()| page.position()));
        }
        if items.is_empty() {
            return Cut::End;
        }
        Cut::Part(Box::new(Self {
            page: walk.turn(page),
            source: Source::Page(items.into_iter()),
        }))
    }
}
