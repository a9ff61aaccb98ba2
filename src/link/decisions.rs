//! Decisions: a mapping set in SSSOM (tab-separated values with a YAML head in comments), one row a decision.
//!
//! A link is a row with `skos:exactMatch` and the item. That an entity is *not* an item is `owl:differentFrom`; that no
//! item fits is `sssom:NoTermFound`. Rows, columns and comments that others wrote stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::project::item;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Result, codes};

/// The columns that a new mapping set has.
const COLUMNS: &[&str] = &[
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
    "mapping_tool",
    "mapping_tool_version",
];

const EXACT: &str = "skos:exactMatch";
const DIFFERENT: &str = "owl:differentFrom";
const NONE: &str = "sssom:NoTermFound";

/// How the comment of a decision begins that asks for a new item; the candidates that were refused for it may follow.
pub(super) const NEW_ITEM: &str = "a new item is needed";

/// What was decided about an entity and an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// They are the same.
    Same,
    /// They are not.
    Different,
    /// No item fits; there should be a new one if asked for.
    NoItem,
}

/// A decision to be written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The IRI of the entity.
    pub subject: String,
    /// Its name.
    pub label: String,
    /// What was decided.
    pub verdict: Verdict,
    /// The item and its name; none when no item fits.
    pub object: Option<(String, String)>,
    /// Whether a person decided.
    pub manual: bool,
    /// The probability that the linker gave, or 1 for a person's word.
    pub confidence: f32,
    /// Why, in words.
    pub comment: String,
}

