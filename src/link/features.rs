//! What is compared between a mention and a candidate, as numbers for the model and as evidence for people.

use super::compare_names::{Likeness, likeness};
use super::index::{Found, Index, Query};
use super::moment::{Agreement, Moment};

/// The features, in the order of [`Row::values`], with the evidence each belongs to.
pub const FEATURES: &[(&str, Group)] = &[
    ("overall", Group::Name),
    ("trigrams", Group::Name),
    ("equal", Group::Name),
    ("letters", Group::Name),
    ("reordered", Group::Name),
    ("here", Group::Name),
    ("there", Group::Name),
    ("translated-here", Group::Name),
    ("translated-there", Group::Name),
    ("open-here", Group::Name),
    ("open-there", Group::Name),
    ("rare-here", Group::Name),
    ("rare-there", Group::Name),
    ("initials", Group::Name),
    ("same-words", Group::Name),
    ("weakest", Group::Name),
    ("first", Group::Name),
    ("last", Group::Name),
    ("words", Group::Name),
    ("rarity", Group::Name),
    ("acronym", Group::Acronym),
    ("country", Group::Country),
    ("start-gap", Group::Start),
    ("start-distance", Group::Start),
    ("start-agreement", Group::Start),
    ("after-end", Group::End),
    ("margin", Group::Rivals),
    ("rank", Group::Rivals),
    ("close-rivals", Group::Rivals),
    ("fitting-rivals", Group::Rivals),
    ("same-start", Group::Rivals),
    ("fit-margin", Group::Rivals),
];

/// What a feature is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The likeness of the names.
    Name,
    /// Short names.
    Acronym,
    /// The country.
    Country,
    /// The beginning.
    Start,
    /// The end.
    End,
    /// What else the name could stand for.
    Rivals,
}

impl Group {
    /// All of them, in the order of their names in reports.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Acronym,
        Self::Country,
        Self::Start,
        Self::End,
        Self::Rivals,
    ];

    /// Returns the name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Acronym => "acronym",
            Self::Country => "country",
            Self::Start => "start",
            Self::End => "end",
            Self::Rivals => "rivals",
        }
    }
}

/// A candidate of the pool with its features.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in [`Index::candidates`].
    pub candidate: u32,
    /// The values of [`FEATURES`].
    pub values: Vec<f32>,
    /// The form of the mention that fits best, and the form of the candidate, if it has a name.
    pub names: Option<(usize, u32)>,
    /// The beginning that was compared.
    pub start: Option<Moment>,
    /// The end that was compared.
    pub end: Option<Moment>,
}

/// Stands for a value that is not known.
pub const UNKNOWN: f32 = -99.0;

/// Returns a row for every candidate of the pool.
#[must_use]
pub fn rows(query: &Query, pool: &[Found], index: &Index) -> Vec<Row> {
    let mut rows: Vec<Row> = pool.iter().map(|found| row(query, found, index)).collect();
    let scores: Vec<f32> = rows.iter().map(|row| row.values[0]).collect();
    let fits: Vec<f32> = rows.iter().map(fit).collect();
    let distance: Vec<f32> = rows.iter().map(|row| row.values[23]).collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let others = || (0..scores.len()).filter(|other| *other != at);
        let count =
            |test: &dyn Fn(usize) -> bool| others().filter(|other| test(*other)).count() as f32;
        let best_other = others().map(|other| scores[other]).fold(0.0_f32, f32::max);
        let best_fit = others().map(|other| fits[other]).fold(0.0_f32, f32::max);
        row.values[26] = scores[at] - best_other;
        row.values[27] = count(&|other| scores[other] > scores[at]).min(20.0);
        row.values[28] = count(&|other| scores[other] >= scores[at] - 0.05).min(20.0);
        row.values[29] = count(&|other| fits[other] >= fits[at]).min(20.0);
        row.values[30] = match (distance[at] > UNKNOWN, row.values[21] > 0.5) {
            (true, true) => {
                count(&|other| distance[other] > UNKNOWN && distance[other] <= distance[at])
                    .min(20.0)
            }
            (true, false) => {
                count(&|other| distance[other] > UNKNOWN && distance[other] <= distance[at])
                    .min(20.0)
                    + 30.0
            }
            (false, _) => UNKNOWN,
        };
        row.values[31] = fits[at] - best_fit;
    }
    rows
}

