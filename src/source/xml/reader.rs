//! From bytes to nodes: well-formedness, names with their namespaces, text with its line ends made one.
//!
//! References to entities other than the five that XML itself knows are refused, so that no declaration can make a
//! small document large or reach outside it.

use std::io::{BufRead, BufReader, Read};

use memchr::{memchr_iter, memrchr};
use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use super::dom::{Dom, Kind, NameRef, Node, TooLarge};
use super::leaf::Leaf;

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// How deep elements may be nested.
const DEEPEST: usize = 1000;

/// What is wrong with a document.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) encoding: bool,
}

impl From<TooLarge> for Wrong {
    fn from(_: TooLarge) -> Self {
        Self {
            message: "a single part takes more than 4 GiB".to_owned(),
            hint: Some(
                "give rml:iterator a path of names, so that parts are read one by one".to_owned(),
            ),
            encoding: false,
        }
    }
}

fn wrong(message: impl Into<String>) -> Wrong {
    Wrong {
        message: message.into(),
        hint: None,
        encoding: false,
    }
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element has begun; it is the last node but its attributes.
    Open(Node),
    /// An element has ended.
    Close(Node),
    /// Text or something without meaning.
    Other,
    /// The document has ended.
    End,
}

/// An element that is open.
struct Open {
    node: Node,
    /// Number of namespace declarations before it.
    declared: usize,
}

/// Reads a document node by node.
pub(super) struct XmlReader {
    reader: Reader<BufReader<Box<dyn Read + Send>>>,
    buffer: Vec<u8>,
    open: Vec<Open>,
    /// Prefix and namespace, the innermost last.
    namespaces: Vec<(String, String)>,
    /// An empty element has begun and ends next.
    empty: bool,
    /// Whether a tag has just ended, so that the parser holds nothing back of what comes next.
    between: bool,
    /// Bytes that were taken past the parser.
    past: u64,
    /// Whether text is put among the nodes.
    pub(super) keeps_text: bool,
    had_root: bool,
    pub(super) line: u32,
    line_start: u64,
    /// Bytes of this line that begin no character.
    inner: u64,
}

