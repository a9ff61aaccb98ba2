//! What stands for disk stores when the feature `rocksdb` is off: there are none, and those of another build are left to
//! it.

use super::facts::Facts;
use super::generation::{Generation, Scope};
use super::graph::Graph;
use super::layout::Layout;
use super::manifest::PartStamp;
use crate::diagnostic::Diagnostic;

pub(super) struct Filling;

impl Filling {
    pub(super) fn new(_: &Layout) -> Self {
        Self
    }

    pub(super) fn part(&mut self, _: Facts, _: usize) {}

    pub(super) fn later(&mut self, _: &PartStamp) {}

    pub(super) fn finish(self, _: &Generation, _: Option<&str>) -> Vec<Diagnostic> {
        Vec::new()
    }
}

pub(super) fn open(_: &Layout, _: &Generation, _: Scope) -> Option<Graph> {
    None
}

pub(super) fn sweep(_: &Layout, _: &Generation) {}

pub(super) fn verify(_: &Layout, _: &Generation) -> Vec<Diagnostic> {
    Vec::new()
}
