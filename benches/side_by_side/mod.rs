//! Two ways to do the same work, measured in turn in one run, so that a slow or busy machine slows
//! both: what carries over to another machine is their ratio.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench prints, reads clocks and compares"
)]

use criterion::{Criterion, Throughput};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Measures both and prints, for the fastest round of each, how many elements a second it does and
/// how the first compares with the second.
pub fn side_by_side(
    criterion: &mut Criterion,
    name: &str,
    elements: u64,
    (ours, mut play_ours): (&str, impl FnMut() -> u64),
    (plain, mut play_plain): (&str, impl FnMut() -> u64),
) {
    let fastest = [Cell::new(Duration::MAX), Cell::new(Duration::MAX)];
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(elements)).sample_size(20);
    group.bench_function(ours, |b| b.iter_custom(|rounds| timed(rounds, &fastest[0], &mut play_ours)));
    group.bench_function(plain, |b| b.iter_custom(|rounds| timed(rounds, &fastest[1], &mut play_plain)));
    group.finish();
    let rates = fastest.map(|fastest| elements as f64 / fastest.get().as_secs_f64() / 1e6);
    println!(
        "{name}: {ours} {:.1} M/s, {plain} {:.1} M/s, ratio {:.2}\n",
        rates[0],
        rates[1],
        rates[0] / rates[1]
    );
}

fn timed(rounds: u64, fastest: &Cell<Duration>, play: &mut impl FnMut() -> u64) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..rounds {
        let start = Instant::now();
        black_box(play());
        let took = start.elapsed();
        fastest.set(fastest.get().min(took));
        total += took;
    }
    total
}
