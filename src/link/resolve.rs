//! Links for the entities of the graph: what the extract offers for each, what the project's decisions say, and which of
//! them no longer hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::candidates::Candidate;
use super::decisions::{Decision, Decisions, Verdict};
use super::files;
use super::index::{Index, Mention};
use super::links::Links;
use super::moment::Moment;
use super::own::{Own, OwnEntity, OwnStatement, OwnValue, Span, dates};
use super::score::{self, Feature, Options, Outcome, Scored};
use crate::diagnostic::{Diagnostic, Result, codes};

/// Properties that tell the beginning of an entity, its country, and its class.
pub(super) const STARTS: &[&str] = &["P571", "P569"];
pub(super) const COUNTRIES: &[&str] = &["P17", "P27"];
pub(super) const CLASS: &str = "P31";

/// What the subclass relation and the merges of an extract say.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    above: BTreeMap<String, BTreeSet<String>>,
    redirects: BTreeMap<String, String>,
}

impl Classes {
    /// Reads them from the folder of an extract; a file of candidates has none.
    ///
    /// # Errors
    /// `FILE_UNREADABLE`.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut classes = Self::default();
        for (name, merges) in [("subclasses.tsv", false), ("redirects.tsv", true)] {
            let path = folder.join(name);
            if !path.is_file() {
                continue;
            }
            files::for_each_line(&path, |_, line| {
                let line = String::from_utf8_lossy(line);
                if let Some((from, to)) = line.split_once('\t') {
                    if merges {
                        classes.redirects.insert(from.to_owned(), to.to_owned());
                    } else {
                        classes
                            .above
                            .entry(from.to_owned())
                            .or_default()
                            .insert(to.to_owned());
                    }
                }
                Ok(())
            })?;
        }
        Ok(classes)
    }

    /// Returns whether one of the classes is, or is below, one of the wanted; also when either side says nothing.
    pub(super) fn fits(&self, classes: &[String], wanted: &BTreeSet<String>) -> bool {
        if classes.is_empty() || wanted.is_empty() {
            return true;
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = classes.iter().map(String::as_str).collect();
        while let Some(class) = open.pop() {
            if wanted.contains(class) {
                return true;
            }
            if seen.insert(class) {
                open.extend(
                    self.above
                        .get(class)
                        .into_iter()
                        .flatten()
                        .map(String::as_str),
                );
            }
        }
        false
    }
}

/// An entity of the graph with what the extract offers for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The IRI.
    pub iri: String,
    /// The name to show.
    pub label: String,
    /// What the graph knows about it, in words.
    pub known: Vec<String>,
    /// The outcome; [`Outcome::linked`] says whether it is above the threshold of the project.
    pub outcome: Outcome,
    /// The entity that took the item first, when there was one.
    pub taken_by: Option<String>,
    /// Why there are no candidates, in words, when there are none.
    pub lack: Option<String>,
}

/// What linking came to.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// Entities without a decision, in the order of their IRIs.
    pub cases: Vec<Case>,
    /// Links that do not agree with the extract any more.
    pub doubts: Vec<Diagnostic>,
}

struct Wanted<'a> {
    classes: BTreeSet<String>,
    items: BTreeSet<&'a str>,
    date: Option<String>,
    country: Option<String>,
    known: Vec<String>,
}

fn wanted<'a>(statements: &[&'a OwnStatement]) -> Wanted<'a> {
    let mut wanted = Wanted {
        classes: BTreeSet::new(),
        items: BTreeSet::new(),
        date: None,
        country: None,
        known: Vec::new(),
    };
    for one in statements {
        let property = one.property.as_str();
        match &one.value {
            OwnValue::Entity {
                item: Some(item), ..
            } if property == CLASS => {
                wanted.classes.insert(item.clone());
                continue;
            }
            OwnValue::Entity { label, item, .. } if COUNTRIES.contains(&property) => {
                wanted.country = Some(item.clone().unwrap_or_else(|| label.clone()));
            }
            OwnValue::Entity {
                item: Some(item), ..
            } => {
                wanted.items.insert(item);
            }
            OwnValue::Date(edtf) if STARTS.contains(&property) => wanted.date = Some(edtf.clone()),
            _ => {}
        }
        wanted
            .known
            .push(format!("{property} {}", one.value.shown()));
    }
    wanted
}

