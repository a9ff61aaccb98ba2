//! stub
use crate::diagnostic::Result;
use crate::query::*;
pub struct Options { pub prefixes: Prefixes, pub width: Option<usize> }
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ResultFormat { Table, Csv }
impl ResultFormat { pub fn from_name(_n: &str) -> Result<Self> { Ok(Self::Csv) } pub fn from_path(_p: &std::path::Path) -> Option<Self> { None } }
pub fn write_boolean(v: bool, _f: ResultFormat, o: &mut dyn std::io::Write) -> Result<()> { writeln!(o, "{v}").unwrap(); Ok(()) }
pub fn write_solutions(s: &Solutions, _f: ResultFormat, _op: &Options, o: &mut dyn std::io::Write) -> Result<()> {
  writeln!(o, "{}", s.variables.iter().map(|v| v.as_str().to_owned()).collect::<Vec<_>>().join(",")).unwrap();
  for r in &s.rows { writeln!(o, "{}", r.iter().map(|t| match t { Some(oxrdf::Term::Literal(l)) => l.value().to_owned(), Some(t) => t.to_string(), None => String::new()}).collect::<Vec<_>>().join(",")).unwrap(); }
  Ok(())
}