/// A mapping set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    head: Vec<String>,
    prefixes: BTreeMap<String, String>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Decisions {
    /// Reads a mapping set; a file that is not there is an empty one.
    ///
    /// # Errors
    /// `FILE_UNREADABLE`, `LINK_TABLE` when a needed column is missing.
    pub fn read(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(super::files::failed(path, &error)),
        };
        let mut set = Self::default();
        for line in text.trim_start_matches('\u{feff}').lines() {
            if let Some(comment) = line.strip_prefix('#') {
                if let Some((name, iri)) = comment.trim().split_once(':')
                    && iri.contains("://")
                    && comment.starts_with("  ")
                {
                    set.prefixes.insert(
                        name.trim().to_owned(),
                        iri.trim().trim_matches('"').to_owned(),
                    );
                }
                set.head.push(line.to_owned());
            } else if set.columns.is_empty() {
                set.columns = line.split('\t').map(str::to_owned).collect();
            } else if !line.trim().is_empty() {
                set.rows.push(line.split('\t').map(str::to_owned).collect());
            }
        }
        if set.columns.is_empty() {
            set.columns = COLUMNS.iter().map(|column| (*column).to_owned()).collect();
        }
        let missing: Vec<Diagnostic> = COLUMNS[..4]
            .iter()
            .filter(|column| {
                *column != &"subject_label" && !set.columns.iter().any(|one| one == *column)
            })
            .map(|column| {
                Diagnostic::error(
                    codes::LINK_TABLE,
                    format!("the mapping set has no column \"{column}\""),
                )
                .at(Place::file(path.display().to_string()))
                .hint("a mapping set in SSSOM has subject_id, predicate_id and object_id")
            })
            .collect();
        if missing.is_empty() {
            Ok(set)
        } else {
            Err(Diagnostics(missing))
        }
    }

    fn cell<'a>(&'a self, row: &'a [String], column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|one| one == column)
            .and_then(|at| row.get(at))
            .map_or("", String::as_str)
    }

    fn expand(&self, curie: &str) -> String {
        match curie.split_once(':') {
            Some((prefix, local)) => match self.prefixes.get(prefix) {
                Some(iri) => format!("{iri}{local}"),
                None => curie.to_owned(),
            },
            None => curie.to_owned(),
        }
    }

    fn shorten(&self, iri: &str) -> String {
        let best = self
            .prefixes
            .iter()
            .filter(|(_, space)| iri.starts_with(space.as_str()))
            .max_by_key(|(_, space)| space.len());
        best.map_or_else(
            || iri.to_owned(),
            |(prefix, space)| format!("{prefix}:{}", &iri[space.len()..]),
        )
    }

    /// Returns all decisions about an entity: the verdict and the item, if it is about one.
    #[must_use]
    pub fn about(&self, subject: &str) -> Vec<(Verdict, Option<String>)> {
        let of = |row: &&Vec<String>| self.expand(self.cell(row, "subject_id")) == subject;
        self.rows
            .iter()
            .filter(of)
            .filter_map(|row| self.verdict(row))
            .collect()
    }

    fn verdict(&self, row: &[String]) -> Option<(Verdict, Option<String>)> {
        let object = self.cell(row, "object_id");
        let found = item(object);
        match (self.cell(row, "predicate_id"), &found) {
            _ if object == NONE => Some((Verdict::NoItem, None)),
            (EXACT, Some(_)) => Some((Verdict::Same, found)),
            (DIFFERENT, Some(_)) => Some((Verdict::Different, found)),
            _ => None,
        }
    }

    /// Returns all links: the IRI of the entity, its item, and whether a person decided.
    #[must_use]
    pub fn links(&self) -> Vec<(String, String, bool)> {
        self.rows
            .iter()
            .filter_map(|row| match self.verdict(row) {
                Some((Verdict::Same, Some(item))) => {
                    let manual = self.cell(row, "mapping_justification").contains("Manual");
                    Some((self.expand(self.cell(row, "subject_id")), item, manual))
                }
                _ => None,
            })
            .collect()
    }

    /// Returns the entities that were decided to need a new item, with the items that were refused for them.
    #[must_use]
    pub fn new_items(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &self.rows {
            let comment = self.cell(row, "comment");
            if matches!(self.verdict(row), Some((Verdict::NoItem, _)))
                && let Some(refused) = comment.strip_prefix(NEW_ITEM)
            {
                let words = refused.split(|c: char| !c.is_alphanumeric());
                let entity = self.expand(self.cell(row, "subject_id"));
                wanted
                    .entry(entity)
                    .or_default()
                    .extend(words.filter_map(item));
            }
        }
        for (entity, refused) in &mut wanted {
            let different = self
                .about(entity)
                .into_iter()
                .filter(|(verdict, _)| *verdict == Verdict::Different);
            refused.extend(different.filter_map(|(_, item)| item));
        }
        // A link is the later word.
        for (entity, ..) in self.links() {
            wanted.remove(&entity);
        }
        wanted
    }

    /// Returns the items that are linked.
    #[must_use]
    pub fn taken(&self) -> BTreeSet<String> {
        self.links().into_iter().map(|(_, item, _)| item).collect()
    }

    /// Adds a decision.
    pub fn add(&mut self, decision: &Decision) {
        for column in COLUMNS {
            if !self.columns.iter().any(|one| one == column) {
                self.columns.push((*column).to_owned());
            }
        }
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (object, object_label) = match &decision.object {
            Some((item, label)) => (format!("wd:{item}"), plain(label)),
            None => (NONE.to_owned(), String::new()),
        };
        let justification = if decision.manual {
            "semapv:ManualMappingCuration"
        } else {
            "semapv:CompositeMatching"
        };
        let cells: BTreeMap<&str, String> = [
            ("subject_id", self.shorten(&decision.subject)),
            ("subject_label", plain(&decision.label)),
            (
                "predicate_id",
                if decision.verdict == Verdict::Different {
                    DIFFERENT
                } else {
                    EXACT
                }
                .to_owned(),
            ),
            ("object_id", object),
            ("object_label", object_label),
            ("mapping_justification", justification.to_owned()),
            ("confidence", format!("{:.3}", decision.confidence)),
            ("comment", plain(&decision.comment)),
            ("mapping_tool", "factmill".to_owned()),
            ("mapping_tool_version", env!("CARGO_PKG_VERSION").to_owned()),
        ]
        .into();
        self.rows.push(
            self.columns
                .iter()
                .map(|column| cells.get(column.as_str()).cloned().unwrap_or_default())
                .collect(),
        );
    }

    /// Takes the decision back that was added last.
    pub fn undo(&mut self) {
        self.rows.pop();
    }

    /// Writes the mapping set, rows sorted; the file is whole or as it was.
    ///
    /// # Errors
    /// `WRITE_FAILED`.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = String::new();
        for line in &self.head {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&self.columns.join("\t"));
        text.push('\n');
        let mut rows: Vec<Vec<String>> = self.rows.clone();
        for row in &mut rows {
            row.resize(self.columns.len(), String::new());
        }
        rows.sort();
        for row in rows {
            text.push_str(&row.join("\t"));
            text.push('\n');
        }
        let failed = |error: std::io::Error| -> Diagnostics {
            Diagnostic::error(
                codes::WRITE_FAILED,
                format!("cannot write {}: {error}", path.display()),
            )
            .at(Place::file(path.display().to_string()))
            .hint("check that the folder may be written to")
            .into()
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let part = path.with_extension("tsv.part");
        fs::write(&part, text)
            .and_then(|()| fs::rename(&part, path))
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = "#curie_map:\n#  id: \"https://e/\"\n#  wd: \"http://www.wikidata.org/entity/\"\nsubject_id\tsubject_label\tpredicate_id\tobject_id\tmine\nid:a\tA\tskos:exactMatch\twd:Q1\tkept\n";

    #[test]
    fn decisions_are_kept_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sssom.tsv");
        fs::write(&path, SET).unwrap();
        let mut set = Decisions::read(&path).unwrap();
        assert_eq!(
            set.about("https://e/a"),
            [(Verdict::Same, Some("Q1".to_owned()))]
        );
        let mut decision = Decision {
            subject: "https://e/b".into(),
            label: "B\tb".into(),
            verdict: Verdict::Different,
            object: Some(("Q2".into(), "two".into())),
            manual: true,
            confidence: 1.0,
            comment: String::new(),
        };
        set.add(&decision);
        decision.verdict = Verdict::NoItem;
        decision.object = None;
        set.add(&decision);
        set.write(&path).unwrap();
        let again = Decisions::read(&path).unwrap();
        assert_eq!(
            again.about("https://e/b"),
            [
                (Verdict::Different, Some("Q2".to_owned())),
                (Verdict::NoItem, None)
            ]
            .into_iter()
            .rev()
            .rev()
            .collect::<Vec<_>>()
        );
        assert_eq!(again.taken(), ["Q1".to_owned()].into());
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("#curie_map:")
                && text.contains("\tkept")
                && text.contains("id:b\tB b\towl:differentFrom\twd:Q2"),
            "{text}"
        );
        let mut undone = again.clone();
        undone.undo();
        assert_eq!(undone.about("https://e/b").len(), 1);
        assert!(
            Decisions::read(&folder.path().join("none"))
                .unwrap()
                .links()
                .is_empty()
        );
    }
}
