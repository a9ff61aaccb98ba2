//! An extract filled by the API of a Wikibase: names are searched for, entities fetched, classes followed upward.
//!
//! The folder is the one that [`crate::link::extract`] makes from a dump, with the entities in the order of their numbers, and
//! `extract.json` has the revision of each. What was fetched stands in `online.part` until the extract is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::http::{Request, Sent};
use super::journal::{Journal, replace, unwritten};
use super::polite::{Client, Reading, Talk, failed};
use super::wikibase::{self, Held, LOT, Question, Reply};
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::link::entity::{Entity, Rank};
use crate::link::project;

/// Classes that are followed upward at most.
const CLASSES: usize = 5_000;
/// Name of the journal.
const JOURNAL: &str = "online.part";
const ENTITIES: &str = "entities.jsonl";
const ABOUT: &str = "extract.json";
const CLASS: &str = "P31";
const WIDER: &str = "P279";

/// What to fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Items.
    pub ids: BTreeSet<String>,
    /// Names to search for, each after the code of its language.
    pub names: BTreeSet<(String, String)>,
    /// Results that are taken of each search.
    pub limit: usize,
}

impl Wishes {
    /// Adds a name in a language, given by a tag in any spelling.
    pub fn add_name(&mut self, name: &str, language: &str) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            self.names.insert((language.to_ascii_lowercase(), name));
        }
    }
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entities in the extract.
    pub entities: usize,
    /// Requests that were answered.
    pub requests: usize,
    /// Facts that an interrupted run had fetched already.
    pub kept: usize,
    /// Items that became others.
    pub merged: BTreeMap<String, String>,
    /// What is not there, and what was not looked for.
    pub findings: Vec<Diagnostic>,
}

/// Something fetched.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fact {
    Search {
        language: String,
        name: String,
        found: Vec<String>,
    },
    Entity {
        revision: u64,
        entity: Entity,
    },
    Gone(String),
    Merged(String, String),
    Class(String, Vec<String>),
    Language(String),
}

#[derive(Default)]
struct Known {
    searches: BTreeMap<(String, String), Vec<String>>,
    entities: BTreeMap<String, (u64, Entity)>,
    gone: BTreeSet<String>,
    merged: BTreeMap<String, String>,
    classes: BTreeMap<String, BTreeSet<String>>,
    /// Codes of languages that the server does not know.
    foreign: BTreeSet<String>,
}

impl Known {
    fn note(&mut self, fact: Fact) {
        match fact {
            Fact::Search {
                language,
                name,
                found,
            } => {
                self.searches.insert((language, name), found);
            }
            Fact::Entity { revision, entity } => {
                self.entities.insert(entity.id.clone(), (revision, entity));
            }
            Fact::Gone(id) => {
                self.gone.insert(id);
            }
            Fact::Merged(from, to) => {
                self.merged.insert(from, to);
            }
            Fact::Class(id, above) => {
                self.classes.entry(id).or_default().extend(above);
            }
            Fact::Language(code) => {
                self.foreign.insert(code);
            }
        }
    }

    /// Forgets the entities that are not wanted.
    fn keep_to(&mut self, wanted: &BTreeSet<String>) {
        self.merged.retain(|from, _| wanted.contains(from));
        let targets: BTreeSet<&String> = self.merged.values().collect();
        self.entities
            .retain(|id, _| wanted.contains(id) || targets.contains(id));
    }

    fn has(&self, id: &str) -> bool {
        self.entities.contains_key(id) || self.gone.contains(id) || self.merged.contains_key(id)
    }
}

