//! Questions that a workflow, a job or a client answers by itself: which events start it, and whether it
//! saves, looks up, packs or wraps the compiler. `Scene` answers those that need the whole scenario.

use crate::ci::{Build, Job, On, Workflow};
use crate::client::{ActionsCache, Cache, Paths};
use crate::event::RefClass;
use crate::service::CacheMode;
use crate::workload::{PushKind, PushSource, Stochastic, Workload};

/// Which kinds of events occur.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExpectedTraffic {
    pub main: bool,
    pub pulls: bool,
    pub forks: bool,
    pub releases: bool,
    pub queue: bool,
    pub schedules: bool,
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
                    forks,
                    releases: has(PushKind::Release),
                    queue: has(PushKind::MergeGroup),
                    schedules: has(PushKind::Schedule),
                }
            }
        }
    }

    fn drawn(drawn: &Stochastic) -> ExpectedTraffic {
        let pulls = &drawn.pull_requests;
        let opened = drawn.pushes_per_day > 0.0 && pulls.share > 0.0;
        let some = opened || drawn.bursts_per_week > 0.0;
        ExpectedTraffic {
            main: (drawn.pushes_per_day > 0.0 && pulls.share < 1.0) || (some && pulls.merged > 0.0),
            pulls: some,
            forks: opened && pulls.forks > 0.0,
            releases: drawn.releases_per_month > 0.0,
            queue: drawn.merge_queue && some && pulls.merged > 0.0,
            schedules: drawn.schedules_per_day > 0.0,
        }
    }

    /// True if anything starts the workflow.
    pub fn starts(&self, workflow: &Workflow) -> bool {
        let On { push_main, pull_request, release, merge_group, schedule, .. } = workflow.on;
        (push_main && self.main)
            || (pull_request && self.pulls)
            || (release && self.releases)
            || (merge_group && self.queue)
            || (schedule && self.schedules)
    }

    /// True if runs of it are on the default branch.
    pub fn on_main(&self, workflow: &Workflow) -> bool {
        (workflow.on.push_main && self.main) || (workflow.on.schedule && self.schedules)
    }

    /// The classes of refs that runs of it are on.
    fn classes(&self, workflow: &Workflow) -> Vec<RefClass> {
        let On { pull_request, release, merge_group, .. } = workflow.on;
        let others = (release && self.releases) || (merge_group && self.queue);
        let on = [
            (RefClass::Main, self.on_main(workflow)),
            (RefClass::PullRequest, pull_request && self.pulls),
            (RefClass::Other, others),
        ];
        on.into_iter().filter(|(_, is_on)| *is_on).map(|(class, _)| class).collect()
    }

    /// True if runs of it are on another ref.
    pub fn off_main(&self, workflow: &Workflow) -> bool {
        let On { pull_request, release, merge_group, .. } = workflow.on;
        (pull_request && self.pulls) || (release && self.releases) || (merge_group && self.queue)
    }
}

/// The workflow without the things that its caches never do: sccache where nothing is compiled, and saves on
/// refs that it never runs on, or without the right to save. (BuildKit learns of its rights when it is
/// refused.)
pub(super) fn as_it_runs(workflow: &Workflow, traffic: &ExpectedTraffic) -> Workflow {
    let mut meant = workflow.clone();
    let classes = traffic.classes(workflow);
    for job in &mut meant.jobs {
        let compiles = matches!(job.build, Build::Compile(_));
        job.caches.retain(|cache| compiles || cache.wrapper().is_none());
        let may_save = writes(job);
        for cache in &mut job.caches {
            let refused = !may_save && cache.is_on_github() && cache.layers().is_none();
            if refused || !classes.iter().any(|class| cache.save_if().allows(*class)) {
                *cache = cache.clone().without_saves();
            }
        }
    }
    meant
}

/// True if any run saves with it.
pub(super) fn saves(cache: &Cache) -> bool {
    RefClass::ALL.into_iter().any(|class| cache.saves_on(class))
}

/// True if one of these two can find what the other one stores.
pub(super) fn is_same_store(one: &Cache, other: &Cache) -> bool {
    match (one, other) {
        (Cache::ActionsCache(one), Cache::ActionsCache(other)) => one.paths == other.paths,
        (Cache::Sccache(one), Cache::Sccache(other)) => one.store == other.store,
        _ => one.name() == other.name(),
    }
}

/// True if the step can find only what the same push has stored.
pub(super) fn names_push(step: &ActionsCache) -> bool {
    step.restore_keys.is_empty() && step.key.names_push()
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
    job.caches.iter().any(|cache| cache.wrapper().is_some())
}

/// True if the job stores the objects that it compiles.
pub(super) fn stores_objects(job: &Job) -> bool {
    job.caches.iter().any(|cache| cache.wrapper().is_some() && saves(cache))
}
