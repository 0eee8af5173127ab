use super::batches::Batches;
use super::estimate::Estimate;
use super::gathering::Gathering;
use super::series::Series;
use crate::outcome::{Expectation, Judgement, Measure, Outcome, Value, Wait};

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

/// Plays replications 0 to `replications` − 1 of one scenario: see [`Gathering::grow`].
///
/// # Errors
/// The error of the first replication, in their order, that failed.
///
/// # Panics
/// If there is nothing to play.
pub fn replicate<E: Send>(
    replications: u32,
    simulate: impl Fn(u32) -> Result<Outcome, E> + Sync,
    finished: impl Fn() + Sync,
) -> Result<Study, E> {
    let simulate = |_, replication| simulate(replication);
    let studies = replicate_each(1, replications, simulate, finished)?;
    Ok(studies.into_iter().next().expect("one case was played"))
}

/// The same for `cases` scenarios at once, whose replications share the threads.
///
/// # Errors
/// The error of the first replication of the first case, in their order, that failed.
///
/// # Panics
/// If there is nothing to play.
pub fn replicate_each<E: Send>(
    cases: usize,
    replications: u32,
    simulate: impl Fn(usize, u32) -> Result<Outcome, E> + Sync,
    finished: impl Fn() + Sync,
) -> Result<Vec<Study>, E> {
    let mut gathering = Gathering::of(cases);
    gathering.grow(replications, simulate, finished)?;
    Ok(gathering.studies())
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

    pub(super) fn new(values: &[Vec<Value>], waits: Vec<Vec<Wait>>, first: Outcome) -> Study {
        let series = Series::gather(values);
        let estimates = Estimate::of_all(&series);
        Study { replications: values.len() as u32, series, estimates, waits, first, batches: None }
    }
}
