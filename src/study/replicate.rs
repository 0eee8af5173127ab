use super::batches::Batches;
use super::estimate::Estimate;
use super::gathering::Gathering;
use super::series::Series;
use crate::outcome::{Expectation, Outcome, Value, Wait};

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

    /// The mean an expectation is about. A count that did not occur is 0, if its labels name things
    /// the scenario has; anything else that was never measured has no mean.
    pub fn mean_for(&self, expectation: &Expectation) -> Option<f64> {
        let measure = &expectation.measure;
        let found = self.estimates.iter().find(|e| measure.is(e.metric, &e.labels));
        let possible = measure.stranger(&self.first.names).is_none();
        let zero = (possible && measure.metric.zero_when_absent).then_some(0.0);
        found.map(|estimate| estimate.mean).or(zero)
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
