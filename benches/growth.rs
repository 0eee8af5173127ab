//! How the work grows with what is simulated: for each of pushes, jobs, images, objects, entries, points, replications,
//! cancelled runs and closed pull requests, one, two and four times as many, and the exponent of the growth. It fails
//! if one is above 1.1.
//!
//! Work is counted in instructions, by callgrind (valgrind), which no busy machine disturbs. The exponent is that of what
//! doubling adds: the start of the program, which does not grow, drops out. Without valgrind, seconds are
//! printed instead, and nothing fails.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a bench prints, reads clocks, writes what it plays and compares"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

const EXPONENT_MAX: f64 = 1.1;

/// What grows: how many of them there are at first, the file that says so for a number of them, and the command that
/// plays it.
struct Growth {
    name: &'static str,
    first: u32,
    file: fn(u32) -> String,
    command: &'static [&'static str],
}

const RUN: &[&str] = &["run", "FILE", "--replications", "1", "--no-advice", "--threads", "1"];
const SWEEP: &[&str] = &[
    "sweep",
    "FILE",
    "--replications",
    "1",
    "--threads",
    "1",
    "--restart",
    "--vary",
    "workload.pushes-per-day=VALUES",
];

const GROWTHS: [Growth; 9] = [
    Growth { name: "pushes", first: 100, file: pushes, command: RUN },
    Growth { name: "jobs", first: 250, file: jobs, command: RUN },
    Growth { name: "images", first: 50, file: images, command: RUN },
    Growth { name: "objects", first: 500, file: objects, command: RUN },
    Growth { name: "entries", first: 20_000, file: entries, command: &["replay", "FILE", "--limit", "10TB"] },
    Growth { name: "points", first: 20, file: |_| small(1), command: SWEEP },
    Growth {
        name: "replications",
        first: 50,
        file: |_| small(1),
        command: &["run", "FILE", "--no-advice", "--threads", "1", "--replications", "COUNT"],
    },
    Growth { name: "cancelled runs", first: 50, file: cancelled, command: RUN },
    Growth { name: "closed pull requests", first: 50, file: closed, command: RUN },
];

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("output/bench-growth");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let counts = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok();
    println!(
        "{:<22}{:>14}{:>14}{:>14}  exponent",
        if counts { "M instructions" } else { "seconds" },
        "once",
        "twice",
        "four times"
    );
    let grows = |growth: &Growth| {
        let work = [1, 2, 4].map(|times| work(growth, growth.first * times, &folder, counts));
        let exponent = ((work[2] - work[1]) / (work[1] - work[0])).log2();
        println!("{:<22}{:>14.1}{:>14.1}{:>14.1}  {exponent:.2}", growth.name, work[0], work[1], work[2]);
        exponent
    };
    let asked = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let asked = |growth: &&Growth| asked.as_ref().is_none_or(|name| growth.name.contains(name.as_str()));
    let most = GROWTHS.iter().filter(asked).map(grows).fold(0.0, f64::max);
    let _ = std::fs::remove_dir_all(&folder);
    if counts && most > EXPONENT_MAX { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The work of one call, in millions of instructions or in seconds.
fn work(growth: &Growth, count: u32, folder: &Path, counts: bool) -> f64 {
    let file = folder.join(if growth.command[0] == "replay" { "ci.jsonl" } else { "ci.toml" });
    std::fs::write(&file, (growth.file)(count)).expect("the file can be written");
    let program = env!("CARGO_BIN_EXE_cache-budget");
    let mut command = Command::new(if counts { "valgrind" } else { program });
    if counts {
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program]);
    }
    command.args(growth.command.iter().map(|argument| filled(argument, &file, count)));
    command.args(["--quiet", "--output"]).arg(folder.join("out"));
    let start = Instant::now();
    let output = command.output().expect("the program runs");
    let seconds = start.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", growth.name);
    if counts { instructions(&said) / 1e6 } else { seconds }
}

fn filled(argument: &str, file: &Path, count: u32) -> PathBuf {
    match argument {
        "FILE" => file.into(),
        "COUNT" => count.to_string().into(),
        _ => argument.replace("VALUES", &format!("1..{}:0.01", 1.0 + f64::from(count - 1) / 100.0)).into(),
    }
}

/// What callgrind says at its end: `Collected : 123`.
fn instructions(said: &str) -> f64 {
    let line = said.lines().find_map(|line| line.split_once("Collected : "));
    line.and_then(|(_, count)| count.trim().parse().ok()).expect("callgrind counts")
}

