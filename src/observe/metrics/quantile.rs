//! Exact quantiles, and the statistics that metrics of durations and ages have.

use super::value::{Samples, Values};
use crate::observe::Metric;
use std::sync::Arc;

/// The exact quantile `p` (0–1); reorders the values. It interpolates linearly between the two
/// closest ranks, at (n − 1)·p counted from 0. This is type 7 of Hyndman and Fan, "Sample quantiles
/// in statistical packages" (1996), the default of R and NumPy.
///
/// # Panics
/// If there are no values.
pub fn quantile(values: &mut [f64], p: f64) -> f64 {
    let position = (values.len() - 1) as f64 * p;
    let rank = position as usize;
    let (_, &mut below, larger) = values.select_nth_unstable_by(rank, f64::total_cmp);
    let above = larger.iter().copied().min_by(f64::total_cmp).unwrap_or(below);
    below + (above - below) * (position - rank as f64)
}

/// The statistics that a metric has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// p10, p50 and p90.
    Quantiles,
    /// The mean, p10, p50 and p90.
    MeanAndQuantiles,
    /// p5, p50 and p95.
    Range,
}

/// Adds the statistics of `samples` under `stat` labels. Adds nothing if there are no samples.
pub(super) fn push_spread(
    values: &mut Values,
    metric: &'static Metric,
    labels: &[(&'static str, Option<&str>)],
    samples: &mut [f64],
    spread: Spread,
) {
    if samples.is_empty() {
        return;
    }
    let with = |stat: &'static str| [labels, &[("stat", Some(stat))]].concat();
    if spread == Spread::MeanAndQuantiles {
        values.push(metric, &with("mean"), samples.iter().sum::<f64>() / samples.len() as f64);
    }
    let few = samples.len() <= Samples::MAX;
    let kept = few.then(|| {
        samples.sort_by(f64::total_cmp);
        Arc::<[f64]>::from(&*samples)
    });
    let shares = match spread {
        Spread::Range => [("p5", 0.05), ("p50", 0.5), ("p95", 0.95)],
        Spread::Quantiles | Spread::MeanAndQuantiles => [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)],
    };
    for (stat, share) in shares {
        let samples_of = kept.as_ref().map(|sorted| Samples { share, sorted: Arc::clone(sorted) });
        values.quantile(metric, &with(stat), quantile(samples, share), samples_of);
    }
}
