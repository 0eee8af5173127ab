//! Questions that a workflow, a job or a client answers by itself: which events start it, and whether it
//! saves, looks up, packs or wraps the compiler. `Scene` answers those that need the whole scenario.

use crate::ci::{BranchSet, Build, Job, On, Workflow};
use crate::client::{ActionsCache, Cache, Paths};
use crate::engine::Model;
use crate::event::RefClass;
use crate::project::InputId;
use crate::random::Distribution;
use crate::service::CacheMode;
use crate::units::Duration;
use crate::workload::{LoggedPush, PathSet, PushKind, PushSource, Stochastic, Workload};
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
    /// True if other branches are pushed to.
    pub branches: bool,
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
        match &workload.source {
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
                    branches: has(PushKind::Branch),
                    dispatches: has(PushKind::Dispatch),
                    repository_dispatches: has(PushKind::RepositoryDispatch),
                    comments: has(PushKind::Comment),
                    only_forks: false,
                    bots: None,
                }
            }
        }
    }

    fn drawn(drawn: &Stochastic) -> ExpectedTraffic {
        let pulls = &drawn.pull_requests;
        let opened = drawn.pushes_per_day > 0.0 && pulls.share > 0.0;
        let some = opened || drawn.bursts_per_week > 0.0;
        // A bot's pull requests are superseded, not merged.
        let merges = opened && pulls.merged > 0.0;
        ExpectedTraffic {
            main: (drawn.pushes_per_day > 0.0 && pulls.share < 1.0) || merges,
            pulls: some,
            opened,
            merges,
            forks: opened && pulls.forks > 0.0,
            releases: drawn.releases_per_month > 0.0,
            queue: drawn.merge_queue && merges,
            schedules: drawn.schedules_per_day > 0.0,
            repeats: opened && pulls.pushes_each > 1.0,
            branches: drawn
                .branches
                .iter()
                .any(|branch| branch.pushes_per_day > 0.0 || (merges && branch.pull_requests > 0.0)),
            dispatches: drawn.other_events.dispatches > 0.0,
            repository_dispatches: drawn.other_events.repository_dispatches > 0.0,
            comments: drawn.other_events.comments > 0.0,
            only_forks: pulls.forks >= 1.0,
            bots: (drawn.bursts_per_week > 0.0).then_some(drawn.burst_paths),
        }
    }

    /// What starts workflows: whether it occurs, which workflows it starts, and the class of ref of their runs.
    fn starters(&self) -> [Starter; 14] {
        let starter = |occurs, starts, class| Starter { occurs, starts, class };
        [
            starter(self.main, |of| of.on.push_main, RefClass::Main),
            starter(self.schedules, |of| of.on.schedule && !of.has_cron, RefClass::Main),
            starter(true, |of| of.on.schedule && of.has_cron, RefClass::Main),
            starter(true, |of| !of.after.is_empty(), RefClass::Main),
            starter(self.dispatches, |of| of.on.workflow_dispatch, RefClass::Main),
            starter(self.repository_dispatches, |of| of.on.repository_dispatch, RefClass::Main),
            starter(self.comments, |of| of.on.issue_comment, RefClass::Main),
            starter(self.pulls, |of| of.on.pull_request_target, RefClass::Main),
            starter(self.pulls, |of| of.on.pull_request, RefClass::PullRequest),
            starter(self.pulls, |of| of.on.push_heads, RefClass::Other),
            starter(self.branches, |of| of.on.push_branches != BranchSet::default(), RefClass::Other),
            starter(self.releases, |of| of.on.release, RefClass::Other),
            starter(self.releases, |of| of.on.push_tags, RefClass::Other),
            starter(self.queue, |of| of.on.merge_group, RefClass::Other),
        ]
    }

    /// True if anything starts the workflow.
    pub fn starts(&self, workflow: &Workflow) -> bool {
        !self.classes(workflow).is_empty()
    }

    /// True if runs of it are on the default branch.
    pub fn on_main(&self, workflow: &Workflow) -> bool {
        self.classes(workflow).main
    }

    /// The classes of refs that runs of it are on.
    pub fn classes(&self, workflow: &Workflow) -> ClassSet {
        self.common_classes(workflow, workflow)
    }

    /// The classes of refs on which one push starts both workflows.
    pub fn common_classes(&self, one: &Workflow, other: &Workflow) -> ClassSet {
        let starters = self.starters();
        let is_on = |class| {
            let of_both = |of: &Starter| of.occurs && (of.starts)(one) && (of.starts)(other);
            starters.iter().any(|starter| starter.class == class && of_both(starter))
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
            || !workflow.after.is_empty()
    }

    /// True if all its runs on pull requests are for forks.
    pub fn is_of_forks(&self, workflow: &Workflow) -> bool {
        let starts = |touched: PathSet| workflow.paths.is_none_or(|filter| filter.meets(touched));
        self.only_forks && !self.bots.is_some_and(starts)
    }

    /// True if runs of it are on another ref.
    pub fn off_main(&self, workflow: &Workflow) -> bool {
        let ClassSet { pulls, others, .. } = self.classes(workflow);
        pulls || others
    }
}

/// A kind of event that starts workflows.
struct Starter {
    occurs: bool,
    starts: fn(&Workflow) -> bool,
    /// The class of ref of the runs that it starts.
    class: RefClass,
}

