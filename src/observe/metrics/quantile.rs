//! Exact quantiles, and the statistics that metrics of durations and ages have.

use super::value::Values;
use crate::observe::Metric;

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
    let mut stats = vec![];
    if spread == Spread::MeanAndQuantiles {
        stats.push(("mean", samples.iter().sum::<f64>() / samples.len() as f64));
    }
    stats.extend([("p10", 0.1), ("p50", 0.5), ("p90", 0.9)].map(|(name, p)| (name, quantile(samples, p))));
    for (stat, value) in stats {
        let mut with_stat = labels.to_vec();
        with_stat.push(("stat", Some(stat)));
        values.push(metric, &with_stat, value);
    }
}
