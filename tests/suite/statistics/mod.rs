//! How sure a number is: replications until it is, and what the intervals are worth.

mod precision;

use cache_budget::outcome::{Names, Outcome, Recorder, Window};
use cache_budget::units::{Bytes, Duration, Money, SimTime};

/// One measured day in which runners work this many minutes, and nothing else happens.
fn day(minutes: f64) -> Outcome {
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let mut recorder = Recorder::new(Names::default(), window, Bytes(1_000));
    recorder.runner(SimTime(0), Duration::MINUTE.scaled(minutes), Money(0));
    recorder.finish()
}
