//! Random scenarios that are accepted, for a given time, with what must hold checked from outside.
//!
//! ```sh
//! SOAK_SECONDS=3600 SOAK_SEED=7 cargo test --test suite soak -- --ignored --nocapture
//! ```
//!
//! SOAK_FROM=17044 begins with that scenario, to see again what failed.
//!
//! Bytes are conserved after every event, causes add up to the lost time, observers that look on change nothing, one thread
//! gives what two give, and a sweep that was cut anywhere and resumed is the whole one.

use crate::case::Case;
use crate::{effect, invariants, lost};
use cache_budget::observe::{Extras, measure, measure_with_extras};
use cache_budget::random::{Draws, mix};
use cache_budget::scenario::load;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::time::{Duration, Instant};

/// What has been played.
#[derive(Debug, Default)]
struct Tally {
    drawn: u64,
    inspected: u64,
    accepted: u64,
    threads: u64,
    resumed: u64,
}

/// A scenario of `invariants`, looked at after every event.
fn inspected(seed: u64, number: u64) {
    let rng_seed = RngSeed::Fixed(mix(seed, number));
    let mut runner = TestRunner::new(Config { rng_seed, failure_persistence: None, ..Config::default() });
    let text = invariants::scenario().new_tree(&mut runner).expect("a scenario").current();
    invariants::hold(&text, number);
}

/// The folder with the scenario, if it is accepted, its causes add up, and an observer changes nothing.
fn watched(text: &str, number: u64) -> Option<Case> {
    let case = Case::with(text);
    let model = load(&case.path("ci.toml"), &["workload.event-limit=30000".to_owned()]).ok()?.model;
    let draws = Draws::new(number, 0);
    let outcome = measure(&model, draws).ok()?;
    lost::minutes_add_up(&outcome);
    let extras = Extras { timeline: true, screen: false };
    let mut watched = measure_with_extras(&model, draws, extras).expect("as before");
    watched.timeline = None;
    assert_eq!(outcome, watched, "nobody sees that somebody looks on");
    Some(case)
}

/// The files of a command that succeeds, except for how often it did.
fn files(case: &Case, command: &[&str], folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let set = ["--set", "workload.event-limit=30000", "--quiet", "--output", folder];
    let output = case.run(&[command, &set].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 10: an expectation does not hold; 1: the limit of events is reached.
    match output.status.code() {
        Some(0 | 10) => {}
        Some(1) if said.contains("workload.event-limit") => return None,
        code => panic!("{command:?}: {code:?}: {said}"),
    }
    let entries =
        std::fs::read_dir(case.path(folder)).expect("a folder").map(|entry| entry.expect("an entry"));
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("a file"))
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    Some(files)
}

/// One thread gives what two give.
fn on_two_threads(case: &Case) -> bool {
    let run = |threads: &str| {
        let command = ["run", "ci.toml", "--replications", "3", "--no-advice", "--threads", threads];
        files(case, &command, &format!("run-{threads}"))
    };
    let [one, two] = ["1", "2"].map(run);
    assert_eq!(one, two, "one thread and two");
    one.is_some()
}

/// A sweep that was cut somewhere and resumed is the whole one.
fn resumed(case: &Case, number: u64) -> bool {
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=50MB,1GB", "--replications", "2"];
    let Some(whole) = files(case, &sweep, "swept") else { return false };
    for name in ["points.csv", "points.sum"] {
        let path = case.path("swept").join(name);
        let text = std::fs::read(&path).expect("a file");
        let length = mix(number, text.len() as u64) % (text.len() as u64 + 1);
        std::fs::write(&path, &text[..length as usize]).expect("a file");
    }
    let again = files(case, &[&sweep[..], &["--resume"]].concat(), "swept");
    assert_eq!(again, Some(whole), "resumed and whole");
    true
}

/// Plays until it is enough.
fn soaked(seed: u64, from: u64, is_enough: impl Fn(u64) -> bool) -> Tally {
    let mut tally = Tally::default();
    while !is_enough(tally.drawn) {
        let number = from + tally.drawn;
        tally.drawn += 1;
        println!("SOAK_SEED={seed}, scenario {number}");
        if number.is_multiple_of(4) {
            inspected(seed, number);
            tally.inspected += 1;
            continue;
        }
        let text = effect::scenario::draw(mix(seed, number)).text();
        let Some(case) = watched(&text, number) else { continue };
        tally.accepted += 1;
        if number % 8 == 1 {
            tally.threads += u64::from(on_two_threads(&case));
        }
        if number % 8 == 5 {
            tally.resumed += u64::from(resumed(&case, number));
        }
    }
    tally
}

/// A few with every run of the tests.
#[test]
fn what_must_hold_holds_for_random_scenarios() {
    let tally = soaked(1, 0, |drawn| drawn >= 40);
    assert!(tally.accepted > 3 && tally.threads > 0 && tally.resumed > 0, "{tally:?}");
}

/// As long as SOAK_SECONDS says, 15 by default.
#[test]
#[ignore = "as long as SOAK_SECONDS says"]
fn soak_for_a_given_time() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let share = Duration::from_secs(number("SOAK_SECONDS").unwrap_or(15));
    let begun = Instant::now();
    let (seed, from) = (number("SOAK_SEED").unwrap_or(2), number("SOAK_FROM").unwrap_or(0));
    let tally = soaked(seed, from, |_| begun.elapsed() > share);
    println!("{tally:?} in {:?}", begun.elapsed());
}
