//! Waiting for runners: Erlang's C formula for Poisson arrivals, exponential job times and c
//! runners; and Little's law, which holds for whatever arrives.

use super::exponential;
use cache_budget::ci::{Pool, Runner};
use cache_budget::client::{ArchiveRate, KeptFiles};
use cache_budget::project::System;
use cache_budget::random::Distribution;
use cache_budget::units::{Money, Rate};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

fn runner(concurrency: u32) -> Runner {
    Runner {
        name: "any".into(),
        system: System::default(),
        cores: 1,
        price_per_minute: Money(0),
        download: Rate(1),
        upload: Rate(1),
        unpack: ArchiveRate::Compressed(Rate(1)),
        pack: ArchiveRate::Compressed(Rate(1)),
        transfer_noise: Distribution::Constant(1.0),
        stall: 0.0,
        speed_noise: Distribution::Constant(1.0),
        boot: Distribution::Constant(0.0),
        concurrency: Some(concurrency),
        keeps: KeptFiles::Nothing,
        disk: None,
        usual_disk: None,
    }
}

/// What was seen of jobs that came to the pool, all in microseconds.
struct Seen {
    /// How long each job waited, in the order they came.
    waits: Vec<i64>,
    /// All the time jobs were there, waiting or running, summed over jobs.
    sojourns: i128,
    /// The number of jobs there, as the pool says it, summed over time.
    area: i128,
}

/// Lets jobs come after these gaps and run for these times.
fn serve(runners: u32, jobs: &[(i64, i64)]) -> Seen {
    let mut pool = Pool::new(&[runner(runners)], None, None);
    let mut ends = BinaryHeap::new();
    let mut came = Vec::new();
    let mut seen = Seen { waits: vec![0; jobs.len()], sojourns: 0, area: 0 };
    let (mut now, mut next_at) = (0, jobs[0].0);
    while came.len() < jobs.len() || !ends.is_empty() {
        let end = ends.peek().map(|Reverse(at)| *at).unwrap_or(i64::MAX);
        let instant = if came.len() < jobs.len() { end.min(next_at) } else { end };
        seen.area += i128::from(instant - now) * (pool.waiting() as i128 + i128::from(pool.busy()));
        now = instant;
        if end == now {
            ends.pop();
            pool.give_back(0);
        } else {
            pool.ask(0, came.len());
            came.push(now);
            next_at = now + jobs.get(came.len()).map_or(0, |(gap, _)| *gap);
        }
        while let Some(job) = pool.take() {
            seen.waits[job] = now - came[job];
            seen.sojourns += i128::from(now - came[job] + jobs[job].1);
            ends.push(Reverse(now + jobs[job].1));
        }
    }
    seen
}

/// The mean wait in an M/M/c queue: C(c, a) / (c·μ − λ), with a = λ/μ (Erlang, 1917).
fn erlang_c(servers: u32, load: f64, service: f64) -> f64 {
    // Erlang's B by its recursion, then C from B.
    let blocked = (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let c = f64::from(servers);
    let waits = blocked / (1.0 - load / c * (1.0 - blocked));
    waits * service / (c - load)
}

const JOBS: u64 = 400_000;
const SERVICE: f64 = 1e6;

fn jobs(load: f64, stream: u64) -> Vec<(i64, i64)> {
    let job = |index| {
        let gap = exponential(SERVICE / load, stream, index);
        (gap as i64, exponential(SERVICE, stream + 1, index) as i64)
    };
    (0..JOBS).map(job).collect()
}

/// The mean and its standard error from 40 batches: waits of neighbours depend on each other, those
/// of batches of 10,000 hardly do.
fn batch_mean(waits: &[i64]) -> (f64, f64) {
    let batches: Vec<f64> = waits
        .chunks(waits.len() / 40)
        .map(|batch| batch.iter().sum::<i64>() as f64 / batch.len() as f64)
        .collect();
    let n = batches.len() as f64;
    let mean = batches.iter().sum::<f64>() / n;
    let variance = batches.iter().map(|batch| (batch - mean) * (batch - mean)).sum::<f64>() / (n - 1.0);
    (mean, libm::sqrt(variance / n))
}

#[test]
fn erlangs_formula_gives_the_known_values() {
    // M/M/1: ρ/(1 − ρ) services. M/M/2 at ρ = 1/2: C = 1/3, so 1/3 of a service.
    assert!((erlang_c(1, 0.8, 1.0) - 4.0).abs() < 1e-12);
    assert!((erlang_c(2, 1.0, 1.0) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn jobs_wait_for_runners_as_erlang_says() {
    for (runners, load, stream) in [(1, 0.7, 11), (4, 3.0, 21), (20, 17.0, 31)] {
        let seen = serve(runners, &jobs(load, stream));
        let (mean, error) = batch_mean(&seen.waits);
        let theory = erlang_c(runners, load, SERVICE);
        // 39 degrees of freedom: 3.56 standard errors are 99.9 %.
        assert!((mean - theory).abs() < 3.56 * error, "{runners} runners: {mean} ± {error}, Erlang {theory}");
        assert!(error < 0.05 * theory, "the test is sharp: {error} of {theory}");
    }
}

#[test]
fn littles_law_holds_to_the_microsecond() {
    // From empty to empty the area below the number of jobs is the sum of their times.
    for (runners, load, stream) in [(1, 0.9, 41), (3, 2.9, 51)] {
        let seen = serve(runners, &jobs(load, stream)[..50_000]);
        assert_eq!(seen.area, seen.sojourns);
        assert!(seen.waits.iter().any(|wait| *wait > 0));
    }
}
