//! What stands for disk stores when the feature `rocksdb` is off: there are none, and those of another build are left to
//! it.

use super::generation::{Generation, Scope};
use super::graph::Graph;
use super::layout::Layout;
use crate::diagnostic::Diagnostic;

pub(super) fn build(_: &Layout, _: &Generation) -> Vec<Diagnostic> {
    Vec::new()
}

pub(super) fn open(_: &Layout, _: &str, _: Scope) -> Option<Graph> {
    None
}

pub(super) fn verify(_: &Layout, _: &str) -> Vec<Diagnostic> {
    Vec::new()
}
