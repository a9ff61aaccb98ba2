#![no_main]
//! Fuzzes [`factmill_fuzz::mapping`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::mapping(bytes));
