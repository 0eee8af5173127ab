use super::uses::{keeps_crates, on_github, uses_github, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, On};
use crate::client::{Cache, ObjectStore};
use crate::diagnostic::Diagnostic;
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
    if !scene.traffic.pulls {
        let keys = ["pushes-each", "merged", "hours-between", "forks"];
        found.values(pulls, &keys, "no push goes to a pull request");
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
    } else if scene.model.forks_write && !scene.any_job(exports_outside) {
        found.value(pulls, "forks", "they may do all that others may (`cache.forks-write`)");
    }
    if scene.running.iter().all(|workflow| workflow.paths.is_none()) {
        found.value(view, "burst-paths", "no workflow that runs filters by `paths`");
    }
}

/// A fork's pull request has no credentials for another store.
fn exports_outside(job: &Job) -> bool {
    let outside = |cache: &Cache| matches!(cache, Cache::Buildkit(_)) && !on_github(cache);
    job.caches.iter().any(outside)
}

/// What only the crate graph sees.
fn crates(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    if !scene.any_job(keeps_crates) {
        let why = "no job keeps what it compiles";
        found.values(view, &["crates-per-lock-change", "drift-per-day"], why);
    }
    if !scene.any_job(|job| keeps_crates(job) || depends_on(scene, job, "lock")) {
        found.value(view, "lock-committed-from", "no job depends on the lock file");
    }
    if !scene.any_job(|job| sees_sources(scene, job)) {
        found.value(view, "crates-per-source-change", "no cache keeps the workspace's own crates");
    }
    // Archives begin with what pushes before the first instant have left in them.
    if !view.is_changed("lock-committed-from") {
        found.value(view, "drift-per-day", "the lock file is committed all the time");
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

/// Shares of pushes that change what nothing depends on.
fn changes(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("changes");
    for input in
        ["lock", "manifests", "toolchain", "targets", "web-lock", "requirements", "go-sum", "dockerfile"]
    {
        if !scene.any_job(|job| depends_on(scene, job, input)) {
            let why = match input {
                "dockerfile" => {
                    "no key has `{dockerfile}`; what an image's steps depend on is their `content`"
                }
                _ => "no key and nothing that a job builds depends on it",
            };
            found.value(view, input, why);
        }
    }
    if !scene.any_job(|job| sees_sources(scene, job)) {
        found.value(view, "source", "no cache keeps the workspace's own crates, and images see every push");
    }
    let filters = scene.running.iter().filter_map(|workflow| workflow.paths);
    let filtered = filters.fold(0, |all, paths| all | paths.0);
    for (index, class) in scene.model.workload.path_classes.iter().enumerate() {
        let named =
            view.named_numbers("paths").into_iter().find(|(name, share, _)| name == class && *share != 1.0);
        if let (Some((_, _, span)), true) = (named, filtered >> index & 1 == 0) {
            let message =
                format!("the share of `{class}` has no effect: no workflow that runs filters by it");
            found.0.push(Diagnostic::warning("no-effect", message).at(span));
        }
    }
}

/// Whether one of the job's results depends on what `changes` calls so.
fn depends_on(scene: &Scene, job: &Job, input: &str) -> bool {
    let by_key = uses_github(job) && job.caches.iter().any(|cache| cache.depends_on(input));
    let by_build = match &job.build {
        Build::Nothing => false,
        Build::Compile(_) => keeps_crates(job) && compiled_from(scene, input),
        Build::Image { image, .. } => {
            let caches = job.caches.iter().any(|cache| matches!(cache, Cache::Buildkit(_)));
            let steps = &scene.model.images[*image].steps;
            caches && steps.iter().any(|step| seen(step.content, input))
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

/// Whether a change of the workspace's sources changes what a cache holds.
fn sees_sources(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(compiles) = &job.build else { return false };
    let flavour = &scene.model.flavours[compiles.flavour];
    let members = !scene.model.graph.members().is_empty();
    let stores = job.caches.iter().any(|cache| match cache {
        Cache::Sccache(settings) => settings.store == ObjectStore::External || uses_github(job),
        _ => false,
    });
    members && flavour.workspace_cacheable && wraps_compiler(job) && stores
}
