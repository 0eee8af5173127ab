//! Which events a workload can contain, which of them start a workflow or reach a job, and on which classes of
//! refs these then run.

use crate::ci::{BranchSet, Job, On, PullBases, Workflow};
use crate::client::{Cache, SaveEvent};
use crate::event::{RefClass, RefKind};
use crate::project::InputId;
use crate::workload::{Branch, LoggedPush, PathSet, PushKind, PushSource, Stochastic, Workload};
use std::collections::BTreeSet;

/// Which kinds of events occur.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExpectedTraffic {
    pub main: bool,
    pub pulls: bool,
    /// True if people open some of the pull requests.
    pub opened: bool,
    /// True if pull requests are merged.
    pub merges: bool,
    pub forks: bool,
    pub releases: bool,
    pub queue: bool,
    pub schedules: bool,
    /// True if a pull request can have more than one push.
    pub repeats: bool,
    /// The other branches that are pushed to.
    pub branches: BranchSet,
    /// The bases of pull requests.
    pub bases: PullBases,
    pub dispatches: bool,
    pub repository_dispatches: bool,
    pub comments: bool,
    /// True if every pull request of a person comes from a fork.
    pub only_forks: bool,
    /// The path classes that pull requests of bots touch; `None` if there are none of them.
    pub bots: Option<PathSet>,
}

impl ExpectedTraffic {
    /// The kinds of events that this workload can contain.
    pub fn of(workload: &Workload) -> ExpectedTraffic {
        let others = workload.other_events;
        let pushed = match &workload.source {
            PushSource::Stochastic(drawn) => ExpectedTraffic::drawn(drawn),
            PushSource::Log(log) => {
                let has = |kind| log.pushes.iter().any(|push| push.kind == kind);
                let forks = has(PushKind::ForkPullRequest);
                ExpectedTraffic {
                    main: has(PushKind::Main),
                    pulls: forks || has(PushKind::PullRequest),
                    opened: forks || has(PushKind::PullRequest),
                    merges: true,
                    forks,
                    releases: has(PushKind::Release),
                    queue: has(PushKind::MergeGroup),
                    schedules: has(PushKind::Schedule),
                    repeats: has_repeats(&log.pushes),
                    branches: if has(PushKind::Branch) { EVERY } else { BranchSet::default() },
                    bases: PullBases {
                        branches: EVERY,
                        heads: log.pushes.iter().any(|push| push.stacked_on.is_some()),
                    },
                    dispatches: has(PushKind::Dispatch),
                    repository_dispatches: has(PushKind::RepositoryDispatch),
                    comments: has(PushKind::Comment),
                    only_forks: false,
                    bots: None,
                }
            }
        };
        ExpectedTraffic {
            dispatches: pushed.dispatches || others.dispatches > 0.0,
            repository_dispatches: pushed.repository_dispatches || others.repository_dispatches > 0.0,
            comments: pushed.comments || others.comments > 0.0,
            bots: pushed.bots.map(|paths| paths.or(workload.paths_of_input(InputId::LOCK))),
            ..pushed
        }
    }

    fn drawn(drawn: &Stochastic) -> ExpectedTraffic {
        let pulls = &drawn.pull_requests;
        let opened = drawn.pushes_per_day > 0.0 && pulls.share > 0.0;
        let bursts = drawn.bursts_per_week > 0.0;
        let some = opened || bursts;
        let bots_merge = bursts && drawn.burst_merged > 0.0;
        let merges = (opened && pulls.merged > 0.0) || bots_merge;
        ExpectedTraffic {
            main: (drawn.pushes_per_day > 0.0 && pulls.share < 1.0) || merges,
            pulls: some,
            opened,
            merges,
            forks: opened && pulls.forks > 0.0,
            releases: drawn.releases_per_month > 0.0,
            queue: drawn.merge_queue && merges,
            schedules: drawn.schedules_per_day > 0.0,
            repeats: (opened && pulls.pushes_each > 1.0) || (bursts && drawn.rebases.is_some()),
            branches: those_of(drawn, |branch| {
                branch.pushes_per_day > 0.0 || (opened && pulls.merged > 0.0 && branch.pull_requests > 0.0)
            }),
            bases: PullBases { branches: bases(drawn, opened), heads: opened && pulls.stacked > 0.0 },
            only_forks: pulls.forks >= 1.0,
            bots: bursts.then_some(drawn.burst_paths),
            ..ExpectedTraffic::default()
        }
    }

    /// The classes of refs on which the token of a run may store entries, unless `cache-mode` says otherwise:
    /// pull requests from forks aside.
    pub fn writable(&self, of: Occasions) -> ClassSet {
        let on = On { pull_request_target: false, issue_comment: false, ..of.on };
        self.classes(Occasions { on, ..of })
    }

