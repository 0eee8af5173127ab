//! The replications of one scenario, and what is known from them.

use super::batches::Batches;
use super::estimate::Estimate;
use super::series::Series;
use crate::observe::{Expectation, Judgement, Measure, Outcome, Value, Wait};

/// The replications of one scenario under one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// How many replications were played, at least 1.
    pub replications: u32,
    /// Every metric and label combination with its value in each replication, in the order of the
    /// catalogue and then of the labels.
    pub series: Vec<Series>,
    /// The mean and interval of each series, in the same order.
    pub estimates: Vec<Estimate>,
    /// How long each push was waited for that succeeded, replication by replication.
    pub waits: Vec<Vec<Wait>>,
    /// The whole outcome of the first replication, for the stories only single runs can tell.
    pub first: Outcome,
    /// The parts of the only replication, where intervals are over those.
    pub batches: Option<Batches>,
}

impl Study {
    /// The mean and interval of one metric under exactly these labels, in any order.
    pub fn estimate(&self, name: &str, labels: &[(&str, &str)]) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.is(name, labels))
    }

    /// What is known of something asked for by name. A count that did not occur is 0, if its labels name
    /// things the scenario has; of anything else that was never measured nothing is known.
    pub fn known(&self, measure: &Measure) -> Option<Estimate> {
        let found = self.estimates.iter().find(|e| measure.is(e.metric, &e.labels));
        let possible = measure.metric.zero_when_absent && measure.stranger(&self.first.names).is_none();
        found.cloned().or_else(|| possible.then(|| Estimate::never(measure, self.replications)))
    }

    /// Whether a metric is within the bounds of an expectation. What was never measured is not: a check
    /// that looks at nothing should not pass, and more replications would not help.
    pub fn judge(&self, expectation: &Expectation) -> Judgement {
        match self.known(&expectation.measure) {
            None => Judgement::NotHeld,
            Some(known) if self.has_no_interval(known.n) => Judgement::Undecided,
            Some(known) => expectation.judge(known.low, known.high),
        }
    }

    /// Whether a metric was measured too seldom to say how it varies, though others vary. A study of one
    /// replication has no intervals at all, and its values are believed.
    pub fn has_no_interval(&self, n: u32) -> bool {
        n < 2 && self.replications > 1
    }

    /// Whether several replications came out alike: nothing in the scenario is left to chance.
    pub fn is_certain(&self) -> bool {
        let certain = |estimate: &Estimate| estimate.low == estimate.high;
        self.replications > 1 && self.estimates.iter().all(certain)
    }

    /// Of the metric values and the waited-for pushes of each replication, and the whole outcome of the first.
    pub fn new(values: &[Vec<Value>], waits: Vec<Vec<Wait>>, first: Outcome) -> Study {
        let series = Series::gather(values);
        let estimates = Estimate::of_all(&series);
        Study { replications: values.len() as u32, series, estimates, waits, first, batches: None }
    }
}
