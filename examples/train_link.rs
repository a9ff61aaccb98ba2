//! Trains the models of `factmill wikidata link` and reports how well they do on names they have not seen.
//!
//! ```text
//! cargo run --release --example train_link -- DATA_FOLDER OUT_FOLDER
//! ```
//!
//! `DATA_FOLDER` holds `parties-mentions.csv.gz`, `parties-candidates.jsonl.gz`, `people-mentions.csv.gz` and
//! `people-candidates.jsonl.gz`; the tables `model-thing.csv` and `model-person.csv` are written to `OUT_FOLDER`.
//! Mentions are put into three folds by a hash of their item (parties) or their parliament (people); the figures come
//! from models that saw none of the fold they are measured on. The tables are trained on all folds. There is no chance
//! in it: the same data gives the same tables.

use std::error::Error;
use std::io::{Read, Write};
use std::path::Path;

use factmill::link::candidates;
use factmill::link::features::{self, FEATURES};
use factmill::link::index::{Index, Mention, Query};
use factmill::link::model::{Model, Node};
use rayon::prelude::*;

/// Numbers of folds, trees, levels of a tree, thresholds tried for a feature, wrong candidates kept for a mention.
const FOLDS: u64 = 3;
const TREES: usize = 110;
const DEPTH: usize = 4;
const BINS: usize = 48;
const WRONG: usize = 14;
const RATE: f32 = 0.1;
const SHRINK: f64 = 8.0;

