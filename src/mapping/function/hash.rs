//! Hashes and identifiers made of texts.

use sha1::{Digest as _, Sha1};

use super::FunctionFault;

/// Returns bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the UUID of version 5 (RFC 9562) of a name in a namespace: a UUID, or one of the names `dns`, `url`, `oid`
/// and `x500`.
pub(super) fn uuid5(namespace: &str, name: &str) -> Result<String, FunctionFault> {
    let namespace = match namespace.to_ascii_lowercase().as_str() {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8".to_owned(),
        other => other.trim_start_matches("urn:uuid:").to_owned(),
    };
    let digits: String = namespace.chars().filter(|c| *c != '-').collect();
    let wrong = || {
        FunctionFault::new(format!("\"{namespace}\" is no UUID"))
            .hinted("use a UUID, or one of dns, url, oid and x500")
    };
    if digits.len() != 32 || !digits.is_ascii() {
        return Err(wrong());
    }
    let number = u128::from_str_radix(&digits, 16).map_err(|_| wrong())?;
    let mut hasher = Sha1::new();
    hasher.update(number.to_be_bytes());
    hasher.update(name.as_bytes());
    let mut bytes: Vec<u8> = hasher.finalize().iter().take(16).copied().collect();
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    Ok([
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_uuid_of_a_name() {
        // RFC 9562, appendix A.4.
        let found = uuid5("dns", "www.example.com").unwrap();
        assert_eq!(found, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert!(uuid5("none", "x").is_err());
    }
}
