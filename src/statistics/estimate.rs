//! Means over replications with their 95 % intervals, which say how certain the simulated mean is. They
//! contain chance and nothing of what the scenario assumes. The intervals are computed in `intervals.rs`.

use super::intervals::Intervals;
use super::prediction::Prediction;
use super::series::{Series, rank};
use crate::observe::{Label, Measure, Metric};
use std::cmp::Ordering;

/// The mean of a metric over replications, and its 95 % interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The metric, which gives the unit of all numbers here.
    pub metric: &'static Metric,
    /// The labels of the metric, in the metric's order.
    pub labels: Vec<Label>,
    /// Mean over the replications that have a value.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean.
    pub low: f64,
    /// Upper end of the 95 % interval of the mean.
    pub high: f64,
    /// Number of replications that have a value.
    pub n: u32,
    /// What it may be if the assumptions are drawn, too, where that was played.
    pub prediction: Option<Prediction>,
}

impl Estimate {
    /// True if this is the metric with exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[(&str, &str)]) -> bool {
        metric.is_with(labels, self.metric, &self.labels)
    }

    /// How it stands to a metric with labels, which are in the metric's order: estimates are listed in the order of the
    /// catalogue, then of the labels.
    pub fn order<'l>(
        &'l self,
        metric: &Metric,
        labels: impl Iterator<Item = (&'l str, &'l str)>,
    ) -> Ordering {
        let own = self.labels.iter().map(|(label, text)| (*label, text.as_str()));
        rank(self.metric).cmp(&rank(metric)).then_with(|| own.cmp(labels))
    }

    /// The text of a label; `None` if it is missing.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str())
    }

    /// The estimate for a count that did not occur in any replication.
    pub(super) fn never(measure: &Measure, replications: u32) -> Estimate {
        let Measure { metric, labels } = measure.clone();
        Estimate { metric, labels, mean: 0.0, low: 0.0, high: 0.0, n: replications, prediction: None }
    }

    /// The estimates of all series. Each series has a value in some replication.
    pub(super) fn of_all(series: &[Series]) -> Vec<Estimate> {
        let mut intervals = Intervals::of_study(series);
        series.iter().map(|series| Estimate::of(series, &mut intervals)).collect()
    }

    /// The estimate of a series without the others of its study; `None` if it was never measured.
    pub(super) fn alone(series: &Series) -> Option<Estimate> {
        let measured = series.values().any(|value| value.is_some());
        measured.then(|| Estimate::of(series, &mut Intervals::of_series(series)))
    }

    fn of(series: &Series, intervals: &mut Intervals) -> Estimate {
        let parts: Vec<f64> = series.parts().into_iter().flatten().collect();
        let mean = match series.pooled() {
            Some(pooled) => pooled.value(),
            None => parts.iter().sum::<f64>() / parts.len() as f64,
        };
        let (metric, labels) = (series.metric, series.labels.clone());
        let mut estimate = Estimate { metric, labels, mean, low: mean, high: mean, n: 1, prediction: None };
        estimate.spread(series, intervals);
        estimate
    }

    /// Sets the interval around the present mean, from the values of a series. The interval is cut
    /// to possible values: no metric is negative, and no ratio is above 1.
    pub(super) fn spread(&mut self, series: &Series, intervals: &mut Intervals) {
        let mean = self.mean;
        let (low, high) = match self.metric.unit {
            "ratio" if series.pooled().is_none() => intervals.of_ratio(mean, series),
            _ => intervals.of_rate(mean, series),
        };
        let top = if self.metric.unit == "ratio" { 1.0 } else { f64::INFINITY };
        self.low = low.max(0.0).min(mean);
        self.high = high.min(top).max(mean);
        self.n = series.values().flatten().count() as u32;
    }
}
