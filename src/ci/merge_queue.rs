//! The merge queue, as far as a merge depends on runs: a group is merged once its required runs have succeeded, and
//! leaves the queue when one of them has not (GitHub's documentation, "Managing a merge queue").
//!
//! Each group is one pull request. The queue knows neither branches nor what is merged; `engine` asks it what may
//! happen to a pull request.

use crate::event::{Conclusion, RefClass, WorkflowId, WorkflowRun};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// The pull requests whose merge is not decided yet.
#[derive(Debug, Default)]
pub struct MergeQueue {
    groups: BTreeMap<u32, MergeGroup>,
}

/// A pull request in the queue, or on its way back to it.
#[derive(Debug)]
struct MergeGroup {
    /// The identity of the push that began the group.
    push: u64,
    /// It is not merged before.
    due: SimTime,
    /// How many of its required runs have not ended.
    open_runs: u32,
    /// The workflows of those that have succeeded.
    passed: Vec<WorkflowId>,
    /// The workflows of those that were cancelled.
    cancelled: Vec<WorkflowId>,
    state: MergeGroupState,
    /// What is put off until its merge is decided: its closing and its merge.
    held: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MergeGroupState {
    /// It is in the queue.
    Queued,
    /// A required run has failed, and the pull request is given up.
    Removed,
    /// A required run has failed, and the pull request will be put back.
    Returns,
}

impl MergeGroup {
    /// True if all its runs have ended, and some workflow has a cancelled run and none that succeeded. A check has the
    /// result of the run that came last, so the run on `push` may cancel the one on `merge_group`.
    fn lacks_a_check(&self) -> bool {
        self.open_runs == 0 && self.cancelled.iter().any(|workflow| !self.passed.contains(workflow))
    }
}

/// What may happen to a pull request at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeVerdict {
    /// It is merged.
    Merged,
    /// It is closed without a merge.
    Removed,
    /// It is not decided yet.
    Open,
}

impl MergeQueue {
    /// True if no merge depends on runs.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// A group begins for a pull request. It waits for so many required runs, and for an instant.
    pub fn enter(&mut self, number: u32, push: u64, due: SimTime, open_runs: u32) {
        let held = self.groups.remove(&number).map_or_else(Vec::new, |before| before.held);
        let (passed, cancelled) = (Vec::new(), Vec::new());
        let state = MergeGroupState::Queued;
        self.groups.insert(number, MergeGroup { push, due, open_runs, passed, cancelled, state, held });
    }

    /// Notes the end of a run. Returns the pull request whose group it is for, and true if the group leaves the queue
    /// because of it.
    pub fn end_run(&mut self, run: &WorkflowRun) -> Option<(u32, bool)> {
        // A run that follows this one (`workflow_run`) is on the default branch, and no check of the group.
        let is_check =
            |group: &MergeGroup| group.push == run.push && run.class == RefClass::Other && run.required;
        let (number, group) = self.groups.iter_mut().find(|(_, group)| is_check(group))?;
        group.open_runs = group.open_runs.saturating_sub(1);
        match run.conclusion {
            Conclusion::Success => group.passed.push(run.workflow),
            Conclusion::Cancelled => group.cancelled.push(run.workflow),
            _ => {}
        }
        let fails =
            group.state == MergeGroupState::Queued && (run.conclusion.is_red() || group.lacks_a_check());
        if fails {
            group.state = MergeGroupState::Removed;
        }
        Some((*number, fails))
    }

    /// A pull request that has left the queue will be put back.
    pub fn return_later(&mut self, number: u32) {
        if let Some(group) = self.groups.get_mut(&number) {
            group.state = MergeGroupState::Returns;
        }
    }

    /// What may happen to a pull request now.
    pub fn verdict(&self, number: u32, now: SimTime) -> MergeVerdict {
        match self.groups.get(&number) {
            None => MergeVerdict::Merged,
            Some(MergeGroup { state: MergeGroupState::Removed, .. }) => MergeVerdict::Removed,
            Some(MergeGroup { state: MergeGroupState::Queued, due, open_runs: 0, .. }) if now >= *due => {
                MergeVerdict::Merged
            }
            Some(_) => MergeVerdict::Open,
        }
    }

    /// Puts off the closing or the merge of a pull request, which `engine` knows by this number.
    pub fn hold(&mut self, number: u32, planned: u32) {
        if let Some(group) = self.groups.get_mut(&number) {
            group.held.push(planned);
        }
    }

    /// What was put off for a pull request, in order.
    pub fn take_held(&mut self, number: u32) -> Vec<u32> {
        self.groups.get_mut(&number).map_or_else(Vec::new, |group| std::mem::take(&mut group.held))
    }

    /// The merge of a pull request is decided.
    pub fn leave(&mut self, number: u32) {
        self.groups.remove(&number);
    }
}
