//! The encoding that a document declares (XML 1.0, section 4.3.3).

use std::io::{Cursor, Read};

use crate::record::form::Encoding;
use crate::source::bytes;

/// Returns the input as UTF-8 when its declaration names another encoding.
pub(super) fn declared_encoding(
    mut input: Box<dyn Read + Send>,
) -> std::io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::new();
    input.by_ref().take(256).read_to_end(&mut head)?;
    let marked = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let bare = matches!(head.as_slice(), [b'<', 0, ..] | [0, b'<', ..]);
    let encoding = if marked || bare {
        Encoding::Utf16
    } else {
        let text = String::from_utf8_lossy(&head);
        let declaration = text
            .trim_start_matches('\u{feff}')
            .strip_prefix("<?xml")
            .and_then(|rest| rest.split_once("?>"));
        let name = declaration.and_then(|(inside, _)| {
            let value = inside
                .split_once("encoding")?
                .1
                .trim_start()
                .strip_prefix('=')?
                .trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value.split(quote).nth(1).map(str::to_owned)
        });
        match name.as_deref().and_then(Encoding::from_name) {
            // A text that is UTF-8 already has been decoded on its way here.
            Some(Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be) | None => Encoding::Utf8,
            Some(named) => named,
        }
    };
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(input));
    Ok(bytes::decoded(whole, encoding))
}
