use crate::ci::{Build, Job, On, Workflow};
use crate::client::{Cache, ImageStore, ObjectStore};
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
    /// What this workload can bring.
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

    /// Whether anything starts the workflow.
    pub fn starts(&self, workflow: &Workflow) -> bool {
        let On { push_main, pull_request, release, merge_group, schedule } = workflow.on;
        (push_main && self.main)
            || (pull_request && self.pulls)
            || (release && self.releases)
            || (merge_group && self.queue)
            || (schedule && self.schedules)
    }

    /// Whether runs of it are on the default branch.
    pub fn on_main(&self, workflow: &Workflow) -> bool {
        (workflow.on.push_main && self.main) || (workflow.on.schedule && self.schedules)
    }

    /// Whether runs of it are on another ref.
    pub fn off_main(&self, workflow: &Workflow) -> bool {
        let On { pull_request, release, merge_group, .. } = workflow.on;
        (pull_request && self.pulls) || (release && self.releases) || (merge_group && self.queue)
    }
}

/// Whether the job's token may look entries up.
pub(super) fn reads(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::WriteOnly | CacheMode::None))
}

/// Whether the job's token may store entries.
pub(super) fn writes(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::Read | CacheMode::None))
}

/// Whether the client keeps what it keeps in GitHub's cache.
pub(super) fn on_github(cache: &Cache) -> bool {
    match cache {
        Cache::RustCache(_) | Cache::ActionsCache(_) | Cache::SetupTool(_) => true,
        Cache::Sccache(settings) => settings.store == ObjectStore::Gha,
        Cache::Buildkit(settings) => matches!(settings.store, ImageStore::Gha { .. }),
    }
}

/// Whether a client of the job uses GitHub's cache, and may.
pub(super) fn uses_github(job: &Job) -> bool {
    job.cache_mode != Some(CacheMode::None)
        && job.caches.iter().any(|cache| on_github(cache) && acts(job, cache))
}

/// Whether the client does anything in this job.
pub(super) fn acts(job: &Job, cache: &Cache) -> bool {
    match cache {
        Cache::Sccache(_) => matches!(job.build, Build::Compile(_)),
        _ => true,
    }
}

/// Whether the client moves archives of files.
pub(super) fn is_archive(cache: &Cache) -> bool {
    matches!(cache, Cache::RustCache(_) | Cache::ActionsCache(_) | Cache::SetupTool(_))
}

/// Whether an archive is moved, not only looked up.
pub(super) fn moves_archives(job: &Job) -> bool {
    uses_github(job) && job.caches.iter().any(is_archive)
}

/// Whether the job restores archives.
pub(super) fn restores_archives(job: &Job) -> bool {
    let looks_only = |cache: &Cache| match cache {
        Cache::RustCache(client) => client.lookup_only,
        Cache::ActionsCache(step) => step.lookup_only,
        _ => false,
    };
    reads(job) && job.caches.iter().any(|cache| is_archive(cache) && !looks_only(cache))
}

/// Whether sccache acts in the job.
pub(super) fn wraps_compiler(job: &Job) -> bool {
    let has = job.caches.iter().any(|cache| matches!(cache, Cache::Sccache(_)));
    has && matches!(job.build, Build::Compile(_))
}

/// Whether what the job compiles is kept by one of its clients.
pub(super) fn keeps_compiled(job: &Job) -> bool {
    let keeps = |cache: &Cache| matches!(cache, Cache::Sccache(_)) || cache.kept().crates;
    matches!(job.build, Build::Compile(_)) && job.caches.iter().any(keeps)
}

/// Whether the crates of what it compiles are kept, compiled or as they were downloaded.
pub(super) fn keeps_crates(job: &Job) -> bool {
    let downloads = |cache: &Cache| cache.kept().downloads.is_some();
    keeps_compiled(job) || (matches!(job.build, Build::Compile(_)) && job.caches.iter().any(downloads))
}
