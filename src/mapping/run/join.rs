//! Joins: the parent's subjects by the values of their keys.
//!
//! Subjects are kept once, in one text and without what all of them begin and end with; keys are kept as hashes. So an
//! index of a million parents takes some thirty bytes for each beside the values themselves.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::compound::Attached;
use super::hash::ByHash;
use super::term::{Faults, TermMaker, Terms};
use super::value::{Use, View};
use crate::mapping::RecordUse;
use crate::mapping::plan::{Escape, PlannedJoin, TermForm, TermProgram, Text, TextForm, TextPiece};
use crate::record::Origin;

/// What a parent brings beside its subject.
#[derive(Debug)]
pub(super) struct Detail {
    /// What derivations say of it.
    pub(super) values: Vec<Origin>,
    pub(super) record: Option<RecordUse>,
    /// Statements of the subject itself.
    pub(super) attached: Vec<Attached>,
}

/// A parent that a child's record leads to.
#[derive(Debug)]
pub(super) struct Parent<'i> {
    pub(super) subject: String,
    pub(super) detail: Option<&'i Detail>,
}

/// What some records of the parent give, in their order: subjects, and pairs of key and subject.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    text: String,
    ends: Vec<usize>,
    pairs: Vec<(u128, u32)>,
    /// By the number of the parent, in order.
    details: Vec<(usize, Detail)>,
}

/// Parents of equal keys: first and last link.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: u32,
    last: u32,
}

/// A link in the list of a group's parents.
#[derive(Clone, Copy, Debug)]
struct Link {
    parent: u32,
    next: u32,
}

const NO_LINK: u32 = u32::MAX;

/// The number of a group of parents in its index.
pub(super) type GroupId = u32;

/// The parent's subjects of one join.
#[derive(Debug, Default)]
pub(super) struct JoinIndex {
    /// What every subject begins and ends with.
    around: (String, String),
    text: String,
    ends: Vec<usize>,
    links: Vec<Link>,
    groups: Vec<Group>,
    by_key: HashMap<u128, GroupId, ByHash>,
    /// By the number of the parent, in order.
    details: Vec<(usize, Detail)>,
    /// Whether two parents may have the same subject: under one key, or under two.
    pub(super) repeats: bool,
    /// Whether a parent quotes a passage, which may turn out not to be there.
    pub(super) quotes: bool,
    hashes: Vec<u64>,
}

impl Harvest {
    /// Adds what a record of the parent gives. Its faults are left to the parent's own triples map.
    pub(super) fn add(
        &mut self,
        join: &PlannedJoin,
        maker: &mut TermMaker<'_>,
        view: View<'_>,
        record: Option<&RecordUse>,
    ) {
        let mut key_uses = Vec::new();
        let keys = keys(
            &join.keys,
            maker,
            view,
            &mut Faults::default(),
            &mut key_uses,
        );
        if keys.is_empty() {
            return;
        }
        let mut subjects = Terms::default();
        maker.make(&join.subject, view, &mut subjects, &mut Faults::default());
        // Who finds one subject of a record finds all, so the first brings the statements of all.
        let mut attached = portable(std::mem::take(&mut maker.attached));
        for index in 0..subjects.len() {
            let own = subjects.uses(index);
            let further = key_uses.iter().filter(|used| !own.contains(used));
            let uses = own.iter().chain(further);
            if record.is_some() || !attached.is_empty() {
                let detail = Detail {
                    values: match record {
                        Some(_) => uses.map(|used| view.origin_of(*used)).collect(),
                        None => Vec::new(),
                    },
                    record: record.cloned(),
                    attached: std::mem::take(&mut attached),
                };
                self.details.push((self.ends.len(), detail));
            }
            self.push(subjects.text(index), keys.iter().copied());
        }
    }

    /// Adds a parent.
    pub(super) fn push(&mut self, subject: &str, keys: impl Iterator<Item = u128>) {
        // A part of a source never has so many records; what is beyond would be lost, so it is not silently wrapped.
        let Ok(number) = u32::try_from(self.ends.len()) else {
            return;
        };
        self.text.push_str(subject);
        self.ends.push(self.text.len());
        self.pairs.extend(keys.map(|key| (key, number)));
    }
}

