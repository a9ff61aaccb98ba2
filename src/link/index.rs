//! The index over candidates: finds the few that a name may stand for.
//!
//! Candidates come by trigrams of the sound keys (which crosses scripts, survives slips and case endings), by the exact
//! and the reordered name, by acronym, and by the date of their beginning in the same country.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use super::candidates::Candidate;
use super::country;
use super::lexicon::Lexicon;
use super::moment::Moment;
use super::names::{Form, fold, readings};

static HONORIFICS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../tables/honorifics.txt")
        .lines()
        .collect()
});

/// Returns the form of a personal name without titles and honorifics, if it has any.
fn plain_person(form: &Form) -> Option<Form> {
    let kept: Vec<&str> = form
        .words
        .iter()
        .map(String::as_str)
        .filter(|word| !HONORIFICS.contains(word))
        .collect();
    (kept.len() < form.words.len() && !kept.is_empty()).then(|| Form {
        text: form.text.clone(),
        ..Form::new(&kept.join(" "))
    })
}

/// A name to be linked with what is known about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mention {
    /// The name as written.
    pub name: String,
    /// Further names of the same thing.
    pub also: Vec<String>,
    /// The country as written.
    pub country: Option<String>,
    /// The date as written.
    pub date: Option<String>,
}

/// A mention made ready: all readings of the name, the normal country, the date.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Every way to read the name.
    pub forms: Vec<Form>,
    /// The country; see [`country::normal`].
    pub country: Option<String>,
    /// The date.
    pub date: Option<Moment>,
}

impl Query {
    /// Reads a mention; what cannot be read as a date is as good as none.
    #[must_use]
    pub fn new(mention: &Mention) -> Self {
        let mut forms = forms_of(&mention.name);
        forms.extend(mention.also.iter().take(12).flat_map(|name| forms_of(name)));
        let plain: Vec<Form> = forms.iter().filter_map(plain_person).collect();
        forms.extend(plain);
        distinct(&mut forms);
        Self {
            forms,
            country: mention.country.as_deref().and_then(country::normal),
            date: mention.date.as_deref().and_then(Moment::read),
        }
    }
}

fn forms_of(name: &str) -> Vec<Form> {
    readings(name)
        .iter()
        .map(|one| Form::new(one))
        .filter(|form| !form.words.is_empty())
        .collect()
}

fn distinct(forms: &mut Vec<Form>) {
    let mut seen = HashSet::new();
    forms.retain(|form| seen.insert(form.joined.clone()));
}

/// A candidate in the pool of a mention, with the forms of its name worth comparing.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its place in [`Index::candidates`].
    pub candidate: u32,
    /// The forms, as places in [`Index::forms`], best first.
    pub forms: Vec<u32>,
}

/// The index.
#[derive(Debug)]
pub struct Index {
    /// All candidates, in the order of their ids.
    pub candidates: Vec<Candidate>,
    /// The forms of all names.
    pub forms: Vec<Form>,
    /// Translations of words.
    pub lexicon: Lexicon,
    spans: Vec<(u32, u32)>,
    owners: Vec<u32>,
    weights: Vec<f32>,
    countries: Vec<Vec<String>>,
    short: Vec<BTreeSet<String>>,
    grams: HashMap<u32, Vec<u32>>,
    words: HashMap<String, u32>,
    sorted: HashMap<String, Vec<u32>>,
    acronyms: HashMap<String, Vec<u32>>,
    years: HashMap<(String, i32), Vec<u32>>,
    days: HashMap<Moment, Vec<u32>>,
}

/// Most candidates that trigrams alone bring in, from everywhere and from the same country.
const BY_GRAMS: usize = 24;
/// Most candidates that a date brings in.
const BY_DATE: usize = 24;
/// Forms compared for each candidate.
const FORMS_EACH: usize = 4;

