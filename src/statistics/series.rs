//! The values of one metric in each replication, and how they are combined. Estimates and
//! differences are computed from a [`Series`]; [`SeriesTable`](super::SeriesTable) collects them.

use super::bootstrap::resample;
use crate::observe::{CATALOGUE, Label, Metric, Samples, Value, Weight};

/// One metric for one combination of labels in each replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The metric, which gives the unit of the values.
    pub metric: &'static Metric,
    /// The labels of the metric, in the metric's order.
    pub labels: Vec<Label>,
    /// The value in each replication. A count that did not occur is 0; a ratio or a duration of
    /// something that did not occur has no value.
    values: OptionalNumbers,
    /// The denominator of a ratio and its trials in each replication; empty for other metrics.
    wholes: OptionalNumbers,
    trials: OptionalNumbers,
    /// The samples of a quantile in each replication; empty for other metrics.
    samples: Vec<Option<Samples>>,
}

/// Numbers of which some may be missing. There are thousands of series with a number for each replication, so a
/// missing one takes no more space than another: it is NaN, which no metric ever is.
#[derive(Debug, Clone, Default)]
struct OptionalNumbers(Vec<f64>);

impl OptionalNumbers {
    fn get(&self, at: usize) -> Option<f64> {
        self.0.get(at).copied().filter(|number| !number.is_nan())
    }

    fn iter(&self) -> impl Iterator<Item = Option<f64>> + Clone + '_ {
        self.0.iter().map(|number| Some(*number).filter(|number| !number.is_nan()))
    }

    /// Sets one number. Those before it that were never set are missing.
    fn set(&mut self, at: usize, number: Option<f64>) {
        self.lengthen(at + 1, None);
        self.0[at] = number.unwrap_or(f64::NAN);
    }

    fn lengthen(&mut self, count: usize, number: Option<f64>) {
        if self.0.len() < count {
            self.0.resize(count, number.unwrap_or(f64::NAN));
        }
    }
}

impl PartialEq for OptionalNumbers {
    fn eq(&self, other: &OptionalNumbers) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The samples of a quantile from several replications.
#[derive(Debug)]
pub(super) struct Pooled<'a> {
    parts: Vec<&'a Samples>,
}

/// Number of resamples for the standard error of a quantile.
const RESAMPLES: usize = 100;

