//! The fuzz targets of `fuzz/` over their seeds and a few hundred changed copies of each: what a fuzzer starts from, in
//! the time a test may take. Changes come from a fixed seed, so that a failure can be seen again.

use std::fs;

use crate::support::root;

#[path = "../fuzz/src/lib.rs"]
pub mod targets;

/// What takes the bytes.
type Target = fn(&[u8]);

/// A target by the name of its folder of seeds.
const TARGETS: &[(&str, Target)] = &[
    ("answers", targets::answers),
    ("article", targets::article),
    ("csv", targets::csv),
    ("date", targets::date),
    ("diff", targets::diff),
    ("json", targets::json),
    ("mapping", targets::mapping),
    ("query", targets::query),
    ("rdf", targets::rdf),
    ("xml", targets::xml),
    ("yarrrml", targets::yarrrml),
];

/// Changed copies of each seed.
const COPIES: usize = 60;

/// Texts that change more than a byte does.
const PIECES: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "\n\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "–",
    "-1",
    "99999999999999999999",
    "1e999",
    "{{",
    "}}",
    "*",
    "/",
    "#",
    "$",
    "@",
    "&",
    "|",
    ":",
    "%",
];

/// A sequence of numbers that is the same on every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Changes a text in one to four places.
fn change(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(12)).min(bytes.len());
        match numbers.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let copied = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                drop(bytes.splice(to..to, copied));
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                drop(bytes.splice(at..at, piece.bytes()));
            }
        }
    }
}

#[test]
fn seeds_and_changed_seeds_break_nothing() {
    let mut targets = 0;
    for (name, target) in TARGETS {
        let mut seeds: Vec<_> = fs::read_dir(root().join("fuzz/seeds").join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        seeds.sort();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for seed in seeds {
            let bytes = fs::read(&seed).unwrap();
            target(&bytes);
            for _ in 0..COPIES {
                let mut changed = bytes.clone();
                change(&mut changed, &mut numbers);
                let outcome = std::panic::catch_unwind(|| target(&changed));
                assert!(
                    outcome.is_ok(),
                    "{name} fails on {:?}",
                    String::from_utf8_lossy(&changed)
                );
            }
        }
        targets += 1;
    }
    let files = fs::read_dir(root().join("fuzz/fuzz_targets"))
        .unwrap()
        .count();
    assert_eq!(targets, files, "every target is tried");
}
