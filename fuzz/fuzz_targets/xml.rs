#![no_main]
//! Fuzzes [`factmill_fuzz::xml`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::xml(bytes));
