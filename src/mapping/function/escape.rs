//! Escapes of texts for other languages, by mode: `html`, `xml`, `csv`, `url`, `javascript`.

use super::FunctionFault;
use crate::value::iri::encode_component;

/// Characters with names in XML.
const NAMED: &[(char, &str)] = &[
    ('&', "amp"),
    ('<', "lt"),
    ('>', "gt"),
    ('"', "quot"),
    ('\'', "apos"),
];

/// Returns a text as another language writes it.
pub(super) fn escape(text: &str, mode: &str) -> Result<String, FunctionFault> {
    Ok(match mode {
        "html" | "xml" => {
            let mut escaped = String::with_capacity(text.len());
            for c in text.chars() {
                match NAMED.iter().find(|(named, _)| *named == c) {
                    // HTML had no name for the apostrophe.
                    Some(('\'', _)) if mode == "html" => escaped.push_str("&#39;"),
                    Some((_, name)) => escaped.push_str(&format!("&{name};")),
                    None => escaped.push(c),
                }
            }
            escaped
        }
        "csv" if text.contains(['"', ',', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        "csv" => text.to_owned(),
        "url" => encode_component(text, true),
        "javascript" => {
            let mut escaped = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\'' | '\\' | '/' => escaped.extend(['\\', c]),
                    '\n' => escaped.push_str("\\n"),
                    '\r' => escaped.push_str("\\r"),
                    '\t' => escaped.push_str("\\t"),
                    c if c.is_control() => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
                    c => escaped.push(c),
                }
            }
            escaped
        }
        _ => return Err(no_mode(mode)),
    })
}

/// Returns the text that another language writes so; what is no escape stays.
pub(super) fn unescape(text: &str, mode: &str) -> Result<String, FunctionFault> {
    Ok(match mode {
        "html" | "xml" => entities(text),
        "csv" => match text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
        {
            Some(inner) => inner.replace("\"\"", "\""),
            None => text.to_owned(),
        },
        "url" => percent(text),
        "javascript" => backslashes(text),
        _ => return Err(no_mode(mode)),
    })
}

fn no_mode(mode: &str) -> FunctionFault {
    FunctionFault::new(format!("there is no mode \"{mode}\""))
        .hinted("use html, xml, csv, url or javascript")
}

fn entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest
            .find(';')
            .and_then(|end| Some((entity(&rest[1..end])?, end)));
        match found {
            Some((c, end)) => {
                plain.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    if name == "nbsp" {
        return Some('\u{a0}');
    }
    NAMED
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(c, _)| *c)
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(decoded) => {
                plain.push(decoded);
                at += 3;
            }
            None => {
                plain.push(if *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn backslashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('u') => {
                let code: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&code, 16).ok().and_then(char::from_u32) {
                    Some(decoded) if code.len() == 4 => {
                        plain.push(decoded);
                        chars.nth(3);
                    }
                    _ => plain.push_str("\\u"),
                }
            }
            Some(c) => plain.push(c),
            None => plain.push('\\'),
        }
    }
    plain
}
