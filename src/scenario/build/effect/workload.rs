//! Values of the workload that change nothing: events that start nothing, changes that no job depends on.

use super::cache::{asks_for_rights, of_pulls};
use super::uses::{pins_lock, reads, saves, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, On, Workflow};
use crate::client::{Cache, ImageStore};
use crate::diagnostic::Diagnostic;
use crate::event::RefClass;
use crate::project::LayerContent;
use crate::workload::PushSource;

/// Who pushes what when.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    crates(scene, found);
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return };
    events(scene, found);
    let pulls = view.table("pull-requests");
    if drawn.bursts_per_week == 0.0 {
        found.values(view, &["burst-size", "burst-paths"], "`bursts-per-week` is 0");
    }
    if !scene.traffic.opened {
        let keys = ["pushes-each", "merged", "hours-between", "forks"];
        let why = match scene.traffic.pulls {
            true => "only bots open pull requests",
            false => "no push goes to a pull request",
        };
        found.values(pulls, &keys, why);
    } else if drawn.pull_requests.pushes_each <= 1.0
        && drawn.pull_requests.merged == 0.0
        && scene.model.clean_up.is_none()
    {
        found.value(pulls, "hours-between", "each pull request has one push, and none is merged");
    }
    changes(scene, found);
}

/// Events that start nothing.
fn events(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    let on = |is: fn(&On) -> bool| scene.model.workflows.iter().any(|workflow| is(&workflow.on));
    if !on(|on| on.schedule) {
        found.value(view, "schedules-per-day", "no workflow runs on `schedule`");
    }
    if !on(|on| on.release) {
        found.value(view, "releases-per-month", "no workflow runs on `release`");
    }
    if !on(|on| on.merge_group) {
        found.value(view, "merge-queue", "no workflow runs on `merge_group`");
    }
    if !scene.traffic.queue {
        found.value(view, "merge-queue", "no pull request is merged");
    }
    let pulls = view.table("pull-requests");
    if !on(|on| on.pull_request) {
        found.value(pulls, "forks", "no workflow runs on `pull_request`");
    } else if !of_pulls(scene).flat_map(|workflow| &workflow.jobs).any(|job| exports_outside(scene, job)) {
        if scene.model.forks_write {
            found.value(
                pulls,
                "forks",
                "forks have the same rights as other pull requests (`cache.forks-write`)",
            );
        } else if !asks_for_rights(scene) {
            let why = "no job of a pull request depends on its trigger for the right to save";
            found.value(pulls, "forks", why);
        }
    }
    if scene.running.iter().all(|workflow| workflow.paths.is_none()) {
        found.value(view, "burst-paths", "none of the workflows that run filter by `paths`");
    }
}

/// A fork's pull request has no credentials for another store. An export inline takes no time of its own.
fn exports_outside(scene: &Scene, job: &Job) -> bool {
    let outside = |cache: &Cache| match cache {
        Cache::Buildkit(settings) => {
            let shows = settings.store != ImageStore::Inline || scene.keeps_layers(job);
            !cache.is_on_github() && cache.saves_on(RefClass::PullRequest) && shows
        }
        _ => false,
    };
    job.caches.iter().any(outside)
}

/// Values that matter only to the crate graph.
fn crates(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    if !scene.any_job(|job| scene.keeps_crates(job)) {
        let why = "no job restores what it compiles";
        found.values(view, &["crates-per-lock-change", "drift-per-day"], why);
    } else if is_always_committed(scene) && !scene.any_job(|job| outlives_lock(scene, job)) {
        let why = "a lock file's archive is only found by jobs with the same lock file";
        found.value(view, "crates-per-lock-change", why);
    }
    if !scene.any_job(|job| scene.keeps_crates(job) || depends_on(scene, job, "lock", true)) {
        found.value(view, "lock-committed-from", "no job depends on the lock file");
    }
    if !scene.any_job(|job| sees_sources(scene, job)) {
        found.value(view, "crates-per-source-change", "no cache keeps the workspace's own crates");
    } else if scene.model.graph.members().len() == 1 {
        found.value(view, "crates-per-source-change", "the project has one workspace crate");
    }
    // Archives start with the contents that pushes before the first instant left in them.
    if !view.is_changed("lock-committed-from") {
        found.value(view, "drift-per-day", "the lock file is always committed");
    }
    if let PushSource::Stochastic(drawn) = &scene.model.workload.source
        && drawn.changes.lock == 0.0
        && drawn.bursts_per_week == 0.0
    {
        found.value(view, "crates-per-lock-change", "no push changes the lock file");
    }
    if let PushSource::Stochastic(drawn) = &scene.model.workload.source
        && drawn.changes.source == 0.0
    {
        found.value(view, "crates-per-source-change", "no push changes sources");
    }
}

/// True if the job can restore crates that were compiled for another lock file.
fn outlives_lock(scene: &Scene, job: &Job) -> bool {
    let keeps =
        |cache: &Cache| cache.wrapper().is_some() || cache.kept().crates || cache.kept().downloads.is_some();
    scene.keeps(job, |cache| keeps(cache) && !pins_lock(cache))
}

