//! What `factmill map` and `factmill build` cost, beside their peers where they are installed.
//!
//! `cargo bench --bench map -- [--scale N] [--runs N] [--python PATH] [--oxigraph PATH] [--folder DIR]`
//!
//! Writes tables of its own (nothing is fetched), maps them, and prints CPU seconds (user and system, medians), wall
//! seconds, peak memory and ratios. The engines of a case run in turn, so that all meet the same trouble of a machine that
//! is not idle; CPU is the figure to compare, wall means something on an idle machine only.
//!
//! `--python` names the interpreter of an environment that has `duckdb`, `morph-kgc` or both. `--oxigraph` names the
//! command-line tool of Oxigraph; with it, the tables of each first case are also built into a store, against the
//! tool's loading of the same statements. A store on disk needs the feature `rocksdb`. Needs GNU time.

mod data;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use data::{Case, Form};

/// The lines of factmill.
const OWN: &str = "out.nt";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What a run took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    wall: f64,
    cpu: f64,
    mib: f64,
}

struct Settings {
    scale: usize,
    runs: usize,
    python: Option<String>,
    oxigraph: Option<String>,
    folder: PathBuf,
}

/// A program that does the work of a case, or its peer.
struct Engine<'c> {
    name: &'c str,
    command: Vec<&'c str>,
    /// What it leaves: lines in a file, or a folder, which is removed before each run.
    leaves: &'c str,
    /// The number of the engine it is compared with.
    beside: usize,
}

fn main() -> Outcome<()> {
    let mut settings = Settings {
        scale: 1,
        runs: 3,
        python: None,
        oxigraph: None,
        folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-map"),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--scale" => settings.scale = value()?.parse()?,
            "--runs" => settings.runs = value()?.parse::<usize>()?.max(1),
            "--python" => settings.python = Some(value()?),
            "--oxigraph" => settings.oxigraph = Some(value()?),
            "--folder" => settings.folder = PathBuf::from(value()?),
            // `cargo bench` passes this to every bench.
            "--bench" => {}
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<24} {:<12} {:>8} {:>8} {:>9} {:>10} {:>7}",
        "case", "engine", "cpu s", "wall s", "peak MiB", "statements", "ratio"
    )?;
    for case in data::cases(settings.scale) {
        let mut tables = None;
        for form in case.forms {
            let folder = settings
                .folder
                .join(format!("{}-{}", case.name, form.name()));
            fs::create_dir_all(&folder)?;
            data::write(&case, *form, &folder)?;
            let found = compare(&case, *form, &folder, &settings, &mut out)?;
            match (form, tables) {
                (Form::Csv, _) => tables = Some(found),
                (_, Some(of_csv)) => {
                    writeln!(out, "{:<24} {:<12} {:>66.2}", "", "to CSV", found / of_csv)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Runs all engines on a case; returns the CPU seconds of `factmill map`.
fn compare(
    case: &Case,
    form: Form,
    folder: &Path,
    settings: &Settings,
    out: &mut impl Write,
) -> Outcome<f64> {
    let name = format!("{} {}", case.name, form.name());
    let engines = engines(case, form, settings);
    let costs = measure(&engines, folder, settings.runs)?;
    let own = costs[0].ok_or("factmill failed")?;
    for (engine, cost) in engines.iter().zip(&costs) {
        let Some(cost) = cost else {
            writeln!(out, "{name:<24} {:<12} is not installed", engine.name)?;
            continue;
        };
        let left = folder.join(engine.leaves);
        let statements = if left.is_dir() {
            case.expected
        } else {
            lines(&left)?
        };
        if engine.leaves == OWN && statements != case.expected {
            let right = case.expected;
            return Err(format!("{name}: {statements} statements where {right} are right").into());
        }
        let ratio = costs[engine.beside].map_or(f64::NAN, |other| other.cpu / cost.cpu);
        writeln!(
            out,
            "{name:<24} {:<12} {:>8.2} {:>8.2} {:>9.0} {statements:>10} {ratio:>7.2}",
            engine.name, cost.cpu, cost.wall, cost.mib,
        )?;
    }
    Ok(own.cpu)
}

/// Returns the engines of a case, `factmill map` first.
fn engines<'s>(case: &Case, form: Form, settings: &'s Settings) -> Vec<Engine<'s>> {
    let own = env!("CARGO_BIN_EXE_factmill");
    let mut found = vec![Engine {
        name: "factmill",
        command: vec![own, "map", "-q", "mapping.ttl", "-o", OWN],
        leaves: OWN,
        beside: 0,
    }];
    if !matches!(form, Form::Csv) {
        return found;
    }
    if let Some(python) = &settings.python {
        found.push(Engine {
            name: "duckdb",
            command: vec![python, "duck.py"],
            leaves: "duckdb.nt",
            beside: 0,
        });
        found.push(Engine {
            name: "morph-kgc",
            command: vec![python, "-m", "morph_kgc", "morph.ini"],
            leaves: "morph.nt",
            beside: 0,
        });
    }
    if let (Some(oxigraph), true) = (&settings.oxigraph, case.forms.len() > 1) {
        let build = found.len();
        found.push(Engine {
            name: "build",
            command: vec![own, "build", "-q", "--provenance", "none"],
            leaves: ".factmill",
            beside: build,
        });
        let load = [
            oxigraph,
            "load",
            "--location",
            "oxigraph",
            "--lenient",
            "--non-atomic",
        ];
        found.push(Engine {
            name: "oxigraph load",
            command: load.into_iter().chain(["--file", OWN]).collect(),
            leaves: "oxigraph",
            beside: build,
        });
    }
    found
}

/// Runs engines in turn; returns the medians of what each takes, `None` where it fails.
fn measure(engines: &[Engine<'_>], folder: &Path, runs: usize) -> Outcome<Vec<Option<Cost>>> {
    let mut costs: Vec<Option<Vec<Cost>>> = engines.iter().map(|_| Some(Vec::new())).collect();
    for _ in 0..runs {
        for (engine, costs) in engines.iter().zip(&mut costs) {
            let left = folder.join(engine.leaves);
            if left.is_dir() {
                fs::remove_dir_all(left)?;
            }
            if let Some(known) = costs {
                match run(&engine.command, folder)? {
                    Some(cost) => known.push(cost),
                    None => *costs = None,
                }
            }
        }
    }
    let median = |costs: &Vec<Cost>, of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let medians = |costs: Vec<Cost>| Cost {
        wall: median(&costs, |cost| cost.wall),
        cpu: median(&costs, |cost| cost.cpu).max(0.005),
        mib: median(&costs, |cost| cost.mib),
    };
    Ok(costs.into_iter().map(|costs| costs.map(medians)).collect())
}

/// Returns what a command takes; `None` when it fails.
fn run(command: &[&str], folder: &Path) -> Outcome<Option<Cost>> {
    let done = Command::new("/usr/bin/time")
        .args(["-o", "time.log", "-f", "%e %U %S %M"])
        .args(command)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("GNU time is needed at /usr/bin/time: {error}"))?;
    if !done.status.success() {
        return Ok(None);
    }
    let log = fs::read_to_string(folder.join("time.log"))?;
    let figures: Vec<f64> = log
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let [wall, user, system, kib] = figures[..] else {
        return Err("GNU time says something else than was asked".into());
    };
    Ok(Some(Cost {
        wall,
        cpu: user + system,
        mib: kib / 1024.0,
    }))
}

/// Returns the number of distinct lines of a file.
fn lines(path: &Path) -> Outcome<usize> {
    let text = fs::read(path)?;
    let distinct: std::collections::HashSet<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    Ok(distinct.len())
}
