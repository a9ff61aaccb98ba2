#![no_main]
//! Fuzzes [`factmill_fuzz::query`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::query(bytes));
