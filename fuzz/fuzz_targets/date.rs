#![no_main]
//! Fuzzes [`factmill_fuzz::date`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::date(bytes));
