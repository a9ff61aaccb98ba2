//! What `factmill map` costs, beside its peers where they are installed.
//!
//! `cargo bench --bench map -- [--scale N] [--runs N] [--python PATH] [--folder DIR]`
//!
//! Writes tables of its own (nothing is fetched), maps them, and prints CPU seconds (user and system, medians), wall
//! seconds, peak memory and ratios. Wall means something on an idle machine only; CPU is the figure to compare.
//! `--python` names the interpreter of an environment that has `duckdb`, `morph-kgc` or both. Needs GNU time.

mod data;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use data::{Case, Form};

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
    folder: PathBuf,
}

fn main() -> Outcome<()> {
    let mut settings = Settings {
        scale: 1,
        runs: 3,
        python: None,
        folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-map"),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--scale" => settings.scale = value()?.parse()?,
            "--runs" => settings.runs = value()?.parse::<usize>()?.max(1),
            "--python" => settings.python = Some(value()?),
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

/// Runs all engines on a case; returns the CPU seconds of factmill.
fn compare(
    case: &Case,
    form: Form,
    folder: &Path,
    settings: &Settings,
    out: &mut impl Write,
) -> Outcome<f64> {
    let name = format!("{} {}", case.name, form.name());
    let own = [
        env!("CARGO_BIN_EXE_factmill"),
        "map",
        "-q",
        "mapping.ttl",
        "-o",
        "out.nt",
    ];
    let found = measure(&own, folder, settings.runs)?.ok_or("factmill failed")?;
    let statements = lines(&folder.join("out.nt"))?;
    if statements != case.expected {
        let message = format!(
            "{name}: {statements} statements where {} are right",
            case.expected
        );
        return Err(message.into());
    }
    let row = |out: &mut dyn Write, engine: &str, cost: Cost, statements: usize| {
        writeln!(
            out,
            "{name:<24} {engine:<12} {:>8.2} {:>8.2} {:>9.0} {statements:>10} {:>7.2}",
            cost.cpu,
            cost.wall,
            cost.mib,
            found.cpu / cost.cpu
        )
    };
    row(out, "factmill", found, statements)?;
    let (Some(python), Form::Csv) = (&settings.python, form) else {
        return Ok(found.cpu);
    };
    let peers: [(&str, &str, &[&str]); 2] = [
        ("duckdb", "duckdb.nt", &["duck.py"]),
        ("morph-kgc", "morph.nt", &["-m", "morph_kgc", "morph.ini"]),
    ];
    for (peer, output, arguments) in peers {
        let command: Vec<&str> = std::iter::once(python.as_str())
            .chain(arguments.iter().copied())
            .collect();
        let Some(cost) = measure(&command, folder, settings.runs)? else {
            writeln!(out, "{name:<24} {peer:<12} is not installed")?;
            continue;
        };
        row(out, peer, cost, lines(&folder.join(output))?)?;
    }
    Ok(found.cpu)
}

/// Returns the medians of what a command takes; `None` when it fails.
fn measure(command: &[&str], folder: &Path, runs: usize) -> Outcome<Option<Cost>> {
    let mut costs = Vec::with_capacity(runs);
    for _ in 0..runs {
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
        costs.push(Cost {
            wall,
            cpu: user + system,
            mib: kib / 1024.0,
        });
    }
    let median = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Ok(Some(Cost {
        wall: median(|cost| cost.wall),
        cpu: median(|cost| cost.cpu).max(0.005),
        mib: median(|cost| cost.mib),
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
