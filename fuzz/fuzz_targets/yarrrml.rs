#![no_main]
//! Fuzzes [`factmill_fuzz::yarrrml`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::yarrrml(bytes));
