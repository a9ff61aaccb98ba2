//! The thin binary: parse, run, exit status.

fn main() {}
