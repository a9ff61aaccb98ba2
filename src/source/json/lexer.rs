//! The JSON grammar (RFC 8259) over a stream of bytes: values are put on a tape or passed over, never held otherwise.

use std::io::Read;

use memchr::memchr2;

use super::tape::{Kind, Tape, TooLarge};
use crate::source::text;

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// How deep arrays and objects may be nested.
pub(super) const DEEPEST: usize = 128;

/// What is wrong with a text.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) kind: WrongKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongKind {
    /// The text is no JSON.
    Grammar,
    /// The bytes are not UTF-8.
    Encoding,
    /// The bytes cannot be read.
    System,
}

impl From<TooLarge> for Wrong {
    fn from(_: TooLarge) -> Self {
        Self {
            message: "a single value takes more than 4 GiB".to_owned(),
            hint: Some(
                "give rml:iterator a path of names and [*], so that parts are read one by one"
                    .to_owned(),
            ),
            kind: WrongKind::System,
        }
    }
}

fn wrong(message: impl Into<String>) -> Wrong {
    Wrong {
        message: message.into(),
        hint: None,
        kind: WrongKind::Grammar,
    }
}

fn not_utf8() -> Wrong {
    Wrong {
        message: "the text is not UTF-8 here".to_owned(),
        hint: Some(text::declared_encoding_hint(None)),
        kind: WrongKind::Encoding,
    }
}

/// Returns where a string ends, or what it may not hold as it stands.
#[inline]
fn stop(bytes: &[u8]) -> Option<usize> {
    let mark = memchr2(b'"', b'\\', bytes);
    let plain = &bytes[..mark.unwrap_or(bytes.len())];
    // Nearly no string has control characters: one look at all bytes is quicker than one at each.
    if plain.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < 0x20 {
        return plain.iter().position(|byte| *byte < 0x20);
    }
    mark
}

/// Reads values from a stream.
pub(super) struct Lexer {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    begun: bool,
    /// Whether a line break is no white space, for within a document of JSON Lines.
    pub(super) keeps_to_line: bool,
    /// Bytes before the buffer.
    passed: u64,
    pub(super) line: u32,
    /// Where the line begins.
    line_start: u64,
    /// Bytes of this line that begin no character.
    inner: u64,
    /// A string with escapes, or over the end of the buffer.
    scratch: Vec<u8>,
}

