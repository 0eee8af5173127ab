//! Instants that come at random, at a constant rate: pushes before they are thinned out, releases, bursts of bots,
//! and events that are no pushes.

use crate::random::{Distribution, Draws, Purpose};
use crate::units::{Duration, SimTime};

/// Longer than any simulation, but far below the range of [`SimTime`].
pub(super) const DAYS_MAX: f64 = 1e6;

/// A Poisson process with a mean of `per_day` instants a day, from the first instant until before the second.
/// `kind` addresses its draws.
pub(super) fn instants(
    draws: &Draws,
    kind: u64,
    per_day: f64,
    (from, end): (SimTime, SimTime),
) -> impl Iterator<Item = SimTime> + use<> {
    let mut rng = draws.stream(Purpose::Arrival, 1 << 32 | kind);
    let gap = Distribution::Exponential { mean: 1.0 / per_day };
    // Summed as a float, so that a rate above one per millisecond still reaches the end.
    let mut days = 0.0;
    let instants = std::iter::from_fn(move || {
        days += gap.sample(&mut rng);
        Some(days).filter(|days| days.is_finite() && *days < DAYS_MAX)
    });
    let wanted = per_day.is_finite() && per_day > 0.0;
    instants
        .take_while(move |_| wanted)
        .map(move |days| from + Duration::DAY.scaled(days))
        .take_while(move |&at| at < end)
}
