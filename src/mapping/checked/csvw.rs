//! Tables described by CSV on the Web: `csvw:Table`, `csvw:Dialect`, the names of columns.

use super::checker::Checker;
use super::source::Opened;
use crate::diagnostic::Place;
use crate::mapping::syntax::{NodeId, Object, Property};
use crate::mapping::vocabulary::{CSVW, RDF_FIRST, RDF_REST};
use crate::record::form::{Dialect, Trim};

/// Properties of a dialect; `skipBlankRows` changes nothing, blank rows are always passed over.
const DIALECT: &[&str] = &[
    "commentPrefix",
    "delimiter",
    "doubleQuote",
    "encoding",
    "header",
    "headerRowCount",
    "lineTerminators",
    "quoteChar",
    "skipBlankRows",
    "skipColumns",
    "skipInitialSpace",
    "skipRows",
    "trim",
];

/// How many columns a schema may name.
const MOST_COLUMNS: usize = 100_000;

fn csvw(local: &str) -> String {
    format!("{CSVW}{local}")
}

impl<'d> Checker<'d> {
    pub(super) fn csvw_table(&mut self, id: NodeId, place: &Place) -> Option<Opened> {
        let mut known: Vec<String> = ["url", "null", "dialect", "tableSchema", "separator"]
            .map(csvw)
            .into();
        known.extend(DIALECT.iter().map(|local| csvw(local)));
        let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
        known.extend(["null", "encoding", "compression", "root"]);
        self.allow(id, "a csvw:Table", &known);
        let Some(url) = self.one(id, &csvw("url")) else {
            self.lacking(
                id,
                place,
                "the csvw:Table has no csvw:url",
                "add csvw:url \"file.csv\"",
            );
            return None;
        };
        let mut file = match &url.object {
            Object::Literal { .. } => self.file(id, url)?,
            Object::Node(_) => {
                let iri = self.iri(url)?.to_owned();
                self.file_at(&iri, &url.object_place)?
            }
        };
        let mut nulls = self.listed(id, "null");
        let mut dialect = Dialect::default();
        // Some write the dialect's properties at the table itself.
        for node in [Some(id), self.dialect_node(id)].into_iter().flatten() {
            self.dialect(node, &mut dialect);
            if node != id {
                nulls.extend(self.listed(node, "null"));
            }
            if let Some(encoding) = self.encoding(node, &csvw("encoding")) {
                file.encoding = encoding;
            }
        }
        if let Some(separator) = self.one(id, &csvw("separator")) {
            dialect.delimiter = self.byte(separator, "separator").or(dialect.delimiter);
        }
        let mut opened = Opened {
            table: true,
            dialect,
            nulls,
            ..Opened::default()
        };
        if let Some(schema) = self.one(id, &csvw("tableSchema"))
            && let Some(node) = self.object_node(schema)
        {
            self.schema(node, &mut opened);
        }
        // What the source says itself is stronger (RML-IO, section on sources).
        self.bytes_of(id, &mut file);
        let own = self.texts(id, "null");
        if !own.is_empty() {
            opened.nulls = own;
        }
        Some(Opened { file, ..opened })
    }

    fn dialect_node(&mut self, table: NodeId) -> Option<NodeId> {
        let property = self.one(table, &csvw("dialect"))?;
        let node = self.object_node(property)?;
        // Null values are no part of a dialect, but the suites write them there.
        let known: Vec<String> = DIALECT
            .iter()
            .chain(&["null"])
            .map(|local| csvw(local))
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.allow(node, "a csvw:Dialect", &known);
        Some(node)
    }

    fn dialect(&mut self, node: NodeId, dialect: &mut Dialect) {
        if let Some(property) = self.one(node, &csvw("delimiter")) {
            dialect.delimiter = self.byte(property, "delimiter").or(dialect.delimiter);
        }
        if let Some(property) = self.one(node, &csvw("quoteChar")) {
            let none = matches!(&property.object, Object::Literal { text, .. } if text.is_empty());
            dialect.quote = if none {
                None
            } else {
                self.byte(property, "quotation mark")
            };
        }
        if let Some(property) = self.one(node, &csvw("commentPrefix")) {
            let none = matches!(&property.object, Object::Literal { text, .. } if text.is_empty());
            dialect.comment = if none {
                None
            } else {
                self.byte(property, "comment prefix")
            };
        }
        if let Some(double) = self.flag(node, "doubleQuote") {
            dialect.double_quote = double;
        }
        if let Some(header) = self.flag(node, "header") {
            dialect.header_rows = usize::from(header);
        }
        if let Some(count) = self.count(node, "headerRowCount") {
            dialect.header_rows = count;
        }
        if let Some(count) = self.count(node, "skipRows") {
            dialect.skip_rows = count;
        }
        if let Some(count) = self.count(node, "skipColumns") {
            dialect.skip_columns = count;
        }
        self.line_ends(node);
        if self.flag(node, "skipInitialSpace") == Some(true) {
            dialect.trim = Trim::Start;
        }
        if let Some(property) = self.one(node, &csvw("trim"))
            && let Some(text) = self.text(property)
        {
            match text.as_str() {
                "true" | "1" => dialect.trim = Trim::Both,
                "false" | "0" => dialect.trim = Trim::No,
                "start" => dialect.trim = Trim::Start,
                "end" => dialect.trim = Trim::End,
                _ => self.error_with_hint(
                    &property.object_place,
                    format!("csvw:trim cannot be \"{text}\""),
                    "write true, false, \"start\" or \"end\"",
                ),
            }
        }
    }

