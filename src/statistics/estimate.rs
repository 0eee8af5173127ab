//! Means over replications and their 95 % intervals: Student's t for most metrics, Wilson's
//! interval for ratios. `docs/model.md` describes how they were tested.

use super::series::Series;
use super::student::t_quantile;
use crate::observe::{Label, Measure, Metric};
use std::collections::BTreeMap;

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
}

impl Estimate {
    /// True if this is the metric with exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[(&str, &str)]) -> bool {
        metric.is_with(labels, self.metric, &self.labels)
    }

    /// The text of a label; `None` if it is missing.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str())
    }

    /// The estimate for a count that did not occur in any replication.
    pub(super) fn never(measure: &Measure, replications: u32) -> Estimate {
        let Measure { metric, labels } = measure.clone();
        Estimate { metric, labels, mean: 0.0, low: 0.0, high: 0.0, n: replications }
    }

    /// The estimates of all series. Each series has a value in some replication.
    pub(super) fn of_all(series: &[Series]) -> Vec<Estimate> {
        let mut intervals = Intervals::of_study(series);
        series.iter().map(|series| Estimate::of(series, &mut intervals)).collect()
    }

    fn of(series: &Series, intervals: &mut Intervals) -> Estimate {
        let parts: Vec<f64> = series.parts().into_iter().flatten().collect();
        let mean = parts.iter().sum::<f64>() / parts.len() as f64;
        let (metric, labels) = (series.metric, series.labels.clone());
        let mut estimate = Estimate { metric, labels, mean, low: mean, high: mean, n: 1 };
        estimate.spread(series, intervals);
        estimate
    }

    /// Sets the interval around the present mean, from the values of a series. The interval is cut
    /// to possible values: no metric is negative, and no ratio is above 1.
    pub(super) fn spread(&mut self, series: &Series, intervals: &mut Intervals) {
        let parts: Vec<f64> = series.parts().into_iter().flatten().collect();
        let (_, margin) = intervals.of(&parts).expect("a series has a value");
        let mean = self.mean;
        let (low, high) = match series.weights.iter().any(Option::is_some) {
            true => intervals.of_ratio(mean, margin, series),
            false => (mean - margin, mean + margin),
        };
        let top = if self.metric.unit == "ratio" { 1.0 } else { f64::INFINITY };
        self.low = low.max(0.0).min(mean);
        self.high = high.min(top).max(mean);
        self.n = parts.len() as u32;
    }
}

/// Computes means and 95 % intervals. It caches quantiles of Student's t, since thousands of
/// metrics need the same one.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    quantiles: BTreeMap<usize, f64>,
    /// True if chance decides what is requested, or with what result.
    drawn: bool,
}

/// Closer to 0 or 1 than this, the replications alone do not show well how a ratio varies: most of
/// them have no hit, or no miss.
const EDGE: f64 = 0.05;
/// Number of trials that count as one in that case, since misses come in bursts.
const TOGETHER: f64 = 3.0;

impl Intervals {
    /// Intervals for the metrics of these series.
    pub fn of_study(series: &[Series]) -> Intervals {
        let drawn = series.iter().any(|series| series.labels.is_empty() && series.is_drawn());
        Intervals { drawn, ..Intervals::default() }
    }

    /// Wilson's interval for a ratio whose Student's interval has the half-width `margin`. Near 0
    /// and 1, Wilson's covers the truth where Student's does not. It is computed with the number of
    /// independent trials at which both would be equally wide. If hits or misses are rare, at most
    /// a third of the trials count as independent, however well replications agree, unless nothing
    /// is drawn: then nothing is uncertain.
    ///
    /// Sources: Wilson, "Probable inference, the law of succession, and statistical inference"
    /// (1927); Korn and Graubard, "Confidence intervals for proportions with small expected number
    /// of positive counts estimated from survey data" (1998), for the effective number.
    fn of_ratio(&self, ratio: f64, margin: f64, series: &Series) -> (f64, f64) {
        let (variance, trials) = (ratio * (1.0 - ratio), series.trials());
        // Both are the square of a quantile ÷ the number of independent trials.
        let seen = if margin > 1e-9 * ratio { margin * margin / variance } else { 0.0 };
        let rare = self.drawn && trials > 0.0 && ratio.min(1.0 - ratio) < EDGE;
        let least = if rare { TOGETHER * NORMAL * NORMAL / trials } else { 0.0 };
        let spread = f64::max(seen, least);
        let centre = (ratio + spread / 2.0) / (1.0 + spread);
        let reach = libm::sqrt(spread * (variance + spread / 4.0)) / (1.0 + spread);
        (centre - reach, centre + reach)
    }

    /// The mean of values and the half-width of its interval: t · s ÷ √n, with Student's t for n −
    /// 1 degrees of freedom; 0 for a single value. `None` if there are no values.
    pub fn of(&mut self, values: &[f64]) -> Option<(f64, f64)> {
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        if n == 1 {
            return Some((mean, 0.0));
        }
        let t = *self.quantiles.entry(n).or_insert_with(|| t_quantile(0.975, (n - 1) as f64));
        Some((mean, t * deviation(values, mean) / libm::sqrt(n as f64)))
    }
}

/// The 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

/// The sample standard deviation of at least two values.
fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    libm::sqrt(squares / (values.len() - 1) as f64)
}