/// Finds items for the entities of a graph that have no decision, and checks the decisions there are.
///
/// `threshold` is what the project sets; without one nothing is linked. Of two entities that ask for one item the surer
/// gets it.
#[must_use]
pub fn resolve(
    own: &Own,
    index: &Index,
    classes: &Classes,
    decisions: &Decisions,
    threshold: Option<f32>,
) -> Resolution {
    let mut by_entity: BTreeMap<&str, Vec<&OwnStatement>> = BTreeMap::new();
    for one in &own.statements {
        by_entity.entry(&one.entity).or_default().push(one);
    }
    let nothing = Vec::new();
    let entities: Vec<(&String, &OwnEntity)> = own.entities.iter().collect();
    let options = Options {
        threshold: Some(threshold.unwrap_or(f32::INFINITY)),
    };
    let mut cases: Vec<Case> = entities
        .par_iter()
        .filter_map(|(iri, entity)| {
            if !is_open(iri, entity, decisions) {
                return None;
            }
            let decided = decisions.about(iri);
            let refused: BTreeSet<&str> = decided
                .iter()
                .filter_map(|(_, item)| item.as_deref())
                .collect();
            let statements = by_entity.get(iri.as_str()).unwrap_or(&nothing);
            let wanted = wanted(statements);
            let mention = Mention {
                name: entity.label.clone(),
                also: entity.names.iter().map(|(name, _)| name.clone()).collect(),
                country: wanted.country.clone(),
                date: wanted.date.clone(),
            };
            let allow = |candidate: &Candidate| {
                !refused.contains(candidate.id.as_str())
                    && classes.fits(&candidate.classes, &wanted.classes)
            };
            let mut outcome = score::link_among(&mention, index, &options, &allow);
            neighbours(&mut outcome, index, &wanted);
            outcome.linked = outcome
                .candidates
                .first()
                .is_some_and(|best| Some(best.score) >= threshold && threshold.is_some());
            let lack = outcome.candidates.is_empty().then(|| {
                let all = score::link_among(&mention, index, &options, &|_| true);
                lack(&all, &refused)
            });
            Some(Case {
                iri: (*iri).clone(),
                label: entity.label.clone(),
                known: wanted.known,
                outcome,
                taken_by: None,
                lack,
            })
        })
        .collect();
    one_to_one(&mut cases, &Links::new(own, decisions));
    let doubts = recheck(own, index, classes, decisions, &by_entity);
    Resolution { cases, doubts }
}

/// Says why nothing is offered for an entity: all that bears a name like its own is of another class or was refused.
fn lack(all: &Outcome, refused: &BTreeSet<&str>) -> String {
    let (gone, other): (Vec<&Scored>, Vec<&Scored>) = all
        .candidates
        .iter()
        .partition(|one| refused.contains(one.item.as_str()));
    let shown = |some: &[&Scored]| {
        let named = some
            .iter()
            .map(|one| format!("{} ({})", one.label, one.item));
        named.collect::<Vec<_>>().join(", ")
    };
    let mut why = Vec::new();
    if !gone.is_empty() {
        why.push(format!("refused before: {}", shown(&gone)));
    }
    if !other.is_empty() {
        why.push(format!("of another class: {}", shown(&other)));
    }
    if why.is_empty() {
        return "the extract has no item with a name like it".to_owned();
    }
    why.join("; ")
}

/// Whether it is not decided yet what an entity is in Wikidata.
pub(super) fn is_open(iri: &str, entity: &OwnEntity, decisions: &Decisions) -> bool {
    let decided = decisions.about(iri);
    entity.items.is_empty()
        && decided
            .iter()
            .all(|(verdict, _)| *verdict == Verdict::Different)
}

/// What the graph knows about each entity, in words.
pub(super) fn known(own: &Own) -> BTreeMap<&str, Vec<String>> {
    let mut by_entity: BTreeMap<&str, Vec<&OwnStatement>> = BTreeMap::new();
    for one in &own.statements {
        by_entity.entry(&one.entity).or_default().push(one);
    }
    by_entity
        .into_iter()
        .map(|(iri, statements)| (iri, wanted(&statements).known))
        .collect()
}

/// What a linked neighbour in common adds to the log-odds.
const NEIGHBOUR: f32 = 2.0;

fn neighbours(outcome: &mut Outcome, index: &Index, wanted: &Wanted<'_>) {
    for one in &mut outcome.candidates {
        let Ok(at) = index
            .candidates
            .binary_search_by(|candidate| candidate.id.as_str().cmp(&one.item))
        else {
            continue;
        };
        let common: Vec<&str> = wanted
            .items
            .iter()
            .copied()
            .filter(|item| index.candidates[at].related.contains(*item))
            .collect();
        if common.is_empty() {
            continue;
        }
        let odds = one.score.clamp(1e-6, 1.0 - 1e-6);
        one.score = 1.0 / (1.0 + (-((odds / (1.0 - odds)).ln() + NEIGHBOUR)).exp());
        one.features.push(Feature {
            id: "neighbours",
            value: common.len() as f32,
            weight: NEIGHBOUR,
            here: common.join(", "),
            there: common.join(", "),
        });
    }
    outcome
        .candidates
        .sort_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
}

