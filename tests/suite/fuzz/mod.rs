//! Fuzzing with the stable compiler: texts of the repository are changed at random and read, for a given time.
//!
//! ```sh
//! FUZZ_SECONDS=600 FUZZ_SEED=7 cargo test --test suite fuzz -- --ignored --nocapture
//! ```
//!
//! FUZZ_ONLY=request,sweep feeds these harnesses alone.
//!
//! Three oracles: nothing panics; whatever is written of a scenario that is accepted is read back and shown the same again;
//! two ways give one number (a second replication with the same draws is the first, and two threads are one). Only one
//! scenario is written at a time, in a temporary folder. A failure prints the seed and the number of its input.

mod harness;
mod mutation;
mod request;
mod sweep_folder;
mod workflow;

use harness::{HARNESSES, Harness};
use mutation::Mutator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// What came of a harness.
#[derive(Debug, Default)]
struct Tally {
    inputs: u64,
    accepted: u64,
}

/// Feeds a harness until it is enough.
fn fed(harness: &Harness, seed: u64, is_enough: impl Fn(u64) -> bool) -> Tally {
    let corpus = (harness.corpus)();
    assert!(!corpus.is_empty(), "{} has no corpus", harness.name);
    let mut tally = Tally::default();
    while !is_enough(tally.inputs) {
        let input = Mutator::new(seed, tally.inputs).mutated(&corpus);
        let accepted = catch_unwind(AssertUnwindSafe(|| (harness.feed)(&input)));
        let shown = || String::from_utf8_lossy(&input).into_owned();
        let failed = |_| panic!("{}: FUZZ_SEED={seed}, input {}:\n{}", harness.name, tally.inputs, shown());
        tally.accepted += u64::from(accepted.unwrap_or_else(failed));
        tally.inputs += 1;
    }
    tally
}

/// A few inputs for every harness, with every run of the tests.
#[test]
fn nothing_panics_and_what_is_written_is_read_back() {
    for harness in HARNESSES {
        let tally = fed(harness, 1, |inputs| inputs >= harness.short);
        println!("{:<10} {tally:?}", harness.name);
        let whole = (harness.corpus)().iter().filter(|text| (harness.feed)(text)).count();
        assert!(whole > 0 && tally.accepted > 0, "{} accepts {whole} whole ones and {tally:?}", harness.name);
    }
}

/// The same for as long as FUZZ_SECONDS says, 18 by default; each harness has its share.
#[test]
#[ignore = "as long as FUZZ_SECONDS says"]
#[expect(clippy::disallowed_types, reason = "it runs for a given time")]
fn fuzz_for_a_given_time() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = number("FUZZ_SECONDS").unwrap_or(18);
    let seed = number("FUZZ_SEED").unwrap_or(2);
    let only = std::env::var("FUZZ_ONLY").unwrap_or_default();
    let chosen: Vec<_> = HARNESSES
        .iter()
        .filter(|own| only.is_empty() || only.split(',').any(|name| name == own.name))
        .collect();
    let share = Duration::from_secs(seconds) / chosen.len() as u32;
    for harness in chosen {
        let begun = std::time::Instant::now();
        let tally = fed(harness, seed, |_| begun.elapsed() > share);
        println!("{:<10} {tally:?} in {:?}", harness.name, begun.elapsed());
    }
}