/// True if some of these events start runs on a ref that is neither main nor a pull request's.
pub(super) fn runs_on_other_refs(on: &On) -> bool {
    on.merge_group || on.release || on.push_tags || on.push_heads || on.push_branches != BranchSet::default()
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
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassSet {
    main: bool,
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

/// The workflow without the things that its caches never do: sccache where nothing is compiled, and saves on
/// refs that it never runs on, after runs that always fail, or without the right to save. (BuildKit learns of
/// its rights when it is refused.)
pub(super) fn as_it_runs(workflow: &Workflow, traffic: &ExpectedTraffic) -> Workflow {
    let mut meant = workflow.clone();
    let classes = traffic.classes(workflow);
    for job in &mut meant.jobs {
        let compiles = matches!(job.build, Build::Compile(_));
        job.caches.retain(|cache| compiles || cache.wrapper().is_none());
        let as_written = job.clone();
        for cache in &mut job.caches {
            let refused = !writes(&as_written) && cache.is_on_github() && cache.layers().is_none();
            let saves = |class| cache.save_if().allows(class) && !fails_surely(&as_written, cache, class);
            if refused || classes.filter(saves).is_empty() {
                *cache = cache.clone().without_saves();
            }
        }
    }
    meant
}

/// True if no run of the job that finds nothing can end before its `timeout`, however fast its machine is. It
/// then saves nothing at its end.
pub(super) fn ends_late(model: &Model, job: &Job) -> bool {
    let runner = &model.runners[job.runner];
    let built = match &job.build {
        Build::Nothing => Duration::ZERO,
        Build::Compile(compiles) => {
            compiles.dependencies_cold.unwrap_or(Duration::ZERO) + model.flavours[compiles.flavour].tail
        }
        Build::Image { image, .. } => model.images[*image].cold(runner.cores),
    };
    // Whatever else is drawn can be very short.
    let boot = match runner.boot {
        Distribution::Constant(seconds) | Distribution::Uniform { low: seconds, .. } => {
            Duration::from_secs_f64(seconds)
        }
        Distribution::LogNormal { .. } | Distribution::Exponential { .. } => Duration::ZERO,
    };
    let least = job.setup + job.prepare + job.finish + built;
    let stores_only_at_the_end = job.caches.iter().all(|cache| cache.wrapper().is_none());
    let at_least = boot + least.scaled(1.0 / runner.speed_noise.utmost().max(0.01));
    stores_only_at_the_end && at_least > job.timeout
}

/// True if this cache saves nothing on this class of ref, because every run of the job fails there. sccache
/// stores objects while the job runs.
pub(super) fn fails_surely(job: &Job, cache: &Cache, class: RefClass) -> bool {
    let share = if class == RefClass::Main { job.fails_on_main } else { job.fails };
    (share >= 1.0 || lacks_server(job)) && cache.wrapper().is_none() && !cache.saves_after_failure()
}

/// True if every run of the job fails because sccache's server may not read its store, and does not start.
pub(super) fn lacks_server(job: &Job) -> bool {
    let is_refused = |cache: &Cache| cache.wrapper().is_some() && cache.is_on_github() && !reads(job);
    matches!(job.build, Build::Compile(_)) && job.caches.iter().any(is_refused)
}

/// True if the job compiles anything.
pub(super) fn compiles(job: &Job) -> bool {
    matches!(job.build, Build::Compile(_)) && !lacks_server(job)
}

/// True if any run saves with it.
pub(super) fn saves(cache: &Cache) -> bool {
    RefClass::ALL.into_iter().any(|class| cache.saves_on(class))
}

/// True if the step can find only what the same push has stored.
pub(super) fn names_push(step: &ActionsCache) -> bool {
    step.restore_keys.is_empty() && step.key.names_push()
}

/// True if what the cache finds always has the crates of the lock file that the job has checked out.
pub(super) fn pins_lock(cache: &Cache) -> bool {
    let pins = |step: &ActionsCache| step.key.depends_on(InputId::LOCK) || step.key.names_push();
    matches!(cache, Cache::ActionsCache(step) if step.restore_keys.is_empty() && pins(step))
}

/// True if the job's token may look entries up.
pub(super) fn reads(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::WriteOnly | CacheMode::None))
}

/// True if the job's token may store entries.
pub(super) fn writes(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::Read | CacheMode::None))
}

/// True if a client of the job uses GitHub's cache and is allowed to.
pub(super) fn uses_github(job: &Job) -> bool {
    job.cache_mode != Some(CacheMode::None) && job.caches.iter().any(|cache| cache.is_on_github())
}

/// True if an archive of this client holds what the job compiles.
pub(super) fn is_of_crates(cache: &Cache) -> bool {
    cache.kept().crates
}

/// True if it holds the workspace's own crates.
pub(super) fn holds_workspace(cache: &Cache) -> bool {
    match cache {
        Cache::ActionsCache(step) => step.paths == Paths::Target,
        _ => cache.kept().members,
    }
}

/// True if the job saves archives.
pub(super) fn saves_archives(job: &Job) -> bool {
    job.caches.iter().any(|cache| cache.has_archive() && saves(cache))
}

/// True if the job compiles with sccache.
pub(super) fn wraps_compiler(job: &Job) -> bool {
    compiles(job) && job.caches.iter().any(|cache| cache.wrapper().is_some())
}

/// True if the job stores the objects that it compiles.
pub(super) fn stores_objects(job: &Job) -> bool {
    compiles(job) && job.caches.iter().any(|cache| cache.wrapper().is_some() && saves(cache))
}

/// True if the job is described by its measured times and compiles.
pub(super) fn is_measured(job: &Job) -> bool {
    matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_some())
}