/// Gives an item that several entities ask for to the surest of them.
pub(super) fn one_to_one(cases: &mut [Case], links: &Links<'_>) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut order: Vec<usize> = (0..cases.len())
        .filter(|at| cases[*at].outcome.linked)
        .collect();
    order.sort_by(|a, b| {
        cases[*b]
            .outcome
            .score()
            .total_cmp(&cases[*a].outcome.score())
            .then(a.cmp(b))
    });
    for at in order {
        let case = &mut cases[at];
        let Some(item) = case.outcome.item().map(str::to_owned) else {
            continue;
        };
        let other = links.other(&item, &case.iri).map(str::to_owned);
        match other.or_else(|| taken.get(&item).cloned()) {
            Some(other) => {
                case.taken_by = Some(other);
                case.outcome.linked = false;
            }
            None => {
                taken.insert(item, case.iri.clone());
            }
        }
    }
}

fn recheck(
    own: &Own,
    index: &Index,
    classes: &Classes,
    decisions: &Decisions,
    by_entity: &BTreeMap<&str, Vec<&OwnStatement>>,
) -> Vec<Diagnostic> {
    let mut doubts = Vec::new();
    for (iri, item, _) in decisions.links() {
        let label = own
            .entities
            .get(&iri)
            .map_or(iri.as_str(), |entity| entity.label.as_str());
        let doubt = |why: String, what: &str| {
            Diagnostic::warning(codes::LINK_DOUBT, format!("{label} = {item}: {why}")).hint(what)
        };
        if !own.entities.contains_key(&iri) {
            doubts.push(doubt(
                "the graph has no such entity any more".to_owned(),
                "remove the row, or name the entity as before",
            ));
            continue;
        }
        let Ok(at) = index
            .candidates
            .binary_search_by(|candidate| candidate.id.cmp(&item))
        else {
            doubts.push(match classes.redirects.get(&item) {
                Some(new) => doubt(
                    format!("the item was merged into {new}"),
                    "write the new item into the row",
                ),
                None => doubt(
                    "the extract does not have the item".to_owned(),
                    "make an extract with the items of the project",
                ),
            });
            continue;
        };
        let candidate = &index.candidates[at];
        let nothing = Vec::new();
        let wanted = wanted(by_entity.get(iri.as_str()).unwrap_or(&nothing));
        if !classes.fits(&candidate.classes, &wanted.classes) {
            let classes = candidate.classes.join(", ");
            doubts.push(doubt(
                format!("the item is of the class {classes}"),
                "review the link",
            ));
        }
        if let Some(date) = &wanted.date
            && !candidate.starts.is_empty()
            && candidate.starts.iter().all(|start| far(date, *start))
        {
            let starts: Vec<String> = candidate.starts.iter().map(ToString::to_string).collect();
            doubts.push(doubt(
                format!("it began {date} here and {} there", starts.join(" or ")),
                "review the link, or compare with `factmill wikidata diff`",
            ));
        }
    }
    doubts
}

/// Whether a beginning here and one there are no accounts of one event.
fn far(edtf: &str, start: Moment) -> bool {
    let near = |year: i32| format!("{:04}", year.clamp(1, 9999));
    let around = format!("{}/{}", near(start.year - 3), near(start.year + 3));
    dates(edtf, &around) == Span::Apart
}

/// Returns the decisions that the threshold of the project makes.
#[must_use]
pub fn automatic(resolution: &Resolution) -> Vec<Decision> {
    resolution
        .cases
        .iter()
        .filter(|case| case.outcome.linked)
        .filter_map(|case| {
            let best = case.outcome.candidates.first()?;
            let words: Vec<String> = best
                .features
                .iter()
                .map(|one| {
                    format!(
                        "{} {:+.1}: {} ~ {}",
                        one.id, one.weight, one.here, one.there
                    )
                })
                .collect();
            Some(Decision {
                subject: case.iri.clone(),
                label: case.label.clone(),
                verdict: Verdict::Same,
                object: Some((best.item.clone(), best.label.clone())),
                manual: false,
                confidence: best.score,
                comment: words.join("; "),
            })
        })
        .collect()
}
