//! What a workflow, a job or a client does at all, told from it alone: which events start it, whether it
//! saves, looks up, packs or wraps the compiler. What takes the whole scenario to tell is `Scene`'s.

use crate::ci::{Build, Job, On, Workflow};
use crate::client::{ActionsCache, Cache, ImageStore, ObjectStore, Paths, SaveIf};
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

    /// Whether runs of it are on another ref.
    pub fn off_main(&self, workflow: &Workflow) -> bool {
        let On { pull_request, release, merge_group, .. } = workflow.on;
        (pull_request && self.pulls) || (release && self.releases) || (merge_group && self.queue)
    }
}

/// The workflow without what its caches never do: sccache where nothing is compiled, and saves on refs that
/// no run of it is on, or without the right to save. (BuildKit learns of its rights when it is refused.)
pub(super) fn as_it_runs(workflow: &Workflow, traffic: &ExpectedTraffic) -> Workflow {
    let mut meant = workflow.clone();
    let classes = traffic.classes(workflow);
    for job in &mut meant.jobs {
        let compiles = matches!(job.build, Build::Compile(_));
        job.caches.retain(|cache| compiles || !matches!(cache, Cache::Sccache(_)));
        let may_save = writes(job);
        for cache in &mut job.caches {
            let refused = !may_save && on_github(cache) && !matches!(cache, Cache::Buildkit(_));
            let save_if = save_if(cache);
            if refused || !classes.iter().any(|class| save_if.allows(*class)) {
                *save_if = SaveIf::Never;
            }
        }
    }
    meant
}

fn save_if(cache: &mut Cache) -> &mut SaveIf {
    match cache {
        Cache::RustCache(client) => &mut client.save_if,
        Cache::ActionsCache(step) => &mut step.save_if,
        Cache::SetupTool(tool) => &mut tool.save_if,
        Cache::Sccache(settings) => &mut settings.save_if,
        Cache::Buildkit(settings) => &mut settings.save_if,
    }
}

/// Whether runs on this class of ref save with it.
pub(super) fn saves_on(cache: &Cache, class: RefClass) -> bool {
    match cache {
        Cache::RustCache(client) => client.save_if.allows(class),
        Cache::ActionsCache(step) => step.save_if.allows(class),
        Cache::SetupTool(tool) => tool.save_if.allows(class),
        Cache::Sccache(settings) => settings.save_if.allows(class) && !settings.read_only,
        Cache::Buildkit(settings) => settings.save_if.allows(class),
    }
}

/// Whether any run saves with it.
pub(super) fn saves(cache: &Cache) -> bool {
    RefClass::ALL.into_iter().any(|class| saves_on(cache, class))
}

/// Whether what one of these two stores can be what the other one finds.
pub(super) fn is_same_store(one: &Cache, other: &Cache) -> bool {
    match (one, other) {
        (Cache::ActionsCache(one), Cache::ActionsCache(other)) => one.paths == other.paths,
        (Cache::Sccache(one), Cache::Sccache(other)) => one.store == other.store,
        _ => one.name() == other.name(),
    }
}

/// Whether the step finds what the same push has stored, and nothing else.
pub(super) fn names_push(step: &ActionsCache) -> bool {
    step.restore_keys.is_empty() && step.key.depends_on("sha")
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
    job.cache_mode != Some(CacheMode::None) && job.caches.iter().any(on_github)
}

/// Whether the client moves archives of files.
pub(super) fn is_archive(cache: &Cache) -> bool {
    matches!(cache, Cache::RustCache(_) | Cache::ActionsCache(_) | Cache::SetupTool(_))
}

/// Whether the client keeps layers of images.
pub(super) fn is_of_images(cache: &Cache) -> bool {
    matches!(cache, Cache::Buildkit(_))
}

/// Whether an archive of this client holds what the job compiles.
pub(super) fn is_of_crates(cache: &Cache) -> bool {
    cache.kept().crates
}

/// Whether it holds the workspace's own crates.
pub(super) fn holds_workspace(cache: &Cache) -> bool {
    match cache {
        Cache::ActionsCache(step) => step.paths == Paths::Target,
        _ => cache.kept().members,
    }
}

/// Whether the step never downloads what it finds.
pub(super) fn only_looks(cache: &Cache) -> bool {
    match cache {
        Cache::RustCache(client) => client.lookup_only,
        Cache::ActionsCache(step) => step.lookup_only,
        Cache::SetupTool(_) | Cache::Sccache(_) | Cache::Buildkit(_) => false,
    }
}

/// Whether the job saves archives.
pub(super) fn saves_archives(job: &Job) -> bool {
    job.caches.iter().any(|cache| is_archive(cache) && saves(cache))
}

/// Whether sccache acts in the job.
pub(super) fn wraps_compiler(job: &Job) -> bool {
    job.caches.iter().any(|cache| matches!(cache, Cache::Sccache(_)))
}

/// Whether the job stores the objects that it compiles.
pub(super) fn stores_objects(job: &Job) -> bool {
    job.caches.iter().any(|cache| matches!(cache, Cache::Sccache(_)) && saves(cache))
}
