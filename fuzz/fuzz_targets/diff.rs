#![no_main]
//! Fuzzes [`factmill_fuzz::diff`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::diff(bytes));
