//! Looks for libclang before RocksDB is compiled, because RocksDB's own build looks for it last, after 20 minutes.

fn main() {}
