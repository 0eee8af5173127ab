//! Workflows and jobs as a scenario describes them. These are plain data, already checked; the scheduler
//! and [`process`](super::process) act on them.

use super::concurrency::Concurrency;
use super::followed::FollowedRuns;
use super::stage::ChangeStage;
use crate::client::Cache;
use crate::project::Selection;
use crate::service::CacheMode;
use crate::units::{Bytes, Duration};
use crate::workload::{BranchId, PathSet, Push};
use std::sync::Arc;

/// The events that start a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct On {
    /// `push` to the default branch.
    pub push_main: bool,
    /// `push` to these other branches of the scenario.
    pub push_branches: BranchSet,
    /// `push` to the branches that pull requests of the same repository come from.
    pub push_heads: bool,
    /// `push` to the temporary branches of the merge queue.
    pub push_queue: bool,
    /// `push` of a tag.
    pub push_tags: bool,
    /// `pull_request`.
    pub pull_request: bool,
    /// `pull_request_target`.
    pub pull_request_target: bool,
    /// The bases of the pull requests that start it.
    pub bases: PullBases,
    /// `release`.
    pub release: bool,
    /// `merge_group`.
    pub merge_group: bool,
    /// `schedule`.
    pub schedule: bool,
    /// `workflow_dispatch`.
    pub workflow_dispatch: bool,
    /// `repository_dispatch`.
    pub repository_dispatch: bool,
    /// `issue_comment`.
    pub issue_comment: bool,
    /// `workflow_run`.
    pub workflow_run: bool,
}

impl On {
    /// True if an event can be among both.
    pub fn meets(self, other: On) -> bool {
        self.and(other) != On::default()
    }

    /// True if a push to a branch, to a pull request or to the merge queue may be among them: the pushes that get
    /// green (`push.green`). Releases and their tags, schedules and runs by hand are none.
    pub fn has_pushes(self) -> bool {
        self.has_branch_pushes() || self.pull_request || self.pull_request_target || self.merge_group
    }

    /// True if a push to a branch may be among them.
    pub fn has_branch_pushes(self) -> bool {
        self.push_main || self.push_heads || self.push_queue || self.push_branches != BranchSet::default()
    }

    /// True if something of the merge queue may be among them.
    pub fn has_queue(self) -> bool {
        self.merge_group || self.push_queue
    }

    /// These without what the merge queue starts.
    pub fn without_queue(self) -> On {
        On { merge_group: false, push_queue: false, ..self }
    }

    /// The events that are among both.
    pub fn and(self, other: On) -> On {
        let bases = self.bases.and(other.bases).filter(|_| self.pull_request && other.pull_request);
        On {
            push_main: self.push_main && other.push_main,
            push_branches: BranchSet(self.push_branches.0 & other.push_branches.0),
            push_heads: self.push_heads && other.push_heads,
            push_queue: self.push_queue && other.push_queue,
            push_tags: self.push_tags && other.push_tags,
            pull_request: bases.is_some(),
            pull_request_target: self.pull_request_target && other.pull_request_target,
            bases: bases.unwrap_or_default(),
            release: self.release && other.release,
            merge_group: self.merge_group && other.merge_group,
            schedule: self.schedule && other.schedule,
            workflow_dispatch: self.workflow_dispatch && other.workflow_dispatch,
            repository_dispatch: self.repository_dispatch && other.repository_dispatch,
            issue_comment: self.issue_comment && other.issue_comment,
            workflow_run: self.workflow_run && other.workflow_run,
        }
    }

    /// All events of both.
    pub fn or(self, other: On) -> On {
        On {
            push_main: self.push_main || other.push_main,
            push_branches: self.push_branches.or(other.push_branches),
            push_heads: self.push_heads || other.push_heads,
            push_queue: self.push_queue || other.push_queue,
            push_tags: self.push_tags || other.push_tags,
            pull_request: self.pull_request || other.pull_request,
            pull_request_target: self.pull_request_target || other.pull_request_target,
            bases: self.bases.or(other.bases),
            release: self.release || other.release,
            merge_group: self.merge_group || other.merge_group,
            schedule: self.schedule || other.schedule,
            workflow_dispatch: self.workflow_dispatch || other.workflow_dispatch,
            repository_dispatch: self.repository_dispatch || other.repository_dispatch,
            issue_comment: self.issue_comment || other.issue_comment,
            workflow_run: self.workflow_run || other.workflow_run,
        }
    }
}