/// The likeness of the names, moved by what country and dates say, to see rivals with.
fn fit(row: &Row) -> f32 {
    let country = if row.values[21] < -0.5 { -0.5 } else { 0.0 };
    let start = match row.values[24] {
        agreement if agreement >= 3.0 => 0.3,
        agreement if agreement <= -1.5 => -0.15,
        _ => 0.0,
    };
    let distance = row.values[23];
    let near = if distance > UNKNOWN {
        0.15 * (1.0 - (distance / 10.0).min(1.0))
    } else {
        0.0
    };
    (row.values[0] + country + start + near).max(0.0)
}

fn row(query: &Query, found: &Found, index: &Index) -> Row {
    let candidate = &index.candidates[found.candidate as usize];
    let mut best = Likeness::default();
    let mut names = None;
    for (i, form) in query.forms.iter().enumerate() {
        for id in &found.forms {
            let mut one = likeness(form, &index.forms[*id as usize], index);
            // A reading that leaves part of the field out proves a little less than the whole field.
            if i > 0 {
                one.overall *= 0.99;
            }
            if names.is_none() || one.overall > best.overall {
                best = one;
                names = Some((i, *id));
            }
        }
    }
    let words = names.map_or(0.0, |(i, _)| query.forms[i].words.len() as f32);
    let rarity = names.map_or(0.0, |(i, _)| {
        query.forms[i]
            .keys
            .iter()
            .map(|key| index.rarity(key))
            .fold(0.0_f32, f32::max)
    });
    let countries = index.countries(found.candidate);
    let country = match &query.country {
        Some(country) if !countries.is_empty() => {
            if countries.contains(country) {
                1.0
            } else {
                -1.0
            }
        }
        _ => 0.0,
    };
    let start = query.date.and_then(|date| nearest(date, &candidate.starts));
    let end = candidate.ends.iter().max().copied();
    let years = |a: Moment, b: Moment| (a.year - b.year).clamp(-30, 30) as f32;
    let (gap, distance, agreement) = match (query.date, start) {
        (Some(date), Some(start)) => {
            let gap = years(date, start);
            let agreement = match date.agrees(start) {
                Agreement::Day => 4.0,
                Agreement::Month => 3.0,
                Agreement::Year => 2.0,
                Agreement::Near => 1.0,
                Agreement::Different if date.honest().day > 0 && start.honest().day > 0 => -2.0,
                Agreement::Different => -1.0,
            };
            (gap, gap.abs(), agreement)
        }
        _ => (UNKNOWN, UNKNOWN, 0.0),
    };
    let after = match (query.date, end) {
        (Some(date), Some(end)) => years(date, end),
        _ => UNKNOWN,
    };
    let values = vec![
        best.overall,
        best.trigrams,
        best.equal,
        best.letters,
        best.reordered,
        best.here,
        best.there,
        best.translated_here,
        best.translated_there,
        best.open_here,
        best.open_there,
        best.rare_here,
        best.rare_there,
        best.initials,
        best.same_words,
        best.weakest,
        best.first,
        best.last,
        words,
        rarity,
        acronym(query, found, index),
        country,
        gap,
        distance,
        agreement,
        after,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    Row {
        candidate: found.candidate,
        values,
        names,
        start,
        end,
    }
}

/// How far an acronym speaks for a candidate: the mention is its short name; it is made of the first letters of a name;
/// the first letters of the mention are its short name.
fn acronym(query: &Query, found: &Found, index: &Index) -> f32 {
    let mut best = 0.0_f32;
    for form in &query.forms {
        let squeezed = form.joined.replace(' ', "");
        if squeezed.len() > 1 && index.is_short(found.candidate, &squeezed) {
            best = best.max(3.0);
        }
        let first = form.acronym();
        if first
            .as_ref()
            .is_some_and(|first| first.len() > 2 && index.is_short(found.candidate, first))
        {
            best = best.max(2.0);
        }
        let made = |id: &u32| {
            index.forms[*id as usize]
                .acronym()
                .is_some_and(|made| made.len() > 2 && made == squeezed)
        };
        if found.forms.iter().any(made) {
            best = best.max(1.0);
        }
    }
    best
}

fn nearest(date: Moment, starts: &[Moment]) -> Option<Moment> {
    let distance = |start: &Moment| {
        let agreement = match date.agrees(*start) {
            Agreement::Day => 0,
            Agreement::Month => 1,
            Agreement::Near => 2,
            Agreement::Year => 3,
            Agreement::Different => 4,
        };
        ((date.year - start.year).abs(), agreement)
    };
    starts.iter().min_by_key(|start| distance(start)).copied()
}
