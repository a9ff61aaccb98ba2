#![no_main]
//! Fuzzes [`factmill_fuzz::answers`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| factmill_fuzz::answers(bytes));
