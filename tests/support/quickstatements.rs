//! The grammar of QuickStatements V1, as far as a gift may use it: stricter than its readers, which drop what they cannot
//! read. Where readers differ it takes what all of them understand, but for the `+` of a statement made apart, which version
//! 3 understands and those before pass over. It knows nothing of the writer.

use std::sync::LazyLock;

use regex::Regex;

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let item = "Q[1-9][0-9]*";
    // A text ends with the last quotation mark of its field; a bar ends a field, as a tab does.
    let text = "\"[^\t\n|]+\"";
    let language = "[a-z]{2,}(?:-[a-z]+)*";
    // A part that the precision leaves out is zero; one that it names is not.
    let year = "[+-][0-9]{4,}-00-00T00:00:00Z/[0-9]";
    let month = "[+-][0-9]{4,}-(?:0[1-9]|1[0-2])-00T00:00:00Z/10";
    let day = "[+-][0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T00:00:00Z/11";
    let value = format!(
        "(?:{item}|{text}|{language}:{text}|(?:{year}|{month}|{day})(?:/J)?|somevalue|novalue)"
    );
    let label = format!("(?:{item}|LAST)\t[LAD]{language}\t{text}");
    let statement = format!(
        "(?:[+]?{item}|LAST)\tP[1-9][0-9]*\t{value}(?:\tP[1-9][0-9]*\t{value})*(?:\tS[1-9][0-9]*\t{value})+"
    );
    Regex::new(&format!("^(?:CREATE|{label}|{statement})$")).unwrap()
});

/// Returns whether a line is a command: a statement with its reference, a label, a new item.
fn is_command(line: &str) -> bool {
    LINE.is_match(line)
}

/// Returns the lines of a batch, every one a command; what stands for a new item comes after that was made, and an item
/// that is made is given a label first.
#[track_caller]
pub(crate) fn commands(batch: &str) -> Vec<&str> {
    assert!(batch.is_empty() || batch.ends_with('\n'), "{batch}");
    let lines: Vec<&str> = batch.lines().collect();
    let mut made = false;
    for (at, line) in lines.iter().enumerate() {
        assert!(is_command(line), "{line}");
        assert!(made || !line.starts_with("LAST\t"), "{line}");
        if *line == "CREATE" {
            let next = lines.get(at + 1).copied().unwrap_or_default();
            assert!(next.starts_with("LAST\tL"), "{line} and then {next}");
        }
        made = line.starts_with("LAST\t") || *line == "CREATE";
    }
    lines
}

#[test]
fn the_grammar_tells_commands_from_others() {
    for line in [
        "CREATE",
        "LAST\tLen\t\"A name\"",
        "Q1\tLzh-hans\t\"\u{540d}\"",
        "Q1\tP1\tQ2\tS143\tQ328",
        "+Q1\tP1\tQ2\tP580\t+1922-02-00T00:00:00Z/10\tS143\tQ328\tS854\t\"https://example.org/\"",
        "Q1\tP1448\tru:\"a \"b\"\"\tS143\tQ328",
        "Q1\tP1448\tfa:\"\u{62d}\"\tS143\tQ328",
        "Q1\tP571\t+1918-00-00T00:00:00Z/9/J\tS143\tQ328",
        "Q1\tP2715\tnovalue\tS143\tQ328",
    ] {
        assert!(is_command(line), "{line}");
    }
    for line in [
        "",
        "Q1\tP1",
        "Q1\tP1\tQ2",
        "X\tP1\tQ2\tS1\tQ3",
        "Q0\tP1\tQ2\tS1\tQ3",
        "Q1\tP1\tQ2\tS1",
        "Q1\tP1\tname\tS1\tQ3",
        "Q1\tP1\tQ2\tS1\tQ3\tP2\tQ4",
        "Q1\tP1\tQ2\tS1\tQ3\t",
        "Q1\tP1\thttps://example.org/\tS1\tQ3",
        "Q1\tP571\t+1918-09-00T00:00:00Z/11\tS143\tQ328",
        "Q1\tP571\t+1918-09-01T00:00:00Z/10\tS143\tQ328",
        "Q1\tP571\t1918-00-00T00:00:00Z/9\tS143\tQ328",
        "Q1\tP571\t+1918-00-00T00:00:00Z\tS143\tQ328",
        "Q1\tLEN\t\"A name\"",
        "Q1\tLen\t\"a|b\"",
        "Q1\tLen\t\"\"",
        // Not every reader has a new item as a value, and none needs one that is made apart.
        "Q1\tP39\tLAST\tS143\tQ328",
        "+LAST\tP39\tQ2\tS143\tQ328",
        "-Q1\tP1\tQ2\tS143\tQ328",
    ] {
        assert!(!is_command(line), "{line}");
    }
}