struct Task {
    name: &'static str,
    mentions: &'static str,
    candidates: &'static str,
    columns: [&'static str; 4],
    precision: f32,
    hard: Option<&'static str>,
}

struct Case {
    fold: u64,
    context: usize,
    weight: f32,
    hard: bool,
    gold: Option<usize>,
    rows: Vec<Vec<f32>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let data = arguments.next().ok_or("give the folder of the data")?;
    let out = arguments.next().ok_or("give the folder of the tables")?;
    let tasks = [
        Task {
            name: "thing",
            mentions: "parties-mentions.csv.gz",
            candidates: "parties-candidates.jsonl.gz",
            columns: ["mention", "country", "first", "qid"],
            precision: 0.984,
            hard: None,
        },
        Task {
            name: "person",
            mentions: "people-mentions.csv.gz",
            candidates: "people-candidates.jsonl.gz",
            columns: ["mention", "legislature", "birth_date", "legislature"],
            precision: 0.997,
            hard: Some("manual"),
        },
    ];
    let mut say = std::io::stdout();
    for task in &tasks {
        let cases = cases(task, Path::new(&data))?;
        writeln!(say, "{}: {} cases", task.name, cases.len())?;
        let mut seen: Vec<(usize, f32, bool)> = Vec::new();
        for fold in 0..FOLDS {
            let train: Vec<&Case> = cases.iter().filter(|case| case.fold != fold).collect();
            let model = fit(&train);
            for (at, case) in cases
                .iter()
                .enumerate()
                .filter(|(_, case)| case.fold == fold)
            {
                let (share, right) = share(&model, case);
                seen.push((at, share, right));
            }
        }
        let all: Vec<&Case> = cases.iter().collect();
        let mut model = fit(&all);
        model.calibration = calibrate(&seen, &cases);
        model.threshold = threshold(&model, &seen, &cases, task);
        report(&model, &seen, &cases, task, &mut say)?;
        let table = model.write();
        std::fs::write(
            Path::new(&out).join(format!("model-{}.csv", task.name)),
            table,
        )?;
    }
    Ok(())
}

fn hash(text: &str) -> u64 {
    let spread = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (spread ^ (spread >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33
}

fn cases(task: &Task, data: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let index = Index::new(
        candidates::read(&data.join(task.candidates)).map_err(|error| error.to_string())?,
    );
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(data.join(task.mentions))?)
        .read_to_string(&mut text)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let column = |title: &str| {
        headers
            .iter()
            .position(|one| one == title)
            .ok_or(format!("no column {title}"))
    };
    let at = [
        column(task.columns[0])?,
        column(task.columns[1])?,
        column(task.columns[2])?,
        column(task.columns[3])?,
    ];
    let gold = column("qid")?;
    let hard = task.hard.map(column).transpose()?;
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let cases = records
        .par_iter()
        .enumerate()
        .flat_map_iter(|(number, record)| {
            let cell = |at: usize| record.get(at).unwrap_or("").to_owned();
            let is_hard = hard.is_none_or(|at| cell(at) == "1");
            let fold = hash(&cell(at[3])) % FOLDS;
            let some = |text: String| (!text.is_empty()).then_some(text);
            let index = &index;
            (0..4_usize)
                .map(move |context| {
                    let mention = Mention {
                        name: cell(at[0]),
                        also: Vec::new(),
                        country: if context & 1 == 0 {
                            some(cell(at[1]))
                        } else {
                            None
                        },
                        date: if context & 2 == 0 {
                            some(cell(at[2]))
                        } else {
                            None
                        },
                    };
                    let query = Query::new(&mention);
                    let pool = index.pool(&query);
                    let rows = features::rows(&query, &pool, index);
                    let wanted = cell(gold);
                    let mut right = rows
                        .iter()
                        .position(|row| index.candidates[row.candidate as usize].id == wanted);
                    let mut rows: Vec<Vec<f32>> = rows.into_iter().map(|row| row.values).collect();
                    // Some names have no item: the model must know the look of that.
                    if hash(&format!("{number}/{context}")) % 100 < 4
                        && let Some(at) = right.take()
                    {
                        rows.remove(at);
                    }
                    let weight = if context == 0 { 1.0 } else { 0.4 };
                    let weight = if is_hard { weight } else { weight * 0.5 };
                    Case {
                        fold,
                        context,
                        weight,
                        hard: is_hard,
                        gold: right,
                        rows,
                    }
                })
                .collect::<Vec<_>>()
        })
        .collect();
    Ok(cases)
}

/// The share of the best candidate among its rivals and whether it is the right one.
fn share(model: &Model, case: &Case) -> (f32, bool) {
    let odds: Vec<f32> = case
        .rows
        .iter()
        .map(|row| model.logit(row).clamp(-20.0, 20.0).exp())
        .collect();
    let all: f32 = 1.0 + odds.iter().sum::<f32>();
    let mut best: Option<(usize, f32)> = None;
    for (at, odd) in odds.iter().enumerate() {
        if best.is_none_or(|(_, most)| *odd > most) {
            best = Some((at, *odd));
        }
    }
    best.map_or((0.0, false), |(at, odd)| (odd / all, case.gold == Some(at)))
}

fn calibrate(seen: &[(usize, f32, bool)], cases: &[Case]) -> (f32, f32) {
    let (mut slope, mut shift) = (1.0_f64, 0.0_f64);
    for _ in 0..400 {
        let (mut gs, mut gi, mut hs, mut hi, mut hx) = (0.0, 0.0, 1e-6, 1e-6, 0.0);
        for (at, share, right) in seen {
            let share = f64::from(share.clamp(1e-6, 1.0 - 1e-6));
            let x = (share / (1.0 - share)).ln();
            let p = 1.0 / (1.0 + (-(slope * x + shift)).exp());
            let weight = f64::from(cases[*at].weight);
            let error = weight * (f64::from(u8::from(*right)) - p);
            let curve = weight * p * (1.0 - p);
            gs += error * x;
            gi += error;
            hs += curve * x * x;
            hi += curve;
            hx += curve * x;
        }
        let det = hs * hi - hx * hx;
        slope += 0.5 * (hi * gs - hx * gi) / det;
        shift += 0.5 * (hs * gi - hx * gs) / det;
    }
    (slope as f32, shift as f32)
}

/// The least probability from which on enough of the answers are right when the country is known, with and without the
/// date; without the country there are fewer answers, not worse ones by much.
fn threshold(model: &Model, seen: &[(usize, f32, bool)], cases: &[Case], task: &Task) -> f32 {
    let mut least = 0.5_f32;
    for context in [0, 2] {
        let mut answers: Vec<(f32, bool)> = seen
            .iter()
            .filter(|(at, _, _)| cases[*at].context == context && cases[*at].hard)
            .map(|(_, share, right)| (model.probability(*share), *right))
            .collect();
        answers.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut right, mut found) = (0.0, 0.99_f32);
        for (count, (probability, ok)) in answers.iter().enumerate() {
            right += f32::from(u8::from(*ok));
            if right / (count + 1) as f32 >= task.precision {
                found = *probability;
            }
        }
        least = least.max(found);
    }
    (least * 1000.0).ceil() / 1000.0
}

fn report(
    model: &Model,
    seen: &[(usize, f32, bool)],
    cases: &[Case],
    task: &Task,
    say: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    writeln!(
        say,
        "calibration {:?} threshold {}",
        model.calibration, model.threshold
    )?;
    for hard in if task.hard.is_some() {
        vec![true, false]
    } else {
        vec![true]
    } {
        for context in 0..4 {
            let of: Vec<(f32, bool, bool)> = seen
                .iter()
                .filter(|(at, _, _)| cases[*at].context == context && (!hard || cases[*at].hard))
                .map(|(at, share, right)| {
                    (model.probability(*share), *right, cases[*at].gold.is_some())
                })
                .collect();
            let answered = of.iter().filter(|(p, _, _)| *p >= model.threshold).count();
            let right = of
                .iter()
                .filter(|(p, right, _)| *p >= model.threshold && *right)
                .count();
            let gold = of.iter().filter(|(_, _, gold)| *gold).count();
            let top = of.iter().filter(|(_, right, _)| *right).count();
            let mut bins = [(0.0_f32, 0.0_f32, 0.0_f32); 10];
            for (p, right, _) in &of {
                let bin = &mut bins[((p * 10.0) as usize).min(9)];
                *bin = (bin.0 + 1.0, bin.1 + p, bin.2 + f32::from(u8::from(*right)));
            }
            let error: f32 = bins
                .iter()
                .map(|(_, p, right)| (p - right).abs())
                .sum::<f32>()
                / of.len() as f32;
            writeln!(
                say,
                "{} {} {}: precision {:.4} recall {:.4} of those in the pool {:.4} best {:.4} answered {answered} of {} error of calibration {error:.4}",
                task.name,
                ["country+date", "date", "country", "name only"][context],
                if hard { "hard" } else { "all" },
                right as f32 / answered.max(1) as f32,
                right as f32 / (of.len() as f32 * 0.96),
                right as f32 / gold as f32,
                top as f32 / of.len() as f32,
                of.len(),
            )?;
        }
    }
    Ok(())
}

/// Gradient boosting of small trees for the logistic loss, with thresholds at quantiles.
fn fit(cases: &[&Case]) -> Model {
    let mut rows: Vec<&[f32]> = Vec::new();
    let mut labels: Vec<f32> = Vec::new();
    let mut weights: Vec<f32> = Vec::new();
    for case in cases {
        let mut order: Vec<usize> = (0..case.rows.len()).collect();
        order.sort_by(|a, b| {
            (case.rows[*b][31] + case.rows[*b][0])
                .total_cmp(&(case.rows[*a][31] + case.rows[*a][0]))
                .then(a.cmp(b))
        });
        for (rank, at) in order.into_iter().enumerate() {
            let right = case.gold == Some(at);
            if right || rank < WRONG {
                rows.push(&case.rows[at]);
                labels.push(f32::from(u8::from(right)));
                weights.push(case.weight);
            }
        }
    }
    let cuts: Vec<Vec<f32>> = (0..FEATURES.len())
        .into_par_iter()
        .map(|feature| {
            let mut values: Vec<f32> = rows
                .iter()
                .step_by(1 + rows.len() / 60_000)
                .map(|row| row[feature])
                .collect();
            values.sort_by(f32::total_cmp);
            let mut cuts: Vec<f32> = (1..BINS)
                .map(|bin| values[bin * (values.len() - 1) / BINS])
                .collect();
            // Values that many rows share hide the edges beside them.
            let mut distinct = values.clone();
            distinct.dedup();
            if distinct.len() <= BINS {
                cuts = distinct
                    .windows(2)
                    .map(|two| f32::midpoint(two[0], two[1]))
                    .collect();
            }
            cuts.push(values[values.len() * 99 / 100]);
            cuts.push(values[values.len() * 199 / 200]);
            cuts.sort_by(f32::total_cmp);
            cuts.dedup();
            cuts
        })
        .collect();
    let bins: Vec<Vec<u8>> = (0..FEATURES.len())
        .into_par_iter()
        .map(|feature| {
            rows.iter()
                .map(|row| cuts[feature].partition_point(|cut| *cut <= row[feature]) as u8)
                .collect()
        })
        .collect();
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    let positive: f64 = weights
        .iter()
        .zip(&labels)
        .map(|(weight, label)| f64::from(weight * label))
        .sum();
    let bias = (positive / (total - positive)).ln() as f32;
    let mut model = Model {
        bias,
        calibration: (1.0, 0.0),
        threshold: 0.5,
        trees: Vec::new(),
    };
    let mut sums = vec![bias; rows.len()];
    for _ in 0..TREES {
        let gradients: Vec<(f32, f32)> = sums
            .par_iter()
            .zip(&labels)
            .zip(&weights)
            .map(|((sum, label), weight)| {
                let p = 1.0 / (1.0 + (-sum).exp());
                (weight * (label - p), weight * p * (1.0 - p))
            })
            .collect();
        let mut tree = Vec::new();
        let members: Vec<u32> = (0..rows.len() as u32).collect();
        grow(&mut tree, &members, 0, &gradients, &bins, &cuts, &mut sums);
        model.trees.push(tree);
    }
    model
}

fn grow(
    tree: &mut Vec<Node>,
    members: &[u32],
    depth: usize,
    gradients: &[(f32, f32)],
    bins: &[Vec<u8>],
    cuts: &[Vec<f32>],
    sums: &mut [f32],
) -> usize {
    let (g, h) = members.iter().fold((0.0_f64, 0.0_f64), |(g, h), at| {
        let (dg, dh) = gradients[*at as usize];
        (g + f64::from(dg), h + f64::from(dh))
    });
    let value = (f64::from(RATE) * g / (h + SHRINK)) as f32;
    let here = tree.len();
    tree.push(Node::Leaf(value));
    let score = |g: f64, h: f64| g * g / (h + SHRINK);
    let best = if depth < DEPTH && members.len() > 40 {
        (0..bins.len())
            .into_par_iter()
            .map(|feature| {
                let mut histogram = vec![(0.0_f64, 0.0_f64); cuts[feature].len() + 1];
                for at in members {
                    let (dg, dh) = gradients[*at as usize];
                    let bin = &mut histogram[bins[feature][*at as usize] as usize];
                    *bin = (bin.0 + f64::from(dg), bin.1 + f64::from(dh));
                }
                let (mut lg, mut lh, mut best) = (0.0, 0.0, (0.0_f64, 0_usize));
                for (cut, (dg, dh)) in histogram.iter().take(cuts[feature].len()).enumerate() {
                    (lg, lh) = (lg + dg, lh + dh);
                    if lh < 2.0 || h - lh < 2.0 {
                        continue;
                    }
                    let gain = score(lg, lh) + score(g - lg, h - lh) - score(g, h);
                    if gain > best.0 {
                        best = (gain, cut);
                    }
                }
                (best.0, feature, best.1)
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold(
                (0.5, 0, 0),
                |best, one| if one.0 > best.0 { one } else { best },
            )
    } else {
        (0.0, 0, 0)
    };
    if best.0 <= 0.5 {
        for at in members {
            sums[*at as usize] += value;
        }
        return here;
    }
    let (_, feature, cut) = best;
    let (low, high): (Vec<u32>, Vec<u32>) = members
        .iter()
        .partition(|at| usize::from(bins[feature][**at as usize]) <= cut);
    let low = grow(tree, &low, depth + 1, gradients, bins, cuts, sums);
    let high = grow(tree, &high, depth + 1, gradients, bins, cuts, sums);
    tree[here] = Node::Split(feature, cuts[feature][cut], low, high, value);
    here
}
