//! The states of the jobs of a run, and which of them only their run holds back. The end of a job costs as much as it has
//! dependents, so that each of 10,000 jobs costs as much as each of ten. `run.rs` knows what GitHub does with them.

use super::pool::Ticket;
use super::workflow::{Condition, Workflow};
use crate::event::Conclusion;
use crate::units::SimTime;
use std::collections::BTreeSet;

/// The state of a job in a workflow run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for jobs that it needs.
    Blocked,
    /// It waits in its concurrency group, since this instant.
    Pending(SimTime),
    /// It waits for a runner, since this instant, with this ticket.
    Queued(SimTime, Ticket),
    /// It runs, in this slot of the scheduler.
    Running(usize),
    /// It has ended, or was cancelled before it could start.
    Ended(Conclusion),
    /// It does not run: its condition does not hold, or a job that it needs has not succeeded.
    Skipped,
}

impl JobState {
    /// True if it will not change any more in this attempt.
    fn is_over(self) -> bool {
        matches!(self, JobState::Ended(_) | JobState::Skipped)
    }
}

/// The jobs of a workflow that need each of its jobs, by their indices.
#[derive(Debug, Clone)]
pub struct Dependents(Vec<Vec<usize>>);

impl Dependents {
    /// Those of the jobs of this workflow.
    pub fn of(workflow: &Workflow) -> Dependents {
        let mut dependents = vec![Vec::new(); workflow.jobs.len()];
        for (job, spec) in workflow.jobs.iter().enumerate() {
            spec.needs.iter().for_each(|need| dependents[*need].push(job));
        }
        Dependents(dependents)
    }
}

/// The jobs of a run.
#[derive(Debug, Clone, Default)]
pub struct JobStates {
    states: Vec<JobState>,
    before: Vec<Before>,
    /// How many are not over.
    open: usize,
    /// The blocked jobs that need no job that is not over.
    held: BTreeSet<usize>,
    /// The jobs of which that has become true since the last [`JobStates::skip`].
    freed: Vec<usize>,
}

/// What has become of the jobs that a job needs, of those that they need, and so on.
#[derive(Debug, Clone, Copy)]
struct Before {
    /// How many of those that it needs itself are not over.
    open: u32,
    succeeded: bool,
    failed: bool,
}

impl JobStates {
    /// The jobs of a run in these states.
    pub fn new(workflow: &Workflow, dependents: &Dependents, states: Vec<JobState>) -> JobStates {
        let needs = workflow.jobs.iter().map(|job| job.needs.len() as u32);
        let mut jobs = JobStates {
            before: needs.map(|open| Before { open, succeeded: true, failed: false }).collect(),
            open: states.iter().filter(|state| !state.is_over()).count(),
            states,
            ..JobStates::default()
        };
        // A job comes after those that it needs.
        for job in 0..jobs.states.len() {
            if jobs.before[job].open == 0 {
                jobs.free(job);
            }
            if jobs.states[job].is_over() {
                jobs.tell(job, dependents);
            }
        }
        jobs
    }

    /// The state of each job.
    pub fn all(&self) -> &[JobState] {
        &self.states
    }

    /// True if no job changes its state any more in this attempt.
    pub fn are_over(&self) -> bool {
        self.open == 0
    }

    /// The blocked jobs that wait for no other job, in order.
    pub fn held(&self) -> &BTreeSet<usize> {
        &self.held
    }

    /// Changes the state of a job.
    pub fn set(&mut self, job: usize, state: JobState, dependents: &Dependents) {
        let was_over = std::mem::replace(&mut self.states[job], state).is_over();
        self.held.remove(&job);
        if state.is_over() && !was_over {
            self.open -= 1;
            self.tell(job, dependents);
        }
    }

    /// Skips the blocked jobs whose condition does not hold now that the jobs they need are over. GitHub asks for all of
    /// their ancestors, not for those alone that they need themselves.
    pub fn skip(&mut self, workflow: &Workflow, dependents: &Dependents) {
        while let Some(job) = self.freed.pop() {
            if self.held.contains(&job) && !self.before[job].lets_run(workflow.jobs[job].condition) {
                self.set(job, JobState::Skipped, dependents);
            }
        }
    }

    /// Tells the dependents of a job that is over.
    fn tell(&mut self, job: usize, dependents: &Dependents) {
        let Before { succeeded, failed, .. } = self.before[job];
        let state = self.states[job];
        // A job that has run out of time counts as cancelled.
        let fails = matches!(state, JobState::Ended(Conclusion::Failed | Conclusion::OutOfDisk));
        for dependent in &dependents.0[job] {
            let before = &mut self.before[*dependent];
            before.open -= 1;
            before.succeeded &= succeeded && state == JobState::Ended(Conclusion::Success);
            before.failed |= failed || fails;
            if before.open == 0 {
                self.free(*dependent);
            }
        }
    }

    /// The jobs that a job needs are over.
    fn free(&mut self, job: usize) {
        if self.states[job] == JobState::Blocked {
            self.held.insert(job);
            self.freed.push(job);
        }
    }
}

impl Before {
    fn lets_run(self, condition: Condition) -> bool {
        match condition {
            Condition::Success => self.succeeded,
            Condition::Always | Condition::NotCancelled => true,
            Condition::Failure => self.failed,
        }
    }
}
