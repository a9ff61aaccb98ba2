//! The tables of an `.origins` file.
//!
//! All numbers are little-endian. The header is [`Header`]; after it stand, without gaps, the tables in the order of its
//! counts, each a run of rows of one width, then the text of all strings. Rows refer to each other by number, and to
//! strings by their number in the sorted table of strings. The statements are sorted by hash, so one is found by
//! bisection; its derivations are a run in their table that ends where that of the next statement begins, and so it is
//! with the places of a derivation. See `pages` for the checksums behind all this.

/// "No string", "no record", "no passage".
pub(super) const NONE: u32 = u32::MAX;

/// The first bytes of an `.origins` file; the last one is the version of its form.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"fmorig\0\x01");

/// The first bytes of an `.index` file; the last one is the version of its form.
pub(super) const INDEX_MAGIC: u64 = u64::from_le_bytes(*b"fmindx\0\x01");

/// A row of fixed width.
pub(super) trait Row: Copy {
    /// Width in bytes.
    const WIDTH: usize;
    /// Appends the row.
    fn put(&self, into: &mut Vec<u8>);
    /// Reads a row from [`Row::WIDTH`] bytes; missing bytes count as zero.
    fn get(bytes: &[u8]) -> Self;
}

/// Takes the next bytes away from the front; zeros where there are none left.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let mut taken = [0; N];
    let (now, later) = rest.split_at(N.min(rest.len()));
    taken[..now.len()].copy_from_slice(now);
    *rest = later;
    taken
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub(super) struct $name {
                $(pub(super) $field: $type,)*
            }

            impl Row for $name {
                const WIDTH: usize = 0 $(+ size_of::<$type>())*;

                fn put(&self, into: &mut Vec<u8>) {
                    $(into.extend_from_slice(&self.$field.to_le_bytes());)*
                }

                fn get(bytes: &[u8]) -> Self {
                    let mut rest = bytes;
                    Self {
                        $($field: <$type>::from_le_bytes(take(&mut rest)),)*
                    }
                }
            }
        )*
    };
}

rows! {
    /// The beginning of the file: how many rows each table has.
    Header {
        magic: u64,
        statements: u32,
        derivations: u32,
        places: u32,
        records: u32,
        passages: u32,
        rules: u32,
        strings: u32,
        text: u64,
    }

    /// A statement: the hash of its text and the first of its derivations.
    StatementRow {
        hash: u128,
        derivations: u32,
    }

    /// A derivation: its rule, its records ([`NONE`] for those it does not have), its remark, its first place.
    DerivationRow {
        rule: u32,
        record: u32,
        joined: u32,
        inferred: u32,
        places: u32,
    }

    /// A place in a source; line, column and row are 0 when unknown.
    PlaceRow {
        file: u32,
        line: u32,
        column: u32,
        row: u64,
        cell: u32,
        pointer: u32,
    }

    /// A record. The key stands first after the file, so that sorting does not depend on lines.
    RecordRow {
        file: u32,
        hash: u128,
        occurrence: u32,
        line: u32,
        column: u32,
        row: u64,
        cell: u32,
        pointer: u32,
        quote: u32,
        passage: u32,
    }

    /// A quoted passage.
    PassageRow {
        file: u32,
        line: u32,
        column: u32,
        row: u64,
        cell: u32,
        pointer: u32,
        quote: u32,
        occurrence: u32,
    }

    /// A rule.
    RuleRow {
        name: u32,
        file: u32,
        line: u32,
        column: u32,
    }

    /// The beginning of an index: how many rows each table has.
    IndexHeader {
        magic: u64,
        objects: u64,
        labels: u64,
    }

    /// The hash of an object or a label, and where the line of its statement begins in the file of facts.
    IndexRow {
        hash: u64,
        offset: u64,
    }

    /// Where a string ends in the text; it begins where the one before ends.
    StringRow {
        end: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let row = RecordRow {
            file: 1,
            hash: u128::MAX - 5,
            occurrence: 2,
            line: 3,
            column: NONE,
            row: 1 << 40,
            cell: 4,
            pointer: 5,
            quote: 6,
            passage: 7,
        };
        let mut bytes = Vec::new();
        row.put(&mut bytes);
        assert_eq!(bytes.len(), RecordRow::WIDTH);
        assert_eq!(RecordRow::get(&bytes), row);
        // Missing bytes are zero, never a panic.
        assert_eq!(RecordRow::get(&bytes[..5]).file, 1);
    }
}