/// True if a lock file is committed from the first instant on.
fn is_always_committed(scene: &Scene) -> bool {
    scene.model.window().is_some_and(|(first, _)| scene.model.workload.lock_committed_from <= first)
}

/// Shares of pushes that change something on which nothing depends.
fn changes(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("changes");
    for input in
        ["lock", "manifests", "toolchain", "targets", "web-lock", "requirements", "go-sum", "dockerfile"]
    {
        if !scene.any_job(|job| depends_on(scene, job, input, is_committed(scene))) {
            let why = match input {
                "lock" if scene.any_job(|job| depends_on(scene, job, input, true)) => {
                    "the lock file is not committed in the simulated time (`lock-committed-from`)"
                }
                "dockerfile" => {
                    "no key contains `{dockerfile}`, and image steps depend only on their `content`"
                }
                _ => "no key depends on it, and no job builds anything that does",
            };
            found.value(view, input, why);
        }
    }
    if !scene.any_job(|job| sees_sources(scene, job)) {
        found.value(
            view,
            "source",
            "no cache keeps the workspace's own crates, and images see every push anyway",
        );
    }
    paths(scene, found);
}

/// Shares of pushes that touch a class that matters to no filter.
fn paths(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("changes");
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return };
    for (index, class) in scene.model.workload.path_classes.iter().enumerate() {
        let named =
            view.named_numbers("paths").into_iter().find(|(name, share, _)| name == class && *share != 1.0);
        let Some((_, _, span)) = named else { continue };
        let others = |filter: u64| {
            let mut shares = drawn.changes.paths.iter().enumerate();
            shares.any(|(other, share)| other != index && filter >> other & 1 == 1 && *share >= 1.0)
        };
        let named_by: Vec<u64> = scene
            .running
            .iter()
            .filter(|workflow| is_filtered(scene, workflow))
            .filter_map(|workflow| workflow.paths)
            .map(|paths| paths.0)
            .filter(|filter| filter >> index & 1 == 1)
            .collect();
        let why = match named_by.as_slice() {
            [] => "none of the workflows that run filter by it",
            filters if filters.iter().all(|filter| others(*filter)) => {
                "every push touches another class of the same filters"
            }
            _ => continue,
        };
        let message = format!("the share of `{class}` has no effect: {why}");
        found.0.push(Diagnostic::warning("no-effect", message).at(span));
    }
}

/// True if events start the workflow that GitHub filters by paths.
pub(super) fn is_filtered(scene: &Scene, workflow: &Workflow) -> bool {
    (workflow.on.push_main && scene.traffic.main) || (workflow.on.pull_request && scene.traffic.pulls)
}

/// True if a lock file is committed at any simulated time.
fn is_committed(scene: &Scene) -> bool {
    scene.model.window().is_none_or(|(_, end)| scene.model.workload.lock_committed_from < end)
}

/// True if one of the job's results depends on this input of `changes`. Keys and recipes see a lock file only
/// if it is `committed`; a compiler sees every version.
fn depends_on(scene: &Scene, job: &Job, input: &str, committed: bool) -> bool {
    let seen_by_key = committed || input != "lock";
    // A look-up that never finds anything still takes time, and that time is drawn for the key.
    // What is saved under another key is another entry, whether or not it is ever found.
    let asks = |cache: &Cache| saves(cache) || (cache.has_archive() && reads(job)) || scene.is_used(cache);
    let by_key = seen_by_key && job.caches.iter().any(|cache| asks(cache) && cache.depends_on(input));
    let by_build = match &job.build {
        Build::Nothing => false,
        Build::Compile(_) => scene.keeps_crates(job) && compiled_from(scene, input),
        Build::Image { image, .. } => {
            let steps = &scene.model.images[*image].steps;
            seen_by_key && scene.depends_on_steps(job) && steps.iter().any(|step| seen(step.content, input))
        }
    };
    by_key || by_build
}

fn compiled_from(scene: &Scene, input: &str) -> bool {
    let workload = &scene.model.workload;
    let uncommitted = scene.model.window().is_some_and(|(first, _)| first < workload.lock_committed_from);
    matches!(input, "lock" | "toolchain") || (input == "manifests" && uncommitted)
}

fn seen(content: LayerContent, input: &str) -> bool {
    match content {
        LayerContent::Fixed | LayerContent::Base | LayerContent::Context => false,
        LayerContent::Recipe => matches!(input, "lock" | "manifests" | "toolchain" | "targets"),
        LayerContent::Toolchain => input == "toolchain",
        LayerContent::WebLock => input == "web-lock",
    }
}

/// True if a change of the workspace's sources changes what a cache holds.
fn sees_sources(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(compiles) = &job.build else { return false };
    let flavour = &scene.model.flavours[compiles.flavour];
    let members = !scene.model.graph.members().is_empty();
    let stores = |cache: &Cache| cache.wrapper().is_some() && scene.is_used(cache);
    members && flavour.workspace_cacheable && wraps_compiler(job) && job.caches.iter().any(stores)
}