/// A small CI: two jobs that compile, with a cache each.
fn small(pushes_per_day: u32) -> String {
    format!(
        "[workload]\npushes-per-day = {pushes_per_day}\ndays = 14\n\
         [workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.lint]\ncold = \"8 min\"\nwarm = \"3 min\"\ncache.rust-cache = {{ size = \"600 MB\" }}\n\
         [workflow.ci.job.site]\nsetup = \"1 min\"\n\
         cache.actions-cache = {{ key = \"site-{{hash:web-lock}}\", size = \"90 MB\", miss = \"2 min\" }}\n"
    )
}

fn pushes(count: u32) -> String {
    // As many runners as are asked for, so that the queue does not grow with the pushes.
    format!("[ci]\njob-concurrency = 10000\n{}", small(count))
}

fn jobs(count: u32) -> String {
    let mut text = "[ci]\njob-concurrency = 100000\n[workload]\npushes-per-day = 2\ndays = 14\n\
                    [workflow.ci]\non = [\"push main\", \"pull_request\"]\n"
        .to_owned();
    for job in 0..count {
        let needs = if job == 0 { String::new() } else { format!("needs = [\"j{}\"]\n", job / 2) };
        let _ = write!(
            text,
            "[workflow.ci.job.j{job}]\n{needs}setup = \"1 min\"\n\
             cache.actions-cache = {{ key = \"k-{{lock}}\", restore-keys = [\"k-\"], size = \"5 MB\", miss = \"1 min\" }}\n"
        );
    }
    text
}

fn images(count: u32) -> String {
    let mut text = "[ci]\njob-concurrency = 100000\n[workload]\npushes-per-day = 2\ndays = 14\n\
                    [workflow.ci]\non = [\"push main\"]\n"
        .to_owned();
    for image in 0..count {
        let _ = write!(
            text,
            "[image.i{image}]\ncold = \"6 min\"\nwarm = \"1 min\"\nsize = \"50 MB\"\nblobs = 5\n\
             [workflow.ci.job.b{image}]\nimage = \"i{image}\"\ncache.buildkit-gha = {{ scope = \"s{image}\", mode = \"max\" }}\n"
        );
    }
    text
}

fn objects(count: u32) -> String {
    format!(
        "[workload]\npushes-per-day = 2\ndays = 14\n[project]\nexternal-crates = {count}\n\
         [project.flavour.dev]\ndependency-work = \"60 min\"\nworkspace-work = \"10 min\"\ntail = \"1 min\"\n\
         dependency-objects = \"600 MB\"\nworkspace-objects = \"50 MB\"\ndependency-archive = \"400 MB\"\n\
         [workflow.ci]\non = [\"push main\"]\n\
         [workflow.ci.job.test]\ncompile = {{ flavour = \"dev\" }}\ncache.sccache = true\n"
    )
}

/// A log that saves every entry, and then restores each of them in another order.
fn entries(count: u32) -> String {
    let line = |second: u32, op: &str, key: u32| {
        let (minute, second) = (second / 60 % 60, second % 60);
        let size = if op == "save" { ",\"size\":1000" } else { "" };
        format!(
            "{{\"at\":\"2026-01-05T00:{minute:02}:{second:02}Z\",\"op\":\"{op}\",\"ref\":\"refs/heads/main\",\"key\":\"k{key}\"{size}}}\n"
        )
    };
    let at = |index: u32| (u64::from(index) * 1_700 / u64::from(count)) as u32;
    let saves = (0..count).map(|index| line(at(index), "save", index));
    let restores =
        (0..count).map(|index| line(1_800 + at(index), "restore", index.wrapping_mul(7_919) % count));
    saves.chain(restores).collect()
}

/// Ever more pull requests wait for one runner, and each push cancels the run before it.
fn cancelled(count: u32) -> String {
    format!(
        "[workload]\npushes-per-day = {count}\ndays = 14\n[runner.own]\nconcurrency = 1\n\
         [workflow.ci]\non = [\"pull_request\"]\n\
         concurrency = {{ group = \"ci-{{ref}}\", cancel-in-progress = true }}\n\
         [workflow.ci.job.test]\nrunner = \"own\"\nsetup = \"30 min\"\n\
         cache.actions-cache = {{ key = \"k-{{sha}}\", size = \"5 MB\", miss = \"1 min\" }}\n"
    )
}

/// The entries of each pull request are deleted when it is closed.
fn closed(count: u32) -> String {
    format!(
        "[ci]\njob-concurrency = 10000\n[cache]\nlimit = \"100 TB\"\ndelete-closed-after = \"1 h\"\n\
         [workload]\npushes-per-day = {count}\ndays = 14\n\
         [workflow.ci]\non = [\"pull_request\"]\n[workflow.ci.job.test]\nsetup = \"5 min\"\n\
         cache.actions-cache = {{ key = \"k-{{sha}}\", size = \"5 MB\", miss = \"1 min\" }}\n"
    )
}