impl JoinIndex {
    /// Returns an empty index for a join.
    pub(super) fn new(join: &PlannedJoin) -> Self {
        Self {
            around: around(&join.subject),
            ..Self::default()
        }
    }

    /// Takes over what records of the parent gave.
    /// With `count`, it finds out itself whether subjects repeat.
    pub(super) fn take(&mut self, harvest: Harvest, count: bool) {
        let base = self.ends.len();
        let mut start = 0;
        for end in &harvest.ends {
            let subject = &harvest.text[start..*end];
            start = *end;
            if count {
                self.hashes.push(xxh3_64(subject.as_bytes()));
            }
            if self.inner(subject).is_none() {
                self.widen();
            }
            let inner = self.inner(subject).unwrap_or(subject);
            self.text.push_str(inner);
            self.ends.push(self.text.len());
        }
        for (key, number) in &harvest.pairs {
            let parent = u32::try_from(base)
                .unwrap_or(NO_LINK)
                .saturating_add(*number);
            self.link(*key, parent);
        }
        let records = harvest.details.iter().map(|(_, detail)| &detail.record);
        self.quotes |= records.flatten().any(|record| record.evidence.is_some());
        let details = harvest.details.into_iter();
        self.details
            .extend(details.map(|(parent, detail)| (base + parent, detail)));
    }

    /// Adds what a record of the parent gives.
    pub(super) fn add(
        &mut self,
        join: &PlannedJoin,
        maker: &mut TermMaker<'_>,
        view: View<'_>,
        record: Option<&RecordUse>,
    ) {
        let mut harvest = Harvest::default();
        harvest.add(join, maker, view, record);
        self.take(harvest, true);
    }

    fn link(&mut self, key: u128, parent: u32) {
        let Ok(link) = u32::try_from(self.links.len()) else {
            return;
        };
        self.links.push(Link {
            parent,
            next: NO_LINK,
        });
        let next_group = GroupId::try_from(self.groups.len()).unwrap_or(GroupId::MAX);
        let group = *self.by_key.entry(key).or_insert(next_group);
        match self.groups.get_mut(group as usize) {
            Some(known) => {
                self.links[known.last as usize].next = link;
                known.last = link;
            }
            None => self.groups.push(Group {
                first: link,
                last: link,
            }),
        }
    }

    fn inner<'s>(&self, subject: &'s str) -> Option<&'s str> {
        subject
            .strip_prefix(self.around.0.as_str())?
            .strip_suffix(self.around.1.as_str())
    }

    /// Gives up leaving out what subjects begin and end with: one does not.
    fn widen(&mut self) {
        let whole: Vec<String> = (0..self.ends.len())
            .map(|parent| self.subject(parent))
            .collect();
        self.around = (String::new(), String::new());
        self.text.clear();
        for (subject, end) in whole.iter().zip(&mut self.ends) {
            self.text.push_str(subject);
            *end = self.text.len();
        }
    }

    /// Ends the building: from now on, no group leads to the same subject twice (unless derivations are kept).
    /// `repeats` tells whether subjects repeat, where that is known otherwise.
    pub(super) fn finish(&mut self, pairs_are_single: bool, repeats: Option<bool>) {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.sort_unstable();
        let repeats = repeats.unwrap_or_else(|| hashes.windows(2).any(|pair| pair[0] == pair[1]));
        self.repeats = !pairs_are_single || repeats;
        if self.repeats && self.details.is_empty() {
            self.make_distinct();
        }
        self.text.shrink_to_fit();
        self.links.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn make_distinct(&mut self) {
        let mut seen: HashSet<u128, ByHash> = HashSet::default();
        for index in 0..self.groups.len() {
            let Group { first, .. } = self.groups[index];
            seen.clear();
            let mut last = first;
            let mut at = first;
            while let Some(link) = self.links.get(at as usize).copied() {
                let subject = self.inner_of(link.parent as usize);
                if seen.insert(xxh3_128(subject.as_bytes())) {
                    last = at;
                } else {
                    self.links[last as usize].next = link.next;
                }
                at = link.next;
            }
            self.groups[index].last = last;
        }
    }

    /// Returns what every subject begins and ends with.
    pub(super) fn around(&self) -> (&str, &str) {
        (&self.around.0, &self.around.1)
    }

    fn inner_of(&self, parent: usize) -> &str {
        let start = parent.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[parent]]
    }

    fn subject(&self, parent: usize) -> String {
        format!(
            "{}{}{}",
            self.around.0,
            self.inner_of(parent),
            self.around.1
        )
    }

    /// Returns the group of a key.
    pub(super) fn group(&self, key: u128) -> Option<GroupId> {
        self.by_key.get(&key).copied()
    }

    fn parents(&self, group: GroupId) -> impl Iterator<Item = usize> {
        let mut at = self.groups[group as usize].first;
        std::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.next;
            Some(link.parent as usize)
        })
    }

    /// Returns the subjects of a group without what stands around them, in the order of the parent's source.
    pub(super) fn inners(&self, group: GroupId) -> impl Iterator<Item = &str> {
        self.parents(group).map(|parent| self.inner_of(parent))
    }

    /// Returns the groups that a child's record leads to; appends the values of the child's keys to `uses`.
    pub(super) fn groups(
        &self,
        child_keys: &[Text],
        maker: &TermMaker<'_>,
        view: View<'_>,
        faults: &mut Faults,
        uses: &mut Vec<Use>,
    ) -> Vec<GroupId> {
        keys(child_keys, maker, view, faults, uses)
            .into_iter()
            .filter_map(|key| self.group(key))
            .collect()
    }

    /// Returns the parents in some groups, each once, in the order of the parent's source.
    pub(super) fn parents_in(
        &self,
        groups: &[GroupId],
    ) -> impl ExactSizeIterator<Item = Parent<'_>> {
        let mut found: Vec<usize> = groups
            .iter()
            .flat_map(|group| self.parents(*group))
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|index| Parent {
            subject: self.subject(index),
            detail: self
                .details
                .binary_search_by_key(&index, |(parent, _)| *parent)
                .ok()
                .map(|place| &self.details[place].1),
        })
    }
}