impl XmlReader {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, input));
        reader.config_mut().check_comments = true;
        Self {
            reader,
            buffer: Vec::new(),
            open: Vec::new(),
            namespaces: vec![(
                "xml".to_owned(),
                "http://www.w3.org/XML/1998/namespace".to_owned(),
            )],
            empty: false,
            between: false,
            past: 0,
            keeps_text: true,
            had_root: false,
            line: 1,
            line_start: 0,
            inner: 0,
        }
    }

    /// Takes over the new numbers of the elements that are open.
    pub(super) fn renumber(&mut self, nodes: &[Node]) {
        for (open, node) in self.open.iter_mut().zip(nodes) {
            open.node = *node;
        }
    }

    /// Returns the column of the next byte, in characters from 1.
    pub(super) fn column(&self) -> u32 {
        let offset = self.position().saturating_sub(self.line_start + self.inner);
        u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Bytes read so far.
    fn position(&self) -> u64 {
        self.reader.buffer_position() + self.past
    }

    /// Reads an element that holds nothing but text, if one comes next and lies in the buffer already. Tables are made of
    /// such elements; taking them in one piece instead of three events halves the work.
    pub(super) fn leaf(&mut self, dom: &mut Dom) -> Result<Option<Node>, Wrong> {
        if !self.between || self.empty || !self.keeps_text || self.open.len() >= DEEPEST {
            return Ok(None);
        }
        let Some(parent) = self.open.last().map(|open| open.node) else {
            return Ok(None);
        };
        let (line, column) = (self.line, self.column());
        let Some(leaf) = Leaf::first_of(self.reader.get_ref().buffer()) else {
            return Ok(None);
        };
        let name = resolved(&self.namespaces, leaf.name, true)?;
        let node = dom.open(Kind::Element, parent, Some(name), (line, column))?;
        if !leaf.text.is_empty() {
            let begun = u32::try_from(leaf.name.len()).unwrap_or(u32::MAX);
            let column = column.saturating_add(begun).saturating_add(2);
            dom.open(Kind::Text, node, None, (line, column))?;
            dom.push_text(leaf.text)?;
        }
        dom.close(node)?;
        self.inner += leaf.continuing;
        let length = leaf.length;
        self.reader.get_mut().consume(length);
        self.past += length as u64;
        Ok(Some(node))
    }

    /// Reads what comes next into the document.
    pub(super) fn step(&mut self, dom: &mut Dom) -> Result<Step, Wrong> {
        if std::mem::take(&mut self.empty) {
            return self.end(dom);
        }
        let place = (self.line, self.column());
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let begin = self.position();
        let step = match self.reader.read_event_into(&mut buffer) {
            Ok(event) => {
                self.between = matches!(event, Event::Start(_) | Event::Empty(_) | Event::End(_));
                self.empty = matches!(event, Event::Empty(_));
                let step = self.take(&event, place, dom);
                let text: &str = &event;
                self.pass(text, begin);
                step
            }
            Err(error) => Err(faulty(&error)),
        };
        self.buffer = buffer;
        step
    }

    /// Counts the lines of an event.
    fn pass(&mut self, text: &str, begin: u64) {
        let after = match memrchr(b'\n', text.as_bytes()) {
            Some(last) => {
                let breaks = memchr_iter(b'\n', text.as_bytes()).count();
                self.line = self
                    .line
                    .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
                self.inner = 0;
                // Marks such as `<` stand before the text of an event; after a line break they matter no more.
                let after = &text[last + 1..];
                let marks = (self.position() - begin).saturating_sub(text.len() as u64);
                self.line_start = self
                    .position()
                    .saturating_sub(after.len() as u64 + marks.min(2));
                after
            }
            None => text,
        };
        if !after.is_ascii() {
            self.inner += after.bytes().filter(|byte| byte & 0xc0 == 0x80).count() as u64;
        }
    }

    fn take(&mut self, event: &Event<'_>, place: (u32, u32), dom: &mut Dom) -> Result<Step, Wrong> {
        match event {
            Event::Start(start) | Event::Empty(start) => {
                self.element(start, place, dom).map(Step::Open)
            }
            Event::End(_) => self.end(dom),
            Event::Text(text) => self.text(&text.xml10_content(), place, dom),
            Event::CData(text) => self.text(&text.xml10_content(), place, dom),
            Event::GeneralRef(reference) => {
                let name: &str = reference;
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c,
                    Ok(None) => match name {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        _ => return Err(entity(name)),
                    },
                    Err(_) => return Err(wrong(format!("&{name}; is no character"))),
                };
                self.text(resolved.encode_utf8(&mut [0; 4]), place, dom)
            }
            Event::Eof if !self.open.is_empty() => {
                let name = self
                    .open
                    .last()
                    .map(|open| dom.name(open.node).written.clone())
                    .unwrap_or_default();
                Err(wrong(format!(
                    "the document ends before <{name}> is closed"
                )))
            }
            Event::Eof if !self.had_root => Err(wrong("the document has no element")),
            Event::Eof => {
                dom.close(0)?;
                Ok(Step::End)
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {
                Ok(Step::Other)
            }
        }
    }

    fn end(&mut self, dom: &mut Dom) -> Result<Step, Wrong> {
        let Some(open) = self.open.pop() else {
            return Err(wrong("an element is closed that is not open"));
        };
        self.namespaces.truncate(open.declared);
        dom.close(open.node)?;
        Ok(Step::Close(open.node))
    }

    fn text(&mut self, text: &str, place: (u32, u32), dom: &mut Dom) -> Result<Step, Wrong> {
        let Some(parent) = self.open.last().map(|open| open.node) else {
            if text
                .trim_matches([' ', '\t', '\n', '\r', '\u{feff}'])
                .is_empty()
            {
                return Ok(Step::Other);
            }
            return Err(wrong("text stands outside the outermost element"));
        };
        if self.keeps_text && !text.is_empty() {
            // Pieces between which only references, comments or CDATA marks stood are one text.
            if dom.last_kind() != Some((Kind::Text, parent)) {
                dom.open(Kind::Text, parent, None, place)?;
            }
            dom.push_text(text)?;
        }
        Ok(Step::Other)
    }

    fn element(
        &mut self,
        start: &BytesStart<'_>,
        place: (u32, u32),
        dom: &mut Dom,
    ) -> Result<Node, Wrong> {
        if self.open.len() >= DEEPEST {
            return Err(Wrong {
                hint: Some(format!("elements may be nested {DEEPEST} deep")),
                ..wrong("elements are nested too deep here")
            });
        }
        if self.open.is_empty() && std::mem::replace(&mut self.had_root, true) {
            return Err(wrong("there is a second outermost element"));
        }
        let declared = self.namespaces.len();
        let mut attributes = Vec::new();
        if !start.attributes_raw().is_empty() {
            for attribute in start.attributes() {
                let attribute =
                    attribute.map_err(|error| wrong(format!("an attribute is broken: {error}")))?;
                let name = attribute.key.into_inner();
                let value = attribute_value(&attribute.value)?;
                match name.strip_prefix("xmlns") {
                    Some("") => self.namespaces.push((String::new(), value)),
                    Some(prefix) if prefix.starts_with(':') => {
                        self.namespaces.push((prefix[1..].to_owned(), value));
                    }
                    _ => attributes.push((name.to_owned(), value)),
                }
            }
        }
        let parent = self.open.last().map_or(0, |open| open.node);
        let written = start.name();
        let name = resolved(&self.namespaces, written.into_inner(), true)?;
        let node = dom.open(Kind::Element, parent, Some(name), place)?;
        for (written, value) in attributes {
            let name = resolved(&self.namespaces, &written, false)?;
            dom.open(Kind::Attribute, node, Some(name), place)?;
            dom.push_text(&value)?;
        }
        // Until it ends, an element holds its attributes.
        dom.close(node)?;
        self.open.push(Open { node, declared });
        Ok(node)
    }
}

