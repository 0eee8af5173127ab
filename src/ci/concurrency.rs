//! Concurrency groups: at most one run of a workflow, or one job, is in progress in a group, and others wait
//! for it or cancel it (GitHub's documentation of `concurrency`). A group belongs to the repository: runs and
//! jobs of different workflows may share it.
//!
//! The scheduler asks who may start and whom to cancel; this file knows neither runs nor time.

use crate::client::{KeyTemplate, KeyValues};
use crate::event::RefClass;
use std::collections::{BTreeMap, VecDeque};

/// `concurrency` of a workflow or of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Concurrency {
    /// `group`: the text that those in the same group share. GitHub ignores its case.
    pub group: KeyTemplate,
    /// `cancel-in-progress`.
    pub cancel: CancelInProgress,
    /// How many may wait in the group (`queue`).
    pub queue: GroupQueue,
}

/// What a new run or job does to the one in progress in its group: it cancels it, or it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CancelInProgress {
    /// It waits.
    #[default]
    Never,
    /// It cancels what is in progress. A cancelled job saves nothing.
    Always,
    /// It cancels, except on the default branch, where it waits
    /// (`cancel-in-progress: ${{ github.ref != 'refs/heads/main' }}`).
    OffMain,
    /// It cancels if a pull request starts it, and waits otherwise
    /// (`cancel-in-progress: ${{ github.event_name == 'pull_request' }}`).
    PullRequests,
}

impl CancelInProgress {
    /// True if a new run or job on this class of ref cancels the one in progress.
    pub fn applies(self, class: RefClass) -> bool {
        match self {
            CancelInProgress::Never => false,
            CancelInProgress::Always => true,
            CancelInProgress::OffMain => class != RefClass::Main,
            CancelInProgress::PullRequests => class == RefClass::PullRequest,
        }
    }
}

/// How many runs or jobs may wait in a group (`queue`, GitHub's changelog of 2026-05-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupQueue {
    /// One: a new one cancels the one that waits, and takes its place.
    #[default]
    Single,
    /// 100, which start in the order of their arrival. When the queue is full, a new one is cancelled.
    Max,
}

/// The longest queue of [`GroupQueue::Max`].
const QUEUE_MAX: usize = 100;

impl Concurrency {
    /// The name of the group for a run, or for a job of it.
    pub fn group_name(&self, values: &KeyValues) -> String {
        self.group.filled(values).to_lowercase()
    }
}

/// A run, or a job of a run, both by their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A workflow run.
    Run(usize),
    /// A job of a workflow run.
    Job(usize, usize),
}

/// The groups of a repository.
#[derive(Debug, Default)]
pub struct Groups {
    by_name: BTreeMap<String, Group>,
}

#[derive(Debug, Default)]
struct Group {
    active: Option<Member>,
    waiting: VecDeque<Member>,
}

/// What happens when a run or a job enters a group.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// It starts at once.
    Starts,
    /// It waits, and these are cancelled, in this order. It may be one of them itself.
    Waits(Vec<Member>),
}

impl Groups {
    /// Adds a member to a group.
    pub fn enter(&mut self, name: &str, member: Member, cancels: bool, queue: GroupQueue) -> Admission {
        let group = self.by_name.entry(name.to_owned()).or_default();
        let Some(active) = group.active else {
            group.active = Some(member);
            return Admission::Starts;
        };
        let mut cancelled = Vec::new();
        if queue == GroupQueue::Single {
            cancelled.extend(group.waiting.drain(..));
        }
        if group.waiting.len() == QUEUE_MAX {
            return Admission::Waits(vec![member]);
        }
        group.waiting.push_back(member);
        cancelled.extend(cancels.then_some(active));
        Admission::Waits(cancelled)
    }

    /// Takes a member out of its group. Returns the member that starts in its place, if any.
    pub fn leave(&mut self, name: &str, member: Member) -> Option<Member> {
        let group = self.by_name.get_mut(name)?;
        group.waiting.retain(|waiting| *waiting != member);
        if group.active != Some(member) {
            return None;
        }
        group.active = group.waiting.pop_front();
        let next = group.active;
        if next.is_none() {
            self.by_name.remove(name);
        }
        next
    }
}
