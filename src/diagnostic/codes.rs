//! The list of stable codes. A code is never reused; `docs/codes.md` is checked against this list by a test.

use std::fmt;

/// Exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// All done.
    Done = 0,
    /// Done, with findings: a statement left out, a violation, a difference.
    Findings = 1,
    /// Wrong usage: unknown option, unknown saved query, a query that does not parse.
    Usage = 2,
    /// Bad input: a missing or unreadable file, a bad mapping, an unknown column, no graph.
    Input = 3,
    /// The system refused: disk full, no permission to write.
    System = 4,
    /// A limit was hit.
    Limit = 5,
    /// The store is damaged.
    Damaged = 6,
    /// Another process holds the store.
    Locked = 7,
}

/// A stable code such as `FM0123`, with the exit status it leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    number: u16,
    status: Status,
    title: &'static str,
}

impl Code {
    /// Returns the exit status of a run that this finding stops.
    pub fn status(self) -> Status {
        self.status
    }

    /// Returns what the code stands for, in a few words.
    pub fn title(self) -> &'static str {
        self.title
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FM{:04}", self.number)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal, $status:ident, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code { number: $number, status: Status::$status, title: $title };
        )*
        /// Every code, in the order of its number.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // 00xx: the command line
    USAGE = 1, Usage, "the command line makes no sense";

    // 01xx: files and readers of form
    FILE_MISSING = 101, Input, "a file is missing";
    FILE_UNREADABLE = 102, Input, "a file cannot be read";
    NOT_UTF8 = 103, Input, "a file is not in the encoding it claims";
    BROKEN_ROW = 104, Input, "a row or line does not fit the form of its source";
    UNKNOWN_LINE = 105, Input, "a line is of no known form";
    LONELY_CELL = 106, Input, "a row with only its first cell filled is no heading";
    EMPTY_SOURCE = 107, Input, "a source has no records";

    // 02xx: mapping
    MAPPING_SYNTAX = 201, Input, "a mapping file is not valid Turtle";
    MAPPING_TERM = 202, Input, "a mapping uses a term wrongly or one that is not supported";
    UNKNOWN_REFERENCE = 203, Input, "a mapping refers to a column or path that the source does not have";
    UNKNOWN_FUNCTION = 204, Input, "a mapping calls a function that does not exist";
    BAD_VALUE = 205, Input, "a value cannot become the term that the mapping asks for";
    SLUG_CLASH = 206, Input, "two different names lead to one IRI";

    // 03xx: queries
    QUERY_SYNTAX = 301, Usage, "a query does not parse";
    UNKNOWN_PREFIX = 302, Usage, "a query uses a prefix that is not known";
    UNKNOWN_QUERY = 303, Usage, "there is no saved query of that name";
    QUERY_PARAMETER = 304, Usage, "a parameter of a saved query is missing or wrong";
    QUERY_LIMIT = 305, Limit, "a query is too deep, too large or too slow";
    QUERY_FAILED = 306, Usage, "a query could not be evaluated";
    QUERY_HEADER = 307, Input, "the header of a saved query is wrong";
    QUERY_REFUSED = 308, Usage, "a query asks for what is not given: another server, an unknown function";
    CHECK_COLUMNS = 309, Input, "a check does not give the columns it has to";

    // 04xx: store
    NO_GRAPH = 401, Input, "nothing has been built yet";
    STORE_LOCKED = 402, Locked, "another process is building";
    STORE_DAMAGED = 403, Damaged, "the store is damaged";
    WRITE_FAILED = 404, System, "the system refused to write";
    NO_PREVIOUS = 405, Input, "there is no previous generation";
    STORE_NEWER = 406, Input, "the store was made by a newer version";
    NO_PROVENANCE = 407, Input, "the graph was built without provenance";

    // 05xx: project and build
    NO_PROJECT = 501, Input, "there is no project here";
    MANIFEST = 502, Input, "factmill.toml is wrong";
    QUOTE_MISSING = 503, Input, "a quote is not in its source";
    UNMAPPED = 504, Findings, "a value in a source made no statement";
    SOURCES_NEWER = 505, Done, "sources are newer than the graph";
    STALE_PREFERENCE = 506, Done, "a preferred value is not in the graph";

    // 06xx: RDF input, export
    RDF_SYNTAX = 601, Input, "an RDF file does not parse";
    UNKNOWN_FORMAT = 602, Usage, "a format is not known or does not fit";
    UNKNOWN_ENTITY = 603, Usage, "no entity or property of that name";
    EXPORT_LIMIT = 604, Limit, "a dataset is too large or too intricate to be written";
    UNKNOWN_REVISION = 605, Usage, "there is no such thing to compare";

    // 07xx: shapes
    BAD_SHAPE = 701, Input, "a shape is ill-formed";
    SHAPE_VIOLATED = 702, Findings, "a value does not fit its shape";

    // 08xx: links
    LINK_TABLE = 801, Input, "a table of links is wrong";
    LINK_OPEN = 802, Findings, "a statement cannot be given to Wikidata";
    LINK_DOUBT = 803, Findings, "a link no longer agrees with the extract, or shares its item with another";
    ITEM_GONE = 804, Findings, "an item that was asked for is not there";

    // 09xx: serving and asking others
    PORT_TAKEN = 901, System, "the service cannot listen";
    NO_ANSWER = 902, System, "another server does not answer";
    BAD_ANSWER = 903, Input, "the answer of another server is of no use";
    SERVER_BUSY = 904, Limit, "another server is busy or wants to be left alone";
}
