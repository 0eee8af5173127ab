//! The merge queue, as far as a merge depends on runs. Pull requests are merged in the order in which they were added, each
//! once its required runs and those of all before it have succeeded. If a run of a pull request fails, it leaves the queue
//! (GitHub's documentation, "Managing a merge queue").
//!
//! Each pull request has a group of its own, which builds on those before it. Several that are ready are merged at once.
//! The queue knows neither branches nor what is merged; `engine` asks it what may happen to a pull request.

use crate::event::{Conclusion, RefClass, WorkflowId, WorkflowRun};
use crate::units::{Duration, SimTime};
use crate::workload::MergeRules;
use std::collections::BTreeMap;

/// The pull requests whose merge is not decided yet.
#[derive(Debug, Default)]
pub struct MergeQueue {
    groups: BTreeMap<u32, MergeGroup>,
    /// Those in the queue, the first one first.
    order: Vec<u32>,
}

/// A pull request in the queue, or on its way back to it.
#[derive(Debug)]
struct MergeGroup {
    /// The identity of the push that began the group.
    push: u64,
    /// When the pull request was added to the queue.
    added: SimTime,
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
    /// True once its merge is among them.
    is_asked: bool,
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

    /// True if only those before it may keep it from being merged.
    fn is_ready(&self, now: SimTime) -> bool {
        self.state == MergeGroupState::Queued && self.open_runs == 0 && self.is_asked && now >= self.due
    }
}

/// What may happen to a pull request at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeVerdict {
    /// It is merged: no queue keeps it.
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

    /// A group begins for a pull request. It waits for so many required runs, and for so long. A pull request that is in
    /// the queue keeps its place; another one goes to its end.
    pub fn enter(&mut self, number: u32, push: u64, (now, time): (SimTime, Duration), open_runs: u32) {
        let before = self.groups.remove(&number);
        let is_queued = self.order.contains(&number);
        if !is_queued {
            self.order.push(number);
        }
        let added = before.as_ref().filter(|_| is_queued).map_or(now, |before| before.added);
        let (held, is_asked) = before.map_or((Vec::new(), false), |before| (before.held, before.is_asked));
        let (passed, cancelled) = (Vec::new(), Vec::new());
        let (due, state) = (now + time, MergeGroupState::Queued);
        let group = MergeGroup { push, added, due, open_runs, passed, cancelled, state, held, is_asked };
        self.groups.insert(number, group);
    }

    /// The pull requests before this one in the queue; all of them if it is not in the queue.
    pub fn before(&self, number: u32) -> Vec<u32> {
        self.order.iter().copied().take_while(|other| *other != number).collect()
    }

    /// Notes the end of a run. Returns the pull request whose group it is for, and true if the group fails because of it.
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
        Some((*number, fails))
    }

    /// True if the group that this push began still waits for runs.
    pub fn is_waiting(&self, number: u32, push: u64) -> bool {
        let group = self.groups.get(&number).filter(|group| group.push == push);
        group.is_some_and(|group| group.state == MergeGroupState::Queued && group.open_runs > 0)
    }

    /// A pull request leaves the queue without being merged. Returns those behind it, whose groups contain its changes.
    pub fn remove(&mut self, number: u32) -> Vec<u32> {
        if let Some(group) = self.groups.get_mut(&number) {
            group.state = MergeGroupState::Removed;
        }
        match self.order.iter().position(|other| *other == number) {
            Some(place) => {
                self.order.remove(place);
                self.order[place..].to_vec()
            }
            None => Vec::new(),
        }
    }

    /// A pull request that has left the queue will be put back.
    pub fn return_later(&mut self, number: u32) {
        if let Some(group) = self.groups.get_mut(&number) {
            group.state = MergeGroupState::Returns;
        }
    }

    /// What may happen to a pull request whose merge is due by its time.
    pub fn verdict(&self, number: u32) -> MergeVerdict {
        match self.groups.get(&number).map(|group| group.state) {
            None => MergeVerdict::Merged,
            Some(MergeGroupState::Removed) => MergeVerdict::Removed,
            Some(MergeGroupState::Queued | MergeGroupState::Returns) => MergeVerdict::Open,
        }
    }

    /// The pull requests that are merged at once now, in order: those at the front that are ready, if they are enough for
    /// a group or the first one has waited for long enough.
    pub fn mergeable(&self, now: SimTime, rules: &MergeRules) -> Vec<u32> {
        let ready = self.order.iter().take_while(|number| self.groups[number].is_ready(now)).count();
        let has_waited = || self.groups[&self.order[0]].added + rules.wait <= now;
        if ready == 0 || (ready < rules.least as usize && !has_waited()) {
            return Vec::new();
        }
        self.order[..ready.min(rules.most as usize)].to_vec()
    }

    /// Puts off the closing or the merge of a pull request, which `engine` knows by this number.
    pub fn hold(&mut self, number: u32, planned: u32, is_merge: bool) {
        if let Some(group) = self.groups.get_mut(&number) {
            group.held.push(planned);
            group.is_asked |= is_merge;
        }
    }

    /// What was put off for a pull request, in order.
    pub fn take_held(&mut self, number: u32) -> Vec<u32> {
        self.groups.get_mut(&number).map_or_else(Vec::new, |group| std::mem::take(&mut group.held))
    }

    /// The merge of a pull request is decided.
    pub fn leave(&mut self, number: u32) {
        self.groups.remove(&number);
        self.order.retain(|other| *other != number);
    }
}
