//! Values of workflows and their jobs that change nothing, except those of their caches (`clients`).

use super::uses::{ends_late, holds_workspace, is_of_crates, lacks_server};
use super::workload::is_filtered;
use super::{IdleKey, Scene, failures, legs};
use crate::ci::{Build, Compiles, Job, Workflow};
use crate::client::Cache;
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::PushSource;

/// Workflows and their jobs.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else {
            found.table(&format!("workflow.{name}"), view, "no event that starts it ever happens");
            continue;
        };
        filters(scene, workflow, view, found);
        cache_mode(workflow, view, found);
        for (group, view) in view.map("job") {
            let own: Vec<&Job> = workflow.jobs.iter().filter(|job| job.group == group).collect();
            if !scene.traffic.off_main(workflow) {
                found.value(view, "fails", "its workflow runs on the default branch only");
            }
            if !scene.traffic.on_main(workflow) {
                found.value(view, "fails-on-main", "its workflow never runs on the default branch");
            }
            if !own.iter().any(|job| job.caches.iter().any(|cache| cache.is_on_github())) {
                found.value(view, "cache-mode", "it does not use GitHub's cache");
            }
            if own.iter().all(|job| does_nothing(scene, job)) {
                found.value(view, "timeout", "the job does nothing that takes time");
            }
            legs::idle(scene, workflow, view, &own, found);
            failures::chance(scene, view, &own, found);
            results(scene, view, &own, found);
            files(scene, view, &own, found);
            selection(scene, view, &own, found);
        }
    }
}

/// Values that matter only to runs that get so far.
fn results(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    if legs.iter().all(|job| lacks_server(job)) {
        let why =
            "every run fails: `cache-mode` does not let sccache read its store, so its server does not start";
        found.values(view, &["fails", "fails-on-main"], why);
        if let Some(compile) = view.table_or_none("compile") {
            found.values(compile, &["tail", "packages", "own-features"], why);
        }
    }
    let never_finds = |job: &Job| !job.caches.iter().any(|cache| scene.finds(cache));
    if legs.iter().all(|job| ends_late(scene.model, job) && never_finds(job)) {
        found.values(view, &["fails", "fails-on-main", "frees"], "no run ends before its `timeout`");
    }
}

/// Which part of the project the job compiles.
fn selection(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    let Some(compile) = view.table_or_none("compile") else { return };
    if legs.iter().all(|job| is_whole(scene, job)) {
        found.value(compile, "packages", "it names every crate of the workspace, which is the default");
        found.value(compile, "own-features", "the job compiles the whole workspace");
    } else if !legs.iter().any(|job| shares_crates(scene, job)) {
        let why = "no job that compiles other packages in the same flavour shares a cache with it";
        found.value(compile, "own-features", why);
    }
}

fn is_whole(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(of) = &job.build else { return true };
    let mut packages = of.selection.packages.clone();
    packages.sort_unstable();
    packages.dedup();
    packages.is_empty() || packages == scene.model.graph.members()
}

/// True if another job may find a crate that this one has compiled, and compiles other packages.
fn shares_crates(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(own) = &job.build else { return false };
    let flavour = |of: &Compiles| &scene.model.flavours[of.flavour].name;
    let is_other = |job: &Job| match &job.build {
        Build::Compile(of) => flavour(of) == flavour(own) && of.selection != own.selection,
        Build::Nothing | Build::Image { .. } => false,
    };
    scene.keeps_compiled(job) && scene.any_job(|other| is_other(other) && scene.keeps_compiled(other))
}

fn cache_mode(workflow: &Workflow, view: View, found: &mut IdleKey) {
    let uses = |group: &str| {
        let legs = workflow.jobs.iter().filter(|job| job.group == group);
        legs.flat_map(|job| &job.caches).any(|cache| cache.is_on_github())
    };
    let users: Vec<View> =
        view.map("job").into_iter().filter(|(group, _)| uses(group)).map(|(_, job)| job).collect();
    if users.is_empty() {
        found.value(view, "cache-mode", "none of its jobs uses GitHub's cache");
    } else if users.iter().all(|job| job.has("cache-mode")) {
        found.value(view, "cache-mode", "every job of it that uses GitHub's cache sets its own");
    }
}

/// True if the job ends as soon as it has begun.
fn does_nothing(scene: &Scene, job: &Job) -> bool {
    let boots = scene.model.runners[job.runner].boot.utmost() < job.timeout.as_secs_f64();
    let steps = job.setup + job.prepare + job.finish;
    boots && job.build == Build::Nothing && job.caches.is_empty() && steps == Duration::ZERO
}

/// Values about the files that the job compiles and leaves on the disk.
fn files(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    let measured = |job: &&Job| matches!(&job.build, Build::Compile(of) if of.dependencies_cold.is_some());
    let archives_workspace =
        |job: &&Job| job.caches.iter().any(|cache| holds_workspace(cache) && scene.moves(job, cache));
    if view.has("cold") && legs.iter().all(|job| job.build == Build::Nothing) {
        found.value(
            view,
            "prepare",
            "`warm` already includes it, and nothing tells it apart from the rest of the job",
        );
    }
    build_axes(scene, view, legs, found);
    if legs.iter().any(|job| scene.has_disk(job)) {
        if !legs.iter().any(|job| scene.fills_disk(job)) {
            found.value(view, "frees", "the job puts nothing on the disk");
        }
        return;
    }
    let counted =
        |job: &&Job| job.caches.iter().any(|cache| is_of_crates(cache) && scene.counts_files(job, cache));
    if legs.iter().any(measured) && !legs.iter().any(counted) {
        let why = "none of its caches depends on the unpacked size of what it compiles";
        found.value(view, "unpacked-ratio", why);
    }
    if let Some(compile) = view.table_or_none("compile").filter(|_| !legs.iter().any(archives_workspace)) {
        let why = "the job does not archive the workspace's own crates, and its runner has no `disk`";
        found.value(compile, "workspace-archive", why);
    }
}

/// The axes that tell apart what legs compile.
fn build_axes(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    let is_of_crates = |cache: &Cache| cache.wrapper().is_some() || cache.kept().crates;
    let shares =
        |job: &&Job| job.caches.iter().any(|cache| is_of_crates(cache) && scene.steps.is_shared(cache));
    if !view.has("cold") {
        return;
    }
    if !legs.iter().any(|job| scene.keeps_compiled(job)) {
        found.value(view, "build-axes", "no run restores what the job compiles");
    } else if !legs.iter().any(shares) {
        let why = "keys, runners or scopes already keep apart what its legs compile";
        found.value(view, "build-axes", why);
    }
}

/// True if its path filter ever filters.
fn filters(scene: &Scene, workflow: &Workflow, view: View, found: &mut IdleKey) {
    let Some(paths) = workflow.paths else { return };
    if !is_filtered(scene, workflow) {
        return found.value(view, "paths", "GitHub filters pushes and pull requests only");
    }
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return };
    let shares = drawn.changes.paths.iter().enumerate().filter(|(index, _)| paths.0 >> index & 1 == 1);
    let always = shares.map(|(_, share)| *share).fold(0.0, f64::max) >= 1.0;
    if always && (drawn.bursts_per_week == 0.0 || paths.meets(drawn.burst_paths)) {
        found.value(view, "paths", "every push touches one of them (`workload.changes.paths`)");
    }
}
