use super::trigger::Origin;
use super::workflow::Workflow;
use crate::event::Conclusion;
use crate::project::Checkout;
use crate::service::{Access, CacheMode, Scope, Trigger};
use crate::units::SimTime;
use std::rc::Rc;

/// Where a job of a workflow run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It needs others first.
    Blocked,
    /// It waits for a runner, since then.
    Queued(SimTime),
    /// It runs.
    Running,
    /// It ended, or was never started.
    Ended(Conclusion),
}

/// One run of a workflow.
#[derive(Debug, Clone)]
pub struct Run {
    /// The number of the push that triggered it, in time order.
    pub push: u32,
    /// The push's identity.
    pub push_id: u64,
    /// What it checks out.
    pub checkout: Rc<Checkout>,
    /// The workflow, an index.
    pub workflow: usize,
    /// Its ref and trigger.
    pub origin: Origin,
    /// What its jobs' tokens are for.
    pub scopes: Scopes,
    /// When it was triggered.
    pub triggered: SimTime,
    /// Its jobs.
    pub jobs: Vec<JobState>,
}

/// The scopes of a workflow run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    /// Its ref.
    pub own: Scope,
    /// The default branch, which all pull requests are based on.
    pub default: Scope,
}

impl Scopes {
    /// What the token of a job allows, by what triggered its run and the `cache-mode` it declares.
    pub fn access(self, trigger: Trigger, declared: Option<CacheMode>) -> Access {
        Access::of(trigger, declared, self.own, Some(self.default), self.default)
    }
}

impl Run {
    /// The jobs that can be queued now: everything they need has succeeded.
    pub fn ready(&self, workflow: &Workflow) -> Vec<usize> {
        let succeeded = |job: &usize| self.jobs[*job] == JobState::Ended(Conclusion::Success);
        let blocked = self.jobs.iter().enumerate().filter(|(_, state)| **state == JobState::Blocked);
        blocked.map(|(job, _)| job).filter(|job| workflow.jobs[*job].needs.iter().all(succeeded)).collect()
    }

    /// A job ended. Jobs that need one that did not succeed are skipped.
    pub fn end_job(&mut self, workflow: &Workflow, job: usize, conclusion: Conclusion) {
        self.jobs[job] = JobState::Ended(conclusion);
        for later in job + 1..self.jobs.len() {
            let lost = workflow.jobs[later]
                .needs
                .iter()
                .any(|need| matches!(self.jobs[*need], JobState::Ended(how) if how != Conclusion::Success));
            if lost && self.jobs[later] == JobState::Blocked {
                self.jobs[later] = JobState::Ended(Conclusion::Cancelled);
            }
        }
    }

    /// How the run ended; `None` while a job is still to come. Jobs that were cancelled or skipped
    /// because another failed do not decide it: the first one that failed by itself does.
    pub fn conclusion(&self) -> Option<Conclusion> {
        let mut worst = Conclusion::Success;
        for state in &self.jobs {
            let JobState::Ended(conclusion) = state else { return None };
            if matches!(worst, Conclusion::Success | Conclusion::Cancelled)
                && *conclusion != Conclusion::Success
            {
                worst = *conclusion;
            }
        }
        Some(worst)
    }
}
