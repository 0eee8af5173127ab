//! Values of metrics, and the weights with which ratios of several replications are combined in
//! `statistics`.

use crate::observe::metric::Metric;

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
        self.list.push(Value { metric, labels: present.collect(), value, weight: None });
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