    /// True if some runs of the job may only read, because of the event that starts them.
    pub fn has_untrusted(&self, of: Occasions) -> bool {
        let On { pull_request_target, issue_comment, .. } = of.on;
        let on = On { pull_request_target, issue_comment, ..On::default() };
        !self.classes(Occasions { on, ..of }).is_empty()
    }

    /// What starts workflows: whether it occurs and starts them, and the class of ref of their runs.
    fn starters(&self, of: Occasions) -> [(bool, RefClass); 15] {
        let Occasions { on, has_cron, follows } = of;
        let is_base = on.bases.is_every() || on.bases.and(self.bases).is_some();
        let is_pushed = on.push_branches.0 & self.branches.0 != 0;
        [
            (self.main && on.push_main, RefClass::Main),
            (self.schedules && on.schedule && !has_cron, RefClass::Main),
            (on.schedule && has_cron, RefClass::Main),
            (follows && on.workflow_run, RefClass::Main),
            (self.dispatches && on.workflow_dispatch, RefClass::Main),
            (self.repository_dispatches && on.repository_dispatch, RefClass::Main),
            (self.comments && on.issue_comment, RefClass::Main),
            (self.pulls && on.pull_request_target, RefClass::Main),
            (self.pulls && on.pull_request && is_base, RefClass::PullRequest),
            (self.pulls && on.push_heads, RefClass::Other),
            (is_pushed, RefClass::Other),
            (self.releases && on.release, RefClass::Other),
            (self.releases && on.push_tags, RefClass::Other),
            (self.queue && on.merge_group, RefClass::Other),
            (self.queue && on.push_queue, RefClass::Other),
        ]
    }

    /// True if anything starts the workflow.
    pub fn starts(&self, workflow: &Workflow) -> bool {
        !self.classes(Occasions::of(workflow)).is_empty()
    }

    /// True if the job runs in any run of its workflow.
    pub fn reaches(&self, workflow: &Workflow, job: &Job) -> bool {
        !self.classes(Occasions::of_job(workflow, job)).is_empty()
    }

    /// True if nothing that starts the workflow keeps the job from running, except a filter by paths.
    pub fn always_reaches(&self, workflow: &Workflow, job: &Job) -> bool {
        let all = self.starters(Occasions::of(workflow));
        let on = job.on.map_or(workflow.on, |own| own.and(workflow.on));
        let own = self.starters(Occasions { on, ..Occasions::of(workflow) });
        all.iter().zip(own).all(|((starts, _), (reaches, _))| !starts || reaches)
    }

    /// True if runs on these occasions are for changes that are only proposed.
    pub fn proposes(&self, of: Occasions) -> bool {
        let On { pull_request, push_heads, bases, .. } = of.on;
        let on = On { pull_request, push_heads, bases, ..On::default() };
        !self.classes(Occasions { on, ..of }).is_empty()
    }

    /// True if the merge queue starts runs on these occasions.
    pub fn queues(&self, of: Occasions) -> bool {
        let On { merge_group, push_queue, .. } = of.on;
        let on = On { merge_group, push_queue, ..On::default() };
        !self.classes(Occasions { on, ..of }).is_empty()
    }

    /// True if there are other runs on these occasions.
    pub fn runs_accepted(&self, of: Occasions) -> bool {
        let on = On { pull_request: false, push_heads: false, ..of.on.without_queue() };
        !self.classes(Occasions { on, ..of }).is_empty()
    }

    /// The classes of refs that runs on these occasions are on.
    pub fn classes(&self, of: Occasions) -> ClassSet {
        self.common_classes(of, of)
    }

    /// The classes of refs on which one push is an occasion for both.
    pub fn common_classes(&self, one: Occasions, other: Occasions) -> ClassSet {
        let (one, other) = (self.starters(one), self.starters(other));
        let is_on = |class| {
            let mut both =
                one.iter().zip(&other).map(|((one, on), (other, _))| *on == class && *one && *other);
            both.any(|starts| starts)
        };
        ClassSet {
            main: is_on(RefClass::Main),
            pulls: is_on(RefClass::PullRequest),
            others: is_on(RefClass::Other),
        }
    }

    /// True if runs of it may have a tree that another run of it has built: that of main, or that of the pull
    /// request.
    pub fn builds_again(&self, workflow: &Workflow) -> bool {
        let on = workflow.on;
        (on.schedule && (workflow.has_cron || self.schedules))
            || (self.releases && (on.release || on.push_tags))
            || (on.workflow_dispatch && self.dispatches)
            || (on.repository_dispatch && self.repository_dispatches)
            || (on.issue_comment && self.comments)
            || (self.pulls && (on.pull_request_target || (on.push_heads && on.pull_request)))
            || (self.queue && on.push_queue && on.merge_group)
            || !workflow.after.workflows.is_empty()
    }

    /// True if all its runs on pull requests are for forks.
    pub fn is_of_forks(&self, workflow: &Workflow) -> bool {
        let mut filters = workflow.paths.of_events(workflow.on);
        let mut starts = |touched: PathSet| filters.any(|own| own.is_none_or(|filter| filter.meets(touched)));
        self.only_forks && !self.bots.is_some_and(&mut starts)
    }
}