/// Returns what can be stated beside another record: places of values are left to the subject.
fn portable(attached: Vec<Attached>) -> Vec<Attached> {
    attached
        .into_iter()
        .filter_map(|attached| match attached {
            Attached::Statement {
                subject,
                predicate,
                object,
                targets,
                ..
            } => Some(Attached::Statement {
                targets,
                subject,
                predicate,
                object,
                uses: Vec::new(),
            }),
            Attached::Members { .. } => None,
        })
        .collect()
}

/// Returns what every subject of a program begins and ends with, as far as that is sure.
fn around(program: &TermProgram) -> (String, String) {
    let TermForm::Iri(iri) = &program.form else {
        return Default::default();
    };
    let TextForm::Template(pieces) = &iri.text.form else {
        return Default::default();
    };
    if !iri.safe {
        return Default::default();
    }
    let text = |piece: Option<&TextPiece>| match piece {
        Some(TextPiece::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let last = if pieces.len() > 1 {
        pieces.last()
    } else {
        None
    };
    (
        format!("<{}", text(pieces.first())),
        format!("{}>", text(last)),
    )
}

/// Appends a value to a key; the length keeps ("a", "bc") and ("ab", "c") apart.
pub(super) fn push_key(value: &str, into: &mut Vec<u8>) {
    into.extend_from_slice(&(value.len() as u64).to_le_bytes());
    into.extend_from_slice(value.as_bytes());
}

/// Returns the hash by which a key is known.
pub(super) fn hash_key(key: &[u8]) -> u128 {
    xxh3_128(key)
}

/// Returns the keys of a record: every combination of the values of its expressions, each once.
fn keys(
    expressions: &[Text],
    maker: &TermMaker<'_>,
    view: View<'_>,
    faults: &mut Faults,
    uses: &mut Vec<Use>,
) -> Vec<u128> {
    let mut keys = vec![Vec::new()];
    for expression in expressions {
        let values = maker
            .producer
            .produce(expression, view, Escape::None, &mut faults.terms);
        uses.extend(values.iter().flat_map(|value| &value.uses));
        keys = keys
            .iter()
            .flat_map(|key| {
                values.iter().map(move |value| {
                    let mut key = key.clone();
                    push_key(&value.text, &mut key);
                    key
                })
            })
            .collect();
        // Without a value there is no key, and what the other conditions have makes none.
        if keys.is_empty() {
            break;
        }
    }
    let mut hashes: Vec<u128> = Vec::with_capacity(keys.len());
    for hash in keys.iter().map(|key| hash_key(key)) {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}
