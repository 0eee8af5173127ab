use crate::observe::catalogue::{Metric, metric};

/// A label of a value: its name and what it is.
pub type Label = (&'static str, String);

/// One measured number: a metric under one combination of labels. An absent label means "all".
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What was measured.
    pub metric: &'static Metric,
    /// Under which labels, in the metric's own order.
    pub labels: Vec<Label>,
    /// The number, finite, in the metric's unit.
    pub value: f64,
    /// What a ratio is a ratio of; `None` for anything else.
    pub weight: Option<Weight>,
}

/// What a ratio is a ratio of: several of them are put together in proportion to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Its denominator, above 0: look-ups, bytes or milliseconds.
    pub whole: f64,
    /// How many times something could go either way; 0 where it is no matter of times.
    pub trials: f64,
}

/// The values of one replication while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub list: Vec<Value>,
}

impl Values {
    /// Adds one value; labels that are `None` are absent.
    pub fn push(&mut self, name: &str, labels: &[(&'static str, Option<&str>)], value: f64) {
        let metric = metric(name);
        let present = metric.labels.iter().filter_map(|wanted| {
            let (label, text) = labels.iter().find(|(label, _)| label == wanted)?;
            text.map(|text| (*label, text.to_owned()))
        });
        self.list.push(Value { metric, labels: present.collect(), value, weight: None });
    }

    /// Adds how many of `whole` were `part`, or nothing where there was none: such a ratio has no value.
    pub fn ratio(&mut self, name: &str, labels: &[(&'static str, Option<&str>)], part: f64, whole: f64) {
        self.weighted(name, labels, part, Weight { whole, trials: whole });
    }

    /// Adds `part` ÷ the whole of a weight, or nothing where that is 0.
    pub fn weighted(
        &mut self,
        name: &str,
        labels: &[(&'static str, Option<&str>)],
        part: f64,
        weight: Weight,
    ) {
        if weight.whole > 0.0 {
            self.push(name, labels, part / weight.whole);
            self.list.last_mut().expect("it was pushed").weight = Some(weight);
        }
    }
}
