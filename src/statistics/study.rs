//! A [`Study`]: the replications of one scenario, with the estimates and judgements that follow
//! from them. `experiment` makes it from the outcomes of simulations.

use super::estimate::Estimate;
use super::prediction::DrawnWorlds;
use super::series::Series;
use super::series_table::SeriesTable;
use crate::observe::{Expectation, Judgement, Measure, Metric, Outcome, Waits, metric};
use crate::units::{Bytes, Duration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The replications of one scenario under one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Number of replications, at least 1.
    pub replications: u32,
    /// Each metric and combination of labels with its value in each replication, in the order of
    /// the catalogue and then of the labels.
    pub series: Vec<Series>,
    /// Mean and interval of each series, in the same order: by [`Estimate::order`].
    pub estimates: Vec<Estimate>,
    /// How long each successful push took, for each replication.
    pub waits: Vec<Waits>,
    /// The complete outcome of the first replication, for what only a single run can show.
    pub first: Outcome,
    /// The batches, if there is one replication and intervals are over its parts.
    pub batches: Option<Batches>,
    /// The worlds from which its estimates have predictions.
    pub worlds: Option<DrawnWorlds>,
    /// How full the cache gets; `None` in results of earlier versions.
    pub peaks: Option<Peaks>,
}

/// How full the cache gets in the replications. A mean of their peaks does not tell whether it is full in each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peaks {
    /// In how many replications it reaches the limit.
    pub full_replications: u32,
    /// The most that it holds in any replication.
    pub highest_bytes: Bytes,
}

impl Peaks {
    fn of(series: &[Series], limit: Bytes) -> Option<Peaks> {
        let peaks = series.iter().find(|series| series.is(&metric::CACHE_BYTES, &[("stat", "peak")]))?;
        let peaks = || peaks.values().flatten().map(|peak| Bytes(peak as u64));
        let full_replications = peaks().filter(|peak| *peak >= limit).count() as u32;
        Some(Peaks { full_replications, highest_bytes: peaks().max()? })
    }
}

/// The measured time of one replication, divided into equal parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Batches {
    /// Number of batches.
    pub count: u32,
    /// Length of each batch.
    pub length: Duration,
    /// Metrics whose batches depend on the previous one. Their intervals are too narrow.
    pub dependent: Vec<Dependence>,
}

/// A metric whose batches are not independent.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    /// The metric with its labels.
    pub measure: Measure,
    /// Correlation of neighbouring batches, −1 to 1.
    pub correlation: f64,
}

impl Study {
    /// The estimate of one metric with exactly these labels, in any order.
    pub fn estimate(&self, metric: &Metric, labels: &[(&str, &str)]) -> Option<&Estimate> {
        let mut labels = labels.to_vec();
        let place = |label: &str| metric.labels.iter().position(|known| *known == label);
        labels.sort_by_key(|(label, _)| place(label).unwrap_or(usize::MAX));
        let found =
            self.estimates.binary_search_by(|estimate| estimate.order(metric, labels.iter().copied()));
        found.ok().map(|place| &self.estimates[place])
    }

    /// The estimate of a measure. A count that did not occur is 0, if its labels name things in the
    /// scenario. `None` for anything else that was never measured.
    pub fn known(&self, measure: &Measure) -> Option<Estimate> {
        let labels: Vec<(&str, &str)> = measure.labels.iter().map(|(l, text)| (*l, text.as_str())).collect();
        let found = self.estimate(measure.metric, &labels);
        let possible = measure.metric.zero_when_absent && measure.stranger(&self.first.names).is_none();
        found.cloned().or_else(|| possible.then(|| Estimate::never(measure, self.replications)))
    }

    /// Judges an expectation. A metric that was never measured does not meet it: a check that looks
    /// at nothing should not pass, and more replications would not help.
    pub fn judge(&self, expectation: &Expectation) -> Judgement {
        match self.known(&expectation.measure) {
            None => Judgement::NotHeld,
            Some(known) if self.has_no_interval(known.n) => Judgement::Undecided,
            Some(known) => expectation.judge(known.low, known.high),
        }
    }

    /// True if a metric was measured too rarely to know how it varies, although there are several
    /// replications. A study of one replication has no intervals at all, and its values are taken
    /// as they are.
    pub fn has_no_interval(&self, n: u32) -> bool {
        n < 2 && self.replications > 1
    }

    /// True if several replications gave the same values: nothing in the scenario is random.
    pub fn is_certain(&self) -> bool {
        let certain = |estimate: &Estimate| estimate.low == estimate.high;
        self.replications > 1 && self.estimates.iter().all(certain)
    }

    /// The first replications alone.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn first_replications(&self, replications: u32) -> Study {
        let count = replications as usize;
        let cut = |series: &Series| {
            let mut series = series.clone();
            series.cut_to(count);
            series
        };
        let series =
            self.series.iter().map(cut).filter(|series| series.values().any(|value| value.is_some()));
        let series: Vec<Series> = series.collect();
        let (estimates, waits) = (Estimate::of_all(&series), self.waits[..count].to_vec());
        let first = self.first.clone();
        let peaks = Peaks::of(&series, first.limit);
        Study { replications, series, estimates, waits, first, batches: None, worlds: None, peaks }
    }

    /// A study made of the metric values and waiting times of each replication, and of the complete
    /// outcome of the first.
    pub fn new(table: SeriesTable, waits: Vec<Waits>, first: Outcome) -> Study {
        let replications = table.count() as u32;
        let series = table.into_series();
        let estimates = Estimate::of_all(&series);
        let peaks = Peaks::of(&series, first.limit);
        Study { replications, series, estimates, waits, first, batches: None, worlds: None, peaks }
    }
}
