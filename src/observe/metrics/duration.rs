//! Metrics of job runs and workflow runs: counts, durations, wasted time and lost entries. They are
//! computed at the end from the recorded runs, unlike the counters in `traffic.rs`.

use super::labels::{JobLabels, combinations};
use super::quantile::{Spread, push_spread};
use super::value::{Values, Weight};
use crate::event::{
    ClientId, Conclusion, JobRun, Names, RefClass, Restore, StepId, Window, WorkflowId, WorkflowRun,
};
use crate::observe::metric;
use crate::service::RemovalReason;
use crate::units::Duration;
use std::collections::BTreeMap;

/// Computes the metrics of job runs and workflow runs.
///
/// A run counts if it was queued (a workflow run: triggered) in the measured time. Durations and
/// the wasted share are those of successful runs only: a run that failed early is not a fast run.
pub(super) struct Measured<'a> {
    pub names: &'a Names,
    pub jobs: &'a JobLabels,
    pub window: Window,
}

impl Measured<'_> {
    /// Computes all metrics of runs that were queued in the measured time.
    pub fn finish(&self, values: &mut Values, runs: &[JobRun], workflow_runs: &[WorkflowRun]) {
        let runs: Vec<&JobRun> = runs.iter().filter(|run| self.window.measures(run.queued)).collect();
        let successful: Vec<&JobRun> = of_success(&runs, |run| run.conclusion);
        self.evicted_shares(values, &runs);
        self.job_runs(values, &runs);
        self.job_durations(values, &successful);
        self.wasted_shares(values, &successful);
        self.failed_writes(values, &runs);
        self.step_ratios(values, &runs);
        let counted = |run: &&WorkflowRun| self.window.measures(run.triggered);
        let workflow_runs: Vec<&WorkflowRun> = workflow_runs.iter().filter(counted).collect();
        self.workflow_durations(values, &of_success(&workflow_runs, |run| run.conclusion));
    }

    fn evicted_shares(&self, values: &mut Values, runs: &[&JobRun]) {
        let mut sums = BTreeMap::<_, [u64; 3]>::new();
        for run in runs {
            let missed = run.restores.iter().filter(|restore| !restore.outcome.is_hit());
            for Restore { client, evicted, .. } in missed {
                for key in combinations(*client, self.jobs.of(usize::from(run.job.0)), run.kind.class()) {
                    let [missed, size, idle] = sums.entry(key).or_default();
                    *missed += 1;
                    *size += u64::from(*evicted == Some(RemovalReason::Size));
                    *idle += u64::from(*evicted == Some(RemovalReason::Idle));
                }
            }
        }
        for ((client, job, class), [missed, size, idle]) in &sums {
            let client = client.map(|ClientId(client)| self.names.clients[usize::from(client)].as_str());
            let class = class.map(RefClass::label);
            for (reason, gone) in [(RemovalReason::Size, size), (RemovalReason::Idle, idle)] {
                let labels = [("client", client), ("job", self.jobs.text(*job)), ("ref", class)];
                let labels = [labels[0], labels[1], labels[2], ("reason", Some(reason.label()))];
                values.ratio(&metric::RESTORE_EVICTED_SHARE, &labels, *gone as f64, *missed as f64);
            }
        }
    }

    fn job_runs(&self, values: &mut Values, runs: &[&JobRun]) {
        let days = self.window.measured().as_days_f64();
        let mut sums = BTreeMap::<_, [u64; Conclusion::ALL.len()]>::new();
        for run in runs {
            for key in self.keys(run) {
                sums.entry(key).or_default()[run.conclusion as usize] += 1;
            }
        }
        for (key, counts) in &sums {
            let [workflow, job, class] = self.labels(*key);
            let all = counts.iter().sum::<u64>() as f64;
            values.push(&metric::JOB_RUNS, &[workflow, job, class], all / days);
            for conclusion in Conclusion::ALL {
                let labels = [workflow, job, class, ("conclusion", Some(conclusion.label()))];
                values.push(&metric::JOB_RUNS, &labels, counts[conclusion as usize] as f64 / days);
            }
            let succeeded = counts[Conclusion::Success as usize] as f64;
            values.ratio(&metric::JOB_SUCCESS_SHARE, &[workflow, job, class], succeeded, all);
        }
    }

    fn job_durations(&self, values: &mut Values, runs: &[&JobRun]) {
        let mut samples = BTreeMap::<_, Vec<f64>>::new();
        for run in runs {
            for key in self.keys(run) {
                samples.entry(key).or_default().push((run.ended - run.started).as_minutes_f64());
            }
        }
        for (key, samples) in &mut samples {
            push_spread(values, &metric::JOB_DURATION, &self.labels(*key), samples, Spread::MeanAndQuantiles);
        }
    }

    fn wasted_shares(&self, values: &mut Values, runs: &[&JobRun]) {
        let mut sums = BTreeMap::<Option<u32>, (Duration, Duration)>::new();
        for run in runs {
            let labels = self.jobs.of(usize::from(run.job.0)).iter().copied().map(Some);
            for label in std::iter::once(None).chain(labels) {
                let (wasted, built) = sums.entry(label).or_default();
                *wasted += run.build - run.ideal;
                *built += run.build;
            }
        }
        for (label, (wasted, built)) in &sums {
            let labels = [("job", self.jobs.text(*label))];
            let weight = Weight { whole: built.0 as f64, trials: 0.0 };
            values.weighted(&metric::JOB_WASTED_SHARE, &labels, wasted.0 as f64, weight);
        }
    }

    fn failed_writes(&self, values: &mut Values, runs: &[&JobRun]) {
        let mut samples = BTreeMap::<u32, Vec<f64>>::new();
        for run in runs.iter().filter(|run| run.writes_attempted >= WRITES_MIN) {
            let share = f64::from(run.writes_failed) / f64::from(run.writes_attempted);
            for label in self.jobs.of(usize::from(run.job.0)) {
                samples.entry(*label).or_default().push(share);
            }
        }
        samples.retain(|_, shares| shares.iter().any(|share| *share > 0.0));
        for (label, shares) in &mut samples {
            let labels = [("job", self.jobs.text(Some(*label)))];
            push_spread(values, &metric::JOB_FAILED_WRITES, &labels, shares, Spread::Range);
        }
    }

    fn step_ratios(&self, values: &mut Values, runs: &[&JobRun]) {
        let mut sums = BTreeMap::<(StepId, _), (u64, u64)>::new();
        for run in runs {
            for (step, cached) in &run.steps {
                for key in self.keys(run).into_iter().filter(|key| key.0.is_none()) {
                    let (found, all) = sums.entry((*step, key)).or_default();
                    *found += u64::from(*cached);
                    *all += 1;
                }
            }
        }
        for ((step, key), (found, all)) in &sums {
            let [_, job, class] = self.labels(*key);
            let step = ("step", Some(self.names.steps[*step as usize].as_str()));
            values.ratio(&metric::STEP_CACHED_RATIO, &[job, class, step], *found as f64, *all as f64);
        }
    }

    fn workflow_durations(&self, values: &mut Values, runs: &[&WorkflowRun]) {
        let mut samples = BTreeMap::<_, Vec<f64>>::new();
        for run in runs {
            for key in combinations(run.workflow, &[], run.class) {
                samples.entry(key).or_default().push((run.ended - run.triggered).as_minutes_f64());
            }
        }
        for (key, samples) in &mut samples {
            push_spread(
                values,
                &metric::WORKFLOW_DURATION,
                &self.labels(*key),
                samples,
                Spread::MeanAndQuantiles,
            );
        }
    }

    fn keys(&self, run: &JobRun) -> Vec<DurationKey> {
        combinations(run.workflow, self.jobs.of(usize::from(run.job.0)), run.kind.class()).collect()
    }

    fn labels(&self, (workflow, job, class): DurationKey) -> [(&'static str, Option<&str>); 3] {
        let workflow = workflow.map(|WorkflowId(w)| self.names.workflows[usize::from(w)].as_str());
        [("workflow", workflow), ("job", self.jobs.text(job)), ("ref", class.map(RefClass::label))]
    }
}

/// The fewest writes of a job run whose share of lost ones is told: that of one or two archives is 0 or 1.
const WRITES_MIN: u32 = 10;

/// Workflow, job label and ref class. `None` means all of them.
type DurationKey = (Option<WorkflowId>, Option<u32>, Option<RefClass>);

fn of_success<'a, T>(runs: &[&'a T], conclusion: fn(&T) -> Conclusion) -> Vec<&'a T> {
    runs.iter().copied().filter(|run| conclusion(run) == Conclusion::Success).collect()
}
