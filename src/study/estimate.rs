//! The mean of a metric over replications, and its 95 % interval.

use super::series::Series;
use super::student::t_quantile;
use crate::observe::{Label, Measure, Metric};
use std::collections::BTreeMap;

/// The mean of a metric over replications and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The metric.
    pub metric: &'static Metric,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The mean over the replications that have a value.
    pub mean: f64,
    /// The lower end of the 95 % interval of the mean.
    pub low: f64,
    /// The upper end of the 95 % interval of the mean.
    pub high: f64,
    /// How many replications have a value.
    pub n: u32,
}

impl Estimate {
    /// Whether this is the metric under exactly these labels, in any order.
    pub fn is(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        let has = |(label, text): &(&str, &str)| self.labels.iter().any(|(l, t)| l == label && t == text);
        self.metric.name == name && self.labels.len() == labels.len() && labels.iter().all(has)
    }

    /// The text of a label, if it is present.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str())
    }

    /// That of a count that did not occur in any replication.
    pub(super) fn never(measure: &Measure, replications: u32) -> Estimate {
        let Measure { metric, labels } = measure.clone();
        Estimate { metric, labels, mean: 0.0, low: 0.0, high: 0.0, n: replications }
    }

    /// The estimates of all series. Every one has a value in some replication.
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

    /// Takes the interval from the values of a series, around the mean as it is. It is cut where no value
    /// can lie: no metric is negative, and no ratio is above 1.
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

/// Means and their 95 % intervals. Remembers quantiles of Student's t: thousands of metrics ask for
/// the same one.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    quantiles: BTreeMap<usize, f64>,
    /// Whether chance decides what is asked for, or how that ends.
    drawn: bool,
}

/// Nearer to 0 or 1 than this, how a ratio varies is not known well from the replications alone: most of them
/// have no hit, or no miss.
const EDGE: f64 = 0.05;
/// So many trials are counted as one then: misses come in bursts.
const TOGETHER: f64 = 3.0;

impl Intervals {
    /// For the metrics of these series.
    pub fn of_study(series: &[Series]) -> Intervals {
        let drawn = series.iter().any(|series| series.labels.is_empty() && series.is_drawn());
        Intervals { drawn, ..Intervals::default() }
    }

    /// The interval of a ratio whose Student's interval reaches `margin` to both sides: Wilson's, which near 0
    /// and 1 holds the truth where that does not, with the number of independent trials at which both are
    /// equally wide. Where hits or misses are rare, no more than a third of the trials are taken as independent,
    /// however much replications agree; unless nothing is drawn: then there is nothing to be unsure of.
    ///
    /// Sources: Wilson, "Probable inference, the law of succession, and statistical inference" (1927); Korn and
    /// Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated
    /// from survey data" (1998), for the effective number.
    fn of_ratio(&self, ratio: f64, margin: f64, series: &Series) -> (f64, f64) {
        let (variance, trials) = (ratio * (1.0 - ratio), series.trials());
        // Of each, the square of a quantile ÷ the number of independent trials.
        let seen = if margin > 1e-9 * ratio { margin * margin / variance } else { 0.0 };
        let rare = self.drawn && trials > 0.0 && ratio.min(1.0 - ratio) < EDGE;
        let least = if rare { TOGETHER * NORMAL * NORMAL / trials } else { 0.0 };
        let spread = f64::max(seen, least);
        let centre = (ratio + spread / 2.0) / (1.0 + spread);
        let reach = libm::sqrt(spread * (variance + spread / 4.0)) / (1.0 + spread);
        (centre - reach, centre + reach)
    }

    /// The mean of values and how far its interval reaches to both sides: t · s ÷ √n, with Student's
    /// t for n − 1 degrees of freedom; 0 for a single value. `None` if there is none.
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

/// The sample standard deviation, of at least two values.
fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    libm::sqrt(squares / (values.len() - 1) as f64)
}