/// Fetches what is wished for and makes the extract in a folder.
///
/// # Errors
/// `USAGE` when the folder holds an extract from a dump; what the client gives up on, with all that was fetched kept for the
/// next run; `WRITE_FAILED`.
pub fn fill(client: &Client, api: &str, wishes: &Wishes, folder: &Path) -> Result<Summary> {
    refuse_foreign(folder)?;
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    let (journal, facts) = Journal::open(&folder.join(JOURNAL), api)?;
    let mut run = Run {
        client,
        api,
        journal,
        known: Known::default(),
        requests: 0,
    };
    let kept = facts.len();
    facts.into_iter().for_each(|fact| run.known.note(fact));
    run.search(wishes)?;
    // An earlier run may have been asked for more.
    run.known
        .searches
        .retain(|asked, _| wishes.names.contains(asked));
    let found = run.known.searches.values().flatten();
    let wanted: BTreeSet<String> = wishes.ids.iter().chain(found).cloned().collect();
    run.entities(&wanted)?;
    run.known.keep_to(&wanted);
    let complete = run.classes()?;
    let findings = run.findings(wishes, complete);
    run.write(wishes, folder)?;
    let Run {
        journal,
        known,
        requests,
        ..
    } = run;
    journal.close();
    Ok(Summary {
        entities: known.entities.len(),
        requests,
        kept,
        merged: known.merged,
        findings,
    })
}

/// An extract from a dump holds more than the API gives: it is not written over.
fn refuse_foreign(folder: &Path) -> Result<()> {
    let about = fs::read(folder.join(ABOUT)).ok();
    let about = about.and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    let own = about.is_some_and(|about| about["online"] == true);
    if own || !folder.join(ENTITIES).exists() {
        return Ok(());
    }
    Err(Diagnostic::error(
        codes::USAGE,
        format!("{} holds an extract from a dump", folder.display()),
    )
    .at(Place::file(folder.display().to_string()))
    .hint("leave out --online to use it, or name another folder")
    .into())
}

struct Run<'a> {
    client: &'a Client,
    api: &'a str,
    journal: Journal,
    known: Known,
    requests: usize,
}

