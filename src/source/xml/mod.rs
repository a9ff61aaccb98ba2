//! XML: a record for each node that the iterator (XPath) leads to.
//!
//! An iterator of element names without predicates is followed while reading, so that only one record and the elements
//! that hold it are kept; references may then look at attributes of those (`../@id`). Whatever looks further needs the
//! whole document. References are XPath 1.0 with the record as context; every node is a value by its text.

mod dom;
mod encoding;
mod leaf;
mod page;
mod reader;
#[cfg(test)]
mod tests;
mod walk;
mod xpath;

use std::io::Read;
use std::sync::Arc;

use self::encoding::declared_encoding;
use self::page::{Head, Page};
use self::reader::XmlReader;
use self::walk::Walk;
use self::xpath::Expr;
use super::stream::Stream;
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::record::Records;

/// How an XML source is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The path to the records; the document when there is none.
    pub iterator: Option<String>,
    /// Prefixes and their namespaces; with none, names are compared as the document writes them.
    pub namespaces: Vec<(String, String)>,
    /// Values that stand for no value.
    pub nulls: Vec<String>,
}

/// Opens an XML source.
///
/// # Errors
/// `MAPPING_TERM` when the iterator is no XPath that leads to nodes, `FILE_UNREADABLE`.
pub fn open(
    reader: Box<dyn Read + Send>,
    file: &str,
    options: Options,
) -> Result<Box<dyn Records>> {
    let written = options.iterator.as_deref().unwrap_or("/");
    let refuse = |message: String| {
        Diagnostic::error(
            codes::MAPPING_TERM,
            format!("the iterator \"{written}\" is no XPath: {message}"),
        )
        .hint("XPath is written as in /list/item or //item[@kind = 'x']")
    };
    let iterator = xpath::parse(written, &options.namespaces).map_err(refuse)?;
    if !matches!(
        iterator,
        Expr::Path(_) | Expr::Binary(xpath::Operator::Union, ..)
    ) {
        return Err(refuse("it leads to no nodes".to_owned()).into());
    }
    let input = declared_encoding(reader).map_err(|error| {
        Diagnostic::error(codes::FILE_UNREADABLE, error.to_string()).at(Place::file(file))
    })?;
    let page = Page::new(Arc::new(Head::new(file, options)));
    Ok(Box::new(Stream::new(
        Walk::new(XmlReader::new(input), iterator),
        page,
    )))
}