impl Series {
    /// True if this is the metric with exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[(&str, &str)]) -> bool {
        metric.is_with(labels, self.metric, &self.labels)
    }

    /// A series without replications.
    pub(super) fn empty(metric: &'static Metric, labels: &[Label]) -> Series {
        let [values, wholes, trials] = Default::default();
        Series { metric, labels: labels.to_vec(), values, wholes, trials, samples: Vec::new() }
    }

    /// A series of what its replications contribute, as [`Series::parts`] gives it.
    pub fn of_parts(metric: &'static Metric, labels: Vec<Label>, parts: &[Option<f64>]) -> Series {
        let mut series = Series { labels, ..Series::empty(metric, &[]) };
        for (replication, part) in parts.iter().enumerate() {
            series.values.set(replication, *part);
        }
        series
    }

    /// Number of replications, with a value or without.
    pub fn replications(&self) -> usize {
        self.values.0.len()
    }

    /// The value in one replication.
    pub fn value(&self, replication: usize) -> Option<f64> {
        self.values.get(replication)
    }

    /// The value in each replication.
    pub fn values(&self) -> impl Iterator<Item = Option<f64>> + Clone + '_ {
        self.values.iter()
    }

    /// Sets the value in one replication, which is not before any other that was set.
    pub(super) fn enter(&mut self, replication: usize, value: &Value) {
        self.lengthen(replication);
        self.values.set(replication, Some(value.value));
        if let Some(Weight { whole, trials }) = value.weight {
            self.wholes.set(replication, Some(whole));
            self.trials.set(replication, Some(trials));
        }
        if let Some(samples) = &value.samples {
            self.samples.resize(replication + 1, None);
            self.samples[replication] = Some(samples.clone());
        }
    }

    /// Adds replications up to this number in which nothing was entered.
    pub(super) fn lengthen(&mut self, replications: usize) {
        self.values.lengthen(replications, self.metric.zero_when_absent.then_some(0.0));
    }

    /// Keeps only the first `replications`.
    pub(super) fn cut_to(&mut self, replications: usize) {
        let columns = [&mut self.values, &mut self.wholes, &mut self.trials];
        columns.into_iter().for_each(|column| column.0.truncate(replications));
        self.samples.truncate(replications);
    }

    fn weight(&self, replication: usize) -> Option<Weight> {
        let (whole, trials) = self.wholes.get(replication).zip(self.trials.get(replication))?;
        Some(Weight { whole, trials })
    }

    /// The contribution of each replication: values whose mean is the estimate of the series, and
    /// whose variation is its uncertainty.
    ///
    /// A ratio is that of all replications together, Σ parts ÷ Σ wholes, so a replication with many
    /// look-ups counts for more than one with few. A replication therefore contributes the common
    /// ratio plus its own deviation from it, in proportion to its whole. Source: Cochran, "Sampling
    /// Techniques" (1977), 6.3: the ratio estimator and its variance, to first order.
    pub fn parts(&self) -> Vec<Option<f64>> {
        self.parts_of(|_| true)
    }

    /// The contributions of the replications for which `kept` returns true.
    pub(super) fn parts_of(&self, kept: impl Fn(usize) -> bool) -> Vec<Option<f64>> {
        let pair = |at: usize| Some((self.value(at)?, self.wholes.get(at)));
        let pairs: Vec<_> = (0..self.replications()).map(|at| pair(at).filter(|_| kept(at))).collect();
        let whole = |pair: &Option<(f64, Option<f64>)>| pair.as_ref().and_then(|(_, whole)| *whole);
        let wholes: Vec<f64> = pairs.iter().filter_map(whole).collect();
        let alike = wholes.windows(2).all(|pair| pair[0] == pair[1]);
        if wholes.len() < pairs.iter().flatten().count() || alike {
            return pairs.into_iter().map(|pair| pair.map(|(value, _)| value)).collect();
        }
        let all = wholes.iter().sum::<f64>();
        let parts = pairs.iter().flatten().map(|(value, whole)| value * whole.unwrap_or(0.0));
        let (ratio, mean) = (parts.sum::<f64>() / all, all / wholes.len() as f64);
        let part = |(value, whole): (f64, Option<f64>)| ratio + (value - ratio) * whole.unwrap_or(0.0) / mean;
        pairs.into_iter().map(|pair| pair.map(part)).collect()
    }

    /// The samples of all replications together, for a quantile of few samples in each: a quantile of five is
    /// never above the largest of them, so the mean of such quantiles misses the tail. `None` if a replication
    /// has many, whose own quantile is good enough, or if there is only one replication.
    pub(super) fn pooled(&self) -> Option<Pooled<'_>> {
        let parts: Vec<&Samples> = self.samples.iter().flatten().collect();
        let measured = self.values().flatten().count();
        (parts.len() >= 2 && parts.len() == measured).then_some(Pooled { parts })
    }

    /// Number of trials in all replications; 0 if the metric does not count trials.
    pub(super) fn trials(&self) -> f64 {
        self.trials.iter().flatten().sum()
    }

    /// True if chance is visible: the number of trials or their result differs between
    /// replications.
    pub(super) fn is_drawn(&self) -> bool {
        let alike = |at: usize| self.value(at) == self.value(0) && self.weight(at) == self.weight(0);
        self.trials() > 0.0 && !(0..self.replications()).all(alike)
    }
}

impl Pooled<'_> {
    /// The quantile of all samples.
    pub fn value(&self) -> f64 {
        self.of(&self.sorted(), &vec![1; self.parts.len()])
    }

    /// Its standard error, from resamples of the replications.
    pub fn error(&self) -> f64 {
        let sorted = self.sorted();
        let count = self.parts.len();
        let value = self.of(&sorted, &vec![1; count]);
        let change = |number| {
            let mut times = vec![0; count];
            resample(count, 3, number).into_iter().for_each(|part| times[part] += 1);
            self.of(&sorted, &times) - value
        };
        let squares: f64 = (0..RESAMPLES).map(change).map(|change| change * change).sum();
        libm::sqrt(squares / RESAMPLES as f64)
    }

    /// All samples, the smallest first, each with its part.
    fn sorted(&self) -> Vec<(f64, usize)> {
        let mut all: Vec<(f64, usize)> = Vec::new();
        for (part, own) in self.parts.iter().enumerate() {
            all.extend(own.sorted.iter().map(|sample| (*sample, part)));
        }
        all.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        all
    }

    /// What `quantile` gives for the samples of the parts, each part taken so many times: they are sorted once for
    /// all resamples.
    fn of(&self, sorted: &[(f64, usize)], times: &[usize]) -> f64 {
        let count: usize = self.parts.iter().zip(times).map(|(part, times)| part.sorted.len() * times).sum();
        let position = (count - 1) as f64 * self.parts[0].share;
        let rank = position as usize;
        let (mut passed, mut below) = (0, None);
        for (sample, part) in sorted {
            passed += times[*part];
            if passed > rank && below.is_none() {
                below = Some(*sample);
            }
            if let Some(below) = below.filter(|_| passed > rank + 1) {
                return below + (sample - below) * (position - rank as f64);
            }
        }
        below.unwrap_or(f64::NAN)
    }
}

/// Position of a metric in the catalogue.
pub(super) fn rank(metric: &Metric) -> usize {
    CATALOGUE.iter().position(|known| *known == metric).unwrap_or(usize::MAX)
}
