//! One run of a workflow: the state of its jobs, which of them can start, and how the run ends. The
//! scheduler keeps all runs; this file knows neither runners nor time.

use super::job_states::{Dependents, JobState, JobStates};
use super::trigger::Origin;
use super::workflow::Workflow;
use crate::client::{GithubContext, KeyValues};
use crate::event::Conclusion;
use crate::project::Checkout;
use crate::service::{Access, CacheMode, Scope, Trigger};
use crate::units::SimTime;
use std::rc::Rc;

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
    /// Its jobs.
    pub jobs: JobStates,
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
        for job in self.jobs.held() {
            if self.has_room(workflow, *job, &ready) {
                ready.push(*job);
            }
        }
        ready
    }

    /// True if the job waits for nothing but its run, which waits in a concurrency group, or for other legs
    /// (`max-parallel`).
    pub fn is_held_back(&self, job: usize) -> bool {
        self.jobs.held().contains(&job)
    }

    /// Begins the next attempt: the jobs that have not succeeded run again, and those that need them, as
    /// GitHub does for "Re-run failed jobs".
    pub fn repeat(&mut self, workflow: &Workflow, dependents: &Dependents) {
        let mut states = self.jobs.all().to_vec();
        let mut again = vec![false; states.len()];
        for (job, spec) in workflow.jobs.iter().enumerate() {
            let failed = matches!(states[job], JobState::Ended(how) if how != Conclusion::Success);
            again[job] = self.selected[job] && (failed || spec.needs.iter().any(|need| again[*need]));
            if again[job] {
                states[job] = JobState::Blocked;
            }
        }
        self.attempt += 1;
        self.cancelled = false;
        let github = GithubContext { run_attempt: self.attempt, ..(*self.github).clone() };
        self.github = Rc::new(github);
        self.jobs = JobStates::new(workflow, dependents, states);
        self.jobs.skip(workflow, dependents);
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
    fn has_room(&self, workflow: &Workflow, job: usize, ready: &[usize]) -> bool {
        let Some(most) = workflow.jobs[job].max_parallel else { return true };
        let starts = |leg: &usize| {
            let has_begun = matches!(
                self.jobs.all()[*leg],
                JobState::Pending(_) | JobState::Queued(..) | JobState::Running(_)
            );
            has_begun || ready.contains(leg)
        };
        workflow.legs(job).filter(starts).count() < most as usize
    }

    /// True if a job of it has started, or waits to.
    pub fn has_begun(&self) -> bool {
        !self.jobs.all().iter().all(|state| matches!(state, JobState::Blocked | JobState::Skipped))
    }

    /// The conclusion of the run; `None` while a job has not ended. Jobs that were cancelled or skipped
    /// because of another job do not count; the first job that failed by itself decides.
    pub fn conclusion(&self) -> Option<Conclusion> {
        if !self.jobs.are_over() {
            return None;
        }
        let mut worst = Conclusion::Success;
        for state in self.jobs.all() {
            let JobState::Ended(conclusion) = state else { continue };
            let is_undecided = matches!(worst, Conclusion::Success | Conclusion::Cancelled);
            if is_undecided && *conclusion != Conclusion::Success {
                worst = *conclusion;
            }
        }
        Some(if self.cancelled { Conclusion::Cancelled } else { worst })
    }
}