    /// Refuses line ends other than those that are always understood.
    fn line_ends(&mut self, node: NodeId) {
        for property in self.all(node, &csvw("lineTerminators")) {
            for text in self.texts_of(property) {
                if !matches!(text.as_str(), "\n" | "\r\n" | "\\n" | "\\r\\n") {
                    self.error_with_hint(
                        &property.object_place,
                        format!("csvw:lineTerminators cannot be {text:?}"),
                        "lines end in \"\\n\" or \"\\r\\n\", whichever is said: convert the line ends of the file",
                    );
                }
            }
        }
    }

    /// Returns the texts of a property: repeated, or in a list.
    fn listed(&mut self, node: NodeId, local: &str) -> Vec<String> {
        self.all(node, &csvw(local))
            .into_iter()
            .flat_map(|property| self.texts_of(property))
            .collect()
    }

    /// Returns the texts of a list, or the one text.
    fn texts_of(&mut self, property: &Property) -> Vec<String> {
        let members = match property.object {
            Object::Node(node) => self.firsts(node),
            Object::Literal { .. } => Vec::new(),
        };
        if members.is_empty() {
            return self.text(property).into_iter().collect();
        }
        members
            .into_iter()
            .filter_map(|member| self.text(member))
            .collect()
    }

    /// Returns the one ASCII character of a text; a tab may be written as `\t`.
    fn byte(&mut self, property: &Property, what: &str) -> Option<u8> {
        let text = self.text(property)?;
        match text.as_bytes() {
            [byte] if byte.is_ascii() => Some(*byte),
            b"\\t" => Some(b'\t'),
            _ => {
                self.error(
                    &property.object_place,
                    format!("the {what} \"{text}\" is not one ASCII character"),
                );
                None
            }
        }
    }

    fn flag(&mut self, node: NodeId, local: &str) -> Option<bool> {
        let property = self.one(node, &csvw(local))?;
        let text = self.text(property)?;
        match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => {
                self.error_with_hint(
                    &property.object_place,
                    format!("csvw:{local} cannot be \"{text}\""),
                    "write true or false",
                );
                None
            }
        }
    }

    fn count(&mut self, node: NodeId, local: &str) -> Option<usize> {
        let property = self.one(node, &csvw(local))?;
        let text = self.text(property)?;
        let found = text.parse().ok();
        if found.is_none() {
            self.error(
                &property.object_place,
                format!("csvw:{local} takes a number, not \"{text}\""),
            );
        }
        found
    }

    /// Takes over names, datatypes and null values of the columns of a schema: a list, or the property repeated.
    fn schema(&mut self, schema: NodeId, table: &mut Opened) {
        self.allow(schema, "a schema", &[&csvw("columns"), &csvw("column")]);
        let mut columns = Vec::new();
        for local in ["columns", "column"] {
            for property in self.all(schema, &csvw(local)) {
                if let Some(node) = self.object_node(property) {
                    columns.extend(self.list(node));
                }
            }
        }
        for column in columns {
            self.allow(
                column,
                "a column",
                &[
                    &csvw("name"),
                    &csvw("title"),
                    &csvw("titles"),
                    &csvw("null"),
                    &csvw("required"),
                    &csvw("virtual"),
                    &csvw("datatype"),
                ],
            );
            let mut names = self.listed(column, "titles");
            names.extend(self.listed(column, "title"));
            names.extend(self.texts(column, &csvw("name")));
            // A reference may use any of them: the titles of the file, or the name (CSV on the Web, section 5.6).
            if let Some((name, titles)) = names.split_last() {
                let others = titles.iter().filter(|title| *title != name);
                let pairs = others.map(|title| (name.clone(), title.clone()));
                table.dialect.aliases.extend(pairs);
            }
            if let Some(datatype) = self.column_datatype(column, &csvw("datatype")) {
                let typed = names.iter().map(|name| (name.clone(), datatype.clone()));
                table.datatypes.extend(typed);
            }
            table.dialect.names.extend(names.into_iter().next());
            table.nulls.extend(self.listed(column, "null"));
        }
        // With a header the titles in the file say where each column is.
        if table.dialect.header_rows > 0 {
            table.dialect.names.clear();
        }
    }

    /// Returns the first properties of the nodes of an RDF list.
    fn firsts(&self, node: NodeId) -> Vec<&'d Property> {
        let mut found = Vec::new();
        let mut at = node;
        while found.len() < MOST_COLUMNS {
            let Some(first) = self.all(at, RDF_FIRST).first().copied() else {
                break;
            };
            found.push(first);
            match self.all(at, RDF_REST).first().map(|rest| &rest.object) {
                Some(Object::Node(next)) => at = *next,
                _ => break,
            }
        }
        found
    }

    /// Returns the nodes in an RDF list, or the node itself when it is none.
    fn list(&mut self, node: NodeId) -> Vec<NodeId> {
        let found: Vec<NodeId> = self
            .firsts(node)
            .into_iter()
            .filter_map(|member| match member.object {
                Object::Node(member) => Some(member),
                Object::Literal { .. } => None,
            })
            .collect();
        if found.is_empty() { vec![node] } else { found }
    }
}
