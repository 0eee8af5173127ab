//! Distributes a total of work or bytes over the crates of a graph, in shares that are drawn or
//! proportional. `costs.rs` calls it; it does not know what the totals mean.

use super::graph::{Crate, CrateGraph};
use crate::random::{Distribution, Draws, Purpose, mix_str};

/// No crate gets a larger share of a total, so that a single draw cannot dominate the build.
/// (Assumed: in `cargo build --timings` of large projects the heaviest crate stays below.) Where
/// there are few crates, a share may be up to four times the average.
const SHARE_MAX: f64 = 0.08;
const AVERAGES_MAX: f64 = 4.0;

/// Drawn shares, one per crate, that sum to 1 (or are all 0 if no crate takes part). A crate's
/// share is proportional to `size`, 0 for a crate that takes no part, times a log-normal factor
/// with the given sigma. The factor is drawn for the crate's name, so a crate is heavy in every
/// version and flavour.
pub(super) fn drawn(
    graph: &CrateGraph,
    draws: &Draws,
    purpose: Purpose,
    sigma: f64,
    size: impl Fn(&Crate) -> f64,
) -> Vec<f64> {
    let factor = Distribution::LogNormal { median: 1.0, sigma };
    let draw = |krate: &Crate| match size(krate) {
        0.0 => 0.0,
        size => size * factor.sample(&mut draws.stream(purpose, identity(krate))),
    };
    capped(graph.crates.iter().map(draw).collect())
}

/// Shares proportional to `size`. They sum to 1 (or are all 0).
pub(super) fn proportional(graph: &CrateGraph, size: impl Fn(&Crate) -> f64) -> Vec<f64> {
    let mut parts: Vec<f64> = graph.crates.iter().map(size).collect();
    normalise(&mut parts, 1.0, |_| true);
    parts
}

/// Splits an integer by shares. The parts sum to `total` × the sum of the shares, rounded.
pub(super) fn split(total: u64, shares: &[f64]) -> Vec<u64> {
    let (mut exact, mut given) = (0.0, 0);
    let part = |share: &f64| {
        exact += share * total as f64;
        let upto = libm::round(exact) as u64;
        let part = upto - given;
        given = upto;
        part
    };
    shares.iter().map(part).collect()
}

/// The identity that addresses the draws for a crate.
pub(super) fn identity(krate: &Crate) -> u64 {
    mix_str(0, &krate.name)
}

/// Normalises to a sum of 1 with no part above the cap. The excess is distributed over the
/// other parts in proportion, until no part exceeds the cap.
fn capped(mut parts: Vec<f64>) -> Vec<f64> {
    let taking_part = parts.iter().filter(|&&part| part > 0.0).count();
    let cap = f64::max(SHARE_MAX, AVERAGES_MAX / taking_part.max(1) as f64);
    normalise(&mut parts, 1.0, |_| true);
    let mut at_cap = 0;
    while parts.iter().any(|&part| part > cap) {
        parts.iter_mut().filter(|part| **part > cap).for_each(|part| *part = cap);
        let now = parts.iter().filter(|&&part| part == cap).count();
        assert!(now > at_cap, "each round caps one more");
        at_cap = now;
        normalise(&mut parts, 1.0 - cap * now as f64, |part| part < cap);
    }
    parts
}

/// Scales the `wanted` parts to this sum. Parts that sum to 0 stay 0.
fn normalise(parts: &mut [f64], sum: f64, wanted: impl Fn(f64) -> bool) {
    let now: f64 = parts.iter().filter(|&&part| wanted(part)).sum();
    if now > 0.0 {
        parts.iter_mut().filter(|part| wanted(**part)).for_each(|part| *part *= sum / now);
    }
}

/// Restricts shares to the crates that `take_part`, normalised to 1 again (or all 0).
pub(super) fn of(shares: &[f64], take_part: &[bool]) -> Vec<f64> {
    let part = |(&share, &takes): (&f64, &bool)| if takes { share } else { 0.0 };
    let mut parts: Vec<f64> = shares.iter().zip(take_part).map(part).collect();
    normalise(&mut parts, 1.0, |_| true);
    parts
}
