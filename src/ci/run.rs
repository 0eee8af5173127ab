//! One run of a workflow: the state of its jobs, which of them can start, and how the run ends. The
//! scheduler keeps all runs; this file knows neither runners nor time.

use super::trigger::Origin;
use super::workflow::{Condition, Job, Workflow};
use crate::client::{GithubContext, KeyValues};
use crate::event::Conclusion;
use crate::project::Checkout;
use crate::service::{Access, CacheMode, Scope, Trigger};
use crate::units::SimTime;
use std::rc::Rc;

/// The state of a job in a workflow run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for jobs that it needs.
    Blocked,
    /// It waits in its concurrency group, since this instant.
    Pending(SimTime),
    /// It waits for a runner, since this instant.
    Queued(SimTime),
    /// A runner has taken it.
    Running,
    /// It has ended, or was cancelled before it could start.
    Ended(Conclusion),
    /// It does not run: its condition does not hold, or a job that it needs has not succeeded.
    Skipped,
}

/// One run of a workflow.
#[derive(Debug, Clone)]
pub struct Run {
    /// The number, in time order, of the push that triggered it.
    pub push: u32,
    /// The push's identity.
    pub push_id: u64,
    /// The address of its draws. The push's own is that of the first event of a push; other events differ.
    pub identity: u64,
    /// How many runs on `workflow_run` led to it.
    pub depth: u32,
    /// The state of the project that its jobs check out.
    pub checkout: Rc<Checkout>,
    /// The index of the workflow.
    pub workflow: usize,
    /// What GitHub tells its jobs about it.
    pub github: Rc<GithubContext>,
    /// Its ref and its trigger.
    pub origin: Origin,
    /// The cache scopes of its jobs.
    pub scopes: Scopes,
    /// When it was triggered.
    pub triggered: SimTime,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The name of its concurrency group, if its workflow has one.
    pub group: Option<String>,
    /// True once it is cancelled. It ends with its last job.
    pub cancelled: bool,
    /// For each job, whether the event and the pushed paths let it run.
    pub selected: Vec<bool>,
    /// The state of each job.
    pub jobs: Vec<JobState>,
}

/// The cache scopes that a workflow run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    /// The scope of its ref.
    pub own: Scope,
    /// The scope of a pull request's base; that of the default branch for other runs.
    pub base: Scope,
    /// The scope of the default branch.
    pub default: Scope,
}

impl Scopes {
    /// What a job's token may read and write, given the trigger of the run and the job's `cache-mode`.
    pub fn access(self, trigger: Trigger, declared: Option<CacheMode>) -> Access {
        Access::of(trigger, declared, self.own, Some(self.base), self.default)
    }
}

impl Run {
    /// The blocked jobs that can start now: those they need have ended, and fewer legs than `max-parallel`
    /// have started.
    pub fn ready(&self, workflow: &Workflow) -> Vec<usize> {
        let mut ready: Vec<usize> = Vec::new();
        for (job, spec) in workflow.jobs.iter().enumerate() {
            let is_blocked = self.jobs[job] == JobState::Blocked;
            if is_blocked && self.needs_have_ended(spec) && self.has_room(workflow, spec, &ready) {
                ready.push(job);
            }
        }
        ready
    }

    /// True if the job waits for nothing but its run, which waits in a concurrency group, or for other legs
    /// (`max-parallel`).
    pub fn is_held_back(&self, workflow: &Workflow, job: usize) -> bool {
        self.jobs[job] == JobState::Blocked && self.needs_have_ended(&workflow.jobs[job])
    }

    fn needs_have_ended(&self, spec: &Job) -> bool {
        spec.needs.iter().all(|need| matches!(self.jobs[*need], JobState::Ended(_) | JobState::Skipped))
    }

    /// Skips the blocked jobs whose condition does not hold now that the jobs they need have ended.
    pub fn skip_jobs(&mut self, workflow: &Workflow) {
        for (job, spec) in workflow.jobs.iter().enumerate() {
            if self.is_held_back(workflow, job) && !self.holds(workflow, spec) {
                self.jobs[job] = JobState::Skipped;
            }
        }
    }

