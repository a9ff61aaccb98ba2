//! Scores: which candidate a mention stands for, how sure that is, on what evidence, and when to abstain.

use rayon::prelude::*;

use super::candidates::Candidate;
use super::features::{self, FEATURES, Group, Row};
use super::index::{Index, Mention, Query};
use super::model::Model;

/// One piece of evidence: what was compared, how it came out, and how far it moved the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// What was compared.
    pub id: &'static str,
    /// How it came out; the likeness of names, years apart, and so on.
    pub value: f32,
    /// How far it moved the log-odds.
    pub weight: f32,
    /// The value here.
    pub here: String,
    /// The value there.
    pub there: String,
}

/// A candidate with its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The item.
    pub item: String,
    /// Its name to show.
    pub label: String,
    /// The probability that it is the right one.
    pub score: f32,
    /// The evidence.
    pub features: Vec<Feature>,
}

/// What is to be linked, and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The least probability that makes a link; the model's own if not given.
    pub threshold: Option<f32>,
}

/// The outcome for one mention.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The best candidates, best first; empty when there is none.
    pub candidates: Vec<Scored>,
    /// Whether the first of them is sure enough to be the link.
    pub linked: bool,
}

impl Outcome {
    /// Returns the item, unless the linker abstains.
    #[must_use]
    pub fn item(&self) -> Option<&str> {
        self.candidates
            .first()
            .filter(|_| self.linked)
            .map(|one| one.item.as_str())
    }

    /// Returns the probability that the best candidate is the right one.
    #[must_use]
    pub fn score(&self) -> f32 {
        self.candidates.first().map_or(0.0, |one| one.score)
    }
}

/// Candidates that are reported for a mention.
pub(super) const REPORTED: usize = 5;

/// Links every mention, in their order, on all cores.
#[must_use]
pub fn link(mentions: &[Mention], index: &Index, options: &Options) -> Vec<Outcome> {
    mentions
        .par_iter()
        .map(|mention| link_one(mention, index, options))
        .collect()
}

/// Links one mention.
#[must_use]
pub fn link_one(mention: &Mention, index: &Index, options: &Options) -> Outcome {
    link_among(mention, index, options, &|_| true)
}

/// Links one mention to one of the candidates that are allowed.
#[must_use]
pub fn link_among(
    mention: &Mention,
    index: &Index,
    options: &Options,
    allow: &dyn Fn(&Candidate) -> bool,
) -> Outcome {
    let query = Query::new(mention);
    let mut pool = index.pool(&query);
    pool.retain(|found| allow(&index.candidates[found.candidate as usize]));
    let rows = features::rows(&query, &pool, index);
    let ranked = rank(&rows, index);
    let candidates: Vec<Scored> = ranked
        .iter()
        .take(REPORTED)
        .map(|(probability, at)| {
            let row = &rows[*at];
            let candidate = &index.candidates[row.candidate as usize];
            Scored {
                item: candidate.id.clone(),
                label: candidate.names.first().cloned().unwrap_or_default(),
                score: *probability,
                features: evidence(mention, &query, row, index),
            }
        })
        .collect();
    let threshold = options.threshold.unwrap_or_else(|| {
        let person = ranked
            .first()
            .is_some_and(|(_, at)| index.candidates[rows[*at].candidate as usize].person);
        Model::of(person).threshold
    });
    let linked = candidates
        .first()
        .is_some_and(|best| best.score >= threshold);
    Outcome { candidates, linked }
}

/// The probability and place of each row, best first; equal ones by the order of the candidates.
///
/// The odds of all candidates and of "none of them" share one mention between them, so that a close rival takes from
/// the best.
fn rank(rows: &[Row], index: &Index) -> Vec<(f32, usize)> {
    let odds: Vec<f32> = rows
        .iter()
        .map(|row| {
            Model::of(index.candidates[row.candidate as usize].person)
                .logit(&row.values)
                .clamp(-20.0, 20.0)
                .exp()
        })
        .collect();
    let all: f32 = 1.0 + odds.iter().sum::<f32>();
    let mut ranked: Vec<(f32, usize)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let model = Model::of(index.candidates[row.candidate as usize].person);
            (model.probability(odds[at] / all), at)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked
}

fn evidence(mention: &Mention, query: &Query, row: &Row, index: &Index) -> Vec<Feature> {
    let candidate = &index.candidates[row.candidate as usize];
    let weights = Model::of(candidate.person).weights(&row.values);
    let dates = |moment: Option<super::moment::Moment>| {
        moment.map(|moment| moment.to_string()).unwrap_or_default()
    };
    Group::ALL
        .iter()
        .filter_map(|group| {
            let weight = FEATURES
                .iter()
                .zip(&weights)
                .filter(|((_, of), _)| of == group)
                .map(|(_, weight)| weight)
                .sum();
            let value = |at: usize| row.values[at];
            let (value, here, there) = match group {
                Group::Name => {
                    let (i, id) = row.names?;
                    (
                        value(0),
                        query.forms[i].text.clone(),
                        index.forms[id as usize].text.clone(),
                    )
                }
                Group::Acronym if value(20) > 0.0 => {
                    (value(20), mention.name.clone(), candidate.short.join(", "))
                }
                Group::Country if query.country.is_some() => (
                    value(21),
                    mention.country.clone().unwrap_or_default(),
                    candidate.countries.join(", "),
                ),
                Group::Start if row.start.is_some() => {
                    (value(22), dates(query.date), dates(row.start))
                }
                Group::End if value(25) > features::UNKNOWN => {
                    (value(25), dates(query.date), dates(row.end))
                }
                Group::Rivals => (
                    value(26),
                    candidate.id.clone(),
                    format!("{} close", value(28)),
                ),
                _ => return None,
            };
            Some(Feature {
                id: group.name(),
                value,
                weight,
                here,
                there,
            })
        })
        .collect()
}
