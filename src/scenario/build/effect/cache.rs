//! Settings of GitHub's cache service that change nothing, because no job does what they control.

use super::janitor::counts_accesses;
use super::uses::{reads, saves, saves_archives, uses_github, writes};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, Workflow};
use crate::client::Cache;
use crate::event::RefClass;
use crate::service::{Limits, Sweep};

const NOBODY: &str = "none of the jobs that run use GitHub's cache";

/// The service's settings.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    if !scene.traffic.pulls {
        found.value(view, "delete-closed-after", "there are no pull requests");
    }
    let limits = &scene.model.cache;
    if limits.limit <= Limits::INCLUDED {
        found.values(view, &["price", "monthly-budget"], "the limit is not above the included 10 GiB");
    }
    if !scene.any_job(uses_github) {
        let costs = |key: &str| matches!(key, "limit" | "price") && scene.model.limit_cost() > 0.0;
        let own = ["delete-closed-after", "price", "initial"];
        let keys: Vec<_> = view.keys().filter(|key| !own.contains(key) && !costs(key)).collect();
        return found.values(view, &keys, NOBODY);
    }
    if !scene.begins_full() {
        requests(scene, found);
    }
    forks(scene, found);
    if !scene.any_job(saves_archives) {
        found.value(view, "entry-limit", "no job saves an archive");
    } else if limits.entry_limit.is_some_and(|limit| limit.as_f64() > largest_archive(scene)) {
        found.value(view, "entry-limit", "no archive of these jobs can become that large");
    }
    if let Some(most) = held_at_most(scene) {
        // Some metrics are about a tenth of the limit.
        if limits.limit.as_f64() > 16.0 * most && scene.model.limit_cost() == 0.0 {
            found.value(view, "limit", "these jobs can never store that much");
        }
        if limits.budget.is_some_and(|budget| budget.as_f64() > most) {
            found.value(view, "budget", "these jobs can never store that much");
        }
        if limits.monthly_budget.is_some_and(|budget| !budget.may_be_used(most)) {
            found.value(view, "monthly-budget", "what these jobs can store never costs that much");
        }
    }
    if !scene.caches().any(|cache| cache.is_on_github() && scene.finds(cache)) {
        let why = "no run could find what another one has saved";
        found.values(view, &["touch", "visibility-lag"], why);
    }
    match limits.sweep {
        Sweep::Never => {
            let why = "with `sweep = \"none\"` nothing is ever evicted";
            found.values(view, &["order", "sweep-phase"], why);
            if !counts_accesses(scene) {
                found.value(view, "touch", why);
            }
        }
        Sweep::Instant => found.value(view, "sweep-phase", "with `sweep = \"instant\"` every save sweeps"),
        Sweep::Every { .. } => {}
    }
    if !scene.any_job(|job| looks_without_downloading(scene, job)) {
        found.value(view, "touch", "every client of these jobs downloads what it finds");
    }
}

/// A size in bytes that no archive of these jobs can exceed.
fn largest_archive(scene: &Scene) -> f64 {
    let archives = scene.jobs().flat_map(|job| {
        let saved = job.caches.iter().filter(|cache| cache.has_archive() && saves(cache));
        saved.map(move |cache| largest(scene, job, cache))
    });
    archives.fold(0.0, f64::max)
}

/// A number of bytes that the cache never holds; `None` if jobs store more than archives.
pub(super) fn held_at_most(scene: &Scene) -> Option<f64> {
    let mut on_github = scene.caches().filter(|cache| cache.is_on_github() && saves(cache));
    on_github.all(Cache::has_archive).then(|| {
        let saved = scene.jobs().flat_map(|job| job.caches.iter().filter(|cache| cache.has_archive()));
        largest_archive(scene) * runs_at_most(scene) * saved.count() as f64
    })
}

/// A number of runs of one job that are never reached. Far more pushes than are expected never come, and before
/// the first instant there were fewer than that.
fn runs_at_most(scene: &Scene) -> f64 {
    10.0 * scene.model.workload.expected_pushes() + 10_000.0
}

fn largest(scene: &Scene, job: &Job, cache: &Cache) -> f64 {
    let compiled = match &job.build {
        Build::Compile(compiles) => {
            let flavour = &scene.model.flavours[compiles.flavour];
            (flavour.dependency_archive + flavour.workspace_archive).as_f64()
        }
        Build::Nothing | Build::Image { .. } => 0.0,
    };
    let stated = cache.stated_size().map_or(0.0, |(size, _)| size.utmost());
    let own = match cache {
        Cache::RustCache(client) => {
            let downloads = client.kept.downloads.unwrap_or_default();
            (client.registry.compressed + downloads.compressed).as_f64() + compiled
        }
        _ if cache.kept().crates => stated + compiled,
        _ => return stated,
    };
    // Each run adds at most all crates once.
    let runs = runs_at_most(scene) * scene.jobs().count() as f64;
    if scene.finds(cache) || cache.grows() { own * runs } else { own }
}

/// Settings that only matter if jobs may save or restore.
fn requests(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    let may_save = |job: &Job| {
        let stores = |cache: &Cache| cache.is_on_github() && scene.steps.stores(cache);
        uses_github(job) && writes(job) && job.caches.iter().any(stores)
    };
    if !scene.any_job(may_save) {
        let keys = [
            "order",
            "over-quota",
            "reservation",
            "visibility-lag",
            "budget",
            "monthly-budget",
            "retention",
            "sweep",
            "sweep-phase",
            "touch",
        ];
        found.values(view, &keys, "none of the jobs that run may save");
        if !scene.caches().any(|cache| cache.is_on_github() && saves(cache)) {
            found.value(view, "uploads-per-minute", "none of the jobs that run try to save");
        }
        if scene.model.limit_cost() == 0.0 {
            found.value(view, "limit", "none of the jobs that run may save");
        }
    }
    if !scene.any_job(|job| uses_github(job) && reads(job)) {
        found.values(view, &["touch", "visibility-lag"], "none of the jobs that run may restore");
    }
}

fn forks(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("cache");
    if !scene.traffic.forks {
        found.value(view, "forks-write", "no pull request comes from a fork");
    } else if !asks_for_rights(scene) {
        let why = "no job of a pull request depends on its trigger for the right to save";
        found.value(view, "forks-write", why);
    }
}

/// True if a job of a pull request wants to save, and declares no `cache-mode` that decides whether it may.
pub(super) fn asks_for_rights(scene: &Scene) -> bool {
    let saves = |cache: &Cache| cache.is_on_github() && cache.saves_on(RefClass::PullRequest);
    let asks = |job: &Job| job.cache_mode.is_none() && job.caches.iter().any(saves);
    of_pulls(scene).flat_map(|workflow| &workflow.jobs).any(asks)
}

/// The workflows of pull requests.
pub(super) fn of_pulls<'a>(scene: &'a Scene) -> impl Iterator<Item = &'a Workflow> {
    scene.running.iter().filter(|workflow| workflow.on.pull_request && scene.traffic.pulls)
}

/// BuildKit asks for layers that it does not need, and so does a step that only looks.
fn looks_without_downloading(scene: &Scene, job: &Job) -> bool {
    let looks = |cache: &Cache| cache.only_looks() || (cache.layers().is_some() && cache.is_on_github());
    job.caches.iter().any(|cache| looks(cache) && scene.finds(cache))
}
