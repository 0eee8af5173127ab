//! Values of workflows and their jobs that change nothing, except those of their caches (`clients`).

use super::traffic::Occasions;
use super::uses::{
    common_occasions, ends_late, holds_workspace, is_of_crates, lacks_server, uses_github, waits_in_vain,
};
use super::workload::is_filtered;
use super::{IdleKey, Scene, clients, failures, followed, legs, overrides};
use crate::ci::{BranchSet, Build, Compiles, Job, On, Workflow};
use crate::client::Cache;
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::{PathSet, PushSource};

/// Workflows and their jobs.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else {
            found.table(&format!("workflow.{name}"), view, followed::never_starts(scene, name));
            continue;
        };
        followed::idle(scene, workflow, view, found);
        filters(scene, workflow, view, found);
        cache_mode(workflow, view, found);
        for (group, view) in view.map("job") {
            let own = scene.reached(workflow, group);
            if let Some(why) = never_runs(scene, workflow, group, &own) {
                found.table(&format!("workflow.{name}.job.{group}"), view, why);
            }
            if own.is_empty() {
                continue;
            }
            legs::together(scene, workflow, view, &own, found);
            own_values(scene, workflow, view, &own, found);
            let rules = |view: View, legs: &[&Job], found: &mut IdleKey| {
                own_values(scene, workflow, view, legs, found);
                clients::of_job(scene, workflow, view, legs, found);
            };
            overrides::idle(scene, workflow, group, view, &rules, found);
        }
    }
}

/// Why a job never runs, if it does not. An `on` without any event of the workflow has its own warning.
fn never_runs(scene: &Scene, workflow: &Workflow, group: &str, reached: &[&Job]) -> Option<&'static str> {
    let written = scene.model.workflows.iter().find(|of| of.name == workflow.name)?;
    let meets = |job: &Job| job.on.is_none_or(|on| on.meets(written.on));
    if !reached.is_empty() || !written.jobs.iter().any(|job| job.group == group && meets(job)) {
        return None;
    }
    let started = scene.started.iter().find(|of| of.name == workflow.name)?;
    let legs = || started.jobs.iter().filter(|job| job.group == group);
    let is_alone = |job: &Job| scene.traffic.classes(common_occasions(started, job)).is_empty();
    Some(if !legs().any(|job| scene.traffic.reaches(started, job)) {
        "no event on which it runs ever happens"
    } else if legs().all(|job| waits_in_vain(scene.model, &scene.traffic, started, job)) {
        "it runs after a failure of the jobs that it needs, and there is never one"
    } else if legs().all(is_alone) {
        "the jobs that it needs never run on an event on which it runs"
    } else {
        "a job that it needs never succeeds"
    })
}

/// Values of a job, or of some of its legs.
fn own_values(scene: &Scene, workflow: &Workflow, view: View, legs: &[&Job], found: &mut IdleKey) {
    occasions(scene, workflow, view, legs, found);
    if !legs.iter().any(|job| job.caches.iter().any(|cache| cache.is_on_github())) {
        found.value(view, "cache-mode", "it does not use GitHub's cache");
    }
    if legs.iter().all(|job| does_nothing(scene, job)) {
        found.value(view, "timeout", "the job does nothing that takes time");
    }
    legs::after_failures(scene, workflow, view, legs, found);
    failures::chance(scene, view, legs, found);
    results(scene, view, legs, found);
    files(scene, view, legs, found);
    selection(scene, view, legs, found);
}

/// Values about the events on which the job runs.
fn occasions(scene: &Scene, workflow: &Workflow, view: View, legs: &[&Job], found: &mut IdleKey) {
    if !legs.iter().any(|job| scene.traffic.proposes(Occasions::of_job(workflow, job))) {
        found.value(view, "fails", "the job runs for no pull request");
    }
    let queues = legs.iter().any(|job| scene.traffic.queues(Occasions::of_job(workflow, job)));
    if !queues {
        found.value(view, "fails-in-queue", "the job never runs in a merge queue");
    }
    if !legs.iter().any(|job| scene.traffic.runs_accepted(Occasions::of_job(workflow, job))) {
        match queues {
            false => found.value(view, "fails-on-main", "the job runs for pull requests only"),
            true if view.has("fails-in-queue") => {
                found.value(
                    view,
                    "fails-on-main",
                    "the job runs for pull requests and in the merge queue only",
                );
            }
            true => {}
        }
    }
    if legs.iter().all(|job| scene.traffic.always_reaches(workflow, job)) {
        found.value(view, "on", "the job runs on every event that starts its workflow");
    }
    let whys: Vec<_> =
        legs.iter().map(|job| job.paths.and_then(|own| never_decides(scene, workflow, own))).collect();
    let by_workflow = |job: &&Job| {
        let mut filters = workflow.paths.of_events(workflow.on).peekable();
        !decides_elsewhere(scene, workflow)
            && filters.peek().is_some()
            && filters.all(|all| all.zip(job.paths).is_some_and(|(all, own)| all.0 & !own.0 == 0))
    };
    match whys.first() {
        Some(Some(why)) if whys.iter().all(Option::is_some) => found.value(view, "paths", why),
        _ if legs.iter().all(by_workflow) => {
            found.value(view, "paths", "only pushes that touch one of them start its workflow");
        }
        _ => {}
    }
}

