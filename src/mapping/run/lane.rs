//! Runs lanes: writes the lines of a triples map for a record, or says that the general way has to be taken.

use oxiri::Iri;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::encode::{push_blank, push_escaped};
use super::join::{GroupId, JoinIndex, hash_key, push_key};
use super::lexical::{Check, canonical_double, canonical_integer};
use super::lines::Lines;
use super::repeats::Repeats;
use super::value::{View, push_value};
use crate::mapping::plan::{Lane, LaneObject, LaneRule, LaneTerm, TextPiece};
use crate::record::{Natural, Single};

/// What came of a term or of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// All of it.
    Whole,
    /// Nothing: a value is null.
    Nothing,
    /// Only the general way can tell.
    Unknown,
}

/// A join of a record whose subject may come again, to be written when it is sure that it is the first of its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deferred {
    /// Number of the lane in its source, and of the rule in the lane.
    pub(super) rule: (usize, usize),
    pub(super) group: GroupId,
    /// Where the subject ends in the text of the deferred subjects; it begins where the one before ends.
    pub(super) end: usize,
}

/// Subjects and joins that are deferred.
#[derive(Debug, Default)]
pub(super) struct Later {
    pub(super) subjects: String,
    pub(super) joins: Vec<Deferred>,
}

/// Buffers that are used again for every record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    subject: String,
    key: Vec<u8>,
    /// For each lane of the source, what the record before left.
    before: Vec<Before>,
}

/// What a lane made of the record before, as far as it need not be made again: sources are often grouped by subject.
#[derive(Debug, Default)]
struct Before {
    subject: String,
    /// For each rule, the group of parents that was written for this subject.
    groups: Vec<Option<GroupId>>,
}

impl Scratch {
    /// Returns buffers for the lanes of a source.
    pub(super) fn new(lanes: &[Option<LaneRun<'_>>]) -> Self {
        let before = lanes.iter().map(|lane| Before {
            subject: String::new(),
            groups: vec![None; lane.as_ref().map_or(0, |lane| lane.lane.rules.len())],
        });
        Self {
            before: before.collect(),
            ..Self::default()
        }
    }
}

impl LaneTerm {
    /// Appends the term.
    #[inline]
    pub(super) fn write(&self, view: View<'_>, into: &mut String) -> Made {
        match self {
            Self::Fixed => Made::Whole,
            Self::Iri(pieces, escape) => write_pieces(pieces, view, into, |value, into| {
                push_value(value, *escape, into);
            }),
            Self::Literal(pieces) => write_pieces(pieces, view, into, push_escaped),
            Self::WholeIri(reference) => write_one(*reference, view, |value, _| {
                if Iri::parse(value).is_err() {
                    return false;
                }
                into.push('<');
                into.push_str(value);
                into.push('>');
                true
            }),
            Self::Typed(reference, check) => write_one(*reference, view, |value, natural| {
                // A number that becomes a double is written in its canonical form.
                let number = matches!(natural, Natural::Integer | Natural::Double);
                if (number && *check == Check::Double) || !check.passes(value) {
                    return false;
                }
                match natural {
                    Natural::Integer => push_escaped(canonical_integer(value), into),
                    _ => push_escaped(value, into),
                }
                true
            }),
            Self::Natural(reference) => write_one(*reference, view, |value, natural| {
                match natural {
                    Natural::Double => into.push_str(&canonical_double(value)),
                    Natural::Integer => push_escaped(canonical_integer(value), into),
                    _ => push_escaped(value, into),
                }
                into.push_str(match natural {
                    Natural::Text => "\"",
                    Natural::Integer => "\"^^<http://www.w3.org/2001/XMLSchema#integer>",
                    Natural::Double => "\"^^<http://www.w3.org/2001/XMLSchema#double>",
                    Natural::Boolean => "\"^^<http://www.w3.org/2001/XMLSchema#boolean>",
                });
                true
            }),
            Self::Blank(reference) => write_one(*reference, view, |value, _| {
                push_blank(value, into);
                true
            }),
        }
    }
}

#[inline]
fn write_pieces(
    pieces: &[TextPiece],
    view: View<'_>,
    into: &mut String,
    push: impl Fn(&str, &mut String),
) -> Made {
    let mut made = Made::Whole;
    for piece in pieces {
        match piece {
            TextPiece::Text(text) => into.push_str(text),
            TextPiece::Reference(reference) => match view.single(*reference) {
                Single::One(value, _) => push(value, into),
                // The values after it may have faults to be told.
                Single::Null => made = Made::Nothing,
                Single::Unknown => return Made::Unknown,
            },
        }
    }
    made
}

#[inline]
fn write_one(reference: usize, view: View<'_>, write: impl FnOnce(&str, Natural) -> bool) -> Made {
    match view.single(reference) {
        Single::One(value, natural) => {
            if write(value, natural) {
                Made::Whole
            } else {
                Made::Unknown
            }
        }
        Single::Null => Made::Nothing,
        Single::Unknown => Made::Unknown,
    }
}

/// Returns the hash by which a subject is known to [`Repeats`].
pub(super) fn hash_subject(subject: &str) -> u64 {
    xxh3_64(subject.as_bytes())
}

/// A lane with what its source is known to hold.
#[derive(Clone, Copy)]
pub(super) struct LaneRun<'a> {
    pub(super) number: usize,
    pub(super) lane: &'a Lane,
    pub(super) repeats: &'a Repeats,
    pub(super) joins: &'a [JoinIndex],
    /// Whether no record of the source needs the general way.
    pub(super) sure: bool,
}