/// A set of branches, one bit for each [`BranchId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BranchSet(pub u64);

impl BranchSet {
    /// True if the set contains the branch.
    pub fn has(self, branch: BranchId) -> bool {
        self.0 >> branch.0 & 1 == 1
    }

    /// The branches of both sets.
    pub fn or(self, other: BranchSet) -> BranchSet {
        BranchSet(self.0 | other.0)
    }
}

/// The bases of pull requests: every base if it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PullBases {
    /// The default branch, and those that the scenario names.
    pub branches: BranchSet,
    /// True if the branches that other pull requests come from are among them: the bases of stacked ones.
    pub heads: bool,
}

impl PullBases {
    /// True if every base is among them.
    pub fn is_every(self) -> bool {
        self == PullBases::default()
    }

    /// True if the base of the pull request that this pushes to is among them.
    pub fn has_base_of(self, push: &Push) -> bool {
        let is_named = match push.stacked_on {
            Some(_) => self.heads,
            None => self.branches.has(push.branch),
        };
        self.is_every() || is_named
    }

    /// The bases that are among both; `None` if there are none.
    pub fn and(self, other: PullBases) -> Option<PullBases> {
        let branches = BranchSet(self.branches.0 & other.branches.0);
        let both = PullBases { branches, heads: self.heads && other.heads };
        match (self.is_every(), other.is_every()) {
            (true, _) => Some(other),
            (_, true) => Some(self),
            _ => Some(both).filter(|both| !both.is_every()),
        }
    }

    /// The bases of either.
    fn or(self, other: PullBases) -> PullBases {
        PullBases { branches: self.branches.or(other.branches), heads: self.heads || other.heads }
    }
}

/// What a cargo job compiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiles {
    /// The flavour, an index into the model's list.
    pub flavour: usize,
    /// The part of the project.
    pub selection: Selection,
    /// For a measured job: the time that its external crates take on this runner without any cache. The
    /// flavour's work is scaled to it. `None`: the flavour's totals are used as they are.
    pub dependencies_cold: Option<Duration>,
}

/// What a job builds.
#[derive(Debug, Clone, PartialEq)]
pub enum Build {
    /// Nothing that a cache of compiled code could speed up; the job has only its fixed steps.
    Nothing,
    /// A cargo build.
    Compile(Compiles),
    /// A container image for one architecture.
    Image {
        /// The image, an index into the model's list.
        image: usize,
        /// The architecture's name, for scopes, tags and step keys.
        arch: String,
    },
}

/// When a job runs, given the ends of the jobs that it needs and of those that they need (`if`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// `success()`: all have succeeded.
    #[default]
    Success,
    /// `always()`: however they have ended, even if the run is cancelled.
    Always,
    /// `!cancelled()`: however they have ended.
    NotCancelled,
    /// `failure()`: one has failed.
    Failure,
}

/// A job of a workflow: one leg, if it has a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The name, with the leg in brackets: `api (amd64)`.
    pub name: String,
    /// The name without the leg.
    pub group: String,
    /// The jobs of the same workflow that must succeed first, as indices. All are smaller than the job's
    /// own.
    pub needs: Arc<[usize]>,
    /// The events on which it runs; `None`: on all that start its workflow.
    pub on: Option<On>,
    /// If set, it runs only for pushes and merge groups that touch one of these path classes, and on no tag.
    pub paths: Option<PathSet>,
    /// When it runs, given the ends of its ancestors.
    pub condition: Condition,
    /// The kind of runner, an index into the model's list.
    pub runner: usize,
    /// `timeout-minutes`.
    pub timeout: Duration,
    /// Fixed time before the caches are restored (check-out, apt, disk clean-up).
    pub setup: Duration,
    /// Fixed time between the restores and the build (installing tools).
    pub prepare: Duration,
    /// Fixed time after the build (pushing an image, uploading a report).
    pub finish: Duration,
    /// Disk space that its clean-up step frees.
    pub frees: Bytes,
    /// `fail-fast`: true if a leg that fails cancels the other legs of the job.
    pub fail_fast: bool,
    /// `max-parallel`: how many legs of the job run at once; `None` is unlimited.
    pub max_parallel: Option<u32>,
    /// `continue-on-error`: true if the run goes on as if the job had succeeded when it fails.
    pub continue_on_error: bool,
    /// The concurrency group of the job; `None`: it waits for no other.
    pub concurrency: Option<Concurrency>,
    /// Share of its runs on pull requests, and on pushes to their branches, whose first attempt fails, 0–1.
    pub fails: f64,
    /// Share of its runs on branches, tags and the like whose first attempt fails, 0–1.
    pub fails_on_main: f64,
    /// Share of its runs in the merge queue whose first attempt fails, 0–1.
    pub fails_in_queue: f64,
    /// Share of these failures that happen by chance, so that a re-run may succeed, 0–1.
    pub flaky: f64,
    /// What it builds.
    pub build: Build,
    /// The job's `cache-mode`, or else its workflow's; `None`: the trigger's rights are used.
    pub cache_mode: Option<CacheMode>,
    /// Its caches, in the order of their steps.
    pub caches: Vec<Cache>,
}

