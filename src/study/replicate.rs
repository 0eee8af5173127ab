use super::estimate::Estimate;
use super::series::Series;
use crate::outcome::{Expectation, Outcome, Value};
use rayon::prelude::*;

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
    /// The whole outcome of the first replication, for the stories only single runs can tell.
    pub first: Outcome,
}

/// Plays replications 0 to `replications` − 1 on the threads of the current pool.
///
/// The result does not depend on their number: what is gathered is put in the order of the
/// replications. `finished` is called after each of them, on its thread. Of every outcome but the
/// first, only the metric values are kept.
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

/// The same for `cases` scenarios at once, whose replications share the threads; `simulate` is told
/// the case and the replication. Replications of one number see the same draws in every case.
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
    assert!(cases > 0 && replications > 0, "a study needs a replication");
    let each = replications as usize;
    let play = |index: usize| {
        let replication = (index % each) as u32;
        let outcome = simulate(index / each, replication)?;
        finished();
        Ok(if replication == 0 { Played::First(Box::new(outcome)) } else { Played::Other(outcome.values) })
    };
    let played: Result<Vec<Played>, E> =
        (0..cases * each).into_par_iter().map(play).collect::<Vec<_>>().into_iter().collect();
    let mut played = played?.into_iter();
    Ok((0..cases).map(|_| study(played.by_ref().take(each))).collect())
}

fn study(played: impl Iterator<Item = Played>) -> Study {
    let mut first = None;
    let mut values = vec![];
    for played in played {
        match played {
            Played::First(outcome) => {
                values.push(outcome.values.clone());
                first = Some(*outcome);
            }
            Played::Other(more) => values.push(more),
        }
    }
    Study::new(values, first.expect("replication 0 was played"))
}

enum Played {
    First(Box<Outcome>),
    Other(Vec<Value>),
}

impl Study {
    /// The mean and interval of one metric under exactly these labels, in any order.
    pub fn estimate(&self, name: &str, labels: &[(&str, &str)]) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.is(name, labels))
    }

    /// The mean an expectation is about. A count that did not occur is 0, if its labels name things
    /// the scenario has; anything else that was never measured has no mean.
    pub fn mean_for(&self, expectation: &Expectation) -> Option<f64> {
        let labels: Vec<_> = expectation.labels.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let estimate = self.estimate(expectation.metric.name, &labels);
        let possible = labels.iter().all(|(label, text)| self.first.names.knows(label, text));
        let zero = (possible && expectation.metric.zero_when_absent).then_some(0.0);
        estimate.map(|estimate| estimate.mean).or(zero)
    }

    fn new(values: Vec<Vec<Value>>, first: Outcome) -> Study {
        let replications = values.len() as u32;
        let series = Series::gather(values);
        let estimates = Estimate::of_all(&series);
        Study { replications, series, estimates, first }
    }
}