impl Index {
    /// Builds the index; candidates with one id are taken once, the first of them.
    #[must_use]
    pub fn new(candidates: Vec<Candidate>) -> Self {
        let by_id: BTreeMap<String, Candidate> = candidates
            .into_iter()
            .rev()
            .map(|candidate| (candidate.id.clone(), candidate))
            .collect();
        let candidates: Vec<Candidate> = by_id.into_values().collect();
        let mut index = Self {
            forms: Vec::new(),
            lexicon: Lexicon::default(),
            spans: Vec::new(),
            owners: Vec::new(),
            weights: Vec::new(),
            countries: Vec::new(),
            short: Vec::new(),
            grams: HashMap::new(),
            words: HashMap::new(),
            sorted: HashMap::new(),
            acronyms: HashMap::new(),
            years: HashMap::new(),
            days: HashMap::new(),
            candidates,
        };
        for at in 0..index.candidates.len() {
            index.add(at);
        }
        let spans = index.spans.iter().zip(&index.candidates);
        index.lexicon = Lexicon::learn(
            spans
                .filter(|(_, candidate)| !candidate.person)
                .map(|((from, to), _)| &index.forms[*from as usize..*to as usize]),
        );
        let weights = index
            .forms
            .iter()
            .map(|form| index.gram_weight(form))
            .collect();
        index.weights = weights;
        index
    }

    fn add(&mut self, at: usize) {
        let candidate = &self.candidates[at];
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        let mut forms: Vec<Form> = candidate
            .names
            .iter()
            .flat_map(|name| forms_of(name))
            .collect();
        if candidate.person {
            let plain: Vec<Form> = forms.iter().filter_map(plain_person).collect();
            forms.extend(plain);
        }
        distinct(&mut forms);
        let mut words = BTreeSet::new();
        let mut acronyms: BTreeSet<String> = candidate
            .short
            .iter()
            .map(|short| fold(short).replace(' ', ""))
            .collect();
        acronyms.retain(|one| one.len() > 1);
        self.short.push(acronyms.clone());
        let start = u32::try_from(self.forms.len()).unwrap_or(u32::MAX);
        for form in forms {
            let id = u32::try_from(self.forms.len()).unwrap_or(u32::MAX);
            for gram in &form.grams {
                self.grams.entry(*gram).or_default().push(id);
            }
            words.extend(form.keys.iter().cloned());
            self.sorted.entry(form.sorted.clone()).or_default().push(id);
            if !candidate.person {
                acronyms.extend(form.acronym().filter(|one| one.len() > 2));
            }
            self.owners.push(number);
            self.forms.push(form);
        }
        self.spans
            .push((start, u32::try_from(self.forms.len()).unwrap_or(u32::MAX)));
        for word in words {
            *self.words.entry(word).or_default() += 1;
        }
        for acronym in acronyms {
            self.acronyms.entry(acronym).or_default().push(number);
        }
        let mut countries: Vec<String> = candidate
            .countries
            .iter()
            .filter_map(|one| country::normal(one))
            .collect();
        countries.sort();
        countries.dedup();
        let years: BTreeSet<i32> = candidate.starts.iter().map(|moment| moment.year).collect();
        for country in &countries {
            for year in &years {
                self.years
                    .entry((country.clone(), *year))
                    .or_default()
                    .push(number);
            }
        }
        for moment in candidate
            .starts
            .iter()
            .filter(|moment| moment.honest().day > 0)
        {
            self.days.entry(*moment).or_default().push(number);
        }
        self.countries.push(countries);
    }