/// Values that matter only to runs that get so far.
fn results(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    if legs.iter().all(|job| lacks_server(job)) {
        let why =
            "every run fails: `cache-mode` does not let sccache read its store, so its server does not start";
        found.values(view, &["fails", "fails-on-main", "fails-in-queue"], why);
        if let Some(compile) = view.table_or_none("compile") {
            found.values(compile, &["tail", "packages", "own-features"], why);
        }
    }
    let never_finds = |job: &Job| !job.caches.iter().any(|cache| scene.finds(cache));
    if legs.iter().all(|job| ends_late(scene.model, job) && never_finds(job)) {
        found.values(
            view,
            &["fails", "fails-on-main", "fails-in-queue", "frees"],
            "no run ends before its `timeout`",
        );
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
    // A token without any right to the cache is refused at once.
    let is_refused = |cache: &Cache| cache.is_on_github() && cache.miss() == Duration::ZERO;
    let rests = !uses_github(job) && job.caches.iter().all(is_refused);
    boots && job.build == Build::Nothing && rests && steps == Duration::ZERO
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
        for key in ["build-axes", "profile"] {
            found.value(view, key, "no run restores what the job compiles");
        }
        return;
    }
    if !legs.iter().any(shares) {
        let why = "keys, runners or scopes already keep apart what its legs compile";
        found.value(view, "build-axes", why);
    }
    let finds_others = |job: &&Job| {
        let of_crates = |cache: &&Cache| cache.wrapper().is_none() && cache.kept().crates;
        job.caches.iter().filter(of_crates).any(|cache| scene.steps.meets_another_job(cache))
    };
    let by_leg = view.overrides("leg").iter().any(|leg| leg.view.has("profile"));
    if view.is_changed("profile")
        && !by_leg
        && !legs.iter().any(finds_others)
        && !states_one_of_many(scene, view)
    {
        let why =
            "no other job uses a key of this one, or states a `profile` beside sccache as this one does";
        found.value(view, "profile", why);
    }
}

/// True if the job and another one with sccache state their profiles: those with one profile compile the same.
fn states_one_of_many(scene: &Scene, view: View) -> bool {
    let states = |job: &View| job.has("profile") && job.table("cache").has("sccache");
    let jobs = scene.root.map("workflow").into_iter().flat_map(|(_, workflow)| workflow.map("job"));
    states(&view) && jobs.filter(|(_, job)| states(job)).nth(1).is_some()
}

/// The workflow's filters by paths.
fn filters(scene: &Scene, workflow: &Workflow, view: View, found: &mut IdleKey) {
    let Some(table) = view.table_or_none("paths") else {
        // Without a table, all events have the same filter.
        if let Some(why) = workflow.paths.push.and_then(|paths| never_filters(scene, workflow, paths)) {
            found.value(view, "paths", why);
        }
        return;
    };
    let (paths, on) = (workflow.paths, workflow.on);
    let none = On {
        push_main: false,
        push_branches: BranchSet::default(),
        push_heads: false,
        push_queue: false,
        ..on
    };
    let events = [
        ("push", paths.push, On { pull_request: false, pull_request_target: false, ..on }),
        ("pull_request", paths.pull_request, On { pull_request_target: false, ..none }),
        ("pull_request_target", paths.pull_request_target, On { pull_request: false, ..none }),
    ];
    for (event, filter, on) in events {
        let Some(filter) = filter else { continue };
        match is_filtered(scene, &on) {
            false => found.value(table, event, "no such event starts the workflow"),
            true => always_passes(scene, filter).into_iter().for_each(|why| found.value(table, event, why)),
        }
    }
}

/// Why a filter by these paths keeps nothing away; `None` if it may.
fn never_filters(scene: &Scene, workflow: &Workflow, paths: PathSet) -> Option<&'static str> {
    match is_filtered(scene, &workflow.on) {
        true => always_passes(scene, paths),
        false => Some("GitHub filters pushes and pull requests only"),
    }
}

/// Why the `paths` of a job keep it from no run; `None` if they may.
fn never_decides(scene: &Scene, workflow: &Workflow, paths: PathSet) -> Option<&'static str> {
    match decides_elsewhere(scene, workflow) {
        true if scene.traffic.releases && (workflow.on.release || workflow.on.push_tags) => None,
        true => always_passes(scene, paths),
        false => never_filters(scene, workflow, paths),
    }
}

/// True if the `paths` of a job decide about runs that GitHub's own filters let pass.
fn decides_elsewhere(scene: &Scene, workflow: &Workflow) -> bool {
    let on = workflow.on;
    let on_tags = scene.traffic.releases && (on.release || on.push_tags);
    on_tags || (scene.traffic.queue && on.merge_group)
}

/// Why every drawn push passes a filter by these paths, if each does.
fn always_passes(scene: &Scene, paths: PathSet) -> Option<&'static str> {
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return None };
    let shares = drawn.changes.paths.iter().enumerate().filter(|(index, _)| paths.0 >> index & 1 == 1);
    let always = shares.map(|(_, share)| *share).fold(0.0, f64::max) >= 1.0;
    let is_touched = always && (drawn.bursts_per_week == 0.0 || paths.meets(drawn.burst_paths));
    is_touched.then_some("every push touches one of them (`workload.changes.paths`)")
}
