//! Templates: text with references in braces.

use super::Piece;

/// Splits a template at its references. `\{`, `\}` and `\\` stand for the characters themselves.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut inside = false;
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('{' | '}' | '\\')) => text.push(escaped),
                _ => {
                    return Err(format!(
                        "the template \"{template}\" has a backslash that escapes nothing"
                    ));
                }
            },
            '{' if inside => {
                return Err(format!(
                    "the template \"{template}\" has a brace within a reference"
                ));
            }
            '{' => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                inside = true;
            }
            '}' if inside => {
                if text.is_empty() {
                    return Err(format!(
                        "the template \"{template}\" has an empty reference"
                    ));
                }
                pieces.push(Piece::Reference(std::mem::take(&mut text)));
                inside = false;
            }
            '}' => {
                return Err(format!(
                    "the template \"{template}\" has a closing brace without an opening one"
                ));
            }
            other => text.push(other),
        }
    }
    if inside {
        return Err(format!(
            "the template \"{template}\" has a brace that is not closed"
        ));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_references() {
        let pieces = parse("a/{b c}-{d}").unwrap();
        assert_eq!(
            pieces,
            [
                Piece::Text("a/".into()),
                Piece::Reference("b c".into()),
                Piece::Text("-".into()),
                Piece::Reference("d".into())
            ]
        );
    }

    #[test]
    fn escapes_stand_for_themselves() {
        assert_eq!(
            parse(r"\{{a\}b}\\").unwrap(),
            [
                Piece::Text("{".into()),
                Piece::Reference("a}b".into()),
                Piece::Text("\\".into())
            ]
        );
    }

    #[test]
    fn refuses_broken_braces() {
        for broken in ["{{a}}", "{a", "a}", "{}", r"a\b", "a\\"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