impl LaneRun<'_> {
    /// Writes all lines of a record, or none of them.
    #[inline]
    pub(super) fn record(
        &self,
        view: View<'_>,
        scratch: &mut Scratch,
        lines: &mut Lines,
        later: &mut Later,
    ) -> Made {
        scratch.subject.clear();
        match self.lane.subject.write(view, &mut scratch.subject) {
            Made::Whole => {}
            other => return other,
        }
        let repeats = self.repeats.may_repeat(|| hash_subject(&scratch.subject));
        let last = &mut scratch.before[self.number];
        let again = repeats && last.subject == scratch.subject;
        if repeats && !again {
            last.subject.clone_from(&scratch.subject);
            last.groups.fill(None);
        }
        let before = (lines.mark(), later.subjects.len(), later.joins.len());
        for (number, rule) in self.lane.rules.iter().enumerate() {
            let made = match &rule.object {
                LaneObject::Term(LaneTerm::Fixed) if again => {
                    lines.again += 1;
                    Made::Whole
                }
                LaneObject::Term(term) => {
                    self.line(rule, term, repeats, view, &scratch.subject, lines)
                }
                LaneObject::Join(join, keys) => {
                    let index = &self.joins[*join];
                    match group(index, keys, view, &mut scratch.key) {
                        Ok(None) => Made::Nothing,
                        Ok(Some(group)) if repeats && last.groups[number] == Some(group) => {
                            Made::Whole
                        }
                        Ok(Some(group)) if repeats => {
                            last.groups[number] = Some(group);
                            later.subjects.push_str(&scratch.subject);
                            later.joins.push(Deferred {
                                rule: (self.number, number),
                                group,
                                end: later.subjects.len(),
                            });
                            Made::Whole
                        }
                        Ok(Some(group)) => {
                            write_join(index, group, rule, &scratch.subject, false, lines);
                            Made::Whole
                        }
                        Err(made) => made,
                    }
                }
            };
            if made == Made::Unknown {
                lines.reset(before.0);
                later.subjects.truncate(before.1);
                later.joins.truncate(before.2);
                // What was remembered of this record is not written after all.
                last.subject.clear();
                last.groups.fill(None);
                return Made::Unknown;
            }
        }
        Made::Whole
    }

    #[inline]
    fn line(
        &self,
        rule: &LaneRule,
        term: &LaneTerm,
        repeats: bool,
        view: View<'_>,
        subject: &str,
        lines: &mut Lines,
    ) -> Made {
        let start = lines.text.len();
        lines.text.push_str(subject);
        lines.text.push_str(&rule.head);
        let made = term.write(view, &mut lines.text);
        if made != Made::Whole {
            lines.text.truncate(start);
            return made;
        }
        lines.text.push_str(&rule.tail);
        lines.end(start, rule.shared || repeats);
        Made::Whole
    }
}

/// Returns the group of parents that a record leads to.
#[inline]
fn group(
    index: &JoinIndex,
    keys: &[usize],
    view: View<'_>,
    key: &mut Vec<u8>,
) -> Result<Option<GroupId>, Made> {
    key.clear();
    let mut null = false;
    for reference in keys {
        match view.single(*reference) {
            Single::One(value, _) => push_key(value, key),
            Single::Null => null = true,
            Single::Unknown => return Err(Made::Unknown),
        }
    }
    Ok(if null {
        None
    } else {
        index.group(hash_key(key))
    })
}

/// Writes the lines of a join.
pub(super) fn write_join(
    index: &JoinIndex,
    group: GroupId,
    rule: &LaneRule,
    subject: &str,
    doubtful: bool,
    lines: &mut Lines,
) {
    let (before, after) = index.around();
    for inner in index.inners(group) {
        let start = lines.text.len();
        for part in [subject, &rule.head, before, inner, after, &rule.tail] {
            lines.text.push_str(part);
        }
        lines.end(start, rule.shared || doubtful);
    }
}

/// Returns the hash of a line.
pub(super) fn hash_line(line: &str) -> u128 {
    xxh3_128(line.as_bytes())
}
