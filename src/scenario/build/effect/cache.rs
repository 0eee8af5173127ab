use super::uses::{is_archive, reads, uses_github, writes};
use super::{IdleKey, Scene};
use crate::ci::Job;
use crate::client::{Cache, ImageStore};
use crate::service::{Limits, OverQuota, Sweep};

const NOBODY: &str = "no job that runs uses GitHub's cache";

/// The service's settings.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    if !scene.any_job(uses_github) {
        let keys: Vec<_> = view.keys().filter(|key| *key != "delete-closed-after").collect();
        return found.values(view, &keys, NOBODY);
    }
    let limits = &scene.model.cache;
    requests(scene, found);
    sizes(scene, found);
    match limits.sweep {
        Sweep::Never => {
            let keys: &[&str] = match limits.over_quota {
                OverQuota::Evict => &["limit", "order", "sweep-phase", "touch"],
                OverQuota::Reject => &["order", "sweep-phase", "touch"],
            };
            found.values(view, keys, "with `sweep = \"none\"` nothing is ever evicted");
        }
        Sweep::Instant => found.value(view, "sweep-phase", "with `sweep = \"instant\"` every save sweeps"),
        Sweep::Every { .. } => {}
    }
    if !scene.any_job(looks_without_downloading) {
        found.value(view, "touch", "every client of these jobs downloads what it finds");
    }
}

/// Who asks for what, and may.
fn requests(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    if !scene.any_job(|job| uses_github(job) && writes(job)) {
        let keys =
            ["limit", "order", "over-quota", "uploads-per-minute", "reservation", "visibility-lag", "budget"];
        found.values(view, &keys, "no job that runs may save");
    }
    if !scene.any_job(|job| uses_github(job) && reads(job)) {
        found.values(view, &["touch", "visibility-lag"], "no job that runs may restore");
    }
    let of_pulls = scene.running.iter().filter(|workflow| workflow.on.pull_request);
    if !scene.traffic.forks {
        found.value(view, "forks-write", "no pull request comes from a fork");
    } else if !of_pulls.flat_map(|workflow| &workflow.jobs).any(uses_github) {
        found.value(view, "forks-write", "no job of a pull request uses GitHub's cache");
    }
    if !scene.traffic.pulls {
        found.value(view, "delete-closed-after", "there are no pull requests");
    }
}

/// What a size is compared with.
fn sizes(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    let limits = &scene.model.cache;
    let archives = |job: &Job| uses_github(job) && job.caches.iter().any(is_archive);
    if !scene.any_job(archives) {
        found.value(view, "entry-limit", "no job has rust-cache, actions/cache or a setup action");
    }
    if limits.limit <= Limits::INCLUDED {
        found.value(view, "price", "the limit is not above the included 10 GiB");
    }
}

/// BuildKit asks for layers that it does not need, and so does a step that only looks.
fn looks_without_downloading(job: &Job) -> bool {
    job.caches.iter().any(|cache| match cache {
        Cache::RustCache(client) => client.lookup_only,
        Cache::ActionsCache(step) => step.lookup_only,
        Cache::Buildkit(settings) => matches!(settings.store, ImageStore::Gha { .. }),
        Cache::SetupTool(_) | Cache::Sccache(_) => false,
    })
}