/// All branches.
const EVERY: BranchSet = BranchSet(u64::MAX);

/// The branches that drawn pull requests are for, if not stacked. Those of bots go to the default branch.
fn bases(drawn: &Stochastic, opened: bool) -> BranchSet {
    let share: f64 = drawn.branches.iter().map(|branch| branch.pull_requests).sum();
    let to_main = (opened && share < 1.0) || drawn.bursts_per_week > 0.0;
    let others = those_of(drawn, |branch| opened && branch.pull_requests > 0.0);
    others.or(BranchSet(u64::from(to_main)))
}

/// The branches besides the default branch for which this is true.
fn those_of(drawn: &Stochastic, is: impl Fn(&Branch) -> bool) -> BranchSet {
    let bits = drawn.branches.iter().zip(1..).filter(|(branch, _)| is(branch)).map(|(_, bit)| 1 << bit);
    BranchSet(bits.fold(0, |set, bit: u64| set | bit))
}

/// What starts a workflow, or lets a job of it run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Occasions {
    on: On,
    has_cron: bool,
    /// True if it follows other workflows.
    follows: bool,
}

impl Occasions {
    /// What starts the workflow.
    pub fn of(workflow: &Workflow) -> Occasions {
        Occasions {
            on: workflow.on,
            has_cron: workflow.has_cron,
            follows: !workflow.after.workflows.is_empty(),
        }
    }

    /// Those of them on which the job runs. One with `paths` runs on no tag.
    pub fn of_job(workflow: &Workflow, job: &Job) -> Occasions {
        let on = job.on.map_or(workflow.on, |own| own.and(workflow.on));
        let tags = job.paths.is_none();
        let on = On { release: on.release && tags, push_tags: on.push_tags && tags, ..on };
        Occasions { on, ..Occasions::of(workflow) }
    }

    /// Those of them that are also occasions for another job of the workflow.
    pub fn and(self, other: Occasions) -> Occasions {
        Occasions { on: self.on.and(other.on), ..self }
    }

    /// Those of them on which this cache may save, as far as that is more than a question of the class of ref.
    pub fn saving(self, cache: &Cache) -> Occasions {
        let rule = cache.save_rule();
        let in_queue = |event| rule.refs.allows(RefKind::MergeQueue, event);
        let (any, push) =
            (|event| rule.events.has(SaveEvent::any(event)), |kind| rule.events.has(SaveEvent::push(kind)));
        let branches = push(RefKind::Branch);
        let on = On {
            push_main: self.on.push_main && push(RefKind::Main),
            push_branches: if branches { self.on.push_branches } else { BranchSet::default() },
            push_heads: self.on.push_heads && branches,
            push_queue: self.on.push_queue && in_queue("push") && push(RefKind::MergeQueue),
            push_tags: self.on.push_tags && push(RefKind::Tag),
            pull_request: self.on.pull_request && any("pull_request"),
            pull_request_target: self.on.pull_request_target && any("pull_request_target"),
            release: self.on.release && any("release"),
            merge_group: self.on.merge_group && in_queue("merge_group") && any("merge_group"),
            schedule: self.on.schedule && any("schedule"),
            workflow_dispatch: self.on.workflow_dispatch && any("workflow_dispatch"),
            repository_dispatch: self.on.repository_dispatch && any("repository_dispatch"),
            issue_comment: self.on.issue_comment && any("issue_comment"),
            workflow_run: self.on.workflow_run && any("workflow_run"),
            bases: self.on.bases,
        };
        let (has_cron, follows) = (self.has_cron && on.schedule, self.follows && on.workflow_run);
        Occasions { on, has_cron, follows }
    }
}

/// True if one pull request has more than one of these pushes.
fn has_repeats(pushes: &[LoggedPush]) -> bool {
    let is_pull = |push: &&LoggedPush| {
        matches!(push.kind, PushKind::PullRequest | PushKind::ForkPullRequest) && push.number.is_some()
    };
    let mut numbers = BTreeSet::new();
    pushes.iter().filter(is_pull).any(|push| !numbers.insert(push.number))
}

/// Classes of refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ClassSet {
    pub main: bool,
    pulls: bool,
    others: bool,
}

impl ClassSet {
    pub fn has(self, class: RefClass) -> bool {
        match class {
            RefClass::Main => self.main,
            RefClass::PullRequest => self.pulls,
            RefClass::Other => self.others,
        }
    }

    /// Those of them for which this is true.
    pub fn filter(self, is: impl Fn(RefClass) -> bool) -> ClassSet {
        let stays = |class| self.has(class) && is(class);
        ClassSet {
            main: stays(RefClass::Main),
            pulls: stays(RefClass::PullRequest),
            others: stays(RefClass::Other),
        }
    }

    pub fn is_empty(self) -> bool {
        !(self.main || self.pulls || self.others)
    }
}
