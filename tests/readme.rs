//! What the README shows is what the binary prints.

use std::fs;

use crate::support::{Project, root, run_in};

/// Returns the console blocks of a page: each `$ command` line with the output below it.
fn shown(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            if let Some(command) = line.strip_prefix("$ ") {
                found.push((command.to_owned(), String::new()));
            } else if let Some((_, output)) = found.last_mut() {
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    found
}

#[test]
fn the_readme_shows_real_output() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = shown(&page);
    assert!(blocks.len() >= 5, "{}", blocks.len());
    let project = Project::built();
    for (command, output) in blocks {
        let arguments = shell_words(&command);
        let run = match arguments.first().map(String::as_str) {
            Some("factmill") => {
                let arguments: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
                if arguments == ["demo"] {
                    let folder = tempfile::tempdir().unwrap();
                    run_in(folder.path(), &arguments, "")
                } else {
                    project.run(&arguments)
                }
            }
            other => panic!("the README shows {other:?}"),
        };
        let printed = format!("{}{}", run.stderr, run.stdout);
        let trimmed = |text: &str| {
            text.lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n")
                .trim()
                .to_owned()
        };
        assert_eq!(trimmed(&output), trimmed(&printed), "$ {command}");
    }
}

/// Splits a command line as a shell does for words and double quotes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn the_readme_holds_the_test_command_once() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let after = page
        .split("<!-- test command -->")
        .nth(1)
        .expect("the marker");
    let command = after
        .lines()
        .find(|line| line.starts_with("cargo "))
        .expect("the command");
    assert_eq!(command, "cargo test");
}