impl Job {
    /// Share of its runs for changes that have got so far whose first attempt fails, 0–1.
    pub fn failure_share(&self, stage: ChangeStage) -> f64 {
        match stage {
            ChangeStage::Proposed => self.fails,
            ChangeStage::Queued => self.fails_in_queue,
            ChangeStage::Accepted => self.fails_on_main,
        }
    }
}

/// A workflow's filters by paths: GitHub has one for each event. `None` lets every push pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathFilters {
    /// That of `push`; pushes of tags pass it.
    pub push: Option<PathSet>,
    /// That of `pull_request`.
    pub pull_request: Option<PathSet>,
    /// That of `pull_request_target`.
    pub pull_request_target: Option<PathSet>,
}

impl PathFilters {
    /// One filter for all events.
    pub fn of_all(paths: Option<PathSet>) -> PathFilters {
        PathFilters { push: paths, pull_request: paths, pull_request_target: paths }
    }

    /// The filter of each event that a workflow has among its events.
    pub fn of_events(self, on: On) -> impl Iterator<Item = Option<PathSet>> {
        let events = [
            (on.has_branch_pushes(), self.push),
            (on.pull_request, self.pull_request),
            (on.pull_request_target, self.pull_request_target),
        ];
        events.into_iter().filter(|(is_on, _)| *is_on).map(|(_, paths)| paths)
    }
}

/// A workflow file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// The workflow's name.
    pub name: String,
    /// The events that start it.
    pub on: On,
    /// The runs whose end starts it (`workflow_run`).
    pub after: FollowedRuns,
    /// True if `schedule` starts it at the times of its own crons only.
    pub has_cron: bool,
    /// The path classes that a push must touch to start it.
    pub paths: PathFilters,
    /// The concurrency group of its runs; `None`: none waits for another.
    pub concurrency: Option<Concurrency>,
    /// True if a push is green only once the workflow's runs have succeeded.
    pub required: bool,
    /// Its jobs; a job comes after all jobs that it needs.
    pub jobs: Vec<Job>,
}

impl Workflow {
    /// The concurrency groups of its runs and of its jobs.
    pub fn concurrency_groups(&self) -> impl Iterator<Item = &Concurrency> {
        self.concurrency.iter().chain(self.jobs.iter().filter_map(|job| job.concurrency.as_ref()))
    }

    /// The legs of one of its jobs, by their indices: they stand side by side.
    pub fn legs(&self, job: usize) -> impl Iterator<Item = usize> {
        let is_leg = move |other: &usize| self.jobs[*other].group == self.jobs[job].group;
        let before = (0..job).rev().take_while(is_leg).count();
        (job - before..job).chain((job..self.jobs.len()).take_while(is_leg))
    }

    /// The ancestors of one of its jobs, by their indices: the jobs that it needs, those that they need, and so on.
    pub fn ancestors(&self, job: &Job) -> impl Iterator<Item = usize> + use<> {
        // Most jobs need none: nothing is looked for.
        let jobs = if job.needs.is_empty() { &[] } else { self.jobs.as_slice() };
        let mut is_one = vec![false; jobs.len()];
        job.needs.iter().for_each(|need| is_one[*need] = true);
        // A job comes after those that it needs, so one pass from the end finds all.
        for (index, other) in jobs.iter().enumerate().rev() {
            if is_one[index] {
                other.needs.iter().for_each(|need| is_one[*need] = true);
            }
        }
        (0..is_one.len()).filter(move |index| is_one[*index])
    }
}
