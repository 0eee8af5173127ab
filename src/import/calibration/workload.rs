//! What recorded runs say of the whole repository: how late crons start, how often red runs are run again, how long
//! jobs wait for a runner.

use super::{Calibration, Recorded, RecordedRun, Sample, count, share, time};
use crate::units::SimTime;
use crate::workload::Cron;

/// The fewest runs of which something is said.
const RUNS_MIN: usize = 5;
/// The longest delay that is looked for, in hours. A cron that starts more often leaves open to which start a run
/// belongs.
const DELAY_HOURS: i64 = 8;
/// The quartiles of a normal distribution are this many standard deviations apart.
const QUARTILES_APART: f64 = 1.349;

/// The schedules of a workflow.
#[derive(Debug, Clone)]
pub struct WorkflowCrons {
    /// The workflow's name, as GitHub shows it.
    pub workflow: String,
    /// Its schedules, each with its time zone.
    pub crons: Vec<(String, Option<String>)>,
}

impl Calibration {
    /// Learns what holds for all workflows.
    pub fn learn_workload(&mut self, crons: &[WorkflowCrons]) {
        let Some((recorded, source)) = self.recorded.take() else { return };
        self.learn_re_runs(&recorded.runs, &source);
        let delays = Sample::of(crons.iter().flat_map(|own| delays(own, &recorded.runs)));
        let quartiles = delays.quantile(0.25).zip(delays.quantile(0.75));
        if let (Some(median), Some((low, high)), true) =
            (delays.median(), quartiles, delays.len() >= RUNS_MIN)
        {
            let sigma = libm::log(high.max(1.0) / low.max(1.0)) / QUARTILES_APART;
            let sigma = (libm::round(sigma * 100.0) / 100.0).max(0.05);
            let value = format!("{{ lognormal = {{ median = {}, sigma = {sigma} }} }}", time(median));
            let about = format!("from {source}: {}", count(delays.len(), "scheduled run", "scheduled runs"));
            self.learn(&["workload", "cron-delay"], value, about);
        }
        self.recorded = Some((recorded, source));
    }

    fn learn_re_runs(&mut self, runs: &[RecordedRun], source: &str) {
        let again = runs.iter().filter(|run| run.attempt.is_some_and(|attempt| attempt > 1)).count();
        let is_red = |run: &&RecordedRun| run.attempt == Some(1) && run.conclusion == "failure";
        let red = runs.iter().filter(is_red).count();
        if again + red >= RUNS_MIN {
            let about = format!("from {source}: {again} of {}", count(again + red, "red run", "red runs"));
            self.learn(&["workload", "re-runs", "share"], share(again as f64, again + red), about);
        }
        let cancelled = runs.iter().filter(|run| run.conclusion == "cancelled").count();
        if cancelled > 0 {
            let all = count(runs.len(), "run", "runs");
            self.remark(format!(
                "{source}: {cancelled} of {all} were cancelled; concurrency groups cancel here"
            ));
        }
    }

    pub(super) fn tell_of_queues(&mut self, recorded: &Recorded, source: &str) {
        let waits = Sample::of(recorded.jobs.iter().filter_map(|job| job.queued));
        let (Some(median), Some(late)) = (waits.median(), waits.quantile(0.9)) else { return };
        let jobs = count(waits.len(), "job", "jobs");
        let [median, late] = [median, late].map(|seconds| format!("{} s", libm::round(seconds)));
        self.remarks
            .push(format!("{source}: {jobs} waited {median} for a runner, one in ten {late} or longer"));
    }
}

/// How late the scheduled runs of a workflow were made, in seconds. Re-runs are left out.
fn delays(of: &WorkflowCrons, runs: &[RecordedRun]) -> Vec<f64> {
    let crons = of
        .crons
        .iter()
        .filter_map(|(fields, zone)| Cron::new(0, fields, zone.as_deref().unwrap_or("UTC")).ok());
    let crons: Vec<Cron> = crons.filter(|cron| !cron.is_too_frequent()).collect();
    let own = runs.iter().filter(|run| {
        run.event.as_deref() == Some("schedule")
            && run.workflow.as_deref() == Some(of.workflow.as_str())
            && run.attempt.is_none_or(|attempt| attempt == 1)
    });
    own.filter_map(|run| run.created.or(run.started)).filter_map(|at| delay(&crons, at)).collect()
}

/// The time since the last start that a cron asks for.
fn delay(crons: &[Cron], at: f64) -> Option<f64> {
    let at = SimTime((at * 1_000.0) as i64);
    let last = crons.iter().filter_map(|cron| {
        let mut start = cron.next(SimTime(at.0 - DELAY_HOURS * 3_600_000)).filter(|start| *start <= at)?;
        while let Some(next) = cron.next(start).filter(|next| *next <= at) {
            start = next;
        }
        Some(start)
    });
    last.max().map(|start| (at.0 - start.0) as f64 / 1_000.0)
}
