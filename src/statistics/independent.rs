//! Differences between two studies that were not played together. Each has its own intervals; their replications can only
//! be paired where both say what was measured in each, with the same draws. `report` shows with it what changed between two
//! saved runs.

use super::difference::{Difference, compared};
use super::estimate::Estimate;
use super::intervals::Intervals;
use super::series::{Series, rank};
use super::study::Study;
use crate::observe::{Label, Metric};
use std::collections::BTreeMap;

/// The differences of all metrics from `before` to `after`, in the order of the catalogue and then of the labels. A
/// count that only one study has is 0 in the other. Any other metric that one of them never measured is left out.
///
/// An interval is made of those of both means, as if they were independent. If the studies have the same pushes, it is
/// wider than it need be. Source: Zou & Donner, "Construction of confidence limits about effect measures: a general
/// approach", Statistics in Medicine 27 (2008): each side's own interval recovers its variance near that limit.
pub fn independent_differences(before: &Study, after: &Study) -> Vec<Difference> {
    let mut pairs = BTreeMap::<(usize, &[Label]), [Option<&Estimate>; 2]>::new();
    for (side, study) in [before, after].into_iter().enumerate() {
        for estimate in &study.estimates {
            pairs.entry((rank(estimate.metric), &estimate.labels)).or_default()[side] = Some(estimate);
        }
    }
    let counts = [before.replications, after.replications];
    pairs.into_values().filter_map(|pair| of_means(pair, counts)).collect()
}

/// Like [`independent_differences`], for studies of the same draws: what both have measured in each replication is compared
/// in pairs, so that chance cancels. The times of pushes are those of all that succeed, in each study.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn paired_differences(before: &Study, after: &Study) -> Vec<Difference> {
    assert_eq!(before.replications, after.replications, "replications are compared in pairs");
    let mut intervals = Intervals::default();
    let mut paired = |change: Difference| {
        let of = |study: &'_ Study| {
            let is = |series: &&Series| series.metric == change.metric && series.labels == change.labels;
            study.series.iter().position(|series| is(&series))
        };
        let places = [of(before), of(after)];
        // What a study has never measured is a count of zero; what it has not kept is not known.
        let is_known = |study: &Study, place: Option<usize>| {
            place.is_some()
                || !study
                    .estimates
                    .iter()
                    .any(|own| own.metric == change.metric && own.labels == change.labels)
        };
        if places == [None, None] || !is_known(before, places[0]) || !is_known(after, places[1]) {
            return change;
        }
        let [base, other] = [(before, places[0]), (after, places[1])]
            .map(|(study, place)| place.map(|place| &study.series[place]));
        compared(base, other, &mut intervals).unwrap_or(change)
    };
    independent_differences(before, after).into_iter().map(&mut paired).collect()
}

/// A mean with its interval and the number of its values.
#[derive(Debug, Clone, Copy)]
struct SideMean {
    mean: f64,
    low: f64,
    high: f64,
    n: u32,
}

impl SideMean {
    fn of(estimate: Option<&Estimate>, metric: &Metric, replications: u32) -> Option<SideMean> {
        match estimate {
            Some(&Estimate { mean, low, high, n, .. }) => Some(SideMean { mean, low, high, n }),
            None => metric.zero_when_absent.then_some(SideMean {
                mean: 0.0,
                low: 0.0,
                high: 0.0,
                n: replications,
            }),
        }
    }
}

fn of_means([before, after]: [Option<&Estimate>; 2], counts: [u32; 2]) -> Option<Difference> {
    let Estimate { metric, labels, .. } = before.or(after)?;
    let [before, after] = [SideMean::of(before, metric, counts[0])?, SideMean::of(after, metric, counts[1])?];
    let difference = after.mean - before.mean;
    Some(Difference {
        metric,
        labels: labels.clone(),
        base: before.mean,
        other: after.mean,
        difference,
        low: difference - libm::hypot(after.mean - after.low, before.high - before.mean),
        high: difference + libm::hypot(after.high - after.mean, before.mean - before.low),
        n: before.n.min(after.n),
        worlds: None,
    })
}
