//! Attributes the combined effect of several strategies to each of them by Shapley values.
//! `experiment` simulates every subset of the strategies; nothing is simulated here.

use super::common_pushes::CommonPushes;
use super::difference::Headline;
use super::intervals::Intervals;
use super::series::Series;
use super::study::Study;
use crate::observe::{Label, Metric};

/// The largest number of strategies that are attributed. Every subset of them is simulated once,
/// and there are 2⁸ = 256.
pub const STRATEGIES_MAX: usize = 8;

/// One strategy's share in the difference that all strategies make together.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributedShare {
    /// Index of the strategy among those applied.
    pub strategy: usize,
    /// The metric, which gives the unit.
    pub metric: &'static Metric,
    /// The labels of the metric, in the metric's order.
    pub labels: Vec<Label>,
    /// Mean share, in the metric's unit and with the sign of the difference. The shares of all
    /// strategies sum to the whole difference.
    pub share: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
}

/// Attributes the changes in the metrics `wanted` (names with labels) to strategies, in each
/// replication separately.
///
/// `subsets[s]` is the study with those strategies whose bits are set in `s`. A metric that some
/// subset never measured is left out. The times of pushes are of those that succeed in every subset.
///
/// # Panics
/// If the number of subsets is not a power of two.
pub fn attribute(subsets: &[Study], wanted: &[Headline]) -> Vec<AttributedShare> {
    let finished = CommonPushes::completed_in_all(subsets);
    let of = |(metric, labels): &Headline| shares(subsets, &finished, metric, labels).unwrap_or_default();
    wanted.iter().flat_map(of).collect()
}

/// One metric of a subset in each replication. Times of pushes are of those that succeed in all subsets.
fn line(study: &Study, finished: &CommonPushes, metric: &Metric, labels: &[(&str, &str)]) -> Option<Series> {
    let is = |series: &&Series| series.is(metric, labels);
    match CommonPushes::concern(metric) {
        true => finished.times(study).iter().find(is).cloned(),
        false => study.series.iter().find(is).cloned(),
    }
}

fn shares(
    subsets: &[Study],
    finished: &CommonPushes,
    metric: &Metric,
    labels: &[(&str, &str)],
) -> Option<Vec<AttributedShare>> {
    let lines: Vec<Series> =
        subsets.iter().map(|study| line(study, finished, metric, labels)).collect::<Option<_>>()?;
    let replications = subsets.first()?.replications as usize;
    let in_one = |replication: usize| -> Option<Vec<f64>> {
        let values: Option<Vec<f64>> = lines.iter().map(|line| line.value(replication)).collect();
        Some(shapley(&values?))
    };
    let all: Vec<Vec<f64>> = (0..replications).filter_map(in_one).collect();
    let series = &lines[0];
    let share = |strategy: usize| {
        let values: Vec<f64> = all.iter().map(|shares| shares[strategy]).collect();
        let (share, margin) = Intervals::default().of(&values)?;
        let (metric, labels) = (series.metric, series.labels.clone());
        Some(AttributedShare { strategy, metric, labels, share, low: share - margin, high: share + margin })
    };
    (0..subsets.len().ilog2() as usize).map(share).collect()
}

/// The Shapley value of every player of a game: what the player adds to the players before it,
/// averaged over all orders of players. `values[s]` is what the players whose bits are set in `s`
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
