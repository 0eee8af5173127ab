//! A sweep of 200 points of the founding scenario on one thread and on two, and what a replication costs
//! in it beside a bare one. It fails below 1.8 times the speed on two threads.
//!
//! The sweep is played in four parts, each on one thread and on two in turn, so that a slow or busy machine
//! slows both. How fast two threads are shows only where two cores are free. A part has 50 points: with far
//! fewer, what one thread plays alone at the end would count.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench prints, reads clocks and compares"
)]

use cache_budget::observe;
use cache_budget::random::Draws;
use cache_budget::scenario;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const PARTS: u32 = 4;
const POINTS: u32 = 200;
const SPEED_MIN: f64 = 1.8;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (scenario, folder) = (root.join("scenarios/meteroid/before.toml"), root.join("output/bench-sweep"));
    let parts: Vec<[Duration; 2]> =
        (1..=PARTS).map(|part| [1, 2].map(|threads| played(&scenario, &folder, part, threads))).collect();
    let sum = |of: usize| parts.iter().map(|times| times[of]).sum::<Duration>().as_secs_f64();
    let (one, two, bare) = (sum(0), sum(1), alone(&scenario).as_secs_f64());
    let each = one / f64::from(POINTS);
    let speed = one / two;
    println!("sweep of {POINTS} points   one thread {one:.1} s, two threads {two:.1} s");
    println!("                      ratio {speed:.2} (at least {SPEED_MIN})");
    println!("one replication       bare {bare:.3} s, in the sweep {each:.3} s, ratio {:.2}", each / bare);
    // What was played is checked, too: two threads give the bytes of one.
    let same = (1..=PARTS).all(|part| points(&folder, part, 1) == points(&folder, part, 2));
    let _ = std::fs::remove_dir_all(&folder);
    assert!(same, "the number of threads changed a byte");
    if speed < SPEED_MIN { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// How long one part takes: 20 limits with 10 rates of drift, a replication each.
fn played(scenario: &Path, folder: &Path, part: u32, threads: u32) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_cache-budget"))
        .arg("sweep")
        .arg(scenario)
        .args(["--vary", "cache.limit=5GiB..24GiB:1GiB", "--vary", "workload.drift-per-day=1..10:1"])
        .args(["--replications", "1", "--restart", "--quiet", "--threads", &threads.to_string()])
        .args(["--shard", &format!("{part}/{PARTS}"), "--output"])
        .arg(of(folder, part, threads))
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("the program runs").success(), "the sweep failed");
    start.elapsed()
}

/// The mean time of the same replication by itself, in this process, over five limits.
fn alone(scenario: &Path) -> Duration {
    let limits = [5, 9, 14, 19, 24];
    let models = limits.map(|limit| {
        let set = [format!("cache.limit={limit} GiB")];
        scenario::load(scenario, &set).expect("it is valid").model
    });
    let start = Instant::now();
    for model in &models {
        observe::measure(model, Draws::new(1, 0)).expect("it stays within its limits");
    }
    start.elapsed() / models.len() as u32
}

fn of(folder: &Path, part: u32, threads: u32) -> PathBuf {
    folder.join(format!("{part}-on-{threads}"))
}

fn points(folder: &Path, part: u32, threads: u32) -> Vec<u8> {
    std::fs::read(of(folder, part, threads).join("points.csv")).expect("the part wrote its points")
}
