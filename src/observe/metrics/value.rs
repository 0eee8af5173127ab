//! Values of metrics, and the weights with which ratios of several replications are combined in
//! `statistics`.

use crate::observe::metric::Metric;
use std::sync::Arc;

/// A label: its name and its text.
pub type Label = (&'static str, String);

/// One measured number: a metric for one combination of labels. A missing label means "all".
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The metric, which gives the unit.
    pub metric: &'static Metric,
    /// The labels, in the metric's order.
    pub labels: Vec<Label>,
    /// The number, which is finite, in the metric's unit.
    pub value: f64,
    /// The denominator if the value is a ratio, otherwise `None`.
    pub weight: Option<Weight>,
    /// The samples if the value is a quantile of few, otherwise `None`.
    pub samples: Option<Samples>,
}

/// The samples of a quantile, from which the quantile of several replications together is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// The share of samples below the quantile, 0–1.
    pub share: f64,
    /// The samples in ascending order, at most [`Samples::MAX`].
    pub sorted: Arc<[f64]>,
}

impl Samples {
    /// Above this number of samples a quantile is kept without them. It is then near enough to that of the
    /// distribution: the expected share below the p90 of 50 samples is 88 %, below that of 5 samples 77 %.
    pub const MAX: usize = 50;
}

/// The denominator of a ratio. Several ratios are combined in proportion to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The denominator, > 0: look-ups, bytes or milliseconds.
    pub whole: f64,
    /// Number of trials that could succeed or fail; 0 if the ratio does not count trials.
    pub trials: f64,
}

/// Collects the values of one replication.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub list: Vec<Value>,
}

impl Values {
    /// Adds a value. Labels that are `None` are left out.
    pub fn push(&mut self, metric: &'static Metric, labels: &[(&'static str, Option<&str>)], value: f64) {
        let present = metric.labels.iter().filter_map(|wanted| {
            let (label, text) = labels.iter().find(|(label, _)| label == wanted)?;
            text.map(|text| (*label, text.to_owned()))
        });
        // The sum of no numbers is −0.0 in Rust. An interval with both zeros depends on how it was compiled.
        let value = value + 0.0;
        self.list.push(Value { metric, labels: present.collect(), value, weight: None, samples: None });
    }

    /// Adds a quantile, with the samples of which it is one.
    pub fn quantile(
        &mut self,
        metric: &'static Metric,
        labels: &[(&'static str, Option<&str>)],
        value: f64,
        samples: Option<Samples>,
    ) {
        self.push(metric, labels, value);
        self.list.last_mut().expect("it was pushed").samples = samples;
    }

    /// Adds the ratio `part` ÷ `whole`. Adds nothing if `whole` is 0, since such a ratio has no
    /// value.
    pub fn ratio(
        &mut self,
        metric: &'static Metric,
        labels: &[(&'static str, Option<&str>)],
        part: f64,
        whole: f64,
    ) {
        self.weighted(metric, labels, part, Weight { whole, trials: whole });
    }

    /// Adds `part` ÷ the denominator of `weight`. Adds nothing if that is 0.
    pub fn weighted(
        &mut self,
        metric: &'static Metric,
        labels: &[(&'static str, Option<&str>)],
        part: f64,
        weight: Weight,
    ) {
        if weight.whole > 0.0 {
            self.push(metric, labels, part / weight.whole);
            self.list.last_mut().expect("it was pushed").weight = Some(weight);
        }
    }
}