/// Returns a name with its namespace.
fn resolved<'n>(
    namespaces: &'n [(String, String)],
    written: &'n str,
    element: bool,
) -> Result<NameRef<'n>, Wrong> {
    let plain = NameRef {
        namespace: "",
        written,
    };
    let prefix = match written.split_once(':') {
        Some((prefix, _)) => prefix,
        None if element => "",
        None => return Ok(plain),
    };
    let known = namespaces.iter().rev().find(|(known, _)| known == prefix);
    match known {
        Some((_, namespace)) => Ok(NameRef { namespace, written }),
        None if prefix.is_empty() => Ok(plain),
        None => Err(wrong(format!(
            "the prefix \"{prefix}\" of {written} is not declared"
        ))),
    }
}

fn entity(name: &str) -> Wrong {
    Wrong {
        hint: Some("replace it by the text it stands for; entities are not expanded".to_owned()),
        ..wrong(format!("the entity &{name}; is not known"))
    }
}

/// Returns the value of an attribute: references resolved, white space made spaces (XML 1.0, section 3.3.3).
fn attribute_value(raw: &str) -> Result<String, Wrong> {
    let spaced: String = raw
        .replace("\r\n", " ")
        .chars()
        .map(|c| {
            if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let value = quick_xml::escape::unescape(&spaced).map_err(|error| Wrong {
        hint: Some(
            "only &lt; &gt; &amp; &apos; &quot; and numbers of characters are known".to_owned(),
        ),
        ..wrong(format!("a reference in an attribute is not known: {error}"))
    })?;
    Ok(value.into_owned())
}

fn faulty(error: &Error) -> Wrong {
    match error {
        Error::Encoding(_) => Wrong {
            encoding: true,
            ..wrong("the text is not UTF-8 here")
        },
        other => wrong(other.to_string()),
    }
}
