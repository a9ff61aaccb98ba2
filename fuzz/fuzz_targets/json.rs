#![no_main]
//! Fuzzes [`factmill_fuzz::json`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::json(bytes));
