#![no_main]
//! Fuzzes [`factmill_fuzz::csv`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::csv(bytes));