    /// Returns the normal countries of a candidate.
    #[must_use]
    pub fn countries(&self, candidate: u32) -> &[String] {
        self.countries
            .get(candidate as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// Returns whether a folded text is a short name of a candidate as the data has it.
    #[must_use]
    pub fn is_short(&self, candidate: u32, folded: &str) -> bool {
        self.short
            .get(candidate as usize)
            .is_some_and(|short| short.contains(folded))
    }

    /// Returns how many candidates began in that year in that country.
    #[must_use]
    pub fn began(&self, country: &str, year: i32) -> usize {
        self.years
            .get(&(country.to_owned(), year))
            .map_or(0, Vec::len)
    }

    /// Returns how rare a word is among the candidates: 0 common, 1 in none of them.
    #[must_use]
    pub fn rarity(&self, key: &str) -> f32 {
        let all = self.candidates.len() as f32 + 2.0;
        let with = self.words.get(key).copied().unwrap_or(0) as f32 + 1.0;
        (all / with).ln() / all.ln()
    }

    fn weight(&self, gram: u32) -> f32 {
        let with = self.grams.get(&gram).map_or(0, Vec::len) as f32;
        ((self.forms.len() as f32 + 2.0) / (with + 1.0)).ln()
    }

    fn gram_weight(&self, form: &Form) -> f32 {
        form.grams.iter().map(|gram| self.weight(*gram)).sum()
    }

    /// Returns the candidates worth scoring, in the order of their ids.
    #[must_use]
    pub fn pool(&self, query: &Query) -> Vec<Found> {
        let mut best: BTreeMap<u32, Vec<(f32, u32)>> = BTreeMap::new();
        let mut forced: BTreeSet<u32> = BTreeSet::new();
        let mut sums: Vec<f32> = vec![0.0; self.forms.len()];
        let mut touched: Vec<u32> = Vec::new();
        let too_common = (self.forms.len() / 8).max(2000);
        for form in &query.forms {
            let mut own = 0.0;
            for gram in &form.grams {
                let weight = self.weight(*gram);
                own += weight;
                let Some(list) = self.grams.get(gram).filter(|list| list.len() < too_common) else {
                    continue;
                };
                for id in list {
                    let sum = &mut sums[*id as usize];
                    if *sum == 0.0 {
                        touched.push(*id);
                    }
                    *sum += weight;
                }
            }
            for id in touched.drain(..) {
                let shared = std::mem::take(&mut sums[id as usize]);
                let dice = 2.0 * shared / (own + self.weights[id as usize]);
                if dice > 0.15 {
                    best.entry(self.owners[id as usize])
                        .or_default()
                        .push((dice, id));
                }
            }
            for id in self.sorted.get(&form.sorted).into_iter().flatten() {
                best.entry(self.owners[*id as usize])
                    .or_default()
                    .push((1.0, *id));
                forced.insert(self.owners[*id as usize]);
            }
            let squeezed = form.joined.replace(' ', "");
            let acronyms = [Some(squeezed), form.acronym().filter(|one| one.len() > 2)];
            for acronym in acronyms.iter().flatten() {
                let owners = self.acronyms.get(acronym).into_iter().flatten();
                forced.extend(owners.filter(|one| self.fits(**one, query)).take(BY_DATE));
            }
        }
        if let Some(date) = query.date {
            if let Some(country) = &query.country {
                for year in [date.year, date.year - 1, date.year + 1] {
                    let list = self
                        .years
                        .get(&(country.clone(), year))
                        .into_iter()
                        .flatten();
                    forced.extend(
                        list.filter(|one| !self.candidates[**one as usize].person)
                            .take(BY_DATE),
                    );
                }
            }
            forced.extend(self.days.get(&date).into_iter().flatten().take(BY_DATE));
        }
        let mut ranked: Vec<(f32, u32)> = best
            .iter()
            .map(|(owner, forms)| {
                (
                    forms
                        .iter()
                        .fold(0.0_f32, |most, (dice, _)| most.max(*dice)),
                    *owner,
                )
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut kept = forced;
        kept.extend(ranked.iter().take(BY_GRAMS).map(|(_, owner)| *owner));
        if query.country.is_some() {
            kept.extend(
                ranked
                    .iter()
                    .filter(|(_, owner)| self.fits(*owner, query))
                    .take(BY_GRAMS)
                    .map(|(_, owner)| *owner),
            );
        }
        kept.into_iter()
            .map(|candidate| self.found(candidate, best.remove(&candidate)))
            .collect()
    }

    fn fits(&self, candidate: u32, query: &Query) -> bool {
        let countries = self.countries(candidate);
        query
            .country
            .as_ref()
            .is_none_or(|country| countries.is_empty() || countries.contains(country))
    }

    fn found(&self, candidate: u32, forms: Option<Vec<(f32, u32)>>) -> Found {
        let mut forms = forms.unwrap_or_default();
        forms.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Vec<u32> = Vec::with_capacity(FORMS_EACH);
        let (from, to) = self.spans[candidate as usize];
        for id in forms.into_iter().map(|(_, id)| id).chain(from..to) {
            if chosen.len() >= FORMS_EACH {
                break;
            }
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
        Found {
            candidate,
            forms: chosen,
        }
    }
}
