//! The parts of a timeline that come from the outcome at the end, not from events: the job runs and their
//! durations.

use crate::event::{Conclusion, JobRun};
use crate::observe::timeline::{Durations, Ran};
use crate::observe::{Outcome, quantile};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// The most runs that are listed.
const RUNS_MAX: usize = 6_000;
/// The number of equal steps of probability between the shortest and the longest run.
const QUANTILE_STEPS: usize = 40;

/// The job runs in the order of their start, and how many there were. If there are too many, only every nth
/// run is listed. Times are counted from `start`.
pub(super) fn runs(outcome: &Outcome, start: SimTime) -> (Vec<Ran>, u64) {
    let mut runs: Vec<&JobRun> = outcome.runs.iter().collect();
    runs.sort_by_key(|run| (run.started, run.job));
    let each = runs.len().div_ceil(RUNS_MAX).max(1);
    let seconds = |milliseconds: i64| (milliseconds + 500).div_euclid(1000);
    let ran = |run: &&JobRun| Ran {
        start: seconds((run.started - start).0),
        seconds: seconds((run.ended - run.started).0),
        wasted: seconds((run.build - run.ideal).0.max(0)),
        job: run.job.0,
        class: run.kind.class() as u8,
        conclusion: run.conclusion as u8,
    };
    (runs.iter().step_by(each).map(ran).collect(), runs.len() as u64)
}

/// The durations of the successful runs in the measured time, grouped by the job's name without a matrix
/// leg. These are the runs that `job.duration` counts.
pub(super) fn durations(outcome: &Outcome) -> Vec<Durations> {
    let mut minutes = BTreeMap::<&str, Vec<f64>>::new();
    let counts = |run: &&JobRun| run.conclusion == Conclusion::Success && outcome.window.measures(run.queued);
    for run in outcome.runs.iter().filter(counts) {
        let job = &outcome.names.jobs[usize::from(run.job.0)].group;
        minutes.entry(job).or_default().push((run.ended - run.started).as_minutes_f64());
    }
    minutes.into_iter().map(|(job, minutes)| of_job(job, minutes)).collect()
}

fn of_job(job: &str, mut minutes: Vec<f64>) -> Durations {
    let mean = minutes.iter().sum::<f64>() / minutes.len() as f64;
    let mut at = |step: usize| hundredths(quantile(&mut minutes, step as f64 / QUANTILE_STEPS as f64));
    Durations {
        job: job.to_owned(),
        mean: hundredths(mean),
        quantiles: (0..=QUANTILE_STEPS).map(&mut at).collect(),
        runs: minutes.len() as u64,
    }
}

fn hundredths(value: f64) -> f64 {
    libm::round(value * 100.0) / 100.0
}
