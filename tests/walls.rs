//! The walls between the modules (ARCHITECTURE.md), and that no word of the example stands in the code.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Module of `src`, and what its files may not name.
const WALLS: &[(&str, &[&str])] = &[
    ("cli", &["oxigraph"]),
    ("commands", &["oxigraph"]),
    ("ui", &["oxigraph", "clap"]),
    ("output", &["oxigraph", "clap"]),
    ("project", &["clap"]),
    ("engine", &["clap", "oxigraph::store"]),
    (
        "source",
        &["crate::mapping", "crate::store", "clap", "oxigraph"],
    ),
    (
        "record",
        &["crate::", "oxigraph", "clap", "serde", "xxhash"],
    ),
    (
        "value",
        &[
            "std::fs",
            "crate::store",
            "clap",
            "oxigraph",
            "crate::mapping",
            "crate::source",
        ],
    ),
    (
        "mapping",
        &[
            "std::fs",
            "std::env",
            "std::time",
            "crate::store",
            "crate::source",
            "clap",
            "oxigraph",
        ],
    ),
    ("store", &["crate::source", "crate::mapping", "clap"]),
    (
        "query",
        &["crate::source", "crate::mapping", "clap", "oxigraph::store"],
    ),
    ("sparql", &["crate::", "oxigraph", "clap"]),
    ("export", &["crate::source", "clap", "oxigraph::store"]),
    ("audit", &["crate::source", "clap", "oxigraph::store"]),
    ("link", &["crate::mapping", "clap", "oxigraph::store"]),
    (
        "serve",
        &["crate::source", "crate::mapping", "clap", "oxigraph"],
    ),
    (
        "online",
        &[
            "crate::source",
            "crate::mapping",
            "crate::store",
            "clap",
            "oxigraph",
        ],
    ),
    (
        "explain",
        &["crate::source", "crate::mapping", "clap", "oxigraph::store"],
    ),
    ("sync", &["crate::", "oxigraph", "clap", "serde"]),
    (
        "diagnostic",
        &[
            "oxigraph",
            "clap",
            "serde",
            "crate::record",
            "crate::source",
            "crate::mapping",
            "crate::store",
        ],
    ),
];

fn files() -> Vec<PathBuf> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                into.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found.sort();
    found
}

/// Whether a file is nothing but tests of the module it stands in.
fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "tests.rs")
        || path
            .strip_prefix(root().join("src"))
            .unwrap()
            .components()
            .any(|part| part.as_os_str() == "tests")
}

/// The code of a file without comments and without the tests at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    // A test module that stands in the file stands at its end; one in a file of its own may be named at the top.
    let end = text
        .match_indices("#[cfg(test)]\n")
        .find(|(at, mark)| {
            let mut below = text[at + mark.len()..].lines();
            let item = below.find(|line| !line.starts_with("#["));
            item.is_some_and(|item| item.starts_with("mod ") && item.ends_with('{'))
        })
        .map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn module(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn no_module_reaches_through_a_wall() {
    let mut broken = Vec::new();
    let mut seen = Vec::new();
    for path in files().into_iter().filter(|path| !is_test(path)) {
        let module = module(&path);
        let code = code(&path);
        for (name, forbidden) in WALLS.iter().filter(|(name, _)| *name == module) {
            seen.push(*name);
            for word in *forbidden {
                let named = code.match_indices(word).any(|(at, _)| {
                    let after = code[at + word.len()..].chars().next();
                    let before = code[..at].chars().next_back();
                    before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                        && (word.ends_with(':')
                            || after.is_none_or(|c| !c.is_alphanumeric() && c != '_'))
                });
                if named {
                    broken.push(format!("{} names {word}", path.display()));
                }
            }
        }
        if module != "store" && code.contains("oxigraph::store") {
            broken.push(format!("{} names oxigraph::store", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    for (name, _) in WALLS {
        assert!(seen.contains(name), "the wall of {name} guards no file");
    }
}

/// Whatever can reach a network stands in two files: the one that asks and the one that listens.
#[test]
fn two_files_know_the_network() {
    let mut found = std::collections::BTreeSet::new();
    for path in files().into_iter().filter(|path| !is_test(path)) {
        let code = code(&path);
        let name = path.strip_prefix(root().join("src")).unwrap();
        for word in [
            "ureq",
            "hyper",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "ToSocketAddrs",
            "tokio::net",
            "std::net",
            "http_client",
        ] {
            let named = code.match_indices(word).any(|(at, _)| {
                let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
                edge(code[..at].chars().next_back()) && edge(code[at + word.len()..].chars().next())
            });
            if named {
                found.insert((name.display().to_string(), word));
            }
        }
    }
    let files: std::collections::BTreeSet<&str> =
        found.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(
        files,
        ["online/http.rs", "serve/listen.rs"].into(),
        "{found:?}"
    );
    let asks: Vec<&str> = found
        .iter()
        .filter(|(_, word)| *word == "ureq")
        .map(|(file, _)| file.as_str())
        .collect();
    assert_eq!(asks, ["online/http.rs"]);
    // The library has a client of its own behind a feature that must stay off.
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("http-client"));
}

#[test]
fn the_binary_is_thin() {
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40);
}

/// Names, infobox keys, column titles and heading words of the example are data; the code must not know them.
#[test]
fn no_word_of_the_example_stands_in_the_code() {
    let mut words: Vec<String> = Vec::new();
    let article =
        fs::read_to_string(root().join("data/articles/communist-party-of-bukhara.txt")).unwrap();
    for line in article.lines() {
        if let Some((key, _)) = line
            .strip_prefix("- ")
            .and_then(|entry| entry.split_once(':'))
        {
            words.push(key.to_lowercase());
        } else if line.starts_with('|') {
            words.extend(
                line.split('|')
                    .flat_map(str::split_whitespace)
                    .map(str::to_lowercase),
            );
        }
    }
    // Words that are the code's own or English in general, not the example's.
    let general = [
        "name", "of", "the", "national", "position", "logo", "office", "party", "left", "took",
        "flag",
    ];
    words.retain(|word| {
        word.chars().count() > 3
            && !general.contains(&word.as_str())
            && word.chars().any(char::is_alphabetic)
    });
    words.extend(["bukhara", "soviet", "communist", "frunze", "jadid"].map(str::to_owned));
    words.sort();
    words.dedup();
    // Month names belong to dates.
    let months = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    words.retain(|word| !months.contains(&word.as_str()));
    assert!(words.len() > 15, "{words:?}");
    let mut found = Vec::new();
    for path in files() {
        let code = code(&path).to_lowercase();
        for word in &words {
            let stands = code.match_indices(word.as_str()).any(|(at, _)| {
                let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                edge(code[..at].chars().next_back()) && edge(code[at + word.len()..].chars().next())
            });
            if stands {
                found.push(format!("{} has {word:?}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_does_three_jobs() {
    let long: Vec<String> = files()
        .iter()
        .filter(|path| !is_test(path) && code(path).lines().count() > 600)
        .map(|path| path.display().to_string())
        .collect();
    assert!(
        long.is_empty(),
        "over 600 lines of code: {}",
        long.join(", ")
    );
}