impl Lexer {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            ended: false,
            begun: false,
            keeps_to_line: false,
            passed: 0,
            line: 1,
            line_start: 0,
            inner: 0,
            scratch: Vec::new(),
        }
    }

    /// Returns the column of the next byte, in characters from 1.
    pub(super) fn column(&self) -> u32 {
        let offset = (self.passed + self.at as u64).saturating_sub(self.line_start + self.inner);
        u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn fill(&mut self) -> Result<(), Wrong> {
        if self.ended {
            return Ok(());
        }
        self.passed += self.buffer.len() as u64;
        self.buffer.clear();
        self.at = 0;
        let wanted = BUFFER as u64;
        let read = self
            .input
            .by_ref()
            .take(wanted)
            .read_to_end(&mut self.buffer)
            .map_err(|error| Wrong {
                message: error.to_string(),
                hint: None,
                kind: WrongKind::System,
            })?;
        self.ended = read < BUFFER;
        if !std::mem::replace(&mut self.begun, true) {
            if let Some(encoding) = text::wide_encoding(&self.buffer) {
                return Err(Wrong {
                    message: format!("the file is {encoding}, not UTF-8"),
                    hint: Some(text::declared_encoding_hint(Some(encoding))),
                    kind: WrongKind::Encoding,
                });
            }
            if self.buffer.starts_with("\u{feff}".as_bytes()) {
                self.at = 3;
                self.line_start = 3;
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Wrong> {
        if self.at == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    #[inline]
    fn bump(&mut self) {
        self.at += 1;
    }

    /// Passes white space over and returns the byte after it.
    #[inline]
    pub(super) fn space(&mut self) -> Result<Option<u8>, Wrong> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r') => self.bump(),
                Some(b'\n') if !self.keeps_to_line => self.line_end(),
                other => return Ok(other),
            }
        }
    }

    fn line_end(&mut self) {
        self.bump();
        self.line = self.line.saturating_add(1);
        self.line_start = self.passed + self.at as u64;
        self.inner = 0;
    }

    /// Passes the rest of the line over.
    pub(super) fn skip_line(&mut self) -> Result<(), Wrong> {
        while let Some(byte) = self.peek()? {
            if byte == b'\n' {
                self.line_end();
                return Ok(());
            }
            self.bump();
        }
        Ok(())
    }

    /// Takes a byte that must come next.
    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Result<(), Wrong> {
        if self.space()? == Some(byte) {
            self.bump();
            return Ok(());
        }
        Err(self.unexpected(what))
    }

    /// Takes a byte if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Wrong> {
        let there = self.space()? == Some(byte);
        if there {
            self.bump();
        }
        Ok(there)
    }

    pub(super) fn unexpected(&mut self, what: &str) -> Wrong {
        match self.peek() {
            Err(wrong) => wrong,
            Ok(None) => wrong(format!("the text ends where {what} should come")),
            Ok(Some(b'\n')) => wrong(format!("the line ends where {what} should come")),
            Ok(Some(byte)) if byte.is_ascii_graphic() => wrong(format!(
                "'{}' stands where {what} should come",
                char::from(byte)
            )),
            Ok(Some(byte)) => wrong(format!(
                "the byte 0x{byte:02x} stands where {what} should come"
            )),
        }
    }

    /// Reads a value; puts it on the tape if there is one.
    pub(super) fn value(&mut self, mut tape: Option<&mut Tape>, depth: usize) -> Result<(), Wrong> {
        if depth > DEEPEST {
            return Err(Wrong {
                hint: Some(format!("values may be nested {DEEPEST} deep")),
                ..wrong("arrays and objects are nested too deep here")
            });
        }
        let next = self.space()?;
        let (line, column) = (self.line, self.column());
        let kind = match next {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't') => Kind::True,
            Some(b'f') => Kind::False,
            Some(b'n') => Kind::Null,
            _ => return Err(self.unexpected("a value")),
        };
        let node = match tape.as_deref_mut() {
            Some(tape) => tape.begin(kind, line, column)?,
            None => 0,
        };
        match kind {
            Kind::Object => self.object(tape.as_deref_mut(), depth)?,
            Kind::Array => self.array(tape.as_deref_mut(), depth)?,
            Kind::Text => self.string(tape.as_deref_mut())?,
            Kind::Number => self.number(tape.as_deref_mut())?,
            Kind::True => self.word(b"true")?,
            Kind::False => self.word(b"false")?,
            Kind::Null | Kind::Name => self.word(b"null")?,
        }
        if let Some(tape) = tape {
            tape.end(node)?;
        }
        Ok(())
    }

    fn object(&mut self, mut tape: Option<&mut Tape>, depth: usize) -> Result<(), Wrong> {
        self.bump();
        if self.take(b'}')? {
            return Ok(());
        }
        loop {
            if self.space()? != Some(b'"') {
                return Err(self.unexpected("the name of a member"));
            }
            let (line, column) = (self.line, self.column());
            let name = match tape.as_deref_mut() {
                Some(tape) => tape.begin(Kind::Name, line, column)?,
                None => 0,
            };
            self.string(tape.as_deref_mut())?;
            if let Some(tape) = tape.as_deref_mut() {
                tape.end_text(name)?;
            }
            self.expect(b':', "a colon")?;
            self.value(tape.as_deref_mut(), depth + 1)?;
            if let Some(tape) = tape.as_deref_mut() {
                tape.end_member(name)?;
            }
            if self.take(b'}')? {
                return Ok(());
            }
            self.expect(b',', "a comma or }")?;
        }
    }

    fn array(&mut self, mut tape: Option<&mut Tape>, depth: usize) -> Result<(), Wrong> {
        self.bump();
        if self.take(b']')? {
            return Ok(());
        }
        loop {
            self.value(tape.as_deref_mut(), depth + 1)?;
            if self.take(b']')? {
                return Ok(());
            }
            self.expect(b',', "a comma or ]")?;
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Wrong> {
        for byte in word {
            if self.peek()? != Some(*byte) {
                return Err(self.unexpected("true, false or null"));
            }
            self.bump();
        }
        Ok(())
    }

    fn number(&mut self, tape: Option<&mut Tape>) -> Result<(), Wrong> {
        self.scratch.clear();
        if self.peek()? == Some(b'-') {
            self.keep(b'-');
        }
        match self.peek()? {
            Some(b'0') => self.keep(b'0'),
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.unexpected("a digit")),
        }
        if self.peek()? == Some(b'.') {
            self.keep(b'.');
            self.some_digits()?;
        }
        if let Some(e @ (b'e' | b'E')) = self.peek()? {
            self.keep(e);
            if let Some(sign @ (b'+' | b'-')) = self.peek()? {
                self.keep(sign);
            }
            self.some_digits()?;
        }
        if let (Some(tape), Ok(number)) = (tape, std::str::from_utf8(&self.scratch)) {
            tape.push_text(number);
        }
        Ok(())
    }

    fn keep(&mut self, byte: u8) {
        self.scratch.push(byte);
        self.bump();
    }

    fn some_digits(&mut self) -> Result<(), Wrong> {
        match self.peek()? {
            Some(b'0'..=b'9') => self.digits(),
            _ => Err(self.unexpected("a digit")),
        }
    }

    fn digits(&mut self) -> Result<(), Wrong> {
        while let Some(digit @ b'0'..=b'9') = self.peek()? {
            self.keep(digit);
        }
        Ok(())
    }

    /// Reads a name into `into`.
    pub(super) fn name(&mut self, into: &mut String) -> Result<(), Wrong> {
        if self.space()? != Some(b'"') {
            return Err(self.unexpected("the name of a member"));
        }
        into.clear();
        let mut tape = Tape::default();
        self.string(Some(&mut tape))?;
        into.push_str(tape.all_text());
        Ok(())
    }

    fn string(&mut self, tape: Option<&mut Tape>) -> Result<(), Wrong> {
        self.bump();
        self.scratch.clear();
        loop {
            if self.at == self.buffer.len() {
                self.fill()?;
                if self.at == self.buffer.len() {
                    return Err(wrong("a string is not closed before the text ends"));
                }
            }
            let rest = &self.buffer[self.at..];
            let stop = stop(rest);
            let plain = &rest[..stop.unwrap_or(rest.len())];
            match stop.map(|stop| rest[stop]) {
                Some(b'"') => {
                    let length = plain.len();
                    // A string within the buffer and without escapes is taken as it stands.
                    let whole = if self.scratch.is_empty() {
                        plain
                    } else {
                        self.scratch.extend_from_slice(plain);
                        &self.scratch
                    };
                    let text = std::str::from_utf8(whole).map_err(|_| not_utf8())?;
                    if !text.is_ascii() {
                        self.inner +=
                            text.bytes().filter(|byte| byte & 0xc0 == 0x80).count() as u64;
                    }
                    if let Some(tape) = tape {
                        tape.push_text(text);
                    }
                    self.at += length + 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.scratch.extend_from_slice(plain);
                    self.at += plain.len() + 1;
                    self.escape()?;
                }
                Some(control) => {
                    self.at += plain.len();
                    return Err(Wrong {
                        hint: Some(format!("write it as \\u{control:04x}")),
                        ..wrong("a control character stands in a string")
                    });
                }
                None => {
                    self.scratch.extend_from_slice(plain);
                    self.at = self.buffer.len();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<(), Wrong> {
        let plain = match self.peek()? {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.bump();
                return self.code();
            }
            _ => return Err(self.unexpected("an escape")),
        };
        self.keep(plain);
        Ok(())
    }

    fn code(&mut self) -> Result<(), Wrong> {
        let first = self.hex()?;
        let code = match first {
            0xd800..=0xdbff => {
                if self.peek()? != Some(b'\\') {
                    return Err(wrong("half a pair of surrogates stands in a string"));
                }
                self.bump();
                if self.peek()? != Some(b'u') {
                    return Err(wrong("half a pair of surrogates stands in a string"));
                }
                self.bump();
                let second = self.hex()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(wrong("half a pair of surrogates stands in a string"));
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        let Some(c) = char::from_u32(code) else {
            return Err(wrong("half a pair of surrogates stands in a string"));
        };
        let mut bytes = [0; 4];
        self.scratch
            .extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, Wrong> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek()?.and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.unexpected("a hexadecimal digit"));
            };
            code = code * 16 + digit;
            self.bump();
        }
        Ok(code)
    }
}
