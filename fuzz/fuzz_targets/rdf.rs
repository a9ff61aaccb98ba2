#![no_main]
//! Fuzzes [`factmill_fuzz::rdf`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::rdf(bytes));