impl Run<'_> {
    fn ask<T>(
        &mut self,
        question: &Question<'_>,
        read: impl Fn(Reply) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let request = Request {
            url: self.api.to_owned(),
            query: question.parameters(),
            body: Sent::Nothing,
            accept: "application/json",
        };
        let given = self
            .client
            .ask(&request, |answer| match wikibase::read(answer) {
                Reading::Done(reply) => match read(reply) {
                    Ok(value) => Reading::Done(value),
                    // An answer that lacks something may be whole the next time.
                    Err(why) => Reading::Again(why, None),
                },
                Reading::Again(why, wait) => Reading::Again(why, wait),
                Reading::Never(why) => Reading::Never(why),
            })?;
        self.requests += 1;
        Ok(given)
    }

    fn keep(&mut self, facts: Vec<Fact>) -> Result<()> {
        self.journal.add(&facts)?;
        facts.into_iter().for_each(|fact| self.known.note(fact));
        Ok(())
    }

    fn search(&mut self, wishes: &Wishes) -> Result<()> {
        let open: Vec<&(String, String)> = wishes
            .names
            .iter()
            .filter(|asked| !self.known.searches.contains_key(*asked))
            .collect();
        for (at, (language, name)) in open.iter().enumerate() {
            self.client.tell(Talk::Progress(&format!(
                "{} of {} names searched for",
                at,
                open.len()
            )));
            let wider = language.split('-').next().unwrap_or(language);
            for code in [language.as_str(), wider] {
                if self.known.foreign.contains(code) {
                    continue;
                }
                let question = Question::Named {
                    name,
                    language: code,
                    limit: wishes.limit.clamp(1, LOT),
                };
                let found = self.ask(&question, |reply| match reply {
                    Reply::Given(object) => wikibase::found(&object).map(Some),
                    _ => Ok(None),
                })?;
                let fact = match found {
                    Some(found) => Fact::Search {
                        language: (*language).clone(),
                        name: (*name).clone(),
                        found: found.iter().filter_map(|id| project::item(id)).collect(),
                    },
                    None => Fact::Language(code.to_owned()),
                };
                let done = matches!(fact, Fact::Search { .. });
                self.keep(vec![fact])?;
                if done {
                    break;
                }
            }
        }
        Ok(())
    }

    fn entities(&mut self, wanted: &BTreeSet<String>) -> Result<()> {
        let open: Vec<String> = wanted
            .iter()
            .filter(|id| !self.known.has(id))
            .cloned()
            .collect();
        let mut done = 0;
        for lot in open.chunks(LOT) {
            self.client.tell(Talk::Progress(&format!(
                "{done} of {} entities fetched",
                open.len()
            )));
            done += lot.len();
            let mut facts = Vec::new();
            for (asked, held) in self.lot(lot, true)? {
                let Held::Entity(value) = held else {
                    facts.push(Fact::Gone(asked));
                    continue;
                };
                let entity = self.compact(&value)?;
                if entity.id != asked {
                    facts.push(Fact::Merged(asked, entity.id.clone()));
                }
                let revision = value.get("lastrevid").and_then(Value::as_u64);
                facts.push(Fact::Entity {
                    revision: revision.unwrap_or_default(),
                    entity,
                });
            }
            self.keep(facts)?;
        }
        Ok(())
    }

    /// Asks for a lot, without those of its identifiers that no entity can have.
    fn lot(&mut self, lot: &[String], whole: bool) -> Result<BTreeMap<String, Held>> {
        let mut asked = lot.to_vec();
        let mut all = BTreeMap::new();
        while !asked.is_empty() {
            let question = Question::Entities { ids: &asked, whole };
            let given = self.ask(&question, |reply| match reply {
                Reply::Given(object) => wikibase::held(&object, &asked).map(Ok),
                Reply::NoSuchEntity(id) if asked.contains(&id) => Ok(Err(id)),
                Reply::NoSuchEntity(id) => Err(format!("it has no {id}, which was not asked for")),
                Reply::NoSuchLanguage => Err("it speaks of a language".to_owned()),
            })?;
            match given {
                Ok(held) => {
                    all.extend(held);
                    break;
                }
                Err(id) => {
                    asked.retain(|one| *one != id);
                    all.insert(id, Held::Nothing);
                }
            }
        }
        Ok(all)
    }

    fn compact(&self, value: &Value) -> Result<Entity> {
        Entity::from_dump(value.to_string().as_bytes()).map_err(|error| {
            let id = value["id"].as_str().unwrap_or_default();
            failed(
                codes::BAD_ANSWER,
                self.api,
                &format!("the entity {id} is not as Wikibase writes it: {error}"),
            )
            .hint("check that the address is that of a Wikibase")
            .into()
        })
    }

    /// Fetches what is above the classes of the entities; returns whether all of it was.
    fn classes(&mut self) -> Result<bool> {
        let mut open: BTreeSet<String> = BTreeSet::new();
        for (_, entity) in self.known.entities.values() {
            open.extend(items(entity, CLASS));
            let above = items(entity, WIDER);
            if !above.is_empty() {
                open.insert(entity.id.clone());
                let of = self.known.classes.entry(entity.id.clone()).or_default();
                of.extend(above);
            }
        }
        loop {
            // What was known before this round leads on as well.
            let mut seen = BTreeSet::new();
            while let Some(class) = open.pop_first() {
                if seen.insert(class.clone())
                    && let Some(above) = self.known.classes.get(&class)
                {
                    open.extend(above.difference(&seen).cloned());
                }
            }
            let missing: Vec<String> = seen
                .iter()
                .filter(|class| !self.known.classes.contains_key(*class))
                .cloned()
                .collect();
            if missing.is_empty() {
                self.known.classes.retain(|class, _| seen.contains(class));
                return Ok(true);
            }
            let room = CLASSES.saturating_sub(self.known.classes.len());
            if room == 0 {
                return Ok(false);
            }
            for lot in missing.chunks(LOT).take(room.div_ceil(LOT)) {
                self.client.tell(Talk::Progress(&format!(
                    "{} classes fetched",
                    self.known.classes.len()
                )));
                let mut facts = Vec::new();
                for (asked, held) in self.lot(lot, false)? {
                    let above = match held {
                        Held::Nothing => Vec::new(),
                        Held::Entity(value) => {
                            let entity = self.compact(&value)?;
                            if entity.id == asked {
                                items(&entity, WIDER)
                            } else {
                                vec![entity.id]
                            }
                        }
                    };
                    facts.push(Fact::Class(asked, above));
                }
                self.keep(facts)?;
            }
            open = seen;
        }
    }

    fn findings(&self, wishes: &Wishes, complete: bool) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let gone: Vec<&str> = wishes
            .ids
            .iter()
            .filter(|id| self.known.gone.contains(*id))
            .map(String::as_str)
            .collect();
        if !gone.is_empty() {
            findings.push(
                Diagnostic::warning(
                    codes::ITEM_GONE,
                    format!("{} is not there, or was deleted", gone.join(", ")),
                )
                .at(Place::file(self.api))
                .hint("check the identifiers"),
            );
        }
        for code in &self.known.foreign {
            let lost: Vec<&str> = wishes
                .names
                .iter()
                .filter(|asked| asked.0 == *code && !self.known.searches.contains_key(*asked))
                .map(|(_, name)| name.as_str())
                .collect();
            if !lost.is_empty() {
                findings.push(
                    Diagnostic::warning(
                        codes::BAD_ANSWER,
                        format!(
                            "the language \"{code}\" is not known there: not searched for {}",
                            lost.join(", ")
                        ),
                    )
                    .at(Place::file(self.api))
                    .hint("name another language with --language"),
                );
            }
        }
        if !complete {
            findings.push(
                Diagnostic::warning(
                    codes::SERVER_BUSY,
                    format!("only {CLASSES} classes were followed upward"),
                )
                .at(Place::file(self.api))
                .hint("take an extract from a dump for so many classes"),
            );
        }
        findings
    }

    fn write(&self, wishes: &Wishes, folder: &Path) -> Result<()> {
        let mut entities: Vec<&(u64, Entity)> = self.known.entities.values().collect();
        entities.sort_by_key(|(_, entity)| (entity.id.len(), entity.id.clone()));
        let mut lines = Vec::new();
        let mut revisions = serde_json::Map::new();
        for (revision, entity) in entities {
            let line = serde_json::to_vec(entity).unwrap_or_default();
            lines.extend(line);
            lines.push(b'\n');
            revisions.insert(entity.id.clone(), (*revision).into());
        }
        let mut pairs: Vec<(&String, &String)> = self
            .known
            .classes
            .iter()
            .flat_map(|(class, above)| above.iter().map(move |wider| (class, wider)))
            .collect();
        pairs.sort_by_key(|(class, wider)| (class.len(), *class, wider.len(), *wider));
        let table = |pairs: &mut dyn Iterator<Item = (&String, &String)>| -> String {
            pairs.map(|(a, b)| format!("{a}\t{b}\n")).collect()
        };
        let about = json!({
            "version": 1,
            "tool": concat!("factmill ", env!("CARGO_PKG_VERSION")),
            "online": true,
            "source": self.api,
            "listed": wishes.ids.len(),
            "names": wishes.names.len(),
            "entities": self.known.entities.len(),
            "kept": self.known.entities.len(),
            "missing": wishes.ids.intersection(&self.known.gone).collect::<Vec<_>>(),
            "revisions": revisions,
        });
        let about = format!("{about:#}\n");
        let files: [(&str, Vec<u8>); 4] = [
            ("subclasses.tsv", table(&mut pairs.into_iter()).into()),
            ("redirects.tsv", table(&mut self.known.merged.iter()).into()),
            (ENTITIES, lines),
            (ABOUT, about.into()),
        ];
        // A folder that an extract from a dump left unfinished has no entities yet.
        let path = |name: &str| -> PathBuf { folder.join(name) };
        files
            .iter()
            .try_for_each(|(name, text)| replace(&path(name), text))
    }
}

/// The items under a property, those of deprecated statements left out.
fn items(entity: &Entity, property: &str) -> Vec<String> {
    entity
        .statements(property)
        .iter()
        .filter(|statement| statement.rank != Rank::Deprecated)
        .filter_map(|statement| statement.value.value.as_deref().and_then(project::item))
        .collect()
}