    /// True if the condition of a job holds, given the ends of its ancestors: GitHub asks for all of them, not for those
    /// alone that it needs itself.
    fn holds(&self, workflow: &Workflow, spec: &Job) -> bool {
        let mut ancestors = workflow.ancestors(spec).map(|job| self.jobs[job]);
        match spec.condition {
            Condition::Success => ancestors.all(|state| state == JobState::Ended(Conclusion::Success)),
            Condition::Always | Condition::NotCancelled => true,
            // A job that has run out of time counts as cancelled.
            Condition::Failure => ancestors
                .any(|state| matches!(state, JobState::Ended(Conclusion::Failed | Conclusion::OutOfDisk))),
        }
    }

    /// Begins the next attempt: the jobs that have not succeeded run again, and those that need them, as
    /// GitHub does for "Re-run failed jobs".
    pub fn repeat(&mut self, workflow: &Workflow) {
        let mut again = vec![false; self.jobs.len()];
        for (job, spec) in workflow.jobs.iter().enumerate() {
            let failed = matches!(self.jobs[job], JobState::Ended(how) if how != Conclusion::Success);
            again[job] = self.selected[job] && (failed || spec.needs.iter().any(|need| again[*need]));
            if again[job] {
                self.jobs[job] = JobState::Blocked;
            }
        }
        self.attempt += 1;
        self.cancelled = false;
        let github = GithubContext { run_attempt: self.attempt, ..(*self.github).clone() };
        self.github = Rc::new(github);
        self.skip_jobs(workflow);
    }

    /// What the placeholders of the name of a concurrency group stand for.
    pub fn key_values<'a>(&'a self, job_name: &'a str) -> KeyValues<'a> {
        KeyValues {
            github: &self.github,
            ref_name: &self.origin.ref_name,
            job_name,
            checkout: &self.checkout,
            push_id: self.push_id,
            at: self.triggered,
        }
    }

    /// True if another leg of this job may start besides those that are `ready`.
    fn has_room(&self, workflow: &Workflow, spec: &Job, ready: &[usize]) -> bool {
        let Some(most) = spec.max_parallel else { return true };
        let starts = |job: usize| {
            let has_begun =
                matches!(self.jobs[job], JobState::Pending(_) | JobState::Queued(_) | JobState::Running);
            has_begun || ready.contains(&job)
        };
        let legs = (0..self.jobs.len()).filter(|job| workflow.jobs[*job].group == spec.group);
        legs.filter(|job| starts(*job)).count() < most as usize
    }

    /// True if a job of it has started, or waits to.
    pub fn has_begun(&self) -> bool {
        !self.jobs.iter().all(|state| matches!(state, JobState::Blocked | JobState::Skipped))
    }

    /// Records the end of a job, and skips those that cannot run after it.
    pub fn end_job(&mut self, workflow: &Workflow, job: usize, conclusion: Conclusion) {
        self.jobs[job] = JobState::Ended(conclusion);
        self.skip_jobs(workflow);
    }

    /// The conclusion of the run; `None` while a job has not ended. Jobs that were cancelled or skipped
    /// because of another job do not count; the first job that failed by itself decides.
    pub fn conclusion(&self) -> Option<Conclusion> {
        let mut worst = Conclusion::Success;
        for state in &self.jobs {
            let conclusion = match state {
                JobState::Ended(conclusion) => conclusion,
                JobState::Skipped => continue,
                JobState::Blocked | JobState::Pending(_) | JobState::Queued(_) | JobState::Running => {
                    return None;
                }
            };
            if matches!(worst, Conclusion::Success | Conclusion::Cancelled)
                && *conclusion != Conclusion::Success
            {
                worst = *conclusion;
            }
        }
        Some(if self.cancelled { Conclusion::Cancelled } else { worst })
    }
}
