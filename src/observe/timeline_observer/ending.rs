//! What a timeline takes from the outcome itself: the job runs.

use crate::event::{Conclusion, JobRun};
use crate::observe::timeline::{Durations, Ran};
use crate::observe::{Outcome, quantile};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// How many runs are told one by one.
const RUNS_MAX: usize = 6_000;
/// How many steps from the shortest to the longest run.
const QUANTILE_STEPS: usize = 40;

/// The job runs in the order they started, thinned evenly where there are too many, and how many
/// there were; `start` is what times are counted from.
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
        class: run.class as u8,
        conclusion: run.conclusion as u8,
    };
    (runs.iter().step_by(each).map(ran).collect(), runs.len() as u64)
}

/// The durations of successful runs of the measured time, as `job.duration` has them, by the job's
/// name without a matrix leg.
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
