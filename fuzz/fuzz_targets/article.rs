#![no_main]
//! Fuzzes [`factmill_fuzz::article`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::article(bytes));
