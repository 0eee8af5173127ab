use super::estimate::Intervals;
use super::replicate::Study;
use crate::outcome::{Label, Metric};

/// The most strategies whose shares are computed: every subset of them is simulated once, and there
/// are 2⁸ = 256.
pub const STRATEGIES_MAX: usize = 8;

/// What one strategy contributes to the difference that all of them make together.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The strategy, by its place among those applied.
    pub strategy: usize,
    /// The metric.
    pub metric: &'static Metric,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The mean share, in the metric's unit and with the sign of the difference; the shares of all
    /// strategies sum to the whole difference.
    pub share: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end of its 95 % interval.
    pub high: f64,
}

/// Divides what strategies change in the metrics `wanted` (names with labels) among them, in each
/// replication by itself.
///
/// `subsets[s]` is the study with those strategies applied whose bits are set in `s`. A metric that
/// some subset never measured is left out.
///
/// # Panics
/// If the number of subsets is not a power of two.
pub fn attribute(subsets: &[Study], wanted: &[(&str, &[(&str, &str)])]) -> Vec<Share> {
    wanted.iter().flat_map(|(name, labels)| shares(subsets, name, labels).unwrap_or_default()).collect()
}

fn shares(subsets: &[Study], name: &str, labels: &[(&str, &str)]) -> Option<Vec<Share>> {
    let of = |study: &Study| study.estimates.iter().position(|estimate| estimate.is(name, labels));
    let places: Vec<usize> = subsets.iter().map(of).collect::<Option<_>>()?;
    let replications = subsets.first()?.replications as usize;
    let value =
        |subset: usize, replication: usize| subsets[subset].series[places[subset]].values[replication];
    let in_one = |replication| -> Option<Vec<f64>> {
        let values: Option<Vec<f64>> = (0..subsets.len()).map(|subset| value(subset, replication)).collect();
        Some(shapley(&values?))
    };
    let all: Vec<Vec<f64>> = (0..replications).filter_map(in_one).collect();
    let series = &subsets[0].series[places[0]];
    let share = |strategy: usize| {
        let values: Vec<f64> = all.iter().map(|shares| shares[strategy]).collect();
        let (share, margin) = Intervals::default().of(&values)?;
        let (metric, labels) = (series.metric, series.labels.clone());
        Some(Share { strategy, metric, labels, share, low: share - margin, high: share + margin })
    };
    (0..subsets.len().ilog2() as usize).map(share).collect()
}

/// The Shapley value of every player of a game: what it adds to the players before it, on average
/// over all orders in which they may come. `values[s]` is what the players whose bits are set in `s`
/// achieve together.
///
/// Source: Shapley, "A value for n-person games" (1953): Σ over the subsets S without the player of
/// |S|! (n − |S| − 1)! ÷ n! × (v(S and the player) − v(S)).
///
/// # Panics
/// If the number of values is not a power of two.
pub fn shapley(values: &[f64]) -> Vec<f64> {
    assert!(values.len().is_power_of_two(), "{} is not the number of subsets of anything", values.len());
    let players = values.len().ilog2() as usize;
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let weight = |size: usize| factorial(size) * factorial(players - size - 1) / factorial(players);
    let share = |player: usize| {
        let without = (0..values.len()).filter(|subset| subset >> player & 1 == 0);
        let added = without.map(|subset| {
            weight(subset.count_ones() as usize) * (values[subset | 1 << player] - values[subset])
        });
        added.sum()
    };
    (0..players).map(share).collect()
}
