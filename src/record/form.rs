//! How the bytes of a source are written: encoding, compression, the dialect of a table. The mapping says it, a reader
//! follows it, and neither needs to know the other for that.

/// The encoding of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16 in the order that its mark tells; without one as the zero bytes tell, else big-endian.
    Utf16,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// ISO 8859-1: a byte is a character.
    Latin1,
    /// Windows-1252, which has letters where ISO 8859-1 has control characters.
    Windows1252,
}

impl Encoding {
    /// The names of all encodings, for messages.
    pub const NAMES: &'static str = "UTF-8, UTF-16, UTF-16LE, UTF-16BE, ISO-8859-1, windows-1252";

    /// Returns the encoding of a name, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Self::Utf8,
            "utf-16" | "utf16" => Self::Utf16,
            "utf-16le" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            "iso-8859-1" | "latin1" | "latin-1" => Self::Latin1,
            "windows-1252" | "cp1252" => Self::Windows1252,
            _ => return None,
        })
    }

    /// Returns the usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// How the bytes of a file are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// As they are.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// A zip archive of one file.
    Zip,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// A tar archive of one file, packed by gzip.
    TarGz,
    /// A tar archive of one file, packed by xz.
    TarXz,
    /// A tar archive of one file, packed by bzip2.
    TarBzip2,
}

/// The endings of the names of packed files.
const PACKED: &[&str] = &[
    ".gz", ".zip", ".xz", ".bz2", ".tar", ".tgz", ".txz", ".tbz2",
];

/// Returns the name of a file in lower case and without the endings of its packing: `data.tsv.tar.gz` holds a `data.tsv`.
pub fn unpacked_name(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let mut bare = name.as_str();
    while let Some(rest) = PACKED.iter().find_map(|ending| bare.strip_suffix(ending)) {
        bare = rest;
    }
    bare.to_owned()
}

impl Compression {
    /// The names of all forms, for messages.
    pub const NAMES: &'static str = "none, gzip, zip, xz, bzip2, targz, tarxz, tarbz2";

    /// Returns the form of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "gzip" | "gz" => Self::Gzip,
            "zip" => Self::Zip,
            "xz" => Self::Xz,
            "bzip2" | "bz2" => Self::Bzip2,
            "targz" | "targzip" => Self::TarGz,
            "tarxz" => Self::TarXz,
            "tarbz2" | "tarbzip2" => Self::TarBzip2,
            _ => return None,
        })
    }
}

/// Where white space around a cell is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trim {
    /// Nowhere.
    #[default]
    No,
    /// Before it.
    Start,
    /// After it.
    End,
    /// On both sides.
    Both,
}

/// How a table is written, after CSV on the Web.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dialect {
    /// The byte between two cells; `None` for what the file's ending says.
    pub delimiter: Option<u8>,
    /// The byte around cells; `None` when there is none.
    pub quote: Option<u8>,
    /// Whether a quotation mark in a cell is doubled; else a backslash stands before it.
    pub double_quote: bool,
    /// The byte that begins a comment line.
    pub comment: Option<u8>,
    /// Header lines; only the first has titles.
    pub header_rows: usize,
    /// Lines above the header that are passed over.
    pub skip_rows: usize,
    /// Columns at the left that are passed over.
    pub skip_columns: usize,
    /// White space around cells.
    pub trim: Trim,
    /// Names of the columns of a table without header, in their order.
    pub names: Vec<String>,
    /// Further names of columns, each with a title or name of the column that it means.
    pub aliases: Vec<(String, String)>,
}

impl Default for Dialect {
    /// Returns the dialect of RFC 4180 with a header.
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: Some(b'"'),
            double_quote: true,
            comment: None,
            header_rows: 1,
            skip_rows: 0,
            skip_columns: 0,
            trim: Trim::No,
            names: Vec::new(),
            aliases: Vec::new(),
        }
    }
}
